//! What the payment provider is told of those who pay: a reader's new mail address, to which its receipts go from then on. One that does
//! not answer is told later; nothing is read back, and no reader waits for it.

use jiff::{SignedDuration, Timestamp};
use providers::payments::PaymentError;
use store::DuePayer;

use super::Inner;
use super::read_back::{BATCH, later};

/// How long after it was told the provider is told again of whoever had begun an order before: it may come to be paid.
const ORDERED_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Tells the provider of new addresses that it was not told of; says of how many readers.
pub(super) async fn tell(site: &Inner, now: Timestamp) -> usize {
    let Some(payments) = site.payments.clone() else { return 0 };
    let due = site.store.due_payers(payments.name(), now, BATCH).await.unwrap_or_default();
    for payer in &due {
        let again = match tell_one(site, payer, now).await {
            Ok(()) if payer.is_ordering => {
                Some(now.checked_add(ORDERED_AGAIN).unwrap_or(Timestamp::MAX))
            }
            Ok(()) => None,
            Err(error) => {
                tracing::warn!(
                    error,
                    "the payment provider could not be told of a new mail address yet"
                );
                Some(later(now, payer.tries))
            }
        };
        if let Err(outage) = site.store.payer_told(payer, again).await {
            tracing::warn!(%outage, "that the payment provider was told could not be noted");
        }
    }
    due.len()
}

async fn tell_one(site: &Inner, payer: &DuePayer, now: Timestamp) -> Result<(), String> {
    for subscription in &payer.subscriptions {
        let Some(payments) = site.payments.clone() else { return Ok(()) };
        let (id, mail) = (subscription.clone(), payer.mail.clone());
        let told = site.tills.run(move || payments.change_mail(&id, &mail, now)).await;
        match told.map_err(|full| full.to_string())? {
            Ok(()) => {}
            Err(PaymentError::Later(error)) => return Err(error),
            Err(PaymentError::Never(error)) => {
                tracing::error!(
                    error,
                    subscription,
                    "the payment provider does not take a new mail address"
                );
            }
        }
    }
    Ok(())
}
