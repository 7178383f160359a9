//! Markdown in the text, and links.

use crate::desk::{article, assert_fault, body};

/// The markup of a text that all stands below the line.
fn html(text: &str) -> String {
    body(&article(&format!("<!-- paywall -->\n{text}\n\n---\n"))).html.replace("<hr>\n", "")
}

#[test]
fn a_text_has_the_markup_of_the_face() {
    for (text, wanted) in [
        ("A *b* **c** `d`", "<p>A <em>b</em> <strong>c</strong> <code>d</code></p>\n"),
        ("## Two\n\n### Three", "<h2>Two</h2>\n<h3>Three</h3>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("a  \nb\nc", "<p>a<br>\nb\nc</p>\n"),
        ("“a” & 'b'", "<p>“a” &amp; 'b'</p>\n"),
        ("```\n<a>\n```", "<pre><code>&lt;a&gt;\n</code></pre>\n"),
    ] {
        assert_eq!(html(text), wanted, "{text}");
    }
}

#[test]
fn html_is_shown_as_text() {
    for (text, wanted) in [
        ("a <b onclick=\"x\">b</b>", "<p>a &lt;b onclick=&quot;x&quot;&gt;b&lt;/b&gt;</p>\n"),
        ("<script>\nalert(1)\n</script>", "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n"),
        ("<!-- a note -->", "<p>&lt;!-- a note --&gt;</p>\n"),
        ("<div>\n*a*", "<p>&lt;div&gt;\n*a*</p>\n"),
    ] {
        assert_eq!(html(text), wanted, "{text}");
    }
}

#[test]
fn tables_are_wrapped_and_named_by_their_head() {
    let text = "| Who *pays* | Dollars | Note |\n|---|---:|:---:|\n| A \"b\" | 1 | x |\n";
    assert_eq!(
        html(text),
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Who pays, Dollars, Note\"><table>\
         <thead><tr><th scope=\"col\">Who <em>pays</em></th><th scope=\"col\" class=\"number\">Dollars</th>\
         <th scope=\"col\" class=\"middle\">Note</th></tr></thead>\n<tbody>\n<tr><td>A &quot;b&quot;</td>\
         <td class=\"number\">1</td><td class=\"middle\">x</td></tr>\n</tbody></table></div>\n"
    );
}

#[test]
fn links_are_numbered_through_teaser_and_body() {
    let article = article(
        "[a](https://a.example/?x=1&y=2) and [b](article:two).\n\n<!-- paywall -->\n\n[c](mailto:c@d.example), \
         [a again](https://a.example/?x=1&y=2), [d](attachments/known.pdf), <https://e.example>, <f@g.example>.\n",
    );
    assert_eq!(article.teaser.notes, ["https://a.example/?x=1&y=2", "/harbour/two"]);
    assert_eq!(
        body(&article).notes,
        [
            "mailto:c@d.example",
            "/media/attachments/known.pdf",
            "https://e.example",
            "mailto:f@g.example"
        ]
    );
    assert!(
        article
            .teaser
            .html
            .contains("<a href=\"https://a.example/?x=1&amp;y=2\" data-n=\"1\">a</a>")
    );
    assert!(article.teaser.html.contains("<a href=\"/harbour/two\" data-n=\"2\">b</a>"));
    let html = &body(&article).html;
    for link in [
        "<a href=\"mailto:c@d.example\" data-n=\"3\">c</a>",
        "<a href=\"https://a.example/?x=1&amp;y=2\" data-n=\"1\">a again</a>",
        "<a href=\"/media/attachments/known.pdf\" data-n=\"4\">d</a>",
        "<a href=\"https://e.example\" data-n=\"5\">https://e.example</a>",
        "<a href=\"mailto:f@g.example\" data-n=\"6\">f@g.example</a>",
    ] {
        assert!(html.contains(link), "{link}\n{html}");
    }
    assert_eq!(body(&article).media, ["attachments/known.pdf"]);
    assert!(article.teaser.media.is_empty());
}

#[test]
fn links_lead_only_where_it_is_allowed() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://a.example/",
        "//a.example/",
        "/harbour/one",
        "one",
        "#top",
        "https:a.example",
        "https:///a",
        "https://",
        "mailto:nobody",
        "tel:5550142",
        "&#106;avascript:alert(1)",
        "",
    ] {
        assert_fault(&format!("One.\n\nTwo [a]({address}).\n"), 3, "leads nowhere that is allowed");
    }
    assert_fault("[a](article:three)\n", 1, "names no article");
    assert_fault("[a](article:One)\n", 1, "is not a name");
    assert_fault("[a](attachments/lost.pdf)\n", 1, "there is no file");
    assert_fault("[a](attachments/../known.pdf)\n", 1, "not plain");
    assert_fault("[a](attachments/known.html)\n", 1, "use pdf, csv");
    assert_fault("[a](<https://a.example/ b>)\n", 1, "percent-encoded");
    assert_fault("[a](https://a.example/%22&quot;)\n", 1, "percent-encoded");
    assert_fault("<javascript:alert(1)>\n", 1, "leads nowhere that is allowed");
    assert_fault(
        &format!("[a](https://a.example/{})\n", "x".repeat(2_048)),
        1,
        "write at most 2048",
    );
}

#[test]
fn what_a_newspaper_does_not_have_names_the_right_way() {
    assert_fault("# One\n", 1, "## and ###");
    assert_fault("One\n===\n", 1, "## and ###");
    assert_fault("#### One\n", 1, "## and ###");
    assert_fault("One ![a](pictures/known.webp)\n", 1, "::: picture");
    assert_fault("[a](https://a.example 'hover')\n", 1, "put it into the text");
    assert_fault("One [a][b].\n", 1, "write it as [words](address)");
    assert_fault("One [a][].\n", 1, "write it as [words](address)");
    assert_eq!(html("One [sic]."), "<p>One [sic].</p>\n");
}

#[test]
fn what_the_block_editor_prints_reads_as_it_was_typed() {
    let rows = include_str!("../editor.tsv").lines().filter(|line| !line.starts_with("# Written"));
    let mut count = 0;
    for row in rows {
        let (text, wanted) = row.split_once('\t').unwrap();
        assert_eq!(html(text), format!("<p>{wanted}</p>\n"), "{text}");
        count += 1;
    }
    assert!(count >= 400, "{count}");
}
