//! What happened in a contract, told from its facts: a trial, the time in which it was held, money that came and money that went. It is
//! what sums over all contracts are made of; who may read what follows from other things, and nothing is decided here.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::fold::Known;
use super::{Fact, FactId, PeriodKind, Renewal, Subscription, SubscriptionId, What};
use crate::{Money, Source};

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// When; of what lasts, from when (inclusive).
    pub at: Timestamp,
    /// The slug of the plan that it was about; empty where none is known.
    pub plan: String,
    /// What it was.
    pub kind: TurnKind,
}

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TurnKind {
    /// A trial began.
    Trial {
        /// Until when it runs (exclusive).
        ends_at: Timestamp,
        /// Whether a payment followed it.
        became_paid: bool,
    },
    /// From then on it was held and paid for, grace and silence included.
    Held {
        /// Until when (exclusive); a time to come moves with each payment.
        ends_at: Timestamp,
    },
    /// It was told not to go on.
    Cancelled,
    /// Money came.
    Paid(Money),
    /// Money went back to the reader: never more of a payment than came.
    Refunded(Money),
    /// A bank took money back: what was left of the payment.
    Lost(Money),
}

impl Subscription {
    /// What happened in the subscription `id`, in order. What came less what went is [`Subscription::takings`], whatever the facts.
    #[must_use]
    pub fn turns(id: &SubscriptionId, facts: &[Fact]) -> Vec<Turn> {
        let own = || facts.iter().filter(|fact| fact.subscription == *id);
        let mut known = Known::default();
        own().for_each(|fact| known.learn(fact));
        let mut told = FirstTold::default();
        for fact in own() {
            let of_kind = match fact.what {
                What::Paid(_) => &mut told.payments,
                What::Refunded(_) => &mut told.refunds,
                _ => continue,
            };
            let first = of_kind.entry(&fact.id).or_insert(fact.as_of);
            *first = fact.as_of.min(*first);
        }
        let mut turns = known.money(&told);
        turns.extend(known.trials());
        let Some(whole) = Self::fold(id, facts) else { return Vec::new() };
        turns.extend(whole.held());
        turns.extend(cancellations(own()).into_iter().map(|at| Turn {
            at,
            plan: whole.plan(at).unwrap_or_default().to_owned(),
            kind: TurnKind::Cancelled,
        }));
        turns.sort_by(|one, other| one.at.cmp(&other.at).then(order(one.kind, other.kind)));
        turns
    }

    /// The times in which it was held and paid for: those that touch are one.
    fn held(&self) -> Vec<Turn> {
        let paid = self.intervals().iter().filter(|interval| interval.source == Source::Paid);
        let mut spans: Vec<(Timestamp, Timestamp)> = paid
            .map(|interval| (interval.starts_at, interval.ends_at.unwrap_or(Timestamp::MAX)))
            .filter(|(starts_at, ends_at)| starts_at < ends_at)
            .collect();
        spans.sort_unstable();
        let mut held: Vec<(Timestamp, Timestamp)> = Vec::new();
        for (starts_at, ends_at) in spans {
            match held.last_mut() {
                Some(last) if starts_at <= last.1 => last.1 = last.1.max(ends_at),
                _ => held.push((starts_at, ends_at)),
            }
        }
        let turn = |(at, ends_at)| Turn {
            at,
            plan: self.plan(at).unwrap_or_default().to_owned(),
            kind: TurnKind::Held { ends_at },
        };
        held.into_iter().map(turn).collect()
    }
}

/// The instants at which it was told not to go on, having been told otherwise before, or nothing.
fn cancellations<'a>(facts: impl Iterator<Item = &'a Fact>) -> Vec<Timestamp> {
    let told = facts.filter_map(|fact| match fact.what {
        What::Renewal(renewal) => Some((fact.as_of, renewal)),
        _ => None,
    });
    let mut told: Vec<(Timestamp, bool)> =
        told.map(|(at, renewal)| (at, matches!(renewal, Renewal::Stops { .. }))).collect();
    told.sort_unstable();
    let mut stops = false;
    let mut found = Vec::new();
    for (at, is_stop) in told {
        if is_stop && !stops {
            found.push(at);
        }
        stops = is_stop;
    }
    found
}

/// An order of things of one instant that does not depend on the order of the facts.
fn order(one: TurnKind, other: TurnKind) -> Ordering {
    let rank = |kind: TurnKind| match kind {
        TurnKind::Trial { ends_at, .. } => (0, ends_at.as_microsecond()),
        TurnKind::Held { ends_at } => (1, ends_at.as_microsecond()),
        TurnKind::Paid(money) => (2, money.minor),
        TurnKind::Refunded(money) => (3, money.minor),
        TurnKind::Lost(money) => (4, money.minor),
        TurnKind::Cancelled => (5, 0),
    };
    rank(one).cmp(&rank(other))
}

/// When each object was told first: what is told of it later may be more exact, and is about the same day.
#[derive(Default)]
struct FirstTold<'a> {
    payments: BTreeMap<&'a FactId, Timestamp>,
    refunds: BTreeMap<&'a FactId, Timestamp>,
}

impl Known<'_> {
    /// Each payment with what went back of it.
    fn money(&self, told: &FirstTold<'_>) -> Vec<Turn> {
        let mut turns = Vec::new();
        for (id, paid) in self.told_payments() {
            let told_at = |of: &BTreeMap<&FactId, Timestamp>, id: &FactId| {
                of.get(id).copied().unwrap_or(Timestamp::MIN)
            };
            let turn = |at, kind| Turn { at, plan: paid.plan.clone(), kind };
            let currency = paid.amount.currency;
            let mut left = paid.amount.minor.max(0);
            if paid.amount.minor != 0 {
                turns.push(turn(told_at(&told.payments, id), TurnKind::Paid(paid.amount)));
            }
            let mut back: Vec<(Timestamp, i64)> = self
                .told_refunds()
                .filter(|(_, refund)| refund.payment == *id && refund.amount.currency == currency)
                .map(|(own, refund)| (told_at(&told.refunds, own), refund.amount.minor.max(0)))
                .collect();
            back.sort_unstable();
            for (at, minor) in back {
                let minor = minor.min(left);
                left -= minor;
                if minor > 0 {
                    turns.push(turn(at, TurnKind::Refunded(Money { minor, currency })));
                }
            }
            // What was refunded cannot be lost again.
            if let Some(at) = self.lost_at(id).filter(|_| left > 0) {
                turns.push(turn(at, TurnKind::Lost(Money { minor: left, currency })));
            }
        }
        turns
    }

    fn trials(&self) -> Vec<Turn> {
        let all: Vec<_> = self.told_payments().map(|(_, paid)| paid).collect();
        let trials = all.iter().filter(|paid| paid.kind == PeriodKind::Trial);
        let trials = trials.filter(|paid| paid.starts_at < paid.ends_at && !paid.opens.is_empty());
        trials
            .map(|trial| {
                let became_paid = all.iter().any(|paid| {
                    use PeriodKind::{Intro, Prepaid, Usual};
                    matches!(paid.kind, Intro | Usual | Prepaid)
                        && paid.amount.minor > 0
                        && paid.starts_at >= trial.starts_at
                });
                let kind = TurnKind::Trial { ends_at: trial.ends_at, became_paid };
                Turn { at: trial.starts_at, plan: trial.plan.clone(), kind }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
