//! A paper's files where they lie: in a folder of the disk. A name never leads out of it: no `..`, no absolute path, no
//! link to elsewhere.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, bail};

/// Folders in one another, at most.
const DEPTH_MAX: usize = 32;
/// Where those who build sites keep other people's programs, with texts of their own.
const LIBRARIES: &str = "node_modules";

/// Files by their names (`articles/a.md`), wherever they are.
pub(crate) trait Folder {
    /// The names of all articles' files, sorted.
    fn articles(&self) -> anyhow::Result<Vec<String>>;

    /// Opens a file; `None` where there is none of that name.
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>>;

    /// Something that changes when the file does; `None` where there is none of that name.
    fn stamp(&self, name: &str) -> Option<String>;
}

/// Reads a file whole.
pub(crate) fn read(
    folder: &dyn Folder,
    name: &str,
    bytes_max: u64,
) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(file) = folder.open(name).with_context(|| format!("{name} cannot be read"))? else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    let read = file.take(bytes_max + 1).read_to_end(&mut bytes);
    let read = read.with_context(|| format!("{name} cannot be read"))?;
    if read as u64 > bytes_max {
        bail!("{name} has more than {bytes_max} bytes; make it smaller");
    }
    Ok(Some(bytes))
}

/// Reads a file of text.
pub(crate) fn read_text(
    folder: &dyn Folder,
    name: &str,
    bytes_max: u64,
) -> anyhow::Result<Option<String>> {
    let Some(bytes) = read(folder, name, bytes_max)? else { return Ok(None) };
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| anyhow::anyhow!("{name} is no UTF-8 text; save it as UTF-8"))
}

/// Whether a name stays inside of the folder that it is joined to, on every system.
pub(crate) fn is_inside(name: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    !name.contains(['\\', '\0', ':']) && name.split('/').all(plain)
}

/// A folder on the disk.
#[derive(Debug)]
pub(crate) struct Disk {
    root: PathBuf,
}

impl Disk {
    /// Opens it.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let root = path
            .canonicalize()
            .with_context(|| format!("{} cannot be read; check the path", path.display()))?;
        if !root.is_dir() {
            bail!("{} is not a folder", path.display());
        }
        Ok(Self { root })
    }

    /// Where a file is, if it is one and lies inside.
    pub(crate) fn place(&self, name: &str) -> Option<PathBuf> {
        let path = is_inside(name).then(|| self.root.join(name).canonicalize().ok()).flatten()?;
        (path.starts_with(&self.root) && path.is_file()).then_some(path)
    }
}

impl Disk {
    /// The names of all files below a folder (`""` is the whole) that have one of these endings, sorted. Folders and
    /// files whose names begin with a dot are passed over, and so are the libraries of those who build sites.
    pub(crate) fn files(&self, below: &str, endings: &[&str]) -> anyhow::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut folders = vec![(below.to_owned(), 1)];
        while let Some((folder, depth)) = folders.pop() {
            let path = self.root.join(&folder);
            if depth == 1 && !path.exists() {
                break;
            }
            let entries = std::fs::read_dir(&path);
            for entry in entries.with_context(|| format!("{} cannot be read", path.display()))? {
                let entry = entry.with_context(|| format!("{} cannot be read", path.display()))?;
                let Ok(name) = entry.file_name().into_string() else { continue };
                let kind = entry.file_type()?;
                if name.starts_with('.') || name == LIBRARIES {
                    continue;
                }
                let ends = endings.iter().any(|ending| name.ends_with(ending));
                let whole = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                if kind.is_dir() && depth < DEPTH_MAX {
                    folders.push((whole, depth + 1));
                } else if !kind.is_dir() && ends {
                    found.push(whole);
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

impl Folder for Disk {
    fn articles(&self) -> anyhow::Result<Vec<String>> {
        self.files("articles", &[".md"])
    }

    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        let Some(path) = self.place(name) else { return Ok(None) };
        Ok(Some(Box::new(File::open(path)?)))
    }

    fn stamp(&self, name: &str) -> Option<String> {
        stamp(&self.place(name)?)
    }
}

/// Length and time of a file.
pub(crate) fn stamp(path: &Path) -> Option<String> {
    let found = std::fs::metadata(path).ok()?;
    let at = found.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(format!("{} {}", found.len(), at.as_micros()))
}

/// A folder of the disk or a tar, whichever lies there.
pub(crate) fn open(path: &Path) -> anyhow::Result<Box<dyn Folder>> {
    let found = std::fs::metadata(path)
        .with_context(|| format!("{} cannot be read; check the path", path.display()))?;
    if found.is_dir() {
        Ok(Box::new(Disk::open(path)?))
    } else if found.is_file() {
        Ok(Box::new(super::tarball::Tarball::open(path)?))
    } else {
        bail!("{} is neither a folder nor a tar", path.display())
    }
}
