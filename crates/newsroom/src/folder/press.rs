//! Prints the halves of an article: keeps what counts across both (numbers of links, limits, the dateline) and what
//! belongs to one (markup, words, files). The markup is that of the face; no `style`, no script, no `id` but entries'.

use std::collections::{BTreeSet, HashMap};

use super::blocks::{Block, Kind};
use super::boxes::{self, Schedule};
use super::fault::Faults;
use super::instants::Instants;
use super::limits::{ASIDES_MAX, CELLS_MAX, EMBEDS_MAX, LINKS_MAX, PICTURES_MAX};
use super::words::{WordCount, escape};
use super::{Context, markdown};
use super::{galleries, links};
use crate::{Body, Teaser};

/// The end mark, inside of the last paragraph.
const END: &str = "<span class=\"end\"></span>";

/// What is counted over the whole article, and how many there may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Counted {
    Links,
    Cells,
    Pictures,
    Asides,
    Embeds,
}

impl Counted {
    const fn limit(self) -> (usize, &'static str) {
        match self {
            Self::Links => (LINKS_MAX, "links"),
            Self::Cells => (CELLS_MAX, "table cells"),
            Self::Pictures => (PICTURES_MAX, "pictures"),
            Self::Asides => (ASIDES_MAX, "fact boxes and pull quotes"),
            Self::Embeds => (EMBEDS_MAX, "embeds"),
        }
    }
}

/// Whether a link is numbered for print.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Numbered {
    /// In the text.
    Yes,
    /// In a box, whose paper is too narrow for numbers.
    No,
}

/// What counts across both halves.
pub(super) struct Press<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) instants: &'a Instants<'a>,
    pub(super) faults: &'a Faults,
    dateline: Option<&'a str>,
    notes: Vec<String>,
    numbers: HashMap<String, usize>,
    counts: [usize; 5],
}

/// One half as far as it is printed.
#[derive(Default)]
pub(super) struct Half {
    pub(super) html: String,
    pub(super) aside: String,
    pub(super) words: WordCount,
    pub(super) media: BTreeSet<String>,
    notes: Vec<String>,
    /// Where the end mark goes: before the end of the last paragraph, where a paragraph comes last.
    pub(super) end_at: Option<usize>,
}

impl<'a> Press<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        instants: &'a Instants<'a>,
        dateline: Option<&'a str>,
        faults: &'a Faults,
    ) -> Self {
        let (notes, numbers) = (Vec::new(), HashMap::new());
        Self { context, instants, faults, dateline, notes, numbers, counts: [0; 5] }
    }

    /// Prints one half. The teaser goes first, since its links have the first numbers.
    pub(super) fn print(&mut self, blocks: &[Block<'_>], schedule: &Schedule) -> Half {
        let mut half = Half::default();
        let first_note = self.notes.len();
        let mut entries = schedule.newest_first(blocks).into_iter();
        for block in blocks {
            match block {
                Block::Text(chunk) => {
                    markdown::text(self, &mut half, *chunk, markdown::Headings::Text);
                }
                Block::Fenced(fenced) => match fenced.kind {
                    Kind::Fact => boxes::fact(self, &mut half, fenced),
                    Kind::Pull => boxes::pull(self, &mut half, fenced),
                    Kind::Picture => boxes::picture(self, &mut half, fenced),
                    Kind::Gallery => galleries::gallery(self, &mut half, fenced),
                    Kind::Embed => galleries::embed(self, &mut half, fenced),
                    Kind::Unknown => {}
                    // Entries fill the places of entries, whichever was written there.
                    Kind::Entry => {
                        if let Some((entry, fenced)) = entries.next() {
                            boxes::entry(self, &mut half, entry, &fenced);
                        }
                    }
                },
                Block::Cut(_) => {}
            }
        }
        half.notes = self.notes.split_off(first_note.min(self.notes.len()));
        self.notes.extend_from_slice(&half.notes);
        half
    }

    /// Counts one more, and notes the first that is too many.
    pub(super) fn count(&mut self, what: Counted, line: impl FnOnce() -> u32) -> bool {
        let (limit, name) = what.limit();
        let count = &mut self.counts[what as usize];
        *count += 1;
        if *count == limit + 1 {
            self.faults
                .at(line(), format!("the article has more than {limit} {name}; make it shorter"));
        }
        *count <= limit
    }

    /// The opening tag of a link. The link of a fault is printed as one without an address.
    pub(super) fn open_link(
        &mut self,
        half: &mut Half,
        address: &str,
        numbered: Numbered,
        line: impl Fn() -> u32,
    ) -> String {
        if !self.count(Counted::Links, &line) || self.faults.is_full() {
            return "<a>".to_owned();
        }
        let target = match links::resolve(address, self.context) {
            Ok(target) => target,
            Err(what) => {
                self.faults.at(line(), what);
                return "<a>".to_owned();
            }
        };
        half.media.extend(target.media);
        let mut tag = String::from("<a href=\"");
        escape(&mut tag, &target.href);
        if numbered == Numbered::Yes {
            tag.push_str(&format!("\" data-n=\"{}", self.number(target.href)));
        }
        tag.push_str("\">");
        tag
    }

    /// The number of an address, from 1: that of its first link.
    fn number(&mut self, href: String) -> usize {
        let next = self.notes.len() + 1;
        *self.numbers.entry(href).or_insert_with_key(|href| {
            self.notes.push(href.clone());
            next
        })
    }

    /// The dateline, once.
    pub(super) fn take_dateline(&mut self) -> Option<String> {
        let place = self.dateline.take()?;
        let mut span = String::from("<span class=\"dateline\">");
        escape(&mut span, place);
        span.push_str("</span> – ");
        Some(span)
    }
}

impl Half {
    /// Sets the end mark, and tells whether there was a paragraph to set it in.
    pub(super) fn end_text(&mut self) -> bool {
        let Some(at) = self.end_at.filter(|at| self.html.is_char_boundary(*at)) else {
            return false;
        };
        self.html.insert_str(at, END);
        true
    }

    pub(super) fn into_teaser(self) -> Teaser {
        let Self { html, aside, words, media, notes, .. } = self;
        Teaser { html, aside, notes, words: words.words, media: media.into_iter().collect() }
    }

    pub(super) fn into_body(self) -> Body {
        let Self { html, aside, words, media, notes, .. } = self;
        Body { html, aside, notes, words: words.words, media: media.into_iter().collect() }
    }
}
