//! `masthead article`, `reader`, `offer` and `token`: what machines can do over HTTP, at the machine, by the same functions and in the same
//! words. Whoever can run commands here may do all of it; the record says by which account of the machine.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use face::{OFFER_FIELDS, Takes};
use gate::{Clock, Random};
use http::Method;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use newsroom::Scope;
use serde_json::{Map, Value, json};
use store::{NewToken, Store, TOKEN_NAME_CHARS_MAX};
use web::{Asked, MachineToken, Site, Told};

use super::{Place, doer};
use crate::paper;
use crate::terminal::{plain, say, wait};

/// How long a token is good where nobody says otherwise, and at most, in days.
const TOKEN_DAYS: i64 = 365;
const TOKEN_DAYS_MAX: i64 = 5 * 366;

/// Look after articles
#[derive(Args, Debug)]
pub(crate) struct Article {
    #[command(subcommand)]
    act: ArticleAct,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum ArticleAct {
    /// List articles, the latest first
    List {
        /// published, scheduled, draft, review or taken-back
        #[arg(long, default_value = "published")]
        state: String,
        /// Those of a section
        #[arg(long)]
        section: Option<String>,
        /// How many, 1 to 100
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one: its draft, or what is published of it
    Show {
        /// Its id
        id: String,
        /// Print JSON, with the text
        #[arg(long)]
        json: bool,
    },
    /// Publish its draft, now or at an instant
    Publish {
        /// Its id
        id: String,
        /// When, with its offset: 2026-09-16T14:30:00-03:00
        #[arg(long, value_name = "INSTANT")]
        at: Option<Timestamp>,
    },
    /// Take it back: its address answers 410
    Withdraw {
        /// Its id
        id: String,
    },
    /// Put it back
    PutBack {
        /// Its id
        id: String,
    },
}

/// Look after readers
#[derive(Args, Debug)]
pub(crate) struct Reader {
    #[command(subcommand)]
    act: ReaderAct,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum ReaderAct {
    /// Find one by a whole mail address, a reader's id, or the id of a subscription
    Find {
        /// What is known of them
        known: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one, with what they hold and why
    Show {
        /// The reader's id
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Sign one out everywhere
    SignOut {
        /// The reader's id
        id: String,
    },
}

/// Look after the offers
#[derive(Args, Debug)]
pub(crate) struct Offer {
    #[command(subcommand)]
    act: OfferAct,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum OfferAct {
    /// List them, with their places
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make one
    Create {
        /// The slug of its plan
        #[arg(long)]
        plan: String,
        /// Another field of it, as the settings have it: intro=9, months=3, ends_on=2026-09-30; repeat it
        #[arg(long = "field", value_name = "NAME=VALUE")]
        fields: Vec<String>,
    },
    /// End one: it goes out of the settings
    End {
        /// Its place in the list
        place: u32,
    },
}

/// Make and end the tokens of machines
#[derive(Args, Debug)]
pub(crate) struct Token {
    #[command(subcommand)]
    act: TokenAct,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum TokenAct {
    /// Make one; it is printed once
    Create {
        /// What the record calls it
        #[arg(long)]
        name: String,
        /// Whose role bounds it: the mail address of somebody of the staff
        #[arg(long, value_name = "MAIL")]
        staff: String,
        /// What it may do, such as articles:read; repeat it
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = scope)]
        scopes: Vec<Scope>,
        /// For how many days it is good
        #[arg(long, default_value_t = TOKEN_DAYS, value_parser = clap::value_parser!(i64).range(1..=TOKEN_DAYS_MAX))]
        days: i64,
    },
    /// List them
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End one
    Revoke {
        /// Its number in the list
        number: i64,
    },
}

fn scope(word: &str) -> Result<Scope, newsroom::UnknownScope> {
    Scope::parse(word)
}

/// The site that does what is asked, and who asks.
struct Machine {
    site: Site,
    name: String,
}

impl Machine {
    fn open(place: &Place) -> anyhow::Result<Self> {
        let config = place.read()?;
        let store = paper::open_store(&config.data)?;
        let secret = paper::existing_secret(&config.data)?;
        Ok(Self { site: paper::site_alone(&config, &store, secret)?, name: doer().name })
    }

    fn told(&self, asked: &Asked<'_>) -> anyhow::Result<Told> {
        wait(self.site.operate(self.name.clone(), asked))
    }

    /// Does it, or says why not, fault by fault.
    fn ask(&self, asked: &Asked<'_>) -> anyhow::Result<Told> {
        let told = self.told(asked)?;
        if told.status < 400 {
            return Ok(told);
        }
        let detail = told.document["detail"].as_str().unwrap_or("it cannot be done").to_owned();
        let faults = told.document["faults"].as_array().cloned().unwrap_or_default();
        let line = |fault: &Value| {
            let field = fault["field"].as_str().map(|field| format!("{field}: "));
            let line = fault["line"].as_u64().map(|line| format!("line {line}: "));
            let what = fault["what"].as_str().unwrap_or_default();
            format!("\n  {}{}{what}", field.unwrap_or_default(), line.unwrap_or_default())
        };
        bail!("{detail}{}", faults.iter().map(line).collect::<String>());
    }

    fn get(&self, target: &str) -> anyhow::Result<Told> {
        self.ask(&Asked { method: Method::GET, target, document: None, version: None })
    }
}

fn pretty(document: &Value) -> anyhow::Result<()> {
    say(serde_json::to_string_pretty(document)?);
    Ok(())
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or("-")
}

/// What somebody types as a part of an address; anything else is none of ours.
fn part(typed: &str) -> anyhow::Result<&str> {
    let is_one = !typed.is_empty()
        && typed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_:.".contains(&byte));
    if is_one { Ok(typed) } else { bail!("{:?} is no id", plain(typed)) }
}

impl Article {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let machine = Machine::open(&self.place)?;
        match &self.act {
            ArticleAct::List { state, section, limit, json } => {
                let mut target = format!("/api/articles?state={}&limit={limit}", part(state)?);
                if let Some(section) = section {
                    target.push_str(&format!("&section={}", part(section)?));
                }
                let told = machine.get(&target)?;
                if *json {
                    return pretty(&told.document).map(|()| ExitCode::SUCCESS);
                }
                for row in told.document["articles"].as_array().into_iter().flatten() {
                    say(format!(
                        "{}  {:<24}  {:<12}  {}",
                        text(row, "at"),
                        text(row, "id"),
                        text(row, "section"),
                        plain(text(row, "headline"))
                    ));
                }
            }
            ArticleAct::Show { id, json } => {
                let told = machine.get(&format!("/api/articles/{}", part(id)?))?;
                if *json {
                    return pretty(&told.document).map(|()| ExitCode::SUCCESS);
                }
                let document = &told.document;
                say(plain(text(document, "headline")));
                for name in ["id", "state", "section", "access", "genre", "publish_at"] {
                    say(format!("{name:<14} {}", plain(text(document, name))));
                }
                for name in ["published_at", "updated_at", "withdrawn_at", "address"] {
                    say(format!("{name:<14} {}", plain(text(&document["published"], name))));
                }
                say(format!("version        {}", told.version));
            }
            ArticleAct::Publish { id, at } => {
                let read = machine.get(&format!("/api/articles/{}", part(id)?))?;
                let document = at.map(|at| json!({ "publish_at": at.to_string() }));
                let told = machine.ask(&Asked {
                    method: Method::POST,
                    target: &format!("/api/articles/{id}/publication"),
                    document,
                    version: Some(&read.version),
                })?;
                said(&told, id);
            }
            ArticleAct::Withdraw { id } | ArticleAct::PutBack { id } => {
                let is_back = matches!(self.act, ArticleAct::Withdraw { .. });
                let method = if is_back { Method::POST } else { Method::DELETE };
                let target = format!("/api/articles/{}/withdrawal", part(id)?);
                let told = machine.ask(&Asked {
                    method,
                    target: &target,
                    document: None,
                    version: None,
                })?;
                said(&told, id);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn said(told: &Told, id: &str) {
    let state = text(&told.document, "state");
    let address = text(&told.document["published"], "address");
    say(format!("{id} is {state}, at {address}"));
}

impl Reader {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let machine = Machine::open(&self.place)?;
        match &self.act {
            ReaderAct::Find { known, json } => {
                let field = match known.trim() {
                    known if known.contains('@') => "mail",
                    known if gate::ReaderId::parse(known).is_some() => "id",
                    _ => "subscription",
                };
                let told = machine.ask(&Asked {
                    method: Method::POST,
                    target: "/api/readers/search",
                    document: Some(json!({ field: known.trim() })),
                    version: None,
                })?;
                match told.document["readers"].get(0) {
                    Some(reader) => show(reader, *json)?,
                    None => bail!("nobody is known by that"),
                }
            }
            ReaderAct::Show { id, json } => {
                show(&machine.get(&format!("/api/readers/{}", part(id)?))?.document, *json)?;
            }
            ReaderAct::SignOut { id } => {
                let target = format!("/api/readers/{}/sessions", part(id)?);
                let method = Method::DELETE;
                let told = machine.ask(&Asked {
                    method,
                    target: &target,
                    document: None,
                    version: None,
                })?;
                say(format!("{} sessions were ended", told.document["ended"]));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(reader: &Value, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return pretty(reader);
    }
    for name in ["id", "mail", "name", "verified_at", "joined_at"] {
        say(format!("{name:<14} {}", plain(text(reader, name))));
    }
    for one in reader["holds"].as_array().into_iter().flatten() {
        let (what, why) = (text(one, "entitlement"), text(one, "source"));
        say(format!("holds          {what}, {why}, until {}", text(one, "ends_at")));
    }
    for one in reader["would_meet"].as_array().into_iter().flatten() {
        say(format!("at {:<11} {}", text(one, "access"), plain(text(one, "told"))));
    }
    for one in reader["subscriptions"].as_array().into_iter().flatten() {
        let (id, state) = (text(one, "id"), text(one, "state"));
        say(format!("subscription   {}, {state}, {}", plain(id), plain(text(one, "plan"))));
    }
    Ok(())
}

impl Offer {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let machine = Machine::open(&self.place)?;
        let list = machine.get("/api/offers")?;
        match &self.act {
            OfferAct::List { json: true } => pretty(&list.document)?,
            OfferAct::List { .. } => offers(&list),
            OfferAct::Create { plan, fields } => {
                let mut document = Map::from_iter([("plan".to_owned(), json!(plan))]);
                for field in fields {
                    let Some((name, value)) = field.split_once('=') else {
                        bail!("{field:?} is not NAME=VALUE, such as months=3");
                    };
                    document.insert(name.to_owned(), typed(name, value));
                }
                let told = machine.ask(&Asked {
                    method: Method::POST,
                    target: "/api/offers",
                    document: Some(Value::Object(document)),
                    version: Some(&list.version),
                })?;
                offers(&told);
            }
            OfferAct::End { place } => {
                let told = machine.ask(&Asked {
                    method: Method::POST,
                    target: &format!("/api/offers/{place}/end"),
                    document: None,
                    version: Some(&list.version),
                })?;
                offers(&told);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A value as the field takes it: numbers, truths and lists are typed as text here. What does not fit goes on as it was typed, and is
/// refused with the field's name.
fn typed(name: &str, value: &str) -> Value {
    let takes = OFFER_FIELDS.iter().find(|field| field.name == name).map(|field| field.takes);
    match takes {
        Some(Takes::Number) => value.parse::<i64>().map_or_else(|_| json!(value), Value::from),
        Some(Takes::Truth) => value.parse::<bool>().map_or_else(|_| json!(value), Value::from),
        Some(Takes::Names) => value.split(',').map(str::trim).collect(),
        Some(Takes::Text | Takes::Day | Takes::Minute) | None => json!(value),
    }
}

fn offers(told: &Told) {
    let rows = told.document["offers"].as_array();
    for row in rows.into_iter().flatten() {
        let live = if row["is_live"] == true { "live" } else { "" };
        say(format!("{:>3}  {live:<5} {}", row["place"].as_u64().unwrap_or(0), row["offer"]));
    }
    say(format!("house settings {}", told.document["version"]));
}

impl Token {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let now = Clock::system(store.high_water()).now();
        match &self.act {
            TokenAct::Create { name, staff, scopes, days } => {
                make(&store, name, staff, scopes, *days, now)?;
            }
            TokenAct::List { json } => list(&store, *json, now)?,
            TokenAct::Revoke { number } => {
                if !wait(store.revoke_token(*number, doer(), now))?? {
                    bail!("no token {number} is good; `masthead token list` lists them");
                }
                say(format!("token {number} is good for nothing any more"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn make(
    store: &Store,
    name: &str,
    staff: &str,
    scopes: &[Scope],
    days: i64,
    now: Timestamp,
) -> anyhow::Result<()> {
    let name = plain(name).trim().to_owned();
    if !(1..=TOKEN_NAME_CHARS_MAX).contains(&name.chars().count()) {
        bail!("a token has a name of 1 to {TOKEN_NAME_CHARS_MAX} characters");
    }
    let mail = staff.trim().to_lowercase();
    let all = wait(store.staff())??;
    let Some(maker) = all.iter().find(|row| row.mail == mail) else {
        bail!("nobody of the staff has the address {mail}; `masthead staff list` lists them");
    };
    let ends_at = now.checked_add(SignedDuration::from_hours(24 * days))?;
    let token = MachineToken::of(Random::system().bytes());
    let scopes = Scope::ALL.into_iter().filter(|scope| scopes.contains(scope)).collect();
    let new = NewToken { hash: token.hash(), name, scopes, staff: maker.reader, ends_at };
    match wait(store.make_token(new, doer(), now))?? {
        Some(_) => say(token.to_string()),
        None => bail!("there are as many tokens as there may be"),
    }
    Ok(())
}

fn list(store: &Store, as_json: bool, now: Timestamp) -> anyhow::Result<()> {
    let rows: Vec<Value> = wait(store.tokens())??
        .iter()
        .map(|row| {
            let scopes: Vec<&str> = row.scopes.iter().map(|scope| scope.as_str()).collect();
            json!({
                "number": row.number,
                "name": row.name,
                "scopes": scopes,
                "staff": row.staff.as_ref().map(|staff| staff.mail.clone()),
                "is_live": row.is_live(now),
                "ends_at": row.ends_at.to_string(),
                "used_on": row.used_on.map(|day: Date| day.to_string()),
            })
        })
        .collect();
    if as_json {
        return pretty(&Value::Array(rows));
    }
    for row in &rows {
        let state = if row["is_live"] == true { "good" } else { "over" };
        let number = row["number"].as_i64().unwrap_or(0);
        let (name, ends_at) = (plain(text(row, "name")), text(row, "ends_at"));
        let (used_on, scopes) = (text(row, "used_on"), row["scopes"].to_string());
        say(format!("{number:>4}  {state}  until {ends_at}  used {used_on}  {name}  {scopes}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_of_an_offer_is_what_its_field_takes() {
        assert_eq!(typed("months", "3"), json!(3));
        assert_eq!(typed("once", "false"), json!(false));
        assert_eq!(typed("audience", "new, ended"), json!(["new", "ended"]));
        assert_eq!(typed("intro", "9"), json!("9"));
        assert_eq!(typed("ends_on", "2026-09-30"), json!("2026-09-30"));
        // What does not fit, and fields that there are not, are for the other side to refuse.
        assert_eq!(typed("months", "three"), json!("three"));
        assert_eq!(typed("colour", "1"), json!("1"));
    }
}
