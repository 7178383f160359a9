//! Stripe, by its interface over HTTP: hosted checkout pages, subscriptions read back whole, and the few things that are
//! done to them. No card, no script and no frame of Stripe's ever comes to a page of ours, and nothing is kept here.
//!
//! A reader's checkout makes a customer of its own at Stripe, with one subscription. A plan of ours is a product there,
//! named `masthead-` and its slug; its prices are said with each order.

mod client;
mod forms;
mod hints;
mod json;
mod told;

use jiff::Timestamp;
use serde_json::Value;

use super::signature::{self, derived};
use super::{
    ChangeFrom, ChangeReckoning, Checkout, CheckoutState, Forged, Hint, Order, PaymentError,
    Payments, PlanChange, Read, Secret, check_url, never,
};
use client::{Client, Refused, pair};
use json::{flag, id, list, text, whole};
use told::{Found, of_period, sum};

pub use client::STRIPE_VERSION;

/// The longest grace, in days.
pub const GRACE_DAYS_MAX: u16 = 60;
/// Disputes of one subscription that are read.
const DISPUTES_MAX: usize = 20;

/// What has to be known to speak with Stripe.
#[derive(Clone)]
pub struct StripeConfig {
    /// The secret key, or a restricted one.
    pub secret_key: Secret,
    /// The secrets of the address for messages: one, or two while one is changed for the other.
    pub webhook_secrets: Vec<Secret>,
    /// The key of our names for cards. With another one no card is known any more.
    pub card_key: [u8; 32],
    /// Days after a failed charge in which access stays, at most [`GRACE_DAYS_MAX`]. While Stripe still tries it stays
    /// anyway.
    pub grace_days: u16,
    /// Another address than Stripe's own, for trials.
    pub address: Option<String>,
}

impl std::fmt::Debug for StripeConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StripeConfig(..)")
    }
}

/// Stripe.
#[derive(Debug)]
pub struct Stripe {
    client: Client,
    config: StripeConfig,
}

impl Stripe {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// [`PaymentError::Never`] where a key, the grace or the address cannot be used.
    pub fn new(config: StripeConfig) -> Result<Self, PaymentError> {
        if config.grace_days > GRACE_DAYS_MAX {
            return Err(never(format!("a grace of more than {GRACE_DAYS_MAX} days")));
        }
        let told = |secret: &Secret| !secret.reveal().is_empty();
        if !config.webhook_secrets.iter().any(told) {
            return Err(never("there is no webhook secret; copy it from Stripe's dashboard"));
        }
        let client = Client::new(config.secret_key.clone(), config.address.as_deref())?;
        Ok(Self { client, config })
    }

    /// Sees to it that the plan has its name at Stripe. The same again changes nothing.
    fn name_plan(&self, slug: &str, name: &str, now: Timestamp) -> Result<(), PaymentError> {
        let plan = forms::plan_id(slug)?;
        let key = format!("plan-{plan}-{}", now.as_microsecond());
        match self.client.send(&format!("/v1/products/{plan}"), vec![pair("name", name)], &key) {
            Ok(_) => return Ok(()),
            Err(Refused::Missing) => {}
            Err(refused) => return Err(refused.into()),
        }
        let form = vec![pair("id", &plan), pair("name", name)];
        self.make("/v1/products", form, &format!("{key}-new"))
    }

    /// Makes an object whose id is ours; one that is there already is the same.
    fn make(&self, path: &str, form: client::Form, key: &str) -> Result<(), PaymentError> {
        match self.client.send(path, form, key) {
            Ok(_) => Ok(()),
            Err(Refused::No { code, .. }) if code == "resource_already_exists" => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    /// A subscription with its payer; `None` where there is none of that id.
    fn found(&self, named: &str) -> Result<Option<Value>, PaymentError> {
        let path = format!("/v1/subscriptions/{}", checked(named)?);
        self.client.get(&path, vec![pair("expand[]", "customer")])
    }

    fn known(&self, named: &str) -> Result<Value, PaymentError> {
        self.found(named)?.ok_or_else(|| never("Stripe has no such subscription"))
    }

    /// Its invoices, the newest first, with charges and refunds.
    fn invoices(&self, named: &str) -> Result<Vec<Value>, PaymentError> {
        let expanded = "data.charge.refunds";
        let query = vec![pair("subscription", named), pair("expand[]", expanded)];
        let mut invoices = self.client.list("/v1/invoices", &query)?;
        for invoice in &mut invoices {
            if !flag(invoice, "/charge/refunds/has_more") {
                continue;
            }
            let Some(charge) = id(invoice, "/charge") else { continue };
            let all = self.client.list("/v1/refunds", &vec![pair("charge", charge)])?;
            if let Some(data) = invoice.pointer_mut("/charge/refunds/data") {
                *data = Value::Array(all);
            }
        }
        Ok(invoices)
    }

    fn disputes(&self, invoices: &[Value]) -> Result<Vec<Value>, PaymentError> {
        let disputed = invoices.iter().filter(|invoice| flag(invoice, "/charge/disputed"));
        let mut disputes = Vec::new();
        for charge in disputed.filter_map(|invoice| id(invoice, "/charge")).take(DISPUTES_MAX) {
            disputes.extend(self.client.list("/v1/disputes", &vec![pair("charge", charge)])?);
        }
        Ok(disputes)
    }

    /// Our name for the card that pays.
    fn card(&self, found: &Value, invoices: &[Value]) -> Result<Option<String>, PaymentError> {
        let own = id(found, "/default_payment_method");
        let payer = || id(found, "/customer/invoice_settings/default_payment_method");
        let paid = || invoices.iter().find_map(|invoice| text(invoice, "/charge/payment_method"));
        let Some(method) = own.or_else(payer).or_else(paid) else { return Ok(None) };
        let path = format!("/v1/payment_methods/{}", checked(method)?);
        let method = self.client.get(&path, Vec::new())?;
        let print = method.as_ref().and_then(|method| text(method, "/card/fingerprint"));
        Ok(print.map(|print| derived(&self.config.card_key, "card", print)))
    }

    /// What Stripe will ask for next, with what is taken off and set against it.
    fn next(&self, found: &Value) -> Result<Option<super::Amount>, PaymentError> {
        let runs = matches!(text(found, "/status"), Some("active" | "trialing"));
        let stops = flag(found, "/cancel_at_period_end") || whole(found, "/cancel_at").is_some();
        let (Some(payer), Some(named)) = (id(found, "/customer"), id(found, "/id")) else {
            return Ok(None);
        };
        if !runs || stops {
            return Ok(None);
        }
        let query = vec![pair("customer", payer), pair("subscription", named)];
        match self.client.get("/v1/invoices/upcoming", query) {
            Ok(next) => Ok(next.and_then(|invoice| sum(&invoice, "/amount_due"))),
            // It says no where nothing is to come; the price of the plan is told then.
            Err(PaymentError::Never(_)) => Ok(None),
            Err(later) => Err(later),
        }
    }

    fn delete(&self, named: &str) -> Result<(), PaymentError> {
        match self.client.delete(&format!("/v1/subscriptions/{named}")) {
            Ok(_) | Err(Refused::Missing) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    fn update(
        &self,
        named: &str,
        deed: &str,
        form: client::Form,
        now: Timestamp,
    ) -> Result<(), PaymentError> {
        // A deed may be done, undone and done again within a day, and is no repetition then.
        let key = format!("{deed}-{named}-{}", now.as_microsecond());
        self.client.send(&format!("/v1/subscriptions/{named}"), form, &key)?;
        Ok(())
    }
}

impl Payments for Stripe {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn begin(&self, order: &Order, now: Timestamp) -> Result<Checkout, PaymentError> {
        order.check()?;
        let form = forms::checkout(order)?;
        self.name_plan(&order.plan, &order.name, now)?;
        if let Some(coupon) = forms::coupon(order) {
            let there = self.client.get(&format!("/v1/coupons/{}", coupon.id), Vec::new())?;
            if there.is_none() {
                self.make("/v1/coupons", coupon.form, &format!("coupon-{}", coupon.id))?;
            }
        }
        let key = format!("checkout-{}", order.key);
        let made = self.client.send("/v1/checkout/sessions", form, &key)?;
        match (text(&made, "/id"), text(&made, "/url")) {
            (Some(named), Some(url)) => Ok(Checkout { id: named.to_owned(), url: url.to_owned() }),
            _ => Err(never("Stripe's checkout has no address; it may be over already")),
        }
    }

    fn checkout(&self, named: &str, _: Timestamp) -> Result<CheckoutState, PaymentError> {
        let path = format!("/v1/checkout/sessions/{}", checked(named)?);
        let Some(found) = self.client.get(&path, Vec::new())? else {
            return Ok(CheckoutState::Over);
        };
        // Money that takes days to arrive is not there yet.
        let unpaid = text(&found, "/payment_status") == Some("unpaid");
        match (text(&found, "/status"), id(&found, "/subscription")) {
            (Some("complete"), Some(subscription)) if !unpaid => {
                Ok(CheckoutState::Paid { subscription: subscription.to_owned() })
            }
            (Some("expired"), _) => Ok(CheckoutState::Over),
            _ => Ok(CheckoutState::Open),
        }
    }

    fn end_checkout(&self, named: &str, now: Timestamp) -> Result<CheckoutState, PaymentError> {
        if self.checkout(named, now)? == CheckoutState::Open {
            let path = format!("/v1/checkout/sessions/{}/expire", checked(named)?);
            match self.client.send(&path, Vec::new(), &format!("expire-{named}")) {
                // What was paid in this moment cannot be ended, and the look behind it says so.
                Ok(_) | Err(Refused::No { .. } | Refused::Missing) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
        self.checkout(named, now)
    }

    fn subscription(&self, named: &str, now: Timestamp) -> Result<Option<Read>, PaymentError> {
        let Some(found) = self.found(named)? else { return Ok(None) };
        let invoices = self.invoices(named)?;
        let disputes = self.disputes(&invoices)?;
        let card = self.card(&found, &invoices)?;
        let next = self.next(&found)?;
        let grace_days = self.config.grace_days;
        let all = Found {
            subscription: &found,
            invoices: &invoices,
            disputes: &disputes,
            next,
            grace_days,
        };
        let note = |path| text(&found, path).map(str::to_owned);
        Ok(Some(Read {
            id: named.to_owned(),
            reader: note("/metadata/reader"),
            checkout: note("/metadata/checkout"),
            card,
            changes: note("/metadata/change").into_iter().collect(),
            told: all.told(now),
        }))
    }

    fn subscription_of(&self, payment: &str, _: Timestamp) -> Result<Option<String>, PaymentError> {
        let path = format!("/v1/charges/{}", checked(payment)?);
        let charge = self.client.get(&path, vec![pair("expand[]", "invoice")])?;
        Ok(charge.and_then(|charge| id(&charge, "/invoice/subscription").map(str::to_owned)))
    }

    fn subscriptions_of(&self, payer: &str, _: Timestamp) -> Result<Vec<String>, PaymentError> {
        let query = vec![pair("customer", checked(payer)?), pair("status", "all")];
        let all = self.client.list("/v1/subscriptions", &query)?;
        Ok(all.iter().filter_map(|one| text(one, "/id").map(str::to_owned)).collect())
    }

    fn cancel(&self, named: &str, now: Timestamp) -> Result<(), PaymentError> {
        let found = self.known(named)?;
        match text(&found, "/status") {
            Some("canceled" | "incomplete_expired") => Ok(()),
            Some("active" | "trialing") if flag(&found, "/cancel_at_period_end") => Ok(()),
            Some("active" | "trialing") => {
                self.update(named, "cancel", vec![pair("cancel_at_period_end", "true")], now)
            }
            // What was paid is over already, and nothing more may be tried.
            _ => self.delete(named),
        }
    }

    fn end_now(&self, named: &str, _: Timestamp) -> Result<(), PaymentError> {
        match text(&self.known(named)?, "/status") {
            Some("canceled" | "incomplete_expired") => Ok(()),
            _ => self.delete(named),
        }
    }

    fn resume(&self, named: &str, now: Timestamp) -> Result<(), PaymentError> {
        let found = self.known(named)?;
        if matches!(text(&found, "/status"), Some("canceled" | "incomplete_expired")) {
            return Err(never("the subscription is over; buy it again"));
        }
        let undo = if flag(&found, "/cancel_at_period_end") {
            pair("cancel_at_period_end", "false")
        } else if whole(&found, "/cancel_at").is_some() {
            pair("cancel_at", "")
        } else {
            return Ok(());
        };
        self.update(named, "resume", vec![undo], now)
    }

    fn reckon_change(
        &self,
        named: &str,
        change: &PlanChange,
        now: Timestamp,
    ) -> Result<ChangeReckoning, PaymentError> {
        let found = self.known(named)?;
        let Changing { item, period_ends_at, .. } = changing(&found, change)?;
        if change.from == ChangeFrom::NextPeriod {
            let due_now = super::Amount { minor: 0, currency: change.usual.currency.clone() };
            return Ok(ChangeReckoning { due_now, next_charge_at: period_ends_at });
        }
        let payer =
            id(&found, "/customer").ok_or_else(|| never("the subscription has no payer"))?;
        let form = forms::reckoning(change, payer, named, item)?;
        self.name_plan(&change.plan, &change.name, now)?;
        // It changes nothing: every look has a key of its own, or an old answer would come again.
        let key = format!("preview-{}-{}", change.key, now.as_microsecond());
        let invoice = self.client.send("/v1/invoices/create_preview", form, &key)?;
        told::reckoning(&invoice, change, period_ends_at)
            .ok_or_else(|| never("Stripe's preview has no sum"))
    }

    fn change_plan(
        &self,
        named: &str,
        change: &PlanChange,
        now: Timestamp,
    ) -> Result<(), PaymentError> {
        let found = self.known(named)?;
        if text(&found, "/metadata/change") == Some(&change.key) {
            return Ok(());
        }
        let Changing { item, period_ends_at } = changing(&found, change)?;
        let at_once = change.from == ChangeFrom::Now;
        let from = if at_once { change.asked_at } else { period_ends_at };
        let form = forms::change(change, item, from)?;
        self.name_plan(&change.plan, &change.name, now)?;
        let key = format!("change-{}", change.key);
        self.client.send(&format!("/v1/subscriptions/{named}"), form, &key)?;
        Ok(())
    }

    fn refund(
        &self,
        payment: &str,
        key: &str,
        ends_access_at: Option<Timestamp>,
        _: Timestamp,
    ) -> Result<(), PaymentError> {
        let path = format!("/v1/invoices/{}", checked(payment)?);
        let invoice = self.client.get(&path, Vec::new())?;
        let invoice = invoice.ok_or_else(|| never("Stripe has no such payment"))?;
        let charge = id(&invoice, "/charge").ok_or_else(|| never("nothing was charged for it"))?;
        let mut form = vec![pair("charge", charge)];
        form.extend(
            ends_access_at.map(|at| pair("metadata[ends_access_at]", at.as_second().to_string())),
        );
        match self.client.send("/v1/refunds", form, &format!("refund-{key}")) {
            Ok(_) => Ok(()),
            Err(Refused::No { code, .. }) if code == "charge_already_refunded" => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    fn charge_again(&self, named: &str, now: Timestamp) -> Result<(), PaymentError> {
        self.known(named)?;
        let invoices = self.invoices(named)?;
        let owed = invoices.iter().rev().find(|invoice| {
            text(invoice, "/status") == Some("open")
                && whole(invoice, "/attempt_count").unwrap_or_default() > 0
        });
        let Some(owed) = owed.and_then(|invoice| text(invoice, "/id")) else { return Ok(()) };
        let key = format!("pay-{owed}-{}", now.as_microsecond());
        self.client.send(&format!("/v1/invoices/{owed}/pay"), Vec::new(), &key)?;
        Ok(())
    }

    fn portal(&self, named: &str, back_url: &str, now: Timestamp) -> Result<String, PaymentError> {
        check_url("back_url", back_url)?;
        let found = self.known(named)?;
        let payer =
            id(&found, "/customer").ok_or_else(|| never("the subscription has no payer"))?;
        let key = |deed: &str| format!("{deed}-{named}-{}", now.as_microsecond());
        // A checkout's card belongs to the subscription, and one that is given here to its payer: the subscription would
        // go on with the old one. So the old one becomes the payer's first.
        if let Some(method) = id(&found, "/default_payment_method") {
            let form = vec![pair("invoice_settings[default_payment_method]", method)];
            self.client.send(&format!("/v1/customers/{payer}"), form, &key("payer"))?;
            self.update(named, "card", vec![pair("default_payment_method", "")], now)?;
        }
        let form = vec![
            pair("customer", payer),
            pair("return_url", forms::absolute(back_url)?),
            pair("flow_data[type]", "payment_method_update"),
        ];
        let made = self.client.send("/v1/billing_portal/sessions", form, &key("portal"))?;
        text(&made, "/url").map(str::to_owned).ok_or_else(|| never("Stripe's page has no address"))
    }

    fn change_mail(&self, named: &str, mail: &str, now: Timestamp) -> Result<(), PaymentError> {
        let Some(found) = self.found(named)? else { return Ok(()) };
        let Some(payer) = id(&found, "/customer") else { return Ok(()) };
        if flag(&found, "/customer/deleted") || text(&found, "/customer/email") == Some(mail) {
            return Ok(());
        }
        // Changed there and back within a day, it is no repetition.
        let key = format!("mail-{payer}-{}", now.as_microsecond());
        match self.client.send(&format!("/v1/customers/{payer}"), vec![pair("email", mail)], &key) {
            Ok(_) | Err(Refused::Missing) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    fn hint(&self, body: &[u8], signature: Option<&str>, now: Timestamp) -> Result<Hint, Forged> {
        let secrets = self.config.webhook_secrets.iter().map(|secret| secret.reveal().as_bytes());
        signature::verify(secrets, body, signature, now)?;
        hints::hint(body)
    }
}

/// What a change needs to know of a subscription.
struct Changing<'a> {
    /// Stripe's id of what is paid for.
    item: &'a str,
    period_ends_at: Timestamp,
}

/// Whether a subscription can be changed so.
fn changing<'a>(found: &'a Value, change: &PlanChange) -> Result<Changing<'a>, PaymentError> {
    change.check()?;
    if !matches!(text(found, "/status"), Some("active" | "trialing")) {
        return Err(never("the subscription does not run"));
    }
    let item = list(found, "/items/data").first().ok_or_else(|| never("it has no plan"))?;
    let every = ["/price/recurring/interval", "/plan/interval"].iter();
    let every = every.filter_map(|path| text(item, path)).next();
    if change.from == ChangeFrom::NextPeriod && every != Some(forms::interval(change.every)) {
        return Err(never("a plan that is charged more or less often holds at once"));
    }
    Ok(Changing {
        item: text(item, "/id").ok_or_else(|| never("its plan has no id"))?,
        period_ends_at: of_period(found, "end").ok_or_else(|| never("it is in no period"))?,
    })
}

/// An id that may stand in a path.
fn checked(named: &str) -> Result<&str, PaymentError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if (1..=super::WORD_BYTES_MAX).contains(&named.len()) && named.bytes().all(plain) {
        Ok(named)
    } else {
        Err(never("that is no id of Stripe's"))
    }
}

#[cfg(test)]
mod tests;
