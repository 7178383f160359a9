//! One noun, one spelling: the column "not" of GLOSSARY.md holds for the names of types, functions, fields, variants,
//! constants and modules, for tables and columns, for files and for addresses. Prose and HTTP's own terms are free.

use std::collections::BTreeSet;

use crate::source::{self, Source};

/// Names that keep a banned word: where, which, why. The list only shrinks.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("crates/face/src/words.rs", "category", "CLDR's plural categories"),
    ("crates/face/src/words.rs", "CATEGORIES", "CLDR's plural categories"),
    ("crates/face/src/words.rs", "categories", "CLDR's plural categories"),
    ("crates/face/src/words.rs", "category_name", "CLDR's plural categories"),
    ("crates/providers/src/front.rs", "post", "HTTP's method"),
    ("crates/web/src/site/counts.rs", "ForeignPosts", "HTTP's method"),
    ("crates/web/src/site/reading.rs", "came_from_post", "HTTP's method"),
];
/// How many exceptions there may be. Lower it with the list; never raise it.
const EXCEPTIONS_MAX: usize = 7;

/// HTTP's own terms: a banned word, and what follows it there.
const HTTP: &[(&str, &[&str])] = &[
    ("content", &["type", "length", "encoding", "security", "disposition", "range", "language"]),
    ("user", &["agent"]),
];

/// The banned words: those of the column "not" that the column "word" does not give a meaning of its own.
fn bans(glossary: &str) -> BTreeSet<String> {
    let rows = crate::table(glossary, "Words");
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphabetic());
        parts.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let meant: BTreeSet<String> = rows.iter().flat_map(|row| words(&row[0])).collect();
    let not = rows.iter().filter_map(|row| row.get(2));
    not.flat_map(|cell| words(cell)).filter(|word| !meant.contains(word)).collect()
}

/// The banned word in a name, if there is one.
fn banned<'a>(bans: &'a BTreeSet<String>, name: &str) -> Option<&'a str> {
    let words = words_of(name);
    words.iter().enumerate().find_map(|(place, word)| {
        let next = words.get(place + 1).map(String::as_str);
        let of_http = |(term, after): &(&str, &[&str])| {
            term == word && next.is_some_and(|next| after.contains(&next))
        };
        if HTTP.iter().any(of_http) {
            return None;
        }
        bans.get(word).or_else(|| bans.get(&singular(word))).map(String::as_str)
    })
}

/// `LeadImage`, `lead_image` and `lead-image` are two words.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        let begins = c.is_uppercase() && after_small;
        if !c.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

/// The names that a file gives: items, fields and variants.
fn names(source: &Source) -> Vec<(usize, String)> {
    let tokens = source.tokens();
    let word = |place: usize| tokens.get(place).map_or("", |(_, token)| *token);
    let is_name = |token: &str| token.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let mut names = Vec::new();
    // The braces that are open; `true` for those of a struct or an enum.
    let mut bodies: Vec<bool> = Vec::new();
    let mut type_begins = false;
    for (place, (line, token)) in tokens.iter().copied().enumerate() {
        match token {
            "struct" | "enum" | "union" | "trait" | "type" | "fn" | "mod" | "const" | "static" => {
                if is_name(word(place + 1)) && !matches!(word(place + 1), "fn" | "unsafe" | "_") {
                    names.push((line, word(place + 1).to_owned()));
                }
                type_begins |= matches!(token, "struct" | "enum");
            }
            "{" => {
                // A variant's own fields are in a body of their own inside that of the enum.
                let inner = bodies.last().copied().unwrap_or(false);
                bodies.push(type_begins || inner);
                type_begins = false;
            }
            "}" => {
                bodies.pop();
            }
            ";" | "=" => type_begins = false,
            _ if bodies.last() == Some(&true) && is_name(token) => {
                let before = place.checked_sub(1).map_or("", word);
                let field = word(place + 1) == ":" && word(place + 2) != ":" && before != ":";
                let variant = matches!(before, "{" | "," | "]")
                    && matches!(word(place + 1), "," | "}" | "(" | "{" | "=");
                if field || variant {
                    names.push((line, token.to_owned()));
                }
            }
            _ => {}
        }
    }
    names
}

/// Tables and columns: the small words of a migration. SQL's own are written in capitals.
fn columns(text: &str) -> Vec<(usize, String)> {
    let mut columns = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split("--").next().unwrap_or("");
        let outside: String = line.split('\'').step_by(2).collect();
        let words = outside.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let small = words.filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
        columns.extend(small.map(|word| (number + 1, word.to_owned())));
    }
    columns
}

fn check_names(bans: &BTreeSet<String>, path: &str, names: &[(usize, String)]) -> Vec<String> {
    let found = names.iter().filter_map(|(line, name)| {
        let excepted = EXCEPTIONS.iter().any(|(of, free, _)| *of == path && free == name);
        let word = banned(bans, name).filter(|_| !excepted)?;
        Some(format!(
            "{path}:{line}: `{name}` says {word:?}; GLOSSARY.md has the word that is meant"
        ))
    });
    found.collect()
}

fn check_path(bans: &BTreeSet<String>, path: &str) -> Vec<String> {
    let word = banned(bans, path);
    word.map(|word| format!("{path}: the path says {word:?}; see GLOSSARY.md"))
        .into_iter()
        .collect()
}

#[test]
fn our_names_use_the_words_of_the_glossary() {
    let root = crate::root();
    let bans = bans(&crate::read("GLOSSARY.md"));
    let mut findings = Vec::new();
    for source in source::all().iter().filter(|source| !source.is_test()) {
        findings.extend(check_path(&bans, &source.path));
        findings.extend(check_names(&bans, &source.path, &names(source)));
        if source.path.ends_with("/shell/routes.rs") {
            let addresses = source.literals.iter().filter(|(_, text)| text.starts_with('/'));
            let addresses: Vec<_> = addresses.cloned().collect();
            findings.extend(check_names(&bans, &source.path, &addresses));
        }
    }
    for path in source::files(&root, "crates", "sql") {
        findings.extend(check_names(&bans, &path, &columns(&crate::read(&path))));
    }
    for ending in ["html", "css", "js", "toml"] {
        for path in source::files(&root, "crates", ending) {
            findings.extend(check_path(&bans, &path));
        }
    }
    crate::none(&findings);
}

#[test]
fn the_list_of_exceptions_only_shrinks() {
    assert!(EXCEPTIONS.len() <= EXCEPTIONS_MAX, "rename what is new instead of excepting it");
    let sources = source::all();
    for (path, name, why) in EXCEPTIONS {
        assert!(!why.is_empty());
        let source = sources.iter().find(|source| source.path == *path);
        let given =
            source.is_some_and(|source| names(source).iter().any(|(_, given)| given == name));
        assert!(given, "{path} no longer gives the name {name}: take it off the list");
    }
    assert_eq!(EXCEPTIONS.len(), EXCEPTIONS_MAX, "lower EXCEPTIONS_MAX to the length of the list");
}

#[test]
fn the_glossary_bans_words_and_gives_their_own_a_meaning() {
    let bans = bans(&crate::read("GLOSSARY.md"));
    for word in
        ["post", "story", "title", "excerpt", "tier", "user", "customer", "admin", "hit", "popup"]
    {
        assert!(bans.contains(word), "{word}");
    }
    assert!(!bans.contains("credit"), "a picture has a credit");
    assert!(!bans.contains("article"));
}

#[test]
fn a_banned_word_is_found_in_every_kind_of_name() {
    let bans: BTreeSet<String> =
        ["story", "user", "title", "content", "tier"].map(str::to_owned).into();
    let text = "pub struct UserRow {\n pub page_title: String,\n ok: u8,\n}\n\
        enum Tier { Story(u8), B { titles: u8 }, C }\n\
        fn stories() {\n let title = X { title: 1, user: 2 };\n}\n\
        mod content;\nconst TIERS: u8 = 1;\n\
        fn content_type() {}\n";
    let source = Source::new("crates/web/src/a.rs", text);
    let found = check_names(&bans, "a.rs", &names(&source));
    let named: Vec<&str> = found.iter().map(|finding| crate::quoted(finding)[0]).collect();
    assert_eq!(
        named,
        ["UserRow", "page_title", "Tier", "Story", "titles", "stories", "content", "TIERS"]
    );
    assert_eq!(check_path(&bans, "crates/web/src/site/stories.rs").len(), 1);
    assert_eq!(check_path(&bans, "crates/web/src/site/history.rs").len(), 0);
    let sql = "CREATE TABLE users (title TEXT); -- story\nINSERT INTO a VALUES ('tier');\n";
    assert_eq!(check_names(&bans, "a.sql", &columns(sql)).len(), 2);
}
