//! Access that no card pays for: brought from elsewhere, or given by the operator. It is a fact of the ledger, with who told it
//! and why. Whom nobody knew yet becomes a reader whose address is not proven. Nothing here writes to anybody.

use gate::{Outage, ReaderId};
use jiff::{SignedDuration, Timestamp};
use paywall::{Fact, FactId, Payment, SubscriptionId, What};
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::changes::Change;
use crate::known_readers::KnownReader;
use crate::readers::{self, READER_NAME_CHARS_MAX, ReaderRow};
use crate::{Store, events, fact_rows, ledger, values};

/// Readers of one list, at most.
pub const SUBSCRIBERS_LISTED_MAX: usize = 1_000;
/// The longest reason, in characters.
pub const GRANT_REASON_CHARS_MAX: usize = 500;
/// Rows in one transaction: readings go on between two.
const BATCH: usize = 64;
/// Under which name the paper itself stands among those who provide.
pub const HOUSE: &str = "house";
/// The one fact of what the house provides; told again it stands in its own place.
const FACT: &str = "access";

/// Who tells a fact that no provider told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ToldBy {
    /// A list of another system.
    Import,
    /// Somebody at the paper's machine.
    Operator,
    /// Somebody of the staff, at the desk.
    Desk,
    /// The reader whose contract it is.
    Reader,
    /// The paper itself, when a day came.
    House,
}

impl ToldBy {
    /// As it is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Operator => "operator",
            Self::Desk => "desk",
            Self::Reader => "reader",
            Self::House => "house",
        }
    }
}

/// What the house gives a reader.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HouseAccess {
    /// What it is: of each a reader has one. `complimentary:digital`, `ghost`, `seat:7`.
    pub of: String,
    /// What it opens until when. Of one that is known it keeps its beginning.
    pub payment: Payment,
}

/// Somebody with what is brought or given to them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brought {
    /// Who becomes a reader, where the address is not known. Of somebody who is known nothing of it counts but the name, and
    /// that only where they have none.
    pub row: ReaderRow,
    /// What they hold, where it is anything.
    pub access: Option<HouseAccess>,
}

/// What became of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Enrolled {
    /// It is new.
    Added,
    /// It was there, and something of it changed.
    Changed,
    /// It was there and is the same.
    Unchanged,
}

/// One telling of the ledger, as support sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Telling {
    /// What was told of which subscription.
    pub fact: Fact,
    /// Who provides it.
    pub provider: String,
    /// Who told it; empty where the provider did.
    pub told_by: String,
    /// Why.
    pub reason: String,
    /// When it was written down.
    pub recorded_at: Timestamp,
}

/// What one row would change.
struct Step {
    reader: ReaderId,
    is_new: bool,
    name: Option<String>,
    fact: Option<Fact>,
}

impl Step {
    fn enrolled(&self) -> Enrolled {
        match (self.is_new, self.name.is_some() || self.fact.is_some()) {
            (true, _) => Enrolled::Added,
            (false, true) => Enrolled::Changed,
            (false, false) => Enrolled::Unchanged,
        }
    }
}

fn step(
    connection: &Connection,
    brought: &Brought,
    by: ToldBy,
    now: Timestamp,
) -> rusqlite::Result<Step> {
    let known = readers::by_mail(connection, &brought.row.mail)?;
    let is_new = known.is_none();
    let named = known.as_ref().is_none_or(|known| !known.name.is_empty());
    let name: String = brought.row.name.chars().take(READER_NAME_CHARS_MAX).collect();
    let name = Some(name).filter(|name| !named && !name.is_empty());
    let reader = known.map_or(brought.row.id, |known| known.id);
    let fact = match &brought.access {
        Some(access) => told(connection, &subscription(&access.of, reader)?, access, by, now)?,
        None => None,
    };
    Ok(Step { reader, is_new, name, fact })
}

/// The name of what a reader has of the house.
fn subscription(of: &str, reader: ReaderId) -> rusqlite::Result<SubscriptionId> {
    let id = SubscriptionId::parse(&format!("{of}:{reader}"));
    id.map_err(|error| values::wrong(0, error.to_string()))
}

/// The fact that tells it, unless it was told so before by the same.
fn told(
    connection: &Connection,
    id: &SubscriptionId,
    access: &HouseAccess,
    by: ToldBy,
    now: Timestamp,
) -> rusqlite::Result<Option<Fact>> {
    let last = last(connection, id, None)?;
    let mut payment = access.payment.clone();
    if let Some((_, Some(before))) = &last {
        payment.starts_at = before.starts_at;
    }
    // An import does not undo what the operator did since: it tells again only what it has anew.
    let same = match by {
        ToldBy::Import => self::last(connection, id, Some(by))?,
        ToldBy::Operator | ToldBy::Desk | ToldBy::Reader | ToldBy::House => last.clone(),
    };
    if same.is_some_and(|(_, before)| before.is_some_and(|before| before == payment)) {
        return Ok(None);
    }
    Ok(Some(fact(id, payment, last.map(|(as_of, _)| as_of), now)?))
}

/// A telling that counts: later than the one before it, whatever the clock says.
pub(crate) fn fact(
    id: &SubscriptionId,
    payment: Payment,
    last: Option<Timestamp>,
    now: Timestamp,
) -> rusqlite::Result<Fact> {
    let tick = SignedDuration::from_micros(1);
    let after = last.and_then(|last| last.checked_add(tick).ok());
    let as_of = after.map_or(now, |after| after.max(now));
    let named = FactId::parse(FACT).map_err(|error| values::wrong(0, error.to_string()))?;
    Ok(Fact { subscription: id.clone(), id: named, as_of, what: What::Paid(payment) })
}

/// The last telling of what the house provides, by anybody or by one.
pub(crate) fn last(
    connection: &Connection,
    id: &SubscriptionId,
    by: Option<ToldBy>,
) -> rusqlite::Result<Option<(Timestamp, Option<Payment>)>> {
    connection
        .prepare_cached(
            "SELECT as_of, document FROM ledger WHERE subscription = ?1 AND fact = ?2 \
             AND told_by LIKE ?3 ORDER BY as_of DESC LIMIT 1",
        )?
        .query_row((id.as_str(), FACT, by.map_or("%", ToldBy::name)), |row| {
            let document: String = row.get(1)?;
            let what = fact_rows::read(&document).map_err(|error| values::wrong(1, error))?;
            let payment = match what {
                What::Paid(payment) => Some(payment),
                _ => None,
            };
            Ok((values::instant(row, 0)?, payment))
        })
        .optional()
}

/// Keeps a fact of the house's, and whose it is. It is looked at again when it ends, so that its reader is told.
pub(crate) fn keep(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    fact: &Fact,
    (by, reason): (ToldBy, &str),
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<()> {
    let ends_at = match &fact.what {
        What::Paid(payment) => payment.ends_at,
        _ => Timestamp::MAX,
    };
    // What is over when it is brought is no news to anybody.
    let check_at = if ends_at > now { ends_at } else { Timestamp::MAX };
    transaction
        .prepare_cached(
            "INSERT INTO subscriptions (id, reader, provider, began_at, check_at) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (id) DO UPDATE SET check_at = excluded.check_at, reader = excluded.reader",
        )?
        .execute((
            fact.subscription.as_str(),
            reader.as_bytes(),
            HOUSE,
            now.as_microsecond(),
            check_at.as_microsecond(),
        ))?;
    let document = fact_rows::written(&fact.what).map_err(|error| values::wrong(0, error))?;
    transaction
        .prepare_cached(
            "INSERT INTO ledger (subscription, fact, as_of, document, recorded_at, told_by, reason) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            fact.subscription.as_str(),
            fact.id.as_str(),
            fact.as_of.as_microsecond(),
            document,
            now.as_microsecond(),
            by.name(),
            reason,
        ))?;
    events::told(transaction, fact, now)?;
    changes.push(readers::changed(reader));
    Ok(())
}

pub(crate) fn take(
    transaction: &Transaction<'_>,
    brought: &Brought,
    (by, reason): (ToldBy, &str),
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<Enrolled> {
    let step = step(transaction, brought, by, now)?;
    if step.is_new {
        let name = brought.row.name.chars().take(READER_NAME_CHARS_MAX).collect();
        readers::add(transaction, &ReaderRow { name, ..brought.row.clone() })?;
        changes.push(readers::changed(step.reader));
    } else if let Some(name) = &step.name {
        readers::rename(transaction, step.reader, name)?;
        changes.push(readers::changed(step.reader));
    }
    if let Some(fact) = &step.fact {
        keep(transaction, step.reader, fact, (by, reason), now, changes)?;
    }
    Ok(step.enrolled())
}

impl Store {
    /// Keeps people with what they hold, in small transactions; what is the same changes nothing.
    ///
    /// # Errors
    /// [`Outage`]: those of batches before it were kept.
    pub async fn bring_in(
        &self,
        people: Vec<Brought>,
        by: ToldBy,
        reason: &str,
        now: Timestamp,
    ) -> Result<Vec<Enrolled>, Outage> {
        let mut enrolled = Vec::with_capacity(people.len());
        for batch in people.chunks(BATCH) {
            let (batch, reason) = (batch.to_vec(), reason.to_owned());
            let kept = self.0.writer.write(move |transaction, changes| {
                let kept = |one| take(transaction, one, (by, &reason), now, changes);
                batch.iter().map(kept).collect::<Result<Vec<_>, _>>()
            });
            enrolled.extend(kept.await?);
        }
        Ok(enrolled)
    }

    /// What [`Self::bring_in`] would make of them, each for itself.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn would_bring_in(
        &self,
        people: Vec<Brought>,
        by: ToldBy,
        now: Timestamp,
    ) -> Result<Vec<Enrolled>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let would = |one| step(connection, one, by, now).map(|step| step.enrolled());
                people.iter().map(would).collect()
            })
            .await
    }

    /// Readers behind an address in the order of their addresses, with what they hold; the first ones where it is empty.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn readers_after(
        &self,
        after: String,
        limit: usize,
    ) -> Result<Vec<KnownReader>, Outage> {
        let limit = limit.min(SUBSCRIBERS_LISTED_MAX);
        self.0
            .lookups
            .ask(move |connection| {
                let rows = readers::after(connection, &after, limit)?;
                rows.into_iter().map(|row| KnownReader::read(connection, row)).collect()
            })
            .await
    }

    /// All that was ever told of a reader's subscriptions, in the order in which it was written down.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn tellings_of(&self, reader: ReaderId) -> Result<Vec<Telling>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT ledger.subscription, fact, as_of, document, provider, told_by, reason, recorded_at \
                         FROM subscriptions JOIN ledger ON ledger.subscription = subscriptions.id \
                         WHERE reader = ?1 ORDER BY seq LIMIT ?2",
                    )?
                    .query_map((reader.as_bytes(), ledger::FACTS_MAX as i64), |row| {
                        Ok(Telling {
                            fact: ledger::read(row)?,
                            provider: row.get(4)?,
                            told_by: row.get(5)?,
                            reason: row.get(6)?,
                            recorded_at: values::instant(row, 7)?,
                        })
                    })?
                    .collect()
            })
            .await
    }
}
