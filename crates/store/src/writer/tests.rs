use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

use super::*;

/// The number at which the first listener panics.
const FAULTY: &str = "13";

/// A writer over a table of numbers and the journal of changes.
struct Stage {
    writer: Writer,
    thread: JoinHandle<()>,
    folder: tempfile::TempDir,
    told: Arc<Mutex<Vec<String>>>,
}

fn stage(queue_max: usize) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join("numbers.sqlite")).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; \
             CREATE TABLE numbers (number INTEGER PRIMARY KEY, ballast BLOB); \
             CREATE TABLE changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, key TEXT)",
        )
        .unwrap();
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let ear = Arc::clone(&told);
    let listeners = Arc::new(Listeners::default());
    listeners.add(Box::new(|changes| {
        let faulty = changes.iter().any(|change| change.key == FAULTY);
        assert!(!faulty, "a fault in a listener, as the test wants it");
    }));
    listeners.add(Box::new(move |changes| {
        ear.lock().unwrap().extend(changes.iter().map(|change| change.key.clone()));
    }));
    let poll = Duration::from_millis(50);
    let (file, lost) = (None, Arc::default());
    let (strangers, last) = (Box::new(|| ()), Box::new(|_: &Transaction<'_>| Ok(())));
    let around = Surroundings { listeners, strangers, last, poll, file, lost };
    let (writer, thread) = Writer::start(connection, around, queue_max).unwrap();
    Stage { writer, thread, folder, told }
}

type Answer = oneshot::Receiver<Result<(), Outage>>;

impl Stage {
    /// Puts a write into the queue that is undone alone where it fails; its answer comes later.
    fn put(
        &self,
        work: impl FnOnce(&Transaction<'_>, &mut Vec<Change>) -> rusqlite::Result<()> + Send + 'static,
    ) -> Answer {
        self.put_as(Failure::Alone, work)
    }

    fn put_as(
        &self,
        failure: Failure,
        work: impl FnOnce(&Transaction<'_>, &mut Vec<Change>) -> rusqlite::Result<()> + Send + 'static,
    ) -> Answer {
        let (answer, answered) = oneshot::channel();
        let writer = self.writer.clone();
        let (queued, is_queued) = sync_channel(1);
        std::thread::spawn(move || {
            let mut write = std::pin::pin!(writer.write_and(failure, work, |_| ()));
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                // The first look puts it into the queue.
                let first = std::future::poll_fn(|context| {
                    std::task::Poll::Ready(write.as_mut().poll(context))
                });
                let done = match first.await {
                    std::task::Poll::Ready(done) => {
                        queued.send(()).unwrap();
                        done
                    }
                    std::task::Poll::Pending => {
                        queued.send(()).unwrap();
                        write.await
                    }
                };
                let _ = answer.send(done);
            });
        });
        is_queued.recv().unwrap();
        answered
    }

    /// Puts a number into the table, and tells it.
    fn number(&self, number: i64, bytes: i64) -> Answer {
        self.put(move |transaction, changes| {
            changes.push(Change::of("number", number.to_string()));
            let insert = "INSERT INTO numbers VALUES (?1, zeroblob(?2))";
            transaction.prepare_cached(insert)?.execute((number, bytes)).map(drop)
        })
    }

    /// Keeps the writer from committing until something is sent: what is put meanwhile is one group.
    fn hold(&self) -> (std::sync::mpsc::SyncSender<()>, Answer) {
        let (go, wait) = sync_channel::<()>(1);
        let (begun, has_begun) = sync_channel(1);
        let held = self.put(move |_, _| {
            let _ = begun.send(());
            let _ = wait.recv();
            Ok(())
        });
        has_begun.recv().unwrap();
        (go, held)
    }

    fn numbers(&self) -> Vec<i64> {
        let raw = Connection::open(self.folder.path().join("numbers.sqlite")).unwrap();
        let mut query = raw.prepare("SELECT number FROM numbers ORDER BY number").unwrap();
        let numbers = query.query_map([], |row| row.get(0)).unwrap();
        numbers.collect::<Result<_, _>>().unwrap()
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

fn answer(answered: Answer) -> Result<(), Outage> {
    answered.blocking_recv().unwrap()
}

#[test]
fn a_write_that_fails_is_undone_alone() {
    let stage = stage(100);
    let (go, held) = stage.hold();
    let good = [stage.number(1, 0), stage.number(2, 0)];
    let half = stage.put(|transaction, changes| {
        changes.push(Change::of("number", "3"));
        transaction.execute("INSERT INTO numbers VALUES (3, NULL)", [])?;
        transaction.execute("INSERT INTO numbers VALUES (1, NULL)", []).map(drop)
    });
    let last = stage.number(4, 0);
    go.send(()).unwrap();
    assert_eq!(answer(held), Ok(()));
    assert!(good.into_iter().all(|good| answer(good) == Ok(())));
    assert!(matches!(answer(half), Err(Outage::Down(_))));
    assert_eq!(answer(last), Ok(()));
    assert_eq!(stage.numbers(), [1, 2, 4]);
    assert_eq!(stage.told(), ["1", "2", "4"]);
}

#[test]
fn a_write_without_a_savepoint_takes_its_group_with_it_and_nothing_of_that_is_kept() {
    let stage = stage(100);
    let (go, held) = stage.hold();
    let before = stage.number(1, 0);
    let half = stage.put_as(Failure::All, |transaction, changes| {
        changes.push(Change::of("number", "2"));
        transaction.execute("INSERT INTO numbers VALUES (2, NULL)", [])?;
        transaction.execute("INSERT INTO numbers VALUES (2, NULL)", []).map(drop)
    });
    let after = stage.number(3, 0);
    go.send(()).unwrap();
    assert_eq!(answer(held), Ok(()));
    for undone in [before, half, after] {
        assert!(matches!(answer(undone), Err(Outage::Down(_))));
    }
    assert_eq!((stage.numbers(), stage.told()), (vec![], vec![]));
    let fine = stage.put_as(Failure::All, |transaction, _| {
        transaction.execute("INSERT INTO numbers VALUES (2, NULL)", []).map(drop)
    });
    assert_eq!(answer(fine), Ok(()));
    assert_eq!(stage.numbers(), [2]);
}

/// The trap: SQLite takes the whole transaction back, and what is written after that would be kept one by one although
/// everybody is answered that nothing was.
#[test]
fn a_full_disk_in_the_middle_of_a_group_is_everybodys_and_keeps_nothing() {
    let stage = stage(100);
    assert_eq!(answer(stage.number(1, 0)), Ok(()));
    answer(stage.put(|transaction, _| {
        let pages: i64 = transaction.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let query = format!("PRAGMA max_page_count = {}", pages + 4);
        transaction.query_row(&query, [], |_| Ok(()))
    }))
    .unwrap();
    let (go, held) = stage.hold();
    let group =
        [stage.number(2, 0), stage.number(3, 1 << 20), stage.number(4, 0), stage.number(5, 0)];
    go.send(()).unwrap();
    assert_eq!(answer(held), Ok(()));
    for answered in group {
        let outage = answer(answered).unwrap_err();
        assert!(outage.to_string().contains("disk is full"), "{outage}");
    }
    assert_eq!((stage.numbers(), stage.told()), (vec![1], vec!["1".to_owned()]));
    // There is room for something small, and then for all.
    assert_eq!(answer(stage.number(6, 0)), Ok(()));
    answer(stage.put(|transaction, _| {
        transaction.query_row("PRAGMA max_page_count = 100000", [], |_| Ok(()))
    }))
    .unwrap();
    assert_eq!(answer(stage.number(3, 1 << 20)), Ok(()));
    assert_eq!(stage.numbers(), [1, 3, 6]);
}

#[test]
fn a_fault_in_one_write_ends_neither_the_others_nor_the_writer() {
    let stage = stage(100);
    let (go, held) = stage.hold();
    let before = stage.number(1, 0);
    let faulty = stage.put(|transaction, _| {
        transaction.execute("INSERT INTO numbers VALUES (2, NULL)", [])?;
        panic!("a fault, as the test wants it")
    });
    let after = stage.number(3, 0);
    go.send(()).unwrap();
    for fine in [held, before, after] {
        assert_eq!(answer(fine), Ok(()));
    }
    assert!(matches!(answer(faulty), Err(Outage::Down(reason)) if reason.contains("report")));
    assert_eq!(stage.numbers(), [1, 3]);
}

#[test]
fn a_fault_in_one_listener_is_kept_from_the_others_and_from_the_answer() {
    let stage = stage(100);
    assert_eq!(answer(stage.number(13, 0)), Ok(()));
    assert_eq!(answer(stage.number(14, 0)), Ok(()));
    assert_eq!((stage.numbers(), stage.told()), (vec![13, 14], vec!["13".into(), "14".into()]));
}

#[test]
fn a_queue_at_its_limit_is_busy_and_what_waits_is_done() {
    let stage = stage(2);
    let (go, held) = stage.hold();
    let waiting = [stage.number(1, 0), stage.number(2, 0)];
    assert!(matches!(answer(stage.number(3, 0)), Err(Outage::Busy(_))));
    go.send(()).unwrap();
    assert_eq!(answer(held), Ok(()));
    assert!(waiting.into_iter().all(|waiting| answer(waiting) == Ok(())));
    assert_eq!(answer(stage.number(4, 0)), Ok(()));
    assert_eq!(stage.numbers(), [1, 2, 4]);
}

#[test]
fn the_thread_ends_when_the_last_way_to_it_is_gone_and_what_waits_is_done() {
    let stage = stage(100);
    let (go, held) = stage.hold();
    let waiting: Vec<Answer> = (1..=20).map(|number| stage.number(number, 0)).collect();
    let Stage { writer, thread, folder, .. } = stage;
    drop(writer);
    go.send(()).unwrap();
    assert_eq!(answer(held), Ok(()));
    assert!(waiting.into_iter().all(|waiting| answer(waiting) == Ok(())));
    thread.join().unwrap();
    let raw = Connection::open(folder.path().join("numbers.sqlite")).unwrap();
    let count: i64 = raw.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 20);
}
