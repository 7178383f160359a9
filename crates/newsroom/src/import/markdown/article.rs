//! One file of others as an article of the folder, or the reason why it is none.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::Access;
use serde_json::{Map, Value};

use super::front_matter::{self, Parts};
use super::habits::Divided;
use super::{FILE_BYTES_MAX, File, Habit, habits, line_of, signs, to_html};
use crate::import::html::{escaped, is_picture_name, plain, shortened, to_markdown};
use crate::import::mapping::Mapping;
use crate::import::{Files, Item, Outcome, Remarks, Survey, slugs};
use crate::limits::{
    ADDRESS_BYTES_MAX, AUTHORS_MAX, CAPTION_MAX, HEADLINE_MAX, NAME_MAX, OLD_ADDRESSES_MAX,
    STANDFIRST_MAX, TAGS_MAX,
};
use crate::picture::Noted;
use crate::{Draft, DraftImage, Slug};

/// The section of articles that name none.
const REST: &str = "news";

/// What a file is read with.
pub(super) struct Desk<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) zone: &'a TimeZone,
    pub(super) habit: Habit,
    /// Which names no section may have.
    pub(super) reserved: fn(&str) -> bool,
}

type Named = (Slug, String);

/// The names that an article gives.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) section: Named,
    pub(super) tags: Vec<Named>,
    pub(super) authors: Vec<Named>,
}

/// Asks for files beside the article first.
struct Beside<'a> {
    folder: &'a str,
    files: &'a mut dyn Files,
}

impl Files for Beside<'_> {
    fn name_of(&mut self, address: &str) -> Option<String> {
        let relative = !address.contains("://") && !address.starts_with('/');
        if !relative {
            return self.files.name_of(address);
        }
        let bare = address.split(['?', '#']).next().unwrap_or_default();
        let mut parts: Vec<&str> = self.folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in bare.split('/') {
            match part {
                "" | "." => {}
                // Nothing above the folder is part of it.
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        self.files.name_of(&parts.join("/")).or_else(|| self.files.name_of(address))
    }

    fn noted(&mut self, name: &str) -> Noted {
        self.files.noted(name)
    }
}

enum Read<'a> {
    /// Of our own form already.
    Ours(&'a str),
    Theirs(Parts<'a>),
    Left(&'static str),
    /// Not for readers, whatever it was before.
    Withheld(&'static str),
}

impl Desk<'_> {
    /// The section of articles that name none.
    pub(super) fn rest(&self) -> Option<Named> {
        let own = self.mapping.default_section.clone();
        let slug = own.or_else(|| Slug::parse(REST).ok())?;
        let name = readable(slug.as_str());
        Some((slug, name))
    }

    /// The names that a file gives; `None` where it becomes no article, or is of our own form.
    pub(super) fn names(&self, file: File<'_>) -> Option<Found> {
        match self.read(file) {
            Ok(Read::Theirs(parts)) => self.found(file.name, &parts.fields),
            _ => None,
        }
    }

    /// What becomes of a file.
    pub(super) fn item(
        &self,
        file: File<'_>,
        survey: Option<&Survey>,
        files: &mut dyn Files,
    ) -> Item {
        let mut remarks = Remarks::default();
        let (line, outcome) = match self.read(file) {
            Ok(Read::Ours(text)) => (1, Outcome::Article(text.to_owned())),
            Ok(Read::Left(why)) => (1, Outcome::Left { why, id: None }),
            Ok(Read::Withheld(why)) => (1, Outcome::Left { why, id: Some(id_of(file.name)) }),
            Ok(Read::Theirs(parts)) => {
                match self.draft(file.name, &parts, survey, files, &mut remarks) {
                    Ok(draft) => (1, Outcome::Article(draft.to_file())),
                    Err(why) => (1, Outcome::Bad { why }),
                }
            }
            Err(fault) => (fault.line, Outcome::Bad { why: fault.what }),
        };
        let (name, remarks) = (file.name.to_owned(), remarks.into_sentences());
        Item { line, name, outcome, remarks, featured: false }
    }

    fn read<'f>(&self, file: File<'f>) -> Result<Read<'f>, front_matter::Fault> {
        let text = text_of(file)?;
        let Some(parts) = front_matter::divide(text)? else {
            return Ok(Read::Left("it has no front matter"));
        };
        let fields = &parts.fields;
        let toml = text.trim_start_matches('\u{feff}').starts_with("+++");
        if toml && fields.contains_key("headline") && fields.contains_key("id") {
            return Ok(Read::Ours(text));
        }
        let leaf = file.name.rsplit('/').next().unwrap_or_default();
        if habits::is(fields, "draft", true)
            || habits::is(fields, "published", false)
            || file.name.split('/').any(|part| part == "_drafts")
        {
            return Ok(Read::Withheld("it is a draft"));
        }
        let left = if habits::is(fields, "eleventyExcludeFromCollections", true) {
            Some("it is kept out of the lists there")
        } else if leaf.starts_with("_index.") {
            Some("it is the page of a list")
        } else if habits::text(fields, &["layout", "type"]).is_some_and(|kind| kind == "page")
            && self.mapping.pages.is_none()
        {
            Some("it is a page, and a page is no article")
        } else {
            None
        };
        Ok(left.map_or(Read::Theirs(parts), Read::Left))
    }

    fn found(&self, name: &str, fields: &Map<String, Value>) -> Option<Found> {
        let divided = match habits::of(name, self.habit) {
            Habit::Jekyll => Divided::AtBlanks,
            _ => Divided::AtCommas,
        };
        let mut categories = habits::texts(fields, &["section", "category"], Divided::Never);
        categories.extend(habits::texts(fields, &["categories"], divided));
        let mut tags = habits::texts(fields, &["tags", "tag", "keywords"], divided);
        tags.retain(|tag| !matches!(tag.as_str(), "post" | "posts" | "all"));
        let folder = habits::folders(name).first().map(|folder| readable(folder));
        let pages = self.mapping.pages.as_ref().filter(|_| {
            habits::text(fields, &["layout", "type"]).is_some_and(|kind| kind == "page")
        });
        let mut rest = categories.into_iter();
        let section = match pages {
            Some(pages) => Some((pages.clone(), readable(pages.as_str()))),
            None => rest
                .next()
                .or(folder)
                .and_then(|words| self.section(&words))
                .or_else(|| self.rest()),
        }?;
        let mut found: Vec<Named> = Vec::new();
        for words in rest.chain(tags) {
            let tag = self.tag(&words);
            found.extend(tag.filter(|(slug, _)| {
                *slug != section.0 && !found.iter().any(|(known, _)| known == slug)
            }));
        }
        found.truncate(TAGS_MAX);
        let mut authors: Vec<Named> = Vec::new();
        for words in habits::texts(fields, &["authors", "author"], Divided::AtCommas) {
            let author = named(&words);
            authors
                .extend(author.filter(|(slug, _)| !authors.iter().any(|(known, _)| known == slug)));
        }
        authors.truncate(AUTHORS_MAX);
        Some(Found { section, tags: found, authors })
    }

    fn section(&self, words: &str) -> Option<Named> {
        let own = named(words)?;
        let mapped = [words, own.0.as_str()].iter().find_map(|old| self.mapping.sections.get(*old));
        let slug = match mapped {
            None if (self.reserved)(own.0.as_str()) => {
                Slug::parse(&slugs::with_end(own.0.as_str(), REST)).ok()?
            }
            mapped => mapped.unwrap_or(&own.0).clone(),
        };
        // What is written as a slug is made a name.
        let plain = mapped.is_some() || own.1 == own.0.as_str();
        let name = if plain { readable(slug.as_str()) } else { own.1 };
        Some((slug, name))
    }

    fn tag(&self, words: &str) -> Option<Named> {
        let own = named(words)?;
        match [words, own.0.as_str()].iter().find_map(|old| self.mapping.tags.get(*old)) {
            Some(Some(slug)) => Some((slug.clone(), readable(slug.as_str()))),
            Some(None) => None,
            None => Some(own),
        }
    }

    fn draft(
        &self,
        name: &str,
        parts: &Parts<'_>,
        survey: Option<&Survey>,
        files: &mut dyn Files,
        remarks: &mut Remarks,
    ) -> Result<Draft, String> {
        let fields = &parts.fields;
        let (stem, day) = habits::stem(name);
        let at = self.published_at(fields, day)?;
        let mut found = self.found(name, fields).ok_or("there is no section for it")?;
        if let Some(survey) = survey {
            if !survey.sections.iter().any(|section| section.slug == found.section.0) {
                found.section = self.rest().ok_or("there is no section for it")?;
            }
            found.tags.retain(|(slug, _)| survey.tags.iter().any(|tag| tag.slug == *slug));
            found
                .authors
                .retain(|(slug, _)| survey.authors.iter().any(|author| author.slug == *slug));
        }
        let (headline, text) = headline(fields, parts.text, &stem);
        let short = shortened(&headline, HEADLINE_MAX);
        let mut draft = Draft::new(id_of(name), found.section.0.to_string(), short.clone(), at);
        let own = habits::text(fields, &["slug"]);
        let address = habits::text(fields, &["url", "permalink"])
            .filter(|path| !path.contains([':', '{', '%']));
        let last = address.as_deref().and_then(|path| {
            let path = path.trim_end_matches('/').trim_end_matches("/index.html");
            path.rsplit('/').next().map(|leaf| leaf.trim_end_matches(".html"))
        });
        let named = own.as_deref().or(last).filter(|slug| !slug.is_empty()).unwrap_or(&stem);
        draft.slug = slugs::slug(named).or_else(|| slugs::slug_of_words(&short));
        draft.old_addresses = self.old_addresses(name, fields, at, own.as_deref().unwrap_or(&stem));
        draft.standfirst = standfirst(fields, remarks);
        draft.tags = found.tags.iter().map(|(slug, _)| slug.to_string()).collect();
        draft.authors = found.authors.iter().map(|(slug, _)| slug.to_string()).collect();
        draft.updated_at = updated_at(fields, at, self.zone);
        draft.access = self.access(fields, &found)?;
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut files = Beside { folder, files };
        draft.lead_image = lead_image(fields, &short, &mut files, remarks);
        let separator = habits::text(fields, &["excerpt_separator"]);
        let text =
            signs::resolved(text, &habits::address_folder(name), separator.as_deref(), remarks);
        let mut html = to_html(&text);
        if short != headline {
            remarks.note(format!(
                "the headline has more than {HEADLINE_MAX} characters; all of it stands in the text"
            ));
            html = format!("<p><strong>{}</strong></p>{html}", escaped(&headline));
        }
        let site = self.mapping.site.as_deref().unwrap_or_default();
        draft.source = to_markdown(&html, site, &mut files, remarks);
        Ok(draft)
    }

    fn published_at(
        &self,
        fields: &Map<String, Value>,
        day: Option<jiff::civil::Date>,
    ) -> Result<Timestamp, String> {
        let written = habits::text(
            fields,
            &["publishDate", "publishdate", "pubDate", "date", "published_at"],
        );
        if let Some(written) =
            written.filter(|written| !matches!(written.as_str(), "Created" | "Last Modified"))
        {
            return habits::instant(&written, self.zone).ok_or_else(|| {
                let written = shortened(&written, 40);
                format!(
                    "its date \"{written}\" cannot be read; write such as 2024-05-17T10:00:00+02:00"
                )
            });
        }
        let day = day.and_then(|day| self.zone.to_timestamp(day.at(0, 0, 0, 0)).ok());
        day.ok_or_else(|| "it has no date; write date: 2024-05-17T10:00:00+02:00".to_owned())
    }

    fn access(&self, fields: &Map<String, Value>, found: &Found) -> Result<Access, String> {
        if let Some(word) = habits::text(fields, &["access"]) {
            return Access::parse(&word).map_err(|error| error.to_string());
        }
        let names = found.tags.iter().map(|(slug, _)| slug.as_str());
        let mapped = std::iter::once(found.section.0.as_str())
            .chain(names)
            .find_map(|name| self.mapping.access.get(name));
        Ok(mapped.or(self.mapping.default_access.as_ref()).cloned().unwrap_or(Access::Free))
    }

    fn old_addresses(
        &self,
        name: &str,
        fields: &Map<String, Value>,
        at: Timestamp,
        slug: &str,
    ) -> Vec<String> {
        let habit = habits::of(name, self.habit);
        let day = self.zone.to_datetime(at);
        let mut found = match &self.mapping.permalink {
            Some(pattern) => vec![
                pattern
                    .replace("{slug}", slug)
                    .replace("{year}", &day.year().to_string())
                    .replace("{month}", &format!("{:02}", day.month()))
                    .replace("{day}", &format!("{:02}", day.day())),
            ],
            None => Vec::new(),
        };
        for path in habits::addresses(name, fields, habit, &day, slug) {
            if !found.contains(&path) {
                found.push(path);
            }
        }
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '#' | '\\');
        found.retain(|path| {
            path.len() > 1
                && !path.starts_with("//")
                && path.chars().count() <= ADDRESS_BYTES_MAX
                && !path.contains(odd)
        });
        found.truncate(OLD_ADDRESSES_MAX);
        found
    }
}

/// The name for ever of the article that a file is.
fn id_of(name: &str) -> String {
    format!("m-{}", slugs::mark(name, 20))
}

fn text_of(file: File<'_>) -> Result<&str, front_matter::Fault> {
    if file.bytes.len() > FILE_BYTES_MAX {
        let what = format!("the file has more than {FILE_BYTES_MAX} bytes; make it shorter");
        return Err(front_matter::Fault { line: 0, what });
    }
    std::str::from_utf8(file.bytes).map_err(|error| {
        let before = &file.bytes[..error.valid_up_to()];
        let lines = before.iter().filter(|byte| **byte == b'\n').count() as u64;
        let what = "the file is no UTF-8 text; save it as UTF-8".to_owned();
        front_matter::Fault { line: lines + 1, what }
    })
}

/// The headline, and the text without it where it stood there as a heading.
fn headline<'t>(fields: &Map<String, Value>, text: &'t str, stem: &str) -> (String, &'t str) {
    let own = habits::text(fields, &["title", "headline"]).map(|words| plain(&escaped(&words)));
    let own = own.filter(|words| !words.is_empty());
    let first = text.trim_start();
    let heading = first.strip_prefix("# ").map(|rest| rest.split_once('\n').unwrap_or((rest, "")));
    match (own, heading) {
        (Some(own), Some((heading, rest))) if line_of(heading) == own => (own, rest),
        (Some(own), _) => (own, text),
        (None, Some((heading, rest))) if !heading.trim().is_empty() => (line_of(heading), rest),
        _ => (readable(stem), text),
    }
}

fn standfirst(fields: &Map<String, Value>, remarks: &mut Remarks) -> Option<String> {
    let words =
        habits::text(fields, &["standfirst", "description", "summary", "excerpt", "subtitle"])?;
    let words = line_of(&words);
    let short = shortened(&words, STANDFIRST_MAX);
    if short != words {
        remarks
            .note(format!("the standfirst has more than {STANDFIRST_MAX} characters and was cut"));
    }
    Some(short).filter(|words| !words.is_empty())
}

fn updated_at(
    fields: &Map<String, Value>,
    published_at: Timestamp,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let names = ["lastmod", "last_modified_at", "updated", "updated_at", "modified"];
    let at = habits::instant(&habits::text(fields, &names)?, zone)?;
    (at > published_at).then_some(at)
}

fn lead_image(
    fields: &Map<String, Value>,
    headline: &str,
    files: &mut dyn Files,
    remarks: &mut Remarks,
) -> Option<DraftImage> {
    let names = [
        "image",
        "cover",
        "featured_image",
        "feature_image",
        "featuredImage",
        "hero",
        "images",
        "header",
    ];
    let (address, table) = names.iter().find_map(|name| match fields.get(*name)? {
        Value::String(address) if !address.trim().is_empty() => Some((address.clone(), None)),
        Value::Array(list) => list.first()?.as_str().map(|address| (address.to_owned(), None)),
        Value::Object(table) => {
            let address = habits::text(table, &["image", "src", "path", "url", "teaser"])?;
            Some((address, Some(table)))
        }
        _ => None,
    })?;
    let Some(file) = files.name_of(address.trim()).filter(|name| is_picture_name(name)) else {
        let shown = shortened(&address, 120);
        remarks.note(format!("the picture {shown} is not to be had and left out"));
        return None;
    };
    let noted = files.noted(&file);
    let about = |inner: &[&str], outer: &[&str]| {
        let own = table.and_then(|table| habits::text(table, inner));
        own.or_else(|| habits::text(fields, outer)).map(|words| line_of(&words))
    };
    let caption =
        about(&["caption"], &["image_caption", "cover_caption"]).filter(|words| !words.is_empty());
    let caption = caption.or(noted.caption);
    let credit = about(&["credit"], &["image_credit"]).filter(|words| !words.is_empty());
    let credit = credit.or(noted.credit);
    let alt = about(&["alt", "image_alt"], &["image_alt", "alt"]).filter(|words| !words.is_empty());
    if alt.is_none() {
        remarks.note(
            "the lead image came without a description; its caption or the headline stands in",
        );
    }
    let alt = alt.or_else(|| caption.clone()).unwrap_or_else(|| headline.to_owned());
    Some(DraftImage {
        file,
        alt: shortened(&alt, CAPTION_MAX),
        caption: caption.map(|words| shortened(&words, CAPTION_MAX)),
        credit: credit.map(|words| shortened(&words, NAME_MAX)),
        focus: None,
    })
}

/// The slug of some words, and the words as a name.
fn named(words: &str) -> Option<Named> {
    let name = plain(&escaped(words));
    let slug = slugs::slug(&name).and_then(|slug| Slug::parse(&slug).ok())?;
    Some((slug, shortened(&name, NAME_MAX))).filter(|(_, name)| !name.is_empty())
}

/// A slug as words.
fn readable(slug: &str) -> String {
    let words = slug.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let words = format!("{first}{}", chars.as_str());
    if words.is_empty() { "Untitled".to_owned() } else { words }
}
