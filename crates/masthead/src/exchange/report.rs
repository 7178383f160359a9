//! What an import says: a line for every item that somebody has to look at, and at the end the counts. As text for
//! people, or as one JSON object a line for programs. Progress is shown where somebody watches, and nowhere else.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::terminal::say;

/// Different remarks that are remembered; the rest are counted.
const REMARKS_MAX: usize = 1_000;
/// Remarks that are told to people.
const NOTES_MAX: usize = 30;
/// Bad items that are named to people; those behind them are counted.
const BAD_NAMED_MAX: u64 = 200;
/// Items left out that are named to people; where there are more, they are counted alone.
const LEFT_NAMED_MAX: usize = 30;

/// Which item something is about.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    /// What it is called in the export.
    pub(crate) name: String,
    /// The line on which it begins, from 1; 0 where there are no lines.
    pub(crate) line: u64,
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => f.write_str(&self.name),
            line => write!(f, "line {line}: {}", self.name),
        }
    }
}

/// What became of an item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Became {
    Imported,
    Changed,
    Unchanged,
    Kept,
    Left,
    Bad,
}

impl Became {
    const ALL: [Self; 6] =
        [Self::Imported, Self::Changed, Self::Unchanged, Self::Kept, Self::Left, Self::Bad];

    /// Whether people are told of each: what needs a look, and what changed for a reason.
    fn is_told(self, why: &str) -> bool {
        matches!(self, Self::Bad | Self::Kept) || self == Self::Changed && !why.is_empty()
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Kept => "kept",
            Self::Left => "left_out",
            Self::Bad => "bad",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Left => "left out",
            other => other.as_str(),
        }
    }
}

/// Where the report goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Voice {
    /// Lines for people.
    Text,
    /// JSON, an object a line.
    Json,
    /// Nothing.
    Silent,
}

/// The report so far.
#[derive(Debug)]
pub(crate) struct Report {
    voice: Voice,
    bar: ProgressBar,
    counts: BTreeMap<Became, u64>,
    left: BTreeMap<String, u64>,
    left_named: Vec<String>,
    remarks: BTreeMap<String, (u64, String)>,
    remarks_untold: u64,
}

impl Report {
    pub(crate) fn new(voice: Voice) -> Self {
        Self {
            voice,
            bar: ProgressBar::hidden(),
            counts: BTreeMap::new(),
            left: BTreeMap::new(),
            left_named: Vec::new(),
            remarks: BTreeMap::new(),
            remarks_untold: 0,
        }
    }

    /// Shows progress from now on, where somebody watches.
    pub(crate) fn expect(&mut self, items: u64, what: &str) {
        if !std::io::stderr().is_terminal() {
            return;
        }
        self.bar = ProgressBar::new(items);
        let line = format!("{what} {{bar:30}} {{pos}}/{{len}} {{eta}}");
        if let Ok(style) = ProgressStyle::with_template(&line) {
            self.bar.set_style(style);
        }
    }

    /// Notes what became of an item.
    pub(crate) fn item(&mut self, item: &Label, became: Became, why: &str, remarks: &[String]) {
        *self.counts.entry(became).or_default() += 1;
        self.bar.inc(1);
        if became == Became::Left {
            *self.left.entry(why.to_owned()).or_default() += 1;
            if self.left_named.len() <= LEFT_NAMED_MAX {
                self.left_named.push(format!("{item}: {why}"));
            }
        }
        match self.voice {
            Voice::Json => self.say(
                json!({
                    "item": item.name, "line": item.line, "became": became.as_str(), "why": why,
                    "remarks": remarks,
                })
                .to_string(),
            ),
            Voice::Text if became == Became::Bad && self.count(became) > BAD_NAMED_MAX => {}
            Voice::Text if became.is_told(why) => {
                let lines: Vec<&str> = why.lines().collect();
                self.say(format!("{}: {item}: {}", became.words(), lines.join("\n  ")));
            }
            Voice::Text | Voice::Silent => {}
        }
        for remark in remarks {
            self.note(remark, &item.to_string());
        }
    }

    /// Notes something that was met on the way.
    pub(crate) fn remark(&mut self, remark: &str) {
        if self.voice == Voice::Json {
            self.say(json!({ "remark": remark }).to_string());
        }
        self.note(remark, "");
    }

    fn note(&mut self, remark: &str, item: &str) {
        if let Some((count, _)) = self.remarks.get_mut(remark) {
            *count += 1;
        } else if self.remarks.len() < REMARKS_MAX {
            self.remarks.insert(remark.to_owned(), (1, item.to_owned()));
        } else {
            self.remarks_untold += 1;
        }
    }

    fn say(&self, line: impl AsRef<str>) {
        self.bar.suspend(|| say(line));
    }

    /// How many items became that.
    pub(crate) fn count(&self, became: Became) -> u64 {
        self.counts.get(&became).copied().unwrap_or(0)
    }

    /// How many items there were.
    pub(crate) fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Says the counts.
    pub(crate) fn finish(&self, dry_run: bool) {
        self.bar.finish_and_clear();
        match self.voice {
            Voice::Silent => {}
            Voice::Json => {
                let mut end = json!({ "finished": true, "dry_run": dry_run });
                for became in Became::ALL {
                    end[became.as_str()] = self.count(became).into();
                }
                end["left_out_because"] = json!(self.left);
                self.say(end.to_string());
            }
            Voice::Text => self.finish_text(dry_run),
        }
    }

    fn finish_text(&self, dry_run: bool) {
        // What was met most often comes first.
        let mut remarks: Vec<_> = self.remarks.iter().collect();
        remarks.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        for (remark, (count, item)) in remarks.iter().take(NOTES_MAX) {
            match (*count, item.as_str()) {
                (1, "") => say(format!("note: {remark}")),
                (1, item) => say(format!("note: {item}: {remark}")),
                (count, "") => say(format!("note: {remark} (said {count} times)")),
                (count, item) => say(format!("note: {remark} (in {count} items, first {item})")),
            }
        }
        let untold = remarks.len().saturating_sub(NOTES_MAX) as u64 + self.remarks_untold;
        if untold > 0 {
            say(format!("note: {untold} more were noted; --json tells them all"));
        }
        if self.left_named.len() <= LEFT_NAMED_MAX {
            self.left_named.iter().for_each(|left| say(format!("left out: {left}")));
        } else {
            let told = |(why, count): (&String, &u64)| say(format!("left out: {count}: {why}"));
            self.left.iter().for_each(told);
            say("--json names each that was left out");
        }
        let untold = self.count(Became::Bad).saturating_sub(BAD_NAMED_MAX);
        if untold > 0 {
            say(format!("bad: {untold} more; --json names each"));
        }
        let counts = Became::ALL.map(|b| format!("{} {}", b.words(), self.count(b)));
        say(counts.join(", "));
        if dry_run {
            say("nothing was written");
        }
    }
}
