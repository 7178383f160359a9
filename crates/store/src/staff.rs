//! Who works in the newsroom, and the record of what they did at the desk. A member of the staff is a reader with a role; what a role
//! may do is the newsroom's rule, and asked by whoever calls. The record is only added to.

use gate::{Outage, ReaderId};
use jiff::Timestamp;
use newsroom::{ArticleId, Role};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::changes::Change;
use crate::mails::{NewMail, enqueue};
use crate::readers::{self, READER_NAME_CHARS_MAX, ReaderRow};
use crate::{Store, values};

/// People of a newsroom, at most.
pub const STAFF_MAX: usize = 1_000;
/// Rows of the record that are read in one go, at most.
pub const RECORD_LISTED_MAX: usize = 200;
/// What the record keeps of a subject, in characters.
pub const SUBJECT_CHARS_MAX: usize = 200;

/// Somebody who works in the newsroom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffRow {
    /// Whose account it is.
    pub reader: ReaderId,
    /// The account's mail address.
    pub mail: String,
    /// What colleagues see.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when they have this role.
    pub since: Timestamp,
}

/// Who does something at the desk: somebody of the staff, or the operator at the machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doer {
    /// Who of the staff; the operator has no account.
    pub staff: Option<ReaderId>,
    /// What the record calls them.
    pub name: String,
}

impl Doer {
    /// Whoever may run commands on the machine.
    #[must_use]
    pub fn operator() -> Self {
        Self::at_the_machine("operator".to_owned())
    }

    /// The same, by the name of their account on it.
    #[must_use]
    pub const fn at_the_machine(name: String) -> Self {
        Self { staff: None, name }
    }
}

/// A row of the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeedRow {
    /// Counts up with every deed.
    pub number: i64,
    /// When.
    pub done_at: Timestamp,
    /// Who, as they were called.
    pub name: String,
    /// What, in one of the record's words.
    pub deed: String,
    /// With which article, where it is about one.
    pub article: Option<String>,
    /// With whom or what, in words.
    pub subject: String,
    /// With which reader, where it is about one.
    pub about: Option<ReaderId>,
}

/// A role that somebody is to have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Appointment {
    /// The account that is made where the address has none. Its address is not proven: whoever signs in with it proves it.
    pub newcomer: ReaderRow,
    /// What colleagues see; empty leaves the name that there is.
    pub name: String,
    /// What they may do from now on.
    pub role: Role,
    /// Says it to them, where they are new.
    pub letter: Option<NewMail>,
}

/// What became of an appointment, or of its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Appointed {
    /// They are of the staff now.
    Added,
    /// They were, and have another role or name now; or they are not any more.
    Changed,
    /// Nothing is different.
    Unchanged,
    /// It would leave the paper without an owner.
    LastOwner,
    /// There are [`STAFF_MAX`] people.
    Full,
    /// Nobody of the staff has that account.
    Unknown,
}

const COLUMNS: &str = "staff.reader, readers.mail, staff.name, staff.role, staff.since";
/// The staff first, however many readers there are: they are few.
const FROM: &str = "staff CROSS JOIN readers ON readers.id = staff.reader";

fn read(row: &Row<'_>) -> rusqlite::Result<StaffRow> {
    Ok(StaffRow {
        reader: values::reader(row, 0)?,
        mail: row.get(1)?,
        name: row.get(2)?,
        role: role(row, 3)?,
        since: values::instant(row, 4)?,
    })
}

fn role(row: &Row<'_>, place: usize) -> rusqlite::Result<Role> {
    let word: String = row.get(place)?;
    Role::parse(&word).map_err(|error| values::wrong(place, error.to_string()))
}

/// The member of the staff that a reader is.
pub(crate) fn of_reader(
    connection: &Connection,
    reader: ReaderId,
) -> rusqlite::Result<Option<StaffRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE staff.reader = ?1"))?
        .query_row([reader.as_bytes()], read)
        .optional()
}

/// Adds to the record.
pub(crate) fn note(
    transaction: &Transaction<'_>,
    by: &Doer,
    deed: &str,
    article: Option<&ArticleId>,
    subject: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    add(transaction, by, deed, (article, None), subject, now)
}

/// Adds a deed about a reader to the record.
pub(crate) fn note_about(
    transaction: &Transaction<'_>,
    by: &Doer,
    deed: &str,
    about: ReaderId,
    subject: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    add(transaction, by, deed, (None, Some(about)), subject, now)
}

fn add(
    transaction: &Transaction<'_>,
    by: &Doer,
    deed: &str,
    (article, about): (Option<&ArticleId>, Option<ReaderId>),
    subject: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let subject: String = subject.chars().take(SUBJECT_CHARS_MAX).collect();
    transaction
        .prepare_cached(
            "INSERT INTO deeds (done_at, staff, name, deed, article, subject, about) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            now.as_microsecond(),
            by.staff.map(|reader| *reader.as_bytes()),
            &by.name,
            deed,
            article.map(ArticleId::as_str),
            subject,
            about.map(|reader| *reader.as_bytes()),
        ))
        .map(drop)
}

/// The deeds of a condition.
pub(crate) fn deeds(
    connection: &Connection,
    which: &str,
    bound: impl rusqlite::Params,
) -> rusqlite::Result<Vec<DeedRow>> {
    connection
        .prepare_cached(&format!(
            "SELECT number, done_at, name, deed, article, subject, about FROM deeds WHERE {which}"
        ))?
        .query_map(bound, |row| {
            let about: Option<[u8; 16]> = row.get(6)?;
            Ok(DeedRow {
                number: row.get(0)?,
                done_at: values::instant(row, 1)?,
                name: row.get(2)?,
                deed: row.get(3)?,
                article: row.get(4)?,
                subject: row.get(5)?,
                about: about.map(ReaderId::from_bytes),
            })
        })?
        .collect()
}

fn is_last_owner(transaction: &Transaction<'_>, of: &StaffRow) -> rusqlite::Result<bool> {
    if of.role != Role::Owner {
        return Ok(false);
    }
    let owners: i64 = transaction
        .prepare_cached("SELECT count(*) FROM staff WHERE role = 'owner'")?
        .query_row([], |row| row.get(0))?;
    Ok(owners <= 1)
}

fn appoint(
    transaction: &Transaction<'_>,
    new: &Appointment,
    by: &Doer,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<Appointed> {
    let mail = &new.newcomer.mail;
    let reader = match readers::by_mail(transaction, mail)? {
        Some(reader) => reader,
        None => {
            readers::add(transaction, &new.newcomer)?;
            new.newcomer.clone()
        }
    };
    let before = of_reader(transaction, reader.id)?;
    let given: String = new.name.trim().chars().take(READER_NAME_CHARS_MAX).collect();
    let name = match (&before, given.is_empty()) {
        (_, false) => given,
        (Some(before), true) => before.name.clone(),
        (None, true) if reader.name.is_empty() => mail.clone(),
        (None, true) => reader.name.clone(),
    };
    if let Some(before) = &before {
        if before.role == new.role && before.name == name {
            return Ok(Appointed::Unchanged);
        }
        if new.role != Role::Owner && is_last_owner(transaction, before)? {
            return Ok(Appointed::LastOwner);
        }
    } else {
        let count: i64 =
            transaction.query_row("SELECT count(*) FROM staff", [], |row| row.get(0))?;
        if count >= STAFF_MAX as i64 {
            return Ok(Appointed::Full);
        }
    }
    let since = before.as_ref().filter(|before| before.role == new.role);
    let since = since.map_or(now, |before| before.since);
    transaction
        .prepare_cached(
            "INSERT INTO staff (reader, name, role, since) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (reader) DO UPDATE SET name = excluded.name, role = excluded.role, since = excluded.since",
        )?
        .execute((reader.id.as_bytes(), &name, new.role.as_str(), since.as_microsecond()))?;
    let subject = format!("{name} <{mail}>, {}", new.role);
    note(
        transaction,
        by,
        if before.is_some() { "gave another role" } else { "appointed" },
        None,
        &subject,
        now,
    )?;
    changes.push(readers::changed(reader.id));
    if before.is_some() {
        return Ok(Appointed::Changed);
    }
    new.letter.iter().try_for_each(|letter| enqueue(transaction, letter, now).map(drop))?;
    Ok(Appointed::Added)
}

impl Store {
    /// Everybody who works in the newsroom, by name.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn staff(&self) -> Result<Vec<StaffRow>, Outage> {
        self.0
            .lookups
            .ask(|connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM {FROM} ORDER BY staff.name, readers.mail LIMIT ?1"
                    ))?
                    .query_map([STAFF_MAX as i64], read)?
                    .collect()
            })
            .await
    }

    /// The member of the staff with that account.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn staff_of(&self, reader: ReaderId) -> Result<Option<StaffRow>, Outage> {
        self.0.lookups.ask(move |connection| of_reader(connection, reader)).await
    }

    /// Gives somebody a role, and an account where their address has none.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn appoint(
        &self,
        new: Appointment,
        by: Doer,
        now: Timestamp,
    ) -> Result<Appointed, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| appoint(transaction, &new, &by, now, changes))
            .await
    }

    /// Lets somebody go: the account stays a reader's.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn let_go(
        &self,
        reader: ReaderId,
        by: Doer,
        now: Timestamp,
    ) -> Result<Appointed, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let Some(before) = of_reader(transaction, reader)? else {
                    return Ok(Appointed::Unknown);
                };
                if is_last_owner(transaction, &before)? {
                    return Ok(Appointed::LastOwner);
                }
                transaction
                    .prepare_cached("DELETE FROM staff WHERE reader = ?1")?
                    .execute([reader.as_bytes()])?;
                let subject = format!("{} <{}>, {}", before.name, before.mail, before.role);
                note(transaction, &by, "let go", None, &subject, now)?;
                changes.push(readers::changed(reader));
                Ok(Appointed::Changed)
            })
            .await
    }

    /// The record, the latest first: at most `limit` rows before that number, of one article where one is named.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn record(
        &self,
        article: Option<ArticleId>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<DeedRow>, Outage> {
        let (before, limit) = (before.unwrap_or(i64::MAX), limit.min(RECORD_LISTED_MAX) as i64);
        self.0
            .lookups
            .ask(move |connection| {
                let of = if article.is_some() { "article = ?3" } else { "?3 IS NULL" };
                let which = format!("number < ?1 AND {of} ORDER BY number DESC LIMIT ?2");
                let article = article.as_ref().map(ArticleId::as_str);
                deeds(connection, &which, (before, limit, article))
            })
            .await
    }
}
