//! Files that are broken, cut off or meant to do harm: the items before the fault count, the fault names its line, and
//! nothing panics.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

fn fixture() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/wordpress");
    fs::read(folder.join("theme-unit-test.xml")).expect("the test export is there")
}

#[test]
fn a_file_that_is_no_export_says_so() {
    for (file, says) in [
        ("", "no <channel>"),
        ("PK\u{3}\u{4}", "no <channel>"),
        ("<html><body>Not found</body></html>", "<html>"),
        ("<?xml version=\"1.0\"?><feed></feed>", "<feed>"),
        ("<rss><item></item></rss>", "<item>"),
        ("<rss>", "no <channel>"),
        ("<!DOCTYPE rss [<!ENTITY a \"b\">]><rss><channel></channel></rss>", "document type"),
    ] {
        let fault = read(file.as_bytes()).err().unwrap_or_else(|| panic!("{file} is read"));
        assert!(fault.what.contains(says), "{file}: {fault}");
    }
    let wide: Vec<u8> = "<rss>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(read(&wide).is_err());
}

#[test]
fn an_empty_channel_is_an_empty_export() {
    let read = read(export("").as_bytes()).unwrap();
    assert!(read.items.is_empty() && read.end.is_ok());
    assert_eq!(read.survey.site, "https://www.courant.example");
}

#[test]
fn a_document_type_within_is_refused_and_entities_are_not_expanded() {
    let bomb = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]>";
    let text = export(&format!("{}{bomb}", item(1, "One", "Text.", "")));
    let read_bomb = read(text.as_bytes()).unwrap();
    assert_eq!(read_bomb.articles().len(), 1);
    assert!(read_bomb.end.unwrap_err().what.contains("document type"));
    let (article, ..) = only(&item(1, "One &lol; &amp; two", "Text.", ""), "");
    assert_eq!(article.head.headline, "One &lol; & two");
}

#[test]
fn one_bad_item_does_not_stop_the_rest() {
    let good = |id| item(id, "Good", "Text.", "");
    let deep = format!("{}{}", "<a>".repeat(50), "</a>".repeat(50));
    let bare = "<wp:post_type>post</wp:post_type><wp:status>publish</wp:status>";
    for (bad, says) in [
        ("<item><title>a</wrong></item>".to_owned(), "XML is damaged"),
        (format!("<item>{deep}</item>"), "deep"),
        (format!("<item>{bare}</item>"), "no date"),
        (
            format!(
                "<item>{bare}<wp:post_date_gmt>2019-05-03 10:00:00</wp:post_date_gmt>\
             </item>"
            ),
            "neither wp:post_id nor guid",
        ),
        ("<item><title>never ends</title>".to_owned(), "does not end"),
        (format!("<item>{}</item>", "x".repeat(17 << 20)), "more than"),
        (item(7, "Long", &"<p>word</p>".repeat(800_000), ""), "more than"),
    ] {
        let text = export(&format!("{}{bad}\n{}", good(1), good(3)));
        let read = read(text.as_bytes()).unwrap();
        assert!(read.end.is_ok(), "{:?}", read.end);
        assert_eq!(read.articles().len(), 2, "{says}");
        let bad = read.items.iter().find_map(|item| match &item.outcome {
            Outcome::Bad { why } => Some((item.line, why.clone())),
            _ => None,
        });
        let (line, why) = bad.unwrap_or_else(|| panic!("{says}: {:?}", read.items));
        assert!(why.contains(says), "{why}");
        assert_eq!(line, 21, "{says}");
    }
}

#[test]
fn lines_are_named_and_a_file_that_breaks_off_gives_what_came_before() {
    let whole = export(&format!("{}{}", item(1, "One", "A\nB", ""), item(2, "Two", "Text.", "")));
    let cut = whole.find("<wp:post_id>2").unwrap();
    let read = read(&whole.as_bytes()[..cut]).unwrap();
    assert_eq!(read.articles().len(), 1);
    assert_eq!(read.items[0].line, 8);
    let fault = read.end.unwrap_err();
    assert_eq!(fault.line, 27, "{fault}");
    assert!(fault.what.contains("line 22"), "{fault}");
    assert!(read.survey.remarks.iter().any(|remark| remark.contains("damaged")));
}

#[test]
fn control_characters_and_bytes_that_are_no_text_are_dropped_with_a_remark() {
    let text = export(&item(1, "One", "A\u{8}B \u{e000}C\u{fffe}.", ""));
    let read_text = read(text.as_bytes()).unwrap();
    let file = read_text.articles()[0];
    checked(&read_text.survey, file);
    assert!(file.contains("AB C."), "{file}");
    assert!(read_text.items[0].remarks.iter().any(|remark| remark.contains("characters")));
    let mut bytes = export(&item(1, "One", "A@B.", "")).into_bytes();
    let place = bytes.windows(3).position(|part| part == b"A@B").unwrap();
    bytes[place + 1] = 0xff;
    assert!(read(&bytes).unwrap().articles()[0].contains("A\u{fffd}B."));
}

#[test]
fn cut_off_anywhere_it_is_read_to_there() {
    let whole = fixture();
    let all = read(&whole).unwrap().items;
    // Each cut is read as a whole, and so not every byte of the file is one in every run.
    for end in (0..whole.len()).step_by(97_000) {
        let Ok(read) = read(&whole[..end]) else { continue };
        assert!(read.end.is_err());
        let same =
            read.items.iter().zip(&all).filter(|(a, b)| a.name == b.name && a.line == b.line);
        assert_eq!(same.count(), read.items.len());
    }
    // The beginning is cut more finely.
    for end in (0..3_000).step_by(7) {
        let _ = read(&whole[..end]);
    }
}

#[test]
fn a_cut_at_every_thousandth_byte_of_a_part_is_read_to_there() {
    let whole = fixture();
    let at = |sign: &[u8]| whole.windows(sign.len()).position(|part| part == sign).unwrap();
    let (begins, ends) = (at(b"<item>"), at(b"<wp:post_id>21</wp:post_id>"));
    let head = b"<rss><channel><link>https://a.example</link>".to_vec();
    for end in (begins..ends).step_by(1_000) {
        let cut = [head.as_slice(), &whole[begins..end]].concat();
        let read = read(&cut).unwrap();
        assert!(read.end.is_err(), "{end}");
        read.articles().iter().for_each(|file| drop(checked(&read.survey, file)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn flipped_bytes_are_survived(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)
    ) {
        let text = item(1, "One", "<!-- wp:paragraph --><p>\"A\" [gallery ids='9'] 'b'</p><!-- \
         /wp:paragraph -->", "");
        let more = item(2, "Two", "[caption]<img src=\"a.jpg\"/> b[/caption]\n\nPORT MERRIN -- \
         So.", "");
        let file = attachment(9, "https://courant.example/a.jpg", "");
        let mut bytes = export(&format!("{text}{file}{more}")).into_bytes();
        for (place, byte) in flips {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(read) = read(&bytes) {
            read.articles().iter().for_each(|file| drop(checked(&read.survey, file)));
        }
    }

    #[test]
    fn any_text_becomes_an_article_that_reads(
        parts in prop::collection::vec(
            prop_oneof![
                "[ -~\n]{0,24}",
                Just("<!-- wp:group {\"a\":1} -->".to_owned()),
                Just("<!-- /wp:group -->".to_owned()),
                Just("<!--more-->".to_owned()),
                Just("<!--paywall-->".to_owned()),
                Just("[caption]<img src='a.jpg'>".to_owned()),
                Just("[/caption]".to_owned()),
                Just("[private]".to_owned()),
                Just("<pre>".to_owned()),
                Just("</pre>".to_owned()),
                Just("\n\n:::\n\n+++\n\n".to_owned()),
                Just("<ul><li>".to_owned()),
                Just("<blockquote>".to_owned()),
                Just("PORT MERRIN -- ".to_owned()),
                Just("<table><tr><td>".to_owned()),
                "\\PC{0,12}",
            ],
            0..24,
        )
    ) {
        let text = parts.concat().replace("]]>", "]] >");
        let read = read(export(&item(1, "One", &text, "")).as_bytes()).unwrap();
        let again = self::read(export(&item(1, "One", &text, "")).as_bytes()).unwrap();
        prop_assert_eq!(&read.items, &again.items);
        for file in read.articles() {
            let source = checked(&read.survey, file).source.edit(&Desk::exit()).clone();
            prop_assert!(!source.contains(['\u{e000}', '\u{e004}', '\u{e008}']), "{}", source);
            // A line that the newsroom did not draw does not end a teaser.
            let drawn = text.contains("<!--more") || text.contains("[private");
            prop_assert!(drawn || !source.contains("<!-- paywall -->"), "{}", source);
        }
    }
}
