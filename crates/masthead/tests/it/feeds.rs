//! Feeds of the whole paper and of its parts, in three formats: what they hold, and what they never hold.

use http::{Method, StatusCode};

use crate::ask::{Ask, HOST};
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;
use crate::xml::texts;

const KINDS: [&str; 5] =
    ["all", "sections/harbour", "tags/shipping", "authors/anna", "series/dredge"];

#[test]
fn every_feed_answers_in_every_format() {
    let paper = TestPaper::new();
    for kind in KINDS {
        for (ending, media_type) in [
            ("rss", "application/rss+xml; charset=utf-8"),
            ("atom", "application/atom+xml; charset=utf-8"),
            ("json", "application/feed+json; charset=utf-8"),
        ] {
            let reply = paper.get(&format!("/feeds/{kind}.{ending}"));
            assert_eq!(reply.status, StatusCode::OK, "{kind}.{ending}");
            assert_eq!(reply.header("content-type"), media_type);
            assert!(reply.is_shareable());
            paper.assert_tight(&reply, &["free"], kind);
            let text = reply.text();
            let links = match ending {
                "rss" => texts(&text, "guid").len(),
                "atom" => texts(&text, "id").len() - 1,
                _ => {
                    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
                    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
                    json["items"].as_array().unwrap().len()
                }
            };
            assert!(links >= 3, "{kind}.{ending} has {links} items");
            assert!(!text.contains("emba") && !text.contains("goni"), "{kind}.{ending}");
        }
    }
}

#[test]
fn an_item_is_the_teaser_and_a_free_article_is_whole() {
    let paper = TestPaper::new();
    let reply = paper.get("/feeds/all.json");
    let json: serde_json::Value = serde_json::from_slice(&reply.plain()).unwrap();
    let items = json["items"].as_array().unwrap();
    let item = |code: &str| {
        let ends = |url: &str| url.ends_with(&format!("/{code}"));
        items.iter().find(|item| ends(item["url"].as_str().unwrap())).unwrap()
    };
    let locked = item("m01");
    assert_eq!(locked["title"], "Headline of m01");
    assert_eq!(locked["summary"], "Standfirst of m01");
    let html = locked["content_html"].as_str().unwrap();
    assert!(html.contains("pubm01open") && html.contains("Second paragraph."), "{html}");
    assert!(!html.contains("Third paragraph"), "{html}");
    assert_eq!(locked["authors"][0]["name"], "Anna Torvald");
    assert_eq!(locked["tags"], serde_json::json!(["Harbour & Trade", "Shipping"]));
    let picture = locked["image"].as_str().unwrap();
    assert_eq!(picture, format!("http://{HOST}{}", paper.public_picture));
    let free = item("free")["content_html"].as_str().unwrap();
    for canary in
        paper.sheet("free").canaries.iter().filter(|c| free.contains("Third") && c.ends_with("1zq"))
    {
        assert!(free.contains(canary.as_str()), "{canary}");
    }
    assert!(free.contains("Last paragraph"), "{free}");
    assert_eq!(item("japa")["language"], "ja");
    for html in items.iter().map(|item| item["content_html"].as_str().unwrap()) {
        assert!(!html.contains("=\"/"), "an address that leads nowhere from elsewhere: {html}");
    }
}

#[test]
fn the_id_of_an_item_outlives_its_address() {
    let mut paper = TestPaper::new();
    let id = |paper: &TestPaper| {
        let text = paper.get("/feeds/all.rss").text();
        let place =
            texts(&text, "title").iter().position(|title| title == "Headline of m01").unwrap();
        (texts(&text, "guid")[place - 1].clone(), texts(&text, "link")[place].clone())
    };
    let (before, address) = id(&paper);
    let place = paper.sheets.iter().position(|sheet| sheet.code == "m01").unwrap();
    paper.sheets[place].text =
        paper.sheets[place].text.replace("section = \"harbour\"", "section = \"city\"");
    paper.publish(&paper.sheets);
    let (after, moved) = id(&paper);
    assert_eq!(before, after);
    assert_ne!(address, moved);
    assert!(before.starts_with("urn:uuid:"), "{before}");
}

#[test]
fn a_feed_is_asked_for_again_by_either_validator() {
    let paper = TestPaper::new();
    for target in
        ["/feeds/all.rss", "/feeds/tags/shipping.json", "/sitemap.xml", "/sitemaps/articles-1.xml"]
    {
        let first = paper.get(target);
        let (etag, date) =
            (first.header("etag").to_owned(), first.header("last-modified").to_owned());
        assert!(date.ends_with(" GMT"), "{target}: {date}");
        let by_tag = paper.ask(&Ask::get(target).with("if-none-match", &etag));
        assert_eq!(by_tag.status, StatusCode::NOT_MODIFIED, "{target}");
        let by_date = paper.ask(&Ask::get(target).with("if-modified-since", &date));
        assert_eq!(by_date.status, StatusCode::NOT_MODIFIED, "{target}");
        // The one that names bytes counts.
        let ask =
            Ask::get(target).with("if-none-match", "\"other\"").with("if-modified-since", &date);
        assert_eq!(paper.ask(&ask).status, StatusCode::OK, "{target}");
        for date in ["yesterday", "", "Wed, 16 Sep 1998 00:00:00 GMT"] {
            let reply = paper.ask(&Ask::get(target).with("if-modified-since", date));
            assert_eq!(reply.status, StatusCode::OK, "{target} since {date:?}");
        }
    }
    paper.at("2026-09-16T14:40:00-03:00");
    let date = paper.get("/feeds/all.rss").header("last-modified").to_owned();
    paper.at("2026-09-16T15:31:00-03:00");
    // An embargo has lifted since.
    let reply = paper.ask(&Ask::get("/feeds/all.rss").with("if-modified-since", &date));
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.text().contains("Headline of emba"));
}

#[test]
fn what_is_no_feed_is_not_found() {
    let paper = TestPaper::new();
    for target in [
        "/feeds",
        "/feeds/",
        "/feeds/all",
        "/feeds/all.xml",
        "/feeds/other.rss",
        "/feeds/sections/nowhere.rss",
        "/feeds/tags/nothing.atom",
        "/feeds/authors/nobody.json",
        "/feeds/series/none.rss",
        "/feeds/sections/harbour",
        "/feeds/sections/.rss",
        "/feeds/readers/anna.rss",
        "/feeds/sections/harbour.rss/more",
        "/feeds/sections/harbour.rss.gz",
    ] {
        assert_eq!(paper.get(target).status, StatusCode::NOT_FOUND, "{target}");
    }
    for (target, spelled) in
        [("/feeds/All.RSS", "/feeds/all.rss"), ("/feeds//all.rss", "/feeds/all.rss")]
    {
        let reply = paper.get(target);
        assert_eq!(reply.status, StatusCode::PERMANENT_REDIRECT, "{target}");
        assert_eq!(reply.header("location"), spelled);
    }
    assert_eq!(paper.get("/feeds/sections/../all.rss").status, StatusCode::NOT_FOUND);
    let plain = paper.get("/feeds/all.rss");
    let queried = paper.get("/feeds/all.rss?format=full&token=x");
    assert_eq!(plain.body, queried.body);
    assert_eq!(
        paper.ask(&Ask::new(Method::POST, "/feeds/all.rss")).status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[test]
fn pages_name_their_feeds() {
    let paper =
        TestPaper::open(&Plan { public_url: Some("http://paper.example"), ..Plan::default() });
    for (page, feed) in [
        ("/", "/feeds/all.rss"),
        ("/harbour", "/feeds/sections/harbour.atom"),
        ("/tags/shipping", "/feeds/tags/shipping.json"),
        ("/authors/anna", "/feeds/authors/anna.rss"),
        ("/series/dredge", "/feeds/series/dredge.atom"),
        ("/harbour/m01", "/feeds/sections/harbour.rss"),
    ] {
        let text = paper.get(page).text();
        assert!(text.contains(&format!("href=\"{feed}\"")), "{page} does not name {feed}");
        assert_eq!(paper.get(feed).status, StatusCode::OK);
    }
}

#[test]
fn an_article_that_becomes_locked_is_a_teaser_in_feeds_at_once() {
    let mut paper = TestPaper::new();
    assert!(paper.get("/feeds/all.atom").text().contains("qzfreex"));
    let place = paper.sheets.iter().position(|sheet| sheet.code == "free").unwrap();
    let text = paper.sheets[place].text.replace("access = \"free\"", "access = \"subscribers\"");
    paper.sheets[place].text = text;
    paper.publish(&paper.sheets);
    for target in
        ["/feeds/all.atom", "/feeds/all.rss", "/feeds/all.json", "/feeds/sections/city.rss"]
    {
        paper.assert_tight(&paper.get(target), &[], target);
    }
}

#[test]
fn a_link_in_somebody_else_s_page_is_a_head_and_no_text() {
    let paper = TestPaper::new();
    let of = |code: &str| format!("/oembed?url=http://{HOST}{}", paper.path(code));
    let reply = paper.get(&of("m01"));
    let told = reply.json();
    assert_eq!(told["type"], "link");
    assert_eq!(told["title"], "Headline of m01");
    assert_eq!(told["thumbnail_width"], 30);
    assert!(told.get("html").is_none() && told.get("url").is_none());
    paper.assert_tight(&reply, &[], "oembed");
    let small = paper.get(&format!("{}&maxwidth=20", of("m01"))).json();
    assert!(small.get("thumbnail_url").is_none(), "{small}");
    for (target, status) in [
        (of("emba"), StatusCode::NOT_FOUND),
        (of("goni"), StatusCode::GONE),
        ("/oembed?url=http://elsewhere.example/harbour/m01".to_owned(), StatusCode::NOT_FOUND),
        (format!("/oembed?url=http://{HOST}.evil.example/harbour/m01"), StatusCode::NOT_FOUND),
        (format!("/oembed?url=http://{HOST}/harbour"), StatusCode::NOT_FOUND),
        (format!("{}/reading", of("m01")), StatusCode::NOT_FOUND),
        (format!("{}&format=xml", of("m01")), StatusCode::NOT_IMPLEMENTED),
        (format!("{}&maxwidth=wide", of("m01")), StatusCode::BAD_REQUEST),
        ("/oembed".to_owned(), StatusCode::BAD_REQUEST),
        ("/oembed?url=%ff%zz".to_owned(), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(paper.get(&target).status, status, "{target}");
    }
}

#[test]
fn a_blind_cache_changes_nothing_in_feeds() {
    let paper = TestPaper::with(Settings::cache("blind"));
    let reply = paper.get("/feeds/all.rss");
    assert!(reply.header("cache-control").starts_with("public"));
    paper.assert_tight(&reply, &["free"], "behind a blind cache");
}
