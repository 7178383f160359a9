//! One record of an export as fields: an item, an author, a name. It reads XML and knows the names of the elements;
//! what a field means for a newspaper is said elsewhere. Entities other than those of XML stay text.

use std::borrow::Cow;

use paywall::{Access, Entitlement};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// How deep elements stand in one another within a record.
pub const DEPTH_MAX: usize = 16;
/// Names (sections, tags, authors, formats) of one item that are kept.
pub const TERMS_MAX: usize = 1_000;
/// Old names of one item that are kept.
pub const OLD_NAMES_MAX: usize = 64;

/// A name that an item stands under.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Term {
    /// `category`, `post_tag`, `post_format`, `author`.
    pub(super) domain: String,
    /// Its name in addresses there.
    pub(super) slug: String,
    /// Its name on pages there.
    pub(super) name: String,
}

/// What the fields beside an item's text say, as far as they matter.
#[derive(Clone, Default, Debug)]
pub(super) struct Meta {
    pub(super) thumbnail: Option<u64>,
    /// The number of the section that an article counts to above others.
    pub(super) primary: Option<u64>,
    pub(super) old_names: Vec<String>,
    /// Who alone could read it there, as a plugin says.
    pub(super) locked: Option<Access>,
    /// Of a picture: what it shows, and whose it is.
    pub(super) alt: String,
    pub(super) credit: String,
    pub(super) caption: String,
}

/// An item.
#[derive(Clone, Default, Debug)]
pub(super) struct Entry {
    pub(super) id: Option<u64>,
    pub(super) headline: String,
    pub(super) link: String,
    pub(super) guid: String,
    pub(super) sent_at: String,
    pub(super) creator: String,
    pub(super) text: String,
    pub(super) summary: String,
    pub(super) local_at: String,
    pub(super) universal_at: String,
    pub(super) changed_at: String,
    pub(super) name: String,
    pub(super) status: String,
    pub(super) kind: String,
    pub(super) password: String,
    pub(super) parent: u64,
    pub(super) order: i64,
    pub(super) sticky: bool,
    pub(super) file: String,
    pub(super) terms: Vec<Term>,
    pub(super) meta: Meta,
    pub(super) comments: u64,
    /// Whether characters that no text has were dropped.
    pub(super) cleaned: bool,
}

/// Reads an item.
///
/// # Errors
/// What is wrong with it.
pub(super) fn entry(bytes: &[u8]) -> Result<Entry, String> {
    let mut entry = Entry::default();
    let mut key = String::new();
    entry.cleaned = walk(bytes, &mut |element| match (element.depth, element.name) {
        (2, "wp:comment") => entry.comments += 1,
        (2, name) => entry.field(name, element),
        (3, "wp:meta_key") => element.text.clone_into(&mut key),
        (3, "wp:meta_value") => entry.meta.field(&key, element.text),
        _ => {}
    })?;
    Ok(entry)
}

impl Entry {
    fn field(&mut self, name: &str, element: &Element<'_>) {
        let text = element.text;
        let into = match name {
            "title" => &mut self.headline,
            "link" => &mut self.link,
            "guid" => &mut self.guid,
            "pubDate" => &mut self.sent_at,
            "dc:creator" => &mut self.creator,
            "content:encoded" => &mut self.text,
            "excerpt:encoded" => &mut self.summary,
            "wp:post_date" => &mut self.local_at,
            "wp:post_date_gmt" => &mut self.universal_at,
            "wp:post_modified_gmt" => &mut self.changed_at,
            "wp:post_name" => &mut self.name,
            "wp:status" => &mut self.status,
            "wp:post_type" => &mut self.kind,
            "wp:post_password" => &mut self.password,
            "wp:attachment_url" => &mut self.file,
            "wp:post_id" => return self.id = text.trim().parse().ok(),
            "wp:post_parent" => return self.parent = text.trim().parse().unwrap_or(0),
            "wp:menu_order" => return self.order = text.trim().parse().unwrap_or(0),
            "wp:is_sticky" => return self.sticky = text.trim() == "1",
            "category" => return self.term(element),
            _ => return,
        };
        text.clone_into(into);
    }

    fn term(&mut self, element: &Element<'_>) {
        if self.terms.len() < TERMS_MAX {
            let domain = element.attribute("domain").unwrap_or_else(|| "category".to_owned());
            let slug = element.attribute("nicename").unwrap_or_else(|| element.text.to_owned());
            self.terms.push(Term { domain, slug, name: element.text.to_owned() });
        }
    }
}

impl Meta {
    fn field(&mut self, key: &str, text: &str) {
        match key {
            "_thumbnail_id" => self.thumbnail = text.trim().parse().ok(),
            "_yoast_wpseo_primary_category" | "rank_math_primary_category" => {
                self.primary = self.primary.or_else(|| text.trim().parse().ok());
            }
            "_wp_old_slug" if self.old_names.len() < OLD_NAMES_MAX => {
                self.old_names.push(text.trim().to_owned());
            }
            "_jetpack_newsletter_access" => {
                self.locked = match text.trim() {
                    "subscribers" => Some(Access::Registered),
                    "paid_subscribers" | "paid_subscribers_all_tiers" => {
                        Some(Access::Entitled(Entitlement::DIGITAL))
                    }
                    _ => self.locked.take(),
                };
            }
            "_members_access_role" if !text.trim().is_empty() => {
                self.locked = Some(Access::Entitled(Entitlement::DIGITAL));
            }
            "_wp_attachment_image_alt" => text.clone_into(&mut self.alt),
            "_media_credit"
            | "media_credit"
            | "_navis_media_credit_org"
            | "isc_image_source"
            | "_isc_image_source"
            | "image_credit"
            | "photo_credit"
            | "credit"
                if self.credit.is_empty() =>
            {
                text.clone_into(&mut self.credit);
            }
            "_wp_attachment_metadata" => {
                let of = |name: &str| serialized(text, name).unwrap_or_default();
                if self.credit.is_empty() {
                    self.credit = of("credit");
                }
                if self.credit.is_empty() {
                    self.credit = of("copyright");
                }
                self.caption = of("caption");
            }
            _ => {}
        }
    }
}

/// A text of the picture's own data (IPTC, EXIF) as PHP writes arrays: `s:6:"credit";s:2:"AP";`.
fn serialized(text: &str, name: &str) -> Option<String> {
    let (_, data) = text.split_once("\"image_meta\"")?;
    let (_, rest) = data.split_once(&format!("s:{}:\"{name}\";s:", name.len()))?;
    let (length, rest) = rest.split_once(":\"")?;
    let length: usize = length.parse().ok()?;
    // The length counts bytes of the site's own encoding; where it does not fit, the end sign does.
    let found = rest.get(..length).filter(|_| rest[length..].starts_with("\";"));
    found.or_else(|| rest.split_once("\";").map(|(text, _)| text)).map(str::to_owned)
}

/// A record other than an item: its children's texts by name. Of a name that comes twice the first counts.
#[derive(Default, Debug)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a record.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let mut fields = Vec::new();
        walk(bytes, &mut |element| {
            if element.depth <= 2 && fields.len() < TERMS_MAX {
                fields.push((element.name.to_owned(), element.text.trim().to_owned()));
            }
        })?;
        Ok(Self(fields))
    }

    /// The text of a child, or of the record itself.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }
}

/// An element that has ended.
struct Element<'a> {
    /// 1 for the record itself.
    depth: usize,
    name: &'a str,
    text: &'a str,
    start: &'a BytesStart<'static>,
}

impl Element<'_> {
    fn attribute(&self, name: &str) -> Option<String> {
        let attribute = self.start.try_get_attribute(name).ok().flatten()?;
        let text = String::from_utf8_lossy(&attribute.value).into_owned();
        Some(quick_xml::escape::unescape(&text).map_or(text.clone(), Cow::into_owned))
    }
}

/// Hands on every element as it ends. Whether characters were dropped that no text has.
fn walk(bytes: &[u8], each: &mut dyn FnMut(&Element<'_>)) -> Result<bool, String> {
    let mut reader = Reader::from_reader(bytes);
    reader.config_mut().allow_dangling_amp = true;
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<(BytesStart<'static>, String)> = Vec::new();
    let mut cleaned = false;
    loop {
        let event = reader.read_event().map_err(|error| format!("its XML is damaged: {error}"))?;
        let mut add = |text: &[u8]| {
            if let Some((_, into)) = open.last_mut() {
                cleaned |= append(into, text);
            }
        };
        match event {
            Event::Start(start) => {
                if open.len() == DEPTH_MAX {
                    return Err(format!("its elements stand more than {DEPTH_MAX} deep"));
                }
                open.push((start.into_owned(), String::new()));
            }
            Event::Text(text) => add(&text),
            Event::CData(text) => add(&text),
            Event::GeneralRef(reference) => add(resolve(&reference).as_bytes()),
            Event::DocType(_) => return Err("it has a document type, which is not read".to_owned()),
            Event::Eof if open.is_empty() => break,
            Event::Eof => return Err("its XML ends in the middle".to_owned()),
            Event::End(_) => {
                if let Some((start, text)) = open.pop() {
                    let name = start.name();
                    let name = String::from_utf8_lossy(name.as_ref()).into_owned();
                    let depth = open.len() + 1;
                    each(&Element { depth, name: &name, text: &text, start: &start });
                }
            }
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    Ok(cleaned)
}

/// The text of a reference: one of XML's own or a number; anything else stays as it is written.
fn resolve(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(found)) = reference.resolve_char_ref() {
        return found.to_string();
    }
    let name = String::from_utf8_lossy(reference);
    quick_xml::escape::resolve_xml_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
}

/// Appends text without characters that no text has, and with LF line ends. Whether something was dropped or replaced.
fn append(into: &mut String, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut changed = matches!(text, Cow::Owned(_));
    let mut after_return = false;
    for c in text.chars() {
        match c {
            '\r' => into.push('\n'),
            '\n' if after_return => {}
            '\n' | '\t' => into.push(c),
            c if c.is_control() || is_ours(c) => changed = true,
            c => into.push(c),
        }
        after_return = c == '\r';
    }
    changed
}

/// Whether a character is one that the translation marks places with: of the private use area, which no text has.
pub(super) const fn is_ours(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{e00f}' | '\u{fffe}' | '\u{ffff}')
}
