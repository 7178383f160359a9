//! Where other programs put things: which field says what, what a file's name says, and at which address an article
//! stood. It reads fields and paths and decides nothing else.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use serde_json::{Map, Value};

use super::Habit;

/// Folders that say nothing about what an article is.
const PLAIN: [&str; 14] = [
    "content",
    "_posts",
    "posts",
    "post",
    "src",
    "blog",
    "articles",
    "article",
    "pages",
    "collections",
    "site",
    "docs",
    "input",
    "en",
];

/// The first text among some fields.
pub(super) fn text(fields: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| words(fields.get(*name)?)).filter(|text| !text.trim().is_empty())
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Where a text that stands for a list is divided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Divided {
    Never,
    AtCommas,
    /// At blanks, unless it has commas.
    AtBlanks,
}

/// All texts of some fields: lists, a text that stands for one, or tables with a name.
pub(super) fn texts(fields: &Map<String, Value>, names: &[&str], divided: Divided) -> Vec<String> {
    let mut found = Vec::new();
    for value in names.iter().filter_map(|name| fields.get(*name)) {
        match value {
            Value::String(text) if divided == Divided::AtBlanks && !text.contains(',') => {
                found.extend(text.split_whitespace().map(str::to_owned));
            }
            Value::String(text) if divided != Divided::Never => {
                found.extend(text.split(',').map(|part| part.trim().to_owned()));
            }
            Value::Array(list) => found.extend(list.iter().filter_map(of_list)),
            other => found.extend(of_list(other)),
        }
    }
    found.retain(|text| !text.is_empty());
    found
}

fn of_list(value: &Value) -> Option<String> {
    match value {
        Value::Object(table) => words(table.get("name").or_else(|| table.get("title"))?),
        other => words(other),
    }
}

/// Whether a field says yes (or, with `no`, says no).
pub(super) fn is(fields: &Map<String, Value>, name: &str, wanted: bool) -> bool {
    match fields.get(name) {
        Some(Value::Bool(set)) => *set == wanted,
        Some(Value::String(text)) => {
            text.eq_ignore_ascii_case(if wanted { "true" } else { "false" })
        }
        _ => false,
    }
}

/// The name of a file without folders and ending, and the day that begins it, as Jekyll has it.
pub(super) fn stem(name: &str) -> (String, Option<civil::Date>) {
    let file = name.rsplit('/').next().unwrap_or(name);
    let mut stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // A bundle is called by its folder.
    if matches!(stem, "index" | "_index") {
        stem = name.rsplit('/').nth(1).unwrap_or(stem);
    }
    let day = stem.get(..10).and_then(|day| day.parse::<civil::Date>().ok());
    match day {
        Some(day) => (stem.get(10..).unwrap_or_default().trim_matches('-').to_owned(), Some(day)),
        None => (stem.to_owned(), None),
    }
}

/// The folders that a file lies in, those that say nothing left out.
pub(super) fn folders(name: &str) -> Vec<&str> {
    let mut folders: Vec<&str> = name.split('/').collect();
    let file = folders.pop().unwrap_or_default();
    if file.starts_with("index.") || file.starts_with("_index.") {
        folders.pop();
    }
    folders.retain(|folder| !PLAIN.contains(folder) && !folder.is_empty());
    folders
}

/// An instant in one of the forms that people write, in `zone` where it has none.
pub(super) fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    let fits = |at: &Timestamp| (1..=9998).contains(&TimeZone::UTC.to_datetime(*at).year());
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at).filter(fits);
    }
    // `2024-05-17 10:00:00 +0200`, as Jekyll writes it.
    if let Some((clock, offset)) = text.rsplit_once(' ')
        && offset.len() == 5
        && offset.starts_with(['+', '-'])
        && offset.is_ascii()
    {
        let joined = format!("{}{}:{}", clock.trim().replace(' ', "T"), &offset[..3], &offset[3..]);
        if let Ok(at) = joined.parse::<Timestamp>() {
            return Some(at).filter(fits);
        }
    }
    if let Ok(at) = text.parse::<civil::DateTime>() {
        return zone.to_timestamp(at).ok().filter(fits);
    }
    let day: civil::Date = text.parse().ok()?;
    zone.to_timestamp(day.at(0, 0, 0, 0)).ok().filter(fits)
}

/// Whose habits a file follows.
pub(super) fn of(name: &str, habit: Habit) -> Habit {
    if habit != Habit::Auto {
        return habit;
    }
    let has = |folder: &str| name.split('/').any(|part| part == folder);
    if has("_posts") || has("_drafts") {
        Habit::Jekyll
    } else if has("content") {
        Habit::Hugo
    } else {
        Habit::Eleventy
    }
}

/// The paths at which an article stood.
pub(super) fn addresses(
    name: &str,
    fields: &Map<String, Value>,
    habit: Habit,
    at: &civil::DateTime,
    slug: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    let own = text(fields, &["url", "permalink"]).filter(|path| !path.contains([':', '{', '%']));
    match own {
        Some(path) => found.push(rooted(&path)),
        None => found.extend(made(name, fields, habit, at, slug)),
    }
    found.extend(
        texts(fields, &["aliases", "redirect_from"], Divided::Never)
            .iter()
            .map(|path| rooted(path)),
    );
    found
}

fn rooted(path: &str) -> String {
    let path = path
        .split_once("://")
        .map_or(path, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    format!("/{}", path.trim_start_matches('/'))
}

/// The path that the program gives where nothing else is said.
fn made(
    name: &str,
    fields: &Map<String, Value>,
    habit: Habit,
    at: &civil::DateTime,
    slug: &str,
) -> Option<String> {
    if habit == Habit::Jekyll {
        let categories = texts(fields, &["category", "categories"], Divided::AtBlanks);
        let categories = categories.join("/").to_lowercase();
        let before = if categories.is_empty() { String::new() } else { format!("/{categories}") };
        let (year, month, day) = (at.year(), at.month(), at.day());
        return Some(
            format!("{before}/{year}/{month:02}/{day:02}/{slug}.html").replace(' ', "%20"),
        );
    }
    let inside =
        name.strip_prefix("content/").or_else(|| name.strip_prefix("src/")).unwrap_or(name);
    let (folder, file) = inside.rsplit_once('/').unwrap_or(("", inside));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let own = text(fields, &["slug"]).filter(|_| habit == Habit::Hugo);
    let path = match (own, stem) {
        (Some(own), "index") => {
            let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
            format!("{above}/{own}")
        }
        (None, "index") => folder.to_owned(),
        (Some(own), _) => format!("{folder}/{own}"),
        (None, stem) => format!("{folder}/{stem}"),
    };
    // Hugo writes addresses in small letters.
    let path = if habit == Habit::Hugo { path.to_lowercase() } else { path };
    Some(format!("/{}/", path.trim_matches('/')).replace(' ', "-"))
}

/// The folder of a file as addresses have it: `content/news/a.md` stands in `/news`.
pub(super) fn address_folder(name: &str) -> String {
    let inside =
        name.strip_prefix("content/").or_else(|| name.strip_prefix("src/")).unwrap_or(name);
    inside.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("/{folder}"))
}
