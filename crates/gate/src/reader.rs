//! The ids of registered people.

use std::fmt;

use jiff::Timestamp;

use crate::secret::hexadecimal;

/// A reader's id: a UUID of version 7 (RFC 9562), so that ids sort by the time of registration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ReaderId([u8; 16]);

impl ReaderId {
    /// The id of somebody who registers `now`, from 16 random bytes.
    #[must_use]
    pub fn new(now: Timestamp, random: [u8; 16]) -> Self {
        let mut bytes = random;
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
        bytes[..6].copy_from_slice(&milliseconds.to_be_bytes()[2..]);
        bytes[6] = bytes[6] & 0x0F | 0x70;
        bytes[8] = bytes[8] & 0x3F | 0x80;
        Self(bytes)
    }

    /// An id as it is kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// As it is kept.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hexadecimal(text).map(Self)
    }
}

impl fmt::Display for ReaderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_say_what_they_are() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let (one, two) = (ReaderId::new(at(1), [0xFF; 16]), ReaderId::new(at(2), [0; 16]));
        assert!(one < two);
        assert_eq!(one.to_string(), "0000000003e87fffbfffffffffffffff");
        assert_eq!(ReaderId::parse(&two.to_string()), Some(two));
        assert_eq!(ReaderId::from_bytes(*two.as_bytes()), two);
    }
}
