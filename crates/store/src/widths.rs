//! Pictures made from others: files in the data folder that can be made again at any time, and are forgotten, the oldest
//! first, when they are too many. No row knows of them. They block: whoever calls does so off a reader's thread.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use crate::Store;
use crate::media::{FOLDER, write};

/// The folder of what was made, inside of the folder of the files.
const WIDTHS: &str = "widths";
/// The largest file that is kept or read, in bytes.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// What all of them may take on the disk, in bytes.
pub const WIDTHS_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// The folder of the pictures that were made. Clones are the same folder.
#[derive(Clone, Debug)]
pub struct Widths(PathBuf);

impl Store {
    /// The folder of the pictures that were made from kept ones.
    #[must_use]
    pub fn widths(&self) -> Widths {
        Widths(self.folder().join(FOLDER).join(WIDTHS))
    }
}

impl Widths {
    /// The bytes of a picture that was made; `None` where it was not, or the file cannot be read.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.path(name)?;
        let length = fs::metadata(&path).ok()?.len();
        (0 < length && length <= FILE_BYTES_MAX).then(|| fs::read(&path).ok()).flatten()
    }

    /// Keeps a picture that was made: the whole file or none.
    ///
    /// # Errors
    /// Where the file cannot be written, or its name is none.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.path(name).ok_or_else(|| {
            std::io::Error::new(std::io::ErrorKind::InvalidInput, format!("{name:?} is no name"))
        })?;
        write(&self.0, &path, bytes)
    }

    /// Forgets the oldest files until all take at most nine tenths of `bytes_max`, where they take more than that; says
    /// how many went. What was left half-written goes too, once it is older than `stale_before`.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn sweep(&self, bytes_max: u64, stale_before: Timestamp) -> std::io::Result<usize> {
        let files = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
            files => files?,
        };
        let seconds = u64::try_from(stale_before.as_second()).unwrap_or(0);
        let stale_before = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let mut gone = 0;
        let mut known: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for file in files.flatten() {
            let Ok(facts) = file.metadata() else { continue };
            let made = facts.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let is_half = file.path().extension().is_some_and(|ending| ending == "new");
            if is_half && made < stale_before {
                gone += usize::from(fs::remove_file(file.path()).is_ok());
            } else if facts.is_file() && !is_half {
                known.push((made, facts.len(), file.path()));
            }
        }
        gone += self.sweep_halves(stale_before);
        let mut bytes: u64 = known.iter().map(|(_, length, _)| length).sum();
        if bytes <= bytes_max {
            return Ok(gone);
        }
        known.sort();
        for (_, length, path) in known {
            if bytes <= bytes_max / 10 * 9 {
                break;
            }
            if fs::remove_file(&path).is_ok() {
                bytes = bytes.saturating_sub(length);
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// What was left half-written beside the files themselves goes, too.
    fn sweep_halves(&self, stale_before: SystemTime) -> usize {
        let files = self.0.parent().and_then(|folder| fs::read_dir(folder).ok());
        let halves = files.into_iter().flatten().flatten().filter(|file| {
            let is_half = file.path().extension().is_some_and(|ending| ending == "new");
            let made = file.metadata().and_then(|facts| facts.modified());
            is_half && made.is_ok_and(|made| made < stale_before)
        });
        halves.filter(|file| fs::remove_file(file.path()).is_ok()).count()
    }

    /// A name becomes a path: it must not lead out of the folder.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let plain =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
        let is_name = name.bytes().all(plain) && !name.starts_with('.') && !name.is_empty();
        (is_name && name.len() <= 120).then(|| Path::new(&self.0).join(name))
    }
}
