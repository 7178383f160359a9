//! What providers tell of payments: a hint is verified, kept as it came and answered at once; what it hints at is read back from
//! the provider and appended to the ledger. Nothing is believed that was only sent.

use gate::ReaderId;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use paywall::{
    AfterRefund, Currency, Dispute, EndedBy, Entitlement, Fact, FactId, Money, Outcome, Payment,
    PeriodKind, Refund, Renewal, Subscription, SubscriptionId, Terms, What,
};
use providers::payments::{self as told, Amount, CheckoutState, Read, Told, ToldWhat};
use store::{
    BroughtFrom, CheckoutRow, HOUSE, INVOICE, NewHint, NewMail, ReadBack, ReaderRow, TRIAL,
    TrialCard, WaitingHint,
};

use super::forms::Sent;
use super::letters::Writing;
use super::presentation::Presentation;
use super::{
    Inner, Site, Trouble, Visit, brought, cashier, invoicing, letters, payers, plan_change,
};
use crate::shell::answer::Answer;

/// Hints, and subscriptions, that are looked at in one go.
pub(super) const BATCH: usize = 50;
/// A subscription that nothing is heard of is read back once a day: hints get lost.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// So long after a charge is due it is asked whether it went through.
pub(super) const AFTER_CHARGE: SignedDuration = SignedDuration::from_mins(2);
/// One that has ended is looked at once a month: refunds and disputes come late.
const EVERY_ENDED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Where the provider does not answer, it is asked again after so many minutes, times the number of tries.
const AGAIN_MINUTES: i64 = 2;
/// The longest of these pauses.
const AGAIN_MINUTES_MAX: i64 = 360;

/// POST `/webhooks/payments`: keeps a hint.
pub(crate) async fn hint(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let payments = visit.site.payments.clone().ok_or(Trouble::NotFound)?;
    let Sent::Whole(body) = &visit.sent else {
        return Ok(visit.short(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the event is too long or did not arrive whole",
        ));
    };
    let signature = visit.request.headers.told("stripe-signature");
    match payments.hint(body, signature, visit.now) {
        Ok(hint) => {
            match keep(visit.site, payments.name(), hint, body.to_vec(), visit.now).await? {
                true => Ok(visit.short(StatusCode::OK, "kept")),
                false => Err(Trouble::Busy),
            }
        }
        Err(forged) => {
            tracing::warn!(%forged, address = %visit.request.address, "a forged event was refused");
            Ok(visit.short(StatusCode::BAD_REQUEST, "the signature does not fit; nothing was kept"))
        }
    }
}

/// Keeps a verified hint.
pub(crate) async fn keep(
    site: &Inner,
    provider: &'static str,
    hint: told::Hint,
    body: Vec<u8>,
    now: Timestamp,
) -> Result<bool, gate::Outage> {
    let told::Hint { id, subscription, payment, checkout, .. } = hint;
    let hint = NewHint { provider, id, subscription, payment, checkout, body };
    site.store.keep_hint(hint, now).await
}

/// Reads back what came of a checkout and records it.
pub(crate) async fn checkout(
    site: &Inner,
    row: &CheckoutRow,
    subscription: &str,
    now: Timestamp,
) -> Result<Became, String> {
    let read =
        read_back(site, subscription, Whose { row: Some(row), ..Whose::default() }, now).await?;
    if read == Became::Recorded {
        let day = site.presentation.load().house.policy.day_of(now);
        let became = site.store.checkout_became(row.id.clone(), subscription.to_owned(), day);
        became.await.map_err(|outage| outage.to_string())?;
    }
    Ok(read)
}

/// What came of reading a subscription back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Became {
    /// It stands in the ledger.
    Recorded,
    /// It would be a trial with a card that had one: it has ended before it began, and this goes back.
    Refused { back: Option<Money> },
}

impl Site {
    /// Applies the hints that wait and reads back the subscriptions that are due: some of them, and says how many. It waits for
    /// the provider; call it on a thread of its own, again and again.
    pub async fn tend_payments(&self) -> usize {
        let site = &*self.0;
        let now = site.clock.now();
        let mut done = 0;
        if let Some(cashier) = &site.cashier {
            // The demo's provider tells what time has brought, as a real one would.
            for event in cashier.pass(now).unwrap_or_default() {
                if let Err(trouble) = cashier::hear(site, cashier, event, now).await {
                    tracing::warn!(?trouble, "an event of the cashier's was not heard");
                }
            }
        }
        let hints = match site.payments.is_some() {
            true => site.store.waiting_hints(now, BATCH).await.unwrap_or_default(),
            false => Vec::new(),
        };
        for hint in hints {
            let again = match apply(site, &hint, now).await {
                Ok(()) => None,
                Err(error) => {
                    tracing::warn!(error, seq = hint.seq, "a hint could not be applied yet");
                    Some(later(now, hint.tries))
                }
            };
            if let Err(outage) = site.store.hint_done(hint.seq, now, again).await {
                tracing::warn!(%outage, "what became of a hint could not be noted");
            }
            done += 1;
        }
        done += payers::tell(site, now).await;
        match invoicing::remind(site, now).await {
            Ok(reminded) => done += reminded,
            Err(outage) => tracing::warn!(%outage, "nobody could be reminded of an invoice"),
        }
        for due in site.store.due_subscriptions(now, BATCH).await.unwrap_or_default() {
            if due.provider == INVOICE {
                if let Err(outage) = invoicing::tend(site, &due, now).await {
                    tracing::warn!(%outage, subscription = %due.id, "a contract by invoice could not be looked after");
                    return done;
                }
            } else if due.provider == HOUSE {
                if let Err(outage) = brought::ended(site, &due, now).await {
                    tracing::warn!(%outage, subscription = %due.id, "what has ended could not be told");
                    return done;
                }
            } else if let Err(error) = read_back(site, due.id.as_str(), Whose::default(), now).await
            {
                tracing::warn!(error, subscription = %due.id, "a subscription could not be read back");
                let _ = site.store.check_subscription_at(due.id, later(now, 10)).await;
            }
            done += 1;
        }
        done
    }
}

impl Site {
    /// Writes into the log where the provider is silent though something happened, `longest` ago or longer.
    pub async fn tell_silence(&self, longest: SignedDuration) {
        let site = &*self.0;
        if site.payments.is_none() {
            return;
        }
        match site.store.payment_silence(site.clock.now(), longest).await {
            Ok(Some(silence)) => {
                let last = silence.last_heard_at.map_or("never".to_owned(), |at| at.to_string());
                tracing::error!(
                    last_event = last,
                    unheard = %silence.unheard,
                    "the payment provider sends no events; look at its dashboard whether they go to /webhooks/payments, and \
                     with which secret"
                );
            }
            Ok(None) => {}
            Err(outage) => tracing::warn!(%outage, "whether the provider is silent is not known"),
        }
    }
}

/// What a look at the ledger has found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LedgerReport {
    /// Subscriptions that were looked at.
    pub checked: usize,
    /// A line for each of which the provider says something else, or nothing.
    pub differences: Vec<String>,
}

impl Site {
    /// Reads every subscription back and compares it with the ledger; with `mend` it appends what the ledger lacks.
    ///
    /// # Errors
    /// [`gate::Outage`]: the store does not answer.
    pub async fn check_ledger(&self, mend: bool) -> Result<LedgerReport, gate::Outage> {
        let site = &*self.0;
        let (mut report, mut after) = (LedgerReport::default(), String::new());
        loop {
            let batch = site.store.subscriptions_after(after.clone(), BATCH).await?;
            let Some(last) = batch.last() else {
                report.differences.extend(invoicing::gaps(site).await?);
                return Ok(report);
            };
            last.id.as_str().clone_into(&mut after);
            // What the house provides, nobody else can tell.
            for one in batch.into_iter().filter(|one| one.provider != HOUSE) {
                report.checked += 1;
                if one.provider == INVOICE {
                    // Nobody outside can be asked, and nothing is mended by itself: the books say which of the two is right.
                    let differs = invoicing::differs(site, one.id.clone()).await?;
                    let told = differs.map(|differs| format!("{}: {differs}", one.id));
                    report.differences.extend(told);
                    continue;
                }
                let now = site.clock.now();
                let presentation = site.present().await;
                let plan = site.store.plan_of_subscription(one.id.clone()).await?;
                let differs = match ask(site, &presentation, &one.id, &plan, now).await {
                    Ok(told) => {
                        let kept = site.store.subscription(one.id.clone()).await?;
                        difference(kept.as_ref(), &told.facts, now)
                    }
                    Err(error) => Some(error),
                };
                let Some(differs) = differs else { continue };
                let mended = match mend {
                    true => match of_reader(site, one.id.as_str(), one.reader, now).await {
                        Ok(()) => "; it was appended",
                        Err(_) => "; it could not be appended",
                    },
                    false => "",
                };
                report.differences.push(format!("{}: {differs}{mended}", one.id));
            }
        }
    }
}

/// What a provider told of a subscription.
struct Answered {
    provider: &'static str,
    /// Whose it is, where the order said it.
    reader: Option<ReaderId>,
    /// The card that pays, as a keyed hash.
    card: Option<String>,
    /// Our ids of changes of its plan that were made.
    changes: Vec<String>,
    facts: Vec<Fact>,
}

/// Asks the provider what there is to tell of a subscription now. `plan` is what it is where the provider has no plan of ours.
async fn ask(
    site: &Inner,
    presentation: &Presentation,
    id: &SubscriptionId,
    plan: &str,
    now: Timestamp,
) -> Result<Answered, String> {
    let payments = site.payments.clone().ok_or("the paper takes no payments")?;
    let (provider, asked) = (payments.name(), id.as_str().to_owned());
    let read = site.tills.run(move || payments.subscription(&asked, now)).await;
    let read = read.map_err(|full| full.to_string())?.map_err(|error| error.to_string())?;
    let read = read.ok_or_else(|| format!("the provider knows no subscription {id}"))?;
    let reader = read.reader.as_deref().and_then(ReaderId::parse);
    let named = |told: &str| if told.is_empty() { plan.to_owned() } else { told.to_owned() };
    let facts = facts(id, &read, &|told| {
        let slug = named(told);
        let opens = opens(presentation, &slug);
        (slug, opens)
    })?;
    Ok(Answered { provider, reader, card: read.card, changes: read.changes, facts })
}

/// How what is kept differs from what is told, in what matters to a reader.
fn difference(kept: Option<&Subscription>, told: &[Fact], now: Timestamp) -> Option<String> {
    let id = told.first().map(|fact| &fact.subscription);
    let told = id.and_then(|id| Subscription::fold(id, told));
    let shown = |one: Option<&Subscription>| {
        one.map(|one| (one.state(now), one.paid_until(), one.takings().to_vec()))
    };
    let (kept, told) = (shown(kept), shown(told.as_ref()));
    (kept != told).then(|| format!("the ledger says {kept:?}, the provider {told:?}"))
}

/// What a plan opens. One that is not sold any more opens what every ordinary plan does.
pub(super) fn opens(presentation: &Presentation, plan: &str) -> Vec<Entitlement> {
    let found = presentation.house.plans.iter().find(|one| one.slug == plan);
    found.map_or_else(|| vec![Entitlement::DIGITAL], |plan| plan.opens.clone())
}

/// When to try again what could not be done `tries` times before.
pub(super) fn later(now: Timestamp, tries: u32) -> Timestamp {
    let minutes = (AGAIN_MINUTES * (i64::from(tries) + 1)).min(AGAIN_MINUTES_MAX);
    now.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX)
}

async fn apply(site: &Inner, hint: &WaitingHint, now: Timestamp) -> Result<(), String> {
    let payments = site.payments.clone().ok_or("the paper takes no payments")?;
    let row = match hint.checkout.clone() {
        Some(id) => site.store.checkout(id).await.map_err(|outage| outage.to_string())?,
        None => None,
    };
    let mut subscription = hint.subscription.clone();
    if subscription.is_none()
        && let Some(provider_id) = row.as_ref().and_then(|row| row.provider_id.as_ref())
        && let CheckoutState::Paid { subscription: paid } =
            payments.checkout(provider_id, now).map_err(|error| error.to_string())?
    {
        subscription = Some(paid);
    }
    if subscription.is_none()
        && let Some(payment) = &hint.payment
    {
        let of = payments.subscription_of(payment, now);
        subscription = of.map_err(|error| error.to_string())?;
    }
    match (subscription, row) {
        (Some(subscription), Some(row)) => checkout(site, &row, &subscription, now).await.map(drop),
        (Some(subscription), None) => {
            read_back(site, &subscription, Whose::default(), now).await.map(drop)
        }
        // Nothing that concerns a subscription of ours.
        (None, _) => Ok(()),
    }
}

/// Reads a subscription of a reader back: of one that is known whose it is, where `owner` is nobody.
pub(crate) async fn of_reader(
    site: &Inner,
    subscription: &str,
    owner: Option<ReaderId>,
    now: Timestamp,
) -> Result<(), String> {
    read_back(site, subscription, Whose { owner, ..Whose::default() }, now).await.map(drop)
}

/// Reads a subscription back that another system began, for its reader. Nothing of it is written to them.
pub(crate) async fn bring(
    site: &Inner,
    subscription: &str,
    owner: ReaderId,
    from: BroughtFrom,
    now: Timestamp,
) -> Result<(), String> {
    let whose = Whose { owner: Some(owner), from: Some(from), ..Whose::default() };
    read_back(site, subscription, whose, now).await.map(drop)
}

/// What a provider tells of a subscription that may not be known here.
pub(crate) struct Look {
    /// Whose it is here.
    pub(crate) owner: Option<ReaderId>,
    /// Whether it tells something that the ledger does not say.
    pub(crate) differs: bool,
}

/// Asks for a subscription and changes nothing; why it cannot be read, where it cannot.
pub(crate) async fn look(
    site: &Inner,
    subscription: &str,
    plan: &str,
    now: Timestamp,
) -> Result<Result<Look, String>, gate::Outage> {
    let id = match SubscriptionId::parse(subscription) {
        Ok(id) => id,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let presentation = site.present().await;
    let owner = site.store.reader_of_subscription(id.clone()).await?;
    let kept = site.store.subscription(id.clone()).await?;
    let told = ask(site, &presentation, &id, plan, now).await;
    Ok(told.map(|told| {
        let differs = kept.is_none() || difference(kept.as_ref(), &told.facts, now).is_some();
        Look { owner, differs }
    }))
}

/// Whether a reader has something open besides a subscription.
pub(crate) async fn has_more(
    site: &Inner,
    reader: &ReaderRow,
    id: &SubscriptionId,
    now: Timestamp,
) -> Result<bool, gate::Outage> {
    let known = site.store.known_reader_of_mail(reader.mail.clone()).await?;
    if let Some(known) = &known {
        let presentation = site.present().await;
        let seat = super::seats::intervals(&site.store, &presentation.house, known).await?;
        if seat.iter().any(|interval| interval.is_live(now)) {
            return Ok(true);
        }
    }
    let others = known.iter().flat_map(|known| &known.subscriptions);
    let mut others = others.filter(|one| one.id() != id);
    Ok(others.any(|one| one.open_until(now).is_some()))
}

/// What is known of whose a subscription is, before the provider is asked.
#[derive(Default)]
struct Whose<'a> {
    owner: Option<ReaderId>,
    row: Option<&'a CheckoutRow>,
    from: Option<BroughtFrom>,
}

/// Reads a subscription back and appends what was told. Whose it is, is known by the ledger, by the checkout, or by the provider.
async fn read_back(
    site: &Inner,
    subscription: &str,
    Whose { owner, row, from }: Whose<'_>,
    now: Timestamp,
) -> Result<Became, String> {
    let id = SubscriptionId::parse(subscription).map_err(|error| error.to_string())?;
    let presentation = site.present().await;
    let down = |outage: gate::Outage| outage.to_string();
    let plan = match &from {
        Some(from) => from.plan.clone(),
        None => site.store.plan_of_subscription(id.clone()).await.map_err(down)?,
    };
    let told = ask(site, &presentation, &id, &plan, now).await?;
    let Answered { provider, reader: told, card, changes, facts } = told;
    let known = site.store.reader_of_subscription(id.clone()).await.map_err(down)?;
    let reader = known.or(owner).or(row.map(|row| row.reader)).or(told);
    let Some(reader) = reader else {
        return Err(format!("nobody here has the subscription {subscription}"));
    };
    // Whoever comes with a trial from elsewhere has begun it there.
    if known.is_none()
        && from.is_none()
        && let Some(card) = card.filter(|_| begins_as_trial(&facts))
        && !may_try(site, &id, &card, reader, now).await?
    {
        let back = refuse(site, &id, &facts, now).await?;
        return Ok(Became::Refused { back });
    }
    let taken = row.map_or_else(Vec::new, |row| taken(row, &facts));
    let state = Subscription::fold(&id, &facts);
    let check_at = check_at(state.as_ref(), now);
    let owner = site.store.reader_of_id(reader).await.map_err(down)?;
    let letters = match (&owner, &state) {
        (Some(owner), Some(state)) => {
            let (presentation, subscription, facts) = (&presentation, state, &facts);
            let has_more = has_more(site, owner, &id, now).await.map_err(down)?;
            let reader = owner;
            // Asked for after the provider: whatever it has made was kept before.
            let changed = site.store.change_letters(id.clone()).await.map_err(down)?;
            let made = changed.into_iter().filter(|letter| changes.contains(&letter.checkout));
            let mut letters: Vec<NewMail> =
                made.map(|letter| plan_change::letter_made(letter, &owner.mail, now)).collect();
            let mut history = site.store.facts_of(id.clone()).await.map_err(down)?;
            history.extend(facts.iter().cloned());
            let history = &history;
            let writing =
                Writing { site, presentation, reader, has_more, subscription, facts, history, now };
            letters.extend(writing.letters());
            letters
        }
        _ => Vec::new(),
    };
    let back = ReadBack {
        subscription: id,
        reader,
        provider,
        facts,
        check_at,
        taken,
        letters,
        changes,
        brought: from,
    };
    let recorded = site.store.record_facts(back, now).await;
    recorded.map(|_| Became::Recorded).map_err(down)
}

fn begins_as_trial(facts: &[Fact]) -> bool {
    let is_trial = |fact: &Fact| match &fact.what {
        What::Paid(payment) => payment.kind == PeriodKind::Trial,
        _ => false,
    };
    facts.iter().any(is_trial)
}

/// Whether this card may begin a trial: one that did before, whoever held it, may not.
async fn may_try(
    site: &Inner,
    id: &SubscriptionId,
    card: &str,
    reader: ReaderId,
    now: Timestamp,
) -> Result<bool, String> {
    let named = |what: &str| *blake3::keyed_hash(&site.taken_key(), what.as_bytes()).as_bytes();
    let trial = TrialCard {
        card: named(&format!("card {card}")),
        subscription: named(&format!("subscription {id}")),
    };
    site.store.may_try_with(trial, reader, now).await.map_err(|outage| outage.to_string())
}

/// Ends a trial that may not begin, and gives back what was charged for it. Nothing of it is ever recorded, so that nothing is open.
async fn refuse(
    site: &Inner,
    id: &SubscriptionId,
    facts: &[Fact],
    now: Timestamp,
) -> Result<Option<Money>, String> {
    let payments = site.payments.clone().ok_or("the paper takes no payments")?;
    let charged: Vec<(String, Money)> = facts
        .iter()
        .filter_map(|fact| match &fact.what {
            What::Paid(payment) if payment.amount.minor > 0 => {
                Some((fact.id.to_string(), payment.amount))
            }
            _ => None,
        })
        .collect();
    let back = charged
        .iter()
        .map(|(_, amount)| *amount)
        .reduce(|one, other| Money { minor: one.minor.saturating_add(other.minor), ..one });
    let named = id.to_string();
    tracing::info!(subscription = %id, "a trial was refused: its card had one");
    let done = site.tills.run(move || {
        payments.end_now(&named, now)?;
        let refunds = charged.iter().map(|(payment, _)| payment);
        refunds.into_iter().try_for_each(|payment| {
            payments.refund(payment, &format!("trial-{payment}"), Some(now), now)
        })
    });
    done.await.map_err(|full| full.to_string())?.map_err(|error| error.to_string())?;
    Ok(back)
}

/// What is noted as taken once, when something of a checkout was paid.
fn taken(row: &CheckoutRow, facts: &[Fact]) -> Vec<String> {
    let paid = |fact: &Fact| match &fact.what {
        What::Paid(payment) => Some(payment.kind),
        _ => None,
    };
    let kinds: Vec<PeriodKind> = facts.iter().filter_map(paid).collect();
    let trial = kinds.contains(&PeriodKind::Trial).then(|| TRIAL.to_owned());
    let offer = row.offer.clone().filter(|_| !kinds.is_empty());
    offer.into_iter().chain(trial).collect()
}

/// When a subscription is asked for again, if nothing is heard of it.
fn check_at(state: Option<&Subscription>, now: Timestamp) -> Timestamp {
    let after = |at: Timestamp| at.checked_add(AFTER_CHARGE).unwrap_or(Timestamp::MAX);
    let plain = now.checked_add(EVERY).unwrap_or(Timestamp::MAX);
    let Some(state) = state else { return plain };
    let plain = letters::next(state, now).map_or(plain, |letter| plain.min(letter));
    match state.renewal() {
        Some(Renewal::Ended { .. }) => now.checked_add(EVERY_ENDED).unwrap_or(Timestamp::MAX),
        Some(Renewal::Renews { next_charge_at, .. }) if next_charge_at > now => {
            plain.min(after(next_charge_at))
        }
        Some(Renewal::Stops { ends_at }) if ends_at > now => plain.min(after(ends_at)),
        Some(Renewal::Retries { until, .. }) if until > now => plain.min(after(until)),
        _ => plain,
    }
}

/// What was told, as facts of the ledger.
fn facts(
    id: &SubscriptionId,
    read: &Read,
    opens: &dyn Fn(&str) -> (String, Vec<Entitlement>),
) -> Result<Vec<Fact>, String> {
    let of = |told: &Told| {
        let what = what(&told.what, opens)?;
        let fact = FactId::parse(&told.id).map_err(|error| error.to_string())?;
        Ok(Fact { subscription: id.clone(), id: fact, as_of: told.as_of, what })
    };
    read.told.iter().map(of).collect()
}

fn what(
    told: &ToldWhat,
    opens: &dyn Fn(&str) -> (String, Vec<Entitlement>),
) -> Result<What, String> {
    let payment = |id: &str| FactId::parse(id).map_err(|error| error.to_string());
    Ok(match told {
        ToldWhat::Paid { starts_at, ends_at, amount, plan, kind } => {
            let (plan, opens) = opens(plan);
            What::Paid(Payment {
                starts_at: *starts_at,
                ends_at: *ends_at,
                amount: money(amount)?,
                plan,
                kind: match kind {
                    told::PeriodKind::Trial => PeriodKind::Trial,
                    told::PeriodKind::Intro => PeriodKind::Intro,
                    told::PeriodKind::Usual => PeriodKind::Usual,
                },
                opens,
            })
        }
        ToldWhat::Refunded { payment: id, amount, ends_access_at } => What::Refunded(Refund {
            payment: payment(id)?,
            amount: money(amount)?,
            access: ends_access_at.map_or(AfterRefund::Stays, |at| AfterRefund::Ends { at }),
        }),
        ToldWhat::Disputed { payment: id, outcome } => What::Disputed(Dispute {
            payment: payment(id)?,
            outcome: match outcome {
                told::DisputeOutcome::Open => Outcome::Open,
                told::DisputeOutcome::Won => Outcome::Won,
                told::DisputeOutcome::Lost { at } => Outcome::Lost { at: *at },
            },
        }),
        ToldWhat::Renews { next_charge_at, amount } => What::Renewal(Renewal::Renews {
            next_charge_at: *next_charge_at,
            amount: money(amount)?,
        }),
        ToldWhat::Stops { ends_at } => What::Renewal(Renewal::Stops { ends_at: *ends_at }),
        ToldWhat::Retries { since, until } => {
            What::Renewal(Renewal::Retries { since: *since, until: *until })
        }
        ToldWhat::Ended { at, by } => What::Renewal(Renewal::Ended {
            at: *at,
            by: match by {
                told::EndedBy::Cancelled => EndedBy::Cancelled,
                told::EndedBy::PaymentFailed => EndedBy::PaymentFailed,
                told::EndedBy::Refunded => EndedBy::Refunded,
            },
        }),
        ToldWhat::Plan { starts_at, plan } => {
            let (plan, opens) = opens(plan);
            What::Terms(Terms { starts_at: *starts_at, plan, opens })
        }
    })
}

fn money(amount: &Amount) -> Result<Money, String> {
    let currency = Currency::parse(&amount.currency).map_err(|error| error.to_string())?;
    Ok(Money { minor: amount.minor, currency })
}
