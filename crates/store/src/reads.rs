//! How often articles were read: one number for each article and hour. There is no column for a person, an address or a
//! visit, and nothing here can be joined to the readings of the meter.

use gate::Outage;
use jiff::{SignedDuration, Timestamp};
use newsroom::ArticleId;
use rusqlite::{Connection, Transaction};

use crate::Store;

/// How long the numbers are kept.
pub const READS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Articles of one list of the most read, at most.
pub const MOST_READ_MAX: usize = 50;
/// Rows of numbers that one transaction forgets, at most.
const FORGET_MAX: i64 = 2_000;
const HOUR_MICROSECONDS: i64 = 3_600_000_000;

impl Store {
    /// The articles that were read most since the hour of `since`, most first, each with its number; those of one
    /// number by their ids. What is under embargo at `now` or was taken back is not among them.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn most_read(
        &self,
        since: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(ArticleId, u64)>, Outage> {
        let limit = limit.min(MOST_READ_MAX);
        self.0.lookups.ask(move |connection| most_read(connection, since, now, limit)).await
    }
}

/// Adds to the numbers of the hour of `now`, and forgets some of those that are older than [`READS_KEPT`]. Articles that do not exist any
/// more are passed over.
pub(crate) fn add(
    transaction: &Transaction<'_>,
    reads: &[(ArticleId, u64)],
    now: Timestamp,
) -> rusqlite::Result<()> {
    let hour = hour_of(now);
    let oldest = hour_of(now.checked_sub(READS_KEPT).unwrap_or(Timestamp::MIN));
    let mut add = transaction.prepare_cached(
        "INSERT INTO reads (hour_at, article, number) \
         SELECT ?1, id, ?3 FROM articles WHERE id = ?2 \
         ON CONFLICT (hour_at, article) DO UPDATE SET number = number + excluded.number",
    )?;
    for (article, number) in reads {
        let number = i64::try_from(*number).unwrap_or(i64::MAX);
        add.execute((hour, article.as_str(), number))?;
    }
    transaction
        .prepare_cached(
            "DELETE FROM reads WHERE (hour_at, article) IN \
             (SELECT hour_at, article FROM reads WHERE hour_at < ?1 LIMIT ?2)",
        )?
        .execute((oldest, FORGET_MAX))
        .map(drop)
}

fn most_read(
    connection: &Connection,
    since: Timestamp,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<(ArticleId, u64)>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = connection.prepare_cached(
        "SELECT sums.article, sums.total FROM \
         (SELECT article, sum(number) AS total FROM reads WHERE hour_at >= ?1 GROUP BY article) AS sums \
         JOIN articles ON articles.id = sums.article \
         WHERE articles.listed AND articles.published_at <= ?2 \
         ORDER BY sums.total DESC, sums.article LIMIT ?3",
    )?;
    let rows = query.query_map((hour_of(since), now.as_microsecond(), limit), |row| {
        Ok((crate::values::article(row, 0)?, row.get::<_, i64>(1)?))
    })?;
    rows.map(|row| row.map(|(id, total)| (id, u64::try_from(total).unwrap_or(0)))).collect()
}

/// The beginning of an instant's hour, in microseconds.
fn hour_of(instant: Timestamp) -> i64 {
    let at = instant.as_microsecond();
    at - at.rem_euclid(HOUR_MICROSECONDS)
}
