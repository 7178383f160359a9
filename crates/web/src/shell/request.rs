//! A request's head, read once into what pages need. Hostile until shown otherwise; nothing here touches the store.

use std::net::IpAddr;

use http::header::{self, HeaderMap, HeaderName};
use http::{Method, Uri};
use httparse::Header;

/// The longest path that is looked at, in bytes.
pub const PATH_BYTES_MAX: usize = 1_024;
/// The longest Cookie header that is read, in bytes; a longer one is treated as none.
const COOKIE_BYTES_MAX: usize = 4_096;

/// What a request asks for, as sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target<'a> {
    /// The path; it begins with a slash, but for `*`.
    pub path: &'a str,
    /// What stands behind the first question mark.
    pub query: Option<&'a str>,
    /// The host, where the request line or HTTP/2 names one beside the Host header.
    pub authority: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// The parts of a target that another reader has taken apart.
    #[must_use]
    pub fn of(uri: &'a Uri) -> Self {
        let authority = uri.authority().map(http::uri::Authority::as_str);
        Self { path: uri.path(), query: uri.query(), authority }
    }

    /// The parts of a path of ours, with its query or without.
    #[must_use]
    pub fn of_path(text: &'a str) -> Self {
        let (path, query) =
            text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
        Self { path, query, authority: None }
    }
}

/// The lines of a request's head, as they came: names in any case, values as HTTP lets them be (RFC 9110, 5.5).
///
/// They are looked through from the first to the last for each name: a request has a dozen, and a page asks for five.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'a>(&'a [Header<'a>]);

impl<'a> Headers<'a> {
    /// No line at all.
    pub const NONE: Self = Self(&[]);

    /// Of lines that were read by a parser of HTTP: values have no control characters.
    #[must_use]
    pub const fn of(lines: &'a [Header<'a>]) -> Self {
        Self(lines)
    }

    /// The lines of a map, for [`Headers::of`].
    #[must_use]
    pub fn lines(map: &'a HeaderMap) -> Vec<Header<'a>> {
        let line = |(name, value): (&'a HeaderName, &'a http::HeaderValue)| Header {
            name: name.as_str(),
            value: value.as_bytes(),
        };
        map.iter().map(line).collect()
    }

    /// The values of all lines of this name, in their order.
    pub(crate) fn all(self, name: &str) -> impl DoubleEndedIterator<Item = &'a [u8]> {
        let named = move |line: &&Header<'_>| line.name.eq_ignore_ascii_case(name);
        self.0.iter().filter(named).map(|line| line.value)
    }

    /// The value of the first line of this name.
    #[must_use]
    pub fn first(self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The first value as text; `?` where it is none.
    pub(crate) fn told(self, name: &str) -> Option<&'a str> {
        self.first(name).map(|value| text(value).unwrap_or("?"))
    }

    /// Whether there is a line of this name.
    pub(crate) fn has(self, name: &str) -> bool {
        self.first(name).is_some()
    }
}

/// A value that is plain text.
fn text(value: &[u8]) -> Option<&str> {
    std::str::from_utf8(value).ok().filter(|text| text.is_ascii())
}

/// The parts of a request that a page may look at.
#[derive(Debug)]
pub struct Request<'a> {
    /// The method as sent.
    pub method: &'a Method,
    /// Path and query as sent.
    pub target: Target<'a>,
    /// The headers.
    pub headers: Headers<'a>,
    /// Where it comes from, behind the proxies that the operator trusts.
    pub address: IpAddr,
}

/// How a finished page travels.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Encoding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
}

impl Encoding {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 3] = [Self::Identity, Self::Gzip, Self::Brotli];
}

/// What the caller wants to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// A page.
    Page,
    /// The reading as JSON, for the page's own script.
    Fragment,
}

impl Request<'_> {
    /// Whether it asks to see something.
    pub(crate) fn reads(&self) -> bool {
        matches!(*self.method, Method::GET | Method::HEAD)
    }

    /// The value of a header that may come once. Twice, or not readable as text, is `None`.
    pub(crate) fn single(&self, name: &HeaderName) -> Option<&str> {
        let mut values = self.headers.all(name.as_str());
        match (values.next(), values.next()) {
            (Some(value), None) => text(value),
            _ => None,
        }
    }

    /// The value of the cookie `name`; none when it comes twice, in whatever header.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let mut found = None;
        for value in self.headers.all(header::COOKIE.as_str()) {
            if value.len() > COOKIE_BYTES_MAX || !value.is_ascii() {
                return None;
            }
            // This is asked several times for every request that carries any: what has another name is passed over.
            let mut rest = value;
            loop {
                let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
                let (pair, others) = rest.split_at(end);
                let named = pair.trim_ascii_start().strip_prefix(name.as_bytes());
                let given = named.and_then(|rest| rest.trim_ascii_start().strip_prefix(b"="));
                if let Some(given) = given
                    && found.replace(text(given.trim_ascii())?).is_some()
                {
                    return None;
                }
                let Some(others) = others.get(1..) else { break };
                rest = others;
            }
        }
        found
    }

    /// The best encoding that the caller takes. Brotli counts only beside gzip: it is made after the first answer, and
    /// gzip is what there is until then.
    pub(crate) fn encoding(&self) -> Encoding {
        let (mut gzip, mut brotli) = (false, false);
        for value in self.headers.all(header::ACCEPT_ENCODING.as_str()) {
            for part in value.split(|byte| *byte == b',') {
                // As browsers write them; whatever else is one is read with care.
                match part.trim_ascii() {
                    b"gzip" => gzip = true,
                    b"br" => brotli = true,
                    part => {
                        let end = part.iter().position(|byte| *byte == b';');
                        let (name, parameters) = part.split_at(end.unwrap_or(part.len()));
                        if end.is_some() && refused(parameters) {
                            continue;
                        }
                        let name = name.trim_ascii_end();
                        brotli |= name.eq_ignore_ascii_case(b"br");
                        gzip |= name.eq_ignore_ascii_case(b"gzip")
                            || name.eq_ignore_ascii_case(b"x-gzip");
                    }
                }
            }
        }
        match (gzip, brotli) {
            (true, true) => Encoding::Brotli,
            (true, false) => Encoding::Gzip,
            (false, _) => Encoding::Identity,
        }
    }

    /// Whether the page's own script asks.
    pub(crate) fn form(&self) -> Form {
        match self.single(&header::ACCEPT) {
            Some("application/json") => Form::Fragment,
            _ => Form::Page,
        }
    }

    /// Whether the browser fetches on a guess, by any of the headers that browsers have used for it.
    pub(crate) fn is_speculative(&self) -> bool {
        const NAMES: [(&str, &str); 4] = [
            ("sec-purpose", "prefetch"),
            ("purpose", "prefetch"),
            ("x-purpose", "preview"),
            ("x-moz", "prefetch"),
        ];
        // A browser's page is asked for this: its dozen lines are gone through once.
        self.headers.0.iter().any(|line| {
            let known = NAMES.iter().find(|(name, _)| line.name.eq_ignore_ascii_case(name));
            known.is_some_and(|(_, value)| {
                let given = line.value.trim_ascii_start();
                given.get(..value.len()).is_some_and(|it| it.eq_ignore_ascii_case(value.as_bytes()))
            })
        })
    }

    /// Whether a condition names `etag`, so that 304 is the answer (RFC 9110, 13.1.2, weak comparison).
    pub(crate) fn already_has(&self, etag: impl AsRef<[u8]>) -> bool {
        let etag = etag.as_ref();
        self.headers.all(header::IF_NONE_MATCH.as_str()).any(|value| {
            value
                .split(|byte| *byte == b',')
                .map(<[u8]>::trim_ascii)
                .any(|one| one == b"*" || one.strip_prefix(b"W/").unwrap_or(one) == etag)
        })
    }
}

/// Whether the parameters of an encoding say `q=0`.
fn refused(parameters: &[u8]) -> bool {
    std::str::from_utf8(parameters).unwrap_or("").split(';').any(|parameter| {
        let Some((name, value)) = parameter.split_once('=') else { return false };
        name.trim().eq_ignore_ascii_case("q")
            && value.trim().parse::<f32>().is_ok_and(|quality| quality <= 0.0)
    })
}

#[cfg(test)]
mod tests;
