//! A certificate from a real authority: pebble, Let's Encrypt's own server for trials, on loopback. The program proves its
//! name on its TLS port, gets the certificate, keeps it, renews it, and keeps the old one where it is refused.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, ServerConnection,
    SignatureScheme, StreamOwned,
};

use crate::program::{Room, Running, Served, until};

/// The longest that one answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const NAME: &str = "localhost";

/// A port that the system gives, and that is free again.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Pebble, and where the program has to listen so that it is found.
struct Authority {
    _running: Running,
    directory: String,
    roots: PathBuf,
    proving_port: u16,
}

/// Starts pebble with certificates that live for so long. It refuses the name `blocked.example`.
fn authority(room: &Room, life_seconds: u64) -> Authority {
    let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
    let roots = room.write("directory.pem", made.cert.pem());
    let key = room.write("directory.key", made.signing_key.serialize_pem());
    let (directory_port, proving_port) = (port(), port());
    let address = format!("127.0.0.1:{directory_port}");
    let config = serde_json::json!({ "pebble": {
        "listenAddress": address,
        "managementListenAddress": format!("127.0.0.1:{}", port()),
        "certificate": roots,
        "privateKey": key,
        "httpPort": port(),
        "tlsPort": proving_port,
        "ocspResponderURL": "",
        "externalAccountBindingRequired": false,
        "domainBlocklist": ["blocked.example"],
        "certificateValidityPeriod": life_seconds,
    }});
    let config = room.write("pebble.json", config.to_string());
    let log = std::fs::File::create(room.path("pebble.log")).unwrap();
    let started = Command::new("pebble")
        .arg("-config")
        .arg(config)
        .env("PEBBLE_VA_NOSLEEP", "1")
        .env("PEBBLE_AUTHZREUSE", "0")
        .stdin(Stdio::null())
        .stderr(log.try_clone().unwrap())
        .stdout(log)
        .spawn();
    let started = started.unwrap_or_else(|error| {
        panic!("pebble cannot be started ({error}); install the Debian package `pebble`")
    });
    let running = Running(started);
    until("pebble", || TcpStream::connect(&address).ok());
    let directory = format!("https://{NAME}:{directory_port}/dir");
    Authority { _running: running, directory, roots, proving_port }
}

impl Authority {
    /// A configuration that gets a certificate for these names.
    fn configure(&self, room: &Room, names: &str) {
        let Self { directory, roots, proving_port, .. } = self;
        let roots = roots.display();
        room.write(
            "masthead.toml",
            format!(
                "data = \"paper\"\nlisten = \"127.0.0.1:{proving_port}\"\n\
                 operator_listen = \"127.0.0.1:0\"\ncertificate_names = \"{names}\"\n\
                 certificate_directory = \"{directory}\"\ncertificate_roots = \"{roots}\"\n\
                 certificate_contact = \"desk@courier.example\"\n"
            ),
        );
    }
}

/// Takes any certificate: the test looks at it itself.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}

fn client(protocol: &[u8]) -> Arc<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody));
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Arc::new(config)
}

/// The certificate that readers are shown, if there is one.
fn shown(paper: &Served<'_>) -> Option<Vec<u8>> {
    let name = ServerName::try_from(NAME).unwrap();
    let mut connection = ClientConnection::new(client(b"http/1.1"), name).unwrap();
    let mut socket = TcpStream::connect(&paper.address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    while connection.is_handshaking() {
        connection.complete_io(&mut socket).ok()?;
    }
    Some(connection.peer_certificates()?[0].to_vec())
}

/// Waits until readers are shown a certificate.
#[track_caller]
fn issued(paper: &Served<'_>) -> Vec<u8> {
    until("a certificate", || {
        let logged = paper.logged();
        assert!(!logged.contains("no certificate that is in order"), "{logged}");
        shown(paper)
    })
}

/// The status line of the front page in HTTP/1.1.
fn front_page(paper: &Served<'_>) -> String {
    let name = ServerName::try_from(NAME).unwrap();
    let connection = ClientConnection::new(client(b"http/1.1"), name).unwrap();
    let socket = TcpStream::connect(&paper.address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut stream = StreamOwned::new(connection, socket);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    String::from_utf8_lossy(&all).lines().next().unwrap_or_default().to_owned()
}

/// The status of the front page in HTTP/2.
fn front_page_over_http2(paper: &Served<'_>) -> u16 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let socket = tokio::net::TcpStream::connect(&paper.address).await.unwrap();
        let connector = tokio_rustls::TlsConnector::from(client(b"h2"));
        let name = ServerName::try_from(NAME).unwrap();
        let stream = connector.connect(name, socket).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (requests, connection) = h2::client::handshake(stream).await.unwrap();
        let driving = tokio::spawn(connection);
        let request = ::http::Request::get("https://localhost/").body(()).unwrap();
        let mut requests = requests.ready().await.unwrap();
        let (answer, _) = requests.send_request(request, true).unwrap();
        let status = answer.await.unwrap().status().as_u16();
        driving.abort();
        status
    })
}

/// The first certificate of a file.
fn kept(path: &Path) -> Vec<u8> {
    CertificateDer::from_pem_file(path).unwrap().to_vec()
}

fn serve(room: &Room) -> Served<'_> {
    room.serve(&["serve", "--config", "masthead.toml"])
}

const A_YEAR: u64 = 365 * 24 * 3_600;

#[test]
fn a_certificate_is_issued_kept_and_not_asked_for_again() {
    let room = Room::new();
    let authority = authority(&room, A_YEAR);
    authority.configure(&room, NAME);
    let paper = serve(&room);
    let first = issued(&paper);
    assert_eq!(front_page(&paper), "HTTP/1.1 200 OK");
    assert_eq!(front_page_over_http2(&paper), 200);
    let folder = room.path("paper/certificates");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = folder.join("certificate.pem");
    assert_eq!(kept(&file), first);
    assert_eq!(
        [mode(&folder), mode(&file), mode(&folder.join("account.json"))],
        [0o700, 0o600, 0o600]
    );
    assert!(!folder.join("attempt.json").exists(), "{}", paper.logged());
    let sound = room.run(&["doctor", "--config", "masthead.toml"]).fine();
    assert!(sound.contains("ok     certificate: it ends at "), "{sound}");
    let logged = paper.logged();
    assert!(logged.contains("a certificate was issued"), "{logged}");
    assert_eq!(paper.stop().code(), Some(0));

    let paper = serve(&room);
    assert_eq!(shown(&paper), Some(first), "shown from the first moment");
    assert_eq!(front_page(&paper), "HTTP/1.1 200 OK");
    std::thread::sleep(Duration::from_secs(2));
    assert!(!paper.logged().contains("is asked for"), "{}", paper.logged());
    assert_eq!(paper.stop().code(), Some(0));
}

#[test]
fn a_certificate_is_renewed_before_its_end_while_the_paper_is_read() {
    let room = Room::new();
    let authority = authority(&room, 12);
    authority.configure(&room, NAME);
    let paper = serve(&room);
    let first = issued(&paper);
    until("another one", || shown(&paper).filter(|now| *now != first));
    assert_eq!(front_page(&paper), "HTTP/1.1 200 OK");
    assert_eq!(paper.stop().code(), Some(0));
}

#[test]
fn a_refused_order_leaves_the_old_one_in_place_and_is_not_repeated() {
    let room = Room::new();
    let authority = authority(&room, A_YEAR);
    authority.configure(&room, NAME);
    let paper = serve(&room);
    let first = issued(&paper);
    assert_eq!(paper.stop().code(), Some(0));

    authority.configure(&room, &format!("{NAME}, blocked.example"));
    let paper = serve(&room);
    let refused = || paper.logged().contains("the authority refuses").then_some(());
    until("a refusal", refused);
    assert_eq!(shown(&paper), Some(first.clone()));
    assert_eq!(front_page(&paper), "HTTP/1.1 200 OK");
    let logged = paper.logged();
    assert!(logged.contains("the certificate of before stays"), "{logged}");
    let told = room.run(&["doctor", "--config", "masthead.toml"]);
    assert_eq!(told.status.code(), Some(1));
    assert!(told.out.contains("WRONG  certificate: it is not for blocked.example"), "{}", told.out);
    assert!(told.out.contains("WRONG  certificate authority: 1 failed in a row"), "{}", told.out);
    assert_eq!(paper.stop().code(), Some(0));

    // Whoever starts it again and again does not ask again and again.
    let paper = serve(&room);
    assert_eq!(shown(&paper), Some(first));
    std::thread::sleep(Duration::from_secs(2));
    assert!(!paper.logged().contains("is asked for"), "{}", paper.logged());
    assert_eq!(paper.stop().code(), Some(0));
}

#[test]
fn a_broken_file_is_put_aside_and_the_account_opened_again() {
    let room = Room::new();
    let authority = authority(&room, A_YEAR);
    authority.configure(&room, NAME);
    let folder = room.path("paper/certificates");
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["certificate.pem", "account.json", "attempt.json"] {
        std::fs::write(folder.join(name), "nonsense").unwrap();
    }
    let paper = serve(&room);
    issued(&paper);
    assert_eq!(std::fs::read(folder.join("certificate.pem.aside")).unwrap(), b"nonsense");
    assert_eq!(std::fs::read(folder.join("account.json.aside")).unwrap(), b"nonsense");
    assert!(paper.logged().contains("put aside"), "{}", paper.logged());
    assert_eq!(paper.stop().code(), Some(0));
}

/// An authority that gives one answer to everything; how often it was asked.
fn answering(room: &Room, answer: &'static str) -> (u16, PathBuf, Arc<AtomicUsize>) {
    let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
    let roots = room.write("directory.pem", made.cert.pem());
    let builder = rustls::ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()).into();
    let config = Arc::new(builder.with_single_cert(vec![made.cert.der().clone()], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, socket.unwrap());
            let mut head = [0; 4_096];
            if stream.read(&mut head).is_ok_and(|read| read > 0) {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(answer.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (port, roots, asked)
}

#[test]
fn an_authority_that_asks_to_wait_is_not_asked_again_before() {
    for (answer, told) in [
        (
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 86400\r\nContent-Length: 90\r\n\
             Connection: close\r\n\r\n{\"type\":\"urn:ietf:params:acme:error:rateLimited\",\
             \"detail\":\"too many certificates already\"}",
            "too many certificates already",
        ),
        (
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n",
            "it answers with status 503",
        ),
    ] {
        let room = Room::new();
        let (directory, roots, asked) = answering(&room, answer);
        let roots = roots.display();
        room.write(
            "masthead.toml",
            format!(
                "data = \"paper\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n\
                 certificate_names = \"{NAME}\"\ncertificate_roots = \"{roots}\"\n\
                 certificate_directory = \"https://{NAME}:{directory}/dir\"\n"
            ),
        );
        let paper = serve(&room);
        until("that it is said", || paper.logged().contains(told).then_some(()));
        let kept = std::fs::read_to_string(room.path("paper/certificates/attempt.json")).unwrap();
        let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
        assert_eq!(kept["pause_seconds"], 86_400, "{kept}");
        assert_eq!(paper.stop().code(), Some(0));
        let paper = serve(&room);
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(paper.stop().code(), Some(0));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn an_authority_that_cannot_be_reached_is_named_and_the_paper_goes_on() {
    let room = Room::new();
    let nobody = format!("https://127.0.0.1:{}/dir", port());
    room.write(
        "masthead.toml",
        format!(
            "data = \"paper\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n\
             certificate_names = \"{NAME}\"\ncertificate_directory = \"{nobody}\"\n"
        ),
    );
    let paper = serve(&room);
    let told = format!("{nobody} cannot be asked");
    until("that it is said", || paper.logged().contains(&told).then_some(()));
    assert_eq!(shown(&paper), None, "no handshake without a certificate");
    let doctor = room.run(&["doctor", "--config", "masthead.toml"]);
    assert_eq!(doctor.status.code(), Some(1));
    assert!(doctor.out.contains("WRONG  certificate: none yet"), "{}", doctor.out);
    assert!(doctor.out.contains(&told), "{}", doctor.out);
    assert_eq!(paper.stop().code(), Some(0));
}
