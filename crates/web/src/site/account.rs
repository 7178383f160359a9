//! A reader's own page: who they are here, where they are signed in, what is kept of them, and the way out.

use std::sync::Arc;

use face::{Args, Key, Slot};
use gate::SecretHash;
use http::{HeaderValue, StatusCode, header};
use minijinja::context;
use minijinja::value::Value;
use serde_json::json;
use store::{KnownReader, READER_NAME_CHARS_MAX, SessionRow};

use super::contexts::Chrome;
use super::forms::Fields;
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
    /// The password.
    Password,
    /// The passkeys.
    Passkeys,
}

/// Why a form of the page was refused.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) part: Part,
    pub(super) message: String,
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
        let refused = Refused { part: Part::Account, message };
        let own = (session, reader);
        return page(visit, StatusCode::UNPROCESSABLE_ENTITY, &own, Some(refused)).await;
    }
    if visit.goes_on(&reader) {
        let message = visit.presentation.words.text(Key::CancelFirst);
        let refused = Refused { part: Part::Account, message };
        let own = (session, reader);
        return page(visit, StatusCode::CONFLICT, &own, Some(refused)).await;
    }
    visit.site.store.erase_reader(reader.row.id).await?;
    Ok(left(visit))
}

/// GET: everything that is kept of a reader, as JSON.
pub(crate) async fn data(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see("/sign-in?back=%2Faccount"));
    };
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
        "gifts": visit.gifts(&reader).await?,
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

/// The way out: the browser forgets what it had of ours.
fn left(visit: &Visit<'_>) -> Answer {
    let mut answer = visit.see("/");
    visit.take(&mut answer, Cookie::Session);
    visit.take(&mut answer, Cookie::Visitor);
    visit.take(&mut answer, Cookie::Gift);
    visit.take(&mut answer, Cookie::Marker);
    set(&mut answer, header::HeaderName::from_static("clear-site-data"), "\"cache\"");
    answer
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
    let account = context! {
        mail => row.mail.clone(),
        name => row.name.clone(),
        name_max => READER_NAME_CHARS_MAX,
        since => dated(Key::ReaderSince, row.joined_at),
        sessions => sessions.collect::<Vec<Value>>(),
        message => refused_at(Part::Account),
        password => visit.own_password(session, reader).await?,
        password_message => refused_at(Part::Password),
        passkeys => visit.own_passkeys(session, reader).await?,
        passkeys_message => refused_at(Part::Passkeys),
        subscription => visit.contract(reader),
        gifts => visit.gifts(reader).await?,
    };
    let heading = words.text(Key::YourAccount);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let context = context! { heading => heading, account => account, ..visit.chrome(chrome) };
    visit.own_page(status, "account.html", context)
}
