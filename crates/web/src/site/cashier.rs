//! The demo's own payment page: what a provider's page would be, with cards that do as they are told. No money moves, and no paper
//! that somebody reads has it. What is paid here is heard of by a signed event and read back, as from any provider.

use std::sync::Arc;

use http::StatusCode;
use minijinja::context;
use providers::payments::{
    Amount, Card, Cashier, CashierState, Event, Every, Outcome, PaymentError, Payments, Taken,
};

use super::contexts::Chrome;
use super::{Inner, Trouble, Visit, read_back};
use crate::shell::answer::Answer;

/// GET: the page of an order.
pub(crate) fn show(visit: &Visit<'_>, id: &str) -> Result<Answer, Trouble> {
    page(visit, StatusCode::OK, id, None)
}

/// POST: a card, or the proof that one asked for.
pub(crate) async fn pay(visit: &Visit<'_>, id: &str) -> Result<Answer, Trouble> {
    let cashier = cashier(visit)?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let shown = cashier.page(id, visit.now).ok_or(Trouble::NotFound)?;
    let taken = match fields.get("card").as_str() {
        "agreed" => cashier.prove(id, true, visit.now),
        "refused" => cashier.prove(id, false, visit.now),
        card => match named(card) {
            Some(card) => cashier.pay(id, card, visit.now),
            None => Err(PaymentError::Never("no such card".to_owned())),
        },
    };
    match heard(visit, taken).await? {
        Outcome::Paid { .. } => Ok(visit.see(visit.path_of(&shown.back_url))),
        Outcome::Proof => page(visit, StatusCode::OK, id, None),
        Outcome::Declined => {
            let message = "The card was declined. Nothing was charged; try another one.";
            page(visit, StatusCode::PAYMENT_REQUIRED, id, Some(message))
        }
        Outcome::Over => page(visit, StatusCode::GONE, id, None),
    }
}

/// GET: the page for another card.
pub(crate) fn show_card(visit: &Visit<'_>, subscription: &str) -> Result<Answer, Trouble> {
    card_page(visit, StatusCode::OK, subscription, None)
}

/// POST: another card.
pub(crate) async fn another_card(visit: &Visit<'_>, subscription: &str) -> Result<Answer, Trouble> {
    let cashier = cashier(visit)?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let card = named(&fields.get("card")).unwrap_or(Card::Declined);
    let taken = cashier.update_card(subscription, card, visit.now);
    match heard(visit, taken).await? {
        // As from any provider's page: what is owed is asked for on the way back.
        Outcome::Paid { .. } => Ok(visit.see("/account/card")),
        _ => {
            let message = "The card was declined. Nothing was changed.";
            card_page(visit, StatusCode::PAYMENT_REQUIRED, subscription, Some(message))
        }
    }
}

fn cashier(visit: &Visit<'_>) -> Result<Arc<Cashier>, Trouble> {
    visit.site.cashier.clone().ok_or(Trouble::NotFound)
}

fn named(card: &str) -> Option<Card> {
    match card {
        "good" => Some(Card::Good),
        "declined" => Some(Card::Declined),
        "proof" => Some(Card::NeedsProof),
        "expires" => Some(Card::ExpiresSoon),
        "shared" => Some(Card::Shared),
        _ => None,
    }
}

/// What came of it, once its event was heard as one of any provider is.
async fn heard(visit: &Visit<'_>, taken: Result<Taken, PaymentError>) -> Result<Outcome, Trouble> {
    let taken = match taken {
        Ok(taken) => taken,
        Err(error) => {
            tracing::info!(%error, "the cashier does not do it");
            return Err(Trouble::NotFound);
        }
    };
    if let (Some(event), Some(cashier)) = (taken.event, &visit.site.cashier) {
        hear(visit.site, cashier, event, visit.now).await?;
    }
    Ok(taken.outcome)
}

/// Keeps an event of the cashier's by the way that events of any provider take.
pub(crate) async fn hear(
    site: &Inner,
    cashier: &Cashier,
    event: Event,
    now: jiff::Timestamp,
) -> Result<(), Trouble> {
    match cashier.hint(&event.body, Some(&event.signature), now) {
        Ok(hint) => {
            read_back::keep(site, cashier.name(), hint, event.body, now).await?;
            Ok(())
        }
        Err(forged) => Err(Trouble::Broken(forged.to_string())),
    }
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    id: &str,
    message: Option<&str>,
) -> Result<Answer, Trouble> {
    let shown = cashier(visit)?.page(id, visit.now).ok_or(Trouble::NotFound)?;
    let state = match &shown.state {
        CashierState::Asks => "asks",
        CashierState::Proof => "proof",
        CashierState::Paid { .. } | CashierState::Over => "over",
    };
    let every = match shown.every {
        Every::Month => "month",
        Every::Year => "year",
    };
    let from = visit.date(shown.first_period_ends_at);
    let lines = [
        format!("Today: {}", told(&shown.today)),
        format!("From {from} on: {} a {every}", told(&shown.then)),
        format!("Receipts go to {}", shown.mail),
    ];
    let back = match shown.state {
        CashierState::Paid { .. } => visit.path_of(&shown.back_url),
        _ => visit.path_of(&shown.cancel_url),
    };
    let cashier = context! {
        path => format!("/demo/cashier/{id}"),
        heading => shown.name.clone(),
        lines => lines,
        state => state,
        message => message,
        cancel => back,
    };
    render(visit, status, shown.name, cashier)
}

fn card_page(
    visit: &Visit<'_>,
    status: StatusCode,
    subscription: &str,
    message: Option<&str>,
) -> Result<Answer, Trouble> {
    let shown = cashier(visit)?.card_page(subscription, visit.now).ok_or(Trouble::NotFound)?;
    let owed = shown.owed.map(|owed| format!("Owed: {}", told(&owed)));
    let again = shown.next_try_at.map(|at| format!("Tried again on {}", visit.date(at)));
    let lines: Vec<String> = owed.into_iter().chain(again).collect();
    let cashier = context! {
        path => format!("/demo/cashier/card/{subscription}"),
        heading => shown.name.clone(),
        lines => lines,
        state => if shown.is_over { "over" } else { "card" },
        message => message,
        cancel => "/account#subscription",
    };
    render(visit, status, shown.name, cashier)
}

fn render(
    visit: &Visit<'_>,
    status: StatusCode,
    heading: String,
    cashier: minijinja::Value,
) -> Result<Answer, Trouble> {
    let chrome = Chrome { heading, robots: "noindex", ..Chrome::default() };
    visit.own_page(status, "cashier.html", context! { cashier => cashier, ..visit.chrome(chrome) })
}

/// An amount as the demo shows it.
fn told(amount: &Amount) -> String {
    let currency = paywall::Currency::parse(&amount.currency);
    currency.map_or_else(
        |_| format!("{} {}", amount.currency, amount.minor),
        |currency| paywall::Money { minor: amount.minor, currency }.to_string(),
    )
}

impl Visit<'_> {
    /// The path of an address of this site.
    fn path_of<'u>(&self, url: &'u str) -> &'u str {
        url.strip_prefix(&self.address()).filter(|path| path.starts_with('/')).unwrap_or("/")
    }
}
