//! `robots.txt` and the licence, made from the house settings: what crawlers are asked. What they get is decided by the
//! gate and said nowhere here.

use bytes::Bytes;
use face::{AiUse, CrawlerSettings};
use http::StatusCode;
use http::header::{self, HeaderName, HeaderValue};

use super::crawlers::{AGENTS, Duty};
use super::{Trouble, Visit};
use crate::feeds::licence::{self, Licence};
use crate::shell::answer::{Answer, Pieces, TEXT};
use crate::shell::caching::Keep;
use crate::shell::finished::Finished;

/// What no crawler has to do with: a reading is made by a person, and a demo is no paper.
const NOT_FOR_CRAWLERS: &str = "Disallow: /*/reading$\nDisallow: /demo/\n";
const LICENCE_PATH: &str = "/license.xml";
const LICENCE_TYPE: &str = "application/rsl+xml; charset=utf-8";

/// Answers with `robots.txt`.
pub(crate) fn page(visit: &Visit<'_>) -> Answer {
    let text = robots(&visit.presentation.house.crawlers, &visit.address());
    visit.answer(StatusCode::OK, TEXT, Keep::Minute, Pieces::one(Bytes::from(text)))
}

/// The file: those who are asked to stay away, then everybody else, then where the rest is.
pub(crate) fn robots(settings: &CrawlerSettings, origin: &str) -> String {
    let usage = match settings.usage_preferences.as_str() {
        "" => String::new(),
        usage => format!("Content-Usage: / {usage}\n"),
    };
    let mut text = String::new();
    for duty in [Duty::Training, Duty::Answers] {
        let away = AGENTS.iter().filter(|agent| agent.duty == duty);
        let away = away.filter(|agent| match duty.use_in(settings) {
            AiUse::Allow => false,
            AiUse::Disallow => true,
            // Nobody can answer those who never ask.
            AiUse::Charge => !agent.asks,
        });
        let names: String = away.map(|agent| format!("User-agent: {}\n", agent.token)).collect();
        if !names.is_empty() {
            text += &format!("{names}Disallow: /\nAllow: {LICENCE_PATH}\n{usage}\n");
        }
    }
    text += &format!("User-agent: *\n{NOT_FOR_CRAWLERS}{usage}\n");
    if settings.licence {
        text += &format!("License: {origin}{LICENCE_PATH}\n");
    }
    text + &format!("Sitemap: {origin}/sitemap.xml\nSitemap: {origin}/sitemaps/news.xml\n")
}

/// Answers with the licence, where the paper has one.
pub(crate) fn licence(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let house = &visit.presentation.house;
    if !house.crawlers.licence {
        return Err(Trouble::NotFound);
    }
    let page = Finished::new(licence::write(&terms(visit)));
    Ok(super::article::shared_as(visit, &page, LICENCE_TYPE))
}

/// The choices in RSL's words.
fn terms(visit: &Visit<'_>) -> Licence {
    let house = &visit.presentation.house;
    let origin = visit.address();
    // A search engine may show what everybody sees: it is why the pages are public.
    let mut licence = Licence {
        covers: "/".to_owned(),
        permitted: vec!["search"],
        owner: house.paper.name.clone(),
        home: format!("{origin}/"),
        mail: house.paper.mail.clone(),
        terms: house.crawlers.ai_terms.as_deref().map(|terms| absolute(terms, &origin)),
        ..Licence::default()
    };
    let uses: [(AiUse, &[&str]); 2] = [
        (house.crawlers.ai_training, &["ai-train"]),
        (house.crawlers.ai_answers, &["ai-input", "ai-index"]),
    ];
    for (choice, words) in uses {
        match choice {
            AiUse::Allow => licence.permitted.extend(words),
            AiUse::Disallow => licence.prohibited.extend(words),
            AiUse::Charge => licence.charged.extend(words),
        }
    }
    licence
}

fn absolute(address: &str, origin: &str) -> String {
    if address.starts_with('/') { format!("{origin}{address}") } else { address.to_owned() }
}

/// The path of the licence, for links in pages, where there is one.
pub(crate) fn licence_path(settings: &CrawlerSettings) -> Option<&'static str> {
    settings.licence.then_some(LICENCE_PATH)
}

/// What every answer says as robots.txt does: the same preferences, the same licence.
pub(crate) fn declared(settings: &CrawlerSettings) -> Vec<(HeaderName, HeaderValue)> {
    let usage = HeaderValue::from_str(&settings.usage_preferences).ok();
    let usage = usage.filter(|usage| !usage.is_empty());
    let usage = usage.map(|usage| (HeaderName::from_static("content-usage"), usage));
    let link = "</license.xml>; rel=\"license\"; type=\"application/rsl+xml\"";
    let licence = settings.licence.then(|| (header::LINK, HeaderValue::from_static(link)));
    usage.into_iter().chain(licence).collect()
}

/// A crawler that is to pay is told where terms are had. No price is named: nothing shows that it is who it says it is.
pub(crate) fn payment(visit: &Visit<'_>) -> Answer {
    let origin = visit.address();
    let settings = &visit.presentation.house.crawlers;
    let terms = settings.ai_terms.as_deref().map(|terms| absolute(terms, &origin));
    let terms = terms.map(|terms| format!("Terms: {terms}\n")).unwrap_or_default();
    let text = format!(
        "Machines read the articles of this paper under a licence.\n{terms}Licence: {origin}{LICENCE_PATH}\n\
         robots.txt, the sitemaps, the feeds and the licence are free.\n"
    );
    let mut response = visit.answer(
        StatusCode::PAYMENT_REQUIRED,
        TEXT,
        Keep::Nobody,
        Pieces::one(Bytes::from(text)),
    );
    let robots = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
    response
}

#[cfg(test)]
mod tests;
