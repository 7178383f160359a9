//! What has to be done from time to time: forgetting readings whose window is over, sign-ins and sessions that are, old mails and
//! statements, gifts, seats, events of payments, numbers and pictures that can be made again, working out what happened in contracts, and
//! taking articles into the index when their time has come. One thread, small steps.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use gate::{Clock, Outage};
use jiff::tz::TimeZone;
use store::Store;

/// How often the house is swept.
const EVERY: Duration = Duration::from_secs(600);
/// How often the house looks for articles that the index lacks. A search looks too, and takes a few in by itself.
const INDEX_EVERY: Duration = Duration::from_secs(5);
/// Windows or mails that one transaction forgets, at most: spends wait behind it.
const BATCH: usize = 500;
/// Between two batches, so that readings come first.
const BREATH: Duration = Duration::from_millis(5);

/// The thread, and the way to end it.
#[derive(Debug)]
pub(crate) struct Jobs {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread; it sweeps at once and then every ten minutes.
pub(crate) fn start(store: Store, clock: Clock) -> Jobs {
    let (stop, stopped) = channel::<()>();
    let thread = std::thread::Builder::new().name("jobs".to_owned()).spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
        loop {
            let done = sweep(&stopped, "readings", || {
                runtime.block_on(store.forget_readings(clock.now(), BATCH))
            }) && sweep(&stopped, "sign-ins", || {
                runtime.block_on(store.forget_sign_ins(clock.now(), BATCH))
            }) && sweep(&stopped, "sign-ins that wait", || {
                runtime.block_on(store.forget_waiting_sign_ins(clock.now(), BATCH))
            }) && sweep(&stopped, "sessions", || {
                runtime.block_on(store.tend_sessions(clock.now(), BATCH))
            }) && sweep(&stopped, "mails", || {
                runtime.block_on(store.forget_mails(clock.now(), BATCH))
            }) && sweep(&stopped, "statements", || {
                runtime.block_on(store.forget_statements(clock.now(), BATCH))
            }) && sweep(&stopped, "newsletters", || {
                runtime.block_on(store.forget_sign_ups(clock.now(), BATCH))
            }) && sweep(&stopped, "gifts", || {
                runtime.block_on(store.forget_gifts(clock.now(), BATCH))
            }) && sweep(&stopped, "seats", || {
                runtime.block_on(store.forget_seats(clock.now(), BATCH))
            }) && sweep(&stopped, "events of payments", || {
                runtime.block_on(store.forget_hints(clock.now(), BATCH))
            }) && sweep(&stopped, "answers to machines", || {
                runtime.block_on(store.forget_kept_answers(clock.now(), BATCH))
            }) && sweep(&stopped, "messages to webhooks", || {
                runtime.block_on(store.forget_deliveries(clock.now(), BATCH))
            }) && sweep(&stopped, "numbers of articles", || {
                let today = TimeZone::UTC.to_datetime(clock.now()).date();
                runtime.block_on(store.forget_numbers(today, BATCH))
            }) && sweep(&stopped, "what is to be worked out of contracts", || {
                runtime.block_on(store.work_out_turns())
            });
            if !done {
                return;
            }
            // One that was begun within the hour may still be written.
            let stale_before = clock.now() - jiff::SignedDuration::from_hours(1);
            match store.widths().sweep(store::WIDTHS_BYTES_MAX, stale_before) {
                Ok(0) => {}
                Ok(forgotten) => tracing::debug!(forgotten, "pictures that can be made again"),
                Err(error) => tracing::warn!(%error, "the widths of pictures could not be swept"),
            }
            for _ in 0..EVERY.as_secs() / INDEX_EVERY.as_secs() {
                let pause = if index(&runtime, &store, &clock) { BREATH } else { INDEX_EVERY };
                match stopped.recv_timeout(pause) {
                    Err(RecvTimeoutError::Timeout) => {}
                    _ => return,
                }
            }
        }
    });
    let thread = match thread {
        Ok(thread) => Some(thread),
        Err(error) => {
            tracing::error!(%error, "the jobs thread could not be started");
            None
        }
    };
    Jobs { stop, thread }
}

/// Does one thing, batch by batch, until nothing is left of it. Says whether the house goes on.
fn sweep(
    stopped: &Receiver<()>,
    what: &str,
    mut batch: impl FnMut() -> Result<usize, Outage>,
) -> bool {
    loop {
        match batch() {
            Ok(0) => return true,
            Ok(done) => tracing::debug!(done, what, "looked after"),
            Err(outage) => {
                tracing::warn!(%outage, what, "what is over could not be looked after");
                return true;
            }
        }
        if !matches!(stopped.recv_timeout(BREATH), Err(RecvTimeoutError::Timeout)) {
            return false;
        }
    }
}

/// Takes one batch of articles into the index; whether there may be more.
fn index(runtime: &tokio::runtime::Runtime, store: &Store, clock: &Clock) -> bool {
    match runtime.block_on(store.index_due(clock.now())) {
        Ok(taken) => taken > 0,
        Err(outage) => {
            tracing::warn!(%outage, "articles wait for the index");
            false
        }
    }
}

impl Jobs {
    /// Ends the thread after the batch that it is at.
    pub(crate) fn stop(mut self) {
        let _ = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
