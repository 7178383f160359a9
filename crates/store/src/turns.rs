//! What happened in contracts, kept beside the ledger so that sums over all of them are one look: each contract's rows are worked out anew
//! after a fact of it was told. What follows from facts is said by the rules, never here.

use gate::Outage;
use jiff::Timestamp;
use paywall::{Currency, Money, Subscription, SubscriptionId, Turn, TurnKind};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::{Store, ledger, values};

/// Contracts whose turns are worked out in one transaction, at most.
const WORKED_OUT_MAX: i64 = 100;

/// Something that happened in a contract. Of whose it is, nothing is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TurnRow {
    /// What, when, and of which plan.
    pub turn: Turn,
    /// The offer that the contract began with; empty where there was none.
    pub offer: String,
}

/// What is to be known of a time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Turns {
    /// What happened in it: money, cancellations, trials and contracts that began.
    pub happened: Vec<TurnRow>,
    /// Trials and contracts that ended in it.
    pub ended: Vec<TurnRow>,
    /// Contracts that were held and paid for when it began.
    pub held_before: u64,
}

const COLUMNS: &str = "kind, at, until, plan, offer, became_paid, currency, minor";

fn read(row: &Row<'_>) -> rusqlite::Result<TurnRow> {
    let kind: String = row.get(0)?;
    let until = values::some_instant(row, 2)?.unwrap_or(Timestamp::MAX);
    let money = || -> rusqlite::Result<Money> {
        let code: String = row.get(6)?;
        let currency =
            Currency::parse(&code).map_err(|error| values::wrong(6, error.to_string()))?;
        Ok(Money { minor: row.get(7)?, currency })
    };
    let kind = match kind.as_str() {
        "trial" => TurnKind::Trial { ends_at: until, became_paid: row.get(5)? },
        "held" => TurnKind::Held { ends_at: until },
        "cancelled" => TurnKind::Cancelled,
        "paid" => TurnKind::Paid(money()?),
        "refunded" => TurnKind::Refunded(money()?),
        "lost" => TurnKind::Lost(money()?),
        other => return Err(values::wrong(0, format!("{other:?} is nothing that happens"))),
    };
    let turn = Turn { at: values::instant(row, 1)?, plan: row.get(3)?, kind };
    Ok(TurnRow { turn, offer: row.get(4)? })
}

/// The offer that a contract began with: by its order, by the order of its first invoice, or as it was known before, when its reader was.
fn offer_of(connection: &Connection, id: &str) -> rusqlite::Result<String> {
    let found = connection
        .prepare_cached(
            "SELECT offer FROM checkouts WHERE subscription = ?1 AND offer IS NOT NULL \
             UNION ALL SELECT checkouts.offer FROM invoices JOIN checkouts ON checkouts.id = invoices.checkout \
             WHERE invoices.subscription = ?1 AND checkouts.offer IS NOT NULL \
             UNION ALL SELECT offer FROM contract_turns WHERE subscription = ?1 AND offer <> '' LIMIT 1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or_default())
}

fn work_out(transaction: &Transaction<'_>, id: &str) -> rusqlite::Result<()> {
    let named = SubscriptionId::parse(id).map_err(|error| values::wrong(0, error.to_string()))?;
    let facts = ledger::facts_of(transaction, &named)?;
    let offer = offer_of(transaction, id)?;
    transaction
        .prepare_cached("DELETE FROM contract_turns WHERE subscription = ?1")?
        .execute([id])?;
    let mut add = transaction.prepare_cached(
        "INSERT INTO contract_turns (subscription, place, kind, at, until, plan, offer, became_paid, currency, minor) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for (place, turn) in Subscription::turns(&named, &facts).iter().enumerate() {
        let (kind, until, became_paid, money) = match turn.kind {
            TurnKind::Trial { ends_at, became_paid } => ("trial", Some(ends_at), became_paid, None),
            TurnKind::Held { ends_at } => ("held", Some(ends_at), false, None),
            TurnKind::Cancelled => ("cancelled", None, false, None),
            TurnKind::Paid(money) => ("paid", None, false, Some(money)),
            TurnKind::Refunded(money) => ("refunded", None, false, Some(money)),
            TurnKind::Lost(money) => ("lost", None, false, Some(money)),
        };
        add.execute((
            id,
            i64::try_from(place).unwrap_or(i64::MAX),
            kind,
            turn.at.as_microsecond(),
            until
                .map(Timestamp::as_microsecond)
                .filter(|at| Timestamp::from_microsecond(*at).is_ok()),
            &turn.plan,
            &offer,
            became_paid,
            money.map(|money| money.currency.as_str().to_owned()).unwrap_or_default(),
            money.map_or(0, |money| money.minor),
        ))?;
    }
    transaction
        .prepare_cached("DELETE FROM untold_turns WHERE subscription = ?1")?
        .execute([id])?;
    Ok(())
}

fn of_time(
    connection: &Connection,
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<Turns> {
    let (from, to) = (from.as_microsecond(), to.as_microsecond());
    let rows = |condition: &str, kinds: &[&str], to: i64| -> rusqlite::Result<Vec<TurnRow>> {
        let mut all = Vec::new();
        for kind in kinds {
            let mut query = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM contract_turns WHERE kind = ?1 AND {condition} >= ?2 AND {condition} < ?3 \
                 ORDER BY {condition}"
            ))?;
            for row in query.query_map((kind, from, to), read)? {
                all.push(row?);
            }
        }
        Ok(all)
    };
    let kinds = ["trial", "held", "cancelled", "paid", "refunded", "lost"];
    let until_now = to.min(now.as_microsecond().saturating_add(1));
    let held_before: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM contract_turns WHERE kind = 'held' AND at < ?1 AND (until IS NULL OR until >= ?1)",
        )?
        .query_row([from], |row| row.get(0))?;
    Ok(Turns {
        happened: rows("at", &kinds, until_now)?,
        ended: rows("until", &["trial", "held"], until_now)?,
        held_before: u64::try_from(held_before).unwrap_or(0),
    })
}

impl Store {
    /// Works out what happened in some of the contracts of which a fact was told since; says of how many.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn work_out_turns(&self) -> Result<usize, Outage> {
        let waits = self
            .0
            .lookups
            .ask(|connection| {
                connection.prepare_cached("SELECT 1 FROM untold_turns LIMIT 1")?.exists([])
            })
            .await?;
        if !waits {
            return Ok(0);
        }
        self.0
            .writer
            .write(|transaction, _| {
                let ids = transaction
                    .prepare_cached("SELECT subscription FROM untold_turns LIMIT ?1")?
                    .query_map([WORKED_OUT_MAX], |row| row.get::<_, String>(0))?
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                ids.iter().try_for_each(|id| work_out(transaction, id))?;
                Ok(ids.len())
            })
            .await
    }

    /// What happened in all contracts from one instant (inclusive) to another (exclusive), as far as it has happened at `now`.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn turns(
        &self,
        from: Timestamp,
        to: Timestamp,
        now: Timestamp,
    ) -> Result<Turns, Outage> {
        self.0.lookups.ask(move |connection| of_time(connection, from, to, now)).await
    }

    /// When readers have joined, from one instant (inclusive) to another (exclusive), in order. Whoever was erased is not among them.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn joinings(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Timestamp>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT joined_at FROM readers WHERE joined_at >= ?1 AND joined_at < ?2 ORDER BY joined_at",
                    )?
                    .query_map((from.as_microsecond(), to.as_microsecond()), |row| {
                        values::instant(row, 0)
                    })?
                    .collect()
            })
            .await
    }
}
