use serde_json::json;

use super::*;

#[test]
fn instants_in_every_form() {
    for (written, wanted) in [
        (json!("2024-05-17T10:00:00.000Z"), Some("2024-05-17T10:00:00Z")),
        (json!("2024-05-17 10:00:00"), Some("2024-05-17T10:00:00Z")),
        (json!(1_715_940_000_000_i64), Some("2024-05-17T10:00:00Z")),
        (json!("never"), None),
        (json!(null), None),
        (json!(i64::MAX), None),
    ] {
        assert_eq!(
            instant(Some(&written)).map(|at| at.to_string()).as_deref(),
            wanted,
            "{written}"
        );
    }
    assert_eq!(instant(None), None);
}

#[test]
fn html_that_was_shown_to_members_alone_is_left_out() {
    let begin = |rule: &str| format!("<!--kg-gated-block:begin {rule} memberSegment:\"x\" -->");
    let end = "<!--kg-gated-block:end-->";
    let html = format!(
        "a{}b{end}c{}d{end}e{}f",
        begin("nonMember:true"),
        begin("nonMember:false"),
        begin("nonMember:false")
    );
    assert_eq!(article::without_gated(&html), "abce");
}

#[test]
fn a_row_that_is_too_long_ends_the_reading() {
    let text = format!(r#"{{"data":{{"posts":[{{"id":"a"}},{{"id":"{}"}}]}}}}"#, "b".repeat(200));
    let mut rows = 0;
    let mut each = |_: stream::Row<'_>| {
        rows += 1;
        ControlFlow::Continue(())
    };
    let read = stream::rows_within(text.as_bytes(), &["posts"], 100, &mut each);
    assert!(read.is_err_and(|fault| fault.what.contains("more than 100 bytes")));
    assert_eq!(rows, 1);
    // What is not wanted may be as long as it likes.
    let read =
        stream::rows_within(text.as_bytes(), &["tags"], 100, &mut |_| ControlFlow::Continue(()));
    assert!(read.is_ok());
}
