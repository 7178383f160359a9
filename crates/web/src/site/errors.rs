//! What a reader sees when there is no page: the paper's face, and what to do.

use bytes::Bytes;
use face::Key;
use http::{StatusCode, header};
use minijinja::context;

use super::contexts::{Chrome, Link, value};
use super::{Trouble, Visit, pace};
use crate::shell::answer::{Answer, HTML, Pieces, TEXT, set};
use crate::shell::caching::Keep;
use crate::theme::fallback;

/// The page of a trouble. The operator reads the reason in the log, the reader never.
pub(crate) fn page(visit: &Visit<'_>, trouble: Trouble) -> Answer {
    // What could not be made may be the theme's own fault: then the delivered template has to do.
    let delivered = matches!(trouble, Trouble::Broken(_)).then(fallback).flatten();
    let theme = delivered.unwrap_or(&visit.presentation.theme);
    let (status, heading, text) = match trouble {
        Trouble::NotFound | Trouble::NotYet => {
            (StatusCode::NOT_FOUND, Key::NotFoundHeading, Key::NotFoundText)
        }
        Trouble::Gone => (StatusCode::GONE, Key::GoneHeading, Key::GoneText),
        Trouble::Busy | Trouble::Changed => {
            (StatusCode::SERVICE_UNAVAILABLE, Key::BusyHeading, Key::BusyText)
        }
        Trouble::Hasty => (StatusCode::TOO_MANY_REQUESTS, Key::HastyHeading, Key::HastyText),
        Trouble::StoreDown => {
            (StatusCode::SERVICE_UNAVAILABLE, Key::StoreDownHeading, Key::StoreDownText)
        }
        Trouble::Broken(reason) => {
            tracing::error!(reason, path = visit.request.target.path, "a page could not be made");
            (StatusCode::INTERNAL_SERVER_ERROR, Key::BrokenHeading, Key::BrokenText)
        }
    };
    let words = &visit.presentation.words;
    let (heading, text) = (words.text(heading), words.text(text));
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let front = Link { name: words.text(Key::ToTheFront), href: "/".to_owned() };
    let plain = context! {
        kicker => status.as_u16(),
        heading => heading.clone(),
        paragraphs => [text.clone()],
        links => value([front]),
    };
    let context = context! { plain => plain, ..visit.chrome(chrome) };
    let made = theme.render("plain.html", context.clone()).or_else(|error| {
        tracing::error!(%error, "the page of an error could not be made with the theme");
        fallback().map_or(Err(error), |delivered| delivered.render("plain.html", context))
    });
    let (media_type, body) = match made {
        Ok(html) => (HTML, html),
        Err(error) => {
            tracing::error!(%error, "the page of an error could not be made");
            (TEXT, format!("{heading}\n{text}\n"))
        }
    };
    let mut response =
        visit.answer(status, media_type, Keep::Nobody, Pieces::one(Bytes::from(body)));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        set(&mut response, header::RETRY_AFTER, "5");
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        set(&mut response, header::RETRY_AFTER, &pace::wait(visit.now).to_string());
    }
    response
}
