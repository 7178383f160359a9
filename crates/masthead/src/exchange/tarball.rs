//! A tar that is read in place: an index of its members, and each member from its position when it is asked for.
//! Nothing is unpacked. Only files and folders are taken; names that lead out, links and devices refuse the whole tar.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tar::{EntryType, Header};

use super::folder::{Folder, is_inside};

/// Members of a tar.
const FILES_MAX: usize = 4_000_000;
/// Bytes of a name, and of the headers that carry long ones.
const NAME_BYTES_MAX: u64 = 4_096;
const BLOCK: u64 = 512;

/// A tar and where its members are.
#[derive(Debug)]
pub(crate) struct Tarball {
    path: PathBuf,
    held: BTreeMap<String, Held>,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    at: u64,
    bytes: u64,
}

impl Tarball {
    /// Reads the index.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
        let length = file.metadata().with_context(|| format!("{shown} cannot be read"))?.len();
        let mut index = Index { file: BufReader::new(file), length, at: 0 };
        let held = index.files().with_context(|| format!("{shown} is no tar to read"))?;
        let held = without_prefix(held);
        Ok(Self { path: path.to_owned(), held })
    }

    /// How many bytes a member has.
    pub(crate) fn length(&self, name: &str) -> Option<u64> {
        self.held.get(name).map(|held| held.bytes)
    }

    /// The names of all members, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.held.keys().map(String::as_str)
    }
}

impl Folder for Tarball {
    fn articles(&self) -> anyhow::Result<Vec<String>> {
        let is_article = |name: &&str| name.starts_with("articles/") && name.ends_with(".md");
        Ok(self.names().filter(is_article).map(str::to_owned).collect())
    }

    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        let Some(held) = self.held.get(name) else { return Ok(None) };
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(held.at))?;
        Ok(Some(Box::new(file.take(held.bytes))))
    }

    fn stamp(&self, name: &str) -> Option<String> {
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut self.open(name).ok()??, &mut hasher).ok()?;
        Some(hasher.finalize().to_hex().to_string())
    }
}

/// A tar that was made of a whole folder has that folder before every name: it goes.
fn without_prefix(held: BTreeMap<String, Held>) -> BTreeMap<String, Held> {
    let first = held.keys().next().and_then(|name| name.split_once('/'));
    let Some(prefix) = first.map(|(folder, _)| format!("{folder}/")) else { return held };
    let known = |name: &str| {
        ["paper.toml", "masthead.sqlite"].iter().any(|known| name == format!("{prefix}{known}"))
    };
    let all = held.keys().all(|name| name.starts_with(&prefix));
    if !all || !held.keys().any(|name| known(name)) {
        return held;
    }
    let cut = |(name, place): (String, Held)| (name[prefix.len()..].to_owned(), place);
    held.into_iter().map(cut).collect()
}

struct Index {
    file: BufReader<File>,
    length: u64,
    at: u64,
}

impl Index {
    fn files(&mut self) -> anyhow::Result<BTreeMap<String, Held>> {
        let mut held = BTreeMap::new();
        let mut long_name = None;
        while let Some(header) = self.header()? {
            let bytes = header.entry_size().context("a member's length cannot be read")?;
            let at = self.at;
            let end = at.checked_add(bytes).filter(|end| *end <= self.length);
            let end = end.context("it is cut off in the middle of a member")?;
            match header.entry_type() {
                EntryType::GNULongName => long_name = Some(self.name(bytes)?),
                EntryType::XHeader => long_name = self.extended_name(bytes)?.or(long_name),
                EntryType::XGlobalHeader => {}
                kind => {
                    let own = || String::from_utf8(header.path_bytes().into_owned());
                    let name = match long_name.take() {
                        Some(name) => name,
                        None => own().context("a member's name is no UTF-8")?,
                    };
                    if let Some(name) = checked(&name, kind)? {
                        if held.insert(name.clone(), Held { at, bytes }).is_some() {
                            bail!("it has the member {name} twice");
                        }
                        if held.len() > FILES_MAX {
                            bail!("it has more than {FILES_MAX} members");
                        }
                    }
                }
            }
            self.go_to(end.div_ceil(BLOCK).saturating_mul(BLOCK))?;
        }
        Ok(held)
    }

    /// The next header; `None` at the two empty blocks of the end.
    fn header(&mut self) -> anyhow::Result<Option<Header>> {
        let mut block = [0; BLOCK as usize];
        self.file.read_exact(&mut block).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => anyhow::anyhow!("it is cut off: it has no end"),
            _ => error.into(),
        })?;
        self.at += BLOCK;
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let header = Header::from_byte_slice(&block).clone();
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        let own: u32 = block[148..156].iter().map(|byte| u32::from(*byte)).sum();
        if header.cksum().ok() != Some(sum - own + 8 * u32::from(b' ')) {
            bail!(
                "byte {} begins no member (a compressed tar has to be unpacked)",
                self.at - BLOCK
            );
        }
        Ok(Some(header))
    }

    fn bytes(&mut self, bytes: u64) -> anyhow::Result<Vec<u8>> {
        if bytes > NAME_BYTES_MAX {
            bail!("a name in it has more than {NAME_BYTES_MAX} bytes");
        }
        let mut name = Vec::new();
        self.at += (&mut self.file).take(bytes).read_to_end(&mut name)? as u64;
        Ok(name)
    }

    /// A name in a member of its own, as GNU tar writes long ones.
    fn name(&mut self, bytes: u64) -> anyhow::Result<String> {
        let mut name = self.bytes(bytes)?;
        name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
        String::from_utf8(name).context("a member's name is no UTF-8")
    }

    /// The name in an extended header, as POSIX has it.
    fn extended_name(&mut self, bytes: u64) -> anyhow::Result<Option<String>> {
        let records = self.bytes(bytes)?;
        let mut found = None;
        for record in tar::PaxExtensions::new(&records) {
            let record = record.context("an extended header cannot be read")?;
            match record.key_bytes() {
                b"path" => {
                    let name = record.value().context("a member's name is no UTF-8")?;
                    found = Some(name.to_owned());
                }
                b"size" => bail!("a member of it has more than 8 GiB"),
                _ => {}
            }
        }
        Ok(found)
    }

    fn go_to(&mut self, at: u64) -> io::Result<()> {
        let step = i64::try_from(at.saturating_sub(self.at)).unwrap_or(i64::MAX);
        self.file.seek_relative(step)?;
        self.at = at;
        Ok(())
    }
}

/// The name of a file to take; `None` for a folder.
fn checked(name: &str, kind: EntryType) -> anyhow::Result<Option<String>> {
    let inner = name.strip_prefix("./").unwrap_or(name);
    let shown: String = name.chars().take(80).collect();
    match kind {
        EntryType::Directory => Ok(None),
        EntryType::Regular | EntryType::Continuous if is_inside(inner) => {
            Ok(Some(inner.to_owned()))
        }
        EntryType::Regular | EntryType::Continuous => {
            bail!("its member {shown:?} leads out of the folder")
        }
        _ => bail!("its member {shown:?} is a link or a device; only files and folders are taken"),
    }
}
