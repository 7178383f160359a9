//! `masthead reports`: what readers have reported as wrong, newest first.

use std::process::ExitCode;

use serde_json::json;

use super::Place;
use crate::paper;
use crate::terminal::{plain, say, wait};

/// List what readers have reported as wrong
#[derive(clap::Args, Debug)]
pub(crate) struct Reports {
    #[command(flatten)]
    place: Place,
    /// How many, at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Reports {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let reports = wait(store.reports(self.limit))??;
        if self.json {
            let rows = reports.iter().map(|one| {
                json!({
                    "id": one.id,
                    "reported_at": one.reported_at.to_string(),
                    "about": one.report.about,
                    "words": one.report.words,
                    "mail": one.report.mail,
                })
            });
            say(serde_json::to_string_pretty(&rows.collect::<Vec<_>>())?);
            return Ok(ExitCode::SUCCESS);
        }
        for one in &reports {
            let about = if one.report.about.is_empty() { "no article" } else { &one.report.about };
            let mail = if one.report.mail.is_empty() { "no address" } else { &one.report.mail };
            say(format!("{}  {}  {about}  ({mail})", one.id, one.reported_at));
            for line in one.report.words.lines() {
                say(format!("    {}", plain(line)));
            }
        }
        if reports.is_empty() {
            say("nobody has reported anything");
        }
        Ok(ExitCode::SUCCESS)
    }
}
