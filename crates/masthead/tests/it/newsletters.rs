//! Newsletters: what it takes to get one, how it ends, what bombing comes to, and what the sender is told.

use http::{Method, StatusCode};
use jiff::SignedDuration;
use rusqlite::Connection;
use store::{SignUpState, ToSender, Untold, WISHES_OF_ADDRESS_MAX};

use crate::ask::{Ask, HOST, Reply};
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper, wait};
use crate::readers::MAIL;
use crate::settings::Settings;

/// Nobody is told of anything.
pub(crate) const NO_SENDER: ToSender = ToSender { key: [0; 32], is_there: false };
const PAGE: &str = "/newsletters";
const OTHER: &str = "ada@elsewhere.example";
/// Tables of house settings.
pub(crate) const TWO: &str = "[[newsletters]]\nslug = \"tides\"\nname = \"Tides & Times\"\nsummary = \"Every Friday.\"\n\
    [[newsletters]]\nslug = \"city\"\nname = \"City Hall\"\n";

fn settings() -> Settings {
    Settings { registration: true, tables: TWO, ..Settings::default() }
}

fn paper() -> TestPaper {
    TestPaper::open(&Plan { settings: settings(), tells_sender: true, ..Plan::default() })
}

fn wish(mail: &str, slugs: &[&str]) -> Ask {
    let fields: Vec<(String, &str)> =
        slugs.iter().map(|slug| (format!("newsletter-{slug}"), "yes")).collect();
    let mut fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    fields.push(("mail", mail));
    Ask::fields(PAGE, &fields)
}

/// The path that a text leads to.
fn path(text: &str, before: &str) -> String {
    let origin = format!("http://{HOST}");
    let start = text.find(&format!("{origin}{before}")).unwrap_or_else(|| panic!("{text}"));
    let rest = &text[start + origin.len()..];
    rest.split(|c: char| c.is_whitespace() || c == '"').next().unwrap().to_owned()
}

impl TestPaper {
    /// Asks for newsletters and presses the button in the letter.
    #[track_caller]
    fn gets(&self, mail: &str, slugs: &[&str]) {
        assert_eq!(self.ask(&wish(mail, slugs)).status, StatusCode::OK);
        let link = path(&self.mails().pop().unwrap().plain, "/newsletters/");
        assert_eq!(self.ask(&Ask::fields(&link, &[])).status, StatusCode::OK);
    }

    /// What an address gets.
    fn on(&self, mail: &str) -> Vec<String> {
        let all = wait(self.store.sign_ups_of(mail.to_owned())).unwrap();
        let on = all.into_iter().filter(|one| one.state == SignUpState::On);
        on.map(|one| one.newsletter).filter(|slug| slug != store::OWN_LETTERS).collect()
    }

    /// Takes everything that the sender is to be told, as it would be.
    fn told(&self) -> Vec<(String, String, &'static str)> {
        let mut told = Vec::new();
        while let Some(untold) = wait(self.store.next_untold(self.clock.now())).unwrap() {
            wait(self.store.sender_told(&untold, Ok(()), self.clock.now())).unwrap();
            let Untold { sign_up, .. } = untold;
            told.push((sign_up.mail, sign_up.newsletter, sign_up.state.name()));
        }
        told
    }

    /// Where a newsletter ends for an address.
    fn ends(&self, mail: &str, newsletter: &str) -> String {
        let address = self.site.end_of_newsletter(mail, newsletter);
        address[address.find("/unsubscribe/").unwrap()..].to_owned()
    }
}

/// What a mail program sends: no cookie, no page of ours, no origin.
fn one_click(path: &str) -> Ask {
    Ask::fields(path, &[("List-Unsubscribe", "One-Click")])
        .without("origin")
        .without("sec-fetch-site")
}

#[test]
fn nothing_comes_before_the_button_in_the_letter_is_pressed() {
    let paper = paper();
    let page = paper.get(PAGE);
    assert!(page.is_shareable());
    let text = page.text();
    assert!(text.contains("Tides &amp; Times") && text.contains("Every Friday."), "{text}");
    assert!(text.contains("name=\"newsletter-city\""), "{text}");
    let reply = paper.ask(&wish(" Ada@Reader.example ", &["tides", "city"]));
    assert!(reply.status == StatusCode::OK && !reply.is_shareable());
    assert!(!reply.headers.contains_key("set-cookie"));
    assert!(reply.text().contains("One step is missing") && reply.text().contains(MAIL));
    let letter = paper.mails().pop().unwrap();
    assert_eq!(letter.recipient, MAIL);
    assert!(letter.plain.contains("Tides & Times") && letter.plain.contains("City Hall"));
    let link = path(&letter.plain, "/newsletters/");
    for method in [Method::GET, Method::HEAD, Method::GET] {
        assert_eq!(paper.ask(&Ask::new(method, &link)).status, StatusCode::OK);
    }
    let strange = Ask::fields(&link, &[]).instead("origin", "https://evil.example");
    assert_eq!(paper.ask(&strange).status, StatusCode::FORBIDDEN);
    assert!(paper.on(MAIL).is_empty() && paper.told().is_empty());
    let pressed = paper.ask(&Ask::fields(&link, &[]));
    assert!(pressed.text().contains("You get this from now on"), "{}", pressed.text());
    assert_eq!(paper.on(MAIL), ["city", "tides"]);
    let on = |newsletter: &str| (MAIL.to_owned(), newsletter.to_owned(), "on");
    assert_eq!(paper.told(), [on("tides"), on("city")]);
    // Once, and within two days.
    assert_eq!(paper.ask(&Ask::fields(&link, &[])).status, StatusCode::GONE);
    assert_eq!(paper.ask(&Ask::get(&link)).status, StatusCode::GONE);
    paper.ask(&wish(OTHER, &["city"]));
    let link = path(&paper.mails().pop().unwrap().plain, "/newsletters/");
    paper.later(SignedDuration::from_hours(48));
    assert_eq!(paper.ask(&Ask::get(&link)).status, StatusCode::GONE);
    assert_eq!(paper.ask(&Ask::fields(&link, &[])).status, StatusCode::GONE);
    assert!(paper.on(OTHER).is_empty());
    // Nobody registered by it.
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let readers = raw.query_row("SELECT count(*) FROM readers", [], |row| row.get::<_, i64>(0));
    assert_eq!(readers.unwrap(), 0);
}

#[test]
fn what_is_wrong_with_the_form_is_said_beside_it_and_nothing_is_sent() {
    let paper = paper();
    for (ask, status, words) in [
        (wish(MAIL, &[]), StatusCode::UNPROCESSABLE_ENTITY, "Please choose at least one."),
        (wish(MAIL, &["none"]), StatusCode::UNPROCESSABLE_ENTITY, "Please choose at least one."),
        (wish("ada", &["city"]), StatusCode::UNPROCESSABLE_ENTITY, "This is no mail address."),
    ] {
        let reply = paper.ask(&ask);
        assert_eq!(reply.status, status);
        let text = reply.text();
        assert!(text.contains(words) && text.contains("role=\"alert\""), "{text}");
        // The address is called wrong where it is, and not where no box is ticked.
        assert_eq!(text.contains("aria-invalid"), words.starts_with("This"), "{text}");
        assert!(!reply.is_shareable());
    }
    let text = paper.ask(&wish("a\"b", &["city"])).text();
    assert!(text.contains("id=\"newsletter-city\" name=\"newsletter-city\" value=\"yes\" checked"));
    let strange = wish(MAIL, &["city"]).instead("sec-fetch-site", "cross-site");
    assert_eq!(paper.ask(&strange).status, StatusCode::FORBIDDEN);
    assert!(paper.mails().is_empty());
    // A paper without newsletters has no such page.
    let without = TestPaper::new();
    assert_eq!(without.get(PAGE).status, StatusCode::NOT_FOUND);
    // The foot of every page leads there, where there are any.
    let leads = |paper: &TestPaper| paper.get("/").text().contains("<a href=\"/newsletters\">");
    assert!(leads(&paper) && !leads(&without));
    assert_eq!(without.ask(&wish(MAIL, &["city"])).status, StatusCode::NOT_FOUND);
}

#[test]
fn nobody_is_bombed_and_nobody_learns_who_gets_what() {
    let paper = paper();
    paper.gets(MAIL, &["tides"]);
    let page = |mail: &str| {
        let reply = paper.ask(&wish(mail, &["tides"]));
        (reply.status, reply.text().replace(mail, ""))
    };
    wait(paper.store.suppress("gone@reader.example", "5.1.1", paper.clock.now())).unwrap();
    let first = page(OTHER);
    assert_eq!(page(MAIL), first);
    assert_eq!(page("gone@reader.example"), first);
    let letters = |mail: &str| paper.mails().iter().filter(|one| one.recipient == mail).count();
    for _ in 0..4 {
        assert_eq!(page(OTHER), first, "also where no more letters are sent");
    }
    assert_eq!(letters(OTHER), WISHES_OF_ADDRESS_MAX);
    paper.later(SignedDuration::from_hours(48));
    assert_eq!(page(OTHER).0, StatusCode::OK);
    assert_eq!(letters(OTHER), WISHES_OF_ADDRESS_MAX + 1);
    // A network asks thirty times in an hour.
    paper.later(SignedDuration::from_hours(1));
    for number in 0..30 {
        let reply = paper.ask(&wish(&format!("r{number}@reader.example"), &["city"]));
        assert_eq!(reply.status, StatusCode::OK, "{number}");
    }
    let told = paper.mails().len();
    let reply = paper.ask(&wish("one-more@reader.example", &["city"]));
    assert_eq!(
        (reply.status, reply.header("retry-after"), paper.mails().len()),
        (StatusCode::TOO_MANY_REQUESTS, "3600", told)
    );
    let elsewhere =
        Ask { peer: "198.51.100.9".parse().unwrap(), ..wish("one-more@reader.example", &["city"]) };
    assert_eq!(paper.ask(&elsewhere).status, StatusCode::OK);
}

#[test]
fn one_click_of_a_mail_program_ends_a_newsletter_and_a_look_ends_nothing() {
    let paper = paper();
    paper.gets(MAIL, &["tides", "city"]);
    paper.gets(OTHER, &["tides"]);
    paper.told();
    let ends = paper.ends(MAIL, "tides");
    assert_ne!(ends, paper.ends(MAIL, "city"));
    assert_ne!(ends, paper.ends(OTHER, "tides"));
    for method in [Method::GET, Method::HEAD] {
        assert_eq!(paper.ask(&Ask::new(method, &ends)).status, StatusCode::OK);
    }
    let looked = paper.get(&format!("{ends}?List-Unsubscribe=One-Click"));
    assert!(looked.text().contains("Stop these mails"), "{}", looked.text());
    assert!(!looked.is_shareable() && !looked.text().contains(MAIL), "no address is shown");
    assert_eq!(paper.on(MAIL), ["city", "tides"]);
    // From another page without the words of RFC 8058 it is nobody's wish.
    let strange = Ask::fields(&ends, &[]).instead("origin", "https://evil.example");
    assert_eq!(paper.ask(&strange).status, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        let reply = paper.ask(&one_click(&ends));
        assert_eq!(reply.status, StatusCode::OK, "neither a redirect nor an error");
        assert!(!reply.headers.contains_key("set-cookie"));
        assert_eq!(
            (paper.on(MAIL), paper.on(OTHER)),
            (vec!["city".to_owned()], vec!["tides".to_owned()])
        );
    }
    assert_eq!(paper.told(), [(MAIL.to_owned(), "tides".to_owned(), "off")], "once");
    let again = paper.get(&ends);
    assert!(again.text().contains("You do not get this any more"), "{}", again.text());
    // By the page's own button too.
    let city = paper.ends(MAIL, "city");
    assert_eq!(paper.ask(&Ask::fields(&city, &[])).status, StatusCode::OK);
    assert!(paper.on(MAIL).is_empty());
    for unknown in ["0".repeat(32), "x".repeat(32)] {
        let reply = paper.ask(&one_click(&format!("/unsubscribe/{unknown}")));
        assert!([StatusCode::GONE, StatusCode::NOT_FOUND].contains(&reply.status));
    }
    // Whoever asks anew gets it anew, and the same link ends it again.
    paper.gets(MAIL, &["tides"]);
    assert_eq!(paper.on(MAIL), ["tides"]);
    paper.ask(&one_click(&ends));
    assert!(paper.on(MAIL).is_empty());
    // What was ended is remembered for a while, so that the link says so, and then forgotten.
    paper.later(SignedDuration::from_hours(401 * 24));
    while wait(paper.store.forget_sign_ups(paper.clock.now(), 10)).unwrap() > 0 {}
    assert_eq!(paper.get(&ends).status, StatusCode::GONE);
}

#[test]
fn a_reader_chooses_on_the_own_page_without_a_letter() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let mails = paper.mails().len();
    let own = paper.send(&mut jar, Ask::get("/account")).text();
    assert!(
        own.contains("What comes to you by mail") && own.contains("name=\"newsletter-tides\""),
        "{own}"
    );
    let choose = |fields: &[(&str, &str)]| Ask::fields("/account/letters", fields);
    let reply = paper.send(&mut jar, choose(&[("newsletter-tides", "yes")]));
    assert_eq!(reply.header("location"), "/account#letters");
    assert_eq!((paper.on(MAIL), paper.mails().len()), (vec!["tides".to_owned()], mails));
    let own = paper.send(&mut jar, Ask::get("/account")).text();
    assert!(own.contains("name=\"newsletter-tides\" value=\"yes\" checked"), "{own}");
    paper.send(&mut jar, choose(&[("newsletter-tides", "yes"), ("newsletter-city", "yes")]));
    paper.send(&mut jar, choose(&[("newsletter-city", "yes"), ("mail", OTHER)]));
    let told: Vec<_> = paper.told().into_iter().map(|(_, slug, state)| (slug, state)).collect();
    let said = |slug: &str, state| (slug.to_owned(), state);
    assert_eq!(told, [said("tides", "on"), said("city", "on"), said("tides", "off")]);
    assert!(paper.on(OTHER).is_empty());
    let data = paper.send(&mut jar, Ask::get("/account/data")).text();
    assert!(data.contains("\"newsletters\"") && data.contains("\"city\""), "{data}");
    // It stays when the page of newsletters says nothing of it any more, and is anybody's to end by its link.
    let strange = choose(&[]).instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut jar, strange).status, StatusCode::FORBIDDEN);
    assert_eq!(paper.ask(&choose(&[])).header("location"), "/sign-in?back=%2Faccount");
    assert_eq!(paper.on(MAIL), ["city"]);
}

#[test]
fn newsletters_go_along_to_a_new_address_and_end_with_the_account() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    paper.send(&mut jar, Ask::fields("/account/letters", &[("newsletter-city", "yes")]));
    paper.told();
    paper.send(&mut jar, Ask::fields("/account/address", &[("mail", OTHER)]));
    let code = paper.mails().pop().unwrap().code();
    paper.send(&mut jar, Ask::fields("/account/address/code", &[("code", &code)]));
    let said = |mail: &str, state| (mail.to_owned(), "city".to_owned(), state);
    assert_eq!(paper.told(), [said(MAIL, "off"), said(OTHER, "on")]);
    assert_eq!((paper.on(MAIL), paper.on(OTHER)), (vec![], vec!["city".to_owned()]));
    assert_eq!(paper.get(&paper.ends(MAIL, "city")).status, StatusCode::GONE);
    assert_eq!(paper.get(&paper.ends(OTHER, "city")).status, StatusCode::OK);
    paper.ask(&wish(OTHER, &["tides"]));
    paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!(paper.told(), [said(OTHER, "off")]);
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    for table in ["sign_ups", "wishes", "untold"] {
        let query = format!("SELECT count(*) FROM {table}");
        assert_eq!(raw.query_row(&query, [], |row| row.get::<_, i64>(0)).unwrap(), 0, "{table}");
    }
}

#[test]
fn the_sender_is_told_of_each_address_in_order_and_again_until_it_takes_it() {
    let paper = paper();
    let now = || paper.clock.now();
    paper.gets(MAIL, &["tides"]);
    paper.ask(&one_click(&paper.ends(MAIL, "tides")));
    paper.gets(OTHER, &["city"]);
    let next = || wait(paper.store.next_untold(now())).unwrap();
    let first = next().unwrap();
    assert_eq!((first.sign_up.mail.as_str(), first.sign_up.state), (MAIL, SignUpState::On));
    let message: serde_json::Value = serde_json::from_str(&paper.site.told_of(&first)).unwrap();
    assert_eq!(message["address"], MAIL);
    assert_eq!((&message["newsletter"], &message["state"]), (&"tides".into(), &"on".into()));
    assert_eq!(message["message"], first.seq);
    let ends = message["unsubscribe"].as_str().unwrap();
    assert!(ends.ends_with(&paper.ends(MAIL, "tides")), "{ends}");
    // Until it is told, it is the next one, also after a restart.
    assert_eq!(next().unwrap(), first);
    wait(paper.store.sender_told(&first, Err("status 500".to_owned()), now())).unwrap();
    let count = wait(paper.store.untold_count()).unwrap();
    assert_eq!((count.waiting, count.reason.as_deref()), (3, Some("status 500")));
    // What follows of that address waits behind it; others do not.
    let other = next().unwrap();
    assert_eq!(other.sign_up.mail, OTHER);
    wait(paper.store.sender_told(&other, Ok(()), now())).unwrap();
    assert_eq!(next(), None);
    let mut waited = SignedDuration::ZERO;
    for tries in 1..8_u32 {
        while next().is_none() {
            paper.later(SignedDuration::from_secs(5));
            waited += SignedDuration::from_secs(5);
            assert!(waited < SignedDuration::from_hours(30), "{tries}");
        }
        let again = next().unwrap();
        assert_eq!((again.seq, again.tries), (first.seq, tries));
        wait(paper.store.sender_told(&again, Err("x".repeat(1_000)), now())).unwrap();
    }
    paper.later(SignedDuration::from_hours(6));
    let told = paper.told();
    assert_eq!(told.iter().map(|(.., state)| *state).collect::<Vec<_>>(), ["on", "off"]);
    assert_eq!(wait(paper.store.untold_count()).unwrap(), store::UntoldCount::default());
}

#[test]
fn without_a_sender_nothing_is_gathered_for_one() {
    let paper = TestPaper::with(settings());
    paper.gets(MAIL, &["tides"]);
    assert_eq!(paper.on(MAIL), ["tides"]);
    assert!(paper.told().is_empty());
}

#[test]
fn all_strangers_get_the_same_page_and_so_do_readers() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = |reply: Reply| (reply.status, reply.body);
    let stranger = page(paper.get(PAGE));
    assert_eq!(page(paper.send(&mut jar, Ask::get(PAGE))), stranger);
    assert_eq!(page(paper.get(&format!("{PAGE}?mail={MAIL}"))), stranger);
}

#[test]
fn letters_that_nobody_has_to_get_end_by_one_click_and_all_others_come() {
    let paper = paper();
    // At night the welcome waits for the morning.
    paper.at("2026-09-16T23:30:00-03:00");
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let taken = |at: &str| {
        paper.at(at);
        let mut taken = Vec::new();
        while let Some(mail) = wait(paper.store.take_mail(paper.clock.now())).unwrap() {
            taken.push((mail.kind, mail.unsubscribe));
        }
        taken
    };
    let first = taken("2026-09-16T23:31:00-03:00");
    assert_eq!(first, [("sign-in".to_owned(), None)], "what is needed names no way to end it");
    let ends = paper.ends(MAIL, store::OWN_LETTERS);
    let page = paper.get(&ends).text();
    assert!(page.contains("Other letters from us"), "{page}");
    assert_eq!(paper.ask(&one_click(&ends)).status, StatusCode::OK);
    assert_eq!(taken("2026-09-17T08:00:00-03:00"), [], "the welcome is not sent any more");
    assert!(paper.told().is_empty(), "the sender has no part in it");
    // The own page says so, and turns it on again.
    let own = paper.send(&mut jar, Ask::get("/account")).text();
    assert!(own.contains("name=\"own-letters\" value=\"yes\"><span>"), "{own}");
    paper.send(&mut jar, Ask::fields("/account/letters", &[("own-letters", "yes")]));
    let own = paper.send(&mut jar, Ask::get("/account")).text();
    assert!(own.contains("name=\"own-letters\" value=\"yes\" checked"), "{own}");
    // Another reader's welcome comes, with its address in the head.
    paper.sign_in(&mut Jar::default(), OTHER);
    let (kind, address) = taken("2026-09-17T10:00:00-03:00").pop().unwrap();
    assert_eq!(kind, "welcome");
    assert!(address.unwrap().ends_with(&paper.ends(OTHER, store::OWN_LETTERS)));
    // Whoever wants none is told of the account and of payments all the same.
    paper.send(&mut jar, Ask::fields("/account/letters", &[]));
    paper.ask_for_code(&mut Jar::default(), MAIL, "/");
    assert_eq!(taken("2026-09-17T10:05:00-03:00"), [("sign-in".to_owned(), None)]);
}
