//! Articles that a reader saves for later: a button on the article's own page, which only readers see, and a list of teasers on the own
//! pages. Whether one opens is asked of the gate when it is opened, as of any.

use std::sync::{Arc, OnceLock};

use face::{Args, Key, Slot};
use http::StatusCode;
use minijinja::context;
use paywall::Grant;
use serde_json::json;
use store::{KnownReader, SAVED_MAX, Saving};

use super::contexts::{Chrome, Listing, value};
use super::entries::Entry;
use super::gifts::Giving;
use super::{Trouble, Visit, account, addresses};
use crate::shell::answer::Answer;
use crate::shell::finished::Part;

/// Where the list is.
const LIST: &str = "/account/saved";

/// GET: the list.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    match visit.signed_in().await? {
        Some((_, reader)) => page(visit, StatusCode::OK, &reader, None).await,
        None => Ok(visit.see("/sign-in?back=%2Faccount%2Fsaved")),
    }
}

/// POST: saves an article, or removes it from the list. Done twice it is the same.
pub(crate) async fn change(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (_, reader, fields) = match account::taken(visit).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    let (store, id) = (&visit.site.store, reader.row.id);
    let is_removed = fields.get("act") == "remove";
    let article = match addresses::find(visit, &fields.get("article")).await {
        Ok(entry) => entry.asked.key,
        // It was taken back since the list was shown, and is not on it any more.
        Err(Trouble::NotFound | Trouble::Gone | Trouble::NotYet) if is_removed => {
            return Ok(visit.see(LIST));
        }
        Err(trouble) => return Err(trouble),
    };
    if is_removed {
        store.remove_saved(id, article).await?;
        return Ok(visit.see(LIST));
    }
    match store.save_for(id, article, visit.now).await? {
        Saving::Saved => Ok(visit.see(LIST)),
        Saving::Full => {
            let most = Args::new().count(u32::try_from(SAVED_MAX).unwrap_or(u32::MAX));
            let message = visit.presentation.words.format(Key::SavedFull, &most);
            page(visit, StatusCode::CONFLICT, &reader, Some(message)).await
        }
    }
}

async fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    reader: &KnownReader,
    message: Option<String>,
) -> Result<Answer, Trouble> {
    let rows = visit.site.store.saved_of(reader.row.id, visit.now).await?;
    let listings: Vec<Listing> = rows.iter().map(|(listed, _)| visit.listing(listed)).collect();
    let heading = visit.presentation.words.text(Key::SavedArticles);
    let crumbs = visit.above_own();
    let chrome =
        Chrome { heading: heading.clone(), robots: "noindex", crumbs, ..Chrome::default() };
    let saved = context! { heading => heading, listings => value(listings), message => message };
    visit.own_page(status, "saved.html", context! { saved => saved, ..visit.chrome(chrome) })
}

impl Visit<'_> {
    /// The buttons on an article's page, for whoever is signed in: to save it, and to give it where they can.
    pub(crate) async fn own_buttons(
        &self,
        entry: &Entry,
        grant: &Grant,
    ) -> Result<Option<Arc<Part>>, Trouble> {
        if self.reader.get().is_none() {
            return Ok(None);
        }
        let giving = self.giving(entry, grant).await;
        let kept = match giving {
            Giving::No => Some(&entry.saving),
            Giving::Now => Some(&entry.giving),
            Giving::From(_) => None,
        };
        if let Some(part) = kept.and_then(OnceLock::get) {
            return Ok(Some(Arc::clone(part)));
        }
        let given = match giving {
            Giving::From(at) => {
                let date = Args::new().with(Slot::Date, self.date(at));
                Some(self.presentation.words.format(Key::GiftsFrom, &date))
            }
            Giving::No | Giving::Now => None,
        };
        let saving = context! {
            article => self.href(&entry.piece.head),
            can_give => matches!(giving, Giving::Now),
            given => given,
        };
        let words = self.presentation.plain_words.clone();
        let context = context! { saving => saving, words => words };
        let html = self.presentation.theme.render("saving.html", context)?;
        let part = Arc::new(Part::new(html.trim_end().to_owned()));
        Ok(Some(match kept {
            Some(kept) => Arc::clone(kept.get_or_init(|| part)),
            None => part,
        }))
    }

    /// What a reader has saved, for the reader's own file.
    pub(crate) async fn saved(
        &self,
        reader: &KnownReader,
    ) -> Result<Vec<serde_json::Value>, Trouble> {
        let rows = self.site.store.saved_of(reader.row.id, self.now).await?;
        let told = rows.iter().map(|(listed, saved_at)| {
            json!({
                "headline": listed.head.headline,
                "href": self.href(&listed.head),
                "saved_at": saved_at.to_string(),
            })
        });
        Ok(told.collect())
    }
}
