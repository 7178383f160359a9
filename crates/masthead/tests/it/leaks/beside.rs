//! Ways out beside the pages: what is logged, what the operator's address tells, what an error says, files that lie in
//! the data folder, and methods that read nothing. Nothing locked leaves by any of them, whoever has it open.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{LazyLock, Mutex, OnceLock};

use http::{Method, StatusCode};
use tracing_subscriber::fmt::MakeWriter;
use web::{PATH_BYTES_MAX, ROUTES};

use super::{ELSEWHERE, addresses};
use crate::ask::{Ask, HOST, Reply};
use crate::decode;
use crate::jar::Jar;
use crate::operator;
use crate::outage;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;
use crate::wire::{Raw, Wire};

/// Everything that is open to one visitor at a time.
const OPENED: [&str; 5] = ["m01", "m02", "opin", "japa", "live"];

/// A log that keeps no line, and looks at each.
#[derive(Clone, Copy, Debug)]
struct Watched;

/// What was seen in the log: how many lines, and those with words that are locked.
#[derive(Debug, Default)]
struct Seen {
    lines: usize,
    leaking: Vec<String>,
}

static SEEN: LazyLock<Mutex<Seen>> = LazyLock::new(Mutex::default);

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let found = decode::articles_in(bytes);
        let mut seen = SEEN.lock().unwrap();
        seen.lines += 1;
        if !found.is_empty() {
            seen.leaking.push(String::from_utf8_lossy(bytes).into_owned());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Watched {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        Self
    }
}

/// Everything that is logged in this process from now on goes by, from all threads and at every level.
pub(super) fn watch_the_log() {
    static WATCHED: OnceLock<()> = OnceLock::new();
    WATCHED.get_or_init(|| {
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(Watched);
        log.with_max_level(tracing_subscriber::filter::LevelFilter::TRACE).init();
    });
}

/// Lines of the log that show locked words.
pub(super) fn leaking_lines() -> Vec<String> {
    SEEN.lock().unwrap().leaking.clone()
}

/// All addresses of the paper.
fn everywhere(paper: &TestPaper) -> Vec<String> {
    let mut targets: Vec<String> = Vec::new();
    for (place, route) in ROUTES.iter().enumerate() {
        if ROUTES[..place].iter().all(|other| other.page != route.page) {
            targets.extend(addresses(route.page, paper));
        }
    }
    targets
}

/// A visitor who has opened what one may.
fn opener(paper: &TestPaper) -> Jar {
    paper.visitor_of(&OPENED)
}

#[test]
fn nothing_locked_is_logged() {
    watch_the_log();
    let paper = TestPaper::new();
    let mut jar = opener(&paper);
    let mut targets = everywhere(&paper);
    targets.extend(ELSEWHERE.iter().map(|path| path.replace("{A}", "/harbour/m02")));
    // What a request itself says may be logged.
    targets.retain(|target| decode::articles_in(target.as_bytes()).is_empty());
    let ask_all = |jar: &mut Jar| {
        for target in &targets {
            paper.send(jar, Ask::get(target));
            paper.send(jar, Ask::form(target));
        }
    };
    ask_all(&mut jar);
    ask_all(&mut Jar::default());
    // The store fails in the middle of it, and what it says goes to the log.
    for table in ["readings", "articles"] {
        let away = format!("{table}_away");
        outage::rename(&paper, table, &away);
        ask_all(&mut jar);
        outage::rename(&paper, &away, table);
    }
    let wire = Wire::open(&paper);
    for bytes in [&b"GET /harbour/m01 HTTP/9\r\n\r\n"[..], b"\xFF\xFE\r\n\r\n", b"GET /harbour/m0"]
    {
        wire.send(bytes);
    }
    let seen = std::mem::take(&mut *SEEN.lock().unwrap());
    assert!(seen.leaking.is_empty(), "{:#?}", seen.leaking);
    assert!(seen.lines > 10, "only {} lines: is anything logged at all?", seen.lines);
}

#[test]
fn the_operator_s_address_tells_sums_alone() {
    let paper = TestPaper::new();
    let jar = opener(&paper);
    for target in everywhere(&paper) {
        paper.send(&mut jar.clone(), Ask::get(&target));
    }
    let operator = operator::start(([127, 0, 0, 1], 0).into(), paper.site.clone()).unwrap();
    let ask = |target: &str| -> Raw {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: operator\r\nConnection: close\r\n\r\n");
        crate::wire::exchange(operator.address, request.as_bytes())
    };
    let mut targets =
        vec!["/metrics", "/healthz", "/readyz", "/", "/harbour/m01", "/debug", "/..%2f"];
    targets.extend([
        "/metrics/",
        "/metrics?article=m01",
        "/config",
        "/secret.key",
        "//metrics",
        "*",
    ]);
    let mut answers: Vec<(&str, Raw)> = targets.into_iter().map(|t| (t, ask(t))).collect();
    let metrics = String::from_utf8_lossy(&answers[0].1.all).into_owned();
    assert!(metrics.contains("masthead_readings_total 5"), "{metrics}");
    // A word of an article, a person or a file is in none of the numbers.
    for word in ["m01", "harbour", "Headline", jar.value(), "192.0.2"] {
        assert!(!metrics.contains(word), "{word}: {metrics}");
    }
    let held = outage::lock(&paper);
    answers.push(("/readyz", ask("/readyz")));
    drop(held);
    let folder = paper.folder.path().to_str().unwrap();
    for (target, answer) in &answers {
        let text = String::from_utf8_lossy(&answer.all);
        assert!(decode::articles_in(&answer.all).is_empty(), "{target}: {text}");
        assert!(!text.contains(folder) && !text.contains("et-cookie"), "{target}: {text}");
    }
    operator.stop();
}

/// What is true of any page that says that something is not there or did not work.
#[track_caller]
fn assert_says_nothing(reply: &Reply, paper: &TestPaper, told: &str) {
    paper.assert_tight(reply, &[], told);
    assert!(!reply.is_shareable(), "{told}: {:?}", reply.headers);
    let text = reply.text();
    assert_no_insides(&text, paper, told);
    assert_eq!(reply.header("server"), "", "{told}");
}

#[track_caller]
fn assert_no_insides(text: &str, paper: &TestPaper, told: &str) {
    let folder = paper.folder.path().to_str().unwrap();
    let insides = [
        folder,
        ".sqlite",
        "panicked",
        "rusqlite",
        "no such table",
        ".rs:",
        "stack backtrace",
        "minijinja",
    ];
    for word in insides {
        assert!(!text.contains(word), "{told}: {word} in {text}");
    }
}

#[test]
fn pages_of_errors_say_nothing_of_what_is_behind_them() {
    let paper =
        TestPaper::open(&Plan { public_url: Some("http://paper.example"), ..Plan::default() });
    let mut jar = opener(&paper);
    let long = format!("/harbour/{}", "m".repeat(PATH_BYTES_MAX));
    let form = |target: &str| Ask::form(target);
    let mut asks = vec![
        (Ask::get("/harbour/nothing"), StatusCode::NOT_FOUND),
        (Ask::get("/harbour/m01/%00"), StatusCode::NOT_FOUND),
        (Ask::get("/city/emba"), StatusCode::NOT_FOUND),
        (form("/city/emba/reading"), StatusCode::NOT_FOUND),
        (Ask::get("/city/goni"), StatusCode::GONE),
        (Ask::get("/city/goni/reading"), StatusCode::GONE),
        (form("/city/goni/reading"), StatusCode::GONE),
        (form("/harbour/m01"), StatusCode::METHOD_NOT_ALLOWED),
        (Ask::new(Method::PUT, "/harbour/m01/reading"), StatusCode::METHOD_NOT_ALLOWED),
        (
            form("/harbour/m01/reading").instead("content-length", "5000"),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            form("/harbour/m01/reading").instead("origin", "http://evil.example"),
            StatusCode::FORBIDDEN,
        ),
        (form("/harbour/m01/reading").with("early-data", "1"), StatusCode::TOO_EARLY),
        (form("/harbour/m01/reading").with("purpose", "prefetch"), StatusCode::SERVICE_UNAVAILABLE),
        (Ask::get(&long), StatusCode::URI_TOO_LONG),
        (Ask::get("/harbour/m01").instead("host", "evil.example"), StatusCode::MISDIRECTED_REQUEST),
        (Ask::get("/harbour/m01").without("host"), StatusCode::BAD_REQUEST),
    ];
    asks.extend(
        paper
            .locked_files
            .iter()
            .filter(|(code, _)| !OPENED.contains(code) && *code != "free")
            .map(|(_, address)| (Ask::get(address), StatusCode::NOT_FOUND)),
    );
    for (ask, status) in asks {
        // Also for somebody who has the article open: the text of none is on such a page.
        for mut asker in [Jar::default(), jar.clone()] {
            let reply = paper.send(&mut asker, ask.clone());
            let told = format!("{} {}", ask.method, ask.target);
            assert_eq!(reply.status, status, "{told}");
            assert_says_nothing(&reply, &paper, &told);
        }
    }
    // 503: the articles cannot be read, and then the readings.
    outage::rename(&paper, "articles", "articles_away");
    let reply = paper.send(&mut jar, Ask::get("/harbour/m09"));
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_says_nothing(&reply, &paper, "without articles");
    outage::rename(&paper, "articles_away", "articles");
    outage::rename(&paper, "readings", "readings_away");
    let reply = paper.send(&mut Jar::default(), Ask::form("/harbour/m03/reading"));
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_says_nothing(&reply, &paper, "without readings");
}

#[test]
fn what_the_socket_refuses_says_nothing_either() {
    let paper = TestPaper::new();
    let wire = Wire::open(&paper);
    let head = "GET /harbour/m01 HTTP/1.1\r\nHost: paper.example\r\n";
    let long = "a".repeat(20_000);
    let jar = opener(&paper);
    for (bytes, statuses) in [
        (format!("{head}Cookie: m={}; x={long}\r\n\r\n", jar.value()), &[0, 431][..]),
        (format!("GET /{long} HTTP/1.1\r\nHost: {HOST}\r\n\r\n"), &[0, 414, 431]),
        (format!("{head}X: \0\r\n\r\n"), &[400]),
        ("GET /harbour/m01 HTTP/7\r\n\r\n".to_owned(), &[400]),
    ] {
        let raw = wire.send(bytes.as_bytes());
        let told = &bytes[..bytes.len().min(60)];
        assert!(statuses.contains(&raw.status), "{told}: {}", raw.head);
        assert!(decode::articles_in(&raw.all).is_empty(), "{told}");
        assert_no_insides(&String::from_utf8_lossy(&raw.all), &paper, told);
    }
}

#[test]
fn a_failure_of_ours_says_nothing_either() {
    let paper = TestPaper::new();
    let away = paper.folder.path().join("away");
    std::fs::rename(paper.folder.path().join("media"), &away).unwrap();
    let mut jar = opener(&paper);
    let locked = paper.locked_files.iter().find(|(code, _)| *code == "m01").unwrap().1.clone();
    for target in [paper.public_picture.clone(), locked] {
        let ask = Ask::get(&target);
        let cookie = jar.header(paper.clock.now()).unwrap();
        let ask = ask.with("cookie", &cookie);
        let reply = crate::paper::wait(crate::paper::answer(&paper.site, &ask));
        assert!(reply.status.is_server_error(), "{target}: {}", reply.status);
        assert_says_nothing(&reply, &paper, &target);
    }
}

/// The names of everything in a folder, from there.
fn files(folder: &Path, below: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), &format!("{name}/"), found);
        }
        found.push(name);
    }
}

/// Where operators and importers leave things.
const LEFT: &[&str] = &[
    "masthead.db",
    "masthead.sqlite",
    "masthead.sqlite-wal",
    "masthead.sqlite-shm",
    "masthead.sqlite.bak",
    "masthead.toml",
    "config.toml",
    "paper.toml",
    "settings.toml",
    "secret.key",
    "market.csv",
    ".env",
    ".git/config",
    ".git/HEAD",
    "export.tar",
    "export.zip",
    "export.xml",
    "backup.tar",
    "backup.tar.gz",
    "backup",
    "export",
    "content.json",
    "posts.json",
    "members.csv",
    "articles",
    "articles/m01.md",
    "articles/harbour/m01.md",
    "m01.md",
    "harbour/m01.md",
    "pictures/m01.svg",
    "attachments/m01.csv",
    "ads",
    "theme",
    "theme/templates/article.html",
    "templates/article.html",
    "crawlers/googlebot.json",
    "googlebot.json",
    "log",
    "masthead.log",
    "core",
    "dump.sql",
    "database.sql",
    "wp-content/uploads/m01.csv",
    "content/images/m01.svg",
];

#[test]
fn no_file_of_the_data_folder_is_in_reach() {
    let paper = TestPaper::new();
    let mut names: Vec<String> = LEFT.iter().map(|name| (*name).to_owned()).collect();
    files(paper.folder.path(), "", &mut names);
    assert!(names.iter().any(|name| name == store::DATABASE), "{names:?}");
    let folder = paper.folder.path().to_str().unwrap().to_owned();
    let jar = opener(&paper);
    // What anybody may see has an address that names its own bytes.
    let is_public = |target: &str| *target == *paper.public_picture;
    let mut asked = 0;
    for name in &names {
        let flat = name.rsplit('/').next().unwrap_or(name);
        let escaped = name.replace('/', "%2f");
        let mut targets: Vec<String> =
            ["/", "/data/", "/media/", "/assets/", "/ads/", "/share/", "/feeds/", "/sitemaps/"]
                .iter()
                .flat_map(|start| [format!("{start}{name}"), format!("{start}{flat}")])
                .collect();
        targets.extend(
            [
                "/assets/..%2f",
                "/media/..%2f",
                "/assets/../",
                "/ads/%2e%2e/",
                "/media/%2e%2e%2f",
                "/assets/..%5c",
            ]
            .map(|start| format!("{start}{escaped}")),
        );
        targets.push(format!("{folder}/{name}"));
        targets.push(format!("/harbour/m01/{flat}"));
        for target in targets {
            // With a name of an article of ours it is the article's address, and guarded as such.
            let is_article = paper.sheets.iter().any(|sheet| target.ends_with(&sheet.path()));
            let Ok(_) = target.parse::<http::Uri>() else { continue };
            for mut asker in [Jar::default(), jar.clone()] {
                let reply = paper.send(&mut asker, Ask::get(&target));
                asked += 1;
                let is_there = reply.status == StatusCode::OK && !is_public(&target) && !is_article;
                assert!(!is_there, "{target} is there: {:?}", reply.headers);
                paper.assert_tight(&reply, &[], &target);
            }
        }
    }
    assert!(asked > 1_000, "only {asked} were asked for");
}

#[test]
fn methods_that_read_nothing_bring_nothing() {
    let paper = TestPaper::new();
    let mut jar = opener(&paper);
    let before = paper.left(&jar);
    let secret = jar.value().to_owned();
    for target in everywhere(&paper) {
        for method in ["HEAD", "OPTIONS", "TRACE", "PROPFIND", "PUT", "DELETE", "PATCH", "QUERY"] {
            let ask = Ask::new(Method::from_bytes(method.as_bytes()).unwrap(), &target);
            let reply = paper.send(&mut jar, ask);
            // A machine is told in words why not.
            let is_told = reply.status == StatusCode::NOT_FOUND || target.starts_with("/api/");
            assert!(reply.body.is_empty() || is_told, "{method} {target}");
            paper.assert_tight(&reply, &[], &format!("{method} {target}"));
            // TRACE gives no cookie back to a script that must not read it.
            assert!(!reply.text().contains(&secret), "{method} {target}");
        }
    }
    assert_eq!(paper.left(&jar), before);
    let wire = Wire::open(&paper);
    for method in ["HEAD", "OPTIONS", "TRACE", "PROPFIND", "CONNECT"] {
        for target in
            ["/harbour/m01", "/harbour/m01/reading", "/feeds/all.rss", "/search?q=paragraph", "*"]
        {
            let line = format!("{method} {target} HTTP/1.1");
            let raw = wire.ask(&[&line, "Host: paper.example", &format!("Cookie: m={secret}")]);
            assert!(decode::articles_in(&raw.all).is_empty(), "{line}");
            assert!(!String::from_utf8_lossy(&raw.all).contains(&secret), "{line}");
        }
    }
}

#[test]
fn a_post_to_any_address_opens_nothing_beyond_the_allowance() {
    for cache in ["none", "blind"] {
        let paper = TestPaper::with(Settings::cache(cache));
        let jar = opener(&paper);
        let may = [&["free"][..], &OPENED].concat();
        for target in everywhere(&paper) {
            for ask in [Ask::form(&target), Ask::script(&target, "AAAAAAAAAAAAAAAAAAAAAA")] {
                let reply = paper.send(&mut jar.clone(), ask);
                paper.assert_tight(&reply, &may, &format!("POST {target} behind {cache}"));
                let form = reply.header("location").to_owned();
                if form.starts_with('/') {
                    let led = paper.send(&mut jar.clone(), Ask::get(&form));
                    paper.assert_tight(&led, &may, &form);
                }
            }
        }
        assert_eq!(paper.left(&jar), 0);
    }
}
