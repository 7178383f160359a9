//! The sample paper: every file of it, read as the demo reads it.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use newsroom::{Article, ArticleId, BodyWords, Context, Fault, Outline, PaperFile};
use paywall::PaperId;

use crate::desk::{body, listed};
use crate::markup::assert_sound;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample")
}

/// The files of `articles/`, named by their path from the sample folder, with their text.
fn files(folder: &Path, into: &mut Vec<(String, String)>) {
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            into.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
        }
    }
}

struct Sample {
    paper: PaperFile,
    articles: Vec<Article>,
    faults: Vec<Fault>,
}

fn read(shift_days: i64) -> Sample {
    let folder = folder();
    let text = fs::read_to_string(folder.join("paper.toml")).expect("the paper");
    let mut faults = Vec::new();
    let paper = newsroom::read_paper("paper.toml", &text).unwrap_or_else(|found| {
        faults.extend(found);
        PaperFile::default()
    });
    let mut texts = Vec::new();
    files(&folder.join("articles"), &mut texts);
    let outlines: Vec<(String, Outline)> = texts
        .iter()
        .filter_map(|(file, text)| Some((file.clone(), newsroom::outline(file, text).ok()?)))
        .collect();
    faults.extend(newsroom::cross_check("paper.toml", &paper, &outlines));
    let address = |id: &ArticleId| {
        let outline =
            outlines.iter().map(|(_, outline)| outline).find(|outline| outline.id == *id)?;
        Some(format!("/{}/{}", outline.section, outline.slug))
    };
    let context = Context {
        paper: &paper,
        paper_id: PaperId([1; 16]),
        zone: &TimeZone::get("America/Halifax").expect("the zone is known"),
        words: &BodyWords {
            corrected: "Corrected at {time}:".to_owned(),
            withdrawn: "Withdrawn at {time}:".to_owned(),
            ..BodyWords::default()
        },
        address_of: &address,
        media_address: &|file| folder.join(file).is_file().then(|| format!("/media/{file}")),
        picture_size: &|_| None,
        shift_days,
    };
    let mut articles = Vec::new();
    for (file, text) in &texts {
        match newsroom::read_article(file, text, &context) {
            Ok(article) => articles.push(article),
            Err(found) => faults.extend(found),
        }
    }
    Sample { paper, articles, faults }
}

#[test]
fn the_sample_paper_has_no_fault() {
    let sample = read(0);
    assert!(sample.faults.is_empty(), "{}", listed(&sample.faults));
    assert!(!sample.paper.sections.is_empty() && sample.articles.len() >= 10);
    for article in &sample.articles {
        let id = &article.head.id;
        assert!(!article.teaser.html.is_empty(), "{id} has no teaser");
        assert!(article.teaser.words > 0 && body(article).words > 0, "{id} has no words");
        for html in
            [&article.teaser.html, &article.teaser.aside, &body(article).html, &body(article).aside]
        {
            assert!(!html.contains(":::") && !html.contains("]("), "{id} shows its source: {html}");
            assert_balanced(html);
        }
        let ends = body(article).html.matches("class=\"end\"").count();
        assert!(ends <= 1, "{id}");
    }
}

/// [`assert_sound`] with the addresses of the sample paper.
fn assert_balanced(html: &str) {
    let local = html.replace("href=\"/", "href=\"/harbour/");
    assert_sound(&local);
}

#[test]
fn the_sample_paper_moves_as_a_whole() {
    let (here, moved) = (read(0), read(100));
    assert!(moved.faults.is_empty(), "{}", listed(&moved.faults));
    let zone = TimeZone::get("America/Halifax").unwrap();
    for (a, b) in here.articles.iter().zip(&moved.articles) {
        let (a, b) = (zone.to_datetime(a.head.published_at), zone.to_datetime(b.head.published_at));
        assert_eq!(a.time(), b.time());
        assert_eq!(a.date().duration_until(b.date()).as_hours(), 2_400);
    }
}
