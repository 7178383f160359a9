//! Prints Markdown as markup: CommonMark with tables, without HTML, which is printed as the text that it is. What
//! CommonMark has and a newspaper does not (a second `h1`, images in a line) is a fault that names the right way.

use pulldown_cmark::{
    Alignment, BrokenLink, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
};
use std::ops::Range;

use super::blocks::Chunk;
use super::limits::NESTING_MAX;
use super::press::{Counted, Half, Numbered, Press};
use super::words::{brief, escape};

/// Which headings a place has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Headings {
    /// `##` and `###`: the text of an article.
    Text,
    /// `###` alone: below the heading of an entry.
    Entry,
    /// None, nor lists or anything else but paragraphs: a box.
    Never,
}

fn options() -> Options {
    Options::ENABLE_TABLES
}

/// Where the paragraphs of a text end that stand in nothing else. HTML, which is printed as text, is one.
pub(super) fn paragraph_ends(text: &str) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut ends = Vec::new();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if depth == 0 && matches!(tag, Tag::Paragraph | Tag::HtmlBlock) {
                    ends.push(range.end);
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    ends
}

/// Prints a text at the end of the half's markup.
pub(super) fn text(press: &mut Press<'_>, half: &mut Half, chunk: Chunk<'_>, headings: Headings) {
    let out = std::mem::take(&mut half.html);
    let mut printer = Printer::new(press, half, chunk, headings, out);
    printer.run();
    let out = printer.out;
    half.html = out;
}

/// Prints the paragraphs of a box, each without its `<p>`.
pub(super) fn paragraphs(press: &mut Press<'_>, half: &mut Half, chunk: Chunk<'_>) -> Vec<String> {
    let mut printer = Printer::new(press, half, chunk, Headings::Never, String::new());
    printer.run();
    printer.paragraphs
}

/// Prints one line of a box: emphasis and links, and nothing that a line could begin with otherwise.
pub(super) fn line(press: &mut Press<'_>, half: &mut Half, text: &str, line: u32) -> String {
    // A full stop before it makes a paragraph of a line that begins like a list or a heading.
    let guarded = format!(".{text}");
    let chunk = Chunk { text: &guarded, line };
    let mut printer = Printer::new(press, half, chunk, Headings::Never, String::new());
    printer.guarded = true;
    printer.run();
    printer.paragraphs.concat()
}

struct Printer<'p, 'a, 't> {
    press: &'p mut Press<'a>,
    half: &'p mut Half,
    chunk: Chunk<'t>,
    headings: Headings,
    out: String,
    /// Of a box.
    paragraphs: Vec<String>,
    /// Whether the guard of [`line`] still stands before the text.
    guarded: bool,
    /// Lists and quotes around this place.
    containers: usize,
    /// Emphasis and links around this place.
    spans: usize,
    table: Option<Table>,
}

/// The table being printed.
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    /// The markup before the table, while its head is printed; `None` in the rows.
    before: Option<String>,
    /// The text of the head, which names the table for those who do not see it.
    label: String,
}

impl<'p, 'a, 't> Printer<'p, 'a, 't> {
    fn new(
        press: &'p mut Press<'a>,
        half: &'p mut Half,
        chunk: Chunk<'t>,
        headings: Headings,
        out: String,
    ) -> Self {
        let (paragraphs, table) = (Vec::new(), None);
        let (guarded, containers, spans) = (false, 0, 0);
        Self { press, half, chunk, headings, out, paragraphs, guarded, containers, spans, table }
    }

    fn run(&mut self) {
        let (chunk, faults) = (self.chunk, self.press.faults);
        let unresolved = |link: BrokenLink<'_>| -> Option<(CowStr<'t>, CowStr<'t>)> {
            // A word in brackets alone is a word in brackets.
            if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed)
                && !faults.is_full()
            {
                let name = brief(&link.reference);
                faults.at(
                    chunk.line_at(link.span.start),
                    format!(
                        "the link [{name}] has no address near it; write it as [words](address)"
                    ),
                );
            }
            None
        };
        let parser = Parser::new_with_broken_link_callback(chunk.text, options(), Some(unresolved));
        for (event, range) in parser.into_offset_iter() {
            self.event(event, &range);
        }
    }

    fn fault(&self, range: &Range<usize>, what: impl Into<String>) {
        if !self.press.faults.is_full() {
            self.press.faults.at(self.chunk.line_at(range.start), what);
        }
    }

    fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.words(&text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                self.words(&text);
                self.out.push_str("</code>");
            }
            Event::SoftBreak => self.words("\n"),
            Event::HardBreak => {
                self.out.push_str("<br>");
                self.words("\n");
            }
            Event::Rule => {
                self.only_in_text(range, "a rule");
                self.out.push_str("<hr>\n");
                self.half.end_at = None;
            }
            // Switched off in the options; shown as they were written should that change.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.words(&text);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn words(&mut self, text: &str) {
        let text = match text.strip_prefix('.') {
            Some(rest) if std::mem::take(&mut self.guarded) => rest,
            _ => text,
        };
        escape(&mut self.out, text);
        if let Some(table) = self.table.as_mut().filter(|table| table.before.is_some()) {
            table.label.push_str(text);
        }
        if self.headings != Headings::Never {
            self.half.words.feed(text);
        }
    }

    fn only_in_text(&self, range: &Range<usize>, what: &str) {
        if self.headings == Headings::Never {
            self.fault(
                range,
                format!("a box has paragraphs alone, and here is {what}; put it into the text"),
            );
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.open_paragraph(),
            Tag::Heading { level, .. } => self.open_heading(level, range),
            Tag::BlockQuote(_) => self.open_container("<blockquote>", "a quote", range),
            Tag::List(None) => self.open_container("<ul>", "a list", range),
            Tag::List(Some(1)) => self.open_container("<ol>", "a list", range),
            Tag::List(Some(first)) => {
                self.open_container(&format!("<ol start=\"{first}\">"), "a list", range);
            }
            Tag::Item => self.out.push_str("<li>"),
            Tag::CodeBlock(_) => {
                self.only_in_text(range, "a block of code");
                self.out.push_str("<pre><code>");
            }
            Tag::Table(alignments) => {
                self.only_in_text(range, "a table");
                let label = String::new();
                self.table = Some(Table { alignments, column: 0, before: None, label });
            }
            Tag::TableHead => self.open_head(),
            Tag::TableRow => self.open_row(),
            Tag::TableCell => self.open_cell(range),
            Tag::Emphasis => self.open_span("<em>", range),
            Tag::Strong => self.open_span("<strong>", range),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.open_link(link_type, &dest_url, &title, range);
            }
            Tag::Image { .. } => self.fault(
                range,
                "a picture stands in a line; write a box of its own: ::: picture \"pictures/NAME\"",
            ),
            // Switched off in the options.
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.close_paragraph(),
            TagEnd::Heading(level) => {
                self.close_block(if level == HeadingLevel::H2 { "</h2>\n" } else { "</h3>\n" });
            }
            TagEnd::BlockQuote(_) => self.close_container("</blockquote>\n"),
            TagEnd::List(false) => self.close_container("</ul>\n"),
            TagEnd::List(true) => self.close_container("</ol>\n"),
            TagEnd::Item => {
                self.out.push_str("</li>\n");
                self.half.words.pause();
            }
            TagEnd::CodeBlock => self.close_block("</code></pre>\n"),
            TagEnd::Table => {
                self.table = None;
                self.close_block("</tbody></table></div>\n");
            }
            TagEnd::TableHead => self.close_head(),
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.close_cell(),
            TagEnd::Emphasis => self.close_span("</em>"),
            TagEnd::Strong => self.close_span("</strong>"),
            TagEnd::Link => self.close_span("</a>"),
            _ => {}
        }
    }

    fn open_paragraph(&mut self) {
        if self.headings == Headings::Never {
            return;
        }
        self.out.push_str("<p>");
        if self.containers == 0
            && self.headings == Headings::Text
            && let Some(dateline) = self.press.take_dateline()
        {
            self.out.push_str(&dateline);
        }
    }

    fn close_paragraph(&mut self) {
        if self.headings == Headings::Never {
            self.paragraphs.push(std::mem::take(&mut self.out));
            return;
        }
        // The last line of printed HTML has its line end with it.
        self.out.truncate(self.out.trim_end().len());
        if self.containers == 0 {
            self.half.end_at = Some(self.out.len());
        }
        self.out.push_str("</p>\n");
        self.half.words.pause();
    }

    fn open_heading(&mut self, level: HeadingLevel, range: &Range<usize>) {
        let tag = match (level, self.headings) {
            (HeadingLevel::H2, Headings::Text) => "<h2>",
            (HeadingLevel::H3, Headings::Text | Headings::Entry) => "<h3>",
            (_, Headings::Text) => {
                self.fault(range, "headings in a text are ## and ###; write one of them");
                return;
            }
            (_, Headings::Entry) => {
                self.fault(range, "headings in an entry are ###; write that");
                return;
            }
            (_, Headings::Never) => {
                self.only_in_text(range, "a heading");
                return;
            }
        };
        self.out.push_str(tag);
    }

    fn close_block(&mut self, tag: &str) {
        self.out.push_str(tag);
        self.half.end_at = None;
        self.half.words.pause();
    }

    fn open_container(&mut self, tag: &str, what: &str, range: &Range<usize>) {
        self.only_in_text(range, what);
        self.containers += 1;
        if self.containers == NESTING_MAX + 1 {
            self.fault(
                range,
                format!("lists and quotes stand more than {NESTING_MAX} deep; write them flatter"),
            );
        }
        self.out.push_str(tag);
        self.out.push('\n');
    }

    fn close_container(&mut self, tag: &str) {
        self.containers = self.containers.saturating_sub(1);
        self.close_block(tag);
    }

    fn open_span(&mut self, tag: &str, range: &Range<usize>) {
        self.spans += 1;
        if self.spans == NESTING_MAX + 1 {
            self.fault(
                range,
                format!("emphasis stands more than {NESTING_MAX} deep; write it flatter"),
            );
        }
        self.out.push_str(tag);
    }

    fn close_span(&mut self, tag: &str) {
        self.spans = self.spans.saturating_sub(1);
        self.out.push_str(tag);
    }

    fn open_link(&mut self, kind: LinkType, address: &str, hover: &str, range: &Range<usize>) {
        if !hover.is_empty() {
            self.fault(
                range,
                "a link has a text for hovering, which few readers ever see; put it into the text",
            );
        }
        let mail;
        let address = if kind == LinkType::Email {
            mail = format!("mailto:{address}");
            &mail
        } else {
            address
        };
        let numbered = if self.headings == Headings::Never { Numbered::No } else { Numbered::Yes };
        let chunk = self.chunk;
        let tag = self.press.open_link(self.half, address, numbered, || chunk.line_at(range.start));
        self.open_span(&tag, range);
    }

    fn open_head(&mut self) {
        let before = std::mem::take(&mut self.out);
        if let Some(table) = &mut self.table {
            table.before = Some(before);
        }
    }

    fn close_head(&mut self) {
        let head = std::mem::take(&mut self.out);
        let Some(table) = &mut self.table else { return };
        self.out = table.before.take().unwrap_or_default();
        self.out.push_str("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"");
        escape(&mut self.out, &brief(table.label.trim_matches([',', ' '])));
        self.out.push_str("\"><table><thead><tr>");
        self.out.push_str(&head);
        self.out.push_str("</tr></thead>\n<tbody>\n");
    }

    fn open_row(&mut self) {
        if let Some(table) = &mut self.table {
            table.column = 0;
        }
        self.out.push_str("<tr>");
    }

    fn open_cell(&mut self, range: &Range<usize>) {
        let chunk = self.chunk;
        self.press.count(Counted::Cells, || chunk.line_at(range.start));
        let Some(table) = &mut self.table else { return };
        let class = match table.alignments.get(table.column) {
            Some(Alignment::Right) => " class=\"number\"",
            Some(Alignment::Center) => " class=\"middle\"",
            _ => "",
        };
        table.column += 1;
        let cell = if table.before.is_some() { "<th scope=\"col\"" } else { "<td" };
        self.out.push_str(cell);
        self.out.push_str(class);
        self.out.push('>');
    }

    fn close_cell(&mut self) {
        self.half.words.pause();
        let Some(table) = &mut self.table else { return };
        if table.before.is_some() {
            table.label.push_str(", ");
            self.out.push_str("</th>");
        } else {
            self.out.push_str("</td>");
        }
    }
}
