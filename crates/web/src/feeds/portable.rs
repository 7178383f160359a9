//! Markup that leaves the site: the press's own, with absolute addresses, without what only our pages can use. It reads
//! tags and never text, so it can neither open nor hide anything.

/// Attributes that mean something in somebody else's page. All others (classes, marks of the print edition, sizes of
/// our columns) are dropped.
const KEPT: [&str; 14] = [
    "href", "src", "alt", "width", "height", "lang", "dir", "datetime", "cite", "colspan",
    "rowspan", "start", "scope", "hreflang",
];

/// `html` for readers of a feed at another site than `origin`.
pub(crate) fn portable(html: &str, origin: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let Some(end) = tag_end(rest) else { break };
        tag(&rest[..end], origin, &mut out);
        rest = &rest[end..];
    }
    // A tag that does not end is no tag of ours; it is dropped with what follows.
    if !rest.starts_with('<') {
        out.push_str(rest);
    }
    out
}

/// The place behind the `>` of the tag that `text` begins with; one in a quoted value does not count.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (place, c) in text.char_indices().skip(1) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return Some(place + 1),
            _ => {}
        }
    }
    None
}

fn tag(tag: &str, origin: &str, out: &mut String) {
    let inside = tag.trim_start_matches('<').trim_end_matches('>');
    let name_end = inside.find(char::is_whitespace).unwrap_or(inside.len());
    let (name, attributes) = inside.split_at(name_end);
    out.push('<');
    out.push_str(name);
    let mut rest = attributes.trim_start();
    while let Some((key, after)) = rest.split_once('=') {
        // A name without a value may stand before it.
        let key = key.split_whitespace().next_back().unwrap_or_default();
        let mut letters = after.chars();
        let Some(quote) = letters.next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, behind)) = letters.as_str().split_once(quote) else { break };
        if KEPT.contains(&key) {
            let is_path = matches!(key, "href" | "src" | "cite");
            let is_ours = value.starts_with('/') && !value.starts_with("//");
            let base = if is_path && is_ours { origin } else { "" };
            // `#entry` and the like lead nowhere from a feed.
            if !(is_path && value.starts_with('#')) {
                out.push_str(&format!(" {key}={quote}{base}{value}{quote}"));
            }
        }
        rest = behind.trim_start();
    }
    out.push('>');
}
