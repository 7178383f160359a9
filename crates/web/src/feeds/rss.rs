//! RSS 2.0, with the modules that feed readers know: the text of an item, its authors, its picture.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use super::xml::Writer;
use super::{Feed, Format, Item};

const NAMESPACES: &[(&str, &str)] = &[
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:media", "http://search.yahoo.com/mrss/"),
];

pub(super) fn write(feed: &Feed) -> String {
    let mut xml = Writer::new();
    xml.open("rss", NAMESPACES);
    xml.open("channel", &[]);
    xml.leaf("title", &[], &feed.heading);
    xml.leaf("link", &[], &feed.home);
    // RSS demands a description.
    xml.leaf("description", &[], if feed.about.is_empty() { &feed.heading } else { &feed.about });
    xml.leaf("language", &[], &feed.language);
    xml.leaf("lastBuildDate", &[], &date(feed.changed_at));
    let own =
        [("href", feed.address.as_str()), ("rel", "self"), ("type", Format::Rss.media_type())];
    xml.empty("atom:link", &own);
    for entry in &feed.items {
        item(&mut xml, entry);
    }
    xml.finish()
}

fn item(xml: &mut Writer, item: &Item) {
    xml.open("item", &[]);
    xml.leaf("title", &[], &item.headline);
    xml.leaf("link", &[], &item.address);
    xml.leaf("guid", &[("isPermaLink", "false")], &item.id);
    xml.leaf("pubDate", &[], &date(item.published_at));
    for author in &item.authors {
        xml.leaf("dc:creator", &[], &author.name);
    }
    for subject in &item.subjects {
        xml.leaf("category", &[], subject);
    }
    xml.some("dc:language", &[], item.language.as_deref().unwrap_or_default());
    xml.some("description", &[], &item.standfirst);
    xml.some("content:encoded", &[], &item.html);
    if let Some(picture) = &item.picture {
        let (width, height) = (picture.width.to_string(), picture.height.to_string());
        let mut attributes = vec![
            ("url", picture.address.as_str()),
            ("medium", "image"),
            ("type", picture.media_type),
        ];
        if picture.width > 0 && picture.height > 0 {
            attributes.extend([("width", width.as_str()), ("height", height.as_str())]);
        }
        xml.open("media:content", &attributes);
        let told = if picture.caption.is_empty() { &picture.alt } else { &picture.caption };
        xml.some("media:description", &[("type", "plain")], told);
        xml.some("media:credit", &[], &picture.credit);
        xml.close();
    }
    xml.close();
}

/// RFC 2822, in UTC. An instant outside of its years is left empty; no article has one.
fn date(instant: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_string(&instant).unwrap_or_default()
}
