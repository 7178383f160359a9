//! The change feed: told before the answer in the same store, told soon in another, each change once, none left out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gate::Readings;
use paywall::{Opened, SettingsVersion, Standing};
use store::{Doer, Options, Store};

use crate::articles::Draft;
use crate::stage::{
    Folder, Heard, article, at, listen, month, number, person, spend, wait, wait_until,
};

fn save_settings(store: &Store, text: &str, expected: u32) {
    let saved = store.save_settings(
        text.to_owned(),
        Doer::at_the_machine("the publisher".to_owned()),
        String::new(),
        SettingsVersion(expected),
        at(0),
    );
    assert_eq!(wait(saved).unwrap(), SettingsVersion(expected + 1));
}

fn told(heard: &Heard, kind: &str, key: &str) -> bool {
    heard.lock().unwrap().iter().any(|(k, w)| k == kind && w == key)
}

#[test]
fn settings_saved_in_one_store_are_told_in_the_other() {
    let folder = Folder::new();
    let (one, other) = (folder.open(), folder.open());
    let (in_one, in_other) = (listen(&one), listen(&other));
    save_settings(&one, "a = 1", 0);
    assert!(told(&in_one, "settings", "1"), "told before the answer");
    wait_until("the other store's turn", || told(&in_other, "settings", "1"));
    // And back, from a store that had only listened so far.
    save_settings(&other, "a = 2", 1);
    assert!(told(&in_other, "settings", "2"), "told before the answer");
    wait_until("the first store's turn", || told(&in_one, "settings", "2"));
    assert_eq!(wait(one.settings()).unwrap().text, "a = 2");
    for heard in [in_one, in_other] {
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 2, "each change is told once: {heard:?}");
    }
}

#[test]
fn a_standing_spent_in_one_store_is_seen_in_the_other() {
    let folder = Folder::new();
    let (one, other) = (folder.open(), folder.open());
    assert_eq!(wait(other.standing(person(1), article(1))).unwrap(), Standing::Nothing);
    wait(one.spend(spend(1, 1, 5))).unwrap();
    let seen = Standing::Counted { window: month(), read: 1, this: Opened::Already };
    // The one that spent knows at once; the other remembers "nothing" until it has looked.
    assert_eq!(wait(one.standing(person(1), article(1))).unwrap(), seen);
    wait_until("the other store's look", || {
        wait(other.standing(person(1), article(1))).unwrap() == seen
    });
    wait(one.merge(person(1), person(2), at(90))).unwrap();
    wait_until("the other store's second look", || {
        let from = wait(other.standing(person(1), article(1))).unwrap();
        let into = wait(other.standing(person(2), article(1))).unwrap();
        from == Standing::Nothing && into == seen
    });
}

#[test]
fn a_store_that_is_opened_later_is_told_nothing_old() {
    let folder = Folder::new();
    let one = folder.open();
    save_settings(&one, "a = 1", 0);
    let other = folder.open();
    let heard = listen(&other);
    save_settings(&one, "a = 2", 1);
    wait_until("the change", || told(&heard, "settings", "2"));
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[test]
fn what_is_unchanged_is_not_told() {
    let folder = Folder::new();
    let store = folder.open();
    let heard = listen(&store);
    let drafts = || (0..40).map(|n| Draft::new(n).article()).collect::<Vec<_>>();
    wait(store.save_articles(drafts())).unwrap();
    assert_eq!(heard.lock().unwrap().len(), 40);
    let rows = number(&folder.raw(), "SELECT count(*) FROM changes");
    let again = wait(store.save_articles(drafts())).unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 40));
    wait(store.save_paper(Draft::paper())).unwrap();
    wait(store.save_paper(Draft::paper())).unwrap();
    wait(store.spend(spend(1, 1, 5))).unwrap();
    let paper = [("paper".to_owned(), String::new())];
    assert_eq!(heard.lock().unwrap()[40..], paper);
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM changes"), rows + 1);
}

#[test]
fn what_was_refused_is_not_told() {
    let folder = Folder::new();
    let store = folder.open();
    let heard = listen(&store);
    save_settings(&store, "a = 1", 0);
    let late = store.save_settings(
        String::new(),
        Doer::operator(),
        String::new(),
        SettingsVersion(0),
        at(0),
    );
    assert!(wait(late).is_err());
    // Two articles of one address: the second breaks the batch, and nothing of the batch is told.
    let twice = vec![Draft::new(1).article(), Draft::new(2).at_address_of(1).article()];
    assert!(wait(store.save_articles(twice)).is_err());
    assert_eq!(heard.lock().unwrap().len(), 1);
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM changes"), 1);
}

/// The listener is called on the writer's thread, after the commit: what it reads is there.
#[test]
fn a_listener_finds_on_the_disk_what_it_is_told() {
    let folder = Folder::new();
    let store = folder.open();
    let (path, all) = (folder.path().to_owned(), Arc::new(AtomicBool::new(true)));
    let found = Arc::clone(&all);
    store.on_change(Box::new(move |changes| {
        let raw = crate::stage::raw(&path);
        for change in changes {
            let query = format!("SELECT count(*) FROM settings WHERE version = {}", change.key);
            found.fetch_and(number(&raw, &query) == 1, Ordering::SeqCst);
        }
    }));
    for version in 0..5 {
        save_settings(&store, "a = 1", version);
    }
    assert!(all.load(Ordering::SeqCst));
}

/// Two stores that write at the same time hear of each other's changes between their own, and of none twice.
#[test]
fn two_stores_that_write_at_once_miss_nothing() {
    const EACH: u64 = 150;
    let folder = Folder::new();
    let options = || Options { poll: Duration::from_millis(20), ..Options::default() };
    let stores = [folder.open_with(&options()), folder.open_with(&options())];
    let heard = stores.each_ref().map(listen);
    std::thread::scope(|scope| {
        for (half, store) in stores.iter().enumerate() {
            let mine = &heard[half];
            scope.spawn(move || {
                for n in 0..EACH {
                    let draft = Draft::new(half as u64 * EACH + n);
                    let id = draft.id();
                    wait(store.save_articles(vec![draft.article()])).unwrap();
                    assert!(told(mine, "article", &id), "told before the answer");
                }
            });
        }
    });
    for heard in &heard {
        let all = || {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for (_, key) in heard.lock().unwrap().iter() {
                *counts.entry(key.clone()).or_default() += 1;
            }
            counts
        };
        wait_until("the last change", || all().len() as u64 == 2 * EACH);
        assert!(all().values().all(|count| *count == 1), "{:?}", all());
    }
}

/// One that was away for longer than changes are kept is told to forget everything.
#[test]
fn a_store_that_missed_changes_forgets_everything() {
    let folder = Folder::new();
    let store = folder.open();
    save_settings(&store, "a = 1", 0);
    let heard = listen(&store);
    let raw = folder.raw();
    raw.execute_batch(
        "BEGIN; INSERT INTO changes (seq, kind, key) VALUES (900, 'article', 'late'); COMMIT",
    )
    .unwrap();
    wait_until("the change", || told(&heard, "article", "late"));
    let heard = heard.lock().unwrap().clone();
    assert!(heard.iter().any(|(kind, _)| kind == "settings"), "{heard:?}");
}
