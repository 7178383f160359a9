//! Random lives of a few people, played on the store, on the record in memory and on a naive model at once. Whatever
//! one of them answers, the others answer too; and no reading is granted that the allowance does not cover.

use std::collections::BTreeMap;
use std::ops::Range;

use gate::{MemoryReadings, Readings, Spend, Spent};
use paywall::{Opened, Window, WindowRule};
use proptest::prelude::*;
use proptest::test_runner::Config;
use store::Store;

use crate::stage::{DAY, Folder, article, assert_sound, at, meaning, person, wait};

const PEOPLE: u64 = 4;
const ARTICLES: u64 = 7;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Event {
    Spend {
        who: u64,
        what: u64,
    },
    Merge {
        from: u64,
        into: u64,
    },
    Allowance(u32),
    Rule(WindowRule),
    /// So many hours later, or earlier.
    Clock(i64),
    Forget,
    Reopen,
}

/// The allowances to draw from, and whether what is over is forgotten in between.
fn events(allowances: Range<u32>, forget: bool) -> impl Strategy<Value = Vec<Event>> {
    let rule = prop_oneof![
        Just(WindowRule::CalendarMonth),
        (1_u16..5).prop_map(|days| WindowRule::Rolling { days }),
    ];
    let event = prop_oneof![
        24 => (0..PEOPLE, 0..ARTICLES).prop_map(|(who, what)| Event::Spend { who, what }),
        4 => (0..PEOPLE, 0..PEOPLE).prop_map(|(from, into)| Event::Merge { from, into }),
        3 => allowances.prop_map(Event::Allowance),
        1 => rule.prop_map(Event::Rule),
        4 => (-30_i64..60).prop_map(Event::Clock),
        u32::from(forget) => Just(Event::Forget),
        1 => Just(Event::Reopen),
    ];
    proptest::collection::vec(event, 1..90)
}

/// The rules of the record as one would say them aloud. A window without a reading is no window.
#[derive(Default)]
struct Naive(BTreeMap<u64, (Window, Vec<u64>)>);

impl Naive {
    /// The kind of the answer, the count after it, and the window.
    fn spend(&mut self, who: u64, what: u64, allowance: u32, fresh: Window, hour: i64) -> Answer {
        if self.0.get(&who).is_some_and(|(window, _)| !window.holds(at(hour * 3_600))) {
            self.0.remove(&who);
        }
        let (window, read) = self.0.get(&who).cloned().unwrap_or((fresh, Vec::new()));
        if read.contains(&what) {
            return ("already", read.len() as u32, window);
        }
        if read.len() as u32 >= allowance {
            return ("full", read.len() as u32, window);
        }
        let (_, read) = self.0.entry(who).or_insert((fresh, Vec::new()));
        read.push(what);
        ("opened", read.len() as u32, window)
    }

    fn merge(&mut self, from: u64, into: u64, hour: i64) {
        let holds = |window: &Window| window.holds(at(hour * 3_600));
        if from == into {
            return;
        }
        let Some((given_window, given)) = self.0.remove(&from).filter(|(w, _)| holds(w)) else {
            return;
        };
        let own = self.0.remove(&into).filter(|(w, _)| holds(w));
        let (mut window, mut read) = own.unwrap_or((given_window, Vec::new()));
        if given_window.ends_at > window.ends_at {
            window = given_window;
        }
        read.extend(given);
        read.sort_unstable();
        read.dedup();
        self.0.insert(into, (window, read));
    }

    fn meaning(&self, who: u64, what: u64, hour: i64) -> Option<(Window, u32, Opened)> {
        let (window, read) = self.0.get(&who).filter(|(w, _)| w.holds(at(hour * 3_600)))?;
        let this = if read.contains(&what) { Opened::Already } else { Opened::NotYet };
        Some((*window, read.len() as u32, this))
    }
}

type Answer = (&'static str, u32, Window);

fn answer(spent: Spent) -> Answer {
    match spent {
        Spent::Opened { read, window } => ("opened", read, window),
        Spent::Already { read, window } => ("already", read, window),
        Spent::Full { read, window } => ("full", read, window),
    }
}

/// The three that play the same life.
struct Life {
    folder: Folder,
    store: Store,
    memory: MemoryReadings,
    /// Whether the record in memory has to agree: it lays a window for a refusal, and forgets nothing by itself.
    with_memory: bool,
    naive: Naive,
    allowance: u32,
    rule: WindowRule,
    hour: i64,
}

impl Life {
    fn new(with_memory: bool) -> Self {
        let folder = Folder::new();
        let store = folder.open();
        Self {
            folder,
            store,
            memory: MemoryReadings::default(),
            with_memory,
            naive: Naive::default(),
            allowance: 3,
            rule: WindowRule::Rolling { days: 2 },
            hour: 0,
        }
    }

    fn play(mut self, events: Vec<Event>) {
        for event in events {
            match event {
                Event::Spend { who, what } => self.spend(who, what),
                Event::Merge { from, into } => {
                    let now = at(self.hour * 3_600);
                    wait(self.store.merge(person(from), person(into), now)).unwrap();
                    wait(self.memory.merge(person(from), person(into), now)).unwrap();
                    self.naive.merge(from, into, self.hour);
                }
                Event::Allowance(allowance) => self.allowance = allowance,
                Event::Rule(rule) => self.rule = rule,
                Event::Clock(hours) => self.hour += hours,
                Event::Forget => {
                    let now = at(self.hour * 3_600);
                    wait(self.store.forget_readings(now, 100)).unwrap();
                    self.naive.0.retain(|_, (window, _)| window.holds(now));
                }
                Event::Reopen => {
                    self.store.close();
                    self.store = self.folder.open();
                }
            }
            self.compare();
        }
        assert_sound(&self.store);
        self.store.close();
        self.store = self.folder.open();
        self.compare();
        assert_sound(&self.store);
    }

    fn spend(&mut self, who: u64, what: u64) {
        let now = at(self.hour * 3_600);
        // A window as the policy lays one, in a zone without surprises.
        let fresh = self.rule.lay(&jiff::tz::TimeZone::UTC, now);
        let spend = Spend {
            person: person(who),
            article: article(what),
            allowance: self.allowance,
            fresh,
            now,
        };
        let expected = self.naive.spend(who, what, self.allowance, fresh, self.hour);
        let (kind, read, window) = answer(wait(self.store.spend(spend)).unwrap());
        assert_eq!((kind, read, window), expected, "the store");
        if kind == "opened" {
            assert!(read <= self.allowance, "granted {read} of {}", self.allowance);
        }
        if self.with_memory {
            assert_eq!(answer(wait(self.memory.spend(spend)).unwrap()), expected, "memory");
        }
    }

    fn compare(&self) {
        let now = at(self.hour * 3_600);
        for who in 0..PEOPLE {
            for what in 0..ARTICLES {
                let expected = self.naive.meaning(who, what, self.hour);
                let kept = wait(self.store.standing(person(who), article(what))).unwrap();
                assert_eq!(meaning(kept, now), expected, "the store, person {who}");
                if self.with_memory {
                    let told = wait(self.memory.standing(person(who), article(what))).unwrap();
                    assert_eq!(meaning(told, now), expected, "memory, person {who}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_store_lives_as_the_model_does(events in events(0..6, true)) {
        Life::new(false).play(events);
    }

    #[test]
    fn the_store_and_memory_live_as_the_model_does(events in events(1..6, false)) {
        Life::new(true).play(events);
    }
}

/// The model itself can fail: a store that granted one too many would be seen.
#[test]
fn the_model_tells_an_opened_from_a_refused_one() {
    let fresh = WindowRule::Rolling { days: 2 }.lay(&jiff::tz::TimeZone::UTC, at(0));
    let mut naive = Naive::default();
    assert_eq!(naive.spend(1, 1, 1, fresh, 0).0, "opened");
    assert_eq!(naive.spend(1, 2, 1, fresh, 0).0, "full");
    assert_eq!(naive.spend(1, 1, 1, fresh, 0).0, "already");
    assert_eq!(naive.spend(1, 2, 1, fresh, 20 * DAY / 3_600).0, "opened");
}
