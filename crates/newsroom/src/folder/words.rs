//! Small things done with text: escaping, counting words, finding the nearest known name, checking a line.

use super::limits::NAME_MAX;

/// Appends `text` so that it is text in markup and in a double-quoted attribute.
pub(super) fn escape(into: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            other => into.push(other),
        }
    }
}

/// What is wrong with a field that has to be one line of at most `max` characters, if anything is.
pub(super) fn line_fault(name: &str, text: &str, max: usize) -> Option<String> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        Some(format!("{name} is empty; write something or leave the field out"))
    } else if length > max {
        Some(format!("{name} has {length} characters; write at most {max}"))
    } else if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        Some(format!("{name} has a line break or a control character; write one plain line"))
    } else {
        None
    }
}

/// The beginning of something that a file says, short enough to be repeated in a fault.
pub(super) fn brief(text: &str) -> String {
    const SHOWN: usize = 60;
    if text.chars().count() <= SHOWN {
        text.to_owned()
    } else {
        text.chars().take(SHOWN - 1).chain(['…']).collect()
    }
}

/// The known name that `given` differs least from.
pub(super) fn nearest<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let given: Vec<char> = given.chars().take(NAME_MAX).collect();
    known.into_iter().min_by_key(|name| distance(&given, name))
}

/// How many characters have to be added, dropped or changed.
fn distance(given: &[char], name: &str) -> usize {
    let mut row: Vec<usize> = (0..=given.len()).collect();
    for (i, theirs) in name.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, ours) in given.iter().enumerate() {
            let changed = corner + usize::from(*ours != theirs);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[given.len()]
}

/// Counts words of text that comes in pieces.
#[derive(Default)]
pub(super) struct WordCount {
    pub(super) words: u32,
    inside: bool,
}

impl WordCount {
    /// Goes on with the text; a word may go on from the piece before.
    pub(super) fn feed(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.inside = false;
            } else if stands_alone(c) {
                self.words = self.words.saturating_add(1);
                self.inside = false;
            } else if c.is_alphanumeric() && !self.inside {
                self.words = self.words.saturating_add(1);
                self.inside = true;
            }
        }
    }

    /// Ends the word, as the end of a paragraph does.
    pub(super) fn pause(&mut self) {
        self.inside = false;
    }
}

/// Whether a character is counted as a word: those of scripts that do not put spaces between words.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
