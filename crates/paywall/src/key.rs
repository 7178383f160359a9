//! Names of papers and articles that carry no meaning: never a slug, an address or a number that counts up.

use std::fmt;

/// The paper that an article key belongs to: 128 random bits, drawn once when a paper is founded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PaperId(pub [u8; 16]);

/// The opaque 128-bit name of one article, the same in the meter, in a grant and on a sealed body.
///
/// It is a keyed hash of (paper, origin, stable id). The origin tells the paper's own articles from those of a
/// site behind the gateway, so that one meter can serve both without a clash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArticleKey([u8; 16]);

impl ArticleKey {
    /// Derives the key of the article that `origin` knows by `stable_id`. The same three always give the same key.
    #[must_use]
    pub fn derive(paper: PaperId, origin: &str, stable_id: &str) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 article key");
        hasher.update(&paper.0);
        hasher.update(&(origin.len() as u64).to_le_bytes());
        hasher.update(origin.as_bytes());
        hasher.update(stable_id.as_bytes());
        let mut key = [0; 16];
        hasher.finalize_xof().fill(&mut key);
        Self(key)
    }

    /// The key from its stored bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads the 32 lower-case hexadecimal digits that [`fmt::Display`] writes; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 32 {
            return None;
        }
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let mut key = [0; 16];
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Some(Self(key))
    }
}

impl fmt::Display for ArticleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ArticleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArticleKey({self})")
    }
}
