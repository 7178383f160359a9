//! Only the gate decides and spends, only the store speaks SQL, only the route table makes routes.

use crate::source::{self, Source};

/// What SQL begins with. Ordinary sentences do not shout.
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "REPLACE INTO ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "CREATE UNIQUE ",
    "ALTER TABLE ",
    "DROP TABLE ",
    "PRAGMA ",
    "BEGIN IMMEDIATE",
    "insert into ",
    "delete from ",
    "create table ",
];

/// Tokens of one file that are `name` and stand where `fits` says so, given the token before and the one after.
fn places(source: &Source, name: &str, fits: fn(&str, &str) -> bool) -> Vec<usize> {
    let tokens = source.tokens();
    let word = |place: usize| tokens.get(place).map_or("", |(_, token)| *token);
    let is_there = |(place, (line, token)): (usize, &(usize, &str))| {
        let before = place.checked_sub(1).map_or("", word);
        (*token == name && fits(before, word(place + 1))).then_some(*line)
    };
    tokens.iter().enumerate().filter_map(is_there).collect()
}

/// `decide` is named by the rules, which define it, and by the gate, which calls it: not even imported elsewhere.
fn decides(source: &Source) -> Vec<String> {
    if matches!(source.room(), "paywall" | "gate") {
        return Vec::new();
    }
    let lines = places(source, "decide", |_, _| true);
    let finding = |line| format!("{}:{line}: names `decide`; ask the gate instead", source.path);
    lines.into_iter().map(finding).collect()
}

/// Readings are spent by the gate alone; a definition of `spend` is no call.
fn spends(source: &Source) -> Vec<String> {
    if source.room() == "gate" {
        return Vec::new();
    }
    let lines = places(source, "spend", |before, after| {
        matches!(before, "." | ":") && matches!(after, "(" | ")" | ",")
    });
    let finding = |line| format!("{}:{line}: spends a reading; that is the gate's", source.path);
    lines.into_iter().map(finding).collect()
}

/// SQL in texts.
fn sql(source: &Source) -> Vec<String> {
    if source.room() == "store" {
        return Vec::new();
    }
    let speaks = |text: &str| {
        SQL.iter().any(|words| text.contains(words))
            || text.contains("UPDATE ") && text.contains(" SET ")
    };
    let found = source.literals.iter().filter(|(_, text)| speaks(text));
    found.map(|(line, _)| format!("{}:{line}: SQL outside the store", source.path)).collect()
}

/// Routes that are not rows of the one table.
fn routes(source: &Source) -> Vec<String> {
    let tokens = source.tokens();
    let calls = tokens.windows(4).filter(|four| {
        let [before, rest @ ..] = [four[0].1, four[1].1, four[2].1, four[3].1];
        // `..route(` fills the rest of a row of the table.
        before != "." && rest == [".", "route", "("]
    });
    let finding = |four: &[(usize, &str)]| {
        format!("{}:{}: `.route(`; an address is a row of ROUTES in web", source.path, four[2].0)
    };
    calls.map(finding).collect()
}

/// The pages of the route table that the test of leaks does not know.
fn without_leak_row(table: &Source, leaks: &Source) -> Vec<String> {
    let named = |source: &Source| -> Vec<String> {
        let tokens = source.tokens();
        let of_page = tokens.windows(4).filter(|four| four[0].1 == "Page" && four[1].1 == ":");
        of_page.map(|four| four[3].1.to_owned()).collect()
    };
    let known = named(leaks);
    let mut pages = named(table);
    pages.sort();
    pages.dedup();
    let unknown = pages.into_iter().filter(|page| !known.contains(page));
    unknown.map(|page| format!("{}: nothing about Page::{page}", leaks.path)).collect()
}

#[test]
fn only_the_gate_decides_and_spends() {
    let sources = source::all();
    let sources = sources.iter().filter(|source| !source.is_test());
    let findings: Vec<String> = sources.flat_map(|s| [decides(s), spends(s)].concat()).collect();
    crate::none(&findings);
}

#[test]
fn only_the_store_speaks_sql() {
    let sources = source::all();
    let sources = sources.iter().filter(|source| !source.is_test());
    crate::none(&sources.flat_map(sql).collect::<Vec<_>>());
}

#[test]
fn every_address_is_in_the_route_table_and_every_page_in_the_test_of_leaks() {
    let sources = source::all();
    let mut findings: Vec<String> = sources.iter().flat_map(routes).collect();
    let at = |path: &str| sources.iter().find(|source| source.path == path);
    // Until the test of leaks exists, its invariant stands as "wanted" in ARCHITECTURE.md, which is counted.
    if let (Some(table), Some(leaks)) =
        (at("crates/web/src/shell/routes.rs"), at("crates/masthead/tests/it/leaks.rs"))
    {
        findings.extend(without_leak_row(table, leaks));
    }
    crate::none(&findings);
}

#[test]
fn a_second_door_is_found() {
    let text = "use paywall::decide;\nfn a() { decide(&p); r.spend(x); s.decide_later(); }\n\
        fn b() { map(Readings::spend) }\n// decide(\nlet t = \"decide(\"; fn spend() {}\n";
    let web = Source::new("crates/web/src/a.rs", text);
    assert_eq!(decides(&web).len(), 2);
    assert_eq!(spends(&web).len(), 2);
    let gate = Source::new("crates/gate/src/a.rs", text);
    assert!(decides(&gate).is_empty() && spends(&gate).is_empty());
}

#[test]
fn sql_and_routes_outside_their_rooms_are_found() {
    let text = "let a = \"SELECT 1\"; let b = \"UPDATE t SET x = 1\"; let c = \"Select a plan\";\n\
        x.route(\"/y\", z); Y { a: 1, ..route(b) }\n";
    let web = Source::new("crates/web/src/a.rs", text);
    assert_eq!(sql(&web).len(), 2);
    assert_eq!(routes(&web).len(), 1);
    assert!(sql(&Source::new("crates/store/src/a.rs", text)).is_empty());
}

#[test]
fn a_page_without_a_leak_row_is_found() {
    let table = Source::new("routes.rs", "route(Page::Home, 1); route(Page::Tag, 2);");
    let leaks = Source::new("leaks.rs", "match page { Page::Home => 1 }");
    assert_eq!(without_leak_row(&table, &leaks), ["leaks.rs: nothing about Page::Tag"]);
}
