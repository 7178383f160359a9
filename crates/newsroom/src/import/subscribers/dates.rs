//! Dates of lists, by one named rule for a whole list. What could be two days is refused and never guessed.

use jiff::Timestamp;
use jiff::civil::Date;

/// How days are written where the year does not come first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Dates {
    /// They are not: `2026-11-23`, and nothing else.
    #[default]
    YearFirst,
    /// `23.11.2026`, `23/11/2026`.
    DayFirst,
    /// `11/23/2026`.
    MonthFirst,
}

/// A day of the paper's zone, or an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// All of a day.
    Day(Date),
    /// An instant, written with its zone.
    At(Timestamp),
}

impl Dates {
    /// Reads what was written; `None` where this rule knows no such date. `is_utc` says that the column's times are in UTC.
    #[must_use]
    pub fn read(self, written: &str, is_utc: bool) -> Option<When> {
        if let Ok(at) = written.parse::<Timestamp>() {
            return Some(When::At(at));
        }
        if is_utc && written.len() > 10 && written.as_bytes().get(10) == Some(&b' ') {
            let time = if written.len() == 16 { ":00Z" } else { "Z" };
            return format!("{written}{time}").parse().ok().map(When::At);
        }
        let parts: Vec<&str> = written.split(['-', '/', '.']).collect();
        let [first, second, third] = parts[..] else { return None };
        let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
            let is = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            is.then(|| text.parse::<i16>().ok()).flatten()
        };
        let (year, month, day) = match self {
            _ if first.len() == 4 && written.as_bytes()[4] == b'-' => {
                (number(first, 4..=4)?, number(second, 2..=2)?, number(third, 2..=2)?)
            }
            Self::YearFirst => return None,
            Self::DayFirst => {
                (number(third, 4..=4)?, number(second, 1..=2)?, number(first, 1..=2)?)
            }
            Self::MonthFirst => {
                (number(third, 4..=4)?, number(first, 1..=2)?, number(second, 1..=2)?)
            }
        };
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(When::Day)
    }

    /// How a day is to be written.
    pub(super) const fn shown(self) -> &'static str {
        match self {
            Self::YearFirst => "2026-11-23",
            Self::DayFirst => "23.11.2026",
            Self::MonthFirst => "11/23/2026",
        }
    }
}
