//! Templates and style sheets keep what the security policy of every page promises: nothing inline, nothing from
//! elsewhere.

use crate::source;

/// A template without its own language: what minijinja would take out becomes spaces.
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
        let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
        html.extend(rest[start..end].chars().map(blank));
        rest = &rest[end..];
    }
    html + rest
}

/// The tags of a page: the line on which each begins, its inside, and the text that follows it.
fn tags(html: &str) -> Vec<(usize, &str, &str)> {
    let mut tags = Vec::new();
    let mut place = 0;
    while let Some(start) = html[place..].find('<').map(|found| place + found + 1) {
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
        tags.push((html[..start].matches('\n').count() + 1, &html[start..end], text));
        place = end;
    }
    tags
}

/// The names of a tag's attributes, quoted values left out.
fn attributes(tag: &str) -> Vec<String> {
    let outside: String = tag.split(['"', '\'']).step_by(2).collect::<Vec<_>>().join(" ");
    let words = outside.split_whitespace().skip(1);
    words.filter_map(|word| word.split_once('=')).map(|(name, _)| name.to_lowercase()).collect()
}

fn template(path: &str, text: &str) -> Vec<String> {
    let html = html_alone(text);
    let mut findings = Vec::new();
    for (line, tag, text) in tags(&html) {
        let mut find = |what: &str| findings.push(format!("{path}:{line}: {what}: <{tag}>"));
        for name in attributes(tag) {
            if name == "style" {
                find("an inline style, which the security policy blocks; give it a class");
            }
            if name.starts_with("on") {
                find(
                    "an inline script, which the security policy blocks; listen in the script file",
                );
            }
        }
        let name = tag.split_whitespace().next().unwrap_or("").to_lowercase();
        if name == "style" {
            find("an inline style sheet; it belongs into the file");
        }
        let is_data = tag.contains("application/ld+json");
        if name == "script" && !is_data && !text.trim().is_empty() {
            find("an inline script; it belongs into the file");
        }
        let loads =
            matches!(name.as_str(), "script" | "img" | "iframe" | "source" | "link" | "video");
        let foreign =
            ["src=\"http", "src=\"//", "srcset=\"http"].iter().any(|sign| tag.contains(sign));
        if loads && (foreign || name == "link" && tag.contains("href=\"http")) {
            find("loads from elsewhere; the paper serves everything itself");
        }
        if tag.contains("javascript:") {
            find("an address that is a script");
        }
    }
    findings
}

fn sheet(path: &str, text: &str) -> Vec<String> {
    let mut css = String::new();
    for (place, part) in text.split("/*").enumerate() {
        css.push_str(if place == 0 {
            part
        } else {
            part.split_once("*/").map_or("", |(_, after)| after)
        });
    }
    let signs = ["@import", "url(http", "url(\"http", "url('http", "url(//", "url(\"//", "url('//"];
    let found = signs.iter().filter(|sign| css.contains(*sign));
    found.map(|sign| format!("{path}: `{sign}`: the paper serves everything itself")).collect()
}

#[test]
fn templates_and_style_sheets_keep_the_security_policy() {
    let root = crate::root();
    let files = |ending: &str| {
        let folders = ["crates", "sample/themes"];
        folders.into_iter().flat_map(|f| source::files(&root, f, ending)).collect::<Vec<_>>()
    };
    let (templates, sheets) = (files("html"), files("css"));
    assert!(templates.iter().any(|path| path.starts_with("sample/themes/")));
    assert!(templates.len() >= 5, "only {} templates found", templates.len());
    let of_templates = templates.iter().flat_map(|path| template(path, &crate::read(path)));
    let of_sheets = sheets.iter().flat_map(|path| sheet(path, &crate::read(path)));
    crate::none(&of_templates.chain(of_sheets).collect::<Vec<_>>());
}

#[test]
fn texts_in_the_sources_hold_no_inline_style() {
    let sources = source::all();
    // A mail has no style sheet to ask for, and is never a page of the site.
    const MAILS: &str = "crates/face/src/letter/print.rs";
    let sources = sources.iter().filter(|source| !source.is_test() && source.path != MAILS);
    let findings = sources.flat_map(|source| {
        let inline = |text: &str| text.contains(" style=") || text.contains(" onclick=");
        let found = source.literals.iter().filter(move |(_, text)| inline(text));
        found.map(|(line, _)| format!("{}:{line}: an inline style or script", source.path))
    });
    crate::none(&findings.collect::<Vec<_>>());
}

#[test]
fn each_fault_of_a_template_is_found() {
    let bad = [
        "<p style=\"color:red\">x</p>",
        "<p class=\"{{ a }}\" STYLE={{ b }}>x</p>",
        "<button {% if a > b %}x{% endif %} onclick=\"y()\">x</button>",
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<script src=\"https://elsewhere.example/a.js\"></script>",
        "<link rel=\"stylesheet\" href=\"https://elsewhere.example/a.css\">",
        "<a href=\"javascript:x()\">x</a>",
    ];
    for text in bad {
        assert_eq!(template("a.html", text).len(), 1, "{text}");
    }
    let good = "<script src=\"{{ a }}\" defer></script>{# <p style=\"x\"> #}\n\
        <p title=\"style=x\">a > b</p>\n\
        <script type=\"application/ld+json\">{{ data }}</script>\n\
        <a href=\"https://elsewhere.example/\">x</a>";
    assert!(template("a.html", good).is_empty(), "{:?}", template("a.html", good));
}

#[test]
fn each_fault_of_a_style_sheet_is_found() {
    assert_eq!(sheet("a.css", "@import \"x.css\"; p { background: url(https://x) }").len(), 2);
    assert!(sheet("a.css", "/* @import */ p { src: url(fonts/a.woff2) }").is_empty());
}
