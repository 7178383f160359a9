//! Whatever is done at the cashier, in whatever order and with restarts in between: no period is charged twice, none that
//! was paid is lost, and the file holds all of it.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, Debug)]
enum Deed {
    Begin,
    Pay(Card),
    Prove(bool),
    Update(Card),
    Cancel,
    Resume,
    Read,
    Pass,
    Reopen,
    Change(bool),
}

fn deed() -> impl Strategy<Value = Deed> {
    let card = prop_oneof![
        Just(Card::Good),
        Just(Card::Declined),
        Just(Card::NeedsProof),
        Just(Card::ExpiresSoon)
    ];
    prop_oneof![
        1 => Just(Deed::Begin),
        3 => card.clone().prop_map(Deed::Pay),
        2 => any::<bool>().prop_map(Deed::Prove),
        2 => card.prop_map(Deed::Update),
        2 => Just(Deed::Cancel),
        2 => Just(Deed::Resume),
        2 => Just(Deed::Read),
        1 => Just(Deed::Pass),
        1 => Just(Deed::Reopen),
        1 => any::<bool>().prop_map(Deed::Change),
    ]
}

fn start() -> impl Strategy<Value = Start> {
    prop_oneof![
        Just(Start::Usual),
        (1..60u16, 0..200i64)
            .prop_map(|(days, minor)| Start::Trial { days, amount: dollars(minor) }),
        (1..5u32).prop_map(|periods| Start::Intro { periods, together: dollars(900) }),
        (1..100u8, 1..5u32).prop_map(|(percent, periods)| Start::PercentOff { percent, periods }),
    ]
}

/// Spans that were paid, in order, and what a plan that was changed charged for the rest of a span.
fn spans(read: &Read) -> Vec<(Timestamp, Timestamp)> {
    let spans = read.told.iter().filter_map(|told| match told.what {
        ToldWhat::Paid { starts_at, ends_at, .. } => Some((starts_at, ends_at)),
        _ => None,
    });
    spans.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_period_is_charged_twice_and_the_file_holds_everything(
        start in start(),
        changes in any::<bool>(),
        deeds in prop::collection::vec((deed(), 0..40i64), 1..40),
    ) {
        let mut desk = Desk::new();
        let order = order("one", start);
        let mut now = at("2026-01-31");
        let id = desk.cashier.begin(&order, now).unwrap().id;
        let (mut subscription, mut seen) = (None, BTreeMap::new());
        for (number, (deed, days)) in deeds.into_iter().enumerate() {
            now = now.checked_add(SignedDuration::from_hours(24 * days)).unwrap();
            let known = subscription.clone().unwrap_or_default();
            match deed {
                Deed::Begin => prop_assert_eq!(&desk.cashier.begin(&order, now).unwrap().id, &id),
                Deed::Pay(card) => {
                    if let Outcome::Paid { subscription: paid } = desk.cashier.pay(&id, card, now).unwrap().outcome {
                        prop_assert!(subscription.get_or_insert(paid.clone()) == &paid);
                    }
                }
                Deed::Prove(agreed) => {
                    if let Ok(Taken { outcome: Outcome::Paid { subscription: paid }, .. }) = desk.cashier.prove(&id, agreed, now) {
                        prop_assert!(subscription.get_or_insert(paid.clone()) == &paid);
                    }
                }
                Deed::Update(card) => drop(desk.cashier.update_card(&known, card, now)),
                Deed::Cancel => drop(desk.cashier.cancel(&known, now)),
                Deed::Resume => drop(desk.cashier.resume(&known, now)),
                Deed::Read => drop(desk.cashier.subscription(&known, now)),
                Deed::Pass => drop(desk.cashier.pass(now)),
                Deed::Reopen => desk.reopen(),
                Deed::Change(at_once) if changes => {
                    let from = if at_once { ChangeFrom::Now } else { ChangeFrom::NextPeriod };
                    let change = change(&format!("{number}"), 2_400, Every::Month, from);
                    drop(desk.cashier.change_plan(&known, &change, now));
                }
                Deed::Change(_) => {}
            }
            let Some(subscription) = &subscription else { continue };
            let read = desk.cashier.subscription(subscription, now).unwrap().unwrap();
            desk.reopen();
            prop_assert_eq!(&desk.cashier.subscription(subscription, now).unwrap().unwrap(), &read);
            let spans = spans(&read);
            // Each charged span begins where the last one ended, or, where the plan was changed, inside of it.
            for pair in spans.windows(2) {
                let ((starts_at, ends_at), (next_starts_at, next_ends_at)) = (pair[0], pair[1]);
                let follows = next_starts_at == ends_at;
                let changed = changes && starts_at <= next_starts_at && next_starts_at <= ends_at && next_ends_at == ends_at;
                prop_assert!(follows || changed, "{:?}", pair);
            }
            prop_assert!(spans.iter().all(|(starts_at, ends_at)| starts_at <= ends_at && *starts_at <= now));
            // What was told of a payment once is told for ever, and the standing never goes back in time.
            for told in &read.told {
                let standing = matches!(told.what, ToldWhat::Renews { .. } | ToldWhat::Stops { .. } | ToldWhat::Retries { .. } | ToldWhat::Ended { .. });
                let plan = matches!(told.what, ToldWhat::Plan { .. });
                let name = format!("{} {standing} {plan}", told.id);
                if let Some(before) = seen.insert(name, told.clone()) {
                    let later = (standing || plan) && before.as_of < told.as_of;
                    prop_assert!(later || &before == told, "{:?} {:?}", before, told);
                }
            }
        }
    }
}
