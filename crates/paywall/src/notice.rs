//! What an open article says about the meter: as a value; the words are made elsewhere.

use jiff::Timestamp;

use crate::{Basis, Grant, Meterage, Past};

/// The largest number left at which the notice is also a bar at the foot of the screen.
const BAR_LEFT_MAX: u32 = 2;

/// A notice informs on an open article; it never stands in the way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Notice {
    /// More than two are left: one line under the byline.
    Left(Meterage),
    /// Two or one: the line, and a bar that can be dismissed.
    Few(Meterage),
    /// This was the last one; it stays open to the window's end.
    Last(Meterage),
    /// A trial is over and readings are left.
    TrialOver {
        /// The numbers.
        meterage: Meterage,
        /// Since when.
        ended_at: Timestamp,
    },
    /// A subscription is over and readings are left.
    SubscriptionOver {
        /// The numbers.
        meterage: Meterage,
        /// Since when.
        ended_at: Timestamp,
    },
    /// A payment failed, and access stays for a while.
    Grace {
        /// When the payment failed.
        declined_at: Timestamp,
        /// Until when everything stays open.
        until: Timestamp,
    },
    /// An institution's licence opens it for whoever comes from its network.
    Institution {
        /// Which one.
        number: u32,
    },
}

impl Notice {
    /// The notice that belongs to a grant; most grants have none.
    #[must_use]
    pub const fn of(grant: &Grant) -> Option<Self> {
        match grant.basis() {
            Basis::Held { grace: Some((declined_at, until)), .. } => {
                Some(Self::Grace { declined_at, until })
            }
            Basis::Institution { number } => Some(Self::Institution { number }),
            Basis::Reading(meterage) => Some(Self::of_meterage(meterage)),
            _ => None,
        }
    }

    /// The notice on an article that a reading opened.
    #[must_use]
    pub const fn of_meterage(meterage: Meterage) -> Self {
        let left = meterage.left();
        match meterage.past {
            _ if left == 0 => Self::Last(meterage),
            Past::Trial { ended_at, .. } => Self::TrialOver { meterage, ended_at },
            Past::Subscription { ended_at, .. } => Self::SubscriptionOver { meterage, ended_at },
            Past::Nothing if left <= BAR_LEFT_MAX => Self::Few(meterage),
            Past::Nothing => Self::Left(meterage),
        }
    }

    /// Whether it is shown as a bar, too.
    #[must_use]
    pub const fn is_bar(&self) -> bool {
        !matches!(self, Self::Left(_) | Self::Institution { .. })
    }
}
