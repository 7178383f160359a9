//! Invoices that readers pay by transfer: each with a number that has no gap before it in its year, made in one transaction with the
//! letter that brings it, and never changed or removed. What is paid is a fact of the ledger, written with it. Nothing here knows
//! when access begins or ends.

mod document;
mod next_plans;

use std::fmt;

use gate::{Outage, ReaderId};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use paywall::{Fact, Follows, InvoiceStep, SubscriptionId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::changes::Change;
use crate::mails::{NewMail, enqueue};
use crate::subscribers::ToldBy;
use crate::{Noted, Store, checkouts, ledger, readers, values};

pub use next_plans::{NextPlan, NextPlanStep};

/// Under which name what is paid by invoice stands among those who provide.
pub const INVOICE: &str = "invoice";
/// How the names of such contracts begin.
const NAMED: &str = "invoice:";
/// Orders by invoice of one reader in a day: numbers are not to be used up.
pub const INVOICE_ORDERS_DAILY_MAX: usize = 5;
/// Invoices of one reader or contract that are read at once: twenty years of months.
pub const INVOICES_LISTED_MAX: usize = 240;
/// The longest name of a buyer, in characters.
pub const BUYER_NAME_CHARS_MAX: usize = 100;
/// The most lines of an address.
pub const BUYER_LINES_MAX: usize = 4;
/// The longest line of an address, country, reference or number for taxes, in characters.
pub const BUYER_LINE_CHARS_MAX: usize = 80;
/// The longest reason of a void invoice, in characters.
pub const INVOICE_REASON_CHARS_MAX: usize = 500;

/// An invoice's number: the year in the paper's zone, and a count in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InvoiceNumber {
    /// The year in which it was issued.
    pub year: i16,
    /// From 1 on, without a gap.
    pub number: u32,
}

impl InvoiceNumber {
    /// Reads a number as it is printed; zeros in front do not matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.trim().split_once('-')?;
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(number, 9) {
            return None;
        }
        let (year, number) = (year.parse().ok()?, number.parse().ok()?);
        (number > 0).then_some(Self { year, number })
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.year, self.number)
    }
}

/// Who buys, as they wrote it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Buyer {
    /// A name or an organisation.
    pub name: String,
    /// The lines of the address.
    pub lines: Vec<String>,
    /// The country.
    pub country: String,
    /// The buyer's own reference; may be empty.
    pub reference: String,
    /// The buyer's number for taxes; may be empty, and is not looked at.
    pub vat: String,
}

/// What stands on an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvoiceSheet {
    /// Who is paid, in lines.
    pub payee: Vec<String>,
    /// How, in lines: an account, or whatever the paper says.
    pub pay_to: Vec<String>,
    /// What the paper says of taxes; may be empty.
    pub tax: String,
    /// Who pays.
    pub buyer: Buyer,
    /// The plan's slug.
    pub plan: String,
    /// Its name.
    pub plan_name: String,
    /// The offer's id, where there was one.
    pub offer: Option<String>,
    /// How much, for how long, and what comes after it.
    pub step: InvoiceStep,
    /// What it goes on with; none where it is the first of its contract.
    pub follows: Option<Follows>,
}

/// How an invoice stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvoiceState {
    /// To be paid.
    Open,
    /// Paid.
    Paid {
        /// On which day, in the paper's zone.
        on: Date,
        /// Where the period after it begins.
        next: Follows,
    },
    /// It need not be paid.
    Void,
    /// It was paid, and the money went back.
    Refunded {
        /// On which day it had been paid.
        on: Date,
    },
}

impl InvoiceState {
    /// As it is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paid { .. } => "paid",
            Self::Void => "void",
            Self::Refunded { .. } => "refunded",
        }
    }
}

/// An invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invoice {
    /// Its number.
    pub number: InvoiceNumber,
    /// The contract that it is of.
    pub subscription: SubscriptionId,
    /// Whose it is, unless the reader was erased.
    pub reader: Option<ReaderId>,
    /// The agreement that it came of, where it is a first one, or the first of another plan.
    pub checkout: Option<String>,
    /// What stands on it.
    pub sheet: InvoiceSheet,
    /// When it was made.
    pub issued_at: Timestamp,
    /// On which day that was.
    pub issued_on: Date,
    /// The last day on which it is paid in time.
    pub due_on: Date,
    /// How it stands.
    pub state: InvoiceState,
    /// When it was paid, or became void.
    pub settled_at: Option<Timestamp>,
    /// Why it is void, or what was noted when it was paid.
    pub reason: String,
}

/// An invoice that is to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewInvoice {
    /// The contract that it is of.
    pub subscription: SubscriptionId,
    /// Whose it is.
    pub reader: ReaderId,
    /// The agreement that it comes of: an order, or the change to another plan; none where it goes on with a contract as that was.
    pub checkout: Option<String>,
    /// What stands on it.
    pub sheet: InvoiceSheet,
    /// When the period begins that it goes on with.
    pub follows_at: Option<Timestamp>,
    /// On which day it is issued, in the paper's zone.
    pub issued_on: Date,
    /// The last day on which it is paid in time.
    pub due_on: Date,
    /// When there may be something to write about it.
    pub check_at: Timestamp,
}

/// What became of an invoice that was to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InvoiceMade {
    /// It is there.
    New(Invoice),
    /// One for the same agreement or period, or of another order that is open, is there already: this one.
    There(Invoice),
    /// The reader has made [`INVOICE_ORDERS_DAILY_MAX`] of them in a day.
    Enough,
    /// It goes on with a contract, and another plan was agreed to meanwhile, or taken back: it is to be made anew.
    Overtaken,
}

/// What is settled of an invoice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settled {
    /// Which one.
    pub number: InvoiceNumber,
    /// How it stands until now: where it stands otherwise, nothing is settled.
    pub from: InvoiceState,
    /// How it stands from now on.
    pub to: InvoiceState,
}

/// A change of a contract that is paid by invoice: of one of its invoices, of the ledger, or of both. All of it is kept, or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settling {
    /// The contract.
    pub subscription: SubscriptionId,
    /// Whose it is, unless the reader was erased.
    pub reader: Option<ReaderId>,
    /// When the latest fact counts of those that it was made of: where others came since, nothing is settled.
    pub seen: Option<Timestamp>,
    /// The invoice.
    pub invoice: Option<Settled>,
    /// Whether open invoices of the contract become void, and the next one is for no other plan.
    pub voids_open: bool,
    /// For which plan the next invoice is to be.
    pub next_plan: NextPlanStep,
    /// What the ledger is told: later, by its own word, than all that was `seen`.
    pub facts: Vec<Fact>,
    /// What is taken by it that is taken once.
    pub taken: Vec<String>,
    /// Who tells it, and why.
    pub told_by: (ToldBy, String),
    /// The deed at the desk that it is, where it is one.
    pub noted: Option<Noted>,
    /// What the reader is told.
    pub letters: Vec<NewMail>,
    /// When the contract is looked at again.
    pub check_at: Timestamp,
}

/// Whether a contract is paid by invoice.
#[must_use]
pub fn is_by_invoice(subscription: &SubscriptionId) -> bool {
    subscription.as_str().starts_with(NAMED)
}

/// The name of a contract that is paid by invoice, of something that is drawn for it.
///
/// # Errors
/// [`paywall::IdError`]: what was drawn is no name.
pub fn invoice_contract(drawn: &str) -> Result<SubscriptionId, paywall::IdError> {
    SubscriptionId::parse(&format!("{NAMED}{drawn}"))
}

const COLUMNS: &str = "year, number, subscription, reader, checkout, document, issued_at, issued_on, due_on, state, \
     paid_on, next_anchor_at, next_months, settled_at, reason";

fn read(row: &Row<'_>) -> rusqlite::Result<Invoice> {
    let subscription: String = row.get(2)?;
    let reader: Option<[u8; 16]> = row.get(3)?;
    let text: String = row.get(5)?;
    let settled: Option<i64> = row.get(13)?;
    Ok(Invoice {
        number: InvoiceNumber { year: row.get(0)?, number: row.get(1)? },
        subscription: SubscriptionId::parse(&subscription)
            .map_err(|error| values::wrong(2, error.to_string()))?,
        reader: reader.map(ReaderId::from_bytes),
        checkout: row.get(4)?,
        sheet: document::read(&text).map_err(|error| values::wrong(5, error))?,
        issued_at: values::instant(row, 6)?,
        issued_on: day(row, 7)?,
        due_on: day(row, 8)?,
        state: state(row)?,
        settled_at: settled.map(|_| values::instant(row, 13)).transpose()?,
        reason: row.get(14)?,
    })
}

fn state(row: &Row<'_>) -> rusqlite::Result<InvoiceState> {
    let named: String = row.get(9)?;
    Ok(match &*named {
        "open" => InvoiceState::Open,
        "void" => InvoiceState::Void,
        "refunded" => InvoiceState::Refunded { on: day(row, 10)? },
        "paid" => InvoiceState::Paid {
            on: day(row, 10)?,
            next: Follows { anchor_at: values::instant(row, 11)?, months: row.get(12)? },
        },
        other => return Err(values::wrong(9, format!("{other:?} is no state of an invoice"))),
    })
}

fn day(row: &Row<'_>, place: usize) -> rusqlite::Result<Date> {
    let text: String = row.get(place)?;
    text.parse().map_err(|_| values::wrong(place, format!("{text:?} is no day")))
}

/// The rows behind a condition, in its order and within its limit.
fn all(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Invoice>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM invoices WHERE {condition}"))?
        .query_map(values, read)?
        .collect()
}

/// All of a reader or a contract, the newest first.
fn newest(
    connection: &Connection,
    condition: &str,
    of: impl rusqlite::ToSql,
) -> rusqlite::Result<Vec<Invoice>> {
    let condition = format!("{condition} = ?1 ORDER BY year DESC, number DESC LIMIT ?2");
    all(connection, &condition, (of, INVOICES_LISTED_MAX as i64))
}

/// The first row of a condition.
fn one(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Option<Invoice>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM invoices WHERE {condition} LIMIT 1"))?
        .query_row(values, read)
        .optional()
}

fn by_number(connection: &Connection, number: InvoiceNumber) -> rusqlite::Result<Option<Invoice>> {
    one(connection, "year = ?1 AND number = ?2", (number.year, number.number))
}

/// What is there already in place of a new one: of one reader a single order is open at once, and the next one is made when that is
/// paid or void.
fn there(connection: &Connection, new: &NewInvoice) -> rusqlite::Result<Option<Invoice>> {
    if let Some(follows_at) = new.follows_at {
        let condition = "subscription = ?1 AND follows_at = ?2 AND state <> 'void'";
        return one(
            connection,
            condition,
            (new.subscription.as_str(), follows_at.as_microsecond()),
        );
    }
    let same = one(connection, "checkout = ?1 AND state <> 'void'", [&new.checkout])?;
    let open = || {
        one(
            connection,
            "reader = ?1 AND follows_at = 0 AND state = 'open'",
            [new.reader.as_bytes()],
        )
    };
    same.map_or_else(open, |same| Ok(Some(same)))
}

/// Whether the reader has made enough orders lately.
fn is_enough(connection: &Connection, reader: ReaderId, now: Timestamp) -> rusqlite::Result<bool> {
    let since = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    connection
        .prepare_cached(
            "SELECT 1 FROM invoices WHERE reader = ?1 AND issued_at > ?2 AND follows_at = 0 \
             LIMIT 1 OFFSET ?3",
        )?
        .exists((reader.as_bytes(), since.as_microsecond(), INVOICE_ORDERS_DAILY_MAX as i64 - 1))
}

fn insert(
    transaction: &Transaction<'_>,
    new: NewInvoice,
    now: Timestamp,
) -> rusqlite::Result<Invoice> {
    let year = new.issued_on.year();
    // Rows never go, and there is one writer at a time: the next number is one more than the last.
    let number: u32 = transaction
        .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM invoices WHERE year = ?1")?
        .query_row([year], |row| row.get(0))?;
    let text = document::written(&new.sheet).map_err(|error| values::wrong(5, error))?;
    transaction
        .prepare_cached(
            "INSERT INTO invoices (year, number, subscription, reader, checkout, document, follows_at, issued_at, \
             issued_on, due_on, state, reason, check_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'open', '', ?11)",
        )?
        .execute((
            year,
            number,
            new.subscription.as_str(),
            new.reader.as_bytes(),
            &new.checkout,
            text,
            new.follows_at.map_or(0, Timestamp::as_microsecond),
            now.as_microsecond(),
            new.issued_on.to_string(),
            new.due_on.to_string(),
            new.check_at.as_microsecond(),
        ))?;
    Ok(Invoice {
        number: InvoiceNumber { year, number },
        subscription: new.subscription,
        reader: Some(new.reader),
        checkout: new.checkout,
        sheet: new.sheet,
        issued_at: now,
        issued_on: new.issued_on,
        due_on: new.due_on,
        state: InvoiceState::Open,
        settled_at: None,
        reason: String::new(),
    })
}

/// Marks an invoice; `false` where it stands otherwise than was thought.
fn mark(
    transaction: &Transaction<'_>,
    settled: &Settled,
    reason: &str,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let (paid_on, next) = match settled.to {
        InvoiceState::Paid { on, next } => (Some(on), Some(next)),
        InvoiceState::Refunded { on } => (Some(on), None),
        InvoiceState::Open | InvoiceState::Void => (None, None),
    };
    let marked = transaction
        .prepare_cached(
            "UPDATE invoices SET state = ?4, paid_on = ?5, next_anchor_at = ?6, next_months = ?7, \
             settled_at = ?8, reason = ?9 WHERE year = ?1 AND number = ?2 AND state = ?3",
        )?
        .execute((
            settled.number.year,
            settled.number.number,
            settled.from.name(),
            settled.to.name(),
            paid_on.map(|day| day.to_string()),
            next.map(|next| next.anchor_at.as_microsecond()),
            next.map(|next| next.months),
            now.as_microsecond(),
            reason,
        ))?;
    Ok(marked == 1)
}

/// Open invoices of a condition become void.
fn void_open(
    transaction: &Transaction<'_>,
    condition: &str,
    of: impl rusqlite::ToSql,
    reason: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(&format!(
            "UPDATE invoices SET state = 'void', settled_at = ?2, reason = ?3 WHERE {condition} = ?1 AND state = 'open'"
        ))?
        .execute((of, now.as_microsecond(), reason))
        .map(drop)
}

/// Whoever is erased need not pay what is open. The invoices stay, as the law asks.
pub(crate) fn void_of_erased(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    void_open(transaction, "reader", reader.as_bytes(), "the account was erased", now)
}

fn settle(
    transaction: &Transaction<'_>,
    settling: &Settling,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<bool> {
    let (by, reason) = &settling.told_by;
    let id = settling.subscription.as_str();
    let last: Option<i64> = transaction
        .prepare_cached("SELECT max(as_of) FROM ledger WHERE subscription = ?1")?
        .query_row([id], |row| row.get(0))?;
    if last != settling.seen.map(Timestamp::as_microsecond) {
        return Ok(false);
    }
    if let Some(settled) = &settling.invoice
        && !mark(transaction, settled, reason, now)?
    {
        return Ok(false);
    }
    // Never settled together with an invoice: what was marked would stay.
    if !next_plans::take(transaction, id, &settling.next_plan)? {
        return Ok(false);
    }
    if settling.voids_open {
        void_open(transaction, "subscription", id, reason, now)?;
        next_plans::forget(transaction, id)?;
    }
    if last.is_some() || !settling.facts.is_empty() {
        transaction
            .prepare_cached(
                "INSERT INTO subscriptions (id, reader, provider, began_at, check_at) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (id) DO UPDATE SET check_at = excluded.check_at",
            )?
            .execute((
                id,
                settling.reader.map(|reader| *reader.as_bytes()),
                INVOICE,
                now.as_microsecond(),
                settling.check_at.as_microsecond(),
            ))?;
    }
    if let Some(noted) = &settling.noted {
        noted.write(transaction, now)?;
    }
    for fact in &settling.facts {
        ledger::append(transaction, fact, (by.name(), reason), now)?;
    }
    if let Some(reader) = settling.reader {
        ledger::note_taken(transaction, reader, &settling.taken, now)?;
        changes.push(readers::changed(reader));
    }
    if let Some(settled) = settling.invoice
        && let InvoiceState::Paid { on, .. } = settled.to
    {
        let checkout: Option<String> = transaction
            .prepare_cached("SELECT checkout FROM invoices WHERE year = ?1 AND number = ?2")?
            .query_row((settled.number.year, settled.number.number), |row| row.get(0))?;
        if let Some(checkout) = checkout {
            checkouts::became(transaction, &checkout, id)?;
            checkouts::count(transaction, &checkout, on)?;
        }
    }
    settling.letters.iter().try_for_each(|one| enqueue(transaction, one, now).map(drop))?;
    Ok(true)
}

impl Store {
    /// Makes an invoice with the next number of its year, and the letter that brings it.
    ///
    /// # Errors
    /// [`Outage`]: there is none, and its number is free.
    pub async fn make_invoice(
        &self,
        new: NewInvoice,
        letter: impl FnOnce(&Invoice) -> NewMail + Send + 'static,
        now: Timestamp,
    ) -> Result<InvoiceMade, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                if let Some(there) = there(transaction, &new)? {
                    return Ok(InvoiceMade::There(there));
                }
                if new.follows_at.is_none() && is_enough(transaction, new.reader, now)? {
                    return Ok(InvoiceMade::Enough);
                }
                let (id, checkout) = (new.subscription.as_str(), new.checkout.as_deref());
                if new.follows_at.is_some() && !next_plans::used(transaction, id, checkout)? {
                    return Ok(InvoiceMade::Overtaken);
                }
                let made = insert(transaction, new, now)?;
                enqueue(transaction, &letter(&made), now)?;
                Ok(InvoiceMade::New(made))
            })
            .await
    }

    /// Settles something of a contract; `false` where the invoice or the contract stands otherwise by now, and then nothing was
    /// kept.
    ///
    /// # Errors
    /// [`Outage`]: nothing was kept.
    pub async fn settle_contract(
        &self,
        settling: Settling,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| settle(transaction, &settling, now, changes))
            .await
    }

    /// The invoice of a number.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn invoice(&self, number: InvoiceNumber) -> Result<Option<Invoice>, Outage> {
        self.0.lookups.ask(move |connection| by_number(connection, number)).await
    }

    /// All invoices of a reader, the newest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn invoices_of(&self, reader: ReaderId) -> Result<Vec<Invoice>, Outage> {
        self.0.lookups.ask(move |connection| newest(connection, "reader", reader.as_bytes())).await
    }

    /// All invoices of a contract, the newest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn invoices_of_contract(&self, id: SubscriptionId) -> Result<Vec<Invoice>, Outage> {
        self.0.lookups.ask(move |connection| newest(connection, "subscription", id.as_str())).await
    }

    /// Invoices behind a number, in their order; the first ones where there is none. Of a year, and open ones alone, where that is
    /// asked for.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn invoices_after(
        &self,
        after: Option<InvoiceNumber>,
        year: Option<i16>,
        open_only: bool,
        limit: usize,
    ) -> Result<Vec<Invoice>, Outage> {
        let after = after.unwrap_or(InvoiceNumber { year: i16::MIN, number: 0 });
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .lookups
            .ask(move |connection| {
                all(
                    connection,
                    "(year, number) > (?1, ?2) AND (?3 IS NULL OR year = ?3) \
                     AND (NOT ?4 OR state = 'open') ORDER BY year, number LIMIT ?5",
                    (after.year, after.number, year, open_only, limit),
                )
            })
            .await
    }

    /// Open invoices of which there may be something to write at `now`.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn due_invoices(&self, now: Timestamp, limit: usize) -> Result<Vec<Invoice>, Outage> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .lookups
            .ask(move |connection| {
                all(
                    connection,
                    "state = 'open' AND check_at <= ?1 ORDER BY check_at, year, number LIMIT ?2",
                    (now.as_microsecond(), limit),
                )
            })
            .await
    }

    /// Notes when an invoice is looked at again, with the letter that there was to write, unless it was settled meanwhile.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn invoice_looked_at(
        &self,
        number: InvoiceNumber,
        letter: Option<NewMail>,
        check_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let is_open = transaction
                    .prepare_cached(
                        "UPDATE invoices SET check_at = ?3 WHERE year = ?1 AND number = ?2 AND state = 'open'",
                    )?
                    .execute((number.year, number.number, check_at.as_microsecond()))?;
                let letter = letter.filter(|_| is_open == 1);
                letter.iter().try_for_each(|one| enqueue(transaction, one, now).map(drop))
            })
            .await
    }
}
