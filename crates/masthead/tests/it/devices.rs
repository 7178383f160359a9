//! The limit of devices: whoever signs in on one too many chooses which other one is signed out, and until then nothing happens.

use http::StatusCode;
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::ask::{Ask, Reply};
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::newsletters::NO_SENDER;
use crate::paper::{TestPaper, answer, wait};
use crate::passwords::PASSWORD;
use crate::readers::MAIL;
use crate::settings::Settings;

const DEVICES: &str = "/sign-in/devices";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";

fn limit(devices_max: u32) -> Settings {
    Settings { registration: true, devices_max, ..Settings::default() }
}

fn paper() -> TestPaper {
    TestPaper::with(limit(2))
}

/// The whole way by mail, wherever it ends.
#[track_caller]
fn comes(paper: &TestPaper, jar: &mut Jar, mail: &str) -> Reply {
    let waiting = paper.ask_for_code(jar, mail, "/harbour/m01#rest");
    paper.type_code(jar, &waiting.code())
}

#[track_caller]
fn waits(paper: &TestPaper, mail: &str) -> Jar {
    let mut jar = Jar::default();
    let reply = comes(paper, &mut jar, mail);
    assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, DEVICES));
    assert!(!paper.is_signed_in(&jar));
    jar
}

/// The devices of the page: how each is called in the form, and whether it can be chosen.
fn choices(paper: &TestPaper, jar: &Jar) -> Vec<(String, bool)> {
    let reply = paper.send(&mut jar.clone(), Ask::get(DEVICES));
    assert_eq!(reply.status, StatusCode::OK);
    let text = reply.text();
    let inputs = text.split("<input type=\"radio\"").skip(1);
    inputs
        .map(|rest| {
            let tag = rest.split('>').next().unwrap();
            let id = tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
            (id.to_owned(), !tag.contains("disabled"))
        })
        .collect()
}

fn choose(paper: &TestPaper, jar: &mut Jar, id: &str) -> Reply {
    paper.send(jar, Ask::fields(DEVICES, &[("session", id)]))
}

fn sessions(paper: &TestPaper) -> i64 {
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    raw.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_third_device_asks_which_of_the_two_is_signed_out_and_until_then_nothing_happens() {
    let paper = paper();
    let [mut desk, mut phone] = [Jar::default(), Jar::default()];
    let waiting = paper.ask_for_code(&mut desk, MAIL, "/account");
    let typed = Ask::fields("/sign-in/code", &[("code", &waiting.code())]);
    paper.send(&mut desk, typed.with("user-agent", FIREFOX));
    paper.later(SignedDuration::from_hours(2));
    comes(&paper, &mut phone, MAIL);
    assert!(paper.is_signed_in(&desk) && paper.is_signed_in(&phone));
    paper.later(SignedDuration::from_mins(11));
    let mut tablet = paper.visitor_of(&PLAIN[..1]);
    let reply = comes(&paper, &mut tablet, MAIL);
    assert_eq!(reply.header("location"), DEVICES);
    let page = paper.send(&mut tablet, Ask::get(DEVICES));
    assert!(page.text().contains("You can be signed in on 2 devices."), "{}", page.text());
    assert!(page.text().contains("<b>Firefox, Linux</b><small>Last used on"), "{}", page.text());
    // Neither looking nor pressing without a choice does anything; the article stays a visitor's.
    let none = choose(&paper, &mut tablet, "");
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("Please choose a device"), "{}", none.text());
    assert!(!paper.is_signed_in(&tablet));
    assert!(paper.is_signed_in(&desk) && paper.is_signed_in(&phone));
    assert_eq!(sessions(&paper), 2);
    // Both were used just now, by looking whether they are signed in.
    assert!(choices(&paper, &tablet).iter().all(|(_, may)| !may));
    paper.later(SignedDuration::from_mins(9));
    assert!(paper.is_signed_in(&phone));
    let late = choices(&paper, &tablet);
    assert_eq!(late.len(), 2);
    paper.later(SignedDuration::from_secs(59));
    assert!(choices(&paper, &tablet).iter().all(|(_, may)| !may));
    let mut tablet = tablet.clone();
    paper.later(SignedDuration::from_secs(2));
    // It took too long to choose: the sign-in is asked for again.
    assert_eq!(choose(&paper, &mut tablet, &late[0].0).header("location"), "/sign-in");
    let mut tablet = waits(&paper, MAIL);
    let now = choices(&paper, &tablet);
    assert_eq!(now.iter().filter(|(_, may)| *may).count(), 1, "the phone was used a minute later");
    let (busy, free): (Vec<_>, Vec<_>) = now.into_iter().partition(|(_, may)| !may);
    assert_eq!(choose(&paper, &mut tablet, &busy[0].0).status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = choose(&paper, &mut tablet, &free[0].0);
    assert_eq!(
        (reply.status, reply.header("location")),
        (StatusCode::SEE_OTHER, "/harbour/m01#rest")
    );
    assert!(
        paper.is_signed_in(&tablet) && paper.is_signed_in(&phone) && !paper.is_signed_in(&desk)
    );
    assert_eq!(sessions(&paper), 2);
    // It is done.
    assert_eq!(choose(&paper, &mut tablet, &busy[0].0).header("location"), "/sign-in");
    assert!(paper.is_signed_in(&phone));
}

#[test]
fn whoever_waits_is_known_by_the_own_browser_and_ends_nobody_else_s_session() {
    let paper = paper();
    let [mut bob, mut desk, mut phone] = [Jar::default(), Jar::default(), Jar::default()];
    comes(&paper, &mut bob, "bob@reader.example");
    comes(&paper, &mut desk, MAIL);
    comes(&paper, &mut phone, MAIL);
    let id = wait(paper.store.reader_of_mail("bob@reader.example".to_owned())).unwrap().unwrap().id;
    let of_bob = wait(paper.store.sessions_of(id, paper.clock.now())).unwrap()[0].hash.to_string();
    paper.later(SignedDuration::from_mins(11));
    let mut tablet = waits(&paper, MAIL);
    for id in [of_bob.as_str(), &"0".repeat(64), "x", "all"] {
        assert_eq!(
            choose(&paper, &mut tablet, id).status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{id}"
        );
    }
    assert_eq!(sessions(&paper), 3);
    let own = choices(&paper, &tablet)[0].0.clone();
    // In another browser, or from another site.
    for mut other in [Jar::default(), Jar::holding("w", &"0".repeat(32))] {
        assert_eq!(choose(&paper, &mut other, &own).header("location"), "/sign-in");
        assert_eq!(paper.send(&mut other, Ask::get(DEVICES)).header("location"), "/sign-in");
    }
    let strange =
        Ask::fields(DEVICES, &[("session", &own)]).instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut tablet, strange).status, StatusCode::FORBIDDEN);
    assert_eq!(sessions(&paper), 3);
    // Whoever signs in again where they are signed in already is no further device.
    assert_eq!(comes(&paper, &mut desk, MAIL).header("location"), "/harbour/m01#rest");
    assert_eq!(sessions(&paper), 3);
    // Nobody waits any more who was erased.
    let id = wait(paper.store.reader_of_mail(MAIL.to_owned())).unwrap().unwrap().id;
    wait(paper.store.erase_reader(id, NO_SENDER, paper.clock.now())).unwrap();
    assert_eq!(choose(&paper, &mut tablet, &own).header("location"), "/sign-in");
    let forgotten = paper.store.forget_waiting_sign_ins(paper.clock.now(), 10);
    assert_eq!(wait(forgotten).unwrap(), 0);
}

#[test]
fn many_who_come_at_once_are_no_more_than_the_limit() {
    let paper = paper();
    comes(&paper, &mut Jar::default(), MAIL);
    let asks: Vec<Ask> = (0..5)
        .map(|_| {
            let mut jar = Jar::default();
            let waiting = paper.ask_for_code(&mut jar, MAIL, "/");
            let cookies = jar.header(paper.clock.now()).unwrap();
            Ask::fields("/sign-in/code", &[("code", &waiting.code())]).with("cookie", &cookies)
        })
        .collect();
    let site = paper.site.clone();
    let replies = wait(async move {
        let mut all = tokio::task::JoinSet::new();
        for ask in asks {
            let site = site.clone();
            all.spawn(async move { answer(&site, &ask).await });
        }
        all.join_all().await
    });
    let home = replies.iter().filter(|reply| reply.header("location") == "/").count();
    let wait = replies.iter().filter(|reply| reply.header("location") == DEVICES).count();
    assert_eq!((home, wait, sessions(&paper)), (1, 4, 2));
}

#[test]
fn a_lower_limit_signs_nobody_out_and_a_device_that_is_not_used_counts_no_more() {
    let paper = TestPaper::with(limit(0));
    let mut jars: Vec<Jar> = (0..4).map(|_| Jar::default()).collect();
    for jar in &mut jars {
        comes(&paper, jar, MAIL);
    }
    paper.change(&limit(2));
    assert!(jars.iter().all(|jar| paper.is_signed_in(jar)));
    paper.later(SignedDuration::from_mins(11));
    // A further one takes the place of one: no more than there were.
    let mut fifth = waits(&paper, MAIL);
    let choice = choices(&paper, &fifth);
    assert_eq!(choice.len(), 4);
    assert_eq!(choose(&paper, &mut fifth, &choice[3].0).header("location"), "/harbour/m01#rest");
    assert_eq!(sessions(&paper), 4);
    // With room meanwhile nothing has to be chosen.
    let mut sixth = waits(&paper, MAIL);
    paper.change(&limit(0));
    assert_eq!(choose(&paper, &mut sixth, "").header("location"), "/harbour/m01#rest");
    assert_eq!(sessions(&paper), 5);
    paper.change(&limit(2));
    paper.later(SignedDuration::from_hours(30 * 24 + 1));
    let mut seventh = Jar::default();
    assert_eq!(comes(&paper, &mut seventh, MAIL).header("location"), "/harbour/m01#rest");
    assert_eq!(sessions(&paper), 6, "those that do not count are not ended");
}

#[test]
fn the_limit_holds_for_every_way_in() {
    let paper = paper();
    paper.reader_with_password(MAIL, PASSWORD);
    comes(&paper, &mut Jar::default(), MAIL);
    let mut jar = Jar::default();
    let reply = paper.send(&mut jar, crate::passwords::form(MAIL, PASSWORD));
    assert_eq!(reply.header("location"), DEVICES);
    assert!(!paper.is_signed_in(&jar));
    let mut other = Jar::default();
    let waiting = paper.ask_for_code(&mut other, MAIL, "/");
    let mut linked = Jar::default();
    let reply = paper.send(&mut linked, Ask::fields(&waiting.link(), &[]));
    assert_eq!(reply.header("location"), DEVICES);
    assert_eq!(sessions(&paper), 2);
    // Ten wait at most; the oldest of them goes.
    paper.later(SignedDuration::from_secs(1));
    for _ in 0..10 {
        paper.send(&mut Jar::default(), crate::passwords::form(MAIL, PASSWORD));
    }
    assert_eq!(paper.send(&mut jar, Ask::get(DEVICES)).header("location"), "/sign-in");
}
