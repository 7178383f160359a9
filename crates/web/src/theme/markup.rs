//! What the security policy of every page forbids: anything inline, and anything from elsewhere. It reads templates and
//! style sheets as text and changes nothing.

use super::fault::line_of;
use crate::shell::style::{Named, named};

/// A fault: the line, and what is wrong.
pub(crate) type Fault = (usize, String);

/// A template without its own language: what the engine would take out becomes spaces.
fn html_alone(template: &str) -> String {
    let mut html = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let close = match rest.as_bytes().get(start + 1) {
            Some(b'%') => "%}",
            Some(b'{') => "}}",
            Some(b'#') => "#}",
            _ => "",
        };
        let end = match rest[start..].find(close) {
            Some(end) if !close.is_empty() => start + end + close.len(),
            _ => start + 1,
        };
        html.push_str(&rest[..start]);
        html.extend(rest[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[end..];
    }
    html + rest
}

/// One tag of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag<'a> {
    /// Where it begins.
    pub(crate) place: usize,
    /// Its inside.
    pub(crate) inside: &'a str,
    /// The text up to the next tag.
    pub(crate) text: &'a str,
}

impl<'a> Tag<'a> {
    /// Its name; with a slash where it closes an element.
    pub(crate) fn name(&self) -> String {
        self.inside.split_whitespace().next().unwrap_or("").to_ascii_lowercase()
    }

    /// Its attributes, names in lower case.
    pub(crate) fn attributes(&self) -> Vec<(String, &'a str)> {
        let mut found = Vec::new();
        let after_name = self.inside.find(char::is_whitespace).unwrap_or(self.inside.len());
        let mut rest = self.inside[after_name..].trim_start();
        while !rest.is_empty() {
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end.max(1).min(rest.len()));
            let behind = behind.trim_start();
            let (value, behind) = match behind.strip_prefix('=') {
                Some(behind) => value(behind.trim_start()),
                None => ("", behind),
            };
            found.push((name.to_ascii_lowercase(), value));
            rest = behind.trim_start();
        }
        found
    }
}

fn value(text: &str) -> (&str, &str) {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        _ => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

/// The tags of a page, comments left out.
pub(crate) fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut place = 0;
    while let Some(found) = html[place..].find('<') {
        let start = place + found + 1;
        if html[start..].starts_with("!--") {
            place = html[start..].find("-->").map_or(html.len(), |end| start + end + 3);
            continue;
        }
        let mut quote = None;
        let end = html[start..].find(|c: char| {
            match quote {
                Some(open) if c == open => quote = None,
                None if c == '"' || c == '\'' => quote = Some(c),
                _ => {}
            }
            quote.is_none() && c == '>'
        });
        let end = end.map_or(html.len(), |end| start + end);
        let after = html.get(end + 1..).unwrap_or("");
        let text = &after[..after.find('<').unwrap_or(after.len())];
        tags.push(Tag { place: start, inside: &html[start..end], text });
        place = end;
    }
    tags
}

/// What is wrong with a template as it is written.
pub(crate) fn template_faults(template: &str) -> Vec<Fault> {
    page_faults(&html_alone(template))
}

/// What is wrong with a page.
pub(crate) fn page_faults(html: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for tag in tags(html) {
        // Where it stands is worked out for a fault alone: nearly all tags have none.
        faults.extend(tag_faults(&tag).map(|what| {
            let shown: String = tag.inside.split_whitespace().collect::<Vec<_>>().join(" ");
            let shown: String = shown.chars().take(60).collect();
            (line_of(html, tag.place), format!("{what}: <{shown}>"))
        }));
    }
    faults
}

/// Where the samples of `docs/contracts/templates.md` have another company's pages.
const SAMPLE_FRAME: &str = "https://ads.example/";

fn tag_faults(tag: &Tag<'_>) -> impl Iterator<Item = &'static str> {
    let name = tag.name();
    let attributes = tag.attributes();
    let has =
        |fits: fn(&str, &str) -> bool| attributes.iter().any(|(name, value)| fits(name, value));
    let value = |wanted: &str| {
        let mut all = attributes.iter().filter(|(name, _)| name == wanted);
        all.next().map_or("", |(_, value)| *value)
    };
    let loads = ["script", "img", "iframe", "source", "link", "video", "audio", "embed", "object"];
    let elsewhere = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        text.starts_with("http:") || text.starts_with("https:") || text.starts_with("//")
    };
    // Links to what machines read may lead anywhere; what a browser fetches for the page may not.
    let rel = value("rel").to_ascii_lowercase();
    let fetches = name != "link"
        || [
            "stylesheet",
            "preload",
            "icon",
            "preconnect",
            "prefetch",
            "manifest",
            "modulepreload",
            "dns-prefetch",
        ]
        .iter()
        .any(|kind| rel.split_whitespace().any(|word| word == *kind));
    // The samples have another company's page in a slot. Only what cannot reach the page, or learn which it is, may be so.
    let is_frame = name == "iframe" && value("src").starts_with(SAMPLE_FRAME);
    let is_held = value("referrerpolicy") == "no-referrer"
        && has(|name, value| name == "sandbox" && !value.contains("allow-same-origin"));
    let foreign = !is_frame
        && loads.contains(&name.as_str())
        && fetches
        && ["src", "srcset", "href", "data", "poster"].iter().any(|from| elsewhere(value(from)));
    let is_script = |_: &str, value: &str| {
        let plain: String =
            value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        plain.to_ascii_lowercase().starts_with("javascript:")
    };
    let is_data = value("type") == "application/ld+json";
    [
        (
            has(|name, _| name == "style"),
            "an inline style, which the security policy blocks; give it a class",
        ),
        (
            has(|name, _| name.starts_with("on")),
            "an inline script, which the security policy blocks",
        ),
        (name == "style", "an inline style sheet; it belongs into style.css"),
        (
            name == "script" && !is_data && !tag.text.trim().is_empty(),
            "an inline script, which the security policy blocks",
        ),
        (foreign, "loads from elsewhere; put the file into assets/"),
        (
            is_frame && !is_held,
            "a frame of another company that is not held in; use the macro `frame` of parts.html",
        ),
        (has(is_script), "an address that is a script"),
        (name == "base", "a base address, which the security policy blocks"),
    ]
    .into_iter()
    .filter_map(|(is_wrong, what)| is_wrong.then_some(what))
}

/// Whether a name in a style sheet means a file of the theme.
pub(crate) fn is_file(named: &Named<'_>) -> bool {
    let is_other = named.name.starts_with("data:") || named.name.starts_with('#');
    !named.is_import && !is_other && !is_elsewhere(named.name)
}

fn is_elsewhere(name: &str) -> bool {
    name.starts_with('/') || name.contains(':') || name.contains("..") && !name.starts_with("../")
}

/// What is wrong with a style sheet, but for names of files that are not there.
pub(crate) fn sheet_faults(css: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for one in named(css) {
        let line = line_of(css, one.place);
        let name: String = one.name.chars().take(60).collect();
        if one.is_import {
            let what = format!("imports {name}; write it into this file");
            faults.push((line, what));
        } else if one.name.starts_with("data:") && !one.name.starts_with("data:image/") {
            let what = format!("{name}: only pictures can be data; put the file into assets/");
            faults.push((line, what));
        } else if is_elsewhere(one.name) && !one.name.starts_with("data:") {
            let what = format!("loads {name:?} from elsewhere; put the file into assets/");
            faults.push((line, what));
        }
    }
    if let Some((line, what)) = unbalanced(css) {
        faults.push((line, what));
    }
    faults
}

/// A brace too many or too few: the browser would drop the rest of the sheet without a word.
fn unbalanced(css: &str) -> Option<Fault> {
    let (mut open, mut place): (Vec<usize>, usize) = (Vec::new(), 0);
    let bytes = css.as_bytes();
    while let Some(byte) = bytes.get(place) {
        match byte {
            b'/' if bytes.get(place + 1) == Some(&b'*') => {
                let Some(end) = css[place + 2..].find("*/") else {
                    return Some((line_of(css, place), "a comment that does not end".to_owned()));
                };
                place += end + 3;
            }
            b'"' | b'\'' => {
                let rest = &bytes[place + 1..];
                let mut hidden = false;
                let end = rest.iter().position(|b| {
                    let ends = !hidden && (b == byte || *b == b'\n');
                    hidden = !hidden && *b == b'\\';
                    ends
                });
                place += end.map_or(rest.len(), |end| end + 1);
            }
            b'{' => open.push(place),
            b'}' if open.pop().is_none() => {
                return Some((line_of(css, place), "a } without its {".to_owned()));
            }
            _ => {}
        }
        place += 1;
    }
    open.pop().map(|place| (line_of(css, place), "a { without its }".to_owned()))
}

#[cfg(test)]
mod tests;
