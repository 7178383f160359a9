//! Passkeys: making, naming and removing one on the own page, and signing in with one. The page's script asks the browser; what is asked
//! is held here, is bound to the session or to a cookie, and is good for one answer. Without script there is the way by mail.

use std::sync::Arc;

use face::{Args, Key, Slot, WayInChange};
use gate::{ReaderId, Secret, SecretHash};
use http::{StatusCode, header};
use minijinja::context;
use minijinja::value::Value;
use providers::passkeys::{Asking, KeptPasskey, Making, PasskeyError, Passkeys};
use serde_json::json;
use store::{
    KnownReader, PASSKEY_NAME_CHARS_MAX, PASSKEYS_MAX, PasskeyAdded, PasskeyRow, SessionRow, Way,
};

use super::account::{self, Part};
use super::challenges::{ANSWERED_WITHIN, Challenges};
use super::entering::Comes;
use super::forms::{Fields, way_back};
use super::identity::Cookie;
use super::passwords::not_proven;
use super::proof::Tried;
use super::{Trouble, Visit, device};
use crate::shell::answer::{Answer, set};

/// Questions that one network is asked in an hour: each look at the sign-in page is one, and a town may be behind one address.
pub(super) const HOURLY_MAX: u32 = 1_000;
/// What the browser's secret is for that belongs to a question.
const HANDLE: &str = "masthead 2026 passkey question";
/// What a passkey is called in forms.
const FORM: &str = "masthead 2026 passkey in forms";

/// Questions that wait for an answer.
#[derive(Debug)]
pub(crate) struct Questions {
    making: Challenges<(ReaderId, Making)>,
    asking: Challenges<Asking>,
}

impl Questions {
    pub(crate) fn new() -> Self {
        Self { making: Challenges::new(), asking: Challenges::new() }
    }
}

/// POST of the sign-in page's script: what to ask the browser, or its answer.
pub(crate) async fn sign_in(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let passkeys = visit.passkeys().ok_or(Trouble::NotFound)?;
    match fields.get("act").as_str() {
        "ask" => ask(visit, &passkeys),
        _ => show(visit, &passkeys, &fields).await,
    }
}

fn ask(visit: &Visit<'_>, passkeys: &Passkeys) -> Result<Answer, Trouble> {
    let tended = &visit.site.tended;
    if !tended.passkeys.may(visit.request.address, visit.now) {
        let mut answer = visit.refusal(StatusCode::TOO_MANY_REQUESTS, Key::PasskeyFailed)?;
        set(&mut answer, header::RETRY_AFTER, "3600");
        return Ok(answer);
    }
    let (options, asking) = passkeys.ask()?;
    let handle = Secret::of(visit.site.random.bytes());
    if !visit.site.questions.asking.keep(handle.hash(HANDLE), asking, visit.now) {
        return Err(Trouble::Busy);
    }
    let mut answer = visit.json(StatusCode::OK, &options)?;
    visit.give(&mut answer, Cookie::Passkey, &handle.to_string(), ANSWERED_WITHIN);
    Ok(answer)
}

/// The answer of a browser: a session, where it is right.
async fn show(
    visit: &Visit<'_>,
    passkeys: &Passkeys,
    fields: &Fields<'_>,
) -> Result<Answer, Trouble> {
    let back = way_back(&fields.get("back"));
    let asking = visit
        .secret(Cookie::Passkey)
        .and_then(|handle| visit.site.questions.asking.take(handle.hash(HANDLE), visit.now));
    let Some(asking) = asking else {
        return visit.refusal(StatusCode::GONE, Key::PasskeyLate);
    };
    let mut answer = match proven(visit, passkeys, asking, &fields.get("credential")).await? {
        Ok((before, after)) => {
            let (entering, new) = visit.entering(Some(Way::Passkey));
            let store = &visit.site.store;
            match store.sign_in_by_passkey(before, after, new, back.clone(), visit.now).await? {
                Some((reader, entry)) => {
                    visit.enter(&reader, entry, &entering, &back, Comes::ByScript).await?
                }
                None => visit.refusal(StatusCode::UNPROCESSABLE_ENTITY, Key::PasskeyUnknown)?,
            }
        }
        Err(key) => visit.refusal(StatusCode::UNPROCESSABLE_ENTITY, key)?,
    };
    visit.take(&mut answer, Cookie::Passkey);
    Ok(answer)
}

/// The passkey that an answer is of, before and after it, or why it is refused.
async fn proven(
    visit: &Visit<'_>,
    passkeys: &Passkeys,
    asking: Asking,
    answer: &str,
) -> Result<Result<(PasskeyRow, PasskeyRow), Key>, Trouble> {
    let Ok(shown) = passkeys.shown(answer) else { return Ok(Err(Key::PasskeyUnknown)) };
    let found = visit.site.store.passkey(shown.id.clone()).await?;
    // A passkey of one reader is never another's, whatever the answer says.
    let owner = ReaderId::from_bytes(shown.owner);
    let Some(before) = found.filter(|row| row.reader == owner) else {
        return Ok(Err(Key::PasskeyUnknown));
    };
    let text = before.text.clone();
    match passkeys.proven(&shown, asking, &text) {
        Ok(kept) => {
            let after = row(&before, kept);
            Ok(Ok((before, after)))
        }
        Err(PasskeyError::CountedBack) => {
            tracing::warn!(
                "a passkey counts no more uses than before and was refused: there may be a copy of it"
            );
            Ok(Err(Key::PasskeyCopied))
        }
        Err(error) => {
            tracing::debug!(%error, "a passkey was refused");
            Ok(Err(Key::PasskeyUnknown))
        }
    }
}

/// The same row as it is to be kept after an answer.
fn row(before: &PasskeyRow, kept: KeptPasskey) -> PasskeyRow {
    PasskeyRow {
        text: kept.text,
        counter: kept.counter,
        may_be_copied: kept.may_be_copied,
        is_copied: kept.is_copied,
        ..before.clone()
    }
}

/// POST of the own page: asks for a new passkey, keeps it, names one, or removes one.
pub(crate) async fn change(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (own, fields) = match account::taken_of_ways_in(visit, Part::Passkeys).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    let act = fields.get("act");
    if act == "name" {
        return rename(visit, own.1.row.id, &fields).await;
    }
    if !visit.is_fresh(&own.0) {
        return match act.as_str() {
            "remove" => not_proven(visit, &own, Part::Passkeys, Tried::Wrong, &fields).await,
            _ => visit.refused_with(StatusCode::FORBIDDEN, &visit.proof_needed()),
        };
    }
    match act.as_str() {
        "ask" => ask_for_new(visit, &own).await,
        "add" => add(visit, &own, &fields).await,
        "remove" => remove(visit, &own, &fields).await,
        _ => Ok(visit.see("/account#passkeys")),
    }
}

async fn ask_for_new(visit: &Visit<'_>, own: &account::Own) -> Result<Answer, Trouble> {
    let passkeys = visit.passkeys().ok_or(Trouble::NotFound)?;
    let row = &own.1.row;
    let others = visit.site.store.passkeys_of(row.id).await?;
    if others.len() >= PASSKEYS_MAX {
        return visit.refused_with(StatusCode::CONFLICT, &visit.enough_passkeys());
    }
    let others = others.into_iter().map(|one| one.id).collect();
    let (options, making) = passkeys.make(*row.id.as_bytes(), &row.mail, others)?;
    if !visit.site.questions.making.keep(own.0.hash, (row.id, making), visit.now) {
        return Err(Trouble::Busy);
    }
    visit.json(StatusCode::OK, &options)
}

async fn add(
    visit: &Visit<'_>,
    own: &account::Own,
    fields: &Fields<'_>,
) -> Result<Answer, Trouble> {
    let passkeys = visit.passkeys().ok_or(Trouble::NotFound)?;
    let row = &own.1.row;
    let refuse = |status, key| visit.refusal(status, key);
    let Some((_, making)) = visit
        .site
        .questions
        .making
        .take(own.0.hash, visit.now)
        .filter(|(asked, _)| *asked == row.id)
    else {
        return refuse(StatusCode::GONE, Key::PasskeyLate);
    };
    let kept = match passkeys.made(&fields.get("credential"), &making) {
        Ok(kept) => kept,
        Err(error) => {
            tracing::debug!(%error, "a new passkey was refused");
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, Key::PasskeyNotMade);
        }
    };
    let agent = visit.request.single(&header::USER_AGENT).unwrap_or_default();
    let new = PasskeyRow {
        id: kept.id,
        reader: row.id,
        name: device::named(agent),
        text: kept.text,
        counter: kept.counter,
        may_be_copied: kept.may_be_copied,
        is_copied: kept.is_copied,
        made_at: visit.now,
        used_at: None,
    };
    let letter = visit.told_of(&row.mail, WayInChange::PasskeyAdded);
    match visit.site.store.add_passkey(new, letter, visit.now).await? {
        PasskeyAdded::Added => visit.json(StatusCode::OK, &json!({ "to": "/account#passkeys" })),
        PasskeyAdded::Enough => visit.refused_with(StatusCode::CONFLICT, &visit.enough_passkeys()),
        PasskeyAdded::Known => refuse(StatusCode::CONFLICT, Key::PasskeyNotMade),
    }
}

/// The reader's passkey that a form names.
async fn named(
    visit: &Visit<'_>,
    reader: ReaderId,
    fields: &Fields<'_>,
) -> Result<Option<PasskeyRow>, Trouble> {
    let wanted = fields.get("passkey");
    let all = visit.site.store.passkeys_of(reader).await?;
    Ok(all.into_iter().find(|one| in_forms(&one.id) == wanted))
}

async fn rename(
    visit: &Visit<'_>,
    reader: ReaderId,
    fields: &Fields<'_>,
) -> Result<Answer, Trouble> {
    if let Some(passkey) = named(visit, reader, fields).await? {
        let name = fields.get("name");
        let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
        visit.site.store.name_passkey(reader, passkey.id, name.trim()).await?;
    }
    Ok(visit.see("/account#passkeys"))
}

async fn remove(
    visit: &Visit<'_>,
    own: &account::Own,
    fields: &Fields<'_>,
) -> Result<Answer, Trouble> {
    let row = &own.1.row;
    if let Some(passkey) = named(visit, row.id, fields).await? {
        let letter = visit.told_of(&row.mail, WayInChange::PasskeyRemoved);
        visit.site.store.remove_passkey(row.id, passkey.id, letter, visit.now).await?;
    }
    Ok(visit.see("/account#passkeys"))
}

/// What a passkey is called in a form: its own id may be as long as a page.
fn in_forms(id: &[u8]) -> String {
    SecretHash::from_bytes(blake3::derive_key(FORM, id)).to_string()
}

impl From<PasskeyError> for Trouble {
    fn from(error: PasskeyError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl Visit<'_> {
    /// Passkeys of the address at which the paper is read, where browsers give any.
    pub(super) fn passkeys(&self) -> Option<Passkeys> {
        Passkeys::of(&self.address(), &self.presentation.house.paper.name)
    }

    /// Why the script gets nothing.
    fn refusal(&self, status: StatusCode, key: Key) -> Result<Answer, Trouble> {
        self.refused_with(status, &self.presentation.words.text(key))
    }

    fn refused_with(&self, status: StatusCode, message: &str) -> Result<Answer, Trouble> {
        self.json(status, &json!({ "message": message }))
    }

    fn enough_passkeys(&self) -> String {
        let most = Args::new().count(u32::try_from(PASSKEYS_MAX).unwrap_or(u32::MAX));
        self.presentation.words.format(Key::PasskeysEnough, &most)
    }

    /// What the own page says of passkeys.
    pub(super) async fn own_passkeys(
        &self,
        session: &SessionRow,
        reader: &Arc<KnownReader>,
    ) -> Result<Value, Trouble> {
        let (words, zone) = (&self.presentation.words, &self.presentation.house.policy.zone);
        let dated = |key, at| {
            words.format(key, &Args::new().with(Slot::Date, words.date_at(at, zone, self.now)))
        };
        let all = self.site.store.passkeys_of(reader.row.id).await?;
        let can_be_had = self.passkeys().is_some();
        let state = match (can_be_had, all.len()) {
            (false, _) => words.text(Key::PasskeysNotHere),
            (true, PASSKEYS_MAX..) => self.enough_passkeys(),
            (true, _) => words.text(Key::PasskeysText),
        };
        let list = all.iter().map(|one| {
            let name =
                if one.name.is_empty() { words.text(Key::Passkey) } else { one.name.clone() };
            context! {
                id => in_forms(&one.id),
                name => name,
                made => dated(Key::PasskeySince, one.made_at),
                used => one.used_at.map(|at| dated(Key::SessionSeen, at)),
                copied => one.is_copied.then(|| words.text(Key::PasskeyIsCopied)),
            }
        });
        let is_proven = self.is_fresh(session);
        Ok(context! {
            state => state,
            list => list.collect::<Vec<Value>>(),
            is_proven => is_proven,
            can_add => can_be_had && is_proven && all.len() < PASSKEYS_MAX,
            name_max => PASSKEY_NAME_CHARS_MAX,
        })
    }
}
