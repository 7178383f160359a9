use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use proptest::test_runner::Config;
use proptest::{collection, prop_oneof};

use super::{
    Agreement, Audience, Moment, OFFER_ID_BYTES_MAX, OFFER_PERIODS_MAX, Offer, OfferId, OfferTerms,
    PlanMove, ReaderState, Refused, Repeat, TRIAL_DAYS_MAX, TakenBefore, TermsError, best_offer,
};
use crate::{
    AfterRefund, Charge, Currency, EndedBy, Entitlement, Fact, FactId, Money, Payment, Period,
    PeriodKind, Price, Refund, Renewal, Subscription, SubscriptionId, What,
};

/// Nothing was taken before.
const NOTHING: TakenBefore = TakenBefore { trial: false, offers: BTreeSet::new() };

fn halifax() -> TimeZone {
    TimeZone::get("America/Halifax").expect("a zone that every database has")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant with its offset")
}

fn usd(minor: i64) -> Money {
    Money { minor, currency: Currency::parse("USD").expect("three letters") }
}

fn name(id: &str) -> OfferId {
    OfferId::parse(id).expect("a name")
}

/// An offer for everybody, as often as they like, without an end.
fn offer(terms: OfferTerms) -> Offer {
    Offer {
        id: name("autumn"),
        plan: "digital".to_owned(),
        terms,
        then: Price { amount: usd(1_200), period: Period::Month },
        starts: None,
        ends: None,
        audience: Audience::EVERYBODY,
        repeat: Repeat::Always,
    }
}

fn intro() -> Offer {
    offer(OfferTerms::Intro { periods: 3, amount: usd(900) })
}

fn take(offer: &Offer, now: &str) -> Result<Agreement, Refused> {
    offer.take(ReaderState::New, &NOTHING, &halifax(), at(now))
}

#[track_caller]
fn agreed(terms: OfferTerms, now: &str) -> Agreement {
    take(&offer(terms), now).expect("for everybody")
}

/// The days and sums of the first charges.
fn charges<const N: usize>(agreement: &Agreement) -> [(String, i64); N] {
    std::array::from_fn(|number| {
        let number = u32::try_from(number).expect("few");
        let charge = agreement.charge(number, &halifax()).expect("not the end of time");
        (halifax().to_datetime(charge.at).date().to_string(), charge.amount.minor)
    })
}

fn days<const N: usize>(charges: [(&str, i64); N]) -> [(String, i64); N] {
    charges.map(|(day, minor)| (day.to_owned(), minor))
}

#[test]
fn three_months_for_nine_dollars_and_then_twelve_a_month() {
    let terms = OfferTerms::Intro { periods: 3, amount: usd(900) };
    let agreement = agreed(terms, "2026-08-31T10:00-03");
    assert_eq!(agreement.today, usd(900));
    assert_eq!(agreement.first_period_ends_at, at("2026-11-30T10:00-04"));
    assert_eq!(agreement.next, Charge { at: at("2026-11-30T10:00-04"), amount: usd(1_200) });
    assert_eq!(agreement.then_from, agreement.first_period_ends_at);
    let expected = days([
        ("2026-08-31", 900),
        ("2026-11-30", 1_200),
        ("2026-12-31", 1_200),
        ("2027-01-31", 1_200),
    ]);
    assert_eq!(charges(&agreement), expected, "the 31st comes back");
    assert_eq!((agreement.offer, agreement.plan.as_str()), (name("autumn"), "digital"));
}

#[test]
fn a_free_trial_charges_nothing_until_its_end_and_counts_from_there() {
    let agreement = agreed(OfferTerms::FreeTrial { days: 14 }, "2027-01-17T10:00-04");
    assert_eq!(agreement.today, usd(0));
    assert_eq!(agreement.first_period_ends_at, at("2027-01-31T10:00-04"));
    let expected = days([
        ("2027-01-17", 0),
        ("2027-01-31", 1_200),
        ("2027-02-28", 1_200),
        ("2027-03-31", 1_200),
    ]);
    assert_eq!(charges(&agreement), expected);
}

#[test]
fn a_cheap_trial_charges_little_at_once() {
    let terms = OfferTerms::CheapTrial { days: 30, amount: usd(100) };
    let agreement = agreed(terms, "2026-09-15T10:00-03");
    assert_eq!((agreement.today, agreement.then_from), (usd(100), at("2026-10-15T10:00-03")));
    assert_eq!(charges(&agreement), days([("2026-09-15", 100), ("2026-10-15", 1_200)]));
}

#[test]
fn a_percentage_off_is_rounded_for_the_reader_and_ends_after_its_periods() {
    let terms = OfferTerms::PercentOff { percent: 33, periods: 2 };
    let agreement = agreed(terms, "2027-01-31T10:00-04");
    let expected = days([
        ("2027-01-31", 804),
        ("2027-02-28", 804),
        ("2027-03-31", 1_200),
        ("2027-04-30", 1_200),
    ]);
    assert_eq!(charges(&agreement), expected);
    assert_eq!(agreement.next, Charge { at: at("2027-02-28T10:00-04"), amount: usd(804) });
    assert_eq!(agreement.then_from, at("2027-03-31T10:00-03"));
    for (percent, minor, reduced) in [(1, 1, 0), (50, 999, 499), (99, 1_200, 12), (10, 0, 0)] {
        let mut offer = offer(OfferTerms::PercentOff { percent, periods: 1 });
        offer.then.amount = usd(minor);
        let agreement = take(&offer, "2026-09-15T10:00-03").expect("for everybody");
        assert_eq!(agreement.today, usd(reduced), "{percent} off {minor}");
        assert_eq!(agreement.next.amount, usd(minor));
    }
}

#[test]
fn a_year_of_a_leap_day_ends_on_the_28th() {
    let mut offer = offer(OfferTerms::Intro { periods: 1, amount: usd(6_000) });
    offer.then = Price { amount: usd(12_000), period: Period::Year };
    let agreement = take(&offer, "2028-02-29T10:00-04").expect("for everybody");
    assert_eq!(agreement.first_period_ends_at, at("2029-02-28T10:00-04"));
    let leap = agreement.charge(4, &halifax()).map(|charge| charge.at);
    assert_eq!(leap, Some(at("2032-02-29T10:00-04")));
}

/// Lesson 66: the page was shown in time, and the payment came too late.
#[test]
fn an_offer_that_ended_between_the_page_and_the_payment_is_refused_and_says_since_when() {
    let offer = Offer { ends: Some(Moment::Day(date(2026, 9, 30))), ..intro() };
    assert!(take(&offer, "2026-09-30T23:59:59.999-03").is_ok());
    // In Tokyo October has long begun, and the day is the paper's.
    assert!(take(&offer, "2026-10-01T08:00+09").is_ok());
    let lapsed = Refused::Lapsed { ended_at: at("2026-10-01T00:00-03") };
    assert_eq!(take(&offer, "2026-10-01T00:00-03"), Err(lapsed));
    let minute = Moment::Minute(date(2026, 9, 30).at(18, 0, 0, 0));
    let offer = Offer { ends: Some(minute), ..offer };
    assert!(take(&offer, "2026-09-30T17:59:59-03").is_ok());
    assert!(take(&offer, "2026-09-30T18:00-03").is_err());
}

#[test]
fn an_offer_begins_when_it_says() {
    let offer = Offer { starts: Some(Moment::Day(date(2026, 9, 1))), ..intro() };
    let early = Refused::NotYet { starts_at: at("2026-09-01T00:00-03") };
    assert_eq!(take(&offer, "2026-08-31T23:59-03"), Err(early));
    assert!(take(&offer, "2026-09-01T00:00-03").is_ok());
}

/// Lesson 65.
#[test]
fn nobody_cancels_and_tries_again_for_ever() {
    let now = at("2026-09-15T10:00-03");
    let before = TakenBefore { trial: true, ..NOTHING };
    for terms in
        [OfferTerms::FreeTrial { days: 14 }, OfferTerms::CheapTrial { days: 14, amount: usd(100) }]
    {
        // Another trial, and one that its paper would give always.
        let trial = Offer { id: name("winter"), ..offer(terms) };
        let again = trial.take(ReaderState::Lapsed, &before, &halifax(), now);
        assert_eq!(again, Err(Refused::Taken), "{terms:?}");
        assert!(trial.take(ReaderState::Lapsed, &NOTHING, &halifax(), now).is_ok());
    }
    assert!(intro().take(ReaderState::Lapsed, &before, &halifax(), now).is_ok());
    let once = Offer { repeat: Repeat::OncePerPerson, ..intro() };
    let before = TakenBefore { trial: false, offers: [name("autumn")].into() };
    let again = once.take(ReaderState::Lapsed, &before, &halifax(), now);
    assert_eq!(again, Err(Refused::Taken));
    assert!(intro().take(ReaderState::Lapsed, &before, &halifax(), now).is_ok());
    let another = Offer { id: name("winter"), ..once };
    assert!(another.take(ReaderState::Lapsed, &before, &halifax(), now).is_ok());
}

/// Lesson 69.
#[test]
fn an_offer_to_come_back_is_not_shown_to_somebody_who_is_here() {
    let back = Offer { audience: Audience::of(&[ReaderState::Lapsed]), ..intro() };
    for state in ReaderState::ALL {
        let taken = back.take(state, &NOTHING, &halifax(), at("2026-09-15T10:00-03"));
        match state {
            ReaderState::Lapsed => assert!(taken.is_ok()),
            _ => assert_eq!(taken, Err(Refused::NotForYou), "{state:?}"),
        }
    }
    assert!(ReaderState::ALL.iter().all(|state| Audience::EVERYBODY.holds(*state)));
    assert!(!ReaderState::ALL.iter().any(|state| Audience::of(&[]).holds(*state)));
}

#[test]
fn the_best_offer_is_the_first_in_the_paper_s_order_that_can_be_had() {
    let now = at("2026-10-15T10:00-03");
    let of = |id: &str, rule: Offer| Offer { id: name(id), ..rule };
    let offers = [
        of("over", Offer { ends: Some(Moment::Day(date(2026, 9, 30))), ..intro() }),
        of("trial", offer(OfferTerms::FreeTrial { days: 14 })),
        of("back", Offer { audience: Audience::of(&[ReaderState::Lapsed]), ..intro() }),
        of("new", Offer { audience: Audience::of(&[ReaderState::New]), ..intro() }),
    ];
    let tried = TakenBefore { trial: true, ..NOTHING };
    for (state, before, expected) in [
        (ReaderState::New, &NOTHING, Some("trial")),
        (ReaderState::New, &tried, Some("new")),
        (ReaderState::Lapsed, &tried, Some("back")),
        (ReaderState::Subscriber, &tried, None),
    ] {
        let best = best_offer(&offers, state, before, &halifax(), now);
        assert_eq!(best.map(|offer| offer.id.as_str()), expected, "{state:?}");
    }
    assert_eq!(best_offer(&[], ReaderState::New, &NOTHING, &halifax(), now), None);
}

#[test]
fn terms_that_cannot_be_kept_are_named() {
    let eur = Money { minor: 900, currency: Currency::parse("EUR").expect("three letters") };
    let currency = TermsError::Currency { offer: "EUR".to_owned(), plan: "USD".to_owned() };
    let most = OFFER_PERIODS_MAX + 1;
    for (terms, error) in [
        (OfferTerms::FreeTrial { days: 0 }, TermsError::Days(0)),
        (OfferTerms::FreeTrial { days: TRIAL_DAYS_MAX + 1 }, TermsError::Days(TRIAL_DAYS_MAX + 1)),
        (OfferTerms::CheapTrial { days: 0, amount: usd(1) }, TermsError::Days(0)),
        (OfferTerms::CheapTrial { days: 7, amount: usd(-1) }, TermsError::Negative(usd(-1))),
        (OfferTerms::Intro { periods: 0, amount: usd(900) }, TermsError::Periods(0)),
        (OfferTerms::Intro { periods: most, amount: usd(900) }, TermsError::Periods(most)),
        (OfferTerms::Intro { periods: 3, amount: eur }, currency),
        (OfferTerms::PercentOff { percent: 0, periods: 3 }, TermsError::Percent(0)),
        (OfferTerms::PercentOff { percent: 100, periods: 3 }, TermsError::Percent(100)),
        (OfferTerms::PercentOff { percent: 50, periods: most }, TermsError::Periods(most)),
    ] {
        assert_eq!(offer(terms).check(&halifax()), Err(error), "{terms:?}");
    }
    for terms in [
        OfferTerms::FreeTrial { days: TRIAL_DAYS_MAX },
        OfferTerms::CheapTrial { days: 1, amount: usd(0) },
        OfferTerms::Intro { periods: OFFER_PERIODS_MAX, amount: usd(900) },
        OfferTerms::PercentOff { percent: 99, periods: 1 },
    ] {
        assert_eq!(offer(terms).check(&halifax()), Ok(()), "{terms:?}");
    }
    let [first, last] = [date(2026, 9, 1), date(2026, 9, 30)].map(|day| Some(Moment::Day(day)));
    let check = |rule: Offer| rule.check(&halifax());
    assert_eq!(check(Offer { starts: last, ends: first, ..intro() }), Err(TermsError::Ends));
    assert_eq!(check(Offer { starts: last, ends: last, ..intro() }), Ok(()));
    let nobody = Offer { audience: Audience::of(&[]), ..intro() };
    assert_eq!(check(nobody), Err(TermsError::Audience));
    let refund = Price { amount: usd(-1), period: Period::Month };
    assert_eq!(check(Offer { then: refund, ..intro() }), Err(TermsError::Negative(usd(-1))));
}

#[test]
fn an_offer_has_a_name_in_small_letters() {
    for id in ["a", "autumn-2026", &"x".repeat(OFFER_ID_BYTES_MAX)] {
        assert_eq!(name(id).as_str(), id);
    }
    for id in ["", "Autumn", "a b", "a_b", "ä"] {
        assert_eq!(OfferId::parse(id), Err(TermsError::Id(id.to_owned())));
    }
    let long = "x".repeat(500);
    assert_eq!(OfferId::parse(&long), Err(TermsError::Id("x".repeat(40))));
}

fn subscription(kind: PeriodKind, more: Vec<What>) -> Subscription {
    let payment = Payment {
        starts_at: at("2026-09-01T00:00Z"),
        ends_at: at("2026-10-01T00:00Z"),
        amount: usd(1_200),
        plan: "digital".to_owned(),
        kind,
        opens: vec![Entitlement::DIGITAL],
    };
    of([What::Paid(payment)].into_iter().chain(more).collect())
}

fn of(facts: Vec<What>) -> Subscription {
    let id = SubscriptionId::parse("sub_1").expect("an id");
    let fact = |what| Fact {
        subscription: id.clone(),
        id: FactId::parse("in_1").expect("an id"),
        as_of: at("2026-09-01T00:00Z"),
        what,
    };
    let facts: Vec<Fact> = facts.into_iter().map(fact).collect();
    Subscription::fold(&id, &facts).expect("facts about it")
}

#[test]
fn the_state_of_a_reader_is_that_of_the_best_subscription() {
    let now = at("2026-09-15T10:00-03");
    let after = at("2026-11-15T10:00-03");
    let usual = || subscription(PeriodKind::Usual, Vec::new());
    let trial = || subscription(PeriodKind::Trial, Vec::new());
    let state = |some: &[Subscription], now| ReaderState::of(some, now);
    assert_eq!(state(&[], now), ReaderState::New);
    assert_eq!(state(&[usual()], now), ReaderState::Subscriber);
    assert_eq!(state(&[usual()], after), ReaderState::Lapsed);
    assert_eq!(state(&[trial()], now), ReaderState::Trialist);
    assert_eq!(state(&[trial()], after), ReaderState::Lapsed);
    assert_eq!(state(&[trial(), usual()], now), ReaderState::Subscriber);
    // Bought for later.
    assert_eq!(state(&[usual()], at("2026-08-01T00:00Z")), ReaderState::Subscriber);
    // Cancelled with time left.
    let stops = Renewal::Stops { ends_at: at("2026-10-01T00:00Z") };
    let cancelled = |kind| subscription(kind, vec![What::Renewal(stops)]);
    assert_eq!(state(&[cancelled(PeriodKind::Usual)], now), ReaderState::Subscriber);
    assert_eq!(state(&[cancelled(PeriodKind::Trial)], now), ReaderState::Trialist);
    // In grace.
    let (since, until) = (at("2026-10-01T00:00Z"), at("2026-12-01T00:00Z"));
    let retried = What::Renewal(Renewal::Retries { since, until });
    let in_grace = subscription(PeriodKind::Usual, vec![retried]);
    assert_eq!(state(&[in_grace], after), ReaderState::Subscriber);
}

/// Lesson 68.
#[test]
fn whose_money_went_back_can_buy_again_and_whose_checkout_failed_is_still_new() {
    let now = at("2026-09-15T10:00-03");
    let back = Refund {
        payment: FactId::parse("in_1").expect("an id"),
        amount: usd(1_200),
        access: AfterRefund::Ends { at: at("2026-08-01T00:00Z") },
    };
    let refunded = subscription(PeriodKind::Usual, vec![What::Refunded(back)]);
    assert_eq!(ReaderState::of([&refunded], now), ReaderState::Lapsed);
    let ended = Renewal::Ended { at: now, by: EndedBy::PaymentFailed };
    let failed = of(vec![What::Renewal(ended)]);
    assert_eq!(ReaderState::of([&failed], now), ReaderState::New);
    for state in [ReaderState::Lapsed, ReaderState::New] {
        assert!(intro().take(state, &NOTHING, &halifax(), now).is_ok());
    }
    // The provider runs it, and nothing else is known yet: it is not sold a second time.
    let renews = Renewal::Renews { next_charge_at: at("2026-10-01T00:00Z"), amount: usd(1_200) };
    let running = of(vec![What::Renewal(renews)]);
    assert_eq!(ReaderState::of([&running], now), ReaderState::Subscriber);
}

fn any_terms() -> impl Strategy<Value = OfferTerms> {
    let amount = || (0..5_000_i64).prop_map(usd);
    prop_oneof![
        any::<u16>().prop_map(|days| OfferTerms::FreeTrial { days }),
        (any::<u16>(), amount()).prop_map(|(days, amount)| OfferTerms::CheapTrial { days, amount }),
        (prop_oneof![0..40_u32, any::<u32>()], amount())
            .prop_map(|(periods, amount)| OfferTerms::Intro { periods, amount }),
        (any::<u8>(), prop_oneof![0..40_u32, any::<u32>()])
            .prop_map(|(percent, periods)| OfferTerms::PercentOff { percent, periods }),
    ]
}

fn any_offer() -> impl Strategy<Value = Offer> {
    let day = || {
        (0..60_i64).prop_map(|days| {
            let day = date(2026, 9, 1).checked_add(jiff::Span::new().days(days));
            Moment::Day(day.expect("a day of ours"))
        })
    };
    let times = (proptest::option::of(day()), proptest::option::of(day()));
    let audience = collection::vec(select(ReaderState::ALL.to_vec()), 0..4);
    let repeat = select(vec![Repeat::OncePerPerson, Repeat::Always]);
    let id = select(vec!["a", "b", "c"]).prop_map(name);
    let period = select(vec![Period::Month, Period::Year]);
    let price =
        (0..50_000_i64, period).prop_map(|(minor, period)| Price { amount: usd(minor), period });
    (any_terms(), times, audience, repeat, id, price).prop_map(
        |(terms, (starts, ends), audience, repeat, id, then)| Offer {
            id,
            then,
            starts,
            ends,
            audience: Audience::of(&audience),
            repeat,
            ..offer(terms)
        },
    )
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 1_000, ..Config::default() })]

    #[test]
    fn what_is_shown_as_best_can_be_taken_and_nothing_before_it_can(
        offers in collection::vec(any_offer(), 0..6),
        state in select(ReaderState::ALL.to_vec()),
        (trial, taken) in (any::<bool>(), collection::btree_set(select(vec!["a", "b"]), 0..3)),
        day in 0..60_i64,
    ) {
        let before = TakenBefore { trial, offers: taken.into_iter().map(name).collect() };
        let now = at("2026-09-01T12:00Z") + jiff::SignedDuration::from_hours(24 * day);
        let best = best_offer(&offers, state, &before, &halifax(), now);
        for offer in &offers {
            let agreement = offer.take(state, &before, &halifax(), now);
            prop_assert_eq!(
                agreement.as_ref().err().copied(),
                offer.may_take(state, &before, &halifax(), now).err()
            );
            if best.is_some_and(|best| std::ptr::eq(best, offer)) {
                prop_assert!(agreement.is_ok());
                break;
            }
            prop_assert!(agreement.is_err());
        }
    }

    #[test]
    fn an_agreement_says_the_same_by_name_and_by_number(
        (terms, second) in (any_terms(), 1_700_000_000..1_900_000_000_i64),
        (minor, period) in (0..50_000_i64, select(vec![Period::Month, Period::Year])),
    ) {
        let now = Timestamp::from_second(second).expect("within the ends of time");
        let rule = Offer { then: Price { amount: usd(minor), period }, ..offer(terms) };
        let taken = rule.take(ReaderState::New, &NOTHING, &halifax(), now);
        let agreement = taken.expect("for everybody");
        prop_assert!(now < agreement.first_period_ends_at);
        prop_assert!(agreement.first_period_ends_at <= agreement.then_from);
        let first = Charge { at: now, amount: agreement.today };
        prop_assert_eq!(agreement.charge(0, &halifax()), Some(first));
        if rule.check(&halifax()).is_ok() {
            prop_assert_eq!(agreement.charge(1, &halifax()), Some(agreement.next));
            let mut last = first;
            for number in 1..40 {
                let charge = agreement.charge(number, &halifax()).expect("not the end of time");
                prop_assert!(last.at < charge.at);
                if charge.at >= agreement.then_from {
                    prop_assert_eq!(charge.amount, agreement.then.amount);
                } else {
                    prop_assert_eq!(charge.amount, agreement.today);
                }
                last = charge;
            }
            prop_assert!(last.at >= agreement.then_from);
        }
    }
}

#[test]
fn a_dearer_plan_begins_at_once_and_a_cheaper_one_when_what_is_paid_ends() {
    let price = |minor, period, code: &str| {
        let currency = Currency::parse(code).expect("three capital letters");
        Price { amount: Money { minor, currency }, period }
    };
    let month = |minor| price(minor, Period::Month, "USD");
    let year = |minor| price(minor, Period::Year, "USD");
    for (from, to, wanted) in [
        (month(1_200), month(2_400), Some(PlanMove::Now)),
        (month(2_400), month(1_200), Some(PlanMove::NextPeriod)),
        (month(1_200), month(1_200), Some(PlanMove::NextPeriod)),
        (year(12_000), year(24_000), Some(PlanMove::Now)),
        (year(24_000), year(12_000), Some(PlanMove::NextPeriod)),
        // A year is never dearer by the month; it begins at once all the same, or its first month would be paid twice.
        (month(2_400), year(5_000), Some(PlanMove::Now)),
        // What is left of a year is more than a month: nothing would go back.
        (year(12_000), month(2_400), None),
        (month(1_200), price(2_400, Period::Month, "CAD"), None),
    ] {
        assert_eq!(PlanMove::between(from, to), wanted, "{from:?} to {to:?}");
        // By invoice the next one is for it, whatever it costs; a year may go on by the month.
        let same = from.amount.currency == to.amount.currency;
        let wanted = same.then_some(PlanMove::NextPeriod);
        assert_eq!(PlanMove::by_invoice(from, to), wanted, "{from:?} to {to:?}");
    }
}
