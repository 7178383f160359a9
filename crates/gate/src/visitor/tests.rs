use proptest::prelude::*;

use super::VisitorKeys;

fn keys() -> VisitorKeys {
    VisitorKeys::derive(&[7; 32], "https://courant.example")
}

#[test]
fn a_token_names_its_person_and_no_other_paper_s() {
    let token = keys().issue([1; 16]);
    let text = token.to_string();
    assert_eq!(text.len(), 43);
    let person = keys().person(&text).expect("our own token");
    assert_eq!(keys().person_of(&token), Some(person));
    assert_ne!(keys().person(&keys().issue([2; 16]).to_string()), Some(person));
    for (secret, url) in
        [([7; 32], "https://staging.example"), ([8; 32], "https://courant.example")]
    {
        assert_eq!(VisitorKeys::derive(&secret, url).person(&text), None, "{url}");
    }
}

#[test]
fn the_record_s_name_of_a_person_is_not_in_the_cookie() {
    let token = keys().issue([1; 16]);
    let person = keys().person_of(&token).expect("our own token");
    assert!(!token.0.windows(16).any(|window| window == person.as_bytes()));
}

#[test]
fn one_idempotency_key_is_one_visitor() {
    let key = "AAAAAAAAAAAAAAAAAAAAAA";
    let token = keys().issue_for_retry(key).expect("a well-formed key");
    assert_eq!(keys().issue_for_retry(key), Some(token.clone()));
    assert_ne!(keys().issue_for_retry("AAAAAAAAAAAAAAAAAAAAAQ"), Some(token));
    for malformed in
        ["", "A", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAB"]
    {
        assert_eq!(keys().issue_for_retry(malformed), None, "{malformed:?}");
    }
}

proptest! {
    #[test]
    fn every_token_round_trips(id in any::<[u8; 16]>()) {
        let token = keys().issue(id);
        prop_assert_eq!(keys().person(&token.to_string()), keys().person_of(&token));
        prop_assert!(keys().person_of(&token).is_some());
    }

    #[test]
    fn a_changed_token_is_none_of_ours(id in any::<[u8; 16]>(), place in 0_usize..43, with in "[ -~]") {
        let text = keys().issue(id).to_string();
        let mut changed = text.clone();
        changed.replace_range(place..=place, &with);
        if changed != text {
            prop_assert_eq!(keys().person(&changed), None);
        }
    }

    #[test]
    fn arbitrary_text_is_none_of_ours(text in "\\PC{0,80}") {
        prop_assert_eq!(keys().person(&text), None);
        let _ = keys().issue_for_retry(&text);
    }
}
