//! `masthead serve`: your own paper.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{flag, read_config};
use crate::paper;
use crate::terminal::{say, start_log};

/// Serve your own paper
#[derive(clap::Args, Debug)]
pub(crate) struct Serve {
    /// The configuration file
    #[arg(long, value_name = "FILE", required_unless_present = "data")]
    config: Option<PathBuf>,
    /// The data folder, instead of the file's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Instead of the file's address
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Instead of the file's address for health and metrics
    #[arg(long, value_name = "ADDR")]
    operator_listen: Option<String>,
    /// Instead of the file's theme
    #[arg(long, value_name = "DIR")]
    theme: Option<PathBuf>,
    /// Draw another secret where the paper has lost its own: every visitor is a stranger then
    #[arg(long)]
    new_secret: bool,
}

impl Serve {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let flags = [
            flag("data", path(&self.data), "--data"),
            flag("listen", self.listen.clone(), "--listen"),
            flag("operator_listen", self.operator_listen.clone(), "--operator-listen"),
            flag("theme", path(&self.theme), "--theme"),
        ];
        let flags: Vec<_> = flags.into_iter().flatten().collect();
        let config = read_config(self.config.as_deref(), &flags, &[])?;
        start_log(&config);
        let (store, secret) = paper::open(&config, self.new_secret)?;
        let is_tls = config.tls.is_some() || config.certificates.is_some();
        let scheme = if is_tls { "https" } else { "http" };
        paper::serve(&config, store, secret, paper::Demo::No, |address| {
            say(format!("listening on {scheme}://{address}"));
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
