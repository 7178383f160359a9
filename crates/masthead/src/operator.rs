//! Health and metrics on an address of their own, for the operator and never for readers.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::{Semaphore, oneshot};
use web::Site;

const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections at a time; those behind them wait for their turn. A monitor and a person need two.
const CONNECTIONS_MAX: usize = 32;
/// How long a connection lasts, whatever is said on it.
const CONNECTION_TIME_MAX: Duration = Duration::from_secs(60);

/// The operator's address, answered until it is told to stop.
#[derive(Debug)]
pub(crate) struct Operator {
    /// Where it listens, with the port that the system gave.
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

/// Starts to answer on `listen`.
pub(crate) fn start(listen: SocketAddr, site: Site) -> io::Result<Operator> {
    let listener = std::net::TcpListener::bind(listen)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = thread::Builder::new().name("operator".to_owned()).spawn(move || {
        runtime.block_on(async move {
            match TcpListener::from_std(listener) {
                Ok(listener) => {
                    tokio::select! {
                        () = accept(listener, site) => {}
                        _ = stopped => {}
                    }
                }
                Err(error) => tracing::error!(%error, "the operator's address is not answered"),
            }
        });
    })?;
    Ok(Operator { address, stop, thread })
}

impl Operator {
    /// Ends it at once, and lets go of the site.
    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}

async fn accept(listener: TcpListener, site: Site) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    // The semaphore is never closed.
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let site = site.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let site = site.clone();
                async move { Ok::<_, Infallible>(answer(&site, request.uri().path()).await) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIMEOUT)
                .serve_connection(TokioIo::new(stream), service);
            let _ = tokio::time::timeout(CONNECTION_TIME_MAX, connection).await;
            drop(place);
        });
    }
}

/// How many mails are where; nothing while the store does not answer.
async fn mails(site: &Site) -> String {
    let Ok(counts) = site.mail_counts().await else { return String::new() };
    let mut text = String::new();
    for (name, help, count) in [
        ("masthead_mails_waiting", "Mails that wait to be sent", counts.waiting),
        ("masthead_mails_failed", "Mails given up in 30 days", counts.failed),
        ("masthead_mails_unsure", "Mails that may have been sent, in 30 days", counts.unsure),
    ] {
        text += &format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {count}\n");
    }
    text
}

async fn answer(site: &Site, path: &str) -> Response<Full<Bytes>> {
    let (status, text) = match path {
        "/healthz" => (StatusCode::OK, "ok\n".to_owned()),
        "/readyz" => match site.ready().await {
            Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
            Err(outage) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {outage}\n")),
        },
        "/metrics" => (StatusCode::OK, site.counts().to_prometheus() + &mails(site).await),
        _ => (StatusCode::NOT_FOUND, "/healthz, /readyz and /metrics are here\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let plain = hyper::header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}
