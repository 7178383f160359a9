//! `masthead subscribers`: who subscribes already, brought in from elsewhere; access that the paper gives; and what support sees
//! of somebody. It writes to nobody.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use newsroom::import::subscribers::{Dates, Kind};
use paywall::{Interval, SubscriptionState, What};
use serde_json::json;
use store::{Enrolled, GRANT_REASON_CHARS_MAX};
use web::{Bringing, Holdings, READER_LINES_HEAD, Site};

use super::Place;
use super::import::SOME_WERE_BAD;
use crate::exchange::report::{Became, Report, Voice};
use crate::exchange::subscribers;
use crate::paper;
use crate::terminal::{say, wait};

/// Bring subscribers in, give access without payment, and see what somebody may read
#[derive(Args, Debug)]
pub(crate) struct Subscribers {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Bring a list of another system in
    ///
    /// Nobody gets a mail by it. The same list again changes nothing. A bad row never stops the rest: it is told, and the
    /// command ends with 3.
    Import(Import),
    /// Give somebody a plan without payment, to the end of a day
    ///
    /// Whom nobody knows becomes a reader, who finds it at the first sign-in by mail. The same again changes nothing; another
    /// day takes the place of the first.
    Grant {
        /// The mail address
        address: String,
        /// The plan, by its name in addresses
        #[arg(long, value_name = "PLAN")]
        plan: String,
        /// The last day, in the paper's zone
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Date,
        /// Why, for the record
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// End what was given without payment, now; what is paid stays
    Revoke {
        /// The mail address
        address: String,
        /// Of this plan alone
        #[arg(long, value_name = "PLAN")]
        plan: Option<String>,
        /// Why, for the record
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// List everybody to whom something is open now, by their addresses
    List {
        /// How many, at most
        #[arg(long, value_name = "N", default_value_t = 1_000)]
        limit: usize,
        /// Print JSON
        #[arg(long, conflicts_with = "csv")]
        json: bool,
        /// Print CSV
        #[arg(long)]
        csv: bool,
    },
    /// Show what somebody may read, why and until when, and who told it
    Show {
        /// The mail address
        address: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
struct Import {
    /// The list: a CSV file
    file: PathBuf,
    /// Which system it is from
    #[arg(long, value_enum)]
    from: From,
    /// The plan of those whose list names none of the paper's
    #[arg(long, value_name = "PLAN")]
    plan: Option<String>,
    /// The last day of access without payment whose list says no end
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// How the list writes days
    #[arg(long, value_enum, default_value_t = DateRule::Year)]
    dates: DateRule,
    /// Say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print a JSON object for each row, and one with the counts at the end
    #[arg(long)]
    json: bool,
}

/// Which system a list is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum From {
    /// Stripe: the subscriptions or the customers that its dashboard exports
    Stripe,
    /// Printed papers: account, postcode, paid_until, and perhaps mail and plan
    Print,
    /// Ghost: Members, Export all members
    Ghost,
    /// Substack: the list of subscribers
    Substack,
    /// Any other: email, and perhaps name, plan, access, until, joined
    Csv,
}

impl From {
    const fn kind(self) -> (Kind, &'static str) {
        match self {
            Self::Stripe => (Kind::Stripe, "stripe"),
            Self::Print => (Kind::Print, "print"),
            Self::Ghost => (Kind::Ghost, "ghost"),
            Self::Substack => (Kind::Substack, "substack"),
            Self::Csv => (Kind::Plain, "csv"),
        }
    }
}

/// How a list writes days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum DateRule {
    /// 2026-11-23
    #[value(name = "year-first")]
    Year,
    /// 23.11.2026 or 23/11/2026
    #[value(name = "day-first")]
    Day,
    /// 11/23/2026
    #[value(name = "month-first")]
    Month,
}

impl Subscribers {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let secret = paper::existing_secret(&config.data)?;
        let site = paper::site_alone(&config, &store, secret)?;
        match &self.act {
            Act::Import(import) => return import.run(&site),
            Act::Grant { address, plan, until, reason } => {
                let reason = checked(reason)?;
                if reason.is_empty() {
                    bail!("--reason is empty; say why, for whoever asks later");
                }
                let became = wait(site.grant(address, plan, *until, reason))??;
                let address = plain(address);
                say(match became {
                    Enrolled::Unchanged => format!("{address} has that already"),
                    Enrolled::Added => format!(
                        "{address} has {plan} until {until}; nobody knew the address: it is proven at the first sign-in"
                    ),
                    Enrolled::Changed => format!("{address} has {plan} until {until}"),
                });
            }
            Act::Revoke { address, plan, reason } => {
                let ended = wait(site.revoke(address, plan.as_deref(), checked(reason)?))??;
                if ended.is_empty() {
                    bail!(
                        "nothing that was given to {} is open; `masthead subscribers show` tells what is",
                        plain(address)
                    );
                }
                say(format!("ended: {}", ended.join(", ")));
            }
            Act::List { limit, json, csv } => {
                let form = match (json, csv) {
                    (true, _) => Form::Json,
                    (_, true) => Form::Csv,
                    _ => Form::Text,
                };
                list(&site, *limit, form)?;
            }
            Act::Show { address, json } => {
                let Some(holdings) = wait(site.holdings_of(address))?? else {
                    bail!("nobody here has the address {}", plain(address));
                };
                if *json { show_json(&holdings)? } else { show(&holdings) }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What the operator says for the record.
fn checked(reason: &str) -> anyhow::Result<&str> {
    let reason = reason.trim();
    if reason.chars().count() > GRANT_REASON_CHARS_MAX || reason.chars().any(char::is_control) {
        bail!("--reason is one line of at most {GRANT_REASON_CHARS_MAX} characters");
    }
    Ok(reason)
}

impl Import {
    fn run(&self, site: &Site) -> anyhow::Result<ExitCode> {
        let (kind, from) = self.from.kind();
        let voice = if self.json { Voice::Json } else { Voice::Text };
        let mut report = Report::new(voice);
        let mut dry_run = self.dry_run;
        if self.from == From::Stripe && !site.asks_a_provider() {
            dry_run = true;
            report.remark(
                "no payment provider is configured, and nothing of a list about money is believed: set stripe_secret_key \
                 and run this again; until then nothing is written",
            );
        }
        let dates = match self.dates {
            DateRule::Year => Dates::YearFirst,
            DateRule::Day => Dates::DayFirst,
            DateRule::Month => Dates::MonthFirst,
        };
        let how = Bringing { from, plan: self.plan.clone(), until: self.until, dry_run };
        let done = subscribers::bring_in(site, &self.file, kind, dates, &how, &mut report);
        if done.is_ok() || report.total() > 0 {
            report.finish(dry_run);
        }
        done?;
        let bad = report.count(Became::Bad) > 0;
        Ok(if bad { ExitCode::from(SOME_WERE_BAD) } else { ExitCode::SUCCESS })
    }
}

/// How a list is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    Csv,
}

fn list(site: &Site, limit: usize, form: Form) -> anyhow::Result<()> {
    let (mut after, mut left) = (String::new(), limit);
    if form == Form::Csv {
        say(READER_LINES_HEAD);
    }
    while left > 0 {
        let (lines, last) = wait(site.reader_lines(after))??;
        for line in lines.iter().filter(|line| line.is_open()).take(left) {
            left -= 1;
            let (mail, name) = (&line.mail, &line.name);
            let (plan, source, until) = (&line.plan, line.source, &line.until);
            match form {
                Form::Text => say(format!("{:<40} {plan:<20} {source:<13} {until}", plain(mail))),
                Form::Json => say(json!({
                    "email": mail, "name": name, "plan": plan, "source": source, "until": until,
                })
                .to_string()),
                Form::Csv => say(line.csv()),
            }
        }
        let Some(last) = last else { break };
        after = last;
    }
    Ok(())
}

/// Other people's words: nothing in them reaches the terminal as a command to it.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

const fn state(state: &SubscriptionState) -> &'static str {
    match state {
        SubscriptionState::NotBegun { .. } => "not begun",
        SubscriptionState::Trial { .. } => "trial",
        SubscriptionState::Active => "active",
        SubscriptionState::Fixed { .. } => "to its end",
        SubscriptionState::Cancelled { .. } => "cancelled",
        SubscriptionState::InGrace { .. } => "in grace",
        SubscriptionState::Ended { .. } => "ended",
    }
}

fn show(holdings: &Holdings) {
    let (row, zone, now) = (&holdings.reader.row, &holdings.zone, holdings.now);
    let time = |at: Timestamp| zone.to_datetime(at).strftime("%F %H:%M").to_string();
    let zone_name = zone.iana_name().unwrap_or("the paper's zone");
    say(format!("{} {}", plain(&row.mail), plain(&row.name)));
    say(match row.verified_at {
        Some(at) => format!("registered {}, address proven {}", time(row.joined_at), time(at)),
        None => format!("here since {}, address not proven yet", time(row.joined_at)),
    });
    say(format!("times are those of {zone_name}"));
    let mut all = holdings.reader.intervals.iter().chain(&holdings.seat);
    let open = all.any(|interval| interval.is_live(now));
    say(if open { "something is open now" } else { "nothing is open now" });
    let span = |interval: &Interval| {
        let ends = interval.ends_at.map_or_else(|| "without an end".to_owned(), time);
        let grace = if interval.grace_from.is_some() { ", by grace" } else { "" };
        let (source, starts) = (interval.source.name(), time(interval.starts_at));
        format!("    {} from {starts} to {ends}: {source}{grace}", interval.entitlement)
    };
    if holdings.reader.seat.is_some() {
        say("a seat in somebody else's subscription");
        holdings.seat.iter().for_each(|interval| say(span(interval)));
    }
    for one in &holdings.reader.subscriptions {
        let plan = one.plan(now).unwrap_or("?");
        say(format!("{}: {plan}, {}", one.id(), state(&one.state(now))));
        for interval in one.intervals() {
            say(span(interval));
        }
        let tellings = holdings.tellings.iter().filter(|told| told.fact.subscription == *one.id());
        for told in tellings {
            let by = if told.told_by.is_empty() { &told.provider } else { &told.told_by };
            let reason = if told.reason.is_empty() {
                String::new()
            } else {
                format!(": {}", plain(&told.reason))
            };
            say(format!(
                "    told {} by {by}: {}{reason}",
                time(told.recorded_at),
                what(&told.fact.what)
            ));
        }
    }
}

const fn what(what: &What) -> &'static str {
    match what {
        What::Paid(_) => "a span",
        What::Refunded(_) => "a refund",
        What::Disputed(_) => "a dispute",
        What::Renewal(_) => "its standing",
        What::Terms(_) => "its plan",
    }
}

fn show_json(holdings: &Holdings) -> anyhow::Result<()> {
    let (row, now) = (&holdings.reader.row, holdings.now);
    let intervals = |all: &[Interval]| {
        let told = all.iter().map(|interval| {
            json!({
                "opens": interval.entitlement.to_string(),
                "source": interval.source.name(),
                "starts_at": interval.starts_at.to_string(),
                "ends_at": interval.ends_at.map(|at| at.to_string()),
                "live": interval.is_live(now),
            })
        });
        told.collect::<Vec<_>>()
    };
    let subscriptions = holdings.reader.subscriptions.iter().map(|one| {
        json!({
            "id": one.id().as_str(), "plan": one.plan(now), "state": state(&one.state(now)),
            "intervals": intervals(one.intervals()),
        })
    });
    let tellings = holdings.tellings.iter().map(|told| {
        json!({
            "subscription": told.fact.subscription.as_str(), "what": what(&told.fact.what),
            "provider": told.provider, "told_by": told.told_by, "reason": told.reason,
            "recorded_at": told.recorded_at.to_string(),
        })
    });
    let all = json!({
        "email": row.mail, "name": row.name,
        "joined_at": row.joined_at.to_string(),
        "proven_at": row.verified_at.map(|at| at.to_string()),
        "subscriptions": subscriptions.collect::<Vec<_>>(),
        "seat": intervals(&holdings.seat),
        "tellings": tellings.collect::<Vec<_>>(),
    });
    say(serde_json::to_string_pretty(&all).context("it cannot be written as JSON")?);
    Ok(())
}
