//! What keeps a page from being answered, and what other rooms' errors come to. How it is told is not said here.

use face::TemplateError;
use gate::Outage;

use crate::shell::pool::PoolFull;

/// What keeps a page from being answered.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Nothing is there.
    NotFound,
    /// An article is there, under embargo: the answer is the same, and stays so for nobody.
    NotYet,
    /// The paper took it back.
    Gone,
    /// The article became another one between two looks at it: whoever asked looks again.
    Changed,
    /// More pages are being made than the limit allows.
    Busy,
    /// An account opens more articles than anybody reads.
    Hasty,
    /// The store does not answer.
    StoreDown,
    /// A mistake of ours, for the operator's eyes.
    Broken(String),
}

impl From<Outage> for Trouble {
    fn from(outage: Outage) -> Self {
        tracing::warn!(%outage, "a page could not be read from the store");
        match outage {
            Outage::Busy(_) => Self::Busy,
            Outage::Down(_) => Self::StoreDown,
        }
    }
}

impl From<PoolFull> for Trouble {
    fn from(_: PoolFull) -> Self {
        Self::Busy
    }
}

impl From<TemplateError> for Trouble {
    fn from(error: TemplateError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<paywall::WrongKey> for Trouble {
    fn from(error: paywall::WrongKey) -> Self {
        Self::Broken(error.to_string())
    }
}
