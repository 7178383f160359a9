use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use proptest::test_runner::Config;

use super::{Currency, Money, MoneyError};

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("three capital letters")
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
fn books_have_all_decimals_and_no_name_of_a_currency() {
    for (code, minor, printed) in [
        ("USD", 12_000, "120.00"),
        ("USD", 990, "9.90"),
        ("USD", 5, "0.05"),
        ("USD", 0, "0.00"),
        ("JPY", 980, "980"),
        // What is paid back.
        ("USD", -1_205, "-12.05"),
        ("USD", -5, "-0.05"),
        ("JPY", -980, "-980"),
        ("USD", i64::MAX, "92233720368547758.07"),
        ("USD", i64::MIN, "-92233720368547758.08"),
    ] {
        let money = Money { minor, currency: currency(code) };
        assert_eq!(money.decimal(), printed);
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
        prop_assert_eq!(Money::parse(&money.decimal(), money.currency), Ok(money));
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
}
