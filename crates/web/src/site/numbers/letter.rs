//! The letter about the numbers of a week, on Monday morning in the paper's zone, to everybody of the staff who may see them and wants it.
//! It goes into the queue once, however many processes serve the paper. Its numbers are those of the page.

use face::{CacheInFront, Key, Letter, NumbersLetter, Words, letter};
use gate::Outage;
use jiff::Timestamp;
use jiff::civil::Weekday;
use newsroom::Deed;
use paywall::Currency;
use store::{Figure, Figures, NewMail, NumbersBy};

use super::tables::with_number;
use super::{Business, Readership, Time, money};
use crate::site::presentation::Presentation;
use crate::site::{Inner, Site};

/// From which hour of Monday on it is written.
const HOUR: i8 = 7;
/// Articles in it.
const MOST_READ: usize = 5;

/// A number of the first page: what it is called, what it is, and what it was before; and both as numbers where they can be compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    pub(crate) key: Key,
    /// In which currency, where there are several.
    pub(crate) currency: Option<Currency>,
    pub(crate) now: String,
    pub(crate) before: String,
    pub(crate) numbers: Option<(u64, u64)>,
}

impl Line {
    /// What it is called.
    pub(crate) fn name(&self, words: &Words) -> String {
        let name = words.text(self.key);
        self.currency.map_or(name.clone(), |currency| format!("{name} ({})", currency.as_str()))
    }
}

/// The numbers of the first page: those that everybody sees who may see numbers, and those about money where `business` is handed in.
pub(crate) fn lines(
    presentation: &Presentation,
    readership: [&Readership; 2],
    business: Option<[&Business; 2]>,
) -> Vec<Line> {
    let words = &presentation.words;
    let count = |key, [now, before]: [u64; 2]| Line {
        key,
        currency: None,
        now: words.digits(now),
        before: words.digits(before),
        numbers: Some((now, before)),
    };
    let share = |key, [now, before]: [(u64, u64); 2]| Line {
        key,
        currency: None,
        now: words.percent(now.0, now.1),
        before: words.percent(before.0, before.1),
        numbers: None,
    };
    let all = readership.map(|one| &one.all);
    let mut lines = vec![
        count(Key::NumbersWhole, all.map(Figures::whole)),
        count(Key::NumbersShown, all.map(Figures::shown)),
        count(Key::NumbersWalls, all.map(Figures::walls)),
        share(Key::NumbersStopRate, all.map(|all| (all.walls(), all.shown()))),
        share(
            Key::NumbersConversion,
            all.map(|all| (all.get(Figure::SoldAtWall), all.paid_stops())),
        ),
    ];
    if let Some(business) = business {
        let people = business.map(|one| &one.all);
        lines.push(count(Key::NumbersRegistered, people.map(|all| all.registered)));
        lines.push(count(Key::NumbersBegun, people.map(|all| all.begun)));
        lines.push(count(Key::NumbersLost, people.map(|all| all.lost)));
        lines.push(count(Key::NumbersHeld, people.map(|all| all.held)));
        lines.extend(purse_lines(words, business, &[Key::NumbersLeft]));
    }
    lines
}

/// The money of each currency: what came, what went, what is left, as far as it is wanted.
pub(crate) fn purse_lines(words: &Words, business: [&Business; 2], wanted: &[Key]) -> Vec<Line> {
    let purses = business.map(Business::purses);
    let mut currencies: Vec<_> = purses.iter().flat_map(|all| all.keys().copied()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let is_one = currencies.len() == 1;
    let line = |currency, key| {
        let purse = |of: usize| purses[of].get(&currency).copied().unwrap_or_default();
        let sum = |of: usize| match key {
            Key::NumbersCame => purse(of).came,
            Key::NumbersWent => purse(of).went,
            _ => purse(of).left(),
        };
        let told = |of| words.money(money(sum(of), currency));
        let [now, before] = [0, 1].map(|of| u64::try_from(sum(of)).ok());
        let currency = (!is_one).then_some(currency);
        Line { key, currency, now: told(0), before: told(1), numbers: now.zip(before) }
    };
    let each =
        currencies.into_iter().flat_map(|currency| wanted.iter().map(move |key| (currency, *key)));
    each.map(|(currency, key)| line(currency, key)).collect()
}

/// What there is to worry about; nothing where a cache answers a part of the showings, so that no share is to be had.
pub(crate) fn warning(presentation: &Presentation, readership: &Readership) -> Option<String> {
    let all = &readership.all;
    let is_cached = presentation.house.cache_in_front != CacheInFront::None;
    let percent = || presentation.words.percent(all.walls(), all.shown());
    (readership.is_walled() && !is_cached)
        .then(|| with_number(&presentation.words, Key::NumbersWarning, percent()))
}

impl Inner {
    /// The letters of the week before today, where it is time for them.
    async fn numbers_letters(
        &self,
        presentation: &Presentation,
        week: Time,
        now: Timestamp,
    ) -> Result<Vec<NewMail>, Outage> {
        let zone = &presentation.house.policy.zone;
        let readership =
            [self.readership(week, None).await?, self.readership(week.before(), None).await?];
        let business =
            [self.business(week, zone, now).await?, self.business(week.before(), zone, now).await?];
        let [most_read] = self.articles_counted(week, [NumbersBy::Whole], MOST_READ).await?;
        let words = &presentation.words;
        let most_read: Vec<(String, String)> = most_read
            .into_iter()
            .map(|row| (row.headline, words.digits(row.figures.whole())))
            .collect();
        let warning = warning(presentation, &readership[0]).unwrap_or_default();
        let page = format!("{}/desk/numbers", self.shown_address());
        let front = self.front.load_full();
        let paper = presentation.paper(&front, None, true);
        let silent = self.store.unlettered().await?;
        let mut letters = Vec::new();
        for staff in self.store.staff().await? {
            if !staff.role.may(Deed::SeeNumbers) || silent.contains(&staff.reader) {
                continue;
            }
            let sees_money = staff.role.may(Deed::SeeMoney);
            let [now_of, before] = &business;
            let lines = lines(
                presentation,
                [&readership[0], &readership[1]],
                sees_money.then_some([now_of, before]),
            );
            if lines.iter().all(|line| line.numbers.is_none_or(|numbers| numbers == (0, 0))) {
                continue;
            }
            let lines: Vec<(String, String, String)> =
                lines.into_iter().map(|line| (line.name(words), line.now, line.before)).collect();
            let about = Letter::Numbers(NumbersLetter {
                from: week.from,
                to: week.to,
                lines: &lines,
                warning: &warning,
                most_read: &most_read,
                page: &page,
            });
            let told = letter(&about, &paper, now);
            letters.push(NewMail {
                kind: about.kind(),
                recipient: staff.mail,
                subject: told.subject,
                plain: told.plain,
                html: told.html,
                once: Some(format!("{}:{}:{}", about.kind(), week.from, staff.reader)),
                due_at: now,
                unsubscribe: None,
            });
        }
        Ok(letters)
    }
}

impl Site {
    /// On Monday from seven o'clock on, puts the letter about last week's numbers into the queue, where nobody has.
    ///
    /// # Errors
    /// [`Outage`]: it is tried again the next time.
    pub async fn tend_numbers(&self) -> Result<(), Outage> {
        let site = &*self.0;
        let now = site.clock.now();
        let presentation = site.present().await;
        let local = presentation.house.policy.zone.to_datetime(now);
        if local.weekday() != Weekday::Monday || local.hour() < HOUR {
            return Ok(());
        }
        let week = Time::last(7, local.date());
        if !site.store.is_numbers_letter_due(week.from).await? {
            return Ok(());
        }
        let letters = site.numbers_letters(&presentation, week, now).await?;
        let number = letters.len();
        if site.store.queue_numbers_letters(week.from, letters, now).await? {
            tracing::info!(letters = number, "the letter about the week's numbers was written");
        }
        Ok(())
    }
}
