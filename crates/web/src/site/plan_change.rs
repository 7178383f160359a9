//! Another plan for a subscription that runs: what can be chosen, what the provider reckons for it, and the change. Nothing is charged
//! that was not shown and agreed to, and nobody is without access for a moment; from when a plan holds is a rule of `paywall`.

mod by_invoice;

use face::{Args, Key, Letter, PLAN_CHANGED, PlanChanged, Slot, Words};
use gate::Secret;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use paywall::{Money, Period, Plan, PlanMove, Price, Subscription, SubscriptionState};
use providers::payments::{ChangeFrom, ChangeReckoning, PaymentError, PlanChange};
use store::{ChangeLetter, CheckoutRow, KnownReader, NewMail, NextPlan, is_by_invoice};

use super::contexts::{Chrome, Link, value};
use super::contract::running;
use super::read_back::AFTER_CHARGE;
use super::subscribing::{SAME_WITHIN, amount, every, period};
use super::{Trouble, Visit, read_back};
use crate::shell::answer::Answer;
use crate::shell::turns::Turns;

/// For how long a sum that was shown can be agreed to.
const SHOWN_FOR: SignedDuration = SignedDuration::from_mins(10);
/// The way to sign in and come back here.
const SIGN_IN: &str = "/sign-in?back=%2Faccount%2Fplan";
const ACCOUNT: &str = "/account#subscription";
const PAGE: &str = "/account/plan";
/// What the page's address ends in for somebody who was about to order a plan.
const ORDERED: &str = "&from=order";

/// Changes that are made at the same time, at most; those of one reader are made one after the other.
const AT_ONCE_MAX: usize = 32;

/// Whose plan is being changed.
pub(crate) type Changers = Turns<AT_ONCE_MAX>;

/// A plan that a subscription can change to.
struct Choice<'a> {
    plan: &'a Plan,
    price: Price,
    from: PlanMove,
}

/// Whether a subscription can be changed now.
enum Changing<'a> {
    /// To one of these.
    Choices(Vec<Choice<'a>>),
    /// Not before the first period is over.
    From(Timestamp),
    /// Not as it stands.
    No,
}

/// A change that is shown, with what it costs.
struct Shown<'a> {
    choice: &'a Choice<'a>,
    asked_at: Timestamp,
    reckoning: ChangeReckoning,
}

/// Why a chosen plan is shown again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Refusal {
    /// It is shown for the first time.
    None,
    /// It is not what was shown before.
    Differs,
    /// The box is not ticked.
    NotAgreed,
}

/// GET: what there is to choose from, or what the chosen one costs.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.sells_subscriptions()?;
    let Some((_, reader)) = visit.signed_in().await? else { return Ok(visit.see(SIGN_IN)) };
    let Some(own) = running(visit, &reader) else { return Ok(visit.see(ACCOUNT)) };
    if is_by_invoice(own.id()) {
        return by_invoice::show(visit, own).await;
    }
    let choices = match visit.changing(own) {
        Changing::Choices(choices) => choices,
        Changing::From(at) => return not_yet(visit, own, at),
        Changing::No => return stays(visit, own, None),
    };
    let asked = visit.asked_fields();
    let Some(choice) = chosen(&choices, &asked.get("plan"), period(&asked.get("period"))) else {
        return choose(visit, own, &choices);
    };
    match reckoning(visit, own, choice, visit.now).await? {
        Ok(reckoning) => {
            let shown = Shown { choice, asked_at: visit.now, reckoning };
            page(visit, StatusCode::OK, own, &shown, Refusal::None)
        }
        Err(error) => refused(visit, own, &choices, &error),
    }
}

/// POST: changes the plan, as it was agreed to.
pub(crate) async fn change(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.sells_subscriptions()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let Some((_, before)) = visit.signed_in().await? else { return Ok(visit.see(SIGN_IN)) };
    let Some(own) = running(visit, &before) else { return Ok(visit.see(ACCOUNT)) };
    if is_by_invoice(own.id()) {
        let _turn = visit.site.changers.of(before.row.id.as_bytes()).await;
        return by_invoice::change(visit, &fields, &before, own).await;
    }
    let payments = visit.site.payments.clone().ok_or(Trouble::NotFound)?;
    // Sent twice, the second finds what the first has done. So it does where the program ended between the provider's word and ours:
    // nothing is reckoned upon what does not hold any more.
    let _turn = visit.site.changers.of(before.row.id.as_bytes()).await;
    if let Err(error) =
        read_back::of_reader(visit.site, own.id().as_str(), Some(before.row.id), visit.now).await
    {
        let Changing::Choices(choices) = visit.changing(own) else { return Ok(visit.see(ACCOUNT)) };
        return refused(visit, own, &choices, &PaymentError::Later(error));
    }
    let Some((_, reader)) = visit.signed_in().await? else { return Ok(visit.see(SIGN_IN)) };
    let Some(own) = running(visit, &reader) else { return Ok(visit.see(ACCOUNT)) };
    let Changing::Choices(choices) = visit.changing(own) else { return Ok(visit.see(ACCOUNT)) };
    let Some(choice) = chosen(&choices, &fields.get("plan"), period(&fields.get("period"))) else {
        return Ok(visit.see(ACCOUNT));
    };
    // What is left of the period shrinks by the second: it is reckoned from when it was shown, if that was just now.
    let asked_at = shown_at(&fields.get("asked"), visit.now);
    let reckoning = match reckoning(visit, own, choice, asked_at).await? {
        Ok(reckoning) => reckoning,
        Err(error) => return refused(visit, own, &choices, &error),
    };
    let shown = Shown { choice, asked_at, reckoning };
    let words = visit.change_words(&shown);
    if fields.get("terms") != words.agree {
        return page(visit, StatusCode::CONFLICT, own, &shown, Refusal::Differs);
    }
    if fields.get("agreed") != "yes" {
        return page(visit, StatusCode::UNPROCESSABLE_ENTITY, own, &shown, Refusal::NotAgreed);
    }
    let kept = keep(visit, own, &reader, &shown, &words).await?;
    let order = plan_change(visit, choice, asked_at, kept.id);
    let (id, now) = (own.id().as_str().to_owned(), visit.now);
    let asked = id.clone();
    let done = visit.site.tills.run(move || payments.change_plan(&asked, &order, now)).await?;
    if let Err(error) = done {
        return refused(visit, own, &choices, &error);
    }
    if let Err(error) = read_back::of_reader(visit.site, &id, Some(reader.row.id), now).await {
        tracing::warn!(error, "a subscription could not be read back");
    }
    Ok(visit.see(ACCOUNT))
}

/// Keeps what was agreed to, and the letter that will tell of it, before anybody is asked; agreed to twice, it is one change. The letter
/// goes out when the change is read back for the first time: here, by a hint, or by the look at the subscription soon after.
async fn keep(
    visit: &Visit<'_>,
    own: &Subscription,
    reader: &KnownReader,
    shown: &Shown<'_>,
    words: &ChangeWords,
) -> Result<CheckoutRow, Trouble> {
    let new = CheckoutRow {
        id: Secret::of(visit.site.random.bytes()).to_string(),
        reader: reader.row.id,
        plan: shown.choice.plan.slug.clone(),
        offer: None,
        agreed: format!("{} {} {}", words.today, words.covers, words.agree),
        back: ACCOUNT.to_owned(),
        address: visit.address(),
        began: None,
        provider_id: None,
        subscription: None,
        began_at: visit.now,
        ends_at: visit.now.checked_add(SHOWN_FOR).unwrap_or(Timestamp::MAX),
    };
    let since = visit.now.checked_sub(SAME_WITHIN).unwrap_or(Timestamp::MIN);
    let look = visit.now.checked_add(AFTER_CHARGE).unwrap_or(Timestamp::MAX);
    let letter = visit.change_letter(own, reader, shown);
    Ok(visit.site.store.begin_change(new, since, own.id().clone(), letter, look).await?)
}

/// The letter of a change that the provider has made: once for each agreement.
pub(super) fn letter_made(kept: ChangeLetter, recipient: &str, now: Timestamp) -> NewMail {
    let ChangeLetter { checkout, subject, plain, html } = kept;
    NewMail {
        kind: PLAN_CHANGED,
        recipient: recipient.to_owned(),
        subject,
        plain,
        html,
        once: Some(format!("{PLAN_CHANGED}:{checkout}")),
        due_at: now,
        unsubscribe: None,
    }
}

/// When a sum was shown, if that was so lately that it holds.
fn shown_at(asked: &str, now: Timestamp) -> Timestamp {
    let shown = asked.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    let holds = |at: &Timestamp| *at <= now && now.duration_since(*at) < SHOWN_FOR;
    shown.filter(holds).unwrap_or(now)
}

fn chosen<'c, 'a>(choices: &'c [Choice<'a>], slug: &str, period: Period) -> Option<&'c Choice<'a>> {
    choices.iter().find(|choice| choice.plan.slug == slug && choice.price.period == period)
}

async fn reckoning(
    visit: &Visit<'_>,
    own: &Subscription,
    choice: &Choice<'_>,
    asked_at: Timestamp,
) -> Result<Result<ChangeReckoning, PaymentError>, Trouble> {
    let payments = visit.site.payments.clone().ok_or(Trouble::NotFound)?;
    // What is only looked at has no key of ours yet.
    let order = plan_change(visit, choice, asked_at, "reckoning".to_owned());
    let (id, now) = (own.id().as_str().to_owned(), visit.now);
    Ok(visit.site.tills.run(move || payments.reckon_change(&id, &order, now)).await?)
}

fn plan_change(
    visit: &Visit<'_>,
    choice: &Choice<'_>,
    asked_at: Timestamp,
    key: String,
) -> PlanChange {
    PlanChange {
        key,
        plan: choice.plan.slug.clone(),
        name: format!("{}, {}", visit.presentation.house.paper.name, choice.plan.name),
        usual: amount(choice.price.amount),
        every: every(choice.price.period),
        from: match choice.from {
            PlanMove::Now => ChangeFrom::Now,
            PlanMove::NextPeriod => ChangeFrom::NextPeriod,
        },
        asked_at: Timestamp::from_second(asked_at.as_second()).unwrap_or(asked_at),
    }
}

/// The words of a change, as a reader agrees to them and as they are kept.
struct ChangeWords {
    today: String,
    covers: String,
    then: String,
    agree: String,
}

/// What a change is that the provider does not make, or not now.
fn refused(
    visit: &Visit<'_>,
    own: &Subscription,
    choices: &[Choice<'_>],
    error: &PaymentError,
) -> Result<Answer, Trouble> {
    tracing::warn!(%error, "a plan could not be changed");
    let (status, key) = match error {
        PaymentError::Never(_) => (StatusCode::PAYMENT_REQUIRED, Key::ChangeRefused),
        PaymentError::Later(_) => (StatusCode::SERVICE_UNAVAILABLE, Key::PaymentsDown),
    };
    let message = visit.presentation.words.text(key);
    listed(visit, status, own, choices, Some(message))
}

fn choose(
    visit: &Visit<'_>,
    own: &Subscription,
    choices: &[Choice<'_>],
) -> Result<Answer, Trouble> {
    listed(visit, StatusCode::OK, own, choices, None)
}

fn listed(
    visit: &Visit<'_>,
    status: StatusCode,
    own: &Subscription,
    choices: &[Choice<'_>],
    message: Option<String>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let links = choices.iter().map(|choice| Link {
        name: priced(words, &choice.plan.name, choice.price),
        href: path_of_choice(&choice.plan.slug, choice.price.period, false),
    });
    let by_year = visit.price_of(own).is_some_and(|price| price.period == Period::Year);
    let lines = if is_by_invoice(own.id()) {
        [Some(words.text(Key::InvoiceChangeText)), None]
    } else {
        let year = by_year.then(|| words.text(Key::PlanChangeYear));
        [Some(words.text(Key::PlanChangeText)), year]
    };
    let change = context! {
        standing => standing(visit, own),
        message => message,
        lines => lines.into_iter().flatten().collect::<Vec<_>>(),
        choices => value(links.collect::<Vec<_>>()),
        order => None::<String>,
        undo => None::<String>,
    };
    render(visit, status, words.text(Key::PlanChange), change)
}

/// The page of a plan that was chosen; `is_order` where somebody was about to order it who has one.
pub(super) fn path_of_choice(slug: &str, period: Period, is_order: bool) -> String {
    let period = if period == Period::Year { "year" } else { "month" };
    let order = if is_order { ORDERED } else { "" };
    format!("{PAGE}?plan={slug}&period={period}{order}")
}

/// The plan cannot be changed as it stands: of somebody who was about to order one, how that is.
fn stays(
    visit: &Visit<'_>,
    own: &Subscription,
    next: Option<&NextPlan>,
) -> Result<Answer, Trouble> {
    if !is_order(visit) {
        return Ok(visit.see(ACCOUNT));
    }
    let words = &visit.presentation.words;
    let account = Link { name: words.text(Key::YourAccount), href: ACCOUNT.to_owned() };
    let change = context! {
        standing => standing(visit, own),
        message => None::<String>,
        lines => visit.stands(own, next),
        choices => value([account]),
        order => None::<String>,
        undo => None::<String>,
    };
    render(visit, StatusCode::OK, words.text(Key::PlanChange), change)
}

/// Whether the page is asked for because somebody was about to order a plan.
fn is_order(visit: &Visit<'_>) -> bool {
    visit.asked_fields().get("from") == "order"
}

/// A plan with its price: "Digital, $12 a month".
fn priced(words: &Words, plan: &str, price: Price) -> String {
    let key = match price.period {
        Period::Month => Key::ChoiceByMonth,
        Period::Year => Key::ChoiceByYear,
    };
    words.format(
        key,
        &Args::new().with(Slot::Plan, plan).with(Slot::Price, words.money(price.amount)),
    )
}

fn not_yet(visit: &Visit<'_>, own: &Subscription, at: Timestamp) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let date = Args::new().with(Slot::Date, visit.date(at));
    let change = context! {
        standing => standing(visit, own),
        message => None::<String>,
        lines => [words.format(Key::PlanChangeLater, &date)],
        choices => None::<Vec<String>>,
        order => None::<String>,
        undo => None::<String>,
    };
    render(visit, StatusCode::OK, words.text(Key::PlanChange), change)
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    own: &Subscription,
    shown: &Shown<'_>,
    refusal: Refusal,
) -> Result<Answer, Trouble> {
    let told = visit.change_words(shown);
    order_page(visit, status, own, shown.choice, told, shown.asked_at, refusal)
}

/// The page of a plan that was chosen, with the box to agree.
fn order_page(
    visit: &Visit<'_>,
    status: StatusCode,
    own: &Subscription,
    choice: &Choice<'_>,
    told: ChangeWords,
    asked_at: Timestamp,
    refusal: Refusal,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let said = |of, key| (refusal == of).then(|| words.text(key));
    let plan = Args::new().with(Slot::Plan, choice.plan.name.as_str());
    let order = context! {
        today => told.today,
        covers => told.covers,
        then => told.then,
        agree => told.agree,
        plan => choice.plan.slug.clone(),
        period => if choice.price.period == Period::Year { "year" } else { "month" },
        asked => asked_at.as_second().to_string(),
        agreed_wrong => said(Refusal::NotAgreed, Key::AgreeNeeded),
    };
    let summary = choice.plan.summary.clone();
    let change = context! {
        standing => standing(visit, own),
        message => said(Refusal::Differs, Key::ChangeDiffers),
        lines => Some(summary).filter(|line| !line.is_empty()).into_iter().collect::<Vec<_>>(),
        choices => None::<Vec<String>>,
        order => order,
        undo => None::<String>,
    };
    render(visit, status, words.format(Key::ChangeTo, &plan), change)
}

fn render(
    visit: &Visit<'_>,
    status: StatusCode,
    heading: String,
    change: minijinja::Value,
) -> Result<Answer, Trouble> {
    let crumbs = visit.above_own();
    let chrome =
        Chrome { heading: heading.clone(), robots: "noindex", crumbs, ..Chrome::default() };
    let lead = is_order(visit).then(|| visit.presentation.words.text(Key::HasOne));
    let change = context! { lead => lead, ..change };
    let context = context! { heading => heading, change => change, ..visit.chrome(chrome) };
    visit.own_page(status, "plan-change.html", context)
}

/// The plan as it is: "Your subscription: Digital".
fn standing(visit: &Visit<'_>, own: &Subscription) -> String {
    let words = &visit.presentation.words;
    format!("{}: {}", words.text(Key::YourSubscription), visit.plan_name(own))
}

impl Visit<'_> {
    /// Whether the own page leads to other plans: there are some, now or later.
    pub(crate) fn can_change(&self, reader: &KnownReader) -> bool {
        let own = running(self, reader);
        own.is_some_and(|own| match self.changing(own) {
            Changing::Choices(choices) => !choices.is_empty(),
            Changing::From(_) => true,
            Changing::No => false,
        })
    }

    /// What a subscription can be changed to. One that is to change already waits for that: what was paid is reckoned by the plan
    /// that it was paid for.
    fn changing(&self, own: &Subscription) -> Changing<'_> {
        match (own.plan(self.now), self.price_of(own)) {
            (Some(plan), Some(price)) => self.changing_from(own, plan, price),
            _ => Changing::No,
        }
    }

    /// The same, where it is known what the next charge is for.
    fn changing_from(&self, own: &Subscription, slug: &str, price: Price) -> Changing<'_> {
        let now = self.now;
        if own.next_plan(now).is_some() {
            return Changing::No;
        }
        match own.state(now) {
            SubscriptionState::Active if own.is_at_usual(now) => {}
            SubscriptionState::Active | SubscriptionState::Trial { .. } => {
                return own.next_charge().map_or(Changing::No, |charge| Changing::From(charge.at));
            }
            _ => return Changing::No,
        }
        let by_invoice = is_by_invoice(own.id());
        let plans = &self.presentation.house.plans;
        let prices = plans.iter().flat_map(|plan| {
            let month = Some((plan, Price { amount: plan.monthly, period: Period::Month }));
            let year = plan.yearly.map(|amount| (plan, Price { amount, period: Period::Year }));
            [month, year].into_iter().flatten()
        });
        // What a plan asks of a reader is stated where it is ordered.
        let other = prices.filter(|(plan, to)| {
            (plan.slug != slug && plan.asks.is_empty())
                || (plan.slug == slug && to.period != price.period)
        });
        let choices = other.filter_map(|(plan, to)| {
            let from = if by_invoice {
                let is_sold = self.can_pay_by_invoice(plan, to.period);
                PlanMove::by_invoice(price, to).filter(|_| is_sold)
            } else {
                PlanMove::between(price, to)
            };
            from.map(|from| Choice { plan, price: to, from })
        });
        Changing::Choices(choices.collect())
    }

    /// What is charged for a subscription, and how often. A price that is not on the tariff any more is a year's where it is nearer to
    /// the one by the year; should that be wrong, the provider does not make the change.
    fn price_of(&self, own: &Subscription) -> Option<Price> {
        let amount = own.next_charge()?.amount;
        let by_year = self.plan(own.plan(self.now)?).is_some_and(|plan| {
            let away = |price: Money| price.minor.abs_diff(amount.minor);
            plan.yearly.is_some_and(|yearly| away(yearly) < away(plan.monthly))
        });
        Some(Price { amount, period: if by_year { Period::Year } else { Period::Month } })
    }

    /// The letter of a change, of what is agreed to.
    fn change_letter(
        &self,
        own: &Subscription,
        reader: &KnownReader,
        shown: &Shown<'_>,
    ) -> NewMail {
        let words = &self.presentation.words;
        let Shown { choice, reckoning, .. } = shown;
        let then = choice.price;
        let before = self.price_of(own).unwrap_or(then);
        let change = format!("{}{PAGE}", self.address());
        let letter = Letter::PlanChanged(PlanChanged {
            before: &priced(words, &self.plan_name(own), before),
            after: &priced(words, &choice.plan.name, then),
            plan: &choice.plan.name,
            from: match choice.from {
                PlanMove::Now => self.now,
                PlanMove::NextPeriod => reckoning.next_charge_at,
            },
            charged: Money { minor: reckoning.due_now.minor, ..then.amount },
            then: match then.period {
                Period::Month => face::Charge::Monthly(then.amount),
                Period::Year => face::Charge::Yearly(then.amount),
            },
            next_charge_at: reckoning.next_charge_at,
            undo_until: None,
            change: &change,
        });
        self.letter(&reader.row.mail, &letter)
    }

    fn change_words(&self, shown: &Shown<'_>) -> ChangeWords {
        let words = &self.presentation.words;
        let Shown { choice, reckoning, .. } = shown;
        let due = Money { minor: reckoning.due_now.minor, ..choice.price.amount };
        let then = Args::new()
            .with(Slot::Price, words.money(choice.price.amount))
            .with(Slot::Date, self.date(reckoning.next_charge_at));
        let by = |month, year| if choice.price.period == Period::Month { month } else { year };
        let today = if due.minor == 0 {
            words.text(Key::PayNothingToday)
        } else {
            let price = Args::new().with(Slot::Price, words.money(due));
            words.format(Key::YouPayToday, &price)
        };
        let agree = words.format(by(Key::AgreeEveryMonth, Key::AgreeEveryYear), &then);
        ChangeWords {
            covers: match choice.from {
                PlanMove::Now => words.text(Key::ChangeSetAgainst),
                PlanMove::NextPeriod => words.format(Key::ChangeUntil, &then),
            },
            then: words.format(by(Key::ThenEveryMonth, Key::ThenEveryYear), &then),
            agree: words.join(&[today.clone(), agree]),
            today,
        }
    }
}
