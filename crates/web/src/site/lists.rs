//! Pages that list articles: a section, a tag. Kept finished until something that they show changes, by itself or by the
//! newsroom's hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use face::TemplateError;
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
use super::slots::Slot;
use super::{Trouble, Visit, paging};
use crate::shell::answer::Answer;
use crate::shell::finished::Finished;

/// Lists that are kept finished, about.
const LISTS_MAX: usize = 256;
/// Memory for them, in bytes: a feed can be as long as fifty free articles.
const LISTS_BYTES_MAX: u64 = 16 << 20;

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
        let theme = Arc::clone(&visit.presentation.theme);
        Ok((move || theme.render(template, context), Timestamp::MAX))
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
    M: FnOnce() -> Result<String, TemplateError> + Send + 'static,
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
    let own = [embargo, visit.market_goes_stale_at(), visit.slots_turn_at()];
    Ok(own.into_iter().flatten().fold(midnight, Timestamp::min))
}

/// The end of the paper's present day: every page has the date at its top.
pub(crate) fn midnight(visit: &Visit<'_>) -> Timestamp {
    let zone = &visit.presentation.house.policy.zone;
    let tomorrow = visit.today().tomorrow().ok();
    let midnight = tomorrow.and_then(|day| zone.to_timestamp(day.at(0, 0, 0, 0)).ok());
    midnight.unwrap_or(visit.now + SignedDuration::from_hours(1))
}

/// Answers with a list that is not kept: an older page, which few ask for and which would push out what many read.
pub(crate) async fn answer_once(
    visit: &Visit<'_>,
    tell: impl Future<Output = Result<Told, Trouble>>,
) -> Result<Answer, Trouble> {
    let (template, context) = tell.await?;
    let theme = Arc::clone(&visit.presentation.theme);
    let made =
        visit.site.pool.run(move || theme.render(template, context).map(Finished::new)).await??;
    Ok(shared(visit, &made))
}

/// What stands above a list.
#[derive(Default, Debug)]
pub(crate) struct ListHead {
    /// The heading, where it is not the page's own name.
    pub(crate) name: Option<String>,
    pub(crate) standfirst: Option<String>,
    pub(crate) topics: Vec<Link>,
    /// Whether it is a section of opinion, which is set apart.
    pub(crate) opinion: bool,
    /// Whether what was read most, and an advertisement, stand beside it.
    pub(crate) rail: bool,
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
    let opinion = section.opinion;
    let head = ListHead { topics, opinion, rail: true, ..ListHead::default() };
    page(visit, format!("/{slug}"), Filter::Section(slug.to_owned()), chrome, head).await
}

/// A tag's articles.
pub(crate) async fn tag(visit: &Visit<'_>, slug: &str) -> Result<Answer, Trouble> {
    let tag = visit.presentation.tag(slug).ok_or(Trouble::NotFound)?;
    let meta = Meta::of_list(visit, "tags", slug, &tag.name);
    let chrome = Chrome { heading: tag.name.clone(), meta, ..Chrome::default() };
    let filter = Filter::Tag(slug.to_owned());
    page(visit, format!("/tags/{slug}"), filter, chrome, ListHead::default()).await
}

/// A page of a list by time: the newest is kept finished, older ones are made when they are asked for.
pub(crate) async fn page(
    visit: &Visit<'_>,
    path: String,
    filter: Filter,
    mut chrome: Chrome,
    head: ListHead,
) -> Result<Answer, Trouble> {
    let before = paging::asked(visit.request.target.query)?;
    let is_first = before.is_none();
    let address = paging::address(&path, before.as_ref());
    chrome.path = Some(address.clone());
    if !is_first {
        chrome.robots = "noindex, follow";
    }
    let tell = async {
        let sheet = visit.sheet(&path, filter, before, paging::PAGE_ARTICLES).await?;
        let name = head.name.unwrap_or_else(|| chrome.heading.clone());
        let mut listings = sheet.listed.iter().map(|listed| visit.listing(listed));
        let lead = listings.next();
        let rail = head.rail && sheet.is_first;
        let most_read = if rail { visit.most_read_beside().await? } else { Vec::new() };
        let advertisement = rail.then(|| visit.advertisement(Slot::Section)).flatten();
        let list = context! {
            name => name,
            standfirst => head.standfirst,
            topics => value(head.topics),
            opinion => head.opinion,
            lead => value(lead),
            listings => value(listings.collect::<Vec<_>>()),
            most_read => value(most_read),
            advertisement => advertisement,
            older => sheet.older,
            newer => sheet.newer,
        };
        Ok(("list.html", context! { list => list, ..visit.chrome(chrome) }))
    };
    match is_first {
        true => answer(visit, address, tell).await,
        false => answer_once(visit, tell).await,
    }
}
