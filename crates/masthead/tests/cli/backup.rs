//! Backups: made while readings go on, read back, restored whole or not at all.

use std::process::Stdio;

use crate::http::{get, open};
use crate::program::{Room, Running, listing};

#[test]
fn a_backup_of_a_served_paper_holds_what_was_read_before_it() {
    let room = Room::new();
    let demo = room.demo();
    let (cookie, _) = open(&demo.address, "/harbour/forty-one-calls", None);
    for (target, restored) in [("copy", "back"), ("copy.tar", "back-2")] {
        let mut command = room.command(&["backup", target, "--data", "paper"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut child = Running(child);
        while child.0.try_wait().unwrap().is_none() {
            let (_, read) = open(&demo.address, "/city/tram-three", None);
            assert!(read.is_open(), "a reading was refused with {}", read.status);
        }
        assert_eq!(child.0.wait().unwrap().code(), Some(0), "{target}");
        let said = room.run(&["restore", target, "--data", restored]).fine();
        assert!(said.starts_with("54 articles and "), "{said}");
    }
    assert_eq!(demo.stop().code(), Some(0));
    for restored in ["back", "back-2"] {
        let found = room.run(&["doctor", "--data", restored]).fine();
        assert!(found.contains("articles: 54"), "{found}");
        let served = room.serve(&["demo", "--data", restored, "--listen", "127.0.0.1:0"]);
        // The secret came along: the cookie is known, and the article is still open.
        assert!(get(&served.address, "/harbour/forty-one-calls", Some(&cookie)).is_open());
        let front = get(&served.address, "/", None);
        for picture in front.pictures() {
            assert_eq!(get(&served.address, &picture, None).status, 200, "{picture}");
        }
    }
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let room = Room::new();
    room.filled();
    room.run(&["backup", "copy", "--data", "paper"]).fine();
    let media = listing(&room.path("copy/media"));
    let (picture, _) = media.iter().find(|(path, _)| path.is_file()).unwrap().clone();
    let whole = std::fs::read(&picture).unwrap();
    let refused = |part: &str| {
        let error = room.run(&["restore", "copy", "--data", "back"]).refused();
        assert!(error.contains(part), "{error}");
        assert!(!room.path("back").exists());
        let left = listing(&room.path("")).into_iter().filter(|(path, _)| {
            path.extension().is_some_and(|ending| ending == "part" || ending == "database")
        });
        assert_eq!(left.count(), 0, "something was left behind");
    };
    let mut other = whole.clone();
    other[30] ^= 1;
    std::fs::write(&picture, &other).unwrap();
    refused("is damaged: its bytes are not those that were kept");
    std::fs::remove_file(&picture).unwrap();
    refused("is missing");
    std::fs::write(&picture, &whole).unwrap();
    let secret = std::fs::read(room.path("copy/secret.key")).unwrap();
    room.write("copy/secret.key", &secret[..20]);
    refused("secret.key has not 32 bytes");
    room.write("copy/secret.key", &secret);
    let database = std::fs::read(room.path("copy/masthead.sqlite")).unwrap();
    room.write("copy/masthead.sqlite", &database[..database.len() / 2]);
    refused("masthead.sqlite cannot be used");
    room.write("copy/masthead.sqlite", "no database");
    refused("masthead.sqlite cannot be used");
    std::fs::remove_file(room.path("copy/masthead.sqlite")).unwrap();
    refused("it is no backup of a paper");
    room.write("copy/masthead.sqlite", &database);
    std::fs::create_dir(room.path("back")).unwrap();
    room.run(&["restore", "copy", "--data", "back"]).fine();
    let error = room.run(&["restore", "copy", "--data", "back"]).refused_in_a_line();
    assert!(error.contains("back is not empty"), "{error}");
    let error = room.run(&["restore", "none", "--data", "new"]).refused_in_a_line();
    assert!(error.contains("none cannot be read"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_neither_a_backup_nor_an_export() {
    let room = Room::new();
    room.filled();
    for arguments in [
        "backup copy --data paper",
        "backup copy.tar --data paper",
        "export out.tar --data paper",
        "export out --data paper",
    ] {
        // No file may become larger than 16 KiB: the system refuses to write on, as a full disk does.
        let program = env!("CARGO_BIN_EXE_masthead");
        let script = format!("trap '' XFSZ; ulimit -f 16; exec {program} {arguments}");
        let mut command = std::process::Command::new("bash");
        let ended = command.args(["-c", &script]).current_dir(room.path("")).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{arguments}: {said}");
        assert!(said.starts_with("masthead: ") && !said.contains("panicked"), "{said}");
        let left = std::fs::read_dir(room.path("")).unwrap().count();
        assert_eq!(left, 1, "{arguments} left something behind");
    }
    let found = room.run(&["doctor", "--data", "paper"]).fine();
    assert!(found.contains("articles: 54"), "{found}");
}

#[test]
fn what_people_put_into_the_data_folder_comes_back_and_what_is_made_again_does_not() {
    let room = Room::new();
    room.filled();
    for folder in ["paper/ads/tide", "paper/crawlers", "paper/media/widths"] {
        std::fs::create_dir_all(room.path(folder)).unwrap();
    }
    let given = [
        ("ads/tide/ad.toml", "alt = \"Tide\"\nlink = \"/offers\"\n"),
        ("crawlers/google.json", "{}"),
        ("market.csv", "Cod,4.10,+0.8%\n"),
    ];
    for (name, text) in given {
        room.write(&format!("paper/{name}"), text);
    }
    room.write("paper/media/widths/made.webp", "made");
    for (target, back) in [("copy", "back"), ("copy.tar", "back-2")] {
        room.run(&["backup", target, "--data", "paper"]).fine();
        room.run(&["restore", target, "--data", back]).fine();
        for (name, text) in given {
            let found = std::fs::read_to_string(room.path(&format!("{back}/{name}"))).unwrap();
            assert_eq!(found, text, "{target}: {name}");
        }
        assert!(!room.path(&format!("{back}/media/widths/made.webp")).exists(), "{target}");
    }
    room.write("paper/ads/tide/huge.png", vec![0; (16 << 20) + 1]);
    let error = room.run(&["backup", "more", "--data", "paper"]).refused();
    assert!(error.contains("ads/tide/huge.png has more than"), "{error}");
    assert!(!room.path("more").exists());
}
