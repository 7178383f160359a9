//! HTTP/1.1 as far as the house's own errands speak it: a request as it is sent, and an answer as it arrives, in whatever
//! pieces. It knows nothing of what is asked and judges no answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail};

/// The largest head of an answer that is read, in bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long a connection of [`once`] waits for the next bytes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Names and values.
pub(crate) type Headers = Vec<(String, String)>;

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) headers: Headers,
}

impl Request {
    /// A request for a path, without headers of its own.
    pub(crate) fn plain(path: &str) -> Self {
        Self { path: path.to_owned(), headers: Vec::new() }
    }

    /// A request that sends a form, with the headers that a browser sends for a page of the same site.
    pub(crate) fn form(path: &str) -> Self {
        let headers = [
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { path: path.to_owned(), headers }
    }

    /// Its headers, one a line, without ends.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect()
    }

    /// The bytes of its head.
    pub(crate) fn head(&self, method: &str, host: SocketAddr) -> Vec<u8> {
        let lines: String = self.lines().iter().map(|line| format!("{line}\r\n")).collect();
        format!("{method} {} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n", self.path).into_bytes()
    }
}

/// An answer whose last byte has come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The lines before the body, the first of them included.
    pub(crate) head: String,
    /// Bytes of the body; chunks are counted with their lengths.
    pub(crate) body_bytes: usize,
}

impl Answer {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// Whether the server closes behind it.
    pub(crate) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// Whether it says that there is too much to do, and when to come back.
    pub(crate) fn is_shed(&self) -> bool {
        self.status == 503 && self.header("retry-after").is_some()
    }
}

/// The value of a header in the text of a head.
pub(crate) fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// An answer on its way.
#[derive(Debug, Default)]
pub(crate) struct Arriving {
    held: Vec<u8>,
    answer: Answer,
    rest: Rest,
}

/// What has still to come.
#[derive(Clone, Copy, Debug, Default)]
enum Rest {
    #[default]
    Head,
    /// So many bytes.
    Bytes(usize),
    /// The line that says how long the next chunk is.
    ChunkLine,
    /// So many bytes of a chunk, with the end of its line.
    Chunk(usize),
    /// The empty line behind the last chunk.
    LastLine,
}

impl Arriving {
    /// Takes the next bytes; the answer, where they hold its end. One request at a time is asked on a connection, so that
    /// nothing follows.
    pub(crate) fn take(&mut self, mut bytes: &[u8]) -> anyhow::Result<Option<Answer>> {
        loop {
            let (rest, is_done) = match self.rest {
                Rest::Head => {
                    let Some(rest) = self.line(&mut bytes, b"\r\n\r\n")? else { return Ok(None) };
                    (self.begun(&rest)?, false)
                }
                Rest::Bytes(left) => (Rest::Bytes(self.pass(&mut bytes, left)), true),
                Rest::Chunk(left) => match self.pass(&mut bytes, left) {
                    0 => (Rest::ChunkLine, false),
                    left => (Rest::Chunk(left), true),
                },
                Rest::ChunkLine => {
                    let Some(line) = self.line(&mut bytes, b"\r\n")? else { return Ok(None) };
                    let text = String::from_utf8_lossy(&line);
                    match usize::from_str_radix(text.trim(), 16) {
                        Ok(0) => (Rest::LastLine, false),
                        Ok(length) => (Rest::Chunk(length + 2), false),
                        Err(_) => bail!("a chunk says {text:?} for its length"),
                    }
                }
                Rest::LastLine => {
                    if self.line(&mut bytes, b"\r\n")?.is_none() {
                        return Ok(None);
                    }
                    (Rest::Bytes(0), true)
                }
            };
            self.rest = rest;
            if let Rest::Bytes(0) = rest {
                return Ok(Some(std::mem::take(self).answer));
            }
            if is_done && bytes.is_empty() {
                return Ok(None);
            }
        }
    }

    /// Whether anything of it has come.
    pub(crate) fn is_begun(&self) -> bool {
        !self.held.is_empty() || !matches!(self.rest, Rest::Head)
    }

    /// What stands before `end`, once that has come.
    fn line(&mut self, bytes: &mut &[u8], end: &[u8]) -> anyhow::Result<Option<Vec<u8>>> {
        let before = self.held.len();
        self.held.extend_from_slice(bytes);
        let from = before.saturating_sub(end.len() - 1);
        let found = self.held[from..].windows(end.len()).position(|window| window == end);
        let Some(place) = found.map(|place| from + place) else {
            if self.held.len() > HEAD_BYTES_MAX {
                bail!("a head of more than {HEAD_BYTES_MAX} bytes");
            }
            *bytes = &[];
            return Ok(None);
        };
        *bytes = &bytes[place + end.len() - before..];
        let mut line = std::mem::take(&mut self.held);
        line.truncate(place);
        Ok(Some(line))
    }

    fn pass(&mut self, bytes: &mut &[u8], left: usize) -> usize {
        let passed = left.min(bytes.len());
        self.answer.body_bytes += passed;
        *bytes = &bytes[passed..];
        left - passed
    }

    /// Reads the head: how much follows.
    fn begun(&mut self, head: &[u8]) -> anyhow::Result<Rest> {
        let head = String::from_utf8_lossy(head).into_owned();
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        let status: u16 = status.with_context(|| format!("no answer of HTTP/1.1: {head:?}"))?;
        let length = header(&head, "content-length").map(str::parse::<usize>).transpose()?;
        let is_chunked = header(&head, "transfer-encoding").is_some();
        let rest = match length {
            _ if status == 304 || status == 204 => Rest::Bytes(0),
            _ if is_chunked => Rest::ChunkLine,
            Some(length) => Rest::Bytes(length),
            None => Rest::Bytes(0),
        };
        (self.answer.status, self.answer.head) = (status, head);
        Ok(rest)
    }
}

/// A connection that stays, on which one request after another is asked.
#[derive(Debug)]
pub(crate) struct Talk {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Talk {
    /// Connects; an answer is waited for so long.
    pub(crate) fn open(address: SocketAddr, patience: Duration) -> anyhow::Result<Self> {
        Self::over(TcpStream::connect(address)?, patience)
    }

    /// The same over a connection that there is.
    pub(crate) fn over(stream: TcpStream, patience: Duration) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024] })
    }

    /// The connection itself, without what was kept for reading.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// Sends a head without waiting for what comes of it.
    pub(crate) fn send(&mut self, head: &[u8]) -> anyhow::Result<()> {
        Ok(self.stream.write_all(head)?)
    }

    /// Waits for an answer's end.
    pub(crate) fn receive(&mut self) -> anyhow::Result<Answer> {
        let mut arriving = Arriving::default();
        loop {
            match self.stream.read(&mut self.buffer)? {
                0 => bail!("the connection was closed"),
                read => {
                    if let Some(answer) = arriving.take(&self.buffer[..read])? {
                        return Ok(answer);
                    }
                }
            }
        }
    }

    /// Asks, and waits.
    pub(crate) fn ask(&mut self, head: &[u8]) -> anyhow::Result<Answer> {
        self.send(head)?;
        self.receive()
    }
}

/// One request on a connection of its own: the head and the body that came.
pub(crate) fn once(
    address: SocketAddr,
    method: &str,
    request: &Request,
) -> anyhow::Result<(String, Vec<u8>)> {
    once_with(address, method, request, "")
}

/// The same with something behind its head.
pub(crate) fn once_with(
    address: SocketAddr,
    method: &str,
    request: &Request,
    sent: &str,
) -> anyhow::Result<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut request = request.clone();
    request.headers.push(("Connection".to_owned(), "close".to_owned()));
    if !sent.is_empty() {
        request.headers.push(("Content-Length".to_owned(), sent.len().to_string()));
    }
    stream.write_all(&[&request.head(method, address), sent.as_bytes()].concat())?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all)?;
    let end =
        all.windows(4).position(|four| four == b"\r\n\r\n").context("an answer without a head")?;
    let body = all.split_off(end + 4);
    Ok((String::from_utf8_lossy(&all).into_owned(), body))
}

#[cfg(test)]
mod tests;
