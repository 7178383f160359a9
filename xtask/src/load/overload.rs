//! Twice as many readers as can be answered: what cannot be done is refused at once with 503 and `Retry-After`, nobody waits in
//! vain, memory stays bounded, and a second after the last of them everything is as it was.

use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::open_loop::{self, Came, Offer, Over, Pace};
use super::rig::{self, Draw, Looks, Rig, Served, Zipf};
use super::{Report, ms};

/// The core that the server has. What asks runs on whichever is free.
const CORE: &str = "0";
/// How long it lasts, in a whole run and a quick one.
const LASTS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(10));
/// How long is measured what can be done.
const MEASURED: Duration = Duration::from_secs(5);
/// Readers at a time while that is measured.
const TOGETHER: usize = 64;
/// Articles that they ask for: those of the day, which the paper has finished.
const ASKED: usize = 100;
/// How many times of that come.
const TIMES: f64 = 2.0;
/// The least of it that has to have come, for the run to say anything.
const TIMES_MIN: f64 = 1.8;
/// What is answered under the load, as a share of what can be.
const ANSWERED_MIN: f64 = 0.4;
/// Connections of the server, and of those who come.
const CONNECTIONS: (&str, usize) = ("2000", 12_000);
/// What the load may cost in memory, in KiB: connections with their buffers, and what waits in queues.
const MORE_KIB_MAX: u64 = 256 * 1_024;
/// How long everything may take to be as it was.
const AFTER: Duration = Duration::from_secs(1);
/// Answers before and after, of one reader alone.
const NORMAL: usize = 200;
/// How many times longer than before, at most, and what is never too long.
const SLOWER_MAX: u32 = 3;
const NEVER_TOO_LONG: Duration = Duration::from_millis(10);

/// Programs that share the server's core: with them the rest of the machine can ask for twice as much as it answers.
#[derive(Debug)]
struct Neighbours(Vec<Child>);

impl Neighbours {
    fn start(count: usize) -> anyhow::Result<Self> {
        let mut all = Self(Vec::new());
        for _ in 0..count {
            let mut command = Command::new("taskset");
            command.args(["-c", CORE, "sh", "-c", "while :; do :; done"]).stdin(Stdio::null());
            all.0.push(command.spawn()?);
        }
        Ok(all)
    }
}

impl Drop for Neighbours {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Strangers who ask for the beginning of an article each, over a connection of their own: a page costs so little that telling
/// somebody on a connection that stands to come back would cost as much, so it is at the door that there can be too many.
pub(super) fn teasers(rig: &Rig) -> anyhow::Result<Report> {
    let served = rig.serve_on_core("overload", CORE, &[("connections_max", CONNECTIONS.0)])?;
    let address = served.paper.address;
    let (zipf, mut draw) = (Zipf::new(ASKED), Draw::new(1));
    let heads: Vec<Vec<u8>> = (0..4_096)
        .map(|_| rig::page(&rig.metered[zipf.draw(&mut draw)]).head("GET", address))
        .collect();
    let _neighbours = Neighbours::start(3)?;
    overload(rig, &served, &heads, Over::Own)
}

/// New readers who open an article each: the writer of the record is what limits them.
pub(super) fn readings(rig: &Rig) -> anyhow::Result<Report> {
    let served = rig.serve_on_core("readings", CORE, &[("connections_max", CONNECTIONS.0)])?;
    let address = served.paper.address;
    let heads: Vec<Vec<u8>> = rig
        .metered
        .iter()
        .take(ASKED)
        .map(|path| rig::reading(path).head("POST", address))
        .collect();
    overload(rig, &served, &heads, Over::Standing)
}

fn overload(rig: &Rig, served: &Served, heads: &[Vec<u8>], over: Over) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let path = &rig.metered[0];
    let offer = |pace, lasts| Offer {
        address: served.paper.address,
        heads,
        pace,
        over,
        lasts,
        connections_max: CONNECTIONS.1,
    };
    let before = rig::normal(served.paper.address, path, NORMAL)?;
    // The first time fills what is kept finished; the second one counts.
    open_loop::run(&offer(Pace::Together(TOGETHER), MEASURED))?;
    let can = open_loop::run(&offer(Pace::Together(TOGETHER), MEASURED))?;
    let capacity = can.answered_in_a_second();
    let resident = served.resident()?;
    let looks = Looks::start(served.paper.id());
    let lasts = if rig.quick { LASTS.1 } else { LASTS.0 };
    let came = open_loop::run(&offer(Pace::EverySecond(TIMES * capacity), lasts))?;
    sleep(AFTER);
    let after = rig::normal(served.paper.address, path, NORMAL);
    let most = looks.stop()?.into_iter().max().unwrap_or(0);
    told(&mut report, &came, capacity);
    report.figure(format!("memory {} MiB before and {} at most", resident >> 10, most >> 10));
    report.must(
        most <= resident + MORE_KIB_MAX,
        format!("memory grew from {resident} to {most} KiB"),
    );
    match after {
        Err(error) => report.must(false, format!("afterwards: {error:#}")),
        Ok(after) => {
            let may = (before.at(500) * SLOWER_MAX).max(NEVER_TOO_LONG);
            report.figure(format!("a reader before: {}; after: {}", before.told(), after.told()));
            report.must(
                after.at(500) <= may,
                format!("a second later half of the answers take {}", ms(after.at(500))),
            );
        }
    }
    Ok(report)
}

fn told(report: &mut Report, came: &Came, capacity: f64) {
    let lasted = came.lasted.as_secs_f64();
    report.figure(format!(
        "{capacity:.0} a second can be done, {:.0} a second came on {} connections, {:.0} a second were answered ({}), \
         {:.0} a second were shed ({}), {} were closed beyond the limits of connections",
        came.offered_in_a_second(),
        came.connections,
        came.answered_in_a_second(),
        came.answered.told(),
        came.shed.0.len() as f64 / lasted,
        came.shed.told(),
        came.closed
    ));
    report.must(
        came.offered_in_a_second() >= TIMES_MIN * capacity,
        format!(
            "it was no load of {TIMES} times what can be done: {} found no connection on this side",
            came.unoffered
        ),
    );
    report.must(
        came.answered_in_a_second() >= ANSWERED_MIN * capacity,
        "less was answered under the load than can be",
    );
    report.must(!came.shed.0.is_empty(), "nobody was told that there is too much to do");
    report.must(came.hung == 0, format!("{} waited in vain", came.hung));
    report.must(came.cut == 0, format!("{} were cut off without a word", came.cut));
    report.must(
        came.wrong == 0,
        format!("{} were answered wrongly: {}", came.wrong, came.told.join(", ")),
    );
}
