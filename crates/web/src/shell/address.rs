//! The address that a request comes from: the peer's, or what a trusted proxy says of it.
//!
//! Headers of proxies that the operator did not name are never believed.

use std::net::IpAddr;

use super::request::Headers;

/// The fewest bits of a range: whoever trusts more than 16 million addresses has mistyped.
const BITS_MIN: u8 = 8;
/// The bits of `::ffff:0:0`, behind which an IPv4 address may be written.
const MAPPED_BITS: u8 = 96;

/// A range of addresses that the operator's own proxies speak from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrustedProxy {
    network: IpAddr,
    bits: u8,
}

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
        let wrong = || RangeError(text.chars().take(60).collect());
        let (address, bits) = text.split_once('/').unwrap_or((text, ""));
        let network: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let widest = if network.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            "" if !text.contains('/') => widest,
            digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().map_err(|_| wrong())?
            }
            _ => return Err(wrong()),
        };
        if bits > widest || mask(network, bits) != number(network) {
            return Err(wrong());
        }
        // Requests are compared in their plain form, so a range has to be in it too.
        let (network, bits) = match network.to_canonical() {
            plain @ IpAddr::V4(_) if network.is_ipv6() => {
                (plain, bits.checked_sub(MAPPED_BITS).ok_or_else(wrong)?)
            }
            _ => (network, bits),
        };
        if bits < BITS_MIN {
            return Err(wrong());
        }
        Ok(Self { network, bits })
    }

    /// Whether an address is in the range; a mapped one (`::ffff:192.0.2.7`) is not, before it was made plain.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let same_family = address.is_ipv4() == self.network.is_ipv4();
        same_family && mask(address, self.bits) == number(self.network)
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn mask(address: IpAddr, bits: u8) -> u128 {
    let width = if address.is_ipv4() { 32 } else { 128 };
    let hidden = width - u32::from(bits);
    let ones = u128::MAX.checked_shl(hidden).unwrap_or(0);
    number(address) & ones
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
