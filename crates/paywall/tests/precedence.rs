//! What holds for every policy, asker and instant, tried on random ones: garbage and the ends of time included.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use paywall::{
    Access, Allowances, ArticleKey, Asked, Asker, Basis, Budget, Crowd, Decision, Ending,
    Entitlement, ExpiredReader, Interval, Licence, Mail, Meter, Meterage, Month, Notice, OnOutage,
    Opened, Pass, Past, Policy, Reader, Reason, Registration, SettingsVersion, Source, Standing,
    VerifiedMail, Who, Window, WindowRule, decide,
};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::{Config as ProptestConfig, TestCaseError};
use proptest::{collection, option, prop_oneof};

static ZONES: LazyLock<Vec<TimeZone>> = LazyLock::new(|| {
    ["America/Halifax", "Pacific/Apia", "America/Sao_Paulo", "UTC"]
        .iter()
        .map(|name| TimeZone::get(name).expect("a zone that every database has"))
        .collect()
});

fn key() -> impl Strategy<Value = ArticleKey> {
    (0..3_u8).prop_map(|byte| ArticleKey::from_bytes([byte; 16]))
}

fn instant() -> impl Strategy<Value = Timestamp> {
    let ends = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    let near = 1_750_000_000..1_850_000_000_i64;
    prop_oneof![
        8 => near.prop_map(|s| Timestamp::from_second(s).expect("within the ends of time")),
        1 => ends.prop_map(|s| Timestamp::from_second(s).expect("within the ends of time")),
        1 => Just(Timestamp::MIN),
        1 => Just(Timestamp::MAX),
    ]
}

fn entitlement() -> impl Strategy<Value = Entitlement> {
    let name = |name| Entitlement::parse(name).expect("a name");
    select(vec![Entitlement::DIGITAL, name("archive"), name("news")])
}

fn access() -> impl Strategy<Value = Access> {
    prop_oneof![
        1 => Just(Access::Free),
        1 => Just(Access::Registered),
        3 => Just(Access::Metered),
        2 => entitlement().prop_map(Access::Entitled),
    ]
}

fn source() -> impl Strategy<Value = Source> {
    let all =
        [Source::Paid, Source::Trial, Source::Complimentary, Source::Seat, Source::Print].to_vec();
    select(all)
}

fn interval() -> impl Strategy<Value = Interval> {
    let ending = select(vec![Ending::RanOut, Ending::RanOutCharged, Ending::PaymentFailed]);
    let times = (instant(), option::of(instant()), option::of(instant()));
    (entitlement(), source(), times, ending).prop_map(
        |(entitlement, source, (starts_at, grace_from, ends_at), ending)| Interval {
            entitlement,
            source,
            starts_at,
            grace_from,
            ends_at,
            ending,
        },
    )
}

fn reader() -> impl Strategy<Value = Reader> {
    let mail = select(vec![Mail::Verified, Mail::Unverified]);
    (mail, collection::vec(interval(), 0..4))
        .prop_map(|(mail, intervals)| Reader { mail, intervals })
}

fn who() -> impl Strategy<Value = Who> {
    let others = vec![
        Who::Stranger,
        Who::Newcomer(Crowd::Usual),
        Who::Newcomer(Crowd::Many),
        Who::Visitor,
        Who::Crawler,
        Who::Staff,
    ];
    prop_oneof![2 => select(others), 1 => reader().prop_map(Who::Reader)]
}

fn licence(entitlement: Entitlement) -> Pass {
    let (starts_at, ends_at) = (Timestamp::MIN, None);
    Pass::Institution(Box::new(Licence { number: 1, opens: vec![entitlement], starts_at, ends_at }))
}

fn pass() -> impl Strategy<Value = Pass> {
    prop_oneof![key().prop_map(Pass::Gift), entitlement().prop_map(licence)]
}

fn asker() -> impl Strategy<Value = Asker> {
    (who(), option::weighted(0.2, pass())).prop_map(|(who, pass)| Asker { who, pass })
}

fn asked() -> impl Strategy<Value = Asked> {
    (key(), access()).prop_map(|(key, access)| Asked { key, access })
}

fn rule() -> impl Strategy<Value = WindowRule> {
    prop_oneof![
        Just(WindowRule::CalendarMonth),
        any::<u16>().prop_map(|days| WindowRule::Rolling { days }),
        (1..=366_u16).prop_map(|days| WindowRule::Rolling { days }),
    ]
}

fn count() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..8_u32, 1 => any::<u32>()]
}

fn standing() -> impl Strategy<Value = Standing> {
    let window = (instant(), instant(), rule()).prop_map(|(starts_at, ends_at, rule)| Window {
        starts_at,
        ends_at,
        rule,
    });
    let this = select(vec![Opened::Already, Opened::NotYet]);
    prop_oneof![
        1 => Just(Standing::Nothing),
        1 => Just(Standing::Unknown),
        4 => (window, count(), this)
            .prop_map(|(window, read, this)| Standing::Counted { window, read, this }),
    ]
}

/// Any rules; the lint might refuse them.
fn policy() -> impl Strategy<Value = Policy> {
    let meter = (count(), count(), rule(), entitlement());
    let budget = prop_oneof![
        Just(Budget::Off),
        Just(Budget::Observe),
        count().prop_map(Budget::Limit),
        Just(Budget::Learned)
    ];
    let switches = any::<[bool; 5]>();
    (select(ZONES.clone()), meter, budget, switches).prop_map(
        |(zone, (visitor, registered, window, lifted_by), new_visitor_budget, on)| Policy {
            version: SettingsVersion(1),
            zone,
            month: Month::default(),
            meter: Meter { allowances: Allowances { visitor, registered }, window, lifted_by },
            registration: if on[0] { Registration::On } else { Registration::Off },
            verified_mail: if on[1] { VerifiedMail::Required } else { VerifiedMail::Optional },
            expired_reader: if on[2] { ExpiredReader::Walled } else { ExpiredReader::Metered },
            new_visitor_budget,
            on_outage: if on[3] { OnOutage::Open } else { OnOutage::Teaser },
            crawlers_read_all: on[4],
        },
    )
}

/// Decisions are compared by what they print: a grant can be held against nothing else.
fn told(decision: &Decision) -> String {
    format!("{decision:?}")
}

const fn rank(decision: &Decision) -> u8 {
    match decision {
        Decision::Open(_) => 2,
        Decision::Ask(_) => 1,
        Decision::Refuse(_) => 0,
    }
}

fn meterage(decision: &Decision) -> Option<Meterage> {
    match decision {
        Decision::Refuse(wall) => wall.meterage,
        Decision::Ask(ticket) => ticket.before(),
        Decision::Open(grant) => match grant.basis() {
            Basis::Reading(meterage) => Some(meterage),
            _ => None,
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 2_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_live_interval_that_opens_is_never_refused(
        (policy, asked, standing) in (policy(), asked(), standing()),
        (mut reader, pass, now) in (reader(), option::of(pass()), instant()),
        (mut interval, place) in (interval(), any::<Index>()),
    ) {
        interval.starts_at = interval.starts_at.min(now);
        interval.ends_at = interval.ends_at.filter(|end| now < *end);
        // Any plan opens what asks for registration; the rest names what it needs.
        match &asked.access {
            Access::Free | Access::Registered => {}
            Access::Metered => interval.entitlement = policy.meter.lifted_by.clone(),
            Access::Entitled(needed) => interval.entitlement = needed.clone(),
        }
        reader.intervals.insert(place.index(reader.intervals.len() + 1), interval);
        let asker = Asker { who: Who::Reader(reader), pass };
        let decision = decide(&policy, &asker, &asked, standing, now);
        let Decision::Open(grant) = decision else {
            return Err(TestCaseError::fail(told(&decision)));
        };
        if !asked.access.is_free() {
            let held = matches!(grant.basis(), Basis::Held { .. });
            prop_assert!(held, "{:?}", grant.basis());
        }
    }

    #[test]
    fn staff_always_see_it(
        (policy, asked, standing) in (policy(), asked(), standing()),
        (pass, now) in (option::of(pass()), instant()),
    ) {
        let asker = Asker { who: Who::Staff, pass };
        let decision = decide(&policy, &asker, &asked, standing, now);
        let staff = matches!(&decision, Decision::Open(g) if g.basis() == Basis::Staff);
        prop_assert!(staff, "{decision:?}");
    }

    #[test]
    fn a_free_article_is_always_open(
        (policy, asker, key) in (policy(), asker(), key()),
        (standing, now) in (standing(), instant()),
    ) {
        let asked = Asked { key, access: Access::Free };
        let decision = decide(&policy, &asker, &asked, standing, now);
        let expected = if asker.who == Who::Staff { Basis::Staff } else { Basis::Free };
        let open = matches!(&decision, Decision::Open(g) if g.basis() == expected);
        prop_assert!(open, "{decision:?}");
    }

    #[test]
    fn an_unverified_crowd_and_a_used_up_meter_never_get_a_ticket(
        (policy, asker, asked) in (policy(), asker(), asked()),
        (standing, now) in (standing(), instant()),
    ) {
        let decision = decide(&policy, &asker, &asked, standing, now);
        if let Decision::Ask(ticket) = &decision {
            prop_assert_eq!(&asked.access, &Access::Metered);
            let registered = matches!(asker.who, Who::Reader(_));
            prop_assert_eq!(ticket.allowance(), policy.allowance(registered));
            match ticket.before() {
                None => prop_assert_eq!(standing, Standing::Unknown),
                Some(before) => {
                    prop_assert!(before.left() > 0);
                    prop_assert_eq!(before.allowance, ticket.allowance());
                    prop_assert!(before.window.holds(now) || now == Timestamp::MAX);
                }
            }
            if let Who::Reader(reader) = &asker.who {
                let required = policy.verified_mail == VerifiedMail::Required
                    && policy.registration == Registration::On;
                prop_assert!(!required || reader.mail == Mail::Verified);
            }
        }
    }

    #[test]
    fn a_reading_opens_only_what_was_opened_in_a_window_that_holds(
        (policy, asker, asked) in (policy(), asker(), asked()),
        (standing, now) in (standing(), instant()),
    ) {
        let decision = decide(&policy, &asker, &asked, standing, now);
        if let Decision::Open(grant) = &decision
            && let Basis::Reading(meterage) = grant.basis()
        {
            let Standing::Counted { window, read, this: Opened::Already } = standing else {
                panic!("opened by {standing:?}");
            };
            prop_assert!(window.holds(now) && read > 0);
            prop_assert_eq!((meterage.window, meterage.read), (window, read));
            prop_assert_eq!(grant.until(), Some(window.ends_at));
            prop_assert_eq!(&asked.access, &Access::Metered);
        }
        if let Decision::Open(grant) = &decision && grant.basis() == Basis::Outage {
            prop_assert_eq!(standing, Standing::Unknown);
            prop_assert_eq!(policy.on_outage, OnOutage::Open);
            prop_assert_eq!(&asked.access, &Access::Metered);
        }
    }

    #[test]
    fn an_expired_reader_never_has_less_than_a_visitor(
        (mut policy, asked, standing) in (policy(), asked(), standing()),
        (mut reader, pass, now) in (reader(), option::of(pass()), instant()),
    ) {
        policy.expired_reader = ExpiredReader::Metered;
        let allowances = &mut policy.meter.allowances;
        // The lint refuses rules that give the registered less.
        allowances.registered = allowances.registered.max(allowances.visitor);
        // An address that has to be proven is a requirement, and requirements come before the meter.
        reader.mail = Mail::Verified;
        let visitor = Asker { who: Who::Visitor, pass: pass.clone() };
        let visitor = decide(&policy, &visitor, &asked, standing, now);
        let reader = Asker { who: Who::Reader(reader), pass };
        let reader = decide(&policy, &reader, &asked, standing, now);
        prop_assert!(rank(&reader) >= rank(&visitor), "{visitor:?}, and registered {reader:?}");
        if let (Some(less), Some(more)) = (meterage(&visitor), meterage(&reader)) {
            prop_assert!(more.left() >= less.left());
        }
    }

    #[test]
    fn without_registration_its_rules_change_nothing(
        (mut policy, other) in (policy(), policy()),
        (asker, asked, standing, now) in (asker(), asked(), standing(), instant()),
    ) {
        policy.registration = Registration::Off;
        let before = decide(&policy, &asker, &asked, standing, now);
        policy.new_visitor_budget = other.new_visitor_budget;
        policy.verified_mail = other.verified_mail;
        let after = decide(&policy, &asker, &asked, standing, now);
        prop_assert_eq!(told(&before), told(&after));
        if let Decision::Refuse(wall) = &after {
            let asks = matches!(
                wall.reason,
                Reason::Registration { .. } | Reason::Network | Reason::VerifyMail
            );
            prop_assert!(!asks, "asked to register where nobody can: {:?}", wall.reason);
        }
    }

    #[test]
    fn a_rule_whose_case_is_not_there_changes_nothing(
        (policy, other) in (policy(), policy()),
        (asker, asked, standing, now) in (asker(), asked(), standing(), instant()),
    ) {
        let before = told(&decide(&policy, &asker, &asked, standing, now));
        let mut changed = policy.clone();
        if standing != Standing::Unknown {
            changed.on_outage = other.on_outage;
        }
        if asker.who != Who::Crawler {
            changed.crawlers_read_all = other.crawlers_read_all;
        }
        if !matches!(asker.who, Who::Newcomer(Crowd::Many)) {
            changed.new_visitor_budget = other.new_visitor_budget;
        }
        match &asker.who {
            Who::Reader(reader) => {
                if reader.past(now) == Past::Nothing {
                    changed.expired_reader = other.expired_reader;
                }
                if reader.mail == Mail::Verified {
                    changed.verified_mail = other.verified_mail;
                }
                changed.meter.allowances.visitor = other.meter.allowances.visitor;
            }
            _ => {
                changed.expired_reader = other.expired_reader;
                changed.verified_mail = other.verified_mail;
            }
        }
        prop_assert_eq!(before, told(&decide(&changed, &asker, &asked, standing, now)));
    }

    #[test]
    fn a_budget_that_only_observes_refuses_nobody(
        (mut policy, asked) in (policy(), asked()),
        (budget, standing, now) in (
            select(vec![Budget::Off, Budget::Observe]),
            standing(),
            instant(),
        ),
    ) {
        policy.new_visitor_budget = budget;
        let [usual, many] = [Crowd::Usual, Crowd::Many].map(|crowd| {
            let asker = Asker::of(Who::Newcomer(crowd));
            told(&decide(&policy, &asker, &asked, standing, now))
        });
        prop_assert_eq!(usual, many);
    }

    #[test]
    fn numbers_and_keys_are_those_of_the_question(
        (policy, asker, asked) in (policy(), asker(), asked()),
        (standing, now) in (standing(), instant()),
    ) {
        let decision = decide(&policy, &asker, &asked, standing, now);
        let again = decide(&policy, &asker, &asked, standing, now);
        prop_assert_eq!(told(&decision), told(&again));
        let key = match &decision {
            Decision::Open(grant) => grant.key(),
            Decision::Ask(ticket) => ticket.key(),
            Decision::Refuse(wall) => {
                prop_assert_eq!(&wall.access, &asked.access);
                prop_assert_eq!(wall.meterage.is_none(), standing == Standing::Unknown);
                wall.key
            }
        };
        prop_assert_eq!(key, asked.key);
        if let Some(meterage) = meterage(&decision) {
            prop_assert!(meterage.left() <= meterage.allowance);
            let counted = meterage.read.min(meterage.allowance);
            prop_assert_eq!(meterage.left() + counted, meterage.allowance);
            // The notice on it never counts what is not there.
            let notice = Notice::of_meterage(meterage);
            prop_assert_eq!(matches!(notice, Notice::Last(_)), meterage.left() == 0);
        }
        if let Decision::Refuse(wall) = &decision
            && let Reason::Registration { more: Some(more) } = wall.reason
        {
            prop_assert!((1..=policy.allowance(true)).contains(&more));
        }
    }

    #[test]
    fn the_order_of_facts_does_not_matter(
        (policy, asked, standing) in (policy(), asked(), standing()),
        (mut reader, now) in (reader(), instant()),
        same_end in any::<bool>(),
    ) {
        if same_end {
            let end = reader.intervals.first().and_then(|interval| interval.ends_at);
            reader.intervals.iter_mut().for_each(|interval| interval.ends_at = end);
        }
        let forward = Asker::of(Who::Reader(reader.clone()));
        reader.intervals.reverse();
        let backward = Asker::of(Who::Reader(reader));
        prop_assert_eq!(
            told(&decide(&policy, &forward, &asked, standing, now)),
            told(&decide(&policy, &backward, &asked, standing, now))
        );
    }

    #[test]
    fn a_grant_holds_as_long_as_it_says(
        (mut policy, asker, asked) in (policy(), asker(), asked()),
        (standing, now) in (standing(), instant()),
    ) {
        // Where the meter ends with the subscription, a reading can end before its window does.
        policy.expired_reader = ExpiredReader::Metered;
        let decision = decide(&policy, &asker, &asked, standing, now);
        if let Decision::Open(grant) = &decision {
            if let Some(until) = grant.until() {
                prop_assert!(now < until, "{grant:?} says {until}");
                let last = until.checked_sub(Span::new().microseconds(1)).unwrap_or(now).max(now);
                let then = decide(&policy, &asker, &asked, standing, last);
                prop_assert_eq!(rank(&then), 2, "{:?}, and at its end {:?}", grant, then);
            } else if let Who::Reader(reader) = &asker.who
                && matches!(grant.basis(), Basis::Held { .. })
            {
                let endless = reader.intervals.iter().any(|interval| {
                    interval.ends_at.is_none() && interval.starts_at <= now
                });
                prop_assert!(endless, "{grant:?} names no end, and nothing is endless");
            }
        }
    }
}
