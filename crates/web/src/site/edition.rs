//! The print edition: one day of the paper, set for sheets. It holds what everybody may read, headlines, standfirsts and
//! the first paragraphs above the line; it never opens a body, whoever asks.

use std::collections::HashMap;

use face::{Args, Key, Slot};
use jiff::civil::Date;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{ArticleId, Teaser};
use store::Listed;

use super::contexts::{Chrome, Link, value};
use super::{Trouble, Visit, archive, lists};
use crate::shell::answer::Answer;

/// Articles of one edition, at most.
const ARTICLES_MAX: usize = 80;
/// Paragraphs of one article: those of the first article, and of the others.
const PARAGRAPHS: (usize, usize) = (4, 2);

/// Answers with the latest day's edition: today's, once something has appeared today.
pub(crate) async fn today(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    lists::answer(visit, "/edition".to_owned(), async {
        let today = visit.today();
        // Before the first article of a day, the day before is the latest that there is.
        let tomorrow = today.tomorrow().unwrap_or(today);
        let day = visit.neighbour(tomorrow, -1).await?.unwrap_or(today);
        tell(visit, day, true).await
    })
    .await
}

/// Answers with the edition of a day.
pub(crate) async fn dated(visit: &Visit<'_>, text: &str) -> Result<Answer, Trouble> {
    let day = archive::day_of(text).ok_or(Trouble::NotFound)?;
    lists::answer_once(visit, tell(visit, day, false)).await
}

async fn tell(visit: &Visit<'_>, day: Date, is_today: bool) -> Result<lists::Told, Trouble> {
    let stretch = visit.day_stretch(day).ok_or(Trouble::NotFound)?;
    let store = &visit.site.store;
    let mut listed = store.list_between(stretch, visit.now, ARTICLES_MAX + 1, None).await?;
    if listed.is_empty() && !is_today {
        return Err(Trouble::NotFound);
    }
    let is_cut = listed.len() > ARTICLES_MAX;
    listed.truncate(ARTICLES_MAX);
    let ids = listed.iter().map(|listed| listed.head.id.clone()).collect();
    let teasers: HashMap<ArticleId, Teaser> = store.teasers(ids).await?.into_iter().collect();
    let words = &visit.presentation.words;
    let heading = words.text(Key::Edition);
    let crumbs = match is_today {
        true => Vec::new(),
        false => {
            vec![visit.front_page(), Link { name: heading.clone(), href: "/edition".to_owned() }]
        }
    };
    let chrome = Chrome {
        heading: match is_today {
            true => heading.clone(),
            false => format!("{heading}, {}", visit.long_day(day)),
        },
        description: words.text(Key::EditionText),
        // A day's beginnings are on its articles: what is indexed is there.
        robots: "noindex, follow",
        path: Some(format!("/edition/{day}")),
        crumbs,
        ..Chrome::default()
    };
    let number = Args::new().count(listed.len() as u64);
    let edition = context! {
        heading => heading,
        date => visit.long_day(day),
        number => visit.issue(day),
        articles => words.format(Key::ArticlesNumber, &number),
        is_cut => is_cut,
        archive => format!("/archive/{day}"),
        parts => visit.edition_parts(listed, &teasers),
        day_before => visit.neighbour(day, -1).await?.map(|day| format!("/edition/{day}")),
        day_after => visit.neighbour(day, 1).await?.map(|day| format!("/edition/{day}")),
    };
    Ok(("edition.html", context! { edition => edition, ..visit.chrome(chrome) }))
}

impl Visit<'_> {
    /// The number of the issue: 1 on the day of the first one, and one more each day.
    fn issue(&self, day: Date) -> Option<String> {
        let first = self.presentation.house.paper.first_issue.filter(|first| *first <= day)?;
        let number = i64::from((day - first).get_days()) + 1;
        let words = &self.presentation.words;
        let digits = words.digits(u64::try_from(number).ok()?);
        Some(words.format(Key::EditionNumber, &Args::new().with(Slot::Number, digits)))
    }

    /// First the lead, by itself; then section by section in the paper's order.
    fn edition_parts(
        &self,
        mut listed: Vec<Listed>,
        teasers: &HashMap<ArticleId, Teaser>,
    ) -> Vec<Value> {
        let paper = &self.presentation.paper;
        let pinned = paper.front.arrangement.lead.as_ref();
        let lead = listed.iter().position(|listed| Some(&listed.head.id) == pinned);
        let lead = lead.or_else(|| listed.iter().position(|l| l.head.lead_image.is_some()));
        let mut parts = Vec::new();
        if let Some(place) = lead {
            let lead = listed.remove(place);
            let article = self.edition_article(&lead, teasers, PARAGRAPHS.0);
            parts.push(context! { is_lead => true, articles => vec![article] });
        }
        for section in &paper.sections {
            let of_section = listed.iter().filter(|listed| listed.head.section == section.slug);
            let articles: Vec<Value> = of_section
                .map(|listed| self.edition_article(listed, teasers, PARAGRAPHS.1))
                .collect();
            if !articles.is_empty() {
                parts.push(context! {
                    is_lead => false,
                    name => section.name.clone(),
                    slug => section.slug.as_str(),
                    opinion => section.opinion,
                    articles => articles,
                });
            }
        }
        parts
    }

    fn edition_article(
        &self,
        listed: &Listed,
        teasers: &HashMap<ArticleId, Teaser>,
        paragraphs_max: usize,
    ) -> Value {
        let teaser = teasers.get(&listed.head.id);
        let paragraphs = teaser.map(|teaser| paragraphs(&teaser.html, paragraphs_max));
        let listing = self.listing(listed);
        context! {
            address => format!("{}{}", self.address_shown(), listing.href),
            listing => value(&listing),
            byline => self.byline(&listed.head),
            paragraphs => paragraphs.unwrap_or_default(),
        }
    }

    /// The paper's address as one reads it out: without the scheme.
    fn address_shown(&self) -> String {
        let origin = self.canonical_origin();
        let shown = origin.split_once("://").map(|(_, host)| host.to_owned());
        shown.unwrap_or_default()
    }
}

/// The first paragraphs of a teaser's markup as text in HTML: no element is left, what was escaped stays so.
fn paragraphs(html: &str, number_max: usize) -> Vec<Value> {
    let mut found = Vec::new();
    let mut rest = html;
    while found.len() < number_max {
        let Some((_, after)) = rest.split_once("<p") else { break };
        let Some((attributes, after)) = after.split_once('>') else { break };
        let Some((inner, after)) = after.split_once("</p>") else { break };
        rest = after;
        // `<pre`, `<picture`; and what a running report says about its own entries.
        let is_paragraph = attributes.is_empty() || attributes.starts_with(' ');
        if is_paragraph && !attributes.contains("class=\"corrected\"") {
            let text = without_elements(inner);
            if !text.trim().is_empty() {
                found.push(Value::from_safe_string(text));
            }
        }
    }
    found
}

fn without_elements(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut is_inside = false;
    for letter in html.chars() {
        match letter {
            '<' => is_inside = true,
            '>' => is_inside = false,
            '\u{1}' => {}
            other if !is_inside => text.push(other),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_text_and_nothing_more() {
        let html = "<h2>Head</h2>\n<p class=\"nofirst\"><span class=\"dateline\">HALDEN</span> – One &amp; \
                    <a href=\"/x\" data-n=\"1\">two</a>.</p><pre>no</pre><p></p><p>Three</p><p>Four</p>";
        let told: Vec<String> = paragraphs(html, 2).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["HALDEN – One &amp; two.", "Three"]);
        assert!(paragraphs("<p open", 3).is_empty());
        assert!(paragraphs("", 3).is_empty());
    }
}
