//! The house settings: immutable numbered snapshots of one document, never pruned.

use gate::Outage;
use jiff::Timestamp;
use paywall::{Access, SettingsVersion};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::changes::Change;
use crate::{Doer, Store, staff, values};

/// One snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Its number; 0 is the empty document of a new paper, with every setting at its default.
    pub version: SettingsVersion,
    /// The document.
    pub text: String,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// Who saved it.
    pub saved_by: String,
    /// Why.
    pub note: String,
}

/// Settings were not saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Somebody else saved in the meantime.
    #[error("somebody saved settings {} in the meantime; look at them and try again", .found.0)]
    Conflict {
        /// The newest.
        found: SettingsVersion,
    },
    /// The store does not answer.
    #[error(transparent)]
    Outage(#[from] Outage),
}

pub(crate) const COLUMNS: &str = "version, text, saved_at, saved_by, note";

pub(crate) fn snapshot(row: &Row<'_>) -> rusqlite::Result<Snapshot> {
    Ok(Snapshot {
        version: SettingsVersion(row.get(0)?),
        text: row.get(1)?,
        saved_at: values::instant(row, 2)?,
        saved_by: row.get(3)?,
        note: row.get(4)?,
    })
}

pub(crate) fn newest(connection: &Connection) -> rusqlite::Result<Option<Snapshot>> {
    let query = format!("SELECT {COLUMNS} FROM settings ORDER BY version DESC LIMIT 1");
    connection.prepare_cached(&query)?.query_row([], snapshot).optional()
}

/// From one access to the next in the index: as many steps as there are different ones.
const ACCESSES: &str = "WITH RECURSIVE each(access) AS (\
     SELECT min(access) FROM articles WHERE listed \
     UNION ALL SELECT (SELECT min(access) FROM articles WHERE listed AND access > each.access) \
     FROM each WHERE access IS NOT NULL) SELECT access FROM each WHERE access IS NOT NULL";
const METERED: &str = "SELECT count(*) FROM articles \
     WHERE listed AND access = ?1 AND published_at >= ?2 AND published_at < ?3";

impl Store {
    /// The snapshot in force.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn settings(&self) -> Result<Snapshot, Outage> {
        let newest = self.0.lookups.ask(newest).await?;
        Ok(newest.unwrap_or_else(|| Snapshot {
            version: SettingsVersion(0),
            text: String::new(),
            saved_at: Timestamp::UNIX_EPOCH,
            saved_by: String::new(),
            note: String::new(),
        }))
    }

    /// A snapshot by its number.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn settings_at(&self, version: SettingsVersion) -> Result<Option<Snapshot>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let query = format!("SELECT {COLUMNS} FROM settings WHERE version = ?1");
                connection.prepare_cached(&query)?.query_row([version.0], snapshot).optional()
            })
            .await
    }

    /// The newest `limit` snapshots, newest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn settings_history(&self, limit: usize) -> Result<Vec<Snapshot>, Outage> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .lookups
            .ask(move |connection| {
                let query =
                    format!("SELECT {COLUMNS} FROM settings ORDER BY version DESC LIMIT ?1");
                let mut query = connection.prepare_cached(&query)?;
                query.query_map([limit], snapshot)?.collect()
            })
            .await
    }

    /// What the published articles ask of their readers, each once. Looked up in an index, however many articles there are.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn accesses(&self) -> Result<Vec<Access>, Outage> {
        let words: Vec<String> = self
            .0
            .lookups
            .ask(move |connection| {
                connection.prepare_cached(ACCESSES)?.query_map([], |row| row.get(0))?.collect()
            })
            .await?;
        Ok(words.iter().filter_map(|word| Access::parse(word).ok()).collect())
    }

    /// How many metered articles came out from one instant to another.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn metered_between(&self, from: Timestamp, to: Timestamp) -> Result<u32, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let between =
                    (Access::Metered.to_string(), from.as_microsecond(), to.as_microsecond());
                connection.prepare_cached(METERED)?.query_row(between, |row| row.get(0))
            })
            .await
    }

    /// Saves the next snapshot, if `expected` is still the newest, and writes into the desk's record who did.
    ///
    /// # Errors
    /// [`SettingsError`]: nothing was saved.
    pub async fn save_settings(
        &self,
        text: String,
        by: Doer,
        note: String,
        expected: SettingsVersion,
        now: Timestamp,
    ) -> Result<SettingsVersion, SettingsError> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let found = newest(transaction)?.map_or(SettingsVersion(0), |s| s.version);
                if found != expected {
                    return Ok(Err(SettingsError::Conflict { found }));
                }
                let next = SettingsVersion(found.0 + 1);
                transaction
                    .prepare_cached(
                        "INSERT INTO settings (version, text, saved_at, saved_by, note) \
                         VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute((next.0, text, now.as_microsecond(), &by.name, &note))?;
                let subject = format!("{}: {note}", next.0);
                staff::note(transaction, &by, "set", None, subject.trim_end_matches(": "), now)?;
                changes.push(Change::of("settings", next.0.to_string()));
                Ok(Ok(next))
            })
            .await?
    }
}
