//! `masthead newsletters`: who wants which newsletter, for the program that sends them. It sends nothing.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use store::{SignUp, SignUpState, Store};

use web::csv_field;

use super::Place;

use crate::paper;
use crate::terminal::{say, wait};

/// Sign-ups that are read at a time.
const PAGE: usize = 500;

/// See who wants which newsletter, and hand it to whoever sends them
#[derive(Args, Debug)]
pub(crate) struct Newsletters {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Say how many want each newsletter, how many have ended it, and what waits for the sender
    List,
    /// Print all of them as CSV: address, newsletter, state, since, unsubscribe
    ///
    /// The last column is where one press ends that newsletter for that address: it belongs into the heads List-Unsubscribe and
    /// List-Unsubscribe-Post of each mail, and is nobody else's. Those whose state is "off" get nothing any more.
    Export {
        /// Of this newsletter alone
        #[arg(long, value_name = "NAME")]
        newsletter: Option<String>,
    },
}

impl Newsletters {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let secret = paper::existing_secret(&config.data)?;
        let site = paper::site_alone(&config, &store, secret)?;
        match &self.act {
            Act::List => list(&store)?,
            Act::Export { newsletter } => {
                if config.public_url.is_none() {
                    bail!(
                        "the addresses that end newsletters have to lead to readers' own paper: set public_url"
                    );
                }
                say("address,newsletter,state,since,unsubscribe");
                all(&store, |one| {
                    if newsletter.as_ref().is_some_and(|wanted| *wanted != one.newsletter) {
                        return;
                    }
                    let ends = site.end_of_newsletter(&one.mail, &one.newsletter);
                    let since = one.since.to_string();
                    let fields = [&*one.mail, &*one.newsletter, one.state.name(), &*since, &*ends];
                    say(fields.map(csv_field).join(","));
                })?;
            }
        }
        drop(site);
        store.close();
        Ok(ExitCode::SUCCESS)
    }
}

/// Goes through all of them, in the order of addresses and newsletters.
fn all(store: &Store, mut each: impl FnMut(&SignUp)) -> anyhow::Result<()> {
    let mut last = None;
    loop {
        let page = wait(store.sign_ups_after(last, PAGE))??;
        page.iter().for_each(&mut each);
        match page.last() {
            Some(one) if page.len() == PAGE => {
                last = Some((one.mail.clone(), one.newsletter.clone()));
            }
            _ => return Ok(()),
        }
    }
}

fn list(store: &Store) -> anyhow::Result<()> {
    let mut counts: std::collections::BTreeMap<String, (u64, u64)> =
        std::collections::BTreeMap::new();
    all(store, |one| {
        let count = counts.entry(one.newsletter.clone()).or_default();
        match one.state {
            SignUpState::On => count.0 += 1,
            SignUpState::Off => count.1 += 1,
        }
    })?;
    for (newsletter, (on, off)) in &counts {
        say(format!("{newsletter}: {on} want it, {off} have ended it"));
    }
    if counts.is_empty() {
        say("nobody has asked for a newsletter yet");
    }
    let untold = wait(store.untold_count())?.context("what waits for the sender cannot be read")?;
    if untold.waiting > 0 {
        let why = untold.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        say(format!("{} wait for the sender{why}", untold.waiting));
    }
    Ok(())
}
