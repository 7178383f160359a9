//! Cards of Ghost's editors as HTML: what stands between the paragraphs. Both editors name them alike. What was meant
//! for letters alone, or not for everybody, is left out; what asks readers to pay is Masthead's own part.

use serde_json::Value;

use crate::import::Remarks;
use crate::import::html::escaped;
use crate::import::markdown;

/// Appends a card as HTML.
pub(super) fn push(out: &mut String, kind: &str, card: &Value, remarks: &mut Remarks) {
    if !is_for_all(card) {
        remarks.note(format!("a card \"{kind}\" that was not shown to everybody is left out"));
        return;
    }
    match kind {
        "paywall" => out.push_str("<!--paywall-->"),
        "horizontalrule" | "hr" => out.push_str("<hr>"),
        "image" => image(out, card, true),
        "gallery" => gallery(out, card),
        "html" => out.push_str(&whole(text(card, "html"))),
        "markdown" | "card-markdown" => out.push_str(&markdown::to_html(text(card, "markdown"))),
        "codeblock" | "code" => {
            out.push_str(&format!("<pre><code>\n{}</code></pre>", escaped(text(card, "code"))));
            paragraph(out, text(card, "caption"));
        }
        "bookmark" => bookmark(out, card),
        "embed" => embed(out, card, remarks),
        "callout" => {
            let emoji = escaped(text(card, "calloutEmoji"));
            let words = text(card, "calloutText");
            out.push_str(&format!("<blockquote><div>{emoji} {}</div></blockquote>", whole(words)));
        }
        "toggle" => {
            out.push_str(&format!("<h3>{}</h3>", whole(text(card, "heading"))));
            out.push_str(&whole(text(card, "content")));
        }
        "button" => button(out, text(card, "buttonText"), text(card, "buttonUrl")),
        "header" => header(out, card),
        "call-to-action" => call(out, card, remarks),
        "product" => goods(out, card),
        "file" => file(out, card),
        "audio" => played(out, "audio", card),
        "video" => played(out, "video", card),
        "email" | "email-cta" => remarks.note("a card for letters alone is left out"),
        "signup" => remarks.note("a form to sign up is left out; Masthead's walls and notices ask"),
        "collection" => remarks.note("a list of other articles is left out"),
        "transistor" => remarks.note("a player of podcasts for members is left out"),
        other => {
            remarks.note(format!("a card \"{}\" is not known and left out", brief(other)));
        }
    }
}

/// Whether a card was shown on the site to those who have not signed in.
fn is_for_all(card: &Value) -> bool {
    let Some(rules) = card.get("visibility").filter(|rules| rules.is_object()) else { return true };
    let denied = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(false);
    let web = rules.get("web");
    !denied(web.and_then(|web| web.get("nonMember"))) && !denied(rules.get("showOnWeb"))
}

/// The text of a field; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn is_set(card: &Value, key: &str) -> bool {
    card.get(key).and_then(Value::as_bool).unwrap_or(false)
}

pub(super) fn brief(name: &str) -> String {
    name.chars().take(40).collect()
}

/// HTML that an author wrote, closed off from what follows: an open comment or tag must not swallow it.
fn whole(html: &str) -> String {
    // The marker of another card must not move the end of the teaser.
    let html = html.replace("<!--paywall-->", "").replace("<!-- paywall -->", "");
    let open = html.rfind("<!--").is_some_and(|at| !html[at..].contains("-->"));
    let tag = html.rfind('<').is_some_and(|at| !html[at..].contains('>'));
    let ends: String = ["script", "style", "textarea", "title", "xmp", "noframes", "noembed"]
        .iter()
        .filter(|name| {
            let small = html.to_ascii_lowercase();
            small.rfind(&format!("<{name}")) > small.rfind(&format!("</{name}"))
        })
        .map(|name| format!("</{name}>"))
        .collect();
    let end = if open {
        "-->"
    } else if tag {
        ">"
    } else {
        ""
    };
    format!("<span>{html}{end}{ends}</span>")
}

fn paragraph(out: &mut String, html: &str) {
    if !html.trim().is_empty() {
        out.push_str(&format!("<p>{}</p>", whole(html)));
    }
}

fn image(out: &mut String, card: &Value, figure: bool) {
    let source = text(card, "src");
    if source.is_empty() {
        return;
    }
    let picture =
        format!("<img src=\"{}\" alt=\"{}\">", escaped(source), escaped(text(card, "alt")));
    let caption = text(card, "caption");
    if figure && !caption.trim().is_empty() {
        let caption = whole(caption);
        out.push_str(&format!("<figure>{picture}<figcaption>{caption}</figcaption></figure>"));
    } else {
        out.push_str(&format!("<figure>{picture}</figure>"));
    }
}

fn gallery(out: &mut String, card: &Value) {
    for picture in card.get("images").and_then(Value::as_array).into_iter().flatten() {
        image(out, picture, false);
    }
    paragraph(out, text(card, "caption"));
}

fn bookmark(out: &mut String, card: &Value) {
    let address = text(card, "url");
    let about = card.get("metadata").unwrap_or(card);
    let headline = [text(about, "title"), text(card, "title"), address];
    let headline = headline.into_iter().find(|words| !words.trim().is_empty()).unwrap_or_default();
    let (description, publisher) = (text(about, "description"), text(about, "publisher"));
    button(out, headline, address);
    let words = [description, publisher].into_iter().filter(|words| !words.trim().is_empty());
    let words: Vec<String> = words.map(escaped).collect();
    if !words.is_empty() {
        out.push_str(&format!("<blockquote><p>{}</p></blockquote>", words.join("<br>")));
    }
    paragraph(out, text(card, "caption"));
}

fn embed(out: &mut String, card: &Value, remarks: &mut Remarks) {
    let (address, html) = (text(card, "url"), text(card, "html"));
    let about = card.get("metadata").map_or("", |about| text(about, "title"));
    // A quoted message of a network has its words in the markup; a film has a frame alone.
    if html.contains("<blockquote") || address.is_empty() {
        out.push_str(&whole(html));
    } else {
        remarks.note("a frame of another page became a link to it");
        button(out, if about.trim().is_empty() { address } else { about }, address);
    }
    paragraph(out, text(card, "caption"));
}

/// A paragraph with a link alone.
fn button(out: &mut String, words: &str, address: &str) {
    if words.trim().is_empty() && address.is_empty() {
        return;
    }
    let words = if words.trim().is_empty() { address } else { words };
    out.push_str(&format!("<p><a href=\"{}\">{}</a></p>", escaped(address), escaped(words)));
}

fn header(out: &mut String, card: &Value) {
    for (key, tag) in [("header", "h2"), ("subheader", "p")] {
        let words = text(card, key);
        if !words.trim().is_empty() {
            out.push_str(&format!("<{tag}>{}</{tag}>", whole_line(words)));
        }
    }
    if is_set(card, "buttonEnabled") {
        button(out, text(card, "buttonText"), text(card, "buttonUrl"));
    }
}

/// HTML within a line.
fn whole_line(html: &str) -> String {
    escaped(&crate::import::html::plain(html))
}

fn call(out: &mut String, card: &Value, remarks: &mut Remarks) {
    if is_set(card, "hasSponsorLabel") {
        remarks.note("a sponsored card stands in the text; see that it is marked as advertising");
        paragraph(out, text(card, "sponsorLabel"));
    }
    if is_set(card, "hasImage") || !text(card, "imageUrl").is_empty() {
        let address = text(card, "imageUrl");
        if !address.is_empty() {
            out.push_str(&format!("<figure><img src=\"{}\"></figure>", escaped(address)));
        }
    }
    out.push_str(&whole(text(card, "textValue")));
    if is_set(card, "showButton") {
        button(out, text(card, "buttonText"), text(card, "buttonUrl"));
    }
}

fn goods(out: &mut String, card: &Value) {
    let picture = text(card, "productImageSrc");
    if !picture.is_empty() {
        out.push_str(&format!("<figure><img src=\"{}\"></figure>", escaped(picture)));
    }
    let name = text(card, "productTitle");
    if !name.trim().is_empty() {
        out.push_str(&format!("<h3>{}</h3>", whole_line(name)));
    }
    out.push_str(&whole(text(card, "productDescription")));
    if is_set(card, "productButtonEnabled") {
        button(out, text(card, "productButton"), text(card, "productUrl"));
    }
}

fn file(out: &mut String, card: &Value) {
    let names = [text(card, "fileTitle"), text(card, "fileName")];
    let name = names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default();
    button(out, name, text(card, "src"));
    let caption = text(card, "fileCaption");
    if !caption.trim().is_empty() {
        out.push_str(&format!("<p>{}</p>", escaped(caption)));
    }
}

fn played(out: &mut String, tag: &str, card: &Value) {
    let names = [text(card, "title"), text(card, "fileName")];
    let name = names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default();
    let source = escaped(text(card, "src"));
    out.push_str(&format!("<{tag} src=\"{source}\" title=\"{}\"></{tag}>", escaped(name)));
    paragraph(out, text(card, "caption"));
}
