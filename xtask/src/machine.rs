//! What the machine says of processes: how long they were on a core, how much memory they have, and how long the cores worked
//! for others meanwhile; and what day it is. Linux alone says it.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;

/// A tick of /proc/stat, on every machine that Linux runs on today.
const TICK: Duration = Duration::from_millis(10);

/// How long the threads of these processes were on a core, since they began.
pub(crate) fn on_core(processes: &[u32]) -> anyhow::Result<Duration> {
    let mut sum = 0;
    for process in processes {
        let tasks = fs::read_dir(format!("/proc/{process}/task"));
        for task in tasks.with_context(|| format!("process {process} is not there"))? {
            // A thread may end between the two looks.
            let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
            let first = text.split_whitespace().next().and_then(|word| word.parse::<u64>().ok());
            sum += first.unwrap_or(0);
        }
    }
    Ok(Duration::from_nanos(sum))
}

/// How long all cores worked, for whomever, since the machine began.
pub(crate) fn all_work() -> anyhow::Result<Duration> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().context("/proc/stat is empty")?;
    let ticks: Vec<u64> =
        line.split_whitespace().skip(1).filter_map(|word| word.parse().ok()).collect();
    // user, nice, system, idle, waiting for the disk, and what follows: interrupts and what a hypervisor took.
    let sum: u64 =
        ticks.iter().enumerate().filter(|(place, _)| !matches!(place, 3 | 4)).map(|(_, t)| t).sum();
    Ok(TICK * u32::try_from(sum).unwrap_or(u32::MAX))
}

/// Resident memory, in KiB.
pub(crate) fn resident(process: u32) -> anyhow::Result<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.context("no VmRSS")
}

/// The processor's name and how many cores there are.
pub(crate) fn name() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name"));
    let model =
        model.and_then(|line| line.split_once(':')).map_or("unknown", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{model}, {cores} cores")
}

/// The day that it is here, as 2026-09-16.
pub(crate) fn today() -> anyhow::Result<String> {
    let date = Command::new("date").arg("+%Y-%m-%d").output()?;
    Ok(String::from_utf8_lossy(&date.stdout).trim().to_owned())
}

/// How long the programs that this one started and saw end were on a core.
pub(crate) fn children() -> anyhow::Result<Duration> {
    let text = fs::read_to_string("/proc/self/stat")?;
    // The name of the program may hold spaces; what is behind its bracket does not.
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u32 =
        rest.split_whitespace().skip(13).take(2).filter_map(|word| word.parse::<u32>().ok()).sum();
    Ok(TICK * ticks)
}
