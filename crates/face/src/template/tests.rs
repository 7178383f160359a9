use super::sketch::{pieces, width_of, wrap};
use super::{FrontSketch, HEADLINES_MAX, Templates};
use crate::notice::notice;
use crate::scene::{Scene, now};

#[test]
fn a_notice_without_a_bar_has_no_bar() {
    let scene = Scene::new();
    let templates = Templates::new().unwrap();
    let words = |read| {
        let state = paywall::Notice::of_meterage(scene.meterage(read, 5));
        notice(&state, &scene.paper(), now())
    };
    assert_eq!(templates.bar(&words(1)).unwrap(), "");
    assert_eq!(
        templates.notice(&words(1)).unwrap(),
        "<p class=\"notice\" data-part=\"notice\">You have 4 free articles left this month.</p>"
    );
    assert!(templates.bar(&words(3)).unwrap().contains("data-left=\"2\""));
}

#[test]
fn headlines_wrap_within_their_column() {
    let text = "Carrier pulls 41 calls from Port Merrin as tariff takes effect";
    let lines = wrap(text, 12.0, 3);
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| width_of(line) <= 12.0), "{lines:?}");
    assert_eq!(wrap(text, 100.0, 3), [text]);
    assert!(wrap(text, 8.0, 2)[1].ends_with('…'));
    let long = wrap(&"x".repeat(200), 5.0, 2);
    assert!(long.len() == 1 && long[0].ends_with('…') && width_of(&long[0]) <= 5.0, "{long:?}");
    assert_eq!(wrap("", 5.0, 2), Vec::<String>::new());
    assert_eq!(wrap("a b", 0.0, 2).len(), 2, "no room still ends");
}

#[test]
fn japanese_breaks_anywhere_but_before_a_closing_mark() {
    let text = "港湾委員会、浚渫の追加費用を否決";
    assert_eq!(pieces(text).concat(), text);
    assert!(pieces(text).iter().all(|piece| !piece.starts_with('、')));
    let lines = wrap(text, 6.0, 3);
    assert_eq!(lines.concat(), text);
}

#[test]
fn a_sketch_takes_no_more_headlines_than_its_limit() {
    let sketch = |count: usize| FrontSketch {
        paper_name: "N".to_owned(),
        lead_headline: "L".to_owned(),
        lead_picture: None,
        headlines: (0..count).map(|n| format!("headline {n}")).collect(),
    };
    let (many, limit) = (sketch(HEADLINES_MAX + 50), sketch(HEADLINES_MAX));
    assert_eq!(many.devices(true), limit.devices(true));
    assert!(!many.devices(false).contains("<image"), "no picture, no image");
}

#[test]
fn a_printed_sheet_is_drawn_only_where_there_is_print() {
    let sketch = FrontSketch { lead_picture: Some("/p.webp".to_owned()), ..FrontSketch::default() };
    assert_eq!(sketch.devices(false).matches("<image").count(), 3);
    assert_eq!(sketch.devices(true).matches("<image").count(), 4);
}
