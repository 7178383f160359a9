//! Shares and changes as the languages write them. It never counts: it writes what it is handed.

use crate::words::grouped;
use crate::{Language, Words};

const NBSP: char = '\u{A0}';
/// What stands where there is nothing to divide by.
const NONE: &str = "–";

impl Words {
    /// A share in percent, with one decimal: "4.1%", "4,1 %"; a dash where the whole is nothing.
    #[must_use]
    pub fn percent(&self, part: u64, whole: u64) -> String {
        if whole == 0 {
            return NONE.to_owned();
        }
        let mille = (u128::from(part) * 1_000 + u128::from(whole) / 2) / u128::from(whole);
        let digits = grouped(self.language(), &(mille / 10).to_string());
        self.with_sign(&digits, Some(mille % 10))
    }

    /// How a number has changed against the one before, in whole percent with its sign: "+12%", "−3 %"; nothing where there was none
    /// before, and none where it is the same.
    #[must_use]
    pub fn change(&self, now: u64, before: u64) -> Option<String> {
        if before == 0 {
            return None;
        }
        let (sign, by) = if now >= before { ("+", now - before) } else { ("−", before - now) };
        let percent = (u128::from(by) * 100 + u128::from(before) / 2) / u128::from(before);
        let sign = if percent == 0 { "±" } else { sign };
        let digits = grouped(self.language(), &percent.to_string());
        Some(format!("{sign}{}", self.with_sign(&digits, None)))
    }

    fn with_sign(&self, digits: &str, tenth: Option<u128>) -> String {
        let (mark, space) = match self.language() {
            Language::English | Language::Japanese => ('.', None),
            Language::German | Language::French | Language::Spanish => (',', Some(NBSP)),
        };
        let tenth = tenth.map(|tenth| format!("{mark}{tenth}")).unwrap_or_default();
        let space = space.map(String::from).unwrap_or_default();
        format!("{digits}{tenth}{space}%")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_changes_are_written_as_the_language_does() {
        let (english, german) = (Words::of(Language::English), Words::of(Language::German));
        assert_eq!(english.percent(41, 1_000), "4.1%");
        assert_eq!(german.percent(41, 1_000), "4,1\u{A0}%");
        assert_eq!(english.percent(1, 3), "33.3%");
        assert_eq!(english.percent(2, 3), "66.7%");
        assert_eq!(english.percent(12_345, 1_000), "1,234.5%");
        assert_eq!(english.percent(0, 7), "0.0%");
        assert_eq!(english.percent(5, 0), "–");
        assert_eq!(english.percent(u64::MAX, u64::MAX), "100.0%");
        assert_eq!(english.change(112, 100).as_deref(), Some("+12%"));
        assert_eq!(german.change(97, 100).as_deref(), Some("−3\u{A0}%"));
        assert_eq!(english.change(1_000, 1_001).as_deref(), Some("±0%"));
        assert_eq!(english.change(0, 5).as_deref(), Some("−100%"));
        assert_eq!(english.change(5, 0), None);
    }
}
