//! `masthead invoices`: what readers owe and have paid by transfer. Somebody of the paper says what arrived at its account; nothing
//! is believed of anybody else.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use paywall::{Currency, Money, Period};
use serde_json::json;
use store::{INVOICE_REASON_CHARS_MAX, Invoice, InvoiceNumber, InvoiceState, NextPlan};
use web::{InvoicePaid, Site, csv_field, last_day as day};

use super::Place;

use crate::paper;
use crate::terminal::{plain, say, wait};

/// Invoices that are read at a time.
const PAGE: usize = 200;

/// Look after the invoices that readers pay by transfer
#[derive(Args, Debug)]
pub(crate) struct Invoices {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// List invoices by their numbers
    List {
        /// Those alone that are not paid
        #[arg(long)]
        open: bool,
        /// Of one year alone
        #[arg(long, value_name = "YEAR")]
        year: Option<i16>,
        /// How many, at most
        #[arg(long, value_name = "N", default_value_t = 1_000)]
        limit: usize,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an invoice with its buyer
    Show {
        /// Its number
        #[arg(value_parser = number)]
        number: InvoiceNumber,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Note that an invoice was paid; what it pays for is open from that day on
    ///
    /// The same again changes nothing. Another amount or currency is refused without --accept.
    Paid {
        /// Its number
        #[arg(value_parser = number)]
        number: InvoiceNumber,
        /// The day on which the money arrived, in the paper's zone
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: Date,
        /// How much arrived, such as 120 or 120.50
        #[arg(long, value_name = "AMOUNT")]
        amount: String,
        /// In which currency; without it, in the invoice's
        #[arg(long, value_name = "LETTERS")]
        currency: Option<String>,
        /// Take another amount or currency than the invoice's
        #[arg(long)]
        accept: bool,
    },
    /// Note that an invoice need not be paid; its number stays
    ///
    /// Of one that was paid, the money is paid back first; then --refunded ends what it had opened.
    Void {
        /// Its number
        #[arg(value_parser = number)]
        number: InvoiceNumber,
        /// Why, for the books
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The money of a paid one went back
        #[arg(long)]
        refunded: bool,
    },
    /// Print all invoices as CSV, for the books
    Export {
        /// Of one year alone
        #[arg(long, value_name = "YEAR")]
        year: Option<i16>,
    },
}

/// A number as it is printed on invoices.
fn number(text: &str) -> Result<InvoiceNumber, String> {
    InvoiceNumber::parse(text).ok_or_else(|| "write a number such as 2026-0042".to_owned())
}

impl Invoices {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let secret = paper::existing_secret(&config.data)?;
        let site = paper::site_alone(&config, &store, secret)?;
        let zone = wait(site.zone())?;
        match &self.act {
            Act::List { open, year, limit, json } => list(&site, *open, *year, *limit, *json)?,
            Act::Show { number, json } => {
                let invoice = wait(site.invoice(*number))??;
                let next = wait(site.next_plan(invoice.subscription.clone()))??;
                show(&invoice, next.as_ref(), *json);
            }
            Act::Paid { number, on, amount, currency, accept } => {
                let invoice = wait(site.invoice(*number))??;
                let usual = invoice.sheet.step.amount.currency;
                let currency = currency.as_deref().map_or(Ok(usual), Currency::parse)?;
                let money = Money::parse(amount, currency)?;
                if money.minor == 0 {
                    bail!("--amount 0 is no payment; an invoice that need not be paid is void");
                }
                let paid = wait(site.invoice_paid(*number, *on, money, *accept))??;
                say(told(*number, paid, &zone));
            }
            Act::Void { number, reason, refunded } => {
                let is_long = reason.chars().count() > INVOICE_REASON_CHARS_MAX;
                if is_long || reason.chars().any(char::is_control) {
                    bail!("--reason is one line of at most {INVOICE_REASON_CHARS_MAX} characters");
                }
                let news = wait(site.void_invoice(*number, reason, *refunded))??;
                let what = if *refunded { "paid back" } else { "void" };
                let since = if news { "" } else { " already" };
                say(format!("invoice {number} is {what}{since}"));
            }
            Act::Export { year } => export(&site, *year)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn told(number: InvoiceNumber, paid: InvoicePaid, zone: &TimeZone) -> String {
    match paid {
        InvoicePaid::Before => {
            format!("invoice {number} was noted as paid before; nothing changed")
        }
        InvoicePaid::Now { starts_at, ends_at } => {
            let from = zone.to_datetime(starts_at).date();
            format!("invoice {number} is paid; open from {from} to {}", day(ends_at, zone))
        }
    }
}

/// Hands on invoice by invoice, in the order of their numbers.
fn each(
    site: &Site,
    year: Option<i16>,
    open: bool,
    limit: usize,
    mut take: impl FnMut(&Invoice),
) -> anyhow::Result<usize> {
    let (mut after, mut left) = (None, limit);
    while left > 0 {
        let page = wait(site.invoices_after(after, year, open, PAGE.min(left)))??;
        let Some(last) = page.last() else { break };
        after = Some(last.number);
        left = left.saturating_sub(page.len());
        page.iter().for_each(&mut take);
    }
    Ok(limit - left)
}

fn list(
    site: &Site,
    open: bool,
    year: Option<i16>,
    limit: usize,
    json: bool,
) -> anyhow::Result<()> {
    let today = wait(site.today())?;
    let count = each(site, year, open, limit, |invoice| {
        if json {
            return say(record(invoice).to_string());
        }
        let sheet = &invoice.sheet;
        let overdue = invoice.state == InvoiceState::Open && invoice.due_on < today;
        let state = if overdue { "overdue" } else { invoice.state.name() };
        let (number, sum) = (invoice.number, sheet.step.amount.to_string());
        let (due, buyer) = (invoice.due_on, plain(&sheet.buyer.name));
        say(format!("{number}  {state:<9}{sum:<14}due {due}  {}  {buyer}", sheet.plan));
    })?;
    if count == 0 && !json {
        say("there are none");
    }
    Ok(())
}

fn show(invoice: &Invoice, next: Option<&NextPlan>, json: bool) {
    let every = |next: &NextPlan| match next.price.period {
        Period::Month => "month",
        Period::Year => "year",
    };
    if json {
        let mut record = record(invoice);
        record["next_plan"] = next.map_or(serde_json::Value::Null, |next| {
            let amount = next.price.amount;
            json!({
                "plan": next.plan, "currency": amount.currency.as_str(),
                "amount": amount.decimal(), "period": every(next),
            })
        });
        return say(record.to_string());
    }
    let (sheet, buyer) = (&invoice.sheet, &invoice.sheet.buyer);
    say(format!("invoice {}, {}", invoice.number, invoice.state.name()));
    say(format!("issued {}, due {}", invoice.issued_on, invoice.due_on));
    say(format!("{} for {} ({})", sheet.step.amount, plain(&sheet.plan_name), sheet.plan));
    say(format!("buyer: {}", plain(&buyer.name)));
    for line in buyer.lines.iter().chain([&buyer.country]) {
        say(format!("       {}", plain(line)));
    }
    for (name, value) in [("reference", &buyer.reference), ("tax number", &buyer.vat)] {
        if !value.is_empty() {
            say(format!("{name}: {}", plain(value)));
        }
    }
    if let InvoiceState::Paid { on, .. } | InvoiceState::Refunded { on } = invoice.state {
        say(format!("paid on {on}"));
    }
    if !invoice.reason.is_empty() {
        say(format!("because: {}", plain(&invoice.reason)));
    }
    say(format!("contract: {}", invoice.subscription));
    if let Some(next) = next {
        let (name, plan, amount) = (plain(&next.plan_name), &next.plan, next.price.amount);
        say(format!("its next invoice is for {name} ({plan}), {amount} by the {}", every(next)));
    }
}

fn record(invoice: &Invoice) -> serde_json::Value {
    let (sheet, buyer) = (&invoice.sheet, &invoice.sheet.buyer);
    json!({
        "number": invoice.number.to_string(),
        "state": invoice.state.name(),
        "issued_on": invoice.issued_on.to_string(),
        "due_on": invoice.due_on.to_string(),
        "paid_on": paid_on(invoice),
        "currency": sheet.step.amount.currency.as_str(),
        "amount": sheet.step.amount.decimal(),
        "plan": sheet.plan,
        "contract": invoice.subscription.as_str(),
        "buyer": {
            "name": buyer.name, "lines": buyer.lines, "country": buyer.country,
            "reference": buyer.reference, "vat": buyer.vat,
        },
        "tax": sheet.tax,
        "reason": invoice.reason,
    })
}

fn paid_on(invoice: &Invoice) -> Option<String> {
    match invoice.state {
        InvoiceState::Paid { on, .. } | InvoiceState::Refunded { on } => Some(on.to_string()),
        InvoiceState::Open | InvoiceState::Void => None,
    }
}

fn export(site: &Site, year: Option<i16>) -> anyhow::Result<()> {
    say(
        "number,state,issued_on,due_on,paid_on,currency,amount,plan,buyer,address,country,reference,vat,tax,reason",
    );
    each(site, year, false, usize::MAX, |invoice| {
        let (sheet, buyer) = (&invoice.sheet, &invoice.sheet.buyer);
        let money = sheet.step.amount;
        let fields = [
            invoice.number.to_string(),
            invoice.state.name().to_owned(),
            invoice.issued_on.to_string(),
            invoice.due_on.to_string(),
            paid_on(invoice).unwrap_or_default(),
            money.currency.as_str().to_owned(),
            money.decimal(),
            sheet.plan.clone(),
            buyer.name.clone(),
            buyer.lines.join(", "),
            buyer.country.clone(),
            buyer.reference.clone(),
            buyer.vat.clone(),
            sheet.tax.clone(),
            invoice.reason.clone(),
        ];
        say(fields.map(|field| csv_field(&field)).join(","));
    })
    .map(drop)
}
