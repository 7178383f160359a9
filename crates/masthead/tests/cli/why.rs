//! `masthead why CODE`: explains a code from a real wall to the paper that made it, and to no other.

use serde_json::Value;

use crate::http::{get, open, press};
use crate::program::Room;

const ARTICLES: [&str; 3] = ["/city/tram-three", "/city/night-bus", "/city/market-hall"];

#[test]
fn a_code_from_a_wall_is_explained() {
    let room = Room::new();
    let demo = room.demo();
    room.run(&["settings", "--data", "paper", "set", "meter.allowance_visitors", "2"]).fine();
    assert_eq!(demo.stop().code(), Some(0));
    let demo = room.demo();
    let (cookie, _) = open(&demo.address, ARTICLES[0], None);
    open(&demo.address, ARTICLES[1], Some(&cookie));
    let code = press(&demo.address, ARTICLES[2], Some(&cookie)).code().expect("a wall");
    let why = |code: &str| room.run(&["why", "--data", "paper", code]);
    let said = why(&code).fine();
    for wanted in [
        "metered article",
        "The free articles without registration were used up.",
        "Read in this window: 2 of 2.",
        "The window ends on ",
        "House settings 2: saved ",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert!(!said.contains(cookie.split_once('=').unwrap().1), "a person is in it");
    // As it is read out and typed by people.
    let bare = code.replace('-', "");
    for typed in [
        code.to_lowercase(),
        format!("  {}  ", code.replace('-', " ")),
        bare.to_lowercase(),
        code.replace('-', "\u{2011}"),
        code.replace('0', "O").replace('1', "l"),
    ] {
        assert_eq!(why(&typed).fine(), said, "{typed}");
    }
    let words: Vec<&str> = code.split('-').collect();
    let spoken = [&["why", "--data", "paper"][..], &words].concat();
    assert_eq!(room.run(&spoken).fine(), said, "spaces without quotes");
    let json = room.run(&["why", "--data", "paper", "--json", &code]).fine();
    let facts: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(facts["rule"], "registration_more");
    assert_eq!((&facts["read"], &facts["allowance"]), (&2.into(), &2.into()));
    assert_eq!(facts["settings"], 2);
    assert_eq!(get(&demo.address, ARTICLES[2], Some(&cookie)).code(), Some(code));
}

#[test]
fn a_subscribers_article_says_so() {
    let room = Room::new();
    let demo = room.demo();
    let code = get(&demo.address, "/harbour/sill-survey", None).code().expect("a wall");
    let said = room.run(&["why", "--data", "paper", &code]).fine();
    assert!(said.contains("It is for subscribers"), "{said}");
}

#[test]
fn a_mistyped_code_is_refused() {
    let room = Room::new();
    let demo = room.demo();
    let code = get(&demo.address, "/harbour/sill-survey", None).code().expect("a wall");
    for place in [0, 6, 12, 15] {
        let mut typed = code.clone();
        let other = if typed.as_bytes()[place] == b'7' { "8" } else { "7" };
        typed.replace_range(place..=place, other);
        let error = room.run(&["why", "--data", "paper", &typed]).refused_in_a_line();
        assert!(error.contains("mistyped"), "{typed}: {error}");
    }
    for bad in ["", " ", "abc", "K7Q2-P4XNC-8WT3", "K7Q2-P4XNC-8WT3M7", "K7Q2-P4XNC-8WT3!", "夕刊"]
    {
        let error = room.run(&["why", "--data", "paper", bad]).refused_in_a_line();
        assert!(error.contains("14 letters and digits"), "{bad}: {error}");
    }
    assert_eq!(room.run(&["why", "--data", "paper"]).status.code(), Some(2));
}

#[test]
fn another_paper_s_code_is_not_explained() {
    let room = Room::new();
    let demo = room.demo();
    let code = get(&demo.address, "/harbour/sill-survey", None).code().expect("a wall");
    let other = room.serve(&["demo", "--data", "other", "--listen", "127.0.0.1:0"]);
    let error = room.run(&["why", "--data", "other", &code]).refused_in_a_line();
    assert!(error.contains("not made by this paper"), "{error}");
    drop(other);
}
