//! Where an export or a backup is written: a folder or one tar, made beside its place and renamed when it is whole. What
//! breaks off leaves nothing behind. The tar is the same bytes for the same files: no times, no owners.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// How files are put together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub(crate) enum Format {
    /// One tar
    Tar,
    /// A folder
    Folder,
}

impl Format {
    /// What was asked for, or what the name of the place says.
    pub(crate) fn of(given: Option<Self>, path: &Path) -> Self {
        let named = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tar"));
        given.unwrap_or(if named { Self::Tar } else { Self::Folder })
    }
}

/// A place that is being written.
pub(crate) struct Pack {
    target: PathBuf,
    beside: PathBuf,
    form: Form,
    finished: bool,
}

enum Form {
    Folder,
    Tar(Box<tar::Builder<BufWriter<File>>>),
}

impl Pack {
    /// Begins beside the place, which has to be free or an empty folder.
    pub(crate) fn begin(target: &Path, format: Format) -> anyhow::Result<Self> {
        let shown = target.display();
        let target = std::path::absolute(target)?;
        let free = match fs::read_dir(&target) {
            Ok(mut entries) => format == Format::Folder && entries.next().is_none(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if !free {
            bail!("{shown} is there already; name a place that is free");
        }
        let beside = beside(&target)?;
        let made = match format {
            Format::Folder => make_folder(&beside).map(|()| Form::Folder),
            Format::Tar => new_file(&beside)
                .map(|file| Form::Tar(Box::new(tar::Builder::new(BufWriter::new(file))))),
        };
        let form = made.with_context(|| format!("{shown} cannot be written"))?;
        Ok(Self { target, beside, form, finished: false })
    }

    /// Adds a file of `bytes` bytes.
    pub(crate) fn put(&mut self, name: &str, bytes: u64, from: &mut dyn Read) -> io::Result<()> {
        match &mut self.form {
            Form::Folder => {
                let path = self.beside.join(name);
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                let mut file = new_file(&path)?;
                let copied = io::copy(from, &mut file)?;
                file.sync_data()?;
                if copied == bytes { Ok(()) } else { Err(cut_short(name)) }
            }
            Form::Tar(builder) => {
                let mut header = tar::Header::new_gnu();
                header.set_size(bytes);
                header.set_mode(0o600);
                header.set_mtime(0);
                let mut counted = from.take(bytes);
                builder.append_data(&mut header, name, &mut counted)?;
                if counted.limit() == 0 { Ok(()) } else { Err(cut_short(name)) }
            }
        }
    }

    /// Adds a file that lies elsewhere.
    pub(crate) fn put_file(&mut self, name: &str, path: &Path) -> io::Result<()> {
        let mut file = File::open(path)?;
        let bytes = file.metadata()?.len();
        self.put(name, bytes, &mut file)
    }

    /// Adds a text.
    pub(crate) fn put_text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.put(name, text.len() as u64, &mut text.as_bytes())
    }

    /// Ends it, still beside its place: to be read back before it counts.
    pub(crate) fn end(&mut self) -> io::Result<&Path> {
        if let Form::Tar(builder) = &mut self.form {
            builder.finish()?;
            let buffer = builder.get_mut();
            buffer.flush()?;
            buffer.get_ref().sync_all()?;
        }
        Ok(&self.beside)
    }

    /// Gives it its name.
    pub(crate) fn keep(mut self) -> io::Result<()> {
        rename(&self.beside, &self.target)?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Pack {
    fn drop(&mut self) {
        if !self.finished {
            let _ = match self.form {
                Form::Folder => fs::remove_dir_all(&self.beside),
                Form::Tar(_) => fs::remove_file(&self.beside),
            };
        }
    }
}

fn cut_short(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, format!("{name} changed while it was copied"))
}

/// The name under which something is made that gets another when it is whole.
pub(crate) fn beside(target: &Path) -> anyhow::Result<PathBuf> {
    let name = target.file_name().with_context(|| format!("{} has no name", target.display()))?;
    let mut name = name.to_owned();
    name.push(format!(".{}.part", std::process::id()));
    Ok(target.with_file_name(name))
}

/// Makes a folder that its owner alone may open: locked text and secrets lie in it.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a file that its owner alone may read.
pub(crate) fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Gives something its name, on the disk before this returns.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
