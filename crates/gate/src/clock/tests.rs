use jiff::{SignedDuration, Timestamp};

use super::{Clock, STEP_BACK_MAX};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

#[test]
fn a_clock_that_steps_back_keeps_the_latest_instant() {
    let clock = Clock::standing_at(at(0));
    assert_eq!(clock.now(), at(0));
    clock.set(at(60));
    assert_eq!(clock.now(), at(60));
    clock.set(at(-3_600));
    assert_eq!(clock.now(), at(60));
    assert_eq!(clock.source_now(), at(-3_600));
    clock.set(at(61));
    assert_eq!(clock.now(), at(61));
}

#[test]
fn a_clock_that_was_days_ahead_is_taken_for_wrong() {
    let clock = Clock::standing_at(at(0));
    clock.set(at(10 * 86_400));
    assert_eq!(clock.now(), at(10 * 86_400));
    clock.set(at(1));
    assert_eq!(clock.now(), at(1));
}

#[test]
fn the_mark_of_the_record_holds_a_restarted_clock_up() {
    let clock = Clock::standing_at(at(0));
    clock.hold_up(at(3_600));
    assert_eq!(clock.now(), at(3_600));
    clock.hold_up(at(0) + STEP_BACK_MAX + SignedDuration::from_secs(1));
    assert_eq!(clock.now(), at(3_600));
}

#[test]
fn a_demo_s_clock_shows_what_it_was_set_to_and_moves_forward_alone() {
    let shown = "2026-09-30T23:59:30-03:00".parse().unwrap();
    let clock = Clock::demo_at(Some(shown));
    let near = |wanted: Timestamp| clock.now().duration_since(wanted).as_secs().abs() < 60;
    assert!(near(shown));
    assert!(clock.clone().forward(SignedDuration::from_hours(24)));
    assert!(near(shown + SignedDuration::from_hours(24)));
    assert!(!clock.forward(SignedDuration::from_hours(-24)));
    assert!(near(shown + SignedDuration::from_hours(24)));
    // No other clock listens.
    assert!(!Clock::system(Timestamp::MIN).forward(SignedDuration::from_hours(1)));
    assert!(!Clock::standing_at(shown).forward(SignedDuration::from_hours(1)));
}
