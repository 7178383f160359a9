//! Walks the tree and writes blocks: paragraphs, headings, lists, quotes, code. Pictures and the paywall line stand at
//! the outermost level only, where the folder wants them.

use std::collections::HashSet;

use super::MARKDOWN_BYTES_MAX;
use super::address::{self, Target};
use super::spans::{self, Line, Place, Run, Style};
use super::tree::{self, Node, Tree};
use crate::import::{Files, Remarks};
use crate::limits::{LINKS_MAX, NESTING_MAX};

/// What a block is, as far as the next one has to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Paragraph,
    /// A list, by the sign of its items, and whether it may follow a paragraph without a blank line.
    List(char, bool),
    Box,
    Other,
}

/// Some lines that belong together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Block {
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// Writes Markdown.
pub(super) struct Writer<'a> {
    pub(super) tree: &'a Tree,
    pub(super) site: &'a str,
    pub(super) files: &'a mut dyn Files,
    pub(super) remarks: &'a mut Remarks,
    /// The paragraph being written.
    pub(super) line: Line,
    pub(super) style: Style,
    /// Whether everything is one line now: in a cell, or in a pull quote.
    pub(super) one_line: bool,
    /// The addresses of links, by their numbers.
    pub(super) links: Vec<String>,
    /// The caption of the figure around, and its node, until a picture takes it.
    pub(super) caption: Option<(usize, String)>,
    pub(super) captions_taken: HashSet<usize>,
    pub(super) last_picture: Option<String>,
    pub(super) pictures: usize,
    pub(super) cells: usize,
    links_written: usize,
    pub(super) asides: usize,
    /// The blocks of the list item or quote being written, or of the text.
    blocks: Vec<Block>,
    /// Boxes that wait for the end of the outermost list or quote.
    waiting: Vec<Block>,
    /// Lists and quotes around this place.
    pub(super) containers: usize,
    pub(super) heading: Option<&'static str>,
    /// Digits that stand high or low.
    digits: Option<[char; 10]>,
    cut: Cut,
    /// A node that is written elsewhere.
    pub(super) left_out: Option<usize>,
    bytes: usize,
}

/// The paywall line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Wanted,
    /// Met within a list, quote or table; stands before it.
    Waits,
    Written,
}

const HIGH: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const LOW: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

impl<'a> Writer<'a> {
    pub(super) fn new(
        tree: &'a Tree,
        site: &'a str,
        files: &'a mut dyn Files,
        remarks: &'a mut Remarks,
    ) -> Self {
        Self {
            tree,
            site,
            files,
            remarks,
            line: Line::default(),
            style: Style::default(),
            one_line: false,
            links: Vec::new(),
            caption: None,
            captions_taken: HashSet::new(),
            last_picture: None,
            pictures: 0,
            cells: 0,
            links_written: 0,
            asides: 0,
            blocks: Vec::new(),
            waiting: Vec::new(),
            containers: 0,
            heading: None,
            digits: None,
            cut: Cut::Wanted,
            left_out: None,
            bytes: 0,
        }
    }

    /// The Markdown; ends with a line end unless it is empty.
    pub(super) fn finish(mut self) -> String {
        self.flush();
        let mut text = joined(&self.blocks, "\n\n");
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    pub(super) fn children(&mut self, id: usize) {
        let tree = self.tree;
        for child in tree.children(id) {
            self.node(*child);
        }
    }

    pub(super) fn node(&mut self, id: usize) {
        let tree = self.tree;
        if self.left_out == Some(id) {
            return;
        }
        match tree.node(id) {
            Some(Node::Text(text)) => self.words(text),
            Some(Node::Comment(words)) if words.trim() == "paywall" => self.paywall(),
            Some(Node::Element(element)) => self.element(id, &element.name),
            _ => {}
        }
    }

    /// Text in the style of this place.
    pub(super) fn words(&mut self, text: &str) {
        let style = self.style;
        match self.digits {
            None => self.line.push(text, style),
            Some(digits) => {
                let other = |c: char| c.to_digit(10).map_or(c, |digit| digits[digit as usize]);
                let text: String = text.chars().map(other).collect();
                self.line.push(&text, style);
            }
        }
    }

    fn element(&mut self, id: usize, name: &str) {
        match name {
            "b" | "strong" => self.styled(id, |style| style.strong = true),
            "i" | "em" | "cite" | "dfn" | "var" => self.styled(id, |style| style.emphasis = true),
            "code" | "kbd" | "samp" | "tt" => self.styled(id, |style| style.code = true),
            "a" => self.link(id),
            "sup" => self.digits(id, HIGH),
            "sub" => self.digits(id, LOW),
            "q" => {
                self.words("“");
                self.children(id);
                self.words("”");
            }
            "del" | "s" | "strike" => {
                self.remarks.note("struck words stand there like others");
                self.children(id);
            }
            "br" => self.end_line(),
            "input" => self.input(id),
            "img" => self.picture_or_words(id),
            "iframe" | "embed" | "object" | "video" | "audio" if !self.one_line => self.frame(id),
            "noscript" => self.without_script(id),
            "rt" => self.reading_aid(id),
            _ if tree::is_silent(name) => {}
            _ if tree::is_block(name) => self.block(id, name),
            _ => self.children(id),
        }
    }

    fn block(&mut self, id: usize, name: &str) {
        if self.one_line {
            self.words(" ");
            self.children(id);
            self.words(" ");
            return;
        }
        match name {
            "h1" | "h2" => self.headed(id, "## "),
            "h3" | "h4" | "h5" | "h6" => self.headed(id, "### "),
            "ul" | "menu" | "dir" => self.list(id, None),
            "ol" => {
                let start = self.tree.element(id).and_then(|element| element.attribute("start"));
                let start = start.and_then(|start| start.parse().ok()).unwrap_or(1_u32);
                self.list(id, Some(start.min(999_000_000)));
            }
            "blockquote" => self.quote(id),
            "aside" if self.is_pull(id) => self.pull(id),
            "figure" if self.is_pull(id) => self.pull(id),
            "figure" => self.figure(id),
            "figcaption" => self.figcaption(id),
            "pre" | "xmp" => self.code(id),
            "table" => self.table(id),
            "hr" => {
                self.flush();
                let text = if self.containers == 0 { "---" } else { "___" };
                self.push(Block { text: text.to_owned(), kind: Kind::Other });
            }
            "dt" | "summary" | "legend" => {
                self.flush();
                self.styled(id, |style| style.strong = true);
                self.flush();
            }
            _ => {
                self.flush();
                self.children(id);
                self.flush();
            }
        }
    }

    fn styled(&mut self, id: usize, change: impl FnOnce(&mut Style)) {
        let before = self.style;
        change(&mut self.style);
        // A heading is strong by itself.
        self.style.strong &= self.heading.is_none();
        self.children(id);
        self.style = before;
    }

    fn digits(&mut self, id: usize, digits: [char; 10]) {
        let text = self.tree.text(id);
        let plain = !text.trim().is_empty() && text.trim().bytes().all(|b| b.is_ascii_digit());
        if !plain && !text.trim().is_empty() {
            self.remarks.note("letters that stood high or low stand in line");
        }
        let before = std::mem::replace(&mut self.digits, plain.then_some(digits));
        self.children(id);
        self.digits = before;
    }

    fn end_line(&mut self) {
        if self.one_line || self.heading.is_some() {
            self.words(" ");
        } else if self.line.end_line() {
            self.flush();
        }
    }

    /// A box to tick, as lists of tasks have them.
    fn input(&mut self, id: usize) {
        let Some(element) = self.tree.element(id) else { return };
        if element.attribute("type") == Some("checkbox") {
            let ticked = element.has("checked");
            self.words(if ticked { "☑ " } else { "☐ " });
        }
    }

    fn picture_or_words(&mut self, id: usize) {
        if self.one_line {
            let alt = self.tree.element(id).and_then(|element| element.attribute("alt"));
            if let Some(alt) = alt.map(str::to_owned) {
                self.words(&alt);
            }
        } else {
            self.picture(id);
        }
    }

    /// What a browser without script shows; often only the picture again that a script would have loaded.
    fn without_script(&mut self, id: usize) {
        let below = self.tree.below(id, &[]);
        let again = below.iter().filter_map(|id| self.tree.element(*id)).any(|element| {
            element.name == "img" && self.last_picture.as_deref() == element.attribute("src")
        });
        if !again {
            self.children(id);
        }
    }

    /// The reading of characters, in brackets where the markup has none.
    fn reading_aid(&mut self, id: usize) {
        self.words("(");
        self.children(id);
        self.words(")");
    }

    fn link(&mut self, id: usize) {
        let address = self.tree.element(id).and_then(|element| element.attribute("href"));
        let Some(address) = address else {
            self.children(id);
            return;
        };
        let beside = self.file_beside(address);
        let link = match address::target(address, self.site) {
            _ if beside.is_some() => beside,
            Target::Whole(whole) => Some(self.own_file(whole)),
            Target::Within => {
                self.remarks.note("a link to a place within the page is left out");
                None
            }
            Target::Refused(why) => {
                self.remarks.note(format!("a link {why} is left out; its words stay"));
                None
            }
        };
        let link = link.map(|address| self.link_number(address));
        let before = self.style;
        self.style.link = link;
        self.children(id);
        self.style = before;
    }

    /// The name in the folder of a file that is named without a site.
    pub(super) fn file_beside(&mut self, address: &str) -> Option<String> {
        if address.contains("://") || !address::names_file(address) {
            return None;
        }
        let name = self.files.name_of(address);
        name.filter(|name| address::is_name(name, &["pictures/", "attachments/"]))
    }

    /// The name in the folder of a file of the same site, or the address as it is.
    pub(super) fn own_file(&mut self, whole: String) -> String {
        if !address::names_file(&whole) || !address::is_same_site(&whole, self.site) {
            return whole;
        }
        let name = self.files.name_of(&whole);
        let name = name.filter(|name| address::is_name(name, &["pictures/", "attachments/"]));
        name.unwrap_or(whole)
    }

    /// The number of an address among the links.
    pub(super) fn link_number(&mut self, address: String) -> usize {
        self.links.push(address);
        self.links.len() - 1
    }

    /// The runs, without their links where the article has enough of them.
    pub(super) fn links_kept(&mut self, mut runs: Vec<Run>) -> Vec<Run> {
        let mut before = None;
        let mut count = 0;
        for run in &runs {
            let link = match run {
                Run::Text(_, style) => style.link,
                Run::Break => None,
            };
            count += usize::from(link.is_some() && link != before);
            before = link;
        }
        if count > 0 && self.links_written + count > LINKS_MAX {
            self.remarks.note(format!(
                "an article has at most {LINKS_MAX} links; of further ones the words stay"
            ));
            for run in &mut runs {
                if let Run::Text(_, style) = run {
                    style.link = None;
                }
            }
        } else {
            self.links_written += count;
        }
        runs
    }

    pub(super) fn note_simpler(&mut self, simpler: bool) {
        if simpler {
            self.remarks.note("emphasis that Markdown cannot write there is left out");
        }
    }

    /// Ends the paragraph or heading being written.
    pub(super) fn flush(&mut self) {
        if self.one_line {
            self.words(" ");
            return;
        }
        let Some(runs) = self.line.take() else { return };
        self.last_picture = None;
        let runs = self.links_kept(runs);
        let place = if self.heading.is_some() { Place::Heading } else { Place::Paragraph };
        let printed = spans::print(&runs, &self.links, place);
        self.note_simpler(printed.simpler);
        let block = match self.heading {
            Some(signs) => Block { text: format!("{signs}{}", printed.text), kind: Kind::Other },
            None => Block { text: printed.text, kind: Kind::Paragraph },
        };
        self.push(block);
    }

    /// Writes a block at this place.
    pub(super) fn push(&mut self, block: Block) {
        if self.containers == 0 {
            self.bytes += block.text.len() + 2;
            if self.bytes > MARKDOWN_BYTES_MAX {
                self.remarks.note(format!(
                    "the text is longer than {MARKDOWN_BYTES_MAX} bytes; its end is left out"
                ));
                self.bytes = MARKDOWN_BYTES_MAX;
                return;
            }
        }
        self.blocks.push(block);
    }

    /// Writes a box here, or after the list or quote around.
    pub(super) fn push_box(&mut self, block: Block) {
        if self.containers == 0 { self.push(block) } else { self.waiting.push(block) }
    }

    fn paywall(&mut self) {
        if self.cut != Cut::Wanted {
            return;
        }
        if self.containers > 0 || self.one_line {
            self.cut = Cut::Waits;
            return;
        }
        self.flush();
        self.write_cut();
    }

    fn write_cut(&mut self) {
        self.cut = Cut::Written;
        let text = "<!-- paywall -->".to_owned();
        self.push(Block { text, kind: Kind::Other });
    }

    fn headed(&mut self, id: usize, signs: &'static str) {
        self.flush();
        let (before, style) = (self.heading.replace(signs), self.style);
        self.style.strong = false;
        self.children(id);
        self.flush();
        (self.heading, self.style) = (before, style);
    }

    /// The blocks that `inside` writes, as those of a list or quote.
    fn contained(&mut self, inside: impl FnOnce(&mut Self)) -> Vec<Block> {
        let before = std::mem::take(&mut self.blocks);
        let heading = self.heading.take();
        self.containers += 1;
        inside(self);
        self.flush();
        self.containers -= 1;
        self.heading = heading;
        std::mem::replace(&mut self.blocks, before)
    }

    /// Writes a list or quote, before it a paywall line that was met in it, and after it the boxes.
    pub(super) fn push_container(&mut self, block: Option<Block>) {
        if self.containers > 0 {
            self.blocks.extend(block);
            return;
        }
        if self.cut == Cut::Waits {
            self.remarks.note("a paywall line within a list, quote or table stands before it");
            self.write_cut();
        }
        if let Some(block) = block {
            self.push(block);
        }
        for block in std::mem::take(&mut self.waiting) {
            self.remarks.note("a picture within a list or quote stands after it");
            self.push(block);
        }
    }

    fn too_deep(&mut self) -> bool {
        let deep = self.containers >= NESTING_MAX;
        if deep {
            self.remarks.note(format!(
                "lists and quotes stand at most {NESTING_MAX} deep; deeper ones became paragraphs"
            ));
        }
        deep
    }

    fn quote(&mut self, id: usize) {
        self.flush();
        if self.too_deep() {
            self.children(id);
            self.flush();
            return;
        }
        let blocks = self.contained(|writer| writer.children(id));
        let quoted =
            |line: &str| if line.is_empty() { ">".to_owned() } else { format!("> {line}") };
        let text = joined(&blocks, "\n\n").lines().map(quoted).collect::<Vec<_>>().join("\n");
        let block = Block { text, kind: Kind::Other };
        self.push_container((!blocks.is_empty()).then_some(block));
    }

    fn list(&mut self, id: usize, start: Option<u32>) {
        self.flush();
        if self.too_deep() {
            self.children(id);
            self.flush();
            return;
        }
        let mut items: Vec<Vec<Block>> = Vec::new();
        let tree = self.tree;
        for child in tree.children(id) {
            let name = tree.element(*child).map_or("", |element| element.name.as_str());
            let blocks = match name {
                "li" => self.contained(|writer| writer.children(*child)),
                _ => self.contained(|writer| writer.node(*child)),
            };
            if blocks.is_empty() {
                continue;
            }
            match items.last_mut() {
                // A list that stands between the items belongs to the one before.
                Some(item) if matches!(name, "ul" | "ol" | "menu" | "dir") => item.extend(blocks),
                _ => items.push(blocks),
            }
        }
        let block = self.listed(&items, start);
        self.push_container(block);
    }

    fn listed(&self, items: &[Vec<Block>], start: Option<u32>) -> Option<Block> {
        let first = items.first()?;
        let last = self.blocks.last().map(|block| block.kind);
        let other = |sign: char| matches!(last, Some(Kind::List(before, _)) if before == sign);
        let sign = match start {
            None if other('-') => '*',
            None => '-',
            Some(_) if other('.') => ')',
            Some(_) => '.',
        };
        let tight = items.iter().all(|item| {
            item.iter().enumerate().all(|(place, block)| match block.kind {
                Kind::Paragraph => place == 0,
                Kind::List(_, follows) => place == 0 || (follows && place == 1),
                _ => false,
            })
        });
        let mut lines = Vec::new();
        for (item, number) in items.iter().zip(start.unwrap_or(1)..) {
            let marker = match start {
                None => format!("{sign} "),
                Some(_) => format!("{number}{sign} "),
            };
            let text = joined(item, if tight { "\n" } else { "\n\n" });
            let indent = " ".repeat(marker.len());
            for (place, line) in text.lines().enumerate() {
                let before = if place == 0 { &marker } else { &indent };
                lines.push(format!("{before}{line}").trim_end().to_owned());
            }
            if !tight {
                lines.push(String::new());
            }
        }
        let text = lines.join("\n").trim_end().to_owned();
        let follows = start.is_none_or(|start| start == 1) && !first.is_empty();
        Some(Block { text, kind: Kind::List(sign, follows) })
    }
}

fn joined(blocks: &[Block], between: &str) -> String {
    blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(between)
}
