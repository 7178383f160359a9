//! Lists of people who subscribe already: hands their rows to the site in small batches, as they are or for a look alone, and says
//! line by line what became of them. It names people in its report by the lines of the file, and writes to nobody.

use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, bail};
use newsroom::import::subscribers::{Dates, Kind, Row, read};
use store::Enrolled;
use web::{Bringing, Came, Site};

use super::intake::Waiter;
use super::report::{Became, Label, Report};

/// Rows that wait for one write.
const BATCH: usize = 64;
/// Rows of one list.
const ROWS_MAX: usize = 2_000_000;

/// Brings everybody of a list in.
///
/// # Errors
/// Where the file is no such list, cannot be read any further, or nothing can be written any more.
pub(crate) fn bring_in(
    site: &Site,
    path: &Path,
    kind: Kind,
    dates: Dates,
    how: &Bringing,
    report: &mut Report,
) -> anyhow::Result<()> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    let waiter = Waiter::new()?;
    let mut list = List { site, waiter, kind, how, seen: HashSet::new(), pending: Vec::new() };
    let mut broken = None;
    let end = read(BufReader::new(file), kind, dates, &mut |row| {
        if broken.is_some() {
            return;
        }
        let done = match row {
            Ok(row) => list.row(row, report),
            Err(fault) => {
                report.item(&label(fault.line), Became::Bad, &fault.what, &[]);
                Ok(())
            }
        };
        broken = done.err();
    });
    if let Some(error) = broken {
        return Err(error);
    }
    list.flush(report)?;
    end.with_context(|| format!("{shown} cannot be read as such a list"))
}

fn label(line: u64) -> Label {
    Label { name: "row".to_owned(), line }
}

struct List<'a> {
    site: &'a Site,
    waiter: Waiter,
    kind: Kind,
    how: &'a Bringing,
    /// Hashes of what names a row.
    seen: HashSet<u64>,
    pending: Vec<Row>,
}

impl List<'_> {
    fn row(&mut self, row: Row, report: &mut Report) -> anyhow::Result<()> {
        if self.seen.len() >= ROWS_MAX {
            bail!("there are more than {ROWS_MAX} rows; divide the file");
        }
        let (what, named) = row.named(self.kind);
        let hash = blake3::hash(named.as_bytes());
        let hash = hash.as_bytes().first_chunk().copied().unwrap_or_default();
        if !named.is_empty() && !self.seen.insert(u64::from_le_bytes(hash)) {
            let why = format!("its {what} stands in an earlier line already; take one of them out");
            report.item(&label(row.line), Became::Bad, &why, &[]);
            return Ok(());
        }
        self.pending.push(row);
        if self.pending.len() >= BATCH { self.flush(report) } else { Ok(()) }
    }

    fn flush(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let rows: Vec<Row> = self.pending.drain(..).collect();
        let lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
        let came = self.waiter.wait(self.site.bring_in(rows, self.how))?;
        for (line, came) in lines.into_iter().zip(came) {
            match came {
                Came::In(enrolled) => report.item(&label(line), became(enrolled), "", &[]),
                Came::But(enrolled, but) => {
                    report.item(&label(line), became(enrolled), "", &[but]);
                }
                Came::Wrong(why) => report.item(&label(line), Became::Bad, &why, &[]),
            }
        }
        Ok(())
    }
}

const fn became(enrolled: Enrolled) -> Became {
    match enrolled {
        Enrolled::Added => Became::Imported,
        Enrolled::Changed => Became::Changed,
        Enrolled::Unchanged => Became::Unchanged,
    }
}
