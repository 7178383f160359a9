//! What the block editor is handed: its words and the articles that a link can lead to; and galleries and embeds on their way from the form
//! into the paper, the feeds, and behind the line.

use http::StatusCode;
use newsroom::Role;

use crate::ask::Ask;
use crate::desk::paper;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

const EMBEDS: &str = "Above the line.

::: embed \"https://www.youtube.com/watch?v=above1\"
title: Seen by everybody
:::

<!-- paywall -->

Below it.

::: embed \"https://vimeo.com/123456\"
title: Seen by readers
caption: Filmed by night.
:::
";

#[test]
fn articles_are_found_for_a_link_by_everybody_at_the_desk_and_nobody_else() {
    let paper = paper();
    let mut author = paper.staff("author@courant.example", Role::Author);
    let found = paper.send(&mut author, Ask::get("/desk/articles?link=m05"));
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.text().contains("data-article=\"m05\""), "{}", found.text());
    assert!(!found.text().contains("data-article=\"m06\""));
    let none = paper.send(&mut author, Ask::get("/desk/articles?link=nothing+has+this")).text();
    assert!(none.contains("No article has these words in its headline."));
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    paper.begin(&mut editor, "A draft about m05", "Nobody may know of it.\n");
    let found = paper.send(&mut author, Ask::get("/desk/articles?link=m05")).text();
    assert!(!found.contains("A draft about"), "drafts are not in the paper");
    let stranger = paper.get("/desk/articles?link=m05");
    assert_eq!(stranger.status, StatusCode::SEE_OTHER);
}

#[test]
fn the_form_hands_the_editor_its_words_in_the_language_of_the_paper() {
    let settings = Settings { registration: true, language: "fr", ..Settings::default() };
    let paper = TestPaper::open(&Plan { settings, ..Plan::default() });
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let page = paper.send(&mut jar, Ask::get("/desk/articles")).text();
    assert!(page.contains(" data-bold=\"Gras\""), "{page}");
    assert!(
        page.contains(" data-line-moved=\"Ligne de l’accès payant\u{a0}: {number}")
            || page.contains(" data-line-moved=\"Ligne de l’accès payant : {number}")
    );
    assert!(page.contains(" data-alt=\""));
    assert!(
        page.contains("/assets/editor.") && page.contains("<textarea class=\"text\" id=\"text\"")
    );
    assert!(!paper.send(&mut jar, Ask::get("/desk")).text().contains("/assets/editor."));
}

#[test]
fn an_embed_is_a_card_for_whoever_may_read_it_and_a_plain_link_in_feeds() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.begin(&mut jar, "Films of the crossing", EMBEDS);
    assert_eq!(paper.put_out(&mut jar, &at).status, StatusCode::SEE_OTHER);
    let form = paper.send(&mut jar, Ask::get(&at)).text();
    let (_, address) = form.split_once("<div class=\"desk-top\">").unwrap();
    let address = address.split("<a href=\"").nth(1).unwrap().split('"').next().unwrap();
    let teaser = paper.get(address);
    let text = teaser.text();
    assert!(text.contains("data-frame=\"https://www.youtube-nocookie.com/embed/above1\" data-load=\"Load from YouTube\""), "{text}");
    assert!(
        !text.contains("123456") && !text.contains("Vimeo") && !text.contains("by night"),
        "{text}"
    );
    assert!(!text.contains("<iframe"), "nothing is loaded before somebody asks for it");
    let policy = teaser.header("content-security-policy");
    assert!(
        policy.contains("frame-src") && policy.contains("https://player.vimeo.com"),
        "{policy}"
    );
    let feed = paper.get("/feeds/all.rss").text();
    assert!(!feed.contains("data-frame") && !feed.contains("123456"), "{feed}");
    let look = paper.send(&mut jar, Ask::get(&format!("{at}/look")));
    assert!(look.text().contains("data-frame=\"https://player.vimeo.com/video/123456?dnt=1\""));
    assert!(look.header("content-security-policy").contains("frame-src"));
    let wrong = paper.begin(
        &mut jar,
        "Elsewhere",
        "A.\n\n::: embed \"https://evil.example/x\"\ntitle: x\n:::\n",
    );
    let refused = paper.put_out(&mut jar, &wrong);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .contains("Line 3 of the text: nothing of &quot;evil.example&quot; is shown in a box"),
        "{}",
        refused.text()
    );
}
