//! WordPress' own test export: what becomes of every item of it, kept in a file and read critically.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

const MAPPING: &str =
    "default_access = \"metered\"\npages = \"about\"\n[names]\nabout = \"About us\"\n";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/wordpress").join(name)
}

fn fixture() -> Vec<u8> {
    fs::read(path("theme-unit-test.xml")).expect("the test export is there")
}

fn printed(read: &Read) -> String {
    let Survey { site, sections, tags, authors, items, remarks, .. } = &read.survey;
    let mut lines = vec![format!("site {site}, {items} items")];
    lines.extend(sections.iter().map(|s| format!("section {} {:?}", s.slug, s.name)));
    lines.extend(tags.iter().map(|t| format!("tag {} {:?}", t.slug, t.name)));
    lines.extend(authors.iter().map(|a| format!("author {} {:?}", a.slug, a.name)));
    lines.extend(remarks.iter().map(|remark| format!("remark {remark}")));
    for item in &read.items {
        lines.push(format!("\n=== line {}: {}", item.line, item.name));
        lines.extend(item.remarks.iter().map(|remark| format!("remark: {remark}")));
        lines.push(match &item.outcome {
            Outcome::Article(file) => file.trim_end().to_owned(),
            Outcome::Left { why, .. } => format!("left: {why}"),
            Outcome::Bad { why } => format!("bad: {why}"),
        });
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_theme_unit_test_becomes_this() {
    let read = read_with(&fixture(), MAPPING).expect("the export is one");
    assert!(read.end.is_ok(), "{:?}", read.end);
    let found = printed(&read);
    let golden = path("theme-unit-test.golden.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &found).expect("the golden file can be written");
    }
    let wanted = fs::read_to_string(&golden).unwrap_or_default();
    let differs = found.lines().zip(wanted.lines()).position(|(found, wanted)| found != wanted);
    let line = differs.map(|line| (line + 1, found.lines().nth(line), wanted.lines().nth(line)));
    assert!(
        found == wanted,
        "the first line that differs: {line:#?}; UPDATE_GOLDEN=1 rewrites \
     it"
    );
}

#[test]
fn every_article_of_it_reads_without_a_fault() {
    let read = read_with(&fixture(), MAPPING).expect("the export is one");
    let articles: Vec<Article> =
        read.articles().iter().map(|file| checked(&read.survey, file)).collect();
    assert!(articles.len() > 70, "{}", articles.len());
    let unique = |of: &dyn Fn(&Article) -> String| {
        let all: std::collections::HashSet<String> = articles.iter().map(of).collect();
        assert_eq!(all.len(), articles.len());
    };
    unique(&|article| article.head.id.to_string());
    unique(&|article| article.head.slug.to_string());
}

#[test]
fn nothing_of_it_that_was_not_public_comes_out() {
    let read = read(&fixture()).expect("the export is one");
    let everything = read.everything();
    for hidden in
        ["This is a draft", "secret", "Password Protected (the", "only visible to", "Draft\\\""]
    {
        assert!(!everything.contains(hidden), "{hidden}");
    }
    let drafts =
        read.items.iter().filter(|item| item.name == "post 1164" || item.name == "post 1168");
    assert_eq!(drafts.filter(|item| matches!(item.outcome, Outcome::Left { .. })).count(), 2);
}

#[test]
fn the_same_export_becomes_the_same_bytes() {
    let (one, two) = (read(&fixture()).unwrap(), read(&fixture()).unwrap());
    assert_eq!(one.everything(), two.everything());
}
