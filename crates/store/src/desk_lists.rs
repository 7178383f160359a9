//! The lists of the desk: what is being worked on and what is published, page by page, found by words, section and author. They read
//! narrow rows in the order of an index, and no text.

use gate::{Outage, ReaderId};
use jiff::Timestamp;
use newsroom::{ArticleId, Draft, Head};
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params_from_iter};

use crate::drafts::{self, DraftListed, DraftState, NewDraft};
use crate::files::searched;
use crate::search::fold_line;
use crate::{Store, exports, values};

/// Rows of one list, at most.
pub const DESK_LISTED_MAX: usize = 100;

/// How far the articles of a list are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DeskState {
    /// Somebody works on them.
    Draft,
    /// Somebody else is to look at them.
    Review,
    /// They come out at an instant ahead.
    Scheduled,
    /// They are published.
    Published,
    /// They were taken back.
    TakenBack,
}

impl DeskState {
    /// All of them, in the order of the desk.
    pub const ALL: [Self; 5] =
        [Self::Review, Self::Draft, Self::Scheduled, Self::Published, Self::TakenBack];

    /// Its word in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::TakenBack => "taken-back",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    const fn is_draft(self) -> bool {
        matches!(self, Self::Draft | Self::Review)
    }
}

/// Which articles a list of the desk holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeskFilter {
    /// How far they are.
    pub state: DeskState,
    /// Words, or parts of words, that all stand in the headline or the name in the address.
    pub words: String,
    /// Those of a section alone.
    pub section: Option<String>,
    /// Those of an author alone.
    pub author: Option<String>,
    /// What this person began and nobody has published, alone.
    pub only_of: Option<ReaderId>,
    /// Those behind this one: the next page.
    pub before: Option<(Timestamp, ArticleId)>,
}

impl DeskFilter {
    /// Everything of a state.
    #[must_use]
    pub const fn of(state: DeskState) -> Self {
        Self {
            state,
            words: String::new(),
            section: None,
            author: None,
            only_of: None,
            before: None,
        }
    }
}

/// One row of such a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeskRow {
    /// A draft.
    Draft(DraftListed),
    /// An article of the paper.
    Article(Box<Head>),
}

impl DeskRow {
    /// Its place in the list.
    #[must_use]
    pub fn place(&self) -> (Timestamp, ArticleId) {
        match self {
            Self::Draft(draft) => (draft.saved_at, draft.article.clone()),
            Self::Article(head) => (head.published_at, head.id.clone()),
        }
    }
}

/// What is asked, and with which values.
fn question(filter: &DeskFilter, now: Timestamp, limit: usize) -> (String, Vec<Value>) {
    let state = match filter.state {
        DeskState::Draft => "draft",
        DeskState::Review => "review",
        DeskState::Scheduled | DeskState::Published => "out",
        DeskState::TakenBack => "back",
    };
    let mut values: Vec<Value> = vec![state.to_owned().into()];
    let mut query = String::from("SELECT article FROM desk_list WHERE state = ?");
    let mut and = |condition: &str, value: Value| {
        query.push_str(condition);
        values.push(value);
    };
    let now = now.as_microsecond();
    match filter.state {
        DeskState::Scheduled => and(" AND at > ?", now.into()),
        DeskState::Published => and(" AND at <= ?", now.into()),
        _ => {}
    }
    if let Some((at, id)) = &filter.before {
        let at = at.as_microsecond();
        and(" AND (at, article) < (?", at.into());
        and(", ?)", id.as_str().to_owned().into());
    }
    if let Some(section) = &filter.section {
        and(" AND section = ?", section.clone().into());
    }
    if let Some(owner) = filter.only_of {
        and(" AND owner = ?", owner.as_bytes().to_vec().into());
    }
    if let Some(author) = &filter.author {
        and(" AND instr(authors, ?) > 0", format!(" {author} ").into());
    }
    for word in searched(&filter.words) {
        and(" AND instr(words, ?) > 0", word.into());
    }
    and(" ORDER BY at DESC, article DESC LIMIT ?", (limit as i64).into());
    (query, values)
}

/// Enters an article of the paper.
pub(crate) fn enter_article(transaction: &Transaction<'_>, head: &Head) -> rusqlite::Result<()> {
    let state = if head.withdrawn_at.is_some() { "back" } else { "out" };
    let authors: Vec<&str> = head.authors.iter().map(newsroom::Slug::as_str).collect();
    let words = fold_line(&format!("{} {}", head.headline, head.slug));
    let at = head.published_at.as_microsecond();
    transaction
        .prepare_cached(ENTER)?
        .execute((
            head.id.as_str(),
            false,
            state,
            at,
            head.section.as_str(),
            padded(&authors),
            words,
            None::<[u8; 16]>,
        ))
        .map(drop)
}

/// Enters a draft; `owner` is who began it, where it was never published.
pub(crate) fn enter_draft(
    transaction: &Transaction<'_>,
    new: &NewDraft,
    owner: Option<ReaderId>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Draft { headline, slug, section, authors, .. } = &new.draft;
    let authors: Vec<&str> = authors.iter().map(String::as_str).collect();
    let words = fold_line(&format!("{headline} {}", slug.as_deref().unwrap_or_default()));
    let owner = owner.map(|owner| *owner.as_bytes());
    let (id, state, at) = (new.article.as_str(), new.state.as_str(), now.as_microsecond());
    transaction
        .prepare_cached(ENTER)?
        .execute((id, true, state, at, section, padded(&authors), words, owner))
        .map(drop)
}

const ENTER: &str = "INSERT OR REPLACE INTO desk_list (article, is_draft, state, at, section, authors, words, owner) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

fn padded(slugs: &[&str]) -> String {
    if slugs.is_empty() { String::new() } else { format!(" {} ", slugs.join(" ")) }
}

/// Folds the words of a table that was just made of what there is.
pub(crate) fn fold_words(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut all = transaction.prepare("SELECT article, is_draft, words FROM desk_list")?;
    let rows: Vec<(String, bool, String)> = all
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut update = transaction
        .prepare("UPDATE desk_list SET words = ?3 WHERE article = ?1 AND is_draft = ?2")?;
    rows.into_iter().try_for_each(|(article, is_draft, words)| {
        update.execute((article, is_draft, fold_line(&words))).map(drop)
    })
}

fn row(
    connection: &Connection,
    id: &ArticleId,
    is_draft: bool,
) -> rusqlite::Result<Option<DeskRow>> {
    Ok(match is_draft {
        true => drafts::listed_by_article(connection, id)?.map(DeskRow::Draft),
        false => exports::head_of(connection, id)?.map(|head| DeskRow::Article(Box::new(head))),
    })
}

impl Store {
    /// Articles as the desk lists them, the latest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn desk_rows(
        &self,
        filter: DeskFilter,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<DeskRow>, Outage> {
        let limit = limit.min(DESK_LISTED_MAX);
        self.0
            .lookups
            .ask(move |connection| {
                // Of one instant: a draft may be published between its row and itself.
                let instant = connection.unchecked_transaction()?;
                let (query, bound) = question(&filter, now, limit);
                let mut query = instant.prepare_cached(&query)?;
                let found =
                    query.query_map(params_from_iter(bound), |row| values::article(row, 0))?;
                let mut rows = Vec::new();
                for id in found {
                    rows.extend(row(&instant, &id?, filter.state.is_draft())?);
                }
                Ok(rows)
            })
            .await
    }
}

impl From<DraftState> for DeskState {
    fn from(state: DraftState) -> Self {
        match state {
            DraftState::Draft => Self::Draft,
            DraftState::Review => Self::Review,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No list sorts, and none reads all rows: each walks an index from its place on.
    #[test]
    fn every_list_walks_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let paper = paywall::PaperId([1; 16]);
        let store = Store::open(folder.path(), paper, &crate::Options::default()).unwrap();
        let connection = Connection::open(folder.path().join(crate::DATABASE)).unwrap();
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        for state in DeskState::ALL {
            let all = DeskFilter::of(state);
            let before = Some((now, ArticleId::parse("a").unwrap()));
            for filter in [
                all.clone(),
                DeskFilter { words: "two words".to_owned(), before: before.clone(), ..all.clone() },
                DeskFilter {
                    section: Some("harbour".to_owned()),
                    before: before.clone(),
                    ..all.clone()
                },
                DeskFilter { author: Some("anna".to_owned()), ..all.clone() },
                DeskFilter { only_of: Some(ReaderId::from_bytes([2; 16])), before, ..all.clone() },
            ] {
                let (query, bound) = question(&filter, now, 50);
                let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
                let steps: Vec<String> = plan
                    .query_map(params_from_iter(bound), |row| row.get(3))
                    .unwrap()
                    .collect::<Result<_, _>>()
                    .unwrap();
                let told = format!("{filter:?}: {steps:?}");
                assert!(
                    steps.iter().all(|step| step.starts_with("SEARCH desk_list USING ")),
                    "{told}"
                );
                assert!(steps.iter().any(|step| step.contains("INDEX desk_list_by_")), "{told}");
            }
        }
        store.close();
    }
}
