//! What all pages have in common at one moment: settings, the paper's sections and names, the words, the theme.
//! Immutable; a change makes a new one, and a request keeps the one that it began with.

use std::collections::HashMap;
use std::sync::Arc;

use face::{House, Key, Words};
use http::header::{self, HeaderName, HeaderValue};
use minijinja::value::Value;
use newsroom::{BodyWords, PaperFile};
use paywall::Capabilities;
use store::{MediaRow, Snapshot, Store};

use super::institutions::Institutions;
use super::told::Sayings;
use super::{Addresses, Origin, SiteError, robots};
use crate::shell::answer::Heads;
use crate::theme::Theme;

/// A paper whose address is https is never asked for over anything else again (RFC 6797): for a year, this host alone.
const STRICT: (HeaderName, HeaderValue) =
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));

/// One snapshot.
#[derive(Debug)]
pub(crate) struct Presentation {
    /// Counts up with every change.
    pub(crate) generation: u64,
    /// The house settings.
    pub(crate) house: House,
    /// Sections, tags, authors, series.
    pub(crate) paper: PaperFile,
    /// How addresses of articles are made.
    pub(crate) addresses: Addresses,
    /// The theme: templates, words, style and assets.
    pub(crate) theme: Arc<Theme>,
    /// The words of the paper's language, with the theme's wordings and over them the paper's own.
    pub(crate) words: Words,
    /// Those of them that need no value, for templates.
    pub(crate) plain_words: Value,
    /// How answers begin.
    pub(crate) heads: Heads,
    /// What readers were told lately.
    pub(crate) sayings: Sayings,
    /// Whether there are printed papers to activate.
    pub(crate) has_print: bool,
    /// Who has a site licence.
    pub(crate) institutions: Institutions,
    /// The wordmark, where the paper has one.
    pub(crate) wordmark: Option<MediaRow>,
    /// The graphic of the day, wide and narrow.
    drawing: Option<(MediaRow, MediaRow)>,
    sections: HashMap<String, usize>,
    tags: HashMap<String, usize>,
    authors: HashMap<String, usize>,
}

/// The paper's words inside of texts, as the reader of articles takes them.
#[must_use]
pub fn body_words(words: &Words) -> BodyWords {
    BodyWords {
        corrected: format!("{} {{time}}:", words.text(Key::Corrected)),
        withdrawn: words.text(Key::Withdrawn),
        pictures: words.written(Key::GalleryPictures),
        load: words.written(Key::EmbedLoad),
    }
}

impl Presentation {
    /// Reads the current one from the store.
    pub(crate) async fn read(
        store: &Store,
        capabilities: Capabilities,
        generation: u64,
        theme: &Arc<Theme>,
        origin: Option<&Origin>,
    ) -> Result<Self, SiteError> {
        let snapshot = store.settings().await?;
        Self::of(store, snapshot, capabilities, generation, theme, origin).await
    }

    /// The paper as it is, under these settings.
    pub(crate) async fn of(
        store: &Store,
        snapshot: Snapshot,
        capabilities: Capabilities,
        generation: u64,
        theme: &Arc<Theme>,
        origin: Option<&Origin>,
    ) -> Result<Self, SiteError> {
        let paper = store.paper().await?;
        let house = House::parse(&snapshot.text, snapshot.version, capabilities);
        let (house, _) = house.map_err(|faults| {
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            SiteError::Settings(all.join("; "))
        })?;
        let wordmark = match &paper.wordmark {
            Some(name) => store.media_named(name).await?,
            None => None,
        };
        let drawing = match &paper.front.drawing {
            Some(drawing) => {
                let wide = store.media_named(&drawing.wide).await?;
                wide.zip(store.media_named(&drawing.narrow).await?)
            }
            None => None,
        };
        let own = house.wordings.iter().find(|own| own.language() == house.paper.language);
        let themed = theme.words(house.paper.language);
        let words = own.into_iter().fold(themed, Words::over);
        let plain_words = super::contexts::value(words.plain());
        let places = |slugs: Vec<&str>| {
            slugs.into_iter().enumerate().map(|(place, slug)| (slug.to_owned(), place)).collect()
        };
        let institutions = Institutions::new(store.institutions().await?, &house.policy.zone);
        let strict = origin.filter(|origin| origin.is_secure()).map(|_| STRICT);
        let declared: Vec<_> =
            robots::declared(&house.crawlers).into_iter().chain(strict).collect();
        Ok(Self {
            generation,
            theme: Arc::clone(theme),
            addresses: Addresses::new(&house, &paper),
            heads: Heads::new(&house, &declared, &house.slots.third_parties),
            sayings: Sayings::new(),
            sections: places(paper.sections.iter().map(|s| s.slug.as_str()).collect()),
            tags: places(paper.tags.iter().map(|t| t.slug.as_str()).collect()),
            authors: places(paper.authors.iter().map(|a| a.slug.as_str()).collect()),
            house,
            paper,
            words,
            plain_words,
            has_print: store.has_print_accounts().await?,
            institutions,
            wordmark,
            drawing,
        })
    }

    pub(crate) fn section(&self, slug: &str) -> Option<&newsroom::Section> {
        self.paper.sections.get(*self.sections.get(slug)?)
    }

    pub(crate) fn tag(&self, slug: &str) -> Option<&newsroom::Tag> {
        self.paper.tags.get(*self.tags.get(slug)?)
    }

    pub(crate) fn series(&self, slug: &str) -> Option<&newsroom::Series> {
        self.paper.series.iter().find(|series| series.slug.as_str() == slug)
    }

    pub(crate) fn author(&self, slug: &str) -> Option<&newsroom::Author> {
        self.paper.authors.get(*self.authors.get(slug)?)
    }

    /// The graphic of the day, in the setting that fits the screen.
    pub(crate) fn graphic(&self) -> Value {
        let Some((wide, narrow)) = &self.drawing else { return Value::from("") };
        let alt = self.paper.front.drawing.as_ref().map(|drawing| drawing.alt.clone());
        minijinja::context! {
            wide => wide.address(), width => wide.width, height => wide.height,
            narrow => narrow.address(), narrow_width => narrow.width, narrow_height => narrow.height,
            alt => alt,
        }
    }
}
