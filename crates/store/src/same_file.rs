//! Whether the file that stands under the database's name is still the one that was opened, as long as it was.
//!
//! SQLite goes on with an open file that was moved away, deleted or cut, and says nothing: what is written then is on no disk
//! after a restart, and the log of writes that it leaves behind would be played into whatever file stands there. So the writer
//! asks here before every commit. Nothing is read, and nothing is put right, but that the log of writes is set aside.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use gate::Outage;

/// What SQLite keeps beside a database, by the end of its name: the writes that are not in it yet, and their index.
const LOG: &str = "-wal";
const INDEX: &str = "-shm";
const BESIDE: [&str; 2] = [LOG, INDEX];
/// What is put behind the log's name when it is set aside.
const ASIDE: &str = ".left-behind";

/// Which file it is, on this machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    fn of(file: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(file.dev(), file.ino())
    }

    /// Where files have no such number each is taken for the one that was there: an open file cannot be replaced there.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self(0, 0)
    }
}

/// What has become of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    Replaced,
    Gone,
    Cut { from: u64, to: u64 },
}

/// The file that was opened.
#[derive(Debug)]
pub(crate) struct SameFile {
    path: PathBuf,
    identity: Identity,
    /// The longest that it was, in bytes. A checkpoint never shortens it: nothing here compacts the database.
    bytes: u64,
    /// The files beside it, as they were when all was well.
    beside: [Option<Identity>; BESIDE.len()],
    changed: Option<Change>,
}

/// Set when the file turns out to be another one; it stays so until the store is opened again.
pub(crate) type Lost = OnceLock<String>;

impl SameFile {
    /// Remembers the file of that path.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let file = fs::metadata(path)?;
        Ok(Self {
            path: path.to_owned(),
            identity: Identity::of(&file),
            bytes: file.len(),
            beside: [None; BESIDE.len()],
            changed: None,
        })
    }

    /// Looks at it; an outage where it is not as it was, now and ever after.
    pub(crate) fn check(&mut self, lost: &Lost) -> Result<(), Outage> {
        if self.changed.is_none() {
            self.changed = self.look();
            if let Some(change) = self.changed {
                let told = lost.get_or_init(|| self.told(change));
                tracing::error!("{told}");
                self.set_aside();
            }
        }
        match lost.get() {
            None => Ok(()),
            Some(told) => Err(Outage::Down(told.clone())),
        }
    }

    fn look(&mut self) -> Option<Change> {
        let file = match fs::metadata(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(Change::Gone),
            // A look that fails for another reason says nothing about the file.
            Err(_) => return None,
        };
        if Identity::of(&file) != self.identity {
            return Some(Change::Replaced);
        }
        if file.len() < self.bytes {
            return Some(Change::Cut { from: self.bytes, to: file.len() });
        }
        self.bytes = file.len();
        self.beside = BESIDE.map(|ending| {
            fs::metadata(beside(&self.path, ending)).ok().map(|file| Identity::of(&file))
        });
        None
    }

    fn told(&self, change: Change) -> String {
        let path = self.path.display();
        let remedy = "nothing is written from now on, and what is shown may be old; stop masthead, put the right file there";
        match change {
            Change::Replaced => format!(
                "the database {path} was replaced by another file while it was open: {remedy}, and start again"
            ),
            Change::Gone => format!(
                "the database {path} is gone while it was open: {remedy} (restore the last backup), and start again"
            ),
            Change::Cut { from, to } => format!(
                "the database {path} became shorter while it was open, from {from} to {to} bytes: {remedy} (restore the \
                 last backup), and start again"
            ),
        }
    }

    /// Sets aside the log of writes of the file that was opened, where it is still that one: SQLite would play it into the file
    /// that stands there now. Its index holds nothing of its own and is made anew.
    fn set_aside(&self) {
        for (ending, known) in BESIDE.iter().zip(&self.beside) {
            let path = beside(&self.path, ending);
            let is_ours = fs::metadata(&path).is_ok_and(|file| *known == Some(Identity::of(&file)));
            if !is_ours {
                continue;
            }
            let aside = beside(&path, ASIDE);
            let done = match *ending {
                INDEX => fs::remove_file(&path),
                _ => fs::rename(&path, &aside),
            };
            match done {
                Ok(()) if *ending == LOG => {
                    tracing::error!("{} was set aside as {}", path.display(), aside.display());
                }
                Ok(()) => {}
                Err(error) => tracing::error!(
                    %error,
                    "{} cannot be set aside; delete it before masthead is started again",
                    path.display()
                ),
            }
        }
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests;
