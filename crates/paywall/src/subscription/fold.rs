//! From facts to a subscription. Of each fact that can be told again the latest telling is kept,
//! and all of those that were told at one instant; what follows is worked out from what was kept,
//! never from the order in which it came.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::facts::{
    AfterRefund, Dispute, EndedBy, Fact, FactId, Outcome, Payment, PeriodKind, Refund, Renewal,
    Terms, What,
};
use super::spans::{Span, joined, outside};
use super::{Charge, SILENCE_HOURS_MAX, Step, Subscription, SubscriptionId};
use crate::{Currency, Ending, Entitlement, Interval, Money, Source};

/// The latest telling of one thing: more than one where tellings of the same instant differ.
struct Latest<'a, T> {
    as_of: Timestamp,
    tied: Vec<&'a T>,
}

impl<T> Default for Latest<'_, T> {
    fn default() -> Self {
        Self { as_of: Timestamp::MIN, tied: Vec::new() }
    }
}

impl<'a, T: PartialEq> Latest<'a, T> {
    fn learn(&mut self, as_of: Timestamp, what: &'a T) {
        if as_of > self.as_of {
            *self = Self { as_of, tied: vec![what] };
        } else if as_of == self.as_of && !self.tied.contains(&what) {
            self.tied.push(what);
        }
    }
}

/// What is known of one subscription.
#[derive(Default)]
pub(super) struct Known<'a> {
    payments: BTreeMap<&'a FactId, Latest<'a, Payment>>,
    refunds: BTreeMap<&'a FactId, Latest<'a, Refund>>,
    disputes: BTreeMap<&'a FactId, Latest<'a, Dispute>>,
    renewal: Latest<'a, Renewal>,
    terms: Latest<'a, Terms>,
}

impl<'a> Known<'a> {
    pub(super) fn learn(&mut self, fact: &'a Fact) {
        let as_of = fact.as_of;
        match &fact.what {
            What::Paid(paid) => self.payments.entry(&fact.id).or_default().learn(as_of, paid),
            What::Refunded(back) => self.refunds.entry(&fact.id).or_default().learn(as_of, back),
            What::Disputed(asked) => self.disputes.entry(&fact.id).or_default().learn(as_of, asked),
            What::Renewal(renewal) => self.renewal.learn(as_of, renewal),
            What::Terms(terms) => self.terms.learn(as_of, terms),
        }
    }

    /// Of refunds that one object told differently at one instant, the one that leaves more access.
    fn refunds(&self) -> impl Iterator<Item = &'a Refund> {
        let access = |refund: &Refund| match refund.access {
            AfterRefund::Ends { at } => Some(Reverse(at)),
            AfterRefund::Stays => None,
        };
        // The greatest comes last: to stay is none of the ends, and an early end is greater than a
        // late one.
        let rank =
            move |refund: &&&'a Refund| (access(refund), sum(refund.amount), &refund.payment);
        self.refunds.values().filter_map(move |told| told.tied.iter().min_by_key(rank).copied())
    }

    /// Likewise of disputes.
    fn disputes(&self) -> impl Iterator<Item = &'a Dispute> {
        let rank = |dispute: &&&'a Dispute| {
            let outcome = match dispute.outcome {
                Outcome::Won => (0, None),
                Outcome::Open => (1, None),
                Outcome::Lost { at } => (2, Some(Reverse(at))),
            };
            (outcome, &dispute.payment)
        };
        self.disputes.values().filter_map(move |told| told.tied.iter().min_by_key(rank).copied())
    }

    /// When the span of a payment ends before its time: the first of the refunds and lost disputes
    /// that say so.
    fn ended_early(&self, payment: &FactId) -> Option<Timestamp> {
        let refunds = self.refunds().filter(|refund| refund.payment == *payment);
        let of_refunds = refunds.filter_map(|refund| match refund.access {
            AfterRefund::Ends { at } => Some(at),
            AfterRefund::Stays => None,
        });
        of_refunds.chain(self.lost_at(payment)).min()
    }

    /// Each payment by its id, as it counts.
    pub(super) fn told_payments(&self) -> impl Iterator<Item = (&'a FactId, &'a Payment)> {
        self.payments.iter().filter_map(|(id, told)| {
            let paid = told.tied.iter().copied().max_by_key(|&paid| most(paid))?;
            Some((*id, paid))
        })
    }

    /// Each refund by its id, as it counts.
    pub(super) fn told_refunds(&self) -> impl Iterator<Item = (&'a FactId, &'a Refund)> {
        self.refunds.keys().copied().zip(self.refunds())
    }

    /// When a bank took a payment back, where it did: the first time.
    pub(super) fn lost_at(&self, payment: &FactId) -> Option<Timestamp> {
        let disputes = self.disputes().filter(|dispute| dispute.payment == *payment);
        let lost = disputes.filter_map(|dispute| match dispute.outcome {
            Outcome::Lost { at } => Some(at),
            Outcome::Open | Outcome::Won => None,
        });
        lost.min()
    }

    fn covered(&self) -> Vec<Covered<'a>> {
        let of = |(id, told): (&&'a FactId, &Latest<'a, Payment>)| {
            let covers = |paid: &&Payment| paid.starts_at < paid.ends_at && !paid.opens.is_empty();
            let tellings: Vec<_> = told.tied.iter().copied().filter(covers).collect();
            let is_doubted = tellings.len() < told.tied.len();
            let early = self.ended_early(id);
            let covered = Covered { as_of: told.as_of, tellings, is_doubted, early };
            (!covered.tellings.is_empty()).then_some(covered)
        };
        self.payments.iter().filter_map(of).collect()
    }

    /// What each payment brought: charged, and left of that.
    fn takings(&self) -> impl Iterator<Item = (Money, Money)> {
        self.told_payments().map(|(id, paid)| {
            let charged = i128::from(paid.amount.minor);
            let refunds = self.refunds().filter(|refund| refund.payment == *id);
            let same = refunds.filter(|refund| refund.amount.currency == paid.amount.currency);
            let back: i128 = same.map(|refund| i128::from(refund.amount.minor.max(0))).sum();
            let is_lost = self.lost_at(id).is_some();
            // No more can go back than was paid: what was refunded cannot be lost again.
            let back = if is_lost { charged } else { back }.clamp(0, charged.max(0));
            let minor = i64::try_from(charged - back).unwrap_or(i64::MAX);
            (paid.amount, Money { minor, currency: paid.amount.currency })
        })
    }

    pub(super) fn into_subscription(self, id: SubscriptionId) -> Subscription {
        let contract = Contract::of(&self);
        let renewal = contract.standing(&self.renewal);
        let ever_charged = self.takings().any(|(charged, _)| charged.minor > 0);
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for (_, kept) in self.takings() {
            *sums.entry(kept.currency).or_default() += i128::from(kept.minor);
        }
        let clamped = |sum: i128| sum.clamp(i64::MIN.into(), i64::MAX.into());
        let takings = sums.into_iter().map(|(currency, sum)| Money {
            minor: i64::try_from(clamped(sum)).unwrap_or(i64::MAX),
            currency,
        });
        let takings = takings.collect();
        let open_dispute = self.disputes().any(|dispute| dispute.outcome == Outcome::Open);
        Subscription {
            intervals: contract.intervals(&self.renewal, renewal, ever_charged),
            trials: joined(contract.effective(|paid| paid.kind == PeriodKind::Trial)),
            usual: joined(contract.effective(|paid| paid.kind == PeriodKind::Usual)),
            paid: contract.paid.clone(),
            taken_back: contract.covered.iter().filter_map(Covered::taken_back).collect(),
            next_charge: contract.next_charge(renewal),
            steps: contract.steps(),
            ever_paid: !self.payments.is_empty(),
            id,
            renewal,
            ever_charged,
            takings,
            open_dispute,
            fixed: renewal.is_none().then(|| contract.fixed()).flatten(),
        }
    }
}

/// A payment as a span: each of its tellings, where those of one instant differ.
struct Covered<'a> {
    as_of: Timestamp,
    tellings: Vec<&'a Payment>,
    /// Another telling of the same instant says that it covers nothing.
    is_doubted: bool,
    /// When the span ends before its time.
    early: Option<Timestamp>,
}

impl<'a> Covered<'a> {
    /// What it covers in effect.
    fn spans(&self) -> impl Iterator<Item = (&'a Payment, Span)> {
        self.tellings.iter().filter_map(|paid| {
            let ends_at = self.early.map_or(paid.ends_at, |early| early.min(paid.ends_at));
            Some((*paid, Span::between(paid.starts_at, ends_at)?))
        })
    }

    /// What it covered, and covers no more because the money went back: as little as any of its
    /// tellings says.
    fn taken_back(&self) -> Option<Span> {
        if self.is_doubted {
            return None;
        }
        let starts_at = self.tellings.iter().map(|paid| paid.starts_at).max()?;
        let ends_at = self.tellings.iter().map(|paid| paid.ends_at).min()?;
        Span::between(self.early?.max(starts_at), ends_at)
    }

    /// The end of what was paid, taken back or not.
    fn ends_at(&self) -> Option<Timestamp> {
        self.tellings.iter().map(|paid| paid.ends_at).max()
    }

    fn starts_at(&self) -> Option<Timestamp> {
        self.tellings.iter().map(|paid| paid.starts_at).min()
    }
}

/// What was paid and on which terms: all that access follows from, but for the standing.
struct Contract<'a> {
    covered: Vec<Covered<'a>>,
    /// What is covered by payments, in order.
    paid: Vec<Span>,
    /// The same, and what was taken back.
    told: Vec<Span>,
    /// In order.
    terms: Vec<&'a Terms>,
    /// The end of the last payment, taken back or not.
    last_ends_at: Option<Timestamp>,
}

/// A span that opens something, before those that belong together are joined.
#[derive(Clone, Copy)]
struct Piece<'a> {
    entitlement: &'a Entitlement,
    source: Source,
    grace_from: Option<Timestamp>,
    span: Span,
}

impl<'a> Piece<'a> {
    /// Pieces of one kind are joined.
    fn kind(&self) -> (&'a Entitlement, u8, Option<Timestamp>) {
        (self.entitlement, self.source.rank(), self.grace_from)
    }
}

impl<'a> Contract<'a> {
    fn of(known: &Known<'a>) -> Self {
        let covered = known.covered();
        let mut terms = known.terms.tied.clone();
        terms.sort_unstable_by_key(|terms| (terms.starts_at, &terms.plan, &terms.opens));
        let spans =
            |covered: &Covered<'a>| covered.spans().map(|(_, span)| span).collect::<Vec<_>>();
        let paid = joined(covered.iter().flat_map(spans));
        let taken_back = covered.iter().filter_map(Covered::taken_back);
        let told = joined(paid.iter().copied().chain(taken_back));
        let last_ends_at = covered.iter().filter_map(Covered::ends_at).max();
        Self { covered, paid, told, terms, last_ends_at }
    }

    /// What payments of that sort cover in effect.
    fn effective(&self, of: impl Fn(&Payment) -> bool) -> Vec<Span> {
        let spans = self.covered.iter().flat_map(Covered::spans);
        spans.filter(|(paid, _)| of(paid)).map(|(_, span)| span).collect()
    }

    /// The payments that end last.
    fn last(&self) -> impl Iterator<Item = &Covered<'a>> {
        self.covered.iter().filter(|covered| covered.ends_at() == self.last_ends_at)
    }

    /// Where the last of it comes from, if that ends without a charge that follows.
    fn fixed(&self) -> Option<Source> {
        let mut last = self.last().flat_map(|covered| covered.tellings.iter());
        let kind = last.next().map(|paid| paid.kind).filter(|kind| kind.is_fixed())?;
        last.all(|paid| paid.kind == kind).then(|| source(kind))
    }

    /// Where the contract begins: nothing is held before.
    fn starts_at(&self) -> Option<Timestamp> {
        let payments = self.covered.iter().filter_map(Covered::starts_at);
        let opening = self.terms.iter().filter(|terms| !terms.opens.is_empty());
        payments.chain(opening.map(|terms| terms.starts_at)).min()
    }

    /// Until when a standing vouches for the contract.
    fn held_until(&self, renewal: Renewal) -> Timestamp {
        match renewal {
            Renewal::Stops { ends_at } => ends_at,
            Renewal::Retries { until, .. } => until,
            Renewal::Ended { at, .. } => at,
            Renewal::Renews { next_charge_at, .. } => {
                let due = next_charge_at.max(self.last_ends_at.unwrap_or(next_charge_at));
                // A period whose money went back is not followed by silence: its end was told.
                if self.is_taken_back_up_to(due) {
                    return due;
                }
                let silence = SignedDuration::from_hours(SILENCE_HOURS_MAX);
                due.checked_add(silence).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Whether the last that is told before an instant is that a span up to it was taken back.
    fn is_taken_back_up_to(&self, instant: Timestamp) -> bool {
        let ends_there = |span: Span| span.ends_at == instant;
        let mut taken_back = self.covered.iter().filter_map(Covered::taken_back);
        taken_back.any(ends_there) && !self.paid.iter().copied().any(ends_there)
    }

    /// What a standing holds besides what was paid: the gaps of the record up to where it vouches.
    fn held(&self, renewal: Renewal) -> Vec<Span> {
        let until = self.held_until(renewal);
        let whole = self.starts_at().and_then(|starts_at| Span::between(starts_at, until));
        let gaps = whole.map(|whole| outside(whole, &self.told)).unwrap_or_default();
        let retries = match renewal {
            // Not even a refund locks out while the provider retries.
            Renewal::Retries { since, until } => Span::between(since, until),
            _ => None,
        };
        let retried = retries.map(|span| outside(span, &self.paid)).unwrap_or_default();
        joined(gaps.into_iter().chain(retried))
    }

    /// The standing that counts in words: of several of one instant the one that keeps most access;
    /// none where a payment has overtaken it.
    fn standing(&self, told: &Latest<'a, Renewal>) -> Option<Renewal> {
        let rank = |renewal: &Renewal| (self.held_until(*renewal), meaning(renewal));
        let renewal = told.tied.iter().copied().copied().max_by_key(rank)?;
        let overtaken = match renewal {
            Renewal::Renews { .. } | Renewal::Stops { .. } => false,
            Renewal::Retries { until, .. } => self.paid.last().is_some_and(|p| p.ends_at > until),
            Renewal::Ended { at, .. } => self.covered.iter().any(|covered| {
                let begins_later = covered.spans().any(|(_, span)| span.starts_at >= at);
                begins_later && covered.as_of >= told.as_of
            }),
        };
        (!overtaken).then_some(renewal)
    }

    /// The charge that was announced, unless a payment shows that it was made.
    fn next_charge(&self, renewal: Option<Renewal>) -> Option<Charge> {
        let Some(Renewal::Renews { next_charge_at, amount }) = renewal else { return None };
        let mut payments = self.covered.iter().flat_map(|covered| covered.tellings.iter());
        let made = payments.any(|paid| paid.starts_at >= next_charge_at);
        (!made).then_some(Charge { at: next_charge_at, amount })
    }

    /// Which plan from when.
    fn steps(&self) -> Vec<Step> {
        let payments = self.covered.iter().flat_map(|covered| covered.tellings.iter());
        let of_payments = payments.map(|paid| Step {
            starts_at: paid.starts_at,
            is_paid: true,
            plan: paid.plan.clone(),
        });
        let of_terms = self.terms.iter().map(|terms| Step {
            starts_at: terms.starts_at,
            is_paid: false,
            plan: terms.plan.clone(),
        });
        let mut steps: Vec<Step> = of_payments.chain(of_terms).collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// What payments open: their own, and from a later change of the plan on also what that opens.
    fn pieces_paid(&self) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        for (paid, span) in self.covered.iter().flat_map(Covered::spans) {
            let source = source(paid.kind);
            let mut open = |entitlement, span| {
                pieces.push(Piece { entitlement, source, grace_from: None, span });
            };
            paid.opens.iter().for_each(|entitlement| open(entitlement, span));
            for terms in self.terms.iter().filter(|terms| terms.starts_at > paid.starts_at) {
                if let Some(span) = span.from(terms.starts_at) {
                    terms.opens.iter().for_each(|entitlement| open(entitlement, span));
                }
            }
        }
        pieces
    }

    /// What a standing holds open: all that the last payment opened, and what the plan opens since
    /// a later change.
    fn pieces_held(&self, renewal: Renewal) -> Vec<Piece<'a>> {
        let last: Vec<&'a Payment> =
            self.last().flat_map(|covered| covered.tellings.iter().copied()).collect();
        let mut sources = last.iter().map(|paid| source(paid.kind));
        let first = sources.next().unwrap_or(Source::Paid);
        let source = if sources.all(|other| other == first) { first } else { Source::Paid };
        let of_payments = last.iter().flat_map(|paid| paid.opens.iter());
        let mut opens: Vec<(&'a Entitlement, Timestamp)> =
            of_payments.map(|entitlement| (entitlement, Timestamp::MIN)).collect();
        for terms in &self.terms {
            // Where nothing is known to be paid, the terms alone say what opens.
            let from = if last.is_empty() { Timestamp::MIN } else { terms.starts_at };
            if last.is_empty() || last.iter().any(|paid| terms.starts_at > paid.starts_at) {
                opens.extend(terms.opens.iter().map(|entitlement| (entitlement, from)));
            }
        }
        let mut pieces = Vec::new();
        for span in self.held(renewal) {
            let grace_from = match renewal {
                Renewal::Retries { since, .. } => Some(since).filter(|since| *since < span.ends_at),
                _ => None,
            };
            for (entitlement, from) in &opens {
                let span = span.from(*from);
                pieces.extend(span.map(|span| Piece { entitlement, source, grace_from, span }));
            }
        }
        pieces
    }

    /// All that the subscription opens: what is paid, and what each standing of the latest instant
    /// holds.
    fn intervals(
        &self,
        told: &Latest<'a, Renewal>,
        standing: Option<Renewal>,
        ever_charged: bool,
    ) -> Vec<Interval> {
        let held = told.tied.iter().flat_map(|renewal| self.pieces_held(**renewal));
        let mut pieces: Vec<Piece<'a>> = self.pieces_paid().into_iter().chain(held).collect();
        pieces.sort_unstable_by_key(Piece::kind);
        let failed = matches!(
            standing,
            Some(Renewal::Retries { .. } | Renewal::Ended { by: EndedBy::PaymentFailed, .. })
        );
        let ending = |source| match source {
            // A trial whose first charge failed took no money: that is what its reader is told.
            Source::Paid if failed => Ending::PaymentFailed,
            _ if ever_charged => Ending::RanOutCharged,
            _ => Ending::RanOut,
        };
        let mut intervals = Vec::new();
        for kind in pieces.chunk_by(|one, other| one.kind() == other.kind()) {
            let Piece { entitlement, source, grace_from, .. } = kind[0];
            intervals.extend(joined(kind.iter().map(|piece| piece.span)).into_iter().map(|span| {
                Interval {
                    entitlement: entitlement.clone(),
                    source,
                    starts_at: span.starts_at,
                    grace_from,
                    ends_at: Some(span.ends_at),
                    ending: ending(source),
                }
            }));
        }
        // The rest of the order is that of the kinds.
        intervals.sort_by_key(|interval| (interval.starts_at, interval.ends_at));
        intervals
    }
}

const fn source(kind: PeriodKind) -> Source {
    match kind {
        PeriodKind::Trial => Source::Trial,
        PeriodKind::Intro | PeriodKind::Usual | PeriodKind::Prepaid => Source::Paid,
        PeriodKind::Complimentary => Source::Complimentary,
        PeriodKind::Print => Source::Print,
        PeriodKind::Seat => Source::Seat,
    }
}

/// A sum of money as a key: an order without a meaning.
const fn sum(money: Money) -> (Currency, i64) {
    (money.currency, money.minor)
}

/// A payment as a key, the one that covers most at the end.
fn most(paid: &Payment) -> impl Ord {
    let span = (paid.ends_at, Reverse(paid.starts_at));
    (span, sum(paid.amount), paid.kind, &paid.plan, &paid.opens)
}

/// A standing as a key: where two keep the same access, the one that promises most at the end.
fn meaning(renewal: &Renewal) -> impl Ord + use<> {
    match *renewal {
        Renewal::Ended { at, by } => (0, at, None, Some(Reverse(by)), None),
        Renewal::Stops { ends_at } => (1, ends_at, None, None, None),
        Renewal::Retries { since, until } => (2, until, Some(since), None, None),
        Renewal::Renews { next_charge_at, amount } => {
            (3, next_charge_at, None, None, Some(sum(amount)))
        }
    }
}
