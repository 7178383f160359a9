//! The one pool for work that would hold a reader's thread up: rendering and compressing. Bounded; when it is full, the
//! answer is "busy", not a longer queue.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

/// Work that waits, at most.
pub(crate) const QUEUE_MAX: usize = 512;

type Work = Box<dyn FnOnce() + Send>;

/// Threads that render. They end when the pool is dropped and its queue is empty.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    queue: SyncSender<Work>,
}

/// The pool has no room, or the work came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many pages are being made at this moment")]
pub(crate) struct PoolFull;

impl Pool {
    /// Starts `threads` threads, at least one.
    pub(crate) fn start(threads: usize) -> Self {
        Self::with_queue(threads, QUEUE_MAX)
    }

    /// The same, with so much work that waits at most.
    pub(crate) fn with_queue(threads: usize, queue_max: usize) -> Self {
        let (queue, work) = sync_channel::<Work>(queue_max);
        let work = Arc::new(Mutex::new(work));
        for number in 0..threads.max(1) {
            let work = Arc::clone(&work);
            let name = format!("pages-{number}");
            let started = thread::Builder::new().name(name).spawn(move || serve(&work));
            if let Err(error) = started {
                tracing::error!(%error, "a page thread could not be started");
            }
        }
        Self { queue }
    }

    /// Does `work` on a thread of the pool.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolFull> {
        let (answer, answered) = oneshot::channel();
        self.send(Box::new(move || {
            let _ = answer.send(work());
        }))?;
        answered.await.map_err(|_| PoolFull)
    }

    /// Does `work` some time, if there is room: nobody waits for it.
    pub(crate) fn later(&self, work: impl FnOnce() + Send + 'static) {
        let _ = self.send(Box::new(work));
    }

    fn send(&self, work: Work) -> Result<(), PoolFull> {
        self.queue.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => PoolFull,
        })
    }
}

fn serve(work: &Mutex<Receiver<Work>>) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(next) = next else { return };
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(next));
        if outcome.is_err() {
            tracing::error!("making a page failed; its readers were told that we are busy");
        }
    }
}
