//! Seats and the invitations to them: who reads along with whom. A seat is a row and no interval: what it opens follows from the holder's
//! own subscriptions at the moment in which it is asked, so that no copy of it can go stale. Links are known by their hashes alone.

use gate::{Outage, ReaderId, SecretHash};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::changes::Change;
use crate::mails::{NewMail, enqueue};
use crate::{Store, ledger, readers, values};

/// Invitations of one holder in 24 hours, taken back or not.
pub const INVITATIONS_DAILY_MAX: u32 = 10;
/// The time for which those are counted.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How long it is remembered that somebody had a seat.
pub const FORMER_SEATS_KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);

/// A reader's own seat.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seat {
    /// With somebody.
    With {
        /// Whose it is.
        holder: ReaderId,
        /// Since when.
        seated_at: Timestamp,
    },
    /// It was given back, or taken away.
    Over {
        /// From when,
        seated_at: Timestamp,
        /// until when it was one.
        ended_at: Timestamp,
    },
}

/// An invitation that is to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewInvitation {
    /// Of the secret in its link.
    pub link: SecretHash,
    /// Whose seat it is.
    pub holder: ReaderId,
    /// Where it goes.
    pub mail: String,
    /// Until when it can be accepted.
    pub ends_at: Timestamp,
    /// The mail with the link.
    pub letter: NewMail,
}

/// What became of inviting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Invited {
    /// The letter is on its way.
    Sent,
    /// All seats are taken or promised.
    Full,
    /// Somebody was invited by this address already.
    Already,
    /// As many were invited as may be in a day.
    Enough,
}

/// An invitation that can be accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvitationRow {
    /// Whose seat it is.
    pub holder: ReaderId,
    /// What the holder is called; may be empty.
    pub name: String,
    /// The holder's address.
    pub mail: String,
    /// Until when it can be accepted.
    pub ends_at: Timestamp,
}

/// What became of accepting one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seated {
    /// The seat is the reader's, now or already.
    Taken,
    /// It is the reader's own plan.
    Own,
    /// The reader has a seat of somebody else's.
    Elsewhere,
    /// There is no seat left.
    Full,
    /// The invitation is over, was taken back, or never was.
    Gone,
}

/// A seat as its holder sees it, or an invitation to one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeatRow {
    /// By what it is named.
    pub link: SecretHash,
    /// Who was invited.
    pub mail: String,
    /// Since when the seat is taken, or until when the invitation can be accepted.
    pub at: Timestamp,
}

/// A reader's own seat, where there is or was one.
pub(crate) fn of_reader(
    connection: &Connection,
    reader: ReaderId,
) -> rusqlite::Result<Option<Seat>> {
    connection
        .prepare_cached("SELECT holder, seated_at, ended_at FROM seats WHERE reader = ?1")?
        .query_row([reader.as_bytes()], |row| {
            let holder: Option<[u8; 16]> = row.get(0)?;
            let seated_at = values::instant(row, 1)?;
            Ok(match holder {
                Some(holder) => Seat::With { holder: ReaderId::from_bytes(holder), seated_at },
                None => Seat::Over { seated_at, ended_at: values::instant(row, 2)? },
            })
        })
        .optional()
}

/// Who sits with a holder, in the order in which they came.
pub(crate) fn with(connection: &Connection, holder: ReaderId) -> rusqlite::Result<Vec<ReaderId>> {
    connection
        .prepare_cached("SELECT reader FROM seats WHERE holder = ?1 ORDER BY seated_at, reader")?
        .query_map([holder.as_bytes()], |row| values::reader(row, 0))?
        .collect()
}

/// Before a reader is erased: whoever sits there does so no more, and the holder has a place again.
pub(crate) fn erase(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<()> {
    for seated in with(transaction, reader)? {
        end(transaction, reader, seated, now, changes)?;
    }
    if let Some(Seat::With { holder, .. }) = of_reader(transaction, reader)? {
        changes.push(readers::changed(holder));
    }
    Ok(())
}

/// Ends a seat, as of now or of the end of what it opened; of one that never opened anything nothing is kept.
fn end(
    transaction: &Transaction<'_>,
    holder: ReaderId,
    reader: ReaderId,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<bool> {
    let own = ledger::of_reader(transaction, holder)?;
    let ended = match paywall::seats_open_until(&own, now) {
        Some(at) => transaction
            .prepare_cached(
                "UPDATE seats SET holder = NULL, mail = '', ended_at = max(?3, seated_at) \
                 WHERE reader = ?1 AND holder = ?2",
            )?
            .execute((reader.as_bytes(), holder.as_bytes(), at.as_microsecond()))?,
        None => transaction
            .prepare_cached("DELETE FROM seats WHERE reader = ?1 AND holder = ?2")?
            .execute((reader.as_bytes(), holder.as_bytes()))?,
    };
    if ended == 1 {
        changes.extend([holder, reader].map(readers::changed));
    }
    Ok(ended == 1)
}

/// How many sit with a holder.
fn taken(connection: &Connection, holder: ReaderId) -> rusqlite::Result<u32> {
    connection
        .prepare_cached("SELECT count(*) FROM seats WHERE holder = ?1")?
        .query_row([holder.as_bytes()], |row| row.get(0))
}

/// How many invitations of a holder a query finds behind an instant.
fn invited(
    connection: &Connection,
    query: &str,
    holder: ReaderId,
    since: Timestamp,
) -> rusqlite::Result<u32> {
    connection
        .prepare_cached(query)?
        .query_row((holder.as_bytes(), since.as_microsecond()), |row| row.get(0))
}

const OPEN: &str = "SELECT count(*) FROM invitations WHERE holder = ?1 AND ends_at > ?2";
const LATELY: &str = "SELECT count(*) FROM invitations WHERE holder = ?1 AND invited_at > ?2";

fn invite(
    transaction: &Transaction<'_>,
    new: &NewInvitation,
    most: u32,
    now: Timestamp,
) -> rusqlite::Result<Invited> {
    let known = transaction
        .prepare_cached(
            "SELECT 1 FROM invitations WHERE holder = ?1 AND mail = ?2 AND ends_at > ?3 \
             UNION ALL SELECT 1 FROM seats WHERE holder = ?1 AND mail = ?2",
        )?
        .exists((new.holder.as_bytes(), &new.mail, now.as_microsecond()))?;
    if known {
        return Ok(Invited::Already);
    }
    let promised = invited(transaction, OPEN, new.holder, now)?;
    if taken(transaction, new.holder)? + promised >= most {
        return Ok(Invited::Full);
    }
    let since = now.checked_sub(DAY).unwrap_or(Timestamp::MIN);
    if invited(transaction, LATELY, new.holder, since)? >= INVITATIONS_DAILY_MAX {
        return Ok(Invited::Enough);
    }
    transaction
        .prepare_cached(
            "INSERT INTO invitations (link, holder, mail, invited_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            new.link.as_bytes(),
            new.holder.as_bytes(),
            &new.mail,
            now.as_microsecond(),
            new.ends_at.as_microsecond(),
        ))?;
    enqueue(transaction, &new.letter, now)?;
    Ok(Invited::Sent)
}

/// Ends an invitation, accepted or taken back. Says whether it was open.
fn close(
    transaction: &Transaction<'_>,
    holder: ReaderId,
    link: SecretHash,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let closed = transaction
        .prepare_cached(
            "UPDATE invitations SET ends_at = ?3, mail = '' WHERE link = ?1 AND holder = ?2 AND ends_at > ?3",
        )?
        .execute((link.as_bytes(), holder.as_bytes(), now.as_microsecond()))?;
    Ok(closed == 1)
}

fn take(
    transaction: &Transaction<'_>,
    link: SecretHash,
    reader: ReaderId,
    most: u32,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<Seated> {
    let found = transaction
        .prepare_cached("SELECT holder, mail FROM invitations WHERE link = ?1 AND ends_at > ?2")?
        .query_row((link.as_bytes(), now.as_microsecond()), |row| {
            Ok((values::reader(row, 0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let Some((holder, mail)) = found else { return Ok(Seated::Gone) };
    if holder == reader {
        return Ok(Seated::Own);
    }
    match of_reader(transaction, reader)? {
        Some(Seat::With { holder: there, .. }) if there == holder => {
            close(transaction, holder, link, now)?;
            return Ok(Seated::Taken);
        }
        Some(Seat::With { .. }) => return Ok(Seated::Elsewhere),
        Some(Seat::Over { .. }) | None => {}
    }
    if taken(transaction, holder)? >= most {
        return Ok(Seated::Full);
    }
    close(transaction, holder, link, now)?;
    transaction
        .prepare_cached(
            "INSERT INTO seats (reader, holder, link, mail, seated_at) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (reader) DO UPDATE SET holder = excluded.holder, link = excluded.link, \
             mail = excluded.mail, seated_at = excluded.seated_at, ended_at = NULL",
        )?
        .execute((
            reader.as_bytes(),
            holder.as_bytes(),
            link.as_bytes(),
            mail,
            now.as_microsecond(),
        ))?;
    changes.extend([holder, reader].map(readers::changed));
    Ok(Seated::Taken)
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<SeatRow> {
    Ok(SeatRow { link: values::hash(row, 0)?, mail: row.get(1)?, at: values::instant(row, 2)? })
}

impl Store {
    /// Invites somebody to one of `most` seats, and puts the letter into the queue.
    ///
    /// # Errors
    /// [`Outage`]: nobody was invited.
    pub async fn invite(
        &self,
        new: NewInvitation,
        most: u32,
        now: Timestamp,
    ) -> Result<Invited, Outage> {
        self.0.writer.write(move |transaction, _| invite(transaction, &new, most, now)).await
    }

    /// The invitation of a link; looking at it uses nothing up.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn invitation(
        &self,
        link: SecretHash,
        now: Timestamp,
    ) -> Result<Option<InvitationRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT holder, name, readers.mail, ends_at FROM invitations \
                         JOIN readers ON readers.id = holder WHERE link = ?1 AND ends_at > ?2",
                    )?
                    .query_row((link.as_bytes(), now.as_microsecond()), |row| {
                        Ok(InvitationRow {
                            holder: values::reader(row, 0)?,
                            name: row.get(1)?,
                            mail: row.get(2)?,
                            ends_at: values::instant(row, 3)?,
                        })
                    })
                    .optional()
            })
            .await
    }

    /// Accepts an invitation to one of `most` seats, in one commit.
    ///
    /// # Errors
    /// [`Outage`]: it was not accepted.
    pub async fn take_seat(
        &self,
        link: SecretHash,
        reader: ReaderId,
        most: u32,
        now: Timestamp,
    ) -> Result<Seated, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| take(transaction, link, reader, most, now, changes))
            .await
    }

    /// Takes an invitation back. Says whether it was open.
    ///
    /// # Errors
    /// [`Outage`]: it may be open still.
    pub async fn withdraw_invitation(
        &self,
        holder: ReaderId,
        link: SecretHash,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0.writer.write(move |transaction, _| close(transaction, holder, link, now)).await
    }

    /// Takes a seat away by its name. Says whether there was one.
    ///
    /// # Errors
    /// [`Outage`]: it may be taken still.
    pub async fn take_seat_away(
        &self,
        holder: ReaderId,
        link: SecretHash,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let reader = transaction
                    .prepare_cached("SELECT reader FROM seats WHERE link = ?1 AND holder = ?2")?
                    .query_row((link.as_bytes(), holder.as_bytes()), |row| values::reader(row, 0))
                    .optional()?;
                let Some(reader) = reader else { return Ok(false) };
                end(transaction, holder, reader, now, changes)
            })
            .await
    }

    /// Gives a reader's own seat back. Says whether there was one.
    ///
    /// # Errors
    /// [`Outage`]: it may be taken still.
    pub async fn leave_seat(&self, reader: ReaderId, now: Timestamp) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| match of_reader(transaction, reader)? {
                Some(Seat::With { holder, .. }) => end(transaction, holder, reader, now, changes),
                Some(Seat::Over { .. }) | None => Ok(false),
            })
            .await
    }

    /// The seats of a holder in the order in which they were taken, and the open invitations in that of their ends.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn seats_of(
        &self,
        holder: ReaderId,
        now: Timestamp,
    ) -> Result<(Vec<SeatRow>, Vec<SeatRow>), Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let instant = connection.unchecked_transaction()?;
                let seats = instant
                    .prepare_cached(
                        "SELECT link, mail, seated_at FROM seats WHERE holder = ?1 ORDER BY seated_at, reader",
                    )?
                    .query_map([holder.as_bytes()], row)?
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                let invitations = instant
                    .prepare_cached(
                        "SELECT link, mail, ends_at FROM invitations WHERE holder = ?1 AND ends_at > ?2 \
                         ORDER BY ends_at, link",
                    )?
                    .query_map((holder.as_bytes(), now.as_microsecond()), row)?
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                Ok((seats, invitations))
            })
            .await
    }

    /// Forgets at most `batch` invitations that are over and count no more, and as many seats that are over for longer than
    /// [`FORMER_SEATS_KEPT`]. Says how many.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn forget_seats(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        let before = |kept| now.checked_sub(kept).unwrap_or(Timestamp::MIN).as_microsecond();
        let (day, long) = (before(DAY), before(FORMER_SEATS_KEPT));
        self.0
            .writer
            .write(move |transaction, changes| {
                let invitations = transaction
                    .prepare_cached(
                        "DELETE FROM invitations WHERE link IN (SELECT link FROM invitations \
                         WHERE ends_at <= ?1 AND invited_at <= ?2 LIMIT ?3)",
                    )?
                    .execute((now.as_microsecond(), day, limit))?;
                let seats = transaction
                    .prepare_cached(
                        "DELETE FROM seats WHERE reader IN (SELECT reader FROM seats \
                         WHERE ended_at < ?1 LIMIT ?2) RETURNING reader",
                    )?
                    .query_map((long, limit), |row| values::reader(row, 0))?
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                let count = invitations + seats.len();
                changes.extend(seats.into_iter().map(readers::changed));
                Ok(count)
            })
            .await
    }
}
