//! What Stripe's objects say of a subscription, in our words. A pure function over JSON: nothing is asked, and what an
//! object does not say is not told.
//! Sources: <https://docs.stripe.com/api/subscriptions/object>, <https://docs.stripe.com/api/invoices/object>,
//! <https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses>.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::{
    Amount, ChangeReckoning, DisputeOutcome, EndedBy, PeriodKind, PlanChange, Told, ToldWhat,
};
use super::json::{flag, id, instant, list, text, whole};

/// How long after its last try a charge is still waited for.
const SETTLES_HOURS: i64 = 24;
/// How long after it was made an invoice is charged, where it does not say.
const DRAFT_HOURS: i64 = 1;

/// What was read of a subscription.
pub(super) struct Found<'v> {
    /// The subscription.
    pub(super) subscription: &'v Value,
    /// Its invoices, the newest first, each with its charge and that one's refunds.
    pub(super) invoices: &'v [Value],
    /// Disputes of its charges.
    pub(super) disputes: &'v [Value],
    /// What the next invoice will ask for; none where it was not asked for.
    pub(super) next: Option<Amount>,
    /// The grace.
    pub(super) grace_days: u16,
}

impl Found<'_> {
    /// All that is said, the standing last.
    pub(super) fn told(&self, now: Timestamp) -> Vec<Told> {
        let mut told: Vec<Told> = self.invoices.iter().rev().filter_map(|i| self.paid(i)).collect();
        told.extend(self.invoices.iter().rev().flat_map(refunds));
        told.extend(self.disputes.iter().filter_map(|dispute| self.disputed(dispute)));
        let named = text(self.subscription, "/id").unwrap_or_default();
        let told_of = |as_of, what| Told { id: named.to_owned(), as_of, what };
        told.extend(self.plan().map(|(starts_at, plan)| {
            told_of(starts_at.min(now), ToldWhat::Plan { starts_at, plan })
        }));
        told.extend(self.standing(now).map(|what| told_of(now, what)));
        told
    }

    /// An invoice that was paid, or that began a trial. One that only sets old money against new tells no span.
    fn paid(&self, invoice: &Value) -> Option<Told> {
        if text(invoice, "/status") != Some("paid") {
            return None;
        }
        let period = self.period(invoice)?;
        let created_at = instant(invoice, "/created").or_else(|| instant(invoice, "/date"));
        let as_of = instant(invoice, "/status_transitions/paid_at").or(created_at)?;
        let amount = sum(invoice, "/amount_paid")?;
        let (starts_at, ends_at) =
            (instant(period, "/period/start")?, instant(period, "/period/end")?);
        // What the subscription's notes were when the invoice was made; later changes of the plan do not reach it.
        let notes = ["/subscription_details/metadata", "/parent/subscription_details/metadata"];
        let plan = notes.iter().find_map(|notes| text(invoice, &format!("{notes}/plan")));
        let plan = plan.or_else(|| text(self.subscription, "/metadata/plan")).unwrap_or_default();
        let kind = self.kind(invoice, ends_at);
        let what = ToldWhat::Paid { starts_at, ends_at, amount, plan: plan.to_owned(), kind };
        Some(Told { id: text(invoice, "/id")?.to_owned(), as_of, what })
    }

    /// The line of an invoice that says which span it is for: that of the period, or else what is added for the rest of one.
    fn period<'i>(&self, invoice: &'i Value) -> Option<&'i Value> {
        let ours = text(self.subscription, "/id");
        let lines = list(invoice, "/lines/data").iter().filter(|line| {
            let of = id(line, "/subscription")
                .or_else(|| text(line, "/parent/subscription_item_details/subscription"));
            let recurs = text(line, "/type") == Some("subscription")
                || text(line, "/parent/type") == Some("subscription_item_details");
            let rest = is_rest(line) && whole(line, "/amount").unwrap_or_default() > 0;
            // A line that is charged once names no subscription's period.
            of == ours && ((recurs && !is_rest(line)) || rest)
        });
        lines.max_by_key(|line| (!is_rest(line), whole(line, "/period/end")))
    }

    fn kind(&self, invoice: &Value, ends_at: Timestamp) -> PeriodKind {
        let in_trial = instant(self.subscription, "/trial_end").is_some_and(|end| ends_at <= end);
        let is_off = whole(invoice, "/total_discount_amounts/0/amount").is_some_and(|off| off > 0);
        match text(self.subscription, "/metadata/start") {
            Some("intro") if in_trial => PeriodKind::Intro,
            _ if in_trial => PeriodKind::Trial,
            _ if is_off => PeriodKind::Intro,
            _ => PeriodKind::Usual,
        }
    }

    fn disputed(&self, dispute: &Value) -> Option<Told> {
        let charge = id(dispute, "/charge")?;
        let mut of = self.invoices.iter().filter(|invoice| id(invoice, "/charge") == Some(charge));
        let payment = text(of.next()?, "/id")?.to_owned();
        let created_at = instant(dispute, "/created")?;
        // Stripe says when a dispute began and not when it was decided. What was decided came later than it began, and is
        // told with the same instant each time; the money was taken at the beginning.
        let decided_at = created_at.checked_add(SignedDuration::from_secs(1)).ok()?;
        let (outcome, as_of) = match text(dispute, "/status")? {
            "won" | "warning_closed" | "prevented" => (DisputeOutcome::Won, decided_at),
            "lost" => (DisputeOutcome::Lost { at: created_at }, decided_at),
            _ => (DisputeOutcome::Open, created_at),
        };
        let what = ToldWhat::Disputed { payment, outcome };
        Some(Told { id: text(dispute, "/id")?.to_owned(), as_of, what })
    }

    /// The plan, where it was changed, and from when.
    fn plan(&self) -> Option<(Timestamp, String)> {
        let from = text(self.subscription, "/metadata/plan_from")?.parse().ok()?;
        let from = Timestamp::from_second(from).ok()?;
        Some((from, text(self.subscription, "/metadata/plan")?.to_owned()))
    }

    /// How the contract stands. Where its first charge has not gone through there is none yet.
    fn standing(&self, now: Timestamp) -> Option<ToldWhat> {
        let subscription = self.subscription;
        match text(subscription, "/status")? {
            "active" | "trialing" => {
                let stops = flag(subscription, "/cancel_at_period_end");
                let ends_at = instant(subscription, "/cancel_at");
                if let Some(ends_at) = ends_at.or_else(|| self.period_end().filter(|_| stops)) {
                    return Some(ToldWhat::Stops { ends_at });
                }
                self.renews()
            }
            "past_due" => self.retries(),
            // All tries failed. The grace that was promised is kept all the same.
            "unpaid" => match self.retries()? {
                ToldWhat::Retries { until, .. } if until <= now => {
                    Some(ToldWhat::Ended { at: until, by: EndedBy::PaymentFailed })
                }
                retries => Some(retries),
            },
            "paused" => {
                let at = instant(subscription, "/trial_end").or_else(|| self.period_end())?;
                Some(ToldWhat::Ended { at, by: EndedBy::PaymentFailed })
            }
            "canceled" => {
                let at = instant(subscription, "/ended_at")
                    .or_else(|| instant(subscription, "/canceled_at"))?;
                let by = match text(subscription, "/cancellation_details/reason") {
                    Some("payment_failed") => EndedBy::PaymentFailed,
                    Some("payment_disputed") => EndedBy::Refunded,
                    _ => EndedBy::Cancelled,
                };
                Some(ToldWhat::Ended { at, by })
            }
            "incomplete_expired" => {
                let at = instant(subscription, "/ended_at").unwrap_or(now);
                Some(ToldWhat::Ended { at, by: EndedBy::PaymentFailed })
            }
            _ => None,
        }
    }

    fn renews(&self) -> Option<ToldWhat> {
        // Between the end of a period and its charge there is an invoice that nobody has tried yet.
        let waits = self.invoices.iter().find(|invoice| {
            matches!(text(invoice, "/status"), Some("draft" | "open"))
                && whole(invoice, "/attempt_count").unwrap_or_default() == 0
        });
        if let Some(invoice) = waits {
            let usually = instant(invoice, "/created").and_then(|at| after(at, DRAFT_HOURS));
            let next_charge_at = instant(invoice, "/next_payment_attempt").or(usually)?;
            return Some(ToldWhat::Renews { next_charge_at, amount: sum(invoice, "/amount_due")? });
        }
        let amount = self.next.clone().or_else(|| item_price(self.subscription))?;
        Some(ToldWhat::Renews { next_charge_at: self.period_end()?, amount })
    }

    fn retries(&self) -> Option<ToldWhat> {
        let owed = self.owed();
        let failed = owed.and_then(|invoice| {
            instant(invoice, "/status_transitions/finalized_at")
                .or_else(|| instant(invoice, "/created"))
        });
        let since = failed.or_else(|| self.period_start())?;
        let grace = after(since, 24 * i64::from(self.grace_days))?;
        // Nobody is locked out while Stripe still tries, whatever the grace is.
        let tried = owed.and_then(|invoice| instant(invoice, "/next_payment_attempt"));
        let until = tried.and_then(|at| after(at, SETTLES_HOURS)).map_or(grace, |at| at.max(grace));
        Some(ToldWhat::Retries { since, until })
    }

    /// The oldest invoice since the last paid one that was tried in vain.
    fn owed(&self) -> Option<&Value> {
        let since = self.invoices.iter().take_while(|i| text(i, "/status") != Some("paid"));
        let tried = since.filter(|invoice| {
            matches!(text(invoice, "/status"), Some("open" | "uncollectible"))
                && whole(invoice, "/attempt_count").unwrap_or_default() > 0
        });
        tried.last()
    }

    fn period_start(&self) -> Option<Timestamp> {
        of_period(self.subscription, "start")
    }

    fn period_end(&self) -> Option<Timestamp> {
        of_period(self.subscription, "end")
    }
}

/// The beginning or the end of the period that a subscription is in. Later versions of Stripe's interface say it of the item.
pub(super) fn of_period(subscription: &Value, what: &str) -> Option<Timestamp> {
    instant(subscription, &format!("/current_period_{what}"))
        .or_else(|| instant(subscription, &format!("/items/data/0/current_period_{what}")))
}

/// What the subscription's price is, before anything is taken off.
fn item_price(subscription: &Value) -> Option<Amount> {
    let item = subscription.pointer("/items/data/0")?;
    let price = item.pointer("/price").or_else(|| item.pointer("/plan"))?;
    let minor = whole(price, "/unit_amount").or_else(|| whole(price, "/amount"))?;
    let minor = minor.checked_mul(whole(item, "/quantity").unwrap_or(1))?;
    Some(Amount { minor, currency: text(price, "/currency")?.to_ascii_uppercase() })
}

/// The sum at a path of an object that has a currency.
pub(super) fn sum(value: &Value, path: &str) -> Option<Amount> {
    let currency = text(value, "/currency")?.to_ascii_uppercase();
    Some(Amount { minor: whole(value, path)?, currency })
}

/// What a change would cost at once, of the invoice that Stripe shows for it: what sets one plan against the other, and a period that
/// begins with the change. The next period of the same length, which may stand there too, is charged when it begins.
pub(super) fn reckoning(
    invoice: &Value,
    change: &PlanChange,
    period_ends_at: Timestamp,
) -> Option<ChangeReckoning> {
    let currency = text(invoice, "/currency")?.to_ascii_uppercase();
    let lines = list(invoice, "/lines/data");
    let begins_now =
        |line: &Value| instant(line, "/period/start").is_some_and(|start| start <= change.asked_at);
    let at_once = |line: &&Value| is_rest(line) || begins_now(line);
    let mut minor = 0_i64;
    for line in lines.iter().filter(at_once) {
        minor = minor.checked_add(whole(line, "/amount")?)?;
    }
    // A credit of the payer's makes it less, where nothing else stands on the invoice.
    if lines.iter().all(|line| at_once(&line)) {
        minor = whole(invoice, "/amount_due")?;
    }
    let begun = lines.iter().filter(|line| begins_now(line) && !is_rest(line));
    let next = begun.filter_map(|line| instant(line, "/period/end")).max();
    Some(ChangeReckoning {
        due_now: Amount { minor: minor.max(0), currency },
        next_charge_at: next.unwrap_or(period_ends_at),
    })
}

/// Whether a line sets one plan against another for the rest of a period.
fn is_rest(line: &Value) -> bool {
    flag(line, "/proration")
        || flag(line, "/parent/subscription_item_details/proration")
        || flag(line, "/parent/invoice_item_details/proration")
}

/// Money that went back of an invoice's charge. What is not certain yet, or was not done, is not told.
fn refunds(invoice: &Value) -> Vec<Told> {
    let Some(payment) = text(invoice, "/id") else { return Vec::new() };
    let done = list(invoice, "/charge/refunds/data")
        .iter()
        .rev()
        .filter(|refund| text(refund, "/status") == Some("succeeded"));
    let told = done.filter_map(|refund| {
        let ends = text(refund, "/metadata/ends_access_at").and_then(|at| at.parse().ok());
        let ends_access_at = ends.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let amount = sum(refund, "/amount")?;
        let what = ToldWhat::Refunded { payment: payment.to_owned(), amount, ends_access_at };
        let as_of = instant(refund, "/created")?;
        Some(Told { id: text(refund, "/id")?.to_owned(), as_of, what })
    });
    told.collect()
}

fn after(at: Timestamp, hours: i64) -> Option<Timestamp> {
    at.checked_add(SignedDuration::from_hours(hours)).ok()
}
