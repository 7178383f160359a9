//! What stands between `:::` lines.

use crate::desk::{article, assert_fault, body, read_moved, with_text};

fn aside(text: &str) -> String {
    body(&article(&format!("<!-- paywall -->\n{text}"))).aside.clone()
}

fn html(text: &str) -> String {
    body(&article(&format!("<!-- paywall -->\n{text}"))).html.clone()
}

#[test]
fn a_fact_box_has_rows_and_documents() {
    let text = "::: fact \"Calls & dues, \"by year\"\"\n2023 | 52\n- 3 m | *1. x*\na \\| b | [c](article:two)\n\n\
                The document: [notice](attachments/known.pdf),\n2 pages\n\nAnother.\n:::\n";
    assert_eq!(
        aside(text),
        "<section class=\"fact\"><h2>Calls &amp; dues, &quot;by year&quot;</h2><dl>\
         <div><dt>2023</dt><dd>52</dd></div><div><dt>- 3 m</dt><dd><em>1. x</em></dd></div>\
         <div><dt>a | b</dt><dd><a href=\"/harbour/two\">c</a></dd></div></dl>\
         <p class=\"doc\">The document: <a href=\"/media/attachments/known.pdf\">notice</a>,\n2 pages</p>\
         <p class=\"doc\">Another.</p></section>\n"
    );
    let article = article(&format!("<!-- paywall -->\n{text}"));
    assert_eq!(body(&article).html, "");
    assert_eq!(body(&article).notes, [""; 0]);
    assert_eq!(body(&article).media, ["attachments/known.pdf"]);
}

#[test]
fn a_fact_box_that_is_none_is_a_fault() {
    assert_fault("::: fact\na | b\n:::\n", 1, "no heading");
    assert_fault("::: fact \"F\"\n\n:::\n", 1, "is empty");
    assert_fault("::: fact \"F\"\na |\n:::\n", 2, "two sides");
    assert_fault("::: fact \"F\"\na | b | c\n:::\n", 2, "two sides");
    assert_fault("::: fact \"F\"\na | b\n\n## H\n:::\n", 4, "a heading");
    assert_fault("::: fact \"F\"\na | b\n\n- c\n:::\n", 4, "a list");
    assert_fault("::: fact \"F\"\na | b\nc | [d](e)\n:::\n", 3, "leads nowhere");
    assert_fault("::: fact \"F\"\na | b\n\nc [d](e)\n:::\n", 4, "leads nowhere");
    assert_fault("::: fact \"F\"\na | b\n\n---\n:::\n", 4, "a rule");
}

#[test]
fn a_pull_quote_is_one_paragraph() {
    assert_eq!(
        aside("::: pull \"Berit Sandoe, pilot\"\n“They will say *tariff*.”\n:::\n"),
        "<blockquote class=\"pull aside\">“They will say <em>tariff</em>.”\
         <cite>Berit Sandoe, pilot</cite></blockquote>\n"
    );
    assert_eq!(
        aside("::: pull\n“They.”\n:::\n"),
        "<blockquote class=\"pull aside\">“They.”</blockquote>\n"
    );
    assert_fault("::: pull \"A\"\n:::\n", 1, "one paragraph");
    assert_fault("::: pull \"A\"\na\n\nb\n:::\n", 1, "one paragraph");
    assert_fault("::: pull Berit\na\n:::\n", 1, "in quotes");
}

#[test]
fn a_picture_stands_in_the_text() {
    let text = "::: picture \"pictures/known.webp\"\nalt: A \"gauge\"\n\
                caption: The <b>gauge</b>: low.\ncredit: C & D\n:::\n";
    let file = |width: u32| format!("/media/pictures/known-{width}.webp");
    let widths =
        newsroom::picture::WIDTHS.map(|width| format!("{} {width}w", file(width))).join(", ");
    assert!(
        html(text)
            .contains(&format!("src=\"{}\" srcset=\"{widths}\" sizes=\"(min-width", file(1600)))
    );
    let (_, behind) =
        html(text).split_once(" alt=").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(
        behind,
        "\"A &quot;gauge&quot;\" loading=\"lazy\" decoding=\"async\" \
         width=\"1600\" height=\"1067\"><figcaption>The &lt;b&gt;gauge&lt;/b&gt;: low.\
         <span class=\"credit\">© C &amp; D\
         </span></figcaption></figure>\n"
    );
    assert_eq!(
        html("::: picture \"pictures/known.svg\"\nalt: x\n:::\n"),
        "<figure class=\"pic\"><img src=\"/media/pictures/known.svg\" alt=\"x\" loading=\"lazy\" decoding=\"async\"></figure>\n"
    );
    assert_eq!(body(&article(&format!("<!-- paywall -->\n{text}"))).media, ["pictures/known.webp"]);
}

#[test]
fn a_picture_that_is_none_is_a_fault() {
    assert_fault("::: picture\nalt: x\n:::\n", 1, "no file");
    assert_fault("::: picture \"pictures/known.webp\"\n:::\n", 1, "no line alt:");
    assert_fault("::: picture \"pictures/lost.webp\"\nalt: x\n:::\n", 1, "there is no file");
    assert_fault("::: picture \"attachments/known.pdf\"\nalt: x\n:::\n", 1, "pictures/");
    assert_fault("::: picture \"pictures/known.webp\"\nalt: x\ncaptoin: y\n:::\n", 3, "caption:");
    assert_fault("::: picture \"pictures/known.webp\"\nalt: x\nalt: y\n:::\n", 3, "twice");
    assert_fault("::: picture \"pictures/known.webp\"\nalt: x\ncredit:\n:::\n", 3, "is empty");
}

#[test]
fn a_gallery_is_a_row_of_pictures() {
    let text = "::: gallery \"The \"barrier\"\"\nfile: pictures/known.svg\nalt: One\n\n\
                file: pictures/known-2.svg\ncaption: It <b>closes</b>.\nalt: Two\ncredit: C\n:::\n";
    assert_eq!(
        html(text),
        "<div class=\"gallery\"><p class=\"gallery-name\">The &quot;barrier&quot;</p>\
         <div tabindex=\"0\" role=\"region\" aria-label=\"The &quot;barrier&quot;, 2 pictures\">\
         <figure><img src=\"/media/pictures/known.svg\" alt=\"One\" loading=\"lazy\" decoding=\"async\"></figure>\
         <figure><img src=\"/media/pictures/known-2.svg\" alt=\"Two\" loading=\"lazy\" decoding=\"async\">\
         <figcaption>It &lt;b&gt;closes&lt;/b&gt;.<span class=\"credit\">© C</span></figcaption></figure>\
         </div></div>\n"
    );
    let files = ["pictures/known-2.svg", "pictures/known.svg"];
    assert_eq!(body(&article(&format!("<!-- paywall -->\n{text}"))).media, files);
    let nameless = html(&text.replace(" \"The \"barrier\"\"", ""));
    assert!(nameless.starts_with(
        "<div class=\"gallery\"><div tabindex=\"0\" role=\"region\" aria-label=\"2 pictures\">"
    ));
}

#[test]
fn a_gallery_that_is_none_is_a_fault() {
    let one = "file: pictures/known.svg\nalt: x\n";
    assert_fault(&format!("::: gallery\n{one}:::\n"), 1, "has 1 pictures");
    assert_fault("::: gallery\n:::\n", 1, "has 0 pictures");
    assert_fault(&format!("::: gallery A\n{one}{one}:::\n"), 1, "in quotes");
    assert_fault(&format!("::: gallery\nalt: x\n{one}{one}:::\n"), 2, "begins with its file");
    assert_fault(
        &format!("::: gallery\n{one}{one}file: pictures/known.svg\n:::\n"),
        6,
        "no line alt",
    );
    assert_fault(
        &format!("::: gallery\n{one}file: pictures/lost.svg\nalt: x\n:::\n"),
        4,
        "there is no file",
    );
    assert_fault(&format!("::: gallery\n{one}{one}atl: x\n:::\n"), 6, "is alt:");
    assert_fault(&format!("::: gallery\n{one}{one}alt: x\n:::\n"), 6, "twice");
}

#[test]
fn an_embed_is_a_card_with_a_link_and_no_frame() {
    let text = "::: embed \"https://www.youtube.com/watch?v=abc&t=9\"\ntitle: The <i>crossing</i>\ncaption: Filmed on Tuesday.\n:::\n";
    assert_eq!(
        html(text),
        "<figure class=\"embed\" data-frame=\"https://www.youtube-nocookie.com/embed/abc?start=9\" \
         data-load=\"Load from YouTube\"><p><a href=\"https://www.youtube.com/watch?v=abc&amp;t=9\" data-n=\"1\">\
         The &lt;i&gt;crossing&lt;/i&gt;</a> <span>YouTube</span></p><figcaption>Filmed on Tuesday.</figcaption></figure>\n"
    );
    let article = article(&format!("<!-- paywall -->\n{text}"));
    assert_eq!(body(&article).notes, ["https://www.youtube.com/watch?v=abc&t=9"]);
}

#[test]
fn an_embed_that_is_none_is_a_fault() {
    assert_fault("::: embed\ntitle: x\n:::\n", 1, "no link");
    assert_fault("::: embed \"https://youtu.be/abc\"\n:::\n", 1, "no line title:");
    assert_fault("::: embed \"https://evil.example/abc\"\ntitle: x\n:::\n", 1, "known are YouTube");
    assert_fault("::: embed \"http://youtu.be/abc\"\ntitle: x\n:::\n", 1, "begins with https://");
    assert_fault("::: embed \"https://youtu.be/abc\"\ntitle: x\ncaptoin: x\n:::\n", 3, "caption:");
    assert_fault(
        "one\n\n::: embed \"https://youtu.be/\"\ntitle: x\n:::\n",
        3,
        "write https://www.youtube.com/watch?v=ID",
    );
}

const LIVE: &str = "Intro.

<!-- paywall -->

::: entry 2026-09-16T00:32:00-03:00 \"The boat is in\"
Swell of [1.4 metres](article:two).
:::

::: entry 2026-09-16T05:45:00-03:00 \"The bridge closes\"
A secret.
withdrawn: 2026-09-16T06:12:00-03:00 It was not closed.
:::

::: entry 2026-09-16T14:05:00-03:00 \"Gates & more\"
One.
corrected: 2026-09-16T15:00:00-03:00 It said *4.2* metres.

### Then

- two
:::
";

#[test]
fn entries_stand_newest_first() {
    assert_eq!(
        body(&article(LIVE)).html,
        "<section class=\"entry\" id=\"e-1405\"><h2><a class=\"when\" href=\"#e-1405\"><time datetime=\"2026-09-16T14:05:00-03:00\">14:05</time></a> \
         Gates &amp; more</h2>\n<p>One.</p>\n<h3>Then</h3>\n<ul>\n<li>two</li>\n</ul>\n<p class=\"corrected\">\
         <b>Corrected at 15:00:</b> It said <em>4.2</em> metres.</p>\n</section>\n\
         <section class=\"entry withdrawn\" id=\"e-0545\"><h2><a class=\"when\" href=\"#e-0545\"><time datetime=\"2026-09-16T05:45:00-03:00\">05:45</time></a>\
         </h2>\n<p class=\"withdrawn\"><b>Withdrawn at 06:12:</b> It was not closed.</p>\n</section>\n\
         <section class=\"entry\" id=\"e-0032\"><h2><a class=\"when\" href=\"#e-0032\"><time datetime=\"2026-09-16T00:32:00-03:00\">00:32</time></a> \
         The boat is in</h2>\n<p>Swell of <a href=\"/harbour/two\" data-n=\"1\">1.4 metres</a>.\
         <span class=\"end\"></span></p>\n</section>\n"
    );
}

#[test]
fn entries_of_several_days_say_their_day_and_have_names_that_stay() {
    let entry = |at: &str| format!("::: entry {at} \"H\"\nText.\n:::\n");
    let (one, two, three) =
        ("2026-09-15T09:00:00-03:00", "2026-09-16T09:00:00-03:00", "2026-09-16T09:00:30-03:00");
    let text = format!("<!-- paywall -->\n{}{}{}", entry(two), entry(three), entry(one));
    let html = html_of(&text);
    let heads: Vec<_> = html
        .lines()
        .filter_map(|line| line.split("><h2>").next()?.strip_prefix("<section "))
        .collect();
    assert_eq!(
        heads,
        [
            "class=\"entry\" id=\"e-0900-3\" data-day=\"2026-09-16\"",
            "class=\"entry\" id=\"e-0900-2\" data-day=\"2026-09-16\"",
            "class=\"entry\" id=\"e-0900\" data-day=\"2026-09-15\"",
        ]
    );
    assert!(
        !html_of(&format!("<!-- paywall -->\n{}{}", entry(two), entry(three))).contains("data-day")
    );
}

fn html_of(text: &str) -> String {
    body(&article(text)).html.clone()
}

#[test]
fn entries_and_what_was_said_of_them_move_with_the_article() {
    let article = read_moved(&with_text(LIVE), 90).unwrap();
    let html = &body(&article).html;
    assert!(html.contains("<time datetime=\"2026-12-15T14:05:00-04:00\">14:05</time>"), "{html}");
    assert!(html.contains("Corrected at 15:00:"), "{html}");
}

#[test]
fn an_entry_that_is_none_is_a_fault() {
    assert_fault("::: entry 2026-09-16T14:05:00-03:00\nText.\n:::\n", 1, "no headline");
    assert_fault("::: entry 14:05 \"H\"\nText.\n:::\n", 1, "is not an instant");
    assert_fault(
        "::: entry 2026-09-16T14:05:00-03:00 \"H\"\ncorrected: now It.\n:::\n",
        2,
        "is not an instant",
    );
    assert_fault(
        "::: entry 2026-09-16T14:05:00-03:00 \"H\"\ncorrected: 2026-09-16T14:05:00-03:00\n:::\n",
        2,
        "is empty",
    );
    assert_fault(
        "::: entry 2026-09-16T14:05:00-03:00 \"H\"\n## Big\n:::\n",
        2,
        "in an entry are ###",
    );
    let withdrawn = "withdrawn: 2026-09-16T14:05:00-03:00 x\n";
    assert_fault(
        &format!("::: entry 2026-09-16T14:05:00-03:00 \"H\"\n{withdrawn}{withdrawn}:::\n"),
        3,
        "twice",
    );
}
