//! Writing at the desk: faults beside their fields, names in addresses that are taken, small changes, sections and their order.

use http::StatusCode;
use newsroom::Role;

use crate::ask::Ask;
use crate::desk::{STORY, paper};
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

/// What is said beside a field.
fn beside(page: &str, field: &str) -> String {
    let Some(start) = page.find(&format!("id=\"{field}-wrong\">")) else { return String::new() };
    page[start..].split(['>', '<']).nth(1).unwrap().to_owned()
}

#[test]
fn what_is_wrong_stands_beside_its_field_in_the_paper_s_words() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let text = "One\n\n<!-- paywall -->\n\nTwo\n\n<!-- paywall -->\n\n# Three\n";
    let at = paper.begin(&mut jar, "", text);
    let page = paper.send(&mut jar, Ask::get(&at));
    let long = "a".repeat(601);
    let wrong = [
        ("act", "publish"),
        ("section", "nowhere"),
        ("tags", "tides, Nonsense"),
        ("authors", "Nobody <b>Known</b>"),
        ("standfirst", &long),
        ("image", "pictures/nothing.png"),
        ("language", "neither nor"),
    ];
    let refused = paper.send_form(&mut jar, &at, &page, &wrong);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text();
    for (field, said) in [
        ("headline", "Write a headline."),
        ("section", "Choose a section of the paper."),
        ("standfirst", "This is too long: 600 characters at most."),
        ("tags", "There is no tag “nonsense”."),
        ("authors", "There is no author “nobody-b-known-b”."),
        ("image_alt", "Say what the picture shows"),
        ("image", "there is no file pictures/nothing.png"),
        ("language", "language is not a language tag"),
        ("text", "Line 7 of the text: A second line"),
    ] {
        assert!(
            beside(&page, field).starts_with(said),
            "{field}: {}\n{page}",
            beside(&page, field)
        );
        assert!(page.contains(&format!("<a href=\"#{field}\">")), "{field} is in the list, too");
    }
    assert!(
        beside(&page, "text").contains("Line 9 of the text: "),
        "what is not frequent is said, too"
    );
    assert!(!page.contains("paper.toml") && !page.contains("<b>Known"), "{page}");
    let date = paper.send_form(&mut jar, &at, &refused, &[("act", "save"), ("publish_at", "soon")]);
    assert!(beside(&date.text(), "publish_at").contains("not a time"), "{}", date.text());
}

#[test]
fn faults_are_told_in_the_language_of_the_paper() {
    let settings = Settings { registration: true, language: "de", ..Settings::default() };
    let paper = TestPaper::open(&Plan { settings, ..Plan::default() });
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.begin(&mut jar, "", STORY);
    let refused = paper.put_out(&mut jar, &at).text();
    assert_eq!(beside(&refused, "headline"), "Schreiben Sie eine Überschrift.", "{refused}");
}

#[test]
fn a_name_made_of_the_headline_is_numbered_and_one_that_was_typed_is_refused_with_a_free_one() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let long = format!("{} end", "very long ".repeat(15));
    for headline in ["The same", &long] {
        for _ in 0..3 {
            let at = paper.begin(&mut jar, headline, STORY);
            let out = paper.put_out(&mut jar, &at);
            assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text());
        }
    }
    for address in ["/harbour/the-same", "/harbour/the-same-2", "/harbour/the-same-3"] {
        assert_eq!(paper.ask(&Ask::get(address)).status, StatusCode::OK, "{address}");
    }
    assert_eq!(paper.rows("SELECT count(*) FROM articles WHERE slug LIKE 'very-long-%'"), 3);
    let at = paper.begin(&mut jar, "Another", STORY);
    let page = paper.send(&mut jar, Ask::get(&at));
    let refused =
        paper.send_form(&mut jar, &at, &page, &[("act", "publish"), ("slug", "the-same")]);
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(beside(&refused.text(), "slug").contains("“the-same-4” is free"), "{}", refused.text());
    let taken =
        paper.send_form(&mut jar, &at, &refused, &[("act", "publish"), ("slug", "the-same-4")]);
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    // The same by many at once: each has one of its own, or is told.
    let begun: Vec<String> = (0..4).map(|_| paper.begin(&mut jar, "At once", STORY)).collect();
    let statuses: Vec<StatusCode> = std::thread::scope(|scope| {
        let all: Vec<_> = begun
            .iter()
            .map(|at| {
                let (paper, mut jar): (_, Jar) = (&paper, jar.clone());
                scope.spawn(move || paper.put_out(&mut jar, at).status)
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let out = statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
    assert!(out >= 1, "{statuses:?}");
    assert_eq!(
        paper.rows("SELECT count(*) FROM articles WHERE slug LIKE 'at-once%'"),
        i64::try_from(out).unwrap()
    );
}

#[test]
fn a_small_change_is_in_the_record_and_not_on_the_page() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.begin(&mut jar, "With a typo", STORY);
    let page = paper.send(&mut jar, Ask::get(&at)).text();
    assert!(!page.contains("small_change"), "nothing is out that could be changed");
    assert_eq!(paper.put_out(&mut jar, &at).status, StatusCode::SEE_OTHER);
    paper.later(jiff::SignedDuration::from_hours(3));
    let read = |paper: &TestPaper| paper.ask(&Ask::get("/harbour/with-a-typo")).text();
    let updated = |text: &str| text.contains("dateModified") && text.contains("17:30:00");
    let before = read(&paper);
    let page = paper.send(&mut jar, Ask::get(&at));
    let fields = [
        ("act", "publish"),
        ("small_change", "yes"),
        ("text", "Set right.\n\n<!-- paywall -->\n\nMore.\n"),
    ];
    let done = paper.send_form(&mut jar, &at, &page, &fields);
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let after = read(&paper);
    assert!(after.contains("Set right.") && !updated(&after) && !updated(&before), "{after}");
    assert_eq!(paper.rows("SELECT count(*) FROM articles WHERE slug = 'with-a-typo' AND json_extract(head, '$.updated_at') IS NOT NULL"), 0);
    assert_eq!(paper.rows("SELECT count(*) FROM revisions"), 2);
    let mut publisher = paper.staff("publisher@courant.example", Role::Publisher);
    let record = paper.send(&mut publisher, Ask::get("/desk/record")).text();
    assert!(record.contains("<b>editor</b> made a small change in "), "{record}");
    // Any other change says when it was made.
    let page = paper.send(&mut jar, Ask::get(&at));
    let fields = [("act", "publish"), ("text", "Changed.\n\n<!-- paywall -->\n\nMore.\n")];
    assert_eq!(paper.send_form(&mut jar, &at, &page, &fields).status, StatusCode::SEE_OTHER);
    assert_eq!(paper.rows("SELECT count(*) FROM articles WHERE slug = 'with-a-typo' AND json_extract(head, '$.updated_at') IS NOT NULL"), 1);
}

#[test]
fn a_section_is_added_and_the_menu_put_in_order() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let send = |jar: &mut Jar, fields: &[(&str, &str)]| {
        paper.send(jar, Ask::fields("/desk/names", fields))
    };
    let added =
        send(&mut jar, &[("kind", "section"), ("name", "Tide & Water"), ("slug", "tidewater")]);
    assert_eq!(added.header("location"), "/desk/names", "{}", added.text());
    assert_eq!(paper.ask(&Ask::get("/tidewater")).status, StatusCode::OK);
    for (name, slug, status) in [
        ("Tides", "tidewater", StatusCode::CONFLICT),
        ("Media", "", StatusCode::UNPROCESSABLE_ENTITY),
        ("Desk", "desk", StatusCode::UNPROCESSABLE_ENTITY),
        ("", "", StatusCode::UNPROCESSABLE_ENTITY),
        ("???", "", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let refused = send(&mut jar, &[("kind", "section"), ("name", name), ("slug", slug)]);
        assert_eq!(refused.status, status, "{name} {slug}");
    }
    let order = |paper: &TestPaper, jar: &mut Jar| -> Vec<String> {
        let page = paper.send(jar, Ask::get("/desk/names")).text();
        let list =
            page.split("desk-order").nth(1).unwrap().split("</ol>").next().unwrap().to_owned();
        list.split("<span>/").skip(1).map(|row| row.split('<').next().unwrap().to_owned()).collect()
    };
    let before = order(&paper, &mut jar);
    assert_eq!(before.last().map(String::as_str), Some("tidewater"));
    let up = [("kind", "move"), ("section", "tidewater"), ("act", "up")];
    assert_eq!(send(&mut jar, &up).status, StatusCode::SEE_OTHER);
    let mut wanted = before.clone();
    wanted.swap(before.len() - 1, before.len() - 2);
    assert_eq!(order(&paper, &mut jar), wanted);
    let front = paper.ask(&Ask::get("/")).text();
    let place = |slug: &str| front.find(&format!("href=\"/{slug}\"")).unwrap();
    assert!(place("tidewater") < place(wanted.last().unwrap()), "the menu follows");
    // Beyond the ends, and what is not there.
    let first = wanted[0].clone();
    assert_eq!(
        send(&mut jar, &[("kind", "move"), ("section", &first), ("act", "up")]).status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(order(&paper, &mut jar), wanted);
    for section in ["nowhere", "", "../x"] {
        let lost = send(&mut jar, &[("kind", "move"), ("section", section), ("act", "down")]);
        assert_eq!(lost.status, StatusCode::NOT_FOUND, "{section}");
    }
    // An article in it.
    let at = paper.begin(&mut jar, "High water", STORY);
    let page = paper.send(&mut jar, Ask::get(&at));
    let out =
        paper.send_form(&mut jar, &at, &page, &[("act", "publish"), ("section", "tidewater")]);
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text());
    assert_eq!(paper.ask(&Ask::get("/tidewater/high-water")).status, StatusCode::OK);
    let mut author = paper.staff("author@courant.example", Role::Author);
    assert_eq!(send(&mut author, &up).status, StatusCode::FORBIDDEN);
}

#[test]
fn search_and_cards_have_words_of_their_own_and_every_look_is_shown_before_it_is_out() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.begin(&mut jar, "A headline", STORY);
    let page = paper.send(&mut jar, Ask::get(&at));
    let hostile = "Found </script><b>it</b> & \"so\"";
    let fields = [
        ("act", "looks"),
        ("search_headline", hostile),
        ("search_standfirst", "What a search says."),
        ("social_headline", "On a card"),
        ("social_standfirst", "Below it."),
    ];
    let kept = paper.send_form(&mut jar, &at, &page, &fields);
    assert_eq!(kept.header("location"), format!("{at}/looks"));
    let looks = paper.send(&mut jar, Ask::get(&format!("{at}/looks")));
    let text = looks.text();
    assert!(text.contains("What a search says.") && text.contains("On a card"), "{text}");
    assert!(!text.contains("<b>it"), "{text}");
    assert!(looks.header("content-security-policy").contains("frame-src 'self'"));
    let ask = |jar: &mut Jar, way: &str| paper.send(jar, Ask::get(&format!("{at}/look?as={way}")));
    for (way, has, has_not) in [
        ("whole", "qzdeskx1zq", "class=\"notice"),
        ("notice", "2 free articles left", "wallbox"),
        ("notice", "qzdeskx1zq", "wallbox"),
        ("stranger", "data-state=\"ask\"", "qzdeskx1zq"),
        ("wall", "class=\"wallbox\"", "qzdeskx1zq"),
    ] {
        let look = ask(&mut jar, way);
        let text = look.text();
        assert!(text.contains(has) && !text.contains(has_not), "{way}: {text}");
        let policy = look.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'self'"), "{way}: {policy}");
    }
    assert_eq!(paper.put_out(&mut jar, &at).status, StatusCode::SEE_OTHER);
    let page = paper.send(&mut jar, Ask::get(&at));
    let out = paper.send_form(
        &mut jar,
        &at,
        &page,
        &[("act", "publish"), fields[1], fields[2], fields[3], fields[4]],
    );
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text());
    let text = paper.ask(&Ask::get("/harbour/a-headline")).text();
    for part in [
        "<title>Found &lt;/script&gt;&lt;b&gt;it&lt;/b&gt; &amp; &quot;so&quot; – ",
        "<meta name=\"description\" content=\"What a search says.\">",
        "property=\"og:title\" content=\"On a card\"",
        "property=\"og:description\" content=\"Below it.\"",
        ">A headline</h1>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // What is free has no wall to look at; what is too long is said beside its field.
    let page = paper.send(&mut jar, Ask::get(&at));
    let long = "a".repeat(201);
    let wrong = [
        ("act", "publish"),
        ("access", "free"),
        ("social_headline", long.as_str()),
        ("series", "the-long-dredge"),
        ("part", "0"),
    ];
    let refused = paper.send_form(&mut jar, &at, &page, &wrong);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["social_headline", "part"] {
        assert!(!beside(&refused.text(), field).is_empty(), "{field}: {}", refused.text());
    }
    let page = paper.send(&mut jar, Ask::get(&at));
    let fields = [("act", "save"), ("access", "free"), ("social_headline", "")];
    assert_eq!(paper.send_form(&mut jar, &at, &page, &fields).status, StatusCode::SEE_OTHER);
    assert_eq!(ask(&mut jar, "wall").header("location"), format!("{at}/look"));
}
