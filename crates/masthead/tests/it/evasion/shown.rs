//! What became of the rows: a line for each on the terminal, and the table that is published with the paper.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use super::list::{Fault, Kind, Row};
use super::readers::Account;
use super::run::{Outcome, Report};

const TABLE: &str = "docs/security/evasion.md";
/// `UPDATE_GOLDEN=1` writes the table anew.
const UPDATE: &str = "UPDATE_GOLDEN";

/// Prints all of it, past the harness, which would keep it for itself.
pub(crate) fn print(reports: &[(&Row, Report)], faults: &[Fault], varnish: Option<bool>) {
    let mut text = String::from("\n");
    for fault in faults {
        let _ = writeln!(text, "not read: {fault}");
    }
    let mut sent = 0;
    let (mut passed, mut failed, mut absent, mut no_rig) = (0, 0, 0, 0);
    for (row, report) in reports {
        sent += report.sent;
        match &report.outcome {
            Outcome::Pass => passed += 1,
            Outcome::NotInBuild(_) => absent += 1,
            Outcome::NoRig(_) => no_rig += 1,
            Outcome::Fail(_) => failed += 1,
        }
        let outcome = in_words(&report.outcome);
        let _ = writeln!(text, "{}\t{outcome}\t{} requests", row.id, report.sent);
        if let Outcome::Fail(faults) = &report.outcome {
            for fault in faults {
                let _ = writeln!(text, "\t{fault}");
            }
        }
    }
    let _ = writeln!(
        text,
        "{} rows: {passed} pass, {absent} pass and are about what is not tried yet, {failed} fail, {no_rig} no rig; \
         {sent} requests",
        reports.len()
    );
    if varnish == Some(false) {
        text.push_str("no varnishd here: caches were the one of this process alone\n");
    }
    let mut terminal = std::io::stdout().lock();
    let written = terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush());
    assert!(written.is_ok(), "the outcome cannot be printed");
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Pass => "pass".to_owned(),
        Outcome::NotInBuild(what) => {
            let what: Vec<&str> = what.iter().copied().collect();
            format!("pass (not tried yet: {})", what.join(", "))
        }
        Outcome::NoRig(what) => {
            let what: Vec<&str> = what.iter().map(String::as_str).collect();
            format!("no rig ({})", what.join(", "))
        }
        Outcome::Fail(_) => "fail".to_owned(),
    }
}

/// Fails where the published table says something else.
pub(crate) fn hold_against_the_table(reports: &[(&Row, Report)]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(TABLE);
    let made = table(reports);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(made.lines()).position(|(written, made)| written != made);
    let length = written.lines().count().min(made.lines().count());
    assert!(
        written == made,
        "line {} of {TABLE}; {UPDATE}=1 writes it anew",
        differs.unwrap_or(length) + 1
    );
}

fn table(reports: &[(&Row, Report)]) -> String {
    let mut text = String::from(
        "# Ways round the meter\n\n\
         Every known way round a newspaper's meter, as requests, and what became of each. The list is\n\
         `crates/masthead/tests/evasion.tsv`; a test sends all of it to a paper, and holds this page against what came back\n\
         (`UPDATE_GOLDEN=1` writes it anew). For every answer of every row, whatever the row itself expects:\n\n\
         - no word of a locked text in any header or in any byte of the body, however it is encoded, for anybody who may not\n  \
           read it;\n\
         - the meter counts nothing unless the row says so, and never beyond the allowance;\n\
         - no cookie on an answer that a cache may keep, and none on any GET;\n\
         - the same again for the reading of the article, asked with the same headers, as a page and by script.\n\n\
         Each row is asked in process and over a socket, of a paper where readers register, subscribe and give articles, of\n\
         one that lets proven search crawlers read everything, and of one behind a cache that is blind to cookies. Whoever a\n\
         row calls a reader or a subscriber has signed in with a code and paid at the cashier, over the paper's own pages;\n\
         where a row names an address that others have (`/login`), ours (`/sign-in`) is asked as well, with secrets that\n\
         were really given out. Rows about caches are asked through a\n\
         cache that keeps to RFC 9111 and through Varnish, in every mode of `cache_in_front`. Another list of the same form is\n\
         run with\n\n\
         ```\nEVASION_LIST=path cargo test -p masthead --test it evasion\n```\n\n\
         Of what a row expects, these words are held against each answer: `TEASER`, `FULL` and `CANON`, statuses (`404`,\n\
         `308/400/404`, `4xx`) where a clause begins with them, `never` and `not` before them, `COUNT+n` (0 where nothing is\n\
         said), `exactly one FULL`, `absent` for what `@grep` names, and claims such as `nosniff`, `noarchive` or `not\n\
         reflected`. The rest is prose. A directive or a placeholder that nothing here can do makes the row \"no rig\", with\n\
         its name; it is asked all the same, and must not leak.\n\n\
         A row that presumes an address which no paper here has is answered 404 (405 where it is no GET), and stays.\n\n\
         ## Closed\n\n\
         One word of a locked text in one answer fails the row.\n\n\
         | id | technique | outcome | what came back | beside |\n|---|---|---|---|---|\n",
    );
    rows(&mut text, reports, Kind::Absolute);
    text.push_str(
        "\n## Made dearer\n\n\
         These cannot be closed: whoever reads may copy, and whoever clears a cookie jar is somebody new. Nothing leaks here\n\
         either; the last column says what it costs.\n\n\
         | id | technique | outcome | what came back | what it costs |\n|---|---|---|---|---|\n",
    );
    rows(&mut text, reports, Kind::Cost);
    text
}

fn rows(text: &mut String, reports: &[(&Row, Report)], kind: Kind) {
    for (row, report) in reports.iter().filter(|(row, _)| row.kind == kind) {
        let answers: Vec<&str> = report.answers.iter().map(String::as_str).collect();
        let mut notes = report.notes.join(" ");
        if notes.is_empty() && kind == Kind::Cost {
            notes = price(row, report).to_owned();
        }
        let notes = &notes;
        let cells = [
            row.id.as_str(),
            &row.technique,
            &in_words(&report.outcome),
            &answers.join(", "),
            notes,
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
}

/// What a way costs of which nothing was measured.
fn price(row: &Row, report: &Report) -> &'static str {
    let is_reader_s = row.request.directive("jar").is_some_and(|jar| Account::named(jar).is_some());
    let came = |word: &str| report.answers.iter().any(|answer| answer.contains(word));
    match &report.outcome {
        Outcome::NotInBuild(_) if report.answers.is_empty() => {
            "Not tried yet with readers and subscribers."
        }
        Outcome::NotInBuild(_) => {
            "Not tried yet with readers and subscribers: whoever only claims to be one has what the visitor has who asks."
        }
        _ if came("429") => "An account opens 300 articles in an hour, and is told to wait then.",
        _ if row.request.directive("jar") == Some("seat") => {
            "Each is an account of its own; a plan has so many seats and no more, and who pays sees and takes away each."
        }
        _ if is_reader_s => {
            "Whoever has paid reads, by whatever program; what the text may be used for stands in the answer."
        }
        _ if came("whole article") => {
            "What proven search crawlers read is a setting, the teaser by default. Where it is all of the text, the answer \
             is kept by nobody and says noarchive; what others show of it is theirs."
        }
        _ if came("no such address") => "There is nothing at such an address to take.",
        _ => "It brings what everybody gets: the teaser, and the wall where nothing is left.",
    }
}
