//! Dictionaries of structured fields (RFC 9651, 3.2), as far as to say whether a text is one. What a key means is not
//! known here: labels of preferences come and go.

use super::Kind;
use super::check::{Checked, quoted};

/// Members, items of an inner list or parameters, at most.
const PARTS_MAX: usize = 64;

/// The text, if it is a dictionary; an empty one is none, and says nothing.
pub(super) fn dictionary(text: String) -> Checked<String> {
    if text.is_empty() || Reader(text.as_bytes()).dictionary().is_some() {
        return Ok(text);
    }
    Err(format!("{} is no dictionary; write {}", quoted(&text), Kind::Usage.allowed()))
}

/// What is still to be read. `None` from any part: the text is no dictionary.
struct Reader<'t>(&'t [u8]);

impl Reader<'_> {
    fn dictionary(&mut self) -> Option<()> {
        for _ in 0..PARTS_MAX {
            self.key()?;
            if self.take(b'=') {
                self.value()?;
            } else {
                self.parameters()?;
            }
            self.skip(|byte| matches!(byte, b' ' | b'\t'));
            if self.0.is_empty() {
                return Some(());
            }
            self.take(b',').then_some(())?;
            self.skip(|byte| matches!(byte, b' ' | b'\t'));
        }
        None
    }

    fn value(&mut self) -> Option<()> {
        if !self.take(b'(') {
            self.item()?;
            return self.parameters();
        }
        for _ in 0..PARTS_MAX {
            self.skip(|byte| byte == b' ');
            if self.take(b')') {
                return self.parameters();
            }
            self.item()?;
            self.parameters()?;
            matches!(self.0.first(), Some(b' ' | b')')).then_some(())?;
        }
        None
    }

    fn parameters(&mut self) -> Option<()> {
        for _ in 0..PARTS_MAX {
            if !self.take(b';') {
                return Some(());
            }
            self.skip(|byte| byte == b' ');
            self.key()?;
            if self.take(b'=') {
                self.item()?;
            }
        }
        None
    }

    fn key(&mut self) -> Option<()> {
        matches!(self.0.first()?, b'a'..=b'z' | b'*').then_some(())?;
        self.skip(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*'));
        Some(())
    }

    fn item(&mut self) -> Option<()> {
        match self.0.first()? {
            b'0'..=b'9' | b'-' => self.number(true),
            b'"' => self.string(),
            b':' => {
                self.take(b':');
                let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
                self.skip(fits);
                self.take(b':').then_some(())
            }
            b'?' => {
                self.take(b'?');
                (self.take(b'0') || self.take(b'1')).then_some(())
            }
            b'@' => {
                self.take(b'@');
                self.number(false)
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'*' => {
                let is_mark = |b: u8| b"!#$%&'*+-.^_`|~:/".contains(&b);
                self.skip(|b| b.is_ascii_alphanumeric() || is_mark(b));
                Some(())
            }
            _ => None,
        }
    }

    /// 15 digits, or 12 and up to 3 behind a point.
    fn number(&mut self, with_point: bool) -> Option<()> {
        self.take(b'-');
        let whole = self.skip(|byte| byte.is_ascii_digit());
        if !(with_point && self.0.first() == Some(&b'.')) {
            return (1..=15).contains(&whole).then_some(());
        }
        self.take(b'.');
        let behind = self.skip(|byte| byte.is_ascii_digit());
        ((1..=12).contains(&whole) && (1..=3).contains(&behind)).then_some(())
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"');
        loop {
            self.skip(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
            if self.take(b'"') {
                return Some(());
            }
            (self.take(b'\\') && (self.take(b'"') || self.take(b'\\'))).then_some(())?;
        }
    }

    fn take(&mut self, wanted: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == wanted => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Goes on while `fits`; says by how much.
    fn skip(&mut self, fits: impl Fn(u8) -> bool) -> usize {
        let length = self.0.iter().take_while(|byte| fits(**byte)).count();
        self.0 = &self.0[length..];
        length
    }
}

#[cfg(test)]
mod tests {
    use super::dictionary;

    #[test]
    fn a_dictionary_is_taken_as_it_is() {
        for text in [
            "",
            "train-ai=n",
            "train-ai=n, search=y",
            "a",
            "a=?1;b;c=1.5, *x=(1 \"two\" three);q",
            "a=\"x \\\" y\", b=:aGk=:, c=@1659578233, d=-15",
            "a=();x,b=1",
        ] {
            assert_eq!(dictionary(text.to_owned()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_none_is_refused_and_said_so() {
        for text in [
            "=n",
            "Train=n",
            "a=",
            "a=n,",
            "a=n,,b=y",
            "a=n b=y",
            "a==n",
            "a=\"x",
            "a=?2",
            "a=(1",
            "a=1.",
            "a=1234567890123456",
            "a=é",
            "a=(1\"x\")",
            "a=n;",
            "a=n\r\nX: y",
        ] {
            let sentence = dictionary(text.to_owned()).unwrap_err();
            assert!(sentence.contains("train-ai=n"), "{text}: {sentence}");
        }
        assert!(dictionary(vec!["a"; 65].join(", ")).is_err());
    }
}
