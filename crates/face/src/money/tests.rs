use paywall::{Currency, Money};

use crate::{Language, Words};

fn told(language: Language, minor: i64, currency: &str) -> String {
    let currency = Currency::parse(currency).unwrap();
    Words::of(language).money(Money { minor, currency })
}

#[test]
fn amounts_follow_the_language() {
    for (language, whole, part, yen, big) in [
        (Language::English, "$9", "£9.50", "¥900", "€1,234.05"),
        (Language::German, "9\u{A0}$", "9,50\u{A0}£", "900\u{A0}¥", "1.234,05\u{A0}€"),
        (Language::French, "9\u{A0}$", "9,50\u{A0}£", "900\u{A0}¥", "1\u{202F}234,05\u{A0}€"),
        (Language::Spanish, "9\u{A0}$", "9,50\u{A0}£", "900\u{A0}¥", "1234,05\u{A0}€"),
        (Language::Japanese, "$9", "£9.50", "¥900", "€1,234.05"),
    ] {
        assert_eq!(told(language, 900, "USD"), whole);
        assert_eq!(told(language, 900, "CAD"), whole);
        assert_eq!(told(language, 950, "GBP"), part);
        assert_eq!(told(language, 900, "JPY"), yen);
        assert_eq!(told(language, 123_405, "EUR"), big);
    }
}

#[test]
fn other_currencies_keep_their_letters() {
    assert_eq!(told(Language::English, 950, "CHF"), "CHF\u{A0}9.50");
    assert_eq!(told(Language::German, 900, "CHF"), "9\u{A0}CHF");
}

#[test]
fn odd_amounts_are_told_whole() {
    assert_eq!(told(Language::English, 0, "USD"), "$0");
    assert_eq!(told(Language::English, 5, "USD"), "$0.05");
    assert_eq!(told(Language::English, -950, "USD"), "−$9.50");
    assert_eq!(told(Language::English, i64::MIN, "JPY"), "−¥9,223,372,036,854,775,808");
}
