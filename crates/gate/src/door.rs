//! The door itself: who asks, and the two questions that can be asked.

use jiff::Timestamp;
use paywall::{Asked, Asker, Decision, Opened, Policy, Standing, Who, asks_the_record, decide};

use crate::{Outage, Person, Readings, Spend, Spent};

/// Who stands at the door: what the rules know of the person, and the name under which the readings are kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// For the rules.
    pub asker: Asker,
    /// For the record of readings; `None` for those of whom none is kept.
    pub person: Option<Person>,
}

/// Whether a POST made a reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Made {
    /// One more in the record.
    Reading,
    /// None: the article was open already, needs none, or did not open.
    Nothing,
}

/// The gate over one record of readings.
#[derive(Debug)]
pub struct Gate<R> {
    readings: R,
}

impl<R: Readings> Gate<R> {
    /// A gate that keeps its readings in `readings`.
    pub const fn new(readings: R) -> Self {
        Self { readings }
    }

    /// Answers a GET: writes nothing, and asks the record only where its answer can matter.
    pub async fn admit(
        &self,
        policy: &Policy,
        identity: &Identity,
        asked: &Asked,
        now: Timestamp,
    ) -> Decision {
        let asker = &identity.asker;
        let standing = match identity.person {
            Some(person) if asks_the_record(policy, asker, asked, now) => {
                let standing = self.readings.standing(person, asked.key).await;
                standing.unwrap_or(Standing::Unknown)
            }
            _ => Standing::Nothing,
        };
        decide(policy, asker, asked, standing, now)
    }

    /// Answers a POST: where one reading opens the article, makes it, durably, and decides again. Says whether it made one.
    ///
    /// Somebody of whom no readings are kept gets the decision without one.
    ///
    /// # Errors
    /// [`Outage`] when the record could not answer and the paper does not open in an outage: the article was not opened.
    pub async fn read(
        &self,
        policy: &Policy,
        identity: &Identity,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<(Decision, Made), Outage> {
        let Some(person) = identity.person else {
            return Ok((self.admit(policy, identity, asked, now).await, Made::Nothing));
        };
        let without = decide(policy, &identity.asker, asked, Standing::Nothing, now);
        let Decision::Ask(ticket) = without else {
            return Ok((self.admit(policy, identity, asked, now).await, Made::Nothing));
        };
        let unknown = |outage| {
            // Without the record nothing is counted; whether the article opens all the same is a setting.
            match decide(policy, &identity.asker, asked, Standing::Unknown, now) {
                opened @ Decision::Open(_) => Ok((opened, Made::Nothing)),
                Decision::Ask(_) | Decision::Refuse(_) => Err(outage),
            }
        };
        // Of a newcomer nothing is recorded yet, or the spend that is repeated here says so.
        let ticket = if matches!(identity.asker.who, Who::Newcomer(_)) {
            ticket
        } else {
            let standing = match self.readings.standing(person, asked.key).await {
                Ok(standing) => standing,
                Err(outage) => return unknown(outage),
            };
            let before = decide(policy, &identity.asker, asked, standing, now);
            let Decision::Ask(ticket) = before else { return Ok((before, Made::Nothing)) };
            ticket
        };
        let spend = Spend {
            person,
            article: ticket.key(),
            allowance: ticket.allowance(),
            fresh: policy.fresh_window(now),
            now,
        };
        let (after, made) = match self.readings.spend(spend).await {
            Ok(Spent::Opened { read, window }) => {
                (Standing::Counted { window, read, this: Opened::Already }, Made::Reading)
            }
            Ok(Spent::Already { read, window }) => {
                (Standing::Counted { window, read, this: Opened::Already }, Made::Nothing)
            }
            Ok(Spent::Full { read, window }) => {
                (Standing::Counted { window, read, this: Opened::NotYet }, Made::Nothing)
            }
            Err(outage) => return unknown(outage),
        };
        Ok((decide(policy, &identity.asker, asked, after, now), made))
    }

    /// Moves a visitor's readings to a reader's account: a union, and the visitor keeps nothing.
    ///
    /// # Errors
    /// [`Outage`] when the record could not answer: nothing was moved.
    pub async fn merge(&self, from: Person, into: Person, now: Timestamp) -> Result<(), Outage> {
        self.readings.merge(from, into, now).await
    }

    /// The record, for those who keep it in order: expiry and checks.
    pub const fn readings(&self) -> &R {
        &self.readings
    }
}
