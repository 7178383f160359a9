//! A reader's subscription on the own page: how it stands, cancelling it in one page with two buttons, taking that back, and the
//! way to another card.

use std::sync::Arc;

use face::{Args, Key, Slot};
use gate::ReaderId;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use paywall::{EndedBy, Source, Subscription, SubscriptionState};
use store::{KnownReader, NextPlan, is_by_invoice};

use super::contexts::Chrome;
use super::subscribing::leave;
use super::{Trouble, Visit, invoicing, read_back};
use crate::shell::answer::Answer;

/// GET: cancel, or keep.
pub(crate) async fn show_cancellation(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see("/sign-in?back=%2Faccount%2Fcancellation"));
    };
    let Some(own) = running(visit, &reader) else { return Ok(visit.see("/account#subscription")) };
    page(visit, StatusCode::OK, own, None)
}

/// POST: cancels at the paid date.
pub(crate) async fn cancel(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    change(visit, Change::Cancel).await
}

/// POST: takes a cancellation back.
pub(crate) async fn resume(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    change(visit, Change::Resume).await
}

/// What a provider is asked to do with a subscription.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Change {
    Cancel,
    Resume,
}

/// Has the provider do it, and reads back what came of that; or says why it could not be done.
pub(super) async fn carry_out(
    visit: &Visit<'_>,
    own: &Subscription,
    owner: ReaderId,
    change: Change,
) -> Result<Result<(), String>, Trouble> {
    if is_by_invoice(own.id()) {
        return Ok(invoicing::carry_out(visit.site, own, change, visit.now).await);
    }
    let payments = visit.site.payments.clone().ok_or(Trouble::NotFound)?;
    let (id, now) = (own.id().as_str().to_owned(), visit.now);
    let asked = id.clone();
    let done = visit.site.tills.run(move || match change {
        Change::Cancel => payments.cancel(&asked, now),
        Change::Resume => payments.resume(&asked, now),
    });
    Ok(match done.await? {
        Ok(()) => read_back::of_reader(visit.site, &id, Some(owner), now).await,
        Err(error) => Err(error.to_string()),
    })
}

async fn change(visit: &Visit<'_>, change: Change) -> Result<Answer, Trouble> {
    visit.sells_subscriptions()?;
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see("/sign-in?back=%2Faccount"));
    };
    let own = match change {
        Change::Cancel => running(visit, &reader),
        Change::Resume => cancelled(visit, &reader),
    };
    let Some(own) = own else { return Ok(visit.see("/account#subscription")) };
    match carry_out(visit, own, reader.row.id, change).await? {
        Ok(()) => Ok(visit.see("/account#subscription")),
        Err(error) => {
            tracing::error!(error, "a subscription could not be changed");
            let message = visit.presentation.words.text(Key::PaymentsDown);
            page(visit, StatusCode::SERVICE_UNAVAILABLE, own, Some(message))
        }
    }
}

/// GET, on the way back from the provider's page: what could not be charged before is charged with the new card.
pub(crate) async fn back_from_card(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let Some(payments) = visit.site.payments.clone() else { return Err(Trouble::NotFound) };
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see("/sign-in?back=%2Faccount"));
    };
    if let Some(own) = visit.own_subscription(&reader)
        && matches!(own.state(visit.now), SubscriptionState::InGrace { .. })
        && !is_by_invoice(own.id())
    {
        let (id, now) = (own.id().as_str().to_owned(), visit.now);
        let asked = id.clone();
        let charged = visit.site.tills.run(move || payments.charge_again(&asked, now)).await?;
        if let Err(error) = charged {
            tracing::warn!(%error, "what was owed could not be charged again");
        }
        let owner = Some(reader.row.id);
        if let Err(error) = read_back::of_reader(visit.site, &id, owner, visit.now).await {
            tracing::warn!(error, "a subscription could not be read back");
        }
    }
    Ok(visit.see("/account#subscription"))
}

/// POST: leads to the provider's page for another card.
pub(crate) async fn card(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let payments = visit.site.payments.clone().ok_or(Trouble::NotFound)?;
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see("/sign-in?back=%2Faccount"));
    };
    let own = running(visit, &reader).filter(|own| !is_by_invoice(own.id()));
    let Some(own) = own else { return Ok(visit.see("/offers")) };
    let (id, now) = (own.id().as_str().to_owned(), visit.now);
    let back = format!("{}/account/card", visit.address());
    let asked = Arc::clone(&payments);
    match visit.site.tills.run(move || asked.portal(&id, &back, now)).await? {
        Ok(url) => leave(visit, &url),
        Err(error) => {
            tracing::error!(%error, "the provider's page for cards could not be reached");
            let message = visit.presentation.words.text(Key::PaymentsDown);
            page(visit, StatusCode::SERVICE_UNAVAILABLE, own, Some(message))
        }
    }
}

/// The reader's subscription that goes on unless it is cancelled.
pub(super) fn running<'r>(visit: &Visit<'_>, reader: &'r KnownReader) -> Option<&'r Subscription> {
    use SubscriptionState::{Active, InGrace, Trial};
    let goes_on = |one: &&Subscription| {
        matches!(one.state(visit.now), Active | Trial { .. } | InGrace { .. })
    };
    reader.subscriptions.iter().find(goes_on)
}

/// The one that was cancelled and is open still.
fn cancelled<'r>(visit: &Visit<'_>, reader: &'r KnownReader) -> Option<&'r Subscription> {
    let is =
        |one: &&Subscription| matches!(one.state(visit.now), SubscriptionState::Cancelled { .. });
    reader.subscriptions.iter().find(is)
}

/// The last instant of what ends then: what ends at midnight ends with the day before.
pub(super) fn last(ends_at: Timestamp) -> Timestamp {
    ends_at.checked_sub(SignedDuration::from_secs(1)).unwrap_or(ends_at)
}

/// What is said of access that ends by itself.
const fn fixed(source: Source) -> Key {
    match source {
        Source::Complimentary => Key::ComplimentaryUntil,
        Source::Print => Key::PrintUntil,
        Source::Seat => Key::SeatUntil,
        Source::Paid | Source::Trial => Key::PaidUntil,
    }
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    own: &Subscription,
    message: Option<String>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let plan = Args::new().with(Slot::Plan, visit.plan_name(own));
    let heading = words.format(Key::CancelHeading, &plan);
    // What was paid: that more may be open while nothing is heard of the provider is nobody's promise.
    let until = own.paid_until().unwrap_or(visit.now);
    let until = Args::new().with(Slot::Date, visit.date(last(until)));
    let crumbs = visit.above_own();
    let chrome =
        Chrome { heading: heading.clone(), robots: "noindex", crumbs, ..Chrome::default() };
    let cancellation = context! {
        text => words.format(Key::CancelText, &until),
        message => message,
    };
    let context =
        context! { heading => heading, cancellation => cancellation, ..visit.chrome(chrome) };
    visit.own_page(status, "cancellation.html", context)
}

impl Visit<'_> {
    /// Whether there can be contracts with the paper.
    pub(crate) fn has_contracts(&self) -> bool {
        self.sells() && self.presentation.house.takes_readers()
    }

    /// Whether plans can be bought here: by a provider, or by invoice.
    pub(crate) fn sells(&self) -> bool {
        self.site.payments.is_some() || self.presentation.house.invoices.are_there()
    }

    /// Nothing is there where the paper sells nothing by itself.
    pub(crate) fn sells_subscriptions(&self) -> Result<(), Trouble> {
        self.has_contracts().then_some(()).ok_or(Trouble::NotFound)
    }

    /// Whether a reader has a subscription that goes on unless it is cancelled.
    pub(crate) fn goes_on(&self, reader: &KnownReader) -> bool {
        running(self, reader).is_some()
    }

    /// The name of a subscription's plan.
    pub(super) fn plan_name(&self, own: &Subscription) -> String {
        let slug = own.plan(self.now).unwrap_or_default();
        self.plan(slug).map_or_else(|| slug.to_owned(), |plan| plan.name.clone())
    }

    /// The plan that a subscription is to change to, as a line.
    fn plan_to_come(&self, own: &Subscription, next: Option<&NextPlan>) -> Option<String> {
        let (name, at) = match (own.next_plan(self.now), next) {
            (Some((slug, at)), _) => (self.plan(slug).map_or(slug, |plan| &*plan.name), at),
            (None, Some(next)) => (&*next.plan_name, own.next_charge()?.at),
            (None, None) => return None,
        };
        let args = Args::new().with(Slot::Plan, name).with(Slot::Date, self.date(at));
        Some(self.presentation.words.format(Key::PlanChangesOn, &args))
    }

    /// How a subscription stands, in lines; `next` is the plan of the next invoice, where it is another one.
    pub(super) fn stands(&self, own: &Subscription, next: Option<&NextPlan>) -> Vec<String> {
        let words = &self.presentation.words;
        let by_invoice = is_by_invoice(own.id());
        let to_come = self.plan_to_come(own, next);
        let charge = own.next_charge().map(|charge| {
            let args = Args::new()
                .with(Slot::Price, words.money(charge.amount))
                .with(Slot::Date, self.date(charge.at));
            words.format(Key::NextPayment, &args)
        });
        let dated = |key, at| words.format(key, &Args::new().with(Slot::Date, self.date(at)));
        match own.state(self.now) {
            SubscriptionState::Active => charge.into_iter().chain(to_come).collect(),
            SubscriptionState::Trial { ends_at } => {
                [Some(dated(Key::TrialRunsUntil, last(ends_at))), charge]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            SubscriptionState::Fixed { ends_at, source } => vec![self.fixed_until(ends_at, source)],
            SubscriptionState::Cancelled { ends_at } => {
                vec![dated(Key::CancelledUntil, last(ends_at))]
            }
            // The invoice that is open says what is to be paid.
            SubscriptionState::InGrace { until, .. } if by_invoice => {
                vec![dated(Key::KeepAccess, last(until))]
            }
            SubscriptionState::Ended { at, .. } if by_invoice => {
                vec![dated(Key::SubscriptionEndedOn, at)]
            }
            SubscriptionState::InGrace { since, until } => {
                let next = words.text(Key::DeclinedRetries);
                vec![dated(Key::CardDeclined, since), dated(Key::KeepAccess, until), next]
            }
            SubscriptionState::Ended { at, by: EndedBy::PaymentFailed } => vec![
                words.text(Key::RenewalFailed),
                dated(Key::SubscriptionEndedOn, at),
                words.text(Key::RenewalFailedNext),
            ],
            SubscriptionState::Ended { at, .. } => vec![dated(Key::SubscriptionEndedOn, at)],
            SubscriptionState::NotBegun { .. } => vec![words.text(Key::PaymentWaits)],
        }
    }

    /// The last day of access that ends by itself, which ends with that day.
    fn fixed_until(&self, ends_at: Timestamp, source: Source) -> String {
        let until = Args::new().with(Slot::Date, self.date(last(ends_at)));
        self.presentation.words.format(fixed(source), &until)
    }

    /// How a reader's subscription stands, for the own page; `next` is the plan of the next invoice, where it is another one.
    pub(crate) fn contract(&self, reader: &KnownReader, next: Option<&NextPlan>) -> Value {
        let words = &self.presentation.words;
        let sells = self.sells();
        let Some(own) = self.own_subscription(reader) else {
            return context! {
                plan => None::<String>,
                lines => [words.text(Key::NoSubscription)],
                can_subscribe => sells, can_cancel => false, can_resume => false, can_pay => false,
                can_change => false, pays_first => false,
                can_activate => self.presentation.has_print,
            };
        };
        let state = own.state(self.now);
        let by_invoice = is_by_invoice(own.id());
        let mut lines = self.stands(own, next);
        let others = reader.subscriptions.iter().filter(|other| other.id() != own.id());
        lines.extend(others.filter_map(|other| match other.state(self.now) {
            SubscriptionState::Fixed { ends_at, source } => Some(self.fixed_until(ends_at, source)),
            _ => None,
        }));
        let goes_on = running(self, reader).is_some();
        let is_cancelled = cancelled(self, reader).is_some();
        context! {
            plan => self.plan_name(own),
            lines => lines,
            can_activate => self.presentation.has_print,
            can_cancel => sells && goes_on,
            can_resume => sells && is_cancelled,
            can_pay => sells && goes_on && !by_invoice,
            pays_first => matches!(state, SubscriptionState::InGrace { .. }),
            can_change => sells && self.can_change(reader),
            can_subscribe => sells && !goes_on && !is_cancelled,
        }
    }
}
