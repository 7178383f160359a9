//! One paper, five languages: whatever the house says by itself comes in the paper's language, and no page has a hole.

use std::collections::HashSet;

use face::{Language, Words};

use crate::ask::Ask;
use crate::jar::Jar;
use crate::paper::TestPaper;
use crate::settings::Settings;

/// A language; what is said with four left, of five read, of when the next come, of an article for subscribers, of the
/// way out, and where there is no page.
const GOLDEN: &[[&str; 7]] = &[
    [
        "en",
        "4 free articles left this month.",
        "You have read 5 free articles this month.",
        "The next five come on October 1st.",
        "This article is for subscribers.",
        "Get unlimited access",
        "This page is not here.",
    ],
    [
        "de",
        "Noch 4 Artikel in diesem Monat frei.",
        "Sie haben in diesem Monat 5 freie Artikel gelesen.",
        "Die nächsten fünf gibt es am 1. Oktober.",
        "Dieser Artikel ist für Abonnenten.",
        "Unbegrenzt lesen",
        "Diese Seite gibt es hier nicht.",
    ],
    [
        "fr",
        "Encore 4 articles gratuits ce mois-ci.",
        "Vous avez lu 5 articles gratuits ce mois-ci.",
        "Les cinq prochains arrivent le 1er octobre.",
        "Cet article est réservé aux abonnés.",
        "Lire sans limite",
        "Cette page n’est pas ici.",
    ],
    [
        "es",
        "Quedan 4 artículos gratuitos este mes.",
        "Ha leído 5 artículos gratuitos este mes.",
        "Los cinco siguientes llegan el 1 de octubre.",
        "Este artículo es para suscriptores.",
        "Leer sin límite",
        "Esta página no está aquí.",
    ],
    [
        "ja",
        "今月の無料記事は残り4本です。",
        "今月は無料記事を5本お読みになりました。",
        "次の5本は10月1日からお読みいただけます。",
        "この記事は購読者向けです。",
        "制限なく読む",
        "このページはありません。",
    ],
];

const LANGUAGES: [&str; 5] = ["en", "de", "fr", "es", "ja"];

/// Every kind of page that a reader can meet.
fn pages(paper: &TestPaper) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let plain = [
        "/",
        "/city",
        "/harbour",
        "/opinion",
        "/tags/shipping",
        "/offers",
        "/about",
        "/contact",
        "/contact?about=%2Fharbour%2Fm01",
        "/authors/anna",
        "/series/dredge",
        "/latest",
        "/archive",
        "/archive/2026",
        "/archive/2026/09",
        "/archive/2026-09-14",
        "/most-read",
        "/corrections",
        "/edition",
        "/edition/2026-09-14",
        "/reports",
        "/nothing",
        "/city/goni",
        "/harbour/m01",
        "/harbour/m12",
        "/harbour/subs",
        "/harbour/ser1",
        "/city/regi",
        "/city/free",
        "/city/live",
        "/city/corr",
        "/opinion/opin",
        "/harbour/m01/reading",
    ];
    for target in plain {
        pages.push((target.to_owned(), paper.get(target).text()));
    }
    let mut jar = Jar::default();
    for code in ["m01", "live", "ser2", "opin", "corr"] {
        pages.push((format!("{code} open"), paper.read(&mut jar, code).text()));
        pages.push((
            format!("{code}, asked for m12"),
            paper.send(&mut jar, Ask::get("/harbour/m12/reading")).text(),
        ));
    }
    pages.push(("the wall".to_owned(), paper.read(&mut jar, "m06").text()));
    pages.push(("subscribers".to_owned(), paper.send(&mut jar, Ask::get("/harbour/subs")).text()));
    pages.push(("no cookies".to_owned(), paper.read(&mut Jar::refusing(), "m02").text()));
    pages
}

/// The text of a page, without its markup.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    for (place, piece) in html.split('<').enumerate() {
        let outside =
            if place == 0 { piece } else { piece.split_once('>').map_or("", |(_, text)| text) };
        text.push_str(outside);
        text.push('\n');
    }
    // Spaces that hold words together are spaces.
    text.replace(['\u{A0}', '\u{202F}'], " ")
}

#[test]
fn every_page_is_in_the_paper_s_language() {
    for language in LANGUAGES {
        let paper = TestPaper::with(Settings { language, ..Settings::default() });
        let english = if language == "en" { Vec::new() } else { english_of_others(language) };
        for (name, html) in pages(&paper) {
            assert!(html.contains(&format!("<html lang=\"{language}\"")), "{language} {name}");
            if language != "en" {
                assert_no_english(language, &english, &name, &html);
            }
        }
    }
}

/// The messages of the English table for which another language has its own.
fn english_of_others(language: &str) -> Vec<(&'static str, String)> {
    let own = Words::of(Language::parse(language).unwrap()).plain();
    let own: HashSet<&String> = own.values().collect();
    let english = Words::of(Language::parse("en").unwrap()).plain();
    english.into_iter().filter(|(_, said)| !own.contains(said)).collect()
}

/// None of them stands in a page of that language.
#[track_caller]
fn assert_no_english(language: &str, english: &[(&str, String)], name: &str, html: &str) {
    let text = text_of(html);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let set: HashSet<&str> = lines.iter().copied().collect();
    for (key, said) in english {
        assert!(!set.contains(said.as_str()), "{language} {name}: {key:?} is {said:?}");
    }
    for phrase in ["free article", "You have", "Offer ends", "this month", "Subscribe to", "left "]
    {
        let chrome =
            lines.iter().filter(|line| !line.contains("Headline") && !line.contains("graph"));
        let found: Vec<_> = chrome.filter(|line| line.contains(phrase)).collect();
        assert!(found.is_empty(), "{language} {name}: {found:?}");
    }
}

/// A page without its data for machines: that is JSON, and read as such elsewhere.
fn without_data(html: &str) -> String {
    let mut parts = html.split("<script type=\"application/ld+json\">");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |page, part| page + part.split_once("</script>").unwrap().1)
}

#[test]
fn no_page_has_a_hole() {
    for language in LANGUAGES {
        let paper = TestPaper::with(Settings { language, ..Settings::default() });
        for (name, html) in pages(&paper) {
            let html = without_data(&html);
            for line in text_of(&html).lines() {
                for hole in ["{", "}", "undefined", "NaN", "None", "null", "Some(", "  "] {
                    assert!(!line.trim().contains(hole), "{language} {name}: {hole:?} in {line:?}");
                }
            }
            for hole in [
                "=\"undefined\"",
                "{{",
                "}}",
                "{%",
                "\u{1}",
                "href=\"\"",
                "src=\"\"",
                "&amp;amp;",
                "&amp;lt;",
            ] {
                assert!(!html.contains(hole), "{language} {name}: {hole:?}");
            }
        }
    }
}

#[test]
fn notices_and_walls_are_worded_in_each_language() {
    for [language, left, used_up, next, subscribers, way_out, nothing] in GOLDEN {
        let paper = TestPaper::with(Settings { language, ..Settings::default() });
        let mut jar = Jar::default();
        paper.read(&mut jar, "m01");
        let key = "AAAAAAAAAAAAAAAAAAAAAA";
        let told = paper.send(&mut jar, Ask::script("/harbour/m01/reading", key)).json();
        assert!(told["status"].as_str().unwrap().contains(left), "{language}: {told}");
        for code in ["m02", "m03", "m04", "m05"] {
            paper.read(&mut jar, code);
        }
        let spent = text_of(&paper.read(&mut jar, "m06").text());
        for wanted in [used_up, next, way_out] {
            assert!(spent.contains(wanted), "{language}: no {wanted} in {spent}");
        }
        let locked = text_of(&paper.get("/harbour/subs").text());
        for wanted in [subscribers, way_out] {
            assert!(locked.contains(wanted), "{language}: no {wanted} in {locked}");
        }
        let page = text_of(&paper.get("/nothing").text());
        assert!(page.contains(nothing), "{language}: {page}");
    }
}

#[test]
fn an_article_in_another_language_says_so_and_the_house_keeps_its_own() {
    let paper = TestPaper::new();
    let japanese = paper.get("/city/japa").text();
    assert!(japanese.contains("<html lang=\"ja\""), "{}", &japanese[..200]);
    let arabic = paper.get("/city/arab").text();
    assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\""), "{}", &arabic[..200]);
    // What the house says inside of it is in the house's language and direction.
    for page in [&japanese, &arabic] {
        for part in ["class=\"opening ", "class=\"masthead page\"", "<footer"] {
            let tag = page.split(part).nth(1).unwrap().split('>').next().unwrap();
            assert!(tag.contains("lang=\"en-CA\" dir=\"ltr\""), "{part}: {tag}");
        }
    }
    let mut jar = Jar::default();
    let open = paper.read(&mut jar, "arab").text();
    assert!(open.contains("كناريالمخفي"));
}
