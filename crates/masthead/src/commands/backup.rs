//! `masthead backup`: a copy of everything, while the paper is served, read back before it counts.

use std::path::PathBuf;
use std::process::ExitCode;

use super::Place;
use crate::exchange::copy;
use crate::exchange::pack::Format;
use crate::paper;
use crate::terminal::say;

/// Copy the paper while it is served, and read the copy back
#[derive(clap::Args, Debug)]
pub(crate) struct Backup {
    /// Where to: a name that is free
    path: PathBuf,
    /// One tar or a folder; without it the name says: one that ends in .tar is a tar
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    place: Place,
}

impl Backup {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let verified = copy::back_up(&store, &self.path, Format::of(self.format, &self.path))?;
        store.close();
        say(format!(
            "{} articles and {} files ({} bytes) are in {}, and were read back",
            verified.articles,
            verified.files,
            verified.file_bytes,
            self.path.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}
