//! Another mail address for a reader: asked for on the own page, proven by a code that is sent there, and told to the address that was.
//! Whether an address is another reader's is told to that reader alone, until somebody has proven to be its owner.

use face::{Args, Key, Letter, Slot};
use gate::Secret;
use http::{StatusCode, header};
use minijinja::context;
use store::{AddressChanged, Begun, NewMail};

use super::account::{self, Part, Refused};
use super::contexts::Chrome;
use super::forms::is_mail;
use super::identity::Cookie;
use super::proof::Tried;
use super::sign_in::{self, GOOD_FOR, GOOD_FOR_MINUTES, by_typed, handle_hash};
use super::{Trouble, Visit, passwords};
use crate::shell::answer::{Answer, set};

/// Codes to new addresses that one reader can ask for in an hour.
pub(super) const READER_HOURLY_MAX: u32 = 6;
/// The same of one network; a household may be behind it.
pub(super) const NETWORK_HOURLY_MAX: u32 = 20;

/// Where the code is typed, and the part of the own page that leads there.
const CODE_PAGE: &str = "/account/address/code";
const OWN_PART: &str = "/account#address";

/// What the page for the code shows.
enum Step<'a> {
    /// The code that was sent to this address.
    Code(&'a str),
    /// The code is good no more.
    Over,
    /// The address is another reader's.
    Taken,
}

/// POST: sends a code to a new address.
pub(crate) async fn begin(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (own, fields) = match account::taken_of_ways_in(visit, Part::Address).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    let (row, words) = (&own.1.row, &visit.presentation.words);
    let kept = visit.site.store.password_of(row.id).await?;
    match visit.proves(&own.0, &row.mail, kept.as_ref(), &fields).await? {
        Tried::Right => {}
        tried => return passwords::not_proven(visit, &own, Part::Address, tried, &fields).await,
    }
    let typed = fields.get("mail");
    let refuse = async |status, key| {
        let typed = typed.clone();
        let refused =
            Refused { wrong: "mail", typed, ..Refused::whole(Part::Address, words.text(key)) };
        let mut answer = account::page(visit, status, &own, Some(refused)).await?;
        if status == StatusCode::TOO_MANY_REQUESTS {
            set(&mut answer, header::RETRY_AFTER, "3600");
        }
        Ok(answer)
    };
    let mail = typed.trim().to_ascii_lowercase();
    if !is_mail(&mail) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, Key::SignInMailWrong).await;
    }
    if mail == row.mail {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, Key::AddressSame).await;
    }
    let tended = &visit.site.tended;
    let may = tended.addresses_of_readers.may_as(row.id.as_bytes(), visit.now)
        && tended.addresses_of_networks.may(visit.request.address, visit.now);
    if !may {
        return refuse(StatusCode::TOO_MANY_REQUESTS, Key::AddressWait).await;
    }
    let handle = Secret::of(visit.site.random.bytes());
    let new = sign_in::made(visit, &handle, mail.clone(), OWN_PART.to_owned(), |code, _| {
        let page = format!("{}{CODE_PAGE}", visit.address());
        let about = Letter::AddressCode { code, page: &page, minutes: GOOD_FOR_MINUTES };
        visit.letter(&mail, &about)
    });
    let sign_in = format!("{}/sign-in", visit.address());
    let tried = Letter::AddressTried { at: visit.now, sign_in: &sign_in };
    let tried = visit.letter(&mail, &tried);
    match visit.site.store.begin_new_address(row.id, new, tried, visit.now).await? {
        Begun::Sent => {
            let mut answer = visit.see(CODE_PAGE);
            visit.give(&mut answer, Cookie::SignIn, &handle.to_string(), GOOD_FOR);
            Ok(answer)
        }
        Begun::Enough => refuse(StatusCode::TOO_MANY_REQUESTS, Key::AddressWait).await,
        Begun::Full => Err(Trouble::Busy),
    }
}

/// GET: the form for the code, in the browser that asked.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see("/sign-in?back=%2Faccount"));
    };
    let Some(handle) = visit.secret(Cookie::SignIn) else { return Ok(visit.see(OWN_PART)) };
    let store = &visit.site.store;
    match store.new_address(reader.row.id, handle_hash(&handle), visit.now).await? {
        Some(mail) => page(visit, StatusCode::OK, &Step::Code(&mail), None),
        None => page(visit, StatusCode::GONE, &Step::Over, None),
    }
}

/// POST: the code. From then on the address is the reader's.
pub(crate) async fn prove(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (session, reader, fields) = match account::taken(visit).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    let Some(handle) = visit.secret(Cookie::SignIn) else { return Ok(visit.see(OWN_PART)) };
    let (store, id) = (&visit.site.store, reader.row.id);
    let by = by_typed(&handle, &fields.get("code"));
    let secret = Secret::of(visit.site.random.bytes());
    let renewal = (session.hash, secret.hash(Cookie::SESSION_PURPOSE));
    match store
        .change_address(id, by, renewal, told(visit), visit.site.to_sender(), visit.now)
        .await?
    {
        AddressChanged::Changed { former } => {
            visit.site.tended.passwords_of.forget(visit.request.address, &former);
            let mut answer = visit.see(OWN_PART);
            visit.take(&mut answer, Cookie::SignIn);
            visit.give_session(&mut answer, &secret);
            Ok(answer)
        }
        AddressChanged::Taken => page(visit, StatusCode::CONFLICT, &Step::Taken, None),
        AddressChanged::WrongCode(left) => {
            let found = store.new_address(id, handle_hash(&handle), visit.now).await?;
            match found.filter(|_| left > 0) {
                Some(mail) => {
                    let left = Args::new().count(left);
                    let message = visit.presentation.words.format(Key::SignInCodeWrong, &left);
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    page(visit, status, &Step::Code(&mail), Some(message))
                }
                None => page(visit, StatusCode::GONE, &Step::Over, None),
            }
        }
        AddressChanged::Gone => page(visit, StatusCode::GONE, &Step::Over, None),
        AddressChanged::SignedOut => Ok(visit.see("/sign-in?back=%2Faccount")),
    }
}

/// The letter to the address that was. Which one it is, the store puts in.
fn told(visit: &Visit<'_>) -> NewMail {
    let contact = format!("{}/contact", visit.address());
    visit.letter("", &Letter::AddressChanged { at: visit.now, contact: &contact })
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    step: &Step<'_>,
    message: Option<String>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let minutes = Args::new().count(GOOD_FOR_MINUTES);
    let (heading, paragraphs) = match *step {
        Step::Code(mail) => {
            let sent = words.format(Key::AddressSent, &minutes.with(Slot::Name, mail));
            (Key::AddressChange, vec![sent])
        }
        Step::Over => (Key::SignInGoneHeading, vec![words.format(Key::SignInGoneText, &minutes)]),
        Step::Taken => (Key::AddressChange, vec![words.text(Key::AddressTaken)]),
    };
    let heading = words.text(heading);
    let crumbs = visit.above_own();
    let chrome =
        Chrome { heading: heading.clone(), robots: "noindex", crumbs, ..Chrome::default() };
    let plain = context! { heading => heading, paragraphs => paragraphs };
    let proof = context! { is_asked => matches!(step, Step::Code(_)), message => message };
    visit.own_page(
        status,
        "address-code.html",
        context! { plain => plain, proof => proof, ..visit.chrome(chrome) },
    )
}
