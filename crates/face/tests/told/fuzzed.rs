//! What the fuzzer of the house settings began with, and what it found.

use crate::held;

#[test]
fn settings_are_read_or_refused_and_told_as_they_are() {
    let folder = format!("{}/../../fuzz/corpus/settings", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut count = 0;
    for file in files {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        held::settings(&String::from_utf8_lossy(&bytes));
        count += 1;
    }
    assert!(count >= 5);
}
