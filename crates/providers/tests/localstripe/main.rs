//! Stripe's client against a server that other people wrote after Stripe's documentation: localstripe, from PyPI, over HTTP on
//! loopback. It has no checkout pages, no portal, no disputes and no prices said with a change of the plan; those are
//! asked of a recorded server in the crate's own tests. Here a hosted page's part is played by calls to its interface.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod server;

use jiff::{SignedDuration, Timestamp};
use providers::payments::{
    Amount, EndedBy, Every, Order, PaymentError, Payments, PeriodKind, Read, Secret, Start, Stripe,
    StripeConfig, Told, ToldWhat,
};
use serde_json::Value;
use server::{Server, WEBHOOK_SECRET, listen};

/// The paper's present: localstripe has the machine's clock.
fn now() -> Timestamp {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_second(since.as_secs().try_into().unwrap()).unwrap()
}

fn stripe(server: &Server) -> Stripe {
    Stripe::new(StripeConfig {
        secret_key: Secret::new("sk_test_of_the_courier"),
        webhook_secrets: vec![Secret::new(WEBHOOK_SECRET)],
        card_key: [1; 32],
        grace_days: 14,
        address: Some(server.address.clone()),
    })
    .unwrap()
}

fn order() -> Order {
    let begun_at = now();
    Order {
        key: "checkout-1".to_owned(),
        reader: "reader-1".to_owned(),
        mail: "ada@example.org".to_owned(),
        plan: "digital".to_owned(),
        name: "Digital".to_owned(),
        usual: euros(1_200),
        every: Every::Month,
        start: Start::PercentOff { percent: 50, periods: 3 },
        zone: "Europe/Berlin".to_owned(),
        language: "de".to_owned(),
        back_url: "https://courier.example/thanks".to_owned(),
        cancel_url: "https://courier.example/offers".to_owned(),
        begun_at,
        ends_at: begun_at,
    }
}

fn euros(minor: i64) -> Amount {
    Amount { minor, currency: "EUR".to_owned() }
}

/// What a hosted page would do: a payer with a card, and a subscription that has our notes.
fn bought(server: &Server, card: &str) -> (String, String) {
    let payer = server.send("/v1/customers", &[("email", "ada@example.org")]);
    let payer = payer["id"].as_str().unwrap().to_owned();
    give_card(server, &payer, card);
    let subscription = server.send(
        "/v1/subscriptions",
        &[
            ("customer", &payer),
            ("items[0][plan]", "plan_month"),
            ("metadata[checkout]", "checkout-1"),
            ("metadata[reader]", "reader-1"),
            ("metadata[plan]", "digital"),
            ("metadata[start]", "usual"),
        ],
    );
    (payer, subscription["id"].as_str().unwrap().to_owned())
}

fn give_card(server: &Server, payer: &str, card: &str) {
    let attach = format!("/v1/payment_methods/{card}/attach");
    let card = server.send(&attach, &[("customer", payer)]);
    let name = "invoice_settings[default_payment_method]";
    server.send(&format!("/v1/customers/{payer}"), &[(name, card["id"].as_str().unwrap())]);
}

fn plan(server: &Server, interval: &str, amount: &str) {
    server.send(
        "/v1/plans",
        &[
            ("id", &format!("plan_{interval}")),
            ("product", "masthead-digital"),
            ("amount", amount),
            ("currency", "eur"),
            ("interval", interval),
        ],
    );
}

fn read(stripe: &Stripe, id: &str) -> Read {
    stripe.subscription(id, now()).unwrap().unwrap()
}

fn standing(read: &Read) -> &ToldWhat {
    &read.told.last().unwrap().what
}

#[test]
fn a_subscription_is_named_bought_read_cancelled_resumed_and_refunded() {
    let server = Server::start();
    let stripe = stripe(&server);
    // Plan and coupon are made before the checkout that localstripe does not have; again they are the same.
    for name in ["Digital", "Digital and print"] {
        let begun = stripe.begin(&Order { name: name.to_owned(), ..order() }, now());
        assert_eq!(begun, Err(PaymentError::Never("Stripe has no such object".to_owned())));
        assert_eq!(server.get("/v1/products/masthead-digital")["name"], name);
        let coupon = server.get("/v1/coupons/masthead-600-eur-3");
        assert_eq!(coupon["amount_off"], 600);
        assert_eq!(coupon["duration"], "repeating");
        assert_eq!(coupon["duration_in_months"], 3);
    }
    plan(&server, "month", "1200");
    let (_, id) = bought(&server, "pm_card_visa");
    let first = read(&stripe, &id);
    assert_eq!(first.reader.as_deref(), Some("reader-1"));
    assert_eq!(first.checkout.as_deref(), Some("checkout-1"));
    assert_eq!(first.card.as_ref().map(String::len), Some(32));
    let [Told { id: payment, what: paid, .. }, Told { id: named, what: renews, .. }] =
        &first.told[..]
    else {
        panic!("{first:#?}")
    };
    assert_eq!(named, &id);
    let ToldWhat::Paid { starts_at, ends_at, amount, plan, kind } = paid else {
        panic!("{paid:?}")
    };
    assert_eq!((amount, plan.as_str(), *kind), (&euros(1_200), "digital", PeriodKind::Usual));
    let days = ends_at.duration_since(*starts_at).as_hours() / 24;
    assert!((27..=31).contains(&days), "{days}");
    assert_eq!(renews, &ToldWhat::Renews { next_charge_at: *ends_at, amount: euros(1_200) });
    for _ in 0..2 {
        stripe.cancel(&id, now()).unwrap();
        assert_eq!(standing(&read(&stripe, &id)), &ToldWhat::Stops { ends_at: *ends_at });
    }
    for _ in 0..2 {
        stripe.resume(&id, now()).unwrap();
        assert_eq!(standing(&read(&stripe, &id)), renews);
    }
    let ends_access_at = Timestamp::from_second(now().as_second() + 60).unwrap();
    stripe.refund(payment, "refund-1", Some(ends_access_at), now()).unwrap();
    let refunded = read(&stripe, &id);
    let what = ToldWhat::Refunded {
        payment: payment.clone(),
        amount: euros(1_200),
        ends_access_at: Some(ends_access_at),
    };
    assert_eq!(refunded.told[1].what, what);
    // What was read before is read again, word for word.
    assert_eq!(refunded.told[0], first.told[0]);
    assert_eq!(read(&stripe, &id).told[..2], refunded.told[..2]);
    // The same card is the same name, at whatever subscription.
    let (_, other) = bought(&server, "pm_card_visa");
    assert_eq!(read(&stripe, &other).card, first.card);
    server.delete(&format!("/v1/subscriptions/{id}"));
    let over = read(&stripe, &id);
    let ToldWhat::Ended { by: EndedBy::Cancelled, .. } = standing(&over) else {
        panic!("{over:?}")
    };
    stripe.cancel(&id, now()).unwrap();
    assert!(matches!(stripe.resume(&id, now()), Err(PaymentError::Never(_))));
    assert_eq!(stripe.subscription("sub_unknown", now()), Ok(None));
    let unknown = stripe.cancel("sub_unknown", now());
    assert!(matches!(unknown, Err(PaymentError::Never(_))), "{unknown:?}");
}

#[test]
fn a_charge_that_fails_is_retried_and_paid_by_another_card() {
    let server = Server::start();
    let stripe = stripe(&server);
    assert!(stripe.begin(&order(), now()).is_err());
    plan(&server, "month", "1200");
    let (payer, id) = bought(&server, "pm_card_visa");
    give_card(&server, &payer, "pm_card_chargeCustomerFail");
    // Localstripe's time stands still: a new period begins, and is charged, where a plan is for another one.
    plan(&server, "year", "12000");
    server.send(&format!("/v1/subscriptions/{id}"), &[("items[0][plan]", "plan_year")]);
    assert_eq!(server.get(&format!("/v1/subscriptions/{id}"))["status"], "past_due");
    let failed = read(&stripe, &id);
    let ToldWhat::Retries { since, until } = standing(&failed) else { panic!("{failed:#?}") };
    assert_eq!(until.duration_since(*since), SignedDuration::from_hours(24 * 14));
    assert_eq!(failed.told.len(), 2, "{failed:#?}");
    let declined = stripe.charge_again(&id, now());
    assert!(matches!(declined, Ok(()) | Err(PaymentError::Never(_))), "{declined:?}");
    assert!(matches!(standing(&read(&stripe, &id)), ToldWhat::Retries { .. }));
    give_card(&server, &payer, "pm_card_visa");
    stripe.charge_again(&id, now()).unwrap();
    let paid = read(&stripe, &id);
    assert!(matches!(standing(&paid), ToldWhat::Renews { .. }), "{paid:#?}");
    let payments = paid.told.iter().filter(|told| matches!(told.what, ToldWhat::Paid { .. }));
    assert_eq!(payments.count(), 2);
    stripe.charge_again(&id, now()).unwrap();
    assert_eq!(read(&stripe, &id).told[..2], paid.told[..2]);
}

#[test]
fn messages_that_it_signs_are_hints_and_name_what_to_read() {
    let server = Server::start();
    let stripe = stripe(&server);
    assert!(stripe.begin(&order(), now()).is_err());
    plan(&server, "month", "1200");
    let messages = listen(&server);
    let (_, id) = bought(&server, "pm_card_visa");
    let mut hinted = Vec::new();
    while hinted.len() < 2 {
        let (body, signature) = messages.recv_timeout(server::PATIENCE).unwrap();
        let kind: Value = serde_json::from_slice(&body).unwrap();
        let hint = stripe.hint(&body, Some(&signature), now()).unwrap();
        let kind = kind["type"].as_str().unwrap();
        if !matches!(kind, "customer.subscription.created" | "invoice.payment_succeeded") {
            continue;
        }
        assert_eq!(hint.subscription.as_deref(), Some(&*id), "{kind}");
        let mut other = body.clone();
        *other.last_mut().unwrap() ^= 1;
        assert!(stripe.hint(&other, Some(&signature), now()).is_err());
        if kind == "customer.subscription.created" {
            assert_eq!(hint.reader.as_deref(), Some("reader-1"));
            assert_eq!(hint.checkout.as_deref(), Some("checkout-1"));
        }
        hinted.push(kind.to_owned());
    }
    hinted.sort();
    assert_eq!(hinted, ["customer.subscription.created", "invoice.payment_succeeded"]);
}
