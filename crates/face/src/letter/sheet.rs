//! What each letter says, line by line: facts and dates, and why it was sent. It never knows how a line is set.

use jiff::{SignedDuration, Timestamp};
use paywall::Money;

use super::print::one_line;
use super::{
    Charge, Failed, InvoiceLetter, InvoiceNews, LETTER_VALUE_CHARS_MAX, Letter, NumbersLetter,
    PlanChanged, Receipt, STATED_CHARS_MAX, Statement, WayInChange,
};
use crate::dates::{day_of, last_day_before};
use crate::{Action, Args, Key, Paper, Slot};

/// A letter before it is set.
pub(super) struct Sheet {
    pub(super) subject: String,
    /// What stands above the text.
    pub(super) heading: String,
    pub(super) parts: Vec<Part>,
    /// Why it was sent.
    pub(super) why: String,
}

/// A part of the text.
pub(super) enum Part {
    Text(String),
    /// Something to type or to quote, set apart.
    Mark(String),
    /// A link on a line of its own; the first is the one to press.
    Link(Action),
    /// Names and values.
    Facts(Vec<(String, String)>),
}

/// One letter's paper and instant.
struct Writer<'a> {
    paper: &'a Paper<'a>,
    now: Timestamp,
}

/// The sheet of a letter.
pub(super) fn of(letter: &Letter<'_>, paper: &Paper<'_>, now: Timestamp) -> Sheet {
    let writer = Writer { paper, now };
    match *letter {
        Letter::SignIn { code, link, minutes } => writer.sign_in(code, link, minutes),
        Letter::SignInLink { link, minutes } => writer.sign_in_link(link, minutes),
        Letter::Welcome { joined_at, account } => writer.welcome(joined_at, account),
        Letter::TrialEnds { plan, ends_at, then, cancel } => {
            writer.trial_ends(plan, ends_at, then, cancel)
        }
        Letter::Receipt(receipt) => writer.receipt(&receipt),
        Letter::PaymentFailed(failed) => writer.payment_failed(&failed),
        Letter::GraceEnds { failed_at, until, card } => writer.grace_ends(failed_at, until, card),
        Letter::Expired { ended_at, offers } => writer.expired(ended_at, offers),
        Letter::Cancelled { until, back } => writer.cancelled(until, back),
        Letter::Resumed { plan, amount, next_charge_at, cancel } => {
            writer.resumed(plan, amount, next_charge_at, cancel)
        }
        Letter::PlanKept { plan, priced, amount, next_charge_at, change } => {
            writer.plan_kept(plan, priced, (amount, next_charge_at), change)
        }
        Letter::Gift { giver, headline, link, until } => writer.gift(giver, headline, link, until),
        Letter::Seat { holder, link, until } => writer.seat(holder, link, until),
        Letter::IntroEnds { plan, ends_at, then, cancel } => {
            writer.intro_ends(plan, ends_at, then, cancel)
        }
        Letter::WayIn { change, at, account } => writer.way_in(change, at, account),
        Letter::Statement(statement) => writer.statement(&statement),
        Letter::AddressCode { code, minutes, .. } => writer.address_code(code, minutes),
        Letter::Newsletters { names, link, until } => writer.newsletters(names, link, until),
        Letter::AddressChanged { at, contact } => writer.address_changed(at, contact),
        Letter::AddressTried { at, sign_in } => writer.address_tried(at, sign_in),
        Letter::Appointed { by, role, desk } => writer.appointed(by, role, desk),
        Letter::WebhookOff { name, page } => writer.webhook_off(name, page),
        Letter::PlanChanged(changed) => writer.plan_changed(&changed),
        Letter::Invoice(invoice) => writer.invoice(&invoice),
        Letter::Numbers(numbers) => writer.numbers(&numbers),
    }
}

impl Writer<'_> {
    fn sign_in(&self, code: &str, link: &str, minutes: u32) -> Sheet {
        let good = self.good_for(minutes);
        Sheet {
            subject: self.say(Key::LetterSignInSubject, &self.args().with(Slot::Code, value(code))),
            heading: self.paper.text(Key::SignIn),
            parts: vec![
                Part::Text(self.say(Key::LetterSignInCode, &self.args())),
                Part::Mark(value(code)),
                Part::Text(self.paper.text(Key::LetterSignInLink)),
                self.link(Key::SignIn, link),
                Part::Text(self.say(Key::LetterSignInMinutes, &good)),
                Part::Text(self.paper.text(Key::LetterSignInIgnore)),
            ],
            why: self.say(Key::LetterSignInWhy, &self.args()),
        }
    }

    fn sign_in_link(&self, link: &str, minutes: u32) -> Sheet {
        Sheet {
            subject: self.say(Key::LetterLinkSubject, &self.args()),
            heading: self.paper.text(Key::SignIn),
            parts: vec![
                Part::Text(self.say(Key::LetterLinkText, &self.args())),
                self.link(Key::SignIn, link),
                Part::Text(self.say(Key::LetterAddressCodeMinutes, &self.good_for(minutes))),
                Part::Text(self.paper.text(Key::LetterLinkIgnore)),
            ],
            why: self.say(Key::LetterLinkWhy, &self.args()),
        }
    }

    fn welcome(&self, joined_at: Timestamp, account: &str) -> Sheet {
        let parts = vec![
            Part::Text(self.paper.dated(Key::LetterWelcomeText, joined_at, self.now)),
            Part::Text(self.paper.text(Key::LetterWelcomeAccount)),
            self.link(Key::LetterAccount, account),
        ];
        self.sheet(
            self.say(Key::LetterWelcomeSubject, &self.args()),
            parts,
            self.say(Key::LetterWelcomeWhy, &self.args()),
        )
    }

    fn trial_ends(&self, plan: &str, ends_at: Timestamp, then: Charge, cancel: &str) -> Sheet {
        let args = self.charged(plan, ends_at, then);
        let parts = vec![
            Part::Text(self.say(Key::LetterTrialText, &args)),
            Part::Text(self.paper.text(Key::LetterTrialCancel)),
            self.link(Key::LetterCancel, cancel),
        ];
        let why = self.say(Key::LetterTrialWhy, &args);
        self.sheet(self.say(Key::LetterTrialSubject, &args), parts, why)
    }

    fn intro_ends(&self, plan: &str, ends_at: Timestamp, then: Charge, cancel: &str) -> Sheet {
        let args = self.charged(plan, ends_at, then);
        let parts = vec![
            Part::Text(self.say(Key::LetterIntroText, &args)),
            Part::Text(self.paper.text(Key::LetterIntroCancel)),
            self.link(Key::LetterCancel, cancel),
        ];
        self.about_subscription(self.say(Key::LetterIntroSubject, &args), parts)
    }

    fn receipt(&self, receipt: &Receipt<'_>) -> Sheet {
        let Receipt { number, amount, plan, paid_at, from, until, cancel } = *receipt;
        let today = day_of(self.now, self.paper.zone);
        let words = self.paper.words;
        let period = Args::new()
            .with(Slot::From, words.date_at(from, self.paper.zone, self.now))
            .with(Slot::Date, words.date(last_day_before(until, self.paper.zone), today));
        let facts = [
            (Key::LetterReceiptAmount, words.money(amount)),
            (Key::LetterReceiptPlan, value(plan)),
            (Key::LetterReceiptPeriod, self.say(Key::LetterPeriod, &period)),
            (Key::LetterReceiptNumber, value(number)),
        ];
        let parts = vec![
            Part::Text(self.paper.dated(Key::LetterReceiptText, paid_at, self.now)),
            Part::Facts(facts.map(|(key, fact)| (self.paper.text(key), fact)).into()),
            Part::Text(self.paper.text(Key::LetterReceiptCancel)),
            self.link(Key::LetterAccount, cancel),
        ];
        let args = self.args().with(Slot::Number, value(number));
        self.about_subscription(self.say(Key::LetterReceiptSubject, &args), parts)
    }

    fn payment_failed(&self, failed: &Failed<'_>) -> Sheet {
        let Failed { amount, plan, failed_at, until, card } = *failed;
        let args = self.priced(plan, failed_at, amount);
        let parts = vec![
            Part::Text(self.say(Key::LetterFailedText, &args)),
            Part::Text(self.paper.dated_before(Key::KeepAccess, until, self.now)),
            self.link(Key::UpdateCard, card),
        ];
        self.about_subscription(self.say(Key::LetterFailedSubject, &args), parts)
    }

    fn grace_ends(&self, failed_at: Timestamp, until: Timestamp, card: &str) -> Sheet {
        let parts = vec![
            Part::Text(self.paper.dated(Key::LetterGraceText, failed_at, self.now)),
            Part::Text(self.paper.dated_before(Key::KeepAccess, until, self.now)),
            self.link(Key::UpdateCard, card),
        ];
        let subject = self.args().with(Slot::Date, self.last_day(until));
        self.about_subscription(self.say(Key::LetterGraceSubject, &subject), parts)
    }

    fn expired(&self, ended_at: Timestamp, offers: &str) -> Sheet {
        let parts = vec![
            Part::Text(self.paper.dated(Key::SubscriptionEnded, ended_at, self.now)),
            Part::Text(self.paper.text(Key::SettingsKept)),
            Part::Text(self.paper.text(Key::LetterExpiredSilence)),
            self.link(Key::SeeAllOffers, offers),
        ];
        self.about_subscription(self.say(Key::LetterExpiredSubject, &self.args()), parts)
    }

    fn cancelled(&self, until: Timestamp, back: &str) -> Sheet {
        let parts = vec![
            Part::Text(self.paper.dated_before(Key::KeepAccess, until, self.now)),
            Part::Text(self.paper.text(Key::LetterCancelledText)),
            Part::Text(self.paper.text(Key::LetterCancelledBack)),
            self.link(Key::LetterAccount, back),
        ];
        self.about_subscription(self.say(Key::LetterCancelledSubject, &self.args()), parts)
    }

    fn resumed(&self, plan: &str, amount: Money, next: Timestamp, cancel: &str) -> Sheet {
        let args = self.priced(plan, next, amount);
        let parts = vec![
            Part::Text(self.say(Key::LetterResumedText, &args)),
            Part::Text(self.say(Key::NextPayment, &args)),
            Part::Text(self.paper.text(Key::LetterReceiptCancel)),
            self.link(Key::LetterAccount, cancel),
        ];
        self.about_subscription(self.say(Key::LetterResumedSubject, &self.args()), parts)
    }

    fn plan_kept(
        &self,
        plan: &str,
        priced: &str,
        (amount, next): (Money, Timestamp),
        change: &str,
    ) -> Sheet {
        let parts = vec![
            Part::Text(self.say(Key::LetterPlanKeptText, &self.planned(priced, next))),
            Part::Text(self.say(Key::NextPayment, &self.priced(plan, next, amount))),
            self.link(Key::PlanChange, change),
        ];
        let subject = self.say(Key::LetterPlanKeptSubject, &self.planned(plan, next));
        self.about_subscription(subject, parts)
    }

    fn gift(&self, giver: &str, headline: &str, link: &str, until: Timestamp) -> Sheet {
        let args = self.args().with(Slot::Name, value(giver));
        let parts = vec![
            Part::Text(self.say(Key::LetterGiftText, &args)),
            Part::Mark(value(headline)),
            self.link(Key::OpenArticle, link),
            Part::Text(self.paper.dated_before(Key::LetterGiftUntil, until, self.now)),
        ];
        let why = self.say(Key::LetterGiftWhy, &args);
        self.sheet(self.say(Key::LetterGiftSubject, &args), parts, why)
    }

    fn seat(&self, holder: &str, link: &str, until: Timestamp) -> Sheet {
        let args = self.args().with(Slot::Name, value(holder));
        let parts = vec![
            Part::Text(self.say(Key::LetterSeatText, &args)),
            self.link(Key::LetterSeatLink, link),
            Part::Text(self.paper.dated_before(Key::LetterSeatUntil, until, self.now)),
        ];
        let why = self.say(Key::LetterSeatWhy, &args);
        self.sheet(self.say(Key::LetterSeatSubject, &args), parts, why)
    }

    fn appointed(&self, by: &str, role: &str, desk: &str) -> Sheet {
        let args = self.args().with(Slot::Name, value(by)).with(Slot::Role, value(role));
        let parts = vec![
            Part::Text(self.say(Key::LetterAppointedText, &args)),
            self.link(Key::LetterAppointedLink, desk),
            Part::Text(self.paper.text(Key::LetterAppointedHow)),
        ];
        let why = self.say(Key::LetterAppointedWhy, &args);
        self.sheet(self.say(Key::LetterAppointedSubject, &args), parts, why)
    }

    fn numbers(&self, numbers: &NumbersLetter<'_>) -> Sheet {
        let today = day_of(self.now, self.paper.zone);
        let date = |day| self.paper.words.date(day, today);
        let args = self.args().with(Slot::From, date(numbers.from));
        let args = args.with(Slot::Date, date(numbers.to));
        let line = |(name, now, before): &(String, String, String)| {
            let args = Args::new().with(Slot::Number, now.as_str()).with(Slot::Name, value(before));
            (value(name), self.say(Key::LetterNumbersLine, &args))
        };
        let mut parts = vec![
            Part::Text(self.say(Key::LetterNumbersText, &args)),
            Part::Facts(numbers.lines.iter().map(line).collect()),
        ];
        if !numbers.warning.is_empty() {
            parts.push(Part::Text(numbers.warning.to_owned()));
        }
        if !numbers.most_read.is_empty() {
            let read = |(name, number): &(String, String)| (value(name), value(number));
            parts.push(Part::Text(self.paper.text(Key::MostRead)));
            parts.push(Part::Facts(numbers.most_read.iter().map(read).collect()));
        }
        parts.push(self.link(Key::LetterNumbersLink, numbers.page));
        let why = self.say(Key::LetterNumbersWhy, &self.args());
        self.sheet(self.say(Key::LetterNumbersSubject, &args), parts, why)
    }

    fn webhook_off(&self, name: &str, page: &str) -> Sheet {
        let args = self.args().with(Slot::Name, value(name));
        let parts = vec![
            Part::Text(self.say(Key::LetterWebhookText, &args)),
            self.link(Key::LetterWebhookLink, page),
        ];
        let why = self.say(Key::LetterWebhookWhy, &args);
        self.sheet(self.say(Key::LetterWebhookSubject, &args), parts, why)
    }

    fn statement(&self, statement: &Statement<'_>) -> Sheet {
        let stated = |text: &String| one_line(text, STATED_CHARS_MAX);
        let lines = statement.lines.iter().map(|(name, said)| (stated(name), stated(said)));
        let mut parts = vec![
            Part::Text(self.say(Key::LetterStatementText, &self.args())),
            Part::Facts(lines.collect()),
        ];
        if let Some((link, until)) = statement.confirm {
            parts.push(Part::Text(self.paper.dated(Key::LetterStatementConfirm, until, self.now)));
            parts.push(self.link(Key::CancelDeclare, link));
            parts.push(Part::Text(self.paper.text(Key::LetterStatementIgnore)));
        }
        let why = self.say(Key::LetterStatementWhy, &self.args());
        self.sheet(self.say(Key::LetterStatementSubject, &self.args()), parts, why)
    }

    fn plan_changed(&self, changed: &PlanChanged<'_>) -> Sheet {
        let PlanChanged { before, after, plan, from, charged, then, .. } = *changed;
        let (next_charge_at, change) = (changed.next_charge_at, changed.change);
        let dated = self.planned(plan, from);
        let is_now = from <= self.now;
        let (subject, set_against, back) = if is_now {
            (Key::LetterPlanSubject, Key::ChangeSetAgainst, Key::LetterPlanBack)
        } else {
            (Key::LetterPlanSubjectLater, Key::ChangeUntil, Key::LetterPlanBackLater)
        };
        let (every, amount) = match then {
            Charge::Monthly(amount) => (Key::ThenEveryMonth, amount),
            Charge::Yearly(amount) => (Key::ThenEveryYear, amount),
        };
        let facts = [
            (Key::LetterPlanBefore, value(before)),
            (Key::LetterPlanAfter, value(after)),
            (Key::LetterPlanFrom, self.paper.words.date_at(from, self.paper.zone, self.now)),
            (Key::LetterPlanCharged, self.paper.words.money(charged)),
        ];
        let parts = vec![
            Part::Facts(facts.map(|(key, fact)| (self.paper.text(key), fact)).into()),
            Part::Text(self.say(set_against, &dated)),
            Part::Text(self.say(every, &self.priced(plan, next_charge_at, amount))),
            Part::Text(match changed.undo_until {
                Some(until) => self.paper.dated(Key::LetterPlanUndo, until, self.now),
                None => self.say(back, &dated),
            }),
            self.link(Key::PlanChange, change),
        ];
        self.about_subscription(self.say(subject, &dated), parts)
    }

    fn invoice(&self, invoice: &InvoiceLetter<'_>) -> Sheet {
        let words = self.paper.words;
        let due_on = words.date(invoice.due_on, day_of(self.now, self.paper.zone));
        let args = self
            .args()
            .with(Slot::Number, value(invoice.number))
            .with(Slot::Date, due_on.as_str())
            .with(Slot::Price, words.money(invoice.amount));
        let (subject, text) = match invoice.news {
            InvoiceNews::Made => (Key::LetterInvoiceSubject, Key::LetterInvoiceText),
            InvoiceNews::DueSoon => (Key::LetterInvoiceSoonSubject, Key::LetterInvoiceSoonText),
            InvoiceNews::Late => (Key::LetterInvoiceLateSubject, Key::LetterInvoiceLateText),
            InvoiceNews::Void => (Key::LetterInvoiceVoidSubject, Key::LetterInvoiceVoidText),
            InvoiceNews::Refunded => (Key::LetterInvoiceBackSubject, Key::LetterInvoiceBackText),
        };
        let mut parts = vec![Part::Text(self.say(text, &args))];
        if matches!(invoice.news, InvoiceNews::Made | InvoiceNews::DueSoon | InvoiceNews::Late) {
            let lines = |lines: &[String]| one_line(&lines.join(", "), STATED_CHARS_MAX);
            let facts = [
                (Key::InvoiceSum, words.money(invoice.amount)),
                (Key::InvoiceFor, value(invoice.plan)),
                (Key::InvoiceDue, due_on),
                (Key::InvoicePayee, lines(invoice.payee)),
                (Key::InvoicePayTo, lines(invoice.pay_to)),
                (Key::InvoiceQuote, value(invoice.number)),
                (Key::InvoiceBuyer, lines(invoice.buyer)),
            ];
            parts.push(Part::Facts(facts.map(|(key, fact)| (self.paper.text(key), fact)).into()));
            parts.push(Part::Text(match invoice.after {
                Some(last) => {
                    let last = words.date(last, day_of(self.now, self.paper.zone));
                    self.say(Key::InvoiceGoesOn, &Args::new().with(Slot::Date, last))
                }
                None => self.paper.text(Key::InvoiceOpens),
            }));
            if !invoice.tax.is_empty() {
                parts.push(Part::Text(one_line(invoice.tax, STATED_CHARS_MAX)));
            }
        }
        parts.push(self.link(Key::LetterInvoiceLink, invoice.page));
        self.about_subscription(self.say(subject, &args), parts)
    }

    fn way_in(&self, change: WayInChange, at: Timestamp, account: &str) -> Sheet {
        let subject = match change {
            WayInChange::PasswordSet => Key::LetterPasswordSetSubject,
            WayInChange::PasswordRemoved => Key::LetterPasswordRemovedSubject,
            WayInChange::PasskeyAdded => Key::LetterPasskeyAddedSubject,
            WayInChange::PasskeyRemoved => Key::LetterPasskeyRemovedSubject,
        };
        let mut parts = vec![Part::Text(self.say(Key::LetterChangedAt, &self.instant(at)))];
        if matches!(change, WayInChange::PasswordSet | WayInChange::PasswordRemoved) {
            parts.push(Part::Text(self.paper.text(Key::LetterChangedElsewhere)));
        }
        parts.push(Part::Text(self.paper.text(Key::LetterChangedNotYou)));
        parts.push(self.link(Key::LetterAccount, account));
        let why = self.say(Key::LetterChangedWhy, &self.args());
        self.sheet(self.say(subject, &self.args()), parts, why)
    }

    fn address_code(&self, code: &str, minutes: u32) -> Sheet {
        let args = self.args().with(Slot::Code, value(code));
        Sheet {
            subject: self.say(Key::LetterAddressCodeSubject, &args),
            heading: self.paper.text(Key::AddressChange),
            parts: vec![
                Part::Text(self.say(Key::LetterAddressCodeText, &args)),
                Part::Mark(value(code)),
                Part::Text(self.say(Key::LetterAddressCodeMinutes, &self.good_for(minutes))),
                Part::Text(self.paper.text(Key::LetterAddressCodeIgnore)),
            ],
            why: self.say(Key::LetterAddressCodeWhy, &args),
        }
    }

    fn newsletters(&self, names: &[String], link: &str, until: Timestamp) -> Sheet {
        let mut parts = vec![Part::Text(self.say(Key::LetterNewslettersText, &self.args()))];
        parts.extend(names.iter().map(|name| Part::Mark(value(name))));
        parts.push(self.link(Key::NewslettersConfirm, link));
        parts.push(Part::Text(self.say(Key::LetterNewslettersUntil, &self.instant(until))));
        parts.push(Part::Text(self.paper.text(Key::LetterNewslettersIgnore)));
        let why = self.say(Key::LetterNewslettersWhy, &self.args());
        self.sheet(self.say(Key::LetterNewslettersSubject, &self.args()), parts, why)
    }

    fn address_changed(&self, at: Timestamp, contact: &str) -> Sheet {
        let parts = vec![
            Part::Text(self.say(Key::LetterChangedAt, &self.instant(at))),
            Part::Text(self.paper.text(Key::LetterAddressChangedText)),
            Part::Text(self.paper.text(Key::LetterAddressChangedNotYou)),
            self.link(Key::WriteToUs, contact),
        ];
        let why = self.say(Key::LetterAddressChangedWhy, &self.args());
        self.sheet(self.say(Key::LetterAddressChangedSubject, &self.args()), parts, why)
    }

    fn address_tried(&self, at: Timestamp, sign_in: &str) -> Sheet {
        let parts = vec![
            Part::Text(self.say(Key::LetterAddressTriedText, &self.instant(at))),
            Part::Text(self.paper.text(Key::LetterAddressTriedDo)),
            self.link(Key::SignIn, sign_in),
        ];
        let why = self.say(Key::LetterAddressTriedWhy, &self.args());
        self.sheet(self.say(Key::LetterAddressTriedSubject, &self.args()), parts, why)
    }

    /// For how many minutes something is good, and until when that is.
    fn good_for(&self, minutes: u32) -> Args {
        let until = self.now.checked_add(SignedDuration::from_mins(i64::from(minutes)));
        let until = until.unwrap_or(Timestamp::MAX);
        let words = self.paper.words;
        Args::new()
            .count(minutes)
            .with(Slot::Time, words.clock(until, self.paper.zone))
            .with(Slot::City, words.city(self.paper.zone))
    }

    /// Day and time of something, in the paper's zone.
    fn instant(&self, at: Timestamp) -> Args {
        let (words, zone) = (self.paper.words, self.paper.zone);
        self.args()
            .with(Slot::Date, words.date_at(at, zone, self.now))
            .with(Slot::Time, words.clock(at, zone))
            .with(Slot::City, words.city(zone))
    }

    fn sheet(&self, subject: String, parts: Vec<Part>, why: String) -> Sheet {
        Sheet { heading: subject.clone(), subject, parts, why }
    }

    fn about_subscription(&self, subject: String, parts: Vec<Part>) -> Sheet {
        let why = self.say(Key::LetterSubscriptionWhy, &self.args());
        self.sheet(subject, parts, why)
    }

    fn say(&self, key: Key, args: &Args) -> String {
        self.paper.format(key, args)
    }

    /// The paper's name, which nearly every line may use.
    fn args(&self) -> Args {
        Args::new().with(Slot::Paper, self.paper.name)
    }

    /// A plan that changes its price on a day: the price says for how long it pays.
    fn charged(&self, plan: &str, at: Timestamp, then: Charge) -> Args {
        let (key, amount) = match then {
            Charge::Monthly(amount) => (Key::PricePerMonth, amount),
            Charge::Yearly(amount) => (Key::LetterPriceYearly, amount),
        };
        let amount = Args::new().with(Slot::Price, self.paper.words.money(amount));
        self.planned(plan, at).with(Slot::Price, self.say(key, &amount))
    }

    fn priced(&self, plan: &str, at: Timestamp, amount: Money) -> Args {
        self.planned(plan, at).with(Slot::Price, self.paper.words.money(amount))
    }

    fn planned(&self, plan: &str, at: Timestamp) -> Args {
        let date = self.paper.words.date_at(at, self.paper.zone, self.now);
        self.args().with(Slot::Plan, value(plan)).with(Slot::Date, date)
    }

    fn last_day(&self, until: Timestamp) -> String {
        let zone = self.paper.zone;
        self.paper.words.date(last_day_before(until, zone), day_of(self.now, zone))
    }

    fn link(&self, key: Key, href: &str) -> Part {
        Part::Link(self.paper.action(key, href))
    }
}

/// A name or number of somebody else's, as one line of a certain length.
fn value(text: &str) -> String {
    one_line(text, LETTER_VALUE_CHARS_MAX)
}
