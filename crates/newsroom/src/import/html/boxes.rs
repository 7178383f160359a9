//! Pull quotes as boxes of the folder, and code as fenced lines. Code that the folder would read as its own signs is no
//! code any more.

use super::guard;
use super::spans::{self, Place, Style};
use super::walk::{Block, Kind, Writer};
use crate::limits::{ASIDES_MAX, NAME_MAX};

impl Writer<'_> {
    pub(super) fn is_pull(&self, id: usize) -> bool {
        let room = self.containers == 0 && self.asides < ASIDES_MAX && self.heading.is_none();
        let marked = self
            .tree
            .element(id)
            .is_some_and(|element| element.is_of("wp-block-pullquote") || element.is_of("pull"));
        room && marked
    }

    /// A pull quote: one paragraph, and who said it.
    pub(super) fn pull(&mut self, id: usize) {
        self.flush();
        let below = self.tree.below(id, &[]);
        let cite = below
            .iter()
            .find(|id| self.tree.element(**id).is_some_and(|element| element.name == "cite"))
            .copied();
        let who = cite.map(|cite| self.tree.line(cite)).filter(|who| !who.is_empty());
        self.one_line = true;
        self.left_out = cite;
        self.children(id);
        self.left_out = None;
        self.one_line = false;
        let Some(runs) = self.line.take() else { return };
        self.asides += 1;
        let runs = self.links_kept(runs);
        let printed = spans::print(&runs, &self.links, Place::Paragraph);
        self.note_simpler(printed.simpler);
        let who = who.map(|who| guard::shortened(&guard::plain_without_paywall(&who), NAME_MAX));
        let who = who.map_or_else(String::new, |who| format!(" \"{who}\""));
        let text = format!("::: pull{who}\n{}\n:::", printed.text);
        self.push(Block { text, kind: Kind::Box });
        self.push_container(None);
    }

    pub(super) fn code(&mut self, id: usize) {
        self.flush();
        let text = self.tree.written(id);
        let text = text.strip_prefix('\n').unwrap_or(&text).trim_end();
        let verse = self.tree.element(id).is_some_and(|element| element.is_of("wp-block-verse"));
        let ours = |line: &str| line.trim_start().starts_with(":::") || guard::is_near_line(line);
        if text.trim().is_empty() {
            return;
        }
        if verse || text.lines().any(ours) {
            if !verse {
                self.remarks.note("code that looks like signs of the folder became a paragraph");
            }
            for line in text.lines() {
                self.line.push(line, Style::default());
                if self.line.end_line() {
                    self.flush();
                }
            }
            self.flush();
            return;
        }
        let fence = "`".repeat(spans::longest_ticks(text).max(2) + 1);
        let text = format!("{fence}\n{text}\n{fence}");
        self.push(Block { text, kind: Kind::Other });
    }
}
