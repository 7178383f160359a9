//! What no browser sends: bytes on a socket, addresses in every spelling, hosts that are not ours. Nothing of it leads
//! to a body, to a failure of ours, or to a second address of a page.

use http::{Method, StatusCode};

use crate::ask::Ask;
use crate::decode;
use crate::paper::{Plan, TestPaper};
use crate::wire::{Raw, Wire};

#[track_caller]
fn assert_harmless(raw: &Raw, told: &str) {
    assert_ne!(raw.status, 500, "{told}: {}", raw.head);
    let leaked = decode::articles_in(&raw.all);
    assert!(leaked.is_empty() || leaked.iter().eq(["free"]), "{told}: {leaked:?}");
    let fine = matches!(raw.status, 0 | 101..=599);
    assert!(fine && raw.status != 101, "{told}: {}", raw.head);
}

/// The server still answers.
#[track_caller]
fn assert_alive(wire: &Wire) {
    let raw = wire.ask(&["GET /harbour/m01 HTTP/1.1", "Host: paper.example"]);
    assert_eq!(raw.status, 200, "{}", raw.head);
}

#[test]
fn what_is_no_request_gets_no_page_and_does_no_harm() {
    let paper = TestPaper::new();
    let wire = Wire::open(&paper);
    let long = |length: usize| "a".repeat(length);
    let head = "GET /harbour/m01 HTTP/1.1\r\nHost: paper.example\r\n";
    let post = "POST /harbour/m01/reading HTTP/1.1\r\nHost: paper.example\r\n";
    let many: String = (0..1_000).map(|number| format!("X-{number}: 1\r\n")).collect();
    let some: String = (0..100).map(|number| format!("X-{number}: 1\r\n")).collect();
    // Where the server closes with our bytes unread, its answer may be lost on the way: 0.
    let refused: Vec<(String, &[u16])> = vec![
        (format!("{head}X-Long: {}\r\n\r\n", long(20_000)), &[0, 431]),
        (format!("{head}Cookie: m={}\r\n\r\n", long(20_480)), &[0, 431]),
        (format!("{head}{many}\r\n"), &[0, 431]),
        (format!("{head}{some}\r\n"), &[431]),
        (format!("GET /{} HTTP/1.1\r\nHost: paper.example\r\n\r\n", long(20_000)), &[0, 414, 431]),
        (format!("{} / HTTP/1.1\r\nHost: a\r\n\r\n", long(20_000)), &[0, 400, 431]),
        ("GET\r\n\r\n".into(), &[400]),
        ("GET  / HTTP/1.1\r\n\r\n".into(), &[400]),
        ("GET / HTTP/9.9\r\n\r\n".into(), &[400]),
        ("GET / FTP/1.0\r\n\r\n".into(), &[400]),
        ("G\u{0}T / HTTP/1.1\r\n\r\n".into(), &[400]),
        ("GET /harbour\u{0}/m01 HTTP/1.1\r\nHost: a\r\n\r\n".into(), &[400, 404]),
        ("GET /harbour/m01\u{1}\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n".into(), &[400, 404]),
        (format!("{head}X: a\u{0}b\r\n\r\n"), &[400]),
        (format!("{head}X: a\u{B}b\r\n\r\n"), &[400]),
        (format!("{head} folded: 1\r\n\r\n"), &[400]),
        (format!("{head}X y: 1\r\n\r\n"), &[400]),
        (format!("{head}: 1\r\n\r\n"), &[400]),
        (format!("{post}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), &[400]),
        (format!("{post}Content-Length: -1\r\n\r\n"), &[400]),
        (format!("{post}Content-Length: 1x\r\n\r\n"), &[400]),
        (format!("{post}Transfer-Encoding: gzip\r\n\r\n"), &[400]),
        (format!("{post}Transfer-Encoding: chunked, gzip\r\n\r\n"), &[400]),
    ];
    for (bytes, statuses) in refused {
        let raw = wire.send(bytes.as_bytes());
        let told = format!("{:?}", &bytes[..bytes.len().min(120)]);
        assert_harmless(&raw, &told);
        assert!(statuses.contains(&raw.status), "{told}: {}", raw.head);
    }
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &[0xFF; 600],
        b"\r\n\r\n\r\n",
    ] {
        assert_harmless(&wire.send(bytes), &format!("{:?}", &bytes[..bytes.len().min(20)]));
    }
    assert_alive(&wire);
}

#[test]
fn bodies_that_contradict_themselves_open_nothing_twice() {
    let paper = TestPaper::new();
    let wire = Wire::open(&paper);
    let post = "POST /harbour/m01/reading HTTP/1.1\r\nHost: paper.example\r\n";
    let hidden = "GET /city/free HTTP/1.1\r\nHost: paper.example\r\n\r\n";
    for body in [
        // Both lengths at once: whichever counts, what follows is no second request.
        format!("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: chunked\r\n\r\nzz\r\n{hidden}"),
        format!("Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n{hidden}"),
        format!("Transfer-Encoding: chunked\r\n\r\n-1\r\n{hidden}"),
        format!("Content-Length: {}\r\n\r\n{hidden}", hidden.len()),
        format!("Content-Length: 10\r\nContent-Length: 10\r\n\r\n0123456789{hidden}"),
        "Content-Length: 4096\r\n\r\nshort".to_owned(),
        "Expect: 100-continue\r\nContent-Length: 10\r\n\r\n".to_owned(),
    ] {
        let raw = wire.send(format!("{post}Connection: close\r\n{body}").as_bytes());
        let text = String::from_utf8_lossy(&raw.all).into_owned();
        assert_harmless(&raw, &body);
        assert!(!text.contains("pubfreeopen"), "{body}: a hidden request was answered");
        assert!(text.matches("HTTP/1.1 ").count() <= 2, "{body}: {text}");
    }
    // A chunked body has no length to look at: it is not read, and the connection ends with the answer.
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4_096));
    let endless = format!("{post}Transfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(64));
    assert_harmless(&wire.send(endless.as_bytes()), "a long chunked body");
    assert_alive(&wire);
}

#[test]
fn odd_methods_get_no_body() {
    let paper = TestPaper::new();
    let wire = Wire::open(&paper);
    for method in ["TRACE", "PROPFIND", "FOO", "PUT", "DELETE", "PATCH", "BREW", "get", "A-B"] {
        let line = format!("{method} /harbour/m01 HTTP/1.1");
        let raw = wire.ask(&[&line, "Host: paper.example"]);
        assert_eq!(raw.status, 405, "{method}: {}", raw.head);
        assert_eq!(raw.header("content-length"), "0", "{method}");
    }
    let options = wire.ask(&["OPTIONS /harbour/m01/reading HTTP/1.1", "Host: paper.example"]);
    assert_eq!((options.status, options.header("allow")), (204, "GET, HEAD, POST, OPTIONS"));
    for target in ["*", "paper.example:443", "/harbour/m01"] {
        for method in ["CONNECT", "OPTIONS"] {
            let line = format!("{method} {target} HTTP/1.1");
            let raw = wire.ask(&[&line, "Host: paper.example"]);
            assert_harmless(&raw, &line);
            assert!(raw.status != 200, "{line}: {}", raw.head);
        }
    }
    let upgrade = wire.ask(&[
        "GET /harbour/m01 HTTP/1.1",
        "Host: paper.example",
        "Upgrade: h2c, websocket",
        "HTTP2-Settings: AAMAAABkAAQAAP__",
    ]);
    assert_eq!(upgrade.status, 200, "{}", upgrade.head);
    assert_harmless(&upgrade, "an upgrade");
}

/// Spellings of an article's address, and where each leads: to the one canonical address, or nowhere.
const SPELLINGS: &[(&str, bool)] = &[
    ("/harbour/m01/", true),
    ("//harbour/m01", true),
    ("/harbour//m01", true),
    ("/harbour/m01//", true),
    ("/harbour/m01/.", true),
    ("/HARBOUR/m01", true),
    ("/harbour/M01", true),
    ("/harbour/m01.html", true),
    ("/harbour/m01.htm", true),
    ("/harbour/m01.php", true),
    ("/harbour/m01/index.html", true),
    ("/harbour/m01/index.php", true),
    ("/harbour/%6d01", true),
    ("/%68arbour/m01", true),
    ("/harbour/m01%2f", true),
    ("/harbour%2Fm01", true),
    ("/harbour/m01/./", true),
    ("/harbour/./m01", false),
    ("/harbour/../harbour/m01", false),
    ("/x/../harbour/m01", false),
    ("/%2e%2e/harbour/m01", false),
    ("/harbour/%2e%2e/m01", false),
    ("/harbour/m01/..", false),
    ("/harbour/..%2fm01", false),
    ("/harbour/%256d01", false),
    ("/harbour/m01%00", false),
    ("/harbour/m01%0a", false),
    ("/harbour/m01%20", false),
    ("/harbour/m01%c0%af", false),
    ("/harbour/%e0%80%af", false),
    ("/harbour/%ef%bd%8d01", false),
    ("/harbour/m01%", false),
    ("/harbour/m01%2", false),
    ("/harbour/m01%zz", false),
    ("/harbour/m01;a=b", false),
    ("/harbour/m01,", false),
    ("/harbour/m01~", false),
    ("/harbour/m01\\", false),
    ("/harbour/m01.html~", false),
    ("/harbour/m01.json", false),
    ("/harbour/m01/1", false),
    ("/city/m01", false),
    // The pattern of another paper, which leads to the same article.
    ("/m01", true),
    ("/harbour/m01/harbour/m01", false),
    ("/harbour/.m01", false),
    ("/..", false),
    ("/.", true),
    ("/%2f%2fevil.example", false),
    ("//evil.example/%2e%2e", false),
    ("/\\evil.example", false),
];

#[test]
fn one_address_has_one_spelling() {
    let paper = TestPaper::new();
    for (spelled, leads) in SPELLINGS {
        let Ok(_) = spelled.parse::<http::Uri>() else { continue };
        let reply = paper.get(spelled);
        assert!(reply.leaked().is_empty(), "{spelled}");
        if *leads {
            assert_eq!(reply.status, StatusCode::PERMANENT_REDIRECT, "{spelled}");
            let target = reply.header("location");
            assert!(matches!(target, "/harbour/m01" | "/"), "{spelled} → {target}");
            assert!(reply.body.is_empty());
            let with_query = paper.get(&format!("{spelled}?utm_source=x"));
            assert_eq!(with_query.header("location"), format!("{target}?utm_source=x"));
        } else {
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{spelled}");
            assert_eq!(reply.header("location"), "", "{spelled}");
        }
    }
    let long = format!("/harbour/{}", "m".repeat(10 * 1_024));
    assert_eq!(paper.get(&long).status, StatusCode::URI_TOO_LONG);
    for target in
        ["/assets/../secret.key", "/assets/..%2f..%2fsecret.key", "/media/..%2fmasthead.sqlite"]
    {
        assert_eq!(paper.get(target).status, StatusCode::NOT_FOUND, "{target}");
    }
}

#[test]
fn spellings_on_the_wire_are_the_same() {
    let paper = TestPaper::new();
    let wire = Wire::open(&paper);
    for (spelled, leads) in SPELLINGS {
        let raw = wire.ask(&[&format!("GET {spelled} HTTP/1.1"), "Host: paper.example"]);
        assert_harmless(&raw, spelled);
        let expected: &[u16] = if *leads { &[308] } else { &[400, 404] };
        assert!(expected.contains(&raw.status), "{spelled}: {}", raw.head);
    }
    for bytes in ["/harbour/ｍ01", "/harbour/m\u{0301}01", "/harbour/\u{202E}10m"] {
        let raw = wire.ask(&[&format!("GET {bytes} HTTP/1.1"), "Host: paper.example"]);
        assert!(matches!(raw.status, 400 | 404), "{bytes}: {}", raw.head);
    }
}

#[test]
fn a_paper_with_an_address_answers_to_that_host_alone() {
    let plan = Plan { public_url: Some("https://paper.example"), ..Plan::default() };
    let paper = TestPaper::open(&plan);
    for host in ["paper.example", "PAPER.example", "paper.example:443"] {
        assert_eq!(
            paper.ask(&Ask::get("/harbour/m01").instead("host", host)).status,
            StatusCode::OK,
            "{host}"
        );
    }
    for host in [
        "localhost",
        "127.0.0.1",
        "evil.example",
        "paper.example.",
        "paper.example:8443",
        "paper.example:80",
        "paper.example.evil.example",
        "evil.example:443",
        "",
        "paper.example, evil.example",
        "paper.example@evil",
    ] {
        for target in ["/harbour/m01", "/", "/harbour/m01/", "/nothing", "/robots.txt"] {
            let reply = paper.ask(&Ask::get(target).instead("host", host));
            assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST, "{host} {target}");
            assert!(!reply.is_shareable() && reply.leaked().is_empty());
        }
    }
    assert_eq!(paper.ask(&Ask::get("/").without("host")).status, StatusCode::BAD_REQUEST);
    let wire = Wire::open(&paper);
    for (lines, statuses) in [
        (&["GET /harbour/m01 HTTP/1.0"][..], &[400][..]),
        (&["GET /harbour/m01 HTTP/1.1"], &[400]),
        (&["GET /harbour/m01 HTTP/1.1", "Host: paper.example", "Host: evil.example"], &[400]),
        (&["GET /harbour/m01 HTTP/1.1", "Host: paper.example", "Host: paper.example"], &[400]),
        (&["GET https://evil.example/harbour/m01 HTTP/1.1", "Host: paper.example"], &[421, 400]),
        (&["GET http://evil.example/harbour/m01 HTTP/1.1", "Host: evil.example"], &[421]),
        (&["GET https://paper.example/harbour/m01 HTTP/1.1", "Host: paper.example"], &[200]),
    ] {
        let raw = wire.ask(lines);
        assert_harmless(&raw, &lines.join(" | "));
        assert!(statuses.contains(&raw.status), "{lines:?}: {}", raw.head);
    }
}

#[test]
fn what_proxies_are_said_to_say_is_not_reflected() {
    let evil = "evil.example";
    for public_url in [None, Some("https://paper.example")] {
        let paper = TestPaper::open(&Plan { public_url, ..Plan::default() });
        for target in [
            "/",
            "/harbour/m01",
            "/harbour/subs",
            "/harbour/m01/",
            "/nothing",
            "/robots.txt",
            "/offers",
        ] {
            let plain = paper.get(target);
            let mut ask = Ask::get(target);
            for name in [
                "x-forwarded-host",
                "x-forwarded-for",
                "x-forwarded-proto",
                "x-forwarded-prefix",
                "x-host",
                "x-original-url",
                "x-rewrite-url",
                "forwarded",
                "referer",
                "origin",
                "via",
                "user-agent",
            ] {
                ask = ask.with(name, evil);
            }
            let reply = paper.ask(&ask);
            assert!(reply.body == plain.body && reply.headers == plain.headers, "{target}");
            assert!(!reply.text().contains(evil));
        }
        let posted = Ask::form("/harbour/m01/reading").with("x-forwarded-host", evil);
        let posted = match public_url {
            Some(url) => posted.instead("origin", url),
            None => posted,
        };
        assert_eq!(paper.ask(&posted).header("location"), "/harbour/m01/reading");
    }
    // In a demo without an address any host is taken, and none is kept in a page that others get.
    let demo = TestPaper::new();
    let first = demo.ask(&Ask::get("/harbour/m01").instead("host", evil));
    assert!(!first.text().contains(evil));
    assert!(demo.get("/harbour/m01").body == first.body);
    for host in ["a\"><script>", "a b", "a/b", "[::1", "ä"] {
        let Ok(value) = http::HeaderValue::from_bytes(host.as_bytes()) else { continue };
        let mut ask = Ask::get("/harbour/m01/reading");
        ask.headers.insert(http::header::HOST, value);
        assert!(!demo.ask(&ask).text().contains("<script>"), "{host}");
    }
}

#[test]
fn queries_of_any_shape_change_nothing() {
    let paper = TestPaper::new();
    let plain = paper.get("/harbour/m01");
    let mut queries: Vec<String> =
        ["?", "??", "?a=b&a=c", "?%00", "?%ff%fe", "?<script>", "?a[]=1", "?page=0", "?page=-1"]
            .map(str::to_owned)
            .into();
    queries.push(format!("?{}", "a".repeat(8_000)));
    for query in &queries {
        let Ok(_) = format!("/{query}").parse::<http::Uri>() else { continue };
        let reply = paper.get(&format!("/harbour/m01{query}"));
        assert!(reply.body == plain.body && reply.headers == plain.headers, "{query}");
    }
    for (query, status) in [
        ("?page=2", StatusCode::OK),
        ("?before=", StatusCode::NOT_FOUND),
        ("?before=-1", StatusCode::NOT_FOUND),
        ("?before=x-m01", StatusCode::NOT_FOUND),
        ("?before=99999999999999999999-m01", StatusCode::NOT_FOUND),
        ("?before=1-m01&before=x", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(paper.get(&format!("/city{query}")).status, status, "{query}");
    }
}

#[test]
fn headers_that_are_no_text_do_no_harm() {
    let paper = TestPaper::new();
    for name in [
        "accept",
        "accept-encoding",
        "cookie",
        "if-none-match",
        "origin",
        "sec-fetch-site",
        "idempotency-key",
        "sec-purpose",
        "early-data",
        "content-length",
        "x-forwarded-for",
        "host",
        "range",
    ] {
        for bytes in
            [&b"\xFF\xFE"[..], b"\x80", b"", b"\t", b",,,", b";;;=;", b"\"\"\"", b"*/*;q=NaN"]
        {
            for method in [Method::GET, Method::POST, Method::HEAD] {
                for target in ["/harbour/m01", "/harbour/m02/reading", "/city/free"] {
                    let mut ask = Ask::new(method.clone(), target);
                    let value = http::HeaderValue::from_bytes(bytes).unwrap();
                    ask.headers.insert(http::HeaderName::from_static(name), value);
                    let reply = paper.ask(&ask);
                    assert!(reply.leaked().iter().all(|code| code == "free"), "{ask:?}");
                }
            }
        }
    }
}
