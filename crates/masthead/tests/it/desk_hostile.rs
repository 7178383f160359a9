//! What somebody of the newsroom, or a machine, types in bad faith: markup in every field of an article, in names, captions and
//! corrections. It is seen as it was typed, on the site, in feeds and at the desk, and is markup nowhere.

use http::StatusCode;
use newsroom::Role;

use crate::ask::Ask;
use crate::desk::paper;

/// Each would run somewhere: in an element, an attribute, a script, a comment, a style, a template, XML, an address.
const HOSTILE: [&str; 12] = [
    "<script>qzalert(1)</script>",
    "\"><img src=x onerror=qzalert(1)>",
    "'><svg/onload=qzalert(1)>",
    "</title><script>qzalert(1)</script>",
    "</textarea><script>qzalert(1)</script>",
    "</script><script>qzalert(1)</script>",
    "--><script>qzalert(1)</script><!--",
    "]]><script>qzalert(1)</script>",
    "{{ 7*7 }}{% include 'desk/staff.html' %}<b onclick=qzalert(1)>",
    "javascript:qzalert(1)//\" onmouseover=\"qzalert(1)",
    "&lt;script&gt;qzalert(1)&lt;/script&gt;",
    "\u{2028}</ScRiPt ><iframe srcdoc='<script>qzalert(1)</script>'>",
];

/// Where somebody's words come to be markup: a tag that is ours alone, or a handler inside of one.
fn markup(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    for mark in [
        "<script>qz",
        "<img src=x",
        "<svg/onload",
        "<b onclick",
        "<iframe srcdoc",
        "</script ><",
        "<script>qzalert",
    ] {
        if let Some(at) = lower.find(mark) {
            return Some(lower[at..].chars().take(90).collect());
        }
    }
    // A handler is inside of a tag where the last sign before it that opens or closes one opens it, and no value holds it.
    for (at, _) in lower.match_indices("onmouseover=\"qz") {
        let before = &lower[..at];
        let tag =
            before.rfind('<').filter(|open| before.rfind('>').is_none_or(|close| close < *open));
        if tag.is_some_and(|open| before[open..].matches('"').count().is_multiple_of(2)) {
            return Some(lower[at..].chars().take(90).collect());
        }
    }
    lower.contains("49<b").then(|| "a template ran".to_owned())
}

#[test]
fn what_is_typed_in_bad_faith_is_words_everywhere() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    for hostile in HOSTILE {
        for kind in ["author", "tag"] {
            let add = [("kind", kind), ("name", hostile), ("role", hostile)];
            let added = paper.send(&mut jar, Ask::fields("/desk/names", &add));
            assert!(added.status.is_redirection() || added.status.is_client_error(), "{hostile}");
        }
    }
    let mut looked_at = 0;
    for (number, hostile) in HOSTILE.iter().enumerate() {
        let text = format!(
            "Above. {hostile}\n\n::: fact \"{hostile}\"\n{hostile} | {hostile}\n:::\n\n<!-- paywall -->\n\nBelow. {hostile}\n"
        );
        let at = paper.begin(&mut jar, hostile, &text);
        let page = paper.send(&mut jar, Ask::get(&at));
        assert_eq!(markup(&page.text()), None, "the form: {hostile}");
        let slug = format!("hostile-{number}");
        let fields = [
            ("act", "publish"),
            ("access", "free"),
            ("slug", slug.as_str()),
            ("standfirst", hostile),
            ("dateline", "Port"),
            ("filed_from", hostile),
            ("authors", hostile),
            ("tags", hostile),
            ("search_headline", hostile),
            ("search_standfirst", hostile),
            ("social_headline", hostile),
            ("social_standfirst", hostile),
            ("correction", hostile),
        ];
        let mut out = paper.send_form(&mut jar, &at, &page, &fields);
        if out.status == StatusCode::UNPROCESSABLE_ENTITY {
            // What no name or line can be is told, as words; the rest goes out.
            assert_eq!(markup(&out.text()), None, "what is refused: {hostile}");
            let fewer = [
                ("act", "publish"),
                ("access", "free"),
                ("slug", slug.as_str()),
                ("standfirst", hostile),
                ("authors", ""),
                ("tags", ""),
                ("text", "Above.\n\nBelow.\n"),
            ];
            out = paper.send_form(&mut jar, &at, &out, &fewer);
        }
        assert_eq!(out.status, StatusCode::SEE_OTHER, "{hostile}: {}", out.text());
        let address = format!("/harbour/{slug}");
        for asked in [
            address.as_str(),
            &at,
            &format!("{at}/look"),
            &format!("{at}/looks"),
            &format!("{at}/revisions"),
        ] {
            let reply = paper.send(&mut jar, Ask::get(asked));
            assert_eq!(reply.status, StatusCode::OK, "{asked}");
            assert_eq!(markup(&reply.text()), None, "{asked}: {hostile}");
            looked_at += 1;
        }
    }
    for asked in [
        "/",
        "/harbour",
        "/latest",
        "/archive",
        "/corrections",
        "/most-read",
        "/search?q=qzalert",
        "/feeds/all.rss",
        "/feeds/all.atom",
        "/desk",
        "/desk?q=qzalert",
        "/desk/front",
        "/desk/names",
        "/desk/articles?link=qzalert",
    ] {
        let reply = paper.send(&mut jar, Ask::get(asked));
        assert_eq!(reply.status, StatusCode::OK, "{asked}");
        assert_eq!(markup(&reply.text()), None, "{asked}");
        looked_at += 1;
    }
    let feed: serde_json::Value =
        serde_json::from_str(&paper.ask(&Ask::get("/feeds/all.json")).text()).unwrap();
    for item in feed["items"].as_array().unwrap() {
        assert_eq!(markup(item["content_html"].as_str().unwrap_or_default()), None, "{item}");
    }
    assert!(looked_at > 70, "{looked_at}");
}
