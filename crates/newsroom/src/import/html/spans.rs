//! Prints runs of styled text as one paragraph of Markdown, and reads it back: what does not come back the same is
//! printed more simply. It knows no blocks.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::guard;

/// How a run looks.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Style {
    pub(super) strong: bool,
    pub(super) emphasis: bool,
    pub(super) code: bool,
    /// The number of its address.
    pub(super) link: Option<usize>,
}

/// A run of text, or the end of a line within a paragraph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Run {
    Text(String, Style),
    Break,
}

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Paragraph,
    Heading,
    /// A cell of a table.
    Cell,
}

/// Runs that are on their way into one paragraph.
#[derive(Default, Debug)]
pub(super) struct Line {
    runs: Vec<Run>,
}

impl Line {
    /// Goes on with text; blanks become one.
    pub(super) fn push(&mut self, text: &str, style: Style) {
        for c in text.chars() {
            let c = if guard::is_blank(c) { ' ' } else { c };
            if c.is_control() || (c == ' ' && self.ends_blank()) {
                continue;
            }
            // A blank at the edge of emphasis is outside of it, as CommonMark wants it.
            match self.runs.last_mut() {
                Some(Run::Text(before, same)) if *same == style => before.push(c),
                _ => self.runs.push(Run::Text(c.to_string(), style)),
            }
        }
    }

    fn ends_blank(&self) -> bool {
        match self.runs.last() {
            Some(Run::Text(text, _)) => text.ends_with(' '),
            Some(Run::Break) => true,
            None => true,
        }
    }

    /// Whether nothing but blanks stands in it.
    pub(super) fn is_blank(&self) -> bool {
        !self.runs.iter().any(|run| matches!(run, Run::Text(text, _) if !text.trim().is_empty()))
    }

    /// Ends the line within the paragraph. Tells whether the line before was empty, which ends the paragraph.
    pub(super) fn end_line(&mut self) -> bool {
        if self.runs.is_empty() {
            return false;
        }
        if matches!(self.runs.last(), Some(Run::Break)) {
            return true;
        }
        self.runs.push(Run::Break);
        false
    }

    /// The runs so far; the line is empty then. `None` where nothing but blanks stands in it.
    pub(super) fn take(&mut self) -> Option<Vec<Run>> {
        let blank = self.is_blank();
        let runs = std::mem::take(&mut self.runs);
        (!blank).then(|| tidied(&runs))
    }
}

/// Blanks at the ends of lines dropped, and those at the edges of emphasis outside of it.
fn tidied(runs: &[Run]) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let mut push = |text: &str, style: Style| {
        if text.is_empty() {
            return;
        }
        match out.last_mut() {
            Some(Run::Text(before, same)) if *same == style => before.push_str(text),
            _ => out.push(Run::Text(text.to_owned(), style)),
        }
    };
    for run in runs {
        let Run::Text(text, style) = run else {
            push("\n", Style::default());
            continue;
        };
        let inner = text.trim();
        let plain = Style { strong: false, emphasis: false, code: false, ..*style };
        if inner.is_empty() {
            push(text, plain);
            continue;
        }
        let (before, rest) = text.split_at(text.len() - text.trim_start().len());
        push(before, plain);
        push(inner, *style);
        push(&rest[inner.len()..], plain);
    }
    lines_of(&out)
}

/// Runs again with breaks for line ends, blanks at the ends of lines dropped.
fn lines_of(runs: &[Run]) -> Vec<Run> {
    let mut lines: Vec<Vec<(String, Style)>> = vec![Vec::new()];
    for run in runs {
        let Run::Text(text, style) = run else { continue };
        for (place, part) in text.split('\n').enumerate() {
            if place > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut().filter(|_| !part.is_empty()) {
                line.push((part.to_owned(), *style));
            }
        }
    }
    let mut out = Vec::new();
    for mut line in lines {
        while line.first().is_some_and(|(text, _)| text.trim().is_empty()) {
            line.remove(0);
        }
        while line.last().is_some_and(|(text, _)| text.trim().is_empty()) {
            line.pop();
        }
        if let Some((text, _)) = line.first_mut() {
            *text = text.trim_start().to_owned();
        }
        if let Some((text, _)) = line.last_mut() {
            *text = text.trim_end().to_owned();
        }
        if !line.is_empty() {
            if !out.is_empty() {
                out.push(Run::Break);
            }
            let line = flanked(&spanned(line));
            out.extend(line.into_iter().map(|(text, style)| Run::Text(text, style)));
        }
    }
    out
}

/// Blanks between two runs look like both of them do, so that emphasis goes on across them.
fn spanned(mut line: Vec<(String, Style)>) -> Vec<(String, Style)> {
    for place in 1..line.len().saturating_sub(1) {
        let (before, after) = (line[place - 1].1, line[place + 1].1);
        let (text, style) = &mut line[place];
        if text.trim().is_empty() {
            style.strong = before.strong && after.strong;
            style.emphasis = before.emphasis && after.emphasis;
        }
    }
    merged(line)
}

fn merged(line: Vec<(String, Style)>) -> Vec<(String, Style)> {
    let mut out: Vec<(String, Style)> = Vec::new();
    for (text, style) in line {
        match out.last_mut() {
            Some((before, same)) if *same == style => before.push_str(&text),
            _ => out.push((text, style)),
        }
    }
    out
}

/// Takes signs at the edges of emphasis out of it where letters stand beside it: Markdown has no emphasis there.
fn flanked(line: &[(String, Style)]) -> Vec<(String, Style)> {
    let sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut out: Vec<(String, Style)> = Vec::new();
    for (place, (text, style)) in line.iter().enumerate() {
        if !(style.strong || style.emphasis) || style.code {
            out.push((text.clone(), *style));
            continue;
        }
        let plain = Style { strong: false, emphasis: false, ..*style };
        let before = out.last().and_then(|(text, _)| text.chars().next_back());
        let after = line.get(place + 1).and_then(|(text, _)| text.chars().next());
        let start =
            if letter(before) { text.len() - text.trim_start_matches(sign).len() } else { 0 };
        let rest = &text[start..];
        let inner = if letter(after) { rest.trim_end_matches(sign) } else { rest };
        let parts = [(&text[..start], plain), (inner, *style), (&rest[inner.len()..], plain)];
        out.extend(parts.iter().filter(|(t, _)| !t.is_empty()).map(|(t, s)| ((*t).to_owned(), *s)));
    }
    merged(out)
}

/// The styles that are printed, from all to none.
#[derive(Clone, Copy)]
struct Kept {
    emphasis: bool,
    code: bool,
    links: bool,
}

const KEPT: [Kept; 4] = [
    Kept { emphasis: true, code: true, links: true },
    Kept { emphasis: false, code: true, links: true },
    Kept { emphasis: false, code: false, links: true },
    Kept { emphasis: false, code: false, links: false },
];

/// A printed line and what it lost.
pub(super) struct Printed {
    pub(super) text: String,
    /// Emphasis or links that could not be kept.
    pub(super) simpler: bool,
}

/// Prints the runs of a paragraph, heading or cell.
pub(super) fn print(runs: &[Run], links: &[String], place: Place) -> Printed {
    for (step, kept) in KEPT.iter().enumerate() {
        let runs: Vec<Run> = runs.iter().map(|run| simplified(run, *kept)).collect();
        let mut text = assemble(&runs, links, place);
        if text.lines().any(guard::is_near_line) {
            // In code a sign cannot be written otherwise.
            if kept.code && runs.iter().any(|run| matches!(run, Run::Text(_, style) if style.code))
            {
                continue;
            }
            text = guard::without_paywall(&text);
        }
        if reads_as(&text, &runs, links, place) {
            return Printed { text, simpler: step > 0 };
        }
    }
    Printed { text: escaped(runs, place), simpler: true }
}

fn simplified(run: &Run, kept: Kept) -> Run {
    let Run::Text(text, style) = run else { return Run::Break };
    let style = Style {
        strong: style.strong && kept.emphasis,
        emphasis: style.emphasis && kept.emphasis,
        code: style.code && kept.code,
        link: style.link.filter(|_| kept.links),
    };
    Run::Text(text.clone(), style)
}

/// The words alone, every sign escaped.
fn escaped(runs: &[Run], place: Place) -> String {
    let mut out = String::new();
    for run in runs {
        match run {
            Run::Text(text, _) => guard::push_all_escaped(&mut out, text),
            Run::Break if place == Place::Paragraph => out.push_str("\\\n"),
            Run::Break => out.push(' '),
        }
    }
    if out.lines().any(guard::is_near_line) { guard::without_paywall(&out) } else { out }
}

fn assemble(runs: &[Run], links: &[String], place: Place) -> String {
    let mut lines = vec![String::new()];
    let mut printer = Printer { links, place, open: Vec::new(), link: None };
    for (at, run) in runs.iter().enumerate() {
        let Some(line) = lines.last_mut() else { break };
        match run {
            Run::Text(text, style) => {
                printer.change(line, *style);
                printer.text(line, text, *style);
            }
            Run::Break => {
                printer.change(line, Style::default());
                if place == Place::Paragraph && at + 1 < runs.len() {
                    lines.push(String::new());
                } else {
                    line.push(' ');
                }
            }
        }
    }
    if let Some(line) = lines.last_mut() {
        printer.change(line, Style::default());
    }
    let several = lines.len() > 1;
    let guarded = |line: &String| match place {
        Place::Paragraph if several => guard::guarded(&line.replace('|', "\\|")),
        Place::Paragraph => guard::guarded(line),
        Place::Heading => {
            let line = line.trim();
            match line.strip_suffix('#') {
                Some(rest) if !rest.ends_with('\\') => format!("{rest}\\#"),
                _ => line.to_owned(),
            }
        }
        Place::Cell => line.trim().to_owned(),
    };
    lines.iter().map(guarded).collect::<Vec<_>>().join("\\\n")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Strong,
    Emphasis,
}

struct Printer<'l> {
    links: &'l [String],
    place: Place,
    /// Emphasis that is open, the innermost last.
    open: Vec<Mark>,
    link: Option<usize>,
}

impl Printer<'_> {
    /// Closes what ends before a run of this style and opens what begins with it.
    fn change(&mut self, line: &mut String, style: Style) {
        let wants = |mark: Mark| match mark {
            Mark::Strong => style.strong && !style.code,
            Mark::Emphasis => style.emphasis && !style.code,
        };
        let other_link = self.link != style.link;
        let stays =
            if other_link { 0 } else { self.open.iter().take_while(|mark| wants(**mark)).count() };
        while self.open.len() > stays {
            if let Some(mark) = self.open.pop() {
                line.push_str(sign(mark));
            }
        }
        if other_link {
            if let Some(link) = self.link.take() {
                let address = self.links.get(link).map_or("", String::as_str);
                line.push_str("](");
                line.push_str(&destination(address));
                line.push(')');
            }
            if style.link.is_some() {
                // A sign of exclamation before the bracket would make a picture of the link.
                if line.ends_with('!') {
                    line.truncate(line.len() - 1);
                    line.push_str("\\!");
                }
                line.push('[');
                self.link = style.link;
            }
        }
        for mark in [Mark::Strong, Mark::Emphasis] {
            if wants(mark) && !self.open.contains(&mark) {
                line.push_str(sign(mark));
                self.open.push(mark);
            }
        }
    }

    fn text(&mut self, line: &mut String, text: &str, style: Style) {
        if !style.code {
            guard::push_text(line, text, self.place == Place::Cell);
            return;
        }
        let ticks = "`".repeat(longest_ticks(text) + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        let inner =
            if self.place == Place::Cell { text.replace('|', "\\|") } else { text.to_owned() };
        line.push_str(&format!("{ticks}{pad}{inner}{pad}{ticks}"));
    }
}

const fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Strong => "**",
        Mark::Emphasis => "*",
    }
}

/// The longest run of backticks.
pub(super) fn longest_ticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// An address between the brackets of a link. It has no blanks, brackets or quotes any more.
fn destination(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        if c == '&' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A character and how it looks: strong, emphasis, code, link.
type Drawn = (char, bool, bool, bool, bool);

/// Whether the Markdown is read as these runs, blanks aside.
fn reads_as(text: &str, runs: &[Run], links: &[String], place: Place) -> bool {
    let mut wanted: Vec<Drawn> = Vec::new();
    let mut addresses: Vec<&str> = Vec::new();
    let mut before = None;
    for run in runs {
        let Run::Text(text, style) = run else {
            before = None;
            continue;
        };
        let Style { strong, emphasis, code, link } = *style;
        let bare = !code;
        let drawn = |c| (c, strong && bare, emphasis && bare, code, link.is_some());
        wanted.extend(text.chars().filter(|c| !c.is_whitespace()).map(drawn));
        if link.is_some() && link != before {
            addresses.extend(link.and_then(|link| links.get(link)).map(String::as_str));
        }
        before = link;
    }
    let source = match place {
        Place::Paragraph => text.to_owned(),
        Place::Heading => format!("## {text}"),
        Place::Cell => format!("| {text} |\n| --- |\n"),
    };
    let mut reader = Reader::default();
    for event in Parser::new_ext(&source, Options::ENABLE_TABLES) {
        reader.event(event, place);
    }
    let same = |(found, wanted): (&String, &&str)| found == *wanted;
    !reader.other
        && reader.blocks == 1
        && reader.drawn == wanted
        && reader.addresses.len() == addresses.len()
        && reader.addresses.iter().zip(&addresses).all(same)
}

/// What a parser makes of a printed line.
#[derive(Default)]
struct Reader {
    drawn: Vec<Drawn>,
    addresses: Vec<String>,
    blocks: usize,
    other: bool,
    strong: usize,
    emphasis: usize,
    link: usize,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, place: Place) {
        match event {
            Event::Text(text) => self.draw(&text, false),
            Event::Code(text) => self.draw(&text, true),
            Event::SoftBreak | Event::HardBreak => {}
            Event::Start(tag) => self.start(&tag, place),
            Event::End(TagEnd::Strong) => self.strong -= 1,
            Event::End(TagEnd::Emphasis) => self.emphasis -= 1,
            Event::End(TagEnd::Link) => self.link -= 1,
            Event::End(_) => {}
            _ => self.other = true,
        }
    }

    fn start(&mut self, tag: &Tag<'_>, place: Place) {
        match (tag, place) {
            (Tag::Paragraph, Place::Paragraph)
            | (Tag::Heading { .. }, Place::Heading)
            | (Tag::TableCell, Place::Cell) => self.blocks += 1,
            (Tag::Table(_) | Tag::TableHead, Place::Cell) => {}
            (Tag::Strong, _) => self.strong += 1,
            (Tag::Emphasis, _) => self.emphasis += 1,
            (Tag::Link { dest_url, title, .. }, _) => {
                self.other |= !title.is_empty();
                self.link += 1;
                self.addresses.push(dest_url.to_string());
            }
            _ => self.other = true,
        }
    }

    fn draw(&mut self, text: &str, code: bool) {
        let bare = !code;
        let (strong, emphasis, link) = (self.strong > 0, self.emphasis > 0, self.link > 0);
        let drawn = |c| (c, strong && bare, emphasis && bare, code, link);
        self.drawn.extend(text.chars().filter(|c| !c.is_whitespace()).map(drawn));
    }
}
