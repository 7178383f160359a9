//! What the paper is besides its articles and settings: sections, tags, authors, series, the front's fixed places.

use gate::Outage;
use newsroom::PaperFile;
use rusqlite::OptionalExtension;

use crate::Store;
use crate::changes::Change;
use crate::rows::PaperRow;

impl Store {
    /// Saves it; what is unchanged changes nothing.
    ///
    /// # Errors
    /// [`Outage`]: nothing was saved.
    pub async fn save_paper(&self, paper: PaperFile) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let changed = transaction
                    .prepare_cached(
                        "INSERT INTO papers (id, document) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE \
                         SET document = excluded.document WHERE document <> excluded.document",
                    )?
                    .execute([PaperRow::write(&paper)?])?;
                if changed > 0 {
                    crate::search::index::rename(transaction, &paper)?;
                    changes.push(Change::of("paper", ""));
                }
                Ok(())
            })
            .await
    }

    /// The paper; a new one is empty.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn paper(&self) -> Result<PaperFile, Outage> {
        let paper = self.0.lookups.ask(|connection| {
            connection
                .prepare_cached("SELECT document FROM papers WHERE id = 1")?
                .query_row([], |row| PaperRow::read(row, 0))
                .optional()
        });
        Ok(paper.await?.unwrap_or_default())
    }
}
