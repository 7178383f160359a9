//! Data folders that cannot be used: one clear line each, exit code 1, and nothing is spoilt.

use std::fs;

use crate::program::{Room, listing};

/// Where SQLite keeps the two numbers in its file's head, in bytes.
const SCHEMA_AT: usize = 60;
const OWNER_AT: usize = 68;

/// What a demo in that folder says when it is refused.
#[track_caller]
fn refused(room: &Room, data: &str) -> String {
    let error = room.run(&["demo", "--data", data, "--listen", "127.0.0.1:0"]).refused_in_a_line();
    assert!(error.contains(data), "it does not say where: {error}");
    error
}

/// Writes over a part of the paper's database; gives the whole file as it is then.
fn overwrite(room: &Room, at: usize, bytes: &[u8]) -> Vec<u8> {
    let path = room.path("paper/masthead.sqlite");
    let mut database = fs::read(&path).unwrap();
    database[at..at + bytes.len()].copy_from_slice(bytes);
    fs::write(&path, &database).unwrap();
    database
}

#[test]
fn a_data_folder_that_is_a_file_is_refused() {
    let room = Room::new();
    room.write("letter", "Dear editor");
    for data in ["letter", "letter/paper"] {
        let error = refused(&room, data);
        assert!(error.contains("--data"), "no remedy: {error}");
    }
    assert_eq!(fs::read(room.path("letter")).unwrap(), b"Dear editor");
    assert_eq!(listing(&room.path("")).len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_data_folder_that_cannot_be_written_is_refused() {
    let room = Room::new();
    // Not even root writes here.
    for data in ["/proc/masthead", "/proc/self/masthead", "/sys/masthead"] {
        let error = refused(&room, data);
        assert!(error.contains("--data"), "no remedy: {error}");
    }
    assert!(refused(&room, "/proc").contains("right to write"));
}

#[test]
fn a_database_that_is_a_folder_is_refused() {
    let room = Room::new();
    fs::create_dir_all(room.path("paper/masthead.sqlite")).unwrap();
    refused(&room, "paper");
}

#[test]
fn another_program_s_database_is_refused_and_left_alone() {
    let room = Room::new();
    room.filled();
    for owner in [0_u32, 0x6765_6F00] {
        let before = overwrite(&room, OWNER_AT, &owner.to_be_bytes());
        let error = refused(&room, "paper");
        assert!(error.contains("another program"), "{error}");
        assert!(fs::read(room.path("paper/masthead.sqlite")).unwrap() == before, "it was written");
    }
    for command in ["doctor", "settings"] {
        let ran =
            [&[command, "--data", "paper"][..], if command == "doctor" { &[] } else { &["get"] }];
        let error = room.run(&ran.concat()).refused_in_a_line();
        assert!(error.contains("another program"), "{error}");
    }
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let room = Room::new();
    room.filled();
    let before = overwrite(&room, SCHEMA_AT, &99_u32.to_be_bytes());
    let error = refused(&room, "paper");
    assert!(error.contains("newer") && error.contains("99"), "{error}");
    assert!(error.contains("backup"), "no remedy: {error}");
    assert!(fs::read(room.path("paper/masthead.sqlite")).unwrap() == before, "it was written");
    let error = room.run(&["doctor", "--data", "paper"]).refused_in_a_line();
    assert!(error.contains("newer"), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let room = Room::new();
    fs::create_dir(room.path("paper")).unwrap();
    let noise: Vec<u8> =
        (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    room.write("paper/masthead.sqlite", &noise);
    let error = refused(&room, "paper");
    assert!(error.contains("damaged") && error.contains("backup"), "{error}");
    assert!(fs::read(room.path("paper/masthead.sqlite")).unwrap() == noise, "it was written");
}

#[test]
fn a_damaged_head_of_the_database_is_told() {
    let room = Room::new();
    room.filled();
    overwrite(&room, 0, b"something else ");
    assert!(refused(&room, "paper").contains("damaged"));
}

#[test]
fn a_damaged_secret_is_refused_and_left_alone() {
    let room = Room::new();
    room.filled();
    for secret in [&b""[..], &[7; 31], &[7; 33]] {
        room.write("paper/secret.key", secret);
        let error = refused(&room, "paper");
        assert!(error.contains("secret.key") && error.contains("backup"), "{error}");
        assert!(error.contains(&secret.len().to_string()), "{error}");
        assert_eq!(fs::read(room.path("paper/secret.key")).unwrap(), secret);
    }
}

#[test]
fn a_lost_secret_is_not_replaced_without_a_word() {
    let room = Room::new();
    room.filled();
    let path = room.path("paper/secret.key");
    let kept = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let error = refused(&room, "paper");
    for word in ["secret.key", "is missing", "stranger", "backup", "--new-secret"] {
        assert!(error.contains(word), "no {word:?}: {error}");
    }
    assert!(!path.exists(), "it was replaced all the same");
    let served = room.serve(&[
        "serve",
        "--data",
        "paper",
        "--listen",
        "127.0.0.1:0",
        "--operator-listen",
        "127.0.0.1:0",
        "--new-secret",
    ]);
    assert_eq!(served.stop().code(), Some(0));
    let drawn = fs::read(&path).unwrap();
    assert!(drawn.len() == 32 && drawn != kept);
    // Where there is one, the flag changes nothing.
    let served = room.serve(&[
        "serve",
        "--data",
        "paper",
        "--listen",
        "127.0.0.1:0",
        "--operator-listen",
        "127.0.0.1:0",
        "--new-secret",
    ]);
    assert_eq!(served.stop().code(), Some(0));
    assert_eq!(fs::read(&path).unwrap(), drawn);
}

#[test]
fn commands_for_a_paper_make_none() {
    let room = Room::new();
    fs::create_dir(room.path("empty")).unwrap();
    for data in ["empty", "missing"] {
        for command in [
            &["settings", "get"][..],
            &["settings", "set", "paper.name", "x"],
            &["settings", "history"],
            &["settings", "undo"],
            &["doctor"],
            &["why", "K7Q2-P4XNC-8WT3M"],
        ] {
            let ran = room.run(&[&command[..1], &["--data", data], &command[1..]].concat());
            let error = ran.refused_in_a_line();
            assert!(error.contains(data) && error.contains("--data"), "{error}");
        }
    }
    assert_eq!(listing(&room.path("")).len(), 1, "something was made");
}
