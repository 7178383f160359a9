//! An article as the newsroom publishes it: what everybody may know of it, its teaser, and its sealed rest.
//!
//! These types are values without behaviour. They never say who may read the body, and they are not serializable: each
//! edge has its own form of them.

use std::fmt;

use jiff::Timestamp;
use paywall::{Access, ArticleKey, Sealed};

use crate::picture::Focus;
use crate::{ArticleId, Slug};

/// The origin of the paper's own articles in [`ArticleKey::derive`].
pub const ORIGIN: &str = "own";

/// A whole article.
pub struct Article {
    /// What lists, feeds and the top of the page show. Public.
    pub head: Head,
    /// What stands above the paywall line. Public.
    pub teaser: Teaser,
    /// What stands below it. Sealed for every access, free articles too: `paywall::decide` opens those for everybody.
    pub body: Sealed<Body>,
    /// The Markdown after the front matter, teaser included, with LF line ends: for the export.
    pub source: Sealed<String>,
    /// The files of the folder that stand below the paywall line, for whoever keeps them behind the gate.
    pub locked_media: Vec<String>,
    /// Paths of this site, with their queries where they have some, at which the article stood before. Each begins
    /// with one `/`.
    pub old_addresses: Vec<String>,
}

impl fmt::Debug for Article {
    /// Prints what everybody may know: of the files below the line only how many there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Article")
            .field("head", &self.head)
            .field("teaser", &self.teaser)
            .field("body", &self.body)
            .field("source", &self.source)
            .field("locked_media", &self.locked_media.len())
            .field("old_addresses", &self.old_addresses)
            .finish()
    }
}

/// What everybody may know of an article. Texts are plain, one line each, and not escaped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Its name for ever.
    pub id: ArticleId,
    /// Its opaque name in the meter, in grants and on its seals.
    pub key: ArticleKey,
    /// Its name in addresses.
    pub slug: Slug,
    /// Whether another article of the paper, in another section, had the slug before it: then its address names the
    /// section, whatever the paper's pattern of addresses is. Found out by the store when the article is saved.
    pub namesake: bool,
    /// The section that it stands in.
    pub section: Slug,
    /// The headline.
    pub headline: String,
    /// The sentence or two below the headline.
    pub standfirst: Option<String>,
    /// The tag whose name stands above the headline.
    pub kicker: Option<Slug>,
    /// All tags, the kicker included, each once.
    pub tags: Vec<Slug>,
    /// Who wrote it; none: no byline.
    pub authors: Vec<Slug>,
    /// Where the byline says that it was written.
    pub filed_from: Option<String>,
    /// The place set before the first paragraph. It is printed there already: pages need not set it again.
    pub dateline: Option<String>,
    /// When it is published; an embargo while that lies ahead.
    pub published_at: Timestamp,
    /// When the text last changed after publication.
    pub updated_at: Option<Timestamp>,
    /// Who may read all of it.
    pub access: Access,
    /// What kind of article it is.
    pub genre: Genre,
    /// Its place in a series.
    pub series: Option<Part>,
    /// Its language as a BCP 47 tag, where that is not the paper's.
    pub language: Option<String>,
    /// The direction of `language`. Where `language` is `None` this is left to right and the paper's direction counts.
    pub direction: Direction,
    /// What search engines are told of it instead of headline and standfirst,
    pub search: Announcement,
    /// and what a card shows where somebody sends its address to others.
    pub social: Announcement,
    /// The picture above the text.
    pub lead_image: Option<LeadImage>,
    /// What was wrong and is set right, oldest first.
    pub corrections: Vec<Correction>,
    /// Since when a live article runs; `None` for other genres, and once it has ended.
    pub live_since: Option<Timestamp>,
    /// When the paper took it back; its address then says so, and nothing lists it.
    pub withdrawn_at: Option<Timestamp>,
}

/// How an article is announced where somebody else shows it. What is missing is the article's own.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Announcement {
    /// In place of the headline.
    pub headline: Option<String>,
    /// In place of the standfirst.
    pub standfirst: Option<String>,
}

impl Head {
    /// What a search engine is told that it is called.
    #[must_use]
    pub fn searched_headline(&self) -> &str {
        self.search.headline.as_deref().unwrap_or(&self.headline)
    }

    /// What it is told that it says.
    #[must_use]
    pub fn searched_standfirst(&self) -> Option<&str> {
        self.search.standfirst.as_deref().or(self.standfirst.as_deref())
    }

    /// What stands on a card that leads to it,
    #[must_use]
    pub fn card_headline(&self) -> &str {
        self.social.headline.as_deref().unwrap_or(&self.headline)
    }

    /// and below.
    #[must_use]
    pub fn card_standfirst(&self) -> Option<&str> {
        self.social.standfirst.as_deref().or(self.standfirst.as_deref())
    }
}

/// The public beginning of the text.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Teaser {
    /// Markup of the text.
    pub html: String,
    /// Markup of the fact boxes and pull quotes that stand in this half.
    pub aside: String,
    /// Addresses of the links in the text, in the order of their first `data-n`, each once. Numbered from 1.
    pub notes: Vec<String>,
    /// Words of the text, without boxes and captions; a Chinese, Japanese or Korean character counts as one.
    pub words: u32,
    /// Files that this half names (`pictures/..`, `attachments/..`), sorted, each once.
    pub media: Vec<String>,
}

/// What follows the teaser. It cannot be printed, also not by accident in a log.
#[derive(PartialEq, Eq, Default)]
pub struct Body {
    /// Markup of the text.
    pub html: String,
    /// Markup of the fact boxes and pull quotes that stand in this half.
    pub aside: String,
    /// Addresses of the links in the text that the teaser does not have, in the order of their first `data-n`.
    /// Numbers go on from the teaser's.
    pub notes: Vec<String>,
    /// Words of the text, counted as in [`Teaser::words`].
    pub words: u32,
    /// Files that this half names, sorted, each once.
    pub media: Vec<String>,
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes, {} words)", self.html.len(), self.words)
    }
}

/// What kind of article it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum Genre {
    /// A report.
    #[default]
    News,
    /// Somebody's opinion, set apart.
    Opinion,
    /// A running report of dated entries.
    Live,
    /// A few lines.
    Brief,
}

/// A word for a genre that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("genre {0:?} is not known; write \"news\", \"opinion\", \"live\" or \"brief\"")]
pub struct UnknownGenre(String);

impl Genre {
    /// Reads the word that files and tables use.
    ///
    /// # Errors
    /// [`UnknownGenre`] when the word is not one of them.
    pub fn parse(word: &str) -> Result<Self, UnknownGenre> {
        match word {
            "news" => Ok(Self::News),
            "opinion" => Ok(Self::Opinion),
            "live" => Ok(Self::Live),
            "brief" => Ok(Self::Brief),
            other => Err(UnknownGenre(other.chars().take(40).collect())),
        }
    }

    /// The word that files and tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Opinion => "opinion",
            Self::Live => "live",
            Self::Brief => "brief",
        }
    }
}

/// Which way a language is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum Direction {
    /// As English.
    #[default]
    LeftToRight,
    /// As Arabic.
    RightToLeft,
}

/// Languages that are written from right to left, by their primary subtag.
const RIGHT_TO_LEFT: [&str; 10] = ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

impl Direction {
    /// The direction of a BCP 47 tag, by its language alone.
    #[must_use]
    pub fn of(language: &str) -> Self {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        if RIGHT_TO_LEFT.iter().any(|known| known.eq_ignore_ascii_case(primary)) {
            Self::RightToLeft
        } else {
            Self::LeftToRight
        }
    }

    /// The value of the `dir` attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// A place in a series.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The series.
    pub series: Slug,
    /// The number of the part, from 1.
    pub part: u16,
}

/// The picture above the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeadImage {
    /// Its address on the site, for everybody; `None` where the file is not kept.
    pub address: Option<String>,
    /// Width in pixels; 0 where it is not known.
    pub width: u32,
    /// Height in pixels; 0 where it is not known.
    pub height: u32,
    /// The file in the folder: `pictures/..`.
    pub file: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// The line under it.
    pub caption: Option<String>,
    /// Who made it, without the ©.
    pub credit: Option<String>,
    /// The point that stays in sight where the picture is cropped.
    pub focus: Focus,
}

/// Something that was wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Correction {
    /// When it was set right.
    pub at: Timestamp,
    /// What was wrong, and what is right.
    pub text: String,
}

#[cfg(test)]
mod tests;
