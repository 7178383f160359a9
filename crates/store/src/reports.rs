//! What readers report as wrong: their words, the article, the time, and an address for an answer where they gave one.
//! No network, no cookie, no agent.

use gate::Outage;
use jiff::{SignedDuration, Timestamp};

use crate::{Store, values};

/// The longest report, in characters.
pub const REPORT_CHARS_MAX: usize = 2_000;
/// How long reports are kept.
pub const REPORTS_KEPT: SignedDuration = SignedDuration::from_hours(180 * 24);
/// Reports that are kept at once: with more, new ones are refused until the newsroom has read or time has passed.
pub const REPORTS_MAX: usize = 10_000;

/// A report on its way in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewReport {
    /// The path of the article, or empty.
    pub about: String,
    /// What is wrong, in the reader's words: at most [`REPORT_CHARS_MAX`] characters.
    pub words: String,
    /// A mail address, or empty.
    pub mail: String,
}

/// A report that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Its number.
    pub id: i64,
    /// When it was made.
    pub reported_at: Timestamp,
    /// What it says.
    pub report: NewReport,
}

impl Store {
    /// Keeps a report; `None` where [`REPORTS_MAX`] are kept already.
    ///
    /// # Errors
    /// [`Outage`]: it was not kept.
    pub async fn add_report(
        &self,
        report: NewReport,
        now: Timestamp,
    ) -> Result<Option<i64>, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let kept: i64 = transaction
                    .prepare_cached("SELECT count(*) FROM error_reports")?
                    .query_row([], |row| row.get(0))?;
                if kept >= REPORTS_MAX as i64 {
                    return Ok(None);
                }
                transaction
                    .prepare_cached(
                        "INSERT INTO error_reports (reported_at, about, words, mail) \
                         VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute((now.as_microsecond(), report.about, report.words, report.mail))?;
                Ok(Some(transaction.last_insert_rowid()))
            })
            .await
    }

    /// The newest reports, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn reports(&self, limit: usize) -> Result<Vec<Report>, Outage> {
        let limit = i64::try_from(limit.min(REPORTS_MAX)).unwrap_or(i64::MAX);
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(
                    "SELECT id, reported_at, about, words, mail FROM error_reports \
                     ORDER BY id DESC LIMIT ?1",
                )?;
                let rows = query.query_map([limit], |row| {
                    let report =
                        NewReport { about: row.get(2)?, words: row.get(3)?, mail: row.get(4)? };
                    Ok(Report { id: row.get(0)?, reported_at: values::instant(row, 1)?, report })
                })?;
                rows.collect()
            })
            .await
    }

    /// Forgets the reports that are older than [`REPORTS_KEPT`], and says how many.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn forget_reports(&self, now: Timestamp) -> Result<usize, Outage> {
        let oldest = now.checked_sub(REPORTS_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        let any = self.0.lookups.ask(move |connection| {
            connection
                .prepare_cached("SELECT 1 FROM error_reports WHERE reported_at < ?1 LIMIT 1")?
                .exists([oldest])
        });
        if !any.await? {
            return Ok(0);
        }
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached("DELETE FROM error_reports WHERE reported_at < ?1")?
                    .execute([oldest])
            })
            .await
    }
}
