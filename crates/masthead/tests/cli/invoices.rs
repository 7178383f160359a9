//! `masthead invoices`, as somebody of the paper's office uses it.

use gate::{Person, ReaderId};
use jiff::Timestamp;
use paywall::{Currency, InvoiceStep, Money, Period, Price};
use store::{Buyer, InvoiceMade, InvoiceSheet, NewInvoice, NewMail, ReaderRow, invoice_contract};

use crate::mail::wait;
use crate::program::{Ran, Room};

fn run(room: &Room, act: &[&str]) -> Ran {
    room.run(&[&["invoices", "--data", "paper"][..], act].concat())
}

/// A paper with invoices of today.
fn with_invoices(count: u32) -> (Room, String) {
    let room = Room::new();
    room.filled();
    let store = crate::mail::store(&room);
    let now = crate::mail::now();
    let today = jiff::tz::TimeZone::get("America/Halifax").unwrap().to_datetime(now).date();
    let reader = ReaderId::new(now, [7; 16]);
    wait(store.add_reader(ReaderRow {
        id: reader,
        person: Person::from_bytes([7; 16]),
        mail: "ann@reader.example".to_owned(),
        taken_as: [7; 32],
        verified_at: None,
        name: String::new(),
        joined_at: now,
    }))
    .unwrap();
    for number in 0..count {
        let currency = Currency::parse("CAD").unwrap();
        let price = Price { amount: Money { minor: 12_000, currency }, period: Period::Year };
        let new = NewInvoice {
            subscription: invoice_contract(&format!("{number:032}")).unwrap(),
            reader,
            checkout: None,
            sheet: InvoiceSheet {
                payee: vec!["The Courant".to_owned()],
                pay_to: vec!["555".to_owned()],
                tax: String::new(),
                buyer: Buyer {
                    name: "=cmd()\u{1b}[31m\"Brook\"".to_owned(),
                    lines: vec!["4 Customs Quay".to_owned()],
                    country: "Canada".to_owned(),
                    ..Buyer::default()
                },
                plan: "digital".to_owned(),
                plan_name: "Digital".to_owned(),
                offer: None,
                step: InvoiceStep::usual(price),
                follows: None,
            },
            follows_at: Some(now + jiff::SignedDuration::from_secs(i64::from(number))),
            issued_on: today,
            due_on: today,
            check_at: Timestamp::MAX,
        };
        let letter = |invoice: &store::Invoice| NewMail {
            kind: "invoice",
            recipient: "ann@reader.example".to_owned(),
            subject: invoice.number.to_string(),
            plain: String::new(),
            html: String::new(),
            once: None,
            due_at: Timestamp::MAX,
            unsubscribe: None,
        };
        let made = wait(store.make_invoice(new, letter, now)).unwrap();
        assert!(matches!(made, InvoiceMade::New(_)));
    }
    store.close();
    (room, today.to_string())
}

#[test]
fn an_invoice_is_listed_paid_once_paid_back_and_exported() {
    let (room, today) = with_invoices(2);
    let list = run(&room, &["list"]).fine();
    assert_eq!(list.matches("open").count(), 2, "{list}");
    assert!(list.contains("-0001") && list.contains("CAD 120"), "{list}");
    assert!(!list.contains('\u{1b}'), "a buyer's name is no command to the terminal");
    let year = &today[..4];
    let number = format!("{year}-0001");
    let paid = ["paid", &number, "--on", &today, "--amount"];
    let with = |more: &[&str]| run(&room, &[&paid[..], more].concat());
    for (more, why) in [
        (&["119"][..], "--accept"),
        (&["120", "--currency", "EUR"], "--accept"),
        (&["0"], "no payment"),
        (&["12o"], "not a number"),
        (&["120", "--currency", "euro"], "three capital letters"),
    ] {
        let ran = with(more);
        assert!(!ran.status.success() && ran.err.contains(why), "{more:?}: {}{}", ran.out, ran.err);
    }
    assert!(with(&["120"]).fine().contains("is paid; open from"));
    assert!(with(&["120.00"]).fine().contains("nothing changed"), "again it is nothing new");
    assert_eq!(run(&room, &["list", "--open"]).fine().lines().count(), 1);
    let shown = run(&room, &["show", &number, "--json"]).fine();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&shown["state"], &shown["paid_on"]), (&"paid".into(), &today.clone().into()));
    assert_eq!(shown["amount"], "120.00");
    assert_eq!(shown["next_plan"], serde_json::Value::Null);
    // The reader agrees to another plan: the next invoice is for it.
    let raw = rusqlite::Connection::open(room.path("paper").join(store::DATABASE)).unwrap();
    raw.execute_batch(
        "INSERT INTO checkouts (id, reader, plan, agreed, back, began_at, ends_at) \
         SELECT 'one', reader, 'print', 'words', '/account', 0, 0 FROM invoices LIMIT 1; \
         INSERT INTO next_plans SELECT subscription, 'one', 'print', 'Print' || char(27), 'CAD', 2400, 'month' \
         FROM invoices WHERE number = 1",
    )
    .unwrap();
    drop(raw);
    let text = run(&room, &["show", &number]).fine();
    let next = text.lines().last().unwrap_or_default();
    assert!(next.starts_with("its next invoice is for Print"), "{text}");
    assert!(next.ends_with("(print), CAD 24 by the month") && !text.contains('\u{1b}'), "{text}");
    let shown = run(&room, &["show", &number, "--json"]).fine();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let wanted = serde_json::json!({
        "plan": "print", "currency": "CAD", "amount": "24.00", "period": "month",
    });
    assert_eq!(shown["next_plan"], wanted);
    let ledger = room.run(&["ledger", "check", "--data", "paper"]).fine();
    assert!(ledger.contains("1 subscriptions were read back, 0 differ"), "{ledger}");
    let void = ["void", &*number, "--reason", "paid twice"];
    assert!(run(&room, &void).err.contains("--refunded"));
    assert!(run(&room, &[&void[..], &["--refunded"]].concat()).fine().contains("paid back"));
    let books = run(&room, &["export", "--year", year]).fine();
    assert_eq!(books.lines().count(), 3, "{books}");
    assert!(books.contains("\"'=cmd()"), "no field is a formula: {books}");
    assert_eq!(run(&room, &["export", "--year", "1999"]).fine().lines().count(), 1);
    for wrong in ["1", "2026", "2026-0", "x-1"] {
        let ran = run(&room, &["show", wrong]);
        assert!(ran.err.contains("2026-0042"), "{wrong}: {}", ran.err);
    }
    let ran = run(&room, &["show", "2026-9999"]);
    assert!(!ran.status.success() && ran.err.contains("there is no invoice"), "{}", ran.err);
}
