//! Where articles stood before: old addresses and old slugs, and the articles that they lead to now. How an address is
//! made, and whether an article is published, is not known here.

use gate::Outage;
use newsroom::{Article, Head};
use rusqlite::{OptionalExtension, Transaction};

use crate::Store;
use crate::changes::Change;
use crate::rows::HeadRow;

/// The most spellings of an address that one question may try.
pub const SPELLINGS_MAX: usize = 64;
/// The most articles that a slug leads to; with more of them it is no name.
pub const NAMESAKES_MAX: usize = 16;

/// What became of an address of former times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Led {
    /// It leads to an article now.
    Now,
    /// It led there before.
    Before,
    /// No article is where it leads.
    Nowhere,
}

impl Store {
    /// The article that the first of these old addresses leads to, and which of them that is; at most
    /// [`SPELLINGS_MAX`] are looked at. An article under embargo, or taken back, is found too.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn moved_from(&self, paths: Vec<String>) -> Result<Option<(usize, Head)>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT articles.head FROM old_addresses \
                     JOIN articles ON articles.id = old_addresses.article WHERE path = ?1",
                )?;
                for (place, path) in paths.iter().take(SPELLINGS_MAX).enumerate() {
                    let found = query.query_row([path], |row| HeadRow::read(row, 0)).optional()?;
                    if let Some(head) = found {
                        return Ok(Some((place, head)));
                    }
                }
                Ok(None)
            })
            .await
    }

    /// Lets an address of former times lead to the article that the first of these addresses leads to; one that does
    /// already is left as it is. `dry_run`: only says what would come of it.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn lead_from(
        &self,
        path: &str,
        targets: Vec<String>,
        dry_run: bool,
    ) -> Result<Led, Outage> {
        let path = path.to_owned();
        let found = self.moved_from(targets).await?;
        let Some((_, head)) = found else { return Ok(Led::Nowhere) };
        let before = self.moved_from(vec![path.clone()]).await?;
        if before.is_some_and(|(_, before)| before.id == head.id) {
            return Ok(Led::Before);
        }
        if dry_run {
            return Ok(Led::Now);
        }
        self.0
            .writer
            .write(move |transaction, changes| {
                transaction
                    .prepare_cached(
                        "INSERT INTO old_addresses (path, article) VALUES (?1, ?2) ON CONFLICT (path) \
                         DO UPDATE SET article = excluded.article",
                    )?
                    .execute((&path, head.id.as_str()))?;
                changes.push(Change::of("article", head.id.as_str()));
                Ok(Led::Now)
            })
            .await
    }

    /// The articles that have this slug, and then those that had it before, each once; at most [`NAMESAKES_MAX`]. Those
    /// under embargo, or taken back, are among them.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn named(&self, slug: &str) -> Result<Vec<Head>, Outage> {
        let slug = slug.to_owned();
        self.0
            .lookups
            .ask(move |connection| {
                let mut heads: Vec<Head> = Vec::new();
                for text in [
                    "SELECT head FROM articles WHERE slug = ?1 ORDER BY published_at, id LIMIT ?2",
                    "SELECT articles.head FROM old_slugs \
                     JOIN articles ON articles.id = old_slugs.article \
                     WHERE old_slugs.slug = ?1 ORDER BY articles.id LIMIT ?2",
                ] {
                    let mut query = connection.prepare_cached(text)?;
                    let found = query
                        .query_map((&slug, NAMESAKES_MAX as i64), |row| HeadRow::read(row, 0))?;
                    for head in found {
                        let head = head?;
                        let is_new = heads.iter().all(|known| known.id != head.id);
                        if is_new && heads.len() < NAMESAKES_MAX {
                            heads.push(head);
                        }
                    }
                }
                Ok(heads)
            })
            .await
    }
}

/// The head with its mark of a namesake. One that has the slug already keeps its mark, so that its address stays.
pub(crate) fn with_namesake(transaction: &Transaction<'_>, head: &Head) -> rusqlite::Result<Head> {
    let (id, slug) = (head.id.as_str(), head.slug.as_str());
    let known: Option<Head> = transaction
        .prepare_cached("SELECT head FROM articles WHERE id = ?1 AND slug = ?2")?
        .query_row((id, slug), |row| HeadRow::read(row, 0))
        .optional()?;
    let namesake = match known {
        Some(known) => known.namesake,
        None => transaction
            .prepare_cached(
                "SELECT 1 FROM articles WHERE slug = ?2 AND id <> ?1 \
                 UNION ALL SELECT 1 FROM old_slugs WHERE slug = ?2 AND article <> ?1 LIMIT 1",
            )?
            .exists((id, slug))?,
    };
    Ok(Head { namesake, ..head.clone() })
}

/// Whether all its old addresses lead to the article already.
pub(crate) fn lead_here(
    transaction: &Transaction<'_>,
    article: &Article,
) -> rusqlite::Result<bool> {
    let mut query = transaction
        .prepare_cached("SELECT 1 FROM old_addresses WHERE path = ?1 AND article = ?2")?;
    for path in &article.old_addresses {
        if !query.exists((path, article.head.id.as_str()))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Notes where the article stood before; what it stood at once leads to it for ever.
pub(crate) fn remember(
    transaction: &Transaction<'_>,
    article: &Article,
    path: Option<&str>,
) -> rusqlite::Result<()> {
    let head = &article.head;
    let current = format!("/{}/{}", head.section, head.slug);
    let moved = path.filter(|path| *path != current);
    let mut insert = transaction.prepare_cached(
        "INSERT INTO old_addresses (path, article) VALUES (?1, ?2) \
         ON CONFLICT (path) DO UPDATE SET article = excluded.article",
    )?;
    for path in article.old_addresses.iter().map(String::as_str).chain(moved) {
        insert.execute((path, head.id.as_str()))?;
    }
    let slug = moved.and_then(|path| path.rsplit_once('/')).map(|(_, slug)| slug);
    if let Some(slug) = slug.filter(|slug| *slug != head.slug.as_str()) {
        transaction
            .prepare_cached(
                "INSERT INTO old_slugs (slug, article) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?
            .execute((slug, head.id.as_str()))?;
    }
    Ok(())
}
