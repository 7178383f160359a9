//! What is done to a subscription at Stripe: that it is asked for in Stripe's words, once, and only where it changes something.

use super::*;

#[test]
fn cancelling_and_resuming_ask_only_where_something_changes() {
    const CHANGE: &str = "POST /v1/subscriptions/sub_1";
    const END: &str = "DELETE /v1/subscriptions/sub_1";
    let pair = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
    let (stop, go) = (pair("cancel_at_period_end", "true"), pair("cancel_at_period_end", "false"));
    let table = [
        (true, json!({}), Some(CHANGE), stop.clone()),
        (true, json!({ "status": "trialing" }), Some(CHANGE), stop),
        (true, json!({ "cancel_at_period_end": true }), None, None),
        (true, json!({ "status": "canceled" }), None, None),
        (true, json!({ "status": "past_due" }), Some(END), None),
        (true, json!({ "status": "unpaid" }), Some(END), None),
        (false, json!({ "cancel_at_period_end": true, "cancel_at": 5 }), Some(CHANGE), go),
        (false, json!({ "cancel_at": 5 }), Some(CHANGE), pair("cancel_at", "")),
        (false, json!({}), None, None),
    ];
    for (cancel, changes, wanted, form) in table {
        let (server, stripe) = recorded();
        server.gives(SUBSCRIPTION, &running(&changes));
        if let Some(wanted) = wanted {
            server.says(wanted, 200, &"{}");
        }
        let done =
            if cancel { stripe.cancel("sub_1", now()) } else { stripe.resume("sub_1", now()) };
        assert_eq!(done, Ok(()), "{changes}");
        let asked = server.asked();
        assert_eq!(asked.get(1).map(|asked| asked.what.as_str()), wanted, "{changes}");
        assert_eq!(asked.get(1).and_then(|asked| asked.form.first().cloned()), form, "{changes}");
    }
    // Ended now it is ended whatever it is, and once.
    for (status, ended) in [("trialing", Some(END)), ("active", Some(END)), ("canceled", None)] {
        let (server, stripe) = recorded();
        server.gives(SUBSCRIPTION, &running(&json!({ "status": status })));
        if let Some(ended) = ended {
            server.says(ended, 200, &"{}");
        }
        assert_eq!(stripe.end_now("sub_1", now()), Ok(()), "{status}");
        assert_eq!(server.asked().get(1).map(|asked| asked.what.as_str()), ended, "{status}");
    }
    // Done, undone and done again within a day: each has a key of its own.
    let (server, stripe) = recorded();
    let mut keys = Vec::new();
    for late in 0..2 {
        server.gives(SUBSCRIPTION, &running(&json!({}))).says(CHANGE, 200, &"{}");
        stripe.cancel("sub_1", second(1_772_400_000 + late)).unwrap();
        keys.push(server.asked()[1].header("idempotency-key").unwrap().to_owned());
    }
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn what_is_owed_is_tried_again_and_nothing_else() {
    let (server, stripe) = recorded();
    let invoice = |id: &str, status: &str, tries: u32| json!({ "id": id, "status": status, "attempt_count": tries });
    let invoices =
        [invoice("in_3", "draft", 0), invoice("in_2", "open", 2), invoice("in_1", "paid", 1)];
    server.gives(SUBSCRIPTION, &running(&json!({ "status": "past_due" })));
    server.gives(INVOICES, &json!({ "data": invoices })).says(
        "POST /v1/invoices/in_2/pay",
        200,
        &"{}",
    );
    assert_eq!(stripe.charge_again("sub_1", now()), Ok(()));
    server.asked();
    server.gives(SUBSCRIPTION, &running(&json!({})));
    server.gives(INVOICES, &json!({ "data": [invoice("in_3", "open", 0)] }));
    assert_eq!(stripe.charge_again("sub_1", now()), Ok(()));
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_plan_is_changed_at_once_or_for_the_next_period() {
    for (from, proration, plan_from) in [
        (ChangeFrom::Now, "always_invoice", "1772390000"),
        (ChangeFrom::NextPeriod, "none", "1775001600"),
    ] {
        let (server, stripe) = recorded();
        server.gives(SUBSCRIPTION, &running(&json!({})));
        server.says("POST /v1/products/masthead-print", 200, &"{}");
        server.says("POST /v1/subscriptions/sub_1", 200, &"{}");
        stripe.change_plan("sub_1", &change(from, Every::Month), now()).unwrap();
        let asked = server.asked();
        for (name, value) in [
            ("items[0][id]", "si_1"),
            ("items[0][price_data][product]", "masthead-print"),
            ("items[0][price_data][unit_amount]", "2400"),
            ("items[0][price_data][recurring][interval]", "month"),
            ("proration_behavior", proration),
            ("payment_behavior", "error_if_incomplete"),
            ("metadata[plan]", "print"),
            ("metadata[plan_from]", plan_from),
            ("metadata[change]", "change-1"),
        ] {
            assert_eq!(asked[2].value(name), Some(value), "{name}");
        }
        // It costs what its preview said, whenever it is sent.
        let date = (from == ChangeFrom::Now).then_some("1772390000");
        assert_eq!(asked[2].value("proration_date"), date);
        assert_eq!(asked[2].header("idempotency-key"), Some("change-change-1"));
    }
    let (server, stripe) = recorded();
    server.gives(SUBSCRIPTION, &running(&json!({ "metadata": { "change": "change-1" } })));
    assert_eq!(stripe.change_plan("sub_1", &change(ChangeFrom::Now, Every::Month), now()), Ok(()));
    server.gives(SUBSCRIPTION, &running(&json!({})));
    let yearly = stripe.change_plan("sub_1", &change(ChangeFrom::NextPeriod, Every::Year), now());
    assert!(matches!(yearly, Err(PaymentError::Never(_))));
    server.gives(SUBSCRIPTION, &running(&json!({ "status": "past_due" })));
    let owing = stripe.change_plan("sub_1", &change(ChangeFrom::Now, Every::Month), now());
    assert!(matches!(owing, Err(PaymentError::Never(_))));
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn what_a_change_costs_is_asked_of_stripe_and_changes_nothing() {
    let line = |amount: i64, start: i64, end: i64, rest: bool| json!({ "amount": amount, "proration": rest, "period": { "start": start, "end": end } });
    let (asked_at, ends_at, year) = (1_772_390_000, 1_775_001_600, 1_803_926_000);
    let table = [
        // What is left of the old plan, and the new one for as long; the next month may stand there, too.
        (
            json!([line(-600, asked_at, ends_at, true), line(1200, asked_at, ends_at, true)]),
            600,
            600,
            ends_at,
        ),
        (
            json!([
                line(-600, asked_at, ends_at, true),
                line(1200, asked_at, ends_at, true),
                line(2400, ends_at, ends_at + 2_592_000, false),
            ]),
            3_000,
            600,
            ends_at,
        ),
        // A credit of the payer's counts where it is the whole invoice.
        (json!([line(1200, asked_at, ends_at, true)]), 200, 200, ends_at),
        // A year begins with the change.
        (
            json!([line(-600, asked_at, ends_at, true), line(12_000, asked_at, year, false)]),
            11_400,
            11_400,
            year,
        ),
    ];
    for (lines, due, wanted, next) in table {
        let (server, stripe) = recorded();
        server.gives(SUBSCRIPTION, &running(&json!({})));
        server.says("POST /v1/products/masthead-print", 200, &"{}");
        let invoice = json!({ "currency": "usd", "amount_due": due, "lines": { "data": lines } });
        server.says("POST /v1/invoices/create_preview", 200, &invoice);
        let shown = stripe.reckon_change("sub_1", &change(ChangeFrom::Now, Every::Month), now());
        let shown = shown.unwrap();
        assert_eq!((shown.due_now.minor, shown.next_charge_at), (wanted, second(next)));
        let asked = server.asked();
        for (name, value) in [
            ("customer", "cus_1"),
            ("subscription", "sub_1"),
            ("subscription_details[items][0][id]", "si_1"),
            ("subscription_details[items][0][price_data][unit_amount]", "2400"),
            ("subscription_details[proration_behavior]", "always_invoice"),
            ("subscription_details[proration_date]", "1772390000"),
        ] {
            assert_eq!(asked[2].value(name), Some(value), "{name}");
        }
    }
    // For the next period nobody has to reckon.
    let (server, stripe) = recorded();
    server.gives(SUBSCRIPTION, &running(&json!({})));
    let shown = stripe.reckon_change("sub_1", &change(ChangeFrom::NextPeriod, Every::Month), now());
    let shown = shown.unwrap();
    assert_eq!((shown.due_now.minor, shown.next_charge_at), (0, second(ends_at)));
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_refund_is_asked_for_once() {
    let (server, stripe) = recorded();
    let invoice = json!({ "charge": "ch_1" });
    server.gives("GET /v1/invoices/in_1", &invoice).says("POST /v1/refunds", 200, &"{}");
    stripe.refund("in_1", "refund-1", Some(second(5)), now()).unwrap();
    let asked = server.asked();
    assert_eq!(asked[1].value("charge"), Some("ch_1"));
    assert_eq!(asked[1].value("metadata[ends_access_at]"), Some("5"));
    assert_eq!(asked[1].header("idempotency-key"), Some("refund-refund-1"));
    let done = json!({ "error": { "code": "charge_already_refunded", "message": "m" } });
    server.gives("GET /v1/invoices/in_1", &invoice).says("POST /v1/refunds", 400, &done);
    assert_eq!(stripe.refund("in_1", "refund-2", None, now()), Ok(()));
    server.gives("GET /v1/invoices/in_1", &json!({ "charge": null }));
    assert!(matches!(stripe.refund("in_1", "refund-3", None, now()), Err(PaymentError::Never(_))));
    assert!(matches!(stripe.refund("in_9", "refund-4", None, now()), Err(PaymentError::Never(_))));
}

#[test]
fn the_page_for_the_card_makes_the_new_one_count() {
    let (server, stripe) = recorded();
    server.gives(SUBSCRIPTION, &running(&json!({})));
    server.says("POST /v1/customers/cus_1", 200, &"{}");
    server.says("POST /v1/subscriptions/sub_1", 200, &"{}");
    server.gives(
        "POST /v1/billing_portal/sessions",
        &json!({ "url": "https://billing.stripe.com/p/1" }),
    );
    let url = stripe.portal("sub_1", "https://courier.example/account", now());
    assert_eq!(url.as_deref(), Ok("https://billing.stripe.com/p/1"));
    let asked = server.asked();
    assert_eq!(asked[1].value("invoice_settings[default_payment_method]"), Some("pm_1"));
    assert_eq!(asked[2].value("default_payment_method"), Some(""));
    assert_eq!(asked[3].value("flow_data[type]"), Some("payment_method_update"));
    assert_eq!(asked[3].value("return_url"), Some("https://courier.example/account"));
    assert_eq!(asked[3].value("customer"), Some("cus_1"));
}

#[test]
fn a_new_address_is_told_to_whoever_pays_once_and_only_where_it_is_news() {
    const PAYER: &str = "POST /v1/customers/cus_1";
    const NEW: &str = "ada+new@elsewhere.example";
    let payer = |told: Value| running(&json!({ "customer": told }));
    let (server, stripe) = recorded();
    let former = payer(json!({ "id": "cus_1", "email": "ada@reader.example" }));
    server.gives(SUBSCRIPTION, &former).says(PAYER, 200, &"{}");
    assert_eq!(stripe.change_mail("sub_1", NEW, now()), Ok(()));
    let asked = server.asked();
    assert_eq!(asked[1].form, [("email".to_owned(), NEW.to_owned())], "and nothing else");
    let first = asked[1].header("idempotency-key").unwrap().to_owned();
    // What Stripe has by now, and what is not there any more, is not told.
    for told in [
        json!({ "id": "cus_1", "email": NEW }),
        json!({ "id": "cus_1", "deleted": true }),
        Value::Null,
    ] {
        server.gives(SUBSCRIPTION, &payer(told.clone()));
        assert_eq!(stripe.change_mail("sub_1", NEW, now()), Ok(()), "{told}");
        assert_eq!(server.asked().len(), 1, "{told}");
    }
    server.says(SUBSCRIPTION, 404, &"{}");
    assert_eq!(stripe.change_mail("sub_1", NEW, now()), Ok(()));
    assert_eq!(server.asked().len(), 1);
    server.gives(SUBSCRIPTION, &former).says(PAYER, 404, &"{}");
    assert_eq!(stripe.change_mail("sub_1", NEW, now()), Ok(()), "gone meanwhile");
    server.asked();
    // Down it is told later, and an address that it does not take is told never.
    server.gives(SUBSCRIPTION, &former).says(PAYER, 503, &"{}");
    let down = stripe.change_mail("sub_1", NEW, second(1_772_400_001));
    assert!(matches!(down, Err(PaymentError::Later(_))), "{down:?}");
    let again = server.asked()[1].header("idempotency-key").unwrap().to_owned();
    assert_ne!(first, again, "there and back again within a day is no repetition");
    let refused = json!({ "error": { "code": "email_invalid", "message": "Invalid email" } });
    server.gives(SUBSCRIPTION, &former).says(PAYER, 400, &refused.to_string());
    let never = stripe.change_mail("sub_1", NEW, now());
    assert!(matches!(never, Err(PaymentError::Never(_))), "{never:?}");
    assert!(stripe.change_mail("sub_1/../x", NEW, now()).is_err());
}

#[test]
fn a_checkout_is_ended_once_and_one_that_was_paid_stays_paid() {
    const SESSION: &str = "GET /v1/checkout/sessions/cs_1";
    const EXPIRE: &str = "POST /v1/checkout/sessions/cs_1/expire";
    let open = json!({ "id": "cs_1", "status": "open", "payment_status": "unpaid" });
    let expired = json!({ "id": "cs_1", "status": "expired", "payment_status": "unpaid" });
    let paid = json!({
        "id": "cs_1", "status": "complete", "payment_status": "paid", "subscription": "sub_1"
    });
    let paid_state = CheckoutState::Paid { subscription: "sub_1".to_owned() };
    let (server, stripe) = recorded();
    server.gives(SESSION, &open).gives(EXPIRE, &expired).gives(SESSION, &expired);
    assert_eq!(stripe.end_checkout("cs_1", now()).unwrap(), CheckoutState::Over);
    let asked = server.asked();
    assert_eq!(asked[1].header("idempotency-key"), Some("expire-cs_1"));
    // Over or paid before, nothing is asked for.
    for (found, state) in [(&expired, CheckoutState::Over), (&paid, paid_state.clone())] {
        server.gives(SESSION, found).gives(SESSION, found);
        assert_eq!(stripe.end_checkout("cs_1", now()).unwrap(), state);
        assert_eq!(server.asked().len(), 2);
    }
    // Paid in the moment of the asking.
    let refusal = json!({ "error": { "type": "invalid_request_error", "message": "not open" } });
    server.gives(SESSION, &open).says(EXPIRE, 400, &refusal).gives(SESSION, &paid);
    assert_eq!(stripe.end_checkout("cs_1", now()).unwrap(), paid_state);
    server.asked();
    // Where it is not known whether it was ended, that is said.
    server.gives(SESSION, &open).says(EXPIRE, 500, &"{}");
    assert!(matches!(stripe.end_checkout("cs_1", now()), Err(PaymentError::Later(_))));
    server.asked();
}
