//! TLS in front of the accept loops: the certificate from two files, read again when they change. HTTP/2 and HTTP/1.1 are
//! offered; early data is not, so that nothing can be replayed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::{Context, bail};
use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

/// The largest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Whoever speaks TLS with readers. Clones share the certificate.
#[derive(Clone)]
pub(crate) struct Tls {
    shown: Arc<Shown>,
    config: Arc<ServerConfig>,
}

/// The certificate that readers are shown, and the state of the files that it is from.
#[derive(Debug)]
struct Shown {
    certificate: PathBuf,
    key: PathBuf,
    current: ArcSwap<CertifiedKey>,
    read_at: Mutex<[Stamp; 2]>,
}

/// What tells a file that was replaced.
type Stamp = Option<(SystemTime, u64)>;

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tls({})", self.shown.certificate.display())
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

impl Tls {
    /// Reads a chain of certificates and its key, both PEM.
    ///
    /// # Errors
    /// Names the file that cannot be used, and says why.
    pub(crate) fn read(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let stamps = [stamp(certificate), stamp(key)];
        let shown = Arc::new(Shown {
            current: ArcSwap::from_pointee(certified(certificate, key, &provider)?),
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            read_at: Mutex::new(stamps),
        });
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        config.ticketer = rustls::crypto::ring::Ticketer::new()?;
        Ok(Self { shown, config: Arc::new(config) })
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Reads the files again where they have changed; whether it did. Connections that are open keep what they have.
    ///
    /// # Errors
    /// As [`Tls::read`]; the certificate of before stays in use.
    pub(crate) fn refresh(&self) -> anyhow::Result<bool> {
        let Shown { certificate, key, current, read_at } = &*self.shown;
        let found = [stamp(certificate), stamp(key)];
        let mut read_at = read_at.lock().unwrap_or_else(PoisonError::into_inner);
        if *read_at == found {
            return Ok(false);
        }
        // A fault is told once, not at every look.
        *read_at = found;
        let fresh = certified(certificate, key, self.config.crypto_provider())?;
        current.store(Arc::new(fresh));
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
