//! `masthead institutions`: what is typed is read strictly, and told back with its size.

use serde_json::Value;

use crate::program::{Ran, Room};

fn paper() -> Room {
    let room = Room::new();
    room.filled();
    room
}

fn run(room: &Room, act: &[&str]) -> Ran {
    room.run(&[&["institutions", "--data", "paper"][..], act].concat())
}

fn add(room: &Room, slug: &str, networks: &[&str]) -> Ran {
    let mut act = vec!["add", slug, "--name", "Merrin Library", "--opens", "digital"];
    networks.iter().for_each(|network| act.extend(["--network", network]));
    run(room, &act)
}

#[test]
fn an_institution_is_added_shown_changed_and_ended_and_all_of_it_is_remembered() {
    let room = paper();
    assert!(run(&room, &["list"]).fine().contains("there is no institution"));
    let added = add(&room, "library", &["198.51.0.0/16", "2001:db8::/48", "203.0.113.7"]).fine();
    for wanted in [
        "198.51.0.0/16  65,536 addresses",
        "2001:db8::/48  2^80 addresses",
        "203.0.113.7/32  1 address",
    ] {
        assert!(added.contains(wanted), "{wanted}: {added}");
    }
    assert!(run(&room, &["list"]).fine().contains("library  Merrin Library  opens digital"));
    let act = ["change", "library", "--until", "2031-06-30", "--name", "Town Library"];
    assert!(run(&room, &act).fine().contains("to 2031-06-30"));
    assert!(run(&room, &act).fine().contains("like that already"));
    assert!(run(&room, &["end", "library"]).fine().contains("over"));
    assert!(run(&room, &["change", "library", "--endless"]).fine().contains("without an end"));
    let shown: Value =
        serde_json::from_str(&run(&room, &["show", "library", "--json"]).fine()).unwrap();
    let states = shown.as_array().unwrap();
    assert_eq!(states.len(), 4, "{shown}");
    assert_eq!(
        (&states[0]["name"], &states[1]["name"]),
        (&"Merrin Library".into(), &"Town Library".into())
    );
    assert!(states[2]["ended_at"].is_string() && states[3]["ended_at"].is_null(), "{shown}");
    assert_eq!(states[3]["networks"][0], "198.51.0.0/16");
    assert!(run(&room, &["show", "library"]).fine().contains(": ended"));
}

#[test]
fn what_is_no_network_or_too_large_a_one_is_refused_and_nothing_is_kept() {
    let room = paper();
    for (network, wanted) in [
        ("10.1.2.3/16", "the range that holds it is 10.1.0.0/16"),
        (
            "0.0.0.0/0",
            "0.0.0.0/0 has 4,294,967,296 addresses; no institution has so many: write at least /12",
        ),
        ("198.0.0.0/11", "2,097,152 addresses"),
        ("2000::/3", "write at least /28"),
        ("::/0", "write at least /28"),
        ("harbour", "is not an address or a range"),
        ("198.51.100.0/33", "is not an address or a range"),
    ] {
        let ran = add(&room, "library", &[network]);
        assert_ne!(ran.status.code(), Some(0), "{network}");
        assert!(ran.err.contains(wanted), "{network}: {}", ran.err);
    }
    let twice = add(&room, "library", &["198.51.100.0/24", "198.51.100.7"]);
    assert!(twice.err.contains("have addresses in common; write one of them"), "{}", twice.err);
    for (act, wanted) in [
        (
            &[
                "add",
                "Big Library",
                "--name",
                "x",
                "--opens",
                "digital",
                "--network",
                "198.51.100.0/24",
            ][..],
            "is not a slug",
        ),
        (
            &["add", "x", "--name", "", "--opens", "digital", "--network", "198.51.100.0/24"],
            "the name is one line",
        ),
        (
            &["add", "x", "--name", "x", "--opens", "Everything!", "--network", "198.51.100.0/24"],
            "Everything!",
        ),
        (
            &[
                "add",
                "x",
                "--name",
                "x",
                "--opens",
                "digital",
                "--network",
                "198.51.100.0/24",
                "--from",
                "2026-02-02",
                "--until",
                "2026-02-01",
            ],
            "end before it starts",
        ),
        (&["change", "nobody", "--name", "x"], "there is no institution"),
        (&["end", "nobody"], "there is no institution"),
        (&["show", "nobody"], "there is no institution"),
    ] {
        let ran = run(&room, act);
        assert_ne!(ran.status.code(), Some(0), "{act:?}");
        assert!(ran.err.contains(wanted), "{act:?}: {}", ran.err);
    }
    assert!(run(&room, &["list"]).fine().contains("there is no institution"));
}

#[test]
fn overlaps_name_both_and_local_networks_are_warned_of() {
    let room = paper();
    add(&room, "library", &["198.51.100.0/24"]).fine();
    let ran = add(&room, "college", &["198.51.100.128/25"]);
    assert!(
        ran.err.contains("198.51.100.128/25 of college and 198.51.100.0/24 of Merrin Library have addresses in common"),
        "{}",
        ran.err
    );
    let ran = add(&room, "library", &["192.0.2.0/24"]);
    assert!(ran.err.contains("there is an institution library already"), "{}", ran.err);
    let local = add(&room, "office", &["192.168.0.0/24"]);
    assert_eq!(local.status.code(), Some(0), "{}", local.err);
    assert!(local.err.contains("is a local network"), "{}", local.err);
    // A range of IPv4 that is written in IPv6 is that range.
    let mapped = add(&room, "college", &["::ffff:198.51.100.0/120"]);
    assert!(mapped.err.contains("198.51.100.0/24 of Merrin Library"), "{}", mapped.err);
}
