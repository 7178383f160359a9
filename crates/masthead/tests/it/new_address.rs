//! Another mail address for a reader: what it keeps, what it ends, who is told, and what guessing and bombing come to.

use std::sync::Arc;

use http::StatusCode;
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::ask::{Ask, Reply};
use crate::bank::Bank;
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper, wait};
use crate::passwords::{PASSWORD, form};
use crate::readers::{MAIL, Waiting, paper};
use crate::settings::Settings;

const NEW: &str = "ada@elsewhere.example";
const BOB: &str = "bob@reader.example";
const PAGE: &str = "/account/address/code";
const OWN_PART: &str = "/account#address";

fn ask(mail: &str) -> Ask {
    Ask::fields("/account/address", &[("mail", mail)])
}

fn code(code: &str) -> Ask {
    Ask::fields(PAGE, &[("code", code)])
}

impl TestPaper {
    /// Asks for a code to a new address, as the form does.
    #[track_caller]
    fn ask_for_address(&self, jar: &mut Jar, mail: &str) -> Waiting {
        let reply = self.send(jar, ask(mail));
        assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, PAGE));
        self.mails().pop().expect("a mail")
    }

    #[track_caller]
    fn move_to(&self, jar: &mut Jar, mail: &str) {
        let waiting = self.ask_for_address(jar, mail);
        let reply = self.send(jar, code(&waiting.code()));
        assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, OWN_PART));
    }

    /// The addresses of all readers, in their order.
    fn addresses(&self) -> Vec<String> {
        let raw = Connection::open(self.folder.path().join(store::DATABASE)).unwrap();
        let mut query = raw.prepare("SELECT mail FROM readers ORDER BY mail").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }
}

fn is_over(reply: &Reply) -> bool {
    reply.status == StatusCode::GONE && !reply.text().contains("name=\"code\"")
}

#[test]
fn a_code_to_the_new_address_changes_it_and_everything_else_stays() {
    let paper = paper();
    let mut jar = paper.visitor_of(&PLAIN[..3]);
    let mut phone = Jar::default();
    paper.sign_in(&mut phone, MAIL);
    paper.sign_in(&mut jar, MAIL);
    paper.send(&mut jar, Ask::fields("/account", &[("name", "Ada")]));
    let waiting = paper.ask_for_address(&mut jar, " Ada@Elsewhere.example ");
    assert_eq!(waiting.recipient, NEW);
    assert!(waiting.subject.contains("is your code for the new address"), "{}", waiting.subject);
    assert!(!waiting.plain.contains("/sign-in/"), "it holds no link that signs in");
    let page = paper.send(&mut jar, Ask::get(PAGE));
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains(NEW) && !page.is_shareable(), "{}", page.text());
    // A GET changes nothing, and until the code is typed nothing has changed.
    assert_eq!(paper.addresses(), [MAIL]);
    let before = jar.clone();
    let typed = waiting.code();
    let reply = paper.send(&mut jar, code(&format!("{} {}", &typed[..4], &typed[4..])));
    assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, OWN_PART));
    assert_eq!(paper.addresses(), [NEW]);
    assert!(paper.is_signed_in(&jar) && !paper.is_signed_in(&phone));
    assert!(!paper.is_signed_in(&before), "a copy of the cookie of before is worth nothing");
    let own = paper.send(&mut jar, Ask::get("/account")).text();
    assert!(own.contains(NEW) && own.contains("value=\"Ada\"") && !own.contains(MAIL), "{own}");
    assert_eq!(paper.left(&jar), 7, "what was read counts as before");
    // The address that was is told, once, and what to do; not which one the new one is.
    let told = paper.mails();
    let letter = told.last().unwrap();
    let tells = |mail: &&Waiting| mail.subject == letter.subject;
    assert_eq!(told.iter().filter(tells).count(), 1);
    assert_eq!(letter.recipient, MAIL);
    assert_eq!(letter.subject, "Your mail address for The Merrin Courant was changed");
    assert!(letter.plain.contains("If that was not you") && letter.plain.contains("/contact"));
    assert!(!letter.plain.contains(NEW), "{}", letter.plain);
    // The code is used up.
    assert_eq!(paper.send(&mut jar, code(&typed)).header("location"), OWN_PART);
    // The new address signs in to the account, and the old one begins another.
    let mut other = Jar::default();
    paper.sign_in(&mut other, NEW);
    assert_eq!(paper.left(&other), 7);
    paper.sign_in(&mut Jar::default(), MAIL);
    assert_eq!(paper.addresses(), [NEW, MAIL]);
}

#[test]
fn a_password_goes_along_and_the_old_address_signs_in_no_more() {
    let paper = paper();
    let mut jar = paper.reader_with_password(MAIL, PASSWORD);
    let pending = paper.ask_for_code(&mut Jar::default(), MAIL, "/");
    paper.later(SignedDuration::from_mins(11));
    // Whoever signed in long ago proves first who it is.
    for reply in [
        paper.send(&mut jar, ask(NEW)),
        paper.send(
            &mut jar,
            Ask::fields("/account/address", &[("mail", NEW), ("present", "wrong")]),
        ),
    ] {
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(reply.text().contains("Please prove that it is you"), "{}", reply.text());
    }
    let proven = [("mail", NEW), ("present", PASSWORD)];
    let reply = paper.send(&mut jar, Ask::fields("/account/address", &proven));
    assert_eq!(reply.header("location"), PAGE);
    let waiting = paper.mails().pop().unwrap();
    assert_eq!(paper.send(&mut jar, code(&waiting.code())).header("location"), OWN_PART);
    assert_eq!(paper.ask(&form(NEW, PASSWORD)).status, StatusCode::SEE_OTHER);
    assert_eq!(paper.ask(&form(MAIL, PASSWORD)).status, StatusCode::UNPROCESSABLE_ENTITY);
    // So does what was on its way to the old one.
    assert_eq!(paper.ask(&Ask::fields(&pending.link(), &[])).status, StatusCode::GONE);
    let signing_in = paper.mails().iter().filter(|mail| mail.plain.contains("/sign-in/")).count();
    assert_eq!(signing_in, 0, "a code that is good no more is not sent");
}

#[test]
fn an_address_that_another_reader_has_looks_like_any_and_its_owner_is_told() {
    let paper = paper();
    paper.sign_in(&mut Jar::default(), BOB);
    let page = |new: &str| {
        let mut jar = Jar::default();
        paper.sign_in(&mut jar, MAIL);
        let told = paper.mails().len();
        let waiting = paper.ask_for_address(&mut jar, new);
        assert_eq!((paper.mails().len(), waiting.recipient.as_str()), (told + 1, new));
        let shown = paper.send(&mut jar, Ask::get(PAGE));
        let wrong = paper.send(&mut jar, code("00000000"));
        let text = |reply: &Reply| (reply.status, reply.text().replace(new, ""));
        (text(&shown), text(&wrong), waiting)
    };
    let (taken, free) = (page(BOB), page(NEW));
    assert_eq!((&taken.0, &taken.1), (&free.0, &free.1));
    let letter = &taken.2;
    assert_eq!(letter.subject, "Somebody wanted to use your address at The Merrin Courant");
    assert!(letter.code().is_empty() && letter.plain.contains("/sign-in"), "{}", letter.plain);
    assert!(!letter.plain.contains(MAIL), "{}", letter.plain);
    assert_eq!(paper.addresses(), [MAIL, BOB]);
    // The present one is none, and neither is what is no address.
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    for (wrong, words) in
        [(MAIL, "your address already"), ("ada", "no mail address"), ("", "no mail address")]
    {
        let reply = paper.send(&mut jar, ask(wrong));
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(reply.text().contains(words), "{}", reply.text());
    }
}

#[test]
fn of_two_who_prove_one_address_the_first_has_it() {
    let paper = paper();
    let [mut ada, mut bob] = [Jar::default(), Jar::default()];
    paper.sign_in(&mut ada, MAIL);
    paper.sign_in(&mut bob, BOB);
    let first = paper.ask_for_address(&mut ada, NEW);
    let second = paper.ask_for_address(&mut bob, NEW);
    // Neither code is good for the other one.
    assert_eq!(paper.send(&mut bob, code(&first.code())).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(paper.send(&mut ada, code(&first.code())).status, StatusCode::SEE_OTHER);
    let reply = paper.send(&mut bob, code(&second.code()));
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(reply.text().contains("belongs to another account"), "{}", reply.text());
    assert!(paper.is_signed_in(&bob));
    assert_eq!(paper.addresses(), [NEW, BOB]);
}

#[test]
fn codes_are_good_for_half_an_hour_five_tries_one_browser_and_one_purpose() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let waiting = paper.ask_for_address(&mut jar, NEW);
    // It signs nobody in, and what signs in changes no address.
    assert_eq!(paper.type_code(&mut jar.clone(), &waiting.code()).status, StatusCode::GONE);
    let mut again = jar.clone();
    let sign_in = paper.ask_for_code(&mut again, MAIL, "/");
    assert!(is_over(&paper.send(&mut again, code(&sign_in.code()))));
    // Another browser of the same reader, or of another one, has no part in it.
    let mut phone = Jar::default();
    paper.sign_in(&mut phone, MAIL);
    assert_eq!(paper.send(&mut phone, code(&waiting.code())).header("location"), OWN_PART);
    // Nor has another reader who has got hold of the browser's part.
    let mut bob = Jar::default();
    paper.sign_in(&mut bob, BOB);
    let part = |jar: &Jar, name: &str| format!("{name}={}", jar.named(name).unwrap());
    let stolen = format!("{}; {}", part(&bob, "s"), part(&jar, "i"));
    assert!(is_over(&paper.ask(&code(&waiting.code()).with("cookie", &stolen))));
    assert_eq!(paper.addresses(), [MAIL, BOB]);
    for left in (1..=4).rev() {
        let reply = paper.send(&mut jar, code("00000000"));
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains(&format!("You can try {left} more")), "{}", reply.text());
    }
    assert!(is_over(&paper.send(&mut jar, code("00000000"))));
    assert!(is_over(&paper.send(&mut jar, code(&waiting.code()))));
    let late = paper.ask_for_address(&mut jar, NEW);
    // Also where the browser keeps its part longer than it was told to.
    let mut jar = jar.for_ever();
    paper.later(SignedDuration::from_mins(30));
    assert!(is_over(&paper.send(&mut jar, Ask::get(PAGE))));
    assert!(is_over(&paper.send(&mut jar, code(&late.code()))));
    assert_eq!(paper.addresses(), [MAIL, BOB]);
    // A form of another site, and one without a session, do nothing.
    let strange = ask(NEW).instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut jar, strange).status, StatusCode::FORBIDDEN);
    let told = paper.mails().len();
    assert_eq!(paper.ask(&ask(NEW)).header("location"), "/sign-in?back=%2Faccount");
    assert_eq!(paper.ask(&code("1")).header("location"), "/sign-in?back=%2Faccount");
    assert_eq!(paper.mails().len(), told);
}

#[test]
fn nobody_is_bombed_with_codes_and_nobody_is_kept_from_signing_in_by_them() {
    let paper = paper();
    let [mut ada, mut bob] = [Jar::default(), Jar::default()];
    paper.sign_in(&mut ada, MAIL);
    paper.sign_in(&mut bob, BOB);
    let refused = |jar: &mut Jar, mail: &str| {
        let told = paper.mails().len();
        let reply = paper.send(jar, ask(mail));
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{mail}");
        assert!(reply.text().contains("Many codes to new addresses"), "{}", reply.text());
        assert_eq!((paper.mails().len(), reply.header("retry-after")), (told, "3600"));
    };
    // Three to one address, whoever asks.
    paper.ask_for_address(&mut ada, NEW);
    paper.ask_for_address(&mut ada, NEW);
    paper.ask_for_address(&mut bob, NEW);
    refused(&mut bob, NEW);
    paper.ask_for_code(&mut Jar::default(), NEW, "/");
    // Six of one reader, from whatever network.
    for number in 2..6 {
        paper.ask_for_address(&mut ada, &format!("ada{number}@elsewhere.example"));
    }
    refused(&mut ada, "one-more@elsewhere.example");
    let elsewhere = Ask { peer: "198.51.100.9".parse().unwrap(), ..ask("x@elsewhere.example") };
    assert_eq!(paper.send(&mut ada, elsewhere).status, StatusCode::TOO_MANY_REQUESTS);
    // An hour later it is over.
    paper.later(SignedDuration::from_hours(1));
    paper.sign_in(&mut ada, MAIL);
    paper.ask_for_address(&mut ada, NEW);
}

#[test]
fn a_network_asks_for_twenty_codes_in_an_hour() {
    let paper = paper();
    let mut asked = 0;
    for reader in 0..5 {
        let mut jar = Jar::default();
        paper.sign_in(&mut jar, &format!("reader{reader}@reader.example"));
        for number in 0..4 {
            paper.ask_for_address(&mut jar, &format!("new{reader}-{number}@elsewhere.example"));
            asked += 1;
        }
    }
    assert_eq!(asked, 20);
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    assert_eq!(paper.send(&mut jar, ask(NEW)).status, StatusCode::TOO_MANY_REQUESTS);
    let elsewhere = Ask { peer: "198.51.100.9".parse().unwrap(), ..ask(NEW) };
    assert_eq!(paper.send(&mut jar, elsewhere).status, StatusCode::SEE_OTHER);
}

#[test]
fn whoever_gets_no_mails_any_more_gets_them_again_at_a_new_address() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.at("2026-09-16T23:30:00-03:00");
    paper.sign_in(&mut jar, MAIL);
    let welcome = |paper: &TestPaper| {
        let mut mails = paper.mails().into_iter();
        mails.find(|mail| mail.subject.contains("registered")).map(|mail| mail.recipient)
    };
    assert_eq!(welcome(&paper).as_deref(), Some(MAIL), "it waits for the morning");
    wait(paper.store.suppress(MAIL, "5.1.1", paper.clock.now())).unwrap();
    paper.move_to(&mut jar, NEW);
    assert_eq!(welcome(&paper).as_deref(), Some(NEW), "and finds the reader");
    let mut told = Vec::new();
    while let Some(mail) = wait(paper.store.take_mail(paper.clock.now())).unwrap() {
        told.push(mail.recipient);
    }
    assert!(told.iter().all(|recipient| recipient == NEW), "{told:?}");
    // What warns the reader goes to the address that was, and says so to nobody else.
    let warning = paper.mails().into_iter().filter(|mail| mail.recipient == MAIL).count();
    assert!(warning >= 1);
}

#[test]
fn what_is_under_way_goes_with_the_account() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    paper.ask_for_address(&mut jar, NEW);
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let count =
        || -> i64 { raw.query_row("SELECT count(*) FROM sign_ins", [], |row| row.get(0)).unwrap() };
    assert_eq!(count(), 1);
    paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!(count(), 0);
}

/// A paper whose provider a test can take away.
fn shop_behind_a_bank() -> (TestPaper, Arc<Bank>) {
    let bank = Arc::new(Bank::default());
    let settings = Settings { registration: true, ..Settings::default() };
    let plan = Plan { settings, sells: true, bank: Some(Arc::clone(&bank)), ..Plan::default() };
    (TestPaper::open(&plan), bank)
}

const UNTOLD: &str = "SELECT count(*) FROM untold_payers";

impl TestPaper {
    /// How many orders the cashier keeps under an address.
    fn paid_by(&self, mail: &str) -> usize {
        let file = std::fs::read_to_string(self.folder.path().join("cashier.json")).unwrap();
        file.matches(mail).count()
    }
}

#[test]
fn the_payment_provider_hears_of_it_also_where_it_was_down() {
    let (paper, bank) = shop_behind_a_bank();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    paper.hear();
    assert_eq!((paper.paid_by(MAIL), paper.rows(UNTOLD)), (1, 0));
    bank.be_down(true);
    paper.move_to(&mut jar, NEW);
    for minutes in [0, 1, 2, 10] {
        paper.later(SignedDuration::from_mins(minutes));
        paper.hear();
        assert_eq!((paper.paid_by(MAIL), paper.rows(UNTOLD)), (1, 1), "{minutes}");
    }
    let tries = paper.rows("SELECT tries FROM untold_payers");
    assert!((2..=4).contains(&tries), "it is not asked without a pause: {tries}");
    bank.be_down(false);
    paper.later(SignedDuration::from_hours(6));
    paper.hear();
    assert_eq!((paper.paid_by(MAIL), paper.paid_by(NEW), paper.rows(UNTOLD)), (0, 1, 0));
    // Changed again while the former one waits, the last one is told.
    paper.sign_in(&mut jar, NEW);
    bank.be_down(true);
    paper.move_to(&mut jar, "ada@third.example");
    paper.hear();
    paper.move_to(&mut jar, MAIL);
    bank.be_down(false);
    paper.hear();
    assert_eq!((paper.paid_by(MAIL), paper.paid_by("third"), paper.rows(UNTOLD)), (1, 0, 0));
    assert!(paper.opens(&jar));
}

#[test]
fn an_order_that_was_begun_before_is_paid_under_the_new_address() {
    let (paper, _) = shop_behind_a_bank();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    // Whoever the provider does not know is nothing to it.
    paper.move_to(&mut jar, NEW);
    assert_eq!(paper.rows(UNTOLD), 0);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    paper.move_to(&mut jar, MAIL);
    paper.hear();
    assert_eq!((paper.paid_by(NEW), paper.rows(UNTOLD)), (1, 1), "it waits for the payment");
    let paid = paper.pay(&mut jar, &at, "good").header("location").to_owned();
    paper.send(&mut jar, Ask::get(&paid));
    paper.hear();
    assert_eq!((paper.paid_by(NEW), paper.paid_by(MAIL), paper.rows(UNTOLD)), (0, 1, 0));
    // One that nobody pays is not waited for for ever.
    let mut other = Jar::default();
    paper.sign_in(&mut other, BOB);
    let page = paper.order(&mut other, "/subscribe/digital");
    paper.agree(&mut other, &page);
    paper.move_to(&mut other, "bob@elsewhere.example");
    paper.hear();
    assert_eq!(paper.rows(UNTOLD), 1);
    paper.later(SignedDuration::from_hours(27));
    paper.hear();
    assert_eq!(paper.rows(UNTOLD), 0);
    // Erased, there is nobody to tell of.
    let mut third = Jar::default();
    paper.sign_in(&mut third, "carol@reader.example");
    let page = paper.order(&mut third, "/subscribe/digital");
    paper.agree(&mut third, &page);
    paper.move_to(&mut third, "carol@elsewhere.example");
    assert_eq!(paper.rows(UNTOLD), 1);
    paper.send(&mut third, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!(paper.rows(UNTOLD), 0);
}

const PAID: &str = "SELECT count(*) FROM ledger WHERE document LIKE '{\"what\":\"paid\"%'";

#[test]
fn an_order_that_is_pressed_again_under_a_new_address_is_another_one_and_the_old_one_is_ended() {
    let (paper, bank) = shop_behind_a_bank();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let old = paper.agree(&mut jar, &page).header("location").to_owned();
    paper.move_to(&mut jar, NEW);
    // While the old one cannot be ended there is no new one.
    bank.be_down(true);
    let refused = paper.agree(&mut jar, &page);
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.text());
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 1);
    bank.be_down(false);
    let new = paper.agree(&mut jar, &page);
    assert_eq!(new.status, StatusCode::SEE_OTHER, "{}", new.text());
    let new = new.header("location").to_owned();
    assert!(new.starts_with("/demo/cashier/") && new != old, "{new}");
    // Pressed once more it is the same; the old one takes no card.
    assert_eq!(paper.agree(&mut jar, &page).header("location"), new);
    paper.pay(&mut jar, &old, "good");
    paper.hear();
    assert_eq!((paper.rows(PAID), paper.opens(&jar)), (0, false), "nothing was charged");
    let paid = paper.pay(&mut jar, &new, "good").header("location").to_owned();
    paper.send(&mut jar, Ask::get(&paid));
    paper.pay(&mut jar, &old, "good");
    paper.hear();
    assert_eq!((paper.rows(PAID), paper.opens(&jar)), (1, true));
    assert_eq!(paper.rows("SELECT count(*) FROM subscriptions"), 1);
    assert_eq!(paper.letters(NEW), ["receipt"]);
}

#[test]
fn an_old_order_that_was_paid_meanwhile_is_found_instead_of_a_second_one() {
    let (paper, _) = shop_behind_a_bank();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let old = paper.agree(&mut jar, &page).header("location").to_owned();
    paper.move_to(&mut jar, NEW);
    // Paid in another window, and nobody has said so.
    let back = paper.pay(&mut jar, &old, "good").header("location").to_owned();
    let again = paper.agree(&mut jar, &page);
    assert_eq!(again.header("location"), back, "{}", again.text());
    paper.send(&mut jar, Ask::get(&back));
    paper.hear();
    assert_eq!((paper.rows(PAID), paper.rows("SELECT count(*) FROM checkouts")), (1, 1));
    assert!(paper.opens(&jar));
}

#[test]
fn an_order_whose_page_was_never_heard_of_is_another_one_under_a_new_address() {
    let (paper, _) = shop_behind_a_bank();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/digital");
    let old = paper.agree(&mut jar, &page).header("location").to_owned();
    paper.move_to(&mut jar, NEW);
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    raw.execute_batch("UPDATE checkouts SET provider_id = NULL").unwrap();
    drop(raw);
    let new = paper.agree(&mut jar, &page).header("location").to_owned();
    assert!(new.starts_with("/demo/cashier/") && new != old, "{new}");
    let paid = paper.pay(&mut jar, &new, "good").header("location").to_owned();
    paper.send(&mut jar, Ask::get(&paid));
    paper.hear();
    assert_eq!((paper.rows(PAID), paper.opens(&jar)), (1, true));
}
