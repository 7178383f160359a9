//! Load on a server, from a core of its own: by wrk over HTTP/1.1, by h2load over TLS and HTTP/2, and by readers of our own who
//! make readings, each a new visitor.

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::wire::{Request, Talk};

/// The core that the load has; the servers have the other.
pub(super) const CORE: &str = "1";

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// How it is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Protocol {
    Http1,
    /// Over TLS, ten requests at a time on each connection.
    Http2,
}

/// Asks for so long on so many connections; how many answers came. Any other than 2xx or 304 is an error.
pub(super) fn get(
    address: SocketAddr,
    request: &Request,
    protocol: Protocol,
    connections: usize,
    lasts: Duration,
) -> anyhow::Result<u64> {
    let connections = connections.to_string();
    let seconds = lasts.as_secs().max(1).to_string();
    let mut command = Command::new("taskset");
    command.args(["-c", CORE]);
    match protocol {
        Protocol::Http1 => command
            .args(["wrk", "-t", "1", "-c", &connections, "-d", &seconds])
            .arg(format!("http://{address}{}", request.path)),
        Protocol::Http2 => command
            .args(["h2load", "-t", "1", "-c", &connections, "-m", "10", "-D", &seconds])
            .arg(format!("https://{address}{}", request.path)),
    };
    for line in request.lines() {
        command.args(["-H", &line]);
    }
    let told =
        command.output().context("wrk and h2load are needed: packages wrk, nghttp2-client")?;
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    if !told.status.success() {
        bail!("{command:?} failed: {said}{}", String::from_utf8_lossy(&told.stderr));
    }
    let answers = match protocol {
        Protocol::Http1 => {
            if said.contains("Non-2xx") || said.contains("Socket errors") {
                bail!("{command:?} met errors: {said}");
            }
            said.lines().find_map(|line| line.split_once(" requests in ")).map(|(count, _)| count)
        }
        Protocol::Http2 => {
            let line = said.lines().find(|line| line.starts_with("requests: "));
            let line = line.with_context(|| format!("{command:?} said nothing: {said}"))?;
            if !line.contains(" 0 failed, 0 errored, 0 timeout") {
                bail!("{command:?} met errors: {line}");
            }
            line.split(", ").find_map(|part| part.strip_suffix(" succeeded"))
        }
    };
    let answers = answers.and_then(|count| count.trim().parse().ok());
    answers.with_context(|| format!("{command:?} counted nothing: {said}"))
}

/// What was written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) made: u64,
    pub(super) median: Duration,
    /// One in a hundred waited longer.
    pub(super) late: Duration,
}

/// So many readers at a time, each of whom opens an article as somebody new, and waits.
pub(super) fn readings(
    address: SocketAddr,
    path: &str,
    readers: usize,
    lasts: Duration,
) -> anyhow::Result<Written> {
    let same = ("Sec-Fetch-Site".to_owned(), "same-origin".to_owned());
    let none = ("Content-Length".to_owned(), "0".to_owned());
    let request = Request { path: format!("{path}/reading"), headers: vec![same, none] };
    let head = request.head("POST", address);
    // The answer sends the new visitor on.
    writes(address, readers, lasts, 303, &|_, _| head.clone())
}

/// So many callers at a time, each of whom posts one after another; `bytes` is told who it is and how many came before.
pub(super) fn writes(
    address: SocketAddr,
    callers: usize,
    lasts: Duration,
    status: u16,
    bytes: &(dyn Fn(usize, usize) -> Vec<u8> + Sync),
) -> anyhow::Result<Written> {
    let began = Instant::now();
    let call = |caller: usize| -> anyhow::Result<Vec<Duration>> {
        let (mut line, mut waited) = (Talk::open(address, PATIENCE)?, Vec::new());
        while began.elapsed() < lasts {
            let sent = bytes(caller, waited.len());
            let asked = Instant::now();
            let answer = line.ask(&sent)?;
            if answer.status != status {
                bail!("not written: {}", answer.head);
            }
            waited.push(asked.elapsed());
        }
        Ok(waited)
    };
    let waited = std::thread::scope(|scope| {
        let all: Vec<_> = (0..callers).map(|caller| scope.spawn(move || call(caller))).collect();
        let all =
            all.into_iter().map(|one| one.join().map_err(|_| anyhow::anyhow!("a caller broke"))?);
        all.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let waited: Vec<Duration> = waited.into_iter().flatten().collect();
    let made = waited.len() as u64;
    let (median, late) = percentiles(waited);
    Ok(Written { made, median, late })
}

/// The median, and what one in a hundred is beyond.
pub(super) fn percentiles(mut waited: Vec<Duration>) -> (Duration, Duration) {
    waited.sort_unstable();
    let at = |share: usize| waited.get(waited.len() * share / 100).copied().unwrap_or_default();
    (at(50), at(99))
}
