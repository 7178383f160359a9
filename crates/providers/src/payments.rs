//! Whoever takes the money: what is asked of such a provider, and what it told when it was asked. Nothing here decides who
//! may read, keeps a ledger or believes a message that came by itself: a hint says only what to read back.

mod cashier;
mod order;
mod signature;
mod stripe;

use std::fmt;

use jiff::Timestamp;

use order::{check_slug, check_url, less};

pub use cashier::{
    Card, CardPage, Cashier, CashierPage, CashierState, Event, ORDERS_MAX, Outcome, PERIODS_MAX,
    Taken,
};
pub use order::{
    Amount, ChangeFrom, ChangeReckoning, Every, Order, PlanChange, START_DAYS_MAX,
    START_PERIODS_MAX, Start, URL_BYTES_MAX, WORD_BYTES_MAX,
};
pub(crate) use signature::sign;
pub use signature::{Forged, HINT_BYTES_MAX, Secret, TOLERANCE_SECONDS};
pub use stripe::{GRACE_DAYS_MAX, STRIPE_VERSION, Stripe, StripeConfig};

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
    /// The keys of the changes of its plan that were made, the latest of them at least; see [`PlanChange::key`].
    pub changes: Vec<String>,
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

    /// Ends a checkout that is not paid: nobody can pay it any more. Says how it stands then; what was paid before stays paid. Again it
    /// changes nothing.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn end_checkout(&self, id: &str, now: Timestamp) -> Result<CheckoutState, PaymentError>;

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

    /// Every subscription of somebody who pays, by the provider's id of them, over or not. Of one that is not known it is none.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn subscriptions_of(&self, payer: &str, now: Timestamp) -> Result<Vec<String>, PaymentError>;

    /// Nothing more is charged, and what was paid runs to its end. Again it changes nothing.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn cancel(&self, id: &str, now: Timestamp) -> Result<(), PaymentError>;

    /// Ends it now: nothing more is charged. What was charged stays, unless it is given back. Again it changes nothing.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn end_now(&self, id: &str, now: Timestamp) -> Result<(), PaymentError>;

    /// Takes a cancellation back before the paid period ends. Again it changes nothing.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` where it is over.
    fn resume(&self, id: &str, now: Timestamp) -> Result<(), PaymentError>;

    /// What a change of the plan would cost, as the provider reckons it. Nothing is changed.
    ///
    /// # Errors
    /// As [`Payments::change_plan`], but for the charge.
    fn reckon_change(
        &self,
        id: &str,
        change: &PlanChange,
        now: Timestamp,
    ) -> Result<ChangeReckoning, PaymentError>;

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

    /// Tries a charge that failed again at once, as after another card was given. Where nothing is owed it changes nothing.
    /// Whether it went through is for reading back.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` too where the card is declined.
    fn charge_again(&self, subscription: &str, now: Timestamp) -> Result<(), PaymentError>;

    /// The page where the reader changes the card. Its address is for that reader alone, and soon over.
    ///
    /// # Errors
    /// [`PaymentError`].
    fn portal(
        &self,
        subscription: &str,
        back_url: &str,
        now: Timestamp,
    ) -> Result<String, PaymentError>;

    /// Tells that whoever pays for a subscription has another mail address: receipts go there from then on. Again it changes nothing,
    /// and of a subscription that is not known nothing is to be told.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` where the provider does not take that address.
    fn change_mail(
        &self,
        subscription: &str,
        mail: &str,
        now: Timestamp,
    ) -> Result<(), PaymentError>;

    /// Proves that a message is the provider's and new, and says what to read back. A message of a kind that is not known
    /// names nothing. Nobody is asked.
    ///
    /// # Errors
    /// [`Forged`].
    fn hint(&self, body: &[u8], signature: Option<&str>, now: Timestamp) -> Result<Hint, Forged>;
}

fn never(why: impl Into<String>) -> PaymentError {
    PaymentError::Never(why.into())
}
