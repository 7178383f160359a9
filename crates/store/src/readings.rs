//! The record of readings: who opened what in which window, on the disk, with the latest standings in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gate::{Outage, Person, Readings, Spend, Spent};
use jiff::Timestamp;
use paywall::{ArticleKey, Standing, Window, WindowRule};
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::standings::Known;
use crate::writer::Failure;
use crate::{Store, values};

impl Readings for Store {
    async fn standing(&self, person: Person, article: ArticleKey) -> Result<Standing, Outage> {
        let standings = &self.0.standings;
        let known = match standings.get(person) {
            Some(known) => known,
            None => {
                let epoch = standings.epoch(person);
                let known = self.0.lookups.ask(move |connection| {
                    // Window and readings of one instant: a commit between the two questions would mix them.
                    let instant = connection.unchecked_transaction()?;
                    known(&instant, person)
                });
                let known = Arc::new(known.await?);
                standings.offer(person, epoch, &known);
                known
            }
        };
        Ok(known.as_ref().as_ref().map_or(Standing::Nothing, |known| known.standing(article)))
    }

    async fn spend(&self, spend: Spend) -> Result<Spent, Outage> {
        let standings = Arc::clone(&self.0.standings);
        let latest = Arc::clone(&self.0.latest);
        let looks = match standings.get(spend.person) {
            Some(_) => First::Look,
            None => First::Begin,
        };
        let spent = self
            .0
            .writer
            .write_and(
                Failure::All,
                move |transaction, _| {
                    let spent = record(transaction, spend, looks)?;
                    latest.is(spend.now);
                    Ok(spent)
                },
                move |spent| {
                    if let Some((_, known)) = spent {
                        // A window without a reading is on no disk: a refusal lays none.
                        let known = Some(known).filter(|known| known.read() > 0);
                        standings.tell(spend.person, known.cloned());
                    } else {
                        standings.forget(spend.person);
                    }
                },
            )
            .await?;
        Ok(spent.0)
    }

    async fn merge(&self, from: Person, into: Person, now: Timestamp) -> Result<(), Outage> {
        if from == into {
            return Ok(());
        }
        let standings = Arc::clone(&self.0.standings);
        self.0
            .writer
            .write_and(
                Failure::Alone,
                move |transaction, _| unite(transaction, from, into, now),
                move |_| {
                    standings.forget(from);
                    standings.forget(into);
                },
            )
            .await
    }
}

/// What a spend does first. Both come to the same; a guess that is right asks the database less.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum First {
    /// Looks for a window: memory knows the person.
    Look,
    /// Begins one, which does nothing where there is one: memory does not, and most of those are new.
    Begin,
}

/// The compare-and-insert.
fn record(
    transaction: &Transaction<'_>,
    spend: Spend,
    first: First,
) -> rusqlite::Result<(Spent, Known)> {
    let Spend { person, article, allowance, fresh, now } = spend;
    if first == First::Begin && allowance > 0 && begin(transaction, person, fresh)? {
        insert(transaction, person, article, now)?;
        let known = Known { window: fresh, articles: vec![article] };
        return Ok((Spent::Opened { read: 1, window: fresh }, known));
    }
    let known = match known(transaction, person)? {
        Some(known) if known.window.holds(now) => known,
        stale => {
            if stale.is_some() {
                remove(transaction, person)?;
            }
            Known { window: fresh, articles: Vec::new() }
        }
    };
    let (read, window) = (known.read(), known.window);
    if known.articles.binary_search(&article).is_ok() {
        return Ok((Spent::Already { read, window }, known));
    }
    if read >= allowance {
        return Ok((Spent::Full { read, window }, known));
    }
    insert(transaction, person, article, now)?;
    let known = known.with(article);
    if read == 0 {
        save_window(transaction, person, &known)?;
    } else {
        count(transaction, person, known.read())?;
    }
    Ok((Spent::Opened { read: known.read(), window }, known))
}

fn unite(
    transaction: &Transaction<'_>,
    from: Person,
    into: Person,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Some(given) = known(transaction, from)? else { return Ok(()) };
    remove(transaction, from)?;
    if !given.window.holds(now) {
        return Ok(());
    }
    let union = match known(transaction, into)? {
        Some(own) if own.window.holds(now) => {
            let later = given.window.ends_at > own.window.ends_at;
            let window = if later { given.window } else { own.window };
            let all = given.articles.iter().fold(own, |own, article| own.with(*article));
            Known { window, ..all }
        }
        _ => {
            remove(transaction, into)?;
            given.clone()
        }
    };
    for article in &given.articles {
        insert(transaction, into, *article, now)?;
    }
    save_window(transaction, into, &union)
}

fn known(connection: &Connection, person: Person) -> rusqlite::Result<Option<Known>> {
    let mut query = connection
        .prepare_cached("SELECT starts_at, ends_at, rule FROM windows WHERE person = ?1")?;
    let window = query
        .query_row([person.as_bytes()], |row| {
            Ok(Window {
                starts_at: values::instant(row, 0)?,
                ends_at: values::instant(row, 1)?,
                rule: rule(row, 2)?,
            })
        })
        .optional()?;
    let Some(window) = window else { return Ok(None) };
    let mut query = connection
        .prepare_cached("SELECT article FROM readings WHERE person = ?1 ORDER BY article")?;
    let articles = query.query_map([person.as_bytes()], |row| values::key(row, 0))?;
    Ok(Some(Known { window, articles: articles.collect::<rusqlite::Result<_>>()? }))
}

fn insert(
    transaction: &Transaction<'_>,
    person: Person,
    article: ArticleKey,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO readings (person, article, read_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (person, article) DO NOTHING",
        )?
        .execute((person.as_bytes(), article.as_bytes(), now.as_microsecond()))?;
    Ok(())
}

/// Begins a window with its first reading, unless the person has one; says whether it did.
fn begin(transaction: &Transaction<'_>, person: Person, fresh: Window) -> rusqlite::Result<bool> {
    let begun = transaction
        .prepare_cached(
            "INSERT INTO windows (person, starts_at, ends_at, rule, read) VALUES (?1, ?2, ?3, ?4, 1) \
             ON CONFLICT (person) DO NOTHING",
        )?
        .execute((
            person.as_bytes(),
            fresh.starts_at.as_microsecond(),
            fresh.ends_at.as_microsecond(),
            rule_text(fresh.rule),
        ))?;
    Ok(begun == 1)
}

fn save_window(
    transaction: &Transaction<'_>,
    person: Person,
    known: &Known,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO windows (person, starts_at, ends_at, rule, read) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (person) DO UPDATE SET starts_at = excluded.starts_at, \
             ends_at = excluded.ends_at, rule = excluded.rule, read = excluded.read",
        )?
        .execute((
            person.as_bytes(),
            known.window.starts_at.as_microsecond(),
            known.window.ends_at.as_microsecond(),
            rule_text(known.window.rule),
            known.read(),
        ))?;
    Ok(())
}

/// One reading more in a window that stays as it is: its place in the order of ends is not written again.
fn count(transaction: &Transaction<'_>, person: Person, read: u32) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE windows SET read = ?2 WHERE person = ?1")?
        .execute((person.as_bytes(), read))?;
    Ok(())
}

pub(crate) fn remove(transaction: &Transaction<'_>, person: Person) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM readings WHERE person = ?1")?
        .execute([person.as_bytes()])?;
    transaction
        .prepare_cached("DELETE FROM windows WHERE person = ?1")?
        .execute([person.as_bytes()])?;
    Ok(())
}

fn rule_text(rule: WindowRule) -> String {
    match rule {
        WindowRule::CalendarMonth => "calendar month".to_owned(),
        WindowRule::Rolling { days } => format!("{days} days"),
    }
}

fn rule(row: &rusqlite::Row<'_>, place: usize) -> rusqlite::Result<WindowRule> {
    let text: String = row.get(place)?;
    if text == "calendar month" {
        return Ok(WindowRule::CalendarMonth);
    }
    let days = text.strip_suffix(" days").and_then(|days| days.parse().ok());
    days.map(|days| WindowRule::Rolling { days })
        .ok_or_else(|| values::wrong(place, format!("window rule {text:?}")))
}

const HIGH_WATER: &str = "high_water";

/// The latest instant at which a reading was made in the commit that is being gathered.
#[derive(Debug)]
pub(crate) struct Latest(AtomicI64);

impl Latest {
    const NONE: i64 = i64::MIN;

    pub(crate) const fn new() -> Self {
        Self(AtomicI64::new(Self::NONE))
    }

    fn is(&self, now: Timestamp) {
        self.0.fetch_max(now.as_microsecond(), Ordering::Relaxed);
    }

    /// Writes the mark with the readings that it is of: once for all of a commit.
    pub(crate) fn write(&self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        match self.0.swap(Self::NONE, Ordering::Relaxed) {
            Self::NONE => Ok(()),
            latest => raise_high_water(transaction, latest),
        }
    }
}

/// The latest instant that a reading was made at, in microseconds: what holds the clock up after a restart.
fn raise_high_water(transaction: &Transaction<'_>, latest: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE \
             SET value = excluded.value WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)",
        )?
        .execute((HIGH_WATER, latest.to_string()))?;
    Ok(())
}

/// Reads the mark.
pub(crate) fn high_water(connection: &Connection) -> rusqlite::Result<Timestamp> {
    let value: Option<String> = connection
        .query_row("SELECT value FROM facts WHERE name = ?1", [HIGH_WATER], |row| row.get(0))
        .optional()?;
    let microseconds = value.and_then(|value| value.parse().ok());
    let instant = microseconds.and_then(|number| Timestamp::from_microsecond(number).ok());
    Ok(instant.unwrap_or(Timestamp::MIN))
}

impl Store {
    /// Forgets at most `batch` windows that were over at `now`, with their readings, in one short transaction; returns
    /// how many. Spends go on between two batches.
    ///
    /// # Errors
    /// [`Outage`]: nothing was forgotten.
    pub async fn forget_readings(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        let standings = Arc::clone(&self.0.standings);
        self.0
            .writer
            .write_and(
                Failure::Alone,
                move |transaction, _| {
                    let mut query = transaction.prepare_cached(
                        "SELECT person FROM windows WHERE ends_at <= ?1 LIMIT ?2",
                    )?;
                    let people = query.query_map((now.as_microsecond(), limit), |row| {
                        Ok(Person::from_bytes(values::bytes16(row, 0)?))
                    })?;
                    let people = people.collect::<rusqlite::Result<Vec<_>>>()?;
                    people.iter().try_for_each(|person| remove(transaction, *person))?;
                    Ok(people)
                },
                move |people: Option<&Vec<Person>>| {
                    people.into_iter().flatten().for_each(|person| standings.forget(*person));
                },
            )
            .await
            .map(|people| people.len())
    }

    /// The latest instant of a reading that this folder knows; the far past where there is none.
    #[must_use]
    pub fn high_water(&self) -> Timestamp {
        self.0.high_water
    }
}
