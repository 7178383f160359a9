//! What was shown of the paper's articles, as numbers of its days: by article, by article and month, by section. There is no column for a
//! person or a visit, and nothing here can be joined to the readings of the meter. What the numbers mean is said where they are shown.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use gate::{Outage, ReaderId};
use jiff::Timestamp;
use jiff::civil::Date;
use newsroom::ArticleId;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::figures::{FIGURES, Figure, Figures};
use crate::mails::{NewMail, enqueue};
use crate::{Store, reads, values};

/// How many days the numbers of single articles are kept: thirteen months.
pub const ARTICLE_DAYS_KEPT: i64 = 400;
/// Articles of one list of numbers, at most.
pub const ARTICLES_COUNTED_MAX: usize = 1_000;
/// The fact of the week whose letter went out last.
const LETTER_WEEK: &str = "numbers_letter_week";

/// The numbers of one article, or of one section, over some days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counted<T> {
    /// What of.
    pub of: T,
    /// The numbers.
    pub figures: Figures,
}

/// By what a list of articles is put in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// Most read first.
    Whole,
    /// Most walls first.
    Walls,
    /// Most sales first.
    Sold,
}

impl By {
    /// All of them, in the order of their places.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Walls, Self::Sold];

    /// How numbers stand by it.
    fn rank(self, figures: &Figures) -> u64 {
        match self {
            Self::Whole => figures.whole(),
            Self::Walls => figures.walls(),
            Self::Sold => figures.get(Figure::Sold),
        }
    }

    /// The columns of a day that are added up for it.
    fn columns(self) -> String {
        let of = |all: &[Figure]| all.iter().map(|one| one.name()).collect::<Vec<_>>().join(" + ");
        match self {
            Self::Whole => of(&Figure::WHOLE),
            Self::Walls => of(&Figure::WALLS),
            Self::Sold => Figure::Sold.name().to_owned(),
        }
    }
}

/// The statements, made of the columns once.
struct Statements {
    /// What adds to the numbers of an article, and of a section.
    add: [String; 2],
    sums: String,
}

static STATEMENTS: LazyLock<Statements> = LazyLock::new(|| {
    let names = Figure::ALL.map(Figure::name);
    let add = [("article_days", "day, article"), ("section_days", "day, section")];
    let add = add.map(|(table, keys)| {
        let columns = names.join(", ");
        let places: Vec<String> = (3..3 + FIGURES).map(|place| format!("?{place}")).collect();
        let sums = names.map(|name| format!("{name} = {name} + excluded.{name}")).join(", ");
        format!(
            "INSERT INTO {table} ({keys}, {columns}) VALUES (?1, ?2, {}) ON CONFLICT ({keys}) DO UPDATE SET {sums}",
            places.join(", ")
        )
    });
    Statements { add, sums: names.map(|name| format!("sum({name})")).join(", ") }
});

/// Numbers behind some columns of a row.
fn figures(row: &Row<'_>, from: usize) -> rusqlite::Result<Figures> {
    let mut numbers = [0; FIGURES];
    for (place, number) in numbers.iter_mut().enumerate() {
        *number = u64::try_from(row.get::<_, Option<i64>>(from + place)?.unwrap_or(0)).unwrap_or(0);
    }
    Ok(Figures::of(numbers))
}

/// Adds to the numbers of an article on a day. One that does not exist any more is passed over.
pub(crate) fn add(
    transaction: &Transaction<'_>,
    article: &ArticleId,
    figures: &Figures,
    day: Date,
) -> rusqlite::Result<()> {
    let section: Option<String> = transaction
        .prepare_cached("SELECT section FROM articles WHERE id = ?1")?
        .query_row([article.as_str()], |row| row.get(0))
        .optional()?;
    let Some(section) = section else { return Ok(()) };
    let text = day.to_string();
    let keys = [(text.as_str(), article.as_str()), (text.as_str(), section.as_str())];
    for (statement, (first, second)) in STATEMENTS.add.iter().zip(keys) {
        let mut statement = transaction.prepare_cached(statement)?;
        statement.raw_bind_parameter(1, first)?;
        statement.raw_bind_parameter(2, second)?;
        for (place, number) in figures.bound().into_iter().enumerate() {
            statement.raw_bind_parameter(3 + place, number)?;
        }
        statement.raw_execute()?;
    }
    let month = text.get(..7).unwrap_or(&text);
    let [whole, walls, sold] =
        By::ALL.map(|by| i64::try_from(by.rank(figures)).unwrap_or(i64::MAX));
    transaction
        .prepare_cached(
            "INSERT INTO article_months (article, month, whole, walls, sold) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (article, month) DO UPDATE SET whole = whole + excluded.whole, \
             walls = walls + excluded.walls, sold = sold + excluded.sold",
        )?
        .execute((article.as_str(), month, whole, walls, sold))
        .map(drop)
}

/// The days from one to another, as text.
fn between(from: Date, to: Date) -> (String, String) {
    (from.to_string(), to.to_string())
}

/// How articles stand by each of [`By`].
type Ranks = HashMap<ArticleId, [u64; By::ALL.len()]>;

/// The ranks of all articles over some days: whole months are taken from their own table, what is before and behind them by the day.
fn ranks(connection: &Connection, from: Date, to: Date) -> rusqlite::Result<Ranks> {
    let month = |day: Date| day.to_string().chars().take(7).collect::<String>();
    let mut parts = Vec::new();
    match whole_months(from, to) {
        None => parts.push(("article_days", "day", from.to_string(), to.to_string())),
        Some((first, last)) => {
            // The plus has the rows read in the order of the articles, and not by the index of months.
            parts.push(("article_months", "+month", month(first), month(last)));
            if let Ok(before) = first.yesterday()
                && before >= from
            {
                parts.push(("article_days", "day", from.to_string(), before.to_string()));
            }
            if let Ok(behind) = last.last_of_month().tomorrow()
                && behind <= to
            {
                parts.push(("article_days", "day", behind.to_string(), to.to_string()));
            }
        }
    }
    let days = By::ALL.map(|by| format!("sum({})", by.columns())).join(", ");
    let mut ranks = Ranks::new();
    for (table, key, first, last) in parts {
        let sums = if key == "+month" { "sum(whole), sum(walls), sum(sold)" } else { &days };
        let mut query = connection.prepare_cached(&format!(
            "SELECT article, {sums} FROM {table} WHERE {key} >= ?1 AND {key} <= ?2 GROUP BY article"
        ))?;
        let mut rows = query.query((first, last))?;
        while let Some(row) = rows.next()? {
            let own = ranks.entry(values::article(row, 0)?).or_default();
            for (place, rank) in own.iter_mut().enumerate() {
                *rank += u64::try_from(row.get::<_, i64>(place + 1)?).unwrap_or(0);
            }
        }
    }
    Ok(ranks)
}

fn by_article(
    connection: &Connection,
    (from, to): (Date, Date),
    wanted: &[By],
    limit: usize,
) -> rusqlite::Result<Vec<Vec<Counted<ArticleId>>>> {
    let ranks = ranks(connection, from, to)?;
    let list = |by: &By| {
        let rank = |ranks: &[u64; By::ALL.len()]| ranks[*by as usize];
        let mut some: Vec<(&ArticleId, u64)> = ranks
            .iter()
            .map(|(id, ranks)| (id, rank(ranks)))
            .filter(|(_, rank)| *rank > 0)
            .collect();
        some.sort_unstable_by_key(|(id, rank)| (Reverse(*rank), id.as_str()));
        some.truncate(limit.min(ARTICLES_COUNTED_MAX));
        some.into_iter()
            .map(|(id, _)| {
                Ok(Counted { figures: of_article(connection, id, from, to)?, of: id.clone() })
            })
            .collect()
    };
    wanted.iter().map(list).collect()
}

/// The first days of the first and the last month that lie whole between two days, where that saves reading.
fn whole_months(from: Date, to: Date) -> Option<(Date, Date)> {
    let first = if from.day() == 1 { from } else { from.last_of_month().tomorrow().ok()? };
    let last = match to.last_of_month() == to {
        true => to.first_of_month(),
        false => to.first_of_month().yesterday().ok()?.first_of_month(),
    };
    (first <= last).then_some((first, last))
}

fn of_article(
    connection: &Connection,
    article: &ArticleId,
    from: Date,
    to: Date,
) -> rusqlite::Result<Figures> {
    let (from, to) = between(from, to);
    connection
        .prepare_cached(&format!(
            "SELECT {} FROM article_days WHERE article = ?1 AND day >= ?2 AND day <= ?3",
            STATEMENTS.sums
        ))?
        .query_row((article.as_str(), from, to), |row| figures(row, 0))
}

/// Rows of a day each.
fn days(
    connection: &Connection,
    statement: &str,
    bound: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Counted<Date>>> {
    connection
        .prepare_cached(statement)?
        .query_map(bound, |row| {
            let day: String = row.get(0)?;
            let of = day.parse().map_err(|_| values::wrong(0, format!("{day:?} is not a day")))?;
            Ok(Counted { of, figures: figures(row, 1)? })
        })?
        .collect()
}

impl Store {
    /// Adds to the numbers of a day of the paper's, and to how often articles were read in the hour of `now`, in one transaction. Articles
    /// that do not exist any more are passed over; some of the hours that are older than [`READS_KEPT`](crate::READS_KEPT) are forgotten.
    ///
    /// # Errors
    /// [`Outage`]: nothing was added.
    pub async fn add_numbers(
        &self,
        counted: Vec<Counted<ArticleId>>,
        reads: Vec<(ArticleId, u64)>,
        day: Date,
        now: Timestamp,
    ) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                counted.iter().try_for_each(|one| add(transaction, &one.of, &one.figures, day))?;
                reads::add(transaction, &reads, now)
            })
            .await
    }

    /// The numbers of the whole paper for each day from one to another in which there are any, in order.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn numbers_by_day(&self, from: Date, to: Date) -> Result<Vec<Counted<Date>>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let statement = format!(
                    "SELECT day, {} FROM section_days WHERE day >= ?1 AND day <= ?2 GROUP BY day ORDER BY day",
                    STATEMENTS.sums
                );
                days(connection, &statement, between(from, to))
            })
            .await
    }

    /// Those of one article.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn numbers_of_article(
        &self,
        article: ArticleId,
        from: Date,
        to: Date,
    ) -> Result<Vec<Counted<Date>>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let statement = format!(
                    "SELECT day, {} FROM article_days WHERE article = ?1 AND day >= ?2 AND day <= ?3 \
                     GROUP BY day ORDER BY day",
                    STATEMENTS.sums
                );
                let (from, to) = between(from, to);
                days(connection, &statement, (article.as_str(), from, to))
            })
            .await
    }

    /// The numbers of each section over some days, by the names that sections had in addresses.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn numbers_by_section(
        &self,
        from: Date,
        to: Date,
    ) -> Result<Vec<Counted<String>>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT section, {} FROM section_days WHERE day >= ?1 AND day <= ?2 \
                         GROUP BY section ORDER BY section",
                        STATEMENTS.sums
                    ))?
                    .query_map(between(from, to), |row| {
                        Ok(Counted { of: row.get(0)?, figures: figures(row, 1)? })
                    })?
                    .collect()
            })
            .await
    }

    /// The numbers of articles over some days, a list for each order that is wanted: of those articles alone that have any of what puts
    /// them in that order, at most [`ARTICLES_COUNTED_MAX`]; of one number by their ids.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn numbers_by_article(
        &self,
        from: Date,
        to: Date,
        wanted: Vec<By>,
        limit: usize,
    ) -> Result<Vec<Vec<Counted<ArticleId>>>, Outage> {
        self.0
            .lookups
            .ask(move |connection| by_article(connection, (from, to), &wanted, limit))
            .await
    }

    /// The first day of which there are numbers.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn numbers_since(&self) -> Result<Option<Date>, Outage> {
        let first = self.0.lookups.ask(|connection| {
            connection
                .prepare_cached("SELECT min(day) FROM section_days")?
                .query_row([], |row| row.get::<_, Option<String>>(0))
        });
        Ok(first.await?.and_then(|day| day.parse().ok()))
    }

    /// What articles are called, those that were taken back among them.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn headlines(
        &self,
        articles: Vec<ArticleId>,
    ) -> Result<HashMap<ArticleId, String>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut find = connection.prepare_cached(
                    "SELECT json_extract(head, '$.headline') FROM articles WHERE id = ?1",
                )?;
                let mut found = HashMap::new();
                for article in articles {
                    let headline = find.query_row([article.as_str()], |row| row.get(0));
                    if let Some(headline) = headline.optional()? {
                        found.insert(article, headline);
                    }
                }
                Ok(found)
            })
            .await
    }

    /// Forgets some of the numbers of single articles that are older than [`ARTICLE_DAYS_KEPT`]; says how many rows. Those of sections stay.
    ///
    /// # Errors
    /// [`Outage`]: nothing was forgotten.
    pub async fn forget_numbers(&self, today: Date, limit: usize) -> Result<usize, Outage> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let kept = jiff::Span::new().days(ARTICLE_DAYS_KEPT);
        let oldest = today.checked_sub(kept).unwrap_or(Date::MIN).to_string();
        let (day, month) = (oldest.clone(), oldest.clone());
        // Nothing is written where nothing is too old.
        let is_old = self.0.lookups.ask(move |connection| {
            connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM article_days WHERE day < ?1) \
                     OR EXISTS (SELECT 1 FROM article_months WHERE month < substr(?2, 1, 7))",
                )?
                .query_row((day, month), |row| row.get::<_, bool>(0))
        });
        if !is_old.await? {
            return Ok(0);
        }
        self.0
            .writer
            .write(move |transaction, _| {
                let days = transaction
                    .prepare_cached(
                        "DELETE FROM article_days WHERE (day, article) IN \
                         (SELECT day, article FROM article_days WHERE day < ?1 LIMIT ?2)",
                    )?
                    .execute((&oldest, limit))?;
                // A month goes when its last day has.
                let months = transaction
                    .prepare_cached(
                        "DELETE FROM article_months WHERE (article, month) IN \
                         (SELECT article, month FROM article_months WHERE month < substr(?1, 1, 7) LIMIT ?2)",
                    )?
                    .execute((&oldest, limit))?;
                Ok(days + months)
            })
            .await
    }

    /// Whether the letter of a week is still to go out. Weeks are called by their first day.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn is_numbers_letter_due(&self, week: Date) -> Result<bool, Outage> {
        self.0.lookups.ask(move |connection| is_due(connection, week)).await
    }

    /// Puts the letters of a week into the queue, where those of it were not put there before by this process or another. Says whether it
    /// did.
    ///
    /// # Errors
    /// [`Outage`]: none was queued.
    pub async fn queue_numbers_letters(
        &self,
        week: Date,
        letters: Vec<NewMail>,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                if !is_due(transaction, week)? {
                    return Ok(false);
                }
                transaction
                    .prepare_cached(
                        "INSERT INTO facts (name, value) VALUES (?1, ?2) \
                         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    )?
                    .execute((LETTER_WEEK, week.to_string()))?;
                for letter in &letters {
                    enqueue(transaction, letter, now)?;
                }
                Ok(true)
            })
            .await
    }

    /// Who of the staff does not want that letter.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn unlettered(&self) -> Result<Vec<ReaderId>, Outage> {
        self.0
            .lookups
            .ask(|connection| {
                connection
                    .prepare_cached("SELECT reader FROM unlettered")?
                    .query_map([], |row| values::reader(row, 0))?
                    .collect()
            })
            .await
    }

    /// Says whether somebody of the staff wants that letter.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn want_numbers_letter(&self, reader: ReaderId, wants: bool) -> Result<(), Outage> {
        let statement = match wants {
            true => "DELETE FROM unlettered WHERE reader = ?1",
            false => {
                "INSERT OR IGNORE INTO unlettered (reader) SELECT id FROM readers WHERE id = ?1"
            }
        };
        self.0
            .writer
            .write(move |transaction, _| {
                transaction.prepare_cached(statement)?.execute([reader.as_bytes()]).map(drop)
            })
            .await
    }
}

fn is_due(connection: &Connection, week: Date) -> rusqlite::Result<bool> {
    let last: Option<String> = connection
        .prepare_cached("SELECT value FROM facts WHERE name = ?1")?
        .query_row([LETTER_WEEK], |row| row.get(0))
        .optional()?;
    // A clock that steps back sends none again.
    Ok(last.is_none_or(|last| last < week.to_string()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn whole_months_lie_between_two_days() {
        let months = |from, to| whole_months(from, to);
        let (january, march) = (date(2026, 1, 1), date(2026, 3, 1));
        assert_eq!(months(january, date(2026, 3, 31)), Some((january, march)));
        assert_eq!(months(date(2025, 12, 2), date(2026, 4, 29)), Some((january, march)));
        assert_eq!(months(date(2026, 1, 2), date(2026, 2, 27)), None);
        assert_eq!(months(january, january), None);
        assert_eq!(
            months(date(2026, 2, 1), date(2026, 2, 28)),
            Some((date(2026, 2, 1), date(2026, 2, 1)))
        );
    }
}
