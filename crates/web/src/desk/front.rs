//! What stands where on the front page: the lead, what stands beside it, and lines below it. Whatever is not named is filled by time.

use face::Key;
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{ArticleId, Front};
use store::{Filter, Listed, PaperChange, PaperChanged};

use super::{Staff, parts};
use crate::shell::answer::Answer;
use crate::site::{Trouble, Visit};

/// Places beside the lead, and lines below it.
const TOP: usize = 4;
const RELATED: usize = 3;
/// Articles to choose from.
const OFFERED: usize = 60;

/// GET: the places, with what stands in them.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let front = visit.presentation.paper.front.clone();
    let well = (visit.asked_fields().get("said") == "saved").then_some(Key::DeskSaved);
    page(visit, staff, &front, StatusCode::OK, well).await
}

/// POST: sets the places.
pub(super) async fn arrange(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let id = |name: &str| ArticleId::parse(&form.get(name)).ok();
    let several = |name: &str, count: usize| -> Vec<ArticleId> {
        let mut all: Vec<ArticleId> = Vec::new();
        for found in (1..=count).filter_map(|number| id(&format!("{name}{number}"))) {
            if !all.contains(&found) {
                all.push(found);
            }
        }
        all
    };
    let before = visit.presentation.paper.front.clone();
    let front = Front {
        lead: id("lead"),
        top: several("top", TOP),
        related: several("related", RELATED),
        ..before.clone()
    };
    let change = PaperChange::Front { before: Box::new(before), after: Box::new(front.clone()) };
    match visit.site.store.change_paper(change, staff.doer(), visit.now).await? {
        PaperChanged::Stale => {
            page(visit, staff, &front, StatusCode::CONFLICT, Some(Key::DeskStale)).await
        }
        _ => Ok(visit.see("/desk/front?said=saved")),
    }
}

async fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    front: &Front,
    status: StatusCode,
    said: Option<Key>,
) -> Result<Answer, Trouble> {
    let (store, words) = (&visit.site.store, &visit.presentation.words);
    let named = front.lead.iter().chain(&front.top).chain(&front.related).cloned().collect();
    let mut offered = store.listed_by_ids(named).await?;
    for listed in store.list(Filter::All, visit.now, OFFERED, None).await? {
        if offered.iter().all(|one| one.head.id != listed.head.id) {
            offered.push(listed);
        }
    }
    let choices = |own: Option<&ArticleId>| -> Vec<Value> {
        offered.iter().map(|listed: &Listed| {
            let head = &listed.head;
            context! { value => head.id.to_string(), name => head.headline.clone(), is => own == Some(&head.id) }
        })
        .collect()
    };
    let places = |name: &str, own: &[ArticleId], count: usize| -> Vec<Value> {
        let place = |number: usize| {
            context! { name => format!("{name}{number}"), choices => choices(own.get(number - 1)) }
        };
        (1..=count).map(place).collect()
    };
    let body = context! {
        lead => choices(front.lead.as_ref()),
        top => places("top", &front.top, TOP.max(front.top.len())),
        related => places("related", &front.related, RELATED.max(front.related.len())),
        well => said.filter(|_| status == StatusCode::OK).map(|key| words.text(key)),
        refused => said.filter(|_| status != StatusCode::OK).map(|key| words.text(key)),
    };
    let heading = words.text(Key::DeskFront);
    parts::page(visit, Some(staff), status, "desk/front.html", &heading, body)
}
