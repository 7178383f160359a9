//! Writing at the desk while somebody else does: what is saved by itself, whose hand an article is in, and that nothing is ever written over.

use std::sync::atomic::{AtomicU32, Ordering};

use http::StatusCode;
use jiff::SignedDuration;
use newsroom::Role;

use crate::ask::{Ask, Reply};
use crate::desk::{STORY, paper};
use crate::jar::Jar;
use crate::money::hidden;
use crate::paper::TestPaper;

/// Saves are numbered as a page does it, over all pages.
static SAVES: AtomicU32 = AtomicU32::new(1);

impl TestPaper {
    /// A save as the form's script sends it.
    fn keep(
        &self,
        jar: &mut Jar,
        at: &str,
        version: u64,
        tab: &str,
        more: &[(&str, &str)],
    ) -> Reply {
        let page = format!("{tab}:{}", SAVES.fetch_add(1, Ordering::Relaxed));
        self.keep_on(jar, at, version, (tab, &page), more)
    }

    /// The same on a page that calls itself so.
    fn keep_on(
        &self,
        jar: &mut Jar,
        at: &str,
        version: u64,
        (tab, page): (&str, &str),
        more: &[(&str, &str)],
    ) -> Reply {
        let version = version.to_string();
        let mut fields = vec![
            ("act", "keep"),
            ("made_from", version.as_str()),
            ("published_version", "0"),
            ("tab", tab),
            ("page", page),
            ("section", "harbour"),
            ("access", "metered"),
            ("genre", "news"),
        ];
        fields.extend_from_slice(more);
        self.send(jar, Ask::fields(at, &fields))
    }

    fn hand(&self, jar: &mut Jar, at: &str, act: &str, tab: &str) -> Reply {
        if act == "ask" {
            return self.send(jar, Ask::get(&format!("{at}/hand?tab={tab}")));
        }
        let fields = [("act", act), ("tab", tab)];
        self.send(jar, Ask::fields(&format!("{at}/hand"), &fields))
    }
}

#[test]
fn what_is_typed_is_saved_by_itself_and_half_typed_things_stay_with_the_browser() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let first = paper.keep(
        &mut jar,
        "/desk/articles",
        0,
        "w1",
        &[("headline", "Half a"), ("text", "One\r\nTwo")],
    );
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!(first.header("cache-control"), "private, no-store");
    let first = first.json();
    assert_eq!((first["state"].as_str(), first["version"].as_u64()), (Some("saved"), Some(1)));
    let at = first["address"].as_str().unwrap().to_owned();
    assert!(first["text"].as_str().unwrap().starts_with("Saved at "), "{first}");
    let more =
        [("headline", "Half a headline"), ("text", STORY), ("publish_at", "2026-12-01T06:00:00")];
    assert_eq!(paper.keep(&mut jar, &at, 1, "w1", &more).json()["version"], 2);
    // Neither a correction nor something that is no time is taken from a form that nobody has sent.
    let more = [
        ("headline", "Half a headline"),
        ("text", STORY),
        ("publish_at", "soon"),
        ("correction", "Half a corr"),
    ];
    assert_eq!(paper.keep(&mut jar, &at, 2, "w1", &more).json()["version"], 3);
    let page = paper.send(&mut jar, Ask::get(&at)).text();
    assert!(page.contains("Half a headline") && page.contains("2026-12-01T06:00:00"), "{page}");
    assert!(!page.contains("Half a corr"), "{page}");
    // One that was made from an older version changes nothing.
    let old = [("headline", "Old")];
    let stale = paper.keep_on(&mut jar, &at, 1, ("w1", ""), &old);
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(stale.json()["state"], "not saved");
    assert!(!paper.send(&mut jar, Ask::get(&at)).text().contains("Old"));
    // What waits to be looked at goes on waiting.
    let page = paper.send(&mut jar, Ask::get(&at));
    let sent = paper.send_form(&mut jar, &at, &page, &[("act", "review"), ("publish_at", "")]);
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    paper.keep(&mut jar, &at, 4, "w1", &[("headline", "Looked at"), ("text", STORY)]);
    assert_eq!(paper.rows("SELECT count(*) FROM drafts WHERE state = 'review' AND version = 5"), 1);
    assert_eq!(
        paper.rows("SELECT count(*) FROM deeds"),
        paper.rows("SELECT count(*) FROM deeds WHERE deed <> 'saved'")
    );
}

#[test]
fn where_an_answer_is_lost_the_same_window_goes_on_and_nobody_else_does() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let name = hidden(&paper.send(&mut jar, Ask::get("/desk/articles")).text(), "article");
    let new = |text| [("article", name.as_str()), ("headline", "On a train"), ("text", text)];
    // Two saves of an article that has no address yet, and one more: of none the answer arrives.
    let first = paper.keep(&mut jar, "/desk/articles", 0, "w1", &new("One")).json();
    assert_eq!(first["address"], format!("/desk/articles/{name}"));
    let second = paper.keep(&mut jar, "/desk/articles", 0, "w1", &new("One two")).json();
    assert_eq!((&second["address"], &second["version"]), (&first["address"], &2.into()));
    let at = first["address"].as_str().unwrap();
    // However many answers were lost.
    let third = paper.keep(&mut jar, at, 0, "w1", &new("One two three")).json();
    assert_eq!(third["version"], 3);
    assert_eq!(paper.rows("SELECT count(*) FROM drafts"), 1);
    // Of another window, of the same one duplicated, of a page that is not known, or sent before and long on the way: nothing is written over.
    for (version, tab, page) in [
        (2, "w9", "w9:900"),
        (2, "w1", "again:900"),
        (0, "w1", "again:900"),
        (2, "w1", ""),
        (2, "w1", "w1:x"),
        (0, "", ":900"),
        (0, "w1", "w1:0"),
        (2, "w1", "w1:0"),
    ] {
        let other = new("Something else");
        let refused = paper.keep_on(&mut jar, at, version, (tab, page), &other);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{version} {page}: {}", refused.text());
    }
    // Once another page has saved, what the first was not told of is that other's.
    let other = paper.keep_on(&mut jar, at, 3, ("w1", "again:901"), &new("Of the other"));
    assert_eq!(other.json()["version"], 4);
    for version in [0, 2, 3] {
        let refused = paper.keep(&mut jar, at, version, "w1", &new("Something else"));
        assert_eq!(refused.status, StatusCode::CONFLICT, "{version}");
    }
    assert_eq!(paper.keep(&mut jar, at, 4, "w1", &new("One two three")).json()["version"], 5);
    let mut other = paper.staff("other@courant.example", Role::Editor);
    let theirs = paper.keep(&mut other, "/desk/articles", 0, "w1", &new("Theirs")).json();
    assert_ne!(theirs["address"], first["address"], "a name of somebody else's begins another");
    assert!(paper.send(&mut jar, Ask::get(at)).text().contains("One two three"));
}

#[test]
fn a_new_article_that_is_sent_twice_is_one() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let of_paper = paper.rows("SELECT count(*) FROM articles");
    for act in ["save", "publish"] {
        let page = paper.send(&mut jar, Ask::get("/desk/articles")).text();
        let (name, headline) = (hidden(&page, "article"), format!("Pressed twice to {act}"));
        let fields = [
            ("article", name.as_str()),
            ("act", act),
            ("made_from", "0"),
            ("published_version", "0"),
            ("headline", &headline),
            ("section", "harbour"),
            ("access", "metered"),
            ("genre", "news"),
            ("authors", "Anna Torvald"),
            ("text", STORY),
        ];
        let pressed = |jar: &mut Jar| {
            let reply = paper.send(jar, Ask::fields("/desk/articles", &fields));
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{act}: {}", reply.text());
            reply.header("location").to_owned()
        };
        let once = pressed(&mut jar);
        assert!(once.starts_with(&format!("/desk/articles/{name}?said=")), "{once}");
        assert_eq!(pressed(&mut jar), once);
    }
    assert_eq!(paper.rows("SELECT count(*) FROM drafts"), 1);
    assert_eq!(paper.rows("SELECT count(*) FROM articles"), of_paper + 1);
    // A name of another shape, or of an article of the paper, is not taken over.
    for name in ["m01", "../m01", "20260916-zzzzzzzzzz", ""] {
        let fields = [("article", name), ("headline", "Another"), ("text", "One")];
        let kept = paper.keep(&mut jar, "/desk/articles", 0, "w1", &fields).json();
        assert_ne!(kept["address"], format!("/desk/articles/{name}"));
    }
}

#[test]
fn one_window_writes_at_a_time_and_others_are_told_whose_hand_it_is() {
    let paper = paper();
    let mut one = paper.staff("one@courant.example", Role::Editor);
    let mut two = paper.staff("two@courant.example", Role::Editor);
    let at = paper.begin(&mut one, "Shared", STORY);
    // To look at an article takes it into nobody's hand.
    paper.send(&mut two, Ask::get(&at));
    assert_eq!(paper.hand(&mut two, &at, "ask", "w2").json()["state"], "free");
    assert_eq!(paper.rows("SELECT count(*) FROM hands"), 0);
    assert_eq!(paper.hand(&mut one, &at, "hold", "w1").json()["state"], "yours");
    let page = paper.send(&mut two, Ask::get(&at));
    assert!(page.text().contains("has been writing in this article since"), "{}", page.text());
    for act in ["ask", "hold"] {
        let refused = paper.hand(&mut two, &at, act, "w2");
        assert_eq!(refused.status, StatusCode::CONFLICT, "{act}");
        assert_eq!(refused.json()["state"], "in hand", "{act}");
    }
    // The same person in another window is told so, and without script is not in their own way.
    let other = paper.hand(&mut one, &at, "hold", "w9").json();
    assert!(other["text"].as_str().unwrap().contains("in another window"), "{other}");
    assert!(!paper.send(&mut one, Ask::get(&at)).text().contains("has been writing"));
    for act in ["save", "publish", "review", "look", "throw-away"] {
        let refused =
            paper.send_form(&mut two, &at, &page, &[("act", act), ("headline", "From two")]);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{act}");
        assert!(refused.text().contains("Nothing was saved; what you typed is below."), "{act}");
        assert!(refused.text().contains("name=\"take_over\""), "{act}");
        assert!(act == "throw-away" || refused.text().contains("From two"), "{act}");
    }
    assert_eq!(
        paper.keep(&mut two, &at, 1, "w2", &[("headline", "From two")]).status,
        StatusCode::CONFLICT
    );
    assert_eq!(paper.rows("SELECT version FROM drafts"), 1, "nothing of that was saved");
    // It can be taken over, which is in the record; whoever had it is told, and their window writes nothing more.
    let taken = [("act", "save"), ("headline", "From two"), ("take_over", "yes"), ("tab", "w2")];
    assert_eq!(paper.send_form(&mut two, &at, &page, &taken).status, StatusCode::SEE_OTHER);
    assert_eq!(paper.rows("SELECT count(*) FROM deeds WHERE deed = 'took over'"), 1);
    assert_eq!(paper.hand(&mut one, &at, "hold", "w1").json()["state"], "in hand");
    let late = paper.keep(&mut one, &at, 2, "w1", &[("headline", "From one")]);
    assert_eq!(
        (late.status, late.json()["state"].as_str()),
        (StatusCode::CONFLICT, Some("in hand"))
    );
    assert!(paper.send(&mut one, Ask::get(&at)).text().contains("From two"));
}

#[test]
fn a_hand_opens_by_itself_by_letting_go_and_where_the_article_is_handed_on() {
    let paper = paper();
    let mut one = paper.staff("one@courant.example", Role::Editor);
    let mut two = paper.staff("two@courant.example", Role::Editor);
    let at = paper.begin(&mut one, "Shared", STORY);
    let hold = |jar: &mut Jar, tab: &str| paper.hand(jar, &at, "hold", tab).status;
    assert_eq!(hold(&mut one, "w1"), StatusCode::OK);
    // Another window lets nothing go.
    paper.hand(&mut one, &at, "let-go", "w9");
    paper.hand(&mut two, &at, "let-go", "w1");
    assert_eq!(hold(&mut two, "w2"), StatusCode::CONFLICT);
    paper.hand(&mut one, &at, "let-go", "w1");
    assert_eq!(hold(&mut two, "w2"), StatusCode::OK);
    // A window that crashed says nothing more.
    paper.later(SignedDuration::from_secs(149));
    assert_eq!(hold(&mut one, "w1"), StatusCode::CONFLICT);
    paper.later(SignedDuration::from_secs(2));
    assert_eq!(hold(&mut one, "w1"), StatusCode::OK);
    // Every letter keeps it there.
    paper.later(SignedDuration::from_secs(100));
    assert_eq!(hold(&mut one, "w1"), StatusCode::OK);
    paper.later(SignedDuration::from_secs(100));
    assert_eq!(hold(&mut two, "w2"), StatusCode::CONFLICT);
    // Whoever is to look at it, or finds it published, finds it free.
    let page = paper.send(&mut one, Ask::get(&at));
    let sent = paper.send_form(&mut one, &at, &page, &[("act", "review"), ("tab", "w1")]);
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    assert_eq!(hold(&mut two, "w2"), StatusCode::OK);
    let page = paper.send(&mut two, Ask::get(&at));
    let out = paper.send_form(&mut two, &at, &page, &[("act", "publish"), ("tab", "w2")]);
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text());
    assert_eq!(paper.rows("SELECT count(*) FROM hands"), 0);
    // A name that is none, and one beyond its limit, hold nothing.
    for tab in ["", " ", "a b", &"w".repeat(65)] {
        assert_eq!(hold(&mut two, tab), StatusCode::OK, "{tab}");
        assert_eq!(paper.rows("SELECT count(*) FROM hands"), 0, "{tab}");
    }
    assert_eq!(
        paper.hand(&mut two, "/desk/articles/nothing", "hold", "w2").status,
        StatusCode::NOT_FOUND
    );
}
