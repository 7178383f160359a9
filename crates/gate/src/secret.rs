//! Secrets that are handed out once and kept only as hashes: a session's cookie, the link and the code of a sign-in. Whoever has
//! the database can use none of them.

use std::fmt;

/// Bytes of a secret: 128 random bits (ASVS 5, 7.2.3).
const SECRET_BYTES: usize = 16;
/// Length of a secret as text, in lower-case hexadecimal digits: it has one spelling, in cookies and in addresses.
pub const SECRET_CHARACTERS: usize = 2 * SECRET_BYTES;

/// A secret, for whom it was made.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; SECRET_BYTES]);

/// What is kept of a secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretHash([u8; 32]);

impl Secret {
    /// A secret of 16 random bytes.
    #[must_use]
    pub const fn of(random: [u8; SECRET_BYTES]) -> Self {
        Self(random)
    }

    /// Reads what was handed out; `None` where it is not spelled so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hexadecimal(text).map(Self)
    }

    /// What is kept of it, for one purpose: the same secret is another one elsewhere.
    #[must_use]
    pub fn hash(&self, purpose: &'static str) -> SecretHash {
        SecretHash(blake3::derive_key(purpose, &self.0))
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl SecretHash {
    /// The bytes that are kept.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl SecretHash {
    /// Reads what [`fmt::Display`] has written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (first, second) = text.split_at_checked(SECRET_CHARACTERS)?;
        let (first, second) = (hexadecimal(first)?, hexadecimal(second)?);
        let mut bytes = [0; 32];
        bytes[..SECRET_BYTES].copy_from_slice(&first);
        bytes[SECRET_BYTES..].copy_from_slice(&second);
        Some(Self(bytes))
    }
}

impl fmt::Display for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

/// 16 bytes in lower-case hexadecimal digits.
pub(crate) fn hexadecimal(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; SECRET_BYTES];
    let digits = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != SECRET_CHARACTERS || !text.bytes().all(digits) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_one_spelling() {
        let secret = Secret::of([0xAB; 16]);
        let text = secret.to_string();
        assert_eq!(text, "abababababababababababababababab");
        assert_eq!(Secret::parse(&text), Some(secret));
        for other in ["", "ab", &text.to_uppercase(), &format!("{text}00"), &text.replace('b', "g")]
        {
            assert_eq!(Secret::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_secret_is_another_one_for_another_purpose_and_is_not_printed() {
        let secret = Secret::of([7; 16]);
        assert_ne!(secret.hash("one"), secret.hash("other"));
        assert_eq!(format!("{secret:?} {:?}", secret.hash("one")), "Secret(..) SecretHash(..)");
    }
}
