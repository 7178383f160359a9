//! What was answered to requests of machines that carry an idempotency key, so that the same request again gets the same answer and does
//! nothing twice. A request is written down before it does anything; one of which nobody knows what came of it stays so, and is not done
//! again.

use gate::Outage;
use jiff::{SignedDuration, Timestamp};
use rusqlite::OptionalExtension;

use crate::Store;

/// How long an answer is kept.
pub const KEPT_ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Answers that are kept at once of one token, at most: none uses up the room of the others.
pub const KEPT_ANSWERS_OF_TOKEN_MAX: usize = 10_000;
/// Answers that are kept at once of all tokens, at most.
pub const KEPT_ANSWERS_MAX: usize = 100_000;

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptAnswer {
    /// Its status.
    pub status: u16,
    /// Where what it made is; empty where it says nothing.
    pub location: String,
    /// The version of what it tells; empty where it says nothing.
    pub etag: String,
    /// Its JSON.
    pub document: Vec<u8>,
}

/// What is known of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Claimed {
    /// Nothing: it is written down now, and may be done.
    New,
    /// It was answered.
    Answered(KeptAnswer),
    /// The key came with another request.
    Different,
    /// It is under way, or was when the program ended.
    UnderWay,
    /// There are [`KEPT_ANSWERS_OF_TOKEN_MAX`] of this token, or [`KEPT_ANSWERS_MAX`].
    Full,
}

impl Store {
    /// Writes a request down that is about to be done, or says what is known of it. `request` is a hash of all of it.
    ///
    /// # Errors
    /// [`Outage`]: it may not be done.
    pub async fn claim_request(
        &self,
        token: i64,
        name: String,
        request: [u8; 32],
        now: Timestamp,
    ) -> Result<Claimed, Outage> {
        let oldest = now.checked_sub(KEPT_ANSWERS_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached(
                        "DELETE FROM kept_answers WHERE token = ?1 AND name = ?2 AND begun_at < ?3",
                    )?
                    .execute((token, &name, oldest))?;
                let known = transaction
                    .prepare_cached(
                        "SELECT request, status, location, etag, document FROM kept_answers \
                         WHERE token = ?1 AND name = ?2",
                    )?
                    .query_row((token, &name), |row| {
                        let status: Option<u16> = row.get(1)?;
                        let location = row.get(2)?;
                        let (etag, document) = (row.get(3)?, row.get(4)?);
                        let of: [u8; 32] = row.get(0)?;
                        let answer = status
                            .map(|status| KeptAnswer { status, location, etag, document });
                        Ok((of, answer))
                    })
                    .optional()?;
                match known {
                    Some((of, _)) if of != request => return Ok(Claimed::Different),
                    Some((_, Some(answer))) => return Ok(Claimed::Answered(answer)),
                    Some((_, None)) => return Ok(Claimed::UnderWay),
                    None => {}
                }
                // Both are counted along the index by time, which holds no answers.
                let (all, of_token): (i64, i64) = transaction
                    .prepare_cached(
                        "SELECT count(*), count(*) FILTER (WHERE token = ?1) FROM kept_answers",
                    )?
                    .query_row([token], |row| Ok((row.get(0)?, row.get(1)?)))?;
                if of_token >= KEPT_ANSWERS_OF_TOKEN_MAX as i64 || all >= KEPT_ANSWERS_MAX as i64 {
                    return Ok(Claimed::Full);
                }
                transaction
                    .prepare_cached(
                        "INSERT INTO kept_answers (token, name, request, begun_at) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute((token, &name, request, now.as_microsecond()))?;
                Ok(Claimed::New)
            })
            .await
    }

    /// Keeps what was answered; `None` forgets the request, of which nothing came.
    ///
    /// # Errors
    /// [`Outage`]: nobody will know what came of it.
    pub async fn keep_answer(
        &self,
        token: i64,
        name: String,
        answer: Option<KeptAnswer>,
    ) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                match &answer {
                    Some(answer) => transaction
                        .prepare_cached(
                            "UPDATE kept_answers SET status = ?3, location = ?4, etag = ?5, document = ?6 \
                             WHERE token = ?1 AND name = ?2",
                        )?
                        .execute((
                            token,
                            &name,
                            answer.status,
                            &answer.location,
                            &answer.etag,
                            &answer.document,
                        )),
                    None => transaction
                        .prepare_cached("DELETE FROM kept_answers WHERE token = ?1 AND name = ?2")?
                        .execute((token, &name)),
                }
                .map(drop)
            })
            .await
    }

    /// Forgets answers whose time is over; says how many, at most `batch`.
    ///
    /// # Errors
    /// [`Outage`]: nothing was forgotten.
    pub async fn forget_kept_answers(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        let oldest = now.checked_sub(KEPT_ANSWERS_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached(
                        "DELETE FROM kept_answers WHERE (token, name) IN \
                         (SELECT token, name FROM kept_answers WHERE begun_at < ?1 LIMIT ?2)",
                    )?
                    .execute((oldest, limit))
            })
            .await
    }
}
