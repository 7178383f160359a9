//! `masthead restore`: a backup becomes a data folder again, whole or not at all.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::exchange::copy;
use crate::terminal::say;

/// Bring a backup back into a new data folder
#[derive(clap::Args, Debug)]
pub(crate) struct Restore {
    /// The backup: a folder or a tar
    path: PathBuf,
    /// The data folder to make; one that is there has to be empty
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

impl Restore {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let verified = copy::restore(&self.path, &self.data)?;
        say(format!(
            "{} articles and {} files are in {}; serve it with that data folder",
            verified.articles,
            verified.files,
            self.data.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}
