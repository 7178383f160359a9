//! What a reader is told of a subscription by mail, from how it stands: each letter once, and none of them to sell. It never
//! decides; the letters go into the queue in the transaction of the facts that they tell.

use face::{Failed, Letter, Receipt, letter};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use paywall::{
    EndedBy, Fact, Payment, Period, PeriodKind, Plan, Renewal, Subscription, SubscriptionState,
    What,
};
use store::{NewMail, ReaderRow};

use super::presentation::Presentation;
use super::{Inner, Visit};

/// Days before the end of a trial, or of a cheaper first period, on which the paper writes.
const BEFORE_END: [i64; 2] = [7, 1];
/// Days before the end of the grace on which the paper writes.
const BEFORE_GRACE_ENDS: i64 = 2;
/// What is older than this is no news: a history that is read for the first time is told to nobody.
const NEWS: SignedDuration = SignedDuration::from_hours(3 * 24);
/// The longest month, with an hour that a clock may put to it.
const LONGEST_MONTH: SignedDuration = SignedDuration::from_hours(31 * 24 + 1);
/// Nothing but sign-ins and receipts is sent from this hour of the evening to that one of the morning.
const QUIET: (i8, i8) = (21, 8);

/// What the letters of one reading back need to know.
pub(crate) struct Writing<'a> {
    pub(crate) site: &'a Inner,
    pub(crate) presentation: &'a Presentation,
    pub(crate) reader: &'a ReaderRow,
    /// Whether something else is open to the reader: then nothing is over for them.
    pub(crate) has_more: bool,
    pub(crate) subscription: &'a Subscription,
    pub(crate) facts: &'a [Fact],
    /// Everything that is known of it, these among it.
    pub(crate) history: &'a [Fact],
    pub(crate) now: Timestamp,
}

/// When a cancellation was taken back, each time.
fn resumptions(history: &[Fact]) -> Vec<Timestamp> {
    let standing = |fact: &Fact| match fact.what {
        What::Renewal(renewal) => Some((fact.as_of, renewal)),
        _ => None,
    };
    let mut standings: Vec<(Timestamp, Renewal)> = history.iter().filter_map(standing).collect();
    standings.sort_by_key(|(as_of, _)| *as_of);
    let steps = standings.iter().zip(standings.iter().skip(1));
    let resumed = steps.filter(|((_, before), (_, after))| {
        matches!((before, after), (Renewal::Stops { .. }, Renewal::Renews { .. }))
    });
    resumed.map(|(_, (as_of, _))| *as_of).collect()
}

/// The next instant after `now` at which there may be something to write.
pub(crate) fn next(subscription: &Subscription, now: Timestamp) -> Option<Timestamp> {
    let before =
        |at: Timestamp, days: i64| at.checked_sub(SignedDuration::from_hours(24 * days)).ok();
    let ends = |at: Timestamp| BEFORE_END.iter().filter_map(|days| before(at, *days)).collect();
    let all: Vec<Timestamp> = match subscription.state(now) {
        SubscriptionState::Trial { ends_at } => ends(ends_at),
        SubscriptionState::Active => {
            subscription.next_charge().map_or_else(Vec::new, |charge| ends(charge.at))
        }
        SubscriptionState::InGrace { until, .. } => {
            before(until, BEFORE_GRACE_ENDS).into_iter().chain([until]).collect()
        }
        SubscriptionState::Cancelled { ends_at } | SubscriptionState::Fixed { ends_at, .. } => {
            vec![ends_at]
        }
        SubscriptionState::NotBegun { .. } | SubscriptionState::Ended { .. } => Vec::new(),
    };
    all.into_iter().filter(|at| *at > now).min()
}

impl Writing<'_> {
    /// All letters that are to be written by now; those that were written before are known by what they are about.
    pub(crate) fn letters(&self) -> Vec<NewMail> {
        let mut letters: Vec<NewMail> =
            self.facts.iter().filter_map(|fact| self.receipt(fact)).collect();
        letters.extend(self.standing());
        letters.extend(self.resumed());
        letters
    }

    /// The letters of a contract that is paid by invoice: the receipt of a payment, that it is cancelled, that it is over. The
    /// invoice itself says what is to be paid next.
    pub(crate) fn by_invoice(&self, paid_at: Option<Timestamp>) -> Vec<NewMail> {
        use SubscriptionState::{Cancelled, Ended};
        let receipt = |fact| self.receipt_of(fact, paid_at.unwrap_or(self.now));
        let mut letters: Vec<NewMail> = self.facts.iter().filter_map(receipt).collect();
        if matches!(self.subscription.state(self.now), Cancelled { .. } | Ended { .. }) {
            letters.extend(self.standing());
        }
        letters.extend(self.resumed());
        letters
    }

    fn is_news(&self, at: Timestamp) -> bool {
        self.now.duration_since(at) < NEWS
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.site.shown_address())
    }

    fn plan(&self, slug: &str) -> Option<&Plan> {
        self.presentation.house.plans.iter().find(|plan| plan.slug == slug)
    }

    fn plan_name(&self) -> String {
        let slug = self.subscription.plan(self.now).unwrap_or_default();
        self.plan(slug).map_or_else(|| slug.to_owned(), |plan| plan.name.clone())
    }

    /// The receipt of a payment; a free trial has none.
    fn receipt(&self, fact: &Fact) -> Option<NewMail> {
        self.receipt_of(fact, fact.as_of)
    }

    fn receipt_of(&self, fact: &Fact, paid_at: Timestamp) -> Option<NewMail> {
        self.is_news(fact.as_of).then(|| self.receipt_again(fact, paid_at)).flatten()
    }

    /// The same whenever it was: somebody asks for it.
    pub(crate) fn receipt_again(&self, fact: &Fact, paid_at: Timestamp) -> Option<NewMail> {
        let What::Paid(Payment { starts_at, ends_at, amount, plan, .. }) = &fact.what else {
            return None;
        };
        if amount.minor == 0 {
            return None;
        }
        let name = self.plan(plan).map_or(plan.as_str(), |plan| plan.name.as_str());
        let cancel = self.address("/account/cancellation");
        let receipt = Letter::Receipt(Receipt {
            number: fact.id.as_str(),
            amount: *amount,
            plan: name,
            paid_at,
            from: *starts_at,
            until: *ends_at,
            cancel: &cancel,
        });
        Some(self.write(&receipt, &format!("{}", fact.id), self.now))
    }

    /// What there is to say of how it stands.
    fn standing(&self) -> Option<NewMail> {
        let quiet = waking(&self.presentation.house.policy.zone, self.now);
        let (offers, account) = (self.address("/offers"), self.address("/account"));
        match self.subscription.state(self.now) {
            SubscriptionState::Trial { ends_at } => self.ends(ends_at, quiet),
            SubscriptionState::Active if self.is_intro() => {
                self.ends(self.subscription.next_charge()?.at, quiet)
            }
            SubscriptionState::InGrace { since, until } => {
                let left = until.duration_since(self.now);
                if left <= SignedDuration::from_hours(24 * BEFORE_GRACE_ENDS) {
                    let about = Letter::GraceEnds { failed_at: since, until, card: &account };
                    return Some(self.write(&about, &until.to_string(), quiet));
                }
                let plan = self.plan_name();
                let amount = self.subscription.next_charge().map(|charge| charge.amount);
                let sold = self.subscription.plan(self.now).and_then(|slug| self.plan(slug));
                let amount = amount.or(sold.map(|plan| plan.monthly))?;
                let failed =
                    Failed { amount, plan: &plan, failed_at: since, until, card: &account };
                Some(self.write(&Letter::PaymentFailed(failed), &since.to_string(), quiet))
            }
            SubscriptionState::Cancelled { ends_at } => {
                let about = Letter::Cancelled { until: ends_at, back: &account };
                // Cancelled once more after that was taken back, it is told once more.
                let of = match resumptions(self.history).len() {
                    0 => ends_at.to_string(),
                    before => format!("{ends_at}:{before}"),
                };
                Some(self.write(&about, &of, quiet))
            }
            // Whoever was moved to another contract has lost nothing.
            SubscriptionState::Ended { by: EndedBy::Replaced, .. } => None,
            SubscriptionState::Ended { at, .. } if self.is_news(at) && !self.has_more => {
                let about = Letter::Expired { ended_at: at, offers: &offers };
                Some(self.write(&about, &at.to_string(), quiet))
            }
            SubscriptionState::Active
            | SubscriptionState::Fixed { .. }
            | SubscriptionState::Ended { .. }
            | SubscriptionState::NotBegun { .. } => None,
        }
    }

    /// That a cancellation was taken back, and what is charged next.
    fn resumed(&self) -> Option<NewMail> {
        let all = resumptions(self.history);
        all.last().filter(|at| self.is_news(**at))?;
        let state = self.subscription.state(self.now);
        if !matches!(state, SubscriptionState::Active | SubscriptionState::Trial { .. }) {
            return None;
        }
        let charge = self.subscription.next_charge()?;
        let (plan, cancel) = (self.plan_name(), self.address("/account/cancellation"));
        let about = Letter::Resumed {
            plan: &plan,
            amount: charge.amount,
            next_charge_at: charge.at,
            cancel: &cancel,
        };
        let quiet = waking(&self.presentation.house.policy.zone, self.now);
        Some(self.write(&about, &all.len().to_string(), quiet))
    }

    /// Whether what runs now is a cheaper first period, and the last one.
    fn is_intro(&self) -> bool {
        let next = self.subscription.next_charge().map(|charge| charge.amount);
        let paid = self.facts.iter().filter_map(|fact| match &fact.what {
            What::Paid(paid) => Some(paid),
            _ => None,
        });
        let runs = |paid: &&Payment| paid.starts_at <= self.now && self.now < paid.ends_at;
        // A month that costs what the next one does is followed by another of its kind.
        let goes_on = |paid: &Payment| {
            let span = paid.ends_at.duration_since(paid.starts_at);
            next == Some(paid.amount) && span <= LONGEST_MONTH
        };
        paid.filter(runs).any(|paid| paid.kind == PeriodKind::Intro && !goes_on(paid))
    }

    /// That a trial or a cheaper period ends soon, and what is charged then.
    fn ends(&self, ends_at: Timestamp, quiet: Timestamp) -> Option<NewMail> {
        let left = ends_at.duration_since(self.now);
        let near = |days: &&i64| left <= SignedDuration::from_hours(24 * **days);
        let days = BEFORE_END.iter().rev().find(near)?;
        let charge = self.subscription.next_charge()?;
        let plan = self.plan_name();
        let sold = self.subscription.plan(self.now).and_then(|slug| self.plan(slug));
        let yearly = sold.is_some_and(|plan| plan.yearly == Some(charge.amount));
        let period = if yearly { Period::Year } else { Period::Month };
        let then = match period {
            Period::Month => face::Charge::Monthly(charge.amount),
            Period::Year => face::Charge::Yearly(charge.amount),
        };
        let cancel = self.address("/account/cancellation");
        let (plan, cancel) = (plan.as_str(), cancel.as_str());
        let about = if self.subscription.is_trial(self.now) {
            Letter::TrialEnds { plan, ends_at, then, cancel }
        } else {
            Letter::IntroEnds { plan, ends_at, then, cancel }
        };
        Some(self.write(&about, &format!("{days}:{ends_at}"), quiet))
    }

    fn write(&self, about: &Letter<'_>, of: &str, due_at: Timestamp) -> NewMail {
        let front = self.site.front.load_full();
        let paper = self.presentation.paper(&front, None, true);
        let words = letter(about, &paper, self.now);
        let kind = about.kind();
        NewMail {
            kind,
            recipient: self.reader.mail.clone(),
            subject: words.subject,
            plain: words.plain,
            html: words.html,
            once: Some(format!("{kind}:{}:{of}", self.subscription.id())),
            due_at,
            unsubscribe: None,
        }
    }
}

impl Visit<'_> {
    /// A letter that goes out at once, to an address.
    pub(crate) fn letter(&self, recipient: &str, about: &Letter<'_>) -> NewMail {
        let words = letter(about, &self.paper(), self.now);
        NewMail {
            kind: about.kind(),
            recipient: recipient.to_owned(),
            subject: words.subject,
            plain: words.plain,
            html: words.html,
            once: None,
            due_at: self.now,
            unsubscribe: None,
        }
    }
}

/// Now, or in the quiet hours the end of them.
pub(crate) fn waking(zone: &TimeZone, now: Timestamp) -> Timestamp {
    let local = zone.to_datetime(now);
    let day = match local.hour() {
        hour if hour >= QUIET.0 => local.date().tomorrow().ok(),
        hour if hour < QUIET.1 => Some(local.date()),
        _ => return now,
    };
    let morning = day.and_then(|day| zone.to_timestamp(day.at(QUIET.1, 0, 0, 0)).ok());
    morning.unwrap_or(now).max(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_night_a_letter_waits_for_the_morning_in_the_paper_s_zone() {
        let zone = TimeZone::get("America/Halifax").unwrap();
        for (now, wanted) in [
            ("2026-09-16T14:30:00-03:00", "2026-09-16T14:30:00-03:00"),
            ("2026-09-16T20:59:59-03:00", "2026-09-16T20:59:59-03:00"),
            ("2026-09-16T21:00:00-03:00", "2026-09-17T08:00:00-03:00"),
            ("2026-09-17T07:59:59-03:00", "2026-09-17T08:00:00-03:00"),
            ("2026-09-17T08:00:00-03:00", "2026-09-17T08:00:00-03:00"),
            // The night in which the clock goes back is an hour longer.
            ("2026-10-31T23:30:00-03:00", "2026-11-01T08:00:00-04:00"),
        ] {
            let (now, wanted): (Timestamp, Timestamp) =
                (now.parse().unwrap(), wanted.parse().unwrap());
            assert_eq!(waking(&zone, now), wanted, "{now}");
        }
    }
}
