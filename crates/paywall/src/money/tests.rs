use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use proptest::test_runner::Config;

use super::{Currency, Money, MoneyError, Offer};

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("three capital letters")
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone that every database has")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant with its offset")
}

fn offer(ends_on: Option<Date>) -> Offer {
    let intro = Money { minor: 900, currency: currency("USD") };
    Offer { plan: "digital".to_owned(), intro, first: crate::First::Months(3), ends_on }
}

#[test]
fn a_currency_is_three_capital_letters() {
    for code in ["USD", "EUR", "JPY", "XXX"] {
        assert_eq!(currency(code).as_str(), code);
    }
    for code in ["", "US", "USDT", "usd", "Usd", "U D", "US1", "ÜSD", "€", "US\u{0}"] {
        assert_eq!(Currency::parse(code), Err(MoneyError::Currency(code.to_owned())));
    }
    let long = "é".repeat(500);
    let Err(MoneyError::Currency(shown)) = Currency::parse(&long) else {
        panic!("a long word is no currency");
    };
    assert_eq!(shown.chars().count(), 12);
}

#[test]
fn decimals_are_those_of_iso_4217() {
    for (code, decimals) in [
        ("USD", 2),
        ("CAD", 2),
        ("EUR", 2),
        ("GBP", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("ISK", 0),
        ("CLP", 0),
        ("VND", 0),
        ("XAF", 0),
        ("XOF", 0),
        ("XPF", 0),
        ("UGX", 0),
        ("PYG", 0),
    ] {
        assert_eq!(currency(code).decimals(), decimals, "{code}");
    }
}

#[test]
fn amounts_are_read_as_people_write_them() {
    for (code, amount, minor) in [
        ("USD", "12", 1_200),
        ("USD", "12.5", 1_250),
        ("USD", "12.50", 1_250),
        ("USD", "12.05", 1_205),
        ("USD", "0", 0),
        ("USD", "0.01", 1),
        ("USD", "0.10", 10),
        ("USD", "007", 700),
        ("USD", "999999999999.99", 99_999_999_999_999),
        ("JPY", "980", 980),
        ("JPY", "999999999999", 999_999_999_999),
    ] {
        let expected = Money { minor, currency: currency(code) };
        assert_eq!(Money::parse(amount, currency(code)), Ok(expected), "{code} {amount}");
    }
}

#[test]
fn what_is_no_amount_is_refused_and_named() {
    for (code, amount) in [
        ("USD", ""),
        ("USD", " "),
        ("USD", "."),
        ("USD", ".5"),
        ("USD", "12."),
        ("USD", "12.505"),
        ("USD", "12.500"),
        ("USD", "1.2.3"),
        ("USD", "12,50"),
        ("USD", "1,200"),
        ("USD", "-1"),
        ("USD", "+1"),
        ("USD", "--1"),
        ("USD", "1e3"),
        ("USD", "0x10"),
        ("USD", "$12"),
        ("USD", " 12"),
        ("USD", "12 "),
        ("USD", "٣"),
        ("USD", "1_000"),
        ("USD", "NaN"),
        ("USD", "1000000000000"),
        ("USD", "99999999999999999999999"),
        ("JPY", "980.0"),
        ("JPY", "980."),
    ] {
        let refused = Money::parse(amount, currency(code));
        assert_eq!(refused, Err(MoneyError::Amount(amount.to_owned())), "{code} {amount}");
    }
    let long = Money::parse(&"9".repeat(1_000_000), currency("USD"));
    assert_eq!(long, Err(MoneyError::Amount("9".repeat(24))));
}

#[test]
fn amounts_are_printed_short_where_they_are_round() {
    for (code, minor, printed) in [
        ("USD", 900, "USD 9"),
        ("USD", 950, "USD 9.50"),
        ("USD", 905, "USD 9.05"),
        ("USD", 0, "USD 0"),
        ("USD", 1, "USD 0.01"),
        ("JPY", 980, "JPY 980"),
        // What is paid back.
        ("USD", -900, "USD -9"),
        ("USD", -50, "USD -0.50"),
        ("USD", -1_205, "USD -12.05"),
        ("JPY", -980, "JPY -980"),
        ("USD", i64::MAX, "USD 92233720368547758.07"),
        ("USD", i64::MIN, "USD -92233720368547758.08"),
    ] {
        let money = Money { minor, currency: currency(code) };
        assert_eq!(money.to_string(), printed);
    }
}

#[test]
fn the_last_day_of_an_offer_belongs_to_it() {
    for (name, ends_on, last, ended) in [
        (
            "America/Halifax",
            date(2026, 9, 30),
            "2026-09-30T23:59:59.999999-03",
            "2026-10-01T00:00-03",
        ),
        // On the day when an hour is missing, and on the one that has it twice.
        ("America/Halifax", date(2026, 3, 8), "2026-03-08T23:59:59-03", "2026-03-09T00:00-03"),
        ("America/Halifax", date(2026, 11, 1), "2026-11-01T23:59:59-04", "2026-11-02T00:00-04"),
        // The day after has no midnight: the offer ends where that day begins.
        ("America/Sao_Paulo", date(2018, 11, 3), "2018-11-03T23:59:59-03", "2018-11-04T01:00-02"),
        ("Africa/Cairo", date(2026, 4, 23), "2026-04-23T23:59:59+02", "2026-04-24T01:00+03"),
        // The last hour happens twice, and both belong to the day.
        ("Africa/Cairo", date(2026, 10, 29), "2026-10-29T23:59:59+02", "2026-10-30T00:00+02"),
        ("Asia/Tokyo", date(2026, 12, 31), "2026-12-31T14:59:59Z", "2026-12-31T15:00Z"),
        (
            "Asia/Kathmandu",
            date(2028, 2, 29),
            "2028-02-29T23:59:59+05:45",
            "2028-03-01T00:00+05:45",
        ),
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-29T23:59:59-10", "2011-12-31T00:00+14"),
        ("America/Havana", date(2026, 10, 31), "2026-10-31T23:59:59-04", "2026-11-01T00:00-04"),
        ("UTC", date(2026, 1, 31), "2026-01-31T23:59:59Z", "2026-02-01T00:00Z"),
    ] {
        let zone = zone(name);
        let offer = offer(Some(ends_on));
        assert_eq!(offer.ends_at(&zone), Some(at(ended)), "{name}, {ends_on}");
        assert!(offer.is_live(&zone, at(last)), "{name}, {ends_on}");
        assert!(!offer.is_live(&zone, at(ended)), "{name}, {ends_on}");
    }
}

#[test]
fn the_day_of_an_offer_is_the_paper_s_and_nobody_else_s() {
    let offer = offer(Some(date(2026, 9, 30)));
    let instant = at("2026-09-30T16:00Z");
    assert!(offer.is_live(&zone("America/Halifax"), instant));
    assert!(!offer.is_live(&zone("Asia/Tokyo"), instant));
}

#[test]
fn an_offer_can_be_without_an_end() {
    for zone in ["America/Halifax", "Pacific/Apia", "UTC"].map(zone) {
        for ends_on in [None, Some(Date::MAX), Date::MAX.yesterday().ok()] {
            let offer = offer(ends_on);
            assert!(offer.ends_at(&zone).is_none_or(|end| end > at("9999-12-29T00:00Z")));
            assert!(offer.is_live(&zone, at("9999-12-29T00:00Z")));
            assert!(offer.is_live(&zone, Timestamp::MIN));
        }
        assert_eq!(offer(None).ends_at(&zone), None);
        assert_eq!(offer(Some(Date::MAX)).ends_at(&zone), None);
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn what_is_printed_can_be_read(
        minor in 0..=99_999_999_999_999_i64,
        code in select(vec!["USD", "JPY", "XOF"]),
    ) {
        let minor = if code == "USD" { minor } else { minor / 100 };
        let money = Money { minor, currency: currency(code) };
        let printed = money.to_string();
        let amount = printed.strip_prefix(code).expect("the currency comes first").trim_start();
        prop_assert_eq!(Money::parse(amount, money.currency), Ok(money));
    }

    #[test]
    fn any_text_is_an_error_or_a_sum_of_money(text in any::<String>(), amount in "[0-9.+-]{0,20}") {
        let _ = Currency::parse(&text);
        for text in [text, amount] {
            if let Ok(money) = Money::parse(&text, currency("USD")) {
                prop_assert!(money.minor >= 0);
            }
        }
    }

    #[test]
    fn an_offer_ends_where_the_day_after_begins(
        name in select(vec!["America/Halifax", "Asia/Tokyo", "America/Sao_Paulo", "Africa/Cairo"]),
        (year, day) in (1990..2200_i16, 0..365_i64),
    ) {
        let zone = zone(name);
        let last = date(year, 1, 1).checked_add(Span::new().days(day)).expect("a year of ours");
        let end = offer(Some(last)).ends_at(&zone).expect("an end");
        let before = end.checked_sub(Span::new().nanoseconds(1)).expect("not the beginning");
        prop_assert_eq!(zone.to_datetime(before).date(), last);
        prop_assert_eq!(Ok(zone.to_datetime(end).date()), last.tomorrow().map_err(|_| ()));
    }
}
