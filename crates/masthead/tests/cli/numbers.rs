//! `masthead numbers`: what was counted is there after a stop, and after a kill all but the last half minute of it.

use crate::http::ask;
use crate::program::{Room, Served};

const FREE: &str = "/city/customs-quay-case";

/// A free article, asked for as a browser's window does.
fn read(paper: &Served<'_>, times: usize) {
    for _ in 0..times {
        let window = [("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate")];
        assert_eq!(ask(&paper.address, "GET", FREE, &window).status, 200);
    }
}

/// How often articles were read by the file.
fn counted(room: &Room) -> u64 {
    let days = ["--from", "2026-09-16", "--to", "2026-09-17"];
    let days = room.run(&[&["numbers", "days", "--data", "paper"][..], &days].concat()).fine();
    let mut lines = days.lines();
    assert!(lines.next().unwrap().starts_with("day,shown,read,walls,stop_rate,"), "{days}");
    lines.map(|line| line.split(',').nth(2).unwrap().parse::<u64>().unwrap()).sum()
}

#[test]
fn numbers_are_kept_over_a_stop_and_a_kill_takes_the_last_half_minute_at_most() {
    let room = Room::new();
    let day = "2026-09-16T14:30:00[America/Halifax]";
    let arguments = ["demo", "--data", "paper", "--listen", "127.0.0.1:0", "--at", day];
    let demo = room.serve(&arguments);
    read(&demo, 3);
    assert_eq!(demo.stop().code(), Some(0));
    assert_eq!(counted(&room), 3);
    let demo = room.serve(&arguments);
    read(&demo, 2);
    demo.kill();
    assert!((3..=5).contains(&counted(&room)), "{}", counted(&room));
    for table in ["walls", "articles", "sections", "readers", "money"] {
        let csv = room.run(&["numbers", table, "--data", "paper"]).fine();
        assert!(csv.lines().next().unwrap().split(',').count() > 4, "{table}: {csv}");
    }
    let wrong = room.run(&["numbers", "secrets", "--data", "paper"]).refused();
    assert!(wrong.contains("name days, walls, articles, sections, readers or money"), "{wrong}");
    let days = ["--from", "2026-09-02", "--to", "2026-09-01"];
    let wrong = room.run(&[&["numbers", "days", "--data", "paper"][..], &days].concat()).refused();
    assert!(wrong.contains("the first one first"), "{wrong}");
}
