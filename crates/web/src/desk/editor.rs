//! What the block editor is handed: its words, and the articles that a link can lead to. The editor itself is a script (`crates/web/editor`),
//! and the form works without it.

use face::{Key, Words};
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use store::{DeskFilter, DeskRow, DeskState};

use super::{Staff, parts};
use crate::shell::answer::Answer;
use crate::site::{Trouble, Visit};

/// Articles that are offered for a link, at most.
const OFFERED: usize = 12;
/// Keys that begin so are the editor's own.
const OWN: &str = "editor_";
/// Words of the desk that the editor says as well.
const SHARED: [(&str, Key); 4] = [
    ("alt", Key::DeskImageAlt),
    ("caption", Key::DeskImageCaption),
    ("credit", Key::DeskImageCredit),
    ("headline", Key::DeskHeadline),
];

/// The editor's words, each under its name in attributes.
pub(super) fn words(words: &Words) -> Vec<Value> {
    let own = Key::ALL.iter().filter_map(|key| Some((key.name().strip_prefix(OWN)?, *key)));
    let all = own.chain(SHARED);
    // A number is the editor's to set: it says how many blocks there are as somebody moves them.
    all.map(|(name, key)| context! { name => name.replace('_', "-"), text => words.written(key) })
        .collect()
}

/// GET `/desk/articles?link=`: published articles whose headlines have these words, for whoever sets a link. All of them are in the paper,
/// so that everybody at the desk may find them.
pub(super) async fn links(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let sought = visit.asked_fields().get("link");
    let filter = DeskFilter { words: sought, ..DeskFilter::of(DeskState::Published) };
    let rows = visit.site.store.desk_rows(filter, visit.now, OFFERED).await?;
    let heads = rows.into_iter().filter_map(|row| match row {
        DeskRow::Article(head) => Some(head),
        DeskRow::Draft(_) => None,
    });
    let articles = heads.map(|head| {
        let section = visit.presentation.section(head.section.as_str());
        context! {
            id => head.id.to_string(),
            href => visit.href(&head),
            headline => head.headline.clone(),
            beside => format!("{}, {}", section.map_or("", |section| section.name.as_str()), visit.when(head.published_at).text),
        }
    });
    let body = context! { articles => articles.collect::<Vec<_>>() };
    let heading = visit.presentation.words.text(Key::EditorFind);
    parts::page(visit, Some(staff), StatusCode::OK, "desk/links.html", &heading, body)
}
