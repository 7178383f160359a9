use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_assume, proptest};
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::test_runner::Config;

use crate::{ROLLING_DAYS_MAX, Window, WindowRule};

const MONTH: WindowRule = WindowRule::CalendarMonth;
const ZONES: [&str; 7] = [
    "America/Halifax",
    "Asia/Tokyo",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "UTC",
    "Asia/Kathmandu",
];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone that every database has")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant with its offset")
}

fn rolling(days: u16) -> WindowRule {
    WindowRule::Rolling { days }
}

fn nanosecond_before(instant: Timestamp) -> Timestamp {
    instant.checked_sub(Span::new().nanoseconds(1)).expect("not the beginning of time")
}

/// (zone, now, start, end) of calendar months; the instants carry the paper's own offset, as a clock on the wall would.
const MONTHS: [(&str, &str, &str, &str); 16] = [
    // The summer's first and last minute; November has 30 days and one hour more.
    ("America/Halifax", "2026-09-15T12:00-03", "2026-09-01T00:00-03", "2026-10-01T00:00-03"),
    ("America/Halifax", "2026-09-30T23:59:59-03", "2026-09-01T00:00-03", "2026-10-01T00:00-03"),
    ("America/Halifax", "2026-10-01T00:00-03", "2026-10-01T00:00-03", "2026-11-01T00:00-03"),
    ("America/Halifax", "2026-11-01T01:30-04", "2026-11-01T00:00-03", "2026-12-01T00:00-04"),
    ("America/Halifax", "2026-03-08T03:00-03", "2026-03-01T00:00-04", "2026-04-01T00:00-03"),
    // The 31st, the year's end, 29 February, and a February without.
    ("America/Halifax", "2026-12-31T23:59:59.999-04", "2026-12-01T00:00-04", "2027-01-01T00:00-04"),
    ("America/Halifax", "2028-02-29T12:00-04", "2028-02-01T00:00-04", "2028-03-01T00:00-04"),
    ("America/Halifax", "2027-01-31T12:00-04", "2027-01-01T00:00-04", "2027-02-01T00:00-04"),
    // Already the next month in Tokyo while it is still the old one in UTC.
    ("Asia/Tokyo", "2026-10-31T15:00Z", "2026-11-01T00:00+09", "2026-12-01T00:00+09"),
    ("UTC", "2026-10-31T15:00Z", "2026-10-01T00:00Z", "2026-11-01T00:00Z"),
    ("Asia/Kathmandu", "2026-10-31T18:15Z", "2026-11-01T00:00+05:45", "2026-12-01T00:00+05:45"),
    // The clock of 1986 began at a quarter past midnight.
    (
        "Asia/Kathmandu",
        "1985-12-31T12:00+05:30",
        "1985-12-01T00:00+05:30",
        "1986-01-01T00:15+05:45",
    ),
    // Samoa had no 30 December 2011, and changed the side of the date line.
    ("Pacific/Apia", "2011-12-29T23:59-10", "2011-12-01T00:00-10", "2012-01-01T00:00+14"),
    ("Pacific/Apia", "2011-12-31T00:00+14", "2011-12-01T00:00-10", "2012-01-01T00:00+14"),
    // A month whose first midnight did not exist.
    ("America/Asuncion", "2023-09-30T12:00-04", "2023-09-01T00:00-04", "2023-10-01T01:00-03"),
    ("Africa/Cairo", "2026-04-24T01:00+03", "2026-04-01T00:00+02", "2026-05-01T00:00+03"),
];

#[test]
fn a_month_runs_from_its_first_instant_to_the_next_ones() {
    for (name, now, starts, ends) in MONTHS {
        let window = MONTH.lay(&zone(name), at(now));
        let expected = Window { starts_at: at(starts), ends_at: at(ends), rule: MONTH };
        assert_eq!(window, expected, "{name} at {now}");
    }
}

/// (zone, days, now, end) of rolling windows.
const ROLLING: [(&str, u16, &str, &str); 15] = [
    ("America/Halifax", 30, "2026-09-15T12:00-03", "2026-10-15T00:00-03"),
    // The first and the last instant of a day give the same date.
    ("America/Halifax", 7, "2026-09-15T00:00-03", "2026-09-22T00:00-03"),
    ("America/Halifax", 7, "2026-09-15T23:59:59.999999-03", "2026-09-22T00:00-03"),
    // Over the hour that is missing, the hour that is there twice, and on the day itself.
    ("America/Halifax", 7, "2026-03-05T10:00-04", "2026-03-12T00:00-03"),
    ("America/Halifax", 7, "2026-10-29T10:00-03", "2026-11-05T00:00-04"),
    ("America/Halifax", 1, "2026-11-01T01:30-03", "2026-11-02T00:00-04"),
    ("America/Halifax", 1, "2026-11-01T01:30-04", "2026-11-02T00:00-04"),
    // 29 February, the year's end, the longest.
    ("America/Halifax", 1, "2028-02-28T20:00-04", "2028-02-29T00:00-04"),
    ("America/Halifax", 365, "2028-02-29T20:00-04", "2029-02-28T00:00-04"),
    ("Asia/Tokyo", 1, "2026-12-31T23:59+09", "2027-01-01T00:00+09"),
    ("UTC", ROLLING_DAYS_MAX, "2027-03-01T08:00Z", "2028-03-01T00:00Z"),
    // A day without a midnight begins at one o'clock; the hour before it is yesterday's, twice in autumn.
    ("America/Sao_Paulo", 1, "2018-11-03T12:00-03", "2018-11-04T01:00-02"),
    ("Africa/Cairo", 2, "2026-04-22T12:00+02", "2026-04-24T01:00+03"),
    ("Africa/Cairo", 1, "2026-10-29T23:30+02", "2026-10-30T00:00+02"),
    // The day that Samoa left out.
    ("Pacific/Apia", 1, "2011-12-29T12:00-10", "2011-12-31T00:00+14"),
];

#[test]
fn a_rolling_window_begins_now_and_ends_at_the_start_of_a_day() {
    for (name, days, now, ends) in ROLLING {
        let window = rolling(days).lay(&zone(name), at(now));
        let expected = Window { starts_at: at(now), ends_at: at(ends), rule: rolling(days) };
        assert_eq!(window, expected, "{name}, {days} days from {now}");
    }
}

#[test]
fn a_window_never_ends_before_it_is_laid_even_where_a_clock_went_back_over_midnight() {
    // At a minute past midnight on 1 November 2009 the clocks of Newfoundland went back into October.
    let newfoundland = zone("America/St_Johns");
    let now = at("2009-10-31T23:30-03:30");
    for rule in [MONTH, rolling(1)] {
        let window = rule.lay(&newfoundland, now);
        assert_eq!(window.ends_at, at("2009-11-01T00:00-03:30"), "{rule:?}");
        assert!(window.holds(now));
    }
    let before = at("2009-10-31T23:30-02:30");
    assert_eq!(MONTH.lay(&newfoundland, before).ends_at, at("2009-11-01T00:00-02:30"));
}

#[test]
fn where_midnight_happens_twice_on_one_day_the_first_one_counts() {
    // In Havana one o'clock in the morning of 1 November 2026 is midnight again.
    let havana = zone("America/Havana");
    let first_midnight = at("2026-11-01T00:00-04");
    for now in ["2026-11-01T00:30-04", "2026-11-01T00:30-05"] {
        assert_eq!(MONTH.lay(&havana, at(now)).starts_at, first_midnight);
    }
    assert_eq!(MONTH.lay(&havana, at("2026-10-31T23:59-04")).ends_at, first_midnight);
    assert_eq!(rolling(2).lay(&havana, at("2026-10-30T09:00-04")).ends_at, first_midnight);
}

#[test]
fn it_holds_to_its_last_instant_and_not_at_its_end() {
    let window = MONTH.lay(&zone("America/Halifax"), at("2026-09-15T12:00-03"));
    assert!(window.holds(window.starts_at));
    assert!(window.holds(nanosecond_before(window.ends_at)));
    assert!(!window.holds(window.ends_at));
    assert!(!window.holds(Timestamp::MAX));
    // A clock that stepped back gives nobody a second allowance.
    assert!(window.holds(nanosecond_before(window.starts_at)));
    assert!(window.holds(Timestamp::MIN));
}

#[test]
fn the_dates_that_readers_are_shown() {
    let halifax = zone("America/Halifax");
    let month = MONTH.lay(&halifax, at("2026-09-15T12:00-03"));
    assert_eq!(month.reset_on(&halifax), date(2026, 10, 1));
    assert_eq!(month.last_on(&halifax), date(2026, 9, 30));
    let week = rolling(7).lay(&halifax, at("2026-12-28T23:00-04"));
    assert_eq!(week.reset_on(&halifax), date(2027, 1, 4));
    assert_eq!(week.last_on(&halifax), date(2027, 1, 3));
    // The day before 31 December 2011 was 29 December in Samoa.
    let apia = zone("Pacific/Apia");
    let day = rolling(1).lay(&apia, at("2011-12-29T12:00-10"));
    assert_eq!(day.reset_on(&apia), date(2011, 12, 31));
    assert_eq!(day.last_on(&apia), date(2011, 12, 29));
}

#[test]
fn a_window_of_no_days_is_a_window_of_one() {
    let utc = TimeZone::UTC;
    let now = at("2026-09-15T12:00Z");
    assert_eq!(rolling(0).lay(&utc, now).ends_at, rolling(1).lay(&utc, now).ends_at);
}

#[test]
fn the_ends_of_time_are_windows_too() {
    for name in ZONES {
        let zone = zone(name);
        for rule in [MONTH, rolling(0), rolling(1), rolling(ROLLING_DAYS_MAX), rolling(u16::MAX)] {
            let first = rule.lay(&zone, Timestamp::MIN);
            assert_eq!(first.starts_at, Timestamp::MIN, "{name}, {rule:?}");
            assert!(first.holds(Timestamp::MIN));
            let last = rule.lay(&zone, Timestamp::MAX);
            assert_eq!(last.ends_at, Timestamp::MAX, "{name}, {rule:?}");
            assert!(last.holds(nanosecond_before(Timestamp::MAX)));
            for window in [first, last] {
                assert!(window.last_on(&zone) <= window.reset_on(&zone), "{name}, {rule:?}");
            }
            let empty = Window { starts_at: Timestamp::MIN, ends_at: Timestamp::MIN, rule };
            assert_eq!(empty.last_on(&zone), empty.reset_on(&zone));
        }
    }
}

fn instant() -> impl Strategy<Value = Timestamp> {
    let microseconds = |seconds: i64, fraction: i32| {
        Timestamp::new(seconds, fraction * 1_000).expect("within the ends of time")
    };
    let of_the_paper = 946_684_800..4_102_444_800_i64;
    let ever = Timestamp::MIN.as_second() + 1..Timestamp::MAX.as_second();
    // An hour around the first of a month, where everything happens.
    let edge = (1900..2200_i16, 1..=12_i8, -5_400..5_400_i64).prop_map(|(year, month, seconds)| {
        let midnight = TimeZone::UTC.to_timestamp(date(year, month, 1).at(0, 0, 0, 0));
        midnight.expect("a year of ours").as_second() + seconds
    });
    let seconds = prop_oneof![3 => of_the_paper, 1 => ever, 2 => edge];
    (seconds, 0..1_000_000_i32).prop_map(move |(s, fraction)| microseconds(s, fraction))
}

fn near_the_end(window: &Window) -> bool {
    window.ends_at == Timestamp::MAX
}

fn day_of(zone: &TimeZone, instant: Timestamp) -> Date {
    zone.to_datetime(instant).date()
}

fn some_zone() -> impl Strategy<Value = TimeZone> {
    select(ZONES.to_vec()).prop_map(zone)
}

fn some_rule() -> impl Strategy<Value = WindowRule> {
    prop_oneof![
        Just(MONTH),
        (1..=ROLLING_DAYS_MAX).prop_map(rolling),
        any::<u16>().prop_map(rolling)
    ]
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 1_000, ..Config::default() })]

    #[test]
    fn a_window_holds_the_instant_that_lays_it(
        (zone, rule, now) in (some_zone(), some_rule(), instant()),
    ) {
        let window = rule.lay(&zone, now);
        prop_assert!(window.starts_at <= now && now < window.ends_at, "{window:?}");
        prop_assert!(window.holds(now));
        prop_assert_eq!(window.rule, rule);
        prop_assert!(window.last_on(&zone) < window.reset_on(&zone) || near_the_end(&window));
    }

    #[test]
    fn months_tile_time((zone, now) in (some_zone(), instant())) {
        let window = MONTH.lay(&zone, now);
        prop_assume!(!near_the_end(&window));
        let next = MONTH.lay(&zone, window.ends_at);
        prop_assert_eq!(next.starts_at, window.ends_at);
        let last = nanosecond_before(window.ends_at);
        prop_assert_eq!(MONTH.lay(&zone, last), window);
        if window.starts_at > Timestamp::MIN {
            prop_assert_eq!(MONTH.lay(&zone, window.starts_at), window);
        }
    }

    #[test]
    fn a_month_begins_and_ends_on_its_first(
        (zone, now) in (some_zone(), instant()),
    ) {
        let window = MONTH.lay(&zone, now);
        prop_assume!(!near_the_end(&window));
        let today = day_of(&zone, now);
        let month = |instant| day_of(&zone, instant).first_of_month();
        prop_assert_eq!(month(nanosecond_before(window.ends_at)), today.first_of_month());
        prop_assert_eq!(window.reset_on(&zone).day(), 1);
        let next = today.first_of_month().checked_add(Span::new().months(1));
        prop_assert_eq!(Ok(window.reset_on(&zone)), next.map_err(|_| ()));
    }

    #[test]
    fn a_rolling_window_ends_that_many_civil_days_later(
        (zone, days, now) in (some_zone(), 1..=ROLLING_DAYS_MAX, instant()),
    ) {
        let window = rolling(days).lay(&zone, now);
        prop_assume!(!near_the_end(&window));
        prop_assert_eq!(window.starts_at, now);
        let later = day_of(&zone, now).checked_add(Span::new().days(i64::from(days)));
        let end = later.expect("not near the end of time");
        prop_assert!(day_of(&zone, nanosecond_before(window.ends_at)) < end, "not its start");
        // The one day that a zone of the list left out.
        if end == date(2011, 12, 30) && zone.iana_name() == Some("Pacific/Apia") {
            prop_assert_eq!(window.reset_on(&zone), date(2011, 12, 31));
        } else {
            prop_assert_eq!(window.reset_on(&zone), end);
        }
    }

    #[test]
    fn reading_on_never_pushes_the_end_away(
        (zone, rule, now) in (some_zone(), some_rule(), instant()),
    ) {
        // Whoever reads inside the window keeps it: only a window that no longer holds is laid anew.
        let window = rule.lay(&zone, now);
        let later = nanosecond_before(window.ends_at);
        prop_assert!(window.holds(later));
        if rule == MONTH {
            prop_assert_eq!(rule.lay(&zone, later).ends_at, window.ends_at);
        }
    }
}

#[test]
fn a_month_that_is_remembered_is_the_month_that_is_laid() {
    let zone = TimeZone::get("America/Havana").unwrap();
    let (month, other) = (super::Month::default(), super::Month::default());
    let mut now: Timestamp = "2026-10-30T12:00:00Z".parse().unwrap();
    // Over the night in which the clocks go back over midnight, into the next year, and back again.
    for step in (0..2_000).map(|number| if number < 1_500 { 61 } else { -61 }) {
        let laid = WindowRule::CalendarMonth.lay(&zone, now);
        assert_eq!(month.lay(WindowRule::CalendarMonth, &zone, now), laid, "{now}");
        let rolling = WindowRule::Rolling { days: 7 };
        assert_eq!(other.lay(rolling, &zone, now), rolling.lay(&zone, now), "{now}");
        now += jiff::SignedDuration::from_mins(step);
    }
}
