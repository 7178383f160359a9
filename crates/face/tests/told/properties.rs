//! Over random numbers and names: nothing that readers are told has a gap, a brace, or two spaces.

use face::{
    Language, Overrides, Templates, Words, asking, happenings, lapsed, notice, offer_line, tariff,
    wall,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::{Access, ArticleKey, Ending, Meterage, Notice, Past, Reason, Wall, WindowRule};
use proptest::prelude::*;

use crate::markup::assert_well_formed;
use crate::scene::{Scene, offer};

const ZONES: [&str; 6] = [
    "America/Halifax",
    "Asia/Tokyo",
    "Pacific/Apia",
    "America/Mexico_City",
    "UTC",
    "Asia/Kathmandu",
];

fn instants() -> impl Strategy<Value = Timestamp> {
    // From 1970 to 2200: what a paper can mean. The ends of time are tested apart.
    (0_i64..7_258_118_400).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn languages() -> impl Strategy<Value = Language> {
    prop::sample::select(Language::ALL.to_vec())
}

fn meters() -> impl Strategy<Value = (WindowRule, u32, u32)> {
    let rule = prop_oneof![
        Just(WindowRule::CalendarMonth),
        (1_u16..=366).prop_map(|days| WindowRule::Rolling { days }),
    ];
    (rule, prop_oneof![0_u32..20, any::<u32>()], prop_oneof![1_u32..12, 0_u32..=1_000])
}

fn reasons() -> impl Strategy<Value = Reason> {
    prop_oneof![
        Just(Reason::UsedUp),
        Just(Reason::Subscribers),
        Just(Reason::VerifyMail),
        Just(Reason::Network),
        (instants(), any::<bool>())
            .prop_map(|(ended_at, charged)| Reason::TrialOver { ended_at, charged }),
        (instants(), any::<bool>()).prop_map(|(ended_at, payment_failed)| {
            Reason::SubscriptionOver { ended_at, payment_failed }
        }),
        proptest::option::of(1_u32..1_000).prop_map(|more| Reason::Registration { more }),
    ]
}

/// What no reader ever sees.
fn assert_told(text: &str) {
    for banned in ["{", "}", "undefined", "NaN", "  ", " .", "()", "（）"] {
        assert!(!text.contains(banned), "{banned:?} in {text:?}");
    }
    assert!(!text.trim().is_empty(), "nothing is said");
    assert_eq!(text.trim(), text);
}

fn scene(zone: &str, accounts: bool, ends_on: Option<&str>) -> Scene {
    Scene {
        zone: TimeZone::get(zone).unwrap(),
        accounts,
        offers: vec![offer(ends_on)],
        ..Scene::new()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn notices_have_no_gap(
        language in languages(),
        zone in prop::sample::select(ZONES.to_vec()),
        (rule, read, allowance) in meters(),
        now in instants(),
        ended_at in instants(),
        which in 0..3_u8,
    ) {
        let scene = scene(zone, true, None);
        let paper = scene.paper(language);
        let past = match which {
            0 => Past::Nothing,
            1 => Past::Trial { ended_at, ending: Ending::RanOut },
            _ => Past::Subscription { ended_at, ending: Ending::PaymentFailed },
        };
        let meterage = Meterage { read, allowance, window: rule.lay(&scene.zone, now), past };
        let words = notice(&Notice::of_meterage(meterage), &paper, now);
        assert_told(&words.line);
        assert_told(&words.status);
        prop_assert_eq!(words.bar.is_some(), Notice::of_meterage(meterage).is_bar());
        if let Some(bar) = words.bar {
            assert_told(&bar.text);
            assert_told(&bar.action.label);
        }
        let asked = asking(Some(&meterage), &paper);
        prop_assert_eq!(asked.text.is_some(), meterage.left() > 0);
        if let Some(text) = asked.text {
            assert_told(&text);
        }
    }

    #[test]
    fn walls_have_no_gap_and_are_well_formed(
        language in languages(),
        zone in prop::sample::select(ZONES.to_vec()),
        (rule, read, allowance) in meters(),
        now in instants(),
        reason in reasons(),
        accounts in any::<bool>(),
        counted in any::<bool>(),
    ) {
        let scene = scene(zone, accounts, Some("2030-12-31"));
        let paper = scene.paper(language);
        let window = rule.lay(&scene.zone, now);
        let meterage = counted.then_some(Meterage { read, allowance, window, past: Past::Nothing });
        let key = ArticleKey::from_bytes([7; 16]);
        let refused = Wall { key, reason, access: Access::Metered, meterage };
        let words = wall(&refused, &paper, "K7Q-24P", now);
        let lines = [&words.heading, &words.action.label, &words.picture_alt, &words.why.label];
        let lines = lines.into_iter().chain(&words.lead).chain(&words.benefits);
        for line in lines.chain(&words.price).chain(&words.terms) {
            assert_told(line);
        }
        prop_assert!(!words.lead.is_empty());
        prop_assert!(words.benefits.is_empty() || (2..=5).contains(&words.benefits.len()));
        let html = Templates::new().unwrap().wall(&words, paper.front).unwrap();
        assert_well_formed(&html);
    }

    #[test]
    fn offers_have_no_gap(
        language in languages(),
        zone in prop::sample::select(ZONES.to_vec()),
        now in instants(),
        months in 0_u32..40,
        minor in 0_i64..10_000_000,
        accounts in any::<bool>(),
    ) {
        let mut scene = scene(zone, accounts, Some("2035-02-28"));
        let amount = paywall::Money { minor, ..scene.offers[0].then.amount };
        scene.offers[0].terms = paywall::OfferTerms::Intro { periods: months, amount };
        scene.plans[0].monthly.minor = minor;
        let paper = scene.paper(language);
        if let Some(line) = offer_line(&scene.offers[0], &paper, now) {
            assert_told(&line);
        }
        assert_told(&lapsed(&scene.plans[0], now, &paper));
        for row in happenings(&scene.plans[0], scene.offers.first(), &paper, now) {
            assert_told(&row.when);
            assert_told(&row.what);
        }
        let html = Templates::new().unwrap().tariff(&tariff(&paper, &scene.offers, now)).unwrap();
        assert_well_formed(&html);
    }

    #[test]
    fn any_table_of_wordings_is_read_or_refused(
        language in languages(),
        name in "[a-z_]{0,12}|left|opens_with|price_now",
        text in ".{0,40}|[a-z {}]{0,30}|Costs \\{price\\}",
    ) {
        let mut table = toml::Table::new();
        table.insert(name, toml::Value::String(text));
        if let Ok(overrides) = Overrides::read(language, &table) {
            let words = Words::with(&overrides);
            for key in overrides.keys() {
                let told = words.format(key, &face::Args::new());
                let braces = told.contains(['{', '}']);
                prop_assert!(!braces);
            }
        }
    }
}

#[test]
fn the_ends_of_time_are_told_without_a_panic() {
    for language in Language::ALL {
        let scene = Scene::new();
        let paper = scene.paper(language);
        for now in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
            let window = WindowRule::CalendarMonth.lay(&scene.zone, now);
            let meterage =
                Meterage { read: u32::MAX, allowance: u32::MAX, window, past: Past::Nothing };
            let words = notice(&Notice::of_meterage(meterage), &paper, now);
            assert_told(&words.line);
            let _rows = happenings(&scene.plans[0], scene.offers.first(), &paper, now);
            assert_told(&paper.words.when(Timestamp::MAX, &scene.zone, now));
        }
    }
}
