//! The ranges of addresses that the makers of crawlers publish: read from their format, fetched with a validator. Whether
//! somebody in a range may read anything is not said here.

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use serde::Deserialize;
use ureq::Agent;

/// The longest list that is read, in bytes.
pub const LIST_BYTES_MAX: u64 = 1024 * 1024;
/// The most ranges of a list.
pub const RANGES_MAX: usize = 10_000;
/// The fewest bits of a published range, so that a list that went wrong cannot name half the world.
pub const IPV4_BITS_MIN: u8 = 16;
/// The same for IPv6.
pub const IPV6_BITS_MIN: u8 = 32;
const TIMEOUT: Duration = Duration::from_secs(20);
/// The longest validator that is kept, in bytes.
const ETAG_BYTES_MAX: usize = 256;

/// A list, checked and sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges {
    /// First and last address of each, in order, none in another.
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

/// Why a list is not taken. The one before it goes on to hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangesError {
    /// It is not such a document.
    #[error("the list is not the JSON that it should be ({{\"prefixes\": [...]}}): {0}")]
    Form(String),
    /// One range is none.
    #[error(
        "{0:?} is not a range of at least {IPV4_BITS_MIN} bits (IPv4) or {IPV6_BITS_MIN} bits (IPv6)"
    )]
    Range(String),
    /// It has no range, or too many.
    #[error("the list has {0} ranges; 1 to {RANGES_MAX} are taken")]
    Number(usize),
}

#[derive(Deserialize)]
struct List {
    prefixes: Vec<Prefix>,
}

#[derive(Deserialize)]
struct Prefix {
    #[serde(rename = "ipv4Prefix")]
    v4: Option<String>,
    #[serde(rename = "ipv6Prefix")]
    v6: Option<String>,
}

impl Ranges {
    /// Reads a list as Google and Bing publish it. One wrong range refuses the whole: a list is right or it is not.
    ///
    /// # Errors
    /// [`RangesError`].
    pub fn parse(text: &str) -> Result<Self, RangesError> {
        let list: List =
            serde_json::from_str(text).map_err(|error| RangesError::Form(error.to_string()))?;
        let number = list.prefixes.len();
        if number == 0 || number > RANGES_MAX {
            return Err(RangesError::Number(number));
        }
        let mut ranges = Self::default();
        for prefix in &list.prefixes {
            for text in [&prefix.v4, &prefix.v6].into_iter().flatten() {
                ranges.add(text)?;
            }
        }
        if ranges.v4.is_empty() && ranges.v6.is_empty() {
            return Err(RangesError::Number(0));
        }
        Ok(Self { v4: merged(ranges.v4), v6: merged(ranges.v6) })
    }

    fn add(&mut self, text: &str) -> Result<(), RangesError> {
        let wrong = || RangesError::Range(text.chars().take(60).collect());
        let (address, bits) = text.split_once('/').ok_or_else(wrong)?;
        let bits: u8 = bits.parse().map_err(|_| wrong())?;
        match address.parse().map_err(|_| wrong())? {
            IpAddr::V4(address) if (IPV4_BITS_MIN..=32).contains(&bits) => {
                let hidden = u32::MAX.checked_shr(u32::from(bits)).unwrap_or(0);
                let first = address.to_bits();
                if first & hidden != 0 {
                    return Err(wrong());
                }
                self.v4.push((first, first | hidden));
            }
            IpAddr::V6(address) if (IPV6_BITS_MIN..=128).contains(&bits) => {
                let hidden = u128::MAX.checked_shr(u32::from(bits)).unwrap_or(0);
                let first = address.to_bits();
                if first & hidden != 0 {
                    return Err(wrong());
                }
                self.v6.push((first, first | hidden));
            }
            _ => return Err(wrong()),
        }
        Ok(())
    }

    /// Whether an address is in one of them. An IPv4 address written in IPv6 is the IPv4 address.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => is_in(&self.v4, address.to_bits()),
            IpAddr::V6(address) => is_in(&self.v6, address.to_bits()),
        }
    }

    /// How many ranges there are; those that lie in another are not counted.
    #[must_use]
    pub fn count(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    /// An address that is in one of them, for samples.
    #[must_use]
    pub fn sample(&self) -> Option<IpAddr> {
        let v4 = self.v4.first().map(|(first, _)| IpAddr::V4(Ipv4Addr::from_bits(*first)));
        v4.or_else(|| self.v6.first().map(|(first, _)| IpAddr::V6(Ipv6Addr::from_bits(*first))))
    }
}

/// In order, those that lie in one another as one.
fn merged<T: Ord + Copy>(mut ranges: Vec<(T, T)>) -> Vec<(T, T)> {
    ranges.sort_unstable();
    ranges.dedup_by(|next, before| {
        let overlaps = next.0 <= before.1;
        if overlaps {
            before.1 = before.1.max(next.1);
        }
        overlaps
    });
    ranges
}

fn is_in<T: Ord + Copy>(ranges: &[(T, T)], number: T) -> bool {
    let behind = ranges.partition_point(|(first, _)| *first <= number);
    behind.checked_sub(1).is_some_and(|place| number <= ranges[place].1)
}

/// What a fetch brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchedList {
    /// The list is still the one with that validator.
    Unchanged,
    /// A list, as text that [`Ranges::parse`] reads, and its validator.
    Fresh {
        /// The document.
        text: String,
        /// Its entity tag, quotes included, where it came with one.
        etag: Option<String>,
    },
}

/// The list could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} gave no list of ranges: {reason}; the last one holds for seven days")]
pub struct ListError {
    /// What was asked for.
    pub address: String,
    /// What happened.
    pub reason: String,
}

/// Fetches a list, unless it is still the one with `etag`.
///
/// # Errors
/// [`ListError`].
pub fn fetch_list(address: &str, etag: Option<&str>) -> Result<FetchedList, ListError> {
    let wrong = |reason: String| ListError { address: address.to_owned(), reason };
    let config = Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .user_agent("masthead")
        .build();
    let mut request = Agent::from(config).get(address);
    if let Some(etag) = etag {
        request = request.header("If-None-Match", etag);
    }
    let mut answer = request.call().map_err(|error| wrong(error.to_string()))?;
    match answer.status().as_u16() {
        304 => return Ok(FetchedList::Unchanged),
        200 => {}
        status => return Err(wrong(format!("it answered {status}"))),
    }
    let etag = answer.headers().get("etag").and_then(|value| value.to_str().ok());
    let etag = etag.filter(|etag| etag.len() <= ETAG_BYTES_MAX).map(str::to_owned);
    let mut text = String::new();
    let read = answer.body_mut().as_reader().take(LIST_BYTES_MAX + 1).read_to_string(&mut text);
    read.map_err(|error| wrong(error.to_string()))?;
    if text.len() as u64 > LIST_BYTES_MAX {
        return Err(wrong(format!("it is longer than {LIST_BYTES_MAX} bytes")));
    }
    Ok(FetchedList::Fresh { text, etag })
}

#[cfg(test)]
mod tests;
