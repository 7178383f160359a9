//! Backups: a copy of the database of one instant, the files that it names, the secret, and what people put into the data
//! folder, read back before it counts; what can be made again is left out. And the way back into an empty folder. What is published goes on while a backup is made.

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
/// Pictures in widths, inside of that folder: they are made again.
const WIDTHS: &str = "media/widths";
/// What the newsroom and the operator put into the data folder: advertisements, lists of crawlers, the market's numbers.
const GIVEN: [&str; 2] = ["ads", "crawlers"];
const GIVEN_FILE: &str = "market.csv";
/// The largest file of these.
const GIVEN_BYTES_MAX: u64 = 16 << 20;
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
    for name in files(store.folder(), MEDIA)? {
        let path = store.folder().join(&name);
        pack.put_file(&name, &path).with_context(|| cannot(&name))?;
    }
    let given = put_given(&mut pack, store.folder())?;
    let secret = store.folder().join(SECRET);
    if secret.is_file() {
        pack.put_file(SECRET, &secret).with_context(|| cannot(SECRET))?;
    }
    let written = pack.end().context("the backup cannot be written")?.to_owned();
    let verified = verify(&written, Some(&scratch.0)).context("the backup was read back")?;
    verify_given(&written, &given).context("the backup was read back")?;
    pack.keep().context("the backup cannot be given its name")?;
    Ok(verified)
}

fn cannot(name: &str) -> String {
    format!("{name} cannot be copied into the backup")
}

/// Copies what people put into the data folder; the digests of what went in.
fn put_given(pack: &mut Pack, data: &Path) -> anyhow::Result<Vec<(String, blake3::Hash)>> {
    let mut names = vec![GIVEN_FILE.to_owned()];
    for folder in GIVEN {
        names.extend(files(data, folder)?);
    }
    let mut put = Vec::new();
    for name in names {
        // The newsroom goes on while a backup is made: what went away meanwhile is none of it.
        let file = match File::open(data.join(&name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            file => file.with_context(|| cannot(&name))?,
        };
        let mut bytes = Vec::new();
        file.take(GIVEN_BYTES_MAX + 1).read_to_end(&mut bytes).with_context(|| cannot(&name))?;
        if bytes.len() as u64 > GIVEN_BYTES_MAX {
            bail!("{name} has more than {GIVEN_BYTES_MAX} bytes; take it out of the data folder");
        }
        pack.put(&name, bytes.len() as u64, &mut bytes.as_slice())
            .with_context(|| cannot(&name))?;
        put.push((name, blake3::hash(&bytes)));
    }
    Ok(put)
}

fn verify_given(written: &Path, given: &[(String, blake3::Hash)]) -> anyhow::Result<()> {
    let backup = Backup::open(written)?;
    for (name, wanted) in given {
        if digest(&mut open(backup.files(), name)?)? != *wanted {
            bail!("its {name} is not what was written");
        }
    }
    Ok(())
}

/// The names of all files below a folder of the data folder, sorted; those that are just being written, and those that are
/// made again, are left out.
fn files(data: &Path, folder: &str) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(name) = folders.pop() {
        let path = data.join(&name);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("{} cannot be read", path.display()))?,
        };
        for entry in entries {
            let entry = entry?;
            let Ok(file) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type()?;
            if kind.is_dir() && format!("{name}/{file}") != WIDTHS {
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
    Tar(Tarball),
}

impl Backup {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let found = fs::metadata(path)
            .with_context(|| format!("{} cannot be read; check the path", path.display()))?;
        Ok(if found.is_dir() {
            Self::Folder(path.to_owned(), Disk::open(path)?)
        } else {
            Self::Tar(Tarball::open(path)?)
        })
    }

    fn files(&self) -> &dyn Folder {
        match self {
            Self::Folder(_, disk) => disk,
            Self::Tar(tar) => tar,
        }
    }

    /// The names of everything that a backup may hold.
    fn names(&self) -> anyhow::Result<Vec<String>> {
        let mut names = vec![DATABASE.to_owned(), SECRET.to_owned(), GIVEN_FILE.to_owned()];
        for folder in GIVEN.into_iter().chain([MEDIA]) {
            match self {
                Self::Folder(path, _) => names.extend(files(path, folder)?),
                Self::Tar(tar) => {
                    let within = |name: &&str| {
                        name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
                    };
                    names.extend(tar.names().filter(within).map(str::to_owned));
                }
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
        (Backup::Tar(tar), Some(copied)) => {
            if Some(fs::metadata(copied)?.len()) != tar.length(DATABASE)
                || digest(&mut File::open(copied)?)? != digest(&mut open(files, DATABASE)?)?
            {
                bail!("its {DATABASE} is not what was written");
            }
            copied.to_owned()
        }
        (Backup::Tar(_), None) => bail!("a tar has to be unpacked to be verified"),
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
