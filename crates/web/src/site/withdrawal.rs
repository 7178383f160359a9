//! Withdrawing from a contract, in two steps and without signing in: what is stated is shown once more, kept, and answered with a
//! receipt at once. A signed-in reader whose days are not over gets the money back; everything else is for the paper's people.

use std::sync::Arc;

use face::{Args, Key, Slot};
use http::StatusCode;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use paywall::{Currency, Money, Subscription};
use providers::payments::{Read, ToldWhat};
use store::{KnownReader, is_by_invoice};

use super::cancel::cancelled_until;
use super::contract::{Change, carry_out};
use super::statements::{Form, Step, Told};
use super::{Trouble, Visit, invoices, read_back};
use crate::shell::answer::Answer;

/// GET: the form.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let days = visit.withdrawal_days().ok_or(Trouble::NotFound)?;
    let reader = visit.signed_in().await?;
    let form = Form::of(visit, reader.as_ref().map(|(_, reader)| &**reader));
    visit.statement_page(StatusCode::OK, Step::Withdraw, &form, told(visit, days))
}

/// POST: shows what is stated, and keeps it when that was confirmed.
pub(crate) async fn state(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let days = visit.withdrawal_days().ok_or(Trouble::NotFound)?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let form = Form::sent(&fields);
    if fields.get("again") == "yes" {
        return visit.statement_page(StatusCode::OK, Step::Withdraw, &form, told(visit, days));
    }
    let stated = match form.withdrawal() {
        Ok(stated) => stated,
        Err(wrong) => return visit.refused(Step::Withdraw, &form, told(visit, days), wrong),
    };
    let words = &visit.presentation.words;
    if fields.get("confirmed") != "yes" {
        let mut lines = visit.lines(&stated, visit.now);
        // It has not come yet.
        lines.pop();
        let told = Told {
            heading: words.text(Key::WithdrawCheck),
            paragraphs: vec![words.text(Key::WithdrawCheckText)],
            lines,
            ..Told::default()
        };
        return visit.statement_page(StatusCode::OK, Step::Check, &form, told);
    }
    let reader = visit.signed_in().await?.map(|(_, reader)| reader);
    let own = reader.filter(|reader| reader.row.mail == stated.mail);
    let arrived = match visit.keep(&stated, own.is_some(), None).await? {
        Ok(arrived) => arrived,
        Err(why) => return visit.not_kept(Step::Withdraw, &form, told(visit, days), why),
    };
    let done = match &own {
        Some(reader) => at_once(visit, reader, days).await?,
        None => None,
    };
    if done.is_some() {
        visit.site.store.settle_statement(arrived.id, visit.now).await?;
    }
    let becomes = done.unwrap_or_else(|| words.text(Key::StatementLookedAt));
    visit.arrived(&stated, arrived, becomes)
}

fn told(visit: &Visit<'_>, days: u32) -> Told {
    let words = &visit.presentation.words;
    Told {
        heading: words.text(Key::WithdrawContract),
        paragraphs: vec![
            words.format(Key::WithdrawContractText, &Args::new().count(days)),
            words.text(Key::WithdrawTrial),
        ],
        ..Told::default()
    }
}

/// Ends a reader's subscription and gives back what was paid for it, where the days are not over. Says what became of it; `None`
/// where somebody of the paper has to look at it.
async fn at_once(
    visit: &Visit<'_>,
    reader: &KnownReader,
    days: u32,
) -> Result<Option<String>, Trouble> {
    // An order by invoice that was not paid is taken back, and costs nothing.
    let order = invoices::open_order(visit, reader).await?;
    if let Some(order) = &order {
        visit.take_order_back(order).await?;
    }
    let own = visit.own_subscription(reader);
    let Some(own) = own.filter(|own| own.open_until(visit.now).is_some()) else {
        return Ok(order.map(|_| visit.presentation.words.text(Key::InvoiceWithdrawn)));
    };
    let words = &visit.presentation.words;
    match take_back(visit, own, reader, days).await? {
        Ok(Back::Money(money)) => {
            let price = Args::new().with(Slot::Price, words.money(money));
            Ok(Some(words.format(Key::WithdrawDone, &price)))
        }
        Ok(Back::NothingWasPaid) => Ok(Some(cancelled_until(visit, own))),
        Ok(Back::ByHand) => Ok(None),
        Err(error) => {
            tracing::error!(error, "a withdrawal could not be carried out; its statement waits");
            Ok(None)
        }
    }
}

/// What a withdrawal comes to.
enum Back {
    /// So much goes back, and nothing is open any more.
    Money(Money),
    /// Nothing was charged: it is cancelled.
    NothingWasPaid,
    /// The days are over, or somebody of the paper has to give the money back.
    ByHand,
}

async fn take_back(
    visit: &Visit<'_>,
    own: &Subscription,
    reader: &KnownReader,
    days: u32,
) -> Result<Result<Back, String>, Trouble> {
    if is_by_invoice(own.id()) {
        return by_hand(visit, own, reader, days).await;
    }
    let payments = visit.site.payments.clone().ok_or(Trouble::NotFound)?;
    let (id, now) = (own.id().as_str().to_owned(), visit.now);
    let (asked, asker) = (id.clone(), Arc::clone(&payments));
    let read = visit.site.tills.run(move || asker.subscription(&asked, now)).await?;
    let read = match read {
        Ok(Some(read)) => read,
        Ok(None) => return Ok(Err(format!("the provider knows no subscription {id}"))),
        Err(error) => return Ok(Err(error.to_string())),
    };
    let zone = &visit.presentation.house.policy.zone;
    if !begun_at(&read).is_some_and(|begun| is_within(zone, begun, days, now)) {
        return Ok(Ok(Back::ByHand));
    }
    // First of all nothing more is charged.
    if let Err(error) = carry_out(visit, own, reader.row.id, Change::Cancel).await? {
        return Ok(Err(error));
    }
    let owed = owed(&read);
    let refunds: Vec<String> = owed.iter().map(|(payment, _)| payment.clone()).collect();
    let refunded = visit.site.tills.run(move || {
        refunds.iter().try_for_each(|payment| {
            payments.refund(payment, &format!("withdrawal-{payment}"), Some(now), now)
        })
    });
    if let Err(error) = refunded.await? {
        return Ok(Err(error.to_string()));
    }
    if let Err(error) = read_back::of_reader(visit.site, &id, Some(reader.row.id), now).await {
        // The money is on its way; that access has ended is read back by the job.
        tracing::warn!(error, "a subscription could not be read back");
    }
    let sum = owed.iter().map(|(_, money)| money.minor).sum();
    let currency = owed.first().map(|(_, money)| money.currency);
    Ok(Ok(currency
        .map_or(Back::NothingWasPaid, |currency| Back::Money(Money { minor: sum, currency }))))
}

/// What was paid by transfer goes back by transfer, and somebody has to make it: nothing more is invoiced, and the statement waits
/// for that. Access ends when it is done.
async fn by_hand(
    visit: &Visit<'_>,
    own: &Subscription,
    reader: &KnownReader,
    days: u32,
) -> Result<Result<Back, String>, Trouble> {
    let zone = &visit.presentation.house.policy.zone;
    let begun = own.intervals().iter().map(|interval| interval.starts_at).min();
    if begun.is_some_and(|begun| is_within(zone, begun, days, visit.now))
        && let Err(error) = carry_out(visit, own, reader.row.id, Change::Cancel).await?
    {
        return Ok(Err(error));
    }
    Ok(Ok(Back::ByHand))
}

/// When the contract began: with its first payment, or with its trial. A renewal is no new contract.
fn begun_at(read: &Read) -> Option<Timestamp> {
    let starts = read.told.iter().filter_map(|told| match &told.what {
        ToldWhat::Paid { starts_at, .. } => Some(*starts_at),
        _ => None,
    });
    starts.min()
}

/// What was charged for it and has not gone back.
fn owed(read: &Read) -> Vec<(String, Money)> {
    let went_back = |id: &str| {
        read.told.iter().any(
            |told| matches!(&told.what, ToldWhat::Refunded { payment, .. } if payment.as_str() == id),
        )
    };
    let charged = read.told.iter().filter_map(|told| match &told.what {
        ToldWhat::Paid { amount, .. } if amount.minor > 0 && !went_back(&told.id) => {
            let currency = Currency::parse(&amount.currency).ok()?;
            Some((told.id.clone(), Money { minor: amount.minor, currency }))
        }
        _ => None,
    });
    charged.collect()
}

/// Whether somebody can still withdraw: to the end of the last civil day in the paper's zone. The day of ordering does not count
/// (Regulation 1182/71, article 3).
fn is_within(zone: &TimeZone, begun_at: Timestamp, days: u32, now: Timestamp) -> bool {
    let day = |at| zone.to_datetime(at).date();
    let last = day(begun_at).checked_add(Span::new().days(i64::from(days)));
    last.is_ok_and(|last| day(now) <= last)
}

impl Visit<'_> {
    /// For how many days after ordering readers can withdraw, where there is such a page.
    pub(crate) fn withdrawal_days(&self) -> Option<u32> {
        let days = self.presentation.house.withdrawal_days;
        (days > 0 && self.has_contracts()).then_some(days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_can_withdraw_to_the_end_of_the_last_day_in_the_paper_s_zone() {
        let zone = TimeZone::get("America/Halifax").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (begun, now, wanted) in [
            ("2026-09-16T00:00:00-03:00", "2026-09-30T23:59:59-03:00", true),
            ("2026-09-16T23:59:59-03:00", "2026-09-30T23:59:59-03:00", true),
            ("2026-09-16T23:59:59-03:00", "2026-10-01T00:00:00-03:00", false),
            // In universal time it is the next day already.
            ("2026-09-16T22:00:00-03:00", "2026-09-30T22:30:00-03:00", true),
            // The clock goes back on November 1st: the last day is an hour longer for nobody.
            ("2026-10-18T12:00:00-03:00", "2026-11-01T23:59:59-04:00", true),
            ("2026-10-18T12:00:00-03:00", "2026-11-02T00:00:00-04:00", false),
        ] {
            assert_eq!(is_within(&zone, at(begun), 14, at(now)), wanted, "{begun} {now}");
        }
    }
}
