//! What an export says before its articles, as an index that the articles are translated by: sections, tags and authors
//! under names of ours, the files that articles show, reusable blocks, and whose a name in addresses is. It counts what
//! is public alone, so that nothing of a draft comes into it.

use std::collections::{BTreeSet, HashMap, HashSet};

use paywall::Access;

use super::super::Remarks;
use super::super::html::plain;
use super::super::mapping::Mapping;
use super::entry::{Entry, Fields, Term};
use super::slugs::slug;
use super::{blocks, clipped};
use crate::limits::{CAPTION_MAX, NAME_MAX, SECTIONS_MAX};
use crate::{Author, Section, Slug, Tag};

mod settle;

use settle::{Group, cut, each, parsed, settle, without_twins};

/// Different names of one kind that are kept of an export.
pub const NAMES_MAX: usize = 200_000;
/// Hosts on which a site keeps its files.
const FILE_HOSTS_MAX: usize = 16;
/// Bytes of the name of a host, by RFC 1035, and a port.
const HOST_BYTES_MAX: usize = 253 + 6;
/// Files and reusable blocks that are kept of an export.
pub const FILES_MAX: usize = 2_000_000;
/// Bytes of all reusable blocks that are kept.
pub const REUSABLE_BYTES_MAX: usize = 32 << 20;
/// How many categories stand above one another.
const ANCESTORS_MAX: usize = 64;
/// The section of articles that have none, where the mapping names no other.
const DEFAULT_SECTION: &str = "news";
/// What pages stand in that become articles: a name that no export can have.
const PAGES: &str = "\0pages";

/// A file of the old site.
#[derive(Clone, Default, Debug)]
pub(super) struct Attachment {
    pub(super) address: String,
    pub(super) name: String,
    pub(super) alt: String,
    pub(super) caption: String,
    pub(super) credit: String,
    order: i64,
}

/// A category as the head of an export declares it.
#[derive(Clone, Default, Debug)]
struct Declared {
    parent: String,
    name: String,
}

/// How often a name is used, and how it is shown.
#[derive(Clone, Default, Debug)]
struct Used {
    name: String,
    count: u64,
}

/// Where an article stands, in names of the old site.
struct Place {
    section: Option<String>,
    tags: Vec<String>,
}

/// What articles are translated by.
#[derive(Default)]
pub(super) struct Index {
    /// The address of the site, without a slash at the end.
    pub(super) site: String,
    /// Another address that it has, such as the one of its host.
    pub(super) elsewhere: String,
    /// Hosts on which its files lie.
    pub(super) file_hosts: BTreeSet<String>,
    /// Its language.
    pub(super) language: String,
    /// Its name, and the line under it.
    pub(super) name: String,
    pub(super) tagline: String,
    pub(super) items: u64,
    pub(super) comments: u64,
    declared: HashMap<String, Declared>,
    numbers: HashMap<u64, String>,
    logins: HashMap<String, String>,
    sections: HashMap<String, Used>,
    tags: HashMap<String, Used>,
    authors: HashMap<String, Used>,
    homeless: u64,
    /// Names that the mapping drops, and that articles have.
    dropped: HashSet<String>,
    /// Names of ours for those of theirs; none where there was no room.
    section_names: HashMap<String, Slug>,
    tag_names: HashMap<String, Slug>,
    author_names: HashMap<String, Slug>,
    default_section: Option<Slug>,
    /// Whose a name in addresses is: that of the lowest number.
    owners: HashMap<u64, u64>,
    wanted: HashSet<u64>,
    parents: HashSet<u64>,
    attachments: HashMap<u64, Attachment>,
    children: HashMap<u64, Vec<u64>>,
    reusable: HashMap<u64, String>,
    reusable_bytes: usize,
}

impl Index {
    /// Notes on which host a file of the library lies: some sites keep them on another one than their pages.
    pub(super) fn note_host(&mut self, entry: &Entry) {
        let rest = entry.file.trim().split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let is_host = !host.is_empty() && host.len() <= HOST_BYTES_MAX;
        if entry.kind == "attachment" && is_host && self.file_hosts.len() < FILE_HOSTS_MAX {
            self.file_hosts.insert(host);
        }
    }

    pub(super) fn attachment(&self, id: u64) -> Option<&Attachment> {
        self.attachments.get(&id)
    }

    /// The files that hang on an item, in their order.
    pub(super) fn children(&self, id: u64) -> &[u64] {
        self.children.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(super) fn reusable(&self, id: u64) -> Option<&str> {
        self.reusable.get(&id).map(String::as_str)
    }

    /// Whether a second look at the export is worth while.
    pub(super) fn wants_files(&self) -> bool {
        !self.wanted.is_empty() || !self.parents.is_empty()
    }

    /// Decides which site it is: the mapping's word, else the channel's own.
    pub(super) fn named(&mut self, given: Option<&String>) {
        if let Some(given) = given {
            let own = std::mem::replace(&mut self.site, given.clone());
            self.elsewhere = if own.is_empty() { self.elsewhere.clone() } else { own };
        } else if self.site.is_empty() {
            self.site.clone_from(&self.elsewhere);
        }
    }

    /// A record that is not an item.
    pub(super) fn head(&mut self, name: &str, fields: &Fields) {
        match name {
            "link" if self.site.is_empty() => self.site = address(fields.get("link")),
            "wp:base_blog_url" => self.elsewhere = address(fields.get(name)),
            "title" => self.name = shown(fields.get(name), NAME_MAX),
            "description" => self.tagline = shown(fields.get(name), CAPTION_MAX),
            "language" => fields.get("language").clone_into(&mut self.language),
            "wp:author" => self.author(fields),
            "wp:category" => {
                let keys =
                    ["wp:term_id", "wp:category_nicename", "wp:category_parent", "wp:cat_name"];
                self.declare(keys.map(|key| fields.get(key)));
            }
            "wp:term" if fields.get("wp:term_taxonomy") == "category" => {
                let keys = ["wp:term_id", "wp:term_slug", "wp:term_parent", "wp:term_name"];
                self.declare(keys.map(|key| fields.get(key)));
            }
            _ => {}
        }
    }

    fn author(&mut self, fields: &Fields) {
        let login = fields.get("wp:author_login");
        let full = || {
            let [first, last] =
                ["wp:author_first_name", "wp:author_last_name"].map(|k| fields.get(k));
            format!("{first} {last}")
        };
        let shown = shown(fields.get("wp:author_display_name"), NAME_MAX);
        let shown = if shown.is_empty() { clipped(full().trim(), NAME_MAX) } else { shown };
        if !login.is_empty() && self.logins.len() < NAMES_MAX {
            self.logins.insert(login.to_owned(), shown);
        }
    }

    fn declare(&mut self, [number, slug, parent, name]: [&str; 4]) {
        if slug.is_empty() || self.declared.len() >= NAMES_MAX {
            return;
        }
        if let Ok(number) = number.parse() {
            self.numbers.insert(number, slug.to_owned());
        }
        let name = shown(name, NAME_MAX);
        self.declared.insert(slug.to_owned(), Declared { parent: parent.to_owned(), name });
    }

    /// Counts an item that will be an article; `base` is the name that it would have in addresses.
    pub(super) fn count(&mut self, entry: &Entry, base: &str, mapping: &Mapping) {
        let place = self.place(entry, mapping);
        match &place.section {
            Some(section) => {
                let name = self.name_there(section, entry);
                add(&mut self.sections, section, name);
            }
            None => self.homeless += 1,
        }
        for tag in &place.tags {
            let name = self.name_there(tag, entry);
            add(&mut self.tags, tag, name);
        }
        let dropped = entry.terms.iter().filter(|term| mapping.tags.get(&term.slug) == Some(&None));
        self.dropped.extend(dropped.map(|term| term.slug.clone()));
        for (login, name) in self.bylines(entry) {
            add(&mut self.authors, &login, name);
        }
        let number = entry.id.unwrap_or(0);
        let owner = self.owners.entry(hash(base)).or_insert(number);
        *owner = number.min(*owner);
        self.want(&entry.text, number);
        self.wanted.extend(entry.meta.thumbnail);
    }

    /// Notes the files that a text names.
    pub(super) fn want(&mut self, text: &str, number: u64) {
        let wanted = &mut self.wanted;
        let mut want = |id: u64| {
            if wanted.len() < FILES_MAX {
                wanted.insert(id);
            }
        };
        blocks::numbers(text, &mut want);
        for sign in ["[gallery", "[playlist"] {
            for (place, _) in text.match_indices(sign) {
                let bracket = text[place..].split(']').next().unwrap_or_default();
                bracket
                    .split(|c: char| !c.is_ascii_digit())
                    .filter_map(|id| id.parse().ok())
                    .for_each(&mut want);
                if sign == "[gallery" && !bracket.contains("ids") && self.parents.len() < FILES_MAX
                {
                    self.parents.insert(number);
                }
            }
        }
    }

    /// Keeps what an article wants of an item that is a file or a reusable block.
    pub(super) fn keep(&mut self, entry: &Entry) {
        let Some(id) = entry.id else { return };
        if entry.kind == "wp_block" {
            let fits = self.reusable_bytes + entry.text.len() <= REUSABLE_BYTES_MAX;
            if fits
                && self.wanted.contains(&id)
                && entry.status == "publish"
                && entry.password.is_empty()
            {
                self.reusable_bytes += entry.text.len();
                self.reusable.insert(id, entry.text.clone());
            }
            return;
        }
        let hangs = self.parents.contains(&entry.parent) && is_picture(&entry.file);
        let public =
            matches!(entry.status.as_str(), "inherit" | "publish") && entry.password.is_empty();
        if entry.kind != "attachment" || !public || !(hangs || self.wanted.contains(&id)) {
            return;
        }
        let [summary, meta] =
            [&entry.summary, &entry.meta.caption].map(|text| shown(text, CAPTION_MAX));
        let attachment = Attachment {
            address: clipped(entry.file.trim(), crate::limits::ADDRESS_BYTES_MAX / 4),
            name: shown(&entry.headline, NAME_MAX),
            alt: shown(&entry.meta.alt, CAPTION_MAX),
            caption: if summary.is_empty() { meta } else { summary },
            credit: clipped(
                shown(&entry.meta.credit, NAME_MAX).trim_start_matches(['©', ' ']),
                NAME_MAX,
            ),
            order: entry.order,
        };
        if attachment.address.is_empty() || self.attachments.len() >= FILES_MAX {
            return;
        }
        self.attachments.insert(id, attachment);
        if hangs {
            self.children.entry(entry.parent).or_default().push(id);
        }
    }

    /// Puts files in their order, after the last one is kept.
    pub(super) fn sort(&mut self) {
        let attachments = &self.attachments;
        for list in self.children.values_mut() {
            list.sort_by_key(|id| (attachments.get(id).map_or(0, |file| file.order), *id));
        }
    }

    /// Whether a name in addresses is that item's.
    pub(super) fn owns(&self, base: &str, id: u64) -> bool {
        self.owners.get(&hash(base)).is_none_or(|owner| *owner == id)
    }

    /// Where an item stands, in names of the old site.
    fn place(&self, entry: &Entry, mapping: &Mapping) -> Place {
        let mut categories: Vec<&str> = Vec::new();
        for Term { slug, domain, .. } in &entry.terms {
            if domain == "category" && !slug.is_empty() && !categories.contains(&slug.as_str()) {
                categories.push(slug);
            }
        }
        let page = (entry.kind == "page").then(|| PAGES.to_owned());
        let named = entry.meta.primary.and_then(|number| self.numbers.get(&number));
        let named = named.map(String::as_str).filter(|slug| categories.contains(slug));
        let section = named.or(categories.first().copied()).map(|slug| self.top(slug, mapping));
        let section = page.or(section);
        let labels =
            entry.terms.iter().filter(|term| term.domain == "post_tag" && !term.slug.is_empty());
        let labels = labels.map(|term| term.slug.as_str());
        let mut tags: Vec<String> = Vec::new();
        for slug in categories.iter().copied().chain(labels) {
            let own = section.as_deref() == Some(slug) && !mapping.tags.contains_key(slug);
            if !own
                && !tags.iter().any(|known| known == slug)
                && mapping.tags.get(slug) != Some(&None)
            {
                tags.push(slug.to_owned());
            }
        }
        Place { section, tags }
    }

    /// The category that stands above all others of a category, or the first that the mapping names.
    fn top(&self, slug: &str, mapping: &Mapping) -> String {
        let mut slug = slug;
        for _ in 0..ANCESTORS_MAX {
            let parent = self.declared.get(slug).map_or("", |declared| declared.parent.as_str());
            if mapping.sections.contains_key(slug) || parent.is_empty() {
                break;
            }
            slug = parent;
        }
        slug.to_owned()
    }

    fn name_there(&self, slug: &str, entry: &Entry) -> String {
        if slug == PAGES {
            return "Pages".to_owned();
        }
        let own = entry
            .terms
            .iter()
            .find(|term| term.slug == slug)
            .map(|term| shown(&term.name, NAME_MAX));
        let declared = || self.declared.get(slug).map(|declared| declared.name.clone());
        let name = own.or_else(declared).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| clipped(&super::slugs::percent_decoded(slug), NAME_MAX))
    }

    /// Who wrote it: names of the old site, and how they are shown.
    fn bylines(&self, entry: &Entry) -> Vec<(String, String)> {
        let guests = entry.terms.iter().filter(|term| term.domain == "author");
        let mut found: Vec<(String, String)> = Vec::new();
        let creator = Term { name: entry.creator.trim().to_owned(), ..of_creator(entry) };
        let guests: Vec<&Term> = guests.collect();
        let terms = if guests.is_empty() { vec![&creator] } else { guests };
        for term in terms {
            let bare = term.slug.strip_prefix("cap-").unwrap_or(&term.slug);
            let login =
                [term.name.as_str(), bare].into_iter().find(|name| self.logins.contains_key(*name));
            let login = login.unwrap_or(if bare.is_empty() { &term.name } else { bare });
            let display = self.logins.get(login).filter(|name| !name.is_empty()).cloned();
            let display = display.unwrap_or_else(|| shown(&term.name, NAME_MAX));
            // An address of mail is nobody's name.
            let display = display.split('@').next().unwrap_or_default().trim().to_owned();
            if !login.is_empty()
                && !display.is_empty()
                && !found.iter().any(|(known, _)| known == login)
            {
                found.push((login.to_owned(), display));
            }
        }
        found
    }

    /// Gives names of ours to everything that was counted.
    pub(super) fn settle(
        &mut self,
        mapping: &Mapping,
        reserved: &dyn Fn(&str) -> bool,
        remarks: &mut Remarks,
    ) -> Settled {
        let wanted = mapping
            .default_section
            .as_ref()
            .map_or(DEFAULT_SECTION.to_owned(), ToString::to_string);
        let ours = |old: &str| {
            let ours =
                if old == PAGES { mapping.pages.as_ref() } else { mapping.sections.get(old) };
            ours.map(ToString::to_string)
        };
        let (mut sections, mut names) = settle(&self.sections, &ours, reserved);
        let mut homeless = self.homeless;
        let has_default = |sections: &[Group]| sections.iter().any(|group| group.slug == wanted);
        let room = |sections: &[Group], homeless: u64| {
            SECTIONS_MAX
                - usize::from(
                    (homeless > 0 || sections.len() > SECTIONS_MAX) && !has_default(sections),
                )
        };
        let room = room(&sections, homeless);
        if sections.len() > room {
            // The default section keeps its place, whatever its use.
            if let Some(at) = sections.iter().position(|group| group.slug == wanted) {
                let group = sections.remove(at);
                sections.insert(0, group);
            }
            for group in sections.split_off(room) {
                homeless += group.count;
                names.retain(|_, slug| *slug != group.slug);
                remarks.note(format!(
                    "a paper has at most {SECTIONS_MAX} sections; articles of {} stand in {wanted}",
                    group.slug
                ));
            }
        }
        if homeless > 0 && !has_default(&sections) {
            let name = mapping.names.get(&wanted).map_or("News", String::as_str).to_owned();
            sections.push(Group { slug: wanted.clone(), name, count: homeless });
        }
        self.default_section = Slug::parse(&wanted).ok();
        self.section_names = parsed(names);
        let ours = |old: &str| mapping.tags.get(old)?.as_ref().map(ToString::to_string);
        let (counted, twins) = without_twins(&self.tags, mapping);
        let (tags, mut names) = settle(&counted, &ours, &|_| false);
        for (twin, old) in twins {
            if let Some(slug) = names.get(&old).cloned() {
                names.insert(twin, slug);
            }
        }
        let (tags, names) = cut(tags, names, "tags", remarks);
        self.tag_names = parsed(names);
        let by_login = |login: &str| login.contains('@').then(|| self.authors[login].name.clone());
        let spelt = |login: &str| by_login(login).and_then(|name| slug(&name));
        let (authors, names) = settle(&self.authors, &spelt, &|_| false);
        let (authors, names) = cut(authors, names, "authors", remarks);
        self.author_names = parsed(names);
        self.unknown(mapping, remarks);
        let named = |group: &Group| mapping.names.get(&group.slug).unwrap_or(&group.name).clone();
        Settled {
            sections: each(&sections, |slug, group| Section {
                opinion: slug.as_str() == "opinion",
                slug,
                name: named(group),
                topics: Vec::new(),
            }),
            tags: each(&tags, |slug, group| Tag { slug, name: named(group) }),
            authors: each(&authors, |slug, group| Author { slug, name: named(group), role: None }),
        }
    }

    /// Tells of names in the mapping that the export does not have.
    fn unknown(&self, mapping: &Mapping, remarks: &mut Remarks) {
        let known = |old: &str| {
            self.declared.contains_key(old)
                || self.sections.contains_key(old)
                || self.tags.contains_key(old)
                // A tag that is dropped is counted nowhere.
                || self.dropped.contains(old)
        };
        mapping.unmet(known).into_iter().for_each(|sentence| remarks.note(sentence));
    }

    /// The section of an item; tags and authors in their order.
    pub(super) fn placed(
        &self,
        entry: &Entry,
        mapping: &Mapping,
    ) -> (Option<Slug>, Vec<Slug>, Vec<Slug>) {
        let place = self.place(entry, mapping);
        let section = place.section.and_then(|old| self.section_names.get(&old).cloned());
        let mut tags: Vec<Slug> = Vec::new();
        for tag in place.tags.iter().filter_map(|old| self.tag_names.get(old)) {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        let mut authors: Vec<Slug> = Vec::new();
        for author in
            self.bylines(entry).iter().filter_map(|(login, _)| self.author_names.get(login))
        {
            if !authors.contains(author) {
                authors.push(author.clone());
            }
        }
        (section.or_else(|| self.default_section.clone()), tags, authors)
    }

    /// The access that the mapping gives by the item's categories (also those above) and tags: the strictest.
    pub(super) fn access(&self, entry: &Entry, mapping: &Mapping) -> Option<Access> {
        let mut found: Option<Access> = None;
        for term in entry
            .terms
            .iter()
            .filter(|term| matches!(term.domain.as_str(), "category" | "post_tag"))
        {
            let mut slug = term.slug.as_str();
            for _ in 0..ANCESTORS_MAX {
                if let Some(access) = mapping.access.get(slug) {
                    found =
                        Some(found.map_or_else(
                            || access.clone(),
                            |known| stricter(known, access.clone()),
                        ));
                }
                match self.declared.get(slug).filter(|_| term.domain == "category") {
                    Some(declared) if !declared.parent.is_empty() => slug = &declared.parent,
                    _ => break,
                }
            }
        }
        found
    }
}

/// The sections, tags and authors of a survey.
pub(super) struct Settled {
    pub(super) sections: Vec<Section>,
    pub(super) tags: Vec<Tag>,
    pub(super) authors: Vec<Author>,
}

/// Of two accesses the one that opens the article to fewer.
pub(super) fn stricter(one: Access, other: Access) -> Access {
    let rank = |access: &Access| match access {
        Access::Free => 0,
        Access::Registered => 1,
        Access::Metered => 2,
        Access::Entitled(_) => 3,
    };
    if rank(&other) > rank(&one) { other } else { one }
}

fn add(into: &mut HashMap<String, Used>, key: &str, name: String) {
    if let Some(used) = into.get_mut(key) {
        used.count += 1;
    } else if into.len() < NAMES_MAX {
        into.insert(key.to_owned(), Used { name, count: 1 });
    }
}

fn of_creator(entry: &Entry) -> Term {
    Term { domain: "author".to_owned(), slug: String::new(), name: entry.creator.clone() }
}

fn hash(name: &str) -> u64 {
    let bytes = blake3::hash(name.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&bytes.as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// Words of HTML on one line, at most so many characters.
fn shown(html: &str, max: usize) -> String {
    clipped(&plain(html), max)
}

fn address(text: &str) -> String {
    let address = text.trim().trim_end_matches('/');
    let fits = address.starts_with("http://") || address.starts_with("https://");
    if fits { clipped(address, 512) } else { String::new() }
}

fn is_picture(address: &str) -> bool {
    let ending = address.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let known = ["jpg", "jpeg", "png", "gif", "webp", "svg", "bmp", "tif", "tiff", "avif"];
    ending.is_some_and(|ending| known.contains(&ending.as_str()))
}
