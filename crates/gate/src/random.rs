//! Randomness for ids and secrets: the one door to the system's generator.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where random bytes come from. Clones share it.
#[derive(Clone, Debug)]
pub struct Random(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Tests only: a counted, repeatable sequence.
    Counted(Arc<AtomicU64>),
}

impl Random {
    /// The operating system's generator.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A repeatable sequence for tests; never for a paper that somebody reads.
    #[must_use]
    pub fn counted(seed: u64) -> Self {
        Self(Source::Counted(Arc::new(AtomicU64::new(seed))))
    }

    /// `N` random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done without it.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            Source::System => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "this is the one place that draws randomness"
                )]
                getrandom::fill(&mut bytes).expect("the operating system gives no random bytes");
            }
            Source::Counted(next) => {
                let number = next.fetch_add(1, Ordering::SeqCst);
                let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 counted randomness");
                hasher.update(&number.to_le_bytes());
                hasher.finalize_xof().fill(&mut bytes);
            }
        }
        bytes
    }
}
