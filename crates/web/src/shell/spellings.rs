//! The spellings under which an address of former times may stand in the record, and the pages of ours that other
//! people's addresses mean. Pure functions over hostile text; whether anything is there, the caller looks up.

use unicode_normalization::UnicodeNormalization;

/// The most spellings of one address.
const SPELLINGS_MAX: usize = store::SPELLINGS_MAX;
/// The longest query that may be part of an old address, in bytes.
const QUERY_BYTES_MAX: usize = 200;
/// The longest number in a query that names an article, in digits.
const ID_DIGITS_MAX: usize = 20;

/// What stood behind an old address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tail {
    /// Nothing that matters.
    Nothing,
    /// The reading of the article.
    Reading,
    /// The query was part of the address.
    Query,
}

/// One spelling of an old address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Spelling {
    /// As it may stand in the record.
    pub(crate) path: String,
    /// What stood behind it.
    pub(crate) tail: Tail,
}

/// The number by which a query of WordPress names an article: `/?p=123` in the form in which it is recorded.
pub(crate) fn id_query(query: Option<&str>) -> Option<String> {
    query?.split('&').find_map(|pair| {
        let (name, digits) = pair.split_once('=')?;
        let known = matches!(name, "p" | "page_id");
        let number = (1..=ID_DIGITS_MAX).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        (known && number).then(|| format!("/?{name}={digits}"))
    })
}

/// Where an address may be recorded, the likeliest first; at most as many as one question to the store may name.
pub(crate) fn spellings(path: &str, query: Option<&str>) -> Vec<Spelling> {
    let mut all = Vec::new();
    if let Some(named) = id_query(query) {
        add(&mut all, named, Tail::Query);
    }
    if let Some(query) = query.filter(|query| query.len() <= QUERY_BYTES_MAX) {
        add(&mut all, format!("{path}?{query}"), Tail::Query);
    }
    forms(&mut all, path, Tail::Nothing);
    if let Some((short, tail)) = without_tail(path) {
        forms(&mut all, short, tail);
    }
    all
}

/// The paths at which a file may have lain: the one that was asked for, and those of the picture that it is a size of, as
/// WordPress (`a-300x200.jpg`) and Ghost (`size/w600/`) name them.
pub(crate) fn file_spellings(path: &str) -> Vec<String> {
    let Some(decoded) = decode(path) else { return Vec::new() };
    let bare = without_size(&decoded);
    let ghost = decoded.split_once("/images/size/").and_then(|(before, rest)| {
        let (_, rest) = rest.split_once('/')?;
        let named =
            rest.strip_prefix("format/").map_or(Some(rest), |rest| Some(rest.split_once('/')?.1));
        named.map(|name| format!("{before}/images/{name}"))
    });
    std::iter::once(decoded).chain(bare).chain(ghost).collect()
}

/// `a-300x200.jpg` is a size of `a.jpg`.
fn without_size(path: &str) -> Option<String> {
    let (stem, ending) = path.rsplit_once('.')?;
    let (name, size) = stem.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    (is_number(width) && is_number(height) && !name.ends_with('/'))
        .then(|| format!("{name}.{ending}"))
}

fn add(all: &mut Vec<Spelling>, path: String, tail: Tail) {
    let is_new = all.iter().all(|known| known.path != path);
    if is_new && all.len() < SPELLINGS_MAX && path.starts_with('/') && !path.starts_with("//") {
        all.push(Spelling { path, tail });
    }
}

/// A path as given, decoded, encoded in both ways, in the other normal form, in lower case; each with a slash and without.
fn forms(all: &mut Vec<Spelling>, path: &str, tail: Tail) {
    let mut forms = vec![path.to_owned()];
    if let Some(decoded) = decode(path) {
        let composed: String = decoded.nfc().collect();
        let lower = composed.to_lowercase();
        for text in [decoded, composed, lower] {
            forms.push(encode(&text, |byte| format!("%{byte:02x}")));
            forms.push(encode(&text, |byte| format!("%{byte:02X}")));
            forms.push(text);
        }
    }
    for form in forms {
        let bare = form.trim_end_matches('/');
        if !bare.is_empty() {
            let (one, other) = (bare.to_owned(), format!("{bare}/"));
            let (one, other) = if form.ends_with('/') { (other, one) } else { (one, other) };
            add(all, one, tail);
            add(all, other, tail);
        }
    }
}

/// A path without what other houses put behind an article: another form of it, or a page of it.
fn without_tail(path: &str) -> Option<(&str, Tail)> {
    let bare = path.trim_end_matches('/');
    let (short, last) = bare.rsplit_once('/')?;
    match last {
        "reading" => Some((short, Tail::Reading)),
        "amp" | "feed" | "rss" | "embed" | "trackback" | "print" => Some((short, Tail::Nothing)),
        "atom" | "rdf" | "rss2" => Some((short.strip_suffix("/feed")?, Tail::Nothing)),
        _ if last.starts_with("comment-page-") => Some((short, Tail::Nothing)),
        _ if is_number(last) => Some((short.strip_suffix("/page").unwrap_or(short), Tail::Nothing)),
        _ => None,
    }
}

/// A path without `/amp` and the like at its end, where it has one: the page that it is another form of. Feeds and
/// numbers are not forms of a page of ours; behind an address of former times they are.
pub(crate) fn plain_form(path: &str) -> Option<&str> {
    let (short, last) = path.trim_end_matches('/').rsplit_once('/')?;
    let short = match last {
        "amp" | "embed" | "trackback" => short,
        _ if last.starts_with("comment-page-") => short,
        _ if is_number(last) => short.strip_suffix("/page")?,
        _ => return None,
    };
    (!short.is_empty()).then_some(short)
}

/// A page of ours that an address of another house means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Meant {
    /// A page without a name: the front page, the feed of all, an archive.
    Page(String),
    /// A section, or the tag that it became; or the feed of it.
    Section(String, Wanted),
    /// A tag, or its feed.
    Tag(String, Wanted),
    /// An author, or the feed.
    Author(String, Wanted),
}

/// What of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    /// The page.
    Page,
    /// The feed, as RSS.
    Feed,
}

/// What an address of WordPress, Ghost or a generator means here: `/category/sport/feed/`, `/author/anna/page/2/`.
pub(crate) fn meant(path: &str) -> Option<Meant> {
    let decoded = decode(path)?.to_ascii_lowercase();
    let mut segments: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
    let mut wanted = Wanted::Page;
    if let [.., "page", number] = segments[..]
        && is_number(number)
    {
        segments.truncate(segments.len() - 2);
        if segments.is_empty() {
            return Some(Meant::Page("/".to_owned()));
        }
    }
    if let [first, .., "atom" | "rdf" | "rss2"] = segments[..]
        && (first == "feed" || segments.len() > 2)
    {
        segments.pop();
    }
    if let [_, .., "feed" | "rss"] = segments[..] {
        segments.pop();
        wanted = Wanted::Feed;
    }
    let name = |name: &str| name.to_owned();
    match segments[..] {
        ["feed" | "rss" | "rss.xml" | "feed.xml" | "index.xml" | "index.rdf"] => {
            Some(Meant::Page(name("/feeds/all.rss")))
        }
        ["atom.xml" | "feed.atom"] => Some(Meant::Page(name("/feeds/all.atom"))),
        ["feed.json"] => Some(Meant::Page(name("/feeds/all.json"))),
        ["sitemap_index.xml" | "wp-sitemap.xml" | "sitemap-index.xml" | "sitemap-posts.xml"] => {
            Some(Meant::Page(name("/sitemap.xml")))
        }
        ["category" | "section" | "sections" | "rubrik", .., last] => {
            Some(Meant::Section(name(last), wanted))
        }
        ["tag" | "tags" | "topic" | "topics", last] => Some(Meant::Tag(name(last), wanted)),
        ["author" | "authors", last] => Some(Meant::Author(name(last), wanted)),
        [year] if is_year(year) => Some(Meant::Page(format!("/archive/{year}"))),
        [year, month, ..] if is_year(year) && segments.len() < 4 && is_number(month) => {
            let day_is_number = segments.get(2).is_none_or(|day| is_number(day));
            day_is_number.then(|| Meant::Page(format!("/archive/{year}/{month:0>2}")))
        }
        [section] => Some(Meant::Section(name(section), wanted)),
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && is_number(text)
}

/// A path as it was before percent-encoding (RFC 3986, 2.1), decoded once. `None` for what is encoded by halves, or is not
/// UTF-8.
#[must_use]
pub fn percent_decoded(path: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            u8::try_from(high << 4 | low).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(decoded).ok()
}

/// The decoded path. `None` for what is encoded twice, or holds a control character or a way up.
fn decode(path: &str) -> Option<String> {
    let text = percent_decoded(path)?;
    let odd = |c: char| c.is_control() || matches!(c, '%' | '\\');
    let climbs = text.split('/').any(|part| matches!(part, "." | ".."));
    (!text.contains(odd) && !climbs).then_some(text)
}

/// Percent-encodes what a path cannot hold as it is.
fn encode(text: &str, hex: fn(u8) -> String) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}')
        {
            encoded.push(char::from(byte));
        } else {
            encoded += &hex(byte);
        }
        encoded
    })
}

/// A query for a redirect: as given, with everything encoded that a query cannot hold; `None` for one that is too long.
pub(crate) fn safe_query(query: &str) -> Option<String> {
    const QUERY_KEPT_BYTES_MAX: usize = 2_048;
    (query.len() <= QUERY_KEPT_BYTES_MAX && !query.is_empty())
        .then(|| encode(query, |byte| format!("%{byte:02X}")).replace('\\', "%5C"))
}

#[cfg(test)]
mod tests;
