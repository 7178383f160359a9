//! Readers: how they register and sign in, what becomes of their readings, where they are signed in, and how they leave.

use http::StatusCode;
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::ask::{Ask, HOST, Reply};
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::paper::{TestPaper, wait};
use crate::settings::Settings;

pub(crate) const MAIL: &str = "ada@reader.example";

/// A paper where readers can register: five articles for visitors, ten for readers.
pub(crate) fn paper() -> TestPaper {
    TestPaper::with(Settings { registration: true, ..Settings::default() })
}

/// A mail as it waits to be sent.
pub(crate) struct Waiting {
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) plain: String,
}

impl Waiting {
    /// The eight digits in its subject.
    pub(crate) fn code(&self) -> String {
        self.subject.chars().filter(char::is_ascii_digit).collect()
    }

    /// The path of its link.
    pub(crate) fn link(&self) -> String {
        let origin = format!("http://{HOST}");
        let start = self.plain.find(&format!("{origin}/sign-in/")).expect("a link in the mail");
        let rest = &self.plain[start + origin.len()..];
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

impl TestPaper {
    /// All mails that were queued, oldest first.
    pub(crate) fn mails(&self) -> Vec<Waiting> {
        let raw = Connection::open(self.folder.path().join(store::DATABASE)).unwrap();
        let mut query =
            raw.prepare("SELECT recipient, subject, plain FROM mails ORDER BY id").unwrap();
        let rows = query.query_map([], |row| {
            Ok(Waiting { recipient: row.get(0)?, subject: row.get(1)?, plain: row.get(2)? })
        });
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// Asks for a code, as the form does.
    #[track_caller]
    pub(crate) fn ask_for_code(&self, jar: &mut Jar, mail: &str, back: &str) -> Waiting {
        let form = Ask::fields("/sign-in", &[("mail", mail), ("back", back)]);
        let reply = self.send(jar, form);
        assert_eq!(
            (reply.status, reply.header("location")),
            (StatusCode::SEE_OTHER, "/sign-in/code")
        );
        self.mails().pop().expect("a mail")
    }

    /// Types a code.
    #[track_caller]
    pub(crate) fn type_code(&self, jar: &mut Jar, code: &str) -> Reply {
        self.send(jar, Ask::fields("/sign-in/code", &[("code", code)]))
    }

    /// Signs somebody in.
    #[track_caller]
    pub(crate) fn sign_in(&self, jar: &mut Jar, mail: &str) {
        let waiting = self.ask_for_code(jar, mail, "/account");
        let reply = self.type_code(jar, &waiting.code());
        assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/account"));
    }

    /// Whether this browser is signed in.
    #[track_caller]
    pub(crate) fn is_signed_in(&self, jar: &Jar) -> bool {
        let reply = self.send(&mut jar.clone(), Ask::get("/account"));
        match reply.status {
            StatusCode::OK => true,
            StatusCode::SEE_OTHER => false,
            other => panic!("{other}"),
        }
    }

    /// Lets time pass.
    pub(crate) fn later(&self, by: SignedDuration) {
        self.clock.set(self.clock.now() + by);
    }
}

#[test]
fn a_code_registers_and_leads_back_to_the_paragraph() {
    let paper = paper();
    let mut jar = Jar::default();
    let form = paper.send(&mut jar, Ask::get("/sign-in?back=%2Fharbour%2Fm01%23rest"));
    assert!(form.text().contains("value=\"/harbour/m01#rest\""), "{}", form.text());
    let waiting = paper.ask_for_code(&mut jar, " Ada@Reader.example ", "/harbour/m01#rest");
    assert_eq!(waiting.recipient, MAIL);
    assert_eq!(waiting.code().len(), 8, "{}", waiting.subject);
    let asked = paper.send(&mut jar, Ask::get("/sign-in/code")).text();
    assert!(asked.contains(MAIL) && asked.contains("autocomplete=\"one-time-code\""), "{asked}");
    let code = waiting.code();
    let reply = paper.type_code(&mut jar, &format!(" {} {} ", &code[..4], &code[4..]));
    assert_eq!(reply.header("location"), "/harbour/m01#rest");
    assert!(paper.is_signed_in(&jar));
    let account = paper.send(&mut jar, Ask::get("/account")).text();
    assert!(account.contains(MAIL), "{account}");
    // Whoever is signed in is not asked again.
    let again = paper.send(&mut jar, Ask::get("/sign-in?back=%2Fharbour%2Fm01"));
    assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, "/harbour/m01"));
    // The code is used up.
    let mut other = Jar::default();
    assert_eq!(paper.type_code(&mut other, &code).header("location"), "/sign-in");
    assert_eq!(paper.type_code(&mut jar, &code).header("location"), "/sign-in");
}

#[test]
fn the_wall_leads_to_the_sign_in_and_that_back_to_where_the_text_broke_off() {
    let paper = paper();
    let mut jar = paper.visitor_of(&PLAIN[..5]);
    let wall = paper.send(&mut jar, Ask::get(&paper.path("m06")));
    assert!(wall.text().contains("Read 5 more articles free."), "{}", wall.text());
    assert!(wall.text().contains("href=\"/sign-in?from=wall\""), "{}", wall.text());
    let from = format!("http://{HOST}{}", paper.path("m06"));
    let form = paper.send(&mut jar, Ask::get("/sign-in?from=wall").with("referer", &from));
    let back = format!("{}#rest", paper.path("m06"));
    assert!(form.text().contains(&format!("value=\"{back}\"")), "{}", form.text());
    let strange =
        Ask::get("/sign-in?from=wall").with("referer", "https://evil.example/harbour/m06");
    assert!(paper.send(&mut jar, strange).text().contains("name=\"back\" value=\"/\""));
    let waiting = paper.ask_for_code(&mut jar, MAIL, &back);
    assert_eq!(paper.type_code(&mut jar, &waiting.code()).header("location"), back);
    // Ten are free now, and the five that were read count.
    for (place, code) in PLAIN[5..10].iter().enumerate() {
        let reply = paper.read(&mut jar, code);
        assert!(paper.is_whole(&reply, code), "{code}");
        assert_eq!(paper.left(&jar), 4 - place as u32);
    }
    for code in &PLAIN[..10] {
        assert!(paper.is_whole(&paper.send(&mut jar, Ask::get(&paper.path(code))), code), "{code}");
    }
    let wall = paper.read(&mut jar, "m11");
    assert!(wall.text().contains("You have read 10 free articles this month."), "{}", wall.text());
}

#[test]
fn a_link_is_looked_at_by_scanners_without_harm_and_signs_in_by_its_button() {
    let paper = paper();
    let mut asking = Jar::default();
    let waiting = paper.ask_for_code(&mut asking, MAIL, "/harbour/m01");
    let link = waiting.link();
    for _ in 0..3 {
        let looked = paper.ask(&Ask::get(&link));
        assert_eq!(looked.status, StatusCode::OK);
        assert!(looked.text().contains(MAIL) && !looked.headers.contains_key("set-cookie"));
        let head = paper.ask(&Ask::new(http::Method::HEAD, &link));
        assert_eq!(head.status, StatusCode::OK);
    }
    // A form on another site presses no button of ours.
    let strange = Ask::fields(&link, &[]).instead("origin", "https://evil.example");
    assert_eq!(paper.ask(&strange).status, StatusCode::FORBIDDEN);
    let cross = Ask::fields(&link, &[]).instead("sec-fetch-site", "cross-site");
    assert_eq!(paper.ask(&cross).status, StatusCode::FORBIDDEN);
    // On another device than the one that asked.
    let mut phone = Jar::default();
    let reply = paper.send(&mut phone, Ask::fields(&link, &[]));
    assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/harbour/m01"));
    assert!(paper.is_signed_in(&phone) && !paper.is_signed_in(&asking));
    // It is used up, and so is the code beside it.
    assert_eq!(paper.ask(&Ask::fields(&link, &[])).status, StatusCode::GONE);
    assert_eq!(paper.ask(&Ask::get(&link)).status, StatusCode::GONE);
    assert_eq!(paper.type_code(&mut asking, &waiting.code()).status, StatusCode::GONE);
}

#[test]
fn a_code_is_good_for_half_an_hour_and_for_five_tries_and_in_one_browser() {
    let paper = paper();
    let mut jar = Jar::default();
    let waiting = paper.ask_for_code(&mut jar, MAIL, "/");
    let code = waiting.code();
    let wrong = if code.starts_with('0') { "11111111" } else { "00000000" };
    for left in (1..=4).rev() {
        let reply = paper.type_code(&mut jar, wrong);
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            reply.text().contains(&format!("You can try {left} more time")),
            "{}",
            reply.text()
        );
    }
    // Another browser's code does not work here, and uses up nothing there.
    let mut attacker = Jar::default();
    paper.ask_for_code(&mut attacker, MAIL, "/");
    assert_eq!(paper.type_code(&mut attacker, &code).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(paper.type_code(&mut jar, wrong).status, StatusCode::GONE);
    assert_eq!(paper.type_code(&mut jar, &code).status, StatusCode::GONE);
    // The link of the same mail is not locked by wrong codes.
    assert_eq!(paper.ask(&Ask::get(&waiting.link())).status, StatusCode::OK);
    paper.later(SignedDuration::from_mins(30));
    assert_eq!(paper.ask(&Ask::get(&waiting.link())).status, StatusCode::GONE);
    assert_eq!(paper.ask(&Ask::fields(&waiting.link(), &[])).status, StatusCode::GONE);
    assert!(!paper.is_signed_in(&jar));
}

#[test]
fn an_address_that_is_bombed_gets_six_mails_and_can_still_sign_in() {
    let paper = paper();
    let mut attacker = Jar::default();
    let waiting = paper.ask_for_code(&mut attacker, MAIL, "/");
    for _ in 1..6 {
        paper.ask_for_code(&mut attacker, MAIL, "/");
    }
    let form = || Ask::fields("/sign-in", &[("mail", MAIL), ("back", "/")]);
    let reply = paper.send(&mut Jar::default(), form());
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(paper.mails().len(), 6);
    let mut own = Jar::default();
    assert_eq!(
        paper.send(&mut own, Ask::fields(&waiting.link(), &[])).status,
        StatusCode::SEE_OTHER
    );
    assert!(paper.is_signed_in(&own));
    // Another address is not touched by it, and in half an hour it is over.
    paper.ask_for_code(&mut Jar::default(), "bob@reader.example", "/");
    paper.later(SignedDuration::from_mins(30));
    paper.ask_for_code(&mut Jar::default(), MAIL, "/");
}

#[test]
fn known_and_unknown_addresses_are_told_the_same() {
    let paper = paper();
    paper.sign_in(&mut Jar::default(), MAIL);
    let page = |mail: &str| {
        let mut jar = Jar::default();
        paper.ask_for_code(&mut jar, mail, "/");
        paper.send(&mut jar, Ask::get("/sign-in/code")).text().replace(mail, "")
    };
    assert_eq!(page(MAIL), page("new@reader.example"));
    // So are those that get no mail any more, and what to do about that.
    wait(paper.store.suppress("gone@reader.example", "bounced", paper.clock.now())).unwrap();
    assert_eq!(page("gone@reader.example"), page("new@reader.example"));
    assert!(page(MAIL).contains("Nothing after a few minutes?"), "{}", page(MAIL));
    for wrong in ["", "ada", "ada@reader", "a b@reader.example"] {
        let reply = paper.ask(&Ask::fields("/sign-in", &[("mail", wrong)]));
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let hostile = Ask::fields("/sign-in", &[("mail", "\"><script>@x"), ("back", "//evil.example")]);
    let text = paper.ask(&hostile).text();
    assert!(
        text.contains("&quot;&gt;&lt;script&gt;@x") && text.contains("name=\"back\" value=\"/\""),
        "{text}"
    );
}

#[test]
fn the_same_address_is_the_same_reader_and_readings_of_both_devices_are_one_account_s() {
    let paper = paper();
    let mut desk = paper.visitor_of(&PLAIN[..3]);
    paper.sign_in(&mut desk, MAIL);
    let mut phone = paper.visitor_of(&PLAIN[2..5]);
    paper.sign_in(&mut phone, MAIL);
    assert_eq!((paper.left(&desk), paper.left(&phone)), (5, 5));
    for code in &PLAIN[..5] {
        for jar in [&mut desk, &mut phone] {
            assert!(paper.is_whole(&paper.send(jar, Ask::get(&paper.path(code))), code), "{code}");
        }
    }
}

#[test]
fn signing_out_leaves_a_new_visitor_and_the_account_its_readings() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let signed_in = jar.clone();
    paper.read(&mut jar, "m01");
    assert_eq!(paper.left(&jar), 9);
    let out = paper.send(&mut jar, Ask::fields("/sign-out", &[]));
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(jar.header(paper.clock.now()), None, "nothing of ours is left");
    let page = paper.send(&mut jar, Ask::get(&paper.path("m01")));
    paper.assert_tight(&page, &[], "after signing out");
    // A copy of the cookie is worth nothing.
    assert!(!paper.is_signed_in(&signed_in));
    let page = paper.send(&mut signed_in.clone(), Ask::get(&paper.path("m01")));
    paper.assert_tight(&page, &[], "with a session that was ended");
    let mut again = Jar::default();
    paper.sign_in(&mut again, MAIL);
    assert_eq!(paper.left(&again), 9);
    // A GET signs nobody out.
    assert_eq!(paper.send(&mut again, Ask::get("/sign-out")).header("location"), "/account");
    assert!(paper.is_signed_in(&again));
}

#[test]
fn sessions_are_listed_and_ended_one_by_one_or_all() {
    let paper = paper();
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
    let mut desk = Jar::default();
    let waiting = paper.ask_for_code(&mut desk, MAIL, "/account");
    let typed =
        Ask::fields("/sign-in/code", &[("code", &waiting.code())]).with("user-agent", agent);
    paper.send(&mut desk, typed);
    let [mut phone, mut tablet] = [Jar::default(), Jar::default()];
    paper.sign_in(&mut phone, MAIL);
    paper.sign_in(&mut tablet, MAIL);
    let list = paper.send(&mut desk, Ask::get("/account")).text();
    assert!(list.contains("<b>Firefox, Linux</b><span>This one, now"), "{list}");
    let ids: Vec<&str> = list
        .split("name=\"session\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|id| *id != "all")
        .collect();
    assert_eq!(ids.len(), 3);
    // Somebody else ends none of them.
    let mut other = Jar::default();
    paper.sign_in(&mut other, "bob@reader.example");
    for id in &ids {
        paper.send(&mut other, Ask::fields("/account/sessions", &[("session", id)]));
    }
    assert!([&desk, &phone, &tablet].into_iter().all(|jar| paper.is_signed_in(jar)));
    let own: Vec<&str> = list.split("<li>").skip(1).filter(|row| row.contains("Firefox")).collect();
    let own = ids.iter().position(|id| own[0].contains(id)).unwrap();
    let one = ids[(own + 1) % 3];
    paper.send(&mut desk, Ask::fields("/account/sessions", &[("session", one)]));
    let left = [&phone, &tablet].into_iter().filter(|jar| paper.is_signed_in(jar)).count();
    assert_eq!(left, 1);
    let reply = paper.send(&mut desk, Ask::fields("/account/sessions", &[("session", "all")]));
    assert_eq!(reply.header("location"), "/");
    assert!([&desk, &phone, &tablet].into_iter().all(|jar| !paper.is_signed_in(jar)));
    assert!(paper.is_signed_in(&other));
}

#[test]
fn a_session_that_nobody_uses_ends_and_one_in_use_does_not() {
    let paper = paper();
    let [mut used, mut unused] = [Jar::default(), Jar::default()];
    paper.sign_in(&mut used, MAIL);
    paper.sign_in(&mut unused, MAIL);
    for _ in 0..2 {
        paper.later(SignedDuration::from_hours(24 * 100));
        assert!(paper.is_signed_in(&used));
        wait(paper.store.tend_sessions(paper.clock.now(), 10)).unwrap();
    }
    assert!(paper.is_signed_in(&used) && !paper.is_signed_in(&unused));
    let id = wait(paper.store.reader_of_mail(MAIL.to_owned())).unwrap().unwrap().id;
    assert_eq!(wait(paper.store.sessions_of(id, paper.clock.now())).unwrap().len(), 1);
}

#[test]
fn forged_cookies_are_none() {
    let paper = paper();
    for value in ["", "1", "' OR 1=1 --", &"0".repeat(32), &"f".repeat(64), &"Z".repeat(32)] {
        let jar = Jar::holding("s", value);
        assert!(!paper.is_signed_in(&jar), "{value}");
        let page = paper.send(&mut jar.clone(), Ask::get(&paper.path("m01")));
        paper.assert_tight(&page, &[], value);
    }
    // Twice is none.
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let cookies = jar.header(paper.clock.now()).unwrap();
    let twice = Ask::get("/account").with("cookie", &format!("{cookies}; s=0"));
    assert_eq!(paper.ask(&twice).status, StatusCode::SEE_OTHER);
}

#[test]
fn registered_articles_open_to_readers_alone() {
    let paper = paper();
    let code = "regi";
    let mut jar = Jar::default();
    let wall = paper.send(&mut jar, Ask::get(&paper.path(code)));
    paper.assert_tight(&wall, &[], "a stranger");
    assert!(wall.text().contains("This article is for registered readers."), "{}", wall.text());
    paper.sign_in(&mut jar, MAIL);
    let page = paper.send(&mut jar, Ask::get(&paper.path(code)));
    assert!(paper.is_whole(&page, code));
    assert!(!page.is_shareable());
    assert_eq!(paper.left(&jar), 10, "it costs no reading");
}

#[test]
fn a_reader_can_take_everything_along_and_be_erased() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    paper.read(&mut jar, "m01");
    paper.send(&mut jar, Ask::fields("/account", &[("name", " Ada <b>Lovelace</b>\u{7} ")]));
    let account = paper.send(&mut jar, Ask::get("/account")).text();
    assert!(account.contains("value=\"Ada &lt;b&gt;Lovelace&lt;/b&gt;\""), "{account}");
    let data = paper.send(&mut jar, Ask::get("/account/data"));
    assert!(data.header("content-disposition").starts_with("attachment"));
    let data = data.json();
    assert_eq!(
        (&data["reader"]["mail"], &data["reader"]["name"]),
        (&MAIL.into(), &"Ada <b>Lovelace</b>".into())
    );
    assert_eq!(data["sessions"].as_array().unwrap().len(), 1);
    let unsure = paper.send(&mut jar, Ask::fields("/account/erasure", &[]));
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = unsure.text();
    assert!(told.contains("Nothing was erased: the box is not ticked."), "{told}");
    assert_eq!(told.matches("Yes, erase my account").count(), 1, "the label, once: {told}");
    let gone = paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!(gone.header("location"), "/");
    assert_eq!(jar.header(paper.clock.now()), None);
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    for table in ["readers", "sessions", "sign_ins", "readings", "windows"] {
        let query = format!("SELECT count(*) FROM {table}");
        let rows: i64 = raw.query_row(&query, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[test]
fn without_registration_there_is_no_door() {
    let paper = TestPaper::new();
    for path in ["/sign-in", "/sign-in/code", "/account", "/account/data"] {
        assert_eq!(paper.get(path).status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!paper.get("/").text().contains("/sign-in"));
    // A paper that closes its registration signs nobody in, and opens nothing by it.
    let paper = self::paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    paper.change(&Settings::default());
    let page = paper.send(&mut jar, Ask::get(&paper.path("regi")));
    paper.assert_tight(&page, &[], "registration is off");
}
