use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use proptest::test_runner::Config;
use proptest::{option, prop_oneof};

use super::{ALPHABET, CodeError, CodeKey, Direction, WallCode, permute};
use crate::{
    Access, Allowances, ArticleKey, Budget, Entitlement, ExpiredReader, Meter, Meterage, Month,
    OnOutage, Past, Policy, Reason, Registration, SettingsVersion, VerifiedMail, Wall, Window,
    WindowRule,
};

const KEY: CodeKey = CodeKey([7; 32]);
const OTHER: CodeKey = CodeKey([8; 32]);
const DAY_SECONDS: i64 = 86_400;

fn policy(version: u32) -> Policy {
    Policy {
        version: SettingsVersion(version),
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

fn meterage(read: u32, allowance: u32, ends_at: Timestamp) -> Meterage {
    let rule = WindowRule::CalendarMonth;
    let window = Window { starts_at: Timestamp::UNIX_EPOCH, ends_at, rule };
    Meterage { read, allowance, window, past: Past::Nothing }
}

fn wall(reason: Reason, meterage: Option<Meterage>) -> Wall {
    Wall { key: ArticleKey::from_bytes([3; 16]), reason, access: Access::Metered, meterage }
}

fn october() -> Timestamp {
    "2026-10-01T03:00Z".parse().expect("an instant")
}

fn used_up(read: u32) -> WallCode {
    let wall = wall(Reason::UsedUp, Some(meterage(read, 5, october())));
    WallCode::of(&wall, &policy(41), &KEY)
}

/// Every reason, the rule's name in the code, and what the code says of the reader.
fn reasons() -> Vec<(Reason, &'static str, &'static str)> {
    let ended_at = Timestamp::UNIX_EPOCH;
    let trial = |charged| Reason::TrialOver { ended_at, charged };
    let subscription = |payment_failed| Reason::SubscriptionOver { ended_at, payment_failed };
    vec![
        (Reason::UsedUp, "used_up", "visitor"),
        (Reason::Subscribers, "subscribers", "visitor"),
        (trial(true), "trial_over", "trial_over"),
        (trial(false), "trial_over", "trial_over"),
        (subscription(true), "subscription_over", "subscription_over"),
        (subscription(false), "subscription_over", "subscription_over"),
        (Reason::Registration { more: None }, "registration", "visitor"),
        (Reason::Registration { more: Some(5) }, "registration_more", "visitor"),
        (Reason::VerifyMail, "verify_mail", "reader"),
        (Reason::Network, "network", "visitor"),
    ]
}

fn accesses() -> Vec<(Access, &'static str)> {
    vec![
        (Access::Free, "free"),
        (Access::Registered, "registered"),
        (Access::Metered, "metered"),
        (Access::Entitled(Entitlement::DIGITAL), "entitled"),
    ]
}

/// The list above names every reason: a new one stops this from compiling.
const fn is_listed(reason: Reason) -> bool {
    match reason {
        Reason::UsedUp
        | Reason::Subscribers
        | Reason::TrialOver { .. }
        | Reason::SubscriptionOver { .. }
        | Reason::Registration { .. }
        | Reason::VerifyMail
        | Reason::Network => true,
    }
}

fn instant() -> impl Strategy<Value = Timestamp> {
    let ever = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    prop_oneof![
        4 => 1_577_836_800..3_000_000_000_i64,
        1 => ever,
        1 => Just(Timestamp::MAX.as_second()),
    ]
    .prop_map(|seconds| Timestamp::from_second(seconds).expect("within the ends of time"))
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn what_a_wall_says_its_code_says(
        ((reason, rule, reader), (access, asks)) in (select(reasons()), select(accesses())),
        numbers in option::of((any::<u32>(), any::<u32>(), instant())),
        (version, key) in (any::<u32>(), any::<[u8; 32]>()),
    ) {
        prop_assert!(is_listed(reason));
        let meterage = numbers.map(|(read, allowance, ends)| meterage(read, allowance, ends));
        let wall = Wall { access, ..wall(reason, meterage) };
        let key = CodeKey(key);
        let code = WallCode::of(&wall, &policy(version), &key);
        let text = code.to_string();
        let read_back = WallCode::parse(&text);
        prop_assert_eq!(read_back, Ok(code));
        let facts = code.explain(&key).expect("its own key");
        prop_assert_eq!((facts.rule, facts.access, facts.reader), (rule, asks, reader));
        prop_assert_eq!(facts.settings.0, version % 65_536);
        let day = numbers.map_or(0, |(_, _, ends)| {
            let days = (ends.as_second() - 1_577_836_800).div_euclid(DAY_SECONDS);
            days.clamp(0, 16_383)
        });
        let known = numbers.filter(|_| day > 0);
        let byte = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        prop_assert_eq!(facts.read, known.map(|(read, ..)| byte(read)));
        prop_assert_eq!(facts.allowance, known.map(|(_, allowance, _)| byte(allowance)));
        prop_assert_eq!(facts.window_ends_day.map(i64::from), known.map(|_| day));
        if let Some(ends_at) = facts.window_ends_at() {
            prop_assert_eq!(ends_at.as_second(), 1_577_836_800 + day * DAY_SECONDS);
        }
    }

    #[test]
    fn any_text_is_an_error_or_a_code(text in any::<String>()) {
        if let Ok(code) = WallCode::parse(&text) {
            let explained = code.explain(&KEY);
            prop_assert!(explained.is_ok() || explained == Err(CodeError::Foreign));
        }
    }

    #[test]
    fn any_fourteen_characters_come_back_and_never_panic(
        places in vec(0..32_usize, 14),
    ) {
        let text: String = places.iter().map(|place| char::from(ALPHABET[*place])).collect();
        let code = WallCode::parse(&text).expect("fourteen characters of the alphabet");
        prop_assert_eq!(code.to_string().replace('-', ""), text);
        let explained = code.explain(&KEY);
        prop_assert!(explained.is_ok() || explained == Err(CodeError::Foreign));
    }
}

#[test]
fn a_code_is_fourteen_characters_in_groups_of_four_five_and_five() {
    let text = used_up(5).to_string();
    let groups: Vec<_> = text.split('-').map(str::len).collect();
    assert_eq!(groups, [4, 5, 5], "{text}");
    assert!(text.bytes().all(|b| b == b'-' || ALPHABET.contains(&b)), "{text}");
}

#[test]
fn the_window_s_end_is_told_as_a_day() {
    let facts = used_up(5).explain(&KEY).expect("its own key");
    assert_eq!(facts.window_ends_at(), "2026-10-01T00:00Z".parse().ok());
    assert_eq!((facts.read, facts.allowance), (Some(5), Some(5)));
    assert_eq!(facts.settings, SettingsVersion(41));
    let unknown = WallCode::of(&wall(Reason::VerifyMail, None), &policy(1), &KEY);
    let facts = unknown.explain(&KEY).expect("its own key");
    assert_eq!((facts.read, facts.allowance, facts.window_ends_at()), (None, None, None));
}

#[test]
fn a_code_is_read_as_people_write_it() {
    let code = used_up(5);
    let text = code.to_string();
    let bare = text.replace('-', "");
    let spaced: String = bare.chars().flat_map(|c| [c, ' ']).collect();
    for typed in [
        bare.clone(),
        text.to_lowercase(),
        text.replace('-', " "),
        text.replace('-', "\u{2011}"),
        text.replace('-', "\u{2010}"),
        text.replace('-', "\u{2013}"),
        text.replace('-', "\u{2212}"),
        text.replace('-', "\u{a0}"),
        text.replace('-', "\u{202f}"),
        format!("\t{text}\r\n"),
        spaced,
    ] {
        assert_eq!(WallCode::parse(&typed), Ok(code), "{typed:?}");
    }
    let zeros = WallCode::parse("00001111111111");
    assert!(zeros.is_ok());
    for typed in ["OOOOIIIIILLLLL", "oooo-iiiii-lllll", "0oO0-1iIlL-1iIlL"] {
        assert_eq!(WallCode::parse(typed), zeros, "{typed:?}");
    }
}

#[test]
fn what_is_no_code_is_told_apart_from_a_wrong_one() {
    for typed in [
        "",
        "-",
        "0000-00000-0000",
        "0000-00000-000000",
        "0000-00000-0000U",
        "0000-00000-0000é",
        "0000-00000-0000\u{0}",
        "0000_00000_00000",
    ] {
        assert_eq!(WallCode::parse(typed), Err(CodeError::Form), "{typed:?}");
    }
    let long = "0".repeat(1_000_000);
    assert_eq!(WallCode::parse(&long), Err(CodeError::Form));
    let foreign = WallCode::parse("0000-00000-00000").expect("fourteen characters");
    assert_eq!(foreign.explain(&KEY), Err(CodeError::Foreign));
}

#[test]
fn a_mistyped_character_is_refused() {
    let mut accepted = 0;
    let mut tried = 0;
    for read in 0.. {
        let code = used_up(read % 250).to_string().replace('-', "").into_bytes();
        // Another place and another character every time, in an order that never changes.
        for place in 0..code.len() {
            let mut typed = code.clone();
            let is = ALPHABET.iter().position(|c| *c == typed[place]).expect("of the alphabet");
            let step = 1 + (read as usize + 11 * place) % 31;
            typed[place] = ALPHABET[(is + step) % 32];
            assert_ne!(typed, code);
            let typed = String::from_utf8(typed).expect("letters and digits");
            let explained = WallCode::parse(&typed).expect("fourteen characters").explain(&KEY);
            accepted += usize::from(explained.is_ok());
            tried += 1;
        }
        if tried >= 10_000 {
            break;
        }
    }
    assert!(accepted < 5, "{accepted} of {tried} mistyped codes were explained");
}

#[test]
fn each_of_the_sixteen_bits_that_must_be_zero_is_looked_at() {
    let plain = permute(used_up(5).0, &KEY, Direction::Backward);
    assert_eq!(plain & 0xFFFF, 0);
    for bit in 0..16 {
        let code = WallCode(permute(plain | 1 << bit, &KEY, Direction::Forward));
        assert_eq!(code.explain(&KEY), Err(CodeError::Foreign), "bit {bit}");
    }
}

#[test]
fn a_rule_that_this_version_does_not_know_is_refused() {
    let plain = permute(used_up(5).0, &KEY, Direction::Backward);
    let above = 16 + 14 + 8 + 8 + 2 + 2;
    for rule in 8..16_u128 {
        let code = WallCode(permute(plain | rule << above, &KEY, Direction::Forward));
        assert_eq!(code.explain(&KEY), Err(CodeError::Foreign), "rule {rule}");
    }
}

#[test]
fn two_characters_that_changed_places_are_refused() {
    let mut accepted = 0;
    for read in 0..250 {
        let code = used_up(read).to_string().replace('-', "").into_bytes();
        for place in 1..code.len() {
            let mut typed = code.clone();
            typed.swap(place - 1, place);
            if typed != code {
                let typed = String::from_utf8(typed).expect("letters and digits");
                let code = WallCode::parse(&typed).expect("fourteen characters");
                accepted += usize::from(code.explain(&KEY).is_ok());
            }
        }
    }
    assert!(accepted < 5, "{accepted} codes with two changed places were explained");
}

#[test]
fn codes_that_differ_in_the_count_alone_share_no_long_beginning() {
    let codes: Vec<String> = (0..=200).map(|read| used_up(read).to_string()).collect();
    let shared = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    for (place, code) in codes.iter().enumerate() {
        for other in &codes[place + 1..] {
            assert!(shared(code, other) < 6, "{code} and {other}");
            let reversed = |text: &str| text.chars().rev().collect::<String>();
            assert!(shared(&reversed(code), &reversed(other)) < 6, "{code} and {other}");
        }
    }
}

#[test]
fn the_same_wall_has_the_same_code_whoever_meets_it_and_wherever() {
    let mut other_article = wall(Reason::UsedUp, Some(meterage(5, 5, october())));
    other_article.key = ArticleKey::from_bytes([9; 16]);
    assert_eq!(WallCode::of(&other_article, &policy(41), &KEY), used_up(5));
}

#[test]
fn another_paper_s_key_explains_nothing() {
    let explained = (0..1_000).filter(|read| used_up(*read).explain(&OTHER).is_ok()).count();
    assert!(explained < 3, "{explained} of 1,000 codes were explained with a foreign key");
    assert!((0..250).all(|read| used_up(read).explain(&KEY).is_ok()));
}

#[test]
fn neither_the_key_nor_the_facts_are_printed() {
    assert_eq!(format!("{KEY:?}"), "CodeKey(..)");
    let code = used_up(5);
    assert_eq!(format!("{code:?}"), format!("WallCode({code})"));
}
