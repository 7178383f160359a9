//! Registered people: who they are and how their readings are named. What opens something for them is in the ledger.

use gate::{Outage, Person, ReaderId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::changes::Change;
use crate::known_readers::KnownReader;
use crate::sign_ups::ToSender;
use crate::{Store, events, values};

/// The longest name of a reader, in characters.
pub const READER_NAME_CHARS_MAX: usize = 80;

/// A registered person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReaderRow {
    /// Whose row it is.
    pub id: ReaderId,
    /// Under which name the record of readings knows the person.
    pub person: Person,
    /// The mail address, in small letters.
    pub mail: String,
    /// Under which name is kept what the person takes once: a keyed hash of the address.
    pub taken_as: [u8; 32],
    /// Since when the address is proven.
    pub verified_at: Option<Timestamp>,
    /// What the person wants to be called; may be empty.
    pub name: String,
    /// When the person registered.
    pub joined_at: Timestamp,
}

const COLUMNS: &str = "id, person, mail, taken_as, verified_at, name, joined_at";

fn read(row: &Row<'_>) -> rusqlite::Result<ReaderRow> {
    Ok(ReaderRow {
        id: values::reader(row, 0)?,
        person: Person::from_bytes(values::bytes16(row, 1)?),
        mail: row.get(2)?,
        taken_as: row.get(3)?,
        verified_at: values::some_instant(row, 4)?,
        name: row.get(5)?,
        joined_at: values::instant(row, 6)?,
    })
}

/// The reader of an id.
pub(crate) fn by_id(connection: &Connection, id: ReaderId) -> rusqlite::Result<Option<ReaderRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM readers WHERE id = ?1"))?
        .query_row([id.as_bytes()], read)
        .optional()
}

/// The reader of an address.
pub(crate) fn by_mail(connection: &Connection, mail: &str) -> rusqlite::Result<Option<ReaderRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM readers WHERE mail = ?1"))?
        .query_row([mail], read)
        .optional()
}

/// The readers of a condition.
pub(crate) fn those(
    connection: &Connection,
    which: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<ReaderRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM readers WHERE {which}"))?
        .query_map(values, read)?
        .collect()
}

/// Adds a reader whose address is new.
pub(crate) fn add(transaction: &Transaction<'_>, row: &ReaderRow) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO readers (id, person, mail, taken_as, verified_at, name, joined_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            row.id.as_bytes(),
            row.person.as_bytes(),
            &row.mail,
            row.taken_as,
            row.verified_at.map(Timestamp::as_microsecond),
            &row.name,
            row.joined_at.as_microsecond(),
        ))?;
    events::registered(transaction, row.id, row.joined_at)
}

/// Readers behind an address, in the order of their addresses.
pub(crate) fn after(
    connection: &Connection,
    mail: &str,
    limit: usize,
) -> rusqlite::Result<Vec<ReaderRow>> {
    those(connection, "mail > ?1 ORDER BY mail LIMIT ?2", (mail, limit as i64))
}

/// Gives a reader another name. Says whether there is one.
pub(crate) fn rename(
    transaction: &Transaction<'_>,
    id: ReaderId,
    name: &str,
) -> rusqlite::Result<bool> {
    let named = transaction
        .prepare_cached("UPDATE readers SET name = ?2 WHERE id = ?1")?
        .execute((id.as_bytes(), name))?;
    Ok(named == 1)
}

/// Notes that the address was proven.
pub(crate) fn verify(
    transaction: &Transaction<'_>,
    id: ReaderId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE readers SET verified_at = ?2 WHERE id = ?1")?
        .execute((id.as_bytes(), now.as_microsecond()))
        .map(drop)
}

/// Gives a reader another mail address, which was proven just now.
pub(crate) fn move_to(
    transaction: &Transaction<'_>,
    id: ReaderId,
    mail: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE readers SET mail = ?2, verified_at = ?3 WHERE id = ?1")?
        .execute((id.as_bytes(), mail, now.as_microsecond()))
        .map(drop)
}

/// Gives a reader another mail address, which nobody has proven yet.
pub(crate) fn correct(
    transaction: &Transaction<'_>,
    id: ReaderId,
    mail: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE readers SET mail = ?2, verified_at = NULL WHERE id = ?1")?
        .execute((id.as_bytes(), mail))
        .map(drop)
}

/// What every cache is told that knows something of a reader.
pub(crate) fn changed(id: ReaderId) -> Change {
    Change::of("reader", id.to_string())
}

impl Store {
    /// The reader of an id.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn reader_of_id(&self, id: ReaderId) -> Result<Option<ReaderRow>, Outage> {
        self.0.lookups.ask(move |connection| by_id(connection, id)).await
    }

    /// The reader of a mail address.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn reader_of_mail(&self, mail: String) -> Result<Option<ReaderRow>, Outage> {
        self.0.lookups.ask(move |connection| by_mail(connection, &mail)).await
    }

    /// The reader of a mail address with everything that opens something for them.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn known_reader_of_mail(&self, mail: String) -> Result<Option<KnownReader>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let row = by_mail(connection, &mail)?;
                row.map(|row| KnownReader::read(connection, row)).transpose()
            })
            .await
    }

    /// Adds a reader whose address is new.
    ///
    /// # Errors
    /// [`Outage`]: nobody was added, as where the address is known.
    pub async fn add_reader(&self, row: ReaderRow) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                add(transaction, &row)?;
                changes.push(changed(row.id));
                Ok(())
            })
            .await
    }

    /// Gives a reader another name, of at most [`READER_NAME_CHARS_MAX`] characters: the rest is cut off.
    ///
    /// # Errors
    /// [`Outage`]: it was not kept.
    pub async fn name_reader(&self, id: ReaderId, name: &str) -> Result<(), Outage> {
        let name: String = name.chars().take(READER_NAME_CHARS_MAX).collect();
        self.0
            .writer
            .write(move |transaction, changes| {
                if rename(transaction, id, &name)? {
                    changes.push(changed(id));
                }
                Ok(())
            })
            .await
    }

    /// Erases a reader: the row, the sessions, the readings, the seats, and what the address gets by mail. Says whether there was one.
    ///
    /// # Errors
    /// [`Outage`]: nothing was erased.
    pub async fn erase_reader(
        &self,
        id: ReaderId,
        sender: ToSender,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        let standings = std::sync::Arc::clone(&self.0.standings);
        self.0
            .writer
            .write_and(
                crate::writer::Failure::Alone,
                move |transaction, changes| {
                    let Some(row) = by_id(transaction, id)? else { return Ok(None) };
                    crate::sessions::end_all(transaction, id, changes)?;
                    crate::seats::erase(transaction, id, now, changes)?;
                    crate::readings::remove(transaction, row.person)?;
                    crate::invoices::void_of_erased(transaction, id, now)?;
                    transaction
                        .prepare_cached("DELETE FROM sign_ins WHERE mail = ?1")?
                        .execute([&row.mail])?;
                    transaction
                        .prepare_cached("DELETE FROM readers WHERE id = ?1")?
                        .execute([id.as_bytes()])?;
                    crate::sign_ups::forget(transaction, &row.mail, sender, now)?;
                    changes.push(changed(id));
                    Ok(Some(row.person))
                },
                move |person| {
                    if let Some(Some(person)) = person {
                        standings.forget(*person);
                    }
                },
            )
            .await
            .map(|person| person.is_some())
    }
}
