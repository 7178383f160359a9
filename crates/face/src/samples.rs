//! Every state that a reader can meet, each with a name and a value: for the page that shows them all, and for tests.
//! The values are invented; no state here was decided by anybody.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use paywall::{
    Access, ArticleKey, Ending, Entitlement, Meterage, Notice, Past, Reason, Wall, WindowRule,
};

/// The allowance in the samples.
const ALLOWANCE: u32 = 5;

/// One state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Its name in addresses and in golden files, unique: "wall-used-up".
    pub name: &'static str,
    /// What is shown.
    pub shown: Shown,
}

/// What a sample shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shown {
    /// The words before an article is opened, with one visitor's numbers.
    Asking(Meterage),
    /// A notice on an open article.
    Notice(Notice),
    /// A wall.
    Wall(Wall),
}

/// All states, as they would be met at `now`: at least one for each notice and each reason of a wall.
#[must_use]
pub fn samples(zone: &TimeZone, now: Timestamp) -> Vec<Sample> {
    let days_ago = |days: i64| now.checked_sub(Span::new().hours(24 * days)).unwrap_or(now);
    let trial = Past::Trial { ended_at: days_ago(2), ending: Ending::RanOut };
    let former = Past::Subscription { ended_at: days_ago(14), ending: Ending::RanOutCharged };
    let meter = |read: u32| meterage(WindowRule::CalendarMonth, read, Past::Nothing, zone, now);
    let past = |read: u32, past: Past| meterage(WindowRule::CalendarMonth, read, past, zone, now);
    let rolling =
        |read: u32| meterage(WindowRule::Rolling { days: 30 }, read, Past::Nothing, zone, now);
    let notice = |name, meterage: Meterage| Sample {
        name,
        shown: Shown::Notice(Notice::of_meterage(meterage)),
    };
    let mut samples = vec![
        Sample { name: "asking-first", shown: Shown::Asking(meter(0)) },
        Sample { name: "asking-last", shown: Shown::Asking(meter(4)) },
        notice("notice-4-left", meter(1)),
        notice("notice-3-left", meter(2)),
        notice("notice-3-left-rolling", rolling(2)),
        notice("notice-2-left", meter(3)),
        notice("notice-1-left", meter(4)),
        notice("notice-last", meter(5)),
        notice("notice-trial-over", past(2, trial)),
        notice("notice-subscription-over", past(2, former)),
        Sample {
            name: "notice-grace",
            shown: Shown::Notice(Notice::Grace {
                declined_at: days_ago(3),
                until: now.checked_add(Span::new().hours(24 * 11)).unwrap_or(now),
            }),
        },
        Sample {
            name: "notice-institution",
            shown: Shown::Notice(Notice::Institution { number: 1 }),
        },
    ];
    samples.extend(walls(meter, rolling, &days_ago));
    samples
}

fn walls(
    meter: impl Fn(u32) -> Meterage,
    rolling: impl Fn(u32) -> Meterage,
    days_ago: &impl Fn(i64) -> Timestamp,
) -> Vec<Sample> {
    let entitled = Entitlement::parse("digital").map_or(Access::Metered, Access::Entitled);
    let wall = |name, reason, access: &Access, meterage| Sample {
        name,
        shown: Shown::Wall(Wall {
            key: ArticleKey::from_bytes([0; 16]),
            reason,
            access: access.clone(),
            meterage,
        }),
    };
    let over = |payment_failed| Reason::SubscriptionOver { ended_at: days_ago(14), payment_failed };
    let trial = |charged| Reason::TrialOver { ended_at: days_ago(2), charged };
    let (free, used) = (Some(meter(2)), Some(meter(ALLOWANCE)));
    let metered = &Access::Metered;
    vec![
        wall("wall-used-up", Reason::UsedUp, metered, used),
        wall("wall-used-up-rolling", Reason::UsedUp, metered, Some(rolling(ALLOWANCE))),
        wall("wall-subscribers", Reason::Subscribers, &entitled, free),
        wall("wall-trial-over", trial(false), metered, used),
        wall("wall-trial-over-charged", trial(true), metered, used),
        wall("wall-subscription-over", over(false), metered, used),
        wall("wall-payment-failed", over(true), metered, used),
        wall("wall-registration-more", Reason::Registration { more: Some(5) }, metered, used),
        wall("wall-registration", Reason::Registration { more: None }, &Access::Registered, free),
        wall("wall-verify-mail", Reason::VerifyMail, metered, free),
        wall("wall-network", Reason::Network, metered, Some(meter(0))),
    ]
}

fn meterage(rule: WindowRule, read: u32, past: Past, zone: &TimeZone, now: Timestamp) -> Meterage {
    Meterage { read, allowance: ALLOWANCE, window: rule.lay(zone, now), past }
}

#[cfg(test)]
mod tests;
