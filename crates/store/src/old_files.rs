//! Where files lay on the site that they came from, and where they are now: those for everybody, and those of articles
//! that are free. A file of a locked body is found under no address of former times: such an address is as unknown as one
//! that never was.

use gate::Outage;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row};

use crate::changes::Change;
use crate::exports::Exported;
use crate::{MediaRow, SPELLINGS_MAX, Store};

/// The file for everybody that lay at a path.
const OPEN: &str = "SELECT media.hash, media_names.name, mime, width, height, article FROM old_files \
    JOIN media_names ON media_names.name = old_files.name \
    JOIN media ON media.hash = media_names.hash WHERE old_files.path = ?1 AND article IS NULL";
/// That of an article which anybody may read whole.
const FREE: &str = "SELECT media.hash, locked_names.name, mime, media.width, media.height, media.article \
    FROM old_files JOIN locked_names ON locked_names.name = old_files.name \
    JOIN media ON media.hash = locked_names.hash JOIN articles ON articles.key = locked_names.article \
    WHERE old_files.path = ?1 AND articles.access = 'free' AND articles.listed \
    AND articles.published_at <= ?2 ORDER BY articles.published_at, articles.id LIMIT 1";
/// Rows in one transaction: readings go on between two.
const BATCH: usize = 200;

impl Store {
    /// Notes where files lay (path, name in the paper), in small transactions. A path leads to the latest file.
    ///
    /// # Errors
    /// [`Outage`]: paths of batches before it were noted.
    pub async fn save_old_files(&self, files: Vec<(String, String)>) -> Result<(), Outage> {
        for batch in files.chunks(BATCH) {
            let batch = batch.to_vec();
            let saved = self.0.writer.write(move |transaction, changes| {
                let mut insert = transaction.prepare_cached(
                    "INSERT INTO old_files (path, name) VALUES (?1, ?2) ON CONFLICT (path) DO UPDATE \
                     SET name = excluded.name WHERE name <> excluded.name",
                )?;
                let mut changed = 0;
                for (path, name) in &batch {
                    changed += insert.execute((path, name))?;
                }
                // Addresses that were unknown may lead somewhere now.
                if let Some((_, name)) = batch.first().filter(|_| changed > 0) {
                    changes.push(Change::of("old_files", name.as_str()));
                }
                Ok(())
            });
            saved.await?;
        }
        Ok(())
    }

    /// The file that lay at the first of these paths: one for everybody, or one of an article that is free and out at
    /// `now`; at most [`SPELLINGS_MAX`] are looked at.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn file_moved_from(
        &self,
        paths: Vec<String>,
        now: Timestamp,
    ) -> Result<Option<MediaRow>, Outage> {
        let folder = self.0.folder.join(crate::media::FOLDER);
        let at = now.as_microsecond();
        self.0
            .lookups
            .ask(move |connection| {
                let mut open = connection.prepare_cached(OPEN)?;
                let mut free = connection.prepare_cached(FREE)?;
                for path in paths.iter().take(SPELLINGS_MAX) {
                    let read = |row: &Row<'_>| crate::media::read(row, &folder);
                    let mut found = open.query_row([path], read).optional()?;
                    if found.is_none() {
                        found = free.query_row((path, at), read).optional()?;
                    }
                    if found.is_some() {
                        return Ok(found);
                    }
                }
                Ok(None)
            })
            .await
    }
}

impl Exported<'_> {
    /// Hands on where files lay (path, name in the paper), in the order of the paths.
    ///
    /// # Errors
    /// [`Outage`].
    pub fn old_files(&self, mut each: impl FnMut(&str, &str)) -> Result<(), Outage> {
        self.ask(|snapshot| {
            let mut files =
                snapshot.prepare_cached("SELECT path, name FROM old_files ORDER BY path")?;
            let mut rows = files.query([])?;
            while let Some(row) = rows.next()? {
                each(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
            }
            Ok(())
        })
    }
}
