//! `masthead why CODE`: the decision behind a wall's code, with the settings that were in force.

use std::process::ExitCode;

use face::{Language, Words};
use paywall::WallCode;
use serde_json::json;
use web::Site;

use super::Place;
use crate::paper;
use crate::terminal::{say, wait};

/// Explain the code on a wall
#[derive(clap::Args, Debug)]
pub(crate) struct Why {
    /// The code, as the reader reads it out: K7Q2-P4XNC-8WT3M, in any case, with spaces or without
    #[arg(required = true, num_args = 1..)]
    code: Vec<String>,
    #[command(flatten)]
    place: Place,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Why {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let code = WallCode::parse(&self.code.concat())?;
        let config = self.place.read()?;
        let secret = paper::existing_secret(&config.data)?;
        let facts = code.explain(&Site::code_key(&secret))?;
        let store = paper::open_store(&config.data)?;
        let settings = wait(store.settings_at(facts.settings))??;
        if self.json {
            say(serde_json::to_string_pretty(&json!({
                "settings": facts.settings.0,
                "rule": facts.rule,
                "access": facts.access,
                "reader": facts.reader,
                "read": facts.read,
                "allowance": facts.allowance,
                "window_ends_at": facts.window_ends_at().map(|instant| instant.to_string()),
            }))?);
            return Ok(ExitCode::SUCCESS);
        }
        let day = |at| jiff::tz::TimeZone::UTC.to_datetime(at).date().to_string();
        for line in web::why(Words::of(Language::English), &facts, settings.as_ref(), day) {
            say(line);
        }
        Ok(ExitCode::SUCCESS)
    }
}
