//! Pages that list articles: a section, a tag. Kept finished until something that they show changes, by itself or by the
//! newsroom's hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use store::Filter;
use tokio::sync::Mutex;

use super::article::shared;
use super::contexts::{Chrome, Link, value};
use super::meta::Meta;
use super::{Site, Trouble, Visit};
use crate::shell::answer::Answer;
use crate::shell::finished::Finished;
use crate::shell::templates::RenderError;

/// Lists that are kept finished, about.
const LISTS_MAX: usize = 256;
/// Memory for them, in bytes: a feed can be as long as fifty free articles.
const LISTS_BYTES_MAX: u64 = 16 << 20;
/// Articles on one page of a list.
const PAGE_ARTICLES: usize = 30;
/// The deepest page of a list: older articles are found by section and search.
const PAGES_MAX: usize = 100;

/// A finished list.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) page: Finished,
    pub(crate) made_at: Timestamp,
    generation: u64,
    valid_until: Timestamp,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<String, Arc<List>> for Weight {
    fn weight(&self, key: &String, list: &Arc<List>) -> u64 {
        (key.len() + list.page.weight()) as u64
    }
}

/// The finished lists by address.
#[derive(Debug)]
pub(crate) struct Lists {
    cache: Cache<String, Arc<List>, Weight>,
    epoch: AtomicU64,
    /// Held while a list is made, so that a crowd makes it once.
    making: Mutex<()>,
}

impl Lists {
    pub(crate) fn new() -> Self {
        let cache = Cache::with_weighter(LISTS_MAX, LISTS_BYTES_MAX, Weight);
        Self { cache, epoch: AtomicU64::new(0), making: Mutex::new(()) }
    }

    /// Counts up with everything that is forgotten.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Some article changed, and any list may show it.
    pub(crate) fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.cache.clear();
    }
}

/// A template with what it is told.
pub(crate) type Told = (&'static str, Value);

/// Answers with a finished list, making it where none is kept.
pub(crate) async fn answer(
    visit: &Visit<'_>,
    key: String,
    tell: impl Future<Output = Result<Told, Trouble>>,
) -> Result<Answer, Trouble> {
    let list = kept(visit, key, async {
        let (template, context) = tell.await?;
        let handle: Site = visit.handle.clone();
        Ok((move || handle.0.templates.render(template, context), Timestamp::MAX))
    })
    .await?;
    Ok(shared(visit, &list.page))
}

/// Gets a finished text of that key. Where none is kept, `prepare` gathers what it is made of; what it gives makes it in
/// the pool, and says until when that holds beside the usual.
pub(crate) async fn kept<M>(
    visit: &Visit<'_>,
    key: String,
    prepare: impl Future<Output = Result<(M, Timestamp), Trouble>>,
) -> Result<Arc<List>, Trouble>
where
    M: FnOnce() -> Result<String, RenderError> + Send + 'static,
{
    let site = visit.site;
    let generation = visit.presentation.generation;
    let known = || {
        let is_good =
            |list: &Arc<List>| list.generation == generation && visit.now < list.valid_until;
        site.lists.cache.get(&key).filter(is_good)
    };
    if let Some(list) = known() {
        return Ok(list);
    }
    let _making = site.lists.making.lock().await;
    if let Some(list) = known() {
        return Ok(list);
    }
    let epoch = site.lists.epoch.load(Ordering::Acquire);
    let (make, until) = prepare.await?;
    let valid_until = changes_at(visit).await?.min(until);
    let page = site.pool.run(move || make().map(Finished::new)).await??;
    let list = Arc::new(List { page, made_at: visit.now, generation, valid_until });
    if site.lists.epoch.load(Ordering::Acquire) == epoch {
        site.lists.cache.insert(key.clone(), Arc::clone(&list));
        if site.lists.epoch.load(Ordering::Acquire) != epoch {
            site.lists.cache.remove(&key);
        }
    }
    let later = Arc::clone(&list);
    site.pool.later(move || later.page.squeeze());
    Ok(list)
}

/// When a list says something else by itself: the next embargo, or midnight, when "today" becomes "yesterday".
pub(crate) async fn changes_at(visit: &Visit<'_>) -> Result<Timestamp, Trouble> {
    let midnight = midnight(visit);
    let embargo = visit.site.store.next_publication(visit.now).await?;
    Ok(embargo.map_or(midnight, |instant| instant.min(midnight)))
}

/// The end of the paper's present day: every page has the date at its top.
pub(crate) fn midnight(visit: &Visit<'_>) -> Timestamp {
    let zone = &visit.presentation.house.policy.zone;
    let tomorrow = zone.to_datetime(visit.now).date().tomorrow().ok();
    let midnight = tomorrow.and_then(|day| zone.to_timestamp(day.at(0, 0, 0, 0)).ok());
    midnight.unwrap_or(visit.now + SignedDuration::from_hours(1))
}

/// A section's articles.
pub(crate) async fn section(visit: &Visit<'_>, slug: &str) -> Result<Answer, Trouble> {
    let section = visit.presentation.section(slug).ok_or(Trouble::NotFound)?;
    let topics = section.topics.iter().filter_map(|tag| visit.presentation.tag(tag.as_str()));
    let topics = topics
        .map(|tag| Link { name: tag.name.clone(), href: format!("/tags/{}", tag.slug) })
        .collect();
    let chrome = Chrome {
        heading: section.name.clone(),
        section: Some(slug.to_owned()),
        meta: Meta::of_list(visit, "sections", slug, &section.name),
        ..Chrome::default()
    };
    page(visit, format!("/{slug}"), Filter::Section(slug.to_owned()), chrome, topics).await
}

/// A tag's articles.
pub(crate) async fn tag(visit: &Visit<'_>, slug: &str) -> Result<Answer, Trouble> {
    let tag = visit.presentation.tag(slug).ok_or(Trouble::NotFound)?;
    let meta = Meta::of_list(visit, "tags", slug, &tag.name);
    let chrome = Chrome { heading: tag.name.clone(), meta, ..Chrome::default() };
    page(visit, format!("/tags/{slug}"), Filter::Tag(slug.to_owned()), chrome, Vec::new()).await
}

async fn page(
    visit: &Visit<'_>,
    path: String,
    filter: Filter,
    mut chrome: Chrome,
    topics: Vec<Link>,
) -> Result<Answer, Trouble> {
    let number = number(visit.request.uri.query()).ok_or(Trouble::NotFound)?;
    let query = if number == 1 { String::new() } else { format!("?page={number}") };
    chrome.path = Some(format!("{path}{query}"));
    let key = format!("{path}{query}");
    answer(visit, key, async move {
        let name = chrome.heading.clone();
        let (listed, more) = visit.listed(filter, number).await?;
        if listed.is_empty() && number > 1 {
            return Err(Trouble::NotFound);
        }
        let mut listings = listed.iter().map(|listed| visit.listing(listed));
        let lead = listings.next();
        let older = more.then(|| format!("{path}?page={}", number + 1));
        let newer = match number {
            1 => None,
            2 => Some(path.clone()),
            _ => Some(format!("{path}?page={}", number - 1)),
        };
        let list = context! {
            name => name,
            topics => value(topics),
            lead => value(lead),
            listings => value(listings.collect::<Vec<_>>()),
            older => older,
            newer => newer,
        };
        Ok(("list.html", context! { list => list, ..visit.chrome(chrome) }))
    })
    .await
}

impl Visit<'_> {
    /// One page of a list, and whether there is another.
    async fn listed(
        &self,
        filter: Filter,
        number: usize,
    ) -> Result<(Vec<store::Listed>, bool), Trouble> {
        let mut before = None;
        let mut page = Vec::new();
        for turn in 1..=number {
            page = self
                .site
                .store
                .list(filter.clone(), self.now, PAGE_ARTICLES + 1, before.take())
                .await?;
            let Some(last) = page.get(PAGE_ARTICLES - 1) else {
                // The list ends here; a page behind its end is none.
                page.truncate(if turn == number { PAGE_ARTICLES } else { 0 });
                return Ok((page, false));
            };
            before = Some((last.head.published_at, last.head.id.clone()));
        }
        let more = page.len() > PAGE_ARTICLES;
        page.truncate(PAGE_ARTICLES);
        Ok((page, more))
    }
}

/// The number of a page of a list: 1 without a query, and for queries that are not ours.
fn number(query: Option<&str>) -> Option<usize> {
    let given = query.unwrap_or("").split('&').find_map(|pair| pair.strip_prefix("page="));
    match given {
        None => Some(1),
        Some(digits) => {
            let number = digits.parse().ok()?;
            (1..=PAGES_MAX).contains(&number).then_some(number)
        }
    }
}
