//! Civil dates of money: when an offer begins and ends, when a trial ends, and on which day a
//! renewal is due. Everything is counted in the paper's zone, and nothing here knows what it is
//! for.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::Period;

/// A beginning or an end as the paper writes it: a civil day, or a minute of one, in the paper's
/// zone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Moment {
    /// A whole day, the first or the last.
    Day(Date),
    /// A minute of a day; seconds are not looked at.
    Minute(DateTime),
}

impl Moment {
    /// The first instant of what begins with it. Of a minute that happens twice it is the first;
    /// one that the clock leaves out is the instant at which it is put forward, or as long after
    /// that. `None` is beyond the end of time.
    #[must_use]
    pub fn begins_at(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Day(day) => Some(begin_of(day, zone)?),
            Self::Minute(minute) => zone.to_timestamp(whole(minute)).ok(),
        }
    }

    /// The first instant after what ends with it: a day belongs to it as a whole, a minute does
    /// not. Of a minute that happens twice it is the second, so that nobody is late by a clock.
    /// `None` is beyond the end of time.
    #[must_use]
    pub fn ends_at(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Day(day) => begin_of(day.tomorrow().ok()?, zone),
            Self::Minute(minute) => zone.to_ambiguous_timestamp(whole(minute)).later().ok(),
        }
    }
}

fn whole(minute: DateTime) -> DateTime {
    let time = minute.time();
    let time = Time::new(time.hour(), time.minute(), 0, 0).unwrap_or(time);
    minute.date().to_datetime(time)
}

/// The instant from which on it is that day or a later one. Midnight can be left out, and can
/// happen twice: on one day, where the first counts, or with the day before coming back in between,
/// where the second does.
fn begin_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let midnight = zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight()));
    let first = midnight.compatible().ok()?;
    let second = midnight.later().ok()?;
    let before = second.checked_sub(Span::new().nanoseconds(1)).ok()?;
    let again = zone.to_datetime(before).date() < day;
    Some(if again { second } else { first })
}

/// When the renewal of that number is due: 0 is the anchor itself. It is counted from the anchor's
/// civil day and keeps its time of day, so that it never drifts: from January 31st to February
/// 28th, and on to March 31st. `None` is beyond the end of time.
#[must_use]
pub fn renewal_at(
    anchor: Timestamp,
    period: Period,
    number: u32,
    zone: &TimeZone,
) -> Option<Timestamp> {
    if number == 0 {
        return Some(anchor);
    }
    let span = match period {
        Period::Month => Span::new().try_months(number),
        Period::Year => Span::new().try_years(number),
    };
    later(anchor, span.ok()?, zone)
}

/// The same time of day so many civil days after an instant; `None` is beyond the end of time.
#[must_use]
pub fn days_after(instant: Timestamp, days: u16, zone: &TimeZone) -> Option<Timestamp> {
    if days == 0 {
        return Some(instant);
    }
    later(instant, Span::new().try_days(days).ok()?, zone)
}

/// The same time of day on another day; where the clock leaves it out, as long after as it is put
/// forward.
fn later(instant: Timestamp, span: Span, zone: &TimeZone) -> Option<Timestamp> {
    let civil = zone.to_datetime(instant);
    let day = civil.date().checked_add(span).ok()?;
    zone.to_timestamp(day.to_datetime(civil.time())).ok()
}

#[cfg(test)]
mod tests;
