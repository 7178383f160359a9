//! Files of another site, for an import: from that site's own host and no other, in bounded time and size. An address
//! inside of a private network is refused, unless the site itself was given as one.

use std::fmt;
use std::io::Read;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use ureq::Agent;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::calls::calls;

/// The longest that one file is waited for.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Redirects that are followed, each on the same host.
const REDIRECTS_MAX: usize = 5;

/// Why a file was not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The site's address is none.
    #[error("{0:?} is no address of a site; files can be fetched from http:// or https:// alone")]
    NotASite(String),
    /// It lies elsewhere.
    #[error("they lie on another host than the export's own")]
    Elsewhere,
    /// It has more bytes than are taken.
    #[error("they have more than {0} bytes")]
    TooLarge(u64),
    /// The site says no.
    #[error("the site answers with status {0}")]
    Status(u16),
    /// The site does not answer.
    #[error("the site does not answer: {0}")]
    Silent(String),
}

/// Fetches files of one site.
#[derive(Debug)]
pub struct Fetcher {
    agent: Agent,
    hosts: Vec<String>,
    bytes_max: u64,
}

/// Whether `host` (with a port where it has one) is that of the site: `www.` and the scheme make no difference.
#[must_use]
pub fn is_same_host(host: &str, site: &str) -> bool {
    let site = site.split_once("//").map_or(site, |(_, rest)| rest);
    let site = site.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |host: &str| {
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(&host);
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    };
    !site.is_empty() && plain(host) == plain(site)
}

impl Fetcher {
    /// A fetcher for the site at this address, and for other hosts on which its files lie. These are never taken for
    /// hosts of a private network, wherever the site is.
    ///
    /// # Errors
    /// [`FetchError::NotASite`].
    pub fn new(site: &str, others: &[String], bytes_max: u64) -> Result<Self, FetchError> {
        let uri: Uri = site.parse().map_err(|_| FetchError::NotASite(site.to_owned()))?;
        let scheme = matches!(uri.scheme_str(), Some("http" | "https"));
        let Some(host) = uri.host().filter(|_| scheme) else {
            return Err(FetchError::NotASite(site.to_owned()));
        };
        let config = calls("masthead-import", TIMEOUT).proxy(None).build();
        let private = names_private(host).then(|| host.to_owned());
        let is_the_site =
            move |uri: &Uri, _| uri.host().is_some_and(|host| private.as_deref() == Some(host));
        let resolver = Guarded::new(is_the_site);
        let agent = Agent::with_parts(config, DefaultConnector::new(), resolver);
        let hosts = std::iter::once(site.to_owned()).chain(others.iter().cloned()).collect();
        Ok(Self { agent, hosts, bytes_max })
    }

    /// The bytes at an address of the site.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn get(&self, address: &str) -> Result<Vec<u8>, FetchError> {
        let mut address = address.replace(' ', "%20");
        for _ in 0..=REDIRECTS_MAX {
            let uri: Uri = address.parse().map_err(|_| FetchError::Elsewhere)?;
            let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
            let web = matches!(uri.scheme_str(), Some("http" | "https"));
            if !web || !self.hosts.iter().any(|host| is_same_host(&authority, host)) {
                return Err(FetchError::Elsewhere);
            }
            let silent = |error: ureq::Error| FetchError::Silent(error.to_string());
            let response = self.agent.get(&address).call().map_err(silent)?;
            let status = response.status().as_u16();
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                return self.read(status, response);
            }
            let target = response.headers().get("location").and_then(|to| to.to_str().ok());
            address = match target {
                Some(path) if path.starts_with('/') && !path.starts_with("//") => {
                    format!("{}://{authority}{path}", uri.scheme_str().unwrap_or("https"))
                }
                Some(whole) => whole.to_owned(),
                None => return Err(FetchError::Status(status)),
            };
        }
        Err(FetchError::Silent("it redirects in a circle".to_owned()))
    }

    fn read(
        &self,
        status: u16,
        response: ureq::http::Response<ureq::Body>,
    ) -> Result<Vec<u8>, FetchError> {
        if status != 200 {
            return Err(FetchError::Status(status));
        }
        let mut bytes = Vec::new();
        let reader = response.into_body().into_reader();
        let read = reader.take(self.bytes_max + 1).read_to_end(&mut bytes);
        read.map_err(|error| FetchError::Silent(error.to_string()))?;
        if bytes.len() as u64 > self.bytes_max {
            return Err(FetchError::TooLarge(self.bytes_max));
        }
        Ok(bytes)
    }
}

/// Which addresses inside of private networks may be called, by what is called there.
type MayBePrivate = Box<dyn Fn(&Uri, IpAddr) -> bool + Send + Sync>;

/// Looks names up once for each call, which goes to what is left of what was found: addresses inside of private networks are dropped,
/// but for those that may be called.
pub(crate) struct Guarded {
    inner: DefaultResolver,
    may_be_private: MayBePrivate,
}

impl Guarded {
    pub(crate) fn new(
        may_be_private: impl Fn(&Uri, IpAddr) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { inner: DefaultResolver::default(), may_be_private: Box::new(may_be_private) }
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guarded")
    }
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        let may = |address: IpAddr| !is_private(address) || (self.may_be_private)(uri, address);
        for address in found.iter().filter(|address| may(address.ip())) {
            kept.push(*address);
        }
        if kept.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(kept) }
    }
}

/// Whether a host says by itself that it is inside of a private network.
fn names_private(host: &str) -> bool {
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    address.map_or_else(
        || {
            host == "localhost"
                || [".localhost", ".local", ".internal"].iter().any(|e| host.ends_with(e))
        },
        is_private,
    )
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && matches!(b, 18 | 19))
                || v4.is_documentation()
                // The relay of 6to4, which nobody runs any more.
                || (a == 192 && b == 88 && c == 99)
        }
        IpAddr::V6(v6) => match embedded(v6) {
            Some(v4) => is_private(v4),
            None => {
                v6.is_loopback()
                    || v6.is_unspecified()
                    || v6.is_multicast()
                    || v6.segments()[0] & 0xfe00 == 0xfc00
                    || v6.segments()[0] & 0xffc0 == 0xfe80
                    || is_special(v6.segments())
            }
        },
    }
}

/// What no site on the public network has (IANA's registry of special addresses): former site-local, discarded, local
/// translation, documentation, and what is assigned to protocols.
fn is_special(segments: [u16; 8]) -> bool {
    let [a, b, c, d, ..] = segments;
    a & 0xffc0 == 0xfec0
        || [a, b, c, d] == [0x100, 0, 0, 0]
        || [a, b, c] == [0x64, 0xff9b, 1]
        || (a == 0x2001 && (b < 0x200 || b == 0xdb8))
        || (a == 0x3fff && b < 0x1000)
        || a == 0x5f00
}

/// The IPv4 address that an IPv6 one stands for, or leads to: mapped, compatible, translated (NAT64), 6to4.
/// Teredo's are assigned to a protocol, and private whatever is embedded.
fn embedded(v6: Ipv6Addr) -> Option<IpAddr> {
    let [a, b, c, d, e, f, ..] = v6.segments();
    let octets = v6.octets();
    let from = |place: usize| {
        let four = octets.get(place..place + 4)?;
        Some(IpAddr::from(<[u8; 4]>::try_from(four).ok()?))
    };
    match [a, b, c, d, e, f] {
        // `::` and `::1` are IPv6's own.
        [0, 0, 0, 0, 0, 0] if v6.is_unspecified() || v6.is_loopback() => None,
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => from(12),
        [0x2002, ..] => from(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
