//! The papers that rows are asked of, and who asks: one paper for each way of running it, opened when a row needs it;
//! jars as rows name them; a name system that says what a row claims.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use providers::{Awaited, Names, NamesError, Ranges};
use web::{Count, Engine, TrustedProxy};

use super::filling::PAID_PHRASE;
use super::readers::Account;
use crate::ask::HOST;
use crate::bank::Bank;
use crate::canary::{self, Sheet};
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;
use crate::wire::Wire;

/// What the exhausted visitor has opened: none of the articles that rows ask for.
pub(crate) const OPENED: [&str; 5] = ["m03", "m04", "m05", "m06", "m07"];
/// Articles of the wide paper that are there for their number alone.
pub(crate) const MANY: usize = 500;
/// Where every paper here is.
pub(crate) const PUBLIC_URL: &str = "http://paper.example";
/// When the window ends in which tests begin.
pub(crate) const WINDOW_END: &str = "2026-10-01T00:00:00-03:00";
/// When the embargoed article of the canary paper is published.
pub(crate) const PUBLICATION: &str = "2026-09-16T15:30:00-03:00";
/// Where the operator's own proxy speaks from, in the paper that has one.
pub(crate) const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
/// In a published range of Google's crawler, and of Bing's.
const GOOGLE: &str = "66.249.66.1";
const BING: &str = "157.55.39.1";
/// A crawler with these words in its agent is the one of its maker; so rows may claim it.
const ENGINES: [(&str, &str); 2] = [("google", GOOGLE), ("bing", BING)];

/// A way of running a paper.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    /// As it is delivered, with registration, and with subscriptions that are sold.
    Plain,
    /// A network may send a few new visitors a day; then they are asked to register.
    Budgeted,
    /// Proven search crawlers get everything, one proxy is trusted, and the name system says what rows claim.
    Generous,
    /// Machines that take articles are to pay.
    Charging,
    /// As it is delivered, with other words in the locked parts.
    Reworded,
    /// With five hundred more articles.
    Wide,
    /// Behind a cache of some kind; `cache_in_front` by its name.
    Behind(&'static str),
}

/// Names as a row claims them: whoever asks owns an address and says what it is called, and no more.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    name: Mutex<Option<String>>,
    asker: Mutex<Option<IpAddr>>,
    /// Everything that was ever asked.
    asked: Mutex<Vec<String>>,
}

impl Claimed {
    /// From now on the address has this name.
    pub(crate) fn claim(&self, name: Option<&str>, asker: IpAddr) {
        *self.name.lock().unwrap() = name.map(str::to_owned);
        *self.asker.lock().unwrap() = Some(asker);
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Names for Claimed {
    fn names_of(&self, address: IpAddr) -> Awaited<'_, Vec<String>> {
        self.asked.lock().unwrap().push(address.to_string());
        let name = self.name.lock().unwrap().clone();
        Box::pin(async move { name.map(|name| vec![name]).ok_or(NamesError::Nothing) })
    }

    fn addresses_of(&self, name: String) -> Awaited<'_, Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.clone());
        // A maker's own zone leads to the maker; any other name leads where its owner, who asks, wants it to.
        let is_makers = |domain: &str| name.ends_with(domain);
        let address = match () {
            () if is_makers(".googlebot.com") || is_makers(".google.com") => GOOGLE.parse().ok(),
            () if is_makers(".search.msn.com") => BING.parse().ok(),
            () => *self.asker.lock().unwrap(),
        };
        Box::pin(async move { Ok(address.into_iter().collect()) })
    }
}

/// A paper, what stands around it, and who reads it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) kind: Kind,
    wire: OnceCell<Wire>,
    pub(crate) paper: TestPaper,
    pub(crate) names: Arc<Claimed>,
    exhausted: OnceCell<Jar>,
    /// How many visitors without a reading have come.
    fresh: Cell<u8>,
    /// How many addresses were asked from of which the name system is asked.
    peers: Cell<u16>,
    /// The reader's bank.
    pub(super) bank: Arc<Bank>,
    /// People with accounts, as far as rows have named them.
    pub(super) cast: RefCell<BTreeMap<Account, Asker>>,
    /// How many mail addresses were registered.
    pub(super) mails: Cell<usize>,
    /// Links of gifts.
    pub(super) gifts: RefCell<BTreeMap<&'static str, String>>,
}

/// Somebody who asks.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) jar: Jar,
    /// Articles that are open to that somebody.
    pub(crate) may: Vec<&'static str>,
    /// How many more may be opened; `None` where each request is somebody new.
    pub(crate) left: Option<usize>,
    /// What such a person would need, and this build does not have.
    pub(crate) absent: Option<&'static str>,
}

impl World {
    pub(crate) fn open(kind: Kind) -> Self {
        Self::open_with(kind, None)
    }

    /// A paper whose store waits longer for a lock.
    pub(crate) fn open_patient(kind: Kind) -> Self {
        Self::open_with(kind, Some(Duration::from_secs(60)))
    }

    fn open_with(kind: Kind, busy: Option<Duration>) -> Self {
        let names = Arc::new(Claimed::default());
        let settings = match kind {
            Kind::Plain | Kind::Reworded | Kind::Wide => Settings::default(),
            Kind::Budgeted => Settings { rows: "new_visitor_budget = 5", ..Settings::default() },
            Kind::Generous => Settings {
                crawlers: "search = \"full\"\ncontent_usage = \"train-ai=n\"",
                ..Settings::default()
            },
            Kind::Charging => Settings {
                crawlers: "ai_training = \"charge\"\nai_answers = \"charge\"\nlicence = \"on\"",
                ..Settings::default()
            },
            Kind::Behind(cache) => Settings::cache(cache),
        };
        let settings = selling(settings);
        let bank = Arc::new(Bank::default());
        let trusted_proxies = match kind {
            Kind::Generous => vec![TrustedProxy::parse("10.0.0.0/8").unwrap()],
            _ => Vec::new(),
        };
        let mut paper = TestPaper::open(&Plan {
            settings,
            public_url: Some(PUBLIC_URL),
            busy,
            names: Some(Arc::clone(&names) as Arc<dyn Names>),
            trusted_proxies,
            empty: kind == Kind::Reworded,
            sells: true,
            bank: Some(Arc::clone(&bank)),
            ..Plan::default()
        });
        if kind == Kind::Reworded {
            let sheets = reworded();
            paper.publish(&sheets);
            paper.sheets = sheets;
        }
        if kind == Kind::Wide {
            let mut sheets = many();
            sheets.extend(canary::sheets());
            paper.publish(&sheets);
            paper.sheets = sheets;
        }
        for (engine, network) in
            [(Engine::Google, "66.249.64.0/19"), (Engine::Bing, "157.55.39.0/24")]
        {
            let list = format!("{{\"prefixes\": [{{\"ipv4Prefix\": \"{network}\"}}]}}");
            let ranges = Ranges::parse(&list).unwrap();
            paper.site.crawlers().set_ranges(engine, ranges, paper.clock.now());
        }
        Self {
            kind,
            wire: OnceCell::new(),
            paper,
            names,
            exhausted: OnceCell::new(),
            fresh: Cell::new(10),
            peers: Cell::new(0),
            bank,
            cast: RefCell::default(),
            mails: Cell::new(0),
            gifts: RefCell::default(),
        }
    }

    /// The paper on a socket.
    pub(crate) fn wire(&self) -> &Wire {
        self.wire.get_or_init(|| Wire::open(&self.paper))
    }

    /// An address that nobody has asked from: nothing is remembered of it.
    pub(crate) fn new_peer(&self) -> IpAddr {
        self.peers.set(self.peers.get().wrapping_add(1));
        let [high, low] = self.peers.get().to_be_bytes();
        IpAddr::from([100, 64, high, low])
    }

    /// How many readings were made since the paper was opened.
    pub(crate) fn readings(&self) -> usize {
        self.count(Count::Readings)
    }

    pub(crate) fn count(&self, count: Count) -> usize {
        self.paper.site.counts().get(count).try_into().unwrap()
    }

    /// Who asks, as a row names that person; `None` where no rig knows the name.
    pub(crate) fn asker(&self, name: &str) -> Option<Asker> {
        let asker = |jar, may: &[&'static str], left| {
            let may = [&["free"], may].concat();
            Asker { jar, may, left, absent: None }
        };
        let visitor = |codes: &[&'static str]| {
            asker(self.paper.visitor_of(codes), codes, Some(OPENED.len() - codes.len()))
        };
        let exhausted = || {
            let jar = self.exhausted.get_or_init(|| self.paper.visitor_of(&OPENED)).clone();
            asker(jar, &OPENED, Some(0))
        };
        // Nobody is that here, so whoever claims it is who they are without it.
        let beyond = |what| Asker { absent: Some(what), ..exhausted() };
        Some(match name {
            "exhausted" | "used-up" | "none-left" => exhausted(),
            "none" | "stranger" | "anonymous" | "empty" | "cleared" | "incognito" | "private" => {
                asker(Jar::default(), &[], None)
            }
            "blocked" | "refused" | "refusing" => asker(Jar::refusing(), &[], None),
            "fresh" | "new" | "other" | "other-browser" | "other-device" | "victim" => {
                self.fresh.set(self.fresh.get().wrapping_add(1));
                let value = self.paper.cookie_value(PUBLIC_URL, self.fresh.get());
                asker(Jar::holding(self.paper.cookie_name(), &value), &[], Some(OPENED.len()))
            }
            "forged" | "tampered" => {
                asker(Jar::holding(self.paper.cookie_name(), &"A".repeat(43)), &[], None)
            }
            "one-left" => visitor(&OPENED[..4]),
            "two-left" => visitor(&OPENED[..3]),
            "three-left" => visitor(&OPENED[..2]),
            "four-left" => visitor(&OPENED[..1]),
            "has-read-A" | "has-read-a" | "opened" => visitor(&[ARTICLE]),
            "has-read-B" | "has-read-b" => visitor(&[OTHER]),
            // Who was there once, and asks from elsewhere.
            "institution" | "campus" | "library" => {
                self.paper.has_library();
                asker(self.paper.at_the_library(ARTICLE), &[], Some(OPENED.len()))
            }
            "complimentary" | "comped" | "courtesy" => beyond("complimentary access"),
            "staff" | "editor" | "author" | "publisher" | "admin" => beyond("the desk"),
            other => self.account(Account::named(other)?),
        })
    }

    /// Somebody who stands for a subscriber where a row is not about accounts: the article is open to both.
    pub(crate) fn entitled(&self) -> Asker {
        self.asker("has-read-A").unwrap()
    }

    /// A list of articles for a row that asks for several.
    pub(crate) fn several(&self, first: usize, last: usize) -> Vec<&'static str> {
        let codes = self.paper.sheets.iter().map(|sheet| sheet.code);
        let codes: Vec<&'static str> = codes.filter(|code| code.starts_with('p')).collect();
        codes.get(first - 1..last.min(codes.len())).unwrap_or_default().to_vec()
    }

    /// The article of a path, or of what is below it.
    pub(crate) fn article_of(&self, path: &str) -> Option<&'static str> {
        let path = path.split(['?', '#']).next().unwrap_or("");
        let path = path.strip_suffix("/reading").unwrap_or(path);
        self.paper.sheets.iter().find(|sheet| sheet.path() == path).map(|sheet| sheet.code)
    }

    pub(crate) fn at(&self, instant: Timestamp) {
        self.paper.clock.set(instant);
    }
}

/// The article that rows are about, another one, and one that is free.
pub(crate) const ARTICLE: &str = "m01";
pub(crate) const OTHER: &str = "m02";
pub(crate) const FREE: &str = "free";
/// The article that is published later.
pub(crate) const EMBARGOED: &str = "emba";

/// The address in the header that a peer's name stands for, and the agent that goes with it.
pub(crate) fn network(name: &str, number: usize) -> IpAddr {
    let (low, high) = ((number % 200 + 1) as u8, (number / 200 % 200) as u8);
    if let Ok(address) = name.split('/').next().unwrap_or("").parse() {
        return address;
    }
    let lower = name.to_lowercase();
    let known = ENGINES.iter().find(|(engine, _)| lower.contains(engine));
    let is_false = ["un", "fake", "spoof", "forged", "cloud", "false", "not-"];
    match known.filter(|_| !is_false.iter().any(|word| lower.contains(word))) {
        Some((_, address)) => address.parse().unwrap(),
        // Every second one of IPv6: of one household, or of many.
        None if number % 2 == 1 => format!("2001:db8:{low:x}:{high:x}::1").parse().unwrap(),
        None => IpAddr::from([198, 51 + high % 2, 100, low]),
    }
}

/// The agent of the crawler whose network a row names.
pub(crate) fn agent_of(network: &str) -> Option<&'static str> {
    match network.to_lowercase() {
        name if name.contains("google") => {
            Some("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
        }
        name if name.contains("bing") => {
            Some("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)")
        }
        _ => None,
    }
}

/// The same settings in a paper where readers register, subscribe, give and withdraw.
pub(crate) fn selling(settings: Settings) -> Settings {
    Settings {
        registration: true,
        gifts_a_month: 100,
        withdrawal_days: 14,
        tables: Settings::OTHER_PLANS,
        ..settings
    }
}

/// Metered articles without anything special.
fn many() -> Vec<Sheet> {
    let sheet = |number: usize| {
        // The names live as long as the program, like those of the canary paper.
        let code: &'static str = format!("p{number:03}").leak();
        let canary = canary::word(code, 1);
        let text = format!(
            "+++\nid = \"{code}\"\nheadline = \"Headline of {code}\"\nsection = \"harbour\"\n\
             published_at = 2026-09-16T06:00:00-03:00\naccess = \"metered\"\n+++\n\
             First pub{code}open.\n\n<!-- paywall -->\n\nLocked {canary}.\n"
        );
        let canaries = vec![canary];
        Sheet { code, section: "harbour", access: "metered", text, canaries, rich: false }
    };
    (0..MANY).map(sheet).collect()
}

/// The articles of the canary paper, with other words below the line wherever it is not free to read on.
fn reworded() -> Vec<Sheet> {
    let mut sheets = canary::sheets();
    for sheet in sheets.iter_mut().filter(|sheet| sheet.access != "free") {
        sheet.text = sheet.text.replace(PAID_PHRASE, "Worn timetable");
    }
    sheets
}

/// The host of every paper here.
pub(crate) fn host() -> &'static str {
    HOST
}
