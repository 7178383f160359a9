//! The limit of readings: the database commits the rows of readings by new visitors for as many callers as wait, with nothing
//! around it. Its arguments are a folder, the callers, and the seconds; it says how many were committed.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use rusqlite::Connection;

type Fault = Box<dyn std::error::Error + Send + Sync>;
type Waiting = (u128, SyncSender<()>);

fn main() -> Result<(), Fault> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, callers, seconds] = &words[..] else {
        return Err("folder callers seconds".into());
    };
    let (folder, callers) = (PathBuf::from(folder), callers.parse::<usize>()?);
    let lasts = Duration::from_secs(seconds.parse()?);
    std::fs::create_dir_all(&folder)?;
    let mut connection = Connection::open(folder.join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE windows (person BLOB PRIMARY KEY, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
           rule TEXT NOT NULL, read INTEGER NOT NULL) STRICT, WITHOUT ROWID;
         CREATE INDEX windows_by_end ON windows (ends_at);
         CREATE TABLE readings (person BLOB NOT NULL, article BLOB NOT NULL, read_at INTEGER NOT NULL,
           PRIMARY KEY (person, article)) STRICT, WITHOUT ROWID;",
    )?;
    let (queue, work) = sync_channel::<Waiting>(callers);
    let began = Instant::now();
    let made = std::thread::scope(|scope| -> Result<usize, Fault> {
        let all: Vec<_> = (0..callers)
            .map(|number| {
                let queue = queue.clone();
                scope.spawn(move || call(number, &queue, began, lasts))
            })
            .collect();
        drop(queue);
        write(&mut connection, &work)?;
        Ok(all.into_iter().map(|one| one.join().unwrap_or_default()).sum())
    })?;
    #[expect(clippy::print_stdout, reason = "it is what this program is for")]
    {
        println!("{made}");
    }
    Ok(())
}

/// One caller: as many readings as there is time for, each when the one before is on the disk.
fn call(number: usize, queue: &SyncSender<Waiting>, began: Instant, lasts: Duration) -> usize {
    let (answer, answered) = sync_channel(1);
    let mut made = 0;
    // Spread over the keys as hashes are.
    let mut person = (number as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    while began.elapsed() < lasts {
        person = person.wrapping_mul(0xDA94_2042_E4DD_58B5).wrapping_add(0x9E37_79B9_7F4A_7C15);
        if queue.send((person, answer.clone())).is_err() || answered.recv().is_err() {
            break;
        }
        made += 1;
    }
    made
}

/// Whatever waits goes into one transaction, and is answered when that is on the disk.
fn write(connection: &mut Connection, work: &Receiver<Waiting>) -> rusqlite::Result<()> {
    while let Ok(first) = work.recv() {
        let group: Vec<_> = std::iter::once(first).chain(work.try_iter()).collect();
        let transaction = connection.transaction()?;
        for (person, _) in &group {
            let person = person.to_be_bytes();
            transaction
                .prepare_cached("INSERT INTO windows VALUES (?1, ?2, ?3, 'calendar month', 1)")?
                .execute((person, 1_764_547_200_000_000_i64, 1_767_225_600_000_000_i64))?;
            transaction.prepare_cached("INSERT INTO readings VALUES (?1, ?2, ?3)")?.execute((
                person,
                [7_u8; 16],
                1_764_547_300_000_000_i64,
            ))?;
        }
        transaction.commit()?;
        for (_, answer) in group {
            let _ = answer.send(());
        }
    }
    Ok(())
}
