//! Boundaries, with the clock that the test moves: the ends of windows, embargoes and offers, and what turns old at
//! midnight by itself.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use web::Count;

use crate::ask::Ask;
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::paper::TestPaper;
use crate::settings::Settings;

const INSTANT: SignedDuration = SignedDuration::from_micros(1);

/// The zone, the window, when the first article is read, and when the window ends.
const WINDOWS: &[(&str, &str, &str, &str)] = &[
    // Midnight in the paper's zone, not in UTC.
    ("America/Halifax", "calendar month", "2026-09-16T14:30:00-03:00", "2026-10-01T00:00:00-03:00"),
    ("Asia/Tokyo", "calendar month", "2026-10-31T23:59:59+09:00", "2026-11-01T00:00:00+09:00"),
    (
        "Pacific/Kiritimati",
        "calendar month",
        "2026-10-31T00:00:00+14:00",
        "2026-11-01T00:00:00+14:00",
    ),
    // The 31st, the first instant of a month, the year's end, 29 February and a February without one.
    ("America/Halifax", "calendar month", "2026-10-31T12:00:00-03:00", "2026-11-01T00:00:00-03:00"),
    ("America/Halifax", "calendar month", "2026-10-01T00:00:00-03:00", "2026-11-01T00:00:00-03:00"),
    ("America/Halifax", "calendar month", "2026-12-31T23:59:59-04:00", "2027-01-01T00:00:00-04:00"),
    ("America/Halifax", "calendar month", "2028-02-29T12:00:00-04:00", "2028-03-01T00:00:00-04:00"),
    ("America/Halifax", "calendar month", "2027-02-28T12:00:00-04:00", "2027-03-01T00:00:00-04:00"),
    // Months in which clocks change: 23 and 25 hours on one day.
    ("America/Halifax", "calendar month", "2026-11-01T01:30:00-03:00", "2026-12-01T00:00:00-04:00"),
    ("America/Halifax", "calendar month", "2027-03-14T01:59:59-04:00", "2027-04-01T00:00:00-03:00"),
    ("Europe/Berlin", "calendar month", "2026-10-25T02:30:00+01:00", "2026-11-01T00:00:00+01:00"),
    // Days are civil days: the one on which clocks change is one, too.
    ("America/Halifax", "1 days", "2026-11-01T01:30:00-03:00", "2026-11-02T00:00:00-04:00"),
    ("America/Halifax", "7 days", "2027-03-10T23:59:59-04:00", "2027-03-17T00:00:00-03:00"),
    ("America/Halifax", "30 days", "2028-01-31T12:00:00-04:00", "2028-03-01T00:00:00-04:00"),
    ("America/Halifax", "366 days", "2028-02-29T12:00:00-04:00", "2029-03-01T00:00:00-04:00"),
];

#[test]
fn a_window_ends_at_its_instant_and_not_before() {
    for (zone, window, first, end) in WINDOWS {
        let settings = Settings { zone, window: (*window).to_owned(), ..Settings::default() };
        let paper = TestPaper::with(settings);
        let end: Timestamp = end.parse().unwrap();
        paper.at(first);
        // The longest windows outlive the cookie; whoever still has it is the same visitor.
        let mut jar = Jar::holding("m", paper.visitor_of(&PLAIN[..5]).value());
        paper.clock.set(end - INSTANT);
        let told = format!("{zone} {window} {first}");
        assert_eq!(paper.left(&jar), 0, "{told}");
        paper.assert_tight(&paper.read(&mut jar, "m06"), &[], &told);
        assert!(
            paper.is_whole(&paper.send(&mut jar, Ask::get(&paper.path("m01"))), "m01"),
            "{told}"
        );
        paper.clock.set(end);
        assert_eq!(paper.left(&jar), 5, "{told}");
        // What was open then is not open now, and costs one again.
        paper.assert_tight(&paper.send(&mut jar, Ask::get(&paper.path("m01"))), &[], &told);
        assert!(paper.is_whole(&paper.read(&mut jar, "m01"), "m01"), "{told}");
        assert_eq!(paper.left(&jar), 4, "{told}");
    }
}

#[test]
fn a_rolling_window_is_never_extended_by_reading() {
    let settings = Settings { window: "7 days".to_owned(), ..Settings::default() };
    let paper = TestPaper::with(settings);
    let mut jar = paper.visitor_of(&["m01"]);
    for (day, code) in [(17, "m02"), (19, "m03"), (22, "m04")] {
        paper.at(&format!("2026-09-{day}T23:00:00-03:00"));
        paper.read(&mut jar, code);
    }
    assert_eq!(paper.left(&jar), 1);
    paper.at("2026-09-23T00:00:00-03:00");
    assert_eq!(paper.left(&jar), 5);
}

#[test]
fn another_window_counts_from_each_visitor_s_next_one() {
    let paper = TestPaper::new();
    let jar = paper.visitor_of(&PLAIN[..5]);
    paper.change(&Settings { window: "1 days".to_owned(), ..Settings::default() });
    paper.at("2026-09-20T12:00:00-03:00");
    assert_eq!(paper.left(&jar), 0);
    let newcomer = paper.visitor_of(&PLAIN[..5]);
    assert_eq!(paper.left(&newcomer), 0);
    paper.at("2026-09-21T00:00:00-03:00");
    assert_eq!((paper.left(&newcomer), paper.left(&jar)), (5, 0));
    paper.at("2026-10-01T00:00:00-03:00");
    assert_eq!(paper.left(&jar), 5);
}

#[test]
fn a_visitor_of_last_month_is_no_newcomer() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    let cookie = jar.value().to_owned();
    // On the last day that the cookie of September lives: it outlives its window by one.
    paper.at("2026-10-31T23:59:59-03:00");
    assert!(jar.header(paper.clock.now()).is_some());
    let reading = paper.sheet("m02").reading();
    let reply = paper.send(&mut jar, Ask::script(&reading, "AAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!(reply.status, StatusCode::OK, "a newcomer would be sent on");
    assert_eq!(reply.json()["state"], "open");
    assert_eq!(jar.value(), cookie);
    assert_eq!(paper.site.counts().get(Count::NewVisitors), 1);
    // Who does not come for two windows is forgotten by the browser.
    paper.at("2027-01-01T00:00:00-04:00");
    assert!(jar.header(paper.clock.now()).is_none());
}

#[test]
fn a_clock_that_steps_back_gives_no_second_allowance() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&PLAIN[..5]);
    paper.at("2026-10-01T00:00:01-03:00");
    assert_eq!(paper.left(&jar), 5);
    for code in &PLAIN[..5] {
        paper.read(&mut jar, code);
    }
    for stepped in
        ["2026-10-01T00:00:00-03:00", "2026-09-30T23:00:00-03:00", "2026-09-29T12:00:00-03:00"]
    {
        paper.at(stepped);
        assert_eq!(paper.left(&jar), 0, "{stepped}");
        paper.assert_tight(&paper.read(&mut jar, "m06"), &[], stepped);
    }
}

#[test]
fn an_embargo_holds_to_its_instant_everywhere() {
    let paper = TestPaper::new();
    let lifted: Timestamp = "2026-09-16T15:30:00-03:00".parse().unwrap();
    let lists = ["/", "/city", "/tags/shipping", "/tags/tides"];
    for moment in [paper.clock.now(), lifted - SignedDuration::from_secs(1), lifted - INSTANT] {
        paper.clock.set(moment);
        for target in [paper.path("emba"), paper.sheet("emba").reading()] {
            assert_eq!(paper.get(&target).status, StatusCode::NOT_FOUND, "{moment} {target}");
        }
        let posted = paper.ask(&Ask::form(&paper.sheet("emba").reading()));
        assert_eq!(posted.status, StatusCode::NOT_FOUND);
        for target in lists {
            assert!(!paper.get(target).text().contains("Headline of emba"), "{moment} {target}");
        }
    }
    paper.clock.set(lifted);
    for target in [paper.path("emba"), paper.sheet("emba").reading()] {
        assert_eq!(paper.get(&target).status, StatusCode::OK);
    }
    for target in lists {
        assert!(paper.get(target).text().contains("Headline of emba"), "{target}");
    }
    let mut jar = Jar::default();
    assert!(paper.is_whole(&paper.read(&mut jar, "emba"), "emba"));
}

#[test]
fn the_pages_of_a_series_name_a_part_from_its_instant_on() {
    let mut paper = TestPaper::new();
    let place = paper.sheets.iter().position(|sheet| sheet.code == "emba").unwrap();
    let sheet = &mut paper.sheets[place];
    let series = "kicker = \"tides\"\nseries = \"dredge\"\npart = 4\n";
    sheet.text = sheet.text.replace("kicker = \"tides\"\n", series);
    let path = paper.path("ser1");
    assert!(!paper.get(&path).text().contains("Headline of emba"));
    paper.publish(&paper.sheets);
    assert!(!paper.get(&path).text().contains("Headline of emba"));
    paper.at("2026-09-16T15:30:00-03:00");
    assert!(paper.get(&path).text().contains("Headline of emba"));
    // And what the newsroom changes in one part is seen in the others.
    let sheet = &mut paper.sheets[place];
    sheet.text = sheet.text.replace("Headline of emba", "Another headline");
    paper.publish(&paper.sheets);
    let text = paper.get(&path).text();
    assert!(text.contains("Another headline") && !text.contains("Headline of emba"));
}

#[test]
fn the_date_at_the_top_turns_at_midnight_on_every_page() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    let midnight: Timestamp = "2026-09-17T00:00:00-03:00".parse().unwrap();
    let targets = [
        "/",
        "/city",
        "/harbour/m01",
        "/harbour/m02",
        "/harbour/subs",
        "/city/free",
        "/about",
        "/offers",
    ];
    for (moment, day) in [(midnight - INSTANT, "September 16th"), (midnight, "September 17th")] {
        paper.clock.set(moment);
        for target in targets {
            for reply in [paper.get(target), paper.send(&mut jar, Ask::get(target))] {
                let text = reply.text();
                let top =
                    text.split("class=\"mast-side\"").nth(1).unwrap().split("</p>").next().unwrap();
                assert!(top.contains(day), "{target} at {moment}: {top}");
            }
        }
    }
}

#[test]
fn an_offer_is_on_the_wall_to_its_last_instant() {
    let paper = TestPaper::new();
    let over: Timestamp = "2026-10-01T00:00:00-03:00".parse().unwrap();
    let (wall, offers) = (paper.path("subs"), "/offers");
    paper.at("2026-09-29T23:59:59-03:00");
    let text = paper.get(&wall).text();
    assert!(text.contains("Offer ends September 30"), "{text}");
    paper.at("2026-09-30T00:00:00-03:00");
    let today = "Offer ends today at midnight (Halifax time)";
    assert!(paper.get(&wall).text().contains(today));
    paper.clock.set(over - INSTANT);
    assert!(paper.get(&wall).text().contains(today));
    assert!(paper.get(offers).text().contains("$9"));
    paper.clock.set(over);
    let text = paper.get(&wall).text();
    assert!(!text.contains("Offer ends") && !text.contains("$9"), "{text}");
    assert!(!paper.get(offers).text().contains("$9"), "the offers page keeps a lapsed price");
}

#[test]
fn a_withdrawn_article_is_gone_and_nowhere_listed() {
    let paper = TestPaper::new();
    for target in [paper.path("goni"), paper.sheet("goni").reading()] {
        let reply = paper.get(&target);
        assert_eq!(reply.status, StatusCode::GONE, "{target}");
        assert!(reply.text().contains("This article was withdrawn."));
    }
    for target in ["/", "/city", "/tags/shipping"] {
        assert!(!paper.get(target).text().contains("Headline of goni"), "{target}");
    }
}

#[test]
fn what_the_paper_takes_back_is_gone_from_its_instant_on_and_from_every_list() {
    let mut paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    assert!(paper.is_whole(&paper.send(&mut jar, Ask::get(&paper.path("m01"))), "m01"));
    let place = paper.sheets.iter().position(|sheet| sheet.code == "m01").unwrap();
    let sheet = &mut paper.sheets[place];
    let withdrawn = "withdrawn_at = 2026-09-16T12:00:00-03:00\naccess = ";
    sheet.text = sheet.text.replacen("access = ", withdrawn, 1);
    paper.publish(&paper.sheets);
    paper.at("2026-09-16T12:00:00-03:00");
    let reading = paper.sheet("m01").reading();
    for ask in [Ask::get(&paper.path("m01")), Ask::get(&reading), Ask::form(&reading)] {
        let reply = paper.send(&mut jar, ask);
        assert_eq!(reply.status, StatusCode::GONE);
        assert!(reply.text().contains("This article was withdrawn."));
        assert!(!paper.is_whole(&reply, "m01"));
    }
    for target in ["/", "/harbour", "/tags/shipping", "/tags/tides"] {
        assert!(!paper.get(target).text().contains("Headline of m01"), "{target}");
    }
}
