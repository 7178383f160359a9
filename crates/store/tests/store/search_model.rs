//! Random small papers and queries: the index finds what a reader with a pencil would find in the public texts.

use proptest::prelude::*;
use proptest::test_runner::Config;
use store::{Count, Order, Query, Search};

use crate::search::{article, ask, numbers, run, save};
use crate::stage::{DAY, Folder, at, wait};

const WORDS: [&str; 10] =
    ["tide", "tides", "Tidé", "quay", "Quäy-side", "東", "東京", "京都大", "42", "x"];

/// What happens to an article: its number, headline, teaser, locked body, and whether it is open, taken back, or early.
type Save = (u64, Vec<usize>, Vec<usize>, Vec<usize>, u8);

fn text(words: &[usize]) -> String {
    words.iter().map(|word| WORDS[*word]).collect::<Vec<_>>().join(" ")
}

fn saves() -> impl Strategy<Value = Vec<Save>> {
    let words = || proptest::collection::vec(0..WORDS.len(), 1..4);
    proptest::collection::vec((1_u64..7, words(), words(), words(), 0_u8..6), 1..14)
}

fn asked() -> impl Strategy<Value = String> {
    let term =
        (0_u8..4, proptest::collection::vec(0..WORDS.len(), 1..3)).prop_map(|(kind, words)| {
            let text = text(&words);
            match kind {
                0 => format!("\"{text}\""),
                1 => format!("-{}", WORDS[words[0]]),
                _ => text,
            }
        });
    proptest::collection::vec(term, 1..3).prop_map(|terms| terms.join(" "))
}

/// Folded by hand: the words of this test and no others.
fn plain(text: &str) -> String {
    text.to_lowercase().replace('é', "e").replace('ä', "a").replace('-', " ")
}

/// Whether a text has a phrase; between Latin words only whole words count, except for the end of an open one.
fn has(text: &str, phrase: &str, open: bool) -> bool {
    let text = format!(" {} ", plain(text));
    let phrase = plain(phrase);
    let spelled =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    text.match_indices(&phrase).any(|(place, _)| {
        let before = text[..place].chars().next_back();
        let behind = text[place + phrase.len()..].chars().next();
        let starts = !(spelled(phrase.chars().next()) && spelled(before));
        let ends = open || !(spelled(phrase.chars().next_back()) && spelled(behind));
        starts && ends
    })
}

/// The terms of a query: phrase, unwanted, open.
fn terms(query: &str) -> Vec<(String, bool, bool)> {
    let mut terms = Vec::new();
    for (place, part) in query.split('"').enumerate() {
        if place % 2 == 1 {
            terms.push((part.to_owned(), false, false));
            continue;
        }
        for word in part.split_whitespace() {
            let bare = word.strip_prefix('-');
            terms.push((bare.unwrap_or(word).to_owned(), bare.is_some(), false));
        }
    }
    let quoted = query.ends_with('"');
    if let Some(last) = terms.last_mut().filter(|last| !last.1 && !quoted) {
        // "Quäy-side" is two words and no beginning.
        last.2 = last.0.chars().count() >= 2 && !last.0.contains('-');
    }
    terms
}

proptest! {
    #![proptest_config(Config { cases: 40, ..Config::default() })]

    #[test]
    fn the_index_is_what_the_public_texts_are(saves in saves(), queries in proptest::collection::vec(asked(), 1..6)) {
        let folder = Folder::new();
        let store = folder.open();
        let mut public: std::collections::BTreeMap<u64, Vec<String>> = Default::default();
        for (turn, (number, headline, teaser, body, fate)) in saves.into_iter().enumerate() {
            let (headline, teaser, body) = (text(&headline), text(&teaser), text(&body));
            let mut saved = article(number, &headline, &teaser, &body);
            let mut texts = vec![headline, teaser, "City".to_owned()];
            match fate {
                0 => {
                    saved.head.access = paywall::Access::Free;
                    texts.push(body);
                }
                1 => saved.head.withdrawn_at = Some(at(1)),
                2 => saved.head.published_at = at(2 * DAY),
                _ => {}
            }
            public.remove(&number);
            if !matches!(fate, 1 | 2) {
                public.insert(number, texts);
            }
            save(&store, vec![saved]);
            if turn % 3 == 0 {
                wait(store.index_due(at(DAY))).unwrap();
            }
        }
        for query in queries {
            let Ok(_) = Query::parse(&query) else { continue };
            let terms = terms(&query);
            let fits = |texts: &Vec<String>| {
                terms.iter().all(|(phrase, unwanted, open)| {
                    texts.iter().any(|text| has(text, phrase, *open)) != *unwanted
                })
            };
            let mut expected: Vec<u64> =
                public.iter().filter(|(_, texts)| fits(texts)).map(|(number, _)| *number).collect();
            expected.reverse();
            let search = Search { order: Order::Time, ..ask(&query) };
            let findings = run(&store, search, at(DAY));
            prop_assert_eq!(numbers(&findings), expected.clone(), "{}", query);
            prop_assert_eq!(findings.count, Count::Exactly(u32::try_from(expected.len()).unwrap()));
            for one in &findings.articles {
                for mark in &one.snippet.marks {
                    prop_assert!(one.snippet.text.get(mark.clone()).is_some());
                }
            }
        }
    }
}
