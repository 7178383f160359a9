//! Reads the front matter of an article. It never looks at the text below.

use jiff::Timestamp;
use paywall::Access;

use super::fault::Faults;
use super::fields::{Document, Fields};
use super::file::Parts;
use super::instants::Instants;
use super::limits::{
    ADDRESS_BYTES_MAX, AUTHORS_MAX, CAPTION_MAX, CORRECTIONS_MAX, HEADLINE_MAX, LANGUAGE_MAX,
    NAME_MAX, OLD_ADDRESSES_MAX, PART_MAX, STANDFIRST_MAX, TAGS_MAX,
};
use super::links::{Folder, media_fault};
use super::words::{brief, nearest};
use super::{Context, Outline, key_of};
use crate::picture::Focus;
use crate::{Announcement, ArticleId, Correction, Direction, Genre, Head, LeadImage, Part, Slug};

const KEYS: [&str; 24] = [
    "id",
    "slug",
    "old_addresses",
    "headline",
    "standfirst",
    "kicker",
    "section",
    "tags",
    "authors",
    "filed_from",
    "dateline",
    "published_at",
    "updated_at",
    "access",
    "genre",
    "series",
    "part",
    "language",
    "live_since",
    "withdrawn_at",
    "search",
    "social",
    "lead_image",
    "corrections",
];

/// Reads what an address needs.
pub(super) fn outline(parts: &Parts<'_>, faults: &Faults) -> Option<Outline> {
    let document = Document::new(parts.front_matter, parts.front_matter_line, faults);
    let table = document.parse()?;
    let fields = Fields::open(&document, &table, &KEYS);
    let id = id(&fields);
    let slug = fields.slug("slug");
    let section = fields.required_slug("section", "\"a-section\"");
    let series = part(&fields);
    let published_at = fields.plain_instant("published_at");
    let (id, section) = (id?, section?);
    Some(Outline { slug: slug.unwrap_or_else(|| id.to_slug()), id, section, series, published_at })
}

/// What the front matter says.
pub(super) struct FrontMatter {
    pub(super) head: Head,
    pub(super) old_addresses: Vec<String>,
}

/// Reads all of it.
pub(super) fn read(
    parts: &Parts<'_>,
    context: &Context<'_>,
    instants: &Instants<'_>,
    faults: &Faults,
) -> Option<FrontMatter> {
    let document = Document::new(parts.front_matter, parts.front_matter_line, faults);
    let table = document.parse()?;
    let fields = Fields::open(&document, &table, &KEYS);
    // First everything is read, so that every fault is told; only then is asked what is missing.
    let id = id(&fields);
    let slug = fields.slug("slug");
    let old_addresses = old_addresses(&fields);
    let headline = fields.required_line("headline", HEADLINE_MAX, "\"A line with a verb\"");
    let access = access(&fields);
    let genre = genre(&fields);
    let section = section(&fields, context);
    let (kicker, tags) = tags(&fields, context);
    let authors = authors(&fields, context);
    let series = part(&fields);
    known_series(&fields, series.as_ref(), context);
    let times = times(&fields, genre, instants);
    let language = language(&fields);
    let standfirst = fields.line("standfirst", STANDFIRST_MAX);
    let filed_from = fields.line("filed_from", NAME_MAX);
    let dateline = fields.line("dateline", NAME_MAX);
    let search = announcement(&fields, "search", "search.");
    let social = announcement(&fields, "social", "social.");
    let lead_image = lead_image(&fields, context);
    let corrections = corrections(&fields, instants);
    let (id, times) = (id?, times?);
    let head = Head {
        key: key_of(context.paper_id, &id),
        slug: slug.unwrap_or_else(|| id.to_slug()),
        id,
        namesake: false,
        section: section?,
        headline: headline?,
        standfirst,
        kicker,
        tags,
        authors,
        filed_from,
        dateline,
        published_at: times.published_at,
        updated_at: times.updated_at,
        access: access?,
        genre,
        series,
        direction: language.as_deref().map(Direction::of).unwrap_or_default(),
        language,
        search,
        social,
        lead_image,
        corrections,
        live_since: times.live_since,
        withdrawn_at: times.withdrawn_at,
    };
    Some(FrontMatter { head, old_addresses })
}

/// Paths, with their queries where they have some, at which the article stood before.
fn old_addresses(fields: &Fields<'_>) -> Vec<String> {
    let addresses = fields.lines("old_addresses", OLD_ADDRESSES_MAX, ADDRESS_BYTES_MAX);
    for address in addresses.iter().filter(|address| !is_path(address)) {
        let given = brief(address);
        fields.fault(
            "old_addresses",
            format!(
                "old_addresses: \"{given}\" is not a path of this site; write \"/2019/05/name/\""
            ),
        );
    }
    addresses
}

fn is_path(address: &str) -> bool {
    let rest = address.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\']) && !rest.contains([' ', '#']))
}

fn id(fields: &Fields<'_>) -> Option<ArticleId> {
    if !fields.has("id") {
        fields.missing("id", "\"a-name\", stable for ever");
    }
    fields.id("id")
}

fn access(fields: &Fields<'_>) -> Option<Access> {
    if !fields.has("access") {
        fields.missing("access", "\"free\", \"registered\", \"metered\" or \"subscribers\"");
    }
    let word = fields.word("access")?;
    Access::parse(word).map_err(|error| fields.fault("access", error.to_string())).ok()
}

fn genre(fields: &Fields<'_>) -> Genre {
    let Some(word) = fields.word("genre") else { return Genre::default() };
    Genre::parse(word).unwrap_or_else(|error| {
        fields.fault("genre", error.to_string());
        Genre::default()
    })
}

/// Notes a fault where the paper does not have what a field names.
fn unknown<'a>(
    fields: &Fields<'_>,
    key: &str,
    list: &str,
    name: &Slug,
    known: impl Iterator<Item = &'a Slug>,
) {
    let close = nearest(name.as_str(), known.map(Slug::as_str));
    let close = close.map_or_else(String::new, |close| format!(", or write \"{close}\""));
    fields.fault(
        key,
        format!("{key}: paper.toml has no \"{name}\"; add it to [[{list}]] there{close}"),
    );
}

fn section(fields: &Fields<'_>, context: &Context<'_>) -> Option<Slug> {
    let section = fields.required_slug("section", "\"a-section\"")?;
    if context.paper.section(&section).is_none() {
        let known = context.paper.sections.iter().map(|known| &known.slug);
        unknown(fields, "section", "sections", &section, known);
    }
    Some(section)
}

fn tags(fields: &Fields<'_>, context: &Context<'_>) -> (Option<Slug>, Vec<Slug>) {
    let kicker = fields.slug("kicker");
    let mut tags = fields.slugs("tags", TAGS_MAX);
    for (key, tag) in
        tags.iter().map(|tag| ("tags", tag)).chain(kicker.iter().map(|tag| ("kicker", tag)))
    {
        if context.paper.tag(tag).is_none() {
            unknown(fields, key, "tags", tag, context.paper.tags.iter().map(|known| &known.slug));
        }
    }
    if let Some(kicker) = kicker.as_ref().filter(|kicker| !tags.contains(kicker)) {
        tags.insert(0, kicker.clone());
        if tags.len() > TAGS_MAX {
            fields.fault("tags", format!("tags and kicker are more than {TAGS_MAX}; drop some"));
        }
    }
    (kicker, tags)
}

fn authors(fields: &Fields<'_>, context: &Context<'_>) -> Vec<Slug> {
    let authors = fields.slugs("authors", AUTHORS_MAX);
    for author in authors.iter().filter(|author| context.paper.author(author).is_none()) {
        let known = context.paper.authors.iter().map(|known| &known.slug);
        unknown(fields, "authors", "authors", author, known);
    }
    authors
}

fn part(fields: &Fields<'_>) -> Option<Part> {
    let (series, part) = (fields.slug("series"), fields.number("part", PART_MAX));
    if fields.has("series") != fields.has("part") {
        let (there, absent) =
            if fields.has("series") { ("series", "part") } else { ("part", "series") };
        fields.fault(there, format!("{there} stands without {absent}; write both or neither"));
    }
    Some(Part { series: series?, part: part? })
}

fn known_series(fields: &Fields<'_>, part: Option<&Part>, context: &Context<'_>) {
    if let Some(part) = part.filter(|part| context.paper.series(&part.series).is_none()) {
        let known = context.paper.series.iter().map(|known| &known.slug);
        unknown(fields, "series", "series", &part.series, known);
    }
}

struct Times {
    published_at: Timestamp,
    updated_at: Option<Timestamp>,
    live_since: Option<Timestamp>,
    withdrawn_at: Option<Timestamp>,
}

fn times(fields: &Fields<'_>, genre: Genre, instants: &Instants<'_>) -> Option<Times> {
    if !fields.has("published_at") {
        fields.missing("published_at", "2026-09-16T14:05:00-03:00");
    }
    let published_at = fields.instant("published_at", instants);
    let updated_at = fields.instant("updated_at", instants);
    let live_since = fields.instant("live_since", instants);
    if live_since.is_some() && genre != Genre::Live {
        fields.fault("live_since", "live_since belongs to genre = \"live\"; write that or drop it");
    }
    let published_at = published_at?;
    if updated_at.is_some_and(|updated_at| updated_at < published_at) {
        fields.fault("updated_at", "updated_at lies before published_at; correct one of them");
    }
    let withdrawn_at = fields.instant("withdrawn_at", instants);
    Some(Times { published_at, updated_at, live_since, withdrawn_at })
}

/// A BCP 47 tag by its form: subtags of 1 to 8 letters and digits, the first of 2 to 8 letters.
fn language(fields: &Fields<'_>) -> Option<String> {
    let tag = fields.line("language", LANGUAGE_MAX)?;
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = tag.split('-').next().unwrap_or_default();
    let letters = first.len() >= 2 && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    if letters && tag.split('-').all(subtag) {
        return Some(tag);
    }
    fields
        .fault("language", "language is not a language tag; write one such as \"ja\" or \"pt-BR\"");
    None
}

fn lead_image(fields: &Fields<'_>, context: &Context<'_>) -> Option<LeadImage> {
    let image = fields.table(
        "lead_image",
        "lead_image.",
        &["file", "alt", "caption", "credit", "focus"],
    )?;
    let file = image.required_line("file", NAME_MAX, "\"pictures/name.webp\"");
    let alt = image.required_line("alt", CAPTION_MAX, "\"What the picture shows\"");
    let caption = image.line("caption", CAPTION_MAX);
    let credit = image.line("credit", NAME_MAX);
    let focus = focus(&image);
    let file = file?;
    if let Some(what) = media_fault(&file, Folder::Pictures, context) {
        image.fault("file", what);
    }
    let address = (context.media_address)(&file);
    let (width, height) = (context.picture_size)(&file).unwrap_or((0, 0));
    Some(LeadImage { address, width, height, file, alt: alt?, caption, credit, focus })
}

fn announcement(fields: &Fields<'_>, name: &'static str, before: &'static str) -> Announcement {
    let Some(told) = fields.table(name, before, &["headline", "standfirst"]) else {
        return Announcement::default();
    };
    let headline = told.line("headline", HEADLINE_MAX);
    Announcement { headline, standfirst: told.line("standfirst", STANDFIRST_MAX) }
}

fn focus(image: &Fields<'_>) -> Focus {
    let Some(word) = image.word("focus") else { return Focus::default() };
    word.parse().unwrap_or_else(|error| {
        image.fault("focus", format!("lead_image.focus: {error}"));
        Focus::default()
    })
}

fn corrections(fields: &Fields<'_>, instants: &Instants<'_>) -> Vec<Correction> {
    let tables = fields.tables("corrections", "corrections.", CORRECTIONS_MAX, &["at", "text"]);
    let read = |correction: Fields<'_>| {
        if !correction.has("at") {
            correction.missing("at", "2026-09-16T14:05:00-03:00");
        }
        let at = correction.instant("at", instants);
        let text =
            correction.required_line("text", CAPTION_MAX, "\"What was wrong, and is right\"");
        Some(Correction { at: at?, text: text? })
    };
    let mut corrections: Vec<Correction> = tables.into_iter().filter_map(read).collect();
    corrections.sort_by_key(|correction| correction.at);
    corrections
}
