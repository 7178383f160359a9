//! `masthead serve` and `masthead check`: one file, refused as a whole before anything is opened.

use serde_json::Value;

use crate::http::{ask, get};
use crate::program::{Room, listing, signal, until};

#[test]
fn a_configured_paper_is_served() {
    let room = Room::new();
    room.write(
        "masthead.toml",
        "data = \"own\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n",
    );
    let paper = room.serve(&["serve", "--config", "masthead.toml"]);
    let said = paper.said();
    assert_eq!(said.lines().last(), Some(format!("listening on {}", paper.url()).as_str()));
    assert_eq!(get(&paper.address, "/", None).status, 200, "an empty paper has a front page");
    assert_eq!(get(&paper.address, "/demo/walls", None).status, 404, "that is the demo's");
    assert_eq!(get(&paper.operator, "/readyz", None).status, 200);
    assert!(room.path("own/masthead.sqlite").exists());
    room.run(&["settings", "--config", "masthead.toml", "set", "paper.name", "The Own"]).fine();
    assert_eq!(paper.stop().code(), Some(0));
    let paper = room.serve(&["serve", "--config", "masthead.toml"]);
    assert!(get(&paper.address, "/", None).text.contains("The Own"));
}

#[test]
fn a_filled_folder_can_be_served_as_a_paper_of_one_s_own() {
    let room = Room::new();
    room.filled();
    room.write(
        "masthead.toml",
        "data = \"paper\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n",
    );
    let paper = room.serve(&["serve", "--config", "masthead.toml"]);
    assert_eq!(get(&paper.address, "/harbour/forty-one-calls", None).status, 200);
    assert_eq!(get(&paper.address, "/demo/walls", None).status, 404);
}

#[test]
fn a_file_that_is_missing_or_malformed_is_refused_by_name() {
    let room = Room::new();
    for (name, text, wanted) in [
        ("missing.toml", None, "cannot be read"),
        ("malformed.toml", Some("data = \"own\"\nlisten = = 1\n"), "line 2"),
        ("unknown.toml", Some("data = \"own\"\nport = 8080\n"), "is not a key; the keys are data"),
        ("long.toml", Some(&*format!("#{}", " ".repeat(70_000))), "larger than 65536 bytes"),
    ] {
        if let Some(text) = text {
            room.write(name, text);
        }
        for command in ["serve", "check", "doctor"] {
            let error = room.run(&[command, "--config", name]).refused();
            assert!(error.contains(name) && error.contains(wanted), "{command}: {error}");
        }
        assert!(!room.path("own").exists() && !room.path("data").exists(), "{name}");
    }
    assert_eq!(room.run(&["serve"]).status.code(), Some(2), "a paper of one's own needs a file");
}

#[test]
fn all_faults_are_told_at_once_and_nothing_is_opened() {
    let room = Room::new();
    room.write(
        "masthead.toml",
        "data = \"own\"\nlisten = \"nowhere\"\nport = 1\npublic_url = \"x\"\nlog = 7.5\n\
         trusted_proxies = [\"0.0.0.0/0\"]\nconnections_max = 0\n",
    );
    let variables = [("MASTHEAD_THREADS", "many"), ("MASTHEAD_PAGE_CACHE_MIB", "")];
    for command in ["serve", "check"] {
        let ran = room.run_with(&[command, "--config", "masthead.toml"], &variables);
        let error = ran.refused();
        let told: Vec<&str> = error.lines().skip(1).map(str::trim).collect();
        for (key, origin) in [
            ("listen", "masthead.toml"),
            ("port", "masthead.toml"),
            ("public_url", "masthead.toml"),
            ("log", "masthead.toml"),
            ("trusted_proxies", "masthead.toml"),
            ("connections_max", "masthead.toml"),
            ("threads", "environment MASTHEAD_THREADS"),
            ("page_cache_mib", "environment MASTHEAD_PAGE_CACHE_MIB"),
        ] {
            let line = format!("{key} ({origin}): ");
            assert!(told.iter().any(|told| told.starts_with(&line)), "{line}\n{error}");
        }
        assert_eq!(told.len(), 8, "{error}");
    }
    assert_eq!(listing(&room.path("")).len(), 1, "something was made");
}

#[test]
fn environment_and_flags_override_the_file() {
    let room = Room::new();
    room.write(
        "masthead.toml",
        "data = \"from-file\"\nlisten = \"127.0.0.1:1\"\noperator_listen = \"127.0.0.1:1\"\n",
    );
    let variables = [("MASTHEAD_DATA", "from-environment"), ("MASTHEAD_LISTEN", "127.0.0.1:2")];
    let flags = ["--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"];
    let ran = [&["serve", "--config", "masthead.toml"][..], &flags[..]].concat();
    let paper = room.serve_with(&ran, &variables);
    assert_eq!(get(&paper.address, "/", None).status, 200);
    assert!(room.path("from-environment/masthead.sqlite").exists());
    assert!(!room.path("from-file").exists());
}

#[test]
fn check_prints_every_value_with_its_origin_and_opens_nothing() {
    let room = Room::new();
    room.write(
        "masthead.toml",
        "listen = \"127.0.0.1:1234\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n",
    );
    let variables = [("MASTHEAD_DRAIN_SECONDS", "3")];
    let ran = ["check", "--config", "masthead.toml"];
    let said = room.run_with(&ran, &variables).fine();
    for (key, value, origin) in [
        ("listen", "127.0.0.1:1234", "masthead.toml"),
        ("trusted_proxies", "10.0.0.0/8", "masthead.toml"),
        ("drain_seconds", "3", "environment MASTHEAD_DRAIN_SECONDS"),
        ("public_url", "(none)", "default"),
        ("data", "./data", "default"),
    ] {
        let line = said.lines().find(|line| line.split_whitespace().next() == Some(key)).unwrap();
        assert!(line.contains(value) && line.ends_with(origin), "{line}");
    }
    let json = room.run_with(&[&ran[..], &["--json"]].concat(), &variables).fine();
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    let row = |key: &str| rows.iter().find(|row| row["key"] == key).unwrap();
    assert_eq!(row("listen")["value"], "127.0.0.1:1234");
    assert_eq!(row("listen")["from"], "masthead.toml");
    assert_eq!(row("drain_seconds")["from"], "environment MASTHEAD_DRAIN_SECONDS");
    assert_eq!(row("public_url")["value"], "");
    assert_eq!(row("log")["from"], "default");
    assert_eq!(rows.len() + 1, said.lines().count(), "the same rows both times");
    assert_eq!(listing(&room.path("")).len(), 1, "something was made");
}

#[test]
fn logs_that_go_into_a_file_are_plain_text() {
    let room = Room::new();
    let arguments = ["demo", "--data", "paper", "--listen", "127.0.0.1:0"];
    let mut demo = room.serve_with(&arguments, &[("MASTHEAD_LOG", "info")]);
    demo.terminate();
    demo.ended();
    assert!(demo.logged().contains("stopping"), "{}", demo.logged());
    assert!(!demo.logged().contains('\u{1b}'), "{}", demo.logged());
}

#[test]
fn an_access_log_goes_on_after_it_was_moved_and_a_hangup_ends_nobody() {
    let room = Room::new();
    room.write(
        "masthead.toml",
        "data = \"own\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n\
         access_log = \"access.log\"\ntrusted_proxies = \"127.0.0.1\"\n",
    );
    let mut paper = room.serve(&["serve", "--config", "masthead.toml"]);
    let text = |name: &str| std::fs::read_to_string(room.path(name)).unwrap_or_default();
    let reader = [("X-Forwarded-For", "203.0.113.77")];
    assert_eq!(ask(&paper.address, "GET", "/search?q=words", &reader).status, 200);
    until("a line", || text("access.log").contains("\"GET /search HTTP/1.1\" 200 ").then_some(()));
    assert!(text("access.log").starts_with("203.0.113.0 - - ["), "{}", text("access.log"));
    std::fs::rename(room.path("access.log"), room.path("access.log.1")).unwrap();
    signal("HUP", paper.id());
    until("a new file", || room.path("access.log").exists().then_some(()));
    assert_eq!(get(&paper.address, "/latest", None).status, 200);
    assert!(paper.is_running());
    assert_eq!(paper.stop().code(), Some(0));
    assert_eq!((text("access.log").lines().count(), text("access.log.1").lines().count()), (1, 1));
    let faulty = "data = \"own\"\nlisten = \"127.0.0.1:0\"\naccess_log = \"own\"\n";
    room.write("masthead.toml", faulty);
    let error = room.run(&["serve", "--config", "masthead.toml"]).refused_in_a_line();
    assert!(error.contains("own cannot be opened for the access log"), "{error}");
}
