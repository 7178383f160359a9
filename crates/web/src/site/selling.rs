//! What a reader can have: the paper's plans and offers as rules, who has taken what, and the words of an agreement. It never
//! charges; it decides by the rules of `paywall` alone.

use face::{Args, Key, Slot, Words};
use jiff::Timestamp;
use paywall::{
    Agreement, Charge, Money, Offer, Period, Plan, Price, ReaderState, Refused, Subscription,
    SubscriptionState, held_out, offers_change_at, renewal_at,
};
use store::KnownReader;

use super::{Inner, Visit};

/// What the name of a person there is for.
const TAKEN: &str = "masthead 2026 taken once";

/// What a reader would agree to: the plan, the terms, and what is charged when.
#[derive(Clone, Debug)]
pub(crate) struct Deal {
    pub(crate) plan: Plan,
    pub(crate) period: Period,
    /// The offer that it is on, where there is one.
    pub(crate) agreement: Option<Agreement>,
    pub(crate) today: Money,
    pub(crate) then: Price,
    /// From when that is charged.
    pub(crate) then_from: Timestamp,
    /// The first charge after today's.
    pub(crate) next: Charge,
}

impl Visit<'_> {
    /// The plan of a name.
    pub(crate) fn plan(&self, slug: &str) -> Option<&Plan> {
        self.presentation.house.plans.iter().find(|plan| plan.slug == slug)
    }

    /// The offers that somebody can have now, in the paper's order. Who is not known can have what somebody new can; whose
    /// subscription goes on can have none, and is sold no second one.
    pub(crate) fn offers_for(
        &self,
        reader: Option<&KnownReader>,
    ) -> impl Iterator<Item = &Offer> + Clone {
        let house = &self.presentation.house;
        let (zone, now) = (&house.policy.zone, self.now);
        let state = reader
            .map_or(ReaderState::New, |reader| ReaderState::of(&reader.subscriptions, self.now));
        let before = reader.map(|reader| reader.taken.clone()).unwrap_or_default();
        let has_one = reader.is_some_and(|reader| self.goes_on(reader));
        let can =
            move |offer: &&Offer| !has_one && offer.may_take(state, &before, zone, now).is_ok();
        house.offers.iter().filter(can)
    }

    /// When an offer begins or ends next.
    pub(crate) fn offers_change_at(&self) -> Option<Timestamp> {
        let house = &self.presentation.house;
        offers_change_at(&house.offers, &house.policy.zone, self.now)
    }

    /// The offer of that name.
    pub(crate) fn offer(&self, id: &str) -> Option<&Offer> {
        self.presentation.house.offers.iter().find(|offer| offer.id.as_str() == id)
    }

    /// The plan by the month on the first of its offers that this reader can have, or why not one that may have been shown.
    pub(crate) fn on_offer(
        &self,
        plan: &Plan,
        reader: &KnownReader,
    ) -> Option<Result<Deal, Refused>> {
        let house = &self.presentation.house;
        let zone = &house.policy.zone;
        let state = ReaderState::of(&reader.subscriptions, self.now);
        let of_plan = house.offers.iter().filter(|offer| offer.plan == plan.slug);
        let held = held_out(of_plan, state, &reader.taken, zone, self.now)?;
        let agreed = held.and_then(|offer| offer.take(state, &reader.taken, zone, self.now));
        Some(agreed.map(|agreement| Deal {
            plan: plan.clone(),
            period: Period::Month,
            today: agreement.today,
            then: agreement.then,
            then_from: agreement.then_from,
            next: agreement.next,
            agreement: Some(agreement),
        }))
    }

    /// The plan at its own price; `None` where it has none by the year, or time ends before the next charge.
    pub(crate) fn at_usual(&self, plan: &Plan, period: Period) -> Option<Deal> {
        let amount = match period {
            Period::Month => plan.monthly,
            Period::Year => plan.yearly?,
        };
        let zone = &self.presentation.house.policy.zone;
        let at = renewal_at(self.now, period, 1, zone)?;
        Some(Deal {
            plan: plan.clone(),
            period,
            agreement: None,
            today: amount,
            then: Price { amount, period },
            then_from: at,
            next: Charge { at, amount },
        })
    }

    /// The subscription that a reader has: one that opens something, one that is paid by charges first, then the one that lasts
    /// longest; else the one that ended last.
    pub(crate) fn own_subscription<'r>(&self, reader: &'r KnownReader) -> Option<&'r Subscription> {
        let now = self.now;
        let rank = |one: &&Subscription| {
            let until = one.open_until(now);
            let charged = !matches!(one.state(now), SubscriptionState::Fixed { .. });
            (until.is_some(), charged, until, one.paid_until())
        };
        reader.subscriptions.iter().max_by_key(rank)
    }
}

impl Inner {
    /// The key of the names under which is kept what people take once: they outlive the account, and say nobody's address.
    pub(crate) fn taken_key(&self) -> [u8; 32] {
        blake3::derive_key(TAKEN, &self.secret)
    }
}

/// The words of a deal, as a reader agrees to them and as they are kept.
pub(crate) struct DealWords {
    /// "You pay $9 today."
    pub(crate) today: String,
    /// What that covers.
    pub(crate) covers: String,
    /// What follows.
    pub(crate) then: String,
    /// The words beside the box.
    pub(crate) agree: String,
}

impl Visit<'_> {
    /// A date in words.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        let zone = &self.presentation.house.policy.zone;
        self.presentation.words.date_at(at, zone, self.now)
    }

    /// The words of a deal.
    pub(crate) fn deal_words(&self, deal: &Deal) -> DealWords {
        let words = &self.presentation.words;
        let free = deal.today.minor == 0;
        let first = Args::new().with(Slot::Price, words.money(deal.today));
        let priced = |amount, at| {
            Args::new().with(Slot::Price, words.money(amount)).with(Slot::Date, self.date(at))
        };
        let next = priced(deal.next.amount, deal.next.at);
        let then = priced(deal.then.amount, deal.then_from);
        // The lower price that is charged more than once.
        let less =
            (deal.next.at < deal.then_from).then(|| priced(deal.next.amount, deal.then_from));
        let both = |key_less, key| {
            let less = less.as_ref().map(|less| words.format(key_less, less)).unwrap_or_default();
            words.join(&[less, words.format(key, &then)])
        };
        let by = |month, year| if deal.then.period == Period::Month { month } else { year };
        DealWords {
            today: if free {
                words.text(Key::PayNothingToday)
            } else {
                words.format(Key::YouPayToday, &first)
            },
            covers: words.format(Key::CoversUntil, &next),
            then: both(Key::LessUntil, by(Key::ThenEveryMonth, Key::ThenEveryYear)),
            agree: both(Key::AgreeLessUntil, by(Key::AgreeEveryMonth, Key::AgreeEveryYear)),
        }
    }
}

/// Why an offer cannot be had, in words.
pub(crate) fn refused(why: &Refused, plan: &Plan, visit: &Visit<'_>) -> String {
    let words: &Words = &visit.presentation.words;
    match why {
        Refused::Lapsed { ended_at } => face::lapsed(plan, *ended_at, &visit.paper()),
        Refused::NotYet { .. } | Refused::NotForYou => words.text(Key::OfferNotForYou),
        Refused::Taken => words.text(Key::OfferTaken),
    }
}
