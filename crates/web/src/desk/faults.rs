//! What keeps a draft from the paper, in the desk's words and beside the field that it is about. The one reader that there is for articles
//! decides; what is frequent is said here in the paper's language, and what is not stands as the reader says it.

use std::collections::BTreeMap;

use face::{Args, Key, Slot, Words};
use minijinja::context;
use minijinja::value::Value;
use newsroom::picture::Focus;
use newsroom::{Draft, Fault, PaperFile, Slug, limits};
use paywall::Sealed;

use super::printing::opened;
use crate::site::Visit;

/// Something that is wrong with a draft.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wrong {
    /// The field of the form that it is about.
    pub(crate) field: Option<&'static str>,
    /// The line of the text, from 1.
    pub(crate) line: Option<u32>,
    /// In one sentence.
    pub(crate) what: String,
}

impl Wrong {
    /// What is wrong with a field.
    pub(super) const fn of(field: &'static str, what: String) -> Self {
        Self { field: Some(field), line: None, what }
    }
}

/// Faults as the form shows them.
pub(super) struct Told {
    /// In a list, each with its field.
    pub(super) all: Vec<Value>,
    /// Beside their fields.
    pub(super) by_field: BTreeMap<&'static str, String>,
}

/// Faults in words.
pub(super) fn told(visit: &Visit<'_>, wrong: &[Wrong]) -> Told {
    let words = &visit.presentation.words;
    let mut by_field: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut all = Vec::new();
    for one in wrong {
        let what = match one.line {
            Some(line) => {
                let number = Args::new().with(Slot::Number, line.to_string());
                format!("{}: {}", words.format(Key::DeskLine, &number), one.what)
            }
            None => one.what.clone(),
        };
        if let Some(field) = one.field {
            let said = by_field.entry(field).or_default();
            if !said.is_empty() {
                said.push(' ');
            }
            said.push_str(&what);
        }
        all.push(context! { field => one.field, line => one.line, what => what });
    }
    Told { all, by_field }
}

/// The keys of a file's front matter, and the fields of the form; those of the lead picture have its name before theirs.
const FIELDS: [(&str, &str); 24] = [
    ("slug", "slug"),
    ("headline", "headline"),
    ("standfirst", "standfirst"),
    ("kicker", "kicker"),
    ("section", "section"),
    ("tags", "tags"),
    ("authors", "authors"),
    ("filed_from", "filed_from"),
    ("dateline", "dateline"),
    ("published_at", "publish_at"),
    ("access", "access"),
    ("genre", "genre"),
    ("language", "language"),
    ("series", "series"),
    ("part", "part"),
    ("search.headline", "search_headline"),
    ("search.standfirst", "search_standfirst"),
    ("social.headline", "social_headline"),
    ("social.standfirst", "social_standfirst"),
    ("lead_image.file", "image"),
    ("lead_image.alt", "image_alt"),
    ("lead_image.caption", "image_caption"),
    ("lead_image.credit", "image_credit"),
    ("lead_image.focus", "image_focus"),
];

/// The field of each line of a file's front matter, and how many lines that has.
fn fields_of(file: &str) -> Vec<Option<&'static str>> {
    let mut table = String::new();
    let mut fields = Vec::new();
    for (number, line) in file.lines().enumerate() {
        if number > 0 && line == "+++" {
            fields.push(None);
            break;
        }
        if line.starts_with('[') {
            table = format!("{}.", line.trim_matches(['[', ']']));
        }
        let key = line.split_once(" = ").map(|(key, _)| format!("{table}{key}"));
        let known = key.and_then(|key| FIELDS.iter().find(|(known, _)| *known == key));
        fields.push(match table.as_str() {
            "corrections." => Some("correction"),
            _ => known.map(|(_, field)| *field),
        });
    }
    fields
}

/// Everything that is wrong with a draft: what is frequent first, then what the reader of articles says besides.
pub(super) fn all(
    visit: &Visit<'_>,
    draft: &Draft,
    file: &Sealed<String>,
    faults: &[Fault],
) -> Vec<Wrong> {
    let presentation = &visit.presentation;
    let mut found = frequent(&presentation.words, &presentation.paper, draft);
    let fields = fields_of(opened::<String>(file));
    let others = faults.iter().map(|fault| {
        let place = fault.line.map(|line| usize::try_from(line).unwrap_or(usize::MAX));
        let line = place.and_then(|place| place.checked_sub(fields.len())).filter(|line| *line > 0);
        let field = match line {
            Some(_) => Some("text"),
            None => place.and_then(|place| *fields.get(place.checked_sub(1)?)?),
        };
        let line = line.and_then(|line| u32::try_from(line).ok());
        Wrong { field, line, what: fault.what.clone() }
    });
    // What was said already is not said once more in other words.
    let is_said = |one: &Wrong| {
        found
            .iter()
            .any(|said| said.field == one.field && said.line == one.line && one.field.is_some())
    };
    let others: Vec<Wrong> = others.filter(|one| !is_said(one)).collect();
    found.extend(others);
    found
}

/// What goes wrong often.
fn frequent(words: &Words, paper: &PaperFile, draft: &Draft) -> Vec<Wrong> {
    let mut found = Vec::new();
    let mut wrong = |field, what: String| found.push(Wrong::of(field, what));
    let long = |most: usize| {
        words.format(Key::FaultLong, &Args::new().with(Slot::Number, most.to_string()))
    };
    if draft.headline.is_empty() {
        wrong("headline", words.text(Key::FaultNoHeadline));
    }
    let image = draft.lead_image.as_ref();
    let some = |text: Option<&String>| text.cloned().unwrap_or_default();
    for (field, text, most) in [
        ("headline", draft.headline.clone(), limits::HEADLINE_MAX),
        ("standfirst", some(draft.standfirst.as_ref()), limits::STANDFIRST_MAX),
        ("dateline", some(draft.dateline.as_ref()), limits::NAME_MAX),
        ("filed_from", some(draft.filed_from.as_ref()), limits::NAME_MAX),
        ("image_alt", some(image.map(|image| &image.alt)), limits::CAPTION_MAX),
        (
            "image_caption",
            some(image.and_then(|image| image.caption.as_ref())),
            limits::CAPTION_MAX,
        ),
        ("image_credit", some(image.and_then(|image| image.credit.as_ref())), limits::NAME_MAX),
        ("correction", some(draft.corrections.last().map(|one| &one.text)), limits::CAPTION_MAX),
    ] {
        if text.chars().count() > most {
            wrong(field, long(most));
        }
    }
    let slug = |text: &str| Slug::parse(text).ok();
    if slug(&draft.section).is_none_or(|section| paper.section(&section).is_none()) {
        wrong("section", words.text(Key::FaultSection));
    }
    if draft.slug.as_ref().is_some_and(|text| slug(text).is_none()) {
        wrong("slug", words.text(Key::FaultSlug));
    }
    let named = |key: Key, name: &str| words.format(key, &Args::new().with(Slot::Name, name));
    let is_tag = |name: &String| slug(name).is_some_and(|tag| paper.tag(&tag).is_some());
    let is_author =
        |name: &String| slug(name).is_some_and(|author| paper.author(&author).is_some());
    for tag in draft.tags.iter().filter(|tag| !is_tag(tag)) {
        wrong("tags", named(Key::FaultTag, tag));
    }
    for tag in draft.kicker.iter().filter(|tag| !is_tag(tag)) {
        wrong("kicker", named(Key::FaultTag, tag));
    }
    for author in draft.authors.iter().filter(|author| !is_author(author)) {
        wrong("authors", named(Key::FaultAuthor, author));
    }
    if let Some(image) = image {
        if image.alt.is_empty() {
            wrong("image_alt", words.text(Key::FaultAlt));
        }
        if image.focus.as_ref().is_some_and(|focus| focus.parse::<Focus>().is_err()) {
            wrong("image_focus", words.text(Key::FaultFocus));
        }
    }
    let lines = draft.source.lines().zip(1_u32..).filter(|(line, _)| line.trim() == PAYWALL);
    for (_, line) in lines.skip(1) {
        let what = words.text(Key::FaultTwoLines);
        found.push(Wrong { field: Some("text"), line: Some(line), what });
    }
    found
}

/// The line at which an article is cut.
const PAYWALL: &str = "<!-- paywall -->";

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use newsroom::DraftImage;

    use super::*;

    #[test]
    fn lines_of_the_file_lead_to_fields_of_the_form() {
        let mut draft =
            Draft::new("a".into(), "city".into(), "Headline".into(), Timestamp::UNIX_EPOCH);
        draft.lead_image = Some(DraftImage {
            file: "pictures/a.png".into(),
            alt: "x".into(),
            caption: Some("y".into()),
            credit: None,
            focus: None,
        });
        draft.source = "First.\n\n+++\n".to_owned();
        let file = draft.to_file();
        let fields = fields_of(&file);
        let lines: Vec<&str> = file.lines().collect();
        let field =
            |start: &str| fields[lines.iter().position(|line| line.starts_with(start)).unwrap()];
        assert_eq!(field("headline = "), Some("headline"));
        assert_eq!(field("published_at = "), Some("publish_at"));
        assert_eq!(field("alt = "), Some("image_alt"));
        assert_eq!(field("id = "), None);
        assert_eq!(lines[fields.len()], "First.", "the text begins behind them");
    }
}
