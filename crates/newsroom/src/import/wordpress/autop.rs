//! Makes paragraphs of a classic text as WordPress does when it shows one: blank lines part paragraphs, single line
//! ends are breaks, block elements and preformatted text stay what they are.

use super::MORE;
use super::texturize::tag_length;

/// Elements that are blocks by themselves.
const BLOCKS: [&str; 47] = [
    "address",
    "area",
    "article",
    "aside",
    "blockquote",
    "caption",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "map",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];
/// Elements whose text is kept as it stands.
const KEPT: [&str; 3] = ["pre", "script", "style"];

/// What stands before a run of text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The beginning, or the end of a block.
    Free,
    /// A block that has just begun: its text is its own.
    Block,
}

/// Makes the paragraphs. `bracket` tells how long the shortcode's bracket is that opens a text; 0 where it is none.
pub(super) fn paragraphs(text: &str, bracket: &dyn Fn(&str) -> usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut run = String::new();
    let mut before = Before::Free;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = match rest.as_bytes()[0] {
            b'<' => tag_length(rest),
            b'[' => bracket(rest),
            _ => 0,
        };
        let markup = &rest[..length];
        if rest.starts_with(MORE) {
            flush(&mut out, &mut run, before);
            out.push(MORE);
            before = Before::Free;
            at += MORE.len_utf8();
        } else if length == 0 {
            let c = rest.chars().next().unwrap_or('\n');
            run.push(c);
            at += c.len_utf8();
        } else if let Some((name, closes)) = block(markup) {
            flush(&mut out, &mut run, before);
            let whole =
                if KEPT.contains(&name) && !closes { kept(rest, name, length) } else { length };
            out.push_str(&rest[..whole]);
            let own = !closes && whole == length && !matches!(name, "hr" | "blockquote");
            before = if own { Before::Block } else { Before::Free };
            at += whole;
        } else {
            run.push_str(&markup.replace('\n', " "));
            at += length;
        }
    }
    flush(&mut out, &mut run, before);
    out
}

/// The name of a block element's tag, and whether it ends it.
fn block(markup: &str) -> Option<(&'static str, bool)> {
    let tag = markup.strip_prefix('<')?;
    let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |rest| (true, rest));
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let name = BLOCKS.iter().find(|name| tag[..end].eq_ignore_ascii_case(name))?;
    Some((name, closes))
}

/// The length of an element whose text is kept, from its tag to its end tag.
fn kept(rest: &str, name: &str, length: usize) -> usize {
    let mut at = length;
    while let Some(place) = rest[at..].find("</") {
        at += place;
        let tag = &rest[at..at + tag_length(&rest[at..]).max(2)];
        if block(tag).is_some_and(|(ended, _)| ended == name) {
            return at + tag.len();
        }
        at += 2;
    }
    rest.len()
}

fn flush(out: &mut String, run: &mut String, before: Before) {
    let taken = std::mem::take(run);
    if taken.trim().is_empty() {
        out.push_str(if taken.is_empty() { "" } else { "\n" });
        return;
    }
    let parts: Vec<&str> = blank_lines(&taken);
    if before == Before::Block && parts.len() == 1 {
        out.push_str(&with_breaks(parts[0]));
        return;
    }
    for part in parts {
        out.push_str("<p>");
        out.push_str(&with_breaks(part));
        out.push_str("</p>\n");
    }
}

/// The paragraphs of a run, without the blank lines between them.
fn blank_lines(run: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut begins = 0;
    let mut at = 0;
    for line in run.split_inclusive('\n') {
        if line.trim().is_empty() {
            parts.push(&run[begins..at]);
            begins = at + line.len();
        }
        at += line.len();
    }
    parts.push(&run[begins..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Line ends as breaks, where there is none yet.
fn with_breaks(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    let mut lines = part.split('\n').map(str::trim_end).peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        if lines.peek().is_some() {
            let low = line.to_ascii_lowercase();
            let broken = low.ends_with("<br>") || low.ends_with("<br/>") || low.ends_with("<br />");
            out.push_str(if broken { "\n" } else { "<br />\n" });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_breaks_stand_where_they_were_seen() {
        let gallery = |rest: &str| {
            if rest.starts_with("[g") { rest.find(']').map_or(0, |at| at + 1) } else { 0 }
        };
        for (written, shown) in [
            ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
            ("One\nline.", "<p>One<br />\nline.</p>\n"),
            ("One<br />\nline.", "<p>One<br />\nline.</p>\n"),
            ("One.\n \t\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
            ("<p>So.</p>\n\nTwo.", "<p>So.</p><p>Two.</p>\n"),
            ("<h2>So</h2>\nTwo.", "<h2>So</h2><p>Two.</p>\n"),
            ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
            ("<li>a\nb</li>", "<li>a<br />\nb</li>"),
            ("<li>a\n\nb</li>", "<li><p>a</p>\n<p>b</p>\n</li>"),
            ("<blockquote>So.</blockquote>", "<blockquote><p>So.</p>\n</blockquote>"),
            ("<div>So.</div>", "<div>So.</div>"),
            ("<div>\nSo.\n\nNo.\n</div>", "<div><p>So.</p>\n<p>No.</p>\n</div>"),
            ("<pre>a\n\nb\n</pre>\nSo.", "<pre>a\n\nb\n</pre><p>So.</p>\n"),
            ("<PRE>a\n\n<b>b</b></PRE>", "<PRE>a\n\n<b>b</b></PRE>"),
            ("<pre>a\n\nb", "<pre>a\n\nb"),
            ("So\n<hr />\nNo", "<p>So</p>\n<hr /><p>No</p>\n"),
            ("<a\nhref=x>So</a>", "<p><a href=x>So</a></p>\n"),
            ("[g\n a=1]", "<p>[g  a=1]</p>\n"),
            ("a < b\n\nc", "<p>a < b</p>\n<p>c</p>\n"),
            ("", ""),
            ("\n\n", "\n"),
        ] {
            assert_eq!(paragraphs(written, &gallery), shown, "{written:?}");
        }
        let cut = format!("One {MORE} two.");
        assert_eq!(paragraphs(&cut, &gallery), format!("<p>One</p>\n{MORE}<p>two.</p>\n"));
    }
}
