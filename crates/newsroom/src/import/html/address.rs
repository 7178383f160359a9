//! Where links and files of an export lead: made whole by the site's address and written so that the folder takes them.
//! It knows the rules of `folder/links.rs`, and follows nothing.

use crate::limits::{ADDRESS_BYTES_MAX, NAME_MAX};
use crate::{ATTACHMENT_ENDINGS, PICTURE_ENDINGS};

/// What an address in HTML is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// `http://..` or `https://..`, or `mailto:..`.
    Whole(String),
    /// A place within the same page.
    Within,
    /// Something that a paper does not link to, and what that is called.
    Refused(&'static str),
}

/// Reads the address of a link or a file.
pub(super) fn target(address: &str, site: &str) -> Target {
    let address: String = address.chars().filter(|c| !matches!(c, '\n' | '\r' | '\t')).collect();
    let address = address.trim();
    if address.is_empty() || address.starts_with('#') {
        return Target::Within;
    }
    let whole = match scheme(address) {
        Some("http" | "https" | "mailto") => address.to_owned(),
        Some(_) => return Target::Refused("of another kind than http, https and mailto"),
        None => match against(address, site) {
            Some(whole) => whole,
            None => return Target::Refused("relative to an unknown site"),
        },
    };
    let whole = encoded(&whole);
    let (scheme, rest) = whole.split_once(':').unwrap_or(("", ""));
    let host = rest.strip_prefix("//").and_then(|host| host.chars().next());
    let fits = match scheme.to_ascii_lowercase().as_str() {
        "mailto" => rest.contains('@'),
        _ => host.is_some_and(|first| first.is_alphanumeric() || first == '['),
    };
    if !fits {
        return Target::Refused("without a host");
    }
    if whole.len() > ADDRESS_BYTES_MAX {
        return Target::Refused("longer than an address may be");
    }
    Target::Whole(whole)
}

/// The scheme in small letters, where it is one of ours; any other as it is; `None` where there is none.
fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    if scheme.is_empty() || !scheme.chars().all(letters) {
        return None;
    }
    ["http", "https", "mailto"]
        .into_iter()
        .find(|known| scheme.eq_ignore_ascii_case(known))
        .or(Some(scheme))
}

/// A relative address made whole.
fn against(address: &str, site: &str) -> Option<String> {
    if let Some(host) = address.strip_prefix("//") {
        let scheme = if site.starts_with("http://") { "http" } else { "https" };
        return Some(format!("{scheme}://{host}"));
    }
    let (scheme, rest) = site.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    if address.starts_with('/') {
        return Some(format!("{scheme}://{host}{address}"));
    }
    let mut address = address;
    while let Some(rest) = address.strip_prefix("./").or_else(|| address.strip_prefix("../")) {
        address = rest;
    }
    Some(format!("{}/{address}", site.trim_end_matches('/')))
}

/// The address with everything percent-encoded that would end it.
fn encoded(address: &str) -> String {
    // The host of a number has brackets, which nothing else may have.
    let host_end = address
        .find("://")
        .map(|at| at + 3)
        .and_then(|at| address[at..].find(['/', '?', '#']).map(|end| at + end))
        .unwrap_or(address.len());
    let mut out = String::with_capacity(address.len());
    for (at, c) in address.char_indices() {
        let bracket = matches!(c, '[' | ']') && at >= host_end;
        let odd = c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '\\' | '`' | '|' | '(' | ')' | '^' | '{' | '}');
        if bracket || odd {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a whole address is one of the site, with or without `www.`.
pub(super) fn is_same_site(address: &str, site: &str) -> bool {
    let host = |address: &str| {
        let rest = address.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        host.strip_prefix("www.").map_or(host.clone(), str::to_owned)
    };
    let own = host(site);
    !own.is_empty() && host(address) == own
}

/// Whether the last part of an address's path has the ending of a file that the folder keeps.
pub(super) fn names_file(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
    let kept =
        |ending: &str| PICTURE_ENDINGS.contains(&ending) || ATTACHMENT_ENDINGS.contains(&ending);
    ending.is_some_and(|(_, ending)| kept(&ending.to_ascii_lowercase()))
}

/// Whether a file may be named so in the folder.
pub(super) fn is_name(file: &str, folders: &[&str]) -> bool {
    let Some(name) = folders.iter().find_map(|folder| file.strip_prefix(folder)) else {
        return false;
    };
    let plain = |part: &str| {
        !part.starts_with('.')
            && !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    let kinds: &[&str] =
        if file.starts_with("pictures/") { &PICTURE_ENDINGS } else { &ATTACHMENT_ENDINGS };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    name.split('/').all(plain)
        && file.len() <= NAME_MAX
        && ending.is_some_and(|ending| kinds.contains(&ending.as_str()))
}

/// What a film or a sound is better linked to than the address that plays it in a frame.
pub(super) fn of_frame(address: &str) -> String {
    let watched = |id: &str| {
        let id: String = id
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect();
        (!id.is_empty()).then_some(id)
    };
    for host in
        ["www.youtube.com", "youtube.com", "www.youtube-nocookie.com", "youtube-nocookie.com"]
    {
        let rest = address.split_once("://").and_then(|(_, rest)| rest.strip_prefix(host));
        if let Some(id) = rest.and_then(|rest| rest.strip_prefix("/embed/")).and_then(watched) {
            return format!("https://www.youtube.com/watch?v={id}");
        }
    }
    let vimeo = address.split_once("://player.vimeo.com/video/");
    match vimeo.and_then(|(_, rest)| watched(rest)) {
        Some(id) => format!("https://vimeo.com/{id}"),
        None => address.to_owned(),
    }
}

/// An address as words: without its scheme, shortened.
pub(super) fn shown(address: &str) -> String {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    super::guard::shortened(bare.trim_start_matches("www.").trim_end_matches('/'), 80)
}
