//! Articles that were asked for lately, with their finished pages: a bounded cache, filled on demand.
//!
//! What the change feed names is forgotten before the writer is answered; an article that was being read meanwhile is
//! not kept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use newsroom::Body;
use paywall::{Asked, Sealed};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use store::{Listed, Piece, Store};
use tokio::sync::{Mutex, MutexGuard};

use super::Trouble;
use super::shown::Tally;
use crate::shell::finished::{Finished, Part, Spliced};
use crate::shell::turns::Turns;

/// Readers of different articles may make them at once; those of one article wait for the first.
const MAKERS: usize = 64;

/// One article and what was made from it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The article, as far as everybody may know and read it.
    pub(crate) piece: Piece,
    /// The rest, sealed, once somebody may have it.
    body: OnceLock<Sealed<Body>>,
    /// The question for the gate.
    pub(crate) asked: Asked,
    /// How often what was shown of it.
    pub(crate) tally: Arc<Tally>,
    /// What stands at its foot.
    pub(crate) related: Vec<Listed>,
    /// The presentation that the pages were made with.
    pub(crate) generation: u64,
    /// When the page says something else by itself; then the entry is read again.
    pub(crate) valid_until: Timestamp,
    /// Held while one of its pages is made, so that a crowd makes it once.
    pub(crate) making: Mutex<()>,
    /// The teaser with the way to open it: the same for every stranger.
    pub(crate) ask: OnceLock<Finished>,
    /// A free article, whole.
    pub(crate) free: OnceLock<Sealed<Finished>>,
    /// The whole article with places for the notice and the bar.
    pub(crate) open: OnceLock<Sealed<Spliced>>,
    /// The teaser with a place for a wall.
    pub(crate) wall: OnceLock<Spliced>,
    /// What the page's script sets into the teaser.
    pub(crate) fragment: OnceLock<Sealed<Spliced>>,
    /// The button that saves it, which readers see.
    pub(crate) saving: OnceLock<Arc<Part>>,
    /// The same with the one that gives it, for those who can.
    pub(crate) giving: OnceLock<Arc<Part>>,
}

impl Entry {
    pub(crate) fn new(
        piece: Piece,
        related: Vec<Listed>,
        tally: Arc<Tally>,
        generation: u64,
        valid_until: Timestamp,
    ) -> Self {
        let asked = Asked { key: piece.head.key, access: piece.head.access.clone() };
        Self {
            piece,
            body: OnceLock::new(),
            tally,
            related,
            asked,
            generation,
            valid_until,
            making: Mutex::new(()),
            ask: OnceLock::new(),
            free: OnceLock::new(),
            open: OnceLock::new(),
            wall: OnceLock::new(),
            fragment: OnceLock::new(),
            saving: OnceLock::new(),
            giving: OnceLock::new(),
        }
    }

    /// The body, read where that was not yet done. [`Trouble::Changed`] where the article is another one by now.
    pub(crate) async fn body(&self, store: &Store) -> Result<&Sealed<Body>, Trouble> {
        if self.body.get().is_none() {
            let body = store.body(&self.piece).await?.ok_or(Trouble::Changed)?;
            let _ = self.body.set(body);
        }
        self.body_at_hand()
    }

    /// The body that was read before.
    pub(crate) fn body_at_hand(&self) -> Result<&Sealed<Body>, Trouble> {
        self.body.get().ok_or_else(|| Trouble::Broken("a body was not read".to_owned()))
    }
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<String, Arc<Entry>> for Weight {
    /// An estimate of the article with all its finished pages: each holds the text, plain and compressed, in a frame.
    fn weight(&self, path: &String, entry: &Arc<Entry>) -> u64 {
        const FRAME_BYTES: usize = 14_000;
        const PAGES: usize = 4;
        let text = entry.piece.teaser.html.len() + entry.piece.body_bytes;
        (path.len() + PAGES * (text * 3 / 2 + FRAME_BYTES)) as u64
    }
}

/// The cache.
#[derive(Debug)]
pub(crate) struct Entries {
    /// By canonical address.
    cache: Cache<String, Arc<Entry>, Weight>,
    /// Counts up with everything that is forgotten.
    epoch: AtomicU64,
    /// Held by whoever reads an article from the store, by a hash of its path.
    makers: Turns<MAKERS>,
}

impl Entries {
    pub(crate) fn new(bytes_max: u64) -> Self {
        const ENTRY_BYTES: u64 = 80_000;
        let items = usize::try_from(bytes_max / ENTRY_BYTES).unwrap_or(usize::MAX).max(16);
        Self {
            cache: Cache::with_weighter(items, bytes_max, Weight),
            epoch: AtomicU64::new(0),
            makers: Turns::new(),
        }
    }

    /// The epoch to remember before an article is read.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// The turn of this path: whoever has it reads the article, and those behind find it read.
    pub(crate) async fn turn(&self, path: &str) -> MutexGuard<'_, ()> {
        self.makers.of(path.as_bytes()).await
    }

    pub(crate) fn find(&self, path: &str) -> Option<Arc<Entry>> {
        self.cache.get(path)
    }

    /// Keeps an entry that was read since `epoch`, unless something was forgotten meanwhile.
    pub(crate) fn keep(&self, path: &str, entry: &Arc<Entry>, epoch: u64) {
        if self.epoch() == epoch {
            self.cache.insert(path.to_owned(), Arc::clone(entry));
            // A change between the look and the insertion: the change's own sweep may have come before.
            if self.epoch() != epoch {
                self.cache.remove(path);
            }
        }
    }

    /// Forgets an article, every page that names it at its foot, and every part of a series: they name each other.
    pub(crate) fn forget(&self, id: &str) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.cache.retain(|_, entry| {
            let head = &entry.piece.head;
            let names = entry.related.iter().any(|listed| listed.head.id.as_str() == id);
            head.id.as_str() != id && head.series.is_none() && !names
        });
    }

    pub(crate) fn forget_all(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.cache.clear();
    }
}
