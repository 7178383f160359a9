//! What people state of their contracts: that they cancel, or withdraw. Each is kept as it was said, with the instant at which it
//! came, and its receipt goes out with it. Nothing is carried out from here.

use gate::{Outage, SecretHash};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction};

use crate::mails::{NewMail, enqueue};
use crate::{Store, values};

/// The longest name, in characters.
pub const STATEMENT_NAME_CHARS_MAX: usize = 100;
/// The longest naming of a contract, in characters.
pub const STATEMENT_CONTRACT_CHARS_MAX: usize = 200;
/// The longest reason, in characters.
pub const STATEMENT_REASON_CHARS_MAX: usize = 1_000;
/// Statements of one address within a day that nobody has proven to be its own: with more, further ones are refused, since each
/// sends a mail. What was sent before is good meanwhile, so that nobody can be kept from cancelling.
pub const STATEMENTS_OF_ADDRESS_MAX: usize = 6;
/// Statements that are kept at once: with more, new ones are refused.
pub const STATEMENTS_MAX: usize = 1_000_000;
/// How long statements are kept: to the end of the third year after their own, in which somebody may have to prove them.
pub const STATEMENTS_KEPT: SignedDuration = SignedDuration::from_hours(4 * 366 * 24);
/// Within which time the same words are the same statement.
pub const STATED_AGAIN: SignedDuration = SignedDuration::from_mins(10);
/// The day over which statements of one address are counted.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What somebody states.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StatementKind {
    /// The contract is cancelled, without a reason.
    Ordinary,
    /// The contract is cancelled for a reason, at once.
    Extraordinary,
    /// The contract is withdrawn from.
    Withdrawal,
}

impl StatementKind {
    const ALL: [Self; 3] = [Self::Ordinary, Self::Extraordinary, Self::Withdrawal];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Extraordinary => "extraordinary",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// A statement, in the words of whoever made it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stated {
    /// What it is.
    pub kind: StatementKind,
    /// Who makes it.
    pub name: String,
    /// Where the receipt goes, in small letters.
    pub mail: String,
    /// Which contract is meant.
    pub contract: String,
    /// Why; empty where no reason is needed.
    pub reason: String,
    /// The last day of the contract; without one, as early as can be.
    pub wanted_on: Option<Date>,
}

/// A statement on its way in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewStatement {
    /// What is said.
    pub stated: Stated,
    /// Whether the address is proven to be that of whoever says it.
    pub is_proven: bool,
    /// What its receipt's link holds, and until when that is good.
    pub link: Option<(SecretHash, Timestamp)>,
    /// The mail that tells what was received.
    pub receipt: NewMail,
}

/// What became of a statement on its way in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatementKept {
    /// It is kept under this number, and the receipt is on its way.
    Kept(i64),
    /// It came a moment ago, and is kept under this number since that instant.
    Again(i64, Timestamp),
    /// Enough receipts went to this address.
    Enough,
    /// More statements are there than are kept.
    Full,
}

/// A statement that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementRow {
    /// Its number.
    pub id: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// When it was carried out or seen to.
    pub settled_at: Option<Timestamp>,
    /// What it says.
    pub stated: Stated,
}

const COLUMNS: &str = "id, received_at, settled_at, kind, name, mail, contract, reason, wanted_on";

fn read(row: &Row<'_>) -> rusqlite::Result<StatementRow> {
    let kind: String = row.get(3)?;
    let known = StatementKind::ALL.into_iter().find(|known| known.name() == kind);
    let settled: Option<i64> = row.get(2)?;
    let day: Option<String> = row.get(8)?;
    let day =
        day.map(|day| day.parse().map_err(|_| values::wrong(8, format!("{day:?} is no day"))));
    Ok(StatementRow {
        id: row.get(0)?,
        received_at: values::instant(row, 1)?,
        settled_at: settled.map(|_| values::instant(row, 2)).transpose()?,
        stated: Stated {
            kind: known.ok_or_else(|| values::wrong(3, format!("{kind:?} is no statement")))?,
            name: row.get(4)?,
            mail: row.get(5)?,
            contract: row.get(6)?,
            reason: row.get(7)?,
            wanted_on: day.transpose()?,
        },
    })
}

/// The same words that came a moment ago and wait.
fn again(
    transaction: &Transaction<'_>,
    stated: &Stated,
    now: Timestamp,
) -> rusqlite::Result<Option<(i64, Timestamp)>> {
    let since = now.checked_sub(STATED_AGAIN).unwrap_or(Timestamp::MIN);
    transaction
        .prepare_cached(
            "SELECT id, received_at FROM statements WHERE mail = ?1 AND received_at > ?2 AND kind = ?3 \
             AND name = ?4 AND contract = ?5 AND reason = ?6 AND wanted_on IS ?7 AND settled_at IS NULL",
        )?
        .query_row(
            (
                &stated.mail,
                since.as_microsecond(),
                stated.kind.name(),
                &stated.name,
                &stated.contract,
                &stated.reason,
                stated.wanted_on.map(|day| day.to_string()),
            ),
            |row| Ok((row.get(0)?, values::instant(row, 1)?)),
        )
        .optional()
}

fn add(
    transaction: &Transaction<'_>,
    new: &NewStatement,
    now: Timestamp,
) -> rusqlite::Result<StatementKept> {
    let stated = &new.stated;
    if let Some((id, since)) = again(transaction, stated, now)? {
        return Ok(StatementKept::Again(id, since));
    }
    let since = now.checked_sub(A_DAY).unwrap_or(Timestamp::MIN).as_microsecond();
    let of_address: i64 = transaction
        .prepare_cached("SELECT count(*) FROM statements WHERE mail = ?1 AND received_at > ?2")?
        .query_row((&stated.mail, since), |row| row.get(0))?;
    if !new.is_proven && of_address >= STATEMENTS_OF_ADDRESS_MAX as i64 {
        return Ok(StatementKept::Enough);
    }
    let full = transaction
        .prepare_cached("SELECT 1 FROM statements LIMIT 1 OFFSET ?1")?
        .exists([STATEMENTS_MAX as i64 - 1])?;
    if full {
        return Ok(StatementKept::Full);
    }
    transaction
        .prepare_cached(
            "INSERT INTO statements \
             (kind, name, mail, contract, reason, wanted_on, received_at, link, link_ends_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            stated.kind.name(),
            &stated.name,
            &stated.mail,
            &stated.contract,
            &stated.reason,
            stated.wanted_on.map(|day| day.to_string()),
            now.as_microsecond(),
            new.link.as_ref().map(|(link, _)| link.as_bytes()),
            new.link.map(|(_, ends_at)| ends_at.as_microsecond()),
        ))?;
    let id = transaction.last_insert_rowid();
    enqueue(transaction, &new.receipt, now)?;
    Ok(StatementKept::Kept(id))
}

impl Store {
    /// Keeps a statement, and puts its receipt into the queue.
    ///
    /// # Errors
    /// [`Outage`]: it was not kept.
    pub async fn keep_statement(
        &self,
        new: NewStatement,
        now: Timestamp,
    ) -> Result<StatementKept, Outage> {
        self.0.writer.write(move |transaction, _| add(transaction, &new, now)).await
    }

    /// The statement that a receipt's link is good for; looking at it uses nothing up.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn statement_of_link(
        &self,
        link: SecretHash,
        now: Timestamp,
    ) -> Result<Option<StatementRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM statements \
                         WHERE link = ?1 AND link_ends_at > ?2 AND settled_at IS NULL"
                    ))?
                    .query_row((link.as_bytes(), now.as_microsecond()), read)
                    .optional()
            })
            .await
    }

    /// Notes that a statement was carried out or seen to. Says whether it waited for that.
    ///
    /// # Errors
    /// [`Outage`]: it waits still.
    pub async fn settle_statement(&self, id: i64, now: Timestamp) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let settled = transaction
                    .prepare_cached(
                        "UPDATE statements SET settled_at = ?2 WHERE id = ?1 AND settled_at IS NULL",
                    )?
                    .execute((id, now.as_microsecond()))?;
                Ok(settled == 1)
            })
            .await
    }

    /// The statements that wait, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn waiting_statements(&self, limit: usize) -> Result<Vec<StatementRow>, Outage> {
        let limit = i64::try_from(limit.min(STATEMENTS_MAX)).unwrap_or(i64::MAX);
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM statements WHERE settled_at IS NULL ORDER BY id DESC LIMIT ?1"
                ))?;
                query.query_map([limit], read)?.collect()
            })
            .await
    }

    /// All statements of a mail address, newest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn statements_of(&self, mail: String) -> Result<Vec<StatementRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM statements WHERE mail = ?1 ORDER BY id DESC"
                ))?;
                query.query_map([mail], read)?.collect()
            })
            .await
    }

    /// Forgets at most `batch` statements that are older than [`STATEMENTS_KEPT`], and says how many.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn forget_statements(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        let oldest = now.checked_sub(STATEMENTS_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        let any = self.0.lookups.ask(move |connection| {
            connection
                .prepare_cached("SELECT 1 FROM statements WHERE received_at < ?1 LIMIT 1")?
                .exists([oldest])
        });
        if !any.await? {
            return Ok(0);
        }
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached(
                        "DELETE FROM statements WHERE id IN \
                         (SELECT id FROM statements WHERE received_at < ?1 LIMIT ?2)",
                    )?
                    .execute((oldest, batch as i64))
            })
            .await
    }
}
