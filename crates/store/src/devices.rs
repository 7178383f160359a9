//! The limit of devices: who has proven who it is, but is signed in on as many devices as the paper lets, waits here until one of those
//! was chosen and signed out. Nobody is signed out otherwise, and before that there is no session.

use std::sync::Arc;

use gate::{Outage, ReaderId, SecretHash};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::changes::Change;
use crate::readers::{self, ReaderRow};
use crate::sessions::{self, NewSession, SessionRow, Way};
use crate::{Store, print_accounts, values};

/// How long a device counts that is not used.
pub const DEVICE_COUNTS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a device cannot be signed out by another one that was used.
pub const DEVICE_IN_USE: SignedDuration = SignedDuration::from_mins(10);
/// How long somebody may choose.
const CHOSEN_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Sign-ins of one reader that wait, at most: a further one takes the place of the oldest.
pub const WAITING_OF_READER_MAX: usize = 10;

/// The limit, and where somebody waits whom it stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeviceLimit {
    /// Devices at once, at least one.
    pub most: u32,
    /// Of the secret that the browser keeps while it waits.
    pub handle: SecretHash,
}

/// What became of a sign-in that was proven.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// There is a session.
    Begun,
    /// There is none: another device has to be signed out first.
    Waits,
}

/// Somebody who waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitingSignIn {
    /// Who.
    pub reader: ReaderRow,
    /// Where it leads back to.
    pub back: String,
    /// The devices that count, the one that was used last first.
    pub devices: Vec<SessionRow>,
}

/// What became of a choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Chosen {
    /// There is a session now.
    In(ReaderRow, String),
    /// The device is in use, is gone, or is none of theirs.
    NotThat,
    /// Nobody waits there: it took too long, or was done.
    Gone,
}

/// Devices of a reader that count, but for the one whose place a new session takes.
fn counting(
    connection: &Connection,
    reader: ReaderId,
    but: Option<SecretHash>,
    now: Timestamp,
) -> rusqlite::Result<u32> {
    let since = now.checked_sub(DEVICE_COUNTS).unwrap_or(Timestamp::MIN).as_microsecond();
    let but = but.map_or([0; 32], |hash| *hash.as_bytes());
    connection
        .prepare_cached(
            "SELECT count(*) FROM sessions WHERE reader = ?1 AND seen_at >= ?2 AND hash <> ?3",
        )?
        .query_row((reader.as_bytes(), since, but), |row| row.get(0))
}

/// Begins a session, where the limit lets it; otherwise the sign-in waits, and leads back there in the end.
pub(crate) fn enter(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    new: &NewSession,
    back: &str,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<Entry> {
    print_accounts::bind_by_mail(transaction, reader, now, changes)?;
    let Some(limit) = &new.limit else {
        sessions::begin(transaction, reader, new, now, changes)?;
        return Ok(Entry::Begun);
    };
    if counting(transaction, reader, new.instead_of, now)? < limit.most {
        sessions::begin(transaction, reader, new, now, changes)?;
        return Ok(Entry::Begun);
    }
    transaction
        .prepare_cached(
            "DELETE FROM waiting_sign_ins WHERE handle IN (SELECT handle FROM waiting_sign_ins \
             WHERE reader = ?1 ORDER BY ends_at DESC LIMIT -1 OFFSET ?2)",
        )?
        .execute((reader.as_bytes(), WAITING_OF_READER_MAX as i64 - 1))?;
    let ends_at = now.checked_add(CHOSEN_WITHIN).unwrap_or(Timestamp::MAX);
    transaction
        .prepare_cached(
            "INSERT INTO waiting_sign_ins (handle, reader, back, ends_at, way) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            limit.handle.as_bytes(),
            reader.as_bytes(),
            back,
            ends_at.as_microsecond(),
            new.way.map(Way::name),
        ))?;
    Ok(Entry::Waits)
}

/// Who waits, where it leads back to, and how it was proven.
type Waiting = (ReaderRow, String, Option<Way>);

fn waiting(
    connection: &Connection,
    handle: SecretHash,
    now: Timestamp,
) -> rusqlite::Result<Option<Waiting>> {
    let found = connection
        .prepare_cached(
            "SELECT reader, back, way FROM waiting_sign_ins WHERE handle = ?1 AND ends_at > ?2",
        )?
        .query_row((handle.as_bytes(), now.as_microsecond()), |row| {
            let way: Option<String> = row.get(2)?;
            Ok((values::reader(row, 0)?, row.get(1)?, way))
        })
        .optional()?;
    let Some((reader, back, way)) = found else { return Ok(None) };
    let way = way.as_deref().and_then(Way::parse);
    Ok(readers::by_id(connection, reader)?.map(|reader| (reader, back, way)))
}

impl Store {
    /// Who waits with that secret, and the devices of which one can be chosen.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn waiting_sign_in(
        &self,
        handle: SecretHash,
        now: Timestamp,
    ) -> Result<Option<WaitingSignIn>, Outage> {
        let found = self.0.lookups.ask(move |connection| waiting(connection, handle, now)).await?;
        let Some((reader, back, _)) = found else { return Ok(None) };
        let mut devices = self.sessions_of(reader.id, now).await?;
        devices.retain(|one| now.duration_since(one.seen_at) <= DEVICE_COUNTS);
        Ok(Some(WaitingSignIn { reader, back, devices }))
    }

    /// Signs a device out and begins a session in its place, in one commit. Without a choice a session begins only where there is
    /// room meanwhile.
    ///
    /// # Errors
    /// [`Outage`]: nothing happened.
    pub async fn choose_device(
        &self,
        handle: SecretHash,
        device: Option<SecretHash>,
        new: NewSession,
        now: Timestamp,
    ) -> Result<Chosen, Outage> {
        let known = Arc::clone(&self.0.known_readers);
        self.0
            .writer
            .write(move |transaction, changes| {
                let Some((reader, back, way)) = waiting(transaction, handle, now)? else {
                    return Ok(Chosen::Gone);
                };
                let most = new.limit.as_ref().map_or(u32::MAX, |limit| limit.most);
                let has_room = counting(transaction, reader.id, new.instead_of, now)? < most;
                if !has_room {
                    let Some(device) = device else { return Ok(Chosen::NotThat) };
                    let found = sessions::by_hash(transaction, device)?;
                    let used = known.used_at(device);
                    let may = found.filter(|found| {
                        let seen_at = used.map_or(found.seen_at, |used| used.max(found.seen_at));
                        found.reader == reader.id && now.duration_since(seen_at) > DEVICE_IN_USE
                    });
                    if may.is_none() {
                        return Ok(Chosen::NotThat);
                    }
                    sessions::end(transaction, device, changes)?;
                }
                transaction
                    .prepare_cached("DELETE FROM waiting_sign_ins WHERE handle = ?1")?
                    .execute([handle.as_bytes()])?;
                let new = NewSession { way, ..new };
                sessions::begin(transaction, reader.id, &new, now, changes)?;
                Ok(Chosen::In(reader, back))
            })
            .await
    }

    /// Forgets at most `batch` sign-ins that waited too long, and says how many.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn forget_waiting_sign_ins(
        &self,
        now: Timestamp,
        batch: usize,
    ) -> Result<usize, Outage> {
        const OVER: &str = "DELETE FROM waiting_sign_ins WHERE handle IN \
                            (SELECT handle FROM waiting_sign_ins WHERE ends_at <= ?1 LIMIT ?2)";
        self.forget_over(OVER, now, batch).await
    }
}
