//! Properties over texts that nobody wrote: reading never panics, and nothing gets above the paywall line.

use proptest::prelude::{
    Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::test_runner::Config;

use crate::desk::{body, read, with_text};
use crate::markup::assert_sound;

const CANARY: &str = "zqcanaryqz";

/// Blocks that an article may have, with a word in every place that takes one.
fn block(word: &'static str) -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        format!("A paragraph of {word}."),
        format!("One\n{word}\n{word}"),
        format!("## {word}"),
        format!("- a\n- {word}\n  - {word}"),
        format!("> {word}"),
        format!("| {word} | b |\n|---|---:|\n| c | {word} |"),
        format!("[{word}](https://{word}.example/{word})"),
        format!("[{word}]\n\n[{word}]: https://{word}.example/"),
        format!("[shared]: https://{word}.example/"),
        format!("```\n{word}\n```"),
        format!("<b>{word}"),
        format!("<!-- {word} -->"),
        format!("::: fact \"{word}\"\n{word} | b\nc | {word}\n\nThe document {word}.\n:::"),
        format!("::: pull \"{word}\"\n{word}\n:::"),
        format!(
            "::: picture \"pictures/known-{word}.webp\"\nalt: {word}\ncaption: {word}\ncredit: {word}\n:::"
        ),
        format!("[a](attachments/known-{word}.pdf)"),
        format!(
            "::: gallery \"{word}\"\nfile: pictures/known-{word}.webp\nalt: {word}\ncaption: {word}\n\n\
             file: pictures/known-{word}.svg\nalt: {word}\ncredit: {word}\n:::"
        ),
        format!("::: embed \"https://youtu.be/{word}\"\ntitle: {word}\ncaption: {word}\n:::"),
        format!(
            "::: entry 2026-09-16T14:05:00-03:00 \"{word}\"\n{word}\ncorrected: 2026-09-16T15:00:00-03:00 {word}\n:::"
        ),
        format!(
            "::: entry 2026-09-17T14:05:00-03:00 \"{word}\"\nwithdrawn: 2026-09-17T15:00:00-03:00 {word}\n:::"
        ),
    ])
}

fn blocks(word: &'static str, most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(block(word), 0..most).prop_map(|blocks| blocks.join("\n\n"))
}

/// Openings that try to swallow the line that follows.
fn opening() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => Just(""),
        1 => Just("```\n"),
        1 => Just("~~~\n"),
        1 => Just("<!--\n"),
        1 => Just("<script>\n"),
        1 => Just("[a](\n"),
        1 => Just("[shared] [a]: \n"),
        1 => Just("- a\n\n  "),
        1 => Just("> "),
        1 => Just("text\n"),
    ]
}

const PIECES: [&str; 53] = [
    "\n",
    "\n\n",
    " ",
    "word",
    "- ",
    "> ",
    "## ",
    "### ",
    "1. ",
    "|",
    "|---|",
    "*",
    "**",
    "_",
    "`",
    "```",
    "[",
    "](",
    ")",
    "[a](https://a.example)",
    "[b]: https://b.example",
    "<b>",
    "<script>",
    "<!--",
    "-->",
    "&amp;",
    "\\",
    "---",
    "===",
    "    ",
    "\t",
    "::: ",
    ":::\n",
    "\n:::\n",
    "fact \"F\"\n",
    "pull \"W\"\n",
    "a | b\n",
    "alt: x\n",
    "file: pictures/known.webp\n",
    "title: x\n",
    "gallery \"G\"\n",
    "embed \"https://youtu.be/x\"\n",
    "embed \"https://a.example/x\"\n",
    "picture \"pictures/known.webp\"\n",
    "entry 2026-09-16T14:05:00-03:00 \"H\"\n",
    "corrected: 2026-09-16T15:00:00-03:00 x\n",
    "withdrawn: 2026-09-16T15:00:00-03:00 x\n",
    "<https://c.example>",
    "article:two",
    "\u{2028}",
    "é",
    "漁",
    "\"",
];

/// Pieces of the format in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Everything of an article that anybody may see.
fn public(article: &newsroom::Article) -> String {
    format!("{:?}\n{:?}\n{article:?}", article.head, article.teaser)
}

proptest! {
    #![proptest_config(Config::with_cases(192))]

    #[test]
    fn nothing_below_the_line_is_seen_above_it(
        above in blocks("public", 6),
        opening in opening(),
        below in blocks(CANARY, 8),
    ) {
        let text = format!("{above}\n\n{opening}<!-- paywall -->\n\n{below}\n");
        // An opening on the line's own line is a fault, which is as good.
        if let Ok(article) = read(&with_text(&text)) {
            prop_assert!(!public(&article).contains(CANARY), "{text}");
            assert_sound(&article.teaser.html);
            assert_sound(&body(&article).html);
            assert_sound(&body(&article).aside);
        }
    }

    #[test]
    fn every_word_below_the_line_is_in_the_body(below in block(CANARY)) {
        let text = format!("Public.\n\n<!-- paywall -->\n\nFirst.\n\n{below}\n");
        let article = read(&with_text(&text)).unwrap();
        let body = body(&article);
        let sealed = format!("{} {} {:?} {:?}", body.html, body.aside, body.notes, body.media);
        // An address that no link uses is all that may be lost.
        prop_assert!(sealed.contains(CANARY) || below.starts_with("[shared]"), "{text}");
    }

    #[test]
    fn without_a_line_nothing_after_the_second_paragraph_is_seen(
        before in prop::collection::vec(block("public"), 0..3),
        below in blocks(CANARY, 8),
    ) {
        let text = format!("One.\n\n{}\n\nTwo.\n\n{below}\n\nThree.\n\nFour.\n", before.join("\n\n"));
        let article = read(&with_text(&text)).unwrap();
        prop_assert!(!public(&article).contains(CANARY), "{text}");
    }

    #[test]
    fn the_teaser_does_not_depend_on_what_stands_below(above in soup(), below in soup()) {
        let whole = read(&with_text(&format!("{above}\n<!-- paywall -->\n{below}x\n\nlast\n")));
        let alone = read(&with_text(&format!("{above}\n<!-- paywall -->\nlast\n")));
        if let (Ok(whole), Ok(alone)) = (whole, alone)
            && !above.contains("entry")
        {
            prop_assert_eq!(whole.teaser, alone.teaser);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in soup()) {
        match read(&with_text(&text)) {
            Ok(article) => {
                assert_sound(&article.teaser.html);
                assert_sound(&article.teaser.aside);
                assert_sound(&body(&article).html);
                assert_sound(&body(&article).aside);
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|fault| fault.what.contains(';') || fault.line.is_some()));
            }
        }
    }

    #[test]
    fn any_file_is_read_or_refused(head in "(?s).{0,200}", text in any::<String>()) {
        for file in [&head, &text, &format!("+++\n{head}\n+++\n{text}"), &with_text(&text)] {
            let read = [
                read(file).err(),
                newsroom::outline("a.md", file).err(),
                newsroom::read_paper("paper.toml", file).err(),
            ];
            // What is refused is refused for a reason.
            for fault in read.into_iter().flatten().flatten() {
                prop_assert!(!fault.what.contains("please report"), "{fault}");
            }
        }
    }
}
