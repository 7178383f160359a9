use super::*;
use crate::Secret;

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

fn key() -> OutagePassKey {
    OutagePassKey::derive(&[1; 32], "https://paper.example")
}

fn session(of: u8) -> SecretHash {
    Secret::of([of; 16]).hash("session")
}

fn held(name: &str, hours: Option<i64>) -> Interval {
    Interval {
        entitlement: Entitlement::parse(name).unwrap(),
        source: Source::Print,
        starts_at: NOW - SignedDuration::from_hours(100),
        grace_from: None,
        ends_at: hours.map(|hours| NOW + SignedDuration::from_hours(hours)),
        ending: Ending::RanOut,
    }
}

fn named(intervals: &[Interval]) -> Vec<(&str, Source, i64)> {
    let hours = |one: &Interval| one.ends_at.unwrap().duration_since(NOW).as_hours();
    intervals.iter().map(|one| (one.entitlement.as_str(), one.source, hours(one))).collect()
}

#[test]
fn a_pass_holds_what_is_live_until_it_ends_and_a_day_at_most() {
    let intervals = [
        held("digital", None),
        held("archive", Some(3)),
        held("archive", Some(2)),
        held("over", Some(0)),
    ];
    let pass = key().issue(session(1), &intervals, NOW).unwrap();
    let read = |now| key().intervals(session(1), &pass, now);
    assert_eq!(named(&read(NOW)), [("digital", Source::Print, 24), ("archive", Source::Print, 3)]);
    let later = |seconds| NOW + SignedDuration::from_secs(seconds);
    assert_eq!(read(later(3 * 3600 - 1)).len(), 2);
    assert_eq!(named(&read(later(3 * 3600))), [("digital", Source::Print, 24)]);
    assert_eq!(read(later(24 * 3600 - 1)).len(), 1);
    assert_eq!(read(later(24 * 3600)), []);
    // A clock that was set back opens nothing for longer than a day.
    assert_eq!(read(later(-1)).len(), 1, "only what ends within a day of now");
    assert!(read(NOW).iter().all(|one| one.is_live(NOW)));
}

#[test]
fn nobody_without_something_live_has_a_pass() {
    for intervals in [vec![], vec![held("digital", Some(0)), held("archive", Some(-5))]] {
        assert_eq!(key().issue(session(1), &intervals, NOW), None);
    }
}

#[test]
fn a_pass_of_another_session_address_or_secret_and_an_altered_one_open_nothing() {
    let pass = key().issue(session(1), &[held("digital", None)], NOW).unwrap();
    assert_eq!(key().intervals(session(1), &pass, NOW).len(), 1);
    assert_eq!(key().intervals(session(2), &pass, NOW), []);
    for other in [
        OutagePassKey::derive(&[2; 32], "https://paper.example"),
        OutagePassKey::derive(&[1; 32], "https://other.example"),
    ] {
        assert_eq!(other.intervals(session(1), &pass, NOW), []);
    }
    for place in 0..pass.len() {
        let mut bytes = pass.clone().into_bytes();
        bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
        let altered = String::from_utf8(bytes).unwrap();
        assert_eq!(key().intervals(session(1), &altered, NOW), [], "{altered}");
    }
    let upper = pass.to_uppercase();
    let (long, twice) =
        (format!("{}{pass}", "a".repeat(OUTAGE_PASS_BYTES_MAX)), format!("{pass}{pass}"));
    let cut = &pass[..pass.len() - 1];
    for odd in [
        "",
        ".",
        "..",
        &upper,
        &long,
        &twice,
        cut,
        &pass[1..],
        "digital:print:9999999999.",
        "\u{fc}.",
    ] {
        assert_eq!(key().intervals(session(1), odd, NOW), [], "{odd}");
    }
}

#[test]
fn a_pass_names_the_eight_that_last_longest_and_stays_small() {
    let long = |n: i64| format!("{}-{n:02}", "e".repeat(29));
    let intervals: Vec<Interval> = (0..20).map(|n| held(&long(n), Some(1 + n))).collect();
    let pass = key().issue(session(1), &intervals, NOW).unwrap();
    assert!(pass.len() <= OUTAGE_PASS_BYTES_MAX, "{} bytes", pass.len());
    let read = key().intervals(session(1), &pass, NOW);
    assert_eq!(read.len(), OUTAGE_PASS_ENTITLEMENTS_MAX);
    assert!(named(&read).iter().all(|(_, _, hours)| *hours > 12), "{read:?}");
    // As a cookie needs it (RFC 6265, 4.1.1).
    assert!(pass.bytes().all(|b| b.is_ascii_graphic() && !b"\",;\\".contains(&b)), "{pass}");
}

#[test]
fn the_key_is_not_printed() {
    assert_eq!(format!("{:?}", key()), "OutagePassKey(..)");
}
