//! What a row expects, as far as its words can be held against an answer: kinds of answers, statuses, the change of the
//! meter, and a few claims. Whatever else it says is prose for people; what holds for every answer is not said here.

use std::collections::BTreeSet;

/// Words behind a number that make it none of a status.
const UNITS: [&str; 14] = [
    "bit",
    "bits",
    "bytes",
    "byte",
    "characters",
    "words",
    "requests",
    "seconds",
    "minutes",
    "ms",
    "kib",
    "mib",
    "days",
    "times",
];
/// Words that make what stands before them one case among others.
const CONDITIONS: [&str; 7] = ["if", "when", "unless", "where", "before", "after", "until"];
const NUMBERS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// What is expected of the answers of a row.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Expected {
    /// The kinds of answers that are allowed; with no status and no kind, any that gives nothing away.
    pub(crate) teaser: bool,
    pub(crate) full: bool,
    pub(crate) canon: bool,
    pub(crate) statuses: BTreeSet<u16>,
    /// Classes of statuses, such as 4 for `4xx`.
    pub(crate) classes: BTreeSet<u16>,
    /// Statuses that must not occur.
    pub(crate) never: BTreeSet<u16>,
    /// Whether the whole text is named as what must not come.
    pub(crate) never_full: bool,
    /// By how much the meter changes, where the row says so.
    pub(crate) count: Option<usize>,
    /// Whether the meter is expected to count.
    pub(crate) rises: bool,
    /// How many of the answers are whole, where the row says so.
    pub(crate) whole_answers: Option<usize>,
    /// Whether something has to be absent, and nothing more is said of it.
    pub(crate) absent: bool,
    /// All of it, in small letters.
    pub(crate) words: String,
}

impl Expected {
    pub(crate) fn parse(text: &str) -> Self {
        let mut expected = Self { words: text.to_lowercase(), ..Self::default() };
        for clause in text.split(';').flat_map(sentences) {
            expected.read(clause.trim());
        }
        expected
    }

    /// Whether the row says which answers are allowed.
    pub(crate) fn is_binding(&self) -> bool {
        self.teaser
            || self.full
            || self.canon
            || !self.statuses.is_empty()
            || !self.classes.is_empty()
    }

    /// Whether it allows something besides the whole text.
    pub(crate) fn is_mixed(&self) -> bool {
        self.teaser || self.canon || !self.statuses.is_empty() || !self.classes.is_empty()
    }

    pub(crate) fn allows_status(&self, status: u16) -> bool {
        self.statuses.contains(&status) || self.classes.contains(&(status / 100))
    }

    /// Whether it claims something in these words.
    pub(crate) fn claims(&self, words: &str) -> bool {
        self.words.contains(words)
    }

    fn read(&mut self, clause: &str) {
        self.absent |= clause.split(',').any(|part| part.trim() == "absent");
        let words = words(clause);
        let is_conditional =
            words.iter().any(|word| CONDITIONS.contains(&word.to_lowercase().as_str()));
        // "drafts and embargoed 404" is about drafts: what a clause allows stands at its beginning.
        let first = words.iter().find(|word| is_outcome(word) || !is_number_word(word));
        let allows = first.is_some_and(|word| is_outcome(word));
        let mut negated = false;
        for (place, word) in words.iter().enumerate() {
            let next = words.get(place + 1).map_or("", String::as_str);
            let before = place.checked_sub(1).map_or("", |place| words[place].as_str());
            if let Some(change) = count(word) {
                self.count = Some(change);
                self.rises |= change > 0;
            } else if word == "COUNT" {
                self.rises |= next.starts_with("ris") || next.starts_with("grow");
            } else if let Some(status) = status(word, next) {
                if negated {
                    self.never.insert(status);
                } else if allows && !is_conditional {
                    self.statuses.insert(status);
                }
            } else if let Some(class) = class(word) {
                if !negated && allows && !is_conditional {
                    self.classes.insert(class);
                }
            } else {
                match word.as_str() {
                    "TEASER" | "guarded" if !negated => self.teaser |= !is_conditional,
                    "CANON" if !negated => self.canon = true,
                    "FULL" if negated => self.never_full = true,
                    // What comes of a second request is no answer to the first.
                    "FULL" if matches!(before, "second" | "third" | "then" | "later") => {}
                    "FULL" => {
                        self.full = true;
                        self.whole_answers = number(before).or(self.whole_answers);
                    }
                    _ => {}
                }
            }
            match word.to_lowercase().as_str() {
                "never" | "not" | "no" | "without" => negated = true,
                "," | "(" | ")" => negated = false,
                "or" | "/" => {}
                _ if is_outcome(word) && next != "or" && next != "/" => negated = false,
                _ => {}
            }
        }
    }
}

/// A full stop ends a sentence where a space or nothing follows it.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(". ")
}

/// Words, with the signs that matter as words of their own.
fn words(clause: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(clause.len() + 8);
    for letter in clause.chars() {
        match letter {
            ',' | '(' | ')' | '/' => spaced.extend([' ', letter, ' ']),
            ':' => spaced.push(' '),
            _ => spaced.push(letter),
        }
    }
    let is_sign = |word: &&str| !matches!(*word, "(" | ")");
    spaced
        .split_whitespace()
        .filter(is_sign)
        .map(|word| word.trim_end_matches('.').to_owned())
        .collect()
}

fn is_outcome(word: &str) -> bool {
    matches!(word, "TEASER" | "FULL" | "CANON" | "COUNT")
        || count(word).is_some()
        || status(word, "").is_some()
        || class(word).is_some()
}

fn is_number_word(word: &str) -> bool {
    number(word).is_some() || matches!(word, "exactly" | "only" | "first" | "second" | "third")
}

fn number(word: &str) -> Option<usize> {
    NUMBERS
        .iter()
        .position(|number| *number == word)
        .or_else(|| word.parse().ok().filter(|number| *number < 100))
}

fn count(word: &str) -> Option<usize> {
    word.strip_prefix("COUNT").filter(|change| !change.is_empty())?.parse().ok()
}

fn status(word: &str, next: &str) -> Option<u16> {
    let is_status = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let status: u16 = is_status.then(|| word.parse().ok()).flatten()?;
    let is_amount = UNITS.contains(&next.to_lowercase().as_str());
    ((100..600).contains(&status) && !is_amount).then_some(status)
}

/// `4xx`.
fn class(word: &str) -> Option<u16> {
    let digit = word.strip_suffix("xx").or_else(|| word.strip_suffix("XX"))?;
    digit.parse().ok().filter(|class| (1..6).contains(class))
}

#[test]
fn kinds_and_statuses_are_read_and_prose_is_left() {
    let read = Expected::parse;
    let statuses = |text: &str| read(text).statuses.into_iter().collect::<Vec<u16>>();
    let none = Vec::<u16>::new();
    let teaser = read("TEASER COUNT+0; UA text alone never changes entitlement");
    assert!(teaser.teaser && !teaser.full && teaser.count == Some(0));
    let policy = read("TEASER or 402/403 by policy; never FULL");
    assert!(policy.teaser && policy.never_full && !policy.full);
    assert_eq!(policy.statuses.iter().copied().collect::<Vec<_>>(), [402, 403]);
    let variants =
        read("200 TEASER; variants have different strong ETags; never 304 across variants");
    assert!(variants.never.contains(&304) && variants.teaser && variants.allows_status(200));
    let burst = read("exactly one FULL, nineteen TEASER; COUNT+1 (atomic check-and-spend)");
    assert_eq!((burst.whole_answers, burst.count, burst.rises), (Some(1), Some(1), true));
    assert!(read("COUNT rises although the cookie never changes: state is on the server").rises);
    let prefetch =
        read("COUNT+0; TEASER (explicit) or 503 (auto) so that the real navigation refetches");
    assert!(prefetch.teaser && prefetch.allows_status(503));
    assert!(read("COUNT+0, not FULL").never_full);
    assert!(!read("never FULL; not counting must imply not serving").is_binding());
    assert_eq!(statuses("308/400/404; decode once, normalise, compare"), [308, 400, 404]);
    assert_eq!(statuses("404; tokens 128-bit, scoped, expiring (RFC 8058, ASVS 7.2.4)"), [404]);
    assert_eq!(statuses("type=link; drafts and embargoed 404"), none);
    assert_eq!(statuses("same entitlement; Vary: Accept; 406 if unsupported"), none);
    assert_eq!(statuses("404 before publish, wall after free window"), none);
    assert_eq!(statuses("204/405/501, no body"), [204, 405, 501]);
    assert_eq!(statuses("404 and 429; 128-bit random"), [404, 429]);
    assert!(read("4xx without content").allows_status(431));
    assert!(read("absent").absent && !read("body absent rather than hidden").absent);
    assert!(!read("second FULL; teaser is public only if").is_binding());
    assert!(!read("no body text, stack or template context").is_binding());
}
