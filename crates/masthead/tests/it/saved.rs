//! Articles that readers save: who sees the button, what is on the list, and what never is.

use http::StatusCode;
use rusqlite::Connection;
use store::SAVED_MAX;

use crate::ask::{Ask, Reply};
use crate::canary::{self, PLAIN, Sheet};
use crate::jar::Jar;
use crate::paper::TestPaper;
use crate::readers::{MAIL, paper};
use crate::settings::Settings;

const LIST: &str = "/account/saved";
const BUTTON: &str = "action=\"/account/saved\"";

fn change(article: &str, act: &str) -> Ask {
    Ask::fields(LIST, &[("article", article), ("act", act)])
}

impl TestPaper {
    #[track_caller]
    fn save(&self, jar: &mut Jar, code: &str) {
        let reply = self.send(jar, Ask::fields(LIST, &[("article", &self.path(code))]));
        assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, LIST));
    }

    #[track_caller]
    fn list(&self, jar: &Jar) -> Reply {
        let reply = self.send(&mut jar.clone(), Ask::get(LIST));
        assert_eq!(reply.status, StatusCode::OK);
        assert!(!reply.is_shareable());
        self.assert_tight(&reply, &[], "the list of what is saved");
        reply
    }

    /// The codes of the list, in its order.
    #[track_caller]
    fn saved(&self, jar: &Jar) -> Vec<String> {
        let text = self.list(jar).text();
        let values = text.split("name=\"article\" value=\"").skip(1);
        let path =
            |rest: &str| rest.split('"').next().unwrap().rsplit('/').next().map(str::to_owned);
        values.filter_map(path).collect()
    }

    fn rows_saved(&self) -> i64 {
        let raw = Connection::open(self.folder.path().join(store::DATABASE)).unwrap();
        raw.query_row("SELECT count(*) FROM saved", [], |row| row.get(0)).unwrap()
    }
}

/// An article that the paper takes back.
fn taken_back(sheet: &Sheet) -> Sheet {
    let withdrawn = "withdrawn_at = 2026-09-16T12:00:00-03:00\n";
    canary::sheet(sheet.code, sheet.section, sheet.access, withdrawn, false, "")
}

#[test]
fn a_reader_saves_articles_finds_the_last_first_and_takes_them_off() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    assert!(paper.list(&jar).text().contains("You have saved no article yet."));
    // One that is not open to the reader can be saved as well; the list opens nothing.
    for code in ["m01", "subs", "free"] {
        paper.later(jiff::SignedDuration::from_secs(1));
        paper.save(&mut jar, code);
    }
    assert_eq!(paper.saved(&jar), ["free", "subs", "m01"]);
    let text = paper.list(&jar).text();
    assert!(text.contains("Headline of subs") && text.contains("Standfirst of subs"), "{text}");
    // Twice is once, in its place.
    paper.later(jiff::SignedDuration::from_secs(1));
    paper.save(&mut jar, "m01");
    assert_eq!(paper.saved(&jar), ["free", "subs", "m01"]);
    for _ in 0..2 {
        let reply = paper.send(&mut jar, change(&paper.path("subs"), "remove"));
        assert_eq!(reply.header("location"), LIST);
        assert_eq!(paper.saved(&jar), ["free", "m01"]);
    }
    // Nobody else's list has them, and nobody else takes them off.
    let mut bob = Jar::default();
    paper.sign_in(&mut bob, "bob@reader.example");
    paper.send(&mut bob, change(&paper.path("m01"), "remove"));
    assert!(paper.saved(&bob).is_empty());
    assert_eq!(paper.saved(&jar), ["free", "m01"]);
    // They are in the reader's own file, and go with the account.
    let data = paper.send(&mut jar, Ask::get("/account/data")).text();
    assert!(data.contains("\"saved\"") && data.contains("Headline of free"), "{data}");
    paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!(paper.rows_saved(), 0);
}

#[test]
fn what_is_no_article_or_is_not_out_is_not_saved_and_what_was_taken_back_vanishes() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    for path in ["", "/", "/harbour", "/harbour/none", "https://evil.example/harbour/m01"] {
        let reply = paper.send(&mut jar, change(path, ""));
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    for (code, status) in [("emba", StatusCode::NOT_FOUND), ("goni", StatusCode::GONE)] {
        assert_eq!(paper.send(&mut jar, change(&paper.path(code), "")).status, status, "{code}");
        // Nothing is there to be taken off, and that is no trouble.
        let reply = paper.send(&mut jar, change(&paper.path(code), "remove"));
        assert_eq!(reply.header("location"), LIST, "{code}");
    }
    assert_eq!(paper.rows_saved(), 0);
    paper.save(&mut jar, "m01");
    paper.save(&mut jar, "m02");
    paper.publish(&[taken_back(paper.sheet("m01"))]);
    assert_eq!(paper.saved(&jar), ["m02"]);
    let data = paper.send(&mut jar, Ask::get("/account/data")).text();
    assert!(!data.contains("Headline of m01"), "{data}");
    // A form of another site, a GET and somebody without a session save nothing.
    let strange = change(&paper.path("m03"), "").instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut jar, strange).status, StatusCode::FORBIDDEN);
    let get = format!("{LIST}?article={}&act=remove", paper.path("m02"));
    assert_eq!(paper.send(&mut jar, Ask::get(&get)).status, StatusCode::OK);
    let nobody = paper.ask(&change(&paper.path("m03"), ""));
    assert_eq!(nobody.header("location"), "/sign-in?back=%2Faccount");
    let nobody = paper.get(LIST);
    assert_eq!(nobody.header("location"), "/sign-in?back=%2Faccount%2Fsaved");
    assert_eq!(paper.saved(&jar), ["m02"]);
}

#[test]
fn the_button_stands_on_open_articles_of_readers_and_on_nobody_else_s_page() {
    let paper = paper();
    let mut visitor = paper.visitor_of(&PLAIN[..1]);
    let pages = |jar: &mut Jar| {
        ["free", "m01", "m02", "subs"].map(|code| {
            let reply = paper.send(jar, Ask::get(&paper.path(code)));
            (reply.status, reply.body.clone())
        })
    };
    let (stranger, visited) = (pages(&mut Jar::default()), pages(&mut visitor));
    let has = |body: &[u8]| String::from_utf8_lossy(body).contains(BUTTON);
    assert!(stranger.iter().chain(&visited).all(|(_, body)| !has(body)));
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    paper.read(&mut jar, "m01");
    for code in ["free", "m01"] {
        let reply = paper.send(&mut jar, Ask::get(&paper.path(code)));
        assert!(paper.is_whole(&reply, code) && !reply.is_shareable());
        let text = reply.text();
        assert!(text.contains(BUTTON) && text.contains("Save this article"), "{text}");
        let value = format!("name=\"article\" value=\"{}\"", paper.path(code));
        assert!(text.contains(&value), "{text}");
        let packed = Ask::get(&paper.path(code)).with("accept-encoding", "gzip");
        assert_eq!(paper.send(&mut jar, packed).text(), text, "and so in gzip");
    }
    // What the page's script sets in has it too, and a visitor's has not.
    let rest = paper.send(&mut jar, Ask::script(&paper.sheet("m02").reading(), "bTAy"));
    assert!(rest.text().contains("\\\"/account/saved\\\""), "{}", rest.text());
    let mut other = paper.visitor_of(&PLAIN[..1]);
    let rest = paper.send(&mut other, Ask::script(&paper.sheet("m02").reading(), "bTAz"));
    assert!(rest.text().contains("\"bar\"") && !rest.text().contains(LIST), "{}", rest.text());
    // A reader was here, and everybody else gets the same bytes as before.
    assert_eq!(pages(&mut Jar::default()), stranger);
    assert_eq!(pages(&mut visitor), visited);
    // A signed-in reader who comes back without the session is a stranger.
    paper.send(&mut jar, Ask::fields("/sign-out", &[]));
    assert_eq!(pages(&mut jar), stranger);
}

#[test]
fn behind_a_blind_cache_an_article_s_address_has_no_button() {
    let paper = TestPaper::with(Settings { registration: true, ..Settings::cache("blind") });
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    for code in ["free", "m01"] {
        let own = paper.send(&mut jar, Ask::get(&paper.path(code)));
        assert_eq!(own.body, paper.get(&paper.path(code)).body);
    }
    assert!(paper.read(&mut jar, "m01").text().contains(BUTTON));
}

#[test]
fn two_hundred_are_saved_and_no_more() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let code = |number: usize| -> &'static str { format!("s{number:03}").leak() };
    let sheets: Vec<Sheet> = (0..=SAVED_MAX)
        .map(|number| canary::sheet(code(number), "harbour", "metered", "", false, ""))
        .collect();
    paper.publish(&sheets);
    for sheet in &sheets[..SAVED_MAX] {
        let reply = paper.send(&mut jar, change(&sheet.path(), ""));
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", sheet.code);
    }
    let last = sheets[SAVED_MAX].path();
    let reply = paper.send(&mut jar, change(&last, ""));
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(reply.text().contains("You have saved 200 articles"), "{}", reply.text());
    assert_eq!(paper.saved(&jar).len(), SAVED_MAX);
    // One that is saved can be saved again, and one that was taken back makes room.
    assert_eq!(paper.send(&mut jar, change(&sheets[0].path(), "")).status, StatusCode::SEE_OTHER);
    paper.publish(&[taken_back(&sheets[0])]);
    assert_eq!(paper.send(&mut jar, change(&last, "")).status, StatusCode::SEE_OTHER);
    assert_eq!(paper.rows_saved(), SAVED_MAX as i64);
}
