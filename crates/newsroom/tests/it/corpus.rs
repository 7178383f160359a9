//! What the fuzzer found, and what it began with: every file is a value or a list of faults.

use newsroom::{outline, read_paper};

use crate::desk::read;

fn corpus(target: &str) -> Vec<(String, String)> {
    let folder = format!("{}/../../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let read = |entry: std::fs::DirEntry| {
        let bytes = std::fs::read(entry.path()).expect("a file of the corpus");
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, String::from_utf8_lossy(&bytes).into_owned())
    };
    files.map(|entry| read(entry.expect("a file of the corpus"))).collect()
}

#[test]
fn articles_are_read_or_refused_with_reasons() {
    let all = corpus("front_matter");
    assert!(all.len() > 10);
    for (name, text) in all {
        match read(&text) {
            Ok(article) => {
                assert!(!article.teaser.html.contains("<script"), "{name}");
                assert!(outline(&name, &text).is_ok(), "{name} has no outline");
            }
            Err(faults) => assert!(!faults.is_empty(), "{name}"),
        }
    }
}

#[test]
fn papers_are_read_or_refused_with_reasons() {
    let all = corpus("paper_file");
    assert!(all.len() > 4);
    for (name, text) in all {
        if let Err(faults) = read_paper(&name, &text) {
            assert!(!faults.is_empty(), "{name}");
        }
    }
}
