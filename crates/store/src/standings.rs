//! The latest standings in memory, so that a GET asks no disk. It is told of every commit before the commit is
//! answered, and never remembers something older than what it was told.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gate::Person;
use paywall::{ArticleKey, Opened, Standing, Window};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// Parts into which people are divided, so that a spend of one does not keep the standing of another out of the cache.
const SHARDS: usize = 1_024;
/// Readings of one person that count as one standing more against the limit.
const READINGS_A_WEIGHT: u64 = 16;

/// One person's window with its readings.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The latest window.
    pub(crate) window: Window,
    /// Sorted.
    pub(crate) articles: Vec<ArticleKey>,
}

impl Known {
    /// Where the person stands, and whether `article` is among the readings.
    pub(crate) fn standing(&self, article: ArticleKey) -> Standing {
        let this = if self.articles.binary_search(&article).is_ok() {
            Opened::Already
        } else {
            Opened::NotYet
        };
        Standing::Counted { window: self.window, read: self.read(), this }
    }

    /// Readings in the window.
    pub(crate) fn read(&self) -> u32 {
        u32::try_from(self.articles.len()).unwrap_or(u32::MAX)
    }

    /// With one reading more, unless it is among them.
    pub(crate) fn with(mut self, article: ArticleKey) -> Self {
        if let Err(place) = self.articles.binary_search(&article) {
            self.articles.insert(place, article);
        }
        self
    }
}

/// What is known of a person; `None` of somebody of whom nothing is recorded.
pub(crate) type Entry = Arc<Option<Known>>;

#[derive(Clone)]
struct ByReadings;

impl Weighter<Person, Entry> for ByReadings {
    fn weight(&self, _: &Person, entry: &Entry) -> u64 {
        1 + entry.as_ref().as_ref().map_or(0, |known| u64::from(known.read()) / READINGS_A_WEIGHT)
    }
}

/// How often the standings of a shard were told or forgotten: what was asked before the last of it is old.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Epoch(u64);

/// Standings by person, bounded.
pub(crate) struct Standings {
    cache: Cache<Person, Entry, ByReadings>,
    shards: Vec<Mutex<Epoch>>,
}

impl fmt::Debug for Standings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Standings({})", self.cache.len())
    }
}

impl Standings {
    /// For so many people with few readings each, or fewer with many.
    pub(crate) fn new(people: usize) -> Self {
        let weight = u64::try_from(people).unwrap_or(u64::MAX);
        Self {
            cache: Cache::with_weighter(people, weight, ByReadings),
            shards: (0..SHARDS).map(|_| Mutex::new(Epoch(0))).collect(),
        }
    }

    fn shard(&self, person: Person) -> MutexGuard<'_, Epoch> {
        let [first, second, ..] = *person.as_bytes();
        let number = usize::from(u16::from_le_bytes([first, second])) % SHARDS;
        self.shards[number].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is remembered.
    pub(crate) fn get(&self, person: Person) -> Option<Entry> {
        self.cache.get(&person)
    }

    /// The epoch to name in an [`Standings::offer`] of what is asked from now on.
    pub(crate) fn epoch(&self, person: Person) -> Epoch {
        *self.shard(person)
    }

    /// Remembers an answer of the disk that was asked in `epoch`, unless something newer may have been told since.
    pub(crate) fn offer(&self, person: Person, epoch: Epoch, entry: &Entry) {
        let shard = self.shard(person);
        if *shard == epoch {
            self.cache.insert(person, Arc::clone(entry));
        }
    }

    /// Remembers what a commit made of a person.
    pub(crate) fn tell(&self, person: Person, known: Option<Known>) {
        let mut shard = self.shard(person);
        shard.0 += 1;
        self.cache.insert(person, Arc::new(known));
    }

    /// Forgets a person.
    pub(crate) fn forget(&self, person: Person) {
        let mut shard = self.shard(person);
        shard.0 += 1;
        self.cache.remove(&person);
    }

    /// Forgets everybody: others have written.
    pub(crate) fn forget_all(&self) {
        for shard in &self.shards {
            shard.lock().unwrap_or_else(PoisonError::into_inner).0 += 1;
        }
        self.cache.clear();
    }
}

#[cfg(test)]
mod tests;
