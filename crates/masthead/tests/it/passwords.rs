//! Passwords: how readers set, change and remove one, how they sign in with it, and what guessing comes to.

use http::StatusCode;
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::ask::{Ask, Reply};
use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::paper::{TestPaper, answer, wait};
use crate::readers::{MAIL, paper};

/// Good ones.
pub(crate) const PASSWORD: &str = "lighthouses hum quietly";
const OTHER: &str = "quai des brumes et marées";
/// The page's own words.
const WRONG: &str = "Address and password do not fit together.";
const PROVE: &str = "Please prove that it is you";

/// The form on the sign-in page.
pub(crate) fn form(mail: &str, password: &str) -> Ask {
    let back = "/harbour/m01#rest";
    Ask::fields("/sign-in/password", &[("mail", mail), ("password", password), ("back", back)])
}

/// The form on the own page.
fn change(password: &str, present: &str) -> Ask {
    let fields = [("act", "set"), ("password", password), ("present", present)];
    Ask::fields("/account/password", &fields)
}

fn from_elsewhere(ask: Ask) -> Ask {
    Ask { peer: "198.51.100.9".parse().unwrap(), ..ask }
}

impl TestPaper {
    /// A reader who is signed in and has a password.
    #[track_caller]
    pub(crate) fn reader_with_password(&self, mail: &str, password: &str) -> Jar {
        let mut jar = Jar::default();
        self.sign_in(&mut jar, mail);
        let reply = self.send(&mut jar, change(password, ""));
        assert_eq!(reply.header("location"), "/account#password", "{}", reply.status);
        jar
    }

    #[track_caller]
    fn signs_in_with(&self, mail: &str, password: &str) -> bool {
        let mut jar = Jar::default();
        let reply = self.send(&mut jar, form(mail, password));
        let is_in = reply.status == StatusCode::SEE_OTHER;
        assert_eq!(is_in, self.is_signed_in(&jar), "{}", reply.status);
        is_in
    }
}

#[track_caller]
fn assert_refused(reply: &Reply, status: StatusCode, words: &str) {
    assert_eq!(reply.status, status);
    let text = reply.text();
    assert!(text.contains(words), "{text}");
    assert!(
        text.contains("role=\"alert\"") && text.contains("aria-describedby=\"refused\""),
        "{text}"
    );
}

#[test]
fn a_password_signs_in_where_the_text_broke_off_and_brings_the_readings_along() {
    let paper = paper();
    let account = paper.reader_with_password(MAIL, PASSWORD);
    assert!(paper.is_signed_in(&account));
    let mut jar = paper.visitor_of(&PLAIN[..3]);
    let reply = paper.send(&mut jar, form(" Ada@Reader.example ", PASSWORD));
    assert_eq!(reply.header("location"), "/harbour/m01#rest");
    assert!(paper.is_signed_in(&jar));
    assert_eq!(paper.left(&jar), 7);
    // The way by mail is there as before.
    paper.sign_in(&mut Jar::default(), MAIL);
    // It is typed on another keyboard, which composes its letters otherwise.
    paper.reader_with_password("bob@reader.example", OTHER);
    assert!(paper.signs_in_with("bob@reader.example", "quai des brumes et mare\u{301}es"));
    assert!(!paper.signs_in_with("bob@reader.example", "Quai des brumes et marées"));
}

#[test]
fn a_change_ends_all_other_sessions_renews_this_one_and_is_told_by_mail() {
    let paper = paper();
    let [mut desk, mut phone] = [Jar::default(), Jar::default()];
    paper.sign_in(&mut phone, MAIL);
    paper.sign_in(&mut desk, MAIL);
    for (ask, subject) in [
        (change(PASSWORD, ""), "Your password for The Merrin Courant was set"),
        (change(OTHER, ""), "Your password for The Merrin Courant was set"),
        (
            Ask::fields("/account/password", &[("act", "remove")]),
            "Your password for The Merrin Courant was removed",
        ),
    ] {
        let before = desk.clone();
        paper.sign_in(&mut phone, MAIL);
        let told = paper.mails().len();
        let reply = paper.send(&mut desk, ask);
        assert_eq!(reply.header("location"), "/account#password");
        assert!(paper.is_signed_in(&desk) && !paper.is_signed_in(&phone));
        assert!(!paper.is_signed_in(&before), "a copy of the cookie of before is worth nothing");
        let mails = paper.mails();
        assert_eq!(mails.len(), told + 1);
        let letter = mails.last().unwrap();
        assert_eq!((letter.recipient.as_str(), letter.subject.as_str()), (MAIL, subject));
        assert!(letter.plain.contains("If that was not you"), "{}", letter.plain);
        assert!(![PASSWORD, OTHER].iter().any(|one| letter.plain.contains(one)));
    }
    for password in [PASSWORD, OTHER] {
        assert!(!paper.signs_in_with(MAIL, password), "it was changed, then removed");
    }
    // What is not there is not removed again, and nobody is told.
    let told = paper.mails().len();
    paper.send(&mut desk, Ask::fields("/account/password", &[("act", "remove")]));
    assert_eq!(paper.mails().len(), told);
}

#[test]
fn whoever_signed_in_long_ago_proves_first_who_it_is() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    paper.later(SignedDuration::from_mins(10));
    let reply = paper.send(&mut jar, change(PASSWORD, ""));
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "ten minutes are young enough");
    paper.later(SignedDuration::from_secs(1));
    let page = paper.send(&mut jar, Ask::get("/account")).text();
    assert!(page.contains("name=\"present\""), "the present one is asked for");
    for present in ["", OTHER] {
        let reply = paper.send(&mut jar, change(OTHER, present));
        assert_refused(&reply, StatusCode::FORBIDDEN, PROVE);
    }
    let removal = Ask::fields("/account/password", &[("act", "remove")]);
    assert_eq!(paper.send(&mut jar, removal).status, StatusCode::FORBIDDEN);
    assert!(paper.signs_in_with(MAIL, PASSWORD));
    let reply = paper.send(&mut jar, change(OTHER, PASSWORD));
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    // Or by signing in once more, in the same browser: the former session ends.
    let former = jar.clone();
    let form = paper.send(&mut jar, Ask::get("/sign-in?again=yes&back=%2Faccount%23password"));
    assert!(form.text().contains(&format!("value=\"{MAIL}\"")), "{}", form.text());
    paper.sign_in(&mut jar, MAIL);
    assert!(!paper.is_signed_in(&former));
    assert_eq!(paper.send(&mut jar, change(PASSWORD, "")).status, StatusCode::SEE_OTHER);
    assert!(paper.signs_in_with(MAIL, PASSWORD));
    // Somebody without one has no other proof.
    let mut bob = Jar::default();
    paper.sign_in(&mut bob, "bob@reader.example");
    paper.later(SignedDuration::from_mins(11));
    let reply = paper.send(&mut bob, change(PASSWORD, PASSWORD));
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(!reply.text().contains("name=\"password\"") && reply.text().contains(PROVE));
}

#[test]
fn what_is_guessed_first_is_refused_with_a_sentence() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    paper.send(&mut jar, Ask::fields("/account", &[("name", "Wilhelmina Brook")]));
    let long = "no two of these words belong together ".repeat(4);
    for (password, words) in [
        ("", "Please take at least 15 characters."),
        ("short but good", "Please take at least 15 characters."),
        (long.as_str(), "Please take at most 128 characters."),
        ("passwordpassword", "This is guessed first"),
        ("the merrin courant 2026", "This is guessed first"),
        (MAIL, "This is guessed first"),
        ("wilhelmina-brook-1", "This is guessed first"),
    ] {
        let reply = paper.send(&mut jar, change(password, ""));
        assert_refused(&reply, StatusCode::UNPROCESSABLE_ENTITY, words);
        let is_shown = reply.text().contains(&format!("value=\"{password}\""));
        assert!(password.is_empty() || password == MAIL || !is_shown, "{password} is shown again");
    }
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let count = || raw.query_row("SELECT count(*) FROM passwords", [], |row| row.get::<_, i64>(0));
    assert_eq!(count().unwrap(), 0);
    // A long one of any letters is taken whole.
    let long = "港の朝は静かで霧が深い。".repeat(10);
    assert_eq!(paper.send(&mut jar, change(&long, "")).status, StatusCode::SEE_OTHER);
    assert!(paper.signs_in_with(MAIL, &long));
    let cut: String = long.chars().take(119).collect();
    assert!(!paper.signs_in_with(MAIL, &cut));
    let hash: String = raw.query_row("SELECT hash FROM passwords", [], |row| row.get(0)).unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    // It goes with the account, and is in the reader's own file as a date alone.
    let data = paper.send(&mut jar, Ask::get("/account/data"));
    assert!(data.text().contains("password_set_at") && !data.text().contains("argon2"));
    paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!(count().unwrap(), 0);
}

#[test]
fn whether_an_address_is_known_or_has_a_password_is_told_to_nobody() {
    let paper = paper();
    paper.reader_with_password(MAIL, PASSWORD);
    paper.sign_in(&mut Jar::default(), "bob@reader.example");
    let told = |mail: &str, password: &str| {
        let reply = paper.ask(&form(mail, password));
        assert_refused(&reply, StatusCode::UNPROCESSABLE_ENTITY, WRONG);
        assert!(!reply.headers.contains_key("set-cookie"));
        reply.text().replace(mail, "")
    };
    let wrong = told(MAIL, OTHER);
    for (mail, password) in [
        ("bob@reader.example", PASSWORD),
        ("new@reader.example", PASSWORD),
        (MAIL, ""),
        (MAIL, &"x".repeat(200)),
    ] {
        assert_eq!(told(mail, password), wrong, "{mail}");
    }
    let reply = paper.ask(&form("ada@reader", PASSWORD));
    assert_refused(&reply, StatusCode::UNPROCESSABLE_ENTITY, "This is no mail address.");
}

#[test]
fn guessing_stops_where_it_comes_from_and_locks_nobody_else_out() {
    let paper = paper();
    paper.reader_with_password(MAIL, PASSWORD);
    for _ in 0..10 {
        assert_eq!(paper.ask(&form(MAIL, OTHER)).status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    // Not even the right one, and not on the own page either.
    let paused = paper.ask(&form(MAIL, PASSWORD));
    assert_refused(&paused, StatusCode::TOO_MANY_REQUESTS, "Passwords were tried too often");
    assert_eq!(paused.header("retry-after"), "3600");
    // The reader elsewhere notices nothing, and here there is the way by mail.
    let mut own = Jar::default();
    let reply = paper.send(&mut own, from_elsewhere(form(MAIL, PASSWORD)));
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    paper.sign_in(&mut Jar::default(), MAIL);
    // Another address is tried apart, until the network has tried a hundred.
    for number in 0..89 {
        let mail = format!("reader-{number}@reader.example");
        assert_eq!(
            paper.ask(&form(&mail, OTHER)).status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{number}"
        );
    }
    let paused = paper.ask(&form("last@reader.example", OTHER));
    assert_eq!(paused.status, StatusCode::TOO_MANY_REQUESTS);
    paper.later(SignedDuration::from_hours(1));
    assert!(paper.signs_in_with(MAIL, PASSWORD));
    // A right one forgives the wrong ones before.
    for _ in 0..3 {
        for _ in 0..8 {
            paper.ask(&form(MAIL, OTHER));
        }
        assert!(paper.signs_in_with(MAIL, PASSWORD));
    }
}

#[test]
fn more_passwords_than_can_be_hashed_are_told_to_come_again() {
    let paper = paper();
    let site = paper.site.clone();
    let replies: Vec<Reply> = wait(async move {
        let all = tokio::task::LocalSet::new();
        let asked: Vec<_> = (0..60u8)
            .map(|number| {
                let site = site.clone();
                let peer = [198, 51, 100, number].into();
                let ask = Ask { peer, ..form("ada@reader.example", PASSWORD) };
                all.spawn_local(async move { answer(&site, &ask).await })
            })
            .collect();
        let mut replies = Vec::new();
        all.run_until(async {
            for one in asked {
                replies.push(one.await.unwrap());
            }
        })
        .await;
        replies
    });
    let busy: Vec<&Reply> =
        replies.iter().filter(|reply| reply.status == StatusCode::SERVICE_UNAVAILABLE).collect();
    let wrong =
        replies.iter().filter(|reply| reply.status == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert!(!busy.is_empty() && wrong >= 32, "{} are busy, {wrong} wrong", busy.len());
    assert_eq!(busy.len() + wrong, 60);
    assert!(busy.iter().all(|reply| reply.header("retry-after") == "5"));
    // And afterwards all is as before.
    assert_eq!(paper.ask(&form(MAIL, PASSWORD)).status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn forms_of_others_and_looking_change_nothing() {
    let paper = paper();
    let mut jar = paper.reader_with_password(MAIL, PASSWORD);
    let told = paper.mails().len();
    for path in ["/account/password", "/sign-in/password"] {
        let looked = paper.send(&mut jar, Ask::get(&format!("{path}?act=remove")));
        assert_eq!(looked.status, StatusCode::SEE_OTHER);
        let strange =
            Ask::fields(path, &[("act", "remove"), ("mail", MAIL), ("password", PASSWORD)])
                .instead("origin", "https://evil.example");
        assert_eq!(paper.send(&mut jar, strange).status, StatusCode::FORBIDDEN);
    }
    // Somebody who is not signed in, or somebody else.
    let removal = || Ask::fields("/account/password", &[("act", "remove")]);
    let stranger = paper.send(&mut Jar::default(), removal());
    assert_eq!(stranger.header("location"), "/sign-in?back=%2Faccount");
    let mut other = Jar::default();
    paper.sign_in(&mut other, "bob@reader.example");
    paper.send(&mut other, removal());
    assert!(paper.signs_in_with(MAIL, PASSWORD));
    assert_eq!(paper.mails().len(), told + 2, "the code that bob asked for, and his welcome");
    // Where the paper takes no readers there is no such door.
    paper.change(&crate::settings::Settings::default());
    assert_eq!(paper.ask(&form(MAIL, PASSWORD)).status, StatusCode::NOT_FOUND);
}
