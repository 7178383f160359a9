use super::{Block, scan};
use crate::folder::fault::Faults;

fn shapes(text: &str) -> Vec<String> {
    let faults = Faults::of("a.md");
    let blocks = scan(text, 1, &faults);
    let shape = |block: &Block<'_>| match block {
        Block::Text(chunk) => format!("text {}", chunk.line),
        Block::Fenced(fenced) => {
            format!("{:?} {}..{}", fenced.kind, fenced.line, fenced.inner.line)
        }
        Block::Cut(line) => format!("cut {line}"),
    };
    let shapes = blocks.iter().map(shape).collect();
    faults.finish(Some(shapes)).unwrap_or_else(|faults| {
        faults.iter().map(|fault| format!("fault {}", fault.line.unwrap_or_default())).collect()
    })
}

#[test]
fn blocks_are_found_by_their_lines() {
    let text = "one\n\n<!-- paywall -->\ntwo\n::: fact \"F\"\na | b\n:::\nthree\n";
    assert_eq!(shapes(text), ["text 1", "cut 3", "text 4", "Fact 5..6", "text 8"]);
    assert_eq!(shapes(""), Vec::<String>::new());
    assert_eq!(shapes("\n\n"), Vec::<String>::new());
}

#[test]
fn a_paywall_line_counts_wherever_it_stands() {
    for line in
        ["<!-- paywall -->", "<!--paywall-->", "  <!-- Paywall  -->  ", "\t<!-- PAYWALL -->"]
    {
        for text in [format!("```\n{line}"), format!("<!--\n{line}"), format!("- a\n{line}")] {
            assert_eq!(shapes(&text), ["text 1", "cut 2"], "{text}");
        }
    }
}

#[test]
fn what_was_meant_as_a_paywall_line_is_a_fault() {
    for line in [
        "<!-- paywall",
        "> <!-- paywall -->",
        "- <!-- paywall -->",
        "<!-- pay-wall -->",
        "<!-- the paywall line -->",
        "<!-- paywall --> and text",
        "-- paywall --",
        "<paywall>",
    ] {
        assert_eq!(shapes(&format!("one\n\n{line}\n")), ["fault 3"], "{line}");
    }
    assert_eq!(shapes("A paywall - what else?\n\n- paywall\n"), ["text 1"]);
}

#[test]
fn boxes_that_do_not_fit_are_faults() {
    assert_eq!(shapes("::: fact \"F\"\na | b\n"), ["fault 1"]);
    assert_eq!(shapes("one\n:::\n"), ["fault 2"]);
    assert_eq!(shapes("one\n ::: fact \"F\"\n"), ["fault 2"]);
    assert_eq!(shapes("::: fcat \"F\"\n:::\n"), ["fault 1"]);
    assert_eq!(shapes("::: fact \"F\"\n::: pull\n:::\n"), ["fault 2"]);
    assert_eq!(shapes("::: fact \"F\"\n<!-- paywall -->\n:::\n"), ["fault 2"]);
}
