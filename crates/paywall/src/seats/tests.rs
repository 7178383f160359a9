use jiff::Timestamp;

use super::{SEATS_MAX, former_seat, seat_intervals, seats_open_until, seats_to_give};
use crate::{
    AfterRefund, Currency, EndedBy, Entitlement, Fact, FactId, Interval, Mail, Money, Past,
    Payment, PeriodKind, Reader, Refund, Renewal, Source, Subscription, SubscriptionId, Terms,
    What,
};

/// Noon UTC of a day of 2026.
fn at(day: &str) -> Timestamp {
    format!("2026-{day}T12:00Z").parse().expect("a day")
}

fn fact(id: &str, as_of: &str, what: What) -> Fact {
    let subscription = SubscriptionId::parse("sub_1").expect("an id");
    Fact { subscription, id: FactId::parse(id).expect("an id"), as_of: at(as_of), what }
}

fn money() -> Money {
    Money { minor: 1_800, currency: Currency::parse("CAD").expect("three letters") }
}

fn payment(plan: &str, kind: PeriodKind, starts: &str, ends: &str) -> What {
    What::Paid(Payment {
        starts_at: at(starts),
        ends_at: at(ends),
        amount: money(),
        plan: plan.to_owned(),
        kind,
        opens: vec![Entitlement::DIGITAL],
    })
}

fn household() -> Fact {
    fact("in_1", "09-01", payment("household", PeriodKind::Usual, "09-01", "10-01"))
}

fn own(facts: &[Fact]) -> Vec<Subscription> {
    Subscription::fold_each(facts)
}

/// A household of four, a pair, and everything else for one.
fn people(plan: &str) -> u32 {
    match plan {
        "household" => 4,
        "pair" => 2,
        _ => 1,
    }
}

/// Whether the seat at `place`, taken on the 5th, opens on these days.
fn is_open<const N: usize>(own: &[Subscription], place: usize, days: [&str; N]) -> [bool; N] {
    let intervals = seat_intervals(own, people, place, at("09-05"));
    days.map(|day| intervals.iter().any(|interval| interval.is_live(at(day))))
}

#[test]
fn as_many_read_along_as_the_plan_has_places_beside_its_holder_s() {
    let own = own(&[household()]);
    assert_eq!(seats_to_give(&own, people, at("09-10")), 3);
    assert_eq!(seats_to_give(&own, people, at("08-31")), 0, "it has not begun");
    assert_eq!(seats_to_give(&own, people, at("10-05")), 0, "it is over");
    assert_eq!(seats_to_give(&own, |_| 1, at("09-10")), 0);
    assert_eq!(seats_to_give(&own, |_| 0, at("09-10")), 0, "no plan is for nobody");
    assert_eq!(seats_to_give(&own, |_| SEATS_MAX, at("09-10")), SEATS_MAX - 1);
    assert_eq!(seats_to_give(&[], people, at("09-10")), 0);
    for (place, wanted) in [(0, true), (2, true), (3, false), (usize::MAX, false)] {
        assert_eq!(is_open(&own, place, ["09-10"]), [wanted], "{place}");
    }
    assert_eq!(is_open(&own, 0, ["09-04", "09-05", "10-05"]), [false, true, false]);
    let intervals = seat_intervals(&own, people, 0, at("09-05"));
    assert!(intervals.iter().all(|one| one.source == Source::Seat), "{intervals:?}");
    assert!(intervals.iter().all(|one| one.entitlement == Entitlement::DIGITAL));
}

#[test]
fn a_grace_is_the_seat_s_too_and_nothing_is_said_of_it() {
    let retries = Renewal::Retries { since: at("10-01"), until: at("10-15") };
    let all = [household(), fact("sub_1", "10-01", What::Renewal(retries))];
    let own = own(&all);
    assert_eq!(is_open(&own, 0, ["10-14", "10-15"]), [true, false]);
    assert!(seat_intervals(&own, people, 0, at("09-05")).iter().all(|i| i.grace_from.is_none()));
    // After it, it is over without a word about a payment.
    let failed = Renewal::Ended { at: at("10-15"), by: EndedBy::PaymentFailed };
    let own = self::own(&[&all[..], &[fact("sub_1", "10-15", What::Renewal(failed))]].concat());
    let reader =
        Reader { mail: Mail::Verified, intervals: seat_intervals(&own, people, 0, at("09-05")) };
    let past = reader.past(at("10-20"));
    assert!(matches!(past, Past::Subscription { ending: crate::Ending::RanOut, .. }), "{past:?}");
}

#[test]
fn money_that_went_back_closes_the_seats_in_the_same_instant() {
    let refund = Refund {
        payment: FactId::parse("in_1").expect("an id"),
        amount: money(),
        access: AfterRefund::Ends { at: at("09-12") },
    };
    let ended = Renewal::Ended { at: at("09-12"), by: EndedBy::Refunded };
    let all = [
        household(),
        fact("re_1", "09-12", What::Refunded(refund)),
        fact("sub_1", "09-12", What::Renewal(ended)),
    ];
    assert_eq!(is_open(&own(&all), 0, ["09-11", "09-12"]), [true, false]);
    assert_eq!(seats_to_give(&own(&all), people, at("09-12")), 0);
}

#[test]
fn a_smaller_plan_closes_the_last_seats_from_its_day_and_a_larger_one_opens_them_again() {
    let terms = |starts: &str, plan: &str| {
        let (plan, opens) = (plan.to_owned(), vec![Entitlement::DIGITAL]);
        What::Terms(Terms { starts_at: at(starts), plan, opens })
    };
    let later = fact("in_2", "10-01", payment("pair", PeriodKind::Usual, "10-01", "11-01"));
    let all = [household(), fact("sub_1", "09-10", terms("10-01", "pair")), later];
    let own = own(&all);
    assert_eq!(is_open(&own, 0, ["09-30", "10-02"]), [true, true]);
    assert_eq!(is_open(&own, 1, ["09-30", "10-02"]), [true, false]);
    assert_eq!(seats_to_give(&own, people, at("09-30")), 3);
    assert_eq!(seats_to_give(&own, people, at("10-02")), 1);
    let reader =
        Reader { mail: Mail::Verified, intervals: seat_intervals(&own, people, 1, at("09-05")) };
    let wanted = at("10-01");
    assert!(
        matches!(reader.past(at("10-02")), Past::Subscription { ended_at, .. } if ended_at == wanted)
    );
}

#[test]
fn a_seat_gives_no_seats() {
    let given = [fact("in_1", "09-01", payment("household", PeriodKind::Seat, "09-01", "10-01"))];
    assert_eq!(seats_to_give(&own(&given), people, at("09-10")), 0);
    assert_eq!(is_open(&own(&given), 0, ["09-10"]), [false]);
    assert_eq!(seats_open_until(&own(&given), at("09-10")), None);
}

#[test]
fn a_former_seat_ended_when_it_was_left_or_when_it_opened_nothing_more() {
    let own = own(&[household()]);
    assert_eq!(seats_open_until(&own, at("09-10")), Some(at("09-10")));
    let over = seats_open_until(&own, at("12-10")).expect("it was open");
    assert!(over >= at("10-01") && over < at("10-10"), "{over}");
    assert_eq!(seats_open_until(&own, at("08-10")), None);
    let former = former_seat(Entitlement::DIGITAL, at("09-05"), at("09-10"));
    let reader = Reader { mail: Mail::Verified, intervals: vec![former] };
    let ended_at = |past| match past {
        Past::Subscription { ended_at, .. } => Some(ended_at),
        _ => None,
    };
    assert_eq!(ended_at(reader.past(at("09-10"))), Some(at("09-10")));
    let live = |interval: &Interval| interval.is_live(at("09-10"));
    assert!(!reader.intervals.iter().any(live));
}
