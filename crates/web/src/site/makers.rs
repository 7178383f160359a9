//! Who makes pictures: a few at a time, in the pool, one maker for one picture; the others wait for what it makes. What
//! was made is kept on the disk, whole or not at all, and can be made again.

use std::sync::Arc;

use bytes::Bytes;
use quick_cache::sync::Cache;
use tokio::sync::Semaphore;

use super::{Trouble, Visit};
use crate::shell::turns::Turns;

/// Requests that wait for a picture to be made, at most: a page has a few dozen.
pub(crate) const WAITING_MAX: usize = 128;
/// Locks that pictures share: two of them seldom wait for each other.
const TURNS: usize = 64;
/// Pictures that are remembered as broken.
const BROKEN_MAX: usize = 1_024;

/// The makers of one site.
#[derive(Debug)]
pub(crate) struct Makers {
    /// Decoding takes memory and a thread that renders pages: half of those threads, at most.
    busy: Arc<Semaphore>,
    waiting: Semaphore,
    turns: Turns<TURNS>,
    broken: Cache<String, ()>,
}

impl Makers {
    /// The makers of a pool of so many threads.
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            busy: Arc::new(Semaphore::new((threads / 2).max(1))),
            waiting: Semaphore::new(WAITING_MAX),
            turns: Turns::new(),
            broken: Cache::new(BROKEN_MAX),
        }
    }
}

/// The picture of that name: the one that was made before, or what `make` makes of it now. `of` is what it is made from;
/// nobody makes two of the same at once.
pub(crate) async fn made(
    visit: &Visit<'_>,
    of: &str,
    name: String,
    make: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static,
) -> Result<Bytes, Trouble> {
    let makers = &visit.site.makers;
    if makers.broken.get(&name).is_some() {
        return Err(Trouble::NotFound);
    }
    let widths = visit.site.store.widths();
    let known = {
        let (widths, name) = (widths.clone(), name.clone());
        visit.site.pool.run(move || widths.find(&name)).await?
    };
    if let Some(bytes) = known {
        return Ok(Bytes::from(bytes));
    }
    let _place = makers.waiting.try_acquire().map_err(|_| Trouble::Busy)?;
    let _turn = makers.turns.of(of.as_bytes()).await;
    let busy = Arc::clone(&makers.busy).acquire_owned().await.map_err(|_| Trouble::Busy)?;
    let file = name.clone();
    let made = visit.site.pool.run(move || {
        // Held by the work itself, which goes on where its reader has left.
        let _busy = busy;
        if let Some(bytes) = widths.find(&file) {
            return Ok(bytes);
        }
        let bytes = make()?;
        if let Err(error) = widths.keep(&file, &bytes) {
            tracing::warn!(%error, file, "a picture that was made could not be kept");
        }
        Ok(bytes)
    });
    made.await?.map(Bytes::from).map_err(|fault: String| {
        tracing::warn!(fault, name, "a picture could not be made");
        makers.broken.insert(name, ());
        Trouble::NotFound
    })
}
