//! What is told of objects as Stripe's documentation describes them: each test changes one thing of a subscription that
//! renews, and of its two paid invoices.

use serde_json::json;

use super::super::super::{Amount, DisputeOutcome, EndedBy, PeriodKind, Told, ToldWhat};
use super::*;

const NOW: i64 = 1_772_400_000;
const DAY: i64 = 86_400;

struct Case {
    subscription: Value,
    invoices: Vec<Value>,
    disputes: Vec<Value>,
}

fn case() -> Case {
    let invoices: Value = file(include_str!("invoices.json"));
    Case {
        subscription: file(include_str!("subscription.json")),
        invoices: invoices.as_array().unwrap().clone(),
        disputes: Vec::new(),
    }
}

impl Case {
    fn told(&self) -> Vec<Told> {
        let found = Found {
            subscription: &self.subscription,
            invoices: &self.invoices,
            disputes: &self.disputes,
            next: None,
            grace_days: 14,
        };
        found.told(second(NOW))
    }

    fn standing(&self) -> Option<ToldWhat> {
        let told = self.told();
        told.into_iter().rfind(|told| told.id == "sub_1").map(|told| told.what)
    }

    fn payments(&self) -> Vec<(String, i64, i64, i64, String, PeriodKind)> {
        let told = self.told().into_iter().filter_map(|told| match told.what {
            ToldWhat::Paid { starts_at, ends_at, amount, plan, kind } => {
                let span = (starts_at.as_second(), ends_at.as_second());
                Some((told.id, span.0, span.1, amount.minor, plan, kind))
            }
            _ => None,
        });
        told.collect()
    }
}

fn dollars(minor: i64) -> Amount {
    Amount { minor, currency: "USD".to_owned() }
}

#[test]
fn paid_invoices_are_told_with_their_lines_spans_the_oldest_first() {
    let case = case();
    let of = |id: &str, starts: i64, ends: i64| {
        (id.to_owned(), starts, ends, 1_200, "digital".to_owned(), PeriodKind::Usual)
    };
    let first = of("in_1", 1_769_904_000, 1_772_323_200);
    assert_eq!(case.payments(), [first, of("in_2", 1_772_323_200, 1_775_001_600)]);
    assert_eq!(case.told()[0].as_of, second(1_769_904_000 + 3_605));
    let next_charge_at = second(1_775_001_600);
    let renews = ToldWhat::Renews { next_charge_at, amount: dollars(1_200) };
    assert_eq!(case.standing(), Some(renews));
    assert_eq!(case.told().last().unwrap().as_of, second(NOW));
}

#[test]
fn the_forms_of_later_versions_are_understood_too() {
    let (mut late, early) = (case(), case());
    let item = &mut late.subscription["items"]["data"][0];
    item["current_period_start"] = json!(1_772_323_200);
    item["current_period_end"] = json!(1_775_001_600);
    late.subscription["current_period_start"] = Value::Null;
    late.subscription["current_period_end"] = Value::Null;
    for invoice in &mut late.invoices {
        let notes = invoice["subscription_details"].take();
        invoice["parent"] = json!({ "subscription_details": notes });
        let line = &mut invoice["lines"]["data"][0];
        line["type"] = Value::Null;
        line["subscription"] = Value::Null;
        let of = json!({ "subscription": "sub_1", "proration": false });
        line["parent"] =
            json!({ "type": "subscription_item_details", "subscription_item_details": of });
    }
    assert_eq!(late.told(), early.told());
}

#[test]
fn what_is_no_payment_of_a_span_is_not_told_as_one() {
    for (field, value) in
        [("status", json!("open")), ("status", json!("void")), ("lines", json!({}))]
    {
        let mut case = case();
        case.invoices[0][field] = value;
        assert_eq!(case.payments().len(), 1, "{field}");
    }
    let mut case = case();
    case.invoices[0]["lines"]["data"][0]["subscription"] = json!("sub_2");
    assert_eq!(case.payments().len(), 1);
}

#[test]
fn a_trial_and_an_intro_are_told_with_what_was_charged_once() {
    for (start, minor, kind) in [
        ("trial", 0, PeriodKind::Trial),
        ("trial", 100, PeriodKind::Trial),
        ("intro", 900, PeriodKind::Intro),
    ] {
        let mut case = case();
        case.subscription["metadata"]["start"] = json!(start);
        case.subscription["trial_end"] = json!(1_772_323_200);
        let first = &mut case.invoices[1];
        first["amount_paid"] = json!(minor);
        first["lines"]["data"][0]["amount"] = json!(0);
        // What is charged once has a span of no length, or whatever Stripe gives it.
        let once = json!({ "type": "invoiceitem", "amount": minor, "proration": false,
            "subscription": "sub_1", "period": { "start": 1, "end": 9_999_999_999_i64 } });
        first["lines"]["data"].as_array_mut().unwrap().push(once);
        let [first, second] = &case.payments()[..] else { panic!() };
        let digital = "digital".to_owned();
        assert_eq!(first, &("in_1".to_owned(), 1_769_904_000, 1_772_323_200, minor, digital, kind));
        assert_eq!(second.5, PeriodKind::Usual);
    }
    let mut case = case();
    case.invoices[1]["total_discount_amounts"] = json!([{ "amount": 600, "discount": "di_1" }]);
    assert_eq!(
        case.payments().iter().map(|paid| paid.5).collect::<Vec<_>>(),
        [PeriodKind::Intro, PeriodKind::Usual]
    );
}

#[test]
fn a_change_of_the_plan_is_told_and_old_invoices_keep_theirs() {
    let mut case = case();
    case.subscription["metadata"]["plan"] = json!("print");
    case.subscription["metadata"]["plan_from"] = json!("1772352000");
    let mut rest = case.invoices[0].clone();
    rest["id"] = json!("in_3");
    rest["amount_paid"] = json!(580);
    rest["subscription_details"]["metadata"]["plan"] = json!("print");
    let line = |amount: i64| {
        json!({ "type": "invoiceitem", "amount": amount, "proration": true, "subscription": "sub_1",
            "period": { "start": 1_772_352_000, "end": 1_775_001_600 } })
    };
    rest["lines"]["data"] = json!([line(-1_180), line(1_760)]);
    let mut back = rest.clone();
    back["lines"]["data"] = json!([line(-1_180)]);
    case.invoices.splice(0..0, [back, rest]);
    let payments = case.payments();
    assert_eq!(payments.len(), 3, "{payments:?}");
    assert_eq!(payments[1].4, "digital");
    let print = (
        "in_3".to_owned(),
        1_772_352_000,
        1_775_001_600,
        580,
        "print".to_owned(),
        PeriodKind::Usual,
    );
    assert_eq!(payments[2], print);
    let plan = ToldWhat::Plan { starts_at: second(1_772_352_000), plan: "print".to_owned() };
    assert!(case.told().iter().any(|told| told.what == plan));
    // Sooner or later than now, it is told as of an instant that does not move.
    let of = |told: &Told| matches!(told.what, ToldWhat::Plan { .. });
    assert_eq!(case.told().iter().find(|told| of(told)).unwrap().as_of, second(1_772_352_000));
}

#[test]
fn money_that_went_back_is_told_once_it_is_certain() {
    let mut case = case();
    let refund = |id: &str, status: &str, notes: Value| {
        let mut refund: Value = file(include_str!("refund.json"));
        (refund["id"], refund["status"], refund["metadata"]) = (json!(id), json!(status), notes);
        refund
    };
    case.invoices[1]["charge"]["refunds"]["data"] = json!([
        refund("re_3", "pending", json!({})),
        refund("re_2", "succeeded", json!({ "ends_access_at": "1770600000" })),
        refund("re_1", "succeeded", json!({})),
        refund("re_0", "failed", json!({})),
    ]);
    let told = case.told().into_iter().filter(|told| told.id.starts_with("re_"));
    let ends = [("re_1", None), ("re_2", Some(second(1_770_600_000)))];
    let wanted = ends.map(|(id, ends_access_at)| Told {
        id: id.to_owned(),
        as_of: second(1_770_500_000),
        what: ToldWhat::Refunded {
            payment: "in_1".to_owned(),
            amount: dollars(500),
            ends_access_at,
        },
    });
    assert_eq!(told.collect::<Vec<_>>(), wanted);
}

#[test]
fn a_dispute_is_open_until_it_is_won_or_lost() {
    let created = second(1_770_000_000);
    for (status, outcome, later) in [
        ("needs_response", DisputeOutcome::Open, 0),
        ("under_review", DisputeOutcome::Open, 0),
        ("warning_needs_response", DisputeOutcome::Open, 0),
        ("won", DisputeOutcome::Won, 1),
        ("warning_closed", DisputeOutcome::Won, 1),
        ("lost", DisputeOutcome::Lost { at: created }, 1),
    ] {
        let mut case = case();
        let mut dispute: Value = file(include_str!("dispute.json"));
        dispute["status"] = json!(status);
        case.disputes.push(dispute);
        let told = case.told().into_iter().find(|told| told.id == "dp_1").unwrap();
        let payment = "in_1".to_owned();
        assert_eq!(told.what, ToldWhat::Disputed { payment, outcome }, "{status}");
        assert_eq!(told.as_of, second(1_770_000_000 + later));
    }
}

#[test]
fn each_status_is_told_as_what_it_means_for_the_reader() {
    let ends_at = second(1_775_001_600);
    let ended = |at: i64, by| Some(ToldWhat::Ended { at: second(at), by });
    let over = json!({ "status": "canceled", "ended_at": 1_772_390_000 });
    let reason = |reason: &str| json!({ "status": "canceled", "ended_at": 5, "cancellation_details": { "reason": reason } });
    let table = [
        (json!({ "status": "incomplete" }), None),
        (
            json!({ "status": "incomplete_expired", "ended_at": 7 }),
            ended(7, EndedBy::PaymentFailed),
        ),
        (json!({ "cancel_at_period_end": true }), Some(ToldWhat::Stops { ends_at })),
        (
            json!({ "cancel_at": 1_773_000_000 }),
            Some(ToldWhat::Stops { ends_at: second(1_773_000_000) }),
        ),
        (
            json!({ "status": "trialing", "cancel_at_period_end": true }),
            Some(ToldWhat::Stops { ends_at }),
        ),
        (over, ended(1_772_390_000, EndedBy::Cancelled)),
        (reason("cancellation_requested"), ended(5, EndedBy::Cancelled)),
        (reason("payment_failed"), ended(5, EndedBy::PaymentFailed)),
        (reason("payment_disputed"), ended(5, EndedBy::Refunded)),
        (json!({ "status": "paused", "trial_end": 9 }), ended(9, EndedBy::PaymentFailed)),
        (json!({ "status": "something_new" }), None),
    ];
    for (changes, wanted) in table {
        let mut case = case();
        for (field, value) in changes.as_object().unwrap() {
            case.subscription[field] = value.clone();
        }
        assert_eq!(case.standing(), wanted, "{changes}");
    }
}

#[test]
fn grace_is_kept_and_nobody_is_locked_out_while_stripe_still_tries() {
    let failed_at = NOW - 10 * DAY;
    for (status, next, until, over) in [
        ("past_due", Some(NOW + DAY), failed_at + 14 * DAY, false),
        ("past_due", Some(NOW + 20 * DAY), NOW + 21 * DAY, false),
        ("past_due", None, failed_at + 14 * DAY, false),
        ("unpaid", None, failed_at + 14 * DAY, false),
        ("unpaid", None, failed_at + 14 * DAY, true),
    ] {
        let mut case = case();
        case.subscription["status"] = json!(status);
        let invoice = &mut case.invoices[0];
        let failed_at = if over { failed_at - 10 * DAY } else { failed_at };
        invoice["status"] = json!("open");
        invoice["next_payment_attempt"] = json!(next);
        invoice["status_transitions"]["finalized_at"] = json!(failed_at);
        let mut older = invoice.clone();
        older["status_transitions"]["finalized_at"] = json!(1);
        // What was left unpaid before the last payment is of long ago.
        case.invoices.push(older);
        let wanted = if over {
            ToldWhat::Ended { at: second(failed_at + 14 * DAY), by: EndedBy::PaymentFailed }
        } else {
            ToldWhat::Retries { since: second(failed_at), until: second(until) }
        };
        assert_eq!(case.standing(), Some(wanted), "{status} {next:?}");
    }
}

#[test]
fn an_invoice_that_waits_for_its_charge_is_the_next_charge() {
    let mut case = case();
    let waiting = &mut case.invoices[0];
    waiting["status"] = json!("draft");
    waiting["attempt_count"] = json!(0);
    waiting["next_payment_attempt"] = json!(1_772_327_000);
    waiting["amount_due"] = json!(900);
    let next_charge_at = second(1_772_327_000);
    assert_eq!(case.standing(), Some(ToldWhat::Renews { next_charge_at, amount: dollars(900) }));
    case.invoices[0]["next_payment_attempt"] = Value::Null;
    let next_charge_at = second(1_772_323_200 + 3_600);
    assert_eq!(case.standing(), Some(ToldWhat::Renews { next_charge_at, amount: dollars(900) }));
}

#[test]
fn an_object_that_says_nothing_tells_nothing() {
    for empty in [json!({}), json!(null), json!([]), json!({ "status": 7, "items": "none" })] {
        let case = Case {
            subscription: empty.clone(),
            invoices: vec![empty.clone()],
            disputes: vec![empty],
        };
        assert_eq!(case.told(), []);
    }
}
