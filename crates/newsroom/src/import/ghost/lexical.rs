//! The text of Ghost 5 and 6 as HTML: nodes of the editor Lexical. Unknown nodes give what stands in them.

use serde_json::Value;

use super::cards::{self, text};
use crate::import::Remarks;
use crate::import::html::escaped;

/// The bits of a text's format, and the tags that say the same.
const FORMATS: [(u64, &str); 7] =
    [(1, "strong"), (2, "em"), (4, "s"), (16, "code"), (32, "sub"), (64, "sup"), (128, "mark")];

/// The HTML of a whole text; `None` where it is none of this editor.
pub(super) fn to_html(source: &str, remarks: &mut Remarks) -> Option<String> {
    let document: Value = serde_json::from_str(source).ok()?;
    let root = document.get("root")?;
    let mut out = String::new();
    children(&mut out, root, remarks);
    Some(out)
}

fn children(out: &mut String, node: &Value, remarks: &mut Remarks) {
    for child in node.get("children").and_then(Value::as_array).into_iter().flatten() {
        push(out, child, remarks);
    }
}

fn push(out: &mut String, node: &Value, remarks: &mut Remarks) {
    let kind = text(node, "type");
    match kind {
        "text" | "extended-text" | "code-highlight" | "tk" => words(out, node),
        "linebreak" | "extended-linebreak" => out.push_str("<br>"),
        "tab" => out.push(' '),
        "zwnj" | "at-link-search" => {}
        "paragraph" => within(out, "p", node, remarks),
        "heading" | "extended-heading" => {
            let tag = text(node, "tag");
            let known = ["h1", "h2", "h3", "h4", "h5", "h6"];
            let tag = known.into_iter().find(|known| *known == tag).unwrap_or("h2");
            within(out, tag, node, remarks);
        }
        "quote" | "extended-quote" | "aside" => within(out, "blockquote", node, remarks),
        "list" => {
            let numbered = text(node, "listType") == "number" || text(node, "tag") == "ol";
            let tag = if numbered { "ol" } else { "ul" };
            let start = node.get("start").and_then(Value::as_u64).unwrap_or(1);
            out.push_str(&format!("<{tag} start=\"{start}\">"));
            children(out, node, remarks);
            out.push_str(&format!("</{tag}>"));
        }
        "listitem" => item(out, node, remarks),
        "link" | "autolink" | "at-link" => {
            out.push_str(&format!("<a href=\"{}\">", escaped(text(node, "url"))));
            children(out, node, remarks);
            out.push_str("</a>");
        }
        // Something with text in it is no card.
        _ if node.get("children").is_some_and(Value::is_array) => within(out, "div", node, remarks),
        kind => cards::push(out, kind, node, remarks),
    }
}

fn within(out: &mut String, tag: &str, node: &Value, remarks: &mut Remarks) {
    out.push_str(&format!("<{tag}>"));
    children(out, node, remarks);
    out.push_str(&format!("</{tag}>"));
}

/// A nested list stands in an item of its own there; here it belongs to the item before.
fn item(out: &mut String, node: &Value, remarks: &mut Remarks) {
    let first = node.get("children").and_then(|children| children.get(0));
    let nested = first.is_some_and(|first| text(first, "type") == "list");
    if nested && out.ends_with("</li>") {
        out.truncate(out.len() - "</li>".len());
    } else {
        out.push_str("<li>");
    }
    match node.get("checked").and_then(Value::as_bool) {
        Some(true) => out.push_str("<input type=checkbox checked>"),
        Some(false) => out.push_str("<input type=checkbox>"),
        None => {}
    }
    children(out, node, remarks);
    out.push_str("</li>");
}

fn words(out: &mut String, node: &Value) {
    let format = node.get("format").and_then(Value::as_u64).unwrap_or(0);
    let tags: Vec<&str> =
        FORMATS.iter().filter(|(bit, _)| format & bit != 0).map(|(_, tag)| *tag).collect();
    for tag in &tags {
        out.push_str(&format!("<{tag}>"));
    }
    out.push_str(&escaped(text(node, "text")));
    for tag in tags.iter().rev() {
        out.push_str(&format!("</{tag}>"));
    }
}
