//! Every known way round the meter, as a list that anybody can read, sent to the paper row by row.
//!
//! `EVASION_LIST=path` runs another list of the same form. A row that nothing here can run is counted and named; of the
//! delivered list, none may be.

mod asking;
mod burst;
mod expected;
mod filled;
mod filling;
mod fronts;
mod list;
mod readers;
mod rigs;
mod run;
mod shown;
mod variants;
mod worlds;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use list::{List, Row};
use run::{Outcome, Report, Run, Worlds};

/// The delivered list.
const LIST: &str = include_str!("../evasion.tsv");
/// A list with every word of the syntax.
const WORDS: &str = include_str!("../evasion-words.tsv");
/// Names another list.
const OTHER_LIST: &str = "EVASION_LIST";

#[test]
fn every_way_round_is_closed_or_its_price_is_known() {
    let other = std::env::var_os(OTHER_LIST).map(PathBuf::from);
    let text = match &other {
        Some(path) => read(path),
        None => LIST.to_owned(),
    };
    let List { rows, faults } = list::parse(&text);
    let worlds = Worlds::default();
    let reports: Vec<(&Row, Report)> = rows.iter().map(|row| (row, ran(row, &worlds))).collect();
    shown::print(&reports, &faults, worlds.varnish.get().copied());
    let is_bad = |outcome: &Outcome| match outcome {
        Outcome::Fail(_) => true,
        Outcome::NoRig(_) => other.is_none(),
        Outcome::Pass | Outcome::NotInBuild(_) => false,
    };
    let bad: Vec<String> = reports
        .iter()
        .filter(|(_, report)| is_bad(&report.outcome))
        .map(|(row, report)| format!("line {}, {}: {:#?}", row.line, row.id, report.outcome))
        .collect();
    assert!(faults.is_empty(), "the list cannot be read as a whole: {faults:#?}");
    assert!(bad.is_empty(), "{} row(s):\n{}", bad.len(), bad.join("\n"));
    if other.is_none() {
        shown::hold_against_the_table(&reports);
    }
}

/// Runs a row; what goes wrong on the way is the row's fault and does not keep others from being run.
fn ran(row: &Row, worlds: &Worlds) -> Report {
    let run = Run::new(row, worlds);
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run.run())) {
        let told = panic.downcast_ref::<String>().cloned();
        let told = told.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        run.fault(told.unwrap_or_else(|| "it could not be run".to_owned()));
    }
    run.check(run.sent() > 0 || row.request.method.is_empty(), || "nothing was sent".to_owned());
    run.report()
}

/// A list as its reader names it: from where the test runs, or from the folder of the workspace.
fn read(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let found = std::fs::read_to_string(path).or_else(|_| std::fs::read_to_string(root.join(path)));
    found.unwrap_or_else(|error| panic!("{OTHER_LIST}: {}: {error}", path.display()))
}

/// A list of one row, run.
fn outcome_of(request: &str, expected: &str, kind: &str) -> Outcome {
    let list = list::parse(&format!("X1\ta test\t{request}\t{expected}\t{kind}\n"));
    assert_eq!(list.faults, []);
    ran(&list.rows[0], &Worlds::default()).outcome
}

#[test]
fn every_word_of_the_syntax_is_understood() {
    let List { rows, faults } = list::parse(WORDS);
    assert_eq!(faults, []);
    let worlds = Worlds::default();
    let reports: Vec<(&Row, Report)> = rows.iter().map(|row| (row, ran(row, &worlds))).collect();
    // Nobody is that in this build, and only that may be "not tried yet".
    let is_expected = |row: &Row, outcome: &Outcome| match row.technique.as_str() {
        "Whom this build does not have" => matches!(outcome, Outcome::NotInBuild(_)),
        _ => *outcome == Outcome::Pass,
    };
    let bad: Vec<String> = reports
        .iter()
        .filter(|(row, report)| !is_expected(row, &report.outcome))
        .map(|(row, report)| format!("{} {}: {:#?}", row.id, row.technique, report.outcome))
        .collect();
    assert!(bad.is_empty(), "{} row(s):\n{}", bad.len(), bad.join("\n"));
    // Each directive that a rig understands is in the list.
    let is_used = |name: &&str| {
        rows.iter().any(|row| {
            row.request.directives(name).next().is_some()
                || *name == "then" && !row.request.then.is_empty()
        })
    };
    let unused: Vec<&str> = rigs::KNOWN.into_iter().filter(|name| !is_used(name)).collect();
    assert_eq!(unused, ["h1", "burst"], "`h2` asks in both ways");
}

#[test]
fn a_row_that_expects_what_is_not_so_fails() {
    for (request, expected) in [
        ("GET {A} ; @jar=has-read-A", "404"),
        ("GET {F}", "404"),
        ("GET {A}", "FULL"),
        ("GET {A}", "418"),
        ("GET {A}", "COUNT+1; TEASER"),
        ("GET {A} ; @grep=First paragraph", "absent"),
        ("GET {A1..A20} ; @jar=one-left ; @h2=parallel20", "exactly two FULL"),
        ("POST {A}", "TEASER"),
    ] {
        let outcome = outcome_of(request, expected, "absolute");
        assert!(matches!(outcome, Outcome::Fail(_)), "{request} | {expected}: {outcome:?}");
    }
}

#[test]
fn what_nothing_here_can_do_is_named_and_asked_all_the_same() {
    for (request, named) in [
        ("GET {A} ; @teleport=mars", "@teleport"),
        ("GET {A} ; @jar=quantum", "@jar=quantum"),
        ("GET {A} ; X-A: {an unheard of thing}", "{an unheard of thing}"),
        ("GET {A} ; @server-clock=whenever", "@server-clock=whenever"),
        ("GET {A} ; @fault=gremlins", "@fault=gremlins"),
    ] {
        match outcome_of(request, "TEASER", "absolute") {
            Outcome::NoRig(named_by) => {
                assert!(named_by.contains(named), "{request}: {named_by:?}");
            }
            other => panic!("{request}: {other:?}"),
        }
    }
}
