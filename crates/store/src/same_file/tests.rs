use std::fs;

use super::*;

const NAME: &str = "paper.sqlite";

fn paper() -> (tempfile::TempDir, PathBuf, SameFile) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    fs::write(&path, [7; 100]).unwrap();
    for ending in BESIDE {
        fs::write(beside(&path, ending), [8; 10]).unwrap();
    }
    let mut same = SameFile::of(&path).unwrap();
    same.check(&Lost::new()).unwrap();
    (folder, path, same)
}

#[test]
fn a_file_that_grows_is_the_same() {
    let (_folder, path, mut same) = paper();
    for bytes in [100, 200, 300] {
        fs::write(&path, vec![7; bytes]).unwrap();
        assert!(same.check(&Lost::new()).is_ok(), "{bytes}");
    }
}

#[test]
fn another_file_none_and_a_shorter_one_are_not_the_same_ever_after() {
    type Deed = fn(&Path);
    let deeds: [(Deed, &str); 3] = [
        (
            |path| {
                let other = beside(path, ".other");
                fs::write(&other, [7; 100]).unwrap();
                fs::rename(other, path).unwrap();
            },
            "was replaced",
        ),
        (|path| fs::remove_file(path).unwrap(), "is gone"),
        (|path| fs::write(path, [7; 99]).unwrap(), "became shorter"),
    ];
    for (deed, word) in deeds {
        let (_folder, path, mut same) = paper();
        deed(&path);
        let lost = Lost::new();
        let outage = same.check(&lost).unwrap_err();
        assert!(matches!(&outage, Outage::Down(told) if told.contains(word)), "{outage:?}");
        assert_eq!(lost.get().map(|told| told.contains(word)), Some(true));
        // What is there afterwards was not read from the beginning by anybody who has the store open.
        fs::write(&path, [7; 400]).unwrap();
        assert!(same.check(&lost).is_err(), "{word}");
    }
}

#[test]
fn the_log_of_writes_is_set_aside_and_another_one_is_left() {
    let (_folder, path, mut same) = paper();
    // The index came with the new file; the log is that of the old one.
    let incoming = beside(&path, ".incoming");
    fs::write(&incoming, [1; 10]).unwrap();
    fs::rename(&incoming, beside(&path, "-shm")).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(same.check(&Lost::new()).is_err());
    assert!(!beside(&path, "-wal").exists() && beside(&path, "-wal.left-behind").exists());
    assert!(beside(&path, "-shm").exists() && !beside(&path, "-shm.left-behind").exists());
}
