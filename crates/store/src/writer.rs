//! The one writer: a thread with its own connection and natural group commit. Whatever waits when a commit begins goes
//! into it; nobody is answered before it is on the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use gate::Outage;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::changes::{self, Change, Listeners};
use crate::same_file::{Lost, SameFile};
use crate::sqlite::{caught, outage};

/// Writes in one commit, at most: those behind wait for the next.
const GROUP_MAX: usize = 1_024;
/// How often this thread lets others go first before a commit, at most. Where nobody waits for the core it costs a microsecond in all.
const GIVES_WAY_MAX: usize = 8;

/// What one write made of itself inside of the commit: its answer, held back until the commit is on the disk.
type Held = Box<dyn FnOnce(Result<(), Outage>) + Send>;
type Work = Box<dyn FnOnce(Result<Open<'_>, Outage>) -> Held + Send>;

/// A commit that is under way.
struct Open<'a> {
    transaction: &'a Transaction<'a>,
    changes: &'a mut Vec<Change>,
    /// Set by a write that failed and cannot be undone alone.
    spoiled: &'a mut bool,
}

/// What becomes of the others in a commit where one write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// They stand: the one is undone by its savepoint, for which the database keeps a copy of every page that it changes.
    Alone,
    /// Nothing stands: for the many small writes that only a failing disk can refuse.
    All,
}

/// The way to the writer. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    queue: Sender<Work>,
    waiting: Arc<AtomicUsize>,
    queue_max: usize,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(
        connection: Connection,
        around: Surroundings,
        queue_max: usize,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (queue, work) = channel::<Work>();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&waiting);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(connection, &work, &counter, around))?;
        Ok((Self { queue, waiting, queue_max }, thread))
    }

    /// Does `work` in the next commit, as [`Writer::write_and`] does, with nothing to tell.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &mut Vec<Change>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Outage> {
        self.write_and(Failure::Alone, work, |_| ()).await
    }

    /// Does `work` in the next commit, and answers when that is on the disk. A write that fails is undone as `failure` says; a
    /// commit that fails is everybody's. `tell` runs on the writer's thread after the commit and before the answer, so
    /// that caches are never older than an answer; it gets `None` where nothing was written.
    pub(crate) async fn write_and<T: Send + 'static>(
        &self,
        failure: Failure,
        work: impl FnOnce(&Transaction<'_>, &mut Vec<Change>) -> rusqlite::Result<T> + Send + 'static,
        tell: impl FnOnce(Option<&T>) + Send + 'static,
    ) -> Result<T, Outage> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.queue_max {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Outage::Busy("more writes wait than the limit allows".to_owned()));
        }
        let (answer, answered) = oneshot::channel();
        let job: Work = Box::new(move |open| {
            let done = open.and_then(|Open { transaction, changes, spoiled }| {
                let before = changes.len();
                let done = match failure {
                    Failure::Alone => in_savepoint(transaction, |inside| work(inside, changes)),
                    Failure::All => caught(|| work(transaction, changes)),
                };
                if done.is_err() {
                    changes.truncate(before);
                    *spoiled |= failure == Failure::All;
                }
                done.map_err(|error| outage(&error))
            });
            Box::new(move |committed: Result<(), Outage>| {
                let result = committed.and(done);
                tell(result.as_ref().ok());
                let _ = answer.send(result);
            })
        });
        let gone = || Outage::Down("the store was closed".to_owned());
        self.queue.send(job).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

fn in_savepoint<T>(
    transaction: &Transaction<'_>,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    transaction.prepare_cached("SAVEPOINT write_alone")?.execute([])?;
    let done = caught(|| work(transaction));
    if transaction.is_autocommit() {
        // The error has ended the whole transaction, and the savepoint with it.
        return done;
    }
    if done.is_err() {
        transaction.prepare_cached("ROLLBACK TO write_alone")?.execute([])?;
    }
    transaction.prepare_cached("RELEASE write_alone")?.execute([])?;
    done
}

/// What the writer's thread looks after besides writing.
pub(crate) struct Surroundings {
    /// Those who want to know of changes.
    pub(crate) listeners: Arc<Listeners>,
    /// Runs when another process has committed.
    pub(crate) strangers: Box<dyn Fn() + Send>,
    /// Writes what is said once for all writes of a commit.
    pub(crate) last: Last,
    /// How often a writer without work looks for commits of other processes, and at its file.
    pub(crate) poll: Duration,
    /// The database's file, where it is one of the system's own.
    pub(crate) file: Option<SameFile>,
    /// Where it is told that the file is another one.
    pub(crate) lost: Arc<Lost>,
}

impl Surroundings {
    /// Whether there is a file to write to.
    fn check_file(&mut self) -> Result<(), Outage> {
        self.file.as_mut().map_or(Ok(()), |file| file.check(&self.lost))
    }
}

type Last = Box<dyn Fn(&Transaction<'_>) -> rusqlite::Result<()> + Send>;

fn serve(
    mut connection: Connection,
    work: &Receiver<Work>,
    waiting: &AtomicUsize,
    mut around: Surroundings,
) {
    // Nothing yet: what was committed while this thread started is told by its first look.
    let mut seen = None;
    let mut before = 0;
    loop {
        let first = match work.recv_timeout(around.poll) {
            Ok(first) => Some(first),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let file = around.check_file();
        let others = changes::others(&connection);
        if file.is_ok() && others != seen {
            (around.strangers)();
            match changes::catch_up(&connection, &around.listeners) {
                Ok(()) => seen = others,
                // The next look finds the same, and tries again.
                Err(error) => tracing::warn!(%error, "the change feed could not be read"),
            }
        }
        let Some(first) = first else { continue };
        let group = gathered(first, work, before);
        before = group.len();
        waiting.fetch_sub(group.len(), Ordering::Relaxed);
        match file {
            Ok(()) => commit(&mut connection, group, &around),
            Err(outage) => refuse(group, &outage),
        }
    }
}

/// Everything that waits, and, where the commit `before` was of several, what those are about to ask for who were answered by it: on a
/// busy core they have no turn until this thread gives way, and without it every other commit would be of one or two writes, and
/// cost as much as one of a hundred. Whoever writes alone waits for nobody.
fn gathered(first: Work, work: &Receiver<Work>, before: usize) -> Vec<Work> {
    let mut group = vec![first];
    let gives_way_max = if before > 1 { GIVES_WAY_MAX } else { 0 };
    for _ in 0..gives_way_max {
        let had = group.len();
        group.extend(work.try_iter().take(GROUP_MAX - had));
        std::thread::yield_now();
        if group.len() == GROUP_MAX || group.len() == had {
            break;
        }
    }
    group.extend(work.try_iter().take(GROUP_MAX - group.len()));
    group
}

const UNDONE: &str = "the disk is full or fails, and the commit was undone";

/// Why nothing of a commit was kept.
#[derive(Debug, thiserror::Error)]
enum CommitError {
    /// The database refused it.
    #[error(transparent)]
    Sql(rusqlite::Error),
    /// A write in it made the database undo all of it.
    #[error("{UNDONE}")]
    Undone,
}

/// No commit: all of the group is told why.
fn refuse(group: Vec<Work>, outage: &Outage) {
    for work in group {
        work(Err(outage.clone()))(Ok(()));
    }
}

/// One commit: all of the group or none of it.
fn commit(connection: &mut Connection, group: Vec<Work>, around: &Surroundings) {
    let (mut changes, mut spoiled) = (Vec::new(), false);
    let mut held = Vec::with_capacity(group.len());
    let committed = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(transaction) => {
            for work in group {
                // A full or failing disk may have ended the transaction. What would come now would be a commit of its
                // own, of which nobody is told.
                let open = if spoiled || transaction.is_autocommit() {
                    Err(Outage::Down(UNDONE.to_owned()))
                } else {
                    let (changes, spoiled) = (&mut changes, &mut spoiled);
                    Ok(Open { transaction: &transaction, changes, spoiled })
                };
                held.push(work(open));
            }
            if spoiled || transaction.is_autocommit() {
                // Dropped without a commit, it is rolled back.
                Err(CommitError::Undone)
            } else {
                let last = (around.last)(&transaction);
                last.and_then(|()| changes::record(&transaction, &changes))
                    .and_then(|last| transaction.commit().map(|()| last))
                    .map_err(CommitError::Sql)
            }
        }
        Err(error) => {
            held.extend(group.into_iter().map(|work| work(Err(outage(&error)))));
            Err(CommitError::Sql(error))
        }
    };
    let committed = match committed {
        Ok(last) => {
            if let Some(last) = last {
                changes::tell(connection, &around.listeners, &changes, last);
            }
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "a commit failed; nothing of it was kept");
            Err(match error {
                CommitError::Sql(error) => outage(&error),
                CommitError::Undone => Outage::Down(UNDONE.to_owned()),
            })
        }
    };
    for answer in held {
        answer(committed.clone());
    }
}

#[cfg(test)]
mod tests;
