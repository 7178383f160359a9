//! The steps of the queue: which mail is next, what it means that it was taken, and what comes of what is told of it.

use jiff::{SignedDuration, Timestamp};
use paywall::PaperId;
use rusqlite::{OptionalExtension, Row, Transaction};

use super::{DueMail, MAIL_RETRIES, MailId, MailOutcome, MailState, REASON_CHARS_MAX};
use crate::{sign_ups, suppressions, values};

/// The kind that somebody waits for in front of the screen: it goes before all others, and what it holds is good for so long.
const URGENT: &str = "sign-in";
const URGENT_KEPT: SignedDuration = SignedDuration::from_mins(15);
/// Mails that one look passes over, at most: to recipients that get nothing, or too late.
const PASSED_OVER_MAX: usize = 64;

/// What is known of a mail before it is taken.
struct Candidate {
    mail: DueMail,
    queued_at: Timestamp,
}

/// Takes the mail whose turn it is.
pub(super) fn take(
    transaction: &Transaction<'_>,
    paper: PaperId,
    now: Timestamp,
) -> rusqlite::Result<Option<DueMail>> {
    for _ in 0..PASSED_OVER_MAX {
        let Some(Candidate { mail, queued_at }) = next(transaction, paper, now)? else {
            return Ok(None);
        };
        if mail.kind == URGENT && now > later(queued_at, URGENT_KEPT) {
            give_up(transaction, mail.id, MailState::Failed, "what it holds is good no more", now)?;
        } else if suppressions::holds(transaction, paper, &mail.recipient)? {
            give_up(transaction, mail.id, MailState::Failed, "the recipient gets no mails", now)?;
        } else if mail.unsubscribe.is_some()
            && sign_ups::wants_no_letters(transaction, &mail.recipient)?
        {
            give_up(
                transaction,
                mail.id,
                MailState::Failed,
                "the recipient wants none of its kind",
                now,
            )?;
        } else {
            transaction
                .prepare_cached(
                    "UPDATE mails SET state = 'sending', tries = tries + 1, told_at = ?2 WHERE id = ?1",
                )?
                .execute((mail.id.0, now.as_microsecond()))?;
            return Ok(Some(mail));
        }
    }
    Ok(None)
}

/// The mail whose turn it is: an urgent one, or the one that has been due for longest.
fn next(
    transaction: &Transaction<'_>,
    paper: PaperId,
    now: Timestamp,
) -> rusqlite::Result<Option<Candidate>> {
    let due = |kind: &str| -> rusqlite::Result<Option<Candidate>> {
        let query = format!(
            "SELECT id, kind, recipient, subject, plain, html, queued_at, unsubscribe FROM mails \
             WHERE state = 'waiting' {kind} AND due_at <= ?1 ORDER BY due_at, id LIMIT 1"
        );
        let mut query = transaction.prepare_cached(&query)?;
        query.query_row([now.as_microsecond()], |row| candidate(row, paper)).optional()
    };
    match due("AND kind = 'sign-in'")? {
        Some(urgent) => Ok(Some(urgent)),
        None => due(""),
    }
}

fn candidate(row: &Row<'_>, paper: PaperId) -> rusqlite::Result<Candidate> {
    let (id, queued_at) = (row.get(0)?, values::instant(row, 6)?);
    let mail = DueMail {
        id: MailId(id),
        name: name_of(paper, id, queued_at),
        kind: row.get(1)?,
        recipient: row.get(2)?,
        subject: row.get(3)?,
        plain: row.get(4)?,
        html: row.get(5)?,
        unsubscribe: row.get(7)?,
    };
    Ok(Candidate { mail, queued_at })
}

/// A mail's name in the world, which tells nobody how many mails a paper sends.
pub(super) fn name_of(paper: PaperId, id: i64, queued_at: Timestamp) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 name of a mail");
    hasher.update(&paper.0).update(&id.to_be_bytes());
    hasher.update(&queued_at.as_microsecond().to_be_bytes());
    hasher.finalize().to_hex().chars().take(32).collect()
}

/// Writes down what became of a mail that was taken.
pub(super) fn tell(
    transaction: &Transaction<'_>,
    id: MailId,
    outcome: &MailOutcome,
    now: Timestamp,
) -> rusqlite::Result<Option<MailState>> {
    let under_way = transaction
        .prepare_cached(
            "SELECT kind, queued_at, tries FROM mails WHERE id = ?1 AND state = 'sending'",
        )?
        .query_row([id.0], |row| {
            Ok((row.get::<_, String>(0)?, values::instant(row, 1)?, row.get::<_, u32>(2)?))
        })
        .optional()?;
    let Some((kind, queued_at, tries)) = under_way else { return Ok(None) };
    let (state, reason) = match outcome {
        MailOutcome::Sent => (MailState::Sent, ""),
        MailOutcome::Never(reason) => (MailState::Failed, reason.as_str()),
        MailOutcome::Unsure(reason) => (MailState::Unsure, reason.as_str()),
        MailOutcome::Later(reason) => {
            let again_at =
                MAIL_RETRIES.get(tries.saturating_sub(1) as usize).map(|pause| later(now, *pause));
            let in_time = |at: &Timestamp| kind != URGENT || *at <= later(queued_at, URGENT_KEPT);
            match again_at.filter(in_time) {
                Some(again_at) => {
                    let reason = shortened(reason);
                    transaction
                        .prepare_cached(
                            "UPDATE mails SET state = 'waiting', due_at = ?2, told_at = ?3, reason = ?4 WHERE id = ?1",
                        )?
                        .execute((id.0, again_at.as_microsecond(), now.as_microsecond(), reason))?;
                    return Ok(Some(MailState::Waiting));
                }
                None => (MailState::Failed, reason.as_str()),
            }
        }
    };
    give_up(transaction, id, state, reason, now)?;
    Ok(Some(state))
}

/// Ends a mail: its text is not needed any more.
fn give_up(
    transaction: &Transaction<'_>,
    id: MailId,
    state: MailState,
    reason: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let reason = Some(shortened(reason)).filter(|reason| !reason.is_empty());
    transaction
        .prepare_cached(
            "UPDATE mails SET state = ?2, subject = '', plain = '', html = '', unsubscribe = NULL, told_at = ?3, reason = ?4 WHERE id = ?1",
        )?
        .execute((id.0, state.name(), now.as_microsecond(), reason))?;
    Ok(())
}

fn shortened(reason: &str) -> String {
    reason.chars().take(REASON_CHARS_MAX).collect()
}

fn later(at: Timestamp, pause: SignedDuration) -> Timestamp {
    at.checked_add(pause).unwrap_or(Timestamp::MAX)
}
