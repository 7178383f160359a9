//! The process ends at every system call of a reading in turn, and system calls fail one after another: what was answered
//! is there when the store is opened again, once, and a retry is the same reading.
//!
//! The test binary starts itself as a child under `strace`, which strikes at the N-th call of a thread, for N from the
//! first look at the database to the end of the run. Calls are counted for each thread: a run has so many readings that the
//! writer's thread overtakes all others, and its last ones are struck at every call.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use gate::{Outage, Person, Readings, Spend, Spent, VisitorKeys};
use rusqlite::Connection;
use store::{DATABASE, Options, Store};

use crate::stage::{Folder, PAPER, article, assert_sound, at, month, number, wait};

const FOLDER: &str = "STORE_TEST_STRUCK_FOLDER";
/// What may be read by one visitor: a child asks for one more, which is refused.
const ALLOWANCE: u32 = 3;
/// Requests of a child, one after another.
// Calls are counted for each thread, and the start strikes first: as many readings as it has calls are struck by none. Of those behind
// them, half of all, each has to be.
const REQUESTS: u64 = 64;
/// More calls than any run has: a sweep that gets there never ends.
const CALLS_MAX: u64 = 5_000;
/// The calls that change a file of the database. Plain `write` is left out: by it a child says what it has to say.
const WRITES: &str = "pwrite64,fdatasync,fsync,ftruncate";
/// Those of them that bring it to the disk.
const SYNCS: &str = "fdatasync,fsync";

/// The visitor behind a request: each comes with the idempotency key of its browser, as a first reading does.
fn visitor(request: u64) -> Person {
    let keys = VisitorKeys::derive(&[9; 32], "https://courant.example");
    let key = format!("{:0>21}A", request / u64::from(ALLOWANCE + 1));
    keys.person_of(&keys.issue_for_retry(&key).unwrap()).unwrap()
}

fn asked(request: u64) -> Spend {
    let what = article(request);
    Spend {
        person: visitor(request),
        article: what,
        allowance: ALLOWANCE,
        fresh: month(),
        now: at(60),
    }
}

/// Not a test of its own: what the children do. Without the variable it returns at once.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    // The harness has begun a line with the name of this test.
    say("");
    let store = match Store::open(Path::new(&folder), PAPER, &Options::default()) {
        Ok(store) => store,
        Err(error) => return say(&format!("unopened {error}")),
    };
    for request in 0..REQUESTS {
        // A browser that is told of an outage tries once more.
        for _ in 0..2 {
            match wait(store.spend(asked(request))) {
                Ok(Spent::Opened { read, .. }) => say(&format!("opened {request} {read}")),
                Ok(Spent::Full { read, .. }) => say(&format!("full {request} {read}")),
                Ok(Spent::Already { .. }) => {
                    panic!("{request} had been told that it was not spent")
                }
                Err(Outage::Down(_) | Outage::Busy(_)) => {
                    say(&format!("down {request} 0"));
                    continue;
                }
            }
            break;
        }
    }
    store.close();
    say("closed");
}

/// One line, written at once and past the capture of the test's output; a struck `write` may refuse it.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush());
}

/// What a child had said when it ended.
#[derive(Default, Debug)]
struct Said {
    opened: Vec<(u64, u32)>,
    full: BTreeSet<u64>,
    down: BTreeSet<u64>,
    unopened: Option<String>,
    closed: bool,
}

impl Said {
    fn of(output: &[u8]) -> Self {
        let mut said = Self::default();
        // A line without its end was torn, and nobody's answer. The harness says lines of its own.
        let text = String::from_utf8_lossy(output);
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["opened", request, read] => {
                    said.opened.push((request.parse().unwrap(), read.parse().unwrap()));
                }
                ["full", request, _] => drop(said.full.insert(request.parse().unwrap())),
                ["down", request, _] => drop(said.down.insert(request.parse().unwrap())),
                ["unopened", ..] => said.unopened = Some(line.to_owned()),
                ["closed"] => said.closed = true,
                _ => {}
            }
        }
        said
    }

    /// The request of which nothing was said.
    fn next(&self) -> u64 {
        let opened = self.opened.iter().map(|(request, _)| *request);
        let told = opened.chain(self.full.iter().copied()).chain(self.down.iter().copied());
        told.max().map_or(0, |last| last + 1)
    }
}

/// A folder whose last process was torn away: its log holds readings that the next one finds.
struct Torn(Folder);

impl Torn {
    /// A visitor of before, whom no child asks for.
    const BEFORE: u64 = 1_000;

    fn new() -> Self {
        let (open, torn) = (Folder::new(), Folder::new());
        let store = open.open();
        wait(store.spend(asked(Self::BEFORE))).unwrap();
        for name in [DATABASE.to_owned(), format!("{DATABASE}-wal")] {
            fs::copy(open.path().join(&name), torn.path().join(&name)).unwrap();
        }
        store.close();
        Self(torn)
    }

    fn again(&self) -> Folder {
        let folder = Folder::new();
        for entry in fs::read_dir(self.0.path()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        folder
    }
}

/// Runs a child under `strace`; `strike` says what befalls it.
fn run(folder: &Path, log: Option<&Path>, strike: &[&str]) -> Output {
    let nowhere = PathBuf::from("/dev/null");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", "signal=none", "-o"]).arg(log.unwrap_or(&nowhere));
    for word in strike {
        command.args(["-e", word]);
    }
    let ran = command
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "calls::child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdin(Stdio::null())
        .output();
    let ran = ran.unwrap_or_else(|error| {
        panic!("strace cannot be started ({error}); install it (Debian: apt-get install strace)")
    });
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(
        !told.contains("strace:"),
        "strace could not do its work; it has to be allowed to trace its own children \
         (in a container: --cap-add=SYS_PTRACE): {told}"
    );
    ran
}

/// Opens the folder again, as the next process does, and holds it against what had been answered. So many of those who were
/// told of an outage may have spent after all.
fn compare(folder: &Folder, said: &Said, unsynced: u64, what: &str) {
    let store = folder.open();
    assert_sound(&store);
    let rows = folder.raw();
    let sound = "SELECT count(*) FROM windows WHERE read <> \
        (SELECT count(*) FROM readings WHERE readings.person = windows.person)";
    assert_eq!(number(&rows, sound), 0, "{what}: a window is miscounted");
    assert!(is_there(&rows, Torn::BEFORE), "{what}: a reading of before is lost");
    for (request, _) in &said.opened {
        assert!(is_there(&rows, *request), "{what}: {request} was answered and is lost");
    }
    let down =
        said.down.iter().filter(|down| said.opened.iter().all(|(opened, _)| opened != *down));
    let kept = down.filter(|request| is_there(&rows, **request)).count() as u64;
    assert!(kept <= unsynced, "{what}: {kept} were told of an outage and are there");
    for request in &said.full {
        assert!(!is_there(&rows, *request), "{what}: {request} was refused and is there");
    }
    // At most the one request that was on its way may be there without an answer, and nothing that nobody asked for.
    let next = said.next();
    let mut there = (0..REQUESTS).filter(|request| is_there(&rows, *request));
    let unasked = there.find(|request| *request > next);
    assert_eq!(unasked, None, "{what}: nobody had asked for it");
    // The browser tries again with the same key: the same reading, counted once.
    for request in (0..=next).take_while(|request| *request < REQUESTS) {
        let was_there = is_there(&rows, request);
        let spent = wait(store.spend(asked(request))).unwrap();
        match spent {
            Spent::Already { .. } => assert!(was_there, "{what}: {request}"),
            Spent::Opened { .. } => {
                assert!(!was_there, "{what}: {request} was spent twice");
                assert!(!said.opened.iter().any(|(opened, _)| *opened == request));
            }
            Spent::Full { .. } => assert!(!was_there, "{what}: {request}"),
        }
    }
    let over = format!("SELECT count(*) FROM windows WHERE read > {ALLOWANCE}");
    assert_eq!(number(&rows, &over), 0, "{what}: more than the allowance");
    let doubled = "SELECT count(*) - count(DISTINCT hex(person) || hex(article)) FROM readings";
    assert_eq!(number(&rows, doubled), 0, "{what}: a reading is there twice");
    drop(rows);
    store.close();
}

fn is_there(rows: &Connection, request: u64) -> bool {
    let asked = asked(request);
    let mut query =
        rows.prepare_cached("SELECT 1 FROM readings WHERE person = ?1 AND article = ?2").unwrap();
    query.exists((asked.person.as_bytes(), asked.article.as_bytes())).unwrap()
}

/// The first call of a run that names the database, counted in its thread: what comes before is the system's loader.
fn first_call(torn: &Torn) -> u64 {
    let folder = torn.again();
    let log = folder.path().join("calls");
    let ran = run(folder.path(), Some(&log), &["trace=all"]);
    assert!(ran.status.success(), "{ran:?}");
    let said = Said::of(&ran.stdout);
    assert!(said.closed && said.opened.len() as u64 == REQUESTS * 3 / 4, "{said:?}");
    compare(&folder, &said, 0, "a run that nothing befell");
    let text = fs::read_to_string(log).unwrap();
    let threads: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    let first = text.lines().position(|line| line.contains(DATABASE)).unwrap();
    let begun = |line: &&str| !line.contains("<... ");
    let of_thread = text.lines().take(first + 1).filter(begun);
    of_thread.filter(|line| line.starts_with(threads[first])).count() as u64
}

/// Strikes at call after call, on both cores, until a run goes through; `look` is told of each run that was struck.
fn sweep(first: u64, strike: impl Fn(u64) -> bool + Sync) -> u64 {
    let next = AtomicU64::new(first);
    let through = AtomicU64::new(CALLS_MAX);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let call = next.fetch_add(1, Ordering::Relaxed);
                    if call >= through.load(Ordering::Relaxed) {
                        return;
                    }
                    if !strike(call) {
                        through.fetch_min(call, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let through = through.into_inner();
    assert!(through < CALLS_MAX, "the run has no end");
    through - first
}

#[test]
fn killed_at_every_system_call_nothing_answered_is_lost() {
    let torn = Torn::new();
    let first = first_call(&torn);
    let struck: Vec<AtomicU64> = (0..=REQUESTS).map(|_| AtomicU64::new(0)).collect();
    let calls = sweep(first, |call| {
        let folder = torn.again();
        let inject = format!("inject=all:signal=SIGKILL:when={call}");
        let ran = run(folder.path(), None, &["trace=all", &inject]);
        let said = Said::of(&ran.stdout);
        assert!(said.down.is_empty() && said.unopened.is_none(), "killed at call {call}: {said:?}");
        compare(&folder, &said, 0, &format!("killed at call {call}"));
        struck[said.next() as usize].fetch_add(1, Ordering::Relaxed);
        !ran.status.success()
    });
    let struck: Vec<u64> = struck.into_iter().map(AtomicU64::into_inner).collect();
    assert!(calls > 100, "{calls} calls from the first look at the database to the end");
    assert!(struck[0] > 20, "the recovery at the start was struck {} times", struck[0]);
    // Calls that the first of the others shares with the answers before it are counted with those.
    let (first, others) = struck[REQUESTS as usize / 2..].split_first().unwrap();
    let is_struck = *first > 0 && others.iter().all(|strikes| *strikes > 3);
    assert!(is_struck, "a reading was not struck: {struck:?}");
}

/// One call of these fails, or (`from`) all from it on: those who are told of an outage have spent nothing, and the
/// others all of it. Returns how many of the runs were struck, and how many had somebody told of it.
fn failing(calls: &str, error: &str, from: &str) -> (u64, u64) {
    let torn = Torn::new();
    let told = AtomicU64::new(0);
    let struck = sweep(1, |call| {
        let folder = torn.again();
        let log = folder.path().join("calls");
        let inject = format!("inject={calls}:error={error}:when={call}{from}");
        let ran = run(folder.path(), Some(&log), &[&format!("trace={calls}"), &inject]);
        let what = format!("{error} of {calls} at {call}{from}");
        assert!(ran.status.success(), "{what}: {ran:?}");
        let said = Said::of(&ran.stdout);
        let is_told = said.unopened.is_some() || !said.down.is_empty();
        told.fetch_add(u64::from(is_told), Ordering::Relaxed);
        let was_struck = fs::read_to_string(&log).unwrap().contains("(INJECTED)");
        fs::remove_file(&log).unwrap();
        // What was written and never synced is the next process's to find: of the last commit that was tried, and whole.
        let unsynced = u64::from(calls == SYNCS && from == "+");
        compare(&folder, &said, unsynced, &what);
        was_struck
    });
    (struck, told.into_inner())
}

#[test]
fn whichever_write_fails_nobody_is_told_what_is_not_so() {
    for (error, from) in [("EIO", ""), ("ENOSPC", "+")] {
        let (struck, told) = failing(WRITES, error, from);
        assert!(struck > 100 && told > 50, "{error}{from}: {told} of {struck} runs told of it");
    }
}

#[test]
fn a_disk_that_syncs_no_more_keeps_no_more_than_the_last_commit() {
    let (struck, told) = failing(SYNCS, "EIO", "+");
    assert!(struck > 20 && told > 15, "{told} of {struck} runs told of it");
}
