//! Asking for one setting and writing one: the rest of the document stays as it stands.

use super::super::{HOUSE_BYTES_MAX, House, Origin, PLANS_MAX, SETTINGS};
use super::{EXAMPLE, house, parse};

#[track_caller]
fn set(text: &str, key: &str, value: &str) -> String {
    House::set(text, key, value).unwrap_or_else(|fault| panic!("{fault}"))
}

fn got(text: &str, key: &str) -> String {
    House::get(text, key).unwrap().value
}

#[test]
fn a_setting_is_told_with_its_origin() {
    let name = House::get(EXAMPLE, "paper.name").unwrap();
    assert_eq!((name.value.as_str(), name.origin), ("The Merrin Courant", Origin::Set));
    let name = House::get("", "paper.name").unwrap();
    assert_eq!((name.value.as_str(), name.origin), ("The Paper", Origin::Default));
    assert_eq!(got(EXAMPLE, "meter.allowance_visitors"), "5");
    assert_eq!(got(EXAMPLE, "tariff_since"), "2026-01-01");
    assert_eq!(
        got(EXAMPLE, "benefits"),
        r#"["read every article, as often as you like", "use it on phone, tablet and computer", "get the printed paper on Saturdays"]"#
    );
    assert_eq!(
        got(EXAMPLE, "offers"),
        r#"[{ plan = "digital", intro = "9", months = 3, ends_on = 2026-09-30 }]"#
    );
    assert_eq!(got(EXAMPLE, "wordings.en.open_article"), "Read this article");
    assert_eq!(got(EXAMPLE, "wordings.de.open_article"), "");
    assert_eq!(got(EXAMPLE, "wordings"), r#"{ en = { open_article = "Read this article" } }"#);
}

#[test]
fn what_is_no_setting_finds_the_nearest() {
    let unknown = House::get(EXAMPLE, "paper.nam").unwrap_err();
    assert_eq!(unknown.nearest, "paper.name");
    assert_eq!(unknown.to_string(), "there is no setting \"paper.nam\"; the nearest is paper.name");
    for key in [
        "",
        ".",
        "paper",
        "wordings.en",
        "wordings.xx.open_article",
        "wordings.en.nothing",
        "plans.digital",
    ] {
        assert!(House::get(EXAMPLE, key).is_err(), "{key}");
        assert!(House::set(EXAMPLE, key, "1").is_err(), "{key}");
    }
    let long = House::get("", &"a".repeat(100_000)).unwrap_err();
    assert!(long.to_string().len() < 200);
}

#[test]
fn a_document_that_is_no_toml_is_not_guessed_at() {
    let value = House::get("[paper", "paper.name").unwrap();
    assert_eq!((value.value.as_str(), value.origin), ("", Origin::Unreadable));
    assert!(House::all("[paper").iter().all(|row| row.origin == Origin::Unreadable));
    assert_eq!(House::set("a\n[paper", "paper.name", "A").unwrap_err().line, Some(1));
}

#[test]
fn all_rows_come_in_the_order_of_the_table() {
    let rows = House::all(EXAMPLE);
    assert_eq!(rows.len(), SETTINGS.len());
    for (row, setting) in rows.iter().zip(SETTINGS) {
        assert_eq!((row.key, row.meaning), (setting.key, setting.meaning));
        assert_eq!(row.allowed, setting.kind.allowed());
        let value = House::get(EXAMPLE, row.key).unwrap();
        assert_eq!((&row.value, row.origin), (&value.value, value.origin));
    }
    assert!(House::all("").iter().all(|row| row.origin == Origin::Default));
}

/// What `get` says, `set` takes: nothing changes.
#[test]
fn what_is_told_can_be_set() {
    let before = format!("{:?}", house(EXAMPLE));
    for row in House::all(EXAMPLE) {
        if row.key == "wordings" {
            continue;
        }
        let text = set(EXAMPLE, row.key, &row.value);
        assert_eq!(got(&text, row.key), row.value, "{}", row.key);
        assert_eq!(format!("{:?}", house(&text)), before, "{}\n{text}", row.key);
    }
    assert!(House::set(EXAMPLE, "wordings", "{}").unwrap_err().sentence.contains("one message"));
}

#[test]
fn a_changed_value_changes_nothing_else() {
    for (key, value, from, to) in [
        ("paper.zone", "Asia/Tokyo", "\"America/Halifax\" # days", "\"Asia/Tokyo\" # days"),
        ("meter.allowance_visitors", "7", "allowance_visitors = 5", "allowance_visitors = 7"),
        ("tariff_since", "2027-01-01", "2026-01-01", "2027-01-01"),
        ("wordings.en.open_article", "Go on", "Read this article", "Go on"),
        ("opening", "ask", "opening = \"reading\"", "opening = \"ask\""),
    ] {
        assert_eq!(set(EXAMPLE, key, value), EXAMPLE.replacen(from, to, 1), "{key}");
    }
}

#[test]
fn a_new_value_finds_its_place() {
    assert_eq!(set("", "registration", "on"), "registration = \"on\"\n");
    assert_eq!(set("", "paper.name", "A"), "[paper]\nname = \"A\"\n");
    assert_eq!(
        set("[paper]\nname = \"A\"\n", "opening", "ask"),
        "opening = \"ask\"\n\n[paper]\nname = \"A\"\n"
    );
    assert_eq!(
        set("# Our settings\n\n# who we are\n[paper]\nname = \"A\"\n", "opening", "ask"),
        "# Our settings\n\nopening = \"ask\"\n\n# who we are\n[paper]\nname = \"A\"\n"
    );
    assert_eq!(set("# Our settings\n", "opening", "ask"), "# Our settings\nopening = \"ask\"\n");
    assert_eq!(
        set(
            "[paper]\nname = \"A\" # ours\n\n[meter]\nallowance_visitors = 3\n",
            "paper.zone",
            "UTC"
        ),
        "[paper]\nname = \"A\" # ours\nzone = \"UTC\"\n\n[meter]\nallowance_visitors = 3\n"
    );
    assert_eq!(
        set("paper.name = \"A\"\n", "paper.zone", "UTC"),
        "paper.name = \"A\"\npaper.zone = \"UTC\"\n"
    );
    assert_eq!(
        set("paper = { name = \"A\" }\n", "paper.zone", "UTC"),
        "paper = { name = \"A\", zone = \"UTC\" }\n"
    );
    assert_eq!(
        set("opening = \"ask\"\n", "wordings.de.open_article", "Weiter"),
        "opening = \"ask\"\n\n[wordings.de]\nopen_article = \"Weiter\"\n"
    );
    assert_eq!(
        set("", "wordings.en.left", "{ one = '{count} left', other = '{count} left' }"),
        "[wordings.en]\nleft = { one = '{count} left', other = '{count} left' }\n"
    );
    // Everything at once, each on top of the last.
    let mut text = String::new();
    for row in House::all(EXAMPLE).iter().filter(|row| row.key != "wordings") {
        text = set(&text, row.key, &row.value);
    }
    let text = set(&text, "wordings.en.open_article", "Read this article");
    assert_eq!(format!("{:?}", house(&text)), format!("{:?}", house(EXAMPLE)), "{text}");
}

#[test]
fn line_ends_of_another_system_and_a_byte_order_mark() {
    let windows = EXAMPLE.replace('\n', "\r\n");
    let marked = format!("\u{FEFF}{windows}");
    for text in [&windows, &marked] {
        let changed = set(text, "meter.allowance_visitors", "7");
        assert_eq!(
            changed.replace(['\r', '\u{FEFF}'], ""),
            EXAMPLE.replace("visitors = 5", "visitors = 7")
        );
        assert_eq!(house(&changed).wordings.len(), 1);
        assert_eq!(changed.matches("\r\n").count(), changed.matches('\n').count(), "{changed:?}");
    }
}

#[test]
fn an_empty_value_takes_the_setting_out() {
    assert_eq!(
        set(EXAMPLE, "paper.tagline", ""),
        EXAMPLE.replace("tagline = \"Printed on the Sound since 1871\"\n", "")
    );
    // The comment behind a value stays, and so does the one above.
    assert_eq!(
        set(EXAMPLE, "paper.zone", ""),
        EXAMPLE.replace("zone = \"America/Halifax\" # days", "# days")
    );
    assert_eq!(set("# above\nopening = \"ask\"\n", "opening", ""), "# above\n");
    assert_eq!(
        set("paper.name = 'A'\r\npaper.place = 'B'\r\n", "paper.name", ""),
        "paper.place = 'B'\r\n"
    );
    assert_eq!(
        set("paper = { name = 'A', place = 'B' }\n", "paper.name", ""),
        "paper = { place = 'B' }\n"
    );
    let without = set(EXAMPLE, "benefits", "");
    assert!(house(&without).benefits.is_empty(), "{without}");
    let without = set(&set(EXAMPLE, "offers", ""), "plans", "");
    assert!(house(&without).plans.is_empty() && house(&without).offers.is_empty(), "{without}");
    let without = set(EXAMPLE, "wordings.en.open_article", "");
    assert_eq!(got(&without, "wordings.en.open_article"), "");
    for row in House::all(EXAMPLE) {
        assert_eq!(set("", row.key, ""), "", "{}", row.key);
        let value = House::get(&set(EXAMPLE, row.key, ""), row.key).unwrap();
        assert_eq!(value.origin, Origin::Default, "{}", row.key);
    }
}

#[test]
fn lists_are_taken_as_lines_too() {
    let text = set("", "benefits", "read every article\n\nuse it on the ferry\n");
    assert_eq!(text, "benefits = [\"read every article\", \"use it on the ferry\"]\n");
    assert_eq!(set("", "pitch", "[ 'one' ]"), "pitch = [ 'one' ]\n");
}

#[test]
fn tables_are_taken_as_lists() {
    let plans =
        "[{ slug = 'a', name = 'A', opens = ['digital'], currency = 'EUR', monthly = '9' }]";
    let text = set("[paper]\nname = \"A\"\n", "plans", plans);
    assert_eq!(
        text,
        "[paper]\nname = \"A\"\n\n[[plans]]\nslug = \"a\"\nname = \"A\"\nopens = [\"digital\"]\n\
         currency = \"EUR\"\nmonthly = \"9\"\n"
    );
    assert_eq!(house(&text).plans.len(), 1);
    let none = set(EXAMPLE, "offers", "[]");
    assert_eq!((got(&none, "offers"), house(&none).offers.len()), ("[]".to_owned(), 0));
    assert_eq!(got(&set(&none, "plans", plans), "offers"), "[]");
    let many = format!("[{}]", vec!["{ slug = 'a' }"; PLANS_MAX + 1].join(", "));
    for wrong in ["3", "[1]", "a", "[{ slug = 'a' }]", many.as_str()] {
        let fault = House::set("", "plans", wrong).unwrap_err();
        assert!(fault.key.starts_with("plans"), "{fault}");
    }
}

#[test]
fn a_wrong_value_is_refused_and_nothing_is_written() {
    for (key, value) in [
        ("paper.name", " "),
        ("paper.zone", "Atlantis"),
        ("paper.language", "nl"),
        ("meter.allowance_visitors", "five"),
        ("meter.allowance_visitors", "1001"),
        ("meter.window", "fortnight"),
        ("new_visitor_budget", "0"),
        ("opening", "Ask"),
        ("subscribe_url", "//example.org"),
        ("contact_mail", "a"),
        ("tariff_since", "today"),
        ("benefits", "one"),
        ("benefits", "[1, 2]"),
        ("benefits", "[1"),
        ("paper.place", "a\nb"),
        ("wordings.en.open_article", "{count}"),
        ("wordings.en.left", "left"),
    ] {
        let fault = House::set(EXAMPLE, key, value).unwrap_err();
        assert_eq!((fault.key.as_str(), fault.line), (key, None), "{fault}");
        assert!(fault.sentence.contains("write") || fault.sentence.contains("remove"), "{fault}");
    }
    let fault = House::set("", "paper.name", &"a".repeat(HOUSE_BYTES_MAX + 1)).unwrap_err();
    assert!(fault.sentence.contains("shorten"), "{fault}");
    let full = format!("#{}\n", "a".repeat(HOUSE_BYTES_MAX - 10));
    assert!(
        House::set(&full, "paper.name", "The Courant").unwrap_err().sentence.contains("shorten")
    );
    let fault = House::set("paper = 3\n", "paper.name", "A").unwrap_err();
    assert_eq!(fault.sentence, "paper is set to a value; write [paper] in its place");
}

/// Whether settings fit together is not looked at while one of them is changed: two changes may be needed.
#[test]
fn what_does_not_fit_together_is_told_when_the_document_is_read() {
    let text = set(EXAMPLE, "meter.allowance_visitors", "20");
    assert_eq!(parse(&text).unwrap_err()[0].key, "meter.allowance_registered");
    house(&set(&text, "meter.allowance_registered", "20"));
}
