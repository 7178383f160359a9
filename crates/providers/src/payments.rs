//! Whoever takes the money: what is asked of such a provider, and what it told when it was asked. Nothing here decides who
//! may read, keeps a ledger or believes a message that came by itself: a hint says only what to read back.

mod cashier;
mod signature;

use std::fmt;

use jiff::Timestamp;

pub use cashier::{
    Card, CardPage, Cashier, CashierPage, CashierState, Event, ORDERS_MAX, Outcome, PERIODS_MAX,
    Taken,
};
pub use signature::{Forged, HINT_BYTES_MAX, TOLERANCE_SECONDS};

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

/// Where the reader pays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkout {
    /// The provider's id.
    pub id: String,
    /// The provider's page: another site's address, or a path of the demo's.
    pub url: String,
}

/// How a checkout stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CheckoutState {
    /// Not paid, and can be.
    Open,
    /// Paid, or begun as a trial.
    Paid {
        /// The provider's id of what was bought.
        subscription: String,
    },
    /// Not paid, and can be no more.
    Over,
}

/// A subscription, read back whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    /// The provider's id.
    pub id: String,
    /// Our id of the reader, where the order said it.
    pub reader: Option<String>,
    /// Our id of the checkout that it came from, where the order said it.
    pub checkout: Option<String>,
    /// The card that pays, as a keyed hash: the same card gives the same letters, and nothing else can be told from them.
    pub card: Option<String>,
    /// What its objects say: payments and refunds first, the oldest before the newest, then the plan, then the standing.
    pub told: Vec<Told>,
}

/// What one object says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The object: an invoice, a refund, a dispute, or the subscription itself.
    pub id: String,
    /// The instant at which it said so; of two tellings the later one counts.
    pub as_of: Timestamp,
    /// What it says.
    pub what: ToldWhat,
}

/// What an object of a subscription can say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToldWhat {
    /// A span was paid, or begun as a trial.
    Paid {
        /// From when (inclusive).
        starts_at: Timestamp,
        /// Until when (exclusive).
        ends_at: Timestamp,
        /// What was charged.
        amount: Amount,
        /// The plan's slug at that time.
        plan: String,
        /// What kind of period.
        kind: PeriodKind,
    },
    /// Money went back.
    Refunded {
        /// The object that had told the payment.
        payment: String,
        /// How much.
        amount: Amount,
        /// When the payment's span ends by it; none where access stays.
        ends_access_at: Option<Timestamp>,
    },
    /// The reader's bank asks for the money back.
    Disputed {
        /// The object that had told the payment.
        payment: String,
        /// How that stands.
        outcome: DisputeOutcome,
    },
    /// The next charge is due.
    Renews {
        /// When.
        next_charge_at: Timestamp,
        /// How much.
        amount: Amount,
    },
    /// It was cancelled, and what was paid still runs.
    Stops {
        /// Until when.
        ends_at: Timestamp,
    },
    /// A charge failed and is tried again.
    Retries {
        /// When it failed.
        since: Timestamp,
        /// The end of the grace (exclusive).
        until: Timestamp,
    },
    /// It is over.
    Ended {
        /// When.
        at: Timestamp,
        /// Why.
        by: EndedBy,
    },
    /// The plan was changed.
    Plan {
        /// From when.
        starts_at: Timestamp,
        /// The plan's slug.
        plan: String,
    },
}

/// What kind of period was paid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PeriodKind {
    /// A free or cheap start.
    Trial,
    /// A first period at a lower price.
    Intro,
    /// At the plan's price.
    Usual,
}

/// How a dispute stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DisputeOutcome {
    /// Not decided.
    Open,
    /// The paper keeps the money.
    Won,
    /// The bank took it back.
    Lost {
        /// From when the money was gone.
        at: Timestamp,
    },
}

/// Why a subscription is over.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EndedBy {
    /// It was cancelled.
    Cancelled,
    /// A charge could not be made, and the grace is over.
    PaymentFailed,
    /// The reader's bank took the money back.
    Refunded,
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
}

/// From when another plan holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChangeFrom {
    /// At once; what is left of the paid period is set against the new price.
    Now,
    /// When the paid period ends. Only for a plan that is charged as often as the old one.
    NextPeriod,
}

/// What a provider's message is about: what to read back, and nothing to believe.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Hint {
    /// The message's id: the same message can come again.
    pub id: String,
    /// The subscription, where the message names one.
    pub subscription: Option<String>,
    /// The payment, where it names that alone: [`Payments::subscription_of`] finds what it was for.
    pub payment: Option<String>,
    /// Our id of the checkout, where it is known.
    pub checkout: Option<String>,
    /// Our id of the reader, where it is known.
    pub reader: Option<String>,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// The provider cannot be asked, or cannot answer now. The same call again is right.
    #[error("the payment provider cannot do it now: {0}; it is tried again")]
    Later(String),
    /// The same call again comes to the same.
    #[error("the payment provider does not do it: {0}")]
    Never(String),
}

/// Somebody who takes money for the paper. Every call blocks, in bounded time, and runs on a job's thread.
pub trait Payments: fmt::Debug + Send + Sync {
    /// Its name, one lower-case word.
    fn name(&self) -> &'static str;

    /// Opens a page where the order is paid. One [`Order::key`] is one checkout.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` too where the key was another order's.
    fn begin(&self, order: &Order, now: Timestamp) -> Result<Checkout, PaymentError>;

    /// How the checkout of that id stands. One that is not known, or forgotten, is over.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn checkout(&self, id: &str, now: Timestamp) -> Result<CheckoutState, PaymentError>;

    /// Reads a subscription back; `None` where the provider has none of that id.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn subscription(&self, id: &str, now: Timestamp) -> Result<Option<Read>, PaymentError>;

    /// The subscription that a payment was for, as a hint names it; `None` where it was for none.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn subscription_of(
        &self,
        payment: &str,
        now: Timestamp,
    ) -> Result<Option<String>, PaymentError>;

    /// Nothing more is charged, and what was paid runs to its end. Again it changes nothing.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn cancel(&self, id: &str, now: Timestamp) -> Result<(), PaymentError>;

    /// Takes a cancellation back before the paid period ends. Again it changes nothing.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` where it is over.
    fn resume(&self, id: &str, now: Timestamp) -> Result<(), PaymentError>;

    /// Moves a subscription to another plan. One [`PlanChange::key`] is one change.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` where it is over, or what is due at once cannot be charged: then nothing has changed.
    fn change_plan(
        &self,
        id: &str,
        change: &PlanChange,
        now: Timestamp,
    ) -> Result<(), PaymentError>;

    /// Gives back all of a payment, by the id that [`ToldWhat::Paid`] was told with. One `key` is one refund. With
    /// `ends_access_at` the payment's span ends then; without it access stays. It cancels nothing.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn refund(
        &self,
        payment: &str,
        key: &str,
        ends_access_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), PaymentError>;

    /// The page where the reader changes the card.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn portal(
        &self,
        subscription: &str,
        back_url: &str,
        now: Timestamp,
    ) -> Result<String, PaymentError>;

    /// Proves that a message is the provider's and new, and says what to read back. A message of a kind that is not known
    /// names nothing. Nobody is asked.
    ///
    /// # Errors
    /// [`Forged`].
    fn hint(&self, body: &[u8], signature: Option<&str>, now: Timestamp) -> Result<Hint, Forged>;
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

fn never(why: impl Into<String>) -> PaymentError {
    PaymentError::Never(why.into())
}

/// What remains of a sum, rounded down to the minor unit.
fn less(minor: i64, percent: u8) -> i64 {
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

fn check_slug(slug: &str) -> Result<(), PaymentError> {
    check_word("plan", slug)?;
    if slug.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        Ok(())
    } else {
        Err(never(format!("plan {slug:?} is no slug; write letters, digits, - and _")))
    }
}

fn check_url(field: &str, url: &str) -> Result<(), PaymentError> {
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
