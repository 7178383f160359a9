//! `masthead doctor`: finds out what is wrong, in the data folder and in front of it, and in the name system about
//! the domain that its mails come from. With `--public-url` it reads an article through the real front as three different
//! browsers, and shows whether a cache there mixes them up.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;

use anyhow::Context;
use gate::Clock;
use jiff::SignedDuration;
use paywall::{Access, Registration};
use providers::{Fetched, Front, Smtp, SystemNames};
use serde_json::json;
use store::{Filter, Store};
use web::Origin;

use super::Place;
use crate::config::{Config, MailConfig};
use crate::mail_domain::{self, Judged};
use crate::terminal::{say, wait};
use crate::{certificates, dropped, paper, tending};

/// Find out what is wrong, in the data folder and in front of it
#[derive(clap::Args, Debug)]
pub(crate) struct Doctor {
    #[command(flatten)]
    place: Place,
    /// Read an article at this address, as readers do
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Ask this name server for the records of the mail domain, instead of the system's
    #[arg(long, value_name = "ADDRESS", value_parser = name_server)]
    name_server: Option<SocketAddr>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An address with the usual port of name servers, or with another.
fn name_server(text: &str) -> Result<SocketAddr, String> {
    const PORT: u16 = 53;
    let bare = text.parse::<IpAddr>().map(|address| SocketAddr::new(address, PORT));
    let told =
        |_| format!("{text:?} is no address such as 9.9.9.9, [2620:fe::fe]:53 or 127.0.0.1:5353");
    bare.or_else(|_| text.parse()).map_err(told)
}

/// One thing that was looked at.
struct Finding {
    what: String,
    found: String,
    sound: bool,
}

fn finding(what: &str, found: impl Into<String>, sound: bool) -> Finding {
    Finding { what: what.to_owned(), found: found.into(), sound }
}

impl Doctor {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        paper::existing_secret(&config.data)?;
        let mut findings = inside(&store)?;
        findings.extend(folder(&config));
        findings.extend(certificate(&config));
        findings.extend(self.mail(&store, &config)?);
        findings.extend(payments(&store, &config)?);
        if let Some(address) = &self.public_url {
            let origin = Origin::parse(address)?;
            findings.extend(front(&store, &origin)?);
        }
        let sound = findings.iter().all(|finding| finding.sound);
        if self.json {
            let rows = findings.iter().map(|finding| {
                json!({ "what": finding.what, "found": finding.found, "sound": finding.sound })
            });
            say(serde_json::to_string_pretty(&rows.collect::<Vec<_>>())?);
        } else {
            for finding in &findings {
                let mark = if finding.sound { "ok   " } else { "WRONG" };
                say(format!("{mark}  {}: {}", finding.what, finding.found));
            }
            say(if sound { "the paper is in order" } else { "something is wrong; see above" });
        }
        Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// The server that takes the paper's mails: it is greeted and given nothing. Where readers register, there has to be one.
    fn mail(&self, store: &Store, config: &Config) -> anyhow::Result<Vec<Finding>> {
        let Some(mail) = &config.mail else {
            let registers =
                house(store)?.is_some_and(|house| house.policy.registration == Registration::On);
            // A demo has no file; it shows its mails instead of sending them.
            let found = match self.place.has_file() {
                true => "registration is on; set mail_url and mail_from, or readers get no code",
                false => "mail_url is not set; with --config it is looked at",
            };
            let missing = finding("mail server", found, !self.place.has_file());
            return Ok(registers.then_some(missing).into_iter().collect());
        };
        let server = Smtp::new(mail.server.clone(), mail.from.domain());
        let mut findings = vec![match server.look() {
            Ok(found) => {
                let way =
                    if found.encrypted { "encrypted" } else { "in the open, on this machine" };
                let known = if found.signed_in { ", takes name and password" } else { "" };
                finding("mail server", format!("{} answers, {way}{known}", found.name), true)
            }
            Err(error) => finding("mail server", error.to_string(), false),
        }];
        let counts = wait(store.mail_counts())??;
        let told = format!(
            "{} wait, {} given up and {} unsure in 30 days",
            counts.waiting, counts.failed, counts.unsure
        );
        findings.push(finding("mails", told, true));
        findings.extend(wait(self.mail_domain(mail))?);
        Ok(findings)
    }

    /// What receiving servers look up of the domain that writes.
    async fn mail_domain(&self, mail: &MailConfig) -> Vec<Finding> {
        let judged = |what: &str, judged: Judged| finding(what, judged.found, judged.sound);
        let domain = mail.from.domain().to_ascii_lowercase();
        if domain.starts_with('[') {
            let found = "mail_from is at an address, of which the name system knows no records; write from a domain";
            return vec![finding("mail domain", found, false)];
        }
        let names = match self.name_server {
            Some(server) => SystemNames::asking(server),
            None => SystemNames::start(),
        };
        let names = match names {
            Ok(names) => names,
            Err(error) => return vec![finding("mail domain", error.to_string(), false)],
        };
        let policies = async {
            let mut answers = Vec::new();
            for name in mail_domain::policy_names(&domain) {
                let texts = names.texts_of(name.clone()).await;
                answers.push((name, texts));
            }
            answers
        };
        let selector = mail.dkim_selector.as_deref();
        let key = async {
            let selector = selector?;
            Some((selector, names.texts_of(format!("{selector}._domainkey.{domain}")).await))
        };
        let (senders, key, policies) = tokio::join!(names.texts_of(domain.clone()), key, policies);
        let key = match key {
            Some((selector, texts)) => judged("DKIM", mail_domain::key(&domain, selector, &texts)),
            None => {
                let found =
                    "not looked at: set mail_dkim_selector to what your mail server signs with";
                finding("DKIM", found, true)
            }
        };
        let senders = mail_domain::senders(&domain, mail.server.far_host(), &senders);
        vec![judged("SPF", senders), key, judged("DMARC", mail_domain::policy(&domain, &policies))]
    }
}

/// Whether the payment provider tells what happens. A paper that keeps no books has nothing to be told.
fn payments(store: &Store, config: &Config) -> anyhow::Result<Option<Finding>> {
    let Some(longest) = config.payment_silence else { return Ok(None) };
    if wait(store.subscriptions_after(String::new(), 1))??.is_empty() {
        return Ok(None);
    }
    let now = Clock::system(jiff::Timestamp::MIN).now();
    let what = "payment events";
    Ok(Some(match wait(store.payment_silence(now, longest))?? {
        None => finding(what, "nothing happened that was not told", true),
        Some(silence) => {
            let last = silence.last_heard_at.map_or("never".to_owned(), |at| at.to_string());
            let found = format!(
                "the provider told nothing of what happened at {}; its last event came: {last}. Look at its dashboard whether \
                 events go to /webhooks/payments, and with which secret",
                silence.unheard
            );
            finding(what, found, false)
        }
    }))
}

/// Database, settings and clock.
fn inside(store: &Store) -> anyhow::Result<Vec<Finding>> {
    let mut findings: Vec<Finding> = wait(store.check())??
        .into_iter()
        .map(|checked| finding(checked.what, checked.found, checked.sound))
        .collect();
    let settings = wait(store.settings())??;
    let parsed = face::House::parse(&settings.text, settings.version, paper::CAPABILITIES);
    findings.push(match parsed {
        Ok((_, warnings)) if warnings.is_empty() => {
            finding("house settings", settings.version.0.to_string(), true)
        }
        Ok((_, warnings)) => {
            let all: Vec<String> =
                warnings.iter().map(|w| format!("{}: {}", w.setting, w.sentence)).collect();
            finding("house settings", all.join("; "), true)
        }
        Err(faults) => {
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            finding("house settings", all.join("; "), false)
        }
    });
    let behind = store.high_water().duration_since(Clock::system(jiff::Timestamp::MIN).now());
    findings.push(if behind > SignedDuration::from_secs(2) {
        let seconds = behind.as_secs();
        let found = format!(
            "{seconds} s behind the latest reading; set the machine's clock (windows wait for it up to 48 h)"
        );
        finding("clock", found, false)
    } else {
        finding("clock", "not behind the latest reading", true)
    });
    Ok(findings)
}

/// What the newsroom has dropped into the folder.
fn folder(config: &Config) -> Vec<Finding> {
    let told = |what: &str, found: String, faults: Vec<String>| match faults.is_empty() {
        true => finding(what, found, true),
        false => finding(what, faults.join("; "), false),
    };
    let (market, faults) =
        dropped::market(&tending::market_file(config), tending::market_stale(config));
    let market = market.map_or("no file".to_owned(), |m| format!("{} quotes", m.quotes.len()));
    let (advertisements, wrong) = dropped::advertisements(&config.data);
    vec![
        told("market's file", market, faults),
        told("advertisements", advertisements.len().to_string(), wrong),
    ]
}

/// The certificate that Masthead gets by itself, and how the last attempt ended.
fn certificate(config: &Config) -> Vec<Finding> {
    let Some(wanted) = &config.certificates else { return Vec::new() };
    let now = Clock::system(jiff::Timestamp::MIN).now();
    let looked_at = certificates::looked_at(wanted, &config.data, now).into_iter();
    let mut findings: Vec<Finding> =
        looked_at.map(|(what, found, sound)| finding(what, found, sound)).collect();
    let host = config.public_url.as_ref().and_then(|url| url.as_str().strip_prefix("https://"));
    let host = host.and_then(|host| host.split(':').next());
    if let Some(host) = host.filter(|host| !wanted.names.iter().any(|name| name == host)) {
        let found = format!("{host} of public_url is not among certificate_names; add it");
        findings.push(finding("certificate's names", found, false));
    }
    findings
}

/// A page's state as its markup tells it: only a whole article says "open".
fn is_whole(page: &Fetched) -> bool {
    page.text.contains("data-state=\"open\"")
}

fn is_kept_from_caches(page: &Fetched) -> bool {
    page.header("cache-control").is_some_and(|control| control.contains("no-store"))
}

/// Three browsers at the real front: a stranger before and after, one that opens the article, and another visitor.
fn front(store: &Store, origin: &Origin) -> anyhow::Result<Vec<Finding>> {
    let path = metered(store)?.context(
        "the paper has no metered article to try the front with; publish one, or leave --public-url out",
    )?;
    let address = format!("{}{path}", origin.as_str());
    let reading = format!("{address}/reading");
    let front = Front::default();
    let mut findings = vec![finding("article", address.clone(), true)];

    let before = front.get(&address, None)?;
    findings.push(finding(
        "a stranger gets the teaser",
        format!("status {}", before.status),
        before.status == 200 && !is_whole(&before),
    ));
    findings.push(finding(
        "a stranger gets no cookie",
        before.cookie().unwrap_or("none"),
        before.cookie().is_none(),
    ));

    let posted = front.post(&reading, None)?;
    let Some(jar) = posted.cookie().map(str::to_owned) else {
        let found =
            format!("status {} without a cookie; let POST and Set-Cookie through", posted.status);
        findings.push(finding("a first reading", found, false));
        return Ok(findings);
    };
    findings.push(finding(
        "a first reading",
        format!("status {}", posted.status),
        posted.status == 303,
    ));
    let opened = front.get(&reading, Some(&jar))?;
    findings.push(finding(
        "the browser that opened it reads all of it",
        format!("status {}", opened.status),
        is_whole(&opened),
    ));
    findings.push(finding(
        "the whole article is nobody's to keep",
        opened.header("cache-control").unwrap_or("no Cache-Control"),
        is_kept_from_caches(&opened),
    ));
    let canonical = front.get(&address, Some(&jar))?;
    let blind = !is_whole(&canonical);
    findings.push(finding(
        "the article's own address, with that cookie",
        if blind { "the teaser: right for cache_in_front = \"blind\" alone" } else { "the whole" },
        !blind || is_blind(store)?,
    ));

    let after = front.get(&address, None)?;
    findings.push(finding(
        "a stranger after that still gets the teaser",
        format!("status {}", after.status),
        !is_whole(&after) && after.cookie().is_none(),
    ));
    let stranger = front.get(&reading, None)?;
    findings.push(finding(
        "a stranger at the reading's address gets an explanation",
        format!("status {}", stranger.status),
        !is_whole(&stranger) && is_kept_from_caches(&stranger),
    ));
    let other = front.post(&reading, None)?.cookie().map(str::to_owned);
    findings.push(finding(
        "another browser gets a cookie of its own",
        if other.is_some() { "yes" } else { "no cookie" },
        other.is_some_and(|other| other != jar),
    ));
    Ok(findings)
}

fn is_blind(store: &Store) -> anyhow::Result<bool> {
    Ok(house(store)?.is_some_and(|house| house.cache_in_front == face::CacheInFront::Blind))
}

fn house(store: &Store) -> anyhow::Result<Option<face::House>> {
    let settings = wait(store.settings())??;
    let house = face::House::parse(&settings.text, settings.version, paper::CAPABILITIES);
    Ok(house.ok().map(|(house, _)| house))
}

fn metered(store: &Store) -> anyhow::Result<Option<String>> {
    let now = Clock::system(store.high_water()).now();
    let listed = wait(store.list(Filter::All, now, 200, None))??;
    let metered = listed.into_iter().find(|listed| listed.head.access == Access::Metered);
    let Some(house) = house(store)? else { return Ok(None) };
    let addresses = web::Addresses::new(&house, &wait(store.paper())??);
    Ok(metered.map(|listed| addresses.of(&listed.head)))
}
