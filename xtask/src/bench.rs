//! `cargo xtask bench`: what is measured and published in docs/benchmarks.md. It never runs in the checks of a change:
//! a figure says how fast this machine was, a check says whether the code is right.

mod bare;
mod desk;
mod exports;
pub(crate) mod import;
mod load;
mod server;

use std::path::Path;
use std::process::Command;

use crate::ci::succeed;
use crate::program;

/// Measures one thing, named by the words behind `bench`.
pub(crate) fn run(words: &[&str], root: &Path) -> anyhow::Result<()> {
    match words {
        [] | ["--quick" | "--json" | "--only", ..] => {
            server::run(root, &server::Manner::of(words)?)
        }
        // What the run above starts beside the paper.
        ["bare-writer", file] => bare::writer(Path::new(file)),
        ["site"] => site(root),
        ["feeds"] => feeds(root),
        ["desk"] => desk::run(root),
        ["import"] => import::run(root, None),
        ["import", count] => import::run(root, Some(count)),
        other => anyhow::bail!(
            "{:?} is not measured; there are `--quick`, `--json`, `site`, `feeds`, `desk` and `import`",
            other.join(" ")
        ),
    }
}

/// Lighthouse over the release build, as a phone.
fn site(root: &Path) -> anyhow::Result<()> {
    let binary = program::released(root)?;
    let folder = root.join("e2e/lighthouse");
    let npm = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    succeed(Command::new("npm").args(npm).current_dir(folder))?;
    let mut measure = Command::new("node");
    measure.arg("e2e/lighthouse/measure.mjs").env("MASTHEAD_BIN", binary).current_dir(root);
    succeed(&mut measure)?;
    Ok(())
}

/// Fills a large paper and streams all of it: sitemaps and feeds, with time and memory.
fn feeds(root: &Path) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let test = ["test", "--release", "--package", "masthead", "--test", "it", "--"];
    let name = ["--exact", "--nocapture", "sitemaps::a_large_paper_is_streamed_whole"];
    let mut command = Command::new(cargo);
    command.args(test).args(name).current_dir(root).env("BENCH_ARTICLES", "100000");
    succeed(&mut command)?;
    Ok(())
}
