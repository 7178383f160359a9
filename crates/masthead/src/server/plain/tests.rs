use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::held;
use super::*;

/// What the lane makes of bytes: the method, target and lines of a plain request, and how long it is.
#[derive(PartialEq, Eq, Debug)]
enum Seen {
    Plain { method: String, path: String, query: Option<String>, lines: usize, length: usize },
    Part,
    Odd,
}

fn seen(bytes: &[u8]) -> Seen {
    let mut lines = [const { MaybeUninit::uninit() }; LINES_MAX];
    match read(bytes, &mut lines) {
        Read::Plain(plain) => Seen::Plain {
            method: plain.method.to_string(),
            path: plain.target.path.to_owned(),
            query: plain.target.query.map(str::to_owned),
            lines: plain.lines.len(),
            length: plain.length,
        },
        Read::Part => Seen::Part,
        Read::Odd => Seen::Odd,
    }
}

fn is_plain(text: &str) -> bool {
    matches!(seen(text.as_bytes()), Seen::Plain { .. })
}

#[test]
fn what_browsers_and_programs_send_is_plain() {
    for text in [
        "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET /harbour/calls?page=2&x=%20 HTTP/1.1\r\nhost: [::1]:8080\r\nCookie: m=abc; b=\"c\"\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: localhost:1\r\nConnection: keep-alive\r\nAccept: */*\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nUser-Agent: W\u{fc}rst\r\n\r\n",
        "POST /harbour/calls/reading HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST /harbour/calls/reading HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        assert!(is_plain(text), "{text}");
    }
    let two = "GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\nGET /c HTTP/1.1\r\nHost: a\r\n\r\n";
    let first = Seen::Plain {
        method: "GET".to_owned(),
        path: "/a".to_owned(),
        query: Some("b".to_owned()),
        lines: 2,
        length: 36,
    };
    assert_eq!(seen(two.as_bytes()), first);
}

#[test]
fn what_is_odd_is_for_somebody_else() {
    for text in [
        // Other methods and versions.
        "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: a\r\n\r\n",
        "get / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        // Other targets.
        "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        // Hosts.
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        // Bodies.
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 00\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: identity\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n",
        // What changes the connection.
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, te\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTrailer: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: keep-alive\r\n\r\n",
        // Ends of lines.
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y \r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n",
    ] {
        assert_eq!(seen(text.as_bytes()), Seen::Odd, "{text:?}");
    }
    let lines =
        |count: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(count - 1));
    assert!(is_plain(&lines(LINES_MAX)));
    assert!(!is_plain(&lines(LINES_MAX + 1)));
}

#[test]
fn a_head_in_parts_is_waited_for() {
    let text = "GET /a HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n";
    for length in 4..text.len() {
        assert_eq!(seen(&text.as_bytes()[..length]), Seen::Part, "{}", &text[..length]);
    }
    assert!(is_plain(text));
}

/// Stretches of which requests and their imitations are made.
const STRETCHES: [&str; 30] = [
    "GET ",
    "POST ",
    "HEAD ",
    "/",
    "/a",
    "?b=c",
    "%2e",
    "#",
    " HTTP/1.1",
    " HTTP/1.0",
    "\r\n",
    "\n",
    "\r",
    "Host: a",
    "host:a",
    "Host : a",
    "Content-Length: 0",
    "Content-Length: 4",
    "Transfer-Encoding: chunked",
    "Connection: keep-alive",
    "Connection: close",
    "Cookie: m=x",
    " ",
    "\t",
    ":",
    "\0",
    "X: y",
    "\r\n\r\n",
    "0\r\n\r\n",
    "\u{e9}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_plain_has_one_meaning(stretches in vec(select(&STRETCHES[..]), 4..16)) {
        held::plain(stretches.concat().as_bytes());
    }
}

/// Replays what the fuzzer began with, and what it found.
#[test]
fn the_corpus_has_one_meaning() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/plain");
    let files = std::fs::read_dir(folder).unwrap();
    let taken =
        files.filter(|file| held::plain(&std::fs::read(file.as_ref().unwrap().path()).unwrap()));
    assert!(taken.count() >= 3);
}
