//! The commands. Each says what it does, where something is wrong, why, and what to do about it.

mod backup;
mod check;
mod demo;
mod doctor;
mod export;
mod import;
mod institutions;
mod invoices;
mod ledger;
mod machines;
mod mails;
mod newsletters;
mod numbers;
mod reports;
mod restore;
mod serve;
mod settings;
mod staff;
mod statements;
mod subscribers;
mod theme;
mod why;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};
use rustix::fs::Mode;
use store::Doer;

use crate::config::{Config, Flags};

/// A newspaper in one binary: publishes the news, meters the free reading, and sells the rest.
#[derive(Parser, Debug)]
#[command(name = "masthead", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Start a sample paper with a working meter
    ///
    /// Makes a data folder, fills it with The Merrin Courant, prints what to try, and serves it. A second start goes on
    /// where the first one stopped.
    Demo(demo::Demo),
    /// Serve your own paper
    Serve(serve::Serve),
    /// Print the configuration with the origin of each value
    Check(check::Check),
    /// Find out what is wrong, in the data folder and in front of it
    Doctor(doctor::Doctor),
    /// Read and change the house settings
    Settings(settings::Settings),
    /// List what readers have reported as wrong
    Reports(reports::Reports),
    /// List the cancellations and withdrawals that wait for somebody of the paper
    Statements(statements::Statements),
    /// Look after articles: list, show, publish, take back
    Article(machines::Article),
    /// Find readers, and see what they hold and why
    Reader(machines::Reader),
    /// Look after the offers of the house settings
    Offer(machines::Offer),
    /// Make and end the tokens of machines
    Token(machines::Token),
    /// Bring subscribers in, give access without payment, and see who may read what
    Subscribers(subscribers::Subscribers),
    /// Let libraries, universities and companies read, by their networks
    Institutions(institutions::Institutions),
    /// Look after the invoices that readers pay by transfer
    Invoices(invoices::Invoices),
    /// Look after the addresses that no mail reaches
    Mails(mails::Mails),
    /// See who wants which newsletter, and hand it to whoever sends them
    Newsletters(newsletters::Newsletters),
    /// Print the paper's numbers as CSV: what was shown and read, who came, what was earned
    Numbers(numbers::Numbers),
    /// Say who works in the newsroom, and as what
    Staff(staff::Staff),
    /// Explain the code on a wall
    Why(why::Why),
    /// Look after the ledger of money
    Ledger(ledger::Ledger),
    /// Bring the articles of another system in, or a paper in Masthead's own form
    ///
    /// The same export again changes nothing; a newer one updates; what was edited here since is kept. One bad item never
    /// stops the rest: it is told, and the command ends with 3.
    Import(import::Import),
    /// Write the whole paper as files, to read, to keep and to bring back
    Export(export::Export),
    /// Start a theme of your own, or check one
    Theme(theme::ThemeCommand),
    /// Copy the paper while it is served, and read the copy back
    Backup(backup::Backup),
    /// Bring a backup back into a new data folder
    Restore(restore::Restore),
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Where the paper lives, for commands that need no more.
#[derive(clap::Args, Debug)]
pub(crate) struct Place {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Place {
    pub(crate) fn read(&self) -> anyhow::Result<Config> {
        let flags = flag("data", self.data.as_ref().map(|d| d.display().to_string()), "--data");
        read_config(self.config.as_deref(), flags.as_slice(), &[])
    }

    /// Whether a configuration file was named.
    pub(crate) fn has_file(&self) -> bool {
        self.config.is_some()
    }
}

/// Who runs a command here, for the record: an account of the machine.
fn doer() -> Doer {
    std::env::var("USER").map_or_else(|_| Doer::operator(), Doer::at_the_machine)
}

/// A flag's value for the configuration.
pub(crate) fn flag(
    key: &'static str,
    value: Option<String>,
    name: &'static str,
) -> Option<(&'static str, String, &'static str)> {
    value.map(|value| (key, value, name))
}

pub(crate) fn read_config(
    file: Option<&std::path::Path>,
    flags: &Flags,
    defaults: &[(&'static str, &str)],
) -> anyhow::Result<Config> {
    // What is no text is shown as far as it is some, and refused for what it says, not passed over.
    let environment =
        |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    Config::read(file, environment, flags, defaults).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
        anyhow::anyhow!("the configuration cannot be used:\n{}", lines.join("\n"))
    })
}

/// Runs the command.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if !matches!(arguments.command, Command::Theme(_)) {
        // What a paper keeps, and every copy of it, is its owner's alone: the database, what stands beside a backup while that is
        // made, an export. A theme is for whoever works on it.
        rustix::process::umask(Mode::from_raw_mode(0o077));
    }
    match arguments.command {
        Command::Demo(demo) => demo.run(),
        Command::Serve(serve) => serve.run(),
        Command::Check(check) => check.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Settings(settings) => settings.run(),
        Command::Reports(reports) => reports.run(),
        Command::Statements(statements) => statements.run(),
        Command::Article(article) => article.run(),
        Command::Reader(reader) => reader.run(),
        Command::Offer(offer) => offer.run(),
        Command::Token(token) => token.run(),
        Command::Subscribers(subscribers) => subscribers.run(),
        Command::Institutions(institutions) => institutions.run(),
        Command::Invoices(invoices) => invoices.run(),
        Command::Mails(mails) => mails.run(),
        Command::Newsletters(newsletters) => newsletters.run(),
        Command::Numbers(numbers) => numbers.run(),
        Command::Staff(staff) => staff.run(),
        Command::Why(why) => why.run(),
        Command::Ledger(ledger) => ledger.run(),
        Command::Import(import) => import.run(),
        Command::Export(export) => export.run(),
        Command::Theme(theme) => theme.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command, "masthead", &mut script);
            say_bytes(&script)
        }
        Command::Man => {
            let mut command = Arguments::command().disable_help_subcommand(true);
            // Gives each command its whole name: `masthead settings get`.
            command.build();
            let mut page = Vec::new();
            write_manual(&command, &mut page)?;
            say_bytes(&page)
        }
    }
}

/// A page for a command, and after it one for each that it has.
fn write_manual(command: &clap::Command, page: &mut Vec<u8>) -> anyhow::Result<()> {
    clap_mangen::Man::new(command.clone()).render(page)?;
    command.get_subcommands().try_for_each(|command| write_manual(command, page))
}

fn say_bytes(bytes: &[u8]) -> anyhow::Result<ExitCode> {
    std::io::Write::write_all(&mut std::io::stdout(), bytes)
        .context("the output cannot be written")?;
    Ok(ExitCode::SUCCESS)
}
