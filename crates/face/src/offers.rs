//! The tariff: what each plan costs, an offer's end to the minute, and what happens on which day. It never changes a
//! price and never sells.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use paywall::{First, Money, Offer, Plan};
use serde::Serialize;

use crate::dates::day_of;
use crate::{Action, Args, Key, Paper, Slot};

/// Days before the end of a first period on which the paper writes.
const WRITES_DAYS_BEFORE: i64 = 7;
/// The last day that every month has.
const LAST_COMMON_DAY: i8 = 28;

/// The tariff in words, ready for a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Tariff {
    /// What the page is about.
    pub heading: String,
    /// One line under it.
    pub standfirst: String,
    /// The names of the columns.
    pub columns: Columns,
    /// One row for each plan, in the paper's order.
    pub rows: Vec<Rate>,
    /// Stands for a price that does not exist.
    pub no_yearly: String,
}

/// The names of the tariff's columns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Columns {
    /// The plan.
    pub rate: String,
    /// What opens.
    pub opens: String,
    /// The first period.
    pub first: String,
    /// What it costs then.
    pub then: String,
    /// The price by the year.
    pub year: String,
    /// The buttons.
    pub choose: String,
}

/// One row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Rate {
    /// The plan's slug.
    pub slug: String,
    /// The plan's name.
    pub plan: String,
    /// What opens.
    pub summary: String,
    /// When its offer ends, where it does.
    pub ends: Option<String>,
    /// What the first period costs.
    pub first: Amount,
    /// What it costs then.
    pub then: Amount,
    /// What a year costs.
    pub year: Option<Amount>,
    /// Its button.
    pub action: Action,
    /// Whether an offer is running on it.
    pub is_offer: bool,
}

/// An amount and what it is for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Amount {
    /// "$9".
    pub amount: String,
    /// "for 3 months".
    pub per: String,
}

/// What happens on a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Happening {
    /// When.
    pub when: String,
    /// What.
    pub what: String,
}

/// The tariff at `now`. Offers that have lapsed, or that name no plan, are left out.
#[must_use]
pub fn tariff(paper: &Paper<'_>, offers: &[Offer], now: Timestamp) -> Tariff {
    let rate = |plan: &Plan| {
        let mut live = offers.iter().filter(|offer| offer.is_live(paper.zone, now));
        rate(plan, live.find(|offer| offer.plan == plan.slug), paper, now)
    };
    Tariff {
        heading: paper.format(Key::OffersHeading, &Args::new().with(Slot::Paper, paper.name)),
        standfirst: paper.text(Key::OffersStandfirst),
        columns: Columns {
            rate: paper.text(Key::RateColumn),
            opens: paper.text(Key::OpensColumn),
            first: paper.text(Key::FirstColumn),
            then: paper.text(Key::ThenColumn),
            year: paper.text(Key::YearColumn),
            choose: paper.text(Key::ChooseColumn),
        },
        rows: paper.plans.iter().map(rate).collect(),
        no_yearly: paper.text(Key::NoYearly),
    }
}

/// The offer that walls show: the first in the paper's order that can be taken at `now`, with its plan.
#[must_use]
pub fn best_offer<'a>(
    plans: &'a [Plan],
    offers: impl IntoIterator<Item = &'a Offer>,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<(&'a Plan, &'a Offer)> {
    offers.into_iter().filter(|offer| offer.is_live(zone, now)).find_map(|offer| {
        let plan = plans.iter().find(|plan| plan.slug == offer.plan)?;
        Some((plan, offer))
    })
}

/// When an offer ends, as a line without a full stop; `None` for one without an end, or that has ended.
#[must_use]
pub fn offer_line(offer: &Offer, paper: &Paper<'_>, now: Timestamp) -> Option<String> {
    let ends_on = offer.ends_on.filter(|_| offer.is_live(paper.zone, now))?;
    let today = day_of(now, paper.zone);
    if ends_on == today {
        let city = Args::new().with(Slot::City, paper.words.city(paper.zone));
        return Some(paper.format(Key::OfferEndsToday, &city));
    }
    let date = Args::new().with(Slot::Date, paper.words.date(ends_on, today));
    Some(paper.format(Key::OfferEnds, &date))
}

/// What somebody is told whose offer lapsed between the page and the payment.
#[must_use]
pub fn lapsed(plan: &Plan, paper: &Paper<'_>) -> String {
    let price = Args::new().with(Slot::Price, paper.words.money(plan.monthly));
    paper.words.join(&[
        paper.text(Key::OfferLapsed),
        paper.format(Key::PriceNow, &price),
        paper.text(Key::NothingCharged),
    ])
}

/// What happens when, for somebody who takes the plan (on the offer) today.
#[must_use]
pub fn happenings(
    plan: &Plan,
    offer: Option<&Offer>,
    paper: &Paper<'_>,
    now: Timestamp,
) -> Vec<Happening> {
    let today = day_of(now, paper.zone);
    let offer = offer.filter(|offer| offer.is_live(paper.zone, now));
    let span = match offer.map(|offer| offer.first) {
        Some(First::Months(months)) => Span::new().months(i64::from(months.clamp(1, 1_200))),
        Some(First::Days(days)) => Span::new().days(i64::from(days.max(1))),
        None => Span::new().months(1),
    };
    let first = offer.map_or(plan.monthly, |offer| offer.intro);
    let date = |day: Date| paper.words.date(day, today);
    let slot = |key, slot, text: String| paper.format(key, &Args::new().with(slot, text));
    let mut rows = vec![Happening {
        when: slot(Key::TodayDate, Slot::Date, date(today)),
        what: slot(Key::PayToday, Slot::Price, paper.words.money(first)),
    }];
    if let Ok(ends) = today.checked_add(span) {
        let writes = ends.checked_sub(Span::new().days(WRITES_DAYS_BEFORE));
        if let (Some(_), Ok(writes)) = (offer, writes) {
            rows.push(Happening { when: date(writes), what: paper.text(Key::WeWrite) });
        }
        rows.push(Happening { when: date(ends), what: pays_again(plan.monthly, today, paper) });
    }
    let cancel = if paper.sign_in_url.is_some() { Key::CancelHow } else { Key::CancelHowByMail };
    rows.push(Happening { when: paper.text(Key::CancelDay), what: paper.text(cancel) });
    rows
}

fn pays_again(monthly: Money, today: Date, paper: &Paper<'_>) -> String {
    let price = Args::new().with(Slot::Price, paper.words.money(monthly));
    if today.day() > LAST_COMMON_DAY {
        return paper.format(Key::PayAgain, &price);
    }
    let day = paper.words.month_day(today.day());
    paper.format(Key::PayAgainOn, &price.with(Slot::Day, day))
}

fn rate(plan: &Plan, offer: Option<&Offer>, paper: &Paper<'_>, now: Timestamp) -> Rate {
    let words = paper.words;
    let monthly = words.money(plan.monthly);
    let first = match offer {
        Some(offer) => Amount {
            amount: words.money(offer.intro),
            per: match offer.first {
                First::Months(months) => paper.format(Key::ForMonths, &Args::new().count(months)),
                First::Days(days) => paper.format(Key::ForDays, &Args::new().count(days)),
            },
        },
        None => Amount { amount: monthly.clone(), per: paper.text(Key::FirstMonth) },
    };
    let year = plan.yearly.map(|year| Amount {
        amount: words.money(year),
        per: paper.format(
            Key::PricePerMonth,
            &Args::new().with(Slot::Price, words.money(by_the_month(year))),
        ),
    });
    let choose = Args::new().with(Slot::Plan, plan.name.as_str());
    Rate {
        slug: plan.slug.clone(),
        plan: plan.name.clone(),
        summary: plan.summary.clone(),
        ends: offer.and_then(|offer| offer_line(offer, paper, now)),
        first,
        then: Amount { amount: monthly, per: paper.text(Key::PerMonth) },
        year,
        action: Action {
            label: paper.format(Key::ChoosePlan, &choose),
            href: match (paper.subscribe_url, paper.plans_url) {
                (Some(elsewhere), _) => elsewhere.to_owned(),
                (None, Some(plans)) => format!("{plans}/{}{}", plan.slug, paper.plans_query),
                (None, None) => paper.contact_url.to_owned(),
            },
        },
        is_offer: offer.is_some(),
    }
}

/// A twelfth, rounded to the nearest minor unit.
const fn by_the_month(year: Money) -> Money {
    let twelfth = year.minor / 12;
    let rest = year.minor % 12;
    Money { minor: if rest >= 6 { twelfth + 1 } else { twelfth }, currency: year.currency }
}

#[cfg(test)]
mod tests;
