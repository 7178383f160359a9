//! Files: kept once under their hash, never found through another article's, never taken from outside of the folder.

use std::fs;

use gate::Outage;
use store::{Media, MediaRow, Store, media_ending};

use crate::stage::{Folder, article, number, wait, wait_for_all};

fn media(name: &str, of: Option<u64>, bytes: &[u8]) -> Media {
    Media {
        name: name.to_owned(),
        size: Some((640, 480)),
        article: of.map(article),
        bytes: bytes.to_vec(),
    }
}

fn save(store: &Store, media: Media) -> MediaRow {
    wait(store.save_media(media)).unwrap()
}

fn files_in(folder: &Folder) -> usize {
    fs::read_dir(folder.path().join("media")).map_or(0, Iterator::count)
}

#[test]
fn a_file_is_kept_once_and_found_by_its_hash() {
    let folder = Folder::new();
    let store = folder.open();
    let bytes = vec![0x5A; 100_000];
    let row = save(&store, media("pictures/bridge.webp", None, &bytes));
    assert_eq!(fs::read(&row.path).unwrap(), bytes);
    assert_eq!((row.width, row.height, row.media_type()), (640, 480, "image/webp"));
    assert_eq!(row.address(), format!("/media/{}.webp", row.hash));
    for _ in 0..3 {
        assert_eq!(save(&store, media("pictures/bridge.webp", None, &bytes)), row);
    }
    assert_eq!(files_in(&folder), 1);
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM media"), 1);
    assert_eq!(wait(store.media(&row.hash)).unwrap(), Some(row.clone()));
    assert_eq!(wait(store.media_named("pictures/bridge.webp")).unwrap(), Some(row.clone()));
    store.close();
    assert_eq!(wait(folder.open().media(&row.hash)).unwrap(), Some(row));
}

#[test]
fn the_same_bytes_have_another_hash_in_each_article() {
    let folder = Folder::new();
    let store = folder.open();
    let rows =
        [None, Some(1), Some(2)].map(|of| save(&store, media("pictures/a.png", of, b"bytes")));
    assert!(
        rows[0].hash != rows[1].hash
            && rows[1].hash != rows[2].hash
            && rows[0].hash != rows[2].hash
    );
    assert_eq!(files_in(&folder), 3);
    assert_eq!(rows[1].address(), format!("/media/{}/{}.png", article(1), rows[1].hash));
    // Only the public one is found by name: a locked file is no answer to a guess.
    assert_eq!(wait(store.media_named("pictures/a.png")).unwrap(), Some(rows[0].clone()));
    save(&store, media("pictures/locked.png", Some(1), b"other"));
    assert_eq!(wait(store.media_named("pictures/locked.png")).unwrap(), None);
    for row in rows {
        let found = wait(store.media(&row.hash)).unwrap().unwrap();
        assert_eq!(found.article, row.article);
    }
}

#[test]
fn a_name_leads_to_the_bytes_that_were_saved_last() {
    let folder = Folder::new();
    let store = folder.open();
    for bytes in [b"first".as_slice(), b"second", b"third", b"first"] {
        let row = save(&store, media("pictures/front.webp", None, bytes));
        let found = wait(store.media_named("pictures/front.webp")).unwrap().unwrap();
        assert_eq!(found.hash, row.hash, "{}", String::from_utf8_lossy(bytes));
        assert_eq!(fs::read(found.path).unwrap(), bytes);
    }
}

#[test]
fn one_file_may_have_two_names() {
    let folder = Folder::new();
    let store = folder.open();
    let one = save(&store, media("pictures/one.webp", None, b"the same"));
    let two = save(&store, media("pictures/two.webp", None, b"the same"));
    assert_eq!(one.hash, two.hash);
    for name in ["pictures/one.webp", "pictures/two.webp"] {
        let found = wait(store.media_named(name)).unwrap();
        assert_eq!(found.map(|row| row.hash), Some(one.hash.clone()), "{name}");
    }
}

#[test]
fn what_is_not_a_hash_finds_nothing() {
    let folder = Folder::new();
    let store = folder.open();
    let row = save(&store, media("pictures/a.png", None, b"bytes"));
    let long = "a".repeat(100_000);
    let guesses = ["", "..", "../masthead.sqlite", "%00", "' OR 1=1 --", &row.hash[..31], &long];
    for guess in guesses {
        assert_eq!(wait(store.media(guess)).unwrap(), None, "{guess:.40}");
    }
    assert_eq!(wait(store.media(&"0".repeat(32))).unwrap(), None);
    assert_eq!(wait(store.media_named("' OR 1=1 --")).unwrap(), None);
}

#[test]
fn a_kind_that_is_not_kept_is_refused() {
    let folder = Folder::new();
    let store = folder.open();
    for name in ["pictures/a.exe", "pictures/a", "a.html", "a.png.php", "", ".", "a.webp/../../b"] {
        let refused = wait(store.save_media(media(name, None, b"bytes")));
        assert!(matches!(refused, Err(Outage::Down(text)) if text.contains(name)), "{name}");
    }
    assert_eq!(files_in(&folder), 0);
    assert_eq!(media_ending("A.JPEG"), Some("jpg"));
    assert_eq!(media_ending("a.tiff"), None);
    // What the folder may name is what is kept.
    for ending in newsroom::PICTURE_ENDINGS.iter().chain(&newsroom::ATTACHMENT_ENDINGS) {
        assert!(media_ending(&format!("a.{ending}")).is_some(), "{ending}");
    }
    // The name leads nowhere: it is no part of the path.
    let row = save(&store, media("../../../outside.png", None, b"bytes"));
    assert_eq!(row.path.parent(), Some(folder.path().join("media").as_path()));
}

#[test]
fn a_row_that_leads_outside_is_refused() {
    let folder = Folder::new();
    let store = folder.open();
    let broken = [
        ("../../../../etc/passwd", "png"),
        ("/etc/passwd", "png"),
        ("00000000000000000000000000000000", "../png"),
        ("00000000000000000000000000000001", "x/../../png"),
        ("00000000000000000000000000000002", "exe"),
        ("00000000000000000000000000000003", ""),
    ];
    for (hash, ending) in broken {
        let raw = folder.raw();
        raw.execute_batch("DELETE FROM media_names; DELETE FROM media").unwrap();
        raw.execute(
            "INSERT INTO media (hash, name, mime, width, height, bytes) \
             VALUES (?1, 'n', ?2, 1, 1, 1)",
            (hash, ending),
        )
        .unwrap();
        raw.execute("INSERT INTO media_names (name, hash) VALUES ('n', ?1)", [hash]).unwrap();
        for found in [wait(store.media_named("n")), wait(store.media(hash))] {
            let led_inside = match &found {
                Ok(Some(row)) => panic!("{hash}.{ending} leads to {}", row.path.display()),
                Ok(None) | Err(Outage::Down(_)) => true,
                Err(Outage::Busy(_)) => false,
            };
            assert!(led_inside, "{hash}.{ending}: {found:?}");
        }
        assert!(wait(store.media_named("n")).is_err(), "{hash}.{ending} is found and refused");
    }
}

#[test]
fn a_file_that_is_gone_is_an_error_to_who_opens_it_and_comes_back_when_saved_again() {
    let folder = Folder::new();
    let store = folder.open();
    let row = save(&store, media("pictures/a.png", None, b"bytes"));
    fs::remove_dir_all(folder.path().join("media")).unwrap();
    assert_eq!(wait(store.media(&row.hash)).unwrap(), Some(row.clone()));
    assert!(fs::read(&row.path).is_err());
    save(&store, media("pictures/a.png", None, b"bytes"));
    assert_eq!(fs::read(&row.path).unwrap(), b"bytes");
    // Cut short, as by a full disk of another program: written anew.
    fs::write(&row.path, b"by").unwrap();
    save(&store, media("pictures/a.png", None, b"bytes"));
    assert_eq!(fs::read(&row.path).unwrap(), b"bytes");
}

#[test]
fn a_folder_that_cannot_be_made_is_an_outage_and_leaves_no_row() {
    let folder = Folder::new();
    let store = folder.open();
    fs::write(folder.path().join("media"), b"a file in the folder's place").unwrap();
    let refused = wait(store.save_media(media("pictures/a.png", None, b"bytes")));
    assert!(matches!(refused, Err(Outage::Down(text)) if text.contains("media")));
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM media"), 0);
}

#[test]
fn many_who_save_the_same_file_at_once_all_succeed() {
    let folder = Folder::new();
    let store = folder.open();
    for round in 0..20_u8 {
        let bytes = vec![round; 300_000];
        let rows: Vec<_> = std::thread::scope(|scope| {
            let savers: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| wait(store.save_media(media("pictures/a.png", None, &bytes))))
                })
                .collect();
            savers.into_iter().map(|saver| saver.join().unwrap()).collect()
        });
        for row in rows {
            let row = row.unwrap();
            assert!(fs::read(&row.path).unwrap() == bytes, "round {round}: the file is not whole");
        }
    }
    assert_eq!(files_in(&folder), 20, "nothing is left beside the files");
}

#[test]
fn a_file_that_is_saved_again_is_not_told_again() {
    let folder = Folder::new();
    let store = folder.open();
    let heard = crate::stage::listen(&store);
    for _ in 0..3 {
        save(&store, media("pictures/a.png", None, b"bytes"));
    }
    assert_eq!(heard.lock().unwrap().len(), 1);
    let all =
        wait_for_all(
            (0..10).map(|n| {
                let store = store.clone();
                async move {
                    store.save_media(media(&format!("pictures/{n}.png"), Some(n), b"bytes")).await
                }
            }),
        );
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(heard.lock().unwrap().len(), 11);
}
