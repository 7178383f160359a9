//! Everything that the paper published, of one instant, for an export. The snapshot is held while the export runs;
//! readers and writers go on beside it. Bodies stay under their seals.

use std::path::PathBuf;

use gate::Outage;
use newsroom::{Article, ArticleId, Head, PaperFile};
use paywall::{ArticleKey, Sealed};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::media::{FOLDER, read};
use crate::rows::{BodyRow, HeadRow, PaperRow, TeaserRow};
use crate::settings::{COLUMNS, snapshot};
use crate::sqlite::outage;
use crate::{MediaRow, Snapshot, Store};

/// The paper of one instant.
#[derive(Debug)]
pub struct Exported<'a> {
    snapshot: Transaction<'a>,
    folder: PathBuf,
}

impl Store {
    /// Runs `work` over the paper of one instant, on a thread that reads.
    ///
    /// # Errors
    /// [`Outage`] where no snapshot can be taken.
    pub async fn export<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Exported<'_>) -> T + Send + 'static,
    ) -> Result<T, Outage> {
        let folder = self.0.folder.join(FOLDER);
        self.0
            .lookups
            .ask(move |connection| {
                let snapshot = connection.unchecked_transaction()?;
                Ok(work(&Exported { snapshot, folder }))
            })
            .await
    }

    /// A file of that name that an import may use again: the one for everybody, or else one of a locked body that came
    /// from the same origin. Another article's locked file of the same name is never found.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn media_of_origin(
        &self,
        name: &str,
        origin: &str,
    ) -> Result<Option<MediaRow>, Outage> {
        if let Some(row) = self.media_named(name).await? {
            return Ok(Some(row));
        }
        let (name, origin) = (name.to_owned(), origin.to_owned());
        let folder = self.0.folder.join(FOLDER);
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT media.hash, locked_names.name, mime, width, height, media.article \
                         FROM locked_names JOIN media ON media.hash = locked_names.hash \
                         JOIN articles ON articles.key = locked_names.article \
                         JOIN imported ON imported.article = articles.id \
                         WHERE locked_names.name = ?1 AND imported.origin = ?2 \
                         ORDER BY media.hash LIMIT 1",
                    )?
                    .query_row((name, origin), |row| read(row, &folder))
                    .optional()
            })
            .await
    }
}

impl Exported<'_> {
    /// How many articles there are.
    ///
    /// # Errors
    /// [`Outage`].
    pub fn articles_count(&self) -> Result<u64, Outage> {
        let query = "SELECT count(*) FROM articles";
        let count: i64 = self.ask(|snapshot| snapshot.query_row(query, [], |row| row.get(0)))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Sections, tags, authors, series and the front's fixed places; a new paper's are empty.
    ///
    /// # Errors
    /// [`Outage`].
    pub fn paper(&self) -> Result<PaperFile, Outage> {
        let paper = self.ask(|snapshot| {
            let query = "SELECT document FROM papers WHERE id = 1";
            snapshot.query_row(query, [], |row| PaperRow::read(row, 0)).optional()
        });
        paper.map(Option::unwrap_or_default)
    }

    /// All snapshots of the settings, oldest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub fn settings(&self) -> Result<Vec<Snapshot>, Outage> {
        self.ask(|connection| {
            let query = format!("SELECT {COLUMNS} FROM settings ORDER BY version");
            connection.prepare_cached(&query)?.query_map([], snapshot)?.collect()
        })
    }

    /// Hands on article by article, in the order of their ids, until `each` fails.
    ///
    /// # Errors
    /// What `each` says, or [`Outage`].
    pub fn articles<E: From<Outage>>(
        &self,
        mut each: impl FnMut(Article) -> Result<(), E>,
    ) -> Result<(), E> {
        let down = |error: rusqlite::Error| E::from(outage(&error));
        let query = "SELECT head, teaser, document, source FROM articles \
                     JOIN bodies ON bodies.number = articles.number ORDER BY id";
        let mut articles = self.snapshot.prepare_cached(query).map_err(down)?;
        let mut rows = articles.query([]).map_err(down)?;
        while let Some(row) = rows.next().map_err(down)? {
            each(article(&self.snapshot, row).map_err(down)?)?;
        }
        Ok(())
    }

    /// What everybody may know of an article, also of one that is not out yet: for its address.
    ///
    /// # Errors
    /// [`Outage`].
    pub fn head(&self, id: &ArticleId) -> Result<Option<Head>, Outage> {
        self.ask(|snapshot| head_of(snapshot, id))
    }

    /// The file of a name: one for everybody, or that of a locked body.
    ///
    /// # Errors
    /// [`Outage`].
    pub fn media(
        &self,
        name: &str,
        article: Option<ArticleKey>,
    ) -> Result<Option<MediaRow>, Outage> {
        self.ask(|snapshot| {
            let row = |row: &Row<'_>| read(row, &self.folder);
            let found = match article {
                None => snapshot
                    .prepare_cached(
                        "SELECT media.hash, media_names.name, mime, width, height, article \
                         FROM media_names JOIN media ON media.hash = media_names.hash \
                         WHERE media_names.name = ?1 AND article IS NULL",
                    )?
                    .query_row([name], row),
                Some(key) => snapshot
                    .prepare_cached(
                        "SELECT media.hash, locked_names.name, mime, width, height, media.article \
                         FROM locked_names JOIN media ON media.hash = locked_names.hash \
                         WHERE locked_names.article = ?1 AND locked_names.name = ?2",
                    )?
                    .query_row((key.as_bytes(), name), row),
            };
            found.optional()
        })
    }

    /// What a name means at the desk, whoever else may see it.
    ///
    /// # Errors
    /// [`Outage`].
    pub fn file(&self, name: &str) -> Result<Option<MediaRow>, Outage> {
        self.ask(|snapshot| {
            snapshot
                .prepare_cached(
                    "SELECT media.hash, files.name, mime, width, height, article \
                     FROM files JOIN media ON media.hash = files.hash WHERE files.name = ?1",
                )?
                .query_row([name], |row| read(row, &self.folder))
                .optional()
        })
    }

    pub(crate) fn ask<T>(
        &self,
        question: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Outage> {
        question(&self.snapshot).map_err(|error| outage(&error))
    }
}

/// A whole article, from its head, teaser, body and source.
fn article(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<Article> {
    let head = HeadRow::read(row, 0)?;
    let body = BodyRow::read(row, 2)?;
    let locked_media = body.media.clone();
    let mut addresses = connection
        .prepare_cached("SELECT path FROM old_addresses WHERE article = ?1 ORDER BY path")?;
    let old_addresses = addresses.query_map([head.id.as_str()], |row| row.get(0))?;
    Ok(Article {
        teaser: TeaserRow::read(row, 1)?,
        body: Sealed::seal(head.key, body),
        source: Sealed::seal(head.key, row.get(3)?),
        locked_media,
        old_addresses: old_addresses.collect::<rusqlite::Result<_>>()?,
        head,
    })
}

/// The head of an article, also of one that is not listed or not published yet.
pub(crate) fn head_of(connection: &Connection, id: &ArticleId) -> rusqlite::Result<Option<Head>> {
    connection
        .prepare_cached("SELECT head FROM articles WHERE id = ?1")?
        .query_row([id.as_str()], |row| HeadRow::read(row, 0))
        .optional()
}

/// The whole article of an id.
pub(crate) fn whole(connection: &Connection, id: &ArticleId) -> rusqlite::Result<Option<Article>> {
    connection
        .prepare_cached(
            "SELECT head, teaser, document, source FROM articles \
             JOIN bodies ON bodies.number = articles.number WHERE id = ?1",
        )?
        .query_row([id.as_str()], |row| article(connection, row))
        .optional()
}

/// Lets a name lead to a file of a locked body.
pub(crate) fn name_locked(transaction: &Transaction<'_>, row: &MediaRow) -> rusqlite::Result<()> {
    let Some(key) = row.article else { return Ok(()) };
    transaction
        .prepare_cached(
            "INSERT INTO locked_names (article, name, hash) VALUES (?1, ?2, ?3) \
             ON CONFLICT (article, name) DO UPDATE SET hash = excluded.hash",
        )?
        .execute((key.as_bytes(), &row.name, &row.hash))?;
    Ok(())
}
