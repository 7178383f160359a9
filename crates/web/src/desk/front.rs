//! What stands where on top of the front page: the lead, what stands beside it, and lines below it. Whatever is not named is filled by
//! time. An arrangement is looked at before it is kept: the page carries it, and nothing is kept of it. What stood there before is
//! listed, and going back is keeping that again.

use face::{Args, Key, Slot};
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{Arrangement, ArticleId, limits};
use store::{Filter, Listed, PaperChange, PaperChanged, PastArrangement};

use super::look::{for_frame, in_new_windows, without_scripts};
use super::{Staff, parts};
use crate::shell::answer::{Answer, show_own_frames};
use crate::site::contexts::encoded;
use crate::site::forms::Fields;
use crate::site::{Trouble, Visit, front};

const HERE: &str = "/desk/front";
/// Places beside the lead, and lines below it.
const TOP: usize = 4;
const RELATED: usize = 3;
/// Articles to choose from.
const OFFERED: usize = 60;
/// Earlier arrangements that the page lists.
const PAST_LISTED: usize = 10;

/// GET: the places, with what stands in them; or with what is proposed, where that is looked at.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let asked = visit.asked_fields();
    let stands = &visit.presentation.paper.front.arrangement;
    if asked.get("look") == "yes" {
        let before = before_in(&asked).unwrap_or_else(|| stands.clone());
        let page = Page { arrangement: &arrangement_in(&asked), before: &before };
        return page.made(visit, staff, StatusCode::OK, None).await;
    }
    let well = (asked.get("said") == "saved").then_some(Key::DeskSaved);
    Page { arrangement: stands, before: stands }.made(visit, staff, StatusCode::OK, well).await
}

/// GET `/desk/front/look`: the front page with an arrangement, for a frame at the desk.
pub(super) async fn look(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let answer = front::made(visit, &arrangement_in(&visit.asked_fields())).await?;
    let html = in_new_windows(&without_scripts(answer));
    let mut answer = visit.own_markup(StatusCode::OK, html);
    for_frame(&mut answer);
    Ok(answer)
}

/// POST: sets the places.
pub(super) async fn arrange(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let after = arrangement_in(&form);
    // A form that does not say what it was made from is as old as can be.
    let before = before_in(&form).unwrap_or_default();
    let change = PaperChange::Arrangement { before, after: after.clone() };
    match visit.site.store.change_paper(change, staff.doer(), visit.now).await? {
        PaperChanged::Stale => {
            let stands = visit.site.store.paper().await?.front.arrangement;
            let page = Page { arrangement: &after, before: &stands };
            page.made(visit, staff, StatusCode::CONFLICT, Some(Key::DeskStale)).await
        }
        _ => Ok(visit.see(&format!("{HERE}?said=saved"))),
    }
}

/// An arrangement as the fields of a form or of a query say it; what names no article names nothing.
fn arrangement_in(fields: &Fields<'_>) -> Arrangement {
    let id = |name: &str| ArticleId::parse(&fields.get(name)).ok();
    let several = |name: &str| -> Vec<ArticleId> {
        let mut all: Vec<ArticleId> = Vec::new();
        for found in (1..=limits::FRONT_MAX).filter_map(|number| id(&format!("{name}{number}"))) {
            if !all.contains(&found) {
                all.push(found);
            }
        }
        all
    };
    Arrangement { lead: id("lead"), related: several("related"), top: several("top") }
}

/// The same as fields.
fn fields_of(arrangement: &Arrangement) -> Vec<(String, String)> {
    let numbered = |name: &'static str, ids: &[ArticleId]| -> Vec<(String, String)> {
        let one =
            |(place, id): (usize, &ArticleId)| (format!("{name}{}", place + 1), id.to_string());
        ids.iter().enumerate().map(one).collect()
    };
    let lead = arrangement.lead.iter().map(|id| ("lead".to_owned(), id.to_string()));
    let below = numbered("related", &arrangement.related);
    lead.chain(below).chain(numbered("top", &arrangement.top)).collect()
}

fn query_of(arrangement: &Arrangement) -> String {
    let fields = fields_of(arrangement).into_iter();
    fields.map(|(name, value)| format!("{name}={}", encoded(&value))).collect::<Vec<_>>().join("&")
}

/// What stood there when a form was made.
fn before_in(fields: &Fields<'_>) -> Option<Arrangement> {
    let text = fields.get("before");
    (!text.is_empty()).then(|| arrangement_in(&Fields::of(text.trim_start_matches('?').as_bytes())))
}

/// The page, with an arrangement in its form, and what stood there when it was first shown.
struct Page<'p> {
    arrangement: &'p Arrangement,
    before: &'p Arrangement,
}

impl Page<'_> {
    async fn made(
        self,
        visit: &Visit<'_>,
        staff: &Staff,
        status: StatusCode,
        said: Option<Key>,
    ) -> Result<Answer, Trouble> {
        let (store, words) = (&visit.site.store, &visit.presentation.words);
        let Self { arrangement, before } = self;
        let past = store.past_arrangements().await?;
        let past = &past[..past.len().min(PAST_LISTED)];
        let leads = past.iter().filter_map(|past| past.arrangement.lead.as_ref());
        let leads = store.listed_by_ids(leads.cloned().collect()).await?;
        let named = arrangement.named().cloned().collect();
        let mut offered = store.listed_by_ids(named).await?;
        for listed in store.list(Filter::All, visit.now, OFFERED, None).await? {
            if offered.iter().all(|one| one.head.id != listed.head.id) {
                offered.push(listed);
            }
        }
        let choices = |own: Option<&ArticleId>| -> Vec<Value> {
            let choice = |listed: &Listed| {
                let head = &listed.head;
                context! { value => head.id.to_string(), name => head.headline.clone(), is => own == Some(&head.id) }
            };
            offered.iter().map(choice).collect()
        };
        let places = |name: &str, own: &[ArticleId], count: usize| -> Vec<Value> {
            let place = |number: usize| {
                context! { name => format!("{name}{number}"), choices => choices(own.get(number - 1)) }
            };
            (1..=count.max(own.len())).map(place).collect()
        };
        let query = query_of(arrangement);
        let body = context! {
            lead => choices(arrangement.lead.as_ref()),
            top => places("top", &arrangement.top, TOP),
            related => places("related", &arrangement.related, RELATED),
            // Never empty, also where nothing stood there.
            before => format!("?{}", query_of(before)),
            is_kept => arrangement == before,
            frame => format!("{HERE}/look?{query}"),
            undo => past.first().map(|past| fields_of(&past.arrangement)),
            past => past.iter().map(|past| row(visit, past, &leads)).collect::<Vec<_>>(),
            script => visit.presentation.theme.asset("desk.js"),
            well => said.filter(|_| status == StatusCode::OK).map(|key| words.text(key)),
            refused => said.filter(|_| status != StatusCode::OK).map(|key| words.text(key)),
        };
        let heading = words.text(Key::DeskFront);
        let mut answer =
            parts::page(visit, Some(staff), status, "desk/front.html", &heading, body)?;
        show_own_frames(&mut answer);
        Ok(answer)
    }
}

/// What stood there before, as the page lists it.
fn row(visit: &Visit<'_>, past: &PastArrangement, leads: &[Listed]) -> Value {
    let words = &visit.presentation.words;
    let lead = past.arrangement.lead.as_ref();
    let lead = lead.and_then(|id| leads.iter().find(|listed| listed.head.id == *id));
    let said = Args::new()
        .with(Slot::Date, visit.when(past.ended_at).text)
        .with(Slot::Name, past.ended_by.as_str());
    context! {
        headline => lead.map_or_else(|| words.text(Key::FrontByTime), |lead| lead.head.headline.clone()),
        until => words.format(Key::FrontUntil, &said),
        href => format!("{HERE}?look=yes&{}", query_of(&past.arrangement)),
    }
}
