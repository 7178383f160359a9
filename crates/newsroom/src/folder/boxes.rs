//! Prints what stands between `:::` lines: fact boxes and pull quotes beside the text, pictures and entries in it.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::blocks::{Block, Chunk, Fenced, Kind};
use super::limits::{CAPTION_MAX, CORRECTIONS_MAX, ENTRIES_MAX, HEADLINE_MAX, NAME_MAX};
use super::links;
use super::markdown::{self, Headings};
use super::press::{Counted, Half, Press};
use super::words::{brief, escape, line_fault, nearest};
use crate::picture;

/// The text in the quotes of a box's first line; `None` where there is nothing.
pub(super) fn quoted<'t>(
    press: &Press<'_>,
    name: &str,
    argument: &'t str,
    line: u32,
    max: usize,
) -> Option<&'t str> {
    if argument.is_empty() {
        return None;
    }
    let inside = argument.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inside) = inside else {
        press
            .faults
            .at(line, format!("{name} does not stand in quotes; write it between \" and \""));
        return None;
    };
    if let Some(what) = line_fault(name, inside, max) {
        press.faults.at(line, what);
    }
    Some(inside.trim())
}

/// The lines of a box with their numbers.
pub(super) fn numbered(chunk: Chunk<'_>) -> impl Iterator<Item = (u32, &str)> {
    (chunk.line..).zip(chunk.text.split('\n'))
}

/// A fact box: rows of two sides, and paragraphs below.
pub(super) fn fact(press: &mut Press<'_>, half: &mut Half, fenced: &Fenced<'_>) {
    press.count(Counted::Asides, || fenced.line);
    let heading =
        quoted(press, "the heading of the box", fenced.argument, fenced.line, HEADLINE_MAX);
    if heading.is_none() {
        press.faults.at(fenced.line, "the box has no heading; write ::: fact \"Heading\"");
    }
    let mut rows = String::new();
    // Rows leave an empty line behind, so that faults in the rest name the right one.
    let mut rest = String::new();
    for (number, line) in numbered(fenced.inner) {
        match divide(line) {
            Some(sides) => row(press, half, &mut rows, sides, number),
            None => rest.push_str(line),
        }
        rest.push('\n');
    }
    let documents =
        markdown::paragraphs(press, half, Chunk { text: &rest, line: fenced.inner.line });
    if rows.is_empty() && documents.is_empty() {
        press.faults.at(fenced.line, "the box is empty; write rows such as: label | value");
    }
    half.aside.push_str("<section class=\"fact\"><h2>");
    escape(&mut half.aside, heading.unwrap_or_default());
    half.aside.push_str("</h2>");
    if !rows.is_empty() {
        half.aside.push_str("<dl>");
        half.aside.push_str(&rows);
        half.aside.push_str("</dl>");
    }
    for document in documents {
        half.aside.push_str("<p class=\"doc\">");
        half.aside.push_str(&document);
        half.aside.push_str("</p>");
    }
    half.aside.push_str("</section>\n");
}

/// The two sides of a row: what stands before and after the first `|` that has no `\` before it.
fn divide(line: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            '|' if !escaped => return Some((&line[..at], &line[at + 1..])),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn row(
    press: &mut Press<'_>,
    half: &mut Half,
    rows: &mut String,
    (label, value): (&str, &str),
    line: u32,
) {
    let (label, value) = (label.trim(), value.trim());
    if label.is_empty() || value.is_empty() || divide(value).is_some() {
        press.faults.at(
            line,
            "a row of a box has two sides; write label | value, and \\| for the sign itself",
        );
    }
    let label = markdown::line(press, half, label, line);
    let value = markdown::line(press, half, value, line);
    rows.push_str(&format!("<div><dt>{label}</dt><dd>{value}</dd></div>"));
}

/// A pull quote: one paragraph, and who said it.
pub(super) fn pull(press: &mut Press<'_>, half: &mut Half, fenced: &Fenced<'_>) {
    press.count(Counted::Asides, || fenced.line);
    let who = quoted(press, "who is quoted", fenced.argument, fenced.line, NAME_MAX);
    let paragraphs = markdown::paragraphs(press, half, fenced.inner);
    let [quote] = paragraphs.as_slice() else {
        press.faults.at(fenced.line, "a pull quote is one paragraph; write one");
        return;
    };
    half.aside.push_str("<blockquote class=\"pull aside\">");
    half.aside.push_str(quote);
    if let Some(who) = who {
        half.aside.push_str("<cite>");
        escape(&mut half.aside, who);
        half.aside.push_str("</cite>");
    }
    half.aside.push_str("</blockquote>\n");
}

/// How wide a picture in the text is drawn: 29em of the text, in the columns that it has on each screen.
const PICTURE_SIZES: &str = "(min-width:1280px) 580px, (min-width:1160px) calc(50vw - 60px), \
     (min-width:807px) 551px, (min-width:600px) calc(75vw - 54px), (min-width:554px) 522px, calc(100vw - 32px)";
const PICTURE_KEYS: [&str; 3] = ["alt", "caption", "credit"];

/// A picture in the text.
pub(super) fn picture(press: &mut Press<'_>, half: &mut Half, fenced: &Fenced<'_>) {
    press.count(Counted::Pictures, || fenced.line);
    let Some(file) = quoted(press, "the picture's file", fenced.argument, fenced.line, NAME_MAX)
    else {
        press
            .faults
            .at(fenced.line, "the picture has no file; write ::: picture \"pictures/NAME\"");
        return;
    };
    let [alt, caption, credit] = picture_lines(press, fenced.inner);
    let Some(alt) = alt else {
        press.faults.at(fenced.line, "the picture has no line alt: write what it shows");
        return;
    };
    let drawn = Drawn { file, alt, caption, credit, line: fenced.line };
    half.end_at = None;
    draw(press, half, &drawn, ("<figure class=\"pic\">", PICTURE_SIZES));
    half.html.push('\n');
}

/// A picture as its lines name it.
pub(super) struct Drawn<'t> {
    pub(super) file: &'t str,
    pub(super) alt: &'t str,
    pub(super) caption: Option<&'t str>,
    pub(super) credit: Option<&'t str>,
    /// Where faults are told.
    pub(super) line: u32,
}

/// Prints a picture as a figure that opens with this tag, and is drawn as wide as `sizes` says.
pub(super) fn draw(
    press: &Press<'_>,
    half: &mut Half,
    drawn: &Drawn<'_>,
    (tag, sizes): (&str, &str),
) {
    let file = drawn.file;
    let address = match links::picture(file, press.context) {
        Ok(address) => address,
        Err(what) => {
            press.faults.at(drawn.line, what);
            return;
        }
    };
    half.media.insert(file.to_owned());
    let out = &mut half.html;
    let size = (press.context.picture_size)(file);
    let width = size.map_or(0, |(width, _)| width);
    out.push_str(tag);
    out.push_str("<img src=\"");
    escape(out, &picture::source(&address, width));
    let widths = picture::srcset_text(&address, width);
    if !widths.is_empty() {
        out.push_str("\" srcset=\"");
        escape(out, &widths);
        out.push_str("\" sizes=\"");
        out.push_str(sizes);
    }
    out.push_str("\" alt=\"");
    escape(out, drawn.alt);
    out.push_str("\" loading=\"lazy\" decoding=\"async\"");
    if let Some((width, height)) = size {
        out.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
    }
    out.push('>');
    if drawn.caption.is_some() || drawn.credit.is_some() {
        out.push_str("<figcaption>");
        escape(out, drawn.caption.unwrap_or_default());
        if let Some(credit) = drawn.credit {
            out.push_str("<span class=\"credit\">© ");
            escape(out, credit);
            out.push_str("</span>");
        }
        out.push_str("</figcaption>");
    }
    out.push_str("</figure>");
}

/// The lines `alt:`, `caption:` and `credit:`.
fn picture_lines<'t>(press: &Press<'_>, inner: Chunk<'t>) -> [Option<&'t str>; 3] {
    keyed(press, "picture", PICTURE_KEYS, inner)
}

/// The lines `KEY: WORDS` of a box; a line of another key is a fault, and so is one that is there twice.
pub(super) fn keyed<'t, const N: usize>(
    press: &Press<'_>,
    name: &str,
    keys: [&'static str; N],
    inner: Chunk<'t>,
) -> [Option<&'t str>; N] {
    let mut found = [None; N];
    for (number, line) in numbered(inner).filter(|(_, line)| !line.trim().is_empty()) {
        let (key, text) = line.split_once(':').unwrap_or((line, ""));
        let Some(at) = keys.iter().position(|known| *known == key.trim()) else {
            let close = nearest(key.trim(), keys).unwrap_or_default();
            press.faults.at(
                number,
                format!(
                    "{} {name} has no line \"{}\"; the nearest known one is {close}:",
                    if name == "embed" { "an" } else { "a" },
                    brief(key)
                ),
            );
            continue;
        };
        let max = match key.trim() {
            "credit" | "file" => NAME_MAX,
            "title" => HEADLINE_MAX,
            _ => CAPTION_MAX,
        };
        if let Some(what) = line_fault(key.trim(), text, max) {
            press.faults.at(number, what);
        } else if found[at].is_some() {
            press.faults.at(number, format!("the {name} has {} twice; drop one", key.trim()));
        }
        found[at] = Some(text.trim());
    }
    found
}

/// What the first line of an entry says, and what its place among the others gives it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    at: Timestamp,
    headline: String,
    id: String,
    /// The civil day, where the article's entries lie on several.
    day: Option<String>,
}

/// The entries of an article by the line that opens them.
pub(super) struct Schedule(HashMap<u32, Entry>);

/// Reads the first lines of all entries of both halves.
pub(super) fn schedule(above: &[Block<'_>], below: &[Block<'_>], press: &Press<'_>) -> Schedule {
    let mut heads: Vec<(u32, Entry)> = Vec::new();
    let blocks = above.iter().chain(below).filter_map(|block| match block {
        Block::Fenced(fenced) if fenced.kind == Kind::Entry => Some(fenced),
        _ => None,
    });
    for (count, fenced) in blocks.enumerate() {
        if count == ENTRIES_MAX {
            press.faults.at(
                fenced.line,
                format!("the article has more than {ENTRIES_MAX} entries; go on in a second one"),
            );
            break;
        }
        heads.extend(head(press, fenced).map(|entry| (fenced.line, entry)));
    }
    // Numbers are given from the oldest on, so that a new entry changes no address of an older one.
    heads.sort_by_key(|(line, entry)| (entry.at, *line));
    let days: HashSet<_> = heads.iter().map(|(_, entry)| press.instants.day(entry.at)).collect();
    let mut taken: HashMap<String, usize> = HashMap::new();
    for (_, entry) in &mut heads {
        let name = format!("e-{}", press.instants.clock(entry.at).replace(':', ""));
        let count = taken.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
        entry.id = if *count == 1 { name } else { format!("{name}-{count}") };
        entry.day = (days.len() > 1).then(|| press.instants.day(entry.at).to_string());
    }
    Schedule(heads.into_iter().collect())
}

fn head(press: &Press<'_>, fenced: &Fenced<'_>) -> Option<Entry> {
    let (instant, rest) =
        fenced.argument.split_once(char::is_whitespace).unwrap_or((fenced.argument, ""));
    let at = press.instants.read(instant).map_err(|what| press.faults.at(fenced.line, what)).ok();
    let headline =
        quoted(press, "the headline of the entry", rest.trim(), fenced.line, HEADLINE_MAX);
    if headline.is_none() && at.is_some() {
        press
            .faults
            .at(fenced.line, "the entry has no headline; write ::: entry INSTANT \"Headline\"");
    }
    let headline = headline?.to_owned();
    Some(Entry { at: at?, headline, id: String::new(), day: None })
}

impl Schedule {
    /// The entries among these blocks, the newest first; those of one instant as they were written.
    pub(super) fn newest_first<'s, 'b>(
        &'s self,
        blocks: &[Block<'b>],
    ) -> Vec<(&'s Entry, Fenced<'b>)> {
        let mut entries: Vec<_> = blocks
            .iter()
            .filter_map(|block| match block {
                Block::Fenced(fenced) => Some((self.0.get(&fenced.line)?, *fenced)),
                _ => None,
            })
            .collect();
        entries.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.at));
        entries
    }
}

/// Lines `corrected:` and `withdrawn:` of an entry, and the text without them.
struct EntryLines {
    text: String,
    corrected: Vec<Amendment>,
    withdrawn: Option<Amendment>,
}

/// What changed in an entry: when, and the words.
struct Amendment {
    at: Timestamp,
    words: String,
    line: u32,
}

/// An entry of a running report.
pub(super) fn entry(press: &mut Press<'_>, half: &mut Half, entry: &Entry, fenced: &Fenced<'_>) {
    let lines = entry_lines(press, fenced.inner);
    let instants = press.instants;
    let out = &mut half.html;
    let class = if lines.withdrawn.is_some() { "entry withdrawn" } else { "entry" };
    out.push_str(&format!("<section class=\"{class}\" id=\"{}\"", entry.id));
    if let Some(day) = &entry.day {
        out.push_str(&format!(" data-day=\"{day}\""));
    }
    let (machine, clock) = (instants.machine(entry.at), instants.clock(entry.at));
    // The time is the entry's own address.
    let when = format!("<a class=\"when\" href=\"#{}\"><time", entry.id);
    out.push_str(&format!("><h2>{when} datetime=\"{machine}\">{clock}</time></a>"));
    half.end_at = None;
    if let Some(withdrawn) = &lines.withdrawn {
        half.html.push_str("</h2>\n");
        let words = &press.context.words.withdrawn;
        amendment(press, half, "withdrawn", words, withdrawn);
    } else {
        half.html.push(' ');
        escape(&mut half.html, &entry.headline);
        half.words.pause();
        half.words.feed(&entry.headline);
        half.words.pause();
        half.html.push_str("</h2>\n");
        let chunk = Chunk { text: &lines.text, line: fenced.inner.line };
        markdown::text(press, half, chunk, Headings::Entry);
        for corrected in &lines.corrected {
            let words = &press.context.words.corrected;
            amendment(press, half, "corrected", words, corrected);
        }
    }
    half.html.push_str("</section>\n");
}

fn amendment(press: &mut Press<'_>, half: &mut Half, class: &str, words: &str, said: &Amendment) {
    half.html.push_str(&format!("<p class=\"{class}\"><b>"));
    escape(&mut half.html, &words.replace("{time}", &press.instants.clock(said.at)));
    half.html.push_str("</b> ");
    let text = markdown::line(press, half, &said.words, said.line);
    half.html.push_str(&text);
    half.end_at = Some(half.html.len());
    half.html.push_str("</p>\n");
}

fn entry_lines(press: &Press<'_>, inner: Chunk<'_>) -> EntryLines {
    let mut lines = EntryLines { text: String::new(), corrected: Vec::new(), withdrawn: None };
    for (number, line) in numbered(inner) {
        if let Some(said) = line.strip_prefix("corrected:") {
            lines.corrected.extend(amended(press, "corrected", said, number));
        } else if let Some(said) = line.strip_prefix("withdrawn:") {
            if lines.withdrawn.is_some() {
                press.faults.at(number, "the entry is withdrawn twice; drop one of the lines");
            }
            lines.withdrawn = amended(press, "withdrawn", said, number);
        } else {
            lines.text.push_str(line);
        }
        lines.text.push('\n');
    }
    if lines.corrected.len() > CORRECTIONS_MAX {
        press.faults.at(
            inner.line,
            format!("the entry has more than {CORRECTIONS_MAX} corrections; withdraw it instead"),
        );
    }
    lines
}

fn amended(press: &Press<'_>, name: &str, said: &str, line: u32) -> Option<Amendment> {
    let said = said.trim();
    let (instant, words) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    if let Some(what) = line_fault(&format!("the text of {name}:"), words, CAPTION_MAX) {
        press.faults.at(line, what);
    }
    let at = press.instants.read(instant).map_err(|what| press.faults.at(line, what)).ok()?;
    Some(Amendment { at, words: words.trim().to_owned(), line })
}
