//! `masthead institutions`: site licences by network. What is typed is read strictly, since one digit too few may open the paper to a
//! country; the size of what was given is told back.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use gate::{Clock, Network};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use paywall::Entitlement;
use serde_json::json;
use store::{Doer, Institution, InstitutionKept, InstitutionRow, MustBe, Store};
use web::{TypedLicence, network_size};

use super::Place;
use crate::paper;
use crate::terminal::{complain, plain, say, wait};

/// Let libraries, universities and companies read, by their networks
#[derive(Args, Debug)]
pub(crate) struct Institutions {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Add one
    Add {
        /// By what commands name it: 1 to 32 of a-z, 0-9 and -
        slug: String,
        /// What readers are told: "Open to you by NAME"
        #[arg(long, value_name = "NAME")]
        name: String,
        /// What it opens: the entitlement of a plan; repeat it for several
        #[arg(long = "opens", value_name = "ENTITLEMENT", required = true)]
        opens: Vec<String>,
        /// A range of addresses that its people come from, such as 192.0.2.0/24; repeat it for several
        #[arg(long = "network", value_name = "CIDR")]
        networks: Vec<String>,
        /// A domain of the mail addresses that it gives to its people; repeat it for several
        #[arg(long = "mail-domain", value_name = "DOMAIN")]
        mail_domains: Vec<String>,
        /// The first day, in the paper's zone; without it, today
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<Date>,
        /// The last day, in the paper's zone; without it, no end
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Option<Date>,
    },
    /// List all of them
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one, with every state that it was in
    Show {
        /// Which one
        slug: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change one; what is not named stays
    Change {
        /// Which one
        slug: String,
        /// What readers are told
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// What it opens, in place of what it opened
        #[arg(long = "opens", value_name = "ENTITLEMENT")]
        opens: Vec<String>,
        /// Its ranges, in place of those that it had
        #[arg(long = "network", value_name = "CIDR")]
        networks: Vec<String>,
        /// Its mail domains, in place of those that it had
        #[arg(long = "mail-domain", value_name = "DOMAIN")]
        mail_domains: Vec<String>,
        /// The first day
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<Date>,
        /// The last day
        #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "endless")]
        until: Option<Date>,
        /// No last day
        #[arg(long)]
        endless: bool,
    },
    /// End one, now; `change` brings it back
    End {
        /// Which one
        slug: String,
    },
}

impl Institutions {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let secret = paper::existing_secret(&config.data)?;
        let zone = wait(paper::site_alone(&config, &store, secret)?.zone())?;
        let now = Clock::system(store.high_water()).now();
        let today = zone.to_datetime(now).date();
        match &self.act {
            Act::Add { slug, name, opens, networks, mail_domains, from, until } => {
                let typed = TypedLicence {
                    slug: slug.clone(),
                    name: name.clone(),
                    opens: opens.clone(),
                    networks: networks.clone(),
                    mail_domains: mail_domains.clone(),
                    starts_on: from.unwrap_or(today),
                    ends_on: *until,
                };
                keep(&store, checked(&typed)?, MustBe::New, today, now)?;
            }
            Act::Change { slug, name, opens, networks, mail_domains, from, until, endless } => {
                let before = known(&store, slug)?.institution;
                let named = |new: &[String], before: Vec<String>| {
                    if new.is_empty() { before } else { new.to_vec() }
                };
                let typed = TypedLicence {
                    slug: slug.clone(),
                    name: name.clone().unwrap_or(before.name),
                    opens: named(opens, before.opens.iter().map(ToString::to_string).collect()),
                    networks: named(
                        networks,
                        before.networks.iter().map(ToString::to_string).collect(),
                    ),
                    mail_domains: named(mail_domains, before.mail_domains),
                    starts_on: from.unwrap_or(before.starts_on),
                    ends_on: if *endless { None } else { until.or(before.ends_on) },
                };
                keep(&store, checked(&typed)?, MustBe::Known, today, now)?;
            }
            Act::End { slug } => {
                let mut new = known(&store, slug)?.institution;
                if new.ended_at.is_none() {
                    new.ended_at = Some(now);
                }
                keep(&store, new, MustBe::Known, today, now)?;
            }
            Act::List { json } => list(&wait(store.institutions())??, today, *json)?,
            Act::Show { slug, json } => {
                known(&store, slug)?;
                show(&wait(store.institution_history(slug.clone()))??, &zone, *json)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn known(store: &Store, slug: &str) -> anyhow::Result<InstitutionRow> {
    let found = wait(store.institution(slug.to_owned()))??;
    found.with_context(|| {
        format!(
            "there is no institution {:?}; `masthead institutions list` tells which there are",
            plain(slug)
        )
    })
}

fn checked(typed: &TypedLicence) -> anyhow::Result<Institution> {
    let (institution, warnings) = typed.check().map_err(|wrong| anyhow::anyhow!("{wrong}"))?;
    for warning in warnings {
        complain(&anyhow::anyhow!("warning: {warning}"));
    }
    Ok(institution)
}

fn keep(
    store: &Store,
    new: Institution,
    must_be: MustBe,
    today: Date,
    now: Timestamp,
) -> anyhow::Result<()> {
    let (slug, told) = (new.slug.clone(), told(&new, today));
    match wait(store.keep_institution(new, must_be, Doer::operator(), today, now))?? {
        InstitutionKept::Kept => told.iter().for_each(say),
        InstitutionKept::Unchanged => say(format!("{slug} is like that already")),
        InstitutionKept::Taken => {
            bail!(
                "there is an institution {slug} already; `masthead institutions change` changes it"
            )
        }
        InstitutionKept::Unknown => bail!("there is no institution {slug}"),
        InstitutionKept::Overlaps { own, others, name } => bail!(
            "{own} of {slug} and {others} of {} have addresses in common; nothing was changed",
            plain(&name)
        ),
        InstitutionKept::Shares { domain, name } => {
            bail!("{domain} is a mail domain of {} already; nothing was changed", plain(&name))
        }
        InstitutionKept::TooMany => {
            bail!("there are {} institutions already", store::INSTITUTIONS_MAX)
        }
    }
    Ok(())
}

/// What holds, in lines.
fn told(institution: &Institution, today: Date) -> Vec<String> {
    let opens: Vec<&str> = institution.opens.iter().map(Entitlement::as_str).collect();
    let until =
        institution.ends_on.map_or_else(|| "without an end".to_owned(), |day| format!("to {day}"));
    let state = if institution.is_over(today) { ", over" } else { "" };
    let mut lines = vec![format!(
        "{}  {}  opens {}  from {} {until}{state}",
        institution.slug,
        plain(&institution.name),
        opens.join(" "),
        institution.starts_on
    )];
    let size_of = |network: &Network| format!("    {network}  {}", network_size(network));
    lines.extend(institution.networks.iter().map(size_of));
    lines.extend(institution.mail_domains.iter().map(|domain| format!("    @{domain}")));
    lines
}

fn list(rows: &[InstitutionRow], today: Date, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let all: Vec<_> = rows.iter().map(document).collect();
        say(serde_json::to_string_pretty(&all)?);
    } else if rows.is_empty() {
        say("there is no institution");
    } else {
        rows.iter().flat_map(|row| told(&row.institution, today)).for_each(say);
    }
    Ok(())
}

fn show(rows: &[InstitutionRow], zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let all: Vec<_> = rows.iter().map(document).collect();
        say(serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    for row in rows {
        let at = zone.to_datetime(row.recorded_at);
        let ended = if row.institution.ended_at.is_some() { ": ended" } else { "" };
        say(format!("since {}{ended}", at.strftime("%F %H:%M")));
        told(&row.institution, row.institution.starts_on).iter().for_each(say);
    }
    Ok(())
}

fn document(row: &InstitutionRow) -> serde_json::Value {
    let one = &row.institution;
    json!({
        "slug": one.slug,
        "name": one.name,
        "opens": one.opens.iter().map(Entitlement::as_str).collect::<Vec<_>>(),
        "from": one.starts_on.to_string(),
        "until": one.ends_on.map(|day| day.to_string()),
        "ended_at": one.ended_at.map(|at| at.to_string()),
        "networks": one.networks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "mail_domains": one.mail_domains,
        "addresses": one.networks.iter().map(network_size).collect::<Vec<_>>(),
        "recorded_at": row.recorded_at.to_string(),
    })
}
