//! What the paper writes to one reader: subject and text, in the paper's language. It never sends, and holds no article.

mod print;
mod sheet;

use jiff::Timestamp;
use paywall::Money;

use crate::Paper;

/// The longest subject, in characters; more of it is cut off.
pub const SUBJECT_CHARS_MAX: usize = 160;
/// The longest name, headline or number in a letter, in characters; more of it is cut off.
pub const LETTER_VALUE_CHARS_MAX: usize = 100;
/// The longest line of a statement that a receipt repeats, in characters; more of it is cut off.
pub const STATED_CHARS_MAX: usize = 1_000;

/// What a letter is about. Every link is a whole address, with `https://` and the paper's name.
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
    /// Somebody has registered: once.
    Welcome {
        /// When.
        joined_at: Timestamp,
        /// The account.
        account: &'a str,
    },
    /// A trial ends soon: seven days and one day before.
    TrialEnds {
        /// Of which plan.
        plan: &'a str,
        /// When.
        ends_at: Timestamp,
        /// What is charged from then on.
        then: Charge,
        /// Where it is cancelled.
        cancel: &'a str,
    },
    /// A payment arrived.
    Receipt(Receipt<'a>),
    /// A payment failed; access stays for a while.
    PaymentFailed(Failed<'a>),
    /// The time in which access stayed is nearly over.
    GraceEnds {
        /// When the payment failed.
        failed_at: Timestamp,
        /// Until when everything stays open.
        until: Timestamp,
        /// Where the card is changed.
        card: &'a str,
    },
    /// A subscription is over: once, and nothing after it.
    Expired {
        /// Since when.
        ended_at: Timestamp,
        /// The page with all offers.
        offers: &'a str,
    },
    /// Somebody has cancelled.
    Cancelled {
        /// Until when everything stays open.
        until: Timestamp,
        /// Where it is taken back.
        back: &'a str,
    },
    /// Somebody gives an article to somebody else. Nothing of its text is in the letter.
    Gift {
        /// Who gives it.
        giver: &'a str,
        /// The article's headline.
        headline: &'a str,
        /// What opens it.
        link: &'a str,
        /// Until when it does.
        until: Timestamp,
    },
    /// The first, cheaper period ends, and the usual price begins.
    IntroEnds {
        /// Of which plan.
        plan: &'a str,
        /// When.
        ends_at: Timestamp,
        /// What is charged from then on.
        then: Charge,
        /// Where it is cancelled.
        cancel: &'a str,
    },
    /// A way in was changed, from the reader's own page.
    WayIn {
        /// What was done.
        change: WayInChange,
        /// When.
        at: Timestamp,
        /// The account.
        account: &'a str,
    },
    /// Somebody has cancelled a contract or withdrawn from it in writing: that this arrived, and when.
    Statement(Statement<'a>),
}

/// What was done to a way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WayInChange {
    /// A password was set, where there was one or not.
    PasswordSet,
    /// The password was removed.
    PasswordRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
}

/// What somebody stated of a contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Statement<'a> {
    /// What was stated, line by line: what each line is called, and what it says, whole.
    pub lines: &'a [(String, String)],
    /// The page on which it was stated.
    pub page: &'a str,
    /// What carries it out, and until when that is good; without it somebody of the paper looks at it, or it is done.
    pub confirm: Option<(&'a str, Timestamp)>,
}

/// What a payment was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt<'a> {
    /// Its number.
    pub number: &'a str,
    /// How much.
    pub amount: Money,
    /// For which plan.
    pub plan: &'a str,
    /// When it arrived.
    pub paid_at: Timestamp,
    /// It pays for the time from this instant,
    pub from: Timestamp,
    /// to this one, which is not part of it any more.
    pub until: Timestamp,
    /// Where the subscription is cancelled.
    pub cancel: &'a str,
}

/// A payment that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failed<'a> {
    /// How much it was.
    pub amount: Money,
    /// For which plan.
    pub plan: &'a str,
    /// When it failed.
    pub failed_at: Timestamp,
    /// Until when everything stays open.
    pub until: Timestamp,
    /// Where the card is changed.
    pub card: &'a str,
}

/// An amount that is charged again and again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Charge {
    /// Each month.
    Monthly(Money),
    /// Each year.
    Yearly(Money),
}

/// A letter in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterWords {
    /// The subject: one line of at most [`SUBJECT_CHARS_MAX`] characters.
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
            Self::Welcome { .. } => "welcome",
            Self::TrialEnds { .. } => "trial-ends",
            Self::Receipt(_) => "receipt",
            Self::PaymentFailed(_) => "payment-failed",
            Self::GraceEnds { .. } => "grace-ends",
            Self::Expired { .. } => "expired",
            Self::Cancelled { .. } => "cancelled",
            Self::Gift { .. } => "gift",
            Self::IntroEnds { .. } => "intro-ends",
            Self::WayIn { .. } => "way-in",
            Self::Statement(_) => "statement",
        }
    }

    /// The link that it is about.
    const fn link(&self) -> &str {
        match self {
            Self::SignIn { link, .. } | Self::Gift { link, .. } => link,
            Self::Welcome { account, .. } | Self::WayIn { account, .. } => account,
            Self::TrialEnds { cancel, .. } | Self::IntroEnds { cancel, .. } => cancel,
            Self::Receipt(receipt) => receipt.cancel,
            Self::PaymentFailed(failed) => failed.card,
            Self::GraceEnds { card, .. } => card,
            Self::Expired { offers, .. } => offers,
            Self::Cancelled { back, .. } => back,
            Self::Statement(statement) => statement.page,
        }
    }
}

/// The words of a letter.
#[must_use]
pub fn letter(letter: &Letter<'_>, paper: &Paper<'_>, now: Timestamp) -> LetterWords {
    let sheet = sheet::of(letter, paper, now);
    let foot = print::Foot::of(paper, letter.link());
    LetterWords {
        subject: print::one_line(&sheet.subject, SUBJECT_CHARS_MAX),
        plain: print::plain(&sheet, &foot, paper.language),
        html: print::html(&sheet, &foot, paper.language),
    }
}

#[cfg(test)]
mod tests;
