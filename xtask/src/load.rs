//! `cargo xtask load`: the released paper under more than it can do, and under what goes wrong around it. Each scenario starts the
//! program as it is delivered and asks it over TCP, says in one line whether it held, and with which figures.
//!
//! What is held against a limit is what a reader meets: answers, their number and their time, and the memory that they cost. It
//! never runs in the checks of a change.

mod cold;
mod day;
mod hostile;
mod idle;
mod open_loop;
mod overload;
mod replaced;
mod rig;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::{machine, program, say};
use rig::Rig;

/// Where the table begins and ends in its page.
const PAGE: &str = "docs/operating/load.md";
const MARKS: (&str, &str) = ("<!-- load: begin -->", "<!-- load: end -->");

type Scenario = fn(&Rig) -> anyhow::Result<Report>;

/// Name, what it is, and how it is made.
const SCENARIOS: &[(&str, &str, Scenario)] = &[
    ("overload_teasers", "twice as many teasers as can be answered", overload::teasers),
    ("overload_readings", "twice as many readings as can be made", overload::readings),
    ("idle", "10,000 connections that stay open and ask nothing", idle::run),
    ("hostile", "slow heads, slow readers, huge heads, silent connections", hostile::run),
    ("day", "a day of every kind of request on 1,000 articles", day::run),
    ("database_replaced", "another file is moved over the database", replaced::moved),
    ("database_deleted", "the database's file is deleted", replaced::deleted),
    ("database_truncated", "the database's file is cut to a half", replaced::truncated),
    ("cold", "killed and started again under 64 connections", cold::run),
];

/// How a run is made.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner<'w> {
    /// Shorter, for whoever changes a scenario: not to be published.
    quick: bool,
    /// The beginning of the names of what is run; everything where it is empty.
    only: &'w str,
}

/// What came of a scenario.
#[derive(Debug, Default)]
pub(crate) struct Report {
    figures: Vec<String>,
    faults: Vec<String>,
}

impl Report {
    /// Something that was measured.
    fn figure(&mut self, text: impl Into<String>) {
        self.figures.push(text.into());
    }

    /// Something that has to be so.
    fn must(&mut self, holds: bool, otherwise: impl Into<String>) {
        if !holds {
            self.faults.push(otherwise.into());
        }
    }
}

/// Reads the words behind `load`, runs what they name, and fails where a scenario did.
pub(crate) fn run(words: &[&str], root: &Path) -> anyhow::Result<()> {
    let manner = manner(words)?;
    let wanted: Vec<_> =
        SCENARIOS.iter().filter(|(name, ..)| name.starts_with(manner.only)).collect();
    if wanted.is_empty() {
        let names: Vec<&str> = SCENARIOS.iter().map(|(name, ..)| *name).collect();
        bail!("no scenario begins with {:?}; there are {}", manner.only, names.join(", "));
    }
    let rig = Rig::build(&program::released(root)?, manner.quick)?;
    let (mut rows, mut failed) = (Vec::new(), 0);
    for (name, what, scenario) in wanted {
        let began = Instant::now();
        let report = scenario(&rig);
        let seconds = began.elapsed().as_secs();
        let report = report.unwrap_or_else(|error| Report {
            figures: Vec::new(),
            faults: vec![format!("it could not be run: {error:#}")],
        });
        let verdict = if report.faults.is_empty() { "passed" } else { "FAILED" };
        failed += usize::from(!report.faults.is_empty());
        let told = [&report.faults[..], &report.figures[..]].concat().join("; ");
        say(format!("{name}: {verdict} in {seconds} s: {told}"));
        rows.push(format!("| `{name}` | {what} | {verdict} | {told} |"));
    }
    if !manner.quick && manner.only.is_empty() {
        write_down(&root.join(PAGE), &rows)?;
    }
    if failed > 0 {
        bail!("{failed} of {} scenarios failed", rows.len());
    }
    Ok(())
}

fn manner<'w>(words: &[&'w str]) -> anyhow::Result<Manner<'w>> {
    let (mut manner, mut words) = (Manner::default(), words.iter());
    while let Some(word) = words.next() {
        match *word {
            "--quick" => manner.quick = true,
            "--only" => {
                manner.only = words.next().context("--only takes the beginning of a name")?;
            }
            other => bail!("{other:?} is neither --quick nor --only NAME"),
        }
    }
    Ok(manner)
}

fn write_down(page: &Path, rows: &[String]) -> anyhow::Result<()> {
    let date = machine::today()?;
    let table = format!(
        "Measured on {date}: {}, `cargo xtask load`, profile `release`.\n\n\
         | scenario | what | outcome | figures |\n|---|---|---|---|\n{}",
        machine::name(),
        rows.join("\n")
    );
    crate::between(page, MARKS, &table)
}

/// Milliseconds with one digit.
fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests;
