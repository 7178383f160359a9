//! What single values have to look like. Each check answers with the value, or with a sentence that says what is
//! wrong and what to write. No check knows which setting it is for.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use paywall::{Budget, Entitlement, ROLLING_DAYS_MAX, WindowRule};
use toml_edit::Item;

use super::settings::nearest;
use super::{Kind, NEW_VISITORS_MAX, TEXT_CHARS_MAX};
use crate::Language;

/// A value, or the sentence of a fault.
pub(super) type Checked<T> = Result<T, String>;

/// How much of a wrong value a fault repeats, in characters.
const QUOTED_CHARS_MAX: usize = 40;

/// The longest mail address, in characters (RFC 5321).
const MAIL_CHARS_MAX: usize = 254;

/// The longest language tag, in bytes (RFC 5646).
const LANGUAGE_TAG_BYTES_MAX: usize = 35;

/// A wrong value for a sentence: short, and without anything that could upset a terminal.
pub(super) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{short:?}{more}")
}

/// Text between quotation marks.
pub(super) fn string(item: &Item) -> Checked<&str> {
    item.as_str().ok_or_else(|| {
        format!("this is {}; write text between quotation marks", article_of(item.type_name()))
    })
}

/// One line for readers, without white space around it.
pub(super) fn line(text: &str, chars_max: usize) -> Checked<String> {
    let text = text.trim();
    let chars = text.chars().count();
    if chars > chars_max {
        return Err(format!("the text has {chars} characters; write at most {chars_max}"));
    }
    if text.chars().any(is_control) {
        return Err(
            "the text holds a line break or another control character; write one plain line"
                .to_owned(),
        );
    }
    if text.contains("  ") {
        return Err("the text holds two spaces in a row; write one".to_owned());
    }
    if text.contains(['{', '}']) {
        return Err(
            "the text holds { or }, and nothing is filled in here; write what readers are to read"
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

/// Control characters, line and paragraph separators, and marks that turn the direction of what follows.
fn is_control(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// One line that is not empty.
pub(super) fn name(text: &str, chars_max: usize) -> Checked<String> {
    let text = line(text, chars_max)?;
    if text.is_empty() { Err("the text is empty; write a name".to_owned()) } else { Ok(text) }
}

/// One of a few words.
pub(super) fn choice(item: &Item, words: &'static [&'static str]) -> Checked<&'static str> {
    let allowed = || Kind::Choice(words).allowed();
    let Some(text) = item.as_str() else {
        return Err(format!(
            "this is {}; write {}, quotation marks included",
            article_of(item.type_name()),
            allowed()
        ));
    };
    let found = words.iter().find(|word| **word == text);
    found.copied().ok_or_else(|| format!("{} is not known; write {}", quoted(text), allowed()))
}

/// A whole number between two limits.
pub(super) fn count(item: &Item, min: u32, max: u32) -> Checked<u32> {
    let Some(number) = item.as_integer() else {
        return Err(format!(
            "this is {}; write a whole number from {min} to {max}, without quotation marks",
            article_of(item.type_name())
        ));
    };
    let fits = u32::try_from(number).ok().filter(|number| (min..=max).contains(number));
    fits.ok_or_else(|| {
        format!("{number} is out of range; write a whole number from {min} to {max}")
    })
}

/// A language, and its tag as written.
pub(super) fn language(tag: &str) -> Checked<(Language, String)> {
    // The tag goes into `lang` attributes, where `_` means nothing.
    let mut parts = if tag.contains('_') { "" } else { tag }.split('-');
    let base = parts.next().unwrap_or_default();
    let well_formed = parts.all(|part| {
        (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    match Language::parse(base) {
        Some(language) if well_formed && tag.len() <= LANGUAGE_TAG_BYTES_MAX => {
            Ok((language, tag.to_owned()))
        }
        _ => Err(format!(
            "there is no table of messages for {}; write {}",
            quoted(tag),
            Kind::Language.allowed()
        )),
    }
}

/// A time zone, and its name as the database spells it.
pub(super) fn zone(name: &str) -> Checked<(TimeZone, String)> {
    let found = TimeZone::get(name).ok().filter(|zone| !zone.is_unknown());
    let Some(zone) = found else {
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let like = nearest(name, names.iter().map(String::as_str));
        return Err(format!(
            "there is no time zone {}; write a name such as \"America/Halifax\" (the nearest is {})",
            quoted(name),
            quoted(like)
        ));
    };
    let name = zone.iana_name().unwrap_or(name).to_owned();
    Ok((zone, name))
}

/// The period over which readings are counted.
pub(super) fn window(text: &str) -> Checked<WindowRule> {
    if text == "calendar month" {
        return Ok(WindowRule::CalendarMonth);
    }
    let number = text.strip_suffix(" days").or_else(|| text.strip_suffix(" day"));
    let days = number.and_then(digits).and_then(|days| u16::try_from(days).ok());
    match days.filter(|days| (1..=ROLLING_DAYS_MAX).contains(days)) {
        Some(days) => Ok(WindowRule::Rolling { days }),
        None => Err(format!("{} is not a window; write {}", quoted(text), Kind::Window.allowed())),
    }
}

/// How many new visitors a network may send: a word or a number, with or without quotation marks.
pub(super) fn budget(item: &Item) -> Checked<Budget> {
    let written = match (item.as_str(), item.as_integer()) {
        (Some("off"), _) => return Ok(Budget::Off),
        (Some("observe"), _) => return Ok(Budget::Observe),
        (Some("learned"), _) => return Ok(Budget::Learned),
        (Some(text), _) => text.to_owned(),
        (None, Some(number)) => number.to_string(),
        (None, None) => article_of(item.type_name()).to_owned(),
    };
    match digits(&written).filter(|number| (1..=NEW_VISITORS_MAX).contains(number)) {
        Some(number) => Ok(Budget::Limit(number)),
        None => Err(format!("{} is no budget; write {}", quoted(&written), Kind::Budget.allowed())),
    }
}

/// The name of something that plans open.
pub(super) fn entitlement(text: &str) -> Checked<Entitlement> {
    Entitlement::parse(text).map_err(|error| error.to_string())
}

/// An absolute http(s) address, or a path on this site; `None` where it is empty.
pub(super) fn address(text: &str) -> Checked<Option<String>> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong =
        || Err(format!("{} is not an address; write {}", quoted(text), Kind::Address.allowed()));
    let chars = text.chars().count();
    if chars > TEXT_CHARS_MAX {
        return Err(format!("the address has {chars} characters; write at most {TEXT_CHARS_MAX}"));
    }
    // Browsers take a backslash for a slash: `/\host` would leave the site.
    let is_forbidden = |letter: char| {
        letter.is_whitespace()
            || is_control(letter)
            || matches!(letter, '\\' | '"' | '<' | '>' | '`' | '{' | '}')
    };
    if text.chars().any(is_forbidden) {
        return wrong();
    }
    let fits = match text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) {
        Some(rest) => is_authority(rest.split(['/', '?', '#']).next().unwrap_or_default()),
        None => text.starts_with('/') && !text.starts_with("//"),
    };
    if fits { Ok(Some(text.to_owned())) } else { wrong() }
}

/// A host with or without a port. A name before an `@` would hide the host from a hasty reader.
fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((numbers, rest)) => {
            let fits = numbers.parse::<std::net::Ipv6Addr>().is_ok();
            return fits && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    is_host(host) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.len() <= 5 && digits(text).is_some_and(|port| (1..=65_535).contains(&port))
}

fn is_host(host: &str) -> bool {
    host.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
    })
}

/// A mail address; `None` where it is empty.
/// Scheme and host, and nothing behind: what a page's security policy can name.
#[expect(clippy::ptr_arg, reason = "it is mapped over a list of lines")]
pub(super) fn origin(text: &String) -> Checked<String> {
    let host = text.strip_prefix("https://").unwrap_or_default();
    let is_plain =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':');
    if host.chars().all(is_plain) && host.contains('.') && is_authority(host) {
        return Ok(text.clone());
    }
    Err(format!(
        "{} is not the origin of a site; write one such as \"https://ads.example\", in small letters and with nothing \
         behind it",
        quoted(text)
    ))
}

pub(super) fn mail(text: &str) -> Checked<Option<String>> {
    if text.is_empty() {
        return Ok(None);
    }
    let is_forbidden = |letter: char| {
        letter.is_whitespace()
            || is_control(letter)
            || matches!(
                letter,
                '"' | '<' | '>' | ',' | ';' | ':' | '(' | ')' | '[' | ']' | '\\' | '{' | '}'
            )
    };
    let fits = text.chars().count() <= MAIL_CHARS_MAX
        && !text.chars().any(is_forbidden)
        && text
            .split_once('@')
            .is_some_and(|(local, host)| !local.is_empty() && !host.contains('@') && is_host(host));
    if fits {
        return Ok(Some(text.to_owned()));
    }
    Err(format!("{} is not a mail address; write {}", quoted(text), Kind::Mail.allowed()))
}

/// A civil day: a TOML date, or the same between quotation marks; `None` where that is empty.
pub(super) fn day(item: &Item) -> Checked<Option<Date>> {
    let written = match (item.as_datetime(), item.as_str()) {
        (Some(date), _) => date.to_string(),
        (None, Some("")) => return Ok(None),
        (None, Some(text)) => text.to_owned(),
        (None, None) => article_of(item.type_name()).to_owned(),
    };
    // The length keeps out instants, of which only the day would count, and years beyond 9999.
    let date = (written.len() == 10).then(|| written.parse::<Date>().ok()).flatten();
    date.map(Some)
        .ok_or_else(|| format!("{} is not a day; write {}", quoted(&written), Kind::Day.allowed()))
}

/// A minute of the paper's own clock: a TOML date with a time and without an offset, or the same between quotation marks; `None` where
/// that is empty.
pub(super) fn minute(item: &Item) -> Checked<Option<DateTime>> {
    let written = match (item.as_datetime(), item.as_str()) {
        (Some(date), _) => date.to_string(),
        (None, Some("")) => return Ok(None),
        (None, Some(text)) => text.to_owned(),
        (None, None) => article_of(item.type_name()).to_owned(),
    };
    // The lengths keep out offsets, fractions, and days without a time.
    let whole = match written.len() {
        16 => Some(format!("{written}:00")),
        19 => Some(written.clone()),
        _ => None,
    };
    let minute = whole.filter(|text| text.ends_with(":00")).and_then(|text| text.parse().ok());
    minute.map(Some).ok_or_else(|| {
        format!(
            "{} is not a minute; write one of the paper's own clock, without an offset, such as 2026-09-30T18:00:00",
            quoted(&written)
        )
    })
}

/// A list of lines that are not empty.
pub(super) fn texts(item: &Item, min: usize, max: usize, chars_max: usize) -> Checked<Vec<String>> {
    let allowed = || Kind::Texts { min, max, chars_max }.allowed();
    let Some(list) = item.as_array() else {
        return Err(format!(
            "this is {}; write {} between [ and ]",
            article_of(item.type_name()),
            allowed()
        ));
    };
    if !(min..=max).contains(&list.len()) {
        return Err(format!(
            "the list has {} lines; write {}, or remove it to have the usual ones",
            list.len(),
            allowed()
        ));
    }
    let mut lines = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let text = value
            .as_str()
            .ok_or_else(|| "it is not text; write text between quotation marks".to_owned());
        let text = text.and_then(|text| name(text, chars_max));
        lines.push(text.map_err(|sentence| format!("line {} of the list: {sentence}", index + 1))?);
    }
    Ok(lines)
}

/// A number in plain digits.
fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// TOML's name of a type, as a sentence says it.
pub(super) fn article_of(type_name: &'static str) -> &'static str {
    match type_name {
        "string" => "text",
        "integer" => "a whole number",
        "float" => "a decimal number",
        "boolean" => "true or false",
        "datetime" => "a date",
        "array" => "a list",
        _ => "a table",
    }
}
