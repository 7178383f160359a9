//! How long the desk takes over each of its lists in a large paper: 10,000 articles, and a million readers with a contract and three facts
//! each. What is timed is the whole answer over a connection of its own, as somebody of the newsroom waits for it.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::import;
use crate::ci::{self, cargo};
use crate::program::{self, Program};
use crate::wire::{Request, once_with};
use crate::{between, machine, say};

const ARTICLES: usize = 10_000;
const READERS: usize = 1_000_000;
/// Answers that are not counted, and those that are.
const WARM: usize = 2;
const COUNTED: usize = 15;
/// How many times the way to older ones is gone before a page deep in a list is timed.
const DEEP: usize = 20;
/// What every list keeps within (docs/benchmarks.md).
const MOST: Duration = Duration::from_millis(100);
const MARKS: (&str, &str) = ("<!-- desk: begin -->", "<!-- desk: end -->");

/// The lists that are asked for, and what a form sends to those that take one.
const LISTS: &[(&str, &str, &str)] = &[
    ("articles, all states", "/desk", ""),
    ("articles, published", "/desk?state=published", ""),
    ("articles of a section", "/desk?state=published&section=harbour", ""),
    ("articles by two words", "/desk?q=vessel+harbour", ""),
    ("articles by words that none has", "/desk?q=zzzz+qqqq", ""),
    ("pictures and files", "/desk/media", ""),
    ("front page", "/desk/front", ""),
    ("sections, authors, tags", "/desk/names", ""),
    ("record", "/desk/record", ""),
    ("staff", "/desk/staff", ""),
    ("institutions", "/desk/institutions", ""),
    ("settings", "/desk/settings", ""),
    ("numbers", "/desk/numbers", ""),
    ("numbers of articles, a year", "/desk/numbers/articles?days=365", ""),
    ("numbers of readers, a year", "/desk/numbers/readers?days=365", ""),
    ("numbers of money, a year", "/desk/numbers/money?days=365", ""),
    ("tokens", "/desk/tokens", ""),
    ("webhooks", "/desk/webhooks", ""),
    ("lists of readers", "/desk/readers/lists", ""),
    ("readers by the beginning of an address", "/desk/readers", "q=7"),
    ("readers by a whole address", "/desk/readers", "q=nobody%40grown.example"),
    ("readers by a name", "/desk/readers", "q=Ada"),
];

/// Makes the paper, times every list, and writes the table down.
pub(super) fn run(root: &Path) -> anyhow::Result<()> {
    let program = program::released(root)?;
    cargo(root, &["build", "--release", "--locked", "--package", "store", "--example", "grow"])?;
    let grow = program.with_file_name("examples/grow");
    let room = std::env::temp_dir().join(format!("masthead-desk-{}", std::process::id()));
    std::fs::create_dir_all(&room)?;
    let rows = measure(&program, &grow, &room);
    std::fs::remove_dir_all(&room)?;
    let rows = rows?;
    let date = machine::today()?;
    let table = format!(
        "Measured on {date}: {}, `cargo xtask bench desk`, profile `release`.\n\n| list | median | worst of {COUNTED} |\n|---|---|---|\n{}",
        machine::name(),
        rows.join("\n")
    );
    between(&root.join("docs/benchmarks.md"), MARKS, &table)
}

fn measure(program: &Path, grow: &Path, room: &Path) -> anyhow::Result<Vec<String>> {
    let (data, folder) = (room.join("paper"), room.join("in"));
    program::sample_with_subscriber(program, &data)?;
    import::generate(&folder, ARTICLES)?;
    let mut command = Command::new(program);
    command.args(["import", "--from", "markdown"]).arg(&folder).arg("--data").arg(&data);
    ci::succeed_quietly(&mut command)?;
    let mut command = Command::new(grow);
    ci::succeed_quietly(command.arg("subscribers").arg(&data).arg(READERS.to_string()))?;
    let demo = program::demo(program, &data)?;
    let owner = program::become_one(&demo, "owner")?;
    let mut rows = Vec::new();
    let mut slow = Vec::new();
    let mut timed = |name: &str, path: &str, form: &str| -> anyhow::Result<()> {
        for _ in 0..WARM {
            ask(&demo, &owner, path, form)?;
        }
        let mut took: Vec<Duration> = (0..COUNTED)
            .map(|_| {
                let began = Instant::now();
                ask(&demo, &owner, path, form).map(|_| began.elapsed())
            })
            .collect::<anyhow::Result<_>>()?;
        took.sort();
        let middle = took.get(took.len() / 2).copied().unwrap_or_default();
        let worst = took.last().copied().unwrap_or_default();
        let shown = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1_000.0);
        let row = format!("| {name} | {} | {} |", shown(middle), shown(worst));
        say(&row);
        rows.push(row);
        if middle > MOST {
            slow.push(name.to_owned());
        }
        Ok(())
    };
    for (name, path, form) in LISTS {
        timed(name, path, form)?;
    }
    let deep = older(&demo, &owner, "/desk?state=published", DEEP)?;
    timed("articles, twenty pages down", &deep, "")?;
    let reader = first(&demo, &owner, "/desk/readers", "q=7", "/desk/readers/")?;
    timed("a reader", &reader, "")?;
    if !slow.is_empty() {
        bail!("beyond {} ms: {}", MOST.as_millis(), slow.join(", "));
    }
    Ok(rows)
}

/// The page behind so many ways to older ones.
fn older(
    demo: &Program,
    owner: &(String, String),
    path: &str,
    steps: usize,
) -> anyhow::Result<String> {
    let mut path = path.to_owned();
    for _ in 0..steps {
        let page = ask(demo, owner, &path, "")?;
        let (before, _) = page.split_once("rel=\"next\"").context("there is nothing older")?;
        let href = before.rsplit_once("href=\"").and_then(|(_, href)| href.split('"').next());
        path = plain(href.context("a way without an address")?);
    }
    Ok(path)
}

/// The first address on a page that begins so.
fn first(
    demo: &Program,
    owner: &(String, String),
    path: &str,
    form: &str,
    begins: &str,
) -> anyhow::Result<String> {
    let page = ask(demo, owner, path, form)?;
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let found = links.map(plain).find(|href| href.starts_with(begins) && !href.ends_with("/lists"));
    found.with_context(|| format!("{path} leads to no {begins}"))
}

fn plain(href: &str) -> String {
    href.replace("&amp;", "&").replace("&#x2f;", "/")
}

/// One page of the desk.
fn ask(demo: &Program, owner: &(String, String), path: &str, form: &str) -> anyhow::Result<String> {
    let (method, mut request) = match form {
        "" => ("GET", Request::plain(path)),
        _ => ("POST", Request::form(path)),
    };
    request.headers.push(owner.clone());
    let (head, body) = once_with(demo.address, method, &request, form)?;
    if !head.starts_with("HTTP/1.1 200") {
        bail!("{method} {path}: {}", head.lines().next().unwrap_or_default());
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}
