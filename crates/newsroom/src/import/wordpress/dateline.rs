//! The place that a report was filed from, where a text begins with it: `PORT MERRIN --`, `BERLIN (dpa) –`,
//! `PARIS, May 3 —`. It takes nothing for a place that could be a word: what is doubtful stays in the text.

use crate::limits::NAME_MAX;

/// Characters within which the dash of a dateline comes.
const HEAD_MAX: usize = 80;
/// Letters that a place has at least when it stands alone: fewer are a party, a company, a union.
const LETTERS_MIN: usize = 5;

/// Shorter places.
const SHORT: [&str; 43] = [
    "ADEN", "APIA", "BAKU", "BALI", "BARI", "BATH", "BERN", "BONN", "BREST", "CALI", "CORK",
    "DILI", "DOHA", "GAZA", "GENT", "GRAZ", "JUBA", "KIEL", "KIEV", "KÖLN", "KYIV", "LIMA", "LINZ",
    "LOME", "LVIV", "LYON", "MALE", "METZ", "NICE", "OSLO", "OULU", "PAU", "PISA", "QOM", "RIGA",
    "RIO", "ROME", "SANA", "SUVA", "TURIN", "ULM", "WIEN", "YORK",
];
/// Words in capitals that begin texts and are no places.
const WORDS: [&str; 48] = [
    "ADVERTISEMENT",
    "ALERT",
    "ANALYSIS",
    "ANNOUNCEMENT",
    "ATTENTION",
    "AUDIO",
    "BREAKING",
    "BRIEF",
    "CLOSED",
    "COMMENT",
    "CORRECTION",
    "COVID",
    "DEVELOPING",
    "DISCLAIMER",
    "DISCLOSURE",
    "EDITORIAL",
    "EXCLUSIVE",
    "FEATURE",
    "GALLERY",
    "IMPORTANT",
    "INTERVIEW",
    "LISTEN",
    "NASDAQ",
    "NOTICE",
    "OBITUARY",
    "OPINION",
    "PHOTOS",
    "PODCAST",
    "PRESS",
    "PREVIEW",
    "PROFILE",
    "QUIZ",
    "RECIPE",
    "REVIEW",
    "SPOILER",
    "SPONSORED",
    "SPORTS",
    "TODAY",
    "TRAILER",
    "UNESCO",
    "UNICEF",
    "UPDATE",
    "UPDATED",
    "UPDATES",
    "VIDEO",
    "WARNING",
    "WATCH",
    "WEATHER",
];
/// Agencies that stand in brackets behind a place.
const AGENCIES: [&str; 27] = [
    "AFP",
    "ANP",
    "ANSA",
    "AP",
    "APA",
    "ATS",
    "BELGA",
    "BLOOMBERG",
    "BUSINESS WIRE",
    "CANADIAN PRESS",
    "CNN",
    "CNS",
    "CP",
    "DAPD",
    "DPA",
    "EFE",
    "EPD",
    "IANS",
    "KNA",
    "KYODO",
    "NTB",
    "PTI",
    "REUTERS",
    "RITZAU",
    "SDA",
    "UPI",
    "XINHUA",
];

/// The dateline that a paragraph of Markdown begins with, and the paragraph without it.
pub(super) fn split(paragraph: &str) -> Option<(String, &str)> {
    let (head, rest) = within_strong(paragraph).or_else(|| at_dash(paragraph))?;
    let head = bare(head)?;
    if head.chars().count() > HEAD_MAX.min(NAME_MAX) || !is_place(&head) {
        return None;
    }
    let rest = rest.trim_start();
    // A place is followed by a sentence, not by the rest of one.
    let first = rest.chars().find(|c| c.is_alphanumeric())?;
    (!first.is_lowercase() && is_harmless(rest)).then_some((head, rest))
}

/// Whether a text is a paragraph also when nothing stands before it: `1. The Senate` would be a list.
fn is_harmless(rest: &str) -> bool {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return !rest[digits..].starts_with(['.', ')']);
    }
    let strong = rest.starts_with('*') && !rest.starts_with("* ") && !rest.starts_with("**\n");
    strong || rest.starts_with(|c: char| c.is_alphabetic() || "“„«»‘‚‹\"'([$€£¥¿¡".contains(c))
}

/// `**PORT MERRIN —** The ship`: a dash within the signs.
fn within_strong(paragraph: &str) -> Option<(&str, &str)> {
    let near = paragraph.char_indices().nth(HEAD_MAX + 12).map_or(paragraph.len(), |(at, _)| at);
    let inner = paragraph.strip_prefix("**")?;
    let end = inner.get(..near.saturating_sub(2))?.find("**")?;
    let head = inner[..end].trim_end().strip_suffix(['—', '–'])?;
    Some((head.trim_end(), &inner[end + 2..]))
}

/// What stands before and after the first dash with spaces, or the first em dash.
fn at_dash(paragraph: &str) -> Option<(&str, &str)> {
    let near = paragraph.char_indices().nth(HEAD_MAX + 12).map_or(paragraph.len(), |(at, _)| at);
    let begins = &paragraph[..near];
    let found = [" — ", " – ", " \\-- ", " \\-\\- ", " -- ", "— ", "—"]
        .iter()
        .filter_map(|dash| begins.find(dash).map(|at| (at, dash.len())));
    let (at, length) = found.min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length)))?;
    Some((&paragraph[..at], &paragraph[at + length..]))
}

/// The words without the signs of Markdown; `None` where these do not go up in pairs, since the paragraph would be
/// torn.
fn bare(head: &str) -> Option<String> {
    let mut words = String::new();
    let mut stars = 0;
    let mut after_slash = false;
    for c in head.chars() {
        match c {
            '\\' if !after_slash => {
                after_slash = true;
                continue;
            }
            '*' if !after_slash => stars += 1,
            '[' | ']' | '<' | '`' | '!' => return None,
            c => words.push(c),
        }
        after_slash = false;
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    (stars % 2 == 0 && !words.is_empty()).then_some(words)
}

/// Whether the words before a dash are a place.
fn is_place(head: &str) -> bool {
    if let Some((place, agency)) = head.strip_suffix(')').and_then(|head| head.rsplit_once('(')) {
        let agency = agency.trim().to_uppercase();
        let place = place.trim().trim_end_matches(',');
        let known = AGENCIES.contains(&agency.as_str());
        let named = place.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && place.split_whitespace().count() <= 6
            && place.starts_with(char::is_uppercase)
            && place.chars().all(|c| c.is_alphanumeric() || " .,'’-".contains(c));
        return named && (known || is_capitals(place.split(',').next().unwrap_or(place)));
    }
    let (place, further) = head.split_once(',').unwrap_or((head, ""));
    if !is_capitals(place) || place.split_whitespace().count() > 4 {
        return false;
    }
    let further = further.trim();
    let tame = further.chars().all(|c| c.is_alphanumeric() || " .,'’-/".contains(c))
        && further.split_whitespace().count() <= 5;
    let first = place.split_whitespace().next().unwrap_or(place);
    if !tame || WORDS.contains(&first) || WORDS.contains(&place) {
        return false;
    }
    let letters = place.chars().filter(|c| c.is_alphabetic()).count();
    let several = place.contains([' ', '-']) && letters > LETTERS_MIN;
    !further.is_empty() || several || letters >= LETTERS_MIN || SHORT.contains(&place)
}

/// Whether it is written in capitals, and is a name at all.
fn is_capitals(place: &str) -> bool {
    let letters = place.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 3
        && place.starts_with(char::is_alphabetic)
        && place.chars().all(|c| c.is_uppercase() || " .'’-".contains(c))
        && place.ends_with(|c: char| c.is_alphabetic() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_datelines() {
        for (written, place) in [
            ("WASHINGTON — The Senate met.", "WASHINGTON"),
            ("WASHINGTON – The Senate met.", "WASHINGTON"),
            ("WASHINGTON—The Senate met.", "WASHINGTON"),
            ("WASHINGTON (AP) — The Senate met.", "WASHINGTON (AP)"),
            ("Washington (Reuters) – The Senate met.", "Washington (Reuters)"),
            ("Berlin (dpa) – Der Bundestag tagte.", "Berlin (dpa)"),
            ("PARIS, May 3 – The mayor spoke.", "PARIS, May 3"),
            ("PARIS, May 3 (AFP) – The mayor spoke.", "PARIS, May 3 (AFP)"),
            ("WASHINGTON, D.C. — “No,” she said.", "WASHINGTON, D.C."),
            ("NEW YORK — Stocks fell.", "NEW YORK"),
            ("ST. JOHN’S, Newfoundland — Ice came.", "ST. JOHN’S, Newfoundland"),
            ("**PORT MERRIN** — The ship left.", "PORT MERRIN"),
            ("**PORT MERRIN —** The ship left.", "PORT MERRIN"),
            ("**PORT MERRIN —** not this one.", ""),
            ("WINSTON-SALEM, N.C. — 41 calls were pulled.", "WINSTON-SALEM, N.C."),
            ("OSLO – Det regner.", "OSLO"),
            ("OSLO – The rain came.", "OSLO"),
            ("MÜNCHEN – Der Zug kam.", "MÜNCHEN"),
        ] {
            let found = split(written).map(|(place, _)| place).unwrap_or_default();
            assert_eq!(found, place, "{written}");
        }
        let (_, rest) = split("WASHINGTON — The Senate met — late.").unwrap();
        assert_eq!(rest, "The Senate met — late.");
    }

    #[test]
    fn words_are_not() {
        for written in [
            "The Senate — in session — met.",
            "NATO — The alliance met.",
            "IBM — The company fell.",
            "UPDATE — The ship left.",
            "BREAKING NEWS — The ship left.",
            "WATCH: the ship — It left.",
            "I — A numeral.",
            "WASHINGTON — where it rained — was wet.",
            "Washington — The Senate met.",
            "He said NO — The end.",
            "WASHINGTON. The Senate met.",
            "WASHINGTON-based — A firm.",
            "[WASHINGTON](https://a.example) — The Senate met.",
            "COVID-19 — The count rose.",
            "THIS IS A VERY LONG SENTENCE — It is.",
            "Washington (population 600,000) — The city.",
            "PARIS, which was once called by another name altogether — The mayor.",
            "WASHINGTON — 1. The Senate met.",
            "WASHINGTON — > The Senate met.",
            "WASHINGTON — - The Senate met.",
            "WASHINGTON —",
            "—",
            "",
        ] {
            assert_eq!(split(written), None, "{written}");
        }
    }
}
