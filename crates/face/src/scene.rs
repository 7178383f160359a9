//! An invented paper for the unit tests of this room.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::{
    Audience, Currency, Meterage, Moment, Money, Offer, OfferId, OfferTerms, Past, Period, Plan,
    Price, Repeat, WindowRule,
};

use crate::{FrontSketch, Language, Paper, Words};

/// A paper's parts, owned.
pub(crate) struct Scene {
    pub(crate) zone: TimeZone,
    pub(crate) plans: Vec<Plan>,
    pub(crate) offer: Offer,
    pub(crate) front: FrontSketch,
    pub(crate) accounts: bool,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Wednesday, September 16th, 2026, 13:48 in Halifax.
pub(crate) fn now() -> Timestamp {
    at("2026-09-16T16:48:00Z")
}

fn dollars(amount: &str) -> Money {
    Money::parse(amount, Currency::parse("CAD").unwrap()).unwrap()
}

impl Scene {
    pub(crate) fn new() -> Self {
        let plan = |slug: &str, monthly, yearly: Option<&str>, print| Plan {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            summary: "Every article".to_owned(),
            opens: Vec::new(),
            monthly: dollars(monthly),
            yearly: yearly.map(dollars),
            print,
            seats: 1,
            asks: String::new(),
        };
        Self {
            zone: TimeZone::get("America/Halifax").unwrap(),
            plans: vec![plan("digital", "12", Some("50"), false), plan("daily", "36", None, true)],
            offer: Offer {
                id: OfferId::parse("digital-3-900").unwrap(),
                plan: "digital".to_owned(),
                terms: OfferTerms::Intro { periods: 3, amount: dollars("9") },
                then: Price { amount: dollars("12"), period: Period::Month },
                starts: None,
                ends: Some(Moment::Day("2026-09-30".parse().unwrap())),
                audience: Audience::EVERYBODY,
                repeat: Repeat::OncePerPerson,
            },
            front: FrontSketch::default(),
            accounts: true,
        }
    }

    pub(crate) fn paper(&self) -> Paper<'_> {
        Paper {
            name: "The Merrin Courant",
            address: "Quay Street 4, Port Merrin",
            language: Language::English,
            zone: &self.zone,
            words: Words::of(Language::English),
            offers_url: "/offers",
            contact_url: "/contact",
            subscribe_url: None,
            plans_url: None,
            plans_query: "",
            sign_in_url: self.accounts.then_some("/sign-in"),
            signed_in: false,
            account_url: self.accounts.then_some("/account"),
            best_offer: self.plans.first().map(|plan| (plan, &self.offer)),
            plans: &self.plans,
            benefits: &[],
            pitch: &[],
            institution: Some("Merrin Library"),
            licensed_url: None,
            front: &self.front,
        }
    }

    pub(crate) fn meterage(&self, read: u32, allowance: u32) -> Meterage {
        let window = WindowRule::CalendarMonth.lay(&self.zone, now());
        Meterage { read, allowance, window, past: Past::Nothing }
    }
}
