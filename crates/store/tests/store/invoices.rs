//! Invoices: numbers without a gap and without a second one, by many at once and over kills; a change of a contract is kept whole or
//! not at all.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use gate::ReaderId;
use jiff::Timestamp;
use jiff::civil::Date;
use paywall::{
    Currency, Fact, FactId, Follows, InvoiceStep, Money, Payment, Period, PeriodKind, Price,
    Renewal, What,
};
use store::{
    Buyer, CheckoutRow, INVOICE_ORDERS_DAILY_MAX, Invoice, InvoiceMade, InvoiceNumber,
    InvoiceSheet, InvoiceState, NewInvoice, NewMail, NextPlan, NextPlanStep, Options, Settled,
    Settling, Store, ToldBy, invoice_contract, is_by_invoice,
};

use crate::stage::{Folder, PAPER, number, raw, reader, wait};

const KILLS: u64 = 20;
const FOLDER: &str = "STORE_INVOICES_FOLDER";
const SEED: &str = "STORE_INVOICES_SEED";
/// Orders after which a child would end by itself.
const ORDERS_MAX: u64 = 4_000;

fn now() -> Timestamp {
    "2026-09-16T17:30:00Z".parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// An invoice that goes on with a contract of its own: of those a reader can have as many as there are.
fn new(reader: ReaderId, drawn: &str, issued_on: &str) -> NewInvoice {
    let currency = Currency::parse("CAD").unwrap();
    let price = Price { amount: Money { minor: 12_000, currency }, period: Period::Year };
    NewInvoice {
        subscription: invoice_contract(drawn).unwrap(),
        reader,
        checkout: None,
        sheet: InvoiceSheet {
            payee: vec!["The Courant".to_owned()],
            pay_to: vec!["555".to_owned()],
            tax: "all taxes".to_owned(),
            buyer: Buyer {
                name: "Brook & Sons".to_owned(),
                lines: vec!["4 Customs Quay".to_owned()],
                country: "Canada".to_owned(),
                reference: "PO".to_owned(),
                vat: "RT".to_owned(),
            },
            plan: "digital".to_owned(),
            plan_name: "Digital".to_owned(),
            offer: Some("spring".to_owned()),
            step: InvoiceStep::usual(price),
            follows: Some(Follows { anchor_at: now(), months: 1 }),
        },
        follows_at: Some(now()),
        issued_on: day(issued_on),
        due_on: day("2026-09-30"),
        check_at: Timestamp::MAX,
    }
}

fn letter(invoice: &Invoice) -> NewMail {
    NewMail {
        kind: "invoice",
        recipient: "reader@reader.example".to_owned(),
        subject: invoice.number.to_string(),
        plain: String::new(),
        html: String::new(),
        once: Some(format!("invoice:{}", invoice.number)),
        due_at: Timestamp::MAX,
        unsubscribe: None,
    }
}

fn made(store: &Store, new: NewInvoice) -> Invoice {
    match wait(store.make_invoice(new, letter, now())).unwrap() {
        InvoiceMade::New(invoice) => invoice,
        other => panic!("{other:?}"),
    }
}

#[test]
fn numbers_are_read_as_they_are_printed() {
    let number = InvoiceNumber { year: 2026, number: 42 };
    assert_eq!(number.to_string(), "2026-0042");
    for text in ["2026-0042", "2026-42", " 2026-0042 "] {
        assert_eq!(InvoiceNumber::parse(text), Some(number), "{text}");
    }
    for text in ["", "2026", "2026-", "-1", "2026-0", "2026-1x", "20261-1", "2026-1-1", "+026-1"] {
        assert_eq!(InvoiceNumber::parse(text), None, "{text}");
    }
}

#[test]
fn each_year_counts_from_one_and_an_invoice_comes_back_as_it_was_made() {
    let folder = Folder::new();
    let store = folder.open();
    let reader = reader(&store, 1, now());
    let first = made(&store, new(reader, "a", "2026-12-31"));
    let next = made(&store, new(reader, "b", "2027-01-01"));
    let last = made(&store, new(reader, "c", "2027-01-01"));
    let numbers = [first.number, next.number, last.number].map(|number| number.to_string());
    assert_eq!(numbers, ["2026-0001", "2027-0001", "2027-0002"]);
    assert_eq!(wait(store.invoice(first.number)).unwrap(), Some(first.clone()));
    assert!(is_by_invoice(&first.subscription));
    let all = wait(store.invoices_of(reader)).unwrap();
    assert_eq!(all, [last, next.clone(), first.clone()]);
    let listed = wait(store.invoices_after(Some(first.number), Some(2027), true, 1)).unwrap();
    assert_eq!(listed, [next]);
    // The same period is the same invoice.
    let again = wait(store.make_invoice(new(reader, "a", "2027-03-01"), letter, now())).unwrap();
    assert_eq!(again, InvoiceMade::There(first));
    assert_eq!(number(&raw(folder.path()), "SELECT count(*) FROM mails"), 3);
}

#[test]
fn a_reader_has_one_order_open_and_makes_so_many_in_a_day() {
    let folder = Folder::new();
    let store = folder.open();
    let (one, other) = (reader(&store, 1, now()), reader(&store, 2, now()));
    let order =
        |reader, drawn: &str| NewInvoice { follows_at: None, ..new(reader, drawn, "2026-09-16") };
    let mut open = made(&store, order(one, "0"));
    made(&store, order(other, "other"));
    for drawn in 1..INVOICE_ORDERS_DAILY_MAX {
        let drawn = drawn.to_string();
        let there = wait(store.make_invoice(order(one, &drawn), letter, now())).unwrap();
        assert_eq!(there, InvoiceMade::There(open.clone()));
        assert!(wait(store.settle_contract(voided(&open), now())).unwrap());
        open = made(&store, order(one, &drawn));
    }
    assert!(wait(store.settle_contract(voided(&open), now())).unwrap());
    let enough = wait(store.make_invoice(order(one, "x"), letter, now())).unwrap();
    assert_eq!(enough, InvoiceMade::Enough);
    let tomorrow = now() + jiff::SignedDuration::from_hours(25);
    let made = wait(store.make_invoice(order(one, "x"), letter, tomorrow)).unwrap();
    assert!(matches!(made, InvoiceMade::New(_)), "{made:?}");
}

fn voided(invoice: &Invoice) -> Settling {
    Settling {
        noted: None,
        subscription: invoice.subscription.clone(),
        reader: invoice.reader,
        seen: None,
        invoice: Some(Settled {
            number: invoice.number,
            from: InvoiceState::Open,
            to: InvoiceState::Void,
        }),
        voids_open: false,
        next_plan: NextPlanStep::Stays,
        facts: Vec::new(),
        taken: Vec::new(),
        told_by: (ToldBy::Operator, "ordered twice".to_owned()),
        letters: Vec::new(),
        check_at: Timestamp::MAX,
    }
}

#[test]
fn the_next_invoice_is_for_the_plan_that_was_agreed_to_or_is_not_made() {
    let folder = Folder::new();
    let store = folder.open();
    let reader = reader(&store, 1, now());
    let first = made(&store, new(reader, "a", "2026-09-16"));
    let agreed = |id: &str| CheckoutRow {
        id: id.to_owned(),
        reader,
        plan: "print".to_owned(),
        offer: None,
        agreed: "words".to_owned(),
        back: "/account".to_owned(),
        address: String::new(),
        began: None,
        provider_id: None,
        subscription: None,
        began_at: now(),
        ends_at: Timestamp::MAX,
    };
    for id in ["one", "two"] {
        wait(store.begin_checkout(agreed(id), Timestamp::MAX)).unwrap();
    }
    let next = |checkout: &str| NextPlan {
        checkout: checkout.to_owned(),
        plan: "print".to_owned(),
        plan_name: "Print".to_owned(),
        price: first.sheet.step.then,
    };
    let takes = |seen, next_plan| {
        let settling = Settling { seen, invoice: None, next_plan, ..voided(&first) };
        wait(store.settle_contract(settling, now())).unwrap()
    };
    let known = || wait(store.next_plan(first.subscription.clone())).unwrap();
    let becomes = |checkout| NextPlanStep::Becomes(next(checkout));
    assert!(!takes(None, becomes("one")), "an invoice of the contract is open");
    let on = Follows { anchor_at: now(), months: 13 };
    let paid = InvoiceState::Paid { on: day("2026-09-20"), next: on };
    let stands = Fact {
        subscription: first.subscription.clone(),
        id: FactId::parse("standing").unwrap(),
        as_of: now(),
        what: What::Renewal(Renewal::Stops { ends_at: Timestamp::MAX }),
    };
    let settled = Settled { number: first.number, from: InvoiceState::Open, to: paid };
    let settling = Settling { invoice: Some(settled), facts: vec![stands], ..voided(&first) };
    assert!(wait(store.settle_contract(settling, now())).unwrap());
    let seen = Some(now());
    assert!(!takes(None, becomes("one")), "the contract was changed meanwhile");
    assert!(!takes(seen, NextPlanStep::TakenBack), "there is none");
    assert!(takes(seen, becomes("one")) && known() == Some(next("one")));
    assert!(!takes(seen, becomes("two")) && known() == Some(next("one")), "there is one");
    // An invoice that knows nothing of it, or of another one, is not made.
    let goes_on = |checkout: Option<&str>| NewInvoice {
        checkout: checkout.map(str::to_owned),
        follows_at: Some(Timestamp::MAX),
        ..new(reader, "a", "2026-09-26")
    };
    for other in [None, Some("two")] {
        let made = wait(store.make_invoice(goes_on(other), letter, now())).unwrap();
        assert_eq!(made, InvoiceMade::Overtaken, "{other:?}");
    }
    assert!(takes(seen, NextPlanStep::TakenBack) && known().is_none());
    let made_of = wait(store.make_invoice(goes_on(Some("one")), letter, now())).unwrap();
    assert_eq!(made_of, InvoiceMade::Overtaken, "it was taken back");
    assert!(takes(seen, becomes("two")));
    made(&store, goes_on(Some("two")));
    assert_eq!(known(), None);
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM invoices"), 2, "no number was lost");
    // What ends a contract ends that too, and an erased reader has none.
    assert!(takes(seen, NextPlanStep::Stays));
    let ends = Settling { seen, invoice: None, voids_open: true, ..voided(&first) };
    assert!(wait(store.settle_contract(ends.clone(), now())).unwrap());
    assert!(takes(seen, becomes("one")));
    assert!(wait(store.settle_contract(ends, now())).unwrap());
    assert_eq!(known(), None);
    assert!(takes(seen, becomes("one")));
    let raw = folder.raw();
    raw.execute_batch("PRAGMA foreign_keys = ON; DELETE FROM readers").unwrap();
    assert_eq!(number(&raw, "SELECT count(*) FROM next_plans"), 0);
}

#[test]
fn a_payment_is_told_with_its_invoice_or_not_at_all() {
    let folder = Folder::new();
    let store = folder.open();
    let reader = reader(&store, 1, now());
    let invoice = made(&store, new(reader, "a", "2026-09-16"));
    let next = Follows { anchor_at: now(), months: 13 };
    let paid = InvoiceState::Paid { on: day("2026-09-20"), next };
    let payment = Payment {
        starts_at: now(),
        ends_at: "2027-09-16T17:30:00Z".parse().unwrap(),
        amount: invoice.sheet.step.amount,
        plan: "digital".to_owned(),
        kind: PeriodKind::Usual,
        opens: Vec::new(),
    };
    let settling = Settling {
        invoice: Some(Settled { number: invoice.number, from: InvoiceState::Open, to: paid }),
        facts: vec![Fact {
            subscription: invoice.subscription.clone(),
            id: FactId::parse("2026-0001").unwrap(),
            as_of: now(),
            what: What::Paid(payment),
        }],
        taken: vec!["spring".to_owned()],
        ..voided(&invoice)
    };
    assert!(wait(store.settle_contract(settling.clone(), now())).unwrap());
    assert!(!wait(store.settle_contract(settling, now())).unwrap(), "it is paid already");
    assert!(!wait(store.settle_contract(voided(&invoice), now())).unwrap(), "and not open");
    // What was decided of facts that are not the latest any more changes nothing: nobody's payment is overtaken by an end.
    let other = Settling { invoice: None, voids_open: true, ..voided(&invoice) };
    assert!(!wait(store.settle_contract(other.clone(), now())).unwrap());
    let seen = Some(now());
    assert!(wait(store.settle_contract(Settling { seen, ..other }, now())).unwrap());
    let known = wait(store.invoice(invoice.number)).unwrap().unwrap();
    assert_eq!((known.state, known.settled_at), (paid, Some(now())));
    let raw = raw(folder.path());
    assert_eq!(number(&raw, "SELECT count(*) FROM ledger WHERE told_by = 'operator'"), 1);
    assert_eq!(number(&raw, "SELECT count(*) FROM subscriptions WHERE provider = 'invoice'"), 1);
    assert_eq!(number(&raw, "SELECT count(*) FROM taken WHERE what = 'spring'"), 1);
    // Erased, the books stay.
    let open = made(&store, new(reader, "b", "2026-09-16"));
    let sender = store::ToSender { key: [0; 32], is_there: false };
    assert!(wait(store.erase_reader(reader, sender, now())).unwrap());
    let states =
        [invoice.number, open.number].map(|one| wait(store.invoice(one)).unwrap().unwrap());
    assert_eq!(states.clone().map(|one| one.state), [paid, InvoiceState::Void]);
    assert!(states.iter().all(|one| one.reader.is_none() && one.sheet.buyer.country == "Canada"));
}

#[test]
fn many_at_once_have_numbers_without_a_gap() {
    let folder = Folder::new();
    let store = folder.open();
    let reader = reader(&store, 1, now());
    let mut numbers = wait(async {
        let mut all = tokio::task::JoinSet::new();
        for place in 0..200 {
            let (store, new) = (store.clone(), new(reader, &place.to_string(), "2026-09-16"));
            all.spawn(async move { store.make_invoice(new, letter, now()).await.unwrap() });
        }
        let all = all.join_all().await;
        all.into_iter()
            .map(|made| match made {
                InvoiceMade::New(invoice) => invoice.number.number,
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
}

/// Not a test of its own: what the children do. Without the variables it returns at once.
#[test]
fn child() {
    let (Ok(folder), Ok(seed)) = (std::env::var(FOLDER), std::env::var(SEED)) else { return };
    let store = Store::open(Path::new(&folder), PAPER, &Options::default()).unwrap();
    let reader = wait(store.reader_of_mail("reader-1@reader.example".to_owned())).unwrap();
    let reader = reader.unwrap().id;
    for place in 0..ORDERS_MAX {
        let invoice = made(&store, new(reader, &format!("{seed}-{place}"), "2026-09-16"));
        let line = format!("invoice {}\n", invoice.number.number);
        let mut out = std::io::stdout().lock();
        // A parent that is gone is no reason to go on.
        if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
            std::process::exit(1);
        }
    }
}

#[test]
fn kills_leave_no_gap_no_second_number_and_no_invoice_without_its_letter() {
    let folder = Folder::new();
    let store = folder.open();
    reader(&store, 1, now());
    store.close();
    let mut told = BTreeSet::new();
    for seed in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "invoices::child", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .env(SEED, seed.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut left = 1 + seed % 7;
        let mut take = |line: &str| {
            let Some(number) = line.strip_prefix("invoice ") else { return false };
            // The last line may have been torn.
            let Ok(number) = number.parse::<u32>() else { return false };
            assert!(told.insert(number), "{number} was given twice");
            true
        };
        while left > 0 {
            let line = lines.next().expect("a child ended before it was killed").unwrap();
            left -= u64::from(take(&line));
        }
        // SIGKILL, to this child by its id.
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let raw = raw(folder.path());
    let (count, last) = ("SELECT count(*) FROM invoices", "SELECT max(number) FROM invoices");
    assert_eq!(number(&raw, count), number(&raw, last), "there is a gap");
    let letters = "SELECT count(*) FROM mails WHERE kind = 'invoice'";
    assert_eq!(number(&raw, letters), number(&raw, count));
    for number in &told {
        let there = format!("SELECT count(*) FROM invoices WHERE number = {number}");
        assert_eq!(crate::stage::number(&raw, &there), 1, "{number} had been told");
    }
}
