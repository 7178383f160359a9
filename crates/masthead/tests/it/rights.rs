//! What readers have a right to: cancelling a contract without signing in, withdrawing from it, and a receipt of both at once.

use http::StatusCode;
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::ask::{Ask, HOST, Reply};
use crate::jar::Jar;
use crate::money::{shop, shop_with};
use crate::paper::{TestPaper, wait};
use crate::settings::Settings;

pub(crate) const MAIL: &str = "ada@reader.example";
/// The fields that say who cancels what; the rest is as the form has it.
const WHO: [(&str, &str); 3] =
    [("name", "Ada Brook"), ("mail", MAIL), ("contract", "My subscription")];

/// A receipt as it waits to be sent.
struct Receipt {
    subject: String,
    plain: String,
}

impl Receipt {
    /// The path of its button, where it has one.
    fn link(&self) -> Option<String> {
        let origin = format!("http://{HOST}");
        let start = self.plain.find(&format!("{origin}/cancel/"))? + origin.len();
        Some(self.plain[start..].split_whitespace().next().unwrap().to_owned())
    }
}

impl TestPaper {
    /// The receipts to somebody, the oldest first.
    fn receipts(&self, mail: &str) -> Vec<Receipt> {
        let raw = Connection::open(self.folder.path().join(store::DATABASE)).unwrap();
        let query = "SELECT subject, plain FROM mails WHERE recipient = ?1 AND kind = 'statement' ORDER BY id";
        let mut query = raw.prepare(query).unwrap();
        let rows =
            query.query_map([mail], |row| Ok(Receipt { subject: row.get(0)?, plain: row.get(1)? }));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// Sends a cancellation, as the form does.
    #[track_caller]
    fn state(&self, jar: &mut Jar, fields: &[(&str, &str)]) -> Reply {
        let fields = [&WHO[..], fields].concat();
        self.send(jar, Ask::fields("/cancel", &fields))
    }

    /// Withdraws, in both steps.
    #[track_caller]
    pub(crate) fn withdraw(&self, jar: &mut Jar) -> Reply {
        let first = self.send(jar, Ask::fields("/withdrawal", &WHO));
        assert_eq!(first.status, StatusCode::OK, "{}", first.text());
        assert!(first.text().contains("name=\"confirmed\" value=\"yes\""), "{}", first.text());
        let fields = [&WHO[..], &[("confirmed", "yes")]].concat();
        self.send(jar, Ask::fields("/withdrawal", &fields))
    }

    fn waiting(&self) -> Vec<store::StatementRow> {
        wait(self.store.waiting_statements(10)).unwrap()
    }
}

#[test]
fn every_page_of_a_paper_that_sells_leads_to_cancelling_without_script_or_session() {
    let paper = shop();
    let link = "<a href=\"/cancel\">Cancel contracts here</a>";
    for path in
        ["/", "/city", "/offers", "/about", "/search", "/nowhere/at-all", &paper.path("m01")]
    {
        assert!(paper.get(path).text().contains(link), "{path}");
    }
    let german = shop_with(Settings { language: "de", ..Settings::default() });
    assert!(german.get("/").text().contains("<a href=\"/cancel\">Verträge hier kündigen</a>"));
    let page = german.get("/cancel").text();
    assert!(
        page.contains("<button class=\"btn\" type=\"submit\">Jetzt kündigen</button>"),
        "{page}"
    );
    // A paper that sells nothing has nothing to cancel.
    let plain = TestPaper::with(Settings { registration: true, ..Settings::default() });
    assert!(!plain.get("/").text().contains("/cancel"));
    assert_eq!(plain.get("/cancel").status, StatusCode::NOT_FOUND);
}

#[test]
fn the_form_asks_for_the_closed_list_and_no_password() {
    let paper = shop();
    let page = paper.get("/cancel");
    assert!(!page.is_shareable() && !page.headers.contains_key("set-cookie"));
    let text = page.text();
    let start = text.find("action=\"/cancel\"").unwrap();
    let form = text[start..].split("</form>").next().unwrap();
    let names = form.split(" name=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    assert_eq!(names, ["kind", "reason", "name", "mail", "contract", "when", "day"]);
    assert!(!form.contains("password") && !form.contains("<script"), "{form}");
}

#[test]
fn a_stranger_s_statement_is_kept_and_receipted_and_cancels_nothing_by_itself() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    let reply = paper.state(&mut Jar::default(), &[]);
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert!(!reply.is_shareable());
    let page = reply.text();
    let receipt = paper.receipts(MAIL).pop().expect("a receipt");
    assert_eq!(receipt.subject, "Receipt: your statement to The Merrin Courant");
    for told in [
        "Ordinary cancellation",
        "Ada Brook",
        MAIL,
        "My subscription",
        "As early as possible",
        "September 16th, 2026, 14:30 (Halifax time) = 2026-09-16 17:30:00 UTC",
    ] {
        assert!(receipt.plain.contains(told), "{told}: {}", receipt.plain);
        assert!(page.contains(told), "{told}: {page}");
    }
    // It goes at once, whatever the hour.
    let due = "SELECT count(*) FROM mails WHERE kind = 'statement' AND due_at = queued_at";
    assert_eq!(paper.rows(due), 1);
    assert!(paper.contract(&jar).contains("The next payment of $12"), "nothing is cancelled");
    assert_eq!(paper.waiting().len(), 1);
    // Nobody learns from the page who subscribes.
    let fields =
        [("name", "Ada Brook"), ("mail", "nobody@reader.example"), ("contract", "My subscription")];
    let other = paper.ask(&Ask::fields("/cancel", &fields)).text();
    assert_eq!(other.replace("nobody@reader.example", MAIL), page);
    let unknown = paper.receipts("nobody@reader.example").pop().unwrap();
    assert!(unknown.link().is_none() && receipt.link().is_some());
}

#[test]
fn the_button_in_the_receipt_cancels_once_and_looking_at_it_does_not() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    paper.state(&mut Jar::default(), &[]);
    let link = paper.receipts(MAIL).pop().unwrap().link().unwrap();
    for _ in 0..3 {
        let looked = paper.get(&link);
        assert_eq!(looked.status, StatusCode::OK);
        assert!(looked.text().contains("Cancel Digital?") && !looked.is_shareable());
        assert_eq!(paper.ask(&Ask::new(http::Method::HEAD, &link)).status, StatusCode::OK);
    }
    let strange = Ask::fields(&link, &[]).instead("origin", "https://evil.example");
    assert_eq!(paper.ask(&strange).status, StatusCode::FORBIDDEN);
    assert!(paper.contract(&jar).contains("The next payment of $12"));
    let done = paper.ask(&Ask::fields(&link, &[]));
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.text().contains("You keep full access until December 16th"), "{}", done.text());
    assert!(paper.contract(&jar).contains("It is cancelled."));
    assert!(paper.opens(&jar), "what was paid stays open");
    assert!(paper.waiting().is_empty());
    // Taken back, the old link cancels no second time.
    paper.send(&mut jar, Ask::fields("/account/resumption", &[]));
    assert_eq!(paper.ask(&Ask::fields(&link, &[])).status, StatusCode::GONE);
    assert_eq!(paper.get(&link).status, StatusCode::GONE);
    assert!(paper.contract(&jar).contains("The next payment of $12"));
    let forged = format!("/cancel/{}", "0".repeat(32));
    assert_eq!(paper.ask(&Ask::fields(&forged, &[])).status, StatusCode::GONE);
}

#[test]
fn the_button_is_good_for_two_weeks() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    paper.state(&mut Jar::default(), &[]);
    let link = paper.receipts(MAIL).pop().unwrap().link().unwrap();
    paper.at("2026-09-30T14:29:59-03:00");
    assert_eq!(paper.get(&link).status, StatusCode::OK);
    paper.at("2026-09-30T14:30:00-03:00");
    assert_eq!(paper.ask(&Ask::fields(&link, &[])).status, StatusCode::GONE);
    assert_eq!(paper.waiting().len(), 1, "the paper's people have it still");
}

#[test]
fn a_reader_who_is_signed_in_cancels_at_once() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    let form = paper.send(&mut jar, Ask::get("/cancel")).text();
    assert!(
        form.contains(&format!("value=\"{MAIL}\"")) && form.contains("value=\"Digital\""),
        "{form}"
    );
    let reply = paper.state(&mut jar, &[]);
    assert!(reply.text().contains("You keep full access until December 16th"), "{}", reply.text());
    assert!(paper.contract(&jar).contains("It is cancelled."));
    assert!(paper.waiting().is_empty());
    assert_eq!(paper.letters(MAIL), ["receipt", "statement", "cancelled"]);
    assert!(paper.receipts(MAIL)[0].link().is_none(), "nothing is left to press");
    let data = paper.send(&mut jar, Ask::get("/account/data")).json();
    assert_eq!(data["statements"][0]["kind"], "ordinary", "{data}");
}

#[test]
fn another_s_subscription_is_not_cancelled_by_somebody_who_is_signed_in() {
    let paper = shop();
    let [mut ada, mut eve] = [Jar::default(), Jar::default()];
    paper.subscriber(&mut ada, MAIL, "good");
    paper.subscriber(&mut eve, "eve@reader.example", "good");
    paper.state(&mut eve, &[]);
    for jar in [&ada, &eve] {
        assert!(paper.contract(jar).contains("The next payment of $12"));
    }
    assert_eq!(paper.waiting().len(), 1);
}

#[test]
fn what_the_program_cannot_carry_out_waits_for_the_paper_s_people() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    let reason = [("kind", "extraordinary"), ("reason", "The paper has\r\nnot come")];
    let reply = paper.state(&mut jar, &reason);
    assert!(reply.text().contains("We look at it, and write to you."), "{}", reply.text());
    // A day beyond what is paid is more than the provider can be asked for.
    paper.state(&mut jar, &[("when", "day"), ("day", "2027-03-31")]);
    assert!(paper.contract(&jar).contains("The next payment of $12"));
    let [day, reason] = &paper.waiting()[..] else { panic!("two wait") };
    assert_eq!(reason.stated.reason, "The paper has not come");
    assert_eq!(day.stated.wanted_on, Some(jiff::civil::date(2027, 3, 31)));
    assert!(wait(paper.store.settle_statement(day.id, paper.clock.now())).unwrap());
    assert!(!wait(paper.store.settle_statement(day.id, paper.clock.now())).unwrap());
    // On the paid day, or before it, it is what an ordinary cancellation comes to.
    paper.state(&mut jar, &[("when", "day"), ("day", "2026-12-16")]);
    assert!(paper.contract(&jar).contains("It is cancelled."));
    // What names another contract is looked at besides.
    paper.send(&mut jar, Ask::fields("/account/resumption", &[]));
    let other = [("name", "Ada"), ("mail", MAIL), ("contract", "Printed paper, number 417")];
    paper.send(&mut jar, Ask::fields("/cancel", &other));
    assert!(paper.contract(&jar).contains("It is cancelled."));
    assert_eq!(paper.waiting()[0].stated.contract, "Printed paper, number 417");
}

#[test]
fn a_provider_that_does_not_answer_loses_no_statement() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    paper.state(&mut Jar::default(), &[]);
    let link = paper.receipts(MAIL).pop().unwrap().link().unwrap();
    let file = paper.folder.path().join("cashier.json");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let reply = paper.ask(&Ask::fields(&link, &[]));
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    let reply = paper.state(&mut jar, &[("when", "day"), ("day", "2026-10-01")]);
    assert!(reply.text().contains("We look at it, and write to you."), "{}", reply.text());
    assert_eq!(paper.waiting().len(), 2);
    std::fs::remove_dir(&file).unwrap();
    assert_eq!(paper.ask(&Ask::fields(&link, &[])).status, StatusCode::OK);
    assert!(paper.contract(&jar).contains("It is cancelled."));
}

#[test]
fn what_is_missing_is_said_and_nothing_is_lost_of_what_was_written() {
    let paper = shop();
    let reply = paper.ask(&Ask::fields(
        "/cancel",
        &[
            ("name", "Ada \"<b>\" Brook"),
            ("mail", "ada"),
            ("contract", "417"),
            ("kind", "extraordinary"),
            ("reason", "late"),
        ],
    ));
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = reply.text();
    assert!(text.contains("role=\"alert\"") && text.contains("value=\"417\""), "{text}");
    assert!(text.contains(">late</textarea>") && !text.contains("<b>\""), "{text}");
    assert_eq!(paper.waiting().len(), 0);
    let long = "x".repeat(store::STATEMENT_REASON_CHARS_MAX + 1);
    let long = [&WHO[..], &[("reason", &*long)]].concat();
    let reply = paper.ask(&Ask::fields("/cancel", &long));
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().contains("at most 1,000 characters"), "{}", reply.text());
}

#[test]
fn the_same_words_again_are_one_statement_and_one_address_gets_few_receipts() {
    let paper = shop();
    for _ in 0..3 {
        assert_eq!(paper.state(&mut Jar::default(), &[]).status, StatusCode::OK);
    }
    assert_eq!(paper.receipts(MAIL).len(), 1);
    let most = store::STATEMENTS_OF_ADDRESS_MAX;
    let numbered = |number: usize| {
        let contract = format!("Number {number}");
        paper
            .ask(&Ask::fields("/cancel", &[("name", "A"), ("mail", MAIL), ("contract", &contract)]))
    };
    for number in 1..most {
        assert_eq!(numbered(number).status, StatusCode::OK, "{number}");
    }
    let enough = numbered(most);
    assert_eq!(enough.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(enough.header("retry-after"), "3600");
    assert_eq!(paper.receipts(MAIL).len(), most);
    // Whoever has proven the address is never kept from cancelling.
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    assert_eq!(paper.state(&mut jar, &[]).status, StatusCode::OK);
    assert!(paper.contract(&jar).contains("It is cancelled."));
    // A day later there is room again.
    paper.clock.set(paper.clock.now() + SignedDuration::from_hours(25));
    assert_eq!(numbered(most).status, StatusCode::OK);
}

#[test]
fn one_network_sends_so_many_statements_in_an_hour() {
    let paper = shop();
    let stated = |number: usize| {
        let mail = format!("reader{number}@reader.example");
        let fields = [("name", "A"), ("mail", &*mail), ("contract", "417")];
        paper.ask(&Ask::fields("/cancel", &fields)).status
    };
    for number in 0..20 {
        assert_eq!(stated(number), StatusCode::OK, "{number}");
    }
    assert_eq!(stated(20), StatusCode::TOO_MANY_REQUESTS);
    paper.clock.set(paper.clock.now() + SignedDuration::from_hours(1));
    assert_eq!(stated(20), StatusCode::OK);
}

#[test]
fn withdrawing_takes_two_steps_and_gives_the_money_back() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    assert!(
        paper.get("/").text().contains("<a href=\"/withdrawal\">Withdraw from contract here</a>")
    );
    let form = paper.send(&mut jar, Ask::get("/withdrawal")).text();
    assert!(form.contains("Within 14 days of ordering"), "{form}");
    assert!(form.contains("A free trial has cost nothing: withdrawing cancels it"), "{form}");
    let first = paper.send(&mut jar, Ask::fields("/withdrawal", &WHO)).text();
    assert!(first.contains(">Confirm withdrawal</button>"), "{first}");
    assert!(paper.opens(&jar) && paper.waiting().is_empty(), "the first step does nothing");
    let done = paper.withdraw(&mut jar);
    assert!(
        done.text().contains("The subscription has ended, and $9 goes back to you."),
        "{}",
        done.text()
    );
    assert!(!paper.opens(&jar) && paper.waiting().is_empty());
    let receipt = paper.receipts(MAIL).pop().unwrap();
    assert!(receipt.plain.contains("Withdrawal from the contract"), "{}", receipt.plain);
    assert!(receipt.plain.contains("2026-09-16 17:30:00 UTC"), "{}", receipt.plain);
    assert_eq!(
        paper.rows("SELECT count(*) FROM ledger WHERE document LIKE '{\"what\":\"refunded\"%'"),
        1
    );
    // Nothing is charged any more, and nothing goes back twice.
    paper.withdraw(&mut jar);
    paper.at("2027-01-20T12:00:00-04:00");
    paper.hear();
    assert!(!paper.opens(&jar));
    assert_eq!(
        paper.rows("SELECT count(*) FROM ledger WHERE document LIKE '{\"what\":\"paid\"%'"),
        1
    );
    assert_eq!(
        paper.rows("SELECT count(*) FROM ledger WHERE document LIKE '{\"what\":\"refunded\"%'"),
        1
    );
}

#[test]
fn to_the_last_second_of_the_last_day_the_money_goes_back_and_then_somebody_looks_at_it() {
    for (at, back) in [("2026-09-30T23:59:59-03:00", true), ("2026-10-01T00:00:00-03:00", false)] {
        let paper = shop();
        let mut jar = Jar::default();
        paper.subscriber(&mut jar, MAIL, "good");
        paper.at(at);
        let reply = paper.withdraw(&mut jar);
        assert_eq!(reply.text().contains("goes back to you"), back, "{at}: {}", reply.text());
        assert_eq!((paper.opens(&jar), paper.waiting().len()), (!back, usize::from(!back)), "{at}");
    }
}

#[test]
fn a_renewal_is_no_new_contract() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    paper.at("2026-12-17T12:00:00-04:00");
    paper.hear();
    let reply = paper.withdraw(&mut jar);
    assert!(reply.text().contains("We look at it, and write to you."), "{}", reply.text());
    assert!(paper.opens(&jar));
}

#[test]
fn a_withdrawal_of_a_stranger_waits_and_moves_no_money() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    let reply = paper.withdraw(&mut Jar::default());
    assert!(reply.text().contains("We look at it, and write to you."), "{}", reply.text());
    assert!(paper.opens(&jar) && paper.contract(&jar).contains("The next payment of $12"));
    assert_eq!(paper.waiting()[0].stated.kind, store::StatementKind::Withdrawal);
    assert_eq!(paper.receipts(MAIL).len(), 1);
}

#[test]
fn without_days_there_is_no_withdrawal() {
    let paper = shop_with(Settings::default());
    assert!(!paper.get("/").text().contains("/withdrawal"));
    assert_eq!(paper.get("/withdrawal").status, StatusCode::NOT_FOUND);
    assert_eq!(paper.ask(&Ask::fields("/withdrawal", &WHO)).status, StatusCode::NOT_FOUND);
}

#[test]
fn statements_are_kept_for_years_and_then_forgotten() {
    let paper = shop();
    paper.state(&mut Jar::default(), &[]);
    let forget = |at| wait(paper.store.forget_statements(at, 10)).unwrap();
    let kept = paper.clock.now() + store::STATEMENTS_KEPT;
    assert_eq!(forget(kept), 0);
    assert_eq!(forget(kept + SignedDuration::from_secs(1)), 1);
    assert!(paper.waiting().is_empty());
}
