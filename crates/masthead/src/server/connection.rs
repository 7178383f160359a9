//! One connection: HTTP/1.1, or HTTP/2 where TLS agreed on it. Limits on what is read; the answers are the site's.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use bytes::Buf;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderValue, REFERER, USER_AGENT};
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use web::{Pieces, Sent, Site};

use super::access_log::{AccessLog, Entry};
use super::watch::{Counted, Watchers};

/// The largest request head, in bytes; a larger one is answered 431. A head has a hundred headers at most.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// What comes behind a head has to be whole after this time.
const SENT_TIMEOUT: Duration = Duration::from_secs(10);
/// Requests at a time on one HTTP/2 connection.
const STREAMS_MAX: u32 = 128;
/// How much of an answer waits in memory for a reader of HTTP/2, in bytes for each request.
const SEND_BYTES_MAX: usize = 256 * 1024;

/// Serves a connection to its end.
pub(super) async fn serve<S>(
    stream: S,
    is_http2: bool,
    peer: IpAddr,
    site: &Site,
    watchers: &Rc<Watchers>,
    log: Option<&AccessLog>,
) where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let watched = watchers.begin(is_http2);
    let watch = watched.watch();
    let io = TokioIo::new(Counted::new(stream, Rc::clone(watch)));
    let service = service_fn(|request: Request<Incoming>| {
        let (site, watch, log) = (site.clone(), Rc::clone(watch), log.cloned());
        async move {
            let _answering = watch.begin();
            Ok::<Response<Pieces>, Infallible>(answer(&site, request, peer, log.as_ref()).await)
        }
    });
    let ended = if is_http2 {
        let connection = http2::Builder::new(Local)
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .max_header_list_size(HEAD_BYTES_MAX as u32)
            .max_send_buf_size(SEND_BYTES_MAX)
            .serve_connection(io, service);
        watch.keep(pin!(connection), http2::Connection::graceful_shutdown).await
    } else {
        let connection =
            http1::Builder::new().max_buf_size(HEAD_BYTES_MAX).serve_connection(io, service);
        watch.keep(pin!(connection), http1::Connection::graceful_shutdown).await
    };
    match ended {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(%error, "a connection ended early"),
        None => tracing::debug!("a connection that was idle, unfinished or slow was closed"),
    }
}

/// Runs the requests of an HTTP/2 connection on the thread that the connection has.
#[derive(Clone, Copy, Debug)]
struct Local;

impl<F: Future<Output = ()> + 'static> Executor<F> for Local {
    fn execute(&self, future: F) {
        drop(tokio::task::spawn_local(future));
    }
}

async fn answer(
    site: &Site,
    request: Request<Incoming>,
    peer: IpAddr,
    log: Option<&AccessLog>,
) -> Response<Pieces> {
    let (head, body) = request.into_parts();
    let sent = match Site::sent_bytes_max(&head.method, head.uri.path()) {
        0 => Sent::Nothing,
        bytes_max => sent(body, bytes_max).await,
    };
    let answer = site.answer_to(&head.method, &head.uri, &head.headers, peer, sent).await;
    if let Some(log) = log {
        let given = |name| head.headers.get(name).map(HeaderValue::as_bytes);
        log.record(&Entry {
            address: site.address_of(peer, &head.headers),
            method: head.method.as_str(),
            path: head.uri.path(),
            protocol: if head.version == Version::HTTP_2 { "HTTP/2.0" } else { "HTTP/1.1" },
            status: answer.status().as_u16(),
            bytes: answer.body().remaining() as u64,
            referrer: given(REFERER),
            agent: given(USER_AGENT),
        });
    }
    answer
}

/// What comes behind a head, up to a limit and not for ever.
async fn sent(body: Incoming, bytes_max: usize) -> Sent {
    let whole = Limited::new(body, bytes_max).collect();
    match tokio::time::timeout(SENT_TIMEOUT, whole).await {
        Ok(Ok(whole)) => Sent::Whole(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Sent::TooLong,
        Ok(Err(_)) | Err(_) => Sent::Broken,
    }
}
