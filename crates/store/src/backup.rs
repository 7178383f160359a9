//! A copy of the database while it is in use, read back before it counts.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

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
