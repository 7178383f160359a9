//! All articles in the order in which they were published, for whoever walks the whole paper. Each question is bounded
//! and goes on from a place, so that no walk holds more than one stretch of it. It never reads a body for a list.

use gate::Outage;
use jiff::Timestamp;
use newsroom::ArticleId;
use rusqlite::{Connection, OptionalExtension};

use crate::articles::{Filter, LIST_MAX, Listed, Piece, listed, piece};
use crate::{Store, values};

/// The most articles of one stretch, and of one file of a sitemap.
pub const STRETCH_MAX: usize = 10_000;
/// The most articles that are read whole in one answer.
pub const PIECES_MAX: usize = 50;

/// A place in the order of publication: behind this article.
pub type Place = (Timestamp, ArticleId);

/// Some articles that follow one another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// How many; at least one.
    pub articles: usize,
    /// The last of them.
    pub last: Place,
    /// When one of them was last published or changed.
    pub changed_at: Timestamp,
}

impl Store {
    /// The next at most `limit` published articles behind `after`, oldest first, measured and not read.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn stretch(
        &self,
        now: Timestamp,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Option<Stretch>, Outage> {
        let limit = limit.min(STRETCH_MAX);
        self.0.lookups.ask(move |connection| stretch(connection, now, after, limit)).await
    }

    /// The next at most `limit` published articles behind `after`, oldest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn in_order(
        &self,
        now: Timestamp,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Listed>, Outage> {
        let (at, id) = numbers(after);
        let limit = i64::try_from(limit.min(LIST_MAX)).unwrap_or(i64::MAX);
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT head FROM articles WHERE listed AND (published_at, id) > (?1, ?2) \
                     AND published_at <= ?3 ORDER BY published_at, id LIMIT ?4",
                )?;
                query.query_map((at, id, now.as_microsecond(), limit), listed)?.collect()
            })
            .await
    }

    /// When each list got its newest article; `None` for one that is empty. At most [`LIST_MAX`] lists.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn newest_of(
        &self,
        filters: Vec<Filter>,
        now: Timestamp,
    ) -> Result<Vec<Option<Timestamp>>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let filters = filters.iter().take(LIST_MAX);
                filters.map(|filter| newest(connection, filter, now)).collect()
            })
            .await
    }

    /// The articles of these ids, in this order; those that do not exist or were taken back are left out. At most
    /// [`PIECES_MAX`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn pieces(&self, ids: Vec<ArticleId>) -> Result<Vec<Piece>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT head, version, teaser, body_bytes FROM articles WHERE id = ?1 AND listed",
                )?;
                let mut pieces = Vec::new();
                for id in ids.iter().take(PIECES_MAX) {
                    pieces.extend(query.query_row([id.as_str()], piece).optional()?);
                }
                Ok(pieces)
            })
            .await
    }
}

/// The place as the table has it; the beginning where there is none.
fn numbers(place: Option<Place>) -> (i64, String) {
    place
        .map_or((i64::MIN, String::new()), |(at, id)| (at.as_microsecond(), id.as_str().to_owned()))
}

fn stretch(
    connection: &Connection,
    now: Timestamp,
    after: Option<Place>,
    limit: usize,
) -> rusqlite::Result<Option<Stretch>> {
    let (at, id) = numbers(after);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = connection.prepare_cached(
        "SELECT published_at, id, json_extract(head, '$.updated_at') FROM articles \
         WHERE listed AND (published_at, id) > (?1, ?2) AND published_at <= ?3 \
         ORDER BY published_at, id LIMIT ?4",
    )?;
    let mut rows = query.query((at, id, now.as_microsecond(), limit))?;
    let mut last: Option<(i64, String)> = None;
    let (mut articles, mut changed) = (0, i64::MIN);
    while let Some(row) = rows.next()? {
        let published: i64 = row.get(0)?;
        let updated: Option<i64> = row.get(2)?;
        changed = changed.max(published).max(updated.unwrap_or(published));
        articles += 1;
        last = Some((published, row.get(1)?));
    }
    let Some((at, id)) = last else { return Ok(None) };
    let instant = |number: i64| {
        Timestamp::from_microsecond(number).map_err(|error| values::wrong(0, error.to_string()))
    };
    let id = ArticleId::parse(&id).map_err(|error| values::wrong(1, error.to_string()))?;
    // What will be changed has not been yet.
    let changed_at = instant(changed)?.min(now);
    Ok(Some(Stretch { articles, last: (instant(at)?, id), changed_at }))
}

fn newest(
    connection: &Connection,
    filter: &Filter,
    now: Timestamp,
) -> rusqlite::Result<Option<Timestamp>> {
    let (query, name) = match filter {
        Filter::All => (
            "SELECT published_at FROM articles WHERE listed AND published_at <= ?1 AND ?2 = '' \
             ORDER BY published_at DESC LIMIT 1",
            "",
        ),
        Filter::Section(section) => (
            "SELECT published_at FROM articles WHERE listed AND published_at <= ?1 AND section = ?2 \
             ORDER BY published_at DESC LIMIT 1",
            section.as_str(),
        ),
        Filter::Series(series) => (
            "SELECT published_at FROM articles WHERE listed AND published_at <= ?1 AND series = ?2 \
             ORDER BY published_at DESC LIMIT 1",
            series.as_str(),
        ),
        Filter::Tag(tag) => (
            "SELECT published_at FROM article_tags WHERE published_at <= ?1 AND tag = ?2 \
             ORDER BY published_at DESC LIMIT 1",
            tag.as_str(),
        ),
        Filter::Author(author) => (
            "SELECT published_at FROM article_authors WHERE published_at <= ?1 AND author = ?2 \
             ORDER BY published_at DESC LIMIT 1",
            author.as_str(),
        ),
    };
    let mut query = connection.prepare_cached(query)?;
    query.query_row((now.as_microsecond(), name), |row| values::instant(row, 0)).optional()
}
