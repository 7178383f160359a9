//! A day of every kind of request in a few minutes, as they come to a paper with 1,000 articles: the memory of its last quarter
//! is that of its second one, and nothing is answered with an error.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{ScopedJoinHandle, scope};
use std::time::Instant;

use anyhow::{Context, bail};

use super::Report;
use super::rig::{self, Draw, Looks, PATIENCE, Rig, Zipf};
use crate::wire::{Answer, Request, Talk};

/// Requests, in a whole run and a quick one.
const REQUESTS: (usize, usize) = (240_000, 40_000);
/// Those who ask at a time.
const ASKERS: usize = 16;
/// Cookies that one of them keeps: readers who come back.
const COOKIES: usize = 200;
/// How much more memory the last quarter may have than the second one.
const GROWTH_MAX: f64 = 1.10;
/// Faults that are told, at most.
const TOLD_MAX: usize = 3;
const WORDS: [&str; 6] = ["harbour", "pilots", "tide", "case", "stamps", "ferry"];
const CRAWLER: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/// What is asked, and how many of a hundred do.
const KINDS: [(Kind, usize); 10] = [
    (Kind::Stranger, 30),
    (Kind::Returning, 25),
    (Kind::Newcomer, 5),
    (Kind::Front, 10),
    (Kind::Crawler, 8),
    (Kind::Picture, 10),
    (Kind::Feed, 4),
    (Kind::Search, 2),
    (Kind::Nothing, 4),
    (Kind::Section, 2),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Stranger,
    Returning,
    Newcomer,
    Front,
    Crawler,
    Picture,
    Feed,
    Search,
    Nothing,
    Section,
}

/// Lets the day pass.
pub(super) fn run(rig: &Rig) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let served = rig.serve("day", &[("log", "warn")])?;
    let address = served.paper.address;
    let requests = if rig.quick { REQUESTS.1 } else { REQUESTS.0 };
    let (left, began) = (AtomicUsize::new(requests), Instant::now());
    let looks = Looks::start(served.paper.id());
    let all = scope(|scope| {
        let askers: Vec<ScopedJoinHandle<'_, anyhow::Result<Vec<String>>>> = (0..ASKERS)
            .map(|number| {
                let (left, rig) = (&left, &rig);
                scope.spawn(move || Asker::new(rig, address, number)?.ask(left))
            })
            .collect();
        let mut faults = Vec::new();
        for asker in askers {
            match asker.join() {
                Ok(found) => faults.extend(found?),
                Err(_) => bail!("somebody who asks broke"),
            }
        }
        Ok(faults)
    });
    let seen = looks.stop()?;
    let faults = all?;
    let quarter = |number: usize| {
        let part = &seen[seen.len() * (number - 1) / 4..seen.len() * number / 4];
        part.iter().sum::<u64>() as f64 / part.len().max(1) as f64 / 1_024.0
    };
    let quarters = [1, 2, 3, 4].map(quarter);
    let growth = quarters[3] / quarters[1];
    let seconds = began.elapsed().as_secs_f64();
    report.figure(format!(
        "{requests} requests in {seconds:.0} s, {:.0} a second; memory of the four quarters {} MiB",
        requests as f64 / seconds,
        quarters.map(|mib| format!("{mib:.1}")).join(", ")
    ));
    report.must(growth <= GROWTH_MAX, format!("memory grows: {growth:.2} of the second quarter"));
    report.must(
        faults.is_empty(),
        format!("{} faults: {}", faults.len(), faults[..TOLD_MAX.min(faults.len())].join(", ")),
    );
    Ok(report)
}

/// One of those who ask, with the cookies of many.
struct Asker<'r> {
    rig: &'r Rig,
    address: SocketAddr,
    number: usize,
    draw: Draw,
    zipf: Zipf,
    cookies: Vec<String>,
    talk: Option<Talk>,
}

impl<'r> Asker<'r> {
    fn new(rig: &'r Rig, address: SocketAddr, number: usize) -> anyhow::Result<Self> {
        let (draw, zipf) = (Draw::new(number as u64 + 99), Zipf::new(rig.metered.len()));
        Ok(Self { rig, address, number, draw, zipf, cookies: Vec::new(), talk: None })
    }

    /// Asks as long as something is left; what was wrong.
    fn ask(mut self, left: &AtomicUsize) -> anyhow::Result<Vec<String>> {
        let mut faults = Vec::new();
        let one_less = |count: usize| count.checked_sub(1);
        while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
            let mut place = self.draw.below(100);
            let kind = KINDS.iter().find_map(|(kind, share)| {
                if place < *share {
                    return Some(*kind);
                }
                place -= share;
                None
            });
            let kind = kind.context("the shares of the kinds are a hundred")?;
            faults.extend(self.one(kind)?);
        }
        Ok(faults)
    }

    /// One request, or two where a reading leads on.
    fn one(&mut self, kind: Kind) -> anyhow::Result<Option<String>> {
        let article = self.rig.metered[self.zipf.draw(&mut self.draw)].clone();
        let mut wanted: &[u16] = &[200];
        let mut request = match kind {
            Kind::Stranger | Kind::Returning => rig::page(&article),
            Kind::Crawler => rig::page(&article),
            Kind::Newcomer => rig::reading(&article),
            Kind::Front => rig::page("/"),
            Kind::Picture => {
                rig::page(&self.rig.pictures[self.draw.below(self.rig.pictures.len())])
            }
            Kind::Feed => rig::page(
                ["/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json"][self.draw.below(3)],
            ),
            Kind::Search => {
                let word = WORDS[self.draw.below(WORDS.len())];
                rig::page(&format!("/search?q={word}+{}", self.draw.below(1_000)))
            }
            Kind::Nothing => rig::page(&format!("/harbour/nothing-{}", self.draw.below(1_000_000))),
            Kind::Section => rig::page(["/harbour", "/city"][self.draw.below(2)]),
        };
        match kind {
            Kind::Crawler => request.headers.push(("User-Agent".to_owned(), CRAWLER.to_owned())),
            Kind::Returning if !self.cookies.is_empty() => {
                let cookie = self.cookies[self.draw.below(self.cookies.len())].clone();
                // Every second one reads on: another article, until there is a wall.
                if self.draw.below(2) == 0 {
                    request = rig::reading(&article);
                    wanted = &[200, 303];
                }
                request.headers.push(("Cookie".to_owned(), cookie));
            }
            Kind::Newcomer => wanted = &[303],
            Kind::Nothing => wanted = &[404],
            _ => {}
        }
        let method = if request.path.ends_with("/reading") { "POST" } else { "GET" };
        let answer = self.send(method, &request)?;
        if kind == Kind::Newcomer
            && let Some(cookie) =
                answer.header("set-cookie").and_then(|line| line.split(';').next())
        {
            let cookie = cookie.to_owned();
            let mut opened = rig::page(&request.path);
            opened.headers.push(("Cookie".to_owned(), cookie.clone()));
            let opened = self.send("GET", &opened)?;
            if opened.status != 200 {
                return Ok(Some(format!("{} of what was opened", opened.status)));
            }
            if self.cookies.len() == COOKIES {
                let place = self.draw.below(COOKIES);
                self.cookies.swap_remove(place);
            }
            self.cookies.push(cookie);
        }
        let is_fine = wanted.contains(&answer.status) || answer.is_shed();
        Ok((!is_fine).then(|| format!("{} for {kind:?} {}", answer.status, request.path)))
    }

    fn send(&mut self, method: &str, request: &Request) -> anyhow::Result<Answer> {
        let mut talk = match self.talk.take() {
            Some(talk) => talk,
            // Every asker is a network of its own.
            None => {
                let from = rig::source(0x100 + self.number);
                Talk::over(rig::connect(from, self.address)?, PATIENCE)?
            }
        };
        let answer = talk.ask(&request.head(method, self.address));
        let answer = answer.with_context(|| format!("{method} {}", request.path))?;
        if !answer.closes() {
            self.talk = Some(talk);
        }
        Ok(answer)
    }
}
