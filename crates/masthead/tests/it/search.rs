//! The search page: what is public is found, marked and counted; about anything else it says nothing, in no way.

use http::StatusCode;

use crate::ask::{Ask, Reply};
use crate::canary;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

/// The text of a search's page with the query taken out of it.
fn without(paper: &TestPaper, query: &str, behind: &str) -> (StatusCode, String) {
    let reply = paper.get(&format!("/search?q={}{behind}", escaped(query)));
    let page = reply.text();
    (reply.status, page.replace(query, "QUERY").replace(&escaped(query), "QUERY"))
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| {
        if byte.is_ascii_alphanumeric() {
            text + &char::from(byte).to_string()
        } else {
            text + &format!("%{byte:02X}")
        }
    })
}

#[track_caller]
fn finds(paper: &TestPaper, query: &str) -> Reply {
    let reply = paper.get(&format!("/search?q={}", escaped(query)));
    assert_eq!(reply.status, StatusCode::OK);
    reply
}

#[test]
fn public_words_are_found_and_marked() {
    let paper = TestPaper::new();
    let page = finds(&paper, "pubm03open").text();
    assert!(page.contains("1 article for “<bdi>pubm03open</bdi>”"), "{page}");
    assert!(page.contains("<mark>pubm03open</mark>"), "{page}");
    assert!(page.contains(&paper.path("m03")));
    let page = finds(&paper, "headline of m03").text();
    assert!(page.contains("<mark>Headline</mark> <mark>of</mark> <mark>m03</mark>"), "{page}");
    let page = finds(&paper, "\"Anna Torvald\" voices").text();
    assert!(page.contains(&paper.path("opin")), "names are found: {page}");
    assert!(finds(&paper, "公開").text().contains(&paper.path("japa")));
    assert!(finds(&paper, "خاص -فقرة").text().contains("0 articles"));
    let free = paper.sheet("free").canaries[0].clone();
    assert!(finds(&paper, &free).text().contains(&paper.path("free")), "free text is public");
}

#[test]
fn the_page_belongs_to_nobody_else_and_to_no_engine() {
    let paper = TestPaper::new();
    for target in ["/search", "/search?q=headline", "/search?q=%22%3C%3E"] {
        let reply = paper.get(target);
        assert_eq!(reply.status, StatusCode::OK, "{target}");
        assert_eq!(reply.header("cache-control"), "private, no-store");
        assert_eq!(reply.header("x-robots-tag"), "noindex");
        assert!(reply.text().contains("<meta name=\"robots\" content=\"noindex\">"));
    }
}

/// Every word of every locked, embargoed or withdrawn article, against one that stands nowhere: the same bytes.
#[test]
fn words_that_are_not_public_are_words_that_stand_nowhere() {
    let paper = TestPaper::new();
    let mut asked = 0;
    let nowhere = |length: usize, behind: &str| without(&paper, &"qj".repeat(length), behind);
    for behind in ["", "&order=time", "&section=harbour", "&author=anna", "&from=2026-01-01"] {
        let (status, page) = nowhere(6, behind);
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("0 articles"), "{page}");
        for sheet in paper.sheets.iter().filter(|sheet| sheet.code != "free") {
            for word in sheet.canaries.iter().take(3).chain(sheet.canaries.last()) {
                assert_eq!((status, page.clone()), without(&paper, word, behind), "{word}{behind}");
                asked += 1;
            }
        }
        for word in ["pubembaopen", "pubgoniopen", "emba", "goni"] {
            assert_eq!((status, page.clone()), without(&paper, word, behind), "{word}{behind}");
        }
    }
    assert!(asked > 200, "{asked}");
    // A slip in a locked word is not set right.
    let typo = canary::word("m01", 1).replace("qz", "qy");
    assert!(!finds(&paper, &typo).text().contains("Did you mean"));
    assert!(finds(&paper, "headlien").text().contains("<bdi>headline</bdi>"));
}

#[test]
fn an_embargo_ends_for_the_search_when_it_ends() {
    let paper = TestPaper::new();
    assert!(finds(&paper, "pubembaopen").text().contains("0 articles"));
    paper.at("2026-09-16T15:29:59-03:00");
    assert!(finds(&paper, "pubembaopen").text().contains("0 articles"));
    paper.at("2026-09-16T15:30:00-03:00");
    assert!(finds(&paper, "pubembaopen").text().contains("1 article for"));
}

#[test]
fn what_becomes_locked_is_found_no_more_by_the_next_request() {
    let mut paper = TestPaper::open(&Plan::default());
    let word = paper.sheet("free").canaries[0].clone();
    assert!(finds(&paper, &word).text().contains(&paper.path("free")));
    let place = paper.sheets.iter().position(|sheet| sheet.code == "free").unwrap();
    let text = paper.sheets[place].text.replace("access = \"free\"", "access = \"metered\"");
    paper.sheets[place].text = text;
    paper.publish(&paper.sheets);
    assert_eq!(without(&paper, &word, ""), without(&paper, "qjqjqjqj", ""));
}

#[test]
fn every_input_is_data() {
    let paper = TestPaper::new();
    let long = "é".repeat(201);
    let many = "a ".repeat(17);
    for (query, told) in [
        ("\"", "Please write a word"),
        ("-", "Please write a word"),
        ("-only", "Please write a word"),
        (long.as_str(), "at most 200 characters"),
        (many.as_str(), "16 words"),
        ("headline:* OR NEAR(x)", "0 articles"),
        ("'; DROP TABLE search; --", "0 articles"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("{{ page }} \u{1}x\u{1}", "0 articles"),
        ("x\u{202e}y\u{0}z", "0 articles"),
    ] {
        let page = finds(&paper, query).text();
        assert!(page.contains(told), "{query}: {page}");
        assert!(!page.contains("<script>") && !page.contains('\u{1}'), "{query}");
        assert!(page.contains("class=\"sec-title\""), "the latest articles are below: {query}");
    }
    for (query, status) in [
        ("q=headline&page=0", 404),
        ("q=headline&page=51", 404),
        ("q=headline&page=x", 404),
        ("q=headline&page=50", 404),
        ("q=headline&page=2", 200),
        ("q=headline&section=nowhere&author=nobody", 200),
        ("q=headline&from=2026-02-30", 200),
        ("%ff=%fe&&&=&q=headline&q=other", 200),
        ("q=%E2%82", 200),
    ] {
        assert_eq!(paper.get(&format!("/search?{query}")).status.as_u16(), status, "{query}");
    }
    let dates = |query: &str| paper.get(&format!("/search?q=headline&{query}")).text();
    for wrong in ["from=2026-02-30", "to=x", "from=2026-09-16T10", "from=2026-09-02&to=2026-09-01"]
    {
        assert!(dates(wrong).contains("year-month-day"), "{wrong}");
    }
}

#[test]
fn days_are_the_paper_s_own() {
    let paper = TestPaper::new();
    // m01 was published on September 13th, in the morning in Halifax.
    let found = |query: &str| {
        paper.get(&format!("/search?q=pubm01open&{query}")).text().contains("1 article for")
    };
    assert!(found("from=2026-09-13&to=2026-09-13"));
    assert!(!found("to=2026-09-12"));
    assert!(!found("from=2026-09-14"));
    assert!(found("from=-009999-01-01") || !found("from=0001-01-01&to=0001-01-02"));
}

#[test]
fn pages_lead_on_with_the_whole_question() {
    let paper = TestPaper::new();
    let page = paper.get("/search?q=headline&order=time&author=anna").text();
    let next = "/search?q=headline&amp;author=anna&amp;order=time&amp;page=2";
    assert!(page.contains(next) || page.contains(&next.replace("&amp;", "&#38;")), "{page}");
    let page = paper.get("/search?q=headline&order=time&author=anna&page=2").text();
    assert!(page.contains("rel=\"prev\"") && !page.contains("rel=\"next\""), "{page}");
}

#[test]
fn every_page_has_the_field_and_says_how_browsers_search() {
    let paper =
        TestPaper::open(&Plan { public_url: Some("https://courant.example"), ..Plan::default() });
    for target in ["/", "/city", "/offers", "/search", &paper.path("m01")] {
        let page = paper.ask(&Ask::get(target).instead("host", "courant.example")).text();
        assert!(page.contains("role=\"search\" action=\"/search\""), "{target}");
        assert!(page.contains("rel=\"search\" href=\"/opensearch.xml\""), "{target}");
    }
    let reply = paper.ask(&Ask::get("/opensearch.xml").instead("host", "courant.example"));
    assert!(reply.header("content-type").starts_with("application/opensearchdescription+xml"));
    let text = reply.text();
    assert!(text.contains("template=\"https://courant.example/search?q={searchTerms}\""), "{text}");
    assert!(text.contains("<ShortName>The Merrin</ShortName>"), "{text}");
}

#[test]
fn every_language_has_its_words() {
    for language in ["en", "de", "fr", "es", "ja"] {
        let paper = TestPaper::with(Settings { language, ..Settings::default() });
        for target in ["/search", "/search?q=headline", "/search?q=headlien", "/search?q=-"] {
            let page = paper.get(target).text();
            for wrong in ["{query}", "{count}", "{{", "undefined"] {
                assert!(!page.contains(wrong), "{language} {target}: {wrong}");
            }
        }
    }
}
