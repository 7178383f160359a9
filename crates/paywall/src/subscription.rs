//! A subscription is a fold over appended facts: any order and any repetition of the same facts
//! gives the same state. Nothing here charges, ends or renews anything; it says what follows from
//! what a provider told.

mod facts;
mod fold;
mod spans;
mod turns;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{Interval, Money, Source};
use fold::Known;
use spans::Span;

pub use facts::{
    AfterRefund, Dispute, EndedBy, Fact, FactId, ID_BYTES_MAX, IdError, Outcome, Payment,
    PeriodKind, Refund, Renewal, SubscriptionId, Terms, What,
};
pub use turns::{Turn, TurnKind};

/// How long access stays after a charge was due and nothing was heard of it, in hours. Providers
/// settle a renewal hours after the period's end, and may be away for a day; it is not a grace,
/// because nothing is known to have failed.
pub const SILENCE_HOURS_MAX: i64 = 72;

/// One contract of a reader, as all that is known of it says.
///
/// What counts, and what it opens:
///
/// 1. Of each object the latest telling counts, by `as_of`. Where tellings of one instant differ,
///    all of them open what they open, and the one that keeps most access is told in words; where
///    that is the same, their text decides. So the order in which facts came never matters, and a
///    tie never takes access away.
/// 2. A payment opens its span, whatever is said of the subscription later. Only a refund that says
///    so, or a lost dispute, ends a span, and only that of its own payment.
/// 3. The standing holds what the record lacks. From the beginning of the contract, gaps between
///    payments are open until the end of the grace while a charge is retried, until the end that
///    was told where it was cancelled or is over, and until [`SILENCE_HOURS_MAX`] after the next
///    charge is due where it renews. What a refund or a lost dispute took back is no gap, except
///    while a charge is retried.
/// 4. A change of the plan adds what it opens from its own start on, and takes nothing from a span
///    that is paid. What is held is what the last payment opened, and what was added since.
/// 5. A payment that starts after the end of a subscription opens it again.
///
/// What a reader may read is the union over all subscriptions and everything else; see
/// [`Interval`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscription {
    id: SubscriptionId,
    intervals: Vec<Interval>,
    /// Covered by payments, in order.
    paid: Vec<Span>,
    /// The part of it that trials cover.
    trials: Vec<Span>,
    /// The part of it that was paid at the usual price.
    usual: Vec<Span>,
    taken_back: Vec<Span>,
    /// The standing; none where none is known or a payment has overtaken it.
    renewal: Option<Renewal>,
    next_charge: Option<Charge>,
    steps: Vec<Step>,
    ever_paid: bool,
    ever_charged: bool,
    takings: Vec<Money>,
    open_dispute: bool,
    /// Where it comes from, if nothing follows it.
    fixed: Option<Source>,
}

/// A charge to come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Charge {
    /// When.
    pub at: Timestamp,
    /// How much.
    pub amount: Money,
}

/// From when a plan is the subscription's; of two of one instant the one that was paid counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Step {
    starts_at: Timestamp,
    is_paid: bool,
    plan: String,
}

/// Where a subscription stands at an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SubscriptionState {
    /// Nothing is open yet.
    NotBegun {
        /// When it begins, where that is known.
        starts_at: Option<Timestamp>,
    },
    /// A trial runs, and goes on as a subscription.
    Trial {
        /// When the trial ends.
        ends_at: Timestamp,
    },
    /// It runs, and goes on.
    Active,
    /// It runs to its end, and no charge follows: it was given, paid once, or comes with something else.
    Fixed {
        /// When that is.
        ends_at: Timestamp,
        /// Where it comes from.
        source: Source,
    },
    /// It does not go on; what was paid is open until its end.
    Cancelled {
        /// When that is.
        ends_at: Timestamp,
    },
    /// A charge failed and is retried; access stays.
    InGrace {
        /// When it failed.
        since: Timestamp,
        /// Until when access stays.
        until: Timestamp,
    },
    /// It is over. A payment opens it again.
    Ended {
        /// Since when nothing is open.
        at: Timestamp,
        /// Why.
        by: EndedBy,
    },
}

impl Subscription {
    /// The subscription `id`, as `facts` tell it; `None` where none of them is about it. Facts
    /// about others are passed over.
    #[must_use]
    pub fn fold<'a>(
        id: &SubscriptionId,
        facts: impl IntoIterator<Item = &'a Fact>,
    ) -> Option<Self> {
        let mut known = None;
        for fact in facts.into_iter().filter(|fact| fact.subscription == *id) {
            known.get_or_insert_with(Known::default).learn(fact);
        }
        known.map(|known| known.into_subscription(id.clone()))
    }

    /// Every subscription that `facts` are about, in the order of their ids.
    #[must_use]
    pub fn fold_each<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Vec<Self> {
        let mut known: BTreeMap<&SubscriptionId, Known<'a>> = BTreeMap::new();
        for fact in facts {
            known.entry(&fact.subscription).or_default().learn(fact);
        }
        known.into_iter().map(|(id, known)| known.into_subscription(id.clone())).collect()
    }

    /// Which one it is.
    #[must_use]
    pub const fn id(&self) -> &SubscriptionId {
        &self.id
    }

    /// Everything that it ever opened or is known to open, by start; spans of one kind that touch
    /// are one. An interval of a grace has its `grace_from`, and stands beside the one that was
    /// paid.
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// Where it stands at `now`. It is over or not begun exactly where none of its intervals is
    /// live.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> SubscriptionState {
        let Some(ends_at) = self.open_until(now) else { return self.closed(now) };
        match self.renewal {
            Some(Renewal::Retries { since, until }) if since <= now => {
                SubscriptionState::InGrace { since, until }
            }
            Some(Renewal::Stops { .. } | Renewal::Ended { .. }) => {
                SubscriptionState::Cancelled { ends_at }
            }
            Some(Renewal::Renews { .. } | Renewal::Retries { .. }) | None => {
                if let Some(source) = self.fixed {
                    SubscriptionState::Fixed { ends_at, source }
                } else if self.is_trial(now) {
                    let trial = self.trials.iter().find(|span| span.holds(now));
                    let ends_at = trial.map_or(ends_at, |span| span.ends_at);
                    SubscriptionState::Trial { ends_at }
                } else {
                    SubscriptionState::Active
                }
            }
        }
    }

    /// The state where nothing is open.
    fn closed(&self, now: Timestamp) -> SubscriptionState {
        let ended = |at| SubscriptionState::Ended { at, by: self.ended_by(at) };
        let ends = self.intervals.iter().filter_map(|interval| interval.ends_at);
        if let Some(at) = ends.filter(|end| *end <= now).max() {
            return ended(at);
        }
        if let Some(first) = self.intervals.first() {
            return SubscriptionState::NotBegun { starts_at: Some(first.starts_at) };
        }
        // Nothing was ever open: it ended before it began, or its money went back first.
        let taken_back = self.taken_back.iter().map(|span| span.starts_at).max();
        match (self.renewal, taken_back) {
            (Some(Renewal::Ended { at, by }), _) => SubscriptionState::Ended { at, by },
            (_, Some(at)) => ended(at),
            (_, None) => SubscriptionState::NotBegun { starts_at: None },
        }
    }

    fn ended_by(&self, at: Timestamp) -> EndedBy {
        if self.taken_back.iter().any(|span| span.starts_at == at) {
            return EndedBy::Refunded;
        }
        match self.renewal {
            Some(Renewal::Ended { by, .. }) => by,
            Some(Renewal::Stops { .. }) => EndedBy::Cancelled,
            Some(Renewal::Retries { .. }) => EndedBy::PaymentFailed,
            Some(Renewal::Renews { .. }) | None => EndedBy::RanOut,
        }
    }

    /// Until when something stays open without a break from `now` on; `None` where nothing is open
    /// at `now`.
    #[must_use]
    pub fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        let mut until = None;
        for interval in &self.intervals {
            if interval.starts_at <= until.unwrap_or(now) && interval.ends_at > Some(now) {
                until = until.max(interval.ends_at);
            }
        }
        until
    }

    /// Whether all that is open at `now` is a trial, cancelled or not.
    #[must_use]
    pub fn is_trial(&self, now: Timestamp) -> bool {
        let mut live = self.intervals.iter().filter(|interval| interval.is_live(now)).peekable();
        live.peek().is_some() && live.all(|interval| interval.source == Source::Trial)
    }

    /// Whether the time that runs at `now` was paid at the plan's own price: no trial, and no cheaper
    /// first period.
    #[must_use]
    pub fn is_at_usual(&self, now: Timestamp) -> bool {
        self.usual.iter().any(|span| span.holds(now))
    }

    /// The end of the last span that is paid or begun as a trial, and was not taken back; `None`
    /// where there is none.
    #[must_use]
    pub fn paid_until(&self) -> Option<Timestamp> {
        self.paid.last().map(|span| span.ends_at)
    }

    /// The charge that the provider announced last: when, and how much. `None` where none is to
    /// come, where a charge is being retried, and where the announced one was made and the next one
    /// is not known yet.
    #[must_use]
    pub const fn next_charge(&self) -> Option<Charge> {
        self.next_charge
    }

    /// The slug of its plan at `now`; before its start the first plan. `None` where neither a
    /// payment nor terms are known.
    #[must_use]
    pub fn plan(&self, now: Timestamp) -> Option<&str> {
        let begun = self.steps.iter().rfind(|step| step.starts_at <= now);
        begun.or(self.steps.first()).map(|step| step.plan.as_str())
    }

    /// Each of its plans, from when and until when it is the subscription's: the first from ever on, the last for ever. In order.
    pub fn plans(&self) -> impl Iterator<Item = (&str, Timestamp, Option<Timestamp>)> {
        self.steps.iter().enumerate().map(|(place, step)| {
            let from = if place == 0 { Timestamp::MIN } else { step.starts_at };
            let to = self.steps.get(place + 1).map(|next| next.starts_at);
            (step.plan.as_str(), from, to)
        })
    }

    /// The plan that it changes to after `now`, and when; `None` where no change is known.
    #[must_use]
    pub fn next_plan(&self, now: Timestamp) -> Option<(&str, Timestamp)> {
        let plan = self.plan(now)?;
        let mut later = self.steps.iter().filter(|step| step.starts_at > now);
        later.find(|step| step.plan != plan).map(|step| (step.plan.as_str(), step.starts_at))
    }

    /// The standing that the provider told last; `None` where none is known or a later payment has
    /// overtaken it.
    #[must_use]
    pub const fn renewal(&self) -> Option<Renewal> {
        self.renewal
    }

    /// Whether a payment or the beginning of a trial is known, taken back or not.
    #[must_use]
    pub const fn was_ever_paid(&self) -> bool {
        self.ever_paid
    }

    /// Whether more than nothing was ever charged, even if it went back.
    #[must_use]
    pub const fn was_ever_charged(&self) -> bool {
        self.ever_charged
    }

    /// What was paid less what went back by refunds and lost disputes, a sum for each currency, by
    /// its letters. A refund counts once its payment is known, and never for more than was paid.
    #[must_use]
    pub fn takings(&self) -> &[Money] {
        &self.takings
    }

    /// Whether a bank asks for some payment back, and it is not decided.
    #[must_use]
    pub const fn has_open_dispute(&self) -> bool {
        self.open_dispute
    }
}

#[cfg(test)]
mod tests;
