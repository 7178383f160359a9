//! The tariff: what each plan costs, an offer's end to the minute, and what happens on which day. It never changes a
//! price and never sells.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use paywall::{Moment, Money, Offer, OfferTerms, Plan};
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

/// The tariff at `now`, with the offers that whoever looks at it can have: of several for one plan the first. Those that have
/// lapsed, or that name no plan, are left out.
#[must_use]
pub fn tariff<'a>(
    paper: &Paper<'_>,
    offers: impl IntoIterator<Item = &'a Offer>,
    now: Timestamp,
) -> Tariff {
    let live = offers.into_iter().filter(|offer| offer.is_live(paper.zone, now));
    let live: Vec<&Offer> = live.collect();
    let rate = |plan: &Plan| {
        rate(plan, live.iter().find(|offer| offer.plan == plan.slug).copied(), paper, now)
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

/// When an offer ends, as a line without a full stop; `None` for one without an end, or that has ended.
#[must_use]
pub fn offer_line(offer: &Offer, paper: &Paper<'_>, now: Timestamp) -> Option<String> {
    let ends_at = offer.ends_at(paper.zone).filter(|_| offer.is_live(paper.zone, now))?;
    let today = day_of(now, paper.zone);
    let city = || Args::new().with(Slot::City, paper.words.city(paper.zone));
    match offer.ends? {
        Moment::Day(last) if last == today => Some(paper.format(Key::OfferEndsToday, &city())),
        Moment::Day(last) => {
            let date = Args::new().with(Slot::Date, paper.words.date(last, today));
            Some(paper.format(Key::OfferEnds, &date))
        }
        Moment::Minute(_) => {
            let day = day_of(ends_at, paper.zone);
            let args = city().with(Slot::Time, paper.words.clock(ends_at, paper.zone));
            if day == today {
                return Some(paper.format(Key::OfferEndsTodayAt, &args));
            }
            let args = args.with(Slot::Date, paper.words.date(day, today));
            Some(paper.format(Key::OfferEndsAt, &args))
        }
    }
}

/// What somebody is told whose offer lapsed between the page and the payment.
#[must_use]
pub fn lapsed(plan: &Plan, ended_at: Timestamp, paper: &Paper<'_>) -> String {
    let price = Args::new().with(Slot::Price, paper.words.money(plan.monthly));
    let at_midnight = paper.zone.to_datetime(ended_at).time() == jiff::civil::Time::midnight();
    let ended = if at_midnight {
        paper.text(Key::OfferLapsed)
    } else {
        let args = Args::new()
            .with(Slot::Time, paper.words.clock(ended_at, paper.zone))
            .with(Slot::City, paper.words.city(paper.zone));
        paper.format(Key::OfferLapsedAt, &args)
    };
    paper.words.join(&[ended, paper.format(Key::PriceNow, &price), paper.text(Key::NothingCharged)])
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
    let months = |count: u32| Span::new().months(i64::from(count.clamp(1, 1_200)));
    let span = match offer.map(|offer| offer.terms) {
        Some(OfferTerms::Intro { periods, .. } | OfferTerms::PercentOff { periods, .. }) => {
            months(periods)
        }
        Some(OfferTerms::FreeTrial { days } | OfferTerms::CheapTrial { days, .. }) => {
            Span::new().days(i64::from(days.max(1)))
        }
        None => months(1),
    };
    let first = offer.map_or(plan.monthly, Offer::at_once);
    let date = |day: Date| paper.words.date(day, today);
    let slot = |key, slot, text: String| paper.format(key, &Args::new().with(slot, text));
    let mut rows = vec![Happening {
        when: slot(Key::TodayDate, Slot::Date, date(today)),
        what: slot(Key::PayToday, Slot::Price, paper.words.money(first)),
    }];
    if let Ok(ends) = today.checked_add(span) {
        if let (Some(OfferTerms::PercentOff { periods: 2.., .. }), Ok(next)) =
            (offer.map(|offer| offer.terms), today.checked_add(months(1)))
        {
            let price = Args::new().with(Slot::Price, paper.words.money(first));
            let what = paper.format(Key::PayLessUntil, &price.with(Slot::Date, date(ends)));
            rows.push(Happening { when: date(next), what });
        }
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
            amount: words.money(offer.at_once()),
            per: match offer.terms {
                OfferTerms::Intro { periods, .. } => {
                    paper.format(Key::ForMonths, &Args::new().count(periods))
                }
                OfferTerms::FreeTrial { days } | OfferTerms::CheapTrial { days, .. } => {
                    paper.format(Key::ForDays, &Args::new().count(days))
                }
                OfferTerms::PercentOff { percent, periods } => {
                    let args = Args::new().count(periods);
                    paper.format(Key::ForMonthsEach, &args.with(Slot::Number, percent.to_string()))
                }
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
