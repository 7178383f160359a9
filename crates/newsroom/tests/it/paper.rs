//! `paper.toml`, and what is wrong between files.

use newsroom::{cross_check, outline, read_paper};

use crate::desk::{PAPER, listed, paper};

fn faults(text: &str) -> String {
    read_paper("paper.toml", text).err().map(|faults| listed(&faults)).unwrap_or_default()
}

#[test]
fn every_list_is_read() {
    let paper = paper();
    assert_eq!(paper.sections.len(), 2);
    assert_eq!(paper.sections[0].name, "Harbour & Trade");
    assert_eq!(paper.sections[0].topics[0].as_str(), "fish");
    assert!(paper.sections[1].opinion && !paper.sections[0].opinion);
    assert_eq!(paper.tags[0].name, "Trade War");
    assert_eq!(paper.authors[0].role.as_deref(), Some("Harbour correspondent"));
    assert_eq!(paper.series[0].slug.as_str(), "the-long-dredge");
    assert_eq!(paper.front.arrangement.lead.as_ref().map(newsroom::ArticleId::as_str), Some("one"));
    assert_eq!(paper.front.arrangement.top.len(), 1);
    assert!(paper.front.arrangement.related.is_empty() && paper.front.graphic.is_none());
    assert!(paper.section(&paper.sections[1].slug).is_some_and(|section| section.opinion));
}

#[test]
fn faults_name_line_field_and_remedy() {
    assert!(faults("").contains("write [[sections]]"));
    assert!(faults("sections = 1").contains("[[sections]]"));
    assert!(
        faults("[[sections]]\nslug = \"a\"").contains("paper.toml:1: sections.name is missing")
    );
    assert!(faults(&PAPER.replace("\"fish\"]", "\"fsh\"]")).contains("or write \"fish\""));
    assert!(faults(&format!("{PAPER}\nleed = \"one\"")).contains("front.lead"));
    assert!(
        faults(&format!("{PAPER}\n[[tags]]\nslug = \"fish\"\nname = \"F\""))
            .contains("given twice")
    );
    assert!(faults(&PAPER.replace("opinion = true", "opinion = 1")).contains("true or false"));
    assert!(faults("[[sections]\n").contains("not TOML"));
    assert!(faults("[[sections]]\nslug = \"a\"\nname = \"A\u{0}\"").contains("U+0000"));
    let several = faults("[[tags]]\nslug = \"A\"\nnom = \"x\"");
    assert_eq!(several.lines().count(), 4, "{several}");
}

#[test]
fn a_byte_order_mark_is_dropped() {
    assert_eq!(read_paper("p", &format!("\u{feff}{}", PAPER.replace('\n', "\r\n"))), Ok(paper()));
}

#[test]
fn files_are_checked_against_each_other() {
    let file = |id: &str, part: u16| {
        let text = format!(
            "+++\nid = \"{id}\"\nsection = \"harbour\"\nseries = \"the-long-dredge\"\npart = {part}\n+++\n"
        );
        (format!("{id}-{part}.md"), outline("a.md", &text).unwrap())
    };
    assert_eq!(cross_check("paper.toml", &paper(), &[file("one", 1), file("two", 2)]), []);
    let found = listed(&cross_check(
        "paper.toml",
        &paper(),
        &[file("one", 1), file("one", 2), file("x", 1)],
    ));
    assert!(found.contains("one-2.md: the id \"one\" is that of one-1.md"), "{found}");
    assert!(found.contains("x-1.md: part 1 of \"the-long-dredge\" is one-1.md"), "{found}");
    assert!(found.contains("paper.toml: front names \"two\""), "{found}");
}
