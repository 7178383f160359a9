//! What browsers are asked once and answer once: the server's part of each question, in memory, until it is answered or too old. A
//! restart forgets all of them, and whoever is asked then is asked again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use gate::SecretHash;
use jiff::{SignedDuration, Timestamp};

/// How long an answer is waited for.
pub(super) const ANSWERED_WITHIN: SignedDuration = SignedDuration::from_mins(5);
/// Questions that are open at once, at most.
const OPEN_MAX: usize = 10_000;

/// Open questions, by the hash of what the browser has to bring beside the answer.
#[derive(Debug)]
pub(crate) struct Challenges<T>(Mutex<HashMap<SecretHash, (T, Timestamp)>>);

impl<T> Challenges<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::default())
    }

    /// Keeps a question, in place of the one before of the same browser. Says whether there was room.
    pub(super) fn keep(&self, whose: SecretHash, asked: T, now: Timestamp) -> bool {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= OPEN_MAX && !open.contains_key(&whose) {
            open.retain(|_, (_, asked_at)| is_open(*asked_at, now));
            if open.len() >= OPEN_MAX {
                return false;
            }
        }
        open.insert(whose, (asked, now));
        true
    }

    /// Takes a question: it is answered now, and never again.
    pub(super) fn take(&self, whose: SecretHash, now: Timestamp) -> Option<T> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked, asked_at) = open.remove(&whose)?;
        is_open(asked_at, now).then_some(asked)
    }
}

fn is_open(asked_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(asked_at) < ANSWERED_WITHIN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn whose(number: usize) -> SecretHash {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        SecretHash::from_bytes(bytes)
    }

    #[test]
    fn a_question_is_answered_once_in_its_time_by_whom_it_was_asked() {
        let open = Challenges::new();
        assert!(open.keep(whose(1), "a", at(0)) && open.keep(whose(2), "b", at(0)));
        assert_eq!(open.take(whose(3), at(1)), None);
        assert_eq!(open.take(whose(1), at(299)), Some("a"));
        assert_eq!(open.take(whose(1), at(299)), None);
        assert_eq!(open.take(whose(2), at(300)), None);
        // The newest of a browser counts.
        assert!(open.keep(whose(1), "a", at(0)) && open.keep(whose(1), "c", at(1)));
        assert_eq!(open.take(whose(1), at(2)), Some("c"));
    }

    #[test]
    fn beyond_the_limit_nobody_is_asked_until_one_is_old() {
        let open = Challenges::new();
        for number in 0..OPEN_MAX {
            assert!(open.keep(whose(number), (), at(0)));
        }
        assert!(!open.keep(whose(OPEN_MAX), (), at(299)));
        assert!(open.keep(whose(7), (), at(299)), "in place of one");
        assert!(open.keep(whose(OPEN_MAX), (), at(300)));
    }
}
