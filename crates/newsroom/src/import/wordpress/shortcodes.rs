//! Shortcodes as HTML: captions, galleries, embeds, sounds and films, as WordPress itself has them, and a few of its
//! companions. An unknown one stays as its text and is reported; one that hid its text from some people ends the
//! teaser.

use super::super::html::{escaped, plain};
use super::Found;
use super::names::{Attachment, Index};
use super::texturize::{near_end, tag_length};
use crate::limits::PICTURES_MAX;

/// Shortcodes that are translated.
const KNOWN: [&str; 18] = [
    "audio",
    "caption",
    "dailymotion",
    "embed",
    "facebook",
    "gallery",
    "instagram",
    "playlist",
    "soundcloud",
    "spotify",
    "tiktok",
    "tweet",
    "twitter",
    "video",
    "vimeo",
    "wp_caption",
    "wpvideo",
    "youtube",
];
/// Shortcodes whose text the site showed to some people only. What stood in them never becomes public by an import.
const LOCKED: [&str; 26] = [
    "armif",
    "arm_restrict_content",
    "ihc-hide-content",
    "leaky_paywall",
    "loggedin",
    "member",
    "members_access",
    "members_logged_in",
    "members_only",
    "membership",
    "memberful_content",
    "mepr-active",
    "mepr-rule",
    "mepr-show",
    "paywall",
    "pmpro_membership",
    "private",
    "protected",
    "rcp_restrict",
    "restrict",
    "restricted",
    "s2if",
    "swpm_protected",
    "um_loggedin",
    "wcm_restrict",
    "wlm_private",
];
/// How deep shortcodes stand in one another.
const DEPTH_MAX: usize = 8;

/// Whether a name's brackets are markup.
pub(super) fn is_shortcode(name: &str) -> bool {
    KNOWN.contains(&name) || is_locked(name)
}

fn is_locked(name: &str) -> bool {
    LOCKED.contains(&name.to_ascii_lowercase().as_str())
}

/// A bracket, read.
struct Bracket<'a> {
    name: &'a str,
    closes: bool,
    /// Whether it says itself that nothing is enclosed.
    alone: bool,
    given: Given,
    length: usize,
}

/// What a bracket says beside its name.
#[derive(Default)]
struct Given(Vec<(String, String)>);

impl Given {
    fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
        found.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    }

    /// The first of these, or the first address that stands without a name.
    fn address(&self, keys: &[&str]) -> Option<String> {
        let named = keys.iter().find_map(|key| self.get(key));
        let bare = || {
            let bare = self.0.iter().filter(|(key, _)| key.is_empty());
            bare.map(|(_, text)| text.as_str()).find(|text| text.starts_with("http"))
        };
        named.or_else(bare).map(clear)
    }
}

/// An address without the references that HTML has in it.
fn clear(address: &str) -> String {
    address.replace("&amp;", "&").replace("&#038;", "&")
}

/// What the translation asks.
pub(super) struct Shop<'a> {
    pub(super) index: &'a Index,
    /// The number of the item whose text it is.
    pub(super) id: u64,
}

/// The text with its shortcodes as HTML.
pub(super) fn unfolded(text: &str, shop: &Shop<'_>, found: &mut Found) -> String {
    let mut pictures = PICTURES_MAX;
    unfold(text, shop, found, DEPTH_MAX, &mut pictures)
}

fn unfold(
    text: &str,
    shop: &Shop<'_>,
    found: &mut Found,
    depth: usize,
    pictures: &mut usize,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Names whose end does not come any more, so that it is looked for once.
    let mut endless: Vec<&str> = Vec::new();
    while let Some(place) = rest.find(['<', '[']) {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        if rest.starts_with('<') {
            let length = tag_length(rest).max(1);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        if let Some(length) = escaped_bracket(rest) {
            out.push_str(&rest[1..length - 1]);
            rest = &rest[length..];
            continue;
        }
        let Some(bracket) = bracket(rest) else {
            out.push('[');
            rest = &rest[1..];
            continue;
        };
        if is_locked(bracket.name) {
            if !bracket.closes {
                out.push_str(found.locked());
            }
            rest = &rest[bracket.length..];
            continue;
        }
        if !KNOWN.contains(&bracket.name) || bracket.closes {
            report(&bracket, rest, found);
            out.push_str(&rest[..bracket.length]);
            rest = &rest[bracket.length..];
            continue;
        }
        let after = &rest[bracket.length..];
        let (inner, taken) = match enclosed(&bracket, after, &mut endless) {
            Some((inner, taken)) => (inner, bracket.length + taken),
            None => ("", bracket.length),
        };
        let inner = match depth {
            0 => inner.to_owned(),
            _ => unfold(inner, shop, found, depth - 1, pictures),
        };
        let shown = shown(&bracket, &inner, shop, found, pictures);
        out.push_str(&shown.unwrap_or_else(|| rest[..taken].to_owned()));
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

/// The length of `[[name ..]]`, which is shown as `[name ..]`.
fn escaped_bracket(rest: &str) -> Option<usize> {
    let bracket = bracket(rest.strip_prefix('[')?)?;
    let length = bracket.length + 2;
    let fits = is_shortcode(bracket.name) && rest[bracket.length + 1..].starts_with(']');
    fits.then_some(length)
}

/// What stands between a bracket and its end, and how long that is with the end.
fn enclosed<'a>(
    bracket: &Bracket<'a>,
    after: &'a str,
    endless: &mut Vec<&'a str>,
) -> Option<(&'a str, usize)> {
    if bracket.alone || endless.contains(&bracket.name) {
        return None;
    }
    let end = format!("[/{}]", bracket.name);
    let Some(place) = after.find(&end) else {
        endless.push(bracket.name);
        return None;
    };
    // `[audio a] text [audio]b[/audio]`: the end belongs to the second one.
    let again = after[..place].find(&format!("[{}", bracket.name));
    if again.is_some() && !bracket.name.ends_with("caption") {
        return None;
    }
    Some((&after[..place], place + end.len()))
}

/// Tells of a bracket that looks like a shortcode of a plugin; `[sic]` and `[1]` do not.
fn report(bracket: &Bracket<'_>, rest: &str, found: &mut Found) {
    let end = || {
        // Not far: this is for the report alone.
        let near = rest.char_indices().nth(4_000).map_or(rest.len(), |(at, _)| at);
        rest[..near].contains(&format!("[/{}]", bracket.name))
    };
    let named = bracket.given.0.iter().any(|(key, _)| !key.is_empty());
    let marked = bracket.alone || bracket.name.contains(['_', '-']);
    if !bracket.closes && (named || marked || end()) {
        let name: String = bracket.name.chars().take(60).collect();
        found.remarks.note(format!("the shortcode [{name}] is not known and stays as its text"));
    }
}

fn bracket(rest: &str) -> Option<Bracket<'_>> {
    let inner = rest.strip_prefix('[')?;
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let end = inner.find(|c| !letter(c))?;
    let name = &inner[..end];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let after = &inner[end..];
    if !after.starts_with([']', '/', '=']) && !after.starts_with(is_blank) {
        return None;
    }
    let near = near_end(after)?;
    let fields = &after[..near];
    let (fields, alone) = match fields.strip_suffix('/') {
        Some(short) if !short.ends_with(|c: char| letter(c) || c == ':' || c == '/') => {
            (short, true)
        }
        _ => (fields, false),
    };
    let length = rest.len() - after.len() + near + 1;
    Some(Bracket { name, closes, alone, given: given(fields), length })
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{200b}'
}

/// Reads `a="1" b='2' c=3 "four" five`, also with quotes that a word processor bent.
fn given(fields: &str) -> Given {
    let fields = fields.replace("&quot;", "\"").replace("&nbsp;", " ").replace("<br />", " ");
    let mut given = Vec::new();
    // `[youtube=https://..]`: what follows the sign has no name.
    let mut rest = fields.trim_start_matches('=').trim_start_matches(is_blank);
    while !rest.is_empty() {
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let end = rest.find(|c| !letter(c)).unwrap_or(rest.len());
        let after = rest[end..].trim_start_matches(is_blank);
        let (key, from) = match after.strip_prefix('=') {
            Some(from) if end > 0 => (&rest[..end], from.trim_start_matches(is_blank)),
            _ => ("", rest),
        };
        let (text, left) = word(from);
        given.push((key.to_owned(), text.to_owned()));
        rest = left.trim_start_matches(is_blank);
    }
    Given(given)
}

/// A word, or what stands in quotes; and the rest.
fn word(text: &str) -> (&str, &str) {
    const QUOTES: [(char, &[char]); 6] = [
        ('"', &['"']),
        ('\'', &['\'']),
        ('“', &['”', '“', '″']),
        ('”', &['”', '″']),
        ('″', &['″', '”']),
        ('‘', &['’']),
    ];
    let first = text.chars().next();
    if let Some((quote, ends)) = QUOTES.iter().find(|(quote, _)| Some(*quote) == first) {
        let inner = &text[quote.len_utf8()..];
        if let Some(end) = inner.find(*ends) {
            let after = &inner[end..];
            return (&inner[..end], &after[after.chars().next().map_or(0, char::len_utf8)..]);
        }
    }
    text.split_at(text.find(is_blank).unwrap_or(text.len()))
}

/// The HTML of a shortcode; `None` where it says too little, and then it stays as it is.
fn shown(
    bracket: &Bracket<'_>,
    inner: &str,
    shop: &Shop<'_>,
    found: &mut Found,
    pictures: &mut usize,
) -> Option<String> {
    let given = &bracket.given;
    let bare = || plain(inner).split_whitespace().find(|word| word.starts_with("http")).map(clear);
    match bracket.name {
        "caption" | "wp_caption" => Some(caption(given, inner, shop)),
        "gallery" => Some(gallery(given, shop, found, pictures)),
        "playlist" => Some(playlist(given, shop, found)),
        "audio" => {
            let address = given.address(&["src", "mp3", "m4a", "ogg", "wav", "wma"]).or_else(bare);
            Some(media("audio", address, found))
        }
        "video" => {
            let address = given.address(&["src", "mp4", "m4v", "webm", "ogv", "flv", "wmv"]);
            Some(media("video", address.or_else(bare), found))
        }
        _ => {
            let address = given.address(&["url", "src", "href"]).or_else(bare)?;
            Some(format!("<iframe src=\"{}\"></iframe>", escaped(&address)))
        }
    }
}

fn media(kind: &str, address: Option<String>, found: &mut Found) -> String {
    match address {
        Some(address) => format!("<{kind} src=\"{}\"></{kind}>", escaped(&address)),
        None => {
            found.remarks.note(format!("the shortcode [{kind}] names no file and is left out"));
            String::new()
        }
    }
}

/// A picture and its caption, which stands behind it or in the bracket.
fn caption(given: &Given, inner: &str, shop: &Shop<'_>) -> String {
    let (picture, after) = match inner.rfind("<img") {
        Some(place) => {
            let mut end = place + tag_length(&inner[place..]);
            if let Some(link) = inner[end..].trim_start().strip_prefix("</a>") {
                end = inner.len() - link.len();
            }
            inner.split_at(end)
        }
        None => (inner, ""),
    };
    let words = given.get("caption").unwrap_or(after).trim();
    let words = words.strip_prefix("<br />").unwrap_or(words).trim_start();
    let id = given.get("id").and_then(|id| id.trim_start_matches("attachment_").parse().ok());
    let picture = match id.and_then(|id| shop.index.attachment(id)) {
        Some(attachment) => described(picture, attachment),
        None => picture.to_owned(),
    };
    format!("<figure>{picture}<figcaption>{words}</figcaption></figure>")
}

/// Numbers as `1, 2,3`.
fn numbers(list: &str) -> Vec<u64> {
    list.split(',').filter_map(|number| number.trim().parse().ok()).collect()
}

fn gallery(given: &Given, shop: &Shop<'_>, found: &mut Found, pictures: &mut usize) -> String {
    let named = given.get("ids").or_else(|| given.get("include")).map(numbers);
    let of = given.get("id").and_then(|id| id.parse().ok()).unwrap_or(shop.id);
    let mut ids = named.unwrap_or_else(|| shop.index.children(of).to_vec());
    let left = given.get("exclude").map(numbers).unwrap_or_default();
    ids.retain(|id| !left.contains(id));
    let mut out = String::new();
    for id in ids {
        if *pictures == 0 {
            found.remarks.note(format!(
                "an article has at most {PICTURES_MAX} pictures; further ones are left out"
            ));
            break;
        }
        match shop.index.attachment(id) {
            Some(attachment) => {
                *pictures -= 1;
                out.push_str(&figure(attachment));
            }
            None => found.remarks.note("a picture of a gallery is not in the export and left out"),
        }
    }
    if out.is_empty() && *pictures > 0 {
        found.remarks.note("a gallery without a picture in the export is left out");
    }
    out
}

/// A picture of a gallery.
fn figure(attachment: &Attachment) -> String {
    let Attachment { address, alt, caption, credit, .. } = attachment;
    let [address, alt, credit] = [address, alt, credit].map(|text| escaped(text));
    let caption = if caption.is_empty() {
        String::new()
    } else {
        format!("<figcaption>{}</figcaption>", escaped(caption))
    };
    format!(
        "<figure><img src=\"{address}\" alt=\"{alt}\" data-credit=\"{credit}\" />\
         {caption}</figure>\n"
    )
}

fn playlist(given: &Given, shop: &Shop<'_>, found: &mut Found) -> String {
    let kind = if given.get("type") == Some("video") { "video" } else { "audio" };
    let ids = given.get("ids").map(numbers).unwrap_or_default();
    let files: Vec<_> = ids.iter().filter_map(|id| shop.index.attachment(*id)).collect();
    if files.is_empty() {
        found.remarks.note("a playlist without a file in the export is left out");
    }
    let file = |attachment: &&Attachment| {
        let (address, name) = (escaped(&attachment.address), escaped(&attachment.name));
        format!("<{kind} src=\"{address}\" title=\"{name}\"></{kind}>\n")
    };
    files.iter().map(file).collect()
}

/// Pictures of a text with what the export says of them elsewhere: whose they are, and what they show.
pub(super) fn with_credits(text: &str, index: &Index) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find("<img") {
        out.push_str(&rest[..place]);
        let length = tag_length(&rest[place..]).max(4);
        let tag = &rest[place..place + length];
        let id = tag.split_once("wp-image-").and_then(|(_, after)| {
            let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            after[..end].parse().ok()
        });
        match id.and_then(|id| index.attachment(id)) {
            Some(attachment) => out.push_str(&described(tag, attachment)),
            None => out.push_str(tag),
        }
        rest = &rest[place + length..];
    }
    out.push_str(rest);
    out
}

/// The first picture of a piece with credit and description, where it does not have them.
fn described(piece: &str, attachment: &Attachment) -> String {
    let Some(place) = piece.find("<img") else { return piece.to_owned() };
    let tag = &piece[place..place + tag_length(&piece[place..]).max(4)];
    let mut more = String::new();
    if !tag.contains("data-credit") && !attachment.credit.is_empty() {
        more.push_str(&format!(" data-credit=\"{}\"", escaped(&attachment.credit)));
    }
    let silent = !tag.contains("alt=") || tag.contains("alt=\"\"") || tag.contains("alt=''");
    if silent && !attachment.alt.is_empty() {
        // Of two attributes of one name the first counts.
        more.push_str(&format!(" alt=\"{}\"", escaped(&attachment.alt)));
    }
    format!("{}<img{more}{}", &piece[..place], &piece[place + 4..])
}

#[cfg(test)]
mod tests;
