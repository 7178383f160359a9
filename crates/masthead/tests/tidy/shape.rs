//! What every file looks like: no silenced lints, nothing left to do, no skipped tests, not too long, and a first
//! paragraph that says what it is.

use crate::source::{self, Source};

/// The longest file, in lines.
const LINES_MAX: usize = 700;

/// Signs that must not stand in code, and what to do instead. Spaces do not count.
const SIGNS: &[(&[&str], &str)] = &[
    (&["#", "[", "allow", "("], "write #[expect(lint, reason = \"...\")]"),
    (&["#", "!", "[", "allow", "("], "mend it, or expect it with a reason where it occurs"),
    (&["todo", "!"], "finish it"),
    (&["unimplemented", "!"], "finish it"),
    (&["#", "[", "ignore"], "a test that does not run proves nothing"),
    (&["dbg", "!"], "take it out"),
];

fn signs(source: &Source) -> Vec<String> {
    let tokens = source.tokens();
    let mut findings = Vec::new();
    for (sign, remedy) in SIGNS {
        let here = tokens
            .windows(sign.len())
            .filter(|window| window.iter().zip(*sign).all(|((_, token), wanted)| token == wanted));
        for window in here {
            let sign = sign.concat();
            findings.push(format!("{}:{}: `{sign}`: {remedy}", source.path, window[0].0));
        }
    }
    findings
}

fn length(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let finding = || format!("{}: {lines} lines; does it hold two rooms?", source.path);
    (lines > LINES_MAX).then(finding).into_iter().collect()
}

fn opening(source: &Source) -> Vec<String> {
    let opens = source.text.trim_start().starts_with("//!");
    let finding = || format!("{}: does not open with a paragraph `//!`", source.path);
    (!opens && !source.path.ends_with("/tests.rs")).then(finding).into_iter().collect()
}

#[test]
fn nothing_is_silenced_left_undone_or_skipped() {
    let sources = source::all();
    crate::none(&sources.iter().flat_map(signs).collect::<Vec<_>>());
}

#[test]
fn files_fit_their_room_and_say_what_they_are() {
    let sources = source::all();
    let of_src = sources.iter().filter(|source| source.path.contains("/src/"));
    let findings: Vec<String> = of_src.flat_map(|s| [length(s), opening(s)].concat()).collect();
    crate::none(&findings);
}

#[test]
fn each_sign_is_found_in_code_and_not_in_words() {
    let text = "#[allow(dead_code)]\nfn a() { todo!() }\n#[ ignore = \"x\" ]\n\
        fn b() { unimplemented!(); dbg!(1) }\n\
        // todo!() #[allow(x)]\nlet s = \"todo!() #[ignore]\";\n#![allow(unused)]\n\
        fn ignore() {}\n";
    let found = signs(&Source::new("a.rs", text));
    assert_eq!(found.len(), 6, "{found:#?}");
}

#[test]
fn a_long_file_and_a_silent_one_are_found() {
    let long = Source::new("crates/web/src/a.rs", &"//! x\n".repeat(LINES_MAX + 1));
    assert_eq!(length(&long).len(), 1);
    assert_eq!(opening(&Source::new("crates/web/src/a.rs", "use x;\n//! late\n")).len(), 1);
    assert!(opening(&Source::new("crates/web/src/a/tests.rs", "use super::*;\n")).is_empty());
    assert!(opening(&long).is_empty());
}
