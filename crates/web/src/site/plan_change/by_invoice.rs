//! Another plan for a subscription that is paid by invoice: chosen, agreed to and taken back on the page on which cards change theirs. The
//! next invoice is for it. Nothing is charged, nothing of what is paid changes, and nothing opens here.

use face::{Args, Charge, Key, Letter, PLAN_CHANGED, PlanChanged, Slot};
use gate::Secret;
use http::StatusCode;
use jiff::Timestamp;
use minijinja::context;
use paywall::{Money, Period, Price, Subscription};
use store::{CheckoutRow, InvoiceSheet, KnownReader, NewMail, NextPlan, is_by_invoice};

use super::{
    ACCOUNT, ChangeWords, Changing, Choice, PAGE, Refusal, chosen, listed, not_yet, priced, render,
    standing, stays,
};
use crate::shell::answer::Answer;
use crate::site::contract::{last, running};
use crate::site::forms::Fields;
use crate::site::invoicing::{self, NextInvoice};
use crate::site::subscribing::{SAME_WITHIN, period};
use crate::site::{Trouble, Visit};

/// What the next invoice goes on with, unless another plan is chosen.
struct GoesOn {
    plan: String,
    price: Price,
    made_at: Timestamp,
}

/// GET: what there is to choose from, what the chosen one costs, or what was chosen.
pub(super) async fn show(visit: &Visit<'_>, own: &Subscription) -> Result<Answer, Trouble> {
    let goes_on = match goes_on(visit, own).await? {
        Ok(goes_on) => goes_on,
        Err(Some(NextInvoice::For(next))) => return taken(visit, own, &next),
        Err(Some(_)) => return waits(visit, own),
        Err(None) => return stays(visit, own, None),
    };
    let choices = match visit.changing_from(own, &goes_on.plan, goes_on.price) {
        Changing::Choices(choices) => choices,
        Changing::From(at) => return not_yet(visit, own, at),
        Changing::No => return stays(visit, own, None),
    };
    let asked = visit.asked_fields();
    match chosen(&choices, &asked.get("plan"), period(&asked.get("period"))) {
        Some(choice) => page(visit, StatusCode::OK, own, choice, Refusal::None),
        None => listed(visit, StatusCode::OK, own, &choices, None),
    }
}

/// POST: the next invoice is for the plan that was agreed to; or for that of before again.
pub(super) async fn change(
    visit: &Visit<'_>,
    fields: &Fields<'_>,
    reader: &KnownReader,
    own: &Subscription,
) -> Result<Answer, Trouble> {
    if fields.get("undo") == "yes" {
        // What cannot be taken back any more is shown as it is.
        let compose = |paid: &InvoiceSheet, amount, next: &NextPlan| {
            visit.plan_kept_letter(own, reader, paid, amount, next)
        };
        invoicing::take_back(visit.site, own.id().clone(), compose, visit.now).await?;
        return Ok(visit.see(ACCOUNT));
    }
    let goes_on = match goes_on(visit, own).await? {
        Ok(goes_on) => goes_on,
        Err(Some(NextInvoice::Made)) => return Ok(visit.see(PAGE)),
        // Sent twice, the second finds what the first has done.
        Err(_) => return Ok(visit.see(ACCOUNT)),
    };
    let Changing::Choices(choices) = visit.changing_from(own, &goes_on.plan, goes_on.price) else {
        return Ok(visit.see(ACCOUNT));
    };
    let Some(choice) = chosen(&choices, &fields.get("plan"), period(&fields.get("period"))) else {
        return Ok(visit.see(ACCOUNT));
    };
    let words = visit.next_invoice_words(own, choice);
    if fields.get("terms") != words.agree {
        return page(visit, StatusCode::CONFLICT, own, choice, Refusal::Differs);
    }
    if fields.get("agreed") != "yes" {
        return page(visit, StatusCode::UNPROCESSABLE_ENTITY, own, choice, Refusal::NotAgreed);
    }
    let kept = keep(visit, reader, choice, &words).await?;
    let letter = visit.next_invoice_letter(own, reader, &goes_on, choice, &kept.id);
    let next = NextPlan {
        checkout: kept.id,
        plan: choice.plan.slug.clone(),
        plan_name: choice.plan.name.clone(),
        price: choice.price,
    };
    let changed = invoicing::change(visit.site, own.id().clone(), next, letter, visit.now).await?;
    // Where the next invoice was made in this moment, the page says so.
    Ok(visit.see(if changed { ACCOUNT } else { PAGE }))
}

/// What the next invoice goes on with; else what stands in the way of choosing, or that none follows.
async fn goes_on(
    visit: &Visit<'_>,
    own: &Subscription,
) -> Result<Result<GoesOn, Option<NextInvoice>>, Trouble> {
    let next = invoicing::next_invoice(visit.site, &visit.presentation, own).await?;
    Ok(match next {
        Some(NextInvoice::GoesOn { plan, price, made_at }) => Ok(GoesOn { plan, price, made_at }),
        other => Err(other),
    })
}

/// Keeps what was agreed to. Each agreement is one of its own: one that was taken back is over.
async fn keep(
    visit: &Visit<'_>,
    reader: &KnownReader,
    choice: &Choice<'_>,
    words: &ChangeWords,
) -> Result<CheckoutRow, Trouble> {
    let new = CheckoutRow {
        id: Secret::of(visit.site.random.bytes()).to_string(),
        reader: reader.row.id,
        plan: choice.plan.slug.clone(),
        offer: None,
        agreed: format!("{} {}", words.today, words.agree),
        back: ACCOUNT.to_owned(),
        address: visit.address(),
        began: None,
        provider_id: None,
        subscription: None,
        began_at: visit.now,
        ends_at: visit.now.checked_add(SAME_WITHIN).unwrap_or(Timestamp::MAX),
    };
    Ok(visit.site.store.begin_checkout(new, Timestamp::MAX).await?)
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    own: &Subscription,
    choice: &Choice<'_>,
    refusal: Refusal,
) -> Result<Answer, Trouble> {
    let told = visit.next_invoice_words(own, choice);
    super::order_page(visit, status, own, choice, told, visit.now, refusal)
}

/// That the next invoice is made, and another plan waits for its payment.
fn waits(visit: &Visit<'_>, own: &Subscription) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let change = context! {
        standing => standing(visit, own),
        message => None::<String>,
        lines => [words.text(Key::InvoiceChangeWaits)],
        choices => None::<Vec<String>>,
        order => None::<String>,
        undo => None::<String>,
    };
    render(visit, StatusCode::OK, words.text(Key::PlanChange), change)
}

/// What was chosen, and the button that takes it back.
fn taken(visit: &Visit<'_>, own: &Subscription, next: &NextPlan) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let name = priced(words, &next.plan_name, next.price);
    let on = own.next_charge().map_or(visit.now, |charge| charge.at);
    let args = Args::new().with(Slot::Plan, name).with(Slot::Date, visit.date(on));
    let change = context! {
        standing => standing(visit, own),
        message => None::<String>,
        lines => [words.format(Key::PlanChangesOn, &args)],
        choices => None::<Vec<String>>,
        order => None::<String>,
        undo => words.text(Key::InvoiceChangeUndo),
    };
    render(visit, StatusCode::OK, words.text(Key::PlanChange), change)
}

impl Visit<'_> {
    /// The plan for which a reader's next invoice is to be, where it is another one.
    pub(crate) async fn next_plan(
        &self,
        reader: &KnownReader,
    ) -> Result<Option<NextPlan>, Trouble> {
        match running(self, reader).filter(|own| is_by_invoice(own.id())) {
            Some(own) => Ok(self.site.store.next_plan(own.id().clone()).await?),
            None => Ok(None),
        }
    }

    fn next_invoice_words(&self, own: &Subscription, choice: &Choice<'_>) -> ChangeWords {
        let words = &self.presentation.words;
        let on = own.next_charge().map_or(self.now, |charge| charge.at);
        let then = Args::new()
            .with(Slot::Price, words.money(choice.price.amount))
            .with(Slot::Date, self.date(on));
        let by = |month, year| if choice.price.period == Period::Month { month } else { year };
        let covers = words.format(Key::ChangeUntil, &then);
        let agree = words.format(by(Key::InvoiceAgreeMonth, Key::InvoiceAgreeYear), &then);
        ChangeWords {
            today: words.text(Key::PayNothingToday),
            then: words.format(by(Key::InvoiceThenMonth, Key::InvoiceThenYear), &then),
            agree: words.join(&[covers.clone(), agree]),
            covers,
        }
    }

    /// The letter that such a change was taken back: once for each agreement.
    fn plan_kept_letter(
        &self,
        own: &Subscription,
        reader: &KnownReader,
        paid: &InvoiceSheet,
        amount: Money,
        next: &NextPlan,
    ) -> NewMail {
        let plan = self.plan_name(own);
        let letter = Letter::PlanKept {
            plan: &plan,
            priced: &priced(&self.presentation.words, &plan, paid.step.then),
            amount,
            next_charge_at: own.next_charge().map_or(self.now, |charge| charge.at),
            change: &format!("{}{PAGE}", self.address()),
        };
        let once = Some(format!("{}:{}", letter.kind(), next.checkout));
        NewMail { once, ..self.letter(&reader.row.mail, &letter) }
    }

    /// The letter of such a change: once for each agreement.
    fn next_invoice_letter(
        &self,
        own: &Subscription,
        reader: &KnownReader,
        goes_on: &GoesOn,
        choice: &Choice<'_>,
        agreement: &str,
    ) -> NewMail {
        let words = &self.presentation.words;
        let from = own.next_charge().map_or(self.now, |charge| charge.at);
        let change = format!("{}{PAGE}", self.address());
        let letter = Letter::PlanChanged(PlanChanged {
            before: &priced(words, &self.plan_name(own), goes_on.price),
            after: &priced(words, &choice.plan.name, choice.price),
            plan: &choice.plan.name,
            from,
            charged: Money { minor: 0, ..choice.price.amount },
            then: match choice.price.period {
                Period::Month => Charge::Monthly(choice.price.amount),
                Period::Year => Charge::Yearly(choice.price.amount),
            },
            next_charge_at: from,
            undo_until: Some(last(goes_on.made_at).max(self.now)),
            change: &change,
        });
        let once = Some(format!("{PLAN_CHANGED}:{agreement}"));
        NewMail { once, ..self.letter(&reader.row.mail, &letter) }
    }
}
