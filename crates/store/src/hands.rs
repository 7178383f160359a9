//! Who has an article in hand: one tab of one person at a time, for as long as it says that it is still there. It keeps people from
//! writing the same article twice; that nothing is written over is the version's work, and stays so without it.

use gate::{Outage, ReaderId};
use jiff::{SignedDuration, Timestamp};
use newsroom::ArticleId;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::staff::{Doer, note};
use crate::{Store, values};

/// How long an article stays in somebody's hand who says nothing more. Browsers wake a page behind others once a minute.
pub const HAND_HOLDS: SignedDuration = SignedDuration::from_secs(150);
/// Bytes of what a tab calls itself, at most; a longer name is none.
pub const TAB_BYTES_MAX: usize = 64;

/// The hand that reaches for an article.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Hand {
    tab: String,
    page: String,
    /// Which of the page's saves it is.
    save: u32,
    takes_over: bool,
}

impl Hand {
    /// The hand of a tab by the name that it drew for itself, empty for a form without script. `takes_over`: also from somebody else.
    #[must_use]
    pub fn of(tab: &str, takes_over: bool) -> Self {
        Self { tab: drawn(tab), takes_over, ..Self::default() }
    }

    /// The same on a page by the name that it drew for itself when it was loaded (a tab that was duplicated has two), with the number of its
    /// save behind a colon.
    #[must_use]
    pub fn on_page(self, page: &str) -> Self {
        match page.split_once(':').map(|(page, save)| (drawn(page), save.parse())) {
            Some((page, Ok(save))) => Self { page, save, ..self },
            _ => self,
        }
    }

    /// What the page calls itself, empty where that is not known, and which of its saves it is.
    pub(crate) fn page(&self) -> (&str, u32) {
        (&self.page, self.save)
    }
}

/// A name that a browser drew; empty where it is none.
fn drawn(name: &str) -> String {
    let fits = name.len() <= TAB_BYTES_MAX && name.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { name.to_owned() } else { String::new() }
}

/// Who has an article in hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// Whether it is whoever asks, in another tab.
    pub is_asker: bool,
}

struct Held {
    staff: ReaderId,
    name: String,
    tab: String,
    since: Timestamp,
    seen_at: Timestamp,
}

fn held(row: &Row<'_>) -> rusqlite::Result<Held> {
    Ok(Held {
        staff: ReaderId::from_bytes(row.get(0)?),
        name: row.get(1)?,
        tab: row.get(2)?,
        since: values::instant(row, 3)?,
        seen_at: values::instant(row, 4)?,
    })
}

impl Held {
    /// Whether it is still in that hand; a clock that was set back takes nothing out of anybody's for longer than it would last.
    fn lasts(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at).abs() < HAND_HOLDS
    }

    /// Whether that is the hand that asks. A form without script does not know its tab.
    fn is_of(&self, staff: ReaderId, hand: &Hand) -> bool {
        self.staff == staff && (hand.tab.is_empty() || hand.tab == self.tab)
    }
}

fn found(
    connection: &Connection,
    article: &ArticleId,
    now: Timestamp,
) -> rusqlite::Result<Option<Held>> {
    let held = connection
        .prepare_cached("SELECT staff, name, tab, since, seen_at FROM hands WHERE article = ?1")?
        .query_row([article.as_str()], held)
        .optional()?;
    Ok(held.filter(|held| held.lasts(now)))
}

impl Held {
    /// Who that is to whoever asks, unless it is that hand itself.
    fn to(&self, by: &Doer, hand: &Hand) -> Option<Holder> {
        let is_own = by.staff.is_some_and(|staff| self.is_of(staff, hand));
        let is_asker = by.staff == Some(self.staff);
        (!is_own).then(|| Holder { name: self.name.clone(), since: self.since, is_asker })
    }
}

/// Takes an article in hand, or says who has it. A form without script, and a command, has it for that moment alone.
pub(crate) fn take(
    transaction: &Transaction<'_>,
    article: &ArticleId,
    headline: &str,
    (by, hand): (&Doer, &Hand),
    now: Timestamp,
) -> rusqlite::Result<Option<Holder>> {
    let before = found(transaction, article, now)?;
    let other = before.as_ref().and_then(|held| held.to(by, hand));
    if other.is_some() && !hand.takes_over {
        return Ok(other);
    }
    if let Some(other) = &other {
        drop_from(transaction, article)?;
        if !other.is_asker {
            note(transaction, by, "took over", Some(article), headline, now)?;
        }
    }
    let Some(staff) = by.staff.filter(|_| !hand.tab.is_empty()) else { return Ok(None) };
    let since = before.filter(|_| other.is_none()).map_or(now, |held| held.since);
    let over = now.as_microsecond().saturating_sub(HAND_HOLDS.as_secs().saturating_mul(1_000_000));
    transaction.prepare_cached("DELETE FROM hands WHERE seen_at < ?1")?.execute([over])?;
    transaction
        .prepare_cached(
            "INSERT INTO hands (article, staff, name, tab, since, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (article) DO UPDATE SET staff = excluded.staff, name = excluded.name, \
             tab = excluded.tab, since = excluded.since, seen_at = excluded.seen_at",
        )?
        .execute((
            article.as_str(),
            *staff.as_bytes(),
            &by.name,
            &hand.tab,
            since.as_microsecond(),
            now.as_microsecond(),
        ))?;
    Ok(None)
}

/// Takes an article out of whosever hand it is in: it was handed on, published, or thrown away.
pub(crate) fn drop_from(
    transaction: &Transaction<'_>,
    article: &ArticleId,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM hands WHERE article = ?1")?
        .execute([article.as_str()])
        .map(drop)
}

impl Store {
    /// Takes an article in hand, keeps it there, or says who has it. What is taken from somebody else is in the record.
    ///
    /// # Errors
    /// [`Outage`]: it is in whose hand it was.
    pub async fn take_in_hand(
        &self,
        article: ArticleId,
        headline: String,
        hand: Hand,
        by: Doer,
        now: Timestamp,
    ) -> Result<Option<Holder>, Outage> {
        self.0
            .writer
            .write(move |transaction, _| take(transaction, &article, &headline, (&by, &hand), now))
            .await
    }

    /// Who else has an article in hand.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn holder(
        &self,
        article: ArticleId,
        hand: Hand,
        by: Doer,
        now: Timestamp,
    ) -> Result<Option<Holder>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                Ok(found(connection, &article, now)?.and_then(|held| held.to(&by, &hand)))
            })
            .await
    }

    /// Lets an article go that this tab of this person has in hand.
    ///
    /// # Errors
    /// [`Outage`]: it lasts until it is over.
    pub async fn put_down(&self, article: ArticleId, hand: Hand, by: Doer) -> Result<(), Outage> {
        let Some(staff) = by.staff else { return Ok(()) };
        self.0
            .writer
            .write(move |transaction, _| {
                transaction
                    .prepare_cached(
                        "DELETE FROM hands WHERE article = ?1 AND staff = ?2 AND tab = ?3",
                    )?
                    .execute((article.as_str(), *staff.as_bytes(), &hand.tab))
                    .map(drop)
            })
            .await
    }
}
