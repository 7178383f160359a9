//! Gifts: a subscriber's link opens its own article for others, and no other one.

use http::StatusCode;
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::money::{shop, shop_with};
use crate::paper::TestPaper;
use crate::settings::Settings;

const MAIL: &str = "ada@reader.example";

impl TestPaper {
    /// Presses the button that gives an article.
    #[track_caller]
    fn press_give(&self, jar: &mut Jar, code: &str) -> Reply {
        self.send(jar, Ask::fields("/gifts", &[("article", &self.path(code))]))
    }

    /// Gives an article; the path of the link.
    #[track_caller]
    pub(crate) fn give(&self, jar: &mut Jar, code: &str) -> String {
        let reply = self.press_give(jar, code);
        let text = reply.text();
        assert_eq!(reply.status, StatusCode::OK, "{text}");
        assert!(!reply.is_shareable());
        let start = text.find("/gift/").unwrap_or_else(|| panic!("{text}"));
        text[start..start + "/gift/".len() + 32].to_owned()
    }

    /// Presses the button behind a link.
    #[track_caller]
    pub(crate) fn open_gift(&self, jar: &mut Jar, link: &str) -> Reply {
        self.send(jar, Ask::fields(link, &[]))
    }

    /// Whether all of an article is open to somebody.
    #[track_caller]
    pub(crate) fn is_open(&self, jar: &Jar, code: &str) -> bool {
        let reply = self.send(&mut jar.clone(), Ask::get(&self.path(code)));
        self.is_whole(&reply, code)
    }
}

/// A shop, and somebody who subscribes.
fn giver() -> (TestPaper, Jar) {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    (paper, jar)
}

#[test]
fn a_gift_opens_its_own_article_and_no_other() {
    let (paper, mut ada) = giver();
    let page = paper.send(&mut ada, Ask::get(&paper.path("subs"))).text();
    assert!(page.contains("formaction=\"/gifts\"") && page.contains("Give this article"), "{page}");
    let link = paper.give(&mut ada, "subs");
    let mut friend = Jar::default();
    for _ in 0..3 {
        let looked = paper.send(&mut friend, Ask::get(&link));
        assert_eq!(looked.status, StatusCode::OK);
        assert!(looked.text().contains("A gift from a subscriber"), "{}", looked.text());
        assert!(!looked.is_shareable() && !looked.headers.contains_key("set-cookie"));
        assert_eq!(looked.header("x-robots-tag"), "noindex");
        paper.assert_tight(&looked, &[], "a look at a gift");
    }
    assert!(!paper.is_open(&friend, "subs"), "a look opens nothing");
    let opened = paper.open_gift(&mut friend, &link);
    assert_eq!(
        (opened.status, opened.header("location")),
        (StatusCode::SEE_OTHER, &*paper.path("subs"))
    );
    let whole = paper.send(&mut friend, Ask::get(&paper.path("subs")));
    assert!(paper.is_whole(&whole, "subs") && !whole.is_shareable());
    assert_eq!(whole.header("x-robots-tag"), "noindex");
    for code in ["m01", "opin", "regi"] {
        assert!(!paper.is_open(&friend, code), "{code}");
    }
    // Two gifts in one browser.
    let other = paper.give(&mut ada, "m03");
    paper.open_gift(&mut friend, &other);
    assert!(paper.is_open(&friend, "subs") && paper.is_open(&friend, "m03"));
    // Nothing was counted for the meter.
    assert_eq!(paper.rows("SELECT count(*) FROM readings"), 0);
}

#[test]
fn whoever_was_given_an_article_spends_no_reading_on_it() {
    for cache in ["none", "blind"] {
        let paper = shop_with(Settings::cache(cache));
        let mut ada = Jar::default();
        paper.subscriber(&mut ada, MAIL, "good");
        let link = paper.give(&mut ada, "m02");
        let mut friend = Jar::default();
        paper.open_gift(&mut friend, &link);
        let before = friend.header(paper.clock.now());
        let reading = paper.sheet("m02").reading();
        for ask in [Ask::form(&reading), Ask::script(&reading, "AAAAAAAAAAAAAAAAAAAAAA")] {
            let reply = paper.send(&mut friend, ask);
            assert!(paper.is_whole(&reply, "m02"), "{cache}: {}", reply.text());
        }
        assert_eq!(friend.header(paper.clock.now()), before, "nobody new");
        assert_eq!(paper.rows("SELECT count(*) FROM readings"), 0);
        assert_eq!(paper.site.counts().get(web::Count::NewVisitors), 0);
        // Another article is a reading, as ever.
        assert!(paper.is_whole(&paper.read(&mut friend, "m03"), "m03"));
        assert_eq!(paper.rows("SELECT count(*) FROM readings"), 1);
    }
}

#[test]
fn a_gift_says_who_gives_it_as_far_as_they_say_it() {
    let (paper, mut ada) = giver();
    paper.send(&mut ada, Ask::fields("/account", &[("name", "Ada <b>Brook")]));
    let link = paper.give(&mut ada, "m02");
    let text = paper.get(&link).text();
    assert!(text.contains("A gift from Ada &lt;b&gt;Brook"), "{text}");
    assert!(!text.contains(MAIL), "nobody's address is told");
}

#[test]
fn forged_and_strange_gifts_open_nothing() {
    let (paper, mut ada) = giver();
    let link = paper.give(&mut ada, "subs");
    let forged = format!("/gift/{}", "0".repeat(32));
    assert_eq!(paper.get(&forged).status, StatusCode::GONE);
    assert_eq!(paper.ask(&Ask::fields(&forged, &[])).status, StatusCode::GONE);
    assert_eq!(paper.get("/gift/abc").status, StatusCode::NOT_FOUND);
    let strange = Ask::fields(&link, &[]).instead("origin", "https://evil.example");
    assert_eq!(paper.ask(&strange).status, StatusCode::FORBIDDEN);
    // Neither the link's own secret nor a made-up one is a cookie.
    let secret = link.rsplit('/').next().unwrap();
    for value in [secret, &"0".repeat(32), "1"] {
        assert!(!paper.is_open(&Jar::holding("g", value), "subs"), "{value}");
    }
    // The database has neither the link nor the cookie.
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let kept: String =
        raw.query_row("SELECT lower(hex(link)) FROM gifts", [], |row| row.get(0)).unwrap();
    assert!(!kept.contains(secret));
}

#[test]
fn a_gift_is_good_for_thirty_days_and_open_for_one_at_a_time() {
    let (paper, mut ada) = giver();
    let link = paper.give(&mut ada, "subs");
    let mut friend = Jar::default();
    paper.open_gift(&mut friend, &link);
    paper.at("2026-09-17T14:29:59-03:00");
    assert!(paper.is_open(&friend, "subs"));
    let kept = friend.clone();
    paper.at("2026-09-17T14:30:00-03:00");
    assert!(!paper.is_open(&kept, "subs"));
    // The link opens it again, to the end of its own time and no longer.
    paper.at("2026-10-16T14:29:59-03:00");
    let mut late = Jar::default();
    assert_eq!(paper.open_gift(&mut late, &link).status, StatusCode::SEE_OTHER);
    assert!(paper.is_open(&late, "subs"));
    paper.at("2026-10-16T14:30:00-03:00");
    assert!(!paper.is_open(&late, "subs"));
    assert_eq!(paper.get(&link).status, StatusCode::GONE);
    assert_eq!(paper.open_gift(&mut late, &link).status, StatusCode::GONE);
}

#[test]
fn a_gift_opens_for_a_hundred_and_counts_each_browser_once() {
    let (paper, mut ada) = giver();
    let link = paper.give(&mut ada, "m02");
    let mut first = Jar::default();
    for _ in 0..3 {
        paper.open_gift(&mut first, &link);
    }
    let account = paper.send(&mut ada, Ask::get("/account")).text();
    assert!(account.contains("Opened by 1 person"), "{account}");
    for _ in 1..store::GIFT_USES_MAX {
        assert_eq!(paper.open_gift(&mut Jar::default(), &link).status, StatusCode::SEE_OTHER);
    }
    let mut late = Jar::default();
    let refused = paper.open_gift(&mut late, &link);
    assert_eq!(refused.status, StatusCode::GONE);
    assert!(refused.text().contains("As many people have opened it"), "{}", refused.text());
    assert!(!paper.is_open(&late, "m02"));
    let data = paper.send(&mut ada, Ask::get("/account/data")).json();
    assert_eq!(data["gifts"][0]["uses"], "Opened by 100 people", "{data}");
    // Whoever has it opens it again.
    assert_eq!(paper.open_gift(&mut first, &link).status, StatusCode::SEE_OTHER);
    let account = paper.send(&mut ada, Ask::get("/account")).text();
    assert!(account.contains("Opened by 100 people"), "{account}");
}

#[test]
fn subscribers_alone_give_and_so_many_in_a_month() {
    let (paper, mut ada) = giver();
    let mut reader = Jar::default();
    paper.sign_in(&mut reader, "bob@reader.example");
    paper.read(&mut reader, "m02");
    for jar in [&mut reader, &mut Jar::default(), &mut paper.visitor_of(&["m02"])] {
        assert_eq!(paper.press_give(jar, "m02").status, StatusCode::FORBIDDEN);
    }
    // What is free needs no gift.
    assert_eq!(paper.press_give(&mut ada, "free").status, StatusCode::FORBIDDEN);
    for left in (0..5).rev() {
        let text = paper.press_give(&mut ada, "subs").text();
        assert!(text.contains(&format!("You can give {left} more article")), "{text}");
    }
    let refused = paper.press_give(&mut ada, "subs");
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.text().contains("From October 1st on"), "{}", refused.text());
    // The month ends in the paper's zone.
    paper.at("2026-09-30T23:59:59-03:00");
    assert_eq!(paper.press_give(&mut ada, "subs").status, StatusCode::TOO_MANY_REQUESTS);
    paper.at("2026-10-01T00:00:00-03:00");
    assert_eq!(paper.press_give(&mut ada, "subs").status, StatusCode::OK);
}

#[test]
fn what_was_given_stays_when_the_subscription_ends_and_goes_with_the_account() {
    let (paper, mut ada) = giver();
    paper.at("2026-12-10T12:00:00-04:00");
    let link = paper.give(&mut ada, "subs");
    paper.send(&mut ada, Ask::fields("/account/cancellation", &[]));
    paper.at("2026-12-17T12:00:00-04:00");
    paper.hear();
    assert!(!paper.opens(&ada));
    assert_eq!(paper.press_give(&mut ada, "subs").status, StatusCode::FORBIDDEN);
    let mut friend = Jar::default();
    paper.open_gift(&mut friend, &link);
    assert!(paper.is_open(&friend, "subs"));
    paper.send(&mut ada, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert!(!paper.is_open(&friend, "subs"));
    assert_eq!(paper.get(&link).status, StatusCode::GONE);
    let rows = "SELECT (SELECT count(*) FROM gifts) + (SELECT count(*) FROM gift_uses)";
    assert_eq!(paper.rows(rows), 0);
}

#[test]
fn behind_a_blind_cache_a_gift_opens_at_the_reading_alone() {
    let paper = shop_with(Settings::cache("blind"));
    let mut ada = Jar::default();
    paper.subscriber(&mut ada, MAIL, "good");
    let link = paper.give(&mut ada, "subs");
    let mut friend = Jar::default();
    let opened = paper.open_gift(&mut friend, &link);
    assert_eq!(opened.header("location"), paper.sheet("subs").reading());
    assert!(!paper.is_open(&friend, "subs"));
    let reading = paper.send(&mut friend, Ask::get(&paper.sheet("subs").reading()));
    assert!(paper.is_whole(&reading, "subs"));
}

#[test]
fn without_gifts_there_is_no_button_and_none_is_made() {
    let paper = shop_with(Settings { gifts_a_month: 0, ..Settings::default() });
    let mut ada = Jar::default();
    paper.subscriber(&mut ada, MAIL, "good");
    assert!(!paper.send(&mut ada, Ask::get(&paper.path("subs"))).text().contains("/gifts"));
    assert_eq!(paper.press_give(&mut ada, "subs").status, StatusCode::NOT_FOUND);
}

#[test]
fn the_button_is_shown_to_whoever_can_give_and_to_nobody_else() {
    let (paper, mut ada) = giver();
    let shown = |jar: &Jar, code: &str| {
        let reply = paper.send(&mut jar.clone(), Ask::get(&paper.path(code)));
        assert!(paper.is_whole(&reply, code), "{code}");
        reply.text().contains("/gifts")
    };
    assert!(shown(&ada, "subs") && shown(&ada, "m02"));
    assert!(!shown(&ada, "free"), "what is free needs no gift");
    // Whoever reads on a reading of their own, as a visitor or registered, has nothing to give; nor has who was given one.
    let mut reader = Jar::default();
    paper.sign_in(&mut reader, "bob@reader.example");
    paper.read(&mut reader, "m02");
    assert!(!shown(&reader, "m02") && !shown(&paper.visitor_of(&["m02"]), "m02"));
    let link = paper.give(&mut ada, "subs");
    paper.open_gift(&mut reader, &link);
    assert!(!shown(&reader, "subs"));
    for _ in 1..5 {
        assert!(shown(&ada, "subs"));
        paper.give(&mut ada, "subs");
    }
    // With none left there is one quiet line, until there are more.
    assert!(!shown(&ada, "subs"));
    let page = paper.send(&mut ada, Ask::get(&paper.path("m02"))).text();
    assert!(
        page.contains("<span>You have given all articles of this month, and can give more from October 1st on.</span>"),
        "{page}"
    );
    assert!(
        !paper.send(&mut ada, Ask::get(&paper.path("free"))).text().contains("You have given all")
    );
    paper.at("2026-10-01T00:00:00-03:00");
    assert!(shown(&ada, "subs"));
    // When the subscription is over, so it is with giving.
    paper.send(&mut ada, Ask::fields("/account/cancellation", &[]));
    paper.at("2026-12-17T12:00:00-04:00");
    paper.hear();
    paper.read(&mut ada, "m03");
    assert!(!shown(&ada, "m03"));
}

#[test]
fn gifts_are_forgotten_when_they_are_long_over() {
    let (paper, mut ada) = giver();
    let link = paper.give(&mut ada, "subs");
    paper.open_gift(&mut Jar::default(), &link);
    let now = paper.clock.now();
    let forget = |at| crate::paper::wait(paper.store.forget_gifts(at, 10)).unwrap();
    assert_eq!(forget(now), 0);
    assert_eq!(forget(now + SignedDuration::from_hours(24)), 1, "the use");
    assert_eq!(forget(now + store::GIFTS_KEPT), 0);
    assert_eq!(forget(now + store::GIFTS_KEPT + SignedDuration::from_secs(1)), 1, "the gift");
}
