//! The store fails while the paper is read: what was ready is still shown, nothing is counted that was not kept, and
//! afterwards all is as before.

use std::path::Path;

use http::StatusCode;
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::paper::TestPaper;
use crate::settings::Settings;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAA";

fn database(paper: &TestPaper) -> Connection {
    Connection::open(paper.folder.path().join(store::DATABASE)).unwrap()
}

/// Another program holds the database, as a careless backup does.
pub(crate) fn lock(paper: &TestPaper) -> Connection {
    let connection = database(paper);
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    connection
}

/// Takes a table away and puts it back: every question about it fails at once.
pub(crate) fn rename(paper: &TestPaper, from: &str, to: &str) {
    database(paper).execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}")).unwrap();
}

#[test]
fn while_the_database_is_locked_readers_read_and_nothing_is_counted() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    let held = lock(&paper);
    // Strangers get teasers, also of articles that nobody has asked for yet; who opened an article has it.
    for target in ["/harbour/m01", "/harbour/m02", "/harbour/subs", "/city/free", "/", "/city"] {
        assert_eq!(paper.get(target).status, StatusCode::OK, "{target}");
    }
    assert!(paper.is_whole(&paper.send(&mut jar, Ask::get("/harbour/m01")), "m01"));
    assert_eq!(paper.read(&mut jar, "m01").status, StatusCode::OK);
    // Both wait for the lock together, and are told.
    let (form, script) = std::thread::scope(|scope| {
        let reading = paper.sheet("m02").reading();
        let ask = |ask: Ask| {
            let (paper, mut jar) = (&paper, jar.clone());
            move || paper.send(&mut jar, ask)
        };
        let form = scope.spawn(ask(Ask::form(&reading)));
        let script = scope.spawn(ask(Ask::script(&reading, KEY)));
        (form.join().unwrap(), script.join().unwrap())
    });
    for reply in [&form, &script] {
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!reply.header("retry-after").is_empty());
        assert_eq!(reply.header("set-cookie"), "");
        assert!(!reply.is_shareable());
        paper.assert_tight(reply, &[], "an outage");
    }
    let told = script.json();
    assert_eq!(told["state"], "unavailable");
    assert!(told["text"].as_str().unwrap().contains("It was not counted."), "{told}");
    assert!(form.text().contains("Nothing was counted"), "{}", form.text());
    drop(held);
    // Afterwards all is as before: nothing was counted, and the next attempt opens it.
    assert_eq!(paper.left(&jar), 4);
    assert!(paper.is_whole(&paper.read(&mut jar, "m02"), "m02"));
    assert_eq!(paper.left(&jar), 3);
}

#[test]
fn where_the_record_is_out_of_order_nobody_is_counted_and_nobody_is_walled() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01", "m02", "m03", "m04", "m05"]);
    let codes = ["m01", "m06", "subs", "free"];
    for code in codes {
        paper.get(&paper.path(code));
    }
    rename(&paper, "readings", "readings_away");
    // The commit of another program is noticed before anything is asked of the record.
    soon(|| !paper.is_whole(&paper.send(&mut jar.clone(), Ask::get("/harbour/m01")), "m01"));
    for mut asker in [jar.clone(), Jar::default()] {
        for code in codes {
            let reply = paper.send(&mut asker, Ask::get(&paper.path(code)));
            assert_eq!(reply.status, StatusCode::OK, "{code}");
            paper.assert_tight(&reply, &["free"], code);
        }
        let posted = paper.send(&mut asker, Ask::form(&paper.sheet("m06").reading()));
        assert_eq!(posted.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(posted.text().contains("Nothing was counted"), "{}", posted.text());
        let told = paper.send(&mut asker, Ask::script(&paper.sheet("m06").reading(), KEY));
        assert_eq!(told.json()["state"], "unavailable");
        assert!(
            asker.header(paper.clock.now()) == jar.header(paper.clock.now()) || asker.is_empty()
        );
    }
    rename(&paper, "readings_away", "readings");
    soon(|| paper.is_whole(&paper.send(&mut jar.clone(), Ask::get("/harbour/m01")), "m01"));
    assert_eq!(paper.left(&jar), 0);
    paper.assert_tight(&paper.read(&mut jar, "m06"), &[], "after the outage");
    assert!(paper.is_whole(&paper.read(&mut Jar::default(), "m06"), "m06"));
}

#[test]
fn a_paper_that_opens_in_an_outage_opens_and_counts_nothing() {
    let paper = TestPaper::with(Settings { on_outage: "open", ..Settings::default() });
    let mut jar = paper.visitor_of(&["m01", "m02", "m03", "m04", "m05"]);
    rename(&paper, "readings", "readings_away");
    soon(|| paper.is_whole(&paper.send(&mut jar.clone(), Ask::get("/harbour/m06")), "m06"));
    for mut asker in [jar.clone(), Jar::default()] {
        let page = paper.read(&mut asker, "m07");
        assert_eq!(page.status, StatusCode::OK);
        assert!(paper.is_whole(&page, "m07"), "{}", page.text());
        assert!(!page.is_shareable());
        let told = paper.browse(&mut asker, Ask::script(&paper.sheet("m08").reading(), KEY));
        assert_eq!(told.json()["state"], "open");
        // No number is shown that nobody knows, and no cookie given for nothing.
        assert_eq!(told.json()["status"], "");
        // Subscribers' articles are no matter of the meter.
        paper.assert_tight(&paper.read(&mut asker, "subs"), &[], "subscribers");
    }
    // A stranger's GET is the same for all strangers, and stays the teaser.
    paper.assert_tight(&paper.get("/harbour/m06"), &[], "a stranger");
    rename(&paper, "readings_away", "readings");
    soon(|| !paper.is_whole(&paper.send(&mut jar.clone(), Ask::get("/harbour/m06")), "m06"));
    assert_eq!(paper.left(&jar), 0);
    assert!(!paper.is_whole(&paper.read(&mut jar, "m07"), "m07"));
}

#[test]
fn what_is_ready_is_shown_when_the_articles_cannot_be_read() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    let ready = ["/harbour/m01", "/city/free", "/", "/city"];
    for target in ready {
        paper.get(target);
    }
    rename(&paper, "articles", "articles_away");
    for target in ready {
        let reply = paper.get(target);
        assert_eq!(reply.status, StatusCode::OK, "{target}");
        paper.assert_tight(&reply, &["free"], target);
    }
    assert!(paper.is_whole(&paper.send(&mut jar, Ask::get("/harbour/m01")), "m01"));
    for target in ["/harbour/m09", "/opinion", "/tags/tides", "/harbour/m09/reading"] {
        let reply = paper.get(target);
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{target}");
        assert_eq!(reply.header("retry-after"), "5");
        assert!(!reply.is_shareable());
    }
    assert_eq!(
        paper.ask(&Ask::form("/harbour/m09/reading")).status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    rename(&paper, "articles_away", "articles");
    for target in ["/harbour/m09", "/opinion", "/tags/tides"] {
        assert_eq!(paper.get(target).status, StatusCode::OK, "{target}");
    }
}

#[test]
fn a_file_that_is_away_is_a_failure_of_one_file_alone() {
    let paper = TestPaper::new();
    let media: &Path = &paper.folder.path().join("media");
    let away = paper.folder.path().join("away");
    std::fs::rename(media, &away).unwrap();
    let ask = Ask::get(&paper.public_picture);
    let lost = crate::paper::wait(crate::paper::answer(&paper.site, &ask));
    assert!(lost.status.is_server_error());
    assert_eq!(lost.headers["cache-control"], "private, no-store");
    let body = String::from_utf8(lost.body.to_vec()).unwrap();
    let folder = paper.folder.path().to_str().unwrap();
    assert!(!body.contains(folder), "the reason is the operator's alone");
    assert_eq!(paper.get("/harbour/m01").status, StatusCode::OK);
    std::fs::rename(&away, media).unwrap();
    assert_eq!(paper.get(&paper.public_picture).status, StatusCode::OK);
}

/// Waits, bounded, for what another thread does soon.
#[track_caller]
pub(crate) fn soon(happens: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if happens() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("it does not happen");
}

/// Asks for what stands for the session in an outage, as the page's script does.
fn pass(paper: &TestPaper, jar: &mut Jar) -> Reply {
    paper.send(jar, Ask::form("/account/entitlement"))
}

#[test]
fn a_subscriber_goes_on_reading_by_the_pass_of_the_browser_and_nobody_else_does() {
    const MAIL: &str = "ada@reader.example";
    let paper = crate::money::shop();
    let [mut with, mut without, mut other] = [Jar::default(), Jar::default(), Jar::default()];
    paper.subscriber(&mut with, MAIL, "good");
    paper.sign_in(&mut without, MAIL);
    paper.sign_in(&mut other, "bob@reader.example");
    let given = pass(&paper, &mut with);
    assert_eq!(
        (given.status, given.header("cache-control")),
        (StatusCode::NO_CONTENT, "private, no-store")
    );
    let stolen = with.named("e").expect("a pass").to_owned();
    assert_eq!(with.named("r"), Some("2"), "the script knows that there is one");
    // Whoever holds nothing gets none, and is not asked again at every page all the same.
    pass(&paper, &mut other);
    assert_eq!((other.named("e"), other.named("r")), (None, Some("1")));
    let thief = Jar::holding("e", &stolen);
    other.put("e", &stolen);
    // What is in memory is forgotten by a change, and then the table is gone.
    for jar in [&mut with, &mut other] {
        paper.send(jar, Ask::fields("/account", &[("name", "Ada")]));
    }
    rename(&paper, "readers", "readers_away");
    assert!(paper.opens(&with), "the pass stands for the session");
    let script = || Ask::script(&paper.sheet("subs").reading(), KEY);
    assert_eq!(paper.send(&mut with.clone(), script()).json()["state"], "open");
    let metered = paper.send(&mut with.clone(), Ask::get(&paper.path("m07")));
    assert!(paper.is_whole(&metered, "m07"), "{}", metered.text());
    assert!(!metered.is_shareable());
    for (told, jar) in [("no pass", &without), ("another reader's session", &other)] {
        let reply = paper.send(&mut jar.clone(), Ask::get(&paper.path("subs")));
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
        paper.assert_tight(&reply, &[], told);
        assert_eq!(paper.send(&mut jar.clone(), script()).json()["state"], "unavailable", "{told}");
    }
    let reply = paper.send(&mut thief.clone(), Ask::get(&paper.path("subs")));
    paper.assert_tight(&reply, &[], "a pass without its session");
    assert_eq!(pass(&paper, &mut with).status, StatusCode::SERVICE_UNAVAILABLE);
    // A day later it is over; cookies that a browser keeps too long change nothing.
    let kept = with.clone().for_ever();
    paper.clock.set(paper.clock.now() + gate::OUTAGE_PASS_LASTS);
    let reply = paper.send(&mut kept.clone(), Ask::get(&paper.path("subs")));
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    rename(&paper, "readers_away", "readers");
    assert!(paper.opens(&with));
}

#[test]
fn while_the_store_answers_a_pass_is_not_looked_at() {
    const MAIL: &str = "ada@reader.example";
    let paper = crate::money::shop();
    let [mut jar, mut elsewhere] = [Jar::default(), Jar::default()];
    paper.subscriber(&mut jar, MAIL, "good");
    paper.sign_in(&mut elsewhere, MAIL);
    pass(&paper, &mut jar);
    assert!(jar.named("e").is_some());
    // All sessions are ended on another device: the pass opens nothing.
    paper.send(&mut elsewhere, Ask::fields("/account/sessions", &[("session", "all")]));
    assert!(!paper.opens(&jar));
    // The browser learns of it where it asks again.
    pass(&paper, &mut jar);
    assert_eq!((jar.named("e"), jar.named("here")), (None, None));
    // Signing out takes both along; another session's pass is asked for at once.
    paper.sign_in(&mut jar, MAIL);
    pass(&paper, &mut jar);
    assert_eq!(jar.named("r"), Some("2"));
    paper.sign_in(&mut jar, MAIL);
    assert_eq!(jar.named("r"), None);
    pass(&paper, &mut jar);
    paper.send(&mut jar, Ask::fields("/sign-out", &[]));
    assert_eq!((jar.named("e"), jar.named("r")), (None, None));
    // Another site's page gets none, and neither does a GET.
    paper.sign_in(&mut jar, MAIL);
    let strange = Ask::form("/account/entitlement").instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut jar, strange).status, StatusCode::FORBIDDEN);
    let get = paper.send(&mut jar, Ask::get("/account/entitlement"));
    assert_eq!((get.status, get.header("set-cookie")), (StatusCode::SEE_OTHER, ""));
    assert_eq!(jar.named("e"), None);
}

/// The mark that keeps the page's script from asking, and says whether full access is to be offered.
#[test]
fn what_opens_anew_is_asked_for_at_once() {
    let settings = Settings { tables: crate::seats::HOUSEHOLD, ..Settings::default() };
    let paper = crate::money::shop_with(settings);
    let [mut holder, mut guest] = [Jar::default(), Jar::default()];
    paper.sign_in(&mut holder, "ada@reader.example");
    pass(&paper, &mut holder);
    assert_eq!(holder.named("r"), Some("1"));
    // Whoever holds nothing is asked again soon, also of what was paid for elsewhere.
    paper.clock.set(paper.clock.now() + SignedDuration::from_mins(10));
    paper.send(&mut holder, Ask::get("/account"));
    assert_eq!(holder.named("r"), None);
    pass(&paper, &mut holder);
    let order = paper.order(&mut holder, "/subscribe/household");
    let at = paper.agree(&mut holder, &order).header("location").to_owned();
    assert_eq!(holder.named("r"), None, "an order asks anew");
    let paid = paper.pay(&mut holder, &at, "good").header("location").to_owned();
    paper.send(&mut holder, Ask::get(&paid));
    pass(&paper, &mut holder);
    assert_eq!(holder.named("r"), Some("2"));
    let link = paper.invited(&mut holder, "bob@reader.example");
    paper.sign_in(&mut guest, "bob@reader.example");
    pass(&paper, &mut guest);
    paper.send(&mut guest, Ask::fields(&link, &[]));
    assert_eq!(guest.named("r"), None, "a seat asks anew");
    pass(&paper, &mut guest);
    assert_eq!(guest.named("r"), Some("2"));
    paper.send(&mut guest, Ask::fields("/account/seats", &[("act", "leave")]));
    assert_eq!(guest.named("r"), None, "and so does giving it back");
}
