//! The cashier's file: it holds everything, is written whole or not at all, and stays within its bounds.

use std::fs;

use super::*;

#[test]
fn what_time_did_stays_where_a_deed_cannot_be_done() {
    let mut desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::Good, "2026-01-31");
    let mut other = change("other", 1, Every::Month, ChangeFrom::Now);
    other.usual.currency = "EUR".to_owned();
    let changed = desk.cashier.change_plan(&id, &other, at("2026-03-01"));
    assert!(matches!(changed, Err(PaymentError::Never(_))));
    desk.reopen();
    // The clock is back, and what was charged meanwhile was charged.
    assert_eq!(desk.told(&id, "2026-02-01").len(), 3);
}

#[test]
fn a_file_that_is_reopened_reads_the_same_and_a_broken_one_is_refused() {
    let mut desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::ExpiresSoon, "2026-01-31");
    desk.cashier.cancel(&id, at("2026-02-01")).unwrap();
    let before = desk.cashier.subscription(&id, at("2026-02-02")).unwrap();
    // A write that was struck in the middle leaves its half beside the file, and nothing looks at it.
    fs::write(desk.folder.path().join("cashier.json.new"), b"{\"form\":1,\"ord").unwrap();
    desk.reopen();
    assert_eq!(desk.cashier.subscription(&id, at("2026-02-02")).unwrap(), before);
    desk.cashier.resume(&id, at("2026-02-02")).unwrap();
    let mut text = fs::read_to_string(desk.path()).unwrap();
    assert!(Cashier::open(&desk.path(), SECRET).is_ok());
    for broken in [text.replace("\"form\":1", "\"form\":2"), text.split_off(text.len() / 2)] {
        fs::write(desk.path(), broken).unwrap();
        let error = Cashier::open(&desk.path(), SECRET).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(error.to_string().contains("cashier.json"), "{error}");
    }
}

#[test]
fn what_cannot_be_written_has_not_happened() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::Good, "2026-01-31");
    let before = desk.cashier.subscription(&id, at("2026-02-01")).unwrap();
    // Nothing can be written beside the file: a folder is in the way.
    fs::create_dir(desk.folder.path().join("cashier.json.new")).unwrap();
    assert!(matches!(desk.cashier.cancel(&id, at("2026-02-01")), Err(PaymentError::Later(_))));
    assert!(matches!(
        desk.cashier.begin(&usual("two"), at("2026-02-01")),
        Err(PaymentError::Later(_))
    ));
    assert!(matches!(desk.cashier.pass(at("2026-03-01")), Err(PaymentError::Later(_))));
    assert_eq!(desk.cashier.subscription(&id, at("2026-02-01")).unwrap(), before);
    fs::remove_dir(desk.folder.path().join("cashier.json.new")).unwrap();
    assert_eq!(desk.cashier.subscription(&id, at("2026-02-01")).unwrap(), before);
}

#[test]
fn the_file_is_nobody_elses_to_read() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    desk.bought(&usual("one"), Card::Good, "2026-01-31");
    assert_eq!(fs::metadata(desk.path()).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!format!("{:?}", desk.cashier).contains("7, 7"), "{:?}", desk.cashier);
}

#[test]
fn the_oldest_orders_make_room() {
    let desk = Desk::new();
    let template = desk.cashier.begin(&usual("first"), at("2026-01-31")).unwrap();
    let entry = desk.cashier.lock()[0].clone();
    let many = (0..ORDERS_MAX - 1).map(|number| Entry { id: number.to_string(), ..entry.clone() });
    desk.cashier.lock().extend(many);
    desk.cashier.begin(&usual("last"), at("2026-01-31")).unwrap();
    assert_eq!(desk.cashier.lock().len(), ORDERS_MAX);
    assert_eq!(desk.cashier.page(&template.id, at("2026-01-31")), None);
    assert_eq!(
        desk.cashier.begin(&usual("last"), at("2026-02-01")).unwrap().id,
        desk.cashier.lock()[ORDERS_MAX - 1].id
    );
}

#[test]
fn a_leap_of_the_clock_is_made_in_bounded_steps() {
    let desk = Desk::new();
    let id = desk.bought(&usual("one"), Card::Good, "2026-01-31");
    let count = || desk.told(&id, "2126-01-31").len() - 1;
    assert_eq!(count(), 1 + PERIODS_MAX as usize);
    assert_eq!(count(), 1 + 1_200);
    assert_eq!(count(), 1 + 1_200);
}
