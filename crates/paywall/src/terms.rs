//! The rules of an offer: for how long, for whom, how often, and what is charged when. Pure values
//! and civil dates in the paper's zone; proration, taxes and the charge itself are the provider's.

mod dates;
mod moves;

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::subscription::{Charge, Subscription, SubscriptionState};
use crate::{Money, Price};

pub use dates::{Moment, days_after, renewal_at};
pub use moves::PlanMove;

/// The longest trial, in days.
pub const TRIAL_DAYS_MAX: u16 = 366;
/// The most periods that an offer can last.
pub const OFFER_PERIODS_MAX: u32 = 36;
/// The longest name of an offer, in bytes.
pub const OFFER_ID_BYTES_MAX: usize = 32;

/// The name of an offer, by which the paper remembers who took it: at most 32 of `[a-z0-9-]`. A
/// name is never used for another offer.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct OfferId(String);

impl OfferId {
    /// Checks and wraps a name.
    ///
    /// # Errors
    /// [`TermsError::Id`] when the name is empty, longer than [`OFFER_ID_BYTES_MAX`] or has other
    /// characters.
    pub fn parse(name: &str) -> Result<Self, TermsError> {
        let fits = (1..=OFFER_ID_BYTES_MAX).contains(&name.len())
            && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits {
            Ok(Self(name.to_owned()))
        } else {
            Err(TermsError::Id(name.chars().take(40).collect()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is special about the first time; after it the plan's price holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OfferTerms {
    /// Nothing is charged until the trial ends.
    FreeTrial {
        /// Civil days, 1 to [`TRIAL_DAYS_MAX`].
        days: u16,
    },
    /// A small sum at once, and nothing more until the trial ends.
    CheapTrial {
        /// Civil days, 1 to [`TRIAL_DAYS_MAX`].
        days: u16,
        /// What is charged at once.
        amount: Money,
    },
    /// One sum at once for the first periods together: "3 months for $9".
    Intro {
        /// 1 to [`OFFER_PERIODS_MAX`].
        periods: u32,
        /// What they cost together.
        amount: Money,
    },
    /// The first periods cost less, each charged when it begins.
    PercentOff {
        /// 1 to 99. What remains is rounded down to the minor unit.
        percent: u8,
        /// 1 to [`OFFER_PERIODS_MAX`].
        periods: u32,
    },
}

impl OfferTerms {
    /// Whether it is a free or cheap start, which everybody has once.
    #[must_use]
    pub const fn is_trial(&self) -> bool {
        matches!(self, Self::FreeTrial { .. } | Self::CheapTrial { .. })
    }
}

/// What a reader has had before, as far as offers care.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ReaderState {
    /// Nothing was ever paid, nor a trial begun.
    New,
    /// Had a trial or a subscription, and has none now.
    Lapsed,
    /// A trial runs, cancelled or not.
    Trialist,
    /// A subscription runs: paid, in grace, cancelled with time left, or bought for later.
    Subscriber,
}

impl ReaderState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::New, Self::Lapsed, Self::Trialist, Self::Subscriber];

    /// The state of somebody with these subscriptions at `now`: that of the best of them. A
    /// checkout that never came to a payment leaves its reader new.
    #[must_use]
    pub fn of<'a>(
        subscriptions: impl IntoIterator<Item = &'a Subscription>,
        now: Timestamp,
    ) -> Self {
        let state = |subscription: &Subscription| {
            if subscription.open_until(now).is_some() {
                return if subscription.is_trial(now) { Self::Trialist } else { Self::Subscriber };
            }
            let later = subscription.intervals().iter().any(|interval| now < interval.starts_at);
            match subscription.state(now) {
                _ if later => Self::Subscriber,
                SubscriptionState::Ended { .. } if subscription.was_ever_paid() => Self::Lapsed,
                SubscriptionState::Ended { .. } => Self::New,
                // It runs for the provider, and our record lacks the rest: it is not sold a second
                // time.
                _ if subscription.renewal().is_some() => Self::Subscriber,
                _ => Self::New,
            }
        };
        subscriptions.into_iter().map(state).max().unwrap_or(Self::New)
    }
}

/// The states that an offer is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Audience(u8);

impl Audience {
    /// Everybody.
    pub const EVERYBODY: Self = Self::of(&ReaderState::ALL);

    /// Readers in one of these states.
    #[must_use]
    pub const fn of(states: &[ReaderState]) -> Self {
        let (mut bits, mut place) = (0, 0);
        while place < states.len() {
            bits |= 1 << states[place] as u8;
            place += 1;
        }
        Self(bits)
    }

    /// Whether it is for readers in that state.
    #[must_use]
    pub const fn holds(self, state: ReaderState) -> bool {
        self.0 & (1 << state as u8) != 0
    }
}

/// How often one person can take an offer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Repeat {
    /// Once, even where the account is deleted in between.
    OncePerPerson,
    /// As often as the audience lets it. Trials are once per person all the same.
    Always,
}

/// An offer and its rules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Its name.
    pub id: OfferId,
    /// The plan's slug.
    pub plan: String,
    /// What is special.
    pub terms: OfferTerms,
    /// The plan's price, and how often it is charged.
    pub then: Price,
    /// From when it can be taken; `None` has no beginning.
    pub starts: Option<Moment>,
    /// Until when: a day is its whole day, a minute is the first that is too late. `None` has no
    /// end.
    pub ends: Option<Moment>,
    /// Whom it is for.
    pub audience: Audience,
    /// How often.
    pub repeat: Repeat,
}

/// Terms that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// A malformed name.
    #[error("offer {0:?} is not a name; write 1 to 32 of a-z, 0-9 and -")]
    Id(String),
    /// A trial of no days, or of too many.
    #[error("a trial of {0} days; write 1 to {TRIAL_DAYS_MAX}")]
    Days(u16),
    /// No periods, or too many.
    #[error("an offer of {0} periods; write 1 to {OFFER_PERIODS_MAX}")]
    Periods(u32),
    /// Nothing off, or everything.
    #[error("{0} percent off; write 1 to 99, or a free trial")]
    Percent(u8),
    /// An amount below nothing.
    #[error("{0} is less than nothing")]
    Negative(Money),
    /// Two currencies in one offer.
    #[error("the offer is in {offer}, and the plan's price in {plan}; write both in one")]
    Currency {
        /// The offer's letters.
        offer: String,
        /// The plan's letters.
        plan: String,
    },
    /// It ends before it starts.
    #[error("the offer ends before it starts; nobody could ever take it")]
    Ends,
    /// It is for nobody.
    #[error("the offer is for nobody; name at least one of new, lapsed, trialist, subscriber")]
    Audience,
}

/// What a person took before. It outlives the account: of erased ones the store keeps keyed hashes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct TakenBefore {
    /// A trial, of whatever offer.
    pub trial: bool,
    /// Offers that are once per person.
    pub offers: BTreeSet<OfferId>,
}

/// Why an offer cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It has not begun.
    #[error("the offer starts at {starts_at}")]
    NotYet {
        /// When it does.
        starts_at: Timestamp,
    },
    /// It is over, perhaps since the page was shown.
    #[error("the offer ended at {ended_at}")]
    Lapsed {
        /// Since when.
        ended_at: Timestamp,
    },
    /// It is for readers in another state.
    #[error("the offer is not for readers in this state")]
    NotForYou,
    /// This person took it, or another trial, before.
    #[error("the offer was taken before, and is once per person")]
    Taken,
}

/// What is agreed when an offer is taken: what is charged when. Taxes and proration are the
/// provider's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agreement {
    /// The offer.
    pub offer: OfferId,
    /// The plan's slug.
    pub plan: String,
    /// What is special about the first time.
    pub terms: OfferTerms,
    /// When it was agreed: the first period begins.
    pub taken_at: Timestamp,
    /// What is charged at once; nothing in a free trial.
    pub today: Money,
    /// The end of the first period, of a trial or of an intro. The next charge is due then.
    pub first_period_ends_at: Timestamp,
    /// The next charge: at the end of the first period.
    pub next: Charge,
    /// The price after the offer.
    pub then: Price,
    /// From when it is charged.
    pub then_from: Timestamp,
    /// The instant from whose day renewals are counted: the end of a trial, or when it was agreed.
    pub anchor_at: Timestamp,
}

impl Offer {
    /// Whether its terms can be kept.
    ///
    /// # Errors
    /// [`TermsError`], the first that applies.
    pub fn check(&self, zone: &TimeZone) -> Result<(), TermsError> {
        let then = self.then.amount;
        let sum = |amount: Money| {
            if amount.minor < 0 {
                return Err(TermsError::Negative(amount));
            }
            if amount.currency != then.currency {
                let [offer, plan] = [amount.currency, then.currency].map(|c| c.as_str().to_owned());
                return Err(TermsError::Currency { offer, plan });
            }
            Ok(())
        };
        let days = |days| match days {
            1..=TRIAL_DAYS_MAX => Ok(()),
            _ => Err(TermsError::Days(days)),
        };
        let periods = |periods| match periods {
            1..=OFFER_PERIODS_MAX => Ok(()),
            _ => Err(TermsError::Periods(periods)),
        };
        sum(then)?;
        match self.terms {
            OfferTerms::FreeTrial { days: count } => days(count)?,
            OfferTerms::CheapTrial { days: count, amount } => {
                days(count)?;
                sum(amount)?;
            }
            OfferTerms::Intro { periods: count, amount } => {
                periods(count)?;
                sum(amount)?;
            }
            OfferTerms::PercentOff { percent, periods: count } => {
                periods(count)?;
                if !(1..=99).contains(&percent) {
                    return Err(TermsError::Percent(percent));
                }
            }
        }
        if let (Some(starts_at), Some(ends_at)) = (self.starts_at(zone), self.ends_at(zone))
            && ends_at <= starts_at
        {
            return Err(TermsError::Ends);
        }
        if self.audience == Audience::of(&[]) {
            return Err(TermsError::Audience);
        }
        Ok(())
    }

    /// The first instant at which it can be taken; `None` has no beginning.
    #[must_use]
    pub fn starts_at(&self, zone: &TimeZone) -> Option<Timestamp> {
        self.starts.and_then(|moment| moment.begins_at(zone))
    }

    /// The first instant at which it no longer can: "ends September 30th" includes that whole day.
    /// `None` has no end.
    #[must_use]
    pub fn ends_at(&self, zone: &TimeZone) -> Option<Timestamp> {
        self.ends.and_then(|moment| moment.ends_at(zone))
    }

    /// Whether somebody can have it at `now`.
    #[must_use]
    pub fn is_live(&self, zone: &TimeZone, now: Timestamp) -> bool {
        self.runs(zone, now).is_ok()
    }

    /// What is charged at once.
    #[must_use]
    pub fn at_once(&self) -> Money {
        match self.terms {
            OfferTerms::FreeTrial { .. } => Money { minor: 0, ..self.then.amount },
            OfferTerms::CheapTrial { amount, .. } | OfferTerms::Intro { amount, .. } => amount,
            OfferTerms::PercentOff { percent, .. } => less(self.then.amount, percent),
        }
    }

    /// Whether a reader in that state can have it at `now`; asked when it is shown, and again at
    /// payment.
    ///
    /// # Errors
    /// [`Refused`]: its time before its audience, and that before what was taken.
    pub fn may_take(
        &self,
        reader: ReaderState,
        before: &TakenBefore,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<(), Refused> {
        self.runs(zone, now)?;
        self.is_for(reader, before)
    }

    fn runs(&self, zone: &TimeZone, now: Timestamp) -> Result<(), Refused> {
        if let Some(starts_at) = self.starts_at(zone).filter(|starts_at| now < *starts_at) {
            return Err(Refused::NotYet { starts_at });
        }
        match self.ends_at(zone).filter(|ends_at| *ends_at <= now) {
            Some(ended_at) => Err(Refused::Lapsed { ended_at }),
            None => Ok(()),
        }
    }

    fn is_for(&self, reader: ReaderState, before: &TakenBefore) -> Result<(), Refused> {
        if !self.audience.holds(reader) {
            return Err(Refused::NotForYou);
        }
        let once = self.repeat == Repeat::OncePerPerson && before.offers.contains(&self.id);
        if once || (self.terms.is_trial() && before.trial) {
            return Err(Refused::Taken);
        }
        Ok(())
    }

    /// Takes the offer at `now`, the instant of the payment: what is charged when.
    ///
    /// # Errors
    /// [`Refused`], as [`Offer::may_take`] says.
    pub fn take(
        &self,
        reader: ReaderState,
        before: &TakenBefore,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Agreement, Refused> {
        self.may_take(reader, before, zone, now)?;
        Ok(self.agreed(zone, now))
    }

    /// What is charged when, of an offer taken at `now`. Of terms that cannot be kept the nearest
    /// ones that can.
    fn agreed(&self, zone: &TimeZone, now: Timestamp) -> Agreement {
        let Price { amount: full, period } = self.then;
        let nth = |number| renewal_at(now, period, number, zone).unwrap_or(Timestamp::MAX);
        let after = |days: u16| days_after(now, days.max(1), zone).unwrap_or(Timestamp::MAX);
        let today = self.at_once();
        let (anchor_at, first_period_ends_at, then_from) = match self.terms {
            OfferTerms::FreeTrial { days } | OfferTerms::CheapTrial { days, .. } => {
                (after(days), after(days), after(days))
            }
            OfferTerms::Intro { periods, .. } => (now, nth(periods.max(1)), nth(periods.max(1))),
            OfferTerms::PercentOff { periods, .. } => (now, nth(1), nth(periods.max(1))),
        };
        let next = if first_period_ends_at < then_from { today } else { full };
        Agreement {
            offer: self.id.clone(),
            plan: self.plan.clone(),
            terms: self.terms,
            taken_at: now,
            today,
            first_period_ends_at,
            next: Charge { at: first_period_ends_at, amount: next },
            then: self.then,
            then_from,
            anchor_at,
        }
    }
}

/// An amount less so many percent, rounded down to the minor unit: a fraction is the reader's.
fn less(amount: Money, percent: u8) -> Money {
    let rest = 100 - i128::from(percent.min(100));
    let minor = (i128::from(amount.minor) * rest).div_euclid(100);
    Money { minor: i64::try_from(minor).unwrap_or(amount.minor), currency: amount.currency }
}

/// For how long it is told that an offer has ended, in hours: whoever comes later never saw it.
pub const LAPSED_TOLD_HOURS: i64 = 24;

/// What becomes of offers for a reader at `now`: the first, in the paper's order, that this reader can have; else why not the first
/// that the reader may have been shown, as a stranger or until a moment ago. `None` where there is none of either.
#[must_use]
pub fn held_out<'a>(
    offers: impl IntoIterator<Item = &'a Offer>,
    reader: ReaderState,
    before: &TakenBefore,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<Result<&'a Offer, Refused>> {
    let told = SignedDuration::from_hours(LAPSED_TOLD_HOURS);
    let mut refused = None;
    for offer in offers {
        let Err(why) = offer.may_take(reader, before, zone, now) else { return Some(Ok(offer)) };
        let was_shown = match why {
            Refused::NotYet { .. } => false,
            Refused::Lapsed { ended_at } => {
                now.duration_since(ended_at) < told && offer.is_for(reader, before).is_ok()
            }
            Refused::NotForYou | Refused::Taken => offer.audience.holds(ReaderState::New),
        };
        if was_shown {
            refused.get_or_insert(why);
        }
    }
    refused.map(Err)
}

/// The first instant after `now` at which one of the offers begins or ends; `None` where none does.
#[must_use]
pub fn offers_change_at<'a>(
    offers: impl IntoIterator<Item = &'a Offer>,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<Timestamp> {
    let turns = |offer: &Offer| [offer.starts_at(zone), offer.ends_at(zone)];
    offers.into_iter().flat_map(turns).flatten().filter(|at| now < *at).min()
}

/// The first of the offers, in the paper's order, that this reader can really have at `now`.
#[must_use]
pub fn best_offer<'a>(
    offers: &'a [Offer],
    reader: ReaderState,
    before: &TakenBefore,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<&'a Offer> {
    offers.iter().find(|offer| offer.may_take(reader, before, zone, now).is_ok())
}

impl Agreement {
    /// The charge of that number: 0 is what is charged at once, 1 is the next. Charges are counted
    /// from the anchor and never drift: the 31st is the last day of a shorter month, and the 31st
    /// again where there is one. `None` is beyond the end of time.
    #[must_use]
    pub fn charge(&self, number: u32, zone: &TimeZone) -> Option<Charge> {
        let Some(before) = number.checked_sub(1) else {
            return Some(Charge { at: self.taken_at, amount: self.today });
        };
        let (place, amount) = match self.terms {
            OfferTerms::FreeTrial { .. } | OfferTerms::CheapTrial { .. } => {
                (before, self.then.amount)
            }
            OfferTerms::Intro { periods, .. } => {
                (periods.max(1).checked_add(before)?, self.then.amount)
            }
            OfferTerms::PercentOff { periods, .. } if number < periods => (number, self.today),
            OfferTerms::PercentOff { .. } => (number, self.then.amount),
        };
        let at = renewal_at(self.anchor_at, self.then.period, place, zone)?;
        Some(Charge { at, amount })
    }
}

#[cfg(test)]
mod tests;
