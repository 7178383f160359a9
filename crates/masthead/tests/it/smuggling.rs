//! Requests that are one to one program and two to another. Whatever stands before this paper, a request that hides in
//! another is never answered as its own: the answers are counted, and so are the readings of the visitor whose cookie the
//! hidden request carries.
//!
//! The cases are data: `tests/smuggling.tsv`. Each has a visitor and a connection of its own, so that many run at once.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::ask::HOST;
use crate::canary;
use crate::decode;
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper};
use crate::wire::Wire;

const CASES: &str = include_str!("../smuggling.tsv");
/// Where the paper is, in links and in the visitor's cookie.
const PUBLIC_URL: &str = "http://paper.example";
/// Connections at a time.
const AT_ONCE: usize = 16;
/// How long a connection that stays open is listened to for one more answer.
const QUIET: Duration = Duration::from_millis(1_500);
const ANSWER_BYTES_MAX: usize = 4 << 20;
/// A text that is longer than any head may be.
const LONG_BYTES: usize = 20_000;

/// One case, as its row says it.
#[derive(Debug)]
struct Case {
    id: &'static str,
    what: &'static str,
    bytes: &'static str,
    /// What the first answer may be; 0 where the connection is closed without one.
    first: Vec<u16>,
    /// How many answers there may be.
    most: usize,
    /// How many readings the hidden request makes: none, or as many as it was answered.
    hidden: Hidden,
}

/// What may become of the hidden request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Hidden {
    /// It is none.
    Never,
    /// It follows a request that was whole: it is one of its own, or refused.
    Plain,
}

fn cases() -> Vec<Case> {
    let case = |(number, line): (usize, &'static str)| {
        let told = || panic!("line {} of smuggling.tsv: {line}", number + 1);
        let columns: Vec<&'static str> = line.split('\t').collect();
        let [id, what, bytes, first, most, hidden] = columns[..] else { told() };
        let first = first.split('/').map(|status| status.parse().unwrap_or_else(|_| told()));
        let hidden = match hidden {
            "0" => Hidden::Never,
            "?" => Hidden::Plain,
            _ => told(),
        };
        let most = most.parse().unwrap_or_else(|_| told());
        Case { id, what, bytes, first: first.collect(), most, hidden }
    };
    CASES.lines().enumerate().skip(1).map(case).collect()
}

/// The bytes of a case, for a visitor.
fn bytes_of(case: &Case, cookie: &str) -> Vec<u8> {
    let hidden = format!("GET /city/free HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
    let spend = format!(
        "POST /harbour/m02/reading HTTP/1.1\r\nHost: {HOST}\r\nOrigin: {PUBLIC_URL}\r\nCookie: {cookie}\r\n\
         Content-Length: 0\r\n\r\n"
    );
    let filled = case
        .bytes
        .replace("{HIDDEN length}", &hidden.len().to_string())
        .replace("{HIDDEN}", &hidden)
        .replace("{SPEND}", &spend)
        .replace("{LONG}", &"a".repeat(LONG_BYTES))
        .replace("{HOST}", HOST);
    unescaped(&filled)
}

/// `\r`, `\n`, `\t`, `\0` and `\xNN` as the bytes that they stand for.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let sign = after.chars().next();
        let length = match sign {
            Some('x') => 3,
            Some(_) => 1,
            None => 0,
        };
        bytes.push(match sign {
            Some('r') => b'\r',
            Some('n') => b'\n',
            Some('t') => b'\t',
            Some('0') => 0,
            Some('x') => u8::from_str_radix(&after[1..3], 16).expect("two digits"),
            other => panic!("\\{other:?} is nothing"),
        });
        rest = &after[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// Sends bytes and reads everything that comes, also behind the first answer.
fn everything(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(QUIET)).unwrap();
    stream.set_write_timeout(Some(QUIET)).unwrap();
    // The server may refuse while we still write.
    let _ = stream.write_all(bytes);
    let mut all = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while let Ok(length) = stream.read(&mut buffer) {
        all.extend_from_slice(&buffer[..length]);
        if length == 0 || all.len() > ANSWER_BYTES_MAX {
            break;
        }
    }
    all
}

/// The statuses of all answers on a connection. An interim answer is none of its own.
fn statuses(all: &[u8], is_head: bool) -> Vec<u16> {
    let mut statuses = Vec::new();
    let mut rest = all;
    while !rest.is_empty() {
        let end =
            rest.windows(4).position(|four| four == b"\r\n\r\n").map_or(rest.len(), |p| p + 4);
        let head = String::from_utf8_lossy(&rest[..end]).to_lowercase();
        assert!(head.starts_with("http/1."), "{head:?} is no answer");
        let status: u16 = head[9..12].parse().unwrap();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let has_body = !(is_head || status < 200 || matches!(status, 204 | 304));
        let length: usize = length.filter(|_| has_body).unwrap_or(0);
        rest = rest.get(end + length..).unwrap_or_default();
        if status >= 200 {
            statuses.push(status);
        }
    }
    statuses
}

/// What is wrong with the answers of a case.
fn faults(paper: &TestPaper, case: &Case, all: &[u8], jar: &Jar) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |holds: bool, what: String| {
        if !holds {
            faults.push(format!("{} ({}): {what}", case.id, case.what));
        }
    };
    let statuses = statuses(all, case.bytes.starts_with("HEAD"));
    let first = statuses.first().copied().unwrap_or(0);
    check(case.first.contains(&first), format!("answered {statuses:?}"));
    check(statuses.len() <= case.most, format!("{} answers: {statuses:?}", statuses.len()));
    check(!statuses.contains(&500), "a mistake of ours".to_owned());
    let text = String::from_utf8_lossy(all);
    // The hidden request asks for a free article, whose text nothing else here would show.
    let shows_hidden = text.contains("pubfreeopen");
    let is_pipeline = case.bytes.contains("GET /city/free") || case.hidden == Hidden::Plain;
    check(!shows_hidden || is_pipeline, "the hidden request is answered".to_owned());
    let mut leaked = decode::articles_in(all);
    leaked.remove("free");
    // A reading that is not hidden is seen by whoever made it.
    leaked.retain(|code| !(code == "m02" && case.hidden == Hidden::Plain));
    check(leaked.is_empty(), format!("words of {leaked:?}"));
    let left = paper.left(jar);
    let answered = u32::try_from(statuses.len().saturating_sub(1)).unwrap();
    let most = if case.hidden == Hidden::Plain { answered } else { 0 };
    check(5 - left <= most, format!("{} readings, answered {statuses:?}", 5 - left));
    faults
}

#[test]
fn a_request_that_hides_in_another_is_never_answered_as_its_own() {
    let paper = TestPaper::open(&Plan { public_url: Some(PUBLIC_URL), ..Plan::default() });
    let wire = Wire::open(&paper);
    let cases = cases();
    let mut found = Vec::new();
    for (turn, some) in cases.chunks(AT_ONCE).enumerate() {
        let jars: Vec<Jar> = (0..some.len())
            .map(|place| {
                let number = u8::try_from(turn * AT_ONCE + place).unwrap();
                Jar::holding(paper.cookie_name(), &paper.cookie_value(PUBLIC_URL, number))
            })
            .collect();
        let answers: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let threads: Vec<_> = some
                .iter()
                .zip(&jars)
                .map(|(case, jar)| {
                    let cookie = jar.clone().header(paper.clock.now()).unwrap();
                    let (bytes, address) = (bytes_of(case, &cookie), wire.address());
                    scope.spawn(move || everything(address, &bytes))
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for ((case, all), jar) in some.iter().zip(&answers).zip(&jars) {
            found.extend(faults(&paper, case, all, jar));
        }
    }
    assert!(found.is_empty(), "{} fault(s):\n{}", found.len(), found.join("\n"));
    let alive = wire.ask(&["GET /harbour/m01 HTTP/1.1", &format!("Host: {HOST}")]);
    assert_eq!(alive.status, 200, "{}", alive.head);
}

#[test]
fn a_hidden_request_would_be_seen() {
    let cases = cases();
    assert!(cases.len() > 80, "only {} cases", cases.len());
    let paper = TestPaper::open(&Plan { public_url: Some(PUBLIC_URL), ..Plan::default() });
    let wire = Wire::open(&paper);
    let value = paper.cookie_value(PUBLIC_URL, 250);
    let jar = Jar::holding(paper.cookie_name(), &value);
    // Two whole requests on one connection: both are answered, and the second makes a reading.
    let pipeline = Case {
        id: "TEST",
        what: "two requests",
        bytes: "GET /harbour/m01 HTTP/1.1\\r\\nHost: {HOST}\\r\\n\\r\\n{SPEND}",
        first: vec![200],
        most: 1,
        hidden: Hidden::Never,
    };
    let bytes = bytes_of(&pipeline, &format!("m={value}"));
    let all = everything(wire.address(), &bytes);
    assert_eq!(statuses(&all, false), [200, 303]);
    assert_eq!(faults(&paper, &pipeline, &all, &jar).len(), 2);
    assert_eq!(paper.left(&jar), 4);
    let canary = canary::word("m01", 1);
    let leak = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{canary}", canary.len());
    let fresh = Jar::holding(paper.cookie_name(), &paper.cookie_value(PUBLIC_URL, 251));
    assert_eq!(faults(&paper, &pipeline, leak.as_bytes(), &fresh).len(), 1);
    assert_eq!(unescaped("a\\r\\n\\t\\0\\x0bz"), b"a\r\n\t\0\x0bz");
}
