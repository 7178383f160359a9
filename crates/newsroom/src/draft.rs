//! An article on its way into a file of the Markdown folder: what importers make and exports write. It prints front
//! matter and text, and never checks them: whoever reads the file does, so that there is one reader for all.

use jiff::Timestamp;
use paywall::Access;
use toml::Value;

use crate::picture::Focus;
use crate::{Announcement, Article, Correction, Genre, Head, LeadImage, Part};

/// What an article's file says, before anybody has checked it.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// Its name for ever.
    pub id: String,
    /// Its name in addresses, where that is not the id.
    pub slug: Option<String>,
    /// Paths at which it stood before.
    pub old_addresses: Vec<String>,
    /// The headline.
    pub headline: String,
    /// The sentence or two below it.
    pub standfirst: Option<String>,
    /// The tag above it.
    pub kicker: Option<String>,
    /// The section.
    pub section: String,
    /// Tags, with or without the kicker.
    pub tags: Vec<String>,
    /// Authors.
    pub authors: Vec<String>,
    /// Where the byline says that it was written.
    pub filed_from: Option<String>,
    /// The place before the first paragraph.
    pub dateline: Option<String>,
    /// When it is published.
    pub published_at: Timestamp,
    /// When the text last changed.
    pub updated_at: Option<Timestamp>,
    /// Who may read all of it.
    pub access: Access,
    /// What kind of article it is.
    pub genre: Genre,
    /// Its series, and the number of its part.
    pub series: Option<(String, u16)>,
    /// Its language, where that is not the paper's.
    pub language: Option<String>,
    /// Since when it runs live.
    pub live_since: Option<Timestamp>,
    /// When the paper took it back.
    pub withdrawn_at: Option<Timestamp>,
    /// What search engines are told,
    pub search: Announcement,
    /// and what a card shows.
    pub social: Announcement,
    /// The picture above the text.
    pub lead_image: Option<DraftImage>,
    /// What was set right.
    pub corrections: Vec<Correction>,
    /// The Markdown after the front matter.
    pub source: String,
}

/// The picture above the text, as its file names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DraftImage {
    /// `pictures/..`.
    pub file: String,
    /// What it shows.
    pub alt: String,
    /// What stands below it.
    pub caption: Option<String>,
    /// Whose it is.
    pub credit: Option<String>,
    /// The point that stays in sight where it is cropped, as `40% 30%`; `None` is the middle.
    pub focus: Option<String>,
}

impl Draft {
    /// A draft with what every article has.
    #[must_use]
    pub fn new(id: String, section: String, headline: String, published_at: Timestamp) -> Self {
        Self {
            id,
            slug: None,
            old_addresses: Vec::new(),
            headline,
            standfirst: None,
            kicker: None,
            section,
            tags: Vec::new(),
            authors: Vec::new(),
            filed_from: None,
            dateline: None,
            published_at,
            updated_at: None,
            access: Access::Free,
            genre: Genre::News,
            series: None,
            language: None,
            live_since: None,
            withdrawn_at: None,
            search: Announcement::default(),
            social: Announcement::default(),
            lead_image: None,
            corrections: Vec::new(),
            source: String::new(),
        }
    }

    /// The draft that reads as this article again. `source` is the article's own, from behind its seal.
    #[must_use]
    pub fn of(article: &Article, source: String) -> Self {
        let head = &article.head;
        let text = ToString::to_string;
        Self {
            slug: (head.slug != head.id.to_slug()).then(|| head.slug.to_string()),
            old_addresses: article.old_addresses.clone(),
            standfirst: head.standfirst.clone(),
            kicker: head.kicker.as_ref().map(text),
            tags: head.tags.iter().map(text).collect(),
            authors: head.authors.iter().map(text).collect(),
            filed_from: head.filed_from.clone(),
            dateline: head.dateline.clone(),
            updated_at: head.updated_at,
            access: head.access.clone(),
            genre: head.genre,
            series: head.series.as_ref().map(|Part { series, part }| (series.to_string(), *part)),
            language: head.language.clone(),
            live_since: head.live_since,
            withdrawn_at: head.withdrawn_at,
            search: head.search.clone(),
            social: head.social.clone(),
            lead_image: head.lead_image.as_ref().map(DraftImage::of),
            corrections: head.corrections.clone(),
            source,
            ..Self::named(head)
        }
    }

    fn named(head: &Head) -> Self {
        let (id, section) = (head.id.to_string(), head.section.to_string());
        Self::new(id, section, head.headline.clone(), head.published_at)
    }

    /// Reads a file back that was printed here, also one that the paper of today would not take: nothing is checked. `None` where it
    /// is no such file.
    #[must_use]
    pub fn from_file(file: &str) -> Option<Self> {
        let rest = file.strip_prefix("+++\n")?;
        let (head, source) = rest.split_once("\n+++\n")?;
        let table: toml::Table = head.parse().ok()?;
        let text = |table: &toml::Table, key: &str| table.get(key)?.as_str().map(str::to_owned);
        let at = |table: &toml::Table, key: &str| {
            table.get(key)?.as_datetime()?.to_string().parse().ok()
        };
        let list = |key: &str| -> Vec<String> {
            let all = table.get(key).and_then(Value::as_array).into_iter().flatten();
            all.filter_map(|one| one.as_str().map(str::to_owned)).collect()
        };
        let image = table.get("lead_image").and_then(Value::as_table).map(|image| DraftImage {
            file: text(image, "file").unwrap_or_default(),
            alt: text(image, "alt").unwrap_or_default(),
            caption: text(image, "caption"),
            credit: text(image, "credit"),
            focus: text(image, "focus"),
        });
        let announcement = |key: &str| {
            let told = table.get(key).and_then(Value::as_table);
            Announcement {
                headline: told.and_then(|told| text(told, "headline")),
                standfirst: told.and_then(|told| text(told, "standfirst")),
            }
        };
        let corrections = table.get("corrections").and_then(Value::as_array).into_iter().flatten();
        let corrections = corrections.filter_map(|one| {
            let one = one.as_table()?;
            Some(Correction { at: at(one, "at")?, text: text(one, "text")? })
        });
        let part = table.get("part").and_then(Value::as_integer);
        let part = part.and_then(|part| u16::try_from(part).ok());
        let one = |key: &str| text(&table, key);
        Some(Self {
            slug: one("slug"),
            old_addresses: list("old_addresses"),
            standfirst: one("standfirst"),
            kicker: one("kicker"),
            tags: list("tags"),
            authors: list("authors"),
            filed_from: one("filed_from"),
            dateline: one("dateline"),
            updated_at: at(&table, "updated_at"),
            access: Access::parse(&one("access")?).ok()?,
            genre: one("genre").and_then(|word| Genre::parse(&word).ok()).unwrap_or_default(),
            series: one("series").zip(part),
            language: one("language"),
            live_since: at(&table, "live_since"),
            withdrawn_at: at(&table, "withdrawn_at"),
            search: announcement("search"),
            social: announcement("social"),
            lead_image: image,
            corrections: corrections.collect(),
            source: source.to_owned(),
            ..Self::new(one("id")?, one("section")?, one("headline")?, at(&table, "published_at")?)
        })
    }

    /// The file: front matter, then the text.
    #[must_use]
    pub fn to_file(&self) -> String {
        let mut file = String::from("+++\n");
        let mut line = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                file.push_str(&format!("{key} = {value}\n"));
            }
        };
        line("id", some(&self.id));
        line("slug", optional(&self.slug));
        line("old_addresses", list(&self.old_addresses));
        line("headline", some(&self.headline));
        line("standfirst", optional(&self.standfirst));
        line("kicker", optional(&self.kicker));
        line("section", some(&self.section));
        line("tags", list(&self.tags));
        line("authors", list(&self.authors));
        line("filed_from", optional(&self.filed_from));
        line("dateline", optional(&self.dateline));
        line("published_at", instant(Some(self.published_at)));
        line("updated_at", instant(self.updated_at));
        line("access", some(&self.access.to_string()));
        line("genre", (self.genre != Genre::News).then(|| self.genre.as_str().into()));
        line("series", self.series.as_ref().map(|(series, _)| series.as_str().into()));
        line("part", self.series.as_ref().map(|(_, part)| i64::from(*part).into()));
        line("language", optional(&self.language));
        line("live_since", instant(self.live_since));
        line("withdrawn_at", instant(self.withdrawn_at));
        for (name, told) in [("search", &self.search), ("social", &self.social)] {
            let lines = [("headline", &told.headline), ("standfirst", &told.standfirst)];
            let lines = lines.into_iter().filter(|(_, text)| text.is_some());
            for (place, (key, text)) in lines.enumerate() {
                let opening = if place == 0 { format!("\n[{name}]\n") } else { String::new() };
                line(&format!("{opening}{key}"), optional(text));
            }
        }
        if let Some(image) = &self.lead_image {
            line("\n[lead_image]\nfile", some(&image.file));
            line("alt", some(&image.alt));
            line("caption", optional(&image.caption));
            line("credit", optional(&image.credit));
            line("focus", optional(&image.focus));
        }
        for correction in &self.corrections {
            line("\n[[corrections]]\nat", instant(Some(correction.at)));
            line("text", some(&correction.text));
        }
        file.push_str("+++\n");
        file.push_str(&self.source);
        file
    }
}

impl DraftImage {
    fn of(image: &LeadImage) -> Self {
        let LeadImage { file, alt, caption, credit, focus, .. } = image.clone();
        let focus = (focus != Focus::default()).then(|| focus.to_string());
        Self { file, alt, caption, credit, focus }
    }
}

fn some(text: &str) -> Option<Value> {
    Some(text.into())
}

fn optional(text: &Option<String>) -> Option<Value> {
    text.as_deref().map(Value::from)
}

fn list(texts: &[String]) -> Option<Value> {
    (!texts.is_empty())
        .then(|| Value::Array(texts.iter().map(|text| text.as_str().into()).collect()))
}

/// An instant in UTC, without quotes as TOML has it.
fn instant(at: Option<Timestamp>) -> Option<Value> {
    at.and_then(|at| at.to_string().parse().ok()).map(Value::Datetime)
}

#[cfg(test)]
mod tests;
