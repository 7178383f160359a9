//! The paper over TLS, in HTTP/1.1 and HTTP/2, on a socket of the file system, and to more connections than it takes: the
//! same answers by every way in.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tokio_rustls::TlsConnector;

use crate::ask::{Ask, HOST, Reply};
use crate::paper::{Plan, TestPaper, wait};
use crate::server::{Limits, Tls};
use crate::wire::{Wire, limits};

/// How long a test waits for bytes that have to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How much may be on its way to a test.
const WINDOW_BYTES: u32 = 16 << 20;

/// A certificate for the paper's host, with its key, in a folder.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (certificate, key)
}

/// A client that trusts this certificate alone.
fn client(certificate: &Path, protocol: &[u8]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Arc::new(config)
}

fn host() -> ServerName<'static> {
    ServerName::try_from(HOST).unwrap()
}

/// One request over TLS in HTTP/1.1; everything that came back.
fn over_http1(address: SocketAddr, config: &Arc<ClientConfig>, head: &str) -> String {
    let connection = ClientConnection::new(Arc::clone(config), host()).unwrap();
    let socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut stream = StreamOwned::new(connection, socket);
    stream.write_all(head.as_bytes()).unwrap();
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    String::from_utf8_lossy(&all).into_owned()
}

/// Requests at the same time on one HTTP/2 connection, in the order in which they were asked.
fn over_http2(address: SocketAddr, config: &Arc<ClientConfig>, asks: &[Ask]) -> Vec<Reply> {
    wait(async {
        let socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let connector = TlsConnector::from(Arc::clone(config));
        let stream = connector.connect(host(), socket).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        // Answers are read one after another: those behind have to find room meanwhile.
        let mut builder = h2::client::Builder::new();
        builder.initial_window_size(WINDOW_BYTES).initial_connection_window_size(WINDOW_BYTES);
        let (mut requests, connection) = builder.handshake::<_, Bytes>(stream).await.unwrap();
        let driving = tokio::spawn(connection);
        let mut answers = Vec::new();
        for ask in asks {
            let address = format!("https://{HOST}{}", ask.target);
            let mut request = Request::builder().method(ask.method.clone()).uri(address);
            for (name, value) in &ask.headers {
                if name != http::header::HOST {
                    request = request.header(name, value);
                }
            }
            requests = requests.ready().await.unwrap();
            let (answer, _) = requests.send_request(request.body(()).unwrap(), true).unwrap();
            answers.push(answer);
        }
        let mut replies = Vec::new();
        for answer in answers {
            let (head, mut stream) = answer.await.unwrap().into_parts();
            let mut body = Vec::new();
            while let Some(piece) = stream.data().await {
                let piece: Bytes = piece.unwrap();
                stream.flow_control().release_capacity(piece.len()).unwrap();
                body.extend_from_slice(&piece);
            }
            replies.push(Reply { status: head.status, headers: head.headers, body: body.into() });
        }
        drop(requests);
        driving.abort();
        replies
    })
}

/// TLS for the paper's host, and a client that trusts it alone.
pub(crate) struct Speaking {
    pub(crate) tls: Tls,
    config: Arc<ClientConfig>,
}

impl Speaking {
    /// With a certificate of its own, kept in a folder.
    pub(crate) fn certified(folder: &Path) -> Self {
        let (certificate, key) = certificate(folder);
        let tls = Tls::read(&certificate, &key).unwrap();
        Self { tls, config: client(&certificate, b"h2") }
    }

    /// Requests at the same time on one HTTP/2 connection.
    pub(crate) fn over_http2(&self, address: SocketAddr, asks: &[Ask]) -> Vec<Reply> {
        over_http2(address, &self.config, asks)
    }
}

/// A paper with TLS, and what it takes to speak with it.
struct Spoken {
    paper: TestPaper,
    wire: Wire,
    tls: Tls,
    certificate: PathBuf,
    key: PathBuf,
}

fn spoken() -> Spoken {
    let url = Some("https://paper.example");
    let paper = TestPaper::open(&Plan { public_url: url, ..Plan::default() });
    let (certificate, key) = certificate(paper.folder.path());
    let tls = Tls::read(&certificate, &key).unwrap();
    let wire = Wire::listening(&paper, Some(tls.clone()), None, &limits());
    Spoken { paper, wire, tls, certificate, key }
}

#[test]
fn http2_and_http1_over_tls_answer_as_the_site_does() {
    let Spoken { paper, wire, certificate, .. } = spoken();
    let target = paper.path("m01");
    let known = paper.get(&target);
    assert_eq!(known.status, StatusCode::OK);
    let config = client(&certificate, b"h2");
    let asks = [
        Ask::get(&target),
        Ask::get(&target).with("accept-encoding", "gzip"),
        Ask::get(&target).with("if-none-match", known.header("etag")),
        Ask::new(Method::HEAD, &target),
        Ask::get("/nothing/here"),
    ];
    let replies = over_http2(wire.address(), &config, &asks);
    for (reply, ask) in replies.iter().zip(&asks) {
        reply.check(ask);
        paper.assert_tight(reply, &[], &ask.target);
    }
    assert_eq!(replies[0].body, known.body);
    assert_eq!(replies[1].header("content-encoding"), "gzip");
    assert_eq!(replies[1].text(), known.text());
    assert_eq!(replies[2].status, StatusCode::NOT_MODIFIED);
    assert_eq!((replies[3].status, replies[3].body.len()), (StatusCode::OK, 0));
    assert_eq!(replies[4].status, StatusCode::NOT_FOUND);

    let config = client(&certificate, b"http/1.1");
    let head = format!("GET {target} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
    let answer = over_http1(wire.address(), &config, &head);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with(&known.text()));
}

#[test]
fn a_reading_over_http2_opens_the_article_and_no_more() {
    let Spoken { paper, wire, certificate, .. } = spoken();
    let config = client(&certificate, b"h2");
    let origin = "https://paper.example";
    let post = Ask::form(&paper.sheet("m01").reading()).instead("origin", origin);
    let reply = &over_http2(wire.address(), &config, &[post])[0];
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-m="), "{cookie}");
    let with_cookie = |target: &str| Ask::get(target).with("cookie", &cookie);
    let asks = [with_cookie(&paper.path("m01")), with_cookie(&paper.path("m02"))];
    let replies = over_http2(wire.address(), &config, &asks);
    assert!(paper.is_whole(&replies[0], "m01"));
    paper.assert_tight(&replies[0], &["m01"], "the article that was opened");
    paper.assert_tight(&replies[1], &[], "another article");
}

#[test]
fn a_renewed_certificate_is_shown_and_a_broken_one_is_not() {
    let Spoken { paper, wire, tls, certificate: shown, key } = spoken();
    let head = format!("GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
    let config = client(&shown, b"http/1.1");
    let is_trusted = |config: &Arc<ClientConfig>| {
        let connection = ClientConnection::new(Arc::clone(config), host()).unwrap();
        let socket = TcpStream::connect(wire.address()).unwrap();
        let mut stream = StreamOwned::new(connection, socket);
        stream.write_all(head.as_bytes()).is_ok()
    };
    assert!(is_trusted(&config));
    assert!(!tls.refresh().unwrap(), "nothing has changed");

    // Half of a renewal: the key is another one by now, or the file is not whole.
    let fresh = tempfile::tempdir().unwrap();
    let (renewed, renewed_key) = certificate(fresh.path());
    std::fs::copy(&renewed, &shown).unwrap();
    std::fs::write(&key, "").unwrap();
    assert!(tls.refresh().is_err());
    assert!(is_trusted(&config), "the certificate of before stays");
    std::fs::copy(&renewed_key, &key).unwrap();
    assert!(tls.refresh().unwrap());
    assert!(!is_trusted(&config), "the old certificate is not shown any more");
    assert!(is_trusted(&client(&renewed, b"http/1.1")));
    drop(paper);
}

#[test]
fn files_that_are_no_certificate_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let (shown, key) = certificate(folder.path());
    let other = tempfile::tempdir().unwrap();
    let (_, other_key) = certificate(other.path());
    let fault = |certificate: &Path, key: &Path| {
        format!("{:#}", Tls::read(certificate, key).expect_err("a fault"))
    };
    let missing = folder.path().join("missing.pem");
    assert!(fault(&missing, &key).contains("missing.pem"));
    assert!(fault(&shown, &missing).contains("missing.pem"));
    assert!(fault(&key, &key).contains("no certificate"));
    assert!(fault(&shown, &shown).contains("no private key"));
    assert!(fault(&shown, &other_key).contains("is not the key of"));
    let large = folder.path().join("large.pem");
    std::fs::write(&large, vec![b'-'; (1 << 20) + 1]).unwrap();
    assert!(fault(&large, &key).contains("larger than"));
    assert!(Tls::read(&shown, &key).is_ok());
}

#[test]
fn before_a_certificate_is_handed_over_there_is_no_handshake_and_a_proof_is_nobody_elses() {
    let paper = TestPaper::new();
    let tls = Tls::awaiting().unwrap();
    let wire = Wire::listening(&paper, Some(tls.clone()), None, &limits());
    let folder = tempfile::tempdir().unwrap();
    let (shown, key) = certificate(folder.path());
    // The certificate that is shown to a client that offers this protocol, if the handshake comes to an end.
    let shown_to = |protocol: &[u8], name: &'static str| {
        let config = client(&shown, protocol);
        let name = ServerName::try_from(name).unwrap();
        let mut connection = ClientConnection::new(config, name).unwrap();
        let mut socket = TcpStream::connect(wire.address()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        while connection.is_handshaking() {
            if connection.complete_io(&mut socket).is_err() {
                break;
            }
        }
        let chain = connection.peer_certificates().map(|chain| chain[0].to_vec());
        (chain, connection.alpn_protocol().map(<[u8]>::to_vec))
    };
    for protocol in [&b"h2"[..], b"http/1.1", b"acme-tls/1"] {
        assert_eq!(shown_to(protocol, HOST).0, None, "nothing is there yet");
    }
    let pem = |path: &Path| std::fs::read(path).unwrap();
    tls.hand(&[pem(&shown), pem(&key)].concat()).unwrap();
    let own = CertificateDer::from_pem_file(&shown).unwrap().to_vec();
    assert_eq!(shown_to(b"h2", HOST).0, Some(own.clone()));
    assert_eq!(shown_to(b"acme-tls/1", HOST).0, None, "nothing is to be proven");

    let proof_key = rcgen::KeyPair::generate().unwrap();
    let mut proof = rcgen::CertificateParams::new([HOST.to_owned()]).unwrap();
    proof.custom_extensions = vec![rcgen::CustomExtension::new_acme_identifier(&[9; 32])];
    let proof = proof.self_signed(&proof_key).unwrap();
    tls.prove(HOST, proof.der(), &proof_key.serialize_der()).unwrap();
    // The client does not trust it, and so it is seen in the refusal alone: what counts is that it is another one.
    assert_ne!(shown_to(b"acme-tls/1", HOST).0, Some(own.clone()));
    assert_eq!(shown_to(b"acme-tls/1", "other.example").0, None);
    assert_eq!(shown_to(b"h2", HOST).0, Some(own.clone()), "readers never see a proof");
    assert!(tls.hand(b"nonsense").is_err(), "the one of before stays");
    assert_eq!(shown_to(b"http/1.1", HOST).0, Some(own));
    tls.proven();
    assert_eq!(shown_to(b"acme-tls/1", HOST).0, None);
}

#[test]
fn plain_http_at_the_address_of_tls_gets_no_page() {
    let Spoken { wire, .. } = spoken();
    let answer = wire.ask(&["GET / HTTP/1.1", "Host: paper.example"]);
    assert_eq!(answer.status, 0, "{}", answer.head);
}

#[test]
fn a_socket_of_the_file_system_answers_as_the_address_does() {
    let paper = TestPaper::new();
    let path = paper.folder.path().join("readers.sock");
    // One that a killed program left behind.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let wire = Wire::listening(&paper, None, Some(path.clone()), &limits());
    let known = paper.get(&paper.path("m01"));
    let mut stream = UnixStream::connect(&path).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head =
        format!("GET {} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n", paper.path("m01"));
    stream.write_all(head.as_bytes()).unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    assert!(all.ends_with(&known.body));
    drop(wire);
    assert!(!path.exists(), "the socket goes with the server");
}

#[test]
fn connections_beyond_the_limit_are_told_to_come_back() {
    let paper = TestPaper::new();
    for limits in [
        Limits { connections_max: 2, ..limits() },
        Limits { address_connections_max: 2, ..limits() },
    ] {
        let wire = Wire::listening(&paper, None, None, &limits);
        let ask = |stream: &mut TcpStream| {
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: paper.example\r\n\r\n").unwrap();
            let mut first = [0; 64];
            let read = stream.read(&mut first).unwrap();
            String::from_utf8_lossy(&first[..read]).into_owned()
        };
        let mut held: Vec<TcpStream> =
            (0..2).map(|_| TcpStream::connect(wire.address()).unwrap()).collect();
        for stream in &mut held {
            assert!(ask(stream).starts_with("HTTP/1.1 200"));
        }
        let beyond = wire.ask(&["GET / HTTP/1.1", "Host: paper.example"]);
        assert_eq!(beyond.status, 503);
        assert_eq!(beyond.header("retry-after"), "5");
        assert!(beyond.all.ends_with(b"too many connections; wait\n"));
        held.clear();
        // The place is free when the server has seen that they are gone.
        let is_free = (0..200).any(|_| {
            std::thread::yield_now();
            wire.ask(&["GET / HTTP/1.1", "Host: paper.example"]).status == 200
        });
        assert!(is_free);
    }
}

#[test]
fn a_paper_that_is_https_says_so_and_no_other() {
    for (url, said) in [
        (Some("https://paper.example"), "max-age=31536000"),
        (Some("http://paper.example"), ""),
        (None, ""),
    ] {
        let paper = TestPaper::open(&Plan { public_url: url, ..Plan::default() });
        for target in ["/".to_owned(), paper.path("m01"), "/nothing/here".to_owned()] {
            let reply = paper.get(&target);
            assert_eq!(reply.header("strict-transport-security"), said, "{target} of {url:?}");
        }
    }
}
