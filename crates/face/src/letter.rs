//! What the paper writes to one reader: subject and text, in the paper's language. It never sends, and holds no article.

mod print;
mod sheet;

use jiff::Timestamp;
use jiff::civil::Date;
use paywall::Money;

use crate::Paper;

/// The longest subject, in characters; more of it is cut off.
pub const SUBJECT_CHARS_MAX: usize = 160;
/// The longest name, headline or number in a letter, in characters; more of it is cut off.
pub const LETTER_VALUE_CHARS_MAX: usize = 100;
/// The longest line of a statement that a receipt repeats, in characters; more of it is cut off.
pub const STATED_CHARS_MAX: usize = 1_000;

/// The kind of the letter that tells of another plan. Its words are kept until it is known that the change was made.
pub const PLAN_CHANGED: &str = "plan-changed";

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
    /// The link that signs somebody in who asked the paper for help.
    SignInLink {
        /// The address of the page with the button.
        link: &'a str,
        /// For how long it is good, in minutes.
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
    /// Somebody has taken a cancellation back: once for each time.
    Resumed {
        /// Of which plan.
        plan: &'a str,
        /// What is charged next,
        amount: Money,
        /// and when.
        next_charge_at: Timestamp,
        /// Where it is cancelled.
        cancel: &'a str,
    },
    /// Somebody has taken a change of the plan back that was to come: once for each change.
    PlanKept {
        /// The plan that stays.
        plan: &'a str,
        /// The same with its price.
        priced: &'a str,
        /// What is charged next,
        amount: Money,
        /// and when.
        next_charge_at: Timestamp,
        /// Where the plan is changed.
        change: &'a str,
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
    /// Somebody is of the newsroom from now on.
    Appointed {
        /// Who said so.
        by: &'a str,
        /// What the role is called.
        role: &'a str,
        /// The way to the desk.
        desk: &'a str,
    },
    /// A webhook was switched off, since it takes nothing.
    WebhookOff {
        /// What it is called.
        name: &'a str,
        /// Its page at the desk.
        page: &'a str,
    },
    /// Somebody offers a seat in the own subscription.
    Seat {
        /// Who.
        holder: &'a str,
        /// The page with the button.
        link: &'a str,
        /// Until when it can be accepted.
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
    /// The code that makes an address a reader's new one, to that address.
    AddressCode {
        /// Eight digits, in two groups.
        code: &'a str,
        /// The page where it is typed.
        page: &'a str,
        /// For how long it is good, in minutes.
        minutes: u32,
    },
    /// Newsletters were asked for in the name of an address: whether it wants them.
    Newsletters {
        /// What they are called.
        names: &'a [String],
        /// The page with the button.
        link: &'a str,
        /// Until when it is good.
        until: Timestamp,
    },
    /// A reader has another address, to the one that was.
    AddressChanged {
        /// When.
        at: Timestamp,
        /// How to write to the paper.
        contact: &'a str,
    },
    /// Another reader wanted this reader's address.
    AddressTried {
        /// When.
        at: Timestamp,
        /// Where one signs in.
        sign_in: &'a str,
    },
    /// Somebody has cancelled a contract or withdrawn from it in writing: that this arrived, and when.
    Statement(Statement<'a>),
    /// A subscription has another plan, or will have: once for each change.
    PlanChanged(PlanChanged<'a>),
    /// An invoice, or news of one.
    Invoice(InvoiceLetter<'a>),
    /// The paper's numbers of a week, to somebody of the staff.
    Numbers(NumbersLetter<'a>),
}

/// The numbers of a week, in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NumbersLetter<'a> {
    /// The first day of the week.
    pub from: Date,
    /// The last one.
    pub to: Date,
    /// What each number is called, what it was, and what it was in the week before.
    pub lines: &'a [(String, String, String)],
    /// What there is to worry about; may be empty.
    pub warning: &'a str,
    /// The articles that were read most, with how often.
    pub most_read: &'a [(String, String)],
    /// The page with all numbers.
    pub page: &'a str,
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

/// A change of the plan, as it was agreed to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlanChanged<'a> {
    /// The plan of before, with its price.
    pub before: &'a str,
    /// The new one, with its price.
    pub after: &'a str,
    /// The name of the new one.
    pub plan: &'a str,
    /// From when it holds: at once, or from an instant to come.
    pub from: Timestamp,
    /// What was charged for it.
    pub charged: Money,
    /// What is charged from then on,
    pub then: Charge,
    /// and when first.
    pub next_charge_at: Timestamp,
    /// Until when it can be taken back, where it can.
    pub undo_until: Option<Timestamp>,
    /// Where the plan is changed.
    pub change: &'a str,
}

/// What a letter tells of an invoice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvoiceNews {
    /// Here it is.
    Made,
    /// It is to be paid soon.
    DueSoon,
    /// It was to be paid, and was not.
    Late,
    /// It need not be paid.
    Void,
    /// It was paid, and the money goes back.
    Refunded,
}

/// An invoice that is to be paid by transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvoiceLetter<'a> {
    /// What is told of it.
    pub news: InvoiceNews,
    /// Its number, which a transfer has to name.
    pub number: &'a str,
    /// For which plan.
    pub plan: &'a str,
    /// How much.
    pub amount: Money,
    /// The last day on which it is paid in time.
    pub due_on: Date,
    /// The last day that is paid, where it goes on after that.
    pub after: Option<Date>,
    /// Who is paid, in lines.
    pub payee: &'a [String],
    /// How, in lines.
    pub pay_to: &'a [String],
    /// What is said of taxes; may be empty.
    pub tax: &'a str,
    /// Who pays, in lines.
    pub buyer: &'a [String],
    /// The page with it.
    pub page: &'a str,
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
            // Somebody waits for either in front of the screen.
            Self::SignIn { .. } | Self::SignInLink { .. } | Self::AddressCode { .. } => "sign-in",
            Self::Newsletters { .. } => "newsletters",
            Self::AddressChanged { .. } => "address-changed",
            Self::AddressTried { .. } => "address-tried",
            Self::Welcome { .. } => "welcome",
            Self::TrialEnds { .. } => "trial-ends",
            Self::Receipt(_) => "receipt",
            Self::PaymentFailed(_) => "payment-failed",
            Self::GraceEnds { .. } => "grace-ends",
            Self::Expired { .. } => "expired",
            Self::Cancelled { .. } => "cancelled",
            Self::Resumed { .. } => "resumed",
            Self::PlanKept { .. } => "plan-kept",
            Self::Gift { .. } => "gift",
            Self::Seat { .. } => "seat",
            Self::IntroEnds { .. } => "intro-ends",
            Self::WayIn { .. } => "way-in",
            Self::Statement(_) => "statement",
            Self::Appointed { .. } => "appointed",
            Self::WebhookOff { .. } => "webhook-off",
            Self::PlanChanged(_) => PLAN_CHANGED,
            Self::Numbers(_) => "numbers",
            Self::Invoice(invoice) => match invoice.news {
                InvoiceNews::Made => "invoice",
                InvoiceNews::DueSoon => "invoice-due",
                InvoiceNews::Late => "invoice-late",
                InvoiceNews::Void => "invoice-void",
                InvoiceNews::Refunded => "invoice-refunded",
            },
        }
    }

    /// The link that it is about.
    const fn link(&self) -> &str {
        match self {
            Self::SignIn { link, .. } | Self::SignInLink { link, .. } => link,
            Self::Gift { link, .. } | Self::Seat { link, .. } => link,
            Self::Welcome { account, .. } | Self::WayIn { account, .. } => account,
            Self::TrialEnds { cancel, .. } | Self::IntroEnds { cancel, .. } => cancel,
            Self::Receipt(receipt) => receipt.cancel,
            Self::PaymentFailed(failed) => failed.card,
            Self::GraceEnds { card, .. } => card,
            Self::Expired { offers, .. } => offers,
            Self::Cancelled { back, .. } => back,
            Self::Resumed { cancel, .. } => cancel,
            Self::PlanKept { change, .. } => change,
            Self::Statement(statement) => statement.page,
            Self::Newsletters { link, .. } => link,
            Self::AddressCode { page, .. } => page,
            Self::AddressChanged { contact, .. } => contact,
            Self::AddressTried { sign_in, .. } => sign_in,
            Self::Appointed { desk, .. } => desk,
            Self::WebhookOff { page, .. } => page,
            Self::PlanChanged(changed) => changed.change,
            Self::Invoice(invoice) => invoice.page,
            Self::Numbers(numbers) => numbers.page,
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
