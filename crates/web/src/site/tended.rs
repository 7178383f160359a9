//! What the site looks after beside its pages: how often articles are read, what was read most, the market's file, the
//! paper's own advertisements. It counts articles and never persons; nothing here is asked for on the way to a grant.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use gate::{Outage, Random};
use jiff::{SignedDuration, Timestamp};
use newsroom::{ArticleId, Quote};
use store::Counted;

use super::contexts::Listing;
use super::knocks::Knocks;
use super::pace::Paces;
use super::report::Reporters;
use super::shown::Tally;
use super::slots::HouseAdvertisement;
use super::{
    Site, Trouble, Visit, activation, new_address, newsletters, passkeys, proof, sign_in,
    statements,
};
use crate::api::{FAILED_TOKENS_HOURLY_MAX, Rates};

/// Articles whose readings are counted at once, at most; those that come later wait for the next half minute.
const TALLIES_MAX: usize = 20_000;
/// Articles whose numbers one transaction keeps: readings wait behind it.
const KEPT_AT_ONCE: usize = 250;
/// How often the lists of the most read are made anew.
const POPULAR_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// Articles of such a list.
pub(crate) const POPULAR_MAX: usize = 10;
/// Those that stand beside a section.
const BESIDE_MAX: usize = 5;
/// Fewer make no list.
const POPULAR_MIN: usize = 3;

/// The market's numbers from the paper's file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Market {
    /// In the order of the file.
    pub quotes: Vec<Quote>,
    /// When the file was written.
    pub written_at: Timestamp,
    /// From when on it is too old to be shown.
    pub stale_at: Timestamp,
}

/// What was read most, as ids.
#[derive(Default, PartialEq, Eq, Debug)]
pub(crate) struct Popular {
    pub(crate) day: Vec<ArticleId>,
    pub(crate) week: Vec<ArticleId>,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Tended {
    tallies: Mutex<HashMap<ArticleId, Arc<Tally>>>,
    popular: ArcSwap<Popular>,
    /// When that list was made.
    popular_at: Mutex<Option<Timestamp>>,
    market: ArcSwapOption<Market>,
    pub(super) advertisements: ArcSwap<Vec<HouseAdvertisement>>,
    pub(super) reporters: Reporters,
    /// Which networks asked for mails to sign in.
    pub(super) knocks: Knocks,
    /// Which networks tried passwords.
    pub(super) passwords: Knocks,
    /// The same, for each mail address apart.
    pub(super) passwords_of: Knocks,
    /// Which networks asked for questions to passkeys.
    pub(super) passkeys: Knocks,
    /// Which networks sent statements, for each of which a receipt goes out.
    pub(super) statements: Knocks,
    /// How often articles were opened by each institution's licence since the last look.
    licensed: Mutex<HashMap<String, u64>>,
    /// How many articles each account has opened in this hour.
    pub(super) paces: Paces,
    /// Who tried to activate a printed paper, and from where.
    pub(super) activating_readers: Knocks,
    pub(super) activating_networks: Knocks,
    /// Who asked for codes to new addresses, and from where.
    pub(super) addresses_of_readers: Knocks,
    pub(super) addresses_of_networks: Knocks,
    /// Which networks asked for letters about newsletters.
    pub(super) newsletters: Knocks,
    /// Which networks came with tokens that are not good.
    pub(crate) failed_tokens: Knocks,
    /// How often each token asks.
    pub(crate) machines: Rates,
}

impl Tended {
    pub(crate) fn new(random: Random) -> Self {
        Self {
            tallies: Mutex::default(),
            popular: ArcSwap::default(),
            popular_at: Mutex::default(),
            market: ArcSwapOption::empty(),
            advertisements: ArcSwap::default(),
            reporters: Reporters::new(random.clone()),
            knocks: Knocks::new(random.clone(), sign_in::HOURLY_MAX),
            passwords: Knocks::new(random.clone(), proof::TRIES_OF_NETWORK_MAX),
            passwords_of: Knocks::new(random.clone(), proof::TRIES_OF_ADDRESS_MAX),
            passkeys: Knocks::new(random.clone(), passkeys::HOURLY_MAX),
            statements: Knocks::new(random.clone(), statements::HOURLY_MAX),
            activating_readers: Knocks::new(random.clone(), activation::READER_HOURLY_MAX),
            activating_networks: Knocks::new(random.clone(), activation::NETWORK_HOURLY_MAX),
            addresses_of_readers: Knocks::new(random.clone(), new_address::READER_HOURLY_MAX),
            addresses_of_networks: Knocks::new(random.clone(), new_address::NETWORK_HOURLY_MAX),
            newsletters: Knocks::new(random.clone(), newsletters::HOURLY_MAX),
            failed_tokens: Knocks::new(random, FAILED_TOKENS_HOURLY_MAX),
            machines: Rates::default(),
            licensed: Mutex::default(),
            paces: Paces::default(),
        }
    }

    /// The tally of an article; beyond the limit one that nobody looks at.
    pub(crate) fn tally(&self, article: &ArticleId) -> Arc<Tally> {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tally) = tallies.get(article) {
            return Arc::clone(tally);
        }
        let tally = Arc::new(Tally::new(article.clone()));
        if tallies.len() < TALLIES_MAX {
            tallies.insert(article.clone(), Arc::clone(&tally));
        }
        tally
    }

    /// Counts an article that an institution's licence opens.
    pub(crate) fn licensed(&self, slug: &str) {
        let mut licensed = self.licensed.lock().unwrap_or_else(PoisonError::into_inner);
        match licensed.get_mut(slug) {
            Some(number) => *number = number.saturating_add(1),
            None => drop(licensed.insert(slug.to_owned(), 1)),
        }
    }

    fn take_licensed(&self) -> Vec<(String, u64)> {
        let mut licensed = self.licensed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *licensed).into_iter().collect()
    }

    fn give_licensed_back(&self, taken: Vec<(String, u64)>) {
        let mut licensed = self.licensed.lock().unwrap_or_else(PoisonError::into_inner);
        for (slug, number) in taken {
            *licensed.entry(slug).or_default() += number;
        }
    }

    /// Takes the numbers; tallies that nobody holds any more are let go.
    fn take(&self) -> Vec<Counted<ArticleId>> {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        tallies.retain(|_, tally| {
            let figures = tally.take();
            let is_nothing = figures.is_nothing();
            if !is_nothing {
                taken.push(Counted { of: tally.article().clone(), figures });
            }
            !is_nothing || Arc::strong_count(tally) > 1
        });
        taken
    }

    /// Gives numbers back that could not be kept.
    fn give_back(&self, taken: &[Counted<ArticleId>]) {
        for one in taken {
            self.tally(&one.of).give_back(&one.figures);
        }
    }
}

impl Site {
    /// Keeps what was counted since the last time, a few articles at a time: readings do not wait behind all of them.
    async fn keep_numbers(&self, now: Timestamp) -> Result<(), Outage> {
        let site = &*self.0;
        let day = site.presentation.load().house.policy.day_of(now);
        let taken = site.tended.take();
        let mut rest = taken.as_slice();
        while !rest.is_empty() {
            let (some, others) = rest.split_at(rest.len().min(KEPT_AT_ONCE));
            let whole = |one: &Counted<ArticleId>| (one.of.clone(), one.figures.whole());
            let reads = some.iter().map(whole).filter(|(_, number)| *number > 0).collect();
            if let Err(outage) = site.store.add_numbers(some.to_vec(), reads, day, now).await {
                site.tended.give_back(rest);
                return Err(outage);
            }
            rest = others;
        }
        Ok(())
    }

    /// What has to be done every half minute: keeps how often articles were read, makes the lists of the most read
    /// anew where five minutes have passed, and forgets old reports.
    ///
    /// # Errors
    /// [`Outage`]: the numbers are kept in memory for the next time.
    pub async fn tend(&self) -> Result<(), Outage> {
        let site = &*self.0;
        let now = site.clock.now();
        self.keep_numbers(now).await?;
        let licensed = site.tended.take_licensed();
        if !licensed.is_empty() {
            let day = site.presentation.load().house.policy.day_of(now);
            if let Err(outage) = site.store.add_institution_reads(licensed.clone(), day).await {
                site.tended.give_licensed_back(licensed);
                return Err(outage);
            }
        }
        let made = *site.tended.popular_at.lock().unwrap_or_else(PoisonError::into_inner);
        if made.is_none_or(|made| now < made || now.duration_since(made) >= POPULAR_EVERY) {
            let since = |hours| now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(now);
            let ids = |read: Vec<(ArticleId, u64)>| read.into_iter().map(|(id, _)| id).collect();
            let popular = Popular {
                day: ids(site.store.most_read(since(24), now, POPULAR_MAX).await?),
                week: ids(site.store.most_read(since(7 * 24), now, POPULAR_MAX).await?),
            };
            *site.tended.popular_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
            if **site.tended.popular.load() != popular {
                site.tended.popular.store(Arc::new(popular));
                site.lists.forget();
            }
            site.store.forget_reports(now).await?;
        }
        Ok(())
    }

    /// Takes over the market's numbers; `None` where the paper has no file, and the front page's own stand.
    pub fn set_market(&self, market: Option<Market>) {
        let tended = &self.0.tended;
        if tended.market.load().as_deref() != market.as_ref() {
            tended.market.store(market.map(Arc::new));
            self.0.lists.forget();
        }
    }

    /// Takes over the paper's own advertisements.
    pub fn set_advertisements(&self, advertisements: Vec<HouseAdvertisement>) {
        let tended = &self.0.tended;
        if **tended.advertisements.load() != advertisements {
            tended.advertisements.store(Arc::new(advertisements));
            // They stand on articles too: everything is made anew.
            self.0.generation.fetch_add(1, Ordering::AcqRel);
        }
    }
}

impl Visit<'_> {
    /// What was read most in a day and in a week, as far as it is published now.
    pub(crate) async fn most_read(&self) -> Result<(Vec<Listing>, Vec<Listing>), Trouble> {
        let popular = self.site.tended.popular.load_full();
        Ok((
            self.popular(&popular.day, POPULAR_MAX).await?,
            self.popular(&popular.week, POPULAR_MAX).await?,
        ))
    }

    /// The few that stand beside a list.
    pub(crate) async fn most_read_beside(&self) -> Result<Vec<Listing>, Trouble> {
        let popular = self.site.tended.popular.load_full();
        self.popular(&popular.day, BESIDE_MAX).await
    }

    async fn popular(&self, ids: &[ArticleId], limit: usize) -> Result<Vec<Listing>, Trouble> {
        let listed = self.site.store.listed_by_ids(ids.to_vec()).await?;
        let published = listed.iter().filter(|listed| listed.head.published_at <= self.now);
        let listings: Vec<Listing> =
            published.map(|listed| self.listing(listed)).take(limit).collect();
        Ok(if listings.len() < POPULAR_MIN { Vec::new() } else { listings })
    }

    /// The market's numbers to show, and when they were written where they come from the paper's file.
    pub(crate) fn quotes(&self) -> (Vec<Quote>, Option<Timestamp>) {
        match self.site.tended.market.load().as_deref() {
            None => (self.presentation.paper.front.market.clone(), None),
            Some(market) if self.now < market.stale_at => {
                (market.quotes.clone(), Some(market.written_at))
            }
            Some(_) => (Vec::new(), None),
        }
    }

    pub(crate) fn market_goes_stale_at(&self) -> Option<Timestamp> {
        let market = self.site.tended.market.load();
        market.as_deref().map(|market| market.stale_at).filter(|stale| *stale > self.now)
    }
}
