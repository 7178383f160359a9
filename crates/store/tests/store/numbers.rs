//! The paper's numbers: what is added is found by article, month, section and day alike; a sale is counted once and its order forgets the
//! article; what happened in contracts follows the ledger; a week's letters go out once, by two processes too.

use gate::ReaderId;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use newsroom::ArticleId;
use paywall::{
    Currency, Entitlement, Fact, FactId, Money, Payment, PeriodKind, Renewal, Subscription,
    SubscriptionId, Turn, TurnKind, What,
};
use store::{
    ARTICLE_DAYS_KEPT, BeganAt, CheckoutRow, Counted, Figure, Figures, NewMail, NumbersBy,
    ReadBack, Store, Turns,
};

use crate::articles::Draft;
use crate::stage::{Dice, Folder, assert_sound, number, reader, wait};

fn now() -> Timestamp {
    "2026-09-16T17:30:00Z".parse().unwrap()
}

fn id(number: u64) -> ArticleId {
    ArticleId::parse(&Draft::new(number).id()).unwrap()
}

fn some(article: u64, figures: Figures) -> Counted<ArticleId> {
    Counted { of: id(article), figures }
}

fn add(store: &Store, counted: Vec<Counted<ArticleId>>, day: Date) {
    wait(store.add_numbers(counted, Vec::new(), day, now())).unwrap();
}

fn by_article(
    store: &Store,
    (from, to): (Date, Date),
    by: NumbersBy,
    limit: usize,
) -> Vec<Counted<ArticleId>> {
    let lists = wait(store.numbers_by_article(from, to, vec![by], limit)).unwrap();
    lists.into_iter().next().unwrap()
}

#[test]
fn sums_by_section_by_article_and_by_day_are_the_same() {
    let folder = Folder::new();
    let store = folder.open();
    let articles = (1..=30).map(|number| Draft::new(number).article()).collect();
    wait(store.save_articles(articles)).unwrap();
    let mut dice = Dice::new(7);
    let (first, last) = (date(2026, 5, 20), date(2026, 9, 11));
    let mut day = first;
    let mut all = Figures::default();
    while day <= last {
        for _ in 0..3 {
            let figure = Figure::ALL[usize::try_from(dice.below(24)).unwrap()];
            let figures = Figures::default().with(figure, 1 + dice.below(9));
            add(&store, vec![some(1 + dice.below(30), figures)], day);
            all.add(&figures);
        }
        day = day.tomorrow().unwrap();
    }
    let sum = |all: Vec<Figures>| {
        let mut sum = Figures::default();
        all.iter().for_each(|one| sum.add(one));
        sum
    };
    let by_day = |from, to| {
        let days = wait(store.numbers_by_day(from, to)).unwrap();
        sum(days.into_iter().map(|one| one.figures).collect())
    };
    assert_eq!(by_day(first, last), all);
    assert_eq!(wait(store.numbers_since()).unwrap(), Some(first));
    // Times that begin and end within months, at their edges, and within one.
    for (from, to) in [
        (first, last),
        (date(2026, 6, 1), date(2026, 8, 31)),
        (date(2026, 5, 31), date(2026, 9, 1)),
        (date(2026, 6, 2), date(2026, 7, 30)),
        (date(2026, 7, 7), date(2026, 7, 7)),
    ] {
        let sections = wait(store.numbers_by_section(from, to)).unwrap();
        let sections = sum(sections.into_iter().map(|one| one.figures).collect());
        assert_eq!(sections, by_day(from, to), "{from} {to}");
        let articles = by_article(&store, (from, to), NumbersBy::Whole, 100);
        let ranks: Vec<u64> = articles.iter().map(|one| one.figures.whole()).collect();
        assert!(ranks.is_sorted_by(|one, next| one >= next), "{ranks:?}");
        assert_eq!(ranks.iter().sum::<u64>(), sections.whole(), "{from} {to}");
        for one in articles.iter().take(3) {
            let days = wait(store.numbers_of_article(one.of.clone(), from, to)).unwrap();
            assert_eq!(sum(days.into_iter().map(|day| day.figures).collect()), one.figures);
        }
    }
    let most = by_article(&store, (first, last), NumbersBy::Walls, 2);
    assert_eq!(most.len(), 2);
    // An article that is not there is passed over, and the others are not.
    add(&store, vec![some(99, all), some(1, Figures::default().with(Figure::Free, 1))], last);
    assert_eq!(by_day(first, last), all.with(Figure::Free, 1));
    assert_sound(&store);
}

#[test]
fn articles_are_forgotten_after_thirteen_months_and_sections_are_not() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.save_articles(vec![Draft::new(1).article()])).unwrap();
    let today = date(2026, 9, 16);
    let oldest = today.checked_sub(jiff::Span::new().days(ARTICLE_DAYS_KEPT)).unwrap();
    let old = oldest.yesterday().unwrap();
    let one = || vec![some(1, Figures::default().with(Figure::Free, 1))];
    for day in [old, oldest, today] {
        add(&store, one(), day);
    }
    let mut forgotten = 0;
    loop {
        match wait(store.forget_numbers(today, 1)).unwrap() {
            0 => break,
            some => forgotten += some,
        }
    }
    assert_eq!(forgotten, 1, "the month of it is not over");
    let days = wait(store.numbers_of_article(id(1), old, today)).unwrap();
    assert_eq!(days.iter().map(|day| day.of).collect::<Vec<_>>(), [oldest, today]);
    assert_eq!(wait(store.numbers_by_day(old, today)).unwrap().len(), 3);
    // No column in any of the tables could hold a person.
    let raw = folder.raw();
    for (table, wanted) in [("article_days", 26), ("article_months", 5), ("section_days", 26)] {
        let columns = format!("SELECT count(*) FROM pragma_table_info('{table}')");
        assert_eq!(number(&raw, &columns), wanted, "{table}");
    }
}

#[test]
fn a_sale_is_counted_once_and_the_order_forgets_where_it_began() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.save_articles(vec![Draft::new(1).article()])).unwrap();
    let reader = reader(&store, 1, now());
    let order = |order: &str, began| CheckoutRow {
        id: order.to_owned(),
        reader,
        plan: "digital".to_owned(),
        offer: Some("autumn".to_owned()),
        agreed: order.to_owned(),
        back: "/".to_owned(),
        address: String::new(),
        began,
        provider_id: None,
        subscription: None,
        began_at: now(),
        ends_at: now() + SignedDuration::from_hours(1),
    };
    let at = |is_wall| Some(BeganAt { article: id(1), is_wall });
    for (name, began) in [("wall", at(true)), ("open", at(false)), ("front", None)] {
        let kept = wait(store.begin_checkout(order(name, began.clone()), Timestamp::MAX)).unwrap();
        assert_eq!(kept.began, began);
    }
    let day = date(2026, 9, 16);
    for _ in 0..2 {
        for name in ["wall", "open", "front"] {
            let became = store.checkout_became(name.to_owned(), format!("sub-{name}"), day);
            wait(became).unwrap();
        }
    }
    let figures = wait(store.numbers_by_day(day, day)).unwrap()[0].figures;
    assert_eq!((figures.get(Figure::Sold), figures.get(Figure::SoldAtWall)), (2, 1));
    let sold = by_article(&store, (day, day), NumbersBy::Sold, 9);
    assert_eq!(sold[0].of, id(1));
    assert_eq!(
        number(&folder.raw(), "SELECT count(*) FROM checkouts WHERE article IS NOT NULL"),
        0
    );
}

fn cad(minor: i64) -> Money {
    Money { minor, currency: Currency::parse("CAD").unwrap() }
}

fn told(store: &Store, reader: ReaderId, name: &str, facts: Vec<Fact>) {
    let back = ReadBack {
        subscription: SubscriptionId::parse(name).unwrap(),
        reader,
        provider: "cashier",
        facts,
        check_at: Timestamp::MAX,
        taken: Vec::new(),
        letters: Vec::new(),
        changes: Vec::new(),
        brought: None,
    };
    wait(store.record_facts(back, now())).unwrap();
}

fn paid(name: &str, fact: &str, starts_at: Timestamp, minor: i64) -> Fact {
    let what = What::Paid(Payment {
        starts_at,
        ends_at: starts_at + SignedDuration::from_hours(30 * 24),
        amount: cad(minor),
        plan: "digital".to_owned(),
        kind: PeriodKind::Usual,
        opens: vec![Entitlement::DIGITAL],
    });
    let subscription = SubscriptionId::parse(name).unwrap();
    Fact { subscription, id: FactId::parse(fact).unwrap(), as_of: starts_at, what }
}

fn work_out(store: &Store) {
    while wait(store.work_out_turns()).unwrap() > 0 {}
}

fn all(store: &Store) -> Turns {
    work_out(store);
    wait(store.turns(Timestamp::MIN, Timestamp::MAX, Timestamp::MAX)).unwrap()
}

#[test]
fn what_happened_in_contracts_follows_the_ledger() {
    let folder = Folder::new();
    let store = folder.open();
    let reader = reader(&store, 1, now());
    let mut wanted: Vec<Turn> = Vec::new();
    for number in 0..250_i64 {
        let name = format!("sub-{number}");
        let at = now() + SignedDuration::from_hours(number);
        let facts = vec![paid(&name, "in_1", at, 1_200)];
        wanted.extend(Subscription::turns(&SubscriptionId::parse(&name).unwrap(), &facts));
        told(&store, reader, &name, facts);
    }
    let mut found: Vec<Turn> = all(&store).happened.into_iter().map(|row| row.turn).collect();
    let key = |turn: &Turn| (turn.at, !matches!(turn.kind, TurnKind::Held { .. }));
    found.sort_by_key(key);
    wanted.sort_by_key(key);
    assert_eq!(found, wanted);
    // A fact that comes later puts what was worked out before right: held on, and ended at another time.
    let later = now() + SignedDuration::from_hours(30 * 24);
    let mut more = paid("sub-0", "in_2", later, 900);
    more.as_of = later;
    told(&store, reader, "sub-0", vec![more]);
    let turns = all(&store);
    let money: i64 = turns
        .happened
        .iter()
        .filter_map(|row| match row.turn.kind {
            TurnKind::Paid(money) => Some(money.minor),
            _ => None,
        })
        .sum();
    assert_eq!(money, 250 * 1_200 + 900);
    let held = |turns: &Turns| {
        let is = |row: &&store::TurnRow| matches!(row.turn.kind, TurnKind::Held { .. });
        turns.happened.iter().filter(is).count()
    };
    assert_eq!(held(&turns), 250, "what goes on is one time");
    // Of a time: what was held before it, what ended in it as far as that has come.
    let (from, to) =
        (now() + SignedDuration::from_hours(100), now() + SignedDuration::from_hours(200));
    let part = wait(store.turns(from, to, now() + SignedDuration::from_hours(150))).unwrap();
    assert_eq!((part.held_before, held(&part), part.ended.len()), (100, 51, 0));
    let end = now() + SignedDuration::from_hours(30 * 24 + 1);
    let part = wait(store.turns(end, Timestamp::MAX, end)).unwrap();
    assert_eq!((part.held_before, part.ended.len()), (250, 1), "an end to come has not happened");
    // A standing that is told changes nothing of money.
    let stops = What::Renewal(Renewal::Stops { ends_at: later });
    let subscription = SubscriptionId::parse("sub-1").unwrap();
    let fact = FactId::parse("sub-1").unwrap();
    told(&store, reader, "sub-1", vec![Fact { subscription, id: fact, as_of: now(), what: stops }]);
    let cancelled =
        all(&store).happened.into_iter().filter(|row| row.turn.kind == TurnKind::Cancelled);
    assert_eq!(cancelled.count(), 1);
    assert_eq!(wait(store.joinings(now(), now())).unwrap(), []);
    assert_eq!(wait(store.joinings(now(), Timestamp::MAX)).unwrap(), [now()]);
    assert_sound(&store);
}

#[test]
fn a_contract_keeps_its_offer_when_its_reader_is_erased() {
    let folder = Folder::new();
    let store = folder.open();
    let reader = reader(&store, 1, now());
    let order = CheckoutRow {
        id: "order".to_owned(),
        reader,
        plan: "digital".to_owned(),
        offer: Some("autumn".to_owned()),
        agreed: "words".to_owned(),
        back: "/".to_owned(),
        address: String::new(),
        began: None,
        provider_id: None,
        subscription: None,
        began_at: now(),
        ends_at: now() + SignedDuration::from_hours(1),
    };
    wait(store.begin_checkout(order, Timestamp::MAX)).unwrap();
    told(&store, reader, "sub", vec![paid("sub", "in_1", now(), 900)]);
    let offers = |store: &Store| -> Vec<String> {
        let mut offers: Vec<String> =
            all(store).happened.into_iter().map(|row| row.offer).collect();
        offers.dedup();
        offers
    };
    assert_eq!(offers(&store), [""]);
    wait(store.checkout_became("order".to_owned(), "sub".to_owned(), date(2026, 9, 16))).unwrap();
    assert_eq!(offers(&store), ["autumn"]);
    folder.raw().execute_batch("DELETE FROM checkouts").unwrap();
    told(
        &store,
        reader,
        "sub",
        vec![paid("sub", "in_2", now() + SignedDuration::from_hours(1), 900)],
    );
    assert_eq!(offers(&store), ["autumn"]);
}

#[test]
fn the_letters_of_a_week_go_out_once() {
    let folder = Folder::new();
    let (one, two) = (folder.open(), folder.open());
    let letter = |week: &str| NewMail {
        kind: "numbers",
        recipient: "ada@courant.example".to_owned(),
        subject: "Numbers".to_owned(),
        plain: "1".to_owned(),
        html: "1".to_owned(),
        once: Some(format!("numbers:{week}")),
        due_at: now(),
        unsubscribe: None,
    };
    let queue = |store: &Store, week: Date| {
        wait(store.queue_numbers_letters(week, vec![letter(&week.to_string())], now())).unwrap()
    };
    let (week, next) = (date(2026, 9, 7), date(2026, 9, 14));
    assert!(wait(one.is_numbers_letter_due(week)).unwrap());
    assert!(queue(&one, week));
    assert!(!wait(two.is_numbers_letter_due(week)).unwrap());
    assert!(!queue(&two, week) && !queue(&one, week));
    assert!(queue(&two, next));
    assert!(!queue(&one, week), "a clock that steps back sends none again");
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM mails"), 2);
    let ada = reader(&one, 1, now());
    for wants in [false, false, true, false] {
        wait(one.want_numbers_letter(ada, wants)).unwrap();
    }
    assert_eq!(wait(two.unlettered()).unwrap(), [ada]);
}
