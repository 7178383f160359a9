//! `masthead mails`: what came back of the paper's mails, and the addresses that get none any more.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use gate::Clock;
use store::{BOUNCES_MAX, BounceOutcome};

use super::Place;
use super::import::SOME_WERE_BAD;
use crate::bounces::{self, INPUT_BYTES_MAX, What};
use crate::paper;
use crate::terminal::{plain, say, wait};

/// Look after the addresses that no mail reaches
#[derive(Args, Debug)]
pub(crate) struct Mails {
    #[command(subcommand)]
    command: MailsCommand,
}

#[derive(Subcommand, Debug)]
enum MailsCommand {
    /// Read what mail servers sent back, and write to dead addresses no more
    ///
    /// FILE is a notice (RFC 3464), a mailbox of them, or a list of one address a line; - is standard input. What is about no mail
    /// that this paper has sent changes nothing. It ends with 3 where something could not be read.
    Bounced(Bounced),
    /// List why and since when addresses get no mail, or write to one again
    Suppressed(Suppressed),
}

#[derive(Args, Debug)]
struct Bounced {
    #[command(flatten)]
    place: Place,
    /// What came back, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Args, Debug)]
struct Suppressed {
    #[command(flatten)]
    place: Place,
    /// Write to this address again
    #[arg(long, value_name = "ADDRESS")]
    lift: Option<String>,
}

impl Mails {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        match &self.command {
            MailsCommand::Bounced(bounced) => bounced.run(),
            MailsCommand::Suppressed(suppressed) => suppressed.run(),
        }
    }
}

/// What became of everything in the input.
#[derive(Default)]
struct Counts {
    suppressed: usize,
    known: usize,
    soft: usize,
    foreign: usize,
    unreadable: usize,
}

impl Bounced {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let text = input(&self.file)?;
        let notices = bounces::read(&text);
        if notices.is_empty() {
            bail!(
                "there is nothing in {}; give it a notice, a mailbox or addresses",
                self.file.display()
            );
        }
        if notices.len() > BOUNCES_MAX {
            bail!("{} holds more than {BOUNCES_MAX} notices; cut it in two", self.file.display());
        }
        let hard = notices.iter().filter_map(|notice| match &notice.what {
            What::Hard(bounce) => Some(bounce.clone()),
            _ => None,
        });
        let now = Clock::system(store.high_water()).now();
        let mut outcomes = wait(store.take_bounces(hard.collect(), now))??.into_iter();
        let mut counts = Counts::default();
        for notice in &notices {
            let told = match &notice.what {
                What::Hard(bounce) => {
                    let named = bounce.addresses.first().map_or("", String::as_str);
                    match outcomes.next().unwrap_or(BounceOutcome::Foreign) {
                        BounceOutcome::Suppressed(address) => {
                            counts.suppressed += 1;
                            format!("{address} gets no mail any more: {}", bounce.reason)
                        }
                        BounceOutcome::Known(address) => {
                            counts.known += 1;
                            format!("{address} got no mail before")
                        }
                        BounceOutcome::Foreign => {
                            counts.foreign += 1;
                            format!(
                                "{named} is passed over: it is about no mail that this paper has sent there in 30 days"
                            )
                        }
                    }
                }
                What::Soft(address, told) => {
                    counts.soft += 1;
                    format!("{address} stays: {told}")
                }
                What::Unproven(address) => {
                    counts.foreign += 1;
                    format!(
                        "{address} is passed over: the notice does not hold the mail that it is about, and may be forged"
                    )
                }
                What::Unreadable(why) => {
                    counts.unreadable += 1;
                    format!("cannot be used: {why}")
                }
            };
            say(format!("{}: {}", notice.place, plain(&told)));
        }
        let Counts { suppressed, known, soft, foreign, unreadable } = counts;
        say(format!(
            "{suppressed} get no mail any more, {known} got none before, {soft} stay, {foreign} passed over, {unreadable} could not be read"
        ));
        Ok(if unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_WERE_BAD) })
    }
}

/// The whole input, with anything in it that is no text as marks.
fn input(file: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let limit = INPUT_BYTES_MAX as u64 + 1;
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("{} cannot be read", file.display()))?;
    if bytes.len() > INPUT_BYTES_MAX {
        bail!("{} is larger than {INPUT_BYTES_MAX} bytes; cut it in two", file.display());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Suppressed {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        if let Some(address) = &self.lift {
            if !wait(store.release(address))?? {
                bail!(
                    "{:?} is not among the addresses that get no mail; look at its spelling",
                    plain(address)
                );
            }
            say(format!("{} gets mail again", plain(address)));
            return Ok(ExitCode::SUCCESS);
        }
        let (rows, all) = wait(store.suppressions())??;
        for row in &rows {
            say(format!("{}  {}", row.since, plain(&row.reason)));
        }
        say(match all {
            0 => "every address gets mail".to_owned(),
            _ => format!("{all} get no mail; which they are is kept as a hash alone"),
        });
        Ok(ExitCode::SUCCESS)
    }
}
