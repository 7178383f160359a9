//! The files of another system's export: from a local copy of its uploads folder, from its own site where fetching is
//! asked for, or kept already. Never from another host, never from outside of the folder.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use newsroom::import::{Files, Survey};
use newsroom::picture::{Noted, PICTURE_BYTES_MAX, caption_and_credit, probe};
use newsroom::{ArticleId, PICTURE_ENDINGS};
use providers::{FetchError, Fetcher, is_same_host};
use store::{MediaRow, Store, media_ending};
use web::percent_decoded;

use super::FILE_BYTES_MAX;
use super::folder::{Disk, stamp};
use super::intake::{Shelf, Waiter, is_picture};

/// Bytes of a file's name in the paper: what a lead image may have.
const NAME_BYTES_MAX: usize = 120;
/// Reasons that are told one by one.
const REFUSED_MAX: usize = 200;
/// Files whose places are known at a time, twice.
const SPOTS_MAX: usize = 4_096;
/// Files that were not to be had and are not asked for again.
const FAILED_MAX: usize = 100_000;
/// How often in a row a host may not answer before it is left alone.
const SILENCES_MAX: u32 = 3;
/// Bytes of a photograph in which its measures and its caption have to stand; else all of it is read.
const PICTURE_HEAD_BYTES: u64 = 1 << 20;
/// Where fetched files wait for their article, inside of the data folder.
const FETCHED: &str = "fetched";
/// The first bytes of a photograph.
const JPEG: &[u8] = &[0xFF, 0xD8];
/// What stands before a file's own path in the addresses of those who export.
const ROOTS: [&str; 5] = [
    "/wp-content/uploads/",
    "/content/images/",
    "/content/media/",
    "/content/files/",
    "/wp-content/",
];

/// Where in their folder systems keep what addresses name without it: Ghost's first, then those who build sites.
const BELOW: [&str; 8] =
    ["images", "media", "files", "uploads", "static", "public", "assets", "src"];

/// Where files may come from.
#[derive(Clone, Default, Debug)]
pub(crate) struct Where {
    /// Local copies of the uploads folder, the first that has a file counts.
    pub(crate) folders: Vec<PathBuf>,
    /// Whether to fetch what is not there from the export's own site.
    pub(crate) fetch: bool,
}

/// The files of one export.
pub(crate) struct Uploads {
    store: Store,
    waiter: Waiter,
    site: String,
    /// Hosts on which the site's own files lie.
    hosts: Vec<String>,
    origin: String,
    disks: Vec<Disk>,
    fetcher: Option<Fetcher>,
    fetched: PathBuf,
    dry_run: bool,
    found: RefCell<Found>,
}

#[derive(Default)]
struct Found {
    /// The files that were asked for last, and those before them: no article names as many as these hold.
    spots: HashMap<String, Spot>,
    before: HashMap<String, Spot>,
    /// Files that were asked for in vain, and why.
    failed: HashMap<String, String>,
    refused: BTreeMap<String, (u64, String)>,
    /// Hosts, and how often in a row each did not answer.
    silent: HashMap<String, u32>,
}

impl Found {
    fn spot(&self, name: &str) -> Option<&Spot> {
        self.spots.get(name).or_else(|| self.before.get(name))
    }

    fn keep(&mut self, name: String, spot: Spot) {
        if self.spots.len() >= SPOTS_MAX {
            self.before = std::mem::take(&mut self.spots);
        }
        self.spots.insert(name, spot);
    }

    fn fail(&mut self, name: String, why: &str) {
        if self.failed.len() < FAILED_MAX {
            self.failed.insert(name, why.to_owned());
        }
    }
}

/// A file that can be had.
#[derive(Clone)]
struct Spot {
    place: Place,
    /// The path at which the site has it.
    path: String,
    /// What the picture says of itself.
    noted: Noted,
}

#[derive(Clone)]
enum Place {
    /// A file of the disk.
    Disk(PathBuf),
    /// Kept by the paper already.
    Kept,
    /// Would be fetched, were this not a dry run.
    Expected,
}

/// What an importer asks.
pub(crate) struct Asked<'a>(&'a Uploads);

impl Files for Asked<'_> {
    fn name_of(&mut self, address: &str) -> Option<String> {
        let found = self.0.find(address);
        match found {
            Ok(name) => Some(name),
            Err(why) => {
                self.0.refuse(&why, address);
                None
            }
        }
    }

    fn noted(&mut self, name: &str) -> Noted {
        self.0.found.borrow().spot(name).map(|spot| spot.noted.clone()).unwrap_or_default()
    }
}

impl Uploads {
    pub(crate) fn new(
        store: &Store,
        survey: &Survey,
        origin: &str,
        place: &Where,
        dry_run: bool,
    ) -> anyhow::Result<Self> {
        let disks = place.folders.iter().map(|folder| Disk::open(folder)).collect();
        let Survey { site, file_hosts, .. } = survey;
        let fetcher =
            (place.fetch && !dry_run).then(|| Fetcher::new(site, file_hosts, FILE_BYTES_MAX));
        Ok(Self {
            waiter: Waiter::new()?,
            fetched: store.folder().join(FETCHED),
            store: store.clone(),
            site: site.clone(),
            hosts: std::iter::once(site).chain(file_hosts).cloned().collect(),
            origin: origin.to_owned(),
            disks: Result::context(disks, "--uploads")?,
            fetcher: fetcher.transpose().context("--fetch")?,
            dry_run: dry_run && place.fetch,
            found: RefCell::default(),
        })
    }

    /// The side that an importer sees.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked(self)
    }

    /// What could not be had, and how often.
    pub(crate) fn refused(&self) -> Vec<String> {
        let found = self.found.borrow();
        let told = found.refused.iter().map(|(why, (count, first))| {
            format!("{count} files were left out: {why} (first {first})")
        });
        told.collect()
    }

    /// Everything is in: what was fetched is kept by the paper.
    pub(crate) fn finish(&self) {
        if self.fetcher.is_some() {
            let _ = std::fs::remove_dir_all(&self.fetched);
        }
    }

    fn refuse(&self, why: &str, address: &str) {
        let mut found = self.found.borrow_mut();
        if found.refused.len() < REFUSED_MAX || found.refused.contains_key(why) {
            let first = || (0, address.chars().take(200).collect());
            found.refused.entry(why.to_owned()).or_insert_with(first).0 += 1;
        }
    }

    fn find(&self, address: &str) -> Result<String, String> {
        let path = path_of(address, &self.hosts)?;
        let own = ROOTS.iter().find_map(|root| path.split_once(root)).map(|(_, own)| own);
        let own = own.unwrap_or(path.trim_start_matches('/'));
        let name = name_of(own)?;
        let known = self.found.borrow().spot(&name).cloned();
        if let Some(spot) = known {
            // What was asked for again stays among the last ones.
            self.found.borrow_mut().keep(name.clone(), spot);
            return Ok(name);
        }
        if let Some(why) = self.found.borrow().failed.get(&name) {
            return Err(why.clone());
        }
        let place = self.place(own, &path, address, &name);
        let spot = place.and_then(|place| {
            let noted = self.look(&place, &name)?;
            Ok(Spot { place, path: path.clone(), noted })
        });
        match spot {
            Ok(spot) => {
                self.found.borrow_mut().keep(name.clone(), spot);
                Ok(name)
            }
            Err(why) => {
                self.found.borrow_mut().fail(name, &why);
                Err(why)
            }
        }
    }

    /// Looks at a file before anything names it: whether a picture is one within the limits, and what it says of itself.
    fn look(&self, place: &Place, name: &str) -> Result<Noted, String> {
        let path = match place {
            Place::Disk(path) => path.clone(),
            Place::Kept => self.kept(name).map(|row| row.path).ok_or_else(|| gone(name))?,
            Place::Expected => return Ok(Noted::default()),
        };
        let bytes_max = if is_picture(name) { PICTURE_BYTES_MAX as u64 } else { FILE_BYTES_MAX };
        let length = std::fs::metadata(&path).map_or(0, |found| found.len());
        if length > bytes_max {
            return Err(format!("they have more than {bytes_max} bytes"));
        }
        if !is_picture(name) {
            return Ok(Noted::default());
        }
        let read = |error: std::io::Error| format!("they cannot be read: {error}");
        let mut file = File::open(&path).map_err(read)?;
        let mut bytes = Vec::new();
        file.by_ref().take(PICTURE_HEAD_BYTES).read_to_end(&mut bytes).map_err(read)?;
        if !(bytes.starts_with(JPEG) && probe(&bytes).is_ok()) {
            file.take(bytes_max).read_to_end(&mut bytes).map_err(read)?;
            probe(&bytes).map_err(|fault| fault.to_string())?;
        }
        Ok(caption_and_credit(&bytes).unwrap_or_default())
    }

    fn place(&self, own: &str, path: &str, address: &str, name: &str) -> Result<Place, String> {
        if let Some(path) = self.on_disk(own, path.trim_start_matches('/')) {
            return Ok(Place::Disk(path));
        }
        if self.kept(name).is_some() {
            return Ok(Place::Kept);
        }
        if self.dry_run {
            return Ok(Place::Expected);
        }
        let Some(fetcher) = &self.fetcher else {
            return Err(if self.disks.is_empty() {
                "nobody said where they are; name a folder with --uploads, or --fetch".to_owned()
            } else {
                "the folder of uploads does not have them (--fetch gets them from the site)"
                    .to_owned()
            });
        };
        let target = self.fetched.join(blake3::hash(name.as_bytes()).to_hex().as_str());
        if !target.is_file() {
            let bytes = self.fetch(fetcher, &absolute(address, path, &self.site))?;
            write(&target, &bytes).map_err(|error| format!("they cannot be written: {error}"))?;
        }
        Ok(Place::Disk(target))
    }

    /// Gets a file from the site. A host that does not answer is not waited for again and again.
    fn fetch(&self, fetcher: &Fetcher, address: &str) -> Result<Vec<u8>, String> {
        let host = address.split('/').nth(2).unwrap_or_default().to_ascii_lowercase();
        let silences = self.found.borrow().silent.get(&host).copied().unwrap_or(0);
        if silences >= SILENCES_MAX {
            return Err(format!("{host} does not answer and was not asked again"));
        }
        let got = fetcher.get(address);
        let silences = if matches!(got, Err(FetchError::Silent(_))) { silences + 1 } else { 0 };
        // Only hosts of the export are asked, which are few.
        self.found.borrow_mut().silent.insert(host, silences);
        got.map_err(|error| error.to_string())
    }

    /// The first file that an address can mean: by its own part, by its whole path, and in the folders that systems
    /// keep such files in.
    fn on_disk(&self, own: &str, whole: &str) -> Option<PathBuf> {
        self.disks.iter().find_map(|disk| {
            let plain = [own, whole].into_iter().find_map(|name| disk.place(name));
            plain.or_else(|| BELOW.iter().find_map(|folder| disk.place(&format!("{folder}/{own}"))))
        })
    }

    /// A file of that name that the paper has, for everybody or from this export.
    fn kept(&self, name: &str) -> Option<MediaRow> {
        self.waiter.wait(self.store.media_of_origin(name, &self.origin)).ok().flatten()
    }
}

impl Shelf for Uploads {
    fn stamp(&self, _article: &ArticleId, name: &str) -> Option<String> {
        let place = self.found.borrow().spot(name).map(|spot| spot.place.clone())?;
        match place {
            // A fetched file has no time that means something.
            Place::Disk(path) if path.starts_with(&self.fetched) => Some("fetched".to_owned()),
            Place::Disk(path) => stamp(&path),
            Place::Kept | Place::Expected => Some("fetched".to_owned()),
        }
    }

    fn bytes(&self, _article: &ArticleId, name: &str) -> anyhow::Result<Vec<u8>> {
        let place = self.found.borrow().spot(name).map(|spot| spot.place.clone());
        let path = match place {
            Some(Place::Disk(path)) => path,
            Some(Place::Kept) => self.kept(name).map(|row| row.path).with_context(|| gone(name))?,
            Some(Place::Expected) | None => anyhow::bail!(gone(name)),
        };
        std::fs::read(&path).with_context(|| gone(name))
    }

    fn has_looked(&self) -> bool {
        true
    }

    fn old_path(&self, name: &str) -> Option<String> {
        let found = self.found.borrow();
        found.spot(name).map(|spot| spot.path.clone()).filter(|path| path.starts_with('/'))
    }
}

fn gone(name: &str) -> String {
    format!("the file {name} is not there any more")
}

fn write(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = target.with_extension("new");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, target)?;
    Ok(())
}

/// The decoded path of an address on one of the export's own hosts.
fn path_of(address: &str, hosts: &[String]) -> Result<String, String> {
    let address = address.trim().trim_start_matches("__GHOST_URL__");
    let (host, path) = match address.split_once("//") {
        Some(("" | "http:" | "https:", rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            (Some(host), format!("/{path}"))
        }
        _ => (None, address.to_owned()),
    };
    if host.is_some_and(|host| !hosts.iter().any(|own| is_same_host(host, own))) {
        return Err("they lie on another host than the export's own".to_owned());
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decoded(path).ok_or("their addresses cannot be read")?;
    let parts = decoded.trim_start_matches('/').split('/');
    let climbs = |part: &str| matches!(part, "" | "." | "..");
    if decoded.contains(['\\', '\0']) || parts.into_iter().any(climbs) {
        return Err("their addresses lead out of the folder".to_owned());
    }
    Ok(decoded)
}

/// The address to fetch.
fn absolute(address: &str, path: &str, site: &str) -> String {
    let address = address.trim().trim_start_matches("__GHOST_URL__");
    let scheme = site.split_once("//").map_or("https:", |(scheme, _)| scheme);
    if address.starts_with("http://") || address.starts_with("https://") {
        address.to_owned()
    } else if address.starts_with("//") {
        format!("{scheme}{address}")
    } else {
        let encoded = path.trim_start_matches('/').replace(' ', "%20");
        format!("{}/{encoded}", origin(site))
    }
}

/// Scheme and host of a site that may live in a folder.
fn origin(site: &str) -> String {
    let (scheme, rest) = site.split_once("//").unwrap_or(("https:", site));
    format!("{scheme}//{}", rest.split('/').next().unwrap_or_default())
}

/// The name in the paper: the path as it is where that is plain, else a plain one that is its alone.
fn name_of(own: &str) -> Result<String, String> {
    let ending = media_ending(own).ok_or_else(|| {
        let ending = own.rsplit_once('.').map_or("", |(_, ending)| ending);
        format!("files of the kind {:?} are not kept", ending.chars().take(12).collect::<String>())
    })?;
    let folder = if PICTURE_ENDINGS.contains(&ending) { "pictures" } else { "attachments" };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let name = format!("{folder}/{own}");
    let hidden = own.split('/').any(|part| part.starts_with('.'));
    if name.chars().all(plain) && !hidden && name.len() <= NAME_BYTES_MAX {
        return Ok(name);
    }
    let mark = &blake3::hash(own.as_bytes()).to_hex()[..12];
    let stem = own.rsplit('/').next().unwrap_or(own);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let stem: String = stem.chars().map(|c| if plain(c) { c } else { '-' }).take(60).collect();
    let stem = stem.trim_matches(['-', '.']);
    Ok(format!(
        "{folder}/{}{mark}.{ending}",
        if stem.is_empty() { String::new() } else { format!("{stem}-") }
    ))
}

#[cfg(test)]
mod tests;
