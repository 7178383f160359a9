//! Authorization and business logic as OWASP ASVS 5.0 asks for them, one requirement in each test's name: what one reader has is
//! nobody else's, by whatever id somebody else asks for it. docs/security/asvs.md points here.

use http::StatusCode;

use crate::ask::Ask;
use crate::jar::Jar;
use crate::money::{hidden, shop, shop_with};
use crate::paper::TestPaper;
use crate::settings::Settings;

const ADA: &str = "ada@reader.example";
const BOB: &str = "bob@reader.example";

/// Pages and forms of a reader's own, each with the fields that a form of the paper's would send.
const OWN: &[(&str, &[(&str, &str)])] = &[
    ("/account", &[("name", "Mallory")]),
    ("/account/sessions", &[("session", "all")]),
    ("/account/saved", &[("article", "/harbour/subs")]),
    ("/account/erasure", &[("sure", "yes")]),
    ("/account/cancellation", &[]),
    ("/account/resumption", &[]),
    ("/account/card", &[]),
    ("/account/plan", &[("plan", "print"), ("period", "month"), ("agreed", "yes")]),
    ("/subscribe/digital", &[("agreed", "yes")]),
];

/// A paper with two plans; its withdrawal is on.
fn paper() -> TestPaper {
    let tables = "[[plans]]\nslug = \"print\"\nname = \"Print\"\nopens = [\"digital\", \"print\"]\ncurrency = \"CAD\"\n\
                 monthly = \"24\"\n";
    shop_with(Settings { tables, offers: Some(""), withdrawal_days: 14, ..Settings::default() })
}

/// What is kept of a reader and told to that reader alone, without what time and looking at it change.
fn kept(paper: &TestPaper, jar: &Jar) -> (String, String) {
    let data = paper.send(&mut jar.clone(), Ask::get("/account/data")).json();
    (format!("{} {} {}", data["reader"], data["gifts"], data["statements"]), paper.contract(jar))
}

#[test]
fn v8_2_1_what_is_a_reader_s_own_is_done_for_nobody_who_is_not_signed_in() {
    let paper = paper();
    let mut ada = Jar::default();
    paper.subscriber(&mut ada, ADA, "good");
    let before = kept(&paper, &ada);
    let stranger = Jar::default();
    for (path, fields) in OWN {
        for ask in [Ask::get(path), Ask::fields(path, fields)] {
            let reply = paper.send(&mut stranger.clone(), ask);
            // A GET of what is done by a POST alone leads to the own page, and that to the sign-in.
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}: {}", reply.text());
            let leads = reply.header("location");
            assert!(leads.starts_with("/sign-in?back=") || leads == "/account", "{path}: {leads}");
            assert!(!reply.text().contains(ADA), "{path}");
        }
    }
    let data = paper.send(&mut stranger.clone(), Ask::get("/account/data"));
    assert_eq!(data.header("location"), "/sign-in?back=%2Faccount");
    assert_eq!(kept(&paper, &ada), before);
    assert!(paper.opens(&ada));
}

#[test]
fn v8_2_2_the_session_of_another_reader_is_neither_seen_nor_ended() {
    let paper = paper();
    let [mut ada, mut bob] = [(); 2].map(|()| Jar::default());
    paper.sign_in(&mut ada, ADA);
    paper.sign_in(&mut bob, BOB);
    let page = |jar: &Jar| paper.send(&mut jar.clone(), Ask::get("/account")).text();
    let of_ada = hidden(&page(&ada), "session");
    assert!(!page(&bob).contains(&of_ada));
    paper.send(&mut bob, Ask::fields("/account/sessions", &[("session", &of_ada)]));
    paper.send(&mut bob, Ask::fields("/account/sessions", &[("session", "all")]));
    assert!(page(&ada).contains(ADA), "she is signed in still");
    assert_eq!(paper.rows("SELECT count(*) FROM sessions"), 1);
}

#[test]
fn v8_2_2_the_order_of_another_reader_is_not_there_before_it_is_paid_and_after() {
    let paper = paper();
    let [mut ada, mut bob] = [(); 2].map(|()| Jar::default());
    paper.sign_in(&mut ada, ADA);
    paper.sign_in(&mut bob, BOB);
    let page = paper.order(&mut ada, "/subscribe/digital");
    let at = paper.agree(&mut ada, &page).header("location").to_owned();
    let order = format!("/checkout/{}", paper.text("SELECT id FROM checkouts"));
    let seen = |jar: &mut Jar| paper.send(jar, Ask::get(&order)).status;
    assert_eq!((seen(&mut ada), seen(&mut bob)), (StatusCode::ACCEPTED, StatusCode::NOT_FOUND));
    paper.pay(&mut ada, &at, "good");
    assert_eq!(seen(&mut bob), StatusCode::NOT_FOUND);
    paper.hear();
    assert_eq!((seen(&mut ada), seen(&mut bob)), (StatusCode::SEE_OTHER, StatusCode::NOT_FOUND));
    assert!(paper.opens(&ada) && !paper.opens(&bob));
    assert!(paper.contract(&bob).contains("You have no subscription."));
}

#[test]
fn v8_2_2_nobody_cancels_resumes_changes_pays_for_or_withdraws_from_another_reader_s_contract() {
    let paper = paper();
    let [mut ada, mut bob] = [(); 2].map(|()| Jar::default());
    paper.subscriber(&mut ada, ADA, "good");
    paper.sign_in(&mut bob, BOB);
    let contract = paper.text("SELECT id FROM subscriptions");
    let reader = paper.text("SELECT lower(hex(reader)) FROM subscriptions");
    let before = kept(&paper, &ada);
    let stated = [
        ("kind", "ordinary"),
        ("name", "Ada"),
        ("mail", ADA),
        ("when", "earliest"),
        ("confirmed", "yes"),
    ];
    for names in ["id", "subscription", "reader", "contract", "mail", "account"] {
        for id in [contract.as_str(), reader.as_str(), ADA] {
            for (path, fields) in OWN.iter().filter(|(path, _)| *path != "/account/erasure") {
                if *path == "/account/sessions" {
                    continue;
                }
                let fields: Vec<_> = fields.iter().copied().chain([(names, id)]).collect();
                let query = format!("{path}?{names}={id}");
                paper.send(&mut bob, Ask::fields(&query, &fields));
                paper.send(&mut bob, Ask::get(&query));
            }
        }
    }
    for path in ["/cancel", "/withdrawal"] {
        let fields: Vec<_> = stated.iter().copied().chain([("contract", &*contract)]).collect();
        let reply = paper.send(&mut bob, Ask::fields(path, &fields));
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
    }
    paper.hear();
    let (_, after) = kept(&paper, &ada);
    assert_eq!(after, before.1, "her contract is as it was");
    assert!(paper.opens(&ada) && !paper.opens(&bob));
    let back = "SELECT count(*) FROM ledger WHERE document LIKE '%\"refunded\"%'";
    assert_eq!((paper.rows(back), paper.rows("SELECT count(*) FROM subscriptions")), (0, 1));
}

#[test]
fn v8_2_2_what_is_kept_of_another_reader_is_exported_to_nobody_and_erased_by_nobody() {
    let paper = paper();
    let [mut ada, mut bob] = [(); 2].map(|()| Jar::default());
    paper.subscriber(&mut ada, ADA, "good");
    paper.give(&mut ada, "subs");
    paper.sign_in(&mut bob, BOB);
    let reader = paper.text("SELECT lower(hex(id)) FROM readers WHERE mail = 'ada@reader.example'");
    let before = kept(&paper, &ada);
    for query in ["", "?reader=", "?id=", "?mail=", "?account="] {
        for id in [reader.as_str(), ADA] {
            let target = format!("/account/data{query}{id}");
            let target = if query.is_empty() { "/account/data" } else { &target };
            let reply = paper.send(&mut bob, Ask::get(target));
            let text = reply.text();
            assert!(text.contains(BOB), "{target}: {text}");
            let told = text.contains(ADA) || text.contains(&paper.path("subs"));
            assert!(!told, "{target}: {text}");
        }
    }
    let erase = [("sure", "yes"), ("reader", &*reader), ("id", &*reader), ("mail", ADA)];
    paper.send(&mut bob, Ask::fields("/account/erasure", &erase));
    assert_eq!(paper.text("SELECT mail FROM readers"), ADA, "he erased himself");
    assert_eq!(kept(&paper, &ada), before);
}

#[test]
fn v8_2_2_what_another_reader_gave_is_in_nobody_s_list_and_nobody_gives_in_her_name() {
    let paper = paper();
    let [mut ada, mut bob] = [(); 2].map(|()| Jar::default());
    paper.subscriber(&mut ada, ADA, "good");
    paper.sign_in(&mut bob, BOB);
    paper.give(&mut ada, "subs");
    let reader = paper.text("SELECT lower(hex(id)) FROM readers WHERE mail = 'ada@reader.example'");
    let fields = [
        ("article", &*paper.path("subs")),
        ("reader", &*reader),
        ("giver", &*reader),
        ("mail", ADA),
    ];
    let refused = paper.send(&mut bob, Ask::fields("/gifts", &fields));
    assert!(refused.text().contains("Subscribers give articles"), "{}", refused.text());
    assert_eq!(paper.rows("SELECT count(*) FROM gifts"), 1);
    let page = paper.send(&mut bob, Ask::get("/account")).text();
    assert!(!page.contains("Articles you gave"), "{page}");
}

#[test]
fn v8_2_3_fields_that_a_form_does_not_have_change_nothing() {
    let paper = paper();
    let mut ada = Jar::default();
    paper.subscriber(&mut ada, ADA, "good");
    let fields = [
        ("name", "Ada"),
        ("mail", BOB),
        ("id", "00000000000000000000000000000000"),
        ("verified_at", "0"),
        ("joined_at", "0"),
        ("taken_as", ""),
        ("role", "owner"),
        ("plan", "print"),
    ];
    let row = "SELECT hex(id) || mail || coalesce(verified_at, '') || joined_at || hex(taken_as) FROM readers";
    let before = (paper.text(row), paper.contract(&ada));
    paper.send(&mut ada, Ask::fields("/account", &fields));
    assert_eq!((paper.text(row), paper.contract(&ada)), before);
    assert_eq!(paper.text("SELECT name FROM readers"), "Ada");
}

#[test]
fn v8_3_1_prices_and_states_that_a_browser_sends_are_never_believed() {
    let paper = shop();
    let mut ada = Jar::default();
    paper.sign_in(&mut ada, ADA);
    let page = paper.order(&mut ada, "/subscribe/digital").text();
    let terms = hidden(&page, "terms");
    let cheaper = terms.replace("$12", "$1");
    let more =
        [("price", "1"), ("today", "0"), ("offer", "other"), ("amount", "0"), ("percent", "99")];
    let sent: Vec<_> = [("terms", &*cheaper), ("agreed", "yes")].into_iter().chain(more).collect();
    let reply = paper.send(&mut ada, Ask::fields("/subscribe/digital", &sent));
    assert_eq!(reply.status, StatusCode::CONFLICT);
    let sent: Vec<_> = [("terms", &*terms), ("agreed", "yes")].into_iter().chain(more).collect();
    let at = paper.send(&mut ada, Ask::fields("/subscribe/digital", &sent));
    let cashier = paper.send(&mut ada, Ask::get(at.header("location"))).text();
    assert!(cashier.contains("Today: CAD 9") && cashier.contains("CAD 12 a month"), "{cashier}");
}

#[test]
fn v8_3_2_what_is_taken_away_is_gone_with_the_next_request() {
    let paper = shop();
    let [mut ada, mut other] = [(); 2].map(|()| Jar::default());
    paper.subscriber(&mut ada, ADA, "good");
    paper.sign_in(&mut other, ADA);
    assert!(paper.opens(&other));
    paper.send(&mut ada, Ask::fields("/account/sessions", &[("session", "all")]));
    assert!(!paper.opens(&other) && !paper.opens(&ada));
    // The same where the money goes back.
    paper.sign_in(&mut ada, ADA);
    assert!(paper.opens(&ada));
    let who = [("name", "Ada"), ("mail", ADA), ("contract", "Digital"), ("confirmed", "yes")];
    paper.send(&mut ada, Ask::fields("/withdrawal", &who));
    assert!(!paper.opens(&ada));
}

#[test]
fn v2_3_1_no_step_of_a_purchase_can_be_left_out() {
    let paper = paper();
    let mut ada = Jar::default();
    paper.sign_in(&mut ada, ADA);
    // Without the agreement there is no order, and an order that is not paid opens nothing.
    for made_up in ["0".repeat(32), "x".to_owned()] {
        let reply = paper.send(&mut ada, Ask::get(&format!("/checkout/{made_up}")));
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{made_up}");
    }
    let page = paper.order(&mut ada, "/subscribe/digital");
    let at = paper.agree(&mut ada, &page).header("location").to_owned();
    let order = format!("/checkout/{}", paper.text("SELECT id FROM checkouts"));
    assert_eq!(paper.send(&mut ada, Ask::get(&order)).status, StatusCode::ACCEPTED);
    paper.hear();
    assert!(!paper.opens(&ada));
    // The bank's proof is not there before the card asked for it.
    assert_eq!(paper.pay(&mut ada, &at, "agreed").status, StatusCode::NOT_FOUND);
    paper.hear();
    assert!(!paper.opens(&ada));
    assert_eq!(paper.rows("SELECT count(*) FROM ledger"), 0);
}

#[test]
fn v2_3_4_the_same_purchase_by_many_at_once_is_one_order_and_one_charge() {
    let paper = paper();
    let mut ada = Jar::default();
    paper.sign_in(&mut ada, ADA);
    let page = paper.order(&mut ada, "/subscribe/digital");
    let many = |press: &(dyn Fn(Jar) + Sync)| {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let jar = ada.clone();
                scope.spawn(move || press(jar));
            }
        });
    };
    many(&|mut jar| {
        paper.agree(&mut jar, &page);
    });
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 1);
    let at = paper.agree(&mut ada.clone(), &page).header("location").to_owned();
    many(&|mut jar| {
        paper.pay(&mut jar, &at, "good");
    });
    let order = format!("/checkout/{}", paper.text("SELECT id FROM checkouts"));
    many(&|mut jar| {
        paper.send(&mut jar, Ask::get(&order));
    });
    paper.hear();
    let paid = "SELECT count(*) FROM ledger WHERE document LIKE '%\"what\":\"paid\"%'";
    assert_eq!((paper.rows(paid), paper.rows("SELECT count(*) FROM subscriptions")), (1, 1));
    assert!(paper.opens(&ada));
}
