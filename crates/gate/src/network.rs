//! Networks: ranges of addresses, read as strictly as possible and compared in their plain form. Whether somebody in one may read
//! anything is not said here.

use std::fmt;
use std::net::IpAddr;

/// The bits of `::ffff:0:0`, behind which an IPv4 address may be written.
const MAPPED_BITS: u8 = 96;

/// A range of addresses: an address and how many of its bits count. No bit is set behind them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// Why a range is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// It is no address, with or without a number of bits.
    #[error("{0:?} is not an address or a range such as \"192.0.2.0/24\"")]
    Form(String),
    /// Bits are set behind those that count.
    #[error("{given:?} has bits set behind its first {bits}; the range that holds it is {range}")]
    HostBits {
        /// What was given.
        given: String,
        /// How many count.
        bits: u8,
        /// The range that it lies in.
        range: Network,
    },
}

impl Network {
    /// Reads `192.0.2.7` or `192.0.2.0/24`. A range of IPv4 addresses written in IPv6 (`::ffff:192.0.2.0/120`) is the IPv4 range.
    ///
    /// # Errors
    /// [`NetworkError`].
    pub fn parse(text: &str) -> Result<Self, NetworkError> {
        let given = || text.chars().take(60).collect::<String>();
        let wrong = || NetworkError::Form(given());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let widest = width(address);
        let bits: u8 = match bits {
            None => widest,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| wrong())?
            }
            Some(_) => return Err(wrong()),
        };
        if bits > widest {
            return Err(wrong());
        }
        // Requests are compared in their plain form, so a range has to be in it too.
        let (address, bits) = match address.to_canonical() {
            plain @ IpAddr::V4(_) if address.is_ipv6() => {
                (plain, bits.checked_sub(MAPPED_BITS).ok_or_else(wrong)?)
            }
            _ => (address, bits),
        };
        let first = mask(address, bits);
        if first != number(address) {
            let range = Self { address: same_family(address, first), bits };
            return Err(NetworkError::HostBits { given: given(), bits, range });
        }
        Ok(Self { address, bits })
    }

    /// How many bits count.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.bits
    }

    /// Whether it is of IPv4.
    #[must_use]
    pub const fn is_ipv4(&self) -> bool {
        self.address.is_ipv4()
    }

    /// Its first and its last address as numbers.
    #[must_use]
    pub fn bounds(&self) -> (u128, u128) {
        let first = number(self.address);
        (first, first + (self.addresses() - 1))
    }

    /// How many addresses it has; of all of IPv6 one less.
    #[must_use]
    pub fn addresses(&self) -> u128 {
        let hidden = u32::from(width(self.address) - self.bits);
        1u128.checked_shl(hidden).unwrap_or(u128::MAX)
    }

    /// Whether an address is in it; a mapped one (`::ffff:192.0.2.7`) is not, before it was made plain.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let is_same = address.is_ipv4() == self.is_ipv4();
        is_same && mask(address, self.bits) == number(self.address)
    }

    /// Whether the two have an address in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let (own, others) = (self.bounds(), other.bounds());
        self.is_ipv4() == other.is_ipv4() && own.0 <= others.1 && others.0 <= own.1
    }

    /// Whether its addresses are of some local network, which every house may have: nobody comes from them over the Internet.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self.address {
            IpAddr::V4(address) => {
                // 100.64.0.0/10 is between a carrier and its customers (RFC 6598).
                let [first, second, ..] = address.octets();
                let carrier = first == 100 && (64..128).contains(&second);
                address.is_private() || address.is_loopback() || address.is_link_local() || carrier
            }
            IpAddr::V6(address) => {
                address.is_loopback()
                    || address.is_unique_local()
                    || address.is_unicast_link_local()
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

const fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// An address as a number.
pub(crate) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn same_family(like: IpAddr, number: u128) -> IpAddr {
    match like {
        // A masked number of IPv4 has no more bits than an address of it.
        IpAddr::V4(_) => IpAddr::V4(u32::try_from(number).unwrap_or(u32::MAX).into()),
        IpAddr::V6(_) => IpAddr::V6(number.into()),
    }
}

fn mask(address: IpAddr, bits: u8) -> u128 {
    let hidden = u32::from(width(address) - bits);
    number(address) & u128::MAX.checked_shl(hidden).unwrap_or(0)
}

#[cfg(test)]
mod tests;
