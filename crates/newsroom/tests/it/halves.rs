//! Where the teaser ends, and the end mark.

use crate::desk::{article, assert_fault, body, read, with_head};

const END: &str = "<span class=\"end\"></span>";

#[test]
fn the_teaser_ends_at_the_line() {
    let article = article("One.\n\n<!-- paywall -->\n\nTwo.\n\nThree.\n");
    assert_eq!(article.teaser.html, "<p>One.</p>\n");
    assert_eq!(body(&article).html, format!("<p>Two.</p>\n<p>Three.{END}</p>\n"));
    assert_eq!((article.teaser.words, body(&article).words), (1, 2));
}

#[test]
fn a_free_article_is_cut_and_sealed_like_any_other() {
    let text = crate::desk::with_text("One.\n\n<!-- paywall -->\n\nTwo.\n");
    let article = read(&text.replace("\"metered\"", "\"free\"")).unwrap();
    assert!(article.head.access.is_free());
    assert_eq!(article.teaser.html, "<p>One.</p>\n");
    assert_eq!(body(&article).html, format!("<p>Two.{END}</p>\n"));
}

#[test]
fn without_a_line_the_first_two_paragraphs_are_the_teaser() {
    let four = article("One.\n\nTwo.\n\n## Heading\n\nThree.\n\nFour.\n");
    assert_eq!(four.teaser.html, "<p>One.</p>\n<p>Two.</p>\n");
    assert!(body(&four).html.starts_with("<h2>Heading</h2>\n<p>Three.</p>"));
    let three = article("One.\n\nTwo.\n\nThree.\n");
    assert_eq!(three.teaser.html, "<p>One.</p>\n");
    let one = article("One.\n");
    assert_eq!(one.teaser.html, format!("<p>One.{END}</p>\n"));
    assert_eq!(body(&one).html, "");
}

#[test]
fn paragraphs_are_counted_across_boxes_and_not_within_them() {
    let text = "One.\n\n::: fact \"F\"\na | b\n\nA document.\n:::\n\n> Quoted.\n\n- Item.\n\nTwo.\n\nThree.\n\nFour.\n";
    let article = article(text);
    assert!(article.teaser.html.ends_with("<p>Two.</p>\n"), "{}", article.teaser.html);
    assert!(article.teaser.aside.contains("<dt>a</dt>"));
    assert_eq!(body(&article).html, format!("<p>Three.</p>\n<p>Four.{END}</p>\n"));
}

#[test]
fn a_text_without_paragraphs_has_no_teaser() {
    let article = article("- One\n- Two\n\n## Heading\n");
    assert_eq!(article.teaser.html, "");
    assert!(body(&article).html.contains("<li>One</li>"));
}

#[test]
fn an_empty_text_is_an_empty_article() {
    let article = article("");
    assert_eq!((article.teaser.html.as_str(), body(&article).html.as_str()), ("", ""));
}

#[test]
fn an_open_fence_above_the_line_does_not_hide_it() {
    for above in ["```", "<!--", "<script>", "> quote", "1. item"] {
        let article = article(&format!("{above}\nOne.\n<!-- paywall -->\ncanary\n"));
        assert!(!article.teaser.html.contains("canary"), "{above}");
        assert!(body(&article).html.contains("canary"), "{above}");
    }
}

#[test]
fn an_address_below_the_line_does_not_reach_above_it() {
    let text = "A [word] stands.\n\n<!-- paywall -->\n\n[word]: https://canary.example/\n\nTwo.\n";
    let article = article(text);
    assert_eq!(article.teaser.html, "<p>A [word] stands.</p>\n");
    assert_fault(
        "A [word][far].\n\n<!-- paywall -->\n\n[far]: https://a.example/\n",
        1,
        "has no address near it",
    );
}

#[test]
fn an_underline_below_the_line_makes_no_heading_above_it() {
    let article = article("One.\n<!-- paywall -->\n---\n\nTwo.\n");
    assert_eq!(article.teaser.html, "<p>One.</p>\n");
}

#[test]
fn there_is_one_line() {
    assert_fault("One.\n\n<!-- paywall -->\n\nTwo.\n\n<!-- paywall -->\n", 7, "line 10 already");
}

#[test]
fn the_end_mark_stands_in_a_last_paragraph_alone() {
    for (text, marked) in [
        ("One.\n\n<!-- paywall -->\n\n- Item.\n", false),
        ("One.\n\n<!-- paywall -->\n\n> Quote.\n", false),
        ("One.\n\n<!-- paywall -->\n\n| a |\n|---|\n| b |\n", false),
        ("One.\n\n<!-- paywall -->\n\nTwo.\n\n---\n", false),
        (
            "One.\n\n<!-- paywall -->\n\nTwo.\n\n::: picture \"pictures/known.webp\"\nalt: x\n:::\n",
            false,
        ),
        ("One.\n\n<!-- paywall -->\n\nTwo.\n\n::: pull\nQ\n:::\n", true),
        ("One.\n\n<!-- paywall -->\n\nTwo.\n\n::: fact \"F\"\na | b\n:::\n", true),
    ] {
        let article = article(text);
        assert_eq!(article.teaser.html, "<p>One.</p>\n", "{text}");
        assert_eq!(body(&article).html.contains(END), marked, "{text}");
    }
    // Boxes alone below the line: the text ends with the teaser.
    let boxes = article("One.\n\n<!-- paywall -->\n\n::: pull\nQ\n:::\n");
    assert_eq!(boxes.teaser.html, format!("<p>One.{END}</p>\n"));
    assert!(body(&boxes).aside.contains("Q"));
}

#[test]
fn the_dateline_stands_before_the_first_paragraph() {
    let file = with_head("dateline = \"Sele & Roads\"");
    let line = "<span class=\"dateline\">Sele &amp; Roads</span> – ";
    let article =
        read(&file.replace("Text.", "## H\n\n> Q\n\nOne.\n\nTwo.\n\nThree.\n\nFour.")).unwrap();
    assert!(article.teaser.html.ends_with(&format!("<p>{line}One.</p>\n<p>Two.</p>\n")));
    assert!(!body(&article).html.contains("dateline"));
    let below = read(&file.replace("Text.", "> Q\n\n<!-- paywall -->\n\nOne.")).unwrap();
    assert_eq!(below.teaser.html, "<blockquote>\n<p>Q</p>\n</blockquote>\n");
    assert_eq!(body(&below).html, format!("<p>{line}One.{END}</p>\n"));
}
