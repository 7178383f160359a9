//! What the help desk asks and does: readers by the beginning of an address or a name, what was sent to them, and deeds that stand in the
//! record in the same commit. Every search is a stretch of an index. Who may do it is asked by whoever calls.

use gate::{Outage, ReaderId, SecretHash};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction};

use crate::mails::{self, MailRow, NewMail, enqueue};
use crate::readers::{self, ReaderRow};
use crate::sign_ins::{self, Begun, NewSignIn};
use crate::sign_ups::{self, ToSender};
use crate::staff::{self, DeedRow, Doer};
use crate::subscribers::{self, Brought, Enrolled, ToldBy};
use crate::suppressions::{self, Suppression};
use crate::{Store, new_addresses, payers, sessions, values};

/// Readers of one search, at most.
pub const READERS_FOUND_MAX: usize = 50;
/// Rows of each list about one reader, at most.
pub const OF_READER_MAX: usize = 50;

/// Readers whose address begins so: `?1`, before `?2`, and behind `?3`.
const BY_MAIL: &str = "mail >= ?1 AND mail < ?2 AND mail > ?3 ORDER BY mail LIMIT ?4";
/// Readers whose name begins so: `?1`, before `?2`, and behind the name `?3` of the reader `?4`. Capitals of ASCII do not matter.
const BY_NAME: &str = "name <> '' AND name COLLATE NOCASE >= ?1 AND name COLLATE NOCASE < ?2 \
    AND (name COLLATE NOCASE, id) > (?3, ?4) ORDER BY name COLLATE NOCASE, id LIMIT ?5";
/// The same by the last word of a name that has several.
const BY_LAST_NAME: &str = "last_name <> name AND last_name COLLATE NOCASE >= ?1 AND last_name COLLATE NOCASE < ?2 \
    AND (last_name COLLATE NOCASE, id) > (?3, ?4) ORDER BY last_name COLLATE NOCASE, id LIMIT ?5";
/// What was sent to an address, the newest first.
const MAILS: &str = "WHERE recipient = ?1 AND recipient <> '' ORDER BY id DESC LIMIT ?2";

/// A deed about a reader, for the record: it is written in the commit of the deed, and only there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Noted {
    /// Who does it.
    pub by: Doer,
    /// What, in one of the record's words.
    pub deed: &'static str,
    /// With whom.
    pub about: ReaderId,
    /// With what of theirs, in words; no address.
    pub subject: String,
}

impl Noted {
    pub(crate) fn write(
        &self,
        transaction: &Transaction<'_>,
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        staff::note_about(transaction, &self.by, self.deed, self.about, &self.subject, now)
    }
}

/// What a reader agreed to before paying.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agreement {
    /// When.
    pub began_at: Timestamp,
    /// To which plan.
    pub plan: String,
    /// The words.
    pub agreed: String,
    /// Whether it came to a subscription.
    pub subscribed: bool,
}

/// What became of correcting an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Corrected {
    /// The address is the reader's, and is proven by whoever signs in there.
    Done,
    /// It is another reader's.
    Taken,
    /// It was the reader's before, or there is no such reader: nothing changed.
    Unchanged,
    /// More people sign in than there is room for.
    Full,
}

/// The end of everything that begins so.
fn beyond(beginning: &str) -> String {
    format!("{beginning}\u{10FFFF}")
}

fn correct(
    transaction: &Transaction<'_>,
    new: &NewSignIn,
    told: NewMail,
    sender: ToSender,
    noted: &Noted,
    now: Timestamp,
    changes: &mut Vec<crate::Change>,
) -> rusqlite::Result<Corrected> {
    let reader = noted.about;
    let Some(row) = readers::by_id(transaction, reader)?.filter(|row| row.mail != new.mail) else {
        return Ok(Corrected::Unchanged);
    };
    if readers::by_mail(transaction, &new.mail)?.is_some() {
        return Ok(Corrected::Taken);
    }
    if sign_ins::is_full(transaction)? {
        return Ok(Corrected::Full);
    }
    sessions::end_all(transaction, reader, changes)?;
    readers::correct(transaction, reader, &new.mail)?;
    changes.push(readers::changed(reader));
    new_addresses::end_former(transaction, reader, &row.mail)?;
    new_addresses::lead_on(transaction, &row.mail, &new.mail)?;
    payers::note(transaction, reader, now)?;
    sign_ups::move_to(transaction, &row.mail, &new.mail, sender, now)?;
    enqueue(transaction, &NewMail { recipient: row.mail, ..told }, now)?;
    sign_ins::keep(transaction, new, None, now)?;
    enqueue(transaction, &new.letter, now)?;
    noted.write(transaction, now)?;
    Ok(Corrected::Done)
}

impl Store {
    /// Readers whose mail address begins so, in the order of their addresses; those behind an address, where one is named. At most
    /// [`READERS_FOUND_MAX`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn readers_of_mail(
        &self,
        beginning: String,
        after: String,
        limit: usize,
    ) -> Result<Vec<ReaderRow>, Outage> {
        let limit = limit.min(READERS_FOUND_MAX) as i64;
        self.0
            .lookups
            .ask(move |connection| {
                let end = beyond(&beginning);
                readers::those(connection, BY_MAIL, (beginning, end, after, limit))
            })
            .await
    }

    /// Readers whose name begins so, by name; those behind a reader, where one is named. At most [`READERS_FOUND_MAX`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn readers_of_name(
        &self,
        beginning: String,
        after: Option<ReaderRow>,
        limit: usize,
    ) -> Result<Vec<ReaderRow>, Outage> {
        let after = after.map(|row| (row.name, row.id));
        self.readers_named(BY_NAME, beginning, after, limit).await
    }

    /// Readers whose name has several words and whose last one begins so, by that word; those behind a reader, where one is named. At
    /// most [`READERS_FOUND_MAX`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn readers_of_last_name(
        &self,
        beginning: String,
        after: Option<ReaderRow>,
        limit: usize,
    ) -> Result<Vec<ReaderRow>, Outage> {
        let last = |name: &str| name.rsplit(' ').next().unwrap_or_default().to_owned();
        let after = after.map(|row| (last(&row.name), row.id));
        self.readers_named(BY_LAST_NAME, beginning, after, limit).await
    }

    async fn readers_named(
        &self,
        query: &'static str,
        beginning: String,
        after: Option<(String, ReaderId)>,
        limit: usize,
    ) -> Result<Vec<ReaderRow>, Outage> {
        let limit = limit.min(READERS_FOUND_MAX) as i64;
        let (name, id) =
            after.map_or((String::new(), [0; 16]), |(name, id)| (name, *id.as_bytes()));
        self.0
            .lookups
            .ask(move |connection| {
                let end = beyond(&beginning);
                readers::those(connection, query, (beginning, end, name, id, limit))
            })
            .await
    }

    /// What was sent to an address, or waits to be, the newest first: at most [`OF_READER_MAX`]. The texts of mails that were sent are not
    /// kept, and those of others are not read here.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn mails_of(&self, address: String) -> Result<Vec<MailRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let rows = mails::those(connection, MAILS, (address, OF_READER_MAX as i64))?;
                let bare =
                    |row: MailRow| MailRow { plain: String::new(), html: String::new(), ..row };
                Ok(rows.into_iter().map(bare).collect())
            })
            .await
    }

    /// Why and since when an address gets no mail, where that is so.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn suppression_of(&self, address: &str) -> Result<Option<Suppression>, Outage> {
        let hash = suppressions::hash(self.0.paper_id, address);
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT reason, suppressed_at FROM suppressions WHERE address = ?1",
                    )?
                    .query_row([hash], |row| {
                        Ok(Suppression { reason: row.get(0)?, since: values::instant(row, 1)? })
                    })
                    .optional()
            })
            .await
    }

    /// What a reader agreed to before paying, the newest first: at most [`OF_READER_MAX`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn agreements_of(&self, reader: ReaderId) -> Result<Vec<Agreement>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT began_at, plan, agreed, subscription IS NOT NULL FROM checkouts \
                         WHERE reader = ?1 ORDER BY began_at DESC, id LIMIT ?2",
                    )?
                    .query_map((reader.as_bytes(), OF_READER_MAX as i64), |row| {
                        Ok(Agreement {
                            began_at: values::instant(row, 0)?,
                            plan: row.get(1)?,
                            agreed: row.get(2)?,
                            subscribed: row.get(3)?,
                        })
                    })?
                    .collect()
            })
            .await
    }

    /// What was done at the desk with a reader, the latest first: at most [`OF_READER_MAX`].
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn record_of(&self, reader: ReaderId) -> Result<Vec<DeedRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let which = "about = ?1 AND about IS NOT NULL ORDER BY number DESC LIMIT ?2";
                staff::deeds(connection, which, (reader.as_bytes(), OF_READER_MAX as i64))
            })
            .await
    }

    /// Writes a deed down that happens elsewhere: before it does.
    ///
    /// # Errors
    /// [`Outage`]: it is not in the record.
    pub async fn note(&self, noted: Noted, now: Timestamp) -> Result<(), Outage> {
        self.0.writer.write(move |transaction, _| noted.write(transaction, now)).await
    }

    /// Writes a deed down that is about a list of readers.
    ///
    /// # Errors
    /// [`Outage`]: it is not in the record.
    pub async fn note_lists(
        &self,
        by: Doer,
        deed: &'static str,
        subject: String,
        now: Timestamp,
    ) -> Result<(), Outage> {
        let note = move |transaction: &Transaction<'_>| {
            staff::note(transaction, &by, deed, None, &subject, now)
        };
        self.0.writer.write(move |transaction, _| note(transaction)).await
    }

    /// The address so many readers behind another one; `None` where there are not more than that.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn mail_after(
        &self,
        after: String,
        readers: usize,
    ) -> Result<Option<String>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let offset = readers.saturating_sub(1) as i64;
                // The index alone is walked, and no row behind it is read.
                let mails: Vec<String> = connection
                    .prepare_cached(
                        "SELECT mail FROM readers WHERE mail > ?1 ORDER BY mail LIMIT 2 OFFSET ?2",
                    )?
                    .query_map((after, offset), |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                // The second one shows that somebody is behind the first.
                let is_more = mails.len() == 2;
                Ok(mails.into_iter().next().filter(|_| is_more))
            })
            .await
    }

    /// Gives a reader access without payment, or takes it back. What is so already changes nothing, and is no deed.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn give_access(
        &self,
        brought: Brought,
        reason: String,
        noted: Noted,
        now: Timestamp,
    ) -> Result<Enrolled, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let told = (ToldBy::Desk, reason.as_str());
                let became = subscribers::take(transaction, &brought, told, now, changes)?;
                if became != Enrolled::Unchanged {
                    noted.write(transaction, now)?;
                }
                Ok(became)
            })
            .await
    }

    /// Ends one session of a reader, or all of them; says how many there were.
    ///
    /// # Errors
    /// [`Outage`]: they may go on.
    pub async fn end_sessions_for(
        &self,
        which: Option<SecretHash>,
        noted: Noted,
        now: Timestamp,
    ) -> Result<usize, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let ended = match which {
                    None => sessions::end_all(transaction, noted.about, changes)?,
                    Some(hash) => {
                        let own = sessions::by_hash(transaction, hash)?;
                        let own = own.filter(|session| session.reader == noted.about);
                        own.iter()
                            .try_for_each(|own| sessions::end(transaction, own.hash, changes))?;
                        usize::from(own.is_some())
                    }
                };
                if ended > 0 {
                    noted.write(transaction, now)?;
                }
                Ok(ended)
            })
            .await
    }

    /// Sends to a reader's address again, and says whether it got nothing until now.
    ///
    /// # Errors
    /// [`Outage`]: nothing has changed.
    pub async fn release_for(
        &self,
        address: &str,
        noted: Noted,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        let hash = suppressions::hash(self.0.paper_id, address);
        self.0
            .writer
            .write(move |transaction, _| {
                let released = suppressions::remove(transaction, hash)?;
                if released {
                    noted.write(transaction, now)?;
                }
                Ok(released)
            })
            .await
    }

    /// Puts a mail into the queue. Says whether it did: of one about the same, there is never a second one.
    ///
    /// # Errors
    /// [`Outage`]: it is not there.
    pub async fn send_for(
        &self,
        mail: NewMail,
        noted: Noted,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let queued = enqueue(transaction, &mail, now)?;
                if queued {
                    noted.write(transaction, now)?;
                }
                Ok(queued)
            })
            .await
    }

    /// Sends a reader what signs them in, within the limit that an address has.
    ///
    /// # Errors
    /// [`Outage`]: nothing was sent.
    pub async fn begin_sign_in_for(
        &self,
        new: NewSignIn,
        noted: Noted,
        now: Timestamp,
    ) -> Result<Begun, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                // A second press of the same button sends nothing more.
                if let Some(once) = &new.letter.once
                    && mails::was_about(transaction, once)?
                {
                    return Ok(Begun::Sent);
                }
                let begun = sign_ins::begin(transaction, &new, now)?;
                if begun == Begun::Sent {
                    noted.write(transaction, now)?;
                }
                Ok(begun)
            })
            .await
    }

    /// Gives a reader another address, which is proven by whoever signs in there with the letter of `new`. All sessions end, what was under
    /// way at the old address ends, and `told` goes there, in one commit.
    ///
    /// # Errors
    /// [`Outage`]: nothing happened.
    pub async fn correct_address(
        &self,
        new: NewSignIn,
        told: NewMail,
        sender: ToSender,
        noted: Noted,
        now: Timestamp,
    ) -> Result<Corrected, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                correct(transaction, &new, told, sender, &noted, now, changes)
            })
            .await
    }
}

#[cfg(test)]
mod tests;
