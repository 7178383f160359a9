//! Readers as lines of a table, for the command line and for the desk: who they are, and what lasts longest of what is open to them. It
//! decides nothing, and writes nothing.

use gate::Outage;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::Interval;
use store::KnownReader;

use super::{Inner, Site};

/// The head of the table as CSV.
pub const READER_LINES_HEAD: &str = "email,name,plan,source,until";
/// Readers that are read at a time.
const PAGE: usize = 500;

/// A reader in one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReaderLine {
    /// The mail address.
    pub mail: String,
    /// What they want to be called; may be empty.
    pub name: String,
    /// The plans that are open, by their names in addresses; empty where none is.
    pub plan: String,
    /// Why something is open; empty where nothing is.
    pub source: &'static str,
    /// The last day of it in the paper's zone; empty where nothing is, or it has no end.
    pub until: String,
}

impl ReaderLine {
    fn of(reader: &KnownReader, seat: &[Interval], zone: &TimeZone, now: Timestamp) -> Self {
        let plans = reader.subscriptions.iter().filter(|one| one.open_until(now).is_some());
        let plans: Vec<&str> = plans.filter_map(|one| one.plan(now)).collect();
        let live = reader.intervals.iter().chain(seat).filter(|interval| interval.is_live(now));
        let best = live.max_by_key(|interval| (interval.ends_at.is_none(), interval.ends_at));
        Self {
            mail: reader.row.mail.clone(),
            name: reader.row.name.clone(),
            plan: plans.join(" "),
            source: best.map_or("", |best| best.source.name()),
            until: best
                .and_then(|best| best.ends_at)
                .map_or_else(String::new, |at| last_day(at, zone)),
        }
    }

    /// Whether anything is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !self.source.is_empty()
    }

    /// As a line of CSV, without its end.
    #[must_use]
    pub fn csv(&self) -> String {
        let fields = [&*self.mail, &*self.name, &*self.plan, self.source, &*self.until];
        fields.map(csv_field).join(",")
    }
}

/// The last day of what ends then: before the instant that it is told by.
#[must_use]
pub fn last_day(ends_at: Timestamp, zone: &TimeZone) -> String {
    let last = ends_at.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(ends_at);
    zone.to_datetime(last).date().to_string()
}

/// A field that no program for tables takes for a formula.
#[must_use]
pub fn csv_field(text: &str) -> String {
    let begins = text.chars().next();
    let formula = begins.is_some_and(|first| matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r'));
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

impl Inner {
    /// Readers behind an address in the order of their addresses, at most about `limit`; and the last address that was looked at, `None`
    /// where there are no more.
    pub(crate) async fn reader_lines(
        &self,
        mut after: String,
        limit: usize,
    ) -> Result<(Vec<ReaderLine>, Option<String>), Outage> {
        let (presentation, now) = (self.present().await, self.clock.now());
        let zone = &presentation.house.policy.zone;
        let mut lines = Vec::new();
        while lines.len() < limit {
            let page = self.store.readers_after(after, PAGE.min(limit - lines.len())).await?;
            let Some(last) = page.last() else { return Ok((lines, None)) };
            after = last.row.mail.clone();
            for reader in &page {
                let seat =
                    super::seats::intervals(&self.store, &presentation.house, reader).await?;
                lines.push(ReaderLine::of(reader, &seat, zone, now));
            }
        }
        Ok((lines, Some(after)))
    }
}

impl Site {
    /// Readers behind an address in the order of their addresses; and the last address that was looked at, `None` where there are no more.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn reader_lines(
        &self,
        after: String,
    ) -> Result<(Vec<ReaderLine>, Option<String>), Outage> {
        self.0.reader_lines(after, PAGE).await
    }
}
