//! The operator's configuration: one TOML file, overridden by the environment, overridden by flags. Each value knows
//! where it came from. What the paper decides is not here; it is in the house settings.

use std::fmt;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use gate::Network;
use jiff::SignedDuration;
use providers::payments::{GRACE_DAYS_MAX, Secret};
use providers::{Sender, SmtpAddress, Webhook, WebhookError};
use web::{Origin, TrustedProxy};

use crate::server::Addresses;

/// The largest configuration file, in bytes.
pub(crate) const FILE_BYTES_MAX: u64 = 64 * 1024;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A flag of the command.
    Flag(&'static str),
}

impl fmt::Display for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// One key as it was found.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) key: &'static str,
    pub(crate) value: String,
    pub(crate) from: From,
}

/// Something in the configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) key: String,
    pub(crate) from: String,
    pub(crate) what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.key, self.from, self.what)
    }
}

/// The configuration, checked.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Where the paper lives.
    pub(crate) data: PathBuf,
    /// Where readers are answered.
    pub(crate) listen: SocketAddr,
    /// Health and metrics, for the operator alone.
    pub(crate) operator_listen: SocketAddr,
    /// The address that readers use.
    pub(crate) public_url: Option<Origin>,
    /// Proxies of the operator's own.
    pub(crate) trusted_proxies: Vec<TrustedProxy>,
    /// The certificate's chain and its key, where TLS is spoken here.
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
    /// The certificate that Masthead gets itself, where it does.
    pub(crate) certificates: Option<Certificates>,
    /// A unix socket for readers too.
    pub(crate) listen_socket: Option<PathBuf>,
    /// Threads that answer readers.
    pub(crate) threads: usize,
    /// Memory for finished pages.
    pub(crate) page_cache_mib: u64,
    /// Open connections at once.
    pub(crate) connections_max: usize,
    /// Of these, from one address.
    pub(crate) address_connections_max: usize,
    /// How long a stop waits for answers under way.
    pub(crate) drain_seconds: u64,
    /// The market's file; `None` is the one in the data folder.
    pub(crate) market_file: Option<PathBuf>,
    /// From which age on, in hours, the market's numbers are not shown.
    pub(crate) market_stale_hours: i64,
    /// After which silence of the payment provider there is an alarm; `None` has none.
    pub(crate) payment_silence: Option<SignedDuration>,
    /// The folder of the paper's theme; `None` is the house's own.
    pub(crate) theme: Option<PathBuf>,
    /// Where mails are handed over and who writes them, where the paper sends any.
    pub(crate) mail: Option<MailConfig>,
    /// Who is told of newsletters, where anybody is.
    pub(crate) sender: Option<Webhook>,
    /// Networks that are not public and that webhooks may be in.
    pub(crate) webhook_networks: Vec<Network>,
    /// Who takes payments, where the paper sells anything.
    pub(crate) stripe: Option<StripeWanted>,
    /// What is logged.
    pub(crate) log: String,
    /// The file with a line for every request, where there is one.
    pub(crate) access_log: Option<PathBuf>,
    /// How much of an address stands in it.
    pub(crate) access_log_addresses: Addresses,
    /// Every key with its origin.
    pub(crate) rows: Vec<Row>,
}

/// What it takes to get a certificate from an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificates {
    /// The names that it is for, lower case; at least one.
    pub(crate) names: Vec<String>,
    /// Where the authority may write to.
    pub(crate) contact: Option<String>,
    /// The authority's directory.
    pub(crate) directory: String,
    /// The file of the roots that the directory's own certificate is checked by.
    pub(crate) roots: Option<PathBuf>,
}

/// What it takes to send mails. Name and password of the server are printed nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailConfig {
    /// The server that takes them further.
    pub(crate) server: SmtpAddress,
    /// Who writes.
    pub(crate) from: Sender,
    /// What the server's signatures are looked up under, where the operator has said so.
    pub(crate) dkim_selector: Option<String>,
}

/// What it takes to be paid by way of Stripe. The secrets are printed nowhere.
#[derive(Clone, Debug)]
pub(crate) struct StripeWanted {
    /// What Stripe is asked with.
    pub(crate) secret_key: Secret,
    /// What proves its messages: one, or two while one is changed for the other.
    pub(crate) webhook_secrets: Vec<Secret>,
    /// Days after a failed charge in which access stays.
    pub(crate) grace_days: u16,
}

/// Names in one certificate, at most: what authorities take.
pub(crate) const CERTIFICATE_NAMES_MAX: usize = 100;
/// The longest selector of a signature: a name has to fit behind it.
const DKIM_SELECTOR_BYTES_MAX: usize = 63;
/// The longest mail address.
const CONTACT_BYTES_MAX: usize = 254;
/// Keys that take a list too.
const LISTS: [&str; 3] = ["trusted_proxies", "certificate_names", "webhook_networks"];

/// Key, default, meaning.
pub(crate) const KEYS: &[(&str, &str, &str)] = &[
    ("data", "./data", "folder of the database, pictures and the secret"),
    ("listen", "127.0.0.1:8080", "address and port for readers"),
    ("tls_certificate", "", "file of the certificate's chain, PEM; then TLS is spoken at listen"),
    ("tls_key", "", "file of the certificate's key, PEM"),
    (
        "certificate_names",
        "",
        "names that Masthead gets a certificate for by itself, separated by commas; this agrees to the authority's terms",
    ),
    ("certificate_contact", "", "mail address at which the certificate authority may write to you"),
    (
        "certificate_directory",
        "https://acme-v02.api.letsencrypt.org/directory",
        "the authority, as the address of its ACME directory",
    ),
    (
        "certificate_roots",
        "",
        "file of the roots that a private authority's own certificate is checked by, PEM",
    ),
    (
        "listen_socket",
        "",
        "path of a unix socket for readers too, plain HTTP for a web server here",
    ),
    ("operator_listen", "127.0.0.1:9464", "address and port of /healthz, /readyz and /metrics"),
    ("public_url", "", "the address that readers use, such as https://courant.example"),
    ("trusted_proxies", "", "addresses or ranges of your own proxies, separated by commas"),
    ("threads", "0", "threads that answer readers; 0 is one for each core"),
    ("page_cache_mib", "24", "memory for finished pages, 1 to 65536 MiB"),
    ("connections_max", "20000", "connections open at once, 16 to 1000000"),
    (
        "address_connections_max",
        "512",
        "of these, from one address, 1 to 1000000; your own proxies are not held by it",
    ),
    ("drain_seconds", "10", "how long a stop waits for answers under way, 0 to 600"),
    ("market_file", "", "file of the market's numbers; empty is market.csv in the data folder"),
    ("market_stale_hours", "24", "age at which they are not shown any more, 1 to 8760 hours"),
    ("theme", "", "folder of the paper's theme; empty is the one that is delivered"),
    (
        "mail_url",
        "",
        "the server that takes the paper's mails, such as smtps://name:password@mail.example:465; a secret",
    ),
    ("mail_from", "", "who writes them, such as desk@courant.example; beside mail_url"),
    (
        "mail_dkim_selector",
        "",
        "the selector that your mail server signs with, for the doctor to look the key up; beside mail_url",
    ),
    ("stripe_secret_key", "", "the key that Stripe is asked with; a secret"),
    (
        "stripe_webhook_secrets",
        "",
        "what proves Stripe's messages, two separated by a comma while one is changed; a secret",
    ),
    ("grace_days", "14", "days after a failed charge in which a subscriber stays in, 0 to 60"),
    (
        "payment_silence_hours",
        "48",
        "hours after which it is an alarm that the payment provider told nothing of what happened, 0 to 720; 0 is none",
    ),
    ("log", "info", "what is logged: error, warn, info, debug, or filters by module"),
    ("access_log", "", "file that gets a line for every request"),
    (
        "access_log_addresses",
        "short",
        "readers' addresses in it: short (the last part is 0) or whole",
    ),
    (
        "newsletter_webhook_url",
        "",
        "where the sender of your newsletters is told of sign-ups, such as https://sender.example/masthead; its path is a secret",
    ),
    (
        "newsletter_webhook_secret",
        "",
        "what the messages to it are signed with, at least 16 bytes; beside newsletter_webhook_url; a secret",
    ),
    (
        "webhook_networks",
        "",
        "private addresses or ranges that webhooks may call, separated by commas; 127.0.0.0/8 lets this machine itself in, over plain http too",
    ),
];

/// Values from flags: key, value, the flag's name.
pub(crate) type Flags = [(&'static str, String, &'static str)];

impl Config {
    /// Reads file, environment and flags. Nothing else is opened.
    pub(crate) fn read(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        flags: &Flags,
        defaults: &[(&'static str, &str)],
    ) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let written = file.map(|path| parse_file(path, &mut faults)).unwrap_or_default();
        let rows = KEYS.iter().map(|(key, default, _)| {
            let default = defaults.iter().find(|(k, _)| k == key).map_or(*default, |(_, v)| v);
            let mut row = Row { key, value: default.to_owned(), from: From::Default };
            if let Some((_, value)) = written.iter().find(|(name, _)| name == key) {
                let path = file.map(Path::to_owned).unwrap_or_default();
                (row.value, row.from) = (value.clone(), From::File(path));
            }
            let variable = format!("MASTHEAD_{}", key.to_ascii_uppercase());
            if let Some(value) = environment(&variable) {
                (row.value, row.from) = (value, From::Environment(variable));
            }
            if let Some((_, value, flag)) = flags.iter().find(|(name, ..)| name == key) {
                (row.value, row.from) = (value.clone(), From::Flag(flag));
            }
            row
        });
        Self::check(rows.collect(), faults)
    }

    /// Checks the values; what is wrong with them joins the faults that the file has, so that all are told at once.
    fn check(mut rows: Vec<Row>, mut faults: Vec<Fault>) -> Result<Self, Vec<Fault>> {
        let row = |key: &str| rows.iter().find(|row| row.key == key);
        let text = |key: &str| row(key).map(|row| row.value.trim().to_owned()).unwrap_or_default();
        let mut fault = |key: &str, what: String| {
            let from = row(key).map(|row| row.from.to_string()).unwrap_or_default();
            faults.push(Fault { key: key.to_owned(), from, what });
        };
        let mut address = |key: &str| {
            let given = text(key);
            given.parse::<SocketAddr>().unwrap_or_else(|_| {
                fault(
                    key,
                    format!("{given:?} is not an address and a port such as \"127.0.0.1:8080\""),
                );
                SocketAddr::from(([127, 0, 0, 1], 0))
            })
        };
        let (listen, operator_listen) = (address("listen"), address("operator_listen"));
        let mut number = |key: &str, low: u64, high: u64| {
            let given = text(key);
            match given.parse::<u64>() {
                Ok(number) if (low..=high).contains(&number) => number,
                _ => {
                    fault(key, format!("{given:?} is not a number from {low} to {high}"));
                    low
                }
            }
        };
        let threads = number("threads", 0, 256);
        let page_cache_mib = number("page_cache_mib", 1, 65_536);
        let connections_max = number("connections_max", 16, 1_000_000);
        let address_connections_max = number("address_connections_max", 1, 1_000_000);
        let drain_seconds = number("drain_seconds", 0, 600);
        let grace_days = number("grace_days", 0, u64::from(GRACE_DAYS_MAX));
        let payment_silence_hours = number("payment_silence_hours", 0, 720);
        let market_stale_hours = number("market_stale_hours", 1, 8_760);
        let path = |key: &str| Some(text(key)).filter(|path| !path.is_empty()).map(PathBuf::from);
        let (market_file, theme) = (path("market_file"), path("theme"));
        let listen_socket = path("listen_socket");
        let tls = match (path("tls_certificate"), path("tls_key")) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            (Some(_), None) => {
                fault("tls_key", "is missing beside tls_certificate".to_owned());
                None
            }
            (None, Some(_)) => {
                fault("tls_certificate", "is missing beside tls_key".to_owned());
                None
            }
        };
        let names: Vec<String> = text("certificate_names")
            .split(',')
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        let given = |key: &str| row(key).is_some_and(|row| row.from != From::Default);
        let contact = Some(text("certificate_contact")).filter(|contact| !contact.is_empty());
        let directory = text("certificate_directory");
        let wrong = [
            certificate_names_fault(&names, tls.is_some()).map(|w| ("certificate_names", w)),
            contact.as_deref().and_then(contact_fault).map(|w| ("certificate_contact", w)),
            directory_fault(&directory).map(|w| ("certificate_directory", w)),
        ];
        wrong.into_iter().flatten().for_each(|(key, what)| fault(key, what));
        for key in ["certificate_contact", "certificate_directory", "certificate_roots"] {
            if names.is_empty() && given(key) && !text(key).is_empty() {
                fault(key, "is of no use without certificate_names".to_owned());
            }
        }
        let roots = path("certificate_roots");
        let certificates =
            (!names.is_empty()).then_some(Certificates { names, contact, directory, roots });
        let public_url = match text("public_url") {
            url if url.is_empty() => None,
            url => match Origin::parse(&url) {
                Ok(origin) => Some(origin),
                Err(error) => {
                    fault("public_url", error.to_string());
                    None
                }
            },
        };
        let mut trusted_proxies = Vec::new();
        for range in text("trusted_proxies").split(',').map(str::trim).filter(|r| !r.is_empty()) {
            match TrustedProxy::parse(range) {
                Ok(range) => trusted_proxies.push(range),
                Err(error) => fault("trusted_proxies", error.to_string()),
            }
        }
        let mut webhook_networks = Vec::new();
        for range in text("webhook_networks").split(',').map(str::trim).filter(|r| !r.is_empty()) {
            match Network::parse(range) {
                Ok(range) => webhook_networks.push(range),
                Err(error) => fault("webhook_networks", error.to_string()),
            }
        }
        let data = PathBuf::from(text("data"));
        if data.as_os_str().is_empty() {
            fault("data", "names no folder".to_owned());
        }
        let log = text("log");
        if log.parse::<tracing_subscriber::filter::Targets>().is_err() {
            fault(
                "log",
                format!("{log:?} is not a filter such as \"info\" or \"warn,store=debug\""),
            );
        }
        let access_log_addresses = match text("access_log_addresses").as_str() {
            "short" => Addresses::Short,
            "whole" => Addresses::Whole,
            other => {
                fault(
                    "access_log_addresses",
                    format!("{other:?} is neither \"short\" nor \"whole\""),
                );
                Addresses::Short
            }
        };
        let access_log = path("access_log");
        let mail = match mail_of(&text("mail_url"), &text("mail_from"), &text("mail_dkim_selector"))
        {
            Ok(mail) => mail,
            Err((key, what)) => {
                fault(key, what);
                None
            }
        };
        let secrets = (text("stripe_secret_key"), text("stripe_webhook_secrets"));
        let stripe = match stripe_of(&secrets.0, &secrets.1, grace_days) {
            Ok(stripe) => stripe,
            Err((key, what)) => {
                fault(key, what);
                None
            }
        };
        let webhook = (text("newsletter_webhook_url"), text("newsletter_webhook_secret"));
        let sender = match sender_of(&webhook.0, &webhook.1) {
            Ok(sender) => sender,
            Err((key, what)) => {
                fault(key, what);
                None
            }
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        for row in rows.iter_mut() {
            match (row.key, &sender) {
                ("newsletter_webhook_url", Some(sender)) => row.value = sender.shown(),
                ("newsletter_webhook_secret", Some(_)) => row.value = "(secret)".to_owned(),
                _ => {}
            }
        }
        for row in rows.iter_mut().filter(|row| row.key.starts_with("stripe_")) {
            row.value = if stripe.is_some() { "(secret)".to_owned() } else { String::new() };
        }
        // Rows are printed, and a password is nobody's to read.
        for row in rows.iter_mut().filter(|row| row.key == "mail_url") {
            row.value = mail.as_ref().map(|mail| mail.server.to_string()).unwrap_or_default();
        }
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = if threads == 0 { cores } else { usize::try_from(threads).unwrap_or(cores) };
        Ok(Self {
            data,
            listen,
            operator_listen,
            public_url,
            trusted_proxies,
            tls,
            certificates,
            listen_socket,
            threads,
            page_cache_mib,
            connections_max: usize::try_from(connections_max).unwrap_or(usize::MAX),
            address_connections_max: usize::try_from(address_connections_max).unwrap_or(usize::MAX),
            drain_seconds,
            market_file,
            market_stale_hours: i64::try_from(market_stale_hours).unwrap_or(24),
            payment_silence: i64::try_from(payment_silence_hours)
                .ok()
                .filter(|hours| *hours > 0)
                .map(SignedDuration::from_hours),
            theme,
            mail,
            sender,
            webhook_networks,
            stripe,
            log,
            access_log,
            access_log_addresses,
            rows,
        })
    }
}

/// What is wrong with the names of a certificate.
fn certificate_names_fault(names: &[String], has_files: bool) -> Option<String> {
    if !names.is_empty() && has_files {
        return Some(
            "stands beside tls_certificate and tls_key; a certificate is from files or from an authority, not both"
                .to_owned(),
        );
    }
    if names.len() > CERTIFICATE_NAMES_MAX {
        let count = names.len();
        return Some(format!(
            "has {count} names; a certificate has {CERTIFICATE_NAMES_MAX} at most"
        ));
    }
    let told = |name: &String| {
        let why = name_fault(name)?;
        Some(format!("{name:?} is no name for a certificate: {why}"))
    };
    let first = names.iter().find_map(told);
    first.or_else(|| {
        let twice = names.iter().enumerate().find(|(place, name)| names[..*place].contains(name));
        twice.map(|(_, name)| format!("has {name:?} twice"))
    })
}

/// Why an authority would not take a name, as far as that can be known here.
fn name_fault(name: &str) -> Option<&'static str> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if name.starts_with("*.") {
        Some("a wildcard can be proven through the name system alone, which Masthead does not do")
    } else if name.parse::<std::net::IpAddr>().is_ok()
        || name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
    {
        Some("it is an address; name the host")
    } else if !name.is_ascii() {
        Some("write it as the name system has it, with xn--")
    } else if name.len() > 253 || !name.split('.').all(is_label) {
        Some("write it as in courant.example, without https:// and without a port")
    } else {
        None
    }
}

fn contact_fault(contact: &str) -> Option<String> {
    let is_one = contact.len() <= CONTACT_BYTES_MAX
        && contact
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b',' | b'?' | b'"' | b'<' | b'>'))
        && contact.split_once('@').is_some_and(|(who, host)| {
            !who.is_empty()
                && !host.contains('@')
                && name_fault(&host.to_ascii_lowercase()).is_none()
        });
    (!is_one).then(|| format!("{contact:?} is not a mail address such as \"desk@courant.example\""))
}

/// The server and the sender of mails, or the key that is wrong and why. Nothing of the server's address is repeated.
fn mail_of(
    url: &str,
    from: &str,
    selector: &str,
) -> Result<Option<MailConfig>, (&'static str, String)> {
    let missing = |beside: &str| format!("is missing beside {beside}");
    match (url, from) {
        ("", "") if selector.is_empty() => return Ok(None),
        ("", "") => return Err(("mail_url", missing("mail_dkim_selector"))),
        ("", _) => return Err(("mail_url", missing("mail_from"))),
        (_, "") => return Err(("mail_from", missing("mail_url"))),
        _ => {}
    }
    let server = SmtpAddress::parse(url).map_err(|error| ("mail_url", error.to_string()))?;
    let from = Sender::parse(from).map_err(|error| ("mail_from", error.to_string()))?;
    let is_label = |label: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (1..=63).contains(&label.len()) && label.chars().all(known)
    };
    let known = selector.len() <= DKIM_SELECTOR_BYTES_MAX && selector.split('.').all(is_label);
    if !selector.is_empty() && !known {
        let what = format!(
            "is no selector such as \"s1\": letters, digits, '-', '_' and '.', at most {DKIM_SELECTOR_BYTES_MAX}"
        );
        return Err(("mail_dkim_selector", what));
    }
    let dkim_selector = Some(selector.to_ascii_lowercase()).filter(|selector| !selector.is_empty());
    Ok(Some(MailConfig { server, from, dkim_selector }))
}

/// The keys of Stripe, or the key that is wrong and why. Nothing of a secret is repeated.
fn stripe_of(
    secret_key: &str,
    webhook_secrets: &str,
    grace_days: u64,
) -> Result<Option<StripeWanted>, (&'static str, String)> {
    let missing = |beside: &str| format!("is missing beside {beside}");
    let secrets: Vec<&str> =
        webhook_secrets.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect();
    match (secret_key.trim(), secrets.as_slice()) {
        ("", []) => Ok(None),
        ("", _) => Err(("stripe_secret_key", missing("stripe_webhook_secrets"))),
        (_, []) => Err(("stripe_webhook_secrets", missing("stripe_secret_key"))),
        (key, _) if !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(("stripe_secret_key", "is no key; copy it from Stripe's dashboard".to_owned()))
        }
        (key, secrets) => Ok(Some(StripeWanted {
            secret_key: Secret::new(key),
            webhook_secrets: secrets.iter().map(|secret| Secret::new(*secret)).collect(),
            grace_days: u16::try_from(grace_days).unwrap_or(GRACE_DAYS_MAX),
        })),
    }
}

/// Who is told of newsletters, or the key that is wrong and why. Nothing of either is repeated.
fn sender_of(url: &str, secret: &str) -> Result<Option<Webhook>, (&'static str, String)> {
    let (url_key, secret_key) = ("newsletter_webhook_url", "newsletter_webhook_secret");
    match (url, secret) {
        ("", "") => Ok(None),
        ("", _) => Err((url_key, format!("is missing beside {secret_key}"))),
        (_, "") => Err((secret_key, format!("is missing beside {url_key}"))),
        (url, secret) => Webhook::new(url, secret).map(Some).map_err(|error| {
            let key = if error == WebhookError::Short { secret_key } else { url_key };
            (key, error.to_string())
        }),
    }
}

fn directory_fault(directory: &str) -> Option<String> {
    let host = directory.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    let is_one = host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
        && directory.bytes().all(|b| b.is_ascii_graphic())
        && directory.len() <= 1_000;
    (!is_one).then(|| format!("{directory:?} is not an https:// address of a directory"))
}

/// The keys and values of a file, without those that cannot be used; a list of proxies becomes comma-separated text.
fn parse_file(path: &Path, faults: &mut Vec<Fault>) -> Vec<(String, String)> {
    let from = path.display().to_string();
    let table = match read_file(path) {
        Ok(table) => table,
        Err(what) => {
            faults.push(Fault { key: "the file".to_owned(), from, what });
            return Vec::new();
        }
    };
    let mut values = Vec::new();
    for (key, value) in table {
        match text_of(&key, value) {
            Ok(text) => values.push((key, text)),
            Err(what) => faults.push(Fault { key, from: from.clone(), what }),
        }
    }
    values
}

fn read_file(path: &Path) -> Result<toml::Table, String> {
    let unread = |error: std::io::Error| format!("cannot be read: {error}");
    let file = std::fs::File::open(path).map_err(unread)?;
    let mut text = String::new();
    // The limit holds for what is no file too, such as a pipe.
    let read = file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text);
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("is larger than {FILE_BYTES_MAX} bytes"));
    }
    read.map_err(unread)?;
    text.parse().map_err(|error: toml::de::Error| error.to_string())
}

fn text_of(key: &str, value: toml::Value) -> Result<String, String> {
    if !KEYS.iter().any(|(known, ..)| *known == key) {
        let known: Vec<&str> = KEYS.iter().map(|(known, ..)| *known).collect();
        return Err(format!("is not a key; the keys are {}", known.join(", ")));
    }
    let is_list = LISTS.contains(&key);
    match value {
        toml::Value::String(text) => Ok(text),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Array(items) if is_list && items.iter().all(toml::Value::is_str) => {
            let items: Vec<&str> = items.iter().filter_map(toml::Value::as_str).collect();
            Ok(items.join(","))
        }
        other => {
            let wanted =
                if is_list { "a text or a list of texts" } else { "a text or a whole number" };
            Err(format!("is of the kind \"{}\"; write {wanted}", other.type_str()))
        }
    }
}

#[cfg(test)]
mod tests;
