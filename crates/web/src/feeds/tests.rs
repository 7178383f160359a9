use jiff::Timestamp;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::portable::portable;
use super::sitemap::{self, Entry, News};
use super::xml::escape;
use super::{Author, Feed, Format, Item, Picture, licence, urn, write};

/// Parses a document to its end; the text of all elements of that name.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut found, mut inside, mut depth) = (Vec::new(), false, 0_i32);
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                for attribute in start.attributes() {
                    attribute
                        .expect("an attribute")
                        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                        .expect("a value");
                }
                depth += 1;
                inside = start.name().as_ref() == name.as_bytes();
                if inside {
                    found.push(String::new());
                }
            }
            Event::End(_) => {
                depth -= 1;
                inside = false;
            }
            Event::Text(text) if inside => {
                let text = text.decode().expect("text");
                found.last_mut().expect("an element").push_str(&text);
            }
            Event::GeneralRef(reference) if inside => {
                let name = reference.decode().expect("a reference");
                let c = match reference.resolve_char_ref().expect("a character") {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_xml_entity(&name).expect("known").to_owned(),
                };
                found.last_mut().expect("an element").push_str(&c);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    found
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn feed(text: &str) -> Feed {
    let at = instant("2026-09-16T17:30:00Z");
    Feed {
        id: urn(&[b"feed"]),
        heading: text.to_owned(),
        about: text.to_owned(),
        paper: text.to_owned(),
        language: "en-CA".to_owned(),
        home: "https://courant.example/".to_owned(),
        address: "https://courant.example/feeds/all.rss".to_owned(),
        changed_at: at,
        items: vec![Item {
            id: urn(&[b"item"]),
            address: "https://courant.example/city/a".to_owned(),
            headline: text.to_owned(),
            standfirst: text.to_owned(),
            html: format!("<p>{text}</p>"),
            authors: vec![Author {
                name: text.to_owned(),
                address: "https://courant.example/authors/anna".to_owned(),
            }],
            subjects: vec![text.to_owned()],
            published_at: at,
            changed_at: at,
            language: Some("ja".to_owned()),
            picture: Some(Picture {
                address: "https://courant.example/media/a.webp".to_owned(),
                media_type: "image/webp",
                width: 30,
                height: 20,
                alt: text.to_owned(),
                caption: text.to_owned(),
                credit: text.to_owned(),
            }),
        }],
    }
}

/// What is left of a text in XML.
fn kept(text: &str) -> String {
    let fits = |c: &char| {
        matches!(c, '\t' | '\n' | '\r' | '\u{85}')
            || !c.is_control() && u32::from(*c) & 0xFFFE != 0xFFFE
    };
    text.chars().filter(fits).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_feed_parses_and_says_what_was_said(text in "\\PC{0,8}[\u{0}-\u{20}<>&\"'\\]]{0,8}\\PC{0,8}") {
        let feed = feed(&text);
        let rss = write(&feed, Format::Rss);
        prop_assert_eq!(&texts(&rss, "title")[1], &kept(&text));
        prop_assert_eq!(&texts(&rss, "content:encoded")[0], &kept(&format!("<p>{text}</p>")));
        let atom = write(&feed, Format::Atom);
        prop_assert_eq!(&texts(&atom, "title")[1], &kept(&text));
        let json: serde_json::Value =
            serde_json::from_str(&write(&feed, Format::Json)).expect("JSON");
        let id = urn(&[b"item"]);
        prop_assert_eq!(json["items"][0]["id"].as_str(), Some(id.as_str()));
        let news = News {
            address: "https://courant.example/a".to_owned(),
            paper: text.clone(),
            language: "en".to_owned(),
            published_at: feed.changed_at,
            headline: text.clone(),
        };
        prop_assert_eq!(&texts(&sitemap::news(&[news]), "news:title")[0], &kept(&text));
    }

    #[test]
    fn markup_for_elsewhere_keeps_its_tags_and_its_text(text in "[a-z<>&\"'= /#]{0,40}") {
        let out = portable(&text, "https://courant.example");
        // What was cut off at a broken tag is gone; what is there came in.
        prop_assert!(out.matches('<').count() <= text.matches('<').count());
    }
}

#[test]
fn an_escaped_text_opens_nothing() {
    assert_eq!(
        escape("a < b & \"c\" 'd' > e\u{1}\u{0}\u{FFFF}"),
        "a &lt; b &amp; &quot;c&quot; &#39;d&#39; &gt; e"
    );
    assert_eq!(escape("plain ü 日本"), "plain ü 日本");
}

#[test]
fn addresses_become_absolute_and_marks_of_our_pages_go() {
    let html = "<p class=\"first\">A <a href=\"/harbour/x\" data-n=\"1\">link</a> > <a href=\"https://b.example/?a=1&amp;b=2\">b</a> \
                <a href=\"//c.example/\">c</a></p>\n<figure class=\"pic\"><img src=\"/media/a.webp\" srcset=\"/media/a-1.webp 1w\" \
                alt=\"x > y\" loading=\"lazy\" width=\"3\" height=\"2\"></figure><a href=\"#entry-1\">e</a>";
    let expected = "<p>A <a href=\"https://o.example/harbour/x\">link</a> > <a href=\"https://b.example/?a=1&amp;b=2\">b</a> \
                    <a href=\"//c.example/\">c</a></p>\n<figure><img src=\"https://o.example/media/a.webp\" alt=\"x > y\" width=\"3\" \
                    height=\"2\"></figure><a>e</a>";
    assert_eq!(portable(html, "https://o.example"), expected);
    assert_eq!(portable("text <p", "https://o.example"), "text ");
}

#[test]
fn a_urn_is_a_uuid_of_version_8_and_stays() {
    let urn = urn(&[b"a", b"b"]);
    assert_eq!(urn, super::urn(&[b"a", b"b"]));
    assert_ne!(urn, super::urn(&[b"ab"]));
    assert_eq!(urn.len(), "urn:uuid:".len() + 36);
    assert_eq!(&urn[23..24], "8");
    assert!(matches!(&urn[28..29], "8" | "9" | "a" | "b"), "{urn}");
}

#[test]
fn a_sitemap_is_an_index_and_files() {
    let entry = |address: &str| Entry {
        address: address.to_owned(),
        changed_at: Some(instant("2026-09-16T17:30:00.5Z")),
        picture: Some("https://o.example/media/a.webp?x&y".to_owned()),
    };
    let index = sitemap::index(&[entry("https://o.example/sitemaps/pages-1.xml")]);
    assert_eq!(texts(&index, "lastmod"), ["2026-09-16T17:30:00Z"]);
    let file = sitemap::head() + &sitemap::pages(&[entry("https://o.example/a")]) + sitemap::TAIL;
    assert_eq!(texts(&file, "loc"), ["https://o.example/a"]);
    assert_eq!(texts(&file, "image:loc"), ["https://o.example/media/a.webp?x&y"]);
    for (tag, told) in [("en-CA", "en"), ("zh-Hant-HK", "zh-tw"), ("zh", "zh-cn"), ("ja", "ja")] {
        assert_eq!(sitemap::news_language(tag), told);
    }
}

#[test]
fn a_licence_names_what_is_free_charged_and_prohibited() {
    let licence = licence::Licence {
        covers: "/".to_owned(),
        permitted: vec!["search"],
        charged: vec!["ai-train"],
        prohibited: vec!["ai-input"],
        terms: Some("https://o.example/terms".to_owned()),
        owner: "The Paper & Sons".to_owned(),
        home: "https://o.example/".to_owned(),
        mail: "rights@o.example".to_owned(),
    };
    let xml = licence::write(&licence);
    assert_eq!(texts(&xml, "permits"), ["search", "ai-train"]);
    assert_eq!(texts(&xml, "prohibits"), ["ai-input ai-train"]);
    assert_eq!(texts(&xml, "custom"), ["https://o.example/terms"]);
    assert_eq!(texts(&xml, "copyright"), ["The Paper & Sons"]);
}

#[test]
fn galleries_and_embeds_leave_as_pictures_and_a_link() {
    let html = "<div class=\"gallery\"><p class=\"gallery-name\">G</p><div tabindex=\"0\" role=\"region\" aria-label=\"G\">\
                <figure><img src=\"/media/a.webp\" alt=\"A\"></figure></div></div>\
                <figure class=\"embed\" data-frame=\"https://www.youtube-nocookie.com/embed/x\" data-load=\"Load\"><p>\
                <a href=\"https://youtu.be/x\" data-n=\"1\">Film</a> <span>YouTube</span></p></figure>";
    assert_eq!(
        portable(html, "https://paper.example"),
        "<div><p>G</p><div><figure><img src=\"https://paper.example/media/a.webp\" alt=\"A\"></figure></div></div>\
         <figure><p><a href=\"https://youtu.be/x\">Film</a> <span>YouTube</span></p></figure>"
    );
}
