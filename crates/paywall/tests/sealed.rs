//! The seal: what opens it, what does not, and what the compiler refuses.
//!
//! The files of `compile_fail` are programs that must not compile; the compiler's words are kept beside each. Where a
//! new compiler words them differently, `TRYBUILD=overwrite cargo test -p paywall --test sealed` writes them anew: read
//! the difference, because a program that fails for another reason proves nothing.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use paywall::{
    Access, Allowances, ArticleKey, Asked, Asker, Basis, Budget, Decision, Desk, Entitlement,
    ExpiredReader, Export, Grant, Meter, Month, Notice, OnOutage, Opened, Persistence, Policy,
    Registration, Sealed, SettingsVersion, Standing, VerifiedMail, Who, WindowRule, WrongKey,
    decide,
};

const BODY: &str = "the canary sings behind the wall";
const MINE: ArticleKey = ArticleKey::from_bytes([0xA1; 16]);
const OTHER: ArticleKey = ArticleKey::from_bytes([0xB2; 16]);

#[test]
fn what_must_not_compile_does_not() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
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
    "2026-09-15T15:00Z".parse().expect("an instant")
}

/// The only way to a grant: a decision that opens.
fn grant(key: ArticleKey) -> Grant {
    let asked = Asked { key, access: Access::Free };
    match decide(&policy(), &Asker::of(Who::Stranger), &asked, Standing::Nothing, now()) {
        Decision::Open(grant) => grant,
        other => panic!("a free article is open: {other:?}"),
    }
}

/// A grant for the reading of a visitor who has opened `read` of five, this one among them.
fn reading(read: u32) -> Grant {
    let window = WindowRule::CalendarMonth.lay(&TimeZone::UTC, now());
    let standing = Standing::Counted { window, read, this: Opened::Already };
    let asked = Asked { key: MINE, access: Access::Metered };
    match decide(&policy(), &Asker::of(Who::Visitor), &asked, standing, now()) {
        Decision::Open(grant) => grant,
        other => panic!("what was opened is open: {other:?}"),
    }
}

#[test]
fn a_grant_opens_its_own_article_and_no_other() {
    let sealed = Sealed::seal(MINE, BODY.to_owned());
    assert_eq!(sealed.key(), MINE);
    assert_eq!(sealed.open(&grant(MINE)).map(String::as_str), Ok(BODY));
    let wrong = sealed.open(&grant(OTHER));
    assert_eq!(wrong, Err(WrongKey { granted: OTHER, sealed: MINE }));
}

#[test]
fn a_grant_opens_it_as_often_as_it_is_held_against_it() {
    let grant = grant(MINE);
    let sealed = Sealed::seal(MINE, BODY);
    let page = Sealed::seal(MINE, BODY.as_bytes());
    assert_eq!((sealed.open(&grant), sealed.open(&grant)), (Ok(&BODY), Ok(&BODY)));
    assert_eq!(page.open(&grant), Ok(&BODY.as_bytes()));
}

#[test]
fn a_key_that_differs_in_one_bit_is_another_key() {
    for bit in 0..128 {
        let mut bytes = *MINE.as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let other = Sealed::seal(ArticleKey::from_bytes(bytes), BODY);
        assert!(other.open(&grant(MINE)).is_err(), "bit {bit}");
    }
}

#[test]
fn whatever_comes_of_sealed_text_stays_under_the_same_seal() {
    let mapped = Sealed::seal(MINE, BODY.to_owned()).map(|text| text.to_uppercase());
    let framed =
        Sealed::seal(MINE, BODY).derive_with("<p>", |text, frame| format!("{frame}{text}"));
    let derived = framed.derive(String::len);
    for key in [mapped.key(), framed.key(), derived.key()] {
        assert_eq!(key, MINE);
    }
    assert_eq!(mapped.open(&grant(MINE)), Ok(&BODY.to_uppercase()));
    assert_eq!(framed.open(&grant(MINE)), Ok(&format!("<p>{BODY}")));
    assert_eq!(derived.open(&grant(MINE)), Ok(&(BODY.len() + 3)));
    assert!(mapped.open(&grant(OTHER)).is_err());
    assert!(framed.open(&grant(OTHER)).is_err());
    assert!(derived.open(&grant(OTHER)).is_err());
    assert_eq!(framed.measure(String::len), BODY.len() + 3);
}

#[test]
fn the_three_exits_lead_out() {
    let sealed = Sealed::seal(MINE, BODY);
    assert_eq!(sealed.persist(&Persistence::exit()), &BODY);
    assert_eq!(sealed.edit(&Desk::exit()), &BODY);
    assert_eq!(sealed.export(&Export::exit()), &BODY);
}

#[test]
fn nothing_that_is_printed_shows_the_text() {
    let sealed = Sealed::seal(MINE, BODY.to_owned());
    let key = "a1".repeat(16);
    assert_eq!(format!("{sealed:?}"), format!("Sealed({key})"));
    assert_eq!(format!("{sealed:#?}"), format!("Sealed({key})"));
    // Inside something else, too: this is how text gets into a log.
    assert_eq!(format!("{:?}", Some(vec![&sealed])), format!("Some([Sealed({key})])"));
    let wrong = sealed.open(&grant(OTHER)).expect_err("another article's grant");
    for text in [wrong.to_string(), format!("{wrong:?}"), format!("{:?}", grant(MINE))] {
        assert!(!text.contains("canary"), "{text}");
    }
    let told = wrong.to_string();
    assert!(told.contains(&key) && told.contains(&"b2".repeat(16)), "{told}");
}

#[test]
fn a_grant_says_why_and_until_when() {
    let free = grant(MINE);
    assert_eq!((free.key(), free.basis(), free.until()), (MINE, Basis::Free, None));
    let reading = reading(3);
    assert!(matches!(reading.basis(), Basis::Reading(meterage) if meterage.left() == 2));
    assert_eq!(reading.until(), "2026-10-01T00:00Z".parse().ok());
}

#[test]
fn the_notice_of_a_reading_counts_down_to_the_last() {
    for read in 1..=7 {
        let notice = Notice::of(&reading(read)).expect("a reading has a notice");
        let kind = match notice {
            Notice::Left(meterage) => ("left", meterage.left()),
            Notice::Few(meterage) => ("few", meterage.left()),
            Notice::Last(meterage) => ("last", meterage.left()),
            other => panic!("nothing is over: {other:?}"),
        };
        // 7 of 5 is what merging two jars leaves: none left, and not fewer than none.
        let expected = match read {
            1 | 2 => ("left", 5 - read),
            3 | 4 => ("few", 5 - read),
            _ => ("last", 0),
        };
        assert_eq!(kind, expected, "{read} of 5");
        assert_eq!(notice.is_bar(), read > 2, "{read} of 5");
    }
    assert_eq!(Notice::of(&grant(MINE)), None);
}

#[test]
fn a_key_is_derived_from_all_three_of_its_parts() {
    use paywall::PaperId;
    let key = |paper: u8, origin, id| ArticleKey::derive(PaperId([paper; 16]), origin, id);
    let mine = key(1, "own", "42");
    assert_eq!(mine, key(1, "own", "42"));
    for other in [key(2, "own", "42"), key(1, "wp", "42"), key(1, "own", "43")] {
        assert_ne!(mine, other);
    }
    // The border between origin and id is a part of the name.
    assert_ne!(key(1, "ab", "c"), key(1, "a", "bc"));
    assert_ne!(key(1, "", "abc"), key(1, "abc", ""));
    assert_eq!(ArticleKey::parse(&mine.to_string()), Some(mine));
    for text in ["", "a1", &"A1".repeat(16), &"g1".repeat(16), &"a".repeat(33), &"é".repeat(16)] {
        assert_eq!(ArticleKey::parse(text), None, "{text}");
    }
}

#[test]
fn a_notice_of_grace_says_both_dates() {
    use paywall::{Ending, Interval, Mail, Reader, Source};
    let day = |days: i64| now().checked_add(Span::new().hours(24 * days)).expect("a day of ours");
    let interval = Interval {
        entitlement: Entitlement::DIGITAL,
        source: Source::Paid,
        starts_at: day(-90),
        grace_from: Some(day(-3)),
        ends_at: Some(day(4)),
        ending: Ending::PaymentFailed,
    };
    let who = Who::Reader(Reader { mail: Mail::Verified, intervals: vec![interval] });
    let asked = Asked { key: MINE, access: Access::Metered };
    let at = |now| decide(&policy(), &Asker::of(who.clone()), &asked, Standing::Nothing, now);
    let Decision::Open(grant) = at(now()) else { panic!("grace keeps access") };
    let notice = Notice::of(&grant);
    assert_eq!(notice, Some(Notice::Grace { declined_at: day(-3), until: day(4) }));
    // Before the payment failed nothing is said of it, even where the record knows already.
    let Decision::Open(grant) = at(day(-4)) else { panic!("a live interval") };
    assert_eq!((Notice::of(&grant), grant.until()), (None, Some(day(4))));
    assert!(matches!(at(day(4)), Decision::Ask(_)), "its end is exclusive");
}
