//! The reader's bank, between the paper and the demo's cashier: it asks for money back, which the cashier by itself never
//! has to tell. Everything else is the cashier's own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use jiff::Timestamp;
use providers::payments::{
    Cashier, ChangeReckoning, Checkout, CheckoutState, DisputeOutcome, Forged, Hint, Order,
    PaymentError, Payments, PlanChange, Read, Told, ToldWhat,
};

/// What becomes of changes of the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Changes {
    #[default]
    Made,
    /// They are made, and the answer is lost: as where the program dies before it comes.
    Unheard,
    Declined,
}

/// How the disputes of subscriptions stand.
#[derive(Debug, Default)]
pub(crate) struct Bank {
    cashier: OnceLock<Arc<Cashier>>,
    disputes: Mutex<BTreeMap<String, (Timestamp, DisputeOutcome)>>,
    changes: Mutex<Changes>,
    is_down: Mutex<bool>,
}

impl Bank {
    /// The bank, once it knows whose payments it stands behind.
    pub(crate) fn before(self: &Arc<Self>, cashier: &Arc<Cashier>) -> Arc<Self> {
        self.cashier.get_or_init(|| Arc::clone(cashier));
        Arc::clone(self)
    }

    /// From now on all payments of a subscription are disputed, and stand like that.
    pub(crate) fn dispute(&self, subscription: &str, outcome: DisputeOutcome, now: Timestamp) {
        let mut disputes = self.disputes.lock().unwrap();
        disputes.insert(subscription.to_owned(), (now, outcome));
    }

    /// What becomes of changes from now on.
    pub(crate) fn let_changes_be(&self, changes: Changes) {
        *self.changes.lock().unwrap() = changes;
    }

    /// Whether it takes no new addresses, and ends no order, from now on.
    pub(crate) fn be_down(&self, is_down: bool) {
        *self.is_down.lock().unwrap() = is_down;
    }

    fn cashier(&self) -> &Cashier {
        self.cashier.get().expect("a bank that knows its cashier")
    }
}

impl Payments for Bank {
    fn name(&self) -> &'static str {
        self.cashier().name()
    }

    fn begin(&self, order: &Order, now: Timestamp) -> Result<Checkout, PaymentError> {
        self.cashier().begin(order, now)
    }

    fn checkout(&self, id: &str, now: Timestamp) -> Result<CheckoutState, PaymentError> {
        self.cashier().checkout(id, now)
    }

    fn end_checkout(&self, id: &str, now: Timestamp) -> Result<CheckoutState, PaymentError> {
        match *self.is_down.lock().unwrap() {
            true => Err(PaymentError::Later("nobody answers".to_owned())),
            false => self.cashier().end_checkout(id, now),
        }
    }

    fn subscription(&self, id: &str, now: Timestamp) -> Result<Option<Read>, PaymentError> {
        let read = self.cashier().subscription(id, now)?;
        let dispute = self.disputes.lock().unwrap().get(id).copied();
        let (Some(mut read), Some((as_of, outcome))) = (read.clone(), dispute) else {
            return Ok(read);
        };
        let paid = read.told.iter().filter(|told| matches!(told.what, ToldWhat::Paid { .. }));
        let disputed: Vec<Told> = paid
            .map(|paid| Told {
                id: format!("{}-dispute", paid.id),
                as_of,
                what: ToldWhat::Disputed { payment: paid.id.clone(), outcome },
            })
            .collect();
        // Payments and what takes them back come first.
        let money = read.told.iter().take_while(|told| {
            matches!(told.what, ToldWhat::Paid { .. } | ToldWhat::Refunded { .. })
        });
        let place = money.count();
        read.told.splice(place..place, disputed);
        Ok(Some(read))
    }

    fn subscription_of(
        &self,
        payment: &str,
        now: Timestamp,
    ) -> Result<Option<String>, PaymentError> {
        self.cashier().subscription_of(payment, now)
    }

    fn subscriptions_of(&self, payer: &str, now: Timestamp) -> Result<Vec<String>, PaymentError> {
        self.cashier().subscriptions_of(payer, now)
    }

    fn cancel(&self, id: &str, now: Timestamp) -> Result<(), PaymentError> {
        self.cashier().cancel(id, now)
    }

    fn end_now(&self, id: &str, now: Timestamp) -> Result<(), PaymentError> {
        self.cashier().end_now(id, now)
    }

    fn resume(&self, id: &str, now: Timestamp) -> Result<(), PaymentError> {
        self.cashier().resume(id, now)
    }

    fn reckon_change(
        &self,
        id: &str,
        change: &PlanChange,
        now: Timestamp,
    ) -> Result<ChangeReckoning, PaymentError> {
        self.cashier().reckon_change(id, change, now)
    }

    fn change_plan(
        &self,
        id: &str,
        change: &PlanChange,
        now: Timestamp,
    ) -> Result<(), PaymentError> {
        let changes = *self.changes.lock().unwrap();
        if changes == Changes::Declined {
            return Err(PaymentError::Never("the card is declined".to_owned()));
        }
        self.cashier().change_plan(id, change, now)?;
        match changes {
            Changes::Unheard => Err(PaymentError::Later("the line was cut".to_owned())),
            _ => Ok(()),
        }
    }

    fn refund(
        &self,
        payment: &str,
        key: &str,
        ends_access_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), PaymentError> {
        self.cashier().refund(payment, key, ends_access_at, now)
    }

    fn charge_again(&self, subscription: &str, now: Timestamp) -> Result<(), PaymentError> {
        self.cashier().charge_again(subscription, now)
    }

    fn portal(
        &self,
        subscription: &str,
        back_url: &str,
        now: Timestamp,
    ) -> Result<String, PaymentError> {
        self.cashier().portal(subscription, back_url, now)
    }

    fn change_mail(&self, id: &str, mail: &str, now: Timestamp) -> Result<(), PaymentError> {
        match *self.is_down.lock().unwrap() {
            true => Err(PaymentError::Later("nobody answers".to_owned())),
            false => self.cashier().change_mail(id, mail, now),
        }
    }

    fn hint(&self, body: &[u8], signature: Option<&str>, now: Timestamp) -> Result<Hint, Forged> {
        self.cashier().hint(body, signature, now)
    }
}
