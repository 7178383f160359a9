//! A row on its way: what was sent for it, what came back, and everything that was wrong with that. What holds for every
//! answer stands here; the rigs only bring answers to it.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::asking::{Answer, Case};
use super::expected::Expected;
use super::filling::Turn;
use super::list::{Kind as RowKind, Request, Row};
use super::worlds::{ARTICLE, Asker, FREE, Kind, World};
use crate::canary;
use crate::decode;

/// Redirects that are followed.
const HOPS_MAX: usize = 4;
/// Faults of one row that are told.
const FAULTS_MAX: usize = 8;

/// Everything that rows share.
#[derive(Debug, Default)]
pub(crate) struct Worlds {
    open: RefCell<BTreeMap<Kind, Rc<World>>>,
    /// What was found in a body, since most answers are the same bytes.
    bodies: RefCell<HashMap<Vec<u8>, BTreeSet<String>>>,
    /// Whether a real cache could be asked, once one was wanted.
    pub(crate) varnish: OnceCell<bool>,
}

impl Worlds {
    pub(crate) fn world(&self, kind: Kind) -> Rc<World> {
        let mut open = self.open.borrow_mut();
        Rc::clone(open.entry(kind).or_insert_with(|| Rc::new(World::open(kind))))
    }

    /// The articles of which words stand in these bytes.
    fn found_in(&self, bytes: &[u8]) -> BTreeSet<String> {
        if let Some(found) = self.bodies.borrow().get(bytes) {
            return found.clone();
        }
        let found = decode::articles_in(bytes);
        self.bodies.borrow_mut().insert(bytes.to_vec(), found.clone());
        found
    }
}

/// What became of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Pass,
    /// It is about something that this build does not have; what was asked gave nothing away.
    NotInBuild(BTreeSet<&'static str>),
    /// Nothing here can do what the row asks for.
    NoRig(BTreeSet<String>),
    Fail(Vec<String>),
}

/// A row that was run.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) outcome: Outcome,
    /// Requests that were sent.
    pub(crate) sent: usize,
    /// What the answers were, in words.
    pub(crate) answers: BTreeSet<String>,
    /// What it costs, and other things to know.
    pub(crate) notes: Vec<String>,
}

/// A row while it is run.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) row: &'a Row,
    pub(crate) expected: Expected,
    pub(crate) worlds: &'a Worlds,
    sent: Cell<usize>,
    faults: RefCell<Vec<String>>,
    /// What the row expected in vain: it counts where all of the row could be run.
    unmet: RefCell<Vec<String>>,
    no_rig: RefCell<BTreeSet<String>>,
    absent: RefCell<BTreeSet<&'static str>>,
    answers: RefCell<BTreeSet<String>>,
    notes: RefCell<Vec<String>>,
    /// What was tried for this row already.
    tried: RefCell<BTreeSet<&'static str>>,
}

/// What a request is about, for judging its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aim<'a> {
    pub(crate) world: &'a World,
    pub(crate) asker: &'a Asker,
    /// The article that `{A}` is.
    pub(crate) article: &'static str,
    /// Whether the row's own words are held against the answer, or only what always holds.
    pub(crate) is_row_s: bool,
}

impl<'a> Run<'a> {
    pub(crate) fn new(row: &'a Row, worlds: &'a Worlds) -> Self {
        Self {
            row,
            expected: Expected::parse(&row.expected),
            worlds,
            sent: Cell::new(0),
            faults: RefCell::default(),
            unmet: RefCell::default(),
            no_rig: RefCell::default(),
            absent: RefCell::default(),
            answers: RefCell::default(),
            notes: RefCell::default(),
            tried: RefCell::default(),
        }
    }

    pub(crate) fn report(self) -> Report {
        let (mut faults, no_rig) = (self.faults.into_inner(), self.no_rig.into_inner());
        if no_rig.is_empty() {
            faults.extend(self.unmet.into_inner());
        }
        let absent = self.absent.into_inner();
        let outcome = if !faults.is_empty() {
            Outcome::Fail(faults)
        } else if !no_rig.is_empty() {
            Outcome::NoRig(no_rig)
        } else if !absent.is_empty() {
            Outcome::NotInBuild(absent)
        } else {
            Outcome::Pass
        };
        Report {
            outcome,
            sent: self.sent.get(),
            answers: self.answers.into_inner(),
            notes: self.notes.into_inner(),
        }
    }

    pub(crate) fn fault(&self, what: String) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < FAULTS_MAX && !faults.contains(&what) {
            faults.push(what);
        }
    }

    pub(crate) fn check(&self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.fault(what());
        }
    }

    /// Something that the row expects, and not what holds for every answer.
    pub(crate) fn expect(&self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            let (mut unmet, what) = (self.unmet.borrow_mut(), what());
            if unmet.len() < FAULTS_MAX && !unmet.contains(&what) {
                unmet.push(what);
            }
        }
    }

    /// One more kind of answer that came back.
    pub(crate) fn came_back(&self, what: &str) {
        self.answers.borrow_mut().insert(what.to_owned());
    }

    pub(crate) fn has_come_back(&self, what: &str) -> bool {
        self.answers.borrow().contains(what)
    }

    pub(crate) fn no_rig(&self, what: &str) {
        self.no_rig.borrow_mut().insert(what.to_owned());
    }

    pub(crate) fn not_in_build(&self, what: &'static str) {
        self.absent.borrow_mut().insert(what);
    }

    pub(crate) fn note(&self, what: String) {
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&what) {
            notes.push(what);
        }
    }

    /// Tries something, once for each row.
    pub(crate) fn once(&self, what: &'static str, attempt: impl FnOnce(&Self)) {
        if self.tried.borrow_mut().insert(what) {
            attempt(self);
        }
    }

    pub(crate) fn count_sent(&self) {
        self.sent.set(self.sent.get() + 1);
    }

    pub(crate) fn sent(&self) -> usize {
        self.sent.get()
    }

    pub(crate) fn is_cost(&self) -> bool {
        self.row.kind == RowKind::Cost
    }

    /// Who asks: by the row's cookie where it names one of the meter, else by its jar.
    pub(crate) fn asker(&self, turn: Turn<'_>, request: &Request) -> Asker {
        let cookies = request.headers().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        if let Some(owner) = cookies.filter_map(|(_, value)| turn.owner(value)).last() {
            return owner;
        }
        let name = match request.directive("clear") {
            Some(cleared) if cleared.to_lowercase().contains("cookie") => "none",
            _ => request.directive("jar").unwrap_or_else(|| match request.directive("net") {
                // A crawler keeps no cookies.
                Some(net) if net.starts_with("verified") => "none",
                _ => "exhausted",
            }),
        };
        let asker = turn.world.asker(name).unwrap_or_else(|| {
            self.no_rig(&format!("@jar={name}"));
            turn.world.asker("exhausted").unwrap()
        });
        if let Some(what) = asker.absent {
            self.not_in_build(what);
        }
        asker
    }

    /// Holds an answer against what always holds, and against the row.
    pub(crate) fn judge(&self, aim: Aim<'_>, case: &Case, answer: &Answer, way: &str) {
        let told = || format!("{way}: {} → {}", case.told(), answer.status);
        let asker = aim.asker;
        let plain = answer.plain();
        let mut found = self.worlds.found_in(&plain);
        for (name, value) in &answer.headers {
            found.extend(self.worlds.found_in(value));
            found.extend(canary::codes_in(&name.to_lowercase()));
        }
        found.retain(|code| !asker.may.contains(&code.as_str()));
        self.check(found.is_empty(), || format!("{}: words of {found:?}", told()));
        let text = String::from_utf8_lossy(&plain).into_owned();
        let is_early = aim.world.paper.clock.now() < super::worlds::PUBLICATION.parse().unwrap();
        if is_early {
            self.check(!text.contains("Headline of emba") && !text.contains("pubembaopen"), || {
                format!("{}: tells of an article under embargo", told())
            });
        }
        self.check(answer.status != 500, || format!("{}: a mistake of ours", told()));
        self.check(answer.status != 101, || format!("{}: another protocol", told()));
        let gives_cookie = !answer.header("set-cookie").is_empty();
        self.check(!(gives_cookie && answer.is_shareable()), || {
            format!("{}: a cookie on what everybody may keep", told())
        });
        self.check(!(gives_cookie && case.method == "GET"), || {
            format!("{}: a GET gives a cookie", told())
        });
        // Another article may be what is asked for.
        let article = aim.world.article_of(&case.target).unwrap_or(aim.article);
        let aim = Aim { article, ..aim };
        let is_whole = is_whole(aim.world, &text, article);
        if is_whole && article != FREE {
            self.check(!answer.is_shareable(), || {
                format!("{}: the whole text is anybody's to keep", told())
            });
            self.check(asker.may.contains(&aim.article), || format!("{}: FULL", told()));
        }
        if aim.is_row_s {
            self.judge_words(aim, case, answer, &text, is_whole, &told);
        }
    }

    fn judge_words(
        &self,
        aim: Aim<'_>,
        case: &Case,
        answer: &Answer,
        text: &str,
        is_whole: bool,
        told: &dyn Fn() -> String,
    ) {
        let expected = &self.expected;
        self.expect(!expected.never.contains(&answer.status), || {
            format!("{}: such an answer must not come", told())
        });
        let is_article = aim.world.article_of(&case.target).is_some();
        let is_teaser = is_article
            && (answer.status == 200 && (case.method != "GET" || has_teaser(text, aim.article))
                || answer.status == 304);
        let word = match answer.status {
            0 => "closed".to_owned(),
            _ if is_whole => "the whole article".to_owned(),
            _ if is_teaser => "teaser".to_owned(),
            404 | 405 | 410 if !is_article => format!("{}: no such address", answer.status),
            status => status.to_string(),
        };
        self.came_back(&word);
        if aim.asker.absent.is_none() {
            let is_allowed = self.allows(aim, case, answer, is_article, is_teaser, is_whole);
            self.expect(is_allowed, || format!("{}: not what the row expects", told()));
        }
        self.judge_claims(aim, case, answer, text, (is_article, is_whole), told);
    }

    fn allows(
        &self,
        aim: Aim<'_>,
        case: &Case,
        answer: &Answer,
        is_article: bool,
        is_teaser: bool,
        is_whole: bool,
    ) -> bool {
        let expected = &self.expected;
        let status = answer.status;
        let refuses = |class: u16| {
            expected.classes.contains(&class) || expected.statuses.iter().any(|s| s / 100 == class)
        };
        // A licence is asked for where machines are to pay; elsewhere nobody knows what it is.
        let is_licence = expected.statuses.contains(&401) || expected.statuses.contains(&402);
        let is_free_of_it = is_licence && aim.world.kind != Kind::Charging && is_teaser;
        if is_whole {
            // Where a row expects a ceiling, what is below it is open.
            let is_named = expected.full
                || expected.teaser
                || expected.statuses.contains(&429)
                || !expected.is_binding();
            return aim.asker.may.contains(&aim.article)
                && (is_named || expected.allows_status(200));
        }
        // Behind a blind cache the whole text is at its reading alone.
        let is_elsewhere = expected.full
            && aim.world.kind == Kind::Behind("blind")
            && aim.asker.may.contains(&aim.article);
        if expected.allows_status(status) || is_free_of_it || is_elsewhere && is_teaser {
            return true;
        }
        if !expected.is_binding() {
            return status < 500 || matches!(status, 501 | 503 | 505);
        }
        if answer.leads_to().is_some() {
            // Where it leads is judged by itself.
            return expected.canon || expected.teaser || expected.full || !is_article;
        }
        match status {
            0 => refuses(4),
            _ if is_teaser && expected.teaser => true,
            _ if is_teaser => self.is_as_without_query(aim, case, answer),
            404 | 405 | 410 => !is_article,
            200 => !is_article && (expected.teaser || expected.full || expected.canon),
            400..=499 => !is_article || case.to_ask().is_none() && refuses(4),
            _ => false,
        }
    }

    /// A query that nothing is known of is no address: the page is the one without it.
    fn is_as_without_query(&self, aim: Aim<'_>, case: &Case, answer: &Answer) -> bool {
        let Some((path, _)) = case.target.split_once('?') else { return false };
        let bare = Case { target: path.to_owned(), ..case.clone() };
        self.count_sent();
        let plain = bare.in_process(aim.world);
        plain.is_some_and(|plain| plain.plain().len() == answer.plain().len())
    }

    /// What a row says of an answer in words that mean something here.
    fn judge_claims(
        &self,
        aim: Aim<'_>,
        case: &Case,
        answer: &Answer,
        text: &str,
        (is_article, is_whole): (bool, bool),
        told: &dyn Fn() -> String,
    ) {
        let expected = &self.expected;
        let claim = |words: &str, concerns: bool, holds: &dyn Fn() -> bool| {
            if expected.claims(words) && concerns {
                self.expect(holds(), || format!("{}: not true: {words}", told()));
            }
        };
        let shows = answer.status == 200;
        claim("nosniff", answer.status != 0, &|| {
            answer.header("x-content-type-options") == "nosniff"
        });
        claim("frame-ancestors none", shows, &|| {
            answer.header("content-security-policy").contains("frame-ancestors 'none'")
        });
        claim("no articlebody", shows, &|| !text.contains("\"articleBody\""));
        claim("isaccessibleforfree=false", is_whole, &|| {
            text.contains("\"isAccessibleForFree\":false")
        });
        let has_noarchive =
            || text.contains("noarchive") || answer.header("x-robots-tag").contains("noarchive");
        let is_plain = aim.world.kind == Kind::Plain;
        let or_teaser = expected.claims("teaser or noarchive");
        claim(
            "noarchive",
            (is_whole || is_plain && is_article && !or_teaser) && shows,
            &has_noarchive,
        );
        let no_body = expected.claims("no body") && !expected.claims("no body text");
        self.expect(!no_body || answer.body.is_empty() || !is_article, || {
            format!("{}: has a body", told())
        });
        claim("not reflected", true, &|| {
            let sent =
                case.headers.iter().filter(|(name, _)| name.to_lowercase().starts_with("x-"));
            sent.filter(|(_, value)| value.len() >= 4).all(|(_, value)| {
                let is_in = |(_, given): &(String, Vec<u8>)| {
                    String::from_utf8_lossy(given).contains(value.as_str())
                };
                !text.contains(value.as_str()) && !answer.headers.iter().any(is_in)
            })
        });
        claim("content-usage", aim.world.kind == Kind::Generous && is_article && shows, &|| {
            answer.header("content-usage").contains("=n")
        });
        for word in self.row.request.directives("grep").flat_map(super::list::variants) {
            let is_there = text.to_lowercase().contains(&word.to_lowercase())
                || answer.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(&word));
            self.expect(!(expected.absent && is_there), || {
                format!("{}: {word:?} is there", told())
            });
        }
        // Whoever has none left is told so, in words that need no script.
        let meets_wall = is_plain && is_article && shows && case.method == "GET" && expected.teaser;
        if meets_wall && aim.asker.left == Some(0) && aim.asker.absent.is_none() {
            self.expect(text.contains("class=\"wall"), || format!("{}: no wall", told()));
        }
    }

    /// Sends a request in both ways, follows where the answers lead, and judges all of it. Returns the first answer.
    pub(crate) fn ask(&self, aim: Aim<'_>, case: &Case, over_wire: bool) -> Option<Answer> {
        let mut first = None;
        if let Some(answer) = case.in_process(aim.world) {
            self.count_sent();
            self.judge(aim, case, &answer, "in process");
            self.follow(aim, case, &answer);
            first = Some(answer);
        }
        if over_wire || first.is_none() {
            self.count_sent();
            let answer = case.over(aim.world.wire().address());
            self.judge(aim, case, &answer, "over a socket");
            first = first.or(Some(answer));
        }
        first
    }

    fn follow(&self, aim: Aim<'_>, case: &Case, answer: &Answer) {
        let mut answer = answer.clone();
        for _ in 0..HOPS_MAX {
            let Some(target) = answer.leads_to() else { return };
            self.check(answer.body.is_empty(), || format!("{}: a redirect says more", case.told()));
            let next =
                Case { method: "GET".to_owned(), target, body: String::new(), ..case.clone() };
            let Some(led) = next.in_process(aim.world) else { return };
            self.count_sent();
            self.judge(Aim { is_row_s: false, ..aim }, &next, &led, "led on");
            answer = led;
        }
        self.fault(format!("{}: goes round in circles", case.told()));
    }
}

pub(crate) fn is_cache(via: &str) -> bool {
    let via = via.to_lowercase();
    ["cache", "cdn", "varnish", "proxy"].iter().any(|word| via.contains(word))
}

pub(crate) fn is_whole(world: &World, text: &str, article: &str) -> bool {
    world.paper.sheet(article).canaries.iter().all(|canary| text.contains(canary.as_str()))
}

/// Whether a page holds the part that anybody may see.
fn has_teaser(text: &str, article: &str) -> bool {
    text.contains(&format!("pub{article}open"))
}

/// The turn of a request in a world.
pub(crate) fn turn(world: &World, number: usize) -> Turn<'_> {
    Turn { world, article: ARTICLE, number }
}
