//! The course of one subscription at the cashier: what is charged when, what happens where it cannot be, and what is told
//! of it. Values and instants alone; it keeps nothing and never asks for the time.

use std::ops::Range;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::{Amount, ChangeReckoning, EndedBy, PeriodKind, Told, ToldWhat, less};
use super::kept::{KeptChange, KeptEvery, KeptOrder, KeptStart, Terms, instant};

/// Periods that are charged, or ends that are reached, in one go.
pub const PERIODS_MAX: u32 = 600;
/// Days after a declined charge on which it is tried again.
pub(super) const TRIES_AFTER_DAYS: [i64; 3] = [3, 5, 7];
/// Days after a declined charge in which access stays.
pub(super) const GRACE_DAYS: i64 = 14;
/// Changes of the plan whose keys are remembered.
const CHANGES_MAX: usize = 100;

/// A subscription.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Contract {
    pub(super) id: String,
    zone: String,
    terms: Terms,
    /// Periods are counted from here.
    #[serde(with = "instant")]
    anchor_at: Timestamp,
    /// The number of the period that is charged next.
    next: u32,
    /// How much less the next periods cost, and how many they are.
    less_percent: u8,
    less_periods: u32,
    /// Whether the card takes the next charge.
    card_works: bool,
    pub(super) card: String,
    payments: Vec<Payment>,
    standing: Standing,
    /// Of the standing: when it became what it is.
    #[serde(with = "instant")]
    pub(super) changed_at: Timestamp,
    /// From when the plan is another one than was bought.
    plan_from: Option<Moved>,
    to_come: Option<KeptChange>,
    pub(super) changes: Vec<String>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Moved {
    #[serde(with = "instant")]
    told_at: Timestamp,
    #[serde(with = "instant")]
    starts_at: Timestamp,
    plan: String,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Payment {
    id: String,
    #[serde(with = "instant")]
    paid_at: Timestamp,
    #[serde(with = "instant")]
    starts_at: Timestamp,
    #[serde(with = "instant")]
    ends_at: Timestamp,
    minor: i64,
    currency: String,
    plan: String,
    kind: Kind,
    /// How many usual periods it covers; none, of a trial.
    periods: u32,
    refund: Option<Refund>,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Kind {
    Trial,
    Intro,
    Usual,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Refund {
    #[serde(with = "instant")]
    at: Timestamp,
    ends_access_at: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Standing {
    Runs,
    Stops,
    Retries {
        #[serde(with = "instant")]
        since: Timestamp,
    },
    Cancelled,
    Unpaid,
}

/// What an order costs at once, and until when that is.
pub(super) struct First {
    pub(super) amount: Amount,
    pub(super) ends_at: Timestamp,
}

/// What is at once for an order that is paid at `now`; `None` is beyond the end of time.
pub(super) fn first(order: &KeptOrder, now: Timestamp) -> Option<First> {
    Contract::begun(order, String::new(), String::new(), now)?.first()
}

impl Contract {
    /// Begins at `now` with what the order charges at once; `None` is beyond the end of time.
    pub(super) fn begun(
        order: &KeptOrder,
        id: String,
        card: String,
        now: Timestamp,
    ) -> Option<Self> {
        let mut contract = Self {
            id,
            zone: order.zone.clone(),
            terms: order.terms.clone(),
            anchor_at: now,
            next: 0,
            less_percent: 0,
            less_periods: 0,
            card_works: true,
            card,
            payments: Vec::new(),
            standing: Standing::Runs,
            changed_at: now,
            plan_from: None,
            to_come: None,
            changes: Vec::new(),
        };
        match order.start {
            KeptStart::Usual => contract.charge(now)?,
            KeptStart::PercentOff { percent, periods } => {
                contract.less_percent = percent;
                contract.less_periods = periods;
                contract.charge(now)?;
            }
            KeptStart::Trial { days, minor } => {
                let ends_at = later(now, Span::new().try_days(days).ok()?, &contract.zone)?;
                contract.pay(now, now..ends_at, minor, Kind::Trial, 0);
                contract.anchor_at = ends_at;
            }
            KeptStart::Intro { periods, minor } => {
                let ends_at = contract.due(periods)?;
                contract.pay(now, now..ends_at, minor, Kind::Intro, periods);
                contract.next = periods;
            }
        }
        Some(contract)
    }

    /// What was charged at once, and until when that was.
    pub(super) fn first(&self) -> Option<First> {
        let payment = self.payments.first()?;
        Some(First { amount: payment.amount(), ends_at: payment.ends_at })
    }

    /// Says whether the card takes the next charge.
    pub(super) fn expect(&mut self, works: bool) {
        self.card_works = works;
    }

    /// Lets time pass until `now`: charges what is due, tries again, ends. Says whether it came that far within
    /// [`PERIODS_MAX`] steps.
    pub(super) fn advance(&mut self, now: Timestamp) -> bool {
        for _ in 0..PERIODS_MAX {
            let due = match self.standing {
                Standing::Retries { since } => Some(grace_ends_at(since)),
                Standing::Runs | Standing::Stops => self.due(self.next),
                Standing::Cancelled | Standing::Unpaid => None,
            };
            let Some(due) = due.filter(|due| *due <= now) else { return true };
            match self.standing {
                Standing::Stops => self.stand(Standing::Cancelled, due),
                Standing::Retries { .. } => self.stand(Standing::Unpaid, due),
                _ => {
                    self.move_to_come();
                    if !self.card_works {
                        self.stand(Standing::Retries { since: due }, due);
                    } else if self.charge(due).is_none() {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Another card; what is owed is charged at once.
    pub(super) fn update_card(&mut self, card: String, works_next: bool, now: Timestamp) {
        self.card = card;
        if matches!(self.standing, Standing::Retries { .. }) {
            self.standing = Standing::Runs;
            let _ = self.charge(now);
        }
        self.card_works = works_next;
    }

    pub(super) fn cancel(&mut self, now: Timestamp) {
        match self.standing {
            Standing::Runs => self.stand(Standing::Stops, now),
            // What was paid has ended already.
            Standing::Retries { .. } => self.stand(Standing::Cancelled, now),
            Standing::Stops | Standing::Cancelled | Standing::Unpaid => {}
        }
    }

    pub(super) fn end(&mut self, now: Timestamp) {
        if !self.is_over() {
            self.stand(Standing::Cancelled, now);
        }
    }

    /// Whether it runs again, or still.
    pub(super) fn resume(&mut self, now: Timestamp) -> bool {
        if self.standing == Standing::Stops {
            self.stand(Standing::Runs, now);
        }
        !self.is_over()
    }

    pub(super) const fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Cancelled | Standing::Unpaid)
    }

    /// Another plan.
    ///
    /// # Errors
    /// Why not, in words.
    pub(super) fn change(&mut self, change: KeptChange, now: Timestamp) -> Result<(), String> {
        if self.changes.contains(&change.key) {
            return Ok(());
        }
        if self.standing != Standing::Runs {
            return Err("it does not run; resume it, or change the card, first".to_owned());
        }
        if change.terms.currency != self.terms.currency {
            return Err("the new price is in another currency".to_owned());
        }
        let same = change.terms.every == self.terms.every;
        let current = self.payments.last().ok_or("nothing was paid yet")?.clone();
        let key = change.key.clone();
        let told_at = self.told_at(now);
        if change.at_once {
            let plan = change.terms.plan.clone();
            self.change_at_once(change.terms, same, &current, now)?;
            self.plan_from = Some(Moved { told_at, starts_at: now, plan });
        } else {
            if !same {
                return Err("a plan that is charged more or less often holds at once".to_owned());
            }
            let (starts_at, plan) = (current.ends_at, change.terms.plan.clone());
            self.plan_from = Some(Moved { told_at, starts_at, plan });
            self.to_come = Some(change);
        }
        self.changed_at = told_at;
        self.changes.push(key);
        if self.changes.len() > CHANGES_MAX {
            self.changes.remove(0);
        }
        Ok(())
    }

    /// What another plan would cost.
    ///
    /// # Errors
    /// Why it cannot be had, in words.
    pub(super) fn reckoning(
        &self,
        change: KeptChange,
        now: Timestamp,
    ) -> Result<ChangeReckoning, String> {
        let mut changed = self.clone();
        let terms = change.terms.clone();
        changed.change(change, now)?;
        let charged = changed.payments.get(self.payments.len()..).unwrap_or_default();
        let due_now = terms.sum(charged.iter().map(|payment| payment.minor).sum());
        let next_charge_at = changed.due(changed.next).ok_or("beyond the end of time")?;
        Ok(ChangeReckoning { due_now, next_charge_at })
    }

    /// Charges the difference for what is left of the period. A trial goes on as it was; where the new plan is charged more
    /// or less often, a new period begins.
    fn change_at_once(
        &mut self,
        terms: Terms,
        same: bool,
        current: &Payment,
        now: Timestamp,
    ) -> Result<(), String> {
        if !self.card_works {
            return Err("the card is declined".to_owned());
        }
        // A change that was asked for before the last renewal counts from that.
        let now = now.max(current.starts_at);
        let left = part(current.minor, now, current);
        let (ends_at, minor, kind, periods) = if current.periods == 0 {
            (current.ends_at, 0, Kind::Trial, 0)
        } else if same {
            let off = if current.periods == 1 && current.kind == Kind::Intro {
                self.less_percent
            } else {
                0
            };
            let whole = less(terms.minor, off).saturating_mul(current.periods.into());
            (current.ends_at, part(whole, now, current) - left, current.kind, current.periods)
        } else {
            let ends_at = due(now, terms.every, 1, &self.zone).ok_or("beyond the end of time")?;
            (self.anchor_at, self.next, self.less_periods) = (now, 1, 0);
            (ends_at, terms.minor - left, Kind::Usual, 1)
        };
        self.terms = terms;
        self.to_come = None;
        self.pay(now, now..ends_at, minor.max(0), kind, periods);
        Ok(())
    }

    /// Gives a payment back; says whether there is one of that id.
    pub(super) fn refund(
        &mut self,
        id: &str,
        ends_access_at: Option<Timestamp>,
        now: Timestamp,
    ) -> bool {
        let Some(payment) = self.payments.iter_mut().find(|payment| payment.id == id) else {
            return false;
        };
        let ends_access_at = ends_access_at.map(|at| at.to_string());
        payment.refund.get_or_insert(Refund { at: now, ends_access_at });
        true
    }

    /// What is owed while a charge is tried again, and when it is tried next; `None` of that where all tries failed.
    pub(super) fn owed(&self, now: Timestamp) -> Option<(Amount, Option<Timestamp>)> {
        let Standing::Retries { since } = self.standing else { return None };
        let tries = TRIES_AFTER_DAYS.iter().map(|days| after(since, *days));
        Some((self.price(), tries.into_iter().find(|at| *at > now)))
    }

    /// All that it says, the standing last.
    pub(super) fn told(&self) -> Vec<Told> {
        let mut told: Vec<Told> = self.payments.iter().map(Payment::told).collect();
        told.extend(self.payments.iter().filter_map(Payment::told_refund));
        if let Some(Moved { told_at, starts_at, plan }) = &self.plan_from {
            let what = ToldWhat::Plan { starts_at: *starts_at, plan: plan.clone() };
            told.push(Told { id: self.id.clone(), as_of: *told_at, what });
        }
        let at = self.changed_at;
        let what = match self.standing {
            Standing::Runs => self.due(self.next).map(|next_charge_at| {
                let amount = self.price();
                ToldWhat::Renews { next_charge_at, amount }
            }),
            Standing::Stops => self.due(self.next).map(|ends_at| ToldWhat::Stops { ends_at }),
            Standing::Retries { since } => {
                Some(ToldWhat::Retries { since, until: grace_ends_at(since) })
            }
            Standing::Cancelled => Some(ToldWhat::Ended { at, by: EndedBy::Cancelled }),
            Standing::Unpaid => Some(ToldWhat::Ended { at, by: EndedBy::PaymentFailed }),
        };
        told.extend(what.map(|what| Told { id: self.id.clone(), as_of: at, what }));
        told
    }

    /// What the next charge is.
    fn price(&self) -> Amount {
        let terms = self.to_come.as_ref().map_or(&self.terms, |change| &change.terms);
        let off = if self.less_periods > 0 { self.less_percent } else { 0 };
        terms.sum(less(terms.minor, off))
    }

    /// Charges the next period at `now`; `None`, with nothing changed, is beyond the end of time.
    fn charge(&mut self, now: Timestamp) -> Option<()> {
        let (starts_at, ends_at) = (self.due(self.next)?, self.due(self.next.checked_add(1)?)?);
        let kind = if self.less_periods > 0 { Kind::Intro } else { Kind::Usual };
        let minor = self.price().minor;
        self.pay(now, starts_at..ends_at, minor, kind, 1);
        self.next += 1;
        self.less_periods = self.less_periods.saturating_sub(1);
        Some(())
    }

    fn pay(
        &mut self,
        paid_at: Timestamp,
        span: Range<Timestamp>,
        minor: i64,
        kind: Kind,
        periods: u32,
    ) {
        self.changed_at = self.told_at(paid_at);
        let id = format!("{}-{}", self.id, self.payments.len() + 1);
        let Terms { plan, currency, .. } = self.terms.clone();
        let Range { start: starts_at, end: ends_at } = span;
        self.payments.push(Payment {
            id,
            paid_at,
            starts_at,
            ends_at,
            minor,
            currency,
            plan,
            kind,
            periods,
            refund: None,
        });
    }

    fn move_to_come(&mut self) {
        if let Some(change) = self.to_come.take() {
            self.terms = change.terms;
        }
    }

    fn stand(&mut self, standing: Standing, at: Timestamp) {
        self.changed_at = self.told_at(at);
        self.standing = standing;
    }

    /// An instant for what is told now: always later than the last one, so that no two tellings tie.
    fn told_at(&self, now: Timestamp) -> Timestamp {
        let next = self.changed_at.checked_add(SignedDuration::from_micros(1));
        if self.payments.is_empty() { now } else { now.max(next.unwrap_or(now)) }
    }

    fn due(&self, number: u32) -> Option<Timestamp> {
        due(self.anchor_at, self.terms.every, number, &self.zone)
    }
}

impl Payment {
    fn told(&self) -> Told {
        let kind = match self.kind {
            Kind::Trial => PeriodKind::Trial,
            Kind::Intro => PeriodKind::Intro,
            Kind::Usual => PeriodKind::Usual,
        };
        let (starts_at, ends_at, plan) = (self.starts_at, self.ends_at, self.plan.clone());
        let what = ToldWhat::Paid { starts_at, ends_at, amount: self.amount(), plan, kind };
        Told { id: self.id.clone(), as_of: self.paid_at, what }
    }

    fn told_refund(&self) -> Option<Told> {
        let refund = self.refund.as_ref()?;
        let ends_access_at = refund.ends_access_at.as_ref().and_then(|at| at.parse().ok());
        let payment = self.id.clone();
        let what = ToldWhat::Refunded { payment, amount: self.amount(), ends_access_at };
        Some(Told { id: format!("{}-refund", self.id), as_of: refund.at, what })
    }

    fn amount(&self) -> Amount {
        Amount { minor: self.minor, currency: self.currency.clone() }
    }
}

/// The part of a sum that belongs to what is left of a payment's span at `now`, rounded down.
fn part(minor: i64, now: Timestamp, payment: &Payment) -> i64 {
    let whole = payment.ends_at.as_second() - payment.starts_at.as_second();
    let left = (payment.ends_at.as_second() - now.as_second()).clamp(0, whole.max(0));
    let part = i128::from(minor) * i128::from(left) / i128::from(whole.max(1));
    i64::try_from(part).unwrap_or(minor)
}

/// When the period of that number begins: counted from the anchor's civil day, so that it never drifts.
fn due(anchor_at: Timestamp, every: KeptEvery, number: u32, zone: &str) -> Option<Timestamp> {
    if number == 0 {
        return Some(anchor_at);
    }
    let span = match every {
        KeptEvery::Month => Span::new().try_months(number),
        KeptEvery::Year => Span::new().try_years(number),
    };
    later(anchor_at, span.ok()?, zone)
}

/// The same time of day on another day of that zone.
fn later(at: Timestamp, span: Span, zone: &str) -> Option<Timestamp> {
    let zone = TimeZone::get(zone).ok()?;
    let civil = zone.to_datetime(at);
    let day = civil.date().checked_add(span).ok()?;
    zone.to_timestamp(day.to_datetime(civil.time())).ok()
}

fn after(at: Timestamp, days: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}

fn grace_ends_at(since: Timestamp) -> Timestamp {
    after(since, GRACE_DAYS)
}
