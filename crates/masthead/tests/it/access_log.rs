//! The access log of the accept loops: a line for each request, whichever way it came, and never a reader who waits for it.

use std::path::Path;

use http::Method;

use crate::ask::Ask;
use crate::paper::TestPaper;
use crate::server::{AccessLog, Addresses, Writing};
use crate::tls::Speaking;
use crate::wire::{Wire, limits};

fn open(paper: &TestPaper, path: &Path) -> (AccessLog, Writing) {
    AccessLog::open(path, Addresses::Short, paper.clock.clone()).unwrap()
}

#[test]
fn every_request_over_http1_and_http2_is_one_line() {
    let paper = TestPaper::new();
    let path = paper.folder.path().join("access.log");
    let (log, writing) = open(&paper, &path);
    let speaking = Speaking::certified(paper.folder.path());
    let secure =
        Wire::recording(&paper, Some(speaking.tls.clone()), None, &limits(), Some(log.clone()));
    let plain = Wire::recording(&paper, None, None, &limits(), Some(log));
    let target = paper.path("m01");
    let agent = "User-Agent: a \"quoted\" one";
    let referrer = "Referer: https://other.example/page?q=words";
    for _ in 0..3 {
        let asked = format!("GET {target}?q=words HTTP/1.1");
        plain.ask(&[&asked, "Host: paper.example", agent, referrer]);
    }
    let asks = [Ask::get(&target), Ask::new(Method::HEAD, &target), Ask::get("/nothing/here")];
    let replies = speaking.over_http2(secure.address(), &asks);
    drop((plain, secure));
    writing.stop();

    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(!text.contains("words"), "what people search for is not written down");
    assert!(
        lines.iter().all(|line| line.starts_with("127.0.0.0 - - [16/Sep/2026:17:30:")),
        "{text}"
    );
    for line in &lines[..3] {
        assert!(line.contains(&format!("\"GET {target} HTTP/1.1\" ")), "{line}");
        assert!(
            line.ends_with("\"https://other.example/page\" \"a \\\"quoted\\\" one\""),
            "{line}"
        );
    }
    let has = |wanted: String| lines[3..].iter().any(|line| line.contains(&wanted));
    assert!(has(format!("\"GET {target} HTTP/2.0\" 200 {} ", replies[0].body.len())), "{text}");
    assert!(has(format!("\"HEAD {target} HTTP/2.0\" 200 0 ")), "{text}");
    assert!(has("\"GET /nothing/here HTTP/2.0\" 404 ".to_owned()), "{text}");
}

#[test]
fn a_log_that_is_moved_away_goes_on_in_a_new_file_and_a_full_disk_stops_nobody() {
    let paper = TestPaper::new();
    let path = paper.folder.path().join("access.log");
    let (log, writing) = open(&paper, &path);
    let wire = Wire::recording(&paper, None, None, &limits(), Some(log.clone()));
    let ask = |wire: &Wire| wire.ask(&["GET / HTTP/1.1", "Host: paper.example"]).status;
    assert_eq!(ask(&wire), 200);
    let lines = |path: &Path| std::fs::read_to_string(path).map_or(0, |text| text.lines().count());
    log.reopen();
    let written = (0..2_000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(5));
        lines(&path) == 1
    });
    assert!(written, "lines are written within a second");
    let moved = paper.folder.path().join("access.log.1");
    std::fs::rename(&path, &moved).unwrap();
    assert_eq!(ask(&wire), 200);
    drop(wire);
    writing.stop();
    assert_eq!((lines(&moved), lines(&path)), (1, 1));

    let (log, writing) = open(&paper, Path::new("/dev/full"));
    let wire = Wire::recording(&paper, None, None, &limits(), Some(log));
    for _ in 0..20 {
        assert_eq!(ask(&wire), 200);
    }
    drop(wire);
    writing.stop();
}
