//! The front matter.

use newsroom::{Direction, Genre};
use paywall::{Access, ArticleKey, Entitlement, Export, PaperId};

use crate::desk::{HEAD, assert_head_fault, faults, read, read_moved, with_head, with_text};

const FULL: &str = r#"+++
id = "forty-one-calls"
headline = "Carrier pulls 41 calls"
standfirst = "Halden Line sends its ship south."
kicker = "trade-war"
section = "harbour"
tags = ["fish"]
authors = ["anna-torvald"]
filed_from = "Port Merrin"
dateline = "Port Merrin"
published_at = 2026-09-16T06:00:00-03:00
updated_at = 2026-09-16T09:10:00-03:00
access = "subscribers"
genre = "live"
series = "the-long-dredge"
part = 3
language = "ar"
live_since = 2026-09-15T23:40:00-03:00

[lead_image]
file = "pictures/known.webp"
alt = "A bridge"
caption = "The bridge, center left"
credit = "Courant Graphics"

[[corrections]]
at = 2026-09-16T11:00:00-03:00
text = "Second."

[[corrections]]
at = 2026-09-16T10:00:00-03:00
text = "First."
+++
Text.
"#;

#[test]
fn every_field_is_read() {
    let article = read(FULL).unwrap();
    let head = &article.head;
    assert_eq!(head.id.as_str(), "forty-one-calls");
    assert_eq!(head.slug.as_str(), "forty-one-calls");
    assert_eq!(head.key, ArticleKey::derive(PaperId([7; 16]), "own", "forty-one-calls"));
    assert_eq!((article.body.key(), article.source.key()), (head.key, head.key));
    assert_eq!(head.headline, "Carrier pulls 41 calls");
    assert_eq!(head.standfirst.as_deref(), Some("Halden Line sends its ship south."));
    assert_eq!(head.section.as_str(), "harbour");
    assert_eq!(head.kicker.as_ref().map(newsroom::Slug::as_str), Some("trade-war"));
    let tags: Vec<_> = head.tags.iter().map(newsroom::Slug::as_str).collect();
    assert_eq!(tags, ["trade-war", "fish"]);
    assert_eq!(head.authors.len(), 1);
    assert_eq!(head.filed_from.as_deref(), Some("Port Merrin"));
    assert_eq!(head.published_at.to_string(), "2026-09-16T09:00:00Z");
    assert_eq!(head.updated_at.unwrap().to_string(), "2026-09-16T12:10:00Z");
    assert_eq!(head.live_since.unwrap().to_string(), "2026-09-16T02:40:00Z");
    assert_eq!(head.access, Access::Entitled(Entitlement::DIGITAL));
    assert_eq!(head.genre, Genre::Live);
    assert_eq!(head.series.as_ref().map(|part| part.part), Some(3));
    assert_eq!((head.language.as_deref(), head.direction), (Some("ar"), Direction::RightToLeft));
    let image = head.lead_image.as_ref().unwrap();
    assert_eq!((image.file.as_str(), image.alt.as_str()), ("pictures/known.webp", "A bridge"));
    assert_eq!(image.credit.as_deref(), Some("Courant Graphics"));
    let corrections: Vec<_> = head.corrections.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(corrections, ["First.", "Second."]);
    assert_eq!(article.source.export(&Export::exit()), "Text.\n");
}

#[test]
fn a_lead_image_keeps_a_point_in_sight() {
    let with = |focus: &str| {
        let image = "[lead_image]\nfile = \"pictures/known.webp\"\nalt = \"x\"";
        let text = FULL.split_once("[lead_image]").unwrap().0;
        let read = read(&format!("{text}{image}\n{focus}\n+++\nText.\n")).unwrap();
        (read.head.lead_image.as_ref().unwrap().focus, read)
    };
    let (focus, _) = with("");
    assert_eq!((focus.x, focus.y), (50, 50));
    let (focus, article) = with("focus = \"40% 30%\"");
    assert_eq!((focus.x, focus.y), (40, 30));
    let draft = newsroom::Draft::of(&article, "Text.\n".to_owned()).to_file();
    assert!(draft.contains("\nfocus = \"40% 30%\"\n"), "{draft}");
    let image = "[lead_image]\nfile = \"pictures/known.webp\"\nalt = \"x\"\nfocus = \"left\"";
    assert_head_fault(image, 4, "two whole percentages");
}

#[test]
fn every_instant_is_moved_by_whole_days() {
    let (here, moved) = (read(FULL).unwrap().head, read_moved(FULL, 90).unwrap().head);
    // Over the end of summer time: 90 days and one hour.
    let hours = |a: jiff::Timestamp, b: jiff::Timestamp| (b.as_second() - a.as_second()) / 3_600;
    assert_eq!(hours(here.published_at, moved.published_at), 90 * 24 + 1);
    assert_eq!(hours(here.updated_at.unwrap(), moved.updated_at.unwrap()), 90 * 24 + 1);
    assert_eq!(hours(here.live_since.unwrap(), moved.live_since.unwrap()), 90 * 24 + 1);
    assert_eq!(hours(here.corrections[0].at, moved.corrections[0].at), 90 * 24 + 1);
}

#[test]
fn a_byte_order_mark_and_other_line_ends_are_taken() {
    let plain = read(&with_text("One.\n\nTwo.\n")).unwrap();
    for text in [
        format!("\u{feff}{}", with_text("One.\n\nTwo.\n")),
        with_text("One.\n\nTwo.\n").replace('\n', "\r\n"),
        with_text("One.\n\nTwo.\n").replace('\n', "\r"),
    ] {
        let other = read(&text).unwrap();
        assert_eq!((other.teaser, other.head), (plain.teaser.clone(), plain.head.clone()));
        assert_eq!(other.source.export(&Export::exit()), "One.\n\nTwo.\n");
    }
}

#[test]
fn what_is_missing_is_named_with_an_example() {
    let found = faults("+++\n+++\nText.\n");
    for field in ["id", "headline", "section", "published_at", "access"] {
        assert!(
            found.iter().any(|what| what.contains(&format!("{field} is missing; write"))),
            "{field}"
        );
    }
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn a_file_without_front_matter_is_told_so() {
    assert_eq!(faults(""), ["1: the file does not open with front matter; write a line +++ first"]);
    assert_eq!(faults("Text\n").len(), 1);
    assert!(faults("+++\nid = \"a\"\n")[0].contains("does not end"));
    assert_eq!(
        faults("+++"),
        ["1: the front matter does not end; write a line +++ after its last field"]
    );
}

#[test]
fn an_unknown_field_names_the_nearest() {
    assert_head_fault("standfrist = \"x\"", 1, "the nearest known one is standfirst");
    assert_head_fault(
        "[lead_image]\nfile = \"pictures/known.webp\"\nalt = \"x\"\ncredits = \"x\"",
        4,
        "lead_image.credit",
    );
    assert_head_fault(
        "[[corrections]]\nat = 2026-09-16T11:00:00-03:00\ntext = \"x\"\nby = \"x\"",
        4,
        "corrections.",
    );
}

#[test]
fn a_field_with_the_wrong_value_is_a_fault_in_its_line() {
    for (line, says) in [
        ("genre = \"feature\"", "write \"news\""),
        ("genre = 3", "is a TOML integer"),
        ("tags = \"fish\"", "list of names"),
        ("tags = [\"fish\", \"fish\"]", "twice"),
        ("tags = [\"fihs\"]", "or write \"fish\""),
        ("tags = [\"Fish!\"]", "is not a name"),
        ("kicker = \"none\"", "kicker: paper.toml has no"),
        ("authors = [\"anna\"]", "or write \"anna-torvald\""),
        ("language = \"a_b\"", "\"pt-BR\""),
        ("language = \"x\"", "\"pt-BR\""),
        ("series = \"the-long-dredge\"", "write both or neither"),
        ("part = 2", "write both or neither"),
        ("series = \"dredge\"\npart = 2", "[[series]]"),
        ("updated_at = 2026-09-16T05:59:00-03:00", "before published_at"),
        ("updated_at = 2026-09-16T10:00:00", "with its offset"),
        ("updated_at = 2026-09-16", "with its offset"),
        ("updated_at = \"2026-09-16T10:00:00-03:00\"", "without quotes"),
        ("live_since = 2026-09-16T10:00:00-03:00", "genre = \"live\""),
        ("standfirst = \"\"", "is empty"),
        ("standfirst = \"\"\"two\nlines\"\"\"", "one plain line"),
        ("standfirst = \"a\\u0000b\"", "control character"),
        ("lead_image = 1", "[lead_image]"),
        ("corrections = [1]", "[[corrections]]"),
        ("standfirst = nothing", "not TOML"),
    ] {
        assert_head_fault(line, 1, says);
    }
}

#[test]
fn a_lead_image_has_a_known_file_and_an_alternative_text() {
    assert_head_fault(
        "[lead_image]\nfile = \"pictures/lost.webp\"\nalt = \"x\"",
        2,
        "there is no file",
    );
    assert_head_fault("[lead_image]\nfile = \"../known.webp\"\nalt = \"x\"", 2, "pictures/");
    assert_head_fault(
        "[lead_image]\nfile = \"pictures/../known.webp\"\nalt = \"x\"",
        2,
        "not plain",
    );
    assert_head_fault("[lead_image]\nfile = \"pictures/known.exe\"\nalt = \"x\"", 2, "use webp");
    assert_head_fault("[lead_image]\nfile = \"pictures/known.webp\"", 1, "alt is missing");
}

#[test]
fn faults_of_head_and_text_are_told_together_in_the_order_of_lines() {
    let text = format!("+++\n{HEAD}genre = \"x\"\n+++\n[a](javascript:x)\n\n# Big\n");
    let found = faults(&text);
    let lines: Vec<_> = found.iter().filter_map(|what| what.split(':').next()).collect();
    assert_eq!(lines, ["7", "9", "11"], "{found:#?}");
}

#[test]
fn a_control_character_is_a_fault_in_its_line() {
    for text in ["One.\n\nTw\0o.\n", "One.\n\nTw\u{1b}o.\n", "One.\n\nTw\u{85}o.\n"] {
        let found = faults(&with_text(text));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("10: a control character (U+00"), "{found:?}");
    }
    assert!(read(&with_text("One\tTwo.\n")).is_ok());
}

#[test]
fn the_outline_needs_only_what_the_address_does() {
    let outline = newsroom::outline("a.md", "+++\nid = \"a\"\nsection = \"b\"\n+++\n").unwrap();
    assert_eq!((outline.id.as_str(), outline.section.as_str()), ("a", "b"));
    assert_eq!(outline.slug.as_str(), "a");
    assert!(outline.series.is_none());
    assert!(newsroom::outline("a.md", "+++\nid = \"a\"\n+++\n").is_err());
    let full = newsroom::outline("a.md", FULL).unwrap();
    assert_eq!(full.series.map(|part| part.part), Some(3));
    assert!(newsroom::outline("a.md", &with_head("")).is_ok());
}
