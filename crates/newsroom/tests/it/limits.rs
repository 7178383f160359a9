//! Every limit: what it takes, and what it refuses by name.

use newsroom::limits::{
    ARTICLE_BYTES_MAX, ASIDES_MAX, AUTHORS_MAX, CAPTION_MAX, CELLS_MAX, CORRECTIONS_MAX,
    EMBEDS_MAX, ENTRIES_MAX, FAULTS_MAX, FRONT_MAX, GALLERY_MAX, GALLERY_MIN, HEADLINE_MAX,
    LANGUAGE_MAX, LINKS_MAX, NAME_MAX, NESTING_MAX, PAPER_BYTES_MAX, PAPER_LIST_MAX, PART_MAX,
    PICTURES_MAX, SECTIONS_MAX, STANDFIRST_MAX, TAGS_MAX, TOPICS_MAX,
};

use crate::desk::{HEAD, PAPER, faults, listed, with_head, with_text};

/// Asserts that a file with `limit` of something has no fault that says `says`, and one with one more has.
fn assert_limit(limit: usize, says: &str, file: impl Fn(usize) -> String) {
    let told = |count| faults(&file(count)).iter().any(|what| what.contains(says));
    assert!(!told(limit), "{limit} are taken: {says}");
    assert!(told(limit + 1), "{} are refused: {says}", limit + 1);
}

fn assert_paper_limit(limit: usize, says: &str, file: impl Fn(usize) -> String) {
    let told = |count| {
        let read = newsroom::read_paper("paper.toml", &file(count));
        read.err().is_some_and(|faults| listed(&faults).contains(says))
    };
    assert!(!told(limit), "{limit} are taken: {says}");
    assert!(told(limit + 1), "{} are refused: {says}", limit + 1);
}

#[test]
fn the_limits_are_those_of_the_contract() {
    assert_eq!(ARTICLE_BYTES_MAX, 2 * 1_024 * 1_024);
    assert_eq!((HEADLINE_MAX, STANDFIRST_MAX, TAGS_MAX, AUTHORS_MAX), (200, 600, 32, 16));
    assert_eq!((CORRECTIONS_MAX, ENTRIES_MAX, NESTING_MAX), (64, 500, 16));
    assert_eq!((LINKS_MAX, CELLS_MAX), (500, 5_000));
}

#[test]
fn texts_of_the_head_are_limited() {
    let text = |key: &str, count: usize| with_head(&format!("{key} = \"{}\"", "ö".repeat(count)));
    assert_limit(HEADLINE_MAX, "headline has 201 characters", |count| {
        with_text("T\n").replace("A headline has a verb", &"ö".repeat(count))
    });
    assert_limit(STANDFIRST_MAX, "standfirst has 601", |count| text("standfirst", count));
    assert_limit(NAME_MAX, "dateline has 121", |count| text("dateline", count));
    assert_limit(NAME_MAX, "filed_from has 121", |count| text("filed_from", count));
    assert_limit(LANGUAGE_MAX, "language has 36", |count| {
        with_head(&format!("language = \"en{}\"", "-a".repeat(count).split_off(count + 2)))
    });
    assert_limit(CAPTION_MAX, "lead_image.caption has 2001", |count| {
        let caption = "ö".repeat(count);
        with_head(&format!(
            "[lead_image]\nfile = \"pictures/known.webp\"\nalt = \"x\"\ncaption = \"{caption}\""
        ))
    });
    assert_limit(usize::from(PART_MAX), "not within 1 to 999", |count| {
        with_head(&format!("series = \"the-long-dredge\"\npart = {count}"))
    });
}

#[test]
fn lists_of_the_head_are_limited() {
    let names = |count: usize| (0..count).map(|n| format!("\"n{n}\",")).collect::<String>();
    assert_limit(TAGS_MAX, "tags has 33 entries", |count| {
        with_head(&format!("tags = [{}]", names(count)))
    });
    assert_limit(AUTHORS_MAX, "authors has 17 entries", |count| {
        with_head(&format!("authors = [{}]", names(count)))
    });
    assert_limit(TAGS_MAX - 1, "tags and kicker are more than 32", |count| {
        with_head(&format!("kicker = \"fish\"\ntags = [{}]", names(count)))
    });
    assert_limit(CORRECTIONS_MAX, "corrections has 65 entries", |count| {
        with_head(&"[[corrections]]\nat = 2026-09-16T11:00:00-03:00\ntext = \"x\"\n".repeat(count))
    });
}

#[test]
fn what_stands_in_a_text_is_limited() {
    assert_limit(LINKS_MAX, "more than 500 links", |count| {
        with_text(&"[a](https://a.example/)\n".repeat(count))
    });
    assert_limit(CELLS_MAX, "more than 5000 table cells", |count| {
        // A head of one cell and one row for each other cell.
        with_text(&format!("| a |\n|---|\n{}", "| b |\n".repeat(count - 1)))
    });
    assert_limit(PICTURES_MAX, "more than 200 pictures", |count| {
        with_text(&"::: picture \"pictures/known.webp\"\nalt: x\n:::\n".repeat(count))
    });
    let gallery = |count: usize| {
        with_text(&format!(
            "::: gallery\n{}:::\n",
            "file: pictures/known.webp\nalt: x\n".repeat(count)
        ))
    };
    assert_limit(GALLERY_MAX, "has 31 pictures", gallery);
    assert!(faults(&gallery(GALLERY_MIN)).is_empty());
    assert!(!faults(&gallery(GALLERY_MIN - 1)).is_empty());
    assert_limit(PICTURES_MAX, "more than 200 pictures", |count| {
        let two = "::: gallery\nfile: pictures/known.webp\nalt: x\nfile: pictures/known.webp\nalt: x\n:::\n";
        with_text(&two.repeat(count.div_ceil(2)))
    });
    assert_limit(EMBEDS_MAX, "more than 50 embeds", |count| {
        with_text(&"::: embed \"https://youtu.be/abc\"\ntitle: x\n:::\n".repeat(count))
    });
    assert_limit(ASIDES_MAX, "more than 100 fact boxes", |count| {
        with_text(&"::: pull\nx\n:::\n".repeat(count))
    });
    assert_limit(ENTRIES_MAX, "more than 500 entries", |count| {
        with_text(&"::: entry 2026-09-16T11:00:00-03:00 \"x\"\nx\n:::\n".repeat(count))
    });
    assert_limit(CORRECTIONS_MAX, "more than 64 corrections", |count| {
        let lines = "corrected: 2026-09-16T11:00:00-03:00 x\n".repeat(count);
        with_text(&format!("::: entry 2026-09-16T11:00:00-03:00 \"x\"\n{lines}:::\n"))
    });
    assert_limit(HEADLINE_MAX, "the headline of the entry has 201", |count| {
        with_text(&format!(
            "::: entry 2026-09-16T11:00:00-03:00 \"{}\"\nx\n:::\n",
            "ö".repeat(count)
        ))
    });
}

#[test]
fn nesting_is_limited() {
    assert_limit(NESTING_MAX, "more than 16 deep", |count| {
        with_text(&format!("{} x\n", ">".repeat(count)))
    });
    assert_limit(NESTING_MAX, "more than 16 deep", |count| {
        with_text(&format!("{}x\n", "- ".repeat(count)))
    });
    assert_limit(NESTING_MAX, "emphasis stands more than 16 deep", |count| {
        with_text(&format!("{}x{}\n", "*a ".repeat(count), " b*".repeat(count)))
    });
}

#[test]
fn files_are_limited() {
    let head = with_text("");
    assert_limit(ARTICLE_BYTES_MAX, "2097153 bytes", |bytes| {
        format!("{head}{}", "x\n\n".repeat(bytes).split_at(bytes - head.len()).0)
    });
    assert_paper_limit(PAPER_BYTES_MAX, "1048577 bytes", |bytes| {
        format!("{PAPER}#{}", "x".repeat(bytes - PAPER.len() - 1))
    });
    let many = faults(&with_text(&"[a](x)\n\n".repeat(FAULTS_MAX + 5)));
    assert_eq!(many.len(), FAULTS_MAX + 1);
    assert!(many[FAULTS_MAX].ends_with("mend these first"), "{}", many[FAULTS_MAX]);
}

#[test]
fn lists_of_the_paper_are_limited() {
    let list = |table: &str, count: usize| {
        let one = |n| format!("[[{table}]]\nslug = \"n{n}\"\nname = \"N\"\n");
        (0..count).map(one).collect::<String>()
    };
    assert_paper_limit(SECTIONS_MAX, "sections has 65 entries", |count| list("sections", count));
    for table in ["tags", "authors", "series"] {
        let says = format!("{table} has {} entries", PAPER_LIST_MAX + 1);
        assert_paper_limit(PAPER_LIST_MAX, &says, |count| list(table, count));
    }
    let names = |count: usize| (0..count).map(|n| format!("\"n{n}\",")).collect::<String>();
    assert_paper_limit(TOPICS_MAX, "topics has 33 entries", |count| {
        format!("[[sections]]\nslug = \"a\"\nname = \"A\"\ntopics = [{}]", names(count))
    });
    assert_paper_limit(FRONT_MAX, "front.top has 33 entries", |count| {
        format!("[front]\ntop = [{}]", names(count))
    });
}

#[test]
fn text_made_to_be_slow_or_deep_is_read_or_refused() {
    let size = 200_000;
    for piece in [
        "[", "]", "*", "_", ">", "- ", "`", "<", "![", "|", "\n|", ":::", "[](", "[a](<", "&",
        "<!--", "# ", "\\",
    ] {
        let text = piece.repeat(size / piece.len());
        drop(crate::desk::read(&with_text(&text)));
        drop(crate::desk::read(&format!("+++\n{HEAD}a = {text}\n+++\n")));
    }
    drop(crate::desk::read(&with_text(&format!(
        "| a |{}\n|---|{}\n",
        " b |".repeat(size / 8),
        "---|".repeat(size / 8)
    ))));
}
