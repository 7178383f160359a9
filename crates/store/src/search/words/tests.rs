use proptest::prelude::*;

use super::*;

fn folded(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.folded).collect()
}

#[test]
fn words_are_folded() {
    assert_eq!(folded("The Harbour’s Crème-brûlée"), ["the", "harbour", "s", "creme", "brulee"]);
    assert_eq!(
        folded("Straße ŒUVRE Łódź İstanbul ＡＢＣ"),
        ["strasse", "oeuvre", "lodz", "istanbul", "abc"]
    );
    assert_eq!(folded("cre\u{300}me cr\u{e8}me"), ["creme", "creme"]);
    assert_eq!(folded("3.1 m, 2026-09-16"), ["3", "1", "m", "2026", "09", "16"]);
    assert_eq!(folded("כִּנּוֹר مُدَرِّس"), ["כנור", "مدرس"]);
    assert_eq!(folded("Θάλασσα θαλασσας"), ["θαλασσα", "θαλασσασ"]);
}

#[test]
fn scripts_without_spaces_are_paired() {
    assert_eq!(folded("東京都"), ["東京", "京都", "都"]);
    assert_eq!(folded("港 x海"), ["港", "x", "海"]);
    assert_eq!(folded("한국어"), ["한국", "국어", "어"]);
    assert_eq!(folded("ｶﾞｽ"), folded("ガス"));
    assert_eq!(folded("か\u{3099}す"), folded("がす"));
    let ask = |text| phrase(text).into_iter().map(|word| word.folded).collect::<Vec<_>>();
    assert_eq!(ask("東京都"), ["東京", "京都"]);
    assert_eq!(ask("都"), ["都"]);
    assert_eq!(ask("東京 ab"), ["東京", "京", "ab"]);
}

#[test]
fn a_long_word_is_cut() {
    let long = "é".repeat(200);
    assert_eq!(folded(&long), ["e".repeat(WORD_CHARS_MAX)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn places_lie_in_the_text_and_folding_is_final(text in "\\PC{0,40}") {
        for word in words(&text) {
            prop_assert!(text.get(word.place.clone()).is_some());
            prop_assert!(text.get(word.place.start..word.first_ends).is_some());
            prop_assert!(word.first_ends <= word.place.end && word.place.start < word.first_ends);
            let strange = ['"', ' ', '*', '\0', '\u{E000}'];
            prop_assert!(!word.folded.contains(strange));
            prop_assert!(!word.folded.bytes().any(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()));
        }
    }
}
