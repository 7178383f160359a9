//! A reader's own page: who they are here, where they are signed in, what is kept of them, and the way out.

use std::sync::Arc;

use face::{Args, Key, Slot};
use gate::SecretHash;
use http::{HeaderValue, StatusCode, header};
use minijinja::context;
use minijinja::value::Value;
use serde_json::json;
use store::{KnownReader, READER_NAME_CHARS_MAX, SessionRow};

use super::contexts::{Chrome, Link, value};
use super::forms::{Fields, MAIL_BYTES_MAX};
use super::identity::Cookie;
use super::{Trouble, Visit};
use crate::shell::answer::{Answer, set};

/// A reader at the own page, with the session that the request came with.
pub(super) type Own = (Arc<SessionRow>, Arc<KnownReader>);

/// Where on the page something was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// The account as a whole.
    Account,
    /// The mail address.
    Address,
    /// The password.
    Password,
    /// The passkeys.
    Passkeys,
    /// The seats of the plan.
    Seats,
}

/// Why a form of the page was refused.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) part: Part,
    pub(super) message: String,
    /// The field that the message is about, where it is about one.
    pub(super) wrong: &'static str,
    /// The mail address that was typed: it is not to be typed again.
    pub(super) typed: String,
}

impl Refused {
    /// A form that is refused as a whole.
    pub(super) const fn whole(part: Part, message: String) -> Self {
        Self { part, message, wrong: "", typed: String::new() }
    }
}

/// GET: the page.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    match visit.signed_in().await? {
        Some(own) => page(visit, StatusCode::OK, &own, None).await,
        None => Ok(visit.see("/sign-in?back=%2Faccount")),
    }
}

/// POST: another name.
pub(crate) async fn rename(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (_, reader, fields) = match taken(visit).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    let name = fields.get("name");
    let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
    visit.site.store.name_reader(reader.row.id, name.trim()).await?;
    Ok(visit.see("/account"))
}

/// POST: ends one session, or all of them.
pub(crate) async fn end_sessions(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (session, reader, fields) = match taken(visit).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    let (store, id) = (&visit.site.store, reader.row.id);
    let which = fields.get("session");
    if which == "all" {
        store.end_sessions(id).await?;
    } else if let Some(hash) = SecretHash::parse(&which) {
        store.end_session(id, hash).await?;
    }
    if which == "all" || SecretHash::parse(&which) == Some(session.hash) {
        return Ok(left(visit));
    }
    Ok(visit.see("/account#sessions"))
}

/// POST: ends this session. Whoever is not signed in is told the same: the browser keeps nothing of ours.
pub(crate) async fn sign_out(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    if let Some((session, reader)) = visit.signed_in().await? {
        visit.site.store.end_session(reader.row.id, session.hash).await?;
    }
    Ok(left(visit))
}

/// POST: erases the account, where the reader has said so twice.
pub(crate) async fn erase(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (session, reader, fields) = match taken(visit).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    if fields.get("sure") != "yes" {
        let message = visit.presentation.words.text(Key::EraseTick);
        let refused = Refused::whole(Part::Account, message);
        let own = (session, reader);
        return page(visit, StatusCode::UNPROCESSABLE_ENTITY, &own, Some(refused)).await;
    }
    if visit.goes_on(&reader) {
        let message = visit.presentation.words.text(Key::CancelFirst);
        let refused = Refused::whole(Part::Account, message);
        let own = (session, reader);
        return page(visit, StatusCode::CONFLICT, &own, Some(refused)).await;
    }
    visit.site.store.erase_reader(reader.row.id, visit.site.to_sender(), visit.now).await?;
    Ok(left(visit))
}

/// GET: everything that is kept of a reader, as JSON.
pub(crate) async fn data(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see("/sign-in?back=%2Faccount"));
    };
    data_of(visit, &reader).await
}

/// Everything that is kept of somebody, as a file.
pub(crate) async fn data_of(visit: &Visit<'_>, reader: &KnownReader) -> Result<Answer, Trouble> {
    let row = &reader.row;
    let sessions = visit.site.store.sessions_of(row.id, visit.now).await?;
    let sessions = sessions.iter().map(|session| {
        json!({
            "device": session.device,
            "began_at": session.began_at.to_string(),
            "seen_at": session.seen_at.to_string(),
        })
    });
    let passkeys = visit.site.store.passkeys_of(row.id).await?;
    let passkeys = passkeys.iter().map(|one| {
        json!({
            "name": one.name,
            "made_at": one.made_at.to_string(),
            "used_at": one.used_at.map(|at| at.to_string()),
            "is_copied": one.is_copied,
        })
    });
    let password = visit.site.store.password_of(row.id).await?;
    let statements = visit.site.store.statements_of(row.mail.clone()).await?;
    let statements = statements.iter().map(|one| {
        json!({
            "received_at": one.received_at.to_string(),
            "kind": one.stated.kind.name(),
            "name": one.stated.name,
            "contract": one.stated.contract,
            "reason": one.stated.reason,
            "wanted_on": one.stated.wanted_on.map(|day| day.to_string()),
        })
    });
    let invoices = visit.site.store.invoices_of(row.id).await?;
    let invoices = invoices.iter().map(|one| {
        let buyer = &one.sheet.buyer;
        json!({
            "number": one.number.to_string(),
            "issued_on": one.issued_on.to_string(),
            "due_on": one.due_on.to_string(),
            "state": one.state.name(),
            "plan": one.sheet.plan,
            "amount": one.sheet.step.amount.to_string(),
            "buyer": {
                "name": buyer.name,
                "lines": buyer.lines,
                "country": buyer.country,
                "reference": buyer.reference,
                "vat": buyer.vat,
            },
            "settled_at": one.settled_at.map(|at| at.to_string()),
            "reason": one.reason,
        })
    });
    let data = json!({
        "paper": visit.presentation.house.paper.name,
        "reader": {
            "id": row.id.to_string(),
            "mail": row.mail,
            "name": row.name,
            "joined_at": row.joined_at.to_string(),
            "mail_proven_at": row.verified_at.map(|at| at.to_string()),
            "password_set_at": password.map(|kept| kept.set_at.to_string()),
        },
        "passkeys": passkeys.collect::<Vec<_>>(),
        "sessions": sessions.collect::<Vec<_>>(),
        "statements": statements.collect::<Vec<_>>(),
        "gifts": visit.gifts(reader).await?,
        "seats": visit.seats_data(reader).await?,
        "saved": visit.saved(reader).await?,
        "newsletters": visit.sign_ups(reader).await?,
        "invoices": invoices.collect::<Vec<_>>(),
    });
    let mut answer = visit.json(StatusCode::OK, &data)?;
    let file = HeaderValue::from_static("attachment; filename=\"account.json\"");
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, file);
    Ok(answer)
}

/// A form of somebody who is signed in, or what is answered to everybody else.
pub(super) async fn taken<'a>(
    visit: &'a Visit<'_>,
) -> Result<Result<(Arc<SessionRow>, Arc<KnownReader>, Fields<'a>), Answer>, Trouble> {
    visit.takes_readers()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(Err(refusal)),
    };
    Ok(match visit.signed_in().await? {
        Some((session, reader)) => Ok((session, reader, fields)),
        None => Err(visit.see("/sign-in?back=%2Faccount")),
    })
}

/// The same of a form that changes a way in. Of somebody of the newsroom who has a second way in already, one proof is not enough: whoever
/// has their mailbox, and nothing else, would make the other proof for themselves.
pub(super) async fn taken_of_ways_in<'a>(
    visit: &'a Visit<'_>,
    part: Part,
) -> Result<Result<(Own, Fields<'a>), Answer>, Trouble> {
    let (session, reader, fields) = match taken(visit).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(Err(answer)),
    };
    let own = (session, reader);
    let (store, id) = (&visit.site.store, own.1.row.id);
    if own.1.staff.is_some()
        && !own.0.proofs.are_two(visit.now, crate::desk::PROOFS_HOLD)
        && (store.password_of(id).await?.is_some() || !store.passkeys_of(id).await?.is_empty())
    {
        let message = visit.presentation.words.text(Key::DeskTwoText);
        let typed = typed(part, &fields);
        let refused = Refused { typed, ..Refused::whole(part, message) };
        return Ok(Err(page(visit, StatusCode::FORBIDDEN, &own, Some(refused)).await?));
    }
    Ok(Ok((own, fields)))
}

/// The mail address in a form that takes one.
pub(super) fn typed(part: Part, fields: &Fields<'_>) -> String {
    // The form of the password names the address that is, for the browser's own keeping.
    if part == Part::Address { fields.get("mail") } else { String::new() }
}

/// The cookies that somebody who goes has no use for.
const LEFT_BEHIND: [Cookie; 7] = [
    Cookie::Session,
    Cookie::Visitor,
    Cookie::Gift,
    Cookie::Invitation,
    Cookie::Marker,
    Cookie::OutagePass,
    Cookie::Renewed,
];

/// The way out: the browser forgets what it had of ours.
fn left(visit: &Visit<'_>) -> Answer {
    let mut answer = visit.see("/");
    for cookie in LEFT_BEHIND {
        visit.take(&mut answer, cookie);
    }
    set(&mut answer, header::HeaderName::from_static("clear-site-data"), "\"cache\"");
    answer
}

impl Visit<'_> {
    /// What stands above a page that belongs to the account.
    pub(super) fn above_own(&self) -> Vec<Link> {
        let name = self.presentation.words.text(Key::YourAccount);
        vec![self.front_page(), Link { name, href: "/account".to_owned() }]
    }
}

pub(super) async fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    (session, reader): &Own,
    refused: Option<Refused>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let zone = &visit.presentation.house.policy.zone;
    let dated = |key, at| {
        words.format(key, &Args::new().with(Slot::Date, words.date_at(at, zone, visit.now)))
    };
    let row = &reader.row;
    let sessions = visit.site.store.sessions_of(row.id, visit.now).await?;
    let sessions = sessions.iter().map(|one| {
        let unnamed = one.device.is_empty();
        context! {
            id => one.hash.to_string(),
            device => if unnamed { words.text(Key::SomeBrowser) } else { one.device.clone() },
            seen => dated(Key::SessionSeen, one.seen_at),
            here => one.hash == session.hash,
        }
    });
    let refused_at = |part| {
        refused.as_ref().filter(|refused| refused.part == part).map(|one| one.message.clone())
    };
    let typed_at = |part| {
        let here = refused.as_ref().filter(|refused| refused.part == part);
        here.map(|one| one.typed.clone()).unwrap_or_default()
    };
    let account = context! {
        mail => row.mail.clone(),
        mail_max => MAIL_BYTES_MAX,
        name => row.name.clone(),
        name_max => READER_NAME_CHARS_MAX,
        since => dated(Key::ReaderSince, row.joined_at),
        sessions => sessions.collect::<Vec<Value>>(),
        message => refused_at(Part::Account),
        address_message => refused_at(Part::Address),
        address_wrong => refused.as_ref().map_or("", |refused| refused.wrong),
        address_typed => typed_at(Part::Address),
        password => visit.own_password(session, reader).await?,
        password_message => refused_at(Part::Password),
        passkeys => visit.own_passkeys(session, reader).await?,
        passkeys_message => refused_at(Part::Passkeys),
        subscription => visit.contract(reader, visit.next_plan(reader).await?.as_ref()),
        gifts => visit.gifts(reader).await?,
        seats => visit.own_seats(reader).await?,
        seats_message => refused_at(Part::Seats),
        seats_typed => typed_at(Part::Seats),
        seat => visit.own_seat(reader).await?,
        letters => visit.mail_choices(reader).await?,
        invoices => value(visit.own_invoices(reader).await?),
    };
    let heading = words.text(Key::YourAccount);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let context = context! { heading => heading, account => account, ..visit.chrome(chrome) };
    visit.own_page(status, "account.html", context)
}
