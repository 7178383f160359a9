//! One item of an export as an article's file, or the reason why it is none. What is not public there (drafts, private
//! and password-protected texts) is told by its number alone.

use jiff::tz::TimeZone;
use paywall::{Access, Entitlement};

use super::super::html::{escaped, is_picture_name, plain, shortened};
use super::super::mapping::{Mapping, Unmarked};
use super::super::{Files, Item, Outcome};
use super::entry::{Entry, is_ours};
use super::names::{Index, stricter};
use super::shortcodes::is_shortcode;
use super::slugs::{mark, slug, slug_of_words, with_end};
use super::texturize::{Signs, texturize};
use super::{Found, clipped, dates, text};
use crate::limits::{
    ADDRESS_BYTES_MAX, ARTICLE_BYTES_MAX, AUTHORS_MAX, CAPTION_MAX, HEADLINE_MAX,
    OLD_ADDRESSES_MAX, STANDFIRST_MAX, TAGS_MAX,
};
use crate::picture::Noted;
use crate::{Draft, DraftImage, Genre};

/// Bytes of the text of one item, as it stands in the export.
pub const TEXT_BYTES_MAX: usize = 8 << 20;
/// Words of the text that stand for a headline.
const HEADLINE_WORDS: usize = 8;
/// Characters of an id behind its `w-`.
const ID_MARK: usize = 16;

/// What the translation of an item asks.
pub(super) struct Translation<'a> {
    pub(super) index: &'a Index,
    pub(super) mapping: &'a Mapping,
    pub(super) zone: Option<&'a TimeZone>,
    /// The paper's language.
    pub(super) language: Option<&'a str>,
}

/// Why an item is no article of ours; `None` where it is one.
pub(super) fn left(entry: &Entry, mapping: &Mapping) -> Option<&'static str> {
    withheld(entry).or_else(|| other(entry, mapping))
}

/// Why an item is not one of those that are articles.
fn other(entry: &Entry, mapping: &Mapping) -> Option<&'static str> {
    match entry.kind.as_str() {
        "post" => None,
        "page" if mapping.pages.is_some() => None,
        "page" => Some("a page is no article; pages = \"a-section\" in the mapping takes pages in"),
        "attachment" => Some("a file; the articles that show it bring it with them"),
        "nav_menu_item" => Some("an entry of a menu"),
        "wp_block" => Some("a reusable block; the articles that have it bring its text with them"),
        "revision" => Some("an earlier version"),
        _ => Some("of a kind that is no article"),
    }
}

/// Why a post or page is not for readers there.
fn withheld(entry: &Entry) -> Option<&'static str> {
    if !matches!(entry.kind.as_str(), "post" | "page") {
        return None;
    }
    let status = || match entry.status.as_str() {
        "publish" | "future" => None,
        "private" => Some("private"),
        "draft" | "auto-draft" => Some("a draft"),
        "pending" => Some("waits for its review"),
        "trash" => Some("in the bin"),
        _ => Some("its status is not a public one"),
    };
    let password = || (!entry.password.is_empty()).then_some("protected by a password");
    status().or_else(password)
}

/// The name that an article would have in addresses if nobody else had it.
pub(super) fn base_name(entry: &Entry) -> String {
    let given = slug(&entry.name).or_else(|| slug_of_words(&plain(&entry.headline)));
    given.unwrap_or_else(|| entry.id.map_or_else(|| mark(&entry.guid, 8), |id| id.to_string()))
}

/// What an item is called in reports.
pub(super) fn name(entry: &Entry, public: bool) -> String {
    let kind = if entry.kind.is_empty() { "item" } else { &entry.kind };
    let mut name = clipped(kind, 40);
    if let Some(id) = entry.id {
        name.push_str(&format!(" {id}"));
    }
    if public {
        name.push_str(&format!(" \"{}\"", shortened(&plain(&entry.headline), 80)));
    }
    name
}

impl Translation<'_> {
    /// Translates an item.
    pub(super) fn item(&self, entry: &Entry, line: u64, files: &mut dyn Files) -> Item {
        if let Some(why) = left(entry, self.mapping) {
            // Only what is not for readers any more is taken back: a page may come from another mapping.
            let id = withheld(entry).and_then(|_| self.id(entry).ok());
            let (name, outcome) = (name(entry, false), Outcome::Left { why, id });
            return Item { line, name, outcome, remarks: Vec::new(), featured: false };
        }
        let mut found = Found::default();
        let mut files = Originals { files };
        let outcome = match self.article(entry, &mut files, &mut found) {
            Ok(file) => Outcome::Article(file),
            Err(why) => Outcome::Bad { why },
        };
        let remarks = found.remarks.into_sentences();
        Item { line, name: name(entry, true), outcome, remarks, featured: entry.sticky }
    }

    fn article(
        &self,
        entry: &Entry,
        files: &mut dyn Files,
        found: &mut Found,
    ) -> Result<String, String> {
        if entry.text.len() > TEXT_BYTES_MAX {
            return Err(format!("its text has more than {TEXT_BYTES_MAX} bytes; divide it"));
        }
        let published_at = dates::published_at(entry, self.zone)
            .ok_or("it has no date that can be read; give it one there and export again")?;
        if entry.cleaned {
            found.remarks.note("characters that no text has were dropped or replaced");
        }
        let signs = Signs::of(&self.index.language);
        let (headline, above) = self.headline(entry, signs, found);
        let of = (self.index, entry.id.unwrap_or(0));
        let text = text::translated(&entry.text, &above, of, signs, files, found);
        let (section, tags, authors) = self.index.placed(entry, self.mapping);
        let section = section.ok_or("no section is found for it; set default_section")?;
        let mut draft = Draft::new(self.id(entry)?, section.to_string(), headline, published_at);
        draft.slug = Some(self.slug(entry));
        draft.old_addresses = self.old_addresses(entry, found);
        draft.standfirst = standfirst(entry, signs, found);
        draft.tags = few(tags, TAGS_MAX, "tags", found);
        draft.authors = few(authors, AUTHORS_MAX, "authors", found);
        draft.updated_at = dates::updated_at(entry, published_at);
        draft.genre = genre(entry);
        draft.language = self.language_of(entry);
        draft.lead_image = self.lead_image(entry, &draft.headline, files, found);
        draft.dateline = text.dateline;
        draft.source = text.source;
        draft.access = self.access(entry, &mut draft.source, found);
        if entry.sticky {
            found.remarks.note(
                "it stood on top of the front page there; [front] of paper.toml does that here",
            );
        }
        let file = draft.to_file();
        if file.len() > ARTICLE_BYTES_MAX {
            return Err(format!(
                "its file would have more than {ARTICLE_BYTES_MAX} bytes; divide it"
            ));
        }
        Ok(file)
    }

    fn id(&self, entry: &Entry) -> Result<String, String> {
        let number = match entry.id {
            Some(id) => id.to_string(),
            None if !entry.guid.trim().is_empty() => entry.guid.trim().to_owned(),
            None => {
                return Err(
                    "it has neither wp:post_id nor guid, and so no name for ever".to_owned()
                );
            }
        };
        // The site's own name: neither https nor www. changes whose article it is.
        let site = self.index.site.split_once("://").map_or("", |(_, site)| site);
        let site = site.strip_prefix("www.").unwrap_or(site).to_ascii_lowercase();
        Ok(format!("w-{}", mark(&format!("{site}\n{number}"), ID_MARK)))
    }

    fn slug(&self, entry: &Entry) -> String {
        let base = base_name(entry);
        let number = entry.id.unwrap_or(0);
        if self.index.owns(&base, number) { base } else { with_end(&base, &number.to_string()) }
    }

    /// The headline, and HTML to set before the text where the headline did not have room.
    fn headline(&self, entry: &Entry, signs: Signs, found: &mut Found) -> (String, String) {
        let whole = plain(&texturize(&entry.headline, signs, &|_| false));
        if whole.is_empty() {
            let text = plain(&without_brackets(&entry.text));
            let words: Vec<&str> = text.split_whitespace().take(HEADLINE_WORDS).collect();
            found.remarks.note("it has no headline; the first words of its text stand for it");
            // Words of a locked text would be public as a headline.
            let free = words.is_empty() || entry.meta.locked.is_some() || has_locked(&entry.text);
            let words =
                if free { "Untitled".to_owned() } else { format!("{} …", words.join(" ")) };
            return (shortened(&words, HEADLINE_MAX), String::new());
        }
        let short = shortened(&whole, HEADLINE_MAX);
        if short == whole {
            return (whole, String::new());
        }
        found.remarks.note(format!(
            "its headline has more than {HEADLINE_MAX} characters; the whole stands in the text"
        ));
        let above = format!("<p><strong>{}</strong></p>\n", escaped(&whole));
        (short, above)
    }

    /// Paths at which it stood on the same site.
    fn old_addresses(&self, entry: &Entry, found: &mut Found) -> Vec<String> {
        let mut addresses: Vec<String> = Vec::new();
        let mut add = |path: String| {
            let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '#' | '\\');
            let fits = path.starts_with('/') && !path.starts_with("//") && !path.contains(odd);
            if fits && path.len() <= ADDRESS_BYTES_MAX && path != "/" && !addresses.contains(&path)
            {
                addresses.push(path);
            }
        };
        let (host, base) = host_and_path(&self.index.site).unwrap_or_default();
        let link = host_and_path(entry.link.trim()).filter(|(of, _)| {
            let other = host_and_path(&self.index.elsewhere);
            *of == host || other.is_some_and(|(other, _)| other == *of)
        });
        if let Some((_, path)) = &link {
            add(path.clone());
        }
        if let Some(id) = entry.id {
            let query = if entry.kind == "page" { "page_id" } else { "p" };
            add(format!("{}/?{query}={id}", base.trim_end_matches('/')));
        }
        if let Some((_, path)) = link.filter(|(_, path)| !path.contains('?')) {
            let (bare, slash) =
                path.strip_suffix('/').map_or((path.as_str(), ""), |bare| (bare, "/"));
            if let Some((folder, last)) = bare.rsplit_once('/') {
                // A name that another article has by now leads there.
                let free = |old: &str| {
                    let number = entry.id.unwrap_or(0);
                    slug(old).is_none_or(|name| self.index.owns(&name, number))
                };
                let others =
                    entry.meta.old_names.iter().filter(|old| !old.is_empty() && *old != last);
                let others = others.filter(|old| free(old));
                others.for_each(|old| add(format!("{folder}/{old}{slash}")));
            }
        }
        few(addresses, OLD_ADDRESSES_MAX, "old addresses", found)
    }

    fn language_of(&self, entry: &Entry) -> Option<String> {
        let own = entry.terms.iter().find(|term| term.domain == "language");
        let language = own.map_or(self.index.language.as_str(), |term| term.slug.as_str());
        let language = language.trim().replace('_', "-");
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let paper = self.language.or(own.map(|_| self.index.language.as_str()))?;
        let part = |part: &str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        let first = primary(&language);
        let fits = language.split('-').all(part)
            && (2..=3).contains(&first.len())
            && first.bytes().all(|b| b.is_ascii_alphabetic())
            && language.len() <= crate::limits::LANGUAGE_MAX;
        (fits && first != primary(&paper.replace('_', "-"))).then_some(language)
    }

    fn lead_image(
        &self,
        entry: &Entry,
        headline: &str,
        files: &mut dyn Files,
        found: &mut Found,
    ) -> Option<DraftImage> {
        let id = entry.meta.thumbnail?;
        let Some(attachment) = self.index.attachment(id) else {
            found.remarks.note(format!("the lead image (attachment {id}) is not in the export"));
            return None;
        };
        let Some(file) = files.name_of(&attachment.address).filter(|name| is_picture_name(name))
        else {
            let address = shortened(&attachment.address, 120);
            found.remarks.note(format!("the lead image {address} is not to be had and left out"));
            return None;
        };
        let of_file = files.noted(&file);
        let noted = |own: &str, of_file: Option<String>| {
            (!own.is_empty()).then(|| own.to_owned()).or(of_file)
        };
        let caption = noted(&attachment.caption, of_file.caption);
        let credit = noted(&attachment.credit, of_file.credit);
        let texts = [attachment.alt.as_str(), caption.as_deref().unwrap_or_default(), headline];
        if attachment.alt.is_empty() {
            found
                .remarks
                .note("the lead image came without a description for those who do not see it");
        }
        let alt = texts.into_iter().find(|text| !text.is_empty()).unwrap_or("Untitled");
        Some(DraftImage { file, alt: clipped(alt, CAPTION_MAX), caption, credit, focus: None })
    }

    /// Who may read it: what the mapping says, and never more than could read it there.
    fn access(&self, entry: &Entry, source: &mut String, found: &mut Found) -> Access {
        let given =
            self.index.access(entry, self.mapping).or_else(|| self.mapping.default_access.clone());
        let given = given.unwrap_or(Access::Free);
        if found.locked {
            found.remarks.note(
                "a part of it was for some readers only; it is for subscribers, and that \
                 part below the teaser",
            );
            return stricter(given, Access::Entitled(Entitlement::DIGITAL));
        }
        let Some(locked) = entry.meta.locked.clone() else { return given };
        if self.mapping.teaser == Unmarked::Nothing && !source.contains("<!-- paywall -->") {
            source.insert_str(0, "<!-- paywall -->\n\n");
        }
        found.remarks.note(format!("it was for some readers only there; it is for {locked} here"));
        stricter(given, locked)
    }
}

fn standfirst(entry: &Entry, signs: Signs, found: &mut Found) -> Option<String> {
    let summary = &entry.summary;
    if has_locked(summary) {
        found
            .remarks
            .note("its excerpt has a part that was for some readers only, and is left out");
        return None;
    }
    let whole = plain(&texturize(&without_brackets(summary), signs, &|_| false));
    let short = shortened(&whole, STANDFIRST_MAX);
    if short != whole {
        found
            .remarks
            .note(format!("its excerpt has more than {STANDFIRST_MAX} characters and is cut"));
    }
    (!short.is_empty()).then_some(short)
}

fn genre(entry: &Entry) -> Genre {
    let format = entry.terms.iter().find(|term| term.domain == "post_format");
    let format = format.map_or("", |term| term.slug.trim_start_matches("post-format-"));
    if matches!(format, "aside" | "status" | "quote") { Genre::Brief } else { Genre::News }
}

fn few<T: ToString>(list: Vec<T>, max: usize, what: &str, found: &mut Found) -> Vec<String> {
    if list.len() > max {
        found
            .remarks
            .note(format!("it has {} {what}; an article has at most {max}, the first", list.len()));
    }
    list.into_iter().take(max).map(|one| one.to_string()).collect()
}

/// The host of an address, in small letters and without `www.`, and its path with the query.
fn host_and_path(address: &str) -> Option<(String, String)> {
    let (scheme, rest) = address.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let host = rest[..at].to_ascii_lowercase();
    let host = host.strip_prefix("www.").map_or(host.clone(), str::to_owned);
    let path = &rest[at..];
    Some((host, if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }))
}

fn has_locked(text: &str) -> bool {
    let mut found = Found::default();
    let index = Index::default();
    super::blocks::flattened(text, &index, &mut found);
    super::shortcodes::unfolded(
        text,
        &super::shortcodes::Shop { index: &index, id: 0 },
        &mut found,
    );
    found.locked
}

/// The text without the brackets of shortcodes, and without marks.
fn without_brackets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(place) = text[at..].find('[') {
        out.push_str(&text[at..at + place]);
        let rest = &text[at + place..];
        let length = super::texturize::bracket_length(rest, &is_shortcode);
        if length == 0 {
            out.push('[');
        }
        at += place + length.max(1);
    }
    out.push_str(&text[at..]);
    out.retain(|c| !is_ours(c));
    out
}

/// Asks for the original of a picture before it asks for one of its sizes.
struct Originals<'a> {
    files: &'a mut dyn Files,
}

impl Files for Originals<'_> {
    fn noted(&mut self, name: &str) -> Noted {
        self.files.noted(name)
    }

    fn name_of(&mut self, address: &str) -> Option<String> {
        let mut asked: Vec<String> = Vec::new();
        for address in originals(address) {
            if asked.contains(&address) {
                continue;
            }
            if let Some(name) = self.files.name_of(&address) {
                return Some(name);
            }
            asked.push(address);
        }
        None
    }
}

/// The addresses under which a picture may be kept: without its query and its size, as it was sent there, as it is
/// written.
fn originals(address: &str) -> Vec<String> {
    let direct = from_mirror(address);
    let bare = direct.split(['?', '#']).next().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    found.extend(without_size(&bare));
    found.push(bare);
    found.push(address.to_owned());
    found
}

/// `https://i0.wp.com/www.example.org/a.jpg` shows `https://www.example.org/a.jpg`.
fn from_mirror(address: &str) -> String {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    let mirror = rest.split_once('/').filter(|(host, path)| {
        let number = host.strip_prefix('i').and_then(|host| host.strip_suffix(".wp.com"));
        matches!(number, Some("0" | "1" | "2" | "3"))
            && path.split('/').next().is_some_and(|h| h.contains('.'))
    });
    mirror.map_or_else(|| address.to_owned(), |(_, path)| format!("https://{path}"))
}

/// `a-300x200.jpg` is a size of `a.jpg`.
fn without_size(address: &str) -> Option<String> {
    let (stem, ending) = address.rsplit_once('.')?;
    let (name, size) = stem.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    let number =
        |text: &str| (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let fits = number(width) && number(height) && !ending.contains('/') && !name.ends_with('/');
    fits.then(|| format!("{name}.{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_mirrors_lead_to_the_original() {
        for (address, wanted) in [
            ("https://a.example/u/b-300x200.jpg", "https://a.example/u/b.jpg"),
            ("https://a.example/u/b.jpg?w=604", "https://a.example/u/b.jpg"),
            ("https://i0.wp.com/a.example/u/b-1024x5.png?ssl=1", "https://a.example/u/b.png"),
            ("https://a.example/u/b-c.jpg", "https://a.example/u/b-c.jpg"),
            ("https://a.example/u/b-3x.jpg", "https://a.example/u/b-3x.jpg"),
            ("https://a.example/-3x3.jpg", "https://a.example/-3x3.jpg"),
        ] {
            assert_eq!(originals(address)[0], wanted, "{address}");
            assert_eq!(originals(address).last().map(String::as_str), Some(address));
        }
    }

    #[test]
    fn hosts_are_compared_without_their_beginning() {
        let of = |address| host_and_path(address).unwrap_or_default();
        assert_eq!(of("https://WWW.a.example/b/?c=1#d"), ("a.example".into(), "/b/?c=1".into()));
        assert_eq!(of("http://a.example?p=1"), ("a.example".into(), "/?p=1".into()));
        assert_eq!(of("https://a.example"), ("a.example".into(), "/".into()));
        assert_eq!(host_and_path("ftp://a.example/"), None);
    }
}
