//! Articles that are being worked on, beside what is published of them, and what was published each time. A save names the version that
//! it was made from: what somebody else saved meanwhile is never written over. Texts are under their seals here as everywhere.

use gate::{Outage, ReaderId};
use jiff::Timestamp;
use newsroom::{Article, ArticleId, Draft, Head, NAME_BYTES_MAX, Slug};
use paywall::{ArticleKey, Persistence, Sealed};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::changes::Change;
use crate::hands::{self, Hand, Holder};
use crate::rows::DraftRow as Document;
use crate::staff::{Doer, note};
use crate::{Store, articles, desk_lists, events, exports, files, values};

/// Drafts of a paper, at most.
pub const DRAFTS_MAX: usize = 20_000;
/// Numbers that are tried behind a name in addresses that is taken.
const SLUG_NUMBERS_MAX: u32 = 1_000;
/// Revisions of an article that are kept; a further one takes the place of the oldest but the first.
pub const REVISIONS_MAX: usize = 200;

/// How far an article is that is being worked on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DraftState {
    /// Somebody works on it.
    Draft,
    /// Somebody else is to look at it.
    Review,
}

impl DraftState {
    /// The word that tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
        }
    }

    fn parse(word: &str) -> Self {
        if word == Self::Review.as_str() { Self::Review } else { Self::Draft }
    }
}

/// An article that is being worked on.
#[derive(Debug)]
pub struct Drafted {
    /// What stands in its list.
    pub listed: DraftListed,
    /// Everything but the text; `source` is empty.
    pub draft: Draft,
    /// The text.
    pub source: Sealed<String>,
}

/// The same in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DraftListed {
    /// Which.
    pub article: ArticleId,
    /// Its key.
    pub key: ArticleKey,
    /// Counts up with every save.
    pub version: u32,
    /// The version of the published article that it was begun from; 0 where it is new.
    pub published_version: u64,
    /// How far it is.
    pub state: DraftState,
    /// Who began it; nobody who is known any more, where there is nothing.
    pub begun_by: Option<ReaderId>,
    /// Who saved it last,
    pub saved_by: String,
    /// and when.
    pub saved_at: Timestamp,
    /// When it is to be published, where that is not at once.
    pub publish_at: Option<Timestamp>,
    /// Its headline; may be empty.
    pub headline: String,
    /// Its section; may be empty.
    pub section: String,
}

/// A draft as it is to be kept.
#[derive(Debug)]
pub struct NewDraft {
    /// Which article.
    pub article: ArticleId,
    /// The version of the draft that it was made from; 0 where there was none.
    pub made_from: u32,
    /// The version of the published article that it was begun from; 0 where it is new.
    pub published_version: u64,
    /// How far it is.
    pub state: DraftState,
    /// When it is to be published.
    pub publish_at: Option<Timestamp>,
    /// Everything but the text; `source` is not looked at.
    pub draft: Draft,
    /// The text.
    pub source: Sealed<String>,
    /// The files that it names.
    pub files: Vec<String>,
    /// Whether it is what was published before.
    pub is_restored: bool,
    /// The hand that reaches for the article.
    pub hand: Hand,
}

/// What became of a save, of throwing away, of publishing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DraftKept {
    /// It is kept, as this version.
    Kept(u32),
    /// Somebody else saved it, published it or threw it away meanwhile.
    Stale,
    /// There are [`DRAFTS_MAX`] drafts.
    Full,
    /// Somebody else is writing in it, or the same person in another window.
    InHand(Holder),
}

/// What becomes of an article at the desk.
#[derive(Debug)]
pub struct Publishing {
    /// The whole article.
    pub article: Article,
    /// The file that it was read from.
    pub file: Sealed<String>,
    /// The version of the draft that it was made from.
    pub made_from: u32,
    /// Whether it is a small change, of which readers are not told.
    pub is_small: bool,
}

/// What became of publishing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Out {
    /// It is published, or will be at its instant.
    Published,
    /// Somebody else changed the draft or the article meanwhile.
    Stale,
    /// Another article has its address; this one.
    Taken(ArticleId),
}

/// A revision in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RevisionRow {
    /// From 1.
    pub number: u32,
    /// When it was published.
    pub saved_at: Timestamp,
    /// By whom.
    pub saved_by: String,
}

/// What was published of an article at one time.
#[derive(Debug)]
pub struct Revision {
    /// What stands in its list.
    pub row: RevisionRow,
    /// The file that it was.
    pub file: Sealed<String>,
}

const LISTED: &str = "article, key, version, published_version, state, begun_by, saved_by, saved_at, publish_at, document";

fn listed(row: &Row<'_>) -> rusqlite::Result<(DraftListed, Draft)> {
    let draft = Document::read(row, 9)?;
    let begun_by: Option<[u8; 16]> = row.get(5)?;
    let state: String = row.get(4)?;
    let listed = DraftListed {
        article: values::article(row, 0)?,
        key: values::key(row, 1)?,
        version: row.get(2)?,
        published_version: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
        state: DraftState::parse(&state),
        begun_by: begun_by.map(ReaderId::from_bytes),
        saved_by: row.get(6)?,
        saved_at: values::instant(row, 7)?,
        publish_at: values::some_instant(row, 8)?,
        headline: draft.headline.clone(),
        section: draft.section.clone(),
    };
    Ok((listed, draft))
}

/// A draft as lists have it.
pub(crate) fn listed_by_article(
    connection: &Connection,
    id: &ArticleId,
) -> rusqlite::Result<Option<DraftListed>> {
    connection
        .prepare_cached(&format!("SELECT {LISTED} FROM drafts WHERE article = ?1"))?
        .query_row([id.as_str()], |row| listed(row).map(|(listed, _)| listed))
        .optional()
}

fn by_article(connection: &Connection, id: &ArticleId) -> rusqlite::Result<Option<Drafted>> {
    connection
        .prepare_cached(&format!("SELECT {LISTED}, source FROM drafts WHERE article = ?1"))?
        .query_row([id.as_str()], |row| {
            let (listed, draft) = listed(row)?;
            let source = Sealed::seal(listed.key, row.get(10)?);
            Ok(Drafted { listed, draft, source })
        })
        .optional()
}

/// The version of a draft, 0 where there is none, and of the published article.
fn versions(connection: &Connection, id: &ArticleId) -> rusqlite::Result<(u32, u64)> {
    let draft = connection
        .prepare_cached("SELECT version FROM drafts WHERE article = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    let published: Option<i64> = connection
        .prepare_cached("SELECT version FROM articles WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok((draft.unwrap_or(0), published.and_then(|number| u64::try_from(number).ok()).unwrap_or(0)))
}

/// Whether that is what is kept of an article.
fn is_kept(transaction: &Transaction<'_>, new: &NewDraft) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached(
            "SELECT 1 FROM drafts WHERE article = ?1 AND state = ?2 AND publish_at IS ?3 AND document = ?4 AND source = ?5",
        )?
        .exists((
            new.article.as_str(),
            new.state.as_str(),
            new.publish_at.map(Timestamp::as_microsecond),
            Document::write(&new.draft)?,
            kept(&new.source),
        ))
}

/// The version since which nobody but the page that saves has saved; nothing where somebody else saved last, where the page is not known, and
/// where this is an earlier save of it that was long on the way.
fn page_since(transaction: &Transaction<'_>, new: &NewDraft) -> rusqlite::Result<Option<u32>> {
    let (page, save) = new.hand.page();
    transaction
        .prepare_cached(
            "SELECT page_since FROM drafts WHERE article = ?1 AND page = ?2 AND ?2 <> '' AND page_save < ?3",
        )?
        .query_row((new.article.as_str(), page, save), |row| row.get(0))
        .optional()
}

fn keep(
    transaction: &Transaction<'_>,
    new: &NewDraft,
    by: &Doer,
    now: Timestamp,
) -> rusqlite::Result<DraftKept> {
    let (version, published) = versions(transaction, &new.article)?;
    if version == 0 && (new.made_from > 0 || published != new.published_version) {
        return Ok(DraftKept::Stale);
    }
    let since = page_since(transaction, new)?;
    if version != new.made_from {
        // One that was kept already, and its answer never arrived: the same once more is that one, and what its own page says next goes on
        // from there.
        let next = new.made_from.saturating_add(1);
        if version == next && is_kept(transaction, new)? {
            return Ok(DraftKept::Kept(version));
        }
        if version < next || since.is_none_or(|since| since > next) {
            return Ok(DraftKept::Stale);
        }
    }
    let reaches = (by, &new.hand);
    if let Some(holder) = hands::take(transaction, &new.article, &new.draft.headline, reaches, now)?
    {
        return Ok(DraftKept::InHand(holder));
    }
    if version == 0 {
        let count: i64 =
            transaction.query_row("SELECT count(*) FROM drafts", [], |row| row.get(0))?;
        if count >= DRAFTS_MAX as i64 {
            return Ok(DraftKept::Full);
        }
        let deed = if published == 0 { "began" } else { "opened again" };
        note(transaction, by, deed, Some(&new.article), &new.draft.headline, now)?;
    }
    if new.is_restored {
        note(transaction, by, "restored", Some(&new.article), &new.draft.headline, now)?;
    }
    let next = version + 1;
    let source = kept(&new.source);
    transaction
        .prepare_cached(
            "INSERT INTO drafts (article, key, version, published_version, state, begun_by, saved_by, saved_at, \
             publish_at, document, source, page, page_save, page_since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
             ON CONFLICT (article) DO UPDATE SET version = excluded.version, state = excluded.state, \
             saved_by = excluded.saved_by, saved_at = excluded.saved_at, publish_at = excluded.publish_at, \
             document = excluded.document, source = excluded.source, page = excluded.page, \
             page_save = excluded.page_save, page_since = excluded.page_since",
        )?
        .execute((
            new.article.as_str(),
            new.source.key().as_bytes(),
            next,
            i64::try_from(new.published_version).unwrap_or(i64::MAX),
            new.state.as_str(),
            by.staff.map(|reader| *reader.as_bytes()),
            &by.name,
            now.as_microsecond(),
            new.publish_at.map(Timestamp::as_microsecond),
            Document::write(&new.draft)?,
            source,
            new.hand.page().0,
            new.hand.page().1,
            since.unwrap_or(next),
        ))?;
    files::enter_draft_uses(transaction, &new.article, &new.files)?;
    if new.state == DraftState::Review {
        hands::drop_from(transaction, &new.article)?;
    }
    let begun_by = listed_by_article(transaction, &new.article)?.and_then(|draft| draft.begun_by);
    let owner = begun_by.filter(|_| published == 0);
    desk_lists::enter_draft(transaction, new, owner, now)?;
    Ok(DraftKept::Kept(next))
}

/// What publishing a draft comes to, and the version of what is published of it.
fn out(connection: &Connection, head: &Head, made_from: u32) -> rusqlite::Result<(Out, u64)> {
    let (version, published) = versions(connection, &head.id)?;
    let begun_from: Option<i64> = connection
        .prepare_cached("SELECT published_version FROM drafts WHERE article = ?1")?
        .query_row([head.id.as_str()], |row| row.get(0))
        .optional()?;
    let is_same = begun_from.and_then(|number| u64::try_from(number).ok()) == Some(published);
    if !is_same || version != made_from {
        return Ok((Out::Stale, published));
    }
    Ok((articles::at_address(connection, head)?.map_or(Out::Published, Out::Taken), published))
}

fn publish(
    transaction: &Transaction<'_>,
    publishing: &Publishing,
    by: &Doer,
    now: Timestamp,
    changes: &mut Vec<Change>,
) -> rusqlite::Result<Out> {
    let Publishing { article, file, made_from, is_small } = publishing;
    let head = &article.head;
    let (may, published) = out(transaction, head, *made_from)?;
    if may != Out::Published {
        return Ok(may);
    }
    let before = exports::head_of(transaction, &head.id)?;
    let is_new = before.is_none_or(|before| before.published_at > now);
    articles::save(transaction, article)?;
    revise(transaction, &head.id, file, by, now)?;
    remove(transaction, &head.id)?;
    hands::drop_from(transaction, &head.id)?;
    let deed = match (published, head.published_at > now) {
        (_, true) => "scheduled",
        (0, false) => "published",
        (_, false) if *is_small => "changed a little",
        (_, false) => "changed",
    };
    note(transaction, by, deed, Some(&head.id), &head.headline, now)?;
    if head.withdrawn_at.is_none() {
        events::published(transaction, &head.id, head.published_at, is_new, now)?;
    }
    changes.push(Change::of("article", head.id.as_str()));
    Ok(Out::Published)
}

fn revise(
    transaction: &Transaction<'_>,
    id: &ArticleId,
    file: &Sealed<String>,
    by: &Doer,
    now: Timestamp,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO revisions (article, number, saved_at, saved_by, file) \
             SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM revisions WHERE article = ?1",
        )?
        .execute((id.as_str(), now.as_microsecond(), &by.name, kept(file)))?;
    // The first is what the paper said first.
    transaction
        .prepare_cached(
            "DELETE FROM revisions WHERE article = ?1 AND number > 1 AND number NOT IN \
             (SELECT number FROM revisions WHERE article = ?1 ORDER BY number DESC LIMIT ?2)",
        )?
        .execute((id.as_str(), REVISIONS_MAX as i64 - 1))
        .map(drop)
}

/// A name in addresses with a number behind it, as long as names may be.
fn numbered(slug: &Slug, number: u32) -> Slug {
    if number == 1 {
        return slug.clone();
    }
    let end = format!("-{number}");
    let room = NAME_BYTES_MAX - end.len();
    let stem = slug.as_str().get(..room).unwrap_or(slug.as_str()).trim_end_matches('-');
    Slug::parse(&format!("{stem}{end}")).unwrap_or_else(|_| slug.clone())
}

fn revision_row(row: &Row<'_>) -> rusqlite::Result<RevisionRow> {
    Ok(RevisionRow {
        number: row.get(0)?,
        saved_at: values::instant(row, 1)?,
        saved_by: row.get(2)?,
    })
}

/// A text of the desk, on its way into the database.
fn kept(text: &Sealed<String>) -> &String {
    text.persist(&Persistence::exit())
}

fn remove(transaction: &Transaction<'_>, id: &ArticleId) -> rusqlite::Result<usize> {
    transaction.prepare_cached("DELETE FROM drafts WHERE article = ?1")?.execute([id.as_str()])
}

impl Store {
    /// The draft of an article.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn draft(&self, id: ArticleId) -> Result<Option<Drafted>, Outage> {
        self.0.lookups.ask(move |connection| by_article(connection, &id)).await
    }

    /// A whole article with its version, also one that is not out yet or was taken back: for a draft of it.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn whole_article(&self, id: ArticleId) -> Result<Option<(Article, u64)>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let instant = connection.unchecked_transaction()?;
                let (_, version) = versions(&instant, &id)?;
                Ok(exports::whole(&instant, &id)?.map(|article| (article, version)))
            })
            .await
    }

    /// Keeps a draft, where nobody else has saved it since.
    ///
    /// # Errors
    /// [`Outage`]: it was not kept.
    pub async fn keep_draft(
        &self,
        new: NewDraft,
        by: Doer,
        now: Timestamp,
    ) -> Result<DraftKept, Outage> {
        self.0.writer.write(move |transaction, _| keep(transaction, &new, &by, now)).await
    }

    /// Throws a draft away; what is published stays as it is.
    ///
    /// # Errors
    /// [`Outage`]: it is still there.
    pub async fn throw_draft_away(
        &self,
        id: ArticleId,
        made_from: u32,
        hand: Hand,
        by: Doer,
        now: Timestamp,
    ) -> Result<DraftKept, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let Some(draft) = by_article(transaction, &id)? else {
                    return Ok(DraftKept::Stale);
                };
                if draft.listed.version != made_from {
                    return Ok(DraftKept::Stale);
                }
                let headline = &draft.listed.headline;
                if let Some(holder) = hands::take(transaction, &id, headline, (&by, &hand), now)? {
                    return Ok(DraftKept::InHand(holder));
                }
                remove(transaction, &id)?;
                hands::drop_from(transaction, &id)?;
                note(transaction, &by, "threw away", Some(&id), headline, now)?;
                Ok(DraftKept::Kept(made_from))
            })
            .await
    }

    /// Publishes what a draft has become: article, revision and record in one commit, and the draft is gone.
    ///
    /// # Errors
    /// [`Outage`]: nothing was published.
    pub async fn publish_draft(
        &self,
        publishing: Publishing,
        by: Doer,
        now: Timestamp,
    ) -> Result<Out, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| publish(transaction, &publishing, &by, now, changes))
            .await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn revision(&self, id: ArticleId, number: u32) -> Result<Option<Revision>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT revisions.number, saved_at, saved_by, file, articles.key FROM revisions \
                         JOIN articles ON articles.id = revisions.article WHERE article = ?1 AND revisions.number = ?2",
                    )?
                    .query_row((id.as_str(), number), |row| {
                        let file = Sealed::seal(values::key(row, 4)?, row.get(3)?);
                        Ok(Revision { row: revision_row(row)?, file })
                    })
                    .optional()
            })
            .await
    }

    /// What publishing would come to at this moment.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn may_publish(&self, head: &Head, made_from: u32) -> Result<Out, Outage> {
        let head = head.clone();
        self.0
            .lookups
            .ask(move |connection| {
                let instant = connection.unchecked_transaction()?;
                Ok(out(&instant, &head, made_from)?.0)
            })
            .await
    }

    /// The first name in addresses, from this one on, that no other article of the section has: with a number behind it where it is taken.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn free_slug(
        &self,
        section: Slug,
        wanted: Slug,
        own: ArticleId,
    ) -> Result<Option<Slug>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                let mut taken = connection.prepare_cached(
                    "SELECT 1 FROM articles WHERE section = ?1 AND slug = ?2 AND id <> ?3",
                )?;
                for number in 1..=SLUG_NUMBERS_MAX {
                    let slug = numbered(&wanted, number);
                    if !taken.exists((section.as_str(), slug.as_str(), own.as_str()))? {
                        return Ok(Some(slug));
                    }
                }
                Ok(None)
            })
            .await
    }

    /// Takes an article back, or lets it be read again: its address says so at once. Says whether there is one, and it was different.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn take_back(
        &self,
        id: ArticleId,
        is_back: bool,
        by: Doer,
        now: Timestamp,
    ) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                let Some(mut article) = exports::whole(transaction, &id)? else { return Ok(false) };
                if article.head.withdrawn_at.is_some() == is_back {
                    return Ok(false);
                }
                article.head.withdrawn_at = is_back.then_some(now);
                articles::save(transaction, &article)?;
                let (_, published) = versions(transaction, &id)?;
                transaction
                    .prepare_cached("UPDATE drafts SET published_version = ?2 WHERE article = ?1")?
                    .execute((id.as_str(), i64::try_from(published).unwrap_or(i64::MAX)))?;
                let deed = if is_back { "took back" } else { "put back" };
                note(transaction, &by, deed, Some(&id), &article.head.headline, now)?;
                events::taken_back(transaction, &id, is_back, article.head.published_at, now)?;
                changes.push(Change::of("article", id.as_str()));
                Ok(true)
            })
            .await
    }

    /// What was published of an article, the latest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn revisions(&self, id: ArticleId) -> Result<Vec<RevisionRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT number, saved_at, saved_by FROM revisions WHERE article = ?1 \
                         ORDER BY number DESC LIMIT ?2",
                    )?
                    .query_map((id.as_str(), REVISIONS_MAX as i64), revision_row)?
                    .collect()
            })
            .await
    }
}
