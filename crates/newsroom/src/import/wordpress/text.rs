//! The text of an item as Markdown: embeds, blocks, typography, paragraphs, shortcodes, in the order in which WordPress
//! itself takes them, and then HTML as the folder writes it. What marks the end of the teaser comes through all of it.

use super::super::Files;
use super::super::html::{escaped, to_markdown};
use super::names::Index;
use super::shortcodes::{Shop, is_shortcode, unfolded, with_credits};
use super::texturize::{Signs, bracket_length, tag_length, texturize};
use super::{Found, MORE, autop, blocks, dateline};

/// A text, translated.
pub(super) struct Translated {
    pub(super) source: String,
    pub(super) dateline: Option<String>,
}

/// Translates a text. `above` is HTML that is set before it.
pub(super) fn translated(
    text: &str,
    above: &str,
    (index, id): (&Index, u64),
    signs: Signs,
    files: &mut dyn Files,
    found: &mut Found,
) -> Translated {
    let marked = marked(text);
    let embedded = embedded(&marked);
    let has_blocks = blocks::has_blocks(text);
    let flat = blocks::flattened(&embedded, index, found);
    let set = texturize(&flat, signs, &is_shortcode);
    let bracket = |rest: &str| bracket_length(rest, &is_shortcode);
    let paragraphs = if has_blocks { set } else { autop::paragraphs(&set, &bracket) };
    let unfolded = unfolded(&paragraphs, &Shop { index, id }, found);
    let credited = with_credits(&unfolded, index);
    let html = one_line(&if found.locked { before_box(&credited) } else { credited });
    let source = to_markdown(&format!("{above}{html}"), &index.site, files, &mut found.remarks);
    with_dateline(source)
}

/// `<!--more-->` as our mark, page breaks as rules.
fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find("<!--") {
        out.push_str(&rest[..place]);
        let length = tag_length(&rest[place..]);
        let comment = &rest[place..place + length];
        if comment.starts_with("<!--more") {
            out.push(MORE);
        } else if comment == "<!--nextpage-->" {
            out.push_str("\n<hr />\n");
        } else {
            out.push_str(comment);
        }
        rest = &rest[place + length..];
    }
    out.push_str(rest);
    out
}

/// Addresses that stand alone on their line are shown as what they lead to; here, as links to it.
fn embedded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for line in text.split_inclusive('\n') {
        code |= line.contains("<pre") || line.contains("<code") || line.contains("<textarea");
        let bare = line.trim();
        let bare =
            bare.strip_prefix("<p>").and_then(|bare| bare.strip_suffix("</p>")).unwrap_or(bare);
        let odd = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '[' | ']' | MORE);
        let alone =
            (bare.starts_with("https://") || bare.starts_with("http://")) && !bare.contains(odd);
        if alone && !code {
            let address = escaped(&bare.replace("&amp;", "&").replace("&#038;", "&"));
            out.push_str(&format!("<p><iframe src=\"{address}\"></iframe></p>\n"));
        } else {
            out.push_str(line);
        }
        code &= !(line.contains("</pre") || line.contains("</code") || line.contains("</textarea"));
    }
    out
}

/// Elements in which the paywall line may stand, and those that have no end.
const OPEN_TO_LINES: [&str; 17] = [
    "area", "article", "br", "col", "div", "embed", "hr", "iframe", "img", "input", "link", "main",
    "meta", "p", "section", "source", "wbr",
];

/// How many open elements are followed on the way to the line.
const OPEN_MAX: usize = 1_000;

/// Moves the first mark before the outermost element that a line cannot stand in: what was hidden in a list, a quote or
/// a caption stands below the line with all of it. Where elements do not end, more stands below it, never less.
fn before_box(html: &str) -> String {
    let Some((above, below)) = html.split_once(MORE) else { return html.to_owned() };
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut at = 0;
    while let Some(place) = above[at..].find('<') {
        at += place;
        let tag = &above[at..at + tag_length(&above[at..]).max(1)];
        let name = tag[1..].trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name[..end].to_ascii_lowercase();
        if !name.is_empty() && !OPEN_TO_LINES.contains(&name.as_str()) {
            if !tag.starts_with("</") {
                if !tag.ends_with("/>") && open.len() < OPEN_MAX {
                    open.push((name, at));
                }
            } else if let Some(place) = open.iter().rposition(|(known, _)| *known == name) {
                // An end without a beginning ends nothing.
                open.truncate(place);
            }
        }
        at += tag.len();
    }
    let free = open.first().map_or(above.len(), |(_, begins)| *begins);
    format!("{}{MORE}{}{below}", &above[..free], &above[free..])
}

/// The first mark as the paywall line; further ones go.
fn one_line(html: &str) -> String {
    match html.split_once(MORE) {
        Some((above, below)) => format!("{above}<!--paywall-->{}", below.replace(MORE, "")),
        None => html.to_owned(),
    }
}

/// Takes the dateline off the first paragraph, where that is for everybody.
fn with_dateline(source: String) -> Translated {
    let mut at = 0;
    for block in source.split_inclusive("\n\n") {
        if !block.starts_with("::: picture") && !block.trim().is_empty() {
            break;
        }
        at += block.len();
    }
    let rest = &source[at..];
    let paragraph = rest.split("\n\n").next().unwrap_or_default();
    let begins = paragraph.starts_with(|c: char| c.is_alphabetic() || c == '*');
    let found =
        if begins && !paragraph.starts_with("* ") { dateline::split(paragraph) } else { None };
    match found {
        Some((place, text)) if !text.trim().is_empty() => {
            let text = format!("{}{text}{}", &source[..at], &rest[paragraph.len()..]);
            Translated { source: text, dateline: Some(place) }
        }
        _ => Translated { source, dateline: None },
    }
}
