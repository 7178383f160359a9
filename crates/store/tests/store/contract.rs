//! What every record of readings keeps to: one suite, run on the store with its cache, on the store without one, and on
//! the record in memory.

use gate::{MemoryReadings, Readings, Spend, Spent};
use jiff::Timestamp;
use paywall::{Opened, Standing, Window, WindowRule};
use store::Options;

use crate::stage::{
    DAY, Folder, article, assert_sound, at, is_open, meaning, month, person, read_by, spend, wait,
    window,
};

/// Runs each case on each record.
macro_rules! contract {
    ($($case:ident),+ $(,)?) => {
        mod in_memory {
            $(#[test]
            fn $case() {
                super::wait(super::$case(&gate::MemoryReadings::default()));
            })+
        }
        mod in_the_store {
            $(#[test]
            fn $case() {
                let folder = super::Folder::new();
                let store = folder.open();
                super::wait(super::$case(&store));
                super::assert_sound(&store);
            })+
        }
        mod in_a_store_that_remembers_nobody {
            $(#[test]
            fn $case() {
                let folder = super::Folder::new();
                let store = folder.open_with(&super::forgetful());
                super::wait(super::$case(&store));
                super::assert_sound(&store);
            })+
        }
    };
}

contract!(
    nothing_is_known_of_somebody_new,
    a_reading_opens_once_and_stays_open,
    people_and_articles_do_not_mix,
    the_allowance_ends_and_what_is_open_stays_open,
    an_allowance_of_nothing_refuses,
    a_window_ends_at_its_end_and_not_before,
    a_clock_that_steps_back_counts_into_the_same_window,
    a_new_rule_counts_from_the_next_window,
    a_changed_allowance_counts_at_once,
    a_merge_is_a_union,
    a_merge_keeps_the_window_that_ends_later,
    a_merge_into_nobody_moves_the_window,
    a_merge_may_overfill_and_then_nothing_new_opens,
    a_repeated_merge_changes_nothing,
    a_merge_with_oneself_changes_nothing,
    a_window_that_is_over_is_not_merged,
    a_merge_replaces_a_window_that_is_over,
    after_a_merge_the_giver_begins_anew,
    asking_writes_nothing,
    rules_and_instants_come_back_as_they_were,
);

/// Every standing comes from the disk.
fn forgetful() -> Options {
    Options { standings: 0, ..Options::default() }
}

fn read_of(spent: Spent) -> (char, u32, Window) {
    match spent {
        Spent::Opened { read, window } => ('o', read, window),
        Spent::Already { read, window } => ('a', read, window),
        Spent::Full { read, window } => ('f', read, window),
    }
}

async fn spent(readings: &impl Readings, spend: Spend) -> (char, u32) {
    let (kind, read, _) = read_of(readings.spend(spend).await.unwrap());
    (kind, read)
}

async fn nothing_is_known_of_somebody_new(readings: &impl Readings) {
    let standing = readings.standing(person(1), article(1)).await.unwrap();
    assert_eq!(standing, Standing::Nothing);
    readings.merge(person(1), person(2), at(0)).await.unwrap();
    assert_eq!(readings.standing(person(2), article(1)).await.unwrap(), Standing::Nothing);
}

async fn a_reading_opens_once_and_stays_open(readings: &impl Readings) {
    // The question before the reading must not be what is remembered after it.
    assert!(!is_open(readings, 1, 1, at(60)).await);
    let opened = readings.spend(spend(1, 1, 5)).await.unwrap();
    assert_eq!(opened, Spent::Opened { read: 1, window: month() });
    let standing = readings.standing(person(1), article(1)).await.unwrap();
    let counted = Standing::Counted { window: month(), read: 1, this: Opened::Already };
    assert_eq!(standing, counted);
    for _ in 0..3 {
        let again = readings.spend(spend(1, 1, 5)).await.unwrap();
        assert_eq!(again, Spent::Already { read: 1, window: month() });
    }
    let other = readings.standing(person(1), article(2)).await.unwrap();
    let counted = Standing::Counted { window: month(), read: 1, this: Opened::NotYet };
    assert_eq!(other, counted);
}

async fn people_and_articles_do_not_mix(readings: &impl Readings) {
    for who in 1..=3 {
        for what in 0..who {
            assert_eq!(spent(readings, spend(who, what, 9)).await, ('o', what as u32 + 1));
        }
    }
    for who in 1..=3 {
        assert_eq!(read_by(readings, who, at(60)).await, who as u32);
        for what in 0..4 {
            assert_eq!(is_open(readings, who, what, at(60)).await, what < who);
        }
    }
}

async fn the_allowance_ends_and_what_is_open_stays_open(readings: &impl Readings) {
    for what in 0..5 {
        assert_eq!(spent(readings, spend(1, what, 5)).await, ('o', what as u32 + 1));
    }
    for what in 5..8 {
        assert_eq!(spent(readings, spend(1, what, 5)).await, ('f', 5));
        assert!(!is_open(readings, 1, what, at(60)).await);
    }
    for what in 0..5 {
        assert_eq!(spent(readings, spend(1, what, 5)).await, ('a', 5));
        assert!(is_open(readings, 1, what, at(60)).await);
    }
    assert_eq!(read_by(readings, 1, at(60)).await, 5);
}

async fn an_allowance_of_nothing_refuses(readings: &impl Readings) {
    let refused = readings.spend(spend(1, 1, 0)).await.unwrap();
    assert_eq!(refused, Spent::Full { read: 0, window: month() });
    assert_eq!(read_by(readings, 1, at(60)).await, 0);
    assert_eq!(spent(readings, spend(1, 1, 1)).await, ('o', 1));
    assert_eq!(spent(readings, spend(1, 1, 0)).await, ('a', 1));
}

async fn a_window_ends_at_its_end_and_not_before(readings: &impl Readings) {
    let first = Spend { fresh: window(0, 100), now: at(0), ..spend(1, 1, 1) };
    readings.spend(first).await.unwrap();
    let next = window(100, 200);
    let late = Spend { fresh: next, now: at(99), ..spend(1, 2, 1) };
    assert_eq!(
        readings.spend(late).await.unwrap(),
        Spent::Full { read: 1, window: window(0, 100) }
    );
    assert!(is_open(readings, 1, 1, at(99)).await);
    assert!(!is_open(readings, 1, 1, at(100)).await);
    let over = Spend { now: at(100), ..late };
    assert_eq!(readings.spend(over).await.unwrap(), Spent::Opened { read: 1, window: next });
    // What was open in the window before is closed again, and the one reading of this one is spent.
    assert!(!is_open(readings, 1, 1, at(100)).await);
    let old = Spend { article: article(1), ..over };
    assert_eq!(readings.spend(old).await.unwrap(), Spent::Full { read: 1, window: next });
}

async fn a_clock_that_steps_back_counts_into_the_same_window(readings: &impl Readings) {
    let first = Spend { fresh: window(1_000, 2_000), now: at(1_000), ..spend(1, 1, 2) };
    readings.spend(first).await.unwrap();
    let earlier = Spend { fresh: window(-DAY, 500), now: at(-10), ..spend(1, 2, 2) };
    let counted = Spent::Opened { read: 2, window: window(1_000, 2_000) };
    assert_eq!(readings.spend(earlier).await.unwrap(), counted);
    let third = Spend { article: article(3), ..earlier };
    assert_eq!(spent(readings, third).await, ('f', 2));
}

async fn a_new_rule_counts_from_the_next_window(readings: &impl Readings) {
    let calendar = Window { rule: WindowRule::CalendarMonth, ..window(0, 10 * DAY) };
    let first = Spend { fresh: calendar, now: at(0), ..spend(1, 1, 3) };
    readings.spend(first).await.unwrap();
    let second = Spend { fresh: window(DAY, 3 * DAY), now: at(DAY), ..spend(1, 2, 3) };
    let spent_second = readings.spend(second).await.unwrap();
    assert_eq!(spent_second, Spent::Opened { read: 2, window: calendar });
    let third = Spend { fresh: window(10 * DAY, 12 * DAY), now: at(10 * DAY), ..spend(1, 3, 3) };
    let spent_third = readings.spend(third).await.unwrap();
    assert_eq!(spent_third, Spent::Opened { read: 1, window: window(10 * DAY, 12 * DAY) });
}

async fn a_changed_allowance_counts_at_once(readings: &impl Readings) {
    for what in 0..4 {
        spent(readings, spend(1, what, 4)).await;
    }
    assert_eq!(spent(readings, spend(1, 4, 4)).await, ('f', 4));
    assert_eq!(spent(readings, spend(1, 4, 5)).await, ('o', 5));
    // Lowered: nothing is taken back, nothing new opens.
    assert_eq!(spent(readings, spend(1, 5, 2)).await, ('f', 5));
    for what in 0..5 {
        assert_eq!(spent(readings, spend(1, what, 2)).await, ('a', 5));
    }
    assert_eq!(spent(readings, spend(1, 5, u32::MAX)).await, ('o', 6));
}

async fn a_merge_is_a_union(readings: &impl Readings) {
    for what in [1, 2, 3] {
        spent(readings, spend(1, what, 9)).await;
    }
    for what in [3, 4] {
        spent(readings, spend(2, what, 9)).await;
    }
    // Both are known before, so that a remembered standing would show.
    assert_eq!(read_by(readings, 1, at(60)).await, 3);
    assert_eq!(read_by(readings, 2, at(60)).await, 2);
    readings.merge(person(1), person(2), at(120)).await.unwrap();
    assert_eq!(read_by(readings, 2, at(120)).await, 4);
    for what in 1..=4 {
        assert!(is_open(readings, 2, what, at(120)).await);
        assert_eq!(spent(readings, spend(2, what, 9)).await, ('a', 4));
        assert!(!is_open(readings, 1, what, at(120)).await);
    }
    assert_eq!(read_by(readings, 1, at(120)).await, 0);
}

async fn a_merge_keeps_the_window_that_ends_later(readings: &impl Readings) {
    for (from, into) in [(1, 2), (4, 3)] {
        readings
            .spend(Spend { fresh: window(0, 2 * DAY), ..spend(1.max(from), 1, 9) })
            .await
            .unwrap();
        readings.spend(Spend { fresh: window(-DAY, DAY), ..spend(into, 2, 9) }).await.unwrap();
        readings.merge(person(from), person(into), at(90)).await.unwrap();
        let standing = readings.standing(person(into), article(1)).await.unwrap();
        let later = Some((window(0, 2 * DAY), 2, Opened::Already));
        assert_eq!(meaning(standing, at(90)), later);
    }
    // And the other way round: what ends later belongs to the one who receives.
    readings.spend(Spend { fresh: window(0, DAY), ..spend(5, 1, 9) }).await.unwrap();
    readings.spend(Spend { fresh: window(0, 3 * DAY), ..spend(6, 2, 9) }).await.unwrap();
    readings.merge(person(5), person(6), at(90)).await.unwrap();
    let standing = readings.standing(person(6), article(1)).await.unwrap();
    assert_eq!(meaning(standing, at(90)), Some((window(0, 3 * DAY), 2, Opened::Already)));
    assert!(is_open(readings, 6, 1, at(2 * DAY)).await);
}

async fn a_merge_into_nobody_moves_the_window(readings: &impl Readings) {
    spent(readings, spend(1, 1, 9)).await;
    readings.merge(person(1), person(2), at(90)).await.unwrap();
    let standing = readings.standing(person(2), article(1)).await.unwrap();
    assert_eq!(meaning(standing, at(90)), Some((month(), 1, Opened::Already)));
}

async fn a_merge_may_overfill_and_then_nothing_new_opens(readings: &impl Readings) {
    for what in 0..5 {
        spent(readings, spend(1, what, 5)).await;
        spent(readings, spend(2, 10 + what, 5)).await;
    }
    readings.merge(person(1), person(2), at(90)).await.unwrap();
    assert_eq!(read_by(readings, 2, at(90)).await, 10);
    assert_eq!(spent(readings, spend(2, 20, 5)).await, ('f', 10));
    assert_eq!(spent(readings, spend(2, 20, 10)).await, ('f', 10));
    assert_eq!(spent(readings, spend(2, 4, 5)).await, ('a', 10));
    assert_eq!(spent(readings, spend(2, 20, 11)).await, ('o', 11));
}

async fn a_repeated_merge_changes_nothing(readings: &impl Readings) {
    spent(readings, spend(1, 1, 9)).await;
    spent(readings, spend(2, 2, 9)).await;
    for _ in 0..3 {
        readings.merge(person(1), person(2), at(90)).await.unwrap();
        assert_eq!(read_by(readings, 2, at(90)).await, 2);
        assert_eq!(read_by(readings, 1, at(90)).await, 0);
    }
    // There and back again: the giver gets what it gave and no more.
    readings.merge(person(2), person(1), at(90)).await.unwrap();
    assert_eq!(read_by(readings, 1, at(90)).await, 2);
    assert_eq!(read_by(readings, 2, at(90)).await, 0);
}

async fn a_merge_with_oneself_changes_nothing(readings: &impl Readings) {
    spent(readings, spend(1, 1, 9)).await;
    readings.merge(person(1), person(1), at(90)).await.unwrap();
    assert!(is_open(readings, 1, 1, at(90)).await);
    readings.merge(person(1), person(1), at(90 * DAY)).await.unwrap();
    assert!(is_open(readings, 1, 1, at(90)).await);
}

async fn a_window_that_is_over_is_not_merged(readings: &impl Readings) {
    readings.spend(Spend { fresh: window(0, 100), ..spend(1, 1, 9) }).await.unwrap();
    readings.spend(Spend { fresh: window(0, 900), ..spend(2, 2, 9) }).await.unwrap();
    readings.merge(person(1), person(2), at(100)).await.unwrap();
    assert_eq!(read_by(readings, 2, at(100)).await, 1);
    assert!(!is_open(readings, 2, 1, at(100)).await);
    // "Leaves `from` with nothing", also where the clock steps back behind the merge.
    assert_eq!(read_by(readings, 1, at(50)).await, 0);
}

async fn a_merge_replaces_a_window_that_is_over(readings: &impl Readings) {
    readings.spend(Spend { fresh: window(0, 900), ..spend(1, 1, 9) }).await.unwrap();
    readings.spend(Spend { fresh: window(0, 100), ..spend(2, 2, 9) }).await.unwrap();
    readings.merge(person(1), person(2), at(100)).await.unwrap();
    let standing = readings.standing(person(2), article(1)).await.unwrap();
    assert_eq!(meaning(standing, at(100)), Some((window(0, 900), 1, Opened::Already)));
    assert!(!is_open(readings, 2, 2, at(50)).await);
}

async fn after_a_merge_the_giver_begins_anew(readings: &impl Readings) {
    spent(readings, spend(1, 1, 1)).await;
    assert_eq!(spent(readings, spend(1, 2, 1)).await, ('f', 1));
    readings.merge(person(1), person(2), at(90)).await.unwrap();
    let next = window(90, 900);
    let again = Spend { fresh: next, now: at(90), ..spend(1, 2, 1) };
    assert_eq!(readings.spend(again).await.unwrap(), Spent::Opened { read: 1, window: next });
    assert_eq!(read_by(readings, 2, at(90)).await, 1);
}

async fn asking_writes_nothing(readings: &impl Readings) {
    for what in 0..50 {
        assert_eq!(read_by(readings, 1, at(60)).await, 0);
        assert!(!is_open(readings, 1, what, at(60)).await);
    }
    assert_eq!(spent(readings, spend(1, 1, 1)).await, ('o', 1));
}

async fn rules_and_instants_come_back_as_they_were(readings: &impl Readings) {
    let moment = |microseconds| Timestamp::from_microsecond(microseconds).unwrap();
    let rules = [
        WindowRule::CalendarMonth,
        WindowRule::Rolling { days: 1 },
        WindowRule::Rolling { days: 366 },
        WindowRule::Rolling { days: u16::MAX },
    ];
    let spans = [
        (moment(-62_135_596_800_000_000), moment(1)),
        (moment(-1), moment(253_402_000_000_000_001)),
        (moment(1_778_760_000_123_456), moment(1_778_760_000_123_457)),
    ];
    let mut who = 0;
    for rule in rules {
        for (starts_at, ends_at) in spans {
            who += 1;
            let fresh = Window { starts_at, ends_at, rule };
            let made = Spend { fresh, now: starts_at, ..spend(who, 1, 1) };
            let opened = readings.spend(made).await.unwrap();
            assert_eq!(opened, Spent::Opened { read: 1, window: fresh });
            let standing = readings.standing(person(who), article(1)).await.unwrap();
            let counted = Standing::Counted { window: fresh, read: 1, this: Opened::Already };
            assert_eq!(standing, counted);
        }
    }
}

#[test]
fn a_record_in_memory_can_be_told_to_fail() {
    let readings = MemoryReadings::default();
    readings.fail_with(Some(gate::Outage::Busy("for a test".to_owned())));
    assert!(wait(readings.spend(spend(1, 1, 1))).is_err());
    assert!(wait(readings.merge(person(1), person(2), at(0))).is_err());
    assert!(wait(readings.standing(person(1), article(1))).is_err());
    readings.fail_with(None);
    assert_eq!(wait(spent(&readings, spend(1, 1, 1))), ('o', 1));
}

/// The rolling window begins with the first reading: a refusal lays none, neither on the disk nor in the cache.
#[test]
fn a_refusal_lays_no_window() {
    let folder = Folder::new();
    let store = folder.open();
    assert_eq!(wait(spent(&store, spend(1, 1, 0))), ('f', 0));
    assert_eq!(wait(store.standing(person(1), article(1))).unwrap(), Standing::Nothing);
    let next = window(DAY, 31 * DAY);
    let later = Spend { fresh: next, now: at(DAY), ..spend(1, 1, 1) };
    assert_eq!(wait(store.spend(later)).unwrap(), Spent::Opened { read: 1, window: next });
}

/// What was answered from the cache is what the disk says, after the store is opened again.
#[test]
fn the_same_stands_after_reopening() {
    let folder = Folder::new();
    let store = folder.open();
    for (who, what) in [(1, 1), (1, 2), (2, 1), (3, 9)] {
        wait(spent(&store, spend(who, what, 9)));
    }
    wait(store.merge(person(3), person(2), at(70))).unwrap();
    let all = |store: &store::Store| -> Vec<Standing> {
        let pairs = (1..=3).flat_map(|who| [1, 2, 9].map(|what| (who, what)));
        pairs.map(|(who, what)| wait(store.standing(person(who), article(what))).unwrap()).collect()
    };
    let before = all(&store);
    store.close();
    let store = folder.open();
    assert_eq!(all(&store), before);
    assert_eq!(store.high_water(), at(60));
    assert_eq!(store.paper_id(), crate::stage::PAPER);
}
