//! What readers are told by mail of what they have bought: each letter once, at its time, and none at night that can wait. A trial
//! is told from its offer to its end.

use jiff::SignedDuration;
use rusqlite::Connection;

use crate::ask::{Ask, HOST};
use crate::jar::Jar;
use crate::money::shop;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

const MAIL: &str = "ada@reader.example";

impl TestPaper {
    /// The kinds of the mails to somebody, in their order, without those that everybody gets: of signing in and registering.
    pub(crate) fn letters(&self, mail: &str) -> Vec<String> {
        let raw = Connection::open(self.folder.path().join(store::DATABASE)).unwrap();
        let query = "SELECT kind FROM mails WHERE recipient = ?1 \
             AND kind NOT IN ('sign-in', 'welcome') ORDER BY id";
        let mut query = raw.prepare(query).unwrap();
        query.query_map([mail], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// Every hour of the days from one to the other, as the job would look.
    fn live(&self, until: &str) {
        let until: jiff::Timestamp = until.parse().unwrap();
        while self.clock.now() < until {
            self.clock.set((self.clock.now() + SignedDuration::from_hours(6)).min(until));
            self.hear();
        }
    }
}

#[test]
fn each_letter_is_written_once_and_at_its_time() {
    let paper = shop();
    let [mut good, mut bad, mut gone] = [Jar::default(), Jar::default(), Jar::default()];
    paper.subscriber(&mut good, MAIL, "good");
    paper.subscriber(&mut bad, "bob@reader.example", "expires");
    paper.subscriber(&mut gone, "eve@reader.example", "good");
    paper.send(&mut gone, Ask::fields("/account/cancellation", &[]));
    paper.hear();
    assert_eq!(paper.letters(MAIL), ["receipt"]);
    assert_eq!(paper.letters("eve@reader.example"), ["receipt", "cancelled"]);
    paper.live("2026-12-09T12:00:00-04:00");
    assert_eq!(paper.letters(MAIL), ["receipt"]);
    paper.live("2026-12-10T12:00:00-04:00");
    assert_eq!(paper.letters(MAIL), ["receipt", "intro-ends"]);
    paper.live("2026-12-16T12:00:00-04:00");
    assert_eq!(paper.letters(MAIL), ["receipt", "intro-ends", "intro-ends"]);
    paper.live("2027-01-10T12:00:00-04:00");
    let all = ["receipt", "intro-ends", "intro-ends", "receipt"];
    assert_eq!(paper.letters(MAIL), all);
    let failed = ["receipt", "intro-ends", "intro-ends", "payment-failed", "grace-ends", "expired"];
    assert_eq!(paper.letters("bob@reader.example"), failed);
    // One mail that it is over, and then silence.
    assert_eq!(paper.letters("eve@reader.example"), ["receipt", "cancelled", "expired"]);
    // Nothing but receipts and sign-ins is sent at night.
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let mut query = raw.prepare("SELECT kind, due_at FROM mails").unwrap();
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)));
    let zone = jiff::tz::TimeZone::get("America/Halifax").unwrap();
    for row in rows.unwrap() {
        let (kind, due_at) = row.unwrap();
        let hour = zone.to_datetime(jiff::Timestamp::from_microsecond(due_at).unwrap()).hour();
        assert!(
            matches!(&*kind, "sign-in" | "receipt") || (8..21).contains(&hour),
            "{kind} at {hour}"
        );
    }
}

#[test]
fn a_free_trial_is_worded_begun_and_over_as_it_says() {
    let settings = Settings {
        registration: true,
        offer: "trial_days = 14\nintro = \"0\"",
        ..Settings::default()
    };
    let paper = TestPaper::open(&Plan { settings, sells: true, ..Plan::default() });
    let mut jar = Jar::default();
    let wall = paper.send(&mut jar, Ask::get(&paper.path("subs"))).text();
    assert!(wall.contains("Try 14 days free. Then $12 a month."), "{wall}");
    let tariff = paper.send(&mut jar, Ask::get("/offers")).text();
    assert!(tariff.contains("for 14 days"), "{tariff}");
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let text = page.text();
    assert!(text.contains("You pay nothing today."), "{text}");
    assert!(
        text.contains("From September 30th on you pay $12 a month, until you cancel."),
        "{text}"
    );
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    let paid = paper.pay(&mut jar, &at, "good").header("location").to_owned();
    paper.send(&mut jar, Ask::get(&paid));
    assert!(paper.opens(&jar));
    assert!(
        paper.contract(&jar).contains("Your trial runs until September 30th."),
        "{}",
        paper.contract(&jar)
    );
    paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    paper.live("2026-09-30T13:00:00-03:00");
    assert!(paper.opens(&jar), "a trial that was cancelled runs to its end");
    paper.live("2026-09-30T15:00:00-03:00");
    assert!(!paper.opens(&jar));
    let wall = paper.send(&mut jar, Ask::get(&paper.path("subs"))).text();
    assert!(
        wall.contains("Your trial period has expired.") && wall.contains("nothing was charged"),
        "{wall}"
    );
    assert!(!wall.contains("14 days free"), "it is had once: {wall}");
    assert_eq!(paper.letters(MAIL), ["cancelled", "expired"], "there is no receipt of nothing");
    // The other one pays when the trial is over, and is told before.
    let mut other = Jar::default();
    paper.at("2026-10-01T09:00:00-03:00");
    paper.change(&Settings {
        offer_ends: "2026-12-31",
        ..Settings {
            registration: true,
            offer: "trial_days = 14\nintro = \"0\"",
            ..Settings::default()
        }
    });
    paper.subscriber(&mut other, "bob@reader.example", "good");
    paper.live("2026-10-16T09:00:00-03:00");
    assert_eq!(paper.letters("bob@reader.example"), ["trial-ends", "trial-ends", "receipt"]);
    assert!(
        paper.contract(&other).contains("The next payment of $12 is on November 15th"),
        "{}",
        paper.contract(&other)
    );
}

#[test]
fn whoever_registers_is_welcomed_once_and_not_at_night() {
    let paper = crate::readers::paper();
    paper.at("2026-09-16T22:00:00-03:00");
    let mut jar = Jar::default();
    // Asking for a code is no registering.
    let waiting = paper.ask_for_code(&mut jar, MAIL, "/account");
    let welcomes = "SELECT count(*) FROM mails WHERE kind = 'welcome'";
    assert_eq!(paper.rows(welcomes), 0);
    let wrong = if waiting.code().starts_with('0') { "11111111" } else { "00000000" };
    paper.type_code(&mut jar, wrong);
    assert_eq!(paper.rows(welcomes), 0);
    paper.type_code(&mut jar, &waiting.code());
    assert_eq!(paper.rows(welcomes), 1);
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let query = "SELECT recipient, subject, plain, due_at FROM mails WHERE kind = 'welcome'";
    let (recipient, subject, plain, due_at) = raw
        .query_row(query, [], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, i64>(3)?,
            ))
        })
        .unwrap();
    assert_eq!(recipient, MAIL);
    assert!(subject.starts_with("You are registered with "), "{subject}");
    assert!(plain.contains(&format!("http://{HOST}/account")), "{plain}");
    let morning: jiff::Timestamp = "2026-09-17T08:00:00-03:00".parse().unwrap();
    assert_eq!(due_at, morning.as_microsecond());
    // The same reader on another device, and again here, and by the link instead of the code.
    let mut phone = Jar::default();
    paper.sign_in(&mut phone, MAIL);
    paper.send(&mut jar, Ask::fields("/sign-out", &[]));
    let waiting = paper.ask_for_code(&mut jar, MAIL, "/account");
    paper.send(&mut jar, Ask::fields(&waiting.link(), &[]));
    assert!(paper.is_signed_in(&jar));
    assert_eq!(paper.rows(welcomes), 1);
    // Somebody else is somebody else.
    paper.sign_in(&mut Jar::default(), "bob@reader.example");
    assert_eq!(paper.rows(welcomes), 2);
}

#[test]
fn parallel_sign_ins_of_a_newcomer_make_one_account_and_one_welcome() {
    let paper = crate::readers::paper();
    let links: Vec<String> =
        (0..4).map(|_| paper.ask_for_code(&mut Jar::default(), MAIL, "/account").link()).collect();
    std::thread::scope(|scope| {
        for link in &links {
            let paper = &paper;
            scope.spawn(move || {
                let reply = paper.send(&mut Jar::default(), Ask::fields(link, &[]));
                assert_eq!(reply.status, http::StatusCode::SEE_OTHER, "{}", reply.text());
            });
        }
    });
    assert_eq!(paper.rows("SELECT count(*) FROM readers"), 1);
    assert_eq!(paper.rows("SELECT count(*) FROM mails WHERE kind = 'welcome'"), 1);
}
