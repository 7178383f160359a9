//! Items: what becomes an article and what does not, and the fields beside the text.

use super::*;

#[test]
fn what_was_not_public_leaves_no_trace() {
    let canary = "CANARY";
    let hidden = |id: u32, more: &str| {
        let terms = format!(
            "<category domain=\"category\" nicename=\"{canary}\"><![CDATA[{canary}]]></category>\
             <category domain=\"post_tag\" nicename=\"t{canary}\"><![CDATA[{canary}]]></category>\
             <dc:creator>{canary}</dc:creator><excerpt:encoded>{canary}</excerpt:encoded>{more}"
        );
        item(id, canary, canary, &terms)
    };
    let statuses =
        ["private", "draft", "pending", "auto-draft", "trash", "inherit", "acme-status", ""];
    let mut records: Vec<String> = statuses
        .iter()
        .zip(2..)
        .map(|(status, id)| hidden(id, &format!("<wp:status>{status}</wp:status>")))
        .collect();
    records.push(hidden(20, "<wp:post_password><![CDATA[x]]></wp:post_password>"));
    records.push(hidden(21, "<wp:post_type>page</wp:post_type>"));
    records.push(hidden(22, "<wp:post_type>acme</wp:post_type>"));
    records.push(hidden(23, "<wp:post_type>revision</wp:post_type>"));
    records.push(hidden(24, "<wp:post_type>nav_menu_item</wp:post_type>"));
    records.push(hidden(25, "<wp:post_type>wp_block</wp:post_type><wp:status>draft</wp:status>"));
    records.push(attachment(
        26,
        &format!("https://courant.example/{canary}.jpg"),
        "<wp:post_parent>2</wp:post_parent>",
    ));
    let count = records.len();
    records.push(item(
        1,
        "One",
        "Text with [gallery id=\"2\"].",
        "<wp:comment><wp:comment_content>CANARY</wp:comment_content></wp:comment>",
    ));
    let read = read(export(&records.concat()).as_bytes()).unwrap();
    assert!(!read.everything().contains(canary), "{}", read.everything());
    let left = read.items.iter().filter(|item| matches!(item.outcome, Outcome::Left { .. }));
    assert_eq!(left.count(), count);
    assert_eq!(read.survey.items, count as u64 + 1);
    assert!(read.survey.remarks.iter().any(|remark| remark.starts_with("1 comments")));
}

#[test]
fn a_scheduled_article_is_an_embargo() {
    let more =
        "<wp:status>future</wp:status><wp:post_date_gmt>2030-01-01 19:00:18</wp:post_date_gmt>";
    let (article, ..) = only(&item(1, "One", "Text.", more), "");
    assert_eq!(article.head.published_at.to_string(), "2030-01-01T19:00:18Z");
    assert_eq!(article.head.updated_at, None);
}

#[test]
fn fields_become_ours() {
    let more = format!(
        "<excerpt:encoded><![CDATA[A \"short\"\n<b>line</b>.]]></excerpt:encoded>\
         <wp:post_modified_gmt>2019-05-04 11:00:00</wp:post_modified_gmt><wp:is_sticky>1\
         </wp:is_sticky>\
         <category domain=\"post_format\" nicename=\"post-format-aside\"><![CDATA[Aside]]>\
         </category>{}{}",
        meta("_wp_old_slug", "older"),
        meta("_wp_old_slug", "n1"),
    );
    let (article, _, remarks) =
        only(&item(1, "A &amp; &lt;em&gt;b&lt;/em&gt; \"c\"", "Text.", &more), "");
    let head = &article.head;
    assert_eq!(head.headline, "A & b “c”");
    assert_eq!(head.standfirst.as_deref(), Some("A “short” line."));
    assert_eq!(head.published_at.to_string(), "2019-05-03T10:00:00Z");
    assert_eq!(head.updated_at.unwrap().to_string(), "2019-05-04T11:00:00Z");
    assert_eq!((head.slug.as_str(), head.section.as_str()), ("n1", "harbour"));
    assert_eq!(head.genre, newsroom::Genre::Brief);
    assert_eq!(head.access, paywall::Access::Free);
    assert_eq!(article.old_addresses, ["/2019/05/n1/", "/?p=1", "/2019/05/older/"]);
    assert!(remarks.iter().any(|remark| remark.contains("front page")), "{remarks:?}");
}

#[test]
fn an_id_is_the_same_in_every_export_of_the_site() {
    let id = |site: &str, records: &str| {
        let text = export(records).replace("https://www.courant.example", site);
        let read = read(text.as_bytes()).unwrap();
        let file =
            read.articles().last().map(|file| checked(&read.survey, file).head.id.to_string());
        file.unwrap_or_default()
    };
    let one = item(1, "One", "Text.", "");
    let first = id("https://www.courant.example", &one);
    assert!(first.starts_with("w-") && first.len() == 18, "{first}");
    assert_eq!(
        first,
        id(
            "http://courant.example/",
            &item(1, "Renamed", "Other.", "<wp:post_name>x</wp:post_name>")
        )
    );
    assert_ne!(first, id("https://other.example", &one));
    assert_ne!(first, id("https://www.courant.example", &item(2, "One", "Text.", "")));
    let bare = item(1, "One", "Text.", "<guid>https://courant.example/?p=1</guid>")
        .replace("<wp:post_id>1</wp:post_id>", "");
    assert!(id("https://www.courant.example", &bare).starts_with("w-"));
}

#[test]
fn headlines_that_are_absent_or_too_long_are_helped() {
    let (article, _, remarks) =
        only(&item(1, "", "<p>One two three four five six seven eight nine.</p>", ""), "");
    assert_eq!(article.head.headline, "One two three four five six seven eight …");
    assert!(remarks.iter().any(|remark| remark.contains("no headline")));
    assert_eq!(only(&item(1, " ", "", ""), "").0.head.headline, "Untitled");
    assert_eq!(
        only(&item(1, "", "[private]Hidden words.[/private]", ""), "").0.head.headline,
        "Untitled"
    );
    let long = "word ".repeat(60);
    let (article, _, remarks) = only(&item(1, long.trim(), "Text.", ""), "");
    assert!(
        article.head.headline.ends_with("word…") && article.head.headline.chars().count() <= 200
    );
    assert!(article.source.edit(&Desk::exit()).starts_with(&format!("**{}**", long.trim())));
    assert!(remarks.iter().any(|remark| remark.contains("the whole stands in the text")));
}

#[test]
fn names_in_addresses_are_ours_and_nobody_elses() {
    let named = |id: u32, name: &str| {
        item(id, "One", "Text.", &format!("<wp:post_name>{name}</wp:post_name>"))
    };
    let records = [
        named(3, "caf%c3%a9"),
        named(1, "cafe"),
        named(2, "%e6%9d%b1%e4%ba%ac"),
        named(4, ""),
        named(5, &"a".repeat(120)),
    ];
    let slugs = |records: &[String]| -> Vec<String> {
        let read = read(export(&records.concat()).as_bytes()).unwrap();
        let slug = |file: &&str| checked(&read.survey, file).head.slug.to_string();
        read.articles().iter().map(slug).collect()
    };
    let found = slugs(&records);
    assert_eq!(found[..2], ["cafe-3", "cafe"]);
    assert!(found[2].starts_with("n-") && found[3] == "one" && found[4].len() == 80, "{found:?}");
    let mut turned = records.clone();
    turned.reverse();
    let mut again = slugs(&turned);
    again.reverse();
    assert_eq!(found, again);
}

#[test]
fn old_addresses_are_those_of_the_same_site() {
    for (link, wanted) in [
        ("https://www.courant.example/a/b/", vec!["/a/b/", "/?p=1"]),
        ("http://courant.example/?p=1", vec!["/?p=1"]),
        ("https://elsewhere.example/a/", vec!["/?p=1"]),
        ("https://courant.example//evil/", vec!["/?p=1"]),
        ("https://courant.example/%d0%bc/", vec!["/%d0%bc/", "/?p=1"]),
        ("", vec!["/?p=1"]),
    ] {
        let record = item(1, "One", "Text.", &format!("<link>{link}</link>"));
        let (article, ..) = only(&record, "");
        assert_eq!(article.old_addresses, wanted, "{link}");
    }
}

#[test]
fn an_earlier_name_that_another_article_has_by_now_is_not_an_old_address() {
    let named = "<wp:post_name>n1</wp:post_name><link>https://courant.example/2019/05/n1/</link>";
    let records =
        [item(1, "One", "Text.", ""), item(2, "Two", "Text.", &meta("_wp_old_slug", "n1"))];
    let read = read(export(&records.concat()).as_bytes()).unwrap();
    let second = checked(&read.survey, read.articles()[1]);
    assert_eq!(second.old_addresses, ["/2019/05/n2/", "/?p=2"]);
    // Two articles of one name, in two months: the elder has it.
    let records = [item(1, "One", "Text.", ""), item(2, "Two", "Text.", named)];
    let read = self::read(export(&records.concat()).as_bytes()).unwrap();
    let slugs: Vec<String> = read
        .articles()
        .iter()
        .map(|file| checked(&read.survey, file).head.slug.to_string())
        .collect();
    assert_eq!(slugs, ["n1", "n1-2"]);
}

#[test]
fn the_lead_image_has_what_the_export_knows_of_it() {
    let more = format!(
        "{}{}<excerpt:encoded>The caption</excerpt:encoded>",
        meta("_wp_attachment_image_alt", "The bridge"),
        meta("_media_credit", "© AP"),
    );
    let records = format!(
        "{}{}",
        item(1, "One", "Text.", &meta("_thumbnail_id", "9")),
        attachment(9, "https://courant.example/u/bridge.jpg", &more)
    );
    let (article, ..) = only(&records, "");
    let image = article.head.lead_image.unwrap();
    assert_eq!(image.file, "pictures/bridge.jpg");
    assert_eq!(image.alt, "The bridge");
    assert_eq!(
        (image.caption.as_deref(), image.credit.as_deref()),
        (Some("The caption"), Some("AP"))
    );
    let (article, _, remarks) = only(&item(1, "One", "Text.", &meta("_thumbnail_id", "9")), "");
    assert!(article.head.lead_image.is_none());
    assert!(remarks[0].contains("attachment 9"), "{remarks:?}");
    let records = format!(
        "{}{}",
        item(1, "One", "Text.", &meta("_thumbnail_id", "9")),
        attachment(9, "https://courant.example/u/film.mov", "")
    );
    assert!(only(&records, "").2[0].contains("not to be had"));
}

#[test]
fn a_text_in_another_language_says_so() {
    let hebrew =
        export(&item(1, "כותרת", "טקסט.", "")).replace("<language>en-US", "<language>he-IL");
    let read_hebrew = read(hebrew.as_bytes()).unwrap();
    let article = checked(&read_hebrew.survey, read_hebrew.articles()[0]);
    assert_eq!(article.head.language.as_deref(), Some("he-IL"));
    assert_eq!(article.head.direction, newsroom::Direction::RightToLeft);
    let term = "<category domain=\"language\" nicename=\"fr\"><![CDATA[Français]]></category>";
    assert_eq!(only(&item(1, "Un", "Texte.", term), "").0.head.language.as_deref(), Some("fr"));
    assert_eq!(only(&item(1, "One", "Text.", ""), "").0.head.language, None);
    let german = export(&item(1, "\"So\"", "\"Ja\", sagt er.", ""))
        .replace("<language>en-US", "<language>de-DE");
    let read_german = read(german.as_bytes()).unwrap();
    assert!(
        read_german.articles()[0].contains("„So“")
            && read_german.articles()[0].contains("„Ja“, sagt")
    );
}

#[test]
fn reading_can_be_broken_off_and_begun_again() {
    let text = export(&format!("{}{}", item(1, "One", "Text.", ""), item(2, "Two", "Text.", "")));
    let mut export = WordPress::new(Cursor::new(text.as_bytes()), Mapping::default());
    let mut count = 0;
    for _ in 0..2 {
        export
            .items(&Survey::default(), &mut AllFiles, &mut |_| {
                count += 1;
                ControlFlow::Break(())
            })
            .unwrap();
    }
    assert_eq!(count, 2);
}
