//! How what stands on an invoice is kept in its column, and back: a struct of this edge, so that the rules need not know it.

use jiff::Timestamp;
use paywall::{Currency, Follows, InvoiceSpan, InvoiceStep, Money, Period, PeriodKind, Price};
use serde::{Deserialize, Serialize};

use super::{Buyer, InvoiceSheet};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    payee: Vec<String>,
    pay_to: Vec<String>,
    tax: String,
    buyer: Party,
    plan: String,
    plan_name: String,
    offer: Option<String>,
    currency: String,
    amount: i64,
    kind: Kind,
    days: Option<u16>,
    months: Option<u32>,
    reduced_left: u32,
    then_amount: i64,
    then_yearly: bool,
    follows: Option<Before>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Party {
    name: String,
    lines: Vec<String>,
    country: String,
    reference: String,
    vat: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    anchor_at: i64,
    months: u32,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Trial,
    Intro,
    Usual,
}

/// What stands on it as it is kept.
pub(super) fn written(sheet: &InvoiceSheet) -> Result<String, String> {
    let step = &sheet.step;
    let (days, months) = match step.span {
        InvoiceSpan::Days(days) => (Some(days), None),
        InvoiceSpan::Months(months) => (None, Some(months)),
    };
    let kind = match step.kind {
        PeriodKind::Trial => Kind::Trial,
        PeriodKind::Intro => Kind::Intro,
        PeriodKind::Usual => Kind::Usual,
        other => return Err(format!("{other:?} is no kind of period that an invoice pays for")),
    };
    let Buyer { name, lines, country, reference, vat } = sheet.buyer.clone();
    let document = Document {
        payee: sheet.payee.clone(),
        pay_to: sheet.pay_to.clone(),
        tax: sheet.tax.clone(),
        buyer: Party { name, lines, country, reference, vat },
        plan: sheet.plan.clone(),
        plan_name: sheet.plan_name.clone(),
        offer: sheet.offer.clone(),
        currency: step.amount.currency.as_str().to_owned(),
        amount: step.amount.minor,
        kind,
        days,
        months,
        reduced_left: step.reduced_left,
        then_amount: step.then.amount.minor,
        then_yearly: step.then.period == Period::Year,
        follows: sheet.follows.map(|follows| Before {
            anchor_at: follows.anchor_at.as_microsecond(),
            months: follows.months,
        }),
    };
    serde_json::to_string(&document).map_err(|error| error.to_string())
}

/// What stands on it as it was kept.
pub(super) fn read(text: &str) -> Result<InvoiceSheet, String> {
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let currency = Currency::parse(&document.currency).map_err(|error| error.to_string())?;
    let money = |minor| Money { minor, currency };
    let span = match (document.days, document.months) {
        (Some(days), None) => InvoiceSpan::Days(days),
        (None, Some(months)) => InvoiceSpan::Months(months),
        _ => return Err("it is for days or for months".to_owned()),
    };
    let follows = document.follows.map(|before| {
        let anchor_at = Timestamp::from_microsecond(before.anchor_at);
        anchor_at.map(|anchor_at| Follows { anchor_at, months: before.months })
    });
    let Party { name, lines, country, reference, vat } = document.buyer;
    Ok(InvoiceSheet {
        payee: document.payee,
        pay_to: document.pay_to,
        tax: document.tax,
        buyer: Buyer { name, lines, country, reference, vat },
        plan: document.plan,
        plan_name: document.plan_name,
        offer: document.offer,
        step: InvoiceStep {
            span,
            amount: money(document.amount),
            kind: match document.kind {
                Kind::Trial => PeriodKind::Trial,
                Kind::Intro => PeriodKind::Intro,
                Kind::Usual => PeriodKind::Usual,
            },
            reduced_left: document.reduced_left,
            then: Price {
                amount: money(document.then_amount),
                period: if document.then_yearly { Period::Year } else { Period::Month },
            },
        },
        follows: follows.transpose().map_err(|error| error.to_string())?,
    })
}
