//! One row of Ghost's as an article of the folder, or the reason why it is none.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::Access;
use serde_json::Value;

use super::cards::text;
use super::relations::{Key, Relations, key};
use super::{instant, lexical, mobiledoc};
use crate::import::html::{escaped, plain, shortened, to_markdown};
use crate::import::mapping::{Mapping, Unmarked};
use crate::import::{Files, Item, Outcome, Remarks, slugs};
use crate::limits::{
    ADDRESS_BYTES_MAX, CAPTION_MAX, HEADLINE_MAX, NAME_MAX, OLD_ADDRESSES_MAX, STANDFIRST_MAX,
};
use crate::picture::Noted;
use crate::{Draft, DraftImage, Slug};

/// How old addresses are made where the mapping does not say it.
const PERMALINK: &str = "/{slug}/";
/// Seconds within which a change still belongs to the publication.
const CHANGE_SECONDS_MIN: i64 = 60;
/// What stands in an export for the site's address.
const SITE: &str = "__GHOST_URL__";

/// What an article is read with.
pub(super) struct Desk<'a> {
    pub(super) relations: &'a Relations,
    pub(super) mapping: &'a Mapping,
    pub(super) site: &'a str,
}

/// Asks for the picture itself where the text names one of its smaller sizes.
struct Originals<'a>(&'a mut dyn Files);

impl Files for Originals<'_> {
    fn name_of(&mut self, address: &str) -> Option<String> {
        original(address)
            .and_then(|first| self.0.name_of(&first))
            .or_else(|| self.0.name_of(address))
    }

    fn noted(&mut self, name: &str) -> Noted {
        self.0.noted(name)
    }
}

/// The address of the picture that `/content/images/size/w600/..` is a size of.
fn original(address: &str) -> Option<String> {
    let (before, rest) = address.split_once("/content/images/size/")?;
    let (_, rest) = rest.split_once('/')?;
    let rest = match rest.strip_prefix("format/") {
        Some(rest) => rest.split_once('/')?.1,
        None => rest,
    };
    Some(format!("{before}/content/images/{rest}"))
}

impl Desk<'_> {
    /// What becomes of a row.
    pub(super) fn item(&self, row: &Value, line: u64, files: &mut dyn Files) -> Item {
        let mut remarks = Remarks::default();
        let headline = plain(&escaped(text(row, "title")));
        let id = match row.get("id") {
            Some(Value::String(id)) => id.chars().take(40).collect(),
            Some(Value::Number(id)) => id.to_string(),
            _ => String::new(),
        };
        let name = format!("post {id} \"{}\"", shortened(&headline, 80));
        let outcome = self.outcome(row, &headline, &mut Originals(files), &mut remarks);
        let featured = set(row, "featured");
        Item { line, name, outcome, remarks: remarks.into_sentences(), featured }
    }

    fn outcome(
        &self,
        row: &Value,
        headline: &str,
        files: &mut dyn Files,
        remarks: &mut Remarks,
    ) -> Outcome {
        let Some(key) = row.get("id").and_then(key) else {
            let why = "it has no id; take the export once more".to_owned();
            return Outcome::Bad { why };
        };
        if let Some(why) = self.withheld(row, &key) {
            return Outcome::Left { why, id: Some(id_of(row)) };
        }
        if is_page(row) && self.mapping.pages.is_none() {
            return Outcome::Left { why: "it is a page, and a page is no article", id: None };
        }
        match self.draft(row, &key, headline, files, remarks) {
            Ok(draft) => Outcome::Article(draft.to_file()),
            Err(why) => Outcome::Bad { why },
        }
    }

    /// Why a row is not for the readers.
    fn withheld(&self, row: &Value, key: &Key) -> Option<&'static str> {
        match text(row, "status") {
            "published" | "scheduled" => {}
            "draft" => return Some("it is a draft"),
            "sent" => return Some("it was sent as a letter and never published"),
            _ => return Some("it is not published"),
        }
        let sent = self.relations.image(key).email_only;
        sent.then_some("it was sent as a letter and never published")
    }

    fn draft(
        &self,
        row: &Value,
        key: &Key,
        headline: &str,
        files: &mut dyn Files,
        remarks: &mut Remarks,
    ) -> Result<Draft, String> {
        let published_at = published_at(row, remarks)?;
        let page = is_page(row);
        let section = match &self.mapping.pages {
            Some(pages) if page => Some(pages.clone()),
            _ => self.relations.section(key, self.mapping),
        };
        let section =
            section.ok_or("there is no section for it; write default_section into the mapping")?;
        let shown = if headline.is_empty() { "(Untitled)" } else { headline };
        let short = shortened(shown, HEADLINE_MAX);
        let mut draft = Draft::new(id_of(row), section.to_string(), short.clone(), published_at);
        let theirs = text(row, "slug");
        let slug = slugs::slug(theirs).or_else(|| slugs::slug_of_words(shown));
        draft.slug = slug.filter(|slug| Slug::parse(slug).is_ok());
        draft.old_addresses = self.old_addresses(row, key, theirs, published_at);
        draft.standfirst = standfirst(row, remarks);
        draft.tags = self.relations.tags(key, self.mapping);
        draft.authors = self.relations.people(key);
        draft.updated_at = updated_at(row, published_at);
        draft.access = self.access(row, key, remarks);
        draft.lead_image = self.lead_image(row, key, &short, files, remarks);
        self.note_lost(row, remarks);
        let mut html = self.html(row, remarks)?;
        if short != shown {
            remarks.note(format!(
                "the headline has more than {HEADLINE_MAX} characters; all of it stands in the text"
            ));
            html = format!("<p><strong>{}</strong></p>{html}", escaped(shown));
        }
        draft.source = self.source(&html, &draft.access, files, remarks);
        Ok(draft)
    }

    /// The text as HTML: the first of its forms that can be read.
    fn html(&self, row: &Value, remarks: &mut Remarks) -> Result<String, String> {
        let forms = ["lexical", "mobiledoc", "html"];
        let present: Vec<&str> =
            forms.into_iter().filter(|form| !text(row, form).trim().is_empty()).collect();
        for form in &present {
            let source = text(row, form);
            let html = match *form {
                "lexical" => lexical::to_html(source, remarks),
                "mobiledoc" => mobiledoc::to_html(source, remarks),
                _ => Some(without_gated(source).replace("<!--members-only-->", "<!--paywall-->")),
            };
            match html {
                Some(html) => return Ok(html.replace(SITE, self.site)),
                None => remarks.note(format!("the text's {form} cannot be read")),
            }
        }
        if present.is_empty() {
            remarks.note("it has no text");
            return Ok(String::new());
        }
        Err("its text cannot be read in any of its forms; open and save it in Ghost, and export again".to_owned())
    }

    fn source(
        &self,
        html: &str,
        access: &Access,
        files: &mut dyn Files,
        remarks: &mut Remarks,
    ) -> String {
        let source = to_markdown(html, self.site, files, remarks);
        let marked = source.lines().any(|line| line == "<!-- paywall -->");
        if marked || access.is_free() || source.is_empty() {
            return source;
        }
        match self.mapping.teaser {
            Unmarked::Paragraphs => source,
            Unmarked::Nothing => {
                remarks.note(
                    "it has no mark where its public part ends, so none of its text is public, as in Ghost; \
                     teaser = \"paragraphs\" in the mapping shows the first ones",
                );
                format!("<!-- paywall -->\n\n{source}")
            }
        }
    }

    fn access(&self, row: &Value, key: &Key, remarks: &mut Remarks) -> Access {
        let mut tags = self.relations.their_tags(key);
        if let Some(access) = tags.find_map(|tag| self.mapping.access.get(tag)) {
            return access.clone();
        }
        let word = text(row, "visibility");
        if let Some(access) = self.mapping.words.get(word) {
            return access.clone();
        }
        let subscribers = Access::Entitled(paywall::Entitlement::DIGITAL);
        match word {
            "public" => Access::Free,
            "members" => Access::Registered,
            "paid" | "tiers" => {
                if word == "tiers" {
                    remarks.note("it was for some tiers alone and is for all subscribers now");
                }
                subscribers
            }
            _ => {
                remarks.note("who may read it is not known; it is for subscribers");
                self.mapping.default_access.clone().unwrap_or(subscribers)
            }
        }
    }

    fn old_addresses(&self, row: &Value, key: &Key, theirs: &str, at: Timestamp) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if !theirs.is_empty() {
            let pattern = self.mapping.permalink.as_deref().unwrap_or(PERMALINK);
            let day = TimeZone::UTC.to_datetime(at);
            let person = self.relations.people(key).into_iter().next().unwrap_or_default();
            let tag = self.relations.their_tags(key).next().unwrap_or_default();
            let path = pattern
                .replace("{slug}", theirs)
                .replace("{year}", &day.year().to_string())
                .replace("{month}", &format!("{:02}", day.month()))
                .replace("{day}", &format!("{:02}", day.day()))
                .replace("{id}", text(row, "id"))
                .replace("{primary_author}", &person)
                .replace("{primary_tag}", tag);
            let redirects = self.relations.redirects(path.trim_end_matches('/'));
            found.push(path.clone());
            found.extend(redirects.iter().cloned());
        }
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '#' | '\\');
        found.retain(|path| {
            path.starts_with('/')
                && !path.starts_with("//")
                && path.chars().count() <= ADDRESS_BYTES_MAX
                && !path.contains(odd)
        });
        found.dedup();
        found.truncate(OLD_ADDRESSES_MAX);
        found
    }

    fn lead_image(
        &self,
        row: &Value,
        key: &Key,
        headline: &str,
        files: &mut dyn Files,
        remarks: &mut Remarks,
    ) -> Option<DraftImage> {
        let address = text(row, "feature_image").trim().replace(SITE, self.site);
        if address.is_empty() {
            return None;
        }
        let about = self.relations.image(key);
        let caption = Some(plain(&about.caption)).filter(|caption| !caption.is_empty());
        let name =
            files.name_of(&address).filter(|name| crate::import::html::is_picture_name(name));
        let Some(file) = name else {
            let shown = shortened(&address, 120);
            remarks.note(format!("the picture {shown} is not to be had and left out"));
            return None;
        };
        let noted = files.noted(&file);
        // Ghost itself credits pictures of agencies in their captions.
        let credit = caption.as_deref().and_then(|caption| {
            let credit = caption.strip_prefix("Photo by ")?.trim();
            (!credit.is_empty() && credit.chars().count() <= NAME_MAX).then(|| credit.to_owned())
        });
        let caption = caption.filter(|_| credit.is_none()).or(noted.caption);
        let credit = credit.or(noted.credit);
        let alt = Some(plain(&about.alt)).filter(|alt| !alt.is_empty());
        if alt.is_none() {
            remarks.note(
                "the lead image came without a description; its caption or the headline stands in",
            );
        }
        let alt = alt.or_else(|| caption.clone()).unwrap_or_else(|| headline.to_owned());
        Some(DraftImage {
            file,
            alt: shortened(&alt, CAPTION_MAX),
            caption: caption.map(|caption| shortened(&caption, CAPTION_MAX)),
            credit,
            focus: None,
        })
    }

    fn note_lost(&self, row: &Value, remarks: &mut Remarks) {
        if set(row, "featured") {
            remarks.note("it was featured; give it a place under [front] if it still is");
        }
        if ["codeinjection_head", "codeinjection_foot"]
            .iter()
            .any(|field| !text(row, field).trim().is_empty())
        {
            remarks.note("code that was injected into its page is left out");
        }
        let canonical = text(row, "canonical_url");
        let own = canonical.starts_with(SITE)
            || (!self.site.is_empty() && canonical.starts_with(self.site));
        if !canonical.is_empty() && !own {
            remarks.note("its canonical address on another site is left out");
        }
    }
}

/// Whether a field is true, as Ghost has written that over the years.
fn set(row: &Value, field: &str) -> bool {
    row.get(field).is_some_and(|value| value.as_bool() == Some(true) || value.as_i64() == Some(1))
}

fn is_page(row: &Value) -> bool {
    text(row, "type") == "page" || set(row, "page")
}

/// The name for ever of the article that a row is.
fn id_of(row: &Value) -> String {
    let uuid = Some(text(row, "uuid")).filter(|uuid| !uuid.is_empty());
    let stable =
        uuid.map_or_else(|| row.get("id").map(Value::to_string).unwrap_or_default(), str::to_owned);
    format!("g-{}", slugs::mark(&stable, 20))
}

fn published_at(row: &Value, remarks: &mut Remarks) -> Result<Timestamp, String> {
    if let Some(at) = instant(row.get("published_at")) {
        return Ok(at);
    }
    let created = instant(row.get("created_at")).ok_or("it does not say when it was published")?;
    if text(row, "status") == "scheduled" {
        return Err("it does not say when it is to be published".to_owned());
    }
    remarks.note("it does not say when it was published; the time of its creation stands in");
    Ok(created)
}

fn updated_at(row: &Value, published_at: Timestamp) -> Option<Timestamp> {
    let at = instant(row.get("updated_at"))?;
    let later = at.as_second().saturating_sub(published_at.as_second()) > CHANGE_SECONDS_MIN;
    (later && text(row, "status") == "published").then_some(at)
}

fn standfirst(row: &Value, remarks: &mut Remarks) -> Option<String> {
    let words = plain(&escaped(text(row, "custom_excerpt")));
    if words.is_empty() {
        return None;
    }
    let short = shortened(&words, STANDFIRST_MAX);
    if short != words {
        remarks
            .note(format!("the standfirst has more than {STANDFIRST_MAX} characters and was cut"));
    }
    Some(short)
}

/// HTML as Ghost printed it, without the blocks that it showed to some of its members alone.
pub(super) fn without_gated(html: &str) -> String {
    const BEGIN: &str = "<!--kg-gated-block:begin";
    const END: &str = "<!--kg-gated-block:end";
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(BEGIN) {
        let (before, block) = rest.split_at(at);
        out.push_str(before);
        let rule_end = block.find("-->").map_or(block.len(), |end| end + "-->".len());
        let (rule, inner) = block.split_at(rule_end);
        // Without an end, nobody knows who may see what follows.
        let end = inner.find(END).unwrap_or(inner.len());
        let (inner, after) = inner.split_at(end);
        let rule: String = rule.chars().filter(|c| !c.is_whitespace()).collect();
        if rule.contains("nonMember:true") {
            out.push_str(inner);
        }
        rest = after.find("-->").and_then(|end| after.get(end + "-->".len()..)).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
