//! The paper's numbers: what was shown, read and refused, who came and what was sold, over some days of the paper's. They are sums of facts
//! and of counters without persons; the desk's pages, their files, the weekly letter and the command all take them from here, so that one
//! number is the same everywhere. What each means is said in `docs/operating/numbers.md`. Nothing here decides anything.

mod letter;
mod money;
mod tables;

use std::collections::HashMap;

use gate::Outage;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use newsroom::ArticleId;
use store::{Counted, Figures, NumbersBy};

use super::{Inner, Site};

pub(crate) use letter::{Line, lines, purse_lines, warning};
pub(crate) use money::{Business, People, money};
pub(crate) use tables::{
    Cell, OPEN, Table, Which, articles, days, kinds, plans, readers, takings, with_number,
};

/// Days of one time, at most.
pub const DAYS_MAX: i64 = 400;
/// The times that are offered, in days up to yesterday.
pub(crate) const LAST_DAYS: [i64; 4] = [7, 28, 90, 365];
/// Walls of so many parts of a hundred of what was shown are worth a warning.
const WALLS_PERCENT_MAX: u64 = 10;
/// Fewer showings say nothing about a share.
const SHOWN_MIN: u64 = 100;
/// Contracts are worked out in so many steps before a page is made; there are more only after an upgrade or an import.
const STEPS_MAX: usize = 200;

/// Some days of the paper's, the first and the last among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Time {
    pub(crate) from: Date,
    pub(crate) to: Date,
}

impl Time {
    /// So many days up to the one before today.
    pub(crate) fn last(days: i64, today: Date) -> Self {
        let to = today.yesterday().unwrap_or(today);
        let from = to.checked_sub(Span::new().days(days - 1)).unwrap_or(to);
        Self { from, to }
    }

    /// From one day to another, where these are [`DAYS_MAX`] days at most and the first comes first.
    pub(crate) fn between(from: Date, to: Date) -> Option<Self> {
        let time = Self { from, to };
        (1..=DAYS_MAX).contains(&time.days()).then_some(time)
    }

    /// How many days.
    pub(crate) fn days(self) -> i64 {
        self.from.until(self.to).map_or(0, |span| i64::from(span.get_days())) + 1
    }

    /// As many days before.
    pub(crate) fn before(self) -> Self {
        let to = self.from.yesterday().unwrap_or(self.from);
        let from = to.checked_sub(Span::new().days(self.days() - 1)).unwrap_or(to);
        Self { from, to }
    }

    /// Each of the days.
    pub(crate) fn each(self) -> impl Iterator<Item = Date> {
        self.from.series(Span::new().days(1)).take_while(move |day| *day <= self.to)
    }

    /// When each day begins, and the last one ends: 23 or 25 hours are a day as well.
    pub(crate) fn instants(self, zone: &TimeZone) -> Vec<Timestamp> {
        let begins = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX);
        let behind = self.to.tomorrow().unwrap_or(Date::MAX);
        self.each().chain([behind]).map(begins).collect()
    }
}

/// What was shown, over some days.
#[derive(Debug)]
pub(crate) struct Readership {
    /// For each day; nothing for days before anything was counted at all.
    pub(crate) days: Vec<(Date, Option<Figures>)>,
    /// All of them.
    pub(crate) all: Figures,
}

impl Readership {
    fn of(time: Time, counted: &[Counted<Date>], since: Option<Date>) -> Self {
        let known: HashMap<Date, Figures> =
            counted.iter().map(|one| (one.of, one.figures)).collect();
        let mut all = Figures::default();
        known.values().for_each(|figures| all.add(figures));
        let of = |day: Date| {
            let is_counted = since.is_some_and(|since| since <= day);
            (day, known.get(&day).copied().or(is_counted.then(Figures::default)))
        };
        Self { days: time.each().map(of).collect(), all }
    }

    /// Whether so many of the showings were walls that it is worth a warning.
    pub(crate) fn is_walled(&self) -> bool {
        let (walls, shown) = (self.all.walls(), self.all.shown());
        shown >= SHOWN_MIN && walls.saturating_mul(100) > shown.saturating_mul(WALLS_PERCENT_MAX)
    }
}

/// A list of articles with their numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ArticleRow {
    pub(crate) id: ArticleId,
    /// What it is called now; its id where it is not there any more.
    pub(crate) headline: String,
    pub(crate) figures: Figures,
}

impl Inner {
    /// What was shown of the whole paper, or of one article.
    pub(crate) async fn readership(
        &self,
        time: Time,
        of: Option<&ArticleId>,
    ) -> Result<Readership, Outage> {
        let counted = match of {
            Some(id) => self.store.numbers_of_article(id.clone(), time.from, time.to).await?,
            None => self.store.numbers_by_day(time.from, time.to).await?,
        };
        Ok(Readership::of(time, &counted, self.store.numbers_since().await?))
    }

    /// Articles with their numbers, a list of at most `limit` for each order.
    pub(crate) async fn articles_counted<const ORDERS: usize>(
        &self,
        time: Time,
        by: [NumbersBy; ORDERS],
        limit: usize,
    ) -> Result<[Vec<ArticleRow>; ORDERS], Outage> {
        let (from, to) = (time.from, time.to);
        let counted = self.store.numbers_by_article(from, to, by.to_vec(), limit).await?;
        let ids = counted.iter().flatten().map(|one| one.of.clone()).collect();
        let headlines = self.store.headlines(ids).await?;
        let row = |one: &Counted<ArticleId>| {
            let headline = headlines.get(&one.of).cloned();
            let headline = headline.unwrap_or_else(|| one.of.to_string());
            ArticleRow { id: one.of.clone(), headline, figures: one.figures }
        };
        let list = |place: usize| counted.get(place).into_iter().flatten().map(row).collect();
        Ok(std::array::from_fn(list))
    }

    /// Who came, what was sold and what was lost.
    pub(crate) async fn business(
        &self,
        time: Time,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Business, Outage> {
        for _ in 0..STEPS_MAX {
            if self.store.work_out_turns().await? == 0 {
                break;
            }
        }
        let instants = time.instants(zone);
        let (from, to) = (instants[0], instants[instants.len() - 1]);
        let turns = self.store.turns(from, to, now).await?;
        let joined = self.store.joinings(from, to).await?;
        Ok(Business::of(time, &instants, &turns, &joined))
    }
}

impl Site {
    /// One table of the paper's numbers as CSV: `days`, `walls`, `articles`, `sections`, `readers` or `money`, from one day to another;
    /// `None` where there is no such table or no such time.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn numbers_csv(
        &self,
        table: &str,
        from: Date,
        to: Date,
    ) -> Result<Option<String>, Outage> {
        let site = &*self.0;
        let (presentation, now) = (site.present().await, site.clock.now());
        let (Some(which), Some(time)) = (Which::parse(table), Time::between(from, to)) else {
            return Ok(None);
        };
        let table = site.table(&presentation, which, time, now).await?;
        Ok(Some(table.csv()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use store::Figure;

    use super::*;

    #[test]
    fn a_time_is_whole_days_and_the_one_before_touches_it() {
        let week = Time::last(7, date(2026, 9, 14));
        assert_eq!((week.from, week.to), (date(2026, 9, 7), date(2026, 9, 13)));
        assert_eq!(week.days(), 7);
        assert_eq!((week.before().from, week.before().to), (date(2026, 8, 31), date(2026, 9, 6)));
        assert_eq!(week.each().count(), 7);
        assert_eq!(Time::between(date(2026, 9, 2), date(2026, 9, 1)), None);
        assert_eq!(Time::between(date(2025, 1, 1), date(2026, 9, 1)), None);
        let longest = Time::between(date(2025, 1, 1), date(2026, 2, 4)).unwrap();
        assert_eq!(longest.days(), DAYS_MAX);
        assert_eq!(Time::between(date(2025, 1, 1), date(2026, 2, 5)), None);
    }

    #[test]
    fn a_day_has_as_many_hours_as_it_has() {
        let zone = TimeZone::get("America/Halifax").unwrap();
        let hours = |from, to| {
            let instants = Time { from, to }.instants(&zone);
            let pairs = instants.iter().zip(instants.iter().skip(1));
            pairs.map(|(one, next)| next.duration_since(*one).as_hours()).collect::<Vec<_>>()
        };
        assert_eq!(hours(date(2026, 3, 7), date(2026, 3, 9)), [24, 23, 24]);
        assert_eq!(hours(date(2026, 10, 31), date(2026, 11, 2)), [24, 25, 24]);
        // Where midnight itself is left out.
        let zone = TimeZone::get("America/Havana").unwrap();
        let instants = Time { from: date(2026, 3, 8), to: date(2026, 3, 8) }.instants(&zone);
        assert_eq!(instants[1].duration_since(instants[0]).as_hours(), 23);
    }

    #[test]
    fn more_than_a_tenth_of_walls_is_a_warning_once_there_is_something_to_say() {
        let with = |teasers, walls| {
            let all =
                Figures::default().with(Figure::Teaser, teasers).with(Figure::WallUsedUp, walls);
            Readership { days: Vec::new(), all }.is_walled()
        };
        assert!(!with(90, 10) && with(89, 11));
        assert!(!with(0, 99) && with(0, 100));
        assert!(!with(0, 0) && !with(1_000_000, 1));
    }

    #[test]
    fn days_before_the_first_that_was_counted_are_a_gap_and_later_ones_nothing() {
        let time = Time { from: date(2026, 9, 1), to: date(2026, 9, 4) };
        let two = Figures::default().with(Figure::Free, 2);
        let counted = [Counted { of: date(2026, 9, 3), figures: two }];
        let readership = Readership::of(time, &counted, Some(date(2026, 9, 2)));
        let days: Vec<Option<u64>> = readership
            .days
            .iter()
            .map(|(_, figures)| figures.as_ref().map(Figures::whole))
            .collect();
        assert_eq!(days, [None, Some(0), Some(2), Some(0)]);
        assert_eq!(readership.all.whole(), 2);
    }
}
