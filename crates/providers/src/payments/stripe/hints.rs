//! What a message of Stripe's is about. Its body says more, and nothing more is taken from it.
//! Source: <https://docs.stripe.com/api/events/types>.

use serde_json::Value;

use super::super::{Forged, Hint};
use super::json::{id, text};

/// The hint in a message that was proven. Kinds that are not known name nothing.
pub(super) fn hint(body: &[u8]) -> Result<Hint, Forged> {
    let event: Value = serde_json::from_slice(body).map_err(|_| Forged::NoEvent)?;
    let named = text(&event, "/id").ok_or(Forged::NoEvent)?.to_owned();
    let kind = text(&event, "/type").ok_or(Forged::NoEvent)?;
    let object = event.pointer("/data/object").unwrap_or(&Value::Null);
    let (subscription, payment, notes) = match kind.split('.').collect::<Vec<_>>()[..] {
        ["customer", "subscription", ..] => (id(object, "/id"), None, "/metadata"),
        ["checkout", "session", ..] => (id(object, "/subscription"), None, "/metadata"),
        ["invoice", ..] => invoice(object),
        ["charge", "dispute" | "refund", ..] | ["refund", ..] => (None, id(object, "/charge"), ""),
        ["charge", ..] => (None, id(object, "/id"), ""),
        _ => (None, None, ""),
    };
    let note = |name: &str| match notes {
        "" => None,
        notes => text(object, &format!("{notes}/{name}")).map(str::to_owned),
    };
    Ok(Hint {
        id: named,
        subscription: subscription.map(str::to_owned),
        payment: payment.map(str::to_owned),
        checkout: note("checkout"),
        reader: note("reader"),
    })
}

/// An invoice's subscription, and where its notes are. A message has the form of the version that its receiver was set up
/// with, which may be a later one than ours.
fn invoice(object: &Value) -> (Option<&str>, Option<&str>, &'static str) {
    let later = "/parent/subscription_details/subscription";
    match id(object, "/subscription") {
        Some(subscription) => (Some(subscription), None, "/subscription_details/metadata"),
        None => (id(object, later), None, "/parent/subscription_details/metadata"),
    }
}
