//! A request's head, read once into what pages need. Hostile until shown otherwise; nothing here touches the store.

use std::net::IpAddr;

use http::header::{self, HeaderMap, HeaderName};
use http::{Method, Uri};

/// The longest path that is looked at, in bytes.
pub const PATH_BYTES_MAX: usize = 1_024;
/// The longest Cookie header that is read, in bytes; a longer one is treated as none.
const COOKIE_BYTES_MAX: usize = 4_096;

/// The parts of a request that a page may look at.
#[derive(Debug)]
pub struct Request<'a> {
    /// The method as sent.
    pub method: &'a Method,
    /// Path and query as sent.
    pub uri: &'a Uri,
    /// The headers.
    pub headers: &'a HeaderMap,
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
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    }

    /// The value of the cookie `name`; none when it comes twice, in whatever header.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let mut found = None;
        for value in self.headers.get_all(header::COOKIE) {
            let text = value.to_str().ok().filter(|text| text.len() <= COOKIE_BYTES_MAX)?;
            for pair in text.split(';') {
                let Some((key, value)) = pair.split_once('=') else { continue };
                if key.trim() == name && found.replace(value.trim()).is_some() {
                    return None;
                }
            }
        }
        found
    }

    /// The best encoding that the caller takes. Brotli counts only beside gzip: it is made after the first answer, and
    /// gzip is what there is until then.
    pub(crate) fn encoding(&self) -> Encoding {
        let (mut gzip, mut brotli) = (false, false);
        for value in self.headers.get_all(header::ACCEPT_ENCODING) {
            for part in value.as_bytes().split(|byte| *byte == b',') {
                let end = part.iter().position(|byte| *byte == b';');
                let (name, parameters) = part.split_at(end.unwrap_or(part.len()));
                if end.is_some() && refused(parameters) {
                    continue;
                }
                let name = name.trim_ascii();
                brotli |= name.eq_ignore_ascii_case(b"br");
                gzip |= name.eq_ignore_ascii_case(b"gzip") || name.eq_ignore_ascii_case(b"x-gzip");
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
        NAMES.iter().any(|(name, value)| {
            self.headers.get_all(*name).iter().any(|given| {
                let given = given.to_str().unwrap_or("");
                given.trim_start().to_ascii_lowercase().starts_with(value)
            })
        })
    }

    /// Whether a condition names `etag`, so that 304 is the answer (RFC 9110, 13.1.2, weak comparison).
    pub(crate) fn already_has(&self, etag: impl AsRef<[u8]>) -> bool {
        let etag = etag.as_ref();
        self.headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
            value
                .as_bytes()
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
