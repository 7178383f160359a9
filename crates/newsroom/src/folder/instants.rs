//! Instants as files write them, moved as the caller asks, and as the page shows them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jiff::{Span, civil};

use super::limits::SHIFT_DAYS_MAX;

/// Reads and writes instants for one paper.
pub(super) struct Instants<'a> {
    /// The paper's zone.
    pub(super) zone: &'a TimeZone,
    /// Whole civil days by which each is moved.
    pub(super) shift_days: i64,
}

/// What an instant should have looked like.
pub(super) const FORM: &str = "write an instant with its offset, such as 2026-09-16T14:05:00-03:00";

impl Instants<'_> {
    /// Reads RFC 3339 and moves it. Microseconds are kept, finer parts dropped.
    pub(super) fn read(&self, text: &str) -> Result<Timestamp, String> {
        let written = |c: char| {
            c.is_ascii_digit()
                || matches!(c, 'T' | 't' | 'Z' | 'z' | ' ')
                || matches!(c, ':' | '+' | '-' | '.')
        };
        let parsed = text.chars().all(written).then(|| text.parse::<Timestamp>().ok()).flatten();
        let Some(timestamp) = parsed else {
            let given: String = text.chars().take(40).collect();
            return Err(format!("\"{given}\" is not an instant; {FORM}"));
        };
        self.moved(timestamp).ok_or_else(|| {
            format!(
                "the instant lies outside of the years 1 to 9998, or cannot be moved by {} days (at most \
                 {SHIFT_DAYS_MAX}); {FORM}",
                self.shift_days
            )
        })
    }

    fn moved(&self, timestamp: Timestamp) -> Option<Timestamp> {
        let timestamp = Timestamp::from_microsecond(timestamp.as_microsecond()).ok()?;
        let known = |timestamp: Timestamp| (1..=9998).contains(&self.local(timestamp).year());
        if !known(timestamp) || self.shift_days.unsigned_abs() > SHIFT_DAYS_MAX.unsigned_abs() {
            return None;
        }
        if self.shift_days == 0 {
            return Some(timestamp);
        }
        let local = self.local(timestamp).checked_add(Span::new().days(self.shift_days)).ok()?;
        self.zone.to_timestamp(local).ok().filter(|moved| known(*moved))
    }

    fn local(&self, timestamp: Timestamp) -> civil::DateTime {
        self.zone.to_datetime(timestamp)
    }

    /// The civil day in the paper's zone.
    pub(super) fn day(&self, timestamp: Timestamp) -> civil::Date {
        self.local(timestamp).date()
    }

    /// Hours and minutes in the paper's zone: `14:05`.
    pub(super) fn clock(&self, timestamp: Timestamp) -> String {
        let local = self.local(timestamp);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// RFC 3339 with the paper's offset, in whole seconds. Offsets of old times are cut to minutes, as the form asks.
    pub(super) fn machine(&self, timestamp: Timestamp) -> String {
        let minutes = self.zone.to_offset(timestamp).seconds() / 60;
        let shown = civil_at(timestamp, minutes).unwrap_or_else(|| self.local(timestamp));
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{hours:02}:{rest:02}",
            shown.year(),
            shown.month(),
            shown.day(),
            shown.hour(),
            shown.minute(),
            shown.second()
        )
    }
}

/// The civil time at an offset of whole minutes.
fn civil_at(timestamp: Timestamp, minutes: i32) -> Option<civil::DateTime> {
    let offset = jiff::tz::Offset::from_seconds(minutes * 60).ok()?;
    Some(offset.to_datetime(timestamp))
}

#[cfg(test)]
mod tests;
