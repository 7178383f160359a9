//! Who came, what was sold and what was lost, over some days: sums over what happened in all contracts. Nobody is in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use paywall::{Currency, Money, TurnKind};
use store::{TurnRow, Turns};

use super::Time;

/// Numbers of readers, on one day or over all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct People {
    /// Registered.
    pub(crate) registered: u64,
    /// Trials that began.
    pub(crate) trials: u64,
    /// Trials that ended,
    pub(crate) trials_ended: u64,
    /// and of these the ones that a payment followed.
    pub(crate) became_paid: u64,
    /// Paid subscriptions that began.
    pub(crate) begun: u64,
    /// Paid subscriptions that ended.
    pub(crate) lost: u64,
    /// Paid subscriptions that were told not to go on.
    pub(crate) cancelled: u64,
    /// Paid subscriptions that were held at the end.
    pub(crate) held: u64,
}

/// Money of one currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Purse {
    /// How many payments.
    pub(crate) payments: u64,
    /// What came, in minor units.
    pub(crate) came: i128,
    /// What went back.
    pub(crate) went: i128,
}

impl Purse {
    fn add(&mut self, other: &Self) {
        self.payments += other.payments;
        self.came += other.came;
        self.went += other.went;
    }

    /// What is left.
    pub(crate) const fn left(&self) -> i128 {
        self.came - self.went
    }
}

/// Which money: of which day (its place in the time), plan and offer, in which currency.
pub(crate) type Pocket = (usize, String, String, Currency);

/// All of it.
#[derive(Debug)]
pub(crate) struct Business {
    /// Each day.
    pub(crate) days: Vec<(Date, People)>,
    /// All days together.
    pub(crate) all: People,
    /// Paid subscriptions that were held before the first day.
    pub(crate) held_before: u64,
    /// The money.
    pub(crate) pockets: BTreeMap<Pocket, Purse>,
}

impl Business {
    /// Of what happened from the first of some instants to the last, between each two of which there is a day.
    pub(super) fn of(
        time: Time,
        instants: &[Timestamp],
        turns: &Turns,
        joined: &[Timestamp],
    ) -> Self {
        let place = |at: Timestamp| {
            let behind = instants.partition_point(|begins| *begins <= at);
            behind.checked_sub(1).filter(|place| *place + 1 < instants.len())
        };
        let mut days: Vec<(Date, People)> =
            time.each().map(|day| (day, People::default())).collect();
        let mut pockets: BTreeMap<Pocket, Purse> = BTreeMap::new();
        for at in joined {
            if let Some((_, people)) = place(*at).and_then(|place| days.get_mut(place)) {
                people.registered += 1;
            }
        }
        for TurnRow { turn, offer } in &turns.happened {
            let Some(place) = place(turn.at) else { continue };
            let Some((_, people)) = days.get_mut(place) else { continue };
            let mut pocket = |money: Money| {
                let key = (place, turn.plan.clone(), offer.clone(), money.currency);
                pockets.entry(key).or_default().add(&match turn.kind {
                    TurnKind::Paid(_) => Purse { payments: 1, came: money.minor.into(), went: 0 },
                    _ => Purse { payments: 0, came: 0, went: money.minor.into() },
                });
            };
            match turn.kind {
                TurnKind::Trial { .. } => people.trials += 1,
                TurnKind::Held { .. } => people.begun += 1,
                TurnKind::Cancelled => people.cancelled += 1,
                TurnKind::Paid(money) | TurnKind::Refunded(money) | TurnKind::Lost(money) => {
                    pocket(money);
                }
            }
        }
        for TurnRow { turn, .. } in &turns.ended {
            let (TurnKind::Trial { ends_at, .. } | TurnKind::Held { ends_at }) = turn.kind else {
                continue;
            };
            let day = place(ends_at).and_then(|place| days.get_mut(place));
            let Some((_, people)) = day else { continue };
            match turn.kind {
                TurnKind::Trial { became_paid, .. } => {
                    people.trials_ended += 1;
                    people.became_paid += u64::from(became_paid);
                }
                _ => people.lost += 1,
            }
        }
        let mut all = People::default();
        let mut held = turns.held_before;
        for (_, people) in &mut days {
            held = (held + people.begun).saturating_sub(people.lost);
            people.held = held;
            all = People {
                registered: all.registered + people.registered,
                trials: all.trials + people.trials,
                trials_ended: all.trials_ended + people.trials_ended,
                became_paid: all.became_paid + people.became_paid,
                begun: all.begun + people.begun,
                lost: all.lost + people.lost,
                cancelled: all.cancelled + people.cancelled,
                held,
            };
        }
        Self { days, all, held_before: turns.held_before, pockets }
    }

    /// The money of each currency.
    pub(crate) fn purses(&self) -> BTreeMap<Currency, Purse> {
        self.by(|(.., currency)| *currency)
    }

    /// The money by something that each pocket has.
    pub(crate) fn by<K: Ord>(&self, key: impl Fn(&Pocket) -> K) -> BTreeMap<K, Purse> {
        let mut sums: BTreeMap<K, Purse> = BTreeMap::new();
        for (pocket, purse) in &self.pockets {
            sums.entry(key(pocket)).or_default().add(purse);
        }
        sums
    }
}

/// A sum as money: as much of it as an amount can be.
pub(crate) fn money(minor: i128, currency: Currency) -> Money {
    let minor = minor.clamp(i64::MIN.into(), i64::MAX.into());
    Money { minor: i64::try_from(minor).unwrap_or(0), currency }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use paywall::Turn;

    use super::*;

    fn row(at: &str, kind: TurnKind) -> TurnRow {
        let turn = Turn { at: at.parse().unwrap(), plan: "digital".to_owned(), kind };
        TurnRow { turn, offer: String::new() }
    }

    #[test]
    fn a_ledger_by_hand_adds_up_day_by_day() {
        let zone = TimeZone::get("America/Halifax").unwrap();
        let time = Time { from: date(2026, 10, 31), to: date(2026, 11, 2) };
        let instants = time.instants(&zone);
        let cad = Currency::parse("CAD").unwrap();
        let dollars = |minor| Money { minor, currency: cad };
        let ends = |at: &str| at.parse::<Timestamp>().unwrap();
        let turns = Turns {
            happened: vec![
                // A minute before midnight, and in the hour that comes twice.
                row("2026-10-31T23:59:00-03:00", TurnKind::Paid(dollars(1_200))),
                row("2026-11-01T01:30:00-03:00", TurnKind::Paid(dollars(900))),
                row("2026-11-01T01:30:00-04:00", TurnKind::Refunded(dollars(500))),
                row("2026-11-01T23:59:59-04:00", TurnKind::Held { ends_at: Timestamp::MAX }),
                row("2026-11-02T00:00:00-04:00", TurnKind::Lost(dollars(1_200))),
                row("2026-11-02T08:00:00-04:00", TurnKind::Cancelled),
                row(
                    "2026-11-02T09:00:00-04:00",
                    TurnKind::Trial { ends_at: Timestamp::MAX, became_paid: false },
                ),
            ],
            ended: vec![
                row(
                    "2026-10-01T00:00:00Z",
                    TurnKind::Held { ends_at: ends("2026-11-01T12:00:00-04:00") },
                ),
                row(
                    "2026-10-01T00:00:00Z",
                    TurnKind::Trial {
                        ends_at: ends("2026-10-31T00:00:00-03:00"),
                        became_paid: true,
                    },
                ),
                row(
                    "2026-10-01T00:00:00Z",
                    TurnKind::Trial {
                        ends_at: ends("2026-11-02T23:00:00-04:00"),
                        became_paid: false,
                    },
                ),
            ],
            held_before: 10,
        };
        let joined = ["2026-10-31T00:00:00-03:00", "2026-11-01T23:59:59-04:00"].map(ends);
        let business = Business::of(time, &instants, &turns, &joined);
        let of = |place: usize| business.days[place].1;
        assert_eq!([0, 1, 2].map(|place| of(place).registered), [1, 1, 0]);
        assert_eq!([0, 1, 2].map(|place| of(place).held), [10, 10, 10]);
        assert_eq!(
            [0, 1, 2].map(|place| (of(place).begun, of(place).lost)),
            [(0, 0), (1, 1), (0, 0)]
        );
        let all = business.all;
        assert_eq!((all.trials, all.trials_ended, all.became_paid, all.cancelled), (1, 2, 1, 1));
        let by_day: Vec<(usize, i128)> =
            business.by(|(day, ..)| *day).iter().map(|(day, purse)| (*day, purse.left())).collect();
        assert_eq!(by_day, [(0, 1_200), (1, 400), (2, -1_200)]);
        let purse = business.purses()[&cad];
        assert_eq!((purse.payments, purse.came, purse.went, purse.left()), (2, 2_100, 1_700, 400));
    }
}
