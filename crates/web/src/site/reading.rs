//! `{article}/reading`: a POST makes a reading, a GET shows what it opened. Always one person's own; never kept, never
//! indexed.

use std::sync::Arc;

use bytes::Bytes;
use face::{CacheInFront, Key};
use gate::Made;
use http::{Method, StatusCode, header};
use paywall::{Asker, Basis, Crowd, Decision, Grant, Notice, Who};
use serde_json::json;
use store::Figure;

use super::entries::Entry;
use super::gifts::unlisted;
use super::shown::Shown;
use super::told::quoted;
use super::{Count, Trouble, Visit, article, pace};
use crate::shell::answer::{Answer, JSON, Pieces, TEXT, set};
use crate::shell::caching::Keep;
use crate::shell::finished::Part;
use crate::shell::request::Form;

/// GET: the whole article, the wall, or what there is to do. Spends nothing.
pub(crate) async fn show(visit: &Visit<'_>, entry: &Arc<Entry>) -> Result<Answer, Trouble> {
    let mut identity = visit.identity().await;
    visit.add_pass(&mut identity, entry.asked.key).await;
    let policy = &visit.presentation.house.policy;
    let decision = visit.site.gate.admit(policy, &identity, &entry.asked, visit.now).await;
    let known = identity.person.is_some();
    // Elsewhere this is the end of a POST, which has counted what came of it; here it may be what somebody comes back to.
    let is_first = visit.is_behind_blind_cache()
        && *visit.request.method == Method::GET
        && !visit.request.is_speculative()
        && !visit.came_from_post();
    let shown = Shown::of(&decision).filter(|shown| is_first && shown.figure != Figure::Teaser);
    let mut response = match decision {
        Decision::Ask(ticket) => match (visit.request.form(), known) {
            (Form::Fragment, true) => visit.json(StatusCode::OK, &json!({ "state": "ask" }))?,
            (Form::Fragment, false) if visit.came_from_post() => {
                let html = visit.ask(entry, None)?;
                visit.json(StatusCode::OK, &json!({ "state": "cookies", "html": html }))?
            }
            (Form::Fragment, false) => visit.json(StatusCode::OK, &json!({ "state": "ask" }))?,
            (Form::Page, _) => {
                let words = visit.ask(entry, ticket.before().filter(|_| known))?;
                article::spliced(visit, entry, &Part::new(words), Keep::Nobody).await?
            }
        },
        decided => outcome(visit, entry, decided, known).await?,
    };
    if let Some(shown) = shown {
        entry.tally.add_after(&shown);
    }
    unlisted(&mut response);
    Ok(response)
}

/// POST: makes at most one reading.
pub(crate) async fn make(visit: &Visit<'_>, entry: &Arc<Entry>) -> Result<Answer, Trouble> {
    if let Some(refusal) = visit.foreign() {
        visit.site.counts.add(Count::ForeignPosts);
        return Ok(refusal);
    }
    let policy = &visit.presentation.house.policy;
    let mut identity = visit.identity().await;
    visit.add_pass(&mut identity, entry.asked.key).await;
    // The button on a stranger's wall, pressed where no licence is: that is said, and nobody becomes a visitor by it.
    let is_outside = visit.asked_fields().get("from") == "wall" && !visit.is_licensed();
    if is_outside && identity.asker == Asker::of(Who::Stranger) {
        return visit.not_licensed(entry);
    }
    let mut token = None;
    // Whoever was given the article needs no reading, and becomes no visitor by pressing the button.
    if identity.asker == Asker::of(Who::Stranger) {
        let fresh = visit.new_token();
        identity.person = visit.site.keys.person_of(&fresh);
        // An institution's network sends as many as it has people.
        let crowd = if visit.is_licensed() { Crowd::Usual } else { visit.crowd() };
        identity.asker = Asker::of(Who::Newcomer(crowd));
        visit.add_licence(&mut identity);
        token = Some(fresh.to_string());
    }
    let read = visit.site.gate.read(policy, &identity, &entry.asked, visit.now).await;
    let (decision, made) = match read {
        Ok(read) => read,
        Err(outage) => {
            tracing::warn!(%outage, "a reading could not be made");
            visit.site.counts.add(Count::Outages);
            return visit.unavailable();
        }
    };
    let opened = match &decision {
        Decision::Open(grant) => match grant.basis() {
            Basis::Reading(meterage) => Some(meterage),
            _ => None,
        },
        Decision::Ask(_) => return visit.unavailable(),
        Decision::Refuse(_) => {
            visit.site.counts.add(Count::Walls);
            None
        }
    };
    if is_outside && matches!(decision, Decision::Refuse(_)) {
        return visit.not_licensed(entry);
    }
    let Some(meterage) = opened else {
        let shown = Shown::of(&decision);
        // Whom a licence lets in is a visitor from then on, as after a reading.
        let mut response = match &token {
            Some(token) if is_licensed(&decision) => {
                let mut response = visit.see_reading();
                visit.give_cookie(&mut response, token, policy.fresh_window(visit.now));
                response
            }
            _ => outcome(visit, entry, decision, true).await?,
        };
        if let Some(shown) = shown {
            entry.tally.add_after(&shown);
        }
        unlisted(&mut response);
        return Ok(response);
    };
    visit.site.counts.add(match made {
        Made::Reading => {
            entry.tally.add_reading(meterage);
            Count::Readings
        }
        Made::Nothing => {
            // The script shows it on the page that the cache gave, which counted nothing.
            if visit.is_behind_blind_cache()
                && visit.request.form() == Form::Fragment
                && let Some(shown) = Shown::of(&decision)
            {
                entry.tally.add_after(&shown);
            }
            Count::OpenAlready
        }
    });
    // Whoever brought no cookie shows by the next request whether it was taken; the text is given then.
    let mut response = match (&token, visit.request.form()) {
        (None, Form::Fragment) => outcome(visit, entry, decision, true).await?,
        _ => visit.see_reading(),
    };
    // A reader's readings are the account's: the visitor that the browser was before is not kept alive.
    let visitor = visit.cookie_value().filter(|_| identity.asker.who == Who::Visitor);
    let cookie = token.or_else(|| visitor.map(str::to_owned));
    if let Some(cookie) = cookie {
        visit.give_cookie(&mut response, &cookie, meterage.window);
    }
    unlisted(&mut response);
    Ok(response)
}

/// Whether an institution's licence opened it.
fn is_licensed(decision: &Decision) -> bool {
    matches!(decision, Decision::Open(grant) if matches!(grant.basis(), Basis::Institution { .. }))
}

/// The open article or the wall, as a page or for the script.
async fn outcome(
    visit: &Visit<'_>,
    entry: &Arc<Entry>,
    decision: Decision,
    is_known: bool,
) -> Result<Answer, Trouble> {
    match (decision, visit.request.form()) {
        (Decision::Open(grant), Form::Page) => article::open(visit, entry, &grant).await,
        (Decision::Open(grant), Form::Fragment) => open_fragment(visit, entry, &grant).await,
        (Decision::Refuse(wall), Form::Page) => {
            article::walled(visit, entry, &wall, is_known, Keep::Nobody).await
        }
        (Decision::Refuse(_), Form::Fragment) if visit.unsure.get().is_some() => {
            visit.unavailable()
        }
        (Decision::Refuse(wall), Form::Fragment) => {
            let wall = visit.wall(&wall, None)?;
            visit.json(StatusCode::OK, &json!({ "state": "wall", "wall": wall.text() }))
        }
        (Decision::Ask(_), _) => Err(Trouble::Busy),
    }
}

async fn open_fragment(
    visit: &Visit<'_>,
    entry: &Arc<Entry>,
    grant: &Grant,
) -> Result<Answer, Trouble> {
    if visit.keeps_pace(entry, grant).is_err() {
        return visit.hasty();
    }
    let sealed = article::fragment(visit, entry).await?;
    let notice = Notice::of(grant).map(|notice| visit.notice(&notice)).transpose()?;
    let silence;
    let [line, bar, status] = match &notice {
        Some(notice) => notice.quoted(),
        None => {
            silence = ["", "", ""].map(quoted);
            &silence
        }
    };
    // As on the page, the reader's buttons stand behind the bar.
    let more = visit.own_buttons(entry, grant).await?.map(|own| {
        let said = notice.as_ref().map_or("", |notice| notice.bar.text());
        quoted(&format!("{said}{}", own.text()))
    });
    let bar = more.as_ref().unwrap_or(bar);
    let (body, encoding) = sealed.open(grant)?.with(&[line, bar, status], visit.request.encoding());
    let mut response = visit.answer(StatusCode::OK, JSON, Keep::Nobody, body);
    article::encoded(&mut response, encoding);
    Ok(response)
}

impl Visit<'_> {
    /// A POST has to come from a page of ours, pressed by a person: not from another site, not on a guess, not replayed
    /// from early data, and without a body to speak of.
    fn foreign(&self) -> Option<Answer> {
        let request = self.request;
        let header = |name| request.headers.told(name);
        let site = header("sec-fetch-site");
        let strange_site = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
        let strange_origin = header("origin").is_some_and(|origin| origin != self.address());
        if strange_site || strange_origin {
            return Some(self.short(
                StatusCode::FORBIDDEN,
                "a reading is made from the article's own page; open it there",
            ));
        }
        if request.is_speculative() {
            return Some(
                self.short(StatusCode::SERVICE_UNAVAILABLE, "a reading is not made on a guess"),
            );
        }
        if header("early-data") == Some("1") {
            return Some(self.short(StatusCode::TOO_EARLY, "send it again after the handshake"));
        }
        // A length that is no number is longer than any that is taken.
        let length = header("content-length").map(|length| length.parse().unwrap_or(u64::MAX));
        if length.is_some_and(|length| length > super::BODY_BYTES_MAX) {
            return Some(
                self.short(StatusCode::PAYLOAD_TOO_LARGE, "a reading takes no body to speak of"),
            );
        }
        None
    }

    /// Counts a new visitor, and says whether the network has sent many today.
    fn crowd(&self) -> Crowd {
        let policy = &self.presentation.house.policy;
        let crowd = self.site.visitors.count(
            policy.new_visitor_budget,
            self.request.address,
            &policy.zone,
            self.now,
        );
        self.site.counts.add(Count::NewVisitors);
        if crowd == Crowd::Many {
            self.site.counts.add(Count::CrowdedVisitors);
        }
        crowd
    }

    /// Whether this GET is the second half of a POST: the browser follows our 303 with the same page as its source.
    fn came_from_post(&self) -> bool {
        self.request.headers.has("idempotency-key")
    }

    /// Whether a cache in front shows everybody the same.
    pub(super) fn is_behind_blind_cache(&self) -> bool {
        self.presentation.house.cache_in_front == CacheInFront::Blind
    }

    fn see_reading(&self) -> Answer {
        let mut response =
            self.answer(StatusCode::SEE_OTHER, TEXT, Keep::Nobody, Pieces::default());
        set(&mut response, header::LOCATION, self.request.target.path);
        response
    }

    pub(crate) fn json(
        &self,
        status: StatusCode,
        value: &serde_json::Value,
    ) -> Result<Answer, Trouble> {
        let body = Pieces::one(Bytes::from(value.to_string()));
        Ok(self.answer(status, JSON, Keep::Nobody, body))
    }

    /// What the script is told where an account opens more than anybody reads.
    fn hasty(&self) -> Result<Answer, Trouble> {
        let text = self.presentation.words.text(Key::HastyText);
        let told = json!({ "state": "unavailable", "text": text });
        let mut response = self.json(StatusCode::TOO_MANY_REQUESTS, &told)?;
        set(&mut response, header::RETRY_AFTER, &pace::wait(self.now).to_string());
        Ok(response)
    }

    /// The record does not answer: nothing was counted, and that is what the reader is told.
    fn unavailable(&self) -> Result<Answer, Trouble> {
        let mut response = match self.request.form() {
            Form::Page => return Err(Trouble::StoreDown),
            Form::Fragment => {
                let text = self.presentation.words.text(Key::OpeningFailed);
                self.json(
                    StatusCode::SERVICE_UNAVAILABLE,
                    &json!({ "state": "unavailable", "text": text }),
                )?
            }
        };
        set(&mut response, header::RETRY_AFTER, "5");
        unlisted(&mut response);
        Ok(response)
    }
}
