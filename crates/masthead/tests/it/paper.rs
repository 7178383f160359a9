//! A whole paper in a temporary folder: its store, its clock, and the site in process.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use gate::{Clock, Random, VisitorKeys};
use http::{Method, StatusCode, Uri};
use jiff::Timestamp;
use newsroom::{ArticleId, BodyWords};
use paywall::{ArticleKey, Capabilities, PaperId};
use providers::Names;
use providers::payments::{Cashier, Payments};
use store::{Doer, Media, Options, Store};
use tempfile::TempDir;
use web::{Headers, Origin, Sent, Site, Target, Theme, ThemeFile, TrustedProxy, Wiring};

use crate::ask::{Ask, HOST, Reply};
use crate::bank::Bank;
use crate::canary::{self, Sheet};
use crate::jar::Jar;
use crate::settings::Settings;

const SECRET: [u8; 32] = [7; 32];
/// Redirects that a browser follows before it gives up.
const HOPS_MAX: usize = 5;

/// The instant at which tests begin: Wednesday, 16 September 2026, half past two in Halifax.
pub(crate) fn start() -> Timestamp {
    "2026-09-16T14:30:00-03:00".parse().unwrap()
}

/// Waits for a future on a runtime of this thread.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// How a paper is opened.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    pub(crate) public_url: Option<&'static str>,
    /// How long the store waits for another program's lock; by default for less than a test holds one.
    pub(crate) busy: Option<Duration>,
    /// Whether it starts without articles.
    pub(crate) empty: bool,
    /// The files of its theme, where it has one.
    pub(crate) theme: Vec<ThemeFile>,
    /// The name system, as far as the test has one.
    pub(crate) names: Option<Arc<dyn Names>>,
    /// The operator's own proxies.
    pub(crate) trusted_proxies: Vec<TrustedProxy>,
    /// Whether it sells, with the demo's cashier.
    pub(crate) sells: bool,
    /// What stands between the paper and the cashier, where payments are disputed.
    pub(crate) bank: Option<Arc<Bank>>,
    /// Whether a sender is told of newsletters.
    pub(crate) tells_sender: bool,
}

/// A paper that is being read.
#[derive(Debug)]
pub(crate) struct TestPaper {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) site: Site,
    pub(crate) sheets: Vec<Sheet>,
    /// Addresses of files behind a line, with the code of their article.
    pub(crate) locked_files: Vec<(&'static str, String)>,
    /// The address of the picture that all articles lead with.
    pub(crate) public_picture: String,
    public_url: Option<&'static str>,
    registration: bool,
    pub(crate) cashier: Option<Arc<Cashier>>,
    /// Last, so that it outlives the store.
    pub(crate) folder: TempDir,
}

impl TestPaper {
    pub(crate) fn new() -> Self {
        Self::open(&Plan::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self::open(&Plan { settings, ..Plan::default() })
    }

    pub(crate) fn open(plan: &Plan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            poll: Duration::from_millis(50),
            busy: plan.busy.unwrap_or(Duration::from_millis(400)),
            ..Options::default()
        };
        let store = Store::open(folder.path(), PaperId([3; 16]), &options).unwrap();
        let clock = Clock::standing_at(start());
        let current = wait(store.settings()).unwrap().version;
        let note = String::new();
        let saved =
            store.save_settings(plan.settings.to_toml(), Doer::operator(), note, current, start());
        wait(saved).unwrap();
        let sheets = if plan.empty { Vec::new() } else { canary::sheets() };
        let (locked_files, public_picture) = fill(&store, &sheets);
        let origin = plan.public_url.map(|url| Origin::parse(url).unwrap());
        let cashier = plan.sells.then(|| {
            let path = folder.path().join("cashier.json");
            Arc::new(Cashier::open(&path, SECRET).unwrap())
        });
        let payments = match (&plan.bank, &cashier) {
            (Some(bank), Some(cashier)) => Some(bank.before(cashier) as Arc<dyn Payments>),
            (_, cashier) => cashier.clone().map(|cashier| cashier as Arc<dyn Payments>),
        };
        let wiring = Wiring {
            payments,
            cashier: cashier.clone(),
            shown_at: None,
            store: store.clone(),
            clock: clock.clone(),
            random: Random::counted(1),
            secret: SECRET,
            origin,
            trusted_proxies: plan.trusted_proxies.clone(),
            demo: true,
            page_threads: 2,
            page_cache_bytes: 256 << 20,
            capabilities: Capabilities { accounts: true, crawler_verification: true },
            names: plan.names.clone().unwrap_or_else(|| Arc::new(providers::NoNames)),
            theme: Theme::read(&plan.theme).unwrap(),
            live_theme: !plan.theme.is_empty(),
            tells_sender: plan.tells_sender,
            webhooks_may_be_plain: true,
        };
        let site = wait(Site::open(wiring)).unwrap();
        site.set_advertisements(vec![crate::pages::advertisement()]);
        let public_url = plan.public_url;
        let registration = plan.settings.registration;
        Self {
            store,
            clock,
            site,
            sheets,
            locked_files,
            public_picture,
            public_url,
            registration,
            cashier,
            folder,
        }
    }

    /// Whether readers can register.
    pub(crate) fn takes_readers(&self) -> bool {
        self.registration
    }

    pub(crate) fn sheet(&self, code: &str) -> &Sheet {
        self.sheets.iter().find(|sheet| sheet.code == code).unwrap()
    }

    /// The path of an article.
    pub(crate) fn path(&self, code: &str) -> String {
        self.sheet(code).path()
    }

    /// The key of an article.
    pub(crate) fn key(&self, code: &str) -> ArticleKey {
        ArticleKey::derive(self.store.paper_id(), newsroom::ORIGIN, code)
    }

    /// Moves the clock.
    pub(crate) fn at(&self, instant: &str) {
        self.clock.set(instant.parse().unwrap());
    }

    /// One request, straight into the site.
    #[track_caller]
    pub(crate) fn ask(&self, ask: &Ask) -> Reply {
        let ask = &self.over_tls(ask);
        let reply = wait(answer(&self.site, ask));
        reply.check(ask);
        reply
    }

    /// A page's form comes from the address of the paper, which may be on TLS.
    fn over_tls(&self, ask: &Ask) -> Ask {
        let is_secure = self.public_url.is_some_and(|url| url.starts_with("https:"));
        let is_own =
            ask.headers.get("origin").is_some_and(|origin| *origin == format!("http://{HOST}"));
        match is_secure && is_own {
            true => ask.clone().instead("origin", &format!("https://{HOST}")),
            false => ask.clone(),
        }
    }

    /// GET by a stranger.
    #[track_caller]
    pub(crate) fn get(&self, target: &str) -> Reply {
        self.ask(&Ask::get(target))
    }

    /// One request of a browser with its cookies, without following anything.
    #[track_caller]
    pub(crate) fn send(&self, jar: &mut Jar, mut ask: Ask) -> Reply {
        if let Some(cookies) = jar.header(self.clock.now()) {
            ask = ask.with("cookie", &cookies);
        }
        let reply = self.ask(&ask);
        jar.take(&reply.headers, self.clock.now());
        reply
    }

    /// A request of a browser, which follows redirects as fetch and forms do.
    #[track_caller]
    pub(crate) fn browse(&self, jar: &mut Jar, ask: Ask) -> Reply {
        let mut next = ask;
        for _ in 0..HOPS_MAX {
            let reply = self.send(jar, next.clone());
            if !reply.status.is_redirection() || reply.status == StatusCode::NOT_MODIFIED {
                return reply;
            }
            assert!(reply.body.is_empty(), "a redirect says nothing");
            let target = reply.header("location").to_owned();
            assert!(target.starts_with('/') && !target.starts_with("//"), "{target}");
            let method = match reply.status {
                StatusCode::SEE_OTHER => Method::GET,
                _ => next.method.clone(),
            };
            next = Ask { method, target, ..next };
            next = next.without("cookie").without("content-length");
            if next.method == Method::GET {
                next = next.without("origin");
            }
        }
        panic!("{} goes round in circles", next.target);
    }

    /// A visitor who presses the button of an article, up to the page that it leads to.
    #[track_caller]
    pub(crate) fn read(&self, jar: &mut Jar, code: &str) -> Reply {
        self.browse(jar, Ask::form(&self.sheet(code).reading()))
    }

    /// A visitor who has opened these articles.
    #[track_caller]
    pub(crate) fn visitor_of(&self, codes: &[&str]) -> Jar {
        let mut jar = Jar::default();
        for code in codes {
            let reply = self.read(&mut jar, code);
            assert!(self.is_whole(&reply, code), "{code}: {}", reply.text());
        }
        jar
    }

    /// A visitor with a cookie of ours and no reading: one who came last month, say.
    pub(crate) fn fresh_visitor(&self) -> Jar {
        Jar::holding(self.cookie_name(), &self.cookie_value(self.public_url.unwrap_or(""), 200))
    }

    /// What the cookie of a visitor holds where the paper has that address: this one's or another.
    pub(crate) fn cookie_value(&self, public_url: &str, number: u8) -> String {
        VisitorKeys::derive(&SECRET, public_url).issue([number; 16]).to_string()
    }

    pub(crate) fn cookie_name(&self) -> &'static str {
        match self.public_url {
            Some(url) if url.starts_with("https:") => "__Host-m",
            _ => "m",
        }
    }

    /// Whether an answer is the whole text of an article, without a hole.
    pub(crate) fn is_whole(&self, reply: &Reply, code: &str) -> bool {
        let text = reply.text();
        self.sheet(code).canaries.iter().all(|canary| text.contains(canary.as_str()))
    }

    /// Panics where an answer shows a canary of an article that is not in `may`.
    #[track_caller]
    pub(crate) fn assert_tight(&self, reply: &Reply, may: &[&str], told: &str) {
        let leaked: BTreeSet<String> = reply.leaked();
        let strange: Vec<&String> =
            leaked.iter().filter(|code| !may.contains(&code.as_str())).collect();
        assert!(strange.is_empty(), "{told}: shows words of {strange:?}\n{:?}", reply.headers);
    }

    /// Saves other settings, as the house does while the paper is read.
    pub(crate) fn change(&self, settings: &Settings) {
        let version = wait(self.store.settings()).unwrap().version;
        let (by, note) = (Doer::operator(), String::new());
        let saved =
            self.store.save_settings(settings.to_toml(), by, note, version, self.clock.now());
        wait(saved).unwrap();
    }

    /// Saves an article whose file was changed.
    pub(crate) fn publish(&self, sheets: &[Sheet]) {
        fill(&self.store, sheets);
    }
}

/// One request, straight into the site, without any check.
pub(crate) async fn answer(site: &Site, ask: &Ask) -> Reply {
    send(site, ask, ask.sent.clone()).await
}

/// One request with something behind its head, straight into the site, without any check.
pub(crate) async fn send(site: &Site, ask: &Ask, sent: Sent) -> Reply {
    let uri: Uri = ask.target.parse().unwrap();
    let (target, lines) = (Target::of(&uri), Headers::lines(&ask.headers));
    let answer = site.answer_to(&ask.method, target, Headers::of(&lines), ask.peer, sent).await;
    let (status, headers) = (answer.status(), answer.headers().clone());
    Reply { status, headers, body: answer.into_body().into_bytes() }
}

/// Saves articles with their files; returns the addresses of those behind a line, and of the public picture.
fn fill(store: &Store, sheets: &[Sheet]) -> (Vec<(&'static str, String)>, String) {
    let paper = newsroom::read_paper("paper.toml", canary::PAPER).unwrap();
    let keep = |name: String, article: Option<ArticleKey>, bytes: Vec<u8>| {
        let size = name.ends_with("svg").then_some((30, 20));
        wait(store.save_media(Media { name, size, article, bytes })).unwrap().address()
    };
    let lead = "pictures/lead.svg".to_owned();
    let picture =
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30\" height=\"20\"/>".to_vec();
    let public_picture = keep(lead.clone(), None, picture);
    let mut addresses = BTreeMap::from([(lead, public_picture.clone())]);
    let mut locked = Vec::new();
    for sheet in sheets.iter().filter(|sheet| sheet.rich) {
        let code = sheet.code;
        let key = ArticleKey::derive(store.paper_id(), newsroom::ORIGIN, code);
        for (name, bytes) in [
            (format!("pictures/{code}.svg"), canary::picture(code)),
            (format!("attachments/{code}.csv"), canary::document(code)),
        ] {
            let address = keep(name.clone(), Some(key), bytes);
            addresses.insert(name, address.clone());
            locked.push((code, address));
        }
    }
    let words = BodyWords {
        corrected: "Corrected {time}:".to_owned(),
        withdrawn: "Withdrawn.".to_owned(),
        ..BodyWords::default()
    };
    let zone = jiff::tz::TimeZone::get("America/Halifax").unwrap();
    let read = |sheet: &Sheet| {
        let paths =
            |id: &ArticleId| sheets.iter().find(|sheet| sheet.code == id.as_str()).map(Sheet::path);
        newsroom::read_article(
            sheet.code,
            &sheet.text,
            &newsroom::Context {
                paper: &paper,
                paper_id: store.paper_id(),
                zone: &zone,
                words: &words,
                address_of: &paths,
                media_address: &|name| addresses.get(name).cloned(),
                picture_size: &|_| Some((30, 20)),
                shift_days: 0,
            },
        )
        .unwrap_or_else(|faults| panic!("{faults:?}"))
    };
    let articles = sheets.iter().map(read).collect();
    wait(store.save_paper(paper.clone())).unwrap();
    wait(store.save_articles(articles)).unwrap();
    (locked, public_picture)
}
