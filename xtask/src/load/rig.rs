//! What the scenarios share: a paper with 1,000 articles, servers on copies of it, a reader who behaves and is measured, and a
//! look at the server's memory.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use tempfile::TempDir;

use crate::bench::import;
use crate::program::{self, Program};
use crate::wire::{Headers, Request, Talk, once};
use crate::{ci, machine};

/// Articles of the paper, those of the sample included.
const ARTICLES: usize = 1_000;
/// Articles that the sample has.
const SAMPLE_ARTICLES: usize = 54;
/// How long a reader who behaves waits for an answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How often memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A paper that scenarios copy.
#[derive(Debug)]
pub(crate) struct Rig {
    pub(super) program: PathBuf,
    pub(super) quick: bool,
    /// Paths of articles that are opened with a reading.
    pub(super) metered: Vec<String>,
    /// Paths of pictures.
    pub(super) pictures: Vec<String>,
    paper: PathBuf,
    room: TempDir,
}

/// A server on a copy of the paper.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) paper: Program,
    pub(super) log: PathBuf,
}

impl Served {
    /// Everything that was logged.
    pub(super) fn logged(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(&self.log)?)
    }

    /// Resident memory, in KiB.
    pub(super) fn resident(&self) -> anyhow::Result<u64> {
        machine::resident(self.paper.id())
    }
}

impl Rig {
    /// Makes the paper: the sample with its pictures, and generated articles up to [`ARTICLES`].
    pub(super) fn build(program: &Path, quick: bool) -> anyhow::Result<Self> {
        raise_descriptors()?;
        let room = tempfile::tempdir()?;
        let (paper, folder) = (room.path().join("paper"), room.path().join("in"));
        program::sample(program, &paper)?;
        import::generate(&folder, ARTICLES - SAMPLE_ARTICLES)?;
        let mut command = Command::new(program);
        command.args(["import", "--from", "markdown"]).arg(&folder).arg("--data").arg(&paper);
        let imported = command.output()?;
        if !imported.status.success() {
            bail!("{command:?} failed: {}", String::from_utf8_lossy(&imported.stderr));
        }
        let mut rig = Self {
            program: program.to_owned(),
            quick,
            metered: Vec::new(),
            pictures: Vec::new(),
            paper,
            room,
        };
        let served = rig.serve("survey", &[])?;
        rig.metered = metered(served.paper.address)?;
        rig.pictures = pictures(served.paper.address)?;
        Ok(rig)
    }

    /// A server on a fresh copy of the paper, with these keys of the configuration.
    pub(super) fn serve(&self, name: &str, keys: &[(&str, &str)]) -> anyhow::Result<Served> {
        self.copy(name)?;
        self.again(name, keys)
    }

    /// Copies the paper; where it is then.
    pub(super) fn copy(&self, name: &str) -> anyhow::Result<PathBuf> {
        let data = self.data(name);
        ci::succeed_quietly(Command::new("cp").arg("-a").arg(&self.paper).arg(&data))?;
        Ok(data)
    }

    /// Where the copy of that name is.
    pub(super) fn data(&self, name: &str) -> PathBuf {
        self.room.path().join(format!("{name}.paper"))
    }

    /// A server on a copy that there is.
    pub(super) fn again(&self, name: &str, keys: &[(&str, &str)]) -> anyhow::Result<Served> {
        self.started(program::serve(&self.program, &self.data(name)), name, keys)
    }

    /// A server on a fresh copy, on one core alone, with one thread for readers.
    pub(super) fn serve_on_core(
        &self,
        name: &str,
        core: &str,
        keys: &[(&str, &str)],
    ) -> anyhow::Result<Served> {
        let mut command = Command::new("taskset");
        command.args(["-c", core]).arg(&self.program).arg("serve");
        program::on_given_ports(&mut command, &self.copy(name)?);
        command.env("MASTHEAD_THREADS", "1");
        self.started(command, name, keys)
    }

    fn started(
        &self,
        mut command: Command,
        name: &str,
        keys: &[(&str, &str)],
    ) -> anyhow::Result<Served> {
        let log = self.room.path().join(format!("{name}.log"));
        for (key, value) in keys {
            command.env(format!("MASTHEAD_{}", key.to_ascii_uppercase()), value);
        }
        Ok(Served { paper: Program::start_logged(&mut command, &log)?, log })
    }
}

/// Lets this process, and those that it starts, open as many files as the system lets them.
fn raise_descriptors() -> anyhow::Result<()> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
        .context("the limit of open files cannot be raised")
}

fn texts(address: SocketAddr, path: &str, mark: &str, end: &str) -> anyhow::Result<Vec<String>> {
    let (_, body) = once(address, "GET", &Request::plain(path))?;
    let text = String::from_utf8_lossy(&body).into_owned();
    let found = text.split(mark).skip(1).filter_map(|rest| rest.split(end).next());
    Ok(found.map(str::to_owned).collect())
}

/// The path of an address.
fn path_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').map_or_else(|| "/".to_owned(), |place| rest[place..].to_owned())
}

/// The articles that the sitemaps name and that have something to open.
fn metered(address: SocketAddr) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for sitemap in texts(address, "/sitemap.xml", "<loc>", "</loc>")? {
        for article in texts(address, &path_of(&sitemap), "<url><loc>", "</loc>")? {
            found.push(path_of(&article));
        }
    }
    found.retain(|path| path.matches('/').count() == 2 && path.contains("/n-"));
    if found.len() < ARTICLES - SAMPLE_ARTICLES {
        bail!("the sitemaps name {} generated articles", found.len());
    }
    Ok(found)
}

fn pictures(address: SocketAddr) -> anyhow::Result<Vec<String>> {
    let mut found = texts(address, "/", "src=\"/media/", "\"")?;
    found.sort();
    found.dedup();
    if found.is_empty() {
        bail!("the front page has no picture");
    }
    Ok(found.into_iter().map(|name| format!("/media/{name}")).collect())
}

/// A GET for a page as a browser asks for it.
pub(super) fn page(path: &str) -> Request {
    let packed = ("Accept-Encoding".to_owned(), "gzip, br".to_owned());
    Request { path: path.to_owned(), headers: vec![packed] }
}

/// What makes a reading of an article.
pub(super) fn reading(path: &str) -> Request {
    let headers: Headers = [("Sec-Fetch-Site", "same-origin"), ("Content-Length", "0")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    Request { path: format!("{path}/reading"), headers }
}

/// The address of this machine's own with that number: each counts as a reader's own.
pub(super) fn source(number: usize) -> Ipv4Addr {
    let [high, low] = u16::try_from(number % 0x8000).unwrap_or(0).to_be_bytes();
    Ipv4Addr::new(127, 1, high, low.max(1))
}

/// A socket that comes from there; `receive_bytes` is how much it takes in before it is read.
pub(super) fn socket(from: Ipv4Addr, receive_bytes: Option<usize>) -> anyhow::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    if let Some(bytes) = receive_bytes {
        socket.set_recv_buffer_size(bytes)?;
    }
    socket.bind(&SockAddr::from(SocketAddr::from((from, 0))))?;
    Ok(socket)
}

/// A connection that comes from there.
pub(super) fn connect(from: Ipv4Addr, to: SocketAddr) -> anyhow::Result<TcpStream> {
    let socket = socket(from, None)?;
    socket.connect(&SockAddr::from(to)).with_context(|| format!("{to} takes no connection"))?;
    Ok(socket.into())
}

/// How long each of several answers took.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits(pub(super) Vec<Duration>);

impl Waits {
    /// The wait that so many in a thousand were below.
    pub(super) fn at(&self, thousandth: usize) -> Duration {
        let mut waits = self.0.clone();
        waits.sort_unstable();
        let place = (waits.len() * thousandth / 1_000).min(waits.len().saturating_sub(1));
        waits.get(place).copied().unwrap_or_default()
    }

    /// Half of them, one in a hundred and the longest, in words.
    pub(super) fn told(&self) -> String {
        let [half, late, last] = [500, 990, 1_000].map(|thousandth| super::ms(self.at(thousandth)));
        format!("median {half}, one in a hundred {late}, longest {last}")
    }
}

/// One reader who asks for pages, one after another, on one connection: how long each took.
pub(super) fn normal(to: SocketAddr, path: &str, requests: usize) -> anyhow::Result<Waits> {
    let mut talk = Talk::over(connect(source(0x7000), to)?, PATIENCE)?;
    let head = page(path).head("GET", to);
    let mut waits = Waits::default();
    for _ in 0..requests {
        let asked = Instant::now();
        let answer = talk.ask(&head)?;
        if answer.status != 200 {
            bail!("a reader who behaves got {}", answer.status);
        }
        waits.0.push(asked.elapsed());
        sleep(Duration::from_millis(2));
    }
    Ok(waits)
}

/// Looks at a process's memory until it is asked what it saw.
#[derive(Debug)]
pub(super) struct Looks {
    stop: std::sync::Arc<AtomicBool>,
    thread: JoinHandle<Vec<u64>>,
}

impl Looks {
    pub(super) fn start(process: u32) -> Self {
        let stop = std::sync::Arc::new(AtomicBool::new(false));
        let stopped = std::sync::Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut seen = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                seen.extend(machine::resident(process).ok());
                sleep(LOOK_EVERY);
            }
            seen
        });
        Self { stop, thread }
    }

    /// All that was seen, in KiB.
    pub(super) fn stop(self) -> anyhow::Result<Vec<u64>> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| anyhow::anyhow!("the look at the memory broke"))
    }
}

/// Numbers that look drawn, and are the same in every run.
#[derive(Clone, Debug)]
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next one, from zero to one.
    pub(super) fn share(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of so many.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((self.share() * count as f64) as usize).min(count.saturating_sub(1))
    }
}

/// A few are asked for often and most of them seldom: the second half as often as the first, the third a third.
#[derive(Clone, Debug)]
pub(super) struct Zipf(Vec<f64>);

impl Zipf {
    pub(super) fn new(count: usize) -> Self {
        let mut sum = 0.0;
        let sums = (1..=count).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Self(sums.collect())
    }

    pub(super) fn draw(&self, draw: &mut Draw) -> usize {
        let wanted = draw.share() * self.0.last().copied().unwrap_or(1.0);
        self.0.partition_point(|sum| *sum < wanted).min(self.0.len().saturating_sub(1))
    }
}
