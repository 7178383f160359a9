//! What the tests share: a folder that goes when the test does, instants, people, and a look at the tables themselves.
//! It asserts soundness and nothing else.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gate::{Outage, Person, ReaderId, Readings, Spend, Spent};
use jiff::Timestamp;
use paywall::{ArticleKey, Opened, PaperId, SettingsVersion, Standing, Window, WindowRule};
use rusqlite::Connection;
use store::{DATABASE, Doer, Options, ReaderRow, Store};
use tokio::task::JoinSet;

/// The id that a new paper of these tests is given.
pub(crate) const PAPER: PaperId = PaperId([7; 16]);
/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;
/// The instant at which the tests begin: a Thursday in May 2026.
const START: i64 = 1_778_760_000;

/// Drives one future to its end.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// A reader who joined at that instant and has proven no address.
pub(crate) fn reader(store: &Store, seed: u8, joined_at: Timestamp) -> ReaderId {
    let id = ReaderId::new(joined_at, [seed; 16]);
    let row = ReaderRow {
        id,
        person: Person::from_bytes([seed; 16]),
        mail: format!("reader-{seed}@reader.example"),
        taken_as: [seed; 32],
        verified_at: None,
        name: String::new(),
        joined_at,
    };
    wait(store.add_reader(row)).unwrap();
    id
}

/// Asks for all of it at once, and waits for every answer, in the order of the answers.
pub(crate) fn wait_for_all<F>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    wait(async {
        let mut asked: JoinSet<F::Output> = JoinSet::new();
        for future in futures {
            asked.spawn(future);
        }
        asked.join_all().await
    })
}

/// The instant so many seconds after the start.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(START + seconds).unwrap()
}

/// A window from and to so many seconds after the start.
pub(crate) fn window(from: i64, to: i64) -> Window {
    Window { starts_at: at(from), ends_at: at(to), rule: WindowRule::Rolling { days: 30 } }
}

/// The window of most tests: thirty days.
pub(crate) fn month() -> Window {
    window(0, 30 * DAY)
}

pub(crate) fn person(number: u64) -> Person {
    // The number stands last as well as first: people share shards, and their rows are spread over pages.
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Person::from_bytes(bytes)
}

pub(crate) fn article(number: u64) -> ArticleKey {
    ArticleKey::derive(PAPER, "own", &number.to_string())
}

/// The spend of a person in the usual window.
pub(crate) fn spend(who: u64, what: u64, allowance: u32) -> Spend {
    Spend { person: person(who), article: article(what), allowance, fresh: month(), now: at(60) }
}

/// A data folder of its own for one test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// In memory where the system has such a place: a real disk shared with others makes each sync a wait, and no test
    /// relies on it. The power is cut on a disk of the tests' own.
    pub(crate) fn new() -> Self {
        let memory = tempfile::tempdir_in("/dev/shm");
        Self(memory.or_else(|_| tempfile::tempdir()).unwrap())
    }

    /// On the disk: for what a small memory could not hold.
    pub(crate) fn on_disk() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join(DATABASE)
    }

    pub(crate) fn open(&self) -> Store {
        self.open_with(&Options::default())
    }

    pub(crate) fn open_with(&self, options: &Options) -> Store {
        Store::open(self.path(), PAPER, options).unwrap()
    }

    /// Makes a closed database one of schema 5, with the articles that it has. Each migration after that one is undone here.
    pub(crate) fn age_to_five(&self) {
        self.raw()
            .execute_batch(
                "CREATE TABLE teasers (article TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, \
                 document TEXT NOT NULL) STRICT; \
                 INSERT INTO teasers SELECT id, teaser FROM articles; \
                 CREATE TABLE texts (article TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, \
                 document TEXT NOT NULL, source TEXT NOT NULL) STRICT; \
                 INSERT INTO texts SELECT id, document, source FROM articles JOIN bodies USING (number); \
                 DROP TRIGGER articles_gone; DROP TABLE bodies; ALTER TABLE texts RENAME TO bodies; \
                 ALTER TABLE articles DROP COLUMN teaser; ALTER TABLE articles DROP COLUMN number; \
                 ALTER TABLE articles DROP COLUMN body_bytes; \
                 DROP INDEX articles_by_slug; DROP TABLE old_slugs; DROP TABLE locked_names; \
                 DROP INDEX articles_by_access; DROP TABLE institution_reads; \
                 DROP TABLE arrangements; DROP TABLE hands; ALTER TABLE media DROP COLUMN public_from; \
                 DROP TABLE article_days; DROP TABLE article_months; DROP TABLE section_days; DROP TABLE contract_turns; DROP TABLE untold_turns; DROP TABLE unlettered; \
                 DROP TABLE delivery_tries; DROP TABLE deliveries; DROP TABLE events; DROP TABLE webhooks; DROP TABLE kept_answers; DROP TABLE tokens; \
                 DROP TRIGGER desk_list_article_gone; DROP TRIGGER desk_list_draft_gone; DROP TABLE desk_list; DROP TABLE draft_files; DROP TABLE article_files; DROP TABLE files; DROP INDEX articles_by_desk; DROP TABLE revisions; DROP TABLE drafts; DROP TABLE deeds; DROP TABLE staff; \
                 DROP TABLE old_files; DROP TABLE next_plans; DROP TABLE change_letters; DROP TABLE untold_payers; DROP TABLE invoices; DROP TABLE institutions; DROP TABLE seats; DROP TABLE invitations; DROP TABLE print_accounts; DROP TABLE ledger; DROP TABLE subscriptions; \
                 DROP TABLE checkouts; DROP TABLE taken; DROP TABLE hints; DROP TABLE saved; DROP TABLE waiting_sign_ins; DROP TABLE passkeys; DROP TABLE passwords; DROP TABLE sessions; DROP TABLE sign_ins; \
                 DROP TABLE readers; DROP TABLE mails; DROP TABLE suppressions; DROP TABLE statements; DROP TABLE gift_uses; \
                 DROP TABLE gifts; DROP TABLE sign_ups; DROP TABLE wishes; DROP TABLE untold; PRAGMA user_version = 5",
            )
            .unwrap();
    }

    /// A connection of the test's own, beside the store.
    pub(crate) fn raw(&self) -> Connection {
        raw(self.path())
    }
}

/// A connection of the test's own to the database of a folder.
pub(crate) fn raw(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join(DATABASE)).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
}

/// One number out of the tables.
pub(crate) fn number(connection: &Connection, query: &str) -> i64 {
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

/// Every finding of the check is as it should be.
#[track_caller]
pub(crate) fn assert_sound(store: &Store) {
    let checked = wait(store.check()).unwrap();
    let unsound: Vec<_> = checked.iter().filter(|checked| !checked.sound).collect();
    assert!(checked.len() >= 5 && unsound.is_empty(), "{unsound:#?}");
}

/// A standing as far as it means something at `now`: the window that holds, how many were read in it, and this one.
pub(crate) fn meaning(standing: Standing, now: Timestamp) -> Option<(Window, u32, Opened)> {
    match standing {
        Standing::Counted { window, read, this } if window.holds(now) && read > 0 => {
            Some((window, read, this))
        }
        Standing::Unknown => panic!("a record never answers that it does not know"),
        _ => None,
    }
}

/// How many a person has read in the window that holds at `now`.
pub(crate) async fn read_by(readings: &impl Readings, who: u64, now: Timestamp) -> u32 {
    let standing = readings.standing(person(who), article(u64::MAX)).await.unwrap();
    meaning(standing, now).map_or(0, |(_, read, _)| read)
}

/// Whether an article is open for a person at `now`.
pub(crate) async fn is_open(readings: &impl Readings, who: u64, what: u64, now: Timestamp) -> bool {
    let standing = readings.standing(person(who), article(what)).await.unwrap();
    meaning(standing, now).is_some_and(|(_, _, this)| this == Opened::Already)
}

/// A spend that owns its store, to be sent elsewhere.
pub(crate) fn spending(
    store: &Store,
    spend: Spend,
) -> impl Future<Output = Result<Spent, Outage>> + Send + use<> {
    let store = store.clone();
    async move { store.spend(spend).await }
}

/// Looks again and again until it is so, for ten seconds at most.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not come about");
}

/// A pseudo-random number generator (xorshift64*): the same seed, the same numbers.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Below `limit`, which is above 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }
}

/// Something that was said to listeners, kept to be looked at.
pub(crate) type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// Keeps every change that the store tells.
pub(crate) fn listen(store: &Store) -> Heard {
    let heard = Heard::default();
    let ear = Arc::clone(&heard);
    store.on_change(Box::new(move |changes| {
        let told = changes.iter().map(|change| (change.kind.clone(), change.key.clone()));
        ear.lock().unwrap().extend(told);
    }));
    heard
}

/// Holds a store's writer in the listener of a change of the settings, so that a group gathers behind it.
pub(crate) struct Hold {
    inside: Receiver<()>,
    go_on: Sender<()>,
}

impl Hold {
    pub(crate) fn on(store: &Store) -> Self {
        let (entered, inside) = channel();
        let (go_on, held) = channel();
        let held = Mutex::new(held);
        store.on_change(Box::new(move |changes| {
            if changes.iter().any(|change| change.kind == "settings") {
                let _ = entered.send(());
                let _ = held.lock().unwrap().recv();
            }
        }));
        Self { inside, go_on }
    }

    /// Saves the first settings of the paper, and comes back when the writer is held.
    pub(crate) async fn begin(&self, store: &Store) {
        let store = store.clone();
        let nothing = String::new;
        tokio::spawn(async move {
            let none = SettingsVersion(0);
            store.save_settings(nothing(), Doer::operator(), nothing(), none, at(0)).await.unwrap();
        });
        tokio::task::yield_now().await;
        self.inside.recv().unwrap();
    }

    /// Lets the writer go on.
    pub(crate) fn end(&self) {
        self.go_on.send(()).unwrap();
    }
}
