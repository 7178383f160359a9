//! Which room may import which: the table of ARCHITECTURE.md, held against `cargo metadata`.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Libraries that a room must do without, since they would let it do what its sentence forbids.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "paywall",
        &["tokio", "axum", "hyper", "http", "rusqlite", "rand", "getrandom", "serde", "serde_json"],
    ),
    ("newsroom", &["tokio", "axum", "hyper", "http", "rusqlite", "rand", "getrandom"]),
    ("face", &["tokio", "axum", "hyper", "http", "rusqlite", "rand", "getrandom"]),
    ("gate", &["axum", "hyper", "http", "rusqlite", "minijinja"]),
    ("store", &["axum", "hyper", "http", "minijinja", "rand", "getrandom"]),
];

/// Libraries that belong to certain rooms alone.
const RESERVED: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("ureq", &["providers", "xtask"]),
    ("reqwest", &["providers"]),
    ("hyper", &["web", "masthead"]),
    ("axum", &["web", "masthead"]),
    ("getrandom", &["gate"]),
    ("rand", &["gate"]),
    ("anyhow", &["masthead", "xtask"]),
];

/// One room's import of something.
#[derive(Debug)]
struct Import {
    room: String,
    name: String,
    /// For tests and benches only.
    for_tests: bool,
}

/// One row of the table: a room and what it may import.
struct Row {
    room: String,
    may: BTreeSet<String>,
    all: bool,
}

fn rows(architecture: &str) -> Vec<Row> {
    let rows = crate::table(architecture, "Rooms and arrows");
    let row = |cells: Vec<String>| Row {
        room: cells[0].trim_matches('`').to_owned(),
        may: crate::quoted(&cells[1]).into_iter().map(str::to_owned).collect(),
        all: cells[1] == "all",
    };
    rows.into_iter().map(row).collect()
}

fn imports(metadata: &Value) -> Vec<Import> {
    let packages = metadata["packages"].as_array().unwrap();
    let of = |package: &Value| {
        let room = package["name"].as_str().unwrap().to_owned();
        let dependencies = package["dependencies"].as_array().unwrap().clone();
        dependencies.into_iter().map(move |dependency| Import {
            room: room.clone(),
            name: dependency["name"].as_str().unwrap().to_owned(),
            for_tests: dependency["kind"] == "dev",
        })
    };
    packages.iter().flat_map(of).collect()
}

fn rooms(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|package| package["name"].as_str().unwrap().to_owned()).collect()
}

/// Our own rooms import what the table lets them, in tests too.
fn own(rows: &[Row], rooms: &[String], imports: &[Import]) -> Vec<String> {
    let mut findings = Vec::new();
    for room in rooms {
        if !rows.iter().any(|row| row.room == *room) {
            findings.push(format!("{room} is not in the table of ARCHITECTURE.md; add it there"));
        }
    }
    for Row { room, may, .. } in rows {
        for named in std::iter::once(room).chain(may) {
            if !rooms.contains(named) {
                findings.push(format!("ARCHITECTURE.md names {named}, and there is no such crate"));
            }
        }
    }
    for Import { room, name, .. } in imports.iter().filter(|import| rooms.contains(&import.name)) {
        let free = rows.iter().any(|row| row.room == *room && (row.all || row.may.contains(name)));
        if !free {
            findings.push(format!(
                "{room} imports {name}, and ARCHITECTURE.md has no such arrow; \
                 a new one needs a decision record"
            ));
        }
    }
    findings
}

/// Other people's libraries stay out of rooms that must not be able to do what they do; tests may use them.
fn others(imports: &[Import]) -> Vec<String> {
    let mut findings = Vec::new();
    for Import { room, name, .. } in imports.iter().filter(|import| !import.for_tests) {
        let forbids = |(of, names): &(&str, &[&str])| of == room && names.contains(&name.as_str());
        if FORBIDDEN.iter().any(forbids) {
            findings.push(format!("{room} imports {name}, which it must do without"));
        }
        if let Some((_, owners)) = RESERVED.iter().find(|(of, _)| *of == name)
            && !owners.contains(&room.as_str())
        {
            findings.push(format!(
                "{room} imports {name}, which belongs to {} alone",
                owners.join(" and ")
            ));
        }
    }
    findings
}

#[test]
fn rooms_import_what_the_architecture_lets_them() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(crate::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let imports = imports(&metadata);
    assert!(imports.len() > 20, "cargo metadata tells of {} imports only", imports.len());
    let mut findings = own(&rows(&crate::read("ARCHITECTURE.md")), &rooms(&metadata), &imports);
    findings.extend(others(&imports));
    crate::none(&findings);
}

#[cfg(test)]
fn sample(room: &str, name: &str, for_tests: bool) -> Vec<Import> {
    vec![Import { room: room.to_owned(), name: name.to_owned(), for_tests }]
}

#[test]
fn a_wrong_arrow_is_found() {
    let architecture = "## Rooms and arrows\n| room | may import | because |\n|---|---|---|\n\
        | `rules` | nothing of ours | x |\n| `door` | `rules` | x |\n| `house` | all | x |\n";
    let rows = rows(architecture);
    let rooms = ["rules", "door", "house"].map(str::to_owned);
    assert!(own(&rows, &rooms, &sample("door", "rules", false)).is_empty());
    assert!(own(&rows, &rooms, &sample("house", "door", false)).is_empty());
    assert_eq!(own(&rows, &rooms, &sample("rules", "door", true)).len(), 1);
    assert_eq!(own(&rows, &rooms[..2], &[]).len(), 1, "a row without a crate");
    let more = ["rules", "door", "house", "shed"].map(str::to_owned);
    assert_eq!(own(&rows, &more, &[]).len(), 1, "a crate without a row");
}

#[test]
fn a_library_in_the_wrong_room_is_found() {
    assert_eq!(others(&sample("paywall", "tokio", false)).len(), 1);
    assert_eq!(others(&sample("web", "rusqlite", false)).len(), 1);
    assert_eq!(others(&sample("gate", "hyper", false)).len(), 2);
    assert!(others(&sample("paywall", "serde", true)).is_empty());
    assert!(others(&sample("store", "rusqlite", false)).is_empty());
}
