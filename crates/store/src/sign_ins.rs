//! Sign-ins under way: somebody asked for a mail with a code and a link, and one of the two makes a session. Each is good once and
//! for a short time; only hashes are kept.

use gate::{Outage, Person, ReaderId, SecretHash};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction};
use subtle::ConstantTimeEq;

use crate::changes::Change;
use crate::devices::{self, Entry};
use crate::mails::{NewMail, enqueue};
use crate::readers::{self, ReaderRow};
use crate::sessions::NewSession;
use crate::sign_ups::{self, ToSender};
use crate::{Store, values};

/// Sign-ins under way for one address: further mails are not sent until one was used or is over. The links of those that were
/// sent are good meanwhile, so that nobody can be locked out by being asked for.
pub const SIGN_INS_OF_ADDRESS_MAX: usize = 6;
/// Sign-ins under way, in all.
pub const SIGN_INS_MAX: usize = 100_000;
/// Wrong codes for one sign-in, after which its code is good no more; its link is.
pub const TRIES_MAX: u32 = 5;

/// A sign-in that begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSignIn {
    /// Of the secret in the link.
    pub link: SecretHash,
    /// Of the secret that the asking browser keeps: the code is good there alone.
    pub handle: SecretHash,
    /// Of the code with that secret.
    pub code: SecretHash,
    /// Who is to be signed in, in small letters.
    pub mail: String,
    /// The path that it leads back to.
    pub back: String,
    /// When it is over.
    pub ends_at: Timestamp,
    /// The mail that tells both.
    pub letter: NewMail,
}

/// What became of a beginning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Begun {
    /// The mail is on its way.
    Sent,
    /// Enough mails are on their way to this address.
    Enough,
    /// More sign-ins are under way than are kept.
    Full,
}

/// What is shown for one of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum By {
    /// The link of the mail.
    Link(SecretHash),
    /// The code, in the browser that asked.
    Code {
        /// The browser's secret.
        handle: SecretHash,
        /// What was typed, with that secret.
        code: SecretHash,
    },
}

/// A sign-in that somebody may finish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignIn {
    /// Who.
    pub mail: String,
    /// Where it leads back to.
    pub back: String,
}

/// Who comes in, if nobody with that address was here before.
#[derive(Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The id that they get.
    pub id: ReaderId,
    /// The name of their readings.
    pub person: Person,
    /// The key of the names under which is kept what people take once.
    pub taken_key: [u8; 32],
    /// What they are told of having registered, once; who it goes to is put in here.
    pub welcome: NewMail,
    /// How that kind of letter is ended, and where: the link follows.
    pub ends: (ToSender, String),
}

impl std::fmt::Debug for Newcomer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Newcomer({})", self.id)
    }
}

/// What became of an attempt to finish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finished {
    /// Somebody has proven who it is.
    In {
        /// Who.
        reader: ReaderRow,
        /// Where it leads back to.
        back: String,
        /// Whether the account was made by it.
        is_new: bool,
        /// Whether there is a session.
        entry: Entry,
    },
    /// The code is another one; so many tries are left.
    WrongCode(u32),
    /// There is no such sign-in: it was used, is over, or never was.
    Gone,
}

/// Begins a sign-in, within the limits, and puts its mail into the queue.
pub(crate) fn begin(
    transaction: &Transaction<'_>,
    new: &NewSignIn,
    now: Timestamp,
) -> rusqlite::Result<Begun> {
    if under_way(transaction, &new.mail, "reader IS NULL", now)? >= SIGN_INS_OF_ADDRESS_MAX {
        return Ok(Begun::Enough);
    }
    if is_full(transaction)? {
        return Ok(Begun::Full);
    }
    keep(transaction, new, None, now)?;
    enqueue(transaction, &new.letter, now)?;
    Ok(Begun::Sent)
}

impl Store {
    /// Begins a sign-in, and puts its mail into the queue.
    ///
    /// # Errors
    /// [`Outage`]: nothing was sent.
    pub async fn begin_sign_in(&self, new: NewSignIn, now: Timestamp) -> Result<Begun, Outage> {
        self.0.writer.write(move |transaction, _| begin(transaction, &new, now)).await
    }

    /// The sign-in of a link or of a browser that asked; looking at it uses nothing up.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn sign_in(
        &self,
        secret: SecretHash,
        now: Timestamp,
    ) -> Result<Option<SignIn>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT mail, back FROM sign_ins WHERE (link = ?1 OR handle = ?1) AND ends_at > ?2 \
                         AND reader IS NULL",
                    )?
                    .query_row((secret.as_bytes(), now.as_microsecond()), |row| {
                        Ok(SignIn { mail: row.get(0)?, back: row.get(1)? })
                    })
                    .optional()
            })
            .await
    }

    /// Finishes a sign-in: uses it up, makes the account where there is none (with a mail that says so), notes that the address is
    /// proven, and begins a session, in one commit.
    ///
    /// # Errors
    /// [`Outage`]: nothing happened.
    pub async fn finish_sign_in(
        &self,
        by: By,
        newcomer: Newcomer,
        session: NewSession,
        now: Timestamp,
    ) -> Result<Finished, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let (mail, back) = match take(transaction, &by, None, now)? {
                    Taken::Used(mail, back) => (mail, back),
                    Taken::WrongCode(left) => return Ok(Finished::WrongCode(left)),
                    Taken::Gone => return Ok(Finished::Gone),
                };
                let (reader, is_new) = arrive(transaction, newcomer, mail, now, changes)?;
                let entry = devices::enter(transaction, reader.id, &session, &back, now, changes)?;
                Ok(Finished::In { reader, back, is_new, entry })
            })
            .await
    }

    /// Forgets at most `batch` sign-ins that are over, and says how many.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn forget_sign_ins(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        const OVER: &str = "DELETE FROM sign_ins WHERE link IN \
                            (SELECT link FROM sign_ins WHERE ends_at <= ?1 LIMIT ?2)";
        self.forget_over(OVER, now, batch).await
    }

    /// Deletes by a statement that is told an instant and how many rows it may take.
    pub(crate) async fn forget_over(
        &self,
        delete: &'static str,
        now: Timestamp,
        batch: usize,
    ) -> Result<usize, Outage> {
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        self.0
            .writer
            .write(move |transaction, _| {
                transaction.prepare_cached(delete)?.execute((now.as_microsecond(), limit))
            })
            .await
    }
}

/// How many are under way to an address, of those of which `which` is true.
pub(crate) fn under_way(
    transaction: &Transaction<'_>,
    mail: &str,
    which: &str,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    let query =
        format!("SELECT count(*) FROM sign_ins WHERE mail = ?1 AND ends_at > ?2 AND {which}");
    let count: i64 = transaction
        .prepare_cached(&query)?
        .query_row((mail, now.as_microsecond()), |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Whether as many are under way as are kept.
pub(crate) fn is_full(transaction: &Transaction<'_>) -> rusqlite::Result<bool> {
    let count: i64 = transaction
        .prepare_cached("SELECT count(*) FROM sign_ins")?
        .query_row([], |row| row.get(0))?;
    Ok(count >= SIGN_INS_MAX as i64)
}

/// Keeps one: a sign-in, or what proves the new address of a reader.
pub(crate) fn keep(
    transaction: &Transaction<'_>,
    new: &NewSignIn,
    reader: Option<ReaderId>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO sign_ins (link, handle, code, tries, mail, back, began_at, ends_at, reader) \
             VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            new.link.as_bytes(),
            new.handle.as_bytes(),
            new.code.as_bytes(),
            &new.mail,
            &new.back,
            now.as_microsecond(),
            new.ends_at.as_microsecond(),
            reader.as_ref().map(ReaderId::as_bytes),
        ))
        .map(drop)
}

/// What came of what was shown for one.
pub(crate) enum Taken {
    /// It was there and is used up: which address is proven, and where it leads back to.
    Used(String, String),
    /// The code is another one; so many tries are left.
    WrongCode(u32),
    /// There is none.
    Gone,
}

/// Uses one up: a sign-in, or what proves the new address of this reader. Neither is ever taken for the other.
pub(crate) fn take(
    transaction: &Transaction<'_>,
    by: &By,
    reader: Option<ReaderId>,
    now: Timestamp,
) -> rusqlite::Result<Taken> {
    let (column, secret) = match by {
        By::Link(link) => ("link", link),
        By::Code { handle, .. } => ("handle", handle),
    };
    let query = format!(
        "SELECT link, code, tries, mail, back FROM sign_ins WHERE {column} = ?1 AND ends_at > ?2 \
         AND reader IS ?3"
    );
    let whose = reader.as_ref().map(ReaderId::as_bytes);
    let found = transaction
        .prepare_cached(&query)?
        .query_row((secret.as_bytes(), now.as_microsecond(), whose), |row| {
            let tries: u32 = row.get(2)?;
            Ok((values::hash(row, 0)?, values::hash(row, 1)?, tries, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let Some((link, code, tries, mail, back)) = found else { return Ok(Taken::Gone) };
    if let By::Code { code: given, .. } = by {
        if tries >= TRIES_MAX {
            return Ok(Taken::Gone);
        }
        if !bool::from(given.as_bytes().ct_eq(code.as_bytes())) {
            transaction
                .prepare_cached("UPDATE sign_ins SET tries = tries + 1 WHERE link = ?1")?
                .execute([link.as_bytes()])?;
            return Ok(Taken::WrongCode(TRIES_MAX - tries - 1));
        }
    }
    transaction
        .prepare_cached("DELETE FROM sign_ins WHERE link = ?1")?
        .execute([link.as_bytes()])?;
    Ok(Taken::Used(mail, back))
}

/// The reader of an address that was proven just now, and whether they are new.
fn arrive(
    transaction: &Transaction<'_>,
    newcomer: Newcomer,
    mail: String,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<(ReaderRow, bool)> {
    let known = readers::by_mail(transaction, &mail)?;
    if let Some(mut row) = known {
        if row.verified_at.is_none() {
            readers::verify(transaction, row.id, now)?;
            row.verified_at = Some(now);
            changes.push(readers::changed(row.id));
        }
        return Ok((row, false));
    }
    let Newcomer { id, person, taken_key, mut welcome, ends: (sender, ends) } = newcomer;
    let (name, verified_at) = (String::new(), Some(now));
    let taken_as = *blake3::keyed_hash(&taken_key, mail.as_bytes()).as_bytes();
    let row = ReaderRow { id, person, mail, taken_as, verified_at, name, joined_at: now };
    readers::add(transaction, &row)?;
    changes.push(readers::changed(id));
    welcome.recipient.clone_from(&row.mail);
    welcome.once = Some(format!("{}:{id}", welcome.kind));
    if sign_ups::wants_letters(transaction, &row.mail, sender, now)? {
        let link = sender.link(&row.mail, sign_ups::OWN_LETTERS);
        welcome.unsubscribe = Some(format!("{ends}{link}"));
        enqueue(transaction, &welcome, now)?;
    }
    Ok((row, true))
}
