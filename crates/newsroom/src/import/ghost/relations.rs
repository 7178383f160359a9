//! What the tables of an export say about its articles: tags, authors, alternative texts, redirects. Names and numbers
//! alone; memory follows how many articles there are, not how long.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::cards::text;
use super::stream::Row;
use crate::import::html::{escaped, plain};
use crate::import::mapping::Mapping;
use crate::import::{Identity, Remarks, Survey, slugs};
use crate::limits::{
    AUTHORS_MAX, CAPTION_MAX, NAME_MAX, OLD_ADDRESSES_MAX, PAPER_LIST_MAX, SECTIONS_MAX, TAGS_MAX,
};
use crate::{Author, Section, Slug, Tag};

/// The tables that are read for this.
pub(super) const TABLES: &[&str] = &[
    "posts",
    "tags",
    "users",
    "posts_tags",
    "posts_authors",
    "posts_meta",
    "settings",
    "redirects",
];

/// The slug of the section of articles that have none.
const REST: &str = "news";

/// A short name of one of Ghost's ids.
pub(super) type Key = [u8; 12];

pub(super) fn key(id: &Value) -> Option<Key> {
    let written = match id {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    blake3::hash(written.as_bytes()).as_bytes().first_chunk().copied()
}

fn key_of(row: &Value, field: &str) -> Option<Key> {
    key(row.get(field)?)
}

/// A tag or a person.
struct Named {
    theirs: String,
    ours: Option<Slug>,
    /// The section that it is the name of: never a fixed address of the site.
    section: Option<Slug>,
    name: String,
    /// Tags for the paper's own use, which begin with `#`.
    internal: bool,
}

/// What belongs to the picture above a text.
#[derive(Clone, Default, Debug)]
pub(super) struct Image {
    pub(super) alt: String,
    /// HTML.
    pub(super) caption: String,
    pub(super) email_only: bool,
}

/// Everything that is known before the articles are read.
#[derive(Default)]
pub(super) struct Relations {
    pub(super) items: u64,
    /// What the site says of itself.
    identity: Identity,
    /// Articles that will stand in the paper, in the order of the export.
    public: HashSet<Key>,
    tags: HashMap<Key, Named>,
    people: HashMap<Key, Named>,
    tags_of: HashMap<Key, Vec<(i64, Key)>>,
    people_of: HashMap<Key, Vec<(i64, Key)>>,
    images: HashMap<Key, Image>,
    /// Paths that lead to a path.
    redirects: HashMap<String, Vec<String>>,
    /// Sections by our slug: name, and how many articles.
    sections: BTreeMap<Slug, (String, usize)>,
    used_tags: BTreeMap<Slug, String>,
    used_people: BTreeMap<Slug, String>,
    rest: Option<Slug>,
    remarks: Remarks,
}

impl Relations {
    pub(super) fn take(&mut self, row: &Row<'_>) {
        let value = &row.value;
        match row.table {
            "posts" => self.article(value),
            "tags" => self.tag(value),
            "users" => self.person(value),
            "posts_tags" => Self::relate(&mut self.tags_of, value, "tag_id"),
            "posts_authors" => Self::relate(&mut self.people_of, value, "author_id"),
            "posts_meta" => self.meta(value),
            "redirects" => self.redirect(value),
            "settings" => self.setting(value),
            _ => {}
        }
    }

    fn setting(&mut self, row: &Value) {
        let value = plain(&escaped(text(row, "value")));
        let (place, max) = match text(row, "key") {
            "title" => (&mut self.identity.name, NAME_MAX),
            "description" => (&mut self.identity.tagline, CAPTION_MAX),
            "locale" | "lang" => (&mut self.identity.language, NAME_MAX),
            "timezone" | "active_timezone" => (&mut self.identity.zone, NAME_MAX),
            _ => return,
        };
        *place = value.chars().take(max).collect();
    }

    fn article(&mut self, row: &Value) {
        self.items += 1;
        let Some(key) = key_of(row, "id") else { return };
        if matches!(text(row, "status"), "published" | "scheduled") {
            self.public.insert(key);
        }
        // Exports of the first years name one author in the article itself.
        if let Some(person) = row.get("author_id").and_then(self::key) {
            self.people_of.entry(key).or_default().push((i64::MAX, person));
        }
    }

    fn tag(&mut self, row: &Value) {
        let Some(key) = key_of(row, "id") else { return };
        let name = plain(&escaped(text(row, "name")));
        let internal = text(row, "visibility") == "internal" || name.starts_with('#');
        self.tags.insert(key, named(text(row, "slug"), name, internal));
    }

    fn person(&mut self, row: &Value) {
        let Some(key) = key_of(row, "id") else { return };
        self.people
            .insert(key, named(text(row, "slug"), plain(&escaped(text(row, "name"))), false));
    }

    fn relate(to: &mut HashMap<Key, Vec<(i64, Key)>>, row: &Value, field: &str) {
        let (Some(article), Some(other)) = (key_of(row, "post_id"), key_of(row, field)) else {
            return;
        };
        let order = row.get("sort_order").and_then(Value::as_i64).unwrap_or(0);
        let list = to.entry(article).or_default();
        // No article is of thousands; a damaged export is no reason to keep them.
        if list.len() < TAGS_MAX * 4 {
            list.push((order, other));
        }
    }

    fn meta(&mut self, row: &Value) {
        let Some(key) = key_of(row, "post_id") else { return };
        let short = |field: &str| text(row, field).chars().take(8_000).collect::<String>();
        let set = |value: &Value| value.as_bool().unwrap_or(false) || value.as_i64() == Some(1);
        let image = Image {
            alt: short("feature_image_alt"),
            caption: short("feature_image_caption"),
            email_only: row.get("email_only").is_some_and(set),
        };
        if !image.alt.is_empty() || !image.caption.is_empty() || image.email_only {
            self.images.insert(key, image);
        }
    }

    fn redirect(&mut self, row: &Value) {
        let (from, to) = (text(row, "from"), text(row, "to"));
        let to = to
            .split_once("://")
            .map_or(to, |(_, rest)| rest.find('/').map_or("/", |at| rest.get(at..).unwrap_or("/")));
        let to = to.replace("__GHOST_URL__", "");
        let path = to.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned();
        let plain = from.starts_with('/')
            && !from.starts_with("//")
            && !from
                .contains(|c: char| c.is_whitespace() || c.is_control() || "#\\^$*(".contains(c));
        if plain && !path.is_empty() {
            let list = self.redirects.entry(path).or_default();
            if list.len() < OLD_ADDRESSES_MAX {
                list.push(from.to_owned());
            }
        }
    }

    /// Puts relations in order, and finds out which names the articles need.
    pub(super) fn settle(&mut self, mapping: &Mapping, reserved: fn(&str) -> bool) {
        for list in self.tags_of.values_mut().chain(self.people_of.values_mut()) {
            list.sort_unstable();
            let mut seen = HashSet::new();
            list.retain(|(_, key)| seen.insert(*key));
        }
        for (key, named) in self.tags.iter_mut().chain(self.people.iter_mut()) {
            let slug = slugs::slug(&named.theirs).or_else(|| slugs::slug_of_words(&named.name));
            let slug = slug.unwrap_or_else(|| format!("n-{}", slugs::mark(&format!("{key:?}"), 8)));
            named.ours = Slug::parse(&slug).ok();
            let own = named.ours.clone().filter(|slug| !reserved(slug.as_str()));
            named.section = own.or_else(|| Slug::parse(&slugs::with_end(&slug, REST)).ok());
        }
        let rest = mapping.default_section.clone();
        self.rest = rest.or_else(|| Slug::parse(REST).ok());
        self.count_sections(mapping);
        self.count_names(mapping);
        for sentence in mapping.unmet(|theirs| self.tags.values().any(|tag| tag.theirs == theirs)) {
            self.remarks.note(sentence);
        }
    }

    fn count_sections(&mut self, mapping: &Mapping) {
        let mut sections: BTreeMap<Slug, (String, usize)> = BTreeMap::new();
        for article in &self.public {
            let Some((slug, name)) = self.wanted_section(article, mapping) else { continue };
            let name = mapping.names.get(slug.as_str()).cloned().unwrap_or(name);
            let entry = sections.entry(slug).or_insert_with(|| (name.clone(), 0));
            entry.0 = entry.0.clone().min(name);
            entry.1 += 1;
        }
        if sections.len() > SECTIONS_MAX {
            let mut by_use: Vec<(usize, Slug)> =
                sections.iter().map(|(slug, (_, count))| (*count, slug.clone())).collect();
            by_use.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
            for (_, slug) in by_use.into_iter().skip(SECTIONS_MAX - 1) {
                if Some(&slug) != self.rest.as_ref() {
                    sections.remove(&slug);
                    self.remarks.note(format!(
                        "a paper has at most {SECTIONS_MAX} sections; articles of \"{slug}\" stand in the \
                         default one"
                    ));
                }
            }
            if let Some(rest) = &self.rest {
                sections.entry(rest.clone()).or_insert_with(|| (readable(rest.as_str()), 0));
            }
        }
        self.sections = sections;
    }

    /// The section that an article's first public tag stands for, before the limit.
    fn wanted_section(&self, article: &Key, mapping: &Mapping) -> Option<(Slug, String)> {
        let first = self.public_tags(article).next();
        let rest = || {
            let rest = self.rest.clone()?;
            let name = readable(rest.as_str());
            Some((rest, name))
        };
        let Some(tag) = first else { return rest() };
        match mapping.sections.get(&tag.theirs) {
            Some(slug) if Some(slug) == tag.ours.as_ref() => Some((slug.clone(), tag.name.clone())),
            Some(slug) => {
                let own = self.tags.values().find(|other| other.ours.as_ref() == Some(slug));
                let name = own.map_or_else(|| readable(slug.as_str()), |own| own.name.clone());
                Some((slug.clone(), name))
            }
            None => tag.section.clone().map(|slug| (slug, tag.name.clone())).or_else(rest),
        }
    }

    fn count_names(&mut self, mapping: &Mapping) {
        let (mut tags, mut people) = (BTreeMap::new(), BTreeMap::new());
        for article in &self.public {
            for (slug, name) in self.wanted_tags(article, mapping) {
                tags.insert(slug, name);
            }
            for (slug, name) in self.wanted_people(article) {
                people.insert(slug, name);
            }
        }
        let too_many = |list: &BTreeMap<Slug, String>| list.len() > PAPER_LIST_MAX;
        for (list, what) in [(&mut tags, "tags"), (&mut people, "authors")] {
            if too_many(list) {
                let dropped = list.len() - PAPER_LIST_MAX;
                *list = std::mem::take(list).into_iter().take(PAPER_LIST_MAX).collect();
                self.remarks.note(format!(
                    "a paper has at most {PAPER_LIST_MAX} {what}; {dropped} are left out"
                ));
            }
            for (slug, name) in list.iter_mut() {
                if let Some(ours) = mapping.names.get(slug.as_str()) {
                    ours.clone_into(name);
                }
            }
        }
        if self.tags.values().any(|tag| tag.internal) {
            self.remarks.note("internal tags (#..) are left out");
        }
        (self.used_tags, self.used_people) = (tags, people);
    }

    fn public_tags(&self, article: &Key) -> impl Iterator<Item = &Named> {
        let list = self.tags_of.get(article).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(|(_, key)| self.tags.get(key)).filter(|tag| !tag.internal)
    }

    fn wanted_tags(&self, article: &Key, mapping: &Mapping) -> Vec<(Slug, String)> {
        let section = self.wanted_section(article, mapping).map(|(slug, _)| slug);
        let mut found: Vec<(Slug, String)> = Vec::new();
        for (place, tag) in self.public_tags(article).enumerate() {
            let slug = match mapping.tags.get(&tag.theirs) {
                Some(mapped) => mapped.clone(),
                // The first tag is the section; it is not said twice.
                None if place == 0 && section.is_some() => None,
                None => tag.ours.clone(),
            };
            let known = |slug: &Slug| found.iter().any(|(known, _)| known == slug);
            if let Some(slug) = slug.filter(|slug| !known(slug) && Some(slug) != section.as_ref()) {
                let own = tag.ours.as_ref() == Some(&slug);
                let name = if own { tag.name.clone() } else { readable(slug.as_str()) };
                found.push((slug, name));
            }
        }
        found.truncate(TAGS_MAX);
        found
    }

    fn wanted_people(&self, article: &Key) -> Vec<(Slug, String)> {
        let list = self.people_of.get(article).map(Vec::as_slice).unwrap_or_default();
        let people = list.iter().filter_map(|(_, key)| self.people.get(key));
        let mut found: Vec<(Slug, String)> = Vec::new();
        for person in people {
            if let Some(slug) = person.ours.clone()
                && !found.iter().any(|(known, _)| *known == slug)
            {
                found.push((slug, person.name.clone()));
            }
        }
        found.truncate(AUTHORS_MAX);
        found
    }

    /// The section of an article.
    pub(super) fn section(&self, article: &Key, mapping: &Mapping) -> Option<Slug> {
        let wanted = self.wanted_section(article, mapping).map(|(slug, _)| slug);
        wanted.filter(|slug| self.sections.contains_key(slug)).or_else(|| self.rest.clone())
    }

    /// The tags of an article, as our slugs.
    pub(super) fn tags(&self, article: &Key, mapping: &Mapping) -> Vec<String> {
        let tags = self.wanted_tags(article, mapping).into_iter();
        tags.filter(|(slug, _)| self.used_tags.contains_key(slug))
            .map(|(slug, _)| slug.to_string())
            .collect()
    }

    /// The names that the mapping may give an access for.
    pub(super) fn their_tags(&self, article: &Key) -> impl Iterator<Item = &str> {
        self.public_tags(article).map(|tag| tag.theirs.as_str())
    }

    /// The authors of an article, in the order of its byline.
    pub(super) fn people(&self, article: &Key) -> Vec<String> {
        let people = self.wanted_people(article).into_iter();
        people
            .filter(|(slug, _)| self.used_people.contains_key(slug))
            .map(|(slug, _)| slug.to_string())
            .collect()
    }

    pub(super) fn image(&self, article: &Key) -> Image {
        self.images.get(article).cloned().unwrap_or_default()
    }

    /// Paths that led to a path, which has no slash at its end.
    pub(super) fn redirects(&self, path: &str) -> &[String] {
        self.redirects.get(path).map(Vec::as_slice).unwrap_or_default()
    }

    /// What is told before the articles.
    pub(super) fn survey(&self, mapping: &Mapping) -> Survey {
        let mut remarks = self.remarks.clone();
        if mapping.site.is_none() {
            remarks.note(
                "the export does not say the site's address; write site = \"https://..\" into the mapping, or \
                 links within the site lose their addresses",
            );
        }
        let mut sections: Vec<Section> = Vec::new();
        for (slug, (name, _)) in &self.sections {
            let (slug, name) = (slug.clone(), name.clone());
            sections.push(Section { slug, name, topics: Vec::new(), opinion: false });
        }
        if let Some(pages) =
            mapping.pages.as_ref().filter(|slug| !self.sections.contains_key(*slug))
        {
            let name = mapping.names.get(pages.as_str()).cloned();
            let name = name.unwrap_or_else(|| readable(pages.as_str()));
            sections.push(Section {
                slug: pages.clone(),
                name,
                topics: Vec::new(),
                opinion: false,
            });
        }
        let tag = |(slug, name): (&Slug, &String)| Tag { slug: slug.clone(), name: name.clone() };
        let author = |(slug, name): (&Slug, &String)| Author {
            slug: slug.clone(),
            name: name.clone(),
            role: None,
        };
        Survey {
            site: mapping.site.clone().unwrap_or_default(),
            file_hosts: Vec::new(),
            identity: self.identity.clone(),
            sections,
            tags: self.used_tags.iter().map(tag).collect(),
            authors: self.used_people.iter().map(author).collect(),
            series: Vec::new(),
            items: self.items,
            remarks: remarks.into_sentences(),
        }
    }
}

fn named(theirs: &str, name: String, internal: bool) -> Named {
    let name = if name.is_empty() { readable(theirs) } else { name };
    let name: String = name.chars().take(NAME_MAX).collect::<String>().trim().to_owned();
    let name = if name.is_empty() { "?".to_owned() } else { name };
    Named { theirs: theirs.to_owned(), ours: None, section: None, name, internal }
}

/// A slug as words: `new-york` is `New york`.
fn readable(slug: &str) -> String {
    let words = slug.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}
