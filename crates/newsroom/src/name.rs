//! Names that stand in addresses and files: slugs, and the stable ids of articles. Never shown to readers as words.

use std::fmt;

/// The longest name, in bytes (which are characters: names are ASCII).
pub const NAME_BYTES_MAX: usize = 80;

/// A name that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a name; write 1 to 80 of a-z, 0-9 and -")]
pub struct NameError(String);

/// The part of an address that names an article, section, tag, author or series: 1 to 80 of `[a-z0-9-]`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Slug(String);

/// The name under which the newsroom keeps an article for ever: 1 to 80 of `[a-z0-9-]`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ArticleId(String);

fn check(name: &str) -> Result<String, NameError> {
    let fits = (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    // An error names the beginning only: what was given may be a whole file.
    if fits { Ok(name.to_owned()) } else { Err(NameError(name.chars().take(40).collect())) }
}

impl Slug {
    /// Checks and wraps a name.
    ///
    /// # Errors
    /// [`NameError`] when it is empty, longer than [`NAME_BYTES_MAX`] or has other characters.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        check(name).map(Self)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ArticleId {
    /// Checks and wraps a name.
    ///
    /// # Errors
    /// [`NameError`] when it is empty, longer than [`NAME_BYTES_MAX`] or has other characters.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        check(name).map(Self)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The slug of an article that has no other: its id.
    #[must_use]
    pub fn to_slug(&self) -> Slug {
        Slug(self.0.clone())
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
