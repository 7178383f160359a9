//! Where readers are signed in: rows that a reader can see and end. The cookie's secret is not here; its hash is.

use std::sync::Arc;

use gate::{Outage, ReaderId, SecretHash};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::changes::Change;
use crate::devices::DeviceLimit;
use crate::known_readers::KnownReader;
use crate::{Store, readers, values};

/// How long a session lasts that is not used.
pub const SESSION_KEPT: SignedDuration = SignedDuration::from_hours(180 * 24);
/// Sessions of one reader, at most; a new one ends the one that was used longest ago.
pub const SESSIONS_MAX: usize = 50;
/// The longest name of a device, in characters.
pub const DEVICE_CHARS_MAX: usize = 80;

/// A session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// What is kept of its secret.
    pub hash: SecretHash,
    /// Whose it is.
    pub reader: ReaderId,
    /// What the browser said of itself, in a few words.
    pub device: String,
    /// Since when.
    pub began_at: Timestamp,
    /// When it was used last, to the hour or so.
    pub seen_at: Timestamp,
    /// In which ways it was proven whose it is.
    pub proofs: Proofs,
}

/// A way in which somebody proves who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// By a code or a link that went to the mail address.
    Mail,
    /// By a password.
    Password,
    /// By a passkey.
    Passkey,
}

impl Way {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Password => "password",
            Self::Passkey => "passkey",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Mail, Self::Password, Self::Passkey].into_iter().find(|way| way.name() == name)
    }
}

/// When somebody was proven last in each way, on one device and without having signed out since.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Proofs {
    /// By the mail address.
    pub mail_at: Option<Timestamp>,
    /// By the password.
    pub password_at: Option<Timestamp>,
    /// By a passkey.
    pub passkey_at: Option<Timestamp>,
}

impl Proofs {
    /// The same with one more.
    #[must_use]
    fn with(self, way: Option<Way>, now: Timestamp) -> Self {
        match way {
            Some(Way::Mail) => Self { mail_at: Some(now), ..self },
            Some(Way::Password) => Self { password_at: Some(now), ..self },
            Some(Way::Passkey) => Self { passkey_at: Some(now), ..self },
            None => self,
        }
    }

    /// Whether they are two factors at `now`, none older than `holds`: a passkey, which is something that one has and unlocks, or a
    /// password and the mail address.
    #[must_use]
    pub fn are_two(&self, now: Timestamp, holds: SignedDuration) -> bool {
        let good = |at: Option<Timestamp>| at.is_some_and(|at| now.duration_since(at) < holds);
        good(self.passkey_at) || (good(self.password_at) && good(self.mail_at))
    }
}

/// A session that is to begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSession {
    /// Of its secret.
    pub hash: SecretHash,
    /// What the browser said of itself, in a few words.
    pub device: String,
    /// How it was proven who it is; in no way of these, where nobody signed in for it.
    pub way: Option<Way>,
    /// The session that the browser had until now: it ends, since nobody has its secret any more.
    pub instead_of: Option<SecretHash>,
    /// The limit of devices, where the paper has one.
    pub limit: Option<DeviceLimit>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        hash: values::hash(row, 0)?,
        reader: values::reader(row, 1)?,
        device: row.get(2)?,
        began_at: values::instant(row, 3)?,
        seen_at: values::instant(row, 4)?,
        proofs: Proofs {
            mail_at: values::some_instant(row, 5)?,
            password_at: values::some_instant(row, 6)?,
            passkey_at: values::some_instant(row, 7)?,
        },
    })
}

const COLUMNS: &str = "hash, reader, device, began_at, seen_at, mail_at, password_at, passkey_at";

/// The session of a hash, whether or not it has ended by its age.
pub(crate) fn by_hash(
    connection: &Connection,
    hash: SecretHash,
) -> rusqlite::Result<Option<SessionRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM sessions WHERE hash = ?1"))?
        .query_row([hash.as_bytes()], read)
        .optional()
}

/// Begins a session, ends the one that the browser had, and those of the same reader that are too many. What was proven in the browser's
/// former session of the same reader is proven in this one.
pub(crate) fn begin(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    new: &NewSession,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<()> {
    let mut proofs = Proofs::default();
    if let Some(former) = new.instead_of {
        let same = by_hash(transaction, former)?.filter(|former| former.reader == reader);
        proofs = same.map_or(proofs, |former| former.proofs);
        end(transaction, former, changes)?;
    }
    let proofs = proofs.with(new.way, now);
    let number = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
    transaction
        .prepare_cached(
            "INSERT INTO sessions (hash, reader, device, began_at, seen_at, mail_at, password_at, passkey_at) \
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            new.hash.as_bytes(),
            reader.as_bytes(),
            &new.device,
            now.as_microsecond(),
            number(proofs.mail_at),
            number(proofs.password_at),
            number(proofs.passkey_at),
        ))?;
    let ended = transaction
        .prepare_cached(
            "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE reader = ?1 AND hash <> ?2 \
             ORDER BY seen_at DESC, began_at DESC LIMIT -1 OFFSET ?3) RETURNING hash",
        )?
        .query_map(
            (reader.as_bytes(), new.hash.as_bytes(), SESSIONS_MAX as i64 - 1),
            |row| values::hash(row, 0),
        )?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    changes.extend(ended.into_iter().map(ended_session));
    Ok(())
}

/// Ends one session.
pub(crate) fn end(
    transaction: &Transaction<'_>,
    hash: SecretHash,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM sessions WHERE hash = ?1")?
        .execute([hash.as_bytes()])?;
    changes.push(ended_session(hash));
    Ok(())
}

/// Ends all sessions of a reader.
pub(crate) fn end_all(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<usize> {
    let ended = transaction
        .prepare_cached("DELETE FROM sessions WHERE reader = ?1 RETURNING hash")?
        .query_map([reader.as_bytes()], |row| values::hash(row, 0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let count = ended.len();
    changes.extend(ended.into_iter().map(ended_session));
    Ok(count)
}

/// Ends all sessions of a reader but the first of `renewal`, which goes on under the second. Says whether it was there: without it
/// nothing happens.
pub(crate) fn renew_and_end_others(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    renewal: (SecretHash, SecretHash),
    changes: &mut Vec<Change>,
) -> rusqlite::Result<bool> {
    let (former, new) = renewal;
    let renewed = transaction
        .prepare_cached("UPDATE sessions SET hash = ?1 WHERE hash = ?2 AND reader = ?3")?
        .execute((new.as_bytes(), former.as_bytes(), reader.as_bytes()))?;
    if renewed == 0 {
        return Ok(false);
    }
    changes.push(ended_session(former));
    let ended = transaction
        .prepare_cached("DELETE FROM sessions WHERE reader = ?1 AND hash <> ?2 RETURNING hash")?
        .query_map((reader.as_bytes(), new.as_bytes()), |row| values::hash(row, 0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    changes.extend(ended.into_iter().map(ended_session));
    Ok(true)
}

fn ended_session(hash: SecretHash) -> Change {
    Change::of("session", hash.to_string())
}

impl Store {
    /// Who is signed in with the secret of this hash at `now`: from memory where it is known there.
    ///
    /// # Errors
    /// [`Outage`]: whether there is such a session is not known.
    pub async fn signed_in(
        &self,
        hash: SecretHash,
        now: Timestamp,
    ) -> Result<Option<(Arc<SessionRow>, Arc<KnownReader>)>, Outage> {
        let known = &self.0.known_readers;
        let session = match known.session(hash) {
            Some(session) => session,
            None => {
                let epoch = known.epoch();
                let found = self.0.lookups.ask(move |connection| by_hash(connection, hash)).await?;
                let Some(session) = found else { return Ok(None) };
                known.offer_session(epoch, session)
            }
        };
        if now.duration_since(session.row.seen_at) > SESSION_KEPT {
            return Ok(None);
        }
        let Some(reader) = self.known_reader(session.row.reader).await? else { return Ok(None) };
        known.saw(&session, now);
        Ok(Some((Arc::clone(&session.row), reader)))
    }

    /// A reader with everything that opens something for them: from memory where it is known there.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn known_reader(&self, id: ReaderId) -> Result<Option<Arc<KnownReader>>, Outage> {
        let known = &self.0.known_readers;
        if let Some(reader) = known.reader(id) {
            return Ok(Some(reader));
        }
        let epoch = known.epoch();
        let found = self.0.lookups.ask(move |connection| {
            let instant = connection.unchecked_transaction()?;
            let row = readers::by_id(&instant, id)?;
            row.map(|row| KnownReader::read(&instant, row)).transpose()
        });
        Ok(found.await?.map(|reader| known.offer_reader(epoch, reader)))
    }

    /// Begins a session of a reader who is known, within no limit of devices.
    ///
    /// # Errors
    /// [`Outage`]: there is none.
    pub async fn begin_session(
        &self,
        reader: ReaderId,
        new: NewSession,
        now: Timestamp,
    ) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, changes| begin(transaction, reader, &new, now, changes))
            .await
    }

    /// The sessions of a reader that have not ended, the one that was used last first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn sessions_of(
        &self,
        reader: ReaderId,
        now: Timestamp,
    ) -> Result<Vec<SessionRow>, Outage> {
        let oldest = now.checked_sub(SESSION_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        let found: Vec<SessionRow> = self
            .0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM sessions WHERE reader = ?1 AND seen_at >= ?2 \
                     ORDER BY seen_at DESC, began_at DESC, hash"
                ))?;
                query.query_map((reader.as_bytes(), oldest), read)?.collect()
            })
            .await?;
        // Memory knows better than the hour or so that is written down.
        let known = &self.0.known_readers;
        let used = |row: SessionRow| SessionRow {
            seen_at: known.used_at(row.hash).map_or(row.seen_at, |used| used.max(row.seen_at)),
            ..row
        };
        let mut sessions: Vec<SessionRow> = found.into_iter().map(used).collect();
        sessions.sort_by_key(|row| (std::cmp::Reverse(row.seen_at), row.hash));
        Ok(sessions)
    }

    /// Ends one session of a reader; says whether there was one.
    ///
    /// # Errors
    /// [`Outage`]: it may go on.
    pub async fn end_session(&self, reader: ReaderId, hash: SecretHash) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let ended = transaction
                    .prepare_cached("DELETE FROM sessions WHERE hash = ?1 AND reader = ?2")?
                    .execute((hash.as_bytes(), reader.as_bytes()))?;
                changes.extend((ended == 1).then(|| ended_session(hash)));
                Ok(ended == 1)
            })
            .await
    }

    /// Ends all sessions of a reader; says how many there were.
    ///
    /// # Errors
    /// [`Outage`]: they may go on.
    pub async fn end_sessions(&self, reader: ReaderId) -> Result<usize, Outage> {
        self.0.writer.write(move |transaction, changes| end_all(transaction, reader, changes)).await
    }

    /// Writes down when sessions were used, as memory has gathered it, and forgets at most `batch` that have ended by their age.
    /// Says how many were forgotten.
    ///
    /// # Errors
    /// [`Outage`]: what was gathered is lost, which makes a session seem less used than it was.
    pub async fn tend_sessions(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        let seen = self.0.known_readers.take_seen();
        let oldest = now.checked_sub(SESSION_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        for seen in seen.chunks(batch.max(1)) {
            let seen = seen.to_vec();
            self.0
                .writer
                .write(move |transaction, changes| {
                    let mut update = transaction.prepare_cached(
                        "UPDATE sessions SET seen_at = max(seen_at, ?2) WHERE hash = ?1",
                    )?;
                    for (hash, at) in seen {
                        if update.execute((hash.as_bytes(), at.as_microsecond()))? == 1 {
                            changes.push(ended_session(hash));
                        }
                    }
                    Ok(())
                })
                .await?;
        }
        self.0
            .writer
            .write(move |transaction, changes| {
                let ended = transaction
                    .prepare_cached(
                        "DELETE FROM sessions WHERE hash IN \
                         (SELECT hash FROM sessions WHERE seen_at < ?1 LIMIT ?2) RETURNING hash",
                    )?
                    .query_map((oldest, limit), |row| values::hash(row, 0))?
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                let count = ended.len();
                changes.extend(ended.into_iter().map(ended_session));
                Ok(count)
            })
            .await
    }
}
