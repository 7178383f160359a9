//! The address that a request comes from: the peer's, or what a trusted proxy says of it.
//!
//! Headers of proxies that the operator did not name are never believed.

use std::net::IpAddr;

use gate::Network;

use super::request::Headers;

/// The fewest bits of a range: whoever trusts more than 16 million addresses has mistyped.
const BITS_MIN: u8 = 8;

/// A range of addresses that the operator's own proxies speak from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrustedProxy(Network);

/// Why a range is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "trusted proxy {0:?} is not an address or a range such as \"10.0.0.0/8\" with at least 8 bits and no bit set behind \
     them"
)]
pub struct RangeError(String);

/// The network of an address under a key that is drawn anew often: an IPv4 address, or an IPv6 /56, which is what providers
/// give to one household. Without the key nobody can say which it was.
pub(crate) fn network(key: &[u8; 32], address: IpAddr) -> [u8; 16] {
    let hash = match address.to_canonical() {
        IpAddr::V4(address) => blake3::keyed_hash(key, &address.octets()),
        IpAddr::V6(address) => blake3::keyed_hash(key, &address.octets()[..7]),
    };
    let mut network = [0; 16];
    network.copy_from_slice(&hash.as_bytes()[..16]);
    network
}

impl TrustedProxy {
    /// Reads `192.0.2.7` or `192.0.2.0/24`. Whole worlds (fewer than 8 bits) and bits behind the mask are refused. A range
    /// of IPv4 addresses written in IPv6 (`::ffff:192.0.2.0/120`) is the IPv4 range.
    ///
    /// # Errors
    /// [`RangeError`].
    pub fn parse(text: &str) -> Result<Self, RangeError> {
        let network = Network::parse(text).ok().filter(|network| network.bits() >= BITS_MIN);
        network.map(Self).ok_or_else(|| RangeError(text.chars().take(60).collect()))
    }

    /// Whether an address is in the range; a mapped one (`::ffff:192.0.2.7`) is not, before it was made plain.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        self.0.holds(address)
    }
}

/// The client's address: walks `X-Forwarded-For` from the right past trusted proxies and takes the first other entry.
/// An entry that cannot be read ends the walk at the proxy that sent it.
pub(crate) fn client(peer: IpAddr, headers: Headers<'_>, trusted: &[TrustedProxy]) -> IpAddr {
    let mut address = peer.to_canonical();
    let is_trusted = |address| trusted.iter().any(|range| range.holds(address));
    if trusted.is_empty() || !is_trusted(address) {
        return address;
    }
    // Bytes, not text: a line that is no text must not let the walk step over it to what a stranger wrote before it.
    let lines = headers.all("x-forwarded-for");
    for entry in lines.rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
        let Some(next) = read_entry(entry) else { break };
        address = next.to_canonical();
        if !is_trusted(address) {
            break;
        }
    }
    address
}

fn read_entry(entry: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(entry).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests;
