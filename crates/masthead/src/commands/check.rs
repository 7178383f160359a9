//! `masthead check`: the configuration with the origin of each value. Opens nothing.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::read_config;
use crate::terminal::say;

/// Print the configuration with the origin of each value
#[derive(clap::Args, Debug)]
pub(crate) struct Check {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = read_config(self.config.as_deref(), &[], &[])?;
        if self.json {
            let rows = config.rows.iter().map(
                |row| json!({ "key": row.key, "value": row.value, "from": row.from.to_string() }),
            );
            say(serde_json::to_string_pretty(&rows.collect::<Vec<_>>())?);
            return Ok(ExitCode::SUCCESS);
        }
        for row in &config.rows {
            let value = if row.value.is_empty() { "(none)" } else { &row.value };
            say(format!("{:<16} {value:<28} {}", row.key, row.from));
        }
        say("the configuration can be used");
        Ok(ExitCode::SUCCESS)
    }
}
