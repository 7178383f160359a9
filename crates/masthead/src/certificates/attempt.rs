//! The attempt that failed last: why, and from when on the next one may be made. It outlives the program, so that nobody who
//! restarts it hammers an authority. Arithmetic on dates; nothing is asked or read here.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Failure;
use crate::config::Certificates as Wanted;

/// The pause after the first failure; it doubles with each one. Five within the first hour are what Let's Encrypt takes.
const PAUSE: SignedDuration = SignedDuration::from_mins(2);
/// The same where the authority could not be reached.
const PAUSE_UNREACHED: SignedDuration = SignedDuration::from_secs(15);
/// The longest pause, unless the authority asks for a longer one.
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(6);
/// The longest that an authority may ask for: its limits count weeks.
const ASKED_PAUSE_MAX: Duration = Duration::from_secs(8 * 24 * 3_600);

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempt {
    /// For what: another directory or other names are another matter.
    directory: String,
    names: Vec<String>,
    contact: Option<String>,
    failed_at_seconds: i64,
    /// In a row.
    failures: u32,
    reason: String,
    pause_seconds: i64,
}

impl Attempt {
    /// The one that failed now, after those before it.
    pub(super) fn after(
        before: Option<&Self>,
        wanted: &Wanted,
        failure: &Failure,
        now: Timestamp,
    ) -> Self {
        let failures = before.map_or(0, |before| before.failures).saturating_add(1);
        let first = if failure.was_asked { PAUSE } else { PAUSE_UNREACHED };
        let doubled = 1_i32.checked_shl(failures - 1).filter(|times| *times > 0);
        let pause = doubled.and_then(|times| first.checked_mul(times)).unwrap_or(PAUSE_MAX);
        let asked = failure.retry_after.map_or(SignedDuration::ZERO, |asked| {
            SignedDuration::try_from(asked.min(ASKED_PAUSE_MAX)).unwrap_or(PAUSE_MAX)
        });
        Self {
            directory: wanted.directory.clone(),
            names: wanted.names.clone(),
            contact: wanted.contact.clone(),
            failed_at_seconds: now.as_second(),
            failures,
            reason: failure.reason.clone(),
            pause_seconds: pause.min(PAUSE_MAX).max(asked).as_secs(),
        }
    }

    /// Whether it was made for what is wanted now. Whoever changes that may try at once.
    pub(super) fn is_for(&self, wanted: &Wanted) -> bool {
        (&self.directory, &self.names, &self.contact)
            == (&wanted.directory, &wanted.names, &wanted.contact)
    }

    /// From when on the next one may be made. A failure of the future is one of a clock that was wrong.
    pub(super) fn again_at(&self, now: Timestamp) -> Timestamp {
        let pause = SignedDuration::from_secs(self.pause_seconds.max(0));
        self.failed_at().min(now).checked_add(pause).unwrap_or(Timestamp::MAX)
    }

    fn failed_at(&self) -> Timestamp {
        Timestamp::from_second(self.failed_at_seconds).unwrap_or(Timestamp::MIN)
    }

    /// In a sentence.
    pub(super) fn told(&self, now: Timestamp) -> String {
        format!(
            "{} failed in a row, the last at {}; the next is made at {}: {}",
            self.failures,
            self.failed_at(),
            self.again_at(now),
            self.reason
        )
    }
}
