//! Articles: what everybody may know and read of them in one row, the body in another table. A list reads no teaser, and a
//! page reads a body only where somebody may have it.

use std::iter::Peekable;
use std::vec::IntoIter;

use gate::Outage;
use jiff::Timestamp;
use newsroom::{Article, ArticleId, Body, Head, Slug, Teaser};
use paywall::{ArticleKey, Persistence, Sealed};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::changes::Change;
use crate::rows::{BodyRow, HeadRow, TeaserRow};
use crate::{Store, addresses, values};

/// The most articles of one answer.
pub const LIST_MAX: usize = 200;
/// Articles in one transaction of an import: readings go on between two.
pub const BATCH_MAX: usize = 16;
/// Bytes of text in one transaction of an import, unless a single article has more.
pub const BATCH_BYTES_MAX: usize = 512 * 1024;

/// An article as it is published, with a number that counts its changes.
#[derive(Debug)]
pub struct Piece {
    /// What everybody may know.
    pub head: Head,
    /// Counts up with every change.
    pub version: u64,
    /// What everybody may read.
    pub teaser: Teaser,
    /// How many bytes the rest has, nearly; [`Store::body`] reads it.
    pub body_bytes: usize,
}

/// An article in a list. There is no field for its teaser or body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// What everybody may know.
    pub head: Head,
}

/// Which articles a list holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filter {
    /// All.
    All,
    /// Those of a section.
    Section(String),
    /// Those with a tag.
    Tag(String),
    /// Those of an author.
    Author(String),
    /// Those of a series.
    Series(Slug),
}

/// What became of an import.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct SaveReport {
    /// New articles.
    pub added: usize,
    /// Articles that were there, and changed.
    pub changed: usize,
    /// Articles that were there and are the same.
    pub unchanged: usize,
}

impl Store {
    /// Saves articles by their ids, in small transactions; one that is unchanged changes nothing.
    ///
    /// # Errors
    /// [`Outage`]: articles of batches before it were saved.
    pub async fn save_articles(&self, articles: Vec<Article>) -> Result<SaveReport, Outage> {
        let mut report = SaveReport::default();
        let mut articles = articles.into_iter().peekable();
        while articles.peek().is_some() {
            let batch = batch(&mut articles, |article| article);
            let done = self.0.writer.write(move |transaction, changes| {
                let mut report = SaveReport::default();
                for article in &batch {
                    match save(transaction, article)? {
                        Saved::Added => report.added += 1,
                        Saved::Changed => report.changed += 1,
                        Saved::Unchanged => {
                            report.unchanged += 1;
                            continue;
                        }
                    }
                    changes.push(Change::of("article", article.head.id.as_str()));
                }
                Ok(report)
            });
            let done = done.await?;
            report.added += done.added;
            report.changed += done.changed;
            report.unchanged += done.unchanged;
        }
        Ok(report)
    }

    /// The article of an address, also one under embargo: whether it is published is the caller's look at the clock.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn article(&self, section: &str, slug: &str) -> Result<Option<Piece>, Outage> {
        let (section, slug) = (section.to_owned(), slug.to_owned());
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT head, version, teaser, body_bytes FROM articles WHERE section = ?1 AND slug = ?2",
                    )?
                    .query_row((section, slug), piece)
                    .optional()
            })
            .await
    }

    /// The sealed rest of an article that was read before; `None` where it has changed since, so that nobody gets half of
    /// one text and half of another.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn body(&self, piece: &Piece) -> Result<Option<Sealed<Body>>, Outage> {
        let Head { key, section, slug, .. } = &piece.head;
        let (key, version) = (*key, i64::try_from(piece.version).unwrap_or(i64::MAX));
        let (section, slug) = (section.as_str().to_owned(), slug.as_str().to_owned());
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT bodies.document FROM articles JOIN bodies ON bodies.number = articles.number \
                         WHERE section = ?1 AND slug = ?2 AND version = ?3 AND key = ?4",
                    )?
                    .query_row((section, slug, version, key.as_bytes()), |row| {
                        Ok(Sealed::seal(key, BodyRow::read(row, 0)?))
                    })
                    .optional()
            })
            .await
    }

    /// What everybody may know of an article.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn head(&self, key: ArticleKey) -> Result<Option<Head>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached("SELECT head FROM articles WHERE key = ?1")?
                    .query_row([key.as_bytes()], |row| HeadRow::read(row, 0))
                    .optional()
            })
            .await
    }

    /// At most `limit` published articles, newest first, those after `before` in that order.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn list(
        &self,
        filter: Filter,
        now: Timestamp,
        limit: usize,
        before: Option<(Timestamp, ArticleId)>,
    ) -> Result<Vec<Listed>, Outage> {
        let limit = i64::try_from(limit.min(LIST_MAX)).unwrap_or(i64::MAX);
        self.0.lookups.ask(move |connection| list(connection, &filter, now, limit, before)).await
    }

    /// The articles of these ids, in this order; those that do not exist are left out.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn listed_by_ids(&self, ids: Vec<ArticleId>) -> Result<Vec<Listed>, Outage> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection
                    .prepare_cached("SELECT head FROM articles WHERE id = ?1 AND listed")?;
                let mut found = Vec::new();
                for id in ids.iter().take(LIST_MAX) {
                    found.extend(query.query_row([id.as_str()], listed).optional()?);
                }
                Ok(found)
            })
            .await
    }

    /// When the next embargo lifts.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn next_publication(&self, now: Timestamp) -> Result<Option<Timestamp>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT published_at FROM articles WHERE published_at > ?1 AND listed \
                         ORDER BY published_at LIMIT 1",
                    )?
                    .query_row([now.as_microsecond()], |row| values::instant(row, 0))
                    .optional()
            })
            .await
    }
}

/// The next of what holds articles that fit into one transaction, at least one.
pub(crate) fn batch<T>(waiting: &mut Peekable<IntoIter<T>>, article: fn(&T) -> &Article) -> Vec<T> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(next) = waiting
        .next_if(|next| batch.is_empty() || bytes + measure(article(next)) <= BATCH_BYTES_MAX)
    {
        bytes += measure(article(&next));
        batch.push(next);
        if batch.len() == BATCH_MAX {
            break;
        }
    }
    batch
}

fn measure(article: &Article) -> usize {
    article.teaser.html.len()
        + article.source.measure(String::len)
        + article.body.measure(|body| body.html.len())
}

pub(crate) fn piece(row: &Row<'_>) -> rusqlite::Result<Piece> {
    Ok(Piece {
        head: HeadRow::read(row, 0)?,
        version: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
        teaser: TeaserRow::read(row, 2)?,
        body_bytes: usize::try_from(row.get::<_, i64>(3)?).unwrap_or(usize::MAX),
    })
}

pub(crate) fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    HeadRow::read(row, 0).map(|head| Listed { head })
}

fn list(
    connection: &Connection,
    filter: &Filter,
    now: Timestamp,
    limit: i64,
    before: Option<(Timestamp, ArticleId)>,
) -> rusqlite::Result<Vec<Listed>> {
    // A row value compares as one key, so each list walks its index from the place where it goes on.
    let last = (now.as_microsecond(), "\u{10FFFF}".to_owned());
    let before = before.map(|(at, id)| (at.as_microsecond(), id.as_str().to_owned()));
    let (at, id) = before.map_or(last.clone(), |before| before.min(last));
    let (query, name) = match filter {
        Filter::All => (
            "SELECT head FROM articles WHERE listed AND (published_at, id) < (?1, ?2) AND ?4 = '' \
             ORDER BY published_at DESC, id DESC LIMIT ?3",
            "",
        ),
        Filter::Section(section) => (
            "SELECT head FROM articles WHERE listed AND section = ?4 AND (published_at, id) < (?1, ?2) \
             ORDER BY published_at DESC, id DESC LIMIT ?3",
            section.as_str(),
        ),
        Filter::Series(series) => (
            "SELECT head FROM articles WHERE listed AND series = ?4 AND (published_at, id) < (?1, ?2) \
             ORDER BY published_at DESC, id DESC LIMIT ?3",
            series.as_str(),
        ),
        Filter::Tag(tag) => (
            "SELECT articles.head FROM article_tags JOIN articles ON articles.id = article_tags.article \
             WHERE tag = ?4 AND (article_tags.published_at, article_tags.article) < (?1, ?2) \
             ORDER BY article_tags.published_at DESC, article_tags.article DESC LIMIT ?3",
            tag.as_str(),
        ),
        Filter::Author(author) => (
            "SELECT articles.head FROM article_authors \
             JOIN articles ON articles.id = article_authors.article \
             WHERE author = ?4 AND (article_authors.published_at, article_authors.article) < (?1, ?2) \
             ORDER BY article_authors.published_at DESC, article_authors.article DESC LIMIT ?3",
            author.as_str(),
        ),
    };
    let mut query = connection.prepare_cached(query)?;
    query.query_map((at, id, limit, name), listed)?.collect()
}

/// What became of an article that was saved.
pub(crate) enum Saved {
    Added,
    Changed,
    Unchanged,
}

pub(crate) fn save(transaction: &Transaction<'_>, article: &Article) -> rusqlite::Result<Saved> {
    let head = &addresses::with_namesake(transaction, &article.head)?;
    let id = head.id.as_str();
    let head_text = HeadRow::write(head)?;
    let teaser = TeaserRow::write(&article.teaser)?;
    // The one place where a body leaves its seal for the disk.
    let exit = Persistence::exit();
    let body = BodyRow::write(article.body.persist(&exit))?;
    let source = article.source.persist(&exit);
    let old = transaction
        .prepare_cached(
            "SELECT version, head, teaser, articles.number, document, source, '/' || section || '/' || slug \
             FROM articles JOIN bodies ON bodies.number = articles.number WHERE id = ?1",
        )?
        .query_row([id], Old::read)
        .optional()?;
    let version = match &old {
        Some(old)
            if addresses::lead_here(transaction, article)?
                && old.head == head_text
                && old.teaser == teaser
                && old.body == body
                && old.source == *source =>
        {
            return Ok(Saved::Unchanged);
        }
        Some(old) => old.version + 1,
        None => 1,
    };
    check_address(transaction, head)?;
    let body_bytes = i64::try_from(body.len()).unwrap_or(i64::MAX);
    let number = save_body(transaction, old.as_ref().map(|old| old.number), &body, source)?;
    transaction
        .prepare_cached(
            "INSERT INTO articles (id, key, section, slug, published_at, access, series, version, head, listed, \
             teaser, number, body_bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) \
             ON CONFLICT (id) DO UPDATE SET \
             key = excluded.key, section = excluded.section, slug = excluded.slug, \
             published_at = excluded.published_at, access = excluded.access, series = excluded.series, \
             version = excluded.version, head = excluded.head, listed = excluded.listed, teaser = excluded.teaser, \
             body_bytes = excluded.body_bytes",
        )?
        .execute((
            id,
            head.key.as_bytes(),
            head.section.as_str(),
            head.slug.as_str(),
            head.published_at.as_microsecond(),
            head.access.to_string(),
            head.series.as_ref().map(|part| part.series.as_str()),
            version,
            head_text,
            head.withdrawn_at.is_none(),
            teaser,
            number,
            body_bytes,
        ))?;
    name(transaction, head)?;
    crate::files::enter_uses(transaction, article)?;
    crate::desk_lists::enter_article(transaction, head)?;
    addresses::remember(transaction, article, old.as_ref().map(|old| old.path.as_str()))?;
    crate::search::index::enter(transaction, head, &article.teaser, &article.body, &exit)?;
    Ok(if old.is_some() { Saved::Changed } else { Saved::Added })
}

/// An article as it stands in its tables.
struct Old {
    version: i64,
    head: String,
    teaser: String,
    number: i64,
    body: String,
    source: String,
    path: String,
}

impl Old {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            version: row.get(0)?,
            head: row.get(1)?,
            teaser: row.get(2)?,
            number: row.get(3)?,
            body: row.get(4)?,
            source: row.get(5)?,
            path: row.get(6)?,
        })
    }
}

/// Writes a body into its row, or into a new one; the number of that.
fn save_body(
    transaction: &Transaction<'_>,
    number: Option<i64>,
    body: &str,
    source: &str,
) -> rusqlite::Result<i64> {
    if let Some(number) = number {
        transaction
            .prepare_cached("UPDATE bodies SET document = ?2, source = ?3 WHERE number = ?1")?
            .execute((number, body, source))?;
        return Ok(number);
    }
    transaction
        .prepare_cached("INSERT INTO bodies (document, source) VALUES (?1, ?2)")?
        .insert((body, source))
}

/// The other article that has the address of this one, also where it was taken back.
pub(crate) fn at_address(
    connection: &Connection,
    head: &Head,
) -> rusqlite::Result<Option<ArticleId>> {
    connection
        .prepare_cached("SELECT id FROM articles WHERE section = ?1 AND slug = ?2 AND id <> ?3")?
        .query_row((head.section.as_str(), head.slug.as_str(), head.id.as_str()), |row| {
            values::article(row, 0)
        })
        .optional()
}

/// Two articles cannot have one address.
fn check_address(transaction: &Transaction<'_>, head: &Head) -> rusqlite::Result<()> {
    let Some(other) = at_address(transaction, head)? else { return Ok(()) };
    let Head { id, section, slug, .. } = head;
    Err(rusqlite::Error::ToSqlConversionFailure(
        format!(
            "article {id} cannot have the address /{section}/{slug}, which article {other} has; \
             give one of them another slug"
        )
        .into(),
    ))
}

/// Enters the article under its tags, authors and corrections.
fn name(transaction: &Transaction<'_>, head: &Head) -> rusqlite::Result<()> {
    let (id, at) = (head.id.as_str(), head.published_at.as_microsecond());
    transaction.prepare_cached("DELETE FROM article_tags WHERE article = ?1")?.execute([id])?;
    transaction.prepare_cached("DELETE FROM article_authors WHERE article = ?1")?.execute([id])?;
    transaction.prepare_cached("DELETE FROM corrections WHERE article = ?1")?.execute([id])?;
    if head.withdrawn_at.is_some() {
        return Ok(());
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO article_tags (tag, published_at, article) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO NOTHING",
    )?;
    for tag in &head.tags {
        insert.execute((tag.as_str(), at, id))?;
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO article_authors (author, published_at, article) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO NOTHING",
    )?;
    for author in &head.authors {
        insert.execute((author.as_str(), at, id))?;
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO corrections (corrected_at, article, place, words) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (place, correction) in head.corrections.iter().enumerate() {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        insert.execute((correction.at.as_microsecond(), id, place, &correction.text))?;
    }
    Ok(())
}
