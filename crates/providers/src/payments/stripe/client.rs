//! Calls to Stripe: one pinned version of its interface, forms in, JSON out, bounded in time and size. A key goes nowhere but
//! into the header of a request over TLS, or to this machine itself. Nothing is tried twice here.
//! Sources: <https://docs.stripe.com/api/errors>, <https://docs.stripe.com/api/idempotent_requests>.

use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{Response, Uri};

use super::super::{PaymentError, Secret, never};
use super::json::{flag, text};
use crate::calls::unread;

/// The version of the interface that is asked for, whatever the account's own is. It is the last in which an invoice names its
/// charge, so that a subscription is read back with few questions.
pub const STRIPE_VERSION: &str = "2025-02-24.acacia";
/// Where Stripe is.
const ADDRESS: &str = "https://api.stripe.com";
/// The longest that one answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The most of an answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 4 << 20;
/// Objects that are asked for at once: as many as Stripe gives.
const PAGE: &str = "100";
/// Pages of one list that are read: the newest 1,200 objects.
const PAGES_MAX: usize = 12;
/// The most that is told of what Stripe says, in characters.
const SAID_MAX: usize = 300;

/// Names and values of a form or of a query.
pub(super) type Form = Vec<(String, String)>;

/// One name and its value.
pub(super) fn pair(name: impl Into<String>, value: impl Into<String>) -> (String, String) {
    (name.into(), value.into())
}

/// Why Stripe did not do it.
pub(super) enum Refused {
    /// It has no such object.
    Missing,
    /// It says no: its own code for it, and its words.
    No {
        /// Such as `resource_already_exists`; empty where there is none.
        code: String,
        /// For people.
        said: String,
    },
    /// It cannot be asked, or not now.
    Later(String),
}

impl From<Refused> for PaymentError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Missing => never("Stripe has no such object"),
            Refused::No { code, said } if code.is_empty() => never(format!("Stripe says: {said}")),
            Refused::No { code, said } => never(format!("Stripe says: {said} ({code})")),
            Refused::Later(why) => Self::Later(why),
        }
    }
}

/// Whoever asks Stripe.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    address: String,
    key: Secret,
}

impl Client {
    /// A client with that secret key. Another address than Stripe's own has to be TLS too, or this machine's.
    pub(super) fn new(key: Secret, address: Option<&str>) -> Result<Self, PaymentError> {
        if key.reveal().is_empty() || !key.reveal().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(never("the secret key is none; copy it from Stripe's dashboard"));
        }
        let address = address.unwrap_or(ADDRESS).trim_end_matches('/');
        let uri: Uri = address.parse().map_err(|_| never("Stripe's address is none"))?;
        let config = unread(&uri, "masthead-payments", TIMEOUT);
        let config = config
            .ok_or_else(|| never("Stripe's address is not https; the secret key stays here"))?;
        Ok(Self { agent: Agent::new_with_config(config), address: address.to_owned(), key })
    }

    /// The object at a path; `None` where there is none.
    pub(super) fn get(&self, path: &str, query: Form) -> Result<Option<Value>, PaymentError> {
        let request = self.agent.get(format!("{}{path}", self.address)).query_pairs(query);
        let request = request.header("Authorization", self.bearer());
        let response = request.header("Stripe-Version", STRIPE_VERSION).call();
        match answer(response) {
            Ok(value) => Ok(Some(value)),
            Err(Refused::Missing) => Ok(None),
            Err(refused) => Err(refused.into()),
        }
    }

    /// All objects of a list, in the order that Stripe gives: the newest first, and of those 1,200 at most.
    pub(super) fn list(&self, path: &str, query: &Form) -> Result<Vec<Value>, PaymentError> {
        let mut all: Vec<Value> = Vec::new();
        for _ in 0..PAGES_MAX {
            let mut query = query.clone();
            query.push(pair("limit", PAGE));
            if let Some(last) = all.last() {
                let last = text(last, "/id").ok_or_else(broken)?;
                query.push(pair("starting_after", last));
            }
            let Some(mut page) = self.get(path, query)? else { break };
            let more = flag(&page, "/has_more");
            let Some(objects) = page.get_mut("data").and_then(Value::as_array_mut) else {
                return Err(broken());
            };
            let none = objects.is_empty();
            all.append(objects);
            if none || !more {
                break;
            }
        }
        Ok(all)
    }

    /// Asks for something to be done. With the same key it is done once: Stripe gives the first answer again for a day at
    /// least, errors of its own included.
    pub(super) fn send(&self, path: &str, form: Form, key: &str) -> Result<Value, Refused> {
        let request = self.agent.post(format!("{}{path}", self.address));
        let request = request.header("Authorization", self.bearer());
        let request = request.header("Stripe-Version", STRIPE_VERSION);
        answer(request.header("Idempotency-Key", key).send_form(form))
    }

    /// Ends an object. It is ended once, however often it is asked for.
    pub(super) fn delete(&self, path: &str) -> Result<Value, Refused> {
        let request = self.agent.delete(format!("{}{path}", self.address));
        let request = request.header("Authorization", self.bearer());
        answer(request.header("Stripe-Version", STRIPE_VERSION).call())
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.key.reveal())
    }
}

fn broken() -> PaymentError {
    PaymentError::Later("Stripe's answer cannot be understood".to_owned())
}

fn answer(response: Result<Response<ureq::Body>, ureq::Error>) -> Result<Value, Refused> {
    let silent = |error: &dyn std::fmt::Display| {
        Refused::Later(format!("Stripe does not answer: {}", shown(&error.to_string())))
    };
    let response = response.map_err(|error| silent(&error))?;
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    let reader = response.into_body().into_reader();
    let read = reader.take(ANSWER_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| silent(&error))?;
    if bytes.len() as u64 > ANSWER_BYTES_MAX {
        return Err(Refused::Later(format!(
            "Stripe's answer has more than {ANSWER_BYTES_MAX} bytes"
        )));
    }
    let value: Option<Value> = serde_json::from_slice(&bytes).ok();
    match (status, value) {
        (200..=299, Some(value)) => Ok(value),
        (200..=299, None) => Err(Refused::Later("Stripe's answer cannot be understood".to_owned())),
        (404, _) => Err(Refused::Missing),
        // The operator can mend it, and then the same call is right. Stripe's words name a part of the key.
        (401 | 403, _) => Err(Refused::Later(format!(
            "Stripe does not take the secret key (status {status}); check it, and what it may do"
        ))),
        (409, Some(value)) if text(&value, "/error/code").is_none() => {
            Err(Refused::Later("the same call is under way already".to_owned()))
        }
        (400..=428 | 430..=499, value) => {
            let said = |path| value.as_ref().and_then(|value| text(value, path));
            let code = said("/error/code").or(said("/error/type")).unwrap_or_default();
            let words = said("/error/message").map_or_else(|| format!("status {status}"), shown);
            if matches!(code, "lock_timeout" | "idempotency_key_in_use" | "rate_limit") {
                return Err(Refused::Later(words));
            }
            Err(Refused::No { code: shown(code), said: words })
        }
        _ => Err(Refused::Later(format!("Stripe answers with status {status}"))),
    }
}

/// What may be shown of somebody else's words: no line breaks, and not too much.
fn shown(said: &str) -> String {
    let plain = said.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(SAID_MAX).collect()
}
