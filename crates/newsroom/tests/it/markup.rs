//! A reader of our own markup that takes only what the face knows: for properties over texts that nobody wrote.

const TAGS: [&str; 32] = [
    "p",
    "h2",
    "h3",
    "em",
    "strong",
    "code",
    "pre",
    "a",
    "ul",
    "ol",
    "li",
    "blockquote",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "figure",
    "img",
    "figcaption",
    "span",
    "section",
    "time",
    "dl",
    "dt",
    "dd",
    "cite",
    "b",
    "br",
    "hr",
];
const EMPTY: [&str; 3] = ["img", "br", "hr"];
const ATTRIBUTES: [&str; 21] = [
    "srcset",
    "sizes",
    "decoding",
    "class",
    "start",
    "href",
    "data-n",
    "src",
    "alt",
    "loading",
    "width",
    "height",
    "tabindex",
    "role",
    "aria-label",
    "scope",
    "id",
    "datetime",
    "data-day",
    "data-frame",
    "data-load",
];

/// Asserts that markup is balanced and has known elements and attributes alone.
pub(crate) fn assert_sound(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some((text, tail)) = rest.split_once('<') {
        assert!(!text.contains('>') && !text.contains('"'), "{text:?} in {html}");
        let (tag, tail) = tail.split_once('>').expect("every tag ends");
        rest = tail;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(TAGS.contains(&name), "<{tag}> in {html}");
        assert_attributes(attributes, html);
        if !EMPTY.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} open in {html}");
}

fn assert_attributes(attributes: &str, html: &str) {
    let mut rest = attributes;
    while !rest.is_empty() {
        let (name, tail) = rest.trim_start().split_once("=\"").expect("every attribute is quoted");
        let (value, tail) = tail.split_once('"').expect("every value ends");
        assert!(ATTRIBUTES.contains(&name), "{name} in {html}");
        if matches!(name, "href" | "src") {
            let allowed = ["https://", "http://", "mailto:", "/harbour/", "/media/", "#e-"];
            let value = value.to_ascii_lowercase();
            assert!(allowed.iter().any(|start| value.starts_with(start)), "{value} in {html}");
        }
        rest = tail;
    }
}

#[test]
fn what_is_not_ours_is_seen() {
    assert_sound("<p class=\"doc\">a &lt; <br> <a href=\"https://a.example\">b</a></p>");
    for html in [
        "<p>",
        "<script></script>",
        "<p onclick=\"x\"></p>",
        "<a href=\"javascript:x\"></a>",
        "<p></b>",
    ] {
        assert!(std::panic::catch_unwind(|| assert_sound(html)).is_err(), "{html}");
    }
}
