//! The ledger of money: what providers told of subscriptions, appended and never changed. What follows from it is not said here.

use gate::{Outage, ReaderId};
use jiff::Timestamp;
use paywall::{Fact, FactId, OfferId, Subscription, SubscriptionId, TakenBefore, What};
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::fact_rows;
use crate::mails::{NewMail, enqueue, pass_over};
use crate::{Store, events, payers, plan_changes, readers, values};

/// Facts of one subscription, at most: twenty years of monthly payments, each told several times.
pub const FACTS_MAX: usize = 2_000;

/// What a trial that was taken is called in the record of what is taken once.
pub const TRIAL: &str = "trial";

/// A subscription as it was read back from its provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadBack {
    /// Its id.
    pub subscription: SubscriptionId,
    /// Whose it is; of one that is known already it stays whose it was.
    pub reader: ReaderId,
    /// Who provides the payments.
    pub provider: &'static str,
    /// Everything that was told.
    pub facts: Vec<Fact>,
    /// When it is to be read back again, if nothing is heard of it before.
    pub check_at: Timestamp,
    /// What the reader has taken by it that is taken once: offers by their ids, and [`TRIAL`].
    pub taken: Vec<String>,
    /// What the reader is to be told of it: each letter says by `once` what it is about, and is written once.
    pub letters: Vec<NewMail>,
    /// Our ids of the changes of its plan that the provider has made, as far as it remembers them.
    pub changes: Vec<String>,
    /// Set where it is brought from elsewhere.
    pub brought: Option<BroughtFrom>,
}

/// A subscription that another system began.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BroughtFrom {
    /// What it is here, where its provider has no plan of ours for it.
    pub plan: String,
}

/// A subscription that is to be read back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueSubscription {
    /// Which.
    pub id: SubscriptionId,
    /// Whose it is, unless the reader was erased.
    pub reader: Option<ReaderId>,
    /// Who provides the payments.
    pub provider: String,
}

/// All subscriptions of a reader, in the order of their ids.
pub(crate) fn of_reader(
    connection: &Connection,
    reader: ReaderId,
) -> rusqlite::Result<Vec<Subscription>> {
    let facts = connection
        .prepare_cached(
            "SELECT ledger.subscription, fact, as_of, document FROM subscriptions \
             JOIN ledger ON ledger.subscription = subscriptions.id WHERE reader = ?1",
        )?
        .query_map([reader.as_bytes()], read)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Subscription::fold_each(&facts))
}

/// Everything that was told of a subscription.
pub(crate) fn facts_of(
    connection: &Connection,
    id: &SubscriptionId,
) -> rusqlite::Result<Vec<Fact>> {
    connection
        .prepare_cached(
            "SELECT subscription, fact, as_of, document FROM ledger WHERE subscription = ?1 ORDER BY seq",
        )?
        .query_map([id.as_str()], read)?
        .collect()
}

/// What a reader has taken that is taken once.
pub(crate) fn taken_before(
    connection: &Connection,
    taken_as: &[u8; 32],
) -> rusqlite::Result<TakenBefore> {
    let all = connection
        .prepare_cached("SELECT what FROM taken WHERE person = ?1")?
        .query_map([taken_as], |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(TakenBefore {
        trial: all.iter().any(|what| what == TRIAL),
        offers: all.iter().filter_map(|what| OfferId::parse(what).ok()).collect(),
    })
}

/// A fact, of columns that begin with its own four.
pub(crate) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Fact> {
    let (subscription, id): (String, String) = (row.get(0)?, row.get(1)?);
    let wrong = |place, error: paywall::IdError| values::wrong(place, error.to_string());
    let document: String = row.get(3)?;
    Ok(Fact {
        subscription: SubscriptionId::parse(&subscription).map_err(|error| wrong(0, error))?,
        id: FactId::parse(&id).map_err(|error| wrong(1, error))?,
        as_of: values::instant(row, 2)?,
        what: fact_rows::read(&document).map_err(|error| values::wrong(3, error))?,
    })
}

fn due(row: &rusqlite::Row<'_>) -> rusqlite::Result<DueSubscription> {
    let id: String = row.get(0)?;
    let reader: Option<[u8; 16]> = row.get(1)?;
    Ok(DueSubscription {
        id: SubscriptionId::parse(&id).map_err(|error| values::wrong(0, error.to_string()))?,
        reader: reader.map(ReaderId::from_bytes),
        provider: row.get(2)?,
    })
}

/// Appends a fact, with who told it and why where no provider did. Says whether it was news.
pub(crate) fn append(
    transaction: &Transaction<'_>,
    fact: &Fact,
    (told_by, reason): (&str, &str),
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let document = fact_rows::written(&fact.what).map_err(|error| values::wrong(3, error))?;
    // A standing is told with every reading back, as of that moment: the same again is no news.
    if matches!(fact.what, What::Renewal(_) | What::Terms(_)) {
        let last: Option<String> = transaction
            .prepare_cached(
                "SELECT document FROM ledger WHERE subscription = ?1 AND fact = ?2 AND as_of <= ?3 \
                 AND (document LIKE '{\"what\":\"terms\"%') = ?4 \
                 AND document NOT LIKE '{\"what\":\"paid\"%' ORDER BY as_of DESC, seq DESC LIMIT 1",
            )?
            .query_row(
                (
                    fact.subscription.as_str(),
                    fact.id.as_str(),
                    fact.as_of.as_microsecond(),
                    matches!(fact.what, What::Terms(_)),
                ),
                |row| row.get(0),
            )
            .optional()?;
        if last.as_deref() == Some(document.as_str()) {
            return Ok(false);
        }
    }
    let added = transaction
        .prepare_cached(
            "INSERT INTO ledger (subscription, fact, as_of, document, recorded_at, told_by, reason) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?
        .execute((
            fact.subscription.as_str(),
            fact.id.as_str(),
            fact.as_of.as_microsecond(),
            document,
            now.as_microsecond(),
            told_by,
            reason,
        ))?;
    if added == 1 {
        events::told(transaction, fact, now)?;
    }
    Ok(added == 1)
}

/// Notes what a reader has taken that is taken once. Says how much of it was news.
pub(crate) fn note_taken(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    taken: &[String],
    now: Timestamp,
) -> rusqlite::Result<usize> {
    let mut note = transaction.prepare_cached(
        "INSERT INTO taken (person, what, taken_at) \
         SELECT taken_as, ?2, ?3 FROM readers WHERE id = ?1 ON CONFLICT DO NOTHING",
    )?;
    taken.iter().try_fold(0, |news, what| {
        Ok(news + note.execute((reader.as_bytes(), what, now.as_microsecond()))?)
    })
}

/// The reader of a subscription, where it is known: of one whose reader was erased, nobody.
fn owner(
    connection: &Connection,
    id: &SubscriptionId,
) -> rusqlite::Result<Option<Option<ReaderId>>> {
    connection
        .prepare_cached("SELECT reader FROM subscriptions WHERE id = ?1")?
        .query_row([id.as_str()], |row| {
            let reader: Option<[u8; 16]> = row.get(0)?;
            Ok(reader.map(ReaderId::from_bytes))
        })
        .optional()
}

/// A card with which somebody begins a trial. Both names are keyed hashes: of the card, and of the subscription.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrialCard {
    /// The card.
    pub card: [u8; 32],
    /// The subscription.
    pub subscription: [u8; 32],
}

/// A subscription with everything that was told of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubscriptionRow {
    /// Whose it is, unless the reader was erased.
    pub reader: Option<ReaderId>,
    /// Who provides the payments.
    pub provider: String,
    /// What follows from the facts.
    pub subscription: Subscription,
    /// What was told, in the order in which it was written down.
    pub facts: Vec<Fact>,
}

/// Subscriptions of one list, at most.
pub const SUBSCRIPTIONS_LISTED_MAX: usize = 100;

fn rows(
    connection: &Connection,
    which: &str,
    bound: impl rusqlite::Params,
) -> rusqlite::Result<Vec<SubscriptionRow>> {
    let due: Vec<DueSubscription> = connection
        .prepare_cached(&format!("SELECT id, reader, provider FROM subscriptions WHERE {which}"))?
        .query_map(bound, due)?
        .collect::<rusqlite::Result<_>>()?;
    let row = |DueSubscription { id, reader, provider }: DueSubscription| {
        let facts = facts_of(connection, &id)?;
        let folded = Subscription::fold(&id, &facts);
        Ok(folded.map(|subscription| SubscriptionRow { reader, provider, subscription, facts }))
    };
    due.into_iter().filter_map(|due| row(due).transpose()).collect()
}

/// What is kept of a trial that was refused for its card.
const REFUSED: &str = "refused";

impl Store {
    /// Whether a trial may begin with a card: each card has one, for ever. The first subscription that asks has it, however often it
    /// asks; any other is refused, and stays so, and its reader has no other trial either.
    ///
    /// # Errors
    /// [`Outage`]: nothing was decided.
    pub async fn may_try_with(
        &self,
        trial: TrialCard,
        reader: ReaderId,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let mut note = transaction.prepare_cached(
                    "INSERT INTO taken (person, what, taken_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                )?;
                let own: String =
                    trial.subscription.iter().map(|byte| format!("{byte:02x}")).collect();
                let own = format!("{TRIAL}:{own}");
                let refused = transaction
                    .prepare_cached(
                        "SELECT EXISTS (SELECT 1 FROM taken WHERE person = ?1 AND what = ?2) \
                         OR EXISTS (SELECT 1 FROM taken WHERE person = ?3 AND what <> ?4)",
                    )?
                    .query_row((trial.subscription, REFUSED, trial.card, &own), |row| row.get(0))?;
                if refused {
                    note.execute((trial.subscription, REFUSED, now.as_microsecond()))?;
                    note_taken(transaction, reader, &[TRIAL.to_owned()], now)?;
                    changes.push(readers::changed(reader));
                } else {
                    note.execute((trial.card, &own, now.as_microsecond()))?;
                }
                Ok(!refused)
            })
            .await
    }

    /// Appends what was read back of a subscription; what is known already is passed over. Says how many facts were new.
    ///
    /// # Errors
    /// [`Outage`]: nothing was recorded.
    pub async fn record_facts(&self, back: ReadBack, now: Timestamp) -> Result<usize, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let id = back.subscription.as_str();
                let known = owner(transaction, &back.subscription)?;
                transaction
                    .prepare_cached(
                        "INSERT INTO subscriptions (id, reader, provider, began_at, check_at) \
                         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET check_at = excluded.check_at",
                    )?
                    .execute((
                        id,
                        back.reader.as_bytes(),
                        back.provider,
                        now.as_microsecond(),
                        back.check_at.as_microsecond(),
                    ))?;
                let mut added = 0;
                for fact in back.facts.iter().take(FACTS_MAX) {
                    added += usize::from(append(transaction, fact, ("", ""), now)?);
                }
                added += note_taken(transaction, back.reader, &back.taken, now)?;
                if let Some(from) = &back.brought {
                    transaction
                        .prepare_cached("UPDATE subscriptions SET plan = ?2 WHERE id = ?1")?
                        .execute((id, &from.plan))?;
                }
                plan_changes::made(transaction, &back.subscription, &back.changes, now)?;
                for letter in &back.letters {
                    match back.brought {
                        // Whatever there was to tell, the other system has told.
                        Some(_) => pass_over(transaction, letter, now)?,
                        None => drop(enqueue(transaction, letter, now)?),
                    }
                }
                if known.is_none() {
                    payers::begun(transaction, back.reader, now)?;
                }
                if added > 0 || known.is_none() {
                    let reader = known.unwrap_or(Some(back.reader));
                    changes.extend(reader.map(readers::changed));
                }
                Ok(added)
            })
            .await
    }

    /// Puts letters into the queue that tell no new fact: that a trial ends soon, that access is over.
    ///
    /// # Errors
    /// [`Outage`]: none was queued.
    pub async fn queue_letters(&self, letters: Vec<NewMail>, now: Timestamp) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                letters.iter().try_for_each(|letter| enqueue(transaction, letter, now).map(drop))
            })
            .await
    }

    /// Subscriptions in the order of their ids, behind one: at most [`SUBSCRIPTIONS_LISTED_MAX`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn listed_subscriptions(
        &self,
        after: String,
        limit: usize,
    ) -> Result<Vec<SubscriptionRow>, Outage> {
        let limit = limit.min(SUBSCRIPTIONS_LISTED_MAX + 1) as i64;
        self.0
            .lookups
            .ask(move |connection| {
                let instant = connection.unchecked_transaction()?;
                rows(&instant, "id > ?1 ORDER BY id LIMIT ?2", (after, limit))
            })
            .await
    }

    /// One subscription.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn subscription_row(
        &self,
        id: SubscriptionId,
    ) -> Result<Option<SubscriptionRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let instant = connection.unchecked_transaction()?;
                Ok(rows(&instant, "id = ?1", [id.as_str()])?.pop())
            })
            .await
    }

    /// Subscriptions that are to be read back at `now`, the longest due first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn due_subscriptions(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueSubscription>, Outage> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT id, reader, provider FROM subscriptions WHERE check_at <= ?1 \
                     ORDER BY check_at, id LIMIT ?2",
                )?;
                let rows = query.query_map((now.as_microsecond(), limit), due)?;
                rows.collect()
            })
            .await
    }

    /// Puts off when a subscription is read back again: its provider does not answer.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn check_subscription_at(
        &self,
        id: SubscriptionId,
        at: Timestamp,
    ) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached("UPDATE subscriptions SET check_at = ?2 WHERE id = ?1")?
                    .execute((id.as_str(), at.as_microsecond()))
                    .map(drop)
            })
            .await
    }

    /// Subscriptions behind one in the order of their ids, the first ones where it is empty.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn subscriptions_after(
        &self,
        after: String,
        limit: usize,
    ) -> Result<Vec<DueSubscription>, Outage> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT id, reader, provider FROM subscriptions WHERE id > ?1 ORDER BY id LIMIT ?2",
                    )?
                    .query_map((after, limit), due)?
                    .collect()
            })
            .await
    }

    /// Everything that was told of a subscription, in the order in which it was written down.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn facts_of(&self, id: SubscriptionId) -> Result<Vec<Fact>, Outage> {
        self.0.lookups.ask(move |connection| facts_of(connection, &id)).await
    }

    /// How a subscription stands by the ledger.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, Outage> {
        self.0
            .lookups
            .ask(move |connection| Ok(Subscription::fold(&id, &facts_of(connection, &id)?)))
            .await
    }

    /// What a subscription is that another system began; empty where its provider knows.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn plan_of_subscription(&self, id: SubscriptionId) -> Result<String, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let plan = connection
                    .prepare_cached("SELECT plan FROM subscriptions WHERE id = ?1")?
                    .query_row([id.as_str()], |row| row.get(0))
                    .optional()?;
                Ok(plan.unwrap_or_default())
            })
            .await
    }

    /// Whose a subscription is; `None` where it is not known or the reader was erased.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn reader_of_subscription(
        &self,
        id: SubscriptionId,
    ) -> Result<Option<ReaderId>, Outage> {
        self.0.lookups.ask(move |connection| Ok(owner(connection, &id)?.flatten())).await
    }
}
