//! The two parts of an article's file, and the tidying before: byte order mark, line ends, characters that no text
//! has. Says nothing about what the parts mean.

use std::borrow::Cow;

use super::fault::Faults;

/// A file divided at its `+++` lines.
pub(super) struct Parts<'a> {
    /// The TOML between the lines.
    pub(super) front_matter: &'a str,
    /// The number of its first line.
    pub(super) front_matter_line: u32,
    /// The Markdown after the second line.
    pub(super) source: &'a str,
    /// The number of its first line.
    pub(super) source_line: u32,
}

/// Drops a byte order mark and makes every line end LF. Control characters other than tab are faults.
pub(super) fn tidy<'a>(text: &'a str, bytes_max: usize, faults: &Faults) -> Option<Cow<'a, str>> {
    if text.len() > bytes_max {
        faults.whole(format!(
            "the file has {} bytes, and at most {bytes_max} are read; make it shorter",
            text.len()
        ));
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tidied = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    };
    let mut clean = true;
    for (line, number) in tidied.split('\n').zip(1..) {
        if let Some(found) = line.chars().find(|c| c.is_control() && *c != '\t') {
            let code = u32::from(found);
            faults.at(number, format!("a control character (U+{code:04X}) stands here; delete it"));
            clean = false;
        }
    }
    clean.then_some(tidied)
}

/// Divides a tidied file.
pub(super) fn divide<'a>(tidied: &'a str, faults: &Faults) -> Option<Parts<'a>> {
    let (first, rest) = tidied.split_once('\n').unwrap_or((tidied, ""));
    if first.trim_end() != "+++" {
        faults.at(1, "the file does not open with front matter; write a line +++ first");
        return None;
    }
    let mut offset = 0;
    for (line, number) in rest.split_inclusive('\n').zip(2..) {
        if line.trim_end() == "+++" {
            return Some(Parts {
                front_matter: &rest[..offset],
                front_matter_line: 2,
                source: &rest[offset + line.len()..],
                source_line: number + 1,
            });
        }
        offset += line.len();
    }
    faults.at(1, "the front matter does not end; write a line +++ after its last field");
    None
}
