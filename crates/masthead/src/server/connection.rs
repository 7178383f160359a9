//! One connection: HTTP/1.1, by the short lane for as long as its requests are plain, or HTTP/2 where TLS agreed on it. Limits on what is read; the answers are the site's.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use web::{Answer, Headers, Pieces, Sent, Site, Target};

use super::Hall;
use super::access_log::{AccessLog, Answered};
use super::lane::{Lane, Left};
use super::watch::{Counted, Watch};

/// The largest request head, in bytes; a larger one is answered 431. A head has a hundred headers at most.
pub(super) const HEAD_BYTES_MAX: usize = 16 * 1024;
/// What comes behind a head has to be whole after this time.
const SENT_TIMEOUT: Duration = Duration::from_secs(10);
/// The same where it is files, which only the newsroom sends.
const FILES_TIMEOUT: Duration = Duration::from_secs(900);
/// Requests at a time on one HTTP/2 connection.
const STREAMS_MAX: u32 = 128;
/// How much of an answer waits in memory for a reader of HTTP/2, in bytes for each request.
const SEND_BYTES_MAX: usize = 256 * 1024;

/// Serves a connection to its end.
pub(super) async fn serve<S>(stream: S, is_http2: bool, peer: IpAddr, hall: &Hall)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let watched = hall.watchers.begin(is_http2);
    let (site, watch, log) = (&hall.site, watched.watch(), hall.access_log.as_ref());
    let mut stream = Counted::new(stream, Rc::clone(watch));
    if !is_http2 {
        let (spare, date) = (&hall.spare, &hall.date);
        let lane = Lane { site, peer, watch, spare, date, log };
        let left = watch.keep(pin!(lane.run(&mut stream)), |_| ()).await;
        match left {
            Some(Ok(Left::Unread(bytes))) => stream.put_back(bytes),
            Some(Ok(Left::Closed)) => return,
            Some(Err(error)) => return told(Some(Err(error))),
            None => return told::<io::Error>(None),
        }
    }
    // On the heap: few connections of HTTP/1.1 come here, and those that do not carry no room for it.
    Box::pin(by_hyper(stream, is_http2, peer, site, watch, log)).await;
}

/// Serves a connection of HTTP/2, or one of HTTP/1.1 whose requests are not plain.
async fn by_hyper<S>(
    stream: Counted<S>,
    is_http2: bool,
    peer: IpAddr,
    site: &Site,
    watch: &Rc<Watch>,
    log: Option<&AccessLog>,
) where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let io = TokioIo::new(stream);
    let service = service_fn(|request: Request<Incoming>| {
        let (site, watch, log) = (site.clone(), Rc::clone(watch), log.cloned());
        async move {
            let _answering = watch.begin();
            let answer = answer(&site, request, peer, log.as_ref()).await;
            Ok::<Response<Pieces>, Infallible>(answer.into())
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
    told(ended);
}

/// Says how a connection ended, where that is of interest.
fn told<E: std::fmt::Display>(ended: Option<Result<(), E>>) {
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
) -> Answer {
    let (head, body) = request.into_parts();
    let lines = Headers::lines(&head.headers);
    let (target, headers) = (Target::of(&head.uri), Headers::of(&lines));
    let sent = match Site::sent_bytes_max(&head.method, head.uri.path()) {
        0 => Sent::Nothing,
        _ if Site::may_have_files(&head.method, target, headers) => {
            // On the heap: only the newsroom sends files, and no connection carries room for that.
            let welcome = Box::pin(site.welcomes_files(&head.method, target, headers, peer)).await;
            if welcome { Box::pin(files(site, headers, body)).await } else { Sent::Nothing }
        }
        bytes_max => sent(body, bytes_max).await,
    };
    let answer = site.answer_to(&head.method, target, headers, peer, sent).await;
    if let Some(log) = log {
        let protocol = match head.version {
            Version::HTTP_2 => "HTTP/2.0",
            Version::HTTP_10 => "HTTP/1.0",
            _ => "HTTP/1.1",
        };
        let method = &head.method;
        log.answered(site, &Answered { peer, protocol, method, target, headers }, &answer);
    }
    answer
}

/// A form with files, not for ever.
async fn files(site: &Site, headers: Headers<'_>, body: Incoming) -> Sent {
    let received = tokio::time::timeout(FILES_TIMEOUT, site.receive(headers, body)).await;
    received.unwrap_or(Sent::Broken)
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
