//! Caches in front of the paper: one that keeps to RFC 9111 and nothing else, in this process, and a real Varnish beside
//! it where the machine has one. Neither knows anything about articles; what they may keep, answers have to say.

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::asking::{Answer, Case};
use super::worlds::World;

const VARNISHD: &str = "/usr/sbin/varnishd";
const RESPECTS_COOKIES: &str = include_str!("../../../../../e2e/varnish/respects-cookies.vcl");
const BLIND: &str = include_str!("../../../../../e2e/varnish/blind.vcl");
/// How often it is asked whether it listens, and how long it is left alone between.
const QUESTIONS_MAX: usize = 300;
const PAUSE: Duration = Duration::from_millis(200);

/// Something that stands between the paper and its readers.
pub(crate) trait Front {
    fn name(&self) -> &'static str;
    /// `None` where such a request cannot be sent through it.
    fn ask(&mut self, world: &World, case: &Case) -> Option<Answer>;
    /// What it kept although nobody should.
    fn offences(&self) -> &[String];
}

/// The statuses that may be kept without being asked to (RFC 9110, 15.1).
const HEURISTIC: [u16; 11] = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];

/// A shared cache as RFC 9111 has it.
#[derive(Debug, Default)]
pub(crate) struct Rfc9111 {
    /// Whether it passes on whoever brings a cookie, as a cache that respects cookies is set up to.
    passes_cookies: bool,
    kept: HashMap<(String, String), Vec<Kept>>,
    offences: Vec<String>,
}

#[derive(Clone, Debug)]
struct Kept {
    /// What the request's headers were that the answer varies by.
    varied: Vec<(String, Option<String>)>,
    is_fresh: bool,
    answer: Answer,
}

impl Rfc9111 {
    pub(crate) fn new(passes_cookies: bool) -> Self {
        Self { passes_cookies, ..Self::default() }
    }

    fn keep(&mut self, key: &(String, String), case: &Case, answer: &Answer) {
        let control = answer.header("cache-control").to_lowercase();
        let says =
            |word: &str| control.split(',').any(|one| one.trim().split('=').next() == Some(word));
        let seconds = |word: &str| {
            control.split(',').find_map(|one| one.trim().strip_prefix(word)?.parse::<u64>().ok())
        };
        let lifetime = seconds("s-maxage=").or_else(|| seconds("max-age="));
        let is_explicit = lifetime.is_some() || says("public");
        let may = HEURISTIC.contains(&answer.status)
            && !says("no-store")
            && !says("private")
            && (is_explicit || !answer.header("etag").is_empty())
            && (case.header("authorization").is_none() || says("public") || says("s-maxage"));
        let vary = answer.header("vary");
        if !may || vary.split(',').any(|name| name.trim() == "*") {
            return;
        }
        if !answer.header("set-cookie").is_empty() {
            self.offences.push(format!("{} {}: a cookie is kept", case.method, case.target));
        }
        let names = vary.split(',').map(|name| name.trim().to_lowercase());
        let varied = names
            .filter(|name| !name.is_empty())
            .map(|name| {
                let value = case.header(&name).map(str::to_owned);
                (name, value)
            })
            .collect();
        let is_fresh = !says("no-cache") && lifetime.is_some_and(|seconds| seconds > 0);
        let kept = self.kept.entry(key.clone()).or_default();
        kept.insert(0, Kept { varied, is_fresh, answer: answer.clone() });
    }
}

impl Front for Rfc9111 {
    fn name(&self) -> &'static str {
        "RFC 9111"
    }

    fn ask(&mut self, world: &World, case: &Case) -> Option<Answer> {
        let key = (case.header("host").unwrap_or("").to_owned(), case.target.clone());
        let is_passed = self.passes_cookies && case.header("cookie").is_some();
        if case.method != "GET" || is_passed || case.header("range").is_some() {
            if !matches!(case.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE") {
                self.kept.remove(&key);
            }
            return case.in_process(world);
        }
        let fits = |kept: &&Kept| {
            kept.varied.iter().all(|(name, value)| case.header(name) == value.as_deref())
        };
        let found = self.kept.get(&key).and_then(|kept| kept.iter().find(fits)).cloned();
        if let Some(kept) = &found
            && kept.is_fresh
        {
            return Some(kept.answer.clone());
        }
        // What is stale is asked for again, with its validator.
        let tag =
            found.as_ref().map(|kept| kept.answer.header("etag")).filter(|tag| !tag.is_empty());
        let asked = match &tag {
            Some(tag) => case.clone().with("If-None-Match", tag),
            None => case.clone(),
        };
        let answer = asked.in_process(world)?;
        if answer.status == 304
            && tag.is_some()
            && let Some(kept) = found
        {
            return Some(kept.answer);
        }
        self.keep(&key, case, &answer);
        Some(answer)
    }

    fn offences(&self) -> &[String] {
        &self.offences
    }
}

/// A real Varnish on a port that the system gave, ended with this value.
#[derive(Debug)]
pub(crate) struct Varnish {
    child: Child,
    address: SocketAddr,
    offences: Vec<String>,
    _folder: TempDir,
}

impl Varnish {
    /// Starts one for a mode of `cache_in_front`; `None` where the machine has none.
    pub(crate) fn start(world: &World, mode: &str) -> Option<Self> {
        if !Path::new(VARNISHD).exists() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let recipe = if mode == "blind" { BLIND } else { RESPECTS_COOKIES };
        let house = world.wire().address();
        let recipe = recipe
            .replace("HOUSE_HOST", &house.ip().to_string())
            .replace("HOUSE_PORT", &house.port().to_string());
        let file = folder.path().join("front.vcl");
        fs::write(&file, recipe).unwrap();
        let home = folder.path().join("home");
        let child = Command::new(VARNISHD)
            .args(["-F", "-j", "none", "-a", "readers=127.0.0.1:0", "-s", "malloc,16m", "-n"])
            .arg(&home)
            .arg("-f")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut varnish = Self { child, address, offences: Vec::new(), _folder: folder };
        for _ in 0..QUESTIONS_MAX {
            if let Some(address) = listening(&home) {
                varnish.address = address;
                return Some(varnish);
            }
            let ended = varnish.child.try_wait().unwrap();
            assert!(ended.is_none(), "varnishd ended with {ended:?}");
            std::thread::sleep(PAUSE);
        }
        panic!("varnishd does not listen");
    }
}

/// Where it listens, once it does.
fn listening(home: &Path) -> Option<SocketAddr> {
    let told = Command::new("varnishadm")
        .arg("-n")
        .arg(home)
        .args(["-t", "5", "debug.listen_address"])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    text.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let (host, port) = (words.next()?, words.next()?.parse::<u16>().ok()?);
        (host == "127.0.0.1" && port > 0).then(|| SocketAddr::from(([127, 0, 0, 1], port)))
    })
}

impl Front for Varnish {
    fn name(&self) -> &'static str {
        "Varnish"
    }

    fn ask(&mut self, _: &World, case: &Case) -> Option<Answer> {
        let answer = case.over(self.address);
        if answer.header("x-kept") == "yes" && !answer.header("set-cookie").is_empty() {
            self.offences.push(format!("{} {}: a cookie is kept", case.method, case.target));
        }
        Some(answer)
    }

    fn offences(&self) -> &[String] {
        &self.offences
    }
}

impl Drop for Varnish {
    fn drop(&mut self) {
        // Its own child ends with it.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

#[test]
fn the_cache_keeps_what_it_may_and_nothing_else() {
    use super::worlds::Kind;
    let world = World::open(Kind::Behind("respects_cookies"));
    let mut cache = Rfc9111::new(true);
    let teaser = Case::new("GET", "/harbour/m01");
    let first = cache.ask(&world, &teaser).unwrap();
    // The paper changes; the cache does not hear of it.
    world.paper.change(&crate::settings::Settings {
        name: "The Tide Table",
        ..crate::settings::Settings::cache("respects_cookies")
    });
    assert_eq!(cache.ask(&world, &teaser).unwrap().body, first.body);
    let passed = cache.ask(&world, &teaser.clone().with("Cookie", "a=b")).unwrap();
    assert!(passed.text().contains("The Tide Table"));
    let own = Case::new("GET", "/harbour/m01/reading");
    cache.ask(&world, &own);
    assert_eq!(cache.kept.len(), 1, "one person's own is not kept");
    // An answer that has to be asked about each time is kept with its validator.
    let world = World::open(Kind::Behind("none"));
    let mut cache = Rfc9111::new(false);
    let first = cache.ask(&world, &teaser).unwrap();
    assert_eq!(cache.ask(&world, &teaser).unwrap().body, first.body);
    let mut jar = world.entitled().jar;
    let cookie = jar.header(world.paper.clock.now()).unwrap();
    let whole = cache.ask(&world, &teaser.clone().with("Cookie", &cookie)).unwrap();
    assert_ne!(whole.body, first.body, "answers that vary by the cookie are told apart");
    assert!(cache.offences().is_empty());
}
