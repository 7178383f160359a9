//! Addresses of articles: every pattern, what became of the others, and what articles were called in former times.

use face::Permalink;
use http::{Method, StatusCode};
use jiff::tz::TimeZone;

use crate::ask::Ask;
use crate::canary::Sheet;
use crate::jar::Jar;
use crate::paper::TestPaper;
use crate::settings::Settings;

const MOVED: StatusCode = StatusCode::MOVED_PERMANENTLY;
const ELSEWHERE: StatusCode = StatusCode::PERMANENT_REDIRECT;

fn settings(permalink: Permalink) -> Settings {
    Settings { permalink: permalink.as_str(), ..Settings::default() }
}

/// The address that a pattern gives an article of the canary paper.
fn address(permalink: Permalink, sheet: &Sheet) -> String {
    let written = sheet.text.lines().find_map(|line| line.strip_prefix("published_at = "));
    let published_at: jiff::Timestamp = written.unwrap().parse().unwrap();
    let zone = TimeZone::get("America/Halifax").unwrap();
    permalink.address(sheet.section, sheet.code, zone.to_datetime(published_at).date())
}

/// Follows one redirect and no more: where it leads, and that it leads within the site.
#[track_caller]
fn led(paper: &TestPaper, ask: &Ask) -> (StatusCode, String) {
    let reply = paper.ask(ask);
    let target = reply.header("location").to_owned();
    assert!(reply.status.is_redirection(), "{} is {}", ask.target, reply.status);
    assert!(target.starts_with('/') && !target.starts_with("//"), "{} → {target}", ask.target);
    assert!(reply.body.is_empty() && reply.is_shareable(), "{}", ask.target);
    let there = paper.get(&target);
    assert!(!there.status.is_redirection(), "{} → {target} → {:?}", ask.target, there.headers);
    (reply.status, target)
}

/// A paper whose article `m01` has these fields in its front matter, too.
fn with_fields(settings: Settings, code: &str, fields: &str) -> TestPaper {
    let mut paper = TestPaper::with(settings);
    let sheet = paper.sheets.iter_mut().find(|sheet| sheet.code == code).unwrap();
    sheet.text = sheet.text.replace("access = ", &format!("{fields}\naccess = "));
    paper.publish(&paper.sheets);
    paper
}

#[test]
fn every_pattern_serves_its_own_addresses_and_leads_there_from_the_others() {
    for used in Permalink::ALL {
        let paper = TestPaper::with(settings(used));
        for code in ["m01", "free", "subs", "opin"] {
            let sheet = paper.sheet(code);
            let own = address(used, sheet);
            assert_eq!(paper.get(&own).status, StatusCode::OK, "{own}");
            for other in Permalink::ALL.into_iter().filter(|other| *other != used) {
                let path = address(other, sheet);
                for behind in ["", "/reading"] {
                    let ask = Ask::get(&format!("{path}{behind}?utm_source=x"));
                    let wanted = format!("{own}{behind}?utm_source=x");
                    assert_eq!(led(&paper, &ask), (ELSEWHERE, wanted), "{}", used.as_str());
                }
            }
        }
        // Whatever the page links to is spelled so that nobody is sent on.
        let front = paper.get("/").text();
        assert!(front.contains(&format!("href=\"{}\"", address(used, paper.sheet("m01")))));
        assert!(used == Permalink::Section || !front.contains("href=\"/harbour/m01\""));
    }
}

#[test]
fn a_reading_is_made_at_the_address_of_any_pattern_and_counted_once() {
    for used in Permalink::ALL {
        let paper = TestPaper::with(settings(used));
        let sheet = paper.sheet("m01");
        let mut jar = Jar::default();
        for other in Permalink::ALL {
            let target = format!("{}/reading", address(other, sheet));
            let reply = paper.browse(&mut jar, Ask::form(&target));
            assert!(paper.is_whole(&reply, "m01"), "{target} with {}", used.as_str());
            let script = Ask::get(&target).with("accept", "application/json");
            let told = paper.browse(&mut jar, script).json();
            assert_eq!(told["state"], "open");
        }
        let all = paper.settings_allow(&mut jar);
        assert_eq!(all, 4, "one reading was counted, whatever the address: {}", used.as_str());
        // A POST from elsewhere is refused under its own address, and makes nothing under another.
        let strange = Ask::form(&format!("{}/reading", address(used, sheet)))
            .instead("sec-fetch-site", "cross-site");
        assert_eq!(paper.ask(&strange).status, StatusCode::FORBIDDEN);
    }
}

impl TestPaper {
    /// How many more articles a visitor can open.
    fn settings_allow(&self, jar: &mut Jar) -> usize {
        let codes = ["m02", "m03", "m04", "m05", "m06", "m07", "m08"];
        let opened = codes.iter().filter(|code| {
            let reply = self.read_anywhere(jar, code);
            self.is_whole(&reply, code)
        });
        opened.count()
    }

    fn read_anywhere(&self, jar: &mut Jar, code: &str) -> crate::ask::Reply {
        self.browse(jar, Ask::form(&self.sheet(code).reading()))
    }
}

#[test]
fn after_a_change_of_the_pattern_every_address_of_before_still_leads_there() {
    let paper = TestPaper::new();
    let mut before: Vec<String> = Vec::new();
    for used in Permalink::ALL.into_iter().chain([Permalink::Section]) {
        paper.change(&settings(used));
        for code in ["m01", "free", "ser1"] {
            let own = address(used, paper.sheet(code));
            assert_eq!(paper.get(&own).status, StatusCode::OK, "{own}");
            before.push(own);
        }
        for path in &before {
            let reply = paper.get(path);
            if reply.status != StatusCode::OK {
                led(&paper, &Ask::get(path));
            }
        }
    }
}

#[test]
fn an_article_that_is_renamed_is_found_under_its_former_names_in_every_pattern() {
    for used in Permalink::ALL {
        let paper = with_fields(settings(used), "m01", "slug = \"second-name\"");
        let zone_day = jiff::civil::date(2026, 9, 13);
        let own = used.address("harbour", "second-name", zone_day);
        assert_eq!(paper.get(&own).status, StatusCode::OK, "{own}");
        for pattern in Permalink::ALL {
            let path = pattern.address("harbour", "m01", zone_day);
            let (_, target) = led(&paper, &Ask::get(&path));
            assert_eq!(target, own, "{path}");
            let (_, target) = led(&paper, &Ask::get(&format!("{path}/reading")));
            assert_eq!(target, format!("{own}/reading"), "{path}");
        }
    }
}

#[test]
fn two_articles_of_one_slug_both_have_an_address_of_their_own() {
    for used in Permalink::ALL {
        let paper = with_fields(settings(used), "free", "slug = \"m01\"");
        let first = address(used, paper.sheet("m01"));
        let day = jiff::civil::date(2026, 9, 14);
        let pattern = if used.has_section() { used } else { Permalink::Section };
        let second = pattern.address("city", "m01", day);
        assert!(paper.get(&first).text().contains("Headline of m01"), "{first}");
        assert!(paper.get(&second).text().contains("Headline of free"), "{second}");
        assert_ne!(first, second);
        // Saved once more in another order: addresses stay.
        let turned: Vec<Sheet> = crate::canary::sheets().into_iter().rev().collect();
        paper.publish(&turned);
        assert!(paper.get(&first).text().contains("Headline of m01"), "{first}");
    }
}

#[test]
fn old_addresses_lead_to_the_article_in_every_spelling() {
    let fields = "old_addresses = [\"/2013/05/Grand-Caf\u{e9}/\", \"/?p=123\", \"/news.php?id=7\", \"/alt/name.html\"]";
    for used in [Permalink::Section, Permalink::Month, Permalink::Slug] {
        let paper = with_fields(settings(used), "m01", fields);
        let own = address(used, paper.sheet("m01"));
        for path in [
            "/2013/05/Grand-Caf\u{e9}/",
            "/2013/05/Grand-Caf\u{e9}",
            "/2013/05/Grand-Caf%C3%A9/",
            "/2013/05/Grand-Caf%c3%a9",
            "/2013/05/Grand-Cafe%CC%81/",
            "/2013/05/Grand-Caf%C3%A9/amp/",
            "/2013/05/Grand-Caf%C3%A9/feed/",
            "/2013/05/Grand-Caf%C3%A9/page/2/",
            "/?p=123",
            "/?utm_source=x&p=123",
            "/index.php?p=123",
            "/news.php?id=7",
            "/alt/name.html",
            "/alt/name.html/",
        ] {
            assert_eq!(led(&paper, &Ask::get(path)), (MOVED, own.clone()), "{path}");
            assert_eq!(led(&paper, &Ask::new(Method::HEAD, path)).0, MOVED, "{path}");
        }
        let (status, target) = led(&paper, &Ask::get("/alt/name.html?utm_source=x"));
        assert_eq!((status, target), (MOVED, format!("{own}?utm_source=x")));
        for path in ["/?p=124", "/?p=", "/?q=123", "/?page_id=123"] {
            assert_eq!(paper.get(path).status, StatusCode::OK, "{path} is the front page");
        }
        for path in ["/2013/05/Grand", "/news.php?id=8", "/news.php", "/alt/name.css", "/alt"] {
            assert_eq!(paper.get(path).status, StatusCode::NOT_FOUND, "{path}");
        }
        let posted = paper.ask(&Ask::form("/alt/name.html"));
        assert_eq!(posted.status, StatusCode::NOT_FOUND, "a POST is no reader's");
        assert_eq!(
            led(&paper, &Ask::get("/alt/name.html")).1,
            own,
            "and hides nothing from readers"
        );
    }
}

#[test]
fn an_old_address_of_what_is_not_out_yet_tells_nothing_and_of_what_was_taken_back_says_so() {
    let fields = "old_addresses = [\"/alt/emba\"]";
    let paper = with_fields(Settings::default(), "emba", fields);
    for path in
        ["/alt/emba", "/city/emba", "/City/Emba/", "/2026/09/emba", "/emba", "/alt/emba/amp"]
    {
        assert_eq!(paper.get(path).status, StatusCode::NOT_FOUND, "{path}");
    }
    paper.at("2026-09-16T15:30:00-03:00");
    for path in ["/alt/emba", "/City/Emba/", "/2026/09/emba", "/emba", "/alt/emba/amp"] {
        assert_eq!(led(&paper, &Ask::get(path)).1, "/city/emba", "{path}");
    }
    let paper = with_fields(Settings::default(), "goni", "old_addresses = [\"/alt/goni\"]");
    for path in ["/alt/goni", "/city/goni", "/City/Goni/", "/2026/09/goni", "/goni"] {
        assert_eq!(paper.get(path).status, StatusCode::GONE, "{path}");
    }
}

#[test]
fn what_was_unknown_is_known_as_soon_as_it_is_published() {
    let paper = TestPaper::new();
    for _ in 0..2 {
        assert_eq!(paper.get("/alt/later").status, StatusCode::NOT_FOUND);
        assert_eq!(paper.get("/harbour/later").status, StatusCode::NOT_FOUND);
    }
    let mut sheets = crate::canary::sheets();
    let sheet = sheets.iter_mut().find(|sheet| sheet.code == "m01").unwrap();
    let fields = "slug = \"later\"\nold_addresses = [\"/alt/later\"]\naccess = ";
    sheet.text = sheet.text.replace("access = ", fields);
    paper.publish(&sheets);
    assert_eq!(paper.get("/harbour/later").status, StatusCode::OK);
    assert_eq!(led(&paper, &Ask::get("/alt/later")).1, "/harbour/later");
}

#[test]
fn pages_of_other_houses_lead_to_ours() {
    let paper = TestPaper::new();
    for (path, wanted) in [
        ("/category/harbour/", "/harbour"),
        ("/category/news/harbour/page/2/", "/harbour"),
        ("/category/tides/", "/tags/tides"),
        ("/tag/tides/", "/tags/tides"),
        ("/topics/tides", "/tags/tides"),
        ("/harbour/page/2/", "/harbour"),
        ("/page/2/", "/"),
        ("/harbour/m01/page/3/", "/harbour/m01"),
        ("/harbour/m01/amp", "/harbour/m01"),
        ("/Harbour/M01/amp/", "/harbour/m01"),
    ] {
        assert_eq!(led(&paper, &Ask::get(path)), (MOVED, wanted.to_owned()), "{path}");
    }
    for path in [
        "/category/unknown/",
        "/tag/unknown",
        "/author/unknown/",
        "/harbour/none/amp",
        "/harbour/m01/feed/",
        "/harbour/m01/2",
    ] {
        assert_eq!(paper.get(path).status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn the_same_address_with_any_query_is_the_same_page() {
    let paper = TestPaper::new();
    let plain = paper.get("/harbour/m01");
    for query in ["utm_source=x", "p=1", "amp", "a=%3Cscript%3E", "%ff", "amp=1&print=1&page=2"] {
        let reply = paper.get(&format!("/harbour/m01?{query}"));
        assert_eq!(reply.body, plain.body, "{query}");
        assert_eq!(reply.header("etag"), plain.header("etag"));
    }
    let named = TestPaper::open(&crate::paper::Plan {
        public_url: Some("http://paper.example"),
        ..crate::paper::Plan::default()
    });
    let text = named.get("/harbour/m01?utm_source=x").text();
    assert!(text.contains("<link rel=\"canonical\" href=\"http://paper.example/harbour/m01\">"));
}
