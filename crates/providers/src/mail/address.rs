//! Addresses as an operator writes them: of the server that takes mails, and of who writes them. A password is in the first
//! and is never printed.

use std::fmt;
use std::net::IpAddr;

use lettre::Address;

/// An address that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailAddressError {
    /// It does not have the form of a server's address.
    #[error(
        "is not the address of a mail server; write smtps://name:password@host:465, or smtp://name:password@host:587 \
         for STARTTLS"
    )]
    NotAServer,
    /// Something behind the question mark that means nothing.
    #[error("has {0:?} behind the question mark; only tls=none is known there")]
    UnknownOption(String),
    /// A password or a mail would cross a network in the open.
    #[error(
        "asks for no TLS; that is possible on this machine alone, such as smtp://127.0.0.1:2525?tls=none"
    )]
    Open,
    /// A name without a password, or the other way round.
    #[error(
        "has a name without a password, or one that cannot be read; write % and what @ : / ? # become behind it"
    )]
    Credentials,
    /// Not a sender.
    #[error(
        "is not a mail address such as \"desk@courant.example\" or \"The Courant <desk@courant.example>\""
    )]
    NotASender,
}

/// How a server is spoken with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// TLS from the first byte.
    Tls,
    /// In the open until STARTTLS, and not further without it.
    StartTls,
    /// In the open, on this machine alone.
    None,
}

/// A server that takes mails, and how it knows us.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpAddress {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    /// Name and password.
    pub(super) credentials: Option<(String, String)>,
}

/// Without name and password.
impl fmt::Display for SmtpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.security == Security::Tls { "smtps" } else { "smtp" };
        let host = &self.host;
        let (open, shut) = if host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{scheme}://{open}{host}{shut}:{}", self.port)?;
        if self.security == Security::None { f.write_str("?tls=none") } else { Ok(()) }
    }
}

impl fmt::Debug for SmtpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpAddress({self})")
    }
}

impl SmtpAddress {
    /// Reads `smtps://name:password@host:465`, `smtp://host:587` (STARTTLS), or `smtp://127.0.0.1:2525?tls=none`.
    ///
    /// # Errors
    /// [`MailAddressError`], without anything of a password.
    pub fn parse(text: &str) -> Result<Self, MailAddressError> {
        let (scheme, rest) = text.split_once("://").ok_or(MailAddressError::NotAServer)?;
        let (rest, option) = match rest.split_once('?') {
            Some((rest, option)) => (rest, Some(option)),
            None => (rest, None),
        };
        let (security, port) = match (scheme, option) {
            ("smtps", None) => (Security::Tls, 465),
            ("smtp", None) => (Security::StartTls, 587),
            ("smtp", Some("tls=none")) => (Security::None, 25),
            ("smtp" | "smtps", Some(option)) => {
                return Err(MailAddressError::UnknownOption(option.chars().take(40).collect()));
            }
            _ => return Err(MailAddressError::NotAServer),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((credentials, place)) => (Some(credentials_of(credentials)?), place),
            None => (None, rest),
        };
        let (host, port) = host_and_port(place, port).ok_or(MailAddressError::NotAServer)?;
        if security == Security::None && !is_loopback(&host) {
            return Err(MailAddressError::Open);
        }
        Ok(Self { host, port, security, credentials })
    }

    /// The server's name or address, where it is not this machine.
    #[must_use]
    pub fn far_host(&self) -> Option<&str> {
        (!is_loopback(&self.host)).then_some(self.host.as_str())
    }
}

fn credentials_of(text: &str) -> Result<(String, String), MailAddressError> {
    let pair = text
        .split_once(':')
        .and_then(|(name, password)| Some((unescaped(name)?, unescaped(password)?)));
    let is_whole = |(name, password): &(String, String)| !name.is_empty() && !password.is_empty();
    pair.filter(is_whole).ok_or(MailAddressError::Credentials)
}

/// Text whose `%40` are characters; `None` where one is broken, or a control character.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

fn host_and_port(place: &str, usual: u16) -> Option<(String, u16)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, behind) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, behind.strip_prefix(':').or_else(|| behind.is_empty().then_some(""))?)
        }
        None => place.split_once(':').unwrap_or((place, "")),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    let port = if port.is_empty() { usual } else { port.parse().ok().filter(|port| *port > 0)? };
    let known = !host.is_empty() && host.len() <= 253 && host.chars().all(is_host);
    known.then(|| (host.to_ascii_lowercase(), port))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Who writes: an address, and a name where there is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sender {
    /// The name, or empty.
    pub name: String,
    /// The address.
    pub address: String,
}

impl Sender {
    /// Reads `desk@courant.example` or `The Courant <desk@courant.example>`.
    ///
    /// # Errors
    /// [`MailAddressError::NotASender`].
    pub fn parse(text: &str) -> Result<Self, MailAddressError> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"'), address),
            None => ("", text),
        };
        let is_name =
            name.len() <= 200 && !name.chars().any(|c| c.is_control() || c == '<' || c == '>');
        if !is_name || !is_mail_address(address) || !address.is_ascii() {
            return Err(MailAddressError::NotASender);
        }
        Ok(Self { name: name.to_owned(), address: address.to_owned() })
    }

    /// The part behind the @.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Whether a mail can be addressed to it: one address, of at most 254 bytes, without a name.
#[must_use]
pub fn is_mail_address(text: &str) -> bool {
    text.len() <= 254
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
        && text.parse::<Address>().is_ok()
}
