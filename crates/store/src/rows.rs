//! The documents in which heads, teasers, bodies and the paper itself stand in their tables: this room's own forms of
//! them, with one conversion each way. Fields may be added with a default; none is ever renamed.

use jiff::Timestamp;
use newsroom::picture::Focus;
use newsroom::{
    Announcement, Arrangement, ArticleId, Author, Body, Correction, Direction, Draft, DraftImage,
    Drawing, Front, Genre, Head, LeadImage, PaperFile, Part, Quote, Section, Series, Slug, Tag,
    Teaser, Tide,
};
use paywall::{Access, ArticleKey};
use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::values::wrong;

type Read<T> = rusqlite::Result<T>;

fn parse<'a, T: Deserialize<'a>>(text: &'a str, place: usize) -> Read<T> {
    serde_json::from_str(text).map_err(|error| wrong(place, error.to_string()))
}

fn print(row: &impl Serialize) -> Read<String> {
    serde_json::to_string(row)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn instant(number: i64, place: usize) -> Read<Timestamp> {
    Timestamp::from_microsecond(number).map_err(|error| wrong(place, error.to_string()))
}

fn slug(text: &str, place: usize) -> Read<Slug> {
    Slug::parse(text).map_err(|error| wrong(place, error.to_string()))
}

fn slugs(texts: &[String], place: usize) -> Read<Vec<Slug>> {
    texts.iter().map(|text| slug(text, place)).collect()
}

fn id(text: &str, place: usize) -> Read<ArticleId> {
    ArticleId::parse(text).map_err(|error| wrong(place, error.to_string()))
}

fn texts(slugs: &[Slug]) -> Vec<String> {
    slugs.iter().map(|slug| slug.as_str().to_owned()).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields on by reference")]
fn is_not(flag: &bool) -> bool {
    !flag
}

/// A head in its table.
#[derive(Serialize, Deserialize)]
pub(crate) struct HeadRow {
    id: String,
    key: String,
    slug: String,
    section: String,
    headline: String,
    standfirst: Option<String>,
    kicker: Option<String>,
    tags: Vec<String>,
    authors: Vec<String>,
    filed_from: Option<String>,
    dateline: Option<String>,
    published_at: i64,
    updated_at: Option<i64>,
    access: String,
    genre: String,
    series: Option<(String, u16)>,
    language: Option<String>,
    right_to_left: bool,
    lead_image: Option<LeadImageRow>,
    corrections: Vec<(i64, String)>,
    live_since: Option<i64>,
    withdrawn_at: Option<i64>,
    #[serde(default, skip_serializing_if = "is_not")]
    namesake: bool,
    #[serde(default, skip_serializing_if = "AnnouncementRow::is_empty")]
    search: AnnouncementRow,
    #[serde(default, skip_serializing_if = "AnnouncementRow::is_empty")]
    social: AnnouncementRow,
}

/// How an article is announced elsewhere, beside its head and in its draft.
#[derive(Serialize, Deserialize, Default)]
struct AnnouncementRow {
    headline: Option<String>,
    standfirst: Option<String>,
}

impl AnnouncementRow {
    fn of(told: &Announcement) -> Self {
        let Announcement { headline, standfirst } = told.clone();
        Self { headline, standfirst }
    }

    fn told(self) -> Announcement {
        Announcement { headline: self.headline, standfirst: self.standfirst }
    }

    const fn is_empty(&self) -> bool {
        self.headline.is_none() && self.standfirst.is_none()
    }
}

#[derive(Serialize, Deserialize)]
struct LeadImageRow {
    file: String,
    address: Option<String>,
    width: u32,
    height: u32,
    alt: String,
    caption: Option<String>,
    credit: Option<String>,
    /// Percent from the left and from the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    focus: Option<(u8, u8)>,
}

impl HeadRow {
    pub(crate) fn write(head: &Head) -> Read<String> {
        print(&Self {
            id: head.id.as_str().to_owned(),
            key: head.key.to_string(),
            slug: head.slug.as_str().to_owned(),
            namesake: head.namesake,
            section: head.section.as_str().to_owned(),
            headline: head.headline.clone(),
            standfirst: head.standfirst.clone(),
            kicker: head.kicker.as_ref().map(|tag| tag.as_str().to_owned()),
            tags: texts(&head.tags),
            authors: texts(&head.authors),
            filed_from: head.filed_from.clone(),
            dateline: head.dateline.clone(),
            published_at: head.published_at.as_microsecond(),
            updated_at: head.updated_at.map(Timestamp::as_microsecond),
            access: head.access.to_string(),
            genre: head.genre.as_str().to_owned(),
            series: head.series.as_ref().map(|p| (p.series.as_str().to_owned(), p.part)),
            language: head.language.clone(),
            right_to_left: head.direction == Direction::RightToLeft,
            lead_image: head.lead_image.as_ref().map(|image| LeadImageRow {
                file: image.file.clone(),
                address: image.address.clone(),
                width: image.width,
                height: image.height,
                alt: image.alt.clone(),
                caption: image.caption.clone(),
                credit: image.credit.clone(),
                focus: (image.focus != Focus::default()).then_some((image.focus.x, image.focus.y)),
            }),
            corrections: head
                .corrections
                .iter()
                .map(|c| (c.at.as_microsecond(), c.text.clone()))
                .collect(),
            live_since: head.live_since.map(Timestamp::as_microsecond),
            withdrawn_at: head.withdrawn_at.map(Timestamp::as_microsecond),
            search: AnnouncementRow::of(&head.search),
            social: AnnouncementRow::of(&head.social),
        })
    }

    pub(crate) fn read(row: &Row<'_>, place: usize) -> Read<Head> {
        let text: String = row.get(place)?;
        let row: Self = parse(&text, place)?;
        let wrong = |what: String| wrong(place, what);
        let corrections = row
            .corrections
            .into_iter()
            .map(|(at, text)| Ok(Correction { at: instant(at, place)?, text }));
        Ok(Head {
            id: id(&row.id, place)?,
            key: ArticleKey::parse(&row.key).ok_or_else(|| wrong("article key".to_owned()))?,
            slug: slug(&row.slug, place)?,
            namesake: row.namesake,
            section: slug(&row.section, place)?,
            headline: row.headline,
            standfirst: row.standfirst,
            kicker: row.kicker.map(|tag| slug(&tag, place)).transpose()?,
            tags: slugs(&row.tags, place)?,
            authors: slugs(&row.authors, place)?,
            filed_from: row.filed_from,
            dateline: row.dateline,
            published_at: instant(row.published_at, place)?,
            updated_at: row.updated_at.map(|at| instant(at, place)).transpose()?,
            access: Access::parse(&row.access).map_err(|error| wrong(error.to_string()))?,
            genre: Genre::parse(&row.genre).map_err(|error| wrong(error.to_string()))?,
            series: row
                .series
                .map(|(name, part)| slug(&name, place).map(|series| Part { series, part }))
                .transpose()?,
            language: row.language,
            direction: if row.right_to_left {
                Direction::RightToLeft
            } else {
                Direction::LeftToRight
            },
            lead_image: row.lead_image.map(|image| LeadImage {
                file: image.file,
                address: image.address,
                width: image.width,
                height: image.height,
                alt: image.alt,
                caption: image.caption,
                credit: image.credit,
                focus: image.focus.map_or_else(Focus::default, |(x, y)| Focus { x, y }),
            }),
            corrections: corrections.collect::<Read<_>>()?,
            live_since: row.live_since.map(|at| instant(at, place)).transpose()?,
            withdrawn_at: row.withdrawn_at.map(|at| instant(at, place)).transpose()?,
            search: row.search.told(),
            social: row.social.told(),
        })
    }
}

/// A teaser in its table.
#[derive(Serialize, Deserialize)]
pub(crate) struct TeaserRow {
    html: String,
    aside: String,
    notes: Vec<String>,
    words: u32,
    media: Vec<String>,
}

impl TeaserRow {
    pub(crate) fn write(teaser: &Teaser) -> Read<String> {
        print(&Self {
            html: teaser.html.clone(),
            aside: teaser.aside.clone(),
            notes: teaser.notes.clone(),
            words: teaser.words,
            media: teaser.media.clone(),
        })
    }

    pub(crate) fn read(row: &Row<'_>, place: usize) -> Read<Teaser> {
        let text: String = row.get(place)?;
        let Self { html, aside, notes, words, media } = parse(&text, place)?;
        Ok(Teaser { html, aside, notes, words, media })
    }
}

/// A body in its table: as long as it has this form it is on its way to the disk or under its seal.
#[derive(Serialize, Deserialize)]
pub(crate) struct BodyRow {
    html: String,
    aside: String,
    notes: Vec<String>,
    words: u32,
    media: Vec<String>,
}

impl BodyRow {
    pub(crate) fn write(body: &Body) -> Read<String> {
        print(&Self {
            html: body.html.clone(),
            aside: body.aside.clone(),
            notes: body.notes.clone(),
            words: body.words,
            media: body.media.clone(),
        })
    }

    pub(crate) fn read(row: &Row<'_>, place: usize) -> Read<Body> {
        let text: String = row.get(place)?;
        let Self { html, aside, notes, words, media } = parse(&text, place)?;
        Ok(Body { html, aside, notes, words, media })
    }
}

/// An arrangement of the front page, in the paper's row and in a row of its own once another took its place.
#[derive(Serialize, Deserialize)]
pub(crate) struct ArrangementRow {
    lead: Option<String>,
    related: Vec<String>,
    top: Vec<String>,
}

impl ArrangementRow {
    fn of(arrangement: &Arrangement) -> Self {
        let ids = |ids: &[ArticleId]| ids.iter().map(|id| id.as_str().to_owned()).collect();
        Self {
            lead: arrangement.lead.as_ref().map(|id| id.as_str().to_owned()),
            related: ids(&arrangement.related),
            top: ids(&arrangement.top),
        }
    }

    fn read_at(self, place: usize) -> Read<Arrangement> {
        let ids = |texts: &[String]| texts.iter().map(|text| id(text, place)).collect::<Read<_>>();
        Ok(Arrangement {
            lead: self.lead.map(|text| id(&text, place)).transpose()?,
            related: ids(&self.related)?,
            top: ids(&self.top)?,
        })
    }

    pub(crate) fn write(arrangement: &Arrangement) -> Read<String> {
        print(&Self::of(arrangement))
    }

    pub(crate) fn read(row: &Row<'_>, place: usize) -> Read<Arrangement> {
        let text: String = row.get(place)?;
        parse::<Self>(&text, place)?.read_at(place)
    }
}

/// The paper in its table.
#[derive(Serialize, Deserialize)]
pub(crate) struct PaperRow {
    sections: Vec<(String, String, Vec<String>, bool)>,
    tags: Vec<(String, String)>,
    authors: Vec<(String, String, Option<String>)>,
    series: Vec<(String, String)>,
    #[serde(flatten)]
    arrangement: ArrangementRow,
    graphic: Option<String>,
    drawing: Option<(String, String, String)>,
    tide: Option<(String, String, String)>,
    market: Vec<(String, String, String)>,
    wordmark: Option<String>,
}

impl PaperRow {
    pub(crate) fn write(paper: &PaperFile) -> Read<String> {
        let text = |slug: &Slug| slug.as_str().to_owned();
        let front = &paper.front;
        print(&Self {
            sections: paper
                .sections
                .iter()
                .map(|s| (text(&s.slug), s.name.clone(), texts(&s.topics), s.opinion))
                .collect(),
            tags: paper.tags.iter().map(|t| (text(&t.slug), t.name.clone())).collect(),
            authors: paper
                .authors
                .iter()
                .map(|a| (text(&a.slug), a.name.clone(), a.role.clone()))
                .collect(),
            series: paper.series.iter().map(|s| (text(&s.slug), s.name.clone())).collect(),
            arrangement: ArrangementRow::of(&front.arrangement),
            graphic: front.graphic.as_ref().map(|id| id.as_str().to_owned()),
            drawing: front
                .drawing
                .as_ref()
                .map(|d| (d.wide.clone(), d.narrow.clone(), d.alt.clone())),
            tide: front.tide.as_ref().map(|t| (t.place.clone(), t.high.clone(), t.low.clone())),
            market: front
                .market
                .iter()
                .map(|q| (q.name.clone(), q.value.clone(), q.change.clone()))
                .collect(),
            wordmark: paper.wordmark.clone(),
        })
    }

    pub(crate) fn read(row: &Row<'_>, place: usize) -> Read<PaperFile> {
        let text: String = row.get(place)?;
        let row: Self = parse(&text, place)?;
        let sections = row.sections.into_iter().map(|(name_slug, name, topics, opinion)| {
            Ok(Section {
                slug: slug(&name_slug, place)?,
                name,
                topics: slugs(&topics, place)?,
                opinion,
            })
        });
        let tags = row.tags.into_iter().map(|(s, name)| Ok(Tag { slug: slug(&s, place)?, name }));
        let authors = row
            .authors
            .into_iter()
            .map(|(s, name, role)| Ok(Author { slug: slug(&s, place)?, name, role }));
        let series =
            row.series.into_iter().map(|(s, name)| Ok(Series { slug: slug(&s, place)?, name }));
        Ok(PaperFile {
            sections: sections.collect::<Read<_>>()?,
            tags: tags.collect::<Read<_>>()?,
            authors: authors.collect::<Read<_>>()?,
            series: series.collect::<Read<_>>()?,
            front: Front {
                arrangement: row.arrangement.read_at(place)?,
                graphic: row.graphic.map(|text| id(&text, place)).transpose()?,
                drawing: row.drawing.map(|(wide, narrow, alt)| Drawing { wide, narrow, alt }),
                tide: row.tide.map(|(place, high, low)| Tide { place, high, low }),
                market: row
                    .market
                    .into_iter()
                    .map(|(name, value, change)| Quote { name, value, change })
                    .collect(),
            },
            wordmark: row.wordmark,
        })
    }
}

/// Everything of a draft but its text.
#[derive(Serialize, Deserialize)]
pub(crate) struct DraftRow {
    id: String,
    slug: Option<String>,
    old_addresses: Vec<String>,
    headline: String,
    standfirst: Option<String>,
    kicker: Option<String>,
    section: String,
    tags: Vec<String>,
    authors: Vec<String>,
    filed_from: Option<String>,
    dateline: Option<String>,
    published_at: i64,
    updated_at: Option<i64>,
    access: String,
    genre: String,
    series: Option<(String, u16)>,
    language: Option<String>,
    live_since: Option<i64>,
    withdrawn_at: Option<i64>,
    lead_image: Option<DraftImageRow>,
    corrections: Vec<(i64, String)>,
    #[serde(default, skip_serializing_if = "AnnouncementRow::is_empty")]
    search: AnnouncementRow,
    #[serde(default, skip_serializing_if = "AnnouncementRow::is_empty")]
    social: AnnouncementRow,
}

#[derive(Serialize, Deserialize)]
struct DraftImageRow {
    file: String,
    alt: String,
    caption: Option<String>,
    credit: Option<String>,
    focus: Option<String>,
}

impl DraftRow {
    pub(crate) fn write(draft: &Draft) -> Read<String> {
        let number = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
        let image = |image: &DraftImage| {
            let DraftImage { file, alt, caption, credit, focus } = image.clone();
            DraftImageRow { file, alt, caption, credit, focus }
        };
        let corrections = draft.corrections.iter();
        print(&Self {
            id: draft.id.clone(),
            slug: draft.slug.clone(),
            old_addresses: draft.old_addresses.clone(),
            headline: draft.headline.clone(),
            standfirst: draft.standfirst.clone(),
            kicker: draft.kicker.clone(),
            section: draft.section.clone(),
            tags: draft.tags.clone(),
            authors: draft.authors.clone(),
            filed_from: draft.filed_from.clone(),
            dateline: draft.dateline.clone(),
            published_at: draft.published_at.as_microsecond(),
            updated_at: number(draft.updated_at),
            access: draft.access.to_string(),
            genre: draft.genre.as_str().to_owned(),
            series: draft.series.clone(),
            language: draft.language.clone(),
            live_since: number(draft.live_since),
            withdrawn_at: number(draft.withdrawn_at),
            lead_image: draft.lead_image.as_ref().map(image),
            search: AnnouncementRow::of(&draft.search),
            social: AnnouncementRow::of(&draft.social),
            corrections: corrections
                .map(|one| (one.at.as_microsecond(), one.text.clone()))
                .collect(),
        })
    }

    /// The draft, without its text.
    pub(crate) fn read(row: &Row<'_>, place: usize) -> Read<Draft> {
        let text: String = row.get(place)?;
        let row: Self = parse(&text, place)?;
        let at = |number: Option<i64>| number.map(|number| instant(number, place)).transpose();
        let image = row.lead_image.map(|image| {
            let DraftImageRow { file, alt, caption, credit, focus } = image;
            DraftImage { file, alt, caption, credit, focus }
        });
        let corrections = row.corrections.into_iter();
        Ok(Draft {
            slug: row.slug,
            old_addresses: row.old_addresses,
            standfirst: row.standfirst,
            kicker: row.kicker,
            tags: row.tags,
            authors: row.authors,
            filed_from: row.filed_from,
            dateline: row.dateline,
            updated_at: at(row.updated_at)?,
            access: Access::parse(&row.access).map_err(|error| wrong(place, error.to_string()))?,
            genre: Genre::parse(&row.genre).map_err(|error| wrong(place, error.to_string()))?,
            series: row.series,
            language: row.language,
            live_since: at(row.live_since)?,
            withdrawn_at: at(row.withdrawn_at)?,
            search: row.search.told(),
            social: row.social.told(),
            lead_image: image,
            corrections: corrections
                .map(|(number, text)| Ok(Correction { at: instant(number, place)?, text }))
                .collect::<Read<_>>()?,
            ..Draft::new(row.id, row.section, row.headline, instant(row.published_at, place)?)
        })
    }
}
