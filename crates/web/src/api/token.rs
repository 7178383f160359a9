//! A token as machines hold it: `mst_`, 32 digits of a secret, and eight of a checksum, so that whoever scans texts for lost secrets finds
//! it and is sure. It is shown once; what is kept of it is a hash.

use std::fmt;

use gate::{SECRET_CHARACTERS, Secret, SecretHash};

/// What a token begins with.
pub const TOKEN_PREFIX: &str = "mst_";
/// What the hash of a token is for.
const PURPOSE: &str = "masthead 2026 machine token";
/// Digits of the checksum.
const CHECKSUM_CHARACTERS: usize = 8;

/// A token, for whoever it was made for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MachineToken(Secret);

impl MachineToken {
    /// A token of 16 random bytes.
    #[must_use]
    pub const fn of(random: [u8; 16]) -> Self {
        Self(Secret::of(random))
    }

    /// Reads what was handed out; `None` where it is not spelled so, or the checksum is another one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(TOKEN_PREFIX)?;
        let (secret, checksum) = rest.split_at_checked(SECRET_CHARACTERS)?;
        let is_sound = checksum.len() == CHECKSUM_CHARACTERS && checksum == sum(secret);
        Secret::parse(secret).filter(|_| is_sound).map(Self)
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        self.0.hash(PURPOSE)
    }
}

/// CRC-32 of the prefix and the secret's digits.
fn sum(secret: &str) -> String {
    format!("{:08x}", crc32fast::hash(format!("{TOKEN_PREFIX}{secret}").as_bytes()))
}

impl fmt::Display for MachineToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.0.to_string();
        write!(f, "{TOKEN_PREFIX}{secret}{}", sum(&secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_one_spelling_and_a_checksum() {
        let token = MachineToken::of([0xAB; 16]);
        let text = token.to_string();
        assert_eq!(text.len(), 4 + 32 + 8);
        assert!(text.starts_with("mst_abab"), "{text}");
        assert_eq!(MachineToken::parse(&text), Some(token));
        let last = text.char_indices().last().unwrap().0;
        let other = if text.ends_with('0') { "1" } else { "0" };
        for wrong in [
            "".to_owned(),
            text[..last].to_owned(),
            format!("{}{other}", &text[..last]),
            text.replacen("mst_a", "mst_b", 1),
            text.to_uppercase(),
            format!("{text} "),
            text.replacen("mst_", "mst-", 1),
        ] {
            assert_eq!(MachineToken::parse(&wrong), None, "{wrong}");
        }
        assert_eq!(format!("{:?}", MachineToken::of([1; 16])), "MachineToken(Secret(..))");
    }
}
