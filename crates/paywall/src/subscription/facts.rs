//! What a ledger holds: facts about one subscription each, as a provider told them when it was
//! asked. A fact is never changed and never taken away, and what follows from all of them is not
//! said here.

use std::fmt;

use jiff::Timestamp;

use crate::{Entitlement, Money};

/// The longest id of a subscription or of a provider's object, in bytes.
pub const ID_BYTES_MAX: usize = 255;

/// An id that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Of a subscription.
    #[error(
        "subscription {0:?} is not an id; write 1 to 255 printable ASCII characters, no spaces"
    )]
    Subscription(String),
    /// Of an object that a fact is about.
    #[error("fact {0:?} is not an id; write 1 to 255 printable ASCII characters, no spaces")]
    Fact(String),
}

/// The name of one subscription: the provider's own, or ours where nobody else has one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SubscriptionId(String);

impl SubscriptionId {
    /// Checks and wraps an id: 1 to [`ID_BYTES_MAX`] printable ASCII characters without spaces.
    ///
    /// # Errors
    /// [`IdError::Subscription`].
    pub fn parse(id: &str) -> Result<Self, IdError> {
        if is_id(id) { Ok(Self(id.to_owned())) } else { Err(IdError::Subscription(shown(id))) }
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The provider's name of the object that a fact is about: an invoice, a refund, a dispute, the
/// subscription itself.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FactId(String);

impl FactId {
    /// Checks and wraps an id: 1 to [`ID_BYTES_MAX`] printable ASCII characters without spaces.
    ///
    /// # Errors
    /// [`IdError::Fact`].
    pub fn parse(id: &str) -> Result<Self, IdError> {
        if is_id(id) { Ok(Self(id.to_owned())) } else { Err(IdError::Fact(shown(id))) }
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_id(id: &str) -> bool {
    (1..=ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
}

fn shown(id: &str) -> String {
    id.chars().take(40).collect()
}

/// One line of the ledger: what an object said of one subscription when it was read back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// The subscription that it is about: never "the reader", who may have had another before.
    pub subscription: SubscriptionId,
    /// The object that says so.
    pub id: FactId,
    /// The instant at which the object said so; of two tellings the later one counts.
    pub as_of: Timestamp,
    /// What it said.
    pub what: What,
}

/// What a fact says.
///
/// Payments, refunds and disputes are a set by their kind and id: another object adds, the same one
/// told again later stands in its own place. Of the renewal and of the terms a subscription has one
/// each: the latest telling counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// A span was paid, given, or begun as a trial.
    Paid(Payment),
    /// Money went back.
    Refunded(Refund),
    /// The reader's bank asks for the money back.
    Disputed(Dispute),
    /// What is to come of the subscription.
    Renewal(Renewal),
    /// The plan was changed.
    Terms(Terms),
}

/// An invoice that was paid, a trial that began, or access that was given: it covers a span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payment {
    /// From when it covers (inclusive).
    pub starts_at: Timestamp,
    /// Until when (exclusive). A span that ends before it starts covers nothing.
    pub ends_at: Timestamp,
    /// What was charged; nothing for a free trial, and for what no card of ours pays.
    pub amount: Money,
    /// The plan's slug.
    pub plan: String,
    /// What kind of period it is.
    pub kind: PeriodKind,
    /// What it opens.
    pub opens: Vec<Entitlement>,
}

/// What kind of period it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PeriodKind {
    /// A free or cheap start.
    Trial,
    /// A first period at a lower price.
    Intro,
    /// At the plan's price.
    Usual,
    /// Paid once, elsewhere or by invoice: nothing follows by itself.
    Prepaid,
    /// Given by the paper.
    Complimentary,
    /// It comes with a printed paper.
    Print,
    /// A place in a group.
    Seat,
}

impl PeriodKind {
    /// Whether a period of this kind ends without a charge that follows it.
    #[must_use]
    pub const fn is_fixed(self) -> bool {
        matches!(self, Self::Prepaid | Self::Complimentary | Self::Print | Self::Seat)
    }
}

/// Money that went back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refund {
    /// The payment that it came from.
    pub payment: FactId,
    /// How much.
    pub amount: Money,
    /// What it does to what had been paid.
    pub access: AfterRefund,
}

/// What a refund does to access. It never ends anything by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AfterRefund {
    /// Access stays until the date that had been paid.
    Stays,
    /// The span of that payment ends here, and only that span.
    Ends {
        /// When.
        at: Timestamp,
    },
}

/// A payment that the reader's bank asks back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dispute {
    /// The payment.
    pub payment: FactId,
    /// How it stands.
    pub outcome: Outcome,
}

/// How a dispute stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// Not decided: access stays.
    Open,
    /// The paper keeps the money.
    Won,
    /// The bank took all of it back, and the span of that payment ends with it.
    Lost {
        /// When.
        at: Timestamp,
    },
}

/// What is to come of a subscription: the provider's standing of the contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Renewal {
    /// The latest charge went through, or a trial runs, and the next charge is due. A subscription
    /// whose first charge has not gone through is not told as this.
    Renews {
        /// When.
        next_charge_at: Timestamp,
        /// How much.
        amount: Money,
    },
    /// It was cancelled: nothing more is charged, and access stays until what was paid ends.
    Stops {
        /// When that is, as the provider says. It never shortens what was paid.
        ends_at: Timestamp,
    },
    /// A charge failed and is tried again. Nobody is locked out meanwhile.
    Retries {
        /// When it failed.
        since: Timestamp,
        /// The end of the grace (exclusive).
        until: Timestamp,
    },
    /// It is over, but for what was paid.
    Ended {
        /// When.
        at: Timestamp,
        /// Why.
        by: EndedBy,
    },
}

/// Why a subscription is over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EndedBy {
    /// What was paid ran out, and nothing more was heard or was to come.
    RanOut,
    /// It was cancelled.
    Cancelled,
    /// A renewal could not be paid.
    PaymentFailed,
    /// The money went back.
    Refunded,
    /// Another subscription took its place.
    Replaced,
}

/// The plan of a subscription from an instant on: it was bought, moved up or moved down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// From when. Moving down is usually told for the next period.
    pub starts_at: Timestamp,
    /// The plan's slug.
    pub plan: String,
    /// What it opens.
    pub opens: Vec<Entitlement>,
}

#[cfg(test)]
mod tests;
