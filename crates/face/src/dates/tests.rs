use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::last_day_before;
use crate::{Language, Words};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn halifax() -> TimeZone {
    TimeZone::get("America/Halifax").unwrap()
}

#[test]
fn english_ordinals() {
    let words = Words::of(Language::English);
    let spoken: Vec<_> = [1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 23, 24, 30, 31]
        .into_iter()
        .map(|day| words.month_day(day))
        .collect();
    assert_eq!(
        spoken.join(" "),
        "1st 2nd 3rd 4th 10th 11th 12th 13th 20th 21st 22nd 23rd 24th 30th 31st"
    );
}

#[test]
fn the_year_is_there_only_where_it_differs() {
    let (day, next_year) = (Date::constant(2026, 9, 1), Date::constant(2027, 1, 1));
    for (language, same, other) in [
        (Language::English, "September 1st", "January 1st, 2027"),
        (Language::German, "1.\u{A0}September", "1.\u{A0}Januar 2027"),
        (Language::French, "1er\u{A0}septembre", "1er\u{A0}janvier 2027"),
        (Language::Spanish, "1 de septiembre", "1 de enero de 2027"),
        (Language::Japanese, "9月1日", "2027年1月1日"),
    ] {
        let words = Words::of(language);
        assert_eq!(words.date(day, Date::constant(2026, 12, 31)), same);
        assert_eq!(words.date(next_year, Date::constant(2026, 12, 31)), other);
    }
}

#[test]
fn the_masthead_names_the_weekday_in_the_papers_zone() {
    // 01:30 UTC on Thursday is still Wednesday evening in Halifax.
    let late = at("2026-09-17T01:30:00Z");
    for (language, line) in [
        (Language::English, "Port Merrin, Wednesday, September 16th, 2026"),
        (Language::German, "Port Merrin, Mittwoch, 16.\u{A0}September 2026"),
        (Language::French, "Port Merrin, mercredi 16\u{A0}septembre 2026"),
        (Language::Spanish, "Port Merrin, miércoles 16 de septiembre de 2026"),
        (Language::Japanese, "Port Merrin　2026年9月16日（水）"),
    ] {
        assert_eq!(Words::of(language).masthead_line("Port Merrin", late, &halifax()), line);
    }
    let alone = Words::of(Language::English).masthead_line("", late, &halifax());
    assert_eq!(alone, "Wednesday, September 16th, 2026");
}

#[test]
fn when_is_time_then_yesterday_then_the_day() {
    let words = Words::of(Language::English);
    let (zone, now) = (halifax(), at("2026-09-16T16:48:00Z"));
    let when = |text| words.when(at(text), &zone, now);
    assert_eq!(when("2026-09-16T09:00:00Z"), "6:00");
    assert_eq!(when("2026-09-16T03:00:00Z"), "0:00");
    assert_eq!(when("2026-09-16T02:52:00Z"), "Yesterday, 23:52");
    assert_eq!(when("2026-09-15T02:59:00Z"), "September 14th");
    assert_eq!(when("2025-09-16T09:00:00Z"), "September 16th, 2025");
    let byline = words.date_and_time(at("2026-09-16T09:00:00Z"), &zone, now);
    assert_eq!(byline, "September 16th, 6:00");
}

#[test]
fn yesterday_is_a_civil_day_even_where_it_has_23_hours() {
    // Clocks went forward in Halifax on March 8th, 2026.
    let words = Words::of(Language::English);
    let when = words.when(at("2026-03-08T04:30:00Z"), &halifax(), at("2026-03-09T03:30:00Z"));
    assert_eq!(when, "Yesterday, 0:30");
}

#[test]
fn clocks_follow_the_language() {
    let six = at("2026-09-16T09:05:00Z");
    for (language, clock) in [
        (Language::English, "6:05"),
        (Language::German, "6:05\u{A0}Uhr"),
        (Language::French, "6\u{A0}h\u{A0}05"),
        (Language::Spanish, "6:05"),
        (Language::Japanese, "6:05"),
    ] {
        assert_eq!(Words::of(language).clock(six, &halifax()), clock);
        assert_eq!(Words::of(language).clock_short(six, &halifax()), "6:05");
    }
}

#[test]
fn zones_are_told_by_their_city() {
    let city = |language, zone| Words::of(language).city(&TimeZone::get(zone).unwrap());
    assert_eq!(city(Language::English, "America/Halifax"), "Halifax");
    assert_eq!(city(Language::English, "America/Argentina/Buenos_Aires"), "Buenos Aires");
    assert_eq!(city(Language::Japanese, "Asia/Tokyo"), "東京");
    assert_eq!(city(Language::English, "UTC"), "UTC");
    let fixed = TimeZone::fixed(jiff::tz::Offset::constant(-3));
    assert_eq!(Words::of(Language::English).city(&fixed), "UTC");
}

#[test]
fn an_end_at_midnight_belongs_to_the_day_before() {
    let midnight = at("2026-10-01T03:00:00Z");
    assert_eq!(last_day_before(midnight, &halifax()), Date::constant(2026, 9, 30));
    assert_eq!(last_day_before(at("2026-10-01T03:00:01Z"), &halifax()).day(), 1);
}

#[test]
fn months_and_days_of_an_archive() {
    let day = jiff::civil::date(2026, 9, 16);
    let told = |language| {
        let words = Words::of(language);
        [words.month_and_year(day), words.month(day), words.weekday_and_day(day)]
    };
    assert_eq!(told(Language::English), ["September 2026", "September", "Wednesday 16th"]);
    assert_eq!(told(Language::German), ["September 2026", "September", "Mittwoch, 16."]);
    assert_eq!(told(Language::French), ["septembre 2026", "septembre", "mercredi 16"]);
    assert_eq!(told(Language::Spanish), ["septiembre de 2026", "septiembre", "miércoles 16"]);
    assert_eq!(told(Language::Japanese), ["2026年9月", "9月", "16日（水）"]);
}
