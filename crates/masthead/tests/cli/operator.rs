//! Health and metrics: on the operator's address alone, moving, and without anybody's data.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::http::{ask, get, open, press};
use crate::program::Room;

/// The counters, by name and labels.
#[track_caller]
fn counters(operator: &str) -> BTreeMap<String, u64> {
    let page = get(operator, "/metrics", None);
    assert_eq!(page.status, 200);
    let media_type = page.header("content-type").unwrap();
    assert!(media_type.starts_with("text/plain; version=0.0.4"), "{media_type}");
    let mut counters = BTreeMap::new();
    for line in page.text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.split_once(' ').unwrap();
        // How many there are now, which falls again.
        if name.starts_with("masthead_mails_") {
            continue;
        }
        assert!(name.starts_with("masthead_") && name.contains("_total"), "{line}");
        counters.insert(name.to_owned(), value.parse().unwrap());
    }
    counters
}

#[test]
fn health_and_metrics_answer_on_their_own_address() {
    let room = Room::new();
    let demo = room.demo();
    assert_ne!(demo.operator, demo.address);
    for (path, text) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let page = get(&demo.operator, path, None);
        assert_eq!((page.status, page.text.as_str()), (200, text));
        assert_eq!(get(&demo.address, path, None).status, 404, "readers have no business there");
    }
    assert_eq!(get(&demo.address, "/metrics", None).status, 404);
    for path in ["/", "/harbour/forty-one-calls", "/metrics/x", "/healthz/"] {
        assert_eq!(get(&demo.operator, path, None).status, 404, "{path}");
    }
}

#[test]
fn numbers_move_with_what_readers_do() {
    let room = Room::new();
    let demo = room.demo();
    room.run(&["settings", "--data", "paper", "set", "meter.allowance_visitors", "1"]).fine();
    assert_eq!(demo.stop().code(), Some(0));
    let demo = room.demo();
    let moved = |name: &str, act: &mut dyn FnMut()| {
        let before = counters(&demo.operator)[name];
        act();
        counters(&demo.operator)[name] - before
    };
    let mut cookie = String::new();
    let readings = "masthead_readings_total";
    let opened = moved(readings, &mut || {
        cookie = open(&demo.address, "/city/tram-three", None).0;
    });
    assert_eq!(opened, 1);
    let stranger = || {
        get(&demo.address, "/city/tram-three", None);
    };
    assert_eq!(moved(readings, &mut { stranger }), 0);
    assert_eq!(moved("masthead_answers_total{class=\"2xx\"}", &mut { stranger }), 1);
    let wall = moved("masthead_walls_total", &mut || {
        press(&demo.address, "/city/night-bus", Some(&cookie));
    });
    assert_eq!(wall, 1);
    let foreign = moved("masthead_foreign_posts_total", &mut || {
        let headers = [("Sec-Fetch-Site", "cross-site")];
        ask(&demo.address, "POST", "/city/night-bus/reading", &headers);
    });
    assert_eq!(foreign, 1);
    let missing = moved("masthead_answers_total{class=\"4xx\"}", &mut || {
        get(&demo.address, "/nowhere/at-all", None);
    });
    assert_eq!(missing, 1);
    assert_eq!(counters(&demo.operator)["masthead_new_visitors_total"], 1);
}

#[test]
fn nobody_s_data_is_in_the_metrics() {
    let room = Room::new();
    let demo = room.demo();
    let (cookie, _) = open(&demo.address, "/city/tram-three", None);
    let agent = [("User-Agent", "a-browser-of-its-own"), ("Cookie", &*cookie)];
    ask(&demo.address, "GET", "/city/night-bus?who=me", &agent);
    let text = get(&demo.operator, "/metrics", None).text;
    let token = cookie.split_once('=').unwrap().1;
    for secret in [token, &token[..8], "127.0.0.1", "a-browser", "night-bus", "tram-three", "who="]
    {
        assert!(!text.contains(secret), "{secret} is in the metrics");
    }
    for line in text.lines().filter(|line| line.contains('{')) {
        let labels = line.split('{').nth(1).unwrap().split('}').next().unwrap();
        assert!(labels.starts_with("class=\""), "a label that may name somebody: {line}");
    }
}

/// Held below the program's own patience with a head, so that the one behind is let in by those who left and not by it.
#[test]
fn connections_of_the_operator_s_address_have_a_limit() {
    /// `CONNECTIONS_MAX` of the operator's address.
    const PLACES: usize = 32;
    let room = Room::new();
    let demo = room.demo();
    let held: Vec<TcpStream> =
        (0..PLACES).map(|_| TcpStream::connect(&demo.operator).unwrap()).collect();
    let mut behind = TcpStream::connect(&demo.operator).unwrap();
    behind.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    behind.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let waits = behind.read(&mut [0; 1]);
    assert!(waits.is_err(), "one too many was answered: {waits:?}");
    drop(held);
    behind.set_read_timeout(Some(crate::program::PATIENCE)).unwrap();
    let mut answer = String::new();
    behind.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");
}
