//! Passkeys of readers: public keys with a name, and what the next answer is held against. Whether an answer is right is found out
//! elsewhere; here it is looked at once more, in the commit that begins a session, that the passkey is still as it was then.

use gate::{Outage, ReaderId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::devices::{self, Entry};
use crate::mails::{NewMail, enqueue};
use crate::readers::{self, ReaderRow};
use crate::sessions::NewSession;
use crate::{Store, values};

/// Passkeys of one reader, at most.
pub const PASSKEYS_MAX: usize = 10;
/// The longest name of a passkey, in characters.
pub const PASSKEY_NAME_CHARS_MAX: usize = 60;

/// A passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyRow {
    /// The credential's own id.
    pub id: Vec<u8>,
    /// Whose it is.
    pub reader: ReaderId,
    /// What the reader calls it.
    pub name: String,
    /// Its key, as whoever holds answers against it reads it.
    pub text: String,
    /// How often it was used, where it counts that.
    pub counter: u32,
    /// Whether it may be copied to other devices.
    pub may_be_copied: bool,
    /// Whether it was.
    pub is_copied: bool,
    /// Since when.
    pub made_at: Timestamp,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
}

/// What became of a new passkey.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasskeyAdded {
    /// It was kept.
    Added,
    /// The reader has [`PASSKEYS_MAX`].
    Enough,
    /// There is one of that id, whoever has it.
    Known,
}

const COLUMNS: &str = "id, reader, name, text, counter, may_be_copied, is_copied, made_at, used_at";

fn read(row: &Row<'_>) -> rusqlite::Result<PasskeyRow> {
    let used: Option<i64> = row.get(8)?;
    Ok(PasskeyRow {
        id: row.get(0)?,
        reader: values::reader(row, 1)?,
        name: row.get(2)?,
        text: row.get(3)?,
        counter: row.get(4)?,
        may_be_copied: row.get(5)?,
        is_copied: row.get(6)?,
        made_at: values::instant(row, 7)?,
        used_at: used.map(|_| values::instant(row, 8)).transpose()?,
    })
}

fn by_id(connection: &Connection, id: &[u8]) -> rusqlite::Result<Option<PasskeyRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM passkeys WHERE id = ?1"))?
        .query_row([id], read)
        .optional()
}

fn of_reader(connection: &Connection, reader: ReaderId) -> rusqlite::Result<Vec<PasskeyRow>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM passkeys WHERE reader = ?1 ORDER BY made_at, id"
        ))?
        .query_map([reader.as_bytes()], read)?
        .collect()
}

impl Store {
    /// The passkeys of a reader, the oldest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn passkeys_of(&self, reader: ReaderId) -> Result<Vec<PasskeyRow>, Outage> {
        self.0.lookups.ask(move |connection| of_reader(connection, reader)).await
    }

    /// The passkey of an id.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn passkey(&self, id: Vec<u8>) -> Result<Option<PasskeyRow>, Outage> {
        self.0.lookups.ask(move |connection| by_id(connection, &id)).await
    }

    /// Keeps a passkey that is new, and tells the reader by a mail, in one commit.
    ///
    /// # Errors
    /// [`Outage`]: it was not kept.
    pub async fn add_passkey(
        &self,
        row: PasskeyRow,
        letter: NewMail,
        now: Timestamp,
    ) -> Result<PasskeyAdded, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                if by_id(transaction, &row.id)?.is_some() {
                    return Ok(PasskeyAdded::Known);
                }
                if of_reader(transaction, row.reader)?.len() >= PASSKEYS_MAX {
                    return Ok(PasskeyAdded::Enough);
                }
                transaction
                    .prepare_cached(&format!(
                        "INSERT INTO passkeys ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
                    ))?
                    .execute((
                        &row.id,
                        row.reader.as_bytes(),
                        &row.name,
                        &row.text,
                        row.counter,
                        row.may_be_copied,
                        row.is_copied,
                        row.made_at.as_microsecond(),
                        row.used_at.map(Timestamp::as_microsecond),
                    ))?;
                enqueue(transaction, &letter, now)?;
                Ok(PasskeyAdded::Added)
            })
            .await
    }

    /// Gives a reader's passkey another name, of at most [`PASSKEY_NAME_CHARS_MAX`] characters: the rest is cut off.
    ///
    /// # Errors
    /// [`Outage`]: it keeps the old one.
    pub async fn name_passkey(
        &self,
        reader: ReaderId,
        id: Vec<u8>,
        name: &str,
    ) -> Result<(), Outage> {
        let name: String = name.chars().take(PASSKEY_NAME_CHARS_MAX).collect();
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached("UPDATE passkeys SET name = ?3 WHERE id = ?1 AND reader = ?2")?
                    .execute((id, reader.as_bytes(), name))
                    .map(drop)
            })
            .await
    }

    /// Removes a reader's passkey, and tells the reader by a mail, in one commit. Says whether there was one.
    ///
    /// # Errors
    /// [`Outage`]: it is good still.
    pub async fn remove_passkey(
        &self,
        reader: ReaderId,
        id: Vec<u8>,
        letter: NewMail,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let removed = transaction
                    .prepare_cached("DELETE FROM passkeys WHERE id = ?1 AND reader = ?2")?
                    .execute((id, reader.as_bytes()))?;
                if removed == 1 {
                    enqueue(transaction, &letter, now)?;
                }
                Ok(removed == 1)
            })
            .await
    }

    /// Begins a session of somebody whose passkey answered right. `before` is the row that the answer was held against, `after` the
    /// same as it is to be kept. `None` where the row is another one by now, or gone.
    ///
    /// # Errors
    /// [`Outage`]: there is no session.
    pub async fn sign_in_by_passkey(
        &self,
        before: PasskeyRow,
        after: PasskeyRow,
        session: NewSession,
        back: String,
        now: Timestamp,
    ) -> Result<Option<(ReaderRow, Entry)>, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let is_same = |row: &PasskeyRow| row.text == before.text;
                if !by_id(transaction, &before.id)?.is_some_and(|row| is_same(&row)) {
                    return Ok(None);
                }
                let Some(reader) = readers::by_id(transaction, before.reader)? else {
                    return Ok(None);
                };
                transaction
                    .prepare_cached(
                        "UPDATE passkeys SET text = ?2, counter = ?3, may_be_copied = ?4, is_copied = ?5, \
                         used_at = ?6 WHERE id = ?1",
                    )?
                    .execute((
                        &before.id,
                        &after.text,
                        after.counter,
                        after.may_be_copied,
                        after.is_copied,
                        now.as_microsecond(),
                    ))?;
                let entry = devices::enter(transaction, reader.id, &session, &back, now, changes)?;
                Ok(Some((reader, entry)))
            })
            .await
    }
}
