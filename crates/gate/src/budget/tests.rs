use std::net::IpAddr;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use paywall::{Budget, Crowd};

use super::{CROWD_USUAL_MIN, NewVisitors, network};
use crate::Random;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    "2026-09-16T12:00:00Z".parse().unwrap()
}

fn send(visitors: &NewVisitors, budget: Budget, from: &str, now: Timestamp, times: u32) -> Crowd {
    let mut last = Crowd::Usual;
    for _ in 0..times {
        last = visitors.count(budget, address(from), &TimeZone::UTC, now);
    }
    last
}

#[test]
fn the_visitor_after_the_limit_is_a_crowd_and_another_network_is_not() {
    let visitors = NewVisitors::new(Random::counted(1));
    assert_eq!(send(&visitors, Budget::Limit(3), "192.0.2.1", noon(), 3), Crowd::Usual);
    assert_eq!(send(&visitors, Budget::Limit(3), "192.0.2.1", noon(), 1), Crowd::Many);
    assert_eq!(send(&visitors, Budget::Limit(3), "192.0.2.2", noon(), 1), Crowd::Usual);
}

#[test]
fn midnight_in_the_paper_s_zone_forgets_everybody() {
    let visitors = NewVisitors::new(Random::counted(1));
    assert_eq!(send(&visitors, Budget::Limit(1), "192.0.2.1", noon(), 2), Crowd::Many);
    let tomorrow = noon() + SignedDuration::from_hours(12);
    assert_eq!(send(&visitors, Budget::Limit(1), "192.0.2.1", tomorrow, 1), Crowd::Usual);
}

#[test]
fn rotating_within_one_ipv6_line_is_one_network() {
    assert_eq!(network(address("2001:db8:1:2200::1")), network(address("2001:db8:1:22ff:9::7")));
    assert_ne!(network(address("2001:db8:1:2200::1")), network(address("2001:db8:1:2300::1")));
    assert_eq!(network(address("::ffff:192.0.2.1")), network(address("192.0.2.1")));
    assert_ne!(network(address("192.0.2.1")), network(address("192.0.2.2")));
}

#[test]
fn a_learned_budget_follows_the_day_before() {
    let visitors = NewVisitors::new(Random::counted(1));
    assert_eq!(
        send(&visitors, Budget::Learned, "192.0.2.1", noon(), CROWD_USUAL_MIN),
        Crowd::Usual
    );
    assert_eq!(send(&visitors, Budget::Learned, "192.0.2.1", noon(), 1), Crowd::Many);
    let tomorrow = noon() + SignedDuration::from_hours(24);
    let usual = 4 * (CROWD_USUAL_MIN + 1);
    assert_eq!(send(&visitors, Budget::Learned, "192.0.2.9", tomorrow, usual), Crowd::Usual);
    assert_eq!(send(&visitors, Budget::Learned, "192.0.2.9", tomorrow, 1), Crowd::Many);
}

#[test]
fn off_counts_nobody() {
    let visitors = NewVisitors::new(Random::counted(1));
    assert_eq!(send(&visitors, Budget::Off, "192.0.2.1", noon(), 500), Crowd::Usual);
    assert!(visitors.day.lock().unwrap().is_none());
}

#[test]
fn networks_beyond_the_limit_are_not_counted() {
    let visitors = NewVisitors::new(Random::counted(1));
    for n in 0..super::NETWORKS_MAX as u32 + 10 {
        let from = IpAddr::from(std::net::Ipv4Addr::from(n));
        visitors.count(Budget::Observe, from, &TimeZone::UTC, noon());
    }
    assert_eq!(visitors.day.lock().unwrap().as_ref().unwrap().counts.len(), super::NETWORKS_MAX);
}
