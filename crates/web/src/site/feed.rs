//! Feeds of the paper, of a section, a tag, an author, a series. The text of an item is the teaser; where an article is
//! free it is all of it, opened like any page by a grant of the gate.

use std::sync::Arc;

use bytes::Bytes;
use gate::Identity;
use http::StatusCode;
use http::header;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use newsroom::picture::source;
use newsroom::{ArticleId, Head, LeadImage, Slug};
use paywall::{Asked, Asker, Decision, Who};
use store::{Filter, Piece, media_ending};

use super::article::encoded;
use super::lists::{self, List};
use super::{Trouble, Visit};
use crate::feeds::portable::portable;
use crate::feeds::{Author, Feed, Format, ITEMS_MAX, Item, Picture, urn, write};
use crate::shell::answer::{Answer, AnswerHead, Pieces, fresh_or, set};
use crate::shell::caching::Keep;
use crate::shell::request::Encoding;

/// Articles that are read whole at once.
const PIECES_AT_ONCE: usize = 10;
/// Markup of a feed's items, in bytes: when it is used up, the older free articles are teasers too.
const WHOLE_BYTES_MAX: usize = 1 << 20;

/// What a feed is of.
pub(crate) struct Subject {
    filter: Filter,
    /// The name of the section, tag, author or series; `None` for the whole paper.
    name: Option<String>,
    /// The path of its page.
    home: String,
    /// The path of the feed, without its ending.
    path: String,
}

/// The feed of the whole paper.
pub(crate) async fn all(visit: &Visit<'_>, file: &str) -> Result<Answer, Trouble> {
    let (stem, format) = split(file)?;
    if stem != "all" {
        return Err(Trouble::NotFound);
    }
    let subject = Subject {
        filter: Filter::All,
        name: None,
        home: "/".to_owned(),
        path: "/feeds/all".to_owned(),
    };
    page(visit, subject, format).await
}

/// The feed of one section, tag, author or series.
pub(crate) async fn of(visit: &Visit<'_>, kind: &str, file: &str) -> Result<Answer, Trouble> {
    let (slug, format) = split(file)?;
    let subject = visit.subject(kind, slug).ok_or(Trouble::NotFound)?;
    page(visit, subject, format).await
}

fn split(file: &str) -> Result<(&str, Format), Trouble> {
    let (stem, ending) = file.rsplit_once('.').ok_or(Trouble::NotFound)?;
    Format::of_ending(ending).map(|format| (stem, format)).ok_or(Trouble::NotFound)
}

async fn page(visit: &Visit<'_>, subject: Subject, format: Format) -> Result<Answer, Trouble> {
    // Without an address of its own, a paper is known by the host that is asked.
    let origin = visit.address();
    let key = format!("{origin}{}.{}", subject.path, format.ending());
    let list = lists::kept(visit, key, async {
        let feed = visit.feed(subject, format, &origin).await?;
        Ok((move || Ok(write(&feed, format)), Timestamp::MAX))
    })
    .await?;
    Ok(sent(visit, &list, format.sent_as()))
}

/// A kept text that is the same for everybody, with both validators.
pub(crate) fn sent(visit: &Visit<'_>, list: &List, media_type: &'static str) -> Answer {
    let (bytes, encoding) = list.page.bytes(visit.request.encoding());
    let etag = list.page.etag(encoding);
    let fresh = is_fresh(visit, etag, list.made_at);
    let head = list.page.head(encoding, || {
        let etag = etag.to_str().unwrap_or_default();
        first(visit, encoding, etag, list.made_at, media_type)
    });
    fresh_or(head, bytes, fresh)
}

fn is_fresh(visit: &Visit<'_>, etag: impl AsRef<[u8]>, made_at: Timestamp) -> bool {
    if visit.request.headers.has(header::IF_NONE_MATCH.as_str()) {
        return visit.request.already_has(etag);
    }
    visit.since().is_some_and(|since| made_at.as_second() <= since.as_second())
}

/// The head of an answer, with both validators.
fn first(
    visit: &Visit<'_>,
    encoding: Encoding,
    etag: &str,
    made_at: Timestamp,
    media_type: &'static str,
) -> Arc<AnswerHead> {
    let mut response = visit.answer(StatusCode::OK, media_type, Keep::Everybody, Pieces::default());
    set(&mut response, header::ETAG, etag);
    if let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&made_at) {
        set(&mut response, header::LAST_MODIFIED, &date);
    }
    encoded(&mut response, encoding);
    response.into_head()
}

/// The same for everybody: the bytes, or that they are known already. A validator that names bytes comes before one
/// that names an instant (RFC 9110, 13.2.2).
pub(crate) fn validated(
    visit: &Visit<'_>,
    (bytes, encoding): (Bytes, Encoding),
    etag: &str,
    made_at: Timestamp,
    media_type: &'static str,
) -> Answer {
    let fresh = is_fresh(visit, etag, made_at);
    fresh_or(first(visit, encoding, etag, made_at, media_type), bytes, fresh)
}

impl Visit<'_> {
    /// The instant of `If-Modified-Since`, where it can be read.
    fn since(&self) -> Option<Timestamp> {
        let text = self.request.single(&header::IF_MODIFIED_SINCE)?;
        jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
    }

    fn subject(&self, kind: &str, slug: &str) -> Option<Subject> {
        let presentation = &self.presentation;
        let (filter, name, home) = match kind {
            "sections" => {
                let section = presentation.section(slug)?;
                (Filter::Section(slug.to_owned()), &section.name, format!("/{slug}"))
            }
            "tags" => {
                let tag = presentation.tag(slug)?;
                (Filter::Tag(slug.to_owned()), &tag.name, format!("/tags/{slug}"))
            }
            "authors" => {
                let author = presentation.author(slug)?;
                (Filter::Author(slug.to_owned()), &author.name, format!("/authors/{slug}"))
            }
            "series" => {
                let series = presentation.series(slug)?;
                let filter = Filter::Series(Slug::parse(slug).ok()?);
                (filter, &series.name, format!("/series/{slug}"))
            }
            _ => return None,
        };
        let path = format!("/feeds/{kind}/{slug}");
        Some(Subject { filter, name: Some(name.clone()), home, path })
    }

    async fn feed(&self, subject: Subject, format: Format, origin: &str) -> Result<Feed, Trouble> {
        let store = &self.site.store;
        let paper = &self.presentation.house.paper;
        let listed = store.list(subject.filter, self.now, ITEMS_MAX, None).await?;
        let ids: Vec<ArticleId> = listed.iter().map(|listed| listed.head.id.clone()).collect();
        let (mut items, mut bytes) = (Vec::new(), 0);
        for ids in ids.chunks(PIECES_AT_ONCE) {
            for piece in store.pieces(ids.to_vec()).await? {
                // Between the two questions it may have got another date.
                if piece.head.published_at <= self.now {
                    let item = self.item(&piece, origin, WHOLE_BYTES_MAX.saturating_sub(bytes));
                    let item = item.await?;
                    bytes += item.html.len();
                    items.push(item);
                }
            }
        }
        let changed_at = items.iter().map(|item| item.changed_at).max();
        let heading = match &subject.name {
            Some(name) => format!("{name} – {}", paper.name),
            None => paper.name.clone(),
        };
        let id = urn(&[&store.paper_id().0, subject.path.as_bytes()]);
        Ok(Feed {
            id,
            heading,
            about: paper.tagline.clone(),
            paper: paper.name.clone(),
            language: paper.language_tag.clone(),
            home: format!("{origin}{}", subject.home),
            address: format!("{origin}{}.{}", subject.path, format.ending()),
            changed_at: changed_at.unwrap_or(Timestamp::UNIX_EPOCH),
            items,
        })
    }

    async fn item(&self, piece: &Piece, origin: &str, bytes_left: usize) -> Result<Item, Trouble> {
        let head = &piece.head;
        let authors =
            head.authors.iter().filter_map(|slug| self.presentation.author(slug.as_str()));
        let authors = authors.map(|author| Author {
            name: author.name.clone(),
            address: format!("{origin}/authors/{}", author.slug),
        });
        let section = self.presentation.section(head.section.as_str());
        let tags = head.tags.iter().filter_map(|slug| self.presentation.tag(slug.as_str()));
        let names = section.map(|section| &section.name).into_iter();
        let subjects = names.chain(tags.map(|tag| &tag.name)).cloned().collect();
        Ok(Item {
            id: urn(&[head.key.as_bytes()]),
            address: format!("{origin}{}", self.href(head)),
            headline: head.headline.clone(),
            standfirst: head.standfirst.clone().unwrap_or_default(),
            html: portable(&self.text(piece, bytes_left).await?, origin),
            authors: authors.collect(),
            subjects,
            published_at: head.published_at,
            changed_at: self.changed_at(head),
            language: head.language.clone(),
            picture: head.lead_image.as_ref().and_then(|image| picture(image, origin)),
        })
    }

    /// When an article was last published or changed, as far as that lies behind.
    pub(crate) fn changed_at(&self, head: &Head) -> Timestamp {
        let updated = head.updated_at.filter(|at| *at <= self.now);
        updated.map_or(head.published_at, |at| at.max(head.published_at))
    }

    /// The teaser, and the rest where the gate opens it to everybody.
    async fn text(&self, piece: &Piece, bytes_left: usize) -> Result<String, Trouble> {
        let teaser = &piece.teaser.html;
        let asked = Asked { key: piece.head.key, access: piece.head.access.clone() };
        let everybody = Identity { asker: Asker::of(Who::Stranger), person: None };
        let policy = &self.presentation.house.policy;
        match self.site.gate.admit(policy, &everybody, &asked, self.now).await {
            Decision::Open(grant) => {
                // One that has changed since the list was read is told of by its teaser.
                let Some(body) = self.site.store.body(piece).await? else {
                    return Ok(teaser.clone());
                };
                let body = body.open(&grant)?;
                let fits = teaser.len() + body.html.len() <= bytes_left;
                Ok(if fits { format!("{teaser}{}", body.html) } else { teaser.clone() })
            }
            Decision::Ask(_) | Decision::Refuse(_) => Ok(teaser.clone()),
        }
    }
}

fn picture(image: &LeadImage, origin: &str) -> Option<Picture> {
    let path = source(image.address.as_ref()?, image.width);
    Some(Picture {
        address: format!("{origin}{path}"),
        media_type: media_type(&path),
        width: image.width,
        height: image.height,
        alt: image.alt.clone(),
        caption: image.caption.clone().unwrap_or_default(),
        credit: image.credit.clone().unwrap_or_default(),
    })
}

/// The media type of a picture, by the ending of its address.
fn media_type(path: &str) -> &'static str {
    match media_ending(path) {
        Some("jpg") => "image/jpeg",
        Some("png") => "image/png",
        Some("gif") => "image/gif",
        Some("svg") => "image/svg+xml",
        Some("avif") => "image/avif",
        _ => "image/webp",
    }
}
