//! People with an account, in every state that an account can be in, and what is written to them and about them: mails,
//! the file with a reader's own data, the pages and records of payments. None of it quotes an article.

use http::StatusCode;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::{Asker, beside};
use crate::ask::{Ask, Reply};
use crate::canary::PLAIN;
use crate::decode;
use crate::jar::Jar;
use crate::money::shop_with;
use crate::paper::TestPaper;
use crate::settings::Settings;

/// The article that the second plan opens, and no other does.
pub(super) const VOICES: &str = "m12";
/// What nobody may have, whatever is paid: under embargo, and withdrawn.
const NOBODY_S: [&str; 2] = ["emba", "goni"];

/// Settings of a paper with several plans.
pub(super) fn more_plans(settings: Settings) -> Settings {
    Settings { registration: true, tables: Settings::OTHER_PLANS, ..settings }
}

/// Puts one article behind the second plan.
pub(super) fn behind_the_second_plan(paper: &mut TestPaper) {
    let sheet = paper.sheets.iter_mut().find(|sheet| sheet.code == VOICES).unwrap();
    sheet.text = sheet.text.replace("access = \"metered\"", "access = \"entitled:voices\"");
    paper.publish(&paper.sheets);
}

/// Readers and subscribers of every kind; each with what is open to them at [`crate::paper::start`].
pub(super) fn askers(paper: &TestPaper) -> Vec<Asker> {
    let asker = |name, jar, may: Vec<&'static str>| Asker { name, jar, may };
    let all = || {
        let codes = paper.sheets.iter().map(|sheet| sheet.code);
        codes.filter(|code| *code != VOICES && !NOBODY_S.contains(code)).collect::<Vec<_>>()
    };
    let reader = || vec!["free", "regi"];
    let lived = |state: &str| {
        let mut jar = Jar::default();
        paper.become_one(&mut jar, state);
        jar
    };
    let [mut full, mut voices, mut exhausted, mut gone, mut erased, mut holder] =
        std::array::from_fn(|_| Jar::default());
    paper.subscriber_of("household", &mut holder, "holder@reader.example", "good");
    let seated = paper.seated(&mut holder, "seated@reader.example");
    let mut former = paper.seated(&mut holder, "former@reader.example");
    paper.send(&mut former, Ask::fields("/account/seats", &[("act", "leave")]));
    paper.subscriber(&mut full, "full@reader.example", "good");
    paper.subscriber_of("voices", &mut voices, "voices@reader.example", "good");
    paper.sign_in(&mut exhausted, "none@reader.example");
    for code in &PLAIN[..10] {
        paper.read(&mut exhausted, code);
    }
    paper.subscriber(&mut gone, "gone@reader.example", "good");
    let stolen = gone.clone();
    paper.send(&mut gone, Ask::fields("/sign-out", &[]));
    paper.sign_in(&mut erased, "erased@reader.example");
    let of_nobody = erased.clone();
    paper.send(&mut erased, Ask::fields("/account/erasure", &[("sure", "yes")]));
    vec![
        asker("a subscriber", full, all()),
        asker("a subscriber of the second plan", voices, [&reader()[..], &[VOICES]].concat()),
        asker("a reader on trial", lived("trial"), all()),
        asker("a reader in grace", lived("in-grace"), all()),
        asker("a reader who has cancelled", lived("cancelled"), all()),
        asker("a reader whose subscription is over", lived("subscription-over"), reader()),
        asker("a reader whose trial is over", lived("trial-over"), reader()),
        asker("a reader whose payment failed", lived("payment-failed"), reader()),
        asker("a reader with none left", exhausted, [&reader()[..], &PLAIN[..10]].concat()),
        asker("a reader with a seat", seated, all()),
        asker("a reader who had a seat", former, reader()),
        asker("somebody with a session that was ended", stolen, vec!["free"]),
        asker("somebody with the cookie of an erased reader", of_nobody, vec!["free"]),
    ]
}

/// Every mail that was written, as it was queued and as a mail server gets it.
#[track_caller]
pub(super) fn assert_mails_are_tight(paper: &TestPaper, at_least: usize) {
    let mails = paper.mails_as_sent();
    assert!(mails.len() >= at_least, "only {} mails", mails.len());
    for mail in mails {
        assert!(decode::articles_in(mail.as_bytes()).is_empty(), "{mail}");
    }
}

/// All that stands in a table, each value as bytes.
fn values(paper: &TestPaper, table: &str) -> Vec<Vec<u8>> {
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let mut query = raw.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = query.column_count();
    let mut rows = query.query([]).unwrap();
    let mut values = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            match row.get_ref(column).unwrap() {
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => values.push(bytes.to_vec()),
                _ => {}
            }
        }
    }
    values
}

#[test]
fn whoever_may_read_an_article_gets_all_of_it_in_every_state() {
    let mut paper = TestPaper::open(&crate::paper::Plan {
        settings: more_plans(Settings::default()),
        sells: true,
        ..crate::paper::Plan::default()
    });
    behind_the_second_plan(&mut paper);
    for asker in askers(&paper) {
        for sheet in &paper.sheets {
            let code = sheet.code;
            let is_open = paper.is_open(&asker.jar, code);
            assert_eq!(is_open, asker.may.contains(&code), "{}: {code}", asker.name);
        }
        for (code, address) in &paper.locked_files {
            let reply = paper.send(&mut asker.jar.clone(), Ask::get(address));
            let is_open = reply.status == StatusCode::OK;
            assert_eq!(is_open, asker.may.contains(code), "{}: {address} of {code}", asker.name);
        }
    }
}

/// Keeps what answers say about payments, and looks at each.
#[track_caller]
fn tight(paper: &TestPaper, reply: Reply, told: &str) -> Reply {
    paper.assert_tight(&reply, &[], told);
    reply
}

#[test]
fn what_is_written_about_payments_and_readers_quotes_no_article() {
    beside::watch_the_log();
    let paper = shop_with(more_plans(Settings { withdrawal_days: 14, ..Settings::default() }));
    let [mut ada, mut bob, mut eve, mut max] = std::array::from_fn(|_| Jar::default());
    paper.subscriber_of("household", &mut max, "max@reader.example", "good");
    let mut seated = paper.seated(&mut max, "seated@reader.example");
    for jar in [&mut max, &mut seated] {
        for target in ["/account", "/account/data"] {
            let reply = paper.send(jar, Ask::get(target));
            tight(&paper, reply, target);
        }
    }
    paper.sign_in(&mut ada, "ada@reader.example");
    // From a locked article to the cashier, by every way that a payment can go.
    let back = format!("{}#rest", paper.path("subs"));
    let target =
        format!("/subscribe/digital?back={}", back.replace('/', "%2F").replace('#', "%23"));
    let page = paper.order(&mut ada, &target);
    let page = tight(&paper, page, "the order");
    let agreed = paper.agree(&mut ada, &page);
    let at = tight(&paper, agreed, "the agreement").header("location").to_owned();
    let cashier = paper.send(&mut ada, Ask::get(&at));
    tight(&paper, cashier, "the cashier");
    for card in ["declined", "proof", "refused", "proof", "agreed", "good"] {
        let paid = paper.pay(&mut ada, &at, card);
        let paid = tight(&paper, paid, card);
        if paid.status == StatusCode::SEE_OTHER {
            let location = paid.header("location").to_owned();
            let back = paper.send(&mut ada, Ask::get(&location));
            tight(&paper, back, "back from the cashier");
        }
    }
    let strange = paper.send(&mut eve, Ask::get(&at));
    tight(&paper, strange, "another's order");
    paper.subscriber(&mut bob, "bob@reader.example", "expires");
    paper.hear();
    assert!(paper.opens(&ada) && paper.opens(&bob));
    let link = paper.give(&mut ada, "subs");
    paper.open_gift(&mut eve, &link);
    let card = paper.send(&mut ada, Ask::fields("/account/card", &[]));
    let portal = tight(&paper, card, "another card").header("location").to_owned();
    let shown = paper.send(&mut ada, Ask::get(&portal));
    tight(&paper, shown, "the page for another card");
    paper.send(&mut ada, Ask::fields("/account/cancellation", &[]));
    paper.send(&mut ada, Ask::fields("/account/resumption", &[]));
    let statement = [
        ("name", "Bob"),
        ("mail", "bob@reader.example"),
        ("contract", "My subscription"),
        ("kind", "extraordinary"),
        ("reason", "Late"),
    ];
    let stated = paper.send(&mut Jar::default(), Ask::fields("/cancel", &statement));
    tight(&paper, stated, "a statement");
    // Through declined renewals, the end of the grace and the end of it all.
    for at in
        ["2026-12-12T12:00:00-04:00", "2026-12-17T12:00:00-04:00", "2026-12-31T12:00:00-04:00"]
    {
        paper.at(at);
        paper.hear();
        for jar in [&mut ada, &mut bob] {
            for target in ["/account", "/account/data", "/offers", "/account/cancellation"] {
                let reply = paper.send(jar, Ask::get(target));
                tight(&paper, reply, target);
            }
        }
    }
    assert!(paper.opens(&ada) && !paper.opens(&bob));
    paper.send(&mut ada, Ask::fields("/account/cancellation", &[]));
    let report = wait(&paper);
    assert!(report.differences.is_empty(), "{report:?}");
    assert!(decode::articles_in(format!("{report:?}").as_bytes()).is_empty());
    assert_mails_are_tight(&paper, 8);
    let mailbox = paper.get("/demo/mailbox").text();
    for mail in mailbox.split("href=\"").filter_map(|rest| rest.split('"').next()) {
        for page in [mail.to_owned(), format!("{mail}/page")] {
            if page.starts_with("/demo/mailbox/") {
                tight(&paper, paper.get(&page), &page);
            }
        }
    }
    // What the paper keeps of it: the events as they came, the facts, the orders, the statements; and what the cashier has.
    for table in
        ["hints", "ledger", "checkouts", "subscriptions", "statements", "mails", "gifts", "seats"]
    {
        let values = values(&paper, table);
        assert!(!values.is_empty(), "{table} is empty: nothing was tried");
        for value in values {
            let found = decode::articles_in(&value);
            assert!(found.is_empty(), "{table}: {}", String::from_utf8_lossy(&value));
        }
    }
    let kept = std::fs::read(paper.folder.path().join("cashier.json")).unwrap();
    assert!(kept.len() > 500 && decode::articles_in(&kept).is_empty());
    assert_eq!(beside::leaking_lines(), Vec::<String>::new());
}

fn wait(paper: &TestPaper) -> web::LedgerReport {
    crate::paper::wait(paper.site.check_ledger(false)).unwrap()
}
