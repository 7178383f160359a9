//! An answer on its way out: status, headers and a body in pieces that were never copied together.
//!
//! Every answer carries the same security headers; no answer that a shared cache may keep carries a cookie.

use std::convert::Infallible;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use face::House;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use hyper::body::{Body, Frame, SizeHint};

use super::caching::{Keep, keep};
use super::request::Encoding;

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

/// Lets an answer show the paper's own pages in frames.
pub(crate) fn show_own_frames(answer: &mut Answer) {
    if let Some(policy) = policy_with_frames(&["'self'".to_owned()]) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Lets the paper's own pages show an answer in a frame.
pub(crate) fn let_own_frame(answer: &mut Answer) {
    let policy = answer.headers().get(header::CONTENT_SECURITY_POLICY);
    let policy = policy.and_then(|policy| policy.to_str().ok()).unwrap_or(POLICY);
    let policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), browsing-topics=(), \
     interest-cohort=(), payment=()";
/// What every answer says, beside its kind, its policy and who may keep it.
const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The body of an answer: pieces that go out one after another, in one write where the system takes them so.
#[derive(Debug, Default)]
pub struct Pieces {
    /// The one that goes out next; empty where nothing is left.
    next: Bytes,
    /// Those behind it, the last one first.
    rest: Vec<Bytes>,
}

impl Pieces {
    /// A body of one piece.
    #[must_use]
    pub const fn one(bytes: Bytes) -> Self {
        Self { next: bytes, rest: Vec::new() }
    }

    /// The piece that goes out next.
    pub(crate) fn first(&self) -> Bytes {
        self.next.clone()
    }

    /// A body of several; empty ones are left out.
    pub(crate) fn of(mut pieces: Vec<Bytes>) -> Self {
        pieces.retain(|piece| !piece.is_empty());
        pieces.reverse();
        Self { next: pieces.pop().unwrap_or_default(), rest: pieces }
    }

    /// Everything in one piece: for tests and for small pages.
    #[must_use]
    pub fn into_bytes(mut self) -> Bytes {
        self.copy_to_bytes(self.remaining())
    }
}

impl Buf for Pieces {
    fn remaining(&self) -> usize {
        self.next.len() + self.rest.iter().map(Bytes::len).sum::<usize>()
    }

    fn chunk(&self) -> &[u8] {
        &self.next
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let pieces = std::iter::once(&self.next).chain(self.rest.iter().rev());
        let filled = pieces.filter(|piece| !piece.is_empty()).zip(slices);
        filled.map(|(piece, slice)| *slice = IoSlice::new(piece)).count()
    }

    fn advance(&mut self, mut count: usize) {
        while count >= self.next.len() && count > 0 {
            count -= self.next.len();
            let Some(next) = self.rest.pop() else {
                assert!(count == 0, "a body was advanced behind its end");
                self.next = Bytes::new();
                return;
            };
            self.next = next;
        }
        self.next.advance(count);
    }

    fn copy_to_bytes(&mut self, count: usize) -> Bytes {
        if count == self.next.len() {
            let next = self.rest.pop().unwrap_or_default();
            return std::mem::replace(&mut self.next, next);
        }
        let mut whole = Vec::with_capacity(count);
        while whole.len() < count && self.has_remaining() {
            let taken = self.next.len().min(count - whole.len());
            whole.extend_from_slice(&self.next[..taken]);
            self.advance(taken);
        }
        Bytes::from(whole)
    }
}

impl Body for Pieces {
    type Data = Self;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self>, Infallible>>> {
        let all = std::mem::take(&mut *self);
        Poll::Ready(all.has_remaining().then(|| Ok(Frame::data(all))))
    }

    fn is_end_stream(&self) -> bool {
        !self.has_remaining()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining() as u64)
    }
}

/// The headers of an answer, and the same as lines of HTTP/1.1 once an answer was written with them. Answers that say the
/// same share one.
#[derive(Debug, Default)]
pub(crate) struct AnswerHead {
    headers: HeaderMap,
    lines: OnceLock<Box<[u8]>>,
}

impl AnswerHead {
    fn lines(&self) -> &[u8] {
        self.lines.get_or_init(|| {
            let mut lines = Vec::with_capacity(1_024);
            for (name, value) in &self.headers {
                for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                    lines.extend_from_slice(part);
                }
            }
            lines.into_boxed_slice()
        })
    }
}

impl Clone for AnswerHead {
    fn clone(&self) -> Self {
        // Whoever copies a head is about to change it.
        Self { headers: self.headers.clone(), lines: OnceLock::new() }
    }
}

/// The answer of a page. Its head is shared with others until a page says something of its own in it.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    head: Arc<AnswerHead>,
    body: Pieces,
}

impl Answer {
    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The headers as lines of HTTP/1.1, each with its end. Date, length and what belongs to the connection are for whoever
    /// writes them.
    #[must_use]
    pub fn lines(&self) -> &[u8] {
        self.head.lines()
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Pieces {
        &self.body
    }

    /// The body alone.
    #[must_use]
    pub fn into_body(self) -> Pieces {
        self.body
    }

    pub(crate) const fn status_mut(&mut self) -> &mut StatusCode {
        &mut self.status
    }

    /// The headers, for this answer alone.
    pub(crate) fn headers_mut(&mut self) -> &mut HeaderMap {
        let head = Arc::make_mut(&mut self.head);
        head.lines.take();
        &mut head.headers
    }

    pub(crate) const fn body_mut(&mut self) -> &mut Pieces {
        &mut self.body
    }

    /// The head, for answers that will say the same.
    pub(crate) fn head(&self) -> Arc<AnswerHead> {
        Arc::clone(&self.head)
    }

    /// The head alone.
    pub(crate) fn into_head(self) -> Arc<AnswerHead> {
        self.head
    }
}

impl From<Answer> for Response<Pieces> {
    fn from(answer: Answer) -> Self {
        let mut response = Self::new(answer.body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = Arc::try_unwrap(answer.head)
            .map_or_else(|head| head.headers.clone(), |head| head.headers);
        response
    }
}

/// The heads of answers, made once for each presentation: every answer begins with one of them.
#[derive(Debug)]
pub(crate) struct Heads {
    /// By who may keep the answer, and by the encoding of its body.
    pages: [[Arc<AnswerHead>; Encoding::ALL.len()]; Keep::ALL.len()],
    /// The same, for pages that show an article.
    articles: [[Arc<AnswerHead>; Encoding::ALL.len()]; Keep::ALL.len()],
    others: [Arc<AnswerHead>; Keep::ALL.len()],
}

impl Heads {
    /// With the headers that all answers have, those that the house declares, and frames of these origins let in to pages.
    pub(crate) fn new(
        house: &House,
        declared: &[(HeaderName, HeaderValue)],
        frames: &[String],
    ) -> Self {
        let head = |media_type: &'static str, policy: HeaderValue, kept: Keep| {
            let mut head = HeaderMap::with_capacity(16);
            head.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            head.insert(header::CONTENT_SECURITY_POLICY, policy);
            for (name, value) in FIXED {
                head.insert(name, HeaderValue::from_static(value));
            }
            head.extend(declared.iter().cloned());
            keep(&mut head, kept, house);
            head
        };
        let shared = |headers| Arc::new(AnswerHead { headers, lines: OnceLock::new() });
        let usual = || HeaderValue::from_static(POLICY);
        let pages = |frames: &[String]| {
            let policy = policy_with_frames(frames).unwrap_or_else(usual);
            Keep::ALL.map(|kept| {
                Encoding::ALL.map(|encoding| {
                    let mut page = head(HTML, policy.clone(), kept);
                    encoded_as(&mut page, encoding);
                    shared(page)
                })
            })
        };
        // Every article alike: what its frames are is part of its text, and may be behind the line.
        let embeds = newsroom::FRAME_ORIGINS.map(str::to_owned);
        let with_embeds: Vec<String> = frames.iter().cloned().chain(embeds).collect();
        Self {
            pages: pages(frames),
            articles: pages(&with_embeds),
            others: Keep::ALL.map(|kept| shared(head(TEXT, usual(), kept))),
        }
    }

    /// An answer with the headers that all have.
    pub(crate) fn answer(
        &self,
        status: StatusCode,
        media_type: &'static str,
        kept: Keep,
        body: Pieces,
    ) -> Answer {
        if media_type == HTML {
            return self.page(status, kept, (body, Encoding::Identity));
        }
        let mut answer = Answer { status, head: Arc::clone(&self.others[kept as usize]), body };
        if media_type != TEXT {
            let media_type = HeaderValue::from_static(media_type);
            answer.headers_mut().insert(header::CONTENT_TYPE, media_type);
        }
        answer
    }

    /// An answer that is a page with an article, in the encoding that its body has: frames of embeds may come into it.
    pub(crate) fn article(
        &self,
        status: StatusCode,
        kept: Keep,
        (body, encoding): (Pieces, Encoding),
    ) -> Answer {
        let head = Arc::clone(&self.articles[kept as usize][encoding as usize]);
        Answer { status, head, body }
    }

    /// An answer that is a page, in the encoding that its body has.
    pub(crate) fn page(
        &self,
        status: StatusCode,
        kept: Keep,
        (body, encoding): (Pieces, Encoding),
    ) -> Answer {
        let head = Arc::clone(&self.pages[kept as usize][encoding as usize]);
        Answer { status, head, body }
    }
}

/// Names the encoding of a body.
pub(crate) fn encoded_as(head: &mut HeaderMap, encoding: Encoding) {
    let name = match encoding {
        Encoding::Identity => return,
        Encoding::Gzip => "gzip",
        Encoding::Brotli => "br",
    };
    head.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
}

/// The bytes under a head that was made before; only that they are the same, to somebody who has them.
pub(crate) fn fresh_or(head: Arc<AnswerHead>, bytes: Bytes, has_them: bool) -> Answer {
    let (status, body) = match has_them {
        true => (StatusCode::NOT_MODIFIED, Pieces::default()),
        false => (StatusCode::OK, Pieces::one(bytes)),
    };
    Answer { status, head, body }
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
