use super::print::one_line;
use super::{Letter, SUBJECT_CHARS_MAX, letter};
use crate::scene::{Scene, now};

#[test]
fn the_code_is_in_the_subject_and_apart_in_the_text() {
    let scene = Scene::new();
    let link = "https://courant.example/sign-in/by-link#abc";
    let words =
        letter(&Letter::SignIn { code: "4821 9034", link, minutes: 15 }, &scene.paper(), now());
    assert_eq!(words.subject, "4821 9034 is your code for The Merrin Courant");
    assert!(words.plain.lines().any(|line| line == "4821 9034"), "{}", words.plain);
    assert!(words.plain.lines().any(|line| line == link), "{}", words.plain);
    assert!(words.plain.contains("15 minutes, until 14:03 (Halifax time)"), "{}", words.plain);
    assert!(words.plain.contains("https://courant.example/contact"), "{}", words.plain);
    assert!(words.html.contains("<b>4821 9034</b>"), "{}", words.html);
    assert!(words.html.contains(&format!("href=\"{link}\"")), "{}", words.html);
}

#[test]
fn a_line_is_one_line_and_is_cut() {
    assert_eq!(one_line("a\r\nBcc: b\u{202E}c\u{0}", 80), "a Bcc: b c");
    assert_eq!(one_line("abc def", 5), "abc…");
    assert_eq!(one_line("", 5), "");
    let long = "x".repeat(SUBJECT_CHARS_MAX + 1);
    assert_eq!(one_line(&long, SUBJECT_CHARS_MAX).chars().count(), SUBJECT_CHARS_MAX);
}
