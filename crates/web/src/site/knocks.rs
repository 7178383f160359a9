//! How often networks ask for what costs something: a mail, a receipt, a guess at a password. It knows networks by hashes that nobody can
//! read a while later, and forgets all of them with the hour.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use gate::Random;
use jiff::Timestamp;

use crate::shell::address::network;

/// Networks that are counted; beyond them nobody is.
const NETWORKS_MAX: usize = 10_000;

/// How often each network has asked for something in this hour: keyed hashes in memory, under a key that is drawn anew every hour.
#[derive(Debug)]
pub(crate) struct Knocks {
    random: Random,
    hourly_max: u32,
    hour: Mutex<Hour>,
}

#[derive(Debug, Default)]
struct Hour {
    number: i64,
    key: [u8; 32],
    asked: HashMap<[u8; 16], u32>,
}

impl Knocks {
    pub(crate) fn new(random: Random, hourly_max: u32) -> Self {
        Self { random, hourly_max, hour: Mutex::default() }
    }

    /// Whether a network may ask once more, which is counted.
    pub(crate) fn may(&self, address: IpAddr, now: Timestamp) -> bool {
        self.may_of(address, "", now)
    }

    /// The same of one thing, by its name: each network is counted apart for each.
    pub(super) fn may_of(&self, address: IpAddr, name: &str, now: Timestamp) -> bool {
        self.count(now, |key| counted(key, address, name))
    }

    /// The same of somebody who is known by these bytes, in whatever network.
    pub(super) fn may_as(&self, who: &[u8], now: Timestamp) -> bool {
        self.count(now, |key| {
            let hash = blake3::keyed_hash(key, who);
            hash.as_bytes().first_chunk().copied().unwrap_or_default()
        })
    }

    fn count(&self, now: Timestamp, name: impl FnOnce(&[u8; 32]) -> [u8; 16]) -> bool {
        let number = now.as_second().div_euclid(3_600);
        let mut hour = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        if number > hour.number {
            *hour = Hour { number, key: self.random.bytes(), asked: HashMap::new() };
        }
        let name = name(&hour.key);
        if hour.asked.len() >= NETWORKS_MAX && !hour.asked.contains_key(&name) {
            return true;
        }
        let asked = hour.asked.entry(name).or_insert(0);
        *asked += 1;
        *asked <= self.hourly_max
    }

    /// Counts nothing any more of one thing: whoever asked has shown who it is.
    pub(super) fn forget(&self, address: IpAddr, name: &str) {
        let mut hour = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        let name = counted(&hour.key, address, name);
        hour.asked.remove(&name);
    }
}

fn counted(key: &[u8; 32], address: IpAddr, name: &str) -> [u8; 16] {
    let network = network(key, address);
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(&network).update(name.as_bytes());
    let mut short = [0; 16];
    hasher.finalize_xof().fill(&mut short);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u32 = 200;

    #[test]
    fn a_network_that_asks_for_too_many_mails_waits_for_the_next_hour() {
        let knocks = Knocks::new(Random::counted(1), MOST);
        let at = |second: i64| Timestamp::from_second(3_600 * 500_000 + second).unwrap();
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for asked in 0..MOST {
            assert!(knocks.may(one, at(1)), "{asked}");
        }
        assert!(!knocks.may(one, at(3_599)));
        assert!(knocks.may(other, at(3_599)));
        assert!(knocks.may(one, at(3_600)));
    }

    #[test]
    fn a_network_is_counted_apart_for_each_thing_and_forgiven_for_one() {
        let knocks = Knocks::new(Random::counted(1), 2);
        let at = Timestamp::from_second(3_600 * 500_000).unwrap();
        let one = "192.0.2.1".parse().unwrap();
        for name in ["ada", "bob"] {
            assert!(knocks.may_of(one, name, at) && knocks.may_of(one, name, at));
            assert!(!knocks.may_of(one, name, at));
        }
        knocks.forget(one, "ada");
        assert!(knocks.may_of(one, "ada", at) && !knocks.may_of(one, "bob", at));
    }

    #[test]
    fn beyond_the_networks_that_are_counted_nobody_is() {
        let knocks = Knocks::new(Random::counted(1), MOST);
        let at = Timestamp::from_second(3_600 * 500_000).unwrap();
        for n in 0..u32::try_from(NETWORKS_MAX).unwrap() {
            assert!(knocks.may(IpAddr::from(n.to_be_bytes()), at));
        }
        for _ in 0..=MOST {
            assert!(knocks.may("203.0.113.9".parse().unwrap(), at));
        }
        assert_eq!(knocks.hour.lock().unwrap().asked.len(), NETWORKS_MAX);
    }
}
