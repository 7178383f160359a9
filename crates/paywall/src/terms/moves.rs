//! Moving from one plan to another: from when the new one holds, so that no paid time is lost and nobody is without access for
//! a moment. What it costs at once is the provider's to say.

use crate::{Period, Price};

/// From when another plan holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlanMove {
    /// At once: what is left of the time that was paid is set against the new price.
    Now,
    /// When the time that was paid ends: until then everything stays as it is.
    NextPeriod,
}

impl PlanMove {
    /// How a reader who pays `from` moves to `to`; `None` where that cannot be without losing something: to another currency, or
    /// from a year that is paid to months, which would owe the reader money.
    #[must_use]
    pub fn between(from: Price, to: Price) -> Option<Self> {
        if from.amount.currency != to.amount.currency {
            return None;
        }
        match (from.period, to.period) {
            (Period::Year, Period::Month) => None,
            (Period::Month, Period::Year) => Some(Self::Now),
            _ if to.amount.minor > from.amount.minor => Some(Self::Now),
            _ => Some(Self::NextPeriod),
        }
    }

    /// How a contract that is paid by invoice moves: with the next invoice, whatever the price and the period, as nothing is owed to
    /// anybody then. `None` for another currency.
    #[must_use]
    pub fn by_invoice(from: Price, to: Price) -> Option<Self> {
        (from.amount.currency == to.amount.currency).then_some(Self::NextPeriod)
    }
}
