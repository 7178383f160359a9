//! Rows about what browsers do: many requests at once, a page that is not read to its end, a worker that keeps pages, the
//! way back.

use super::{aim, several};
use crate::ask::Ask;
use crate::decode;
use crate::evasion::asking::Case;
use crate::evasion::burst::{Protocol, beginning};
use crate::evasion::filling::Turn;
use crate::evasion::list::Request;
use crate::evasion::run::{Aim, Run, is_whole, turn};
use crate::evasion::worlds::{ARTICLE, Kind, World};

/// How many requests come at once, at most.
const BURST_MAX: usize = 64;

impl Run<'_> {
    /// Many at once: each on a connection of its own, and all on one.
    pub(super) fn all_at_once(&self, request: &Request, burst: &str) {
        for protocol in [Protocol::Http11, Protocol::Http2] {
            self.at_once(protocol, request, burst);
        }
    }

    fn at_once(&self, protocol: Protocol, request: &Request, burst: &str) {
        let digits: String = burst.chars().filter(char::is_ascii_digit).collect();
        let wanted = digits.parse().unwrap_or(20).clamp(2, BURST_MAX);
        let world = World::open_patient(Kind::Wide);
        let mut asker = self.asker(turn(&world, 0), request);
        let (request, mut articles) = several(&world, request);
        if articles.len() == 1 {
            articles = vec![articles[0]; wanted];
        }
        articles.truncate(BURST_MAX);
        let cases: Vec<(&'static str, Case)> = articles
            .iter()
            .map(|article| {
                let turn = Turn { article, ..turn(&world, 0) };
                let case = self.case(turn, &request, &mut asker);
                // Every page is at hand, so that nothing but the meter stands between the requests.
                let (method, target) = ("GET".to_owned(), world.paper.path(article));
                let page = Case { method, target, body: String::new(), ..case.clone() };
                self.ask(Aim { article, ..aim(&world, &asker, false) }, &page, false);
                (*article, case.by_script(&world.paper.sheet(article).reading()))
            })
            .collect();
        let before = world.readings();
        let answers = protocol.all_at_once(&world, &cases);
        let made = world.readings() - before;
        let mut whole = 0;
        for ((article, case), answer) in cases.iter().zip(&answers) {
            self.count_sent();
            let is_open = is_whole(&world, &answer.text(), article);
            whole += usize::from(is_open);
            self.came_back(if is_open { "the whole article" } else { "wall" });
            let mut may = asker.clone();
            if is_open {
                may.may.push(article);
            }
            self.judge(Aim { article, ..aim(&world, &may, false) }, case, answer, "at once");
        }
        let left = asker.left.unwrap_or(0);
        let distinct = articles.iter().collect::<std::collections::BTreeSet<_>>().len();
        let limit = if distinct == 1 { answers.len() } else { left.min(distinct) };
        self.check(whole <= limit, || format!("{whole} opened at once, with {left} left"));
        let expected = self.expected.whole_answers.filter(|_| asker.absent.is_none());
        let expected = expected.unwrap_or(limit);
        self.expect(whole == expected, || {
            format!("{whole} of {} are FULL, not {expected}", answers.len())
        });
        if let Some(count) = self.expected.count.filter(|_| asker.absent.is_none()) {
            self.expect(made == count, || format!("the meter counted {made} instead of {count}"));
        }
        let spoken = match protocol {
            Protocol::Http11 => "HTTP/1.1",
            Protocol::Http2 => "HTTP/2",
        };
        self.note(format!("{whole} of {} at once over {spoken}.", answers.len()));
    }

    /// Whoever stops reading has seen nothing that is not in the whole.
    pub(super) fn cut_short(&self, request: &Request) {
        let bytes_max: usize =
            request.directive("abort-after").and_then(|bytes| bytes.parse().ok()).unwrap_or(2_048);
        let world = self.worlds.world(Kind::Plain);
        let mut asker = self.asker(turn(&world, 0), request);
        let case = self.case(turn(&world, 0), request, &mut asker);
        self.count_sent();
        let seen = beginning(world.wire().address(), &case.bytes(), bytes_max);
        let mut found = decode::articles_in(&seen);
        found.retain(|code| !asker.may.contains(&code.as_str()));
        self.check(found.is_empty() && !seen.is_empty(), || {
            format!("words of {found:?} before the end")
        });
    }

    /// No worker keeps pages, and nothing that the pages load would start one.
    pub(super) fn without_a_worker(&self) {
        let world = self.worlds.world(Kind::Plain);
        let asker = world.asker("exhausted").unwrap();
        let page = world.paper.get(&world.paper.path(ARTICLE)).text();
        let scripts = page.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for script in scripts.filter(|script| script.contains(".js")) {
            let text = world.paper.get(script).text();
            for word in ["serviceWorker", "caches.open", "indexedDB", "localStorage"] {
                self.check(!text.contains(word), || format!("{script} names {word}"));
            }
        }
        for path in ["/sw.js", "/service-worker.js", "/serviceworker.js"] {
            let answer = self.ask(aim(&world, &asker, false), &Case::new("GET", path), false);
            self.check(answer.is_some_and(|a| a.status == 404), || format!("{path} is there"));
        }
    }

    /// Going back asks again, since nobody may keep the page: without the cookie it is the teaser.
    pub(super) fn gone_back(&self) {
        let world = self.worlds.world(Kind::Plain);
        let mut asker = world.entitled();
        let path = world.paper.path(ARTICLE);
        let reply = world.paper.send(&mut asker.jar, Ask::get(&path));
        self.check(reply.header("cache-control").contains("no-store"), || {
            "it may be kept".to_owned()
        });
        let stranger = world.asker("none").unwrap();
        self.ask(aim(&world, &stranger, false), &Case::new("GET", &path), true);
    }
}
