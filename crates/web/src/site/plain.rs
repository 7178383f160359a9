//! Pages of a few lines: about the paper. Kept finished like lists, since a large house has many names on it.

use face::{Args, Key, Slot};
use minijinja::context;

use super::contexts::{Chrome, Link, value};
use super::{Trouble, Visit, lists};
use crate::shell::answer::Answer;

/// Names on the page, at most; others are found by the bylines of their articles.
const NAMES_MAX: usize = 300;

/// Who makes the paper.
pub(crate) async fn about(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    lists::answer(visit, "/about".to_owned(), async { Ok(tell(visit)) }).await
}

fn tell(visit: &Visit<'_>) -> lists::Told {
    let paper = &visit.presentation.house.paper;
    let words = &visit.presentation.words;
    let heading = words.format(Key::AboutPaper, &Args::new().with(Slot::Paper, &*paper.name));
    let authors = visit.presentation.paper.authors.iter().take(NAMES_MAX);
    let rows = authors.map(|author| {
        let (name, href) = (author.name.clone(), format!("/authors/{}", author.slug));
        context! { name => name, href => href, value => author.role.clone().unwrap_or_default() }
    });
    let plain = context! {
        heading => heading.clone(),
        standfirst => paper.tagline.clone(),
        paragraphs => [paper.colophon.clone()],
        rows => rows.collect::<Vec<_>>(),
        links => value([Link { name: words.text(Key::WriteToUs), href: "/contact".to_owned() }]),
    };
    let chrome = Chrome { heading, path: Some("/about".to_owned()), ..Chrome::default() };
    ("plain.html", context! { plain => plain, ..visit.chrome(chrome) })
}
