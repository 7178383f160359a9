//! How the ledger's facts stand in their column, and back: a struct of this edge for each, so that the rules need not know it.

use jiff::Timestamp;
use paywall::{
    AfterRefund, Currency, Dispute, EndedBy, Entitlement, FactId, Money, Outcome, Payment,
    PeriodKind, Refund, Renewal, Terms, What,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Sum {
    minor: i64,
    currency: String,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
enum Document {
    Paid { starts_at: i64, ends_at: i64, amount: Sum, plan: String, kind: Kind, opens: Vec<String> },
    Refunded { payment: String, amount: Sum, ends_at: Option<i64> },
    Disputed { payment: String, outcome: Decided, at: Option<i64> },
    Renews { next_charge_at: i64, amount: Sum },
    Stops { ends_at: i64 },
    Retries { since: i64, until: i64 },
    Ended { at: i64, by: Ending },
    Terms { starts_at: i64, plan: String, opens: Vec<String> },
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Trial,
    Intro,
    Usual,
    Prepaid,
    Complimentary,
    Print,
    Seat,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Decided {
    Open,
    Won,
    Lost,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Ending {
    RanOut,
    Cancelled,
    PaymentFailed,
    Refunded,
    Replaced,
}

/// A fact as it is kept.
pub(crate) fn written(what: &What) -> Result<String, String> {
    let micro = |at: Timestamp| at.as_microsecond();
    let document = match what {
        What::Paid(paid) => Document::Paid {
            starts_at: micro(paid.starts_at),
            ends_at: micro(paid.ends_at),
            amount: sum(paid.amount),
            plan: paid.plan.clone(),
            kind: match paid.kind {
                PeriodKind::Trial => Kind::Trial,
                PeriodKind::Intro => Kind::Intro,
                PeriodKind::Usual => Kind::Usual,
                PeriodKind::Prepaid => Kind::Prepaid,
                PeriodKind::Complimentary => Kind::Complimentary,
                PeriodKind::Print => Kind::Print,
                PeriodKind::Seat => Kind::Seat,
            },
            opens: names(&paid.opens),
        },
        What::Refunded(refund) => Document::Refunded {
            payment: refund.payment.as_str().to_owned(),
            amount: sum(refund.amount),
            ends_at: match refund.access {
                AfterRefund::Stays => None,
                AfterRefund::Ends { at } => Some(micro(at)),
            },
        },
        What::Disputed(dispute) => {
            let (outcome, at) = match dispute.outcome {
                Outcome::Open => (Decided::Open, None),
                Outcome::Won => (Decided::Won, None),
                Outcome::Lost { at } => (Decided::Lost, Some(micro(at))),
            };
            Document::Disputed { payment: dispute.payment.as_str().to_owned(), outcome, at }
        }
        What::Renewal(renewal) => of_renewal(renewal),
        What::Terms(terms) => Document::Terms {
            starts_at: micro(terms.starts_at),
            plan: terms.plan.clone(),
            opens: names(&terms.opens),
        },
    };
    serde_json::to_string(&document).map_err(|error| error.to_string())
}

fn of_renewal(renewal: &Renewal) -> Document {
    let micro = |at: Timestamp| at.as_microsecond();
    match *renewal {
        Renewal::Renews { next_charge_at, amount } => {
            Document::Renews { next_charge_at: micro(next_charge_at), amount: sum(amount) }
        }
        Renewal::Stops { ends_at } => Document::Stops { ends_at: micro(ends_at) },
        Renewal::Retries { since, until } => {
            Document::Retries { since: micro(since), until: micro(until) }
        }
        Renewal::Ended { at, by } => Document::Ended {
            at: micro(at),
            by: match by {
                EndedBy::RanOut => Ending::RanOut,
                EndedBy::Cancelled => Ending::Cancelled,
                EndedBy::PaymentFailed => Ending::PaymentFailed,
                EndedBy::Refunded => Ending::Refunded,
                EndedBy::Replaced => Ending::Replaced,
            },
        },
    }
}

fn sum(money: Money) -> Sum {
    Sum { minor: money.minor, currency: money.currency.as_str().to_owned() }
}

fn names(all: &[Entitlement]) -> Vec<String> {
    all.iter().map(|one| one.as_str().to_owned()).collect()
}

/// A fact as it was kept.
pub(crate) fn read(text: &str) -> Result<What, String> {
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(match document {
        Document::Paid { starts_at, ends_at, amount, plan, kind, opens } => What::Paid(Payment {
            starts_at: instant(starts_at)?,
            ends_at: instant(ends_at)?,
            amount: money(&amount)?,
            plan,
            kind: match kind {
                Kind::Trial => PeriodKind::Trial,
                Kind::Intro => PeriodKind::Intro,
                Kind::Usual => PeriodKind::Usual,
                Kind::Prepaid => PeriodKind::Prepaid,
                Kind::Complimentary => PeriodKind::Complimentary,
                Kind::Print => PeriodKind::Print,
                Kind::Seat => PeriodKind::Seat,
            },
            opens: entitlements(&opens)?,
        }),
        Document::Refunded { payment, amount, ends_at } => What::Refunded(Refund {
            payment: fact(&payment)?,
            amount: money(&amount)?,
            access: match ends_at {
                None => AfterRefund::Stays,
                Some(at) => AfterRefund::Ends { at: instant(at)? },
            },
        }),
        Document::Disputed { payment, outcome, at } => What::Disputed(Dispute {
            payment: fact(&payment)?,
            outcome: match outcome {
                Decided::Open => Outcome::Open,
                Decided::Won => Outcome::Won,
                Decided::Lost => Outcome::Lost { at: instant(at.unwrap_or_default())? },
            },
        }),
        Document::Renews { next_charge_at, amount } => What::Renewal(Renewal::Renews {
            next_charge_at: instant(next_charge_at)?,
            amount: money(&amount)?,
        }),
        Document::Stops { ends_at } => What::Renewal(Renewal::Stops { ends_at: instant(ends_at)? }),
        Document::Retries { since, until } => {
            What::Renewal(Renewal::Retries { since: instant(since)?, until: instant(until)? })
        }
        Document::Ended { at, by } => What::Renewal(Renewal::Ended {
            at: instant(at)?,
            by: match by {
                Ending::RanOut => EndedBy::RanOut,
                Ending::Cancelled => EndedBy::Cancelled,
                Ending::PaymentFailed => EndedBy::PaymentFailed,
                Ending::Refunded => EndedBy::Refunded,
                Ending::Replaced => EndedBy::Replaced,
            },
        }),
        Document::Terms { starts_at, plan, opens } => What::Terms(Terms {
            starts_at: instant(starts_at)?,
            plan,
            opens: entitlements(&opens)?,
        }),
    })
}

fn instant(micro: i64) -> Result<Timestamp, String> {
    Timestamp::from_microsecond(micro).map_err(|error| error.to_string())
}

fn money(sum: &Sum) -> Result<Money, String> {
    let currency = Currency::parse(&sum.currency).map_err(|error| error.to_string())?;
    Ok(Money { minor: sum.minor, currency })
}

fn fact(id: &str) -> Result<FactId, String> {
    FactId::parse(id).map_err(|error| error.to_string())
}

fn entitlements(all: &[String]) -> Result<Vec<Entitlement>, String> {
    let parsed = all.iter().map(|name| Entitlement::parse(name));
    parsed.collect::<Result<_, _>>().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn cad(minor: i64) -> Money {
        Money { minor, currency: Currency::parse("CAD").unwrap() }
    }

    /// One of each kind.
    fn all() -> Vec<What> {
        let payment = FactId::parse("in_1").unwrap();
        let opens = vec![Entitlement::DIGITAL];
        let paid = |kind| {
            let (amount, plan, opens) = (cad(900), "digital".to_owned(), opens.clone());
            What::Paid(Payment { starts_at: at(1), ends_at: at(2), amount, plan, kind, opens })
        };
        let refund =
            |access| What::Refunded(Refund { payment: payment.clone(), amount: cad(900), access });
        let dispute = |outcome| What::Disputed(Dispute { payment: payment.clone(), outcome });
        let ended = |by| What::Renewal(Renewal::Ended { at: at(9), by });
        vec![
            paid(PeriodKind::Trial),
            paid(PeriodKind::Intro),
            paid(PeriodKind::Usual),
            paid(PeriodKind::Prepaid),
            paid(PeriodKind::Complimentary),
            paid(PeriodKind::Print),
            paid(PeriodKind::Seat),
            refund(AfterRefund::Stays),
            refund(AfterRefund::Ends { at: at(3) }),
            dispute(Outcome::Open),
            dispute(Outcome::Won),
            dispute(Outcome::Lost { at: at(4) }),
            What::Renewal(Renewal::Renews { next_charge_at: at(5), amount: cad(1_200) }),
            What::Renewal(Renewal::Stops { ends_at: at(6) }),
            What::Renewal(Renewal::Retries { since: at(7), until: at(8) }),
            ended(EndedBy::RanOut),
            ended(EndedBy::Cancelled),
            ended(EndedBy::PaymentFailed),
            ended(EndedBy::Refunded),
            ended(EndedBy::Replaced),
            What::Terms(Terms { starts_at: at(1), plan: "daily".to_owned(), opens }),
        ]
    }

    #[test]
    fn every_fact_comes_back_as_it_was_kept() {
        for what in all() {
            let text = written(&what).unwrap();
            assert_eq!(read(&text).unwrap(), what, "{text}");
        }
    }

    #[test]
    fn what_is_no_fact_is_an_error() {
        for text in ["", "{}", "{\"what\":\"paid\"}", "{\"what\":\"stops\",\"ends_at\":1,\"x\":2}"]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
