//! The power goes at any step of a run of spends: what had been answered is there when it is back, and every count is
//! that of the rows. A disk that forgets stands in for the real one; a control shows that it does forget.

use std::fs;

use gate::{Outage, Readings, Spent};
use rusqlite::{Connection, OpenFlags};
use store::{DATABASE, OpenError, Options, Store};

use crate::articles::Draft;
use crate::shim::{Disk, Remains};
use crate::stage::{
    Dice, Folder, PAPER, assert_sound, at, is_open, number, spend, spending, wait, wait_for_all,
};

const ALL: [Remains; 3] = [Remains::Nothing, Remains::Beginning, Remains::AnySectors];
/// Spends of a run, four of them at a time, one a person's fourth and refused.
const BURSTS: u64 = 14;

fn options(disk: &Disk) -> Options {
    Options { vfs: Some(disk.name()), ..Options::default() }
}

/// A folder with a database that is founded and closed.
fn founded(template: &Folder) -> Folder {
    let folder = Folder::new();
    fs::copy(template.database(), folder.database()).unwrap();
    folder
}

/// One run up to the cut: which readings were answered, and how many steps there were.
fn run(folder: &Folder, disk: &Disk, cut_at: Option<u64>) -> (Vec<(u64, u64)>, u64) {
    let store = Store::open(folder.path(), PAPER, &options(disk)).unwrap();
    // Fills the log nearly to its limit, so that the run meets a checkpoint, and goes on beyond it.
    let long = Draft::new(1).with_body("a long body ".repeat(162_000));
    wait(store.save_articles(vec![long.article()])).unwrap();
    disk.arm(cut_at);
    let mut answered = Vec::new();
    for burst in 0..BURSTS {
        let asked: Vec<(u64, u64)> = (0..4).map(|n| (burst, n)).collect();
        let spends = asked.iter().map(|(who, what)| spend(*who, *what, 3));
        let done = wait_for_all(spends.map(|spend| {
            let spent = spending(&store, spend);
            async move { (spend, spent.await) }
        }));
        for (asked_for, spent) in done {
            match spent {
                Ok(Spent::Opened { .. }) => {
                    let find = |(who, what): &&(u64, u64)| spend(*who, *what, 3) == asked_for;
                    answered.push(*asked.iter().find(find).unwrap());
                }
                Ok(Spent::Full { read: 3, .. }) => {}
                Err(Outage::Down(_)) => assert!(disk.is_cut(), "down before the cut"),
                other => panic!("{other:?}"),
            }
        }
    }
    let steps = disk.steps();
    store.close();
    (answered, steps)
}

#[test]
fn nothing_answered_is_lost_at_any_cut_of_the_power() {
    let template = Folder::new();
    template.open().close();
    let disk = Disk::insert();
    let mut dice = Dice::new(1);
    let folder = founded(&template);
    let (answered, steps) = run(&folder, disk, None);
    assert_eq!(answered.len() as u64, BURSTS * 3);
    disk.restore(Remains::Nothing, &mut dice);
    assert!(steps > 1_000, "the run has {steps} steps and cannot have met a checkpoint");
    // Nine tenths of the steps are the pages of the checkpoint; those around it are looked at one by one.
    let (mut lost_writes, mut cuts, mut runs) = (0, 0, 0);
    let mut cut_at = 1;
    while cut_at <= steps {
        let folder = founded(&template);
        let (answered, _) = run(&folder, disk, Some(cut_at));
        // Spends share commits as it comes: a run may end before its last steps.
        cuts += usize::from(disk.is_cut());
        disk.restore(ALL[runs % 3], &mut dice);
        let store = folder.open();
        for (who, what) in &answered {
            assert!(wait(is_open(&store, *who, *what, at(60))), "{who} {what}, cut at {cut_at}");
        }
        assert_sound(&store);
        lost_writes += usize::from((answered.len() as u64) < BURSTS * 3);
        runs += 1;
        cut_at += if cut_at < 60 { 2 } else { 1 + dice.below(40) };
    }
    assert!(cuts > 60 && lost_writes > 40, "{lost_writes} of {cuts} cuts were felt");
}

#[test]
fn a_paper_that_is_being_founded_can_be_founded_again() {
    let disk = Disk::insert();
    let mut dice = Dice::new(2);
    let mut cut_at = 1;
    loop {
        let folder = Folder::new();
        disk.arm(Some(cut_at));
        let opened = Store::open(folder.path(), PAPER, &options(disk));
        let steps = disk.steps();
        match opened {
            Ok(store) => store.close(),
            Err(OpenError::Io { .. } | OpenError::ReadOnly { .. }) => {}
            Err(other) => panic!("cut at {cut_at}: {other}"),
        }
        let was_cut = disk.is_cut();
        disk.restore(ALL[cut_at as usize % 3], &mut dice);
        let store = folder.open();
        assert_eq!(store.paper_id(), PAPER);
        assert!(wait(store.spend(spend(1, 1, 1))).is_ok());
        assert_sound(&store);
        if !was_cut {
            assert!(steps > 10, "founding takes {steps} steps");
            return;
        }
        cut_at += 1;
        assert!(cut_at < 2_000, "founding has no end");
    }
}

/// Rows of a connection of the test's own, after the power was cut behind them.
fn rows_after_cut(synchronous: &str, remains: Remains) -> i64 {
    let template = Folder::new();
    template.open().close();
    let folder = founded(&template);
    let disk = Disk::insert();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let path = folder.path().join(DATABASE);
    let connection =
        Connection::open_with_flags_and_vfs(path, flags, disk.name().as_str()).unwrap();
    connection.pragma_update(None, "synchronous", synchronous).unwrap();
    for n in 0..20 {
        connection.execute("INSERT INTO facts VALUES (?1, 'answered')", [n.to_string()]).unwrap();
    }
    // The next step is the last.
    disk.arm(Some(1));
    assert!(connection.execute("INSERT INTO facts VALUES ('cut', 'not answered')", []).is_err());
    drop(connection);
    disk.restore(remains, &mut Dice::new(3));
    number(&folder.raw(), "SELECT count(*) FROM facts WHERE value = 'answered'")
}

#[test]
fn without_syncs_the_disk_does_forget() {
    assert_eq!(rows_after_cut("OFF", Remains::Nothing), 0);
    assert_eq!(rows_after_cut("NORMAL", Remains::Nothing), 0);
    assert!(rows_after_cut("OFF", Remains::AnySectors) < 20);
    assert_eq!(rows_after_cut("FULL", Remains::Nothing), 20);
}
