//! The rules of access: who may read what, and until when.
//!
//! Pure functions over values. This room never does input or output, never reads a clock, never draws a random
//! number and never speaks HTTP or SQL: whatever it needs to know is an argument. Every page, feed and proxy stream
//! asks the same function, [`decide`], and text that is not free can leave a [`Sealed`] only with the [`Grant`] that
//! `decide` made for that very article.

mod access;
mod asker;
mod code;
mod decision;
mod invoice;
mod key;
mod meter;
mod money;
mod notice;
mod policy;
mod rule_table;
mod sealed;
mod seats;
mod subscription;
mod terms;
mod window;

pub use access::{Access, AccessError, Entitlement};
pub use asker::{Asker, Crowd, Ending, Interval, Licence, Mail, Pass, Past, Reader, Source, Who};
pub use code::{CodeError, CodeFacts, CodeKey, WallCode};
pub use decision::{Asked, Basis, Decision, Grant, Reason, Ticket, Wall, asks_the_record, decide};
pub use invoice::{Covered, Follows, InvoiceSpan, InvoiceStep, covered};
pub use key::{ArticleKey, PaperId};
pub use meter::{ALLOWANCE_MAX, Allowances, Meter, Meterage, Opened, Standing};
pub use money::{Currency, Money, MoneyError, Period, Plan, Price};
pub use notice::Notice;
pub use policy::{
    Budget, Capabilities, ExpiredReader, Finding, OnOutage, Policy, Registration, SettingsVersion,
    Severity, VerifiedMail,
};
pub use rule_table::{Answered, AskerKind, Position, Question, RuleTable, never_bites};
pub use sealed::{Desk, Export, Persistence, Sealed, WrongKey};
pub use seats::{SEATS_MAX, former_seat, seat_intervals, seats_open_until, seats_to_give};
pub use subscription::{
    AfterRefund, Charge, Dispute, EndedBy, Fact, FactId, ID_BYTES_MAX, IdError, Outcome, Payment,
    PeriodKind, Refund, Renewal, SILENCE_HOURS_MAX, Subscription, SubscriptionId,
    SubscriptionState, Terms, Turn, TurnKind, What,
};
pub use terms::{
    Agreement, Audience, LAPSED_TOLD_HOURS, Moment, OFFER_ID_BYTES_MAX, OFFER_PERIODS_MAX, Offer,
    OfferId, OfferTerms, PlanMove, ReaderState, Refused, Repeat, TRIAL_DAYS_MAX, TakenBefore,
    TermsError, best_offer, days_after, held_out, offers_change_at, renewal_at,
};
pub use window::{Month, ROLLING_DAYS_MAX, Window, WindowRule};
