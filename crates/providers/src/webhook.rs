//! Telling another program of ours what happened: one message, signed, over TLS or to this machine itself. It follows nothing, tries
//! nothing twice, and reads no more of the answer than its status.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use ureq::Agent;
use ureq::http::Uri;

use crate::calls::unread;
use crate::payments::{Secret, sign};

/// The shortest secret, in bytes: what can be guessed proves nothing.
pub const WEBHOOK_SECRET_BYTES_MIN: usize = 16;
/// The longest address, in bytes.
pub const WEBHOOK_URL_BYTES_MAX: usize = 1_000;
/// The longest that one answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The most that is told of why a message was not taken, in characters.
const TOLD_MAX: usize = 200;

/// An address that messages cannot be posted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// It is no address, or too long.
    #[error(
        "is not an address such as https://sender.example/masthead, of at most {WEBHOOK_URL_BYTES_MAX} bytes"
    )]
    NoAddress,
    /// Anybody on the way could read it.
    #[error(
        "is not https; plain http goes to this machine itself alone (localhost, 127.0.0.1, [::1])"
    )]
    Plain,
    /// It holds a name and a password, which would be in logs.
    #[error("holds a name or a password; the secret has a key of its own")]
    Named,
    /// The secret can be guessed.
    #[error("is shorter than {WEBHOOK_SECRET_BYTES_MIN} bytes; draw a longer one")]
    Short,
}

/// Where messages are posted.
#[derive(Clone)]
pub struct Webhook {
    agent: Agent,
    url: String,
    secret: Secret,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({})", self.shown())
    }
}

impl Webhook {
    /// One at an address, whose messages are signed with a secret.
    ///
    /// # Errors
    /// [`WebhookError`]; [`WebhookError::Short`] is about the secret, all others about the address.
    pub fn new(url: &str, secret: &str) -> Result<Self, WebhookError> {
        let uri: Uri = url.parse().map_err(|_| WebhookError::NoAddress)?;
        let is_one = uri.host().is_some_and(|host| !host.is_empty())
            && uri.scheme().is_some()
            && url.len() <= WEBHOOK_URL_BYTES_MAX
            && !url.contains('#');
        if !is_one {
            return Err(WebhookError::NoAddress);
        }
        let config = unread(&uri, "masthead-newsletters", TIMEOUT).ok_or(WebhookError::Plain)?;
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(WebhookError::Named);
        }
        if secret.len() < WEBHOOK_SECRET_BYTES_MIN {
            return Err(WebhookError::Short);
        }
        let agent = Agent::new_with_config(config);
        Ok(Self { agent, url: url.to_owned(), secret: Secret::new(secret) })
    }

    /// Scheme and host, which may be shown; the path may be a secret.
    #[must_use]
    pub fn shown(&self) -> String {
        let uri: Option<Uri> = self.url.parse().ok();
        let authority = uri.as_ref().and_then(Uri::authority).map(ToString::to_string);
        let scheme = uri.as_ref().and_then(Uri::scheme_str).unwrap_or_default();
        format!("{scheme}://{}", authority.unwrap_or_default())
    }

    /// Posts a message of that number, which is the same each time that it is tried.
    ///
    /// # Errors
    /// Why it was not taken: anything but an answer of success. Whether it was heard is not known then.
    pub fn tell(&self, number: i64, json: &str, now: Timestamp) -> Result<(), String> {
        let request = self.agent.post(&self.url);
        let request = request.header("Content-Type", "application/json");
        let request = request.header("Masthead-Message", number.to_string());
        let signature = sign(self.secret.reveal().as_bytes(), json.as_bytes(), now);
        let response = request.header("Masthead-Signature", signature).send(json);
        match response.map(|response| response.status().as_u16()) {
            Ok(200..=299) => Ok(()),
            Ok(status @ 300..=399) => {
                Err(format!("the sender answers with status {status}; no redirect is followed"))
            }
            Ok(status) => Err(format!("the sender answers with status {status}")),
            Err(error) => {
                let told = format!("the sender does not answer: {error}");
                let told = told.chars().map(|c| if c.is_control() { ' ' } else { c });
                Err(told.take(TOLD_MAX).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests;
