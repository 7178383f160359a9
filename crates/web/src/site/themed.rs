//! The theme in force: how another one takes its place while the paper is read, and what a demo tells its open pages
//! of it. It never reads a file.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::{Site, Visit};
use crate::shell::answer::{Answer, JSON, Pieces};
use crate::shell::caching::Keep;
use crate::theme::{Theme, ThemeFault};

impl Site {
    /// Takes another theme over: the next request has it, and pages are made anew.
    pub fn set_theme(&self, theme: Theme) {
        let site = &*self.0;
        site.theme_faults.store(Arc::default());
        site.theme.store(Arc::new(theme));
        site.generation.fetch_add(1, Ordering::AcqRel);
        site.lists.forget();
        site.entries.forget_all();
    }

    /// Remembers what is wrong with a theme that was not taken over; the last good one stays.
    pub fn set_theme_faults(&self, faults: Vec<ThemeFault>) {
        self.0.theme_faults.store(Arc::new(faults));
    }
}

/// Which theme this request has, for open pages of a demo. Nobody keeps it.
pub(crate) fn in_force(visit: &Visit<'_>) -> Answer {
    let faults = visit.site.theme_faults.load();
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let told = json!({ "version": visit.presentation.theme.version, "faults": faults });
    let body = Pieces::one(Bytes::from(told.to_string()));
    visit.answer(StatusCode::OK, JSON, Keep::Nobody, body)
}
