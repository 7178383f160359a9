//! The page of somebody who writes, and the page of a series.

use face::{Args, Key, Slot};
use minijinja::context;
use minijinja::value::Value;
use store::{Filter, LIST_MAX, Listed};

use super::contexts::{Chrome, Link, value};
use super::lists::{self, ListHead};
use super::{Trouble, Visit};
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
        let filter = Filter::Series(series.slug.clone());
        let mut listed = visit.site.store.list(filter, visit.now, LIST_MAX, None).await?;
        listed.sort_by_key(|listed| listed.head.series.as_ref().map_or(0, |part| part.part));
        let words = &visit.presentation.words;
        let number = Args::new().count(listed.len() as u64);
        let parts: Vec<Value> = listed.iter().map(|listed| visit.part(listed)).collect();
        let chrome = Chrome {
            heading: series.name.clone(),
            path: Some(format!("/series/{slug}")),
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
