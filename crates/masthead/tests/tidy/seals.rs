//! Sealed text leaves with a grant, or by one of three exits. Who takes an exit is counted here, file by file.

use std::collections::BTreeMap;

use crate::source::{self, Source};

/// The exits, and the one place in the sources where each may be taken.
const EXITS: &[(&str, &str)] = &[
    ("Persistence", "crates/store/src/"),
    ("Desk", "crates/web/src/desk/"),
    ("Export", "crates/masthead/src/"),
];

/// How often each exit is taken outside tests. A higher number needs a reason in the change that raises it.
/// The store's second: free articles of papers from before the search are read from the disk into the index; its third: drafts and what
/// was published of them.
const TAKEN: &[(&str, usize)] = &[("Persistence", 3), ("Desk", 1), ("Export", 1)];

/// The call sites of exits: which exit, in which file, on which line.
fn call_sites(source: &Source) -> Vec<(&'static str, usize)> {
    let tokens = source.tokens();
    let is_exit = |six: &[(usize, &str)]| {
        let (exit, _) = EXITS.iter().find(|(exit, _)| *exit == six[0].1)?;
        let rest: Vec<&str> = six[1..].iter().map(|(_, token)| *token).collect();
        (rest == [":", ":", "exit", "("]).then_some((*exit, six[0].0))
    };
    tokens.windows(5).filter_map(is_exit).collect()
}

fn out_of_place(source: &Source) -> Vec<String> {
    let sites = call_sites(source).into_iter().filter(|(exit, _)| {
        let home = EXITS.iter().find(|(known, _)| known == exit).map_or("", |(_, home)| home);
        !source.path.starts_with(home)
    });
    sites
        .map(|(exit, line)| format!("{}:{line}: {exit}::exit() has no business here", source.path))
        .collect()
}

#[test]
fn exits_from_the_seal_are_where_they_belong_and_counted() {
    let sources = source::all();
    let sources: Vec<&Source> = sources.iter().filter(|source| !source.is_test()).collect();
    let mut findings: Vec<String> =
        sources.iter().flat_map(|source| out_of_place(source)).collect();
    let mut count: BTreeMap<&str, usize> = EXITS.iter().map(|(exit, _)| (*exit, 0)).collect();
    for (exit, _) in sources.iter().flat_map(|source| call_sites(source)) {
        *count.entry(exit).or_default() += 1;
    }
    for (exit, taken) in TAKEN {
        if count[exit] != *taken {
            findings
                .push(format!("{exit}::exit() is taken {} times; TAKEN says {taken}", count[exit]));
        }
    }
    crate::none(&findings);
}

#[test]
fn an_exit_in_the_wrong_room_is_found() {
    let text =
        "let exit = paywall::Desk::exit();\nlet b = Persistence::exit(); // Export::exit()\n";
    let site = Source::new("crates/web/src/site/a.rs", text);
    assert_eq!(call_sites(&site), [("Desk", 1), ("Persistence", 2)]);
    assert_eq!(out_of_place(&site).len(), 2);
    assert_eq!(out_of_place(&Source::new("crates/web/src/desk/a.rs", text)).len(), 1);
    assert_eq!(out_of_place(&Source::new("crates/store/src/a.rs", text)).len(), 1);
}
