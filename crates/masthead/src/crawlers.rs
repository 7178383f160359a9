//! The lists of addresses that search engines publish for their crawlers: kept as files in the data folder, read when
//! the paper starts and when somebody puts others there, fetched anew once a day where the paper's settings need them.
//!
//! A fetch that fails changes nothing; how long a list holds is for the site to say.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use face::House;
use gate::Clock;
use jiff::{SignedDuration, Timestamp};
use providers::{FetchedList, LIST_BYTES_MAX, Names, NoNames, Ranges, SystemNames, fetch_list};
use store::Store;
use web::{Engine, Site};

use crate::paper::CAPABILITIES;

/// The folder in the data folder: `googlebot.json`, `bingbot.json`, and the validators beside them.
const FOLDER: &str = "crawlers";
/// How often the files and the settings are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How old a list is when it is fetched again.
const FETCH_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// After a fetch that failed.
const RETRY_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// The name servers of this system, or nobody where there are none.
pub(crate) fn names() -> Arc<dyn Names> {
    match SystemNames::start() {
        Ok(names) => Arc::new(names),
        Err(error) => {
            tracing::warn!(%error, "crawlers are verified by their published addresses alone");
            Arc::new(NoNames)
        }
    }
}

/// The thread, and the way to end it.
#[derive(Debug)]
pub(crate) struct Lists {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread.
pub(crate) fn start(data: &Path, site: Site, store: Store, clock: Clock) -> Lists {
    let (stop, stopped) = channel::<()>();
    let folder = data.join(FOLDER);
    let run = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
        let mut kept = Engine::ALL.map(|engine| Kept::new(&folder, engine));
        loop {
            let now = clock.now();
            // Nobody is asked for a list that nothing needs.
            let wanted = runtime.block_on(wanted(&store));
            for list in &mut kept {
                list.read(&site);
                if wanted && list.is_due(now) {
                    list.fetch(now);
                    list.read(&site);
                }
            }
            match stopped.recv_timeout(LOOK_EVERY) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
        }
    };
    let thread = std::thread::Builder::new().name("crawlers".to_owned()).spawn(run);
    if let Err(error) = &thread {
        tracing::error!(%error, "the thread for lists of crawlers could not be started");
    }
    Lists { stop, thread: thread.ok() }
}

impl Lists {
    /// Ends the thread; a fetch under way is waited for.
    pub(crate) fn stop(mut self) {
        let _ = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Whether the paper shows verified crawlers more than everybody.
async fn wanted(store: &Store) -> bool {
    let Ok(snapshot) = store.settings().await else { return false };
    House::parse(&snapshot.text, snapshot.version, CAPABILITIES)
        .is_ok_and(|(house, _)| house.policy.crawlers_read_all)
}

/// One list on the disk.
#[derive(Debug)]
struct Kept {
    engine: Engine,
    path: PathBuf,
    validator: PathBuf,
    /// The time of the file when it was last read.
    read: Option<SystemTime>,
    tried_at: Option<Timestamp>,
}

impl Kept {
    fn new(folder: &Path, engine: Engine) -> Self {
        let path = folder.join(format!("{}.json", engine.as_str()));
        let validator = folder.join(format!("{}.etag", engine.as_str()));
        Self { engine, path, validator, read: None, tried_at: None }
    }

    /// When the file was last written or confirmed.
    fn changed(&self) -> Option<SystemTime> {
        fs::metadata(&self.path).and_then(|file| file.modified()).ok()
    }

    /// Hands a file over that is new. One that cannot be used is told once, and the list before it stays.
    fn read(&mut self, site: &Site) {
        let Some(changed) = self.changed().filter(|changed| self.read != Some(*changed)) else {
            return;
        };
        self.read = Some(changed);
        let told = || self.path.display().to_string();
        let length = fs::metadata(&self.path).map_or(0, |file| file.len());
        if length > LIST_BYTES_MAX {
            tracing::warn!(
                file = told(),
                "is longer than a list of addresses may be; it is not used"
            );
            return;
        }
        let ranges = fs::read_to_string(&self.path).map_err(|error| error.to_string());
        let ranges =
            ranges.and_then(|text| Ranges::parse(&text).map_err(|error| error.to_string()));
        match (ranges, Timestamp::try_from(changed)) {
            (Ok(ranges), Ok(confirmed_at)) => {
                tracing::info!(
                    file = told(),
                    ranges = ranges.count(),
                    "a list of crawlers was read"
                );
                site.crawlers().set_ranges(self.engine, ranges, confirmed_at);
            }
            (Err(error), _) => tracing::warn!(file = told(), error, "is not used"),
            (_, Err(error)) => tracing::warn!(file = told(), %error, "is not used"),
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let changed = self.changed().and_then(|changed| Timestamp::try_from(changed).ok());
        let old = changed.is_none_or(|at| now.duration_since(at) >= FETCH_AFTER);
        old && self.tried_at.is_none_or(|at| now.duration_since(at) >= RETRY_AFTER)
    }

    /// Fetches the list with the validator of the one that is there. What is fetched is written only when it can be read.
    fn fetch(&mut self, now: Timestamp) {
        self.tried_at = Some(now);
        let etag = fs::read_to_string(&self.validator).ok().filter(|_| self.path.exists());
        let written = match fetch_list(self.engine.list(), etag.as_deref()) {
            Ok(FetchedList::Unchanged) => self.confirm(now),
            Ok(FetchedList::Fresh { text, etag }) => match Ranges::parse(&text) {
                Ok(_) => self.write(&text, etag.as_deref()),
                Err(error) => {
                    tracing::warn!(%error, list = self.engine.list(), "a list is not taken");
                    return;
                }
            },
            Err(error) => {
                tracing::warn!(%error, "a list of crawlers could not be fetched");
                return;
            }
        };
        if let Err(error) = written {
            tracing::warn!(%error, file = %self.path.display(), "cannot be written");
        }
    }

    /// The maker stands by the list: its file is as good as new.
    fn confirm(&self, now: Timestamp) -> std::io::Result<()> {
        let since = Duration::from_micros(u64::try_from(now.as_microsecond()).unwrap_or(0));
        let file = fs::File::options().write(true).open(&self.path)?;
        file.set_modified(SystemTime::UNIX_EPOCH + since)
    }

    /// Whole or not at all; the validator goes first, so that none is ever beside a list that it does not belong to.
    fn write(&self, text: &str, etag: Option<&str>) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        match fs::remove_file(&self.validator) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let beside = self.path.with_extension("json.new");
        fs::write(&beside, text)?;
        fs::rename(&beside, &self.path)?;
        etag.map_or(Ok(()), |etag| fs::write(&self.validator, etag))
    }
}

#[cfg(test)]
mod tests;
