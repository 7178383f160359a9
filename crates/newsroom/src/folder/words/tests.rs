use super::{WordCount, brief, escape, line_fault, nearest};

fn count(pieces: &[&str]) -> u32 {
    let mut count = WordCount::default();
    pieces.iter().for_each(|piece| count.feed(piece));
    count.words
}

#[test]
fn words_are_counted_across_pieces() {
    assert_eq!(count(&["half a ", "word", "s – and $6.2 million"]), 6);
    assert_eq!(count(&["“don’t”", " ", "– —"]), 1);
    assert_eq!(count(&["漁協の組合長、2018年"]), 8);
    assert_eq!(count(&["على رصيف الجمارك"]), 3);
    let mut two = WordCount::default();
    two.feed("one");
    two.pause();
    two.feed("two");
    assert_eq!(two.words, 2);
}

#[test]
fn the_nearest_name_is_found() {
    let known = ["headline", "standfirst", "section", "tags"];
    assert_eq!(nearest("headlin", known), Some("headline"));
    assert_eq!(nearest("tag", known), Some("tags"));
    assert_eq!(nearest("sectoin", known), Some("section"));
    assert_eq!(nearest("x", []), None);
}

#[test]
fn markup_in_text_is_text() {
    let mut text = String::new();
    escape(&mut text, "<b a=\"1\">&'");
    assert_eq!(text, "&lt;b a=&quot;1&quot;&gt;&amp;'");
}

#[test]
fn a_line_is_one_line() {
    assert_eq!(line_fault("headline", "ok", 2), None);
    for bad in ["", "  ", "a\nb", "a\u{7}", "a\u{2028}b", "abcdefghi"] {
        assert!(line_fault("headline", bad, 8).is_some(), "{bad:?}");
    }
    assert!(brief(&"long ".repeat(100)).chars().count() <= 60);
}
