//! The database's file is changed under a running server: moved over, deleted, cut. Readers get pages or an honest 503, nothing is
//! promised that the disk will not have, the log says what happened, and with the right file in its place it starts again.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::bail;

use super::Report;
use super::rig::{self, PATIENCE, Rig, Served};
use crate::ci;
use crate::wire::Talk;

const DATABASE: &str = "masthead.sqlite";
/// What SQLite keeps beside it while it is open.
const BESIDE: [&str; 2] = ["masthead.sqlite-wal", "masthead.sqlite-shm"];
/// How long the server may take to notice where nobody asks for anything.
const NOTICED_MAX: Duration = Duration::from_secs(2);
/// How far apart the articles are that are asked for: they come from all of the paper.
const APART: usize = 7;
/// Readings before and after.
const READINGS: usize = 50;

/// Another copy of the paper is moved over it.
pub(super) fn moved(rig: &Rig) -> anyhow::Result<Report> {
    under(rig, "moved", "replaced", |file, sound| {
        // Beside it first: a move within one folder takes the place at once.
        let beside = file.with_extension("incoming");
        fs::copy(sound, &beside)?;
        fs::rename(&beside, file)?;
        Ok(())
    })
}

/// It is deleted.
pub(super) fn deleted(rig: &Rig) -> anyhow::Result<Report> {
    under(rig, "deleted", "is gone", |file, _| Ok(fs::remove_file(file)?))
}

/// It is cut to a half.
pub(super) fn truncated(rig: &Rig) -> anyhow::Result<Report> {
    under(rig, "truncated", "shorter", |file, _| {
        let half = fs::metadata(file)?.len() / 2;
        Ok(fs::File::options().write(true).open(file)?.set_len(half)?)
    })
}

/// `change` gets the database's file and a sound copy of it; `word` is what the log has to say.
fn under(
    rig: &Rig,
    name: &str,
    word: &str,
    change: impl FnOnce(&Path, &Path) -> anyhow::Result<()>,
) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let data = rig.copy(name)?;
    let file = data.join(DATABASE);
    let sound = data.with_extension("sound");
    fs::copy(&file, &sound)?;
    let served = rig.again(name, &[])?;
    let (before, _, _) = ask(rig, &served, 0, &mut report)?;
    report.must(before == READINGS, format!("{before} of {READINGS} readings before it"));
    change(&file, &sound)?;
    // Other articles than before: they are in nobody's memory.
    let (made, refused, pages) = ask(rig, &served, READINGS, &mut report)?;
    report.figure(format!(
        "after it {made} readings were made and {refused} refused; {pages} pages of {READINGS} were shown"
    ));
    report.must(made == 0, format!("{made} readings were promised that no file will have"));
    let (began, mut said) = (Instant::now(), false);
    while !said && began.elapsed() < NOTICED_MAX {
        said = served.logged()?.lines().any(|line| line.contains("ERROR") && line.contains(word));
        sleep(Duration::from_millis(50));
    }
    report.must(said, format!("no line of the log says that the database {word}"));
    let log = served.log.clone();
    let Served { mut paper, .. } = served;
    report.must(paper.runs()?, "the server ended by itself");
    let ended = paper.stop()?;
    report.must(ended.success(), format!("it ended with {ended}"));
    let panicked = fs::read_to_string(log)?.contains("panicked");
    report.must(!panicked, "it panicked");
    if name != "moved" {
        // What was moved there is the file to start with; where there is none or half of one, a copy is brought back.
        fs::copy(&sound, &file)?;
    }
    restart(rig, name, &mut report)?;
    Ok(report)
}

/// Readings and pages: how many were made, refused, and shown. Anything else is a fault.
fn ask(
    rig: &Rig,
    served: &Served,
    from: usize,
    report: &mut Report,
) -> anyhow::Result<(usize, usize, usize)> {
    let address = served.paper.address;
    let mut talk = Talk::over(rig::connect(rig::source(3), address)?, PATIENCE)?;
    let (mut made, mut refused, mut pages) = (0, 0, 0);
    for number in from..from + READINGS {
        let path = &rig.metered[number * APART % rig.metered.len()];
        let reading = talk.ask(&rig::reading(path).head("POST", address))?;
        match reading.status {
            303 => made += 1,
            _ if reading.is_shed() => refused += 1,
            other => report.must(false, format!("a reading was answered {other}")),
        }
        let page = talk.ask(&rig::page(path).head("GET", address))?;
        match page.status {
            200 => pages += 1,
            _ if page.is_shed() => {}
            other => report.must(false, format!("a page was answered {other}")),
        }
    }
    Ok((made, refused, pages))
}

/// Starts it again: it is sound, pages are shown and readings are made.
fn restart(rig: &Rig, name: &str, report: &mut Report) -> anyhow::Result<()> {
    let data = rig.data(name);
    let mut doctor = Command::new(&rig.program);
    doctor.arg("doctor").arg("--data").arg(&data);
    let sound = doctor.output()?;
    report.must(
        sound.status.success(),
        format!(
            "doctor finds fault: {}",
            String::from_utf8_lossy(&sound.stdout).replace('\n', " ")
        ),
    );
    let again = rig.again(name, &[])?;
    let (made, _, pages) = ask(rig, &again, 0, report)?;
    report.must(
        made == READINGS && pages == READINGS,
        format!("started again, {made} readings and {pages} pages of {READINGS} came"),
    );
    let ended = again.paper.stop()?;
    if !ended.success() {
        bail!("started again, it ended with {ended}");
    }
    for beside in BESIDE {
        report.must(!data.join(beside).exists(), format!("{beside} was left behind"));
    }
    ci::succeed_quietly(Command::new("rm").arg("-r").arg(&data))
}
