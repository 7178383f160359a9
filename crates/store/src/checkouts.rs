//! What readers agreed to before they paid, and what providers sent: kept before anything is done about it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use gate::{Outage, ReaderId};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use newsroom::ArticleId;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::figures::{Figure, Figures};
use crate::{Store, numbers, values};

/// The longest body of a hint, in bytes.
pub const HINT_BYTES_MAX: usize = 512 * 1_024;
/// How long a hint is kept after it was applied: long enough to look into what a provider sent.
pub const HINTS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The oldest hints, among which those to forget are looked for: bodies are long, and not all of them are read.
const HINTS_LOOKED_AT: i64 = 2_000;
/// Hints that wait at once; with more, providers are told to send again later.
pub const HINTS_MAX: usize = 100_000;

/// Orders of one reader that are looked up because they can be paid still, at most.
pub const OPEN_CHECKOUTS_MAX: usize = 64;

/// An agreement on its way to a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckoutRow {
    /// Its id: also the key by which a provider knows a repetition.
    pub id: String,
    /// Who agreed.
    pub reader: ReaderId,
    /// The plan's slug.
    pub plan: String,
    /// The offer's id, where there was one.
    pub offer: Option<String>,
    /// The words that the reader agreed to, as they were shown.
    pub agreed: String,
    /// The path that it leads back to.
    pub back: String,
    /// The address of the paper under which it was made; empty where that is not known any more.
    pub address: String,
    /// The provider's id of it.
    pub provider_id: Option<String>,
    /// The subscription that came of it.
    pub subscription: Option<String>,
    /// When the reader agreed.
    pub began_at: Timestamp,
    /// Until when it can be paid.
    pub ends_at: Timestamp,
    /// The article at which it began, until it is sold.
    pub began: Option<BeganAt>,
}

/// At which article an order began. When it is sold, that is counted at the article, and the order knows it no more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BeganAt {
    /// The article.
    pub article: ArticleId,
    /// Whether it was closed to whoever ordered.
    pub is_wall: bool,
}

/// Something that a provider sent and that is not applied yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitingHint {
    /// Its number here.
    pub seq: i64,
    /// Who sent it.
    pub provider: String,
    /// The subscription that it is about, if it says so.
    pub subscription: Option<String>,
    /// The payment that it is about, if it says so.
    pub payment: Option<String>,
    /// Our id of the checkout that it is about, if it says so.
    pub checkout: Option<String>,
    /// How often it could not be applied.
    pub tries: u32,
}

/// What a provider did not tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PaymentSilence {
    /// When the last hint came; none has, or none is kept any more, where there is nothing.
    pub last_heard_at: Option<Timestamp>,
    /// When the first thing happened that nobody told.
    pub unheard: Timestamp,
}

/// A hint as it came, verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewHint {
    /// Who sent it.
    pub provider: &'static str,
    /// The provider's id of it.
    pub id: String,
    /// The subscription that it is about, if it says so.
    pub subscription: Option<String>,
    /// The payment that it is about, if it says so.
    pub payment: Option<String>,
    /// Our id of the checkout that it is about, if it says so.
    pub checkout: Option<String>,
    /// All of it, at most [`HINT_BYTES_MAX`] bytes: it is kept as it came.
    pub body: Vec<u8>,
}

const COLUMNS: &str = "id, reader, plan, offer, agreed, back, provider_id, subscription, began_at, ends_at, address, article, from_wall";

fn read(row: &Row<'_>) -> rusqlite::Result<CheckoutRow> {
    Ok(CheckoutRow {
        id: row.get(0)?,
        reader: values::reader(row, 1)?,
        plan: row.get(2)?,
        offer: row.get(3)?,
        agreed: row.get(4)?,
        back: row.get(5)?,
        provider_id: row.get(6)?,
        subscription: row.get(7)?,
        began_at: values::instant(row, 8)?,
        ends_at: values::instant(row, 9)?,
        address: row.get(10)?,
        began: began(row)?,
    })
}

fn began(row: &Row<'_>) -> rusqlite::Result<Option<BeganAt>> {
    if row.get_ref(11)? == ValueRef::Null {
        return Ok(None);
    }
    Ok(Some(BeganAt { article: values::article(row, 11)?, is_wall: row.get(12)? }))
}

fn by(connection: &Connection, column: &str, value: &str) -> rusqlite::Result<Option<CheckoutRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM checkouts WHERE {column} = ?1"))?
        .query_row([value], read)
        .optional()
}

/// Keeps an agreement, or finds the one that it repeats.
pub(crate) fn begin(
    transaction: &Transaction<'_>,
    new: CheckoutRow,
    since: Timestamp,
) -> rusqlite::Result<CheckoutRow> {
    let same = transaction
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM checkouts WHERE reader = ?1 AND plan = ?2 AND offer IS ?3 \
             AND agreed = ?4 AND subscription IS NULL AND began_at >= ?5 AND ends_at > ?6 \
             AND (address = ?7 OR provider_id IS NOT NULL) \
             ORDER BY began_at DESC LIMIT 1"
        ))?
        .query_row(
            (
                new.reader.as_bytes(),
                &new.plan,
                &new.offer,
                &new.agreed,
                since.as_microsecond(),
                new.began_at.as_microsecond(),
                &new.address,
            ),
            read,
        )
        .optional()?;
    if let Some(same) = same {
        return Ok(same);
    }
    transaction
        .prepare_cached(
            "INSERT INTO checkouts (id, reader, plan, offer, agreed, back, began_at, ends_at, address, article, \
             from_wall) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute((
            &new.id,
            new.reader.as_bytes(),
            &new.plan,
            &new.offer,
            &new.agreed,
            &new.back,
            new.began_at.as_microsecond(),
            new.ends_at.as_microsecond(),
            &new.address,
            new.began.as_ref().map(|began| began.article.as_str()),
            new.began.as_ref().is_some_and(|began| began.is_wall),
        ))?;
    Ok(new)
}

/// Notes what came of a checkout.
pub(crate) fn became(
    transaction: &Transaction<'_>,
    id: &str,
    subscription: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE checkouts SET subscription = ?2 WHERE id = ?1")?
        .execute((id, subscription))
        .map(drop)
}

/// Counts a sale at the article at which its order began, once: the order knows the article no more.
pub(crate) fn count(transaction: &Transaction<'_>, id: &str, day: Date) -> rusqlite::Result<()> {
    let row = by(transaction, "id", id)?;
    let Some(BeganAt { article, is_wall }) = row.and_then(|row| row.began) else { return Ok(()) };
    let sold = Figures::default().with(Figure::Sold, 1);
    let sold = if is_wall { sold.with(Figure::SoldAtWall, 1) } else { sold };
    numbers::add(transaction, &article, &sold, day)?;
    transaction
        .prepare_cached("UPDATE checkouts SET article = NULL WHERE id = ?1")?
        .execute([id])
        .map(drop)
}

impl Store {
    /// Keeps an agreement. Where the reader has made the same one since `since` and neither paid nor let it lapse, that one is
    /// given back instead: pressing the button twice buys once. One that was made under another address of the paper and is at no
    /// provider yet is left to lapse: a provider that may have heard of it would not take it for the same, and nobody was ever led to
    /// its page.
    ///
    /// # Errors
    /// [`Outage`]: nothing was agreed.
    pub async fn begin_checkout(
        &self,
        new: CheckoutRow,
        since: Timestamp,
    ) -> Result<CheckoutRow, Outage> {
        self.0.writer.write(move |transaction, _| begin(transaction, new, since)).await
    }

    /// Notes the provider's id of a checkout; `false` where it is over at `now`, and nobody is to be led to it.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn checkout_is_at(
        &self,
        id: String,
        provider_id: String,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let noted = transaction
                    .prepare_cached(
                        "UPDATE checkouts SET provider_id = ?2 WHERE id = ?1 AND ends_at > ?3",
                    )?
                    .execute((id, provider_id, now.as_microsecond()))?;
                Ok(noted == 1)
            })
            .await
    }

    /// Notes that a checkout is over, since its provider has ended it: the same agreement is another one from now on. `false` where it is
    /// known by another id of the provider's than `provider_id`, and that is to be ended first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn end_checkout(
        &self,
        id: String,
        provider_id: Option<String>,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let ended = transaction
                    .prepare_cached(
                        "UPDATE checkouts SET ends_at = min(ends_at, ?3) WHERE id = ?1 AND provider_id IS ?2",
                    )?
                    .execute((id, provider_id, now.as_microsecond()))?;
                Ok(ended == 1)
            })
            .await
    }

    /// Notes what came of a checkout, and counts the sale at the article at which it began, on a day of the paper's.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn checkout_became(
        &self,
        id: String,
        subscription: String,
        day: Date,
    ) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                became(transaction, &id, &subscription)?;
                count(transaction, &id, day)
            })
            .await
    }

    /// Everything else that a reader has agreed to and can pay still at `now`, the latest first, at most [`OPEN_CHECKOUTS_MAX`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn other_checkouts(
        &self,
        reader: ReaderId,
        but: String,
        now: Timestamp,
    ) -> Result<Vec<CheckoutRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM checkouts WHERE reader = ?1 AND id <> ?2 AND subscription IS NULL \
                         AND ends_at > ?3 ORDER BY began_at DESC LIMIT ?4"
                    ))?
                    .query_map(
                        (reader.as_bytes(), but, now.as_microsecond(), OPEN_CHECKOUTS_MAX as i64),
                        read,
                    )?
                    .collect()
            })
            .await
    }

    /// The checkout of our id.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn checkout(&self, id: String) -> Result<Option<CheckoutRow>, Outage> {
        self.0.lookups.ask(move |connection| by(connection, "id", &id)).await
    }

    /// The checkout of a provider's id.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn checkout_at(&self, provider_id: String) -> Result<Option<CheckoutRow>, Outage> {
        self.0.lookups.ask(move |connection| by(connection, "provider_id", &provider_id)).await
    }

    /// Keeps a verified hint as it came; one that is there already is kept once. `false` where [`HINTS_MAX`] wait.
    ///
    /// # Errors
    /// [`Outage`]: it was not kept.
    pub async fn keep_hint(&self, hint: NewHint, now: Timestamp) -> Result<bool, Outage> {
        let waiting = Arc::clone(&self.0.hints_waiting);
        self.0
            .writer
            .write(move |transaction, _| {
                // Counted only where there may be too many: a flood of events is not to be counted with each of them.
                if waiting.load(Ordering::Relaxed) >= HINTS_MAX {
                    let counted: i64 = transaction
                        .prepare_cached("SELECT count(*) FROM hints WHERE applied_at IS NULL")?
                        .query_row([], |row| row.get(0))?;
                    waiting.store(usize::try_from(counted).unwrap_or(HINTS_MAX), Ordering::Relaxed);
                }
                if waiting.load(Ordering::Relaxed) >= HINTS_MAX {
                    return Ok(false);
                }
                waiting.fetch_add(1, Ordering::Relaxed);
                transaction
                    .prepare_cached(
                        "INSERT INTO hints (provider, id, subscription, payment, checkout, body, received_at, due_at, tries) \
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0) ON CONFLICT DO NOTHING",
                    )?
                    .execute((
                        hint.provider,
                        hint.id,
                        hint.subscription,
                        hint.payment,
                        hint.checkout,
                        hint.body,
                        now.as_microsecond(),
                    ))?;
                Ok(true)
            })
            .await
    }

    /// Hints that are due at `now`, in the order in which they came.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn waiting_hints(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<WaitingHint>, Outage> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT seq, provider, subscription, payment, checkout, tries FROM hints \
                         WHERE applied_at IS NULL AND due_at <= ?1 ORDER BY seq LIMIT ?2",
                    )?
                    .query_map((now.as_microsecond(), limit), |row| {
                        Ok(WaitingHint {
                            seq: row.get(0)?,
                            provider: row.get(1)?,
                            subscription: row.get(2)?,
                            payment: row.get(3)?,
                            checkout: row.get(4)?,
                            tries: row.get(5)?,
                        })
                    })?
                    .collect()
            })
            .await
    }

    /// Notes that a hint was applied at `now`, or that it is to be tried again at `again`.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn hint_done(
        &self,
        seq: i64,
        now: Timestamp,
        again: Option<Timestamp>,
    ) -> Result<(), Outage> {
        let applied_at = again.is_none().then_some(now.as_microsecond());
        let due_at = again.unwrap_or(now).as_microsecond();
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached(
                        "UPDATE hints SET applied_at = ?2, due_at = ?3, tries = tries + 1 WHERE seq = ?1",
                    )?
                    .execute((seq, applied_at, due_at))
                    .map(drop)
            })
            .await
    }

    /// Forgets hints that were applied longer than [`HINTS_KEPT`] ago, `batch` at most; those that wait stay. Says how many went.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn forget_hints(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        let oldest = now.checked_sub(HINTS_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        let found = self.0.lookups.ask(move |connection| {
            connection
                .prepare_cached(
                    "SELECT seq FROM (SELECT seq, applied_at FROM hints ORDER BY seq LIMIT ?1) \
                     WHERE applied_at < ?2 LIMIT ?3",
                )?
                .query_map((HINTS_LOOKED_AT, oldest, batch as i64), |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()
        });
        let found = found.await?;
        if found.is_empty() {
            return Ok(0);
        }
        self.0
            .writer
            .write(move |transaction, _| {
                let mut forget = transaction.prepare_cached("DELETE FROM hints WHERE seq = ?1")?;
                found.iter().try_fold(0, |gone, seq| Ok(gone + forget.execute([seq])?))
            })
            .await
    }

    /// Whether a provider is silent: something happened to a subscription longer than `longest` ago, and no hint has come since it
    /// did. What happened is known from asking; that nobody said it points at an address for messages that is wrong or off.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn payment_silence(
        &self,
        now: Timestamp,
        longest: SignedDuration,
    ) -> Result<Option<PaymentSilence>, Outage> {
        let before = now.checked_sub(longest).unwrap_or(Timestamp::MIN).as_microsecond();
        self.0
            .lookups
            .ask(move |connection| {
                let last: Option<i64> = connection
                    .prepare_cached("SELECT received_at FROM hints ORDER BY seq DESC LIMIT 1")?
                    .query_row([], |row| row.get(0))
                    .optional()?;
                let unheard: Option<i64> = connection
                    .prepare_cached(
                        "SELECT min(as_of) FROM ledger WHERE as_of > ?1 AND as_of <= ?2 AND told_by = ''",
                    )?
                    .query_row((last.unwrap_or(i64::MIN), before), |row| row.get(0))?;
                let at = |micros: i64| Timestamp::from_microsecond(micros).ok();
                Ok(unheard
                    .and_then(at)
                    .map(|unheard| PaymentSilence { last_heard_at: last.and_then(at), unheard }))
            })
            .await
    }
}
