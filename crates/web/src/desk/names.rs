//! Authors and tags: the names that articles are written with. A name for addresses is made from what people read, once.

use face::Key;
use http::StatusCode;
use minijinja::context;
use newsroom::{Author, Slug, Tag, limits};
use store::{PaperChange, PaperChanged};

use super::{Staff, fields, parts};
use crate::shell::answer::Answer;
use crate::site::{Trouble, Visit};

const HERE: &str = "/desk/names";

/// GET: all of them, and a field for one more of each.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    page(visit, staff, StatusCode::OK, None)
}

/// POST: one more.
pub(super) async fn add(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let line = |name: &str| form.get(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let (name, role) = (line("name"), Some(line("role")).filter(|role| !role.is_empty()));
    let fits = |text: &str| text.chars().count() <= limits::NAME_MAX;
    let slug = Slug::parse(&fields::slug_of(&name));
    let (Ok(slug), true) = (slug, fits(&name) && role.as_deref().is_none_or(fits)) else {
        return page(visit, staff, StatusCode::UNPROCESSABLE_ENTITY, Some(Key::NameWrong));
    };
    let change = match form.get("kind").as_str() {
        "author" => PaperChange::Author(Author { slug, name, role }),
        _ => PaperChange::Tag(Tag { slug, name }),
    };
    match visit.site.store.change_paper(change, staff.doer(), visit.now).await? {
        PaperChanged::Kept => Ok(visit.see(HERE)),
        PaperChanged::Taken => page(visit, staff, StatusCode::CONFLICT, Some(Key::NameTaken)),
        _ => page(visit, staff, StatusCode::CONFLICT, Some(Key::NamesFull)),
    }
}

fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    status: StatusCode,
    refused: Option<Key>,
) -> Result<Answer, Trouble> {
    let (words, paper) = (&visit.presentation.words, &visit.presentation.paper);
    let authors = paper.authors.iter().map(|author| {
        context! { name => author.name.clone(), role => author.role.clone(), href => format!("/authors/{}", author.slug) }
    });
    let tags = paper
        .tags
        .iter()
        .map(|tag| context! { name => tag.name.clone(), href => format!("/tags/{}", tag.slug) });
    let body = context! {
        authors => authors.collect::<Vec<_>>(),
        tags => tags.collect::<Vec<_>>(),
        name_max => limits::NAME_MAX,
        refused => refused.map(|key| words.text(key)),
    };
    let heading = words.text(Key::DeskNames);
    parts::page(visit, Some(staff), status, "desk/names.html", &heading, body)
}
