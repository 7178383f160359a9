//! The paper's memory: the only room that speaks SQL.
//!
//! It holds facts and no policy, knows no HTTP and no template, and reads no clock. Bodies come in sealed and go out
//! sealed. Every write is on the disk before it is answered.

mod articles;
mod backup;
mod changes;
mod media;
mod papers;
mod readers;
mod readings;
mod rows;
mod settings;
mod sqlite;
mod values;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use gate::{Outage, Person};
use jiff::Timestamp;
use paywall::PaperId;
use rusqlite::{Connection, OptionalExtension};

pub use articles::{Filter, LIST_MAX, Listed, Piece, SaveReport};
use changes::Listeners;
pub use changes::{Change, Listener};
pub use media::{Media, MediaRow, media_ending};
use readers::Readers;
use readings::{Known, Standings};
pub use settings::{SettingsError, Snapshot};
pub use sqlite::{DATABASE, OpenError};
use writer::{Surroundings, Writer};

/// Parts into which people are divided, so that a spend of one does not keep the standing of another out of the cache.
const SHARDS: usize = 1_024;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that read.
    pub readers: usize,
    /// How often a writer without work looks for commits of other processes.
    pub poll: Duration,
    /// How long a connection waits for another process's lock.
    pub busy: Duration,
    /// Writes that wait, at most.
    pub queue_max: usize,
    /// Standings that are kept in memory.
    pub standings: usize,
    /// Another file system of SQLite's, for tests that cut the power.
    pub vfs: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 2,
            poll: Duration::from_millis(200),
            busy: Duration::from_secs(5),
            queue_max: 4_096,
            standings: 100_000,
            vfs: None,
        }
    }
}

/// One thing that a check of the store found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// What was looked at.
    pub what: &'static str,
    /// What was found.
    pub found: String,
    /// Whether that is as it should be.
    pub sound: bool,
}

/// A paper's store. Clones share it; the last one to go, or [`Store::close`], ends its threads after the queue is empty.
#[derive(Clone, Debug)]
pub struct Store(Arc<Shared>);

struct Shared {
    writer: Writer,
    readers: Readers,
    listeners: Arc<Listeners>,
    standings: Arc<Standings>,
    epochs: Arc<[AtomicU64]>,
    folder: PathBuf,
    paper_id: PaperId,
    high_water: Timestamp,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.folder.display())
    }
}

impl Shared {
    fn shard(&self, person: Person) -> &AtomicU64 {
        let [first, second, ..] = *person.as_bytes();
        &self.epochs[usize::from(u16::from_le_bytes([first, second])) % SHARDS]
    }

    fn epoch_of(&self, person: Person) -> u64 {
        self.shard(person).load(Ordering::Acquire)
    }

    fn remember(&self, person: Person, known: Option<Known>) {
        self.shard(person).fetch_add(1, Ordering::AcqRel);
        self.standings.insert(person, Arc::new(known));
    }

    fn forget_standing(&self, person: Person) {
        self.shard(person).fetch_add(1, Ordering::AcqRel);
        self.standings.remove(&person);
    }
}

impl Store {
    /// Opens the store of a data folder, making it where the folder is empty. `fresh` becomes the paper's id then.
    ///
    /// # Errors
    /// [`OpenError`], with the remedy.
    pub fn open(folder: &Path, fresh: PaperId, options: &Options) -> Result<Self, OpenError> {
        let io = |error: std::io::Error| OpenError::Io {
            path: folder.join(DATABASE),
            reason: error.to_string(),
        };
        let path = folder.join(DATABASE);
        let sql = |error: rusqlite::Error| sqlite::explain(&path, &error);
        let connection = sqlite::open(folder, options)?;
        let paper_id = paper_id(&connection, fresh).map_err(sql)?;
        let high_water = readings::high_water(&connection).map_err(sql)?;
        let listeners = Arc::new(Listeners::default());
        listeners.caught_up_to(changes::last(&connection).map_err(sql)?);
        let connections = (0..options.readers.max(1)).map(|_| sqlite::open_reader(folder, options));
        let (readers, mut threads) =
            Readers::start(connections.collect::<Result<_, _>>()?).map_err(io)?;
        let standings: Arc<Standings> = Arc::new(Standings::new(options.standings));
        let epochs: Arc<[AtomicU64]> = (0..SHARDS).map(|_| AtomicU64::new(0)).collect();
        let strangers = {
            let (standings, epochs) = (Arc::clone(&standings), Arc::clone(&epochs));
            move || {
                epochs.iter().for_each(|epoch| {
                    epoch.fetch_add(1, Ordering::AcqRel);
                });
                standings.clear();
            }
        };
        let around = Surroundings {
            listeners: Arc::clone(&listeners),
            strangers: Box::new(strangers),
            poll: options.poll,
        };
        let (writer, thread) = Writer::start(connection, around, options.queue_max).map_err(io)?;
        threads.push(thread);
        Ok(Self(Arc::new(Shared {
            writer,
            readers,
            listeners,
            standings,
            epochs,
            folder: folder.to_owned(),
            paper_id,
            high_water,
            threads: Mutex::new(threads),
        })))
    }

    /// The paper's id.
    #[must_use]
    pub fn paper_id(&self) -> PaperId {
        self.0.paper_id
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Calls `listener` with every change: after its commit and before its writer is answered; for other processes'
    /// commits soon after. It runs on the writer's thread and has to be quick.
    pub fn on_change(&self, listener: Listener) {
        self.0.listeners.add(listener);
    }

    /// Looks whether the database is sound.
    ///
    /// # Errors
    /// [`Outage`] where it cannot be looked at.
    pub async fn check(&self) -> Result<Vec<Checked>, Outage> {
        self.0.readers.ask(check).await
    }

    /// Copies the database while it is in use, and reads the copy back.
    ///
    /// # Errors
    /// [`Outage`] with the reason; `target` is not there then.
    pub async fn backup_to(&self, target: &Path) -> Result<(), Outage> {
        let target = target.to_owned();
        let copied = self.0.readers.ask(move |connection| Ok(backup::copy(connection, &target)));
        copied.await?.map_err(Outage::Down)
    }

    /// Ends the threads when everything that waits was answered. Clones that still exist find it closed.
    pub fn close(self) {
        let shared = self.0;
        let threads =
            std::mem::take(&mut *shared.threads.lock().unwrap_or_else(PoisonError::into_inner));
        // The threads end when the last way to them is gone; with clones left, they end with those.
        if let Ok(Shared { writer, readers, .. }) = Arc::try_unwrap(shared) {
            // The writer's connection is the last to go, and puts everything into the one file: two that go at once
            // leave that to each other.
            drop(readers);
            let mut threads = threads.into_iter();
            let last = threads.next_back();
            for thread in threads {
                let _ = thread.join();
            }
            drop(writer);
            let _ = last.map(JoinHandle::join);
        }
    }
}

fn paper_id(connection: &Connection, fresh: PaperId) -> rusqlite::Result<PaperId> {
    let hex = |id: &PaperId| id.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    connection.execute(
        "INSERT INTO facts (name, value) VALUES ('paper_id', ?1) ON CONFLICT (name) DO NOTHING",
        [hex(&fresh)],
    )?;
    let text: Option<String> = connection
        .query_row("SELECT value FROM facts WHERE name = 'paper_id'", [], |row| row.get(0))
        .optional()?;
    let digits = |text: &String| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let number = text.filter(digits).and_then(|text| u128::from_str_radix(&text, 16).ok());
    number
        .map(|number| PaperId(number.to_be_bytes()))
        .ok_or_else(|| values::wrong(0, "paper_id is not 32 hexadecimal digits".to_owned()))
}

fn check(connection: &Connection) -> rusqlite::Result<Vec<Checked>> {
    let text = |query: &str| connection.query_row(query, [], |row| row.get::<_, String>(0));
    let number = |query: &str| connection.query_row(query, [], |row| row.get::<_, i64>(0));
    let integrity = text("PRAGMA integrity_check")?;
    let journal = text("PRAGMA journal_mode")?;
    let strays = number("SELECT count(*) FROM pragma_foreign_key_check")?;
    let miscounted = number(
        "SELECT count(*) FROM windows WHERE read <> \
         (SELECT count(*) FROM readings WHERE readings.person = windows.person)",
    )?;
    let orphans =
        number("SELECT count(*) FROM readings WHERE person NOT IN (SELECT person FROM windows)")?;
    let articles = number("SELECT count(*) FROM articles")?;
    let windows = number("SELECT count(*) FROM windows")?;
    let checked = |what, found: String, sound| Checked { what, found, sound };
    Ok(vec![
        checked("database", integrity.clone(), integrity == "ok"),
        checked("journal", journal.clone(), journal == "wal"),
        checked("references that lead nowhere", strays.to_string(), strays == 0),
        checked("windows whose count is wrong", miscounted.to_string(), miscounted == 0),
        checked("readings without a window", orphans.to_string(), orphans == 0),
        checked("articles", articles.to_string(), true),
        checked("windows", windows.to_string(), true),
    ])
}
