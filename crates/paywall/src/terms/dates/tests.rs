use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use proptest::test_runner::Config;

use super::{Moment, days_after, renewal_at};
use crate::Period;

const ZONES: [&str; 6] =
    ["America/Halifax", "Asia/Tokyo", "Pacific/Apia", "America/Sao_Paulo", "Africa/Cairo", "UTC"];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone that every database has")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant with its offset")
}

fn minute(text: &str) -> Moment {
    Moment::Minute(text.parse().expect("a civil time"))
}

/// (zone, anchor, period, number, due) of renewals.
const RENEWALS: [(&str, &str, Period, u32, &str); 20] = [
    // From the 31st and back to it: a short month takes nothing from the next.
    ("America/Halifax", "2026-01-31T15:30-04", Period::Month, 0, "2026-01-31T15:30-04"),
    ("America/Halifax", "2026-01-31T15:30-04", Period::Month, 1, "2026-02-28T15:30-04"),
    ("America/Halifax", "2026-01-31T15:30-04", Period::Month, 2, "2026-03-31T15:30-03"),
    ("America/Halifax", "2026-01-31T15:30-04", Period::Month, 3, "2026-04-30T15:30-03"),
    ("America/Halifax", "2026-01-31T15:30-04", Period::Month, 12, "2027-01-31T15:30-04"),
    ("America/Halifax", "2028-01-31T15:30-04", Period::Month, 1, "2028-02-29T15:30-04"),
    ("America/Halifax", "2026-01-30T15:30-04", Period::Month, 1, "2026-02-28T15:30-04"),
    ("America/Halifax", "2026-01-30T15:30-04", Period::Month, 2, "2026-03-30T15:30-03"),
    // A leap day has a birthday every four years.
    ("America/Halifax", "2028-02-29T09:00-04", Period::Year, 1, "2029-02-28T09:00-04"),
    ("America/Halifax", "2028-02-29T09:00-04", Period::Year, 3, "2031-02-28T09:00-04"),
    ("America/Halifax", "2028-02-29T09:00-04", Period::Year, 4, "2032-02-29T09:00-04"),
    ("America/Halifax", "2028-02-29T09:00-04", Period::Month, 1, "2028-03-29T09:00-03"),
    // It is the paper's day: in Tokyo it is already the 1st, and still the 31st in UTC.
    ("Asia/Tokyo", "2026-01-31T16:00Z", Period::Month, 1, "2026-03-01T01:00+09"),
    ("UTC", "2026-01-31T16:00Z", Period::Month, 1, "2026-02-28T16:00Z"),
    // An hour that is left out, and one that happens twice.
    ("America/Halifax", "2026-02-08T02:30-04", Period::Month, 1, "2026-03-08T03:30-03"),
    ("America/Halifax", "2026-02-08T02:30-04", Period::Month, 2, "2026-04-08T02:30-03"),
    ("America/Halifax", "2026-10-01T01:30-03", Period::Month, 1, "2026-11-01T01:30-03"),
    // A day that is left out.
    ("Pacific/Apia", "2011-11-30T12:00-10", Period::Month, 1, "2011-12-31T12:00+14"),
    ("Pacific/Apia", "2011-11-30T12:00-10", Period::Month, 2, "2012-01-30T12:00+14"),
    ("America/Sao_Paulo", "2018-10-04T00:30-03", Period::Month, 1, "2018-11-04T01:30-02"),
];

/// Lesson 67.
#[test]
fn renewals_are_counted_from_the_anchor_and_never_drift() {
    for (name, anchor, period, number, due) in RENEWALS {
        let found = renewal_at(at(anchor), period, number, &zone(name));
        assert_eq!(found, Some(at(due)), "{name}: {number} after {anchor}");
    }
}

#[test]
fn a_trial_ends_so_many_civil_days_later_at_the_same_time() {
    for (name, instant, days, end) in [
        ("America/Halifax", "2026-09-15T12:00-03", 14, "2026-09-29T12:00-03"),
        ("America/Halifax", "2026-10-25T12:00-03", 14, "2026-11-08T12:00-04"),
        ("America/Halifax", "2026-03-01T12:00-04", 14, "2026-03-15T12:00-03"),
        ("America/Halifax", "2028-02-28T23:59-04", 1, "2028-02-29T23:59-04"),
        ("Asia/Tokyo", "2026-12-31T23:59+09", 1, "2027-01-01T23:59+09"),
        ("America/Halifax", "2026-11-01T01:30-04", 0, "2026-11-01T01:30-04"),
    ] {
        assert_eq!(days_after(at(instant), days, &zone(name)), Some(at(end)), "{name}: {instant}");
    }
}

/// Lesson 66.
#[test]
fn ends_september_30th_includes_that_day_to_its_last_instant() {
    for (name, day, begins, ends) in [
        ("America/Halifax", date(2026, 9, 30), "2026-09-30T00:00-03", "2026-10-01T00:00-03"),
        ("America/Halifax", date(2026, 11, 1), "2026-11-01T00:00-03", "2026-11-02T00:00-04"),
        ("Asia/Tokyo", date(2026, 9, 30), "2026-09-29T15:00Z", "2026-09-30T15:00Z"),
        // Midnight is left out, or the day itself.
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T01:00-02", "2018-11-05T00:00-02"),
        ("America/Sao_Paulo", date(2018, 11, 3), "2018-11-03T00:00-03", "2018-11-04T01:00-02"),
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-29T00:00-10", "2011-12-31T00:00+14"),
        // Midnight happens twice on one day: the first one counts.
        ("America/Havana", date(2026, 10, 31), "2026-10-31T00:00-04", "2026-11-01T00:00-04"),
        // The clock goes back into the day before, whose last hour is a part of it.
        (
            "America/St_Johns",
            date(2009, 10, 31),
            "2009-10-31T00:00-02:30",
            "2009-11-01T00:00-03:30",
        ),
    ] {
        let (zone, day) = (zone(name), Moment::Day(day));
        assert_eq!(day.begins_at(&zone), Some(at(begins)), "{name}: {day:?}");
        assert_eq!(day.ends_at(&zone), Some(at(ends)), "{name}: {day:?}");
    }
}

#[test]
fn a_minute_is_the_first_that_is_too_late() {
    for (name, moment, begins, ends) in [
        ("America/Halifax", "2026-09-30T18:00", "2026-09-30T18:00-03", "2026-09-30T18:00-03"),
        ("America/Halifax", "2026-09-30T18:00:59", "2026-09-30T18:00-03", "2026-09-30T18:00-03"),
        // The minute that happens twice begins at its first and ends at its second.
        ("America/Halifax", "2026-11-01T01:30", "2026-11-01T01:30-03", "2026-11-01T01:30-04"),
        ("America/Halifax", "2026-03-08T02:30", "2026-03-08T03:30-03", "2026-03-08T03:30-03"),
    ] {
        let zone = zone(name);
        assert_eq!(minute(moment).begins_at(&zone), Some(at(begins)), "{name}: {moment}");
        assert_eq!(minute(moment).ends_at(&zone), Some(at(ends)), "{name}: {moment}");
    }
}

#[test]
fn beyond_the_end_of_time_there_is_no_date() {
    let utc = TimeZone::UTC;
    assert_eq!(renewal_at(Timestamp::MAX, Period::Month, 1, &utc), None);
    assert_eq!(renewal_at(at("2026-01-31T00:00Z"), Period::Year, u32::MAX, &utc), None);
    assert_eq!(renewal_at(at("2026-01-31T00:00Z"), Period::Month, u32::MAX, &utc), None);
    assert_eq!(days_after(Timestamp::MAX, 1, &utc), None);
    assert_eq!(Moment::Day(jiff::civil::Date::MAX).ends_at(&utc), None);
    assert_eq!(Moment::Minute(DateTime::MAX).ends_at(&utc), None);
    for zone in ZONES.map(zone) {
        let _ = Moment::Day(jiff::civil::Date::MIN).begins_at(&zone);
        let _ = renewal_at(Timestamp::MIN, Period::Month, 1, &zone);
    }
}

fn anchor() -> impl Strategy<Value = Timestamp> {
    let of_ours = 946_684_800..4_102_444_800_i64;
    of_ours.prop_map(|second| Timestamp::from_second(second).expect("within the ends of time"))
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 1_000, ..Config::default() })]

    #[test]
    fn a_renewal_is_on_the_anchor_s_day_or_the_last_of_a_shorter_month(
        (name, anchor) in (select(ZONES.to_vec()), anchor()),
        (period, number) in (select(vec![Period::Month, Period::Year]), 1..120_u32),
    ) {
        let zone = zone(name);
        let due = renewal_at(anchor, period, number, &zone).expect("not the end of time");
        let day = zone.to_datetime(anchor).date();
        let months = if period == Period::Month { number } else { number * 12 };
        let month = day.first_of_month().checked_add(Span::new().months(months));
        let month = month.expect("not the end of time");
        let mut expected = month.with().day(day.day().min(month.days_in_month())).build().ok();
        // The one day that a zone of the list left out.
        if name == "Pacific/Apia" && expected == Some(date(2011, 12, 30)) {
            expected = Some(date(2011, 12, 31));
        }
        prop_assert_eq!(Some(zone.to_datetime(due).date()), expected);
    }

    #[test]
    fn renewals_follow_each_other(
        (name, anchor) in (select(ZONES.to_vec()), anchor()),
        (period, number) in (select(vec![Period::Month, Period::Year]), 0..120_u32),
    ) {
        let zone = zone(name);
        let [this, next] = [number, number + 1].map(|n| renewal_at(anchor, period, n, &zone));
        prop_assert!(this < next, "{this:?} and {next:?}");
    }

    #[test]
    fn the_end_of_a_day_is_where_the_next_one_begins(
        (name, anchor) in (select(ZONES.to_vec()), anchor()),
    ) {
        let zone = zone(name);
        let day = zone.to_datetime(anchor).date();
        let (begins, ends) = (Moment::Day(day).begins_at(&zone), Moment::Day(day).ends_at(&zone));
        prop_assert!(begins <= Some(anchor) && Some(anchor) < ends, "{begins:?} {ends:?}");
        let tomorrow = day.tomorrow().expect("not the end of time");
        prop_assert_eq!(Moment::Day(tomorrow).begins_at(&zone), ends);
    }
}
