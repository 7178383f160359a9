//! An agreement on its way to the provider's page: pressed twice it is one order; where what the provider is told is another thing by
//! now, such as the reader's mail address or the plan, it is another order, and every old one is ended before that begins. Nobody is ever
//! led to two that can both be paid.

use std::sync::Arc;

use jiff::Timestamp;
use providers::payments::{Checkout, CheckoutState, PaymentError, Payments};
use store::{CheckoutRow, KnownReader};

use super::{Deal, SAME_WITHIN, order};
use crate::site::{Trouble, Visit};

/// How often an old order is ended that is led to the provider's page in the same moment.
const ENDED_TRIES_MAX: usize = 3;

/// What became of an agreement.
pub(super) enum Begun {
    /// It can be paid there.
    At(String),
    /// The order that it repeats was paid meanwhile; our id of it.
    Paid(String),
    /// Another press has put another order in its place.
    Replaced,
    /// The provider does not take it now, and nothing can be paid that could not be before.
    Down(PaymentError),
}

/// Keeps an agreement, and asks the provider for its page.
pub(super) async fn begin(
    visit: &Visit<'_>,
    payments: &Arc<dyn Payments>,
    deal: &Deal,
    reader: &KnownReader,
    new: CheckoutRow,
) -> Result<Begun, Trouble> {
    let store = &visit.site.store;
    let since = visit.now.checked_sub(SAME_WITHIN).unwrap_or(Timestamp::MIN);
    let kept = store.begin_checkout(new.clone(), since).await?;
    // Another plan, another period or another offer, in another window: one of them can be paid, the one that was chosen last.
    for other in store.other_checkouts(reader.row.id, kept.id.clone(), visit.now).await? {
        match end(visit, payments, other).await? {
            Ended::Over => {}
            Ended::Otherwise(begun) => return Ok(begun),
        }
    }
    let begun = ask(visit, payments, deal, reader, &kept).await?;
    let (kept, begun) = match begun {
        // The key of an order is bound to every word of it.
        Err(PaymentError::Never(_)) if kept.id != new.id => {
            tracing::info!("an order that was pressed again is another one by now");
            match end(visit, payments, kept).await? {
                Ended::Over => {}
                Ended::Otherwise(begun) => return Ok(begun),
            }
            let kept = store.begin_checkout(new, since).await?;
            let begun = ask(visit, payments, deal, reader, &kept).await?;
            (kept, begun)
        }
        begun => (kept, begun),
    };
    let Checkout { id, url } = match begun {
        Ok(checkout) => checkout,
        Err(error) => return Ok(Begun::Down(error)),
    };
    if store.checkout_is_at(kept.id, id.clone(), visit.now).await? {
        return Ok(Begun::At(url));
    }
    let (payments, now) = (Arc::clone(payments), visit.now);
    if let Err(error) = visit.site.tills.run(move || payments.end_checkout(&id, now)).await? {
        tracing::warn!(%error, "an order that nobody was led to could not be ended");
    }
    Ok(Begun::Replaced)
}

async fn ask(
    visit: &Visit<'_>,
    payments: &Arc<dyn Payments>,
    deal: &Deal,
    reader: &KnownReader,
    kept: &CheckoutRow,
) -> Result<Result<Checkout, PaymentError>, Trouble> {
    let order = order(visit, kept, deal, reader);
    let (payments, now) = (Arc::clone(payments), visit.now);
    Ok(visit.site.tills.run(move || payments.begin(&order, now)).await?)
}

/// What became of an old order.
enum Ended {
    /// Nobody can pay it any more.
    Over,
    /// It is paid, or can be paid still.
    Otherwise(Begun),
}

/// Ends an old order: at the provider first, since what is over here alone could be paid there.
async fn end(
    visit: &Visit<'_>,
    payments: &Arc<dyn Payments>,
    old: CheckoutRow,
) -> Result<Ended, Trouble> {
    let store = &visit.site.store;
    let mut at = old.provider_id;
    for _ in 0..ENDED_TRIES_MAX {
        // One whose page was never heard of has led nobody there; it is ended by not being there to lead to.
        if let Some(id) = at.clone() {
            let (payments, now) = (Arc::clone(payments), visit.now);
            let ended = visit.site.tills.run(move || payments.end_checkout(&id, now)).await?;
            let still_open = "the old order can be paid still, and cannot be ended";
            let otherwise = match ended {
                Ok(CheckoutState::Over) => None,
                Ok(CheckoutState::Paid { .. }) => Some(Begun::Paid(old.id.clone())),
                Ok(CheckoutState::Open) => {
                    Some(Begun::Down(PaymentError::Later(still_open.to_owned())))
                }
                Err(error) => Some(Begun::Down(error)),
            };
            if let Some(begun) = otherwise {
                return Ok(Ended::Otherwise(begun));
            }
        }
        if store.end_checkout(old.id.clone(), at, visit.now).await? {
            return Ok(Ended::Over);
        }
        at = store.checkout(old.id.clone()).await?.and_then(|row| row.provider_id);
    }
    Ok(Ended::Otherwise(Begun::Replaced))
}
