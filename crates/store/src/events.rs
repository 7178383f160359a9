//! What others are told of: each event is written in the commit of its fact, so that none is lost wherever the program ends, and waits
//! until it is spread to those who want to hear it. Some lie ahead (an embargo that ends, a subscription that runs out): whether they have
//! happened is looked at when their time has come. An event is thin: ids and instants, never a name, an address or a text.

use gate::Outage;
use jiff::Timestamp;
use newsroom::ArticleId;
use paywall::{Fact, Subscription, SubscriptionId, SubscriptionState, What};
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::{Store, exports, ledger, values, webhooks};

/// Events that one commit spreads, at most: readings wait behind it.
const SPREAD_MAX: usize = 50;
/// Subscriptions whose end one commit begins to look for, at most.
const AHEAD_MAX: usize = 200;

/// What can happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EventKind {
    /// An article can be read from now on.
    ArticlePublished,
    /// What is published of it is different.
    ArticleChanged,
    /// It was taken back.
    ArticleWithdrawn,
    /// Somebody is a reader now.
    ReaderRegistered,
    /// A subscription began, of whatever kind.
    SubscriptionBegun,
    /// Something about it is different: its plan, its renewal, its span.
    SubscriptionChanged,
    /// Nothing is open by it any more.
    SubscriptionEnded,
    /// Money came in.
    PaymentReceived,
    /// Money went back.
    PaymentRefunded,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ArticlePublished,
        Self::ArticleChanged,
        Self::ArticleWithdrawn,
        Self::ReaderRegistered,
        Self::SubscriptionBegun,
        Self::SubscriptionChanged,
        Self::SubscriptionEnded,
        Self::PaymentReceived,
        Self::PaymentRefunded,
    ];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ArticlePublished => "article.published",
            Self::ArticleChanged => "article.changed",
            Self::ArticleWithdrawn => "article.withdrawn",
            Self::ReaderRegistered => "reader.registered",
            Self::SubscriptionBegun => "subscription.begun",
            Self::SubscriptionChanged => "subscription.changed",
            Self::SubscriptionEnded => "subscription.ended",
            Self::PaymentReceived => "payment.received",
            Self::PaymentRefunded => "payment.refunded",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// An event that is spread.
pub(crate) struct Happened<'a> {
    pub(crate) number: i64,
    pub(crate) kind: EventKind,
    pub(crate) subject: &'a str,
    pub(crate) detail: &'a str,
    pub(crate) at: Timestamp,
}

/// What is noted where a subscription is looked at because somebody listens from now on: its time is that instant.
const LOOK: &str = "look";

/// Whether anybody is told of this.
fn is_heard(connection: &Connection, kind: EventKind) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM webhooks \
             WHERE off_at IS NULL AND instr(' ' || events || ' ', ' ' || ?1 || ' ') > 0)",
        )?
        .query_row([kind.as_str()], |row| row.get(0))
}

/// Writes an event down. What nobody is told of is not: whoever listens later hears nothing of before.
fn add(
    transaction: &Transaction<'_>,
    kind: EventKind,
    (subject, detail): (&str, &str),
    due_at: Timestamp,
) -> rusqlite::Result<()> {
    if !is_heard(transaction, kind)? {
        return Ok(());
    }
    transaction
        .prepare_cached(
            "INSERT INTO events (kind, subject, detail, due_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        )?
        .execute((kind.as_str(), subject, detail, due_at.as_microsecond()))
        .map(drop)
}

/// Takes back what lies ahead: something else was decided.
fn withdraw(transaction: &Transaction<'_>, kind: EventKind, subject: &str) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM events WHERE kind = ?1 AND subject = ?2")?
        .execute((kind.as_str(), subject))
        .map(drop)
}

/// An article was published, changed, or is to come: `is_new` where readers had nothing of it before.
pub(crate) fn published(
    transaction: &Transaction<'_>,
    id: &ArticleId,
    published_at: Timestamp,
    is_new: bool,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let id = id.as_str();
    if is_new || published_at > now {
        withdraw(transaction, EventKind::ArticlePublished, id)?;
        return add(transaction, EventKind::ArticlePublished, (id, ""), published_at.max(now));
    }
    add(transaction, EventKind::ArticleChanged, (id, ""), now)
}

/// An article came from another system: what is new is told as of the instant at which it came out there.
pub(crate) fn brought(
    transaction: &Transaction<'_>,
    id: &ArticleId,
    published_at: Timestamp,
    is_new: bool,
    now: Timestamp,
) -> rusqlite::Result<()> {
    if is_new && published_at <= now {
        return add(transaction, EventKind::ArticlePublished, (id.as_str(), ""), published_at);
    }
    published(transaction, id, published_at, is_new, now)
}

/// An article was taken back, or put back.
pub(crate) fn taken_back(
    transaction: &Transaction<'_>,
    id: &ArticleId,
    is_back: bool,
    published_at: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<()> {
    if !is_back {
        return published(transaction, id, published_at, true, now);
    }
    add(transaction, EventKind::ArticleWithdrawn, (id.as_str(), ""), now)
}

/// Somebody is a reader now.
pub(crate) fn registered(
    transaction: &Transaction<'_>,
    reader: gate::ReaderId,
    at: Timestamp,
) -> rusqlite::Result<()> {
    add(transaction, EventKind::ReaderRegistered, (&reader.to_string(), ""), at)
}

/// A fact was appended to the ledger just now.
pub(crate) fn told(
    transaction: &Transaction<'_>,
    fact: &Fact,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let subscription = fact.subscription.as_str();
    match &fact.what {
        What::Paid(payment) if payment.amount.minor > 0 => {
            let detail = fact.id.as_str();
            add(transaction, EventKind::PaymentReceived, (subscription, detail), now)?;
        }
        What::Refunded(_) => {
            let detail = fact.id.as_str();
            add(transaction, EventKind::PaymentRefunded, (subscription, detail), now)?;
        }
        _ => {}
    }
    let is_first: bool = transaction
        .prepare_cached(
            "SELECT count(*) = 1 FROM (SELECT 1 FROM ledger WHERE subscription = ?1 LIMIT 2)",
        )?
        .query_row([subscription], |row| row.get(0))?;
    let kind = if is_first { EventKind::SubscriptionBegun } else { EventKind::SubscriptionChanged };
    add(transaction, kind, (subscription, ""), now)?;
    if !is_heard(transaction, EventKind::SubscriptionEnded)? {
        // When it ends may be another instant by now; whoever listens later has it looked for.
        return withdraw(transaction, EventKind::SubscriptionEnded, subscription);
    }
    let facts = ledger::facts_of(transaction, &fact.subscription)?;
    let before: Vec<Fact> = facts.iter().filter(|one| one.id != fact.id).cloned().collect();
    let ended = |facts: &[Fact]| ended_at(&Subscription::fold(&fact.subscription, facts)?, now);
    // An end that was told stays told, whatever is noted of the contract later.
    match ended(&before) {
        at @ Some(_) if at == ended(&facts) => Ok(()),
        _ => expect_end(transaction, &fact.subscription, now),
    }
}

/// When a subscription ended, where it did.
fn ended_at(subscription: &Subscription, now: Timestamp) -> Option<Timestamp> {
    match subscription.state(now) {
        SubscriptionState::Ended { at, .. } => Some(at),
        _ => None,
    }
}

/// Writes down when a subscription ends, as far as is known: it is looked at again then.
fn expect_end(
    transaction: &Transaction<'_>,
    id: &SubscriptionId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    withdraw(transaction, EventKind::SubscriptionEnded, id.as_str())?;
    let Some(subscription) = folded(transaction, id)? else { return Ok(()) };
    let due_at = match subscription.state(now) {
        SubscriptionState::Ended { .. } => Some(now),
        SubscriptionState::NotBegun { starts_at } => {
            starts_at.and_then(|at| subscription.open_until(at))
        }
        _ => subscription.open_until(now),
    };
    match due_at {
        Some(due_at) => {
            add(transaction, EventKind::SubscriptionEnded, (id.as_str(), ""), due_at.max(now))
        }
        None => Ok(()),
    }
}

fn folded(connection: &Connection, id: &SubscriptionId) -> rusqlite::Result<Option<Subscription>> {
    Ok(Subscription::fold(id, &ledger::facts_of(connection, id)?))
}

/// Writes down what lies ahead of a paper of which a webhook is told from now on; when each subscription ends is found out later, a few at a
/// time.
pub(crate) fn look_ahead(
    transaction: &Transaction<'_>,
    webhook: i64,
    now: Timestamp,
) -> rusqlite::Result<()> {
    if is_heard(transaction, EventKind::ArticlePublished)? {
        transaction
            .prepare_cached(
                "INSERT INTO events (kind, subject, due_at) SELECT ?1, id, published_at FROM articles \
                 WHERE published_at > ?2 ON CONFLICT DO NOTHING",
            )?
            .execute((EventKind::ArticlePublished.as_str(), now.as_microsecond()))?;
    }
    transaction
        .prepare_cached(
            "UPDATE webhooks SET ahead = '' WHERE number = ?1 AND instr(' ' || events || ' ', ?2) > 0",
        )?
        .execute((webhook, format!(" {} ", EventKind::SubscriptionEnded.as_str())))
        .map(drop)
}

/// Goes on with that; says of how many subscriptions.
fn look_further(transaction: &Transaction<'_>) -> rusqlite::Result<usize> {
    let next: Option<(i64, String, i64)> = transaction
        .prepare_cached(
            "SELECT number, ahead, told_since FROM webhooks WHERE ahead IS NOT NULL ORDER BY number LIMIT 1",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((webhook, after, since)) = next else { return Ok(0) };
    let ids: Vec<String> = transaction
        .prepare_cached("SELECT id FROM subscriptions WHERE id > ?1 ORDER BY id LIMIT ?2")?
        .query_map((&after, AHEAD_MAX as i64), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut expect = transaction.prepare_cached(
        "INSERT INTO events (kind, subject, detail, due_at) SELECT ?1, ?2, ?3, ?4 \
         WHERE NOT EXISTS (SELECT 1 FROM events WHERE kind = ?1 AND subject = ?2)",
    )?;
    let kind = EventKind::SubscriptionEnded.as_str();
    ids.iter().try_for_each(|id| expect.execute((kind, id, LOOK, since)).map(drop))?;
    let last = ids.last().filter(|_| ids.len() == AHEAD_MAX);
    transaction
        .prepare_cached("UPDATE webhooks SET ahead = ?2 WHERE number = ?1")?
        .execute((webhook, last))?;
    Ok(ids.len())
}

/// When an event happened whose time has come; `None` where it did not, or not yet.
fn happened(
    transaction: &Transaction<'_>,
    (kind, subject, detail, due_at): (EventKind, &str, &str, Timestamp),
    now: Timestamp,
) -> rusqlite::Result<Option<Timestamp>> {
    match kind {
        EventKind::ArticlePublished => {
            let Ok(id) = ArticleId::parse(subject) else { return Ok(None) };
            let head = exports::head_of(transaction, &id)?;
            let is_out =
                head.is_some_and(|head| head.withdrawn_at.is_none() && head.published_at <= due_at);
            Ok(is_out.then_some(due_at))
        }
        EventKind::SubscriptionEnded => {
            let Ok(id) = SubscriptionId::parse(subject) else { return Ok(None) };
            let Some(subscription) = folded(transaction, &id)? else { return Ok(None) };
            if let Some(at) = ended_at(&subscription, now) {
                // Of an end before anybody new listened the others were told then.
                return Ok((detail != LOOK || at >= due_at).then_some(at));
            }
            expect_end(transaction, &id, now)?;
            Ok(None)
        }
        _ => Ok(Some(due_at)),
    }
}

impl Store {
    /// Whether an event waits to be spread whose time has come, or others are to be looked for.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn has_events(&self, now: Timestamp) -> Result<bool, Outage> {
        let now = now.as_microsecond();
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT EXISTS (SELECT 1 FROM events WHERE due_at <= ?1) \
                         OR EXISTS (SELECT 1 FROM webhooks WHERE ahead IS NOT NULL)",
                    )?
                    .query_row([now], |row| row.get(0))
            })
            .await
    }

    /// Spreads the next events to the webhooks that want them, in one commit. Says how many were looked at.
    ///
    /// # Errors
    /// [`Outage`]: they wait still.
    pub async fn spread_events(&self, now: Timestamp) -> Result<usize, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let further = look_further(transaction)?;
                let due: Vec<(i64, String, String, String, Timestamp)> = transaction
                    .prepare_cached(
                        "SELECT number, kind, subject, detail, due_at FROM events WHERE due_at <= ?1 \
                         ORDER BY due_at, number LIMIT ?2",
                    )?
                    .query_map((now.as_microsecond(), SPREAD_MAX as i64), |row| {
                        let at = values::instant(row, 4)?;
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, at))
                    })?
                    .collect::<rusqlite::Result<_>>()?;
                let heard = webhooks::listening(transaction)?;
                for (number, word, subject, detail, due_at) in &due {
                    transaction
                        .prepare_cached("DELETE FROM events WHERE number = ?1")?
                        .execute([number])?;
                    let Some(kind) = EventKind::parse(word) else { continue };
                    let found = (kind, subject.as_str(), detail.as_str(), *due_at);
                    let Some(at) = happened(transaction, found, now)? else { continue };
                    let detail = if detail == LOOK { "" } else { detail };
                    let event = Happened { number: *number, kind, subject, detail, at };
                    webhooks::deliver(transaction, &heard, &event, now)?;
                }
                Ok(due.len() + further)
            })
            .await
    }
}
