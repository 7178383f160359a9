//! The paper's own word on an import: which of the old names becomes which of ours, and who may read what. A pure
//! reader of one TOML file; it knows no export, and an importer asks it before it decides by itself.

use std::collections::BTreeMap;

use paywall::Access;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Fault, Slug};

/// Bytes of a mapping file.
pub const MAPPING_BYTES_MAX: usize = 1 << 20;
/// Characters of a name in it.
const NAME_MAX: usize = crate::limits::NAME_MAX;

/// What to do with the text of a locked article that does not say where its public part ends.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Unmarked {
    /// Nothing of it is public, as it was there.
    #[default]
    Nothing,
    /// Its first paragraphs are, as in an article that is written here.
    Paragraphs,
}

/// What a mapping file says.
#[derive(Clone, Default, Debug)]
pub struct Mapping {
    /// `site`: the address of the old site, where the export does not say it.
    pub site: Option<String>,
    /// `permalink`: how an article's old path is made, where the export does not say it: `/{year}/{month}/{slug}/`.
    pub permalink: Option<String>,
    /// `default_section`: the section of articles that none is found for.
    pub default_section: Option<Slug>,
    /// `default_access`: who may read articles of which the export does not say it.
    pub default_access: Option<Access>,
    /// `pages`: the section in which pages become articles; without it they are left out.
    pub pages: Option<Slug>,
    /// `teaser`: `"nothing"` or `"paragraphs"`.
    pub teaser: Unmarked,
    /// `[sections]`: an old name, and our section.
    pub sections: BTreeMap<String, Slug>,
    /// `[tags]`: an old name, and our tag; `None` where it is dropped.
    pub tags: BTreeMap<String, Option<Slug>>,
    /// `[access]`: an old name of a section or tag, and who may read its articles.
    pub access: BTreeMap<String, Access>,
    /// `[visibility]`: Ghost's own word (`public`, `members`, `paid`, `tiers`), and who may read its articles.
    pub words: BTreeMap<String, Access>,
    /// `[names]`: one of our sections, tags or authors, and its name on the page.
    pub names: BTreeMap<String, String>,
}

const KEYS: [&str; 11] = [
    "site",
    "permalink",
    "default_section",
    "default_access",
    "pages",
    "teaser",
    "sections",
    "tags",
    "access",
    "visibility",
    "names",
];

impl Mapping {
    /// Reads a mapping file; `file` is its name in faults.
    ///
    /// # Errors
    /// Every fault of the file with its line and key.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader { file, text, faults: Vec::new() };
        if text.len() > MAPPING_BYTES_MAX {
            reader.whole(format!(
                "the file has more than {MAPPING_BYTES_MAX} bytes; make it shorter"
            ));
            return Err(reader.faults);
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let at = error.span().map_or(0, |span| span.start);
            let said = error.message().replace('\n', ", ");
            reader.fault(at, format!("this is not TOML: {said}"));
        }
        let mapping = reader.mapping(table.get_ref());
        if reader.faults.is_empty() { Ok(mapping) } else { Err(reader.faults) }
    }

    /// A sentence for every old name that the file has and the export does not.
    pub fn unmet(&self, known: impl Fn(&str) -> bool) -> Vec<String> {
        let tables = [
            ("sections", self.sections.keys().collect::<Vec<_>>()),
            ("tags", self.tags.keys().collect()),
            ("access", self.access.keys().collect()),
        ];
        let mut unmet = Vec::new();
        for (table, keys) in tables {
            for key in keys.into_iter().filter(|key| !known(key)) {
                unmet.push(format!(
                    "the mapping's [{table}] names \"{key}\", and the export does not"
                ));
            }
        }
        unmet
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn whole(&mut self, what: String) {
        self.faults.push(Fault { file: self.file.to_owned(), line: None, what });
    }

    fn fault(&mut self, at: usize, what: String) {
        let before = self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes());
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let line = u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1);
        // A fault is one line, whatever signs a key has.
        let is_plain = !what.contains(char::is_control);
        let what = if is_plain { what } else { what.replace(char::is_control, " ") };
        self.faults.push(Fault { file: self.file.to_owned(), line: Some(line), what });
    }

    fn mapping(&mut self, table: &DeTable<'_>) -> Mapping {
        let mut mapping = Mapping::default();
        for (key, value) in table {
            let name: &str = key.get_ref();
            match name {
                "site" => mapping.site = self.site(value),
                "permalink" => mapping.permalink = self.permalink(value),
                "default_section" => mapping.default_section = self.slug(name, value),
                "default_access" => mapping.default_access = self.access(name, value),
                "pages" => mapping.pages = self.slug(name, value),
                "teaser" => mapping.teaser = self.teaser(value),
                "sections" => mapping.sections = self.table(name, value, Self::slug),
                "tags" => mapping.tags = self.table(name, value, Self::tag),
                "access" => mapping.access = self.table(name, value, Self::access),
                "visibility" => mapping.words = self.table(name, value, Self::access),
                "names" => mapping.names = self.table(name, value, Self::name),
                _ => self.fault(
                    key.span().start,
                    format!("{name} is not a known key; the known ones are {}", KEYS.join(", ")),
                ),
            }
        }
        mapping
    }

    fn table<T>(
        &mut self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        read: fn(&mut Self, &str, &Spanned<DeValue<'_>>) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let mut found = BTreeMap::new();
        let Some(table) = value.get_ref().as_table() else {
            self.fault(value.span().start, format!("{name} is no table; write [{name}] and rows"));
            return found;
        };
        for (key, value) in table {
            let path = format!("{name}.{}", key.get_ref());
            if let Some(read) = read(self, &path, value) {
                found.insert(key.get_ref().to_string(), read);
            }
        }
        found
    }

    fn text<'v>(&mut self, key: &str, value: &'v Spanned<DeValue<'_>>) -> Option<&'v str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.fault(value.span().start, format!("{key} is no text; write one in quotes"));
        }
        text
    }

    fn slug(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Slug> {
        let text = self.text(key, value)?;
        let slug = Slug::parse(text);
        slug.map_err(|error| self.fault(value.span().start, format!("{key}: {error}"))).ok()
    }

    fn tag(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Option<Slug>> {
        if self.text(key, value)?.is_empty() { Some(None) } else { self.slug(key, value).map(Some) }
    }

    fn access(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Access> {
        let text = self.text(key, value)?;
        let access = Access::parse(text);
        access.map_err(|error| self.fault(value.span().start, format!("{key}: {error}"))).ok()
    }

    fn name(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = self.text(key, value)?.trim();
        let fits =
            (1..=NAME_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if !fits {
            self.fault(
                value.span().start,
                format!("{key} is no name; write one line of at most {NAME_MAX} characters"),
            );
        }
        fits.then(|| text.to_owned())
    }

    fn site(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = self.text("site", value)?.trim().trim_end_matches('/');
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let fits = host.is_some_and(|host| {
            host.starts_with(|c: char| c.is_alphanumeric() || c == '[')
                && !host.contains(|c: char| {
                    c.is_whitespace() || c.is_control() || "<>\"\\?#".contains(c)
                })
        });
        if !fits {
            let what = "site is no address; write such as \"https://www.example.org\"".to_owned();
            self.fault(value.span().start, what);
        }
        fits.then(|| text.to_owned())
    }

    fn permalink(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = self.text("permalink", value)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '#' | '\\');
        let fits = text.starts_with('/') && !text.starts_with("//") && !text.contains(odd);
        if !fits {
            let what = "permalink is no path; write such as \"/{year}/{month}/{slug}/\"".to_owned();
            self.fault(value.span().start, what);
        }
        fits.then(|| text.to_owned())
    }

    fn teaser(&mut self, value: &Spanned<DeValue<'_>>) -> Unmarked {
        match self.text("teaser", value) {
            Some("nothing") | None => Unmarked::Nothing,
            Some("paragraphs") => Unmarked::Paragraphs,
            Some(_) => {
                let what = "teaser is not known; write \"nothing\" or \"paragraphs\"".to_owned();
                self.fault(value.span().start, what);
                Unmarked::Nothing
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let text = "site = \"https://a.example/\"\npermalink = \"/{year}/{slug}/\"\n\
            default_section = \"news\"\ndefault_access = \"metered\"\npages = \"about\"\n\
            teaser = \"paragraphs\"\n[sections]\n\"Old_One\" = \"news\"\n[tags]\na = \"b\"\nc = \"\"\n\
            [access]\na = \"free\"\n[visibility]\npaid = \"metered\"\n[names]\nnews = \"The News\"\n";
        let mapping = Mapping::read("mapping.toml", text).unwrap();
        assert_eq!(mapping.site.as_deref(), Some("https://a.example"));
        assert_eq!(mapping.permalink.as_deref(), Some("/{year}/{slug}/"));
        assert_eq!(mapping.default_section.map(|slug| slug.to_string()).as_deref(), Some("news"));
        assert_eq!(mapping.default_access, Some(Access::Metered));
        assert_eq!(mapping.pages.map(|slug| slug.to_string()).as_deref(), Some("about"));
        assert_eq!(mapping.teaser, Unmarked::Paragraphs);
        assert_eq!(mapping.sections["Old_One"].as_str(), "news");
        assert_eq!(mapping.tags["c"], None);
        assert_eq!(mapping.access["a"], Access::Free);
        assert_eq!(mapping.words["paid"], Access::Metered);
        assert_eq!(mapping.names["news"], "The News");
    }

    #[test]
    fn faults_name_line_and_key() {
        for (text, line, says) in [
            ("sight = \"\"\n", 1, "sight is not a known key"),
            ("\n[sections]\na = \"B C\"\n", 3, "sections.a"),
            ("[access]\na = \"paid\"\n", 2, "access.a"),
            ("sections = 1\n", 1, "no table"),
            ("[names]\na = \"\"\n", 2, "names.a"),
            ("site = \"ftp://a\"\n", 1, "site is no address"),
            ("permalink = \"a b\"\n", 1, "permalink is no path"),
            ("teaser = \"all\"\n", 1, "teaser is not known"),
            ("default_section = 1\n", 1, "default_section is no text"),
            ("a = \n", 1, "not TOML"),
        ] {
            let faults = Mapping::read("m.toml", text).unwrap_err();
            assert_eq!(faults[0].line, Some(line), "{text} {faults:?}");
            assert!(faults[0].what.contains(says), "{text} {faults:?}");
        }
        assert!(Mapping::read("m.toml", &" ".repeat(MAPPING_BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn names_that_the_export_does_not_have_are_told() {
        let mapping = Mapping::read("m.toml", "[tags]\na = \"\"\nb = \"b\"\n").unwrap();
        assert_eq!(mapping.unmet(|name| name == "a").len(), 1);
    }
}
