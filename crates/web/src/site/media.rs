//! Pictures and documents. What belongs to a locked body is asked of the gate on every request, and kept by nobody; what
//! anybody may see stands under an address that names its bytes.
//!
//! A picture is delivered in fixed widths, made when somebody first asks for one; under its own address it is what the
//! newsroom sent in, without what the camera wrote into it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Buf, Bytes};
use http::StatusCode;
use http::header::{self, HeaderValue};
use newsroom::picture::{offered, scale, without_metadata};
use paywall::{ArticleKey, Asked, Decision};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use store::MediaRow;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Trouble, Visit, makers};
use crate::shell::answer::{Answer, AnswerHead, Pieces, fresh_or, set};
use crate::shell::caching::Keep;
use crate::shell::ranges::part;

/// The largest file that is served, in bytes.
pub(crate) const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Memory for files that are on their way to slow readers, in KiB, all together.
const ON_THEIR_WAY_KIB_MAX: usize = 256 * 1_024;
/// Memory for pictures, in bytes, and the largest that is kept there.
const PICTURES_BYTES_MAX: u64 = 8 << 20;
const PICTURE_BYTES_MAX: usize = 512 << 10;
/// A drawing is somebody's file: opened by itself it runs nothing and loads nothing.
const FILE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox",
);
const WEBP: &str = "image/webp";

/// What an address names: a file as it is kept, or a picture in a width.
struct Found {
    row: MediaRow,
    width: Option<u32>,
}

/// Among which files a hash is looked for.
#[derive(Clone, Copy)]
enum Whose {
    /// Those that anybody may see by now.
    Everybody,
    /// All of them: whoever asks is asked for a grant afterwards, or is of the newsroom.
    Any,
}

/// A picture that anybody may see.
pub(crate) async fn open(visit: &Visit<'_>, file: &str) -> Result<Answer, Trouble> {
    let pictures = &visit.site.pictures;
    if let Some(picture) = pictures.find(file, visit.presentation.generation) {
        return Ok(part(visit.request, picture.answer(visit), &picture.bytes));
    }
    let epoch = pictures.epoch.load(Ordering::Acquire);
    let found = find(visit, file, Whose::Everybody).await?;
    let mut answer = send(visit, found, Keep::Forever).await?;
    answer.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    pictures.keep(file, &answer, visit.presentation.generation, epoch);
    let bytes = answer.body().first();
    Ok(part(visit.request, answer, &bytes))
}

/// Pictures for everybody that were asked for lately, whole and in memory. Forgotten when anything about the paper changes:
/// one of them may be behind a line then.
#[derive(Debug)]
pub(crate) struct Pictures {
    cache: Cache<String, Arc<Picture>, Weight>,
    epoch: AtomicU64,
    /// In KiB: what files on their way may still take.
    room: Arc<Semaphore>,
}

#[derive(Debug)]
struct Picture {
    head: Arc<AnswerHead>,
    etag: Option<HeaderValue>,
    bytes: Bytes,
    generation: u64,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<String, Arc<Picture>> for Weight {
    fn weight(&self, file: &String, picture: &Arc<Picture>) -> u64 {
        (file.len() + picture.bytes.len() + 2_048) as u64
    }
}

impl Pictures {
    pub(crate) fn new() -> Self {
        let items = usize::try_from(PICTURES_BYTES_MAX / 32_768).unwrap_or(256);
        let cache = Cache::with_weighter(items, PICTURES_BYTES_MAX, Weight);
        let room = Arc::new(Semaphore::new(ON_THEIR_WAY_KIB_MAX));
        Self { cache, epoch: AtomicU64::new(0), room }
    }

    pub(crate) fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.cache.clear();
    }

    fn find(&self, file: &str, generation: u64) -> Option<Arc<Picture>> {
        self.cache.get(file).filter(|picture| picture.generation == generation)
    }

    /// Keeps what was answered since `epoch`, unless something changed meanwhile.
    fn keep(&self, file: &str, answer: &Answer, generation: u64, epoch: u64) {
        let is_small = answer.body().remaining() <= PICTURE_BYTES_MAX;
        if answer.status() != StatusCode::OK || !is_small || self.is_past(epoch) {
            return;
        }
        // A copy: what is kept takes no part of what is on its way.
        let bytes = Bytes::copy_from_slice(&answer.body().first());
        let (head, etag) = (answer.head(), answer.headers().get(header::ETAG).cloned());
        self.cache.insert(file.to_owned(), Arc::new(Picture { head, etag, bytes, generation }));
        if self.is_past(epoch) {
            self.cache.remove(file);
        }
    }

    fn is_past(&self, epoch: u64) -> bool {
        self.epoch.load(Ordering::Acquire) != epoch
    }
}

impl Picture {
    fn answer(&self, visit: &Visit<'_>) -> Answer {
        let fresh = self.etag.as_ref().is_some_and(|etag| visit.request.already_has(etag));
        fresh_or(Arc::clone(&self.head), self.bytes.clone(), fresh)
    }
}

/// A picture or document of a locked body.
pub(crate) async fn locked(
    visit: &Visit<'_>,
    article: &str,
    file: &str,
) -> Result<Answer, Trouble> {
    let key = ArticleKey::parse(article).ok_or(Trouble::NotFound)?;
    let found = find(visit, file, Whose::Any).await?;
    if found.row.article != Some(key) {
        return Err(Trouble::NotFound);
    }
    let head = visit.site.store.head(key).await?.ok_or(Trouble::NotFound)?;
    if head.published_at > visit.now || head.withdrawn_at.is_some() {
        return Err(Trouble::NotFound);
    }
    let asked = Asked { key, access: head.access };
    let policy = &visit.presentation.house.policy;
    let mut identity = visit.identity().await;
    visit.add_pass(&mut identity, key).await;
    match visit.site.gate.admit(policy, &identity, &asked, visit.now).await {
        Decision::Open(_) => send(visit, found, Keep::Nobody).await,
        Decision::Ask(_) | Decision::Refuse(_) => Err(Trouble::NotFound),
    }
}

/// Any file, for the newsroom: whether its article is out or not, and whoever else may see it.
pub(crate) async fn for_staff(visit: &Visit<'_>, file: &str) -> Result<Answer, Trouble> {
    let found = find(visit, file, Whose::Any).await?;
    send(visit, found, Keep::Nobody).await
}

/// The row of an address: its hash, and the ending that its type has, or one of the widths in which it is delivered.
async fn find(visit: &Visit<'_>, file: &str, whose: Whose) -> Result<Found, Trouble> {
    let (stem, ending) = file.rsplit_once('.').ok_or(Trouble::NotFound)?;
    let (hash, width) =
        stem.split_once('-').map_or((stem, None), |(hash, width)| (hash, Some(width)));
    let store = &visit.site.store;
    let row = match whose {
        Whose::Everybody => store.public_media(hash, visit.now).await?,
        Whose::Any => store.media(hash).await?,
    };
    let row = row.ok_or(Trouble::NotFound)?;
    let Some(given) = width else {
        let is_spelled_so = row.address().rsplit('/').next() == Some(file);
        return if is_spelled_so { Ok(Found { row, width: None }) } else { Err(Trouble::NotFound) };
    };
    let is_scaled = matches!(row.ending.as_str(), "jpg" | "png" | "webp") && ending == "webp";
    let mut widths = offered(row.width).iter().copied();
    // Compared as text: one width has one spelling, and one address.
    let width = widths.find(|width| is_scaled && width.to_string() == given && row.hash == hash);
    Ok(Found { row, width: Some(width.ok_or(Trouble::NotFound)?) })
}

async fn send(visit: &Visit<'_>, found: Found, kept: Keep) -> Result<Answer, Trouble> {
    let Found { row, width } = found;
    let (media_type, etag) = match width {
        Some(width) => (WEBP, format!("\"{}-{width}\"", row.hash)),
        None => (row.media_type(), format!("\"{}\"", row.hash)),
    };
    if kept == Keep::Forever && visit.request.already_has(&etag) {
        let mut response = unchanged(visit, media_type, &etag, kept);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, FILE_POLICY);
        return Ok(response);
    }
    let bytes = match width {
        Some(width) => {
            let (path, name) = (row.path.clone(), format!("{}-{width}.webp", row.hash));
            let make = move || scale(&read(&path)?, width).map_err(|fault| told(&path, &fault));
            makers::made(visit, &row.hash, name, make).await?
        }
        None => whole(visit, &row).await?,
    };
    let mut response = visit.answer(StatusCode::OK, media_type, kept, Pieces::one(bytes));
    if kept == Keep::Forever {
        set(&mut response, header::ETAG, &etag);
    }
    if width.is_none() && !row.is_picture() {
        set(&mut response, header::CONTENT_DISPOSITION, &disposition(&row.name));
    }
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, FILE_POLICY);
    Ok(response)
}

/// What is no picture is taken down and never opened here, under its own name where that is plain.
fn disposition(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    match file.chars().all(plain) {
        true => format!("attachment; filename=\"{file}\""),
        false => "attachment".to_owned(),
    }
}

/// The answer to somebody who has it.
pub(super) fn unchanged(
    visit: &Visit<'_>,
    media_type: &'static str,
    etag: &str,
    kept: Keep,
) -> Answer {
    let mut response = visit.answer(StatusCode::NOT_MODIFIED, media_type, kept, Pieces::default());
    set(&mut response, header::ETAG, etag);
    response
}

/// The file as it is kept; a picture without what its camera wrote. It stays in memory until its reader has taken it, so all
/// files on their way together have a limit; whoever comes beyond it is told to come back.
async fn whole(visit: &Visit<'_>, row: &MediaRow) -> Result<Bytes, Trouble> {
    let path = row.path.clone();
    let room = Arc::clone(&visit.site.pictures.room);
    let is_photograph = matches!(row.ending.as_str(), "jpg" | "png" | "webp" | "gif");
    let read = visit.site.pool.run(move || {
        let length = std::fs::metadata(&path).map_or(0, |facts| facts.len());
        let kib = u32::try_from(length.min(FILE_BYTES_MAX) / 1_024 + 1).unwrap_or(u32::MAX);
        let room = room.try_acquire_many_owned(kib).map_err(|_| Trouble::Busy)?;
        let mut bytes = read(&path).map_err(Trouble::Broken)?;
        if is_photograph {
            bytes = without_metadata(&bytes).map_err(|fault| {
                tracing::warn!(fault = told(&path, &fault), "a picture could not be read");
                Trouble::NotFound
            })?;
        }
        Ok(Bytes::from_owner(OnItsWay { bytes, _room: room }))
    });
    read.await?
}

/// A file that was read, with its part of the memory that all may take.
struct OnItsWay {
    bytes: Vec<u8>,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for OnItsWay {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

fn told(path: &Path, fault: &newsroom::picture::Fault) -> String {
    format!("{}: {fault}", path.display())
}

/// The bytes of a file of the data folder.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let length = std::fs::metadata(path).map(|facts| facts.len());
    let read = match length {
        Ok(length) if length > FILE_BYTES_MAX => {
            Err(std::io::Error::other(format!("larger than {FILE_BYTES_MAX} bytes")))
        }
        Ok(_) => std::fs::read(path),
        Err(error) => Err(error),
    };
    read.map_err(|error| format!("{} cannot be read: {error}", path.display()))
}
