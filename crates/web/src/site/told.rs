//! What one person is told: notices, walls, and the way to open an article, in the paper's words.

use std::sync::Arc;

use face::{FrontSketch, Paper, asking, best_offer, cookies_refused, wall};
use minijinja::context;
use paywall::{Meterage, Notice, Wall, WallCode};

use super::contexts::value;
use super::entries::Entry;
use super::{Trouble, Visit};

/// A notice as markup.
pub(crate) struct Told {
    /// The line under the byline.
    pub(crate) line: String,
    /// The bar, or nothing.
    pub(crate) bar: String,
    /// For the live region.
    pub(crate) status: String,
}

impl Visit<'_> {
    /// The paper as notices and walls speak of it.
    pub(crate) fn paper(&self) -> Paper<'_> {
        let house = &self.presentation.house;
        let zone = &house.policy.zone;
        Paper {
            name: &house.paper.name,
            language: house.paper.language,
            zone,
            words: &self.presentation.words,
            offers_url: "/offers",
            contact_url: "/contact",
            subscribe_url: house.subscribe_url.as_deref(),
            sign_in_url: None,
            best_offer: best_offer(&house.plans, &house.offers, zone, self.now),
            plans: &house.plans,
            benefits: &house.benefits,
            pitch: &house.pitch,
            front: &self.front,
        }
    }

    /// A notice.
    pub(crate) fn notice(&self, notice: &Notice) -> Result<Told, Trouble> {
        let words = face::notice(notice, &self.paper(), self.now);
        let templates = &self.presentation.theme.face;
        Ok(Told {
            line: templates.notice(&words)?,
            bar: templates.bar(&words)?,
            status: words.status,
        })
    }

    /// A wall with its code.
    pub(crate) fn wall(&self, refused: &Wall) -> Result<String, Trouble> {
        let code = WallCode::of(refused, &self.presentation.house.policy, &self.site.code_key);
        let words = wall(refused, &self.paper(), &code.to_string(), self.now);
        Ok(self.presentation.theme.face.wall(&words, &self.front)?)
    }

    /// What stands in place of the rest for somebody who has not opened the article: the button with the numbers, or
    /// for a browser that brought no cookie what one is for.
    pub(crate) fn ask(&self, entry: &Entry, before: Option<Meterage>) -> Result<String, Trouble> {
        let paper = self.paper();
        let head = &entry.piece.head;
        let explanation = before.is_none().then(|| cookies_refused(&paper));
        let context = context! {
            ask => value(asking(before.as_ref(), &paper)),
            explanation => value(explanation),
            reading => format!("{}/reading", self.href(head)),
            words => self.presentation.plain_words.clone(),
        };
        Ok(self.presentation.theme.render("ask.html", context)?)
    }

    /// Remembers what the front page shows, for the drawing on walls.
    pub(crate) fn remember_front(&self, sketch: FrontSketch) {
        self.site.front.store(Arc::new(sketch));
    }
}
