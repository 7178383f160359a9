//! Cancelling a contract without signing in. What is sent is kept and answered with a receipt at once. What a stranger says under
//! a reader's address is carried out by a button in the mail to that address; a reader who is signed in has proven to be that.

use face::{Args, Key, Slot};
use gate::Secret;
use http::StatusCode;
use paywall::Subscription;
use store::{KnownReader, Stated, StatementKind, StatementRow};

use super::contract::{Change, carry_out, last, running};
use super::statements::{Form, LINK, Step, Told};
use super::{Trouble, Visit};
use crate::shell::answer::Answer;

/// GET: the form.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.sells_subscriptions()?;
    let reader = visit.signed_in().await?;
    let form = Form::of(visit, reader.as_ref().map(|(_, reader)| &**reader));
    visit.statement_page(StatusCode::OK, Step::Cancel, &form, told(visit))
}

/// POST: keeps the statement, and carries it out where the reader is signed in.
pub(crate) async fn state(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.sells_subscriptions()?;
    let form = match visit.form() {
        Ok(fields) => Form::sent(&fields),
        Err(refusal) => return Ok(refusal),
    };
    let today = visit.today();
    let stated = match form.cancellation(today) {
        Ok(stated) => stated,
        Err(wrong) => return visit.refused(Step::Cancel, &form, told(visit), wrong),
    };
    let reader = visit.signed_in().await?.map(|(_, reader)| reader);
    let own = reader.filter(|reader| reader.row.mail == stated.mail);
    let link = match own {
        None if is_of_reader(visit, &stated).await? => Some(Secret::of(visit.site.random.bytes())),
        _ => None,
    };
    let arrived = match visit.keep(&stated, own.is_some(), link.as_ref()).await? {
        Ok(arrived) => arrived,
        Err(why) => return visit.not_kept(Step::Cancel, &form, told(visit), why),
    };
    let becomes = match &own {
        Some(reader) => at_once(visit, &stated, arrived.id, reader).await?,
        // The same for every address: nobody learns here who subscribes.
        None if stated.kind == StatementKind::Ordinary => {
            visit.presentation.words.text(Key::StatementUnproven)
        }
        None => visit.presentation.words.text(Key::StatementLookedAt),
    };
    visit.arrived(&stated, arrived, becomes)
}

/// GET: the button behind the link of a receipt. Nothing is used up.
pub(crate) async fn show_link(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    visit.sells_subscriptions()?;
    match behind(visit, secret).await? {
        Some((_, reader)) => button(visit, StatusCode::OK, &reader, None),
        None => gone(visit),
    }
}

/// POST: cancels.
pub(crate) async fn by_link(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    visit.sells_subscriptions()?;
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    let Some((row, reader)) = behind(visit, secret).await? else { return gone(visit) };
    let Some(own) = can_cancel(visit, &reader, &row.stated) else { return gone(visit) };
    if let Err(error) = carry_out(visit, own, reader.row.id, Change::Cancel).await? {
        tracing::error!(error, "a subscription could not be cancelled");
        let message = visit.presentation.words.text(Key::PaymentsDown);
        return button(visit, StatusCode::SERVICE_UNAVAILABLE, &reader, Some(message));
    }
    visit.site.store.settle_statement(row.id, visit.now).await?;
    let words = &visit.presentation.words;
    let plan = Args::new().with(Slot::Paper, &*visit.presentation.house.paper.name);
    let told = Told {
        heading: words.format(Key::LetterCancelledSubject, &plan),
        paragraphs: vec![cancelled_until(visit, own)],
        lines: visit.lines(&row.stated, row.received_at),
        ..Told::default()
    };
    visit.statement_page(StatusCode::OK, Step::Over, &Form::default(), told)
}

fn told(visit: &Visit<'_>) -> Told {
    let words = &visit.presentation.words;
    Told {
        heading: words.text(Key::CancelContract),
        paragraphs: vec![words.text(Key::CancelContractText)],
        ..Told::default()
    }
}

/// Cancels what a signed-in reader has, where that is what was stated, and says what became of it. What names another contract is
/// looked at besides.
async fn at_once(
    visit: &Visit<'_>,
    stated: &Stated,
    id: i64,
    reader: &KnownReader,
) -> Result<String, Trouble> {
    let looked_at = || visit.presentation.words.text(Key::StatementLookedAt);
    let Some(own) = can_cancel(visit, reader, stated) else {
        return Ok(looked_at());
    };
    if let Err(error) = carry_out(visit, own, reader.row.id, Change::Cancel).await? {
        tracing::error!(error, "a subscription could not be cancelled; its statement waits");
        return Ok(looked_at());
    }
    let usual = visit.presentation.words.text(Key::StatementContractUsual);
    if [usual, visit.plan_name(own)].contains(&stated.contract) {
        visit.site.store.settle_statement(id, visit.now).await?;
    }
    Ok(cancelled_until(visit, own))
}

/// The subscription that an ordinary cancellation ends: where it names a day, one that is not paid beyond this.
fn can_cancel<'r>(
    visit: &Visit<'_>,
    reader: &'r KnownReader,
    stated: &Stated,
) -> Option<&'r Subscription> {
    let own = running(visit, reader).filter(|_| stated.kind == StatementKind::Ordinary)?;
    let last = visit.presentation.house.policy.day_of(own.paid_until().unwrap_or(visit.now));
    // A later day is more than the provider is asked for: somebody of the paper sees to it.
    stated.wanted_on.is_none_or(|day| day <= last).then_some(own)
}

/// Whether the address is that of a reader whose subscription it can end.
async fn is_of_reader(visit: &Visit<'_>, stated: &Stated) -> Result<bool, Trouble> {
    let reader = visit.site.store.known_reader_of_mail(stated.mail.clone()).await?;
    Ok(reader.is_some_and(|reader| can_cancel(visit, &reader, stated).is_some()))
}

/// The statement behind a link, with the reader whose subscription it can end.
async fn behind(
    visit: &Visit<'_>,
    secret: &str,
) -> Result<Option<(StatementRow, KnownReader)>, Trouble> {
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    let store = &visit.site.store;
    let Some(row) = store.statement_of_link(link.hash(LINK), visit.now).await? else {
        return Ok(None);
    };
    let reader = store.known_reader_of_mail(row.stated.mail.clone()).await?;
    let reader = reader.filter(|reader| can_cancel(visit, reader, &row.stated).is_some());
    Ok(reader.map(|reader| (row, reader)))
}

/// That it is cancelled, and until when it is open.
pub(super) fn cancelled_until(visit: &Visit<'_>, own: &Subscription) -> String {
    let until = visit.date(last(own.paid_until().unwrap_or(visit.now)));
    visit.presentation.words.format(Key::CancelledUntil, &Args::new().with(Slot::Date, until))
}

fn button(
    visit: &Visit<'_>,
    status: StatusCode,
    reader: &KnownReader,
    message: Option<String>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let own = running(visit, reader).ok_or(Trouble::NotFound)?;
    let plan = Args::new().with(Slot::Plan, visit.plan_name(own));
    let told = Told {
        heading: words.format(Key::CancelHeading, &plan),
        paragraphs: vec![words.text(Key::StatementConfirmText)],
        message,
        ..Told::default()
    };
    visit.statement_page(status, Step::Button, &Form::default(), told)
}

fn gone(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let told = Told {
        heading: words.text(Key::StatementGone),
        paragraphs: vec![words.text(Key::StatementGoneText)],
        ..Told::default()
    };
    visit.statement_page(StatusCode::GONE, Step::Over, &Form::default(), told)
}
