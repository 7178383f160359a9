//! Everything by the minute: the newest articles, day by day, and one day of the archive.

use jiff::civil::Date;
use minijinja::context;
use minijinja::value::Value;
use store::{Filter, Listed};

use face::Key;

use super::contexts::{Chrome, Link, value};
use super::{Trouble, Visit, lists, paging};
use crate::shell::answer::Answer;

/// Articles on one page: a line each.
const PAGE_LINES: usize = 60;

/// Answers with the newest articles.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let before = paging::asked(visit.request.target.query)?;
    let address = paging::address("/latest", before.as_ref());
    let is_first = before.is_none();
    let tell = async {
        let sheet = visit.sheet("/latest", Filter::All, before, PAGE_LINES).await?;
        let heading = visit.presentation.words.text(Key::Latest);
        let chrome = Chrome {
            heading: heading.clone(),
            robots: if is_first { "" } else { "noindex, follow" },
            path: Some(address.clone()),
            ..Chrome::default()
        };
        let latest = context! {
            heading => heading,
            days => visit.days(&sheet.listed),
            newer => sheet.newer,
            older => sheet.older,
        };
        Ok(("latest.html", context! { latest => latest, ..visit.chrome(chrome) }))
    };
    match is_first {
        true => lists::answer(visit, address.clone(), tell).await,
        false => lists::answer_once(visit, tell).await,
    }
}

/// Answers with one day of the archive.
pub(crate) async fn day(visit: &Visit<'_>, day: Date) -> Result<Answer, Trouble> {
    let stretch = visit.day_stretch(day).ok_or(Trouble::NotFound)?;
    let before = paging::asked(visit.request.target.query)?;
    let path = format!("/archive/{day}");
    let is_first = before.is_none();
    lists::answer_once(visit, async {
        let store = &visit.site.store;
        let mut listed =
            store.list_between(stretch, visit.now, PAGE_LINES + 1, before.clone()).await?;
        if listed.is_empty() {
            return Err(Trouble::NotFound);
        }
        let more = listed.len() > PAGE_LINES;
        listed.truncate(PAGE_LINES);
        let last = listed.last().filter(|_| more).map(paging::place);
        let words = &visit.presentation.words;
        let heading = visit.long_day(day);
        let link = |name, href| Link { name, href };
        let months = format!("/archive/{:04}/{:02}", day.year(), day.month());
        let chrome = Chrome {
            heading: heading.clone(),
            robots: if is_first { "" } else { "noindex, follow" },
            path: Some(paging::address(&path, before.as_ref())),
            crumbs: vec![
                visit.front_page(),
                link(words.text(Key::Archive), "/archive".to_owned()),
                link(format!("{}", day.year()), format!("/archive/{:04}", day.year())),
                link(words.month(day), months),
            ],
            ..Chrome::default()
        };
        let latest = context! {
            heading => heading,
            edition => format!("/edition/{day}"),
            days => visit.days(&listed),
            newer => (!is_first).then(|| path.clone()),
            older => last.map(|place| paging::address(&path, Some(&place))),
            day_before => visit.neighbour(day, -1).await?.map(|day| format!("/archive/{day}")),
            day_after => visit.neighbour(day, 1).await?.map(|day| format!("/archive/{day}")),
        };
        Ok(("latest.html", context! { latest => latest, ..visit.chrome(chrome) }))
    })
    .await
}

impl Visit<'_> {
    /// Articles in the order of the list, a group for each civil day of the paper's zone.
    fn days(&self, listed: &[Listed]) -> Vec<Value> {
        let policy = &self.presentation.house.policy;
        let day_of = |listed: &Listed| policy.day_of(listed.head.published_at);
        let groups = listed.chunk_by(|one, other| day_of(one) == day_of(other));
        groups
            .map(|group| {
                let day = day_of(&group[0]);
                context! {
                    heading => self.long_day(day),
                    href => format!("/archive/{day}"),
                    lines => group.iter().map(|listed| self.line(listed)).collect::<Vec<_>>(),
                }
            })
            .collect()
    }

    /// One article on one line: the time, the headline, the section.
    fn line(&self, listed: &Listed) -> Value {
        let section = self.presentation.section(listed.head.section.as_str());
        let section = section
            .map(|section| Link { name: section.name.clone(), href: format!("/{}", section.slug) });
        context! {
            listing => value(self.listing(listed)),
            section => value(section),
        }
    }
}
