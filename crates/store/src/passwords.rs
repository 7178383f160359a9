//! Passwords of readers, as hashes. Whether one is right is found out elsewhere, since that takes long; here it is looked at once
//! more, in the commit that begins a session, that it is still the same.

use gate::{Outage, PasswordHash, ReaderId, SecretHash};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::devices::{self, Entry};
use crate::mails::{NewMail, enqueue};
use crate::readers::{self, ReaderRow};
use crate::sessions::{self, NewSession};
use crate::{Store, values};

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasswordRow {
    /// Whose it is.
    pub reader: ReaderId,
    /// Its hash.
    pub hash: PasswordHash,
    /// Since when.
    pub set_at: Timestamp,
}

fn of(connection: &Connection, reader: ReaderId) -> rusqlite::Result<Option<PasswordRow>> {
    connection
        .prepare_cached("SELECT hash, set_at FROM passwords WHERE reader = ?1")?
        .query_row([reader.as_bytes()], |row| {
            let hash = PasswordHash::kept(row.get(0)?);
            Ok(PasswordRow { reader, hash, set_at: values::instant(row, 1)? })
        })
        .optional()
}

fn put(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    hash: &PasswordHash,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO passwords (reader, hash, set_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (reader) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at",
        )?
        .execute((reader.as_bytes(), hash.as_str(), now.as_microsecond()))
        .map(drop)
}

impl Store {
    /// The password of a reader, if there is one.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn password_of(&self, reader: ReaderId) -> Result<Option<PasswordRow>, Outage> {
        self.0.lookups.ask(move |connection| of(connection, reader)).await
    }

    /// The password of whoever has a mail address.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn password_of_mail(&self, mail: String) -> Result<Option<PasswordRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let instant = connection.unchecked_transaction()?;
                match readers::by_mail(&instant, &mail)? {
                    Some(reader) => of(&instant, reader.id),
                    None => Ok(None),
                }
            })
            .await
    }

    /// Sets a reader's password, or removes it; ends all sessions but one, gives that one another secret, and tells the reader by a
    /// mail, in one commit. Says whether that one session was still there: without it nothing happens.
    ///
    /// # Errors
    /// [`Outage`]: nothing happened.
    pub async fn change_password(
        &self,
        reader: ReaderId,
        password: Option<PasswordHash>,
        renewal: (SecretHash, SecretHash),
        letter: NewMail,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                if !sessions::renew_and_end_others(transaction, reader, renewal, changes)? {
                    return Ok(false);
                }
                match &password {
                    Some(hash) => put(transaction, reader, hash, now)?,
                    None => {
                        transaction
                            .prepare_cached("DELETE FROM passwords WHERE reader = ?1")?
                            .execute([reader.as_bytes()])?;
                    }
                }
                enqueue(transaction, &letter, now)?;
                Ok(true)
            })
            .await
    }

    /// Begins a session of somebody whose password was right. `None` where it is another one by now, or none.
    ///
    /// # Errors
    /// [`Outage`]: there is no session.
    pub async fn sign_in_by_password(
        &self,
        right: PasswordRow,
        session: NewSession,
        back: String,
        now: Timestamp,
    ) -> Result<Option<(ReaderRow, Entry)>, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                if of(transaction, right.reader)?.as_ref() != Some(&right) {
                    return Ok(None);
                }
                let Some(reader) = readers::by_id(transaction, right.reader)? else {
                    return Ok(None);
                };
                let entry = devices::enter(transaction, reader.id, &session, &back, now, changes)?;
                Ok(Some((reader, entry)))
            })
            .await
    }
}
