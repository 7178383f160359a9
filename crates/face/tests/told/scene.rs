//! An invented paper, for the tests in this directory.

use face::{FrontSketch, Language, Paper, Words};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::{
    Audience, Currency, Moment, Money, Offer, OfferId, OfferTerms, Period, Plan, Price, Repeat,
};

/// A paper's parts, owned.
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    pub(crate) zone: TimeZone,
    pub(crate) plans: Vec<Plan>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) front: FrontSketch,
    pub(crate) accounts: bool,
}

/// Wednesday, September 16th, 2026, 13:48 in Halifax.
pub(crate) fn now() -> Timestamp {
    "2026-09-16T16:48:00Z".parse().unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn dollars(amount: &str) -> Money {
    Money::parse(amount, Currency::parse("CAD").unwrap()).unwrap()
}

pub(crate) fn plan(
    slug: &str,
    name: &str,
    monthly: &str,
    yearly: Option<&str>,
    print: bool,
) -> Plan {
    Plan {
        slug: slug.to_owned(),
        name: name.to_owned(),
        summary: format!("{name}, 1871"),
        opens: Vec::new(),
        monthly: dollars(monthly),
        yearly: yearly.map(dollars),
        print,
        seats: 1,
        asks: String::new(),
    }
}

pub(crate) fn offer(ends_on: Option<&str>) -> Offer {
    Offer {
        id: OfferId::parse("digital-3-900").unwrap(),
        plan: "digital".to_owned(),
        terms: OfferTerms::Intro { periods: 3, amount: dollars("9") },
        then: Price { amount: dollars("12"), period: Period::Month },
        starts: None,
        ends: ends_on.map(|day| Moment::Day(day.parse().unwrap())),
        audience: Audience::EVERYBODY,
        repeat: Repeat::OncePerPerson,
    }
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self {
            name: "The Merrin Courant",
            zone: TimeZone::get("America/Halifax").unwrap(),
            plans: vec![
                plan("digital", "Digital", "12", Some("120"), false),
                plan("daily", "Daily", "36", Some("372.50"), true),
                plan("week", "Saturday", "21", None, true),
            ],
            offers: vec![offer(Some("2026-09-30"))],
            front: FrontSketch {
                paper_name: "The Merrin Courant".to_owned(),
                lead_headline: "Carrier pulls 41 calls from Port Merrin".to_owned(),
                lead_picture: Some("/media/bridge.webp".to_owned()),
                headlines: vec!["Survey finds 1.2 metres too little water".to_owned()],
            },
            accounts: true,
        }
    }

    pub(crate) fn paper(&self, language: Language) -> Paper<'_> {
        Paper {
            name: self.name,
            address: "Quay Street 4, Port Merrin",
            language,
            zone: &self.zone,
            words: Words::of(language),
            offers_url: "/offers",
            contact_url: "/contact",
            subscribe_url: Some("/subscribe"),
            plans_url: None,
            plans_query: "",
            sign_in_url: self.accounts.then_some("/sign-in"),
            signed_in: false,
            account_url: self.accounts.then_some("/account"),
            best_offer: self.plans.first().zip(self.offers.first()),
            plans: &self.plans,
            benefits: &[],
            pitch: &[],
            institution: Some("Merrin Library"),
            licensed_url: None,
            front: &self.front,
        }
    }
}
