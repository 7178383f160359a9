//! Sections, authors and tags: the names that articles are written with, and the order of the menu. A name for addresses is made from what people read, once.

use face::Key;
use http::StatusCode;
use minijinja::context;
use newsroom::{Author, Section, Slug, Tag, limits};
use store::{PaperChange, PaperChanged, Towards};

use super::{Staff, fields, parts};
use crate::shell::answer::Answer;
use crate::shell::routes::is_reserved;
use crate::site::forms::Fields;
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
    if form.get("kind") == "move" {
        return order(visit, staff, &form).await;
    }
    let line = |name: &str| form.get(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let (name, role) = (line("name"), Some(line("role")).filter(|role| !role.is_empty()));
    let fits = |text: &str| text.chars().count() <= limits::NAME_MAX;
    // A section may have another name in addresses than on the page.
    let typed = line("slug");
    let slug = Slug::parse(&fields::slug_of(if typed.is_empty() { &name } else { &typed }));
    let (Ok(slug), true) = (slug, fits(&name) && role.as_deref().is_none_or(fits)) else {
        return page(visit, staff, StatusCode::UNPROCESSABLE_ENTITY, Some(Key::NameWrong));
    };
    let kind = form.get("kind");
    let change = match kind.as_str() {
        "section" if is_reserved(slug.as_str()) => {
            return page(visit, staff, StatusCode::UNPROCESSABLE_ENTITY, Some(Key::NameReserved));
        }
        "section" => {
            let opinion = form.get("opinion") == "yes";
            PaperChange::Section(Section { slug, name, topics: Vec::new(), opinion })
        }
        "author" => PaperChange::Author(Author { slug, name, role }),
        _ => PaperChange::Tag(Tag { slug, name }),
    };
    match visit.site.store.change_paper(change, staff.doer(), visit.now).await? {
        PaperChanged::Kept => Ok(visit.see(HERE)),
        PaperChanged::Taken => page(visit, staff, StatusCode::CONFLICT, Some(Key::NameTaken)),
        _ => page(visit, staff, StatusCode::CONFLICT, Some(Key::NamesFull)),
    }
}

/// A section changes places with the one before or behind it.
async fn order(visit: &Visit<'_>, staff: &Staff, form: &Fields<'_>) -> Result<Answer, Trouble> {
    let slug = Slug::parse(&form.get("section")).map_err(|_| Trouble::NotFound)?;
    let towards = if form.get("act") == "down" { Towards::End } else { Towards::Beginning };
    let change = PaperChange::MoveSection { slug, towards };
    match visit.site.store.change_paper(change, staff.doer(), visit.now).await? {
        PaperChanged::Kept => Ok(visit.see(HERE)),
        _ => Err(Trouble::NotFound),
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
    let last = paper.sections.len().saturating_sub(1);
    let sections = paper.sections.iter().enumerate().map(|(place, section)| {
        context! {
            name => section.name.clone(),
            slug => section.slug.to_string(),
            href => format!("/{}", section.slug),
            is_first => place == 0,
            is_last => place == last,
        }
    });
    let body = context! {
        sections => sections.collect::<Vec<_>>(),
        authors => authors.collect::<Vec<_>>(),
        tags => tags.collect::<Vec<_>>(),
        name_max => limits::NAME_MAX,
        refused => refused.map(|key| words.text(key)),
    };
    let heading = words.text(Key::DeskNames);
    parts::page(visit, Some(staff), status, "desk/names.html", &heading, body)
}
