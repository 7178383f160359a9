//! One visitor and one meter: what costs a reading and what does not, what is shown, and who is told no.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use web::Count;

use crate::ask::{Ask, HOST, Reply};
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::paper::TestPaper;
use crate::settings::Settings;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAA";
const OTHER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAQ";

/// How many free articles an English text says are left.
pub(crate) fn left_in(text: &str) -> Option<u32> {
    if text.contains("This is your last free article") || text.contains("No free articles left") {
        return Some(0);
    }
    let rest = text.find(" free article").map(|place| &text[..place])?;
    let word = rest.rsplit([' ', '>', '"']).next()?;
    word.parse().ok()
}

impl TestPaper {
    /// How many are left, asked without spending any: the page of an article that this visitor has not opened.
    #[track_caller]
    pub(crate) fn left(&self, jar: &Jar) -> u32 {
        let reply = self.send(&mut jar.clone(), Ask::get(&self.sheet("m12").reading()));
        let text = reply.text();
        assert!(!self.is_whole(&reply, "m12"), "m12 is for counting");
        if text.contains("class=\"wall") {
            return 0;
        }
        let start = text.find("class=\"opening told\"").unwrap_or_else(|| panic!("{text}"));
        left_in(&text[start..]).unwrap_or_else(|| panic!("no number: {}", &text[start..]))
    }
}

#[test]
fn five_articles_open_and_the_sixth_meets_the_wall() {
    let paper = TestPaper::new();
    let mut jar = Jar::default();
    for (place, code) in PLAIN[..5].iter().enumerate() {
        let left = 4 - place as u32;
        let reply = paper.read(&mut jar, code);
        assert!(paper.is_whole(&reply, code));
        assert_eq!(left_in(&notice_of(&reply.text())), Some(left), "{code}");
        // The same number at the canonical address, for the script, and in words for those who listen.
        let canonical = paper.send(&mut jar, Ask::get(&paper.path(code)));
        assert_eq!(left_in(&notice_of(&canonical.text())), Some(left), "{code}");
        let told = paper.send(&mut jar, Ask::script(&paper.sheet(code).reading(), KEY)).json();
        assert_eq!(told["state"], "open");
        for part in ["notice", "status"] {
            assert_eq!(left_in(told[part].as_str().unwrap()), Some(left), "{part}: {told}");
        }
        assert_eq!(told["bar"].as_str().unwrap().is_empty(), left > 2, "{told}");
        assert_eq!(paper.left(&jar), left);
    }
    let wall = paper.read(&mut jar, "m06");
    assert_eq!(wall.status, StatusCode::OK);
    assert!(wall.text().contains("You have read 5 free articles this month."), "{}", wall.text());
    paper.assert_tight(&wall, &[], "the wall");
    let told = paper.send(&mut jar, Ask::script(&paper.sheet("m06").reading(), KEY)).json();
    assert_eq!(told["state"], "wall");
    assert!(told["wall"].as_str().unwrap().contains("You have read 5 free articles this month."));
    // The wall stands at the canonical address, too, and what was opened stays open.
    let canonical = paper.send(&mut jar, Ask::get(&paper.path("m06")));
    assert!(canonical.text().contains("You have read 5 free articles this month."));
    for code in &PLAIN[..5] {
        assert!(paper.is_whole(&paper.send(&mut jar, Ask::get(&paper.path(code))), code));
    }
    // The operator's numbers tell a reading from an article that was open already.
    let counts = paper.site.counts();
    assert_eq!((counts.get(Count::Readings), counts.get(Count::OpenAlready)), (5, 5));
    assert_eq!((counts.get(Count::NewVisitors), counts.get(Count::Walls)), (1, 2));
}

/// The line under the byline.
fn notice_of(page: &str) -> String {
    let start = page.find("data-part=\"notice\"").unwrap_or_else(|| panic!("no notice in {page}"));
    page[start..].split("</p>").next().unwrap().to_owned()
}

#[test]
fn reading_again_costs_nothing_however_it_is_asked() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    let path = paper.path("m01");
    let other = paper.path("m02");
    let reading = paper.sheet("m01").reading();
    let mut asks = vec![Ask::get(&path), Ask::get(&path), Ask::get(&reading), Ask::get(&other)];
    for behind in ["?utm_source=a", "?fbclid=1", "?page=2", "?print=1"] {
        asks.push(Ask::get(&format!("{path}{behind}")));
        asks.push(Ask::get(&format!("{other}{behind}")));
        asks.push(Ask::form(&format!("{reading}{behind}")));
    }
    for target in [&path, &other, &reading, &paper.sheet("m02").reading()] {
        asks.push(Ask::new(Method::HEAD, target));
        for (name, value) in [
            ("sec-purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("purpose", "prefetch"),
            ("x-purpose", "preview"),
            ("x-moz", "prefetch"),
            ("sec-fetch-dest", "image"),
        ] {
            asks.push(Ask::get(target).with(name, value));
        }
    }
    for spelled in
        ["/harbour/m01/", "//harbour/m01", "/harbour/m01.html", "/HARBOUR/M01", "/harbour/%6d01"]
    {
        asks.push(Ask::get(spelled));
    }
    asks.extend([
        Ask::form(&reading),
        Ask::script(&reading, KEY),
        Ask::script(&reading, OTHER_KEY),
    ]);
    for ask in asks {
        let reply = paper.browse(&mut jar, ask.clone());
        assert!(reply.status.is_success(), "{ask:?}: {}", reply.status);
        let opens = ask.target.to_ascii_lowercase().contains("01");
        let has_body = ask.method != Method::HEAD;
        assert_eq!(has_body && opens && whole(&paper, &reply), has_body && opens, "{ask:?}");
    }
    assert_eq!(paper.left(&jar), 4);
    assert_eq!(paper.site.counts().get(Count::NewVisitors), 1);
}

/// Whether m01 is there, as a page or for the script.
fn whole(paper: &TestPaper, reply: &Reply) -> bool {
    match reply.header("content-type") {
        "application/json; charset=utf-8" => reply.json()["state"] == "open",
        _ => paper.is_whole(reply, "m01"),
    }
}

#[test]
fn a_get_spends_nothing_and_sets_no_cookie() {
    let paper = TestPaper::new();
    let mut jar = paper.fresh_visitor();
    for sheet in &paper.sheets {
        for target in [sheet.path(), sheet.reading()] {
            for ask in [
                Ask::get(&target),
                Ask::new(Method::HEAD, &target),
                Ask::get(&target).with("accept", "application/json"),
            ] {
                // `ask` refuses a cookie in any answer to a GET.
                paper.send(&mut jar, ask);
            }
        }
    }
    assert_eq!(paper.left(&jar), 5);
    let counts = paper.site.counts();
    assert_eq!((counts.get(Count::Readings), counts.get(Count::NewVisitors)), (0, 0));
}

#[test]
fn all_strangers_get_the_same_bytes() {
    for settings in
        [Settings::default(), Settings::cache("respects_cookies"), Settings::cache("blind")]
    {
        let paper = TestPaper::with(settings);
        for code in ["m01", "subs", "free", "regi"] {
            let path = paper.path(code);
            let first = paper.get(&path);
            let readers = paper.visitor_of(&["m03"]);
            let mut asks: Vec<Ask> = ["?utm_source=x", "?page=1", "?qz=1", "?"]
                .map(|behind| Ask::get(&format!("{path}{behind}")))
                .into();
            for (name, value) in [
                ("cookie", "a=b; session=1; __Host-s=x; __Host-m=y"),
                ("cookie", "wordpress_logged_in_x=1; is_subscriber=1"),
                ("cookie", "m=; n"),
                ("cookie", "m=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                ("user-agent", "Googlebot/2.1"),
                ("referer", "https://www.google.com/"),
                ("accept-language", "ja"),
                ("accept", "text/markdown"),
                ("sec-purpose", "prefetch"),
                ("x-forwarded-host", "evil.example"),
                ("x-forwarded-proto", "https"),
                ("dnt", "1"),
            ] {
                asks.push(Ask::get(&path).with(name, value));
            }
            // Somebody else's cookie, under another name.
            asks.push(Ask::get(&path).with("cookie", &format!("__Host-m={}", readers.value())));
            for ask in asks {
                let reply = paper.ask(&ask);
                assert_eq!(reply.status, StatusCode::OK);
                assert_eq!(reply.headers, first.headers, "{ask:?}");
                assert!(reply.body == first.body, "{ask:?}");
            }
        }
    }
}

#[test]
fn a_form_is_sent_on_to_what_it_opened() {
    let paper = TestPaper::new();
    let mut jar = Jar::default();
    let reading = paper.sheet("m01").reading();
    let posted = paper.send(&mut jar, Ask::form(&reading));
    assert_eq!(posted.status, StatusCode::SEE_OTHER);
    assert_eq!(posted.header("location"), reading);
    assert!(posted.body.is_empty() && !posted.is_shareable());
    assert!(posted.header("set-cookie").starts_with("m="));
    let shown = paper.send(&mut jar, Ask::get(&reading));
    assert!(paper.is_whole(&shown, "m01"));
    assert_eq!(shown.header("x-robots-tag"), "noindex");
    // A known visitor's form is sent on, too: reloading the page then asks nothing again.
    let again = paper.send(&mut jar, Ask::form(&paper.sheet("m02").reading()));
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(paper.left(&jar), 3);
}

#[test]
fn a_script_of_a_newcomer_is_sent_on_and_that_of_a_visitor_is_answered() {
    let paper = TestPaper::new();
    let mut jar = Jar::default();
    let reading = paper.sheet("m01").reading();
    let posted = paper.send(&mut jar, Ask::script(&reading, KEY));
    assert_eq!(posted.status, StatusCode::SEE_OTHER);
    let shown = Ask::get(&reading).with("accept", "application/json").with("idempotency-key", KEY);
    let told = paper.send(&mut jar, shown).json();
    assert_eq!(told["state"], "open");
    assert_eq!(left_in(told["status"].as_str().unwrap()), Some(4));
    let known = paper.send(&mut jar, Ask::script(&paper.sheet("m02").reading(), KEY));
    assert_eq!(known.status, StatusCode::OK);
    assert_eq!(left_in(known.json()["status"].as_str().unwrap()), Some(3));
}

#[test]
fn a_retry_with_the_same_key_is_the_same_visitor_and_the_same_reading() {
    let paper = TestPaper::new();
    let reading = paper.sheet("m01").reading();
    // The first answers are lost on the way: the browser has no cookie, and tries again.
    let cookies: BTreeSet<String> = (0..5)
        .map(|_| {
            let reply = paper.ask(&Ask::script(&reading, KEY));
            assert_eq!(reply.status, StatusCode::SEE_OTHER);
            reply.header("set-cookie").split(';').next().unwrap().to_owned()
        })
        .collect();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    let mut jar = Jar::default();
    let told = paper.browse(&mut jar, Ask::script(&reading, KEY)).json();
    assert_eq!(left_in(told["status"].as_str().unwrap()), Some(4), "{told}");
    // Another key is another browser; a key that is none draws a new visitor each time.
    let mut other = Jar::default();
    paper.browse(&mut other, Ask::script(&reading, OTHER_KEY));
    assert_ne!(other.value(), jar.value());
    let strange: BTreeSet<String> = ["short", "short", "AAAAAAAAAAAAAAAAAAAAA!", ""]
        .map(|key| paper.ask(&Ask::script(&reading, key)).header("set-cookie").to_owned())
        .into();
    assert_eq!(strange.len(), 4);
}

#[test]
fn a_browser_that_keeps_no_cookie_is_told_why_and_does_not_loop() {
    let paper = TestPaper::new();
    for code in ["m01", "m02", "m01", "m01", "m01", "m01", "m01"] {
        let mut jar = Jar::refusing();
        let page = paper.read(&mut jar, code);
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("This article could not be opened without a cookie."));
        assert!(page.text().contains("<form class=\"opening-form\" method=\"post\""));
        assert!(!page.is_shareable());
        paper.assert_tight(&page, &[], "without cookies");
        let told = paper.browse(&mut jar, Ask::script(&paper.sheet(code).reading(), KEY)).json();
        assert_eq!(told["state"], "cookies");
        assert!(told["html"].as_str().unwrap().contains("without a cookie"));
        assert!(jar.is_empty());
    }
}

#[test]
fn an_old_cookie_is_the_same_visitor_with_today_s_count() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    let mut old = jar.clone();
    for code in &PLAIN[1..5] {
        paper.read(&mut jar, code);
    }
    assert_eq!(paper.left(&old), 0);
    let wall = paper.read(&mut old, "m06");
    assert!(wall.text().contains("You have read 5 free articles"));
    paper.assert_tight(&wall, &[], "the old cookie");
    // A browser that never takes a later cookie counts as well: the state is not in it.
    let frozen = Jar::holding("m", paper.visitor_of(&["m01"]).value());
    for code in &PLAIN[1..5] {
        paper.read(&mut frozen.clone(), code);
    }
    assert_eq!(paper.left(&frozen), 0);
}

#[test]
fn what_is_no_cookie_of_ours_is_a_stranger_s() {
    let paper = TestPaper::new();
    let real = paper.visitor_of(&["m01"]).value().to_owned();
    let stranger = paper.get(&paper.path("m01"));
    let flipped: String = {
        let mut letters: Vec<char> = real.chars().collect();
        letters[20] = if letters[20] == 'A' { 'B' } else { 'A' };
        letters.into_iter().collect()
    };
    let forged = [
        format!("m={flipped}"),
        format!("m={}", &real[..42]),
        format!("m={real}A"),
        format!("m={real}="),
        format!("m={}", real.to_uppercase()),
        format!("m=\"{real}\""),
        format!("m={real}; m={real}"),
        format!("m={real}; m=other"),
        format!("m=; m={real}"),
        format!("M={real}"),
        format!("__Host-m={real}"),
        format!("m[]={real}"),
        format!("m={}", "A".repeat(43)),
        format!("m={real}; padding={}", "x".repeat(5_000)),
        "m".to_owned(),
        "m=".to_owned(),
        "=".to_owned(),
        ";;;".to_owned(),
        "m=%00; m=\u{1F}".replace('\u{1F}', "\t"),
    ];
    for cookie in &forged {
        let reply = paper.ask(&Ask::get(&paper.path("m01")).with("cookie", cookie));
        assert!(reply.body == stranger.body, "{cookie}");
        assert_eq!(reply.headers, stranger.headers, "{cookie}");
        let posted = paper.ask(&Ask::form(&paper.sheet("m01").reading()).with("cookie", cookie));
        assert_eq!(posted.status, StatusCode::SEE_OTHER, "{cookie}");
        let fresh = posted.header("set-cookie");
        assert!(!fresh.is_empty() && !fresh.contains(&real), "{cookie}: {fresh}");
    }
    // In two headers, and as bytes that are no text.
    let twice = Ask::get(&paper.path("m01")).with("cookie", &format!("m={real}"));
    let twice = paper.ask(&twice.with("cookie", &format!("m={real}")));
    assert!(twice.body == stranger.body);
    assert_eq!(paper.left(&Jar::holding("m", &real)), 4);
}

#[test]
fn a_cookie_of_another_address_of_the_paper_is_none() {
    let plan = |public_url| crate::paper::Plan { public_url, ..crate::paper::Plan::default() };
    let staging = TestPaper::open(&plan(Some("http://staging.example")));
    let paper = TestPaper::open(&plan(Some("http://paper.example")));
    let ask = |paper: &TestPaper, host: &str| {
        let ask = Ask::form(&paper.sheet("m01").reading());
        let reply =
            paper.ask(&ask.instead("host", host).instead("origin", &format!("http://{host}")));
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        reply.header("set-cookie").split(';').next().unwrap().to_owned()
    };
    let foreign = ask(&staging, "staging.example");
    let own = ask(&paper, HOST);
    let get = |cookie: &str| paper.ask(&Ask::get(&paper.path("m01")).with("cookie", cookie));
    assert!(paper.is_whole(&get(&own), "m01"));
    assert!(!paper.is_whole(&get(&foreign), "m01"));
}

#[test]
fn over_tls_the_cookie_has_the_prefix_that_holds_it_to_the_host() {
    let plan =
        crate::paper::Plan { public_url: Some("https://paper.example"), ..Default::default() };
    let paper = TestPaper::open(&plan);
    let mut jar = Jar::default();
    let ask = Ask::form(&paper.sheet("m01").reading()).instead("origin", "https://paper.example");
    let reply = paper.browse(&mut jar, ask);
    assert!(paper.is_whole(&reply, "m01"));
    assert!(jar.header(paper.clock.now()).unwrap().starts_with("__Host-m="));
    // A header of a proxy decides nothing.
    let plain = TestPaper::new();
    let ask = Ask::form(&plain.sheet("m01").reading()).with("x-forwarded-proto", "https");
    assert!(plain.ask(&ask).header("set-cookie").starts_with("m="));
}

#[test]
fn a_post_from_elsewhere_or_on_a_guess_is_refused_and_costs_nothing() {
    let paper = TestPaper::new();
    let jar = paper.visitor_of(&["m01"]);
    let reading = paper.sheet("m02").reading();
    let form = || Ask::form(&reading);
    let bare = || Ask::new(Method::POST, &reading);
    let refused = [
        (form().instead("origin", "https://evil.example"), StatusCode::FORBIDDEN),
        (form().instead("origin", "null"), StatusCode::FORBIDDEN),
        (form().instead("origin", "https://paper.example"), StatusCode::FORBIDDEN),
        (form().instead("origin", "http://paper.example.evil.example"), StatusCode::FORBIDDEN),
        (form().instead("origin", "http://paper.example:81"), StatusCode::FORBIDDEN),
        (form().instead("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN),
        (form().instead("sec-fetch-site", "same-site"), StatusCode::FORBIDDEN),
        (bare().with("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN),
        (bare().with("sec-fetch-site", ""), StatusCode::FORBIDDEN),
        (form().with("sec-purpose", "prefetch"), StatusCode::SERVICE_UNAVAILABLE),
        (form().with("sec-purpose", "prefetch;prerender"), StatusCode::SERVICE_UNAVAILABLE),
        (form().with("purpose", "prefetch"), StatusCode::SERVICE_UNAVAILABLE),
        (form().with("x-purpose", "preview"), StatusCode::SERVICE_UNAVAILABLE),
        (form().with("x-moz", "prefetch"), StatusCode::SERVICE_UNAVAILABLE),
        (form().with("early-data", "1"), StatusCode::TOO_EARLY),
        (form().instead("content-length", "4097"), StatusCode::PAYLOAD_TOO_LARGE),
        (form().instead("content-length", "99999999999999999999"), StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (ask, status) in refused {
        for mut asker in [jar.clone(), Jar::default()] {
            let reply = paper.send(&mut asker, ask.clone());
            assert_eq!(reply.status, status, "{ask:?}");
            assert_eq!(reply.header("set-cookie"), "", "{ask:?}");
            paper.assert_tight(&reply, &[], "a refused POST");
        }
    }
    assert_eq!(paper.left(&jar), 4);
    assert_eq!(paper.site.counts().get(Count::NewVisitors), 1);
    // A browser that names neither is an old one: a form without script is all it has.
    assert_eq!(paper.send(&mut jar.clone(), bare()).status, StatusCode::SEE_OTHER);
}

#[test]
fn only_the_reading_takes_a_post() {
    let paper = TestPaper::new();
    for target in ["/", "/city", "/harbour/m01", "/offers", "/tags/shipping", "/robots.txt"] {
        let posted = [Ask::form(target), Ask::form(target).with("x-http-method-override", "GET")];
        for ask in posted {
            let reply = paper.ask(&ask);
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{target}");
            assert_eq!(reply.header("allow"), "GET, HEAD, OPTIONS");
            assert!(reply.body.is_empty());
        }
    }
    for target in
        ["/harbour/nothing/reading", "/meter/unlock/now/x", "/tags/x/y", "/city/emba/reading"]
    {
        let reply = paper.ask(&Ask::form(target));
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{target}");
        assert_eq!(reply.header("set-cookie"), "");
    }
    assert_eq!(paper.ask(&Ask::form("/city/goni/reading")).status, StatusCode::GONE);
}

#[test]
fn an_article_that_no_reading_opens_costs_none() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    for code in ["subs", "regi", "ser3", "free"] {
        for _ in 0..3 {
            let reply = paper.read(&mut jar, code);
            assert_eq!(reply.status, StatusCode::OK);
            paper.assert_tight(&reply, &["free"], code);
            let mut stranger = Jar::default();
            paper.read(&mut stranger, code);
            assert!(stranger.is_empty(), "{code} gives a cookie for nothing");
        }
    }
    assert_eq!(paper.left(&jar), 4);
    let wall = paper.get(&paper.path("subs")).text();
    assert!(wall.contains("This article is for subscribers."));
    // Who has some left is told that they do not open this one.
    let told = paper.send(&mut jar, Ask::get(&paper.path("subs"))).text();
    assert!(told.contains("You have 4 free articles left this month"), "{told}");
}

#[test]
fn another_allowance_counts_at_once_and_takes_nothing_back() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&PLAIN[..3]);
    paper.change(&Settings { allowance: 2, ..Settings::default() });
    assert_eq!(paper.left(&jar), 0);
    for code in &PLAIN[..3] {
        let again = paper.read(&mut jar, code);
        assert!(paper.is_whole(&again, code));
        assert_eq!(left_in(&notice_of(&again.text())), Some(0));
    }
    paper.assert_tight(&paper.read(&mut jar, "m04"), &[], "beyond the lower allowance");
    paper.change(&Settings { allowance: 4, ..Settings::default() });
    assert!(paper.is_whole(&paper.read(&mut jar, "m04"), "m04"));
    paper.assert_tight(&paper.read(&mut jar, "m05"), &[], "beyond the new allowance");
}
