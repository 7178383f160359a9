//! Those who hold connections without asking for much: heads that come drop by drop, readers who take a large answer by the
//! spoonful, huge heads, connections on which little or nothing is said. Others are answered meanwhile, and each of the bad ones
//! is closed within the limit that docs/operating/configuration.md names.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use socket2::SockAddr;

use super::rig::{self, Draw, PATIENCE, Rig, Waits};
use super::{Report, ms};
use crate::wire::{Talk, once};

/// Heads that come a byte a second.
const SLOW_HEADS: usize = 200;
/// Readers of a large answer.
const SLOW_READERS: usize = 64;
/// Requests that each of them sends at once, and what its system takes in before it is read, in bytes.
const SLOW_ASKED: usize = 40;
const SLOW_BUFFER_BYTES: usize = 4_096;
/// What such a reader takes in a second, in bytes.
const SPOON_BYTES: usize = 64;
/// Connections that send the half of a head and go silent, and those that never say anything.
const HALF_OPEN: (usize, usize) = (500, 500);
/// Requests whose heads are too large, one after another.
const HUGE_HEADS: usize = 200;
const HUGE_BYTES: usize = 20 * 1_024;
/// The limits, and how late a look once a second may see them.
const HEAD_MAX: Duration = Duration::from_secs(10);
const SLOW_MAX: Duration = Duration::from_secs(30);
const SILENT_MAX: Duration = Duration::from_secs(75);
const LOOKS_MORE: Duration = Duration::from_secs(4);
/// What one in a hundred of the others may wait.
const LATE_MAX: Duration = Duration::from_millis(100);
/// From each address, fewer than the server takes.
const FROM_AN_ADDRESS: usize = 400;

/// Lets all of them come together, and one who behaves.
pub(super) fn run(rig: &Rig) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let served = rig.serve("hostile", &[])?;
    let address = served.paper.address;
    let path = &rig.metered[0];
    let stop = AtomicBool::new(false);
    let large = largest(rig, address)?;
    let silent_max = if rig.quick { HEAD_MAX } else { SILENT_MAX };
    scope(|scope| {
        let others = scope.spawn(|| others(rig, address, &stop));
        let heads = scope.spawn(|| drops(address, 1, SLOW_HEADS, true));
        let halves = scope.spawn(|| drops(address, 10, HALF_OPEN.0, false));
        let silent = scope.spawn(|| silent(address, silent_max));
        let spoons = scope.spawn(|| spoons(address, &large));
        let huge = scope.spawn(|| huge(address, path));
        let broke = || anyhow::anyhow!("those who hold connections broke");
        for (closed, count, max, what) in [
            (heads.join().map_err(|_| broke())??, SLOW_HEADS, HEAD_MAX, "slow heads"),
            (halves.join().map_err(|_| broke())??, HALF_OPEN.0, HEAD_MAX, "halves of heads"),
            (silent.join().map_err(|_| broke())??, HALF_OPEN.1, silent_max, "silent connections"),
        ] {
            if what == "silent connections" && rig.quick {
                report.figure(format!("{count} silent connections were not waited for"));
                continue;
            }
            report.figure(format!(
                "{what}: {} of {count} closed after {} at most",
                closed.0.len(),
                ms(closed.at(1_000))
            ));
            report.must(closed.0.len() == count, format!("{what} stay open"));
            report.must(closed.at(1_000) <= max + LOOKS_MORE, format!("{what} are closed late"));
        }
        let (closed, most) = spoons.join().map_err(|_| broke())??;
        report.figure(format!(
            "slow readers: {closed} of {SLOW_READERS} closed, {most} bytes at most came"
        ));
        report.must(closed == SLOW_READERS, "slow readers are served to the end");
        let huge = huge.join().map_err(|_| broke())??;
        report.figure(format!("huge heads: {huge} of {HUGE_HEADS} answered 431"));
        report.must(huge == HUGE_HEADS, "huge heads are not all refused");
        stop.store(true, Ordering::Relaxed);
        let others = others.join().map_err(|_| broke())??;
        report.figure(format!("others meanwhile, {} answers: {}", others.0.len(), others.told()));
        report.must(
            others.at(990) <= LATE_MAX,
            format!("one in a hundred waits {}", ms(others.at(990))),
        );
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(report)
}

/// Somebody who behaves, until it is over.
fn others(rig: &Rig, address: SocketAddr, stop: &AtomicBool) -> anyhow::Result<Waits> {
    let mut talk = Talk::over(rig::connect(rig::source(0x600), address)?, PATIENCE)?;
    let (mut waits, mut draw) = (Waits::default(), Draw::new(5));
    while !stop.load(Ordering::Relaxed) {
        let path = &rig.metered[draw.below(rig.metered.len())];
        let asked = Instant::now();
        let answer = talk.ask(&rig::page(path).head("GET", address))?;
        if answer.status != 200 {
            bail!("a reader who behaves got {}", answer.status);
        }
        waits.0.push(asked.elapsed());
        sleep(Duration::from_millis(5));
    }
    Ok(waits)
}

/// A picture is the largest answer that anybody may have: which it is, and its length with its head.
fn largest(rig: &Rig, address: SocketAddr) -> anyhow::Result<(Vec<u8>, usize)> {
    let mut found = (0, Vec::new());
    for path in &rig.pictures {
        let request = rig::page(path);
        let (head, body) = once(address, "GET", &request)?;
        let length = head.len() + body.len();
        if length > found.0 {
            found = (length, request.head("GET", address));
        }
    }
    Ok((found.1, found.0))
}

fn several(address: SocketAddr, from: usize, count: usize) -> anyhow::Result<Vec<TcpStream>> {
    (0..count)
        .map(|number| {
            let stream = rig::connect(rig::source(from + number / FROM_AN_ADDRESS), address)?;
            stream.set_nonblocking(true)?;
            Ok(stream)
        })
        .collect()
}

/// Heads that do not end: one byte a second, or a half and then nothing. After which time each was closed.
fn drops(address: SocketAddr, from: usize, count: usize, goes_on: bool) -> anyhow::Result<Waits> {
    let streams = several(address, from, count)?;
    let head =
        format!("GET / HTTP/1.1\r\nHost: {address}\r\nAccept: text/html, and more and more\r\n");
    let first = if goes_on { 1 } else { head.len() / 2 };
    for mut stream in &streams {
        stream.write_all(&head.as_bytes()[..first])?;
    }
    until_closed(streams, HEAD_MAX + 2 * LOOKS_MORE, |stream, second| {
        if goes_on && let Some(byte) = head.as_bytes().get(second) {
            let _ = stream.write_all(&[*byte]);
        }
    })
}

/// Connections on which nothing is ever said.
fn silent(address: SocketAddr, max: Duration) -> anyhow::Result<Waits> {
    until_closed(several(address, 20, HALF_OPEN.1)?, max + 2 * LOOKS_MORE, |_, _| {})
}

/// Looks at connections until all are closed or the time is over, and does something with each once a second.
fn until_closed(
    streams: Vec<TcpStream>,
    max: Duration,
    mut every_second: impl FnMut(&mut TcpStream, usize),
) -> anyhow::Result<Waits> {
    let (began, mut closed, mut second) = (Instant::now(), Waits::default(), 1);
    let mut open = streams;
    while !open.is_empty() && began.elapsed() < max {
        sleep(Duration::from_millis(100));
        open.retain_mut(|stream| match stream.read(&mut [0; 4_096]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => true,
            // Whoever is told why before the end is not closed yet.
            Ok(read) if read > 0 => true,
            _ => {
                closed.0.push(began.elapsed());
                false
            }
        });
        if began.elapsed().as_secs() as usize >= second {
            open.iter_mut().for_each(|stream| every_second(stream, second));
            second += 1;
        }
    }
    Ok(closed)
}

/// Readers who ask for many large answers and take them by the spoonful: how many were closed before the end, and the most that
/// came to one of them.
fn spoons(
    address: SocketAddr,
    (head, length): &(Vec<u8>, usize),
) -> anyhow::Result<(usize, usize)> {
    let mut streams = Vec::new();
    for number in 0..SLOW_READERS {
        let socket =
            rig::socket(rig::source(30 + number / FROM_AN_ADDRESS), Some(SLOW_BUFFER_BYTES))?;
        socket.connect(&SockAddr::from(address))?;
        let mut stream = TcpStream::from(socket);
        stream.write_all(&head.repeat(SLOW_ASKED))?;
        stream.set_nonblocking(true)?;
        streams.push((stream, 0));
    }
    let (began, mut spoon) = (Instant::now(), [0; SPOON_BYTES]);
    while began.elapsed() < SLOW_MAX + LOOKS_MORE {
        sleep(Duration::from_secs(1));
        for (stream, came) in &mut streams {
            *came += stream.read(&mut spoon).unwrap_or(0);
        }
    }
    let (mut closed, mut most) = (0, 0);
    for (mut stream, mut came) in streams {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut rest = vec![0; 64 * 1_024];
        let ended = loop {
            match stream.read(&mut rest) {
                Ok(0) => break true,
                Ok(read) => came += read,
                Err(error) => break error.kind() == ErrorKind::ConnectionReset,
            }
        };
        closed += usize::from(ended && came < length * SLOW_ASKED);
        most = most.max(came);
    }
    Ok((closed, most))
}

/// Requests whose heads are too large: how many were answered 431.
fn huge(address: SocketAddr, path: &str) -> anyhow::Result<usize> {
    let mut refused = 0;
    for number in 0..HUGE_HEADS {
        let mut request = rig::page(path);
        if number % 2 == 0 {
            request.headers.push(("X-Long".to_owned(), "x".repeat(HUGE_BYTES)));
        } else {
            request.headers.extend((0..120).map(|more| (format!("X-More-{more}"), "1".to_owned())));
        }
        let mut talk = Talk::over(rig::connect(rig::source(0x500), address)?, PATIENCE)?;
        let answer = talk.ask(&request.head("GET", address));
        let answer = answer.with_context(|| format!("huge head {number}"))?;
        refused += usize::from(answer.status == 431);
        sleep(Duration::from_millis(20));
    }
    Ok(refused)
}
