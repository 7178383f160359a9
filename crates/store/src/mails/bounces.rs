//! What came back of the mails that were sent: an address that a server says it knows nobody at gets none any more. What is not
//! about a mail that this paper has sent to that address changes nothing.

use std::collections::HashMap;

use gate::Outage;
use jiff::Timestamp;

use super::steps;
use crate::{Store, suppressions, values};

/// What came back, of one run, at most: the rest is passed over.
pub const BOUNCES_MAX: usize = 10_000;

/// One address of which somebody says that no mail arrives there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounce {
    /// Its spellings: as the mail was addressed, and as a server has led it on. One of them has to be ours.
    pub addresses: Vec<String>,
    /// The name of the mail that came back, [`super::DueMail::name`]; `None` where the operator's word is enough.
    pub about: Option<String>,
    /// Why, without the address: it is kept.
    pub reason: String,
}

/// What became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BounceOutcome {
    /// This address gets no mail from now on.
    Suppressed(String),
    /// This address got none before.
    Known(String),
    /// No mail of this paper is known that could have come back like that.
    Foreign,
}

impl Store {
    /// Takes what came back, at most [`BOUNCES_MAX`], and says of each what became of it, in their order.
    ///
    /// # Errors
    /// [`Outage`]: nothing was taken.
    pub async fn take_bounces(
        &self,
        mut bounces: Vec<Bounce>,
        now: Timestamp,
    ) -> Result<Vec<BounceOutcome>, Outage> {
        bounces.truncate(BOUNCES_MAX);
        let paper = self.0.paper_id;
        let look = move |connection: &rusqlite::Connection| {
            let mut named: HashMap<String, Vec<usize>> = HashMap::new();
            for (place, bounce) in bounces.iter().enumerate() {
                for address in &bounce.addresses {
                    named.entry(address.to_lowercase()).or_default().push(place);
                }
            }
            let mut found: Vec<Option<String>> = vec![None; bounces.len()];
            // One look through what was sent, however much came back.
            let mut query = connection.prepare_cached(
                "SELECT id, recipient, queued_at FROM mails WHERE state IN ('sent', 'unsure')",
            )?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let recipient: String = row.get(1)?;
                let Some(places) = named.get(&recipient.to_lowercase()) else { continue };
                let name = steps::name_of(paper, row.get(0)?, values::instant(row, 2)?);
                for place in places {
                    if bounces[*place].about.as_ref().is_none_or(|about| *about == name) {
                        found[*place].get_or_insert_with(|| recipient.clone());
                    }
                }
            }
            Ok(found
                .into_iter()
                .zip(bounces)
                .map(|(found, bounce)| (found, bounce.reason))
                .collect())
        };
        let found: Vec<(Option<String>, String)> = self.0.lookups.ask(look).await?;
        self.0
            .writer
            .write(move |transaction, _| {
                let told = found.iter().map(|(recipient, reason)| match recipient {
                    None => Ok(BounceOutcome::Foreign),
                    Some(recipient) => {
                        let is_new = suppressions::add(transaction, paper, recipient, reason, now)?;
                        let outcome =
                            if is_new { BounceOutcome::Suppressed } else { BounceOutcome::Known };
                        Ok(outcome(recipient.clone()))
                    }
                });
                told.collect()
            })
            .await
    }
}
