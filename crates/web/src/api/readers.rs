//! Readers for machines: found by a whole address or an id that comes in a body, shown with what they hold and why, and helped by the
//! functions of the help desk. No money is moved here.

use face::Key;
use gate::ReaderId;
use http::StatusCode;
use jiff::Timestamp;
use newsroom::import::subscribers::{Holds, Row};
use paywall::Interval;
use serde_json::{Value, json};
use store::{Enrolled, Noted};

use super::problem::{Problem, Refusal};
use super::subscriptions;
use super::{Call, Given};
use crate::desk::helping::may_end_ways_in;
use crate::site::{Bringing, Came, Holdings, is_mail};

/// What an access is called, by the key of its name.
const fn access_of(key: Key) -> &'static str {
    match key {
        Key::AccessFree => "free",
        Key::AccessRegistered => "registered",
        Key::AccessMetered => "metered",
        _ => "subscribers",
    }
}

async fn shown(call: &Call<'_>, holdings: &Holdings) -> Result<Value, Refusal> {
    let (visit, reader) = (call.visit, &holdings.reader);
    let row = &reader.row;
    let instant = |at: Timestamp| at.to_string();
    let interval = |one: &Interval| {
        json!({
            "entitlement": one.entitlement.to_string(),
            "source": one.source.name(),
            "starts_at": instant(one.starts_at),
            "ends_at": one.ends_at.map(instant),
        })
    };
    let all = reader.intervals.iter().chain(&holdings.seat);
    let holds: Vec<Value> =
        all.filter(|one| one.ends_at.is_none_or(|end| end > visit.now)).map(interval).collect();
    let meets = visit.would_meet(reader).await?;
    let meets =
        meets.each.iter().map(|(key, told)| json!({ "access": access_of(*key), "told": told }));
    let subscriptions = reader.subscriptions.iter().map(|one| {
        let told = holdings.tellings.iter().find(|told| told.fact.subscription == *one.id());
        let provider = told.map_or("", |told| told.provider.as_str());
        subscriptions::shown(one, Some(row.id), provider, visit.now)
    });
    Ok(json!({
        "id": row.id.to_string(),
        "mail": row.mail,
        "name": row.name,
        "verified_at": row.verified_at.map(instant),
        "joined_at": instant(row.joined_at),
        "holds": holds,
        "would_meet": meets.collect::<Vec<_>>(),
        "subscriptions": subscriptions.collect::<Vec<_>>(),
    }))
}

async fn holdings(call: &Call<'_>, named: &str) -> Result<Holdings, Refusal> {
    let reader = ReaderId::parse(named).ok_or_else(Problem::not_found)?;
    Ok(call.visit.holdings(reader).await?.ok_or_else(Problem::not_found)?)
}

/// GET: one reader.
pub(super) async fn show(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let holdings = holdings(call, named).await?;
    Ok(Given::of(shown(call, &holdings).await?))
}

/// POST of the search: by one thing that is known.
pub(super) async fn find(call: &Call<'_>) -> Result<Given, Refusal> {
    let (visit, read) = (call.visit, &call.read);
    let named = ["mail", "id", "subscription"].map(|name| read.line(name));
    if named.iter().flatten().count() != 1 {
        return Err(Problem::wrong("", "name one of mail, id and subscription").into());
    }
    let reader = match named {
        [Some(mail), ..] => {
            let row = visit.site.store.reader_of_mail(mail.to_ascii_lowercase()).await?;
            row.map(|row| row.id)
        }
        [_, Some(id), _] => ReaderId::parse(&id),
        [_, _, Some(id)] => visit.reader_by_id(&id).await?.unwrap_or(None),
        _ => None,
    };
    let found = match reader {
        Some(reader) => visit.holdings(reader).await?,
        None => None,
    };
    let mut readers = Vec::new();
    if let Some(holdings) = &found {
        readers.push(shown(call, holdings).await?);
    }
    Ok(Given::of(json!({ "readers": readers })))
}

/// POST: takes a reader in, as a list of readers does.
pub(super) async fn take_in(call: &Call<'_>) -> Result<Given, Refusal> {
    let (visit, read) = (call.visit, &call.read);
    let mail = read.line("mail").unwrap_or_default().to_ascii_lowercase();
    if !is_mail(&mail) {
        return Err(Problem::wrong("mail", "it is no mail address such as ada@example.com").into());
    }
    let row = Row {
        line: 1,
        mail: mail.clone(),
        name: read.line("name").unwrap_or_default(),
        joined: None,
        holds: Holds::Nothing,
    };
    let how = Bringing { from: "api", plan: None, until: None, dry_run: false };
    let came = visit.site.bring_in(vec![row], &how).await?;
    match came.into_iter().next() {
        Some(Came::In(Enrolled::Added)) => {}
        Some(Came::Wrong(why)) => return Err(Problem::wrong("mail", &why).into()),
        _ => {
            let detail = "a reader has that address already; find them with /api/readers/search";
            return Err(Problem::conflict("known", detail).into());
        }
    }
    let row = visit.site.store.reader_of_mail(mail).await?.ok_or_else(Problem::not_found)?;
    let (by, about) = (call.staff.doer(), row.id);
    let noted = Noted { by, deed: "brought readers in", about, subject: String::new() };
    visit.site.store.note(noted, visit.now).await?;
    let holdings = visit.holdings(row.id).await?.ok_or_else(Problem::not_found)?;
    let location = format!("/api/readers/{}", row.id);
    Ok(Given::of(shown(call, &holdings).await?).made(location))
}

/// POST of the access: gives a plan without payment, to the end of a day.
pub(super) async fn give(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let (visit, read) = (call.visit, &call.read);
    let holdings = holdings(call, named).await?;
    let plan = read.text("plan").unwrap_or_default();
    if !visit.presentation.house.plans.iter().any(|known| known.slug == plan) {
        return Err(Problem::wrong("plan", "the paper has no such plan").into());
    }
    let until = read.day("until").filter(|day| visit.end_of(*day).is_some());
    let Some(until) = until else {
        return Err(Problem::wrong("until", "that day is over").into());
    };
    let reason = read.line("reason").unwrap_or_default();
    if reason.is_empty() || reason.chars().any(char::is_control) {
        return Err(Problem::wrong("reason", "say in one line why").into());
    }
    let subject = format!("{plan}, {until}");
    let (by, about) = (call.staff.doer(), holdings.reader.row.id);
    let noted = Noted { by, deed: "gave access", about, subject };
    let given = visit.give_access(&holdings.reader, plan, until, reason, noted).await?;
    if given.is_none() {
        return Err(Problem::wrong("until", "that day is over").into());
    }
    show(call, named).await
}

/// DELETE of the access: takes back what was given.
pub(super) async fn take(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let holdings = holdings(call, named).await?;
    let (by, about) = (call.staff.doer(), holdings.reader.row.id);
    let noted = Noted { by, deed: "took access back", about, subject: String::new() };
    call.visit.take_access(&holdings, &noted).await?;
    show(call, named).await
}

/// DELETE of the sessions: signs out everywhere. Of somebody who may more at the desk than whoever made the token, nobody does that.
pub(super) async fn sign_out(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let (visit, holdings) = (call.visit, holdings(call, named).await?);
    if !may_end_ways_in(&call.staff, &holdings.reader) {
        let detail = "they may more at the desk than whoever made the token";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail).into());
    }
    let (by, about) = (call.staff.doer(), holdings.reader.row.id);
    let noted = Noted { by, deed: "signed out", about, subject: String::new() };
    let ended = visit.site.store.end_sessions_for(None, noted, visit.now).await?;
    Ok(Given::of(json!({ "ended": ended })))
}
