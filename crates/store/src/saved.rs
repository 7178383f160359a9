//! Articles that readers keep for later: which, and since when. It holds no article, and opens none.

use gate::{Outage, ReaderId};
use jiff::Timestamp;
use paywall::ArticleKey;
use rusqlite::Connection;

use crate::articles::{Listed, listed};
use crate::{Store, values};

/// Articles that one reader can save.
pub const SAVED_MAX: usize = 200;

/// What became of saving an article.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Saving {
    /// It is saved, now or before.
    Saved,
    /// As many are saved as can be.
    Full,
}

fn count(connection: &Connection, reader: ReaderId) -> rusqlite::Result<usize> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM saved WHERE reader = ?1")?
        .query_row([reader.as_bytes()], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

impl Store {
    /// Saves an article for a reader. One that is saved stays where it is in the list.
    ///
    /// # Errors
    /// [`Outage`]: it was not saved.
    pub async fn save_for(
        &self,
        reader: ReaderId,
        article: ArticleKey,
        now: Timestamp,
    ) -> Result<Saving, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let is_saved = transaction
                    .prepare_cached("SELECT 1 FROM saved WHERE reader = ?1 AND article = ?2")?
                    .exists((reader.as_bytes(), article.as_bytes()))?;
                if is_saved {
                    return Ok(Saving::Saved);
                }
                if count(transaction, reader)? >= SAVED_MAX {
                    // What the paper took back is on no list, and keeps nobody from saving another.
                    transaction
                        .prepare_cached(
                            "DELETE FROM saved WHERE reader = ?1 AND article NOT IN \
                             (SELECT key FROM articles WHERE listed)",
                        )?
                        .execute([reader.as_bytes()])?;
                    if count(transaction, reader)? >= SAVED_MAX {
                        return Ok(Saving::Full);
                    }
                }
                transaction
                    .prepare_cached(
                        "INSERT INTO saved (reader, article, saved_at) VALUES (?1, ?2, ?3)",
                    )?
                    .execute((reader.as_bytes(), article.as_bytes(), now.as_microsecond()))?;
                Ok(Saving::Saved)
            })
            .await
    }

    /// Removes an article from what a reader has saved, where it is there.
    ///
    /// # Errors
    /// [`Outage`]: it may be there still.
    pub async fn remove_saved(&self, reader: ReaderId, article: ArticleKey) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached("DELETE FROM saved WHERE reader = ?1 AND article = ?2")?
                    .execute((reader.as_bytes(), article.as_bytes()))
                    .map(drop)
            })
            .await
    }

    /// What a reader has saved and can be listed at `now`, what was saved last first, with when that was.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn saved_of(
        &self,
        reader: ReaderId,
        now: Timestamp,
    ) -> Result<Vec<(Listed, Timestamp)>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT head, saved_at FROM saved JOIN articles ON articles.key = saved.article \
                     WHERE reader = ?1 AND listed AND published_at <= ?2 \
                     ORDER BY saved_at DESC, article LIMIT ?3",
                )?;
                let rows = query.query_map(
                    (reader.as_bytes(), now.as_microsecond(), SAVED_MAX as i64),
                    |row| Ok((listed(row)?, values::instant(row, 1)?)),
                )?;
                rows.collect()
            })
            .await
    }
}
