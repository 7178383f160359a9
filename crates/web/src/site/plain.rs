//! Pages of a few lines: about the paper.

use face::{Args, Key, Slot};
use minijinja::context;
use minijinja::value::Value;

use super::article::shared;
use super::contexts::{Chrome, Link, value};
use super::{Trouble, Visit};
use crate::shell::answer::Answer;
use crate::shell::finished::Finished;

/// Who makes the paper.
pub(crate) fn about(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let paper = &visit.presentation.house.paper;
    let words = &visit.presentation.words;
    let heading = words.format(Key::AboutPaper, &Args::new().with(Slot::Paper, &*paper.name));
    let authors = visit.presentation.paper.authors.iter();
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
    page(visit, "/about", heading, plain)
}

fn page(visit: &Visit<'_>, path: &str, heading: String, plain: Value) -> Result<Answer, Trouble> {
    let chrome = Chrome { heading, path: Some(path.to_owned()), ..Chrome::default() };
    let context = context! { plain => plain, ..visit.chrome(chrome) };
    let html = visit.site.templates.render("plain.html", context)?;
    Ok(shared(visit, &Finished::new(html)))
}
