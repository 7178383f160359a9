//! `masthead export`: the whole paper as files, while it is served.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::Place;
use super::import::SOME_WERE_BAD;
use crate::exchange::pack::{Format, Pack};
use crate::exchange::printout;
use crate::exchange::report::{Became, Report, Voice};
use crate::paper;
use crate::terminal::{say, wait};

/// Write the whole paper as files, to read, to keep and to bring back
#[derive(clap::Args, Debug)]
pub(crate) struct Export {
    /// Where to: a name that is free
    path: PathBuf,
    /// One tar or a folder; without it the name says: one that ends in .tar is a tar
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    place: Place,
}

impl Export {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let mut pack = Pack::begin(&self.path, Format::of(self.format, &self.path))?;
        let mut report = Report::new(Voice::Silent);
        let exported = wait(store.export(move |exported| {
            let missing = printout::print(exported, &mut pack, &mut report)?;
            pack.end().context("the export cannot be written")?;
            pack.keep().context("the export cannot be given its name")?;
            report.finish(false);
            anyhow::Ok((missing, report.count(Became::Imported)))
        }))?;
        let (missing, articles) = exported??;
        store.close();
        for name in &missing {
            say(format!("missing: {name}"));
        }
        say(format!("{articles} articles exported to {}", self.path.display()));
        Ok(if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(SOME_WERE_BAD) })
    }
}
