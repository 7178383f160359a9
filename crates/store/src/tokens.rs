//! Tokens of machines: their hashes, what they may do, and who made them. What a token may do is the smaller of its scopes and of the role
//! that its maker has at that moment; both are read together, and held against each other by whoever asks.

use gate::{Outage, ReaderId, SecretHash};
use jiff::Timestamp;
use jiff::civil::Date;
use newsroom::Scope;
use rusqlite::{OptionalExtension, Row, Transaction};

use crate::staff::{self, Doer, StaffRow};
use crate::{Store, values};

/// Tokens of a paper, at most, those that are over too.
pub const TOKENS_MAX: usize = 500;
/// The longest name of a token, in characters.
pub const TOKEN_NAME_CHARS_MAX: usize = 80;

/// A token that somebody makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewToken {
    /// What is kept of it.
    pub hash: SecretHash,
    /// What the record calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Who makes it, and whose role bounds it.
    pub staff: ReaderId,
    /// When it is over.
    pub ends_at: Timestamp,
}

/// A token as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRow {
    /// Counts up.
    pub number: i64,
    /// What the record calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Who made it, as long as they are of the staff.
    pub staff: Option<StaffRow>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it is over.
    pub ends_at: Timestamp,
    /// The day on which it was used last, in UTC.
    pub used_on: Option<Date>,
    /// When somebody ended it.
    pub revoked_at: Option<Timestamp>,
}

impl TokenRow {
    /// Whether it is good for anything at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.ends_at && self.staff.is_some()
    }
}

const COLUMNS: &str = "number, name, scopes, staff, made_at, ends_at, used_on, revoked_at";

fn read(row: &Row<'_>) -> rusqlite::Result<(TokenRow, ReaderId)> {
    let scopes: String = row.get(2)?;
    let used_on: Option<String> = row.get(6)?;
    let token = TokenRow {
        number: row.get(0)?,
        name: row.get(1)?,
        // A word of a newer program is no scope of this one.
        scopes: scopes.split(' ').filter_map(|word| Scope::parse(word).ok()).collect(),
        staff: None,
        made_at: values::instant(row, 4)?,
        ends_at: values::instant(row, 5)?,
        used_on: used_on.and_then(|day| day.parse().ok()),
        revoked_at: values::some_instant(row, 7)?,
    };
    Ok((token, values::reader(row, 3)?))
}

fn make(
    transaction: &Transaction<'_>,
    new: &NewToken,
    by: &Doer,
    now: Timestamp,
) -> rusqlite::Result<Option<i64>> {
    let count: i64 = transaction.query_row("SELECT count(*) FROM tokens", [], |row| row.get(0))?;
    if count >= TOKENS_MAX as i64 {
        // One that opens nothing any more makes room, the oldest first; what was done with it stays in the record.
        let gone = transaction
            .prepare_cached(
                "DELETE FROM tokens WHERE number IN (SELECT number FROM tokens \
                 WHERE revoked_at IS NOT NULL OR ends_at <= ?1 ORDER BY number LIMIT 1)",
            )?
            .execute([now.as_microsecond()])?;
        if gone == 0 {
            return Ok(None);
        }
    }
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.as_str()).collect();
    transaction
        .prepare_cached(
            "INSERT INTO tokens (hash, name, scopes, staff, made_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            new.hash.as_bytes(),
            &new.name,
            scopes.join(" "),
            new.staff.as_bytes(),
            now.as_microsecond(),
            new.ends_at.as_microsecond(),
        ))?;
    let number = transaction.last_insert_rowid();
    let subject = format!("{}: {}", new.name, scopes.join(" "));
    staff::note(transaction, by, "made a token", None, &subject, now)?;
    Ok(Some(number))
}

impl Store {
    /// Makes a token. Gives its number; `None` where there are [`TOKENS_MAX`] that open something still.
    ///
    /// # Errors
    /// [`Outage`]: there is none.
    pub async fn make_token(
        &self,
        new: NewToken,
        by: Doer,
        now: Timestamp,
    ) -> Result<Option<i64>, Outage> {
        self.0.writer.write(move |transaction, _| make(transaction, &new, &by, now)).await
    }

    /// All tokens, the newest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, Outage> {
        self.0
            .lookups
            .ask(|connection| {
                let rows = connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM tokens ORDER BY number DESC LIMIT ?1"
                    ))?
                    .query_map([TOKENS_MAX as i64], read)?
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                rows.into_iter()
                    .map(|(token, maker)| {
                        let staff = staff::of_reader(connection, maker)?;
                        Ok(TokenRow { staff, ..token })
                    })
                    .collect()
            })
            .await
    }

    /// The token of a hash, whether it is good for anything or not. It is found along an index of hashes: how long that takes says nothing
    /// of a secret that nobody has.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn token_of(&self, hash: SecretHash) -> Result<Option<TokenRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let found = connection
                    .prepare_cached(&format!("SELECT {COLUMNS} FROM tokens WHERE hash = ?1"))?
                    .query_row([hash.as_bytes()], read)
                    .optional()?;
                found
                    .map(|(token, maker)| {
                        let staff = staff::of_reader(connection, maker)?;
                        Ok(TokenRow { staff, ..token })
                    })
                    .transpose()
            })
            .await
    }

    /// Notes the day on which a token was used.
    ///
    /// # Errors
    /// [`Outage`]: it is not noted.
    pub async fn token_used(&self, number: i64, day: Date) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached("UPDATE tokens SET used_on = ?2 WHERE number = ?1")?
                    .execute((number, day.to_string()))
                    .map(drop)
            })
            .await
    }

    /// Ends a token, from the next request on. Says whether it was good until now.
    ///
    /// # Errors
    /// [`Outage`]: it is as good as before.
    pub async fn revoke_token(
        &self,
        number: i64,
        by: Doer,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let name: Option<String> = transaction
                    .prepare_cached(
                        "UPDATE tokens SET revoked_at = ?2 WHERE number = ?1 AND revoked_at IS NULL RETURNING name",
                    )?
                    .query_row((number, now.as_microsecond()), |row| row.get(0))
                    .optional()?;
                if let Some(name) = &name {
                    staff::note(transaction, &by, "revoked a token", None, name, now)?;
                }
                Ok(name.is_some())
            })
            .await
    }
}
