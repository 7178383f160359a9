//! What Stripe is asked for an order: a checkout page of its own, the plan's name, the price, and what is special about the
//! first time. Everything follows from the order alone, never from the present, so that an order asked for again is the
//! same to the letter. Source: <https://docs.stripe.com/api/checkout/sessions/create>.
//!
//! How a start is said to Stripe, and why:
//!
//! - a trial is a trial of so many days; what a cheap one costs at once is a second line, charged once;
//! - "3 months for $9" is one line of $9, charged once, and a trial until those months are over. It is whole in one
//!   request: with a schedule the checkout would sell $9 every three months, and a second request that gets lost would
//!   leave it so;
//! - a price that is lower at first is a coupon of a fixed sum for so many months. A coupon in percent would be rounded by
//!   Stripe, and the reader was shown our sum.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use super::super::{
    ChangeFrom, Every, Order, PaymentError, PlanChange, START_DAYS_MAX, Start, check_slug, less,
    never,
};
use super::client::{Form, pair};

/// How long a checkout stays open at least, in minutes. Stripe takes 30 from when it is asked, which may be later than the
/// order was begun.
const OPEN_MINUTES_MIN: i64 = 60;
/// And at most, in hours: what Stripe takes.
const OPEN_HOURS_MAX: i64 = 24;
/// Languages of Stripe's pages; any other gets the browser's.
const LANGUAGES: &str = "bg cs da de el en es et fi fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru sk sl sv th tr vi zh";

/// A coupon that has to be there before the checkout.
pub(super) struct Coupon {
    pub(super) id: String,
    pub(super) form: Form,
}

/// Stripe's name of our plan.
pub(super) fn plan_id(slug: &str) -> Result<String, PaymentError> {
    check_slug(slug)?;
    Ok(format!("masthead-{slug}"))
}

/// The coupon of an order, where its start needs one. Its id follows from what it does, and is used for nothing else.
pub(super) fn coupon(order: &Order) -> Option<Coupon> {
    let Start::PercentOff { percent, periods } = order.start else { return None };
    let off = order.usual.minor - less(order.usual.minor, percent);
    if off == 0 {
        return None;
    }
    let currency = order.usual.currency.to_ascii_lowercase();
    let months = match order.every {
        Every::Month => periods,
        Every::Year => periods * 12,
    };
    let id = format!("masthead-{off}-{currency}-{months}");
    let form = vec![
        pair("id", &id),
        pair("amount_off", off.to_string()),
        pair("currency", currency),
        pair("duration", "repeating"),
        pair("duration_in_months", months.to_string()),
    ];
    Some(Coupon { id, form })
}

/// The checkout of an order.
pub(super) fn checkout(order: &Order) -> Result<Form, PaymentError> {
    let mut form = vec![
        pair("mode", "subscription"),
        pair("client_reference_id", &order.key),
        pair("customer_email", &order.mail),
        pair("success_url", absolute(&order.back_url)?),
        pair("cancel_url", absolute(&order.cancel_url)?),
        pair("expires_at", open_until(order)?.as_second().to_string()),
        pair("locale", language(&order.language)),
        pair("line_items[0][quantity]", "1"),
    ];
    form.extend(price("line_items[0][price_data]", order.usual.minor, order)?);
    form.push(pair("line_items[0][price_data][recurring][interval]", interval(order.every)));
    let (start, at_once) = match &order.start {
        Start::Usual => ("usual", 0),
        Start::Trial { days, amount } => {
            form.push(pair("subscription_data[trial_period_days]", days.to_string()));
            ("trial", amount.minor)
        }
        Start::Intro { periods, together } => {
            let ends_at = intro_ends_at(order, *periods)?.as_second().to_string();
            form.push(pair("subscription_data[trial_end]", ends_at));
            ("intro", together.minor)
        }
        Start::PercentOff { .. } => {
            let coupon = coupon(order);
            form.extend(coupon.map(|coupon| pair("discounts[0][coupon]", coupon.id)));
            ("percent_off", 0)
        }
    };
    if at_once > 0 {
        form.push(pair("line_items[1][quantity]", "1"));
        form.extend(price("line_items[1][price_data]", at_once, order)?);
    }
    let notes = [
        ("checkout", &*order.key),
        ("reader", &*order.reader),
        ("plan", &*order.plan),
        ("start", start),
    ];
    for (name, value) in notes {
        form.push(pair(format!("metadata[{name}]"), value));
        form.push(pair(format!("subscription_data[metadata][{name}]"), value));
    }
    Ok(form)
}

/// Another plan for the item of that id, told from that instant on.
pub(super) fn change(
    change: &PlanChange,
    item: &str,
    plan_from: Timestamp,
) -> Result<Form, PaymentError> {
    let mut form = changed("items[0]", item, change)?;
    let proration = match change.from {
        ChangeFrom::Now => "always_invoice",
        ChangeFrom::NextPeriod => "none",
    };
    form.push(pair("proration_behavior", proration));
    if change.from == ChangeFrom::Now {
        form.push(pair("proration_date", change.asked_at.as_second().to_string()));
    }
    form.extend([
        // Nothing is changed where what is due at once cannot be charged.
        pair("payment_behavior", "error_if_incomplete"),
        pair("metadata[change]", &change.key),
        pair("metadata[plan]", &change.plan),
        pair("metadata[plan_from]", plan_from.as_second().to_string()),
    ]);
    Ok(form)
}

/// The invoice that such a change would make at once. Source: <https://docs.stripe.com/api/invoices/create_preview>.
pub(super) fn reckoning(
    change: &PlanChange,
    payer: &str,
    subscription: &str,
    item: &str,
) -> Result<Form, PaymentError> {
    let mut form = vec![pair("customer", payer), pair("subscription", subscription)];
    form.extend(changed("subscription_details[items][0]", item, change)?);
    form.push(pair("subscription_details[proration_behavior]", "always_invoice"));
    let asked_at = change.asked_at.as_second().to_string();
    form.push(pair("subscription_details[proration_date]", asked_at));
    Ok(form)
}

/// The item of that id, with another plan and price.
fn changed(name: &str, item: &str, change: &PlanChange) -> Result<Form, PaymentError> {
    let data = format!("{name}[price_data]");
    Ok(vec![
        pair(format!("{name}[id]"), item),
        pair(format!("{data}[currency]"), change.usual.currency.to_ascii_lowercase()),
        pair(format!("{data}[unit_amount]"), change.usual.minor.to_string()),
        pair(format!("{data}[product]"), plan_id(&change.plan)?),
        pair(format!("{data}[recurring][interval]"), interval(change.every)),
    ])
}

fn price(name: &str, minor: i64, order: &Order) -> Result<Form, PaymentError> {
    Ok(vec![
        pair(format!("{name}[currency]"), order.usual.currency.to_ascii_lowercase()),
        pair(format!("{name}[unit_amount]"), minor.to_string()),
        pair(format!("{name}[product]"), plan_id(&order.plan)?),
    ])
}

pub(super) const fn interval(every: Every) -> &'static str {
    match every {
        Every::Month => "month",
        Every::Year => "year",
    }
}

/// Stripe's pages lead back to whole addresses alone.
pub(super) fn absolute(url: &str) -> Result<&str, PaymentError> {
    if url.starts_with('/') {
        return Err(never("Stripe leads back to whole addresses alone; set public_url"));
    }
    Ok(url)
}

/// Until when the checkout is open: to the order's end, within what Stripe takes.
fn open_until(order: &Order) -> Result<Timestamp, PaymentError> {
    let after = |duration| order.begun_at.checked_add(duration);
    let earliest = after(SignedDuration::from_mins(OPEN_MINUTES_MIN));
    let latest = after(SignedDuration::from_hours(OPEN_HOURS_MAX));
    match (earliest, latest) {
        (Ok(earliest), Ok(latest)) => Ok(order.ends_at.clamp(earliest, latest)),
        _ => Err(never("the order was begun at the end of time")),
    }
}

/// When the first periods together are over, in the order's zone.
fn intro_ends_at(order: &Order, periods: u32) -> Result<Timestamp, PaymentError> {
    let span = match order.every {
        Every::Month => Span::new().try_months(periods),
        Every::Year => Span::new().try_years(periods),
    };
    let zone = TimeZone::get(&order.zone).map_err(|_| never("the order's zone is none"))?;
    let begun = zone.to_datetime(order.begun_at);
    let day = span.and_then(|span| begun.date().checked_add(span));
    let ends_at = day.and_then(|day| zone.to_timestamp(day.to_datetime(begun.time())));
    let ends_at = ends_at.map_err(|_| never("the first periods end beyond all time"))?;
    let longest = SignedDuration::from_hours(24 * i64::from(START_DAYS_MAX));
    if ends_at.duration_since(order.begun_at) > longest {
        return Err(never(format!(
            "Stripe waits {START_DAYS_MAX} days at most for the usual price"
        )));
    }
    Ok(ends_at)
}

fn language(tag: &str) -> &str {
    let known = tag.split('-').next().unwrap_or_default();
    if LANGUAGES.split(' ').any(|language| language == known) { known } else { "auto" }
}
