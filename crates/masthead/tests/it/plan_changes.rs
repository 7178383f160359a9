//! Another plan for a subscription that runs: what it costs is shown before the button, and charged once; nobody is without access for a
//! moment, and nothing that was paid is lost.

use std::sync::Arc;

use http::{Method, StatusCode};
use jiff::SignedDuration;

use crate::ask::{Ask, Reply};
use crate::bank::{Bank, Changes};
use crate::jar::Jar;
use crate::money::{hidden, shop_with};
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

const MAIL: &str = "ada@reader.example";

/// Two plans, and no offer unless a test has one.
fn shop(offers: &'static str) -> TestPaper {
    shop_with(settings(offers))
}

fn settings(offers: &'static str) -> Settings {
    let tables = "[[plans]]\nslug = \"print\"\nname = \"Print\"\nopens = [\"digital\", \"print\"]\ncurrency = \"CAD\"\n\
                 monthly = \"24\"\nyearly = \"240\"\n";
    Settings { tables, offers: Some(offers), ..Settings::default() }
}

const HALFWAY: &str = "2026-10-01T14:30:00-03:00";

impl TestPaper {
    /// Subscribes to a plan, on the 16th of September at half past two.
    #[track_caller]
    fn has(&self, jar: &mut Jar, target: &str, card: &str) {
        self.sign_in(jar, MAIL);
        let page = self.order(jar, target);
        let at = self.agree(jar, &page).header("location").to_owned();
        let paid = self.pay(jar, &at, card).header("location").to_owned();
        self.send(jar, Ask::get(&paid));
        assert!(self.opens(jar));
    }

    #[track_caller]
    pub(crate) fn change_to(&self, jar: &mut Jar, plan: &str, period: &str) -> Reply {
        let target = format!("/account/plan?plan={plan}&period={period}");
        let reply = self.send(jar, Ask::get(&target));
        assert_eq!(reply.status, StatusCode::OK, "{target}: {}", reply.text());
        reply
    }

    /// Sends the form of a page, with some fields in place of its own.
    #[track_caller]
    pub(crate) fn send_change(&self, jar: &mut Jar, page: &Reply, other: &[(&str, &str)]) -> Reply {
        let text = page.text();
        let mut fields: Vec<(&str, String)> =
            ["plan", "period", "asked", "terms"].map(|name| (name, hidden(&text, name))).into();
        fields.push(("agreed", "yes".to_owned()));
        for (name, value) in &mut fields {
            if let Some((_, instead)) = other.iter().find(|(one, _)| one == name) {
                (*instead).clone_into(value);
            }
        }
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.send(jar, Ask::fields("/account/plan", &fields))
    }

    fn paid(&self) -> i64 {
        self.rows("SELECT count(*) FROM ledger WHERE document LIKE '%\"what\":\"paid\"%'")
    }
}

#[test]
fn a_dearer_plan_begins_at_once_for_the_difference_that_was_shown() {
    let paper = shop("");
    let mut jar = Jar::default();
    paper.has(&mut jar, "/subscribe/digital", "good");
    paper.at(HALFWAY);
    assert!(paper.contract(&jar).contains("href=\"/account/plan\""), "{}", paper.contract(&jar));
    let list = paper.send(&mut jar, Ask::get("/account/plan")).text();
    for wanted in ["Digital, $120 a year", "Print, $24 a month", "Print, $240 a year"] {
        assert!(list.contains(wanted), "{wanted}: {list}");
    }
    assert!(!list.contains("Digital, $12 a month"), "that is what there is: {list}");
    let page = paper.change_to(&mut jar, "print", "month");
    for wanted in [
        "Change to Print",
        "You pay $6 today.",
        "What is left of the time you have paid for is set against it.",
        "From October 16th on you pay $24 a month, until you cancel.",
    ] {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    assert_eq!(paper.paid(), 1, "looking at it changes nothing");
    // A few minutes later it is still what was shown.
    paper.at("2026-10-01T14:38:00-03:00");
    let done = paper.send_change(&mut jar, &page, &[]);
    assert_eq!(done.header("location"), "/account#subscription", "{}", done.text());
    let told = paper.contract(&jar);
    assert!(told.contains("Your subscription: Print"), "{told}");
    assert!(told.contains("The next payment of $24 is on October 16th."), "{told}");
    assert_eq!(paper.paid(), 2);
    let six = "SELECT count(*) FROM ledger WHERE document LIKE '%\"what\":\"paid\"%\"minor\":600%'";
    assert_eq!(paper.rows(six), 1);
    // What was agreed to is kept as it was shown, and pressed again it is done already.
    let agreed =
        "SELECT count(*) FROM checkouts WHERE agreed LIKE 'You pay $6 today.%$24 every month%'";
    assert_eq!(paper.rows(agreed), 1);
    let again = paper.send_change(&mut jar, &page, &[]);
    assert_eq!(again.header("location"), "/account#subscription");
    paper.hear();
    assert_eq!((paper.paid(), paper.rows(agreed)), (2, 1));
    assert!(paper.opens(&jar));
    assert_eq!(paper.letters(MAIL), ["receipt", "plan-changed", "receipt"]);
    let letter = paper.text("SELECT plain FROM mails WHERE kind = 'plan-changed'");
    for wanted in [
        "Plan so far: Digital, $12 a month",
        "New plan: Print, $24 a month",
        "From: October 1st",
        "Charged for the change: $6",
        "What is left of the time you have paid for is set against it.",
        "From October 16th on you pay $24 a month, until you cancel.",
        "If you want the plan of before back",
        "/account/plan",
    ] {
        assert!(letter.contains(wanted), "{wanted}: {letter}");
    }
    paper.at("2026-10-17T12:00:00-03:00");
    paper.hear();
    assert!(paper.contract(&jar).contains("The next payment of $24 is on November 16th."));
}

#[test]
fn a_cheaper_plan_begins_when_what_is_paid_ends_and_charges_nothing_before() {
    let paper = shop("");
    let mut jar = Jar::default();
    paper.has(&mut jar, "/subscribe/print", "good");
    paper.at(HALFWAY);
    let page = paper.change_to(&mut jar, "digital", "month");
    for wanted in [
        "You pay nothing today.",
        "Until October 16th everything stays as it is.",
        "From October 16th on you pay $12 a month, until you cancel.",
    ] {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    paper.send_change(&mut jar, &page, &[]);
    let told = paper.contract(&jar);
    for wanted in [
        "Your subscription: Print",
        "The next payment of $12 is on October 16th.",
        "From October 16th on your plan is Digital.",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    // One that is to change waits for that.
    assert!(!told.contains("href=\"/account/plan\""), "{told}");
    let other = paper.send(&mut jar, Ask::get("/account/plan?plan=print&period=year"));
    assert_eq!(other.header("location"), "/account#subscription");
    assert_eq!(paper.paid(), 1);
    assert_eq!(paper.letters(MAIL), ["receipt", "plan-changed"]);
    let letter = paper.text("SELECT plain FROM mails WHERE kind = 'plan-changed'");
    for wanted in [
        "Plan so far: Print, $24 a month",
        "New plan: Digital, $12 a month",
        "From: October 16th",
        "Charged for the change: $0",
        "Until October 16th everything stays as it is.",
        "From October 16th on you can choose the plan of before again",
    ] {
        assert!(letter.contains(wanted), "{wanted}: {letter}");
    }
    for at in
        ["2026-10-16T14:29:59-03:00", "2026-10-16T14:30:00-03:00", "2026-10-16T14:31:00-03:00"]
    {
        paper.at(at);
        assert!(paper.opens(&jar), "{at}");
        paper.hear();
        assert!(paper.opens(&jar), "{at}");
    }
    paper.at("2026-10-16T18:00:00-03:00");
    paper.hear();
    let told = paper.contract(&jar);
    assert!(told.contains("Your subscription: Digital"), "{told}");
    assert!(told.contains("The next payment of $12 is on November 16th."), "{told}");
    assert!(told.contains("href=\"/account/plan\""), "{told}");
    assert_eq!(paper.paid(), 2);
}

#[test]
fn from_months_to_a_year_at_once_and_never_back_into_what_would_be_lost() {
    let paper = shop("");
    let mut jar = Jar::default();
    paper.has(&mut jar, "/subscribe/digital", "good");
    paper.at(HALFWAY);
    let page = paper.change_to(&mut jar, "digital", "year");
    for wanted in
        ["You pay $114 today.", "From October 1st, 2027 on you pay $120 a year, until you cancel."]
    {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    paper.send_change(&mut jar, &page, &[]);
    let told = paper.contract(&jar);
    assert!(told.contains("The next payment of $120 is on October 1st, 2027."), "{told}");
    let letter = paper.text("SELECT plain FROM mails WHERE kind = 'plan-changed'");
    assert!(letter.contains("New plan: Digital, $120 a year"), "{letter}");
    assert!(paper.opens(&jar));
    let list = paper.send(&mut jar, Ask::get("/account/plan")).text();
    assert!(list.contains("A year that is paid is not turned into months"), "{list}");
    assert!(list.contains("Print, $240 a year") && !list.contains("a month<"), "{list}");
}

#[test]
fn during_a_trial_or_a_cheaper_first_period_the_plan_stays() {
    for (offer, date) in [
        ("[[offers]]\nplan = \"digital\"\nintro = \"9\"\nmonths = 3\n", "December 16th"),
        ("[[offers]]\nplan = \"digital\"\npercent = 50\nmonths = 3\n", "October 16th"),
        ("[[offers]]\nplan = \"digital\"\nintro = \"0\"\ntrial_days = 14\n", "September 30th"),
    ] {
        let paper = shop(offer);
        let mut jar = Jar::default();
        paper.has(&mut jar, "/subscribe/digital", "good");
        let told = paper.send(&mut jar, Ask::get("/account/plan?plan=print&period=month")).text();
        let wanted = format!("You can change your plan from {date} on");
        assert!(told.contains(&wanted), "{offer}: {told}");
        let fields = [("plan", "print"), ("period", "month"), ("terms", ""), ("agreed", "yes")];
        let sent = paper.send(&mut jar, Ask::fields("/account/plan", &fields));
        assert_eq!(sent.header("location"), "/account#subscription");
        assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 1);
    }
}

#[test]
fn nothing_is_changed_that_was_not_shown_and_agreed_to() {
    let paper = shop("");
    let mut jar = Jar::default();
    paper.has(&mut jar, "/subscribe/digital", "good");
    paper.at(HALFWAY);
    let page = paper.change_to(&mut jar, "print", "month");
    let unticked = paper.send_change(&mut jar, &page, &[("agreed", "")]);
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unticked.text().contains("Please tick the box."));
    for other in [("terms", "You pay nothing today."), ("plan", "digital"), ("period", "year")] {
        let sent = paper.send_change(&mut jar, &page, &[other]);
        let is_shown_anew = sent.status == StatusCode::CONFLICT;
        let leads_away = sent.header("location") == "/account#subscription";
        assert!(is_shown_anew || leads_away, "{other:?}: {}", sent.text());
    }
    // A sum of long ago, of tomorrow, or of nonsense is reckoned anew. It is another one by then, and shown first.
    paper.at("2026-10-05T14:30:00-03:00");
    for asked in ["1790000000", "1790875800", "99999999999999999999", "now", "-1", ""] {
        let sent = paper.send_change(&mut jar, &page, &[("asked", asked)]);
        assert_eq!(sent.status, StatusCode::CONFLICT, "{asked}");
        assert!(sent.text().contains("Nothing has been charged; please look at it again."));
    }
    let strange = Ask::fields("/account/plan", &[("plan", "print"), ("period", "month")])
        .instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut jar, strange).status, StatusCode::FORBIDDEN);
    let stranger = paper.ask(&Ask::fields("/account/plan", &[("plan", "print")]));
    assert_eq!(stranger.header("location"), "/sign-in?back=%2Faccount%2Fplan");
    assert_eq!((paper.paid(), paper.rows("SELECT count(*) FROM checkouts")), (1, 1));
    assert!(paper.contract(&jar).contains("Your subscription: Digital"));
}

#[test]
fn a_card_that_is_declined_changes_nothing_and_it_is_said() {
    let paper = shop("");
    let mut jar = Jar::default();
    paper.has(&mut jar, "/subscribe/digital", "expires");
    paper.at(HALFWAY);
    let sent = paper.send(&mut jar, Ask::get("/account/plan?plan=print&period=month"));
    assert_eq!(sent.status, StatusCode::PAYMENT_REQUIRED);
    assert!(sent.text().contains("nothing has been charged."), "{}", sent.text());
    assert!(paper.opens(&jar) && paper.contract(&jar).contains("Your subscription: Digital"));
    assert_eq!(paper.paid(), 1);
    assert_eq!(paper.letters(MAIL), ["receipt"], "nothing has changed, and nothing is told");
    // Cancelled, there is nothing to change; the own page offers to take that back first.
    paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    let sent = paper.send(&mut jar, Ask::get("/account/plan"));
    assert_eq!(sent.header("location"), "/account#subscription");
}

#[test]
fn sent_by_many_at_once_it_is_one_change_and_one_charge() {
    let paper = shop("");
    let mut jar = Jar::default();
    paper.has(&mut jar, "/subscribe/digital", "good");
    paper.at(HALFWAY);
    let page = paper.change_to(&mut jar, "print", "month");
    let sent: Vec<Reply> = std::thread::scope(|scope| {
        let send = |_| {
            let (paper, page, mut jar) = (&paper, &page, jar.clone());
            scope.spawn(move || paper.send_change(&mut jar, page, &[]))
        };
        let all: Vec<_> = (0..8).map(send).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    // Nobody is told that nothing was charged: whoever comes second comes where the first did.
    for reply in &sent {
        assert_eq!(reply.header("location"), "/account#subscription", "{}", reply.text());
    }
    paper.hear();
    let six = "SELECT count(*) FROM ledger WHERE document LIKE '%\"what\":\"paid\"%\"minor\":600%'";
    assert_eq!((paper.paid(), paper.rows(six)), (2, 1));
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 2);
    assert_eq!(paper.rows("SELECT count(*) FROM mails WHERE kind = 'plan-changed'"), 1);
    assert!(paper.contract(&jar).contains("The next payment of $24 is on October 16th."));
}

/// A shop whose provider does what a test says, and a subscriber at halfway.
fn shop_behind_a_bank() -> (TestPaper, Arc<Bank>, Jar) {
    let bank = Arc::new(Bank::default());
    let settings = Settings { registration: true, ..settings("") };
    let plan = Plan { settings, sells: true, bank: Some(Arc::clone(&bank)), ..Plan::default() };
    let (paper, mut jar) = (TestPaper::open(&plan), Jar::default());
    paper.has(&mut jar, "/subscribe/digital", "good");
    paper.at(HALFWAY);
    paper.hear();
    (paper, bank, jar)
}

/// How a paper comes to hear of a change.
type Hears = fn(&TestPaper, &mut Jar, &Reply);

const KEPT: &str = "SELECT count(*) FROM change_letters";
const TOLD: &str = "SELECT count(*) FROM mails WHERE kind = 'plan-changed'";

#[test]
fn whoever_hears_first_of_a_change_whose_answer_was_lost_tells_it_once() {
    let ways: [(&str, Hears); 3] = [
        ("a hint", |paper, _, _| {
            let id = paper.text("SELECT id FROM subscriptions");
            let event = paper.cashier().event(&id, paper.clock.now()).unwrap();
            let hint = Ask::new(Method::POST, "/webhooks/payments")
                .with("stripe-signature", &event.signature);
            let sent = web::Sent::Whole(event.body.into());
            assert_eq!(paper.ask(&Ask { sent, ..hint }).status, StatusCode::OK);
            paper.hear();
        }),
        ("the look soon after", |paper, _, _| {
            paper.later(SignedDuration::from_mins(3));
            paper.hear();
        }),
        ("the button pressed again", |paper, jar, page| {
            let again = paper.send_change(jar, page, &[]);
            assert_eq!(again.header("location"), "/account#subscription", "{}", again.text());
        }),
    ];
    for (way, hears) in ways {
        let (paper, bank, mut jar) = shop_behind_a_bank();
        let page = paper.change_to(&mut jar, "print", "month");
        bank.let_changes_be(Changes::Unheard);
        let cut = paper.send_change(&mut jar, &page, &[]);
        assert_eq!(cut.status, StatusCode::SERVICE_UNAVAILABLE, "{way}");
        paper.hear();
        assert_eq!((paper.rows(KEPT), paper.rows(TOLD), paper.paid()), (1, 0, 1), "{way}");
        bank.let_changes_be(Changes::Made);
        hears(&paper, &mut jar, &page);
        assert_eq!((paper.rows(KEPT), paper.rows(TOLD), paper.paid()), (0, 1, 2), "{way}");
        let letter = paper.text("SELECT plain FROM mails WHERE kind = 'plan-changed'");
        assert!(letter.contains("Charged for the change: $6"), "{way}: {letter}");
        assert!(paper.contract(&jar).contains("Your subscription: Print"), "{way}");
        // What was agreed to has become the change, and is told by nobody again.
        let became = "SELECT count(*) FROM checkouts WHERE subscription IS NOT NULL";
        assert_eq!(paper.rows(became), 2, "{way}");
        for _ in 0..3 {
            paper.later(SignedDuration::from_hours(25));
            paper.hear();
        }
        assert_eq!(paper.rows(TOLD), 1, "{way}");
    }
}

#[test]
fn a_change_that_was_refused_is_told_to_nobody_and_its_letter_goes() {
    let (paper, bank, mut jar) = shop_behind_a_bank();
    let page = paper.change_to(&mut jar, "print", "month");
    bank.let_changes_be(Changes::Declined);
    let refused = paper.send_change(&mut jar, &page, &[]);
    assert_eq!(refused.status, StatusCode::PAYMENT_REQUIRED);
    paper.later(SignedDuration::from_mins(3));
    paper.hear();
    assert_eq!((paper.rows(KEPT), paper.rows(TOLD)), (1, 0));
    // Tried again in time, it is the same agreement, and one letter.
    bank.let_changes_be(Changes::Made);
    let done = paper.send_change(&mut jar, &page, &[]);
    assert_eq!(done.header("location"), "/account#subscription", "{}", done.text());
    assert_eq!((paper.rows(KEPT), paper.rows(TOLD)), (0, 1));
    let page = paper.change_to(&mut jar, "print", "year");
    bank.let_changes_be(Changes::Declined);
    paper.send_change(&mut jar, &page, &[]);
    assert_eq!(paper.rows(KEPT), 1);
    paper.later(SignedDuration::from_hours(26));
    paper.hear();
    assert_eq!((paper.rows(KEPT), paper.rows(TOLD)), (0, 1));
}
