//! The letters of invoices. An invoice has its number from the transaction in which it is made, and so the letter that brings it is
//! written there, of what was gathered before.

use std::sync::Arc;

use face::{FrontSketch, InvoiceLetter, InvoiceNews, Letter, letter};
use jiff::Timestamp;
use store::{Buyer, Invoice, NewMail};

use super::paid_before;
use crate::site::Inner;
use crate::site::invoices::path_of;
use crate::site::presentation::Presentation;

/// Everything that the letters of invoices need, apart from the invoice: they are written where its number is drawn.
pub(in crate::site) struct Composer {
    presentation: Arc<Presentation>,
    front: Arc<FrontSketch>,
    address: String,
    recipient: String,
    now: Timestamp,
    due_at: Timestamp,
}

impl Composer {
    pub(in crate::site) fn new(
        site: &Inner,
        presentation: &Arc<Presentation>,
        recipient: &str,
        now: Timestamp,
        due_at: Timestamp,
    ) -> Self {
        Self {
            presentation: Arc::clone(presentation),
            front: site.front.load_full(),
            address: site.shown_address().to_owned(),
            recipient: recipient.to_owned(),
            now,
            due_at,
        }
    }

    pub(in crate::site) fn letter(&self, invoice: &Invoice, news: InvoiceNews) -> NewMail {
        let Invoice { sheet, number, .. } = invoice;
        let page = format!("{}{}", self.address, path_of(*number));
        let number = number.to_string();
        let buyer = buyer_lines(&sheet.buyer);
        let about = Letter::Invoice(InvoiceLetter {
            news,
            number: &number,
            plan: &sheet.plan_name,
            amount: sheet.step.amount,
            due_on: invoice.due_on,
            after: paid_before(invoice, &self.presentation.house.policy.zone),
            payee: &sheet.payee,
            pay_to: &sheet.pay_to,
            tax: &sheet.tax,
            buyer: &buyer,
            page: &page,
        });
        let paper = self.presentation.paper(&self.front, None, true);
        let words = letter(&about, &paper, self.now);
        let kind = about.kind();
        NewMail {
            kind,
            recipient: self.recipient.clone(),
            subject: words.subject,
            plain: words.plain,
            html: words.html,
            once: Some(format!("{kind}:{number}")),
            due_at: self.due_at,
            unsubscribe: None,
        }
    }
}

/// Who buys, in the lines of an envelope.
pub(in crate::site) fn buyer_lines(buyer: &Buyer) -> Vec<String> {
    let country = Some(&buyer.country).filter(|country| !country.is_empty());
    [&buyer.name].into_iter().chain(&buyer.lines).chain(country).cloned().collect()
}
