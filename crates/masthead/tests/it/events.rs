//! Events of the payment provider: each is a hint, proven, kept once and forgotten in time; a lost one is made up for, and silence is an
//! alarm.

use http::StatusCode;
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::ask::Ask;
use crate::jar::Jar;
use crate::money::shop;
use crate::paper::wait;

const MAIL: &str = "ada@reader.example";

#[test]
fn an_event_alone_opens_when_the_browser_never_comes_back() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    paper.pay(&mut jar, &at, "good");
    assert!(!paper.opens(&jar), "nobody has heard of it yet");
    paper.hear();
    assert!(paper.opens(&jar));
}

#[test]
fn a_lost_event_is_made_up_for_by_asking() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    raw.execute_batch("DELETE FROM hints").unwrap();
    drop(raw);
    // Three months are paid; the renewal of the fourth is asked for when it is due, although nothing was sent.
    for _ in 0..92 {
        paper.clock.set(paper.clock.now() + SignedDuration::from_hours(24));
        let _ = paper.cashier().pass(paper.clock.now());
        paper.hear();
        assert!(paper.opens(&jar), "{}", paper.clock.now());
    }
    assert!(
        paper.contract(&jar).contains("The next payment of $12 is on January 16th"),
        "{}",
        paper.contract(&jar)
    );
}

#[test]
fn forged_events_are_refused_and_true_ones_are_kept_once() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    paper.hear();
    let before = paper.rows("SELECT count(*) FROM hints");
    let post = |body: &[u8], signature: Option<&str>| {
        let ask = Ask::new(http::Method::POST, "/webhooks/payments");
        let ask = signature.iter().fold(ask, |ask, value| ask.with("stripe-signature", value));
        let sent = web::Sent::Whole(bytes::Bytes::copy_from_slice(body));
        paper.ask(&Ask { sent, ..ask }).status
    };
    let subscription: String = {
        let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
        raw.query_row("SELECT id FROM subscriptions", [], |row| row.get(0)).unwrap()
    };
    let event = paper.cashier().event(&subscription, paper.clock.now()).unwrap();
    for (body, signature) in [
        (&event.body[..], None),
        (&event.body[..], Some("")),
        (&event.body[..], Some("t=1,v1=00")),
        (b"{}", Some(event.signature.as_str())),
    ] {
        assert_eq!(post(body, signature), StatusCode::BAD_REQUEST, "{signature:?}");
    }
    assert_eq!(paper.rows("SELECT count(*) FROM hints"), before);
    for _ in 0..3 {
        assert_eq!(post(&event.body, Some(&event.signature)), StatusCode::OK);
    }
    assert!(paper.rows("SELECT count(*) FROM hints") <= before + 1);
    paper.hear();
    assert!(paper.opens(&jar));
    // An old one is a replay.
    paper.clock.set(paper.clock.now() + SignedDuration::from_mins(6));
    assert_eq!(post(&event.body, Some(&event.signature)), StatusCode::BAD_REQUEST);
}

#[test]
fn events_go_thirty_days_after_they_were_applied_and_those_that_wait_stay() {
    let paper = shop();
    paper.subscriber(&mut Jar::default(), MAIL, "good");
    paper.hear();
    let all = paper.rows("SELECT count(*) FROM hints");
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let waits = "INSERT INTO hints (provider, id, body, received_at, due_at, tries) VALUES ('stripe', 'evt_1', x'', 0, 0, 0)";
    raw.execute_batch(waits).unwrap();
    drop(raw);
    let kept = paper.clock.now() + store::HINTS_KEPT;
    let forget = |at| wait(paper.store.forget_hints(at, 10)).unwrap() as i64;
    assert_eq!(forget(kept), 0);
    assert_eq!(forget(kept + SignedDuration::from_secs(1)), all);
    assert_eq!(paper.rows("SELECT count(*) FROM hints WHERE applied_at IS NULL"), 1);
    assert_eq!(paper.rows("SELECT count(*) FROM hints"), 1);
}

#[test]
fn a_provider_that_tells_nothing_of_what_happens_is_an_alarm_and_a_quiet_one_is_none() {
    let paper = shop();
    let longest = SignedDuration::from_hours(48);
    let silence = |at| wait(paper.store.payment_silence(at, longest)).unwrap();
    assert_eq!(silence(paper.clock.now()), None, "nothing was sold");
    let bought_at = paper.clock.now();
    paper.subscriber(&mut Jar::default(), MAIL, "good");
    paper.hear();
    // Nothing happens for a month, and nothing is told: that is as it should be.
    assert_eq!(silence(bought_at + SignedDuration::from_hours(30 * 24)), None);
    // The address for events is switched off, and somebody buys.
    paper.clock.set(bought_at + SignedDuration::from_hours(1));
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    paper.subscriber(&mut Jar::default(), "bob@reader.example", "good");
    raw.execute_batch("DELETE FROM hints WHERE seq > 1").unwrap();
    let late = paper.clock.now() + longest;
    assert_eq!(silence(late - SignedDuration::from_secs(1)), None);
    let told = silence(late).expect("an alarm");
    assert_eq!((told.last_heard_at, told.unheard), (Some(bought_at), paper.clock.now()));
    // Where none ever came, or all are forgotten, it is one, too.
    raw.execute_batch("DELETE FROM hints").unwrap();
    assert_eq!(silence(late).expect("an alarm").last_heard_at, None);
}
