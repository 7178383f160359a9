//! What the paper is besides its articles and settings: sections, tags, authors, series, the front's fixed places.

use gate::Outage;
use jiff::Timestamp;
use newsroom::{Arrangement, Author, PaperFile, Section, Slug, Tag, limits};
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::changes::Change;
use crate::rows::{ArrangementRow, PaperRow};
use crate::staff::{Doer, note};
use crate::{Store, values};

/// Earlier arrangements of the front page that are kept.
pub const ARRANGEMENTS_KEPT: usize = 20;

impl Store {
    /// Saves it; what is unchanged changes nothing.
    ///
    /// # Errors
    /// [`Outage`]: nothing was saved.
    pub async fn save_paper(&self, paper: PaperFile) -> Result<(), Outage> {
        self.0.writer.write(move |transaction, changes| save(transaction, &paper, changes)).await
    }

    /// Changes the paper at the desk.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn change_paper(
        &self,
        change: PaperChange,
        by: Doer,
        now: Timestamp,
    ) -> Result<PaperChanged, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let mut paper = read(transaction)?;
                let (deed, subject) = match change {
                    // The same press twice, or the same thought.
                    PaperChange::Arrangement { after, .. } if paper.front.arrangement == after => {
                        return Ok(PaperChanged::Kept);
                    }
                    PaperChange::Arrangement { before, .. }
                        if paper.front.arrangement != before =>
                    {
                        return Ok(PaperChanged::Stale);
                    }
                    PaperChange::Arrangement { before, after } => {
                        keep_past(transaction, &before, &by, now)?;
                        let lead = after.lead.as_ref().map(ToString::to_string);
                        paper.front.arrangement = after;
                        ("arranged", lead.unwrap_or_default())
                    }
                    PaperChange::Author(author) => {
                        if paper.author(&author.slug).is_some() {
                            return Ok(PaperChanged::Taken);
                        }
                        let name = author.name.clone();
                        paper.authors.push(author);
                        ("named", name)
                    }
                    PaperChange::Section(section) => {
                        if paper.section(&section.slug).is_some() {
                            return Ok(PaperChanged::Taken);
                        }
                        let name = section.name.clone();
                        paper.sections.push(section);
                        ("named", name)
                    }
                    PaperChange::MoveSection { slug, towards } => {
                        let place = paper.sections.iter().position(|section| section.slug == slug);
                        let Some(place) = place else { return Ok(PaperChanged::Stale) };
                        let other = match towards {
                            Towards::Beginning => place.checked_sub(1),
                            Towards::End => Some(place + 1).filter(|to| *to < paper.sections.len()),
                        };
                        let Some(other) = other else { return Ok(PaperChanged::Kept) };
                        let name = paper.sections[place].name.clone();
                        paper.sections.swap(place, other);
                        ("ordered", name)
                    }
                    PaperChange::Tag(tag) => {
                        if paper.tag(&tag.slug).is_some() {
                            return Ok(PaperChanged::Taken);
                        }
                        let name = tag.name.clone();
                        paper.tags.push(tag);
                        ("named", name)
                    }
                };
                let is_full = paper.authors.len().max(paper.tags.len()) > limits::PAPER_LIST_MAX
                    || paper.sections.len() > limits::SECTIONS_MAX;
                if is_full {
                    return Ok(PaperChanged::Full);
                }
                save(transaction, &paper, changes)?;
                note(transaction, &by, deed, None, &subject, now)?;
                Ok(PaperChanged::Kept)
            })
            .await
    }

    /// The paper; a new one is empty.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn paper(&self) -> Result<PaperFile, Outage> {
        self.0.lookups.ask(read).await
    }

    /// How the desk had arranged the front page before, the latest first; [`ARRANGEMENTS_KEPT`] of them at most.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn past_arrangements(&self) -> Result<Vec<PastArrangement>, Outage> {
        self.0
            .lookups
            .ask(|connection| {
                connection
                    .prepare_cached(
                        "SELECT document, ended_at, ended_by FROM arrangements ORDER BY number DESC",
                    )?
                    .query_map([], |row| {
                        Ok(PastArrangement {
                            arrangement: ArrangementRow::read(row, 0)?,
                            ended_at: values::instant(row, 1)?,
                            ended_by: row.get(2)?,
                        })
                    })?
                    .collect()
            })
            .await
    }
}

/// An arrangement that another took the place of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PastArrangement {
    /// What stood where.
    pub arrangement: Arrangement,
    /// Until when.
    pub ended_at: Timestamp,
    /// Who put something else there.
    pub ended_by: String,
}

/// A change of the paper at the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PaperChange {
    /// What stands where on top of the front page.
    Arrangement {
        /// What stood there when it was shown,
        before: Arrangement,
        /// and what is to.
        after: Arrangement,
    },
    /// Somebody more who writes.
    Author(Author),
    /// Something more that articles are about.
    Tag(Tag),
    /// One more section, behind the others.
    Section(Section),
    /// A section changes places with the one beside it.
    MoveSection {
        /// Which,
        slug: Slug,
        /// and where to.
        towards: Towards,
    },
}

/// Where a section of the menu moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Towards {
    /// One place forward.
    Beginning,
    /// One place back.
    End,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PaperChanged {
    /// It stands.
    Kept,
    /// Somebody else changed it meanwhile.
    Stale,
    /// There is one of that name in addresses.
    Taken,
    /// There are as many as there may be.
    Full,
}

/// Writes down what stood there, and forgets what nobody goes back to.
fn keep_past(
    transaction: &Transaction<'_>,
    past: &Arrangement,
    by: &Doer,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO arrangements (document, ended_at, ended_by) VALUES (?1, ?2, ?3)",
        )?
        .execute((ArrangementRow::write(past)?, now.as_microsecond(), &by.name))?;
    transaction
        .prepare_cached(
            "DELETE FROM arrangements WHERE number <= (SELECT max(number) FROM arrangements) - ?1",
        )?
        .execute([ARRANGEMENTS_KEPT as i64])?;
    Ok(())
}

fn read(connection: &Connection) -> rusqlite::Result<PaperFile> {
    let paper = connection
        .prepare_cached("SELECT document FROM papers WHERE id = 1")?
        .query_row([], |row| PaperRow::read(row, 0))
        .optional()?;
    Ok(paper.unwrap_or_default())
}

fn save(
    transaction: &Transaction<'_>,
    paper: &PaperFile,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<()> {
    let changed = transaction
        .prepare_cached(
            "INSERT INTO papers (id, document) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE \
             SET document = excluded.document WHERE document <> excluded.document",
        )?
        .execute([PaperRow::write(paper)?])?;
    if changed > 0 {
        crate::search::index::rename(transaction, paper)?;
        changes.push(Change::of("paper", ""));
    }
    Ok(())
}
