//! What templates are told: articles as a list or a page shows them, and what stands around them. Contexts hold no body;
//! the places of sealed text are marks.

use face::{Clocked, Key};
use minijinja::value::Value;
use minijinja::context;
use newsroom::{Direction, Genre, Head, LeadImage, Slug};
use paywall::Access;
use serde::Serialize;
use store::{Filter, Listed};

use super::article::{State, mark};
use super::entries::Entry;
use super::{Trouble, Visit};

/// An instant for people and for machines.
#[derive(Serialize, Clone, Debug)]
pub(crate) struct When {
    pub(crate) iso: String,
    pub(crate) text: String,
}

/// A name that leads somewhere.
#[derive(Serialize, Clone, Debug)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) href: String,
}

/// A picture with its measures.
#[derive(Serialize, Clone, Debug)]
pub(crate) struct Picture {
    pub(crate) src: String,
    pub(crate) srcset: String,
    pub(crate) alt: String,
    pub(crate) caption: String,
    pub(crate) credit: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// An article in a list. There is no field for its teaser or body.
#[derive(Serialize, Clone, Debug)]
pub(crate) struct Story {
    #[serde(skip)]
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) headline: String,
    pub(crate) standfirst: String,
    pub(crate) kicker: Option<Link>,
    /// The author of an opinion article.
    pub(crate) name: Option<String>,
    pub(crate) opinion: bool,
    pub(crate) live: Option<String>,
    pub(crate) time: String,
    pub(crate) iso: String,
    pub(crate) by: Option<String>,
    pub(crate) subscribers: bool,
    pub(crate) image: Option<Picture>,
    /// ` lang="ja"` or the like, where the article's language is not the paper's.
    pub(crate) attributes: Value,
}

impl Visit<'_> {
    /// The address of an article.
    pub(crate) fn href(section: &Slug, slug: &Slug) -> String {
        format!("/{section}/{slug}")
    }

    /// An instant in words: the time today, "yesterday", or the date.
    pub(crate) fn when(&self, instant: jiff::Timestamp) -> When {
        let policy = &self.presentation.house.policy;
        let text = self.presentation.words.when(Clocked { instant, zone: &policy.zone, now: self.now });
        When { iso: self.iso(instant), text }
    }

    fn iso(&self, instant: jiff::Timestamp) -> String {
        let zone = self.presentation.house.policy.zone.clone();
        instant.display_with_offset(zone.to_offset(instant)).to_string()
    }

    pub(crate) fn word(&self, key: Key) -> String {
        self.presentation.words.text(key).to_owned()
    }

    /// An article of a list.
    pub(crate) fn story(&self, listed: &Listed) -> Story {
        let head = &listed.head;
        let presentation = &self.presentation;
        let live = head.live_since.filter(|_| head.genre == Genre::Live);
        let first_author = head.authors.first().and_then(|slug| presentation.author(slug.as_str()));
        let opinion = head.genre == Genre::Opinion;
        Story {
            id: head.id.as_str().to_owned(),
            href: Self::href(&head.section, &head.slug),
            headline: head.headline.clone(),
            standfirst: head.standfirst.clone().unwrap_or_default(),
            kicker: self.kicker(head),
            name: first_author.filter(|_| opinion).map(|author| author.name.clone()),
            opinion,
            live: live.map(|since| self.live_since(since)),
            time: self.when(head.published_at).text,
            iso: self.iso(head.published_at),
            by: None,
            subscribers: matches!(head.access, Access::Entitled(_)),
            image: head.lead_image.as_ref().map(picture),
            attributes: Value::from_safe_string(self.language_attributes(head)),
        }
    }

    fn live_since(&self, since: jiff::Timestamp) -> String {
        self.presentation.words.live_since(Clocked {
            instant: since,
            zone: &self.presentation.house.policy.zone,
            now: self.now,
        })
    }

    /// A series' name with the part, or the tag that the newsroom chose.
    fn kicker(&self, head: &Head) -> Option<Link> {
        if let Some(part) = &head.series
            && let Some(series) = self.presentation.series(part.series.as_str())
        {
            let name = self.presentation.words.series_part(&series.name, part.part);
            let tag = head.kicker.as_ref().map(|tag| format!("/tags/{tag}"));
            return Some(Link { name, href: tag.unwrap_or_else(|| format!("/{}", head.section)) });
        }
        let tag = self.presentation.tag(head.kicker.as_ref()?.as_str())?;
        Some(Link { name: tag.name.clone(), href: format!("/tags/{}", tag.slug) })
    }

    fn language_attributes(&self, head: &Head) -> String {
        let Some(language) = &head.language else { return String::new() };
        let direction = match head.direction {
            Direction::RightToLeft => " dir=\"rtl\"",
            Direction::LeftToRight => "",
        };
        format!(" lang=\"{language}\"{direction}")
    }

    /// What every page is told.
    pub(crate) fn chrome(&self, page: Chrome) -> Value {
        let presentation = &self.presentation;
        let house = &presentation.house;
        let assets = &self.site.assets;
        let sections: Vec<Value> = presentation
            .paper
            .sections
            .iter()
            .map(|section| {
                context! {
                    name => section.name,
                    href => format!("/{}", section.slug),
                    here => page.section.as_deref() == Some(section.slug.as_str()),
                }
            })
            .collect();
        let today = presentation.words.masthead_date(
            &house.paper.place,
            Clocked { instant: self.now, zone: &house.policy.zone, now: self.now },
        );
        let follow: Vec<Value> = house
            .paper
            .follow
            .iter()
            .map(|place| context! { kind => place.kind.as_str(), name => place.kind.name(), href => place.url })
            .collect();
        let wordmark = presentation.wordmark.as_ref().map(|row| {
            context! { src => super::media::address(row), width => row.width, height => row.height }
        });
        let heading = if page.heading.is_empty() {
            house.paper.name.clone()
        } else {
            format!("{} – {}", page.heading, house.paper.name)
        };
        context! {
            page => context! {
                language => page.language.clone().unwrap_or_else(|| house.paper.language_tag.clone()),
                direction => page.direction,
                heading => heading,
                description => page.description,
                robots => page.robots,
                canonical => page.path.as_ref().map(|path| format!("{}{path}", self.canonical_origin())),
                origin => self.canonical_origin(),
                today => today,
                is_home => page.is_home,
            },
            paper => context! {
                name => house.paper.name,
                language => house.paper.language_tag,
                tagline => house.paper.tagline,
                colophon => house.paper.colophon,
                wordmark => wordmark,
            },
            assets => context! {
                style => assets.address("paper.css"),
                script => assets.address("reader.js"),
                icon => assets.address("icon.svg"),
                headline_font => assets.address("piazzolla-600.woff2"),
                text_font => assets.address("stix-400.woff2"),
            },
            words => presentation.words.chrome(),
            sections => sections,
            follow => follow,
        }
    }

    /// The origin in links that machines keep. Finished pages are shared by all hosts, so a demo without an address has
    /// none.
    pub(crate) fn canonical_origin(&self) -> String {
        self.site.origin.as_ref().map(|origin| origin.as_str().to_owned()).unwrap_or_default()
    }
}

/// How a page differs from others around its text.
#[derive(Debug, Default)]
pub(crate) struct Chrome {
    pub(crate) heading: String,
    pub(crate) description: String,
    pub(crate) robots: &'static str,
    pub(crate) path: Option<String>,
    pub(crate) section: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) direction: &'static str,
    pub(crate) is_home: bool,
}

/// A lead image, by the address under which anybody may see it.
fn picture(image: &LeadImage) -> Picture {
    Picture {
        src: image.address.clone(),
        srcset: String::new(),
        alt: image.alt.clone(),
        caption: image.caption.clone().unwrap_or_default(),
        credit: image.credit.clone().unwrap_or_default(),
        width: image.width,
        height: image.height,
    }
}
