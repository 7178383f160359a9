//! Folders of other programs' Markdown.

use std::io;
use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use newsroom::import::Outcome;
use newsroom::import::mapping::Mapping;
use newsroom::import::markdown::{EachFile, FILE_BYTES_MAX, File, Folder, Habit, translate};
use newsroom::limits::ARTICLE_BYTES_MAX;
use proptest::prelude::{any, prop, prop_assert, proptest};
use proptest::test_runner::Config;

use crate::desk::{Shelf, Told, assert_golden, path, read, told};

/// The files of the site, by their names.
fn site() -> Vec<(String, String)> {
    let root = path("markdown/site");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the site is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).ok().and_then(|name| name.to_str());
                let name = name.expect("a name within the site").to_owned();
                files.push((name, std::fs::read_to_string(path).expect("a text")));
            }
        }
    }
    files.sort();
    files
}

fn walked(files: &[(String, String)], mapping: &str) -> Told {
    let mapping = Mapping::read("mapping.toml", mapping).expect("a mapping");
    let walk = |each: &mut EachFile<'_>| -> io::Result<()> {
        for (name, text) in files {
            if each(File { name, bytes: text.as_bytes() }).is_break() {
                break;
            }
        }
        Ok(())
    };
    told(&mut Folder::new(walk, mapping, Habit::Auto)).expect("a folder")
}

#[test]
fn habits_of_other_programs_come_over() {
    let told = walked(&site(), "site = \"https://old.example\"\n");
    told.assert_read();
    assert_golden("markdown/site.golden", &told.listed());
    assert!(told.items.iter().any(|item| item.name == "src/ours.md"));
    for item in &told.items {
        assert!(!format!("{:?}", item.outcome).contains("CANARY"), "{item:?}");
    }
}

#[test]
fn our_own_files_pass_unchanged() {
    let files = site();
    let told = walked(&files, "");
    let (_, text) = files.iter().find(|(name, _)| name == "src/ours.md").unwrap();
    assert_eq!(told.file("src/ours.md"), text);
}

#[test]
fn the_mapping_decides() {
    let told = walked(
        &site(),
        "permalink = \"/{year}/{slug}\"\n[sections]\neconomy = \"money\"\n[tags]\nsea = \"\"\ntrade = \"harbour\"\n\
         [access]\nmoney = \"metered\"\n[names]\nmoney = \"Money\"\n",
    );
    told.assert_read();
    let file = told.file("harbour.md");
    for line in [
        "section = \"money\"",
        "tags = [\"harbour\", \"ortlich\"]",
        "access = \"metered\"",
        "\"/2024/harbour-tolls\"",
    ] {
        assert!(file.contains(line), "{line}\n{file}");
    }
    assert!(told.survey.sections.iter().any(|section| section.name == "Money"));
}

fn one(text: &str) -> (Outcome, Vec<String>) {
    let file = File { name: "content/a.md", bytes: text.as_bytes() };
    translate(file, Habit::Auto, &Mapping::default(), &TimeZone::UTC, &mut Shelf)
}

#[test]
fn front_matter_that_is_none_is_bad_and_says_where() {
    for (text, says) in [
        ("---\na: b\n", "does not end"),
        ("---\n- a\n---\n", "no table of YAML"),
        ("---\na: [\n---\n", "not YAML"),
        ("+++\na = \n+++\n", "not TOML"),
        ("{\"a\": }", "not JSON"),
        ("---\na: &x [1]\nb: *x\n---\n", "anchors and aliases"),
        ("---\ntitle: a\ndate: soon\n---\n", "cannot be read"),
        ("---\ntitle: a\n---\n", "has no date"),
        ("---\ntitle: a\ndate: 2024-01-01\naccess: all\n---\n", "access"),
    ] {
        match one(text).0 {
            Outcome::Bad { why } => assert!(why.contains(says), "{text} {why}"),
            other => panic!("{text} {other:?}"),
        }
    }
    let long = format!("---\ndate: 2024-01-01\n---\n{}", "a".repeat(FILE_BYTES_MAX));
    assert!(matches!(one(&long).0, Outcome::Bad { why } if why.contains("more than")));
    let wide = format!("---\na: \"{}\"\n---\n", "a".repeat(300 << 10));
    assert!(matches!(one(&wide).0, Outcome::Bad { why } if why.contains("front matter has more")));
    let deep = format!("---\ndate: 2024-01-01\na: {}\n---\n", "[".repeat(50_000));
    assert!(matches!(one(&deep).0, Outcome::Bad { .. }));
}

#[test]
fn long_lists_are_kept_within_the_folder_s_limits() {
    let many = |what: &str| (0..100).map(|n| format!("{what}{n}")).collect::<Vec<_>>().join(", ");
    let text = format!(
        "---\ntitle: {}\ndate: 2024-01-01\ntags: [{}]\nauthors: [{}]\naliases: [{}]\ndescription: {}\n---\nx\n",
        "long ".repeat(80),
        many("t"),
        many("a"),
        many("/p"),
        "words ".repeat(300)
    );
    let told = walked(&[("content/a.md".to_owned(), text)], "");
    told.assert_read();
    assert_eq!(told.count(|outcome| matches!(outcome, Outcome::Article(_))), 1);
    assert!(told.file("a.md").len() < ARTICLE_BYTES_MAX);
}

proptest! {
    #![proptest_config(Config { cases: 96, failure_persistence: None, ..Config::default() })]

    #[test]
    fn damaged_files_make_faults_and_no_panic(
        which in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<char>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let files = site();
        let (name, text) = which.get(&files);
        let mut chars: Vec<char> = text.chars().collect();
        for (place, c) in flips {
            if !chars.is_empty() {
                let place = place.index(chars.len());
                chars[place] = c;
            }
        }
        chars.truncate(cut.index(chars.len() + 1).max(chars.len() / 2));
        let files = [(name.clone(), chars.into_iter().collect::<String>())];
        let ours = name.ends_with("ours.md");
        let told = walked(&files, "site = \"https://old.example\"\n");
        if !ours {
            told.assert_read();
        }
        prop_assert!(told.items.len() == 1);
    }

    #[test]
    fn any_text_becomes_an_article(text in any::<String>()) {
        let (outcome, _) = one(&format!("---\ntitle: a\ndate: 2024-01-01\n---\n{text}"));
        let Outcome::Article(file) = outcome else { panic!("{outcome:?}") };
        let paper = newsroom::read_paper("p", "[[sections]]\nslug = \"news\"\nname = \"News\"\n").unwrap();
        prop_assert!(read(&file, &paper).is_ok(), "{file}");
    }
}

#[test]
fn a_folder_that_cannot_be_read_says_so() {
    let walk = |_: &mut EachFile<'_>| Err(io::Error::other("gone"));
    let mut folder = Folder::new(walk, Mapping::default(), Habit::Auto);
    assert!(told(&mut folder).err().is_some_and(|fault| fault.what.contains("gone")));
    let mut count = 0;
    let files = site();
    let walk = |each: &mut EachFile<'_>| -> io::Result<()> {
        for (name, text) in &files {
            count += 1;
            if each(File { name, bytes: text.as_bytes() }) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    };
    let mut folder = Folder::new(walk, Mapping::default(), Habit::Hugo);
    let survey = newsroom::import::Export::survey(&mut folder).unwrap();
    let each = &mut |_| ControlFlow::Break(());
    newsroom::import::Export::items(&mut folder, &survey, &mut Shelf, each).unwrap();
    drop(folder);
    assert_eq!(count, files.len() + 1);
}
