//! The thread that tells the paper's sender who wants which newsletter: one sign-up after the other, of each address in its order. What was
//! not taken is tried again, also after a restart; what was taken twice has the same number. It sends no newsletter.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use gate::{Clock, Outage};
use providers::Webhook;
use store::{Store, Untold};
use web::Site;

/// How often it looks for work.
const EVERY: Duration = Duration::from_secs(1);
/// The pause after a message that was not taken, or a store that does not answer.
const AFTER_TROUBLE: Duration = Duration::from_secs(5);
/// Between two messages, so that readings come first.
const BREATH: Duration = Duration::from_millis(5);

/// The thread, and the way to end it.
#[derive(Debug)]
pub(crate) struct Teller(Option<(Sender<()>, JoinHandle<()>)>);

/// Starts the thread, where there is somebody to tell.
pub(crate) fn start(webhook: Option<Webhook>, site: Site, store: Store, clock: Clock) -> Teller {
    let Some(webhook) = webhook else { return Teller(None) };
    let (stop, stopped) = channel::<()>();
    let work = move || tell(&webhook, &site, &store, &clock, &stopped);
    match std::thread::Builder::new().name("sender".to_owned()).spawn(work) {
        Ok(thread) => Teller(Some((stop, thread))),
        Err(error) => {
            tracing::error!(%error, "the thread that tells the sender could not be started");
            Teller(None)
        }
    }
}

fn tell(webhook: &Webhook, site: &Site, store: &Store, clock: &Clock, stopped: &Receiver<()>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
    loop {
        let pause = match runtime.block_on(store.next_untold(clock.now())) {
            Ok(None) => EVERY,
            Ok(Some(untold)) => {
                let taken = webhook.tell(untold.seq, &site.told_of(&untold), clock.now());
                log(&untold, &taken);
                let is_taken = taken.is_ok();
                let kept = runtime.block_on(store.sender_told(&untold, taken, clock.now()));
                if kept_down(&kept) && is_taken { BREATH } else { AFTER_TROUBLE }
            }
            Err(outage) => {
                tracing::warn!(%outage, "what the sender is to be told could not be read");
                AFTER_TROUBLE
            }
        };
        match stopped.recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => return,
        }
    }
}

fn kept_down(kept: &Result<(), Outage>) -> bool {
    if let Err(outage) = kept {
        tracing::error!(%outage, "what the sender was told could not be kept; it is told again");
    }
    kept.is_ok()
}

/// Tells what the operator may want to know; never of which address.
fn log(untold: &Untold, taken: &Result<(), String>) {
    let (message, tries) = (untold.seq, untold.tries + 1);
    match taken {
        Ok(()) => tracing::debug!(message, tries, "the sender was told"),
        Err(reason) => {
            tracing::warn!(message, tries, reason, "the sender took nothing; it is told again");
        }
    }
}

impl Teller {
    /// Ends the thread after the message that it is at.
    pub(crate) fn stop(self) {
        if let Some((stop, thread)) = self.0 {
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}
