//! Who asks: what is known of the person behind a request, as facts. Whether that opens anything is not said here.

use jiff::Timestamp;

use crate::{ArticleKey, Entitlement};

/// A request's person, and what the request carries besides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asker {
    /// Who it is.
    pub who: Who,
    /// A pass that the request itself carries.
    pub pass: Option<Pass>,
}

impl Asker {
    /// Somebody without a pass.
    #[must_use]
    pub const fn of(who: Who) -> Self {
        Self { who, pass: None }
    }
}

/// The kinds of people that the rules tell apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// A request without a valid cookie of ours. Everybody in this state gets the same bytes.
    Stranger,
    /// A stranger who is about to become a visitor, by the POST that opens a first article.
    Newcomer(Crowd),
    /// Somebody with a visitor id.
    Visitor,
    /// A registered person; a subscriber is a reader with a live interval.
    Reader(Reader),
    /// A search crawler whose network was verified. An agent string alone never gets here.
    Crawler,
    /// Somebody of the newsroom, previewing.
    Staff,
}

/// How many new visitors the asker's network has sent today.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Crowd {
    /// Within the budget.
    Usual,
    /// Beyond it.
    Many,
}

/// Something in the request that opens by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pass {
    /// One article, given by a subscriber.
    Gift(ArticleKey),
    /// A site licence of the network that the request comes from.
    Institution(Box<Licence>),
}

/// What an institution has bought for whoever comes from its network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Licence {
    /// Which one: a number for each state that an institution was in.
    pub number: u32,
    /// What it opens.
    pub opens: Vec<Entitlement>,
    /// From when (inclusive).
    pub starts_at: Timestamp,
    /// Until when (exclusive); `None` is open-ended.
    pub ends_at: Option<Timestamp>,
}

impl Licence {
    /// Whether it opens something at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.starts_at <= now && self.ends_at.is_none_or(|end| now < end)
    }
}

/// A registered person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    /// Whether the address was proven.
    pub mail: Mail,
    /// Everything that ever opened something for this person.
    pub intervals: Vec<Interval>,
}

/// Whether a reader's address was proven.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mail {
    /// A code sent there came back.
    Verified,
    /// Not yet.
    Unverified,
}

/// A span of time in which a person holds an entitlement, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interval {
    /// What it opens.
    pub entitlement: Entitlement,
    /// Where it comes from.
    pub source: Source,
    /// From when (inclusive).
    pub starts_at: Timestamp,
    /// From when a failed payment is being retried; access stays until `ends_at`.
    pub grace_from: Option<Timestamp>,
    /// Until when (exclusive); `None` is open-ended.
    pub ends_at: Option<Timestamp>,
    /// How it ends, once it does.
    pub ending: Ending,
}

impl Interval {
    /// Whether it opens something at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.starts_at <= now && self.ends_at.is_none_or(|end| now < end)
    }
}

/// Where an entitlement comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A payment.
    Paid,
    /// A free or cheap start.
    Trial,
    /// The paper's courtesy.
    Complimentary,
    /// A place in a group.
    Seat,
    /// A print subscription.
    Print,
}

impl Source {
    const ALL: [Self; 5] = [Self::Paid, Self::Trial, Self::Complimentary, Self::Seat, Self::Print];

    /// The source of that name; `None` where there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    /// Its name, one lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Trial => "trial",
            Self::Complimentary => "complimentary",
            Self::Seat => "seat",
            Self::Print => "print",
        }
    }

    /// The order among intervals that are otherwise equal: the one nearest to a payment is the one to name.
    pub(crate) const fn rank(self) -> u8 {
        match self {
            Self::Trial => 0,
            Self::Complimentary => 1,
            Self::Seat => 2,
            Self::Print => 3,
            Self::Paid => 4,
        }
    }
}

/// How an interval ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ending {
    /// It ran out or was cancelled, and no money was taken for what came after.
    RanOut,
    /// It ran out after something had been charged.
    RanOutCharged,
    /// A renewal could not be paid.
    PaymentFailed,
}

impl Ending {
    /// The order among intervals that are otherwise equal: the one that claims least about money comes last.
    const fn rank(self) -> u8 {
        match self {
            Self::RanOut => 0,
            Self::RanOutCharged => 1,
            Self::PaymentFailed => 2,
        }
    }
}

/// What a reader had before, if it is over: it changes the words, and by one setting the meter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Past {
    /// Nothing, or something that is still live.
    Nothing,
    /// A trial.
    Trial {
        /// Since when.
        ended_at: Timestamp,
        /// Whether something had been charged.
        ending: Ending,
    },
    /// A subscription, paid or given.
    Subscription {
        /// Since when.
        ended_at: Timestamp,
        /// Whether a payment failed.
        ending: Ending,
    },
}

impl Reader {
    /// What this reader had before `now`: the interval that ended last, where none is live. Of two that ended at the
    /// same instant it is the subscription rather than the trial, whatever the order of the record.
    #[must_use]
    pub fn past(&self, now: Timestamp) -> Past {
        if self.intervals.iter().any(|interval| interval.is_live(now)) {
            return Past::Nothing;
        }
        let ended = self.intervals.iter().filter_map(|interval| {
            let ended_at = interval.ends_at.filter(|end| *end <= now)?;
            Some((ended_at, interval))
        });
        let rank = |(ended_at, interval): &(Timestamp, &Interval)| {
            (*ended_at, interval.source.rank(), interval.ending.rank())
        };
        match ended.max_by_key(rank) {
            None => Past::Nothing,
            Some((ended_at, Interval { source: Source::Trial, ending, .. })) => {
                Past::Trial { ended_at, ending: *ending }
            }
            Some((ended_at, interval)) => Past::Subscription { ended_at, ending: interval.ending },
        }
    }
}
