//! What a request costs in a large paper against a small one: the same articles are asked for where there are a hundred and where
//! there are a million, the same visitor where there are ten readings and ten million, and the same subscriber alone and among a million. Each paper is made by an example of the
//! store, which says too how many pages of the database the store reads.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};

use super::{Bench, Figure};
use crate::bench::import;
use crate::bench::load::{self, Protocol};
use crate::instructions::{self, Length};
use crate::program::{self, Program};
use crate::wire::Request;
use crate::{ci, machine};

/// What all names of figures begin with here.
pub(super) const NAME: &str = "growth";
/// Articles that are asked for: all that the small paper has beside the sample.
const ASKED: usize = 100;
/// Articles and readings that are added, in a whole run and a quick one.
const ARTICLES: (usize, usize) = (1_000_000, 10_000);
const READINGS: (usize, usize) = (10_000_000, 100_000);
/// Subscribers that are added, with three facts each.
const SUBSCRIBERS: (usize, usize) = (1_000_000, 10_000);
/// Readings of the small paper.
const FEW_READINGS: usize = 10;
/// Articles that are added to both papers whose pages are compared, so that one can be drawn: the small one has this many.
const FEW_ARTICLES: usize = 100;
/// Callers of the figure in time.
const CALLERS: usize = 64;

/// The papers, and the program that makes them.
struct Papers {
    grow: PathBuf,
    small: PathBuf,
    many_articles: PathBuf,
    many_readings: PathBuf,
    many_subscribers: PathBuf,
    /// The cookies of the one subscriber that all papers have.
    subscriber: (String, String),
    articles: usize,
    readings: usize,
    subscribers: usize,
}

impl Papers {
    fn make(program: &Path, grow: &Path, room: &Path, quick: bool) -> anyhow::Result<Self> {
        let (small, folder) = (room.join("small"), room.join("in"));
        let subscriber = program::sample_with_subscriber(program, &small)?;
        import::generate(&folder, ASKED)?;
        let mut command = Command::new(program);
        command.args(["import", "--from", "markdown"]).arg(&folder).arg("--data").arg(&small);
        ci::succeed_quietly(&mut command)?;
        let papers = Self {
            grow: grow.to_owned(),
            many_articles: room.join("many-articles"),
            many_readings: room.join("many-readings"),
            many_subscribers: room.join("many-subscribers"),
            subscriber,
            articles: if quick { ARTICLES.1 } else { ARTICLES.0 },
            readings: if quick { READINGS.1 } else { READINGS.0 },
            subscribers: if quick { SUBSCRIBERS.1 } else { SUBSCRIBERS.0 },
            small,
        };
        for large in [&papers.many_articles, &papers.many_readings, &papers.many_subscribers] {
            ci::succeed_quietly(Command::new("cp").arg("-a").arg(&papers.small).arg(large))?;
        }
        papers.add("articles", &papers.small, FEW_ARTICLES)?;
        papers.add("readings", &papers.small, FEW_READINGS)?;
        papers.add("articles", &papers.many_articles, papers.articles)?;
        papers.add("readings", &papers.many_readings, papers.readings)?;
        papers.add("subscribers", &papers.many_subscribers, papers.subscribers)?;
        Ok(papers)
    }

    fn add(&self, what: &str, paper: &Path, count: usize) -> anyhow::Result<()> {
        let mut command = Command::new(&self.grow);
        ci::succeed_quietly(command.arg(what).arg(paper).arg(count.to_string()))
    }

    /// Pages that the store reads of a paper: for a visitor's readings, and for an article.
    fn pages(&self, paper: &Path, readings: usize, articles: usize) -> anyhow::Result<(f64, f64)> {
        let mut command = Command::new(&self.grow);
        command.arg("pages").arg(paper).args([readings.to_string(), articles.to_string()]);
        let ended = command.output()?;
        if !ended.status.success() {
            bail!("{command:?} failed: {}", String::from_utf8_lossy(&ended.stderr));
        }
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        let numbers = said.trim().split_once(' ');
        let (readings, article) = numbers.with_context(|| format!("it said {said:?}"))?;
        Ok((readings.parse()?, article.parse()?))
    }
}

/// The path of one of the generated articles that both papers have: a few of them often, most of them seldom.
fn asked(number: usize) -> String {
    let sections = ["harbour", "city", "islands", "assembly", "sport", "culture"];
    // A walk over ranks that comes to the first one half of the time, to the second a quarter, and so on.
    let rank =
        ((number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as f64 / f64::from(u32::MAX);
    let article = ((ASKED as f64).powf(rank) as usize).saturating_sub(1).min(ASKED - 1);
    format!("/{}/n-{article}", sections[article % sections.len()])
}

impl Bench {
    /// Large against small, in instructions, pages of the database, and time.
    pub(super) fn growth(&mut self, program: &Path, grow: &Path) -> anyhow::Result<()> {
        // A paper of a million articles takes longer to be made than all the rest takes: it is asked for by its name.
        if !self.manner.quick && self.manner.only.is_empty() || !self.manner.wants(NAME) {
            return Ok(());
        }
        let room = self.room.clone();
        let papers = Papers::make(program, grow, &room, self.manner.quick)?;
        let length = if self.manner.quick { Length::Short } else { Length::Whole };
        let packed = ("Accept-Encoding".to_owned(), "gzip, br".to_owned());
        let (articles, readings) = (papers.articles, papers.readings);
        // A teaser, of whichever article.
        let teaser = |address: SocketAddr, number| {
            Request { path: asked(number), headers: vec![packed.clone()] }.head("GET", address)
        };
        let [small, large] = [&papers.small, &papers.many_articles]
            .map(|paper| instructions::of_each(program, paper, &teaser, length));
        let note = format!(
            "the same {ASKED} articles asked for, in a paper of {articles} more; 0.95 is aimed at"
        );
        self.against("growth_teaser_instructions", large?, small?, "instructions", note);
        // A visitor, with a reading of their own.
        let path = asked(0);
        let of_visitor = |paper: &Path| {
            let served = Program::start(&mut program::serve(program, paper))?;
            let cookie = instructions::cookie(&served, &path)?;
            served.stop()?;
            instructions::of(program, paper, &path, &vec![packed.clone(), cookie], length)
        };
        let (small, large) = (of_visitor(&papers.small)?, of_visitor(&papers.many_readings)?);
        let note = format!(
            "a visitor's open article, beside {readings} readings of others; 0.95 is aimed at"
        );
        self.against("growth_full_instructions", large, small, "instructions", note);
        // A subscriber, whose page is the same whoever else there is.
        let headers = vec![packed.clone(), papers.subscriber.clone()];
        let [small, large] = [&papers.small, &papers.many_subscribers]
            .map(|paper| instructions::of(program, paper, &path, &headers, length));
        let note = format!(
            "a subscriber's article, among {} others with three facts each; 0.95 is aimed at",
            papers.subscribers
        );
        self.against("growth_subscriber_instructions", large?, small?, "instructions", note);
        // What the store reads, of whomever and whichever.
        let small = papers.pages(&papers.small, FEW_READINGS, FEW_ARTICLES)?;
        let (of_article, of_visitor) = (
            papers.pages(&papers.many_articles, 0, articles),
            papers.pages(&papers.many_readings, readings, 0)?,
        );
        let note = "pages of the database for an article of a Zipf, without the pages that are kept finished; 2 more are the most";
        self.against("growth_article_pages", of_article?.1, small.1, "pages", note.to_owned());
        let note =
            "pages of the database for a visitor of a Zipf who comes back; 2 more are the most";
        self.against("growth_visitor_pages", of_visitor.0, small.0, "pages", note.to_owned());
        let note = format!("one article, in a paper of {articles} more; {CALLERS} connections");
        let request = Request { path: path.clone(), headers: vec![packed.clone()] };
        let both = (&papers.small, &papers.many_articles);
        self.growth_in_time("growth_teaser_h1", program, both, &request, note)?;
        let note = format!("a subscriber, among {} others", papers.subscribers);
        let request = Request { path, headers };
        let both = (&papers.small, &papers.many_subscribers);
        self.growth_in_time("growth_subscriber_h1", program, both, &request, note)
    }

    fn growth_in_time(
        &mut self,
        bench: &str,
        program: &Path,
        (small, large): (&PathBuf, &PathBuf),
        request: &Request,
        note: String,
    ) -> anyhow::Result<()> {
        let serve = |paper: &Path| {
            let mut command = Command::new("taskset");
            command.args(["-c", super::CORE]).arg(program).arg("serve");
            program::on_given_ports(&mut command, paper);
            Program::start(command.env("MASTHEAD_THREADS", "1").env("MASTHEAD_LOG", "warn"))
        };
        let (small, large) = (serve(small)?, serve(large)?);
        let lasts = self.lasts();
        let rounds = self.undisturbed(super::FOREIGN_MAX, || {
            [&large, &small]
                .into_iter()
                .map(|server| {
                    let process = [server.id()];
                    let before = machine::on_core(&process)?;
                    let answers =
                        load::get(server.address, request, Protocol::Http1, CALLERS, lasts)?;
                    let spent = machine::on_core(&process)? - before;
                    Ok::<(f64, Duration), anyhow::Error>((
                        answers as f64 / spent.as_secs_f64(),
                        spent,
                    ))
                })
                .collect()
        })?;
        self.figure(bench, &rounds, 1, "small paper", note);
        Ok(())
    }

    /// A figure of a large paper beside that of a small one. Less is better, so that the ratio is small to large.
    fn against(&mut self, bench: &str, large: f64, small: f64, unit: &'static str, note: String) {
        let ratio = small / large;
        let bench = bench.to_owned();
        let peer = "small paper";
        self.tell(Figure { bench, ours: large, peer, theirs: small, ratio, unit, note });
    }
}
