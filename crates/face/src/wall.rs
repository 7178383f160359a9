//! The words of a wall: why an article stays closed, what opens it, and what that costs. It never decides; every
//! sentence is true of the numbers that it was handed.

use jiff::Timestamp;
use paywall::{Meterage, OfferTerms, Plan, Reason, Wall};
use serde::Serialize;

use crate::offers::offer_line;
use crate::{Action, Args, Key, Paper, Slot};

/// The most benefits that a wall shows; the settings have the same limit.
const BENEFITS_MAX: usize = 5;

/// A wall in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WallWords {
    /// One line.
    pub heading: String,
    /// Paragraphs under it; the last one leads to the benefits, where there are any.
    pub lead: Vec<String>,
    /// At most five lines, each continuing the last paragraph.
    pub benefits: Vec<String>,
    /// What it costs: now, and after that.
    pub price: Option<String>,
    /// How it ends: the subscription, and the offer.
    pub terms: Option<String>,
    /// What to do before anything else, where a payment failed: it is then the one filled button.
    pub before: Option<Action>,
    /// The button.
    pub action: Action,
    /// A link beside it.
    pub second: Option<Action>,
    /// What the drawing shows.
    pub picture_alt: String,
    /// Whether a printed sheet lies beside the devices.
    pub shows_print: bool,
    /// A question, and the link that answers it.
    pub sign_in: Option<(String, Action)>,
    /// Another one, for whoever comes from an institution's network, and the button that answers it.
    pub licensed: Option<(String, Action)>,
    /// The link to the explanation.
    pub why: Action,
    /// Before the code.
    pub code_label: String,
    /// The code that support reads the wall from.
    pub code: String,
}

/// What differs from wall to wall.
struct Parts {
    heading: String,
    lead: Vec<String>,
    benefits: bool,
    priced: bool,
    before: Option<Action>,
    action: Action,
    second: Option<Action>,
    shows_print: bool,
}

/// The words of a wall. `code` is what [`paywall::WallCode`] made for it.
#[must_use]
pub fn wall(wall: &Wall, paper: &Paper<'_>, code: &str, now: Timestamp) -> WallWords {
    let parts = parts(wall, paper, now);
    let (price, terms) = if parts.priced { price(paper, now) } else { (None, None) };
    let alt = if parts.shows_print { Key::PictureAltPrint } else { Key::PictureAlt };
    WallWords {
        heading: parts.heading,
        benefits: if parts.benefits { benefits(paper, parts.shows_print) } else { Vec::new() },
        lead: parts.lead.into_iter().filter(|paragraph| !paragraph.is_empty()).collect(),
        price,
        terms,
        before: parts.before,
        action: parts.action,
        second: parts.second,
        picture_alt: paper.format(alt, &Args::new().with(Slot::Paper, paper.name)),
        shows_print: parts.shows_print,
        sign_in: (!paper.signed_in).then(|| sign_in(paper)),
        licensed: paper
            .licensed_url
            .map(|href| (paper.text(Key::LicensedAsk), paper.action(Key::LicensedOpen, href))),
        why: paper.action(Key::WhyThis, paper.contact_url),
        code_label: paper.text(Key::Code),
        code: code.to_owned(),
    }
}

fn parts(wall: &Wall, paper: &Paper<'_>, now: Timestamp) -> Parts {
    let meterage = wall.meterage.as_ref();
    match wall.reason {
        Reason::UsedUp => used_up(meterage, paper, now),
        Reason::Subscribers => subscribers(meterage, paper, now),
        Reason::TrialOver { ended_at, charged } => trial_over(ended_at, charged, paper, now),
        Reason::SubscriptionOver { ended_at, payment_failed } => {
            subscription_over(ended_at, payment_failed, paper, now)
        }
        Reason::Registration { more } => registration(more, meterage, paper, now),
        Reason::VerifyMail => Parts {
            heading: paper.text(Key::VerifyHeading),
            lead: vec![paper.text(Key::VerifyText)],
            action: paper.action(Key::VerifyAction, paper.account()),
            ..asked(paper)
        },
        Reason::Network => network(paper),
    }
}

fn used_up(meterage: Option<&Meterage>, paper: &Paper<'_>, now: Timestamp) -> Parts {
    let Some(meterage) = meterage else {
        return subscribers(None, paper, now);
    };
    let next = paper.words.date_at(meterage.window.ends_at, paper.zone, now);
    let args = Args::new()
        .count(meterage.allowance)
        .with(Slot::Number, paper.words.number(meterage.allowance.into()))
        .with(Slot::Date, next);
    let dates = [
        paper.format(Key::UsedUpNext, &args),
        paper.format(Key::UsedUpKept, &Args::new().count(meterage.read)),
    ];
    Parts {
        heading: paper.counted(Key::UsedUpHeading, meterage.read, meterage),
        lead: vec![paper.words.join(&dates), pitch(paper)],
        ..sold(paper, now)
    }
}

fn subscribers(meterage: Option<&Meterage>, paper: &Paper<'_>, now: Timestamp) -> Parts {
    let left = meterage.filter(|meterage| meterage.left() > 0);
    let numbers = left.map_or_else(String::new, |meterage| {
        paper.counted(Key::SubscribersLeft, meterage.left(), meterage)
    });
    Parts {
        heading: paper.text(Key::SubscribersHeading),
        lead: vec![numbers, paper.text(Key::NeedSubscription)],
        benefits: true,
        ..sold(paper, now)
    }
}

fn trial_over(ended_at: Timestamp, charged: bool, paper: &Paper<'_>, now: Timestamp) -> Parts {
    let ended = if charged { Key::TrialEndedOn } else { Key::TrialEndedUncharged };
    let lead = [paper.dated(ended, ended_at, now), paper.text(Key::NeedSubscription)];
    Parts {
        heading: paper.text(Key::TrialHeading),
        lead: vec![paper.words.join(&lead)],
        benefits: true,
        priced: false,
        action: paper.action(Key::SeeOffersAndSubscribe, paper.offers_url),
        second: None,
        ..sold(paper, now)
    }
}

fn subscription_over(
    ended_at: Timestamp,
    payment_failed: bool,
    paper: &Paper<'_>,
    now: Timestamp,
) -> Parts {
    let heading = if payment_failed {
        paper.text(Key::PaymentFailedHeading)
    } else {
        paper.format(Key::SubscriptionHeading, &Args::new().with(Slot::Paper, paper.name))
    };
    let lead = [
        paper.dated(Key::SubscriptionEndedOn, ended_at, now),
        paper.text(Key::SettingsKept),
        paper.text(Key::NeedSubscription),
    ];
    Parts {
        heading,
        lead: vec![paper.words.join(&lead)],
        benefits: true,
        priced: false,
        before: payment_failed.then(|| paper.action(Key::UpdatePayment, paper.account())),
        action: paper.action(Key::SeeAllOffers, paper.offers_url),
        second: None,
        shows_print: paper.plans.iter().any(|plan| plan.print),
    }
}

fn registration(
    more: Option<u32>,
    meterage: Option<&Meterage>,
    paper: &Paper<'_>,
    now: Timestamp,
) -> Parts {
    match (paper.sign_in_url, more) {
        (Some(_), more) => Parts {
            heading: more.map_or_else(
                || paper.text(Key::RegisteredOnly),
                |more| paper.format(Key::RegisterMore, &Args::new().count(more)),
            ),
            lead: vec![paper.text(Key::RegisterTerms)],
            action: paper.action(Key::Register, paper.register()),
            ..asked(paper)
        },
        // Registering would open more, but is not possible: what remains true is that the allowance is used up.
        (None, Some(_)) if meterage.is_some() => used_up(meterage, paper, now),
        (None, _) => {
            Parts {
                heading: paper.text(Key::RegisteredOnly),
                lead: vec![paper.words.join(&[
                    paper.text(Key::RegistrationClosed),
                    paper.text(Key::RegistrationWrite),
                ])],
                action: paper.action(Key::WriteToUs, paper.contact_url),
                ..asked(paper)
            }
        }
    }
}

fn network(paper: &Paper<'_>) -> Parts {
    let possible = paper.sign_in_url.is_some();
    let text = if possible { Key::NetworkText } else { Key::NetworkClosed };
    let button = if possible { Key::Register } else { Key::WriteToUs };
    Parts {
        heading: paper.text(Key::NetworkHeading),
        lead: vec![paper.words.join(&[paper.text(text), paper.text(Key::NetworkReason)])],
        action: paper.action(button, paper.register()),
        ..asked(paper)
    }
}

/// What walls that sell have in common.
fn sold(paper: &Paper<'_>, now: Timestamp) -> Parts {
    let plan = paper.live_offer(now).map(|(plan, _)| plan).or(paper.plans.first());
    let subscribe = paper.subscribe();
    let more = subscribe != paper.offers_url || !paper.plans.is_empty();
    Parts {
        heading: String::new(),
        lead: Vec::new(),
        benefits: false,
        priced: true,
        before: None,
        action: paper.action(Key::GetUnlimited, subscribe),
        second: more.then(|| paper.action(Key::SeeAllOffers, paper.offers_url)),
        shows_print: plan.is_some_and(|plan| plan.print),
    }
}

/// What walls that ask for something else than money have in common.
fn asked(paper: &Paper<'_>) -> Parts {
    Parts {
        heading: String::new(),
        lead: Vec::new(),
        benefits: false,
        priced: false,
        before: None,
        action: paper.action(Key::WriteToUs, paper.contact_url),
        second: Some(paper.action(Key::SeeAllOffers, paper.offers_url)),
        shows_print: false,
    }
}

/// The price and its terms: the offer's, or the usual plan's, or none where nothing is sold yet.
fn price(paper: &Paper<'_>, now: Timestamp) -> (Option<String>, Option<String>) {
    let cancel = paper.text(Key::CancelOnline);
    let monthly = |key, plan: &Plan| {
        let price = paper.words.money(plan.monthly);
        paper.format(key, &Args::new().with(Slot::Price, price))
    };
    if let Some((plan, offer)) = paper.live_offer(now) {
        let cost = paper.words.money(offer.at_once());
        let priced = |count: u32| Args::new().count(count).with(Slot::Price, cost.clone());
        let first = match offer.terms {
            OfferTerms::Intro { periods, .. } => paper.format(Key::TryMonths, &priced(periods)),
            OfferTerms::FreeTrial { days } => {
                paper.format(Key::TryDaysFree, &Args::new().count(days))
            }
            OfferTerms::CheapTrial { days, .. } => paper.format(Key::TryDays, &priced(days.into())),
            OfferTerms::PercentOff { percent, periods } => {
                let args = priced(periods).with(Slot::Number, percent.to_string());
                paper.format(Key::TryPercent, &args)
            }
        };
        let price = paper.words.join(&[first, monthly(Key::ThenMonthly, plan)]);
        let ends = offer_line(offer, paper, now).unwrap_or_default();
        return (Some(price), Some(paper.words.join(&[cancel, paper.words.sentence(&ends)])));
    }
    match paper.plans.first() {
        Some(plan) => (Some(monthly(Key::SubscribeMonthly, plan)), Some(cancel)),
        None => (None, None),
    }
}

/// What a paper holds out: the price at first and then, with the terms; `None` where nothing is sold yet.
#[must_use]
pub fn held_out(paper: &Paper<'_>, now: Timestamp) -> Option<String> {
    let (price, terms) = price(paper, now);
    Some(paper.words.join(&[price?, terms.unwrap_or_default()]))
}

fn benefits(paper: &Paper<'_>, print: bool) -> Vec<String> {
    if !paper.benefits.is_empty() {
        return paper.benefits.iter().take(BENEFITS_MAX).cloned().collect();
    }
    let mut keys = vec![Key::BenefitRead, Key::BenefitDevices];
    if paper.sign_in_url.is_some() {
        keys.push(Key::BenefitGift);
    }
    if print {
        keys.push(Key::BenefitPrint);
    }
    keys.into_iter().map(|key| paper.text(key)).collect()
}

fn pitch(paper: &Paper<'_>) -> String {
    if paper.pitch.is_empty() { paper.text(Key::Pitch) } else { paper.words.join(paper.pitch) }
}

fn sign_in(paper: &Paper<'_>) -> (String, Action) {
    let action = match paper.sign_in_url {
        Some(href) => paper.action(Key::SignInBack, href),
        None => paper.action(Key::WriteToLetIn, paper.contact_url),
    };
    (paper.text(Key::AlreadySubscriber), action)
}

#[cfg(test)]
mod tests;
