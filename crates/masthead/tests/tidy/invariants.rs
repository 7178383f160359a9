//! Every promise of ARCHITECTURE.md names the test that keeps it, and that test exists.

use std::path::Path;

/// How many promises may still say `wanted` instead of a test. Lower it with the table; never raise it.
const WANTED_MAX: usize = 0;

/// What is wrong with the guards of one row: each is `path::test` or, for programs in other languages, a path.
fn faults(root: &Path, promise: &str, guards: &str) -> Vec<String> {
    let guards = crate::quoted(guards);
    if guards.is_empty() {
        return vec![format!("{promise:?} names no test")];
    }
    let missing = guards.into_iter().filter(|guard| !exists(root, guard));
    missing
        .map(|guard| format!("{promise:?} is guarded by {guard}, which does not exist"))
        .collect()
}

fn exists(root: &Path, guard: &str) -> bool {
    let (path, test) = match guard.split_once("::") {
        Some((path, test)) => (path, Some(test)),
        None => (guard, None),
    };
    let Ok(text) = std::fs::read_to_string(root.join(path)) else { return false };
    test.is_none_or(|test| text.contains(&format!("fn {test}(")))
}

#[test]
fn every_invariant_has_a_guard_that_exists() {
    let rows = crate::table(&crate::read("ARCHITECTURE.md"), "Invariants");
    assert!(rows.len() >= 10, "the table of invariants has {} rows", rows.len());
    let (wanted, named): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row[1] == "wanted");
    let root = crate::root();
    let findings: Vec<String> =
        named.iter().flat_map(|row| faults(&root, &row[0], &row[1])).collect();
    crate::none(&findings);
    assert_eq!(
        wanted.len(),
        WANTED_MAX,
        "WANTED_MAX has to be the number of promises without a test"
    );
}

#[test]
fn a_guard_that_is_not_there_is_found() {
    let root = crate::root();
    let here = "crates/masthead/tests/tidy/invariants.rs";
    let faults = |guards: &str| faults(&root, "x", guards).len();
    assert_eq!(faults(&format!("`{here}::a_guard_that_is_not_there_is_found`")), 0);
    assert_eq!(faults(&format!("`{here}`")), 0);
    assert_eq!(faults(&format!("`{here}::a_guard`")), 1);
    assert_eq!(faults("`crates/nowhere.rs::x`, `crates/nowhere.rs`"), 2);
    assert_eq!(faults("a test"), 1);
}
