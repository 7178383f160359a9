//! What only a demo has for those who try it: its clock, which can be moved forward, and readers in every state, whom one can become
//! with a press of a button. No paper that somebody reads has any of it.

use gate::{ReaderId, Secret};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use newsroom::Role;
use paywall::Access;
use providers::payments::{
    Amount, Card, Cashier, Every, Order, Outcome, PaymentError, Payments, Start,
};
use store::{Appointment, Doer, Filter, InvoiceState, NewSession, ReaderRow, Way};

use super::contexts::Chrome;
use super::forms::way_back;
use super::identity::Cookie;
use super::{Trouble, Visit, gifts, invoicing, read_back};
use crate::shell::answer::Answer;

/// How far the clock can be moved by one press.
const STEPS: [(&str, &str, i64); 6] = [
    ("minute", "One minute", 60),
    ("hour", "One hour", 3_600),
    ("day", "One day", 86_400),
    ("week", "One week", 7 * 86_400),
    ("month", "30 days", 30 * 86_400),
    ("year", "A year", 365 * 86_400),
];

/// Whoever was given an article needs no account: a state of a browser, and of no reader.
const HOLDER: (&str, &str) = ("gift-holder", "Somebody to whom a subscriber gave an article");
/// Who works in the newsroom, and can be tried.
const STAFF: [(Role, &str, &str); 3] = [
    (Role::Author, "author", "An author"),
    (Role::Editor, "editor", "An editor"),
    (Role::Owner, "owner", "The owner"),
];
/// The newest articles among which the demo looks for one to give.
const LOOKED_AT_MAX: usize = 50;

/// A state of a reader that can be tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Registered,
    Subscriber,
    Trial,
    TrialOver,
    InGrace,
    Cancelled,
    SubscriptionOver,
    PaymentFailed,
}

const STATES: [(State, &str, &str); 8] = [
    (State::Registered, "registered", "Registered, without a subscription"),
    (State::Subscriber, "subscriber", "A subscriber"),
    (State::Trial, "trial", "On trial"),
    (State::TrialOver, "trial-over", "Whose trial is over"),
    (State::InGrace, "in-grace", "Whose card was declined three days ago"),
    (State::Cancelled, "cancelled", "Who has cancelled, with access left"),
    (State::SubscriptionOver, "subscription-over", "Whose subscription is over"),
    (State::PaymentFailed, "payment-failed", "Whose subscription ended by a failed payment"),
];

/// GET: the paper's time, and who one can be.
pub(crate) fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let zone = &visit.presentation.house.policy.zone;
    let words = &visit.presentation.words;
    let pair = |id: &str, name: &str| context! { id => id, name => name };
    let demo = context! {
        now => words.date_and_time(visit.now, zone, Timestamp::MIN),
        steps => STEPS.iter().map(|(id, name, _)| pair(id, name)).collect::<Vec<Value>>(),
        states => STATES.iter().map(|(_, id, name)| (*id, *name)).chain([HOLDER])
            .map(|(id, name)| pair(id, name)).collect::<Vec<Value>>(),
        staff => STAFF.iter().map(|(_, id, name)| pair(id, name)).collect::<Vec<Value>>(),
        sells => visit.site.cashier.is_some(),
        invoices => visit.presentation.house.invoices.are_there(),
    };
    let chrome = Chrome {
        heading: "The demo’s time machine".to_owned(),
        robots: "noindex",
        ..Chrome::default()
    };
    visit.own_page(StatusCode::OK, "demo.html", context! { demo => demo, ..visit.chrome(chrome) })
}

/// POST: moves the clock, or makes a reader and signs them in.
pub(crate) async fn act(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let (forward, become_one) = (fields.get("forward"), fields.get("become"));
    if let Some((_, _, seconds)) = STEPS.iter().find(|(id, ..)| *id == forward) {
        let moved = visit.site.clock.forward(SignedDuration::from_secs(*seconds));
        return match moved {
            true => Ok(visit.see("/demo")),
            false => Err(Trouble::NotFound),
        };
    }
    if fields.get("settle") == "invoices" {
        return settle(visit).await;
    }
    if become_one == HOLDER.0 {
        return hold(visit).await;
    }
    if let Some((role, id, _)) = STAFF.iter().find(|(_, id, _)| *id == become_one) {
        let reader = register(visit, id).await?;
        let letter = None;
        let new =
            Appointment { newcomer: reader.clone(), name: (*id).to_owned(), role: *role, letter };
        visit.site.store.appoint(new, Doer::operator(), visit.now).await?;
        return signed_in(visit, &reader, Some(Way::Passkey), "/desk").await;
    }
    let Some((state, id, _)) = STATES.iter().find(|(_, id, _)| *id == become_one) else {
        return Ok(visit.see("/demo"));
    };
    let back = match fields.get("back") {
        back if back.is_empty() => "/account".to_owned(),
        back => way_back(&back),
    };
    let reader = make(visit, id, *state).await?;
    signed_in(visit, &reader, None, &back).await
}

/// Signs this browser in as somebody whom the demo has made.
async fn signed_in(
    visit: &Visit<'_>,
    reader: &ReaderRow,
    way: Option<Way>,
    back: &str,
) -> Result<Answer, Trouble> {
    let session = Secret::of(visit.site.random.bytes());
    let new = NewSession {
        hash: session.hash(Cookie::SESSION_PURPOSE),
        device: "Demo".to_owned(),
        way,
        instead_of: None,
        limit: None,
    };
    visit.site.store.begin_session(reader.id, new, visit.now).await?;
    let mut answer = visit.see(back);
    visit.take(&mut answer, Cookie::Visitor);
    visit.give_session(&mut answer, &session);
    Ok(answer)
}

/// Notes today, as somebody of the paper would, that the open invoices of whoever is signed in are paid.
async fn settle(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see("/sign-in?back=%2Fdemo"));
    };
    let today = visit.today();
    let invoices = visit.site.store.invoices_of(reader.row.id).await?;
    for open in invoices.iter().filter(|invoice| invoice.state == InvoiceState::Open) {
        let wanted = open.sheet.step.amount;
        let paid = invoicing::pay(visit.site, open.number, today, (wanted, false), None).await;
        paid.map_err(|error| Trouble::Broken(error.to_string()))?;
    }
    Ok(visit.see("/account#subscription"))
}

/// Opens the newest locked article for this browser, as a gift of a new subscriber.
async fn hold(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let most = visit.gifts_a_month().ok_or(Trouble::NotFound)?;
    let newest = visit.site.store.list(Filter::All, visit.now, LOOKED_AT_MAX, None).await?;
    let is_locked = |access: &Access| matches!(access, Access::Entitled(_));
    let locked = newest.into_iter().find(|listed| is_locked(&listed.head.access));
    let article = locked.ok_or(Trouble::NotFound)?.head.key;
    let giver = make(visit, "subscriber", State::Subscriber).await?.id;
    let Ok(gift) = gifts::new(visit, giver, article, Timestamp::MIN, most).await? else {
        return Err(Trouble::Broken("a new subscriber has no gift left".to_owned()));
    };
    gifts::open(visit, &gift.link.to_string()).await
}

/// A new reader of that name, who has lived through what leads to a state.
async fn make(visit: &Visit<'_>, name: &str, state: State) -> Result<ReaderRow, Trouble> {
    let reader = register(visit, name).await?;
    if state == State::Registered {
        return Ok(reader);
    }
    let cashier = visit.site.cashier.clone().ok_or(Trouble::NotFound)?;
    let subscription = lived(visit, &cashier, &reader, state);
    let subscription = subscription.map_err(|error| Trouble::Broken(error.to_string()))?;
    let read = read_back::of_reader(visit.site, &subscription, Some(reader.id), visit.now).await;
    read.map_err(Trouble::Broken)?;
    Ok(reader)
}

/// A new reader of that name, registered.
async fn register(visit: &Visit<'_>, name: &str) -> Result<ReaderRow, Trouble> {
    let site = visit.site;
    let id = ReaderId::new(visit.now, site.random.bytes());
    let visitor = site.keys.issue(site.random.bytes());
    let person = site.keys.person_of(&visitor);
    let person = person.ok_or_else(|| Trouble::Broken("a new visitor is none".to_owned()))?;
    let tail: [u8; 4] = site.random.bytes();
    let mail = format!("{name}-{:08x}@readers.example", u32::from_be_bytes(tail));
    let taken_as = *blake3::keyed_hash(&site.taken_key(), mail.as_bytes()).as_bytes();
    let (verified_at, joined_at) = (Some(visit.now), visit.now);
    let row = ReaderRow { id, person, mail, taken_as, verified_at, name: String::new(), joined_at };
    site.store.add_reader(row.clone()).await?;
    Ok(row)
}

/// What such a reader has lived through with the cashier; the subscription that came of it.
fn lived(
    visit: &Visit<'_>,
    cashier: &Cashier,
    reader: &ReaderRow,
    state: State,
) -> Result<String, PaymentError> {
    let ago = |days: i64| {
        let by = SignedDuration::from_hours(24 * days);
        visit.now.checked_sub(by).unwrap_or(visit.now)
    };
    let plan = visit.presentation.house.plans.first();
    let plan = plan.ok_or_else(|| PaymentError::Never("the paper sells nothing".to_owned()))?;
    let amount = |minor| Amount { minor, currency: plan.monthly.currency.as_str().to_owned() };
    let free = |days| Start::Trial { days, amount: amount(0) };
    // A month has 28 days at least and 31 at most.
    let (began, start, card, cancelled) = match state {
        State::Registered | State::Subscriber => (ago(10), Start::Usual, Card::Good, None),
        State::Trial => (ago(5), free(14), Card::Good, None),
        State::TrialOver => (ago(15), free(14), Card::Good, Some(ago(13))),
        State::InGrace => (ago(34), Start::Usual, Card::ExpiresSoon, None),
        State::Cancelled => (ago(10), Start::Usual, Card::Good, Some(ago(2))),
        State::SubscriptionOver => (ago(45), Start::Usual, Card::Good, Some(ago(44))),
        State::PaymentFailed => (ago(60), Start::Usual, Card::ExpiresSoon, None),
    };
    let house = &visit.presentation.house;
    let order = Order {
        key: Secret::of(visit.site.random.bytes()).to_string(),
        reader: reader.id.to_string(),
        mail: reader.mail.clone(),
        plan: plan.slug.clone(),
        name: format!("{}, {}", house.paper.name, plan.name),
        usual: amount(plan.monthly.minor),
        every: Every::Month,
        start,
        zone: house.paper.zone_name.clone(),
        language: house.paper.language_tag.clone(),
        back_url: "/account".to_owned(),
        cancel_url: "/offers".to_owned(),
        begun_at: began,
        ends_at: began.checked_add(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MAX),
    };
    let checkout = cashier.begin(&order, began)?;
    let paid = match cancelled {
        Some(at) => cashier.pay_and_cancel(&checkout.id, card, began, at)?,
        None => cashier.pay(&checkout.id, card, began)?,
    };
    let Outcome::Paid { subscription } = paid.outcome else {
        return Err(PaymentError::Never("the demo's card was not taken".to_owned()));
    };
    Ok(subscription)
}
