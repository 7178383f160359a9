//! The route table: every address of the site, in one place.
//!
//! The dispatcher, the list of reserved section names, robots.txt and the test that looks for leaks are made from it. A
//! route that is not here does not exist.

use http::Method;

use super::request::PATH_BYTES_MAX;

/// Whether an address can lead to a locked body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccessClass {
    /// It has no way to a body.
    Public,
    /// The gate is asked on every request.
    Guarded,
}

/// Who may keep what the address answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CacheClass {
    /// The same bytes for every stranger.
    Shared,
    /// One person's own.
    Private,
    /// An address that names its own bytes.
    Immutable,
}

/// The pages of the site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// The front page.
    Home,
    /// One section's articles.
    Section,
    /// One tag's articles.
    Tag,
    /// An article.
    Article,
    /// The reading of an article: POST makes it, GET shows what it opened.
    Reading,
    /// What the paper sells.
    Offers,
    /// Who makes the paper.
    About,
    /// How to write to it.
    Contact,
    /// Style, script, fonts.
    Asset,
    /// A picture that anybody may see.
    Media,
    /// A picture or document of a locked body.
    LockedMedia,
    /// What other sites show where somebody shares an article.
    SharePicture,
    /// For crawlers.
    Robots,
    /// For prefetching proxies: they are welcome, since a GET spends nothing.
    TrafficAdvice,
    /// Every notice and wall, in the demo.
    Walls,
}

/// One row of the table.
#[derive(Debug)]
pub struct Route {
    /// The page.
    pub page: Page,
    /// Its address; `{name}` is one path segment.
    pub pattern: &'static str,
    /// What may be asked of it; HEAD goes with GET, OPTIONS with all.
    pub methods: &'static [Method],
    /// Whether it leads to a body.
    pub access: AccessClass,
    /// Who may keep the answer.
    pub cache: CacheClass,
    /// Whether it exists in the demo only.
    pub demo_only: bool,
}

const fn route(page: Page, pattern: &'static str, access: AccessClass, cache: CacheClass) -> Route {
    Route { page, pattern, methods: &[Method::GET], access, cache, demo_only: false }
}

/// All addresses. Fixed ones stand before those with places.
pub const ROUTES: &[Route] = &[
    route(Page::Home, "/", AccessClass::Public, CacheClass::Shared),
    route(Page::Offers, "/offers", AccessClass::Public, CacheClass::Shared),
    route(Page::About, "/about", AccessClass::Public, CacheClass::Shared),
    route(Page::Contact, "/contact", AccessClass::Public, CacheClass::Shared),
    route(Page::Robots, "/robots.txt", AccessClass::Public, CacheClass::Shared),
    route(
        Page::TrafficAdvice,
        "/.well-known/traffic-advice",
        AccessClass::Public,
        CacheClass::Shared,
    ),
    Route {
        demo_only: true,
        ..route(Page::Walls, "/demo/walls", AccessClass::Public, CacheClass::Shared)
    },
    route(Page::Asset, "/assets/{file}", AccessClass::Public, CacheClass::Immutable),
    route(Page::Media, "/media/{file}", AccessClass::Public, CacheClass::Immutable),
    route(Page::LockedMedia, "/media/{article}/{file}", AccessClass::Guarded, CacheClass::Private),
    route(Page::SharePicture, "/share/{file}", AccessClass::Public, CacheClass::Immutable),
    route(Page::Tag, "/tags/{tag}", AccessClass::Public, CacheClass::Shared),
    route(Page::Section, "/{section}", AccessClass::Public, CacheClass::Shared),
    route(Page::Article, "/{section}/{article}", AccessClass::Guarded, CacheClass::Shared),
    Route {
        methods: &[Method::GET, Method::POST],
        ..route(
            Page::Reading,
            "/{section}/{article}/reading",
            AccessClass::Guarded,
            CacheClass::Private,
        )
    },
];

/// The longest name in an address, in bytes: longer than any slug or file that there is.
const NAME_BYTES_MAX: usize = 160;

/// The places of a pattern, filled from a path.
pub(crate) type Places<'a> = [&'a str; 2];

/// Finds the route of a path that is spelled as the table spells it.
pub(crate) fn find(path: &str, demo: bool) -> Option<(&'static Route, Places<'_>)> {
    let rows = ROUTES.iter().filter(|route| demo || !route.demo_only);
    rows.filter_map(|route| fit(route.pattern, path).map(|places| (route, places))).next()
}

fn fit<'a>(pattern: &str, path: &'a str) -> Option<Places<'a>> {
    let mut places = [""; 2];
    let mut filled = 0;
    let mut given = path.split('/');
    for wanted in pattern.split('/') {
        let given = given.next()?;
        if wanted.starts_with('{') {
            let reserved = wanted == "{section}" && is_reserved(given);
            // Files have endings; nothing else has, so that `/news/x.html` is another spelling of `/news/x`.
            let dotted = wanted != "{file}" && given.contains('.');
            if !is_name(given) || reserved || dotted {
                // `/media/x/y` is no article of a section `media`.
                return None;
            }
            *places.get_mut(filled)? = given;
            filled += 1;
        } else if wanted != given {
            return None;
        }
    }
    given.next().is_none().then_some(places)
}

/// Names that no section may have, since fixed addresses begin with them.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    ROUTES.iter().any(|route| {
        let first = route.pattern.split('/').nth(1).unwrap_or("");
        !first.is_empty() && first == name
    })
}

/// What a name in an address may be made of.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= NAME_BYTES_MAX
        && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
        && !text.starts_with('.')
}

/// The one canonical spelling of a path that was spelled otherwise: without doubled or trailing slashes, decoded once,
/// in lower case, without `.html` or an index. `None` where that is the path itself, or leads nowhere.
pub(crate) fn canonical(path: &str, demo: bool) -> Option<String> {
    if path.len() > PATH_BYTES_MAX {
        return None;
    }
    let decoded = decode(path)?.to_ascii_lowercase();
    let mut segments: Vec<&str> =
        decoded.split('/').filter(|segment| !segment.is_empty()).collect();
    if matches!(segments.last(), Some(&"index.html" | &"index.php" | &".")) {
        segments.pop();
    }
    if segments.iter().any(|segment| matches!(*segment, "." | "..")) {
        return None;
    }
    let mut spelled = format!("/{}", segments.join("/"));
    for suffix in [".html", ".htm", ".php"] {
        if let Some(short) = spelled.strip_suffix(suffix) {
            spelled.truncate(short.len());
        }
    }
    (spelled != path && find(&spelled, demo).is_some()).then_some(spelled)
}

/// Percent-decodes ASCII once; anything else is no address of ours.
fn decode(path: &str) -> Option<String> {
    let mut decoded = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            u8::try_from(high << 4 | low).ok()?
        } else {
            byte
        };
        if !(0x21..0x7F).contains(&byte) || byte == b'%' {
            return None;
        }
        decoded.push(char::from(byte));
    }
    Some(decoded)
}

#[cfg(test)]
mod tests;
