//! How many instructions of the user's own a request takes: the same program under callgrind with few requests and with many,
//! and the difference. It does not move with the machine's noise.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::program::{self, Program};
use crate::say;
use crate::wire::{Headers, Request, Talk, header, once};

/// Requests before anything is counted: caches fill.
const WARM: usize = 320;
/// Connections at a time.
const CONNECTIONS: usize = 16;
/// Few and many.
const COUNTS: [usize; 2] = [1_600, 9_600];
const SHORT_COUNTS: [usize; 2] = [800, 3_200];

/// How long an answer is waited for: everything is some fifty times slower there.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is counted, and the most that it may take: the ceilings of `cargo xtask ci`. They are lowered when the code gets
/// better, and never raised without a decision that says why. A teaser of one and the same tree took 6,948 and 7,424, as the compiler
/// unfolded it with other settings of what it depends on: its ceiling stands above that, and not on it.
pub(crate) const CEILINGS: [(&str, f64); 2] = [("teaser", 7_700.0), ("full", 13_000.0)];
/// The article that is asked for, in the sample paper.
pub(crate) const ARTICLE: &str = "/harbour/forty-one-calls";

/// How long a count is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Length {
    /// Many requests: to be published.
    Whole,
    /// Fewer: the count moves by less than one in a hundred.
    Short,
}

/// The head of the request of that number, for a server at that address.
pub(crate) type Heads<'a> = dyn Fn(SocketAddr, usize) -> Vec<u8> + 'a;

/// Instructions for one GET of `path` on a connection that stays.
pub(crate) fn of(
    program: &Path,
    data: &Path,
    path: &str,
    headers: &Headers,
    length: Length,
) -> anyhow::Result<f64> {
    let request = Request { path: path.to_owned(), headers: headers.clone() };
    of_each(program, data, &|address, _| request.head("GET", address), length)
}

/// The same where requests differ.
pub(crate) fn of_each(
    program: &Path,
    data: &Path,
    heads: &Heads<'_>,
    length: Length,
) -> anyhow::Result<f64> {
    let [few, many] = if length == Length::Short { SHORT_COUNTS } else { COUNTS };
    let counted = |requests| run(program, data, requests, heads);
    let (least, most) = (counted(few)?, counted(many)?);
    // What the other threads do (starting, looking after files) depends on the time that callgrind takes, not on the requests.
    let more = most.iter().filter_map(|(thread, count)| count.checked_sub(*least.get(thread)?));
    let readers = more.max().context("no thread is in both counts")?;
    Ok(readers as f64 / (many - few) as f64)
}

fn run(
    program: &Path,
    data: &Path,
    requests: usize,
    heads: &Heads<'_>,
) -> anyhow::Result<BTreeMap<String, u64>> {
    let room = tempfile::tempdir()?;
    let counts = room.path().join("counts");
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--separate-threads=yes"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(program)
        .arg("serve");
    program::on_given_ports(&mut command, data);
    command.env("MASTHEAD_THREADS", "1").env("MASTHEAD_LOG", "error");
    let paper = Program::start(&mut command).context("valgrind is needed: package valgrind")?;
    let asked = ask(paper.address, requests, heads);
    // It writes down what it counted when it ends in order.
    paper.stop()?;
    asked?;
    threads(room.path())
}

/// What a reader of the sample paper asks for with, for each of [`CEILINGS`]: a stranger, and a visitor who opened the article.
pub(crate) fn askers(cookie: &(String, String)) -> [Headers; CEILINGS.len()] {
    let packed = ("Accept-Encoding".to_owned(), "gzip, br".to_owned());
    [vec![packed.clone()], vec![packed, cookie.clone()]]
}

/// The cookie of somebody new who opens an article.
pub(crate) fn cookie(paper: &Program, path: &str) -> anyhow::Result<(String, String)> {
    let same = ("Sec-Fetch-Site".to_owned(), "same-origin".to_owned());
    let none = ("Content-Length".to_owned(), "0".to_owned());
    let reading = Request { path: format!("{path}/reading"), headers: vec![same, none] };
    let (head, _) = once(paper.address, "POST", &reading)?;
    let cookie = header(&head, "set-cookie").and_then(|line| line.split(';').next());
    Ok(("Cookie".to_owned(), cookie.context("a reading sets a cookie")?.to_owned()))
}

/// Counts everything that has a ceiling, says it, and fails beyond one.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let program = program::released(root)?;
    let room = tempfile::tempdir()?;
    let data = room.path().join("paper");
    program::sample(&program, &data)?;
    let paper = Program::start(&mut program::serve(&program, &data))?;
    let cookie = cookie(&paper, ARTICLE)?;
    paper.stop()?;
    let mut beyond = Vec::new();
    for ((name, most), headers) in CEILINGS.iter().zip(askers(&cookie)) {
        let count = of(&program, &data, ARTICLE, &headers, Length::Short)?;
        say(format!("{name}: {count:.0} instructions for a request, {most:.0} at most"));
        beyond.extend((count > *most).then(|| format!("{name} takes {count:.0} of {most:.0}")));
    }
    if !beyond.is_empty() {
        bail!(
            "more instructions than before: {}; look at what the request does now, with callgrind",
            beyond.join(", ")
        );
    }
    Ok(())
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
fn ask(address: SocketAddr, requests: usize, heads: &Heads<'_>) -> anyhow::Result<()> {
    let mut lines = (0..CONNECTIONS)
        .map(|_| Talk::open(address, PATIENCE))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut number = 0;
    for round in 0..(WARM + requests) / CONNECTIONS {
        if round == WARM / CONNECTIONS {
            // What is made in the background is made.
            std::thread::sleep(Duration::from_secs(2));
        }
        for line in &mut lines {
            line.send(&heads(address, number))?;
            number += 1;
        }
        for line in &mut lines {
            let answer = line.receive()?;
            if answer.status != 200 {
                bail!("the answer is {}", answer.head);
            }
        }
    }
    Ok(())
}
