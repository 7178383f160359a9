//! The access log: one line for every request, in the combined form that every tool reads, written in batches by a thread of
//! its own. It never holds a request up and never stops the paper: lines that find no room or no disk are counted, and the
//! count is written where they are missing.
//!
//! Nothing else about a reader is written down: the address is shortened unless the operator wants it whole, and of paths
//! and referrers what follows a `?` is left out, because that is where people's words are.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Buf;
use gate::Clock;
use http::Method;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use web::{Answer, Headers, Site, Target};

/// Lines are written this often, or when there are so many bytes of them.
const WRITE_EVERY: Duration = Duration::from_secs(1);
const BATCH_BYTES: usize = 64 * 1024;
/// Lines that wait to be written, at most, in bytes. What comes beyond them is counted instead.
const WAITING_BYTES_MAX: usize = 4 << 20;
/// Of a path, a referrer, an agent, and a method this much is written, in bytes before they are escaped.
const PATH_BYTES_MAX: usize = 1_024;
const REFERRER_BYTES_MAX: usize = 512;
const AGENT_BYTES_MAX: usize = 256;
const METHOD_BYTES_MAX: usize = 32;
/// The bits of an address that are written where it is shortened.
const IPV4_BITS: u32 = 24;
const IPV6_BITS: u32 = 48;
/// How long a stop waits for the last lines.
const LAST_LINES: Duration = Duration::from_secs(2);
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How much of a reader's address is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// The network: the first 24 bits of IPv4, the first 48 of IPv6.
    Short,
    /// All of it.
    Whole,
}

/// One request and its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    /// Whose it is, behind the operator's own proxies.
    pub(crate) address: IpAddr,
    /// As it was sent.
    pub(crate) method: &'a str,
    /// As it was sent; what follows a `?` is left out.
    pub(crate) path: &'a str,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub(crate) protocol: &'static str,
    /// Of the answer.
    pub(crate) status: u16,
    /// The length of its body.
    pub(crate) bytes: u64,
    /// The header, as it was sent.
    pub(crate) referrer: Option<&'a [u8]>,
    /// The header, as it was sent.
    pub(crate) agent: Option<&'a [u8]>,
}

/// A request that was answered, as the accept loops know it.
pub(super) struct Answered<'a> {
    pub(super) peer: IpAddr,
    pub(super) protocol: &'static str,
    pub(super) method: &'a Method,
    pub(super) target: Target<'a>,
    pub(super) headers: Headers<'a>,
}

/// Where requests are recorded. Clones share the file.
#[derive(Clone, Debug)]
pub(crate) struct AccessLog {
    shared: Arc<Shared>,
}

/// The thread that writes, and the way to end it.
#[derive(Debug)]
pub(crate) struct Writing {
    shared: Arc<Shared>,
    ended: Receiver<()>,
}

#[derive(Debug)]
struct Shared {
    addresses: Addresses,
    clock: Clock,
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

/// What the thread that writes is to do.
#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    /// Lines that found no room.
    lost: u64,
    reopen: bool,
    stop: bool,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AccessLog {
    /// Opens the file, and starts the thread that writes to it.
    ///
    /// # Errors
    /// The file cannot be opened, or is something that is no file.
    pub(crate) fn open(
        path: &Path,
        addresses: Addresses,
        clock: Clock,
    ) -> io::Result<(Self, Writing)> {
        let file = LogFile::open(path)?;
        let shared =
            Arc::new(Shared { addresses, clock, waiting: Mutex::default(), wake: Condvar::new() });
        let (end, ended) = channel();
        let of_thread = Arc::clone(&shared);
        std::thread::Builder::new().name("access log".to_owned()).spawn(move || {
            write_batches(&of_thread, file);
            let _ = end.send(());
        })?;
        Ok((Self { shared: Arc::clone(&shared) }, Writing { shared, ended }))
    }

    /// Records a request. It waits for nothing but the moment in which another one is copied.
    pub(crate) fn record(&self, entry: &Entry<'_>) {
        thread_local! {
            static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        LINE.with_borrow_mut(|line| {
            line.clear();
            entry.write(line, self.shared.addresses, self.shared.clock.now());
            self.put(line);
        });
    }

    /// Records a request with its answer.
    pub(super) fn answered(&self, site: &Site, asked: &Answered<'_>, answer: &Answer) {
        let given = |name| asked.headers.first(name);
        self.record(&Entry {
            address: site.address_of(asked.peer, asked.headers),
            method: asked.method.as_str(),
            path: asked.target.path,
            protocol: asked.protocol,
            status: answer.status().as_u16(),
            bytes: answer.body().remaining() as u64,
            referrer: given("referer"),
            agent: given("user-agent"),
        });
    }

    fn put(&self, line: &[u8]) {
        let mut waiting = self.shared.waiting();
        let before = waiting.lines.len();
        if before + line.len() > WAITING_BYTES_MAX {
            waiting.lost += 1;
            return;
        }
        waiting.lines.extend_from_slice(line);
        let is_full = before < BATCH_BYTES && waiting.lines.len() >= BATCH_BYTES;
        drop(waiting);
        if is_full {
            self.shared.wake.notify_one();
        }
    }

    /// Opens the file anew, as somebody asks who has put another in its place. That is also seen without asking.
    pub(crate) fn reopen(&self) {
        self.shared.waiting().reopen = true;
        self.shared.wake.notify_one();
    }
}

impl Writing {
    /// Writes what waits, and ends the thread; a disk that does not answer is not waited for.
    pub(crate) fn stop(self) {
        self.shared.waiting().stop = true;
        self.shared.wake.notify_one();
        if self.ended.recv_timeout(LAST_LINES).is_err() {
            tracing::warn!("the last lines of the access log were not written in time");
        }
    }
}

fn write_batches(shared: &Shared, mut file: LogFile) {
    let mut batch = Vec::new();
    loop {
        let waiting = shared.waiting();
        let is_idle = |waiting: &mut Waiting| {
            waiting.lines.len() < BATCH_BYTES && !waiting.reopen && !waiting.stop
        };
        let woken = shared.wake.wait_timeout_while(waiting, WRITE_EVERY, is_idle);
        let (mut waiting, _) = woken.unwrap_or_else(PoisonError::into_inner);
        batch.clear();
        std::mem::swap(&mut batch, &mut waiting.lines);
        file.lost += std::mem::take(&mut waiting.lost);
        let (reopen, stop) = (std::mem::take(&mut waiting.reopen), waiting.stop);
        drop(waiting);
        if reopen {
            file.file = None;
        }
        if !batch.is_empty() || file.lost > 0 || reopen {
            file.write(&batch);
        }
        if stop {
            return;
        }
    }
}

impl Entry<'_> {
    fn write(&self, line: &mut Vec<u8>, addresses: Addresses, now: Timestamp) {
        let address = match addresses {
            Addresses::Whole => self.address.to_canonical(),
            Addresses::Short => network(self.address),
        };
        let time = TimeZone::UTC.to_datetime(now);
        let month = MONTHS.get(usize::from(time.month().unsigned_abs()) - 1).unwrap_or(&"Jan");
        // Writing into memory does not fail.
        let _ = write!(
            line,
            "{address} - - [{:02}/{month}/{:04}:{:02}:{:02}:{:02} +0000] \"",
            time.day(),
            time.year(),
            time.hour(),
            time.minute(),
            time.second()
        );
        escape(line, self.method.as_bytes(), METHOD_BYTES_MAX);
        line.push(b' ');
        escape(line, before_question(self.path.as_bytes()), PATH_BYTES_MAX);
        let _ = write!(line, " {}\" {} {} \"", self.protocol, self.status, self.bytes);
        escape(line, self.referrer.map_or(b"-", before_question), REFERRER_BYTES_MAX);
        line.extend_from_slice(b"\" \"");
        escape(line, self.agent.unwrap_or(b"-"), AGENT_BYTES_MAX);
        line.extend_from_slice(b"\"\n");
    }
}

/// What stands before the first `?` or `#`.
fn before_question(address: &[u8]) -> &[u8] {
    address.split(|byte| matches!(byte, b'?' | b'#')).next().unwrap_or_default()
}

/// The network of an address, as an address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << (u32::BITS - IPV4_BITS))).into()
        }
        IpAddr::V6(v6) => {
            Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << (u128::BITS - IPV6_BITS))).into()
        }
    }
}

/// Writes text so that it can neither end its quotes nor its line.
fn escape(line: &mut Vec<u8>, text: &[u8], bytes_max: usize) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in &text[..text.len().min(bytes_max)] {
        match byte {
            b'"' | b'\\' => line.extend_from_slice(&[b'\\', *byte]),
            b' '..=b'~' => line.push(*byte),
            _ => {
                let digit = |four: u8| DIGITS[usize::from(four)];
                line.extend_from_slice(&[b'\\', b'x', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
}

/// The file, as it is on the disk.
#[derive(Debug)]
struct LogFile {
    path: PathBuf,
    /// Device and number of what is open: another file at the path is another pair.
    file: Option<(File, (u64, u64))>,
    /// Whether what was written last ended within a line.
    torn: bool,
    /// Lines that are missing, and whose number is not written yet.
    lost: u64,
    /// Whether it was said that nothing can be written.
    told: bool,
}

impl LogFile {
    fn open(path: &Path) -> io::Result<Self> {
        let file = Some(open(path)?);
        Ok(Self { path: path.to_owned(), file, torn: false, lost: 0, told: false })
    }

    /// Writes lines, or counts them as lost.
    fn write(&mut self, lines: &[u8]) {
        match self.try_write(lines) {
            Ok(()) if self.told => {
                self.told = false;
                tracing::info!(file = %self.path.display(), "the access log is written again");
            }
            Ok(()) => {}
            Err(error) => {
                self.file = None;
                if !self.told {
                    self.told = true;
                    let file = self.path.display();
                    tracing::warn!(%error, %file, "the access log cannot be written; its lines are counted meanwhile");
                }
            }
        }
    }

    fn try_write(&mut self, lines: &[u8]) -> io::Result<()> {
        let count = |lines: &[u8]| lines.iter().filter(|byte| **byte == b'\n').count() as u64;
        if let Err(error) = self.follow() {
            self.lost += count(lines);
            return Err(error);
        }
        let Some((file, _)) = &self.file else { return Ok(()) };
        let mut first = Vec::new();
        if self.torn {
            first.push(b'\n');
        }
        if self.lost > 0 {
            let _ = writeln!(first, "# {} requests are missing here", self.lost);
        }
        if let (written, Some(error)) = write_on(file, &first) {
            self.torn |= written > 0;
            self.lost += count(lines);
            return Err(error);
        }
        (self.lost, self.torn) = (0, false);
        let (written, error) = write_on(file, lines);
        let Some(error) = error else { return Ok(()) };
        self.lost = count(&lines[written..]);
        self.torn = lines[..written].last().is_some_and(|last| *last != b'\n');
        Err(error)
    }

    /// Opens the file at the path where that is another one by now, or none.
    fn follow(&mut self) -> io::Result<()> {
        let there = std::fs::metadata(&self.path).ok().map(|facts| (facts.dev(), facts.ino()));
        if self.file.is_none() || self.file.as_ref().map(|(_, known)| *known) != there {
            self.file = Some(open(&self.path)?);
        }
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<(File, (u64, u64))> {
    if let Ok(there) = std::fs::metadata(path)
        && (there.file_type().is_fifo() || there.file_type().is_socket())
    {
        // It would be waited for until somebody reads.
        return Err(io::Error::other("it is a pipe or a socket; name a file"));
    }
    let file = OpenOptions::new().append(true).create(true).mode(0o640).open(path)?;
    let facts = file.metadata()?;
    Ok((file, (facts.dev(), facts.ino())))
}

/// Writes as much as can be written; how much that was.
fn write_on(mut file: &File, bytes: &[u8]) -> (usize, Option<io::Error>) {
    let mut written = 0;
    while written < bytes.len() {
        match file.write(&bytes[written..]) {
            Ok(0) => return (written, Some(io::ErrorKind::WriteZero.into())),
            Ok(more) => written += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (written, Some(error)),
        }
    }
    (written, None)
}

#[cfg(test)]
mod tests;
