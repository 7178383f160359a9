use super::*;

fn unfolded_with(text: &str) -> (String, Found) {
    let mut found = Found::default();
    let index = Index::default();
    let shown = unfolded(text, &Shop { index: &index, id: 1 }, &mut found);
    (shown, found)
}

#[track_caller]
fn assert_shown(rows: &[(&str, &str)]) {
    for (written, shown) in rows {
        assert_eq!(unfolded_with(written).0, *shown, "{written}");
    }
}

#[test]
fn captions_become_figures() {
    let figure = "<figure><img src=\"a.jpg\" /><figcaption>The <b>bridge</b></figcaption></figure>";
    assert_shown(&[
        (
            "[caption id=\"attachment_9\" width=\"300\"]\
             <img src=\"a.jpg\" /> The <b>bridge</b>[/caption]",
            figure,
        ),
        ("[wp_caption caption='The <b>bridge</b>']<img src=\"a.jpg\" />[/wp_caption]", figure),
        ("[caption]<img src=\"a.jpg\" /><br />\nThe <b>bridge</b>[/caption]", figure),
        (
            "[caption]<a href=\"b\"><img src=\"a.jpg\" /></a> So[/caption]",
            "<figure><a href=\"b\"><img src=\"a.jpg\" /></a><figcaption>So</figcaption></figure>",
        ),
        (
            "[caption]<img src=\"a.jpg\" /> [embed]https://b.example[/embed][/caption]",
            "<figure><img src=\"a.jpg\" /><figcaption>\
             <iframe src=\"https://b.example\"></iframe></figcaption></figure>",
        ),
    ]);
}

#[test]
fn sounds_films_and_embeds_become_what_a_browser_has() {
    let frame = "<iframe src=\"https://b.example/?a=1&amp;b=2\"></iframe>";
    assert_shown(&[
        ("[embed]https://b.example/?a=1&amp;b=2[/embed]", frame),
        ("[embed width=\"9\"]https://b.example/?a=1&b=2[/embed]", frame),
        ("[youtube=https://b.example/?a=1&b=2]", frame),
        ("[youtube https://b.example/?a=1&#038;b=2 /]", frame),
        ("[soundcloud url='https://b.example/?a=1&b=2' params=\"x\"]", frame),
        ("[audio src=\"a.mp3\"]", "<audio src=\"a.mp3\"></audio>"),
        ("[audio mp3=a.mp3][/audio]", "<audio src=\"a.mp3\"></audio>"),
        ("[audio https://b.example/a.mp3]", "<audio src=\"https://b.example/a.mp3\"></audio>"),
        ("[video width='9' mp4='a.mp4' ][/video] so", "<video src=\"a.mp4\"></video> so"),
        ("[video mp4=”a.mp4”]", "<video src=\"a.mp4\"></video>"),
        ("[audio]", ""),
        (
            "[audio a=1 src=\"a.mp3\"] and [audio src='b.mp3'][/audio]",
            "<audio src=\"a.mp3\"></audio> and <audio src=\"b.mp3\"></audio>",
        ),
    ]);
}

#[test]
fn what_is_no_shortcode_stays() {
    for kept in [
        "[sic]",
        "[1]",
        "[...]",
        "[]",
        "[",
        "[[",
        "a [caption",
        "<a title=\"[audio]\">b</a>",
        "[galleryx]",
        "[tweet]",
        "[/caption]",
    ] {
        let (shown, found) = unfolded_with(kept);
        assert_eq!(shown, kept);
        assert!(found.remarks.is_empty(), "{kept}");
    }
    assert_shown(&[("[[audio src=1]]", "[audio src=1]"), ("[[sic]]", "[[sic]]")]);
}

#[test]
fn unknown_ones_stay_and_are_reported() {
    for (text, says) in [
        ("[contact-form-7 id=\"1\"]", "[contact-form-7]"),
        ("[button url='x']Go[/button]", "[button]"),
        ("[su_row]", "[su_row]"),
        ("[box]So[/box]", "[box]"),
        ("[x /]", "[x]"),
    ] {
        let (shown, found) = unfolded_with(text);
        assert_eq!(shown, text);
        let sentences = found.remarks.into_sentences();
        assert!(sentences[0].contains(says) && sentences.len() == 1, "{text} {sentences:?}");
    }
}

#[test]
fn what_hid_its_text_ends_the_teaser() {
    let (shown, found) = unfolded_with("Open. [members_only plan=\"a\"]Hidden.[/members_only]");
    assert_eq!(shown, format!("Open. {}Hidden.", super::super::MORE));
    assert!(found.locked);
    let (shown, found) = unfolded_with("[S2If x]Hidden.[/S2If]");
    assert!(found.locked && !shown.contains('['), "{shown}");
}

#[test]
fn attributes_are_read_in_all_quotings() {
    let found = given(" a=\"1 2\" b='3' c=4 \"five six\" seven d = \"8\" ‘e’=9 f=“10”");
    let pairs: Vec<(&str, &str)> = found.0.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let wanted =
        [("a", "1 2"), ("b", "3"), ("c", "4"), ("", "five six"), ("", "seven"), ("d", "8")];
    assert_eq!(pairs[..6], wanted);
    assert_eq!(found.get("F"), Some("10"));
    assert_eq!(found.get("missing"), None);
}

#[test]
fn absurd_texts_come_to_an_end() {
    for text in
        ["[caption]", "[embed", "[[audio", "[audio a=\"", "[caption][/caption]", "<img", "[a /]"]
    {
        let long = text.repeat(5_000);
        let (shown, _) = unfolded_with(&long);
        assert!(shown.len() <= long.len() * 12, "{text}");
    }
    let nested = format!("{}x{}", "[caption]".repeat(50), "[/caption]".repeat(50));
    assert!(!unfolded_with(&nested).0.is_empty());
}
