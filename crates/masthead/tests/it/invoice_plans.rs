//! Another plan for a contract that is paid by invoice: the next invoice is for it, and nothing opens before that is paid.

use http::StatusCode;
use store::InvoiceNumber;

use crate::ask::Ask;
use crate::invoices::{MAIL, MONTH, YEAR, office_with};
use crate::jar::Jar;
use crate::paper::{TestPaper, wait};
use crate::settings::Settings;

const TWO_PLANS: &str = "[invoices]\noffered = \"on\"\npayee = [\"The Courant\"]\npay_to = [\"555\"]\nperiods = \"both\"\n\
    grace_days = 7\n[[plans]]\nslug = \"print\"\nname = \"Print\"\nopens = [\"digital\", \"print\"]\ncurrency = \"CAD\"\n\
    monthly = \"24\"\nyearly = \"240\"\n";
const NEXT: &str = "SELECT count(*) FROM next_plans";
/// Whatever of the ledger opens the dearer plan.
const OF_PRINT: &str = "SELECT count(*) FROM ledger WHERE document LIKE '%print%'";

/// A reader of the plan of that order, paid on the 16th of September.
fn with_two_plans(target: &str, amount: &str) -> (TestPaper, Jar) {
    let (paper, mut jar) = (office_with(TWO_PLANS, ""), Jar::default());
    let first = paper.has_ordered(&mut jar, target);
    paper.paid_by_transfer(first, "2026-09-16", amount).unwrap();
    (paper, jar)
}

fn undo() -> Ask {
    Ask::fields("/account/plan", &[("undo", "yes")])
}

#[test]
fn another_plan_is_that_of_the_next_invoice_and_opens_with_its_payment() {
    let (paper, mut jar) = with_two_plans(MONTH, "12");
    assert!(paper.contract(&jar).contains("href=\"/account/plan\""), "{}", paper.contract(&jar));
    let list = paper.send(&mut jar, Ask::get("/account/plan")).text();
    for wanted in [
        "Another plan begins when the time you have paid for ends",
        "Digital, $120 a year",
        "Print, $24 a month",
        "Print, $240 a year",
    ] {
        assert!(list.contains(wanted), "{wanted}: {list}");
    }
    assert!(!list.contains("Digital, $12 a month") && !list.contains("begins at once"), "{list}");
    let page = paper.change_to(&mut jar, "print", "month");
    for wanted in [
        "Change to Print",
        "You pay nothing today.",
        "Until October 16th everything stays as it is.",
        "After that you get an invoice for $24 each month",
        "I order this for payment, and agree to an invoice for $24 every month after that",
    ] {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    let unticked = paper.send_change(&mut jar, &page, &[("agreed", "")]);
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
    for other in [("terms", "I pay nothing."), ("period", "year")] {
        let sent = paper.send_change(&mut jar, &page, &[other]);
        assert_eq!(sent.status, StatusCode::CONFLICT, "{other:?}");
    }
    assert_eq!(paper.rows(NEXT), 0, "nothing was agreed to");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let (paper, page, mut jar) = (&paper, &page, jar.clone());
            scope.spawn(move || {
                let done = paper.send_change(&mut jar, page, &[]);
                assert_eq!(done.header("location"), "/account#subscription", "{}", done.text());
            });
        }
    });
    assert_eq!(paper.rows(NEXT), 1);
    let agreed = "SELECT count(*) FROM checkouts WHERE plan = 'print' AND agreed LIKE 'You pay nothing today. Until October 16th%until I cancel.'";
    assert_eq!(paper.rows(agreed), 1, "what was agreed to is kept as it was shown");
    let told = paper.contract(&jar);
    for wanted in [
        "Your subscription: Digital",
        "The next payment of $24 is on October 16th.",
        "From October 16th on your plan is Print.",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert_eq!(paper.letters(MAIL), ["invoice", "receipt", "plan-changed"]);
    let letter = paper.text("SELECT plain FROM mails WHERE kind = 'plan-changed'");
    for wanted in [
        "Plan so far: Digital, $12 a month",
        "New plan: Print, $24 a month",
        "From: October 16th",
        "Charged for the change: $0",
        "Until September 24th you can take this back on this page",
    ] {
        assert!(letter.contains(wanted), "{wanted}: {letter}");
    }
    // What was agreed to holds, also where the plan is dearer by then.
    paper.change(&Settings {
        registration: true,
        offers: Some(""),
        tables: Box::leak(TWO_PLANS.replace("\"24\"", "\"30\"").into_boxed_str()),
        ..Settings::default()
    });
    paper.live_until("2026-09-26T12:00:00-03:00");
    let second = "SELECT count(*) FROM invoices WHERE number = 2 AND state = 'open' \
        AND document LIKE '%\"plan\":\"print\"%\"amount\":2400,%'";
    assert_eq!((paper.rows(second), paper.rows(NEXT)), (1, 0));
    // Made, it is neither changed nor taken back; and nothing of it is open, in the days of grace neither.
    let waits = paper.send(&mut jar, Ask::get("/account/plan?plan=digital&period=year")).text();
    assert!(waits.contains("Your next invoice has been made already."), "{waits}");
    paper.send(&mut jar, undo());
    assert_eq!(paper.states(), ["2026-1 paid", "2026-2 open"]);
    paper.live_until("2026-10-20T12:00:00-03:00");
    assert!(paper.opens(&jar), "the days of grace are those of what was paid");
    assert!(paper.contract(&jar).contains("Your subscription: Digital"));
    assert_eq!(paper.rows(OF_PRINT), 0);
    let number = InvoiceNumber { year: 2026, number: 2 };
    paper.paid_by_transfer(number, "2026-10-20", "24").unwrap();
    let told = paper.contract(&jar);
    assert!(told.contains("Your subscription: Print"), "{told}");
    assert!(told.contains("The next payment of $24 is on November 16th."), "{told}");
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts WHERE subscription IS NULL"), 0);
    assert_eq!(wait(paper.site.check_ledger(false)).unwrap().differences, Vec::<String>::new());
    assert_eq!(paper.letters(MAIL).iter().filter(|kind| *kind == "plan-changed").count(), 1);
}

#[test]
fn another_plan_is_taken_back_until_its_invoice_is_made_and_ends_with_the_contract() {
    let (paper, mut jar) = with_two_plans(MONTH, "12");
    let agree = |jar: &mut Jar| {
        let page = paper.change_to(jar, "print", "month");
        paper.send_change(jar, &page, &[]);
        assert_eq!(paper.rows(NEXT), 1);
    };
    agree(&mut jar);
    let page = paper.send(&mut jar, Ask::get("/account/plan")).text();
    assert!(page.contains("From October 16th on your plan is Print, $24 a month."), "{page}");
    assert!(
        page.contains("Keep the plan of before") && !page.contains("name=\"agreed\""),
        "{page}"
    );
    assert_eq!(paper.rows(NEXT), 1, "looking at it takes nothing back");
    let strange = undo().instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut jar, strange).status, StatusCode::FORBIDDEN);
    let mut other = Jar::default();
    paper.sign_in(&mut other, "eve@reader.example");
    paper.send(&mut other, undo());
    assert_eq!(paper.rows(NEXT), 1, "it is nobody else's");
    assert_eq!(paper.send(&mut jar, undo()).header("location"), "/account#subscription");
    assert_eq!(paper.rows(NEXT), 0);
    let told = paper.contract(&jar);
    assert!(told.contains("The next payment of $12 is on October 16th."), "{told}");
    assert!(!told.contains("Print"), "{told}");
    paper.send(&mut jar, undo());
    // Agreed to again it is another agreement, and told again; cancelled it is over, and stays so when that is taken back.
    agree(&mut jar);
    let told = ["invoice", "receipt", "plan-changed", "plan-kept", "plan-changed"];
    assert_eq!(paper.letters(MAIL), told);
    let kept = paper.text("SELECT plain FROM mails WHERE kind = 'plan-kept'");
    for wanted in [
        "You have taken the change of your plan back. It stays Digital, $12 a month.",
        "The next payment of $12 is on October 16th.",
        "/account/plan",
    ] {
        assert!(kept.contains(wanted), "{wanted}: {kept}");
    }
    paper.send(&mut jar, undo());
    assert_eq!(paper.letters(MAIL).iter().filter(|kind| *kind == "plan-kept").count(), 2);
    agree(&mut jar);
    paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    assert_eq!(paper.rows(NEXT), 0);
    paper.send(&mut jar, Ask::fields("/account/resumption", &[]));
    assert_eq!(paper.letters(MAIL)[6..], ["plan-changed", "cancelled", "resumed"]);
    assert!(paper.contract(&jar).contains("The next payment of $12 is on October 16th."));
    paper.live_until("2026-09-26T12:00:00-03:00");
    let second =
        "SELECT count(*) FROM invoices WHERE number = 2 AND document LIKE '%\"amount\":1200,%'";
    assert_eq!(paper.rows(second), 1);
}

#[test]
fn a_year_that_is_paid_runs_to_its_end_and_goes_on_by_the_month() {
    let (paper, mut jar) = with_two_plans(YEAR, "120");
    let page = paper.change_to(&mut jar, "digital", "month");
    assert!(page.text().contains("Until September 16th, 2027 everything stays"), "{}", page.text());
    paper.send_change(&mut jar, &page, &[]);
    paper.live_until("2027-08-27T12:00:00-03:00");
    assert_eq!(paper.states(), ["2026-1 paid", "2027-1 open"]);
    let number = InvoiceNumber { year: 2027, number: 1 };
    paper.paid_by_transfer(number, "2027-08-27", "12").unwrap();
    paper.sign_in(&mut jar, MAIL);
    let told = paper.contract(&jar);
    assert!(told.contains("The next payment of $12 is on October 16th."), "{told}");
    // During a cheaper first period the plan stays, as with a card.
    let intro = "[[offers]]\nplan = \"digital\"\nintro = \"9\"\nmonths = 3\n";
    let (paper, mut jar) = (office_with(TWO_PLANS, intro), Jar::default());
    let first = paper.has_ordered(&mut jar, MONTH);
    paper.paid_by_transfer(first, "2026-09-16", "9").unwrap();
    let page = paper.send(&mut jar, Ask::get("/account/plan?plan=print&period=month")).text();
    assert!(page.contains("You can change your plan from December 16th on"), "{page}");
}
