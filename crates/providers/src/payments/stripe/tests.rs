use serde_json::json;

use super::super::{Amount, Every, Start};
use super::*;
use recorded::Recorded;

mod deeds;
mod recorded;
mod telling;

const KEY: &str = "sk_test_of_the_courier";
const WEBHOOK_SECRET: &str = "whsec_of_the_courier";

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn file(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn config(address: &str) -> StripeConfig {
    StripeConfig {
        secret_key: Secret::new(KEY),
        webhook_secrets: vec![Secret::new("whsec_that_is_new"), Secret::new(WEBHOOK_SECRET)],
        card_key: [1; 32],
        grace_days: 14,
        address: Some(address.to_owned()),
    }
}

fn recorded() -> (Recorded, Stripe) {
    let server = Recorded::start();
    let stripe = Stripe::new(config(&server.address)).unwrap();
    (server, stripe)
}

fn now() -> Timestamp {
    second(1_772_400_000)
}

fn dollars(minor: i64) -> Amount {
    Amount { minor, currency: "USD".to_owned() }
}

fn order(start: Start) -> Order {
    let begun_at = "2026-01-31T12:00:00Z".parse().unwrap();
    Order {
        key: "checkout-1".to_owned(),
        reader: "reader-1".to_owned(),
        mail: "ada+news@example.org".to_owned(),
        plan: "digital".to_owned(),
        name: "Digital & más".to_owned(),
        usual: dollars(1_299),
        every: Every::Month,
        start,
        zone: "America/New_York".to_owned(),
        language: "es-MX".to_owned(),
        back_url: "https://courier.example/thanks?a=1&b=2".to_owned(),
        cancel_url: "https://courier.example/offers".to_owned(),
        begun_at,
        ends_at: "2026-01-31T15:00:00Z".parse().unwrap(),
    }
}

const PLAN: &str = "POST /v1/products/masthead-digital";
const CHECKOUTS: &str = "POST /v1/checkout/sessions";
const SUBSCRIPTION: &str = "GET /v1/subscriptions/sub_1?expand[]=customer";
const INVOICES: &str = "GET /v1/invoices?subscription=sub_1&expand[]=data.charge.refunds&limit=100";
const UPCOMING: &str = "GET /v1/invoices/upcoming?customer=cus_1&subscription=sub_1";

fn page() -> Value {
    json!({ "id": "cs_test_1", "url": "https://checkout.stripe.com/c/pay/cs_test_1" })
}

fn change(from: ChangeFrom, every: Every) -> PlanChange {
    PlanChange {
        key: "change-1".to_owned(),
        plan: "print".to_owned(),
        name: "Print".to_owned(),
        usual: dollars(2_400),
        every,
        from,
        asked_at: second(1_772_390_000),
    }
}

#[test]
fn an_order_is_one_form_with_one_key_whenever_it_is_asked_for() {
    let (server, stripe) = recorded();
    let mut forms = Vec::new();
    for late in [0, 3_600] {
        server.says(PLAN, 200, &"{}").gives(CHECKOUTS, &page());
        let begun = stripe.begin(&order(Start::Usual), second(1_772_400_000 + late)).unwrap();
        assert_eq!(begun.id, "cs_test_1");
        assert_eq!(begun.url, "https://checkout.stripe.com/c/pay/cs_test_1");
        let [plan, asked] = &server.asked()[..] else { panic!() };
        assert_eq!(plan.value("name"), Some("Digital & más"));
        assert_eq!(asked.header("authorization"), Some("Bearer sk_test_of_the_courier"));
        assert_eq!(asked.header("stripe-version"), Some(STRIPE_VERSION));
        assert_eq!(asked.header("idempotency-key"), Some("checkout-checkout-1"));
        forms.push(asked.form.clone());
    }
    assert_eq!(forms[0], forms[1]);
    let wanted = [
        ("mode", "subscription"),
        ("client_reference_id", "checkout-1"),
        ("customer_email", "ada+news@example.org"),
        ("success_url", "https://courier.example/thanks?a=1&b=2"),
        ("cancel_url", "https://courier.example/offers"),
        ("expires_at", "1769871600"),
        ("locale", "es"),
        ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", "usd"),
        ("line_items[0][price_data][unit_amount]", "1299"),
        ("line_items[0][price_data][product]", "masthead-digital"),
        ("line_items[0][price_data][recurring][interval]", "month"),
        ("metadata[checkout]", "checkout-1"),
        ("subscription_data[metadata][checkout]", "checkout-1"),
        ("metadata[reader]", "reader-1"),
        ("subscription_data[metadata][reader]", "reader-1"),
        ("metadata[plan]", "digital"),
        ("subscription_data[metadata][plan]", "digital"),
        ("metadata[start]", "usual"),
        ("subscription_data[metadata][start]", "usual"),
    ];
    let wanted = wanted.map(|(name, value)| pair(name, value));
    assert_eq!(forms[0], wanted);
}

#[test]
fn each_start_is_whole_in_one_request() {
    let table: [(Start, &[(&str, &str)]); 4] = [
        (
            Start::Trial { days: 14, amount: dollars(0) },
            &[
                ("subscription_data[trial_period_days]", "14"),
                ("subscription_data[metadata][start]", "trial"),
            ],
        ),
        (
            Start::Trial { days: 30, amount: dollars(100) },
            &[
                ("subscription_data[trial_period_days]", "30"),
                ("line_items[1][price_data][unit_amount]", "100"),
                ("line_items[1][quantity]", "1"),
            ],
        ),
        (
            Start::Intro { periods: 3, together: dollars(900) },
            &[
                // April 30th, noon in UTC and one hour less there: the clock has been put forward.
                ("subscription_data[trial_end]", "1777546800"),
                ("line_items[1][price_data][unit_amount]", "900"),
                ("line_items[1][price_data][product]", "masthead-digital"),
                ("subscription_data[metadata][start]", "intro"),
            ],
        ),
        (
            Start::PercentOff { percent: 33, periods: 2 },
            // 12.99 less a third is 8.70, rounded down.
            &[("discounts[0][coupon]", "masthead-429-usd-2")],
        ),
    ];
    for (start, wanted) in table {
        let (server, stripe) = recorded();
        server.says(PLAN, 404, &"{}").says("POST /v1/products", 200, &"{}");
        if matches!(start, Start::PercentOff { .. }) {
            server.says("POST /v1/coupons", 200, &"{}");
        }
        server.gives(CHECKOUTS, &page());
        stripe.begin(&order(start.clone()), now()).unwrap();
        let asked = server.asked();
        let form = asked.last().unwrap();
        for (name, value) in wanted {
            assert_eq!(form.value(name), Some(*value), "{start:?} {name}");
        }
        let recurring = form.form.iter().filter(|(name, _)| name.contains("[recurring]"));
        assert_eq!(recurring.count(), 1, "{start:?}");
        let posts = asked.iter().filter(|asked| asked.what.starts_with("POST"));
        let keys: Vec<_> = posts.map(|asked| asked.header("idempotency-key").unwrap()).collect();
        let mut different = keys.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), keys.len(), "{keys:?}");
        if let Some(coupon) = asked.iter().find(|asked| asked.what == "POST /v1/coupons") {
            for (name, value) in [
                ("id", "masthead-429-usd-2"),
                ("amount_off", "429"),
                ("currency", "usd"),
                ("duration", "repeating"),
                ("duration_in_months", "2"),
            ] {
                assert_eq!(coupon.value(name), Some(value));
            }
        }
    }
}

#[test]
fn a_coupon_that_is_there_is_used_and_one_that_is_made_meanwhile_too() {
    for (found, made) in [(200, None), (404, Some(400))] {
        let (server, stripe) = recorded();
        server.says(PLAN, 200, &"{}").gives(CHECKOUTS, &page());
        server.says("GET /v1/coupons/masthead-15588-usd-24", found, &"{}");
        let exists = json!({ "error": { "code": "resource_already_exists", "message": "m" } });
        if let Some(status) = made {
            server.says("POST /v1/coupons", status, &exists);
        }
        let mut yearly = order(Start::PercentOff { percent: 99, periods: 2 });
        yearly.every = Every::Year;
        yearly.usual = dollars(15_745);
        stripe.begin(&yearly, now()).unwrap();
        server.asked();
    }
}

#[test]
fn what_stripe_does_not_take_is_refused_before_it_is_asked() {
    let (server, stripe) = recorded();
    let mut long = order(Start::Intro { periods: 3, together: dollars(1) });
    long.every = Every::Year;
    let mut relative = order(Start::Usual);
    relative.back_url = "/thanks".to_owned();
    for order in [long, relative] {
        assert!(matches!(stripe.begin(&order, now()), Err(PaymentError::Never(_))));
    }
    for id in ["", "sub_1/../../v1/balance", "sub 1", "sub_1?x", "ü"] {
        let read = stripe.subscription(id, now());
        assert!(matches!(read, Err(PaymentError::Never(_))), "{id}");
    }
    assert!(server.asked().is_empty());
}

#[test]
fn a_checkout_is_open_from_one_hour_to_a_day_whatever_the_order_says() {
    for (ends_at, wanted) in
        [("2026-01-31T12:01:00Z", "1769864400"), ("2027-01-01T00:00:00Z", "1769947200")]
    {
        let (server, stripe) = recorded();
        server.says(PLAN, 200, &"{}").gives(CHECKOUTS, &page());
        let order = Order { ends_at: ends_at.parse().unwrap(), ..order(Start::Usual) };
        stripe.begin(&order, now()).unwrap();
        assert_eq!(server.asked()[1].value("expires_at"), Some(wanted));
    }
}

#[test]
fn a_checkout_is_paid_when_the_money_is_there() {
    let (server, stripe) = recorded();
    let paid = CheckoutState::Paid { subscription: "sub_1".to_owned() };
    let table = [
        (
            json!({ "status": "open", "payment_status": "unpaid", "subscription": null }),
            CheckoutState::Open,
        ),
        (
            json!({ "status": "complete", "payment_status": "paid", "subscription": "sub_1" }),
            paid.clone(),
        ),
        (
            json!({ "status": "complete", "payment_status": "no_payment_required", "subscription": { "id": "sub_1" } }),
            paid,
        ),
        (
            json!({ "status": "complete", "payment_status": "unpaid", "subscription": "sub_1" }),
            CheckoutState::Open,
        ),
        (
            json!({ "status": "expired", "payment_status": "unpaid", "subscription": null }),
            CheckoutState::Over,
        ),
    ];
    for (said, wanted) in table {
        server.gives("GET /v1/checkout/sessions/cs_test_1", &said);
        assert_eq!(stripe.checkout("cs_test_1", now()), Ok(wanted), "{said}");
    }
    assert_eq!(stripe.checkout("cs_unknown", now()), Ok(CheckoutState::Over));
}

#[test]
fn a_subscription_is_read_with_all_pages_refunds_disputes_and_its_card() {
    let (server, stripe) = recorded();
    let mut invoices = file(include_str!("tests/invoices.json"));
    let mut first = invoices[1].take();
    first["charge"]["disputed"] = json!(true);
    first["charge"]["refunds"]["has_more"] = json!(true);
    server
        .gives(SUBSCRIPTION, &file(include_str!("tests/subscription.json")))
        .gives(INVOICES, &json!({ "data": [invoices[0]], "has_more": true }))
        .gives(
            &format!("{INVOICES}&starting_after=in_2"),
            &json!({ "data": [first], "has_more": false }),
        )
        .gives(
            "GET /v1/refunds?charge=ch_1&limit=100",
            &json!({ "data": [file(include_str!("tests/refund.json"))] }),
        )
        .gives(
            "GET /v1/disputes?charge=ch_1&limit=100",
            &json!({ "data": [file(include_str!("tests/dispute.json"))] }),
        )
        .gives(
            "GET /v1/payment_methods/pm_1",
            &json!({ "card": { "fingerprint": "Xt5EWLLDS7FJjR1c" } }),
        )
        .gives(UPCOMING, &json!({ "amount_due": 1_100, "currency": "usd" }));
    let read = stripe.subscription("sub_1", now()).unwrap().unwrap();
    server.asked();
    let ids: Vec<_> = read.told.iter().map(|told| told.id.as_str()).collect();
    assert_eq!(ids, ["in_1", "in_2", "re_1", "dp_1", "sub_1"]);
    let renews = super::super::ToldWhat::Renews {
        next_charge_at: second(1_775_001_600),
        amount: dollars(1_100),
    };
    assert_eq!(read.told[4].what, renews);
    assert_eq!(
        (read.reader.as_deref(), read.checkout.as_deref()),
        (Some("reader-1"), Some("checkout-1"))
    );
    let card = read.card.unwrap();
    assert_eq!(card, derived(&[1; 32], "card", "Xt5EWLLDS7FJjR1c"));
    assert!(!card.contains("Xt5E"));
}

#[test]
fn reading_never_goes_beyond_so_many_pages() {
    let (server, stripe) = recorded();
    server.gives(SUBSCRIPTION, &file(include_str!("tests/subscription.json")));
    server.gives(UPCOMING, &json!({}));
    let endless = json!({ "data": [{ "id": "in_1" }], "has_more": true });
    server.gives(INVOICES, &endless);
    for _ in 1..12 {
        server.gives(&format!("{INVOICES}&starting_after=in_1"), &endless);
    }
    stripe.subscription("sub_1", now()).unwrap();
    assert_eq!(server.asked().len(), 15);
}

fn running(changes: &Value) -> Value {
    let mut subscription = file(include_str!("tests/subscription.json"));
    for (field, value) in changes.as_object().unwrap() {
        subscription[field] = value.clone();
    }
    subscription
}

#[test]
fn what_is_not_to_come_is_not_asked_for() {
    let nothing = json!({ "data": [], "has_more": false });
    for (changes, wanted) in [
        (json!({ "cancel_at_period_end": true }), 3),
        (json!({ "cancel_at": 1_773_000_000 }), 3),
        (json!({ "status": "canceled", "ended_at": 5 }), 3),
        (json!({ "cancel_at_period_end": true, "default_payment_method": null }), 2),
    ] {
        let (server, stripe) = recorded();
        server.gives(SUBSCRIPTION, &running(&changes)).gives(INVOICES, &nothing);
        stripe.subscription("sub_1", now()).unwrap();
        assert_eq!(server.asked().len(), wanted, "{changes}");
    }
    let (server, stripe) = recorded();
    assert_eq!(stripe.subscription("sub_1", now()), Ok(None));
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_payment_s_subscription_is_found() {
    let (server, stripe) = recorded();
    const CHARGE: &str = "GET /v1/charges/ch_1?expand[]=invoice";
    server.gives(CHARGE, &json!({ "invoice": { "id": "in_1", "subscription": "sub_1" } }));
    assert_eq!(stripe.subscription_of("ch_1", now()), Ok(Some("sub_1".to_owned())));
    server.gives(CHARGE, &json!({ "invoice": null }));
    assert_eq!(stripe.subscription_of("ch_1", now()), Ok(None));
    assert_eq!(stripe.subscription_of("ch_2", now()), Ok(None));
}

#[test]
fn the_subscriptions_of_a_payer_are_found_whether_they_run_or_not() {
    let (server, stripe) = recorded();
    const OF_PAYER: &str = "GET /v1/subscriptions?customer=cus_1&status=all&limit=100";
    server.gives(
        OF_PAYER,
        &json!({ "data": [{ "id": "sub_1" }, { "id": "sub_2" }], "has_more": false }),
    );
    let found = stripe.subscriptions_of("cus_1", now());
    assert_eq!(found, Ok(vec!["sub_1".to_owned(), "sub_2".to_owned()]));
    assert_eq!(stripe.subscriptions_of("cus_2", now()), Ok(Vec::new()));
    assert!(stripe.subscriptions_of("cus_1/../x", now()).is_err());
}

#[test]
fn every_trouble_says_whether_the_same_call_again_is_right_and_never_the_key() {
    let said = |kind: &str, code: Option<&str>| {
        json!({ "error": { "type": kind, "code": code, "message": "as it is\nsaid" } }).to_string()
    };
    let large = format!("\"{}\"", "x".repeat(4 << 20));
    let key = json!({ "error": { "message": format!("Invalid API Key provided: {KEY}") } });
    let table = [
        (400, said("invalid_request_error", None), Some("as it is said (invalid_request_error)")),
        (400, said("idempotency_error", None), Some("as it is said (idempotency_error)")),
        (402, said("card_error", Some("card_declined")), Some("as it is said (card_declined)")),
        (400, said("invalid_request_error", Some("lock_timeout")), None),
        (409, said("idempotency_error", Some("idempotency_key_in_use")), None),
        (409, said("api_error", None), None),
        (429, said("rate_limit_error", Some("rate_limit")), None),
        (401, key.to_string(), None),
        (403, key.to_string(), None),
        (500, said("api_error", None), None),
        (503, "<html>".to_owned(), None),
        (302, String::new(), None),
        (200, "<html>".to_owned(), None),
        (200, large, None),
    ];
    for (status, body, never) in table {
        let (server, stripe) = recorded();
        server.says(PLAN, status, &body);
        let begun = stripe.begin(&order(Start::Usual), now()).unwrap_err();
        assert!(!begun.to_string().contains("sk_test"), "{begun}");
        assert!(!begun.to_string().contains('\n'), "{begun}");
        match (&begun, never) {
            (PaymentError::Never(told), Some(never)) => assert!(told.contains(never), "{told}"),
            (PaymentError::Later(_), None) => {}
            _ => panic!("{status} {begun:?}"),
        }
    }
    // Nobody listens there.
    let silent = Stripe::new(config("http://127.0.0.1:1")).unwrap();
    assert!(matches!(silent.subscription("sub_1", now()), Err(PaymentError::Later(_))));
}

#[test]
fn the_secret_key_goes_nowhere_in_the_clear_and_is_never_shown() {
    for address in
        ["http://api.stripe.com", "http://127.0.0.1.example", "ftp://localhost", "nonsense", ""]
    {
        let made = Stripe::new(config(address));
        assert!(matches!(made, Err(PaymentError::Never(_))), "{address}");
    }
    let stripe = Stripe::new(StripeConfig { address: None, ..config("") }).unwrap();
    let shown = format!("{stripe:?} {:?}", stripe.config);
    assert!(!shown.contains("courier") && !shown.contains("1, 1"), "{shown}");
    for spoil in [
        (|config| config.secret_key = Secret::new("")) as fn(&mut StripeConfig),
        |config| config.secret_key = Secret::new("sk_test\n"),
        |config| config.webhook_secrets.clear(),
        |config| config.webhook_secrets = vec![Secret::new("")],
        |config| config.grace_days = GRACE_DAYS_MAX + 1,
    ] {
        let mut config = config("http://127.0.0.1:1");
        spoil(&mut config);
        assert!(matches!(Stripe::new(config), Err(PaymentError::Never(_))));
    }
}

#[test]
fn each_message_says_what_to_read_back_and_nothing_else() {
    let stripe = Stripe::new(config("http://127.0.0.1:1")).unwrap();
    let whole = [Some("sub_1"), None, Some("checkout-1"), Some("reader-1")];
    let over = [None, None, Some("checkout-1"), Some("reader-1")];
    let charge = [None, Some("ch_1"), None, None];
    let table = [
        (include_str!("tests/events/subscription_updated.json"), whole),
        (include_str!("tests/events/subscription_deleted.json"), whole),
        (include_str!("tests/events/invoice_paid.json"), whole),
        (include_str!("tests/events/invoice_payment_failed_later_form.json"), whole),
        (include_str!("tests/events/checkout_completed.json"), whole),
        (include_str!("tests/events/checkout_expired.json"), over),
        (include_str!("tests/events/charge_refunded.json"), charge),
        (include_str!("tests/events/dispute_created.json"), charge),
        (include_str!("tests/events/refund_updated.json"), charge),
        (include_str!("tests/events/charge_refund_updated.json"), charge),
        (include_str!("tests/events/invoice_of_something_else.json"), [None; 4]),
        (include_str!("tests/events/something_new.json"), [None; 4]),
    ];
    for (body, wanted) in table {
        let signature = signature::sign(WEBHOOK_SECRET.as_bytes(), body.as_bytes(), now());
        let hint = stripe.hint(body.as_bytes(), Some(&signature), now()).unwrap();
        let Hint { id, subscription, payment, checkout, reader } = hint;
        assert!(id.starts_with("evt_"), "{id}");
        let given = [subscription, payment, checkout, reader];
        assert_eq!(given.each_ref().map(Option::as_deref), wanted, "{id}");
        assert_eq!(
            stripe.hint(body.as_bytes(), Some(&signature), second(0)),
            Err(Forged::Old(1_772_400_000))
        );
        assert_eq!(stripe.hint(b"{}", Some(&signature), now()), Err(Forged::Wrong));
        assert_eq!(stripe.hint(body.as_bytes(), None, now()), Err(Forged::Unsigned));
    }
    for nothing in ["", "[]", "{}", "{\"id\":\"evt_1\"}", "{\"id\":\"\",\"type\":\"invoice.paid\"}"]
    {
        let signature = signature::sign(WEBHOOK_SECRET.as_bytes(), nothing.as_bytes(), now());
        let hint = stripe.hint(nothing.as_bytes(), Some(&signature), now());
        assert_eq!(hint, Err(Forged::NoEvent), "{nothing}");
    }
}
