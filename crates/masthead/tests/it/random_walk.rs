//! Random days of several visitors, over HTTP, against a model of a few lines: no reading is newly granted at the
//! allowance or beyond it, reading again is free, and the number shown is right.

use std::cell::Cell;
use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use paywall::{Window, WindowRule};
use proptest::prelude::{Just, Strategy};
use proptest::prop_oneof;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::task::JoinSet;

use crate::ask::Ask;
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::meter::left_in;
use crate::paper::{TestPaper, answer, wait};
use crate::settings::Settings;

const VISITORS: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Who, which article, and whether by script.
    Read(usize, usize, bool),
    /// Articles from one on, as many, all at once.
    Burst(usize, usize, usize),
    DropCookie(usize),
    /// Goes on with the cookie as it was first given.
    ReplayCookie(usize),
    Forward {
        hours: i64,
    },
    Back {
        hours: i64,
    },
    Allowance(u32),
    /// `None`: the calendar month.
    Window(Option<u16>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..VISITORS, 0..PLAIN.len(), proptest::bool::ANY)
            .prop_map(|(who, article, script)| Step::Read(who, article, script)),
        2 => (0..VISITORS, 0..PLAIN.len(), 2..7_usize)
            .prop_map(|(who, first, many)| Step::Burst(who, first, many)),
        1 => (0..VISITORS).prop_map(Step::DropCookie),
        1 => (0..VISITORS).prop_map(Step::ReplayCookie),
        1 => (1..40_i64 * 24).prop_map(|hours| Step::Forward { hours }),
        1 => (1..47_i64).prop_map(|hours| Step::Back { hours }),
        1 => (0..8_u32).prop_map(Step::Allowance),
        1 => prop_oneof![Just(None), (1..10_u16).prop_map(Some)].prop_map(Step::Window),
    ]
}

/// What the model knows of one visitor.
#[derive(Default)]
struct Visitor {
    jar: Jar,
    first_cookie: Option<String>,
    window: Option<Window>,
    opened: BTreeSet<usize>,
}

struct Walk<'a> {
    paper: &'a TestPaper,
    settings: Settings,
    rule: WindowRule,
    set_to: Timestamp,
    visitors: [Visitor; VISITORS],
    key: &'a Cell<u32>,
}

impl Walk<'_> {
    fn take(&mut self, step: Step) {
        match step {
            Step::Read(who, article, script) => self.read(who, article, script),
            Step::Burst(who, first, many) => self.burst(who, first, many),
            Step::DropCookie(who) => self.visitors[who] = Visitor::default(),
            Step::ReplayCookie(who) => {
                let visitor = &mut self.visitors[who];
                if let Some(cookie) = &visitor.first_cookie {
                    visitor.jar = Jar::holding("m", cookie);
                }
            }
            Step::Forward { hours } => self.move_clock(hours),
            Step::Back { hours } => {
                self.move_clock(-hours);
                // The mark is held by the clock; it goes on from where it was.
                let held = self.paper.clock.now();
                self.set_to = self.set_to.max(held);
                self.paper.clock.set(self.set_to);
            }
            Step::Allowance(allowance) => {
                self.settings.allowance = allowance;
                self.paper.change(&self.settings);
            }
            Step::Window(days) => {
                let days_text = days.map(|days| format!("{days} days"));
                self.settings.window = days_text.unwrap_or_else(|| "calendar month".to_owned());
                self.rule =
                    days.map_or(WindowRule::CalendarMonth, |days| WindowRule::Rolling { days });
                self.paper.change(&self.settings);
            }
        }
    }

    fn move_clock(&mut self, hours: i64) {
        self.set_to += SignedDuration::from_hours(hours);
        self.paper.clock.set(self.set_to);
    }

    /// What must come of a reading, by the rules as a reader would tell them.
    fn expected(&mut self, who: usize, article: usize, now: Timestamp) -> Option<u32> {
        let visitor = &mut self.visitors[who];
        if visitor.jar.header(now).is_none() {
            let jar = Jar::default();
            *visitor = Visitor { jar, ..Visitor::default() };
        }
        if visitor.window.is_none_or(|window| !window.holds(now)) {
            visitor.window = None;
            visitor.opened.clear();
        }
        let read = u32::try_from(visitor.opened.len()).unwrap();
        if !visitor.opened.contains(&article) {
            if read >= self.settings.allowance {
                return None;
            }
            visitor.opened.insert(article);
            let zone = jiff::tz::TimeZone::get(self.settings.zone).unwrap();
            visitor.window.get_or_insert_with(|| self.rule.lay(&zone, now));
        }
        let read = u32::try_from(visitor.opened.len()).unwrap();
        Some(self.settings.allowance.saturating_sub(read))
    }

    /// Several articles in parallel: as many open as were left, whichever they are, besides those that were open.
    fn burst(&mut self, who: usize, first: usize, many: usize) {
        let now = self.paper.clock.now();
        let visitor = &mut self.visitors[who];
        let Some(cookie) = visitor.jar.header(now) else { return };
        if visitor.window.is_none_or(|window| !window.holds(now)) {
            visitor.window = None;
            visitor.opened.clear();
        }
        let asked: Vec<usize> = (first..first + many).map(|number| number % PLAIN.len()).collect();
        let (again, fresh): (Vec<usize>, Vec<usize>) =
            asked.iter().partition(|article| visitor.opened.contains(article));
        let left = (self.settings.allowance as usize).saturating_sub(visitor.opened.len());
        let asks = asked.iter().map(|article| {
            let ask = Ask::script(&self.paper.sheet(PLAIN[*article]).reading(), &key_of(0));
            (*article, ask.with("cookie", &cookie))
        });
        let opened = all_open(self.paper, asks.collect());
        assert!(again.iter().all(|article| opened.contains(article)), "reading again is free");
        assert_eq!(opened.len() - again.len(), fresh.len().min(left), "of {fresh:?}, {left} left");
        visitor.opened.extend(opened);
        if !visitor.opened.is_empty() && visitor.window.is_none() {
            let zone = jiff::tz::TimeZone::get(self.settings.zone).unwrap();
            visitor.window = Some(self.rule.lay(&zone, now));
        }
    }

    fn read(&mut self, who: usize, article: usize, script: bool) {
        let now = self.paper.clock.now();
        let expected = self.expected(who, article, now);
        let code = PLAIN[article];
        let reading = self.paper.sheet(code).reading();
        let jar = &mut self.visitors[who].jar;
        let (open, text) = if script {
            self.key.set(self.key.get() + 1);
            let told =
                self.paper.browse(jar, Ask::script(&reading, &key_of(self.key.get()))).json();
            (told["state"] == "open", told["status"].as_str().unwrap_or("").to_owned())
        } else {
            let page = self.paper.browse(jar, Ask::form(&reading));
            (self.paper.is_whole(&page, code), page.text())
        };
        assert_eq!(open, expected.is_some(), "{code} for visitor {who}");
        if let Some(left) = expected {
            assert_eq!(left_in(&text), Some(left), "{code} for visitor {who}: {text}");
            // What is open is open at its own address, too.
            let page = self.paper.send(jar, Ask::get(&self.paper.path(code)));
            assert!(self.paper.is_whole(&page, code));
        } else {
            let page = self.paper.send(jar, Ask::get(&self.paper.path(code)));
            assert!(!self.paper.is_whole(&page, code));
        }
        let visitor = &mut self.visitors[who];
        if visitor.first_cookie.is_none() && !visitor.jar.is_empty() {
            visitor.first_cookie = Some(visitor.jar.value().to_owned());
        }
    }
}

/// Asks for all of them before any is answered; returns those that opened.
fn all_open(paper: &TestPaper, asks: Vec<(usize, Ask)>) -> BTreeSet<usize> {
    wait(async {
        let mut requests = JoinSet::new();
        for (article, ask) in asks {
            let site = paper.site.clone();
            requests.spawn(async move { (article, answer(&site, &ask).await) });
        }
        let answers = requests.join_all().await.into_iter();
        let open = answers.filter(|(_, reply)| reply.json()["state"] == "open");
        open.map(|(article, _)| article).collect()
    })
}

/// 22 characters of base64url that differ with the number, the last of them with zero bits.
fn key_of(number: u32) -> String {
    format!("{number:021}A")
}

#[test]
fn whatever_visitors_do_the_meter_counts_right() {
    let paper = TestPaper::new();
    let (case, key) = (Cell::new(0_i64), Cell::new(0));
    let mut runner =
        TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let walks = proptest::collection::vec(step(), 1..40);
    let outcome = runner.run(&walks, |steps| {
        // Each walk begins long after the one before, so that nothing of it is left.
        case.set(case.get() + 1);
        let begins = paper.clock.now() + SignedDuration::from_hours(24 * 90 + case.get());
        paper.clock.set(begins);
        let settings = Settings::default();
        paper.change(&settings);
        let mut walk = Walk {
            paper: &paper,
            settings,
            rule: WindowRule::CalendarMonth,
            set_to: begins,
            visitors: Default::default(),
            key: &key,
        };
        steps.into_iter().for_each(|step| walk.take(step));
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
