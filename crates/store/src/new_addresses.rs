//! New mail addresses of readers: a code that was sent to one proves it, as a code proves who signs in. Everything but the address and
//! the sessions stays as it was; who has which address is told to nobody here.

use gate::{Outage, ReaderId, SecretHash};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction};

use crate::mails::{NewMail, enqueue};
use crate::sign_ins::{self, Begun, By, NewSignIn, Taken};
use crate::sign_ups::{self, ToSender};
use crate::{Store, payers, readers, sessions};

/// Codes under way that are to make one address a reader's new one, whoever asked. They are counted apart from sign-ins: nobody is kept
/// from signing in by what another one asks for.
pub const NEW_ADDRESSES_MAX: usize = 3;

/// What became of a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AddressChanged {
    /// The address is the reader's.
    Changed {
        /// The one that was until now.
        former: String,
    },
    /// It is another reader's.
    Taken,
    /// The code is another one; so many tries are left.
    WrongCode(u32),
    /// There is none under way: it was used, is over, or never was.
    Gone,
    /// The session that asks has ended.
    SignedOut,
}

impl Store {
    /// Begins to prove a reader's new address, and puts a letter into the queue: the one with the code or, where the address is another
    /// reader's, `tried`, which tells that one. Nothing else differs.
    ///
    /// # Errors
    /// [`Outage`]: nothing was sent.
    pub async fn begin_new_address(
        &self,
        reader: ReaderId,
        new: NewSignIn,
        tried: NewMail,
        now: Timestamp,
    ) -> Result<Begun, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let under_way =
                    sign_ins::under_way(transaction, &new.mail, "reader IS NOT NULL", now)?;
                if under_way >= NEW_ADDRESSES_MAX {
                    return Ok(Begun::Enough);
                }
                if sign_ins::is_full(transaction)? {
                    return Ok(Begun::Full);
                }
                sign_ins::keep(transaction, &new, Some(reader), now)?;
                let is_taken = readers::by_mail(transaction, &new.mail)?.is_some();
                enqueue(transaction, if is_taken { &tried } else { &new.letter }, now)?;
                Ok(Begun::Sent)
            })
            .await
    }

    /// The address that a reader is about to prove in a browser; looking at it uses nothing up.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn new_address(
        &self,
        reader: ReaderId,
        handle: SecretHash,
        now: Timestamp,
    ) -> Result<Option<String>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT mail FROM sign_ins WHERE handle = ?1 AND reader = ?2 AND ends_at > ?3",
                    )?
                    .query_row(
                        (handle.as_bytes(), reader.as_bytes(), now.as_microsecond()),
                        |row| row.get(0),
                    )
                    .optional()
            })
            .await
    }

    /// Makes an address that was proven the reader's, ends all sessions but one and gives that one another secret, ends what was under way
    /// at the old address, and tells that by `letter`, in one commit.
    ///
    /// # Errors
    /// [`Outage`]: nothing happened.
    pub async fn change_address(
        &self,
        reader: ReaderId,
        by: By,
        renewal: (SecretHash, SecretHash),
        letter: NewMail,
        sender: ToSender,
        now: Timestamp,
    ) -> Result<AddressChanged, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let session = sessions::by_hash(transaction, renewal.0)?;
                let is_in = session.is_some_and(|session| session.reader == reader);
                let Some(row) = readers::by_id(transaction, reader)?.filter(|_| is_in) else {
                    return Ok(AddressChanged::SignedOut);
                };
                let mail = match sign_ins::take(transaction, &by, Some(reader), now)? {
                    Taken::Used(mail, _) => mail,
                    Taken::WrongCode(left) => return Ok(AddressChanged::WrongCode(left)),
                    Taken::Gone => return Ok(AddressChanged::Gone),
                };
                if readers::by_mail(transaction, &mail)?.is_some() {
                    return Ok(AddressChanged::Taken);
                }
                sessions::renew_and_end_others(transaction, reader, renewal, changes)?;
                readers::move_to(transaction, reader, &mail, now)?;
                changes.push(readers::changed(reader));
                end_former(transaction, reader, &row.mail)?;
                lead_on(transaction, &row.mail, &mail)?;
                payers::note(transaction, reader, now)?;
                sign_ups::move_to(transaction, &row.mail, &mail, sender, now)?;
                enqueue(transaction, &NewMail { recipient: row.mail.clone(), ..letter }, now)?;
                Ok(AddressChanged::Changed { former: row.mail })
            })
            .await
    }
}

/// Ends what the old address began, and what else the reader has asked for.
pub(crate) fn end_former(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    former: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM sign_ins WHERE reader = ?2 OR (mail = ?1 AND reader IS NULL)")?
        .execute((former, reader.as_bytes()))?;
    transaction
        .prepare_cached("DELETE FROM waiting_sign_ins WHERE reader = ?1")?
        .execute([reader.as_bytes()])?;
    transaction
        .prepare_cached(
            "DELETE FROM mails WHERE recipient = ?1 AND state = 'waiting' AND kind = 'sign-in'",
        )?
        .execute([former])
        .map(drop)
}

/// What waits to be told once, of a subscription say, goes to the new address. What warns of a change goes where it was to go.
pub(crate) fn lead_on(
    transaction: &Transaction<'_>,
    former: &str,
    mail: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE mails SET recipient = ?2 WHERE recipient = ?1 AND state = 'waiting' AND once IS NOT NULL",
        )?
        .execute((former, mail))
        .map(drop)
}
