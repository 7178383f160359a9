//! Load on a server, from a core of its own: by wrk over HTTP/1.1, by h2load over TLS and HTTP/2, and by readers of our own who
//! make readings, each a new visitor.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// The core that the load has; the servers have the other.
pub(super) const CORE: &str = "1";

/// One request, again and again.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
}

impl Request {
    fn lines(&self) -> Vec<String> {
        self.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect()
    }
}

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

/// What came of readings.
#[derive(Debug)]
pub(super) struct Readings {
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
) -> anyhow::Result<Readings> {
    let began = Instant::now();
    let head = format!(
        "POST {path}/reading HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Length: 0\r\n\r\n"
    );
    let waited = std::thread::scope(|scope| {
        let head = head.as_bytes();
        let all: Vec<_> =
            (0..readers).map(|_| scope.spawn(move || read(address, head, began, lasts))).collect();
        let all =
            all.into_iter().map(|one| one.join().map_err(|_| anyhow::anyhow!("a reader broke"))?);
        all.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let waited: Vec<Duration> = waited.into_iter().flatten().collect();
    let made = waited.len() as u64;
    let (median, late) = percentiles(waited);
    Ok(Readings { made, median, late })
}

fn read(
    address: SocketAddr,
    head: &[u8],
    began: Instant,
    lasts: Duration,
) -> anyhow::Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let (mut waited, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
    while began.elapsed() < lasts {
        let asked = Instant::now();
        stream.write_all(head)?;
        let mut held = 0;
        // The answer sends the new visitor on, and has no body.
        while !buffer[..held].ends_with(b"\r\n\r\n") {
            match stream.read(&mut buffer[held..])? {
                0 => bail!("the connection was closed"),
                read => held += read,
            }
        }
        if !buffer.starts_with(b"HTTP/1.1 303") {
            bail!("no reading: {}", String::from_utf8_lossy(&buffer[..held]));
        }
        waited.push(asked.elapsed());
    }
    Ok(waited)
}

/// The median, and what one in a hundred is beyond.
pub(super) fn percentiles(mut waited: Vec<Duration>) -> (Duration, Duration) {
    waited.sort_unstable();
    let at = |share: usize| waited.get(waited.len() * share / 100).copied().unwrap_or_default();
    (at(50), at(99))
}

/// One request by hand: the head and the body that came.
pub(super) fn once(
    address: SocketAddr,
    method: &str,
    request: &Request,
) -> anyhow::Result<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let lines: String = request.lines().iter().map(|line| format!("{line}\r\n")).collect();
    let head = format!(
        "{method} {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{lines}\r\n",
        request.path
    );
    stream.write_all(head.as_bytes())?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all)?;
    let end =
        all.windows(4).position(|four| four == b"\r\n\r\n").context("an answer without a head")?;
    let body = all.split_off(end + 4);
    Ok((String::from_utf8_lossy(&all).into_owned(), body))
}
