//! Addresses that get no mail from the paper: because a server said that nobody is there, or because somebody wants none. What is
//! kept is a keyed hash; which addresses these are cannot be read from it.

use gate::Outage;
use jiff::Timestamp;
use paywall::PaperId;
use rusqlite::Transaction;

use crate::Store;
use crate::mails::REASON_CHARS_MAX;

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
        let hash = hash(self.0.paper_id, address);
        let reason: String = reason.chars().take(REASON_CHARS_MAX).collect();
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached(
                        "INSERT INTO suppressions (address, reason, suppressed_at) VALUES (?1, ?2, ?3) \
                         ON CONFLICT (address) DO NOTHING",
                    )?
                    .execute((hash, reason, now.as_microsecond()))
                    .map(|_| ())
            })
            .await
    }

    /// Sends to an address again, and says whether it was on the list.
    ///
    /// # Errors
    /// [`Outage`]: nothing has changed.
    pub async fn release(&self, address: &str) -> Result<bool, Outage> {
        let hash = hash(self.0.paper_id, address);
        self.0
            .writer
            .write(move |transaction, _| {
                let gone = transaction
                    .prepare_cached("DELETE FROM suppressions WHERE address = ?1")?
                    .execute([hash])?;
                Ok(gone > 0)
            })
            .await
    }
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
fn hash(paper: PaperId, address: &str) -> [u8; 32] {
    let key = blake3::derive_key("masthead 2026 address that gets no mail", &paper.0);
    *blake3::keyed_hash(&key, address.trim().to_lowercase().as_bytes()).as_bytes()
}
