//! The clock of the house: read once per request or job, and never running backwards.
//!
//! It never decides anything; monotonic time for time-outs does not come from here.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// How far the system's clock may step back before the mark of the latest reading no longer holds it up: a mark further
/// ahead is taken for a clock that had been wrong.
pub const STEP_BACK_MAX: SignedDuration = SignedDuration::from_hours(48);

/// Where "now" comes from. Clones share it.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    /// Microseconds; the latest instant that was given out.
    high_water: Arc<AtomicI64>,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Microseconds; a test moves it.
    Set(Arc<AtomicI64>),
    /// Microseconds ahead of the system's clock; a demo moves it forward.
    Ahead(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock, held up by the latest instant that a stored reading knows.
    #[must_use]
    pub fn system(high_water: Timestamp) -> Self {
        let clock = Self {
            source: Source::System,
            high_water: Arc::new(AtomicI64::new(Timestamp::MIN.as_microsecond())),
        };
        clock.hold_up(high_water);
        clock
    }

    /// A clock that stands at `now` until it is moved.
    #[must_use]
    pub fn standing_at(now: Timestamp) -> Self {
        let start = Arc::new(AtomicI64::new(now.as_microsecond()));
        Self {
            source: Source::Set(start),
            high_water: Arc::new(AtomicI64::new(Timestamp::MIN.as_microsecond())),
        }
    }

    /// A clock that shows `now` and goes on from there with the system's: a demo's, which can be moved forward. Never one of a
    /// paper that somebody reads.
    #[must_use]
    pub fn demo_at(now: Option<Timestamp>) -> Self {
        let clock = Self {
            source: Source::Ahead(Arc::new(AtomicI64::new(0))),
            high_water: Arc::new(AtomicI64::new(Timestamp::MIN.as_microsecond())),
        };
        if let Some(now) = now {
            let by = now.duration_since(clock.source_now());
            clock.move_by(by);
        }
        clock
    }

    /// Moves a demo's clock forward; says whether it is one that can be moved.
    pub fn forward(&self, by: SignedDuration) -> bool {
        by >= SignedDuration::ZERO && self.move_by(by)
    }

    fn move_by(&self, by: SignedDuration) -> bool {
        let Source::Ahead(ahead) = &self.source else { return false };
        let by = i64::try_from(by.as_micros()).unwrap_or(0);
        ahead.fetch_add(by, Ordering::SeqCst);
        true
    }

    /// Moves a standing clock, also back; the system's clock does not listen.
    pub fn set(&self, now: Timestamp) {
        if let Source::Set(instant) = &self.source {
            instant.store(now.as_microsecond(), Ordering::SeqCst);
        }
    }

    /// The present instant, to the microsecond: never before one that was given out earlier, unless the source stepped
    /// back by more than [`STEP_BACK_MAX`].
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let raw = self.raw();
        let mark = self.high_water.fetch_max(raw, Ordering::Relaxed).max(raw);
        if mark - raw > STEP_BACK_MAX.as_micros().try_into().unwrap_or(i64::MAX) {
            self.high_water.store(raw, Ordering::Relaxed);
            return instant(raw);
        }
        instant(mark)
    }

    /// Raises the mark to `instant`, unless that lies too far ahead to be believed.
    pub fn hold_up(&self, instant: Timestamp) {
        if instant.duration_since(self.source_now()) <= STEP_BACK_MAX {
            self.high_water.fetch_max(instant.as_microsecond(), Ordering::Relaxed);
        }
    }

    /// What the source says, also where it stepped back: for the check that tells the operator about it.
    #[must_use]
    pub fn source_now(&self) -> Timestamp {
        instant(self.raw())
    }

    fn raw(&self) -> i64 {
        match &self.source {
            Source::System => system(),
            Source::Set(instant) => instant.load(Ordering::SeqCst),
            Source::Ahead(ahead) => system().saturating_add(ahead.load(Ordering::SeqCst)),
        }
    }
}

fn system() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    let now = Timestamp::now();
    now.as_microsecond()
}

fn instant(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
