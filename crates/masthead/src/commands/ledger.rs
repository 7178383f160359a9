//! `masthead ledger check`: whether the ledger of money says what the payment provider says.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Place;
use crate::paper;
use crate::terminal::{say, wait};

/// Look after the ledger of money
#[derive(Args, Debug)]
pub(crate) struct Ledger {
    #[command(subcommand)]
    command: LedgerCommand,
}

#[derive(Subcommand, Debug)]
enum LedgerCommand {
    /// Read every subscription back from the provider, and tell where the ledger says something else
    ///
    /// Nothing is changed without --mend. It ends with 1 where something differs or could not be read.
    Check(Check),
}

#[derive(Args, Debug)]
struct Check {
    #[command(flatten)]
    place: Place,
    /// Append what the provider tells and the ledger lacks
    #[arg(long)]
    mend: bool,
}

impl Ledger {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let LedgerCommand::Check(check) = &self.command;
        let config = check.place.read()?;
        let store = paper::open_store(&config.data)?;
        let secret = paper::existing_secret(&config.data)?;
        let site = paper::site_for_ledger(&config, &store, secret)?;
        let report = wait(site.check_ledger(check.mend))??;
        for line in &report.differences {
            say(line);
        }
        let (checked, differences) = (report.checked, report.differences.len());
        say(format!("{checked} subscriptions were read back, {differences} differ"));
        Ok(if differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
