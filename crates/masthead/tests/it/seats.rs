//! Seats: a plan for several people is read by as many, each with an account of their own, for as long as whoever pays has access, and
//! by nobody else.

use std::sync::Arc;

use http::StatusCode;
use jiff::SignedDuration;
use providers::payments::DisputeOutcome;

use crate::ask::{Ask, HOST, Reply};
use crate::bank::Bank;
use crate::jar::Jar;
use crate::money::{hidden, shop_with};
use crate::paper::{Plan, TestPaper, wait};
use crate::settings::Settings;

const ADA: &str = "ada@reader.example";
const BOB: &str = "bob@reader.example";
const EVE: &str = "eve@reader.example";

/// A plan for three.
pub(crate) const HOUSEHOLD: &str = "[[plans]]\nslug = \"household\"\nname = \"Household\"\n\
    opens = [\"digital\"]\ncurrency = \"CAD\"\nmonthly = \"18\"\nseats = 3\n";

fn settings() -> Settings {
    Settings { tables: HOUSEHOLD, offers: Some(""), withdrawal_days: 14, ..Settings::default() }
}

impl TestPaper {
    #[track_caller]
    fn seats(&self, jar: &mut Jar, fields: &[(&str, &str)]) -> Reply {
        self.send(jar, Ask::fields("/account/seats", fields))
    }

    #[track_caller]
    fn invite(&self, jar: &mut Jar, mail: &str) -> Reply {
        self.seats(jar, &[("act", "invite"), ("mail", mail)])
    }

    /// Invites somebody; the path of the letter's link.
    #[track_caller]
    pub(crate) fn invited(&self, jar: &mut Jar, mail: &str) -> String {
        let reply = self.invite(jar, mail);
        assert_eq!(reply.header("location"), "/account#seats", "{}", reply.text());
        let letter = self.mails().pop().expect("a letter");
        assert_eq!(letter.recipient, mail.to_lowercase());
        let origin = format!("http://{HOST}");
        let start = letter.plain.find(&format!("{origin}/seat/")).expect("a link in the letter");
        letter.plain[start + origin.len()..].split_whitespace().next().unwrap().to_owned()
    }

    #[track_caller]
    fn accept(&self, jar: &mut Jar, link: &str) -> Reply {
        self.send(jar, Ask::fields(link, &[]))
    }

    /// Somebody who sits with a holder.
    #[track_caller]
    pub(crate) fn seated(&self, holder: &mut Jar, mail: &str) -> Jar {
        let link = self.invited(holder, mail);
        let mut jar = Jar::default();
        self.sign_in(&mut jar, mail);
        let reply = self.accept(&mut jar, &link);
        assert_eq!(reply.header("location"), "/account#seat", "{}", reply.text());
        jar
    }

    #[track_caller]
    fn account(&self, jar: &Jar) -> String {
        let reply = self.send(&mut jar.clone(), Ask::get("/account"));
        assert_eq!(reply.status, StatusCode::OK);
        reply.text()
    }

    /// The hidden values of that name in the list of seats.
    fn listed(&self, jar: &Jar, name: &str) -> Vec<String> {
        let text = self.account(jar);
        let before = format!("name=\"{name}\" value=\"");
        let ids = text.split(&before).skip(1).map(|rest| rest.split('"').next().unwrap());
        ids.map(str::to_owned).collect()
    }
}

/// A shop, and somebody with a plan for three.
fn holder() -> (TestPaper, Jar) {
    let paper = shop_with(settings());
    let mut ada = Jar::default();
    paper.subscriber_of("household", &mut ada, ADA, "good");
    assert!(paper.opens(&ada));
    (paper, ada)
}

#[test]
fn whoever_is_invited_reads_along_with_an_account_of_their_own_under_any_address() {
    let (paper, mut ada) = holder();
    paper.send(&mut ada, Ask::fields("/account", &[("name", "Ada <b>Brook")]));
    let own = paper.account(&ada);
    assert!(own.contains("Your plan is for 2 more people"), "{own}");
    let link = paper.invited(&mut ada, "Bob@Work.example");
    assert!(paper.mails().pop().unwrap().subject.contains("Ada <b>Brook invites you to read"));
    assert!(paper.account(&ada).contains("bob@work.example"));
    let mut bob = Jar::default();
    // Looking at it, however often, accepts nothing and tells nobody's address.
    for _ in 0..3 {
        let looked = paper.send(&mut bob, Ask::get(&link));
        let text = looked.text();
        assert_eq!(looked.status, StatusCode::OK, "{text}");
        assert!(text.contains("Ada &lt;b&gt;Brook invites you") && !text.contains(ADA), "{text}");
        assert!(!looked.is_shareable() && !looked.headers.contains_key("set-cookie"));
    }
    assert_eq!(paper.rows("SELECT count(*) FROM seats"), 0);
    // The button leads to the sign-in and back, and no address that is kept anywhere has the secret.
    let pressed = paper.accept(&mut bob, &link);
    assert_eq!(pressed.header("location"), "/sign-in?back=%2Fseat");
    let waiting = paper.ask_for_code(&mut bob, BOB, "/seat");
    let back = paper.type_code(&mut bob, &waiting.code());
    assert_eq!(back.header("location"), "/seat");
    let shown = paper.send(&mut bob, Ask::get("/seat"));
    assert!(shown.text().contains("action=\"/seat\""), "{}", shown.text());
    assert!(!paper.opens(&bob), "a GET accepts nothing");
    let accepted = paper.accept(&mut bob, "/seat");
    assert_eq!(accepted.header("location"), "/account#seat", "{}", accepted.text());
    assert_eq!(bob.named("v"), None, "the invitation's cookie goes");
    assert!(paper.opens(&bob) && paper.opens(&ada));
    // Each sees of the other what was said, and no more.
    let (own, other) = (paper.account(&ada), paper.account(&bob));
    assert!(own.contains("Reads along since September 16th") && !own.contains(BOB), "{own}");
    assert!(other.contains("the subscription of Ada &lt;b&gt;Brook"), "{other}");
    assert!(!other.contains(ADA), "{other}");
    // Once, and whoever has it has it.
    assert_eq!(paper.accept(&mut bob, &link).status, StatusCode::GONE);
    let mut eve = Jar::default();
    paper.sign_in(&mut eve, EVE);
    assert_eq!(paper.accept(&mut eve, &link).status, StatusCode::GONE);
    assert!(!paper.opens(&eve));
    // Their readings are their own.
    let secret = link.rsplit('/').next().unwrap();
    let dump = format!("{:?}", paper.mails().iter().map(|mail| &mail.subject).collect::<Vec<_>>());
    assert!(!dump.contains(secret));
    assert_eq!(paper.rows("SELECT count(*) FROM sign_ins WHERE back LIKE '%/seat/%'"), 0);
}

#[test]
fn no_more_are_invited_than_there_are_places_nor_than_a_day_has() {
    let (paper, mut ada) = holder();
    for (mail, status) in [
        ("nobody", StatusCode::UNPROCESSABLE_ENTITY),
        ("", StatusCode::UNPROCESSABLE_ENTITY),
        (ADA, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let refused = paper.invite(&mut ada, mail);
        assert_eq!(refused.status, status, "{mail}");
        assert!(refused.text().contains("id=\"seats-wrong\""), "{}", refused.text());
    }
    paper.invited(&mut ada, BOB);
    assert_eq!(paper.invite(&mut ada, BOB).status, StatusCode::CONFLICT);
    let link = paper.invited(&mut ada, EVE);
    let full = paper.invite(&mut ada, "max@reader.example");
    assert_eq!(full.status, StatusCode::CONFLICT);
    assert!(full.text().contains("taken or promised"), "{}", full.text());
    // Taken back, its place is free and its link is nothing.
    for id in paper.listed(&ada, "invitation") {
        paper.seats(&mut ada, &[("act", "withdraw"), ("invitation", &id)]);
    }
    assert_eq!(paper.get(&link).status, StatusCode::GONE);
    assert_eq!(paper.rows("SELECT count(*) FROM invitations WHERE mail <> ''"), 0);
    for number in 2..store::INVITATIONS_DAILY_MAX {
        paper.invited(&mut ada, &format!("r{number}@reader.example"));
        let id = paper.listed(&ada, "invitation").remove(0);
        paper.seats(&mut ada, &[("act", "withdraw"), ("invitation", &id)]);
    }
    let enough = paper.invite(&mut ada, "late@reader.example");
    assert_eq!(enough.status, StatusCode::TOO_MANY_REQUESTS);
    paper.later(SignedDuration::from_hours(24));
    paper.invited(&mut ada, "late@reader.example");
    // An invitation is open for two weeks.
    paper.later(SignedDuration::from_hours(14 * 24));
    assert_eq!(paper.listed(&ada, "invitation").len(), 0);
    paper.invited(&mut ada, "late@reader.example");
}

#[test]
fn whoever_has_no_places_gives_none() {
    let paper = shop_with(settings());
    let [mut one, mut none] = [Jar::default(), Jar::default()];
    paper.subscriber(&mut one, ADA, "good");
    paper.sign_in(&mut none, BOB);
    for jar in [&mut one, &mut none] {
        assert!(!paper.account(jar).contains("id=\"seats\""));
        assert_eq!(paper.invite(jar, EVE).status, StatusCode::CONFLICT);
    }
    // Nobody who is not signed in, and nobody from elsewhere.
    let out = paper.invite(&mut Jar::default(), EVE);
    assert_eq!(out.header("location"), "/sign-in?back=%2Faccount");
    let strange = Ask::fields("/account/seats", &[("act", "invite"), ("mail", EVE)]);
    let strange = strange.instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut one, strange).status, StatusCode::FORBIDDEN);
    assert_eq!(paper.rows("SELECT count(*) FROM invitations"), 0);
}

#[test]
fn a_seat_is_one_of_one_holder_and_gives_none() {
    let (paper, mut ada) = holder();
    let mut max = Jar::default();
    paper.subscriber_of("household", &mut max, "max@reader.example", "good");
    // Nobody sits with themselves.
    let link = paper.invited(&mut ada, BOB);
    let own = paper.accept(&mut ada, &link);
    assert_eq!(own.status, StatusCode::CONFLICT);
    assert!(own.text().contains("The invitation is your own"), "{}", own.text());
    let mut bob = Jar::default();
    paper.sign_in(&mut bob, BOB);
    paper.accept(&mut bob, &link);
    // Nor with two.
    let other = paper.invited(&mut max, BOB);
    let refused = paper.accept(&mut bob, &other);
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("a seat in another subscription"), "{}", refused.text());
    // Nor does a seat give seats, or gifts.
    assert_eq!(paper.invite(&mut bob, EVE).status, StatusCode::CONFLICT);
    assert!(!paper.send(&mut bob, Ask::get(&paper.path("subs"))).text().contains("/gifts"));
    let gift = paper.send(&mut bob, Ask::fields("/gifts", &[("article", &paper.path("subs"))]));
    assert_eq!(gift.status, StatusCode::FORBIDDEN);
    // Given back, it can be another one.
    paper.seats(&mut bob, &[("act", "leave")]);
    assert!(!paper.opens(&bob));
    assert_eq!(paper.accept(&mut bob, &other).header("location"), "/account#seat");
    assert!(paper.opens(&bob));
    // Who takes somebody else's seat away takes none.
    let id = paper.listed(&max, "seat").remove(0);
    paper.seats(&mut ada, &[("act", "remove"), ("seat", &id)]);
    assert!(paper.opens(&bob));
}

#[test]
fn what_a_seat_alone_opens_is_given_to_nobody_whatever_else_its_reader_holds() {
    let tables = Settings::OTHER_PLANS;
    let paper = shop_with(Settings { tables, offers: Some(""), ..Settings::default() });
    let [mut ada, mut bob] = [Jar::default(), Jar::default()];
    paper.subscriber_of("household", &mut ada, ADA, "good");
    paper.subscriber_of("voices", &mut bob, BOB, "good");
    let link = paper.invited(&mut ada, BOB);
    paper.accept(&mut bob, &link);
    assert!(paper.opens(&bob));
    let give = [("article", &*paper.path("subs"))];
    let refused = paper.send(&mut bob, Ask::fields("/gifts", &give));
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(paper.send(&mut ada, Ask::fields("/gifts", &give)).status, StatusCode::OK);
    assert_eq!(paper.rows("SELECT count(*) FROM gifts"), 1);
}

#[test]
fn a_seat_that_is_taken_away_or_given_back_is_over_with_the_next_request() {
    let (paper, mut ada) = holder();
    let mut bob = paper.seated(&mut ada, BOB);
    paper.later(SignedDuration::from_mins(1));
    let eve = paper.seated(&mut ada, EVE);
    let ids = paper.listed(&ada, "seat");
    assert_eq!(ids.len(), 2);
    paper.seats(&mut ada, &[("act", "remove"), ("seat", &ids[0])]);
    assert!(!paper.opens(&bob) && paper.opens(&eve));
    // What stands for a session in an outage is of the seat, and goes with it.
    let mut still = eve.clone();
    for (jar, wanted) in [(&mut still, true), (&mut bob, false)] {
        paper.send(jar, Ask::form("/account/entitlement"));
        assert_eq!(jar.named("e").is_some(), wanted);
    }
    // What is over is told as that, and nothing is left of whose it was.
    let wall = paper.send(&mut bob, Ask::get(&paper.path("subs"))).text();
    assert!(wall.contains("has expired") && !wall.contains("payment"), "{wall}");
    assert!(!paper.account(&bob).contains("id=\"seat\""));
    assert_eq!(paper.rows("SELECT count(*) FROM seats WHERE holder IS NULL AND mail = ''"), 1);
    // The meter is theirs as it is everybody's.
    assert!(paper.is_whole(&paper.read(&mut bob, "m01"), "m01"));
    let bob = paper.seated(&mut ada, BOB);
    assert!(paper.opens(&bob), "another invitation makes it good");
    let long = paper.clock.now() + store::FORMER_SEATS_KEPT + SignedDuration::from_secs(1);
    assert_eq!(wait(paper.store.forget_seats(long, 10)).unwrap(), 3, "invitations that are over");
    let mut eve = eve;
    paper.seats(&mut eve, &[("act", "leave")]);
    assert_eq!(wait(paper.store.forget_seats(long, 10)).unwrap(), 1, "the former seat");
}

#[test]
fn parallel_presses_take_one_seat_and_the_last_place_once() {
    let (paper, mut ada) = holder();
    let links = [paper.invited(&mut ada, BOB), paper.invited(&mut ada, EVE)];
    let ids = ["one", "two", "three"].map(|name| {
        let mail = format!("{name}@reader.example");
        paper.sign_in(&mut Jar::default(), &mail);
        wait(paper.store.reader_of_mail(mail)).unwrap().unwrap().id
    });
    let secret = |link: &str| gate::Secret::parse(link.rsplit('/').next().unwrap()).unwrap();
    let hash = |link: &str| secret(link).hash("masthead 2026 seat link");
    let now = paper.clock.now();
    let became: Vec<store::Seated> = std::thread::scope(|scope| {
        let take = |id| {
            let (store, link) = (paper.store.clone(), hash(&links[0]));
            scope.spawn(move || wait(store.take_seat(link, id, 2, now)).unwrap())
        };
        let all = ids.map(take);
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let taken = became.iter().filter(|one| **one == store::Seated::Taken).count();
    assert_eq!(taken, 1, "{became:?}");
    assert_eq!(paper.rows("SELECT count(*) FROM seats"), 1);
    // A plan that became smaller since has no room for an invitation that is open still.
    let free = ids.into_iter().zip(&became).find(|(_, one)| **one != store::Seated::Taken);
    let taken = paper.store.take_seat(hash(&links[1]), free.unwrap().0, 1, now);
    assert_eq!(wait(taken).unwrap(), store::Seated::Full);
}

#[test]
fn a_seat_opens_as_long_as_whoever_pays_has_access_grace_and_cancellation_included() {
    let paper = shop_with(settings());
    let mut ada = Jar::default();
    paper.subscriber_of("household", &mut ada, ADA, "expires");
    let bob = paper.seated(&mut ada, BOB);
    let mut was_in_grace = false;
    for _ in 0..60 {
        paper.later(SignedDuration::from_hours(24));
        paper.hear();
        assert_eq!(paper.opens(&bob), paper.opens(&ada), "{}", paper.clock.now());
        let page = paper.send(&mut bob.clone(), Ask::get(&paper.path("subs"))).text();
        let own = paper.send(&mut ada.clone(), Ask::get(&paper.path("subs"))).text();
        was_in_grace |= own.contains("declined");
        assert!(!page.contains("declined"), "somebody else's card: {page}");
    }
    assert!(was_in_grace && !paper.opens(&bob));
    let told = paper.account(&bob);
    assert!(told.contains("At present it opens nothing"), "{told}");
    assert!(paper.letters(BOB).iter().all(|kind| kind == "seat"), "{:?}", paper.letters(BOB));
}

#[test]
fn a_refund_a_lost_dispute_and_an_erasure_close_the_seats() {
    // Withdrawn within the first days.
    let (paper, mut ada) = holder();
    let bob = paper.seated(&mut ada, BOB);
    paper.withdraw(&mut ada);
    assert!(!paper.opens(&ada) && !paper.opens(&bob));
    // Disputed, and lost.
    let bank = Arc::new(Bank::default());
    let paper = TestPaper::open(&Plan {
        settings: Settings { registration: true, ..settings() },
        sells: true,
        bank: Some(Arc::clone(&bank)),
        ..Plan::default()
    });
    let mut ada = Jar::default();
    paper.subscriber_of("household", &mut ada, ADA, "good");
    let bob = paper.seated(&mut ada, BOB);
    let id = paper.text("SELECT id FROM subscriptions");
    let dispute = |outcome, open| {
        bank.dispute(&id, outcome, paper.clock.now());
        wait(paper.site.check_ledger(true)).unwrap();
        assert_eq!((paper.opens(&ada), paper.opens(&bob)), (open, open), "{outcome:?}");
        paper.later(SignedDuration::from_secs(1));
    };
    dispute(DisputeOutcome::Open, true);
    dispute(DisputeOutcome::Lost { at: paper.clock.now() }, false);
    // The holder's account is erased: nothing of it is left with the seat, and the seat is over.
    let (paper, mut ada) = holder();
    let bob = paper.seated(&mut ada, BOB);
    let open = paper.invited(&mut ada, EVE);
    paper.send(&mut ada, Ask::fields("/account/cancellation", &[]));
    assert!(paper.opens(&bob), "cancelled is paid still");
    let mut gone = ada.clone();
    paper.send(&mut gone, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert!(!paper.opens(&bob) && paper.get(&open).status == StatusCode::GONE);
    assert_eq!(paper.rows("SELECT count(*) FROM seats WHERE holder IS NOT NULL OR mail <> ''"), 0);
    assert_eq!(paper.rows("SELECT count(*) FROM invitations"), 0);
    // The seated reader's is erased: the place is free at once.
    let (paper, mut ada) = holder();
    let mut bob = paper.seated(&mut ada, BOB);
    paper.seated(&mut ada, EVE);
    assert_eq!(paper.invite(&mut ada, "max@reader.example").status, StatusCode::CONFLICT);
    paper.send(&mut bob, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!(paper.listed(&ada, "seat").len(), 1);
    paper.invited(&mut ada, "max@reader.example");
}

#[test]
fn a_smaller_plan_keeps_those_who_came_first_from_the_day_on_which_it_begins() {
    let (paper, mut ada) = holder();
    let bob = paper.seated(&mut ada, BOB);
    paper.later(SignedDuration::from_mins(1));
    let eve = paper.seated(&mut ada, EVE);
    // The paper sells it for two from now on.
    let two = HOUSEHOLD.replace("seats = 3", "seats = 2").leak();
    paper.change(&Settings { registration: true, tables: two, ..settings() });
    assert_eq!((paper.opens(&bob), paper.opens(&eve)), (true, false));
    let (own, other) = (paper.account(&ada), paper.account(&eve));
    assert!(own.contains("for fewer people than read along"), "{own}");
    assert!(own.contains("Waits: your plan is for fewer people"), "{own}");
    assert!(other.contains("At present it opens nothing"), "{other}");
    paper.change(&Settings { registration: true, ..settings() });
    assert!(paper.opens(&bob) && paper.opens(&eve));
    // The holder changes to a plan for one, which begins when what is paid ends.
    let page = paper.send(&mut ada, Ask::get("/account/plan?plan=digital&period=month")).text();
    let fields = ["plan", "period", "asked", "terms"].map(|name| (name, hidden(&page, name)));
    let mut fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("agreed", "yes"));
    let changed = paper.send(&mut ada, Ask::fields("/account/plan", &fields));
    assert_eq!(changed.header("location"), "/account#subscription", "{}", changed.text());
    assert!(paper.opens(&bob) && paper.opens(&eve));
    paper.at("2026-10-17T12:00:00-03:00");
    paper.hear();
    assert!(paper.opens(&ada) && !paper.opens(&bob) && !paper.opens(&eve));
    // There is room for nobody, and those who wait can be let go.
    assert_eq!(paper.invite(&mut ada, "max@reader.example").status, StatusCode::CONFLICT);
    for id in paper.listed(&ada, "seat") {
        paper.seats(&mut ada, &[("act", "remove"), ("seat", &id)]);
    }
    assert!(!paper.account(&ada).contains("id=\"seats\""));
}

#[test]
fn the_file_with_the_own_data_has_both_sides_of_a_seat() {
    let (paper, mut ada) = holder();
    let mut bob = paper.seated(&mut ada, BOB);
    paper.invited(&mut ada, EVE);
    let own = paper.send(&mut ada, Ask::get("/account/data")).json();
    assert_eq!(own["seats"]["given"][0]["invited_as"], BOB, "{own}");
    assert_eq!(own["seats"]["invitations"][0]["mail"], EVE, "{own}");
    let other = paper.send(&mut bob, Ask::get("/account/data")).json();
    assert_eq!(other["seats"]["own"]["with"], ADA, "{other}");
    paper.seats(&mut bob, &[("act", "leave")]);
    let other = paper.send(&mut bob, Ask::get("/account/data")).json();
    assert!(other["seats"]["own"]["ended_at"].is_string(), "{other}");
    let own = paper.send(&mut ada, Ask::get("/account/data")).json();
    assert_eq!(own["seats"]["given"].as_array().unwrap().len(), 0, "{own}");
}

#[test]
fn forged_links_and_cookies_are_no_invitation() {
    let (paper, mut ada) = holder();
    let link = paper.invited(&mut ada, BOB);
    let forged = format!("/seat/{}", "0".repeat(32));
    assert_eq!(paper.get(&forged).status, StatusCode::GONE);
    assert_eq!(paper.ask(&Ask::fields(&forged, &[])).status, StatusCode::GONE);
    assert_eq!(paper.get("/seat/abc").status, StatusCode::NOT_FOUND);
    assert_eq!(paper.get("/seat").status, StatusCode::GONE);
    for value in ["1", &"0".repeat(32), link.as_str()] {
        let mut jar = Jar::holding("v", value);
        assert_eq!(paper.accept(&mut jar, "/seat").status, StatusCode::GONE, "{value}");
    }
    let strange = Ask::fields(&link, &[]).instead("origin", "https://evil.example");
    assert_eq!(paper.ask(&strange).status, StatusCode::FORBIDDEN);
    let guess = Ask::fields(&link, &[]).with("sec-purpose", "prefetch");
    assert_eq!(paper.ask(&guess).status, StatusCode::FORBIDDEN);
    let kept = paper.text("SELECT lower(hex(link)) FROM invitations");
    assert!(!kept.contains(link.rsplit('/').next().unwrap()));
    for id in ["", "x", &"0".repeat(64)] {
        for (act, field) in [("remove", "seat"), ("withdraw", "invitation"), ("", "seat")] {
            let reply = paper.seats(&mut ada, &[("act", act), (field, id)]);
            assert_eq!(reply.header("location"), "/account#seats");
        }
    }
}

#[test]
fn without_registration_there_is_no_seat() {
    let paper = TestPaper::new();
    for path in ["/seat", "/account/seats", &format!("/seat/{}", "0".repeat(32))] {
        let reply = paper.ask(&Ask::fields(path, &[("act", "leave")]));
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
}
