//! Where articles are: the address that the paper gives an article, the article that an address asks for, and where a
//! path leads that no row of the table answers. It decides nothing about access: it finds articles, and the pages ask the
//! gate. What it answers leads within this site, in one step, or says that nothing is there.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use face::{House, Permalink};
use http::{Method, StatusCode};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use newsroom::{Head, PaperFile};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::entries::Entry;
use super::{Trouble, Visit, article, lists};
use crate::shell::answer::Answer;
use crate::shell::routes::{self, Page, Places, Route, is_reserved};
use crate::shell::spellings::{Meant, Tail, Wanted, id_query, meant, plain_form, spellings};

/// Memory for paths that lead nowhere, in bytes.
const UNKNOWN_BYTES_MAX: u64 = 1 << 20;
/// Old addresses that are looked up at a time: a flood of unknown paths leaves the store to those who read.
const LOOKUPS_MAX: usize = 8;
/// Lookups that wait for their turn; more of them are told to come back.
const WAITING_MAX: usize = 256;
/// How often an article is looked at that changes all the while.
const LOOKS_MAX: usize = 3;

/// How a paper makes the addresses of its articles.
#[derive(Clone, Debug)]
pub struct Addresses {
    permalink: Permalink,
    zone: TimeZone,
    sections: HashSet<String>,
}

impl Addresses {
    /// Takes the pattern and the zone from the settings, and from the paper the names that are sections'.
    #[must_use]
    pub fn new(house: &House, paper: &PaperFile) -> Self {
        Self {
            permalink: house.paper.permalink,
            zone: house.paper.zone.clone(),
            sections: paper.sections.iter().map(|s| s.slug.as_str().to_owned()).collect(),
        }
    }

    /// The address of an article: a path of this site.
    #[must_use]
    pub fn of(&self, head: &Head) -> String {
        let (section, slug) = (head.section.as_str(), head.slug.as_str());
        self.of_parts(section, slug, head.published_at, head.namesake)
    }

    /// The address of an article that is not saved yet. `namesake` as in [`Head::namesake`].
    #[must_use]
    pub fn of_parts(
        &self,
        section: &str,
        slug: &str,
        published_at: Timestamp,
        namesake: bool,
    ) -> String {
        // What other pages are called, or another article, is no name without a section.
        let taken = || {
            self.permalink == Permalink::Slug && (is_reserved(slug) || self.sections.contains(slug))
        };
        let alone = self.permalink.has_section() || !(namesake || taken());
        let permalink = if alone { self.permalink } else { Permalink::Section };
        permalink.address(section, slug, self.zone.to_datetime(published_at).date())
    }
}

/// Articles at the foot of an article.
const RELATED: usize = 4;

/// What an address asks for.
#[derive(Debug)]
pub(crate) struct Sought<'a> {
    /// The article's address, as asked for.
    path: &'a str,
    section: Option<&'a str>,
    slug: &'a str,
    /// Year, month and day as far as the address names them.
    date: [Option<i16>; 3],
}

impl<'a> Sought<'a> {
    /// From a row of the table for articles or readings.
    pub(crate) fn of(route: &Route, places: Places<'a>, path: &'a str) -> Self {
        let mut sought = Self {
            path: path
                .strip_suffix("/reading")
                .filter(|_| route.page == Page::Reading)
                .unwrap_or(path),
            section: None,
            slug: "",
            date: [None; 3],
        };
        let names = route.pattern.split('/').filter(|part| part.starts_with('{'));
        for (name, place) in names.zip(places) {
            match name {
                "{section}" => sought.section = Some(place),
                "{article}" => sought.slug = place,
                "{year}" => sought.date[0] = place.parse().ok(),
                "{month}" => sought.date[1] = place.parse().ok(),
                "{day}" => sought.date[2] = place.parse().ok(),
                _ => {}
            }
        }
        sought
    }

    /// Which of several articles it means: the one whose address it is, the one whose slug it is, or the only one left.
    fn choose<'h>(&self, heads: &'h [Head], addresses: &Addresses) -> Option<&'h Head> {
        let only = |wanted: &dyn Fn(&Head) -> bool| {
            let mut found = heads.iter().filter(|head| wanted(head));
            found.next().filter(|_| found.next().is_none())
        };
        let dated = |head: &Head| {
            let day = addresses.zone.to_datetime(head.published_at).date();
            let is = [day.year(), i16::from(day.month()), i16::from(day.day())];
            self.date.iter().zip(is).all(|(wanted, is)| wanted.is_none_or(|wanted| wanted == is))
        };
        let named = |head: &Head| head.slug.as_str() == self.slug;
        heads
            .iter()
            .find(|head| addresses.of(head) == self.path)
            .or_else(|| only(&|head| named(head) && dated(head)))
            .or_else(|| only(&|head| named(head) && !head.namesake))
            .or_else(|| only(&|_| true))
    }
}

/// Where an article is.
#[derive(Debug)]
pub(crate) enum Located {
    /// At the address that was asked for.
    Here(Arc<Entry>),
    /// At this one.
    Elsewhere(String),
}

/// Finds the published article whose address a path is; another spelling of it is nobody's.
pub(crate) async fn find(visit: &Visit<'_>, path: &str) -> Result<Arc<Entry>, Trouble> {
    for (route, places) in routes::fits(path, false) {
        if route.page != Page::Article {
            continue;
        }
        match locate(visit, &Sought::of(route, places, path)).await {
            Ok(Located::Here(entry)) => return Ok(entry),
            Ok(Located::Elsewhere(_)) | Err(Trouble::NotFound) => {}
            Err(trouble) => return Err(trouble),
        }
    }
    Err(Trouble::NotFound)
}

/// The article of an address, where it was asked for lately and nothing about it has changed.
pub(crate) fn at_hand(visit: &Visit<'_>, path: &str) -> Option<Result<Arc<Entry>, Trouble>> {
    let generation = visit.presentation.generation;
    let is_good =
        |entry: &Arc<Entry>| entry.generation == generation && visit.now < entry.valid_until;
    let entry = visit.site.entries.find(path).filter(is_good)?;
    Some(published(&entry.piece.head, visit).map(|()| entry))
}

/// Finds the article of an address that is published at this instant.
pub(crate) async fn locate(visit: &Visit<'_>, sought: &Sought<'_>) -> Result<Located, Trouble> {
    let site = visit.site;
    let generation = visit.presentation.generation;
    if let Some(entry) = at_hand(visit, sought.path) {
        return entry.map(Located::Here);
    }
    let section = |name: &str| visit.presentation.section(name).is_some();
    // `/forty-one-calls/reading` would ask for an article `reading` of a section that is none.
    let is_reading = sought.slug == "reading" && !sought.section.is_none_or(section);
    if is_reading || site.unknown.holds(sought.path) {
        return Err(Trouble::NotFound);
    }
    let _turn = site.entries.turn(sought.path).await;
    if let Some(entry) = at_hand(visit, sought.path) {
        return entry.map(Located::Here);
    }
    let epoch = site.entries.epoch();
    let addresses = &visit.presentation.addresses;
    let piece = match sought.section {
        Some(section) => site.store.article(section, sought.slug).await?,
        None => {
            let heads = site.store.named(sought.slug).await?;
            let head = sought.choose(&heads, addresses).ok_or(Trouble::NotFound)?;
            if addresses.of(head) != sought.path {
                published(head, visit)?;
                return Ok(Located::Elsewhere(addresses.of(head)));
            }
            site.store.article(head.section.as_str(), head.slug.as_str()).await?
        }
    };
    let Some(piece) = piece else { return moved_away(visit, sought).await };
    let address = addresses.of(&piece.head);
    if address != sought.path {
        published(&piece.head, visit)?;
        return Ok(Located::Elsewhere(address));
    }
    // The date at the top turns at midnight; a part of a series names the parts that are published.
    let valid_until = match piece.head.series {
        Some(_) => lists::changes_at(visit).await?,
        None => lists::midnight(visit),
    };
    let valid_until = visit.slots_turn_at().map_or(valid_until, |turn| turn.min(valid_until));
    let related = site.store.related(&piece.head, visit.now, RELATED).await?;
    let tally = site.tended.tally(&piece.head.id);
    let entry = Arc::new(Entry::new(piece, related, tally, generation, valid_until));
    site.entries.keep(sought.path, &entry, epoch);
    published(&entry.piece.head, visit)?;
    Ok(Located::Here(entry))
}

/// The article that was called so in a section before. What its address was without the month, the record holds.
async fn moved_away(visit: &Visit<'_>, sought: &Sought<'_>) -> Result<Located, Trouble> {
    let (Some(section), [Some(_), ..]) = (sought.section, sought.date) else {
        return Err(Trouble::NotFound);
    };
    let path = Permalink::Section.address(section, sought.slug, jiff::civil::Date::ZERO);
    let _turn = visit.site.unknown.turn().await?;
    let moved = visit.site.store.moved_from(vec![path]).await?;
    let (_, head) = moved.ok_or(Trouble::NotFound)?;
    published(&head, visit)?;
    Ok(Located::Elsewhere(visit.presentation.addresses.of(&head)))
}

/// Whether an article can be shown, or led to, at this instant.
fn published(head: &Head, visit: &Visit<'_>) -> Result<(), Trouble> {
    if head.published_at > visit.now {
        return Err(Trouble::NotYet);
    }
    match head.withdrawn_at {
        Some(at) if at <= visit.now => Err(Trouble::Gone),
        _ => Ok(()),
    }
}

/// Answers an article's row: the page, or the way to it.
pub(crate) async fn page(
    visit: &Visit<'_>,
    route: &Route,
    places: Places<'_>,
) -> Result<Answer, Trouble> {
    let sought = Sought::of(route, places, visit.request.target.path);
    let reading = route.page == Page::Reading;
    let posts = *visit.request.method == Method::POST;
    for _ in 0..LOOKS_MAX {
        let entry = match locate(visit, &sought).await? {
            Located::Here(entry) => entry,
            Located::Elsewhere(address) => {
                let tail = if reading { "/reading" } else { "" };
                let address = format!("{address}{tail}");
                return Ok(visit.moved(StatusCode::PERMANENT_REDIRECT, &address, true));
            }
        };
        let answer = match (reading, posts) {
            (true, true) => super::reading::make(visit, &entry).await,
            (true, false) => super::reading::show(visit, &entry).await,
            (false, _) => article::page(visit, &entry).await,
        };
        match answer {
            Err(Trouble::Changed) => visit.site.entries.forget(entry.piece.head.id.as_str()),
            answer => return answer,
        }
    }
    Err(Trouble::Busy)
}

/// Answers a path at which no row has anything: with the way to the page that it means, or that nothing is there.
pub(crate) async fn elsewhere(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let site = visit.site;
    let (path, query) = (visit.request.target.path, visit.request.target.query);
    let named = id_query(query);
    let key = named.as_ref().map_or_else(|| path.to_owned(), |named| format!("{path} {named}"));
    if site.unknown.holds(&key) {
        return Err(Trouble::NotFound);
    }
    let epoch = site.unknown.epoch();
    if let Some(answer) = former(visit).await? {
        return Ok(answer);
    }
    if let Some(answer) = super::former_files::former(visit).await? {
        return Ok(answer);
    }
    if let Some(spelled) = routes::canonical(path, site.demo)
        && let Some(address) = destination(visit, &spelled).await?
    {
        return Ok(visit.moved(StatusCode::PERMANENT_REDIRECT, &address, true));
    }
    if !visit.request.reads() {
        return Err(Trouble::NotFound);
    }
    let plain = plain_form(path);
    let plain = plain.map(|plain| routes::canonical(plain, site.demo).unwrap_or(plain.to_owned()));
    for address in [foreign(visit, path), plain].into_iter().flatten() {
        if let Some(address) = destination(visit, &address).await? {
            return Ok(visit.moved(StatusCode::MOVED_PERMANENTLY, &address, false));
        }
    }
    site.unknown.keep(&key, epoch);
    Err(Trouble::NotFound)
}

/// The turn of somebody who looks for an address of former times.
pub(super) async fn turn<'v>(visit: &Visit<'v>) -> Result<SemaphorePermit<'v>, Trouble> {
    visit.site.unknown.turn().await
}

/// The article that stood at this address in former times.
pub(crate) async fn former(visit: &Visit<'_>) -> Result<Option<Answer>, Trouble> {
    let posts = *visit.request.method == Method::POST;
    if !visit.request.reads() && !posts {
        return Ok(None);
    }
    let (path, query) = (visit.request.target.path, visit.request.target.query);
    let tried = spellings(path, query);
    let paths: Vec<String> = tried.iter().map(|spelling| spelling.path.clone()).collect();
    let found = {
        let _turn = visit.site.unknown.turn().await?;
        visit.site.store.moved_from(paths).await?
    };
    let Some((place, head)) = found else { return Ok(None) };
    let tail = tried.get(place).map_or(Tail::Nothing, |spelling| spelling.tail);
    if posts && tail != Tail::Reading {
        return Ok(None);
    }
    published(&head, visit)?;
    let address = visit.presentation.addresses.of(&head);
    // The method of a POST has to stay (RFC 9110, 15.4.9).
    let answer = match tail {
        Tail::Reading => {
            visit.moved(StatusCode::PERMANENT_REDIRECT, &format!("{address}/reading"), true)
        }
        Tail::Nothing => visit.moved(StatusCode::MOVED_PERMANENTLY, &address, true),
        Tail::Query => visit.moved(StatusCode::MOVED_PERMANENTLY, &address, false),
    };
    // What is recorded as an old address of the page that it leads to leads nowhere else.
    Ok((address != path).then_some(answer))
}

/// The canonical address of a path that fits the table, if something is there: redirects go there in one step.
async fn destination(visit: &Visit<'_>, path: &str) -> Result<Option<String>, Trouble> {
    for (route, places) in routes::fits(path, visit.site.demo) {
        let found = match route.page {
            Page::Article | Page::Reading => {
                let sought = Sought::of(route, places, path);
                let tail = if route.page == Page::Reading { "/reading" } else { "" };
                match locate(visit, &sought).await {
                    Ok(Located::Here(_)) => Some(path.to_owned()),
                    Ok(Located::Elsewhere(address)) => Some(format!("{address}{tail}")),
                    Err(Trouble::NotFound) => None,
                    Err(trouble) => return Err(trouble),
                }
            }
            Page::Section => visit.presentation.section(places[0]).map(|_| path.to_owned()),
            Page::Tag => visit.presentation.tag(places[0]).map(|_| path.to_owned()),
            _ if !visit.request.reads() => None,
            _ => visit.has(route, path).await?.then(|| path.to_owned()),
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The address of ours that an address of another house means, where the paper has what it names.
fn foreign(visit: &Visit<'_>, path: &str) -> Option<String> {
    let presentation = &visit.presentation;
    match meant(path)? {
        Meant::Page(address) => Some(address),
        Meant::Section(name, wanted) => {
            let is_section = presentation.section(&name).is_some();
            match (is_section, presentation.tag(&name).is_some(), wanted) {
                (true, _, Wanted::Page) => Some(format!("/{name}")),
                (true, _, Wanted::Feed) => Some(format!("/feeds/sections/{name}.rss")),
                (false, true, Wanted::Page) => Some(format!("/tags/{name}")),
                (false, true, Wanted::Feed) => Some(format!("/feeds/tags/{name}.rss")),
                (false, false, _) => None,
            }
        }
        Meant::Tag(name, wanted) => presentation.tag(&name).map(|_| match wanted {
            Wanted::Page => format!("/tags/{name}"),
            Wanted::Feed => format!("/feeds/tags/{name}.rss"),
        }),
        Meant::Author(name, wanted) => presentation.author(&name).map(|_| match wanted {
            Wanted::Page => format!("/authors/{name}"),
            Wanted::Feed => format!("/feeds/authors/{name}.rss"),
        }),
    }
    .filter(|address| address != path)
}

/// Whether a change of this kind can bring something to an address that led nowhere.
pub(crate) fn moves(kind: &str) -> bool {
    !matches!(kind, "readings" | "media")
}

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<String, ()> for Bytes {
    fn weight(&self, path: &String, (): &()) -> u64 {
        path.len() as u64 + 64
    }
}

/// Paths that lead nowhere, as far as they were asked for lately, and whose turn it is to look one up.
#[derive(Debug)]
pub(crate) struct Unknown {
    paths: Cache<String, (), Bytes>,
    epoch: AtomicU64,
    turns: Semaphore,
    waiting: Semaphore,
}

impl Unknown {
    pub(crate) fn new() -> Self {
        Self {
            paths: Cache::with_weighter(4_096, UNKNOWN_BYTES_MAX, Bytes),
            epoch: AtomicU64::new(0),
            turns: Semaphore::new(LOOKUPS_MAX),
            waiting: Semaphore::new(WAITING_MAX),
        }
    }

    /// Some article, the paper or its settings changed: anything may be somewhere now.
    pub(crate) fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.paths.clear();
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    fn holds(&self, path: &str) -> bool {
        self.paths.get(path).is_some()
    }

    /// Remembers a path that led nowhere since `epoch`, unless something changed meanwhile.
    fn keep(&self, path: &str, epoch: u64) {
        if self.epoch() == epoch {
            self.paths.insert(path.to_owned(), ());
            if self.epoch() != epoch {
                self.paths.remove(path);
            }
        }
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Trouble> {
        let _waits = self.waiting.try_acquire().map_err(|_| Trouble::Busy)?;
        self.turns.acquire().await.map_err(|_| Trouble::Busy)
    }
}

#[cfg(test)]
mod tests;
