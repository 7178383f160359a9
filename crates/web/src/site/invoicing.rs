//! Contracts that are paid by invoice: making invoices, reminding of them, what follows where one is paid, void or not paid in time,
//! cancelling and taking that back. Nobody outside is asked; everything ends up as facts of the ledger. When access begins and ends
//! is a rule of `paywall`.

mod books;
mod changes;
mod composer;
mod refunds;

use std::sync::Arc;

use face::InvoiceNews;
use gate::Outage;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use paywall::{
    EndedBy, Fact, FactId, InvoiceStep, Moment, Money, Payment, PeriodKind, Renewal, Subscription,
    SubscriptionId, What, covered, days_after,
};
use store::{
    DueSubscription, HOUSE, INVOICE, INVOICE_REASON_CHARS_MAX, Invoice, InvoiceMade, InvoiceNumber,
    InvoiceSheet, InvoiceState, NewInvoice, NewMail, NextPlan, NextPlanStep, Noted, ReaderRow,
    Settled, Settling, TRIAL, ToldBy,
};

use super::brought::GrantError;
use super::contract::Change;
use super::letters::{Writing, waking};
use super::presentation::Presentation;
use super::read_back::{BATCH, has_more, opens};
use super::{Inner, Site};

pub(super) use books::{differs, gaps};
pub(super) use changes::{NextInvoice, change, next_invoice, take_back};
pub(super) use composer::Composer;
pub(super) use composer::buyer_lines;
pub(super) use refunds::pay_back;
use refunds::refund;

/// So many days before an invoice is due the paper reminds of it.
const REMIND_BEFORE_DAYS: i64 = 3;

/// What became of an invoice that was said to be paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvoicePaid {
    /// It is paid now, and opens this span.
    Now {
        /// From when (inclusive).
        starts_at: Timestamp,
        /// Until when (exclusive).
        ends_at: Timestamp,
    },
    /// It was paid before, of the same sum and on the same day: nothing has changed.
    Before,
}

/// The last day that was paid when an invoice was made that goes on after it.
pub(super) fn paid_before(invoice: &Invoice, zone: &TimeZone) -> Option<Date> {
    let starts_at = invoice.sheet.follows?.starts_at(zone)?;
    Some(later_by(day_of(zone, starts_at), -1))
}

fn day_of(zone: &TimeZone, at: Timestamp) -> Date {
    zone.to_datetime(at).date()
}

fn later_by(day: Date, days: i64) -> Date {
    day.checked_add(Span::new().days(days)).unwrap_or(Date::MAX)
}

/// The instant at which a day begins in the paper's zone.
fn begins(zone: &TimeZone, day: Date) -> Timestamp {
    Moment::Day(day).begins_at(zone).unwrap_or(Timestamp::MAX)
}

/// The next instant at which there is something to write of an invoice that is open.
fn reminds_at(zone: &TimeZone, due_on: Date, today: Date) -> Timestamp {
    let (soon, late) = (later_by(due_on, -REMIND_BEFORE_DAYS), later_by(due_on, 1));
    match today {
        today if today < soon => begins(zone, soon),
        today if today < late => begins(zone, late),
        _ => Timestamp::MAX,
    }
}

/// The last day on which an invoice of today is paid in time.
pub(super) fn due_on(presentation: &Presentation, now: Timestamp) -> Date {
    let house = &presentation.house;
    later_by(house.policy.day_of(now), i64::from(house.invoices.days))
}

/// The first invoice of a contract, with the letter that brings it.
pub(super) async fn begin(
    site: &Inner,
    presentation: &Arc<Presentation>,
    reader: &ReaderRow,
    checkout: String,
    sheet: InvoiceSheet,
    now: Timestamp,
) -> Result<InvoiceMade, Outage> {
    let zone = &presentation.house.policy.zone;
    let (issued_on, due_on) = (day_of(zone, now), due_on(presentation, now));
    let drawn = gate::Secret::of(site.random.bytes()).to_string();
    let subscription = store::invoice_contract(&drawn);
    let subscription = subscription.map_err(|error| Outage::Down(error.to_string()))?;
    let new = NewInvoice {
        subscription,
        reader: reader.id,
        checkout: Some(checkout),
        sheet,
        follows_at: None,
        issued_on,
        due_on,
        check_at: reminds_at(zone, due_on, issued_on),
    };
    let composer = Composer::new(site, presentation, &reader.mail, now, now);
    let compose = move |invoice: &Invoice| composer.letter(invoice, InvoiceNews::Made);
    site.store.make_invoice(new, compose, now).await
}

/// A contract with all that is known of it.
struct Contract {
    id: SubscriptionId,
    owner: Option<ReaderRow>,
    facts: Vec<Fact>,
    /// The newest first.
    invoices: Vec<Invoice>,
    /// For which plan the next one is to be, where it is another one.
    next_plan: Option<NextPlan>,
}

/// What is to be changed of a contract.
#[derive(Default)]
struct Step {
    invoice: Option<Settled>,
    voids_open: bool,
    next_plan: NextPlanStep,
    told: Vec<(FactId, What)>,
    taken: Vec<String>,
    letters: Vec<NewMail>,
    /// The deed at the desk that it is.
    noted: Option<Noted>,
    /// On which day a payment of it arrived.
    paid_on: Option<Date>,
    check_at: Option<Timestamp>,
}

impl Contract {
    async fn read(site: &Inner, id: SubscriptionId) -> Result<Self, Outage> {
        let facts = site.store.facts_of(id.clone()).await?;
        let invoices = site.store.invoices_of_contract(id.clone()).await?;
        let owner = match invoices.iter().find_map(|invoice| invoice.reader) {
            Some(reader) => site.store.reader_of_id(reader).await?,
            None => None,
        };
        let next_plan = site.store.next_plan(id.clone()).await?;
        Ok(Self { id, owner, facts, invoices, next_plan })
    }

    fn folded(&self) -> Option<Subscription> {
        Subscription::fold(&self.id, &self.facts)
    }

    /// The invoice that was paid for the latest time.
    fn last_paid(&self) -> Option<&Invoice> {
        self.invoices.iter().find(|invoice| matches!(invoice.state, InvoiceState::Paid { .. }))
    }

    /// What is charged next: of a contract that was cancelled, for no other plan.
    fn next_amount(&self) -> Option<Money> {
        self.last_paid().map(|invoice| invoice.sheet.step.next().amount)
    }

    /// What was paid of an invoice, as the ledger has it.
    fn payment_of(&self, number: InvoiceNumber) -> Option<&Payment> {
        let number = number.to_string();
        self.facts.iter().rev().find_map(|fact| match &fact.what {
            What::Paid(payment) if fact.id.as_str() == number => Some(payment),
            _ => None,
        })
    }

    /// Keeps a change with the letters that tell it; `false` where somebody else has changed invoice or contract meanwhile.
    async fn settle(
        mut self,
        site: &Inner,
        presentation: &Presentation,
        step: Step,
        told_by: (ToldBy, String),
        now: Timestamp,
    ) -> Result<bool, Outage> {
        let last = self.facts.iter().map(|fact| fact.as_of).max();
        let tick = jiff::SignedDuration::from_micros(1);
        let after = last.and_then(|last| last.checked_add(tick).ok());
        let as_of = after.map_or(now, |after| after.max(now));
        let facts: Vec<Fact> = step
            .told
            .into_iter()
            .map(|(id, what)| Fact { subscription: self.id.clone(), id, as_of, what })
            .collect();
        self.facts.extend(facts.iter().cloned());
        let mut letters = step.letters;
        if let (Some(owner), Some(subscription)) = (&self.owner, &self.folded()) {
            let has_more = has_more(site, owner, &self.id, now).await?;
            let reader = owner;
            let (facts, history) = (&facts, &self.facts);
            let writing =
                Writing { site, presentation, reader, has_more, subscription, facts, history, now };
            let zone = &presentation.house.policy.zone;
            letters.extend(writing.by_invoice(step.paid_on.map(|day| begins(zone, day))));
        }
        let settling = Settling {
            subscription: self.id,
            reader: self.owner.map(|owner| owner.id),
            seen: last,
            invoice: step.invoice,
            voids_open: step.voids_open,
            next_plan: step.next_plan,
            facts,
            taken: step.taken,
            told_by,
            noted: step.noted,
            letters,
            check_at: step.check_at.unwrap_or(now),
        };
        site.store.settle_contract(settling, now).await
    }
}

/// The one fact of what is to come.
fn standing() -> FactId {
    FactId::parse("standing").expect("a word is an id")
}

fn refused(why: String) -> GrantError {
    GrantError::Refused(why)
}

fn overtaken(number: InvoiceNumber) -> GrantError {
    refused(format!("invoice {number} was changed by somebody else just now; look at it again"))
}

impl Site {
    /// The invoice of a number.
    ///
    /// # Errors
    /// [`GrantError`]: there is none, or the store does not answer.
    pub async fn invoice(&self, number: InvoiceNumber) -> Result<Invoice, GrantError> {
        known(&self.0, number).await
    }

    /// Whether the paper offers to pay by invoice, and nothing in its ledger is to be asked of a provider.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn has_invoices_alone(&self) -> Result<bool, Outage> {
        let site = &*self.0;
        let mut after = String::new();
        loop {
            let batch = site.store.subscriptions_after(after.clone(), BATCH).await?;
            if batch.iter().any(|one| ![HOUSE, INVOICE].contains(&one.provider.as_str())) {
                return Ok(false);
            }
            match batch.last() {
                Some(last) => last.id.as_str().clone_into(&mut after),
                None => return Ok(site.present().await.house.invoices.are_there()),
            }
        }
    }

    /// Today, in the paper's zone.
    pub async fn today(&self) -> Date {
        self.0.present().await.house.policy.day_of(self.0.clock.now())
    }

    /// Notes that an invoice was paid: what it pays for is open from that day on. Another sum than its own is taken with `accept`
    /// alone, and stands in the ledger as it was paid.
    ///
    /// # Errors
    /// [`GrantError`]: nothing was noted.
    pub async fn invoice_paid(
        &self,
        number: InvoiceNumber,
        on: Date,
        paid: Money,
        accept: bool,
    ) -> Result<InvoicePaid, GrantError> {
        pay(&self.0, number, on, (paid, accept), None).await
    }

    /// Notes that an invoice need not be paid; of one that was, that the money went back. Says whether that is news.
    ///
    /// # Errors
    /// [`GrantError`]: nothing was noted.
    pub async fn void_invoice(
        &self,
        number: InvoiceNumber,
        reason: &str,
        refunded: bool,
    ) -> Result<bool, GrantError> {
        let site = &*self.0;
        let reason: String = reason.trim().chars().take(INVOICE_REASON_CHARS_MAX).collect();
        if reason.is_empty() {
            return Err(refused("say why, for the books: --reason \"ordered twice\"".to_owned()));
        }
        let invoice = known(site, number).await?;
        match (invoice.state, refunded) {
            (InvoiceState::Void, false) | (InvoiceState::Refunded { .. }, true) => Ok(false),
            (InvoiceState::Open, false) => {
                match void(site, &invoice, (ToldBy::Operator, reason)).await? {
                    true => Ok(true),
                    false => Err(overtaken(number)),
                }
            }
            (InvoiceState::Paid { on, .. }, true) => {
                refund(site, &invoice, on, (reason, None)).await?;
                Ok(true)
            }
            (InvoiceState::Paid { on, .. }, false) => Err(refused(format!(
                "invoice {number} was paid on {on}; pay the money back, and then say --refunded"
            ))),
            (state, _) => Err(refused(format!(
                "invoice {number} is {}; nothing was paid of it that could go back",
                state.name()
            ))),
        }
    }

    /// Invoices behind a number, in their order; of a year, and open ones alone, where that is asked for.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn invoices_after(
        &self,
        after: Option<InvoiceNumber>,
        year: Option<i16>,
        open_only: bool,
        limit: usize,
    ) -> Result<Vec<Invoice>, Outage> {
        self.0.store.invoices_after(after, year, open_only, limit).await
    }
}

/// The invoice of a number, or why there is none.
async fn known(site: &Inner, number: InvoiceNumber) -> Result<Invoice, GrantError> {
    let invoice = site.store.invoice(number).await?;
    invoice.ok_or_else(|| {
        refused(format!("there is no invoice {number}; `masthead invoices list` has them all"))
    })
}

/// Notes that an invoice was paid, as [`Site::invoice_paid`] says.
pub(super) async fn pay(
    site: &Inner,
    number: InvoiceNumber,
    on: Date,
    (paid, accept): (Money, bool),
    noted: Option<Noted>,
) -> Result<InvoicePaid, GrantError> {
    let (presentation, now) = (site.present().await, site.clock.now());
    let zone = &presentation.house.policy.zone;
    let invoice = known(site, number).await?;
    let contract = Contract::read(site, invoice.subscription.clone()).await?;
    match invoice.state {
        InvoiceState::Open => {}
        InvoiceState::Paid { on: before, .. } => {
            let same = contract.payment_of(number).is_some_and(|known| known.amount == paid);
            if same && before == on {
                return Ok(InvoicePaid::Before);
            }
            return Err(refused(format!(
                "invoice {number} is paid since {before}; what came besides is to be paid back"
            )));
        }
        InvoiceState::Void | InvoiceState::Refunded { .. } => {
            let state = invoice.state.name();
            return Err(refused(format!(
                "invoice {number} is {state}; pay the money back, or have the reader order anew"
            )));
        }
    }
    if on < invoice.issued_on || on > day_of(zone, now) {
        return Err(refused(format!(
            "{on} is no day on which invoice {number} can have been paid: it is of {}, and today is {}",
            invoice.issued_on,
            day_of(zone, now)
        )));
    }
    let (sheet, wanted) = (&invoice.sheet, invoice.sheet.step.amount);
    if paid != wanted && !accept {
        return Err(refused(format!(
            "invoice {number} is of {wanted}, and {paid} is something else; with --accept it is taken all the same"
        )));
    }
    let grace = presentation.house.invoices.grace_days;
    let covered = covered(sheet.step.span, sheet.follows, on, grace, zone);
    let covered = covered.ok_or_else(|| refused(format!("{on} is too far away")))?;
    let payment = Payment {
        starts_at: covered.starts_at,
        ends_at: covered.ends_at,
        amount: paid,
        plan: sheet.plan.clone(),
        kind: sheet.step.kind,
        opens: opens(&presentation, &sheet.plan),
    };
    let renews =
        Renewal::Renews { next_charge_at: covered.ends_at, amount: sheet.step.next().amount };
    let named = FactId::parse(&number.to_string());
    let named = named.map_err(|error| refused(error.to_string()))?;
    let trial = (sheet.step.kind == PeriodKind::Trial).then(|| TRIAL.to_owned());
    let step = Step {
        invoice: Some(Settled {
            number,
            from: InvoiceState::Open,
            to: InvoiceState::Paid { on, next: covered.next },
        }),
        told: vec![(named, What::Paid(payment)), (standing(), What::Renewal(renews))],
        taken: sheet.offer.clone().into_iter().chain(trial).collect(),
        paid_on: Some(on),
        noted,
        ..Step::default()
    };
    let note = if paid == wanted { String::new() } else { format!("{paid} was accepted") };
    let told_by = (teller(step.noted.as_ref()), note);
    if !contract.settle(site, &presentation, step, told_by, now).await? {
        return Err(overtaken(number));
    }
    Ok(InvoicePaid::Now { starts_at: covered.starts_at, ends_at: covered.ends_at })
}

/// An invoice that is open becomes void, and its reader is told. Where it was to continue a contract, that ends with what is paid.
pub(super) async fn void(
    site: &Inner,
    invoice: &Invoice,
    told_by: (ToldBy, String),
) -> Result<bool, Outage> {
    let (presentation, now) = (site.present().await, site.clock.now());
    let contract = Contract::read(site, invoice.subscription.clone()).await?;
    let quiet = waking(&presentation.house.policy.zone, now);
    let letters = contract.owner.iter().map(|owner| {
        let composer = Composer::new(site, &presentation, &owner.mail, now, quiet);
        composer.letter(invoice, InvoiceNews::Void)
    });
    let to = InvoiceState::Void;
    let step = Step {
        letters: letters.collect(),
        invoice: Some(Settled { number: invoice.number, from: InvoiceState::Open, to }),
        told: contract.folded().and_then(|own| stopped(&own, now)).into_iter().collect(),
        ..Step::default()
    };
    contract.settle(site, &presentation, step, told_by, now).await
}

/// Who tells it: somebody at the desk, or at the machine.
const fn teller(noted: Option<&Noted>) -> ToldBy {
    if noted.is_some() { ToldBy::Desk } else { ToldBy::Operator }
}

/// What is told where a contract is not to go on: it ends with what is paid, or now where that is over.
fn stopped(own: &Subscription, now: Timestamp) -> Option<(FactId, What)> {
    let renewal = match own.renewal()? {
        Renewal::Renews { next_charge_at, .. } => Renewal::Stops { ends_at: next_charge_at },
        Renewal::Retries { .. } => Renewal::Ended { at: now, by: EndedBy::Cancelled },
        Renewal::Stops { .. } | Renewal::Ended { .. } => return None,
    };
    Some((standing(), What::Renewal(renewal)))
}

/// Cancels a contract, or takes that back.
pub(super) async fn carry_out(
    site: &Inner,
    own: &Subscription,
    change: Change,
    now: Timestamp,
) -> Result<(), String> {
    let down = |outage: Outage| outage.to_string();
    let presentation = site.present().await;
    let contract = Contract::read(site, own.id().clone()).await.map_err(down)?;
    let told = match change {
        Change::Cancel => stopped(own, now),
        Change::Resume => match (own.renewal(), contract.next_amount()) {
            (Some(Renewal::Stops { ends_at }), Some(amount)) if ends_at > now => {
                let renews = Renewal::Renews { next_charge_at: ends_at, amount };
                Some((standing(), What::Renewal(renews)))
            }
            _ => None,
        },
    };
    // What is so already is no change.
    let Some(told) = told else { return Ok(()) };
    let step = Step { voids_open: change == Change::Cancel, told: vec![told], ..Step::default() };
    let reason = if change == Change::Cancel { "cancelled" } else { "" };
    let told_by = (ToldBy::Reader, reason.to_owned());
    match contract.settle(site, &presentation, step, told_by, now).await.map_err(down)? {
        true => Ok(()),
        false => Err("the contract was changed by somebody else just now".to_owned()),
    }
}

/// Reminds of invoices that are due soon, or were; says of how many.
pub(super) async fn remind(site: &Inner, now: Timestamp) -> Result<usize, Outage> {
    let due = site.store.due_invoices(now, BATCH).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let presentation = site.present().await;
    let zone = &presentation.house.policy.zone;
    let today = day_of(zone, now);
    let quiet = waking(zone, now);
    for invoice in &due {
        let owner = match invoice.reader {
            Some(reader) => site.store.reader_of_id(reader).await?,
            None => None,
        };
        let soon = later_by(invoice.due_on, -REMIND_BEFORE_DAYS);
        let news = match today {
            today if today > invoice.due_on => Some(InvoiceNews::Late),
            // Whoever got it a day ago knows.
            today if today >= soon && invoice.issued_on < soon => Some(InvoiceNews::DueSoon),
            _ => None,
        };
        let letter = news.zip(owner).map(|(news, owner)| {
            Composer::new(site, &presentation, &owner.mail, now, quiet).letter(invoice, news)
        });
        let next = reminds_at(zone, invoice.due_on, today);
        site.store.invoice_looked_at(invoice.number, letter, next, now).await?;
    }
    Ok(due.len())
}

/// What is to be done of a contract when its day has come: the next invoice is made, access goes on for the days of grace or is
/// over.
pub(super) async fn tend(
    site: &Inner,
    due: &DueSubscription,
    now: Timestamp,
) -> Result<(), Outage> {
    let presentation = site.present().await;
    let contract = Contract::read(site, due.id.clone()).await?;
    let (told, check_at) = match contract.folded().and_then(|own| own.renewal()) {
        Some(Renewal::Renews { next_charge_at, .. }) => {
            let ahead = next_invoice_at(&presentation, next_charge_at);
            // Where another plan was agreed to just now, it is made of that, with the next look.
            if now >= ahead
                && !continued(site, &presentation, &contract, next_charge_at, now).await?
            {
                return Ok(());
            }
            match now >= next_charge_at {
                true => (Some(unpaid(&presentation, next_charge_at, now)), now),
                false => (None, if now < ahead { ahead } else { next_charge_at }),
            }
        }
        Some(Renewal::Retries { until, .. }) if now >= until => {
            (Some(Renewal::Ended { at: until, by: EndedBy::PaymentFailed }), now)
        }
        Some(Renewal::Retries { until, .. }) => (None, until),
        Some(Renewal::Stops { ends_at }) if now < ends_at => (None, ends_at),
        Some(Renewal::Stops { .. } | Renewal::Ended { .. }) | None => (None, Timestamp::MAX),
    };
    let told = told.map(|renewal| (standing(), What::Renewal(renewal))).into_iter().collect();
    let step = Step { told, check_at: Some(check_at), ..Step::default() };
    contract.settle(site, &presentation, step, (ToldBy::House, String::new()), now).await.map(drop)
}

/// When the invoice is made that goes on with what is paid until then.
fn next_invoice_at(presentation: &Presentation, ends_at: Timestamp) -> Timestamp {
    let zone = &presentation.house.policy.zone;
    let ahead = i64::from(presentation.house.invoices.ahead_days);
    begins(zone, later_by(day_of(zone, ends_at), -ahead))
}

/// What is so where the next invoice was not paid until the end of the time before it.
fn unpaid(presentation: &Presentation, ends_at: Timestamp, now: Timestamp) -> Renewal {
    let zone = &presentation.house.policy.zone;
    let until = days_after(ends_at, presentation.house.invoices.grace_days, zone);
    match until.filter(|until| now < *until) {
        Some(until) => Renewal::Retries { since: ends_at, until },
        None => Renewal::Ended { at: until.unwrap_or(ends_at), by: EndedBy::PaymentFailed },
    }
}

/// Makes the invoice that goes on with a contract, unless it is there; `false` where another plan was agreed to meanwhile.
async fn continued(
    site: &Inner,
    presentation: &Arc<Presentation>,
    contract: &Contract,
    ends_at: Timestamp,
    now: Timestamp,
) -> Result<bool, Outage> {
    let (Some(owner), Some(last)) = (&contract.owner, contract.last_paid()) else {
        return Ok(true);
    };
    let InvoiceState::Paid { next, .. } = last.state else { return Ok(true) };
    let (house, zone) = (&presentation.house, &presentation.house.policy.zone);
    let today = day_of(zone, now);
    let last_day = later_by(day_of(zone, ends_at), -1);
    let due_on = later_by(today, i64::from(house.invoices.days)).min(last_day).max(today);
    // Of a paper that offers invoices no more, what it said before holds for contracts that run.
    let lines = |now: &[String], before: &[String]| {
        if now.is_empty() { before.to_vec() } else { now.to_vec() }
    };
    // What was agreed to holds, also where the plan has another price by now.
    let agreed = contract.next_plan.clone();
    let (checkout, plan, named, step) = match agreed {
        Some(agreed) => {
            let step = InvoiceStep::usual(agreed.price);
            (Some(agreed.checkout), agreed.plan, agreed.plan_name, step)
        }
        None => {
            let Invoice { sheet, .. } = last;
            (None, sheet.plan.clone(), sheet.plan_name.clone(), sheet.step.next())
        }
    };
    let sold = house.plans.iter().find(|one| one.slug == plan);
    let sheet = InvoiceSheet {
        payee: lines(&house.invoices.payee, &last.sheet.payee),
        pay_to: lines(&house.invoices.pay_to, &last.sheet.pay_to),
        tax: house.invoices.tax.clone(),
        plan_name: sold.map_or(named, |sold| sold.name.clone()),
        plan,
        offer: None,
        step,
        follows: Some(next),
        ..last.sheet.clone()
    };
    let new = NewInvoice {
        subscription: contract.id.clone(),
        reader: owner.id,
        checkout,
        sheet,
        follows_at: Some(ends_at),
        issued_on: today,
        due_on,
        check_at: reminds_at(zone, due_on, today),
    };
    let composer = Composer::new(site, presentation, &owner.mail, now, waking(zone, now));
    let compose = move |invoice: &Invoice| composer.letter(invoice, InvoiceNews::Made);
    let made = site.store.make_invoice(new, compose, now).await?;
    Ok(made != InvoiceMade::Overtaken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_reminded_of_before_and_after_and_then_no_more() {
        let zone = TimeZone::get("America/Halifax").unwrap();
        let due_on: Date = "2026-09-30".parse().unwrap();
        for (today, wanted) in [
            ("2026-09-16", Some("2026-09-27T00:00:00-03:00")),
            ("2026-09-26", Some("2026-09-27T00:00:00-03:00")),
            ("2026-09-27", Some("2026-10-01T00:00:00-03:00")),
            ("2026-09-30", Some("2026-10-01T00:00:00-03:00")),
            ("2026-10-01", None),
        ] {
            let wanted = wanted.map_or(Timestamp::MAX, |at| at.parse().unwrap());
            assert_eq!(reminds_at(&zone, due_on, today.parse().unwrap()), wanted, "{today}");
        }
    }
}
