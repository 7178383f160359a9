//! Crawlers: who says so gets what everybody gets; who is proven gets what the paper decided; machines are told the terms.

use std::net::IpAddr;
use std::sync::Arc;

use http::StatusCode;
use providers::{Awaited, Names, NamesError, Ranges};
use web::Engine;

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const LISTED: &str = "66.249.66.1";
const NAMED: &str = "192.178.4.9";
const ELSEWHERE: &str = "203.0.113.9";

/// Knows one address of Google's by name; another one claims a name of Google's that leads back to the first.
#[derive(Debug)]
struct Told;

impl Names for Told {
    fn names_of(&self, address: IpAddr) -> Awaited<'_, Vec<String>> {
        let known = [NAMED, ELSEWHERE].contains(&address.to_string().as_str());
        let names = vec!["crawl-192-178-4-9.googlebot.com".to_owned()];
        Box::pin(async move { if known { Ok(names) } else { Err(NamesError::Nothing) } })
    }

    fn addresses_of(&self, _: String) -> Awaited<'_, Vec<IpAddr>> {
        Box::pin(async { Ok(vec![NAMED.parse().unwrap()]) })
    }
}

fn paper(crawlers: &'static str, cache: &'static str) -> TestPaper {
    let settings = Settings { crawlers, cache, ..Settings::default() };
    let paper = TestPaper::open(&Plan { settings, names: Some(Arc::new(Told)), ..Plan::default() });
    let ranges = Ranges::parse(r#"{"prefixes": [{"ipv4Prefix": "66.249.64.0/19"}]}"#).unwrap();
    paper.site.crawlers().set_ranges(Engine::Google, ranges, paper.clock.now());
    paper
}

fn ask(paper: &TestPaper, target: &str, agent: &str, from: &str) -> Reply {
    let mut ask = Ask::get(target).with("user-agent", agent);
    ask.peer = from.parse().unwrap();
    paper.ask(&ask)
}

#[test]
fn a_proven_crawler_gets_all_where_the_paper_says_so() {
    let paper = paper("search = \"full\"", "none");
    for from in [LISTED, NAMED] {
        for code in ["m01", "subs", "regi", "live"] {
            let reply = ask(&paper, &paper.path(code), GOOGLEBOT, from);
            assert!(paper.is_whole(&reply, code), "{code} from {from}");
            paper.assert_tight(&reply, &[code], code);
            assert_eq!(reply.header("cache-control"), "private, no-store");
            assert_eq!(reply.header("x-robots-tag"), "noarchive");
            assert_eq!(reply.header("set-cookie"), "");
            let html = reply.text();
            assert!(html.contains("noarchive") && html.contains("\"cssSelector\":\".locked\""));
            assert!(!html.contains("free articles left"), "a crawler reads on nobody's meter");
        }
    }
}

#[test]
fn whoever_only_says_so_gets_the_same_bytes_as_everybody() {
    let paper = paper("search = \"full\"", "none");
    for code in ["m01", "subs"] {
        let path = paper.path(code);
        let stranger = paper.get(&path);
        for (agent, from) in [
            (GOOGLEBOT, ELSEWHERE),
            (GOOGLEBOT, "192.0.2.1"),
            ("Googlebot-Image/1.0", LISTED),
            ("Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)", LISTED),
            ("FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)", LISTED),
            ("Mozilla/5.0 (compatible; bingbot/2.0)", LISTED),
            ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", LISTED),
            ("", LISTED),
        ] {
            let reply = ask(&paper, &path, agent, from);
            assert_eq!(reply.body, stranger.body, "{agent} from {from}");
            assert_eq!(reply.header("etag"), stranger.header("etag"));
        }
        // An address in a header is nobody's.
        let ask = Ask::get(&path).with("user-agent", GOOGLEBOT).with("x-forwarded-for", LISTED);
        assert_eq!(paper.ask(&ask).body, stranger.body);
    }
}

#[test]
fn by_default_and_behind_a_blind_cache_a_proven_crawler_is_a_stranger() {
    for (crawlers, cache) in
        [("", "none"), ("search = \"teaser\"", "respects_cookies"), ("search = \"full\"", "blind")]
    {
        let paper = paper(crawlers, cache);
        let reply = ask(&paper, "/harbour/m01", GOOGLEBOT, LISTED);
        assert_eq!(reply.body, paper.get("/harbour/m01").body, "{crawlers} {cache}");
        paper.assert_tight(&reply, &[], crawlers);
    }
}

#[test]
fn a_list_that_is_old_proves_nothing() {
    let paper = paper("search = \"full\"", "none");
    paper.at("2026-09-23T14:30:00-03:00");
    assert!(paper.is_whole(&ask(&paper, "/harbour/m01", GOOGLEBOT, LISTED), "m01"));
    paper.at("2026-09-23T14:30:01-03:00");
    paper.assert_tight(&ask(&paper, "/harbour/m01", GOOGLEBOT, LISTED), &[], "an old list");
}

#[test]
fn a_crawler_s_page_is_nobody_else_s() {
    let paper = paper("search = \"full\"", "respects_cookies");
    let before = paper.get("/harbour/m01");
    ask(&paper, "/harbour/m01", GOOGLEBOT, LISTED);
    let after = paper.get("/harbour/m01");
    assert_eq!(before.body, after.body);
    // A reading is made by a person: the crawler's own address makes none.
    let mut jar = Jar::default();
    let mut post = Ask::form("/harbour/m02/reading").with("user-agent", GOOGLEBOT);
    post.peer = LISTED.parse().unwrap();
    let reply = paper.send(&mut jar, post);
    paper.assert_tight(&reply, &[], "a crawler that posts");
}

#[test]
fn machines_that_are_charged_are_told_the_terms_and_nobody_else_is() {
    let crawlers = "ai_training = \"charge\"\nai_terms = \"/about\"";
    let paper = paper(crawlers, "none");
    let told = ask(&paper, "/harbour/m01", "Mozilla/5.0 (compatible; GPTBot/1.2)", ELSEWHERE);
    assert_eq!(told.status, StatusCode::PAYMENT_REQUIRED);
    assert_eq!(told.header("cache-control"), "private, no-store");
    assert_eq!(told.header("crawler-price"), "", "no price for somebody unproven");
    assert!(told.header("link").contains("rel=\"license\""));
    let text = told.text();
    assert!(text.contains("http://paper.example/about") && text.contains("/license.xml"), "{text}");
    paper.assert_tight(&told, &[], "402");
    for target in
        ["/robots.txt", "/sitemap.xml", "/sitemaps/news.xml", "/license.xml", "/", "/feeds/all.rss"]
    {
        let free = ask(&paper, target, "GPTBot/1.2", ELSEWHERE);
        assert_eq!(free.status, StatusCode::OK, "{target}");
    }
    for agent in ["", "Mozilla/5.0 Firefox/140.0", "OAI-SearchBot/1.0", GOOGLEBOT, "NotGPTBot/1.0"]
    {
        let reply = ask(&paper, "/harbour/m01", agent, ELSEWHERE);
        assert_eq!(reply.status, StatusCode::OK, "{agent}");
    }
    let licence = paper.get("/license.xml").text();
    assert_eq!(crate::xml::texts(&licence, "custom"), ["http://paper.example/about"]);
}

#[test]
fn by_default_no_machine_is_refused() {
    let paper = paper("", "none");
    for agent in ["GPTBot/1.2", "CCBot/2.0", "ChatGPT-User/1.0"] {
        let reply = ask(&paper, "/harbour/m01", agent, ELSEWHERE);
        assert_eq!(reply.body, paper.get("/harbour/m01").body, "{agent}");
    }
}

#[test]
fn the_table_of_the_demo_says_what_happens() {
    let row = |paper: &TestPaper, agent: &str| {
        let text = paper.get("/demo/crawlers").text();
        text.split("<tr>").find(|row| row.contains(agent)).unwrap().to_owned()
    };
    // Its own network as it is set, and as it would be with "full"; anywhere else it is a stranger.
    let cells = |row: &str| row.matches("the whole article").count();
    let full = paper("search = \"full\"", "none");
    assert_eq!(cells(&row(&full, "Googlebot/2.1")), 2);
    assert_eq!(cells(&row(&full, "Googlebot-Image")), 0);
    assert_eq!(cells(&row(&paper("", "none"), "Googlebot/2.1")), 1);
    let charged = paper("ai_training = \"charge\"", "none");
    assert!(row(&charged, "GPTBot").contains("402"));
    assert!(!row(&charged, "Firefox").contains("402"));
}
