//! What is SQLite's own: opening, pragmas, migrations, and what its errors mean. The statements of the nouns are plain
//! SQL and live with the nouns.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gate::Outage;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::Options;

/// Pages of the database that the writer keeps in memory, in KiB.
const WRITER_CACHE_KIB: i64 = 8 * 1_024;
/// The database's file in the data folder.
pub const DATABASE: &str = "masthead.sqlite";
/// "MAST": how a file says that it is a paper's database.
const APPLICATION_ID: i64 = 0x4D41_5354;
/// The one whose words are folded here, since SQL cannot.
const DESK_LIST: &str = include_str!("migrations/0028_desk_list.sql");
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_paper.sql"),
    include_str!("migrations/0002_addresses.sql"),
    include_str!("migrations/0003_search.sql"),
    include_str!("migrations/0004_reads.sql"),
    include_str!("migrations/0005_pictures.sql"),
    include_str!("migrations/0006_slugs.sql"),
    include_str!("migrations/0007_archive.sql"),
    include_str!("migrations/0008_imports.sql"),
    include_str!("migrations/0009_readers.sql"),
    include_str!("migrations/0010_money.sql"),
    include_str!("migrations/0011_mails.sql"),
    include_str!("migrations/0012_rights.sql"),
    include_str!("migrations/0013_texts.sql"),
    include_str!("migrations/0014_ways_in.sql"),
    include_str!("migrations/0015_subscribers.sql"),
    include_str!("migrations/0016_account.sql"),
    include_str!("migrations/0017_newsletters.sql"),
    include_str!("migrations/0018_seats.sql"),
    include_str!("migrations/0019_institutions.sql"),
    include_str!("migrations/0020_invoices.sql"),
    include_str!("migrations/0021_checkout_addresses.sql"),
    include_str!("migrations/0022_changes.sql"),
    include_str!("migrations/0023_desk.sql"),
    include_str!("migrations/0024_accesses.sql"),
    include_str!("migrations/0025_institution_reads.sql"),
    include_str!("migrations/0026_help.sql"),
    include_str!("migrations/0027_files.sql"),
    DESK_LIST,
    include_str!("migrations/0029_writing.sql"),
    include_str!("migrations/0030_numbers.sql"),
    include_str!("migrations/0031_machines.sql"),
    include_str!("migrations/0032_desk.sql"),
];
const STATEMENTS_CACHED: usize = 128;
/// Where the backup before each migration lies in the data folder.
const BACKUPS: &str = "backups";
/// Backups of before migrations that are kept, the newest: they hold what the paper has deleted since.
const BACKUPS_KEPT: usize = 3;

/// Why a paper's database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder is not a folder, or is not there.
    #[error("{folder} is not a folder; name the paper's data folder, or make it first")]
    NotAFolder {
        /// The path that was given.
        folder: PathBuf,
    },
    /// Nothing can be written there.
    #[error(
        "{path} cannot be written; give the user that runs masthead the right to write in the data folder"
    )]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("the disk that holds {path} is full; make room and start again: nothing was lost")]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// Another process does not let go of it.
    #[error(
        "{path} is locked by another program; stop that one (a backup or an SQL shell) and start again"
    )]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "{path} is damaged ({reason}); restore the last backup (the damaged file may be worth keeping)"
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// A newer masthead made it.
    #[error(
        "{path} was made by a newer masthead (schema {found}; this one knows {known}); start the newer one again, or \
         restore a backup from before the change"
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest that this build knows.
        known: i64,
    },
    /// It is another program's database.
    #[error(
        "{path} is a database of another program; name a folder that holds a paper, or an empty one"
    )]
    NotOurs {
        /// The database.
        path: PathBuf,
    },
    /// Anything else.
    #[error("{path} cannot be opened: {reason}")]
    Io {
        /// The database.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

/// Opens a connection that may write, and brings the schema up to date.
pub(crate) fn open(folder: &Path, options: &Options) -> Result<Connection, OpenError> {
    if !folder.is_dir() {
        return Err(OpenError::NotAFolder { folder: folder.to_owned() });
    }
    let path = folder.join(DATABASE);
    let wrong = |error: rusqlite::Error| explain(&path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = match options.vfs.as_deref() {
        Some(vfs) => Connection::open_with_flags_and_vfs(&path, flags, vfs),
        None => Connection::open_with_flags(&path, flags),
    }
    .map_err(wrong)?;
    connection.busy_timeout(options.busy).map_err(wrong)?;
    check_owner(&connection, &path)?;
    prepare(&connection, options.busy).map_err(wrong)?;
    // Readings of new people fall anywhere in the tables: pages that were read are kept at hand.
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB).map_err(wrong)?;
    migrate(&mut connection, folder, &path)?;
    Ok(connection)
}

/// Opens a connection that only reads.
pub(crate) fn open_reader(folder: &Path, options: &Options) -> Result<Connection, OpenError> {
    let path = folder.join(DATABASE);
    let wrong = |error: rusqlite::Error| explain(&path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = match options.vfs.as_deref() {
        Some(vfs) => Connection::open_with_flags_and_vfs(&path, flags, vfs),
        None => Connection::open_with_flags(&path, flags),
    }
    .map_err(wrong)?;
    connection.busy_timeout(options.busy).map_err(wrong)?;
    prepare(&connection, options.busy).map_err(wrong)?;
    connection.pragma_update(None, "query_only", true).map_err(wrong)?;
    crate::search::watch(&mut connection).map_err(wrong)?;
    Ok(connection)
}

/// WAL with a sync at every commit: what was answered survives a power cut.
fn prepare(connection: &Connection, busy: Duration) -> rusqlite::Result<()> {
    enter_wal(connection, busy)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // What was deleted is written over: a reading that is forgotten is in no free page either.
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    Ok(())
}

/// Changes the journal, which SQLite refuses at once where another process is doing the same: those who open a new
/// folder together take turns, for as long as a lock is waited for.
fn enter_wal(connection: &Connection, busy: Duration) -> rusqlite::Result<()> {
    const TURN: Duration = Duration::from_millis(10);
    let begun = Instant::now();
    loop {
        let entered = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        match entered {
            Err(error) if is_locked(&error) && begun.elapsed() < busy => std::thread::sleep(TURN),
            entered => return entered,
        }
    }
}

fn is_locked(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
}

/// An empty file is new; any other has to say that it is ours, and not to be newer than we are.
fn check_owner(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let wrong = |error: rusqlite::Error| explain(path, &error);
    // Of one instant: another process may be founding the paper between two questions.
    let instant = connection.unchecked_transaction().map_err(wrong)?;
    let owner = pragma(&instant, "application_id").map_err(wrong)?;
    let found = pragma(&instant, "user_version").map_err(wrong)?;
    let tables: i64 = instant
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(wrong)?;
    drop(instant);
    if owner != APPLICATION_ID && (tables > 0 || owner != 0 || found != 0) {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    if owner == APPLICATION_ID && found < 1 {
        // Both numbers are written in one commit: no paper of ours was ever at such a schema.
        let reason = format!("its schema has the number {found}");
        return Err(OpenError::Damaged { path: path.to_owned(), reason });
    }
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// A copy has to be a paper's, and not newer than we are.
pub(crate) fn check_copy(connection: &Connection) -> Result<(), String> {
    let owner = pragma(connection, "application_id").map_err(|error| error.to_string())?;
    let found = pragma(connection, "user_version").map_err(|error| error.to_string())?;
    let known = MIGRATIONS.len() as i64;
    if owner != APPLICATION_ID || found < 1 {
        return Err("it is no paper's database".to_owned());
    }
    if found > known {
        return Err(format!(
            "a newer masthead made it (schema {found}; this one knows {known}); use the newer one"
        ));
    }
    Ok(())
}

/// Runs the migrations that are missing, each in a transaction of its own, after a verified backup of what there is.
fn migrate(connection: &mut Connection, folder: &Path, path: &Path) -> Result<(), OpenError> {
    let wrong = |error: rusqlite::Error| explain(path, &error);
    let known = MIGRATIONS.len() as i64;
    let mut is_changed = false;
    loop {
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(wrong)?;
        let have = pragma(&transaction, "user_version").map_err(wrong)?;
        if have >= known {
            drop(transaction);
            if is_changed {
                forget_backups(&folder.join(BACKUPS));
            }
            return Ok(());
        }
        if have > 0 {
            drop(transaction);
            let backups = folder.join(BACKUPS);
            let target = backups.join(format!("before-{:04}.sqlite", have + 1));
            std::fs::create_dir_all(&backups).map_err(|error| OpenError::Io {
                path: backups.clone(),
                reason: error.to_string(),
            })?;
            crate::backup::copy(connection, &target)
                .map_err(|reason| OpenError::Io { path: target.clone(), reason })?;
        } else {
            transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(wrong)?;
            // A new paper has nothing to back up: it gets all of them at once, or none.
            apply(transaction, 0, known).map_err(wrong)?;
            continue;
        }
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(wrong)?;
        if pragma(&transaction, "user_version").map_err(wrong)? == have {
            apply(transaction, have, have + 1).map_err(wrong)?;
            is_changed = true;
        }
    }
}

/// Removes all but the newest backups of before migrations; what has another name is somebody's own. One that cannot be
/// removed is told, and no reason not to serve.
fn forget_backups(backups: &Path) {
    let number = |path: &Path| -> Option<u32> {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix("before-")?.strip_suffix(".sqlite")?.parse().ok()
    };
    let Ok(entries) = std::fs::read_dir(backups) else { return };
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((number(&path)?, path))
        })
        .collect();
    found.sort();
    let over = found.len().saturating_sub(BACKUPS_KEPT);
    for (_, path) in found.iter().take(over) {
        if let Err(error) = std::fs::remove_file(path) {
            tracing::warn!(%error, path = %path.display(), "an old backup could not be removed");
        }
    }
}

fn apply(transaction: rusqlite::Transaction<'_>, have: i64, wanted: i64) -> rusqlite::Result<()> {
    for place in have..wanted {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let migration = MIGRATIONS.get(place).copied().unwrap_or("");
        transaction.execute_batch(migration)?;
        if migration == DESK_LIST {
            crate::desk_lists::fold_words(&transaction)?;
        }
    }
    transaction.pragma_update(None, "user_version", wanted)?;
    transaction.commit()
}

/// Runs something on a thread that has to live on whatever happens: a panic becomes an error.
pub(crate) fn caught<T>(work: impl FnOnce() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    // What `work` leaves half done is rolled back or dropped by those who call this.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let fault = "a fault of masthead itself; its log says where, please report it";
        Err(rusqlite::Error::ToSqlConversionFailure(fault.into()))
    })
}

/// What an error of the database means for those who asked.
pub(crate) fn outage(error: &rusqlite::Error) -> Outage {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Outage::Busy("the database is locked by another program".to_owned())
        }
        Some(ErrorCode::DiskFull) => {
            Outage::Down("the disk is full; with room on it, writing goes on by itself".to_owned())
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Outage::Down(format!("the database is damaged ({error}); restore the last backup"))
        }
        _ => Outage::Down(error.to_string()),
    }
}

/// What an error of the database means for those who wanted to open it.
pub(crate) fn explain(path: &Path, error: &rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    let reason = error.to_string();
    if let rusqlite::Error::FromSqlConversionFailure(..) = error {
        // It could be read, and what it says makes no sense.
        return OpenError::Damaged { path, reason };
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) if path.is_dir() => {
            OpenError::Io { path, reason: "it is a folder; move it away".to_owned() }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            OpenError::ReadOnly { path }
        }
        Some(ErrorCode::DiskFull) => OpenError::Full { path },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Locked { path },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            OpenError::Damaged { path, reason }
        }
        _ => OpenError::Io { path, reason },
    }
}
