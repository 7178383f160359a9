//! The house's own errands: `cargo xtask ci` runs every check that a change has to pass.
//!
//! It starts other programs, reads how they ended, and measures some. It never changes the sources.

mod bench;
mod ci;
mod instructions;
mod leaks;
mod load;
mod machine;
mod program;
mod system;
mod wire;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

const HELP: &str = "\
cargo xtask ci            every check: format, lints, tests, licences, browser journeys
cargo xtask ci --quick    without instructions, licences and browser
cargo xtask bench         the paper beside nginx, a bare writer and a bare database; --quick, --json
cargo xtask instructions  what a request takes, against the ceilings; part of ci
cargo xtask load          the paper under overload and faults; --quick, --only NAME
cargo xtask leaks         --url http://... --canary WORD: looks for a word of a locked text from outside
cargo xtask bench site    Lighthouse over the release build
cargo xtask bench feeds   all sitemaps and feeds of 100,000 articles: time and peak memory
cargo xtask bench import  how fast articles come in, with which memory; a number of articles may follow";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let extent = match words.as_slice() {
        ["ci"] => ci::Extent::Whole,
        ["ci", "--quick"] => ci::Extent::Quick,
        ["bench", words @ ..] => return ended(&bench::run(words, &root())),
        ["load", words @ ..] => return ended(&load::run(words, &root())),
        ["instructions"] => return ended(&instructions::check(&root())),
        ["leaks", words @ ..] => return ended(&leaks::run(words)),
        [] | ["help" | "--help" | "-h"] => {
            say(HELP);
            return ExitCode::SUCCESS;
        }
        other => {
            say(format!("xtask: {:?} is no errand. There are:\n{HELP}", other.join(" ")));
            return ExitCode::FAILURE;
        }
    };
    if ci::run(extent, &root()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Says what went wrong, where something did.
fn ended(done: &anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Sets a text between two marks of a page.
fn between(page: &Path, marks: (&str, &str), text: &str) -> anyhow::Result<()> {
    let old = std::fs::read_to_string(page)?;
    let place = || format!("{} has no place for the table", page.display());
    let (before, rest) = old.split_once(marks.0).with_context(place)?;
    let (_, after) = rest.split_once(marks.1).with_context(place)?;
    std::fs::write(page, format!("{before}{}\n\n{text}\n\n{}{after}", marks.0, marks.1))?;
    Ok(())
}

/// Writes a line to standard output at once; a reader that went away is no error.
fn say(line: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", line.as_ref());
    let _ = out.flush();
}
