//! What a reader can have: the paper's plans and offers as rules, who has taken what, and the words of an agreement. It never
//! charges; it decides by the rules of `paywall` alone.

use face::{Args, Key, Slot, Words};
use jiff::Timestamp;
use paywall::{
    Agreement, Audience, Charge, First, Money, Offer, OfferId, OfferRule, OfferTerms, Period, Plan,
    Price, ReaderState, Refused, Repeat, Subscription, renewal_at,
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
    /// The first charge after today's.
    pub(crate) next: Charge,
}

impl Visit<'_> {
    /// The plan of a name.
    pub(crate) fn plan(&self, slug: &str) -> Option<&Plan> {
        self.presentation.house.plans.iter().find(|plan| plan.slug == slug)
    }

    /// The offer of a plan as a rule: for those who have no subscription, and once for each person.
    pub(crate) fn rule(&self, plan: &Plan) -> Option<OfferRule> {
        let house = &self.presentation.house;
        let offer = house.offers.iter().find(|offer| offer.plan == plan.slug)?;
        rule(plan, offer)
    }

    /// Whether a reader can have a plan's offer now; everybody can who is not known.
    pub(crate) fn can_have(&self, offer: &Offer, reader: Option<&KnownReader>) -> bool {
        let Some(reader) = reader else { return true };
        let zone = &self.presentation.house.policy.zone;
        let state = ReaderState::of(&reader.subscriptions, self.now);
        let rule = self.plan(&offer.plan).and_then(|plan| rule(plan, offer));
        rule.is_some_and(|rule| rule.may_take(state, &reader.taken, zone, self.now).is_ok())
    }

    /// The plan by the month on the offer that runs on it, or why that offer cannot be had.
    pub(crate) fn on_offer(
        &self,
        plan: &Plan,
        reader: &KnownReader,
    ) -> Option<Result<Deal, Refused>> {
        let zone = &self.presentation.house.policy.zone;
        let state = ReaderState::of(&reader.subscriptions, self.now);
        let agreed = self.rule(plan)?.take(state, &reader.taken, zone, self.now);
        Some(agreed.map(|agreement| Deal {
            plan: plan.clone(),
            period: Period::Month,
            today: agreement.today,
            then: agreement.then,
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
            next: Charge { at, amount },
        })
    }

    /// The subscription that a reader has: one that opens something, the one that lasts longest first; else the one that ended
    /// last.
    pub(crate) fn own_subscription<'r>(&self, reader: &'r KnownReader) -> Option<&'r Subscription> {
        let now = self.now;
        let rank = |one: &&Subscription| (one.open_until(now), one.paid_until());
        reader.subscriptions.iter().max_by_key(rank)
    }
}

impl Inner {
    /// The key of the names under which is kept what people take once: they outlive the account, and say nobody's address.
    pub(crate) fn taken_key(&self) -> [u8; 32] {
        blake3::derive_key(TAKEN, &self.secret)
    }
}

/// An offer of the settings as a rule.
fn rule(plan: &Plan, offer: &Offer) -> Option<OfferRule> {
    let (length, terms) = match offer.first {
        First::Months(periods) => {
            (format!("{periods}"), OfferTerms::Intro { periods, amount: offer.intro })
        }
        First::Days(days) if offer.intro.minor == 0 => {
            (format!("{days}d"), OfferTerms::FreeTrial { days })
        }
        First::Days(days) => {
            (format!("{days}d"), OfferTerms::CheapTrial { days, amount: offer.intro })
        }
    };
    let id = OfferId::parse(&format!("{}-{length}-{}", short(&plan.slug), offer.intro.minor));
    Some(OfferRule {
        id: id.ok()?,
        plan: plan.slug.clone(),
        terms,
        then: Price { amount: plan.monthly, period: Period::Month },
        starts: None,
        ends: offer.ends_on.map(paywall::Moment::Day),
        audience: Audience::of(&[ReaderState::New, ReaderState::Lapsed, ReaderState::Trialist]),
        repeat: Repeat::OncePerPerson,
    })
}

/// As much of a slug as leaves room for the rest of an offer's id.
fn short(slug: &str) -> String {
    slug.chars().take(14).collect()
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
        let next = Args::new()
            .with(Slot::Price, words.money(deal.next.amount))
            .with(Slot::Date, self.date(deal.next.at));
        let by = |month, year| if deal.then.period == Period::Month { month } else { year };
        DealWords {
            today: if free {
                words.text(Key::PayNothingToday)
            } else {
                words.format(Key::YouPayToday, &first)
            },
            covers: words.format(Key::CoversUntil, &next),
            then: words.format(by(Key::ThenEveryMonth, Key::ThenEveryYear), &next),
            agree: words.format(by(Key::AgreeEveryMonth, Key::AgreeEveryYear), &next),
        }
    }
}

/// Why an offer cannot be had, in words.
pub(crate) fn refused(why: &Refused, plan: &Plan, visit: &Visit<'_>) -> String {
    let words: &Words = &visit.presentation.words;
    match why {
        Refused::Lapsed { .. } => face::lapsed(plan, &visit.paper()),
        Refused::NotYet { .. } | Refused::NotForYou => words.text(Key::OfferNotForYou),
        Refused::Taken => words.text(Key::OfferTaken),
    }
}
