//! Turns: of those who want to do the same, one does it and the others find it done. They never keep apart what is another thing
//! for good: two names may share a turn, and then one waits a little longer.

use tokio::sync::{Mutex, MutexGuard};

/// Locks that names share, `N` of them.
#[derive(Debug)]
pub(crate) struct Turns<const N: usize>([Mutex<()>; N]);

impl<const N: usize> Turns<N> {
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| Mutex::new(())))
    }

    /// The turn of this name, until it is dropped.
    pub(crate) async fn of(&self, name: &[u8]) -> MutexGuard<'_, ()> {
        let place = name
            .iter()
            .fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
        self.0[place % N].lock().await
    }
}
