//! Whose hand an article is in, and what the form's script is answered: what was saved by itself, and who else is writing. It never writes
//! anything over: that is the version's work.

use face::{Args, Key, Slot};
use http::StatusCode;
use newsroom::ArticleId;
use serde_json::json;
use store::{Hand, Holder};

use super::articles::{Work, draft_of, headline};
use super::{Staff, parts};
use crate::shell::answer::Answer;
use crate::site::forms::Fields;
use crate::site::{Trouble, Visit};

/// The hand that a form was sent by.
pub(super) fn of(form: &Fields<'_>) -> Hand {
    Hand::of(&form.get("tab"), form.get("take_over") == "yes").on_page(&form.get("page"))
}

/// Who has an article in hand, as a sentence.
pub(super) fn sentence(visit: &Visit<'_>, holder: &Holder) -> String {
    let said = Args::new()
        .with(Slot::Name, holder.name.as_str())
        .with(Slot::Date, visit.when(holder.since).text);
    let key = if holder.is_asker { Key::DeskInHandTab } else { Key::DeskInHand };
    visit.presentation.words.format(key, &said)
}

/// What the script is told of an article that is in another hand.
pub(super) fn refused(visit: &Visit<'_>, holder: &Holder) -> Result<Answer, Trouble> {
    let told = json!({ "state": "in hand", "text": sentence(visit, holder) });
    visit.json(StatusCode::CONFLICT, &told)
}

/// What the script is told of a save that was not made.
pub(super) fn not_kept(visit: &Visit<'_>, status: StatusCode, why: Key) -> Result<Answer, Trouble> {
    let told = json!({ "state": "not saved", "text": visit.presentation.words.text(why) });
    visit.json(status, &told)
}

/// What the script is told of a save: the version that the next one is made from, and where the article stands.
pub(super) fn kept(visit: &Visit<'_>, id: &str, version: u32) -> Result<Answer, Trouble> {
    let said = Args::new().with(Slot::Time, visit.clock(visit.now));
    let told = json!({
        "state": "saved",
        "version": version,
        "address": format!("/desk/articles/{id}"),
        "text": visit.presentation.words.format(Key::DeskKept, &said),
    });
    visit.json(StatusCode::OK, &told)
}

/// The article that a request is about, where whoever asks may work on it.
async fn article(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Result<(ArticleId, Work), Answer>, Trouble> {
    let Some(work) = draft_of(visit, named).await? else { return Err(Trouble::NotFound) };
    if !work.is_open_to(staff) {
        let status = StatusCode::FORBIDDEN;
        return Ok(Err(parts::refusal(visit, Some(staff), status, Key::DeskMayNot)?));
    }
    let id = ArticleId::parse(&work.draft.id).map_err(|_| Trouble::NotFound)?;
    Ok(Ok((id, work)))
}

/// GET `/desk/articles/{id}/hand`: who else has it, as one tab is told.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    let (id, work) = match article(visit, staff, named).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(refusal),
    };
    let hand = Hand::of(&visit.asked_fields().get("tab"), false);
    match visit.site.store.holder(id, hand, staff.doer(), visit.now).await? {
        Some(holder) => refused(visit, &holder),
        None => visit.json(StatusCode::OK, &json!({ "state": "free", "version": work.version })),
    }
}

/// POST `/desk/articles/{id}/hand`: takes an article in hand, says again that it is, or lets it go.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let (id, work) = match article(visit, staff, named).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(refusal),
    };
    let hand = of(&form);
    if form.get("act") == "let-go" {
        visit.site.store.put_down(id, hand, staff.doer()).await?;
        return visit.json(StatusCode::OK, &json!({ "state": "let go" }));
    }
    let headline = headline(visit, &work.draft.headline);
    let taken = visit.site.store.take_in_hand(id, headline, hand, staff.doer(), visit.now).await?;
    match taken {
        Some(holder) => refused(visit, &holder),
        None => visit.json(StatusCode::OK, &json!({ "state": "yours", "version": work.version })),
    }
}
