//! What all pages of the desk have in common: the head with the way to the other pages, and templates that no theme replaces.

use std::sync::LazyLock;

use face::{Key, TemplateError};
use http::StatusCode;
use minijinja::value::Value;
use minijinja::{Environment, context};
use newsroom::{Deed, Role};

use super::Staff;
use crate::shell::answer::Answer;
use crate::shell::templates::{Manner, environment};
use crate::site::{Trouble, Visit};

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = environment(Manner::Served);
    for (name, text) in FILES {
        // A test renders each of them; what cannot be parsed has no template of its name.
        if let Err(error) = environment.add_template(name, text) {
            tracing::error!(%error, name, "a template of the desk cannot be parsed");
        }
    }
    environment
});

const FILES: [(&str, &str); 32] = [
    ("desk/base.html", include_str!("../../templates/desk/base.html")),
    ("desk/home.html", include_str!("../../templates/desk/home.html")),
    ("desk/article.html", include_str!("../../templates/desk/article.html")),
    ("desk/looks.html", include_str!("../../templates/desk/looks.html")),
    ("desk/links.html", include_str!("../../templates/desk/links.html")),
    ("desk/withdrawal.html", include_str!("../../templates/desk/withdrawal.html")),
    ("desk/front.html", include_str!("../../templates/desk/front.html")),
    ("desk/names.html", include_str!("../../templates/desk/names.html")),
    ("desk/staff.html", include_str!("../../templates/desk/staff.html")),
    ("desk/record.html", include_str!("../../templates/desk/record.html")),
    ("desk/settings.html", include_str!("../../templates/desk/settings.html")),
    ("desk/settings-group.html", include_str!("../../templates/desk/settings-group.html")),
    ("desk/settings-changes.html", include_str!("../../templates/desk/settings-changes.html")),
    ("desk/settings-history.html", include_str!("../../templates/desk/settings-history.html")),
    ("desk/rule-table.html", include_str!("../../templates/desk/rule-table.html")),
    ("desk/see-as-fields.html", include_str!("../../templates/desk/see-as-fields.html")),
    ("desk/see-as.html", include_str!("../../templates/desk/see-as.html")),
    ("desk/institutions.html", include_str!("../../templates/desk/institutions.html")),
    ("desk/institution.html", include_str!("../../templates/desk/institution.html")),
    ("desk/institution-fields.html", include_str!("../../templates/desk/institution-fields.html")),
    ("desk/readers.html", include_str!("../../templates/desk/readers.html")),
    ("desk/reader.html", include_str!("../../templates/desk/reader.html")),
    ("desk/sure.html", include_str!("../../templates/desk/sure.html")),
    ("desk/lists.html", include_str!("../../templates/desk/lists.html")),
    ("desk/revisions.html", include_str!("../../templates/desk/revisions.html")),
    ("desk/media.html", include_str!("../../templates/desk/media.html")),
    ("desk/file.html", include_str!("../../templates/desk/file.html")),
    ("desk/numbers.html", include_str!("../../templates/desk/numbers.html")),
    ("desk/tokens.html", include_str!("../../templates/desk/tokens.html")),
    ("desk/webhooks.html", include_str!("../../templates/desk/webhooks.html")),
    ("desk/webhook.html", include_str!("../../templates/desk/webhook.html")),
    ("desk/refusal.html", include_str!("../../templates/desk/refusal.html")),
];

/// Where the numbers are, which have pages of their own below it.
const NUMBERS: &str = "/desk/numbers";

/// What makes tokens; webhooks are the other page about machines.
const TOKENS: &str = "/desk/tokens";

/// Whether a page is one of several that one way leads to.
fn is_below(way: &str, here: &str) -> bool {
    match way {
        NUMBERS => here.starts_with(way),
        TOKENS => here.starts_with("/desk/webhooks"),
        _ => false,
    }
}

/// A page of the desk. `body` is what its template needs besides what all of them do.
pub(super) fn page(
    visit: &Visit<'_>,
    staff: Option<&Staff>,
    status: StatusCode,
    template: &'static str,
    heading: &str,
    body: Value,
) -> Result<Answer, Trouble> {
    let presentation = &visit.presentation;
    let words = &presentation.words;
    let here = visit.request.target.path;
    let ways = staff.into_iter().flat_map(|staff| {
        let all = [
            ("/desk", Key::DeskArticles, Deed::Write),
            ("/desk/media", Key::DeskMedia, Deed::Write),
            ("/desk/front", Key::DeskFront, Deed::Arrange),
            ("/desk/names", Key::DeskNames, Deed::Arrange),
            ("/desk/see-as", Key::SeeAs, Deed::Write),
            (NUMBERS, Key::DeskNumbers, Deed::SeeNumbers),
            ("/desk/institutions", Key::DeskInstitutions, Deed::SetHouse),
            ("/desk/settings", Key::DeskSettings, Deed::SetHouse),
            ("/desk/readers", Key::DeskReaders, Deed::HelpReaders),
            ("/desk/staff", Key::DeskStaff, Deed::Appoint),
            (TOKENS, Key::DeskMachines, Deed::ConnectMachines),
            ("/desk/record", Key::DeskRecord, Deed::ReadRecord),
        ];
        let may = all.into_iter().filter(|(_, _, deed)| staff.may(*deed));
        may.map(|(href, key, _)| context! { href => href, name => words.text(key), here => here == href || is_below(href, here) })
    });
    let ways: Vec<Value> = ways.collect();
    let (assets, _) = presentation.theme.told(false);
    let context = context! {
        page => context! {
            heading => heading,
            language => presentation.house.paper.language_tag.clone(),
            paper => presentation.house.paper.name.clone(),
            ways => ways,
            name => staff.map(|staff| staff.name.clone()),
            role => staff.map(|staff| words.text(role_key(staff.role))),
            style => assets.get_attr("style").unwrap_or_default(),
            desk_style => presentation.theme.asset("desk.css"),
            editor_script => presentation.theme.asset("editor.js"),
            editor_style => presentation.theme.asset("editor.css"),
            icon => assets.get_attr("icon").unwrap_or_default(),
        },
        words => presentation.plain_words.clone(),
        ..body
    };
    let wrong = |error: minijinja::Error| TemplateError::of(template, &error);
    let html = TEMPLATES.get_template(template).map_err(wrong)?.render(context).map_err(wrong)?;
    Ok(visit.own_markup(status, html))
}

/// A page that says why not.
pub(super) fn refusal(
    visit: &Visit<'_>,
    staff: Option<&Staff>,
    status: StatusCode,
    key: Key,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let body = context! {
        text => words.text(key),
        href => "/",
        link => words.text(Key::DeskPaper),
        account => None::<String>,
    };
    page(visit, staff, status, "desk/refusal.html", &words.text(Key::Desk), body)
}

/// What a role is called.
pub(super) const fn role_key(role: Role) -> Key {
    match role {
        Role::Author => Key::RoleAuthor,
        Role::Editor => Key::RoleEditor,
        Role::Publisher => Key::RolePublisher,
        Role::Owner => Key::RoleOwner,
    }
}
