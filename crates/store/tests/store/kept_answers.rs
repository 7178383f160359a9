//! Answers that are kept for machines: how many of one token, and how many of all.

use store::{Claimed, KEPT_ANSWERS_MAX, KEPT_ANSWERS_OF_TOKEN_MAX, Store};

use crate::stage::{DAY, Folder, at, wait};

/// Has answers of tokens kept, so many of each, without asking for them one by one.
fn fill(folder: &Folder, tokens: std::ops::RangeInclusive<i64>, of_each: usize) {
    let raw = folder.raw();
    for token in tokens {
        raw.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) \
             INSERT INTO kept_answers (token, name, request, begun_at) SELECT ?1, 'n' || i, x'', ?3 FROM n",
            (token, i64::try_from(of_each).unwrap(), at(0).as_microsecond()),
        )
        .unwrap();
    }
}

fn claim(store: &Store, token: i64, name: &str) -> Claimed {
    wait(store.claim_request(token, name.to_owned(), [0; 32], at(60))).unwrap()
}

#[test]
fn a_token_uses_up_its_own_room_and_nobody_else_s() {
    let folder = Folder::new();
    let store = folder.open();
    fill(&folder, 1..=1, KEPT_ANSWERS_OF_TOKEN_MAX - 1);
    assert_eq!(claim(&store, 1, "last"), Claimed::New);
    assert_eq!(claim(&store, 1, "one more"), Claimed::Full);
    // What it asked before has its answer still, and others have their own room.
    assert_eq!(claim(&store, 1, "last"), Claimed::UnderWay);
    assert_eq!(claim(&store, 2, "first"), Claimed::New);
    // What came to nothing makes room.
    wait(store.keep_answer(1, "last".to_owned(), None)).unwrap();
    assert_eq!(claim(&store, 1, "one more"), Claimed::New);
}

#[test]
fn all_tokens_have_so_much_room_together() {
    let folder = Folder::new();
    let store = folder.open();
    let each = KEPT_ANSWERS_OF_TOKEN_MAX / 2;
    let tokens = i64::try_from(KEPT_ANSWERS_MAX / each).unwrap();
    fill(&folder, 1..=tokens, each);
    assert_eq!(claim(&store, tokens + 1, "one more"), Claimed::Full);
    assert_eq!(wait(store.forget_kept_answers(at(2 * DAY), 1)).unwrap(), 1);
    assert_eq!(claim(&store, tokens + 1, "one more"), Claimed::New);
}
