//! The rigs: how a row is run, by its directives. Every row is asked as it stands; a row about caches is asked through
//! caches, one about the clock at its instants, and so on. Loops have bounds, whatever a row says.

use std::net::IpAddr;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use web::Count;

use super::asking::{Answer, Case};
use super::filling::{ABSENT_PHRASE, PAID_PHRASE, escaped, range};
use super::fronts::{Front, Rfc9111, Varnish};
use super::list::{Part, Request};
use super::run::{Aim, Run, Worlds, is_cache, is_whole, turn};
use super::variants::{self, Trick, Variant};
use super::worlds::{
    ARTICLE, Asker, EMBARGOED, FREE, Kind, PUBLICATION, WINDOW_END, World, network,
};
use crate::jar::Jar;

/// How often a request is repeated, at most.
const REPEAT_MAX: usize = 60;
/// How many articles of a range are asked for, at most.
const RANGE_MAX: usize = 200;
/// How many requests come at once, at most.
const BURST_MAX: usize = 64;
const MODES: [&str; 3] = ["none", "respects_cookies", "blind"];
/// Directives that are understood.
const KNOWN: [&str; 27] = [
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
        self.beyond_this_build(request);
        if let Some(after) = request.directive("after") {
            if after.starts_with(|c: char| c.is_ascii_digit()) {
                return self.at_instants(request, &format!("+{after}"));
            }
            if let Some(change) = change(after) {
                return self.after_a_change(request, change);
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
        if request.directive("via").is_some_and(is_cache) || !request.then.is_empty() {
            self.behind_caches(request, variant.trick);
        }
        if request.directive("abort-after").is_some() {
            self.cut_short(request);
        }
        if request.directive("sw").is_some() {
            self.without_a_worker();
        }
        if request.directive("nav").is_some() || request.directive("after") == Some("logout") {
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

    /// What a row presumes that nobody can do here yet.
    fn beyond_this_build(&self, request: &Request) {
        for value in request.directives("after") {
            match value {
                "logout" | "login" | "cancelled" | "expired" | "refund" | "giver-cancelled"
                | "registration" | "password-change" | "revoked" => self.not_in_build("accounts"),
                other if change(other).is_some() => {}
                other if other.starts_with(|c: char| c.is_ascii_digit()) => {}
                other => self.no_rig(&format!("@after={other}")),
            }
        }
        if let Some(event) = request.directive("event") {
            self.not_in_build("payments");
            let body = format!("{{\"id\":\"evt_1\",\"type\":\"{event}\"}}");
            let world = self.worlds.world(Kind::Plain);
            let asker = world.asker("none").unwrap();
            let aim = aim(&world, &asker, false);
            for path in ["/webhooks/stripe", "/webhooks"] {
                let case = Case { body: body.clone(), ..Case::new("POST", path) };
                let answer = self.ask(aim, &case, true);
                self.check(answer.is_some_and(|a| matches!(a.status, 404 | 405)), || {
                    format!("{path} takes an event")
                });
            }
        }
    }

    /// After the newsroom changed an article: in a paper of its own, of which everything was asked before.
    fn after_a_change(&self, request: &Request, (code, from, to): Change) {
        let mut world = World::open(Kind::Plain);
        for target in ["/", "/city", "/harbour", &world.paper.path(code)] {
            world.paper.get(target);
        }
        let place = world.paper.sheets.iter().position(|sheet| sheet.code == code).unwrap();
        let text = world.paper.sheets[place].text.replacen(from, to, 1);
        world.paper.sheets[place].text = text;
        world.paper.publish(&world.paper.sheets);
        let mut asker = self.asker(turn(&world, 0), request);
        // Whatever was open to everybody is not, now.
        asker.may.retain(|open| *open != code);
        let mut case = self.case(turn(&world, 0), request, &mut asker);
        asker.may.retain(|open| *open != code);
        let aim = Aim { article: code, ..aim(&world, &asker, true) };
        self.ask(aim, &case, true);
        case.target = world.paper.path(code);
        self.ask(Aim { is_row_s: false, ..aim }, &case, true);
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
            if kind == Kind::Generous && request.directive("jar").is_none() && !has_cookie {
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
        self.says_the_same_of_words_that_stand_nowhere(request);
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
        // A paper of its own: what others did is counted, too.
        let world = &World::open(Kind::Plain);
        let times = repetitions(request, None).max(50);
        let before = (world.count(Count::NewVisitors), world.count(Count::CrowdedVisitors));
        let reading = world.paper.sheet(ARTICLE).reading();
        let mut opened = 0;
        for number in 0..times {
            let mut jar = Jar::default();
            let mut stranger = world.asker("none").unwrap();
            let case = self.case(turn(world, number), request, &mut stranger);
            let first = aim(world, &stranger, true);
            // A GET gives nothing away; the POST that follows is a reading.
            self.ask(first, &case, false);
            if let Some(mut ask) = case.pressed(&reading).to_ask() {
                ask.peer = match request.directive("net") {
                    Some(net) => network(net, number),
                    None => case.peer,
                };
                self.count_sent();
                let reply = world.paper.browse(&mut jar, ask);
                opened += usize::from(is_whole(world, &reply.text(), ARTICLE));
            }
        }
        let new = world.count(Count::NewVisitors) - before.0;
        let crowded = world.count(Count::CrowdedVisitors) - before.1;
        self.check(new == times, || format!("{new} new visitors of {times} were counted"));
        self.not_in_build("accounts");
        self.note(format!(
            "A POST, a cookie and a redirect for each article: {opened} of {times} new jars opened one. The metrics \
             count {new} new visitors, {crowded} of them more than their network usually sends; asking those to \
             register comes with accounts."
        ));
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

    /// A question about words of a locked part is answered like one about words that stand nowhere.
    fn says_the_same_of_words_that_stand_nowhere(&self, request: &Request) {
        if !request.target.contains("{paid ") {
            return;
        }
        let world = self.worlds.world(Kind::Plain);
        let mut asker = world.asker("none").unwrap();
        let paid = self.case(turn(&world, 0), request, &mut asker);
        let target = paid
            .target
            .replace(&escaped(PAID_PHRASE), &escaped(ABSENT_PHRASE))
            .replace(&PAID_PHRASE.replace(' ', "%20"), &ABSENT_PHRASE.replace(' ', "%20"));
        let absent = Case { target, ..paid.clone() };
        let (Some(paid), Some(absent)) = (paid.in_process(&world), absent.in_process(&world))
        else {
            return;
        };
        let same = paid.status == absent.status && paid.plain().len() == absent.plain().len();
        self.check(same, || "a search tells what stands in a locked part".to_owned());
    }

    /// Through caches: what one gets is nobody else's, in both orders.
    fn behind_caches(&self, request: &Request, trick: Option<Trick>) {
        for mode in MODES {
            let world = self.worlds.world(Kind::Behind(mode));
            let memory = Rfc9111::new(mode == "respects_cookies");
            let mut fronts: Vec<Box<dyn Front>> = vec![Box::new(memory)];
            let varnish = Varnish::start(&world, mode);
            self.worlds.varnish.get_or_init(|| varnish.is_some());
            fronts.extend(varnish.map(|varnish| Box::new(varnish) as Box<dyn Front>));
            for mut front in fronts {
                self.steps(&world, mode, front.as_mut(), request, trick);
            }
        }
    }

    fn steps(
        &self,
        world: &World,
        mode: &str,
        front: &mut dyn Front,
        request: &Request,
        trick: Option<Trick>,
    ) {
        let way = format!("{} before {mode}", front.name());
        let first = Request { then: Vec::new(), ..request.clone() };
        // The row's own order, then everybody once more.
        let mut order: Vec<Request> = vec![first];
        order.extend(request.then.iter().cloned());
        let also = |jar: &str| {
            let mut request = Request {
                method: "GET".to_owned(),
                target: "{A}".to_owned(),
                ..Request::default()
            };
            request.direct("jar", jar);
            request
        };
        order.extend(["none", "subscriber", "exhausted", "none"].map(also));
        let plain = Case::new("GET", &world.paper.path(ARTICLE)).in_process(world);
        let plain = plain.map(|answer| answer.plain()).unwrap_or_default();
        for (place, step) in order.iter().enumerate() {
            let name = step.directive("jar").unwrap_or("exhausted");
            let is_entitled = world.asker(name).is_some_and(|asker| asker.absent.is_some());
            // Whoever has opened the article stands for those who have bought it.
            let mut asker = match (is_entitled, world.asker(name)) {
                (true, _) | (_, None) => world.entitled(),
                (false, Some(asker)) => asker,
            };
            let mut case = self.case(turn(world, place), step, &mut asker);
            if let Some(trick) = trick.filter(|_| place == 0) {
                case.play(trick);
            }
            let Some(answer) = front.ask(world, &case) else { continue };
            self.count_sent();
            let aim = Aim { is_row_s: place == 0, ..aim(world, &asker, true) };
            self.judge(aim, &case, &answer, &way);
            let is_at_article =
                world.article_of(&case.target) == Some(ARTICLE) && case.method == "GET";
            if place == 0 || !is_at_article {
                continue;
            }
            if asker.may.contains(&ARTICLE) {
                let seen = if mode == "blind" {
                    let reading = world.paper.sheet(ARTICLE).reading();
                    self.count_sent();
                    front.ask(world, &Case { target: reading, ..case.clone() })
                } else {
                    Some(answer)
                };
                let text = seen.map(|answer| answer.text()).unwrap_or_default();
                self.check(is_whole(world, &text, ARTICLE), || {
                    format!("{way}: {} does not get the article that is open", case.told())
                });
            } else if name == "none" {
                let same = answer.plain() == plain;
                self.check(same, || format!("{way}: what a stranger gets was changed by another"));
            }
        }
        for offence in front.offences() {
            self.fault(format!("{way}: {offence}"));
        }
    }

    /// At the instants that a row names; a paper of its own, since its clock is moved.
    fn at_instants(&self, request: &Request, clock: &str) {
        let Some(instants) = instants(clock) else {
            self.no_rig(&format!("@server-clock={clock}"));
            return self.plain(request, None);
        };
        let world = World::open(Kind::Plain);
        let began_at = world.paper.clock.now();
        match instants.anchor {
            Anchor::Publication => self.around_publication(&world, request, &instants.shifts),
            Anchor::FreeUntil => {
                self.not_in_build("articles that are free for a time");
                world.at(began_at + instants.shifts[0]);
                let asker = self.asker(turn(&world, 0), request);
                self.stays_shut(&world, request, &asker);
            }
            Anchor::At(anchor) => {
                let anchor = anchor.unwrap_or(began_at);
                let instants: Vec<Timestamp> =
                    instants.shifts.iter().map(|shift| anchor + *shift).collect();
                self.through_windows(&world, request, &instants);
            }
        }
    }

    /// Instant after instant: a window that was not there before opens as many as the allowance says, and nothing else
    /// opens any, whichever way the clock goes.
    fn through_windows(&self, world: &World, request: &Request, instants: &[Timestamp]) {
        let zone = jiff::tz::TimeZone::get("America/Halifax").unwrap();
        let month = |instant: Timestamp| {
            let date = zone.to_datetime(instant).date();
            (date.year(), date.month())
        };
        let began_at = world.paper.clock.now();
        let mut asker = self.asker(turn(world, 0), request);
        if !asker.jar.is_empty() {
            // Whoever still has the cookie is the same visitor, long after it lapsed.
            asker.jar = Jar::holding(world.paper.cookie_name(), asker.jar.value());
        }
        let mut latest = month(began_at);
        // Once more at the beginning: a clock that steps back gives nothing a second time.
        let first = instants.first().copied().unwrap_or(began_at);
        for instant in instants.iter().copied().chain([first]) {
            world.at(instant);
            if month(instant) > latest && asker.left == Some(0) {
                latest = month(instant);
                self.opens_as_many_as_allowed(world, &asker);
            }
            self.stays_shut(world, request, &asker);
            self.opens_none(world, &asker);
        }
    }

    /// The row's request, and its reading, at the present instant.
    fn stays_shut(&self, world: &World, request: &Request, asker: &Asker) {
        let mut asker = asker.clone();
        let case = self.case(turn(world, 0), request, &mut asker);
        let before = world.readings();
        let aim = aim(world, &asker, true);
        let answer = self.ask(aim, &case, false);
        self.and_its_reading(aim, &case, answer.as_ref());
        let made = world.readings() - before;
        self.check(made == 0, || format!("the meter counted {made}"));
    }

    fn opens_as_many_as_allowed(&self, world: &World, asker: &Asker) {
        let opened = self.openings(world, asker);
        self.check(opened == 5, || format!("{opened} opened in the new window instead of 5"));
        self.note("After the window's end as many open as the allowance says, once.".to_owned());
    }

    fn opens_none(&self, world: &World, asker: &Asker) {
        if asker.left == Some(0) {
            let before = world.readings();
            self.openings(world, asker);
            let made = world.readings() - before;
            self.check(made == 0, || format!("{made} readings beyond the allowance"));
        }
    }

    /// Tries ten articles, not the one that rows are about, and says how many are open then.
    fn openings(&self, world: &World, asker: &Asker) -> usize {
        let codes = &crate::canary::PLAIN[1..11];
        let opened = codes.iter().filter(|code| {
            self.count_sent();
            let reply = world.paper.read(&mut asker.jar.clone(), code);
            is_whole(world, &reply.text(), code)
        });
        opened.count()
    }

    /// Nothing anywhere tells of an article before its instant, and its text stays shut afterwards.
    fn around_publication(&self, world: &World, request: &Request, shifts: &[SignedDuration]) {
        let instant: Timestamp = PUBLICATION.parse().unwrap();
        let mut asker = self.asker(turn(world, 0), request);
        let path = world.paper.path(EMBARGOED);
        for shift in shifts {
            world.at(instant + *shift);
            let is_early = shift.is_negative();
            let turn = super::filling::Turn { article: EMBARGOED, ..turn(world, 0) };
            let case = self.case(turn, request, &mut asker);
            let aim = Aim { article: EMBARGOED, ..aim(world, &asker, !is_early) };
            let answer = self.ask(aim, &case, true);
            self.check(answer.is_some_and(|a| (a.status == 404) == is_early), || {
                format!("{path} at {shift:?} around its publication")
            });
            let reading = world.paper.sheet(EMBARGOED).reading();
            for target in [
                reading.as_str(),
                "/",
                "/city",
                "/latest",
                "/tags/tides",
                "/feeds/all.rss",
                "/feeds/all.json",
                "/sitemaps/articles-1.xml",
                "/sitemaps/news.xml",
                "/search?q=Headline+emba",
                "/archive/2026-09-16",
                "/edition",
                "/authors/anna",
            ] {
                self.ask(Aim { is_row_s: false, ..aim }, &Case::new("GET", target), false);
            }
            let posted = case.pressed(&reading);
            self.ask(Aim { is_row_s: false, ..aim }, &posted, false);
        }
        if shifts.iter().any(SignedDuration::is_negative) {
            self.note("Before its instant the article is nowhere: no page, list, feed, sitemap or search.".to_owned());
        }
    }

    /// While the store fails: what is ready is shown, nothing is counted, nothing opens that was not open.
    fn with_a_fault(&self, request: &Request, fault: &str) {
        let name = fault.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let mut faults = Vec::new();
        if is(&[
            "lock",
            "busy",
            "slow",
            "timeout",
            "down",
            "store",
            "db",
            "database",
            "outage",
            "unavailable",
        ]) {
            faults.push(Fault::Lock);
        }
        if is(&[
            "down",
            "error",
            "io",
            "full",
            "corrupt",
            "damaged",
            "lost",
            "missing",
            "store",
            "db",
            "database",
            "disk",
            "readings",
            "meter",
            "redis",
            "outage",
            "unavailable",
            "fail",
        ]) {
            faults.push(Fault::Table("readings"));
        }
        if is(&["article", "render", "template", "exception", "panic", "crash", "500", "origin"]) {
            faults.push(Fault::Table("articles"));
        }
        if faults.is_empty() {
            self.no_rig(&format!("@fault={fault}"));
            return self.plain(request, None);
        }
        for kind in faults {
            self.while_it_lasts(request, fault, kind);
        }
        self.note("While the store fails, the teaser is shown and nothing is counted.".to_owned());
    }

    fn while_it_lasts(&self, request: &Request, told: &str, kind: Fault) {
        let world = World::open(Kind::Plain);
        let mut asker = self.asker(turn(&world, 0), request);
        let known = world.entitled();
        if kind != Fault::Table("articles") {
            // What was asked before is ready.
            world.paper.get(&world.paper.path(ARTICLE));
        }
        let case = self.case(turn(&world, 0), request, &mut asker);
        let before = world.readings();
        let opens = || {
            let ask = crate::ask::Ask::get(&world.paper.path(ARTICLE));
            world.paper.is_whole(&world.paper.send(&mut known.jar.clone(), ask), ARTICLE)
        };
        let held = match kind {
            Fault::Lock => Some(crate::outage::lock(&world.paper)),
            Fault::Table(table) => {
                crate::outage::rename(&world.paper, table, &format!("{table}_away"));
                if table == "readings" {
                    crate::outage::soon(|| !opens());
                }
                None
            }
        };
        let aim = aim(&world, &asker, false);
        let answer = self.ask(aim, &case, true);
        let status = answer.as_ref().map_or(0, |answer| answer.status);
        let fits = matches!(status, 200 | 503)
            || self.expected.allows_status(status)
            || world.article_of(&case.target).is_none();
        self.expect(fits, || format!("{told}: {} → {status}", case.told()));
        self.and_its_reading(aim, &case, answer.as_ref());
        let made = world.readings() - before;
        self.check(made == 0, || format!("{told}: {made} readings were counted"));
        self.came_back(&status.to_string());
        drop(held);
        if let Fault::Table(table) = kind {
            crate::outage::rename(&world.paper, &format!("{table}_away"), table);
        }
        crate::outage::soon(opens);
    }

    /// What leaves the house while articles are changed and read: the only thing that can ask anything outside is the
    /// name system.
    fn observed(&self, request: &Request) {
        let what = request.directive("observe").unwrap_or("").to_lowercase();
        for (word, absent) in [("mail", "mail"), ("letter", "mail"), ("push", "push messages")] {
            if what.contains(word) {
                self.not_in_build(absent);
            }
        }
        let mut world = World::open(Kind::Generous);
        let place = world.paper.sheets.iter().position(|sheet| sheet.code == ARTICLE).unwrap();
        let text = world.paper.sheets[place].text.replace("Headline of m01", "Set anew");
        world.paper.sheets[place].text = text;
        world.paper.publish(&world.paper.sheets);
        let mut asker = self.asker(turn(&world, 0), request);
        if !request.method.is_empty() {
            let case = self.case(turn(&world, 0), request, &mut asker);
            self.ask(aim(&world, &asker, true), &case, true);
        }
        let agent = "Mozilla/5.0 (compatible; Googlebot/2.1)";
        let case = Case::new("GET", &world.paper.path(ARTICLE)).with("User-Agent", agent);
        self.ask(aim(&world, &asker, false), &case, false);
        world.paper.visitor_of(&[ARTICLE]);
        for question in world.names.asked() {
            let found = crate::decode::articles_in(question.as_bytes());
            self.check(found.is_empty(), || format!("the name system was asked about {found:?}"));
        }
        self.note("Nothing leaves the house but questions to the name system.".to_owned());
    }

    /// Many at once: over HTTP/1.1 until there is TLS, and HTTP/2 with it.
    fn all_at_once(&self, request: &Request, burst: &str) {
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
                let turn = super::filling::Turn { article, ..turn(&world, 0) };
                let case = self.case(turn, &request, &mut asker);
                // Every page is at hand, so that nothing but the meter stands between the requests.
                let (method, target) = ("GET".to_owned(), world.paper.path(article));
                let page = Case { method, target, body: String::new(), ..case.clone() };
                self.ask(Aim { article, ..aim(&world, &asker, false) }, &page, false);
                (*article, case.by_script(&world.paper.sheet(article).reading()))
            })
            .collect();
        let before = world.readings();
        let answers = super::burst::Protocol::Http11.all_at_once(&world, &cases);
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
        self.note(format!(
            "{whole} of {} at once over HTTP/1.1; HTTP/2 comes with TLS.",
            answers.len()
        ));
    }

    /// Whoever stops reading has seen nothing that is not in the whole.
    fn cut_short(&self, request: &Request) {
        let bytes_max: usize =
            request.directive("abort-after").and_then(|bytes| bytes.parse().ok()).unwrap_or(2_048);
        let world = self.worlds.world(Kind::Plain);
        let mut asker = self.asker(turn(&world, 0), request);
        let case = self.case(turn(&world, 0), request, &mut asker);
        self.count_sent();
        let seen = super::burst::beginning(world.wire().address(), &case.bytes(), bytes_max);
        let mut found = crate::decode::articles_in(&seen);
        found.retain(|code| !asker.may.contains(&code.as_str()));
        self.check(found.is_empty() && !seen.is_empty(), || {
            format!("words of {found:?} before the end")
        });
    }

    /// No worker keeps pages, and nothing that the pages load would start one.
    fn without_a_worker(&self) {
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
    fn gone_back(&self) {
        let world = self.worlds.world(Kind::Plain);
        let mut asker = world.entitled();
        let path = world.paper.path(ARTICLE);
        let reply = world.paper.send(&mut asker.jar, crate::ask::Ask::get(&path));
        self.check(reply.header("cache-control").contains("no-store"), || {
            "it may be kept".to_owned()
        });
        let stranger = world.asker("none").unwrap();
        self.ask(aim(&world, &stranger, false), &Case::new("GET", &path), true);
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

/// What is wrong with the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    /// Another program holds it.
    Lock,
    /// A table of it is away: every question about it fails.
    Table(&'static str),
}

/// An article, what stands in it, and what stands there afterwards.
type Change = (&'static str, &'static str, &'static str);

/// What the newsroom did, where a row says so.
fn change(after: &str) -> Option<Change> {
    match after {
        "withdrawn" | "unpublished" | "retracted" | "deleted" => Some((
            ARTICLE,
            "access = \"metered\"",
            "access = \"metered\"\nwithdrawn_at = 2026-09-16T12:00:00-03:00",
        )),
        "locked" | "relocked" | "metered" | "paywalled" | "access-change" | "free-to-metered" => {
            Some((FREE, "access = \"free\"", "access = \"metered\""))
        }
        _ => None,
    }
}

/// What instants are counted from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Anchor {
    /// An instant; now, where there is none.
    At(Option<Timestamp>),
    Publication,
    FreeUntil,
}

/// Instants that have names: where windows end, and where clocks are changed in Halifax.
const NAMED: [(&str, &str); 9] = [
    ("window-end", WINDOW_END),
    ("window-start", WINDOW_END),
    ("month-end", WINDOW_END),
    ("month-start", WINDOW_END),
    ("reset", WINDOW_END),
    ("dst-end", "2026-11-01T02:00:00-03:00"),
    ("dst", "2026-11-01T02:00:00-03:00"),
    ("dst-start", "2027-03-14T02:00:00-04:00"),
    ("year-end", "2027-01-01T00:00:00-04:00"),
];

#[derive(Debug)]
struct Instants {
    anchor: Anchor,
    shifts: Vec<SignedDuration>,
}

/// `window-end±1s`, `-1h`, `publish+5min`.
fn instants(text: &str) -> Option<Instants> {
    let text = text.trim().replace('−', "-").replace("+-", "±").replace("+/-", "±");
    if let Ok(instant) = text.parse() {
        return Some(Instants {
            anchor: Anchor::At(Some(instant)),
            shifts: vec![SignedDuration::ZERO],
        });
    }
    let is_sign = |(place, letter): &(usize, char)| {
        let digit = text[place + letter.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
        matches!(letter, '+' | '-' | '±') && digit
    };
    let (name, shift) = match text.char_indices().find(is_sign) {
        Some((place, _)) => text.split_at(place),
        None => (text.as_str(), "+0s"),
    };
    let anchor = match name.trim_end_matches(['-', '_']) {
        "" | "now" | "today" => Anchor::At(None),
        "publish" | "publication" | "embargo" | "published" => Anchor::Publication,
        "free-until" | "free-window-end" | "free-end" => Anchor::FreeUntil,
        name => {
            let named = NAMED.iter().find(|(known, _)| *known == name);
            Anchor::At(Some(named?.1.parse().ok()?))
        }
    };
    let mut letters = shift.chars();
    let sign = letters.next()?;
    let amount = letters.as_str();
    let end = amount.find(|c: char| !c.is_ascii_digit()).unwrap_or(amount.len());
    let number: i64 = amount[..end].parse().ok()?;
    let unit = match amount[end..].trim() {
        "ms" => SignedDuration::from_millis(1),
        "" | "s" | "sec" => SignedDuration::from_secs(1),
        "m" | "min" => SignedDuration::from_mins(1),
        "h" => SignedDuration::from_hours(1),
        "d" | "days" => SignedDuration::from_hours(24),
        _ => return None,
    };
    let length = unit.checked_mul(i32::try_from(number).ok()?)?;
    let shifts = match sign {
        '-' => vec![-length],
        '+' => vec![length],
        _ => vec![-length, length],
    };
    Some(Instants { anchor, shifts })
}

#[test]
fn instants_are_read() {
    let read = |text: &str| {
        let found = instants(text)?;
        Some((found.anchor, found.shifts.iter().map(SignedDuration::as_millis).collect::<Vec<_>>()))
    };
    assert_eq!(
        read("window-end±1s"),
        Some((Anchor::At(WINDOW_END.parse().ok()), vec![-1_000, 1_000]))
    );
    assert_eq!(read("-1h"), Some((Anchor::At(None), vec![-3_600_000])));
    assert_eq!(read("publish-1s"), Some((Anchor::Publication, vec![-1_000])));
    assert_eq!(read("free-until+1s"), Some((Anchor::FreeUntil, vec![1_000])));
    assert_eq!(read("publish+5min"), Some((Anchor::Publication, vec![300_000])));
    assert_eq!(read("whenever+1s"), None);
    assert_eq!(read("now+1week"), None);
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
