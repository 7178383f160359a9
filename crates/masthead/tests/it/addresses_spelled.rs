//! Any spelling of an address: the page at its one address, a way there in one step, or nothing.

use http::{Method, StatusCode, Uri};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::ask::Ask;
use crate::paper::{TestPaper, answer, wait};
use crate::settings::Settings;

/// Pieces of which spellings are made.
const PIECES: &[&str] = &[
    "/",
    "//",
    "/",
    "/",
    ".",
    "..",
    "/../",
    "/./",
    "%2e",
    "%2E%2e",
    "%2f",
    "%5c",
    "\\",
    "%00",
    "%0d%0a",
    "%25",
    "%2561",
    "%c0%ae",
    "%ff",
    "%e2%80%ae",
    "%",
    "%4",
    "harbour",
    "Harbour",
    "HARBOUR",
    "city",
    "m01",
    "M01",
    "m%301",
    "free",
    "emba",
    "goni",
    "reading",
    "READING",
    "2026",
    "09",
    "9",
    "13",
    "2013",
    "page",
    "amp",
    "feed",
    ".html",
    ".php",
    ".css",
    ".js",
    "/style.css",
    "index.html",
    ";x=1",
    ";a.css",
    "?p=1",
    "?",
    "?a=b",
    "tag",
    "tags",
    "authors",
    "Authors",
    "anna",
    "series",
    "Archive",
    "archive",
    "2013",
    "05",
    "edition",
    "2026-09-16",
    "feeds",
    "all.rss",
    "latest",
    "share",
    "ads",
    "search",
    "sitemaps",
    "category",
    "author",
    "tides",
    "offers",
    "media",
    "assets",
    "robots.txt",
    "demo",
    "walls",
    "@evil.example",
    "http:",
    "%3a",
    "evil.example",
    "é",
    "%C3%A9",
    "夕",
    "_",
    "-",
    "0",
];

fn spelling() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        9 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => "[ -~]{0,3}",
        1 => any::<u8>().prop_map(|byte| format!("%{byte:02x}")),
    ];
    vec(piece, 0..9).prop_map(|pieces| format!("/{}", pieces.concat()))
}

/// What any answer to any address has to be; `None` for what is no address at all.
fn check(paper: &TestPaper, target: &str) -> Option<StatusCode> {
    let uri: Uri = target.parse().ok()?;
    let asked = uri.path().to_owned();
    let reply = wait(answer(&paper.site, &Ask::get(target)));
    let told = || format!("{target} → {} {:?}", reply.status, reply.headers);
    for (name, value) in &reply.headers {
        assert!(
            value.as_bytes().iter().all(|byte| (0x20..0x7F).contains(byte)),
            "{name} of {}",
            told()
        );
    }
    match reply.status {
        StatusCode::OK => {
            // A page is at its own address: a cache that goes by endings keeps none under a file's name.
            assert_eq!(reply.header("location"), "", "{}", told());
            let is_page = reply.header("content-type").starts_with("text/html");
            assert!(!is_page || !asked.contains(['.', '%', ';', '\\']), "{}", told());
            assert!(!is_page || asked == "/" || !asked.ends_with('/'), "{}", told());
            assert!(!is_page || asked == asked.to_ascii_lowercase(), "{}", told());
        }
        StatusCode::PERMANENT_REDIRECT | StatusCode::MOVED_PERMANENTLY => {
            let location = reply.header("location");
            assert!(location.starts_with('/') && !location.starts_with("//"), "{}", told());
            assert!(!location.contains(['\\', '#']), "{}", told());
            assert_ne!(location.split('?').next(), Some(asked.as_str()), "{}", told());
            let next = wait(answer(&paper.site, &Ask::get(location)));
            assert!(!next.status.is_redirection(), "{} and on to {:?}", told(), next.headers);
            assert_eq!(next.status, StatusCode::OK, "{} leads to nothing", told());
        }
        status => {
            let known = [
                StatusCode::NOT_FOUND,
                StatusCode::GONE,
                StatusCode::BAD_REQUEST,
                StatusCode::URI_TOO_LONG,
                StatusCode::MISDIRECTED_REQUEST,
            ];
            assert!(known.contains(&status), "{}", told());
        }
    }
    Some(reply.status)
}

thread_local! {
    static PAPERS: Vec<TestPaper> = face::Permalink::ALL
        .map(|permalink| Settings { permalink: permalink.as_str(), ..Settings::default() })
        .map(TestPaper::with)
        .into();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_spelling_is_the_page_the_way_there_or_nothing(target in spelling(), pattern in 0..5_usize) {
        PAPERS.with(|papers| check(&papers[pattern], &target));
    }
}

#[test]
fn what_the_fuzzer_found_stays_found() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/address");
    let mut answered = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        // What a request line cannot hold is looked at by the table alone.
        let _ = web::spelled(&text);
        PAPERS.with(|papers| {
            for paper in papers {
                answered += usize::from(check(paper, &text).is_some());
            }
        });
    }
    assert!(answered > 100, "only {answered} answers");
}

#[test]
fn no_article_is_served_under_a_name_that_a_cache_takes_for_a_file() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    for behind in [
        "/style.css",
        ".css",
        ".js",
        ".jpg",
        "/x.css",
        "%2fx.css",
        "%2f..%2fx.css",
        ";x.css",
        ";.css",
        "%3bx.css",
        "%00.css",
        "%0a.css",
        "%23.css",
        "%3f.css",
        "/.css",
        "/..;/x.css",
        "/%2e%2e/x.css",
        "\\x.css",
        "%5cx.css",
        "/reading.css",
        "/reading/x.css",
        "/reading;x.css",
        "/reading%3fx.css",
    ] {
        let target = format!("/harbour/m01{behind}");
        let reply = paper.send(&mut jar, Ask::get(&target));
        let moved = reply.status == StatusCode::PERMANENT_REDIRECT;
        assert!(moved || reply.status == StatusCode::NOT_FOUND, "{target} is {}", reply.status);
        paper.assert_tight(&reply, &[], &target);
        assert!(!moved || !reply.header("location").contains('.'), "{target}");
    }
}

#[test]
fn an_absolute_form_or_a_strange_method_opens_nothing_new() {
    let paper = TestPaper::open(&crate::paper::Plan {
        public_url: Some("http://paper.example"),
        ..crate::paper::Plan::default()
    });
    for target in ["http://evil.example/harbour/m01", "http://evil.example//harbour/m01/"] {
        assert_eq!(paper.get(target).status, StatusCode::MISDIRECTED_REQUEST, "{target}");
    }
    let reply = paper.get("http://paper.example/Harbour/m01");
    assert_eq!(reply.header("location"), "/harbour/m01");
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let reply = paper.ask(&Ask::new(method.clone(), "/harbour/m01"));
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(reply.header("allow"), "GET, HEAD, OPTIONS");
        let reply = paper.ask(&Ask::new(method, "/nowhere/at/all/there"));
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }
    let reply = paper.ask(&Ask::new(Method::OPTIONS, "/harbour/m01/reading"));
    assert_eq!(reply.header("allow"), "GET, HEAD, POST, OPTIONS");
}

#[test]
fn a_flood_of_unknown_paths_is_answered_and_forgotten() {
    let paper = TestPaper::new();
    for number in 0..3_000 {
        let status = paper.get(&format!("/wp-{number}/login.php")).status;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    assert_eq!(paper.get("/harbour/m01").status, StatusCode::OK);
    assert_eq!(paper.get(&format!("/{}", "a/".repeat(600))).status, StatusCode::URI_TOO_LONG);
}
