//! The lists of the desk: page by page, found by words, section, author and state; an author's are their own.

use http::StatusCode;
use newsroom::Role;

use crate::ask::Ask;
use crate::desk::{STORY, paper};
use crate::jar::Jar;
use crate::paper::TestPaper;

/// The headlines of a page of the desk, in their order.
fn headlines(paper: &TestPaper, jar: &mut Jar, at: &str) -> Vec<String> {
    let page = paper.send(jar, Ask::get(at));
    assert_eq!(page.status, StatusCode::OK, "{at}");
    let text = page.text();
    let rows = text.split("<li><a href=\"/desk/articles/").skip(1);
    rows.map(|row| row.split(['>', '<']).nth(1).unwrap().to_owned()).collect()
}

fn next(paper: &TestPaper, jar: &mut Jar, at: &str) -> Option<String> {
    let text = paper.send(jar, Ask::get(at)).text();
    let (before, _) = text.split_once("\" rel=\"next\"")?;
    before.rsplit("href=\"").next().map(|address| address.replace("&amp;", "&"))
}

#[test]
fn a_list_goes_on_page_by_page_and_loses_nothing() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    for number in 0..117 {
        paper.begin(&mut jar, &format!("Draft {number:03}"), STORY);
        paper.later(jiff::SignedDuration::from_secs(1));
    }
    let home = headlines(&paper, &mut jar, "/desk");
    assert!(home.contains(&"Draft 116".to_owned()) && !home.contains(&"Draft 101".to_owned()));
    let (mut all, mut at) = (Vec::new(), Some("/desk?state=draft".to_owned()));
    while let Some(here) = at {
        all.extend(headlines(&paper, &mut jar, &here));
        at = next(&paper, &mut jar, &here);
    }
    let wanted: Vec<String> = (0..117).rev().map(|number| format!("Draft {number:03}")).collect();
    assert_eq!(all, wanted);
    for strange in ["/desk?state=draft&before=x", "/desk?state=draft&before=1"] {
        assert_eq!(paper.send(&mut jar, Ask::get(strange)).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn articles_are_found_by_state_words_section_and_author() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let found = |jar: &mut Jar, at: &str| headlines(&paper, jar, at);
    let at = paper.begin(&mut jar, "Öl im Fährhafen", STORY);
    assert_eq!(found(&mut jar, "/desk?q=fahrhafen+OL"), ["Öl im Fährhafen"]);
    assert_eq!(found(&mut jar, "/desk?state=draft&q=f%C3%A4hr"), ["Öl im Fährhafen"]);
    assert!(found(&mut jar, "/desk?state=review&q=fahr").is_empty());
    assert!(found(&mut jar, "/desk?q=nothing+at+all").is_empty());
    assert_eq!(paper.put_out(&mut jar, &at).status, StatusCode::SEE_OTHER);
    assert_eq!(
        found(&mut jar, "/desk?state=published&q=fahrhafen&section=harbour&author=Anna+Torvald"),
        ["Öl im Fährhafen"]
    );
    for other in ["section=city", "author=somebody+else", "section=nowhere"] {
        assert!(found(&mut jar, &format!("/desk?q=fahrhafen&{other}")).is_empty(), "{other}");
    }
    // By its name in the address, too; what is to come, and what was taken back.
    assert_eq!(found(&mut jar, "/desk?q=ol-im-fahrhafen"), ["Öl im Fährhafen"]);
    let soon = paper.begin(&mut jar, "Soon", STORY);
    let page = paper.send(&mut jar, Ask::get(&soon));
    let fields = [("act", "publish"), ("publish_at", "2026-12-01T08:00:00")];
    assert_eq!(paper.send_form(&mut jar, &soon, &page, &fields).status, StatusCode::SEE_OTHER);
    assert_eq!(found(&mut jar, "/desk?state=scheduled&q=soon"), ["Soon"]);
    assert!(!found(&mut jar, "/desk?state=published&q=soon").contains(&"Soon".to_owned()));
    paper.send(&mut jar, Ask::fields(&format!("{at}/withdrawal"), &[("act", "take-back")]));
    assert_eq!(found(&mut jar, "/desk?state=taken-back&q=fahrhafen"), ["Öl im Fährhafen"]);
    assert!(found(&mut jar, "/desk?state=published&q=fahrhafen").is_empty());
    let page =
        paper.send(&mut jar, Ask::get("/desk?q=%3Cscript%3E&author=%22%3E&section=%27")).text();
    assert!(page.contains("No article fits.") && !page.contains("<script>"), "{page}");
}

#[test]
fn an_author_finds_their_own_alone() {
    let paper = paper();
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let mut author = paper.staff("author@courant.example", Role::Author);
    paper.begin(&mut editor, "Not theirs", STORY);
    let own = paper.begin(&mut author, "Their own", STORY);
    for at in ["/desk", "/desk?state=draft", "/desk?state=draft&section=harbour", "/desk?q=their"] {
        assert_eq!(headlines(&paper, &mut author, at), ["Their own"], "{at}");
    }
    for state in ["scheduled", "published", "taken-back"] {
        assert!(
            headlines(&paper, &mut author, &format!("/desk?state={state}")).is_empty(),
            "{state}"
        );
    }
    assert_eq!(paper.put_out(&mut editor, &own).status, StatusCode::SEE_OTHER);
    assert!(headlines(&paper, &mut author, "/desk").is_empty(), "it is out");
    // A change of what is out is no work of theirs.
    let page = paper.send(&mut editor, Ask::get(&own));
    paper.send_form(&mut editor, &own, &page, &[("act", "save"), ("headline", "Theirs, changed")]);
    assert!(headlines(&paper, &mut author, "/desk").is_empty());
    assert!(
        headlines(&paper, &mut editor, "/desk?state=draft").contains(&"Theirs, changed".to_owned())
    );
}
