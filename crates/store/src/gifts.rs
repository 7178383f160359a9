//! Articles that subscribers give: a link to each, known by its hash alone, and who has opened it. The hash of a browser's secret
//! stands for whoever opened it, and goes when that has ended.

use gate::{Outage, ReaderId, SecretHash};
use jiff::{SignedDuration, Timestamp};
use paywall::ArticleKey;
use rusqlite::{OptionalExtension, Transaction};

use crate::{Store, readers, values};

/// Visitors that one gift opens for; whoever forgets the cookie is another one.
pub const GIFT_USES_MAX: u32 = 100;
/// How long a gift is remembered, from the day on which it was given: longer than it is good, and than any month.
pub const GIFTS_KEPT: SignedDuration = SignedDuration::from_hours(62 * 24);
/// Gifts of one list, at most.
pub const GIFTS_LISTED_MAX: usize = 100;
/// Gifts of one reader that are counted without asking again: more than any paper lets one give in a month.
const GIFTS_COUNTED_MAX: usize = 1_000;

/// A gift that is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewGift {
    /// Of the secret in its link.
    pub link: SecretHash,
    /// Who gives it.
    pub giver: ReaderId,
    /// What is given.
    pub article: ArticleKey,
    /// Until when it can be opened.
    pub ends_at: Timestamp,
}

/// A gift that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GiftRow {
    /// What is given.
    pub article: ArticleKey,
    /// What the giver is called; may be empty.
    pub giver: String,
    /// Until when it can be opened.
    pub ends_at: Timestamp,
    /// How many have opened it.
    pub uses: u32,
}

/// What became of opening one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GiftUsed {
    /// This article is open until then.
    Open(ArticleKey, Timestamp),
    /// As many have opened it as it is good for.
    UsedUp,
    /// There is no such gift: it is over, or never was.
    Gone,
}

const SELECTED: &str = "SELECT gifts.article, readers.name, gifts.ends_at, gifts.uses \
    FROM gifts JOIN readers ON readers.id = gifts.giver";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<GiftRow> {
    Ok(GiftRow {
        article: values::key(row, 0)?,
        giver: row.get(1)?,
        ends_at: values::instant(row, 2)?,
        uses: row.get(3)?,
    })
}

fn given_since(
    connection: &rusqlite::Connection,
    giver: ReaderId,
    since: Timestamp,
) -> rusqlite::Result<u32> {
    connection
        .prepare_cached("SELECT count(*) FROM gifts WHERE giver = ?1 AND given_at >= ?2")?
        .query_row((giver.as_bytes(), since.as_microsecond()), |row| row.get(0))
}

/// When somebody gave articles lately, the newest first.
pub(crate) fn gave_at(
    connection: &rusqlite::Connection,
    giver: ReaderId,
) -> rusqlite::Result<Vec<Timestamp>> {
    connection
        .prepare_cached(
            "SELECT given_at FROM gifts WHERE giver = ?1 ORDER BY given_at DESC LIMIT ?2",
        )?
        .query_map((giver.as_bytes(), GIFTS_COUNTED_MAX as i64), |row| values::instant(row, 0))?
        .collect()
}

fn open(
    transaction: &Transaction<'_>,
    link: SecretHash,
    holder: SecretHash,
    until: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<GiftUsed> {
    let found = transaction
        .prepare_cached(
            "SELECT article, ends_at, uses FROM gifts WHERE link = ?1 AND ends_at > ?2",
        )?
        .query_row((link.as_bytes(), now.as_microsecond()), |row| {
            Ok((values::key(row, 0)?, values::instant(row, 1)?, row.get::<_, u32>(2)?))
        })
        .optional()?;
    let Some((article, ends_at, uses)) = found else { return Ok(GiftUsed::Gone) };
    // No longer than the gift itself.
    let until = until.min(ends_at);
    let again = transaction
        .prepare_cached("UPDATE gift_uses SET ends_at = ?3 WHERE holder = ?1 AND gift = ?2")?
        .execute((holder.as_bytes(), link.as_bytes(), until.as_microsecond()))?;
    if again == 0 {
        if uses >= GIFT_USES_MAX {
            return Ok(GiftUsed::UsedUp);
        }
        transaction
            .prepare_cached(
                "INSERT INTO gift_uses (holder, gift, article, ends_at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((
                holder.as_bytes(),
                link.as_bytes(),
                article.as_bytes(),
                until.as_microsecond(),
            ))?;
        transaction
            .prepare_cached("UPDATE gifts SET uses = uses + 1 WHERE link = ?1")?
            .execute([link.as_bytes()])?;
    }
    Ok(GiftUsed::Open(article, until))
}

impl Store {
    /// Keeps a gift, where its giver has given fewer than `most` since an instant. Says how many more can be given then; `None`
    /// where it was one too many.
    ///
    /// # Errors
    /// [`Outage`]: it was not kept.
    pub async fn give(
        &self,
        new: NewGift,
        since: Timestamp,
        most: u32,
        now: Timestamp,
    ) -> Result<Option<u32>, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let given = given_since(transaction, new.giver, since)?;
                if given >= most {
                    return Ok(None);
                }
                transaction
                    .prepare_cached(
                        "INSERT INTO gifts (link, giver, article, given_at, ends_at, uses) \
                         VALUES (?1, ?2, ?3, ?4, ?5, 0)",
                    )?
                    .execute((
                        new.link.as_bytes(),
                        new.giver.as_bytes(),
                        new.article.as_bytes(),
                        now.as_microsecond(),
                        new.ends_at.as_microsecond(),
                    ))?;
                changes.push(readers::changed(new.giver));
                Ok(Some(most - given - 1))
            })
            .await
    }

    /// The gift of a link; looking at it uses nothing up.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn gift(&self, link: SecretHash, now: Timestamp) -> Result<Option<GiftRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(&format!("{SELECTED} WHERE link = ?1 AND ends_at > ?2"))?
                    .query_row((link.as_bytes(), now.as_microsecond()), read)
                    .optional()
            })
            .await
    }

    /// Opens a gift for a browser until an instant, at most until the gift ends. The same browser again is no further use.
    ///
    /// # Errors
    /// [`Outage`]: it was not opened.
    pub async fn open_gift(
        &self,
        link: SecretHash,
        holder: SecretHash,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<GiftUsed, Outage> {
        self.0.writer.write(move |transaction, _| open(transaction, link, holder, until, now)).await
    }

    /// Whether a gift has opened an article for a browser.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn holds_gift(
        &self,
        holder: SecretHash,
        article: ArticleKey,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT 1 FROM gift_uses WHERE holder = ?1 AND article = ?2 AND ends_at > ?3",
                    )?
                    .exists((holder.as_bytes(), article.as_bytes(), now.as_microsecond()))
            })
            .await
    }

    /// What a reader has given lately, newest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn gifts_of(&self, giver: ReaderId) -> Result<Vec<GiftRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let query = format!("{SELECTED} WHERE giver = ?1 ORDER BY given_at DESC LIMIT ?2");
                let mut query = connection.prepare_cached(&query)?;
                query.query_map((giver.as_bytes(), GIFTS_LISTED_MAX as i64), read)?.collect()
            })
            .await
    }

    /// Forgets at most `batch` uses that have ended, and as many gifts that are older than [`GIFTS_KEPT`]. Says how many.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn forget_gifts(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        let oldest = now.checked_sub(GIFTS_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        self.0
            .writer
            .write(move |transaction, _| {
                let uses = transaction
                    .prepare_cached(
                        "DELETE FROM gift_uses WHERE (holder, gift) IN \
                         (SELECT holder, gift FROM gift_uses WHERE ends_at <= ?1 LIMIT ?2)",
                    )?
                    .execute((now.as_microsecond(), limit))?;
                let gifts = transaction
                    .prepare_cached(
                        "DELETE FROM gifts WHERE link IN \
                         (SELECT link FROM gifts WHERE given_at < ?1 LIMIT ?2)",
                    )?
                    .execute((oldest, limit))?;
                Ok(uses + gifts)
            })
            .await
    }
}
