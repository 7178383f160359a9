//! The web app manifest (W3C Web Application Manifest): name, icons and colours for whoever keeps the paper on the home
//! screen. There is no service worker: pages come from the paper, not from a copy.

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::{Trouble, Visit};
use crate::shell::answer::{Answer, Pieces};
use crate::shell::caching::Keep;

const MEDIA_TYPE: &str = "application/manifest+json";

/// Answers with the manifest.
pub(crate) fn answer_with(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let paper = &visit.presentation.house.paper;
    let assets = &visit.presentation.theme.assets;
    let [light, _] = &visit.presentation.theme.colors;
    let icon = |file: &str, sizes: &str, kind: &str| json!({ "src": assets.address(file), "sizes": sizes, "type": kind, "purpose": "any" });
    let text = json!({
        "id": "/",
        "name": paper.name,
        "short_name": paper.name,
        "description": paper.tagline,
        "lang": paper.language_tag,
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "background_color": light,
        "theme_color": light,
        "icons": [
            icon("icon.svg", "any", "image/svg+xml"),
            icon("icon-192.png", "192x192", "image/png"),
            icon("icon-512.png", "512x512", "image/png"),
        ],
    });
    let body = Pieces::one(Bytes::from(text.to_string()));
    Ok(visit.answer(StatusCode::OK, MEDIA_TYPE, Keep::Minute, body))
}
