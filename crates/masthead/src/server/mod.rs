//! The accept loops: one thread with its own runtime and its own socket for each core, and an orderly stop.
//!
//! No page is made here and nothing is decided: a request goes to the site, and its answer goes out.

mod access_log;
mod connection;
mod date;
mod descriptors;
mod door;
#[cfg(test)]
mod held;
mod lane;
mod peers;
mod plain;
mod tls;
mod watch;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::net::SendFlags;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::runtime;
use tokio::sync::watch as signal;
use tokio::task::{JoinSet, LocalSet};
use tokio_rustls::TlsAcceptor;
use web::{Site, TrustedProxy};

pub(crate) use self::access_log::{AccessLog, Addresses, Writing};
use self::date::Date;
use self::door::Door;
use self::lane::Spare;
use self::peers::{Peers, Place};
pub(crate) use self::tls::Tls;
use self::watch::Watchers;

const BACKLOG: i32 = 4_096;
/// After a failed accept (no file descriptor left): wait a moment and try again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// A TLS handshake has to be done after this time.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections beyond the limit that are told so at a time, on one thread; the others are closed without a word.
const TURNED_AWAY_MAX: usize = 256;
/// How long that may take.
const TURNING_AWAY: Duration = Duration::from_secs(2);
/// Who speaks through a socket of this machine's own.
const OURSELVES: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const TURNED_AWAY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n\
    Content-Type: text/plain; charset=utf-8\r\nCache-Control: private, no-store\r\nConnection: close\r\n\
    Content-Length: 27\r\n\r\ntoo many connections; wait\n";

/// Where readers are answered.
#[derive(Debug, Clone)]
pub(crate) struct Listening {
    /// The address; the system gives a port where it names none.
    pub(crate) address: SocketAddr,
    /// Whether TLS is spoken there.
    pub(crate) tls: Option<Tls>,
    /// A unix socket too, for a web server on the same machine. It speaks plain HTTP.
    pub(crate) socket: Option<PathBuf>,
    /// Where requests are recorded, if anywhere.
    pub(crate) access_log: Option<AccessLog>,
}

/// What the accept loops need.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) threads: usize,
    pub(crate) connections_max: usize,
    /// From one address; the operator's own proxies are not held by it.
    pub(crate) address_connections_max: usize,
    pub(crate) trusted_proxies: Vec<TrustedProxy>,
    pub(crate) drain: Duration,
}

/// The server, running.
#[derive(Debug)]
pub(crate) struct Server {
    /// Where it listens, with the port that the system gave.
    pub(crate) address: SocketAddr,
    stop: signal::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
    socket: Option<PathBuf>,
}

/// A socket that is listened on, before a loop has it.
#[derive(Debug)]
enum Bound {
    Tcp(std::net::TcpListener),
    Unix(std::os::unix::net::UnixListener),
}

impl Server {
    /// Binds the addresses and starts to answer. Sockets that a service manager hands over (`LISTEN_FDS`) are used as they
    /// are: the first TCP one instead of the address, the first unix one instead of the path.
    pub(crate) fn start(listening: &Listening, site: &Site, limits: &Limits) -> io::Result<Self> {
        let (stop, stopped) = signal::channel(false);
        let threads_max = limits.threads.max(1);
        let handed = Handed::take()?;
        let mut bound: Vec<Vec<Bound>> = Vec::new();
        let address = if let Some(first) = handed.tcp {
            for _ in 0..threads_max {
                bound.push(vec![Bound::Tcp(first.try_clone()?)]);
            }
            first.local_addr()?
        } else {
            let wanted = listening.address;
            if wanted.port() != 0 {
                // Sockets that share a port would also share it with another paper; this one does not, and fails instead.
                drop(std::net::TcpListener::bind(wanted)?);
            }
            let first = bind(wanted)?;
            let address = first.local_addr()?;
            bound.push(vec![Bound::Tcp(first)]);
            for _ in 1..threads_max {
                bound.push(vec![Bound::Tcp(bind(address)?)]);
            }
            address
        };
        let own = match (&handed.unix, &listening.socket) {
            (None, Some(path)) => Some((path.clone(), bind_path(path)?)),
            _ => None,
        };
        if let Some(unix) = handed.unix.as_ref().or(own.as_ref().map(|(_, unix)| unix)) {
            for sockets in &mut bound {
                sockets.push(Bound::Unix(unix.try_clone()?));
            }
        }
        let proxies = limits.trusted_proxies.clone();
        let all_max = descriptors::connections(limits.connections_max);
        let peers = Arc::new(Peers::new(all_max, limits.address_connections_max, proxies));
        let mut threads = Vec::new();
        for (number, sockets) in bound.into_iter().enumerate() {
            let (site, peers, stopped) = (site.clone(), Arc::clone(&peers), stopped.clone());
            let (listening, drain) = (listening.clone(), limits.drain);
            let thread = std::thread::Builder::new().name(format!("readers-{number}"));
            threads.push(
                thread.spawn(move || run(sockets, &listening, &site, &peers, drain, &stopped))?,
            );
        }
        Ok(Self { address, stop, threads, socket: own.map(|(path, _)| path) })
    }

    /// Takes no more connections, lets answers under way finish within the drain time, and returns.
    pub(crate) fn stop(self) {
        let _ = self.stop.send(true);
        for thread in self.threads {
            let _ = thread.join();
        }
        if let Some(path) = self.socket {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// What a service manager listens on for us.
#[derive(Default)]
struct Handed {
    tcp: Option<std::net::TcpListener>,
    unix: Option<std::os::unix::net::UnixListener>,
}

impl Handed {
    fn take() -> io::Result<Self> {
        let mut given = listenfd::ListenFd::from_env();
        let mut handed = Self::default();
        for number in 0..given.len() {
            if handed.tcp.is_none()
                && let Ok(Some(tcp)) = given.take_tcp_listener(number)
            {
                tcp.set_nonblocking(true)?;
                handed.tcp = Some(tcp);
            } else if handed.unix.is_none()
                && let Ok(Some(unix)) = given.take_unix_listener(number)
            {
                unix.set_nonblocking(true)?;
                handed.unix = Some(unix);
            }
        }
        Ok(handed)
    }
}

/// A socket on which several loops can listen.
fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// A socket in the file system. One that nobody answers at is what a killed program left, and goes.
fn bind_path(path: &std::path::Path) -> io::Result<std::os::unix::net::UnixListener> {
    use std::os::unix::net::{UnixListener, UnixStream};
    let bound = UnixListener::bind(path).or_else(|error| {
        let is_left = error.kind() == io::ErrorKind::AddrInUse
            && UnixStream::connect(path)
                .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        if !is_left {
            return Err(error);
        }
        std::fs::remove_file(path)?;
        UnixListener::bind(path)
    })?;
    // Whoever may reach it by its folder may connect, as to a port of this machine.
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o666))?;
    bound.set_nonblocking(true)?;
    Ok(bound)
}

fn run(
    sockets: Vec<Bound>,
    listening: &Listening,
    site: &Site,
    peers: &Arc<Peers>,
    drain: Duration,
    stopped: &signal::Receiver<bool>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "a reader thread cannot run");
            return;
        }
    };
    let watchers = Rc::new(Watchers::default());
    let (date, spare) = (Rc::new(Date::new()), Rc::new(Spare::default()));
    LocalSet::new().block_on(&runtime, async {
        let (looking, looked) = (Rc::clone(&watchers), Rc::clone(&date));
        let look = tokio::task::spawn_local(async move {
            loop {
                tokio::time::sleep(watch::LOOK_EVERY).await;
                looking.look();
                looked.look();
            }
        });
        let mut loops = JoinSet::new();
        for socket in sockets {
            let hall = Hall {
                site: site.clone(),
                peers: Arc::clone(peers),
                watchers: Rc::clone(&watchers),
                date: Rc::clone(&date),
                spare: Rc::clone(&spare),
                tls: listening.tls.as_ref().map(Tls::acceptor),
                access_log: listening.access_log.clone(),
            };
            match Listener::new(socket) {
                Ok(listener) => {
                    drop(loops.spawn_local(hall.accept(listener, drain, stopped.clone())));
                }
                Err(error) => tracing::error!(%error, "a socket cannot be listened on"),
            }
        }
        while loops.join_next().await.is_some() {}
        look.abort();
    });
}

/// A socket that a loop listens on.
enum Listener {
    /// The same socket twice: to wait for the first who comes, and to take all who stand behind at once.
    Tcp(TcpListener, std::net::TcpListener),
    Unix(UnixListener),
}

/// A connection as it comes.
enum Stream {
    Tcp(Tcp, IpAddr),
    Unix(UnixStream),
}

enum Tcp {
    Waited(TcpStream),
    /// Nobody waits for it yet: whoever is turned away costs no more than that.
    Taken(std::net::TcpStream),
}

impl Listener {
    fn new(bound: Bound) -> io::Result<Self> {
        match bound {
            Bound::Tcp(socket) => {
                let same = socket.try_clone()?;
                TcpListener::from_std(socket).map(|first| Self::Tcp(first, same))
            }
            Bound::Unix(socket) => UnixListener::from_std(socket).map(Self::Unix),
        }
    }

    /// The first who comes.
    async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(socket, _) => {
                let (stream, peer) = socket.accept().await?;
                Ok(Stream::Tcp(Tcp::Waited(stream), peer.ip()))
            }
            Self::Unix(socket) => Ok(Stream::Unix(socket.accept().await?.0)),
        }
    }

    /// Who stands behind, if anybody does.
    fn accept_at_once(&self) -> io::Result<Option<Stream>> {
        let Self::Tcp(_, socket) = self else { return Ok(None) };
        match socket.accept() {
            Ok((stream, peer)) => {
                stream.set_nonblocking(true)?;
                Ok(Some(Stream::Tcp(Tcp::Taken(stream), peer.ip())))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Tcp {
    /// A connection that the runtime waits for.
    fn waited(self) -> io::Result<TcpStream> {
        let stream = match self {
            Self::Waited(stream) => stream,
            Self::Taken(stream) => TcpStream::from_std(stream)?,
        };
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    fn taken(self) -> io::Result<std::net::TcpStream> {
        match self {
            Self::Waited(stream) => stream.into_std(),
            Self::Taken(stream) => Ok(stream),
        }
    }
}

/// What the connections of one thread share.
struct Hall {
    site: Site,
    peers: Arc<Peers>,
    watchers: Rc<Watchers>,
    date: Rc<Date>,
    spare: Rc<Spare>,
    tls: Option<TlsAcceptor>,
    access_log: Option<AccessLog>,
}

impl Hall {
    async fn accept(
        self,
        listener: Listener,
        drain: Duration,
        mut stopped: signal::Receiver<bool>,
    ) {
        let hall = Rc::new(self);
        let (mut connections, mut turned_away) = (JoinSet::new(), JoinSet::new());
        let mut door = Door::default();
        loop {
            let mut came = tokio::select! {
                // Without the runtime's own measure of a turn, which is a few dozen: the door has its own.
                came = tokio::task::unconstrained(listener.accept()) => came.map(Some),
                _ = stopped.changed() => break,
                Some(_) = connections.join_next(), if !connections.is_empty() => continue,
                Some(_) = turned_away.join_next(), if !turned_away.is_empty() => continue,
            };
            let began = Instant::now();
            // Let in or turned away: never more in a turn than can have stood there at its beginning.
            for _ in 0..BACKLOG {
                let Ok(Some(stream)) = came else { break };
                match hall.place(&mut door, &stream) {
                    Some(place) => {
                        connections.spawn_local(Rc::clone(&hall).serve(stream, place));
                    }
                    None => {
                        if hall.tls.is_none()
                            && let Stream::Tcp(stream, _) = stream
                            && let Some(stream) = turn_away_at_once(stream)
                            && turned_away.len() < TURNED_AWAY_MAX
                        {
                            turned_away.spawn_local(turn_away(stream));
                        }
                    }
                }
                came = if door.is_open() { listener.accept_at_once() } else { Ok(None) };
            }
            if let Err(error) = came {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
            // Those who left make room, however many came meanwhile.
            while connections.try_join_next().is_some() || turned_away.try_join_next().is_some() {}
            // Everybody inside has a step before the next look.
            tokio::task::yield_now().await;
            door.turned(began.elapsed());
        }
        drop(listener);
        hall.watchers.finish();
        let drained = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(drain, drained).await.is_err() {
            tracing::warn!("some answers were not finished within the drain time");
        }
    }

    /// The place of somebody who came, unless there are too many.
    fn place(&self, door: &mut Door, stream: &Stream) -> Option<Place> {
        let peer = match stream {
            Stream::Tcp(_, peer) => Some(*peer),
            Stream::Unix(_) => None,
        };
        door.lets_in().then(|| self.peers.enter(peer))?
    }

    async fn serve(self: Rc<Self>, stream: Stream, place: Place) {
        if let Err(error) = self.answer_all(stream).await {
            tracing::warn!(%error, "a connection could not be waited for");
        }
        drop(place);
    }

    async fn answer_all(&self, stream: Stream) -> io::Result<()> {
        match (stream, &self.tls) {
            // Apart, since it is the larger by far: a connection without TLS does not carry the room for one with it.
            (Stream::Tcp(stream, peer), Some(tls)) => {
                Box::pin(self.answer_securely(tls, stream.waited()?, peer)).await;
            }
            (Stream::Tcp(stream, peer), None) => {
                self.answer(stream.waited()?, false, peer).await;
            }
            (Stream::Unix(stream), _) => Box::pin(self.answer(stream, false, OURSELVES)).await,
        }
        Ok(())
    }

    async fn answer_securely(&self, tls: &TlsAcceptor, stream: TcpStream, peer: IpAddr) {
        // The handshake's room is let go before the connection takes its own.
        let shaken = Box::pin(tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream))).await;
        match shaken {
            // A certificate authority has seen what it came for.
            Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(tls::PROVING) => {}
            Ok(Ok(stream)) => {
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                self.answer(stream, is_http2, peer).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn answer<S>(&self, stream: S, is_http2: bool, peer: IpAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        connection::serve(stream, is_http2, peer, self).await;
    }
}

/// Tells somebody whose request is there that there are too many; gives those back whose request is still on its way.
fn turn_away_at_once(stream: Tcp) -> Option<TcpStream> {
    use std::io::Read;
    let mut stream = stream.taken().ok()?;
    let mut head = [0; 4_096];
    match stream.read(&mut head) {
        Ok(1..) => {
            // It fits into what the system holds for a new connection, and goes out in one packet with the end of it.
            let _ = rustix::net::send(&stream, TURNED_AWAY, SendFlags::MORE | SendFlags::NOSIGNAL);
            None
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => TcpStream::from_std(stream).ok(),
        Ok(0) | Err(_) => None,
    }
}

/// Tells somebody that there are too many, once the request is there: whoever closes on unread bytes takes the answer back.
async fn turn_away(mut stream: TcpStream) {
    let told = async {
        let mut head = [0; 1_024];
        let _ = stream.read(&mut head).await;
        if stream.write_all(TURNED_AWAY).await.is_ok() && stream.shutdown().await.is_ok() {
            while stream.read(&mut head).await.is_ok_and(|read| read > 0) {}
        }
    };
    let _ = tokio::time::timeout(TURNING_AWAY, told).await;
}
