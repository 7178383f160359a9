//! A demo whose filling was cut off goes on: the next start makes the paper whole.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::http::{get, open};
use crate::program::{Room, Running, listing, signal, until};

const DEMO: [&str; 5] = ["demo", "--data", "paper", "--listen", "127.0.0.1:0"];

/// Starts to fill `paper` and ends it without a warning when `is_time`.
fn cut_off(room: &Room, mut is_time: impl FnMut() -> bool) {
    let mut command = room.command(&DEMO);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Running(child);
    until("the moment, or the end", || {
        (is_time() || child.0.try_wait().unwrap().is_some()).then_some(())
    });
}

fn pictures(room: &Room) -> usize {
    listing(&room.path("paper/media")).len()
}

#[track_caller]
fn check_whole(room: &Room) {
    let demo = room.demo();
    let front = get(&demo.address, "/", None);
    assert_eq!(front.status, 200);
    let pictures = front.pictures();
    assert!(!pictures.is_empty(), "a front page without pictures");
    for picture in pictures {
        assert_eq!(get(&demo.address, &picture, None).status, 200, "{picture}");
    }
    let (_, read) = open(&demo.address, "/harbour/forty-one-calls", None);
    assert!(read.is_open());
    let found = room.run(&["doctor", "--data", "paper"]).fine();
    assert!(found.contains("articles: 54"), "{found}");
    let history = room.run(&["settings", "--data", "paper", "history"]).fine();
    assert_eq!(history.lines().count(), 1, "{history}");
}

#[test]
fn a_filling_that_is_cut_off_at_any_stage_is_completed() {
    type IsTime = fn(&Room) -> bool;
    let stages: [IsTime; 8] = [
        |room| room.path("paper").exists(),
        |room| room.path("paper/masthead.sqlite").exists(),
        |room| room.path("paper/masthead.sqlite-wal").exists(),
        |room| room.path("paper/secret.key").exists(),
        |room| pictures(room) > 0,
        |room| pictures(room) > 3,
        |room| pictures(room) > 6,
        |room| pictures(room) > 9,
    ];
    for is_time in stages {
        let room = Room::new();
        cut_off(&room, || is_time(&room));
        check_whole(&room);
    }
}

#[test]
fn a_filling_that_is_cut_off_again_and_again_is_completed() {
    let room = Room::new();
    for milliseconds in [0, 10, 20, 40, 60, 80, 100, 130, 160, 200, 240] {
        cut_off(&room, || {
            thread::sleep(Duration::from_millis(milliseconds));
            true
        });
    }
    check_whole(&room);
}

#[test]
fn a_filling_that_is_told_to_stop_is_completed_too() {
    let room = Room::new();
    let mut command = room.command(&DEMO);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Running(child);
    until("the first picture", || (pictures(&room) > 0).then_some(()));
    signal("TERM", child.0.id());
    until("its end", || child.0.try_wait().unwrap());
    check_whole(&room);
}

#[test]
fn a_served_paper_that_is_cut_off_goes_on() {
    let room = Room::new();
    let demo = room.demo();
    let (cookie, _) = open(&demo.address, "/city/tram-three", None);
    demo.kill();
    let demo = room.demo();
    assert!(get(&demo.address, "/city/tram-three", Some(&cookie)).is_open());
    drop(demo);
    check_whole(&room);
}
