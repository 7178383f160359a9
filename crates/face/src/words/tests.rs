use super::{WORDING_BYTES_MAX, categories, read_table, source};
use crate::{Args, Form, Key, Language, Overrides, Slot, Words};

#[test]
fn every_table_is_complete_and_without_a_fault() {
    for language in Language::ALL {
        let table: toml::Table = source(language).parse().unwrap();
        let (messages, faults) = read_table(language, &table);
        assert_eq!(faults, [], "{language:?}");
        let missing: Vec<_> = Key::ALL
            .iter()
            .filter(|key| !messages.contains_key(key))
            .map(|key| key.name())
            .collect();
        assert_eq!(missing, Vec::<&str>::new(), "{language:?}");
        assert_eq!(table.len(), Key::ALL.len());
    }
}

#[test]
fn tables_hold_exactly_the_categories_of_their_language() {
    assert_eq!(categories(Language::English), ["one", "other"]);
    assert_eq!(categories(Language::German), ["one", "other"]);
    assert_eq!(categories(Language::French), ["one", "many", "other"]);
    assert_eq!(categories(Language::Spanish), ["one", "many", "other"]);
    assert_eq!(categories(Language::Japanese), ["other"]);
    for language in Language::ALL {
        let table: toml::Table = source(language).parse().unwrap();
        for key in Key::ALL.iter().filter(|key| key.form() == Form::Plural) {
            let forms = table[key.name()].as_table().unwrap();
            let mut wanted = categories(language);
            wanted.sort_unstable();
            assert_eq!(forms.keys().collect::<Vec<_>>(), wanted, "{language:?} {key:?}");
        }
    }
}

#[test]
fn a_value_that_matters_is_in_every_language() {
    // A number may be a word in the singular form ("one"); every other value has to be there.
    for language in Language::ALL {
        let words = Words::of(language);
        for key in Key::ALL {
            let mut args = Args::new().count(7_u32);
            for slot in key.slots().iter().filter(|slot| **slot != Slot::Count) {
                args = args.with(*slot, format!("<{}>", slot.name()));
            }
            let text = words.format(*key, &args);
            for slot in key.slots().iter().filter(|slot| **slot != Slot::Count) {
                let mark = format!("<{}>", slot.name());
                assert!(text.contains(&mark), "{language:?} {key:?} lacks {mark}: {text}");
            }
        }
    }
}

#[test]
fn names_are_unique_and_known() {
    for key in Key::ALL {
        assert_eq!(Key::parse(key.name()), Some(*key));
        assert!(!key.meaning().is_empty());
    }
    for slot in Slot::ALL {
        assert_eq!(Slot::parse(slot.name()), Some(slot));
    }
}

#[test]
fn numbers_choose_the_form() {
    let left = |language, count: u64| {
        Words::of(language).format(Key::Left, &Args::new().count(count).with(Slot::Span, "S"))
    };
    assert_eq!(left(Language::English, 1), "You have 1 free article left S.");
    assert_eq!(left(Language::English, 0), "You have 0 free articles left S.");
    assert_eq!(left(Language::French, 0), "Il vous reste 0 article gratuit S.");
    assert_eq!(left(Language::Spanish, 2), "Le quedan 2 artículos gratuitos S.");
    let million = left(Language::French, 1_000_000);
    assert!(million.contains("d’articles"), "{million}");
}

#[test]
fn values_are_never_read_as_patterns() {
    let args = Args::new().with(Slot::Paper, "{count} {x}");
    assert_eq!(Words::of(Language::English).format(Key::AboutPaper, &args), "About {count} {x}");
    assert_eq!(Words::of(Language::English).format(Key::AboutPaper, &Args::new()), "About ");
}

#[test]
fn a_message_can_be_cut_at_a_value() {
    let args = Args::new().with(Slot::Place, "Port Merrin");
    let (before, behind) = Words::of(Language::English).around(Key::BylineIn, Slot::Name, &args);
    assert_eq!((before.as_str(), behind.as_str()), ("By ", " in Port Merrin"));
}

#[test]
fn a_paper_rewords_what_it_likes() {
    let table = "opens_with = \"Free to open\"\n\
        left = { one = \"{count} left\", other = \"{count} left\" }";
    let overrides = Overrides::read(Language::English, &table.parse().unwrap()).unwrap();
    let words = Words::with(&overrides);
    assert_eq!(words.text(Key::OpensWith), "Free to open");
    assert_eq!(words.format(Key::Left, &Args::new().count(3_u32)), "3 left");
    assert_eq!(words.text(Key::Close), "Close");
    assert_eq!(overrides.keys().count(), 2);
    assert_eq!(Overrides::none(Language::French).keys().count(), 0);
}

#[test]
fn wrong_wordings_are_named_with_a_remedy() {
    for (language, text, wanted) in [
        (Language::English, "open_with = \"x\"", "the nearest is \"opens_with\""),
        (
            Language::English,
            "left = \"x\"",
            "needs its plural forms: { one = \"…\", other = \"…\" }",
        ),
        (Language::English, "left = { other = \"x\" }", "the form \"one\" is missing"),
        (
            Language::German,
            "left = { one = \"x\", many = \"y\", other = \"x\" }",
            "no form \"many\"",
        ),
        (Language::English, "close = { one = \"x\" }", "write one text"),
        (Language::English, "close = 3", "write one text"),
        (Language::English, "close = \" \"", "it is empty"),
        (Language::English, "close = \"a  b\"", "two spaces"),
        (Language::English, "close = \"a\\nb\"", "control character"),
        (Language::English, "close = \"{count}\"", "takes no value"),
        (Language::English, "price_now = \"{cost}\"", "it may use {price}"),
        (Language::English, "price_now = \"{price\"", "it may use {price}"),
        (Language::English, "price_now = \"price}\"", "it may use {price}"),
    ] {
        let faults = Overrides::read(language, &text.parse().unwrap()).unwrap_err();
        let told = faults[0].to_string();
        assert!(told.contains(wanted), "{text}: {told}");
        assert!(told.starts_with(&format!("wordings.{}.", language.tag())), "{told}");
    }
    let long = format!("close = \"{}\"", "x".repeat(WORDING_BYTES_MAX + 1));
    let faults = Overrides::read(Language::English, &long.parse().unwrap()).unwrap_err();
    assert!(faults[0].problem.contains("the limit is 1000"));
    let longest = format!("close = \"{}\"", "x".repeat(WORDING_BYTES_MAX));
    assert!(Overrides::read(Language::English, &longest.parse().unwrap()).is_ok());
}

#[test]
fn lists_and_sentences_follow_the_language() {
    let (english, japanese) = (Words::of(Language::English), Words::of(Language::Japanese));
    assert_eq!(english.list(&["A", "B", "C"]), "A, B and C");
    assert_eq!(english.list(&["A"]), "A");
    assert_eq!(english.list::<&str>(&[]), "");
    assert_eq!(japanese.list(&["A", "B", "C"]), "A、B、C");
    assert_eq!(english.join(&["A.", "", "B."]), "A. B.");
    assert_eq!(japanese.join(&["あ。", "い。"]), "あ。い。");
    assert_eq!(english.sentence("Offer ends today"), "Offer ends today.");
    assert_eq!(english.sentence("Really?"), "Really?");
    assert_eq!(japanese.sentence("本日まで"), "本日まで。");
    assert_eq!(english.sentence(""), "");
}

#[test]
fn templates_get_every_message_without_values() {
    let plain = Words::of(Language::English).plain();
    assert_eq!(plain["skip"], "Skip to the text");
    assert!(!plain.contains_key("left") && !plain.contains_key("write_to"));
    assert!(plain.values().all(|text| !text.contains(['{', '}'])));
}
