//! Passwords, for readers who want one beside the way by mail: signing in with one, and setting, changing and removing it on the own page.
//! Whether an address is known, or has a password, is told to nobody.

use face::{Args, Key, Letter, Slot, WayInChange};
use gate::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, Password, Secret, Unfit};
use http::{StatusCode, header};
use minijinja::context;
use minijinja::value::Value;
use store::{KnownReader, SessionRow, Way};

use super::account::{self, Part, Refused};
use super::entering::Comes;
use super::forms::{Fields, is_mail, way_back};
use super::identity::Cookie;
use super::proof::{PROOF_HOLDS_MINUTES, Tried};
use super::sign_in::{self, Step};
use super::{Trouble, Visit};
use crate::shell::answer::{Answer, set};

/// POST: signs in with address and password.
pub(crate) async fn sign_in(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let (mail, back) = (fields.get("mail"), way_back(&fields.get("back")));
    let mail = mail.trim().to_ascii_lowercase();
    let refuse = |status, key| {
        let message = visit.presentation.words.text(key);
        sign_in::page(visit, status, &Step::Password { mail: &mail, back: &back }, Some(message))
    };
    if !is_mail(&mail) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, Key::SignInMailWrong);
    }
    let store = &visit.site.store;
    let kept = store.password_of_mail(mail.clone()).await?;
    let hash = kept.as_ref().map(|kept| &kept.hash);
    let right = match visit.tries(&mail, &fields.get("password"), hash).await? {
        Tried::Right => kept,
        Tried::Wrong => None,
        Tried::Paused => {
            let mut answer = refuse(StatusCode::TOO_MANY_REQUESTS, Key::PasswordPaused)?;
            set(&mut answer, header::RETRY_AFTER, "3600");
            return Ok(answer);
        }
    };
    let (entering, new) = visit.entering(Some(Way::Password));
    if let Some(right) = right
        && let Some((reader, entry)) =
            store.sign_in_by_password(right, new, back.clone(), visit.now).await?
    {
        return visit.enter(&reader, entry, &entering, &back, Comes::ByForm).await;
    }
    refuse(StatusCode::UNPROCESSABLE_ENTITY, Key::PasswordWrong)
}

/// POST: sets, changes or removes the reader's password.
pub(crate) async fn change(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (own, fields) = match account::taken_of_ways_in(visit, Part::Password).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    let (store, row) = (&visit.site.store, &own.1.row);
    let kept = store.password_of(row.id).await?;
    let words = &visit.presentation.words;
    match visit.proves(&own.0, &row.mail, kept.as_ref(), &fields).await? {
        Tried::Right => {}
        tried => return not_proven(visit, &own, Part::Password, tried, &fields).await,
    }
    let is_removed = fields.get("act") == "remove";
    let (hash, change) = if is_removed {
        (None, WayInChange::PasswordRemoved)
    } else {
        let paper = &visit.presentation.house.paper.name;
        let address = visit.address();
        match Password::chosen(&fields.get("password"), &[paper, &address, &row.mail, &row.name]) {
            Ok(password) => {
                let salt = visit.site.random.bytes();
                let hash = visit.site.hashers.run(move || password.hash(salt)).await?;
                (Some(hash), WayInChange::PasswordSet)
            }
            Err(unfit) => {
                let count =
                    |most: usize| Args::new().count(u32::try_from(most).unwrap_or(u32::MAX));
                let message = match unfit {
                    Unfit::TooShort => {
                        words.format(Key::PasswordTooShort, &count(PASSWORD_CHARS_MIN))
                    }
                    Unfit::TooLong => {
                        words.format(Key::PasswordTooLong, &count(PASSWORD_CHARS_MAX))
                    }
                    Unfit::Common => words.text(Key::PasswordCommon),
                };
                let refused = Refused::whole(Part::Password, message);
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return account::page(visit, status, &own, Some(refused)).await;
            }
        }
    };
    if hash.is_none() && kept.is_none() {
        return Ok(visit.see("/account#password"));
    }
    let secret = Secret::of(visit.site.random.bytes());
    let letter = visit.told_of(&row.mail, change);
    let renewal = (own.0.hash, secret.hash(Cookie::SESSION_PURPOSE));
    if !store.change_password(row.id, hash, renewal, letter, visit.now).await? {
        return Ok(visit.see("/sign-in?back=%2Faccount"));
    }
    let mut answer = visit.see("/account#password");
    visit.give_session(&mut answer, &secret);
    Ok(answer)
}

/// The own page for somebody who has not proven who it is.
pub(super) async fn not_proven(
    visit: &Visit<'_>,
    own: &account::Own,
    part: Part,
    tried: Tried,
    fields: &Fields<'_>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let (status, message) = match tried {
        Tried::Paused => (StatusCode::TOO_MANY_REQUESTS, words.text(Key::PasswordPaused)),
        Tried::Right | Tried::Wrong => (StatusCode::FORBIDDEN, visit.proof_needed()),
    };
    let typed = account::typed(part, fields);
    let refused = Refused { wrong: "present", typed, ..Refused::whole(part, message) };
    let mut answer = account::page(visit, status, own, Some(refused)).await?;
    if tried == Tried::Paused {
        set(&mut answer, header::RETRY_AFTER, "3600");
    }
    Ok(answer)
}

impl Visit<'_> {
    /// The sentence for whoever has to sign in once more.
    pub(super) fn proof_needed(&self) -> String {
        let minutes = Args::new().count(PROOF_HOLDS_MINUTES);
        self.presentation.words.format(Key::ProofNeeded, &minutes)
    }

    /// What the own page says of the password.
    pub(super) async fn own_password(
        &self,
        session: &SessionRow,
        reader: &KnownReader,
    ) -> Result<Value, Trouble> {
        let (words, zone) = (&self.presentation.words, &self.presentation.house.policy.zone);
        let kept = self.site.store.password_of(reader.row.id).await?;
        let state = match &kept {
            Some(kept) => {
                let date = words.date_at(kept.set_at, zone, self.now);
                words.format(Key::PasswordSince, &Args::new().with(Slot::Date, date))
            }
            None => words.text(Key::PasswordNone),
        };
        let least = Args::new().count(u32::try_from(PASSWORD_CHARS_MIN).unwrap_or(u32::MAX));
        Ok(context! {
            state => state,
            is_set => kept.is_some(),
            is_proven => self.is_fresh(session),
            rule => words.format(Key::PasswordRule, &least),
        })
    }

    /// The letter that says that a way in was changed.
    pub(super) fn told_of(&self, mail: &str, change: WayInChange) -> store::NewMail {
        let account = format!("{}/account", self.address());
        self.letter(mail, &Letter::WayIn { change, at: self.now, account: &account })
    }
}
