//! Threads that work side by side beside the readers' own until the program ends: how they are begun, and how a stop waits for them. It
//! knows nothing of what they do.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::{Duration, Instant};

/// Between two looks at whether a thread has ended.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The threads, and the way to end them.
#[derive(Debug, Default)]
pub(crate) struct Workers(Vec<(Sender<()>, JoinHandle<()>)>);

impl Workers {
    /// Begins one more. It ends soon after something can be received, or the other side is gone.
    ///
    /// # Errors
    /// The system has no thread left.
    pub(crate) fn begin(
        &mut self,
        name: String,
        work: impl FnOnce(&Receiver<()>) + Send + 'static,
    ) -> io::Result<()> {
        let (stop, stopped) = channel::<()>();
        let thread = Builder::new().name(name).spawn(move || work(&stopped))?;
        self.0.push((stop, thread));
        Ok(())
    }

    /// Ends them after what each is at, and waits so long for all of them; how many are still at it.
    pub(crate) fn stop(self, waits: Duration) -> usize {
        for (stop, _) in &self.0 {
            let _ = stop.send(());
        }
        let begun = Instant::now();
        let mut left = 0;
        for (_, thread) in self.0 {
            while !thread.is_finished() && begun.elapsed() < waits {
                sleep(LOOK_EVERY);
            }
            if thread.is_finished() {
                let _ = thread.join();
            } else {
                left += 1;
            }
        }
        left
    }
}
