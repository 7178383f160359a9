//! The paper behind its own accept loops on a loopback socket, and a client that sends whatever bytes it is given.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use crate::paper::TestPaper;
use crate::server::{AccessLog, Limits, Listening, Server, Tls};

/// How long a client waits for more of an answer on a connection that stays open.
const QUIET: Duration = Duration::from_millis(1_500);
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// A server that listens.
#[derive(Debug)]
pub(crate) struct Wire {
    server: Option<Server>,
    address: SocketAddr,
}

/// The first answer on a connection, and everything that came with it.
#[derive(Debug)]
pub(crate) struct Raw {
    /// 0 where the connection was closed without an answer.
    pub(crate) status: u16,
    /// Status line and headers.
    pub(crate) head: String,
    /// All bytes of the connection, later answers too.
    pub(crate) all: Vec<u8>,
}

impl Raw {
    /// What stands behind the head of the first answer.
    pub(crate) fn behind_head(&self) -> &[u8] {
        &self.all[head_end(&self.all).unwrap_or(self.all.len())..]
    }

    /// A header's value; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(given, _)| given.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

/// One thread, few connections.
pub(crate) fn limits() -> Limits {
    Limits {
        threads: 1,
        connections_max: 64,
        address_connections_max: 64,
        trusted_proxies: Vec::new(),
        drain: Duration::from_secs(2),
    }
}

impl Wire {
    pub(crate) fn open(paper: &TestPaper) -> Self {
        Self::listening(paper, None, None, &limits())
    }

    /// With TLS, on a socket in the file system too, within other limits.
    pub(crate) fn listening(
        paper: &TestPaper,
        tls: Option<Tls>,
        socket: Option<PathBuf>,
        limits: &Limits,
    ) -> Self {
        Self::recording(paper, tls, socket, limits, None)
    }

    /// With an access log too.
    pub(crate) fn recording(
        paper: &TestPaper,
        tls: Option<Tls>,
        socket: Option<PathBuf>,
        limits: &Limits,
        log: Option<AccessLog>,
    ) -> Self {
        let address = ([127, 0, 0, 1], 0).into();
        let listening = Listening { address, tls, socket, access_log: log };
        let server = Server::start(&listening, &paper.site, limits).unwrap();
        Self { address: server.address, server: Some(server) }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends bytes on a connection of their own, and reads until the server closes it or has no more to say.
    pub(crate) fn send(&self, bytes: &[u8]) -> Raw {
        exchange(self.address, bytes)
    }

    /// Sends a request head, line by line, and asks for the connection to be closed after it.
    pub(crate) fn ask(&self, lines: &[&str]) -> Raw {
        self.send(format!("{}\r\nConnection: close\r\n\r\n", lines.join("\r\n")).as_bytes())
    }
}

/// Sends bytes to an address, on a connection of their own, and reads until the other side closes it or has no more to
/// say.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> Raw {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(QUIET)).unwrap();
    stream.set_write_timeout(Some(QUIET)).unwrap();
    // The server may refuse while we still write: what it said by then counts.
    let _ = stream.write_all(bytes);
    let mut all = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while let Ok(length) = stream.read(&mut buffer) {
        all.extend_from_slice(&buffer[..length]);
        if length == 0 || all.len() > ANSWER_BYTES_MAX || is_complete(&all) {
            break;
        }
    }
    let end = head_end(&all).unwrap_or(all.len());
    let head = String::from_utf8_lossy(&all[..end]).into_owned();
    let status = head.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or(0);
    Raw { status, head, all }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
    }
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|place| place + 4)
}

/// Whether the first answer is there as a whole and the connection stays open: nothing more will come.
fn is_complete(all: &[u8]) -> bool {
    let Some(end) = head_end(all) else { return false };
    let head = String::from_utf8_lossy(&all[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    !head.contains("connection: close")
        && length.is_some_and(|length: usize| all.len() >= end + length)
}
