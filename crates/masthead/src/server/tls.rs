//! TLS in front of the accept loops: the certificate from two files, read again when they change, or handed over by whoever
//! gets it. HTTP/2 and HTTP/1.1 are offered; early data is not, so that nothing can be replayed.
//!
//! Without a certificate there is no handshake: a self-signed one would teach readers to click warnings away. What proves a
//! name to a certificate authority is shown to whoever asks with `acme-tls/1`, and to nobody else.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::{Context, bail};
use arc_swap::{ArcSwap, ArcSwapOption};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

/// The largest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];
/// The protocol by which a certificate authority looks whether a name leads here (RFC 8737).
pub(super) const PROVING: &[u8] = b"acme-tls/1";

/// Whoever speaks TLS with readers. Clones share the certificate.
#[derive(Clone)]
pub(crate) struct Tls {
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
}

/// The certificate that readers are shown.
#[derive(Debug)]
struct Shown {
    from: From,
    current: ArcSwapOption<CertifiedKey>,
    /// What proves names to a certificate authority, by name; empty but for moments.
    proofs: ArcSwap<HashMap<String, Arc<CertifiedKey>>>,
}

/// Where a certificate is from.
#[derive(Debug)]
enum From {
    /// Files of the operator's, and the state in which they were read.
    Files { certificate: PathBuf, key: PathBuf, read_at: Mutex<[Stamp; 2]> },
    /// It is handed over.
    Hand,
}

/// What tells a file that was replaced.
type Stamp = Option<(SystemTime, u64)>;

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.shown.from {
            From::Files { certificate, .. } => write!(f, "Tls({})", certificate.display()),
            From::Hand => f.write_str("Tls(by hand)"),
        }
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let proves = hello.alpn().is_some_and(|mut offered| offered.any(|name| name == PROVING));
        if proves {
            let name = hello.server_name()?.to_ascii_lowercase();
            return self.proofs.load().get(&name).map(Arc::clone);
        }
        self.current.load_full()
    }
}

impl Tls {
    /// Reads a chain of certificates and its key, both PEM.
    ///
    /// # Errors
    /// Names the file that cannot be used, and says why.
    pub(crate) fn read(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        let read_at = Mutex::new([stamp(certificate), stamp(key)]);
        let first = certified(certificate, key, &rustls::crypto::ring::default_provider())?;
        let from =
            From::Files { certificate: certificate.to_owned(), key: key.to_owned(), read_at };
        Self::showing(from, Some(first), &PROTOCOLS)
    }

    /// Shows nothing until a certificate is handed over: handshakes fail meanwhile.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub(crate) fn awaiting() -> anyhow::Result<Self> {
        let [http2, http1] = PROTOCOLS;
        Self::showing(From::Hand, None, &[http2, http1, PROVING])
    }

    fn showing(
        from: From,
        current: Option<CertifiedKey>,
        protocols: &[&[u8]],
    ) -> anyhow::Result<Self> {
        let shown = Arc::new(Shown {
            from,
            current: ArcSwapOption::new(current.map(Arc::new)),
            proofs: ArcSwap::default(),
        });
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        config.ticketer = rustls::crypto::ring::Ticketer::new()?;
        Ok(Self { shown, config: Arc::new(config) })
    }

    /// Shows this certificate from now on: one PEM text with the chain and its key. Connections that are open keep theirs.
    ///
    /// # Errors
    /// It cannot be used; the certificate of before stays.
    pub(crate) fn hand(&self, pem: &[u8]) -> anyhow::Result<()> {
        let chain = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
        let chain = chain.context("it holds no certificate in PEM that can be read")?;
        let key = PrivateKeyDer::from_pem_slice(pem);
        let key = key.context("it holds no private key in PEM that can be read")?;
        let fresh = CertifiedKey::from_der(chain, key, self.config.crypto_provider());
        let fresh = fresh.context("its key and its certificate do not belong together")?;
        self.shown.current.store(Some(Arc::new(fresh)));
        Ok(())
    }

    /// Shows this to whoever looks whether `name` leads here: a certificate in DER and its key in PKCS #8.
    ///
    /// # Errors
    /// The key cannot be used.
    pub(crate) fn prove(&self, name: &str, certificate: &[u8], key: &[u8]) -> anyhow::Result<()> {
        let chain = vec![CertificateDer::from(certificate.to_vec())];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.to_vec()));
        let key = self.config.crypto_provider().key_provider.load_private_key(key)?;
        // Not compared with its key: the extension that a proof has is one that rustls refuses to read.
        let proof = CertifiedKey::new(chain, key);
        let mut proofs = HashMap::clone(&self.shown.proofs.load());
        proofs.insert(name.to_ascii_lowercase(), Arc::new(proof));
        self.shown.proofs.store(Arc::new(proofs));
        Ok(())
    }

    /// Shows no proof any more.
    pub(crate) fn proven(&self) {
        self.shown.proofs.store(Arc::default());
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Reads the files again where they have changed; whether it did. Connections that are open keep what they have.
    ///
    /// # Errors
    /// As [`Tls::read`]; the certificate of before stays in use.
    pub(crate) fn refresh(&self) -> anyhow::Result<bool> {
        let From::Files { certificate, key, read_at } = &self.shown.from else {
            return Ok(false);
        };
        let found = [stamp(certificate), stamp(key)];
        let mut read_at = read_at.lock().unwrap_or_else(PoisonError::into_inner);
        if *read_at == found {
            return Ok(false);
        }
        // A fault is told once, not at every look.
        *read_at = found;
        let fresh = certified(certificate, key, self.config.crypto_provider())?;
        self.shown.current.store(Some(Arc::new(fresh)));
        Ok(true)
    }
}

fn stamp(path: &Path) -> Stamp {
    let facts = std::fs::metadata(path).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

/// The chain with its key, where the two belong together.
fn certified(
    certificate: &Path,
    key: &Path,
    provider: &CryptoProvider,
) -> anyhow::Result<CertifiedKey> {
    for path in [certificate, key] {
        let facts = std::fs::metadata(path);
        let facts = facts.with_context(|| format!("{} cannot be read", path.display()))?;
        if facts.len() > FILE_BYTES_MAX {
            bail!("{} is larger than {FILE_BYTES_MAX} bytes", path.display());
        }
    }
    let named = |path: &Path, what: &str| {
        format!("{} holds no {what} in PEM that can be read", path.display())
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| named(certificate, "certificate"))?;
    if chain.is_empty() {
        bail!(named(certificate, "certificate"));
    }
    let private = PrivateKeyDer::from_pem_file(key).with_context(|| named(key, "private key"))?;
    CertifiedKey::from_der(chain, private, provider)
        .with_context(|| format!("{} is not the key of {}", key.display(), certificate.display()))
}
