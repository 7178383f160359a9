//! The one decision. No other function anywhere says who may read what, and only this module can make a [`Grant`].

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::{
    Access, ArticleKey, Asker, Budget, Crowd, Entitlement, ExpiredReader, Interval, Mail, Meterage,
    OnOutage, Opened, Pass, Past, Policy, Reader, Registration, Source, Standing, VerifiedMail,
    Who, Window,
};

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Which article.
    pub key: ArticleKey,
    /// What it asks of its readers.
    pub access: Access,
}

/// The answer.
#[derive(Debug)]
pub enum Decision {
    /// The whole article.
    Open(Grant),
    /// One POST opens it.
    Ask(Ticket),
    /// Not this reader, not now; it says why.
    Refuse(Wall),
}

/// The right to see the whole of one article. Made here alone; it cannot be cloned, stored or read back.
///
/// ```compile_fail
/// let grant: paywall::Grant = unimplemented!();
/// let second = grant.clone();
/// ```
#[derive(Debug)]
pub struct Grant {
    key: ArticleKey,
    basis: Basis,
    until: Option<Timestamp>,
}

/// Why an article is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// Staff preview.
    Staff,
    /// A live interval.
    Held {
        /// Where it comes from.
        source: Source,
        /// In grace since then, with this end.
        grace: Option<(Timestamp, Timestamp)>,
    },
    /// A site licence.
    Institution {
        /// Which one.
        number: u32,
    },
    /// Given by a subscriber.
    Gift,
    /// A verified crawler, and the paper shows it everything.
    Crawler,
    /// The article is free.
    Free,
    /// It asks for registration, and the reader is registered.
    Registered,
    /// A reading of this window.
    Reading(Meterage),
    /// The record of readings did not answer, and the paper opens then.
    Outage,
}

impl Grant {
    /// The article that it opens.
    #[must_use]
    pub const fn key(&self) -> ArticleKey {
        self.key
    }

    /// Why.
    #[must_use]
    pub const fn basis(&self) -> Basis {
        self.basis
    }

    /// Until when it holds without asking again: the end of the interval or of the window; `None` has no end of its
    /// own.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

/// "One POST opens this": what the gate needs to spend a reading.
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket {
    key: ArticleKey,
    allowance: u32,
    before: Option<Meterage>,
}

impl Ticket {
    /// The article.
    #[must_use]
    pub const fn key(&self) -> ArticleKey {
        self.key
    }

    /// How many readings the person's window may hold.
    #[must_use]
    pub const fn allowance(&self) -> u32 {
        self.allowance
    }

    /// The numbers before it is spent; `None` where they could not be asked.
    #[must_use]
    pub const fn before(&self) -> Option<Meterage> {
        self.before
    }
}

/// Why an article stays closed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// The allowance is used up.
    UsedUp,
    /// The article is for subscribers.
    Subscribers,
    /// The trial is over.
    TrialOver {
        /// Since when.
        ended_at: Timestamp,
        /// Whether something had been charged.
        charged: bool,
    },
    /// The subscription is over.
    SubscriptionOver {
        /// Since when.
        ended_at: Timestamp,
        /// Whether that was a payment that failed.
        payment_failed: bool,
    },
    /// It opens by registering.
    Registration {
        /// How many more metered articles registering would open; `None` where the article itself asks for it.
        more: Option<u32>,
    },
    /// The reader's mail address has to be proven.
    VerifyMail,
    /// The network has sent many new visitors today.
    Network,
}

/// A refusal that explains itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wall {
    /// Which article.
    pub key: ArticleKey,
    /// Why.
    pub reason: Reason,
    /// What the article asks.
    pub access: Access,
    /// The meter at this moment, where it plays a part or is worth telling.
    pub meterage: Option<Meterage>,
}

/// Decides whether `asker` may see the whole of `asked` at `now`. Total and pure: the same arguments, the same answer.
///
/// The order is fixed: staff, full grants, free articles, requirements, the meter, the wall.
#[must_use]
pub fn decide(
    policy: &Policy,
    asker: &Asker,
    asked: &Asked,
    standing: Standing,
    now: Timestamp,
) -> Decision {
    let open = |basis, until| Decision::Open(Grant { key: asked.key, basis, until });
    if let Some((basis, until)) = full_grant(policy, asker, asked, now) {
        return open(basis, until);
    }
    let reader = match &asker.who {
        Who::Reader(reader) => Some(reader),
        _ => None,
    };
    let past = reader.map_or(Past::Nothing, |reader| reader.past(now));
    let meterage = meterage(policy, reader.is_some(), standing, past, now);
    let refuse = |reason| {
        Decision::Refuse(Wall { key: asked.key, reason, access: asked.access.clone(), meterage })
    };

    match &asked.access {
        // `full_grant` opened it; the arm keeps the match total without a default.
        Access::Free => open(Basis::Free, None),
        Access::Registered => match reader {
            // Nobody is asked to register where nobody can; a subscription opens it, too.
            None if policy.registration == Registration::Off => refuse(Reason::Subscribers),
            None => refuse(Reason::Registration { more: None }),
            Some(reader) if must_verify(policy, reader) => refuse(Reason::VerifyMail),
            Some(_) => open(Basis::Registered, None),
        },
        Access::Entitled(_) => refuse(over(past).unwrap_or(Reason::Subscribers)),
        Access::Metered => {
            if reader.is_some_and(|reader| must_verify(policy, reader)) {
                return refuse(Reason::VerifyMail);
            }
            if policy.expired_reader == ExpiredReader::Walled
                && let Some(reason) = over(past)
            {
                return refuse(reason);
            }
            metered(policy, asker, asked, standing, meterage, refuse)
        }
    }
}

/// Whether the record of readings can change what is decided: it cannot where something opens the article by itself.
#[must_use]
pub fn asks_the_record(policy: &Policy, asker: &Asker, asked: &Asked, now: Timestamp) -> bool {
    full_grant(policy, asker, asked, now).is_none()
}

/// The meter's own part: what was opened stays open, what is left can be asked for, and then it is a wall.
fn metered(
    policy: &Policy,
    asker: &Asker,
    asked: &Asked,
    standing: Standing,
    meterage: Option<Meterage>,
    refuse: impl Fn(Reason) -> Decision,
) -> Decision {
    let registered = matches!(asker.who, Who::Reader(_));
    let allowance = policy.allowance(registered);
    let open = |basis, until| Decision::Open(Grant { key: asked.key, basis, until });
    let Some(meterage) = meterage else {
        return match policy.on_outage {
            OnOutage::Open => open(Basis::Outage, None),
            OnOutage::Teaser => Decision::Ask(Ticket { key: asked.key, allowance, before: None }),
        };
    };
    if meterage.read > 0 && matches!(standing, Standing::Counted { this: Opened::Already, .. }) {
        return open(Basis::Reading(meterage), Some(meterage.window.ends_at));
    }
    if meterage.left() > 0 {
        if asker.who == Who::Newcomer(Crowd::Many) && budget_refuses(policy) {
            return refuse(Reason::Network);
        }
        return Decision::Ask(Ticket { key: asked.key, allowance, before: Some(meterage) });
    }
    if let Some(reason) = over(meterage.past) {
        return refuse(reason);
    }
    if !registered && policy.registration == Registration::On {
        let more = policy.allowance(true).saturating_sub(meterage.read);
        if more > 0 {
            return refuse(Reason::Registration { more: Some(more) });
        }
    }
    if allowance == 0 { refuse(Reason::Subscribers) } else { refuse(Reason::UsedUp) }
}

/// Whatever opens the article whole, before the meter is looked at, and until when.
fn full_grant(
    policy: &Policy,
    asker: &Asker,
    asked: &Asked,
    now: Timestamp,
) -> Option<(Basis, Option<Timestamp>)> {
    if asker.who == Who::Staff {
        return Some((Basis::Staff, None));
    }
    let opens = |entitlement: &Entitlement| match &asked.access {
        Access::Free => false,
        Access::Registered => true,
        Access::Metered => *entitlement == policy.meter.lifted_by,
        Access::Entitled(needed) => entitlement == needed,
    };
    if let Who::Reader(reader) = &asker.who
        && let Some(held) = held(reader, opens, now)
    {
        return Some(held);
    }
    match &asker.pass {
        Some(Pass::Institution(licence))
            if licence.is_live(now) && licence.opens.iter().any(opens) =>
        {
            return Some((Basis::Institution { number: licence.number }, licence.ends_at));
        }
        Some(Pass::Gift(key)) if *key == asked.key && !asked.access.is_free() => {
            return Some((Basis::Gift, None));
        }
        _ => {}
    }
    if asked.access.is_free() {
        return Some((Basis::Free, None));
    }
    (asker.who == Who::Crawler && policy.crawlers_read_all).then_some((Basis::Crawler, None))
}

/// The best live interval that opens the article, and its end: one without grace before one with it, then the one that
/// lasts longest. Two that last equally long are told apart by what they are, never by the order of the record.
fn held(
    reader: &Reader,
    opens: impl Fn(&Entitlement) -> bool,
    now: Timestamp,
) -> Option<(Basis, Option<Timestamp>)> {
    let grace =
        |interval: &Interval| interval.grace_from.filter(|from| *from <= now).zip(interval.ends_at);
    let rank = |interval: &&Interval| {
        let grace = grace(interval);
        // Without an end lasts longer than to the end of time; an earlier decline is the one to tell.
        let endless = interval.ends_at.is_none();
        (grace.is_none(), endless, interval.ends_at, interval.source.rank(), Reverse(grace))
    };
    let live = reader.intervals.iter().filter(|i| i.is_live(now) && opens(&i.entitlement));
    live.max_by_key(rank).map(|interval| {
        (Basis::Held { source: interval.source, grace: grace(interval) }, interval.ends_at)
    })
}

/// The meter's numbers at `now`; `None` where the record did not answer.
fn meterage(
    policy: &Policy,
    registered: bool,
    standing: Standing,
    past: Past,
    now: Timestamp,
) -> Option<Meterage> {
    let allowance = policy.allowance(registered);
    let fresh = |window: Window| Meterage { read: 0, allowance, window, past };
    match standing {
        Standing::Unknown => None,
        Standing::Counted { window, read, .. } if window.holds(now) => {
            Some(Meterage { read, allowance, window, past })
        }
        Standing::Nothing | Standing::Counted { .. } => Some(fresh(policy.fresh_window(now))),
    }
}

/// Proving an address is a part of registration: where that is off, so is this.
fn must_verify(policy: &Policy, reader: &Reader) -> bool {
    policy.registration == Registration::On
        && policy.verified_mail == VerifiedMail::Required
        && reader.mail == Mail::Unverified
}

/// Whether the budget for new visitors turns anybody away: where it only observes, or nobody can register, it does not.
fn budget_refuses(policy: &Policy) -> bool {
    policy.registration == Registration::On
        && matches!(policy.new_visitor_budget, Budget::Limit(_) | Budget::Learned)
}

/// The wall's reason where something that the reader had is over.
fn over(past: Past) -> Option<Reason> {
    use crate::Ending;
    match past {
        Past::Nothing => None,
        Past::Trial { ended_at, ending } => {
            Some(Reason::TrialOver { ended_at, charged: ending != Ending::RanOut })
        }
        Past::Subscription { ended_at, ending } => Some(Reason::SubscriptionOver {
            ended_at,
            payment_failed: ending == Ending::PaymentFailed,
        }),
    }
}
