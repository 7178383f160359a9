use super::*;
use crate::{
    AfterRefund, Currency, Dispute, EndedBy, Entitlement, Outcome, Payment, Refund, Renewal, Terms,
};

fn at(text: &str) -> Timestamp {
    format!("{text}T12:00:00Z").parse().unwrap()
}

fn cad(minor: i64) -> Money {
    Money { minor, currency: Currency::parse("CAD").unwrap() }
}

fn fact(id: &str, as_of: &str, what: What) -> Fact {
    let subscription = SubscriptionId::parse("one").unwrap();
    Fact { subscription, id: FactId::parse(id).unwrap(), as_of: at(as_of), what }
}

fn paid(id: &str, from: &str, to: &str, minor: i64, kind: PeriodKind) -> Fact {
    let what = What::Paid(Payment {
        starts_at: at(from),
        ends_at: at(to),
        amount: cad(minor),
        plan: "digital".to_owned(),
        kind,
        opens: vec![Entitlement::DIGITAL],
    });
    fact(id, from, what)
}

fn told(facts: &[Fact]) -> Vec<(String, TurnKind)> {
    let turns = Subscription::turns(&SubscriptionId::parse("one").unwrap(), facts);
    turns.into_iter().map(|turn| (turn.at.strftime("%F").to_string(), turn.kind)).collect()
}

fn on(day: &str, kind: TurnKind) -> (String, TurnKind) {
    (day.to_owned(), kind)
}

#[test]
fn a_trial_that_is_paid_on_and_a_refund_are_told_by_hand() {
    let renews = What::Renewal(Renewal::Stops { ends_at: at("2026-11-15") });
    let refund = What::Refunded(Refund {
        payment: FactId::parse("in_2").unwrap(),
        amount: cad(500),
        access: AfterRefund::Stays,
    });
    let facts = [
        paid("in_1", "2026-09-01", "2026-09-15", 0, PeriodKind::Trial),
        paid("in_2", "2026-09-15", "2026-10-15", 1_200, PeriodKind::Usual),
        paid("in_3", "2026-10-15", "2026-11-15", 1_200, PeriodKind::Usual),
        fact("re_1", "2026-10-20", refund),
        fact("one", "2026-10-21", renews),
    ];
    let trial = TurnKind::Trial { ends_at: at("2026-09-15"), became_paid: true };
    let wanted = [
        on("2026-09-01", trial),
        on("2026-09-15", TurnKind::Held { ends_at: at("2026-11-15") }),
        on("2026-09-15", TurnKind::Paid(cad(1_200))),
        on("2026-10-15", TurnKind::Paid(cad(1_200))),
        on("2026-10-20", TurnKind::Refunded(cad(500))),
        on("2026-10-21", TurnKind::Cancelled),
    ];
    assert_eq!(told(&facts), wanted);
    // Told again later, a payment stays on its day.
    let again = Fact { as_of: at("2026-12-01"), ..facts[1].clone() };
    assert_eq!(told(&[facts.as_slice(), &[again]].concat()), wanted);
}

#[test]
fn a_trial_that_nothing_follows_became_nothing() {
    let ended = What::Renewal(Renewal::Ended { at: at("2026-09-15"), by: EndedBy::Cancelled });
    let facts = [
        paid("in_1", "2026-09-01", "2026-09-15", 100, PeriodKind::Trial),
        fact("one", "2026-09-16", ended),
    ];
    let trial = TurnKind::Trial { ends_at: at("2026-09-15"), became_paid: false };
    assert_eq!(told(&facts), [on("2026-09-01", trial), on("2026-09-01", TurnKind::Paid(cad(100)))]);
}

#[test]
fn a_lost_dispute_takes_what_no_refund_took() {
    let payment = FactId::parse("in_1").unwrap();
    let refund = |minor| {
        What::Refunded(Refund {
            payment: payment.clone(),
            amount: cad(minor),
            access: AfterRefund::Stays,
        })
    };
    let lost = Outcome::Lost { at: at("2026-09-20") };
    let disputed = What::Disputed(Dispute { payment: payment.clone(), outcome: lost });
    let facts = [
        paid("in_1", "2026-09-01", "2026-10-01", 1_200, PeriodKind::Usual),
        fact("re_1", "2026-09-05", refund(300)),
        fact("dp_1", "2026-09-10", disputed.clone()),
    ];
    let kinds = |facts: &[Fact]| -> Vec<TurnKind> {
        told(facts).into_iter().map(|(_, kind)| kind).collect()
    };
    let held = TurnKind::Held { ends_at: at("2026-09-20") };
    assert_eq!(
        kinds(&facts),
        [held, TurnKind::Paid(cad(1_200)), TurnKind::Refunded(cad(300)), TurnKind::Lost(cad(900))]
    );
    // More never goes back than came.
    let all = [facts[0].clone(), fact("re_1", "2026-09-05", refund(5_000)), facts[2].clone()];
    assert_eq!(kinds(&all)[2..], [TurnKind::Refunded(cad(1_200))]);
}

#[test]
fn what_is_given_is_neither_held_nor_money_and_a_gap_is_an_end() {
    let given = paid("h", "2026-09-01", "2026-12-01", 0, PeriodKind::Complimentary);
    assert_eq!(told(&[given]), []);
    let facts = [
        paid("in_1", "2026-09-01", "2026-10-01", 1_200, PeriodKind::Prepaid),
        paid("in_2", "2026-11-01", "2026-12-01", 1_200, PeriodKind::Prepaid),
    ];
    let held: Vec<_> = told(&facts)
        .into_iter()
        .filter(|(_, kind)| matches!(kind, TurnKind::Held { .. }))
        .map(|(day, _)| day)
        .collect();
    assert_eq!(held, ["2026-09-01", "2026-11-01"]);
}

#[test]
fn cancelled_twice_is_told_twice_and_once_where_it_is_told_again() {
    let stops = || What::Renewal(Renewal::Stops { ends_at: at("2026-10-01") });
    let renews =
        What::Renewal(Renewal::Renews { next_charge_at: at("2026-10-01"), amount: cad(1_200) });
    let terms = What::Terms(Terms {
        starts_at: at("2026-09-01"),
        plan: "print".to_owned(),
        opens: Vec::new(),
    });
    let facts = [
        fact("one", "2026-09-01", terms),
        fact("one", "2026-09-02", stops()),
        fact("one", "2026-09-03", stops()),
        fact("one", "2026-09-04", renews),
        fact("one", "2026-09-05", stops()),
    ];
    let days: Vec<String> = told(&facts).into_iter().map(|(day, _)| day).collect();
    assert_eq!(days, ["2026-09-02", "2026-09-05"]);
}
