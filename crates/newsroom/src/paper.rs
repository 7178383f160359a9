//! What a paper is made of besides its articles: sections, tags, authors, series, and the front page's fixed places.
//! A value without behaviour; it never says what a reader may open.

use crate::{ArticleId, Slug};

/// The whole of `paper.toml`, checked.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct PaperFile {
    /// In the order of the menu.
    pub sections: Vec<Section>,
    /// In the order of the file.
    pub tags: Vec<Tag>,
    /// In the order of the file.
    pub authors: Vec<Author>,
    /// In the order of the file.
    pub series: Vec<Series>,
    /// The fixed places of the front page.
    pub front: Front,
    /// The paper's name as a drawing: `pictures/wordmark.svg`. Without one the name is set as text.
    pub wordmark: Option<String>,
}

/// A section of the paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name on the page.
    pub name: String,
    /// Tags listed under its name on the front page.
    pub topics: Vec<Slug>,
    /// Whether its articles are opinion, set apart on the front page.
    pub opinion: bool,
}

/// Something that articles are about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tag {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name on the page.
    pub name: String,
}

/// Somebody who writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Author {
    /// The name in addresses.
    pub slug: Slug,
    /// The name in the byline.
    pub name: String,
    /// What the author does at the paper.
    pub role: Option<String>,
}

/// Articles that belong together, in numbered parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Series {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name on the page.
    pub name: String,
}

/// The fixed places of the front page.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Front {
    /// Which articles the newsroom put on top.
    pub arrangement: Arrangement,
    /// The article that the graphic of the day belongs to.
    pub graphic: Option<ArticleId>,
    /// The tide at the paper's gauge.
    pub tide: Option<Tide>,
    /// Signed changes of the day.
    pub market: Vec<Quote>,
    /// That graphic, drawn for wide and for narrow screens.
    pub drawing: Option<Drawing>,
}

/// Which articles stand in the places on top of the front page. What is not named is filled by time.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Arrangement {
    /// The first article of the page.
    pub lead: Option<ArticleId>,
    /// Lines below the lead.
    pub related: Vec<ArticleId>,
    /// Beside the lead.
    pub top: Vec<ArticleId>,
}

impl Arrangement {
    /// All articles that are named: the lead, what stands beside it, and the lines below.
    pub fn named(&self) -> impl Iterator<Item = &ArticleId> {
        self.lead.iter().chain(&self.top).chain(&self.related)
    }
}

/// High and low water of the day, as the paper gives them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tide {
    /// Where: the heading.
    pub place: String,
    /// Time and height of high water: "11:42, 3.1 m".
    pub high: String,
    /// Time and height of low water.
    pub low: String,
}

/// One row of the market strip.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// What is quoted.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Its change with its sign: "+0.8%" or "−1.4%".
    pub change: String,
}

impl Quote {
    /// Whether it went down: its change begins with a minus sign or a hyphen.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.change.starts_with(['−', '-'])
    }
}

/// The graphic of the day, in two settings of the same drawing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drawing {
    /// For wide screens: `pictures/..`.
    pub wide: String,
    /// For narrow ones.
    pub narrow: String,
    /// What it shows, in words.
    pub alt: String,
}

impl PaperFile {
    /// The section of that name.
    #[must_use]
    pub fn section(&self, slug: &Slug) -> Option<&Section> {
        self.sections.iter().find(|section| section.slug == *slug)
    }

    /// The tag of that name.
    #[must_use]
    pub fn tag(&self, slug: &Slug) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.slug == *slug)
    }

    /// The author of that name.
    #[must_use]
    pub fn author(&self, slug: &Slug) -> Option<&Author> {
        self.authors.iter().find(|author| author.slug == *slug)
    }

    /// The series of that name.
    #[must_use]
    pub fn series(&self, slug: &Slug) -> Option<&Series> {
        self.series.iter().find(|series| series.slug == *slug)
    }
}
