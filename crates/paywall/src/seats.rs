//! Seats: the places of a plan beside its holder's own. What a seat opens follows from how the holder's own subscriptions stand, and is
//! kept nowhere: a refund, a lost dispute, a lapse or a smaller plan is the seat's in the same instant, and so is a grace. A seat gives
//! no seats. Nothing here knows who sits where.

use jiff::Timestamp;

use crate::{Ending, Entitlement, Interval, Source, Subscription};

/// The most people that a plan can be for, its holder among them.
pub const SEATS_MAX: u32 = 50;

/// How many others can read along at `now` with somebody of these subscriptions: those of the largest plan that is open. `people` says
/// for how many a plan is; of a plan that is not known, for one.
#[must_use]
pub fn seats_to_give(own: &[Subscription], people: impl Fn(&str) -> u32, now: Timestamp) -> u32 {
    let open = own.iter().filter(|one| is_own(one) && one.open_until(now).is_some());
    let seats = open.filter_map(|one| Some(people(one.plan(now)?).saturating_sub(1)));
    seats.max().unwrap_or(0)
}

/// What the seat at `place`, counted from 0, opens since somebody has it: all that the holder's own subscriptions open while their plan
/// has that many places. A payment that failed is the holder's affair: of a grace there is no word.
#[must_use]
pub fn seat_intervals(
    own: &[Subscription],
    people: impl Fn(&str) -> u32,
    place: usize,
    seated_at: Timestamp,
) -> Vec<Interval> {
    let has_place = |plan: &str| {
        let seats = people(plan).saturating_sub(1);
        usize::try_from(seats).is_ok_and(|seats| place < seats)
    };
    let mut intervals = Vec::new();
    for one in own.iter().filter(|one| is_own(one)) {
        for (_, from, to) in one.plans().filter(|(plan, ..)| has_place(plan)) {
            for interval in one.intervals() {
                let starts_at = interval.starts_at.max(from).max(seated_at);
                let ends_at = interval.ends_at.into_iter().chain(to).min();
                if ends_at.is_none_or(|end| starts_at < end) {
                    let entitlement = interval.entitlement.clone();
                    intervals.push(seat(entitlement, starts_at, ends_at));
                }
            }
        }
    }
    intervals
}

/// A seat that was given back or taken away: it opens nothing, and is not nothing.
#[must_use]
pub const fn former_seat(
    entitlement: Entitlement,
    seated_at: Timestamp,
    ended_at: Timestamp,
) -> Interval {
    seat(entitlement, seated_at, Some(ended_at))
}

/// Until when at the latest the holder's subscriptions opened anything by `now`; `None` where they never did. A seat that ends has
/// ended then.
#[must_use]
pub fn seats_open_until(own: &[Subscription], now: Timestamp) -> Option<Timestamp> {
    let intervals = own.iter().filter(|one| is_own(one)).flat_map(Subscription::intervals);
    let begun = intervals.filter(|interval| interval.starts_at <= now);
    begun.map(|interval| interval.ends_at.map_or(now, |end| end.min(now))).max()
}

/// Whether a subscription is somebody's own, and no place in another's.
fn is_own(one: &Subscription) -> bool {
    one.intervals().iter().all(|interval| interval.source != Source::Seat)
}

const fn seat(
    entitlement: Entitlement,
    starts_at: Timestamp,
    ends_at: Option<Timestamp>,
) -> Interval {
    let (source, ending) = (Source::Seat, Ending::RanOut);
    Interval { entitlement, source, starts_at, grace_from: None, ends_at, ending }
}

#[cfg(test)]
mod tests;
