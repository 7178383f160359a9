//! The form of an article: a draft as its fields, and what was typed as a draft. It keeps whatever is typed, also what cannot be published
//! like this; only what is no date is refused, since it would be lost.

use face::Key;
use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use minijinja::context;
use minijinja::value::Value;
use newsroom::{Announcement, Correction, Draft, DraftImage, Genre, PaperFile};
use paywall::Access;
use store::FileRow;

use crate::site::Visit;
use crate::site::forms::Fields;

/// The accesses that the form offers, with what each is called.
const ACCESSES: [(&str, Key); 4] = [
    ("metered", Key::AccessMetered),
    ("free", Key::AccessFree),
    ("registered", Key::AccessRegistered),
    ("subscribers", Key::AccessSubscribers),
];
const GENRES: [(Genre, Key); 4] = [
    (Genre::News, Key::GenreNews),
    (Genre::Opinion, Key::GenreOpinion),
    (Genre::Live, Key::GenreLive),
    (Genre::Brief, Key::GenreBrief),
];

/// What was typed.
#[derive(Debug)]
pub(super) struct Typed {
    /// The draft, its text too.
    pub(super) draft: Draft,
    /// When it is to be published.
    pub(super) publish_at: Option<Timestamp>,
    /// Whether something else than an instant was typed for that.
    pub(super) is_date_wrong: bool,
}

/// Reads what was typed over what the draft was before.
pub(super) fn typed(
    fields: &Fields<'_>,
    before: Draft,
    paper: &PaperFile,
    zone: &TimeZone,
    now: Timestamp,
) -> Typed {
    let line = |name: &str| fields.get(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let some = |name: &str| Some(line(name)).filter(|text| !text.is_empty());
    let day = some("publish_at");
    let publish_at = day.as_deref().and_then(|text| instant(text, zone));
    let authors = paper.authors.iter().map(|author| (author.slug.as_str(), author.name.as_str()));
    let authors = named(&fields.get("authors"), &authors.collect::<Vec<_>>());
    let tags = paper.tags.iter().map(|tag| (tag.slug.as_str(), tag.name.as_str()));
    let tags: Vec<(&str, &str)> = tags.collect();
    // Words for a picture that comes with the form stand there before it has a name.
    let has_words =
        ["image_alt", "image_caption", "image_credit"].iter().any(|name| some(name).is_some());
    let image = some("image").or_else(|| has_words.then(String::new)).map(|file| DraftImage {
        file,
        alt: line("image_alt"),
        caption: some("image_caption"),
        credit: some("image_credit"),
        focus: some("image_focus"),
    });
    let mut corrections = before.corrections.clone();
    corrections.extend(some("correction").map(|text| Correction { at: now, text }));
    let access = Access::parse(&fields.get("access")).unwrap_or_else(|_| before.access.clone());
    let genre = Genre::parse(&fields.get("genre")).unwrap_or(before.genre);
    let live_since = (genre == Genre::Live).then(|| before.live_since.unwrap_or(now));
    // A series without a number is told so by whoever reads the file.
    let part = line("part").parse().unwrap_or(0);
    let series = some("series").map(|series| (series, part));
    let announcement = |headline: &str, standfirst: &str| Announcement {
        headline: some(headline),
        standfirst: some(standfirst),
    };
    let draft = Draft {
        slug: some("slug").map(|text| slug_of(&text)).filter(|slug| !slug.is_empty()),
        headline: line("headline"),
        standfirst: some("standfirst"),
        section: line("section"),
        kicker: some("kicker").and_then(|text| named(&text, &tags).into_iter().next()),
        tags: named(&fields.get("tags"), &tags),
        authors,
        filed_from: some("filed_from"),
        dateline: some("dateline"),
        language: some("language"),
        series,
        search: announcement("search_headline", "search_standfirst"),
        social: announcement("social_headline", "social_standfirst"),
        access,
        genre,
        live_since,
        lead_image: image,
        corrections,
        // Lines end in one way, whichever browser sent them.
        source: fields.get("text").replace("\r\n", "\n"),
        ..before
    };
    Typed { draft, publish_at, is_date_wrong: day.is_some() && publish_at.is_none() }
}

/// A picture that was chosen as the lead. What was typed of it counts; what still said something of the picture before does not.
pub(super) fn picked(
    row: &FileRow,
    before: Option<&DraftImage>,
    typed: Option<&DraftImage>,
) -> DraftImage {
    let is_same = before.is_some_and(|before| before.file == row.media.name);
    let said = |of: fn(&DraftImage) -> Option<String>, own: &str| {
        let (old, new) = (before.and_then(of), typed.and_then(of));
        let new = new.filter(|text| is_same || Some(text) != old.as_ref());
        new.or_else(|| Some(own.to_owned())).filter(|text| !text.is_empty())
    };
    let alt = |image: &DraftImage| Some(image.alt.clone()).filter(|alt| !alt.is_empty());
    DraftImage {
        file: row.media.name.clone(),
        alt: said(alt, &row.told.alt).unwrap_or_default(),
        caption: said(|image| image.caption.clone(), &row.told.caption),
        credit: said(|image| image.credit.clone(), &row.told.credit),
        focus: said(|image| image.focus.clone(), &row.told.focus),
    }
}

/// The slugs of names that stand beside each other with commas: whoever types may name either. What nobody knows stays, so that it can be
/// told what is wrong with it.
fn named(text: &str, known: &[(&str, &str)]) -> Vec<String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let slugs = names.map(|name| {
        let lower = name.to_lowercase();
        let found =
            known.iter().find(|(slug, full)| *slug == lower || full.to_lowercase() == lower);
        found.map_or_else(|| slug_of(name), |(slug, _)| (*slug).to_owned())
    });
    let mut once: Vec<String> = Vec::new();
    slugs.for_each(|slug| {
        if !once.contains(&slug) {
            once.push(slug);
        }
    });
    once
}

/// A name for addresses from words: letters without their marks, digits, and hyphens between.
pub(super) fn slug_of(text: &str) -> String {
    newsroom::slug_of_words(text).unwrap_or_default()
}

/// An instant as `<input type=datetime-local>` sends it, in the paper's zone.
pub(super) fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local: DateTime = text.parse().ok()?;
    zone.to_timestamp(local).ok()
}

/// The same the other way.
pub(super) fn local(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// What the form shows.
pub(super) fn shown(
    visit: &Visit<'_>,
    draft: &Draft,
    source: &str,
    publish_at: Option<Timestamp>,
) -> Value {
    let presentation = &visit.presentation;
    let (words, paper) = (&presentation.words, &presentation.paper);
    let zone = &presentation.house.policy.zone;
    let choice =
        |value: String, name: String, is: bool| context! { value => value, name => name, is => is };
    let sections = paper.sections.iter().map(|section| {
        let slug = section.slug.to_string();
        let is = slug == draft.section;
        choice(slug, section.name.clone(), is)
    });
    let part_of = draft.series.as_ref().map_or("", |(series, _)| series);
    let nothing = (String::new(), words.text(Key::DeskNoSeries));
    let series = paper.series.iter().map(|one| (one.slug.to_string(), one.name.clone()));
    let series = std::iter::once(nothing).chain(series).map(|(slug, name)| {
        let is = slug == part_of;
        choice(slug, name, is)
    });
    let own = draft.access.to_string();
    let mut accesses: Vec<Value> = ACCESSES
        .iter()
        .map(|(access, key)| choice((*access).to_owned(), words.text(*key), *access == own))
        .collect();
    if ACCESSES.iter().all(|(access, _)| *access != own) {
        accesses.push(choice(own.clone(), own, true));
    }
    let genres = GENRES.iter().map(|(genre, key)| {
        choice(genre.as_str().to_owned(), words.text(*key), *genre == draft.genre)
    });
    let tag_name = |slug: &String| {
        let found = paper.tags.iter().find(|tag| tag.slug.as_str() == slug);
        found.map_or_else(|| slug.clone(), |tag| tag.name.clone())
    };
    let author_name = |slug: &String| {
        let found = paper.authors.iter().find(|author| author.slug.as_str() == slug);
        found.map_or_else(|| slug.clone(), |author| author.name.clone())
    };
    let joined = |names: Vec<String>| names.join(", ");
    let corrections = draft.corrections.iter().map(|one| {
        context! { at => visit.when(one.at).text, text => one.text.clone() }
    });
    context! {
        headline => draft.headline.clone(),
        standfirst => draft.standfirst.clone().unwrap_or_default(),
        sections => sections.collect::<Vec<_>>(),
        accesses => accesses,
        genres => genres.collect::<Vec<_>>(),
        kicker => draft.kicker.as_ref().map(tag_name).unwrap_or_default(),
        tags => joined(draft.tags.iter().map(tag_name).collect()),
        authors => joined(draft.authors.iter().map(author_name).collect()),
        all_tags => paper.tags.iter().take(LISTED_MAX).map(|tag| tag.name.clone()).collect::<Vec<_>>(),
        all_authors => paper.authors.iter().take(LISTED_MAX).map(|one| one.name.clone()).collect::<Vec<_>>(),
        filed_from => draft.filed_from.clone().unwrap_or_default(),
        dateline => draft.dateline.clone().unwrap_or_default(),
        language => draft.language.clone().unwrap_or_default(),
        series => series.collect::<Vec<_>>(),
        part => draft.series.as_ref().map(|(_, part)| part.to_string()).unwrap_or_default(),
        search => announced(&draft.search),
        social => announced(&draft.social),
        slug => draft.slug.clone().unwrap_or_default(),
        image => draft.lead_image.as_ref().map(|image| context! {
            file => image.file.clone(),
            alt => image.alt.clone(),
            caption => image.caption.clone().unwrap_or_default(),
            credit => image.credit.clone().unwrap_or_default(),
            focus => image.focus.clone().unwrap_or_default(),
        }),
        corrections => corrections.collect::<Vec<_>>(),
        publish_at => publish_at.map(|at| local(at, zone)).unwrap_or_default(),
        text => source,
    }
}

fn announced(told: &Announcement) -> Value {
    context! {
        headline => told.headline.clone().unwrap_or_default(),
        standfirst => told.standfirst.clone().unwrap_or_default(),
    }
}

/// Names that a browser is told of while somebody types.
pub(super) const LISTED_MAX: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_slugs_lead_to_the_same_and_nothing_is_lost() {
        let known = [("ada-rowe", "Ada Rowe"), ("tides", "Tides & Ice")];
        assert_eq!(named(" Ada Rowe, tides,ada-rowe,, ADA ROWE", &known), ["ada-rowe", "tides"]);
        assert_eq!(named("Nobody Known", &known), ["nobody-known"]);
        assert_eq!(named("", &known), Vec::<String>::new());
    }

    #[test]
    fn an_instant_is_the_paper_s_to_the_second() {
        let zone = TimeZone::get("America/Halifax").unwrap();
        let at = instant("2026-09-30T23:59:30", &zone).unwrap();
        assert_eq!(at.to_string(), "2026-10-01T02:59:30Z");
        assert_eq!(local(at, &zone), "2026-09-30T23:59:30");
        assert_eq!(
            instant("2026-09-30T23:59", &zone).map(|at| local(at, &zone)).unwrap(),
            "2026-09-30T23:59:00"
        );
        for text in ["", "tomorrow", "2026-13-01T00:00", "23:59"] {
            assert_eq!(instant(text, &zone), None, "{text}");
        }
    }
}
