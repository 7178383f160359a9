//! What can be paid by invoice, and what stands on one. No invoice is made here, and no day is looked at.

use paywall::{Period, Registration};

use super::House;
use super::gather::Gathering;

/// Which periods can be paid by invoice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum InvoicePeriods {
    /// Years alone.
    #[default]
    Year,
    /// Months alone.
    Month,
    /// Either.
    Both,
}

/// What can be paid by invoice.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InvoiceSettings {
    /// Whether anything can.
    pub is_offered: bool,
    /// Who is paid, in lines.
    pub payee: Vec<String>,
    /// How, in lines.
    pub pay_to: Vec<String>,
    /// What is said of taxes; may be empty.
    pub tax: String,
    /// How many days there are to pay.
    pub days: u16,
    /// The slugs of the plans; empty: all of them.
    pub plans: Vec<String>,
    /// Which periods.
    pub periods: InvoicePeriods,
    /// How many days before the end of what is paid the next one is made.
    pub ahead_days: u16,
    /// How many days access stays while that is not paid.
    pub grace_days: u16,
}

impl InvoiceSettings {
    /// Whether anything can be paid like that: it is offered, and an invoice would say to whom and how.
    #[must_use]
    pub const fn are_there(&self) -> bool {
        self.is_offered && !self.payee.is_empty() && !self.pay_to.is_empty()
    }

    /// Whether a plan can be paid like that by a period.
    #[must_use]
    pub fn covers(&self, plan: &str, period: Period) -> bool {
        let by_period = match self.periods {
            InvoicePeriods::Year => period == Period::Year,
            InvoicePeriods::Month => period == Period::Month,
            InvoicePeriods::Both => true,
        };
        let of_plan = self.plans.is_empty() || self.plans.iter().any(|one| one == plan);
        self.are_there() && by_period && of_plan
    }

    /// What is missing where invoices are offered that cannot be made.
    pub(super) fn lint(&self, registration: Registration) -> Vec<(&'static str, &'static str)> {
        let missing = [
            (self.payee.is_empty(), "invoices.payee", "nobody is paid; write who is"),
            (self.pay_to.is_empty(), "invoices.pay_to", "there is no way to pay; write an account"),
            (
                registration == Registration::Off,
                "invoices.offered",
                "nobody can register; set registration to \"on\"",
            ),
        ];
        let missing = missing.into_iter().filter(|(is, ..)| self.is_offered && *is);
        missing.map(|(_, setting, sentence)| (setting, sentence)).collect()
    }
}

/// What the document says of invoices.
pub(super) fn gather(gathering: &mut Gathering<'_, '_>, house: &House) -> InvoiceSettings {
    let days = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
    let invoices = InvoiceSettings {
        is_offered: gathering.choice("invoices.offered", false, &[("on", true)]),
        payee: gathering.texts("invoices.payee"),
        pay_to: gathering.texts("invoices.pay_to"),
        tax: gathering.line("invoices.tax"),
        days: days(gathering.count("invoices.days", 14)),
        plans: gathering.texts("invoices.plans"),
        periods: gathering.choice(
            "invoices.periods",
            InvoicePeriods::Year,
            &[("month", InvoicePeriods::Month), ("both", InvoicePeriods::Both)],
        ),
        ahead_days: days(gathering.count("invoices.ahead_days", 21)),
        grace_days: days(gathering.count("invoices.grace_days", 0)),
    };
    let mut wrong = |key: &'static str, sentence: String| {
        let line = gathering.source.line_of(key);
        gathering.fault(key, line, sentence);
    };
    for slug in &invoices.plans {
        if !house.plans.iter().any(|plan| plan.slug == *slug) {
            wrong("invoices.plans", format!("there is no plan {slug:?}; write the slug of one"));
        }
    }
    invoices
}
