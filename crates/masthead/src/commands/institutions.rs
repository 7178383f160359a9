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
use store::{Institution, InstitutionKept, InstitutionRow, MustBe, Store};

use super::Place;
use crate::paper;
use crate::terminal::{complain, plain, say, wait};

/// The fewest bits of a range of IPv4: no institution has more than a million addresses.
const IPV4_BITS_MIN: u8 = 12;
/// The fewest bits of a range of IPv6: what one provider gets is a /32 or a little more.
const IPV6_BITS_MIN: u8 = 28;
/// Ranges of one institution, at most.
const NETWORKS_MAX: usize = 256;
/// Entitlements of one institution, at most.
const OPENS_MAX: usize = 8;
/// The longest name that readers are told, in characters.
const NAME_CHARS_MAX: usize = 80;

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
        #[arg(long = "network", value_name = "CIDR", required = true)]
        networks: Vec<String>,
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
            Act::Add { slug, name, opens, networks, from, until } => {
                let new = Institution {
                    slug: checked_slug(slug)?,
                    name: checked_name(name)?,
                    opens: checked_opens(opens)?,
                    starts_on: from.unwrap_or(today),
                    ends_on: *until,
                    ended_at: None,
                    networks: checked_networks(networks)?,
                };
                keep(&store, new, MustBe::New, today, now)?;
            }
            Act::Change { slug, name, opens, networks, from, until, endless } => {
                let mut new = known(&store, slug)?.institution;
                new.ended_at = None;
                if let Some(name) = name {
                    new.name = checked_name(name)?;
                }
                if !opens.is_empty() {
                    new.opens = checked_opens(opens)?;
                }
                if !networks.is_empty() {
                    new.networks = checked_networks(networks)?;
                }
                new.starts_on = from.unwrap_or(new.starts_on);
                new.ends_on = if *endless { None } else { until.or(new.ends_on) };
                keep(&store, new, MustBe::Known, today, now)?;
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

fn checked_slug(slug: &str) -> anyhow::Result<String> {
    // Slugs are spelled as names of entitlements are.
    match Entitlement::parse(slug) {
        Ok(_) => Ok(slug.to_owned()),
        Err(_) => bail!("{:?} is not a slug; write 1 to 32 of a-z, 0-9 and -", plain(slug)),
    }
}

fn checked_name(name: &str) -> anyhow::Result<String> {
    let name = name.trim();
    let length = name.chars().count();
    if !(1..=NAME_CHARS_MAX).contains(&length) || name.chars().any(char::is_control) {
        bail!("--name is one line of 1 to {NAME_CHARS_MAX} characters");
    }
    Ok(name.to_owned())
}

fn checked_opens(opens: &[String]) -> anyhow::Result<Vec<Entitlement>> {
    if opens.len() > OPENS_MAX {
        bail!("--opens is there {} times; {OPENS_MAX} at most", opens.len());
    }
    let mut checked: Vec<Entitlement> = Vec::new();
    for name in opens {
        let entitlement = Entitlement::parse(name)?;
        if !checked.contains(&entitlement) {
            checked.push(entitlement);
        }
    }
    Ok(checked)
}

fn checked_networks(texts: &[String]) -> anyhow::Result<Vec<Network>> {
    if texts.len() > NETWORKS_MAX {
        bail!("--network is there {} times; {NETWORKS_MAX} at most", texts.len());
    }
    let mut networks: Vec<Network> = Vec::new();
    for text in texts {
        let network = Network::parse(text)?;
        let least = if network.is_ipv4() { IPV4_BITS_MIN } else { IPV6_BITS_MIN };
        if network.bits() < least {
            bail!(
                "{network} has {}; no institution has so many: write at least /{least}, or several ranges",
                size(&network)
            );
        }
        if let Some(other) = networks.iter().find(|other| other.overlaps(&network)) {
            bail!("{network} and {other} have addresses in common; write one of them");
        }
        if network.is_local() {
            complain(&anyhow::anyhow!(
                "warning: {network} is a local network, which every house may have; nobody comes from it over the Internet, unless \
                 the paper is read inside it or a proxy is not named in trusted_proxies"
            ));
        }
        networks.push(network);
    }
    Ok(networks)
}

fn keep(
    store: &Store,
    new: Institution,
    must_be: MustBe,
    today: Date,
    now: Timestamp,
) -> anyhow::Result<()> {
    if new.ends_on.is_some_and(|last| last < new.starts_on) {
        bail!("it would end before it starts; --until is the last day");
    }
    let (slug, told) = (new.slug.clone(), told(&new, today));
    match wait(store.keep_institution(new, must_be, today, now))?? {
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
    let size_of = |network: &Network| format!("    {network}  {}", size(network));
    lines.extend(institution.networks.iter().map(size_of));
    lines
}

/// "65,536 addresses".
fn size(network: &Network) -> String {
    match network.addresses() {
        1 => "1 address".to_owned(),
        // Nobody counts those of IPv6.
        many if many > 1 << 32 => format!("2^{} addresses", many.ilog2()),
        many => {
            let digits = many.to_string();
            let mut grouped = String::new();
            for (place, digit) in digits.chars().enumerate() {
                if place > 0 && (digits.len() - place).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            format!("{grouped} addresses")
        }
    }
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
        "addresses": one.networks.iter().map(size).collect::<Vec<_>>(),
        "recorded_at": row.recorded_at.to_string(),
    })
}
