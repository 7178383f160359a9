//! Searching the paper. Only public text of published articles is in the index, so that nothing about locked,
//! withdrawn or embargoed words can be learned from what is found, counted, ordered or suggested. It decides nothing.

mod close;
mod find;
pub(crate) mod index;
mod plain;
mod query;
mod words;

use std::cell::Cell;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gate::Outage;
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::Semaphore;

use crate::Store;
use crate::articles::Listed;

pub use index::TEXT_BYTES_MAX;
pub use query::{QUERY_CHARS_MAX, QUERY_WORDS_MAX, Query, QueryFault};
pub(crate) use words::fold_line;

/// Articles on one page of findings.
pub const PAGE_ARTICLES: usize = 20;
/// The last page of findings that can be asked for.
pub const PAGES_MAX: usize = 50;
/// Up to how many articles are counted: as many as the pages hold.
pub const COUNT_MAX: u32 = 1_000;
/// How long one search may keep a thread that reads, by default.
pub const SEARCH_TIME_MAX: Duration = Duration::from_millis(500);
/// Searches that wait for their turn, at most.
const WAITING_MAX: usize = 64;
/// Batches of articles that a search takes into the index before it looks.
const BATCHES_BEFORE: usize = 4;
/// Steps of the database between two looks at the time.
const STEPS: i32 = 1_000;

/// A question.
#[derive(Clone, Debug)]
pub struct Search {
    /// The words.
    pub query: Query,
    /// Only articles of this section.
    pub section: Option<String>,
    /// Only articles of this author.
    pub author: Option<String>,
    /// Only articles published at this instant or later.
    pub from: Option<Timestamp>,
    /// Only articles published before this instant.
    pub until: Option<Timestamp>,
    /// What comes first.
    pub order: Order,
    /// Which page, from 1 to [`PAGES_MAX`].
    pub page: usize,
}

/// What comes first.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Order {
    /// What fits best.
    #[default]
    Relevance,
    /// What is newest.
    Time,
}

/// What became of a search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Searched {
    /// It was answered.
    Found(Findings),
    /// It would have taken longer than a search may.
    TooBroad,
}

/// The answer to a search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Findings {
    /// The articles of the page.
    pub articles: Vec<Finding>,
    /// How many there are on all pages.
    pub count: Count,
    /// Where there is none: another spelling of the query, which finds something.
    pub spelling: Option<String>,
}

/// How many articles were found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// So many.
    Exactly(u32),
    /// More than are counted.
    MoreThan(u32),
}

/// An article that was found. There is no field for its teaser or body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What everybody may know.
    pub listed: Listed,
    /// What of the headline was searched for, in bytes.
    pub marks: Vec<Range<usize>>,
    /// A stretch of public text that says why it was found.
    pub snippet: Snippet,
}

/// A stretch of public text, not escaped.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Snippet {
    /// The text.
    pub text: String,
    /// What of it was searched for, in bytes, in order.
    pub marks: Vec<Range<usize>>,
    /// Whether the article has text before it.
    pub is_cut_before: bool,
    /// Whether the article has text behind it.
    pub is_cut_behind: bool,
}

/// Lets searches in: never so many that no thread is left for those who read.
#[derive(Debug)]
pub(crate) struct Turns {
    running: Semaphore,
    waiting: AtomicUsize,
    time_max: Duration,
}

impl Turns {
    pub(crate) fn new(readers: usize, time_max: Duration) -> Self {
        let running = Semaphore::new(readers.saturating_sub(1).max(1));
        Self { running, waiting: AtomicUsize::new(0), time_max }
    }
}

impl Store {
    /// Searches what is public at `now`.
    ///
    /// # Errors
    /// [`Outage`], also where too many searches wait.
    pub async fn search(&self, search: Search, now: Timestamp) -> Result<Searched, Outage> {
        let turns = &self.0.turns;
        let _waits = Waits::begin(&turns.waiting)?;
        for _ in 0..BATCHES_BEFORE {
            match self.index_due(now).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(outage) => {
                    tracing::debug!(%outage, "a search goes on without what waits for the index");
                    break;
                }
            }
        }
        let closed = |_| Outage::Down("the store was closed".to_owned());
        let _turn = turns.running.acquire().await.map_err(closed)?;
        let time_max = turns.time_max;
        self.0
            .lookups
            .ask(move |connection| {
                let found = in_time(time_max, || find::find(connection, &search, now));
                match found {
                    Err(error) if is_interrupted(&error) => Ok(Searched::TooBroad),
                    found => found.map(Searched::Found),
                }
            })
            .await
    }

    /// Takes some of the articles into the index that wait for it and are published at `now`; how many that were. Zero
    /// where none waits.
    ///
    /// # Errors
    /// [`Outage`]: none was taken.
    pub async fn index_due(&self, now: Timestamp) -> Result<usize, Outage> {
        if !self.0.lookups.ask(move |connection| index::is_due(connection, now)).await? {
            return Ok(0);
        }
        self.0.writer.write(move |transaction, _| index::take_in(transaction, now)).await
    }
}

/// One of the searches that wait or run.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicUsize) -> Result<Self, Outage> {
        let waits = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            return Err(Outage::Busy("more searches wait than the limit allows".to_owned()));
        }
        Ok(waits)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

thread_local! {
    /// When the statement that runs on this thread has to be over.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Makes a connection give up what runs beyond its time.
pub(crate) fn watch(connection: &mut Connection) -> rusqlite::Result<()> {
    let is_late = || DEADLINE.get().is_some_and(|deadline| Instant::now() >= deadline);
    connection.progress_handler(STEPS, Some(is_late))
}

fn in_time<T>(
    time_max: Duration,
    work: impl FnOnce() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    /// Also where the work panics: the next question on this thread has its own time.
    struct Over;
    impl Drop for Over {
        fn drop(&mut self) {
            DEADLINE.set(None);
        }
    }
    DEADLINE.set(Instant::now().checked_add(time_max));
    let _over = Over;
    work()
}

fn is_interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
}
