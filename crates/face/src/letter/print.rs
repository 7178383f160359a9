//! How a letter is set: as plain text, and as one page of HTML with its measures inline, because a mail has no style sheet
//! to ask for. No picture, no script, no font from elsewhere, no table; everything is escaped.

use std::fmt::Write as _;

use super::sheet::{Part, Sheet};
use crate::{Action, Key, Language, Paper};

/// Who writes, at the foot of every letter.
pub(super) struct Foot {
    paper: String,
    address: String,
    contact: Action,
}

impl Foot {
    /// The foot of a paper's letters. `link` is a whole address of the same paper.
    pub(super) fn of(paper: &Paper<'_>, link: &str) -> Self {
        let contact = paper.contact_url;
        let origin = if contact.starts_with('/') { origin_of(link) } else { "" };
        Self {
            paper: one_line(paper.name, usize::MAX),
            address: one_line(paper.address, usize::MAX),
            contact: paper.action(Key::WriteToUs, &format!("{origin}{contact}")),
        }
    }

    /// The paper's name, and its address where there is one.
    fn sender(&self) -> String {
        if self.address.is_empty() {
            return self.paper.clone();
        }
        format!("{}, {}", self.paper, self.address)
    }
}

/// Scheme and name of a whole address: `https://courant.example`.
fn origin_of(link: &str) -> &str {
    let Some(name) = link.find("://").map(|at| at + 3) else { return "" };
    let end = link[name..].find(['/', '?', '#']).map_or(link.len(), |at| name + at);
    &link[..end]
}

/// Text as one line: control characters and marks that turn the direction of writing are spaces, and what is beyond
/// `chars_max` is cut off.
pub(super) fn one_line(text: &str, chars_max: usize) -> String {
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let text: String = text.chars().map(|c| if unseen(c) { ' ' } else { c }).collect();
    let line = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.chars().count() <= chars_max {
        return line;
    }
    let kept: String = line.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The letter without markup: paragraphs with a line between them.
pub(super) fn plain(sheet: &Sheet, foot: &Foot, language: Language) -> String {
    let part = |part| plain_part(part, language);
    let mut paragraphs: Vec<String> = sheet.parts.iter().map(part).collect();
    paragraphs.push("—".to_owned());
    paragraphs.push(sheet.why.clone());
    paragraphs.push(format!("{}\n{}\n{}", foot.sender(), foot.contact.label, foot.contact.href));
    paragraphs.join("\n\n") + "\n"
}

fn plain_part(part: &Part, language: Language) -> String {
    let colon = match language {
        Language::French => "\u{202F}: ",
        Language::Japanese => "：",
        Language::English | Language::German | Language::Spanish => ": ",
    };
    match part {
        Part::Text(text) | Part::Mark(text) => text.clone(),
        Part::Link(action) => format!("{}\n{}", action.label, action.href),
        Part::Facts(facts) => {
            let lines = facts.iter().map(|(name, value)| format!("{name}{colon}{value}"));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

/// The colours of both grounds; a reader that takes no style sheet shows its own, and everything stays legible.
const STYLE: &str = ":root{color-scheme:light dark}body{background:#FBFBF8;color:#14181B}a{color:#9B1B6A}\
    @media(prefers-color-scheme:dark){body{background:#101619;color:#E6E9E4}a{color:#F08BC4}}";

/// The letter as a page.
pub(super) fn html(sheet: &Sheet, foot: &Foot, language: Language) -> String {
    let faces = match language {
        Language::Japanese => "'Hiragino Mincho ProN','Yu Mincho','Noto Serif JP',serif",
        _ => "'STIX Two Text',Georgia,'Times New Roman',serif",
    };
    let (lang, dir) = (language.tag(), language.direction().as_str());
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body style=\"margin:0;padding:24px 16px\">\n\
         <div style=\"max-width:34em;margin:0 auto;font-family:{faces};font-size:17px;line-height:1.5\">\n\
         <p style=\"margin:0 0 24px;padding-top:12px;border-top:3px solid;font-size:20px\"><b>{}</b></p>\n\
         <h1 style=\"margin:0 0 16px;font-size:26px;line-height:1.2;font-weight:600\">{}</h1>\n",
        escaped(&sheet.subject),
        escaped(&foot.paper),
        escaped(&sheet.heading),
    );
    for part in &sheet.parts {
        page.push_str(&html_part(part));
    }
    let sender = escaped(&foot.sender());
    let contact = anchor(&foot.contact, "");
    let _ = write!(
        page,
        "<p style=\"margin:32px 0 0;padding-top:12px;border-top:1px solid;font-size:14px\">{}<br>{sender}<br>{contact}</p>\n\
         </div>\n</body>\n</html>\n",
        escaped(&sheet.why),
    );
    page
}

fn html_part(part: &Part) -> String {
    const BUTTON: &str = " style=\"display:inline-block;padding:10px 20px;background:#9B1B6A;color:#FFFFFF;text-decoration:none\"";
    match part {
        Part::Text(text) => format!("<p style=\"margin:0 0 16px\">{}</p>\n", escaped(text)),
        Part::Mark(text) => format!(
            "<p style=\"margin:0 0 16px;font-size:26px;line-height:1.2\" dir=\"auto\"><b>{}</b></p>\n",
            escaped(text)
        ),
        Part::Link(action) => {
            format!("<p style=\"margin:0 0 16px\">{}</p>\n", anchor(action, BUTTON))
        }
        Part::Facts(facts) => {
            let mut list = "<dl style=\"margin:0 0 16px\">\n".to_owned();
            for (name, value) in facts {
                let (name, value) = (escaped(name), escaped(value));
                let _ = writeln!(
                    list,
                    "<dt style=\"font-size:14px\">{name}</dt><dd style=\"margin:0 0 8px\">{value}</dd>"
                );
            }
            list + "</dl>\n"
        }
    }
}

/// A link; only addresses of the web lead anywhere.
fn anchor(action: &Action, attributes: &str) -> String {
    let label = escaped(&action.label);
    if !["https://", "http://", "mailto:"].iter().any(|scheme| action.href.starts_with(scheme)) {
        return label;
    }
    format!("<a href=\"{}\"{attributes}>{label}</a>", escaped(&action.href))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}
