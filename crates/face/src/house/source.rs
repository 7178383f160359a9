//! The document as TOML, with the line of everything in it. It knows no setting and changes nothing.

use toml_edit::{Document, Item, Key, TableLike};

use super::{Fault, HOUSE_BYTES_MAX};

/// A document that is TOML; whether its settings make sense is not known yet.
pub(super) struct Source<'t> {
    text: &'t str,
    document: Document<&'t str>,
    /// The byte at which each line begins.
    line_starts: Vec<usize>,
}

impl<'t> Source<'t> {
    /// Reads a text, or says why it is no TOML.
    pub(super) fn read(text: &'t str) -> Result<Self, Fault> {
        if text.len() > HOUSE_BYTES_MAX {
            let sentence = format!(
                "the settings are {} bytes long, and {HOUSE_BYTES_MAX} is the limit; shorten them",
                text.len()
            );
            return Err(Fault { key: String::new(), line: None, sentence });
        }
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        match Document::parse(text) {
            Ok(document) => Ok(Self { text, document, line_starts }),
            Err(error) => {
                let line = error.span().map(|span| line_at(&line_starts, span.start));
                let reason = error.message().trim().replace('\n', "; ");
                let sentence = format!(
                    "this is not TOML: {reason}; write lines such as key = \"text\" below a [group]"
                );
                Err(Fault { key: String::new(), line, sentence })
            }
        }
    }

    /// The text.
    pub(super) const fn text(&self) -> &'t str {
        self.text
    }

    /// The outermost table.
    pub(super) fn root(&self) -> &dyn TableLike {
        self.document.as_table()
    }

    /// What is set at a path of names with dots between them.
    pub(super) fn item(&self, path: &str) -> Option<&Item> {
        self.entry(path).map(|(_, item)| item)
    }

    /// The line on which the name at `path` stands, if it is set.
    pub(super) fn line_of(&self, path: &str) -> Option<u32> {
        let (key, item) = self.entry(path)?;
        self.line_of_entry(key, item)
    }

    /// The line of a name with its value.
    pub(super) fn line_of_entry(&self, key: &Key, item: &Item) -> Option<u32> {
        // The names of tables carry no place of their own; the table does.
        let span = key.span().or_else(|| item.span())?;
        Some(line_at(&self.line_starts, span.start))
    }

    /// The line on which a table or value begins.
    pub(super) fn line_of_span(&self, span: Option<std::ops::Range<usize>>) -> Option<u32> {
        span.map(|span| line_at(&self.line_starts, span.start))
    }

    /// From the beginning of the line on which a plain value stands to the value's end, in bytes; `None` for tables
    /// and for what stands inside a list or a table between `{` and `}`.
    pub(super) fn lines_of(&self, path: &str) -> Option<(usize, usize)> {
        let (groups, _) = path.rsplit_once('.').unwrap_or(("", path));
        if !groups.is_empty() {
            let mut above = groups.match_indices('.').map(|(at, _)| &groups[..at]).chain([groups]);
            if !above.all(|group| self.item(group).is_some_and(Item::is_table)) {
                return None;
            }
        }
        let (key, item) = self.entry(path)?;
        let (name, value) = (key.span()?, item.as_value()?.span()?);
        let line = usize::try_from(line_at(&self.line_starts, name.start)).ok()?;
        Some((*self.line_starts.get(line - 1)?, value.end))
    }

    fn entry(&self, path: &str) -> Option<(&Key, &Item)> {
        let mut table = self.root();
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            let (key, item) = table.get_key_value(name)?;
            if names.peek().is_none() {
                return Some((key, item));
            }
            table = item.as_table_like()?;
        }
        None
    }
}

fn line_at(line_starts: &[usize], byte: usize) -> u32 {
    let line = line_starts.partition_point(|start| *start <= byte);
    u32::try_from(line.max(1)).unwrap_or(u32::MAX)
}
