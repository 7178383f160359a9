//! The page of somebody who writes, and the page of a series.

use face::{Args, Key, Slot};
use minijinja::context;
use minijinja::value::Value;
use newsroom::Slug;
use newsroom::limits::PART_MAX;
use store::{Filter, LIST_MAX, Listed};

use super::contexts::{Chrome, Link, value};
use super::lists::{self, ListHead};
use super::meta::Meta;
use super::{Trouble, Visit, paging};
use crate::shell::answer::Answer;

/// An author's articles.
pub(crate) async fn author(visit: &Visit<'_>, slug: &str) -> Result<Answer, Trouble> {
    let author = visit.presentation.author(slug).ok_or(Trouble::NotFound)?;
    let words = &visit.presentation.words;
    let about = Link { name: words.text(Key::About), href: "/about".to_owned() };
    let chrome = Chrome {
        // A tag may have the same name.
        heading: words.format(Key::Byline, &Args::new().with(Slot::Name, &*author.name)),
        description: author.role.clone().unwrap_or_default(),
        crumbs: vec![visit.front_page(), about],
        meta: Meta::of_list(visit, "authors", slug, &author.name),
        ..Chrome::default()
    };
    let (name, standfirst) = (Some(author.name.clone()), author.role.clone());
    let head = ListHead { name, standfirst, ..ListHead::default() };
    let path = format!("/authors/{slug}");
    lists::page(visit, path, Filter::Author(slug.to_owned()), chrome, head).await
}

/// A series: its parts in their order, from the first.
pub(crate) async fn series(visit: &Visit<'_>, slug: &str) -> Result<Answer, Trouble> {
    let series = visit.presentation.series(slug).ok_or(Trouble::NotFound)?;
    lists::answer(visit, format!("/series/{slug}"), async {
        let listed = visit.parts_of(&series.slug).await?;
        let words = &visit.presentation.words;
        let number = Args::new().count(listed.len() as u64);
        let parts: Vec<Value> = listed.iter().map(|listed| visit.part(listed)).collect();
        let chrome = Chrome {
            heading: series.name.clone(),
            path: Some(format!("/series/{slug}")),
            meta: Meta::of_list(visit, "series", slug, &series.name),
            ..Chrome::default()
        };
        let series = context! {
            name => series.name.clone(),
            number => words.format(Key::PartsNumber, &number),
            parts => parts,
        };
        Ok(("series.html", context! { series => series, ..visit.chrome(chrome) }))
    })
    .await
}

impl Visit<'_> {
    /// All parts of a series that are published, in their order.
    pub(crate) async fn parts_of(&self, series: &Slug) -> Result<Vec<Listed>, Trouble> {
        let mut parts: Vec<Listed> = Vec::new();
        while parts.len() < usize::from(PART_MAX) {
            let behind = parts.last().map(paging::place);
            let filter = Filter::Series(series.clone());
            let more = self.site.store.list(filter, self.now, LIST_MAX, behind).await?;
            let is_last = more.len() < LIST_MAX;
            parts.extend(more);
            if is_last {
                break;
            }
        }
        parts.sort_by_key(|listed| listed.head.series.as_ref().map_or(0, |part| part.part));
        Ok(parts)
    }

    fn part(&self, listed: &Listed) -> Value {
        let number = listed.head.series.as_ref().map_or(0, |part| part.part);
        let args = Args::new().with(Slot::Number, number.to_string());
        context! {
            label => self.presentation.words.format(Key::Part, &args),
            listing => value(self.listing(listed)),
        }
    }

    /// The first link of every line that says where a page stands.
    pub(crate) fn front_page(&self) -> Link {
        Link { name: self.presentation.words.text(Key::FrontPage), href: "/".to_owned() }
    }
}
