//! Institutions: whoever comes from a library's network reads what its licence opens, as a visitor like any other; a stranger's GET is the
//! same bytes for all, and outside of the network there is nothing left of it.

use http::StatusCode;
use jiff::civil::{Date, date};
use paywall::Entitlement;
use store::{Doer, Institution, InstitutionKept, MustBe};

use crate::ask::{Ask, Reply};
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper, wait};
use crate::settings::Settings;

/// In the library's networks,
pub(crate) const INSIDE: &str = "203.0.113.77";
const INSIDE_V6: &str = "2001:db8:77::1";
/// and next to them.
const OUTSIDE: &str = "203.0.112.255";

pub(crate) fn library() -> Institution {
    let networks = ["203.0.113.0/24", "2001:db8:77::/48"];
    Institution {
        slug: "library".to_owned(),
        name: "Merrin Library <2>".to_owned(),
        opens: vec![Entitlement::DIGITAL],
        starts_on: date(2026, 9, 1),
        ends_on: Some(date(2026, 9, 30)),
        ended_at: None,
        networks: networks.map(|text| gate::Network::parse(text).unwrap()).to_vec(),
        mail_domains: Vec::new(),
    }
}

/// An ask from an address.
fn from(ask: Ask, address: &str) -> Ask {
    Ask { peer: address.parse().unwrap(), ..ask }
}

impl TestPaper {
    fn today(&self) -> Date {
        jiff::tz::TimeZone::get("America/Halifax").unwrap().to_datetime(self.clock.now()).date()
    }

    #[track_caller]
    pub(crate) fn license(&self, institution: Institution) {
        let known = wait(self.store.institution(institution.slug.clone())).unwrap();
        let must_be = if known.is_some() { MustBe::Known } else { MustBe::New };
        let kept = self.store.keep_institution(
            institution,
            must_be,
            Doer::operator(),
            self.today(),
            self.clock.now(),
        );
        assert_eq!(wait(kept).unwrap(), InstitutionKept::Kept);
    }

    fn get_from(&self, jar: &Jar, code: &str, address: &str) -> Reply {
        self.send(&mut jar.clone(), from(Ask::get(&self.path(code)), address))
    }

    #[track_caller]
    fn is_open_from(&self, jar: &Jar, code: &str, address: &str) -> bool {
        let reply = self.get_from(jar, code, address);
        self.is_whole(&reply, code)
    }

    /// The library, where it is not there yet.
    pub(crate) fn has_library(&self) {
        if wait(self.store.institution(library().slug)).unwrap().is_none() {
            self.license(library());
        }
    }

    /// Somebody at the library who has pressed the button of an article.
    #[track_caller]
    pub(crate) fn at_the_library(&self, code: &str) -> Jar {
        let mut jar = Jar::default();
        let ask = from(Ask::form(&self.sheet(code).reading()), INSIDE);
        let reply = self.browse(&mut jar, ask);
        assert!(self.is_whole(&reply, code), "{code}: {}", reply.text());
        assert!(!reply.is_shareable());
        jar
    }
}

fn paper() -> TestPaper {
    let paper = TestPaper::with(Settings { registration: true, ..Settings::default() });
    paper.license(library());
    paper
}

#[test]
fn a_stranger_of_the_network_gets_the_same_bytes_and_presses_the_button_once() {
    let paper = paper();
    for code in ["m01", "subs", "free", "regi"] {
        let path = paper.path(code);
        let [inside, outside] =
            [INSIDE, OUTSIDE].map(|address| paper.ask(&from(Ask::get(&path), address)));
        assert_eq!((inside.status, &inside.body), (outside.status, &outside.body), "{code}");
        assert_eq!(inside.headers, outside.headers, "{code}");
    }
    let jar = paper.at_the_library("m01");
    let page = paper.get_from(&jar, "m01", INSIDE);
    assert!(page.text().contains("Open to you by Merrin Library &lt;2&gt;."), "{}", page.text());
    // From then on every article is open at its own address, however many, and none of it was a reading.
    for code in PLAIN.iter().chain(&["subs", "regi", "opin"]) {
        let reply = paper.get_from(&jar, code, INSIDE);
        assert!(paper.is_whole(&reply, code) && !reply.is_shareable(), "{code}");
        assert!(reply.headers.get("set-cookie").is_none(), "a GET sets no cookie");
    }
    assert!(paper.is_open_from(&jar, "subs", INSIDE_V6));
    assert!(paper.is_open_from(&jar, "subs", &format!("::ffff:{INSIDE}")));
    for (_, address) in paper.locked_files.iter().filter(|(code, _)| *code != "free") {
        let reply = paper.send(&mut jar.clone(), from(Ask::get(address), INSIDE));
        let elsewhere = paper.send(&mut jar.clone(), from(Ask::get(address), OUTSIDE));
        assert_ne!(elsewhere.status, StatusCode::OK, "{address}");
        assert!(matches!(reply.status, StatusCode::OK | StatusCode::NOT_FOUND), "{address}");
    }
    assert_eq!(paper.site.counts().get(web::Count::NewVisitors), 0);
    assert_eq!(wait(paper.store.institutions()).unwrap().len(), 1);
}

#[test]
fn outside_of_the_network_nothing_of_it_is_left_and_the_meter_is_untouched() {
    let paper = paper();
    let mut jar = paper.at_the_library("subs");
    assert!(!paper.is_open_from(&jar, "subs", OUTSIDE));
    paper.assert_tight(&paper.get_from(&jar, "m01", OUTSIDE), &[], "outside");
    // All five are theirs, and what they open there stays theirs at home.
    for code in &PLAIN[..5] {
        assert!(paper.is_whole(&paper.read(&mut jar, code), code), "{code}");
    }
    assert!(!paper.is_open_from(&jar, PLAIN[5], OUTSIDE));
    assert!(paper.is_open_from(&jar, PLAIN[5], INSIDE), "none left, and at the library");
    assert!(paper.is_open_from(&jar, PLAIN[0], OUTSIDE));
    // With none left the button at the library opens, and spends nothing.
    let posted = from(Ask::form(&paper.sheet(PLAIN[6]).reading()), INSIDE);
    let reply = paper.browse(&mut jar, posted);
    assert!(paper.is_whole(&reply, PLAIN[6]), "{}", reply.text());
    assert!(!paper.is_open_from(&jar, PLAIN[6], OUTSIDE));
}

/// Where the button of a wall leads, for whoever reads in an institution's network.
fn way(page: &Reply) -> Option<String> {
    let text = page.text();
    let form = text.split("<form class=\"small\" method=\"post\" action=\"").nth(1)?;
    Some(form.split('"').next().unwrap().to_owned())
}

#[test]
fn a_stranger_at_the_wall_of_a_subscribers_article_finds_the_way_in() {
    for cache in ["none", "respects_cookies", "blind"] {
        let paper = TestPaper::with(Settings { registration: true, ..Settings::cache(cache) });
        assert_eq!(way(&paper.get(&paper.path("subs"))), None, "without institutions");
        paper.license(library());
        for code in ["subs", "regi"] {
            let mut jar = Jar::default();
            let wall = paper.get_from(&jar, code, INSIDE);
            paper.assert_tight(&wall, &[], code);
            let way = way(&wall).unwrap_or_else(|| panic!("{code}: {}", wall.text()));
            assert_eq!(way, format!("{}?from=wall", paper.sheet(code).reading()));
            // Elsewhere it is said, and nobody becomes a visitor by it.
            let outside = paper.browse(&mut jar, from(Ask::form(&way), OUTSIDE));
            assert_eq!(outside.status, StatusCode::FORBIDDEN, "{}", outside.text());
            assert!(outside.text().contains("This network is not one that subscribes"));
            assert!(outside.text().contains(&format!("href=\"{}\"", paper.path(code))));
            assert!(outside.headers.get("set-cookie").is_none() && !outside.is_shareable());
            paper.assert_tight(&outside, &[], code);
            let inside = paper.browse(&mut jar, from(Ask::form(&way), INSIDE));
            assert!(paper.is_whole(&inside, code), "{cache} {code}: {}", inside.text());
        }
        assert_eq!(paper.site.counts().get(web::Count::NewVisitors), 0);
    }
}

#[test]
fn the_way_in_stands_on_a_stranger_s_wall_alone_and_only_where_a_licence_opens_the_article() {
    let paper = paper();
    let reader = {
        let mut jar = Jar::default();
        paper.sign_in(&mut jar, "ada@reader.example");
        jar
    };
    for jar in [&reader, &paper.fresh_visitor(), &paper.at_the_library("m01")] {
        let wall = paper.get_from(jar, "subs", OUTSIDE);
        assert!(wall.text().contains("class=\"wallbox"), "{}", wall.text());
        assert_eq!(way(&wall), None, "of them it is known that they come from elsewhere");
        // A page of before sends it: what is their own opens it, or it is said.
        let pressed = Ask::form(&format!("{}?from=wall", paper.sheet("subs").reading()));
        let reply = paper.send(&mut jar.clone(), from(pressed, OUTSIDE));
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", reply.text());
    }
    assert_eq!(paper.left(&reader), 10, "and nothing is counted");
    let archive = vec![Entitlement::parse("archive").unwrap()];
    paper.license(Institution { opens: archive, ..library() });
    assert_eq!(way(&paper.get(&paper.path("subs"))), None);
    assert!(
        way(&paper.get(&paper.path("regi"))).is_some(),
        "any licence is as good as registering"
    );
    paper.license(library());
    assert!(way(&paper.get(&paper.path("subs"))).is_some());
    paper.at("2026-10-01T00:00:00-03:00");
    assert_eq!(way(&paper.get(&paper.path("subs"))), None, "it is over");
}

#[test]
fn nobody_is_there_by_saying_so() {
    let paper = paper();
    let jar = paper.at_the_library("m01");
    for (name, value) in [
        ("x-forwarded-for", INSIDE),
        ("x-forwarded-for", "203.0.113.77, 203.0.113.78"),
        ("x-real-ip", INSIDE),
        ("forwarded", "for=203.0.113.77"),
        ("cf-connecting-ip", INSIDE),
    ] {
        let ask = from(Ask::get(&paper.path("subs")), OUTSIDE).with(name, value);
        let reply = paper.send(&mut jar.clone(), ask);
        paper.assert_tight(&reply, &[], name);
        let post = from(Ask::form(&paper.sheet("subs").reading()), OUTSIDE).with(name, value);
        let reply = paper.browse(&mut Jar::default(), post);
        paper.assert_tight(&reply, &[], name);
    }
    // Behind the operator's own proxy it is what that proxy says, the last word and no other.
    let paper = TestPaper::open(&Plan {
        trusted_proxies: vec![web::TrustedProxy::parse("10.0.0.0/8").unwrap()],
        ..Plan::default()
    });
    paper.license(library());
    let ask = |told: &str| {
        let post = Ask::form(&paper.sheet("subs").reading()).with("x-forwarded-for", told);
        paper.browse(&mut Jar::default(), from(post, "10.0.0.1"))
    };
    assert!(paper.is_whole(&ask(INSIDE), "subs"));
    assert!(paper.is_whole(&ask(&format!("198.51.100.1, {INSIDE}")), "subs"));
    for told in [OUTSIDE, "203.0.113.77, 198.51.100.1", "203.0.113.77, unknown"] {
        paper.assert_tight(&ask(told), &[], told);
    }
}

#[test]
fn a_licence_holds_from_its_first_day_to_the_end_of_its_last_and_changes_at_once() {
    let paper = paper();
    let jar = paper.at_the_library("m01");
    paper.at("2026-09-30T23:59:59-03:00");
    assert!(paper.is_open_from(&jar, "subs", INSIDE));
    paper.at("2026-10-01T00:00:00-03:00");
    assert!(!paper.is_open_from(&jar, "subs", INSIDE));
    paper.license(Institution { ends_on: None, starts_on: date(2026, 10, 2), ..library() });
    assert!(!paper.is_open_from(&jar, "subs", INSIDE), "not yet");
    paper.at("2026-10-02T00:00:00-03:00");
    assert!(paper.is_open_from(&jar, "subs", INSIDE));
    // Another name is told with the next page.
    let named = Institution { ends_on: None, name: "Town Library".to_owned(), ..library() };
    paper.license(named.clone());
    assert!(paper.get_from(&jar, "m01", INSIDE).text().contains("Open to you by Town Library."));
    // Other networks, other entitlements, and the end of it.
    let other = vec![gate::Network::parse("198.51.100.0/24").unwrap()];
    paper.license(Institution { networks: other, ..named.clone() });
    assert!(!paper.is_open_from(&jar, "subs", INSIDE));
    assert!(paper.is_open_from(&jar, "subs", "198.51.100.9"));
    let archive = vec![Entitlement::parse("archive").unwrap()];
    paper.license(Institution { opens: archive, ..named.clone() });
    assert!(!paper.is_open_from(&jar, "subs", INSIDE), "a weaker licence never suffices");
    paper.license(named.clone());
    assert!(paper.is_open_from(&jar, "subs", INSIDE));
    paper.license(Institution { ended_at: Some(paper.clock.now()), ..named });
    assert!(!paper.is_open_from(&jar, "subs", INSIDE));
    assert_eq!(wait(paper.store.institution_history("library".to_owned())).unwrap().len(), 7);
}

#[test]
fn every_cache_in_front_keeps_teasers_and_nothing_else() {
    for cache in ["none", "respects_cookies", "blind"] {
        let paper = TestPaper::with(Settings::cache(cache));
        paper.license(library());
        let jar = paper.at_the_library("m01");
        let page = paper.get_from(&jar, "subs", INSIDE);
        assert_eq!(paper.is_whole(&page, "subs"), cache != "blind", "{cache}");
        assert_eq!(page.is_shareable(), cache == "blind", "{cache}");
        // The whole text lives at the reading in every mode.
        let ask = from(Ask::get(&paper.sheet("subs").reading()), INSIDE);
        let reading = paper.send(&mut jar.clone(), ask);
        assert!(paper.is_whole(&reading, "subs") && !reading.is_shareable(), "{cache}");
        let ask = from(Ask::get(&paper.sheet("subs").reading()), OUTSIDE);
        paper.assert_tight(&paper.send(&mut jar.clone(), ask), &[], cache);
        // Without a cookie a GET tells nobody more than everybody.
        let ask = from(Ask::get(&paper.sheet("subs").reading()), INSIDE);
        paper.assert_tight(&paper.ask(&ask), &[], cache);
    }
}

#[test]
fn readers_read_there_too_and_whoever_refuses_cookies_is_told_why() {
    let paper = paper();
    let mut ada = Jar::default();
    paper.sign_in(&mut ada, "ada@reader.example");
    assert!(paper.is_open_from(&ada, "subs", INSIDE));
    assert!(!paper.is_open_from(&ada, "subs", OUTSIDE));
    assert_eq!(paper.left(&ada), 10);
    let ask = from(Ask::form(&paper.sheet("m01").reading()), INSIDE);
    let refused = paper.browse(&mut Jar::refusing(), ask);
    paper.assert_tight(&refused, &[], "no cookie");
    assert!(refused.text().contains("cookie"), "{}", refused.text());
}

#[test]
fn whoever_copies_the_paper_at_the_library_meets_the_pace() {
    let paper = paper();
    let jar = paper.at_the_library("m01");
    let codes = ["m02", "m03"];
    let mut answers = (0..400).map(|turn| paper.get_from(&jar, codes[turn % 2], INSIDE).status);
    assert!(answers.any(|status| status == StatusCode::TOO_MANY_REQUESTS));
    // Others at the library are not held up by that.
    assert!(paper.is_open_from(&paper.fresh_visitor(), "m02", INSIDE));
}

#[test]
fn no_address_is_of_two_institutions() {
    let paper = paper();
    let other = |networks: &[&str]| Institution {
        slug: "college".to_owned(),
        name: "College".to_owned(),
        networks: networks.iter().map(|text| gate::Network::parse(text).unwrap()).collect(),
        ..library()
    };
    let keep = |one| {
        let kept = paper.store.keep_institution(
            one,
            MustBe::New,
            Doer::operator(),
            paper.today(),
            paper.clock.now(),
        );
        wait(kept).unwrap()
    };
    let refused = keep(other(&["198.51.100.0/24", "203.0.113.128/25"]));
    let InstitutionKept::Overlaps { own, others, name } = refused else { panic!("{refused:?}") };
    assert_eq!(
        (own.to_string(), others.to_string()),
        ("203.0.113.128/25".into(), "203.0.113.0/24".into())
    );
    assert_eq!(name, library().name);
    assert_eq!(keep(library()), InstitutionKept::Taken);
    // Of one that is over they are free again, and the newer one's.
    paper.license(Institution { ended_at: Some(paper.clock.now()), ..library() });
    assert_eq!(keep(other(&["203.0.113.0/25"])), InstitutionKept::Kept);
    let jar = paper.at_the_library("m01");
    assert!(paper.get_from(&jar, "m01", INSIDE).text().contains("Open to you by College."));
    let known = paper.store.keep_institution(
        library(),
        MustBe::Known,
        Doer::operator(),
        paper.today(),
        paper.clock.now(),
    );
    assert!(matches!(wait(known).unwrap(), InstitutionKept::Overlaps { .. }));
}
