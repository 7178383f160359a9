//! `masthead theme`: a folder to start from, the check with file and line, and a paper that is served with a theme.

use std::fs;
use std::path::Path;

use crate::http::get;
use crate::program::{Room, until};

/// The theme of the sample that has another face.
fn evening() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample/themes/evening");
    path.display().to_string()
}

#[test]
fn a_new_theme_has_all_tokens_and_passes_its_check() {
    let room = Room::new();
    let said = room.run(&["theme", "new", "mine", "--from", "front.html,wall.html"]).fine();
    assert!(said.contains("masthead demo --theme mine"), "{said}");
    let tokens = fs::read_to_string(room.path("mine/tokens.css")).unwrap();
    for token in ["--paper: #FBFBF8;", "--magenta: #F08BC4;", "--lead: 32px/34px"] {
        assert!(tokens.contains(token), "{token}");
    }
    for there in [
        "theme.toml",
        "README.md",
        "style.css",
        "messages/en.toml",
        "assets",
        "templates/wall.html",
    ] {
        assert!(room.path("mine").join(there).exists(), "{there}");
    }
    assert!(!room.path("mine/templates/list.html").exists());
    let checked = room.run(&["theme", "check", "mine"]).fine();
    assert!(checked.contains("the theme can be used: "), "{checked}");
}

#[test]
fn a_folder_with_something_in_it_and_a_template_that_is_none_are_refused() {
    let room = Room::new();
    fs::create_dir(room.path("full")).unwrap();
    room.write("full/letter", "Dear editor");
    let error = room.run(&["theme", "new", "full"]).refused_in_a_line();
    assert!(error.contains("full is not empty"), "{error}");
    let error = room.run(&["theme", "new", "mine", "--from", "fornt.html"]).refused_in_a_line();
    assert!(error.contains("front.html"), "{error}");
    assert!(!room.path("mine").exists());
    fs::create_dir(room.path("empty")).unwrap();
    room.run(&["theme", "new", "empty", "--from", "default"]).fine();
    assert!(room.path("empty/templates/opensearch.xml").exists());
}

#[test]
fn the_check_names_every_fault_by_file_and_line() {
    let room = Room::new();
    for folder in ["bad/templates", "bad/messages"] {
        fs::create_dir_all(room.path(folder)).unwrap();
    }
    room.write("bad/templates/front.html", "{% extends \"base.html\" %}\n{{ front.laed }}");
    room.write("bad/templates/list.html", "<p>\n{% if list %}");
    room.write("bad/templates/wall.html", "<p style=\"color:red\">{{ wall.heading }}</p>");
    room.write("bad/messages/en.toml", "skip = \"Skip\"\nleft = \"{count} left\"\n");
    room.write("bad/style.css", "a{}\nb{background:url(https://elsewhere.example/x.png)}");
    room.write("bad/theme.toml", "name = \"Bad\"\ncolour = 1\n");
    let ran = room.run(&["theme", "check", "bad"]);
    assert_eq!(ran.status.code(), Some(1), "{}", ran.err);
    for wanted in [
        "bad/templates/front.html:2: `front.laed`: `front` has no `laed`; the nearest is `lead`",
        "bad/templates/list.html:2: syntax error",
        "bad/templates/wall.html:1: an inline style",
        "bad/templates/wall.html: has no link to `wall.action`",
        "bad/messages/en.toml:2: message \"left\"",
        "bad/style.css:2: loads",
        "bad/theme.toml:2: unknown field `colour`",
    ] {
        assert!(ran.out.contains(wanted), "wanted {wanted}\n{}", ran.out);
    }
    let last = ran.out.lines().last().unwrap();
    let number: usize = last.strip_suffix(" faults").unwrap().parse().unwrap();
    assert_eq!(number, ran.out.lines().count() - 1);
    let json = room.run(&["theme", "check", "bad", "--json"]);
    assert_eq!(json.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(told["faults"].as_array().unwrap().len(), number);
    let of_wall = told["faults"].as_array().unwrap().iter();
    let mut of_wall = of_wall.filter(|fault| fault["file"] == "templates/wall.html");
    assert!(of_wall.any(|fault| fault["line"] == 1));
    let none = room.run(&["theme", "check", "none"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(none.out.contains("cannot be read"), "{}", none.out);
}

#[test]
fn the_sample_s_evening_theme_has_no_fault() {
    let room = Room::new();
    let checked = room.run(&["theme", "check", &evening(), "--json"]).fine();
    let told: serde_json::Value = serde_json::from_str(&checked).unwrap();
    assert_eq!((&told["name"], told["faults"].as_array().unwrap().len()), (&"Evening".into(), 0));
    assert!(told["rendered"].as_u64().unwrap() > 800);
}

#[test]
fn a_demo_follows_its_theme_and_keeps_the_last_good_one() {
    let room = Room::new();
    room.run(&["theme", "new", "mine"]).fine();
    let demo =
        room.serve(&["demo", "--data", "paper", "--listen", "127.0.0.1:0", "--theme", "mine"]);
    let page = |path: &str| get(&demo.address, path, None).text;
    assert!(page("/").contains("data-theme=\""));
    room.write("mine/messages/en.toml", "latest = \"Stop press\"\n");
    until("the new message", || page("/").contains("Stop press").then_some(()));
    room.write("mine/messages/en.toml", "\n\nlaetst = \"x\"\n");
    until("the fault", || page("/demo/theme").contains("messages/en.toml:3: ").then_some(()));
    assert!(page("/").contains("Stop press"));
    assert!(demo.logged().contains("messages/en.toml:3"), "{}", demo.logged());
    room.write("mine/messages/en.toml", "latest = \"Late\"\n");
    until("the mended message", || page("/").contains(">Late<").then_some(()));
    assert!(!page("/demo/theme").contains("laetst"));
    assert_eq!(demo.stop().code(), Some(0));
}

#[test]
fn a_paper_is_not_served_with_a_theme_that_has_faults() {
    let room = Room::new();
    room.filled();
    fs::create_dir_all(room.path("mine/templates")).unwrap();
    room.write("mine/templates/front.html", "<p>\n{% if x %}");
    room.write("mine/style.css", "@import \"x\";");
    room.write(
        "masthead.toml",
        "data = \"paper\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \
        \"127.0.0.1:0\"\ntheme = \"mine\"\n",
    );
    let error = room.run(&["serve", "--config", "masthead.toml"]).refused();
    for wanted in
        ["the theme in mine", "templates/front.html:2: syntax error", "style.css:1: imports"]
    {
        assert!(error.contains(wanted), "{error}");
    }
    let missing = room.run(&["serve", "--config", "masthead.toml", "--theme", "none"]).refused();
    assert!(missing.contains("cannot be read"), "{missing}");
    let served = room.serve(&["serve", "--config", "masthead.toml", "--theme", &evening()]);
    let front = get(&served.address, "/", None).text;
    assert!(front.contains("/assets/theme.") && front.contains("Stop press"));
    assert!(!front.contains("data-theme"), "pages reload themselves in a demo alone");
    assert_eq!(get(&served.address, "/demo/theme", None).status, 404);
    assert_eq!(served.stop().code(), Some(0));
}
