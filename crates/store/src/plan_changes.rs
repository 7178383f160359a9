//! Changes of the plan that a provider is asked for. The letter of each is kept with the agreement, before anybody is asked, and goes
//! into the queue in the transaction that first records that the provider has made the change: whoever reads it back. Nothing here
//! says what a change costs, and no letter is written.

use gate::Outage;
use jiff::{SignedDuration, Timestamp};
use paywall::SubscriptionId;
use rusqlite::Transaction;

use crate::Store;
use crate::checkouts::{self, CheckoutRow};
use crate::mails::NewMail;

/// How long after an agreement has lapsed it is certain that nobody asks a provider for it any more.
const LAPSED: SignedDuration = SignedDuration::from_hours(1);

/// The letter of a change of which it is not known yet whether the provider has made it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangeLetter {
    /// The agreement that it is about.
    pub checkout: String,
    /// What it is called.
    pub subject: String,
    /// Its text.
    pub plain: String,
    /// The same as HTML.
    pub html: String,
}

impl Store {
    /// Keeps an agreement to another plan, as [`Store::begin_checkout`] does, with the letter that will tell of the change. The
    /// subscription is read back at `check_at`, whatever becomes of whoever asks for it.
    ///
    /// # Errors
    /// [`Outage`]: nothing was agreed.
    pub async fn begin_change(
        &self,
        new: CheckoutRow,
        since: Timestamp,
        subscription: SubscriptionId,
        letter: NewMail,
        check_at: Timestamp,
    ) -> Result<CheckoutRow, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let kept = checkouts::begin(transaction, new, since)?;
                let id = subscription.as_str();
                transaction
                    .prepare_cached(
                        "INSERT INTO change_letters (checkout, subscription, subject, plain, html) \
                         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
                    )?
                    .execute((&kept.id, id, letter.subject, letter.plain, letter.html))?;
                transaction
                    .prepare_cached(
                        "UPDATE subscriptions SET check_at = min(check_at, ?2) WHERE id = ?1",
                    )?
                    .execute((id, check_at.as_microsecond()))?;
                Ok(kept)
            })
            .await
    }

    /// The letters of changes of a subscription that are not known to be made.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn change_letters(&self, id: SubscriptionId) -> Result<Vec<ChangeLetter>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT checkout, subject, plain, html FROM change_letters \
                         WHERE subscription = ?1 ORDER BY checkout",
                    )?
                    .query_map([id.as_str()], |row| {
                        Ok(ChangeLetter {
                            checkout: row.get(0)?,
                            subject: row.get(1)?,
                            plain: row.get(2)?,
                            html: row.get(3)?,
                        })
                    })?
                    .collect()
            })
            .await
    }
}

/// Notes that changes were made, and forgets their letters; also those of changes that can be asked for no more and were not made.
pub(crate) fn made(
    transaction: &Transaction<'_>,
    subscription: &SubscriptionId,
    changes: &[String],
    now: Timestamp,
) -> rusqlite::Result<()> {
    let id = subscription.as_str();
    for change in changes {
        let forgotten = transaction
            .prepare_cached("DELETE FROM change_letters WHERE checkout = ?1 AND subscription = ?2")?
            .execute((change, id))?;
        if forgotten == 1 {
            checkouts::became(transaction, change, id)?;
        }
    }
    let lapsed = now.checked_sub(LAPSED).unwrap_or(Timestamp::MIN);
    transaction
        .prepare_cached(
            "DELETE FROM change_letters WHERE subscription = ?1 \
             AND checkout IN (SELECT id FROM checkouts WHERE ends_at <= ?2)",
        )?
        .execute((id, lapsed.as_microsecond()))
        .map(drop)
}
