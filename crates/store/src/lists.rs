//! Lists beside the plain ones: the page before an older page, a stretch of days, corrections, what belongs together.
//! Heads alone; no teaser and no body is read here.

use std::collections::HashMap;

use gate::Outage;
use jiff::Timestamp;
use newsroom::{ArticleId, Head, Teaser};
use rusqlite::{Connection, OptionalExtension};

use crate::articles::listed;
use crate::rows::TeaserRow;
use crate::{Filter, LIST_MAX, Listed, Store, values};

/// Stretches of time that are counted at once, at most.
pub const STRETCHES_MAX: usize = 64;
/// Stretches that are only looked into at once, at most: 450 years of months.
pub const LOOKS_MAX: usize = 5_400;
/// Tags of an article that are looked at for what belongs with it.
const RELATED_TAGS_MAX: usize = 8;
/// The newest articles of each tag and of the section that are looked at.
const RELATED_NEWEST: i64 = 40;
/// What a shared tag counts, against 1 for the same section.
const TAG_WEIGHT: u32 = 4;

/// An instant and the next one that does not belong to it any more.
pub type Span = (Timestamp, Timestamp);

/// What was published in a stretch of time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Published {
    /// How many articles.
    pub number: u64,
    /// The newest of them.
    pub newest: Option<Listed>,
}

/// A correction with the article that it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Corrected {
    /// The article.
    pub listed: Listed,
    /// When it was set right.
    pub at: Timestamp,
    /// Its place among the corrections of the article.
    pub place: u32,
    /// What was wrong, and what is right.
    pub words: String,
}

impl Store {
    /// At most `limit` published articles that are newer than `after`, the nearest first: turned round, they are what
    /// stands before `after` in [`Store::list`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn list_newer(
        &self,
        filter: Filter,
        now: Timestamp,
        limit: usize,
        after: (Timestamp, ArticleId),
    ) -> Result<Vec<Listed>, Outage> {
        let limit = i64::try_from(limit.min(LIST_MAX)).unwrap_or(i64::MAX);
        self.0.lookups.ask(move |connection| newer(connection, &filter, now, limit, &after)).await
    }

    /// At most `limit` articles that were published in a stretch and by `now`, newest first, those after `before`.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn list_between(
        &self,
        (from, until): Span,
        now: Timestamp,
        limit: usize,
        before: Option<(Timestamp, ArticleId)>,
    ) -> Result<Vec<Listed>, Outage> {
        let limit = i64::try_from(limit.min(LIST_MAX)).unwrap_or(i64::MAX);
        // Up to the last instant before `until`, and nothing that is under embargo.
        let end = until.as_microsecond().saturating_sub(1).min(now.as_microsecond());
        let before = before.map(|(at, id)| (at.as_microsecond(), id.as_str().to_owned()));
        let last = (end, "\u{10FFFF}".to_owned());
        let (at, id) = before.map_or(last.clone(), |before| before.min(last));
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT head FROM articles WHERE listed AND published_at >= ?1 \
                     AND (published_at, id) < (?2, ?3) ORDER BY published_at DESC, id DESC LIMIT ?4",
                )?;
                query.query_map((from.as_microsecond(), at, id, limit), listed)?.collect()
            })
            .await
    }

    /// When the oldest and the newest article that are published by `now` were; `None` where there is none.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn published_span(&self, now: Timestamp) -> Result<Option<Span>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let end = |order: &str| {
                    connection
                        .prepare_cached(&format!(
                            "SELECT published_at FROM articles WHERE listed AND published_at <= ?1 \
                             ORDER BY published_at {order} LIMIT 1"
                        ))?
                        .query_row([now.as_microsecond()], |row| values::instant(row, 0))
                        .optional()
                };
                Ok(end("ASC")?.zip(end("DESC")?))
            })
            .await
    }

    /// What was published by `now` in each of at most [`STRETCHES_MAX`] stretches.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn published_in(
        &self,
        stretches: Vec<Span>,
        now: Timestamp,
    ) -> Result<Vec<Published>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut count = connection.prepare_cached(
                    "SELECT count(*) FROM articles WHERE listed AND published_at >= ?1 AND published_at < ?2",
                )?;
                let mut newest = connection.prepare_cached(
                    "SELECT head FROM articles WHERE listed AND published_at >= ?1 AND published_at < ?2 \
                     ORDER BY published_at DESC, id DESC LIMIT 1",
                )?;
                let seen = now.as_microsecond().saturating_add(1);
                let stretches = stretches.iter().take(STRETCHES_MAX);
                let ends =
                    stretches.map(|(from, until)| (from.as_microsecond(), until.as_microsecond()));
                ends.map(|(from, until)| {
                    let ends = (from, until.min(seen));
                    let number: i64 = count.query_row(ends, |row| row.get(0))?;
                    let newest = newest.query_row(ends, listed).optional()?;
                    Ok(Published { number: u64::try_from(number).unwrap_or(0), newest })
                })
                .collect()
            })
            .await
    }

    /// In which of at most [`LOOKS_MAX`] stretches anything was published by `now`.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn is_published_in(
        &self,
        stretches: Vec<Span>,
        now: Timestamp,
    ) -> Result<Vec<bool>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut any = connection.prepare_cached(
                    "SELECT 1 FROM articles WHERE listed AND published_at >= ?1 AND published_at < ?2 LIMIT 1",
                )?;
                let seen = now.as_microsecond().saturating_add(1);
                let stretches = stretches.iter().take(LOOKS_MAX);
                let ends = stretches
                    .map(|(from, until)| (from.as_microsecond(), until.as_microsecond().min(seen)));
                ends.map(|ends| any.exists(ends)).collect()
            })
            .await
    }

    /// What everybody may read of these articles, in this order; those that do not exist are left out.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn teasers(&self, ids: Vec<ArticleId>) -> Result<Vec<(ArticleId, Teaser)>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection
                    .prepare_cached("SELECT teaser FROM articles WHERE id = ?1 AND listed")?;
                let mut found = Vec::new();
                for id in ids.into_iter().take(LIST_MAX) {
                    let read = query.query_row([id.as_str()], |row| TeaserRow::read(row, 0));
                    found.extend(read.optional()?.map(|teaser| (id, teaser)));
                }
                Ok(found)
            })
            .await
    }

    /// Corrections of published articles, newest first, at most `limit`, those after `before` in that order.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn corrections(
        &self,
        now: Timestamp,
        limit: usize,
        before: Option<(Timestamp, ArticleId)>,
    ) -> Result<Vec<Corrected>, Outage> {
        let limit = i64::try_from(limit.min(LIST_MAX)).unwrap_or(i64::MAX);
        let last = (now.as_microsecond(), "\u{10FFFF}".to_owned());
        let before = before.map(|(at, id)| (at.as_microsecond(), id.as_str().to_owned()));
        let (at, id) = before.map_or(last.clone(), |before| before.min(last));
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT articles.head, corrected_at, place, words FROM corrections \
                     JOIN articles ON articles.id = corrections.article \
                     WHERE (corrected_at, article) < (?1, ?2) AND articles.published_at <= ?4 \
                     ORDER BY corrected_at DESC, article DESC, place DESC LIMIT ?3",
                )?;
                let rows = query.query_map((at, id, limit, now.as_microsecond()), |row| {
                    Ok(Corrected {
                        listed: listed(row)?,
                        at: values::instant(row, 1)?,
                        place: row.get(2)?,
                        words: row.get(3)?,
                    })
                })?;
                rows.collect()
            })
            .await
    }

    /// At most `limit` published articles that belong with this one by what everybody may know of it: the more tags
    /// they share the sooner they come, then those of its section, then the newest. Parts of its own series are left
    /// out, since their list stands beside them.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn related(
        &self,
        head: &Head,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Listed>, Outage> {
        let own = head.id.clone();
        let series = head.series.as_ref().map(|part| part.series.clone());
        let tags: Vec<String> =
            head.tags.iter().take(RELATED_TAGS_MAX).map(|tag| tag.as_str().to_owned()).collect();
        let section = head.section.as_str().to_owned();
        let limit = limit.min(LIST_MAX);
        self.0
            .lookups
            .ask(move |connection| {
                let ranked = ranked(connection, &tags, &section, now)?;
                let mut query = connection
                    .prepare_cached("SELECT head FROM articles WHERE id = ?1 AND listed")?;
                let mut found = Vec::new();
                for id in ranked.iter().filter(|id| id.as_str() != own.as_str()) {
                    if found.len() == limit {
                        break;
                    }
                    let listed = query.query_row([id], listed).optional()?;
                    let is_other = |l: &Listed| {
                        series.is_none()
                            || l.head.series.as_ref().map(|p| &p.series) != series.as_ref()
                    };
                    found.extend(listed.filter(is_other));
                }
                Ok(found)
            })
            .await
    }
}

/// The newest of the tags and of the section, those with the highest sum of weights first.
fn ranked(
    connection: &Connection,
    tags: &[String],
    section: &str,
    now: Timestamp,
) -> rusqlite::Result<Vec<String>> {
    let mut sums: HashMap<String, (u32, i64)> = HashMap::new();
    let mut weigh = |query: &str, name: &str, weight: u32| -> rusqlite::Result<()> {
        let mut query = connection.prepare_cached(query)?;
        let mut rows = query.query((name, now.as_microsecond(), RELATED_NEWEST))?;
        while let Some(row) = rows.next()? {
            let sum = sums.entry(row.get(0)?).or_insert((0, row.get(1)?));
            sum.0 += weight;
        }
        Ok(())
    };
    for tag in tags {
        weigh(
            "SELECT article, published_at FROM article_tags WHERE tag = ?1 AND published_at <= ?2 \
             ORDER BY published_at DESC, article DESC LIMIT ?3",
            tag,
            TAG_WEIGHT,
        )?;
    }
    weigh(
        "SELECT id, published_at FROM articles WHERE listed AND section = ?1 AND published_at <= ?2 \
         ORDER BY published_at DESC, id DESC LIMIT ?3",
        section,
        1,
    )?;
    let mut ranked: Vec<(u32, i64, String)> =
        sums.into_iter().map(|(id, (sum, at))| (sum, at, id)).collect();
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    Ok(ranked.into_iter().map(|(.., id)| id).collect())
}

fn newer(
    connection: &Connection,
    filter: &Filter,
    now: Timestamp,
    limit: i64,
    after: &(Timestamp, ArticleId),
) -> rusqlite::Result<Vec<Listed>> {
    let named = |table: &str, name: &str| {
        format!(
            "SELECT articles.head FROM {table} AS named JOIN articles ON articles.id = named.article \
             WHERE named.{name} = ?4 AND (named.published_at, named.article) > (?1, ?2) \
             AND named.published_at <= ?3 ORDER BY named.published_at, named.article LIMIT ?5"
        )
    };
    let plain = |condition: &str| {
        format!(
            "SELECT head FROM articles WHERE listed AND {condition} \
             AND (published_at, id) > (?1, ?2) AND published_at <= ?3 \
             ORDER BY published_at, id LIMIT ?5"
        )
    };
    let (query, name) = match filter {
        Filter::All => (plain("?4 = ''"), ""),
        Filter::Section(section) => (plain("section = ?4"), section.as_str()),
        Filter::Series(series) => (plain("series = ?4"), series.as_str()),
        Filter::Tag(tag) => (named("article_tags", "tag"), tag.as_str()),
        Filter::Author(author) => (named("article_authors", "author"), author.as_str()),
    };
    let (at, id) = (after.0.as_microsecond(), after.1.as_str());
    let mut query = connection.prepare_cached(&query)?;
    query.query_map((at, id, now.as_microsecond(), name, limit), listed)?.collect()
}
