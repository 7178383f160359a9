//! Windows that are over are forgotten in batches while spends go on, and nobody else's are touched.

use std::sync::atomic::{AtomicBool, Ordering};

use gate::{Readings, Spend, Spent};
use paywall::Standing;

use crate::stage::{
    DAY, Folder, article, assert_sound, at, is_open, number, person, read_by, spend, wait, window,
};

const OLD: u64 = 100_000;
/// People whose window still holds.
const LIVE: u64 = 500;
const BATCH: usize = 2_000;

/// Fills the tables behind the store's back: so many spends would take the time of as many.
fn fill(folder: &Folder) {
    let mut raw = folder.raw();
    raw.pragma_update(None, "synchronous", "OFF").unwrap();
    let filling = raw.transaction().unwrap();
    for n in 0..OLD {
        // Each has ended by day 10, the last of them at its first instant.
        let ends_at = at(10 * DAY - i64::try_from(n).unwrap()).as_microsecond();
        filling
            .prepare_cached("INSERT INTO windows VALUES (?1, 0, ?2, '30 days', 2)")
            .unwrap()
            .execute((person(n).as_bytes(), ends_at))
            .unwrap();
        for what in 0..2 {
            filling
                .prepare_cached("INSERT INTO readings VALUES (?1, ?2, 0)")
                .unwrap()
                .execute((person(n).as_bytes(), article(what).as_bytes()))
                .unwrap();
        }
    }
    filling.commit().unwrap();
}

#[test]
fn many_old_windows_are_forgotten_while_spends_are_answered() {
    let folder = Folder::on_disk();
    folder.open().close();
    fill(&folder);
    let store = folder.open();
    let live = |n: u64| Spend {
        fresh: window(0, 10 * DAY + 1),
        now: at(10 * DAY),
        ..spend(OLD + n, 1, u32::MAX)
    };
    for n in 0..LIVE {
        wait(store.spend(live(n))).unwrap();
    }
    // Remembered before, so that a cache which is not told would show.
    assert_eq!(wait(read_by(&store, 3, at(0))), 2);
    let now = at(10 * DAY);
    let done = AtomicBool::new(false);
    let between = std::thread::scope(|scope| {
        let spender = scope.spawn(|| {
            let mut between = 0;
            while !done.load(Ordering::SeqCst) {
                let spent = wait(
                    store.spend(Spend { article: article(100 + between), ..live(between % LIVE) }),
                );
                assert!(matches!(spent, Ok(Spent::Opened { .. })), "{spent:?}");
                between += 1;
            }
            between
        });
        let mut forgotten = 0;
        for _ in 0..=OLD as usize / BATCH {
            let batch = wait(store.forget_readings(now, BATCH)).unwrap();
            assert!(batch <= BATCH);
            forgotten += batch;
        }
        done.store(true, Ordering::SeqCst);
        assert_eq!(forgotten as u64, OLD);
        spender.join().unwrap()
    });
    assert!(between > 0, "no spend was answered between two batches");
    assert_eq!(wait(store.forget_readings(now, BATCH)).unwrap(), 0);
    assert_eq!(wait(store.standing(person(3), article(0))).unwrap(), Standing::Nothing);
    for n in 0..LIVE {
        assert!(
            wait(is_open(&store, OLD + n, 1, now)),
            "somebody whose window holds was forgotten"
        );
    }
    let raw = folder.raw();
    assert_eq!(number(&raw, "SELECT count(*) FROM windows"), LIVE as i64);
    assert_eq!(number(&raw, "SELECT count(*) FROM readings"), (LIVE + between) as i64);
    assert_sound(&store);
}

#[test]
fn the_instant_of_the_end_is_the_first_to_forget() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.spend(Spend { fresh: window(0, 100), now: at(0), ..spend(1, 1, 9) })).unwrap();
    assert_eq!(wait(store.forget_readings(at(99), 10)).unwrap(), 0);
    assert_eq!(wait(store.forget_readings(at(99), 0)).unwrap(), 0);
    assert!(wait(is_open(&store, 1, 1, at(99))));
    assert_eq!(wait(store.forget_readings(at(100), 0)).unwrap(), 0);
    assert_eq!(wait(store.forget_readings(at(100), 10)).unwrap(), 1);
    assert_eq!(wait(store.forget_readings(at(100), usize::MAX)).unwrap(), 0);
    assert_sound(&store);
}

/// Forgetting lowers no clock: what was reached stays reached.
#[test]
fn the_high_water_mark_outlives_the_readings() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.spend(Spend { fresh: window(0, 100), now: at(50), ..spend(1, 1, 9) })).unwrap();
    // An earlier reading does not lower it, nor does one that was refused or existed raise it.
    wait(store.spend(Spend { fresh: window(0, 100), now: at(20), ..spend(2, 1, 9) })).unwrap();
    wait(store.forget_readings(at(200), 10)).unwrap();
    store.close();
    assert_eq!(folder.open().high_water(), at(50));
}
