//! The paper's files as the desk sees them: each name once, what is said of it, and which articles name it. What is brought at the desk is
//! kept behind a key that no article has, so that no address of the site leads to it before an article is published that shows it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gate::{Outage, ReaderId};
use jiff::Timestamp;
use newsroom::{Article, ArticleId, Head};
use paywall::{ArticleKey, PaperId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::changes::Change;
use crate::media::{self, FOLDER, Media, MediaRow};
use crate::rows::{HeadRow, PaperRow};
use crate::search::fold_line;
use crate::staff::{Doer, note};
use crate::{Store, exports, values};

/// Files of a paper that the desk takes, at most; imports are not held back by it.
pub const FILES_MAX: i64 = 500_000;
/// Files of one list, at most.
pub const FILES_LISTED_MAX: usize = 100;
/// Articles that are told to name a file, at most.
pub const FILE_USES_MAX: usize = 50;
/// How often a name that is taken is numbered.
const NUMBERS_MAX: u32 = 100_000;
/// Words that a search of the desk looks for, at most; further ones are passed over.
pub const DESK_WORDS_MAX: usize = 8;

/// A file of the paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileRow {
    /// Counts up with every name that is new.
    pub number: u64,
    /// What is kept of it.
    pub media: MediaRow,
    /// How many bytes it has.
    pub bytes: u64,
    /// What is said of it.
    pub told: FileTold,
    /// Who brought it, where that was at the desk.
    pub adder: Option<ReaderId>,
    /// The same in words; empty for what came in by an import.
    pub added_by: String,
    /// When.
    pub added_at: Option<Timestamp>,
}

/// What is said of a file where an article says nothing else.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FileTold {
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// The line below it.
    pub caption: String,
    /// Whose it is.
    pub credit: String,
    /// The point that stays in sight when it is cropped: `40% 30%`; empty is the middle.
    pub focus: String,
}

/// A file that somebody brings to the desk.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// `pictures/` or `attachments/`.
    pub folder: &'static str,
    /// Its name there, without its ending: a further one of that name is numbered.
    pub stem: String,
    /// Its ending, as [`crate::media_ending`] has it.
    pub ending: &'static str,
    /// Width and height, of a picture.
    pub size: Option<(u32, u32)>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Those for whom a file is kept: the desk, everybody (`None`), the readers of articles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilePlaces(Vec<Option<ArticleKey>>);

/// A file whose bytes are on the disk, and which nobody finds yet.
#[derive(Clone, Debug)]
pub struct WrittenFile {
    folder: &'static str,
    stem: String,
    ending: &'static str,
    bytes: usize,
    rows: Vec<MediaRow>,
}

/// Which files a list holds.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FileFilter {
    /// Words that all stand in its name, caption, credit or alternative text.
    pub words: String,
    /// `pictures/` or `attachments/` alone.
    pub folder: Option<&'static str>,
    /// Files before this one alone: the next page.
    pub before: Option<u64>,
}

/// What became of a change of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileChanged {
    /// It is done.
    Done,
    /// There is no such file.
    Absent,
    /// Something names it, so that it stays.
    Used,
    /// An article was published meanwhile that shows it: nothing changed.
    Stale,
}

/// An article that names a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileUse {
    /// Which.
    pub article: ArticleId,
    /// Its headline; may be empty.
    pub headline: String,
    /// Whether that is the article of the paper, not what is being worked on.
    pub is_published: bool,
}

const COLUMNS: &str = "files.number, files.name, media.hash, media.mime, media.width, media.height, media.article, media.bytes, \
     files.alt, files.caption, files.credit, files.focus, files.adder, files.added_by, files.added_at";
const FROM: &str = "files JOIN media ON media.hash = files.hash";

fn file(row: &Row<'_>, folder: &Path) -> rusqlite::Result<FileRow> {
    let number = |place: usize| -> rusqlite::Result<u64> {
        Ok(u64::try_from(row.get::<_, i64>(place)?).unwrap_or(0))
    };
    let adder: Option<[u8; 16]> = row.get(12)?;
    let [hash, name, ending] = [row.get(2)?, row.get(1)?, row.get(3)?];
    let size = (row.get(4)?, row.get(5)?);
    let article: Option<[u8; 16]> = row.get(6)?;
    Ok(FileRow {
        number: number(0)?,
        media: media::row(hash, name, ending, size, article, folder)?,
        bytes: number(7)?,
        told: FileTold {
            alt: row.get(8)?,
            caption: row.get(9)?,
            credit: row.get(10)?,
            focus: row.get(11)?,
        },
        adder: adder.map(ReaderId::from_bytes),
        added_by: row.get(13)?,
        added_at: values::some_instant(row, 14)?,
    })
}

/// The words that a file is found by.
fn words_of(name: &str, told: &FileTold) -> String {
    let FileTold { alt, caption, credit, .. } = told;
    fold_line(&format!("{name} {alt} {caption} {credit}"))
}

/// Names of a file that came by another way than the desk: what the name means now, unless it means something already.
pub(crate) fn enter(transaction: &Transaction<'_>, row: &MediaRow) -> rusqlite::Result<()> {
    // What everybody may see of a name is what it means; a locked one is it as long as there is nothing else.
    let follows = row.article.is_none();
    transaction
        .prepare_cached(
            "INSERT INTO files (name, hash, words, alt, caption, credit, focus, added_by) \
             VALUES (?1, ?2, ?3, '', '', '', '', '') \
             ON CONFLICT (name) DO UPDATE SET hash = excluded.hash WHERE ?4 AND hash <> excluded.hash",
        )?
        .execute((&row.name, &row.hash, words_of(&row.name, &FileTold::default()), follows))
        .map(drop)
}

/// Says which files an article of the paper names.
pub(crate) fn enter_uses(transaction: &Transaction<'_>, article: &Article) -> rusqlite::Result<()> {
    let lead = article.head.lead_image.iter().map(|image| &image.file);
    let files: BTreeSet<&String> =
        article.teaser.media.iter().chain(&article.locked_media).chain(lead).collect();
    let id = article.head.id.as_str();
    transaction.prepare_cached("DELETE FROM article_files WHERE article = ?1")?.execute([id])?;
    let mut insert =
        transaction.prepare_cached("INSERT INTO article_files (file, article) VALUES (?1, ?2)")?;
    files.into_iter().try_for_each(|file| insert.execute((file, id)).map(drop))?;
    // What waits for an article comes with the first of those that name it.
    transaction
        .prepare_cached(
            "UPDATE media SET public_from = (SELECT min(articles.published_at) FROM media_names \
             JOIN article_files ON article_files.file = media_names.name \
             JOIN articles ON articles.id = article_files.article WHERE media_names.hash = media.hash) \
             WHERE public_from IS NOT NULL AND hash IN (SELECT media_names.hash FROM article_files \
             JOIN media_names ON media_names.name = article_files.file WHERE article_files.article = ?1)",
        )?
        .execute([id])
        .map(drop)
}

/// Says which files a draft names.
pub(crate) fn enter_draft_uses(
    transaction: &Transaction<'_>,
    id: &ArticleId,
    files: &[String],
) -> rusqlite::Result<()> {
    let id = id.as_str();
    transaction.prepare_cached("DELETE FROM draft_files WHERE article = ?1")?.execute([id])?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO draft_files (file, article) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    files.iter().try_for_each(|file| insert.execute((file, id)).map(drop))
}

fn by_number(
    connection: &Connection,
    number: u64,
    folder: &Path,
) -> rusqlite::Result<Option<FileRow>> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE files.number = ?1"))?
        .query_row([number], |row| file(row, folder))
        .optional()
}

/// Who may see the files of a name: the desk, and everybody, or the readers of articles.
fn places(connection: &Connection, desk: ArticleKey, name: &str) -> rusqlite::Result<FilePlaces> {
    let mut keys = vec![Some(desk)];
    let mut open = connection.prepare_cached("SELECT 1 FROM media_names WHERE name = ?1")?;
    if open.exists([name])? {
        keys.push(None);
    }
    let mut locked = connection
        .prepare_cached("SELECT article FROM locked_names WHERE name = ?1 ORDER BY article")?;
    for key in locked.query_map([name], |row| values::key(row, 0))? {
        let key = key?;
        if key != desk {
            keys.push(Some(key));
        }
    }
    Ok(FilePlaces(keys))
}

/// The first name that nobody has.
fn free_name(transaction: &Transaction<'_>, new: &WrittenFile) -> rusqlite::Result<Option<String>> {
    let mut is_taken = transaction.prepare_cached("SELECT 1 FROM files WHERE name = ?1")?;
    let WrittenFile { folder, stem, ending, .. } = new;
    for number in 1..=NUMBERS_MAX {
        let name = match number {
            1 => format!("{folder}{stem}.{ending}"),
            _ => format!("{folder}{stem}-{number}.{ending}"),
        };
        if !is_taken.exists([&name])? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Whether anything names a file: an article, a draft, or the paper itself.
fn is_used(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let used: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM article_files WHERE file = ?1) \
             OR EXISTS (SELECT 1 FROM draft_files WHERE file = ?1)",
        )?
        .query_row([name], |row| row.get(0))?;
    Ok(used || is_the_paper_s(connection, name)?)
}

/// Whether it is the paper's wordmark or the drawing of its front page.
fn is_the_paper_s(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let paper = connection
        .prepare_cached("SELECT document FROM papers WHERE id = 1")?
        .query_row([], |row| PaperRow::read(row, 0))
        .optional()?
        .unwrap_or_default();
    let drawing = paper.front.drawing.into_iter();
    let mut own = drawing.flat_map(|drawing| [drawing.wide, drawing.narrow]).chain(paper.wordmark);
    Ok(own.any(|own| own == name))
}

/// Everything of a name goes; the files on the disk that nothing else means are handed back.
fn remove(
    transaction: &Transaction<'_>,
    row: &FileRow,
    folder: &Path,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<Vec<PathBuf>> {
    let name = &row.media.name;
    let hashes: Vec<(String, String)> = transaction
        .prepare_cached(
            "SELECT hash, mime FROM media WHERE hash = ?2 \
             OR hash IN (SELECT hash FROM media_names WHERE name = ?1) \
             OR hash IN (SELECT hash FROM locked_names WHERE name = ?1)",
        )?
        .query_map((name, &row.media.hash), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for query in [
        "DELETE FROM files WHERE name = ?1",
        "DELETE FROM media_names WHERE name = ?1",
        "DELETE FROM locked_names WHERE name = ?1",
    ] {
        transaction.prepare_cached(query)?.execute([name])?;
    }
    let mut gone = Vec::new();
    for (hash, ending) in hashes {
        let left: bool = transaction
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM media_names WHERE hash = ?1) \
                 OR EXISTS (SELECT 1 FROM locked_names WHERE hash = ?1) OR EXISTS (SELECT 1 FROM files WHERE hash = ?1)",
            )?
            .query_row([&hash], |row| row.get(0))?;
        if !left {
            transaction.prepare_cached("DELETE FROM media WHERE hash = ?1")?.execute([&hash])?;
            gone.push(folder.join(format!("{hash}.{ending}")));
        }
        changes.push(Change::of("media", hash));
    }
    Ok(gone)
}

/// The key behind which files wait that no article shows yet. No article has it: ids of articles have no blank.
fn desk_key(paper: PaperId) -> ArticleKey {
    ArticleKey::derive(paper, "masthead desk", "files of the desk")
}

impl Store {
    /// Files, the newest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn files(&self, filter: FileFilter, limit: usize) -> Result<Vec<FileRow>, Outage> {
        let limit = limit.min(FILES_LISTED_MAX) as i64;
        let folder = self.folder().join(FOLDER);
        let FileFilter { words, folder: kind, before } = filter;
        let words: Vec<String> = searched(&words);
        let before = before.map_or(i64::MAX, |number| i64::try_from(number).unwrap_or(i64::MAX));
        self.0
            .lookups
            .ask(move |connection| {
                let all: String = (0..words.len())
                    .map(|place| format!(" AND instr(files.words, ?{}) > 0", place + 4))
                    .collect();
                let mut query = connection.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM {FROM} WHERE files.number < ?1 \
                     AND substr(files.name, 1, length(?2)) = ?2{all} ORDER BY files.number DESC LIMIT ?3"
                ))?;
                query.raw_bind_parameter(1, before)?;
                query.raw_bind_parameter(2, kind.unwrap_or(""))?;
                query.raw_bind_parameter(3, limit)?;
                for (place, word) in words.iter().enumerate() {
                    query.raw_bind_parameter(place + 4, word)?;
                }
                query.raw_query().mapped(|row| file(row, &folder)).collect()
            })
            .await
    }

    /// The file of a number.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn file(&self, number: u64) -> Result<Option<FileRow>, Outage> {
        let folder = self.folder().join(FOLDER);
        self.0.lookups.ask(move |connection| by_number(connection, number, &folder)).await
    }

    /// The file of a name, whoever may see it.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn file_named(&self, name: &str) -> Result<Option<FileRow>, Outage> {
        let (folder, name) = (self.folder().join(FOLDER), name.to_owned());
        self.0.lookups.ask(move |connection| named(connection, &name, &folder)).await
    }

    /// What names a file: articles of the paper, then drafts.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn file_uses(&self, name: &str) -> Result<Vec<FileUse>, Outage> {
        let name = name.to_owned();
        self.0
            .lookups
            .ask(move |connection| {
                let use_of = |head: Head| FileUse {
                    article: head.id,
                    headline: head.headline,
                    is_published: true,
                };
                let mut uses: Vec<FileUse> = connection
                    .prepare_cached(
                        "SELECT head FROM article_files JOIN articles ON articles.id = article_files.article \
                         WHERE file = ?1 ORDER BY article LIMIT ?2",
                    )?
                    .query_map((&name, FILE_USES_MAX as i64), |row| HeadRow::read(row, 0).map(use_of))?
                    .collect::<rusqlite::Result<_>>()?;
                let drafts: Vec<FileUse> = connection
                    .prepare_cached(
                        "SELECT drafts.article, json_extract(document, '$.headline') FROM draft_files \
                         JOIN drafts ON drafts.article = draft_files.article WHERE file = ?1 \
                         ORDER BY drafts.article LIMIT ?2",
                    )?
                    .query_map((&name, FILE_USES_MAX as i64), |row| {
                        Ok(FileUse { article: values::article(row, 0)?, headline: row.get(1)?, is_published: false })
                    })?
                    .collect::<rusqlite::Result<_>>()?;
                uses.extend(drafts);
                Ok(uses)
            })
            .await
    }

    /// Articles of the paper that name a file: all of them, for whoever puts another file in its place.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn articles_with_file(&self, name: &str) -> Result<Vec<ArticleId>, Outage> {
        let name = name.to_owned();
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT article FROM article_files WHERE file = ?1 ORDER BY article",
                    )?
                    .query_map([name], |row| values::article(row, 0))?
                    .collect()
            })
            .await
    }

    /// Whether the paper itself shows a file, beside its articles: its wordmark, or the drawing of its front page.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn is_the_paper_s_file(&self, name: &str) -> Result<bool, Outage> {
        let name = name.to_owned();
        self.0.lookups.ask(move |connection| is_the_paper_s(connection, &name)).await
    }

    /// Where a file that is new at the desk is kept: behind the desk's own key.
    #[must_use]
    pub fn desk_place(&self) -> FilePlaces {
        FilePlaces(vec![Some(desk_key(self.paper_id()))])
    }

    /// Everybody for whom a file of that name is kept: the desk first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn file_places(&self, name: &str) -> Result<FilePlaces, Outage> {
        let (desk, name) = (desk_key(self.paper_id()), name.to_owned());
        self.0.lookups.ask(move |connection| places(connection, desk, &name)).await
    }

    /// Writes the bytes of a file for those places. It blocks; whoever calls does so off a reader's thread. Nobody finds them before
    /// [`Store::add_file`] or [`Store::replace_file`].
    ///
    /// # Errors
    /// [`Outage`]: they are not on the disk.
    pub fn write_file(&self, new: &NewFile, places: &FilePlaces) -> Result<WrittenFile, Outage> {
        let mut rows = Vec::new();
        for article in &places.0 {
            let name = format!("{}{}.{}", new.folder, new.stem, new.ending);
            let media = Media { name, size: new.size, article: *article, bytes: new.bytes.clone() };
            rows.push(self.write_media(&media)?);
        }
        let (folder, stem, ending) = (new.folder, new.stem.clone(), new.ending);
        Ok(WrittenFile { folder, stem, ending, bytes: new.bytes.len(), rows })
    }

    /// Keeps a file whose bytes were written; `None` where there are [`FILES_MAX`].
    ///
    /// # Errors
    /// [`Outage`]: nothing was kept that anybody would find.
    pub async fn add_file(
        &self,
        new: WrittenFile,
        told: FileTold,
        by: Doer,
        now: Timestamp,
    ) -> Result<Option<FileRow>, Outage> {
        let folder = self.folder().join(FOLDER);
        self.0
            .writer
            .write(move |transaction, changes| {
                let count: i64 =
                    transaction.query_row("SELECT count(*) FROM files", [], |row| row.get(0))?;
                if count >= FILES_MAX {
                    return Ok(None);
                }
                let Some(name) = free_name(transaction, &new)? else { return Ok(None) };
                let Some(row) = new.rows.first() else { return Ok(None) };
                let row = MediaRow { name: name.clone(), ..row.clone() };
                media::enter(transaction, &row, new.bytes)?;
                changes.push(Change::of("media", &*row.hash));
                exports::name_locked(transaction, &row)?;
                transaction
                    .prepare_cached(
                        "INSERT INTO files (name, hash, words, alt, caption, credit, focus, adder, added_by, added_at) \
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                    )?
                    .execute((
                        &name,
                        &row.hash,
                        words_of(&name, &told),
                        &told.alt,
                        &told.caption,
                        &told.credit,
                        &told.focus,
                        by.staff.map(|reader| *reader.as_bytes()),
                        &by.name,
                        now.as_microsecond(),
                    ))?;
                note(transaction, &by, "brought", None, &name, now)?;
                named(transaction, &name, &folder)
            })
            .await
    }

    /// Says something else of a file. Articles that say something of it themselves are not changed.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn describe_file(
        &self,
        number: u64,
        told: FileTold,
        by: Doer,
        now: Timestamp,
    ) -> Result<FileChanged, Outage> {
        let folder = self.folder().join(FOLDER);
        self.0
            .writer
            .write(move |transaction, _| {
                let Some(row) = by_number(transaction, number, &folder)? else {
                    return Ok(FileChanged::Absent);
                };
                if row.told == told {
                    return Ok(FileChanged::Done);
                }
                let name = &row.media.name;
                transaction
                    .prepare_cached(
                        "UPDATE files SET words = ?2, alt = ?3, caption = ?4, credit = ?5, focus = ?6 WHERE name = ?1",
                    )?
                    .execute((name, words_of(name, &told), &told.alt, &told.caption, &told.credit, &told.focus))?;
                note(transaction, &by, "described", None, name, now)?;
                Ok(FileChanged::Done)
            })
            .await
    }

    /// Puts another file in the place of one, whose bytes were written: whoever may see the one may see the other. Articles name its
    /// address, and have to be saved again.
    ///
    /// # Errors
    /// [`Outage`]: the old one is still there.
    pub async fn replace_file(
        &self,
        number: u64,
        new: WrittenFile,
        by: Doer,
        now: Timestamp,
    ) -> Result<FileChanged, Outage> {
        let folder = self.folder().join(FOLDER);
        let desk = desk_key(self.paper_id());
        self.0
            .writer
            .write(move |transaction, changes| {
                let Some(row) = by_number(transaction, number, &folder)? else {
                    return Ok(FileChanged::Absent);
                };
                let name = &row.media.name;
                // An article that was published meanwhile has the old one, which then has to be written for its readers too.
                let written: Vec<Option<ArticleKey>> =
                    new.rows.iter().map(|row| row.article).collect();
                if places(transaction, desk, name)?.0 != written {
                    return Ok(FileChanged::Stale);
                }
                let until = media::public_from(transaction, name)?;
                for written in &new.rows {
                    let media = MediaRow { name: name.clone(), ..written.clone() };
                    media::enter_until(transaction, &media, new.bytes, until)?;
                    if media.article.is_none() {
                        media::name(transaction, &media)?;
                    }
                    exports::name_locked(transaction, &media)?;
                    changes.push(Change::of("media", media.hash.clone()));
                }
                let shown = new.rows.iter().find(|row| row.article.is_none()).or(new.rows.first());
                if let Some(shown) = shown {
                    transaction
                        .prepare_cached("UPDATE files SET hash = ?2 WHERE name = ?1")?
                        .execute((name, &shown.hash))?;
                }
                note(transaction, &by, "replaced", None, name, now)?;
                Ok(FileChanged::Done)
            })
            .await
    }

    /// Deletes a file that nothing names.
    ///
    /// # Errors
    /// [`Outage`]: it is still there.
    pub async fn delete_file(
        &self,
        number: u64,
        by: Doer,
        now: Timestamp,
    ) -> Result<FileChanged, Outage> {
        let folder = self.folder().join(FOLDER);
        let (changed, gone) = self
            .0
            .writer
            .write(move |transaction, changes| {
                let Some(row) = by_number(transaction, number, &folder)? else {
                    return Ok((FileChanged::Absent, Vec::new()));
                };
                if is_used(transaction, &row.media.name)? {
                    return Ok((FileChanged::Used, Vec::new()));
                }
                let gone = remove(transaction, &row, &folder, changes)?;
                note(transaction, &by, "deleted", None, &row.media.name, now)?;
                Ok((FileChanged::Done, gone))
            })
            .await?;
        // No row knows of them any more: what stays behind after a power cut is found by nobody.
        for path in gone {
            if let Err(error) = std::fs::remove_file(&path) {
                tracing::warn!(%error, path = %path.display(), "a deleted file could not be removed");
            }
        }
        Ok(changed)
    }
}

/// The words of a search at the desk, folded.
pub(crate) fn searched(text: &str) -> Vec<String> {
    let folded = fold_line(text);
    folded.split_whitespace().take(DESK_WORDS_MAX).map(str::to_owned).collect()
}

fn named(connection: &Connection, name: &str, folder: &Path) -> rusqlite::Result<Option<FileRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE files.name = ?1"))?
        .query_row([name], |row| file(row, folder))
        .optional()
}
