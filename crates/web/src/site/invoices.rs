//! Paying by invoice as readers meet it: the order with the buyer's address, the list of one's invoices, and each of them as a page to
//! print. No access begins here, and no invoice is called paid.

use face::{Args, Key, Slot};
use gate::Secret;
use http::StatusCode;
use jiff::civil::Date;
use minijinja::context;
use minijinja::value::Value;
use paywall::{Agreement, InvoiceSpan, InvoiceStep, OfferTerms, Period, Plan, Price};
use store::{
    BUYER_LINE_CHARS_MAX, BUYER_LINES_MAX, BUYER_NAME_CHARS_MAX, BeganAt, Buyer, CheckoutRow,
    Invoice, InvoiceMade, InvoiceNumber, InvoiceSheet, InvoiceState, KnownReader, ToldBy,
};

use super::contexts::{Chrome, Link, encoded, value};
use super::forms::{Fields, way_back, with_back};
use super::invoicing::{self, buyer_lines};
use super::statements::one_line;
use super::subscribing::{Boxes, SAME_WITHIN, agreed, by_signing_in, has_one, period};
use super::{Trouble, Visit};
use crate::shell::answer::Answer;

const ALL: &str = "/account/invoices";

/// What somebody would order.
struct Order {
    plan: Plan,
    period: Period,
    offer: Option<String>,
    step: InvoiceStep,
    due_on: Date,
    /// Whether the plan's offer is a trial that costs nothing: of nothing there is no invoice.
    is_without_trial: bool,
}

/// The words of an order, as a reader agrees to them and as they are kept.
struct OrderWords {
    today: String,
    covers: String,
    then: String,
    agree: String,
}

/// The buyer's fields as they came, and what is wrong with each.
struct Form {
    name: String,
    lines: String,
    country: String,
    reference: String,
    vat: String,
    boxes: Boxes,
    wrong: Vec<(&'static str, String)>,
}

impl Form {
    /// As it is shown first, to somebody of that name.
    fn of(name: &str) -> Self {
        let empty = Self::sent(&Fields::of(b""));
        Self { name: name.to_owned(), ..empty }
    }

    /// What stands in the fields; the address is the only one of several lines.
    fn sent(fields: &Fields<'_>) -> Self {
        let line = |name| one_line(&fields.get(name));
        let lines: Vec<String> = fields.get("lines").lines().map(one_line).collect();
        let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        Self {
            name: line("name"),
            lines: lines.join("\n"),
            country: line("country"),
            reference: line("reference"),
            vat: line("vat"),
            boxes: Boxes::empty(),
            wrong: Vec::new(),
        }
    }

    /// The buyer, or what is wrong with each field.
    fn buyer(&mut self, visit: &Visit<'_>) -> Option<Buyer> {
        let words = &visit.presentation.words;
        let is_long = |text: &str, most| text.chars().count() > most;
        let asks = |key, most: usize| words.format(key, &Args::new().count(most as u64));
        let lines: Vec<String> = self.lines.lines().map(str::to_owned).collect();
        let mut wrong = Vec::new();
        if self.name.is_empty() || is_long(&self.name, BUYER_NAME_CHARS_MAX) {
            wrong.push(("name", asks(Key::InvoiceFieldWrong, BUYER_NAME_CHARS_MAX)));
        }
        let too_long = lines.iter().any(|line| is_long(line, BUYER_LINE_CHARS_MAX));
        if lines.is_empty() || lines.len() > BUYER_LINES_MAX || too_long {
            wrong.push(("lines", asks(Key::InvoiceLinesWrong, BUYER_LINES_MAX)));
        }
        for (name, text, is_needed) in [
            ("country", &self.country, true),
            ("reference", &self.reference, false),
            ("vat", &self.vat, false),
        ] {
            if is_needed && text.is_empty() || is_long(text, BUYER_LINE_CHARS_MAX) {
                wrong.push((name, asks(Key::InvoiceFieldWrong, BUYER_LINE_CHARS_MAX)));
            }
        }
        self.wrong = wrong;
        self.wrong.is_empty().then(|| Buyer {
            name: self.name.clone(),
            lines,
            country: self.country.clone(),
            reference: self.reference.clone(),
            vat: self.vat.clone(),
        })
    }
}

/// GET: what it costs, the buyer's fields, and the box to agree.
pub(crate) async fn show_order(visit: &Visit<'_>, slug: &str) -> Result<Answer, Trouble> {
    let asked = visit.asked_fields();
    let (period, back) = (period(&asked.get("period")), way_back(&asked.get("back")));
    let plan = visit.by_invoice(slug, period)?;
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see(&by_signing_in(visit, &back, period)));
    };
    if let Some(answer) = has_one(visit, &reader, &plan, period, &back) {
        return Ok(answer);
    }
    if let Some(open) = open_order(visit, &reader).await? {
        return Ok(visit.see(&path_of(open.number)));
    }
    let order = order_of(visit, plan, period, &reader);
    let form = Form::of(&reader.row.name);
    page(visit, StatusCode::OK, &order, &form, &back, None)
}

/// POST: keeps the agreement, and makes the invoice.
pub(crate) async fn order(visit: &Visit<'_>, slug: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let (back, period) = (way_back(&fields.get("back")), period(&fields.get("period")));
    let plan = visit.by_invoice(slug, period)?;
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see(&by_signing_in(visit, &back, period)));
    };
    if let Some(answer) = has_one(visit, &reader, &plan, period, &back) {
        return Ok(answer);
    }
    let order = order_of(visit, plan, period, &reader);
    let words = order.words(visit);
    let mut form = Form::sent(&fields);
    let buyer = form.buyer(visit);
    // What stands on the page now is what is agreed to: a price that changed is shown first.
    if fields.get("terms") != words.agree {
        let message = visit.presentation.words.text(Key::ChangeDiffers);
        return page(visit, StatusCode::CONFLICT, &order, &form, &back, Some(message));
    }
    form.boxes = Boxes::sent(&fields, &order.plan);
    let Some(buyer) = buyer.filter(|_| form.boxes.are_ticked()) else {
        return page(visit, StatusCode::UNPROCESSABLE_ENTITY, &order, &form, &back, None);
    };
    let began = visit.began_at(&back).await;
    match make(visit, &reader, &order, (&words, began), buyer).await? {
        InvoiceMade::New(invoice) | InvoiceMade::There(invoice) => {
            Ok(visit.see(&path_of(invoice.number)))
        }
        InvoiceMade::Enough | InvoiceMade::Overtaken => {
            let message = visit.presentation.words.text(Key::InvoiceEnough);
            page(visit, StatusCode::TOO_MANY_REQUESTS, &order, &form, &back, Some(message))
        }
    }
}

/// Keeps what was agreed to, and makes the invoice of it; ordered twice, it is one invoice.
async fn make(
    visit: &Visit<'_>,
    reader: &KnownReader,
    order: &Order,
    (words, began): (&OrderWords, Option<BeganAt>),
    buyer: Buyer,
) -> Result<InvoiceMade, Trouble> {
    let invoices = &visit.presentation.house.invoices;
    let who = format!("({})", buyer_lines(&buyer).join(", "));
    let kept = CheckoutRow {
        id: Secret::of(visit.site.random.bytes()).to_string(),
        reader: reader.row.id,
        plan: order.plan.slug.clone(),
        offer: order.offer.clone(),
        agreed: agreed(&order.plan, &[&words.today, &words.covers, &words.agree, &who]),
        back: ALL.to_owned(),
        address: visit.address(),
        began,
        provider_id: None,
        subscription: None,
        began_at: visit.now,
        ends_at: visit.now.checked_add(SAME_WITHIN).unwrap_or(jiff::Timestamp::MAX),
    };
    let since = visit.now.checked_sub(SAME_WITHIN).unwrap_or(jiff::Timestamp::MIN);
    let kept = visit.site.store.begin_checkout(kept, since).await?;
    let sheet = InvoiceSheet {
        payee: invoices.payee.clone(),
        pay_to: invoices.pay_to.clone(),
        tax: invoices.tax.clone(),
        buyer,
        plan: order.plan.slug.clone(),
        plan_name: order.plan.name.clone(),
        offer: order.offer.clone(),
        step: order.step,
        follows: None,
    };
    let made =
        invoicing::begin(visit.site, &visit.presentation, &reader.row, kept.id, sheet, visit.now);
    Ok(made.await?)
}

/// GET: all invoices of a reader.
pub(crate) async fn show_all(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(visit.see(&format!("/sign-in?back={}", encoded(ALL))));
    };
    let invoices = visit.site.store.invoices_of(reader.row.id).await?;
    let words = &visit.presentation.words;
    let rows = invoices.iter().map(|invoice| {
        let number = Args::new().with(Slot::Number, invoice.number.to_string());
        context! {
            name => words.format(Key::InvoiceNumbered, &number),
            href => path_of(invoice.number),
            date => visit.civil(invoice.issued_on),
            sum => words.money(invoice.sheet.step.amount),
            state => visit.state_of(invoice),
        }
    });
    let heading = words.text(Key::Invoices);
    let crumbs = visit.above_own();
    let chrome =
        Chrome { heading: heading.clone(), robots: "noindex", crumbs, ..Chrome::default() };
    let context = context! {
        heading => heading, invoices => rows.collect::<Vec<Value>>(), ..visit.chrome(chrome)
    };
    visit.own_page(StatusCode::OK, "invoices.html", context)
}

/// GET: one invoice, to print.
pub(crate) async fn show(visit: &Visit<'_>, number: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    match own(visit, number).await? {
        Ok((_, invoice)) => sheet(visit, &invoice),
        Err(answer) => Ok(answer),
    }
}

/// POST: takes an order back that was not paid.
pub(crate) async fn take_back(visit: &Visit<'_>, number: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    let invoice = match own(visit, number).await? {
        Ok((_, invoice)) => invoice,
        Err(answer) => return Ok(answer),
    };
    if can_take_back(&invoice) {
        visit.take_order_back(&invoice).await?;
    }
    Ok(visit.see(&path_of(invoice.number)))
}

/// An invoice of whoever is signed in; somebody else's is not there.
async fn own(
    visit: &Visit<'_>,
    number: &str,
) -> Result<Result<(std::sync::Arc<KnownReader>, Invoice), Answer>, Trouble> {
    let number = InvoiceNumber::parse(number).ok_or(Trouble::NotFound)?;
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(Err(visit.see(&format!("/sign-in?back={}", encoded(&path_of(number))))));
    };
    let invoice = visit.site.store.invoice(number).await?;
    let invoice = invoice.filter(|invoice| invoice.reader == Some(reader.row.id));
    Ok(Ok((reader, invoice.ok_or(Trouble::NotFound)?)))
}

/// Where an invoice is.
pub(super) fn path_of(number: InvoiceNumber) -> String {
    format!("{ALL}/{number}")
}

/// An order that was not paid is taken back by its reader; what goes on with a contract ends by cancelling that.
fn can_take_back(invoice: &Invoice) -> bool {
    invoice.state == InvoiceState::Open && invoice.sheet.follows.is_none()
}

/// The order of a reader that waits for its payment.
pub(super) async fn open_order(
    visit: &Visit<'_>,
    reader: &KnownReader,
) -> Result<Option<Invoice>, Trouble> {
    let invoices = visit.site.store.invoices_of(reader.row.id).await?;
    Ok(invoices.into_iter().find(can_take_back))
}

/// What a reader would order: on the plan's offer, where there is one that costs something.
fn order_of(visit: &Visit<'_>, plan: Plan, period: Period, reader: &KnownReader) -> Order {
    let amount = match period {
        Period::Month => plan.monthly,
        Period::Year => plan.yearly.unwrap_or(plan.monthly),
    };
    let offer = (period == Period::Month).then(|| visit.on_offer(&plan, reader)).flatten();
    let taken = offer.and_then(Result::ok).and_then(|deal| deal.agreement);
    let is_free = |agreement: &Agreement| matches!(agreement.terms, OfferTerms::FreeTrial { .. });
    let is_without_trial = taken.as_ref().is_some_and(is_free);
    let on_offer = taken.and_then(|agreement| {
        let terms: &OfferTerms = &agreement.terms;
        let step = InvoiceStep::on_offer(terms, agreement.today, agreement.then)?;
        Some((agreement.offer.as_str().to_owned(), step))
    });
    let usual = || InvoiceStep::usual(Price { amount, period });
    let due_on = invoicing::due_on(&visit.presentation, visit.now);
    match on_offer {
        Some((offer, step)) => {
            Order { plan, period, offer: Some(offer), step, due_on, is_without_trial }
        }
        None => Order { plan, period, offer: None, step: usual(), due_on, is_without_trial },
    }
}

impl Order {
    fn words(&self, visit: &Visit<'_>) -> OrderWords {
        let words = &visit.presentation.words;
        let step = &self.step;
        let first = Args::new()
            .with(Slot::Price, words.money(step.amount))
            .with(Slot::Date, visit.civil(self.due_on));
        let then = Args::new().with(Slot::Price, words.money(step.then.amount));
        let by = |month, year| if step.then.period == Period::Month { month } else { year };
        let today = words.format(Key::InvoiceToday, &first);
        let mut covers = visit.covers(step.span);
        if step.reduced_left > 0 {
            let less = Args::new()
                .with(Slot::Price, words.money(step.amount))
                .count(u64::from(step.reduced_left));
            covers = words.join(&[covers, words.format(Key::InvoiceReduced, &less)]);
        }
        let agree = words.format(by(Key::InvoiceAgreeMonth, Key::InvoiceAgreeYear), &then);
        OrderWords {
            covers,
            then: words.format(by(Key::InvoiceThenMonth, Key::InvoiceThenYear), &then),
            agree: words.join(&[today.clone(), agree]),
            today,
        }
    }
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    order: &Order,
    form: &Form,
    back: &str,
    message: Option<String>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let told = order.words(visit);
    let plan = Args::new().with(Slot::Plan, order.plan.name.as_str());
    let heading = words.format(Key::SubscribeTo, &plan);
    let by_year = order.period == Period::Year;
    let path = format!("/subscribe/{}", order.plan.slug);
    let year = if by_year { "?period=year" } else { "" };
    let card = visit.site.payments.is_some().then(|| Link {
        name: words.text(Key::ByCard),
        href: with_back(&format!("{path}{year}"), back),
    });
    let wrong = |name: &str| form.wrong.iter().find(|(of, _)| *of == name).map(|(_, why)| why);
    let invoice_order = context! {
        path => format!("{path}/invoice"),
        message => message,
        no_trial => order.is_without_trial.then(|| words.text(Key::InvoiceNoTrial)),
        today => told.today,
        covers => told.covers,
        then => told.then,
        agree => told.agree,
        asks => order.plan.asks.clone(),
        back => back,
        period => if by_year { "year" } else { "month" },
        card => value(card),
        name => form.name.clone(),
        lines => form.lines.clone(),
        country => form.country.clone(),
        reference => form.reference.clone(),
        vat => form.vat.clone(),
        name_max => BUYER_NAME_CHARS_MAX,
        line_max => BUYER_LINE_CHARS_MAX,
        name_wrong => wrong("name"),
        lines_wrong => wrong("lines"),
        country_wrong => wrong("country"),
        reference_wrong => wrong("reference"),
        vat_wrong => wrong("vat"),
        focus => form.wrong.first().map_or(form.boxes.missing(), |(name, _)| name),
        ..form.boxes.told(visit)
    };
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let context = context! { heading => heading, order => invoice_order, ..visit.chrome(chrome) };
    visit.own_page(status, "invoice-order.html", context)
}

/// The page of an invoice.
fn sheet(visit: &Visit<'_>, invoice: &Invoice) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let sheet = &invoice.sheet;
    let number = Args::new().with(Slot::Number, invoice.number.to_string());
    let heading = words.format(Key::InvoiceNumbered, &number);
    let before = invoicing::paid_before(invoice, &visit.presentation.house.policy.zone);
    let shown = context! {
        number => invoice.number.to_string(),
        path => path_of(invoice.number),
        state => visit.state_of(invoice),
        is_open => invoice.state == InvoiceState::Open,
        date => words.full_date(invoice.issued_on),
        due => words.full_date(invoice.due_on),
        payee => sheet.payee.clone(),
        pay_to => sheet.pay_to.clone(),
        buyer => buyer_lines(&sheet.buyer),
        reference => sheet.buyer.reference.clone(),
        vat => sheet.buyer.vat.clone(),
        plan => sheet.plan_name.clone(),
        covers => match before {
            Some(last) => {
                words.format(Key::InvoiceGoesOn, &Args::new().with(Slot::Date, visit.civil(last)))
            }
            None => visit.covers(sheet.step.span),
        },
        sum => words.money(sheet.step.amount),
        tax => sheet.tax.clone(),
        can_take_back => can_take_back(invoice),
    };
    let all = Link { name: words.text(Key::Invoices), href: ALL.to_owned() };
    let crumbs = visit.above_own().into_iter().chain([all]).collect();
    let chrome =
        Chrome { heading: heading.clone(), robots: "noindex", crumbs, ..Chrome::default() };
    let context = context! { heading => heading, invoice => shown, ..visit.chrome(chrome) };
    visit.own_page(StatusCode::OK, "invoice.html", context)
}

impl Visit<'_> {
    /// Whether a plan can be paid by invoice by a period: then its page is there.
    pub(super) fn can_pay_by_invoice(&self, plan: &Plan, period: Period) -> bool {
        let has_price = period == Period::Month || plan.yearly.is_some();
        let house = &self.presentation.house;
        has_price && house.takes_readers() && house.invoices.covers(&plan.slug, period)
    }

    /// The plan of a name, where it can be paid by invoice.
    fn by_invoice(&self, slug: &str, period: Period) -> Result<Plan, Trouble> {
        self.takes_readers()?;
        let plan = self.plan(slug).filter(|plan| self.can_pay_by_invoice(plan, period));
        plan.cloned().ok_or(Trouble::NotFound)
    }

    /// The way to pay by invoice, from the page of a plan.
    pub(super) fn invoice_link(&self, plan: &Plan, period: Period, back: &str) -> Option<Link> {
        let year = if period == Period::Year { "?period=year" } else { "" };
        let path = format!("/subscribe/{}/invoice{year}", plan.slug);
        self.can_pay_by_invoice(plan, period).then(|| Link {
            name: self.presentation.words.text(Key::InvoicePay),
            href: with_back(&path, back),
        })
    }

    /// An order that waits for its payment is none any more, and its reader is told.
    pub(super) async fn take_order_back(&self, invoice: &Invoice) -> Result<(), Trouble> {
        let told_by = (ToldBy::Reader, "the reader took the order back".to_owned());
        invoicing::void(self.site, invoice, told_by).await?;
        Ok(())
    }

    /// What the own page says of a reader's invoices: those that are open, and the way to all.
    pub(super) async fn own_invoices(&self, reader: &KnownReader) -> Result<Vec<Link>, Trouble> {
        let invoices = self.site.store.invoices_of(reader.row.id).await?;
        let words = &self.presentation.words;
        let open = invoices.iter().filter(|invoice| invoice.state == InvoiceState::Open);
        let mut links: Vec<Link> = open
            .map(|invoice| {
                let number = Args::new().with(Slot::Number, invoice.number.to_string());
                let name = words.format(Key::InvoiceNumbered, &number);
                Link {
                    name: format!("{name}. {}", self.state_of(invoice)),
                    href: path_of(invoice.number),
                }
            })
            .collect();
        if !invoices.is_empty() {
            links.push(Link { name: words.text(Key::Invoices), href: ALL.to_owned() });
        }
        Ok(links)
    }

    /// A day in words.
    fn civil(&self, day: Date) -> String {
        let today = self.presentation.house.policy.zone.to_datetime(self.now).date();
        self.presentation.words.date(day, today)
    }

    fn covers(&self, span: InvoiceSpan) -> String {
        let words = &self.presentation.words;
        let (key, count) = match span {
            InvoiceSpan::Days(days) => (Key::InvoiceForDays, u64::from(days)),
            InvoiceSpan::Months(months) => (Key::InvoiceForMonths, u64::from(months)),
        };
        words.format(key, &Args::new().count(count))
    }

    /// How an invoice stands, in words.
    pub(crate) fn state_of(&self, invoice: &Invoice) -> String {
        let words = &self.presentation.words;
        let today = self.presentation.house.policy.zone.to_datetime(self.now).date();
        let dated = |key, day| words.format(key, &Args::new().with(Slot::Date, self.civil(day)));
        match invoice.state {
            InvoiceState::Open if today > invoice.due_on => {
                dated(Key::InvoiceOverdue, invoice.due_on)
            }
            InvoiceState::Open => dated(Key::InvoiceOpen, invoice.due_on),
            InvoiceState::Paid { on, .. } => dated(Key::InvoicePaidOn, on),
            InvoiceState::Void => words.text(Key::InvoiceVoid),
            InvoiceState::Refunded { .. } => words.text(Key::InvoiceRefunded),
        }
    }
}
