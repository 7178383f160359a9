//! How many instructions of the user's own a request takes: the same program under callgrind with few requests and with many,
//! and the difference. It does not move with the machine's noise.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

/// Requests before anything is counted: caches fill.
const WARM: usize = 320;
/// Connections at a time.
const CONNECTIONS: usize = 16;
/// Few and many.
const COUNTS: [usize; 2] = [1_600, 9_600];
const QUICK_COUNTS: [usize; 2] = [800, 3_200];

/// Instructions for one GET of `path` on a connection that stays.
pub(super) fn of(
    program: &Path,
    data: &Path,
    path: &str,
    headers: &[(String, String)],
    quick: bool,
) -> anyhow::Result<f64> {
    let [few, many] = if quick { QUICK_COUNTS } else { COUNTS };
    let counted = |requests| run(program, data, path, headers, requests);
    let (least, most) = (counted(few)?, counted(many)?);
    // What the other threads do (starting, looking after files) depends on the time that callgrind takes, not on the requests.
    let more = most.iter().filter_map(|(thread, count)| count.checked_sub(*least.get(thread)?));
    let readers = more.max().context("no thread is in both counts")?;
    Ok(readers as f64 / (many - few) as f64)
}

fn run(
    program: &Path,
    data: &Path,
    path: &str,
    headers: &[(String, String)],
    requests: usize,
) -> anyhow::Result<BTreeMap<String, u64>> {
    let room = tempfile::tempdir()?;
    let counts = room.path().join("counts");
    let mut child = Command::new("valgrind")
        .args(["--tool=callgrind", "--separate-threads=yes"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(program)
        .args(["serve", "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("MASTHEAD_THREADS", "1")
        .env("MASTHEAD_LOG", "error")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("valgrind is needed: package valgrind")?;
    let out = child.stdout.take().context("a pipe")?;
    let mut lines = BufReader::new(out).lines();
    let address: SocketAddr = loop {
        let line = lines.next().context("the program ended before it listened")??;
        if let Some(address) = line.strip_prefix("listening on http://") {
            break address.parse()?;
        }
    };
    let asked = ask(address, path, headers, requests);
    let ended = Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
    if !ended.success() {
        bail!("the program could not be ended");
    }
    child.wait()?;
    asked?;
    threads(room.path())
}

/// What each thread counted, but the first: that one starts everything.
fn threads(folder: &Path) -> anyhow::Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        let text = std::fs::read_to_string(&path)?;
        let line = text.lines().find_map(|line| {
            line.strip_prefix("summary: ").or_else(|| line.strip_prefix("totals: "))
        });
        let count = line.and_then(|line| line.trim().parse::<u64>().ok());
        let name = path.to_string_lossy().rsplit('-').next().unwrap_or_default().to_owned();
        if let Some(count) = count.filter(|_| name != "01") {
            counts.insert(name, count);
        }
    }
    Ok(counts)
}

/// Asks on several connections in step, as a server with readers is asked: all send, then all read.
fn ask(
    address: SocketAddr,
    path: &str,
    headers: &[(String, String)],
    requests: usize,
) -> anyhow::Result<()> {
    let lines: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{lines}\r\n");
    let mut streams = (0..CONNECTIONS)
        .map(|_| {
            let stream = TcpStream::connect(address)?;
            stream.set_read_timeout(Some(Duration::from_secs(120)))?;
            Ok(stream)
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut buffer = vec![0; 1 << 20];
    for round in 0..(WARM + requests) / CONNECTIONS {
        if round == WARM / CONNECTIONS {
            // What is made in the background is made.
            std::thread::sleep(Duration::from_secs(2));
        }
        for stream in &mut streams {
            stream.write_all(head.as_bytes())?;
        }
        for stream in &mut streams {
            answer(stream, &mut buffer).with_context(|| format!("GET {path}"))?;
        }
    }
    Ok(())
}

/// Reads one answer to its end.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> anyhow::Result<()> {
    let mut held = 0;
    loop {
        held += match stream.read(&mut buffer[held..])? {
            0 => bail!("the connection was closed"),
            read => read,
        };
        let Some(end) = buffer[..held].windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let length =
            text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if !text.starts_with("http/1.1 200") {
            bail!("the answer is {text}");
        }
        if held >= end + 4 + length.unwrap_or(0) {
            return Ok(());
        }
    }
}
