//! What the tests share: files that are all there, whole readings of an export, and goldens.

use std::ops::ControlFlow;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use newsroom::import::{Export, Files, Item, Outcome, Survey, Unreadable};
use newsroom::{Article, BodyWords, Context, Fault, PaperFile};
use paywall::PaperId;

/// Has every file but those whose address says "gone", under the last part of its address.
pub(crate) struct Shelf;

impl Files for Shelf {
    fn name_of(&mut self, address: &str) -> Option<String> {
        let path = address.split(['?', '#']).next()?;
        let name = path.rsplit('/').next()?.replace([' ', '%'], "-");
        let documents = [".pdf", ".csv"].iter().any(|ending| name.ends_with(ending));
        let folder = if documents { "attachments" } else { "pictures" };
        (!address.contains("gone")).then(|| format!("{folder}/{name}"))
    }
}

/// A whole reading of an export.
pub(crate) struct Told {
    pub(crate) survey: Survey,
    pub(crate) items: Vec<Item>,
    pub(crate) end: Result<(), Unreadable>,
}

pub(crate) fn told(export: &mut dyn Export) -> Result<Told, Unreadable> {
    let survey = export.survey()?;
    let mut items = Vec::new();
    let end = export.items(&survey, &mut Shelf, &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    Ok(Told { survey, items, end })
}

impl Told {
    /// Everything that was told, for a golden.
    pub(crate) fn listed(&self) -> String {
        let mut out = String::from("# Survey\n");
        let Survey { site, sections, tags, authors, items, remarks, .. } = &self.survey;
        out.push_str(&format!("site: {site}\nitems: {items}\n"));
        for section in sections {
            out.push_str(&format!("section: {} {:?}\n", section.slug, section.name));
        }
        for tag in tags {
            out.push_str(&format!("tag: {} {:?}\n", tag.slug, tag.name));
        }
        for author in authors {
            out.push_str(&format!("author: {} {:?}\n", author.slug, author.name));
        }
        for remark in remarks {
            out.push_str(&format!("remark: {remark}\n"));
        }
        for item in &self.items {
            out.push_str(&format!("\n# {}: {}\n", item.line, item.name));
            for remark in &item.remarks {
                out.push_str(&format!("remark: {remark}\n"));
            }
            match &item.outcome {
                Outcome::Article(file) => out.push_str(file),
                Outcome::Left { why, .. } => out.push_str(&format!("left: {why}\n")),
                Outcome::Bad { why } => out.push_str(&format!("bad: {why}\n")),
            }
        }
        if let Err(fault) = &self.end {
            out.push_str(&format!("\n# {fault}\n"));
        }
        out
    }

    /// Asserts that every article is read without a fault, in a paper with the names of the survey.
    pub(crate) fn assert_read(&self) {
        let paper = PaperFile {
            sections: self.survey.sections.clone(),
            tags: self.survey.tags.clone(),
            authors: self.survey.authors.clone(),
            series: self.survey.series.clone(),
            ..PaperFile::default()
        };
        for item in &self.items {
            if let Outcome::Article(file) = &item.outcome {
                let read = read(file, &paper);
                assert!(read.is_ok(), "{}\n{file}\n{:#?}", item.name, read.err());
            }
        }
    }

    /// The file of the item whose name has `name`.
    pub(crate) fn file(&self, name: &str) -> &str {
        let item = self.items.iter().find(|item| item.name.contains(name));
        match item.map(|item| &item.outcome) {
            Some(Outcome::Article(file)) => file,
            other => panic!("{name}: {other:?}"),
        }
    }

    pub(crate) fn count(&self, of: fn(&Outcome) -> bool) -> usize {
        self.items.iter().filter(|item| of(&item.outcome)).count()
    }
}

pub(crate) fn read(file: &str, paper: &PaperFile) -> Result<Article, Vec<Fault>> {
    let words = BodyWords {
        corrected: "C {time}".to_owned(),
        withdrawn: "W {time}".to_owned(),
        ..BodyWords::default()
    };
    let context = Context {
        paper,
        paper_id: PaperId([7; 16]),
        zone: &TimeZone::UTC,
        words: &words,
        address_of: &|_| None,
        media_address: &|file| Some(format!("/media/{file}")),
        picture_size: &|_| None,
        shift_days: 0,
    };
    newsroom::read_article("a.md", file, &context)
}

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name)
}

/// Compares with a golden file; `UPDATE_GOLDEN=1` writes it.
pub(crate) fn assert_golden(name: &str, found: &str) {
    let path = path(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).expect("the golden can be written");
        return;
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (found, wanted)) in found.lines().zip(wanted.lines()).enumerate() {
        assert_eq!(found, wanted, "{name}:{}", number + 1);
    }
    assert_eq!(found.len(), wanted.len(), "{name}: one is longer");
}
