//! Sitemaps: what stands in them, what never does, and the whole of a large paper.

use std::time::Instant;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use newsroom::{Announcement, ArticleId, Direction, Genre, Head, ORIGIN, Slug, Teaser};
use paywall::{Access, ArticleKey, Sealed};
use proptest::prelude::*;
use store::Store;

use crate::ask::{Ask, HOST};
use crate::paper::{Plan, TestPaper, start, wait};
use crate::xml::texts;

/// The locations of a file.
fn locations(paper: &TestPaper, target: &str) -> Vec<String> {
    let reply = paper.get(target);
    assert_eq!(reply.status, StatusCode::OK, "{target}");
    assert_eq!(reply.header("content-type"), "application/xml; charset=utf-8");
    texts(&reply.text(), "loc")
}

#[test]
fn the_index_names_files_that_are_there() {
    let paper = TestPaper::new();
    let files = locations(&paper, "/sitemap.xml");
    let path = |file: &String| file.strip_prefix(&format!("http://{HOST}")).unwrap().to_owned();
    let names: Vec<String> = files.iter().map(path).collect();
    let wanted = ["/sitemaps/news.xml", "/sitemaps/pages-1.xml", "/sitemaps/articles-1.xml"];
    assert_eq!(names, wanted);
    for name in names {
        paper.assert_tight(&paper.get(&name), &[], &name);
    }
}

#[test]
fn articles_stand_by_publication_without_what_is_not_out() {
    let paper = TestPaper::new();
    let found = locations(&paper, "/sitemaps/articles-1.xml");
    let there = |code: &str| found.iter().any(|address| address.ends_with(&paper.path(code)));
    for sheet in &paper.sheets {
        assert_eq!(there(sheet.code), !matches!(sheet.code, "emba" | "goni"), "{}", sheet.code);
    }
    let text = paper.get("/sitemaps/articles-1.xml").text();
    let dates = texts(&text, "lastmod");
    assert_eq!(dates.len(), found.len());
    assert!(dates.is_sorted(), "oldest first, as nothing was changed since: {dates:?}");
    assert_eq!(texts(&text, "image:loc")[0], format!("http://{HOST}{}", paper.public_picture));
    let packed = paper.ask(&Ask::get("/sitemaps/articles-1.xml").with("accept-encoding", "gzip"));
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(packed.text(), text);
    paper.at("2026-09-16T15:31:00-03:00");
    let later = locations(&paper, "/sitemaps/articles-1.xml");
    assert_eq!(later.len(), found.len() + 1, "the embargo has lifted");
}

#[test]
fn other_pages_stand_apart_and_empty_lists_nowhere() {
    let paper = TestPaper::new();
    let found = locations(&paper, "/sitemaps/pages-1.xml");
    for path in
        ["/", "/city", "/harbour", "/tags/shipping", "/authors/anna", "/series/dredge", "/about"]
    {
        assert!(found.contains(&format!("http://{HOST}{path}")), "{path}: {found:?}");
    }
    let empty = TestPaper::open(&Plan { empty: true, ..Plan::default() });
    let found = locations(&empty, "/sitemaps/pages-1.xml");
    assert!(!found.contains(&format!("http://{HOST}/city")), "{found:?}");
    assert!(locations(&empty, "/sitemaps/news.xml").is_empty());
    assert_eq!(empty.get("/sitemaps/articles-1.xml").status, StatusCode::NOT_FOUND);
}

#[test]
fn what_is_no_sitemap_is_not_found() {
    let paper = TestPaper::new();
    for name in [
        "articles-0.xml",
        "articles-2.xml",
        "articles-01.xml",
        "articles-+1.xml",
        "articles--1.xml",
        "articles-99999999999999999999.xml",
        "articles-1.xml.gz",
        "articles.xml",
        "articles-1",
        "pages-2.xml",
        "pages-18446744073709551615.xml",
        "news-1.xml",
        "news-2.xml",
        "news-11.xml",
        "readers-1.xml",
        ".xml",
    ] {
        let reply = paper.get(&format!("/sitemaps/{name}"));
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{name}");
    }
    assert_eq!(paper.get("/sitemaps/../secret.key").status, StatusCode::NOT_FOUND);
    let plain = paper.get("/sitemaps/articles-1.xml");
    assert_eq!(plain.body, paper.get("/sitemaps/articles-1.xml?page=2").body);
}

/// A small article with nothing special about it.
fn article(store: &Store, number: usize, published_at: Timestamp) -> newsroom::Article {
    let id = format!("a{number:07}");
    let key = ArticleKey::derive(store.paper_id(), ORIGIN, &id);
    let head = Head {
        namesake: false,
        id: ArticleId::parse(&id).unwrap(),
        key,
        slug: Slug::parse(&id).unwrap(),
        section: Slug::parse(if number.is_multiple_of(2) { "city" } else { "harbour" }).unwrap(),
        headline: format!("The harbour board votes on berth {number} & more"),
        standfirst: Some("A sentence that says what it is about.".to_owned()),
        kicker: None,
        tags: vec![Slug::parse("shipping").unwrap()],
        authors: vec![Slug::parse("anna").unwrap()],
        filed_from: None,
        dateline: None,
        published_at,
        updated_at: None,
        access: Access::Metered,
        genre: Genre::News,
        series: None,
        language: None,
        direction: Direction::LeftToRight,
        lead_image: None,
        corrections: Vec::new(),
        live_since: None,
        withdrawn_at: None,
        search: Announcement::default(),
        social: Announcement::default(),
    };
    let teaser = Teaser { html: "<p>The teaser.</p>\n".to_owned(), words: 2, ..Teaser::default() };
    let body = newsroom::Body {
        html: "<p>qzbenx1zq</p>\n".to_owned(),
        words: 1,
        ..newsroom::Body::default()
    };
    newsroom::Article {
        head,
        teaser,
        body: Sealed::seal(key, body),
        source: Sealed::seal(key, String::new()),
        locked_media: Vec::new(),
        old_addresses: Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn news_are_of_the_last_two_days_and_nothing_is_early(
        minutes in prop::collection::vec(-3_000_i64..6_000, 1..40),
        later in 0_i64..4_000,
    ) {
        let paper = TestPaper::open(&Plan { empty: true, ..Plan::default() });
        let at = |minutes: i64| start() - SignedDuration::from_mins(minutes);
        let articles = minutes.iter().enumerate().map(|(n, m)| article(&paper.store, n, at(*m)));
        wait(paper.store.save_articles(articles.collect())).unwrap();
        // Twice: a file that was kept holds only as long as it is true.
        for now in [start(), start() + SignedDuration::from_mins(later)] {
            paper.clock.set(now);
            let text = paper.get("/sitemaps/news.xml").text();
            let dates = texts(&text, "news:publication_date");
            let fresh = |m: &&i64| at(**m) <= now && at(**m) > now - SignedDuration::from_hours(48);
            prop_assert_eq!(dates.len(), minutes.iter().filter(fresh).count());
            for date in dates {
                let date: Timestamp = date.parse().unwrap();
                prop_assert!(date <= now && date > now - SignedDuration::from_hours(48));
            }
            let out = minutes.iter().filter(|m| at(**m) <= now).count();
            let listed = paper.get("/sitemaps/articles-1.xml");
            let listed = if out == 0 { 0 } else { texts(&listed.text(), "loc").len() };
            prop_assert_eq!(listed, out);
        }
    }
}

#[test]
fn more_news_than_a_file_takes_go_on_in_the_next() {
    let paper = TestPaper::open(&Plan { empty: true, ..Plan::default() });
    let at = |n: usize| start() - SignedDuration::from_secs(i64::try_from(n).unwrap());
    let articles = (0..1_203).map(|n| article(&paper.store, n, at(n)));
    wait(paper.store.save_articles(articles.collect())).unwrap();
    let first = locations(&paper, "/sitemaps/news.xml");
    let second = locations(&paper, "/sitemaps/news-2.xml");
    assert_eq!((first.len(), second.len()), (1_000, 203));
    assert!(first[0].ends_with("/a0000000"), "newest first: {}", first[0]);
    assert_eq!(paper.get("/sitemaps/news-3.xml").status, StatusCode::NOT_FOUND);
    assert!(locations(&paper, "/sitemap.xml").iter().any(|file| file.ends_with("/news-2.xml")));
}

/// More than one file takes; `cargo xtask bench feeds` asks for 100,000 by the variable `BENCH_ARTICLES`.
const ARTICLES: usize = 10_010;

#[test]
fn a_large_paper_is_streamed_whole() {
    let wanted = std::env::var("BENCH_ARTICLES").ok();
    let many = wanted.map_or(ARTICLES, |text| text.parse().expect("a number of articles"));
    let paper = TestPaper::open(&Plan { empty: true, ..Plan::default() });
    let filling = Instant::now();
    for part in (0..many).collect::<Vec<_>>().chunks(2_000) {
        let at = |n: usize| start() - SignedDuration::from_mins(i64::try_from(many - n).unwrap());
        let articles = part.iter().map(|n| article(&paper.store, *n, at(*n)));
        wait(paper.store.save_articles(articles.collect())).unwrap();
    }
    println!("filled {many} articles in {:.1} s", filling.elapsed().as_secs_f64());
    // The peak is counted from here on.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    println!("memory before: {}", memory());
    let whole = Instant::now();
    let (mut bytes, mut addresses) = (0, Vec::new());
    let told = |name: &str, since: Instant, length: usize| {
        println!("{name}: {length} bytes in {:.3} s", since.elapsed().as_secs_f64());
    };
    let since = Instant::now();
    let index = paper.get("/sitemap.xml").text();
    told("/sitemap.xml", since, index.len());
    for file in texts(&index, "loc") {
        let target = file.strip_prefix(&format!("http://{HOST}")).unwrap();
        let since = Instant::now();
        let reply = paper.ask(&Ask::get(target).with("accept-encoding", "gzip"));
        bytes += reply.body.len();
        told(target, since, reply.body.len());
        if target.contains("articles") {
            let part = texts(&reply.text(), "loc");
            assert!(part.len() <= 10_000, "{target}");
            addresses.extend(part);
        }
    }
    for target in ["/feeds/all.rss", "/feeds/sections/city.atom", "/feeds/tags/shipping.json"] {
        let since = Instant::now();
        let reply = paper.get(target);
        bytes += reply.body.len();
        told(target, since, reply.body.len());
    }
    println!("all: {bytes} bytes in {:.2} s", whole.elapsed().as_secs_f64());
    println!("memory: {}", memory());
    assert_eq!(addresses.len(), many);
    assert!(
        addresses.first().is_some_and(|first| first.ends_with("/a0000000")),
        "the oldest first"
    );
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), many, "each article stands in one place");
}

/// What the system says of this process.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines =
        status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}
