//! Who is signed in, in memory, so that a reader's page asks no disk. It is told of every change before the change is answered,
//! and never remembers something older than what it was told.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gate::{ReaderId, SecretHash};
use jiff::{SignedDuration, Timestamp};
use paywall::{Interval, Subscription, TakenBefore};
use quick_cache::sync::Cache;
use rusqlite::Connection;

use crate::changes::Change;
use crate::gifts;
use crate::ledger;
use crate::readers::ReaderRow;
use crate::seats::{self, Seat};
use crate::sessions::SessionRow;
use crate::staff::{self, StaffRow};

/// Sessions, and readers, that are remembered.
const KNOWN_MAX: usize = 100_000;
/// Sessions whose last use waits to be written down, at most; beyond it later ones are not noted.
const SEEN_MAX: usize = 100_000;
/// How old the note of a session's last use may be.
const SEEN_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// A reader with everything that opens something for them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownReader {
    /// Who it is.
    pub row: ReaderRow,
    /// The contracts of the reader, in the order of their ids.
    pub subscriptions: Vec<Subscription>,
    /// What they have taken that is taken once.
    pub taken: TakenBefore,
    /// What is or was open to them by contracts of their own, and why.
    pub intervals: Vec<Interval>,
    /// Their place in somebody else's plan. What it opens is asked of that one's subscriptions, each time.
    pub seat: Option<Seat>,
    /// Who sits with them, in the order in which they came.
    pub seated: Vec<ReaderId>,
    /// Who they are in the newsroom; few readers are of it.
    pub staff: Option<Box<StaffRow>>,
    /// When they gave articles lately, the newest first.
    pub gave_at: Vec<Timestamp>,
}

impl KnownReader {
    /// Reads what belongs to a reader.
    pub(crate) fn read(connection: &Connection, row: ReaderRow) -> rusqlite::Result<Self> {
        let subscriptions = ledger::of_reader(connection, row.id)?;
        let intervals = subscriptions.iter().flat_map(Subscription::intervals).cloned().collect();
        let taken = ledger::taken_before(connection, &row.taken_as)?;
        let seat = seats::of_reader(connection, row.id)?;
        let seated = seats::with(connection, row.id)?;
        let staff = staff::of_reader(connection, row.id)?.map(Box::new);
        let gave_at = gifts::gave_at(connection, row.id)?;
        Ok(Self { row, subscriptions, taken, intervals, seat, seated, staff, gave_at })
    }
}

/// A session, with when it was used last.
#[derive(Debug)]
pub(crate) struct KnownSession {
    pub(crate) row: Arc<SessionRow>,
    /// In microseconds.
    used_at: AtomicI64,
}

/// How often something was forgotten: what was asked before the last of it is old.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Epoch(u64);

/// Sessions by their hashes and readers by their ids, bounded.
pub(crate) struct KnownReaders {
    sessions: Cache<SecretHash, Arc<KnownSession>>,
    readers: Cache<ReaderId, Arc<KnownReader>>,
    epoch: Mutex<Epoch>,
    seen: Mutex<HashMap<SecretHash, Timestamp>>,
}

impl fmt::Debug for KnownReaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KnownReaders({})", self.readers.len())
    }
}

impl KnownReaders {
    pub(crate) fn new() -> Self {
        Self {
            sessions: Cache::new(KNOWN_MAX),
            readers: Cache::new(KNOWN_MAX),
            epoch: Mutex::new(Epoch(0)),
            seen: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Epoch> {
        self.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The epoch to name in an offer of what is asked from now on.
    pub(crate) fn epoch(&self) -> Epoch {
        *self.lock()
    }

    pub(crate) fn session(&self, hash: SecretHash) -> Option<Arc<KnownSession>> {
        self.sessions.get(&hash)
    }

    /// When a session was used last, as far as memory knows.
    pub(crate) fn used_at(&self, hash: SecretHash) -> Option<Timestamp> {
        let known = self.sessions.peek(&hash)?;
        Timestamp::from_microsecond(known.used_at.load(Ordering::Relaxed)).ok()
    }

    pub(crate) fn reader(&self, id: ReaderId) -> Option<Arc<KnownReader>> {
        self.readers.get(&id)
    }

    /// Remembers a session that was read in `epoch`, unless something was forgotten since.
    pub(crate) fn offer_session(&self, epoch: Epoch, session: SessionRow) -> Arc<KnownSession> {
        let used_at = AtomicI64::new(session.seen_at.as_microsecond());
        let session = Arc::new(KnownSession { row: Arc::new(session), used_at });
        let now = self.lock();
        if *now == epoch {
            self.sessions.insert(session.row.hash, Arc::clone(&session));
        }
        session
    }

    /// Remembers a reader who was read in `epoch`, unless something was forgotten since.
    pub(crate) fn offer_reader(&self, epoch: Epoch, reader: KnownReader) -> Arc<KnownReader> {
        let reader = Arc::new(reader);
        let now = self.lock();
        if *now == epoch {
            self.readers.insert(reader.row.id, Arc::clone(&reader));
        }
        reader
    }

    /// Notes that a session was used, where the last note is old.
    pub(crate) fn saw(&self, session: &KnownSession, now: Timestamp) {
        session.used_at.fetch_max(now.as_microsecond(), Ordering::Relaxed);
        let session = &session.row;
        if now.duration_since(session.seen_at) < SEEN_EVERY {
            return;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < SEEN_MAX || seen.contains_key(&session.hash) {
            seen.insert(session.hash, now);
        }
    }

    /// What was noted since the last time.
    pub(crate) fn take_seen(&self) -> Vec<(SecretHash, Timestamp)> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = std::mem::take(&mut *seen);
        drop(seen);
        let newest = |hash, at: Timestamp| self.used_at(hash).map_or(at, |used| used.max(at));
        noted.into_iter().map(|(hash, at)| (hash, newest(hash, at))).collect()
    }

    /// Forgets what a change made old.
    pub(crate) fn told(&self, changes: &[Change]) {
        let missed = |change: &Change| change.kind == "settings" && change.key == "missed";
        if changes.iter().any(missed) {
            self.lock().0 += 1;
            self.sessions.clear();
            self.readers.clear();
            return;
        }
        for change in changes {
            if change.kind == "reader"
                && let Some(id) = ReaderId::parse(&change.key)
            {
                self.lock().0 += 1;
                self.readers.remove(&id);
            } else if change.kind == "session"
                && let Some(hash) = SecretHash::parse(&change.key)
            {
                self.lock().0 += 1;
                self.sessions.remove(&hash);
            }
        }
    }
}
