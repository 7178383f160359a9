//! `masthead why CODE`: the decision behind a wall's code, with the settings that were in force.

use std::process::ExitCode;

use paywall::{CodeFacts, WallCode};
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
        say(sentence(&facts));
        if let (Some(read), Some(allowance)) = (facts.read, facts.allowance) {
            say(format!("Read in this window: {read} of {allowance}."));
        }
        if let Some(day) = facts.window_ends_at() {
            let day = jiff::tz::TimeZone::UTC.to_datetime(day).date();
            say(format!("The window ends on {day}."));
        }
        match settings {
            Some(snapshot) => say(format!(
                "House settings {}: saved {} by {}{}.",
                facts.settings.0,
                snapshot.saved_at,
                snapshot.saved_by,
                if snapshot.note.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", snapshot.note)
                }
            )),
            None => {
                say(format!("House settings {} are not in this data folder.", facts.settings.0));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The rule in words for the help desk.
fn sentence(facts: &CodeFacts) -> String {
    let article = match facts.access {
        "metered" => "a metered article",
        "registered" => "an article for registered readers",
        "entitled" => "an article for subscribers",
        _ => "an article",
    };
    let why = match facts.rule {
        "used_up" => "the free articles of the window were used up",
        "subscribers" => "it is for subscribers, and nothing that the reader holds opens it",
        "trial_over" => "the reader's trial is over",
        "subscription_over" => "the reader's subscription is over",
        "registration" => "it asks for registration",
        "registration_more" => "the free articles without registration were used up",
        "verify_mail" => "the reader's mail address was not proven yet",
        "network" => "the network had sent many new visitors that day",
        _ => "of a rule that this version does not know",
    };
    format!("A wall on {article}: {why}.")
}
