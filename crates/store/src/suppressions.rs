//! Addresses that get no mail from the paper: because a server said that nobody is there, or because somebody wants none. What is
//! kept is a keyed hash; which addresses these are cannot be read from it.

use gate::Outage;
use jiff::Timestamp;
use paywall::PaperId;
use rusqlite::Transaction;

use crate::mails::REASON_CHARS_MAX;
use crate::{Store, values};

/// Addresses that get nothing, of one list, at most.
pub const SUPPRESSIONS_LISTED_MAX: usize = 200;

/// That an address gets nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

impl Store {
    /// Sends nothing to an address any more. The first reason stays.
    ///
    /// # Errors
    /// [`Outage`]: it is not on the list.
    pub async fn suppress(
        &self,
        address: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), Outage> {
        let (paper, address, reason) = (self.0.paper_id, address.to_owned(), reason.to_owned());
        self.0
            .writer
            .write(move |transaction, _| {
                add(transaction, paper, &address, &reason, now).map(|_| ())
            })
            .await
    }

    /// Why and since when addresses get nothing, newest first, at most [`SUPPRESSIONS_LISTED_MAX`], and how many there are. Which
    /// addresses these are is not kept.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn suppressions(&self) -> Result<(Vec<Suppression>, u64), Outage> {
        self.0
            .lookups
            .ask(|connection| {
                let mut query = connection.prepare_cached(
                    "SELECT reason, suppressed_at FROM suppressions ORDER BY suppressed_at DESC, address LIMIT ?1",
                )?;
                let rows = query.query_map([SUPPRESSIONS_LISTED_MAX as i64], |row| {
                    Ok(Suppression { reason: row.get(0)?, since: values::instant(row, 1)? })
                })?;
                let rows = rows.collect::<rusqlite::Result<_>>()?;
                let mut count = connection.prepare_cached("SELECT count(*) FROM suppressions")?;
                let all: i64 = count.query_row([], |row| row.get(0))?;
                Ok((rows, all.unsigned_abs()))
            })
            .await
    }

    /// Sends to an address again, and says whether it was on the list.
    ///
    /// # Errors
    /// [`Outage`]: nothing has changed.
    pub async fn release(&self, address: &str) -> Result<bool, Outage> {
        let hash = hash(self.0.paper_id, address);
        self.0.writer.write(move |transaction, _| remove(transaction, hash)).await
    }
}

/// Puts an address on the list, and says whether it was not there. The first reason stays.
pub(crate) fn add(
    transaction: &Transaction<'_>,
    paper: PaperId,
    address: &str,
    reason: &str,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let reason: String = reason.chars().take(REASON_CHARS_MAX).collect();
    let added = transaction
        .prepare_cached(
            "INSERT INTO suppressions (address, reason, suppressed_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (address) DO NOTHING",
        )?
        .execute((hash(paper, address), reason, now.as_microsecond()))?;
    Ok(added > 0)
}

/// Takes an address off the list by its hash, and says whether it was there.
pub(crate) fn remove(transaction: &Transaction<'_>, hash: [u8; 32]) -> rusqlite::Result<bool> {
    let gone = transaction
        .prepare_cached("DELETE FROM suppressions WHERE address = ?1")?
        .execute([hash])?;
    Ok(gone > 0)
}

/// Whether an address gets nothing.
pub(crate) fn holds(
    transaction: &Transaction<'_>,
    paper: PaperId,
    address: &str,
) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached("SELECT 1 FROM suppressions WHERE address = ?1")?
        .exists([hash(paper, address)])
}

/// The same for any spelling in capitals.
pub(crate) fn hash(paper: PaperId, address: &str) -> [u8; 32] {
    let key = blake3::derive_key("masthead 2026 address that gets no mail", &paper.0);
    *blake3::keyed_hash(&key, address.trim().to_lowercase().as_bytes()).as_bytes()
}
