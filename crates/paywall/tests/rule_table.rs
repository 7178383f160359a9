//! The table of what rules do, and what is found in it: by rows, and for random rules.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::{
    Access, Allowances, Answered, AskerKind, Budget, Currency, Entitlement, ExpiredReader, Meter,
    Money, Month, OnOutage, Plan, Policy, Position, Question, Reason, Registration, RuleTable,
    SettingsVersion, VerifiedMail, WindowRule, never_bites,
};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::prop_oneof;

fn entitled(name: &str) -> Entitlement {
    Entitlement::parse(name).expect("a name")
}

fn plan(slug: &str, opens: &[&str]) -> Plan {
    Plan {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        summary: String::new(),
        opens: opens.iter().map(|name| entitled(name)).collect(),
        monthly: Money { minor: 1_200, currency: Currency::parse("CAD").expect("a currency") },
        yearly: None,
        print: false,
        seats: 1,
        asks: String::new(),
    }
}

fn policy() -> Policy {
    Policy {
        version: SettingsVersion(1),
        zone: TimeZone::UTC,
        month: Month::default(),
        meter: Meter {
            allowances: Allowances { visitor: 5, registered: 10 },
            window: WindowRule::CalendarMonth,
            lifted_by: Entitlement::DIGITAL,
        },
        registration: Registration::On,
        verified_mail: VerifiedMail::Optional,
        expired_reader: ExpiredReader::Metered,
        new_visitor_budget: Budget::Observe,
        on_outage: OnOutage::Teaser,
        crawlers_read_all: false,
    }
}

fn now() -> Timestamp {
    "2026-09-16T12:00:00Z".parse().expect("an instant")
}

const fn metered(position: Position) -> Question {
    Question { access: Access::Metered, position }
}

fn subscribers() -> Question {
    Question { access: Access::Entitled(Entitlement::DIGITAL), position: Position::Fresh }
}

/// The settings that something is found at.
fn found(policy: &Policy, plans: &[Plan], asked: &[Access]) -> Vec<(&'static str, String)> {
    let findings = RuleTable::of(policy, plans, asked, now()).findings(policy, asked);
    findings.into_iter().map(|finding| (finding.setting, finding.sentence)).collect()
}

#[test]
fn the_table_says_what_the_decision_says() {
    let plans = [plan("digital", &["digital"])];
    let table = RuleTable::of(&policy(), &plans, &[], now());
    let subscriber = AskerKind::Subscriber("digital".to_owned());
    let at = |kind: &AskerKind, question| table.answer(kind, &question);
    let asks = |left| Some(Answered::Asks { left: Some(left) });
    assert_eq!(at(&AskerKind::Visitor, metered(Position::Fresh)), asks(5));
    assert_eq!(at(&AskerKind::Visitor, metered(Position::LastLeft)), asks(1));
    assert_eq!(
        at(&AskerKind::Visitor, metered(Position::UsedUp)),
        Some(Answered::Walled(Reason::Registration { more: Some(5) }))
    );
    assert_eq!(at(&AskerKind::Registered, metered(Position::Fresh)), asks(10));
    assert_eq!(
        at(&AskerKind::Registered, metered(Position::UsedUp)),
        Some(Answered::Walled(Reason::UsedUp))
    );
    assert_eq!(at(&subscriber, metered(Position::UsedUp)), Some(Answered::Opens));
    assert_eq!(at(&subscriber, subscribers()), Some(Answered::Opens));
    assert_eq!(
        at(&AskerKind::Registered, subscribers()),
        Some(Answered::Walled(Reason::Subscribers))
    );
    let over = at(&AskerKind::TrialOver, subscribers());
    assert!(matches!(over, Some(Answered::Walled(Reason::TrialOver { charged: false, .. }))));
    let unknown = Some(Answered::Asks { left: None });
    assert_eq!(at(&AskerKind::Visitor, metered(Position::Unknown)), unknown);
    assert_eq!(
        at(&AskerKind::SearchCrawler, subscribers()),
        at(&AskerKind::Registered, subscribers())
    );
    assert_eq!(at(&AskerKind::Trialist("print".to_owned()), subscribers()), None, "no such plan");
}

#[test]
fn ordinary_rules_have_nothing_to_be_found() {
    let plans = [plan("digital", &["digital"]), plan("print", &["digital", "archive"])];
    let archive = Access::Entitled(entitled("archive"));
    let asked = [Access::Free, Access::Registered, Access::Metered, archive];
    assert_eq!(found(&policy(), &plans, &asked), []);
    let closed = Policy { registration: Registration::Off, ..policy() };
    assert_eq!(found(&closed, &[], &[Access::Metered]), []);
}

#[test]
fn what_looks_wrong_is_found_with_the_case_that_shows_it() {
    let digital = plan("digital", &["digital"]);
    let sports = plan("sports", &["sports"]);
    let plans = std::slice::from_ref(&digital);
    let only = |findings: Vec<(&'static str, String)>, setting: &str, case: &str| {
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].0, setting);
        assert!(findings[0].1.contains(case), "{}", findings[0].1);
    };

    let proves = Policy { verified_mail: VerifiedMail::Required, ..policy() };
    only(found(&proves, plans, &[]), "verified_mail", "registering takes away");
    let walled = Policy { expired_reader: ExpiredReader::Walled, ..policy() };
    only(found(&walled, plans, &[]), "expired_reader", "whose trial ended yesterday");
    let opens = Policy { on_outage: OnOutage::Open, ..policy() };
    only(found(&opens, plans, &[]), "on_outage", "without limit");
    only(
        found(&policy(), &[digital.clone(), sports.clone()], &[]),
        "plans",
        "a subscriber to \"sports\" is counted like a stranger",
    );
    let archive = [Access::Entitled(entitled("archive"))];
    only(
        found(&policy(), plans, &archive),
        "plans",
        "nobody can buy what opens an article for \"archive\"",
    );
    let closed = Policy { registration: Registration::Off, ..policy() };
    only(found(&closed, &[], &[Access::Registered]), "registration", "nobody can");
}

#[test]
fn a_meter_that_never_stops_anybody_is_told_with_both_numbers() {
    let finding = never_bites(&policy(), 4).expect("4 are fewer than 5");
    assert!(finding.sentence.contains("may open 5") && finding.sentence.contains("published 4"));
    assert_eq!(never_bites(&policy(), 6), None);
    assert_eq!(never_bites(&policy(), 0), None, "a paper that has published nothing yet");
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let budget = prop_oneof![
        Just(Budget::Off),
        Just(Budget::Observe),
        Just(Budget::Learned),
        Just(Budget::Limit(3))
    ];
    let lifted = prop_oneof![Just("digital"), Just("archive")];
    (0..4_u32, 0..4_u32, budget, lifted, any::<[bool; 5]>()).prop_map(
        |(visitor, more, new_visitor_budget, lifted_by, on)| Policy {
            meter: Meter {
                allowances: Allowances { visitor, registered: visitor + more },
                window: WindowRule::CalendarMonth,
                lifted_by: entitled(lifted_by),
            },
            registration: if on[0] { Registration::On } else { Registration::Off },
            verified_mail: if on[1] { VerifiedMail::Required } else { VerifiedMail::Optional },
            expired_reader: if on[2] { ExpiredReader::Walled } else { ExpiredReader::Metered },
            on_outage: if on[3] { OnOutage::Open } else { OnOutage::Teaser },
            crawlers_read_all: on[4],
            new_visitor_budget,
            ..policy()
        },
    )
}

fn any_plans() -> impl Strategy<Value = Vec<Plan>> {
    let opens = prop_oneof![
        Just(&["digital"][..]),
        Just(&["archive"][..]),
        Just(&["digital", "archive"][..]),
        Just(&["sports"][..]),
    ];
    proptest::collection::vec(opens, 0..4).prop_map(|all| {
        all.iter().enumerate().map(|(place, opens)| plan(&format!("plan-{place}"), opens)).collect()
    })
}

proptest! {
    #[test]
    fn nobody_opens_a_subscribers_article_who_holds_nothing(
        (policy, plans) in (any_policy(), any_plans())
    ) {
        let table = RuleTable::of(&policy, &plans, &[], now());
        for kind in &table.askers {
            let holds = matches!(
                kind,
                AskerKind::Subscriber(_) | AskerKind::Trialist(_) | AskerKind::InGrace(_)
            );
            let reads_all = *kind == AskerKind::SearchCrawler && policy.crawlers_read_all;
            for question in &table.questions {
                let answer = table.answer(kind, question);
                let has_record = *kind != AskerKind::SearchCrawler && *kind != AskerKind::VisitorOfCrowd;
                prop_assert_eq!(answer.is_some(), has_record || question.position == Position::Fresh);
                let is_for_subscribers = matches!(question.access, Access::Entitled(_));
                if is_for_subscribers && !holds && !reads_all {
                    prop_assert!(matches!(answer, Some(Answered::Walled(_))), "{kind:?} {question:?}");
                }
                if question.access == Access::Free {
                    prop_assert_eq!(answer, Some(Answered::Opens));
                }
            }
        }
    }

    #[test]
    fn whoever_holds_what_is_asked_for_opens_it(
        (policy, plans) in (any_policy(), any_plans())
    ) {
        let table = RuleTable::of(&policy, &plans, &[], now());
        for plan in plans.iter().filter(|_| policy.registration == Registration::On) {
            for entitlement in &plan.opens {
                let access = Access::Entitled(entitlement.clone());
                let question = Question { access, position: Position::Fresh };
                let subscriber = AskerKind::Subscriber(plan.slug.clone());
                prop_assert_eq!(table.answer(&subscriber, &question), Some(Answered::Opens));
            }
        }
    }

    #[test]
    fn findings_are_cases_of_the_table(
        (policy, plans) in (any_policy(), any_plans())
    ) {
        let table = RuleTable::of(&policy, &plans, &[], now());
        let settings: Vec<_> =
            table.findings(&policy, &[]).into_iter().map(|finding| finding.setting).collect();
        let at = |kind: &AskerKind, position| table.answer(kind, &metered(position));
        let visitor_asks =
            matches!(at(&AskerKind::Visitor, Position::Fresh), Some(Answered::Asks { .. }));
        let is_walled = |kind| matches!(at(kind, Position::Fresh), Some(Answered::Walled(_)));
        prop_assert_eq!(
            settings.contains(&"expired_reader"),
            visitor_asks && is_walled(&AskerKind::TrialOver)
        );
        prop_assert_eq!(
            settings.contains(&"verified_mail"),
            visitor_asks && is_walled(&AskerKind::Unverified)
        );
        prop_assert_eq!(
            settings.contains(&"on_outage"),
            at(&AskerKind::Visitor, Position::Unknown) == Some(Answered::Opens)
        );
    }
}
