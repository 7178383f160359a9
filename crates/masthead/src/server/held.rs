//! What holds of whatever bytes a connection brings: for the tests and for the fuzzer (`fuzz/fuzz_targets/plain.rs`).

use std::mem::MaybeUninit;

use web::Target;

use super::plain::{LINES_MAX, Read, read};

/// What the lane takes is read in the same way by a strict reading of the standard: split at its line ends, with nothing else in
/// it. Says whether it was taken.
pub(super) fn plain(bytes: &[u8]) -> bool {
    let mut lines = [const { MaybeUninit::uninit() }; LINES_MAX];
    let Read::Plain(plain) = read(bytes, &mut lines) else { return false };
    let head = bytes[..plain.length].strip_suffix(b"\r\n\r\n").expect("an empty line ends a head");
    let mut given = split(head);
    let first = given.next().unwrap_or_default();
    let query = plain.target.query.map(|query| format!("?{query}")).unwrap_or_default();
    let target = format!("{}{query}", plain.target.path);
    assert_eq!(first, format!("{} {target} HTTP/1.1", plain.method).as_bytes());
    let uri: http::Uri = target.parse().expect("a plain target is a target");
    assert_eq!(plain.target, Target::of(&uri), "another reader takes it apart in another way");
    for line in plain.lines {
        let text = given.next().expect("a line for each header");
        let colon = text.iter().position(|byte| *byte == b':').expect("a colon");
        assert_eq!(&text[..colon], line.name.as_bytes());
        assert_eq!(text[colon + 1..].trim_ascii_start(), line.value);
        assert!(!line.name.eq_ignore_ascii_case("transfer-encoding"));
        assert!(!line.value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
    }
    assert!(given.next().is_none(), "a line that nobody read");
    true
}

/// The lines between `\r\n` and nothing else.
fn split(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(head);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.windows(2).position(|two| two == b"\r\n");
        rest = end.map(|end| &text[end + 2..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}
