//! Many at once: the last reading opens one article however many ask, and one article is one reading.

use std::collections::BTreeSet;

use gate::{Outage, Readings, Spend, Spent};
use paywall::{Opened, Standing, Window};
use store::{Options, Store};

use crate::stage::{
    Folder, Hold, article, assert_sound, at, number, person, spend, spending, wait, wait_for_all,
    window,
};

const CROWD: u64 = 1_000;

/// Asks from four threads at once, each with a quarter of the spends in flight together.
fn ask_from_threads(store: &Store, spends: impl Fn(u64) -> Spend + Sync) -> Vec<Spent> {
    std::thread::scope(|scope| {
        let quarters: Vec<_> = (0..4)
            .map(|quarter| {
                let spends = &spends;
                scope.spawn(move || {
                    let mine = (0..CROWD).filter(move |n| n % 4 == quarter).map(spends);
                    wait_for_all(mine.map(|spend| spending(store, spend)))
                })
            })
            .collect();
        quarters
            .into_iter()
            .flat_map(|quarter| quarter.join().unwrap())
            .map(Result::unwrap)
            .collect()
    })
}

#[test]
fn a_thousand_articles_at_the_last_reading_open_one() {
    let folder = Folder::new();
    let store = folder.open();
    for what in 0..4 {
        wait(store.spend(spend(1, what, 5))).unwrap();
    }
    let spent = ask_from_threads(&store, |n| spend(1, 100 + n, 5));
    let opened = spent.iter().filter(|spent| matches!(spent, Spent::Opened { read: 5, .. }));
    assert_eq!(opened.count(), 1);
    let full = spent.iter().filter(|spent| matches!(spent, Spent::Full { read: 5, .. }));
    assert_eq!(full.count() as u64, CROWD - 1);
    let open = wait_for_all((0..CROWD).map(|n| {
        let store = store.clone();
        async move { store.standing(person(1), article(100 + n)).await.unwrap() }
    }));
    let already =
        |s: &&Standing| matches!(s, Standing::Counted { read: 5, this: Opened::Already, .. });
    assert_eq!(open.iter().filter(already).count(), 1);
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM readings"), 5);
    assert_sound(&store);
}

#[test]
fn one_article_a_thousand_times_is_one_reading() {
    let folder = Folder::new();
    let store = folder.open();
    let spent = ask_from_threads(&store, |_| spend(1, 1, 5));
    let opened = spent.iter().filter(|spent| matches!(spent, Spent::Opened { read: 1, .. }));
    assert_eq!(opened.count(), 1);
    let already = spent.iter().filter(|spent| matches!(spent, Spent::Already { read: 1, .. }));
    assert_eq!(already.count() as u64, CROWD - 1);
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM readings"), 1);
    assert_sound(&store);
}

#[test]
fn a_thousand_people_do_not_stand_in_each_others_way() {
    let folder = Folder::new();
    let store = folder.open();
    let spent = ask_from_threads(&store, |n| spend(n % 250, n, 3));
    let counted = |kind: fn(&Spent) -> bool| spent.iter().filter(|spent| kind(spent)).count();
    assert_eq!(counted(|spent| matches!(spent, Spent::Opened { .. })), 750);
    assert_eq!(counted(|spent| matches!(spent, Spent::Full { read: 3, .. })), 250);
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM windows WHERE read = 3"), 250);
    assert_sound(&store);
}

/// Two processes are as two stores: what one grants counts in the other at once, cache or not.
#[test]
fn two_stores_on_one_folder_share_the_last_reading() {
    let folder = Folder::new();
    let stores = [folder.open(), folder.open()];
    for store in &stores {
        // Both remember that nothing was read.
        assert_eq!(wait(store.standing(person(1), article(0))).unwrap(), Standing::Nothing);
    }
    let spent: Vec<Spent> = std::thread::scope(|scope| {
        let halves: Vec<_> = (0..2_u64)
            .map(|half| {
                let store = &stores[half as usize];
                let mine = (0..100).map(move |n| spend(1, half * 1_000 + n, 5));
                scope.spawn(move || wait_for_all(mine.map(|spend| spending(store, spend))))
            })
            .collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).map(Result::unwrap).collect()
    });
    let opened: BTreeSet<u32> = spent
        .iter()
        .filter_map(|spent| if let Spent::Opened { read, .. } = spent { Some(*read) } else { None })
        .collect();
    assert_eq!(opened, BTreeSet::from([1, 2, 3, 4, 5]));
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM readings"), 5);
    assert_sound(&stores[0]);
}

#[test]
fn a_full_queue_answers_busy_and_spends_nothing() {
    let folder = Folder::new();
    let store = folder.open_with(&Options { queue_max: 3, ..Options::default() });
    let hold = Hold::on(&store);
    let spent = wait(async {
        hold.begin(&store).await;
        let mut asked = tokio::task::JoinSet::new();
        for n in 0..200 {
            asked.spawn(spending(&store, spend(n, 1, 5)));
        }
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        hold.end();
        asked.join_all().await
    });
    let opened = spent.iter().filter(|spent| spent.is_ok()).count();
    let busy = spent.iter().filter(|spent| matches!(spent, Err(Outage::Busy(_)))).count();
    assert_eq!(opened + busy, 200);
    assert!(opened >= 3 && busy > 0, "{opened} were answered, {busy} were too many");
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM readings"), opened as i64);
    // It is no state to stay in.
    for n in 200..210 {
        assert!(wait(store.spend(spend(n, 1, 5))).is_ok());
    }
}

/// A standing is of one instant: the window of one moment never comes with the count of another.
#[test]
fn a_standing_is_never_half_old_and_half_new() {
    const TURNS: i64 = 400;
    let folder = Folder::new();
    // Without a cache, so that each question goes to the tables.
    let store = folder.open_with(&Options { standings: 0, ..Options::default() });
    let of_turn = |turn: i64| window(turn * 10, turn * 10 + 10);
    // Even turns have one reading, odd ones have four.
    let read_in = |window: Window| if of_turn(0).starts_at == window.starts_at { 1 } else { 4 };
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for turn in 0..TURNS {
                let fresh = if turn % 2 == 0 { of_turn(0) } else { of_turn(1) };
                let now = fresh.starts_at;
                let from = person(if turn % 2 == 0 { 10 } else { 11 });
                for what in 0..read_in(fresh) {
                    let made = Spend {
                        person: from,
                        article: article(what),
                        fresh,
                        now,
                        ..spend(1, 1, 9)
                    };
                    wait(store.spend(made)).unwrap();
                }
                // The whole window arrives in one commit; the one before is over and is replaced by it.
                wait(store.merge(from, person(1), at(-5))).unwrap();
                wait(store.merge(person(1), person(2), at(-5))).unwrap();
                wait(store.merge(person(2), person(3), at(9_000_000))).unwrap();
            }
        });
        let mut seen = 0;
        while !writer.is_finished() {
            let standing = wait(store.standing(person(1), article(0))).unwrap();
            if let Standing::Counted { window, read, .. } = standing {
                assert_eq!(u64::from(read), read_in(window), "{window:?}");
                seen += 1;
            }
        }
        writer.join().unwrap();
        assert!(seen > 0, "the question never met an answer");
    });
    assert_sound(&store);
}
