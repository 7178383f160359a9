//! Another plan for a subscription that runs: what can be chosen, what the provider reckons for it, and the change. Nothing is charged
//! that was not shown and agreed to, and nobody is without access for a moment; from when a plan holds is a rule of `paywall`.

use face::{Args, Key, Slot};
use gate::Secret;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use paywall::{Money, Period, Plan, PlanMove, Price, Subscription, SubscriptionState};
use providers::payments::{ChangeFrom, ChangeReckoning, PaymentError, PlanChange};
use store::{CheckoutRow, KnownReader};

use super::contexts::{Chrome, Link, value};
use super::contract::running;
use super::subscribing::{SAME_WITHIN, amount, every, period};
use super::{Trouble, Visit, read_back};
use crate::shell::answer::Answer;

/// For how long a sum that was shown can be agreed to.
const SHOWN_FOR: SignedDuration = SignedDuration::from_mins(10);
/// The way to sign in and come back here.
const SIGN_IN: &str = "/sign-in?back=%2Faccount%2Fplan";
const ACCOUNT: &str = "/account#subscription";

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

/// GET: what there is to choose from, or what the chosen one costs.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.sells_subscriptions()?;
    let Some((_, reader)) = visit.signed_in().await? else { return Ok(visit.see(SIGN_IN)) };
    let Some(own) = running(visit, &reader) else { return Ok(visit.see(ACCOUNT)) };
    let choices = match visit.changing(own) {
        Changing::Choices(choices) => choices,
        Changing::From(at) => return not_yet(visit, own, at),
        Changing::No => return Ok(visit.see(ACCOUNT)),
    };
    let asked = visit.asked_fields();
    let Some(choice) = chosen(&choices, &asked.get("plan"), period(&asked.get("period"))) else {
        return choose(visit, own, &choices);
    };
    match reckoning(visit, own, choice, visit.now).await? {
        Ok(reckoning) => {
            let shown = Shown { choice, asked_at: visit.now, reckoning };
            page(visit, StatusCode::OK, own, &shown, None)
        }
        Err(error) => refused(visit, own, &choices, &error),
    }
}

/// POST: changes the plan, as it was agreed to.
pub(crate) async fn change(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.sells_subscriptions()?;
    let payments = visit.site.payments.clone().ok_or(Trouble::NotFound)?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
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
    let text = |key| Some(visit.presentation.words.text(key));
    if fields.get("terms") != words.agree {
        return page(visit, StatusCode::CONFLICT, own, &shown, text(Key::ChangeDiffers));
    }
    if fields.get("agreed") != "yes" {
        return page(visit, StatusCode::UNPROCESSABLE_ENTITY, own, &shown, text(Key::AgreeNeeded));
    }
    let kept = keep(visit, &reader, &shown, &words).await?;
    let order = plan_change(visit, choice, asked_at, kept.id.clone());
    let (id, now) = (own.id().as_str().to_owned(), visit.now);
    let asked = id.clone();
    let done = visit.site.tills.run(move || payments.change_plan(&asked, &order, now)).await?;
    if let Err(error) = done {
        return refused(visit, own, &choices, &error);
    }
    visit.site.store.checkout_became(kept.id, id.clone()).await?;
    if let Err(error) = read_back::of_reader(visit.site, &id, Some(reader.row.id), now).await {
        tracing::warn!(error, "a subscription could not be read back");
    }
    Ok(visit.see(ACCOUNT))
}

/// Keeps what was agreed to before anybody is asked; agreed to twice, it is one change.
async fn keep(
    visit: &Visit<'_>,
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
        provider_id: None,
        subscription: None,
        began_at: visit.now,
        ends_at: visit.now.checked_add(SHOWN_FOR).unwrap_or(Timestamp::MAX),
    };
    let since = visit.now.checked_sub(SAME_WITHIN).unwrap_or(Timestamp::MIN);
    Ok(visit.site.store.begin_checkout(new, since).await?)
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
    let links = choices.iter().map(|choice| {
        let (key, period) = match choice.price.period {
            Period::Month => (Key::ChoiceByMonth, "month"),
            Period::Year => (Key::ChoiceByYear, "year"),
        };
        let args = Args::new()
            .with(Slot::Plan, choice.plan.name.as_str())
            .with(Slot::Price, words.money(choice.price.amount));
        let href = format!("/account/plan?plan={}&period={period}", choice.plan.slug);
        Link { name: words.format(key, &args), href }
    });
    let by_year = visit.price_of(own).is_some_and(|price| price.period == Period::Year);
    let year = by_year.then(|| words.text(Key::PlanChangeYear));
    let lines = [Some(words.text(Key::PlanChangeText)), year];
    let change = context! {
        standing => standing(visit, own),
        message => message,
        lines => lines.into_iter().flatten().collect::<Vec<_>>(),
        choices => value(links.collect::<Vec<_>>()),
        order => None::<String>,
    };
    render(visit, status, words.text(Key::PlanChange), change)
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
    };
    render(visit, StatusCode::OK, words.text(Key::PlanChange), change)
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    own: &Subscription,
    shown: &Shown<'_>,
    message: Option<String>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let told = visit.change_words(shown);
    let plan = Args::new().with(Slot::Plan, shown.choice.plan.name.as_str());
    let order = context! {
        today => told.today,
        covers => told.covers,
        then => told.then,
        agree => told.agree,
        plan => shown.choice.plan.slug.clone(),
        period => if shown.choice.price.period == Period::Year { "year" } else { "month" },
        asked => shown.asked_at.as_second().to_string(),
    };
    let summary = shown.choice.plan.summary.clone();
    let change = context! {
        standing => standing(visit, own),
        message => message,
        lines => Some(summary).filter(|line| !line.is_empty()).into_iter().collect::<Vec<_>>(),
        choices => None::<Vec<String>>,
        order => order,
    };
    render(visit, status, words.format(Key::ChangeTo, &plan), change)
}

fn render(
    visit: &Visit<'_>,
    status: StatusCode,
    heading: String,
    change: minijinja::Value,
) -> Result<Answer, Trouble> {
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
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
        let now = self.now;
        let (Some(price), None) = (self.price_of(own), own.next_plan(now)) else {
            return Changing::No;
        };
        match own.state(now) {
            SubscriptionState::Active if own.is_at_usual(now) => {}
            SubscriptionState::Active | SubscriptionState::Trial { .. } => {
                return own.next_charge().map_or(Changing::No, |charge| Changing::From(charge.at));
            }
            _ => return Changing::No,
        }
        let slug = own.plan(now).unwrap_or_default();
        let plans = &self.presentation.house.plans;
        let prices = plans.iter().flat_map(|plan| {
            let month = Some((plan, Price { amount: plan.monthly, period: Period::Month }));
            let year = plan.yearly.map(|amount| (plan, Price { amount, period: Period::Year }));
            [month, year].into_iter().flatten()
        });
        let other = prices.filter(|(plan, to)| plan.slug != slug || to.period != price.period);
        let choices = other.filter_map(|(plan, to)| {
            PlanMove::between(price, to).map(|from| Choice { plan, price: to, from })
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
