//! From a plan to a payment and back to the paragraph: what is charged when, the reader's agreement, the provider's own page, and
//! what came of it. No card is asked for here, and nobody is charged who has not agreed.

mod beginning;

use std::sync::Arc;

use beginning::{Begun, begin};
use face::{Args, Key, Slot};
use gate::Secret;
use http::{HeaderName, HeaderValue, StatusCode};
use jiff::SignedDuration;
use minijinja::context;
use minijinja::value::Value;
use paywall::{Agreement, Entitlement, Money, OfferTerms, Period, Plan};
use providers::payments::{Amount, CheckoutState, Every, Order, Payments, Start};
use store::{CheckoutRow, KnownReader};

use super::contexts::{Chrome, Link, encoded, value};
use super::contract::running;
use super::forms::{Fields, way_back, with_back};
use super::read_back::Became;
use super::selling::{Deal, refused};
use super::{Trouble, Visit, invoices, plan_change, read_back};
use crate::shell::answer::Answer;

/// How long a checkout can be paid.
const PAYABLE_FOR: SignedDuration = SignedDuration::from_mins(60);
/// Within which time the same agreement is the same checkout.
pub(super) const SAME_WITHIN: SignedDuration = SignedDuration::from_mins(30);

/// GET: what it costs, and the box to agree.
pub(crate) async fn show(visit: &Visit<'_>, slug: &str) -> Result<Answer, Trouble> {
    let asked = visit.asked_fields();
    let period = period(&asked.get("period"));
    let back = way_back(&asked.get("back"));
    if let Some(answer) = by_invoice_alone(visit, slug, period, &back) {
        return Ok(answer);
    }
    let (_, plan) = sold(visit, slug)?;
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see(&by_signing_in(visit, &back, period)));
    };
    if let Some(answer) = has_one(visit, &reader, &plan, period, &back) {
        return Ok(answer);
    }
    if let Some(answer) = has_ordered(visit, &reader).await? {
        return Ok(answer);
    }
    let (deal, message) = deal(visit, &plan, period, &reader)?;
    page(visit, StatusCode::OK, &deal, &back, message, Boxes::empty())
}

/// POST: keeps the agreement, and leads to the provider's page.
pub(crate) async fn agree(visit: &Visit<'_>, slug: &str) -> Result<Answer, Trouble> {
    let (payments, plan) = sold(visit, slug)?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let (back, period) = (way_back(&fields.get("back")), period(&fields.get("period")));
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see(&by_signing_in(visit, &back, period)));
    };
    if let Some(answer) = has_one(visit, &reader, &plan, period, &back) {
        return Ok(answer);
    }
    if let Some(answer) = has_ordered(visit, &reader).await? {
        return Ok(answer);
    }
    let (deal, message) = deal(visit, &plan, period, &reader)?;
    let words = visit.deal_words(&deal);
    // What stands on the page now is what is agreed to: an offer that lapsed since, or a price that changed, is shown first.
    if fields.get("terms") != words.agree {
        return page(visit, StatusCode::CONFLICT, &deal, &back, message, Boxes::empty());
    }
    let boxes = Boxes::sent(&fields, &plan);
    if !boxes.are_ticked() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return page(visit, status, &deal, &back, message, boxes);
    }
    let began = visit.began_at(&back).await;
    let new = CheckoutRow {
        id: Secret::of(visit.site.random.bytes()).to_string(),
        reader: reader.row.id,
        plan: plan.slug.clone(),
        offer: deal.agreement.as_ref().map(|agreement| agreement.offer.as_str().to_owned()),
        agreed: agreed(&plan, &[&words.today, &words.covers, &words.agree]),
        back,
        address: visit.address(),
        began,
        provider_id: None,
        subscription: None,
        began_at: visit.now,
        ends_at: payable_until(visit, &deal),
    };
    let back = new.back.clone();
    match begin(visit, &payments, &deal, &reader, new).await? {
        Begun::At(url) => {
            let mut answer = leave(visit, &url)?;
            visit.ask_anew(&mut answer);
            Ok(answer)
        }
        Begun::Paid(id) => Ok(visit.see(&format!("/checkout/{id}"))),
        Begun::Replaced => Ok(visit.see(&with_back(visit.request.target.path, &back))),
        Begun::Down(error) => {
            tracing::error!(%error, "a checkout could not be begun");
            let message = visit.presentation.words.text(Key::PaymentsDown);
            let status = StatusCode::SERVICE_UNAVAILABLE;
            page(visit, status, &deal, &back, Some(message), boxes)
        }
    }
}

/// The boxes of an order, as they came or as they are shown first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Boxes {
    was_sent: bool,
    stated: bool,
    agreed: bool,
}

impl Boxes {
    /// As they are shown first.
    pub(super) const fn empty() -> Self {
        Self { was_sent: false, stated: false, agreed: false }
    }

    /// As they came with the order of a plan.
    pub(super) fn sent(fields: &Fields<'_>, plan: &Plan) -> Self {
        let stated = plan.asks.is_empty() || fields.get("stated") == plan.asks;
        Self { was_sent: true, stated, agreed: fields.get("agreed") == "yes" }
    }

    /// Whether everything was stated and agreed to.
    pub(super) const fn are_ticked(self) -> bool {
        self.stated && self.agreed
    }

    /// The first box that has to be ticked still.
    pub(super) const fn missing(self) -> &'static str {
        match self {
            Self { was_sent: false, .. } => "",
            Self { stated: false, .. } => "stated",
            Self { agreed: false, .. } => "agreed",
            _ => "",
        }
    }

    /// What a template is told of them.
    pub(super) fn told(self, visit: &Visit<'_>) -> Value {
        let needed = |is_ticked: bool| {
            let needed = self.was_sent && !is_ticked;
            needed.then(|| visit.presentation.words.text(Key::AgreeNeeded))
        };
        context! {
            is_stated => self.was_sent && self.stated,
            is_agreed => self.agreed,
            stated_wrong => needed(self.stated),
            agreed_wrong => needed(self.agreed),
        }
    }
}

/// The words of an order as they are kept, with what its reader stated for it.
pub(super) fn agreed(plan: &Plan, words: &[&str]) -> String {
    let stated = Some(&*plan.asks).filter(|asks| !asks.is_empty());
    words.iter().copied().chain(stated).collect::<Vec<_>>().join(" ")
}

/// GET, on the way back from the provider's page: what came of it.
pub(crate) async fn show_checkout(visit: &Visit<'_>, id: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let payments = visit.site.payments.clone().ok_or(Trouble::NotFound)?;
    let Some((_, reader)) = visit.signed_in().await? else {
        let own = encoded(visit.request.target.path);
        return Ok(visit.see(&format!("/sign-in?back={own}")));
    };
    let row = visit.site.store.checkout(id.to_owned()).await?.ok_or(Trouble::NotFound)?;
    if row.reader != reader.row.id {
        return Err(Trouble::NotFound);
    }
    if row.subscription.is_some() {
        return Ok(visit.see(&row.back));
    }
    let Some(provider_id) = row.provider_id.clone() else {
        return Ok(visit.see(&with_back(&format!("/subscribe/{}", row.plan), &row.back)));
    };
    let (now, asked) = (visit.now, Arc::clone(&payments));
    let state = visit.site.tills.run(move || asked.checkout(&provider_id, now)).await?;
    match state {
        Ok(CheckoutState::Paid { subscription }) => {
            match read_back::checkout(visit.site, &row, &subscription, visit.now).await {
                Ok(Became::Recorded) => Ok(visit.see(&row.back)),
                Ok(Became::Refused { back }) => card_had_one(visit, &row, back).await,
                Err(error) => waiting(visit, &error),
            }
        }
        Ok(CheckoutState::Open) => waiting(visit, "it is not paid yet"),
        Ok(CheckoutState::Over) => over(visit, &row),
        Err(error) => waiting(visit, &error.to_string()),
    }
}

/// What is sold under this name, and who takes the payment.
fn sold(visit: &Visit<'_>, slug: &str) -> Result<(Arc<dyn Payments>, Plan), Trouble> {
    visit.takes_readers()?;
    let payments = visit.site.payments.clone().ok_or(Trouble::NotFound)?;
    Ok((payments, visit.plan(slug).cloned().ok_or(Trouble::NotFound)?))
}

pub(super) fn period(named: &str) -> Period {
    if named == "year" { Period::Year } else { Period::Month }
}

/// Until when an agreement can be paid: its offer is looked at again at that instant, by nobody being able to take it any more.
fn payable_until(visit: &Visit<'_>, deal: &Deal) -> jiff::Timestamp {
    let usual = visit.now.checked_add(PAYABLE_FOR).unwrap_or(jiff::Timestamp::MAX);
    let zone = &visit.presentation.house.policy.zone;
    let offer = deal.agreement.as_ref().and_then(|agreed| visit.offer(agreed.offer.as_str()));
    offer.and_then(|offer| offer.ends_at(zone)).map_or(usual, |ends_at| usual.min(ends_at))
}

/// The same page by way of signing in.
pub(super) fn by_signing_in(visit: &Visit<'_>, back: &str, period: Period) -> String {
    let year = if period == Period::Year { "?period=year" } else { "" };
    let own = with_back(&format!("{}{year}", visit.request.target.path), back);
    format!("/sign-in?back={}", encoded(&own))
}

/// Somebody who has a subscription that goes on orders no second one: nobody pays twice for the same. Who signed in on the way is led
/// back to what is open now; a plan that was chosen is shown as what it is for them, a change of theirs.
pub(super) fn has_one(
    visit: &Visit<'_>,
    reader: &KnownReader,
    plan: &Plan,
    period: Period,
    back: &str,
) -> Option<Answer> {
    let own = running(visit, reader)?;
    let is_open = |wanted: &Entitlement| {
        let mut live = own.intervals().iter().filter(|interval| interval.is_live(visit.now));
        live.any(|interval| interval.entitlement == *wanted)
    };
    if back != "/" && plan.opens.iter().all(is_open) {
        return Some(visit.see(back));
    }
    Some(visit.see(&plan_change::path_of_choice(&plan.slug, period, true)))
}

/// Somebody whose order by invoice waits is led to that: it can be paid there, or taken back.
async fn has_ordered(visit: &Visit<'_>, reader: &KnownReader) -> Result<Option<Answer>, Trouble> {
    let open = invoices::open_order(visit, reader).await?;
    Ok(open.map(|open| visit.see(&invoices::path_of(open.number))))
}

/// Where no provider takes payments, the order is one by invoice, if there is any.
fn by_invoice_alone(visit: &Visit<'_>, slug: &str, period: Period, back: &str) -> Option<Answer> {
    let plan = visit.plan(slug).filter(|_| visit.site.payments.is_none())?;
    let other = if period == Period::Year { Period::Month } else { Period::Year };
    let link = visit.invoice_link(plan, period, back);
    let link = link.or_else(|| visit.invoice_link(plan, other, back))?;
    Some(visit.see(&link.href))
}

/// What the reader can have of a plan, and why not what was offered.
fn deal(
    visit: &Visit<'_>,
    plan: &Plan,
    period: Period,
    reader: &KnownReader,
) -> Result<(Deal, Option<String>), Trouble> {
    let usual = |period| {
        let deal = visit.at_usual(plan, period).or_else(|| visit.at_usual(plan, Period::Month));
        deal.ok_or_else(|| Trouble::Broken("a plan has no next charge".to_owned()))
    };
    if period == Period::Year {
        return Ok((usual(period)?, None));
    }
    match visit.on_offer(plan, reader) {
        Some(Ok(deal)) => Ok((deal, None)),
        Some(Err(why)) => Ok((usual(period)?, Some(refused(&why, plan, visit)))),
        None => Ok((usual(period)?, None)),
    }
}

/// A sum as providers are told it.
pub(super) fn amount(money: Money) -> Amount {
    Amount { minor: money.minor, currency: money.currency.as_str().to_owned() }
}

pub(super) const fn every(period: Period) -> Every {
    match period {
        Period::Month => Every::Month,
        Period::Year => Every::Year,
    }
}

fn order(visit: &Visit<'_>, kept: &CheckoutRow, deal: &Deal, reader: &KnownReader) -> Order {
    let start = match deal.agreement.as_ref().map(|agreement| &agreement.terms) {
        None => Start::Usual,
        Some(OfferTerms::FreeTrial { days }) => {
            Start::Trial { days: *days, amount: amount(Money { minor: 0, ..deal.today }) }
        }
        Some(OfferTerms::CheapTrial { days, amount: price }) => {
            Start::Trial { days: *days, amount: amount(*price) }
        }
        Some(OfferTerms::Intro { periods, amount: together }) => {
            Start::Intro { periods: *periods, together: amount(*together) }
        }
        Some(OfferTerms::PercentOff { percent, periods }) => {
            Start::PercentOff { percent: *percent, periods: *periods }
        }
    };
    let house = &visit.presentation.house;
    // The same order is the same in every word, also where the paper's address is another one by now.
    let address = Some(kept.address.clone()).filter(|address| !address.is_empty());
    let address = address.unwrap_or_else(|| visit.address());
    Order {
        key: kept.id.clone(),
        reader: reader.row.id.to_string(),
        mail: reader.row.mail.clone(),
        plan: deal.plan.slug.clone(),
        name: format!("{}, {}", house.paper.name, deal.plan.name),
        usual: amount(deal.then.amount),
        every: every(deal.then.period),
        start,
        zone: house.paper.zone_name.clone(),
        language: house.paper.language_tag.clone(),
        back_url: format!("{address}/checkout/{}", kept.id),
        cancel_url: with_back(&format!("{address}/subscribe/{}", deal.plan.slug), &kept.back),
        begun_at: kept.began_at,
        ends_at: kept.ends_at,
    }
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    deal: &Deal,
    back: &str,
    message: Option<String>,
    boxes: Boxes,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let told = visit.deal_words(deal);
    let plan = Args::new().with(Slot::Plan, deal.plan.name.as_str());
    let heading = words.format(Key::SubscribeTo, &plan);
    let by_year = deal.period == Period::Year;
    let path = format!("/subscribe/{}", deal.plan.slug);
    let link = |key, money, href: &str| Link {
        name: words.format(key, &Args::new().with(Slot::Price, words.money(money))),
        href: with_back(href, back),
    };
    let yearly = deal.plan.yearly.filter(|_| !by_year);
    let yearly = yearly.map(|money| link(Key::ByTheYear, money, &format!("{path}?period=year")));
    let monthly = by_year.then(|| link(Key::ByTheMonth, deal.plan.monthly, &path));
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let order = context! {
        path => path,
        summary => deal.plan.summary.clone(),
        today => told.today,
        covers => told.covers,
        then => told.then,
        agree => told.agree,
        asks => deal.plan.asks.clone(),
        message => message,
        back => back,
        period => if by_year { "year" } else { "month" },
        yearly => value(yearly),
        monthly => value(monthly),
        ends => deal.agreement.as_ref().and_then(|agreed| visit.offer_ends(agreed)),
        invoice => value(visit.invoice_link(&deal.plan, deal.period, back)),
        focus => boxes.missing(),
        ..boxes.told(visit)
    };
    let context = context! { heading => heading, order => order, ..visit.chrome(chrome) };
    visit.own_page(status, "subscribe.html", context)
}

/// The way to the provider's page. A form that leads to another site would be stopped by our own policy for forms, so a page of ours
/// stands between.
pub(super) fn leave(visit: &Visit<'_>, url: &str) -> Result<Answer, Trouble> {
    if url.starts_with('/') {
        return Ok(visit.see(url));
    }
    let words = &visit.presentation.words;
    let heading = words.text(Key::PaymentLeaves);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let link = Link { name: words.text(Key::ToPayment), href: url.to_owned() };
    let plain = context! { heading => heading, paragraphs => [words.text(Key::PaymentPage)], links => value([link]) };
    let context = context! { plain => plain, ..visit.chrome(chrome) };
    let mut answer = visit.own_page(StatusCode::OK, "plain.html", context)?;
    if let Ok(refresh) = HeaderValue::try_from(format!("0; url={url}")) {
        answer.headers_mut().insert(HeaderName::from_static("refresh"), refresh);
    }
    Ok(answer)
}

/// The trial has not begun: why, and the best offer that remains.
async fn card_had_one(
    visit: &Visit<'_>,
    row: &CheckoutRow,
    back: Option<Money>,
) -> Result<Answer, Trouble> {
    // What this reader can have has just become less.
    let _ = visit.identity().await;
    let words = &visit.presentation.words;
    let heading = words.text(Key::TrialNotBegun);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let back = back.map(|money| {
        words.format(Key::TrialCardBack, &Args::new().with(Slot::Price, words.money(money)))
    });
    let why = words.join(&[words.text(Key::TrialCardUsed), back.unwrap_or_default()]);
    let paper = visit.paper();
    let offer = face::held_out(&paper, visit.now);
    let plan = paper.best_offer.map_or(&*row.plan, |(plan, _)| &*plan.slug);
    let href = with_back(&format!("/subscribe/{plan}"), &row.back);
    let name = visit.plan(plan).map_or(plan, |plan| &*plan.name);
    let name = words.format(Key::SubscribeTo, &Args::new().with(Slot::Plan, name));
    let plain = context! {
        heading => heading,
        paragraphs => [Some(why), offer].into_iter().flatten().collect::<Vec<_>>(),
        links => value([Link { name, href }]),
    };
    let context = context! { plain => plain, ..visit.chrome(chrome) };
    visit.own_page(StatusCode::CONFLICT, "plain.html", context)
}

/// The payment is not heard of yet: the page asks again by itself.
fn waiting(visit: &Visit<'_>, why: &str) -> Result<Answer, Trouble> {
    tracing::info!(why, "a checkout waits for its payment");
    let words = &visit.presentation.words;
    let heading = words.text(Key::PaymentWaits);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let plain = context! { heading => heading, paragraphs => [words.text(Key::PaymentWaitsText)] };
    let context = context! { plain => plain, ..visit.chrome(chrome) };
    let mut answer = visit.own_page(StatusCode::ACCEPTED, "plain.html", context)?;
    let again = HeaderValue::from_static("5");
    answer.headers_mut().insert(HeaderName::from_static("refresh"), again);
    Ok(answer)
}

/// Nothing was paid, and nothing will be; where the offer ended meanwhile, it is said.
fn over(visit: &Visit<'_>, row: &CheckoutRow) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let heading = words.text(Key::PaymentOver);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let href = with_back("/offers", &row.back);
    let link = Link { name: words.text(Key::SeeAllOffers), href };
    let zone = &visit.presentation.house.policy.zone;
    let offer = row.offer.as_deref().and_then(|id| visit.offer(id));
    let ended_at = offer.and_then(|offer| offer.ends_at(zone)).filter(|at| *at <= visit.now);
    let why = match (ended_at, visit.plan(&row.plan)) {
        (Some(ended_at), Some(plan)) => face::lapsed(plan, ended_at, &visit.paper()),
        _ => words.text(Key::NothingCharged),
    };
    let plain = context! { heading => heading, paragraphs => [why], links => value([link]) };
    visit.own_page(
        StatusCode::OK,
        "plain.html",
        context! { plain => plain, ..visit.chrome(chrome) },
    )
}

impl Visit<'_> {
    /// When the offer that was agreed to ends, as a line.
    fn offer_ends(&self, agreed: &Agreement) -> Option<String> {
        face::offer_line(self.offer(agreed.offer.as_str())?, &self.paper(), self.now)
    }
}
