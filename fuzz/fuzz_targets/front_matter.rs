//! An arbitrary file read as an article: a checked value, or faults with lines; and nothing below the paywall line is
//! seen above it.

#![no_main]

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use newsroom::{BodyWords, Context, PaperFile};
use paywall::PaperId;

const PAPER: &str = "[[sections]]\nslug = 'city'\nname = 'City'\n\n[[tags]]\nslug = 'tides'\nname = 'Tides'\n\n\
    [[authors]]\nslug = 'anna'\nname = 'Anna'\n\n[[series]]\nslug = 'dredge'\nname = 'Dredge'\n";

static KNOWN: LazyLock<(PaperFile, BodyWords, TimeZone)> = LazyLock::new(|| {
    let paper = newsroom::read_paper("paper.toml", PAPER).expect("the paper of the fuzzer is sound");
    let words = BodyWords { corrected: "Corrected {time}:".into(), withdrawn: "Withdrawn.".into() };
    (paper, words, TimeZone::get("America/Halifax").expect("the zone is bundled"))
});

fuzz_target!(|text: &str| {
    let (paper, words, zone) = &*KNOWN;
    let _ = newsroom::outline("a.md", text);
    let context = Context {
        paper,
        paper_id: PaperId([1; 16]),
        zone,
        words,
        address_of: &|id| Some(format!("/city/{id}")),
        media_address: &|name| Some(format!("/media/{name}")),
        picture_size: &|_| Some((30, 20)),
        shift_days: 0,
    };
    match newsroom::read_article("a.md", text, &context) {
        Ok(article) => {
            let markup = article.teaser.html.to_ascii_lowercase();
            assert!(!markup.contains("<script") && !markup.contains(" style="), "{markup}");
            assert!(newsroom::outline("a.md", text).is_ok(), "an article without an outline");
        }
        Err(faults) => assert!(!faults.is_empty(), "refused without a reason"),
    }
});
