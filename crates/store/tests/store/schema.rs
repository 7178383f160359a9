//! The file itself: it says whose it is, opens again without change, and is copied whole while it is in use.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use gate::Readings;
use paywall::{PaperId, SettingsVersion};
use store::{Doer, Options, Store};

use crate::articles::Draft;
use crate::stage::{Folder, PAPER, assert_sound, at, is_open, number, raw, spend, wait};

/// "MAST".
const APPLICATION_ID: i64 = 0x4D41_5354;

#[test]
fn the_file_says_whose_it_is() {
    let folder = Folder::new();
    let store = folder.open();
    let raw = folder.raw();
    assert_eq!(number(&raw, "PRAGMA application_id"), APPLICATION_ID);
    assert!(number(&raw, "PRAGMA user_version") >= 1);
    assert_sound(&store);
    drop(raw);
    store.close();
    let bytes = fs::read(folder.database()).unwrap();
    assert_eq!(&bytes[68..72], b"MAST");
}

#[test]
fn a_paper_opens_again_without_change() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.spend(spend(1, 1, 9))).unwrap();
    store.close();
    let schema = |folder: &Folder| -> Vec<String> {
        let raw = folder.raw();
        let mut query =
            raw.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY 1").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let (before, tables) = (fs::read(folder.database()).unwrap(), schema(&folder));
    for other in [PAPER, PaperId([9; 16])] {
        let store = Store::open(folder.path(), other, &Options::default()).unwrap();
        assert_eq!(store.paper_id(), PAPER, "a paper keeps its id");
        assert!(wait(is_open(&store, 1, 1, at(60))));
        store.close();
    }
    assert_eq!(schema(&folder), tables);
    assert!(fs::read(folder.database()).unwrap() == before, "opening writes nothing");
    assert!(!folder.path().join("backups").exists(), "nothing was migrated");
}

#[test]
fn of_backups_before_migrations_the_newest_are_kept() {
    let folder = Folder::new();
    folder.open().close();
    folder.age_to_five();
    let backups = folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    let named = |name: &str| backups.join(name);
    let (old, own) =
        (["before-0003.sqlite", "before-0005.sqlite"], ["before-easter.sqlite", "mine"]);
    for name in old.iter().chain(&own) {
        fs::write(named(name), b"x").unwrap();
    }
    folder.open().close();
    let mut left: Vec<String> = fs::read_dir(&backups)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let schema = "PRAGMA user_version";
    let newest: i64 = folder.raw().query_row(schema, [], |row| row.get(0)).unwrap();
    let wanted = (newest - 2..=newest).map(|number| format!("before-{number:04}.sqlite"));
    let own = own.iter().map(|name| (*name).to_owned());
    assert_eq!(left, wanted.chain(own).collect::<Vec<_>>());
    // Without a migration nothing is taken away.
    fs::write(named(old[0]), b"x").unwrap();
    folder.open().close();
    assert!(named(old[0]).exists());
}

#[test]
fn texts_that_stood_in_tables_of_their_own_are_found_by_number() {
    let folder = Folder::new();
    let store = folder.open();
    let drafts: Vec<Draft> = (0..5).map(|n| Draft::new(n).with_body(format!("rest {n}"))).collect();
    wait(store.save_articles(drafts.iter().map(Draft::article).collect())).unwrap();
    store.close();
    folder.age_to_five();
    assert_eq!(
        number(&folder.raw(), "SELECT count(*) FROM teasers JOIN bodies USING (article)"),
        5
    );
    let store = folder.open();
    for (n, draft) in drafts.iter().enumerate() {
        let written = draft.article();
        let head = &written.head;
        let piece =
            wait(store.article(head.section.as_str(), head.slug.as_str())).unwrap().unwrap();
        assert_eq!(piece.teaser, written.teaser);
        let body = wait(store.body(&piece)).unwrap().unwrap();
        let body = body.open(&crate::articles::grant(head.key)).unwrap();
        assert_eq!(body.html, format!("rest {n}"));
    }
    let again = wait(store.save_articles(drafts.iter().map(Draft::article).collect())).unwrap();
    assert_eq!(again.unchanged, 5);
    assert_sound(&store);
    // Whoever takes an article out by hand leaves nothing of it.
    folder.raw().execute_batch("DELETE FROM articles WHERE slug = 'slug-3'").unwrap();
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM bodies"), 4);
    assert_eq!(
        number(&folder.raw(), "SELECT count(*) FROM bodies WHERE document LIKE '%rest 3%'"),
        0
    );
}

#[test]
fn an_empty_file_is_a_new_paper() {
    let folder = Folder::new();
    fs::write(folder.database(), b"").unwrap();
    let store = folder.open();
    assert_eq!(store.paper_id(), PAPER);
    assert_sound(&store);
}

/// The copy is of one instant, is whole, and comes to an end although spends go on all the time.
#[test]
fn a_backup_is_made_while_spends_go_on() {
    /// Spends after which the backup has to be there; each of them alone would make a copy by pages begin again.
    const SPENDS_MAX: u64 = 30_000;
    let folder = Folder::new();
    let store = folder.open();
    // More pages than a copy takes in one step.
    let body = "a long body ".repeat(40_000);
    wait(
        store.save_articles(
            (0..16).map(|n| Draft::new(n).with_body(body.clone()).article()).collect(),
        ),
    )
    .unwrap();
    wait(store.spend(spend(0, 0, 9))).unwrap();
    let (copy, done) = (Folder::new(), AtomicBool::new(false));
    let spends = std::thread::scope(|scope| {
        let spender = scope.spawn(|| {
            let mut spends = 0;
            while !done.load(Ordering::SeqCst) && spends < SPENDS_MAX {
                wait(store.spend(spend(1 + spends / 5, spends, 9))).unwrap();
                spends += 1;
            }
            spends
        });
        wait(store.backup_to(&copy.database())).unwrap();
        done.store(true, Ordering::SeqCst);
        spender.join().unwrap()
    });
    assert!(spends < SPENDS_MAX, "the copy began again with every spend");
    assert_eq!(fs::read_dir(copy.path()).unwrap().count(), 1, "nothing is left beside the copy");
    let copied = number(&raw(copy.path()), "SELECT count(*) FROM readings");
    assert!((1..=1 + spends as i64).contains(&copied), "{copied} of {spends}");
    let restored = copy.open();
    assert_sound(&restored);
    assert_eq!(restored.paper_id(), PAPER);
    assert!(wait(is_open(&restored, 0, 0, at(60))));
    let piece = wait(restored.article("city", "slug-3")).unwrap().unwrap();
    let grant = crate::articles::grant(piece.head.key);
    let kept = wait(restored.body(&piece)).unwrap().unwrap();
    assert!(kept.open(&grant).unwrap().html == body);
    assert!(wait(restored.spend(spend(0, 1, 9))).is_ok());
    assert_sound(&store);
}

#[test]
fn a_backup_replaces_an_older_one_and_a_failed_one_leaves_it() {
    let folder = Folder::new();
    let store = folder.open();
    let target = folder.path().join("copy.sqlite");
    wait(store.backup_to(&target)).unwrap();
    let first = fs::read(&target).unwrap();
    wait(store.spend(spend(1, 1, 9))).unwrap();
    wait(store.backup_to(&target)).unwrap();
    assert!(fs::read(&target).unwrap() != first);
    let missing = folder.path().join("missing").join("copy.sqlite");
    let error = wait(store.backup_to(&missing)).unwrap_err().to_string();
    assert!(error.contains("missing"), "the text names the place: {error}");
    assert!(!missing.exists());
    assert_sound(&store);
}

/// What is saved through one store is the same for a reader of the file: no part of it lives in memory alone.
#[test]
fn everything_is_in_the_one_file() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.spend(spend(1, 1, 9))).unwrap();
    let nothing = String::new;
    let saved =
        store.save_settings("a".to_owned(), Doer::operator(), nothing(), SettingsVersion(0), at(0));
    wait(saved).unwrap();
    store.close();
    let moved = Folder::new();
    fs::copy(folder.database(), moved.database()).unwrap();
    let store = moved.open();
    assert!(wait(is_open(&store, 1, 1, at(60))));
    assert_eq!(wait(store.settings()).unwrap().text, "a");
    assert_eq!(store.high_water(), at(60));
}
