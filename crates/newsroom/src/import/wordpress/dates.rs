//! When an item was published and changed there: instants from the several forms that exports write, none of them
//! guessed where the export says it.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

use super::entry::Entry;

/// The years that a file of ours can name.
const YEARS: std::ops::RangeInclusive<i16> = 1..=9998;

/// When the item was published there; the local time counts in `zone` where the export has no other.
pub(super) fn published_at(entry: &Entry, zone: Option<&TimeZone>) -> Option<Timestamp> {
    let local = civil_of(&entry.local_at);
    let universal = || instant(civil_of(&entry.universal_at)?, &TimeZone::UTC);
    let of_zone = || instant(local?, zone?);
    universal().or_else(of_zone).or_else(|| sent_at(entry)).or_else(|| {
        // A clock without a zone is at most half a day off, and better than no article.
        instant(local?, &TimeZone::UTC)
    })
}

/// When it changed after that.
pub(super) fn updated_at(entry: &Entry, published_at: Timestamp) -> Option<Timestamp> {
    let changed = instant(civil_of(&entry.changed_at)?, &TimeZone::UTC)?;
    (changed > published_at).then_some(changed)
}

fn sent_at(entry: &Entry) -> Option<Timestamp> {
    let parser = DateTimeParser::new().relaxed_weekday(true);
    parser
        .parse_timestamp(entry.sent_at.trim())
        .ok()
        .filter(|at| fits(TimeZone::UTC.to_datetime(*at)))
}

fn instant(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(at).ok()
}

fn fits(at: DateTime) -> bool {
    YEARS.contains(&at.year())
}

/// `2013-04-09 18:20:39`; nothing where it is the zero date.
fn civil_of(text: &str) -> Option<DateTime> {
    let (date, time) = text.trim().split_once([' ', 'T']).unwrap_or((text.trim(), "00:00:00"));
    let numbers = |text: &str, sign: char| -> Option<[i16; 3]> {
        let mut numbers = text.split(sign).map(|number| number.parse::<i16>().ok());
        let found = [numbers.next()??, numbers.next()??, numbers.next()??];
        numbers.next().is_none().then_some(found)
    };
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time.trim_end_matches('Z'), ':')?;
    let small = |number: i16| i8::try_from(number).ok();
    let date = civil::Date::new(year, small(month)?, small(day)?).ok()?;
    let time = civil::Time::new(small(hour)?, small(minute)?, small(second)?.min(59), 0).ok()?;
    Some(DateTime::from_parts(date, time)).filter(|at| fits(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(universal: &str, local: &str, sent: &str) -> Entry {
        let text = str::to_owned;
        Entry {
            universal_at: text(universal),
            local_at: text(local),
            sent_at: text(sent),
            ..Entry::default()
        }
    }

    #[test]
    fn the_first_clock_that_is_set_counts() {
        let halifax = TimeZone::get("America/Halifax").unwrap();
        let zero = "0000-00-00 00:00:00";
        for (universal, local, sent, zone, wanted) in [
            ("2013-04-09 18:20:39", "2013-04-09 11:20:39", "", None, Some("2013-04-09T18:20:39Z")),
            (zero, "2013-04-09 11:20:39", "", Some(&halifax), Some("2013-04-09T14:20:39Z")),
            (
                zero,
                "2013-04-09 11:20:39",
                "Tue, 09 Apr 2013 18:20:39 +0000",
                None,
                Some("2013-04-09T18:20:39Z"),
            ),
            (zero, "2013-04-09 11:20:39", "never", None, Some("2013-04-09T11:20:39Z")),
            (zero, zero, "Wed, 30 Nov -0001 00:00:00 +0000", None, None),
            ("2013-02-30 18:20:39", zero, "", None, None),
            ("20130409", "", "", None, None),
            // A second that a clock leapt over, and a gap in the local day.
            ("2016-12-31 23:59:60", "", "", None, Some("2016-12-31T23:59:59Z")),
            (zero, "2024-03-10 02:30:00", "", Some(&halifax), Some("2024-03-10T06:30:00Z")),
        ] {
            let found = published_at(&entry(universal, local, sent), zone);
            assert_eq!(found.map(|at| at.to_string()).as_deref(), wanted, "{universal} {local}");
        }
    }

    #[test]
    fn an_update_lies_after_publication() {
        let mut entry = entry("2013-04-09 18:20:39", "", "");
        let at = published_at(&entry, None).unwrap();
        for (changed, wanted) in [
            ("2013-04-09 18:20:39", None),
            ("2013-04-09 18:20:40", Some("2013-04-09T18:20:40Z")),
            ("2012-04-09 18:20:40", None),
            ("0000-00-00 00:00:00", None),
        ] {
            changed.clone_into(&mut entry.changed_at);
            let found = updated_at(&entry, at).map(|at| at.to_string());
            assert_eq!(found.as_deref(), wanted, "{changed}");
        }
    }
}
