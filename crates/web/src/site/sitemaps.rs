//! Sitemaps of the whole paper, in files that stay as they are once they are full: the articles by publication from the
//! oldest, ten thousand a file. A file is written in stretches straight into its compressed form, one file at a time;
//! nothing under embargo or taken back is in it.

use std::io::{Read, Write};
use std::sync::Arc;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use store::{Filter, LIST_MAX, Listed, Place, STRETCH_MAX, Stretch};
use tokio::sync::Mutex;

use super::feed::{sent, validated};
use super::{Trouble, Visit, lists};
use crate::feeds::sitemap::{Entry, News, TAIL, head, index, news, news_language, pages};
use crate::shell::answer::Answer;
use crate::shell::request::Encoding;

/// How long an article is news for a sitemap.
const NEWS_FOR: SignedDuration = SignedDuration::from_hours(48);
/// Articles of one file of news.
const NEWS_ARTICLES_MAX: usize = 1_000;
/// Files of news; the newest are in the first.
const NEWS_FILES_MAX: usize = 10;
/// Pages that are no articles, in one file.
const PAGES_MAX: usize = 10_000;
/// Memory for finished files of articles, in bytes: they are compressed.
const FILES_BYTES_MAX: u64 = 16 << 20;
const MEDIA_TYPE: &str = "application/xml; charset=utf-8";

/// A finished file of articles.
#[derive(Debug)]
struct File {
    gzip: Bytes,
    /// How long it is unpacked.
    bytes: usize,
    hash: String,
    made_at: Timestamp,
    stamp: Stamp,
}

/// What a file was made from: it holds until something changes, by a hand or by an embargo that lifts.
#[derive(Clone, Copy, Debug)]
struct Stamp {
    epoch: u64,
    generation: u64,
    valid_until: Timestamp,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<String, Arc<File>> for Weight {
    fn weight(&self, key: &String, file: &Arc<File>) -> u64 {
        (key.len() + file.gzip.len() + 200) as u64
    }
}

/// The files that are kept, and where each begins.
#[derive(Debug)]
pub(crate) struct Maps {
    files: Cache<String, Arc<File>, Weight>,
    /// Held while it is measured again.
    stretches: Mutex<Option<(Stamp, Arc<Vec<Stretch>>)>>,
    /// Held while a file is made: one at a time bounds the memory.
    making: Mutex<()>,
}

impl Maps {
    pub(crate) fn new() -> Self {
        Self {
            files: Cache::with_weighter(64, FILES_BYTES_MAX, Weight),
            stretches: Mutex::new(None),
            making: Mutex::new(()),
        }
    }
}

/// The index of all files.
pub(crate) async fn all(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let origin = visit.address();
    let list = lists::kept(visit, format!("{origin}/sitemap.xml"), async {
        let (news, until) = visit.news().await?;
        let stretches = visit.stretches().await?;
        let others = visit.other_pages(&origin).await?;
        let file = |name: String, changed_at: Option<Timestamp>| Entry {
            address: format!("{origin}/sitemaps/{name}.xml"),
            changed_at,
            picture: None,
        };
        let mut files = Vec::new();
        for number in 1..=news.len().div_ceil(NEWS_ARTICLES_MAX).max(1) {
            let newest = news.get((number - 1) * NEWS_ARTICLES_MAX);
            files
                .push(file(news_name(number), newest.map(|listed| visit.changed_at(&listed.head))));
        }
        for (place, part) in others.chunks(PAGES_MAX).enumerate() {
            let changed_at = part.iter().filter_map(|entry| entry.changed_at).max();
            files.push(file(format!("pages-{}", place + 1), changed_at));
        }
        for (place, stretch) in stretches.iter().enumerate() {
            files.push(file(format!("articles-{}", place + 1), Some(stretch.changed_at)));
        }
        Ok((move || Ok(index(&files)), until))
    })
    .await?;
    Ok(sent(visit, &list, MEDIA_TYPE))
}

fn news_name(number: usize) -> String {
    if number == 1 { "news".to_owned() } else { format!("news-{number}") }
}

/// One file.
pub(crate) async fn file(visit: &Visit<'_>, name: &str) -> Result<Answer, Trouble> {
    let stem = name.strip_suffix(".xml").ok_or(Trouble::NotFound)?;
    if stem == "news" {
        return news_file(visit, 1).await;
    }
    let (kind, number) = stem.split_once('-').ok_or(Trouble::NotFound)?;
    let is_spelled_so = !number.starts_with('0') && number.bytes().all(|b| b.is_ascii_digit());
    let number: usize =
        number.parse().ok().filter(|n| is_spelled_so && *n > 0).ok_or(Trouble::NotFound)?;
    match kind {
        "news" if number > 1 => news_file(visit, number).await,
        "pages" => pages_file(visit, number).await,
        "articles" => articles_file(visit, number).await,
        _ => Err(Trouble::NotFound),
    }
}

async fn news_file(visit: &Visit<'_>, number: usize) -> Result<Answer, Trouble> {
    if number > NEWS_FILES_MAX {
        return Err(Trouble::NotFound);
    }
    let origin = visit.address();
    let key = format!("{origin}/sitemaps/{}.xml", news_name(number));
    let list = lists::kept(visit, key, async {
        let (listed, until) = visit.news().await?;
        let part = listed.chunks(NEWS_ARTICLES_MAX).nth(number - 1).unwrap_or_default();
        if part.is_empty() && number > 1 {
            return Err(Trouble::NotFound);
        }
        let paper = &visit.presentation.house.paper;
        let entry = |listed: &Listed| {
            let head = &listed.head;
            News {
                address: format!("{origin}{}", visit.href(head)),
                paper: paper.name.clone(),
                language: news_language(head.language.as_deref().unwrap_or(&paper.language_tag)),
                published_at: head.published_at,
                headline: head.headline.clone(),
            }
        };
        let entries: Vec<News> = part.iter().map(entry).collect();
        Ok((move || Ok(news(&entries)), until))
    })
    .await?;
    Ok(sent(visit, &list, MEDIA_TYPE))
}

async fn pages_file(visit: &Visit<'_>, number: usize) -> Result<Answer, Trouble> {
    let origin = visit.address();
    let list = lists::kept(visit, format!("{origin}/sitemaps/pages-{number}.xml"), async {
        let mut others = visit.other_pages(&origin).await?;
        let start = (number - 1).saturating_mul(PAGES_MAX);
        if start >= others.len() {
            return Err(Trouble::NotFound);
        }
        others.drain(..start);
        others.truncate(PAGES_MAX);
        Ok((move || Ok(head() + &pages(&others) + TAIL), Timestamp::MAX))
    })
    .await?;
    Ok(sent(visit, &list, MEDIA_TYPE))
}

async fn articles_file(visit: &Visit<'_>, number: usize) -> Result<Answer, Trouble> {
    let maps = &visit.site.maps;
    let key = format!("{}/{number}", visit.address());
    let known = || maps.files.get(&key).filter(|file| visit.holds(file.stamp));
    let file = match known() {
        Some(file) => file,
        None => {
            let _making = maps.making.lock().await;
            match known() {
                Some(file) => file,
                None => {
                    let file = Arc::new(visit.articles(number).await?);
                    maps.files.insert(key, Arc::clone(&file));
                    file
                }
            }
        }
    };
    let (bytes, encoding, mark) = match visit.request.encoding() {
        Encoding::Identity => {
            let packed = Arc::clone(&file);
            (visit.site.pool.run(move || unpacked(&packed)).await?, Encoding::Identity, 'i')
        }
        Encoding::Gzip | Encoding::Brotli => (file.gzip.clone(), Encoding::Gzip, 'g'),
    };
    let etag = format!("\"{}{mark}\"", file.hash);
    Ok(validated(visit, (bytes, encoding), &etag, file.made_at, MEDIA_TYPE))
}

fn unpacked(file: &File) -> Bytes {
    let mut bytes = Vec::with_capacity(file.bytes);
    // What we packed into memory ourselves unpacks.
    let _ = flate2::read::GzDecoder::new(&*file.gzip).read_to_end(&mut bytes);
    Bytes::from(bytes)
}

/// A file that is being written.
struct Making {
    encoder: GzEncoder<Vec<u8>>,
    hasher: blake3::Hasher,
    bytes: usize,
}

impl Making {
    fn new() -> Self {
        let encoder = GzEncoder::new(Vec::new(), Compression::new(6));
        Self { encoder, hasher: blake3::Hasher::new(), bytes: 0 }
    }

    fn add(mut self, text: &str) -> Self {
        // Writing into memory cannot fail.
        let _ = self.encoder.write_all(text.as_bytes());
        self.hasher.update(text.as_bytes());
        self.bytes += text.len();
        self
    }
}

impl Visit<'_> {
    fn holds(&self, stamp: Stamp) -> bool {
        stamp.epoch == self.site.lists.epoch()
            && stamp.generation == self.presentation.generation
            && self.now < stamp.valid_until
    }

    /// Where each file of articles begins and how long it is.
    async fn stretches(&self) -> Result<Arc<Vec<Stretch>>, Trouble> {
        let mut kept = self.site.maps.stretches.lock().await;
        if let Some((stamp, stretches)) = &*kept
            && self.holds(*stamp)
        {
            return Ok(Arc::clone(stretches));
        }
        let epoch = self.site.lists.epoch();
        let store = &self.site.store;
        let embargo = store.next_publication(self.now).await?;
        let mut stretches: Vec<Stretch> = Vec::new();
        loop {
            let after = stretches.last().map(|stretch| stretch.last.clone());
            let Some(stretch) = store.stretch(self.now, after, STRETCH_MAX).await? else { break };
            let is_full = stretch.articles == STRETCH_MAX;
            stretches.push(stretch);
            if !is_full {
                break;
            }
        }
        let valid_until = embargo.unwrap_or(Timestamp::MAX);
        let stamp = Stamp { epoch, generation: self.presentation.generation, valid_until };
        let stretches = Arc::new(stretches);
        *kept = Some((stamp, Arc::clone(&stretches)));
        Ok(stretches)
    }

    /// Writes the file of that number.
    async fn articles(&self, number: usize) -> Result<File, Trouble> {
        let stretches = self.stretches().await?;
        let stretch = stretches.get(number - 1).ok_or(Trouble::NotFound)?;
        let before = number.checked_sub(2).and_then(|place| stretches.get(place));
        let mut after: Option<Place> = before.map(|stretch| stretch.last.clone());
        let epoch = self.site.lists.epoch();
        let store = &self.site.store;
        let embargo = store.next_publication(self.now).await?;
        let valid_until = embargo.unwrap_or(Timestamp::MAX);
        let origin = self.address();
        let mut making = Making::new().add(&head());
        let mut left = stretch.articles;
        while left > 0 {
            let listed = store.in_order(self.now, after.take(), left.min(LIST_MAX)).await?;
            let Some(last) = listed.last() else { break };
            after = Some((last.head.published_at, last.head.id.clone()));
            left = left.saturating_sub(listed.len());
            let entries: Vec<Entry> =
                listed.iter().map(|listed| self.entry(listed, &origin)).collect();
            making = self.site.pool.run(move || making.add(&pages(&entries))).await?;
        }
        let finish = move || {
            let making = making.add(TAIL);
            let hash = making.hasher.finalize().to_hex()[..16].to_owned();
            (Bytes::from(making.encoder.finish().unwrap_or_default()), making.bytes, hash)
        };
        let (gzip, bytes, hash) = self.site.pool.run(finish).await?;
        let stamp = Stamp { epoch, generation: self.presentation.generation, valid_until };
        Ok(File { gzip, bytes, hash, made_at: self.now, stamp })
    }

    fn entry(&self, listed: &Listed, origin: &str) -> Entry {
        let head = &listed.head;
        let picture = head.lead_image.as_ref().and_then(|image| image.address.as_ref());
        Entry {
            address: format!("{origin}{}", self.href(head)),
            changed_at: Some(self.changed_at(head)),
            picture: picture.map(|path| format!("{origin}{path}")),
        }
    }

    /// The articles of the last two days, newest first, and until when that is so.
    async fn news(&self) -> Result<(Vec<Listed>, Timestamp), Trouble> {
        let since = self.now - NEWS_FOR;
        let (mut news, mut before): (Vec<Listed>, _) = (Vec::new(), None);
        while news.len() < NEWS_ARTICLES_MAX * NEWS_FILES_MAX {
            let listed = self.site.store.list(Filter::All, self.now, LIST_MAX, before).await?;
            let is_full = listed.len() == LIST_MAX;
            let fresh = listed.into_iter().take_while(|listed| listed.head.published_at > since);
            let all = news.len();
            news.extend(fresh);
            if !is_full || news.len() - all < LIST_MAX {
                break;
            }
            before = news.last().map(|l| (l.head.published_at, l.head.id.clone()));
        }
        let until = news.last().map_or(Timestamp::MAX, |last| last.head.published_at + NEWS_FOR);
        Ok((news, until))
    }

    /// Everything that is no article and that a search engine may show: lists without an article are left out.
    async fn other_pages(&self, origin: &str) -> Result<Vec<Entry>, Trouble> {
        let paper = &self.presentation.paper;
        let mut lists = vec![("/".to_owned(), Filter::All)];
        let sections = paper.sections.iter();
        lists.extend(
            sections.map(|s| (format!("/{}", s.slug), Filter::Section(s.slug.to_string()))),
        );
        let series = paper.series.iter();
        lists.extend(
            series.map(|s| (format!("/series/{}", s.slug), Filter::Series(s.slug.clone()))),
        );
        let authors = paper.authors.iter();
        lists.extend(
            authors.map(|a| (format!("/authors/{}", a.slug), Filter::Author(a.slug.to_string()))),
        );
        let tags = paper.tags.iter();
        lists.extend(tags.map(|t| (format!("/tags/{}", t.slug), Filter::Tag(t.slug.to_string()))));
        let mut entries = Vec::new();
        for part in lists.chunks(LIST_MAX) {
            let filters = part.iter().map(|(_, filter)| filter.clone()).collect();
            let newest = self.site.store.newest_of(filters, self.now).await?;
            for ((path, _), changed_at) in part.iter().zip(newest) {
                if changed_at.is_some() || path == "/" {
                    let address = format!("{origin}{path}");
                    entries.push(Entry { address, changed_at, picture: None });
                }
            }
        }
        entries.extend(["/about", "/contact", "/offers"].map(|path| Entry {
            address: format!("{origin}{path}"),
            changed_at: None,
            picture: None,
        }));
        Ok(entries)
    }
}
