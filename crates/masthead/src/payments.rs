//! The thread that hears of payments: it applies what the provider hinted at, and asks after subscriptions that are due. It knows
//! no plan and no price.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::SignedDuration;
use web::Site;

/// How often it looks for work.
const EVERY: Duration = Duration::from_secs(1);
/// After so many looks without work it is asked whether the provider is silent: about an hour.
const LOOKS_FOR_SILENCE: u32 = 3_600;
/// Between two batches, so that readings come first.
const BREATH: Duration = Duration::from_millis(5);

/// The thread, and the way to end it.
#[derive(Debug)]
pub(crate) struct Job {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread. Without a provider it has nothing to do. A provider that is silent for `silence` is told of; `None` never is.
pub(crate) fn start(site: Site, silence: Option<SignedDuration>) -> Job {
    let (stop, stopped) = channel::<()>();
    let thread = std::thread::Builder::new().name("payments".to_owned()).spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build()
        else {
            return;
        };
        let mut looks = 0;
        loop {
            if let Some(longest) = silence.filter(|_| looks == 0) {
                runtime.block_on(site.tell_silence(longest));
            }
            looks = (looks + 1) % LOOKS_FOR_SILENCE;
            let done = runtime.block_on(site.tend_payments());
            let pause = if done > 0 { BREATH } else { EVERY };
            match stopped.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
        }
    });
    let thread = match thread {
        Ok(thread) => Some(thread),
        Err(error) => {
            tracing::error!(%error, "the payments thread could not be started");
            None
        }
    };
    Job { stop, thread }
}

impl Job {
    /// Ends the thread after the batch that it is at.
    pub(crate) fn stop(mut self) {
        let _ = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
