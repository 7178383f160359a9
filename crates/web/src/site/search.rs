//! The search page, and the description that browsers read to search from their own field. What is found is the store's
//! answer, which has nothing in it that is not public; nothing here asks who is reading.
//!
//! Nobody keeps the page: what somebody looks for is that reader's own business, and a cache in front would be filled
//! by queries that nobody asks twice.

use face::{Args, Key, Slot};
use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use jiff::civil::Date;
use minijinja::context;
use minijinja::value::Value;
use serde::Serialize;
use std::ops::Range;
use std::sync::Arc;
use store::{
    COUNT_MAX, Count, Filter, Finding, Findings, Order, PAGE_ARTICLES, PAGES_MAX, QUERY_CHARS_MAX,
    Query, QueryFault, Search, Searched,
};

use super::contexts::{Chrome, value};
use super::{Trouble, Visit, article};
use crate::shell::answer::{Answer, HTML, OPEN_SEARCH, Pieces};
use crate::shell::caching::Keep;
use crate::shell::finished::Finished;

/// Articles below a search that found nothing.
const LATEST: usize = 6;
/// Authors that the field offers; in a paper with more, those whom the address names alone.
const AUTHORS_MAX: usize = 300;
/// The longest name that a browser's list of searches has room for, in characters (OpenSearch 1.1, ShortName).
const SHORT_NAME_CHARS: usize = 16;

/// What the address asks for, as it was written.
#[derive(Default)]
struct Fields {
    query: String,
    section: String,
    author: String,
    from: String,
    to: String,
    order: Order,
    page: usize,
}

/// The search page.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let mut fields = Fields::read(visit).ok_or(Trouble::NotFound)?;
    let mut told = Told::default();
    match fields.ask(visit) {
        Err(None) => {}
        Err(Some(key)) => told.trouble = Some(visit.presentation.words.text(key)),
        Ok(search) => match visit.site.store.search(search, visit.now).await? {
            Searched::TooBroad => {
                told.trouble = Some(visit.presentation.words.text(Key::SearchTooBroad));
            }
            Searched::Found(findings) => told.tell(visit, &fields, &findings)?,
        },
    }
    let latest = if told.findings.is_empty() {
        visit.site.store.list(Filter::All, visit.now, LATEST, None).await?
    } else {
        Vec::new()
    };
    let latest: Vec<_> = latest.iter().map(|listed| visit.listing(listed)).collect();
    let asked = format!("{}{}{}{}", fields.section, fields.author, fields.from, fields.to);
    let search = context! {
        is_narrowed => !asked.is_empty() || fields.order == Order::Time,
        by_time => fields.order == Order::Time,
        sections => fields.sections(visit),
        authors => fields.authors(visit),
        latest => value(latest),
        told => told.count,
        trouble => told.trouble,
        meant => told.meant,
        findings => told.findings,
        next => told.next,
        previous => told.previous,
        query => fields.query.clone(),
        from => fields.from.clone(),
        to => fields.to.clone(),
    };
    let query = Args::new().with(Slot::Query, fields.query.clone());
    let words = &visit.presentation.words;
    let heading = match fields.query.is_empty() {
        true => words.text(Key::Search),
        false => words.format(Key::SearchFor, &query),
    };
    let path = Some("/search".to_owned());
    let chrome = Chrome { heading, robots: "noindex", path, ..Chrome::default() };
    let context = context! { search => search, ..visit.chrome(chrome) };
    let theme = Arc::clone(&visit.presentation.theme);
    let render = move || theme.render("search.html", context).map(Finished::new);
    let page = visit.site.pool.run(render).await??;
    let (bytes, encoding) = page.bytes(visit.request.encoding());
    let mut response = visit.answer(StatusCode::OK, HTML, Keep::Nobody, Pieces::one(bytes));
    article::encoded(&mut response, encoding);
    let robots = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
    Ok(response)
}

/// How a browser can search the paper from its own field.
pub(crate) fn description(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let paper = &visit.presentation.house.paper;
    let words = &visit.presentation.words;
    let mut name: String = paper.name.chars().take(SHORT_NAME_CHARS).collect();
    if name.len() < paper.name.len()
        && let Some((whole, _)) = name.rsplit_once(' ')
    {
        name = whole.to_owned();
    }
    let args = Args::new().with(Slot::Query, paper.name.clone());
    let search = context! {
        name => name,
        description => words.format(Key::SearchFor, &args),
        language => paper.language_tag.clone(),
        origin => visit.address(),
        icon => visit.presentation.theme.assets.address("icon.svg"),
    };
    let text = visit.presentation.theme.render("opensearch.xml", context! { search => search })?;
    let body = Pieces::one(bytes::Bytes::from(text));
    // Without an address of its own the paper says the host that it was asked by: true for that reader alone.
    let kept = if visit.site.origin.is_some() { Keep::Minute } else { Keep::Nobody };
    Ok(visit.answer(StatusCode::OK, OPEN_SEARCH, kept, body))
}

impl Fields {
    /// Reads the address; `None` where it asks for a page that cannot be.
    fn read(visit: &Visit<'_>) -> Option<Self> {
        let mut fields = Self { page: 1, ..Self::default() };
        let pairs = visit.request.target.query.unwrap_or("").split('&');
        // Of a field that comes twice, the first counts.
        for (name, given) in pairs.rev().map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
            let given = decoded(given);
            match name {
                "q" => fields.query = given,
                "section" => fields.section = given,
                "author" => fields.author = given,
                "from" => fields.from = given,
                "to" => fields.to = given,
                "order" if given == "time" => fields.order = Order::Time,
                "order" => fields.order = Order::Relevance,
                "page" => fields.page = given.parse().ok()?,
                _ => {}
            }
        }
        // Names that the paper does not have narrow nothing down, as the fields show.
        if visit.presentation.section(&fields.section).is_none() {
            fields.section.clear();
        }
        if visit.presentation.author(&fields.author).is_none() {
            fields.author.clear();
        }
        (1..=PAGES_MAX).contains(&fields.page).then_some(fields)
    }

    /// The question that they are; otherwise what is wrong with it, if anything was asked at all.
    fn ask(&mut self, visit: &Visit<'_>) -> Result<Search, Option<Key>> {
        let query = match Query::parse(&self.query) {
            Ok(query) => query,
            Err(QueryFault::NoWord) if self.query.is_empty() => return Err(None),
            Err(QueryFault::NoWord) => return Err(Some(Key::SearchNoWord)),
            Err(QueryFault::TooLong | QueryFault::TooManyWords) => {
                self.query = self.query.chars().take(QUERY_CHARS_MAX).collect();
                return Err(Some(Key::SearchTooLong));
            }
        };
        let (from, to) = self.days(visit).ok_or_else(|| {
            self.from.clear();
            self.to.clear();
            Some(Key::SearchDates)
        })?;
        let named = |slug: &String| (!slug.is_empty()).then(|| slug.clone());
        Ok(Search {
            query,
            section: named(&self.section),
            author: named(&self.author),
            from,
            until: to,
            order: self.order,
            page: self.page,
        })
    }

    /// The first instant of the first day and the first after the last, in the paper's zone; `None` where they are no
    /// dates, or the wrong way round.
    fn days(&self, visit: &Visit<'_>) -> Option<(Option<Timestamp>, Option<Timestamp>)> {
        let day = |text: &str| match text {
            "" => Some(None),
            // A date and nothing else: jiff would also take a time with it.
            text if text.len() == 10 => text.parse::<Date>().ok().map(Some),
            _ => None,
        };
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return None;
        }
        let zone = &visit.presentation.house.policy.zone;
        let begins = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0)).ok();
        // What lies beyond all calendars bounds nothing.
        Some((from.and_then(begins), to.and_then(|day| day.tomorrow().ok()).and_then(begins)))
    }

    fn sections(&self, visit: &Visit<'_>) -> Vec<Value> {
        let sections = visit.presentation.paper.sections.iter();
        sections.map(|s| choice(s.slug.as_str(), &s.name, &self.section)).collect()
    }

    fn authors(&self, visit: &Visit<'_>) -> Vec<Value> {
        let all = &visit.presentation.paper.authors;
        let few = all.len() <= AUTHORS_MAX;
        let authors = all.iter().filter(|author| few || author.slug.as_str() == self.author);
        authors.map(|author| choice(author.slug.as_str(), &author.name, &self.author)).collect()
    }

    /// The address of another page of the same question, or of another spelling of it.
    fn href(&self, query: &str, page: usize) -> String {
        let order = if self.order == Order::Time { "time" } else { "" };
        let number = if page > 1 { page.to_string() } else { String::new() };
        let all = [
            ("q", query),
            ("section", &*self.section),
            ("author", &*self.author),
            ("from", &*self.from),
            ("to", &*self.to),
            ("order", order),
            ("page", &*number),
        ];
        let given = all.into_iter().filter(|(_, given)| !given.is_empty());
        let pairs =
            given.map(|(name, given)| format!("{name}={}", super::contexts::encoded(given)));
        format!("/search?{}", pairs.collect::<Vec<_>>().join("&"))
    }
}

fn choice(slug: &str, name: &str, chosen: &str) -> Value {
    context! { value => slug, name => name, chosen => slug == chosen }
}

/// What the page says of the answer.
#[derive(Default)]
struct Told {
    count: Option<Value>,
    trouble: Option<String>,
    meant: Option<Value>,
    findings: Vec<Value>,
    next: Option<String>,
    previous: Option<String>,
}

impl Told {
    fn tell(
        &mut self,
        visit: &Visit<'_>,
        fields: &Fields,
        findings: &Findings,
    ) -> Result<(), Trouble> {
        let words = &visit.presentation.words;
        let (key, args, count) = match findings.count {
            Count::Exactly(count) => (Key::SearchFound, Args::new().count(count), count),
            Count::MoreThan(count) => (Key::SearchFoundMany, Args::new(), count),
        };
        let pages = usize::try_from(count.min(COUNT_MAX)).unwrap_or(0).div_ceil(PAGE_ARTICLES);
        if fields.page > 1 && fields.page > pages {
            return Err(Trouble::NotFound);
        }
        let (before, behind) = words.around(key, Slot::Query, &args);
        self.count = Some(context! { before, behind, query => fields.query.clone() });
        self.findings = findings.articles.iter().map(|one| visit.finding(one)).collect();
        self.next = (fields.page < pages).then(|| fields.href(&fields.query, fields.page + 1));
        self.previous = (fields.page > 1).then(|| fields.href(&fields.query, fields.page - 1));
        self.trouble = (count == 0).then(|| words.text(Key::SearchNothing));
        self.meant = findings.spelling.as_ref().map(|spelling| {
            let (before, behind) = words.around(Key::SearchMeant, Slot::Query, &Args::new());
            let href = fields.href(spelling, 1);
            context! { before, behind, href, query => spelling.clone() }
        });
        Ok(())
    }
}

/// A stretch of text, and whether it was searched for.
#[derive(Serialize)]
struct Part<'a> {
    text: &'a str,
    marked: bool,
}

impl Visit<'_> {
    fn finding(&self, finding: &Finding) -> Value {
        let head = &finding.listed.head;
        let snippet = &finding.snippet;
        let language = head.language.as_ref().map(|tag| format!(" lang=\"{tag}\""));
        context! {
            listing => value(self.listing(&finding.listed)),
            headline => value(parts(&head.headline, &finding.marks)),
            snippet => value(parts(&snippet.text, &snippet.marks)),
            cut_before => snippet.is_cut_before,
            cut_behind => snippet.is_cut_behind,
            language => Value::from_safe_string(language.unwrap_or_default()),
        }
    }
}

/// A text cut at its marks. Each part is escaped by the template that prints it.
fn parts<'a>(text: &'a str, marks: &[Range<usize>]) -> Vec<Part<'a>> {
    let mut parts = Vec::with_capacity(marks.len() * 2 + 1);
    let mut done = 0;
    let mut push = |place: Range<usize>, marked: bool| {
        let text = text.get(place).unwrap_or("");
        if !text.is_empty() {
            parts.push(Part { text, marked });
        }
    };
    for mark in marks {
        push(done..mark.start, false);
        push(mark.clone(), true);
        done = mark.end;
    }
    push(done..text.len(), false);
    parts
}

/// A value of a form, decoded: what is not UTF-8, or steers a terminal, becomes a space.
fn decoded(given: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = given.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        let pair = digit(bytes.get(place + 1)).zip(digit(bytes.get(place + 2)));
        let (byte, length) = match (byte, pair) {
            (b'+', _) => (b' ', 1),
            (b'%', Some((high, low))) => (u8::try_from(high << 4 | low).unwrap_or(b' '), 3),
            (byte, _) => (*byte, 1),
        };
        plain.push(byte);
        place += length;
    }
    let text = String::from_utf8_lossy(&plain);
    let letter =
        |letter: char| if letter.is_control() || letter == '\u{FFFD}' { ' ' } else { letter };
    text.chars().map(letter).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{decoded, parts};

    #[test]
    fn forms_are_decoded_whatever_stands_in_them() {
        for (given, expected) in [
            ("a+b%20c", "a b c"),
            ("%C3%A9%zz%4", "é%zz%4"),
            ("%ff%00a%0a", "a"),
            ("%2B%26%3D", "+&="),
            ("東京", "東京"),
        ] {
            assert_eq!(decoded(given), expected);
        }
    }

    #[test]
    fn texts_are_cut_at_their_marks() {
        let text = "a <b> c";
        let cut: Vec<(&str, bool)> =
            parts(text, &[0..1, 2..5]).into_iter().map(|part| (part.text, part.marked)).collect();
        assert_eq!(cut, [("a", true), (" ", false), ("<b>", true), (" c", false)]);
    }
}
