//! Backups: a copy of the database of one instant, the files that it names and the secret, read back before it counts;
//! and the way back into an empty folder. What is published goes on while a backup is made.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use store::{DATABASE, Store, Verified, verify_copy};

use super::folder::{Disk, Folder};
use super::pack::{Format, Pack, beside, make_folder, new_file, rename};
use super::tarball::Tarball;
use crate::secret::SECRET;
use crate::terminal::wait;

/// The folder of the files, in a data folder and in a backup.
const MEDIA: &str = "media";
/// The largest secret that is one.
const SECRET_BYTES: u64 = 32;

/// A database's copy that goes when it is not needed any more.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Makes a backup and reads it back.
///
/// # Errors
/// Where it cannot be made or is not sound; nothing is left of it then.
pub(crate) fn back_up(store: &Store, target: &Path, format: Format) -> anyhow::Result<Verified> {
    let mut pack = Pack::begin(target, format)?;
    // First the database: files are only ever added, so whatever it names is there afterwards.
    let scratch = Scratch(beside(&std::path::absolute(target)?)?.with_extension("database"));
    wait(store.backup_to(&scratch.0))?.context("the database cannot be copied")?;
    pack.put_file(DATABASE, &scratch.0).with_context(|| cannot(DATABASE))?;
    for name in files(&store.folder().join(MEDIA))? {
        let path = store.folder().join(&name);
        pack.put_file(&name, &path).with_context(|| cannot(&name))?;
    }
    let secret = store.folder().join(SECRET);
    if secret.is_file() {
        pack.put_file(SECRET, &secret).with_context(|| cannot(SECRET))?;
    }
    let written = pack.end().context("the backup cannot be written")?.to_owned();
    let verified = verify(&written, Some(&scratch.0)).context("the backup was read back")?;
    pack.keep().context("the backup cannot be given its name")?;
    Ok(verified)
}

fn cannot(name: &str) -> String {
    format!("{name} cannot be copied into the backup")
}

/// The names of all files below a folder, sorted; those that are just being written are left out.
fn files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![MEDIA.to_owned()];
    while let Some(name) = folders.pop() {
        let path = folder.parent().unwrap_or(folder).join(&name);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("{} cannot be read", path.display()))?,
        };
        for entry in entries {
            let entry = entry?;
            let Ok(file) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(format!("{name}/{file}"));
            } else if kind.is_file() && !file.ends_with(".new") {
                found.push(format!("{name}/{file}"));
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// A backup that lies somewhere.
enum Backup {
    Folder(PathBuf, Disk),
    Archive(Tarball),
}

impl Backup {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let found = fs::metadata(path)
            .with_context(|| format!("{} cannot be read; check the path", path.display()))?;
        Ok(if found.is_dir() {
            Self::Folder(path.to_owned(), Disk::open(path)?)
        } else {
            Self::Archive(Tarball::open(path)?)
        })
    }

    fn files(&self) -> &dyn Folder {
        match self {
            Self::Folder(_, disk) => disk,
            Self::Archive(tar) => tar,
        }
    }

    /// The names of everything that a backup may hold.
    fn names(&self) -> anyhow::Result<Vec<String>> {
        let mut names = vec![DATABASE.to_owned(), SECRET.to_owned()];
        match self {
            Self::Folder(path, _) => names.extend(files(&path.join(MEDIA))?),
            Self::Archive(tar) => {
                let media = tar.names().filter(|name| name.starts_with("media/"));
                names.extend(media.map(str::to_owned));
            }
        }
        Ok(names)
    }
}

/// Reads a backup back. `copied`: the database that went into it, where that is at hand.
fn verify(path: &Path, copied: Option<&Path>) -> anyhow::Result<Verified> {
    let backup = Backup::open(path)?;
    let files = backup.files();
    let database = match (&backup, copied) {
        (Backup::Folder(path, _), _) => path.join(DATABASE),
        (Backup::Archive(tar), Some(copied)) => {
            if Some(fs::metadata(copied)?.len()) != tar.length(DATABASE)
                || digest(&mut File::open(copied)?)? != digest(&mut open(files, DATABASE)?)?
            {
                bail!("its {DATABASE} is not what was written");
            }
            copied.to_owned()
        }
        (Backup::Archive(_), None) => bail!("a tar has to be unpacked to be verified"),
    };
    if let Some(secret) = files.open(SECRET)? {
        let bytes = io::copy(&mut secret.take(SECRET_BYTES + 1), &mut io::sink())?;
        if bytes != SECRET_BYTES {
            bail!("its {SECRET} has not {SECRET_BYTES} bytes: it is damaged");
        }
    }
    Ok(verify_copy(&database, &mut |name| files.open(name))?)
}

fn digest(from: &mut dyn Read) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    io::copy(from, &mut hasher)?;
    Ok(hasher.finalize())
}

fn open<'a>(files: &'a dyn Folder, name: &str) -> anyhow::Result<Box<dyn Read + 'a>> {
    files.open(name)?.with_context(|| format!("it has no {name}"))
}

/// Brings a backup back into a folder that is empty or not there.
///
/// # Errors
/// Where the backup is not sound, or the folder holds something; the folder is untouched then.
pub(crate) fn restore(from: &Path, data: &Path) -> anyhow::Result<Verified> {
    let data = std::path::absolute(data)?;
    let shown = data.display();
    match fs::read_dir(&data) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                bail!("{shown} is not empty; name a new folder, or move what is there away");
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("{shown} cannot be read")),
    }
    let backup = Backup::open(from)?;
    if backup.files().open(DATABASE)?.is_none() {
        bail!("{} has no {DATABASE}: it is no backup of a paper", from.display());
    }
    if let Some(parent) = data.parent() {
        fs::create_dir_all(parent).with_context(|| format!("{shown} cannot be made"))?;
    }
    let beside = Made(beside(&data)?);
    make_folder(&beside.0).with_context(|| format!("{shown} cannot be made"))?;
    for name in backup.names()? {
        let Some(mut file) = backup.files().open(&name)? else { continue };
        unpack(&mut file, &beside.0.join(&name))
            .with_context(|| format!("{name} cannot be restored"))?;
    }
    let verified = verify(&beside.0, None).context("the backup is not sound")?;
    rename(&beside.0, &data).with_context(|| format!("{shown} cannot be made"))?;
    Ok(verified)
}

/// A folder that goes, unless it was given its name.
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn unpack(from: &mut dyn Read, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = new_file(path)?;
    io::copy(from, &mut file)?;
    file.sync_all()
}
