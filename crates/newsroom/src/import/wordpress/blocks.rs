//! Texts of the block editor as plain HTML: the comments that mark blocks go, blocks that the site fills itself are
//! left out, and what needs another form (embeds, galleries, verses, reusable blocks) gets it. It knows block names,
//! and leaves HTML to others.

use serde_json::Value;

use super::super::html::escaped;
use super::names::Index;
use super::{Found, MORE};

/// How deep blocks stand in one another; deeper ones are taken as they stand.
const DEPTH_MAX: usize = 64;
/// How deep reusable blocks stand in one another.
const REUSE_MAX: usize = 8;
/// Bytes of a text with its reusable blocks put in.
const FILLED_BYTES_MAX: usize = 16 << 20;

/// Blocks that a site fills when it shows a page: nothing of them is the newsroom's text.
const FILLED: [&str; 28] = [
    "archives",
    "avatar",
    "calendar",
    "categories",
    "comments",
    "footnotes",
    "home-link",
    "latest-comments",
    "latest-posts",
    "legacy-widget",
    "loginout",
    "navigation",
    "page-list",
    "pattern",
    "post-comments",
    "query",
    "read-more",
    "rss",
    "search",
    "site-logo",
    "site-tagline",
    "site-title",
    "social-link",
    "social-links",
    "tag-cloud",
    "template-part",
    "term-description",
    "widget-group",
];
/// Beginnings of the names of others.
const FILLED_BEGINNINGS: [&str; 4] = ["comment-", "comments-", "post-", "query-"];
/// Blocks of WordPress whose HTML is their text.
const PLAIN: [&str; 30] = [
    "accordion",
    "audio",
    "button",
    "buttons",
    "code",
    "column",
    "columns",
    "cover",
    "details",
    "file",
    "freeform",
    "gallery",
    "group",
    "heading",
    "html",
    "image",
    "list",
    "list-item",
    "math",
    "media-text",
    "missing",
    "paragraph",
    "preformatted",
    "pullquote",
    "quote",
    "separator",
    "shortcode",
    "spacer",
    "table",
    "video",
];
/// Blocks whose text the site showed to some people only.
const LOCKED: [&str; 4] =
    ["premium-content/", "jetpack/premium-content", "jetpack/paid", "memberful/"];

struct Block {
    name: String,
    fields: Value,
    text: String,
}

/// Whether a text has blocks.
pub(super) fn has_blocks(text: &str) -> bool {
    text.contains("<!-- wp:")
}

/// The text without its blocks.
pub(super) fn flattened(text: &str, index: &Index, found: &mut Found) -> String {
    let mut room = FILLED_BYTES_MAX;
    flatten(text, index, found, REUSE_MAX, &mut room)
}

fn flatten(text: &str, index: &Index, found: &mut Found, reuse: usize, room: &mut usize) -> String {
    *room = room.saturating_sub(text.len());
    let root = Block { name: String::new(), fields: Value::Null, text: String::new() };
    let mut open = vec![root];
    let mut rest = text;
    while let Some(place) = rest.find("<!--") {
        add(&mut open, &rest[..place]);
        let comment = &rest[place + 4..];
        let end = comment.find("-->").unwrap_or(comment.len());
        rest = comment.get(end + 3..).unwrap_or("");
        match mark(comment[..end].trim()) {
            Mark::Opens(name, fields) if open.len() < DEPTH_MAX => {
                if is_locked(&name) {
                    add(&mut open, found.locked());
                }
                open.push(Block { name, fields, text: String::new() });
            }
            Mark::Opens(..) | Mark::None => {}
            Mark::Closes(name) => {
                if let Some(place) = open.iter().rposition(|block| block.name == name) {
                    while open.len() > place.max(1) {
                        close(&mut open, found);
                    }
                }
            }
            Mark::Alone(name, fields) if name == "block" => {
                let inner = fields.get("ref").and_then(Value::as_u64);
                match inner
                    .and_then(|id| index.reusable(id))
                    .filter(|t| reuse > 0 && t.len() <= *room)
                {
                    Some(inner) => {
                        let inner = flatten(inner, index, found, reuse - 1, room);
                        add(&mut open, &inner);
                    }
                    None => {
                        found.remarks.note("a reusable block is not in the export and left out");
                    }
                }
            }
            Mark::Alone(name, _) if name == "jetpack/paywall" => add(&mut open, found.locked()),
            Mark::Alone(name, fields) if is_embed(&name) => {
                let embed = embed(&Block { name, fields, text: String::new() });
                add(&mut open, &embed);
            }
            Mark::Alone(name, _) => left_out(&open, &name, found),
        }
    }
    add(&mut open, rest);
    while open.len() > 1 {
        close(&mut open, found);
    }
    open.pop().map(|root| root.text).unwrap_or_default()
}

fn add(open: &mut [Block], text: &str) {
    if let Some(block) = open.last_mut() {
        block.text.push_str(text);
    }
}

fn close(open: &mut Vec<Block>, found: &mut Found) {
    let Some(block) = open.pop() else { return };
    let text = match block.name.as_str() {
        name if is_filled(name) => {
            left_out(open, name, found);
            // The line that ends the teaser counts wherever it was put.
            block.text.chars().filter(|c| *c == MORE).collect()
        }
        name if is_embed(name) => embed(&block),
        "gallery" => without_tags(&block.text, &["ul", "li"]),
        "verse" => verse(&block.text),
        "file" => file(&block.text),
        "cover" => cover(&block),
        "more" | "nextpage" | "block" => block.text,
        name if PLAIN.contains(&name) => block.text,
        name => {
            found.remarks.note(format!("the block {} is kept as its text", brief(name)));
            block.text
        }
    };
    add(open, &text);
}

fn brief(name: &str) -> String {
    name.chars().take(60).collect()
}

/// Tells of a block that is left out, but not of those inside of it.
fn left_out(open: &[Block], name: &str, found: &mut Found) {
    if open.iter().any(|block| is_filled(&block.name)) {
        return;
    }
    let name = brief(name);
    found.remarks.note(format!("the block {name}, which the site fills itself, is left out"));
}

fn is_filled(name: &str) -> bool {
    FILLED.contains(&name) || FILLED_BEGINNINGS.iter().any(|begins| name.starts_with(begins))
}

fn is_locked(name: &str) -> bool {
    LOCKED.iter().any(|begins| name.starts_with(begins))
}

fn is_embed(name: &str) -> bool {
    name == "embed" || name.starts_with("core-embed/")
}

enum Mark {
    None,
    Opens(String, Value),
    Closes(String),
    Alone(String, Value),
}

fn mark(comment: &str) -> Mark {
    let short = |name: &str| {
        let name = name.strip_prefix("core/").unwrap_or(name);
        name.to_owned()
    };
    if let Some(name) = comment.strip_prefix("/wp:") {
        return Mark::Closes(short(name.trim()));
    }
    let Some(rest) = comment.strip_prefix("wp:") else { return Mark::None };
    let (rest, alone) = rest.strip_suffix('/').map_or((rest, false), |rest| (rest.trim(), true));
    let (name, fields) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let fields = serde_json::from_str(fields.trim()).unwrap_or(Value::Null);
    if alone { Mark::Alone(short(name), fields) } else { Mark::Opens(short(name), fields) }
}

/// What another site shows, as a frame: that becomes a link later.
fn embed(block: &Block) -> String {
    let given = block.fields.get("url").and_then(Value::as_str).map(str::to_owned);
    let written = || {
        let words = super::super::html::plain(&without_element(&block.text, "figcaption"));
        words.split_whitespace().find(|word| word.starts_with("http")).map(str::to_owned)
    };
    let Some(address) = given.or_else(written) else { return block.text.clone() };
    let caption = element(&block.text, "figcaption").unwrap_or_default();
    format!("<iframe src=\"{}\"></iframe>\n<p>{caption}</p>\n", escaped(&address))
}

/// What stands in the first such element.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let begins = text.find(&format!("<{name}"))?;
    let inner = begins + text[begins..].find('>')? + 1;
    let ends = inner + text[inner..].find(&format!("</{name}>"))?;
    Some(&text[inner..ends])
}

fn without_element(text: &str, name: &str) -> String {
    let Some(begins) = text.find(&format!("<{name}")) else { return text.to_owned() };
    let end = format!("</{name}>");
    let rest = text[begins..].split_once(&end).map_or("", |(_, rest)| rest);
    format!("{}{rest}", &text[..begins])
}

/// The text without these tags; what stands between them stays.
fn without_tags(text: &str, names: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('<') {
        out.push_str(&rest[..place]);
        let tag = &rest[place..];
        let length = super::texturize::tag_length(tag).max(1);
        let name = tag[1..].trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        if !names.contains(&&name[..end]) {
            out.push_str(&tag[..length]);
        }
        rest = &tag[length..];
    }
    out.push_str(rest);
    out
}

/// A verse keeps its lines, but is no code.
fn verse(text: &str) -> String {
    let inner = element(text, "pre").unwrap_or(text);
    let stanzas =
        inner.split("\n\n").map(|stanza| stanza.trim_matches('\n').replace('\n', "<br />"));
    stanzas.map(|stanza| format!("<p>{stanza}</p>\n")).collect()
}

/// A file is linked once: its second link, a button, and its inset go.
fn file(text: &str) -> String {
    let mut text = without_element(text, "object");
    if let Some(class) = text.find("wp-block-file__button")
        && let Some(begins) = text[..class].rfind("<a")
        && let Some(ends) = text[class..].find("</a>")
    {
        text.replace_range(begins..class + ends + 4, "");
    }
    format!("{text}\n")
}

/// A picture behind a text is a picture above it.
fn cover(block: &Block) -> String {
    let address = block.fields.get("url").and_then(Value::as_str);
    match address.filter(|_| !block.text.contains("<img") && !block.text.contains("<video")) {
        Some(address) => format!("<img src=\"{}\" />\n{}", escaped(address), block.text),
        None => block.text.clone(),
    }
}

/// The numbers of attachments and of reusable blocks that a text names: in blocks and in the classes of its pictures.
pub(super) fn numbers(text: &str, each: &mut dyn FnMut(u64)) {
    for sign in ["wp-image-", "\"ref\":", "\"id\":", "\"mediaId\":", "\"ids\":[", "attachment_"] {
        for (place, _) in text.match_indices(sign) {
            let rest = &text[place + sign.len()..];
            let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | ' ' | '"')));
            let list = &rest[..end.unwrap_or(rest.len())];
            let list =
                if sign.ends_with('[') { list } else { list.split(',').next().unwrap_or(list) };
            for number in list.split([',', '"', ' ']).filter_map(|part| part.parse().ok()) {
                each(number);
            }
        }
    }
}
