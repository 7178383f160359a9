//! The record of readings, as the gate needs it. The store keeps it on disk; [`crate::MemoryReadings`] in memory.

use std::fmt;
use std::future::Future;

use jiff::Timestamp;
use paywall::{ArticleKey, Standing, Window};

/// A person as the record knows one: a keyed hash of a visitor id or a reader's id, from which neither can be found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Person([u8; 16]);

impl Person {
    /// From the 16 bytes of a keyed hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Person {
    /// Prints nothing of the hash: a log is no place to follow somebody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(..)")
    }
}

/// One reading to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spend {
    /// Who reads.
    pub person: Person,
    /// What.
    pub article: ArticleKey,
    /// How many readings the window may hold before this one is refused.
    pub allowance: u32,
    /// The window to lay where the person has none that holds at `now`.
    pub fresh: Window,
    /// The instant of the request.
    pub now: Timestamp,
}

/// What became of a [`Spend`]. `read` counts the different articles of the window after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spent {
    /// A new reading.
    Opened {
        /// Readings in the window, this one included.
        read: u32,
        /// The window.
        window: Window,
    },
    /// The article was open already; nothing was spent.
    Already {
        /// Readings in the window.
        read: u32,
        /// The window.
        window: Window,
    },
    /// The allowance is used up; nothing was spent.
    Full {
        /// Readings in the window.
        read: u32,
        /// The window.
        window: Window,
    },
}

/// The record cannot answer now. Nothing was spent by a request that gets this; after a time-out it may have been, and
/// where a disk syncs no more, the last commit that was tried may be found by the next process. A retry is the same reading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// More requests wait than the limit allows.
    #[error("the record of readings is busy: {0}")]
    Busy(String),
    /// The disk, the file or the database refuses.
    #[error("the record of readings is out of order: {0}")]
    Down(String),
}

/// The record of readings: who opened what in which window.
///
/// Every implementation passes the same contract suite. `spend` is one atomic compare-and-insert and durable before
/// it is answered; a person's readings hold to their window's end, and a lower allowance never takes one back.
pub trait Readings: Send + Sync + 'static {
    /// Where `person` stands, and whether `article` is among the readings of the latest window. Writes nothing.
    fn standing(
        &self,
        person: Person,
        article: ArticleKey,
    ) -> impl Future<Output = Result<Standing, Outage>> + Send;

    /// Makes a reading, unless it exists or the allowance is used up.
    fn spend(&self, spend: Spend) -> impl Future<Output = Result<Spent, Outage>> + Send;

    /// Moves the readings of `from` to `into` as a union, in the window of the two that ends later, and leaves `from`
    /// with nothing. Readings whose window is over at `now` are left behind. Repeating it changes nothing.
    fn merge(
        &self,
        from: Person,
        into: Person,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), Outage>> + Send;
}
