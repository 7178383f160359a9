//! `masthead staff`: who works in the newsroom. Whoever can run commands on the machine can name its owners, the first of them above all.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use gate::Clock;
use newsroom::Role;
use serde_json::json;
use store::{Appointed, Doer, StaffRow};

use super::Place;
use crate::paper;
use crate::terminal::{plain, say, wait};

/// Say who works in the newsroom, and as what
#[derive(Args, Debug)]
pub(crate) struct Staff {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Give somebody a role, by their mail address
    Set {
        /// The address with which they sign in; an account is made where it has none
        mail: String,
        /// author, editor, publisher or owner
        #[arg(long, value_name = "ROLE", value_parser = role)]
        role: Role,
        /// What colleagues see
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Let somebody go; their account stays a reader's
    End {
        /// The address with which they sign in
        mail: String,
    },
    /// List everybody
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

fn role(word: &str) -> Result<Role, newsroom::UnknownRole> {
    Role::parse(word)
}

impl Staff {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let now = Clock::system(store.high_water()).now();
        match &self.act {
            Act::List { json } => list(&wait(store.staff())??, *json)?,
            Act::Set { mail, role, name } => {
                let mail = mail.trim().to_lowercase();
                if !web::is_mail(&mail) {
                    bail!("{mail:?} is no mail address; write one such as ada@example.com");
                }
                let secret = paper::existing_secret(&config.data)?;
                let site = paper::site_alone(&config, &store, secret)?;
                let done = wait(site.appoint(mail.clone(), name.clone(), *role, now))??;
                told(done, &mail)?;
                let desk = "they sign in at /desk, with this address and in two ways";
                match done {
                    Appointed::Added => say(format!("{mail} is {role} now; {desk}")),
                    Appointed::Changed => say(format!("{mail} is {role} now")),
                    _ => say(format!("{mail} is {role} already")),
                }
            }
            Act::End { mail } => {
                let mail = mail.trim().to_lowercase();
                let all = wait(store.staff())??;
                let Some(row) = all.iter().find(|row| row.mail == mail) else {
                    bail!(
                        "nobody of the staff has the address {mail}; `masthead staff list` lists them"
                    );
                };
                told(wait(store.let_go(row.reader, Doer::operator(), now))??, &mail)?;
                say(format!("{mail} is not of the staff any more"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What went wrong, where something did.
fn told(done: Appointed, mail: &str) -> anyhow::Result<()> {
    match done {
        Appointed::LastOwner => {
            bail!("{mail} is the only owner; make somebody else one first")
        }
        Appointed::Full => bail!("there are as many people as there may be; let somebody go first"),
        Appointed::Unknown => bail!("{mail} is not of the staff any more"),
        Appointed::Added | Appointed::Changed | Appointed::Unchanged => Ok(()),
    }
}

fn list(rows: &[StaffRow], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                json!({
                    "mail": row.mail,
                    "name": row.name,
                    "role": row.role.as_str(),
                    "since": row.since.to_string(),
                })
            })
            .collect();
        say(serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    for row in rows {
        say(format!("{}  {}  {}", row.role, plain(&row.mail), plain(&row.name)));
    }
    if rows.is_empty() {
        say("nobody yet; `masthead staff set you@example.com --role owner` names the first");
    }
    Ok(())
}
