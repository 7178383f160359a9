//! The text of Ghost 2 to 4 as HTML: sections, markups, atoms and cards of the format Mobiledoc.

use serde_json::Value;

use super::cards;
use crate::import::Remarks;
use crate::import::html::escaped;

/// Markups and sections that are taken over by their names; others give what stands in them.
const MARKUPS: [&str; 11] = ["b", "strong", "i", "em", "a", "code", "s", "sub", "sup", "u", "del"];
const SECTIONS: [&str; 10] =
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside", "pull-quote"];

/// The HTML of a whole text; `None` where it is none of this format.
pub(super) fn to_html(source: &str, remarks: &mut Remarks) -> Option<String> {
    let document: Value = serde_json::from_str(source).ok()?;
    let sections = document.get("sections")?.as_array()?;
    let mut out = String::new();
    for section in sections {
        push(&mut out, &document, section, remarks);
    }
    Some(out)
}

fn at<'v>(value: &'v Value, key: &str, index: Option<&Value>) -> Option<&'v Value> {
    let index = usize::try_from(index?.as_u64()?).ok()?;
    value.get(key)?.get(index)
}

fn push(out: &mut String, document: &Value, section: &Value, remarks: &mut Remarks) {
    match section.get(0).and_then(Value::as_u64) {
        Some(1) => {
            let tag = section.get(1).and_then(Value::as_str).unwrap_or("p");
            let tag = SECTIONS.into_iter().find(|known| *known == tag).unwrap_or("p");
            let tag = if matches!(tag, "aside" | "pull-quote") { "blockquote" } else { tag };
            out.push_str(&format!("<{tag}>"));
            markers(out, document, section.get(2), remarks);
            out.push_str(&format!("</{tag}>"));
        }
        Some(2) => {
            let source = section.get(1).and_then(Value::as_str).unwrap_or_default();
            out.push_str(&format!("<figure><img src=\"{}\"></figure>", escaped(source)));
        }
        Some(3) => {
            let tag =
                if section.get(1).and_then(Value::as_str) == Some("ol") { "ol" } else { "ul" };
            out.push_str(&format!("<{tag}>"));
            for item in section.get(2).and_then(Value::as_array).into_iter().flatten() {
                out.push_str("<li>");
                markers(out, document, Some(item), remarks);
                out.push_str("</li>");
            }
            out.push_str(&format!("</{tag}>"));
        }
        Some(10) => match at(document, "cards", section.get(1)) {
            Some(card) => {
                let kind = card.get(0).and_then(Value::as_str).unwrap_or_default();
                cards::push(out, kind, card.get(1).unwrap_or(&Value::Null), remarks);
            }
            None => remarks.note("a card that the text names is not there"),
        },
        _ => remarks.note("a part of the text is of no known kind and left out"),
    }
}

fn markers(out: &mut String, document: &Value, list: Option<&Value>, remarks: &mut Remarks) {
    let mut open: Vec<&str> = Vec::new();
    for marker in list.and_then(Value::as_array).into_iter().flatten() {
        for index in marker.get(1).and_then(Value::as_array).into_iter().flatten() {
            let markup = at(document, "markups", Some(index));
            open.push(markup.map_or("", |markup| begin(out, markup)));
        }
        let value = marker.get(3);
        match marker.get(0).and_then(Value::as_u64) {
            Some(0) => out.push_str(&escaped(value.and_then(Value::as_str).unwrap_or_default())),
            _ => atom(out, at(document, "atoms", value), remarks),
        }
        let closed = marker.get(2).and_then(Value::as_u64).unwrap_or(0);
        for _ in 0..closed.min(open.len() as u64) {
            end(out, open.pop());
        }
    }
    while !open.is_empty() {
        end(out, open.pop());
    }
}

/// Opens a markup and gives its tag; empty where it has none.
fn begin(out: &mut String, markup: &Value) -> &'static str {
    let name = markup.get(0).and_then(Value::as_str).unwrap_or_default();
    let Some(tag) = MARKUPS.into_iter().find(|known| *known == name) else { return "" };
    let pairs = markup.get(1).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let address = pairs.chunks(2).find_map(|pair| match pair {
        [key, value] if key.as_str() == Some("href") => value.as_str(),
        _ => None,
    });
    match address.filter(|_| tag == "a") {
        Some(address) => out.push_str(&format!("<a href=\"{}\">", escaped(address))),
        None => out.push_str(&format!("<{tag}>")),
    }
    tag
}

fn end(out: &mut String, tag: Option<&str>) {
    if let Some(tag) = tag.filter(|tag| !tag.is_empty()) {
        out.push_str(&format!("</{tag}>"));
    }
}

fn atom(out: &mut String, atom: Option<&Value>, remarks: &mut Remarks) {
    let name = atom.and_then(|atom| atom.get(0)).and_then(Value::as_str).unwrap_or_default();
    if name == "soft-return" {
        out.push_str("<br>");
        return;
    }
    let words = atom.and_then(|atom| atom.get(1)).and_then(Value::as_str).unwrap_or_default();
    out.push_str(&escaped(words));
    remarks.note(format!("an atom \"{}\" gave its words alone", cards::brief(name)));
}
