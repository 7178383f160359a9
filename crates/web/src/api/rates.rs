//! How often each token asks: so many requests in a minute, counted in memory and forgotten with the minute.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Requests of one token in a minute.
pub const TOKEN_MINUTE_MAX: u32 = 1_200;
/// Tokens that fail for one network in an hour before it is told to wait; those that are good are answered all the same.
pub(crate) const FAILED_TOKENS_HOURLY_MAX: u32 = 100;

/// What was asked in this minute.
#[derive(Debug, Default)]
pub(crate) struct Rates(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    asked: HashMap<i64, u32>,
}

impl Rates {
    /// Counts a request of a token; `Err` with the seconds to wait where it may not.
    pub(crate) fn count(&self, token: i64, now: Timestamp) -> Result<(), i64> {
        let number = now.as_second().div_euclid(60);
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != number {
            *minute = Minute { number, asked: HashMap::new() };
        }
        let asked = minute.asked.entry(token).or_insert(0);
        *asked = asked.saturating_add(1);
        if *asked <= TOKEN_MINUTE_MAX { Ok(()) } else { Err(60 - now.as_second().rem_euclid(60)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_asks_too_often_waits_for_the_next_minute() {
        let rates = Rates::default();
        let at = |second: i64| Timestamp::from_second(60 * 1_000_000 + second).unwrap();
        for _ in 0..TOKEN_MINUTE_MAX {
            assert_eq!(rates.count(1, at(10)), Ok(()));
        }
        assert_eq!(rates.count(1, at(10)), Err(50));
        assert_eq!(rates.count(2, at(10)), Ok(()));
        assert_eq!(rates.count(1, at(60)), Ok(()));
    }
}
