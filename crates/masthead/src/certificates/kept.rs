//! What is kept of certificates in the data folder: the account, the certificate with its key in one file, the attempt that
//! failed. Each file is its owner's alone, and whole or not there; one that cannot be used is put aside and said.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jiff::Timestamp;
use rustls::client::verify_server_name;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use super::validity::Validity;
use crate::config::Certificates as Wanted;
use crate::secret::write_whole;

/// The folder in the data folder.
const FOLDER: &str = "certificates";
/// The account.
pub(super) const ACCOUNT: &str = "account.json";
/// The chain and its key.
pub(super) const CERTIFICATE: &str = "certificate.pem";
const ATTEMPT: &str = "attempt.json";
/// The largest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Before the address of the authority, on the first line of a certificate's file.
const FROM: &str = "Issued by ";

/// The folder of certificates.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

/// A certificate that is there.
#[derive(Clone)]
pub(super) struct Held {
    /// The file: where it is from, the chain, the key.
    pub(super) pem: Vec<u8>,
    /// The directory of the authority that it is from.
    directory: String,
    leaf: CertificateDer<'static>,
    /// From when to when it holds.
    pub(super) validity: Validity,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Held({}, {:?})", self.directory, self.validity)
    }
}

impl Held {
    /// A certificate as it was issued.
    pub(super) fn of(directory: &str, chain: &str, key: &str) -> anyhow::Result<Self> {
        Self::read(format!("{FROM}{directory}\n\n{}\n{key}", chain.trim_end()).into_bytes())
    }

    fn read(pem: Vec<u8>) -> anyhow::Result<Self> {
        let leaf =
            CertificateDer::from_pem_slice(&pem).context("it holds no certificate in PEM")?;
        let validity = Validity::of(&leaf).context("its certificate has no dates")?;
        let first = pem.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let first = String::from_utf8_lossy(first);
        let directory = first.strip_prefix(FROM).unwrap_or_default().trim().to_owned();
        Ok(Self { leaf, validity, directory, pem })
    }

    /// The first of the names that it is not for.
    pub(super) fn uncovered<'w>(&self, wanted: &'w Wanted) -> Option<&'w str> {
        let parsed = ParsedCertificate::try_from(&self.leaf).ok();
        let is_for = |name: &str| {
            let name = ServerName::try_from(name.to_owned()).ok();
            name.zip(parsed.as_ref())
                .is_some_and(|(name, leaf)| verify_server_name(leaf, &name).is_ok())
        };
        wanted.names.iter().map(String::as_str).find(|name| !is_for(name))
    }

    /// When the next one has to be asked for: a third of its life before its end, or at once where it is not for what is
    /// wanted.
    pub(super) fn due_at(&self, wanted: &Wanted) -> Timestamp {
        if self.directory == wanted.directory && self.uncovered(wanted).is_none() {
            self.validity.due_at()
        } else {
            Timestamp::MIN
        }
    }
}

/// The account's file: it is the account of one authority alone.
#[derive(Serialize, Deserialize)]
struct KeptAccount {
    directory: String,
    account: String,
}

impl Folder {
    /// The one in a data folder.
    pub(super) fn of(data: &Path) -> Self {
        Self { path: data.join(FOLDER) }
    }

    /// The certificate, where there is one that can be used.
    pub(super) fn certificate(&self) -> Option<Held> {
        match self.look_at_certificate() {
            Ok(held) => held,
            Err(fault) => {
                self.put_aside(CERTIFICATE, &fault);
                None
            }
        }
    }

    /// The certificate, or what is wrong with its file, which stays where it is.
    pub(super) fn look_at_certificate(&self) -> Result<Option<Held>, String> {
        let path = self.path.join(CERTIFICATE);
        let held = self.bytes(CERTIFICATE).and_then(|bytes| bytes.map(Held::read).transpose());
        held.map_err(|error| format!("{} cannot be used: {error:#}", path.display()))
    }

    /// The account with this authority.
    pub(super) fn account(&self, directory: &str) -> Option<String> {
        let read = self.bytes(ACCOUNT).and_then(|bytes| {
            bytes.map(|bytes| Ok(serde_json::from_slice::<KeptAccount>(&bytes)?)).transpose()
        });
        match read {
            Ok(kept) => kept.filter(|kept| kept.directory == directory).map(|kept| kept.account),
            Err(error) => {
                self.put_aside(ACCOUNT, &format!("{error:#}"));
                None
            }
        }
    }

    /// Keeps the account. One of another authority is put aside, not lost.
    pub(super) fn keep_account(&self, directory: &str, account: &str) {
        let is_another = self.path.join(ACCOUNT).exists() && self.account(directory).is_none();
        if is_another {
            self.put_aside(ACCOUNT, "it is that of another authority");
        }
        let kept = KeptAccount { directory: directory.to_owned(), account: account.to_owned() };
        self.keep_told(ACCOUNT, &kept);
    }

    /// The attempt that failed last. A file of it that cannot be read is as good as none.
    pub(super) fn attempt(&self) -> Option<Attempt> {
        serde_json::from_slice(&self.bytes(ATTEMPT).ok()??).ok()
    }

    pub(super) fn keep_attempt(&self, attempt: &Attempt) {
        self.keep_told(ATTEMPT, attempt);
    }

    pub(super) fn forget_attempt(&self) {
        let _ = std::fs::remove_file(self.path.join(ATTEMPT));
    }

    /// Keeps a certificate in the place of the one before.
    pub(super) fn keep_certificate(&self, held: &Held) -> anyhow::Result<()> {
        self.keep(CERTIFICATE, &held.pem)
    }

    /// Gives a file that cannot be used another name, and says why.
    pub(super) fn put_aside(&self, name: &str, why: &str) {
        let (path, aside) = (self.path.join(name), self.path.join(format!("{name}.aside")));
        match std::fs::rename(&path, &aside) {
            Ok(()) => {
                let (file, aside) = (path.display(), aside.display());
                tracing::warn!(%file, %aside, why, "a file of certificates cannot be used and is put aside");
            }
            Err(error) => {
                let file = path.display();
                tracing::warn!(%file, %error, why, "a file of certificates cannot be used");
            }
        }
    }

    fn bytes(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let path = self.path.join(name);
        if !path.exists() {
            return Ok(None);
        }
        read(&path, FILE_BYTES_MAX).map(Some)
    }

    fn keep_told(&self, name: &str, what: &impl Serialize) {
        let kept = serde_json::to_vec_pretty(what).map_err(anyhow::Error::from);
        if let Err(error) = kept.and_then(|bytes| self.keep(name, &bytes)) {
            tracing::warn!("{error:#}");
        }
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.path.join(name);
        let written = self.make().and_then(|()| write_whole(&self.path, name, bytes));
        written.with_context(|| format!("{} cannot be written", path.display()))
    }

    fn make(&self) -> std::io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)
    }
}

/// A file of a size that is expected.
pub(super) fn read(path: &Path, bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    let unread = || format!("{} cannot be read", path.display());
    let file = std::fs::File::open(path).with_context(unread)?;
    let mut bytes = Vec::new();
    file.take(bytes_max + 1).read_to_end(&mut bytes).with_context(unread)?;
    if bytes.len() as u64 > bytes_max {
        bail!("{} is larger than {bytes_max} bytes", path.display());
    }
    Ok(bytes)
}
