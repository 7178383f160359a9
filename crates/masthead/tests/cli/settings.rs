//! `masthead settings`: read, changed, refused, edited, taken back, and seen by a paper that is being served.

use serde_json::Value;

use crate::http::{get, open, press};
use crate::program::{Ran, Room, until};

#[track_caller]
fn settings(room: &Room, arguments: &[&str]) -> Ran {
    room.run(&[&["settings", "--data", "paper"][..], arguments].concat())
}

/// One setting's value, as a script reads it.
#[track_caller]
fn value(room: &Room, key: &str) -> String {
    let json = settings(room, &["get", key, "--json"]).fine();
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.len(), 1, "{json}");
    rows[0]["value"].as_str().unwrap().to_owned()
}

/// The numbers of all snapshots, newest first.
#[track_caller]
fn versions(room: &Room) -> Vec<u64> {
    let json = settings(room, &["history", "--json"]).fine();
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    rows.iter().map(|row| row["version"].as_u64().unwrap()).collect()
}

/// Edits with a small shell script as the editor; `$1` is the file.
#[track_caller]
fn edit(room: &Room, script: &str) -> Ran {
    let path = room.write("editor.sh", script);
    let editor = format!("sh {}", path.display());
    room.run_with(&["settings", "--data", "paper", "edit"], &[("EDITOR", &editor)])
}

/// Files that an editor left behind.
fn drafts(room: &Room) -> Vec<std::path::PathBuf> {
    let all = crate::program::listing(&room.path("")).into_iter().map(|(path, _)| path);
    all.filter(|path| path.to_string_lossy().contains("masthead-settings-")).collect()
}

#[test]
fn settings_are_read_one_by_one_and_all_together() {
    let room = Room::new();
    room.filled();
    let one = settings(&room, &["get", "meter.allowance_visitors"]).fine();
    assert_eq!(one.lines().count(), 1, "{one}");
    assert!(one.contains('5') && one.contains("set"), "{one}");
    let all = settings(&room, &["get"]).fine();
    let json: Vec<Value> =
        serde_json::from_str(&settings(&room, &["get", "--json"]).fine()).unwrap();
    assert_eq!(json.len(), all.lines().count());
    for row in &json {
        assert!(row["key"].is_string() && row["value"].is_string() && row["set"].is_boolean());
        assert_ne!(row["meaning"], "", "{row}");
    }
    let error = settings(&room, &["get", "meter.alowance_visitors"]).refused_in_a_line();
    assert!(error.contains("nearest is meter.allowance_visitors"), "{error}");
}

#[test]
fn a_setting_is_changed_and_taken_back() {
    let room = Room::new();
    room.filled();
    assert_eq!(versions(&room), [1]);
    let note = ["set", "meter.allowance_visitors", "7", "--note", "an election"];
    let said = settings(&room, &note).fine();
    assert!(said.contains("house settings 2 are in force"), "{said}");
    assert_eq!(value(&room, "meter.allowance_visitors"), "7");
    settings(&room, &["set", "meter.window", "30 days"]).fine();
    assert_eq!(value(&room, "meter.window"), "30 days");
    settings(&room, &["undo"]).fine();
    assert_eq!(value(&room, "meter.window"), "calendar month");
    assert_eq!(value(&room, "meter.allowance_visitors"), "7");
    assert_eq!(versions(&room), [4, 3, 2, 1], "an undo is a change of its own");
    let history = settings(&room, &["history"]).fine();
    assert!(history.contains("an election") && history.contains("undo of 3"), "{history}");
    let last = settings(&room, &["history", "--limit", "1"]).fine();
    assert_eq!(last.lines().count(), 1);
}

#[test]
fn an_empty_value_is_the_default() {
    let room = Room::new();
    room.filled();
    settings(&room, &["set", "meter.allowance_visitors", "2"]).fine();
    settings(&room, &["set", "meter.allowance_visitors", ""]).fine();
    assert_eq!(value(&room, "meter.allowance_visitors"), "5");
    let said = settings(&room, &["get", "meter.allowance_visitors"]).fine();
    assert!(said.contains("default"), "{said}");
}

#[test]
fn there_is_nothing_to_take_back_before_the_first() {
    let room = Room::new();
    room.filled();
    let error = settings(&room, &["undo"]).refused_in_a_line();
    assert!(error.contains("nothing before settings 1"), "{error}");
    assert_eq!(versions(&room), [1]);
}

#[test]
fn bad_values_are_refused_with_a_sentence_and_nothing_is_saved() {
    let room = Room::new();
    room.filled();
    for (key, bad) in [
        ("meter.allowance_visitors", "lots"),
        ("meter.allowance_visitors", "1001"),
        ("meter.allowance_visitors", "11"),
        ("meter.window", "a fortnight"),
        ("meter.window", "0 days"),
        ("paper.zone", "Mars/Phobos"),
        ("paper.language", "tlh"),
        ("paper.name", "two\nlines"),
        ("cache_in_front", "yes"),
        ("subscribe_url", "javascript:alert(1)"),
        ("no.such.setting", "1"),
    ] {
        let error = settings(&room, &["set", key, bad]).refused();
        let room_of = key.split('.').next().unwrap();
        assert!(error.contains(room_of) && error.len() > 60, "{key} = {bad:?}: {error}");
        assert_eq!(versions(&room), [1], "{key} = {bad:?}");
    }
    let said = settings(&room, &["set", "meter.allowance_visitors", "-1"]);
    assert_ne!(said.status.code(), Some(0));
    assert_eq!(versions(&room), [1]);
}

#[test]
fn an_editor_changes_them_all_at_once() {
    let room = Room::new();
    room.filled();
    let said = edit(
        &room,
        "sed -i -e 's/allowance_visitors = 5/allowance_visitors = 3/' \
         -e 's/^window = .*/window = \"7 days\"/' \"$1\"\n",
    );
    assert!(said.fine().contains("house settings 2"));
    assert_eq!(value(&room, "meter.allowance_visitors"), "3");
    assert_eq!(value(&room, "meter.window"), "7 days");
    assert_eq!(drafts(&room), [""; 0].map(std::path::PathBuf::from));
}

#[test]
fn an_editor_that_changes_nothing_saves_nothing() {
    let room = Room::new();
    room.filled();
    assert!(edit(&room, "true\n").fine().contains("nothing was changed"));
    let error = edit(&room, "echo 'x = 1' > \"$1\"; exit 3\n").refused_in_a_line();
    assert!(error.contains('3') && error.contains("not changed"), "{error}");
    let gone = edit(&room, "rm \"$1\"\n").refused_in_a_line();
    assert!(gone.contains("read back"), "{gone}");
    let ran = ["settings", "--data", "paper", "edit"];
    let error = room.run_with(&ran, &[("EDITOR", "no-such-editor")]).refused_in_a_line();
    assert!(error.contains("no-such-editor"), "{error}");
    let error = room.run(&ran).refused_in_a_line();
    assert!(error.contains("$EDITOR"), "{error}");
    let error = room.run_with(&ran, &[("EDITOR", " ")]).refused_in_a_line();
    assert!(error.contains("EDITOR"), "{error}");
    assert_eq!(versions(&room), [1]);
    assert!(drafts(&room).is_empty());
}

#[test]
fn an_edited_document_that_is_wrong_is_refused_as_a_whole_and_kept_for_its_writer() {
    let room = Room::new();
    room.filled();
    let error = edit(
        &room,
        "sed -i -e 's/allowance_visitors = 5/allowance_visitors = 4/' \
         -e 's/^zone = .*/zone = \"Mars\\/Phobos\"/' -e 's/^language = .*/language = \"tlh\"/' \
         \"$1\"\n",
    );
    let error = error.refused();
    assert!(error.contains("paper.zone") && error.contains("paper.language"), "{error}");
    assert_eq!(versions(&room), [1]);
    let drafts = drafts(&room);
    assert_eq!(drafts.len(), 1, "an hour's work is not thrown away");
    assert!(error.contains(&drafts[0].display().to_string()), "{error}");
    let kept = std::fs::read_to_string(&drafts[0]).unwrap();
    assert!(kept.contains("allowance_visitors = 4") && kept.contains("tlh"));
}

#[cfg(unix)]
#[test]
fn what_is_edited_is_its_owner_s_alone() {
    let room = Room::new();
    room.filled();
    edit(&room, "stat -c %a \"$1\" > mode\n").fine();
    assert_eq!(std::fs::read_to_string(room.path("mode")).unwrap().trim(), "600");
}

#[test]
fn a_served_paper_sees_a_change_by_itself() {
    let room = Room::new();
    let demo = room.demo();
    let (cookie, _) = open(&demo.address, "/city/tram-three", None);
    let article = "/harbour/forty-one-calls";
    assert!(get(&demo.address, "/", None).text.contains("The Merrin Courant"));
    settings(&room, &["set", "paper.name", "The Other Paper"]).fine();
    until("the new name on the front page", || {
        get(&demo.address, "/", None).text.contains("The Other Paper").then_some(())
    });
    assert!(get(&demo.address, article, None).text.contains("The Other Paper"));
    settings(&room, &["set", "meter.allowance_visitors", "1"]).fine();
    until("the wall", || get(&demo.address, article, Some(&cookie)).code());
    assert!(!press(&demo.address, article, Some(&cookie)).is_open());
    assert!(get(&demo.address, "/city/tram-three", Some(&cookie)).is_open());
    settings(&room, &["undo"]).fine();
    until("no wall any more", || {
        get(&demo.address, article, Some(&cookie)).code().is_none().then_some(())
    });
}

#[test]
fn of_two_changes_at_once_one_is_taken_or_both_one_after_the_other() {
    let room = Room::new();
    room.filled();
    let one = |value: &str| {
        let mut command =
            room.command(&["settings", "--data", "paper", "set", "meter.window", value]);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    let children: Vec<_> = ["3 days", "4 days", "5 days"].map(one).into();
    let mut taken = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            Some(0) => taken += 1,
            _ => assert!(error.contains("somebody saved settings"), "{error}"),
        }
    }
    let versions = versions(&room);
    assert!(taken >= 1);
    assert_eq!(versions.len(), 1 + taken, "{versions:?}");
}
