use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use proptest::prelude::{
    Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::test_runner::Config;

use super::*;
use crate::{Article, BodyWords, Context};
use paywall::PaperId;

/// Has every picture and document but those whose address says "gone".
struct Shelf;

impl Files for Shelf {
    fn name_of(&mut self, address: &str) -> Option<String> {
        let name = address.rsplit('/').next()?.split('?').next()?;
        let folder = if name.ends_with(".pdf") { "attachments" } else { "pictures" };
        (!address.contains("gone")).then(|| format!("{folder}/{name}"))
    }
}

fn told(html: &str) -> (String, Vec<String>) {
    let mut remarks = Remarks::default();
    let text = to_markdown(html, "https://old.example/blog", &mut Shelf, &mut remarks);
    (text, remarks.into_sentences())
}

fn written(html: &str) -> String {
    told(html).0
}

fn read(markdown: &str) -> Result<Article, Vec<crate::Fault>> {
    let file = format!(
        "+++\nid = \"one\"\nheadline = \"One\"\nsection = \"a\"\naccess = \"free\"\n\
         published_at = 2026-01-01T00:00:00Z\n+++\n{markdown}"
    );
    let paper =
        crate::read_paper("paper.toml", "[[sections]]\nslug = \"a\"\nname = \"A\"\n").unwrap();
    let words = BodyWords {
        corrected: "C {time}".to_owned(),
        withdrawn: "W {time}".to_owned(),
        ..BodyWords::default()
    };
    let context = Context {
        paper: &paper,
        paper_id: PaperId([7; 16]),
        zone: &TimeZone::UTC,
        words: &words,
        address_of: &|_| None,
        media_address: &|file| Some(format!("/media/{file}")),
        picture_size: &|_| None,
        shift_days: 0,
    };
    crate::read_article("one.md", &file, &context)
}

/// The markup of both halves, or the faults.
fn drawn(markdown: &str) -> String {
    let article = read(markdown).unwrap_or_else(|faults| panic!("{faults:#?}\n{markdown}"));
    let body = article.body.edit(&paywall::Desk::exit());
    format!("{}{}{}{}", article.teaser.html, article.teaser.aside, body.html, body.aside)
}

#[track_caller]
fn assert_written(html: &str, markdown: &str) {
    let found = written(html);
    assert_eq!(found, markdown, "{html}");
    drawn(&found);
}

#[test]
fn paragraphs_headings_and_rules() {
    assert_written("<p>One\n two.</p>\n<p> Two. </p>", "One two.\n\nTwo.\n");
    assert_written("One<div>Two<p>Three</div>Four", "One\n\nTwo\n\nThree\n\nFour\n");
    assert_written(
        "<h1>A</h1><h2><b>B</b> <i>c</i></h2><h3>C #</h3><h6>D</h6><hr>",
        "## A\n\n## B *c*\n\n### C \\#\n\n### D\n\n---\n",
    );
    assert_written("<p>&nbsp;</p><p></p>", "");
    assert_written("a<br>b<br><br>c<br>", "a\\\nb\n\nc\n");
}

#[test]
fn emphasis_moves_to_the_words() {
    assert_written("<b>a </b>b<i> c</i>", "**a** b *c*\n");
    assert_written("<b>a</b><strong>b</strong>", "**ab**\n");
    assert_written("<b>a <i>b</i></b>", "**a *b***\n");
    assert_written("<b>one<p>two</b>three", "**one**\n\n**two**\n\nthree\n");
    assert_written("x<code>a`b</code>y <kbd>c</kbd>", "x``a`b``y `c`\n");
    assert_written("H<sub>2</sub>O, x<sup>23</sup>", "H₂O, x²³\n");
    assert_written("word<em>“quoted”</em>word", "word“*quoted*”word\n");
}

#[test]
fn links_are_whole_and_of_known_kinds() {
    assert_written("<a href='/x y'>a</a>", "[a](https://old.example/x%20y)\n");
    assert_written("<a href='x(1).html'>a</a>", "[a](https://old.example/blog/x%281%29.html)\n");
    assert_written("<a href='//h/?a=1&amp;copy=2'>a</a>", "[a](https://h/?a=1\\&copy=2)\n");
    assert_written("<a href='MAILTO:a@b'>a</a>", "[a](MAILTO:a@b)\n");
    assert_written("Hey!<a href='https://a.example'>a</a>", "Hey\\![a](https://a.example)\n");
    assert_written(
        "<a href='https://www.old.example/wp-content/a.pdf'>a</a>",
        "[a](attachments/a.pdf)\n",
    );
    for refused in ["javascript:alert(1)", "tel:1", "data:x", "#a", "https:///x", "mailto:a"] {
        let (text, remarks) = told(&format!("<a href='{refused}'>a</a>"));
        assert_eq!(text, "a\n", "{refused}");
        assert_eq!(remarks.len(), 1, "{refused}");
    }
}

#[test]
fn lists_and_quotes() {
    assert_written(
        "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul><ul><li>d</ul>",
        "- a\n  - b\n- c\n\n* d\n",
    );
    assert_written("<ol start=9><li>a<li>b</ol>", "9. a\n10. b\n");
    assert_written("<ul><li><p>a</p><p>b</p></ul>", "- a\n\n  b\n");
    assert_written("<blockquote><p>a</p><ul><li>b</ul></blockquote>", "> a\n>\n> - b\n");
    assert_written("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "**a**\n\nb\n\n**c**\n\nd\n");
    let (text, remarks) = told(&"<ul><li>x".repeat(40));
    drawn(&text);
    assert!(remarks[0].contains("at most 16 deep"), "{remarks:?}");
}

#[test]
fn code_and_tables() {
    assert_written("<pre><code>a\n  b &lt;c>\n</code></pre>", "```\na\n  b <c>\n```\n");
    assert_written("<pre>```</pre>", "````\n```\n````\n");
    assert_written("<pre>a\n::: fact\n</pre>", "a\\\n\\::: fact\n");
    assert_written(
        "<table><tr><th>a|b<th align=right>c<tr><td><b>d</b><br>e<td><code>f|g</code></table>",
        "| a\\|b | c |\n| --- | ---: |\n| **d** e | `f\\|g` |\n",
    );
    assert_written(
        "<table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td colspan=2>d</table>",
        "| a | b |\n| --- | --- |\n|  | c |\n| d |  |\n",
    );
    assert_written(
        "<table><tr><td>a<td><table><tr><td>b<td>c</table></table>",
        "a\n\n| b | c |\n| --- | --- |\n",
    );
    assert_written("<table><caption>T</caption><tr><td>a</table>", "T\n\na\n");
}

#[test]
fn pictures_are_boxes_of_their_own() {
    assert_written(
        "<p>a<img src=/x.jpg alt='A &quot;b&quot;'>b</p>",
        "a\n\n::: picture \"pictures/x.jpg\"\nalt: A \"b\"\n:::\n\nb\n",
    );
    assert_written(
        "<figure><a href=/x.png><img src=x.png></a><figcaption>The <i>cap</i>\ntion</figcaption></figure>",
        "::: picture \"pictures/x.png\"\nalt: The cap tion\ncaption: The cap tion\n:::\n",
    );
    assert_written(
        "<ul><li>a<img src=x.png alt=b><li>c</ul>",
        "- a\n- c\n\n::: picture \"pictures/x.png\"\nalt: b\n:::\n",
    );
    let (text, remarks) =
        told("<figure><img src=gone.png><figcaption>C</figcaption></figure><img src=x.png>");
    assert_eq!(text, format!("C\n\n::: picture \"pictures/x.png\"\nalt: {NOTHING}\n:::\n"));
    assert!(remarks[0].contains("gone.png is not to be had"), "{remarks:?}");
    assert!(remarks[1].contains("without a description"), "{remarks:?}");
}

const NOTHING: &str = "A picture that came without a description.";

#[test]
fn frames_become_links() {
    let (text, remarks) =
        told("<p>a</p><iframe src='https://www.youtube.com/embed/abc-1?x=y'></iframe><p>b");
    assert_eq!(
        text,
        "a\n\n[youtube.com/watch?v=abc-1](https://www.youtube.com/watch?v=abc-1)\n\nb\n"
    );
    assert_eq!(remarks, ["a frame of another page became a link to it"]);
    assert_written(
        "<video title='The film'><source src=/f.mp4>Fallback</video>",
        "[The film](https://old.example/f.mp4)\n",
    );
}

#[test]
fn the_paywall_line_comes_once_and_at_the_outermost_level() {
    assert_written("<p>a<!--paywall-->b</p><!-- paywall -->c", "a\n\n<!-- paywall -->\n\nb\n\nc\n");
    assert_written(
        "<p>a</p><ul><li>b<!--paywall--><li>c</ul>",
        "a\n\n<!-- paywall -->\n\n- b\n- c\n",
    );
    assert_written("<!--more-->a", "a\n");
    for near in
        ["<!-- paywall -->", "-- paywall", "< pay wall >", "<!-- PAYWALL x", "--pay<i>wall</i>"]
    {
        let html = near.replace("<i>", "\u{1}").replace("</i>", "\u{2}");
        let html = escaped(&html).replace('\u{1}', "<i>").replace('\u{2}', "</i>");
        for around in
            ["<p>", "<pre>", "<code>", "<li>", "<h2>", "<td>x<td>", "<blockquote>", "<img alt='"]
        {
            let close = if around.ends_with('\'') { "' src=x.png>" } else { "" };
            let text = written(&format!("{around}{html}{close}"));
            let article = read(&text);
            assert!(article.is_ok(), "{around}{html}\n{text}\n{article:?}");
        }
    }
}

#[test]
fn a_pull_quote_is_a_box() {
    assert_written(
        "<figure class=wp-block-pullquote><blockquote><p>Said <b>so</b>.</p><p>Yes.</p><cite>Ann \"A\" B</cite></blockquote></figure>",
        "::: pull \"Ann \"A\" B\"\nSaid **so**. Yes.\n:::\n",
    );
}

#[test]
fn what_would_mean_something_is_escaped() {
    for text in [
        "# a",
        "#a",
        "- a",
        "+ a",
        "* a",
        "1. a",
        "1) a",
        "12345678901. a",
        "> a",
        "---",
        "===",
        "***",
        "___",
        "::: fact",
        ":::",
        "+++",
        "~~~",
        "```",
        "| a | b |",
        "|---|",
        ":--",
        "[a]: http://b",
        "[a](b)",
        "![a](b)",
        "<b>",
        "<http://a.example>",
        "&amp;",
        "&#65;",
        "a_b_c",
        "_a_",
        "*a*",
        "`a`",
        "\\",
        "a\\",
        "\\*",
        "-",
        "=",
        "    a",
        "\ta",
        "{a}",
        "$a$",
        "^a^",
        "~a~",
        "http://a.example",
        "a -- b",
    ] {
        let html = escaped(text);
        for (open, close) in [
            ("<p>", "</p>"),
            ("<p>a<br>", "</p>"),
            ("<p>a<br>", "<br>b</p>"),
            ("<ul><li>", "</ul>"),
            ("<ul><li>a<br>", "</ul>"),
            ("<blockquote>a<br>", ""),
            ("<h2>", "</h2>"),
            ("<b>", "</b>"),
            ("<table><tr><td>a<td>", "</table>"),
            ("<pre>", "</pre>"),
            ("<code>", "</code>"),
            ("<p>a!<a href=https://a.example>", "</a>b"),
            ("<p>a<b>", "</b>b"),
            ("<figure class=pull>", "</figure>"),
        ] {
            let html = format!("{open}{html}{close}");
            let markdown = written(&html);
            let markup = drawn(&markdown);
            let shown = Tree(&markup).words();
            assert!(shown.contains(&bare(text)), "{html}\n{markdown}\n{markup}");
        }
    }
}

/// The words of markup without blanks.
struct Tree<'a>(&'a str);

impl Tree<'_> {
    fn words(&self) -> String {
        bare(&tree::Tree::read(self.0).text(tree::ROOT))
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

/// Pieces of HTML, sound and broken.
fn piece() -> impl Strategy<Value = String> {
    let tags = vec![
        "p",
        "div",
        "b",
        "i",
        "em",
        "strong",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "figure",
        "figcaption",
        "a",
        "span",
        "dl",
        "dt",
        "dd",
        "caption",
        "details",
        "summary",
        "q",
        "noscript",
        "select",
        "option",
        "section",
        "aside",
        "cite",
        "kbd",
    ];
    prop_oneof![
        4 => prop::sample::select(tags.clone()).prop_map(|tag| format!("<{tag}>")),
        3 => prop::sample::select(tags).prop_map(|tag| format!("</{tag}>")),
        4 => prop::sample::select(vec![
            "word", " ", "*", "**", "_", "`", "``", "- ", "1. ", "# ", ":::", "::: fact", "+++", "|", "---",
            "--", "paywall", "&lt;!--", "--&gt;", "&lt;", "[", "](", ")", "!", "\\", "&amp;", "&nbsp;", "\n",
            "=", "“", "日本", "é", "~~~", "\t", ".", "\u{0}", "\u{85}", "\u{2028}", "]: ", "12", "#",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![
            "<br>", "<hr>", "<img src=a.png>", "<img src=gone.png alt=x>", "<img src=b.png alt=paywall>",
            "<a href=/x>", "<a href='https://a.example/?a&copy=b'>", "<a href='x:y'>", "<!--paywall-->",
            "<!--x-->", "<iframe src=/y></iframe>", "<figure class=pull>", "<input type=checkbox>",
            "<td colspan=3 rowspan=2>", "<ol start=7>", "<a href='/)(`|*'>", "<pre class=wp-block-verse>",
        ]).prop_map(str::to_owned),
    ]
}

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// Every word of `text` stands in `of`, in that order.
fn in_order(text: &str, of: &str) -> bool {
    let mut rest = of.chars();
    text.chars().all(|c| rest.any(|found| found == c))
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn whatever_comes_in_is_read_without_a_fault(html in pieces()) {
        let (markdown, _) = told(&html);
        let article = read(&markdown);
        prop_assert!(article.is_ok(), "{html}\n{markdown}\n{:?}", article.err());
        prop_assert_eq!(written(&html), markdown);
    }

    #[test]
    fn any_characters_are_read_without_a_fault(html in any::<String>()) {
        let markdown = written(&html);
        prop_assert!(read(&markdown).is_ok(), "{html}\n{markdown}");
    }

    #[test]
    fn words_are_kept_in_order(words in prop::collection::vec(words_in_markup(), 0..12)) {
        let html: String = words.iter().map(|(html, _)| html.as_str()).collect();
        let wanted: String = words.iter().map(|(_, words)| bare(words)).collect();
        let markdown = written(&html);
        let markup = drawn(&markdown);
        let shown = Tree(&markup).words();
        prop_assert!(in_order(&wanted, &shown), "{html}\n{markdown}\n{wanted}\n{shown}");
    }
}

/// A block with words, and the words.
fn words_in_markup() -> impl Strategy<Value = (String, String)> {
    let words = prop::collection::vec(
        prop::sample::select(vec![
            "one",
            "two*",
            "_three",
            "[four]",
            "#",
            "1.",
            "-",
            "<five>",
            "&amp;",
            "`",
            "|",
            "\\",
            ":::",
            "!",
            "“six”",
            "--",
            "paywall",
            "<!--",
            "七",
            " ",
            "  ",
            "=",
        ]),
        1..8,
    );
    let around = prop::sample::select(vec![
        ("<p>", "</p>"),
        ("<ul><li>", "</li></ul>"),
        ("<blockquote><p>", "</p></blockquote>"),
        ("<h2>", "</h2>"),
        ("<p><b>", "</b></p>"),
        ("<p>a<i>", "</i>b</p>"),
        ("<pre>", "</pre>"),
        ("<p><code>", "</code></p>"),
        ("<p><a href=/x>", "</a></p>"),
        ("<dl><dd>", "</dl>"),
        ("<table><tr><td>a</td><td>", "</td></tr></table>"),
        ("<div>", "</div>"),
    ]);
    (words, around, Just(())).prop_map(|(words, (open, close), ())| {
        let words = words.concat();
        (format!("{open}{}{close}", escaped(&words)), words)
    })
}

#[test]
fn limits_of_the_folder_are_kept() {
    let links = "<a href=/x>y</a> ".repeat(600);
    let (text, remarks) = told(&format!("<p>{links}</p><p><a href=/z>z</a></p>"));
    drawn(&text);
    assert!(remarks[0].contains("at most 500 links"), "{remarks:?}");
    let pictures: String = (0..250).map(|n| format!("<img alt=a src={n}.png>")).collect();
    let (text, remarks) = told(&pictures);
    drawn(&text);
    assert!(remarks[0].contains("at most 200 pictures"), "{remarks:?}");
    let table = format!("<table>{}</table>", "<tr><td>a<td>b<td>c".repeat(1_700));
    let (text, remarks) = told(&table);
    drawn(&text);
    assert!(remarks[0].contains("too many cells"), "{remarks:?}");
    let (text, remarks) = told(&"<p>word word word word word</p>".repeat(100_000));
    assert!(text.len() <= MARKDOWN_BYTES_MAX);
    drawn(&text);
    assert!(remarks[0].contains("its end is left out"), "{remarks:?}");
}

#[test]
fn many_attributes_cost_no_time() {
    let names: String = (0..50_000).map(|n| format!(" é{n}='>'")).collect();
    assert_written(&format!("<p><b{names}>x</b> <i title='a > b'>y</i>"), "**x** *y*\n");
    assert_written(&format!("<b{names}"), "");
}

#[test]
fn depth_costs_no_stack() {
    for tag in
        ["<b>", "<div>", "<table><tr><td>", "<blockquote>", "<ul><li>", "<span>", "<a href=/x>"]
    {
        drawn(&written(&format!("{}x", tag.repeat(20_000))));
    }
}

#[test]
fn a_line_of_plain_words() {
    assert_eq!(plain("<b>a</b> &amp;\n<script>x</script>c"), "a & c");
    let names: BTreeSet<String> = ["a"].map(str::to_owned).into();
    assert_eq!(names.len(), 1);
}
