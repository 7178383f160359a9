//! An answer on its way out: status, headers and a body in pieces that were never copied together.
//!
//! Every answer carries the same security headers; no answer that a shared cache may keep carries a cookie.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use http::header::{self, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};

/// Nothing may be loaded but what the paper itself serves; nothing inline, no frames, no base, forms to ourselves.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";
/// The policy with frames of these origins let in, beside everything that [`POLICY`] says.
pub(crate) fn policy_with_frames(origins: &[String]) -> Option<HeaderValue> {
    if origins.is_empty() {
        return None;
    }
    HeaderValue::from_str(&format!("{POLICY}; frame-src {}", origins.join(" "))).ok()
}

const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), browsing-topics=(), \
     interest-cohort=(), payment=()";

/// The body of an answer: pieces that go out one after another.
#[derive(Debug, Default)]
pub struct Pieces {
    pieces: VecDeque<Bytes>,
}

impl Pieces {
    /// A body of one piece.
    #[must_use]
    pub fn one(bytes: Bytes) -> Self {
        Self::many([bytes])
    }

    /// A body of several; empty ones are left out.
    pub(crate) fn many(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        Self { pieces: pieces.into_iter().filter(|piece| !piece.is_empty()).collect() }
    }

    /// How many bytes are left.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.remaining() as u64).sum()
    }

    /// Everything in one piece: for tests and for small pages.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self.pieces.len() {
            1 => self.pieces.into_iter().next().unwrap_or_default(),
            _ => Bytes::from(self.pieces.into_iter().flatten().collect::<Vec<u8>>()),
        }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining())
    }
}

impl From<Pieces> for Full<Bytes> {
    fn from(pieces: Pieces) -> Self {
        Self::new(pieces.into_bytes())
    }
}

/// The answer of a page.
pub type Answer = Response<Pieces>;

/// An answer with the headers that all have.
pub(crate) fn answer(status: StatusCode, media_type: &'static str, body: Pieces) -> Answer {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.reserve(16);
    let fixed: [(HeaderName, &'static str); 7] = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Sets a header from text that this house wrote; text that cannot be a header value is left out.
pub(crate) fn set(response: &mut Answer, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// HTML.
pub(crate) const HTML: &str = "text/html; charset=utf-8";
/// The reading for the page's script.
pub(crate) const JSON: &str = "application/json; charset=utf-8";
/// robots.txt and the like.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
/// What browsers read to search the paper from their own field.
pub(crate) const OPEN_SEARCH: &str = "application/opensearchdescription+xml; charset=utf-8";
