//! Who signed up with the paper before it came here, for the accounts that they will have. Personal data: it is written
//! and counted here, and nothing serves it or exports it; a backup has it.

use gate::Outage;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction};

use crate::{Store, values};

/// Rows in one transaction: readings go on between two.
const BATCH: usize = 64;

/// Somebody who signed up elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signup {
    /// The address, in small letters: whose row it is.
    pub address: String,
    /// Which system it is from.
    pub origin: String,
    /// The id there; empty where there is none.
    pub their_id: String,
    /// The name.
    pub name: Option<String>,
    /// What the paper noted.
    pub note: Option<String>,
    /// Whether letters are wanted.
    pub wants_letters: bool,
    /// Whether access was given without payment.
    pub complimentary: bool,
    /// The id at the payment provider.
    pub payment_id: Option<String>,
    /// When the person signed up.
    pub signed_up_at: Option<Timestamp>,
    /// Labels of the paper's own.
    pub labels: Vec<String>,
    /// Names of what was bought or given.
    pub plans: Vec<String>,
}

/// What became of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Enrolled {
    /// The address is new.
    Added,
    /// It was there, and something of it changed.
    Changed,
    /// It was there and is the same.
    Unchanged,
}

impl Store {
    /// Keeps people by their addresses, in small transactions; what is the same changes nothing.
    ///
    /// # Errors
    /// [`Outage`]: those of batches before it were kept.
    pub async fn keep_signups(&self, signups: Vec<Signup>) -> Result<Vec<Enrolled>, Outage> {
        let mut enrolled = Vec::with_capacity(signups.len());
        for batch in signups.chunks(BATCH) {
            let batch = batch.to_vec();
            let kept = self.0.writer.write(move |transaction, _| {
                batch.iter().map(|signup| keep(transaction, signup)).collect::<Result<Vec<_>, _>>()
            });
            enrolled.extend(kept.await?);
        }
        Ok(enrolled)
    }

    /// What [`Self::keep_signups`] would make of one.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn signup_standing(&self, signup: Signup) -> Result<Enrolled, Outage> {
        self.0
            .lookups
            .ask(move |connection| Ok(compare(known(connection, &signup.address)?, &signup)))
            .await
    }
}

fn compare(known: Option<Signup>, signup: &Signup) -> Enrolled {
    match known {
        None => Enrolled::Added,
        Some(known) if known == *signup => Enrolled::Unchanged,
        Some(_) => Enrolled::Changed,
    }
}

fn known(connection: &rusqlite::Connection, address: &str) -> rusqlite::Result<Option<Signup>> {
    connection
        .prepare_cached(
            "SELECT address, origin, their_id, name, note, wants_letters, complimentary, payment_id, \
             signed_up_at, labels, plans FROM signups WHERE address = ?1",
        )?
        .query_row([address], read)
        .optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Signup> {
    let list = |place: usize| {
        let text: String = row.get(place)?;
        serde_json::from_str(&text).map_err(|error| values::wrong(place, error.to_string()))
    };
    let at: Option<i64> = row.get(8)?;
    Ok(Signup {
        address: row.get(0)?,
        origin: row.get(1)?,
        their_id: row.get(2)?,
        name: row.get(3)?,
        note: row.get(4)?,
        wants_letters: row.get(5)?,
        complimentary: row.get(6)?,
        payment_id: row.get(7)?,
        signed_up_at: at.map(|_| values::instant(row, 8)).transpose()?,
        labels: list(9)?,
        plans: list(10)?,
    })
}

fn keep(transaction: &Transaction<'_>, signup: &Signup) -> rusqlite::Result<Enrolled> {
    let enrolled = compare(known(transaction, &signup.address)?, signup);
    if enrolled == Enrolled::Unchanged {
        return Ok(enrolled);
    }
    let list = |list: &Vec<String>| {
        serde_json::to_string(list).map_err(|error| values::wrong(0, error.to_string()))
    };
    transaction
        .prepare_cached(
            "INSERT INTO signups (address, origin, their_id, name, note, wants_letters, complimentary, \
             payment_id, signed_up_at, labels, plans) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
             ON CONFLICT (address) DO UPDATE SET origin = excluded.origin, their_id = excluded.their_id, \
             name = excluded.name, note = excluded.note, wants_letters = excluded.wants_letters, \
             complimentary = excluded.complimentary, payment_id = excluded.payment_id, \
             signed_up_at = excluded.signed_up_at, labels = excluded.labels, plans = excluded.plans",
        )?
        .execute((
            &signup.address,
            &signup.origin,
            &signup.their_id,
            &signup.name,
            &signup.note,
            signup.wants_letters,
            signup.complimentary,
            &signup.payment_id,
            signup.signed_up_at.map(Timestamp::as_microsecond),
            list(&signup.labels)?,
            list(&signup.plans)?,
        ))?;
    Ok(enrolled)
}
