//! What the fuzzer began with, and what it found: every input of the targets that ask a whole paper holds again.

use crate::held;

/// Inputs that are made of each target's corpus.
const MADE: usize = 1_000;

/// Replays the corpus of a target and what can be made of it by cutting and joining, and says how many inputs it has.
fn replayed(target: &str, hold: fn(&str)) -> usize {
    let folder = format!("{}/../../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let read = |file: std::fs::DirEntry| {
        let bytes = std::fs::read(file.path()).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let mut inputs: Vec<String> = files.map(|file| read(file.unwrap())).collect();
    inputs.sort();
    // What does not hold is told with its input, to be kept in the corpus.
    let hold = |input: &str| {
        assert!(std::panic::catch_unwind(|| hold(input)).is_ok(), "{target}: {input:?}");
    };
    inputs.iter().for_each(|input| hold(input));
    // The same numbers each time: xorshift.
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % limit.max(1)
    };
    for _ in 0..MADE {
        let mut made: Vec<char> = inputs[below(inputs.len())].chars().collect();
        for _ in 0..=below(3) {
            let other: Vec<char> = inputs[below(inputs.len())].chars().collect();
            let (from, at) = (below(other.len()), below(made.len() + 1));
            let piece = &other[from..other.len().min(from + 1 + below(24))];
            let end = made.len().min(at + below(6));
            match below(3) {
                0 => drop(made.splice(at..at, piece.iter().copied())),
                1 => drop(made.splice(at..end, piece.iter().copied())),
                _ => drop(made.drain(at..end)),
            }
        }
        hold(&made.into_iter().collect::<String>());
    }
    inputs.len()
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
