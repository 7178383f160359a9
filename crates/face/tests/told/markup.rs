//! The markup: well-formed, escaped, and without inline style or script.

use face::{FrontSketch, Language, Paper, Shown, Templates, asking, notice, samples, tariff, wall};

use crate::scene::{Scene, now};

const VOID: [&str; 3] = ["br", "img", "hr"];

/// A balanced-tag check: every element is closed by its own tag, attributes are quoted, ampersands are references.
pub(crate) fn assert_well_formed(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        assert_text(text);
        let (tag, behind) = after.split_once('>').unwrap_or_else(|| panic!("< without >: {after}"));
        rest = behind;
        assert_eq!(tag.matches('"').count() % 2, 0, "a quote is open in <{tag}>");
        assert!(!tag.contains('<'), "< within <{tag}>");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes another element");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap();
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "<{tag}>");
        for banned in [" style=", " on", "javascript:"] {
            let outside: String = tag.split('"').step_by(2).collect();
            assert!(!outside.contains(banned), "{banned} in <{tag}>");
        }
        if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert_text(rest);
    assert!(open.is_empty(), "left open: {open:?}");
}

fn assert_text(text: &str) {
    assert!(!text.contains('>'), "a lone > in {text:?}");
    for (at, _) in text.match_indices('&') {
        let reference = text[at..].split_once(';').map_or("", |(reference, _)| reference);
        assert!((2..=7).contains(&reference.len()), "a lone & in {text:?}");
    }
}

fn rendered(paper: &Paper<'_>, shown: &Shown) -> String {
    let templates = Templates::new().unwrap();
    match shown {
        Shown::Asking(meterage) => asking(Some(meterage), paper).line,
        Shown::Notice(state) => {
            let words = notice(state, paper, now());
            templates.notice(&words).unwrap() + &templates.bar(&words).unwrap()
        }
        Shown::Wall(state) => {
            templates.wall(&wall(state, paper, "K7Q-24P", now()), paper.front).unwrap()
        }
    }
}

#[test]
fn every_sample_is_well_formed_in_every_language() {
    let scene = Scene::new();
    for language in Language::ALL {
        let paper = scene.paper(language);
        for sample in samples(&scene.zone, now()) {
            assert_well_formed(&rendered(&paper, &sample.shown));
        }
        let tariff = tariff(&paper, &scene.offers, now());
        let html = Templates::new().unwrap().tariff(&tariff).unwrap();
        assert_well_formed(&html);
        assert_eq!(html.matches("class=\"btn\"").count(), 1, "only the offer's button is filled");
        assert_eq!(html.matches("class=\"now\"").count(), 1);
    }
}

#[test]
fn everything_is_escaped() {
    let nasty = "<b>&\"'</b>";
    let mut scene = Scene { name: "<b>&\"", ..Scene::new() };
    scene.front = FrontSketch {
        paper_name: nasty.to_owned(),
        lead_headline: nasty.repeat(12),
        lead_picture: Some("/\"><script>".to_owned()),
        headlines: vec![nasty.to_owned(), String::new(), "x".repeat(5_000)],
    };
    scene.plans[0].name = nasty.to_owned();
    scene.plans[0].summary = nasty.to_owned();
    let paper = Paper { offers_url: "/offers?a=\"&b=<", ..scene.paper(Language::English) };
    for sample in samples(&scene.zone, now()) {
        let html = rendered(&paper, &sample.shown);
        assert_well_formed(&html);
        assert!(!html.contains("<b>&") && !html.contains("<script"), "{}", sample.name);
    }
    let html = Templates::new().unwrap().tariff(&tariff(&paper, &scene.offers, now())).unwrap();
    assert_well_formed(&html);
    assert!(!html.contains("<b>&"));
}

#[test]
fn a_payment_that_failed_is_mended_first() {
    let scene = Scene::new();
    let paper = scene.paper(Language::English);
    let states = samples(&scene.zone, now());
    let failed = states.iter().find(|sample| sample.name == "wall-payment-failed").unwrap();
    let html = rendered(&paper, &failed.shown);
    assert_eq!(html.matches("class=\"btn\"").count(), 1);
    assert!(html.contains("<a class=\"btn\" href=\"/account\">Update payment</a>"), "{html}");
}
