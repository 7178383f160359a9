//! Folders of Markdown that other programs publish: Hugo's, Jekyll's, Eleventy's habits, translated file by file. Files
//! of our own form pass unchanged. It runs no template: what only a template could say is kept as text and reported.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::html::plain;
use super::mapping::Mapping;
use super::{Export, Files, Identity, Item, Outcome, Remarks, Survey, Unreadable};
use crate::limits::{ARTICLE_BYTES_MAX, PAPER_LIST_MAX, SECTIONS_MAX};
use crate::{Author, Section, Slug};

mod article;
mod front_matter;
mod habits;
mod signs;

/// Bytes of one file.
pub const FILE_BYTES_MAX: usize = ARTICLE_BYTES_MAX;

/// Whose habits a folder follows, where they differ.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Habit {
    /// As each file looks.
    #[default]
    Auto,
    /// `content/`, TOML or YAML, shortcodes.
    Hugo,
    /// `_posts/2024-05-17-name.md`, Liquid.
    Jekyll,
    /// Addresses by where the file lies.
    Eleventy,
}

/// One file of the folder.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its path in the folder, with slashes: `content/news/one.md`.
    pub name: &'a str,
    /// What stands in it.
    pub bytes: &'a [u8],
}

/// Takes files one after the other.
pub type EachFile<'f> = dyn FnMut(File<'_>) -> ControlFlow<()> + 'f;

/// A folder of Markdown. `walk` gives every file of it, always in the same order.
pub struct Folder<W> {
    walk: W,
    mapping: Mapping,
    zone: TimeZone,
    habit: Habit,
    reserved: fn(&str) -> bool,
    sections: BTreeMap<Slug, String>,
}

impl<W> Folder<W>
where
    W: FnMut(&mut EachFile<'_>) -> io::Result<()>,
{
    /// A folder that `walk` goes through.
    pub fn new(walk: W, mapping: Mapping, habit: Habit) -> Self {
        let zone = TimeZone::UTC;
        Self { walk, mapping, zone, habit, reserved: |_| false, sections: BTreeMap::new() }
    }

    /// Which names no section may have, since addresses of the site begin with them.
    #[must_use]
    pub fn reserved(mut self, reserved: fn(&str) -> bool) -> Self {
        self.reserved = reserved;
        self
    }
}

fn unreadable(error: &io::Error) -> Unreadable {
    let what = format!("the folder cannot be read: {error}; see that it is there and may be read");
    Unreadable { line: 0, what }
}

/// Names that articles gave, and how many articles each.
#[derive(Default)]
struct Names {
    sections: BTreeMap<Slug, (String, u64)>,
    tags: BTreeMap<Slug, String>,
    authors: BTreeMap<Slug, String>,
}

impl Names {
    fn take(&mut self, found: article::Found) {
        let entry = self.sections.entry(found.section.0).or_insert((found.section.1, 0));
        entry.1 += 1;
        for (list, names) in [(&mut self.tags, found.tags), (&mut self.authors, found.authors)] {
            for (slug, name) in names {
                list.entry(slug).or_insert(name);
            }
        }
    }
}

impl<W> Export for Folder<W>
where
    W: FnMut(&mut EachFile<'_>) -> io::Result<()>,
{
    fn survey(&mut self) -> Result<Survey, Unreadable> {
        let mut names = Names::default();
        let mut items = 0;
        let Self { walk, mapping, zone, habit, reserved, .. } = self;
        let desk = article::Desk { mapping, zone, habit: *habit, reserved: *reserved };
        walk(&mut |file| {
            items += 1;
            if let Some(found) = desk.names(file) {
                names.take(found);
            }
            ControlFlow::Continue(())
        })
        .map_err(|error| unreadable(&error))?;
        let mut remarks = Remarks::default();
        let mut by_use: Vec<_> = names.sections.into_iter().collect();
        by_use.sort_by(|one, other| other.1.1.cmp(&one.1.1).then_with(|| one.0.cmp(&other.0)));
        if by_use.len() > SECTIONS_MAX {
            remarks.note(format!(
                "a paper has at most {SECTIONS_MAX} sections; articles of further ones stand in the default one"
            ));
            by_use.truncate(SECTIONS_MAX - 1);
            if let Some((slug, name)) = desk.rest() {
                by_use.push((slug, (name, 0)));
            }
        }
        self.sections = by_use.into_iter().map(|(slug, (name, _))| (slug, name)).collect();
        let named = |slug: &Slug, name: &String| {
            self.mapping.names.get(slug.as_str()).unwrap_or(name).clone()
        };
        let section = |(slug, name): (&Slug, &String)| {
            let name = named(slug, name);
            Section { slug: slug.clone(), name, topics: Vec::new(), opinion: false }
        };
        let tag = |(slug, name): (&Slug, &String)| crate::Tag {
            slug: slug.clone(),
            name: named(slug, name),
        };
        let author = |(slug, name): (&Slug, &String)| Author {
            slug: slug.clone(),
            name: named(slug, name),
            role: None,
        };
        for (count, what) in [(names.tags.len(), "tags"), (names.authors.len(), "authors")] {
            if count > PAPER_LIST_MAX {
                remarks.note(format!(
                    "a paper has at most {PAPER_LIST_MAX} {what}, and the folder has {count}; join some of them \
                     in the mapping"
                ));
            }
        }
        Ok(Survey {
            site: self.mapping.site.clone().unwrap_or_default(),
            file_hosts: Vec::new(),
            identity: Identity::default(),
            sections: self.sections.iter().map(section).collect(),
            tags: names.tags.iter().take(PAPER_LIST_MAX).map(tag).collect(),
            authors: names.authors.iter().take(PAPER_LIST_MAX).map(author).collect(),
            series: Vec::new(),
            items,
            remarks: remarks.into_sentences(),
        })
    }

    /// Files say their language themselves, or have the paper's.
    fn bound_for(&mut self, zone: &TimeZone, _language: &str) {
        self.zone = zone.clone();
    }

    fn items(
        &mut self,
        survey: &Survey,
        files: &mut dyn Files,
        each: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<(), Unreadable> {
        let Self { walk, mapping, zone, habit, reserved, .. } = self;
        let desk = article::Desk { mapping, zone, habit: *habit, reserved: *reserved };
        walk(&mut |file| each(desk.item(file, Some(survey), files)))
            .map_err(|error| unreadable(&error))
    }
}

/// Translates one file. Names that it gives are not held against any list.
pub fn translate(
    file: File<'_>,
    habit: Habit,
    mapping: &Mapping,
    zone: &TimeZone,
    files: &mut dyn Files,
) -> (Outcome, Vec<String>) {
    let desk = article::Desk { mapping, zone, habit, reserved: |_| false };
    let item = desk.item(file, None, files);
    (item.outcome, item.remarks)
}

/// A table of YAML; what is wrong with a line, from 1, where it is none.
pub(super) fn yaml(
    text: &str,
) -> Result<serde_json::Map<String, serde_json::Value>, (u64, String)> {
    let said =
        |fault: front_matter::Fault| (fault.line, fault.what.replace("front matter", "file"));
    front_matter::yaml(text).map_err(said)
}

/// Markdown of others as HTML: tables, struck words, lists of tasks and notes at the foot besides CommonMark.
pub(super) fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut html = String::new();
    let mut notes = Notes::default();
    let events = Parser::new_ext(markdown, options).flat_map(|event| notes.event(event));
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

/// The words of one line of Markdown, which begins no block whatever it begins with.
pub(super) fn line_of(markdown: &str) -> String {
    // A full stop makes a paragraph of what could be a list or a heading.
    let words = plain(&to_html(&format!(". {}", markdown.trim())));
    words.strip_prefix('.').map_or_else(|| words.clone(), |words| words.trim().to_owned())
}

/// Notes at the foot by their numbers, which are set as such and lead nowhere.
#[derive(Default)]
struct Notes {
    numbers: HashMap<String, usize>,
    /// The number that the next paragraph begins with.
    label: Option<usize>,
}

impl Notes {
    fn number(&mut self, name: &str) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(name.to_owned()).or_insert(next)
    }

    fn event<'e>(&mut self, event: Event<'e>) -> Vec<Event<'e>> {
        let html = |html: String| Event::InlineHtml(html.into());
        match event {
            Event::FootnoteReference(name) => {
                vec![html(format!("<sup>{}</sup>", self.number(&name)))]
            }
            Event::Start(Tag::FootnoteDefinition(name)) => {
                self.label = Some(self.number(&name));
                vec![html("<div>".to_owned())]
            }
            Event::End(TagEnd::FootnoteDefinition) => vec![html("</div>".to_owned())],
            Event::Start(Tag::Paragraph) => {
                let label = self.label.take();
                let label = label.map(|number| html(format!("<sup>{number}</sup> ")));
                std::iter::once(Event::Start(Tag::Paragraph)).chain(label).collect()
            }
            other => vec![other],
        }
    }
}
