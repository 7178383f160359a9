//! What the fuzzer began with, and what it found: every input of the importers holds what must hold.

use std::panic::{RefUnwindSafe, catch_unwind};

use crate::held;

/// Replays a target's inputs, and names those that fail.
fn replay(target: &str, least: usize, each: impl Fn(&[u8]) + RefUnwindSafe) {
    let folder = format!("{}/../../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut count = 0;
    let mut failed = Vec::new();
    for entry in files {
        let path = entry.expect("a file of the corpus").path();
        let bytes = std::fs::read(&path).expect("a file of the corpus");
        if catch_unwind(|| each(&bytes)).is_err() {
            failed.push(path);
        }
        count += 1;
    }
    assert!(failed.is_empty(), "{failed:?}");
    assert!(count >= least, "{target} has {count} inputs");
}

#[test]
fn exports_of_wordpress() {
    replay("wordpress", 5, held::wordpress);
}

#[test]
fn exports_of_ghost() {
    replay("ghost", 5, held::ghost);
}

#[test]
fn files_of_other_peoples_markdown() {
    replay("markdown", 5, held::markdown);
}

#[test]
fn mapping_files() {
    replay("mapping", 5, |bytes| held::mapping_file(&String::from_utf8_lossy(bytes)));
}

#[test]
fn lists_of_members() {
    replay("members", 5, held::members);
}
