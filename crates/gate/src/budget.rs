//! How many new visitors each network sends in a day: counted by a keyed hash of the network whose key is forgotten at
//! midnight, so that nobody can say later who came.
//!
//! It never stores an address, never writes to disk and never sees a known visitor or a reader.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use paywall::{Budget, Crowd};

use crate::Random;

/// How many networks are told apart in a day; those that come later are not counted.
pub const NETWORKS_MAX: usize = 100_000;
/// A network may always send this many new visitors a day before a learned or observed budget speaks of a crowd.
pub const CROWD_USUAL_MIN: u32 = 20;
/// A learned budget: this many times what all but one in a hundred networks sent yesterday.
const LEARNED_TIMES: u32 = 4;

/// The day's count of new visitors.
#[derive(Debug)]
pub struct NewVisitors {
    random: Random,
    day: Mutex<Option<Day>>,
}

#[derive(Debug)]
struct Day {
    date: Date,
    key: [u8; 32],
    counts: HashMap<u64, u32>,
    /// The busiest usual network of the day before, where there was one.
    yesterday: Option<u32>,
}

impl NewVisitors {
    /// Nobody counted yet.
    #[must_use]
    pub const fn new(random: Random) -> Self {
        Self { random, day: Mutex::new(None) }
    }

    /// Counts one new visitor from `address`, and says whether the network has sent many today.
    ///
    /// Under [`Budget::Observe`] the answer says who would have been asked under a learned budget; the rules ignore it
    /// while nobody can register.
    pub fn count(&self, budget: Budget, address: IpAddr, zone: &TimeZone, now: Timestamp) -> Crowd {
        if budget == Budget::Off {
            return Crowd::Usual;
        }
        let today = zone.to_datetime(now).date();
        let mut day = self.day.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |yesterday| Day {
            date: today,
            key: self.random.bytes(),
            counts: HashMap::new(),
            yesterday,
        };
        let day = match &mut *day {
            Some(day) if day.date >= today => day,
            stale => {
                let yesterday = stale.as_ref().and_then(Day::busiest_usual);
                stale.insert(fresh(yesterday))
            }
        };
        let sent = day.add(network(address));
        let limit = match budget {
            Budget::Limit(limit) => limit,
            Budget::Off | Budget::Observe | Budget::Learned => {
                day.yesterday.unwrap_or(0).saturating_mul(LEARNED_TIMES).max(CROWD_USUAL_MIN)
            }
        };
        if sent > limit { Crowd::Many } else { Crowd::Usual }
    }
}

impl Day {
    /// Counts one more for the network and returns how many that makes.
    fn add(&mut self, network: [u8; 8]) -> u32 {
        let hash = blake3::keyed_hash(&self.key, &network);
        let mut short = [0; 8];
        short.copy_from_slice(&hash.as_bytes()[..8]);
        let name = u64::from_le_bytes(short);
        if self.counts.len() >= NETWORKS_MAX && !self.counts.contains_key(&name) {
            return 0;
        }
        let count = self.counts.entry(name).or_insert(0);
        *count = count.saturating_add(1);
        *count
    }

    /// What all but one in a hundred networks stayed within.
    fn busiest_usual(&self) -> Option<u32> {
        let mut counts: Vec<u32> = self.counts.values().copied().collect();
        counts.sort_unstable();
        let place = (counts.len() * 99).div_ceil(100).checked_sub(1)?;
        counts.get(place).copied()
    }
}

/// An IPv4 address by itself, an IPv6 address by its first 56 bits; an IPv4 address written as IPv6 is IPv4.
fn network(address: IpAddr) -> [u8; 8] {
    let mut network = [0; 8];
    match address.to_canonical() {
        IpAddr::V4(v4) => network[4..].copy_from_slice(&v4.octets()),
        IpAddr::V6(v6) => {
            network[0] = 6;
            network[1..].copy_from_slice(&v6.octets()[..7]);
        }
    }
    network
}

#[cfg(test)]
mod tests;
