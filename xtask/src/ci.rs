//! `cargo xtask ci`: the steps, one after another, each announced and timed. A step that fails does not keep the later
//! ones from running. At the end every failed step is named once more, with the last lines that it printed (whoever has only
//! the end of a long log sees what to mend), and the last line counts both kinds.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::{say, system};

/// How long the database of advisories may take to arrive; without it the step says "not run".
const ADVISORIES_WAIT_MAX: Duration = Duration::from_secs(20);
/// How many of its last lines a failed step is remembered by.
const LAST_LINES_MAX: usize = 80;
/// How often a child with a limit is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How much is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Extent {
    /// Everything.
    Whole,
    /// Without the instructions, the licences and the browser.
    Quick,
}

/// How a step ended, where it did not fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Passed,
    /// It had nothing to work on; the reason was said.
    NotRun,
}

type Step = fn(Extent, &Path) -> anyhow::Result<Outcome>;

const STEPS: &[(&str, Step)] = &[
    ("system packages", packages),
    ("format", format),
    ("lints", lints),
    ("tests", tests),
    ("tests in the documentation", documentation),
    ("instructions", instructions),
    ("licences, sources, bans", licences),
    ("advisories", advisories),
    ("the editor's sources", editor),
    ("browser journeys", journeys),
    ("other people's parsers", parsers),
    ("machines", machines),
];

/// Steps that a quick run leaves out.
const SLOW: [&str; 7] = [
    "instructions",
    "licences, sources, bans",
    "advisories",
    "the editor's sources",
    "browser journeys",
    "other people's parsers",
    "machines",
];

/// Runs the steps in the workspace at `root`, and says whether none failed.
pub(crate) fn run(extent: Extent, root: &Path) -> bool {
    let steps = STEPS.iter().filter(|(name, _)| extent == Extent::Whole || !SLOW.contains(name));
    let mut count = Count::default();
    let mut failures = Vec::new();
    for (name, step) in steps {
        say(format!("\n== {name}"));
        let start = Instant::now();
        let outcome = step(extent, root);
        let seconds = start.elapsed().as_secs_f64();
        match &outcome {
            Ok(Outcome::Passed) => say(format!("== {name}: passed in {seconds:.1} s")),
            Ok(Outcome::NotRun) => say(format!("== {name}: not run")),
            Err(error) => {
                say(format!("== {name}: FAILED after {seconds:.1} s: {error:#}"));
                failures.push(format!("\n== {name} FAILED: {error:#}{}", last_lines(error)));
            }
        }
        count.add(&outcome);
    }
    failures.iter().for_each(say);
    say(count.line());
    count.failed == 0
}

#[derive(Default)]
struct Count {
    passed: u32,
    failed: u32,
}

impl Count {
    fn add(&mut self, outcome: &anyhow::Result<Outcome>) {
        match outcome {
            Ok(Outcome::Passed) => self.passed += 1,
            Ok(Outcome::NotRun) => {}
            Err(_) => self.failed += 1,
        }
    }

    fn line(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }
}

fn packages(extent: Extent, _: &Path) -> anyhow::Result<Outcome> {
    system::packages(extent)?;
    Ok(Outcome::Passed)
}

fn format(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    cargo(root, &["fmt", "--all", "--check"])
}

fn lints(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    cargo(root, &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

fn tests(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    if system::find("cargo-nextest").is_some() {
        let kinds = ["--no-fail-fast", "--failure-output", "immediate-final"];
        cargo(root, &[&["nextest", "run", "--locked", "--workspace"][..], &kinds].concat())
    } else {
        let kinds = ["--lib", "--bins", "--tests", "--no-fail-fast"];
        cargo(root, &[&["test", "--locked", "--workspace"][..], &kinds].concat())
    }
}

/// The examples in comments, among them those that must not compile; nextest leaves them out.
fn documentation(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    cargo(root, &["test", "--locked", "--workspace", "--doc", "--no-fail-fast"])
}

/// What a request costs, against its ceilings: a count that the machine's noise does not move.
fn instructions(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    crate::instructions::check(root)?;
    Ok(Outcome::Passed)
}

fn licences(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    if system::find("cargo-deny").is_none() {
        say("cargo-deny is missing and gets compiled: some minutes, once");
        // It looks at one lock file: that it is compiled sooner counts for more than that it runs faster.
        cargo(root, &["install", "--locked", "--debug", "cargo-deny"])?;
    }
    deny(root, &["check", "bans", "licenses", "sources"])
}

fn advisories(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    let not_run = |why: &str| {
        say(format!("advisories: not run ({why})"));
        Ok(Outcome::NotRun)
    };
    let Some(program) = system::find("cargo-deny") else { return not_run("no cargo-deny") };
    let mut fetch = Command::new(program);
    fetch.current_dir(root).args(["fetch", "db"]);
    match ends_within(&mut fetch, ADVISORIES_WAIT_MAX)? {
        Some(true) => deny(root, &["check", "--disable-fetch", "advisories"]),
        Some(false) => not_run("the database cannot be fetched"),
        None => not_run("the database did not arrive within 20 s"),
    }
}

/// The block editor is part of the binary as it was built: its tests, and whether its sources make these bytes.
fn editor(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    let folder = root.join("crates/web/editor");
    succeed(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    succeed(Command::new("npm").args(["test"]).current_dir(&folder))?;
    succeed(Command::new("npm").args(["run", "check"]).current_dir(&folder))
}

fn journeys(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    let folder = root.join("e2e");
    if !folder.join("run.mjs").is_file() {
        say("browser journeys: not run (there is no e2e/run.mjs)");
        return Ok(Outcome::NotRun);
    }
    cargo(root, &["build", "--locked", "--package", "masthead"])?;
    succeed(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))?;
    succeed(Command::new("node").arg("e2e/run.mjs").current_dir(root))
}

/// Pages, feeds and sitemaps of the sample paper, read by the tools that others check theirs with.
fn parsers(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    cargo(root, &["build", "--locked", "--package", "masthead"])?;
    let folder = root.join("e2e/validate");
    succeed(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))?;
    succeed(Command::new("node").arg("e2e/validate/run.mjs").current_dir(root))
}

/// The API of a served demo, asked by Schemathesis whatever its description allows, and what it does not.
fn machines(_: Extent, root: &Path) -> anyhow::Result<Outcome> {
    cargo(root, &["build", "--locked", "--package", "masthead"])?;
    succeed(Command::new("node").arg("e2e/machines/run.mjs").current_dir(root))
}

pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> anyhow::Result<Outcome> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    succeed(Command::new(cargo).args(arguments).current_dir(root))
}

fn deny(root: &Path, arguments: &[&str]) -> anyhow::Result<Outcome> {
    let program = system::find("cargo-deny").context("cargo-deny is not installed")?;
    succeed(Command::new(program).args(arguments).current_dir(root))
}

pub(crate) fn succeed(command: &mut Command) -> anyhow::Result<Outcome> {
    let shown = shown(command);
    say(format!("$ {shown}"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("`{shown}` cannot be started"))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let last = Mutex::new(VecDeque::new());
    std::thread::scope(|scope| {
        scope.spawn(|| pass_on(out, &last));
        scope.spawn(|| pass_on(err, &last));
    });
    let status = child.wait().with_context(|| format!("`{shown}` is lost"))?;
    if !status.success() {
        let last = last.into_inner().unwrap_or_else(PoisonError::into_inner);
        let message = format!("`{shown}` ended with {status}");
        return Err(Failed { message, last: last.into() }.into());
    }
    Ok(Outcome::Passed)
}

/// A command that ended badly, with the last that it printed.
#[derive(Debug)]
struct Failed {
    message: String,
    last: Vec<String>,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Failed {}

/// The last lines behind an error, each on a line of its own; nothing where no command printed any.
fn last_lines(error: &anyhow::Error) -> String {
    let lines = error.downcast_ref::<Failed>().map(|failed| &failed.last[..]).unwrap_or_default();
    lines.iter().map(|line| format!("\n   {line}")).collect()
}

/// Prints what comes, and keeps its end.
fn pass_on(source: Option<impl Read>, last: &Mutex<VecDeque<String>>) {
    let Some(source) = source else { return };
    for line in BufReader::new(source).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        say(&line);
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == LAST_LINES_MAX {
            last.pop_front();
        }
        last.push_back(line);
    }
}

/// The same without a word; what it said is told where it failed.
pub(crate) fn succeed_quietly(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    let ended = command.output().with_context(|| format!("`{shown}` cannot be started"))?;
    if !ended.status.success() {
        bail!("`{shown}` ended with {}: {}", ended.status, String::from_utf8_lossy(&ended.stderr));
    }
    Ok(())
}

/// Whether a command succeeds; `None` where it takes longer than `limit` and is ended.
fn ends_within(command: &mut Command, limit: Duration) -> anyhow::Result<Option<bool>> {
    let shown = shown(command);
    say(format!("$ {shown}"));
    // A group of its own: what the child starts (git, for one) ends with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command.spawn().with_context(|| format!("`{shown}` cannot be started"))?;
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait().with_context(|| format!("`{shown}` is lost"))? {
            return Ok(Some(status.success()));
        }
        sleep(LOOK_EVERY);
    }
    end(&mut child);
    Ok(None)
}

/// Ends one child and its own children, and waits for it, so that nothing is left behind.
fn end(child: &mut Child) {
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
    let _ = child.kill();
    let _ = child.wait();
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
