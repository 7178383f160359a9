use jiff::Timestamp;

use super::{
    AfterRefund, Charge, Dispute, EndedBy, Fact, FactId, Outcome, Payment, PeriodKind, Refund,
    Renewal, Subscription, SubscriptionId, SubscriptionState, Terms, What,
};
use crate::{Currency, Ending, Entitlement, Interval, Mail, Money, Past, Reader, Source};

/// Noon UTC of a day: "09-01" is in 2026.
fn at(day: &str) -> Timestamp {
    let year = if day.len() == 5 { "2026-" } else { "" };
    format!("{year}{day}T12:00Z").parse().expect("a day")
}

fn hours_after(day: &str, hours: i64) -> Timestamp {
    at(day) + jiff::SignedDuration::from_hours(hours)
}

fn usd(minor: i64) -> Money {
    Money { minor, currency: Currency::parse("USD").expect("three letters") }
}

fn sub(id: &str) -> SubscriptionId {
    SubscriptionId::parse(id).expect("an id")
}

fn fact_id(id: &str) -> FactId {
    FactId::parse(id).expect("an id")
}

fn archive() -> Entitlement {
    Entitlement::parse("archive").expect("a name")
}

fn fact(id: &str, as_of: Timestamp, what: What) -> Fact {
    Fact { subscription: sub("sub_1"), id: fact_id(id), as_of, what }
}

fn payment(starts: &str, ends: &str) -> Payment {
    Payment {
        starts_at: at(starts),
        ends_at: at(ends),
        amount: usd(1_200),
        plan: "digital".to_owned(),
        kind: PeriodKind::Usual,
        opens: vec![Entitlement::DIGITAL],
    }
}

/// Paid at its beginning.
fn paid(id: &str, starts: &str, ends: &str) -> Fact {
    fact(id, at(starts), What::Paid(payment(starts, ends)))
}

fn trial(id: &str, starts: &str, ends: &str) -> Fact {
    let span = payment(starts, ends);
    let trial = Payment { amount: usd(0), kind: PeriodKind::Trial, ..span };
    fact(id, at(starts), What::Paid(trial))
}

fn told(as_of: &str, renewal: Renewal) -> Fact {
    fact("sub_1", at(as_of), What::Renewal(renewal))
}

fn renews(next: &str) -> Renewal {
    Renewal::Renews { next_charge_at: at(next), amount: usd(1_200) }
}

fn stops(ends: &str) -> Renewal {
    Renewal::Stops { ends_at: at(ends) }
}

fn retries(since: &str, until: &str) -> Renewal {
    Renewal::Retries { since: at(since), until: at(until) }
}

fn ended(when: &str, by: EndedBy) -> Renewal {
    Renewal::Ended { at: at(when), by }
}

fn refund(id: &str, of: &str, minor: i64, access: AfterRefund) -> Fact {
    let back = Refund { payment: fact_id(of), amount: usd(minor), access };
    fact(id, at("09-10"), What::Refunded(back))
}

fn dispute(id: &str, of: &str, as_of: &str, outcome: Outcome) -> Fact {
    fact(id, at(as_of), What::Disputed(Dispute { payment: fact_id(of), outcome }))
}

fn terms(as_of: &str, starts: &str, plan: &str, opens: &[Entitlement]) -> Fact {
    let terms = Terms { starts_at: at(starts), plan: plan.to_owned(), opens: opens.to_vec() };
    fact("sub_1", at(as_of), What::Terms(terms))
}

/// What the facts come to, in every rotation and in reverse.
#[track_caller]
fn fold(facts: &[Fact]) -> Subscription {
    let id = sub("sub_1");
    let folded = Subscription::fold(&id, facts).expect("a fact about it");
    for turn in 0..facts.len() {
        let turned = facts[turn..].iter().chain(facts);
        assert_eq!(Subscription::fold(&id, turned), Some(folded.clone()));
        let turned = facts[..turn].iter().rev().chain(facts[turn..].iter().rev());
        assert_eq!(Subscription::fold(&id, turned), Some(folded.clone()));
    }
    folded
}

fn opens(subscription: &Subscription, entitlement: &Entitlement, now: Timestamp) -> bool {
    let mut intervals = subscription.intervals().iter();
    intervals.any(|interval| interval.entitlement == *entitlement && interval.is_live(now))
}

fn is_open(subscription: &Subscription, now: Timestamp) -> bool {
    opens(subscription, &Entitlement::DIGITAL, now)
}

fn past(subscription: &Subscription, now: Timestamp) -> Past {
    Reader { mail: Mail::Verified, intervals: subscription.intervals().to_vec() }.past(now)
}

#[test]
fn without_a_fact_there_is_no_subscription() {
    assert_eq!(Subscription::fold(&sub("sub_1"), &[]), None);
    assert_eq!(Subscription::fold(&sub("sub_2"), &[paid("in_1", "09-01", "10-01")]), None);
    assert_eq!(Subscription::fold_each(&[]), []);
}

#[test]
fn a_usual_month_is_active_and_says_when_and_how_much() {
    let facts = [
        paid("in_1", "08-01", "09-01"),
        paid("in_2", "09-01", "10-01"),
        told("09-01", renews("10-01")),
    ];
    let subscription = fold(&facts);
    assert_eq!(subscription.state(at("09-15")), SubscriptionState::Active);
    assert_eq!(subscription.plan(at("09-15")), Some("digital"));
    let charge = Charge { at: at("10-01"), amount: usd(1_200) };
    assert_eq!(subscription.next_charge(), Some(charge));
    assert_eq!(subscription.paid_until(), Some(at("10-01")));
    assert!(subscription.was_ever_charged());
    assert_eq!(subscription.takings(), [usd(2_400)]);
    assert!(!subscription.has_open_dispute());
    let interval = Interval {
        entitlement: Entitlement::DIGITAL,
        source: Source::Paid,
        starts_at: at("08-01"),
        grace_from: None,
        ends_at: Some(hours_after("10-01", 72)),
        ending: Ending::RanOutCharged,
    };
    assert_eq!(subscription.intervals(), [interval]);
    let before = SubscriptionState::NotBegun { starts_at: Some(at("08-01")) };
    assert_eq!(subscription.state(at("07-01")), before);
}

/// Lesson 57.
#[test]
fn created_that_comes_after_updated_changes_nothing() {
    let created = told("09-01", ended("09-01", EndedBy::RanOut));
    let updated = told("09-02", renews("10-01"));
    let invoice = paid("in_1", "09-01", "10-01");
    let early = fold(&[updated.clone(), invoice.clone()]);
    let late = fold(&[updated, invoice, created]);
    assert_eq!(early, late);
    assert_eq!(late.state(at("09-15")), SubscriptionState::Active);
}

/// Lesson 58.
#[test]
fn a_late_cancel_of_the_old_subscription_leaves_the_new_one_alone() {
    let mut facts = vec![paid("in_1", "08-01", "09-01")];
    let new = |fact: Fact| Fact { subscription: sub("sub_2"), ..fact };
    facts.push(new(paid("in_2", "09-01", "10-01")));
    facts.push(new(told("09-01", renews("10-01"))));
    let before = Subscription::fold(&sub("sub_2"), &facts);
    facts.push(told("09-05", ended("09-01", EndedBy::Replaced)));
    let [old, new] = <[_; 2]>::try_from(Subscription::fold_each(&facts)).expect("two of them");
    assert_eq!(Some(&new), before.as_ref());
    assert_eq!(new.state(at("09-15")), SubscriptionState::Active);
    let replaced = SubscriptionState::Ended { at: at("09-01"), by: EndedBy::Replaced };
    assert_eq!(old.state(at("09-15")), replaced);
    assert_eq!(old.id(), &sub("sub_1"));
}

/// Lesson 59.
#[test]
fn nothing_is_over_seconds_after_a_payment_whose_fact_is_still_on_its_way() {
    let facts = [paid("in_1", "08-01", "09-01"), told("08-01", renews("09-01"))];
    let waiting = fold(&facts);
    // The provider drafts the invoice at the end of the period and charges it an hour later.
    for hours in [0, 1, 24, 71] {
        let now = hours_after("09-01", hours);
        assert_eq!(waiting.state(now), SubscriptionState::Active, "{hours} hours");
        assert_eq!(past(&waiting, now), Past::Nothing);
    }
    // Nobody ever said that it was paid: silence has a limit.
    let over = SubscriptionState::Ended { at: hours_after("09-01", 72), by: EndedBy::RanOut };
    assert_eq!(waiting.state(hours_after("09-01", 72)), over);
    // The payment is known before the provider's standing was read again.
    let [first, standing] = facts;
    let settled = fold(&[first, standing, paid("in_2", "09-01", "10-01")]);
    assert_eq!(settled.state(at("09-15")), SubscriptionState::Active);
    assert_eq!(settled.next_charge(), None, "the announced charge was made");
    assert!(is_open(&settled, hours_after("10-01", 71)));
    assert!(!is_open(&settled, hours_after("10-01", 72)));
}

/// Lesson 60.
#[test]
fn grace_has_an_end_that_is_told() {
    let subscription =
        fold(&[paid("in_1", "08-01", "09-01"), told("09-01", retries("09-01", "09-15"))]);
    let grace = SubscriptionState::InGrace { since: at("09-01"), until: at("09-15") };
    assert_eq!(subscription.state(at("08-20")), SubscriptionState::Active);
    assert_eq!(subscription.state(at("09-01")), grace);
    assert_eq!(subscription.state(at("09-14")), grace);
    let over = SubscriptionState::Ended { at: at("09-15"), by: EndedBy::PaymentFailed };
    assert_eq!(subscription.state(at("09-15")), over);
    let [usual, grace] = subscription.intervals() else { panic!("two intervals") };
    assert_eq!((usual.grace_from, usual.ends_at), (None, Some(at("09-01"))));
    assert_eq!((grace.grace_from, grace.ends_at), (Some(at("09-01")), Some(at("09-15"))));
    let failed = Past::Subscription { ended_at: at("09-15"), ending: Ending::PaymentFailed };
    assert_eq!(past(&subscription, at("09-20")), failed);
}

/// Lesson 61.
#[test]
fn nobody_is_locked_out_while_the_provider_retries_and_then_charges() {
    // The charge fails an hour after the period's end, and goes through ten days later.
    let mut facts = vec![paid("in_1", "08-01", "09-01"), told("09-02", retries("09-02", "09-15"))];
    let retried = fold(&facts);
    for day in ["08-31", "09-01", "09-02", "09-14"] {
        assert!(is_open(&retried, at(day)), "{day}");
    }
    facts.push(fact("in_2", at("09-11"), What::Paid(payment("09-01", "10-01"))));
    // The standing was not read again, and still says that it retries.
    let settled = fold(&facts);
    for day in ["09-12", "09-20", "09-30"] {
        assert_eq!(settled.state(at(day)), SubscriptionState::Active, "{day}");
    }
    let over = Past::Subscription { ended_at: at("10-01"), ending: Ending::RanOutCharged };
    assert_eq!(past(&settled, at("10-02")), over);
}

/// Lesson 61: where the provider gives up, the day is the provider's.
#[test]
fn retries_that_are_given_up_end_on_the_day_that_was_told() {
    let subscription = fold(&[
        paid("in_1", "08-01", "09-01"),
        told("09-01", retries("09-01", "09-15")),
        told("09-13", ended("09-13", EndedBy::PaymentFailed)),
    ]);
    let over = SubscriptionState::Ended { at: at("09-13"), by: EndedBy::PaymentFailed };
    assert_eq!(subscription.state(at("09-14")), over);
    let failed = Past::Subscription { ended_at: at("09-13"), ending: Ending::PaymentFailed };
    assert_eq!(past(&subscription, at("09-14")), failed);
    assert!(is_open(&subscription, at("09-12")));
}

/// Lesson 62.
#[test]
fn access_is_the_union_of_spans_and_each_has_an_end() {
    let subscription = fold(&[
        trial("tr_1", "08-01", "08-15"),
        paid("in_1", "08-15", "09-15"),
        paid("in_2", "09-10", "10-10"),
    ]);
    let spans: Vec<_> =
        subscription.intervals().iter().map(|i| (i.source, i.starts_at, i.ends_at)).collect();
    let expected = [
        (Source::Trial, at("08-01"), Some(at("08-15"))),
        (Source::Paid, at("08-15"), Some(at("10-10"))),
    ];
    assert_eq!(spans, expected);
    assert_eq!(subscription.open_until(at("08-02")), Some(at("10-10")));
    assert_eq!(subscription.state(at("08-02")), SubscriptionState::Trial { ends_at: at("08-15") });
    // Nobody said that it renews: there is no doubt to be given.
    assert!(!is_open(&subscription, at("10-10")));
}

/// Lesson 63.
#[test]
fn cancelled_is_a_state_with_a_day_and_resumed_is_another() {
    let mut facts = vec![paid("in_1", "09-01", "10-01"), told("09-01", renews("10-01"))];
    facts.push(told("09-05", stops("10-01")));
    let cancelled = fold(&facts);
    let state = SubscriptionState::Cancelled { ends_at: at("10-01") };
    assert_eq!(cancelled.state(at("09-15")), state);
    assert_eq!(cancelled.next_charge(), None);
    let over = SubscriptionState::Ended { at: at("10-01"), by: EndedBy::Cancelled };
    assert_eq!(cancelled.state(at("10-01")), over, "no silence follows a cancellation");
    facts.push(told("09-20", renews("10-01")));
    let resumed = fold(&facts);
    assert_eq!(resumed.state(at("09-25")), SubscriptionState::Active);
    assert!(resumed.next_charge().is_some());
}

/// Lesson 64: a week in which no event came, and then the nightly look.
#[test]
fn a_renewal_that_was_never_recorded_locks_nobody_out() {
    let facts = [paid("in_1", "07-01", "08-01"), told("09-08", renews("10-01"))];
    let subscription = fold(&facts);
    for day in ["07-15", "08-01", "08-15", "09-01", "09-08", "09-30", "10-01"] {
        assert!(is_open(&subscription, at(day)), "{day}");
    }
    // A payment ahead does not tear the gap open again.
    let [first, standing] = facts;
    let ahead = fold(&[first, standing, paid("in_4", "10-01", "11-01")]);
    assert!(is_open(&ahead, at("09-15")));
    // The same where the payment is missing and the plan is known.
    let sold = terms("09-01", "09-01", "digital", &[Entitlement::DIGITAL]);
    let unpaid = fold(&[sold, told("09-01", renews("10-01"))]);
    assert_eq!(unpaid.state(at("09-15")), SubscriptionState::Active);
    assert!(!unpaid.was_ever_paid());
    // Where it was cancelled, the day is the provider's.
    let stopped = fold(&[paid("in_1", "07-01", "08-01"), told("08-20", stops("09-01"))]);
    let state = SubscriptionState::Cancelled { ends_at: at("09-01") };
    assert_eq!(stopped.state(at("08-20")), state);
}

/// Lesson 68.
#[test]
fn every_end_has_a_way_back() {
    let again = fact("in_9", at("11-01"), What::Paid(payment("11-01", "12-01")));
    let refunded = refund("re_1", "in_1", 1_200, AfterRefund::Ends { at: at("09-10") });
    for (end, by) in [
        (told("10-01", ended("10-01", EndedBy::Cancelled)), EndedBy::Cancelled),
        (told("10-01", ended("10-01", EndedBy::PaymentFailed)), EndedBy::PaymentFailed),
        (told("10-01", ended("10-01", EndedBy::Replaced)), EndedBy::Replaced),
        (told("10-01", ended("10-01", EndedBy::RanOut)), EndedBy::RanOut),
        (told("09-10", ended("09-10", EndedBy::Refunded)), EndedBy::Refunded),
        (told("09-20", stops("10-01")), EndedBy::Cancelled),
        (told("09-01", retries("09-01", "10-05")), EndedBy::PaymentFailed),
        (refunded, EndedBy::Refunded),
        (dispute("dp_1", "in_1", "09-20", Outcome::Lost { at: at("09-20") }), EndedBy::Refunded),
    ] {
        let facts = [paid("in_1", "09-01", "10-01"), end.clone()];
        let over = fold(&facts);
        let state = over.state(at("10-20"));
        assert!(
            matches!(state, SubscriptionState::Ended { by: why, .. } if why == by),
            "{state:?} after {end:?}"
        );
        let [first, end] = facts;
        let back = fold(&[first, end.clone(), again.clone()]);
        assert!(is_open(&back, at("11-15")), "{end:?}");
        assert!(!is_open(&back, at("10-20")), "the time between stays closed after {end:?}");
        let cancelled = matches!(back.renewal(), Some(Renewal::Stops { .. }));
        let state = back.state(at("11-15"));
        assert_eq!(state == SubscriptionState::Active, !cancelled, "{state:?} after {end:?}");
        let state = back.state(at("12-20"));
        let ended_at = |state| match state {
            SubscriptionState::Ended { at, .. } => Some(at),
            _ => None,
        };
        assert_eq!(ended_at(state), Some(at("12-01")), "{state:?} after {end:?}");
    }
}

#[test]
fn a_cancellation_never_shortens_what_was_paid() {
    for end in [
        stops("09-05"),
        ended("09-05", EndedBy::Cancelled),
        ended("08-01", EndedBy::PaymentFailed),
        ended("09-05", EndedBy::Refunded),
        ended("09-05", EndedBy::Replaced),
    ] {
        let subscription = fold(&[paid("in_1", "09-01", "10-01"), told("09-05", end)]);
        let state = SubscriptionState::Cancelled { ends_at: at("10-01") };
        assert_eq!(subscription.state(at("09-30")), state, "{end:?}");
    }
}

#[test]
fn a_refund_ends_access_only_where_it_says_so_and_only_of_its_own_payment() {
    let facts = [
        paid("in_1", "08-01", "09-01"),
        paid("in_2", "09-01", "10-01"),
        told("09-01", renews("10-01")),
    ];
    let with = |fact: Fact| {
        let [a, b, c] = facts.clone();
        fold(&[a, b, c, fact])
    };
    let stays = with(refund("re_1", "in_2", 1_200, AfterRefund::Stays));
    assert_eq!(stays.intervals(), fold(&facts).intervals());
    assert_eq!(stays.takings(), [usd(1_200)]);
    let ends = with(refund("re_1", "in_2", 1_200, AfterRefund::Ends { at: at("09-10") }));
    assert!(is_open(&ends, hours_after("09-10", -1)));
    for day in ["09-10", "09-30", "10-01", "10-02"] {
        let over = SubscriptionState::Ended { at: at("09-10"), by: EndedBy::Refunded };
        assert_eq!(ends.state(at(day)), over, "{day}");
    }
    assert_eq!(ends.paid_until(), Some(at("09-10")));
    let of_another = with(refund("re_1", "in_1", 1_200, AfterRefund::Ends { at: at("08-10") }));
    assert!(is_open(&of_another, at("09-10")));
    assert!(!is_open(&of_another, at("08-20")), "what was taken back is no gap of the record");
    // It goes on after the refunded month: the next one is vouched for although its payment is not
    // known.
    let [a, b, _] = facts.clone();
    let back = refund("re_1", "in_2", 1_200, AfterRefund::Ends { at: at("09-10") });
    let goes_on = fold(&[a, b, back, told("10-01", renews("11-01"))]);
    assert!(!is_open(&goes_on, at("09-20")));
    assert!(is_open(&goes_on, at("10-15")));
}

#[test]
fn a_payment_that_is_taken_back_before_it_begins_opens_nothing() {
    let back = refund("re_1", "in_1", 1_200, AfterRefund::Ends { at: at("08-20") });
    let subscription = fold(&[paid("in_1", "09-01", "10-01"), back]);
    assert_eq!(subscription.intervals(), []);
    let over = SubscriptionState::Ended { at: at("09-01"), by: EndedBy::Refunded };
    assert_eq!(subscription.state(at("09-05")), over);
    assert_eq!(subscription.paid_until(), None);
    assert!(subscription.was_ever_charged());
}

#[test]
fn a_dispute_ends_access_when_it_is_lost_and_not_before() {
    let invoice = paid("in_1", "09-01", "10-01");
    let open = dispute("dp_1", "in_1", "09-10", Outcome::Open);
    let waiting = fold(&[invoice.clone(), open.clone()]);
    assert!(waiting.has_open_dispute() && is_open(&waiting, at("09-20")));
    assert_eq!(waiting.takings(), [usd(1_200)]);
    let won = dispute("dp_1", "in_1", "09-15", Outcome::Won);
    let kept = fold(&[invoice.clone(), open.clone(), won]);
    assert!(!kept.has_open_dispute() && is_open(&kept, at("09-20")));
    let lost = dispute("dp_1", "in_1", "09-15", Outcome::Lost { at: at("09-15") });
    let gone = fold(&[invoice, open, lost]);
    assert!(!gone.has_open_dispute());
    assert!(is_open(&gone, at("09-14")) && !is_open(&gone, at("09-15")));
    assert_eq!(gone.takings(), [usd(0)]);
}

#[test]
fn no_more_goes_back_than_was_paid_and_currencies_are_kept_apart() {
    let eur = Money { minor: 900, currency: Currency::parse("EUR").expect("three letters") };
    let abroad = Payment { amount: eur, ..payment("10-01", "11-01") };
    let subscription = fold(&[
        paid("in_1", "09-01", "10-01"),
        refund("re_1", "in_1", 500, AfterRefund::Stays),
        refund("re_2", "in_1", 300, AfterRefund::Stays),
        // Told before its payment is known.
        refund("re_3", "in_7", 1_200, AfterRefund::Stays),
        fact("in_2", at("10-01"), What::Paid(abroad)),
    ]);
    assert_eq!(subscription.takings(), [eur, usd(400)]);
    let over = fold(&[
        paid("in_1", "09-01", "10-01"),
        refund("re_1", "in_1", 1_000, AfterRefund::Stays),
        refund("re_2", "in_1", 1_000, AfterRefund::Stays),
        dispute("dp_1", "in_1", "09-15", Outcome::Lost { at: at("09-15") }),
    ]);
    assert_eq!(over.takings(), [usd(0)]);
    let huge = |id, minor| {
        let most = Payment { amount: usd(minor), ..payment("09-01", "10-01") };
        fact(id, at("09-01"), What::Paid(most))
    };
    assert_eq!(fold(&[huge("a", i64::MAX), huge("b", i64::MAX)]).takings(), [usd(i64::MAX)]);
}

#[test]
fn a_trial_is_told_apart_from_what_follows_it() {
    let begun = trial("tr_1", "09-01", "09-15");
    let running = fold(&[begun.clone(), told("09-01", renews("09-15"))]);
    let state = SubscriptionState::Trial { ends_at: at("09-15") };
    assert_eq!(running.state(at("09-10")), state);
    assert!(running.is_trial(at("09-10")) && !running.was_ever_charged());
    assert_eq!(running.takings(), [usd(0)]);
    // Cancelled in time: nothing was charged, and that is what the wall says.
    let cancelled = fold(&[begun.clone(), told("09-05", stops("09-15"))]);
    assert!(cancelled.is_trial(at("09-10")));
    let uncharged = Past::Trial { ended_at: at("09-15"), ending: Ending::RanOut };
    assert_eq!(past(&cancelled, at("09-20")), uncharged);
    // The first charge fails: still nothing was charged.
    let failing = fold(&[begun.clone(), told("09-15", retries("09-15", "09-22"))]);
    let grace = SubscriptionState::InGrace { since: at("09-15"), until: at("09-22") };
    assert_eq!(failing.state(at("09-20")), grace);
    let uncharged = Past::Trial { ended_at: at("09-22"), ending: Ending::RanOut };
    assert_eq!(past(&failing, at("09-25")), uncharged);
    let followed = fold(&[begun, paid("in_1", "09-15", "10-15")]);
    assert_eq!(followed.state(at("09-20")), SubscriptionState::Active);
    let charged = Past::Subscription { ended_at: at("10-15"), ending: Ending::RanOutCharged };
    assert_eq!(past(&followed, at("10-20")), charged);
}

#[test]
fn moving_up_opens_at_once_and_moving_down_takes_nothing_that_is_paid() {
    let both = [Entitlement::DIGITAL, archive()];
    let up = fold(&[
        paid("in_1", "09-01", "10-01"),
        terms("09-10", "09-10", "complete", &both),
        told("09-10", renews("10-01")),
    ]);
    assert!(!opens(&up, &archive(), at("09-05")));
    assert!(opens(&up, &archive(), at("09-10")) && opens(&up, &archive(), at("10-02")));
    assert_eq!(
        [at("09-05"), at("09-15")].map(|now| up.plan(now)),
        [Some("digital"), Some("complete")]
    );
    assert_eq!(up.next_plan(at("09-05")), Some(("complete", at("09-10"))));
    assert_eq!(up.next_plan(at("09-15")), None);

    // A payment says for itself what it opens from its first instant on.
    let said = terms("08-20", "09-01", "complete", &both);
    let sold = fold(&[said, paid("in_1", "09-01", "10-01"), told("09-01", renews("10-01"))]);
    assert!(!opens(&sold, &archive(), at("09-15")) && !opens(&sold, &archive(), at("10-02")));
    assert_eq!(sold.plan(at("09-15")), Some("digital"));

    let complete =
        Payment { plan: "complete".to_owned(), opens: both.to_vec(), ..payment("09-01", "10-01") };
    let mut facts = vec![
        fact("in_1", at("09-01"), What::Paid(complete)),
        terms("09-10", "10-01", "digital", &[Entitlement::DIGITAL]),
        told("09-10", renews("10-01")),
    ];
    let down = fold(&facts);
    assert_eq!(down.plan(at("09-15")), Some("complete"));
    assert_eq!(down.next_plan(at("09-15")), Some(("digital", at("10-01"))));
    assert!(opens(&down, &archive(), at("09-30")));
    facts.push(paid("in_2", "10-01", "11-01"));
    let moved = fold(&facts);
    assert!(!opens(&moved, &archive(), at("10-01")), "the new period opens what was paid for it");
    assert!(is_open(&moved, at("10-01")));
    assert_eq!(moved.plan(at("10-01")), Some("digital"));
}

#[test]
fn of_tellings_of_one_instant_the_one_that_keeps_more_is_told() {
    let invoice = paid("in_1", "08-01", "09-01");
    for (less, more) in [
        (ended("09-01", EndedBy::Cancelled), stops("09-02")),
        (stops("09-02"), renews("09-01")),
        (ended("09-01", EndedBy::Cancelled), retries("09-01", "09-15")),
        (renews("09-01"), retries("09-01", "09-15")),
        (retries("09-01", "09-03"), renews("09-01")),
        (ended("09-01", EndedBy::Cancelled), ended("09-01", EndedBy::RanOut)),
    ] {
        let tied = fold(&[invoice.clone(), told("09-01", less), told("09-01", more)]);
        assert_eq!(tied.renewal(), Some(more), "{less:?} and {more:?}");
    }
    // One object that says two things of one instant opens both.
    let longer = fact("in_1", at("08-01"), What::Paid(payment("08-01", "09-10")));
    assert!(is_open(&fold(&[invoice.clone(), longer]), at("09-05")));
    // Told later, a payment stands in its own place.
    let shorter = fact("in_1", at("08-02"), What::Paid(payment("08-01", "08-20")));
    let told_again = fold(&[invoice, shorter]);
    assert!(!is_open(&told_again, at("08-25")));
    assert_eq!(told_again.takings(), [usd(1_200)]);
}

#[test]
fn a_span_of_nothing_and_a_payment_that_opens_nothing_cover_nothing() {
    let gift = Payment { opens: Vec::new(), ..payment("09-01", "10-01") };
    let subscription = fold(&[
        fact("in_1", at("09-01"), What::Paid(gift)),
        paid("in_2", "09-20", "09-10"),
        terms("09-01", "09-01", "digital", &[]),
        told("09-01", renews("10-01")),
    ]);
    assert_eq!(subscription.intervals(), []);
    assert_eq!(subscription.paid_until(), None);
    let state = SubscriptionState::NotBegun { starts_at: None };
    assert_eq!(subscription.state(at("09-15")), state);
    assert_eq!(subscription.takings(), [usd(2_400)], "the money is there all the same");
}

#[test]
fn a_checkout_that_never_came_to_a_payment_is_over_and_was_nothing() {
    let subscription = fold(&[told("09-01", ended("09-01", EndedBy::PaymentFailed))]);
    let over = SubscriptionState::Ended { at: at("09-01"), by: EndedBy::PaymentFailed };
    assert_eq!(subscription.state(at("09-15")), over);
    assert!(!subscription.was_ever_paid() && !subscription.was_ever_charged());
    assert_eq!((subscription.plan(at("09-15")), subscription.takings()), (None, &[][..]));
}

#[test]
fn the_ends_of_time_are_instants_too() {
    let ever =
        Payment { starts_at: Timestamp::MIN, ends_at: Timestamp::MAX, ..payment("09-01", "10-01") };
    let renews = Renewal::Renews { next_charge_at: Timestamp::MAX, amount: usd(1) };
    let subscription = fold(&[
        fact("in_1", Timestamp::MIN, What::Paid(ever)),
        fact("sub_1", Timestamp::MIN, What::Renewal(renews)),
    ]);
    assert_eq!(subscription.state(Timestamp::MIN), SubscriptionState::Active);
    let over = SubscriptionState::Ended { at: Timestamp::MAX, by: EndedBy::RanOut };
    assert_eq!(subscription.state(Timestamp::MAX), over);
}
