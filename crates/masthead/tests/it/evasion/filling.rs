//! What placeholders stand for: addresses of the canary paper, tokens that nobody issued, cookies of the meter. A name
//! that is not known here is told, and something random is sent in its place.

use super::readers::Account;
use super::worlds::{
    ARTICLE, Asker, EMBARGOED, FREE, Kind, OPENED, OTHER, PUBLIC_URL, World, host,
};
use crate::ask::Ask;
use crate::decode;
use crate::jar::Jar;

/// The most that is sent for a placeholder of a size.
const SIZE_MAX: usize = 64 * 1024;

/// A text with its placeholders filled.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Filled {
    pub(crate) text: String,
    /// Placeholders that nothing is known of.
    pub(crate) unknown: Vec<String>,
}

/// What differs between two requests of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) world: &'a World,
    /// The article that `{A}` is, this time.
    pub(crate) article: &'static str,
    pub(crate) number: usize,
}

/// `{A2..A20}` in a target: the numbers, and the target with `{A}` in its place.
pub(crate) fn range(target: &str) -> Option<(usize, usize, String)> {
    let start = target.find("{A")?;
    let inner = target[start + 2..].split('}').next()?;
    let (first, last) = inner.split_once("..A")?;
    let whole = format!("{{A{inner}}}");
    Some((first.parse().ok()?, last.parse().ok()?, target.replace(&whole, "{A}")))
}

impl Turn<'_> {
    /// Fills a target: what is no part of an address is escaped.
    pub(crate) fn target(&self, text: &str) -> Filled {
        let mut filled = self.fill(text, true);
        filled.text = filled.text.replace(' ', "%20").replace('"', "%22");
        filled
    }

    /// Fills the value of a header, or a body.
    pub(crate) fn value(&self, text: &str) -> Filled {
        self.fill(text, false)
    }

    fn fill(&self, text: &str, is_target: bool) -> Filled {
        let mut filled = Filled::default();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            filled.text += &rest[..start];
            rest = &rest[start..];
            let name = rest[1..].split('}').next().unwrap_or("");
            if name.len() + 2 > rest.len() || !is_placeholder(name) {
                filled.text.push('{');
                rest = &rest[1..];
                continue;
            }
            let in_query = is_target && filled.text.contains('?');
            match self.known(name, &filled.text, in_query) {
                Some(value) => filled.text += &value,
                None => {
                    filled.unknown.push(name.to_owned());
                    filled.text += &token(name, self.number);
                }
            }
            rest = &rest[name.len() + 2..];
        }
        filled.text += rest;
        filled
    }

    fn known(&self, name: &str, before: &str, in_query: bool) -> Option<String> {
        let path = |code: &str| self.world.paper.path(code);
        let words = name.to_lowercase();
        let has = |word: &str| words.contains(word);
        Some(match name {
            "A" => path(self.article),
            "B" => path(OTHER),
            "F" => path(FREE),
            "E" => path(EMBARGOED),
            "S" => path("subs"),
            "ID" | "SLUG" | "paid-id" | "paid-slug" | "id" | "slug" => self.article.to_owned(),
            "free-slug" | "free-id" => FREE.to_owned(),
            "U" => {
                let address = format!("http://{}{}", host(), path(self.article));
                if in_query { escaped(&address) } else { address }
            }
            "HOST" => host().to_owned(),
            "IP" | "ORIGIN_IP" => "127.0.0.1".to_owned(),
            "T" | "TAG" | "tag" => "shipping".to_owned(),
            "SECTION" | "section" => "harbour".to_owned(),
            "AUTHOR" | "author" => "anna".to_owned(),
            "title words" | "headline" | "headline words" => {
                let words = format!("Headline of {}", self.article);
                if in_query { escaped(&words) } else { words }
            }
            "hub callback" => "/hub/callback".to_owned(),
            "HASH" => self.file_hash(),
            _ if name.starts_with("paid ") => {
                if in_query {
                    escaped(PAID_PHRASE)
                } else {
                    PAID_PHRASE.to_owned()
                }
            }
            _ if has("etag of full") || has("etag of the full") => self.etag(true),
            _ if words.starts_with("etag") => self.etag(false),
            _ if words.starts_with("meter") => {
                let value = self.meter(&words)?.jar.value().to_owned();
                if before.ends_with('=') {
                    value
                } else {
                    format!("{}={value}", self.world.paper.cookie_name())
                }
            }
            _ if words.starts_with("link rel") => self.linked(name),
            _ if words.starts_with("a with ") => spelled(&path(self.article), &name[7..]),
            // As long as a real one: whoever guesses knows that much.
            _ if words.starts_with("rand") => token(name, self.number)[..32].to_owned(),
            _ if size(&words).is_some() => "x".repeat(size(&words)?),
            _ if self.issued(&words, before).is_some() => self.issued(&words, before)?,
            _ if [
                "token", "sess", "session", "short", "issue", "other", "secret", "code", "key",
                "nonce",
            ]
            .iter()
            .any(|word| has(word)) =>
            {
                // Nobody issued one.
                let value = token(name, self.number);
                let is_cookie = has("session") && before.is_empty();
                if is_cookie { format!("__Host-session={value}") } else { value }
            }
            _ => return None,
        })
    }

    /// Whose cookie a header's value names: of the meter, or of somebody who is signed in.
    pub(crate) fn owner(&self, value: &str) -> Option<Asker> {
        let (start, end) = owned(value)?;
        let words = value[start + 1..end - 1].to_lowercase();
        if words.starts_with("meter") { self.meter(&words) } else { self.session(&words) }
    }

    /// Whose session a placeholder names; nobody's where the row says that it was made up.
    fn session(&self, words: &str) -> Option<Asker> {
        let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
        let account = match () {
            () if has(&["guess", "random", "forged", "junk", "unknown"]) => return None,
            () if has(&["attacker", "registered", "reader"]) => Account::Registered,
            () if has(&["ended", "expired", "revoked", "logged out", "signed out", "old sess"]) => {
                Account::SignedOut
            }
            () if has(&["erased", "deleted"]) => Account::Erased,
            () if has(&["lapsed", "former"]) => Account::Lapsed,
            () => Account::Subscriber,
        };
        Some(self.world.account(account))
    }

    /// A secret of a kind that the paper does give out, where the place or the name says which: really issued, and not used.
    fn issued(&self, words: &str, before: &str) -> Option<String> {
        let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
        let is_at = |any: &[&str]| any.iter().any(|place| before.ends_with(place));
        let is_secret = has(&["token", "secret", "link", "code"]) && !has(&["rand", "guess"]);
        if !is_secret {
            return None;
        }
        let path = if has(&["gift"]) || is_at(&["/gift/", "gift="]) {
            let code = if words.ends_with(" b") { OTHER } else { ARTICLE };
            self.world.gift(code)
        } else if has(&["magic", "sign-in", "login"]) || is_at(&["/sign-in/", "/magic/"]) {
            self.world.sign_in_link()
        } else {
            return None;
        };
        path.rsplit('/').next().map(str::to_owned)
    }

    fn meter(&self, words: &str) -> Option<Asker> {
        let world = self.world;
        let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
        let name = world.paper.cookie_name();
        let strange = |value: &str| Asker {
            jar: Jar::holding(name, value),
            may: vec![FREE],
            left: None,
            absent: None,
        };
        if has(&[
            "staging",
            "other host",
            "another host",
            "tenant",
            "environment",
            "other paper",
            "another paper",
        ]) {
            // The same number is somebody here, who has the article open.
            let here = world.paper.cookie_value(PUBLIC_URL, 9);
            world.paper.read(&mut Jar::holding(name, &here), ARTICLE);
            return Some(strange(&world.paper.cookie_value("http://staging.example", 9)));
        }
        let exhausted = world.asker("exhausted")?;
        if has(&[
            "remov",
            "signature",
            "mac",
            "swap",
            "flip",
            "tamper",
            "forge",
            "alter",
            "truncat",
            "unsigned",
            "wrong",
            "invalid",
            "edited",
            "garbage",
        ]) {
            // Somebody who has the article open, with a letter of the proof changed.
            let entitled = world.entitled();
            let mut letters: Vec<char> = entitled.jar.value().chars().collect();
            letters[30] = if letters[30] == 'A' { 'B' } else { 'A' };
            return Some(strange(&letters.into_iter().collect::<String>()));
        }
        if has(&["first issued", "first value", "frozen"]) {
            // It came with the first article, and stays as it is for ever.
            let first = match world.kind {
                Kind::Wide => world.several(1, 1)[0],
                _ => OPENED[0],
            };
            let jar = world.paper.visitor_of(&[first]);
            return Some(Asker { jar, may: vec![FREE, first], left: Some(4), absent: None });
        }
        Some(exhausted)
    }

    fn etag(&self, of_full: bool) -> String {
        let world = self.world;
        let mut jar = if of_full { world.entitled().jar } else { Jar::default() };
        let reply = world.paper.send(&mut jar, Ask::get(&world.paper.path(self.article)));
        let is_meant = of_full == world.paper.is_whole(&reply, self.article);
        match reply.header("etag") {
            _ if !is_meant => format!("\"{}i\"", &token("etag", 0)[..32]),
            // The whole text has none: what one would look like.
            "" => format!("\"{}i\"", &token("etag", 0)[..32]),
            tag => tag.to_owned(),
        }
    }

    /// The name of a file behind the line, as its address has it.
    fn file_hash(&self) -> String {
        let mut files = self.world.paper.locked_files.iter();
        let file = files.find(|(code, _)| *code == self.article);
        let name = file.and_then(|(_, address)| address.rsplit('/').next()).unwrap_or("none");
        name.split('.').next().unwrap_or(name).to_owned()
    }

    /// What a page links to as the same in another form; an address of such a form where it does not.
    fn linked(&self, name: &str) -> String {
        let path = self.world.paper.path(self.article);
        let html = self.world.paper.get(&path).text();
        let attributes: Vec<&str> = name.split_whitespace().skip(1).collect();
        let fits = |tag: &&str| {
            attributes.iter().all(|attribute| match attribute.split_once('=') {
                Some((name, value)) => tag.contains(&format!("{name}=\"{value}\"")),
                None => true,
            })
        };
        let mut tags = html.split("<link ").skip(1).filter_map(|tag| tag.split('>').next());
        let href = tags.find(fits).and_then(|tag| tag.split("href=\"").nth(1)?.split('"').next());
        match href {
            Some(href) => href.replace(&format!("http://{}", host()), ""),
            None => format!("{path}.json"),
        }
    }
}

/// Words that stand in every locked part, and that are no canary: they may be looked for.
pub(crate) const PAID_PHRASE: &str = "Last paragraph";
/// Where a placeholder stands that names somebody's cookie.
pub(crate) fn owned(value: &str) -> Option<(usize, usize)> {
    let start = value.find('{')?;
    let end = start + value[start..].find('}')? + 1;
    let words = value[start + 1..end - 1].to_lowercase();
    let is_owned = words.starts_with("meter")
        || words.starts_with("sess")
        || words.ends_with("session")
        || words.contains("issued while");
    is_owned.then_some((start, end))
}

/// What may stand between braces and be a placeholder; JSON and GraphQL are none.
fn is_placeholder(name: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || " .=/+%_-±".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(is_sign)
        || name.starts_with("A with ")
}

/// `20 KiB`.
fn size(words: &str) -> Option<usize> {
    let (number, unit) = words.split_once(' ')?;
    let unit = match unit {
        "b" | "bytes" | "characters" => 1,
        "kib" | "kb" => 1_024,
        "mib" | "mb" => 1_024 * 1_024,
        _ => return None,
    };
    number.parse::<usize>().ok().map(|number| number.saturating_mul(unit).min(SIZE_MAX))
}

/// A token that nobody issued, the same each time for the same name and number.
fn token(name: &str, number: usize) -> String {
    blake3::hash(format!("{name} {number}").as_bytes()).to_hex()[..43].to_owned()
}

/// Everything escaped but letters, digits and what stands in names.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// A path with one letter spelled otherwise, where the spelling is one of a letter that it has; or with it at its end.
fn spelled(path: &str, spelling: &str) -> String {
    let mut plain = spelling.to_owned();
    for _ in 0..3 {
        plain = decode::percent(&plain);
    }
    let mut letters = plain.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_alphanumeric() => match path[1..].find(letter) {
            Some(place) => format!("/{}{spelling}{}", &path[1..=place], &path[place + 2..]),
            None => format!("{path}{spelling}"),
        },
        _ => format!("{path}{spelling}"),
    }
}

/// Letters of a path in their wide forms.
pub(crate) fn fullwidth(path: &str) -> String {
    let wide = |c: char| match c {
        'a'..='z' | '0'..='9' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        other => other,
    };
    path.chars().map(wide).collect()
}

/// A path with an accent as a letter of its own.
pub(crate) fn decomposed(path: &str) -> String {
    path.replacen('a', "a\u{301}", 1)
}

#[test]
fn ranges_sizes_and_spellings_are_read() {
    assert_eq!(range("{A2..A20}"), Some((2, 20, "{A}".to_owned())));
    assert_eq!(range("{A1..A500}?x=1"), Some((1, 500, "{A}?x=1".to_owned())));
    assert_eq!(range("{A}"), None);
    assert_eq!(size("20 kib"), Some(20_480));
    assert_eq!(size("9999 mib"), Some(SIZE_MAX));
    assert_eq!(spelled("/harbour/m01", "%61"), "/h%61rbour/m01");
    assert_eq!(spelled("/harbour/m01", "%2561"), "/h%2561rbour/m01");
    assert_eq!(spelled("/harbour/m01", "%00"), "/harbour/m01%00");
    assert!(is_placeholder("title words") && !is_placeholder("\"a\":1") && !is_placeholder(""));
}

#[test]
fn every_placeholder_of_the_list_stands_for_something() {
    let world = World::open(Kind::Plain);
    let turn = Turn { world: &world, article: ARTICLE, number: 1 };
    for (text, filled) in [
        ("{A}?x=1", "/harbour/m01?x=1"),
        ("/{A}", "//harbour/m01"),
        ("/oembed?url={U}", "/oembed?url=http%3A%2F%2Fpaper.example%2Fharbour%2Fm01"),
        ("/search?q={title words}", "/search?q=Headline%20of%20m01"),
        ("/{free-slug}-{paid-id}", "/free-m01"),
        ("body={articles{b:body}}", "body={articles{b:body}}"),
        ("{A}?{\"a\":1}", "/harbour/m01?{%22a%22:1}"),
        ("{link rel=alternate type=application/json}", "/harbour/m01.json"),
    ] {
        let found = turn.target(text);
        assert_eq!((found.text.as_str(), found.unknown.len()), (filled, 0), "{text}");
    }
    assert_eq!(turn.value("{nothing at all}").unknown, ["nothing at all"]);
    assert_eq!(turn.value("{20 KiB}").text.len(), 20_480);
    let old = turn.owner("{meter saved at count 0}").unwrap();
    assert_eq!(old.left, Some(0));
    let first = turn.owner("{meter as first issued}").unwrap();
    assert_eq!(world.paper.left(&first.jar), 4);
    for (value, is_open) in [
        ("{SESS of other device}", true),
        ("s={token issued while paid}", true),
        ("{attacker session}", false),
        ("{ended session}", false),
    ] {
        let owner = turn.owner(value).unwrap();
        assert_eq!(world.paper.is_open(&owner.jar, ARTICLE), is_open, "{value}");
    }
    assert!(turn.owner("{gift token}").is_none() && turn.owner("{random session}").is_none());
    let gift = turn.target("/gift/{TOKEN}").text;
    assert_eq!(world.paper.get(&gift).status, http::StatusCode::OK, "{gift}");
    let link = turn.target("/sign-in/{TOKEN}").text;
    assert_eq!(world.paper.get(&link).status, http::StatusCode::OK, "{link}");
    assert_eq!(turn.target("/gift/{rand}").text.len(), "/gift/".len() + 32);
    let strange = turn.owner("{meter of staging}").unwrap();
    let reply = world.paper.send(&mut strange.jar.clone(), Ask::get("/harbour/m01"));
    assert_eq!(reply.body, world.paper.get("/harbour/m01").body);
}
