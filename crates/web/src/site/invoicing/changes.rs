//! Another plan for a contract that is paid by invoice: the next invoice is for it, and until the time that is paid ends nothing
//! changes. It opens with that invoice's payment alone, and is taken back until the invoice is made.

use gate::Outage;
use jiff::Timestamp;
use paywall::{Money, Price, Renewal, Subscription, SubscriptionId, What};
use store::{InvoiceSheet, InvoiceState, NewMail, NextPlan, NextPlanStep, ToldBy};

use super::{Contract, Step, next_invoice_at, standing};
use crate::site::presentation::Presentation;
use crate::site::{Inner, Site};

/// What the next invoice of a contract will be for, and whether that can be changed.
pub(in crate::site) enum NextInvoice {
    /// It is made.
    Made,
    /// It is for another plan than the last one.
    For(NextPlan),
    /// It goes on with this plan at this price; another one can be chosen until it is made.
    GoesOn {
        /// The plan's slug.
        plan: String,
        /// What is charged for it, and how often.
        price: Price,
        /// When it is made.
        made_at: Timestamp,
    },
}

impl Site {
    /// The plan for which the next invoice of a contract is to be, where its reader has agreed to another one.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn next_plan(&self, contract: SubscriptionId) -> Result<Option<NextPlan>, Outage> {
        self.0.store.next_plan(contract).await
    }
}

/// What the next invoice will be for; nothing where none follows.
pub(in crate::site) async fn next_invoice(
    site: &Inner,
    presentation: &Presentation,
    own: &Subscription,
) -> Result<Option<NextInvoice>, Outage> {
    let contract = Contract::read(site, own.id().clone()).await?;
    if contract.invoices.iter().any(|invoice| invoice.state == InvoiceState::Open) {
        return Ok(Some(NextInvoice::Made));
    }
    let (Some(charge), Some(last)) = (own.next_charge(), contract.last_paid()) else {
        return Ok(None);
    };
    let (plan, price) = (last.sheet.plan.clone(), last.sheet.step.then);
    let made_at = next_invoice_at(presentation, charge.at);
    Ok(Some(match contract.next_plan {
        Some(next) => NextInvoice::For(next),
        None => NextInvoice::GoesOn { plan, price, made_at },
    }))
}

/// The next invoice is for another plan, and its reader is told; `false` where it was made meanwhile, or the contract was changed.
pub(in crate::site) async fn change(
    site: &Inner,
    id: SubscriptionId,
    next: NextPlan,
    letter: NewMail,
    now: Timestamp,
) -> Result<bool, Outage> {
    let (amount, reason) = (next.price.amount, format!("changed to {}", next.plan));
    let (next_plan, letters) = (NextPlanStep::Becomes(next), vec![letter]);
    settle(site, id, amount, Step { next_plan, letters, ..Step::default() }, reason, now).await
}

/// The next invoice is for the plan of before, and its reader is told; `false` where it was made meanwhile, or there is nothing to take
/// back. `compose` words the letter, by what was paid last, what is charged next, and what was agreed to.
pub(in crate::site) async fn take_back(
    site: &Inner,
    id: SubscriptionId,
    compose: impl FnOnce(&InvoiceSheet, Money, &NextPlan) -> NewMail,
    now: Timestamp,
) -> Result<bool, Outage> {
    let contract = Contract::read(site, id.clone()).await?;
    let (Some(last), Some(next)) = (contract.last_paid(), &contract.next_plan) else {
        return Ok(false);
    };
    let amount = last.sheet.step.next().amount;
    let letters = vec![compose(&last.sheet, amount, next)];
    let step = Step { next_plan: NextPlanStep::TakenBack, letters, ..Step::default() };
    settle(site, id, amount, step, "the change was taken back".to_owned(), now).await
}

/// Keeps a step with what is charged next by it.
async fn settle(
    site: &Inner,
    id: SubscriptionId,
    amount: Money,
    step: Step,
    reason: String,
    now: Timestamp,
) -> Result<bool, Outage> {
    let presentation = site.present().await;
    let contract = Contract::read(site, id).await?;
    let Some(Renewal::Renews { next_charge_at, .. }) =
        contract.folded().and_then(|own| own.renewal())
    else {
        return Ok(false);
    };
    let told = vec![(standing(), What::Renewal(Renewal::Renews { next_charge_at, amount }))];
    let told_by = (ToldBy::Reader, reason);
    contract.settle(site, &presentation, Step { told, ..step }, told_by, now).await
}
