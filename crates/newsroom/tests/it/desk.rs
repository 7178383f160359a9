//! What the tests share: a small paper, and articles made from a text.

use jiff::tz::TimeZone;
use newsroom::{Article, ArticleId, Body, BodyWords, Context, Fault, PaperFile};
use paywall::{Desk, PaperId};

pub(crate) const PAPER: &str = r#"
[[sections]]
slug = "harbour"
name = "Harbour & Trade"
topics = ["fish"]

[[sections]]
slug = "opinion"
name = "Opinion"
opinion = true

[[tags]]
slug = "trade-war"
name = "Trade War"

[[tags]]
slug = "fish"
name = "Fish"

[[authors]]
slug = "anna-torvald"
name = "Anna Torvald"
role = "Harbour correspondent"

[[series]]
slug = "the-long-dredge"
name = "The Long Dredge"

[front]
lead = "one"
top = ["two"]
"#;

pub(crate) const HEAD: &str = r#"id = "one"
headline = "A headline has a verb"
section = "harbour"
published_at = 2026-09-16T06:00:00-03:00
access = "metered"
"#;

pub(crate) fn paper() -> PaperFile {
    newsroom::read_paper("paper.toml", PAPER).expect("the small paper has no fault")
}

/// Reads a file for the small paper. Known are the articles `one` and `two`, and every file whose name has `known`.
pub(crate) fn read(text: &str) -> Result<Article, Vec<Fault>> {
    read_moved(text, 0)
}

pub(crate) fn read_moved(text: &str, shift_days: i64) -> Result<Article, Vec<Fault>> {
    let context = Context {
        paper: &paper(),
        paper_id: PaperId([7; 16]),
        zone: &TimeZone::get("America/Halifax").expect("the zone is known"),
        words: &BodyWords {
            corrected: "Corrected at {time}:".to_owned(),
            withdrawn: "Withdrawn at {time}:".to_owned(),
            pictures: "{number} pictures".to_owned(),
            load: "Load from {name}".to_owned(),
        },
        address_of: &|id: &ArticleId| {
            ["one", "two"].contains(&id.as_str()).then(|| format!("/harbour/{id}"))
        },
        media_address: &|file| file.contains("known").then(|| format!("/media/{file}")),
        picture_size: &|file| file.ends_with(".webp").then_some((1600, 1067)),
        shift_days,
    };
    newsroom::read_article("a.md", text, &context)
}

/// A file with an ordinary head and this text.
pub(crate) fn with_text(text: &str) -> String {
    format!("+++\n{HEAD}+++\n{text}")
}

/// A file with an ordinary head and these lines more.
pub(crate) fn with_head(lines: &str) -> String {
    format!("+++\n{HEAD}{lines}\n+++\nText.\n")
}

/// The article of a text that has no fault.
pub(crate) fn article(text: &str) -> Article {
    read(&with_text(text)).unwrap_or_else(|faults| panic!("{}", listed(&faults)))
}

/// The faults of a file, each as `LINE: WHAT`.
pub(crate) fn faults(file: &str) -> Vec<String> {
    let faults = read(file).err().unwrap_or_default();
    faults.iter().map(|fault| fault.to_string().replacen("a.md:", "", 1)).collect()
}

/// Asserts that a text has exactly one fault, in that line of the text, saying this.
pub(crate) fn assert_fault(text: &str, line: u32, says: &str) {
    let found = faults(&with_text(text));
    // Five lines of head between two lines of `+++`.
    let place = format!("{}: ", line + 7);
    assert_eq!(found.len(), 1, "{text}\n{found:#?}");
    assert!(found[0].starts_with(&place) && found[0].contains(says), "{text}\n{found:#?}");
}

/// The same for a line in the front matter, counted from the first one after the ordinary head.
pub(crate) fn assert_head_fault(lines: &str, line: u32, says: &str) {
    let found = faults(&with_head(lines));
    let place = format!("{}: ", line + 6);
    assert_eq!(found.len(), 1, "{lines}\n{found:#?}");
    assert!(found[0].starts_with(&place) && found[0].contains(says), "{lines}\n{found:#?}");
}

pub(crate) fn body(article: &Article) -> &Body {
    article.body.edit(&Desk::exit())
}

pub(crate) fn listed(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}
