//! Many requests at once: at the last reading a thousand of them open one article, and a thousand for one article are
//! one reading.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;
use tokio::task::JoinSet;

use crate::ask::{Ask, Reply};
use crate::canary::Sheet;
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper, answer, wait};

const THREADS: usize = 8;
const REQUESTS: usize = 1_000;
/// How long requests may take to gather. On a slow machine fewer of them meet; what is asserted holds all the same.
const GATHER: Duration = Duration::from_millis(1_500);
/// The store waits for the lock for much longer.
const BUSY: Duration = Duration::from_secs(60);

/// Asks everything at once, from several threads; returns the answers.
///
/// The database is locked until all of them have come to the point where a reading would be made, so that each has seen
/// the count as it was before any of them.
fn all_at_once(paper: &TestPaper, asks: Vec<Ask>) -> Vec<Reply> {
    let held = crate::outage::lock(paper);
    let gate = std::sync::Barrier::new(THREADS);
    let mut parts: Vec<Vec<Ask>> = (0..THREADS).map(|_| Vec::new()).collect();
    for (number, ask) in asks.into_iter().enumerate() {
        parts[number % THREADS].push(ask);
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = parts
            .into_iter()
            .map(|part| {
                let (site, gate) = (paper.site.clone(), &gate);
                scope.spawn(move || {
                    gate.wait();
                    wait(async move {
                        let mut requests = JoinSet::new();
                        for ask in part {
                            let site = site.clone();
                            requests.spawn(async move { answer(&site, &ask).await });
                        }
                        requests.join_all().await
                    })
                })
            })
            .collect();
        std::thread::sleep(GATHER);
        drop(held);
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// Metered articles without anything special, by the thousand.
fn many_articles() -> Vec<Sheet> {
    // The names live as long as the program, like those of the canary paper.
    let code = |number: usize| -> &'static str { format!("p{number:03}").leak() };
    let sheet = |number| {
        let code = code(number);
        let text = format!(
            "+++\nid = \"{code}\"\nheadline = \"Headline of {code}\"\nsection = \"harbour\"\n\
             published_at = 2026-09-16T06:00:00-03:00\naccess = \"metered\"\n+++\nFirst.\n\n\
             <!-- paywall -->\n\nLocked {}.\n",
            crate::canary::word(code, 1)
        );
        let canaries = vec![crate::canary::word(code, 1)];
        Sheet { code, section: "harbour", access: "metered", text, canaries, rich: false }
    };
    (0..REQUESTS).map(sheet).collect()
}

#[test]
fn with_one_left_a_thousand_parallel_requests_open_one_article() {
    let mut paper = TestPaper::open(&Plan { empty: true, busy: Some(BUSY), ..Plan::default() });
    let mut sheets = many_articles();
    sheets.extend(crate::canary::sheets());
    paper.publish(&sheets);
    paper.sheets = sheets;
    let jar = paper.visitor_of(&["m01", "m02", "m03", "m04"]);
    let cookie = format!("m={}", jar.value());
    let codes: Vec<&str> = paper.sheets[..REQUESTS].iter().map(|sheet| sheet.code).collect();
    // Every article is at hand, so that nothing but the meter stands between the requests.
    for code in &codes {
        paper.get(&format!("/harbour/{code}"));
    }
    let asks = codes.iter().map(|code| {
        let ask = Ask::script(&format!("/harbour/{code}/reading"), "AAAAAAAAAAAAAAAAAAAAAA");
        ask.with("cookie", &cookie)
    });
    let replies = all_at_once(&paper, asks.collect());
    let (mut opened, mut refused) = (0, 0);
    for reply in replies {
        assert_ne!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        let told = reply.json();
        match told["state"].as_str().unwrap() {
            "open" => {
                opened += 1;
                assert_eq!(reply.leaked().len(), 1);
            }
            // Under load some may be told to come back; nothing was counted for them.
            "wall" | "unavailable" => {
                refused += 1;
                paper.assert_tight(&reply, &[], "a refused request");
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((opened, refused), (1, REQUESTS - 1));
    let open_now = codes.iter().filter(|code| {
        let ask = Ask::get(&format!("/harbour/{code}")).with("cookie", &cookie);
        paper.is_whole(&paper.ask(&ask), code)
    });
    assert_eq!(open_now.count(), 1);
}

#[test]
fn a_thousand_requests_for_one_article_all_get_the_text_for_one_reading() {
    let paper = TestPaper::open(&Plan { busy: Some(BUSY), ..Plan::default() });
    let jar = paper.visitor_of(&["m02"]);
    let cookie = format!("m={}", jar.value());
    let ask = Ask::script(&paper.sheet("m01").reading(), "AAAAAAAAAAAAAAAAAAAAAA");
    let replies = all_at_once(&paper, vec![ask.with("cookie", &cookie); REQUESTS]);
    let whole = AtomicUsize::new(0);
    for reply in &replies {
        let told = reply.json();
        if told["state"] == "open" {
            assert_eq!(crate::meter::left_in(told["status"].as_str().unwrap()), Some(3));
            whole.fetch_add(1, Ordering::Relaxed);
        }
    }
    assert_eq!(whole.into_inner(), REQUESTS);
    assert_eq!(paper.left(&jar), 3);
}

#[test]
fn newcomers_with_one_key_are_one_visitor_in_parallel_too() {
    let paper = TestPaper::open(&Plan { busy: Some(BUSY), ..Plan::default() });
    let asks = crate::canary::PLAIN
        .iter()
        .cycle()
        .take(200)
        .map(|code| Ask::script(&paper.sheet(code).reading(), "AAAAAAAAAAAAAAAAAAAAAA"));
    let replies = all_at_once(&paper, asks.collect());
    let mut jar = Jar::default();
    for reply in &replies {
        jar.take(&reply.headers, paper.clock.now());
        assert!(matches!(reply.status, StatusCode::SEE_OTHER | StatusCode::OK), "{}", reply.status);
    }
    let open = crate::canary::PLAIN.iter().filter(|code| {
        let reply = paper.send(&mut jar.clone(), Ask::get(&paper.path(code)));
        paper.is_whole(&reply, code)
    });
    assert_eq!(open.count(), 5);
}
