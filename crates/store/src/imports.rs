//! What was brought in from elsewhere: which article came from which export, and what it was then. The same again
//! changes nothing, and what was edited here since is not written over. Never parses an export.

use gate::Outage;
use jiff::Timestamp;
use newsroom::{Article, ArticleId, Head, Slug};
use paywall::SettingsVersion;
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::articles::{Saved, batch, save};
use crate::changes::Change;
use crate::exports::{head_of, whole};
use crate::rows::HeadRow;
use crate::settings::newest;
use crate::{Snapshot, Store, addresses, events, values};

/// Numbers that are tried behind a slug that another article has.
const SLUG_NUMBERS_MAX: u32 = 10_000;

/// An article of an export.
#[derive(Debug)]
pub struct Incoming {
    /// The article, read for this paper.
    pub article: Article,
    /// The digest of everything that the export says of it.
    pub digest: [u8; 32],
}

/// Where an import comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The address of the other site, or `folder` for the paper's own form.
    pub name: String,
    /// Whether what was edited here since, or was never imported from there, is written over.
    pub overwrite_edited: bool,
}

/// What the paper knows of an article that an export has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nothing: it is new.
    New,
    /// It was imported before, is what it was then, and the export says the same of it.
    Same,
    /// It was imported before and is what it was then; the export says something else now.
    Newer,
    /// It was imported before and was edited here since.
    Edited,
    /// An article of that id was written here, or came from another export.
    Foreign,
}

impl Standing {
    /// Why the paper keeps its own instead of the export's, if it does.
    #[must_use]
    pub const fn keeps(&self) -> Option<&'static str> {
        match self {
            Self::Edited => Some("it was edited here since it was imported"),
            Self::Foreign => {
                Some("the paper has an article of that id which did not come from this export")
            }
            Self::New | Self::Same | Self::Newer => None,
        }
    }
}

/// What became of an article that an export says is not for readers any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Withdrawal {
    /// The paper has no such article from there.
    Elsewhere,
    /// It was taken back before.
    Before,
    /// It is taken back now.
    Now,
    /// The paper keeps it, for this reason.
    Kept(&'static str),
}

/// The digest of an article that was taken back: whatever an export says of it later is something else.
const WITHDRAWN: [u8; 32] = [0; 32];

/// What became of an article of an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Landed {
    /// It is new.
    Added,
    /// It was there, and changed.
    Changed,
    /// It was there and is the same.
    Unchanged,
    /// The paper kept its own, for this reason.
    Kept(&'static str),
}

/// What became of an article, and under which name.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The article.
    pub id: ArticleId,
    /// What became of it.
    pub landed: Landed,
    /// Its head as it was saved, where another article had the address that the export gave it.
    pub moved: Option<Head>,
}

impl Store {
    /// What the paper knows of an article that an export has.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn standing_of(
        &self,
        origin: &Origin,
        id: &ArticleId,
        digest: [u8; 32],
    ) -> Result<Standing, Outage> {
        let (origin, id) = (origin.clone(), id.clone());
        self.0.lookups.ask(move |connection| standing(connection, &origin, &id, &digest)).await
    }

    /// The head of an article, also of one that is not listed or not published yet: for its address.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn head_of(&self, id: &ArticleId) -> Result<Option<Head>, Outage> {
        let id = id.clone();
        self.0.lookups.ask(move |connection| head_of(connection, &id)).await
    }

    /// Saves articles of an export in small transactions, each with the note of what it was: what is cut off in the
    /// middle goes on where it stopped. One whose address another article has gets the next free number behind its slug.
    ///
    /// # Errors
    /// [`Outage`]: articles of transactions before it were saved.
    pub async fn import_articles(
        &self,
        origin: &Origin,
        articles: Vec<Incoming>,
        now: Timestamp,
    ) -> Result<Vec<Arrival>, Outage> {
        let mut arrivals = Vec::new();
        let mut articles = articles.into_iter().peekable();
        while articles.peek().is_some() {
            let batch = batch(&mut articles, |incoming| &incoming.article);
            let origin = origin.clone();
            let done = self.0.writer.write(move |transaction, changes| {
                let mut arrivals = Vec::new();
                for incoming in batch {
                    let (published_at, is_back) = {
                        let head = &incoming.article.head;
                        (head.published_at, head.withdrawn_at.is_some())
                    };
                    let arrival = land(transaction, &origin, incoming)?;
                    let is_new = arrival.landed == Landed::Added;
                    if matches!(arrival.landed, Landed::Added | Landed::Changed) {
                        if !is_back {
                            events::brought(transaction, &arrival.id, published_at, is_new, now)?;
                        }
                        changes.push(Change::of("article", arrival.id.as_str()));
                    }
                    arrivals.push(arrival);
                }
                Ok(arrivals)
            });
            arrivals.extend(done.await?);
        }
        Ok(arrivals)
    }

    /// What [`Self::withdraw_imported`] would do.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn withdrawal_of(
        &self,
        origin: &Origin,
        id: &ArticleId,
    ) -> Result<Withdrawal, Outage> {
        let (origin, id) = (origin.clone(), id.clone());
        self.0.lookups.ask(move |connection| withdrawal(connection, &origin, &id)).await
    }

    /// Takes an article back that came from an export and is not for readers there any more.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn withdraw_imported(
        &self,
        origin: &Origin,
        id: &ArticleId,
        at: Timestamp,
    ) -> Result<Withdrawal, Outage> {
        let (origin, id) = (origin.clone(), id.clone());
        self.0
            .writer
            .write(move |transaction, changes| {
                let found = withdrawal(transaction, &origin, &id)?;
                if found == Withdrawal::Now
                    && let Some(mut article) = whole(transaction, &id)?
                {
                    article.head.withdrawn_at = Some(at);
                    save(transaction, &article)?;
                    note(transaction, &origin, &id, &WITHDRAWN)?;
                    events::taken_back(transaction, &id, true, at, at)?;
                    changes.push(Change::of("article", id.as_str()));
                }
                Ok(found)
            })
            .await
    }

    /// Takes over a whole history of settings, oldest first, where the paper has none; tells whether it did.
    ///
    /// # Errors
    /// [`Outage`]: nothing was saved.
    pub async fn import_settings(&self, history: Vec<Snapshot>) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                if newest(transaction)?.is_some() || history.is_empty() {
                    return Ok(false);
                }
                let mut insert = transaction.prepare_cached(
                    "INSERT INTO settings (version, text, saved_at, saved_by, note) \
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?;
                for snapshot in &history {
                    let SettingsVersion(version) = snapshot.version;
                    let at = snapshot.saved_at.as_microsecond();
                    let Snapshot { text, saved_by, note, .. } = snapshot;
                    insert.execute((version, text, at, saved_by, note))?;
                }
                let last = history.last().map_or(0, |last| last.version.0);
                changes.push(Change::of("settings", last.to_string()));
                Ok(true)
            })
            .await
    }
}

fn standing(
    connection: &Connection,
    origin: &Origin,
    id: &ArticleId,
    digest: &[u8; 32],
) -> rusqlite::Result<Standing> {
    type Known = (i64, Option<String>, Option<Vec<u8>>, Option<i64>);
    let known: Option<Known> = connection
        .prepare_cached(
            "SELECT articles.version, origin, digest, imported.version FROM articles \
             LEFT JOIN imported ON imported.article = articles.id WHERE articles.id = ?1",
        )?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    Ok(match known {
        None => Standing::New,
        Some((version, Some(from), Some(was), Some(then))) if from == origin.name => {
            if version != then {
                Standing::Edited
            } else if was == digest {
                Standing::Same
            } else {
                Standing::Newer
            }
        }
        Some(_) => Standing::Foreign,
    })
}

fn land(
    transaction: &Transaction<'_>,
    origin: &Origin,
    incoming: Incoming,
) -> rusqlite::Result<Arrival> {
    let Incoming { mut article, digest } = incoming;
    let id = article.head.id.clone();
    let standing = standing(transaction, origin, &id, &digest)?;
    let as_it_is = |landed| Ok(Arrival { id: id.clone(), landed, moved: None });
    if standing == Standing::Same {
        return as_it_is(Landed::Unchanged);
    }
    if let Some(why) = standing.keeps().filter(|_| !origin.overwrite_edited) {
        return as_it_is(Landed::Kept(why));
    }
    let wanted = article.head.slug.clone();
    article.head.slug = free_slug(transaction, &article.head)?;
    let landed = match save(transaction, &article)? {
        Saved::Added => Landed::Added,
        Saved::Changed => Landed::Changed,
        Saved::Unchanged => Landed::Unchanged,
    };
    note(transaction, origin, &id, &digest)?;
    let moved = (article.head.slug != wanted)
        .then(|| addresses::with_namesake(transaction, &article.head))
        .transpose()?;
    Ok(Arrival { id, landed, moved })
}

/// Notes what an export said of an article, and which version of it that is.
fn note(
    transaction: &Transaction<'_>,
    origin: &Origin,
    id: &ArticleId,
    digest: &[u8; 32],
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO imported (article, origin, digest, version) \
             SELECT id, ?2, ?3, version FROM articles WHERE id = ?1 \
             ON CONFLICT (article) DO UPDATE SET origin = excluded.origin, digest = excluded.digest, \
             version = excluded.version",
        )?
        .execute((id.as_str(), &origin.name, digest))?;
    Ok(())
}

fn withdrawal(
    connection: &Connection,
    origin: &Origin,
    id: &ArticleId,
) -> rusqlite::Result<Withdrawal> {
    let standing = standing(connection, origin, id, &WITHDRAWN)?;
    let taken_back = || -> rusqlite::Result<bool> {
        let mut head = connection.prepare_cached("SELECT head FROM articles WHERE id = ?1")?;
        let head = head.query_row([id.as_str()], |row| HeadRow::read(row, 0))?;
        Ok(head.withdrawn_at.is_some())
    };
    Ok(match standing {
        Standing::New | Standing::Foreign => Withdrawal::Elsewhere,
        _ if taken_back()? => Withdrawal::Before,
        Standing::Edited if !origin.overwrite_edited => {
            Withdrawal::Kept(standing.keeps().unwrap_or_default())
        }
        Standing::Edited | Standing::Same | Standing::Newer => Withdrawal::Now,
    })
}

/// The article's slug, or the first with a number behind it that no other article of the section has.
fn free_slug(transaction: &Transaction<'_>, head: &Head) -> rusqlite::Result<Slug> {
    let mut taken = transaction
        .prepare_cached("SELECT 1 FROM articles WHERE section = ?1 AND slug = ?2 AND id <> ?3")?;
    let mut is_free = |slug: &str| {
        taken.exists((head.section.as_str(), slug, head.id.as_str())).map(|taken| !taken)
    };
    let wanted = head.slug.as_str();
    if is_free(wanted)? {
        return Ok(head.slug.clone());
    }
    for number in 2..=SLUG_NUMBERS_MAX {
        let ending = format!("-{number}");
        let room = newsroom::NAME_BYTES_MAX - ending.len();
        let slug = format!("{}{ending}", wanted.get(..room).unwrap_or(wanted));
        if is_free(&slug)? {
            return Slug::parse(&slug).map_err(|error| values::wrong(0, error.to_string()));
        }
    }
    let section = &head.section;
    let what = format!("more than {SLUG_NUMBERS_MAX} articles of /{section} are called {wanted}");
    Err(rusqlite::Error::ToSqlConversionFailure(what.into()))
}
