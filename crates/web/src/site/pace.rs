//! How many articles one account opens in an hour by what it has paid for, or one visitor by the licence of an institution. Nobody reads
//! as many as the limit; whoever copies the paper with a subscription meets it. The numbers are in memory alone, for the hour, and
//! nothing is decided here about who may read what.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use gate::Person;
use jiff::Timestamp;
use paywall::{ArticleKey, Basis, Grant};

use super::entries::Entry;
use super::{Trouble, Visit};

/// Articles that one account opens in an hour, at most: one every twelve seconds, all the time.
pub(crate) const ARTICLES_HOURLY_MAX: u32 = 300;
/// Accounts that are counted; beyond them nobody is.
const ACCOUNTS_MAX: usize = 50_000;
const HOUR: i64 = 3_600;

/// What was opened in this hour: by each account the last article, and how many.
#[derive(Debug, Default)]
pub(crate) struct Paces(Mutex<Hour>);

#[derive(Debug, Default)]
struct Hour {
    number: i64,
    opened: HashMap<Person, (ArticleKey, u32)>,
}

impl Paces {
    /// Whether an account may open one more article, which is counted. The same one again is none more.
    fn may(&self, person: Person, article: ArticleKey, now: Timestamp) -> bool {
        let number = now.as_second().div_euclid(HOUR);
        let mut hour = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if number > hour.number {
            *hour = Hour { number, opened: HashMap::new() };
        }
        if hour.opened.len() >= ACCOUNTS_MAX && !hour.opened.contains_key(&person) {
            return true;
        }
        let (last, count) = hour.opened.entry(person).or_insert((article, 0));
        if *last == article && *count > 0 {
            return true;
        }
        if *count >= ARTICLES_HOURLY_MAX {
            return false;
        }
        (*last, *count) = (article, *count + 1);
        true
    }
}

/// Seconds until articles are counted anew.
pub(crate) fn wait(now: Timestamp) -> i64 {
    HOUR - now.as_second().rem_euclid(HOUR)
}

impl Visit<'_> {
    /// Refuses an account that opens more than anybody reads, for the rest of the hour.
    pub(crate) fn keeps_pace(&self, entry: &Entry, grant: &Grant) -> Result<(), Trouble> {
        if !matches!(grant.basis(), Basis::Held { .. } | Basis::Institution { .. }) {
            return Ok(());
        }
        if let Basis::Institution { number } = grant.basis()
            && let Some(slug) = self.presentation.institutions.slug(number)
        {
            self.site.tended.licensed(slug);
        }
        let reader = self.reader.get().map(|reader| reader.row.person);
        let Some(person) = reader.or_else(|| self.person()) else { return Ok(()) };
        let may = self.site.tended.paces.may(person, entry.asked.key, self.now);
        may.then_some(()).ok_or(Trouble::Hasty)
    }
}

#[cfg(test)]
mod tests {
    use gate::Person;
    use jiff::{SignedDuration, Timestamp};
    use paywall::{ArticleKey, PaperId};

    use super::*;

    #[test]
    fn an_account_opens_so_many_in_an_hour_and_the_next_hour_as_many_again() {
        let paces = Paces::default();
        let now: Timestamp = "2026-09-16T14:30:00Z".parse().unwrap();
        let [ada, bob] = [1, 2].map(|number| Person::from_bytes([number; 16]));
        let article = |number: u32| ArticleKey::derive(PaperId([1; 16]), "a", &format!("{number}"));
        for number in 0..ARTICLES_HOURLY_MAX {
            assert!(paces.may(ada, article(number), now), "{number}");
            assert!(paces.may(ada, article(number), now), "again");
        }
        assert!(!paces.may(ada, article(1_000), now));
        assert!(paces.may(ada, article(ARTICLES_HOURLY_MAX - 1), now), "the last stays open");
        assert!(paces.may(bob, article(1_000), now));
        assert_eq!(wait(now), 1_800);
        let next = now + SignedDuration::from_secs(wait(now));
        assert!(!paces.may(ada, article(1_000), next - SignedDuration::from_secs(1)));
        assert!(paces.may(ada, article(1_000), next));
        // A clock that steps back begins no hour anew.
        assert!(paces.may(ada, article(1_001), now));
    }

    #[test]
    fn beyond_so_many_accounts_nobody_is_held_up() {
        let paces = Paces::default();
        let now: Timestamp = "2026-09-16T14:30:00Z".parse().unwrap();
        let article = |number: u8| ArticleKey::derive(PaperId([number; 16]), "a", "b");
        let reader = |number: usize| Person::from_bytes((number as u128).to_be_bytes());
        for number in 0..ACCOUNTS_MAX {
            paces.may(reader(number), article(1), now);
        }
        let late = reader(ACCOUNTS_MAX);
        assert!((0..=u8::MAX).cycle().take(400).all(|number| paces.may(
            late,
            article(number),
            now
        )));
        assert_eq!(paces.0.lock().unwrap().opened.len(), ACCOUNTS_MAX);
    }
}
