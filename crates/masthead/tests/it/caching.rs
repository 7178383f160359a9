//! Who may keep what: the headers of every kind of answer in every cache mode, validators, and how soon a change is
//! seen.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use paywall::PaperId;
use store::{Doer, Options, Store};

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::paper::{TestPaper, wait};
use crate::settings::Settings;

const SHARED: &str = "public, max-age=0, must-revalidate, s-maxage=60";

/// Who may keep an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kept {
    /// Everybody, as the mode says.
    Shared,
    Nobody,
    Forever,
    Minute,
}

#[track_caller]
fn assert_kept(reply: &Reply, kept: Kept, cache: &str, told: &str) {
    let (control, vary) = match (kept, cache) {
        (Kept::Shared, "none") => ("no-cache", "Cookie, Accept-Encoding"),
        (Kept::Shared, _) => (SHARED, "Accept-Encoding"),
        (Kept::Nobody, _) => ("private, no-store", "Cookie, Accept, Accept-Encoding"),
        (Kept::Forever, _) => ("public, max-age=31536000, immutable", "Accept-Encoding"),
        (Kept::Minute, _) => ("public, max-age=60", "Accept-Encoding"),
    };
    assert_eq!(reply.header("cache-control"), control, "{told} behind {cache}");
    assert_eq!(reply.header("vary"), vary, "{told} behind {cache}");
    let cdn = if kept == Kept::Nobody { "no-store" } else { "" };
    assert_eq!(reply.header("cdn-cache-control"), cdn, "{told} behind {cache}");
    assert_eq!(reply.header("set-cookie"), "", "{told} behind {cache}");
}

#[test]
fn every_kind_of_answer_says_who_may_keep_it_in_every_mode() {
    for cache in ["none", "respects_cookies", "blind"] {
        let paper = TestPaper::with(Settings::cache(cache));
        let page = paper.get("/harbour/m01").text();
        let style = page[page.find("/assets/paper.").unwrap()..].split('"').next().unwrap();
        let old_style = "/assets/paper.0123456789ab.css";
        let locked = &paper.locked_files.iter().find(|(code, _)| *code == "m01").unwrap().1;
        for (target, kept) in [
            ("/", Kept::Shared),
            ("/city", Kept::Shared),
            ("/tags/shipping", Kept::Shared),
            ("/offers", Kept::Shared),
            ("/about", Kept::Shared),
            ("/contact", Kept::Shared),
            ("/demo/walls", Kept::Shared),
            ("/harbour/m01", Kept::Shared),
            ("/harbour/subs", Kept::Shared),
            ("/city/regi", Kept::Shared),
            ("/city/free", Kept::Shared),
            ("/harbour/m01/", Kept::Shared),
            ("/harbour/m01/reading", Kept::Nobody),
            ("/city/free/reading", Kept::Nobody),
            ("/city/goni", Kept::Nobody),
            ("/nothing", Kept::Nobody),
            (locked, Kept::Nobody),
            (style, Kept::Forever),
            (old_style, Kept::Minute),
            (&paper.public_picture, Kept::Forever),
            ("/robots.txt", Kept::Minute),
        ] {
            assert_kept(&paper.get(target), kept, cache, target);
            let head = paper.ask(&Ask::new(Method::HEAD, target));
            assert_kept(&head, kept, cache, target);
        }
        let mut jar = paper.visitor_of(&["m01"]);
        let open = paper.send(&mut jar, Ask::get("/harbour/m01"));
        let kept = if cache == "blind" { Kept::Shared } else { Kept::Nobody };
        assert_kept(&open, kept, cache, "an open article");
        assert_kept(
            &paper.send(&mut jar, Ask::get("/harbour/subs")),
            kept,
            cache,
            "a visitor's wall",
        );
        assert_kept(&paper.send(&mut jar, Ask::get(locked)), Kept::Nobody, cache, "a file");
        assert_kept(&paper.send(&mut jar, Ask::get("/city/free")), Kept::Shared, cache, "free");
    }
}

#[test]
fn behind_a_blind_cache_an_article_s_address_tells_everybody_the_same() {
    let paper = TestPaper::with(Settings::cache("blind"));
    let mut jar = paper.visitor_of(&["m01", "m02", "m03", "m04", "m05"]);
    for sheet in &paper.sheets {
        let stranger = paper.get(&sheet.path());
        let visitor = paper.send(&mut jar, Ask::get(&sheet.path()));
        assert_eq!(visitor.status, stranger.status);
        assert!(visitor.body == stranger.body, "{}", sheet.code);
        assert_eq!(visitor.headers, stranger.headers, "{}", sheet.code);
    }
    assert!(paper.get("/harbour/m01").text().contains("data-blind"));
    assert!(paper.is_whole(&paper.send(&mut jar, Ask::get("/harbour/m01/reading")), "m01"));
}

#[test]
fn a_validator_answers_for_its_own_bytes_alone() {
    let paper = TestPaper::new();
    for target in ["/", "/city", "/harbour/m01", "/city/free", "/about", "/offers"] {
        // Asked twice: brotli comes after the first reader.
        let tag = |encoding: &str| {
            let reply = paper.ask(&Ask::get(target).with("accept-encoding", encoding));
            assert_eq!(reply.status, StatusCode::OK);
            (reply.header("etag").to_owned(), reply.header("content-encoding").to_owned())
        };
        let (plain, gzip) = (tag("identity"), tag("gzip"));
        assert_ne!(plain.0, gzip.0, "{target}");
        assert_eq!((plain.1.as_str(), gzip.1.as_str()), ("", "gzip"), "{target}");
        for (encoding, own, other) in [("identity", &plain, &gzip), ("gzip", &gzip, &plain)] {
            let ask = |tags: &str| {
                let ask = Ask::get(target).with("accept-encoding", encoding);
                paper.ask(&ask.with("if-none-match", tags))
            };
            for tags in
                [own.0.clone(), format!("W/{}", own.0), format!("\"x\", {}", own.0), "*".to_owned()]
            {
                let reply = ask(&tags);
                assert_eq!(reply.status, StatusCode::NOT_MODIFIED, "{target} {tags}");
                assert_eq!(reply.header("etag"), own.0, "{target}");
                assert_kept(&reply, Kept::Shared, "none", target);
            }
            for tags in [other.0.as_str(), "\"\"", "x", ""] {
                assert_eq!(ask(tags).status, StatusCode::OK, "{target} {tags}");
            }
        }
    }
}

#[test]
fn the_whole_article_has_no_validator_and_the_teaser_s_does_not_answer_for_it() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    let tag = paper.get("/harbour/m01").header("etag").to_owned();
    assert!(!tag.is_empty());
    let open = paper.send(&mut jar, Ask::get("/harbour/m01").with("if-none-match", &tag));
    assert_eq!(open.status, StatusCode::OK);
    assert!(paper.is_whole(&open, "m01"));
    for target in ["/harbour/m01", "/harbour/m01/reading", "/harbour/m02/reading"] {
        let reply = paper.send(&mut jar, Ask::get(target).with("if-none-match", "*"));
        if target != "/harbour/m02" {
            assert_eq!((reply.status, reply.header("etag")), (StatusCode::OK, ""), "{target}");
        }
    }
}

#[test]
fn a_range_is_not_a_way_into_anything() {
    let paper = TestPaper::new();
    for range in ["bytes=0-10", "bytes=4000-", "bytes=-1", "bytes=0-1,5-9", "bytes=junk"] {
        let whole = paper.get("/harbour/m01");
        let part = paper.ask(&Ask::get("/harbour/m01").with("range", range));
        assert_eq!(part.status, StatusCode::OK, "{range}");
        assert!(part.body == whole.body);
    }
}

#[test]
fn a_change_of_settings_is_seen_by_the_next_request() {
    let paper = TestPaper::new();
    let before = paper.get("/harbour/m01");
    paper.change(&Settings { name: "The Tide Table", ..Settings::default() });
    for target in
        ["/", "/city", "/harbour/m01", "/harbour/subs", "/city/free", "/about", "/nothing"]
    {
        let text = paper.get(target).text();
        assert!(text.contains("The Tide Table") && !text.contains("Merrin Courant"), "{target}");
    }
    let after = paper.ask(&Ask::get("/harbour/m01").with("if-none-match", before.header("etag")));
    assert_eq!(after.status, StatusCode::OK);
    // Allowances and offers are in no stored page: changing them makes none anew.
    let tag = after.header("etag").to_owned();
    paper.change(&Settings { name: "The Tide Table", allowance: 9, ..Settings::default() });
    assert_eq!(paper.get("/harbour/m01").header("etag"), tag);
    assert_eq!(paper.left(&paper.visitor_of(&["m01"])), 8);
    for cache in ["respects_cookies", "blind", "none"] {
        paper.change(&Settings::cache(cache));
        assert_kept(&paper.get("/harbour/m01"), Kept::Shared, cache, "after the change");
    }
}

#[test]
fn a_change_of_an_article_is_seen_by_the_next_request() {
    let mut paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    let seen = |paper: &TestPaper, jar: &mut Jar, word: &str| {
        [
            ("/", false),
            ("/harbour", false),
            ("/tags/shipping", false),
            ("/harbour/m01", false),
            ("/harbour/m01", true),
            ("/harbour/m01/reading", true),
        ]
        .into_iter()
        .filter(|(target, known)| {
            let ask = Ask::get(target);
            let reply = if *known { paper.send(jar, ask) } else { paper.ask(&ask) };
            reply.text().contains(word)
        })
        .count()
    };
    assert_eq!(seen(&paper, &mut jar, "Headline of m01"), 6);
    let place = paper.sheets.iter().position(|sheet| sheet.code == "m01").unwrap();
    paper.sheets[place].text = paper.sheets[place].text.replace("Headline of m01", "Set anew");
    paper.publish(&paper.sheets);
    assert_eq!(seen(&paper, &mut jar, "Headline of m01"), 0);
    assert_eq!(seen(&paper, &mut jar, "Set anew"), 6);
    // The same article again is no change: nothing is made anew.
    let tag = paper.get("/harbour/m01").header("etag").to_owned();
    paper.publish(&paper.sheets);
    assert_eq!(paper.get("/harbour/m01").header("etag"), tag);
}

#[test]
fn a_change_by_another_process_is_seen_soon() {
    let paper = TestPaper::new();
    let other = Store::open(paper.folder.path(), PaperId([9; 16]), &Options::default()).unwrap();
    assert_eq!(other.paper_id(), paper.store.paper_id());
    let mut jar = paper.visitor_of(&["m01"]);
    assert!(paper.get("/city").text().contains("The Merrin Courant"));
    let settings = Settings { name: "The Tide Table", allowance: 1, ..Settings::default() };
    let version = wait(other.settings()).unwrap().version;
    let text = settings.to_toml();
    let saved =
        other.save_settings(text, Doer::operator(), String::new(), version, paper.clock.now());
    wait(saved).unwrap();
    // Not a measurement: the wait is bounded so that a change that never comes is a failure.
    let patience = Instant::now();
    while !paper.get("/city").text().contains("The Tide Table") {
        assert!(patience.elapsed() < Duration::from_secs(20), "the change is not seen");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(paper.left(&jar), 0);
    assert!(paper.is_whole(&paper.send(&mut jar, Ask::get("/harbour/m01")), "m01"));
}

/// Somebody opens an article whose beginning was read before the change and whose rest would be read after it.
#[test]
fn nobody_gets_the_beginning_of_one_text_and_the_rest_of_another() {
    let paper = TestPaper::new();
    let beginning = "Another beginning.";
    assert!(!paper.get("/harbour/m01").text().contains(beginning));
    // By hand, so that no change is told: what is kept stays kept until it is looked at.
    let raw = rusqlite::Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    raw.execute_batch(
        "UPDATE articles SET version = version + 1, teaser = json_set(teaser, '$.html', '<p>Another beginning.</p>') \
         WHERE slug = 'm01'",
    )
    .unwrap();
    assert!(!paper.get("/harbour/m01").text().contains(beginning), "it was not kept");
    let mut jar = Jar::default();
    let opened = paper.read(&mut jar, "m01");
    assert!(paper.is_whole(&opened, "m01") && opened.text().contains(beginning));
    assert_eq!(paper.left(&jar), 4, "one reading, however often it was looked at");
    assert!(paper.get("/harbour/m01").text().contains(beginning));
}
