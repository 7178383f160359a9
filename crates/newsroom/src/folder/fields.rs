//! Typed access to TOML tables that notes a fault for everything it does not take: unknown keys, wrong kinds, texts
//! that are too long. It knows nothing of articles.

use jiff::Timestamp;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Faults;
use super::instants::{FORM, Instants};
use super::words::{brief, line_fault, nearest};
use crate::{ArticleId, NameError, Slug};

/// A TOML text and where in the file it stands.
pub(super) struct Document<'a> {
    text: &'a str,
    first_line: u32,
    faults: &'a Faults,
}

impl<'a> Document<'a> {
    pub(super) fn new(text: &'a str, first_line: u32, faults: &'a Faults) -> Self {
        Self { text, first_line, faults }
    }

    /// The table of the whole text, unless it is not TOML.
    pub(super) fn parse(&self) -> Option<Spanned<DeTable<'a>>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let offset = error.span().map_or(0, |span| span.start);
            let said = error.message().replace('\n', ", ");
            self.fault(offset, format!("this is not TOML: {said}"));
        }
        errors.is_empty().then_some(table)
    }

    fn fault(&self, offset: usize, what: impl Into<String>) {
        if self.faults.is_full() {
            return;
        }
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let line = self.first_line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.faults.at(line, what);
    }
}

/// One table.
pub(super) struct Fields<'d> {
    document: &'d Document<'d>,
    table: &'d DeTable<'d>,
    /// What stands before a key's name in faults: `lead_image.`.
    path: &'static str,
    /// Where the table begins.
    offset: usize,
}

impl<'d> Fields<'d> {
    /// Opens a table and notes keys that it should not have.
    pub(super) fn open(
        document: &'d Document<'d>,
        table: &'d Spanned<DeTable<'d>>,
        known: &[&'static str],
    ) -> Self {
        Self::within(document, table.get_ref(), "", table.span().start, known)
    }

    fn within(
        document: &'d Document<'d>,
        table: &'d DeTable<'d>,
        path: &'static str,
        offset: usize,
        known: &[&'static str],
    ) -> Self {
        for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            if document.faults.is_full() {
                break;
            }
            let name = brief(key.get_ref());
            let close = nearest(&name, known.iter().copied()).unwrap_or_default();
            document.fault(
                key.span().start,
                format!(
                    "{path}{name} is not a known field; the nearest known one is {path}{close}"
                ),
            );
        }
        Self { document, table, path, offset }
    }

    fn value(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.table.get(key)
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let path = self.path;
        let kind = value.get_ref().type_str();
        self.fault_at(value, format!("{path}{key} is a TOML {kind}; {wanted}"));
    }

    fn fault_at(&self, value: &Spanned<DeValue<'_>>, what: impl Into<String>) {
        self.document.fault(value.span().start, what);
    }

    /// Notes a fault at a key, or at the table where the key is absent.
    pub(super) fn fault(&self, key: &str, what: impl Into<String>) {
        let offset = self.value(key).map_or(self.offset, |value| value.span().start);
        self.document.fault(offset, what);
    }

    /// Notes that a key is absent.
    pub(super) fn missing(&self, key: &str, example: &str) {
        let path = self.path;
        self.document
            .fault(self.offset, format!("{path}{key} is missing; write {key} = {example}"));
    }

    /// Whether so many faults are noted that no further one will be told.
    pub(super) fn is_told(&self) -> bool {
        self.document.faults.is_full()
    }

    /// Whether the key is there at all.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// A string as it stands.
    pub(super) fn word(&self, key: &str) -> Option<&'d str> {
        let value = self.value(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(key, value, "write a text in quotes");
        }
        text
    }

    /// One plain line of at most `max` characters, blanks at its ends dropped.
    pub(super) fn line(&self, key: &str, max: usize) -> Option<String> {
        let text = self.word(key)?;
        let path = self.path;
        match line_fault(&format!("{path}{key}"), text, max) {
            None => Some(text.trim().to_owned()),
            Some(what) => {
                self.fault(key, what);
                None
            }
        }
    }

    /// A line that has to be there.
    pub(super) fn required_line(&self, key: &str, max: usize, example: &str) -> Option<String> {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.line(key, max)
    }

    fn named<T>(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        parse: fn(&str) -> Result<T, NameError>,
    ) -> Option<T> {
        let path = self.path;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(key, value, "write a name in quotes");
            return None;
        };
        parse(text).map_err(|error| self.fault_at(value, format!("{path}{key}: {error}"))).ok()
    }

    /// The name of something.
    pub(super) fn slug(&self, key: &str) -> Option<Slug> {
        self.named(key, self.value(key)?, Slug::parse)
    }

    /// A name that has to be there.
    pub(super) fn required_slug(&self, key: &str, example: &str) -> Option<Slug> {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.slug(key)
    }

    /// The id of an article.
    pub(super) fn id(&self, key: &str) -> Option<ArticleId> {
        self.named(key, self.value(key)?, ArticleId::parse)
    }

    fn names<T: PartialEq>(
        &self,
        key: &str,
        max: usize,
        parse: fn(&str) -> Result<T, NameError>,
    ) -> Vec<T> {
        let mut names = Vec::new();
        for value in self.array(key, max, "write a list of names in quotes") {
            let Some(name) = self.named(key, value, parse) else { continue };
            if names.contains(&name) {
                let path = self.path;
                let given = value.get_ref().as_str().unwrap_or_default();
                self.fault_at(value, format!("{path}{key} names \"{given}\" twice; drop one"));
            } else {
                names.push(name);
            }
        }
        names
    }

    /// A list of names, each once; empty where the key is absent.
    pub(super) fn slugs(&self, key: &str, max: usize) -> Vec<Slug> {
        self.names(key, max, Slug::parse)
    }

    /// A list of ids, each once; empty where the key is absent.
    pub(super) fn ids(&self, key: &str, max: usize) -> Vec<ArticleId> {
        self.names(key, max, ArticleId::parse)
    }

    /// A list of plain lines of at most `line_max` characters, each once; empty where the key is absent.
    pub(super) fn lines(&self, key: &str, max: usize, line_max: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for value in self.array(key, max, "write a list of texts in quotes") {
            let Some(text) = value.get_ref().as_str() else {
                self.wrong(key, value, "write a text in quotes");
                continue;
            };
            let path = self.path;
            if let Some(what) = line_fault(&format!("{path}{key}"), text, line_max) {
                self.fault_at(value, what);
            } else if !lines.iter().any(|line| line == text.trim()) {
                lines.push(text.trim().to_owned());
            }
        }
        lines
    }

    fn array(&self, key: &str, max: usize, wanted: &str) -> &'d [Spanned<DeValue<'d>>] {
        let Some(value) = self.value(key) else { return &[] };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, wanted);
            return &[];
        };
        if array.len() > max {
            let (path, count) = (self.path, array.len());
            self.fault_at(value, format!("{path}{key} has {count} entries; write at most {max}"));
            return &[];
        }
        array
    }

    /// An instant, moved.
    pub(super) fn instant(&self, key: &str, instants: &Instants<'_>) -> Option<Timestamp> {
        let value = self.value(key)?;
        let path = self.path;
        let Some(written) = value.get_ref().as_datetime() else {
            self.wrong(key, value, &format!("{FORM}, without quotes"));
            return None;
        };
        let read = instants.read(&written.to_string());
        read.map_err(|what| self.fault_at(value, format!("{path}{key}: {what}"))).ok()
    }

    /// An instant as it is written, where it can be read; what is wrong with it is told by [`Self::instant`].
    pub(super) fn plain_instant(&self, key: &str) -> Option<Timestamp> {
        self.value(key)?.get_ref().as_datetime()?.to_string().parse().ok()
    }

    /// A whole number from 1 to `max`.
    pub(super) fn number(&self, key: &str, max: u16) -> Option<u16> {
        let value = self.value(key)?;
        let path = self.path;
        let Some(written) = value.get_ref().as_integer() else {
            self.wrong(key, value, &format!("write a number from 1 to {max}, without quotes"));
            return None;
        };
        let number = u16::from_str_radix(written.as_str(), written.radix()).ok();
        let fitting = number.filter(|number| (1..=max).contains(number));
        if fitting.is_none() {
            self.fault_at(
                value,
                format!("{path}{key} is not within 1 to {max}; write such a number"),
            );
        }
        fitting
    }

    /// Yes or no; no where the key is absent.
    pub(super) fn flag(&self, key: &str) -> bool {
        let Some(value) = self.value(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(key, value, "write true or false, without quotes");
            false
        })
    }

    /// A table in this one.
    pub(super) fn table(
        &self,
        key: &str,
        path: &'static str,
        known: &[&'static str],
    ) -> Option<Fields<'d>> {
        let value = self.value(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, &format!("write a line [{key}] and its fields below"));
            return None;
        };
        Some(Self::within(self.document, table, path, value.span().start, known))
    }

    /// Tables in this one, each under a line `[[key]]`.
    pub(super) fn tables(
        &self,
        key: &str,
        path: &'static str,
        max: usize,
        known: &[&'static str],
    ) -> Vec<Fields<'d>> {
        let wanted = format!("write a line [[{key}]] and the fields below, for each");
        let mut tables = Vec::new();
        for value in self.array(key, max, &wanted) {
            match value.get_ref().as_table() {
                Some(table) => {
                    let offset = value.span().start;
                    tables.push(Self::within(self.document, table, path, offset, known));
                }
                None => self.wrong(key, value, &wanted),
            }
        }
        tables
    }
}
