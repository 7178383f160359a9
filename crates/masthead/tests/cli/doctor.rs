//! `masthead doctor`: content with a sound paper, and not fooled by a bad cache or a damaged database.

use std::fs;
use std::net::TcpListener;

use serde_json::Value;

use crate::front::{Front, Manner};
use crate::program::{Ran, Room, until};

#[track_caller]
fn examine(room: &Room, url: &str) -> Ran {
    room.run(&["doctor", "--data", "paper", "--public-url", url])
}

/// What is wrong, by name.
#[track_caller]
fn wrong(ran: &Ran) -> Vec<String> {
    assert_eq!(ran.status.code(), Some(1), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("something is wrong"), "{}", ran.out);
    let lines = ran.out.lines().filter_map(|line| line.strip_prefix("WRONG  "));
    lines.map(|line| line.split(": ").next().unwrap().to_owned()).collect()
}

#[track_caller]
fn sound(ran: Ran) -> String {
    let said = ran.fine();
    assert!(!said.contains("WRONG") && said.contains("the paper is in order"), "{said}");
    said
}

/// Sets `cache_in_front` and waits until the served paper knows.
#[track_caller]
fn set_mode(room: &Room, address: &str, mode: &str) {
    room.run(&["settings", "--data", "paper", "set", "cache_in_front", mode]).fine();
    let wanted = if mode == "none" { "no-cache" } else { "s-maxage" };
    until("the new caching", || {
        let page = crate::http::get(address, "/city/tram-three", None);
        page.header("cache-control").filter(|control| control.contains(wanted)).map(|_| ())
    });
}

#[test]
fn a_sound_paper_is_in_order_served_or_not() {
    let room = Room::new();
    let demo = room.demo();
    let served = sound(room.run(&["doctor", "--data", "paper"]));
    assert_eq!(demo.stop().code(), Some(0));
    assert_eq!(sound(room.run(&["doctor", "--data", "paper"])), served);
    let json = room.run(&["doctor", "--data", "paper", "--json"]).fine();
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.len() + 1, served.lines().count());
    assert!(rows.iter().all(|row| row["sound"] == true && row["what"].is_string()), "{json}");
}

#[test]
fn with_nothing_in_front_every_mode_is_in_order() {
    let room = Room::new();
    let demo = room.demo();
    for mode in ["none", "respects_cookies", "blind"] {
        if mode != "none" {
            set_mode(&room, &demo.address, mode);
        }
        let said = sound(examine(&room, &demo.url()));
        assert!(said.contains("another browser gets a cookie of its own: yes"), "{said}");
        let slash = format!("{}/", demo.url());
        sound(examine(&room, &slash));
    }
}

#[test]
fn a_plain_proxy_is_in_order() {
    let room = Room::new();
    let demo = room.demo();
    let front = Front::start(&demo.address, Manner::Plain);
    sound(examine(&room, &front.url()));
}

#[test]
fn a_cache_that_gives_everybody_the_first_answer_is_found_in_every_mode() {
    let room = Room::new();
    let demo = room.demo();
    for mode in ["none", "respects_cookies", "blind"] {
        if mode != "none" {
            set_mode(&room, &demo.address, mode);
        }
        for manner in [Manner::KeepsAll, Manner::KeepsPages] {
            let front = Front::start(&demo.address, manner);
            let found = wrong(&examine(&room, &front.url()));
            let shared =
                found.iter().any(|what| what == "another browser gets a cookie of its own");
            assert_eq!(shared, manner == Manner::KeepsAll, "{mode}: {found:?}");
            let leaks = found.iter().any(|what| what.starts_with("a stranger at the reading"));
            assert!(leaks, "{mode}: {found:?}");
        }
    }
}

#[test]
fn findings_are_told_to_scripts_too() {
    let room = Room::new();
    let demo = room.demo();
    let front = Front::start(&demo.address, Manner::KeepsAll);
    let ran = room.run(&["doctor", "--data", "paper", "--json", "--public-url", &front.url()]);
    assert_eq!(ran.status.code(), Some(1));
    let rows: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    assert!(rows.iter().any(|row| row["sound"] == false), "{}", ran.out);
}

#[test]
fn a_front_that_takes_cookies_off_is_found() {
    let room = Room::new();
    let demo = room.demo();
    let front = Front::start(&demo.address, Manner::TakesCookies);
    assert_eq!(wrong(&examine(&room, &front.url())), ["a first reading"]);
}

#[test]
fn a_front_that_does_not_answer_or_is_none_is_named() {
    let room = Room::new();
    room.filled();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = examine(&room, &format!("http://{nobody}")).refused_in_a_line();
    assert!(error.contains(&nobody.to_string()) && error.contains("does not answer"), "{error}");
    for bad in ["courant.example", "http://", "http://127.0.0.1/paper"] {
        assert!(examine(&room, bad).refused_in_a_line().contains(bad));
    }
}

#[test]
fn another_paper_behind_the_address_is_found() {
    let room = Room::new();
    room.filled();
    room.write(
        "empty.toml",
        "data = \"empty\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n",
    );
    let other = room.serve(&["serve", "--config", "empty.toml"]);
    assert!(!wrong(&examine(&room, &other.url())).is_empty());
    let ran = room.run(&["doctor", "--data", "empty", "--public-url", &other.url()]);
    assert!(ran.refused_in_a_line().contains("no metered article"));
}

#[test]
fn a_damaged_database_is_told() {
    let room = Room::new();
    room.filled();
    let path = room.path("paper/masthead.sqlite");
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / 4_096;
    assert!(pages > 20, "{pages} pages");
    // Whatever page it is: said in a line, or found and marked, and never taken for sound.
    for page in [1, 2, pages / 3, pages / 2, pages - 2] {
        let mut damaged = whole.clone();
        damaged[page * 4_096..(page + 1) * 4_096].fill(0xA5);
        fs::write(&path, &damaged).unwrap();
        let ran = room.run(&["doctor", "--data", "paper"]);
        assert_eq!(ran.status.code(), Some(1), "page {page}: {}{}", ran.out, ran.err);
        if ran.out.is_empty() {
            assert!(ran.err.contains("damaged") || ran.err.contains("malformed"), "{}", ran.err);
        } else {
            assert!(wrong(&ran).contains(&"database".to_owned()), "page {page}: {}", ran.out);
        }
    }
    fs::write(&path, &whole).unwrap();
    sound(room.run(&["doctor", "--data", "paper"]));
}

#[test]
fn settings_that_this_build_cannot_read_are_told() {
    let room = Room::new();
    room.filled();
    let path = room.path("paper/masthead.sqlite");
    let mut database = fs::read(&path).unwrap();
    // The document is stored as it is; one word of the same length makes it wrong.
    let (from, to) = (b"language = \"en-CA\"", b"language = \"xx-CA\"");
    let places: Vec<usize> = database
        .windows(from.len())
        .enumerate()
        .filter(|(_, window)| window == from)
        .map(|(place, _)| place)
        .collect();
    assert!(!places.is_empty());
    for place in places {
        database[place..place + to.len()].copy_from_slice(to);
    }
    fs::write(&path, &database).unwrap();
    let ran = room.run(&["doctor", "--data", "paper"]);
    assert_eq!(wrong(&ran), ["house settings"], "{}", ran.out);
    assert!(ran.out.contains("paper.language"), "{}", ran.out);
    let error = room.run(&["demo", "--data", "paper", "--listen", "127.0.0.1:0"]).refused();
    assert!(error.contains("house settings") && error.contains("paper.language"), "{error}");
}
