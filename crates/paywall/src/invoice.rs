//! Contracts that are paid by invoice: what each invoice is for, how much it is, and which time it covers once it is paid. Pure
//! values and civil dates in the paper's zone; no invoice is made, numbered or sent here.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::{Moment, Money, OfferTerms, Period, PeriodKind, Price, days_after, renewal_at};

/// How long the time is that an invoice pays for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvoiceSpan {
    /// Civil days: a trial.
    Days(u16),
    /// Months; a year is twelve.
    Months(u32),
}

/// Where a period begins that goes on after another one. Months are counted from one day, so that nothing drifts: from
/// January 31st to February 28th, and on to March 31st.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Follows {
    /// The instant from which months are counted.
    pub anchor_at: Timestamp,
    /// How many there were before.
    pub months: u32,
}

impl Follows {
    /// When it begins; `None` is beyond the end of time.
    #[must_use]
    pub fn starts_at(self, zone: &TimeZone) -> Option<Timestamp> {
        renewal_at(self.anchor_at, Period::Month, self.months, zone)
    }
}

/// One invoice of a contract: how much it is, for how long, and what comes after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvoiceStep {
    /// For how long it pays.
    pub span: InvoiceSpan,
    /// How much it is.
    pub amount: Money,
    /// What kind of period that is.
    pub kind: PeriodKind,
    /// How many more invoices are of the same lower amount.
    pub reduced_left: u32,
    /// The price after that.
    pub then: Price,
}

impl InvoiceStep {
    /// The first of a contract at its usual price.
    #[must_use]
    pub const fn usual(then: Price) -> Self {
        let (span, amount) = (InvoiceSpan::Months(months(then.period)), then.amount);
        Self { span, amount, kind: PeriodKind::Usual, reduced_left: 0, then }
    }

    /// The first of a contract on an offer, of which `at_once` is due first. `None` for a trial that costs nothing: of nothing
    /// there is no invoice.
    #[must_use]
    pub fn on_offer(terms: &OfferTerms, at_once: Money, then: Price) -> Option<Self> {
        let usual = Self { amount: at_once, kind: PeriodKind::Intro, ..Self::usual(then) };
        match *terms {
            _ if at_once.minor <= 0 => None,
            OfferTerms::FreeTrial { .. } => None,
            OfferTerms::CheapTrial { days, .. } => {
                Some(Self { span: InvoiceSpan::Days(days), kind: PeriodKind::Trial, ..usual })
            }
            OfferTerms::Intro { periods, .. } => {
                let all = months(then.period).saturating_mul(periods.max(1));
                Some(Self { span: InvoiceSpan::Months(all), ..usual })
            }
            OfferTerms::PercentOff { periods, .. } => {
                Some(Self { reduced_left: periods.saturating_sub(1), ..usual })
            }
        }
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.reduced_left.checked_sub(1) {
            Some(reduced_left) => Self { reduced_left, ..self },
            None => Self::usual(self.then),
        }
    }
}

const fn months(period: Period) -> u32 {
    match period {
        Period::Month => 1,
        Period::Year => 12,
    }
}

/// The time that a paid invoice covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Covered {
    /// From when (inclusive).
    pub starts_at: Timestamp,
    /// Until when (exclusive).
    pub ends_at: Timestamp,
    /// Where the period after it begins.
    pub next: Follows,
}

/// The time that an invoice covers that was paid on a day: the whole period, from the beginning of that day; or from the end of
/// the period before it, where it was paid by then or within the days of grace, in which access stayed. `None` is beyond the end
/// of time.
#[must_use]
pub fn covered(
    span: InvoiceSpan,
    follows: Option<Follows>,
    paid_on: Date,
    grace_days: u16,
    zone: &TimeZone,
) -> Option<Covered> {
    let paid_at = Moment::Day(paid_on).begins_at(zone)?;
    let in_time = |follows: &Follows| {
        let starts_at = follows.starts_at(zone);
        let until = starts_at.and_then(|starts_at| days_after(starts_at, grace_days, zone));
        until.is_some_and(|until| paid_at <= until)
    };
    let from = follows.filter(in_time).unwrap_or(Follows { anchor_at: paid_at, months: 0 });
    let starts_at = from.starts_at(zone)?;
    let next = match span {
        InvoiceSpan::Days(days) => {
            Follows { anchor_at: days_after(starts_at, days.max(1), zone)?, months: 0 }
        }
        InvoiceSpan::Months(months) => {
            Follows { months: from.months.checked_add(months.max(1))?, ..from }
        }
    };
    Some(Covered { starts_at, ends_at: next.starts_at(zone)?, next })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    fn cad(minor: i64) -> Money {
        Money { minor, currency: Currency::parse("CAD").unwrap() }
    }

    fn halifax() -> TimeZone {
        TimeZone::get("America/Halifax").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const MONTHLY: InvoiceSpan = InvoiceSpan::Months(1);

    #[test]
    fn it_covers_the_whole_period_from_the_day_of_payment_in_the_paper_s_zone() {
        let zone = halifax();
        let paid = covered(InvoiceSpan::Months(12), None, "2026-10-20".parse().unwrap(), 0, &zone);
        let paid = paid.unwrap();
        assert_eq!(paid.starts_at, at("2026-10-20T00:00:00-03:00"));
        assert_eq!(paid.ends_at, at("2027-10-20T00:00:00-03:00"));
        // Over the change of the clock a month is a month.
        let month = covered(MONTHLY, None, "2026-10-20".parse().unwrap(), 0, &zone).unwrap();
        assert_eq!(month.ends_at, at("2026-11-20T00:00:00-04:00"));
        let trial =
            covered(InvoiceSpan::Days(14), None, "2026-10-20".parse().unwrap(), 0, &zone).unwrap();
        assert_eq!(trial.ends_at, at("2026-11-03T00:00:00-04:00"));
        assert_eq!(trial.next, Follows { anchor_at: trial.ends_at, months: 0 });
    }

    #[test]
    fn months_are_counted_from_one_day_and_never_drift() {
        let zone = halifax();
        let mut follows = None;
        for ends_on in ["2027-02-28", "2027-03-31", "2027-04-30"] {
            let paid = covered(MONTHLY, follows, "2027-01-31".parse().unwrap(), 0, &zone).unwrap();
            assert_eq!(zone.to_datetime(paid.ends_at).date().to_string(), ends_on);
            follows = Some(paid.next);
        }
    }

    #[test]
    fn what_is_paid_in_time_or_in_grace_goes_on_and_later_it_begins_anew() {
        let zone = halifax();
        let first = covered(MONTHLY, None, "2026-10-20".parse().unwrap(), 0, &zone).unwrap();
        for (paid_on, grace_days, starts_on) in [
            ("2026-11-01", 0, "2026-11-20"),
            ("2026-11-20", 0, "2026-11-20"),
            ("2026-11-21", 0, "2026-11-21"),
            ("2026-11-27", 7, "2026-11-20"),
            ("2026-11-28", 7, "2026-11-28"),
        ] {
            let day = paid_on.parse().unwrap();
            let next = covered(MONTHLY, Some(first.next), day, grace_days, &zone).unwrap();
            let began = zone.to_datetime(next.starts_at).date();
            assert_eq!(began.to_string(), starts_on, "{paid_on} with {grace_days}");
            let month = began.checked_add(jiff::Span::new().months(1)).unwrap();
            assert_eq!(zone.to_datetime(next.ends_at).date(), month, "a whole period");
        }
    }

    #[test]
    fn an_offer_is_kept_to_its_end_and_then_the_price_is_the_usual_one() {
        let then = Price { amount: cad(1_200), period: Period::Month };
        let half = OfferTerms::PercentOff { percent: 50, periods: 3 };
        let mut step = InvoiceStep::on_offer(&half, cad(600), then).unwrap();
        let mut amounts = Vec::new();
        for _ in 0..5 {
            amounts.push((step.amount.minor, step.kind));
            step = step.next();
        }
        let (intro, usual) = (PeriodKind::Intro, PeriodKind::Usual);
        assert_eq!(
            amounts,
            [(600, intro), (600, intro), (600, intro), (1_200, usual), (1_200, usual)]
        );
        let intro = OfferTerms::Intro { periods: 3, amount: cad(900) };
        let step = InvoiceStep::on_offer(&intro, cad(900), then).unwrap();
        assert_eq!((step.span, step.next().span), (InvoiceSpan::Months(3), MONTHLY));
        let trial = OfferTerms::CheapTrial { days: 14, amount: cad(100) };
        let step = InvoiceStep::on_offer(&trial, cad(100), then).unwrap();
        assert_eq!((step.span, step.kind), (InvoiceSpan::Days(14), PeriodKind::Trial));
        let free = OfferTerms::FreeTrial { days: 14 };
        assert_eq!(InvoiceStep::on_offer(&free, cad(0), then), None);
        let year = InvoiceStep::usual(Price { amount: cad(12_000), period: Period::Year });
        assert_eq!(year.span, InvoiceSpan::Months(12));
    }
}
