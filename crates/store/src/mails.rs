//! Mails on their way: put into the transaction of the fact that they tell, and taken from there one by one. Nothing is sent
//! from here.

use jiff::Timestamp;
use rusqlite::Transaction;

/// A mail on its way in, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewMail {
    /// What it is for: `sign-in` or the like.
    pub kind: &'static str,
    /// Whom it goes to.
    pub recipient: String,
    /// What it is called.
    pub subject: String,
    /// Its text.
    pub plain: String,
    /// The same as HTML.
    pub html: String,
    /// What it is about, where there must never be a second mail about the same.
    pub once: Option<String>,
    /// Before which instant it is not sent.
    pub due_at: Timestamp,
}

/// Puts a mail into the queue, in the transaction of the fact that it tells. Says whether it did: one about the same may be there.
pub(crate) fn enqueue(
    transaction: &Transaction<'_>,
    mail: &NewMail,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let queued = transaction
        .prepare_cached(
            "INSERT INTO mails (kind, recipient, subject, plain, html, once, state, queued_at, due_at, tries) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7, ?8, 0) ON CONFLICT (once) DO NOTHING",
        )?
        .execute((
            mail.kind,
            &mail.recipient,
            &mail.subject,
            &mail.plain,
            &mail.html,
            &mail.once,
            now.as_microsecond(),
            mail.due_at.as_microsecond(),
        ))?;
    Ok(queued == 1)
}
