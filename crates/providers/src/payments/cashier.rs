//! The built-in cashier: a provider that needs no network and takes no money, for the demo and for tests alone. It keeps
//! what was ordered in one file and lets the rest follow from the time that it is told; the paper meets it by the same
//! calls and by the same signed messages as a real provider. One process at a time may have the file open.

mod contract;
mod kept;
mod shown;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::signature::{self, Forged, derived};
use super::{
    ChangeReckoning, Checkout, CheckoutState, Hint, Order, PaymentError, Payments, PlanChange,
    Read, check_url, never,
};
use contract::Contract;
use kept::{Entry, KeptOrder};

pub use contract::PERIODS_MAX;
pub use shown::{Card, CardPage, CashierPage, CashierState, Event, Outcome, Taken};

/// Orders that are kept; the oldest make room for new ones.
pub const ORDERS_MAX: usize = 10_000;

/// The cashier.
pub struct Cashier {
    path: PathBuf,
    secret: [u8; 32],
    orders: Mutex<Vec<Entry>>,
}

impl fmt::Debug for Cashier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cashier({})", self.path.display())
    }
}

impl Cashier {
    /// Opens the file, or begins one with the first order. Ids follow from the secret, and messages are signed with it.
    ///
    /// # Errors
    /// What the system says; `InvalidData` where the file is no cashier's.
    pub fn open(path: &Path, secret: [u8; 32]) -> io::Result<Self> {
        let orders = Mutex::new(kept::load(path)?);
        Ok(Self { path: path.to_owned(), secret, orders })
    }

    /// The page of an order; `None` where there is none of that id.
    #[must_use]
    pub fn page(&self, id: &str, now: Timestamp) -> Option<CashierPage> {
        let orders = self.lock();
        let entry = orders.iter().find(|entry| entry.id == id)?;
        let KeptOrder { name, mail, language, terms, back_url, cancel_url, .. } = &entry.order;
        let first = match &entry.contract {
            Some(contract) => contract.first(),
            None => contract::first(&entry.order, now),
        }?;
        Some(CashierPage {
            name: name.clone(),
            mail: mail.clone(),
            language: language.clone(),
            today: first.amount,
            then: terms.amount(),
            every: terms.every.into(),
            first_period_ends_at: first.ends_at,
            back_url: back_url.clone(),
            cancel_url: cancel_url.clone(),
            state: state(entry, now),
        })
    }

    /// The page for another card; `None` where there is no such subscription.
    #[must_use]
    pub fn card_page(&self, subscription: &str, now: Timestamp) -> Option<CardPage> {
        let page = self.change(of(subscription), now, |entry| Ok(entry.clone()));
        let entry = page.ok()??;
        let contract = entry.contract?;
        let owed = contract.owed(now);
        Some(CardPage {
            name: entry.order.name,
            language: entry.order.language,
            next_try_at: owed.as_ref().and_then(|(_, at)| *at),
            owed: owed.map(|(amount, _)| amount),
            is_over: contract.is_over(),
        })
    }

    /// Pays an order. Paying again changes nothing and gives the same.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` where there is no such order.
    pub fn pay(&self, id: &str, card: Card, now: Timestamp) -> Result<Taken, PaymentError> {
        self.take(id, now, |entry| match card {
            Card::Good | Card::ExpiresSoon | Card::Shared => self.begin_contract(entry, card, now),
            Card::NeedsProof => {
                entry.proof_awaited = true;
                Ok(Outcome::Proof)
            }
            Card::Declined => {
                entry.proof_awaited = false;
                Ok(Outcome::Declined)
            }
        })
    }

    /// Pays an order in the past that was cancelled later in the past, as one: time that passes between the two for everybody would
    /// charge what was cancelled.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` where there is no such order.
    pub fn pay_and_cancel(
        &self,
        id: &str,
        card: Card,
        now: Timestamp,
        cancelled_at: Timestamp,
    ) -> Result<Taken, PaymentError> {
        self.take(id, now, |entry| {
            let outcome = self.begin_contract(entry, card, now)?;
            if let Some(contract) = &mut entry.contract {
                let _ = contract.advance(cancelled_at);
                contract.cancel(cancelled_at);
            }
            Ok(outcome)
        })
    }

    /// The end of the proof that a card asked for: agreed to, or refused.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` where there is no such order, or no proof is awaited.
    pub fn prove(&self, id: &str, agreed: bool, now: Timestamp) -> Result<Taken, PaymentError> {
        self.take(id, now, |entry| {
            if !std::mem::take(&mut entry.proof_awaited) {
                return Err(never("no proof is awaited; choose a card first"));
            }
            if agreed {
                self.begin_contract(entry, Card::NeedsProof, now)
            } else {
                Ok(Outcome::Declined)
            }
        })
    }

    /// Another card for a subscription. What could not be charged before is charged at once.
    ///
    /// # Errors
    /// [`PaymentError`]; `Never` where there is no such subscription, or it is over.
    pub fn update_card(
        &self,
        subscription: &str,
        card: Card,
        now: Timestamp,
    ) -> Result<Taken, PaymentError> {
        let outcome = self.alter(subscription, now, |contract, reader| {
            if contract.is_over() {
                return Err(never("the subscription is over"));
            }
            if card == Card::Declined {
                return Ok(Outcome::Declined);
            }
            let works_next = card != Card::ExpiresSoon;
            contract.update_card(self.card(card, reader), works_next, now);
            Ok(Outcome::Paid { subscription: contract.id.clone() })
        })?;
        let event = match outcome {
            Outcome::Paid { .. } => self.event(subscription, now),
            _ => None,
        };
        Ok(Taken { outcome, event })
    }

    /// Lets time pass until `now` for every subscription, and gives a message for each that something happened to:
    /// [`ORDERS_MAX`] at most.
    ///
    /// # Errors
    /// [`PaymentError::Later`] where the file cannot be written; then nothing has changed.
    pub fn pass(&self, now: Timestamp) -> Result<Vec<Event>, PaymentError> {
        let mut orders = self.lock();
        let mut passed = orders.clone();
        for contract in passed.iter_mut().filter_map(|entry| entry.contract.as_mut()) {
            let _ = contract.advance(now);
        }
        let changed = passed.iter().zip(orders.iter()).filter(|(new, old)| new != old);
        let events: Vec<Event> =
            changed.filter_map(|(entry, _)| self.event_of(entry, now)).collect();
        if !events.is_empty() {
            kept::save(&self.path, &passed).map_err(|error| unwritten(&error))?;
            *orders = passed;
        }
        Ok(events)
    }

    /// The message that a provider would send about a subscription now; `None` where there is none of that id.
    #[must_use]
    pub fn event(&self, subscription: &str, now: Timestamp) -> Option<Event> {
        let orders = self.lock();
        let is_it = of(subscription);
        self.event_of(orders.iter().find(|entry| is_it(entry))?, now)
    }

    fn event_of(&self, entry: &Entry, now: Timestamp) -> Option<Event> {
        let contract = entry.contract.as_ref()?;
        let at = format!("{} {} {now}", contract.id, contract.changed_at);
        let message = Message {
            id: format!("demo_evt_{}", derived(&self.secret, "event", &at)),
            subscription: contract.id.clone(),
            checkout: entry.order.key.clone(),
            reader: entry.order.reader.clone(),
        };
        let body = serde_json::to_vec(&message).ok()?;
        let signature = signature::sign(&self.message_key(), &body, now);
        Some(Event { body, signature })
    }

    fn begin_contract(
        &self,
        entry: &mut Entry,
        card: Card,
        now: Timestamp,
    ) -> Result<Outcome, PaymentError> {
        let id = format!("demo_sub_{}", derived(&self.secret, "subscription", &entry.order.key));
        let card_name = self.card(card, &entry.order.reader);
        let begun = Contract::begun(&entry.order, id.clone(), card_name, now);
        let mut contract = begun.ok_or_else(|| never("a period would end beyond all time"))?;
        contract.expect(card != Card::ExpiresSoon);
        entry.contract = Some(contract);
        entry.proof_awaited = false;
        Ok(Outcome::Paid { subscription: id })
    }

    /// The name of a card: one reader's cards of one kind are the same card, and nobody else's, but for the shared one.
    fn card(&self, card: Card, reader: &str) -> String {
        let reader = if card == Card::Shared { "" } else { reader };
        derived(&self.secret, "card", &format!("{card:?} {reader}"))
    }

    fn message_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        let name = derived(&self.secret, "message", "key");
        key.copy_from_slice(name.as_bytes());
        key
    }

    /// Does something to an order that can still be paid, and to no other.
    fn take(
        &self,
        id: &str,
        now: Timestamp,
        deed: impl FnOnce(&mut Entry) -> Result<Outcome, PaymentError>,
    ) -> Result<Taken, PaymentError> {
        let (mut charged, mut subscription) = (false, None);
        let outcome = self.change(
            |entry| entry.id == id,
            now,
            |entry| {
                let outcome = match state(entry, now) {
                    CashierState::Paid { subscription } => Outcome::Paid { subscription },
                    CashierState::Over => Outcome::Over,
                    CashierState::Asks | CashierState::Proof => {
                        charged = true;
                        deed(entry)?
                    }
                };
                subscription = entry.contract.as_ref().map(|contract| contract.id.clone());
                Ok(outcome)
            },
        )?;
        let outcome = outcome.ok_or_else(|| never("the cashier has no such order"))?;
        let event = subscription.filter(|_| charged).and_then(|id| self.event(&id, now));
        Ok(Taken { outcome, event })
    }

    /// Does something to a subscription that is brought up to date first.
    fn alter<T>(
        &self,
        subscription: &str,
        now: Timestamp,
        deed: impl FnOnce(&mut Contract, &str) -> Result<T, PaymentError>,
    ) -> Result<T, PaymentError> {
        let done = self.change(of(subscription), now, |entry| {
            let reader = entry.order.reader.clone();
            entry.contract.as_mut().map(|contract| deed(contract, &reader)).transpose()
        })?;
        done.flatten().ok_or_else(|| never("the cashier has no such subscription"))
    }

    /// Brings the entry that fits up to date, does something to it, and keeps both on the disk; `None` where none fits.
    fn change<T>(
        &self,
        fits: impl Fn(&Entry) -> bool,
        now: Timestamp,
        deed: impl FnOnce(&mut Entry) -> Result<T, PaymentError>,
    ) -> Result<Option<T>, PaymentError> {
        let mut orders = self.lock();
        let Some(place) = orders.iter().position(fits) else { return Ok(None) };
        let before = orders[place].clone();
        let mut entry = before.clone();
        if let Some(contract) = &mut entry.contract {
            let _ = contract.advance(now);
        }
        let passed = entry.clone();
        let done = deed(&mut entry);
        // What time did stays, also where the deed cannot be done.
        let entry = if done.is_ok() { entry } else { passed };
        if entry != before {
            orders[place] = entry;
            if let Err(error) = kept::save(&self.path, &orders) {
                orders[place] = before;
                return Err(unwritten(&error));
            }
        }
        done.map(Some)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Payments for Cashier {
    fn name(&self) -> &'static str {
        "cashier"
    }

    fn begin(&self, order: &Order, _: Timestamp) -> Result<Checkout, PaymentError> {
        order.check()?;
        let id = format!("demo_co_{}", derived(&self.secret, "checkout", &order.key));
        let url = format!("/demo/cashier/{id}");
        let wanted = KeptOrder::from(order);
        let mut orders = self.lock();
        if let Some(entry) = orders.iter().find(|entry| entry.id == id) {
            return if entry.order == wanted {
                Ok(Checkout { id, url })
            } else {
                Err(never(format!("the key {:?} is another order's", order.key)))
            };
        }
        let entry = Entry { id: id.clone(), order: wanted, proof_awaited: false, contract: None };
        let mut kept = orders.clone();
        kept.push(entry);
        let too_many = kept.len().saturating_sub(ORDERS_MAX);
        kept.drain(..too_many);
        kept::save(&self.path, &kept).map_err(|error| unwritten(&error))?;
        *orders = kept;
        Ok(Checkout { id, url })
    }

    fn checkout(&self, id: &str, now: Timestamp) -> Result<CheckoutState, PaymentError> {
        let orders = self.lock();
        let entry = orders.iter().find(|entry| entry.id == id);
        Ok(entry.map_or(CheckoutState::Over, |entry| match state(entry, now) {
            CashierState::Asks | CashierState::Proof => CheckoutState::Open,
            CashierState::Paid { subscription } => CheckoutState::Paid { subscription },
            CashierState::Over => CheckoutState::Over,
        }))
    }

    fn end_checkout(&self, id: &str, now: Timestamp) -> Result<CheckoutState, PaymentError> {
        let end = |entry: &mut Entry| {
            if entry.contract.is_none() {
                entry.order.ends_at = entry.order.ends_at.min(now);
            }
            Ok(())
        };
        self.change(|entry| entry.id == id, now, end)?;
        self.checkout(id, now)
    }

    fn subscription(&self, id: &str, now: Timestamp) -> Result<Option<Read>, PaymentError> {
        let read = self.change(of(id), now, |entry| {
            let (reader, checkout) = (entry.order.reader.clone(), entry.order.key.clone());
            Ok(entry.contract.as_ref().map(|contract| Read {
                id: contract.id.clone(),
                reader: Some(reader),
                checkout: Some(checkout),
                card: Some(contract.card.clone()),
                changes: contract.changes.clone(),
                told: contract.told(),
            }))
        })?;
        Ok(read.flatten())
    }

    fn subscription_of(&self, payment: &str, _: Timestamp) -> Result<Option<String>, PaymentError> {
        let Some((subscription, _)) = payment.rsplit_once('-') else { return Ok(None) };
        let is_known = self.lock().iter().any(of(subscription));
        Ok(is_known.then(|| subscription.to_owned()))
    }

    fn subscriptions_of(&self, payer: &str, _: Timestamp) -> Result<Vec<String>, PaymentError> {
        let reader = payer.strip_prefix(PAYER).unwrap_or_default();
        let orders = self.lock();
        let theirs = orders.iter().filter(|entry| entry.order.reader == reader);
        Ok(theirs.filter_map(|entry| Some(entry.contract.as_ref()?.id.clone())).collect())
    }

    fn cancel(&self, id: &str, now: Timestamp) -> Result<(), PaymentError> {
        self.alter(id, now, |contract, _| {
            contract.cancel(now);
            Ok(())
        })
    }

    fn end_now(&self, id: &str, now: Timestamp) -> Result<(), PaymentError> {
        self.alter(id, now, |contract, _| {
            contract.end(now);
            Ok(())
        })
    }

    fn resume(&self, id: &str, now: Timestamp) -> Result<(), PaymentError> {
        self.alter(id, now, |contract, _| {
            let runs = contract.resume(now);
            if runs { Ok(()) } else { Err(never("the subscription is over; buy it again")) }
        })
    }

    fn reckon_change(
        &self,
        id: &str,
        change: &PlanChange,
        now: Timestamp,
    ) -> Result<ChangeReckoning, PaymentError> {
        change.check()?;
        let at = change.asked_at.min(now);
        self.alter(id, now, |contract, _| contract.reckoning(change.into(), at).map_err(never))
    }

    fn change_plan(
        &self,
        id: &str,
        change: &PlanChange,
        now: Timestamp,
    ) -> Result<(), PaymentError> {
        change.check()?;
        let at = change.asked_at.min(now);
        self.alter(id, now, |contract, _| contract.change(change.into(), at).map_err(never))
    }

    fn refund(
        &self,
        payment: &str,
        _: &str,
        ends_access_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), PaymentError> {
        let (subscription, _) = payment.rsplit_once('-').unwrap_or_default();
        self.alter(subscription, now, |contract, _| {
            let found = contract.refund(payment, ends_access_at, now);
            if found { Ok(()) } else { Err(never("the cashier has no such payment")) }
        })
    }

    fn charge_again(&self, subscription: &str, now: Timestamp) -> Result<(), PaymentError> {
        let owed = self.alter(subscription, now, |contract, _| Ok(contract.owed(now)))?;
        // A card that works was charged when it was given.
        owed.map_or(Ok(()), |_| Err(never("the card is declined")))
    }

    fn portal(
        &self,
        subscription: &str,
        back_url: &str,
        _: Timestamp,
    ) -> Result<String, PaymentError> {
        check_url("back_url", back_url)?;
        if self.lock().iter().any(of(subscription)) {
            Ok(format!("/demo/cashier/card/{subscription}"))
        } else {
            Err(never("the cashier has no such subscription"))
        }
    }

    fn change_mail(&self, id: &str, mail: &str, now: Timestamp) -> Result<(), PaymentError> {
        let told = self.change(of(id), now, |entry| {
            mail.clone_into(&mut entry.order.mail);
            Ok(())
        });
        told.map(drop)
    }

    fn hint(&self, body: &[u8], signature: Option<&str>, now: Timestamp) -> Result<Hint, Forged> {
        signature::verify([&self.message_key()[..]], body, signature, now)?;
        let message: Message = serde_json::from_slice(body).map_err(|_| Forged::NoEvent)?;
        let Message { id, subscription, checkout, reader } = message;
        Ok(Hint {
            id,
            subscription: Some(subscription),
            payment: None,
            checkout: Some(checkout),
            reader: Some(reader),
        })
    }
}

/// The cashier's own message.
#[derive(Serialize, Deserialize)]
struct Message {
    id: String,
    subscription: String,
    checkout: String,
    reader: String,
}

/// What stands before our id of a reader in the cashier's of who pays.
const PAYER: &str = "cus_";

fn of(subscription: &str) -> impl Fn(&Entry) -> bool {
    move |entry| entry.contract.as_ref().is_some_and(|contract| contract.id == subscription)
}

fn state(entry: &Entry, now: Timestamp) -> CashierState {
    match &entry.contract {
        Some(contract) => CashierState::Paid { subscription: contract.id.clone() },
        None if now >= entry.order.ends_at => CashierState::Over,
        None if entry.proof_awaited => CashierState::Proof,
        None => CashierState::Asks,
    }
}

fn unwritten(error: &io::Error) -> PaymentError {
    PaymentError::Later(format!("the cashier's file cannot be written: {error}"))
}

#[cfg(test)]
mod tests;
