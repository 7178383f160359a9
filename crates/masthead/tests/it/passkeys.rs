//! Passkeys: how one is made, shown and removed, and what is refused: another question, address, owner or key, an answer that comes
//! twice or late, a copy.

use http::StatusCode;
use jiff::SignedDuration;
use newsroom::import::subscribers::Kind;
use rusqlite::Connection;
use serde_json::Value;

use crate::ask::{Ask, Reply};
use crate::authenticator::Authenticator;
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::newsletters::NO_SENDER;
use crate::paper::{Plan, TestPaper, wait};
use crate::readers::MAIL;
use crate::settings::Settings;

const ORIGIN: &str = "https://courant.example";
const UNKNOWN: &str = "This passkey does not open an account here.";
const LATE: &str = "That took too long. Please try again.";

fn at(public_url: Option<&'static str>) -> TestPaper {
    let settings = Settings { registration: true, ..Settings::default() };
    TestPaper::open(&Plan { settings, public_url, ..Plan::default() })
}

/// A paper that is read over https.
fn paper() -> TestPaper {
    at(Some(ORIGIN))
}

/// A form of that paper.
fn form(path: &str, fields: &[(&str, &str)]) -> Ask {
    Ask::fields(path, fields).instead("host", "courant.example").instead("origin", ORIGIN)
}

fn get(path: &str) -> Ask {
    Ask::get(path).instead("host", "courant.example")
}

fn sign_in(paper: &TestPaper, jar: &mut Jar, mail: &str) {
    paper.send(jar, form("/sign-in", &[("mail", mail), ("back", "/account")]));
    let code = paper.mails().pop().unwrap().code();
    let reply = paper.send(jar, form("/sign-in/code", &[("code", &code)]));
    assert_eq!(reply.header("location"), "/account");
}

fn is_signed_in(paper: &TestPaper, jar: &Jar) -> bool {
    paper.send(&mut jar.clone(), get("/account")).status == StatusCode::OK
}

/// What the own page's script is told to ask.
#[track_caller]
fn asked(paper: &TestPaper, jar: &mut Jar, path: &str) -> Value {
    let reply = paper.send(jar, form(path, &[("act", "ask")]));
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    reply.json()
}

fn add(paper: &TestPaper, jar: &mut Jar, answer: &str) -> Reply {
    paper.send(jar, form("/account/passkeys", &[("act", "add"), ("credential", answer)]))
}

fn show(paper: &TestPaper, jar: &mut Jar, answer: &str) -> Reply {
    let fields = [("act", "show"), ("back", "/harbour/m01#rest"), ("credential", answer)];
    paper.send(jar, form("/sign-in/passkey", &fields))
}

/// A passkey of whoever is signed in.
#[track_caller]
fn made(paper: &TestPaper, jar: &mut Jar, id: &[u8]) -> Authenticator {
    let mut authenticator = Authenticator::at(ORIGIN, id);
    let answer = authenticator.make(&asked(paper, jar, "/account/passkeys"));
    let reply = add(paper, jar, &answer);
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.json()["to"], "/account#passkeys");
    authenticator
}

/// A browser that shows a passkey.
fn shows(paper: &TestPaper, jar: &mut Jar, authenticator: &mut Authenticator) -> Reply {
    let answer = authenticator.show(&asked(paper, jar, "/sign-in/passkey"));
    show(paper, jar, &answer)
}

#[track_caller]
fn assert_refused(reply: &Reply, status: StatusCode, words: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    let message = reply.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains(words), "{message}");
    assert!(
        !reply
            .headers
            .get_all("set-cookie")
            .iter()
            .any(|one| one.as_bytes().starts_with(b"__Host-s="))
    );
}

fn count(paper: &TestPaper, query: &str) -> i64 {
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    raw.query_row(query, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_passkey_is_made_signs_in_where_the_text_broke_off_and_is_good_no_more_when_removed() {
    let paper = paper();
    let mut desk = Jar::default();
    sign_in(&paper, &mut desk, MAIL);
    let options = asked(&paper, &mut desk, "/account/passkeys");
    assert_eq!(options["rp"]["id"], "courant.example");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert!(options["challenge"].as_str().unwrap().len() >= 22, "16 bytes or more");
    let told = paper.mails().len();
    let mut passkey = made(&paper, &mut desk, b"one");
    let letter = paper.mails().pop().unwrap();
    assert_eq!(paper.mails().len(), told + 1);
    assert_eq!(letter.subject, "A passkey for The Merrin Courant was added");
    assert_eq!(letter.recipient, MAIL);
    let page = paper.send(&mut desk, get("/account")).text();
    assert!(page.contains("Added on September 16th"), "{page}");
    // Somewhere else, by a visitor who has read.
    let mut phone = Jar::default();
    for code in &PLAIN[..2] {
        let reading = format!("{}/reading", paper.path(code));
        paper.send(&mut phone, form(&reading, &[]));
    }
    let options = asked(&paper, &mut phone, "/sign-in/passkey");
    assert_eq!(options["userVerification"], "required");
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 0, "whichever it has");
    let answer = passkey.show(&options);
    let reply = show(&paper, &mut phone, &answer);
    assert_eq!(reply.json()["to"], "/harbour/m01#rest", "{}", reply.text());
    assert!(is_signed_in(&paper, &phone));
    // It has another name, and counts.
    let page = paper.send(&mut desk, get("/account")).text();
    let id = page.split("name=\"passkey\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let named = [("act", "name"), ("passkey", id), ("name", " <b>Phone</b>\u{7} ")];
    paper.send(&mut desk, form("/account/passkeys", &named));
    let page = paper.send(&mut desk, get("/account")).text();
    assert!(page.contains("<b>&lt;b&gt;Phone&lt;/b&gt;</b>"), "{page}");
    assert_eq!(count(&paper, "SELECT counter FROM passkeys"), 1);
    let data = paper.send(&mut desk, get("/account/data")).text();
    assert!(data.contains("<b>Phone</b>"), "{data}");
    // Nobody else names or removes it.
    let mut bob = Jar::default();
    sign_in(&paper, &mut bob, "bob@reader.example");
    for act in ["name", "remove"] {
        let fields = [("act", act), ("passkey", id), ("name", "Mine")];
        assert_eq!(
            paper.send(&mut bob, form("/account/passkeys", &fields)).status,
            StatusCode::SEE_OTHER
        );
    }
    assert!(shows(&paper, &mut Jar::default(), &mut passkey).status == StatusCode::OK);
    let told = paper.mails().len();
    let removal = form("/account/passkeys", &[("act", "remove"), ("passkey", id)]);
    assert_eq!(paper.send(&mut desk, removal).header("location"), "/account#passkeys");
    let letter = paper.mails().pop().unwrap();
    assert_eq!(paper.mails().len(), told + 1);
    assert_eq!(letter.subject, "A passkey for The Merrin Courant was removed");
    let reply = shows(&paper, &mut Jar::default(), &mut passkey);
    assert_refused(&reply, StatusCode::UNPROCESSABLE_ENTITY, UNKNOWN);
}

#[test]
fn a_question_is_answered_once_in_time_and_by_the_browser_that_was_asked() {
    let paper = paper();
    let mut desk = Jar::default();
    sign_in(&paper, &mut desk, MAIL);
    let mut passkey = made(&paper, &mut desk, b"one");
    let mut phone = Jar::default();
    let answer = passkey.show(&asked(&paper, &mut phone, "/sign-in/passkey"));
    // Without the cookie of the question, or with another one's.
    assert_refused(&show(&paper, &mut Jar::default(), &answer), StatusCode::GONE, LATE);
    let mut other = Jar::default();
    asked(&paper, &mut other, "/sign-in/passkey");
    assert_refused(&show(&paper, &mut other, &answer), StatusCode::UNPROCESSABLE_ENTITY, UNKNOWN);
    // Twice, with the cookie that was there the first time.
    let before = phone.clone();
    assert_eq!(show(&paper, &mut phone, &answer).status, StatusCode::OK);
    assert_refused(&show(&paper, &mut before.clone(), &answer), StatusCode::GONE, LATE);
    // After five minutes.
    let mut late = Jar::default();
    let answer = passkey.show(&asked(&paper, &mut late, "/sign-in/passkey"));
    let kept = late.clone();
    paper.later(SignedDuration::from_mins(5));
    assert_refused(&show(&paper, &mut late, &answer), StatusCode::GONE, LATE);
    assert_refused(&show(&paper, &mut kept.clone(), &answer), StatusCode::GONE, LATE);
    // The same of a passkey that is made.
    let mut desk = Jar::default();
    sign_in(&paper, &mut desk, MAIL);
    let mut second = Authenticator::at(ORIGIN, b"two");
    let answer = second.make(&asked(&paper, &mut desk, "/account/passkeys"));
    let mut bob = Jar::default();
    sign_in(&paper, &mut bob, "bob@reader.example");
    assert_refused(&add(&paper, &mut bob, &answer), StatusCode::GONE, LATE);
    asked(&paper, &mut bob, "/account/passkeys");
    assert_refused(
        &add(&paper, &mut bob, &answer),
        StatusCode::UNPROCESSABLE_ENTITY,
        "No passkey was added.",
    );
    assert_eq!(add(&paper, &mut desk, &answer).status, StatusCode::OK);
    assert_refused(&add(&paper, &mut desk, &answer), StatusCode::GONE, LATE);
    let answer =
        Authenticator::at(ORIGIN, b"three").make(&asked(&paper, &mut desk, "/account/passkeys"));
    paper.later(SignedDuration::from_mins(5));
    assert_refused(&add(&paper, &mut desk, &answer), StatusCode::GONE, LATE);
    assert_eq!(count(&paper, "SELECT count(*) FROM passkeys"), 2);
}

#[test]
fn another_address_owner_or_key_and_a_person_who_is_not_there_are_refused() {
    let paper = paper();
    let [mut ada, mut bob] = [Jar::default(), Jar::default()];
    sign_in(&paper, &mut ada, MAIL);
    sign_in(&paper, &mut bob, "bob@reader.example");
    let mut of_ada = made(&paper, &mut ada, b"of ada");
    let of_bob = made(&paper, &mut bob, b"of bob");
    type Spoil = fn(&mut Authenticator, &Authenticator);
    let spoils: [(&str, Spoil); 8] = [
        ("another origin", |one, _| one.origin = "https://evil.example".to_owned()),
        ("a longer host", |one, _| one.origin = format!("{ORIGIN}.evil.example")),
        ("a host below ours", |one, _| one.origin = "https://www.courant.example".to_owned()),
        ("plain http", |one, _| one.origin = "http://courant.example".to_owned()),
        ("another port", |one, _| one.origin = format!("{ORIGIN}:8443")),
        ("another host's key", |one, _| one.host = "evil.example".to_owned()),
        ("nobody proved to be there", |one, _| one.is_verified = false),
        ("another reader's", |one, other| other.owner.clone_into(&mut one.owner)),
    ];
    for (what, spoil) in spoils {
        let (origin, host, owner) =
            (of_ada.origin.clone(), of_ada.host.clone(), of_ada.owner.clone());
        spoil(&mut of_ada, &of_bob);
        let mut jar = Jar::default();
        let reply = shows(&paper, &mut jar, &mut of_ada);
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert!(!is_signed_in(&paper, &jar), "{what}");
        // Nor is one made so.
        if !what.starts_with("another reader") {
            let answer = of_ada.make(&asked(&paper, &mut bob, "/account/passkeys"));
            let reply = add(&paper, &mut bob, &answer);
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        }
        (of_ada.origin, of_ada.host, of_ada.owner, of_ada.is_verified) =
            (origin, host, owner, true);
    }
    // Another key under the same name; a name of somebody else's; what is no answer at all.
    let mut forged = Authenticator::at(ORIGIN, b"of ada");
    of_ada.owner.clone_into(&mut forged.owner);
    forged.counter = 9;
    let reply = shows(&paper, &mut Jar::default(), &mut forged);
    assert_refused(&reply, StatusCode::UNPROCESSABLE_ENTITY, UNKNOWN);
    let answer = forged.make(&asked(&paper, &mut bob, "/account/passkeys"));
    assert_eq!(add(&paper, &mut bob, &answer).status, StatusCode::CONFLICT);
    for answer in ["", "{}", "null", "[", &"x".repeat(9_000)] {
        let mut jar = Jar::default();
        asked(&paper, &mut jar, "/sign-in/passkey");
        let reply = show(&paper, &mut jar, answer);
        assert_refused(&reply, StatusCode::UNPROCESSABLE_ENTITY, UNKNOWN);
    }
    assert_eq!(shows(&paper, &mut Jar::default(), &mut of_ada).status, StatusCode::OK);
    let strange =
        form("/sign-in/passkey", &[("act", "ask")]).instead("origin", "https://evil.example");
    assert_eq!(paper.ask(&strange).status, StatusCode::FORBIDDEN);
}

#[test]
fn one_that_counts_back_is_refused_and_says_why() {
    let paper = paper();
    let mut desk = Jar::default();
    sign_in(&paper, &mut desk, MAIL);
    let mut passkey = made(&paper, &mut desk, b"one");
    passkey.counter = 6;
    assert_eq!(shows(&paper, &mut Jar::default(), &mut passkey).status, StatusCode::OK);
    assert_eq!(count(&paper, "SELECT counter FROM passkeys"), 7);
    for copied in [6, 2] {
        passkey.counter = copied;
        let reply = shows(&paper, &mut Jar::default(), &mut passkey);
        assert_refused(&reply, StatusCode::UNPROCESSABLE_ENTITY, "may have been copied");
    }
    assert_eq!(count(&paper, "SELECT counter FROM passkeys"), 7);
    passkey.counter = 7;
    assert_eq!(shows(&paper, &mut Jar::default(), &mut passkey).status, StatusCode::OK);
}

#[test]
fn only_whoever_has_just_signed_in_adds_and_removes_and_there_are_ten_at_most() {
    let paper = paper();
    let mut desk = Jar::default();
    sign_in(&paper, &mut desk, MAIL);
    for number in 0..10u8 {
        made(&paper, &mut desk, &[number; 16]);
    }
    let ask = || form("/account/passkeys", &[("act", "ask")]);
    let enough = paper.send(&mut desk, ask());
    assert_refused(&enough, StatusCode::CONFLICT, "You have 10 passkeys");
    let page = paper.send(&mut desk, get("/account")).text();
    assert!(page.contains("You have 10 passkeys") && !page.contains("data-passkeys"), "{page}");
    let id = page.split("name=\"passkey\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    paper.later(SignedDuration::from_mins(11));
    assert_refused(&paper.send(&mut desk, ask()), StatusCode::FORBIDDEN, "Please prove");
    let removal = || form("/account/passkeys", &[("act", "remove"), ("passkey", id)]);
    let reply = paper.send(&mut desk, removal());
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(reply.text().contains("Please prove that it is you"), "{}", reply.text());
    assert_eq!(count(&paper, "SELECT count(*) FROM passkeys"), 10);
    // Signing in by one of them is a proof as good as any.
    sign_in(&paper, &mut desk, MAIL);
    paper.send(&mut desk, removal());
    assert_eq!(count(&paper, "SELECT count(*) FROM passkeys"), 9);
    // A stranger, and a GET, do nothing.
    assert_eq!(
        paper.send(&mut Jar::default(), ask()).header("location"),
        "/sign-in?back=%2Faccount"
    );
    let looked = paper.send(&mut desk, get("/account/passkeys?act=ask"));
    assert_eq!(looked.header("location"), "/account#passkeys");
    // All go with the account.
    paper.send(&mut desk, form("/account/erasure", &[("sure", "yes")]));
    assert_eq!(count(&paper, "SELECT count(*) FROM passkeys"), 0);
}

#[test]
fn a_passkey_of_somebody_who_was_erased_or_changed_meanwhile_signs_nobody_in() {
    let paper = paper();
    let mut desk = Jar::default();
    sign_in(&paper, &mut desk, MAIL);
    let mut passkey = made(&paper, &mut desk, b"one");
    let id = wait(paper.store.reader_of_mail(MAIL.to_owned())).unwrap().unwrap().id;
    let mut phone = Jar::default();
    let answer = passkey.show(&asked(&paper, &mut phone, "/sign-in/passkey"));
    wait(paper.store.erase_reader(id, NO_SENDER, paper.clock.now())).unwrap();
    assert_refused(&show(&paper, &mut phone, &answer), StatusCode::UNPROCESSABLE_ENTITY, UNKNOWN);
    // Whoever registers anew with that address is another reader.
    sign_in(&paper, &mut desk, MAIL);
    let reply = shows(&paper, &mut Jar::default(), &mut passkey);
    assert_refused(&reply, StatusCode::UNPROCESSABLE_ENTITY, UNKNOWN);
}

#[test]
fn a_printed_paper_is_bound_as_well_by_a_passkey() {
    let paper = paper();
    let mut jar = Jar::default();
    sign_in(&paper, &mut jar, MAIL);
    let mut key = made(&paper, &mut jar, b"one");
    let list = format!("account,postcode,paid_until,mail\n1042-8,B3H 4R2,2026-10-31,{MAIL}\n");
    paper.bring_in(Kind::Print, "print", &list);
    let mut elsewhere = Jar::default();
    assert_eq!(shows(&paper, &mut elsewhere, &mut key).status, StatusCode::OK);
    assert!(is_signed_in(&paper, &elsewhere));
    let article = paper.send(&mut elsewhere, get(&paper.path("subs")));
    assert!(paper.is_whole(&article, "subs"), "{}", article.text());
}

#[test]
fn on_one_device_too_many_the_script_leads_to_the_choice() {
    let paper = paper();
    paper.change(&Settings { registration: true, devices_max: 1, ..Settings::default() });
    let mut desk = Jar::default();
    sign_in(&paper, &mut desk, MAIL);
    let mut passkey = made(&paper, &mut desk, b"one");
    let mut phone = Jar::default();
    let reply = shows(&paper, &mut phone, &mut passkey);
    assert_eq!(
        (reply.status, reply.json()["to"].as_str()),
        (StatusCode::OK, Some("/sign-in/devices"))
    );
    assert!(!is_signed_in(&paper, &phone));
    let page = paper.send(&mut phone, get("/sign-in/devices")).text();
    assert!(page.contains("All of them were used within the last ten minutes."), "{page}");
    assert!(!page.contains("type=\"submit\">Sign out there"), "{page}");
}

#[test]
fn where_browsers_give_none_the_pages_say_so_and_ask_for_none() {
    for (public_url, host, can_be_had) in [
        (Some("https://courant.example"), "courant.example", true),
        (Some("http://localhost:8090"), "localhost:8090", true),
        (Some("http://127.0.0.1:8090"), "127.0.0.1:8090", false),
        (Some("https://192.0.2.7"), "192.0.2.7", false),
        (None, "localhost:8090", true),
        (None, "localhost.evil.example", false),
        (None, "paper.example", false),
    ] {
        let paper = at(public_url);
        let origin = public_url.map_or_else(|| format!("http://{host}"), str::to_owned);
        let ask = |path: &str| Ask::get(path).instead("host", host);
        let form = |path: &str, fields: &[(&str, &str)]| {
            Ask::fields(path, fields).instead("host", host).instead("origin", &origin)
        };
        let page = paper.ask(&ask("/sign-in")).text();
        assert_eq!(page.contains("data-passkeys=\"/sign-in/passkey\""), can_be_had, "{host}");
        assert_eq!(page.contains("autocomplete=\"username webauthn\""), can_be_had, "{host}");
        let asked = paper.ask(&form("/sign-in/passkey", &[("act", "ask")]));
        let wanted = if can_be_had { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(asked.status, wanted, "{host}");
        let mut jar = Jar::default();
        paper.send(&mut jar, form("/sign-in", &[("mail", MAIL), ("back", "/account")]));
        let code = paper.mails().pop().unwrap().code();
        paper.send(&mut jar, form("/sign-in/code", &[("code", &code)]));
        let page = paper.send(&mut jar, ask("/account")).text();
        assert_eq!(
            page.contains("At this address browsers give no passkeys"),
            !can_be_had,
            "{host}"
        );
    }
}

#[test]
fn a_network_is_asked_a_thousand_questions_an_hour_at_most() {
    let paper = paper();
    let ask = || form("/sign-in/passkey", &[("act", "ask")]);
    for number in 0..1_000 {
        assert_eq!(paper.ask(&ask()).status, StatusCode::OK, "{number}");
    }
    let reply = paper.ask(&ask());
    assert_refused(&reply, StatusCode::TOO_MANY_REQUESTS, "A code by mail always signs you in.");
    assert_eq!(reply.header("retry-after"), "3600");
    paper.later(SignedDuration::from_hours(1));
    assert_eq!(paper.ask(&ask()).status, StatusCode::OK);
}
