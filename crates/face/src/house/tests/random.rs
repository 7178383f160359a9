//! Arbitrary input: no text makes reading or editing panic, and what was set is what is told.

use proptest::prelude::*;

use super::super::{FAULTS_MAX, House, Origin, SETTINGS};
use super::{EXAMPLE, parse};

/// Reads a text in every way; nothing is asked but that all of it comes back.
fn read(text: &str) {
    if let Err(faults) = parse(text) {
        assert!((1..=FAULTS_MAX).contains(&faults.len()));
        for fault in faults {
            assert!(!fault.to_string().chars().any(char::is_control), "{fault:?}");
        }
    }
    assert_eq!(House::all(text).len(), SETTINGS.len());
}

/// Text that is more like a document than arbitrary letters are.
fn like_toml() -> impl Strategy<Value = String> {
    let keys = SETTINGS.iter().map(|setting| setting.key).chain([
        "paper",
        "[paper]",
        "[[plans]]",
        "[[offers]]",
        "[wordings.en]",
        "slug",
        "plan",
        "x",
        "'a.b'",
    ]);
    let keys: Vec<&str> = keys.collect();
    let values = prop_oneof![
        Just("3".to_owned()),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
        Just("{ a = 1 }".to_owned()),
        Just("2026-09-30".to_owned()),
        Just("1e400".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| format!("{text:?}")),
        "[a-z \\[\\]{}\"',.=#0-9\n]{0,20}",
    ];
    let line =
        (prop::sample::select(keys), values).prop_map(|(key, value)| match key.starts_with('[') {
            true => format!("{key}\n"),
            false => format!("{key} = {value}\n"),
        });
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_read(text in any::<String>()) {
        read(&text);
    }

    #[test]
    fn arbitrary_documents_are_read(text in like_toml()) {
        read(&text);
    }

    #[test]
    fn mutations_of_the_example_are_read(
        at in 0..EXAMPLE.len(),
        cut in 0..40_usize,
        put in prop_oneof![any::<String>(), "[\\[\\]{}\"'=.,#\n a-z0-9-]{0,6}"],
    ) {
        let to = (at + cut).min(EXAMPLE.len());
        read(&format!("{}{put}{}", &EXAMPLE[..at], &EXAMPLE[to..]));
    }

    #[test]
    fn arbitrary_values_are_set_or_refused(
        setting in prop::sample::select(SETTINGS),
        value in prop_oneof![any::<String>(), "[a-z\\[\\]{}\"'=0-9 \n]{0,12}", "[0-9]{1,3}", "\\PC{1,30}"],
        text in prop_oneof![Just(EXAMPLE.to_owned()), Just(String::new()), like_toml()],
    ) {
        if let Ok(changed) = House::set(&text, setting.key, &value) {
            let told = House::get(&changed, setting.key).unwrap();
            if value.is_empty() {
                prop_assert_eq!(told.origin, Origin::Default, "{}", changed);
            } else {
                prop_assert_eq!(told.origin, Origin::Set, "{}", changed);
                // What is told can be set again, and is then told again.
                let again = House::set(&changed, setting.key, &told.value);
                if !told.value.is_empty() {
                    let again = again.unwrap();
                    prop_assert_eq!(House::get(&again, setting.key).unwrap().value, told.value);
                }
            }
            // Every other setting is as it was.
            for (before, after) in House::all(&text).into_iter().zip(House::all(&changed)) {
                if before.key != setting.key {
                    prop_assert_eq!(before, after);
                }
            }
        }
    }
}
