use tempfile::TempDir;

use super::super::{Amount, ChangeFrom, Every, Start, Told, ToldWhat};
use super::*;

mod file;
mod properties;

const SECRET: [u8; 32] = [7; 32];

/// A cashier in a folder of its own.
struct Desk {
    folder: TempDir,
    cashier: Cashier,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cashier = Cashier::open(&folder.path().join("cashier.json"), SECRET).unwrap();
        Self { folder, cashier }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("cashier.json")
    }

    /// As after kill -9: nothing of what was in memory is left.
    fn reopen(&mut self) {
        self.cashier = Cashier::open(&self.path(), SECRET).unwrap();
    }

    /// An order that was paid with this card.
    fn bought(&self, order: &Order, card: Card, now: &str) -> String {
        let checkout = self.cashier.begin(order, at(now)).unwrap();
        match self.cashier.pay(&checkout.id, card, at(now)).unwrap().outcome {
            Outcome::Paid { subscription } => subscription,
            other => panic!("{other:?}"),
        }
    }

    /// What is told, a line each.
    fn told(&self, subscription: &str, now: &str) -> Vec<String> {
        let read = self.cashier.subscription(subscription, at(now)).unwrap().unwrap();
        read.told.iter().map(line).collect()
    }
}

fn at(text: &str) -> Timestamp {
    if text.contains('T') {
        text.parse().unwrap()
    } else {
        format!("{text}T12:00:00Z").parse().unwrap()
    }
}

fn day(at: &Timestamp) -> String {
    at.to_string()[..10].to_owned()
}

fn line(told: &Told) -> String {
    match &told.what {
        ToldWhat::Paid { starts_at, ends_at, amount, plan, kind } => {
            let Amount { minor, currency } = amount;
            format!("paid {}..{} {minor} {currency} {plan} {kind:?}", day(starts_at), day(ends_at))
        }
        ToldWhat::Refunded { amount, ends_access_at, .. } => {
            format!("refunded {} {:?}", amount.minor, ends_access_at.as_ref().map(day))
        }
        ToldWhat::Renews { next_charge_at, amount } => {
            format!("renews {} {}", day(next_charge_at), amount.minor)
        }
        ToldWhat::Stops { ends_at } => format!("stops {}", day(ends_at)),
        ToldWhat::Retries { since, until } => format!("retries {}..{}", day(since), day(until)),
        ToldWhat::Ended { at, by } => format!("ended {} {by:?}", day(at)),
        ToldWhat::Plan { starts_at, plan } => format!("plan {} {plan}", day(starts_at)),
        other @ ToldWhat::Disputed { .. } => format!("{other:?}"),
    }
}

fn dollars(minor: i64) -> Amount {
    Amount { minor, currency: "USD".to_owned() }
}

fn order(key: &str, start: Start) -> Order {
    Order {
        key: key.to_owned(),
        reader: format!("reader-of-{key}"),
        mail: "ada@example.org".to_owned(),
        plan: "digital".to_owned(),
        name: "Digital".to_owned(),
        usual: dollars(1_200),
        every: Every::Month,
        start,
        zone: "UTC".to_owned(),
        language: "en".to_owned(),
        back_url: "https://courier.example/thanks".to_owned(),
        cancel_url: "https://courier.example/offers".to_owned(),
        begun_at: at("2026-01-31"),
        ends_at: at("2030-01-01"),
    }
}

fn usual(key: &str) -> Order {
    order(key, Start::Usual)
}

#[test]
fn an_order_is_shown_paid_and_told() {
    let desk = Desk::new();
    let (cashier, now) = (&desk.cashier, at("2026-01-31"));
    let checkout = cashier.begin(&usual("one"), now).unwrap();
    assert_eq!(checkout.url, format!("/demo/cashier/{}", checkout.id));
    let page = cashier.page(&checkout.id, now).unwrap();
    assert_eq!(
        (page.today, page.then, page.state),
        (dollars(1_200), dollars(1_200), CashierState::Asks)
    );
    assert_eq!(day(&page.first_period_ends_at), "2026-02-28");
    assert_eq!(cashier.checkout(&checkout.id, now), Ok(CheckoutState::Open));
    let taken = cashier.pay(&checkout.id, Card::Good, now).unwrap();
    let Outcome::Paid { subscription } = taken.outcome else { panic!() };
    let event = taken.event.unwrap();
    let hint = cashier.hint(&event.body, Some(&event.signature), now).unwrap();
    assert_eq!(hint.subscription.as_deref(), Some(&*subscription));
    assert_eq!(hint.checkout.as_deref(), Some("one"));
    assert_eq!(hint.reader.as_deref(), Some("reader-of-one"));
    let paid = CheckoutState::Paid { subscription: subscription.clone() };
    assert_eq!(cashier.checkout(&checkout.id, now), Ok(paid));
    let read = cashier.subscription(&subscription, now).unwrap().unwrap();
    assert_eq!(read.reader.as_deref(), Some("reader-of-one"));
    assert_eq!(read.checkout.as_deref(), Some("one"));
    assert_eq!(
        desk.told(&subscription, "2026-01-31"),
        ["paid 2026-01-31..2026-02-28 1200 USD digital Usual", "renews 2026-02-28 1200"]
    );
}

#[test]
fn renewals_are_counted_from_the_anchor_and_never_drift() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::Good, "2026-01-31");
    let told = desk.told(&id, "2026-05-01");
    assert_eq!(
        told,
        [
            "paid 2026-01-31..2026-02-28 1200 USD digital Usual",
            "paid 2026-02-28..2026-03-31 1200 USD digital Usual",
            "paid 2026-03-31..2026-04-30 1200 USD digital Usual",
            "paid 2026-04-30..2026-05-31 1200 USD digital Usual",
            "renews 2026-05-31 1200",
        ]
    );
    let mut berlin = usual("two");
    berlin.zone = "Europe/Berlin".to_owned();
    // 23:30 of January 30th in UTC is the 31st there, half past midnight.
    let id = desk.bought(&berlin, Card::Good, "2026-01-30T23:30:00Z");
    let read = desk.cashier.subscription(&id, at("2026-04-01")).unwrap().unwrap();
    let starts = read.told.iter().filter_map(|told| match told.what {
        ToldWhat::Paid { starts_at, .. } => Some(starts_at.to_string()),
        _ => None,
    });
    // Half past midnight each time, also when the clock has been put forward.
    let wanted = ["2026-01-30T23:30:00Z", "2026-02-27T23:30:00Z", "2026-03-30T22:30:00Z"];
    assert_eq!(starts.collect::<Vec<_>>(), wanted);
}

#[test]
fn every_start_comes_to_the_usual_price() {
    let desk = Desk::new();
    let free = Start::Trial { days: 14, amount: dollars(0) };
    let cheap = Start::Trial { days: 30, amount: dollars(100) };
    let intro = Start::Intro { periods: 3, together: dollars(900) };
    let off = Start::PercentOff { percent: 33, periods: 2 };
    let table = [
        (
            free,
            vec![
                "paid 2026-01-31..2026-02-14 0 USD digital Trial",
                "paid 2026-02-14..2026-03-14 1200 USD digital Usual",
                "paid 2026-03-14..2026-04-14 1200 USD digital Usual",
                "paid 2026-04-14..2026-05-14 1200 USD digital Usual",
                "renews 2026-05-14 1200",
            ],
        ),
        (
            cheap,
            vec![
                "paid 2026-01-31..2026-03-02 100 USD digital Trial",
                "paid 2026-03-02..2026-04-02 1200 USD digital Usual",
                "paid 2026-04-02..2026-05-02 1200 USD digital Usual",
                "renews 2026-05-02 1200",
            ],
        ),
        (
            intro,
            vec![
                "paid 2026-01-31..2026-04-30 900 USD digital Intro",
                "paid 2026-04-30..2026-05-31 1200 USD digital Usual",
                "renews 2026-05-31 1200",
            ],
        ),
        (
            off,
            vec![
                "paid 2026-01-31..2026-02-28 804 USD digital Intro",
                "paid 2026-02-28..2026-03-31 804 USD digital Intro",
                "paid 2026-03-31..2026-04-30 1200 USD digital Usual",
                "paid 2026-04-30..2026-05-31 1200 USD digital Usual",
                "renews 2026-05-31 1200",
            ],
        ),
    ];
    for (number, (start, wanted)) in table.into_iter().enumerate() {
        let id = desk.bought(&order(&format!("{number}"), start), Card::Good, "2026-01-31");
        assert_eq!(desk.told(&id, "2026-05-01"), wanted);
    }
}

#[test]
fn a_declined_card_charges_nothing_and_another_one_may_be_tried() {
    let desk = Desk::new();
    let now = at("2026-01-31");
    let checkout = desk.cashier.begin(&usual("one"), now).unwrap();
    let taken = desk.cashier.pay(&checkout.id, Card::Declined, now).unwrap();
    assert_eq!(taken, Taken { outcome: Outcome::Declined, event: None });
    assert_eq!(desk.cashier.checkout(&checkout.id, now), Ok(CheckoutState::Open));
    let taken = desk.cashier.pay(&checkout.id, Card::Good, now).unwrap();
    assert!(matches!(taken.outcome, Outcome::Paid { .. }));
}

#[test]
fn a_proof_is_asked_for_and_may_be_refused() {
    let mut desk = Desk::new();
    let now = at("2026-01-31");
    let id = desk.cashier.begin(&usual("one"), now).unwrap().id;
    let state = |desk: &Desk| desk.cashier.page(&id, now).unwrap().state;
    assert!(matches!(desk.cashier.prove(&id, true, now), Err(PaymentError::Never(_))));
    for refused in [true, false] {
        let taken = desk.cashier.pay(&id, Card::NeedsProof, now).unwrap();
        assert_eq!(taken, Taken { outcome: Outcome::Proof, event: None });
        desk.reopen();
        assert_eq!(state(&desk), CashierState::Proof);
        let taken = desk.cashier.prove(&id, !refused, now).unwrap();
        if refused {
            assert_eq!(taken, Taken { outcome: Outcome::Declined, event: None });
            assert_eq!(state(&desk), CashierState::Asks);
        } else {
            assert!(matches!(state(&desk), CashierState::Paid { .. }));
        }
    }
}

#[test]
fn an_order_that_is_over_cannot_be_paid_and_one_that_is_paid_is_never_over() {
    let desk = Desk::new();
    let mut short = usual("one");
    short.ends_at = at("2026-02-01T00:00:00Z");
    let id = desk.cashier.begin(&short, at("2026-01-31")).unwrap().id;
    let late = at("2026-02-01T00:00:00Z");
    let taken = desk.cashier.pay(&id, Card::Good, late).unwrap();
    assert_eq!(taken, Taken { outcome: Outcome::Over, event: None });
    assert_eq!(desk.cashier.checkout(&id, late), Ok(CheckoutState::Over));
    assert_eq!(desk.cashier.page(&id, late).unwrap().state, CashierState::Over);
    let before = at("2026-01-31T23:59:59Z");
    let taken = desk.cashier.pay(&id, Card::Good, before).unwrap();
    assert!(matches!(taken.outcome, Outcome::Paid { .. }));
    assert!(matches!(desk.cashier.checkout(&id, late), Ok(CheckoutState::Paid { .. })));
    assert_eq!(desk.cashier.checkout("demo_co_unknown", late), Ok(CheckoutState::Over));
    assert_eq!(desk.cashier.subscription("demo_sub_unknown", late), Ok(None));
}

#[test]
fn asking_and_paying_twice_is_one_checkout_and_one_charge() {
    let desk = Desk::new();
    let first = desk.cashier.begin(&usual("one"), at("2026-01-31")).unwrap();
    let later = at("2026-02-01");
    assert_eq!(desk.cashier.begin(&usual("one"), later), Ok(first.clone()));
    let mut other = usual("one");
    other.usual = dollars(1);
    assert!(matches!(desk.cashier.begin(&other, later), Err(PaymentError::Never(_))));
    let once = desk.cashier.pay(&first.id, Card::Good, at("2026-01-31")).unwrap();
    let again = desk.cashier.pay(&first.id, Card::Good, later).unwrap();
    assert_eq!(once.outcome, again.outcome);
    assert_eq!(again.event, None);
    let Outcome::Paid { subscription } = again.outcome else { panic!() };
    assert_eq!(desk.told(&subscription, "2026-02-01").len(), 2);
}

#[test]
fn a_card_that_expires_leads_through_the_grace_to_the_end() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::ExpiresSoon, "2026-01-31");
    let paid = "paid 2026-01-31..2026-02-28 1200 USD digital Usual";
    assert_eq!(desk.told(&id, "2026-02-28T11:59:59Z"), [paid, "renews 2026-02-28 1200"]);
    for date in ["2026-02-28", "2026-03-10", "2026-03-14T11:59:59Z"] {
        assert_eq!(desk.told(&id, date), [paid, "retries 2026-02-28..2026-03-14"], "{date}");
    }
    assert_eq!(desk.told(&id, "2026-03-14"), [paid, "ended 2026-03-14 PaymentFailed"]);
    let late = desk.cashier.update_card(&id, Card::Good, at("2026-03-15"));
    assert!(matches!(late, Err(PaymentError::Never(_))));
    assert!(matches!(desk.cashier.resume(&id, at("2026-03-15")), Err(PaymentError::Never(_))));
    assert!(desk.cashier.card_page(&id, at("2026-03-15")).unwrap().is_over);
}

#[test]
fn a_declined_renewal_is_tried_again_after_three_five_and_seven_days() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::ExpiresSoon, "2026-01-31");
    let table = [
        ("2026-02-27", None, None),
        ("2026-02-28", Some(1_200), Some("2026-03-03")),
        ("2026-03-03", Some(1_200), Some("2026-03-05")),
        ("2026-03-05", Some(1_200), Some("2026-03-07")),
        ("2026-03-07", Some(1_200), None),
    ];
    for (date, owed, next) in table {
        let page = desk.cashier.card_page(&id, at(date)).unwrap();
        assert_eq!(page.owed.map(|amount| amount.minor), owed, "{date}");
        assert_eq!(page.next_try_at.as_ref().map(day).as_deref(), next, "{date}");
    }
}

#[test]
fn a_card_that_is_changed_in_the_grace_pays_at_once() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::ExpiresSoon, "2026-01-31");
    let now = at("2026-03-05");
    let taken = desk.cashier.update_card(&id, Card::Declined, now).unwrap();
    assert_eq!(taken, Taken { outcome: Outcome::Declined, event: None });
    let taken = desk.cashier.update_card(&id, Card::Good, now).unwrap();
    assert!(taken.event.is_some());
    let wanted = [
        "paid 2026-01-31..2026-02-28 1200 USD digital Usual",
        "paid 2026-02-28..2026-03-31 1200 USD digital Usual",
        "renews 2026-03-31 1200",
    ];
    assert_eq!(desk.told(&id, "2026-03-05"), wanted);
    // Once more: nothing is owed, nothing is charged.
    desk.cashier.update_card(&id, Card::Good, now).unwrap();
    assert_eq!(desk.told(&id, "2026-03-05"), wanted);
}

#[test]
fn a_card_that_expires_pays_what_is_owed_and_nothing_after_it() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::ExpiresSoon, "2026-01-31");
    desk.cashier.update_card(&id, Card::ExpiresSoon, at("2026-03-05")).unwrap();
    assert_eq!(desk.told(&id, "2026-03-30").last().unwrap(), "renews 2026-03-31 1200");
    assert_eq!(desk.told(&id, "2026-03-31").last().unwrap(), "retries 2026-03-31..2026-04-14");
    let declined = desk.cashier.charge_again(&id, at("2026-04-01"));
    assert!(matches!(declined, Err(PaymentError::Never(_))));
    desk.cashier.update_card(&id, Card::NeedsProof, at("2026-04-01")).unwrap();
    assert_eq!(desk.cashier.charge_again(&id, at("2026-04-01")), Ok(()));
    assert_eq!(desk.told(&id, "2026-04-30").last().unwrap(), "renews 2026-05-31 1200");
    // In the grace it is over at once: what was paid has ended already.
    let id = desk.bought(&usual("two"), Card::ExpiresSoon, "2026-01-31");
    desk.cashier.cancel(&id, at("2026-03-01")).unwrap();
    assert_eq!(desk.told(&id, "2026-03-01").last().unwrap(), "ended 2026-03-01 Cancelled");
}

#[test]
fn what_was_paid_and_cancelled_in_the_past_is_charged_once_whatever_passes_meanwhile() {
    let desk = Desk::new();
    let checkout = desk.cashier.begin(&usual("one"), at("2026-01-31")).unwrap();
    // Time passes for everybody all the while, as the demo's job lets it.
    let paid = std::thread::scope(|scope| {
        let passing = scope.spawn(|| {
            (0..50).for_each(|_| drop(desk.cashier.pass(at("2026-06-01")).unwrap()));
        });
        let (paid_at, cancelled_at) = (at("2026-01-31"), at("2026-02-10"));
        let paid =
            desk.cashier.pay_and_cancel(&checkout.id, Card::Good, paid_at, cancelled_at).unwrap();
        passing.join().unwrap();
        paid
    });
    let Outcome::Paid { subscription } = paid.outcome else { panic!("{paid:?}") };
    let told = desk.told(&subscription, "2026-06-01");
    let paid = "paid 2026-01-31..2026-02-28 1200 USD digital Usual";
    assert_eq!(told, [paid, "ended 2026-02-28 Cancelled"]);
}

#[test]
fn a_cancellation_leaves_what_was_paid_and_can_be_taken_back() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::Good, "2026-01-31");
    let paid = "paid 2026-01-31..2026-02-28 1200 USD digital Usual";
    desk.cashier.cancel(&id, at("2026-02-10")).unwrap();
    let stopped = desk.cashier.subscription(&id, at("2026-02-10")).unwrap();
    desk.cashier.cancel(&id, at("2026-02-11")).unwrap();
    assert_eq!(desk.cashier.subscription(&id, at("2026-02-11")).unwrap(), stopped);
    assert_eq!(desk.told(&id, "2026-02-11"), [paid, "stops 2026-02-28"]);
    desk.cashier.resume(&id, at("2026-02-12")).unwrap();
    assert_eq!(desk.told(&id, "2026-02-12"), [paid, "renews 2026-02-28 1200"]);
    desk.cashier.cancel(&id, at("2026-02-12")).unwrap();
    assert_eq!(desk.told(&id, "2026-04-01"), [paid, "ended 2026-02-28 Cancelled"]);
    desk.cashier.cancel(&id, at("2026-04-01")).unwrap();
    assert!(matches!(desk.cashier.resume(&id, at("2026-04-01")), Err(PaymentError::Never(_))));
}

#[test]
fn no_two_tellings_of_the_standing_tie() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::Good, "2026-01-31");
    let now = at("2026-01-31");
    let as_of = || {
        let read = desk.cashier.subscription(&id, now).unwrap().unwrap();
        read.told.last().unwrap().as_of
    };
    let mut last = as_of();
    for number in 0..6 {
        let done = if number % 2 == 0 {
            desk.cashier.cancel(&id, now)
        } else {
            desk.cashier.resume(&id, now)
        };
        done.unwrap();
        assert!(as_of() > last);
        last = as_of();
    }
}

fn change(key: &str, minor: i64, every: Every, from: ChangeFrom) -> PlanChange {
    let (plan, name) = ("print".to_owned(), "Print".to_owned());
    PlanChange {
        key: key.to_owned(),
        plan,
        name,
        usual: dollars(minor),
        every,
        from,
        asked_at: at("2026-04-16"),
    }
}

#[test]
fn another_plan_holds_at_once_or_from_the_next_period() {
    let desk = Desk::new();
    let up = change("up", 2_400, Every::Month, ChangeFrom::Now);
    let id = desk.bought(&usual("one"), Card::Good, "2026-04-01");
    for _ in 0..2 {
        desk.cashier.change_plan(&id, &up, at("2026-04-16")).unwrap();
        let wanted = [
            "paid 2026-04-01..2026-05-01 1200 USD digital Usual",
            "paid 2026-04-16..2026-05-01 600 USD print Usual",
            "plan 2026-04-16 print",
            "renews 2026-05-01 2400",
        ];
        assert_eq!(desk.told(&id, "2026-04-16"), wanted);
    }
    let down = change("down", 600, Every::Month, ChangeFrom::NextPeriod);
    let id = desk.bought(&usual("two"), Card::Good, "2026-04-01");
    desk.cashier.change_plan(&id, &down, at("2026-04-16")).unwrap();
    assert_eq!(
        desk.told(&id, "2026-04-16")[1..],
        ["plan 2026-05-01 print", "renews 2026-05-01 600"]
    );
    let told = desk.told(&id, "2026-05-02");
    assert_eq!(told[1], "paid 2026-05-01..2026-06-01 600 USD print Usual");
    let yearly = change("yearly", 12_000, Every::Year, ChangeFrom::NextPeriod);
    assert!(matches!(
        desk.cashier.change_plan(&id, &yearly, at("2026-05-02")),
        Err(PaymentError::Never(_))
    ));
    let asked_at = at("2026-05-16T12:00:00Z");
    let yearly = PlanChange { from: ChangeFrom::Now, asked_at, ..yearly };
    // What it costs is told before, and telling it changes nothing.
    let shown = desk.cashier.reckon_change(&id, &yearly, at("2026-05-16T12:00:09Z")).unwrap();
    assert_eq!(
        (shown.due_now, shown.next_charge_at),
        (dollars(11_691), at("2027-05-16T12:00:00Z"))
    );
    assert_eq!(desk.told(&id, "2026-05-16T12:00:09Z").len(), 4);
    desk.cashier.change_plan(&id, &yearly, at("2026-05-16T12:00:00Z")).unwrap();
    let told = desk.told(&id, "2026-05-17");
    assert_eq!(told[2], "paid 2026-05-16..2027-05-16 11691 USD print Usual");
    assert_eq!(told.last().unwrap(), "renews 2027-05-16 12000");
}

#[test]
fn another_plan_in_a_trial_or_an_intro_asks_for_the_difference_of_its_own_span() {
    let desk = Desk::new();
    let up = change("up", 2_400, Every::Month, ChangeFrom::Now);
    let trial = order("one", Start::Trial { days: 30, amount: dollars(100) });
    let id = desk.bought(&trial, Card::Good, "2026-04-01");
    desk.cashier.change_plan(&id, &up, at("2026-04-16")).unwrap();
    let told = desk.told(&id, "2026-04-16");
    assert_eq!(told[1], "paid 2026-04-16..2026-05-01 0 USD print Trial");
    assert_eq!(told.last().unwrap(), "renews 2026-05-01 2400");
    let intro = order("two", Start::Intro { periods: 2, together: dollars(600) });
    let id = desk.bought(&intro, Card::Good, "2026-04-01");
    // 61 days are paid; half of them are left.
    let up = PlanChange { asked_at: at("2026-05-02T00:00:00Z"), ..up };
    desk.cashier.change_plan(&id, &up, at("2026-05-02T00:00:00Z")).unwrap();
    assert_eq!(
        desk.told(&id, "2026-05-02T00:00:00Z")[1],
        "paid 2026-05-02..2026-06-01 2100 USD print Intro"
    );
}

#[test]
fn a_payment_is_given_back_once_and_access_stays_unless_it_is_said() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::Good, "2026-01-31");
    let read = desk.cashier.subscription(&id, at("2026-02-01")).unwrap().unwrap();
    let payment = &read.told[0].id;
    assert_eq!(desk.cashier.subscription_of(payment, at("2026-02-01")), Ok(Some(id.clone())));
    let payer = desk.cashier.subscriptions_of("cus_reader-of-one", at("2026-02-01"));
    assert_eq!(payer, Ok(vec![id.clone()]), "{read:?}");
    assert_eq!(desk.cashier.subscriptions_of("reader-of-one", at("2026-02-01")), Ok(Vec::new()));
    desk.cashier.refund(payment, "key", None, at("2026-02-02")).unwrap();
    let ends = Some(at("2026-02-03"));
    desk.cashier.refund(payment, "again", ends, at("2026-02-03")).unwrap();
    assert_eq!(desk.told(&id, "2026-02-03")[1..], ["refunded 1200 None", "renews 2026-02-28 1200"]);
    let unknown = desk.cashier.refund("demo_sub_x-1", "key", None, at("2026-02-03"));
    assert!(matches!(unknown, Err(PaymentError::Never(_))));
    let id = desk.bought(&usual("two"), Card::Good, "2026-01-31");
    desk.cashier.refund(&format!("{id}-1"), "key", ends, at("2026-02-03")).unwrap();
    assert_eq!(desk.told(&id, "2026-02-03")[1], "refunded 1200 Some(\"2026-02-03\")");
}

#[test]
fn a_hint_of_another_secret_or_another_day_is_forged() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::Good, "2026-01-31");
    let event = desk.cashier.event(&id, at("2026-01-31")).unwrap();
    let signature = Some(&*event.signature);
    let hint = |at| desk.cashier.hint(&event.body, signature, at);
    assert!(hint(at("2026-01-31T12:05:00Z")).is_ok());
    assert_eq!(hint(at("2026-01-31T12:05:01Z")), Err(Forged::Old(301)));
    let other = Cashier::open(&desk.path(), [8; 32]).unwrap();
    assert_eq!(other.hint(&event.body, signature, at("2026-01-31")), Err(Forged::Wrong));
    assert_eq!(desk.cashier.hint(b"{}", signature, at("2026-01-31")), Err(Forged::Wrong));
    assert_eq!(desk.cashier.hint(&event.body, None, at("2026-01-31")), Err(Forged::Unsigned));
}

#[test]
fn time_that_passes_gives_a_message_for_each_that_changed() {
    let desk = Desk::new();
    let one = desk.bought(&usual("one"), Card::Good, "2026-01-31");
    let _two = desk.bought(&usual("two"), Card::Good, "2026-02-20");
    assert_eq!(desk.cashier.pass(at("2026-02-27")).unwrap(), []);
    let events = desk.cashier.pass(at("2026-02-28")).unwrap();
    let hint =
        |event: &Event| desk.cashier.hint(&event.body, Some(&event.signature), at("2026-02-28"));
    assert_eq!(events.len(), 1);
    assert_eq!(hint(&events[0]).unwrap().subscription, Some(one));
    assert_eq!(desk.cashier.pass(at("2026-02-28")).unwrap(), []);
}

#[test]
fn an_order_that_is_none_is_refused() {
    let desk = Desk::new();
    let wrong: [fn(&mut Order); 12] = [
        |order| order.key.clear(),
        |order| order.reader = "x".repeat(256),
        |order| order.mail = "a\nb".to_owned(),
        |order| order.plan = "a b".to_owned(),
        |order| order.zone = "Nowhere/City".to_owned(),
        |order| order.usual.minor = -1,
        |order| order.usual.currency = "usd".to_owned(),
        |order| order.back_url = "javascript:alert(1)".to_owned(),
        |order| order.cancel_url = format!("/{}", "x".repeat(2_048)),
        |order| order.start = Start::Trial { days: 0, amount: dollars(0) },
        |order| order.start = Start::Intro { periods: 37, together: dollars(1) },
        |order| {
            let currency = "EUR".to_owned();
            order.start = Start::Trial { days: 1, amount: Amount { minor: 1, currency } };
        },
    ];
    for (number, spoil) in wrong.into_iter().enumerate() {
        let mut order = usual("one");
        spoil(&mut order);
        let begun = desk.cashier.begin(&order, at("2026-01-31"));
        assert!(matches!(begun, Err(PaymentError::Never(_))), "{number}");
    }
    assert!(desk.cashier.lock().is_empty());
}

#[test]
fn one_reader_s_card_is_the_same_and_nobody_else_s() {
    let desk = Desk::new();
    let card = |key: &str, reader: &str, card: Card| {
        let mut order = usual(key);
        order.reader = reader.to_owned();
        let id = desk.bought(&order, card, "2026-01-31");
        desk.cashier.subscription(&id, at("2026-01-31")).unwrap().unwrap().card.unwrap()
    };
    let one = card("one", "ada", Card::Good);
    assert_eq!(card("two", "ada", Card::Good), one);
    assert_ne!(card("three", "ben", Card::Good), one);
    assert_ne!(card("four", "ada", Card::ExpiresSoon), one);
}

#[test]
fn an_order_that_was_ended_is_paid_by_nobody_and_one_that_was_paid_is_not_ended() {
    let mut desk = Desk::new();
    let now = at("2026-01-31");
    let ended = desk.cashier.begin(&usual("one"), now).unwrap().id;
    for _ in 0..2 {
        assert_eq!(desk.cashier.end_checkout(&ended, now), Ok(CheckoutState::Over));
    }
    desk.reopen();
    let taken = desk.cashier.pay(&ended, Card::Good, now).unwrap();
    assert_eq!((taken.outcome, taken.event), (Outcome::Over, None));
    let subscription = desk.bought(&usual("two"), Card::Good, "2026-01-31");
    let paid = desk.cashier.begin(&usual("two"), now).unwrap().id;
    let state = CheckoutState::Paid { subscription: subscription.clone() };
    assert_eq!(desk.cashier.end_checkout(&paid, now), Ok(state));
    assert_eq!(desk.told(&subscription, "2026-02-01").len(), 2, "it goes on");
    assert_eq!(desk.cashier.end_checkout("demo_co_none", now), Ok(CheckoutState::Over));
}
