//! The process is killed while it spends: what it had answered is there when the store is opened again, once.
//!
//! The test binary starts itself as a child that spends and says what was answered; it is killed by its own id, at a
//! line that the dice chose, two hundred times on one folder.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use gate::{Readings, Spent};
use rusqlite::Connection;
use store::{Options, Store};

use crate::stage::{
    Dice, Folder, PAPER, article, assert_sound, at, is_open, number, person, read_by, spend, wait,
};

const KILLS: u64 = 200;
const PEOPLE: u64 = 60;
const ARTICLES: u64 = 40;
const ALLOWANCE: u32 = 25;
/// Spends that a child has in flight at once.
const BURST: u64 = 24;
/// Bursts after which a child would end by itself: no child outlives its parent by much.
const BURSTS_MAX: u64 = 2_000;
const FOLDER: &str = "STORE_TEST_FOLDER";
const SEED: &str = "STORE_TEST_SEED";

/// Not a test of its own: what the children do. Without the variables it returns at once.
#[test]
fn child() {
    let (Ok(folder), Ok(seed)) = (std::env::var(FOLDER), std::env::var(SEED)) else { return };
    let mut dice = Dice::new(seed.parse().unwrap());
    let store = Store::open(Path::new(&folder), PAPER, &Options::default()).unwrap();
    for _ in 0..BURSTS_MAX {
        wait(async {
            let mut burst = tokio::task::JoinSet::new();
            for _ in 0..BURST {
                let (who, what) = (dice.below(PEOPLE), dice.below(ARTICLES));
                let store = store.clone();
                burst.spawn(async move {
                    say(who, what, store.spend(spend(who, what, ALLOWANCE)).await);
                });
            }
            burst.join_all().await;
        });
    }
}

/// One line for each answer, written at once and past the capture of the test's output.
fn say(who: u64, what: u64, spent: Result<Spent, gate::Outage>) {
    let line = match spent.unwrap() {
        Spent::Opened { read, .. } => format!("opened {who} {what} {read}\n"),
        Spent::Already { read, .. } => format!("already {who} {what} {read}\n"),
        Spent::Full { read, .. } => format!("full {who} {what} {read}\n"),
    };
    let mut out = std::io::stdout().lock();
    // A parent that is gone is no reason to go on.
    if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
}

fn start(folder: &Path, seed: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(SEED, seed.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Everything that any child ever answered.
#[derive(Default)]
struct Answers {
    open: BTreeSet<(u64, u64)>,
    /// Who was told "this is your n-th", and of which article.
    granted: BTreeMap<(u64, u32), u64>,
    lines: usize,
}

impl Answers {
    /// Takes one line; those of the test harness say something else.
    fn take(&mut self, line: &str) -> bool {
        let words: Vec<&str> = line.split(' ').collect();
        let [kind @ ("opened" | "already" | "full"), who, what, read] = words[..] else {
            return false;
        };
        let Ok(read) = read.parse::<u32>() else { return false };
        let (who, what) = (who.parse().unwrap(), what.parse().unwrap());
        self.lines += 1;
        assert!(read <= ALLOWANCE, "{line}: more than the allowance");
        match kind {
            "opened" => {
                assert!(self.open.insert((who, what)), "{line}: it was open before the kill");
                let twice = self.granted.insert((who, read), what);
                assert_eq!(twice, None, "{line}: that number was given before");
            }
            "already" => {
                self.open.insert((who, what));
            }
            _ => assert!(!self.open.contains(&(who, what)), "{line}: it was open before"),
        }
        true
    }
}

/// Lets a child answer so many lines, kills it, and takes what it had said until then, all of it.
fn run_and_kill(folder: &Path, seed: u64, after: u64, answers: &mut Answers) {
    let mut child = start(folder, seed);
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut taken = 0;
    let mut line = Vec::new();
    while taken < after {
        line.clear();
        let length = lines.read_until(b'\n', &mut line).unwrap();
        assert!(length > 0, "a child ended before it was killed");
        taken += u64::from(answers.take(String::from_utf8_lossy(&line).trim_end()));
    }
    // SIGKILL, to this child by its id. Nothing of it runs any more.
    child.kill().unwrap();
    child.wait().unwrap();
    loop {
        line.clear();
        lines.read_until(b'\n', &mut line).unwrap();
        // The last line may have been torn; only a whole one was an answer.
        if line.last() != Some(&b'\n') {
            return;
        }
        answers.take(String::from_utf8_lossy(&line).trim_end());
    }
}

/// What the tables say: each answered reading is there, and each person's count is that of the rows.
fn compare(connection: &Connection, answers: &Answers) {
    let mut query =
        connection.prepare("SELECT 1 FROM readings WHERE person = ?1 AND article = ?2").unwrap();
    for (who, what) in &answers.open {
        let there = query.exists((person(*who).as_bytes(), article(*what).as_bytes())).unwrap();
        assert!(there, "person {who} had been told that article {what} is open");
    }
    let over = format!("SELECT count(*) FROM windows WHERE read > {ALLOWANCE}");
    assert_eq!(number(connection, &over), 0);
    let miscounted = "SELECT count(*) FROM windows WHERE read <> \
        (SELECT count(*) FROM readings WHERE readings.person = windows.person)";
    assert_eq!(number(connection, miscounted), 0);
}

#[test]
fn two_hundred_kills_lose_nothing_that_was_answered() {
    let folder = Folder::new();
    let mut answers = Answers::default();
    let mut dice = Dice::new(1);
    for round in 0..KILLS {
        // A few are killed while they open the store, most of them in the middle of a burst.
        let after = if round % 20 == 7 { 0 } else { dice.below(5 * BURST) };
        run_and_kill(folder.path(), round, after, &mut answers);
        if round % 10 == 9 {
            // Those in between are mended by the next child itself.
            compare(&folder.raw(), &answers);
        }
    }
    assert!(answers.lines > 2_000, "the children answered {} times", answers.lines);
    let store = folder.open();
    assert_sound(&store);
    compare(&folder.raw(), &answers);
    for (who, what) in &answers.open {
        assert!(wait(is_open(&store, *who, *what, at(60))), "{who} {what}");
        let again = wait(store.spend(spend(*who, *what, ALLOWANCE))).unwrap();
        assert!(matches!(again, Spent::Already { .. }), "{who} {what} was spent a second time");
    }
    for who in 0..PEOPLE {
        assert!(wait(read_by(&store, who, at(60))) <= ALLOWANCE);
    }
}

#[test]
fn a_lost_answer_would_be_seen() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.spend(spend(1, 1, ALLOWANCE))).unwrap();
    let mut answers = Answers::default();
    assert!(answers.take("opened 1 1 1") && !answers.take("running 1 test"));
    compare(&folder.raw(), &answers);
    assert!(answers.take("opened 1 2 2"));
    let missed = std::panic::catch_unwind(|| compare(&folder.raw(), &answers));
    assert!(missed.is_err());
    let mut twice = answers;
    let given =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| twice.take("opened 1 3 2")));
    assert!(given.is_err());
}
