use super::*;
use crate::Options;

/// How the database would answer.
fn plan(query: &str, values: impl rusqlite::Params) -> String {
    let folder = tempfile::tempdir().unwrap();
    let connection = crate::sqlite::open(folder.path(), &Options::default()).unwrap();
    let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
    let lines = explained.query_map(values, |row| row.get::<_, String>(3)).unwrap();
    lines.map(Result::unwrap).collect::<Vec<_>>().join("; ")
}

#[test]
fn every_search_is_a_stretch_of_an_index_and_sorts_nothing() {
    let by_mail = plan(&format!("SELECT * FROM readers WHERE {BY_MAIL}"), ("a", "b", "", 50));
    assert!(by_mail.starts_with("SEARCH readers USING INDEX"), "{by_mail}");
    let values = ("a", "b", "", [0_u8; 16], 50);
    let by_name = plan(&format!("SELECT * FROM readers WHERE {BY_NAME}"), values);
    assert!(by_name.starts_with("SEARCH readers USING INDEX readers_by_name"), "{by_name}");
    let by_last_name = plan(&format!("SELECT * FROM readers WHERE {BY_LAST_NAME}"), values);
    let index = "SEARCH readers USING INDEX readers_by_last_name";
    assert!(by_last_name.starts_with(index), "{by_last_name}");
    let mails = plan(&format!("SELECT * FROM mails {MAILS}"), ("a@b.example", 50));
    assert!(mails.starts_with("SEARCH mails USING INDEX mails_by_recipient"), "{mails}");
    let deeds =
        "SELECT * FROM deeds WHERE about = ?1 AND about IS NOT NULL ORDER BY number DESC LIMIT ?2";
    let deeds = plan(deeds, ([0_u8; 16], 50));
    assert!(deeds.starts_with("SEARCH deeds USING INDEX deeds_by_reader"), "{deeds}");
    for plan in [by_mail, by_name, by_last_name, mails, deeds] {
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}
