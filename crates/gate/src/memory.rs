//! The record of readings in memory: for tests, and for a gateway that may forget when it stops.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use paywall::{ArticleKey, Opened, Standing, Window};

use crate::{Outage, Person, Readings, Spend, Spent};

/// Readings in memory. It can be told to fail, as a database can.
#[derive(Debug, Default)]
pub struct MemoryReadings {
    people: Mutex<HashMap<Person, (Window, BTreeSet<ArticleKey>)>>,
    failing: Mutex<Option<Outage>>,
}

impl MemoryReadings {
    /// Fails every question with `outage` from now on, or answers again with `None`.
    pub fn fail_with(&self, outage: Option<Outage>) {
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = outage;
    }

    fn people<T>(
        &self,
        ask: impl FnOnce(&mut HashMap<Person, (Window, BTreeSet<ArticleKey>)>) -> T,
    ) -> Result<T, Outage> {
        if let Some(outage) = &*self.failing.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(outage.clone());
        }
        Ok(ask(&mut self.people.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn count(articles: &BTreeSet<ArticleKey>) -> u32 {
    u32::try_from(articles.len()).unwrap_or(u32::MAX)
}

impl Readings for MemoryReadings {
    async fn standing(&self, person: Person, article: ArticleKey) -> Result<Standing, Outage> {
        self.people(|people| match people.get(&person) {
            None => Standing::Nothing,
            Some((window, articles)) => Standing::Counted {
                window: *window,
                read: count(articles),
                this: if articles.contains(&article) { Opened::Already } else { Opened::NotYet },
            },
        })
    }

    async fn spend(&self, spend: Spend) -> Result<Spent, Outage> {
        self.people(|people| {
            let fresh = (spend.fresh, BTreeSet::new());
            let (window, articles) = people.entry(spend.person).or_insert_with(|| fresh.clone());
            if !window.holds(spend.now) {
                (*window, *articles) = fresh;
            }
            let window = *window;
            if articles.contains(&spend.article) {
                return Spent::Already { read: count(articles), window };
            }
            if count(articles) >= spend.allowance {
                return Spent::Full { read: count(articles), window };
            }
            articles.insert(spend.article);
            Spent::Opened { read: count(articles), window }
        })
    }

    async fn merge(&self, from: Person, into: Person, now: Timestamp) -> Result<(), Outage> {
        self.people(|people| {
            if from == into {
                return;
            }
            let Some((from_window, from_articles)) = people.remove(&from) else { return };
            if !from_window.holds(now) {
                return;
            }
            match people.get_mut(&into) {
                Some((window, articles)) if window.holds(now) => {
                    if from_window.ends_at > window.ends_at {
                        *window = from_window;
                    }
                    articles.extend(from_articles);
                }
                _ => {
                    people.insert(into, (from_window, from_articles));
                }
            }
        })
    }
}
