//! Which plan the next invoice of a contract is for, where its reader has agreed to another one: kept until that invoice is made, in
//! the transaction that makes it, or until it is taken back. What was paid is not touched here.

use gate::Outage;
use paywall::{Currency, Money, Period, Price, SubscriptionId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::{Store, values};

/// The plan of the next invoice, as it was agreed to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NextPlan {
    /// The agreement.
    pub checkout: String,
    /// The plan's slug.
    pub plan: String,
    /// Its name.
    pub plan_name: String,
    /// What it costs, and how often.
    pub price: Price,
}

/// What becomes of the plan of a contract's next invoice.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum NextPlanStep {
    /// It stays what it is.
    #[default]
    Stays,
    /// It becomes this one: where none was agreed to, and no invoice of the contract is open.
    Becomes(NextPlan),
    /// It is taken back: where there is one.
    TakenBack,
}

fn read(row: &Row<'_>) -> rusqlite::Result<NextPlan> {
    let (currency, period): (String, String) = (row.get(3)?, row.get(5)?);
    let currency =
        Currency::parse(&currency).map_err(|error| values::wrong(3, error.to_string()))?;
    Ok(NextPlan {
        checkout: row.get(0)?,
        plan: row.get(1)?,
        plan_name: row.get(2)?,
        price: Price {
            amount: Money { minor: row.get(4)?, currency },
            period: if period == "year" { Period::Year } else { Period::Month },
        },
    })
}

fn of(connection: &Connection, subscription: &str) -> rusqlite::Result<Option<NextPlan>> {
    connection
        .prepare_cached(
            "SELECT checkout, plan, plan_name, currency, minor, period FROM next_plans WHERE subscription = ?1",
        )?
        .query_row([subscription], read)
        .optional()
}

/// Forgets it; whether there was one.
pub(super) fn forget(transaction: &Transaction<'_>, subscription: &str) -> rusqlite::Result<bool> {
    let forgotten = transaction
        .prepare_cached("DELETE FROM next_plans WHERE subscription = ?1")?
        .execute([subscription])?;
    Ok(forgotten == 1)
}

/// Whether an invoice that goes on with a contract is for what was agreed to; then that is over.
pub(super) fn used(
    transaction: &Transaction<'_>,
    subscription: &str,
    checkout: Option<&str>,
) -> rusqlite::Result<bool> {
    let agreed = of(transaction, subscription)?.map(|next| next.checkout);
    if agreed.as_deref() != checkout {
        return Ok(false);
    }
    forget(transaction, subscription).map(|_| true)
}

/// Takes the step; `false` where it cannot be taken any more.
pub(super) fn take(
    transaction: &Transaction<'_>,
    subscription: &str,
    step: &NextPlanStep,
) -> rusqlite::Result<bool> {
    let next = match step {
        NextPlanStep::Stays => return Ok(true),
        NextPlanStep::TakenBack => return forget(transaction, subscription),
        NextPlanStep::Becomes(next) => next,
    };
    let period = match next.price.period {
        Period::Month => "month",
        Period::Year => "year",
    };
    let kept = transaction
        .prepare_cached(
            "INSERT INTO next_plans (subscription, checkout, plan, plan_name, currency, minor, period) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS \
             (SELECT 1 FROM invoices WHERE subscription = ?1 AND state = 'open') ON CONFLICT DO NOTHING",
        )?
        .execute((
            subscription,
            &next.checkout,
            &next.plan,
            &next.plan_name,
            next.price.amount.currency.as_str(),
            next.price.amount.minor,
            period,
        ))?;
    Ok(kept == 1)
}

impl Store {
    /// The plan for which the next invoice of a contract is to be, where it is another one.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn next_plan(&self, id: SubscriptionId) -> Result<Option<NextPlan>, Outage> {
        self.0.lookups.ask(move |connection| of(connection, id.as_str())).await
    }
}
