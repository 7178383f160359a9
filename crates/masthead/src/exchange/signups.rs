//! The list of people who signed up with the old site, kept for the accounts that they will have here. It sends nothing to
//! anybody, shows nobody, and names people in its report by the lines of the file alone.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, bail};
use newsroom::import::readers::{Row, read};
use store::{Enrolled, Signup, Store};

use super::intake::Waiter;
use super::report::{Became, Label, Report};

/// Whose list it is.
const ORIGIN: &str = "ghost";
/// Rows that wait for one write.
const BATCH: usize = 64;
/// People of one list.
const SIGNUPS_MAX: usize = 2_000_000;
/// Bytes in which the head of a list is looked for.
const HEAD_BYTES: u64 = 4_096;

/// Whether a file is a list of members and no export of texts: it begins with no bracket, and its first line names the
/// column of addresses.
pub(crate) fn is_list(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let mut head = Vec::new();
    let _ = BufReader::new(file).take(HEAD_BYTES).read_until(b'\n', &mut head);
    let head = String::from_utf8_lossy(&head).trim_start_matches('\u{feff}').to_lowercase();
    let mut columns = head.trim().split(',').map(|name| name.trim_matches(['"', ' ']));
    !head.trim_start().starts_with(['{', '[']) && columns.any(|name| name == "email")
}

/// Keeps everybody of a list by their addresses.
///
/// # Errors
/// Where the file is no list of members, cannot be read any further, or nothing can be written any more.
pub(crate) fn bring_in(
    store: &Store,
    path: &Path,
    dry_run: bool,
    report: &mut Report,
) -> anyhow::Result<()> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    let mut list =
        List { store, waiter: Waiter::new()?, dry_run, seen: HashSet::new(), pending: Vec::new() };
    let mut broken = None;
    let end = read(BufReader::new(file), &mut |row| {
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
    end.with_context(|| format!("{shown} cannot be read as a list of members"))
}

fn label(line: u64) -> Label {
    Label { name: "member".to_owned(), line }
}

struct List<'a> {
    store: &'a Store,
    waiter: Waiter,
    dry_run: bool,
    /// Hashes of addresses.
    seen: HashSet<u64>,
    pending: Vec<(u64, Signup)>,
}

impl List<'_> {
    fn row(&mut self, row: Row, report: &mut Report) -> anyhow::Result<()> {
        if self.seen.len() >= SIGNUPS_MAX {
            bail!("there are more than {SIGNUPS_MAX} members; divide the file");
        }
        let hash = blake3::hash(row.email.as_bytes());
        let hash = hash.as_bytes().first_chunk().copied().unwrap_or_default();
        if !self.seen.insert(u64::from_le_bytes(hash)) {
            let why = "its address stands in an earlier line already; take one of them out";
            report.item(&label(row.line), Became::Bad, why, &[]);
            return Ok(());
        }
        self.pending.push((row.line, signup(row)));
        if self.pending.len() >= BATCH { self.flush(report) } else { Ok(()) }
    }

    fn flush(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let (lines, signups): (Vec<u64>, Vec<Signup>) = self.pending.drain(..).unzip();
        let enrolled = if self.dry_run {
            let standing = |signup| self.waiter.wait(self.store.signup_standing(signup));
            signups.into_iter().map(standing).collect::<Result<Vec<_>, _>>()?
        } else {
            self.waiter.wait(self.store.keep_signups(signups))?
        };
        for (line, enrolled) in lines.into_iter().zip(enrolled) {
            let became = match enrolled {
                Enrolled::Added => Became::Imported,
                Enrolled::Changed => Became::Changed,
                Enrolled::Unchanged => Became::Unchanged,
            };
            report.item(&label(line), became, "", &[]);
        }
        Ok(())
    }
}

fn signup(row: Row) -> Signup {
    Signup {
        address: row.email,
        origin: ORIGIN.to_owned(),
        their_id: row.id,
        name: row.name,
        note: row.note,
        wants_letters: row.wants_letters,
        complimentary: row.complimentary,
        payment_id: row.payment_id,
        signed_up_at: row.created_at,
        labels: row.labels,
        plans: row.plans,
    }
}
