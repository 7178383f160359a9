//! Subscriptions for machines: what the ledger says, read and never changed. Money is moved by the help desk alone.

use gate::ReaderId;
use jiff::Timestamp;
use paywall::{Money, Subscription, SubscriptionId, SubscriptionState};
use serde_json::{Value, json};
use store::SubscriptionRow;

use super::problem::{Problem, Refusal};
use super::{Call, Given};

fn money(money: Money) -> Value {
    json!({ "minor": money.minor, "currency": money.currency.as_str() })
}

/// A subscription as it stands at `now`.
pub(super) fn shown(
    one: &Subscription,
    reader: Option<ReaderId>,
    provider: &str,
    now: Timestamp,
) -> Value {
    let state = match one.state(now) {
        SubscriptionState::NotBegun { .. } => "not-begun",
        SubscriptionState::Trial { .. } => "trial",
        SubscriptionState::Active => "active",
        SubscriptionState::Fixed { .. } => "fixed",
        SubscriptionState::Cancelled { .. } => "cancelled",
        SubscriptionState::InGrace { .. } => "in-grace",
        SubscriptionState::Ended { .. } => "ended",
    };
    let instant = |at: Timestamp| at.to_string();
    let charge = one
        .next_charge()
        .map(|charge| json!({ "at": instant(charge.at), "amount": money(charge.amount) }));
    json!({
        "id": one.id().as_str(),
        "reader": reader.map(|reader| reader.to_string()),
        "provider": provider,
        "state": state,
        "plan": one.plan(now),
        "open_until": one.open_until(now).map(instant),
        "paid_until": one.paid_until().map(instant),
        "next_charge": charge,
        "takings": one.takings().iter().map(|sum| money(*sum)).collect::<Vec<_>>(),
    })
}

fn of_row(row: &SubscriptionRow, now: Timestamp) -> Value {
    shown(&row.subscription, row.reader, &row.provider, now)
}

/// GET: a page of the list.
pub(super) async fn list(call: &Call<'_>) -> Result<Given, Refusal> {
    let (visit, limit) = (call.visit, call.limit());
    let after = call.query.text("cursor").unwrap_or_default().to_owned();
    let mut rows = visit.site.store.listed_subscriptions(after, limit + 1).await?;
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| is_more);
    let next = next.map(|row| row.subscription.id().as_str().to_owned());
    let rows: Vec<Value> = rows.iter().map(|row| of_row(row, visit.now)).collect();
    Ok(Given::of(json!({ "subscriptions": rows, "next": next })))
}

/// GET: one of them.
pub(super) async fn show(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let id = SubscriptionId::parse(named).map_err(|_| Problem::not_found())?;
    let row = call.visit.site.store.subscription_row(id).await?.ok_or_else(Problem::not_found)?;
    Ok(Given::of(of_row(&row, call.visit.now)))
}
