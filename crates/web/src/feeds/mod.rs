//! The paper for machines: feeds in three formats, sitemaps, the licence for crawlers. Pure functions from what `site`
//! hands over to text; nothing here asks the store, the gate or a clock, and no sealed text gets here: an item's text is
//! the teaser, or what a grant has opened already.

mod atom;
mod json;
pub(crate) mod licence;
pub(crate) mod portable;
mod rss;
pub(crate) mod sitemap;
mod xml;

use jiff::Timestamp;

/// The most articles of a feed.
pub(crate) const ITEMS_MAX: usize = 50;

/// The formats of a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// RSS 2.0.
    Rss,
    /// RFC 4287.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// All formats, in the order in which pages offer them.
    pub(crate) const ALL: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];

    /// The format of an address's ending.
    pub(crate) fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == ending)
    }

    /// The ending in addresses.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    /// The media type in links.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml",
            Self::Atom => "application/atom+xml",
            Self::Json => "application/feed+json",
        }
    }

    /// The media type of an answer.
    pub(crate) const fn sent_as(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }

    /// Its name for readers.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
        }
    }
}

/// A feed. Addresses are absolute; texts are plain where it does not say otherwise.
#[derive(Debug)]
pub(crate) struct Feed {
    /// A URN for ever.
    pub(crate) id: String,
    pub(crate) heading: String,
    pub(crate) about: String,
    /// The paper's name.
    pub(crate) paper: String,
    /// A BCP 47 tag.
    pub(crate) language: String,
    /// The page that it belongs to.
    pub(crate) home: String,
    /// Its own address.
    pub(crate) address: String,
    /// When one of its articles was last published or changed.
    pub(crate) changed_at: Timestamp,
    pub(crate) items: Vec<Item>,
}

/// An article in a feed.
#[derive(Debug)]
pub(crate) struct Item {
    /// A URN for ever, whatever becomes of the address.
    pub(crate) id: String,
    pub(crate) address: String,
    pub(crate) headline: String,
    pub(crate) standfirst: String,
    /// Markup with absolute addresses: the teaser, or all of what is free.
    pub(crate) html: String,
    pub(crate) authors: Vec<Author>,
    /// The section's name first, then the tags'.
    pub(crate) subjects: Vec<String>,
    pub(crate) published_at: Timestamp,
    pub(crate) changed_at: Timestamp,
    /// Where it is not the paper's.
    pub(crate) language: Option<String>,
    pub(crate) picture: Option<Picture>,
}

/// Who wrote it.
#[derive(Debug)]
pub(crate) struct Author {
    pub(crate) name: String,
    pub(crate) address: String,
}

/// The lead image.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) address: String,
    pub(crate) media_type: &'static str,
    /// In pixels; 0 where it is not known.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) alt: String,
    pub(crate) caption: String,
    pub(crate) credit: String,
}

/// The text of a feed.
pub(crate) fn write(feed: &Feed, format: Format) -> String {
    match format {
        Format::Rss => rss::write(feed),
        Format::Atom => atom::write(feed),
        Format::Json => json::write(feed),
    }
}

/// A URN that is made from what never changes: a UUID of version 8 (RFC 9562, 5.8), whose bits are a hash.
pub(crate) fn urn(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 feed ids");
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut bytes = [0_u8; 16];
    hasher.finalize_xof().fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}

#[cfg(test)]
mod tests;
