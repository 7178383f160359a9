//! A reader at the help desk: who it is, what is open to them and why, what they pay, what was sent, and what can be put right. Which
//! articles somebody reads is not shown here, and no secret of theirs is.

use face::{Args, Key, Slot};
use gate::ReaderId;
use http::StatusCode;
use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Value;
use newsroom::Deed;
use paywall::{Renewal, Subscription, SubscriptionState, What};
use store::{Invoice, InvoiceState, MailRow, MailState, ReaderRow, StatementKind, Telling};

use super::staff::deed_key;
use super::{Staff, parts};
use crate::shell::answer::Answer;
use crate::site::forms::MAIL_BYTES_MAX;
use crate::site::help::{can_go_back, source_key};
use crate::site::{Holdings, Trouble, Visit};

/// Facts of the ledger on one page.
const FACTS_SHOWN_MAX: usize = 50;

/// GET: the page.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    let holdings = holdings(visit, named).await?;
    let well = match visit.asked_fields().get("said").as_str() {
        "done" => Some(Key::HelpDone),
        "nothing" => Some(Key::HelpNothing),
        _ => None,
    };
    page(visit, staff, StatusCode::OK, &holdings, well, None).await
}

/// A reader whom an address of the desk names.
pub(super) async fn holdings(visit: &Visit<'_>, named: &str) -> Result<Holdings, Trouble> {
    let reader = ReaderId::parse(named).ok_or(Trouble::NotFound)?;
    visit.holdings(reader).await?.ok_or(Trouble::NotFound)
}

/// What a reader is called at the desk.
pub(super) fn called(row: &ReaderRow) -> String {
    if row.name.is_empty() { row.mail.clone() } else { row.name.clone() }
}

fn dated(visit: &Visit<'_>, key: Key, at: Timestamp) -> String {
    visit.presentation.words.format(key, &Args::new().with(Slot::Date, visit.date(at)))
}

/// The last day of what ends then.
fn last(ends_at: Timestamp) -> Timestamp {
    ends_at.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(ends_at)
}

/// The page, with what came of a deed.
pub(super) async fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    status: StatusCode,
    holdings: &Holdings,
    well: Option<Key>,
    refused: Option<Key>,
) -> Result<Answer, Trouble> {
    let (words, store) = (&visit.presentation.words, &visit.site.store);
    let (reader, row) = (&holdings.reader, &holdings.reader.row);
    let meets = visit.would_meet(reader).await?;
    let suppression = store.suppression_of(&row.mail).await?;
    let sessions = store.sessions_of(row.id, visit.now).await?;
    let sessions = sessions.iter().map(|one| {
        let unnamed = one.device.is_empty();
        context! {
            id => one.hash.to_string(),
            device => if unnamed { words.text(Key::SomeBrowser) } else { one.device.clone() },
            seen => dated(visit, Key::SessionSeen, one.seen_at),
        }
    });
    let invoices = store.invoices_of(row.id).await?;
    let mails = store.mails_of(row.mail.clone()).await?;
    let deeds = store.record_of(row.id).await?;
    let deeds = deeds.iter().map(|deed| {
        context! {
            at => visit.when(deed.done_at).text,
            iso => visit.iso(deed.done_at),
            name => deed.name.clone(),
            deed => deed_key(&deed.deed).map_or_else(|| deed.deed.clone(), |key| words.text(key)),
            subject => deed.subject.clone(),
        }
    });
    let before = visit.asked_fields().get("before").parse().unwrap_or(usize::MAX);
    let (facts, further) = facts(visit, staff, holdings, before);
    let plans = visit.presentation.house.plans.iter();
    let given = holdings.given().iter().any(|(_, payment)| payment.ends_at > visit.now);
    let body = context! {
        path => format!("/desk/readers/{}", row.id),
        mail => row.mail.clone(),
        mail_max => MAIL_BYTES_MAX,
        who => who(visit, holdings),
        open => open(visit, holdings),
        readings => meets.meterage.map(|meterage| {
            let args = Args::new()
                .with(Slot::Number, words.digits(u64::from(meterage.read)))
                .with(Slot::Span, words.digits(u64::from(meterage.allowance)))
                .with(Slot::Date, visit.date(last(meterage.window.ends_at)));
            words.format(Key::HelpReadings, &args)
        }),
        meets => meets.each.iter().map(|(key, told)| context! {
            access => words.text(*key), told => told.clone(),
        }).collect::<Vec<_>>(),
        account => visit.contract(reader, visit.next_plan(reader).await?.as_ref()),
        subscriptions => reader.subscriptions.iter().map(|one| subscription(visit, holdings, one)).collect::<Vec<_>>(),
        invoices => invoices.iter().map(|one| invoice(visit, staff, one)).collect::<Vec<_>>(),
        facts => facts,
        facts_further => further.map(|before| format!("/desk/readers/{}?before={before}#ledger", row.id)),
        mails => mails.iter().map(|one| mail(visit, one)).collect::<Vec<_>>(),
        suppressed => suppression.map(|one| {
            let args = Args::new().with(Slot::Date, visit.date(one.since)).with(Slot::Name, one.reason);
            words.format(Key::HelpSuppressed, &args)
        }),
        sessions => sessions.collect::<Vec<_>>(),
        agreements => agreements(visit, row).await?,
        deeds => deeds.collect::<Vec<_>>(),
        plans => plans.map(|plan| context! { value => plan.slug.clone(), name => plan.name.clone() }).collect::<Vec<_>>(),
        can_give => staff.may(Deed::GiveAccess),
        can_take => staff.may(Deed::GiveAccess) && given,
        can_exchange => staff.may(Deed::ExchangeReaders),
        well => well.map(|key| words.text(key)),
        refused => refused.map(|key| words.text(key)),
    };
    parts::page(visit, Some(staff), status, "desk/reader.html", &called(row), body)
}

fn who(visit: &Visit<'_>, holdings: &Holdings) -> Vec<String> {
    let row = &holdings.reader.row;
    let words = &visit.presentation.words;
    let proven = match row.verified_at {
        Some(at) => dated(visit, Key::HelpProven, at),
        None => words.text(Key::HelpUnproven),
    };
    let staff = holdings.reader.staff.as_ref();
    let role = staff.map(|staff| words.text(parts::role_key(staff.role)));
    [dated(visit, Key::ReaderSince, row.joined_at), proven].into_iter().chain(role).collect()
}

/// Everything that is open now, and why.
fn open(visit: &Visit<'_>, holdings: &Holdings) -> Vec<String> {
    let words = &visit.presentation.words;
    let all = holdings.reader.intervals.iter().chain(&holdings.seat);
    let mut lines = Vec::new();
    for interval in all.filter(|interval| interval.is_live(visit.now)) {
        let named = Args::new().with(Slot::Name, words.text(source_key(interval.source)));
        let line = match interval.ends_at {
            Some(at) => {
                let args = named.with(Slot::Date, visit.date(last(at)));
                words.format(Key::HelpOpenUntil, &args)
            }
            None => words.format(Key::HelpOpenOn, &named),
        };
        let grace = interval.grace_from.filter(|from| *from <= visit.now);
        let grace = grace.map(|from| dated(visit, Key::HelpGrace, from));
        for line in [Some(line), grace].into_iter().flatten() {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

fn subscription(visit: &Visit<'_>, holdings: &Holdings, own: &Subscription) -> Value {
    let words = &visit.presentation.words;
    let state = match own.state(visit.now) {
        SubscriptionState::NotBegun { .. } => words.text(Key::StateNotBegun),
        SubscriptionState::Trial { ends_at } => dated(visit, Key::StateTrial, last(ends_at)),
        SubscriptionState::Active => words.text(Key::StateActive),
        SubscriptionState::Fixed { ends_at, .. } => dated(visit, Key::StateFixed, last(ends_at)),
        SubscriptionState::Cancelled { ends_at } => {
            dated(visit, Key::StateCancelled, last(ends_at))
        }
        SubscriptionState::InGrace { until, .. } => dated(visit, Key::StateGrace, last(until)),
        SubscriptionState::Ended { at, .. } => dated(visit, Key::StateEnded, at),
    };
    let of = |one: &&Telling| one.fact.subscription == *own.id();
    let provider = holdings.tellings.iter().find(of).map(|one| one.provider.clone());
    let next = own.next_charge().map(|charge| {
        let args = Args::new()
            .with(Slot::Price, words.money(charge.amount))
            .with(Slot::Date, visit.date(charge.at));
        words.format(Key::NextPayment, &args)
    });
    context! {
        plan => own.plan(visit.now).map(|slug| plan_name(visit, slug)),
        state => state,
        id => own.id().as_str(),
        provider => provider,
        next => next,
    }
}

/// What a plan is called, also one that is not sold any more.
fn plan_name(visit: &Visit<'_>, slug: &str) -> String {
    let plans = &visit.presentation.house.plans;
    let sold = plans.iter().find(|plan| plan.slug == slug);
    sold.map_or_else(|| slug.to_owned(), |plan| plan.name.clone())
}

fn invoice(visit: &Visit<'_>, staff: &Staff, one: &Invoice) -> Value {
    let words = &visit.presentation.words;
    let number = one.number.to_string();
    let named = Args::new().with(Slot::Number, number.clone());
    let is_open = one.state == InvoiceState::Open;
    let is_paid = matches!(one.state, InvoiceState::Paid { .. });
    let money = one.sheet.step.amount;
    let today = visit.today();
    context! {
        number => number,
        name => words.format(Key::InvoiceNumbered, &named),
        plan => one.sheet.plan_name.clone(),
        sum => words.money(money),
        state => visit.state_of(one),
        today => today.to_string(),
        issued_on => one.issued_on.to_string(),
        plain_sum => money.decimal(),
        can_send => is_open,
        can_pay => is_open && staff.may(Deed::PayBack),
        can_pay_back => is_paid && staff.may(Deed::PayBack),
    }
}

/// The facts of the ledger, the newest first, from the one of that place on; and from where it goes on.
fn facts(
    visit: &Visit<'_>,
    staff: &Staff,
    holdings: &Holdings,
    before: usize,
) -> (Vec<Value>, Option<usize>) {
    let end = before.min(holdings.tellings.len());
    let start = end.saturating_sub(FACTS_SHOWN_MAX);
    let shown = holdings.tellings[start..end].iter().rev().map(|one| {
        let id = one.fact.id.as_str();
        let back =
            can_go_back(&holdings.tellings, id).filter(|_| matches!(one.fact.what, What::Paid(_)));
        context! {
            at => visit.date(one.recorded_at),
            iso => visit.iso(one.recorded_at),
            told => told(visit, one),
            by => if one.told_by.is_empty() { one.provider.clone() } else { one.told_by.clone() },
            reason => one.reason.clone(),
            id => id,
            can_send => back.is_some(),
            can_pay_back => back.is_some() && staff.may(Deed::PayBack),
        }
    });
    (shown.collect(), (start > 0).then_some(start))
}

fn told(visit: &Visit<'_>, one: &Telling) -> String {
    let words = &visit.presentation.words;
    let price = |money| Args::new().with(Slot::Price, words.money(money));
    match &one.fact.what {
        What::Paid(paid) => {
            let args = price(paid.amount)
                .with(Slot::Plan, plan_name(visit, &paid.plan))
                .with(Slot::From, visit.date(paid.starts_at))
                .with(Slot::Date, visit.date(last(paid.ends_at)));
            words.format(if paid.amount.minor > 0 { Key::FactPaid } else { Key::FactGiven }, &args)
        }
        What::Refunded(back) => words.format(Key::FactRefunded, &price(back.amount)),
        What::Disputed(_) => words.text(Key::FactDisputed),
        What::Renewal(Renewal::Renews { next_charge_at, amount }) => {
            let args = price(*amount).with(Slot::Date, visit.date(*next_charge_at));
            words.format(Key::FactRenews, &args)
        }
        What::Renewal(Renewal::Stops { ends_at }) => dated(visit, Key::FactStops, last(*ends_at)),
        What::Renewal(Renewal::Retries { until, .. }) => {
            dated(visit, Key::FactRetries, last(*until))
        }
        What::Renewal(Renewal::Ended { at, .. }) => dated(visit, Key::FactEnded, *at),
        What::Terms(terms) => {
            let args = Args::new()
                .with(Slot::Plan, plan_name(visit, &terms.plan))
                .with(Slot::Date, visit.date(terms.starts_at));
            words.format(Key::FactTerms, &args)
        }
    }
}

fn mail(visit: &Visit<'_>, one: &MailRow) -> Value {
    let state = match one.state {
        MailState::Waiting => Key::MailWaiting,
        MailState::Sending => Key::MailSending,
        MailState::Sent => Key::MailSent,
        MailState::Failed => Key::MailFailed,
        MailState::Unsure => Key::MailUnsure,
    };
    context! {
        at => visit.when(one.queued_at).text,
        iso => visit.iso(one.queued_at),
        kind => one.kind.clone(),
        state => visit.presentation.words.text(state),
        reason => one.reason.clone(),
    }
}

/// What somebody agreed to before paying, and what they stated of a contract, the newest first.
async fn agreements(visit: &Visit<'_>, row: &ReaderRow) -> Result<Vec<Value>, Trouble> {
    let words = &visit.presentation.words;
    let agreed = visit.site.store.agreements_of(row.id).await?;
    let stated = visit.site.store.statements_of(row.mail.clone()).await?;
    let mut all: Vec<(Timestamp, Value)> = Vec::new();
    for one in agreed {
        let args = Args::new()
            .with(Slot::Plan, plan_name(visit, &one.plan))
            .with(Slot::Date, visit.date(one.began_at));
        let line = words.format(Key::HelpAgreed, &args);
        all.push((one.began_at, context! { line => line, text => one.agreed }));
    }
    for one in stated {
        let key = match one.stated.kind {
            StatementKind::Withdrawal => Key::HelpStatedWithdrew,
            _ => Key::HelpStatedCancelled,
        };
        let line = dated(visit, key, one.received_at);
        let text = [one.stated.contract, one.stated.reason].join("\n");
        all.push((one.received_at, context! { line => line, text => text.trim() }));
    }
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(all.into_iter().map(|(_, value)| value).collect())
}
