//! All corrections of published articles, newest first: what was wrong, what is right, and where.

use face::Key;
use minijinja::context;
use minijinja::value::Value;
use store::Corrected;

use super::contexts::{Chrome, value};
use super::paging::{self, PAGE_ARTICLES, Place};
use super::{Trouble, Visit, lists};
use crate::shell::answer::Answer;

/// Corrections of one article at one instant that stay on one page.
const TOGETHER_MAX: usize = 20;

/// Answers with a page of corrections.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let before = paging::asked(visit.request.target.query)?;
    let address = paging::address("/corrections", before.as_ref());
    let is_first = before.is_none();
    let tell = async {
        let length = PAGE_ARTICLES + TOGETHER_MAX;
        let mut corrected = visit.site.store.corrections(visit.now, length, before).await?;
        if corrected.is_empty() && !is_first {
            return Err(Trouble::NotFound);
        }
        let older = cut(&mut corrected, length);
        let words = &visit.presentation.words;
        let heading = words.text(Key::Corrections);
        let chrome = Chrome {
            heading: heading.clone(),
            description: words.text(Key::CorrectionsText),
            robots: if is_first { "" } else { "noindex, follow" },
            path: Some(address.clone()),
            ..Chrome::default()
        };
        let corrections = context! {
            heading => heading,
            rows => corrected.iter().map(|row| visit.corrected(row)).collect::<Vec<_>>(),
            newest => (!is_first).then_some("/corrections"),
            older => older.map(|place| paging::address("/corrections", Some(&place))),
        };
        Ok(("corrections.html", context! { corrections => corrections, ..visit.chrome(chrome) }))
    };
    match is_first {
        true => lists::answer(visit, address.clone(), tell).await,
        false => lists::answer_once(visit, tell).await,
    }
}

/// Cuts a page where a place can name the rest: never between two corrections of one article at one instant.
fn cut(corrected: &mut Vec<Corrected>, length: usize) -> Option<Place> {
    let place = |row: &Corrected| (row.at, row.listed.head.id.clone());
    let full = corrected.len() == length;
    let last = corrected.get(PAGE_ARTICLES - 1).map(place)?;
    let end = corrected.iter().rposition(|row| place(row) == last)? + 1;
    let more = full || corrected.len() > end;
    corrected.truncate(end);
    more.then_some(last)
}

impl Visit<'_> {
    fn corrected(&self, row: &Corrected) -> Value {
        let zone = &self.presentation.house.policy.zone;
        context! {
            words => row.words.clone(),
            date => self.presentation.words.date_at(row.at, zone, self.now),
            iso => self.iso(row.at),
            listing => value(self.listing(&row.listed)),
        }
    }
}
