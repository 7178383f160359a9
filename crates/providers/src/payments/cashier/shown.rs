//! What the cashier's pages show and are answered: cards of the demo, how an order stands, what came of a card. Nothing of it
//! is kept, and there is no number of a card anywhere.

use jiff::Timestamp;

use super::super::{Amount, Every};

/// A card of the demo. No number is ever asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Card {
    /// Takes every charge.
    Good,
    /// Takes none.
    Declined,
    /// Asks for a proof at the checkout (3-D Secure), and takes every charge after it. Where a card is only changed it
    /// asks for none.
    NeedsProof,
    /// Takes what is charged now, and nothing after it.
    ExpiresSoon,
    /// Takes every charge, and is one card in everybody's hands.
    Shared,
}

/// What came of a card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is paid, or was before: nothing is charged twice.
    Paid {
        /// What was bought.
        subscription: String,
    },
    /// The reader has to prove who they are.
    Proof,
    /// The card was declined, or the proof refused; another card may be tried.
    Declined,
    /// The order can be paid no more.
    Over,
}

/// What came of a card, and the message that a provider would send because of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// What came of it.
    pub outcome: Outcome,
    /// For [`Payments::hint`](crate::payments::Payments::hint); none where nothing happened.
    pub event: Option<Event>,
}

/// A signed message, as it would arrive at the paper's address for them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// What is posted.
    pub body: Vec<u8>,
    /// The header that proves it.
    pub signature: String,
}

/// How an order stands at the cashier's page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CashierState {
    /// It asks for a card.
    Asks,
    /// It waits for the proof.
    Proof,
    /// It is paid.
    Paid {
        /// What was bought.
        subscription: String,
    },
    /// It can be paid no more.
    Over,
}

/// What the page of an order shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CashierPage {
    /// The plan's name.
    pub name: String,
    /// Where receipts would go.
    pub mail: String,
    /// The language of the order.
    pub language: String,
    /// What is charged at once.
    pub today: Amount,
    /// The usual price.
    pub then: Amount,
    /// How often that is charged.
    pub every: Every,
    /// When the next charge is due, where it is paid now.
    pub first_period_ends_at: Timestamp,
    /// Where to after paying.
    pub back_url: String,
    /// Where to without paying.
    pub cancel_url: String,
    /// How it stands.
    pub state: CashierState,
}

/// What the page for another card shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardPage {
    /// The plan's name.
    pub name: String,
    /// The language of the order.
    pub language: String,
    /// What is charged at once by another card, where a charge failed.
    pub owed: Option<Amount>,
    /// When that is tried again with the old card.
    pub next_try_at: Option<Timestamp>,
    /// Whether it is over, and another card changes nothing.
    pub is_over: bool,
}
