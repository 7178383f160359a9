//! Tables of HTML as tables of Markdown: one head, one line a cell. What is no plain table becomes paragraphs.

use super::guard;
use super::spans::{self, Place, Run};
use super::walk::{Block, Kind, Writer};
use crate::limits::CELLS_MAX;

/// Columns of a table; wider ones become paragraphs.
const COLUMNS_MAX: usize = 64;

/// What a plain cell does not have.
const HEAVY: [&str; 24] = [
    "table",
    "img",
    "ul",
    "ol",
    "dl",
    "menu",
    "dir",
    "pre",
    "blockquote",
    "figure",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "iframe",
    "video",
    "audio",
    "object",
    "embed",
    "details",
    "picture",
];

/// A cell as it is found: its node and how many columns and rows it spans.
struct Cell {
    id: Option<usize>,
    rows: usize,
}

impl Writer<'_> {
    pub(super) fn table(&mut self, id: usize) {
        self.flush();
        let below = self.tree.below(id, &[]);
        let named = |id: &usize, names: &[&str]| {
            self.tree.element(*id).is_some_and(|e| names.contains(&e.name.as_str()))
        };
        let heavy = below.iter().any(|id| named(id, &HEAVY));
        let grid = if heavy { None } else { self.grid(&below) };
        let loose = self.has_loose(id);
        let small = grid.as_ref().is_some_and(|grid| grid.len() * grid[0].len() == 1);
        match grid {
            Some(grid) if !small && !loose => {
                let cells = grid.len() * grid[0].len();
                if self.cells + cells <= CELLS_MAX {
                    self.cells += cells;
                    self.caption_of_table(&below);
                    self.grid_printed(&grid);
                    return;
                }
                self.remarks.note("a table with too many cells became paragraphs");
            }
            None if heavy => {
                self.remarks
                    .note("a table with pictures, lists or tables in its cells became paragraphs");
            }
            _ => {}
        }
        self.cells_as_text(id);
    }

    /// Whether text stands between the cells, which a table has no place for.
    fn has_loose(&self, id: usize) -> bool {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            for child in self.tree.children(id) {
                match self.tree.element(*child) {
                    Some(element) => match element.name.as_str() {
                        "td" | "th" | "caption" => {}
                        "tr" | "thead" | "tbody" | "tfoot" | "colgroup" | "col" => {
                            open.push(*child);
                        }
                        _ => return true,
                    },
                    None => {
                        if self.tree.is_words(*child) {
                            return true;
                        }
                    }
                }
            }
        }
        false
    }

    fn cells_as_text(&mut self, id: usize) {
        for child in self.tree.children(id).to_vec() {
            let name = self.tree.element(child).map_or("", |e| e.name.as_str());
            match name {
                "thead" | "tbody" | "tfoot" | "tr" => self.cells_as_text(child),
                _ => {
                    self.node(child);
                    if matches!(name, "td" | "th" | "caption") {
                        self.flush();
                    }
                }
            }
        }
    }

    fn caption_of_table(&mut self, below: &[usize]) {
        let caption = below
            .iter()
            .find(|id| self.tree.element(**id).is_some_and(|element| element.name == "caption"));
        if let Some(caption) = caption.copied() {
            self.children(caption);
            self.flush();
        }
    }

    /// The cells row by row, every row as long as the longest; `None` where there are none or too many columns.
    fn grid(&self, below: &[usize]) -> Option<Vec<Vec<Option<usize>>>> {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        // Columns that a cell above goes on in, and for how many rows still.
        let mut held: Vec<usize> = Vec::new();
        for id in below {
            let Some(element) = self.tree.element(*id) else { continue };
            match element.name.as_str() {
                "tr" => {
                    if let Some(row) = rows.last() {
                        held = held_after(row, &held);
                    }
                    rows.push(Vec::new());
                }
                "td" | "th" => {
                    if rows.is_empty() {
                        rows.push(Vec::new());
                    }
                    let row = rows.last_mut()?;
                    skip_held(row, &held);
                    let span = |key: &str| {
                        let span = element.attribute(key).and_then(|value| value.parse().ok());
                        span.unwrap_or(1_usize).clamp(1, COLUMNS_MAX)
                    };
                    let (columns, down) = (span("colspan"), span("rowspan"));
                    row.push(Cell { id: Some(*id), rows: down });
                    row.extend((1..columns).map(|_| Cell { id: None, rows: down }));
                    if row.len() > COLUMNS_MAX {
                        return None;
                    }
                }
                _ => {}
            }
        }
        rows.retain(|row| row.iter().any(|cell| cell.id.is_some()));
        let columns = rows.iter().map(Vec::len).max().filter(|columns| *columns > 0)?;
        let wide = |row: Vec<Cell>| {
            let mut ids: Vec<Option<usize>> = row.into_iter().map(|cell| cell.id).collect();
            ids.resize(columns, None);
            ids
        };
        Some(rows.into_iter().map(wide).collect())
    }

    fn grid_printed(&mut self, grid: &[Vec<Option<usize>>]) {
        let columns = grid.first().map_or(0, Vec::len);
        let numbers = self.alignments(grid, columns);
        let mut lines = Vec::new();
        for (place, row) in grid.iter().enumerate() {
            let cells: Vec<Vec<Run>> = row.iter().map(|id| self.cell(*id)).collect();
            lines.push(self.row(&cells));
            if place == 0 {
                lines.push(format!("| {} |", numbers.join(" | ")));
            }
        }
        self.push_container(Some(Block { text: lines.join("\n"), kind: Kind::Other }));
    }

    fn cell(&mut self, id: Option<usize>) -> Vec<Run> {
        let Some(id) = id else { return Vec::new() };
        let before = std::mem::take(&mut self.line);
        let was = std::mem::replace(&mut self.one_line, true);
        let style = self.style;
        if self.tree.element(id).is_some_and(|element| element.name == "th") {
            self.style.strong = false;
        }
        self.children(id);
        self.style = style;
        self.one_line = was;
        let runs = std::mem::replace(&mut self.line, before).take().unwrap_or_default();
        self.links_kept(runs)
    }

    fn row(&mut self, cells: &[Vec<Run>]) -> String {
        let mut line = String::from("|");
        for runs in cells {
            let printed = spans::print(runs, &self.links, Place::Cell);
            self.note_simpler(printed.simpler && !runs.is_empty());
            line.push(' ');
            line.push_str(&printed.text);
            line.push_str(" |");
        }
        if !guard::is_near_line(&line) {
            return line;
        }
        // Without code a sign can be written otherwise.
        line.truncate(1);
        for runs in cells {
            let bare = |run: &Run| match run {
                Run::Text(text, style) => {
                    Run::Text(text.clone(), spans::Style { code: false, ..*style })
                }
                Run::Break => Run::Break,
            };
            let runs: Vec<Run> = runs.iter().map(bare).collect();
            line.push(' ');
            line.push_str(&spans::print(&runs, &self.links, Place::Cell).text);
            line.push_str(" |");
        }
        guard::without_paywall(&line)
    }

    fn alignments(&self, grid: &[Vec<Option<usize>>], columns: usize) -> Vec<&'static str> {
        let of = |column: usize| {
            let ids = grid.iter().take(2).filter_map(|row| row.get(column).copied().flatten());
            let found = ids.filter_map(|id| self.tree.element(id)).find_map(|element| {
                let align = element.attribute("align").unwrap_or_default().to_ascii_lowercase();
                let style: String = element
                    .attribute("style")
                    .unwrap_or_default()
                    .chars()
                    .filter(|c| !c.is_whitespace())
                    .collect();
                let is = |side: &str| {
                    align == side
                        || style.contains(&format!("text-align:{side}"))
                        || element.is_of(&format!("has-text-align-{side}"))
                };
                if is("right") {
                    Some("---:")
                } else if is("center") {
                    Some(":---:")
                } else {
                    None
                }
            });
            found.unwrap_or("---")
        };
        (0..columns).map(of).collect()
    }
}

/// How many rows still each column is held by a cell above, after a row.
fn held_after(row: &[Cell], before: &[usize]) -> Vec<usize> {
    let columns = row.len().max(before.len());
    let left = |column: usize| {
        let own = row.get(column).map_or(0, |cell| cell.rows.saturating_sub(1));
        let above = before.get(column).map_or(0, |held| held.saturating_sub(1));
        own.max(above)
    };
    (0..columns).map(left).collect()
}

/// Fills the columns that a cell above holds.
fn skip_held(row: &mut Vec<Cell>, held: &[usize]) {
    while held.get(row.len()).is_some_and(|rows| *rows > 0) {
        row.push(Cell { id: None, rows: 1 });
    }
}
