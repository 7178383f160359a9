//! Masthead: a newspaper in one binary.
//!
//! This room wires the others together and holds the commands; it decides nothing about plans or articles.

mod bounces;
mod certificates;
mod commands;
mod config;
mod crawlers;
mod dropped;
mod exchange;
mod fill;
mod jobs;
mod mail_domain;
mod mails;
mod operator;
mod paper;
mod payments;
mod secret;
mod sender;
mod server;
mod tending;
mod terminal;
mod theme_folder;
mod webhooks;
mod workers;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = commands::Arguments::parse();
    match commands::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            terminal::complain(&error);
            ExitCode::FAILURE
        }
    }
}
