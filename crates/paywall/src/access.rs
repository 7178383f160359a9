//! What an article asks of those who want to read all of it.

use std::borrow::Cow;
use std::fmt;

/// The name of something that a plan opens: `digital`, `archive`, a section. At most 32 of `[a-z0-9-]`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Entitlement(Cow<'static, str>);

impl Entitlement {
    /// What the word "subscribers" means: the entitlement of every ordinary plan.
    pub const DIGITAL: Self = Self(Cow::Borrowed("digital"));

    /// Checks and wraps a name.
    ///
    /// # Errors
    /// [`AccessError::Entitlement`] when the name is empty, longer than 32 bytes or has other characters.
    pub fn parse(name: &str) -> Result<Self, AccessError> {
        let fits = (1..=32).contains(&name.len())
            && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits {
            Ok(Self(Cow::Owned(name.to_owned())))
        } else {
            Err(AccessError::Entitlement(name.chars().take(40).collect()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Entitlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who may read the whole of an article: a property of the article, set by the newsroom.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Access {
    /// Everybody, at once.
    Free,
    /// Every registered person.
    Registered,
    /// Everybody who has readings left in this window, and those whose entitlement lifts the meter.
    Metered,
    /// Those who hold this entitlement, and no others.
    Entitled(Entitlement),
}

/// A word for access that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// An unknown access.
    #[error(
        "access {0:?} is not known; write \"free\", \"registered\", \"metered\", \"subscribers\" or \"entitled:NAME\""
    )]
    Unknown(String),
    /// A malformed entitlement.
    #[error("entitlement {0:?} is not a name; write 1 to 32 of a-z, 0-9 and -")]
    Entitlement(String),
}

impl Access {
    /// Reads the word that files, tables and forms use.
    ///
    /// # Errors
    /// [`AccessError`] when the word is not one of them.
    pub fn parse(word: &str) -> Result<Self, AccessError> {
        match word {
            "free" => Ok(Self::Free),
            "registered" => Ok(Self::Registered),
            "metered" => Ok(Self::Metered),
            "subscribers" => Ok(Self::Entitled(Entitlement::DIGITAL)),
            other => match other.strip_prefix("entitled:") {
                Some(name) => Entitlement::parse(name).map(Self::Entitled),
                None => Err(AccessError::Unknown(other.chars().take(40).collect())),
            },
        }
    }

    /// Whether the whole article is for everybody.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        matches!(self, Self::Free)
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free => f.write_str("free"),
            Self::Registered => f.write_str("registered"),
            Self::Metered => f.write_str("metered"),
            Self::Entitled(e) if *e == Entitlement::DIGITAL => f.write_str("subscribers"),
            Self::Entitled(e) => write!(f, "entitled:{e}"),
        }
    }
}
