//! Brings articles in, one after another, from whatever has them as files of the Markdown folder. What was brought in
//! before and is the same is passed over before its text is parsed; files of locked bodies are kept behind the gate. One
//! bad article never stops the rest. Memory follows one batch of articles, not the import.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use face::House;
use jiff::Timestamp;
use newsroom::picture::probe;
use newsroom::{Article, ArticleId, BodyWords, PICTURE_ENDINGS, PaperFile};
use paywall::ArticleKey;
use store::{
    Arrival, BATCH_BYTES_MAX, BATCH_MAX, Incoming, Landed, Media, MediaRow, Origin, Standing,
    Store, Withdrawal, media_ending,
};
use web::Addresses;

use super::report::{Became, Label, Report};

/// Changes with what an import makes of the same text, so that everything is read again then.
const DIGEST_CONTEXT: &str = "masthead 2026 import 2";
/// Public files whose addresses are remembered.
const REMEMBERED_MAX: usize = 4_096;
/// Articles that are told apart; of further ones the last of an id counts.
const SEEN_MAX: usize = 2_000_000;
/// Articles that had to move, and to which links of this import lead at once.
const MOVED_MAX: usize = 100_000;

/// The files that articles name.
pub(crate) trait Shelf {
    /// Something that changes when the file does; `None` where there is none.
    fn stamp(&self, article: &ArticleId, name: &str) -> Option<String>;

    /// The bytes; an error says why they cannot be had.
    fn bytes(&self, article: &ArticleId, name: &str) -> anyhow::Result<Vec<u8>>;

    /// Whether pictures were looked at before an article named them.
    fn has_looked(&self) -> bool {
        false
    }

    /// The path at which the site that it comes from had it.
    fn old_path(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }
}

/// One article of an export.
pub(crate) struct Given<'a> {
    /// What it is called there.
    pub(crate) label: Label,
    /// Its file.
    pub(crate) text: &'a str,
    /// Old addresses beyond those that its file names.
    pub(crate) old_addresses: &'a [String],
    /// What was lost in its translation.
    pub(crate) remarks: Vec<String>,
}

/// How an import goes about it.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    /// Where it comes from.
    pub(crate) origin: Origin,
    /// Whether it only says what it would do.
    pub(crate) dry_run: bool,
    /// When it runs.
    pub(crate) now: Timestamp,
    /// Who brings it in, and what it is, for the history of the settings.
    pub(crate) saved_by: (&'static str, &'static str),
}

/// Waits for the store's answers.
pub(crate) struct Waiter(tokio::runtime::Runtime);

impl Waiter {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self(tokio::runtime::Builder::new_current_thread().build()?))
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
    }
}

/// Addresses of articles of an import that may not be saved yet.
pub(crate) type Places = HashMap<ArticleId, String>;

/// An import into one paper.
pub(crate) struct Intake<'a> {
    pub(crate) store: &'a Store,
    pub(crate) waiter: &'a Waiter,
    pub(crate) house: &'a House,
    pub(crate) paper: &'a PaperFile,
    addresses: Addresses,
    pub(crate) manner: Manner,
    words: BodyWords,
    /// Hashes of ids.
    seen: HashSet<u64>,
    public: HashMap<(String, String), Kept>,
    pending: Vec<(Label, Vec<String>, Incoming)>,
    pending_bytes: usize,
    /// Where files lay, and their names here.
    old_paths: BTreeMap<String, String>,
    /// Addresses of articles that could not have their own.
    pub(crate) moved: HashMap<ArticleId, String>,
}

/// A file that is kept.
#[derive(Clone)]
struct Kept {
    address: String,
    size: Option<(u32, u32)>,
}

impl Kept {
    fn of(row: &MediaRow) -> Self {
        Self { address: row.address(), size: row.size() }
    }
}

impl<'a> Intake<'a> {
    pub(crate) fn new(
        store: &'a Store,
        waiter: &'a Waiter,
        house: &'a House,
        paper: &'a PaperFile,
        manner: Manner,
    ) -> Self {
        let words = web::body_words(face::Words::of(house.paper.language));
        Self {
            store,
            waiter,
            house,
            paper,
            addresses: Addresses::new(house, paper),
            manner,
            words,
            seen: HashSet::new(),
            public: HashMap::new(),
            pending: Vec::new(),
            pending_bytes: 0,
            old_paths: BTreeMap::new(),
            moved: HashMap::new(),
        }
    }

    /// Brings one article in.
    ///
    /// # Errors
    /// Where nothing can be written any more. What is wrong with the article itself is in the report.
    pub(crate) fn article(
        &mut self,
        given: Given<'_>,
        shelf: &dyn Shelf,
        places: &Places,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let Given { label, remarks, .. } = &given;
        let id = match newsroom::outline(&label.name, given.text) {
            Ok(outline) => outline.id,
            Err(faults) => {
                report.item(label, Became::Bad, &told(&faults), remarks);
                return Ok(());
            }
        };
        if !self.is_new(&id) {
            let why = format!("its id \"{id}\" was given to another article of the import already");
            report.item(label, Became::Bad, &why, remarks);
            return Ok(());
        }
        let digest = digest(&given, &id, shelf);
        let standing = self.store.standing_of(&self.manner.origin, &id, digest);
        let standing = self.waiter.wait(standing)?;
        if standing == Standing::Same {
            report.item(label, Became::Unchanged, "", remarks);
            return Ok(());
        }
        if let Some(why) = standing.keeps().filter(|_| !self.manner.origin.overwrite_edited) {
            let why = format!("{why}; --overwrite-edited takes the export's");
            report.item(label, Became::Kept, &why, remarks);
            return Ok(());
        }
        let mut article = match self.read(&given, &id, shelf, places) {
            Ok(article) => article,
            Err(Trouble::Bad(why)) => {
                report.item(label, Became::Bad, &why, remarks);
                return Ok(());
            }
            Err(Trouble::Store(error)) => return Err(error),
        };
        for address in given.old_addresses {
            if !article.old_addresses.contains(address) {
                article.old_addresses.push(address.clone());
            }
        }
        if self.manner.dry_run {
            let became = if standing == Standing::New { Became::Imported } else { Became::Changed };
            report.item(label, became, "", remarks);
            return Ok(());
        }
        self.pending_bytes += given.text.len();
        self.pending.push((given.label, given.remarks, Incoming { article, digest }));
        if self.pending.len() >= BATCH_MAX || self.pending_bytes >= BATCH_BYTES_MAX {
            self.flush(report)?;
        }
        Ok(())
    }

    /// Takes an article back that an export does not have for readers any more. What was never brought in is left out.
    ///
    /// # Errors
    /// Where nothing can be written any more.
    pub(crate) fn withdraw(
        &mut self,
        label: &Label,
        id: &ArticleId,
        why: &str,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let is_new = self.is_new(id);
        let origin = &self.manner.origin;
        let withdrawal = if !is_new {
            Withdrawal::Elsewhere
        } else if self.manner.dry_run {
            self.waiter.wait(self.store.withdrawal_of(origin, id))?
        } else {
            self.waiter.wait(self.store.withdraw_imported(origin, id, self.manner.now))?
        };
        let told = |what: &str| format!("{what}, since it is not for readers there: {why}");
        let (became, why) = match withdrawal {
            Withdrawal::Elsewhere => (Became::Left, why.to_owned()),
            Withdrawal::Before => (Became::Unchanged, String::new()),
            Withdrawal::Now => (Became::Changed, told("it is taken back")),
            Withdrawal::Kept(kept) => {
                let kept = format!("{kept}; --overwrite-edited takes it back");
                (Became::Kept, format!("{}; {kept}", told("it would be taken back")))
            }
        };
        report.item(label, became, &why, &[]);
        Ok(())
    }

    fn is_new(&mut self, id: &ArticleId) -> bool {
        let hash = blake3::hash(id.as_str().as_bytes());
        let first = hash.as_bytes().first_chunk().copied().unwrap_or_default();
        let hash = u64::from_le_bytes(first);
        if self.seen.len() < SEEN_MAX { self.seen.insert(hash) } else { !self.seen.contains(&hash) }
    }

    /// Writes what waits.
    pub(crate) fn flush(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let old_paths = std::mem::take(&mut self.old_paths);
        self.waiter.wait(self.store.save_old_files(old_paths.into_iter().collect()))?;
        self.pending_bytes = 0;
        let mut labels = Vec::new();
        let mut articles = Vec::new();
        for (label, remarks, incoming) in self.pending.drain(..) {
            labels.push((label, remarks));
            articles.push(incoming);
        }
        if articles.is_empty() {
            return Ok(());
        }
        let landed = self.store.import_articles(&self.manner.origin, articles, self.manner.now);
        let landed = self.waiter.wait(landed)?;
        for (arrival, (label, mut remarks)) in landed.into_iter().zip(labels) {
            let Arrival { id, landed, moved } = arrival;
            if let Some(head) = moved {
                let address = self.addresses.of(&head);
                remarks.push(format!(
                    "another article has the address that it asked for; it stands at {address}"
                ));
                if self.moved.len() < MOVED_MAX {
                    self.moved.insert(id, address);
                }
            }
            let (became, why) = match landed {
                Landed::Added => (Became::Imported, ""),
                Landed::Changed => (Became::Changed, ""),
                Landed::Unchanged => (Became::Unchanged, ""),
                Landed::Kept(why) => (Became::Kept, why),
            };
            report.item(&label, became, why, &remarks);
        }
        Ok(())
    }

    /// Reads an article and keeps its files: first with their names alone, which tells what stands above the line and
    /// what below it, then with their addresses.
    fn read(
        &mut self,
        given: &Given<'_>,
        id: &ArticleId,
        shelf: &dyn Shelf,
        places: &Places,
    ) -> Result<Article, Trouble> {
        let there = |name: &str| shelf.stamp(id, name).map(|_| name.to_owned());
        let first = self.print(given, places, &there, &|_| None)?;
        let lead = first.head.lead_image.iter().map(|image| &image.file);
        let public: BTreeSet<String> = first.teaser.media.iter().chain(lead).cloned().collect();
        if self.manner.dry_run && !shelf.has_looked() {
            let all = public.iter().chain(&first.locked_media);
            for name in all {
                bytes_and_size(shelf, id, name)?;
            }
        }
        if self.manner.dry_run || public.is_empty() && first.locked_media.is_empty() {
            return Ok(first);
        }
        let key = first.head.key;
        let mut kept = HashMap::new();
        let out = first.head.published_at <= self.manner.now;
        for name in public.iter().chain(&first.locked_media).filter(|_| out) {
            if let Some(path) = shelf.old_path(name) {
                self.old_paths.insert(path, name.clone());
            }
        }
        for name in public {
            let file = self.keep_public(shelf, id, &name)?;
            kept.insert(name, file);
        }
        for name in &first.locked_media {
            if !kept.contains_key(name) {
                let file = self.keep(shelf, id, name, Some(key))?;
                kept.insert(name.clone(), file);
            }
        }
        let address = |name: &str| kept.get(name).map(|file| file.address.clone());
        self.print(given, places, &address, &|name| kept.get(name).and_then(|file| file.size))
    }

    fn print(
        &self,
        given: &Given<'_>,
        places: &Places,
        media_address: &dyn Fn(&str) -> Option<String>,
        picture_size: &dyn Fn(&str) -> Option<(u32, u32)>,
    ) -> Result<Article, Trouble> {
        let context = newsroom::Context {
            paper: self.paper,
            paper_id: self.store.paper_id(),
            zone: &self.house.policy.zone,
            words: &self.words,
            address_of: &|id| self.address_of(id, places),
            media_address,
            picture_size,
            shift_days: 0,
        };
        newsroom::read_article(&given.label.name, given.text, &context)
            .map_err(|faults| Trouble::Bad(told(&faults)))
    }

    /// Where an article stands: those that had to move first, then those of this import, then the paper's.
    fn address_of(&self, id: &ArticleId, places: &Places) -> Option<String> {
        let known = || {
            let head = self.waiter.wait(self.store.head_of(id)).ok().flatten();
            head.map(|head| self.addresses.of(&head))
        };
        self.moved.get(id).or_else(|| places.get(id)).cloned().or_else(known)
    }

    fn keep_public(
        &mut self,
        shelf: &dyn Shelf,
        id: &ArticleId,
        name: &str,
    ) -> Result<Kept, Trouble> {
        // The same picture stands in many articles: its bytes are read once.
        let known = (name.to_owned(), shelf.stamp(id, name).unwrap_or_default());
        if let Some(kept) = self.public.get(&known) {
            return Ok(kept.clone());
        }
        let kept = self.keep(shelf, id, name, None)?;
        if self.public.len() >= REMEMBERED_MAX {
            self.public.clear();
        }
        self.public.insert(known, kept.clone());
        Ok(kept)
    }

    fn keep(
        &self,
        shelf: &dyn Shelf,
        id: &ArticleId,
        name: &str,
        article: Option<ArticleKey>,
    ) -> Result<Kept, Trouble> {
        let (bytes, size) = bytes_and_size(shelf, id, name)?;
        let media = Media { name: name.to_owned(), size, article, bytes };
        let row = self.waiter.wait(self.store.save_media(media));
        Ok(Kept::of(&row.map_err(|error| Trouble::Store(error.into()))?))
    }
}

/// Width and height, of a picture.
type Size = Option<(u32, u32)>;

fn bytes_and_size(
    shelf: &dyn Shelf,
    id: &ArticleId,
    name: &str,
) -> Result<(Vec<u8>, Size), Trouble> {
    let bytes = shelf.bytes(id, name).map_err(|error| Trouble::Bad(format!("{error:#}")))?;
    let size = size_of(name, &bytes).map_err(Trouble::Bad)?;
    Ok((bytes, size))
}

/// Width and height of a picture, from its headers; `None` for what is none. One beyond a limit is refused.
pub(crate) fn size_of(name: &str, bytes: &[u8]) -> Result<Size, String> {
    if !is_picture(name) {
        return Ok(None);
    }
    let facts = probe(bytes).map_err(|fault| format!("{name}: {fault}"))?;
    Ok(Some((facts.width, facts.height)))
}

/// Whether a file is one that pages show.
pub(crate) fn is_picture(name: &str) -> bool {
    media_ending(name).is_some_and(|ending| PICTURE_ENDINGS.contains(&ending))
}

enum Trouble {
    /// The article is not one.
    Bad(String),
    /// Nothing can be kept any more.
    Store(anyhow::Error),
}

fn told(faults: &[newsroom::Fault]) -> String {
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| match fault.line {
            Some(line) => format!("line {line}: {}", fault.what),
            None => fault.what.clone(),
        })
        .collect();
    lines.join("\n")
}

/// The digest of what an export says of an article: its file, its old addresses and the files that it names.
fn digest(given: &Given<'_>, id: &ArticleId, shelf: &dyn Shelf) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(DIGEST_CONTEXT);
    let mut part = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    part(given.text.as_bytes());
    given.old_addresses.iter().for_each(|address| part(address.as_bytes()));
    for name in newsroom::named_files(given.text) {
        part(name.as_bytes());
        part(shelf.stamp(id, name).unwrap_or_default().as_bytes());
    }
    *hasher.finalize().as_bytes()
}
