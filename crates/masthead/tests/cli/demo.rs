//! `masthead demo`: fills a folder once, says what to try, listens, and goes on where it stopped.

use std::net::TcpListener;

use crate::http::{get, open, press};
use crate::program::{Room, after};

const ARTICLE: &str = "/harbour/forty-one-calls";

#[test]
fn a_demo_says_what_to_try_and_then_that_it_listens() {
    let room = Room::new();
    let demo = room.demo();
    let said = demo.said();
    let lines: Vec<&str> = said.lines().collect();
    let listening = format!("listening on {}", demo.url());
    assert_eq!(lines.last(), Some(&listening.as_str()), "{said}");
    assert_eq!(said.matches("listening on").count(), 1, "{said}");
    for wanted in ["The Merrin Courant", "masthead settings --data paper", "masthead why", "phone"]
    {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    // Whatever it names to try is there.
    let mut addresses = 0;
    for line in &lines[..lines.len() - 1] {
        if let Some(path) = line.split_whitespace().find_map(|w| w.strip_prefix(&demo.url())) {
            assert_eq!(get(&demo.address, path, None).status, 200, "{path}");
            addresses += 1;
        }
    }
    assert!(addresses >= 4, "{said}");
}

#[test]
fn a_demo_meters() {
    let room = Room::new();
    let demo = room.demo();
    let stranger = get(&demo.address, ARTICLE, None);
    assert!(!stranger.is_open() && stranger.cookie().is_none());
    let (cookie, read) = open(&demo.address, ARTICLE, None);
    assert!(read.is_open());
    assert!(get(&demo.address, ARTICLE, Some(&cookie)).is_open());
    assert!(!get(&demo.address, ARTICLE, None).is_open());
}

#[test]
fn a_second_start_serves_the_same_paper_settings_and_readings() {
    let room = Room::new();
    let first = room.demo();
    let (cookie, _) = open(&first.address, ARTICLE, None);
    room.run(&["settings", "--data", "paper", "set", "meter.allowance_visitors", "2"]).fine();
    assert_eq!(first.stop().code(), Some(0));
    let second = room.demo();
    assert!(get(&second.address, ARTICLE, Some(&cookie)).is_open(), "what was read stays open");
    let (_, other) = open(&second.address, "/city/tram-three", Some(&cookie));
    assert!(other.is_open());
    let wall = press(&second.address, "/city/night-bus", Some(&cookie));
    assert!(!wall.is_open() && wall.code().is_some(), "two were allowed: {}", wall.text);
    let history = room.run(&["settings", "--data", "paper", "history"]).fine();
    assert_eq!(history.lines().count(), 2, "the sample's settings were saved once: {history}");
    let found = room.run(&["doctor", "--data", "paper"]).fine();
    assert!(found.contains("articles: 54"), "{found}");
}

#[test]
fn a_second_paper_does_not_know_the_first_one_s_visitors() {
    let room = Room::new();
    let first = room.demo();
    let (cookie, _) = open(&first.address, ARTICLE, None);
    let second = room.serve(&["demo", "--data", "other", "--listen", "127.0.0.1:0"]);
    assert!(!get(&second.address, ARTICLE, Some(&cookie)).is_open());
}

#[test]
fn every_address_of_the_machine_can_be_listened_on() {
    let room = Room::new();
    let demo = room.serve(&["demo", "--data", "paper", "--listen", "0.0.0.0:0"]);
    let port = demo.address.strip_prefix("0.0.0.0:").unwrap().to_owned();
    assert!(demo.said().contains(&format!("http://localhost:{port}/")), "{}", demo.said());
    let address = format!("127.0.0.1:{port}");
    assert_eq!(get(&address, "/", None).status, 200);
    let (cookie, read) = open(&address, ARTICLE, None);
    assert!(read.is_open());
    assert!(cookie.starts_with("m="), "plain http gets the plain cookie: {cookie}");
}

#[test]
fn a_port_that_is_taken_is_named_with_what_to_do() {
    let room = Room::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = room.run(&["demo", "--data", "paper", "--listen", &address]).refused_in_a_line();
    assert!(error.contains(&address) && error.contains("--listen"), "{error}");
    let demo = ["demo", "--data", "paper", "--listen", "127.0.0.1:0", "--operator-listen"];
    let error = room.run(&[&demo[..], &[&address]].concat()).refused();
    assert!(error.contains(&address) && error.contains("--operator-listen"), "{error}");
    drop(taken);
    let demo = room.serve(&["demo", "--data", "paper", "--listen", &address]);
    assert_eq!(demo.address, address, "nothing was spoilt");
}

#[test]
fn two_papers_do_not_share_a_port() {
    let room = Room::new();
    let first = room.demo();
    let second = ["demo", "--data", "other", "--listen", &first.address];
    let error = room.run(&second).refused_in_a_line();
    assert!(error.contains(&first.address), "{error}");
    assert_eq!(get(&first.address, "/", None).status, 200);
}

#[test]
fn a_public_address_that_is_none_is_refused_before_anything_is_made() {
    let room = Room::new();
    for bad in [
        "courant.example",
        "ftp://courant.example",
        "http://",
        "https://courant.example/paper",
        "https://courant.example?a",
        "https://name:word@courant.example",
        "https://courant.example.",
        "https://cou rant.example",
    ] {
        let ran = ["demo", "--data", "paper", "--listen", "127.0.0.1:0", "--public-url", bad];
        let error = room.run(&ran).refused();
        assert!(error.contains("--public-url") && error.contains(bad), "{error}");
        assert!(error.contains("https://courant.example"), "no remedy: {error}");
        assert!(!room.path("paper").exists(), "{bad}");
    }
}

#[test]
fn a_public_address_decides_the_host_the_cookie_and_what_is_shown() {
    let room = Room::new();
    let url = ["--public-url", "https://courant.example"];
    let ran = ["demo", "--data", "paper", "--listen", "127.0.0.1:0"];
    let demo = room.serve(&[&ran[..], &url[..]].concat());
    assert!(demo.said().contains("https://courant.example/harbour/"), "{}", demo.said());
    assert_eq!(get(&demo.address, "/", None).status, 421);
    let headers = [("Host", "courant.example"), ("Sec-Fetch-Site", "same-origin")];
    let path = format!("{ARTICLE}/reading");
    let pressed = crate::http::ask(&demo.address, "POST", &path, &headers);
    let cookie = pressed.header("set-cookie").unwrap().to_owned();
    assert!(cookie.starts_with("__Host-m=") && cookie.contains("; Secure"), "{cookie}");
}

#[test]
fn the_demo_keeps_to_the_loopback_unless_it_is_told_otherwise() {
    let room = Room::new();
    let demo = room.serve_with(&["demo"], &[("MASTHEAD_LISTEN", "127.0.0.1:0")]);
    assert!(demo.address.starts_with("127.0.0.1:") && demo.operator.starts_with("127.0.0.1:"));
    assert!(room.path("data/demo/masthead.sqlite").exists(), "its folder is ./data/demo");
    assert!(after(&demo.said(), "The Merrin Courant, a sample paper, in ").is_some());
}

#[cfg(unix)]
#[test]
fn the_secret_is_its_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt;
    let room = Room::new();
    room.filled();
    let secret = std::fs::metadata(room.path("paper/secret.key")).unwrap();
    assert_eq!(secret.len(), 32);
    assert_eq!(secret.permissions().mode() & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn everything_that_a_paper_keeps_is_its_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt;
    let room = Room::new();
    room.filled();
    room.run(&["backup", "copy.tar", "--data", "paper"]).fine();
    let mut waiting = vec![room.path("paper"), room.path("copy.tar")];
    let mut seen = 0;
    while let Some(path) = waiting.pop() {
        let facts = std::fs::metadata(&path).unwrap();
        assert_eq!(facts.permissions().mode() & 0o077, 0, "{} is open to others", path.display());
        seen += 1;
        if facts.is_dir() {
            waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    assert!(seen > 5, "{seen} files were looked at");
}
