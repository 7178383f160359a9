//! What the paper writes to one reader: subject and text, in the paper's language. It never sends, and holds no article.

use jiff::Timestamp;

use crate::Paper;

/// What a letter is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Letter<'a> {
    /// The code and the link that sign somebody in.
    SignIn {
        /// Eight digits, in two groups.
        code: &'a str,
        /// The address of the page with the button.
        link: &'a str,
        /// For how long both are good, in minutes.
        minutes: u32,
    },
}

/// A letter in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterWords {
    /// The subject.
    pub subject: String,
    /// The text, without markup.
    pub plain: String,
    /// The same as a page of HTML.
    pub html: String,
}

impl Letter<'_> {
    /// The name of its kind, for the record.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SignIn { .. } => "sign-in",
        }
    }
}

/// The words of a letter.
#[must_use]
pub fn letter(letter: &Letter<'_>, paper: &Paper<'_>, now: Timestamp) -> LetterWords {
    let _ = now;
    match letter {
        Letter::SignIn { code, link, minutes } => {
            let plain = format!("{code}\n{link}\n{minutes}\n");
            LetterWords {
                subject: format!("{code} – {}", paper.name), html: plain.clone(), plain
            }
        }
    }
}
