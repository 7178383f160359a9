//! Money of a paid invoice that went back, as somebody of the paper says who has sent it: what it had opened ends, and its reader is told.
//! Nothing is transferred from here.

use face::InvoiceNews;
use jiff::civil::Date;
use paywall::{AfterRefund, EndedBy, FactId, Refund, Renewal, What};
use store::{Invoice, InvoiceNumber, InvoiceState, Noted, Settled};

use super::{
    Composer, Contract, GrantError, Step, known, overtaken, refused, standing, teller, waking,
};
use crate::site::Inner;

/// Notes that the money of a paid invoice went back, from the desk. Says whether that is news.
pub(in crate::site) async fn pay_back(
    site: &Inner,
    number: InvoiceNumber,
    reason: String,
    noted: Noted,
) -> Result<bool, GrantError> {
    let invoice = known(site, number).await?;
    match invoice.state {
        InvoiceState::Paid { on, .. } => {
            refund(site, &invoice, on, (reason, Some(noted))).await?;
            Ok(true)
        }
        InvoiceState::Refunded { .. } => Ok(false),
        state => Err(refused(format!("invoice {number} is {}", state.name()))),
    }
}

/// Ends what a paid invoice had opened: its money went back.
pub(super) async fn refund(
    site: &Inner,
    invoice: &Invoice,
    on: Date,
    (reason, noted): (String, Option<Noted>),
) -> Result<(), GrantError> {
    let (presentation, now) = (site.present().await, site.clock.now());
    let number = invoice.number;
    let contract = Contract::read(site, invoice.subscription.clone()).await?;
    let payment = contract.payment_of(number).cloned();
    let payment = payment.ok_or_else(|| {
        refused(format!("the ledger has no payment of {number}; `masthead ledger check` says more"))
    })?;
    let named = |id: &str| FactId::parse(id).map_err(|error| refused(error.to_string()));
    // What ran out before stays as it was; the contract ends with what still runs.
    let runs = payment.ends_at > now;
    let access = if runs { AfterRefund::Ends { at: now } } else { AfterRefund::Stays };
    let back = Refund { payment: named(&number.to_string())?, amount: payment.amount, access };
    let mut told = vec![(named(&format!("{number}-refund"))?, What::Refunded(back))];
    if runs {
        let ended = Renewal::Ended { at: now, by: EndedBy::Refunded };
        told.push((standing(), What::Renewal(ended)));
    }
    let quiet = waking(&presentation.house.policy.zone, now);
    let letters = contract.owner.iter().map(|owner| {
        let composer = Composer::new(site, &presentation, &owner.mail, now, quiet);
        composer.letter(invoice, InvoiceNews::Refunded)
    });
    let InvoiceState::Paid { next, .. } = invoice.state else {
        return Err(refused(format!("invoice {number} is not paid")));
    };
    let step = Step {
        letters: letters.collect(),
        invoice: Some(Settled {
            number,
            from: InvoiceState::Paid { on, next },
            to: InvoiceState::Refunded { on },
        }),
        voids_open: runs,
        told,
        noted,
        ..Step::default()
    };
    let told_by = (teller(step.noted.as_ref()), reason);
    match contract.settle(site, &presentation, step, told_by, now).await? {
        true => Ok(()),
        false => Err(overtaken(number)),
    }
}
