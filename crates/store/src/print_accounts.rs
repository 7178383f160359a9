//! Printed papers that wait for their readers: each known by a keyed hash of its number, opened by one of number and postcode, or
//! by its reader's own address. Each is bound to one reader, once. Neither number nor postcode nor address is here.

use gate::{Outage, ReaderId};
use jiff::Timestamp;
use paywall::{Payment, SubscriptionId, What};
use rusqlite::{Connection, OptionalExtension, Transaction};
use subtle::ConstantTimeEq;

use crate::changes::Change;
use crate::subscribers::{self, Enrolled, ToldBy};
use crate::{Store, fact_rows, values};

/// Rows in one transaction: readings go on between two.
const BATCH: usize = 64;
/// Papers that one sign-in binds, at most.
const BOUND_MAX: usize = 16;

/// A printed paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrintAccount {
    /// The keyed hash of its number.
    pub account: [u8; 32],
    /// That of number and postcode.
    pub proof: [u8; 32],
    /// The name of its reader's address, as [`crate::ReaderRow::taken_as`] has it; none where it is not known.
    pub mail: Option<[u8; 32]>,
    /// What it opens until when. Of one that is known it keeps its beginning.
    pub payment: Payment,
}

/// What became of showing that a paper is one's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Activated {
    /// It is the reader's, now or already.
    Bound,
    /// There is no such paper, the postcode is another one, or it is somebody else's: which of them is nobody's business.
    No,
}

struct Known {
    account: PrintAccount,
    reader: Option<ReaderId>,
}

const COLUMNS: &str = "account, proof, mail, document, reader";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Known> {
    let document: String = row.get(3)?;
    let what = fact_rows::read(&document).map_err(|error| values::wrong(3, error))?;
    let What::Paid(payment) = what else {
        return Err(values::wrong(3, "it is no payment".to_owned()));
    };
    let reader: Option<[u8; 16]> = row.get(4)?;
    Ok(Known {
        account: PrintAccount {
            account: row.get(0)?,
            proof: row.get(1)?,
            mail: row.get(2)?,
            payment,
        },
        reader: reader.map(ReaderId::from_bytes),
    })
}

fn known(connection: &Connection, account: &[u8; 32]) -> rusqlite::Result<Option<Known>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM print_accounts WHERE account = ?1"))?
        .query_row([account], read)
        .optional()
}

/// What a list makes of a paper: its row with the beginning that it has, and what became of it.
fn compare(known: Option<&Known>, new: &PrintAccount) -> (PrintAccount, Enrolled) {
    let Some(known) = known else { return (new.clone(), Enrolled::Added) };
    let starts_at = known.account.payment.starts_at;
    let new = PrintAccount { payment: Payment { starts_at, ..new.payment.clone() }, ..new.clone() };
    let became = if new == known.account { Enrolled::Unchanged } else { Enrolled::Changed };
    (new, became)
}

fn keep(
    transaction: &Transaction<'_>,
    new: &PrintAccount,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<Enrolled> {
    let known = known(transaction, &new.account)?;
    let (row, became) = compare(known.as_ref(), new);
    if became == Enrolled::Added {
        changes.push(Change::of("print", String::new()));
    }
    if became == Enrolled::Unchanged {
        return Ok(became);
    }
    let what = What::Paid(row.payment.clone());
    let document = fact_rows::written(&what).map_err(|error| values::wrong(3, error))?;
    transaction
        .prepare_cached(
            "INSERT INTO print_accounts (account, proof, mail, document) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (account) DO UPDATE SET proof = excluded.proof, mail = excluded.mail, \
             document = excluded.document",
        )?
        .execute((row.account, row.proof, row.mail, document))?;
    if let Some(reader) = known.and_then(|known| known.reader) {
        tell(transaction, &row, reader, now, changes)?;
    }
    Ok(became)
}

/// Tells the ledger what a paper opens for its reader.
fn tell(
    transaction: &Transaction<'_>,
    row: &PrintAccount,
    reader: ReaderId,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<()> {
    let named = format!("print:{}", blake3::Hash::from_bytes(row.account).to_hex());
    let id = SubscriptionId::parse(&named).map_err(|error| values::wrong(0, error.to_string()))?;
    let last = subscribers::last(transaction, &id, None)?;
    let fact = subscribers::fact(&id, row.payment.clone(), last.map(|(as_of, _)| as_of), now)?;
    subscribers::keep(transaction, reader, &fact, (ToldBy::Import, ""), now, changes)
}

fn bind(
    transaction: &Transaction<'_>,
    row: &PrintAccount,
    reader: ReaderId,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE print_accounts SET reader = ?2 WHERE account = ?1")?
        .execute((row.account, reader.as_bytes()))?;
    tell(transaction, row, reader, now, changes)
}

/// Binds the papers that wait for a reader's address, where that is proven.
pub(crate) fn bind_by_mail(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<()> {
    let waiting: Vec<Known> = transaction
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM print_accounts WHERE reader IS NULL AND mail = \
             (SELECT taken_as FROM readers WHERE id = ?1 AND verified_at IS NOT NULL) LIMIT ?2"
        ))?
        .query_map((reader.as_bytes(), BOUND_MAX as i64), read)?
        .collect::<Result<_, _>>()?;
    waiting.iter().try_for_each(|one| bind(transaction, &one.account, reader, now, changes))
}

impl Store {
    /// Keeps printed papers, in small transactions; what is the same changes nothing. One that is bound stays its reader's.
    ///
    /// # Errors
    /// [`Outage`]: those of batches before it were kept.
    pub async fn keep_print_accounts(
        &self,
        accounts: Vec<PrintAccount>,
        now: Timestamp,
    ) -> Result<Vec<Enrolled>, Outage> {
        let mut enrolled = Vec::with_capacity(accounts.len());
        for batch in accounts.chunks(BATCH) {
            let batch = batch.to_vec();
            let kept = self.0.writer.write(move |transaction, changes| {
                let kept = |one| keep(transaction, one, now, changes);
                batch.iter().map(kept).collect::<Result<Vec<_>, _>>()
            });
            enrolled.extend(kept.await?);
        }
        Ok(enrolled)
    }

    /// What [`Self::keep_print_accounts`] would make of them.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn would_keep_print_accounts(
        &self,
        accounts: Vec<PrintAccount>,
    ) -> Result<Vec<Enrolled>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let would = |one: &PrintAccount| {
                    Ok(compare(known(connection, &one.account)?.as_ref(), one).1)
                };
                accounts.iter().map(would).collect()
            })
            .await
    }

    /// Binds a paper to a reader who knows its number and its postcode. Once: afterwards nobody else can.
    ///
    /// # Errors
    /// [`Outage`]: it was not bound.
    pub async fn activate_print(
        &self,
        account: [u8; 32],
        proof: [u8; 32],
        reader: ReaderId,
        now: Timestamp,
    ) -> Result<Activated, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let found = known(transaction, &account)?;
                // Where there is none, the same is compared: how long it takes says nothing either.
                let wanted = found.as_ref().map_or([0; 32], |found| found.account.proof);
                let fits = bool::from(wanted.ct_eq(&proof));
                match found.filter(|_| fits) {
                    Some(found) if found.reader == Some(reader) => Ok(Activated::Bound),
                    Some(found) if found.reader.is_none() => {
                        bind(transaction, &found.account, reader, now, changes)?;
                        Ok(Activated::Bound)
                    }
                    _ => Ok(Activated::No),
                }
            })
            .await
    }

    /// Whether a printed paper is known that is nobody's yet.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn print_account_waits(&self, account: [u8; 32]) -> Result<bool, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let known = known(connection, &account)?;
                Ok(known.is_some_and(|known| known.reader.is_none()))
            })
            .await
    }

    /// Whether any printed paper can be activated here.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn has_print_accounts(&self) -> Result<bool, Outage> {
        self.0
            .lookups
            .ask(|connection| {
                connection.prepare_cached("SELECT 1 FROM print_accounts LIMIT 1")?.exists([])
            })
            .await
    }
}
