//! What templates are told: articles as a list or a page shows them, and what stands around them. Contexts hold no body;
//! the places of sealed text are marks.

use std::ops::Range;

use face::{Args, Key, Opening, Slot, asking};
use jiff::Timestamp;
use minijinja::context;
use minijinja::value::{Serde, Value};
use newsroom::picture::{Focus, source, srcset, srcset_text};
use newsroom::{Direction, Genre, Head, LeadImage};
use paywall::Access;
use serde::Serialize;
use store::Listed;

use super::entries::Entry;
use super::frame::{State, mark};
use super::meta::Meta;
use super::{Trouble, Visit};

/// Parts of a series that stand beside an article.
const PARTS_BESIDE: usize = 12;

/// A value that templates read field by field.
pub(crate) fn value(told: impl Serialize) -> Value {
    Value::from(Serde(told))
}

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
    /// Its address where it is drawn as small as a stamp.
    #[serde(skip)]
    pub(crate) small: String,
    /// The classes that keep its focus in sight, each behind a blank.
    pub(crate) focus: String,
    pub(crate) alt: String,
    pub(crate) caption: String,
    pub(crate) credit: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// An article in a list. There is no field for its teaser or body.
#[derive(Serialize, Clone, Debug)]
pub(crate) struct Listing {
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
    /// The time of day alone, for narrow columns.
    pub(crate) clock: String,
    pub(crate) iso: String,
    pub(crate) by: Option<String>,
    pub(crate) subscribers: bool,
    pub(crate) image: Option<Picture>,
    /// ` lang="ja"` or the like, where the article's language is not the paper's.
    pub(crate) attributes: Value,
}

impl Visit<'_> {
    /// The address of an article.
    pub(crate) fn href(&self, head: &Head) -> String {
        self.presentation.addresses.of(head)
    }

    /// An instant in words, for lists: the time today, "yesterday", or the date.
    pub(crate) fn when(&self, instant: Timestamp) -> When {
        let zone = &self.presentation.house.policy.zone;
        let text = self.presentation.words.when(instant, zone, self.now);
        When { iso: self.iso(instant), text }
    }

    /// The time of day in digits.
    pub(crate) fn clock(&self, instant: Timestamp) -> String {
        self.presentation.words.clock_short(instant, &self.presentation.house.policy.zone)
    }

    /// An instant in words, for bylines: the date and the time.
    fn dated(&self, instant: Timestamp) -> When {
        let zone = &self.presentation.house.policy.zone;
        let text = self.presentation.words.date_and_time(instant, zone, self.now);
        When { iso: self.iso(instant), text }
    }

    pub(crate) fn iso(&self, instant: Timestamp) -> String {
        let zone = self.presentation.house.policy.zone.clone();
        instant.display_with_offset(zone.to_offset(instant)).to_string()
    }

    /// An article of a list.
    pub(crate) fn listing(&self, listed: &Listed) -> Listing {
        let head = &listed.head;
        let presentation = &self.presentation;
        let live = head.live_since.filter(|_| head.genre == Genre::Live);
        let first_author = head.authors.first().and_then(|slug| presentation.author(slug.as_str()));
        let opinion = head.genre == Genre::Opinion;
        Listing {
            id: head.id.as_str().to_owned(),
            href: self.href(head),
            headline: head.headline.clone(),
            standfirst: head.standfirst.clone().unwrap_or_default(),
            kicker: self.kicker(head),
            name: first_author.filter(|_| opinion).map(|author| author.name.clone()),
            opinion,
            live: live.map(|since| self.live_since(since)),
            time: self.when(head.published_at).text,
            clock: self.clock(head.published_at),
            iso: self.iso(head.published_at),
            by: None,
            subscribers: matches!(head.access, Access::Entitled(_)),
            image: head.lead_image.as_ref().and_then(picture),
            attributes: Value::from_safe_string(self.language_attributes(head)),
        }
    }

    fn live_since(&self, since: Timestamp) -> String {
        let zone = &self.presentation.house.policy.zone;
        let words = &self.presentation.words;
        let today = self.presentation.house.policy.day_of(since) == self.today();
        let time = if today {
            words.clock(since, zone)
        } else {
            words.date_and_time(since, zone, self.now)
        };
        words.format(Key::LiveSince, &Args::new().with(Slot::Time, time))
    }

    /// A series' name with the part, or the tag that the newsroom chose.
    fn kicker(&self, head: &Head) -> Option<Link> {
        if let Some(part) = &head.series
            && let Some(series) = self.presentation.series(part.series.as_str())
        {
            let number = Args::new().with(Slot::Number, part.part.to_string());
            let words = &self.presentation.words;
            let name = format!("{}, {}", series.name, lower(&words.format(Key::Part, &number)));
            return Some(Link { name, href: format!("/series/{}", series.slug) });
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
        let sections: Vec<Value> = presentation
            .paper
            .sections
            .iter()
            .map(|section| {
                context! {
                    name => section.name.clone(),
                    href => format!("/{}", section.slug),
                    here => page.section.as_deref() == Some(section.slug.as_str()),
                }
            })
            .collect();
        let today =
            presentation.words.masthead_line(&house.paper.place, self.now, &house.policy.zone);
        let follow: Vec<Value> = house
            .paper
            .follow
            .iter()
            .map(|place| context! { kind => place.kind.as_str(), name => place.kind.label(), href => place.url.clone() })
            .collect();
        let wordmark = presentation.wordmark.as_ref().map(|row| {
            context! { src => row.address(), width => row.width, height => row.height }
        });
        let heading = if page.heading.is_empty() {
            house.paper.name.clone()
        } else {
            format!("{} – {}", page.heading, house.paper.name)
        };
        let (robots, meta) = (self.robots_rules(&page), self.meta(&page));
        let (assets, theme) = presentation.theme.told(self.site.live_theme);
        context! {
            page => context! {
                language => page.language.clone().unwrap_or_else(|| house.paper.language_tag.clone()),
                direction => page.direction,
                heading => heading,
                description => page.description,
                robots => robots,
                canonical => page.path.as_ref().map(|path| format!("{}{path}", self.canonical_origin())),
                origin => self.canonical_origin(),
                today => today,
                is_home => page.is_home,
                crumbs => value(page.crumbs),
                sign_in => house.takes_readers().then_some("/sign-in"),
                newsletters => (!house.newsletters.is_empty()).then_some("/newsletters"),
                cancel => self.has_contracts().then_some("/cancel"),
                withdraw => self.withdrawal_days().map(|_| "/withdrawal"),
            },
            paper => context! {
                name => house.paper.name.clone(),
                language => house.paper.language_tag.clone(),
                tagline => house.paper.tagline.clone(),
                colophon => house.paper.colophon.clone(),
                wordmark => wordmark,
            },
            assets => assets,
            theme => theme,
            words => presentation.plain_words.clone(),
            machines => meta,
            sections => sections,
            follow => follow,
        }
    }

    /// The origin in links that leave the paper or that machines keep. Finished pages are shared by all hosts, so it is
    /// never that of a request; a paper without an address has none.
    pub(crate) fn canonical_origin(&self) -> String {
        self.site
            .origin
            .as_ref()
            .or(self.site.shown_at.as_ref())
            .map(|origin| origin.as_str().to_owned())
            .unwrap_or_default()
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
    pub(crate) meta: Meta,
    /// The pages above this one, from the front page.
    pub(crate) crumbs: Vec<Link>,
}

/// A lead image, where its file is kept: by the address under which anybody may see it.
fn picture(image: &LeadImage) -> Option<Picture> {
    let address = image.address.as_deref()?;
    let widths = srcset(address, image.width);
    let small = widths.iter().find(|(_, width)| *width >= 320).or(widths.last());
    Some(Picture {
        src: source(address, image.width),
        srcset: srcset_text(address, image.width),
        small: small.map_or(address, |(address, _)| address).to_owned(),
        focus: focus(image.focus),
        alt: image.alt.clone(),
        caption: image.caption.clone().unwrap_or_default(),
        credit: image.credit.clone().unwrap_or_default(),
        width: image.width,
        height: image.height,
    })
}

/// Style sheets know tenths, since no style stands in a page.
fn focus(focus: Focus) -> String {
    let class = |axis: &str, percent: u8| match (percent + 5) / 10 {
        5 => String::new(),
        tenth => format!(" focus-{axis}-{tenth}"),
    };
    class("x", focus.x) + &class("y", focus.y)
}

fn lower(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What the template of an article is told. The body is not in it: its places are marks.
pub(crate) async fn article_context(
    visit: &Visit<'_>,
    entry: &Entry,
    state: State,
) -> Result<Value, Trouble> {
    let head = &entry.piece.head;
    let teaser = &entry.piece.teaser;
    let house = &visit.presentation.house;
    let path = visit.href(head);
    let parts = visit.series_parts(head).await?;
    let authors = head.authors.iter().filter_map(|slug| visit.presentation.author(slug.as_str()));
    let authors = authors
        .map(|author| context! { name => author.name.clone(), href => format!("/authors/{}", author.slug) });
    let authors: Vec<Value> = authors.collect();
    let tags = head.tags.iter().filter_map(|slug| visit.presentation.tag(slug.as_str()));
    let tags = tags.map(|tag| Link { name: tag.name.clone(), href: format!("/tags/{}", tag.slug) });
    let kicker = head.kicker.as_ref().and_then(|slug| visit.presentation.tag(slug.as_str()));
    let kicker =
        kicker.map(|tag| Link { name: tag.name.clone(), href: format!("/tags/{}", tag.slug) });
    let corrections: Vec<Value> = head.corrections.iter().map(|c| visit.correction(c)).collect();
    let address = format!("{}{path}", visit.canonical_origin());
    let paper = visit.paper();
    let chrome = Chrome {
        heading: head.searched_headline().to_owned(),
        description: head.searched_standfirst().unwrap_or_default().to_owned(),
        path: Some(path.clone()),
        section: Some(head.section.as_str().to_owned()),
        language: head.language.clone(),
        direction: head.direction.as_str(),
        meta: Meta::of_article(visit, entry),
        crumbs: visit.crumbs_of(head),
        ..Chrome::default()
    };
    let article = context! {
        headline => head.headline.clone(),
        standfirst => head.standfirst.clone(),
        kicker => value(kicker),
        authors => authors,
        byline => visit.byline(head),
        opinion => head.genre == Genre::Opinion,
        live => head.live_since.filter(|_| head.genre == Genre::Live).map(|at| visit.live_since(at)),
        published => value(visit.dated(head.published_at)),
        updated => value(head.updated_at.map(|at| visit.dated(at))),
        subscribers => matches!(head.access, Access::Entitled(_)),
        is_free => head.access == Access::Free,
        corrections => corrections,
        image => value(head.lead_image.as_ref().and_then(picture)),
        teaser => Value::from_safe_string(teaser.html.replace('\u{1}', "")),
        teaser_aside => Value::from_safe_string(teaser.aside.replace('\u{1}', "")),
        notes => teaser.notes.clone(),
        tags => value(tags.collect::<Vec<_>>()),
        series => parts.as_ref().map(|parts| context! { name => parts.name.clone(), href => parts.href.clone(), parts => parts.rows.clone() }),
        part_links => parts.as_ref().map(|parts| parts.around.clone()),
        reading => format!("{path}/reading"),
        share => share(&address, &head.headline),
        report => super::report::form_address(&path),
        related => value(entry.related.iter().map(|listed| visit.listing(listed)).collect::<Vec<_>>()),
        advertisement => visit.advertisement(super::slots::Slot::Article),
        write_to => visit.write_to(head),
        address => address,
    };
    let place = |name: &str| Value::from_safe_string(mark(name));
    Ok(context! {
        article => article,
        state => state.name(),
        opening => match house.opening { Opening::Reading => "reading", Opening::Ask => "ask" },
        blind => visit.is_behind_blind_cache(),
        ask => value(asking(None, &paper)),
        slots => context! {
            notice => place("notice"),
            rest => place("rest"),
            aside => place("aside"),
            notes => place("notes"),
            bar => place("bar"),
            wall => place("wall"),
        },
        ..visit.chrome(chrome)
    })
}

/// A series as an article of it shows it.
struct Parts {
    name: String,
    href: String,
    rows: Vec<Value>,
    around: Vec<Value>,
}

impl Visit<'_> {
    async fn series_parts(&self, head: &Head) -> Result<Option<Parts>, Trouble> {
        let Some(part) = &head.series else { return Ok(None) };
        let Some(series) = self.presentation.series(part.series.as_str()) else { return Ok(None) };
        let listed = self.parts_of(&part.series).await?;
        let words = &self.presentation.words;
        let label = |number: u16| {
            words.format(Key::Part, &Args::new().with(Slot::Number, number.to_string()))
        };
        let here = listed.iter().position(|listed| listed.head.id == head.id);
        let row = |listed: &Listed| {
            let number = listed.head.series.as_ref().map_or(0, |part| part.part);
            context! {
                label => label(number),
                headline => listed.head.headline.clone(),
                href => self.href(&listed.head),
                here => listed.head.id == head.id,
                subscribers => matches!(listed.head.access, Access::Entitled(_)),
            }
        };
        let around = |place: Option<usize>, key: Key, rel: &str| {
            let listed = listed.get(place?)?;
            Some(context! {
                href => self.href(&listed.head),
                rel => rel,
                label => words.text(key),
                headline => listed.head.headline.clone(),
            })
        };
        let before = around(here.and_then(|n| n.checked_sub(1)), Key::PreviousPart, "prev");
        let after = around(here.map(|n| n + 1), Key::NextPart, "next");
        Ok(Some(Parts {
            name: series.name.clone(),
            href: format!("/series/{}", series.slug),
            rows: listed[nearest(here.unwrap_or(0), listed.len())].iter().map(row).collect(),
            around: before.into_iter().chain(after).collect(),
        }))
    }

    pub(crate) fn byline(&self, head: &Head) -> Option<Value> {
        let names = head.authors.iter().filter_map(|slug| self.presentation.author(slug.as_str()));
        let names: Vec<&newsroom::Author> = names.collect();
        if names.is_empty() {
            return None;
        }
        let words = &self.presentation.words;
        // The language's own list, with a mark in place of each name: what stands between the marks goes between links.
        let listed = words.list(&vec!["\u{2}"; names.len()]);
        let between = listed.split('\u{2}').skip(1);
        let links = names.iter().zip(between).map(|(author, after)| {
            let href = format!("/authors/{}", author.slug);
            context! { name => author.name.clone(), href => href, after => after }
        });
        let links: Vec<Value> = links.collect();
        let (key, args) = match &head.filed_from {
            Some(place) => (Key::BylineIn, Args::new().with(Slot::Place, place.as_str())),
            None => (Key::Byline, Args::new()),
        };
        let (before, behind) = words.around(key, Slot::Name, &args);
        Some(context! { before => before, names => links, behind => behind })
    }

    fn correction(&self, correction: &newsroom::Correction) -> Value {
        let zone = &self.presentation.house.policy.zone;
        let words = &self.presentation.words;
        let date = words.date_at(correction.at, zone, self.now);
        let label = words.format(Key::Correction, &Args::new().with(Slot::Date, date));
        context! { label => label, text => correction.text.clone() }
    }

    /// The front page and the section.
    fn crumbs_of(&self, head: &Head) -> Vec<Link> {
        let section = self.presentation.section(head.section.as_str());
        let section = section
            .map(|section| Link { name: section.name.clone(), href: format!("/{}", section.slug) });
        std::iter::once(self.front_page()).chain(section).collect()
    }

    fn write_to(&self, head: &Head) -> Option<Value> {
        let author = self.presentation.author(head.authors.first()?.as_str())?;
        let args = Args::new().with(Slot::Name, author.name.as_str());
        let label = self.presentation.words.format(Key::WriteTo, &args);
        let href = format!("/contact?author={}", author.slug);
        Some(context! { label => label, href => href })
    }
}

/// The parts that stand beside an article: those around it, where there are too many for a column.
fn nearest(here: usize, number: usize) -> Range<usize> {
    let first = here.saturating_sub(PARTS_BESIDE / 2).min(number.saturating_sub(PARTS_BESIDE));
    first..number.min(first + PARTS_BESIDE)
}

fn share(address: &str, headline: &str) -> Value {
    let (address, headline) = (encoded(address), encoded(headline));
    context! {
        mail => format!("mailto:?subject={headline}&body={address}"),
        facebook => format!("https://www.facebook.com/sharer/sharer.php?u={address}"),
        x => format!("https://x.com/intent/post?url={address}&text={headline}"),
        linkedin => format!("https://www.linkedin.com/sharing/share-offsite/?url={address}"),
    }
}

/// Percent-encodes everything that is not unreserved (RFC 3986, 2.3).
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded += &format!("%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_an_article_stand_the_parts_around_it() {
        assert_eq!(nearest(0, 5), 0..5);
        assert_eq!(nearest(0, 40), 0..12);
        assert_eq!(nearest(20, 40), 14..26);
        assert_eq!(nearest(39, 40), 28..40);
        assert_eq!(nearest(0, 0), 0..0);
    }
}
