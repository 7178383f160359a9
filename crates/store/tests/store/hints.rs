//! What a payment provider sent, as far as it waits: how much of it is kept, and that more of it is asked for later.

use store::{HINTS_MAX, NewHint, Store};

use crate::stage::{Folder, at, number, wait};

fn keep(store: &Store, number: u32) -> bool {
    let hint = NewHint {
        provider: "stripe",
        id: format!("evt_{number}"),
        subscription: Some("sub_1".to_owned()),
        payment: None,
        checkout: None,
        body: b"{}".to_vec(),
    };
    wait(store.keep_hint(hint, at(0))).unwrap()
}

#[test]
fn so_many_wait_and_one_more_when_one_was_applied() {
    let folder = Folder::new();
    let store = folder.open();
    assert!(keep(&store, 1));
    // As many as another process may have kept.
    let raw = folder.raw();
    raw.execute(
        "WITH RECURSIVE more (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM more WHERE n < ?1) \
         INSERT INTO hints (provider, id, body, received_at, due_at, tries) \
         SELECT 'other', n, x'', 0, 0, 0 FROM more",
        [HINTS_MAX as i64],
    )
    .unwrap();
    store.close();
    let store = folder.open();
    assert!(!keep(&store, 2), "there is one too many");
    assert_eq!(number(&raw, "SELECT count(*) FROM hints"), HINTS_MAX as i64);
    let first = number(&raw, "SELECT seq FROM hints WHERE id = 'evt_1'");
    wait(store.hint_done(first, at(1), None)).unwrap();
    assert!(keep(&store, 2));
    assert!(!keep(&store, 3));
    assert_eq!(
        number(&raw, "SELECT count(*) FROM hints WHERE applied_at IS NULL"),
        HINTS_MAX as i64
    );
}
