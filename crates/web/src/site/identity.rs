//! Who asks, as a request tells it: the visitor's cookie and nothing else, until accounts exist.

use gate::{Identity, Person, VisitorToken};
use http::header;
use jiff::Timestamp;
use paywall::{Asker, Policy, Who, Window};

use super::Visit;
use crate::shell::answer::{Answer, set};

/// The name where readers come over TLS: the browser keeps it to this host and to secure requests.
const SECURE_NAME: &str = "__Host-m";
/// The name over plain http, in a demo or behind nothing.
const PLAIN_NAME: &str = "m";
/// The longest that a cookie lives: a visitor is not new on the first day of the next window.
const MAX_AGE_SECONDS_MAX: i64 = 70 * 86_400;

impl Visit<'_> {
    fn is_secure(&self) -> bool {
        self.site.origin.as_ref().is_some_and(super::Origin::is_secure)
    }

    fn cookie_name(&self) -> &'static str {
        if self.is_secure() { SECURE_NAME } else { PLAIN_NAME }
    }

    /// The visitor whose cookie this request carries, if it is one of ours.
    pub(crate) fn person(&self) -> Option<Person> {
        self.site.keys.person(self.cookie_value()?)
    }

    /// Who asks with a GET.
    pub(crate) fn identity(&self) -> Identity {
        let person = self.person();
        let who = if person.is_some() { Who::Visitor } else { Who::Stranger };
        Identity { asker: Asker::of(who), person }
    }

    /// Nobody that we know, whatever the request carries.
    pub(crate) fn stranger(&self) -> Identity {
        Identity { asker: Asker::of(Who::Stranger), person: None }
    }

    /// The visitor's cookie as it came.
    pub(crate) fn cookie_value(&self) -> Option<&str> {
        self.request.cookie(self.cookie_name())
    }

    /// Gives the visitor a cookie that outlives the window by one more.
    pub(crate) fn give_cookie(&self, answer: &mut Answer, token: &str, window: Window) {
        let age = max_age(&self.presentation.house.policy, window, self.now);
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let name = self.cookie_name();
        let cookie =
            format!("{name}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
        set(answer, header::SET_COOKIE, &cookie);
    }

    /// A new visitor's token: from the browser's idempotency key where it sends one, so that a retry after a lost
    /// answer is the same visitor.
    pub(crate) fn new_token(&self) -> VisitorToken {
        let name = header::HeaderName::from_static("idempotency-key");
        let retry = self.request.single(&name).and_then(|key| self.site.keys.issue_for_retry(key));
        retry.unwrap_or_else(|| self.site.keys.issue(self.site.random.bytes()))
    }
}

fn max_age(policy: &Policy, window: Window, now: Timestamp) -> i64 {
    let next = policy.meter.window.lay(&policy.zone, window.ends_at);
    next.ends_at.duration_since(now).as_secs().clamp(60, MAX_AGE_SECONDS_MAX)
}
