//! What the help desk needs of the site: whom an id of elsewhere leads to, what a reader would meet, and the deeds that somebody outside
//! or a letter has a part in. Whoever calls holds the role against the deed; nothing here spends a reading.

use face::{Args, InvoiceNews, Key, Letter, Slot};
use gate::{ReaderId, Secret};
use jiff::Timestamp;
use jiff::civil::Date;
use paywall::{
    Access, ArticleKey, Asked, Basis, Decision, Entitlement, Fact, Meterage, Moment, Money,
    PeriodKind, Source, SubscriptionId, What,
};
use store::{
    AddressCorrected, Begun, Brought, Enrolled, HOUSE, HouseAccess, INVOICE, InvoiceNumber,
    InvoiceState, KnownReader, NewMail, NewSignIn, Noted, Telling,
};

use super::brought::{GrantError, Holdings, complimentary, given, plan};
use super::contract::{Change, carry_out, running};
use super::invoicing::{self, Composer, InvoicePaid};
use super::letters::Writing;
use super::sign_in::{self, GOOD_FOR_MINUTES};
use super::why::because;
use super::{Trouble, Visit, account, identity, read_back};
use crate::shell::answer::Answer;

/// What a reader would meet at an article of each kind.
pub(crate) struct Meets {
    /// The kinds, by what they are called, and what would happen.
    pub(crate) each: Vec<(Key, String)>,
    /// How many free articles were read of how many, where the meter counts for them.
    pub(crate) meterage: Option<Meterage>,
}

/// What became of giving a payment back.
pub(crate) enum PaidBack {
    /// It went back.
    Done,
    /// It had before.
    Before,
    /// The reader has no such payment.
    Unknown,
    /// The provider did not do it.
    Refused,
}

/// What is called by which source.
pub(crate) const fn source_key(source: Source) -> Key {
    match source {
        Source::Paid => Key::SourcePaid,
        Source::Trial => Key::SourceTrial,
        Source::Complimentary => Key::SourceGiven,
        Source::Seat => Key::SourceSeat,
        Source::Print => Key::SourcePrint,
    }
}

/// A payment that a provider took and has not given back.
pub(crate) fn can_go_back(tellings: &[Telling], payment: &str) -> Option<Money> {
    let of_provider = |one: &&Telling| ![HOUSE, INVOICE].contains(&one.provider.as_str());
    let paid = tellings.iter().filter(of_provider).find_map(|one| match &one.fact.what {
        What::Paid(paid) if one.fact.id.as_str() == payment && paid.amount.minor > 0 => {
            Some(paid.amount)
        }
        _ => None,
    })?;
    (!went_back(tellings, payment)).then_some(paid)
}

fn went_back(tellings: &[Telling], payment: &str) -> bool {
    tellings.iter().any(
        |one| matches!(&one.fact.what, What::Refunded(back) if back.payment.as_str() == payment),
    )
}

impl Visit<'_> {
    /// A reader with everything that is known of what they may read.
    pub(crate) async fn holdings(&self, reader: ReaderId) -> Result<Option<Holdings>, Trouble> {
        let Some(known) = self.site.store.known_reader(reader).await? else { return Ok(None) };
        Ok(Some(self.site.holdings((*known).clone(), self.now).await?))
    }

    /// The reader whom an id of the payment provider leads to, or the number of a print account; `Err` where such an account is nobody's.
    pub(crate) async fn reader_by_id(
        &self,
        typed: &str,
    ) -> Result<Result<Option<ReaderId>, Key>, Trouble> {
        let store = &self.site.store;
        if let Ok(id) = SubscriptionId::parse(typed)
            && let Some(reader) = store.reader_of_subscription(id).await?
        {
            return Ok(Ok(Some(reader)));
        }
        if typed.starts_with("cus_")
            && let Some(payments) = self.site.payments.clone()
        {
            let (asked, now) = (typed.to_owned(), self.now);
            let found = self.site.tills.run(move || payments.subscriptions_of(&asked, now)).await?;
            for id in found.unwrap_or_default() {
                if let Ok(id) = SubscriptionId::parse(&id)
                    && let Some(reader) = store.reader_of_subscription(id).await?
                {
                    return Ok(Ok(Some(reader)));
                }
            }
        }
        let Some(account) = self.site.print_account(typed) else { return Ok(Ok(None)) };
        let named = format!("print:{}", blake3::Hash::from_bytes(account).to_hex());
        if let Ok(id) = SubscriptionId::parse(&named)
            && let Some(reader) = store.reader_of_subscription(id).await?
        {
            return Ok(Ok(Some(reader)));
        }
        let waits = store.print_account_waits(account).await?;
        Ok(if waits { Err(Key::HelpPrintWaits) } else { Ok(None) })
    }

    /// What a reader would meet, by the one decision. Nothing is spent.
    pub(crate) async fn would_meet(&self, reader: &KnownReader) -> Result<Meets, Trouble> {
        let words = &self.presentation.words;
        let policy = &self.presentation.house.policy;
        let identity = identity::holding(reader, self.intervals_of(reader).await?);
        let mut meets = Meets { each: Vec::new(), meterage: None };
        for (name, access) in [
            (Key::AccessFree, Access::Free),
            (Key::AccessRegistered, Access::Registered),
            (Key::AccessMetered, Access::Metered),
            (Key::AccessSubscribers, Access::Entitled(Entitlement::DIGITAL)),
        ] {
            // An article that nobody has opened yet.
            let key = ArticleKey::from_bytes(self.site.random.bytes());
            let asked = Asked { key, access };
            let decision = self.site.gate.admit(policy, &identity, &asked, self.now).await;
            let called = |key: Key| Args::new().with(Slot::Name, words.text(key));
            let told = match &decision {
                Decision::Open(grant) => match grant.basis() {
                    Basis::Held { source, .. } => {
                        words.format(Key::HelpOpensBy, &called(source_key(source)))
                    }
                    Basis::Free => words.format(Key::HelpOpensBy, &called(Key::AccessFree)),
                    Basis::Registered => {
                        words.format(Key::HelpOpensBy, &called(Key::AccessRegistered))
                    }
                    _ => words.text(Key::HelpOpens),
                },
                Decision::Ask(ticket) => {
                    let read = ticket.before().map_or(0, |meterage| meterage.read);
                    let left = u64::from(ticket.allowance().saturating_sub(read));
                    let args = Args::new().with(Slot::Number, words.digits(left));
                    words.format(Key::HelpOpensAsk, &args)
                }
                Decision::Refuse(wall) => words.text(because(wall.reason)),
            };
            if name == Key::AccessMetered {
                meets.meterage = match &decision {
                    Decision::Ask(ticket) => ticket.before(),
                    Decision::Refuse(wall) => wall.meterage,
                    Decision::Open(_) => None,
                };
            }
            meets.each.push((name, told));
        }
        Ok(meets)
    }

    /// Everything that is kept of a reader, as a file.
    pub(crate) async fn data_of(&self, reader: &KnownReader) -> Result<Answer, Trouble> {
        account::data_of(self, reader).await
    }

    /// Gives a reader a plan to the end of a day; `None` where there is no such plan, or the day is over.
    pub(crate) async fn give_access(
        &self,
        reader: &KnownReader,
        slug: &str,
        until: Date,
        reason: String,
        noted: Noted,
    ) -> Result<Option<Enrolled>, Trouble> {
        let Some(ends_at) = self.end_of(until) else { return Ok(None) };
        let Ok(plan) = plan(&self.presentation, Some(slug), Some(slug)) else { return Ok(None) };
        let payment = given(plan, PeriodKind::Complimentary, self.now, ends_at);
        let access = Some(HouseAccess { of: complimentary(&plan.slug), payment });
        let brought = Brought { row: reader.row.clone(), access };
        Ok(Some(self.site.store.give_access(brought, reason, noted, self.now).await?))
    }

    /// The end of a day that is not over.
    pub(crate) fn end_of(&self, day: Date) -> Option<Timestamp> {
        let zone = &self.presentation.house.policy.zone;
        Moment::Day(day).ends_at(zone).filter(|end| *end > self.now)
    }

    /// Ends what was given to a reader without payment; says whether anything was open.
    pub(crate) async fn take_access(
        &self,
        holdings: &Holdings,
        noted: &Noted,
    ) -> Result<bool, Trouble> {
        let mut ended = false;
        for (of, payment) in holdings.given() {
            if payment.ends_at <= self.now {
                continue;
            }
            let ends_at = self.now.max(payment.starts_at);
            let noted = Noted { subject: payment.plan.clone(), ..noted.clone() };
            let access = Some(HouseAccess { of, payment: paywall::Payment { ends_at, ..payment } });
            let brought = Brought { row: holdings.reader.row.clone(), access };
            self.site.store.give_access(brought, String::new(), noted, self.now).await?;
            ended = true;
        }
        Ok(ended)
    }

    /// A sign-in that begins with a letter of the desk's: its link alone is good, since no browser asked for a code.
    fn link_to(&self, mail: &str) -> NewSignIn {
        let handle = Secret::of(self.site.random.bytes());
        let back = "/account".to_owned();
        sign_in::made(self, &handle, mail.to_owned(), back, |_, link| {
            let link = format!("{}/sign-in/{link}", self.address());
            self.letter(mail, &Letter::SignInLink { link: &link, minutes: GOOD_FOR_MINUTES })
        })
    }

    /// Sends a reader a link that signs them in.
    pub(crate) async fn send_link(
        &self,
        reader: &KnownReader,
        once: Option<String>,
        noted: Noted,
    ) -> Result<Begun, Trouble> {
        let mut new = self.link_to(&reader.row.mail);
        new.letter.once = once;
        Ok(self.site.store.begin_sign_in_for(new, noted, self.now).await?)
    }

    /// Gives a reader another address, which is proven by the link that goes there.
    pub(crate) async fn correct_address(
        &self,
        mail: &str,
        noted: Noted,
    ) -> Result<AddressCorrected, Trouble> {
        let contact = format!("{}/contact", self.address());
        let told = self.letter("", &Letter::AddressChanged { at: self.now, contact: &contact });
        let sender = self.site.to_sender();
        let new = self.link_to(mail);
        Ok(self.site.store.correct_address(new, told, sender, noted, self.now).await?)
    }

    /// The letter of a reader's that is to go out once more: `welcome`, a payment's id, or an open invoice's number.
    pub(crate) async fn letter_again(
        &self,
        holdings: &Holdings,
        which: &str,
    ) -> Result<Option<NewMail>, Trouble> {
        let row = &holdings.reader.row;
        if which == "welcome" {
            let recipient = row.mail.clone();
            return Ok(Some(NewMail { recipient, due_at: self.now, ..sign_in::welcome(self) }));
        }
        if let Some(number) = InvoiceNumber::parse(which) {
            let found = self.site.store.invoice(number).await?;
            let own = found.filter(|invoice| invoice.reader == Some(row.id));
            let open = own.filter(|invoice| invoice.state == InvoiceState::Open);
            let presentation = &self.presentation;
            let composer = Composer::new(self.site, presentation, &row.mail, self.now, self.now);
            return Ok(open.map(|invoice| composer.letter(&invoice, InvoiceNews::Made)));
        }
        let of_provider = |one: &&Telling| ![HOUSE, INVOICE].contains(&one.provider.as_str());
        let paid = |one: &&Telling| {
            one.fact.id.as_str() == which && matches!(one.fact.what, What::Paid(_))
        };
        let telling = holdings.tellings.iter().filter(of_provider).find(paid);
        Ok(telling.and_then(|one| self.receipt_again(&holdings.reader, &one.fact)))
    }

    fn receipt_again(&self, reader: &KnownReader, fact: &Fact) -> Option<NewMail> {
        let of = |one: &&paywall::Subscription| *one.id() == fact.subscription;
        let subscription = reader.subscriptions.iter().find(of)?;
        let writing = Writing {
            site: self.site,
            presentation: &self.presentation,
            reader: &reader.row,
            has_more: false,
            subscription,
            facts: &[],
            history: &[],
            now: self.now,
        };
        writing.receipt_again(fact, fact.as_of)
    }

    /// Gives a payment back through the provider that took it; with `ends` what it had paid for ends now, and nothing more is charged. It
    /// stands in the record before the provider is asked.
    pub(crate) async fn pay_back(
        &self,
        holdings: &Holdings,
        payment: &str,
        ends: bool,
        noted: Noted,
    ) -> Result<PaidBack, Trouble> {
        if went_back(&holdings.tellings, payment) {
            return Ok(PaidBack::Before);
        }
        let telling = holdings.tellings.iter().find(|one| one.fact.id.as_str() == payment);
        let (Some(telling), Some(payments)) = (
            telling.filter(|_| can_go_back(&holdings.tellings, payment).is_some()),
            self.site.payments.clone(),
        ) else {
            return Ok(PaidBack::Unknown);
        };
        let (reader, id) = (holdings.reader.row.id, telling.fact.subscription.clone());
        self.site.store.note(noted.clone(), self.now).await?;
        let own = running(self, &holdings.reader).filter(|own| *own.id() == id);
        let mut done = Ok(());
        if let Some(own) = own.filter(|_| ends) {
            // First of all nothing more is charged.
            done = carry_out(self, own, reader, Change::Cancel).await?;
        }
        if done.is_ok() {
            let (asked, now) = (payment.to_owned(), self.now);
            let refunded = self.site.tills.run(move || {
                payments.refund(&asked, &format!("refund-{asked}"), ends.then_some(now), now)
            });
            done = refunded.await?.map_err(|error| error.to_string());
        }
        if let Err(error) = done {
            tracing::error!(error, "a payment could not be given back");
            let failed = Noted { deed: "could not pay back", ..noted };
            self.site.store.note(failed, self.now).await?;
            return Ok(PaidBack::Refused);
        }
        let read = read_back::of_reader(self.site, id.as_str(), Some(reader), self.now).await;
        if let Err(error) = read {
            // The money is on its way; the job reads it back.
            tracing::warn!(error, "a subscription could not be read back");
        }
        Ok(PaidBack::Done)
    }

    /// Notes that an invoice was paid.
    pub(crate) async fn invoice_paid(
        &self,
        number: InvoiceNumber,
        on: Date,
        paid: Money,
        noted: Noted,
    ) -> Result<InvoicePaid, GrantError> {
        invoicing::pay(self.site, number, on, (paid, false), Some(noted)).await
    }

    /// Notes that the money of an invoice went back. Says whether that is news.
    pub(crate) async fn invoice_paid_back(
        &self,
        number: InvoiceNumber,
        reason: String,
        noted: Noted,
    ) -> Result<bool, GrantError> {
        invoicing::pay_back(self.site, number, reason, noted).await
    }
}
