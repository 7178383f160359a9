//! The change feed: what caches have to forget, written in the transaction of the fact and told after its commit.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, Transaction};

/// Changes that are kept for other processes; one that was away for longer forgets everything.
const KEPT: i64 = 100_000;
/// Changes that another process takes over one by one; more of them and it forgets everything.
const CAUGHT_UP_MAX: usize = 10_000;

/// Something that a cache may hold is old.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// `article`, `paper`, `settings`, `media`, `readings`.
    pub kind: String,
    /// Which one.
    pub key: String,
}

impl Change {
    pub(crate) fn of(kind: &str, key: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), key: key.into() }
    }
}

/// Somebody who wants to know.
pub type Listener = Box<dyn Fn(&[Change]) + Send + Sync>;

/// Those who want to know.
#[derive(Default)]
pub(crate) struct Listeners {
    all: Mutex<Vec<Listener>>,
    /// The last change that was told.
    told: AtomicI64,
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listeners")
    }
}

impl Listeners {
    pub(crate) fn add(&self, listener: Listener) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    pub(crate) fn tell(&self, changes: &[Change]) {
        for listener in &*self.all.lock().unwrap_or_else(PoisonError::into_inner) {
            // One that panics is its own loss: the commit stands, and the others are told.
            let _ = catch_unwind(AssertUnwindSafe(|| listener(changes)));
        }
    }

    pub(crate) fn caught_up_to(&self, seq: i64) {
        self.told.fetch_max(seq, Ordering::AcqRel);
    }
}

/// Writes the changes of a commit.
pub(crate) fn record(
    transaction: &Transaction<'_>,
    changes: &[Change],
) -> rusqlite::Result<Option<i64>> {
    if changes.is_empty() {
        return Ok(None);
    }
    let mut insert =
        transaction.prepare_cached("INSERT INTO changes (kind, key) VALUES (?1, ?2)")?;
    for change in changes {
        insert.execute((&change.kind, &change.key))?;
    }
    let last = transaction.last_insert_rowid();
    transaction.prepare_cached("DELETE FROM changes WHERE seq <= ?1")?.execute([last - KEPT])?;
    Ok(Some(last))
}

/// The last change on the disk.
pub(crate) fn last(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT coalesce(max(seq), 0) FROM changes", [], |row| row.get(0))
}

/// A number that moves with every commit of another connection than this one.
pub(crate) fn others(connection: &Connection) -> Option<i64> {
    connection.prepare_cached("PRAGMA data_version").ok()?.query_row([], |row| row.get(0)).ok()
}

/// Tells the changes of a commit of our own, of which `last` is the last number. Where another process has committed
/// since the last look, its changes have numbers before ours and are told with them: a later look would begin behind.
pub(crate) fn tell(connection: &Connection, listeners: &Listeners, changes: &[Change], last: i64) {
    let before = last - i64::try_from(changes.len()).unwrap_or(i64::MAX);
    if before == listeners.told.load(Ordering::Acquire) {
        listeners.tell(changes);
        listeners.caught_up_to(last);
    } else if let Err(error) = catch_up(connection, listeners) {
        // The next look begins where the last one ended, and tells these once more.
        tracing::warn!(%error, "the change feed could not be read");
        listeners.tell(changes);
    }
}

/// Tells what other processes have committed since the last time.
pub(crate) fn catch_up(connection: &Connection, listeners: &Listeners) -> rusqlite::Result<()> {
    let told = listeners.told.load(Ordering::Acquire);
    let mut query = connection.prepare_cached(
        "SELECT seq, kind, key FROM changes WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let rows = query.query_map((told, CAUGHT_UP_MAX as i64 + 1), |row| {
        Ok((row.get::<_, i64>(0)?, Change { kind: row.get(1)?, key: row.get(2)? }))
    })?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let Some((first, last)) = rows.first().zip(rows.last()).map(|(a, b)| (a.0, b.0)) else {
        return Ok(());
    };
    let mut changes: Vec<Change> = rows.into_iter().map(|(_, change)| change).collect();
    if first > told + 1 && told > 0 || changes.len() > CAUGHT_UP_MAX {
        // Some were missed: "settings" makes every cache forget everything.
        changes.push(Change::of("settings", "missed"));
    }
    listeners.tell(&changes);
    listeners.caught_up_to(last);
    Ok(())
}
