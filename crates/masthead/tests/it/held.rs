//! What has to hold whatever a request says: written once, for the fuzzer and for the tests that replay its corpus. A small
//! paper of the canary's articles is opened once for each thread; two visitors are known to it, and no other.
//!
//! All that it knows of the site's own types of requests and answers is in [`answered`].

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use gate::{Clock, Person, Random, Readings, VisitorKeys};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use jiff::Timestamp;
use newsroom::{ArticleId, BodyWords};
use paywall::{ArticleKey, Capabilities, Opened, PaperId, Standing};
use store::{Doer, Media, Options, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use web::{Headers, Sent, Site, Target, Theme, Wiring};

use crate::ask::{Ask, Reply};
use crate::canary;
use crate::settings::Settings;

const SECRET: [u8; 32] = [7; 32];
const ALLOWANCE: u32 = 5;
/// Stands in an input for the cookie of a visitor who has read one article.
const ONE: &str = "{one}";
/// Stands in an input for the cookie of a visitor who has read all that may be read.
const ALL: &str = "{all}";
/// Headers of one input, at most.
const LINES_MAX: usize = 64;
/// What a reader of conditions may say.
const CONDITIONS: [&str; 6] =
    ["if-none-match", "if-modified-since", "range", "if-range", "accept-encoding", "accept"];
/// The bytes of the picture that everybody may see.
const PICTURE: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30\" height=\"20\"/>";

/// Any Cookie headers, one a line: never a fault, and nobody is taken for a visitor who was not given that very cookie.
pub(crate) fn cookie(input: &str) {
    PAPER.with(|paper| {
        let text = paper.filled(input);
        for part in text.split([';', '\n', '=']).map(str::trim).chain([text.as_str()]) {
            let is_known = paper.visitors.iter().any(|visitor| visitor.token == part);
            assert_eq!(paper.keys.person(part).is_some(), is_known, "{part:?}");
        }
        let lines = text.lines().map(|line| ("cookie", line));
        let Some(reply) = paper.ask(&Method::GET, "/harbour/m01", lines) else { return };
        assert_eq!(reply.status, StatusCode::OK);
        paper.assert_tight(&reply, &text);
    });
}

/// Conditions and preferences, one header a line, behind a line that picks what is asked for: each answer is what its
/// status says, in a form that was asked for, and nobody's but the asker's.
pub(crate) fn condition(input: &str) {
    PAPER.with(|paper| {
        let (which, rest) = input.split_once('\n').unwrap_or(("", input));
        let (target, cookie) = match which {
            "picture" => (paper.picture.as_str(), ""),
            "front" => ("/", ""),
            "feed" => ("", ""),
            "one" => ("/harbour/m01", ONE),
            "all" => ("/harbour/m09", ALL),
            "reading" => ("/harbour/m01/reading", ONE),
            _ => ("/harbour/m01", ""),
        };
        let cookie = format!("m={}", paper.filled(cookie));
        let lines: Vec<(&str, &str)> = rest
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(name, _)| CONDITIONS.contains(name))
            .collect();
        let said = |name: &str| -> Vec<&str> {
            lines.iter().filter(|(given, _)| *given == name).map(|(_, value)| *value).collect()
        };
        let with_cookie = lines.iter().copied().chain([("cookie", cookie.as_str())]);
        let Some(reply) = paper.ask(&Method::GET, target, with_cookie) else { return };
        paper.assert_tight(&reply, &cookie);
        let encoding = reply.header("content-encoding");
        let asked_for = said("accept-encoding").join(",").to_ascii_lowercase();
        assert!(encoding.is_empty() || asked_for.contains(encoding), "nobody asked for {encoding}");
        let whole = which == "picture" && encoding.is_empty();
        match reply.status {
            StatusCode::NOT_MODIFIED => {
                assert!(reply.body.is_empty() && !said("if-none-match").is_empty());
            }
            StatusCode::PARTIAL_CONTENT => {
                assert!(whole, "a part of what is no file");
                let told = reply.header("content-range").strip_prefix("bytes ").unwrap();
                let (part, length) = told.split_once('/').unwrap();
                let (first, last) = part.split_once('-').unwrap();
                let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
                assert_eq!(length.parse(), Ok(PICTURE.len()));
                assert_eq!(&reply.body[..], &PICTURE[first..=last]);
                let same = said("if-range").first().is_none_or(|tag| *tag == reply.header("etag"));
                assert!(same, "a part of something else");
            }
            StatusCode::RANGE_NOT_SATISFIABLE => {
                assert!(reply.body.is_empty() && said("range").len() == 1);
            }
            StatusCode::OK if whole => assert_eq!(&reply.body[..], PICTURE),
            StatusCode::OK => assert!(!reply.plain().is_empty()),
            other => panic!("{which}: {other}"),
        }
    });
}

/// A whole request, its first line "METHOD target" and a header on each of the others: never a fault of ours, no text without
/// a reading, no reading too many, and the same idempotency key is the same visitor.
pub(crate) fn reading(input: &str) {
    PAPER.with(|paper| {
        let text = paper.filled(input);
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let (method, target) = first.split_once(' ').unwrap_or(("POST", first));
        let Ok(method) = Method::from_bytes(method.as_bytes()) else { return };
        let lines: Vec<(&str, &str)> =
            rest.lines().filter_map(|line| line.split_once(':')).collect();
        let ask = || paper.ask(&method, target, lines.iter().copied());
        let Some(reply) = ask() else { return };
        paper.assert_tight(&reply, &text);
        let cookie = reply.header("set-cookie");
        let keys = lines.iter().filter(|(name, _)| name.eq_ignore_ascii_case("idempotency-key"));
        let keys: Vec<&str> = keys.map(|(_, value)| value.trim()).collect();
        if cookie.is_empty() {
            return;
        }
        assert!(
            method == Method::POST && reply.status.is_success() || reply.status.is_redirection()
        );
        if let [key] = keys[..]
            && paper.keys.issue_for_retry(key).is_some()
        {
            let again = ask().unwrap();
            assert_eq!(again.header("set-cookie"), cookie, "a retry is another visitor");
        }
    });
}

thread_local! {
    static PAPER: Paper = Paper::open();
}

/// A visitor whose cookie is known to an input.
struct Visitor {
    token: String,
    person: Person,
}

struct Paper {
    runtime: Runtime,
    store: Store,
    site: Site,
    keys: VisitorKeys,
    /// Who has read one article, and who has read all that may be read.
    visitors: [Visitor; 2],
    /// The address of the public picture.
    picture: String,
    /// Last, so that it outlives the store.
    _folder: TempDir,
}

impl Paper {
    fn open() -> Self {
        let memory = tempfile::tempdir_in("/dev/shm");
        let folder = memory.or_else(|_| tempfile::tempdir()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let now: Timestamp = "2026-09-16T14:30:00-03:00".parse().unwrap();
        let store = Store::open(folder.path(), PaperId([3; 16]), &Options::default()).unwrap();
        let settings = Settings { allowance: ALLOWANCE, ..Settings::default() };
        let version = runtime.block_on(store.settings()).unwrap().version;
        let by = Doer::operator();
        let saved = store.save_settings(settings.to_toml(), by, String::new(), version, now);
        runtime.block_on(saved).unwrap();
        let picture = runtime.block_on(fill(&store));
        let wiring = Wiring {
            payments: None,
            cashier: None,
            shown_at: None,
            store: store.clone(),
            clock: Clock::standing_at(now),
            random: Random::counted(1),
            secret: SECRET,
            origin: None,
            trusted_proxies: Vec::new(),
            demo: true,
            page_threads: 1,
            page_cache_bytes: 64 << 20,
            capabilities: Capabilities { accounts: false, crawler_verification: true },
            names: Arc::new(providers::NoNames),
            theme: Theme::read(&[]).unwrap(),
            live_theme: false,
            tells_sender: false,
            webhooks_may_be_plain: false,
        };
        let site = runtime.block_on(Site::open(wiring)).unwrap();
        let keys = VisitorKeys::derive(&SECRET, "");
        let visitors = [1, 2].map(|number| {
            let token = keys.issue([number; 16]);
            Visitor { token: token.to_string(), person: keys.person_of(&token).unwrap() }
        });
        let paper = Self { runtime, store, site, keys, visitors, picture, _folder: folder };
        let cookies = paper.visitors.each_ref().map(|visitor| format!("m={}", visitor.token));
        for (cookie, codes) in cookies.iter().zip([1, ALLOWANCE as usize]) {
            for code in &canary::PLAIN[..codes] {
                let target = format!("/harbour/{code}/reading");
                let lines = [("cookie", cookie.as_str()), ("accept", "application/json")];
                let reply = paper.ask(&Method::POST, &target, lines.into_iter()).unwrap();
                assert!(reply.leaked().contains(*code), "{code} did not open: {}", reply.text());
            }
        }
        paper
    }

    /// The input with the cookies for which it has names.
    fn filled(&self, input: &str) -> String {
        let [one, all] = self.visitors.each_ref().map(|visitor| visitor.token.as_str());
        input.replace(ONE, one).replace(ALL, all)
    }

    /// One request; `None` where no server would hand it on.
    fn ask<'a>(
        &self,
        method: &Method,
        target: &str,
        lines: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Option<Reply> {
        // A request line holds no fragment, and a path begins with a slash.
        target.parse::<Uri>().ok().filter(|uri| uri.path().starts_with('/'))?;
        let mut ask = Ask::new(method.clone(), target);
        ask.peer = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        for (name, value) in lines.take(LINES_MAX) {
            let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
            ask.headers.append(name, HeaderValue::from_bytes(value.trim().as_bytes()).ok()?);
        }
        let mut reply = self.runtime.block_on(answered(&self.site, &ask));
        reply.check(&ask);
        // An answer without a body (304) says how the body that it stands for is packed; nothing is there to unpack.
        if reply.body.is_empty() {
            reply.headers.remove("content-encoding");
        }
        Some(reply)
    }

    /// Words of locked articles are shown to a known visitor alone, and of those that this one has opened.
    fn assert_tight(&self, reply: &Reply, said: &str) {
        let known: Vec<&Visitor> =
            self.visitors.iter().filter(|visitor| said.contains(&visitor.token)).collect();
        for code in reply.leaked().iter().filter(|code| *code != "free") {
            let may = known.iter().any(|visitor| self.has_opened(visitor, code));
            assert!(may, "shows words of {code}: {:?}", reply.headers);
        }
        for visitor in known {
            assert!(self.read_by(visitor) <= ALLOWANCE, "a reading too many");
        }
    }

    fn standing(&self, visitor: &Visitor, code: &str) -> Standing {
        let key = ArticleKey::derive(self.store.paper_id(), newsroom::ORIGIN, code);
        self.runtime.block_on(self.store.standing(visitor.person, key)).unwrap()
    }

    fn has_opened(&self, visitor: &Visitor, code: &str) -> bool {
        matches!(self.standing(visitor, code), Standing::Counted { this: Opened::Already, .. })
    }

    fn read_by(&self, visitor: &Visitor) -> u32 {
        match self.standing(visitor, "m01") {
            Standing::Counted { read, .. } => read,
            Standing::Nothing | Standing::Unknown => 0,
        }
    }
}

/// One request, straight into the site.
async fn answered(site: &Site, ask: &Ask) -> Reply {
    let uri: Uri = ask.target.parse().unwrap();
    let (target, lines) = (Target::of(&uri), Headers::lines(&ask.headers));
    let headers = Headers::of(&lines);
    let answer = site.answer_to(&ask.method, target, headers, ask.peer, Sent::Nothing).await;
    let (status, headers) = (answer.status(), answer.headers().clone());
    Reply { status, headers, body: answer.into_body().into_bytes() }
}

/// Saves the canary's articles; returns the address of a picture that everybody may see.
async fn fill(store: &Store) -> String {
    let paper = newsroom::read_paper("paper.toml", canary::PAPER).unwrap();
    let sheets = canary::sheets();
    let media = Media {
        name: "pictures/lead.svg".to_owned(),
        size: Some((30, 20)),
        article: None,
        bytes: PICTURE.to_vec(),
    };
    let picture = store.save_media(media).await.unwrap().address();
    let words = BodyWords {
        corrected: "Corrected {time}:".to_owned(),
        withdrawn: "Withdrawn.".to_owned(),
        ..BodyWords::default()
    };
    let zone = jiff::tz::TimeZone::get("America/Halifax").unwrap();
    let paths = |id: &ArticleId| {
        sheets.iter().find(|sheet| sheet.code == id.as_str()).map(canary::Sheet::path)
    };
    let read = |sheet: &canary::Sheet| {
        let context = newsroom::Context {
            paper: &paper,
            paper_id: store.paper_id(),
            zone: &zone,
            words: &words,
            address_of: &paths,
            media_address: &|_| Some(picture.clone()),
            picture_size: &|_| Some((30, 20)),
            shift_days: 0,
        };
        newsroom::read_article(sheet.code, &sheet.text, &context)
            .unwrap_or_else(|faults| panic!("{faults:?}"))
    };
    let articles = sheets.iter().map(read).collect();
    store.save_paper(paper.clone()).await.unwrap();
    store.save_articles(articles).await.unwrap();
    picture
}
