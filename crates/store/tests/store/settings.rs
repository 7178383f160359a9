//! The house settings: numbered snapshots that are never pruned, and two editors who do not overwrite each other.

use jiff::Timestamp;
use paywall::{Access, SettingsVersion};
use store::{Doer, SettingsError, Store};

use crate::articles::Draft;
use crate::stage::{Folder, at, spending, wait, wait_for_all};

async fn save(
    store: &Store,
    text: &str,
    expected: u32,
    now: Timestamp,
) -> Result<SettingsVersion, SettingsError> {
    let by = Doer::at_the_machine("the publisher".to_owned());
    let note = format!("after {expected}");
    store.save_settings(text.to_owned(), by, note, SettingsVersion(expected), now).await
}

#[test]
fn a_new_paper_has_the_empty_document() {
    let folder = Folder::new();
    let store = folder.open();
    let first = wait(store.settings()).unwrap();
    assert_eq!((first.version, first.text.as_str()), (SettingsVersion(0), ""));
    assert_eq!(wait(store.settings_at(SettingsVersion(0))).unwrap(), None);
    assert!(wait(store.settings_history(10)).unwrap().is_empty());
}

#[test]
fn a_snapshot_comes_back_as_it_was_also_after_reopening() {
    let folder = Folder::new();
    let store = folder.open();
    let text = "allowance = 5\n# \u{1F4F0} “quoted” \\ \0 end";
    let now = Timestamp::from_microsecond(1_778_760_000_123_456).unwrap();
    assert_eq!(wait(save(&store, text, 0, now)).unwrap(), SettingsVersion(1));
    let saved = wait(store.settings()).unwrap();
    assert_eq!(saved.version, SettingsVersion(1));
    assert_eq!((saved.text.as_str(), saved.saved_at), (text, now));
    assert_eq!((saved.saved_by.as_str(), saved.note.as_str()), ("the publisher", "after 0"));
    store.close();
    assert_eq!(wait(folder.open().settings()).unwrap(), saved);
}

#[test]
fn who_saves_on_an_old_snapshot_is_told_of_the_new_one() {
    let folder = Folder::new();
    let store = folder.open();
    wait(save(&store, "a", 0, at(0))).unwrap();
    wait(save(&store, "b", 1, at(1))).unwrap();
    for expected in [0, 1, 3, u32::MAX] {
        let refused = wait(save(&store, "c", expected, at(2))).unwrap_err();
        assert_eq!(refused, SettingsError::Conflict { found: SettingsVersion(2) });
        assert!(refused.to_string().contains("settings 2"), "{refused}");
    }
    assert_eq!(wait(store.settings()).unwrap().text, "b");
    assert_eq!(wait(store.settings_history(10)).unwrap().len(), 2);
}

#[test]
fn going_back_is_a_new_snapshot_and_history_keeps_all() {
    let folder = Folder::new();
    let store = folder.open();
    for (place, text) in ["a", "b", "c"].iter().enumerate() {
        wait(save(&store, text, place as u32, at(place as i64))).unwrap();
    }
    // Undo twice, as a desk would: save again what an older number says.
    for expected in [3_u32, 4] {
        let newest = wait(store.settings()).unwrap();
        assert_eq!(newest.version, SettingsVersion(expected));
        let older = SettingsVersion(if expected == 3 { 2 } else { 1 });
        let text = wait(store.settings_at(older)).unwrap().unwrap().text;
        wait(save(&store, &text, expected, at(10))).unwrap();
    }
    assert_eq!(wait(store.settings()).unwrap().text, "a");
    let all = wait(store.settings_history(100)).unwrap();
    let texts: Vec<&str> = all.iter().map(|snapshot| snapshot.text.as_str()).collect();
    assert_eq!(texts, ["a", "b", "c", "b", "a"]);
    let versions: Vec<u32> = all.iter().map(|snapshot| snapshot.version.0).collect();
    assert_eq!(versions, [5, 4, 3, 2, 1]);
    let newest = wait(store.settings_history(2)).unwrap();
    assert_eq!(newest, all[..2]);
    assert!(wait(store.settings_history(0)).unwrap().is_empty());
    assert_eq!(wait(store.settings_history(usize::MAX)).unwrap().len(), 5);
}

#[test]
fn of_many_who_save_at_once_one_wins_each_round() {
    let folder = Folder::new();
    let store = folder.open();
    for round in 0..5_u32 {
        let saves = (0..20).map(|n| {
            let store = store.clone();
            async move { save(&store, &format!("{round} {n}"), round, at(0)).await }
        });
        let results = wait_for_all(saves);
        let won = results.iter().filter(|result| **result == Ok(SettingsVersion(round + 1)));
        assert_eq!(won.count(), 1);
    }
    assert_eq!(wait(store.settings()).unwrap().version, SettingsVersion(5));
    // A refusal undoes itself and nothing of its neighbours in the same commit.
    let _ = wait(spending(&store, crate::stage::spend(1, 1, 1))).unwrap();
}

#[test]
fn who_set_them_stands_in_the_record() {
    let folder = Folder::new();
    let store = folder.open();
    wait(save(&store, "a", 0, at(0))).unwrap();
    wait(save(&store, "b", 0, at(1))).unwrap_err();
    let record = wait(store.record(None, None, 10)).unwrap();
    let rows: Vec<_> = record.iter().map(|row| (&*row.name, &*row.deed, &*row.subject)).collect();
    assert_eq!(rows, [("the publisher", "set", "1: after 0")], "what was refused is no deed");
}

#[test]
fn accesses_are_told_each_once_and_only_of_what_is_published() {
    let folder = Folder::new();
    let store = folder.open();
    assert_eq!(wait(store.accesses()).unwrap(), []);
    let articles = ["metered", "free", "metered", "entitled:archive"].iter().enumerate();
    let articles = articles.map(|(number, access)| {
        let mut article = Draft::new(number as u64).article();
        article.head.access = Access::parse(access).unwrap();
        article
    });
    wait(store.save_articles(articles.collect())).unwrap();
    let words: Vec<String> =
        wait(store.accesses()).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(words, ["entitled:archive", "free", "metered"]);
    let raw = folder.raw();
    let plan: Vec<String> = raw
        .prepare(
            "EXPLAIN QUERY PLAN SELECT min(access) FROM articles WHERE listed AND access > 'free'",
        )
        .unwrap()
        .query_map([], |row| row.get("detail"))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(plan.iter().all(|step| step.contains("articles_by_access")), "{plan:?}");
}
