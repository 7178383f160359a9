//! A disk that is full or cannot be written, a database that is locked, damaged, newer or somebody else's: an error
//! that says what, where and what to do, never a panic; and everything goes on when the cause is gone.

use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use gate::{Outage, Readings, Spent};
use paywall::SettingsVersion;
use rusqlite::Connection;
use store::{DATABASE, Doer, OpenError, Options, Store};

use crate::articles::Draft;
use crate::shim::{Disk, Fault, Remains};
use crate::stage::{
    Dice, Folder, Hold, PAPER, assert_sound, at, is_open, number, read_by, spend, spending, wait,
};

fn open(folder: &Path, options: &Options) -> Result<Store, OpenError> {
    Store::open(folder, PAPER, options)
}

fn on(disk: &Disk) -> Options {
    Options { vfs: Some(disk.name()), ..Options::default() }
}

/// Waits a tenth of a second for a lock instead of five.
fn impatient() -> Options {
    Options { busy: Duration::from_millis(100), ..Options::default() }
}

/// The text names the path, what is wrong, and a remedy.
#[track_caller]
fn assert_told(error: &OpenError, folder: &Path, words: &[&str]) {
    let text = error.to_string();
    assert!(text.contains(folder.to_str().unwrap()), "no path: {text}");
    for word in words {
        assert!(text.contains(word), "no {word:?}: {text}");
    }
    assert!(text.len() > 40 && !text.contains('\n'), "{text}");
}

fn down(result: Result<Spent, Outage>) -> String {
    match result {
        Err(Outage::Down(text)) => text,
        other => panic!("not down: {other:?}"),
    }
}

#[test]
fn a_full_disk_is_an_outage_until_there_is_room() {
    let folder = Folder::new();
    let disk = Disk::insert();
    let store = open(folder.path(), &on(disk)).unwrap();
    wait(store.spend(spend(1, 1, 9))).unwrap();
    for round in 0..3 {
        disk.set_fault(Some(Fault::Full));
        for what in 10..13 {
            let text = down(wait(store.spend(spend(1, what, 9))));
            assert!(text.contains("full"), "{text}");
            assert!(!wait(is_open(&store, 1, what, at(60))), "nothing was spent");
        }
        let full = store.save_settings(
            "a = 1".to_owned(),
            Doer::operator(),
            String::new(),
            SettingsVersion(round),
            at(0),
        );
        assert!(wait(full).is_err());
        // What was read before is read still.
        assert!(wait(is_open(&store, 1, 1, at(60))));
        assert_eq!(wait(read_by(&store, 1, at(60))), round + 1);
        disk.set_fault(None);
        let spent = wait(store.spend(spend(1, 20 + u64::from(round), 9))).unwrap();
        assert!(matches!(spent, Spent::Opened { read, .. } if read == round + 2), "{spent:?}");
        let saved = store.save_settings(
            "a = 1".to_owned(),
            Doer::operator(),
            String::new(),
            SettingsVersion(round),
            at(0),
        );
        wait(saved).unwrap();
    }
    assert_sound(&store);
    store.close();
    disk.restore(Remains::Nothing, &mut Dice::new(1));
    let store = folder.open();
    assert_eq!(wait(read_by(&store, 1, at(60))), 4);
    assert_sound(&store);
}

#[test]
fn a_disk_that_cannot_sync_answers_nothing() {
    let folder = Folder::new();
    let disk = Disk::insert();
    let store = open(folder.path(), &on(disk)).unwrap();
    disk.set_fault(Some(Fault::Unsynced));
    for what in 0..3 {
        down(wait(store.spend(spend(1, what, 9))));
    }
    disk.set_fault(None);
    assert!(matches!(wait(store.spend(spend(1, 0, 9))), Ok(Spent::Opened { read: 1, .. })));
    assert_sound(&store);
}

/// Where something large in the middle of a commit does not fit, those before it and those behind it are either
/// answered and kept, or told that nothing was spent, and nothing was.
#[test]
fn who_is_told_that_nothing_was_spent_has_spent_nothing() {
    let folder = Folder::new();
    let disk = Disk::insert();
    let store = open(folder.path(), &on(disk)).unwrap();
    let hold = Hold::on(&store);
    // Larger than SQLite's page cache: it is written to the log before the commit, and does not fit.
    let large = Draft::new(1).with_body("a long body ".repeat(700_000)).article();
    let results = wait(async {
        let mut asked = tokio::task::JoinSet::new();
        hold.begin(&store).await;
        for who in 0..5 {
            let spent = spending(&store, spend(who, 1, 9));
            asked.spawn(async move { Some((who, spent.await)) });
            tokio::task::yield_now().await;
        }
        let importing = store.clone();
        asked.spawn(async move {
            let saved = importing.save_articles(vec![large]).await;
            assert!(matches!(saved, Err(Outage::Down(_))), "{saved:?}");
            None
        });
        tokio::task::yield_now().await;
        for who in 5..10 {
            let spent = spending(&store, spend(who, 1, 9));
            asked.spawn(async move { Some((who, spent.await)) });
            tokio::task::yield_now().await;
        }
        disk.set_fault(Some(Fault::FullBeyond(2 << 20)));
        hold.end();
        asked.join_all().await
    });
    disk.set_fault(None);
    let spent: Vec<_> = results.into_iter().flatten().collect();
    assert_eq!(spent.len(), 10);
    for (who, result) in &spent {
        let kept = matches!(result, Ok(Spent::Opened { read: 1, .. }));
        assert!(kept || matches!(result, Err(Outage::Down(_))), "{result:?}");
        assert_eq!(wait(is_open(&store, *who, 1, at(60))), kept, "{who} was told {result:?}");
    }
    assert!(wait(store.article("city", "slug-1")).unwrap().is_none());
    assert!(matches!(wait(store.spend(spend(20, 1, 9))), Ok(Spent::Opened { read: 1, .. })));
    assert_sound(&store);
}

#[test]
fn a_full_disk_at_the_start_is_told_as_full() {
    let disk = Disk::insert();
    let folder = Folder::new();
    disk.set_fault(Some(Fault::Full));
    let error = open(folder.path(), &on(disk)).unwrap_err();
    assert!(matches!(error, OpenError::Full { .. }), "{error:?}");
    assert_told(&error, folder.path(), &["full", "make room"]);
    disk.set_fault(None);
    let store = open(folder.path(), &on(disk)).unwrap();
    assert!(wait(store.spend(spend(1, 1, 1))).is_ok());
    store.close();
    disk.restore(Remains::Nothing, &mut Dice::new(1));
    // A paper that exists opens to be read, or says why not; it is never called damaged.
    disk.set_fault(Some(Fault::Full));
    match open(folder.path(), &on(disk)) {
        Ok(store) => {
            assert!(wait(is_open(&store, 1, 1, at(60))));
            down(wait(store.spend(spend(1, 2, 9))));
        }
        Err(error) => assert!(matches!(error, OpenError::Full { .. }), "{error:?}"),
    }
    disk.set_fault(None);
}

#[test]
fn a_disk_that_cannot_be_written_is_told_as_such() {
    let disk = Disk::insert();
    let folder = Folder::new();
    folder.open().close();
    disk.set_fault(Some(Fault::ReadOnly));
    for folder in [&folder, &Folder::new()] {
        let error = open(folder.path(), &on(disk)).unwrap_err();
        assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");
        assert_told(&error, folder.path(), &["cannot be written", "right to write"]);
    }
    disk.set_fault(None);
}

/// With the rights of the system instead of the shim's. Root may write everywhere but where nobody can: in `/proc`.
#[test]
fn a_folder_without_the_right_to_write_is_told_as_such() {
    let folder = Folder::new();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    let is_root = fs::write(locked.join("probe"), b"").is_ok();
    let path =
        if is_root { Path::new("/proc/self").canonicalize().unwrap_or(locked) } else { locked };
    if is_root && !path.starts_with("/proc") {
        return;
    }
    let error = open(&path, &Options::default()).unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");
    assert_told(&error, &path, &["cannot be written", "right to write"]);
}

#[test]
fn a_locked_database_is_told_as_such_and_opens_when_it_is_let_go() {
    let folder = Folder::new();
    folder.open().close();
    let other = folder.raw();
    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; SELECT 1 FROM facts")
        .unwrap();
    let error = open(folder.path(), &impatient()).unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error:?}");
    assert_told(&error, folder.path(), &["locked by another program", "stop that one"]);
    drop(other);
    assert_sound(&open(folder.path(), &impatient()).unwrap());
}

#[test]
fn a_lock_of_another_program_is_an_outage_that_ends_with_it() {
    let folder = Folder::new();
    let store = open(folder.path(), &impatient()).unwrap();
    wait(store.spend(spend(1, 1, 9))).unwrap();
    let other = folder.raw();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let busy = wait(store.spend(spend(1, 2, 9))).unwrap_err();
    assert!(matches!(&busy, Outage::Busy(text) if text.contains("locked")), "{busy:?}");
    // Reading goes on beside a writer.
    assert!(wait(is_open(&store, 1, 1, at(60))));
    assert!(!wait(is_open(&store, 1, 2, at(60))));
    let opened = open(folder.path(), &impatient()).unwrap_err();
    assert!(matches!(opened, OpenError::Locked { .. }), "{opened:?}");
    other.execute_batch("COMMIT").unwrap();
    assert!(matches!(wait(store.spend(spend(1, 2, 9))), Ok(Spent::Opened { read: 2, .. })));
    assert_sound(&store);
}

#[test]
fn a_folder_that_is_none_is_told_as_such() {
    let folder = Folder::new();
    let file = folder.path().join("a file");
    fs::write(&file, b"").unwrap();
    for path in [folder.path().join("missing"), file, folder.path().join("a\0b")] {
        let error = open(&path, &Options::default()).unwrap_err();
        assert!(matches!(error, OpenError::NotAFolder { .. }), "{error:?}");
        assert_told(&error, &path, &["is not a folder", "data folder"]);
    }
    assert!(!folder.path().join("missing").exists(), "nothing is made there");
    // And a folder in the database's place.
    let inner = Folder::new();
    fs::create_dir(inner.database()).unwrap();
    let error = open(inner.path(), &Options::default()).unwrap_err();
    assert_told(&error, inner.path(), &[]);
}

#[test]
fn a_newer_schema_is_refused_by_its_number_and_left_alone() {
    let folder = Folder::new();
    folder.open().close();
    folder.raw().pragma_update(None, "user_version", 7_341).unwrap();
    let before = fs::read(folder.database()).unwrap();
    let error = open(folder.path(), &Options::default()).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 7_341, known: 1.., .. }), "{error:?}");
    assert_told(&error, folder.path(), &["7341", "newer", "backup"]);
    assert!(fs::read(folder.database()).unwrap() == before);
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    let make = |sql: &str| {
        let folder = Folder::new();
        Connection::open(folder.database()).unwrap().execute_batch(sql).unwrap();
        folder
    };
    for sql in [
        "CREATE TABLE facts (name TEXT)",
        "PRAGMA application_id = 1196444487; CREATE TABLE a (b)",
        "PRAGMA application_id = 1196444487",
        "CREATE TABLE a (b); PRAGMA user_version = 1",
        "CREATE TABLE a (b); PRAGMA user_version = 900",
        "PRAGMA user_version = 1",
    ] {
        let folder = make(sql);
        let before = fs::read(folder.database()).unwrap();
        let error = open(folder.path(), &Options::default()).unwrap_err();
        assert!(matches!(error, OpenError::NotOurs { .. }), "{sql}: {error:?}");
        assert_told(&error, folder.path(), &["another program", "folder"]);
        assert!(fs::read(folder.database()).unwrap() == before, "{sql}");
    }
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    for bytes in [b"not a database, but long enough to look like one. ".repeat(40), vec![0; 5_000]]
    {
        let folder = Folder::new();
        fs::write(folder.database(), &bytes).unwrap();
        let error = open(folder.path(), &Options::default()).unwrap_err();
        assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
        assert_told(&error, folder.path(), &["is damaged", "restore"]);
        assert!(fs::read(folder.database()).unwrap() == bytes, "it may be worth keeping");
    }
}

/// A paper with enough in it that damage can be anywhere.
fn filled() -> Folder {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.save_articles((0..40).map(|n| Draft::new(n).article()).collect())).unwrap();
    let spends = (0..400).map(|n| spending(&store, spend(n / 2, n, 9)));
    crate::stage::wait_for_all(spends);
    store.close();
    folder
}

/// Whatever is wrong with the file: every answer is an answer or an error, and nothing panics.
fn ask_everything(folder: &Folder) -> (bool, bool) {
    let store = match open(folder.path(), &Options::default()) {
        Ok(store) => store,
        Err(error) => {
            // Two bytes of the header say "newer format: read only", which SQLite believes.
            let named = matches!(error, OpenError::Damaged { .. } | OpenError::ReadOnly { .. });
            let other = matches!(error, OpenError::NotOurs { .. } | OpenError::Newer { .. });
            let format =
                matches!(&error, OpenError::Io { reason, .. } if reason.contains("format"));
            assert!(named || other || format, "{error:?}");
            assert_told(&error, folder.path(), &[]);
            return (true, false);
        }
    };
    let mut failed = false;
    for n in 0..60_u64 {
        let standing = wait(store.standing(crate::stage::person(n), crate::stage::article(n)));
        failed |= standing.is_err();
        failed |= wait(store.article("city", &format!("slug-{n}"))).is_err();
        if n % 6 == 0 {
            failed |= wait(store.spend(spend(n, n + 500, 99))).is_err();
        }
    }
    failed |= wait(store.list(store::Filter::All, at(9), 200, None)).is_err();
    failed |= wait(store.settings()).is_err();
    failed |= wait(store.paper()).is_err();
    failed |= wait(store.merge(crate::stage::person(1), crate::stage::person(2), at(90))).is_err();
    failed |= wait(store.forget_readings(at(1 << 30), 50)).is_err();
    let found = match wait(store.check()) {
        Err(_) => true,
        Ok(checked) => checked.iter().any(|checked| !checked.sound),
    };
    // A panic on a thread of the store would have closed it.
    let alive = wait(store.settings());
    assert!(!matches!(&alive, Err(Outage::Down(text)) if text.contains("closed")), "{alive:?}");
    let alive = wait(store.spend(spend(900, 1, 9)));
    assert!(!matches!(&alive, Err(Outage::Down(text)) if text.contains("closed")), "{alive:?}");
    (failed, found)
}

#[test]
fn a_flipped_header_is_damage() {
    let template = filled();
    for place in 0..100 {
        let folder = Folder::new();
        fs::copy(template.database(), folder.database()).unwrap();
        let file = fs::OpenOptions::new().read(true).write(true).open(folder.database()).unwrap();
        let mut byte = [0];
        file.read_exact_at(&mut byte, place).unwrap();
        file.write_all_at(&[!byte[0]], place).unwrap();
        drop(file);
        let (refused, _) = ask_everything(&folder);
        // The name of the format is looked at first.
        assert!(refused || place >= 16, "byte {place}");
    }
}

#[test]
fn a_truncated_file_is_damage() {
    let template = filled();
    let whole = fs::read(template.database()).unwrap();
    let mut noticed = 0;
    let lengths = [50, 100, 512, 4_095, 4_096, 8_192, whole.len() / 2, whole.len() - 4_096];
    for length in lengths {
        let folder = Folder::new();
        fs::write(folder.database(), &whole[..length]).unwrap();
        let (failed, found) = ask_everything(&folder);
        noticed += usize::from(failed || found);
    }
    assert_eq!(noticed, lengths.len());
}

#[test]
fn pages_of_garbage_are_damage() {
    let template = filled();
    let whole = fs::read(template.database()).unwrap();
    let pages = whole.len() / 4_096;
    let mut dice = Dice::new(9);
    let (mut noticed, mut tries) = (0, 0);
    for page in (1..pages).step_by(3) {
        let mut bytes = whole.clone();
        for byte in &mut bytes[page * 4_096..(page + 1) * 4_096] {
            *byte = dice.below(256) as u8;
        }
        let folder = Folder::new();
        fs::write(folder.database(), &bytes).unwrap();
        let (failed, found) = ask_everything(&folder);
        noticed += usize::from(failed || found);
        tries += 1;
    }
    assert!(tries > 5 && noticed == tries, "{noticed} of {tries} were noticed");
}

#[test]
fn a_paper_id_that_is_none_is_damage() {
    let folder = Folder::new();
    folder.open().close();
    for text in ["", "12", "zz", "-0000000000000000000000000000001", "+7"] {
        folder
            .raw()
            .execute("UPDATE facts SET value = ?1 WHERE name = 'paper_id'", [text])
            .unwrap();
        let error = open(folder.path(), &Options::default()).unwrap_err();
        assert!(matches!(error, OpenError::Damaged { .. }), "{text:?}: {error:?}");
        assert_told(&error, folder.path(), &["paper_id", "restore"]);
    }
}

/// Many processes may start on one new folder at once: all of them find one paper.
#[test]
fn many_who_open_a_new_folder_at_once_open_one_paper() {
    for _ in 0..10 {
        let folder = Folder::new();
        let ids: Vec<_> = std::thread::scope(|scope| {
            let openers: Vec<_> = (0..6_u8)
                .map(|n| {
                    let path = folder.path();
                    scope.spawn(move || {
                        let fresh = paywall::PaperId([n; 16]);
                        Store::open(path, fresh, &Options::default()).map(|store| store.paper_id())
                    })
                })
                .collect();
            openers.into_iter().map(|opener| opener.join().unwrap()).collect()
        });
        let ids: Vec<_> = ids.into_iter().map(Result::unwrap).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(number(&folder.raw(), "SELECT count(*) FROM facts WHERE name = 'paper_id'"), 1);
    }
}

#[test]
fn a_closed_store_lets_go_of_its_files() {
    let folder = Folder::new();
    for _ in 0..3 {
        let store = folder.open();
        wait(store.spend(spend(1, 1, 9))).unwrap();
        store.close();
        let log = folder.path().join(format!("{DATABASE}-wal"));
        assert!(!log.exists(), "the last one out tidies up");
    }
    // With clones left it goes on, and ends with the last of them.
    let store = folder.open();
    let clone = store.clone();
    store.close();
    assert!(wait(clone.spend(spend(1, 2, 9))).is_ok());
    drop(clone);
    assert_eq!(wait(read_by(&folder.open(), 1, at(60))), 2);
}

/// Counting up from there to the first migration would take for ever.
#[test]
fn a_schema_below_the_first_is_damage() {
    for number in [0, -1, i64::from(i32::MIN)] {
        let folder = Folder::new();
        folder.open().close();
        folder.raw().pragma_update(None, "user_version", number).unwrap();
        let error = open(folder.path(), &Options::default()).unwrap_err();
        assert!(matches!(error, OpenError::Damaged { .. }), "{number}: {error:?}");
        assert_told(&error, folder.path(), &[&number.to_string(), "restore"]);
    }
}
