//! Rows about payments: events that were forged, repeated or late, prices that a form names, trials that are had twice,
//! and what is left of an access that has ended. Each in a paper of its own that sells, with real orders at its cashier.

use http::StatusCode;
use jiff::SignedDuration;
use providers::payments::DisputeOutcome;

use super::aim;
use crate::ask::Ask;
use crate::evasion::filling::Turn;
use crate::evasion::list::{Part, Request};
use crate::evasion::readers::{Account, READER_S};
use crate::evasion::run::{Aim, Run, turn};
use crate::evasion::worlds::{ARTICLE, Asker, FREE, Kind, OPENED, World, selling};
use crate::jar::Jar;
use crate::money::hidden;
use crate::settings::Settings;

/// An instant after everything that was paid on the offer has run out.
const AFTER_THE_OFFER: &str = "2026-12-17T09:00:00-04:00";
/// An instant after the end of the grace that began then.
const AFTER_THE_GRACE: &str = "2026-12-31T09:00:00-04:00";

/// What happened before the row's request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Happening {
    SignedOut,
    Revoked,
    Erased,
    Registered,
    Cancelled,
    TrialOver,
    Refunded,
    Disputed,
    PaymentFailed,
    GraceOver,
    GiverLapsed,
    GiverErased,
}

const HAPPENINGS: [(Happening, &[&str]); 12] = [
    (
        Happening::SignedOut,
        &["logout", "log-out", "logged-out", "sign-out", "signout", "signed-out"],
    ),
    (
        Happening::Revoked,
        &["revoked", "revoke", "revoke-all", "session-revoked", "password-change", "mail-change"],
    ),
    (Happening::Erased, &["erased", "erasure", "account-deleted", "deleted-account"]),
    (
        Happening::Registered,
        &["registration", "registered", "login", "sign-in", "signed-in", "logged-in"],
    ),
    (
        Happening::Cancelled,
        &[
            "cancelled",
            "canceled",
            "cancellation",
            "cancel",
            "expired",
            "lapsed",
            "ended",
            "period-end",
            "subscription-over",
            "subscription-end",
            "plan-ended",
        ],
    ),
    (Happening::TrialOver, &["trial-over", "trial-end", "trial-ended", "trial-expired"]),
    (Happening::Refunded, &["refund", "refunded", "withdrawal"]),
    (Happening::Disputed, &["chargeback", "dispute", "disputed", "charged-back"]),
    (
        Happening::PaymentFailed,
        &["payment-failed", "failed-payment", "card-declined", "declined", "past-due"],
    ),
    (Happening::GraceOver, &["grace-over", "grace-end", "grace-ended", "dunning-end"]),
    (
        Happening::GiverLapsed,
        &["giver-cancelled", "giver-canceled", "giver-lapsed", "giver-expired", "giver-ended"],
    ),
    (Happening::GiverErased, &["giver-erased", "giver-deleted"]),
];

/// What happened, where a row says so.
pub(super) fn happening(after: &str) -> Option<Happening> {
    HAPPENINGS.iter().find(|(_, names)| names.contains(&after)).map(|(happening, _)| *happening)
}

impl Run<'_> {
    pub(super) fn about_money(&self, request: &Request, path: &str, is_post: bool) {
        let is_trial = request.parts.iter().any(|part| {
            matches!(part, Part::Field(name, value) if name == "plan" && value.contains("trial"))
        });
        if is_post && path.starts_with("/subscribe/") {
            match is_trial {
                true => self.once("trials again", Self::trials_again),
                false => self.tampered(request),
            }
        }
        if is_post && path == "/webhooks/payments" {
            self.once("events", Self::events);
        }
    }

    /// The request, after something happened to whoever sends it.
    pub(super) fn after_it_happened(&self, request: &Request, happening: Happening) {
        let world = World::open(Kind::Plain);
        let mut asker = self.lived(&world, happening);
        let named = request.directive("jar").filter(|name| Account::named(name).is_none());
        if let Some(other) = named.and_then(|name| world.asker(name)) {
            asker = other;
        }
        let case = self.case(turn(&world, 0), request, &mut asker);
        let before = world.readings();
        let aim = aim(&world, &asker, true);
        let answer = self.ask(aim, &case, false);
        self.and_its_reading(aim, &case, answer.as_ref());
        let made = world.readings() - before;
        self.check(made == 0, || format!("the meter counted {made}"));
        if happening == Happening::SignedOut {
            self.gone_back();
        }
    }

    /// Somebody who has lived through it, with the cookies of before.
    fn lived(&self, world: &World, happening: Happening) -> Asker {
        let paper = &world.paper;
        let subscriber = || world.account(Account::Subscriber).jar;
        let form = |jar: &mut Jar, path: &str, fields: &[(&str, &str)]| {
            self.count_sent();
            paper.send(jar, Ask::fields(path, fields))
        };
        let of = |jar: Jar, may: Vec<&'static str>, left| Asker {
            jar: jar.for_ever(),
            may,
            left,
            absent: None,
        };
        let stale = |jar: Jar| of(jar, vec![FREE], None);
        let reader = |jar: Jar| of(jar, vec![FREE, "regi"], Some(READER_S));
        let holds = |jar: &Jar, told: &str| {
            self.check(paper.is_open(jar, "subs"), || format!("{told}: what was paid is shut"));
        };
        match happening {
            Happening::SignedOut => {
                let mut jar = subscriber();
                let kept = jar.clone();
                let out = form(&mut jar, "/sign-out", &[]);
                self.check(!out.header("clear-site-data").is_empty(), || {
                    "the browser is not told to forget its pages".to_owned()
                });
                stale(kept)
            }
            Happening::Revoked => {
                let mut jar = subscriber();
                let kept = jar.clone();
                form(&mut jar, "/account/sessions", &[("session", "all")]);
                stale(kept)
            }
            Happening::Erased => {
                let mut jar = world.account(Account::Registered).jar;
                let kept = jar.clone();
                form(&mut jar, "/account/erasure", &[("sure", "yes")]);
                stale(kept)
            }
            Happening::Registered => {
                let mut jar = paper.visitor_of(&OPENED);
                paper.sign_in(&mut jar, &world.new_mail());
                let may = [&[FREE, "regi"], &OPENED[..]].concat();
                of(jar, may, Some(READER_S - OPENED.len()))
            }
            Happening::Cancelled => {
                let mut jar = subscriber();
                form(&mut jar, "/account/cancellation", &[]);
                paper.at("2026-12-16T14:29:00-04:00");
                paper.hear();
                holds(&jar, "cancelled");
                paper.at("2026-12-16T14:31:00-04:00");
                self.note(
                    "What was paid stays open to its end, and not a minute longer.".to_owned(),
                );
                reader(jar)
            }
            Happening::TrialOver => {
                paper.change(&selling(Settings { offer: TRIAL, ..Settings::default() }));
                let mut jar = subscriber();
                holds(&jar, "a trial");
                form(&mut jar, "/account/cancellation", &[]);
                paper.at("2026-09-30T15:00:00-03:00");
                paper.hear();
                reader(jar)
            }
            Happening::Refunded => {
                let mut jar = Jar::default();
                paper.subscriber(&mut jar, crate::rights::MAIL, "good");
                holds(&jar, "paid");
                self.count_sent();
                paper.withdraw(&mut jar);
                reader(jar)
            }
            Happening::Disputed => {
                let jar = subscriber();
                self.dispute(world, &jar);
                reader(jar)
            }
            Happening::PaymentFailed | Happening::GraceOver => {
                let mut jar = Jar::default();
                paper.subscriber(&mut jar, &world.new_mail(), "expires");
                paper.at(AFTER_THE_OFFER);
                paper.hear();
                holds(&jar, "in grace");
                if happening == Happening::PaymentFailed {
                    return of(jar, world.all(), None);
                }
                paper.at(AFTER_THE_GRACE);
                paper.hear();
                reader(jar)
            }
            Happening::GiverLapsed | Happening::GiverErased => {
                self.giver_gone(world, happening);
                world.asker("exhausted").unwrap()
            }
        }
    }

    /// A gift outlives the subscription of whoever gave it, and goes with the account.
    fn giver_gone(&self, world: &World, happening: Happening) {
        let paper = &world.paper;
        let mut giver = world.account(Account::Subscriber).jar;
        paper.at("2026-12-10T12:00:00-04:00");
        let link = world.gift(ARTICLE);
        self.count_sent();
        paper.send(&mut giver, Ask::fields("/account/cancellation", &[]));
        paper.at(AFTER_THE_OFFER);
        paper.hear();
        let mut friend = Jar::default();
        paper.open_gift(&mut friend, &link);
        self.check(!paper.is_open(&giver, "subs"), || "the giver's plan has not ended".to_owned());
        self.check(paper.is_open(&friend, ARTICLE), || "a gift ends with a plan".to_owned());
        if happening == Happening::GiverErased {
            paper.send(&mut giver, Ask::fields("/account/erasure", &[("sure", "yes")]));
            let is_gone =
                paper.get(&link).status == StatusCode::GONE && !paper.is_open(&friend, ARTICLE);
            self.check(is_gone, || "a gift outlives its giver's account".to_owned());
        }
        self.note("What was given stays when the plan ends, and goes with the account.".to_owned());
    }

    /// A dispute that is open takes nothing away; one that is lost ends what its payment opened.
    fn dispute(&self, world: &World, jar: &Jar) {
        let paper = &world.paper;
        let id = subscription_of(world);
        let now = paper.clock.now();
        world.bank.dispute(&id, DisputeOutcome::Open, now);
        self.true_event(world, &id);
        self.check(paper.is_open(jar, "subs"), || "an open dispute shuts out".to_owned());
        let now = now + SignedDuration::from_secs(1);
        world.at(now);
        world.bank.dispute(&id, DisputeOutcome::Lost { at: now }, now);
        self.true_event(world, &id);
        self.check(!paper.is_open(jar, "subs"), || "money that went back still opens".to_owned());
        self.note(
            "An open dispute takes nothing away; with the money the access goes, by the provider's own word."
                .to_owned(),
        );
    }

    /// The provider's own message about a subscription, over the door for it.
    fn true_event(&self, world: &World, subscription: &str) {
        let event = world.paper.cashier().event(subscription, world.paper.clock.now()).unwrap();
        let status = self.posted_event(world, &event.body, Some(&event.signature));
        self.check(status == StatusCode::OK, || format!("a true event was answered {status}"));
        world.paper.hear();
    }

    fn posted_event(&self, world: &World, body: &[u8], signature: Option<&str>) -> StatusCode {
        self.count_sent();
        let ask = Ask::new(http::Method::POST, "/webhooks/payments");
        let ask = signature.iter().fold(ask, |ask, value| ask.with("stripe-signature", value));
        let sent = web::Sent::Whole(bytes::Bytes::copy_from_slice(body));
        world.paper.ask(&Ask { sent, ..ask }).status
    }

    /// Events: forged ones are refused, and true ones do no more the second time, late, or in another order.
    fn events(&self) {
        let world = World::open(Kind::Plain);
        let paper = &world.paper;
        let mut jar = world.account(Account::Subscriber).jar;
        let id = subscription_of(&world);
        let old = paper.cashier().event(&id, paper.clock.now()).unwrap();
        for (body, signature) in [
            (&old.body[..], None),
            (&old.body[..], Some("t=0,v1=00")),
            (b"{\"id\":\"evt_1\",\"type\":\"invoice.paid\"}", Some(old.signature.as_str())),
        ] {
            let status = self.posted_event(&world, body, signature);
            self.check(status == StatusCode::BAD_REQUEST, || format!("forged: {status}"));
        }
        let facts = || paper.rows("SELECT count(*) FROM ledger");
        self.true_event(&world, &id);
        let before = facts();
        for _ in 0..3 {
            self.posted_event(&world, &old.body, Some(&old.signature));
            paper.hear();
        }
        self.check(facts() == before, || "the same event was booked again".to_owned());
        // Cancelled since; the event of before comes late, and what counts is what the provider says now.
        world.at(paper.clock.now() + SignedDuration::from_secs(60));
        paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
        self.true_event(&world, &id);
        self.posted_event(&world, &old.body, Some(&old.signature));
        paper.hear();
        let told = paper.contract(&jar);
        self.check(told.contains("It is cancelled."), || {
            "an older event undoes a newer one".to_owned()
        });
        self.check(paper.is_open(&jar, "subs"), || "what was paid is shut".to_owned());
        world.at(paper.clock.now() + SignedDuration::from_mins(6));
        let late = self.posted_event(&world, &old.body, Some(&old.signature));
        self.check(late == StatusCode::BAD_REQUEST, || format!("an old timestamp: {late}"));
        self.note("What is sent is a hint: the provider is asked what is so.".to_owned());
    }

    /// Something happened at the provider: forged it is refused; where the provider itself says it, it counts.
    pub(super) fn event(&self, event: &str) {
        let world = World::open(Kind::Plain);
        let paper = &world.paper;
        let nobody = world.account(Account::Registered);
        let body = format!("{{\"id\":\"evt_1\",\"type\":\"{event}\"}}");
        for signature in [None, Some("t=0,v1=00"), Some("junk")] {
            let status = self.posted_event(&world, body.as_bytes(), signature);
            self.check(status == StatusCode::BAD_REQUEST, || format!("forged: {status}"));
        }
        paper.hear();
        let shut = !paper.is_open(&nobody.jar, "subs");
        self.check(shut, || format!("a forged {event} opens"));
        let name = event.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let happening = match () {
            () if is(&["dispute", "chargeback"]) => Happening::Disputed,
            () if is(&["refund"]) => Happening::Refunded,
            () if is(&["failed", "declined", "past_due"]) => Happening::PaymentFailed,
            () if is(&["deleted", "cancel", "ended"]) => Happening::Cancelled,
            // Whatever else is told gives nobody anything that the provider does not say when it is asked.
            () => return,
        };
        let world = World::open(Kind::Plain);
        let mut asker = self.lived(&world, happening);
        for code in [ARTICLE, "subs"] {
            let case = crate::evasion::asking::Case::new("GET", &paper.path(code));
            let cookie = asker.jar.header(world.paper.clock.now()).unwrap_or_default();
            let aim = aim(&world, &asker, false);
            self.ask(Aim { article: code, ..aim }, &case.with("Cookie", &cookie), false);
        }
    }

    /// A form that names its own price: what is charged is what the house says, and what was agreed to.
    fn tampered(&self, request: &Request) {
        let world = World::open(Kind::Plain);
        let paper = &world.paper;
        let mut jar = world.account(Account::Registered).jar;
        let page = paper.order(&mut jar, "/subscribe/digital").text();
        let mut fields: Vec<(String, String)> =
            ["back", "period", "terms"].map(|name| (name.to_owned(), hidden(&page, name))).to_vec();
        fields.push(("agreed".to_owned(), "yes".to_owned()));
        for part in &request.parts {
            if let Part::Field(name, value) = part {
                let turn = Turn { world: &world, article: ARTICLE, number: 0 };
                fields.push((name.clone(), turn.value(value).text));
            }
        }
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.count_sent();
        let agreed = paper.send(&mut jar, Ask::fields("/subscribe/digital", &fields));
        if agreed.status == StatusCode::SEE_OTHER {
            let at = agreed.header("location").to_owned();
            let told = paper.send(&mut jar, Ask::get(&at)).text();
            self.check(told.contains("Today: CAD 9"), || "another price is charged".to_owned());
        }
        paper.hear();
        self.check(!paper.is_open(&jar, "subs"), || "nothing was paid, and it opens".to_owned());
        // Words of another price are no agreement to it.
        let cheap = [("terms", "You pay $0 today."), ("agreed", "yes"), ("price", "0")];
        let refused = paper.send(&mut jar, Ask::fields("/subscribe/digital", &cheap)).status;
        self.check(refused.is_client_error(), || format!("other terms: {refused}"));
        self.came_back(&refused.as_u16().to_string());
        self.note(
            "Prices are the house's: a form names a plan and repeats what was shown.".to_owned(),
        );
    }

    /// A trial is had once by an address, whatever card pays and whatever was erased; another address is somebody else.
    fn trials_again(&self) {
        let world = World::open(Kind::Plain);
        let paper = &world.paper;
        paper.change(&selling(Settings { offer: TRIAL, ..Settings::default() }));
        let (mut jar, mail) = (Jar::default(), world.new_mail());
        paper.subscriber(&mut jar, &mail, "good");
        self.expect(paper.is_open(&jar, "subs"), || "a trial opens nothing".to_owned());
        paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
        paper.at("2026-09-30T15:00:00-03:00");
        paper.hear();
        let told = |jar: &mut Jar| {
            self.count_sent();
            paper.order(jar, "/subscribe/digital").text()
        };
        self.check(!told(&mut jar).contains("You pay nothing today."), || "twice".to_owned());
        paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
        let mut again = Jar::default();
        paper.sign_in(&mut again, &mail);
        let text = told(&mut again);
        self.check(!text.contains("You pay nothing today."), || "after an erasure".to_owned());
        let mut other = Jar::default();
        paper.sign_in(&mut other, &world.new_mail());
        let text = told(&mut other);
        self.check(text.contains("You pay nothing today."), || "nobody else has one".to_owned());
        self.note(
            "A trial is had once by a proven mail address, also after an erasure; another one takes another address, and a \
             card each time."
                .to_owned(),
        );
    }
}

/// A free trial, as an offer.
const TRIAL: &str = "trial_days = 14\nintro = \"0\"";

/// The only subscription of a paper, as its provider calls it.
fn subscription_of(world: &World) -> String {
    let file = world.paper.folder.path().join(store::DATABASE);
    let raw = rusqlite::Connection::open(file).unwrap();
    raw.query_row("SELECT id FROM subscriptions ORDER BY id LIMIT 1", [], |row| row.get(0)).unwrap()
}
