//! Reads `paper.toml`. Whether the front page's ids name articles is checked by `cross_check`.

use std::collections::HashSet;

use super::fault::Faults;
use super::fields::{Document, Fields};
use super::file;
use super::limits::{
    CAPTION_MAX, FRONT_MAX, NAME_MAX, PAPER_BYTES_MAX, PAPER_LIST_MAX, SECTIONS_MAX, TOPICS_MAX,
};
use super::words::nearest;
use crate::{
    Arrangement, Author, Drawing, Front, PaperFile, Quote, Section, Series, Slug, Tag, Tide,
};

/// Reads the file.
pub(super) fn read(text: &str, faults: &Faults) -> Option<PaperFile> {
    let tidied = file::tidy(text, PAPER_BYTES_MAX, faults)?;
    let document = Document::new(&tidied, 1, faults);
    let table = document.parse()?;
    let known = ["wordmark", "sections", "tags", "authors", "series", "front"];
    let fields = Fields::open(&document, &table, &known);
    let tags = tags(&fields);
    let sections = sections(&fields, &tags);
    if sections.is_empty() && !fields.has("sections") {
        fields.fault("sections", "the paper has no section; write [[sections]] with slug and name");
    }
    let known = ["lead", "related", "top", "graphic", "drawing", "tide", "market"];
    let front = fields.table("front", "front.", &known).map(|front| Front {
        arrangement: Arrangement {
            lead: front.id("lead"),
            related: front.ids("related", FRONT_MAX),
            top: front.ids("top", FRONT_MAX),
        },
        graphic: front.id("graphic"),
        drawing: drawing(&front),
        tide: tide(&front),
        market: market(&front),
    });
    Some(PaperFile {
        sections,
        tags,
        authors: authors(&fields),
        series: series(&fields),
        front: front.unwrap_or_default(),
        wordmark: fields.line("wordmark", NAME_MAX),
    })
}

fn tide(front: &Fields<'_>) -> Option<Tide> {
    let tide = front.table("tide", "front.tide.", &["place", "high", "low"])?;
    let place = tide.required_line("place", NAME_MAX, "\"Tide at Customs Quay\"");
    let high = tide.required_line("high", NAME_MAX, "\"11:42, 3.1 m\"");
    let low = tide.required_line("low", NAME_MAX, "\"17:58, 0.6 m\"");
    Some(Tide { place: place?, high: high?, low: low? })
}

fn market(front: &Fields<'_>) -> Vec<Quote> {
    let read = |quote: Fields<'_>| {
        let name = quote.required_line("name", NAME_MAX, "\"Freight\"");
        let value = quote.required_line("value", NAME_MAX, "\"2,118\"");
        let change = quote.required_line("change", NAME_MAX, "\"−1.4%\"");
        Some(Quote { name: name?, value: value?, change: change? })
    };
    let keys = ["name", "value", "change"];
    let rows = front.tables("market", "front.market.", FRONT_MAX, &keys);
    rows.into_iter().filter_map(read).collect()
}

/// The graphic of the day in its two settings.
fn drawing(front: &Fields<'_>) -> Option<Drawing> {
    let drawing = front.table("drawing", "front.drawing.", &["wide", "narrow", "alt"])?;
    let wide = drawing.required_line("wide", NAME_MAX, "\"pictures/wide.svg\"");
    let narrow = drawing.required_line("narrow", NAME_MAX, "\"pictures/narrow.svg\"");
    let alt = drawing.required_line("alt", CAPTION_MAX, "\"What it shows\"");
    Some(Drawing { wide: wide?, narrow: narrow?, alt: alt? })
}

/// Slug and name of a table, which every list of the file has; a slug given before is a fault.
fn named(fields: &Fields<'_>, seen: &mut HashSet<Slug>) -> Option<(Slug, String)> {
    let slug = fields.required_slug("slug", "\"a-name\"");
    let name = fields.required_line("name", NAME_MAX, "\"A Name\"");
    let slug = slug?;
    if !seen.insert(slug.clone()) {
        fields.fault("slug", format!("the slug \"{slug}\" is given twice; choose another"));
    }
    Some((slug, name?))
}

fn sections(fields: &Fields<'_>, tags: &[Tag]) -> Vec<Section> {
    let known: HashSet<&Slug> = tags.iter().map(|tag| &tag.slug).collect();
    let mut seen = HashSet::new();
    let keys = ["slug", "name", "topics", "opinion"];
    let read = |section: Fields<'_>| {
        let named = named(&section, &mut seen);
        let topics = section.slugs("topics", TOPICS_MAX);
        for topic in topics.iter().filter(|topic| !known.contains(*topic)) {
            if section.is_told() {
                break;
            }
            let close = nearest(topic.as_str(), tags.iter().map(|tag| tag.slug.as_str()));
            let close = close.map_or_else(String::new, |close| format!(", or write \"{close}\""));
            section
                .fault("topics", format!("no tag is named \"{topic}\"; add it to [[tags]]{close}"));
        }
        let opinion = section.flag("opinion");
        named.map(|(slug, name)| Section { slug, name, topics, opinion })
    };
    fields
        .tables("sections", "sections.", SECTIONS_MAX, &keys)
        .into_iter()
        .filter_map(read)
        .collect()
}

fn tags(fields: &Fields<'_>) -> Vec<Tag> {
    let mut seen = HashSet::new();
    let tables = fields.tables("tags", "tags.", PAPER_LIST_MAX, &["slug", "name"]);
    let read = |tag: Fields<'_>| named(&tag, &mut seen).map(|(slug, name)| Tag { slug, name });
    tables.into_iter().filter_map(read).collect()
}

fn authors(fields: &Fields<'_>) -> Vec<Author> {
    let mut seen = HashSet::new();
    let tables = fields.tables("authors", "authors.", PAPER_LIST_MAX, &["slug", "name", "role"]);
    let read = |author: Fields<'_>| {
        let role = author.line("role", NAME_MAX);
        named(&author, &mut seen).map(|(slug, name)| Author { slug, name, role })
    };
    tables.into_iter().filter_map(read).collect()
}

fn series(fields: &Fields<'_>) -> Vec<Series> {
    let mut seen = HashSet::new();
    let tables = fields.tables("series", "series.", PAPER_LIST_MAX, &["slug", "name"]);
    let read = |one: Fields<'_>| named(&one, &mut seen).map(|(slug, name)| Series { slug, name });
    tables.into_iter().filter_map(read).collect()
}
