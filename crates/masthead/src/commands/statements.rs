//! `masthead statements`: what people stated of their contracts and nobody has seen to, newest first.

use std::process::ExitCode;

use anyhow::bail;
use gate::Clock;
use serde_json::json;
use store::StatementRow;

use super::Place;
use crate::paper;
use crate::terminal::{plain, say, wait};

/// List the cancellations and withdrawals that wait for somebody of the paper
#[derive(clap::Args, Debug)]
pub(crate) struct Statements {
    #[command(flatten)]
    place: Place,
    /// How many, at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Note that one was seen to: it is kept, and waits no more
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["limit", "json"])]
    settle: Option<i64>,
}

impl Statements {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        if let Some(number) = self.settle {
            let now = Clock::system(store.high_water()).now();
            if !wait(store.settle_statement(number, now))?? {
                bail!("no statement {number} waits; `masthead statements` lists those that do");
            }
            say(format!("statement {number} is settled"));
            return Ok(ExitCode::SUCCESS);
        }
        let rows = wait(store.waiting_statements(self.limit))??;
        if self.json {
            let rows: Vec<_> = rows.iter().map(told).collect();
            say(serde_json::to_string_pretty(&rows)?);
            return Ok(ExitCode::SUCCESS);
        }
        for row in &rows {
            let stated = &row.stated;
            let (kind, when) = (stated.kind.name(), row.received_at);
            say(format!(
                "{}  {when}  {kind}  {} ({})",
                row.id,
                plain(&stated.name),
                plain(&stated.mail)
            ));
            say(format!("    contract: {}", plain(&stated.contract)));
            if let Some(day) = stated.wanted_on {
                say(format!("    to end on {day}"));
            }
            if !stated.reason.is_empty() {
                say(format!("    because: {}", plain(&stated.reason)));
            }
        }
        if rows.is_empty() {
            say("nobody waits");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn told(row: &StatementRow) -> serde_json::Value {
    json!({
        "id": row.id,
        "received_at": row.received_at.to_string(),
        "kind": row.stated.kind.name(),
        "name": row.stated.name,
        "mail": row.stated.mail,
        "contract": row.stated.contract,
        "reason": row.stated.reason,
        "wanted_on": row.stated.wanted_on.map(|day| day.to_string()),
    })
}
