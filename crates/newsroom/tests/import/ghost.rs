//! Exports of Ghost: a real one, one with every card, and damaged ones.

use std::io::Cursor;

use newsroom::import::ghost::Ghost;
use newsroom::import::mapping::Mapping;
use newsroom::import::{Export, Outcome, subscribers};
use proptest::prelude::{any, prop, proptest};
use proptest::test_runner::Config;

use crate::desk::{Told, assert_golden, path, told};

const MAPPING: &str = "site = \"https://old.example\"\n";

fn real() -> Vec<u8> {
    std::fs::read(path("ghost/ghost-6.65-export.json")).expect("the export is there")
}

fn cards() -> Vec<u8> {
    std::fs::read(path("ghost/cards.json")).expect("the export is there")
}

fn read_with(bytes: &[u8], mapping: &str) -> Result<Told, newsroom::import::Unreadable> {
    let mapping = Mapping::read("mapping.toml", mapping).expect("a mapping");
    told(&mut Ghost::new(|| Ok(Cursor::new(bytes.to_vec())), mapping))
}

fn read(bytes: &[u8]) -> Told {
    read_with(bytes, MAPPING).expect("an export")
}

#[test]
fn a_real_export_comes_over() {
    let told = read(&real());
    told.assert_read();
    assert!(told.end.is_ok());
    assert_eq!(told.items.len(), 24);
    assert_eq!(told.count(|outcome| matches!(outcome, Outcome::Article(_))), 23);
    assert_golden("ghost/ghost-6.65-export.golden", &told.listed());
}

#[test]
fn every_card_and_every_form_comes_over() {
    let told = read(&cards());
    told.assert_read();
    assert_golden("ghost/cards.golden", &told.listed());
}

#[test]
fn what_was_not_for_everybody_is_nowhere() {
    for mapping in [MAPPING, "pages = \"about\"\n"] {
        let listed = read_with(&cards(), mapping).unwrap().items;
        for item in listed {
            let words = format!("{:?} {:?}", item.outcome, item.remarks);
            assert!(!words.contains("CANARY"), "{words}");
        }
    }
}

#[test]
fn a_locked_text_without_a_mark_has_no_teaser_unless_the_paper_says_so() {
    let told = read(&cards());
    assert!(told.file("Unmarked").contains("+++\n<!-- paywall -->\n"));
    let told =
        read_with(&cards(), "teaser = \"paragraphs\"\n[visibility]\npaid = \"metered\"\n").unwrap();
    let file = told.file("Unmarked");
    assert!(!file.contains("<!-- paywall -->") && file.contains("access = \"metered\""), "{file}");
}

#[test]
fn the_mapping_decides_sections_tags_and_access() {
    let mapping = "default_section = \"rest\"\npermalink = \"/{year}/{month}/{day}/{slug}/\"\n\
        [sections]\npolitics = \"city\"\n[tags]\nsecond = \"\"\nthird = \"other\"\n[access]\npolitics = \"metered\"\n\
        [names]\ncity = \"The City\"\n";
    let told = read_with(&cards(), mapping).unwrap();
    told.assert_read();
    let file = told.file("Every card");
    assert!(file.contains("section = \"city\"") && file.contains("access = \"metered\""), "{file}");
    assert!(file.contains("tags = [\"other\"]"), "{file}");
    assert!(file.contains("\"/2024/05/17/every-card/\""), "{file}");
    assert!(told.survey.sections.iter().any(|section| section.name == "The City"));
    let remarks = read_with(&cards(), "[tags]\nnobody = \"\"\n").unwrap().survey.remarks;
    assert!(remarks.iter().any(|remark| remark.contains("names \"nobody\"")), "{remarks:?}");
}

#[test]
fn the_same_export_gives_the_same_files() {
    assert_eq!(read(&real()).listed(), read(&real()).listed());
    assert_eq!(read(&cards()).items, read(&cards()).items);
}

#[test]
fn a_reader_that_has_enough_is_left_alone() {
    let mapping = Mapping::read("m.toml", MAPPING).unwrap();
    let mut export = Ghost::new(|| Ok(Cursor::new(real())), mapping);
    let survey = export.survey().unwrap();
    let mut count = 0;
    let end = export.items(&survey, &mut crate::desk::Shelf, &mut |_| {
        count += 1;
        if count == 3 {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    });
    assert!(end.is_ok());
    assert_eq!(count, 3);
}

#[test]
fn a_cut_export_gives_what_stands_before_the_cut() {
    let bytes = real();
    let whole = read(&bytes).items.len();
    let mut most = 0;
    for cut in (0..bytes.len()).step_by(29_973) {
        match read_with(&bytes[..cut], MAPPING) {
            Ok(told) => {
                told.assert_read();
                assert!(told.end.is_err(), "{cut}");
                assert!(told.items.len() <= whole);
                most = most.max(told.items.len());
            }
            Err(fault) => assert!(!fault.what.is_empty()),
        }
    }
    assert_eq!(most, whole);
}

#[test]
fn what_is_no_export_is_named() {
    for (text, says) in [
        ("", "ends in the middle"),
        ("{}", "no table of posts"),
        ("[]", "no table of posts"),
        ("{\"db\":[{\"meta\":{},\"data\":{}}]}", "no table of posts"),
        ("<rss/>", "no export of Ghost"),
        ("{\"db\":7}", "no export of Ghost"),
        ("{\"data\":{\"posts\":{}}}", "no export of Ghost"),
    ] {
        let fault = read_with(text.as_bytes(), "").err().map(|fault| fault.to_string());
        assert!(fault.as_ref().is_some_and(|fault| fault.contains(says)), "{text} {fault:?}");
    }
    let deep = format!("{{\"data\":{{\"posts\":[{}", "[".repeat(100_000));
    assert!(read_with(deep.as_bytes(), "").is_err());
}

#[test]
fn one_bad_item_does_not_stop_the_rest() {
    let bytes = br#"{"data":{"posts":[7,{"id":"a"},{"id":"b","status":"published","title":"B","published_at":"never"},
        {"id":"c","status":"published","title":"C","lexical":"{","published_at":"2024-01-01 00:00:00"},
        {"id":"d","status":"published","title":"D","html":"<p>x","published_at":"2024-01-01 00:00:00","visibility":"public"}],
        "posts_tags":[{},7],"tags":null}}"#;
    let told = read(bytes);
    let kinds: Vec<&str> = told
        .items
        .iter()
        .map(|item| match item.outcome {
            Outcome::Article(_) => "article",
            Outcome::Left { .. } => "left",
            Outcome::Bad { .. } => "bad",
        })
        .collect();
    assert_eq!(kinds, ["bad", "left", "bad", "bad", "article"]);
    assert_eq!(told.items[4].line, 3);
    told.assert_read();
}

#[test]
fn the_list_of_members_is_read() {
    let file = std::fs::read(path("ghost/ghost-6.65-members.csv")).unwrap();
    let mut rows = Vec::new();
    let (kind, dates) = (subscribers::Kind::Ghost, subscribers::Dates::YearFirst);
    subscribers::read(&file[..], kind, dates, &mut |row| rows.push(row.unwrap())).unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.mail.as_str(), row.holds.clone())).collect();
    let plan = Some("Peer Gazette".to_owned());
    assert_eq!(
        told,
        [
            ("free@example.com", subscribers::Holds::Nothing),
            ("comped@example.com", subscribers::Holds::Complimentary { plan, until: None }),
        ]
    );
}

proptest! {
    #![proptest_config(Config { cases: 48, failure_persistence: None, ..Config::default() })]

    #[test]
    fn flipped_bytes_make_faults_and_no_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = cards();
        for (place, byte) in flips {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(told) = read_with(&bytes, MAPPING) {
            told.assert_read();
        }
    }
}
