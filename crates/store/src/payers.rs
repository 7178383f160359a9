//! Readers whose new mail address the payment provider is to be told: noted in the transaction of the change, and forgotten when it was
//! told. Nobody is told anything from here.

use gate::{Outage, ReaderId};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction};

use crate::subscribers::HOUSE;
use crate::{INVOICE, Store, values};

/// Subscriptions of one reader of which the provider is told, the newest.
pub const PAYER_SUBSCRIPTIONS_MAX: usize = 50;
/// How long after an order was begun it may still come to be paid, with the address that it was begun with.
const UNDER_WAY: SignedDuration = SignedDuration::from_hours(26);

/// A reader of whose new address the provider is to be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DuePayer {
    /// Who it is.
    pub reader: ReaderId,
    /// The address by now.
    pub mail: String,
    /// When it was changed: another change is another telling.
    pub changed_at: Timestamp,
    /// How often it could not be told.
    pub tries: u32,
    /// The provider's ids of the reader's subscriptions, the newest first.
    pub subscriptions: Vec<String>,
    /// Whether an order from before the change may still be paid.
    pub is_ordering: bool,
}

/// Notes that the provider is to be told of a reader's new address, where it knows the reader.
pub(crate) fn note(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO untold_payers (reader, changed_at, due_at, tries) SELECT ?1, ?2, ?2, 0 \
             WHERE EXISTS (SELECT 1 FROM subscriptions WHERE reader = ?1 AND provider NOT IN (?3, ?4)) \
             OR EXISTS (SELECT 1 FROM checkouts WHERE reader = ?1 AND provider_id IS NOT NULL AND subscription IS NULL) \
             ON CONFLICT (reader) DO UPDATE SET changed_at = excluded.changed_at, due_at = excluded.due_at, tries = 0",
        )?
        .execute((reader.as_bytes(), now.as_microsecond(), HOUSE, INVOICE))
        .map(drop)
}

/// A subscription has begun: where its reader's address was changed meanwhile, the provider is told at once.
pub(crate) fn begun(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE untold_payers SET due_at = ?2 WHERE reader = ?1")?
        .execute((reader.as_bytes(), now.as_microsecond()))
        .map(drop)
}

fn subscriptions(
    connection: &Connection,
    reader: ReaderId,
    provider: &str,
) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(
            "SELECT id FROM subscriptions WHERE reader = ?1 AND provider = ?2 \
             ORDER BY began_at DESC, id LIMIT ?3",
        )?
        .query_map((reader.as_bytes(), provider, PAYER_SUBSCRIPTIONS_MAX as i64), |row| row.get(0))?
        .collect()
}

impl Store {
    /// Readers of whose new address a provider is to be told at `now`, the longest due first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn due_payers(
        &self,
        provider: &'static str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<DuePayer>, Outage> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let began = now.checked_sub(UNDER_WAY).unwrap_or(Timestamp::MIN).as_microsecond();
        self.0
            .lookups
            .ask(move |connection| {
                let mut due: Vec<DuePayer> = connection
                    .prepare_cached(
                        "SELECT reader, mail, changed_at, tries, EXISTS (SELECT 1 FROM checkouts \
                         WHERE checkouts.reader = readers.id AND provider_id IS NOT NULL AND subscription IS NULL \
                         AND began_at > ?2 AND began_at <= changed_at) FROM untold_payers \
                         JOIN readers ON readers.id = reader WHERE due_at <= ?1 ORDER BY due_at, reader LIMIT ?3",
                    )?
                    .query_map((now.as_microsecond(), began, limit), |row| {
                        Ok(DuePayer {
                            reader: values::reader(row, 0)?,
                            mail: row.get(1)?,
                            changed_at: values::instant(row, 2)?,
                            tries: row.get(3)?,
                            subscriptions: Vec::new(),
                            is_ordering: row.get(4)?,
                        })
                    })?
                    .collect::<rusqlite::Result<_>>()?;
                for payer in &mut due {
                    payer.subscriptions = subscriptions(connection, payer.reader, provider)?;
                }
                Ok(due)
            })
            .await
    }

    /// Notes that the provider was told, or that it is to be told (again) at `again`. Of an address that was changed since, nothing
    /// is noted.
    ///
    /// # Errors
    /// [`Outage`]: it is told again.
    pub async fn payer_told(
        &self,
        payer: &DuePayer,
        again: Option<Timestamp>,
    ) -> Result<(), Outage> {
        let (reader, changed_at) = (payer.reader, payer.changed_at.as_microsecond());
        self.0
            .writer
            .write(move |transaction, _| {
                match again {
                    Some(at) => transaction
                        .prepare_cached(
                            "UPDATE untold_payers SET due_at = ?3, tries = tries + 1 \
                             WHERE reader = ?1 AND changed_at = ?2",
                        )?
                        .execute((reader.as_bytes(), changed_at, at.as_microsecond())),
                    None => transaction
                        .prepare_cached(
                            "DELETE FROM untold_payers WHERE reader = ?1 AND changed_at = ?2",
                        )?
                        .execute((reader.as_bytes(), changed_at)),
                }
                .map(drop)
            })
            .await
    }
}
