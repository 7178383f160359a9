//! The period over which readings are counted, with true civil dates in the paper's own time zone.

use std::sync::Mutex;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The longest rolling window, in days.
pub const ROLLING_DAYS_MAX: u16 = 366;

/// How a person's windows are laid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WindowRule {
    /// From the first instant of a month to the first instant of the next, in the paper's zone.
    CalendarMonth,
    /// Begins with the person's first reading and ends at the start of the day that lies this many civil days later,
    /// so that the date which the reader was shown is true from its first minute. Never extended.
    Rolling {
        /// 1 to [`ROLLING_DAYS_MAX`].
        days: u16,
    },
}

/// One person's window: a reading in it stays open until its end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Window {
    /// The instant from which it counts (inclusive). It also names the window.
    pub starts_at: Timestamp,
    /// The instant at which the count starts again (exclusive).
    pub ends_at: Timestamp,
    /// The rule in force when it was laid; a new rule counts from the person's next window.
    pub rule: WindowRule,
}

impl WindowRule {
    /// The window that a reading at `now` opens for a person who has none.
    #[must_use]
    pub fn lay(self, zone: &TimeZone, now: Timestamp) -> Window {
        let today = zone.to_datetime(now).date();
        let (starts_at, end_day) = match self {
            Self::CalendarMonth => {
                let first = today.first_of_month();
                (start_of(first, zone).unwrap_or(now), first.checked_add(Span::new().months(1)))
            }
            Self::Rolling { days } => {
                (now, today.checked_add(Span::new().days(i64::from(days.max(1)))))
            }
        };
        let ends_at = end_day.ok().and_then(|day| start_after(day, zone, now));
        let ends_at = ends_at.unwrap_or(Timestamp::MAX);
        Window { starts_at, ends_at, rule: self }
    }
}

/// The calendar month that was laid last, kept because the next question is about the same one: dates in a time zone take
/// longer than all the rest of a decision. It never changes an answer.
#[derive(Debug, Default)]
pub struct Month(Mutex<Option<(Timestamp, Window)>>);

impl Clone for Month {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Month {
    /// What [`WindowRule::lay`] says, for one zone.
    pub(crate) fn lay(&self, rule: WindowRule, zone: &TimeZone, now: Timestamp) -> Window {
        // Whoever finds it taken works it out: nobody waits.
        let Ok(mut last) = self.0.try_lock() else { return rule.lay(zone, now) };
        match *last {
            Some((laid_at, window))
                if window.rule == rule && laid_at <= now && now < window.ends_at =>
            {
                window
            }
            _ => {
                let window = rule.lay(zone, now);
                *last = (rule == WindowRule::CalendarMonth).then_some((now, window));
                window
            }
        }
    }
}

impl Window {
    /// Whether `now` lies before the end. A clock that stepped back behind the start still counts into this window.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        now < self.ends_at
    }

    /// The civil day on which the count starts again, in `zone`.
    #[must_use]
    pub fn reset_on(&self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.ends_at).date()
    }

    /// The last civil day of the window, in `zone`: until when an opened article stays open, in words.
    #[must_use]
    pub fn last_on(&self, zone: &TimeZone) -> Date {
        let last = self.ends_at.checked_sub(Span::new().microseconds(1)).unwrap_or(self.ends_at);
        zone.to_datetime(last).date()
    }
}

/// The first instant of a civil day; where midnight does not exist, the first instant after the gap.
fn start_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

/// The first instant of a civil day that lies after `now`: where the clocks went back over midnight into the day
/// before, the day began once already, and a window laid in the repeated hour ends at its second beginning.
fn start_after(day: Date, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let again = || zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0)).later().ok();
    let start = start_of(day, zone)?;
    if start > now { Some(start) } else { again().filter(|start| *start > now) }
}

#[cfg(test)]
mod tests;
