//! Mail, as far as the paper hands it to a server that takes it further: one mail, one recipient, one answer. Nothing is
//! kept here and nothing is tried twice: the queue and its patience are the caller's.

mod address;
mod compose;
mod kept;
mod smtp;

use std::fmt;
use std::time::SystemTime;

pub use address::{MailAddressError, Sender, SmtpAddress, is_mail_address};
pub use kept::{KEPT_MAX, KeptMails};
pub use smtp::{Patience, ServerFound, Smtp};

/// The longest mail, in bytes, both of its texts together.
pub const MAIL_BYTES_MAX: usize = 512 * 1_024;
/// The longest line of a head: subject, name, address or id, in bytes.
pub const MAIL_LINE_BYTES_MAX: usize = 900;
/// The most that is told of what a server says, in characters.
const TOLD_MAX: usize = 300;

/// A mail as it is handed over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mail {
    /// Who writes.
    pub from: Sender,
    /// Whom it goes to: one address.
    pub to: String,
    /// What it is called.
    pub subject: String,
    /// Its text.
    pub plain: String,
    /// The same as HTML.
    pub html: String,
    /// Its id in the world, without the angle brackets: `9f3a@courant.example`. The same mail has the same at each try.
    pub message_id: String,
    /// The date in its head.
    pub sent_at: SystemTime,
    /// Where one POST ends mails of its kind (RFC 8058), where they are of a kind that can be ended.
    pub unsubscribe: Option<String>,
}

/// Why a mail was not handed over, or is not known to have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The server was not reached, or says: later. Nothing was handed over.
    #[error("not now: {0}")]
    Later(String),
    /// The server refuses it for good, or it cannot be written as a mail. Nothing was handed over.
    #[error("refused: {0}")]
    Never(String),
    /// The server had all of it and did not answer: perhaps it was sent.
    #[error("nobody knows whether it was taken: {0}")]
    Unsure(String),
}

/// Takes mails.
pub trait Mailer: Send + Sync + fmt::Debug {
    /// Hands one over. It may take as long as [`Patience`] says for each answer.
    ///
    /// # Errors
    /// [`MailError`].
    fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// What somebody else says, as one line of bounded length.
fn told(text: &dyn fmt::Display) -> String {
    let line = text.to_string().replace(|c: char| c.is_control(), " ");
    line.chars().take(TOLD_MAX).collect()
}

#[cfg(test)]
mod tests;
