//! Who asks, as a request's cookies tell it: a reader by the session, a visitor by the id, or a stranger.

use std::sync::Arc;

use gate::{Identity, Outage, Person, Secret, VisitorToken};
use http::header::{self, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use paywall::{Asker, Interval, Mail, Policy, Reader, Who, Window};
use store::{KnownReader, SessionRow};

use super::{Trouble, Visit};
use crate::desk;
use crate::shell::answer::Answer;

/// The longest that a visitor's cookie lives: a visitor is not new on the first day of the next window.
const VISITOR_AGE_MAX: i64 = 70 * 86_400;
/// How long a browser keeps a session's cookie: as long as any (RFC 6265bis, 4.1.2.2). The session itself ends before, unless it
/// is used.
const SESSION_AGE: SignedDuration = SignedDuration::from_hours(400 * 24);

/// The cookies that we give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cookie {
    /// A visitor's id.
    Visitor,
    /// A reader's session.
    Session,
    /// The browser's part of a sign-in under way.
    SignIn,
    /// The browser's part of a question to its passkeys.
    Passkey,
    /// The browser's part of a sign-in that waits for another device to be signed out.
    Waiting,
    /// The browser's part of the gifts that it opened.
    Gift,
    /// The invitation to a seat that is to be accepted by whoever signs in.
    Invitation,
    /// Says to the page's own script that somebody is signed in, and nothing about whom.
    Marker,
    /// What is open to a reader while the store cannot say whose session it is.
    OutagePass,
    /// Says to the page's own script that the pass was asked for lately, and whether there is one: nobody who has full access is
    /// offered it at the top of a page.
    Renewed,
}

impl Cookie {
    /// What the secrets of sessions are for.
    pub(crate) const SESSION_PURPOSE: &'static str = "masthead 2026 session";

    /// Its name: with a prefix where readers come over TLS, so that the browser keeps it to this host and to secure requests.
    const fn name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Visitor, true) => "__Host-m",
            (Self::Visitor, false) => "m",
            (Self::Session, true) => "__Host-s",
            (Self::Session, false) => "s",
            (Self::SignIn, true) => "__Host-i",
            (Self::SignIn, false) => "i",
            (Self::Passkey, true) => "__Host-p",
            (Self::Passkey, false) => "p",
            (Self::Waiting, true) => "__Host-w",
            (Self::Waiting, false) => "w",
            (Self::Gift, true) => "__Host-g",
            (Self::Gift, false) => "g",
            (Self::Invitation, true) => "__Host-v",
            (Self::Invitation, false) => "v",
            (Self::Marker, true) => "__Host-here",
            (Self::Marker, false) => "here",
            (Self::OutagePass, true) => "__Host-e",
            (Self::OutagePass, false) => "e",
            (Self::Renewed, true) => "__Host-r",
            (Self::Renewed, false) => "r",
        }
    }
}

impl Visit<'_> {
    fn is_secure(&self) -> bool {
        self.site.origin.as_ref().is_some_and(super::Origin::is_secure)
    }

    pub(super) fn cookie(&self, cookie: Cookie) -> Option<&str> {
        self.request.cookie(cookie.name(self.is_secure()))
    }

    /// The visitor whose cookie this request carries, if it is one of ours.
    pub(crate) fn person(&self) -> Option<Person> {
        self.site.keys.person(self.cookie_value()?)
    }

    /// The secret that a cookie holds.
    pub(crate) fn secret(&self, cookie: Cookie) -> Option<Secret> {
        Secret::parse(self.cookie(cookie)?)
    }

    /// The reader whose session this request carries.
    pub(crate) async fn signed_in(
        &self,
    ) -> Result<Option<(Arc<SessionRow>, Arc<KnownReader>)>, Outage> {
        if !self.presentation.house.takes_readers() {
            return Ok(None);
        }
        let Some(secret) = self.secret(Cookie::Session) else { return Ok(None) };
        self.site.store.signed_in(secret.hash(Cookie::SESSION_PURPOSE), self.now).await
    }

    /// Who asks with a GET.
    pub(crate) async fn identity(&self) -> Identity {
        if self.cookie(Cookie::Session).is_some() {
            // On the heap: few requests carry one, and the others carry no room for it.
            if let Some(reader) = Box::pin(self.reader()).await {
                return reader;
            }
        }
        let person = self.person();
        let who = if person.is_some() { Who::Visitor } else { Who::Stranger };
        Identity { asker: Asker::of(who), person }
    }

    async fn reader(&self) -> Option<Identity> {
        match self.held().await {
            Ok(Some((session, known, intervals))) => {
                let mut identity = holding(&known, intervals);
                if known.staff.is_some() && session.proofs.are_two(self.now, desk::PROOFS_HOLD) {
                    identity.asker.who = Who::Staff;
                }
                let _ = self.reader.set(known);
                Some(identity)
            }
            Ok(None) => None,
            Err(outage) => {
                tracing::warn!(%outage, "a session could not be read");
                let _ = self.unsure.set(());
                self.by_outage_pass()
            }
        }
    }

    /// The reader whose session this request carries, with all that opens something for them: what they hold themselves, and their seat.
    async fn held(&self) -> Result<Option<Held>, Outage> {
        let Some((session, known)) = self.signed_in().await? else { return Ok(None) };
        let intervals = self.intervals_of(&known).await?;
        Ok(Some((session, known, intervals)))
    }

    /// All that opens or opened something for a reader.
    pub(super) async fn intervals_of(&self, known: &KnownReader) -> Result<Vec<Interval>, Outage> {
        let mut intervals = known.intervals.clone();
        if known.seat.is_some() {
            // On the heap: few readers have one.
            intervals.extend(Box::pin(self.seat_intervals(known)).await?);
        }
        Ok(intervals)
    }

    /// A reader who is known, as one to whom what they hold opens something.
    pub(crate) fn holding(&self, known: &KnownReader) -> Identity {
        holding(known, known.intervals.clone())
    }

    /// Nobody that we know, whatever the request carries.
    pub(crate) fn stranger(&self) -> Identity {
        Identity { asker: Asker::of(Who::Stranger), person: None }
    }

    /// Nothing is there where the paper has no readers.
    pub(crate) fn takes_readers(&self) -> Result<(), Trouble> {
        self.presentation.house.takes_readers().then_some(()).ok_or(Trouble::NotFound)
    }

    /// The visitor's cookie as it came.
    pub(crate) fn cookie_value(&self) -> Option<&str> {
        self.cookie(Cookie::Visitor)
    }

    /// Gives the visitor a cookie that outlives the window by one more.
    pub(crate) fn give_cookie(&self, answer: &mut Answer, token: &str, window: Window) {
        let age = max_age(&self.presentation.house.policy, window, self.now);
        self.give(answer, Cookie::Visitor, token, SignedDuration::from_secs(age));
    }

    /// Gives a reader the cookie of a session, and the marker beside it.
    pub(crate) fn give_session(&self, answer: &mut Answer, session: &Secret) {
        self.give(answer, Cookie::Session, &session.to_string(), SESSION_AGE);
        self.give(answer, Cookie::Marker, "1", SESSION_AGE);
        // The pass of another session is none for this one.
        self.ask_anew(answer);
    }

    /// What is open to this browser's reader may be about to change: the script asks for the pass at once.
    pub(super) fn ask_anew(&self, answer: &mut Answer) {
        if self.cookie(Cookie::Renewed).is_some() {
            self.take(answer, Cookie::Renewed);
        }
    }

    /// Gives a cookie, for a time.
    pub(crate) fn give(
        &self,
        answer: &mut Answer,
        cookie: Cookie,
        value: &str,
        lasts: SignedDuration,
    ) {
        let (name, age) = (cookie.name(self.is_secure()), lasts.as_secs());
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let is_for_the_script = matches!(cookie, Cookie::Marker | Cookie::Renewed);
        let hidden = if is_for_the_script { "" } else { "; HttpOnly" };
        let text = format!("{name}={value}; Path=/; Max-Age={age}{hidden}; SameSite=Lax{secure}");
        if let Ok(value) = HeaderValue::try_from(text) {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
    }

    /// Takes a cookie back.
    pub(crate) fn take(&self, answer: &mut Answer, cookie: Cookie) {
        self.give(answer, cookie, "", SignedDuration::ZERO);
    }

    /// A new visitor's token: from the browser's idempotency key where it sends one, so that a retry after a lost
    /// answer is the same visitor.
    pub(crate) fn new_token(&self) -> VisitorToken {
        let name = header::HeaderName::from_static("idempotency-key");
        let retry = self.request.single(&name).and_then(|key| self.site.keys.issue_for_retry(key));
        retry.unwrap_or_else(|| self.site.keys.issue(self.site.random.bytes()))
    }
}

/// A reader, as one to whom these open something.
/// A session, whose it is, and all that opens something for them.
type Held = (Arc<SessionRow>, Arc<KnownReader>, Vec<Interval>);

pub(super) fn holding(known: &KnownReader, intervals: Vec<Interval>) -> Identity {
    let proven = known.row.verified_at.is_some();
    let mail = if proven { Mail::Verified } else { Mail::Unverified };
    let who = Who::Reader(Reader { mail, intervals });
    Identity { asker: Asker::of(who), person: Some(known.row.person) }
}

fn max_age(policy: &Policy, window: Window, now: Timestamp) -> i64 {
    let next = policy.meter.window.lay(&policy.zone, window.ends_at);
    next.ends_at.duration_since(now).as_secs().clamp(60, VISITOR_AGE_MAX)
}
