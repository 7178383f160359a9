//! How long a start takes with nothing in memory.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::bail;

use super::Bench;
use crate::instructions::ARTICLE;
use crate::program::{self, Program};
use crate::wire::{Request, once};

/// The most that a start may take with nothing in memory, in milliseconds.
const COLD_MS_MAX: f64 = 500.0;
impl Bench {
    /// From the start of the process to the first article, with neither the program nor the paper in the system's memory.
    pub(super) fn start_cold(&mut self, program: &Path, data: &Path) -> anyhow::Result<()> {
        if !self.manner.wants("start_cold") {
            return Ok(());
        }
        let mut took = Vec::new();
        for _ in 0..self.rounds() {
            put_out(program)?;
            for file in std::fs::read_dir(data)? {
                let path = file?.path();
                if path.is_file() {
                    put_out(&path)?;
                }
            }
            let began = Instant::now();
            let paper = Program::start(&mut program::serve(program, data))?;
            let (head, _) = once(paper.address, "GET", &Request::plain(ARTICLE))?;
            took.push(began.elapsed().as_secs_f64() * 1_000.0);
            if !head.starts_with("HTTP/1.1 200") {
                bail!("the first article is answered {head}");
            }
            paper.stop()?;
        }
        let note = "to the first article, neither program nor paper in the system's memory";
        self.limit("start_cold", COLD_MS_MAX, super::median(took), "ms", note);
        Ok(())
    }
}

/// Lets the system forget what it keeps of a file.
fn put_out(file: &Path) -> anyhow::Result<()> {
    let mut command = Command::new("dd");
    command.arg(format!("if={}", file.display())).args(["iflag=nocache", "count=0"]);
    crate::ci::succeed_quietly(&mut command)
}
