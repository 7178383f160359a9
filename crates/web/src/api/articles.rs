//! Articles for machines: the same work as at the desk, by the same functions. A change names the version that it was made from; what somebody
//! else saved meanwhile is never written over. The locked part leaves by the desk's one exit, for tokens that may have it.

use http::StatusCode;
use jiff::Timestamp;
use newsroom::{
    Announcement, ArticleId, Correction, Deed, Draft, DraftImage, Genre, Scope, limits,
};
use paywall::Access;
use serde_json::{Value, json};
use store::{DeskFilter, DeskRow, DeskState, DraftKept, DraftState, Hand, Out};

use super::field::Read;
use super::problem::{Fault, Problem, Refusal};
use super::schemas::{ANNOUNCEMENT, IMAGE, SERIES};
use super::{Call, Given};
use crate::desk::articles::{self, Change, PutOut, Work};
use crate::desk::faults::Wrong;
use crate::site::paging;

/// GET: a page of a list.
pub(super) async fn list(call: &Call<'_>) -> Result<Given, Refusal> {
    let (visit, query) = (call.visit, &call.query);
    let state = query.text("state").and_then(DeskState::parse).unwrap_or(DeskState::Published);
    let is_draft = matches!(state, DeskState::Draft | DeskState::Review);
    let may_edit = call.staff.may(Deed::Edit);
    if !may_edit && !is_draft {
        let detail = "whoever made the token works on their own drafts alone; ask for state=draft";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail).into());
    }
    let access = query.text("access").map(access_of).transpose()?;
    if access.is_some() && is_draft {
        return Err(Problem::wrong("access", "drafts are not listed by their access").into());
    }
    let before = match query.text("cursor") {
        None => None,
        Some(text) => {
            Some(paging::read(text).ok_or_else(|| Problem::wrong("cursor", "it is none of ours"))?)
        }
    };
    let filter = DeskFilter {
        words: query.text("words").unwrap_or_default().to_owned(),
        section: query.text("section").map(str::to_owned),
        author: query.text("author").map(str::to_owned),
        only_of: (!may_edit).then(|| call.staff.reader()),
        before,
        ..DeskFilter::of(state)
    };
    let limit = call.limit();
    let mut rows = visit.site.store.desk_rows(filter, visit.now, limit + 1).await?;
    let mut is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map(DeskRow::place);
    if let Some(since) = query.instant("since") {
        let length = rows.len();
        rows.retain(|row| row.place().0 >= since);
        is_more &= rows.len() == length;
    }
    rows.retain(|row| match row {
        DeskRow::Article(head) => access.as_ref().is_none_or(|access| head.access == *access),
        DeskRow::Draft(_) => true,
    });
    let shown = |row: &DeskRow| match row {
        DeskRow::Draft(draft) => json!({
            "id": draft.article.as_str(),
            "state": state.as_str(),
            "headline": draft.headline,
            "section": draft.section,
            "at": draft.saved_at.to_string(),
            "access": null,
            "address": null,
        }),
        DeskRow::Article(head) => json!({
            "id": head.id.as_str(),
            "state": state.as_str(),
            "headline": head.headline,
            "section": head.section.as_str(),
            "at": head.published_at.to_string(),
            "access": head.access.to_string(),
            "address": visit.href(head),
        }),
    };
    let next = next.filter(|_| is_more).map(|place| paging::print(&place));
    let rows: Vec<Value> = rows.iter().map(shown).collect();
    Ok(Given::of(json!({ "articles": rows, "next": next })))
}

fn access_of(text: &str) -> Result<Access, Problem> {
    Access::parse(text).map_err(|error| Problem::wrong("access", &error.to_string()))
}

/// The work on an article that somebody may see.
async fn open(call: &Call<'_>, named: &str) -> Result<Work, Refusal> {
    let work = articles::draft_of(call.visit, named).await?.ok_or_else(Problem::not_found)?;
    if !work.is_open_to(&call.staff) {
        let detail = "whoever made the token works on their own drafts alone";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail).into());
    }
    Ok(work)
}

/// The version of an article and its draft.
fn version(work: &Work) -> String {
    format!("\"{}.{}\"", work.published_version, work.version)
}

/// The versions that a change was made from; they are looked at once more when it is kept.
fn made_from(call: &Call<'_>, work: &Work) -> Result<(u32, u64), Refusal> {
    if call.condition() == version(work) {
        Ok((work.version, work.published_version))
    } else {
        Err(Problem::stale().into())
    }
}

fn given(call: &Call<'_>, work: &Work) -> Given {
    Given::of(shown(call, work)).version(version(work))
}

/// GET: one of them.
pub(super) async fn show(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    Ok(given(call, &open(call, named).await?))
}

/// POST: begins one.
pub(super) async fn begin(call: &Call<'_>) -> Result<Given, Refusal> {
    let visit = call.visit;
    let mut work = changed(call, articles::begun(visit))?;
    let id = work.draft.id.clone();
    work.version =
        kept(&articles::keep(visit, &call.staff, &work, (0, 0), Hand::default()).await?)?;
    Ok(given(call, &work).made(format!("/api/articles/{id}")))
}

/// PATCH: changes its draft, or begins one of what is published.
pub(super) async fn change(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let work = open(call, named).await?;
    let from = made_from(call, &work)?;
    let work = changed(call, work)?;
    kept(&articles::keep(call.visit, &call.staff, &work, from, Hand::default()).await?)?;
    Ok(given(call, &open(call, named).await?))
}

/// The version that was kept, or why none was.
fn kept(kept: &DraftKept) -> Result<u32, Refusal> {
    match kept {
        DraftKept::Kept(version) => Ok(*version),
        DraftKept::Stale => Err(Problem::stale().into()),
        DraftKept::InHand(holder) => {
            let detail = format!(
                "{} has been writing in it at the desk since {}",
                holder.name, holder.since
            );
            Err(Problem::conflict("in-hand", &detail).into())
        }
        DraftKept::Full => {
            let detail = "there are as many drafts as there may be; throw some away";
            Err(Problem::conflict("full", detail).into())
        }
    }
}

/// DELETE of the draft: throws it away.
pub(super) async fn throw_away(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let (visit, work) = (call.visit, open(call, named).await?);
    let (version, _) = made_from(call, &work)?;
    let id = ArticleId::parse(named).map_err(|_| Problem::not_found())?;
    if version == 0 {
        return Err(Problem::conflict("no-draft", "there is no draft of it").into());
    }
    let store = &visit.site.store;
    kept(
        &store.throw_draft_away(id, version, Hand::default(), call.staff.doer(), visit.now).await?,
    )?;
    Ok(Given::nothing())
}

/// POST of the publication.
pub(super) async fn publish(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let (visit, mut work) = (call.visit, open(call, named).await?);
    let from = made_from(call, &work)?;
    let says_when = call.read.has("publish_at");
    if !says_when && work.version == 0 {
        return Err(Problem::conflict("no-draft", "there is no draft of it to publish").into());
    }
    let publish_at = if says_when { call.read.instant("publish_at") } else { work.publish_at };
    let is_small = call.read.truth("is_small") == Some(true);
    let draft = Draft { source: work.text().to_owned(), ..work.draft.clone() };
    let (state, before) = (work.state, work.publish_at);
    work = work.with(visit, Change { draft, publish_at, state, is_small });
    if publish_at != before || work.version == 0 {
        work.version =
            kept(&articles::keep(visit, &call.staff, &work, from, Hand::default()).await?)?;
    }
    match articles::put_out(visit, &call.staff, &work).await? {
        PutOut::Done => Ok(given(call, &open(call, named).await?)),
        PutOut::Wrong(wrong) => Err(Problem::invalid(wrong.iter().map(fault).collect()).into()),
        PutOut::Not(_, Out::Taken(other)) => {
            let detail = format!("the article {other} has its address; give it another slug");
            Err(Problem::conflict("address-taken", &detail).into())
        }
        PutOut::Not(..) => Err(Problem::stale().into()),
    }
}

/// A fault of the one reader of articles, by the name that the field has here.
fn fault(wrong: &Wrong) -> Fault {
    let field = wrong.field.map(|field| match field {
        "image" => "lead_image.file".to_owned(),
        "corrections" => "correction".to_owned(),
        field => match field.split_once('_') {
            Some(("image", rest)) => format!("lead_image.{rest}"),
            Some((table @ ("search" | "social"), rest)) => format!("{table}.{rest}"),
            _ => field.to_owned(),
        },
    });
    Fault { field, line: wrong.line, what: wrong.what.clone() }
}

/// POST of the withdrawal takes it back, DELETE puts it back.
pub(super) async fn withdraw(
    call: &Call<'_>,
    named: &str,
    is_back: bool,
) -> Result<Given, Refusal> {
    let visit = call.visit;
    let Some(head) = articles::head_of(visit, named).await? else {
        // A draft is there, and has nothing that could be taken back.
        return Err(match articles::draft_of(visit, named).await? {
            Some(_) => {
                Problem::conflict("not-published", "the article has not been in the paper yet")
                    .into()
            }
            None => Problem::not_found().into(),
        });
    };
    visit.site.store.take_back(head.id, is_back, call.staff.doer(), visit.now).await?;
    Ok(given(call, &open(call, named).await?))
}

/// What somebody works on, with what was sent over it.
fn changed(call: &Call<'_>, work: Work) -> Result<Work, Refusal> {
    let (visit, read) = (call.visit, &call.read);
    let before = Draft { source: work.text().to_owned(), ..work.draft.clone() };
    let draft = over(before, read, visit.now)?;
    let publish_at =
        if read.has("publish_at") { read.instant("publish_at") } else { work.publish_at };
    let publish_at = publish_at.filter(|_| work.version > 0 || read.has("publish_at"));
    let state = match read.truth("in_review") {
        Some(true) => DraftState::Review,
        Some(false) => DraftState::Draft,
        None => work.state,
    };
    Ok(work.with(visit, Change { draft, publish_at, state, is_small: false }))
}

fn over(mut draft: Draft, read: &Read, now: Timestamp) -> Result<Draft, Problem> {
    let named = |name: &str| read.has(name);
    for (name, field) in [
        ("standfirst", &mut draft.standfirst),
        ("kicker", &mut draft.kicker),
        ("slug", &mut draft.slug),
        ("filed_from", &mut draft.filed_from),
        ("dateline", &mut draft.dateline),
        ("language", &mut draft.language),
    ] {
        if named(name) {
            *field = read.line(name);
        }
    }
    if named("headline") {
        draft.headline = read.line("headline").unwrap_or_default();
    }
    if named("section") {
        draft.section = read.line("section").unwrap_or_default();
    }
    if let Some(text) = read.text("text") {
        draft.source = text.replace("\r\n", "\n");
    }
    if let Some(tags) = read.texts("tags") {
        draft.tags = tags;
    }
    if let Some(authors) = read.texts("authors") {
        draft.authors = authors;
    }
    if let Some(text) = read.text("access") {
        draft.access = access_of(text)?;
    }
    if let Some(genre) = read.text("genre").and_then(|word| Genre::parse(word).ok()) {
        draft.genre = genre;
        draft.live_since = (genre == Genre::Live).then(|| draft.live_since.unwrap_or(now));
    }
    if named("series") {
        draft.series = read.object("series", SERIES).and_then(|series| {
            let part = u16::try_from(series.whole("part")?).ok()?;
            Some((series.text("slug")?.to_owned(), part))
        });
    }
    for (name, field) in [("search", &mut draft.search), ("social", &mut draft.social)] {
        if named(name) {
            let told = read.object(name, ANNOUNCEMENT).map(|told| Announcement {
                headline: told.line("headline"),
                standfirst: told.line("standfirst"),
            });
            *field = told.unwrap_or_default();
        }
    }
    if named("lead_image") {
        draft.lead_image = read.object("lead_image", IMAGE).map(|image| DraftImage {
            file: image.line("file").unwrap_or_default(),
            alt: image.line("alt").unwrap_or_default(),
            caption: image.line("caption"),
            credit: image.line("credit"),
            focus: image.line("focus"),
        });
    }
    if let Some(text) = read.line("correction") {
        if draft.corrections.len() >= limits::CORRECTIONS_MAX {
            return Err(Problem::wrong("correction", "it has as many as it may have"));
        }
        draft.corrections.push(Correction { at: now, text });
    }
    Ok(draft)
}

fn announced(told: &Announcement) -> Value {
    let Announcement { headline, standfirst } = told;
    match told == &Announcement::default() {
        true => Value::Null,
        false => json!({ "headline": headline, "standfirst": standfirst }),
    }
}

fn shown(call: &Call<'_>, work: &Work) -> Value {
    let (visit, draft, head) = (call.visit, &work.draft, work.head.as_ref());
    let state = match (work.version, head) {
        (1.., _) => DeskState::from(work.state),
        (_, Some(head)) if head.withdrawn_at.is_some() => DeskState::TakenBack,
        (_, Some(head)) if head.published_at > visit.now => DeskState::Scheduled,
        (_, Some(_)) => DeskState::Published,
        (_, None) => DeskState::Draft,
    };
    let instant = |at: Timestamp| at.to_string();
    let published = head.map(|head| {
        json!({
            "version": work.published_version,
            "published_at": instant(head.published_at),
            "updated_at": head.updated_at.map(instant),
            "withdrawn_at": head.withdrawn_at.map(instant),
            "address": visit.href(head),
        })
    });
    let kept = (work.version > 0)
        .then(|| json!({ "version": work.version, "state": work.state.as_str() }));
    let image = draft.lead_image.as_ref().map(|image| {
        json!({
            "file": image.file,
            "alt": image.alt,
            "caption": image.caption,
            "credit": image.credit,
            "focus": image.focus,
        })
    });
    let correction = |one: &Correction| json!({ "at": instant(one.at), "text": one.text });
    let series = draft.series.as_ref();
    json!({
        "id": draft.id,
        "state": state.as_str(),
        "draft": kept,
        "published": published,
        "headline": draft.headline,
        "standfirst": draft.standfirst,
        "kicker": draft.kicker,
        "section": draft.section,
        "tags": draft.tags,
        "authors": draft.authors,
        "slug": draft.slug,
        "filed_from": draft.filed_from,
        "dateline": draft.dateline,
        "access": draft.access.to_string(),
        "genre": draft.genre.as_str(),
        "series": series.map(|(slug, part)| json!({ "slug": slug, "part": part })),
        "language": draft.language,
        "search": announced(&draft.search),
        "social": announced(&draft.social),
        "lead_image": image,
        "publish_at": work.publish_at.filter(|_| work.version > 0).map(instant),
        "corrections": draft.corrections.iter().map(correction).collect::<Vec<_>>(),
        "text": call.may(Scope::ArticlesReadLocked).then(|| work.text()),
    })
}
