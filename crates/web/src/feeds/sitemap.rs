//! Sitemaps as sitemaps.org 0.9 and Google's two additions define them: an index, files of pages, and the news of two
//! days. A file is written in stretches, so that nobody holds all of it as text.

use std::fmt::Write;

use jiff::Timestamp;

use super::xml::{DECLARATION, escape};

/// What stands at the end of every file of pages.
pub(crate) const TAIL: &str = "</urlset>\n";

/// A page, or in an index a file.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Absolute.
    pub(crate) address: String,
    pub(crate) changed_at: Option<Timestamp>,
    /// The absolute address of the lead image.
    pub(crate) picture: Option<String>,
}

/// An article of the last two days.
#[derive(Debug)]
pub(crate) struct News {
    /// Absolute.
    pub(crate) address: String,
    pub(crate) paper: String,
    pub(crate) language: String,
    pub(crate) published_at: Timestamp,
    pub(crate) headline: String,
}

/// The whole index.
pub(crate) fn index(files: &[Entry]) -> String {
    let mut text = DECLARATION.to_owned();
    text += "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
    for file in files {
        let _ = write!(text, "<sitemap><loc>{}</loc>", escape(&file.address));
        changed(&mut text, file.changed_at);
        text += "</sitemap>\n";
    }
    text + "</sitemapindex>\n"
}

/// The beginning of a file of pages.
pub(crate) fn head() -> String {
    DECLARATION.to_owned()
        + "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
           xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\n"
}

/// Some of its pages.
pub(crate) fn pages(entries: &[Entry]) -> String {
    let mut text = String::with_capacity(entries.len() * 200);
    for entry in entries {
        let _ = write!(text, "<url><loc>{}</loc>", escape(&entry.address));
        changed(&mut text, entry.changed_at);
        if let Some(picture) = &entry.picture {
            let picture = escape(picture);
            let _ = write!(text, "<image:image><image:loc>{picture}</image:loc></image:image>");
        }
        text += "</url>\n";
    }
    text
}

/// A whole file of news; an empty one is as good.
pub(crate) fn news(entries: &[News]) -> String {
    let mut text = DECLARATION.to_owned();
    text += "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
             xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n";
    for entry in entries {
        let _ = writeln!(
            text,
            "<url><loc>{}</loc><news:news><news:publication><news:name>{}</news:name>\
             <news:language>{}</news:language></news:publication>\
             <news:publication_date>{}</news:publication_date><news:title>{}</news:title>\
             </news:news></url>",
            escape(&entry.address),
            escape(&entry.paper),
            escape(&entry.language),
            instant(entry.published_at),
            escape(&entry.headline),
        );
    }
    text + TAIL
}

/// The language of the news as the format wants it: two or three letters, and Chinese in its two scripts.
pub(crate) fn news_language(tag: &str) -> String {
    let tag = tag.to_ascii_lowercase();
    let mut parts = tag.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    if language != "zh" {
        return language.to_owned();
    }
    let is_traditional = parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo"));
    if is_traditional { "zh-tw" } else { "zh-cn" }.to_owned()
}

fn changed(text: &mut String, at: Option<Timestamp>) {
    if let Some(at) = at {
        let _ = write!(text, "<lastmod>{}</lastmod>", instant(at));
    }
}

/// A W3C date and time, to the second.
fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
