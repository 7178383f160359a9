//! Atom (RFC 4287).

use super::xml::Writer;
use super::{Feed, Format, Item};

pub(super) fn write(feed: &Feed) -> String {
    let mut xml = Writer::new();
    let named = [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", feed.language.as_str())];
    xml.open("feed", &named);
    xml.leaf("id", &[], &feed.id);
    xml.leaf("title", &[], &feed.heading);
    xml.some("subtitle", &[], &feed.about);
    xml.leaf("updated", &[], &feed.changed_at.to_string());
    let own =
        [("rel", "self"), ("type", Format::Atom.media_type()), ("href", feed.address.as_str())];
    xml.empty("link", &own);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.home)]);
    // Every entry needs an author, and an article without a byline is the paper's.
    xml.open("author", &[]);
    xml.leaf("name", &[], &feed.paper);
    xml.close();
    for item in &feed.items {
        entry(&mut xml, item);
    }
    xml.finish()
}

fn entry(xml: &mut Writer, item: &Item) {
    let language = item.language.as_deref().map(|language| ("xml:lang", language));
    xml.open("entry", language.as_slice());
    xml.leaf("id", &[], &item.id);
    xml.leaf("title", &[], &item.headline);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &item.address)]);
    xml.leaf("published", &[], &item.published_at.to_string());
    xml.leaf("updated", &[], &item.changed_at.to_string());
    for author in &item.authors {
        xml.open("author", &[]);
        xml.leaf("name", &[], &author.name);
        xml.leaf("uri", &[], &author.address);
        xml.close();
    }
    for subject in &item.subjects {
        xml.empty("category", &[("term", subject)]);
    }
    if let Some(picture) = &item.picture {
        let enclosure = [
            ("rel", "enclosure"),
            ("type", picture.media_type),
            ("title", &picture.alt),
            ("href", &picture.address),
        ];
        xml.empty("link", &enclosure);
    }
    xml.some("summary", &[], &item.standfirst);
    xml.some("content", &[("type", "html")], &item.html);
    xml.close();
}
