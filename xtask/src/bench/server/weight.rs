//! What a first visit costs: how long a start takes with nothing in memory, and what a page weighs on the wire with all that it
//! needs to be read.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};

use super::Bench;
use crate::instructions::ARTICLE;
use crate::program::{self, Program};
use crate::wire::{Request, once};

/// The most that a page may weigh, in bytes: HTML, style, script and fonts.
const PAGE_BYTES_MAX: f64 = 61_440.0;
/// The most that a start may take with nothing in memory, in milliseconds.
const COLD_MS_MAX: f64 = 500.0;
/// An article of the sample that is for subscribers: its page is a wall.
const WALLED: &str = "/harbour/sill-survey";
/// How the file of a font's rarer letters is told from that of the common ones, by its name: a page in English loads none.
const RARER: &str = "-latin.";

impl Bench {
    /// A page, and whether it is read with a script.
    pub(super) fn page_weights(&mut self) -> anyhow::Result<()> {
        for (page, path) in [("home", "/"), ("article", ARTICLE), ("wall", WALLED)] {
            let bench = format!("page_weight_{page}");
            if self.manner.wants(&bench) {
                let (bytes, parts) = weight(self.paper.address, path)?;
                let note =
                    format!("heads and bodies of {parts} answers: HTML, style, script, fonts");
                self.limit(&bench, PAGE_BYTES_MAX, bytes as f64, "bytes", &note);
            }
        }
        Ok(())
    }

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

/// The bytes of a page with its style, script and fonts, and how many answers they are.
fn weight(address: SocketAddr, path: &str) -> anyhow::Result<(usize, usize)> {
    let plain = |path: &str| -> anyhow::Result<String> {
        let (_, body) = once(address, "GET", &Request::plain(path))?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    };
    let page = plain(path)?;
    let named = |text: &str, before: &str, end: char| -> Vec<String> {
        text.split(before)
            .skip(1)
            .filter_map(|rest| rest.split(end).next())
            .filter(|path| path.starts_with("/assets/"))
            .map(str::to_owned)
            .collect()
    };
    let styles = named(&page, "rel=\"stylesheet\" href=\"", '"');
    let style = plain(styles.first().context("the page has no style sheet")?)?;
    let mut fonts = named(&style, "url(", ')');
    fonts.retain(|font| font.ends_with(".woff2") && !font.contains(RARER));
    if fonts.is_empty() {
        bail!("the style sheet names no font");
    }
    let scripts = named(&page, "<script src=\"", '"');
    let all = [&[path.to_owned()][..], &styles, &scripts, &fonts].concat();
    let mut bytes = 0;
    for path in &all {
        let packed = ("Accept-Encoding".to_owned(), "gzip, br".to_owned());
        let request = Request { path: path.clone(), headers: vec![packed] };
        let (head, body) = once(address, "GET", &request)?;
        if !head.starts_with("HTTP/1.1 200") {
            bail!("{path} is answered {head}");
        }
        bytes += head.len() + body.len();
    }
    Ok((bytes, all.len()))
}
