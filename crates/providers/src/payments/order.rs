//! What a reader wants to buy, and what is wrong with it before anybody is asked. Nothing here knows a provider, and no
//! price is made here.

use jiff::Timestamp;

use super::{PaymentError, never};

/// The longest id, key, slug or name of an order, in bytes.
pub const WORD_BYTES_MAX: usize = 255;
/// The longest address of a page, in bytes.
pub const URL_BYTES_MAX: usize = 2_048;
/// The longest that nothing more than the first sum is charged, in days: as long as providers wait.
pub const START_DAYS_MAX: u16 = 730;
/// The most periods that a start can last.
pub const START_PERIODS_MAX: u32 = 36;

/// A sum of money.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Amount {
    /// In the currency's smallest unit: cents, or whole yen.
    pub minor: i64,
    /// Three capital letters (ISO 4217).
    pub currency: String,
}

/// How often the usual price is charged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Every {
    /// Once a month.
    Month,
    /// Once a year.
    Year,
}

/// What is special about the first time; after it the usual price holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Start {
    /// Nothing.
    Usual,
    /// This sum at once, and nothing more until the trial ends.
    Trial {
        /// Civil days, 1 to [`START_DAYS_MAX`].
        days: u16,
        /// Nothing, in a free trial.
        amount: Amount,
    },
    /// One sum at once for the first periods together: "3 months for $9".
    Intro {
        /// 1 to [`START_PERIODS_MAX`].
        periods: u32,
        /// What they cost together.
        together: Amount,
    },
    /// The first periods cost less, each charged when it begins.
    PercentOff {
        /// 1 to 99. What remains is rounded down to the minor unit.
        percent: u8,
        /// 1 to [`START_PERIODS_MAX`].
        periods: u32,
    },
}

/// What a reader wants to buy, all of it: the same order asked for again is the same checkout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// Our own id of the checkout. One key is one checkout, however often it is asked for.
    pub key: String,
    /// Our id of the reader.
    pub reader: String,
    /// Where receipts go.
    pub mail: String,
    /// The plan's slug: `[A-Za-z0-9_-]`.
    pub plan: String,
    /// The plan as the reader sees it named.
    pub name: String,
    /// The usual price.
    pub usual: Amount,
    /// How often that is charged.
    pub every: Every,
    /// What is special about the first time.
    pub start: Start,
    /// The paper's zone, as IANA names it: civil days and months are counted in it.
    pub zone: String,
    /// The reader's language, a BCP 47 tag; the provider's pages are in it where it has it.
    pub language: String,
    /// Where the reader comes back to after paying.
    pub back_url: String,
    /// Where the reader comes back to without paying.
    pub cancel_url: String,
    /// When our checkout was begun. Dates that a provider is told are counted from here and never from the present, so
    /// that an order that is asked for again is the same to the letter.
    pub begun_at: Timestamp,
    /// From when it can no more be paid. A provider may keep it open a little longer; see there.
    pub ends_at: Timestamp,
}

/// Another plan for a subscription that runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanChange {
    /// Our own id of the change: one key is one change.
    pub key: String,
    /// The new plan's slug.
    pub plan: String,
    /// As the reader sees it named.
    pub name: String,
    /// The new usual price, in the currency of the old one.
    pub usual: Amount,
    /// How often that is charged.
    pub every: Every,
    /// From when it holds.
    pub from: ChangeFrom,
    /// When our change was asked for; see [`Order::begun_at`]. What is left of the paid period is reckoned from here, so that the
    /// change costs what its preview said.
    pub asked_at: Timestamp,
}

/// What a change of the plan would cost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangeReckoning {
    /// What is charged at once, with what is left of the paid period set against it.
    pub due_now: Amount,
    /// When the new price is charged next, or for the first time.
    pub next_charge_at: Timestamp,
}

/// From when another plan holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChangeFrom {
    /// At once; what is left of the paid period is set against the new price.
    Now,
    /// When the paid period ends. Only for a plan that is charged as often as the old one.
    NextPeriod,
}

impl Order {
    /// Whether a provider can be asked for it.
    ///
    /// # Errors
    /// [`PaymentError::Never`], with the field that is wrong.
    pub fn check(&self) -> Result<(), PaymentError> {
        let words = [("key", &self.key), ("reader", &self.reader), ("zone", &self.zone)];
        let texts = [("mail", &self.mail), ("name", &self.name), ("language", &self.language)];
        words.into_iter().chain(texts).try_for_each(|(field, text)| check_word(field, text))?;
        check_slug(&self.plan)?;
        check_url("back_url", &self.back_url)?;
        check_url("cancel_url", &self.cancel_url)?;
        if jiff::tz::TimeZone::get(&self.zone).is_err() {
            return Err(never(format!("the order's zone {:?} is none", self.zone)));
        }
        check_amount("usual", &self.usual)?;
        let first = match &self.start {
            Start::Usual | Start::PercentOff { .. } => None,
            Start::Trial { amount, .. } => Some(amount),
            Start::Intro { together, .. } => Some(together),
        };
        if let Some(first) = first {
            check_amount("start", first)?;
            if first.currency != self.usual.currency {
                return Err(never("the order's start is in another currency than its price"));
            }
        }
        let periods = |periods| (1..=START_PERIODS_MAX).contains(&periods);
        let fits = match self.start {
            Start::Usual => true,
            Start::Trial { days, .. } => (1..=START_DAYS_MAX).contains(&days),
            Start::Intro { periods: count, .. } => periods(count),
            Start::PercentOff { percent, periods: count } => {
                (1..=99).contains(&percent) && periods(count)
            }
        };
        if fits { Ok(()) } else { Err(never("the order's start is longer or cheaper than can be")) }
    }
}

impl PlanChange {
    /// Whether a provider can be asked for it.
    ///
    /// # Errors
    /// [`PaymentError::Never`], with the field that is wrong.
    pub fn check(&self) -> Result<(), PaymentError> {
        check_word("key", &self.key)?;
        check_word("name", &self.name)?;
        check_slug(&self.plan)?;
        check_amount("usual", &self.usual)
    }
}

/// What remains of a sum, rounded down to the minor unit.
pub(super) fn less(minor: i64, percent: u8) -> i64 {
    let left = i128::from(minor) * i128::from(100 - percent.min(100)) / 100;
    i64::try_from(left).unwrap_or(minor)
}

fn check_word(field: &str, text: &str) -> Result<(), PaymentError> {
    let fits = (1..=WORD_BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control);
    if fits {
        Ok(())
    } else {
        Err(never(format!(
            "{field} of the order is empty, longer than {WORD_BYTES_MAX} bytes or broken"
        )))
    }
}

pub(super) fn check_slug(slug: &str) -> Result<(), PaymentError> {
    check_word("plan", slug)?;
    if slug.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        Ok(())
    } else {
        Err(never(format!("plan {slug:?} is no slug; write letters, digits, - and _")))
    }
}

pub(super) fn check_url(field: &str, url: &str) -> Result<(), PaymentError> {
    let web = ["https://", "http://", "/"].iter().any(|start| url.starts_with(start));
    if web && url.len() <= URL_BYTES_MAX && url.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(never(format!("{field} of the order is no address of a page")))
    }
}

fn check_amount(field: &str, amount: &Amount) -> Result<(), PaymentError> {
    let letters =
        amount.currency.len() == 3 && amount.currency.bytes().all(|b| b.is_ascii_uppercase());
    if letters && amount.minor >= 0 {
        Ok(())
    } else {
        Err(never(format!(
            "{field} of the order is no amount: it is below nothing, or its currency not three capital letters"
        )))
    }
}
