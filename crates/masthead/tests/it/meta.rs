//! What pages say of themselves to machines, and that robots.txt says the same.

use http::StatusCode;
use serde_json::Value;

use crate::ask::Ask;
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

const URL: &str = "http://paper.example";

fn paper() -> TestPaper {
    TestPaper::open(&Plan { public_url: Some(URL), ..Plan::default() })
}

/// The structured data of a page.
fn data(html: &str) -> Vec<Value> {
    let parts = html.split("<script type=\"application/ld+json\">").skip(1);
    let texts = parts.map(|part| part.split("</script>").next().unwrap());
    texts.map(|text| serde_json::from_str(text).unwrap()).collect()
}

fn of_type<'v>(data: &'v [Value], kind: &str) -> &'v Value {
    let is = |value: &Value| {
        value == kind || value.as_array().is_some_and(|all| all.contains(&kind.into()))
    };
    let mut found = data.iter().filter(|data| is(&data["@type"]));
    let one = found.next().unwrap_or_else(|| panic!("no {kind} in {data:?}"));
    assert!(found.next().is_none(), "one {kind}");
    one
}

/// How often an element with the class stands in a page.
fn marked(html: &str) -> usize {
    let classes = html.split("class=\"").skip(1).map(|part| part.split('"').next().unwrap());
    classes.filter(|class| class.split(' ').any(|name| name == "locked")).count()
}

#[test]
fn a_page_that_is_not_free_is_marked_once_in_every_state() {
    let paper = paper();
    let mut opened = paper.visitor_of(&["m01"]);
    let mut exhausted = paper.visitor_of(&["m05", "m06", "m07", "m08", "opin"]);
    let mut stranger = Jar::default();
    let pages = [
        ("the teaser", paper.send(&mut stranger, Ask::get("/harbour/m01"))),
        ("whole", paper.send(&mut opened, Ask::get("/harbour/m01"))),
        ("a wall", paper.send(&mut exhausted, Ask::get("/harbour/m01"))),
        ("for subscribers", paper.send(&mut stranger, Ask::get("/harbour/subs"))),
        ("its reading", paper.send(&mut opened, Ask::get("/harbour/m01/reading"))),
    ];
    for (state, reply) in pages {
        let html = reply.text();
        assert_eq!(marked(&html), 1, "{state}");
        assert_eq!(html.matches("data-nosnippet").count(), 1, "{state}");
        let data = data(&html);
        let article = of_type(&data, "NewsArticle");
        assert_eq!(article["isAccessibleForFree"], Value::Bool(false), "{state}");
        let part = &article["hasPart"];
        assert_eq!(part["@type"], "WebPageElement");
        assert_eq!(part["isAccessibleForFree"], Value::Bool(false));
        assert_eq!(part["cssSelector"], ".locked");
        assert!(article.get("articleBody").is_none());
        assert!(html.contains("name=\"robots\" content=\"max-snippet:"), "{state}");
        assert!(html.contains("noarchive"), "{state}");
    }
}

#[test]
fn a_free_page_is_said_to_be_free() {
    let paper = paper();
    let html = paper.get("/city/free").text();
    assert_eq!(marked(&html), 0);
    let data = data(&html);
    assert_eq!(of_type(&data, "NewsArticle")["isAccessibleForFree"], Value::Bool(true));
    assert!(!html.contains("noarchive") && !html.contains("max-snippet"));
}

#[test]
fn an_article_says_what_it_is() {
    let paper = paper();
    let html = paper.get("/harbour/m01").text();
    let data = data(&html);
    let article = of_type(&data, "NewsArticle");
    assert_eq!(article["headline"], "Headline of m01");
    assert_eq!(article["author"][0]["name"], "Anna Torvald");
    assert_eq!(article["publisher"]["@type"], "NewsMediaOrganization");
    assert_eq!(article["url"], format!("{URL}/harbour/m01"));
    assert_eq!(article["image"][0]["url"], format!("{URL}{}", paper.public_picture));
    assert!(article["datePublished"].as_str().unwrap().ends_with("-03:00"));
    let way = of_type(&data, "BreadcrumbList")["itemListElement"].as_array().unwrap();
    let names: Vec<&str> = way.iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["The Merrin Courant", "Harbour & Trade", "Headline of m01"]);
    for part in [
        "<link rel=\"canonical\" href=\"http://paper.example/harbour/m01\">",
        "<meta property=\"og:type\" content=\"article\">",
        "<meta property=\"og:image\" content=\"http://paper.example/share/",
        "<meta property=\"article:published_time\" content=\"2026-09-",
        "<meta name=\"twitter:card\" content=\"summary_large_image\">",
        "type=\"application/json+oembed\"",
    ] {
        assert!(html.contains(part), "no {part}");
    }
    let live = self::data(&paper.get("/city/live").text());
    assert_eq!(of_type(&live, "LiveBlogPosting")["coverageStartTime"], "2026-09-16T09:00:00-03:00");
    of_type(&self::data(&paper.get("/opinion/opin").text()), "OpinionNewsArticle");
    let corrected = self::data(&paper.get("/city/corr").text());
    assert_eq!(of_type(&corrected, "NewsArticle")["correction"][0]["@type"], "CorrectionComment");
    let front = self::data(&paper.get("/").text());
    of_type(&front, "NewsMediaOrganization");
    of_type(&front, "WebSite");
    of_type(&self::data(&paper.get("/tags/shipping").text()), "BreadcrumbList");
}

#[test]
fn text_of_the_paper_cannot_leave_its_place_in_the_data() {
    let mut paper = paper();
    let place = paper.sheets.iter().position(|sheet| sheet.code == "m01").unwrap();
    let headline = "</script><script>alert(1)</script> <!-- & \\u2028";
    paper.sheets[place].text = paper.sheets[place]
        .text
        .replace("headline = \"Headline of m01\"", &format!("headline = '{headline}'"));
    paper.publish(&paper.sheets);
    let html = paper.get("/harbour/m01").text();
    assert!(!html.contains("<script>alert"), "{html}");
    assert_eq!(of_type(&data(&html), "NewsArticle")["headline"], headline);
}

#[test]
fn robots_header_and_page_agree_on_the_licence() {
    let crawlers = "licence = \"on\"\ncontent_usage = \"train-ai=n, search=y\"";
    let settings = Settings { crawlers, ..Settings::default() };
    let paper = TestPaper::open(&Plan { public_url: Some(URL), settings, ..Plan::default() });
    let robots = paper.get("/robots.txt").text();
    assert!(robots.contains("License: http://paper.example/license.xml\n"), "{robots}");
    assert!(robots.contains("Content-Usage: / train-ai=n, search=y\n"), "{robots}");
    assert!(robots.contains("Sitemap: http://paper.example/sitemap.xml\n"), "{robots}");
    for target in
        ["/", "/harbour/m01", "/feeds/all.json", "/license.xml", "/nothing", &paper.public_picture]
    {
        let reply = paper.get(target);
        assert_eq!(reply.header("content-usage"), "train-ai=n, search=y", "{target}");
        assert_eq!(
            reply.header("link"),
            "</license.xml>; rel=\"license\"; type=\"application/rsl+xml\""
        );
    }
    let page = paper.get("/harbour/m01").text();
    assert!(
        page.contains("<link rel=\"license\" type=\"application/rsl+xml\" href=\"/license.xml\">")
    );
    let licence = paper.get("/license.xml");
    assert_eq!(licence.header("content-type"), "application/rsl+xml; charset=utf-8");
    assert_eq!(crate::xml::texts(&licence.text(), "prohibits"), ["ai-train"]);
}

#[test]
fn without_a_licence_nothing_speaks_of_one() {
    let paper = TestPaper::with(Settings { crawlers: "", ..Settings::default() });
    assert_eq!(paper.get("/license.xml").status, StatusCode::NOT_FOUND);
    let page = paper.get("/harbour/m01");
    assert_eq!((page.header("link"), page.header("content-usage")), ("", ""));
    assert!(!page.text().contains("rel=\"license\""));
    assert!(!paper.get("/robots.txt").text().contains("License"));
}
