//! Texts of the block editor and of the classic one, as Markdown.

use super::*;

#[track_caller]
fn assert_text(rows: &[(&str, &str)]) {
    for (written, shown) in rows {
        assert_eq!(text(written).trim_end(), *shown, "{written}");
    }
}

#[test]
fn classic_texts_get_their_paragraphs_and_signs() {
    assert_text(&[
        ("One.\n\nTwo \"so\" -- don't.", "One.\n\nTwo “so” — don’t."),
        ("One\ntwo.", "One\\\ntwo."),
        ("<h3>Head</h3>\nText.", "### Head\n\nText."),
        ("<pre>a -- \"b\"\n\nc</pre>", "```\na -- \"b\"\n\nc\n```"),
        ("<ul>\n<li>a</li>\n</ul>\nAfter.", "- a\n\nAfter."),
        ("<blockquote>So.</blockquote>", "> So."),
        ("A\n<hr />\nB", "A\n\n---\n\nB"),
        ("A\n\n<!--nextpage-->\n\nB", "A\n\n---\n\nB"),
        ("<!-- a note -->A<!--paywall-->", "A"),
        ("A :) b", "A :) b"),
    ]);
}

#[test]
fn addresses_alone_on_a_line_become_links() {
    assert_text(&[
        (
            "See:\n\nhttps://www.youtube.com/watch?v=a--b\n\nEnd.",
            "See:\n\n[youtube.com/watch?v=a\\-\\-b](https://www.youtube.com/watch?v=a--b)\n\nEnd.",
        ),
        (
            "<!-- wp:embed {\"url\":\"https://a.example/x\"} -->\n<figure \
             class=\"wp-block-embed\"><div \
             class=\"wp-block-embed__wrapper\">\nhttps://a.example/x\n</div><figcaption>A film\
             </figcaption></figure>\n\
             <!-- /wp:embed -->",
            "[a.example/x](https://a.example/x)\n\nA film",
        ),
        (
            "<!-- wp:core-embed/twitter --><figure><div>\nhttps://a.example/y\n</div></figure>\
             <!-- /wp:core-embed/twitter -->",
            "[a.example/y](https://a.example/y)",
        ),
        ("<pre>\nhttps://a.example/z\n</pre>", "```\nhttps://a.example/z\n```"),
    ]);
}

#[test]
fn blocks_become_their_text() {
    assert_text(&[
        ("<!-- wp:paragraph --><p>One.</p><!-- /wp:paragraph -->", "One."),
        ("<!-- wp:heading {\"level\":3} --><h3>H</h3><!-- /wp:heading -->", "### H"),
        (
            "<!-- wp:columns --><div><!-- wp:column --><div><p>A</p></div><!-- /wp:column -->\
             <!-- wp:column -->\
             <div><p>B</p></div><!-- /wp:column --></div><!-- /wp:columns -->",
            "A\n\nB",
        ),
        (
            "<!-- wp:pullquote --><figure class=\"wp-block-pullquote\"><blockquote><p>So.</p>\
             <cite>Berit</cite>\
             </blockquote></figure><!-- /wp:pullquote -->",
            "::: pull \"Berit\"\nSo.\n:::",
        ),
        (
            "<!-- wp:gallery --><figure><ul><li><figure><img src=\"/a.jpg\" alt=\"A\"/>\
             <figcaption>C</figcaption>\
             </figure></li></ul></figure><!-- /wp:gallery -->",
            "::: picture \"pictures/a.jpg\"\nalt: A\ncaption: C\n:::",
        ),
        (
            "<!-- wp:file --><div class=\"wp-block-file\"><object \
             class=\"wp-block-file__embed\" data=\"/a.pdf\">\
             </object><a href=\"/a.pdf\">Paper</a><a href=\"/a.pdf\" \
             class=\"wp-block-file__button\" download>\
             Download</a></div><!-- /wp:file -->",
            "[Paper](attachments/a.pdf)",
        ),
        (
            "<!-- wp:verse --><pre class=\"wp-block-verse\">One\ntwo\n\nthree</pre><!-- \
             /wp:verse -->",
            "One\\\ntwo\n\nthree",
        ),
        (
            "<!-- wp:cover {\"url\":\"https://courant.example/c.jpg\"} --><div style=\"x\">\
             <p>Words</p></div><!-- /wp:cover -->",
            "::: picture \"pictures/c.jpg\"\nalt: A picture that came without a \
             description.\n:::\n\nWords",
        ),
        (
            "<!-- wp:separator --><hr/><!-- /wp:separator --><!-- wp:html --><b>x</b><!-- \
             /wp:html -->",
            "---\n\n**x**",
        ),
        (
            "<!-- wp:latest-posts /--><p>A</p><!-- wp:query --><div><p>gone</p></div><!-- \
             /wp:query -->",
            "A",
        ),
        ("<!-- wp:acme/box {\"a\":\"-->", ""),
        (
            "<!-- wp:quote --><blockquote><p>Q</p><cite>W</cite></blockquote><!-- /wp:quote -->",
            "> Q\n>\n> *W*",
        ),
        (
            "<!-- wp:details --><details><summary>S</summary><p>T</p></details><!-- /wp:details \
             -->",
            "**S**\n\nT",
        ),
    ]);
}

#[test]
fn reusable_blocks_are_filled_in_when_they_are_public() {
    let block = |id: u32, status: &str, text: &str| {
        format!(
            "<item><title>r</title><wp:post_id>{id}</wp:post_id><wp:post_type>wp_block\
             </wp:post_type>\
             <wp:status>{status}</wp:status><content:encoded><![CDATA[{text}]]>\
             </content:encoded></item>\n"
        )
    };
    let inner = "<!-- wp:paragraph --><p>Shared.</p><!-- /wp:paragraph -->";
    let loops = "<!-- wp:block {\"ref\":12} /-->loop";
    let text = "<!-- wp:block {\"ref\":10} /--><!-- wp:block {\"ref\":11} /--><!-- wp:block \
     {\"ref\":12} /-->";
    let records = [
        item(1, "One", text, ""),
        block(10, "publish", inner),
        block(11, "draft", "SECRET"),
        block(12, "publish", loops),
    ];
    let (_, file, remarks) = only(&records.concat(), "");
    assert!(file.contains("Shared.") && !file.contains("SECRET"), "{file}");
    assert!(file.matches("loop").count() <= 9, "{file}");
    assert!(remarks.iter().any(|remark| remark.contains("reusable")), "{remarks:?}");
}

#[test]
fn the_more_mark_ends_the_teaser_wherever_it_stands() {
    for written in [
        "Open.\n\n<!--more-->\n\nLocked.",
        "Open.<!--more Read on!-->Locked.",
        "<!-- wp:paragraph --><p>Open.</p><!-- /wp:paragraph -->\n<!-- wp:more -->\n\
         <!--more-->\n<!-- /wp:more -->\n\
         <!-- wp:paragraph --><p>Locked.</p><!-- /wp:paragraph -->",
        "<div><p>Open.</p><!--more--><p>Locked.</p></div>",
        "Open.<!--more-->Locked.<!--more-->",
    ] {
        let (teaser, article) = teaser(written, "default_access = \"metered\"");
        assert!(
            teaser.html.contains("Open.") && !teaser.html.contains("Locked."),
            "{written} {teaser:?}"
        );
        assert!(article.body.edit(&Desk::exit()).html.contains("Locked."), "{written}");
    }
}

#[test]
fn what_only_some_could_read_stays_below_the_teaser() {
    for written in [
        "Open.\n\nMore.\n\n[members_only]Locked.[/members_only]\n\nEnd.\n\nEnd.",
        "<!-- wp:paragraph --><p>Open.</p><!-- /wp:paragraph --><!-- \
         wp:premium-content/container --><div>\
         <!-- wp:premium-content/subscriber-view --><p>Locked.</p><!-- \
         /wp:premium-content/subscriber-view --></div>\
         <!-- /wp:premium-content/container -->",
        "<!-- wp:paragraph --><p>Open.</p><!-- /wp:paragraph --><!-- wp:jetpack/paywall /-->\
         <p>Locked.</p>",
        "<p>Open.</p><ul><li>[private]Locked.[/private]</li></ul>",
    ] {
        let (teaser, article) = teaser(written, "default_access = \"free\"");
        assert!(!teaser.html.contains("Locked."), "{written} {teaser:?}");
        assert_eq!(article.head.access.to_string(), "subscribers", "{written}");
    }
    let paid = meta("_jetpack_newsletter_access", "paid_subscribers");
    let (article, ..) = only(&item(1, "One", "All of it.\n\nAnd this.", &paid), "");
    assert_eq!(article.head.access.to_string(), "subscribers");
    assert!(article.teaser.html.is_empty(), "{:?}", article.teaser);
    let known = meta("_jetpack_newsletter_access", "subscribers");
    let (article, ..) =
        only(&item(1, "", "All of it.\n\nAnd this.", &known), "teaser = \"paragraphs\"");
    assert_eq!(article.head.access.to_string(), "registered");
    assert_eq!(article.head.headline, "Untitled");
    assert!(article.teaser.html.contains("All of it."));
}

#[test]
fn wherever_a_hidden_part_stands_the_teaser_does_not_have_it() {
    for (opens, ends) in [
        ("<ul><li>a</li><li>", "</li></ul>"),
        ("<table><tr><td>", "</td></tr></table>"),
        ("<table><caption>", "</caption><tr><td>a</td></tr></table>"),
        ("<blockquote>", "</blockquote>"),
        ("<figure><img src=\"/a.jpg\"/><figcaption>", "</figcaption></figure>"),
        ("<figure class=\"wp-block-pullquote\"><blockquote><p>", "</p></blockquote></figure>"),
        ("[caption id=\"attachment_1\"]<img src=\"/a.jpg\"/> ", "[/caption]"),
        ("<figure></b></a><img src=\"/a.jpg\"/></i><figcaption></em>", "</figcaption></figure>"),
        ("<h2>", "</h2>"),
        ("<a href=\"/x\">", "</a>"),
        ("<pre>", "</pre>"),
        ("<code>", "</code>"),
        ("<em><strong>", "</strong></em>"),
        ("<details><summary>", "</summary></details>"),
        ("<dl><dt>a</dt><dd>", "</dd></dl>"),
        ("<sup>", "</sup>"),
        ("<div><span>", "</span></div>"),
        ("[audio src=\"/a.mp3\"]", "[/audio]"),
    ] {
        let hidden = "[members_only]HIDDEN[/members_only]";
        let written = format!("<p>Open.</p>\n\n{opens}{hidden}{ends}\n\n<p>End.</p>");
        let summary = format!("<excerpt:encoded><![CDATA[So. {hidden}]]></excerpt:encoded>");
        let (article, file, _) = only(&item(1, "", &written, &summary), "");
        let Teaser { html, aside, .. } = &article.teaser;
        assert!(!html.contains("HIDDEN") && !aside.contains("HIDDEN"), "{written}\n{file}");
        let head = format!("{:?}", article.head);
        assert!(!head.contains("HIDDEN"), "{written}\n{file}");
        assert_eq!(article.head.access.to_string(), "subscribers", "{written}");
    }
}

#[test]
fn galleries_and_credits_come_from_the_attachments() {
    let credit = meta(
        "_wp_attachment_metadata",
        "a:1:{s:10:\"image_meta\";a:2:{s:6:\"credit\";s:10:\"Anna \
         Bøe/C\";s:7:\"caption\";s:4:\"IPTC\";}}",
    );
    let alt = meta("_wp_attachment_image_alt", "The bridge & fog");
    let records = [
        attachment(8, "https://courant.example/u/b-scaled.jpg", &format!("{credit}{alt}")),
        item(
            1,
            "One",
            "[gallery ids=\"9,8,77\"]\n\n<img class=\"wp-image-8\" \
             src=\"https://courant.example/u/b-scaled-300x200.jpg\" alt=\"\" />",
            "",
        ),
        attachment(
            9,
            "https://courant.example/u/c.png",
            "<excerpt:encoded><![CDATA[C &amp; <b>d</b>]]></excerpt:encoded>",
        ),
        item(2, "Two", "[gallery]", "<wp:status>draft</wp:status>"),
    ];
    let (article, _, remarks) = only(&records.concat(), "");
    let source = article.source.edit(&Desk::exit());
    let first = "::: picture \"pictures/c.png\"\nalt: C & d\ncaption: C & d\n:::";
    let second = "::: picture \"pictures/b-scaled.jpg\"\nalt: The bridge & fog\n";
    assert!(source.starts_with(first), "{source}");
    assert_eq!(source.matches(second).count(), 2, "{source}");
    assert_eq!(source.matches("credit: Anna Bøe").count(), 2, "{source}");
    assert!(source.contains("caption: IPTC"), "{source}");
    assert!(remarks.iter().any(|remark| remark.contains("gallery")), "{remarks:?}");
}

#[test]
fn a_gallery_without_numbers_shows_the_files_of_its_item() {
    let hangs = |order: u32| {
        format!("<wp:post_parent>1</wp:post_parent><wp:menu_order>{order}</wp:menu_order>")
    };
    let records = [
        item(1, "One", "[gallery columns=\"2\" exclude=\"12\"]", ""),
        attachment(10, "https://courant.example/b.jpg", &hangs(2)),
        attachment(11, "https://courant.example/a.jpg", &hangs(1)),
        attachment(12, "https://courant.example/c.jpg", &hangs(3)),
        attachment(13, "https://courant.example/d.pdf", &hangs(4)),
        attachment(14, "https://courant.example/e.jpg", "<wp:post_parent>2</wp:post_parent>"),
    ];
    let (article, ..) = only(&records.concat(), "");
    assert_eq!(article.teaser.media.len() + article.locked_media.len(), 2);
    let source = article.source.edit(&Desk::exit());
    assert!(source.find("a.jpg").unwrap() < source.find("b.jpg").unwrap(), "{source}");
}

#[test]
fn a_dateline_leaves_the_text() {
    for (written, place, rest) in [
        ("PORT MERRIN -- The ship left.", Some("PORT MERRIN"), "The ship left."),
        (
            "<strong>WASHINGTON (AP) &#8212;</strong> The Senate met.",
            Some("WASHINGTON (AP)"),
            "The Senate met.",
        ),
        (
            "<img src=\"/a.jpg\" alt=\"A\" />\n\nPARIS, May 3 - The mayor spoke.",
            Some("PARIS, May 3"),
            "The mayor spoke.",
        ),
        ("NATO -- The alliance met.", None, "NATO — The alliance met."),
        ("<!--more-->PORT MERRIN -- The ship left.", None, "PORT MERRIN — The ship left."),
        ("<h2>PORT MERRIN -- The ship left.</h2>", None, "PORT MERRIN — The ship left."),
    ] {
        let (article, ..) = only(&item(1, "One", written, ""), "");
        assert_eq!(article.head.dateline.as_deref(), place, "{written}");
        let source = article.source.edit(&Desk::exit());
        assert!(source.trim_end().ends_with(rest), "{written} {source}");
    }
}

#[test]
fn huge_markup_is_translated_within_the_limits() {
    let deep =
        format!("{}deep{}", "<div><em><ul><li>".repeat(300), "</li></ul></em></div>".repeat(300));
    let wide = "<p>Some <b>words</b> and <a href=\"/x\">a link</a>.</p>\n".repeat(3_000);
    let cells = format!("<table>{}</table>", "<tr><td>a</td><td>b</td></tr>".repeat(4_000));
    for written in [deep, wide, cells] {
        let (article, ..) = only(&item(1, "One", &written, ""), "");
        assert!(!article.source.edit(&Desk::exit()).is_empty());
    }
}
