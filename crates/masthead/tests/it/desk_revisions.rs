//! What was published before: who and when, what is different, and an old one that becomes a draft again and goes nowhere by itself.

use http::StatusCode;
use newsroom::Role;

use crate::ask::Ask;
use crate::desk::{STORY, paper};
use crate::jar::Jar;
use crate::money::hidden;
use crate::paper::TestPaper;

/// An article that was published three times; its path at the desk.
fn published_thrice(paper: &TestPaper, jar: &mut Jar) -> String {
    let at = paper.begin(jar, "The gauge", STORY);
    assert_eq!(paper.put_out(jar, &at).status, StatusCode::SEE_OTHER);
    for (headline, text, correction) in [
        (
            "The gauge <b>rises</b>",
            "The first paragraph is for all readers.\n\n<!-- paywall -->\n\nqzdeskx2zq\n",
            "",
        ),
        (
            "The gauge falls",
            "The first paragraph is for all readers.\n\n<!-- paywall -->\n\nqzdeskx3zq\n",
            "It fell.",
        ),
    ] {
        paper.later(jiff::SignedDuration::from_mins(5));
        let page = paper.send(jar, Ask::get(&at));
        let fields = [
            ("act", "publish"),
            ("headline", headline),
            ("text", text),
            ("correction", correction),
        ];
        assert_eq!(paper.send_form(jar, &at, &page, &fields).status, StatusCode::SEE_OTHER);
    }
    at
}

#[test]
fn two_revisions_are_compared_word_by_word() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = published_thrice(&paper, &mut jar);
    let list = paper.send(&mut jar, Ask::get(&format!("{at}/revisions")));
    assert_eq!((list.status, list.header("cache-control")), (StatusCode::OK, "private, no-store"));
    let text = list.text();
    assert!(text.matches("name=\"from\"").count() == 3 && text.contains("by editor"), "{text}");
    assert!(text.contains("Nothing is different."), "the last one is what is out: {text}");
    let pair = paper.send(&mut jar, Ask::get(&format!("{at}/revisions?from=1&to=2"))).text();
    assert!(
        pair.contains("The gauge<ins> &lt;b&gt;rises&lt;/b&gt;</ins>")
            || pair.contains("<ins> &lt;b&gt;rises&lt;&#x2f;b&gt;</ins>"),
        "{pair}"
    );
    assert!(pair.contains("is for all<ins> readers</ins>."), "{pair}");
    assert!(
        pair.contains("qzdeskx1zq") && pair.contains("qzdeskx2zq"),
        "the newsroom reads everything"
    );
    assert!(!pair.contains("<b>rises"), "{pair}");
    // A draft is compared, too.
    let page = paper.send(&mut jar, Ask::get(&at));
    paper.send_form(&mut jar, &at, &page, &[("act", "save"), ("headline", "The gauge stands")]);
    let now = paper.send(&mut jar, Ask::get(&format!("{at}/revisions"))).text();
    assert!(now.contains("<del>falls</del><ins>stands</ins>"), "{now}");
    for strange in ["from=9", "from=x", "to=0", "from=1&to=-1"] {
        let lost = paper.send(&mut jar, Ask::get(&format!("{at}/revisions?{strange}")));
        assert_eq!(lost.status, StatusCode::NOT_FOUND, "{strange}");
    }
    // Of a draft that was never published, and of nothing, there is none.
    let draft = paper.begin(&mut jar, "Only a draft", STORY);
    for at in [draft.as_str(), "/desk/articles/nothing"] {
        let lost = paper.send(&mut jar, Ask::get(&format!("{at}/revisions")));
        assert_eq!(lost.status, StatusCode::NOT_FOUND, "{at}");
    }
    let mut author = paper.staff("author@courant.example", Role::Author);
    for ask in [
        Ask::get(&format!("{at}/revisions")),
        Ask::fields(&format!("{at}/revisions"), &[("number", "1")]),
    ] {
        assert_eq!(paper.send(&mut author, ask).status, StatusCode::FORBIDDEN);
    }
}

#[test]
fn an_old_one_becomes_a_draft_and_the_paper_stays_as_it_is() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = published_thrice(&paper, &mut jar);
    let revisions = format!("{at}/revisions");
    let list = paper.send(&mut jar, Ask::get(&revisions)).text();
    let (made_from, published) = (hidden(&list, "made_from"), hidden(&list, "published_version"));
    let restore = |number: &'static str| {
        let fields = [
            ("number", number),
            ("made_from", made_from.as_str()),
            ("published_version", published.as_str()),
        ];
        Ask::fields(&revisions, &fields)
    };
    let address = "/harbour/the-gauge";
    let before = paper.ask(&Ask::get(address)).text();
    let done = paper.send(&mut jar, restore("1"));
    assert_eq!(done.header("location"), format!("{at}?said=restored"), "{}", done.text());
    assert_eq!(paper.ask(&Ask::get(address)).text(), before, "the paper is as it was");
    let page = paper.send(&mut jar, Ask::get(&format!("{at}?said=restored")));
    let text = page.text();
    assert!(
        text.contains("It is a draft again.") && text.contains("value=\"The gauge\""),
        "{text}"
    );
    assert!(
        text.contains("qzdeskx1zq") && text.contains("It fell."),
        "a correction is not taken back: {text}"
    );
    // The same again is too late: nothing is written over.
    let late = paper.send(&mut jar, restore("2"));
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("Nothing was restored"), "{}", late.text());
    for number in ["9", "", "now", "x"] {
        let lost = paper.send(&mut jar, restore(number));
        assert_eq!(lost.status, StatusCode::NOT_FOUND, "{number}");
    }
    let out = paper.send_form(&mut jar, &at, &page, &[("act", "publish")]);
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text());
    let after = paper.ask(&Ask::get(address)).text();
    assert!(
        after.contains("The first paragraph is for all.") && after.contains("It fell."),
        "{after}"
    );
    assert_eq!(paper.rows("SELECT count(*) FROM revisions"), 4);
    assert_eq!(paper.rows("SELECT count(*) FROM deeds WHERE deed = 'restored'"), 1);
}
