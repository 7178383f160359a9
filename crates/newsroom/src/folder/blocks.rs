//! Finds the blocks of an article's text by its lines: Markdown, `:::` boxes, the paywall line. It knows nothing of
//! Markdown, on purpose: a paywall line counts wherever it stands, so that no open code fence or comment can hide it.

use super::fault::Faults;
use super::words::{brief, nearest};

/// Some lines of the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk<'a> {
    pub(super) text: &'a str,
    /// The number of the first line in the file.
    pub(super) line: u32,
}

impl<'a> Chunk<'a> {
    /// The line in which the byte at `offset` stands.
    pub(super) fn line_at(&self, offset: usize) -> u32 {
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX))
    }

    /// The chunk in two; at its end where `offset` is none of its characters' beginnings.
    pub(super) fn split(&self, offset: usize) -> (Self, Self) {
        let (first, second) = self.text.split_at_checked(offset).unwrap_or((self.text, ""));
        let line = self.line_at(first.len());
        (Self { text: first, line: self.line }, Self { text: second, line })
    }
}

/// What a box is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// `::: fact "HEADING"`.
    Fact,
    /// `::: pull "WHO"`.
    Pull,
    /// `::: picture "pictures/FILE"`.
    Picture,
    /// `::: gallery "TITLE"`.
    Gallery,
    /// `::: embed "https://.."`.
    Embed,
    /// `::: entry INSTANT "HEADLINE"`.
    Entry,
    /// A fault that is noted already; nothing of it is read.
    Unknown,
}

const KINDS: [(&str, Kind); 6] = [
    ("fact", Kind::Fact),
    ("pull", Kind::Pull),
    ("picture", Kind::Picture),
    ("gallery", Kind::Gallery),
    ("embed", Kind::Embed),
    ("entry", Kind::Entry),
];

/// A box between `:::` lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fenced<'a> {
    pub(super) kind: Kind,
    /// What follows the kind in its first line.
    pub(super) argument: &'a str,
    /// The number of its first line.
    pub(super) line: u32,
    /// The lines inside.
    pub(super) inner: Chunk<'a>,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Block<'a> {
    /// Markdown.
    Text(Chunk<'a>),
    /// A box.
    Fenced(Fenced<'a>),
    /// The paywall line, and its number.
    Cut(u32),
}

enum Mark {
    None,
    Exact,
    /// Something that was meant as a paywall line: taking it for text would open the rest of the article.
    Near,
}

fn mark(line: &str) -> Mark {
    if !line.contains('<') && !line.contains("--") {
        return Mark::None;
    }
    let folded = || line.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase);
    if folded().eq("<!--paywall-->".chars()) {
        return Mark::Exact;
    }
    let letters: String = folded().filter(|c| c.is_alphanumeric()).collect();
    let near = letters == "paywall" || (line.contains("<!--") && letters.contains("paywall"));
    if near { Mark::Near } else { Mark::None }
}

/// Finds the blocks of a text whose first line has the number `first_line`.
pub(super) fn scan<'a>(text: &'a str, first_line: u32, faults: &Faults) -> Vec<Block<'a>> {
    let mut scanner =
        Scanner { text, start: 0, start_line: first_line, open: None, faults, blocks: Vec::new() };
    let mut offset = 0;
    let mut number = first_line;
    for line in text.split_inclusive('\n') {
        scanner.line(line, number, offset);
        offset += line.len();
        number = number.saturating_add(1);
    }
    scanner.finish()
}

struct Scanner<'a, 'f> {
    text: &'a str,
    /// Where the chunk being read begins.
    start: usize,
    start_line: u32,
    /// The box being read; its inner chunk is still empty.
    open: Option<Fenced<'a>>,
    faults: &'f Faults,
    blocks: Vec<Block<'a>>,
}

impl<'a> Scanner<'a, '_> {
    fn line(&mut self, line: &'a str, number: u32, offset: usize) {
        let end = offset + line.len();
        let bare = line.trim_end();
        let mark = mark(bare);
        if matches!(mark, Mark::Near) {
            self.faults.at(
                number,
                "this is almost a paywall line; write <!-- paywall --> alone on its line",
            );
        } else if let Some(open) = self.open.filter(|_| matches!(mark, Mark::Exact)) {
            self.faults.at(
                number,
                format!(
                    "the paywall line stands in the box that line {} opens; put it outside",
                    open.line
                ),
            );
        } else if matches!(mark, Mark::Exact) {
            self.flush(offset, end, number);
            self.blocks.push(Block::Cut(number));
        } else if let Some(argument) = bare.strip_prefix(":::") {
            self.fence(argument.trim(), number, offset, end);
        } else if bare.trim_start().starts_with(":::") {
            self.faults.at(number, "::: stands after blanks; begin the line with it");
        }
    }

    fn fence(&mut self, argument: &'a str, number: u32, offset: usize, end: usize) {
        match self.open.take() {
            Some(open) if argument.is_empty() => {
                let inner = Chunk { text: &self.text[self.start..offset], line: self.start_line };
                self.blocks.push(Block::Fenced(Fenced { inner, ..open }));
                self.start = end;
                self.start_line = number.saturating_add(1);
            }
            Some(open) => {
                self.faults.at(
                    number,
                    format!(
                        "a box opens within that of line {}; close that one first with :::",
                        open.line
                    ),
                );
                self.open = Some(open);
            }
            None if argument.is_empty() => {
                self.faults
                    .at(number, "::: closes a box, and none is open; drop it or name a kind");
            }
            None => {
                self.flush(offset, end, number);
                self.open = Some(self.opened(argument, number));
            }
        }
    }

    fn opened(&self, argument: &'a str, line: u32) -> Fenced<'a> {
        let (word, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
        let kind = KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
        if kind.is_none() {
            let close = nearest(word, KINDS.iter().map(|(name, _)| *name)).unwrap_or_default();
            self.faults.at(
                line,
                format!("no box is called \"{}\"; the nearest known one is {close}", brief(word)),
            );
        }
        let inner = Chunk { text: "", line };
        Fenced { kind: kind.unwrap_or(Kind::Unknown), argument: rest.trim(), line, inner }
    }

    /// Ends the Markdown before `offset`; the next chunk begins at `end`.
    fn flush(&mut self, offset: usize, end: usize, number: u32) {
        let text = &self.text[self.start..offset];
        if !text.trim().is_empty() {
            self.blocks.push(Block::Text(Chunk { text, line: self.start_line }));
        }
        self.start = end;
        self.start_line = number.saturating_add(1);
    }

    fn finish(mut self) -> Vec<Block<'a>> {
        match self.open {
            Some(open) => self.faults.at(
                open.line,
                "the box that opens here does not end; write ::: on a line of its own after it",
            ),
            None => self.flush(self.text.len(), self.text.len(), self.start_line),
        }
        self.blocks
    }
}

#[cfg(test)]
mod tests;
