//! The accept loops: one thread with its own runtime and its own socket for each core, and an orderly stop.
//!
//! No page is made here and nothing is decided: a request goes to the site, and its answer goes out.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};
use web::{Pieces, Sent, Site};

/// The largest request head, in bytes; a larger one is answered 431.
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 64;
/// A connection on which no whole head arrives for this long is closed, also between two requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// What comes behind a head has to be whole after this time.
const SENT_TIMEOUT: Duration = Duration::from_secs(10);
const BACKLOG: i32 = 4_096;
/// After a failed accept (no file descriptor left): wait a moment and try again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What the accept loops need.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) threads: usize,
    pub(crate) connections_max: usize,
    pub(crate) drain: Duration,
}

/// The server, running.
#[derive(Debug)]
pub(crate) struct Server {
    /// Where it listens, with the port that the system gave.
    pub(crate) address: SocketAddr,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
}

impl Server {
    /// Binds the address and starts to answer.
    pub(crate) fn start(listen: SocketAddr, site: &Site, limits: &Limits) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        if listen.port() != 0 {
            // Sockets that share a port would also share it with another paper; this one does not, and fails instead.
            drop(std::net::TcpListener::bind(listen)?);
        }
        let first = bind(listen)?;
        let address = first.local_addr()?;
        let mut listeners = vec![first];
        for _ in 1..limits.threads.max(1) {
            listeners.push(bind(address)?);
        }
        let open = Arc::new(AtomicUsize::new(0));
        let mut threads = Vec::new();
        for (number, listener) in listeners.into_iter().enumerate() {
            let (site, limits) = (site.clone(), limits.clone());
            let (open, stopped) = (Arc::clone(&open), stopped.clone());
            let thread = std::thread::Builder::new().name(format!("readers-{number}"));
            threads.push(thread.spawn(move || run(listener, site, &limits, &open, stopped))?);
        }
        Ok(Self { address, stop, threads })
    }

    /// Takes no more connections, lets answers under way finish within the drain time, and returns.
    pub(crate) fn stop(self) {
        let _ = self.stop.send(true);
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

/// A socket on which several loops can listen.
fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

fn run(
    listener: std::net::TcpListener,
    site: Site,
    limits: &Limits,
    open: &Arc<AtomicUsize>,
    stopped: watch::Receiver<bool>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "a reader thread cannot run");
            return;
        }
    };
    LocalSet::new().block_on(&runtime, accept(listener, site, limits, open, stopped));
}

async fn accept(
    listener: std::net::TcpListener,
    site: Site,
    limits: &Limits,
    open: &Arc<AtomicUsize>,
    mut stopped: watch::Receiver<bool>,
) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "a socket cannot be listened on");
            return;
        }
    };
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                if open.fetch_add(1, Ordering::Relaxed) >= limits.connections_max {
                    open.fetch_sub(1, Ordering::Relaxed);
                    continue;
                }
                let (site, open) = (site.clone(), Arc::clone(open));
                let stopped = stopped.clone();
                connections.spawn_local(async move {
                    serve(stream, peer, site, stopped).await;
                    open.fetch_sub(1, Ordering::Relaxed);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, drained).await.is_err() {
        tracing::warn!("some answers were not finished within the drain time");
    }
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    site: Site,
    mut stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: Request<Incoming>| {
        let site = &site;
        async move { Ok::<Response<Pieces>, Infallible>(answer(site, request, peer).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(site: &Site, request: Request<Incoming>, peer: SocketAddr) -> Response<Pieces> {
    let (head, body) = request.into_parts();
    let sent = match Site::sent_bytes_max(&head.method, head.uri.path()) {
        0 => Sent::Nothing,
        bytes_max => sent(body, bytes_max).await,
    };
    site.answer_to(&head.method, &head.uri, &head.headers, peer.ip(), sent).await
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
