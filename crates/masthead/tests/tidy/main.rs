//! The house rules as tests: whatever the papers of the house claim about the sources is held against them here.
//!
//! Plain text and `cargo metadata`; nothing is compiled, started or changed. Every check is a function over text with
//! a small bad sample of its own, so that it is known to be able to fail.

#![expect(clippy::unwrap_used, reason = "a check that cannot read the sources has to fail")]

mod arrows;
mod doors;
mod invariants;
mod papers;
mod seals;
mod shape;
mod source;
mod theme;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of one file of the workspace.
fn read(path: &str) -> String {
    let file = root().join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Fails with every finding, one a line.
#[track_caller]
fn none(findings: &[String]) {
    assert!(findings.is_empty(), "{} finding(s):\n  {}", findings.len(), findings.join("\n  "));
}

/// The cells of the Markdown table that stands under the heading `## {heading}`, without its head.
fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let wanted = format!("## {heading}");
    let under = text.lines().skip_while(|line| line.trim() != wanted).skip(1);
    let section = under.take_while(|line| !line.starts_with("## "));
    let rows = section.filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let cells = row.trim().trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    })
    .collect()
}

/// The words between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn a_table_is_read_under_its_own_heading() {
    let text = "## A\n| x | y |\n|---|---|\n| 1 | `2`, `3` |\n## B\n| x |\n|---|\n| 4 |\n";
    assert_eq!(table(text, "A"), [["1", "`2`, `3`"]]);
    assert_eq!(table(text, "B"), [["4"]]);
    assert!(table(text, "C").is_empty());
    assert_eq!(quoted("`2`, `3`"), ["2", "3"]);
}
