//! The cashier's file under kill -9: what was answered is there afterwards, and nothing of it is half there. The one that is
//! killed is this same program, started again for it alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;
use providers::payments::{
    Amount, Card, Cashier, Every, Order, Outcome, Payments, Start, ToldWhat,
};

/// Says to the program that was started again which file is its own.
const FILE: &str = "CASHIER_FILE";
/// How often one is killed.
const KILLS: usize = 12;

fn now() -> Timestamp {
    "2026-01-31T12:00:00Z".parse().unwrap()
}

fn order(key: &str) -> Order {
    let usual = Amount { minor: 1_200, currency: "USD".to_owned() };
    Order {
        key: key.to_owned(),
        reader: "reader".to_owned(),
        mail: "ada@example.org".to_owned(),
        plan: "digital".to_owned(),
        name: "Digital".to_owned(),
        usual,
        every: Every::Month,
        start: Start::Usual,
        zone: "UTC".to_owned(),
        language: "en".to_owned(),
        back_url: "/thanks".to_owned(),
        cancel_url: "/offers".to_owned(),
        begun_at: now(),
        ends_at: Timestamp::MAX,
    }
}

fn open(path: &Path) -> Cashier {
    Cashier::open(path, [3; 32]).unwrap()
}

/// Buys and cancels without an end, and says each deed when it was answered.
fn work(path: &Path) {
    let cashier = open(path);
    // A line is one write: it is there or it is not.
    let say = |line: &str| std::io::stderr().write_all(line.as_bytes()).unwrap();
    for number in 0.. {
        let key = format!("{}-{number}", std::process::id());
        let id = cashier.begin(&order(&key), now()).unwrap().id;
        say(&format!("deed begun {key}\n"));
        let taken = cashier.pay(&id, Card::Good, now()).unwrap();
        let Outcome::Paid { subscription } = taken.outcome else { panic!() };
        say(&format!("deed paid {subscription}\n"));
        cashier.cancel(&subscription, now()).unwrap();
        say(&format!("deed cancelled {subscription}\n"));
    }
}

#[test]
fn what_was_answered_outlives_kill_9() {
    if let Some(path) = std::env::var_os(FILE) {
        return work(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cashier.json");
    let mut deeds = Vec::new();
    for round in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "what_was_answered_outlives_kill_9", "--nocapture"])
            .env(FILE, &path)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // Another number of deeds each time; the signal comes wherever the next one is by then.
        for line in lines.by_ref().take(3 + round * 5 % 11) {
            deeds.push(line.unwrap());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What was answered before it was gone was answered too.
        deeds.extend(lines.map_while(Result::ok));
        let cashier = open(&path);
        for deed in &deeds {
            let Some(deed) = deed.strip_prefix("deed ") else { panic!("{deed}") };
            let (what, named) = deed.split_once(' ').unwrap();
            if what == "begun" {
                let id = cashier.begin(&order(named), now()).unwrap().id;
                assert!(cashier.page(&id, now()).is_some());
                continue;
            }
            let read = cashier.subscription(named, now()).unwrap().unwrap();
            let stops = matches!(read.told.last().unwrap().what, ToldWhat::Stops { .. });
            assert!(stops || what == "paid", "{deed}");
            assert_eq!(read.told.len(), 2);
        }
    }
    assert!(deeds.len() > KILLS * 3, "{}", deeds.len());
}
