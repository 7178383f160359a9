//! The archive: years, the months of a year, the days of a month, each with what it holds. Days begin and end in the
//! paper's zone, also on those that have 23 or 25 hours.

use face::{Args, Key};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use minijinja::context;
use minijinja::value::Value;
use store::{Published, Span};

use super::contexts::{Chrome, Link, value};
use super::{Trouble, Visit, latest, lists};
use crate::shell::answer::Answer;

/// Years that the archive shows, at most: no paper is older. Those before can be reached by their addresses.
const YEARS_MAX: i16 = 450;

/// Answers with all years.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    lists::answer(visit, "/archive".to_owned(), async {
        let words = &visit.presentation.words;
        let heading = words.text(Key::Archive);
        let chrome = Chrome {
            heading: heading.clone(),
            description: words.text(Key::ArchiveText),
            path: Some("/archive".to_owned()),
            ..Chrome::default()
        };
        let archive = context! {
            heading => heading,
            standfirst => words.text(Key::ArchiveText),
            years => visit.years().await?,
        };
        Ok(("archive.html", context! { archive => archive, ..visit.chrome(chrome) }))
    })
    .await
}

/// Answers with a year, or with a day that is written `2026-09-16`.
pub(crate) async fn span(visit: &Visit<'_>, text: &str) -> Result<Answer, Trouble> {
    if let Some(day) = day_of(text) {
        return latest::day(visit, day).await;
    }
    let year = year_of(text).ok_or(Trouble::NotFound)?;
    let months: Vec<Date> = (1..=12).filter_map(|month| Date::new(year, month, 1).ok()).collect();
    let crumbs = vec![visit.front_page(), archive_link(visit)];
    let heading = year.to_string();
    let path = format!("/archive/{text}");
    rows(visit, path, heading, crumbs, &months, |visit, day| {
        (
            visit.presentation.words.month(day),
            format!("/archive/{:04}/{:02}", day.year(), day.month()),
        )
    })
    .await
}

/// Answers with a month.
pub(crate) async fn month(visit: &Visit<'_>, year: &str, month: &str) -> Result<Answer, Trouble> {
    let wanted = year_of(year).ok_or(Trouble::NotFound)?;
    let number = digits(month, 2).ok_or(Trouble::NotFound)?;
    let number = i8::try_from(number).map_err(|_| Trouble::NotFound)?;
    let first = Date::new(wanted, number, 1).map_err(|_| Trouble::NotFound)?;
    let days: Vec<Date> =
        (1..=first.days_in_month()).filter_map(|day| Date::new(wanted, number, day).ok()).collect();
    let year_link = Link { name: year.to_owned(), href: format!("/archive/{year}") };
    let crumbs = vec![visit.front_page(), archive_link(visit), year_link];
    let heading = visit.presentation.words.month_and_year(first);
    let path = format!("/archive/{year}/{month}");
    rows(visit, path, heading, crumbs, &days, |visit, day| {
        let name = visit.presentation.words.weekday_and_day(day);
        (name, format!("/archive/{day}"))
    })
    .await
}

fn archive_link(visit: &Visit<'_>) -> Link {
    Link { name: visit.presentation.words.text(Key::Archive), href: "/archive".to_owned() }
}

/// A page of months or days: what each holds, and the newest headline of each.
async fn rows(
    visit: &Visit<'_>,
    path: String,
    heading: String,
    crumbs: Vec<Link>,
    begins: &[Date],
    name: fn(&Visit<'_>, Date) -> (String, String),
) -> Result<Answer, Trouble> {
    lists::answer_once(visit, async {
        let is_months = begins.len() == 12;
        let stretches: Option<Vec<Span>> = begins
            .iter()
            .map(|day| {
                let end = if is_months { day.last_of_month() } else { *day };
                Some((visit.midnight_of(*day)?, visit.midnight_of(end.tomorrow().ok()?)?))
            })
            .collect();
        let stretches = stretches.ok_or(Trouble::NotFound)?;
        let held = visit.site.store.published_in(stretches, visit.now).await?;
        if held.iter().all(|held| held.number == 0) {
            return Err(Trouble::NotFound);
        }
        let rows = begins.iter().zip(&held).filter(|(_, held)| held.number > 0);
        let rows: Vec<Value> =
            rows.map(|(day, held)| visit.archive_row(name(visit, *day), held)).collect();
        let chrome =
            Chrome { heading: heading.clone(), path: Some(path), crumbs, ..Chrome::default() };
        let archive = context! { heading => heading, rows => rows };
        Ok(("archive.html", context! { archive => archive, ..visit.chrome(chrome) }))
    })
    .await
}

/// Four digits.
fn year_of(text: &str) -> Option<i16> {
    i16::try_from(digits(text, 4)?).ok().filter(|year| *year >= 1)
}

/// `2026-09-16`, spelled so.
pub(crate) fn day_of(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text && day.year() >= 1)
}

fn digits(text: &str, length: usize) -> Option<u16> {
    let fits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| fits)
}

impl Visit<'_> {
    fn archive_row(&self, (name, href): (String, String), held: &Published) -> Value {
        let number = Args::new().count(held.number);
        context! {
            name => name,
            href => href,
            number => self.presentation.words.format(Key::ArticlesNumber, &number),
            newest => value(held.newest.as_ref().map(|listed| self.listing(listed))),
        }
    }

    /// The years in which anything was published, newest first, each with its months.
    async fn years(&self) -> Result<Vec<Value>, Trouble> {
        let store = &self.site.store;
        let Some((first, last)) = store.published_span(self.now).await? else {
            return Ok(Vec::new());
        };
        let year = |instant| self.presentation.house.policy.day_of(instant).year();
        let (first, last) = (year(first), year(last));
        let first = first.max(last.saturating_sub(YEARS_MAX - 1));
        let begins: Vec<Date> = (first..=last)
            .rev()
            .flat_map(|year| (1..=12).filter_map(move |month| Date::new(year, month, 1).ok()))
            .collect();
        let stretch = |day: &Date| {
            let next = day.last_of_month().tomorrow().ok()?;
            Some((self.midnight_of(*day)?, self.midnight_of(next)?))
        };
        let stretches: Option<Vec<Span>> = begins.iter().map(stretch).collect();
        let stretches = stretches.ok_or(Trouble::NotFound)?;
        let held = store.is_published_in(stretches, self.now).await?;
        let years = begins.chunks(12).zip(held.chunks(12)).filter(|(_, held)| held.contains(&true));
        Ok(years.map(|(months, held)| self.year(months, held)).collect())
    }

    fn year(&self, begins: &[Date], held: &[bool]) -> Value {
        let year = begins.first().map_or(0, |day| day.year());
        let months = begins.iter().zip(held).map(|(day, held)| {
            let href = held.then(|| format!("/archive/{year:04}/{:02}", day.month()));
            context! { name => self.presentation.words.month(*day), href => href }
        });
        context! {
            name => year.to_string(),
            href => format!("/archive/{year:04}"),
            months => months.collect::<Vec<_>>(),
        }
    }

    /// The first instant of a civil day in the paper's zone.
    pub(crate) fn midnight_of(&self, day: Date) -> Option<Timestamp> {
        self.presentation.house.policy.zone.to_timestamp(day.at(0, 0, 0, 0)).ok()
    }

    /// A civil day of the paper's zone, from its first instant to the next day's.
    pub(crate) fn day_stretch(&self, day: Date) -> Option<Span> {
        Some((self.midnight_of(day)?, self.midnight_of(day.tomorrow().ok()?)?))
    }

    /// A day in words, with weekday and year.
    pub(crate) fn long_day(&self, day: Date) -> String {
        let zone = &self.presentation.house.policy.zone;
        let noon = zone.to_timestamp(day.at(12, 0, 0, 0)).unwrap_or(self.now);
        self.presentation.words.long_date(noon, zone)
    }

    /// The nearest day before (-1) or after (1) on which anything was published.
    pub(crate) async fn neighbour(&self, day: Date, way: i32) -> Result<Option<Date>, Trouble> {
        let Some((from, until)) = self.day_stretch(day) else { return Ok(None) };
        let store = &self.site.store;
        let found = if way < 0 {
            let before = (Timestamp::MIN, from);
            store.list_between(before, self.now, 1, None).await?
        } else {
            // The first article at or after the next midnight: the id before all others makes the place.
            let edge = until.checked_sub(1.microsecond()).unwrap_or(until);
            let last = newsroom::ArticleId::parse(&"z".repeat(newsroom::NAME_BYTES_MAX));
            let Ok(last) = last else { return Ok(None) };
            store.list_newer(store::Filter::All, self.now, 1, (edge, last)).await?
        };
        let policy = &self.presentation.house.policy;
        Ok(found.first().map(|listed| policy.day_of(listed.head.published_at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_days_have_one_spelling() {
        assert_eq!(year_of("2026"), Some(2026));
        for text in ["26", "02026", "+206", "20 6", "0000", "year"] {
            assert_eq!(year_of(text), None, "{text}");
        }
        assert!(day_of("2026-09-16").is_some());
        for text in ["2026-9-16", "2026-09-31", "20260916", "2026-W38-3", "", "2026-09-16t00"] {
            assert_eq!(day_of(text), None, "{text}");
        }
    }
}
