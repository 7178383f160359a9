//! `cargo xtask leaks`: looks for a word from a locked text in everything that a running server shows to a stranger. It knows
//! nothing of the server but its address: it follows links, feeds and sitemaps, and asks for each address in many shapes.
//!
//! It sends GET and HEAD alone, so it opens no article.

mod disguises;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use anyhow::{Context, bail};
use ureq::http::header::{HeaderName, HeaderValue};
use ureq::{Agent, Body};

use crate::say;
use disguises::Canary;

/// Addresses that are asked, at most, unless somebody says otherwise.
const ADDRESSES_MAX: usize = 400;
/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(20);
/// Where it begins, beside the front page.
const BEGINNINGS: [&str; 12] = [
    "/",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap_index.xml",
    "/feed",
    "/feeds/all.rss",
    "/feeds/all.atom",
    "/feeds/all.json",
    "/llms.txt",
    "/llms-full.txt",
    "/manifest.webmanifest",
    "/wp-json/wp/v2/posts",
];
/// Other forms of an address: what is put behind it.
const FORMS: [&str; 12] = [
    "/amp",
    "/print",
    "/feed",
    "/embed",
    ".md",
    ".json",
    ".txt",
    "?print=1",
    "?format=amp",
    "?page=all",
    "?preview=true",
    "?_fields=content",
];
/// A header's name and value.
type Header = (&'static str, &'static str);

/// Other ways to ask for it.
const MANNERS: [&[Header]; 17] = [
    &[("accept", "application/json")],
    &[("accept", "text/markdown")],
    &[("accept", "application/ld+json")],
    &[("accept", "application/activity+json")],
    &[("accept-encoding", "identity")],
    &[("range", "bytes=2000-")],
    &[("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")],
    &[("user-agent", "Twitterbot/1.0")],
    &[("referer", "https://www.google.com/")],
    &[("x-forwarded-for", "66.249.66.1")],
    // A proxy that passes on what it was sent makes a crawler of whoever says so in both headers.
    &[
        ("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
        ("x-forwarded-for", "66.249.66.1"),
    ],
    &[("x-requested-with", "XMLHttpRequest")],
    &[("hx-request", "true")],
    &[("sec-purpose", "prefetch")],
    &[("cookie", "is_subscriber=1; wordpress_logged_in_x=1")],
    &[("authorization", "Bearer x")],
    &[("x-middleware-subrequest", "1")],
];

/// What is looked for, where.
struct Search {
    agent: Agent,
    origin: String,
    canary: Canary,
    asked: usize,
    found: Vec<String>,
}

/// Reads the words behind `leaks`, and searches; an error where the word was found.
pub(crate) fn run(words: &[&str]) -> anyhow::Result<()> {
    let value = |name: &str| {
        let place = words.iter().position(|word| *word == name)?;
        words.get(place + 1).copied()
    };
    let url = value("--url").context("--url http://... is missing")?;
    let word = value("--canary").context("--canary WORD is missing")?;
    let addresses_max = value("--addresses").map_or(Ok(ADDRESSES_MAX), str::parse);
    let found = search(url, word, addresses_max.context("--addresses takes a number")?)?;
    match found.len() {
        0 => Ok(()),
        count => bail!("{count} answers show {word:?}"),
    }
}

/// Searches a server; every answer that shows the word, with the way in which it was asked.
fn search(url: &str, word: &str, addresses_max: usize) -> anyhow::Result<Vec<String>> {
    let origin = url.trim_end_matches('/').to_owned();
    if origin.splitn(4, '/').count() != 3 {
        bail!("{url:?} is not an origin such as http://127.0.0.1:8080");
    }
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let canary = Canary::new(word)?;
    let mut search = Search { agent, origin, canary, asked: 0, found: Vec::new() };
    let mut seen: BTreeSet<String> = BEGINNINGS.map(str::to_owned).into();
    let mut waiting: VecDeque<String> = BEGINNINGS.map(str::to_owned).into();
    let mut taken = 0;
    while let Some(path) = waiting.pop_front() {
        if taken == addresses_max {
            say(format!(
                "stopped at {addresses_max} addresses; {} more were known",
                waiting.len() + 1
            ));
            break;
        }
        taken += 1;
        let Some(text) = search.ask(&path, &[], false)? else { continue };
        for link in links(&text, &search.origin) {
            if seen.insert(link.clone()) {
                waiting.push_back(link);
            }
        }
        search.ask(&path, &[], true)?;
        for manner in MANNERS {
            search.ask(&path, manner, false)?;
        }
        let bare = path.split('?').next().unwrap_or(&path);
        for form in FORMS {
            search.ask(&format!("{bare}{form}"), &[], false)?;
        }
    }
    search.oracle()?;
    let Search { asked, found, .. } = search;
    say(format!(
        "{asked} answers of {taken} addresses were searched; {} show the word",
        found.len()
    ));
    Ok(found)
}

impl Search {
    /// Asks once and looks at all that came; the text of what was answered with 200.
    fn ask(&mut self, path: &str, manner: &[Header], head: bool) -> anyhow::Result<Option<String>> {
        let address = format!("{}{path}", self.origin);
        let mut request = if head { self.agent.head(&address) } else { self.agent.get(&address) };
        for (name, value) in manner {
            let name = HeaderName::from_bytes(name.as_bytes())?;
            request = request.header(name, HeaderValue::from_str(value)?);
        }
        // An address that no client can send is nobody's way in.
        let Ok(answer) = request.call() else { return Ok(None) };
        self.asked += 1;
        let (parts, mut body): (_, Body) = answer.into_parts();
        let mut everything = Vec::new();
        for (name, value) in &parts.headers {
            // An address that is sent back as it was asked for is no text of the paper.
            everything.extend_from_slice(name.as_str().as_bytes());
            everything.extend_from_slice(b": ");
            everything.extend_from_slice(value.as_bytes());
            everything.push(b'\n');
        }
        let read = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec().unwrap_or_default();
        everything.extend_from_slice(&read);
        if let Some(disguise) = self.canary.in_bytes(&everything) {
            let manner: String =
                manner.iter().map(|(name, value)| format!(" with {name}: {value}")).collect();
            let method = if head { "HEAD" } else { "GET" };
            let line = format!("{method} {address}{manner}: {} shows it, {disguise}", parts.status);
            say(&line);
            self.found.push(line);
        }
        let is_text = parts.status.is_success() && !head && manner.is_empty();
        Ok(is_text.then(|| String::from_utf8_lossy(&read).into_owned()))
    }

    /// Whether a search for the word says anything that a search for letters which stand nowhere does not. Where a search offers
    /// close spellings it says more of any word that is like a public one; a canary that is no word tells more.
    fn oracle(&mut self) -> anyhow::Result<()> {
        let word = self.canary.word().to_owned();
        let nowhere: String =
            word.chars().map(|c| if c.is_ascii_alphabetic() { 'q' } else { c }).collect();
        let mut letters: Vec<char> = word.chars().collect();
        letters.swap(1, 2);
        let like: String = letters.into_iter().collect();
        let mut pages = Vec::new();
        for term in [&word, &nowhere, &like] {
            let address = format!("{}/search?q={term}", self.origin);
            let Ok(answer) = self.agent.get(&address).call() else { return Ok(()) };
            self.asked += 1;
            let text = answer.into_body().read_to_string().unwrap_or_default();
            pages.push(text.replace(term.as_str(), "").replace(&term.to_uppercase(), ""));
        }
        if pages[0] == pages[1] {
            return Ok(());
        }
        if pages[2] != pages[1] {
            say(format!(
                "a search knows words like {word:?}: whether it knows this one cannot be told from here"
            ));
            return Ok(());
        }
        let line = format!(
            "GET {}/search?q={word}: is answered otherwise than a word that stands nowhere",
            self.origin
        );
        say(&line);
        self.found.push(line);
        Ok(())
    }
}

/// The addresses of the same origin that stand in a text, in attributes, feeds and sitemaps.
fn links(text: &str, origin: &str) -> Vec<String> {
    let ends = |c: char| matches!(c, '"' | '\'' | '<' | '>' | ' ' | '\n' | ')' | '\\');
    let mut found = Vec::new();
    for (mark, is_path) in [("href=\"/", true), ("src=\"/", true), (origin, false)] {
        for (place, _) in text.match_indices(mark) {
            let from = if is_path { place + mark.len() - 1 } else { place + mark.len() };
            let rest = &text[from..];
            let link = &rest[..rest.find(ends).unwrap_or(rest.len())];
            let link = link.split('#').next().unwrap_or("").replace("&amp;", "&");
            if link.starts_with('/') && !link.starts_with("//") && link.is_ascii() {
                found.push(link);
            }
        }
    }
    found
}
