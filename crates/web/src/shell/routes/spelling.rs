//! Paths that are spelled otherwise than the table spells them: each has one address that it leads to, or none.

use super::super::request::PATH_BYTES_MAX;
use super::super::spellings::percent_decoded;
use super::{Page, find, fits};

/// The longest id of somebody else's in an address, in bytes.
const ID_BYTES_MAX: usize = paywall::ID_BYTES_MAX;

/// What an id of somebody else's may be made of where it stands in an address.
pub(super) fn is_id(text: &str) -> bool {
    (1..=ID_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
        && !text.starts_with('.')
}

/// What the table makes of a path, whatever stands behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Spelled {
    /// It is spelled as addresses are, and these pages may answer it.
    Here(Vec<Page>),
    /// It is another spelling of this address.
    Otherwise(String),
    /// No page has such an address.
    Nowhere,
}

/// Reads any path as a demo's route table does: without a store, for fuzzing and for tests of other houses' addresses.
#[must_use]
pub fn spelled(path: &str) -> Spelled {
    let pages: Vec<Page> = fits(path, true).map(|(route, _)| route.page).collect();
    match canonical(path, true) {
        _ if !pages.is_empty() => Spelled::Here(pages),
        Some(address) => Spelled::Otherwise(address),
        None => Spelled::Nowhere,
    }
}

/// The one canonical spelling of a path that was spelled otherwise: without doubled or trailing slashes, decoded once,
/// in lower case, without `.html` or an index. `None` where that is the path itself, or leads nowhere.
pub(crate) fn canonical(path: &str, demo: bool) -> Option<String> {
    if path.len() > PATH_BYTES_MAX {
        return None;
    }
    let decoded = decode(path)?.to_ascii_lowercase();
    let mut segments: Vec<&str> =
        decoded.split('/').filter(|segment| !segment.is_empty()).collect();
    let index = ["index.html", "index.htm", "index.php", "default.aspx", "."];
    if segments.last().is_some_and(|last| index.contains(last)) {
        segments.pop();
    }
    if segments.iter().any(|segment| matches!(*segment, "." | "..")) {
        return None;
    }
    let mut spelled = format!("/{}", segments.join("/"));
    for suffix in [".html", ".htm", ".php", ".aspx", ".amp"] {
        if let Some(short) = spelled.strip_suffix(suffix) {
            spelled.truncate(short.len());
        }
    }
    (spelled != path && find(&spelled, demo).is_some()).then_some(spelled)
}

/// The decoded path, where it is ASCII; anything else is no address of ours.
fn decode(path: &str) -> Option<String> {
    let is_ours = |byte: u8| (0x21..0x7F).contains(&byte) && byte != b'%';
    percent_decoded(path).filter(|decoded| decoded.bytes().all(is_ours))
}
