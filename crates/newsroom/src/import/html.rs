//! HTML of an export, as the Markdown of the folder. Whatever comes in, what goes out is read without a fault: what the
//! folder does not have is written more simply and remarked on, and text that would mean something there is escaped.
//! It follows no link, opens no file, and never shows what a browser would not (scripts, styles, heads).
//!
//! The markup is read by html5ever's tokenizer into a small tree of our own, not by its tree builder, whose repairs
//! can make much out of little; depth and size are limited here.

use super::{Files, Remarks};
use crate::limits::ARTICLE_BYTES_MAX;

mod address;
mod boxes;
mod guard;
mod picture;
mod spans;
mod table;
mod tree;
mod walk;

/// Bytes of markup that are read of one text; what follows is left out with a remark.
pub(super) const HTML_BYTES_MAX: usize = 16 << 20;
/// Bytes of Markdown that are written: an article's file less the room for its front matter.
pub(super) const MARKDOWN_BYTES_MAX: usize = ARTICLE_BYTES_MAX - (256 << 10);

/// Writes HTML as the Markdown of the folder.
///
/// `site` is the address that relative links count from, without a slash at the end; empty where it is not known, and
/// then such links are dropped. `files` is asked for every picture, and for every file of the same site that is linked.
/// A comment `<!--paywall-->` becomes the paywall line; only the first does, and one inside a list, quote or table
/// stands before all of it.
pub(super) fn to_markdown(
    html: &str,
    site: &str,
    files: &mut dyn Files,
    remarks: &mut Remarks,
) -> String {
    let mut end = html.len().min(HTML_BYTES_MAX);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    if end < html.len() {
        remarks.note(format!("the text has more than {HTML_BYTES_MAX} bytes; its end is left out"));
    }
    let tree = tree::Tree::read(&html[..end]);
    let mut writer = walk::Writer::new(&tree, site.trim_end_matches('/'), files, remarks);
    writer.children(tree::ROOT);
    writer.finish()
}

/// Text as it stands in HTML, also in an attribute's quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// The words of a piece of HTML on one line: no markup, blanks as one.
pub(super) fn plain(html: &str) -> String {
    let mut end = html.len().min(HTML_BYTES_MAX);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    tree::Tree::read(&html[..end]).line(tree::ROOT)
}

/// A line cut at a word where it has more than `max` characters.
pub(super) fn shortened(line: &str, max: usize) -> String {
    guard::shortened(line, max)
}

/// Whether a file of `pictures/` may be named so.
pub(super) fn is_picture_name(file: &str) -> bool {
    address::is_name(file, &["pictures/"])
}

#[cfg(test)]
mod tests;
