use face::{House, Permalink};
use newsroom::Slug;
use paywall::{Capabilities, SettingsVersion};

use super::*;

fn addresses(permalink: Permalink) -> Addresses {
    let text =
        format!("paper.zone = 'America/Halifax'\npaper.permalink = '{}'\n", permalink.as_str());
    let can = Capabilities { accounts: false, crawler_verification: false };
    let (house, _) = House::parse(&text, SettingsVersion(1), can).unwrap();
    let paper = newsroom::read_paper("paper.toml", "[[sections]]\nslug = 'city'\nname = 'City'\n");
    Addresses::new(&house, &paper.unwrap())
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn an_address_is_made_in_the_paper_s_zone() {
    let late = at("2026-10-01T02:30:00Z");
    for (permalink, wanted) in [
        (Permalink::Section, "/city/quay"),
        (Permalink::Month, "/2026/09/quay"),
        (Permalink::Day, "/2026/09/30/quay"),
        (Permalink::SectionAndMonth, "/city/2026/09/quay"),
        (Permalink::Slug, "/quay"),
    ] {
        assert_eq!(addresses(permalink).of_parts("city", "quay", late, false), wanted);
    }
}

#[test]
fn a_slug_that_is_not_an_article_s_alone_keeps_its_section() {
    let now = at("2026-09-16T12:00:00Z");
    for permalink in [Permalink::Month, Permalink::Day, Permalink::Slug] {
        assert_eq!(addresses(permalink).of_parts("city", "quay", now, true), "/city/quay");
    }
    let months = addresses(Permalink::SectionAndMonth);
    assert_eq!(months.of_parts("city", "quay", now, true), "/city/2026/09/quay");
    for taken in ["city", "offers", "tags", "assets"] {
        let address = addresses(Permalink::Slug).of_parts("city", taken, now, false);
        assert_eq!(address, format!("/city/{taken}"));
        let address = addresses(Permalink::Month).of_parts("city", taken, now, false);
        assert_eq!(address, format!("/2026/09/{taken}"));
    }
}

#[test]
fn every_address_fits_a_row_of_its_own_pattern() {
    let now = at("2026-09-16T12:00:00Z");
    for permalink in Permalink::ALL {
        let address = addresses(permalink).of_parts("city", "quay", now, false);
        for (behind, page) in [("", Page::Article), ("/reading", Page::Reading)] {
            let path = format!("{address}{behind}");
            let pattern = format!("{}{behind}", permalink.as_str());
            let (route, places) = routes::fits(&path, false)
                .find(|(route, _)| route.pattern == pattern)
                .unwrap_or_else(|| panic!("{path} does not fit {pattern}"));
            assert_eq!(route.page, page);
            let sought = Sought::of(route, places, &path);
            assert_eq!((sought.path, sought.slug), (address.as_str(), "quay"));
            assert_eq!(sought.section.is_some(), permalink.has_section());
        }
    }
}

fn sought(path: &str) -> Sought<'_> {
    let (route, places) =
        routes::fits(path, false).find(|(route, _)| route.page == Page::Article).unwrap();
    Sought::of(route, places, path)
}

/// An article by section, slug, day and whether it is a namesake.
fn head(section: &str, slug: &str, day: &str, namesake: bool) -> Head {
    let text = format!(
        "+++\nid = '{section}-{slug}'\nslug = '{slug}'\nheadline = 'H'\nsection = 'city'\n\
         published_at = {day}T12:00:00Z\naccess = 'free'\n+++\nText.\n"
    );
    let paper = newsroom::read_paper("p", "[[sections]]\nslug = 'city'\nname = 'City'\n").unwrap();
    let words = newsroom::BodyWords {
        corrected: String::new(),
        withdrawn: String::new(),
        ..newsroom::BodyWords::default()
    };
    let context = newsroom::Context {
        paper: &paper,
        paper_id: paywall::PaperId([1; 16]),
        zone: &TimeZone::UTC,
        words: &words,
        address_of: &|_| None,
        media_address: &|_| None,
        picture_size: &|_| None,
        shift_days: 0,
    };
    let article = newsroom::read_article("a.md", &text, &context).unwrap();
    Head { section: Slug::parse(section).unwrap(), namesake, ..article.head }
}

#[test]
fn among_several_articles_the_one_is_chosen_that_the_address_tells_apart() {
    let months = addresses(Permalink::Month);
    let heads = [
        head("city", "quay", "2025-03-01", false),
        head("harbour", "quay", "2026-09-01", true),
        head("opinion", "pier", "2026-09-01", false),
    ];
    let chosen =
        |path: &str| sought(path).choose(&heads, &months).map(|head| head.section.as_str());
    assert_eq!(chosen("/2025/03/quay"), Some("city"), "its own address");
    assert_eq!(chosen("/2026/09/quay"), Some("harbour"), "the month tells them apart");
    assert_eq!(chosen("/1999/01/quay"), Some("city"), "the first has the slug to itself");
    assert_eq!(chosen("/2026/9/quay"), Some("harbour"), "a month without its zero");
    let only = [head("city", "pier", "2025-03-01", false)];
    let former = sought("/2025/03/old-name").choose(&only, &months);
    assert!(former.is_some(), "whoever had the slug before");
    assert!(sought("/2025/03/old-name").choose(&heads[1..], &months).is_none(), "two had it");
}
