//! Money: from the wall to the tariff to the payment and back to the paragraph; what comes after it, and what must never happen.

use std::sync::Arc;

use http::StatusCode;
use providers::payments::{Cashier, Payments};
use rusqlite::Connection;

use crate::ask::{Ask, HOST, Reply};
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper, wait};
use crate::settings::Settings;

const MAIL: &str = "ada@reader.example";

/// A paper that sells: its cashier is the demo's.
pub(crate) fn shop() -> TestPaper {
    shop_with(Settings { withdrawal_days: 14, ..Settings::default() })
}

/// One with settings of its own.
pub(crate) fn shop_with(settings: Settings) -> TestPaper {
    let settings = Settings { registration: true, ..settings };
    TestPaper::open(&Plan { settings, sells: true, ..Plan::default() })
}

impl TestPaper {
    pub(crate) fn cashier(&self) -> &Arc<Cashier> {
        self.cashier.as_ref().expect("a paper that sells")
    }

    /// Lets the job run that hears of payments.
    pub(crate) fn hear(&self) {
        for _ in 0..10 {
            if wait(self.site.tend_payments()) == 0 {
                return;
            }
        }
    }

    /// The page before a payment.
    #[track_caller]
    pub(crate) fn order(&self, jar: &mut Jar, target: &str) -> Reply {
        let reply = self.send(jar, Ask::get(target));
        assert_eq!(reply.status, StatusCode::OK, "{target}: {:?}", reply.headers);
        reply
    }

    /// Agrees to what a page says; the answer to that.
    #[track_caller]
    pub(crate) fn agree(&self, jar: &mut Jar, page: &Reply) -> Reply {
        let text = page.text();
        let fields = ["back", "period", "terms"].map(|name| (name, hidden(&text, name)));
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.push(("agreed", "yes"));
        let start = text.find("<form class=\"form\" method=\"post\" action=\"").unwrap();
        let path = text[start..].split('"').nth(5).unwrap().to_owned();
        self.send(jar, Ask::fields(&path, &fields))
    }

    /// Pays at the cashier with a card; where it leads to then.
    #[track_caller]
    pub(crate) fn pay(&self, jar: &mut Jar, at: &str, card: &str) -> Reply {
        self.send(jar, Ask::fields(at, &[("card", card)]))
    }

    /// Somebody who has subscribed by the month, on the offer where there is one.
    #[track_caller]
    pub(crate) fn subscriber(&self, jar: &mut Jar, mail: &str, card: &str) {
        self.subscriber_of("digital", jar, mail, card);
    }

    /// The same of a plan.
    #[track_caller]
    pub(crate) fn subscriber_of(&self, plan: &str, jar: &mut Jar, mail: &str, card: &str) {
        self.sign_in(jar, mail);
        let page = self.order(jar, &format!("/subscribe/{plan}"));
        let at = self.agree(jar, &page).header("location").to_owned();
        let paid = self.pay(jar, &at, card).header("location").to_owned();
        let back = self.send(jar, Ask::get(&paid));
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
    }

    /// What the own page says of the subscription.
    #[track_caller]
    pub(crate) fn contract(&self, jar: &Jar) -> String {
        let text = self.send(&mut jar.clone(), Ask::get("/account")).text();
        let start = text.find("id=\"subscription\"").unwrap_or_else(|| panic!("{text}"));
        text[start..].split("</section>").next().unwrap().to_owned()
    }

    /// Whether all of a subscribers' article is open.
    #[track_caller]
    pub(crate) fn opens(&self, jar: &Jar) -> bool {
        let reply = self.send(&mut jar.clone(), Ask::get(&self.path("subs")));
        let whole = self.is_whole(&reply, "subs");
        assert_eq!(whole, !reply.text().contains("class=\"wallbox"), "{}", reply.text());
        whole
    }

    /// A reader in a state that takes time, which the demo has lived through with the cashier.
    #[track_caller]
    pub(crate) fn become_one(&self, jar: &mut Jar, state: &str) {
        let reply = self.send(jar, Ask::fields("/demo", &[("become", state)]));
        assert_eq!(
            (reply.status, reply.header("location")),
            (StatusCode::SEE_OTHER, "/account"),
            "{state}"
        );
    }

    pub(crate) fn text(&self, query: &str) -> String {
        let raw = Connection::open(self.folder.path().join(store::DATABASE)).unwrap();
        raw.query_row(query, [], |row| row.get(0)).unwrap()
    }

    pub(crate) fn rows(&self, query: &str) -> i64 {
        let raw = Connection::open(self.folder.path().join(store::DATABASE)).unwrap();
        raw.query_row(query, [], |row| row.get(0)).unwrap()
    }
}

/// The value of a hidden field.
#[track_caller]
pub(crate) fn hidden(text: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let start = text.find(&mark).unwrap_or_else(|| panic!("no field {name}: {text}")) + mark.len();
    let value = text[start..].split('"').next().unwrap();
    value
        .replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .replace("&#x2f;", "/")
}

#[test]
fn from_the_wall_to_the_payment_and_back_to_the_paragraph() {
    let paper = shop();
    let mut jar = Jar::default();
    let wall = paper.send(&mut jar, Ask::get(&paper.path("subs"))).text();
    assert!(wall.contains("href=\"/offers?from=wall\""), "{wall}");
    let back = format!("{}#rest", paper.path("subs"));
    let named = back.replace('/', "%2F").replace('#', "%23");
    let referer = format!("http://{HOST}{}", paper.path("subs"));
    let from_wall = Ask::get("/offers?from=wall").with("referer", &referer);
    let tariff = paper.send(&mut jar, from_wall).header("location").to_owned();
    assert_eq!(tariff, format!("/offers?back={named}"));
    let tariff = paper.send(&mut jar, Ask::get(&tariff));
    assert_eq!(tariff.header("cache-control"), "private, no-store");
    let tariff = tariff.text();
    // A stranger signs in on the way, and comes back to the order.
    let target = format!("/subscribe/digital?back={named}");
    assert!(tariff.contains(&format!("href=\"{target}\"")), "{tariff}");
    let asked = paper.send(&mut jar, Ask::get(&target));
    let location = asked.header("location").to_owned();
    assert!(location.starts_with("/sign-in?back=%2Fsubscribe%2Fdigital"), "{location}");
    let form = paper.send(&mut jar, Ask::get(&location)).text();
    let waiting = paper.ask_for_code(&mut jar, MAIL, &hidden(&form, "back"));
    let order = paper.type_code(&mut jar, &waiting.code()).header("location").to_owned();
    let page = paper.order(&mut jar, &order);
    let text = page.text();
    for wanted in [
        "You pay $9 today.",
        "That is good until December 16th.",
        "From December 16th on you pay $12 a month, until you cancel.",
        "I agree to be charged $12 every month from December 16th on, until I cancel.",
        "Offer ends September 30th",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let agreed = paper.agree(&mut jar, &page);
    assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.text());
    let at = agreed.header("location").to_owned();
    let cashier = paper.send(&mut jar, Ask::get(&at)).text();
    assert!(cashier.contains("Today: CAD 9") && cashier.contains("CAD 12 a month"), "{cashier}");
    let paid = paper.pay(&mut jar, &at, "good");
    let checkout = paid.header("location").to_owned();
    assert!(checkout.starts_with("/checkout/"), "{checkout}");
    let returned = paper.send(&mut jar, Ask::get(&checkout));
    assert_eq!((returned.status, returned.header("location")), (StatusCode::SEE_OTHER, &*back));
    assert!(paper.opens(&jar));
    for code in PLAIN {
        assert!(paper.is_whole(&paper.send(&mut jar, Ask::get(&paper.path(code))), code), "{code}");
    }
    assert!(paper.contract(&jar).contains("The next payment of $12 is on December 16th."));
    // What was agreed to is kept as it was shown.
    let kept =
        "SELECT count(*) FROM checkouts WHERE agreed LIKE 'You pay $9 today.%until I cancel.'";
    assert_eq!(paper.rows(kept), 1);
    // The event that came meanwhile changes nothing more.
    let facts = paper.rows("SELECT count(*) FROM ledger");
    paper.hear();
    assert_eq!(paper.rows("SELECT count(*) FROM ledger"), facts);
    assert_eq!(paper.rows("SELECT count(*) FROM hints WHERE applied_at IS NULL"), 0);
}

#[test]
fn the_tariff_leads_back_to_pages_of_the_paper_alone() {
    let paper = shop();
    let mut jar = Jar::default();
    for way in ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out", "/a b"] {
        let target = format!("/offers?back={}", way.replace('/', "%2F").replace(' ', "%20"));
        let tariff = paper.send(&mut jar, Ask::get(&target)).text();
        assert!(tariff.contains("href=\"/subscribe/digital\""), "{way}: {tariff}");
        assert!(!tariff.contains("evil"), "{way}: {tariff}");
    }
    for referer in ["https://evil.example/harbour/m06", "http://paper.example//evil.example", ""] {
        let ask = Ask::get("/offers?from=wall").with("referer", referer);
        assert_eq!(paper.send(&mut jar, ask).header("location"), "/offers", "{referer}");
    }
    // By the year, too, the way back survives the sign-in; and whoever subscribes already is led back at once.
    let year = "/subscribe/digital?period=year&back=%2Fharbour%2Fm06%23rest";
    let sign_in = paper.send(&mut jar, Ask::get(year)).header("location").to_owned();
    let form = paper.send(&mut jar, Ask::get(&sign_in)).text();
    assert_eq!(hidden(&form, "back"), year);
    paper.subscriber(&mut jar, MAIL, "good");
    let back = paper.send(&mut jar, Ask::get(year));
    assert_eq!(back.header("location"), "/harbour/m06#rest");
}

#[test]
fn an_order_that_was_cut_off_can_be_made_again_under_another_address_of_the_paper() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let text = page.text();
    let fields = ["back", "period", "terms"].map(|name| (name, hidden(&text, name)));
    let mut fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("agreed", "yes"));
    let at = |host: &str| {
        Ask::fields("/subscribe/digital", &fields)
            .instead("host", host)
            .instead("origin", &format!("http://{host}"))
    };
    let first = paper.send(&mut jar, at(HOST)).header("location").to_owned();
    assert!(first.starts_with("/demo/cashier/"), "{first}");
    // What the provider answered was never noted, and nobody was led there.
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    raw.execute_batch("UPDATE checkouts SET provider_id = NULL").unwrap();
    drop(raw);
    let moved = paper.send(&mut jar, at("other.example"));
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text());
    let second = moved.header("location").to_owned();
    assert!(second.starts_with("/demo/cashier/") && second != first, "{second}");
    // One that is at the provider is the same checkout, whatever the address is by now: nobody pays twice.
    for host in ["third.example", "other.example"] {
        assert_eq!(paper.send(&mut jar, at(host)).header("location"), second, "{host}");
    }
    let card = Ask::fields(&second, &[("card", "good")])
        .instead("host", "other.example")
        .instead("origin", "http://other.example");
    let paid = paper.send(&mut jar, card).header("location").to_owned();
    assert!(paid.starts_with("/checkout/"), "it leads back to where the order was made: {paid}");
    paper.send(&mut jar, Ask::get(&paid));
    assert!(paper.opens(&jar));
    let paid = "SELECT count(*) FROM ledger WHERE document LIKE '%\"what\":\"paid\"%'";
    assert_eq!(paper.rows(paid), 1);
}

#[test]
fn cards_that_are_declined_or_asked_for_a_proof_charge_once_or_not_at_all() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    let declined = paper.pay(&mut jar, &at, "declined");
    assert_eq!(declined.status, StatusCode::PAYMENT_REQUIRED);
    assert!(declined.text().contains("Nothing was charged"));
    let proof = paper.pay(&mut jar, &at, "proof");
    assert!(proof.text().contains("Your bank asks"), "{}", proof.text());
    assert_eq!(paper.pay(&mut jar, &at, "refused").status, StatusCode::PAYMENT_REQUIRED);
    paper.hear();
    assert!(!paper.opens(&jar));
    paper.pay(&mut jar, &at, "proof");
    let paid = paper.pay(&mut jar, &at, "agreed").header("location").to_owned();
    // Pressed twice, and again later.
    assert_eq!(paper.pay(&mut jar, &at, "good").header("location"), paid);
    paper.hear();
    assert_eq!(paper.pay(&mut jar, &at, "good").header("location"), paid);
    paper.hear();
    assert!(paper.opens(&jar));
    assert_eq!(paper.rows("SELECT count(*) FROM ledger WHERE document LIKE '%\"paid\"%'"), 1);
    // Whoever has one is not sold another.
    let again = paper.send(&mut jar, Ask::get("/subscribe/digital"));
    assert_eq!(again.header("location"), "/account/plan?plan=digital&period=month&from=order");
}

#[test]
fn the_same_agreement_twice_is_one_checkout() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let one = paper.agree(&mut jar, &page).header("location").to_owned();
    let other = paper.agree(&mut jar, &page).header("location").to_owned();
    assert_eq!(one, other);
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 1);
}

#[test]
fn of_two_orders_in_two_windows_the_last_one_alone_can_be_paid() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let by_month = paper.order(&mut jar, "/subscribe/digital");
    let by_year = paper.order(&mut jar, "/subscribe/digital?period=year");
    let first = paper.agree(&mut jar, &by_month).header("location").to_owned();
    let second = paper.agree(&mut jar, &by_year).header("location").to_owned();
    assert_ne!(first, second);
    paper.pay(&mut jar, &first, "good");
    paper.hear();
    let paid = "SELECT count(*) FROM ledger WHERE document LIKE '{\"what\":\"paid\"%'";
    assert_eq!((paper.rows(paid), paper.opens(&jar)), (0, false), "the first one takes no card");
    // Back to the first: now that is the one.
    let third = paper.agree(&mut jar, &by_month).header("location").to_owned();
    paper.pay(&mut jar, &second, "good");
    paper.hear();
    assert_eq!((paper.rows(paid), paper.opens(&jar)), (0, false), "nor does the second any more");
    let back = paper.pay(&mut jar, &third, "good").header("location").to_owned();
    paper.send(&mut jar, Ask::get(&back));
    paper.hear();
    assert_eq!((paper.rows(paid), paper.opens(&jar)), (1, true));
    assert_eq!(paper.rows("SELECT count(*) FROM subscriptions"), 1);
    // One that was paid in another window is found, whatever else is chosen then.
    let mut other = Jar::default();
    paper.sign_in(&mut other, "grace@reader.example");
    let (month, year) = (
        paper.order(&mut other, "/subscribe/digital"),
        paper.order(&mut other, "/subscribe/digital?period=year"),
    );
    let at = paper.agree(&mut other, &month).header("location").to_owned();
    let back = paper.pay(&mut other, &at, "good").header("location").to_owned();
    let again = paper.agree(&mut other, &year);
    assert_eq!(again.header("location"), back, "{}", again.text());
    paper.send(&mut other, Ask::get(&back));
    paper.hear();
    assert_eq!(paper.rows("SELECT count(*) FROM subscriptions"), 2);
    // Pressed in both at the same moment, one at most can be paid.
    let mut both = Jar::default();
    paper.sign_in(&mut both, "iris@reader.example");
    let pages = ["", "?period=year"]
        .map(|more| paper.order(&mut both, &format!("/subscribe/digital{more}")));
    let led: Vec<String> = std::thread::scope(|scope| {
        let press = |page: &Reply| {
            let (paper, page, mut jar) = (&paper, page.clone(), both.clone());
            scope.spawn(move || paper.agree(&mut jar, &page).header("location").to_owned())
        };
        let all: Vec<_> = pages.iter().map(press).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for at in led.iter().filter(|at| at.starts_with("/demo/cashier/")) {
        paper.pay(&mut both, at, "good");
    }
    paper.hear();
    assert!(paper.rows("SELECT count(*) FROM subscriptions") <= 3, "{led:?}");
}

#[test]
fn an_offer_that_lapses_between_page_and_payment_says_so_and_charges_nothing() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.at("2026-09-30T23:59:30-03:00");
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    assert!(page.text().contains("Offer ends today at midnight"), "{}", page.text());
    paper.at("2026-10-01T00:00:00-03:00");
    let late = paper.agree(&mut jar, &page);
    assert_eq!(late.status, StatusCode::CONFLICT);
    let text = late.text();
    assert!(
        text.contains(
            "This offer ended at midnight. The price now is $12 a month. Nothing has been charged."
        ),
        "{text}"
    );
    assert!(text.contains("You pay $12 today."), "{text}");
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 0);
    // Agreed to anew, it is the price that stands there.
    let at = paper.agree(&mut jar, &late).header("location").to_owned();
    assert!(paper.send(&mut jar, Ask::get(&at)).text().contains("Today: CAD 12"));
}

#[test]
fn nobody_is_charged_who_has_not_agreed() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital").text();
    let terms = hidden(&page, "terms");
    let unticked = Ask::fields("/subscribe/digital", &[("terms", &terms)]);
    let reply = paper.send(&mut jar, unticked);
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().contains("Please tick the box."));
    let other =
        Ask::fields("/subscribe/digital", &[("terms", "I agree to nothing"), ("agreed", "yes")]);
    assert_eq!(paper.send(&mut jar, other).status, StatusCode::CONFLICT);
    let strange = Ask::fields("/subscribe/digital", &[("terms", &terms), ("agreed", "yes")])
        .instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut jar, strange).status, StatusCode::FORBIDDEN);
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 0);
    assert_eq!(paper.get("/subscribe/nothing").status, StatusCode::NOT_FOUND);
}

#[test]
fn by_the_year_it_is_the_year_s_price_and_no_offer() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let month = paper.order(&mut jar, "/subscribe/digital").text();
    assert!(month.contains("Pay by the year instead: $120"), "{month}");
    let page = paper.order(&mut jar, "/subscribe/digital?period=year");
    let text = page.text();
    assert!(text.contains("You pay $120 today.") && text.contains("$120 every year"), "{text}");
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    let paid = paper.pay(&mut jar, &at, "good").header("location").to_owned();
    paper.send(&mut jar, Ask::get(&paid));
    assert!(
        paper.contract(&jar).contains("The next payment of $120 is on September 16th, 2027."),
        "{}",
        paper.contract(&jar)
    );
}

#[test]
fn cancelling_is_one_page_and_keeps_what_was_paid_and_can_be_taken_back() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    let page = paper.send(&mut jar, Ask::get("/account/cancellation")).text();
    assert!(
        page.contains("Cancel Digital?")
            && page.contains("You keep full access until December 16th."),
        "{page}"
    );
    assert_eq!(page.matches("class=\"btn").count(), 2, "two buttons");
    paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    assert!(
        paper.contract(&jar).contains("It is cancelled. You keep full access until December 16th")
    );
    paper.send(&mut jar, Ask::fields("/account/resumption", &[]));
    assert!(paper.contract(&jar).contains("The next payment of $12 is on December 16th."));
    let resumed = paper.text("SELECT plain FROM mails WHERE kind = 'resumed'");
    for wanted in [
        "You have taken the cancellation back. Digital goes on until you cancel.",
        "The next payment of $12 is on December 16th.",
        "/account/cancellation",
    ] {
        assert!(resumed.contains(wanted), "{wanted}: {resumed}");
    }
    // Whatever else reads it back tells it no second time, and each time of its own is told.
    paper.later(jiff::SignedDuration::from_hours(25));
    paper.hear();
    let told = ["receipt", "cancelled", "resumed"];
    assert_eq!(paper.letters(MAIL), told);
    for _ in 0..2 {
        paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
        paper.send(&mut jar, Ask::fields("/account/resumption", &[]));
    }
    let again = ["cancelled", "resumed", "cancelled", "resumed"];
    assert_eq!(paper.letters(MAIL), [&told[..], &again[..]].concat());
    paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    // To the minute of the paid date, and not a minute longer.
    paper.at("2026-12-16T14:29:00-04:00");
    paper.hear();
    let last = paper.opens(&jar);
    paper.at("2026-12-16T14:31:00-04:00");
    paper.hear();
    assert!(last && !paper.opens(&jar));
    let wall = paper.send(&mut jar, Ask::get(&paper.path("subs"))).text();
    assert!(wall.contains("Your full access to The Merrin Courant has expired."), "{wall}");
    assert!(paper.contract(&jar).contains("/offers"), "a way back");
    // The meter is kept: whoever had a subscription has no less than a stranger.
    assert_eq!(paper.left(&jar), 10);
}

#[test]
fn a_card_that_fails_leaves_access_until_the_end_of_the_grace_and_another_card_mends_it() {
    let paper = shop();
    let [mut mended, mut lapsed] = [Jar::default(), Jar::default()];
    paper.subscriber(&mut mended, MAIL, "expires");
    paper.subscriber(&mut lapsed, "bob@reader.example", "expires");
    paper.at("2026-12-17T09:00:00-04:00");
    paper.hear();
    let told = paper.contract(&mended);
    assert!(told.contains("Your card was declined on December 16th."), "{told}");
    assert!(told.contains("You keep full access until December 30th."), "{told}");
    assert!(told.contains("With another card, what is owed is charged at once."), "{told}");
    assert!(paper.opens(&mended) && paper.opens(&lapsed));
    let portal =
        paper.send(&mut mended, Ask::fields("/account/card", &[])).header("location").to_owned();
    let page = paper.send(&mut mended, Ask::get(&portal)).text();
    assert!(page.contains("Owed: CAD 12"), "{page}");
    assert_eq!(paper.pay(&mut mended, &portal, "declined").status, StatusCode::PAYMENT_REQUIRED);
    assert_eq!(paper.pay(&mut mended, &portal, "good").status, StatusCode::SEE_OTHER);
    paper.hear();
    assert!(
        paper.contract(&mended).contains("The next payment of $12 is on January 16th"),
        "{}",
        paper.contract(&mended)
    );
    // The other one waits to the end: every day of it is open, and then it is over.
    for day in 17..=30 {
        paper.at(&format!("2026-12-{day}T14:00:00-04:00"));
        paper.hear();
        assert!(paper.opens(&lapsed), "December {day}");
    }
    paper.at("2026-12-31T09:00:00-04:00");
    paper.hear();
    assert!(!paper.opens(&lapsed) && paper.opens(&mended));
    let wall = paper.send(&mut lapsed, Ask::get(&paper.path("subs"))).text();
    assert!(wall.contains("We could not renew your subscription."), "{wall}");
    // Whoever is signed in is not asked to sign in; on the own page stands why it is over, and what to do.
    assert!(!wall.contains("Already a subscriber?"), "{wall}");
    let stranger = paper.get(&paper.path("subs")).text();
    assert!(stranger.contains("Already a subscriber?"), "{stranger}");
    let told = paper.contract(&lapsed);
    for wanted in [
        "Your card was declined, and we could not renew your subscription.",
        "It ended on December 30th.",
        "Nothing more is charged. To read on, choose an offer and pay with another card.",
        "href=\"/offers\"",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
}

#[test]
fn an_offer_is_taken_once_by_a_person_even_after_the_account_was_erased() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    paper.at("2026-12-20T09:00:00-04:00");
    paper.change(&Settings { registration: true, offer_ends: "2027-09-30", ..Settings::default() });
    paper.hear();
    let text = paper.order(&mut jar, "/subscribe/digital").text();
    assert!(text.contains("You have had this offer before."), "{text}");
    assert!(text.contains("You pay $12 today."), "{text}");
    let wall = paper.send(&mut jar, Ask::get(&paper.path("subs"))).text();
    assert!(!wall.contains("$9"), "what cannot be had is not held out: {wall}");
    paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
    let mut again = Jar::default();
    paper.sign_in(&mut again, MAIL);
    let text = paper.order(&mut again, "/subscribe/digital").text();
    assert!(text.contains("You have had this offer before."), "{text}");
    // The facts of money are kept, and nobody's name is at them.
    assert!(paper.rows("SELECT count(*) FROM ledger") > 0);
    assert_eq!(paper.rows("SELECT count(*) FROM subscriptions WHERE reader IS NOT NULL"), 0);
    // Somebody else can have it.
    let mut other = Jar::default();
    paper.sign_in(&mut other, "bob@reader.example");
    assert!(paper.order(&mut other, "/subscribe/digital").text().contains("You pay $9 today."));
}

#[test]
fn a_subscription_that_goes_on_has_to_be_cancelled_before_the_account_is_erased() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    let reply = paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(paper.is_signed_in(&jar) && paper.opens(&jar));
}

#[test]
fn a_checkout_is_shown_to_whoever_began_it_alone() {
    let paper = shop();
    let [mut jar, mut other] = [Jar::default(), Jar::default()];
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    let paid = paper.pay(&mut jar, &at, "good").header("location").to_owned();
    paper.sign_in(&mut other, "bob@reader.example");
    assert_eq!(paper.send(&mut other, Ask::get(&paid)).status, StatusCode::NOT_FOUND);
    assert!(!paper.opens(&other));
    let stranger = paper.ask(&Ask::get(&paid));
    assert!(stranger.header("location").starts_with("/sign-in?back="));
}

#[test]
fn a_reader_in_every_state_is_one_press_away_in_the_demo() {
    let paper = shop();
    let page = paper.get("/demo").text();
    for (state, opens, told) in [
        ("registered", false, "You have no subscription."),
        ("subscriber", true, "The next payment of $12"),
        ("trial", true, "Your trial runs until"),
        ("trial-over", false, "ended on"),
        ("in-grace", true, "Your card was declined on"),
        ("cancelled", true, "It is cancelled."),
        ("subscription-over", false, "ended on"),
        ("payment-failed", false, "ended on"),
    ] {
        assert!(page.contains(&format!("value=\"{state}\"")), "{state}");
        let mut jar = Jar::default();
        paper.become_one(&mut jar, state);
        let contract = paper.contract(&jar);
        assert!(contract.contains(told), "{state}: {contract}");
        assert_eq!(paper.opens(&jar), opens, "{state}");
    }
    let mut jar = Jar::default();
    paper.become_one(&mut jar, "trial-over");
    let wall = paper.send(&mut jar, Ask::get(&paper.path("subs"))).text();
    assert!(
        wall.contains("Your trial period has expired.") && wall.contains("nothing was charged"),
        "{wall}"
    );
    // The clock of a paper that is no demo of its own cannot be moved.
    let moved = paper.send(&mut jar, Ask::fields("/demo", &[("forward", "day")]));
    assert_eq!(moved.status, StatusCode::NOT_FOUND);
}

#[test]
fn a_provider_that_does_not_answer_changes_nothing() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    let unknown = paper.cashier().subscription("demo_sub_nobody", paper.clock.now()).unwrap();
    assert_eq!(unknown, None);
    // Its file cannot be written any more: what it was asked for is not done, and the reader is told.
    let file = paper.folder.path().join("cashier.json");
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let reply = paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        reply.text().contains("Nothing was changed and nothing was charged"),
        "{}",
        reply.text()
    );
    assert!(paper.opens(&jar));
    assert!(paper.contract(&jar).contains("The next payment of $12"));
}

#[test]
fn a_look_at_the_ledger_finds_what_it_lacks_and_appends_it() {
    let paper = shop();
    let [mut good, mut gone] = [Jar::default(), Jar::default()];
    paper.subscriber(&mut good, MAIL, "good");
    paper.subscriber(&mut gone, "bob@reader.example", "good");
    paper.hear();
    let look = |mend| wait(paper.site.check_ledger(mend)).unwrap();
    assert_eq!((look(false).checked, look(false).differences.len()), (2, 0));
    // Cancelled at the provider's own desk, and a renewal went by: nobody told.
    let id: String = {
        let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
        let query = "SELECT subscriptions.id FROM subscriptions JOIN readers ON readers.id = reader WHERE mail LIKE 'bob%'";
        raw.query_row(query, [], |row| row.get(0)).unwrap()
    };
    paper.cashier().cancel(&id, paper.clock.now()).unwrap();
    let found = look(false);
    assert_eq!(found.differences.len(), 1, "{found:?}");
    assert!(
        found.differences[0].contains(&id) && found.differences[0].contains("Cancelled"),
        "{found:?}"
    );
    assert_eq!(look(false), found, "a look changes nothing");
    assert!(look(true).differences[0].ends_with("it was appended"));
    assert_eq!(look(false).differences, Vec::<String>::new());
    assert!(paper.contract(&gone).contains("It is cancelled."));
}

#[test]
fn while_a_subscriber_cannot_be_looked_up_there_is_no_wall() {
    let paper = shop();
    let [mut known, mut new] = [Jar::default(), Jar::default()];
    paper.subscriber(&mut known, MAIL, "good");
    assert!(paper.opens(&known));
    // A device whose session nobody has looked up yet.
    paper.sign_in(&mut new, MAIL);
    crate::outage::rename(&paper, "sessions", "away");
    assert!(paper.opens(&known), "what is in memory needs no table");
    let reply = paper.send(&mut new, Ask::get(&paper.path("subs")));
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!reply.text().contains("wallbox"), "{}", reply.text());
    paper.assert_tight(&reply, &[], "a session that could not be looked up");
    let script = Ask::script(&paper.sheet("subs").reading(), "AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(paper.send(&mut new, script).json()["state"], "unavailable");
    // Strangers meet the wall as ever.
    assert!(paper.get(&paper.path("subs")).text().contains("wallbox"));
    crate::outage::rename(&paper, "away", "sessions");
    assert!(paper.opens(&new));
}
