//! The rigs: how a row is run, by its directives. Every row is asked as it stands; a row about caches is asked through
//! caches, one about the clock at its instants, and so on. Loops have bounds, whatever a row says.

mod browsers;
mod caches;
mod changes;
mod instants;
mod money;
mod ours;
mod readers;

use std::net::IpAddr;
use std::rc::Rc;

use web::Count;

use changes::change;
use money::happening;
use ours::ours;

use super::asking::{Answer, Case};
use super::filling::range;
use super::list::{Part, Request};
use super::run::{Aim, Run, Worlds, is_cache, is_whole, turn};
use super::variants::{self, Trick, Variant};
use super::worlds::{ARTICLE, Asker, FREE, Kind, World, network};
use crate::jar::Jar;

/// How often a request is repeated, at most.
const REPEAT_MAX: usize = 60;
/// How many articles of a range are asked for, at most.
const RANGE_MAX: usize = 500;
/// New visitors that a network may send a day, in the paper that has a budget; and one who came before.
const BUDGET: usize = 4;
/// Directives that are understood.
pub(super) const KNOWN: [&str; 27] = [
    "jar",
    "each",
    "then",
    "repeat",
    "grep",
    "net",
    "via",
    "ptr",
    "peer",
    "fault",
    "server-clock",
    "after",
    "js",
    "dom",
    "reader",
    "abort-after",
    "clear",
    "sw",
    "nav",
    "h1",
    "h2",
    "observe",
    "event",
    "wba",
    "window",
    "agent",
    "burst",
];

impl Run<'_> {
    /// Runs the row with all its variants.
    pub(crate) fn run(&self) {
        for part in &self.row.request.parts {
            if let Part::Directive(name, _) = part
                && !KNOWN.contains(&name.as_str())
            {
                self.no_rig(&format!("@{name}"));
            }
        }
        for variant in variants::all(&self.row.request) {
            self.variant(&variant);
        }
        self.asked_to_stay_away();
    }

    fn variant(&self, variant: &Variant) {
        let request = &variant.request;
        self.beyond_a_request(request);
        if let Some(after) = request.directive("after") {
            if after.starts_with(|c: char| c.is_ascii_digit()) {
                return self.at_instants(request, &format!("+{after}"));
            }
            if let Some(change) = change(after) {
                return self.after_a_change(request, change);
            }
            if let Some(happening) = happening(after) {
                let ours = ours(request);
                self.after_it_happened(ours.as_ref().unwrap_or(request), happening);
                return ours.into_iter().for_each(|_| self.plain(request, variant.trick));
            }
        }
        if let Some(clock) = request.directive("server-clock") {
            return self.at_instants(request, clock);
        }
        if let Some(fault) = request.directive("fault") {
            return self.with_a_fault(request, fault);
        }
        if request.directive("observe").is_some() {
            return self.observed(request);
        }
        if request.method.is_empty() {
            return;
        }
        let burst = ["h1", "h2", "burst"].iter().find_map(|name| request.directive(name));
        if let Some(burst) = burst {
            return self.all_at_once(request, burst);
        }
        self.plain(request, variant.trick);
        let ours = ours(request);
        if let Some(ours) = &ours {
            self.plain(ours, variant.trick);
        }
        self.about_accounts(ours.as_ref().unwrap_or(request));
        if request.directive("via").is_some_and(is_cache) || !request.then.is_empty() {
            self.behind_caches(request, variant.trick);
        }
        if request.directive("abort-after").is_some() {
            self.cut_short(request);
        }
        if request.directive("sw").is_some() {
            self.without_a_worker();
        }
        if request.directive("nav").is_some() {
            self.gone_back();
        }
    }

    /// Where a row says that robots.txt says no, it says so to the agent that the row names.
    fn asked_to_stay_away(&self) {
        let agent =
            self.row.request.headers().find(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
        let Some((_, agent)) = agent.filter(|_| self.expected.claims("robots")) else { return };
        let token = agent.split(['/', ' ']).next().unwrap_or(agent);
        let text = self.worlds.world(Kind::Plain).paper.get("/robots.txt").text();
        let mut groups = text.split("\n\n");
        let says_no = |group: &str| {
            group.contains(&format!("User-agent: {token}\n")) && group.contains("Disallow: /\n")
        };
        self.count_sent();
        self.expect(groups.any(says_no), || format!("robots.txt says nothing to {token}"));
    }

    /// What happens before, or without, a request.
    fn beyond_a_request(&self, request: &Request) {
        for after in request.directives("after") {
            let is_known = change(after).is_some()
                || happening(after).is_some()
                || after.starts_with(|c: char| c.is_ascii_digit());
            if !is_known {
                self.no_rig(&format!("@after={after}"));
            }
        }
        if let Some(event) = request.directive("event") {
            self.event(event);
        }
    }

    /// The kinds of paper in which a row is asked.
    fn kinds(&self, request: &Request) -> Vec<Kind> {
        let names_full = self.expected.full || self.expected.claims("noarchive");
        if range(&request.target).is_some() {
            return vec![Kind::Wide];
        }
        if request.directive("ptr").is_some() || request.directive("peer").is_some() {
            return vec![Kind::Generous];
        }
        let mut kinds = vec![Kind::Plain];
        let agent = request.headers().find(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
        let is_itself = agent
            .is_none_or(|(_, agent)| agent.contains("Googlebot/") || agent.contains("bingbot/"));
        match request.directive("net") {
            // A proven crawler gets everything where the paper says so; the row has to have said so, too.
            Some(_) if names_full || !is_itself => kinds.push(Kind::Generous),
            Some(_) => {}
            None => kinds.extend([Kind::Generous, Kind::Behind("blind")]),
        }
        if [401, 402].iter().any(|status| self.expected.statuses.contains(status)) {
            kinds.push(Kind::Charging);
        }
        kinds
    }

    /// The request as it stands, in every kind of paper that matters.
    fn plain(&self, request: &Request, trick: Option<Trick>) {
        for kind in self.kinds(request) {
            let world = self.worlds.world(kind);
            let mut asked = request.clone();
            let has_agent =
                request.headers().any(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
            if kind == Kind::Charging && !has_agent {
                // Those who are to pay are machines.
                asked.parts.push(header("User-Agent", "GPTBot/1.2"));
            }
            self.plain_in(&world, &asked, trick);
            let has_cookie = request.headers().any(|(name, _)| name.eq_ignore_ascii_case("cookie"));
            // A POST of somebody new would be a reading.
            let may_be_anybody = !has_cookie && request.method != "POST";
            if kind == Kind::Generous && request.directive("jar").is_none() && may_be_anybody {
                // Whoever shows a visitor's cookie is that visitor; a crawler has none.
                asked.direct("jar", "none");
                if !has_agent {
                    // An address means something where a crawler would come from it.
                    let agent = "Mozilla/5.0 (compatible; Googlebot/2.1)";
                    asked.parts.push(header("User-Agent", agent));
                }
                self.plain_in(&world, &asked, trick);
            }
        }
        if request.directive("peer").is_some() {
            self.through_the_proxy();
        }
        self.tells_nothing_of_locked_words(request);
    }

    fn plain_in(&self, world: &World, request: &Request, trick: Option<Trick>) {
        let mut asker = self.asker(turn(world, 0), request);
        if self.is_cleared(request) {
            return self.with_a_new_jar_each_time(world, request);
        }
        // Nothing opens by a GET: a row that expects the text of whoever has some left is about the reading.
        let is_open = world.article_of(&request.target.replace("{F}", &world.paper.path(FREE)));
        let opens = self.expected.full && !self.expected.is_mixed() && asker.left != Some(0);
        let has_it = is_open.is_some() || asker.may.contains(&ARTICLE);
        let is_crawler = request.directive("net").is_some_and(|net| net.starts_with("verified"));
        if self.expected.rises || opens && !has_it && !is_crawler {
            return self.opened_one_by_one(world, request, asker);
        }
        let mut made = 0;
        let (request, articles) = several(world, request);
        let repeat = repetitions(&request, trick);
        for number in 0..repeat {
            for article in &articles {
                let turn = super::filling::Turn { article, ..turn(world, number) };
                let mut case = self.case(turn, &request, &mut asker);
                if let Some(trick) = trick {
                    case.play(trick);
                }
                let before = world.readings();
                let proven = self.is_proven(world, &request, &asker);
                let aim = Aim { article, ..aim(world, &proven, true) };
                let is_local = request.directive("net").is_none()
                    && request.directive("peer").is_none()
                    && request.directive("ptr").is_none();
                // What may count is asked once.
                let may_count = case.method == "POST" && asker.left != Some(0);
                let over_wire = is_local && number < 2 && world.kind == Kind::Plain && !may_count;
                let answer = self.ask(aim, &case, over_wire);
                if number == 0 {
                    self.and_its_reading(aim, &case, answer.as_ref());
                }
                made += world.readings() - before;
            }
        }
        if self.expected.statuses.contains(&429) && articles.len() == RANGE_MAX {
            let is_met = self.has_come_back("429");
            self.expect(is_met, || format!("{} articles, and no ceiling", articles.len()));
        }
        let wanted = self.expected.count.filter(|_| asker.absent.is_none()).unwrap_or(0);
        let is_reading = request.method == "POST" && self.expected.full;
        self.expect(made == wanted || is_reading && self.expected.count.is_none(), || {
            format!("the meter counted {made} instead of {wanted}")
        });
        if asker.jar.is_empty() && request.directive("jar") == Some("blocked") {
            self.without_cookies(world);
        }
    }

    /// A proven crawler may have the article, where the paper is generous.
    fn is_proven(&self, world: &World, request: &Request, asker: &Asker) -> Asker {
        let net = request.directive("net").unwrap_or("");
        let is_crawler = net.starts_with("verified") && self.expected.full
            || net.starts_with("verified") && self.expected.claims("noarchive");
        let mut asker = asker.clone();
        if world.kind == Kind::Generous && is_crawler {
            asker.may.push(ARTICLE);
            asker.left = None;
            asker.jar = Jar::default();
        }
        asker
    }

    /// Whoever may not have the text at its address may not have it by asking for a reading, either: with the same
    /// headers, in every form.
    fn and_its_reading(&self, aim: Aim<'_>, case: &Case, answer: Option<&Answer>) {
        let Some(code) = aim.world.article_of(&case.target) else { return };
        let reading = aim.world.paper.sheet(code).reading();
        let is_guess = case.headers.iter().any(|(name, value)| {
            let (name, value) = (name.to_lowercase(), value.to_lowercase());
            matches!(
                name.as_str(),
                "purpose" | "x-purpose" | "x-moz" | "sec-purpose" | "early-data"
            ) || name == "sec-fetch-site" && matches!(value.as_str(), "cross-site" | "same-site")
        });
        let is_open = aim.asker.may.contains(&code);
        if self.expected.full && is_open && aim.asker.absent.is_none() {
            // At its own address, or where a blind cache leaves room for it.
            let own = Case { method: "GET".to_owned(), target: reading.clone(), ..case.clone() };
            let shown = if matches!(aim.world.kind, Kind::Behind("blind")) {
                own.in_process(aim.world)
            } else {
                answer.cloned()
            };
            let text = shown.map(|answer| answer.text()).unwrap_or_default();
            self.expect(is_whole(aim.world, &text, code), || {
                format!("{}: not the whole article", case.told())
            });
        }
        // A proven crawler has no meter.
        let has_opened = is_open && !aim.asker.jar.is_empty();
        let may_ask = aim.asker.left == Some(0) || is_guess || has_opened;
        if !may_ask || case.method != "GET" {
            return;
        }
        let seen = Case { target: reading.clone(), ..case.clone() };
        for attempt in [seen, case.pressed(&reading), case.by_script(&reading)] {
            if let Some(answer) = attempt.in_process(aim.world) {
                self.count_sent();
                self.judge(Aim { is_row_s: false, ..aim }, &attempt, &answer, "its reading");
            }
        }
    }

    /// Whether the row is about people who begin anew each time.
    fn is_cleared(&self, request: &Request) -> bool {
        let is_new =
            matches!(request.directive("jar"), Some("none" | "other-browser" | "incognito"));
        self.is_cost() && is_new && request.directive("via").is_none() && request.target == "{A}"
    }

    /// A new jar is a new visitor: what that opens, and what the operator sees of it.
    fn with_a_new_jar_each_time(&self, world: &World, request: &Request) {
        if world.kind != Kind::Plain {
            return;
        }
        let times = repetitions(request, None).max(50);
        // Papers of their own: what others did is counted, too.
        let (opened, crowded) = self.new_jars(&World::open(Kind::Plain), request, times);
        let (within, _) = self.new_jars(&World::open(Kind::Budgeted), request, times);
        let rotates =
            request.directive("net").is_some_and(|net| network(net, 0) != network(net, 1));
        self.check(opened == times, || format!("{opened} of {times} new visitors read"));
        self.check(rotates || within == BUDGET, || {
            format!("{within} read with a budget of {BUDGET}")
        });
        self.note(format!(
            "A POST, a cookie and a redirect for each article: {opened} of {times} new jars opened one, {crowded} of them \
             more than their network usually sends. With a budget of {BUDGET} new visitors a day for one network it is \
             {within} of {times}; whoever comes later is asked to register."
        ));
    }

    /// New jars, one after another, each for one article: how many opened it, and how many were more than usual.
    fn new_jars(&self, world: &World, request: &Request, times: usize) -> (usize, usize) {
        let before = (world.count(Count::NewVisitors), world.count(Count::CrowdedVisitors));
        let reading = world.paper.sheet(ARTICLE).reading();
        let mut opened = 0;
        let mut known = world.paper.visitor_of(&["m02"]);
        for number in 0..times {
            let mut jar = Jar::default();
            let mut stranger = world.asker("none").unwrap();
            let case = self.case(turn(world, number), request, &mut stranger);
            // A GET gives nothing away; the POST that follows is a reading.
            self.ask(aim(world, &stranger, true), &case, false);
            let Some(mut ask) = case.pressed(&reading).to_ask() else { continue };
            ask.peer = match request.directive("net") {
                Some(net) => network(net, number),
                None => case.peer,
            };
            self.count_sent();
            let text = world.paper.browse(&mut jar, ask).text();
            let is_open = is_whole(world, &text, ARTICLE);
            opened += usize::from(is_open);
            let is_asked = text.contains("/sign-in?from=wall") && !text.contains("/subscribe/");
            self.check(is_open || is_asked, || "no registration is asked for".to_owned());
        }
        // Whoever has a cookie is no new visitor, however many came since.
        let reply = world.paper.read(&mut known, ARTICLE);
        self.check(is_whole(world, &reply.text(), ARTICLE), || {
            "a known visitor is shut out".to_owned()
        });
        let new = world.count(Count::NewVisitors) - before.0;
        self.check(new == times + 1, || format!("{new} new visitors of {times} were counted"));
        (opened, world.count(Count::CrowdedVisitors) - before.1)
    }

    /// Whoever keeps no cookie gets an explanation each time.
    fn without_cookies(&self, world: &World) {
        let reading = world.paper.sheet(ARTICLE).reading();
        for _ in 0..5 {
            let mut jar = Jar::refusing();
            let ask = Case::new("GET", &reading).pressed(&reading).to_ask().unwrap();
            self.count_sent();
            let reply = world.paper.browse(&mut jar, ask);
            let text = reply.text();
            self.check(!is_whole(world, &text, ARTICLE), || "FULL without a cookie".to_owned());
            self.check(text.contains("without a cookie"), || "nothing explains it".to_owned());
        }
    }

    /// Readings, one after another, with one jar that never changes: as many open as were left.
    fn opened_one_by_one(&self, world: &World, request: &Request, mut asker: Asker) {
        let (request, articles) = several(world, request);
        if asker.left.is_none() && asker.absent.is_none() {
            asker = world.asker("fresh").unwrap();
        }
        let left = asker.left.unwrap_or(0);
        let before = world.readings();
        let mut opened = 0;
        for article in &articles {
            let turn = super::filling::Turn { article, ..turn(world, 0) };
            let case = self.case(turn, &request, &mut asker);
            let asked = aim(world, &asker, false);
            self.ask(Aim { article, ..asked }, &case, false);
            let reading = world.paper.sheet(article).reading();
            let case = case.by_script(&reading);
            let Some(answer) = case.in_process(world) else { continue };
            self.count_sent();
            let is_open = is_whole(world, &answer.text(), article);
            opened += usize::from(is_open);
            self.came_back(if is_open { "the whole article" } else { "wall" });
            let mut may = asker.clone();
            if is_open && opened <= left {
                may.may.push(article);
            }
            self.judge(Aim { article, ..aim(world, &may, false) }, &case, &answer, "its reading");
        }
        let wanted = left.min(articles.len());
        let counted = world.readings() - before;
        self.check(opened == wanted && counted == wanted, || {
            format!("{opened} opened and {counted} were counted, with {left} left")
        });
        let named = self.expected.count.filter(|_| asker.absent.is_none()).unwrap_or(counted);
        self.expect(counted == named, || format!("the meter counted {counted} instead of {named}"));
        self.note(format!("{opened} of {} opened: what was left, and no more.", articles.len()));
    }

    /// What a trusted proxy says counts, and the last that it says: the same claim by itself proves a crawler.
    fn through_the_proxy(&self) {
        let world = self.worlds.world(Kind::Generous);
        let mut asker = world.asker("none").unwrap();
        asker.may.push(ARTICLE);
        let mut case = Case::new("GET", &world.paper.path(ARTICLE))
            .with("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")
            .with("X-Forwarded-For", "66.249.66.1");
        case.peer = super::worlds::PROXY;
        self.count_sent();
        let answer = case.in_process(&world);
        let text = answer.map(|answer| answer.text()).unwrap_or_default();
        self.check(is_whole(&world, &text, ARTICLE), || {
            "the proxy is not believed where it should be".to_owned()
        });
    }

    /// A question about words of a locked part is answered as if others stood there.
    fn tells_nothing_of_locked_words(&self, request: &Request) {
        if !request.target.contains("{paid ") {
            return;
        }
        let answers = [Kind::Plain, Kind::Reworded].map(|kind| {
            let world = self.worlds.world(kind);
            let mut asker = world.asker("none").unwrap();
            let case = self.case(turn(&world, 0), request, &mut asker);
            self.count_sent();
            case.in_process(&world).map(|answer| (answer.status, answer.plain()))
        });
        let same = answers[0] == answers[1];
        self.check(same, || "an answer depends on what stands in a locked part".to_owned());
    }
}

fn aim<'a>(world: &'a World, asker: &'a Asker, is_row_s: bool) -> Aim<'a> {
    Aim { world, asker, article: ARTICLE, is_row_s }
}

fn header(name: &str, value: &str) -> Part {
    Part::Header(name.to_owned(), value.to_owned())
}

/// The articles of a range, with the request for each of them; or the one that rows are about.
fn several(world: &World, request: &Request) -> (Request, Vec<&'static str>) {
    match range(&request.target) {
        Some((first, last, target)) => {
            let mut articles = world.several(first, last);
            articles.truncate(RANGE_MAX);
            (Request { target, ..request.clone() }, articles)
        }
        None => (request.clone(), vec![ARTICLE]),
    }
}

fn repetitions(request: &Request, trick: Option<Trick>) -> usize {
    let wanted = request.directive("repeat").and_then(|times| times.parse().ok()).unwrap_or(1);
    let rotates = request.directive("net").is_some_and(|net| network(net, 0) != network(net, 1));
    let least = if trick == Some(Trick::Twice) || rotates { 2 } else { 1 };
    wanted.clamp(least, REPEAT_MAX)
}

/// Worlds outlive rows; addresses of peers are told apart.
#[test]
fn networks_are_what_rows_call_them() {
    let of = |name: &str| network(name, 0).to_string();
    assert_eq!(of("203.0.113.9"), "203.0.113.9");
    assert_eq!(of("verified-googlebot"), "66.249.66.1");
    assert_eq!(of("verified-bingbot"), "157.55.39.1");
    assert_ne!(of("unverified-googlebot"), "66.249.66.1");
    let rotating: std::collections::BTreeSet<IpAddr> =
        (0..50).map(|number| network("rotating", number)).collect();
    assert_eq!(rotating.len(), 50);
    let worlds = Worlds::default();
    let plain: Rc<World> = worlds.world(Kind::Plain);
    assert!(Rc::ptr_eq(&plain, &worlds.world(Kind::Plain)));
}
