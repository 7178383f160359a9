//! Whether the invoices and the ledger say the same, for `masthead ledger check`. Nothing is mended: which of the two is right is for
//! somebody who knows the bank's account.

use gate::Outage;
use paywall::{SubscriptionId, What};
use store::{InvoiceNumber, InvoiceState};

use super::Contract;
use crate::site::Inner;
use crate::site::read_back::BATCH;

/// How the invoices of a contract differ from what the ledger says of it; nothing where they do not.
pub(in crate::site) async fn differs(
    site: &Inner,
    id: SubscriptionId,
) -> Result<Option<String>, Outage> {
    let contract = Contract::read(site, id).await?;
    let fact = |named: &str, is: fn(&What) -> bool| {
        contract.facts.iter().any(|fact| fact.id.as_str() == named && is(&fact.what))
    };
    for invoice in &contract.invoices {
        let number = invoice.number.to_string();
        let is_paid = fact(&number, |what| matches!(what, What::Paid(_)));
        let went_back = fact(&format!("{number}-refund"), |what| matches!(what, What::Refunded(_)));
        let wanted = match invoice.state {
            InvoiceState::Open | InvoiceState::Void => (false, false),
            InvoiceState::Paid { .. } => (true, false),
            InvoiceState::Refunded { .. } => (true, true),
        };
        if (is_paid, went_back) != wanted {
            let state = invoice.state.name();
            return Ok(Some(format!(
                "invoice {number} is {state}, and the ledger says paid: {is_paid}, paid back: {went_back}"
            )));
        }
    }
    let known = |named: &str| contract.invoices.iter().any(|one| one.number.to_string() == named);
    let alone = contract
        .facts
        .iter()
        .find(|fact| matches!(fact.what, What::Paid(_)) && !known(fact.id.as_str()));
    Ok(alone.map(|fact| format!("the ledger has a payment {} without an invoice", fact.id)))
}

/// Numbers that are missing: there are none unless somebody has changed the database.
pub(in crate::site) async fn gaps(site: &Inner) -> Result<Vec<String>, Outage> {
    let (mut missing, mut after) = (Vec::new(), None);
    loop {
        let batch = site.store.invoices_after(after, None, false, BATCH).await?;
        if batch.is_empty() {
            return Ok(missing);
        }
        for invoice in batch {
            let number = invoice.number;
            let before = after.filter(|before: &InvoiceNumber| before.year == number.year);
            let expected = before.map_or(1, |before| before.number.saturating_add(1));
            if number.number != expected {
                missing
                    .push(format!("invoice {number} has no one before it: {expected} is missing"));
            }
            after = Some(number);
        }
    }
}
