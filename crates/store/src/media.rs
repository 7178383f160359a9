//! Pictures and documents: files in the data folder under the hash of their bytes, and rows that say what they are.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use gate::Outage;
use jiff::Timestamp;
use paywall::ArticleKey;
use rusqlite::{OptionalExtension, Params, Row, Transaction};

use crate::changes::Change;
use crate::{Store, values};

/// The folder of the files, inside of the data folder.
pub(crate) const FOLDER: &str = "media";
/// Hexadecimal digits of a hash: 128 bits.
const HASH_DIGITS: usize = 32;

/// Media types that are kept, with the ending of their addresses.
const TYPES: &[(&str, &str)] = &[
    ("image/webp", "webp"),
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
    ("image/svg+xml", "svg"),
    ("application/pdf", "pdf"),
    ("text/csv; charset=utf-8", "csv"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/zip", "zip"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/ogg", "ogg"),
    ("audio/wav", "wav"),
    ("video/mp4", "mp4"),
    ("video/webm", "webm"),
];

/// A file to keep.
#[derive(Clone, Debug)]
pub struct Media {
    /// Its name in the paper: `pictures/bridge.webp`. The same file may have several.
    pub name: String,
    /// Width and height in pixels, for pictures.
    pub size: Option<(u32, u32)>,
    /// The article whose body it belongs to; `None` is for everybody.
    pub article: Option<ArticleKey>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A file that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MediaRow {
    /// 32 hexadecimal digits of the BLAKE3 of the article it belongs to and its bytes.
    pub hash: String,
    /// Its name in the paper.
    pub name: String,
    /// The ending of its address.
    pub ending: String,
    /// Width in pixels; 0 for documents.
    pub width: u32,
    /// Height in pixels; 0 for documents.
    pub height: u32,
    /// The article whose body it belongs to.
    pub article: Option<ArticleKey>,
    /// Where it is on the disk.
    pub path: PathBuf,
}

impl MediaRow {
    /// Width and height, of what has them.
    #[must_use]
    pub fn size(&self) -> Option<(u32, u32)> {
        (self.width > 0 && self.height > 0).then_some((self.width, self.height))
    }

    /// Its address on the site. That of a file of a locked body names the article, so that the gate can be asked.
    #[must_use]
    pub fn address(&self) -> String {
        match self.article {
            Some(key) => format!("/media/{key}/{}.{}", self.hash, self.ending),
            None => format!("/media/{}.{}", self.hash, self.ending),
        }
    }

    /// Whether pages show it; anything else is handed over as a file.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        newsroom::PICTURE_ENDINGS.contains(&self.ending.as_str())
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        let known = TYPES.iter().find(|(_, ending)| *ending == self.ending);
        known.map_or("application/octet-stream", |(media_type, _)| media_type)
    }
}

/// The ending under which a file of that name is kept; `None` for a kind that is not kept.
#[must_use]
pub fn media_ending(name: &str) -> Option<&'static str> {
    let given = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let given = if given == "jpeg" { "jpg" } else { given.as_str() };
    TYPES.iter().map(|(_, ending)| *ending).find(|ending| *ending == given)
}

impl Store {
    /// Keeps a file: its bytes are on the disk before its row is.
    ///
    /// # Errors
    /// [`Outage`]: nothing was kept that anybody would find.
    pub async fn save_media(&self, media: Media) -> Result<MediaRow, Outage> {
        self.save(media, None).await
    }

    /// The same for a file of an article that is to come: everybody sees it from then on, unless everybody does already.
    ///
    /// # Errors
    /// [`Outage`]: nothing was kept that anybody would find.
    pub async fn save_media_to_come(
        &self,
        media: Media,
        public_from: Timestamp,
    ) -> Result<MediaRow, Outage> {
        self.save(media, Some(public_from)).await
    }

    async fn save(&self, media: Media, public_from: Option<Timestamp>) -> Result<MediaRow, Outage> {
        let row = self.write_media(&media)?;
        let saved = row.clone();
        let bytes = media.bytes.len();
        self.0
            .writer
            .write(move |transaction, changes| {
                let until = public_from.map(Timestamp::as_microsecond);
                let changed = enter_until(transaction, &saved, bytes, until)?;
                let named = saved.article.is_none() && name(transaction, &saved)?;
                if changed || named {
                    changes.push(Change::of("media", &*saved.hash));
                }
                crate::exports::name_locked(transaction, &saved)?;
                crate::files::enter(transaction, &saved)
            })
            .await?;
        Ok(row)
    }

    /// The row of a file, before it is kept; the ending has to be one that is.
    pub(crate) fn media_row(&self, media: &Media) -> MediaRow {
        let hash = hash(media);
        let ending = media_ending(&media.name).unwrap_or_default();
        let (width, height) = media.size.unwrap_or((0, 0));
        MediaRow {
            path: self.0.folder.join(FOLDER).join(format!("{hash}.{ending}")),
            hash,
            name: media.name.clone(),
            ending: ending.to_owned(),
            width,
            height,
            article: media.article,
        }
    }

    /// Writes the bytes of a file, which nobody finds before its row is there.
    pub(crate) fn write_media(&self, media: &Media) -> Result<MediaRow, Outage> {
        if media_ending(&media.name).is_none() {
            return Err(Outage::Down(format!("{} is of a kind that is not kept", media.name)));
        }
        let row = self.media_row(media);
        write(&self.0.folder.join(FOLDER), &row.path, &media.bytes).map_err(|error| {
            Outage::Down(format!("{} cannot be written: {error}", row.path.display()))
        })?;
        Ok(row)
    }

    /// The file of a hash.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn media(&self, hash: &str) -> Result<Option<MediaRow>, Outage> {
        if !is_hash(hash) {
            return Ok(None);
        }
        self.find(
            "SELECT hash, name, mime, width, height, article FROM media WHERE hash = ?1",
            [hash.to_owned()],
        )
        .await
    }

    /// The file of a hash that everybody may see at that instant.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn public_media(
        &self,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<MediaRow>, Outage> {
        if !is_hash(hash) {
            return Ok(None);
        }
        self.find(
            "SELECT hash, name, mime, width, height, article FROM media WHERE hash = ?1 \
             AND article IS NULL AND (public_from IS NULL OR public_from <= ?2)",
            (hash.to_owned(), now.as_microsecond()),
        )
        .await
    }

    /// The file for everybody that has this name in the paper.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn media_named(&self, name: &str) -> Result<Option<MediaRow>, Outage> {
        self.find(
            "SELECT media.hash, media_names.name, mime, width, height, article \
             FROM media_names JOIN media ON media.hash = media_names.hash \
             WHERE media_names.name = ?1 AND article IS NULL",
            [name.to_owned()],
        )
        .await
    }

    async fn find(
        &self,
        query: &'static str,
        values: impl Params + Send + 'static,
    ) -> Result<Option<MediaRow>, Outage> {
        let folder = self.0.folder.join(FOLDER);
        self.0
            .lookups
            .ask(move |connection| {
                let mut query = connection.prepare_cached(query)?;
                query.query_row(values, |row| read(row, &folder)).optional()
            })
            .await
    }
}

/// Enters the row of a file whose bytes are on the disk; says whether anything is different now.
pub(crate) fn enter(
    transaction: &Transaction<'_>,
    row: &MediaRow,
    bytes: usize,
) -> rusqlite::Result<bool> {
    let changed = transaction
        .prepare_cached(
            "INSERT INTO media (hash, name, mime, width, height, bytes, article) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (hash) DO UPDATE SET \
             mime = excluded.mime, width = excluded.width, height = excluded.height \
             WHERE mime <> excluded.mime OR width IS NOT excluded.width \
             OR height IS NOT excluded.height",
        )?
        .execute((
            &row.hash,
            &row.name,
            &row.ending,
            row.width,
            row.height,
            i64::try_from(bytes).unwrap_or(i64::MAX),
            row.article.as_ref().map(ArticleKey::as_bytes),
        ))?;
    Ok(changed > 0)
}

/// The same for a file that everybody may see from an instant on, in microseconds, unless they may already.
pub(crate) fn enter_until(
    transaction: &Transaction<'_>,
    row: &MediaRow,
    bytes: usize,
    public_from: Option<i64>,
) -> rusqlite::Result<bool> {
    let is_known =
        transaction.prepare_cached("SELECT 1 FROM media WHERE hash = ?1")?.exists([&row.hash])?;
    let changed = enter(transaction, row, bytes)?;
    if let Some(from) = public_from.filter(|_| !is_known && row.article.is_none()) {
        transaction
            .prepare_cached("UPDATE media SET public_from = ?2 WHERE hash = ?1")?
            .execute((&row.hash, from))?;
    }
    Ok(changed)
}

/// From when everybody may see the file for everybody that has this name, where that is an instant.
pub(crate) fn public_from(
    transaction: &Transaction<'_>,
    name: &str,
) -> rusqlite::Result<Option<i64>> {
    transaction
        .prepare_cached(
            "SELECT public_from FROM media_names JOIN media ON media.hash = media_names.hash \
             WHERE media_names.name = ?1",
        )?
        .query_row([name], |row| row.get(0))
        .optional()
        .map(Option::flatten)
}

/// Lets a name lead to a file for everybody; says whether it led elsewhere before.
pub(crate) fn name(transaction: &Transaction<'_>, row: &MediaRow) -> rusqlite::Result<bool> {
    let changed = transaction
        .prepare_cached(
            "INSERT INTO media_names (name, hash) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE \
             SET hash = excluded.hash WHERE hash <> excluded.hash",
        )?
        .execute((&row.name, &row.hash))?;
    Ok(changed > 0)
}

fn is_hash(text: &str) -> bool {
    text.len() == HASH_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(crate) fn read(row: &Row<'_>, folder: &Path) -> rusqlite::Result<MediaRow> {
    let [hash, name, ending] = [row.get(0)?, row.get(1)?, row.get(2)?];
    self::row(hash, name, ending, (row.get(3)?, row.get(4)?), row.get(5)?, folder)
}

pub(crate) fn row(
    hash: String,
    name: String,
    ending: String,
    (width, height): (u32, u32),
    article: Option<[u8; 16]>,
    folder: &Path,
) -> rusqlite::Result<MediaRow> {
    // Both become a path: a row that was tampered with must not lead out of the folder.
    if !is_hash(&hash) {
        return Err(values::wrong(0, format!("hash {hash:?}")));
    }
    if !TYPES.iter().any(|(_, known)| *known == ending) {
        return Err(values::wrong(2, format!("ending {ending:?}")));
    }
    let path = folder.join(format!("{hash}.{ending}"));
    let article = article.map(ArticleKey::from_bytes);
    Ok(MediaRow { hash, name, ending, width, height, article, path })
}

/// A locked file's hash covers its article: its address says nothing about a public twin.
fn hash(media: &Media) -> String {
    let mut hasher = hasher(media.article);
    hasher.update(&media.bytes);
    digits(&hasher)
}

/// Begins the hash of a file; its bytes follow.
pub(crate) fn hasher(article: Option<ArticleKey>) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 media");
    if let Some(key) = article {
        hasher.update(key.as_bytes());
    }
    hasher
}

pub(crate) fn digits(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex()[..HASH_DIGITS].to_owned()
}

/// Counts the files of this process that were written beside their places.
static BESIDE: AtomicU64 = AtomicU64::new(0);

/// Whole or not at all.
pub(crate) fn write(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if fs::metadata(path).is_ok_and(|file| file.len() == bytes.len() as u64) {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    // A name of its own, so that two who keep the same file at once do not write into each other's.
    let number = BESIDE.fetch_add(1, Ordering::Relaxed);
    let beside = path.with_extension(format!("{}-{number}.new", std::process::id()));
    let written = fs::File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&beside, path)) {
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    fs::File::open(folder)?.sync_all()
}
