use std::collections::BTreeSet;

use paywall::{Notice, Reason};

use super::{Shown, samples};
use crate::scene::{Scene, now};

#[test]
fn every_state_has_a_sample_and_every_sample_a_name() {
    let scene = Scene::new();
    let samples = samples(&scene.zone, now());
    let names: BTreeSet<_> = samples.iter().map(|sample| sample.name).collect();
    assert_eq!(names.len(), samples.len());
    let plain =
        |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b"-0123456789".contains(&b));
    assert!(names.iter().all(plain));
    let mut states = BTreeSet::new();
    for sample in &samples {
        states.insert(match &sample.shown {
            Shown::Asking(_) => 0,
            Shown::Notice(notice) => match notice {
                Notice::Left(_) => 1,
                Notice::Few(_) => 2,
                Notice::Last(_) => 3,
                Notice::TrialOver { .. } => 4,
                Notice::SubscriptionOver { .. } => 5,
                Notice::Grace { .. } => 6,
                Notice::Institution { .. } => 14,
            },
            Shown::Wall(wall) => match wall.reason {
                Reason::UsedUp => 7,
                Reason::Subscribers => 8,
                Reason::TrialOver { .. } => 9,
                Reason::SubscriptionOver { .. } => 10,
                Reason::Registration { .. } => 11,
                Reason::VerifyMail => 12,
                Reason::Network => 13,
            },
        });
    }
    assert_eq!(states.len(), 15, "a state without a sample");
}
