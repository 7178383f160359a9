//! Brings other people's exports in: each reader translates one format, item by item, into files of the Markdown
//! folder. It opens nothing, fetches nothing and decides no access beyond what the export says; what it could not
//! translate it reports. Memory follows the largest item and the lists of names, not the size of the export.

use std::ops::ControlFlow;

use jiff::tz::TimeZone;

use crate::picture::Noted;
use crate::{Author, Section, Series, Tag};

pub mod ghost;
mod html;
pub mod mapping;
pub mod markdown;
pub mod redirects;
mod remarks;
pub mod subscribers;
pub mod wordpress;

pub use remarks::{REMARKS_MAX, Remarks};
use wordpress::slugs;
pub use wordpress::slugs::slug_of_words;

/// An export that can be read from its beginning as often as it takes.
pub trait Export {
    /// Reads what has to be known before the articles: names, and how many items there are.
    ///
    /// # Errors
    /// [`Unreadable`] where the export as a whole cannot be read.
    fn survey(&mut self) -> Result<Survey, Unreadable>;

    /// Says into which paper it comes, before its items are read: times that the export gives without a zone count in
    /// `zone`, and articles in another language than `language` (a BCP 47 tag) say so. It changes no survey.
    fn bound_for(&mut self, zone: &TimeZone, language: &str);

    /// Translates item by item, in the order of the export, until `each` breaks off. A bad item is one that says why;
    /// the next one follows. `files` is asked for every file that an item names.
    ///
    /// # Errors
    /// [`Unreadable`] where the export ends in the middle or cannot be read any further. What was handed on counts.
    fn items(
        &mut self,
        survey: &Survey,
        files: &mut dyn Files,
        each: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<(), Unreadable>;
}

/// What an export says before its articles.
#[derive(Clone, Default, Debug)]
pub struct Survey {
    /// The address of the site that it came from, without a slash at the end.
    pub site: String,
    /// Other hosts on which the export says that the site's own files lie.
    pub file_hosts: Vec<String>,
    /// What the site says of itself.
    pub identity: Identity,
    /// Sections that its articles stand in.
    pub sections: Vec<Section>,
    /// Tags that its articles have.
    pub tags: Vec<Tag>,
    /// Authors.
    pub authors: Vec<Author>,
    /// Series.
    pub series: Vec<Series>,
    /// How many items there are, for the progress.
    pub items: u64,
    /// What was met on the way: names that were changed or left out, and why.
    pub remarks: Vec<String>,
}

/// What a site says of itself; a new paper begins with it. Empty where the export does not say it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// The line under the name.
    pub tagline: String,
    /// Its language, as a BCP 47 tag.
    pub language: String,
    /// Its time zone, by its name in the database of zones.
    pub zone: String,
}

/// One item of an export.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// The line of the export on which it begins, from 1; 0 where the format has no lines.
    pub line: u64,
    /// What it is called there: `post 1177 "Edge case"`.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What was lost or changed in the translation, one sentence each.
    pub remarks: Vec<String>,
    /// Whether it stood on top of the front page there.
    pub featured: bool,
}

/// What became of an item.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// An article, as a file of the Markdown folder.
    Article(String),
    /// Something that is not for the readers, or not for a newspaper: a draft, a comment, a menu.
    Left {
        /// Why it is left out.
        why: &'static str,
        /// The id that its article has, where an earlier export had it as one for readers: it is none any more.
        id: Option<String>,
    },
    /// Something that cannot be read.
    Bad {
        /// What is wrong with it, and what to do.
        why: String,
    },
}

/// Where the files of an export are.
pub trait Files {
    /// The name that the file of an address has in the Markdown folder (`pictures/2013/bridge.jpg`); `None` where it
    /// cannot be had, and then the text goes without it.
    fn name_of(&mut self, address: &str) -> Option<String>;

    /// What a picture says of itself, for where the export says nothing; `name` as [`Self::name_of`] gave it.
    fn noted(&mut self, name: &str) -> Noted {
        let _ = name;
        Noted::default()
    }
}

/// An export that cannot be read as a whole.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Unreadable {
    /// The line, from 1; 0 where it is not known.
    pub line: u64,
    /// What is wrong, and what to do.
    pub what: String,
}
