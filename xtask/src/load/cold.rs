//! Killed under full load and started again at the same address, with nothing in memory: the first readers are answered within a
//! second, and nobody gets an error but 503 with `Retry-After`.

use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{ScopedJoinHandle, scope, sleep};
use std::time::{Duration, Instant};

use anyhow::bail;

use super::rig::{self, Draw, PATIENCE, Rig, Waits, Zipf};
use super::{Report, ms};
use crate::program::Program;
use crate::wire::Talk;

/// Readers at a time.
const READERS: usize = 64;
/// How long they ask before it is killed, and after it was started.
const LASTS: Duration = Duration::from_secs(5);
/// How long the first answer may take, from the start of the process on.
const FIRST_MAX: Duration = Duration::from_secs(1);
/// How long somebody waits who was refused a connection.
const PAUSE: Duration = Duration::from_millis(5);
/// Faults that are told, at most.
const TOLD_MAX: usize = 3;

/// What came of one request: when it was asked and how long it took, or what went wrong.
struct Asked {
    at: Instant,
    waited: Duration,
    came: Result<u16, String>,
    shed: bool,
}

/// Serves, kills, serves again.
pub(super) fn run(rig: &Rig) -> anyhow::Result<Report> {
    let data = rig.copy("cold")?;
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    // The second has to listen where the first one did.
    let start = || {
        let mut command = Command::new(&rig.program);
        command.args(["serve", "--operator-listen", "127.0.0.1:0", "--listen"]);
        command.arg(address.to_string()).arg("--data").arg(&data).env("MASTHEAD_LOG", "warn");
        Program::start(&mut command)
    };
    let first = start()?;
    let stop = AtomicBool::new(false);
    let (asked, began, listened) = scope(|scope| {
        let readers: Vec<ScopedJoinHandle<'_, Vec<Asked>>> = (0..READERS)
            .map(|number| {
                let (stop, rig) = (&stop, &rig);
                scope.spawn(move || ask(rig, address, number as u64, stop))
            })
            .collect();
        let restarted = (|| {
            sleep(LASTS);
            first.kill()?;
            let began = Instant::now();
            let again = start()?;
            let listened = Instant::now();
            sleep(LASTS);
            Ok::<_, anyhow::Error>((again, began, listened))
        })();
        stop.store(true, Ordering::Relaxed);
        let mut all = Vec::new();
        for reader in readers {
            match reader.join() {
                Ok(asked) => all.extend(asked),
                Err(_) => bail!("a reader broke"),
            }
        }
        let (again, began, listened) = restarted?;
        again.stop()?;
        Ok((all, began, listened))
    })?;
    Ok(told(&asked, began, listened))
}

fn ask(rig: &Rig, address: SocketAddr, number: u64, stop: &AtomicBool) -> Vec<Asked> {
    let (zipf, mut draw) = (Zipf::new(rig.metered.len()), Draw::new(number + 7));
    let (mut talk, mut all): (Option<Talk>, Vec<Asked>) = (None, Vec::new());
    while !stop.load(Ordering::Relaxed) {
        let head = rig::page(&rig.metered[zipf.draw(&mut draw)]).head("GET", address);
        let at = Instant::now();
        let opened = match talk.take() {
            Some(talk) => Ok(talk),
            None => Talk::open(address, PATIENCE),
        };
        let answered = opened.and_then(|mut talk| {
            let answer = talk.ask(&head)?;
            Ok((talk, answer))
        });
        let (came, shed) = match answered {
            Ok((kept, answer)) => {
                talk = Some(kept).filter(|_| !answer.closes());
                (Ok(answer.status), answer.is_shed())
            }
            Err(error) => {
                sleep(PAUSE);
                (Err(format!("{error:#}")), false)
            }
        };
        all.push(Asked { at, waited: at.elapsed(), came, shed });
    }
    all
}

fn told(asked: &[Asked], began: Instant, listened: Instant) -> Report {
    let mut report = Report::default();
    let after = || asked.iter().filter(|asked| asked.at >= listened);
    let fine = |asked: &&Asked| asked.came == Ok(200);
    let done = |asked: &Asked| asked.at + asked.waited;
    let first = asked.iter().filter(fine).map(done).filter(|at| *at > began).min();
    let first = first.map_or(Duration::MAX, |at| at - began);
    let within = |seconds: u64| {
        let end = listened + Duration::from_secs(seconds);
        Waits(
            after().filter(fine).filter(|asked| asked.at < end).map(|asked| asked.waited).collect(),
        )
    };
    let shed = after().filter(|asked| asked.shed).count();
    let faults: Vec<String> = after()
        .filter(|asked| !asked.shed && !fine(asked))
        .map(|asked| match &asked.came {
            Ok(status) => format!("status {status}"),
            Err(error) => error.clone(),
        })
        .collect();
    let early = within(1);
    report.figure(format!(
        "listening {} after the start, the first answer {}; {} answers in the first second ({}), {} in {} s; {shed} shed",
        ms(listened - began),
        ms(first),
        early.0.len(),
        early.told(),
        within(LASTS.as_secs()).0.len(),
        LASTS.as_secs()
    ));
    report.must(first <= FIRST_MAX, format!("the first answer took {}", ms(first)));
    report.must(
        faults.is_empty(),
        format!("{} errors: {}", faults.len(), faults[..TOLD_MAX.min(faults.len())].join(", ")),
    );
    report
}
