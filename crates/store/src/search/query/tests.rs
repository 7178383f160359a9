use proptest::prelude::*;

use super::*;

fn expression(text: &str) -> String {
    Query::parse(text).unwrap().expression()
}

#[test]
fn words_phrases_and_unwanted_words() {
    assert_eq!(expression("harbour dues"), "\"harbour\" AND \"dues\" *");
    assert_eq!(expression("\"Long Dredge\" -trade"), "(\"long dredge\") NOT (\"trade\")");
    assert_eq!(expression("-a -\"b c\" d"), "(\"d\") NOT (\"a\" OR \"b c\")");
    assert_eq!(expression("« deux mots » x"), "\"deux mots\" AND \"x\"");
    assert_eq!(expression("\"never closed"), "\"never closed\"");
    assert_eq!(expression("covid-19 don’t"), "\"covid 19\" AND \"don t\"");
    assert_eq!(expression("東 東京 東京都"), "\"東\" * AND \"東京\" AND \"東京 京都\"");
}

#[test]
fn what_other_engines_understand_is_data() {
    for (text, expected) in [
        ("headline:x", "\"headline x\""),
        ("NEAR(a b)", "\"near a\" AND \"b\""),
        ("a OR b AND NOT c*", "\"a\" AND \"or\" AND \"b\" AND \"and\" AND \"not\" AND \"c\""),
        ("^{x} + y'; DROP TABLE z --", "\"x\" AND \"y\" AND \"drop\" AND \"table\" AND \"z\""),
    ] {
        assert_eq!(expression(text), expected, "{text}");
    }
}

#[test]
fn limits() {
    let fault = |text: &str| Query::parse(text).unwrap_err();
    for text in ["", "  ", "-", "--", "\"\"", "-word", "?!", "\u{301}"] {
        assert_eq!(fault(text), QueryFault::NoWord, "{text:?}");
    }
    assert_eq!(fault(&"é".repeat(QUERY_CHARS_MAX + 1)), QueryFault::TooLong);
    assert!(Query::parse(&"é".repeat(QUERY_CHARS_MAX)).is_ok());
    assert!(Query::parse(&"a ".repeat(QUERY_WORDS_MAX)).is_ok());
    assert_eq!(fault(&"a ".repeat(QUERY_WORDS_MAX + 1)), QueryFault::TooManyWords);
    assert_eq!(fault(&format!("\"{}\"", "a ".repeat(17))), QueryFault::TooManyWords);
}

#[test]
fn marks_and_other_spellings() {
    let query = Query::parse("creme bru").unwrap();
    let text = "A Crème brûlée, crèmes.";
    let marked: Vec<&str> = query.marks(text).into_iter().map(|mark| &text[mark]).collect();
    assert_eq!(marked, ["Crème", "brûlée"]);
    let text = "大東京都と東";
    let marks = |ask: &str| -> Vec<&str> {
        let query = Query::parse(ask).unwrap();
        query.marks(text).into_iter().map(|mark| &text[mark]).collect()
    };
    assert_eq!(marks("東"), ["東", "東"]);
    assert_eq!(marks("東京都"), ["東京都"]);
    let query = Query::parse("harbuor -x \"a b\" dregde").unwrap();
    assert_eq!(query.spelled(&[(0, "harbour"), (3, "dredge")]), "harbour -x \"a b\" dredge");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_input_is_a_query_or_a_fault(text in "[-\"a東é*^:(){}+ '“」]{0,30}|\\PC{0,60}") {
        if let Ok(query) = Query::parse(&text) {
            for mark in query.marks(&text) {
                prop_assert!(text.get(mark).is_some());
            }
            let quotes = query.expression().matches('"').count();
            prop_assert_eq!(quotes, query.terms.len() * 2);
        }
    }
}
