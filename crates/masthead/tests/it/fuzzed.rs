//! What the fuzzer began with, and what it found: every input of the targets that ask a whole paper holds again.

use crate::held;

/// Replays the corpus of a target, and says how many inputs it has.
fn replayed(target: &str, hold: fn(&str)) -> usize {
    let folder = format!("{}/../../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut count = 0;
    for file in files {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        hold(&String::from_utf8_lossy(&bytes));
        count += 1;
    }
    count
}

#[test]
fn no_cookie_is_taken_that_was_not_given() {
    assert!(replayed("cookie", held::cookie) >= 10);
}

#[test]
fn conditions_are_answered_as_the_status_says() {
    assert!(replayed("condition", held::condition) >= 20);
}

#[test]
fn no_request_for_a_reading_brings_more_than_a_reading() {
    assert!(replayed("reading", held::reading) >= 15);
}
