//! What holds for all facts of a ledger, tried on random ones: those that contradict each other
//! included.

use jiff::{SignedDuration, Timestamp};
use paywall::{
    AfterRefund, Currency, Dispute, EndedBy, Entitlement, Fact, FactId, Money, Outcome, Payment,
    PeriodKind, Refund, Renewal, SILENCE_HOURS_MAX, Source, Subscription, SubscriptionId,
    SubscriptionState, Terms, TurnKind, What,
};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::{Index, select, subsequence};
use proptest::test_runner::Config;
use proptest::{collection, prop_oneof};

/// The last instant of the grid on which almost all facts lie.
const STEPS: i64 = 24;

fn step(number: i64) -> Timestamp {
    Timestamp::from_second(1_788_000_000 + number * 43_200).expect("within the ends of time")
}

fn sub(id: &str) -> SubscriptionId {
    SubscriptionId::parse(id).expect("an id")
}

/// Every instant at which something can change, and those between.
fn probes() -> impl Iterator<Item = Timestamp> {
    let between = SignedDuration::from_hours(6);
    let steps = (-1..STEPS + 10).flat_map(move |number| [step(number), step(number) + between]);
    [Timestamp::MIN, Timestamp::MAX].into_iter().chain(steps)
}

fn instant() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        40 => (0..STEPS).prop_map(step),
        1 => Just(Timestamp::MIN),
        1 => Just(Timestamp::MAX),
    ]
}

/// Few instants, so that ties are frequent.
fn as_of() -> impl Strategy<Value = Timestamp> {
    prop_oneof![10 => (0..6_i64).prop_map(|number| step(number * 4)), 1 => instant()]
}

fn entitlements() -> impl Strategy<Value = Vec<Entitlement>> {
    let archive = Entitlement::parse("archive").expect("a name");
    prop_oneof![
        8 => subsequence(vec![Entitlement::DIGITAL, archive], 1..=2),
        1 => Just(Vec::new())
    ]
}

fn money() -> impl Strategy<Value = Money> {
    let currency = select(vec!["USD", "USD", "USD", "EUR"]);
    (select(vec![0, 100, 900, 1_200]), currency).prop_map(|(minor, code)| Money {
        minor,
        currency: Currency::parse(code).expect("three letters"),
    })
}

fn plan() -> impl Strategy<Value = String> {
    select(vec!["digital", "complete"]).prop_map(str::to_owned)
}

fn paid() -> impl Strategy<Value = What> {
    let charged = select(vec![PeriodKind::Trial, PeriodKind::Intro, PeriodKind::Usual]);
    let fixed = select(vec![
        PeriodKind::Prepaid,
        PeriodKind::Complimentary,
        PeriodKind::Print,
        PeriodKind::Seat,
    ]);
    let kind = prop_oneof![4 => charged, 1 => fixed];
    let mostly_ordered = prop_oneof![
        6 => (0..STEPS, 1..9_i64).prop_map(|(start, steps)| (step(start), step(start + steps))),
        1 => (instant(), instant()),
    ];
    (mostly_ordered, money(), plan(), kind, entitlements()).prop_map(
        |((starts_at, ends_at), amount, plan, kind, opens)| {
            What::Paid(Payment { starts_at, ends_at, amount, plan, kind, opens })
        },
    )
}

fn payment_id() -> impl Strategy<Value = FactId> {
    select(vec!["a", "b", "c"]).prop_map(|id| FactId::parse(id).expect("an id"))
}

fn refunded() -> impl Strategy<Value = What> {
    let access =
        prop_oneof![Just(AfterRefund::Stays), instant().prop_map(|at| AfterRefund::Ends { at })];
    (payment_id(), money(), access)
        .prop_map(|(payment, amount, access)| What::Refunded(Refund { payment, amount, access }))
}

fn disputed() -> impl Strategy<Value = What> {
    let outcome = prop_oneof![
        Just(Outcome::Open),
        Just(Outcome::Won),
        instant().prop_map(|at| Outcome::Lost { at })
    ];
    (payment_id(), outcome)
        .prop_map(|(payment, outcome)| What::Disputed(Dispute { payment, outcome }))
}

fn renewal() -> impl Strategy<Value = What> {
    let by = select(vec![
        EndedBy::RanOut,
        EndedBy::Cancelled,
        EndedBy::PaymentFailed,
        EndedBy::Refunded,
        EndedBy::Replaced,
    ]);
    let renewal = prop_oneof![
        (instant(), money())
            .prop_map(|(next_charge_at, amount)| Renewal::Renews { next_charge_at, amount }),
        instant().prop_map(|ends_at| Renewal::Stops { ends_at }),
        (instant(), instant()).prop_map(|(since, until)| Renewal::Retries { since, until }),
        (instant(), by).prop_map(|(at, by)| Renewal::Ended { at, by }),
    ];
    renewal.prop_map(What::Renewal)
}

fn terms() -> impl Strategy<Value = What> {
    (instant(), plan(), entitlements())
        .prop_map(|(starts_at, plan, opens)| What::Terms(Terms { starts_at, plan, opens }))
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![4 => paid(), 1 => refunded(), 1 => disputed(), 3 => renewal(), 1 => terms()]
}

fn fact() -> impl Strategy<Value = Fact> {
    (payment_id(), as_of(), what()).prop_map(|(id, as_of, what)| Fact {
        subscription: sub("one"),
        id,
        as_of,
        what,
    })
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    collection::vec(fact(), 1..10)
}

/// A fact about something else, or none of these.
fn fact_of(id: &str, as_of: Timestamp, what: What) -> Fact {
    Fact { subscription: sub("one"), id: FactId::parse(id).expect("an id"), as_of, what }
}

fn fold(facts: &[Fact]) -> Subscription {
    Subscription::fold(&sub("one"), facts).expect("a fact about it")
}

/// What is open at an instant.
fn open(subscription: &Subscription, now: Timestamp) -> Vec<Entitlement> {
    let live = subscription.intervals().iter().filter(|interval| interval.is_live(now));
    live.map(|interval| interval.entitlement.clone()).collect()
}

fn names(payment: &FactId, what: &What) -> bool {
    match what {
        What::Refunded(refund) => {
            refund.payment == *payment && matches!(refund.access, AfterRefund::Ends { .. })
        }
        What::Disputed(dispute) => {
            dispute.payment == *payment && matches!(dispute.outcome, Outcome::Lost { .. })
        }
        _ => false,
    }
}

/// The payments that are told last and alone at their instant, and never taken back.
fn undoubted(facts: &[Fact]) -> impl Iterator<Item = &Payment> {
    facts.iter().filter_map(move |fact| {
        let What::Paid(payment) = &fact.what else { return None };
        let outdone = facts.iter().any(|other| {
            let newer = other.as_of > fact.as_of;
            newer && other.id == fact.id && matches!(other.what, What::Paid(_))
        });
        let taken_back = facts.iter().any(|other| names(&fact.id, &other.what));
        (!outdone && !taken_back).then_some(payment)
    })
}

/// The standings of the latest instant.
fn standings(facts: &[Fact]) -> Vec<Renewal> {
    let renewals = facts.iter().filter_map(|fact| match fact.what {
        What::Renewal(renewal) => Some((fact.as_of, renewal)),
        _ => None,
    });
    let latest = renewals.clone().map(|(as_of, _)| as_of).max();
    renewals.filter(|(as_of, _)| Some(*as_of) == latest).map(|(_, renewal)| renewal).collect()
}

/// Whether anything that is still told says what opens.
fn opens_something(facts: &[Fact]) -> bool {
    let covers = |payment: &Payment| payment.starts_at < payment.ends_at;
    let paid = undoubted(facts).any(|payment| covers(payment) && !payment.opens.is_empty());
    let all_terms = facts.iter().filter_map(|fact| match &fact.what {
        What::Terms(terms) => Some((fact.as_of, terms)),
        _ => None,
    });
    let latest = all_terms.clone().map(|(as_of, _)| as_of).max();
    let mut latest_terms = all_terms.filter(|(as_of, _)| Some(*as_of) == latest);
    let unpaid = !facts.iter().any(|fact| matches!(fact.what, What::Paid(_)));
    paid || (unpaid && latest_terms.any(|(_, terms)| !terms.opens.is_empty()))
}

/// One of each kind, in the order of [`What`].
fn one_of_each() -> impl Strategy<Value = [What; 5]> {
    let each = (paid(), refunded(), disputed(), renewal(), terms());
    each.prop_map(|(paid, refunded, disputed, renewal, terms)| {
        [paid, refunded, disputed, renewal, terms]
    })
}

/// Another telling of the same object at the same instant.
fn tied(fact: &Fact, others: [What; 5]) -> Fact {
    let [paid, refunded, disputed, renewal, terms] = others;
    let what = match (&fact.what, refunded, disputed) {
        (What::Paid(_), ..) => paid,
        (What::Renewal(_), ..) => renewal,
        (What::Terms(_), ..) => terms,
        // What a refund or a dispute is about does not change.
        (What::Refunded(told), What::Refunded(other), _) => {
            What::Refunded(Refund { payment: told.payment.clone(), ..other })
        }
        (What::Disputed(told), _, What::Disputed(other)) => {
            What::Disputed(Dispute { payment: told.payment.clone(), ..other })
        }
        (told, ..) => told.clone(),
    };
    Fact { what, ..fact.clone() }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 2_000, ..Config::default() })]

    #[test]
    fn any_order_and_any_repetition_of_facts_give_one_state(
        (facts, shuffled) in facts().prop_flat_map(|facts| {
            let more = collection::vec(select(facts.clone()), 0..6);
            let all = more.prop_map({
                let facts = facts.clone();
                move |more| [facts.clone(), more].concat()
            });
            (Just(facts), all.prop_shuffle())
        }),
    ) {
        let (first, second) = (fold(&facts), fold(&shuffled));
        prop_assert_eq!(first.intervals(), second.intervals());
        for now in probes() {
            prop_assert_eq!(first.state(now), second.state(now));
            prop_assert_eq!(first.plan(now), second.plan(now));
        }
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(Subscription::fold_each(&shuffled), [first]);
    }

    #[test]
    fn what_came_less_what_went_are_the_takings_in_any_order(
        (facts, shuffled) in facts().prop_flat_map(|facts| {
            (Just(facts.clone()), Just(facts).prop_shuffle())
        }),
    ) {
        let turns = Subscription::turns(&sub("one"), &facts);
        prop_assert_eq!(&turns, &Subscription::turns(&sub("one"), &shuffled));
        let mut sums = std::collections::BTreeMap::<Currency, i64>::new();
        for turn in &turns {
            let (money, sign) = match turn.kind {
                TurnKind::Paid(money) => (money, 1),
                TurnKind::Refunded(money) | TurnKind::Lost(money) => (money, -1),
                _ => continue,
            };
            *sums.entry(money.currency).or_default() += sign * money.minor;
        }
        // A currency in which nothing was charged has no turns.
        let takings = fold(&facts).takings().to_vec();
        for money in takings {
            prop_assert_eq!(sums.remove(&money.currency).unwrap_or(0), money.minor);
        }
        prop_assert!(sums.is_empty());
    }

    #[test]
    fn facts_of_another_subscription_change_nothing(
        (facts, others) in (facts(), facts()),
    ) {
        let other = |fact: Fact| Fact { subscription: sub("two"), ..fact };
        let others: Vec<Fact> = others.into_iter().map(other).collect();
        let mixed: Vec<Fact> =
            others.iter().chain(&facts).chain(&others).cloned().collect();
        prop_assert_eq!(fold(&mixed), fold(&facts));
        let each = Subscription::fold_each(&mixed);
        let alone = [Subscription::fold_each(&facts), Subscription::fold_each(&others)].concat();
        prop_assert_eq!(each, alone);
    }

    #[test]
    fn a_tie_never_takes_access_away(
        (facts, place, others) in (facts(), any::<Index>(), one_of_each()),
    ) {
        let told = tied(place.get(&facts), others);
        let is_standing = matches!(told.what, What::Renewal(_) | What::Terms(_));
        let more: Vec<Fact> = facts.iter().cloned().chain([told]).collect();
        let (before, after) = (fold(&facts), fold(&more));
        for now in probes() {
            let (less, more) = (open(&before, now), open(&after, now));
            if is_standing {
                let missing = less.iter().find(|entitlement| !more.contains(entitlement));
                prop_assert_eq!(missing, None, "{}", now);
            } else {
                // Another payment may now be the last one, whose plan is the one that is held.
                prop_assert!(less.is_empty() || !more.is_empty(), "{now}: {less:?}");
            }
        }
    }

    #[test]
    fn what_was_paid_is_open_to_its_end_whatever_is_said_of_the_subscription(facts in facts()) {
        let subscription = fold(&facts);
        for payment in undoubted(&facts) {
            let within = |now: &Timestamp| payment.starts_at <= *now && *now < payment.ends_at;
            for now in probes().filter(within) {
                let open = open(&subscription, now);
                prop_assert!(payment.opens.iter().all(|opens| open.contains(opens)), "{now}");
            }
        }
    }

    #[test]
    fn a_cancellation_never_shortens_what_was_paid(
        (facts, place) in (facts(), any::<Index>()),
    ) {
        let end = [
            Renewal::Stops { ends_at: step(0) },
            Renewal::Ended { at: step(0), by: EndedBy::Cancelled },
        ];
        let what = What::Renewal(*place.get(&end));
        let cancelled: Vec<Fact> =
            facts.iter().cloned().chain([fact_of("s", Timestamp::MAX, what)]).collect();
        let (before, after) = (fold(&facts), fold(&cancelled));
        prop_assert!(after.paid_until() >= before.paid_until());
        for payment in undoubted(&facts).filter(|payment| !payment.opens.is_empty()) {
            let within = |now: &Timestamp| payment.starts_at <= *now && *now < payment.ends_at;
            for now in probes().filter(within) {
                let state = after.state(now);
                let known = standings(&cancelled).len() < 2;
                let told = matches!(state, SubscriptionState::Cancelled { .. });
                let overtaken = after.renewal().is_none();
                prop_assert!(told || overtaken || !known, "{state:?} at {now}");
            }
        }
    }

    #[test]
    fn nobody_is_locked_out_before_the_end_of_an_open_retry(
        (facts, since, until) in (facts(), instant(), instant()),
    ) {
        let what = What::Renewal(Renewal::Retries { since, until });
        let retried: Vec<Fact> =
            facts.into_iter().chain([fact_of("s", Timestamp::MAX, what)]).collect();
        if !opens_something(&retried) {
            return Ok(());
        }
        let subscription = fold(&retried);
        for now in probes().filter(|now| since <= *now && *now < until) {
            prop_assert!(subscription.open_until(now) >= Some(until), "{now}");
            let state = subscription.state(now);
            let grace = matches!(state, SubscriptionState::InGrace { .. });
            let paid_beyond = subscription.paid_until() > Some(until);
            prop_assert!(grace || paid_beyond || standings(&retried).len() > 1, "{state:?}");
        }
    }

    #[test]
    fn what_renews_is_open_until_its_charge_was_due_and_not_heard_of(
        (facts, next_charge_at, amount) in (facts(), (0..STEPS).prop_map(step), money()),
    ) {
        let what = What::Renewal(Renewal::Renews { next_charge_at, amount });
        let facts: Vec<Fact> =
            facts.into_iter().chain([fact_of("s", Timestamp::MAX, what)]).collect();
        // What was taken back is another matter.
        let back = |fact: &Fact| matches!(fact.what, What::Refunded(_) | What::Disputed(_));
        let facts: Vec<Fact> = facts.into_iter().filter(|fact| !back(fact)).collect();
        let subscription = fold(&facts);
        let starts = undoubted(&facts)
            .filter(|payment| payment.starts_at < payment.ends_at && !payment.opens.is_empty())
            .map(|payment| payment.starts_at);
        let silent_at = next_charge_at + SignedDuration::from_hours(SILENCE_HOURS_MAX);
        if let Some(first) = starts.min() {
            for now in probes().filter(|now| first <= *now && *now < silent_at) {
                prop_assert!(subscription.open_until(now) >= Some(silent_at), "{now}");
            }
        }
    }

    #[test]
    fn every_end_has_a_way_back(
        (facts, start, plan) in (facts(), 0..STEPS, plan()),
    ) {
        let payment = Payment {
            starts_at: step(start),
            ends_at: step(start + 2),
            amount: Money { minor: 1_200, currency: Currency::parse("USD").expect("letters") },
            plan,
            kind: PeriodKind::Usual,
            opens: vec![Entitlement::DIGITAL],
        };
        let again = fact_of("again", Timestamp::MAX, What::Paid(payment));
        let facts: Vec<Fact> = facts.into_iter().chain([again]).collect();
        let subscription = fold(&facts);
        for now in probes().filter(|now| step(start) <= *now && *now < step(start + 2)) {
            prop_assert!(open(&subscription, now).contains(&Entitlement::DIGITAL));
            let state = subscription.state(now);
            let ended = matches!(state, SubscriptionState::Ended { .. });
            prop_assert!(!ended, "{state:?} at {now}");
            // An end of before is not told of what was opened again.
            let cancelled = matches!(state, SubscriptionState::Cancelled { .. });
            let over = standings(&facts).iter().all(
                |renewal| matches!(renewal, Renewal::Ended { at, .. } if *at <= step(start)),
            );
            prop_assert!(!cancelled || !over, "{state:?} at {now}");
        }
    }

    #[test]
    fn what_is_given_says_why_and_ends_by_itself(
        (start, steps, place) in (0..STEPS, 1..9_i64, 0..4_usize),
    ) {
        let (kind, source) = [
            (PeriodKind::Prepaid, Source::Paid),
            (PeriodKind::Complimentary, Source::Complimentary),
            (PeriodKind::Print, Source::Print),
            (PeriodKind::Seat, Source::Seat),
        ][place];
        let (starts_at, ends_at) = (step(start), step(start + steps));
        let payment = Payment {
            starts_at,
            ends_at,
            amount: Money { minor: 0, currency: Currency::parse("USD").expect("letters") },
            plan: "digital".to_owned(),
            kind,
            opens: vec![Entitlement::DIGITAL],
        };
        let given = fact_of("access", starts_at, What::Paid(payment.clone()));
        let subscription = fold(std::slice::from_ref(&given));
        prop_assert_eq!(subscription.state(starts_at), SubscriptionState::Fixed { ends_at, source });
        prop_assert_eq!(subscription.intervals()[0].source, source);
        prop_assert_eq!(subscription.open_until(ends_at), None);
        prop_assert!(!subscription.was_ever_charged());
        // Told again with another end, that one counts, earlier or later.
        for other in [step(start), step(start + steps + 3)] {
            let what = What::Paid(Payment { ends_at: other, ..payment.clone() });
            let again = fact_of("access", step(start + steps), what);
            let subscription = fold(&[given.clone(), again]);
            let open = subscription.open_until(starts_at);
            prop_assert_eq!(open, Some(other).filter(|other| *other > starts_at));
        }
    }

    #[test]
    fn the_state_says_what_the_intervals_do(facts in facts()) {
        let subscription = fold(&facts);
        for now in probes() {
            let until = subscription.open_until(now);
            prop_assert_eq!(until.is_some(), !open(&subscription, now).is_empty());
            match subscription.state(now) {
                SubscriptionState::NotBegun { starts_at } => {
                    prop_assert!(until.is_none());
                    prop_assert!(starts_at.is_none_or(|starts_at| now < starts_at));
                }
                SubscriptionState::Ended { at, .. } => {
                    prop_assert!(until.is_none());
                    prop_assert!(at <= now || subscription.intervals().is_empty());
                }
                SubscriptionState::Cancelled { ends_at } => prop_assert_eq!(until, Some(ends_at)),
                SubscriptionState::Trial { ends_at } => {
                    prop_assert!(now < ends_at && until >= Some(ends_at));
                    prop_assert!(subscription.is_trial(now));
                }
                SubscriptionState::InGrace { since, until: end } => {
                    prop_assert!(since <= now && now < end && until >= Some(end));
                }
                SubscriptionState::Fixed { ends_at, source } => {
                    prop_assert_eq!(until, Some(ends_at));
                    prop_assert!(source != Source::Trial && subscription.renewal().is_none());
                }
                SubscriptionState::Active => prop_assert!(until.is_some()),
            }
            if let Some(until) = until {
                prop_assert!(now < until && open(&subscription, until).is_empty());
            }
        }
    }

    #[test]
    fn intervals_have_an_end_and_those_of_one_kind_stand_apart(facts in facts()) {
        let subscription = fold(&facts);
        let intervals = subscription.intervals();
        prop_assert!(intervals.is_sorted_by_key(|interval| interval.starts_at));
        for (place, interval) in intervals.iter().enumerate() {
            prop_assert!(interval.ends_at > Some(interval.starts_at));
            prop_assert!(interval.grace_from.is_none_or(|from| interval.ends_at > Some(from)));
            let kind = (&interval.entitlement, interval.source, interval.grace_from);
            for later in &intervals[place + 1..] {
                let same = kind == (&later.entitlement, later.source, later.grace_from);
                prop_assert!(!same || Some(later.starts_at) > interval.ends_at);
            }
        }
    }

    #[test]
    fn takings_are_never_more_than_was_paid_nor_less_than_nothing(facts in facts()) {
        let subscription = fold(&facts);
        let mut most = 0;
        for fact in &facts {
            if let What::Paid(payment) = &fact.what {
                most += payment.amount.minor;
            }
        }
        prop_assert!(subscription.takings().iter().all(|sum| (0..=most).contains(&sum.minor)));
        let charged = subscription.takings().iter().any(|sum| sum.minor > 0);
        prop_assert!(!charged || subscription.was_ever_charged());
        prop_assert!(!subscription.was_ever_charged() || subscription.was_ever_paid());
    }
}
