//! Webhooks: who is told of what happens, the messages that are on their way, and what came of each try. A message is taken for a while,
//! and comes again where nobody says what became of it: it may arrive twice, and is never lost. Nothing is sent from here.

use gate::Outage;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::events::{self, EventKind, Happened};
use crate::mails::{NewMail, enqueue};
use crate::staff::{self, Doer};
use crate::{Store, values};

/// Webhooks of a paper, at most.
pub const WEBHOOKS_MAX: usize = 20;
/// The longest name of one, in characters.
pub const WEBHOOK_NAME_CHARS_MAX: usize = 80;
/// What is kept of an answer, in characters.
pub const DELIVERY_ANSWER_CHARS_MAX: usize = 200;
/// Deliveries of one page of the log, at most.
pub const DELIVERIES_LISTED_MAX: usize = 50;
/// How long deliveries that are over are kept.
pub const DELIVERIES_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long the secret before the present one signs too.
pub const FORMER_SECRET_HOLDS: SignedDuration = SignedDuration::from_hours(24);
/// The pauses between tries, in seconds: three days in all.
pub const DELIVERY_PAUSES: [i64; 11] =
    [5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400];
/// How long a message is whose of the threads it was given to.
const TAKEN_FOR: SignedDuration = SignedDuration::from_secs(90);
/// The kind of a message that somebody sends to try a webhook.
pub const TEST_EVENT: &str = "webhook.test";

/// A webhook that somebody makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewWebhook {
    /// What it is called.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// Of what it is told.
    pub events: Vec<EventKind>,
    /// What its secret is drawn with.
    pub salt: [u8; 16],
}

/// A webhook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebhookRow {
    /// Counts up.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// Of what it is told.
    pub events: Vec<EventKind>,
    /// What its secret is drawn with.
    pub salt: [u8; 16],
    /// What the secret before was drawn with, and until when it signs too.
    pub former: Option<([u8; 16], Timestamp)>,
    /// Who made it,
    pub made_by: String,
    /// and when.
    pub made_at: Timestamp,
    /// Since when it is told: of what happened before it hears nothing.
    pub told_since: Timestamp,
    /// Since when it is told no more, and why; empty where somebody switched it off.
    pub off: Option<(Timestamp, String)>,
}

/// A message that is to be sent now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueDelivery {
    /// Which.
    pub number: i64,
    /// To whom.
    pub webhook: WebhookRow,
    /// Its name, the same at each try.
    pub message: String,
    /// What happened.
    pub kind: String,
    /// With what: an id.
    pub subject: String,
    /// By what: the id of a payment, of a refund; empty for everything else.
    pub detail: String,
    /// When.
    pub happened_at: Timestamp,
    /// How often it was tried, this time counted.
    pub tries: u32,
}

impl DueDelivery {
    /// Whether nothing follows if this try fails too.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        self.tries as usize > DELIVERY_PAUSES.len()
    }
}

/// What came of a try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveryTry {
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// How long it took.
    pub took_ms: u32,
    /// The beginning of the answer, or why there was none.
    pub answer: String,
}

/// What becomes of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryState {
    /// It is tried, or tried again.
    Waiting,
    /// It was taken.
    Delivered,
    /// It is not tried any more.
    GivenUp,
}

impl DeliveryState {
    /// The word that tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given up",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "delivered" => Self::Delivered,
            "given up" => Self::GivenUp,
            _ => Self::Waiting,
        }
    }
}

/// A message in the log, with its tries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveryRow {
    /// Which.
    pub number: i64,
    /// Its name.
    pub message: String,
    /// What happened.
    pub kind: String,
    /// With what.
    pub subject: String,
    /// When.
    pub happened_at: Timestamp,
    /// What became of it.
    pub state: DeliveryState,
    /// When it is tried next, where it is.
    pub due_at: Option<Timestamp>,
    /// The tries, the first one first.
    pub tries: Vec<(Timestamp, DeliveryTry)>,
}

/// What follows from a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryTold {
    /// It was taken.
    Delivered,
    /// It is tried again at this instant.
    Later(Timestamp),
    /// It is not tried any more; the webhook goes on.
    GivenUp,
    /// The webhook was switched off.
    Off,
}

const COLUMNS: &str = "number, name, url, events, salt, former_salt, former_until, made_by, made_at, told_since, off_at, off_because";

fn read(row: &Row<'_>) -> rusqlite::Result<WebhookRow> {
    let events: String = row.get(3)?;
    let former: Option<[u8; 16]> = row.get(5)?;
    let off_at = values::some_instant(row, 10)?;
    let because: String = row.get(11)?;
    Ok(WebhookRow {
        number: row.get(0)?,
        name: row.get(1)?,
        url: row.get(2)?,
        events: events.split(' ').filter_map(EventKind::parse).collect(),
        salt: row.get(4)?,
        former: former.zip(values::some_instant(row, 6)?),
        made_by: row.get(7)?,
        made_at: values::instant(row, 8)?,
        told_since: values::instant(row, 9)?,
        off: off_at.map(|at| (at, because)),
    })
}

fn by_number(connection: &Connection, number: i64) -> rusqlite::Result<Option<WebhookRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM webhooks WHERE number = ?1"))?
        .query_row([number], read)
        .optional()
}

/// Those that are told.
pub(crate) fn listening(connection: &Connection) -> rusqlite::Result<Vec<WebhookRow>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM webhooks WHERE off_at IS NULL ORDER BY number"
        ))?
        .query_map([], read)?
        .collect()
}

/// Makes a message of an event for each of those who want it.
pub(crate) fn deliver(
    transaction: &Transaction<'_>,
    heard: &[WebhookRow],
    event: &Happened<'_>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let message = format!("evt_{}_{:x}", event.number, event.at.as_microsecond());
    let wanted =
        heard.iter().filter(|row| row.events.contains(&event.kind) && row.told_since <= event.at);
    for row in wanted {
        transaction.prepare_cached(ADD)?.execute((
            row.number,
            &message,
            event.kind.as_str(),
            event.subject,
            event.detail,
            event.at.as_microsecond(),
            now.as_microsecond(),
        ))?;
    }
    Ok(())
}

/// The message that is due the longest, of webhooks that are not busy.
fn next_due(connection: &Connection, busy: &[i64], due: i64) -> rusqlite::Result<Option<i64>> {
    let mut found = connection.prepare_cached(
        "SELECT number, webhook FROM deliveries WHERE due_at <= ?1 ORDER BY due_at, number",
    )?;
    let mut rows = found.query([due])?;
    while let Some(row) = rows.next()? {
        if !busy.contains(&row.get(1)?) {
            return row.get(0).map(Some);
        }
    }
    Ok(None)
}

const ADD: &str = "INSERT INTO deliveries (webhook, message, kind, subject, detail, happened_at, begun_at, state, due_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', ?7)";

fn took(
    transaction: &Transaction<'_>,
    delivery: &DueDelivery,
    outcome: &DeliveryTry,
    letters: &[NewMail],
    now: Timestamp,
) -> rusqlite::Result<DeliveryTold> {
    // One that was ended meanwhile has no log.
    if by_number(transaction, delivery.webhook.number)?.is_none() {
        return Ok(DeliveryTold::GivenUp);
    }
    let answer: String = outcome.answer.chars().take(DELIVERY_ANSWER_CHARS_MAX).collect();
    transaction
        .prepare_cached(
            "INSERT INTO delivery_tries (delivery, number, tried_at, status, took_ms, answer) \
             SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5 FROM delivery_tries WHERE delivery = ?1",
        )?
        .execute((
            delivery.number,
            now.as_microsecond(),
            outcome.status,
            outcome.took_ms,
            answer,
        ))?;
    let mut update = transaction
        .prepare_cached("UPDATE deliveries SET state = ?2, due_at = ?3 WHERE number = ?1")?;
    let mut is_now = |state: DeliveryState, due_at: Option<Timestamp>| {
        update.execute((delivery.number, state.as_str(), due_at.map(Timestamp::as_microsecond)))
    };
    if matches!(outcome.status, Some(200..=299)) {
        is_now(DeliveryState::Delivered, None)?;
        return Ok(DeliveryTold::Delivered);
    }
    let is_gone = outcome.status == Some(410);
    let pause = DELIVERY_PAUSES.get(delivery.tries.saturating_sub(1) as usize);
    if let Some(pause) = pause.filter(|_| !is_gone) {
        let again = now.checked_add(SignedDuration::from_secs(*pause)).unwrap_or(now);
        is_now(DeliveryState::Waiting, Some(again))?;
        return Ok(DeliveryTold::Later(again));
    }
    is_now(DeliveryState::GivenUp, None)?;
    // One message that it does not understand is no reason to tell it nothing more.
    let heard_since: bool = transaction
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM deliveries WHERE webhook = ?1 AND state = 'delivered' \
             AND begun_at >= (SELECT begun_at FROM deliveries WHERE number = ?2))",
        )?
        .query_row((delivery.webhook.number, delivery.number), |row| row.get(0))?;
    if heard_since && !is_gone {
        return Ok(DeliveryTold::GivenUp);
    }
    let because = if is_gone { "410" } else { "3 d" };
    let off = transaction
        .prepare_cached(
            "UPDATE webhooks SET off_at = ?2, off_because = ?3 WHERE number = ?1 AND off_at IS NULL",
        )?
        .execute((delivery.webhook.number, now.as_microsecond(), because))?;
    if off == 0 {
        return Ok(DeliveryTold::GivenUp);
    }
    letters.iter().try_for_each(|letter| enqueue(transaction, letter, now).map(drop))?;
    Ok(DeliveryTold::Off)
}

impl Store {
    /// Makes a webhook. Gives its number; `None` where there are [`WEBHOOKS_MAX`].
    ///
    /// # Errors
    /// [`Outage`]: there is none.
    pub async fn make_webhook(
        &self,
        new: NewWebhook,
        by: Doer,
        now: Timestamp,
    ) -> Result<Option<i64>, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let count: i64 =
                    transaction.query_row("SELECT count(*) FROM webhooks", [], |row| row.get(0))?;
                if count >= WEBHOOKS_MAX as i64 {
                    return Ok(None);
                }
                let events: Vec<&str> = new.events.iter().map(|kind| kind.as_str()).collect();
                transaction
                    .prepare_cached(
                        "INSERT INTO webhooks (name, url, events, salt, made_by, made_at, told_since) \
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
                    )?
                    .execute((
                        &new.name,
                        &new.url,
                        events.join(" "),
                        new.salt,
                        &by.name,
                        now.as_microsecond(),
                    ))?;
                let number = transaction.last_insert_rowid();
                events::look_ahead(transaction, number, now)?;
                staff::note(transaction, &by, "made a webhook", None, &new.name, now)?;
                Ok(Some(number))
            })
            .await
    }

    /// All webhooks, by their numbers.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn webhooks(&self) -> Result<Vec<WebhookRow>, Outage> {
        self.0
            .lookups
            .ask(|connection| {
                connection
                    .prepare_cached(&format!("SELECT {COLUMNS} FROM webhooks ORDER BY number"))?
                    .query_map([], read)?
                    .collect()
            })
            .await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn webhook(&self, number: i64) -> Result<Option<WebhookRow>, Outage> {
        self.0.lookups.ask(move |connection| by_number(connection, number)).await
    }

    /// Gives a webhook another secret; the one before signs too for [`FORMER_SECRET_HOLDS`]. Says whether there is one.
    ///
    /// # Errors
    /// [`Outage`]: its secret is the one before.
    pub async fn rotate_webhook(
        &self,
        number: i64,
        salt: [u8; 16],
        by: Doer,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        let until = now.checked_add(FORMER_SECRET_HOLDS).unwrap_or(Timestamp::MAX);
        self.0
            .writer
            .write(move |transaction, _| {
                let Some(row) = by_number(transaction, number)? else { return Ok(false) };
                transaction
                    .prepare_cached(
                        "UPDATE webhooks SET former_salt = salt, former_until = ?3, salt = ?2 WHERE number = ?1",
                    )?
                    .execute((number, salt, until.as_microsecond()))?;
                staff::note(transaction, &by, "changed a webhook", None, &row.name, now)?;
                Ok(true)
            })
            .await
    }

    /// Switches a webhook off, or on again: of what happened meanwhile it hears nothing. Says whether anything is different.
    ///
    /// # Errors
    /// [`Outage`]: it is as before.
    pub async fn switch_webhook(
        &self,
        number: i64,
        is_on: bool,
        by: Doer,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let Some(row) = by_number(transaction, number)? else { return Ok(false) };
                if row.off.is_none() == is_on {
                    return Ok(false);
                }
                let at = now.as_microsecond();
                if is_on {
                    transaction
                        .prepare_cached(
                            "UPDATE webhooks SET off_at = NULL, off_because = '', told_since = ?2 WHERE number = ?1",
                        )?
                        .execute((number, at))?;
                    events::look_ahead(transaction, number, now)?;
                } else {
                    transaction
                        .prepare_cached(
                            "UPDATE webhooks SET off_at = ?2, off_because = '' WHERE number = ?1",
                        )?
                        .execute((number, at))?;
                }
                staff::note(transaction, &by, "changed a webhook", None, &row.name, now)?;
                Ok(true)
            })
            .await
    }

    /// Ends a webhook with all its messages. Says whether there was one.
    ///
    /// # Errors
    /// [`Outage`]: it is there still.
    pub async fn end_webhook(&self, number: i64, by: Doer, now: Timestamp) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let Some(row) = by_number(transaction, number)? else { return Ok(false) };
                transaction
                    .prepare_cached("DELETE FROM webhooks WHERE number = ?1")?
                    .execute([number])?;
                staff::note(transaction, &by, "ended a webhook", None, &row.name, now)?;
                Ok(true)
            })
            .await
    }

    /// Puts a message on its way that tells nothing, to try a webhook. `name` is what receivers know it by.
    ///
    /// # Errors
    /// [`Outage`]: nothing is sent.
    pub async fn test_webhook(
        &self,
        number: i64,
        name: String,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                if by_number(transaction, number)?.is_none() {
                    return Ok(false);
                }
                let at = now.as_microsecond();
                transaction
                    .prepare_cached(ADD)?
                    .execute((number, name, TEST_EVENT, "", "", at, at))?;
                Ok(true)
            })
            .await
    }

    /// Puts a message on its way again, from its first try on. Says whether the webhook has such a message, and is told of anything: one
    /// that is off is only tried.
    ///
    /// # Errors
    /// [`Outage`]: nothing is sent.
    pub async fn deliver_again(
        &self,
        webhook: i64,
        delivery: i64,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let sent = transaction
                    .prepare_cached(
                        "UPDATE deliveries SET state = 'waiting', tries = 0, due_at = ?3 \
                         WHERE number = ?2 AND webhook = ?1 AND (kind = ?4 OR EXISTS \
                         (SELECT 1 FROM webhooks WHERE number = ?1 AND off_at IS NULL))",
                    )?
                    .execute((webhook, delivery, now.as_microsecond(), TEST_EVENT))?;
                Ok(sent == 1)
            })
            .await
    }

    /// The log of a webhook, the latest message first: at most `limit` before that one.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn deliveries_of(
        &self,
        webhook: i64,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<DeliveryRow>, Outage> {
        let limit = limit.min(DELIVERIES_LISTED_MAX + 1) as i64;
        self.0
            .lookups
            .ask(move |connection| {
                let instant = connection.unchecked_transaction()?;
                let mut rows: Vec<DeliveryRow> = instant
                    .prepare_cached(
                        "SELECT number, message, kind, subject, happened_at, state, due_at FROM deliveries \
                         WHERE webhook = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3",
                    )?
                    .query_map((webhook, before.unwrap_or(i64::MAX), limit), |row| {
                        let state: String = row.get(5)?;
                        Ok(DeliveryRow {
                            number: row.get(0)?,
                            message: row.get(1)?,
                            kind: row.get(2)?,
                            subject: row.get(3)?,
                            happened_at: values::instant(row, 4)?,
                            state: DeliveryState::parse(&state),
                            due_at: values::some_instant(row, 6)?,
                            tries: Vec::new(),
                        })
                    })?
                    .collect::<rusqlite::Result<_>>()?;
                for row in &mut rows {
                    row.tries = instant
                        .prepare_cached(
                            "SELECT tried_at, status, took_ms, answer FROM delivery_tries \
                             WHERE delivery = ?1 ORDER BY number",
                        )?
                        .query_map([row.number], |row| {
                            let (status, took_ms) = (row.get(1)?, row.get(2)?);
                            let outcome = DeliveryTry { status, took_ms, answer: row.get(3)? };
                            Ok((values::instant(row, 0)?, outcome))
                        })?
                        .collect::<rusqlite::Result<_>>()?;
                }
                Ok(rows)
            })
            .await
    }

    /// Takes the message that is due the longest, for a while: where nobody says until then what became of it, it is due again. Webhooks
    /// that are `busy` get none. `None` where none is due.
    ///
    /// # Errors
    /// [`Outage`]: none was taken.
    pub async fn take_delivery(
        &self,
        busy: Vec<i64>,
        now: Timestamp,
    ) -> Result<Option<DueDelivery>, Outage> {
        let due = now.as_microsecond();
        let asked = busy.clone();
        let some = self.0.lookups.ask(move |connection| next_due(connection, &asked, due)).await?;
        if some.is_none() {
            return Ok(None);
        }
        let until = now.checked_add(TAKEN_FOR).unwrap_or(now).as_microsecond();
        self.0
            .writer
            .write(move |transaction, _| {
                // What a webhook was to be told that is off by now is over; whoever tries one tries it.
                transaction
                    .prepare_cached(
                        "UPDATE deliveries SET state = 'given up', due_at = NULL WHERE due_at <= ?1 AND kind <> ?2 \
                         AND webhook IN (SELECT number FROM webhooks WHERE off_at IS NOT NULL)",
                    )?
                    .execute((due, TEST_EVENT))?;
                let Some(number) = next_due(transaction, &busy, due)? else { return Ok(None) };
                let (webhook, words, happened_at, tries) = transaction
                    .prepare_cached(
                        "SELECT webhook, message, kind, subject, detail, happened_at, tries \
                         FROM deliveries WHERE number = ?1",
                    )?
                    .query_row([number], |row| {
                        let words: [String; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
                        let tries: u32 = row.get(6)?;
                        Ok((row.get(0)?, words, values::instant(row, 5)?, tries + 1))
                    })?;
                let Some(row) = by_number(transaction, webhook)? else { return Ok(None) };
                let [message, kind, subject, detail] = words;
                transaction
                    .prepare_cached("UPDATE deliveries SET tries = ?2, due_at = ?3 WHERE number = ?1")?
                    .execute((number, tries, until))?;
                Ok(Some(DueDelivery {
                    number,
                    webhook: row,
                    message,
                    kind,
                    subject,
                    detail,
                    happened_at,
                    tries,
                }))
            })
            .await
    }

    /// Writes down what came of a try. Where it was the last and nothing was taken in all that time, the webhook is switched off, and the
    /// letters go out that say so, in the same commit.
    ///
    /// # Errors
    /// [`Outage`]: it is tried again.
    pub async fn delivery_told(
        &self,
        delivery: DueDelivery,
        outcome: DeliveryTry,
        letters: Vec<NewMail>,
        now: Timestamp,
    ) -> Result<DeliveryTold, Outage> {
        self.0
            .writer
            .write(move |transaction, _| took(transaction, &delivery, &outcome, &letters, now))
            .await
    }

    /// Forgets messages that are over and old; says how many, at most `batch`.
    ///
    /// # Errors
    /// [`Outage`]: nothing was forgotten.
    pub async fn forget_deliveries(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        let oldest = now.checked_sub(DELIVERIES_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached(
                        "DELETE FROM deliveries WHERE number IN (SELECT number FROM deliveries \
                         WHERE begun_at < ?1 AND due_at IS NULL ORDER BY begun_at LIMIT ?2)",
                    )?
                    .execute((oldest, limit))
            })
            .await
    }
}
