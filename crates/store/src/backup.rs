//! A copy of the database while it is in use, read back before it counts.

use std::io::Read;
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::DATABASE;

/// Copies the database to `target`: whole and verified, or not there at all.
pub(crate) fn copy(from: &Connection, target: &Path) -> Result<(), String> {
    let beside = target.with_extension("new");
    let _ = std::fs::remove_file(&beside);
    let copied = copy_to(from, &beside).and_then(|()| verify(&beside));
    let kept = copied.and_then(|()| {
        let file = std::fs::File::open(&beside).map_err(|error| error.to_string())?;
        file.sync_all().map_err(|error| error.to_string())?;
        std::fs::rename(&beside, target).map_err(|error| error.to_string())?;
        let folder = target.parent().unwrap_or(Path::new("."));
        let folder = std::fs::File::open(folder).map_err(|error| error.to_string())?;
        folder.sync_all().map_err(|error| error.to_string())
    });
    if kept.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    kept
}

fn copy_to(from: &Connection, beside: &Path) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let mut to = Connection::open(beside).map_err(text)?;
    let backup = Backup::new(from, &mut to).map_err(text)?;
    // All pages in one step, which is one instant: between two steps every commit would make it begin again.
    match backup.step(-1).map_err(text)? {
        StepResult::Done => Ok(()),
        other => Err(format!("the database could not be copied: {other:?}")),
    }
}

fn verify(copy: &Path) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let connection = Connection::open(copy).map_err(text)?;
    let verdict: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(text)?;
    if verdict == "ok" { Ok(()) } else { Err(format!("the copy is not sound: {verdict}")) }
}

/// Why a copy of a paper is no good.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CopyError {
    /// The database cannot be used.
    #[error("its {DATABASE} cannot be used: {0}")]
    Database(String),
    /// A file is not there.
    #[error("the file {0} is missing")]
    Missing(String),
    /// A file is not what it was.
    #[error("the file {0} is damaged: its bytes are not those that were kept")]
    Damaged(String),
    /// A file cannot be read.
    #[error("the file {0} cannot be read: {1}")]
    Unreadable(String, String),
}

/// What a sound copy holds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Verified {
    /// Articles.
    pub articles: u64,
    /// Pictures and documents.
    pub files: u64,
    /// Bytes of these.
    pub file_bytes: u64,
}

/// Opens a file of a copy by its name in it (`media/0123.webp`); `None` where it is not there.
pub type OpenFile<'a> = dyn FnMut(&str) -> std::io::Result<Option<Box<dyn Read + 'a>>> + 'a;

/// Reads a copy of a paper back: the database's own check, and the hash of every file that it names.
///
/// # Errors
/// [`CopyError`]: the first thing that is wrong.
pub fn verify_copy(database: &Path, open: &mut OpenFile<'_>) -> Result<Verified, CopyError> {
    let sql = |error: rusqlite::Error| CopyError::Database(error.to_string());
    let connection = open_copy(database).map_err(CopyError::Database)?;
    let verdict: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(sql)?;
    if verdict != "ok" {
        return Err(CopyError::Database(verdict));
    }
    let count = "SELECT count(*) FROM articles";
    let articles: i64 = connection.query_row(count, [], |row| row.get(0)).map_err(sql)?;
    let articles = u64::try_from(articles).unwrap_or(0);
    let mut verified = Verified { articles, ..Verified::default() };
    let query = "SELECT hash, name, mime, width, height, article FROM media ORDER BY hash";
    let mut media = connection.prepare(query).map_err(sql)?;
    let rows = media.query_map([], |row| crate::media::read(row, Path::new(""))).map_err(sql)?;
    for row in rows {
        let row = row.map_err(sql)?;
        let name = format!("{}/{}.{}", crate::media::FOLDER, row.hash, row.ending);
        let unreadable =
            |error: std::io::Error| CopyError::Unreadable(name.clone(), error.to_string());
        let Some(mut file) = open(&name).map_err(unreadable)? else {
            return Err(CopyError::Missing(name));
        };
        let mut hasher = crate::media::hasher(row.article);
        verified.file_bytes += std::io::copy(&mut file, &mut hasher).map_err(unreadable)?;
        if crate::media::digits(&hasher) != row.hash {
            return Err(CopyError::Damaged(name));
        }
        verified.files += 1;
    }
    Ok(verified)
}

/// Opens a database that nobody writes, without laying anything beside it.
fn open_copy(database: &Path) -> Result<Connection, String> {
    let text = |error: rusqlite::Error| error.to_string();
    let path = std::path::absolute(database).map_err(|error| error.to_string())?;
    let path = path.to_str().ok_or("its path is no text")?;
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let address = format!("file:{path}?immutable=1");
    let connection = Connection::open_with_flags(address, flags).map_err(text)?;
    crate::sqlite::check_copy(&connection)?;
    Ok(connection)
}
