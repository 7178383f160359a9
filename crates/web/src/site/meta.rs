//! What a page says of itself to machines: structured data, cards, links to feeds, and what may be shown of it. All of it
//! is made from the head of an article and from the teaser; there is no way to a body in here.

use minijinja::value::Value;
use newsroom::picture::{SHARE_HEIGHT, SHARE_WIDTH, source};
use newsroom::{Genre, Head};
use paywall::Access;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::contexts::{Chrome, value};
use super::entries::Entry;
use super::{Visit, robots, share_picture};
use crate::feeds::Format;

/// The class of the one element that holds what is locked, on every page of an article that is not free.
pub(crate) const LOCKED_CLASS: &str = "locked";

/// What a page has to say beside its heading and its address.
#[derive(Debug, Default)]
pub(crate) struct Meta {
    /// Structured data, each a document of its own.
    pub(crate) data: Vec<Json>,
    /// Names and values of cards beyond those that every page has.
    pub(crate) tags: Vec<Tag>,
    /// The page's own feed: its name, and its path without ending.
    pub(crate) feed: Option<(String, String)>,
    /// How many characters of it a search engine may show; `None`: as many as it likes.
    pub(crate) snippet_chars: Option<usize>,
    /// Whether it is an article.
    pub(crate) is_article: bool,
    /// What a card says, where that is not what the page does: its heading, and what is below.
    pub(crate) card: Option<(String, String)>,
    /// Whether it has a picture for a card.
    pub(crate) has_picture: bool,
}

/// One `<meta>`.
#[derive(Serialize, Clone, Debug)]
pub(crate) struct Tag {
    /// `property` for Open Graph, `name` for the others.
    attribute: &'static str,
    name: &'static str,
    value: String,
}

/// One `<link>`.
#[derive(Serialize, Clone, Debug)]
struct Link {
    rel: &'static str,
    media_type: &'static str,
    href: String,
    name: String,
}

fn property(name: &'static str, value: impl Into<String>) -> Tag {
    Tag { attribute: "property", name, value: value.into() }
}

impl Meta {
    /// The page of a section, tag, author or series, with the way that leads to it.
    pub(crate) fn of_list(visit: &Visit<'_>, kind: &str, slug: &str, name: &str) -> Self {
        let path = match kind {
            "sections" => format!("/{slug}"),
            _ => format!("/{kind}/{slug}"),
        };
        Self {
            data: vec![visit.breadcrumbs(&[(name, &path)])],
            feed: Some((name.to_owned(), format!("/feeds/{kind}/{slug}"))),
            ..Self::default()
        }
    }

    /// The front page: who publishes this.
    pub(crate) fn of_front(visit: &Visit<'_>) -> Self {
        let paper = &visit.presentation.house.paper;
        let origin = visit.canonical_origin();
        let mut organization = visit.publisher();
        let follow: Vec<&str> = paper.follow.iter().map(|place| place.url.as_str()).collect();
        let follow: Vec<&str> = follow.into_iter().filter(|url| url.starts_with("http")).collect();
        put(&mut organization, "@context", json!("https://schema.org"));
        if !follow.is_empty() {
            put(&mut organization, "sameAs", json!(follow));
        }
        for (name, text) in
            [("slogan", &paper.tagline), ("address", &paper.address), ("email", &paper.mail)]
        {
            if !text.is_empty() {
                put(&mut organization, name, json!(text));
            }
        }
        let site = json!({
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": paper.name,
            "url": format!("{origin}/"),
            "inLanguage": paper.language_tag,
        });
        Self { data: vec![organization, site], ..Self::default() }
    }

    /// An article.
    pub(crate) fn of_article(visit: &Visit<'_>, entry: &Entry) -> Self {
        let head = &entry.piece.head;
        let section = visit.presentation.section(head.section.as_str());
        let section_name = section.map_or(head.section.as_str(), |section| &section.name);
        let section_path = format!("/{}", head.section);
        let path = visit.href(head);
        let way = [(section_name, section_path.as_str()), (&head.headline, &path)];
        let is_free = head.access == Access::Free;
        let mut tags = visit.card_picture(head);
        let has_picture = !tags.is_empty();
        tags.push(property("article:published_time", visit.iso(head.published_at)));
        tags.push(property("article:modified_time", visit.iso(visit.changed_at(head))));
        tags.push(property("article:section", section_name));
        for name in visit.tag_names(head) {
            tags.push(property("article:tag", name));
        }
        let data = vec![visit.news_article(head, section_name, &path), visit.breadcrumbs(&way)];
        let feed = section.map(|s| (s.name.clone(), format!("/feeds/sections/{}", head.section)));
        let snippet_chars = (!is_free).then(|| letters(&entry.piece.teaser.html));
        let below = head.card_standfirst().unwrap_or_default().to_owned();
        let card = Some((head.card_headline().to_owned(), below));
        Self { data, tags, feed, snippet_chars, card, is_article: true, has_picture }
    }
}

/// How many characters markup shows.
fn letters(html: &str) -> usize {
    let (mut letters, mut inside, mut reference) = (0, false, false);
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if inside => {}
            '&' => reference = true,
            ';' if reference => {
                reference = false;
                letters += 1;
            }
            _ if reference => {}
            _ => letters += 1,
        }
    }
    letters
}

/// JSON for an element whose text ends at `</script`: nothing in it looks like markup.
fn data_text(data: &Json) -> String {
    let mut text = String::new();
    for c in data.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text += &format!("\\u{:04x}", u32::from(c));
            }
            other => text.push(other),
        }
    }
    text
}

fn put(data: &mut Json, name: &str, value: Json) {
    if let Some(data) = data.as_object_mut() {
        data.insert(name.to_owned(), value);
    }
}

impl Visit<'_> {
    fn card_picture(&self, head: &Head) -> Vec<Tag> {
        let path = share_picture::share_picture_address(self, head);
        let (width, height) = (SHARE_WIDTH, SHARE_HEIGHT);
        vec![
            property("og:image", format!("{}{path}", self.canonical_origin())),
            property("og:image:width", width.to_string()),
            property("og:image:height", height.to_string()),
            property("og:image:alt", head.card_headline()),
        ]
    }

    fn tag_names(&self, head: &Head) -> Vec<String> {
        let tags = head.tags.iter().filter_map(|slug| self.presentation.tag(slug.as_str()));
        tags.map(|tag| tag.name.clone()).collect()
    }

    fn publisher(&self) -> Json {
        let origin = self.canonical_origin();
        let mut publisher = json!({
            "@type": "NewsMediaOrganization",
            "name": self.presentation.house.paper.name,
            "url": format!("{origin}/"),
        });
        if let Some(wordmark) = &self.presentation.wordmark {
            let logo = format!("{origin}{}", wordmark.address());
            put(&mut publisher, "logo", json!({ "@type": "ImageObject", "url": logo }));
        }
        publisher
    }

    /// The way from the front page, by names and paths.
    fn breadcrumbs(&self, way: &[(&str, &str)]) -> Json {
        let origin = self.canonical_origin();
        let front = [(self.presentation.house.paper.name.as_str(), "/")];
        let items = front.iter().chain(way).enumerate().map(|(place, (name, path))| {
            json!({
                "@type": "ListItem",
                "position": place + 1,
                "name": name,
                "item": format!("{origin}{path}"),
            })
        });
        json!({
            "@context": "https://schema.org",
            "@type": "BreadcrumbList",
            "itemListElement": items.collect::<Vec<_>>(),
        })
    }

    fn news_article(&self, head: &Head, section: &str, path: &str) -> Json {
        let origin = self.canonical_origin();
        let kind = match head.genre {
            Genre::News | Genre::Brief => json!("NewsArticle"),
            Genre::Opinion => json!("OpinionNewsArticle"),
            // What is live is both: the second alone is no article of the news to a search engine.
            Genre::Live => json!(["NewsArticle", "LiveBlogPosting"]),
        };
        let address = format!("{origin}{path}");
        let mut data = json!({
            "@context": "https://schema.org",
            "@type": kind,
            "mainEntityOfPage": { "@type": "WebPage", "@id": address },
            "url": address,
            "headline": head.headline,
            "datePublished": self.iso(head.published_at),
            "dateModified": self.iso(self.changed_at(head)),
            "inLanguage": head.language.as_ref().unwrap_or(&self.presentation.house.paper.language_tag),
            "articleSection": section,
            "publisher": self.publisher(),
            "isAccessibleForFree": head.access == Access::Free,
        });
        if head.access != Access::Free {
            let part = json!({
                "@type": "WebPageElement",
                "isAccessibleForFree": false,
                "cssSelector": format!(".{LOCKED_CLASS}"),
            });
            put(&mut data, "hasPart", part);
        }
        let optional = [
            ("description", head.standfirst.as_ref()),
            ("dateline", head.dateline.as_ref()),
            ("locationCreated", head.filed_from.as_ref()),
        ];
        for (name, text) in optional {
            if let Some(text) = text {
                put(&mut data, name, json!(text));
            }
        }
        let tags = self.tag_names(head);
        if !tags.is_empty() {
            put(&mut data, "keywords", json!(tags));
        }
        if let Some(image) = &head.lead_image
            && let Some(address) = &image.address
        {
            let address = format!("{origin}{}", source(address, image.width));
            let mut told = json!({ "@type": "ImageObject", "url": address, "caption": image.alt });
            if image.width > 0 && image.height > 0 {
                put(&mut told, "width", json!(image.width));
                put(&mut told, "height", json!(image.height));
            }
            put(&mut data, "image", json!([told]));
        }
        let authors =
            head.authors.iter().filter_map(|slug| self.presentation.author(slug.as_str()));
        let person = |author: &newsroom::Author| {
            json!({
                "@type": "Person",
                "name": author.name,
                "url": format!("{origin}/authors/{}", author.slug),
            })
        };
        let authors: Vec<Json> = authors.map(person).collect();
        // An article without a byline is the paper's own.
        let author = if authors.is_empty() { self.publisher() } else { json!(authors) };
        put(&mut data, "author", author);
        if let Some(since) = head.live_since.filter(|_| head.genre == Genre::Live) {
            put(&mut data, "coverageStartTime", json!(self.iso(since)));
        }
        let corrections = head.corrections.iter().map(|correction| {
            json!({
                "@type": "CorrectionComment",
                "datePublished": self.iso(correction.at),
                "text": correction.text,
            })
        });
        let corrections: Vec<Json> = corrections.collect();
        if !corrections.is_empty() {
            put(&mut data, "correction", json!(corrections));
        }
        data
    }

    /// What search engines may do with a page.
    pub(crate) fn robots_rules(&self, page: &Chrome) -> String {
        match (page.robots, page.meta.snippet_chars) {
            ("", Some(chars)) => {
                format!("max-snippet:{chars}, max-image-preview:large, noarchive")
            }
            ("", None) => "max-image-preview:large".to_owned(),
            (rules, _) => rules.to_owned(),
        }
    }

    /// The tags and links of a page's head.
    pub(crate) fn meta(&self, page: &Chrome) -> Value {
        let paper = &self.presentation.house.paper;
        let origin = self.canonical_origin();
        let heading = if page.heading.is_empty() { &paper.name } else { &page.heading };
        let (heading, below) = match &page.meta.card {
            Some((heading, below)) => (heading, below),
            None => (heading, &page.description),
        };
        let kind = if page.meta.is_article { "article" } else { "website" };
        let mut tags = vec![
            property("og:site_name", &*paper.name),
            property("og:type", kind),
            property("og:title", heading.as_str()),
            property("og:locale", paper.language_tag.replace('-', "_")),
        ];
        if !below.is_empty() {
            tags.push(property("og:description", below.as_str()));
        }
        if let Some(path) = page.path.as_ref().filter(|_| !origin.is_empty()) {
            tags.push(property("og:url", format!("{origin}{path}")));
        }
        let card = if page.meta.has_picture { "summary_large_image" } else { "summary" };
        tags.push(Tag { attribute: "name", name: "twitter:card", value: card.to_owned() });
        tags.extend(page.meta.tags.iter().cloned());
        let mut links = Vec::new();
        let own = page
            .meta
            .feed
            .as_ref()
            .map(|(name, path)| (format!("{name} – {}", paper.name), path.as_str()));
        for (name, path) in own.into_iter().chain([(paper.name.clone(), "/feeds/all")]) {
            links.extend(Format::ALL.map(|format| Link {
                rel: "alternate",
                media_type: format.media_type(),
                href: format!("{path}.{}", format.ending()),
                name: format!("{name} ({})", format.label()),
            }));
        }
        // Its address has to be whole: who embeds asks from elsewhere.
        if let Some(path) =
            page.path.as_ref().filter(|_| page.meta.is_article && !origin.is_empty())
        {
            let address = super::contexts::encoded(&format!("{origin}{path}"));
            links.push(Link {
                rel: "alternate",
                media_type: "application/json+oembed",
                href: format!("/oembed?url={address}&format=json"),
                name: heading.clone(),
            });
        }
        if let Some(path) = robots::licence_path(&self.presentation.house.crawlers) {
            links.push(Link {
                rel: "license",
                media_type: crate::feeds::licence::MEDIA_TYPE,
                href: path.to_owned(),
                name: String::new(),
            });
        }
        // A page that says where it stands, and nothing else of itself.
        let stands =
            page.path.as_ref().filter(|_| page.meta.data.is_empty() && !page.crumbs.is_empty());
        let way = stands.map(|path| {
            let above = page.crumbs.iter().skip(1).map(|link| (&*link.name, &*link.href));
            self.breadcrumbs(&above.chain([(&*page.heading, &**path)]).collect::<Vec<_>>())
        });
        let data: Vec<Value> = page
            .meta
            .data
            .iter()
            .chain(&way)
            .map(|data| Value::from_safe_string(data_text(data)))
            .collect();
        minijinja::context! { tags => value(tags), links => value(links), data => data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_close_its_element() {
        let text = data_text(&json!({ "headline": "</script><b>&\u{2028}" }));
        assert_eq!(text, r#"{"headline":"\u003c/script\u003e\u003cb\u003e\u0026\u2028"}"#);
        let back: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(back["headline"], "</script><b>&\u{2028}");
    }

    #[test]
    fn letters_are_counted_without_markup() {
        assert_eq!(letters("<p>A &amp; b</p>\n<p title=\"x\">日本</p>"), 8);
        assert_eq!(letters(""), 0);
    }
}
