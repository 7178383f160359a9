//! Mails on their way: put into the transaction of the fact that they tell, and taken from there one by one. One that is
//! taken is never taken again unless it is told that nothing of it was sent: no mail goes out twice. Nothing is sent from
//! here.

mod bounces;
mod steps;

pub use bounces::{BOUNCES_MAX, Bounce, BounceOutcome};
use gate::Outage;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::{Store, values};

/// Mails that wait, at most: with more, new ones are not taken in.
pub const MAILS_WAITING_MAX: usize = 100_000;
/// The longest address of a recipient, in bytes.
pub const RECIPIENT_BYTES_MAX: usize = 254;
/// The longest subject, in bytes.
pub const SUBJECT_BYTES_MAX: usize = 900;
/// The longest text of a mail, in bytes; the plain one and the one of HTML each.
pub const MAIL_TEXT_BYTES_MAX: usize = 128 * 1_024;
/// The longest reason that is kept, in characters.
pub const REASON_CHARS_MAX: usize = 300;
/// How long a mail that was sent, or given up, is remembered; its text goes at once.
pub const MAILS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long it is known what a mail was about of which there is never a second one: longer than any period that is paid for. To
/// whom it went is forgotten with the others.
pub const MAILS_ABOUT_KEPT: SignedDuration = SignedDuration::from_hours(800 * 24);
/// Mails of one list, at most.
pub const MAILS_LISTED_MAX: usize = 200;
/// After how long a mail is tried again, each time that it was not taken. After the last it is given up.
pub const MAIL_RETRIES: [SignedDuration; 5] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(6),
];

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
    /// Where one press ends mails of its kind, where nobody has to get them.
    pub unsubscribe: Option<String>,
}

/// A mail's number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MailId(pub i64);

/// A mail that was taken to be sent. Whoever has it says what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueMail {
    /// Its number.
    pub id: MailId,
    /// Its name in the world: the same each time that it is tried, and no other mail's.
    pub name: String,
    /// What it is for.
    pub kind: String,
    /// Whom it goes to.
    pub recipient: String,
    /// What it is called.
    pub subject: String,
    /// Its text.
    pub plain: String,
    /// The same as HTML.
    pub html: String,
    /// Where one press ends mails of its kind, where nobody has to get them.
    pub unsubscribe: Option<String>,
}

/// What became of a mail that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MailOutcome {
    /// It was handed over.
    Sent,
    /// Nothing was handed over; it is tried again.
    Later(String),
    /// Nothing was handed over, and never will be.
    Never(String),
    /// Perhaps it was handed over: it is not tried again.
    Unsure(String),
}

/// Where a mail is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailState {
    /// It waits for its time or for another try.
    Waiting,
    /// It was taken and nobody has said what became of it.
    Sending,
    /// It was handed over.
    Sent,
    /// It was given up.
    Failed,
    /// Nobody knows whether it was handed over.
    Unsure,
}

impl MailState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Sending, Self::Sent, Self::Failed, Self::Unsure];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unsure => "unsure",
        }
    }
}

/// A mail as it is kept. The text of one that was sent or given up is empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailRow {
    /// Its number.
    pub id: MailId,
    /// What it is for.
    pub kind: String,
    /// Whom it goes to.
    pub recipient: String,
    /// What it is called.
    pub subject: String,
    /// Its text.
    pub plain: String,
    /// The same as HTML.
    pub html: String,
    /// Where it is.
    pub state: MailState,
    /// When it was put into the queue.
    pub queued_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// Why it was not taken, or given up.
    pub reason: Option<String>,
}

/// How many mails are where, for the operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MailCounts {
    /// Waiting, those among them whose time has not come.
    pub waiting: u64,
    /// Given up within [`MAILS_KEPT`].
    pub failed: u64,
    /// Of which nobody knows whether they were sent, within [`MAILS_KEPT`].
    pub unsure: u64,
}

/// Puts a mail into the queue, in the transaction of the fact that it tells. Says whether it did: one about the same may be
/// there, the queue may be full, or the mail larger than its limits. The fact stands in any case.
pub(crate) fn enqueue(
    transaction: &Transaction<'_>,
    mail: &NewMail,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    if let Some(what) = too_large(mail) {
        tracing::error!(kind = mail.kind, what, "a mail is larger than its limit and is not sent");
        return Ok(false);
    }
    let full = transaction
        .prepare_cached("SELECT 1 FROM mails WHERE state = 'waiting' LIMIT 1 OFFSET ?1")?
        .exists([MAILS_WAITING_MAX as i64 - 1])?;
    if full {
        tracing::error!(kind = mail.kind, "{MAILS_WAITING_MAX} mails wait; another is not sent");
        return Ok(false);
    }
    let queued = transaction
        .prepare_cached(
            "INSERT INTO mails (kind, recipient, subject, plain, html, once, state, queued_at, due_at, tries, \
             unsubscribe) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7, ?8, 0, ?9) ON CONFLICT (once) DO NOTHING",
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
            &mail.unsubscribe,
        ))?;
    Ok(queued == 1)
}

/// Remembers what a mail would be about, so that it is never written. Nothing of the mail is kept.
pub(crate) fn pass_over(
    transaction: &Transaction<'_>,
    mail: &NewMail,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO mails (kind, recipient, subject, plain, html, once, state, queued_at, due_at, tries, \
             told_at, reason) VALUES (?1, ?2, '', '', '', ?3, 'sent', ?4, ?4, 0, ?4, 'told before it came here') \
             ON CONFLICT (once) DO NOTHING",
        )?
        .execute((mail.kind, &mail.recipient, &mail.once, now.as_microsecond()))
        .map(drop)
}

fn too_large(mail: &NewMail) -> Option<&'static str> {
    let parts = [
        ("recipient", &mail.recipient, RECIPIENT_BYTES_MAX),
        ("subject", &mail.subject, SUBJECT_BYTES_MAX),
        ("plain", &mail.plain, MAIL_TEXT_BYTES_MAX),
        ("html", &mail.html, MAIL_TEXT_BYTES_MAX),
    ];
    parts.into_iter().find(|(_, text, limit)| text.len() > *limit).map(|(what, ..)| what)
}

impl Store {
    /// Puts a mail into the queue that tells no fact of the database's.
    ///
    /// # Errors
    /// [`Outage`]: it is not there.
    pub async fn queue_mail(&self, mail: NewMail, now: Timestamp) -> Result<bool, Outage> {
        let queue = move |transaction: &Transaction<'_>| enqueue(transaction, &mail, now);
        self.0.writer.write(move |transaction, _| queue(transaction)).await
    }

    /// Takes the mail whose turn it is, and writes down that it was taken before anybody can send it. Those to recipients
    /// that get nothing, and those that would come too late, are given up on the way.
    ///
    /// # Errors
    /// [`Outage`]: none was taken.
    pub async fn take_mail(&self, now: Timestamp) -> Result<Option<DueMail>, Outage> {
        let instant = now.as_microsecond();
        let any = self.0.lookups.ask(move |connection| {
            connection
                .prepare_cached(
                    "SELECT 1 FROM mails WHERE state = 'waiting' AND due_at <= ?1 LIMIT 1",
                )?
                .exists([instant])
        });
        if !any.await? {
            return Ok(None);
        }
        let paper = self.0.paper_id;
        self.0.writer.write(move |transaction, _| steps::take(transaction, paper, now)).await
    }

    /// Writes down what became of a mail that was taken. Says where it is then; `None` where it was not under way.
    ///
    /// # Errors
    /// [`Outage`]: it is still down as under way, and may be told again.
    pub async fn mail_told(
        &self,
        id: MailId,
        outcome: MailOutcome,
        now: Timestamp,
    ) -> Result<Option<MailState>, Outage> {
        self.0.writer.write(move |transaction, _| steps::tell(transaction, id, &outcome, now)).await
    }

    /// Gives up what was under way when the program ended: nobody knows whether it was sent, so it is not sent again. Says
    /// how many. To be called once, before the first mail is taken.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn settle_mails(&self, now: Timestamp) -> Result<usize, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached(
                        "UPDATE mails SET state = 'unsure', subject = '', plain = '', html = '', unsubscribe = NULL, told_at = ?1, \
                         reason = 'the program ended while it was being sent' WHERE state = 'sending'",
                    )?
                    .execute([now.as_microsecond()])
            })
            .await
    }

    /// The newest mails, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn mails_lately(&self, limit: usize) -> Result<Vec<MailRow>, Outage> {
        let limit = limit.min(MAILS_LISTED_MAX) as i64;
        self.0
            .lookups
            .ask(move |connection| {
                those(connection, "WHERE recipient <> '' ORDER BY id DESC LIMIT ?1", [limit])
            })
            .await
    }

    /// One mail.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn mail(&self, id: MailId) -> Result<Option<MailRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(&selected("WHERE id = ?1"))?;
                query.query_row([id.0], mail_row).optional()
            })
            .await
    }

    /// How many mails are where.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn mail_counts(&self) -> Result<MailCounts, Outage> {
        self.0
            .lookups
            .ask(|connection| {
                let count = |state: &str| -> rusqlite::Result<u64> {
                    let query = format!("SELECT count(*) FROM mails WHERE state = '{state}'");
                    let mut query = connection.prepare_cached(&query)?;
                    query.query_row([], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
                };
                Ok(MailCounts {
                    waiting: count("waiting")?,
                    failed: count("failed")?,
                    unsure: count("unsure")?,
                })
            })
            .await
    }

    /// Forgets at most `batch` mails that are older than [`MAILS_KEPT`] and whose time has come, and says how many. Of one that is
    /// written once it stays known what it was about, for [`MAILS_ABOUT_KEPT`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn forget_mails(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        const OLD: &str = "queued_at < ?1 AND due_at < ?1 AND state <> 'sending'";
        const GONE: &str = "(once IS NULL OR queued_at < ?2)";
        const NAMED: &str = "once IS NOT NULL AND recipient <> '' AND state <> 'waiting'";
        let before = |kept| now.checked_sub(kept).unwrap_or(Timestamp::MIN).as_microsecond();
        let (oldest, about) = (before(MAILS_KEPT), before(MAILS_ABOUT_KEPT));
        let any = self.0.lookups.ask(move |connection| {
            let query = format!("SELECT 1 FROM mails WHERE {OLD} AND ({GONE} OR {NAMED}) LIMIT 1");
            connection.prepare_cached(&query)?.exists((oldest, about))
        });
        if !any.await? {
            return Ok(0);
        }
        self.0
            .writer
            .write(move |transaction, _| {
                let delete = format!(
                    "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE {OLD} AND {GONE} LIMIT ?3)"
                );
                let gone =
                    transaction.prepare_cached(&delete)?.execute((oldest, about, batch as i64))?;
                let rest = batch.saturating_sub(gone) as i64;
                let unname = format!(
                    "UPDATE mails SET recipient = '' WHERE id IN \
                     (SELECT id FROM mails WHERE {OLD} AND {NAMED} LIMIT ?2)"
                );
                Ok(gone + transaction.prepare_cached(&unname)?.execute((oldest, rest))?)
            })
            .await
    }
}

/// Whether there is, or was, a mail about that.
pub(crate) fn was_about(transaction: &Transaction<'_>, once: &str) -> rusqlite::Result<bool> {
    transaction.prepare_cached("SELECT 1 FROM mails WHERE once = ?1")?.exists([once])
}

/// The mails of a condition.
pub(crate) fn those(
    connection: &Connection,
    which: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<MailRow>> {
    connection.prepare_cached(&selected(which))?.query_map(values, mail_row)?.collect()
}

fn selected(which: &str) -> String {
    format!(
        "SELECT id, kind, recipient, subject, plain, html, state, queued_at, tries, reason FROM mails {which}"
    )
}

fn mail_row(row: &Row<'_>) -> rusqlite::Result<MailRow> {
    let state: String = row.get(6)?;
    let known = MailState::ALL.into_iter().find(|known| known.name() == state);
    Ok(MailRow {
        id: MailId(row.get(0)?),
        kind: row.get(1)?,
        recipient: row.get(2)?,
        subject: row.get(3)?,
        plain: row.get(4)?,
        html: row.get(5)?,
        state: known.ok_or_else(|| values::wrong(6, format!("{state:?} is no state of a mail")))?,
        queued_at: values::instant(row, 7)?,
        tries: row.get(8)?,
        reason: row.get(9)?,
    })
}
