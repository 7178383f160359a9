//! Sets dashes, quotes, apostrophes, primes, ellipses and multiplication signs in HTML as WordPress sets them when it
//! shows a text, so that an archive reads as it read there. Tags, comments, shortcodes and code are left alone.
//!
//! Every run of text between two tags is set by itself, as there.

/// The signs of a language, as the translations of WordPress have them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Signs {
    open: &'static str,
    close: &'static str,
    open_single: &'static str,
    close_single: &'static str,
}

const ENGLISH: Signs = Signs { open: "“", close: "”", open_single: "‘", close_single: "’" };

impl Signs {
    /// The signs of a language tag (`de`, `de-CH`, `fr_FR`); the English ones where it has none of its own.
    pub(super) fn of(language: &str) -> Self {
        let mut parts = language.split(['-', '_']);
        let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
        let region = parts.next().unwrap_or_default().to_ascii_uppercase();
        let (open, close, open_single, close_single) = match (primary.as_str(), region.as_str()) {
            ("de", "CH" | "LI") => ("«", "»", "‹", "›"),
            ("de" | "cs" | "sk" | "sl" | "is" | "bg" | "lt" | "ka", _) => ("„", "“", "‚", "‘"),
            ("fr", "CH") => ("«", "»", "‹", "›"),
            ("fr", _) => ("«\u{a0}", "\u{a0}»", "‘", "’"),
            ("es" | "ca" | "gl" | "eu", "" | "ES") => ("«", "»", "‘", "’"),
            ("ru" | "uk" | "be" | "nb" | "nn" | "no" | "el" | "hy", _) => ("«", "»", "‘", "’"),
            ("pl" | "hu" | "ro" | "hr" | "sr", _) => ("„", "”", "‚", "’"),
            ("sv" | "fi", _) => ("”", "”", "’", "’"),
            _ => return ENGLISH,
        };
        Self { open, close, open_single, close_single }
    }
}

const APOSTROPHE: char = '’';
const PRIME: char = '′';
const DOUBLE_PRIME: char = '″';

// Marks of what is decided already, so that a sign of a language cannot be taken for one that was written.
const OPEN: char = '\u{e004}';
const CLOSE: char = '\u{e005}';
const OPEN_SINGLE: char = '\u{e006}';
const CLOSE_SINGLE: char = '\u{e007}';
const APOSTROPHE_MARK: char = '\u{e008}';
const EITHER: char = '\u{e009}';

/// Bytes of a tag within which its quotes are heeded.
const TAG_BYTES_MAX: usize = 1 << 10;
/// Bytes of a shortcode's bracket; a longer one is text.
const BRACKET_BYTES_MAX: usize = 8 << 10;

/// Elements whose text is not set.
const LEFT_ALONE: [&str; 6] = ["pre", "code", "kbd", "style", "script", "tt"];

/// Words that begin with an apostrophe.
const COCKNEY: [&str; 11] = [
    "'tain't", "'twere", "'twas", "'tis", "'twill", "'til", "'bout", "'nuff", "'round", "'cause",
    "'em",
];

/// Sets a text. `is_shortcode` tells the names whose brackets are markup.
pub(super) fn texturize(html: &str, signs: Signs, is_shortcode: &dyn Fn(&str) -> bool) -> String {
    let mut set = String::with_capacity(html.len() + html.len() / 16);
    let mut alone: Vec<&str> = Vec::new();
    let mut run = 0;
    let mut at = 0;
    while at < html.len() {
        let rest = &html[at..];
        let length = match rest.as_bytes()[0] {
            b'<' => tag_length(rest),
            b'[' => bracket_length(rest, is_shortcode),
            _ => 0,
        };
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        put(&mut set, &html[run..at], signs, alone.is_empty());
        let markup = &rest[..length];
        set.push_str(markup);
        step(&mut alone, markup);
        at += length;
        run = at;
    }
    put(&mut set, &html[run..], signs, alone.is_empty());
    set
}

fn put(set: &mut String, run: &str, signs: Signs, free: bool) {
    if free && run.contains(['\'', '"', '-', '.', '`', 'x', '(']) {
        set.push_str(&set_run(run, signs));
    } else {
        set.push_str(run);
    }
}

/// The length of the tag or comment that opens `rest`; 0 where it is none.
pub(super) fn tag_length(rest: &str) -> usize {
    if let Some(comment) = rest.strip_prefix("<!--") {
        return comment.find("-->").map_or(rest.len(), |end| end + 7);
    }
    let begins = |c: char| c.is_ascii_alphabetic() || c == '/' || c == '!' || c == '?';
    if !rest[1..].starts_with(begins) {
        return 0;
    }
    let mut quote = None;
    for (place, byte) in rest.bytes().enumerate().take(TAG_BYTES_MAX).skip(1) {
        match (quote, byte) {
            (None, b'>') => return place + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // A quote that does not end, or a very long tag: the first sign that could end it does.
    rest.find('>').map_or(rest.len(), |place| place + 1)
}

/// The length of the shortcode's bracket that opens `rest`.
pub(super) fn bracket_length(rest: &str, is_shortcode: &dyn Fn(&str) -> bool) -> usize {
    let inner = rest[1..].trim_start_matches(['[', '/']);
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    let name = &inner[..end.unwrap_or(inner.len())];
    if name.is_empty() || !is_shortcode(name) {
        return 0;
    }
    near_end(rest).map_or(0, |place| place + 1)
}

/// Where the first `]` of a text is, if it is near enough to end a shortcode's bracket.
pub(super) fn near_end(rest: &str) -> Option<usize> {
    let mut near = rest.len().min(BRACKET_BYTES_MAX);
    while !rest.is_char_boundary(near) {
        near -= 1;
    }
    rest[..near].find(']')
}

fn step<'a>(alone: &mut Vec<&'a str>, markup: &'a str) {
    let Some(tag) = markup.strip_prefix('<') else { return };
    let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |rest| (true, rest));
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let Some(name) = LEFT_ALONE.iter().find(|name| tag[..end].eq_ignore_ascii_case(name)) else {
        return;
    };
    if !closes && !markup.ends_with("/>") {
        alone.push(name);
    } else if closes && let Some(place) = alone.iter().rposition(|open| open == name) {
        alone.truncate(place);
    }
}

fn set_run(run: &str, signs: Signs) -> String {
    let mut text = fixed(run);
    if text.contains(&'\'') {
        text = singles(&text);
        text = primes(text, '\'', PRIME, OPEN_SINGLE, CLOSE_SINGLE);
    }
    if text.contains(&'"') {
        text = doubles(&text);
        text = primes(text, '"', DOUBLE_PRIME, OPEN, CLOSE);
    }
    if text.contains(&'-') {
        text = dashes(&text);
    }
    times(&mut text);
    let mut set = String::with_capacity(run.len() + 8);
    for c in text {
        match c {
            OPEN => set.push_str(signs.open),
            CLOSE => set.push_str(signs.close),
            OPEN_SINGLE => set.push_str(signs.open_single),
            CLOSE_SINGLE => set.push_str(signs.close_single),
            APOSTROPHE_MARK => set.push(APOSTROPHE),
            other => set.push(other),
        }
    }
    set
}

/// What has one form everywhere: ellipses, quotes in the manner of TeX, ™, and words with an apostrophe in front.
fn fixed(run: &str) -> Vec<char> {
    let run = run
        .replace("...", "…")
        .replace("``", &OPEN.to_string())
        .replace("''", &CLOSE.to_string())
        .replace(" (tm)", " ™");
    let run = COCKNEY.iter().fold(run, |run, word| {
        run.replace(word, &word.replace('\'', &APOSTROPHE_MARK.to_string()))
    });
    run.chars().collect()
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{a0}')
}

/// Whether what is written from `at` on begins with `text`.
fn follows(run: &[char], at: usize, text: &str) -> bool {
    text.chars().enumerate().all(|(place, c)| run.get(at + place) == Some(&c))
}

/// Whether `at` stands at the beginning or after a space, `&nbsp;` included.
fn after_space(run: &[char], at: usize) -> bool {
    at == 0 || is_space(run[at - 1]) || (at >= 6 && follows(run, at - 6, "&nbsp;"))
}

/// Whether a space or the end follows.
fn before_space(run: &[char], at: usize) -> bool {
    run.get(at).is_none_or(|c| is_space(*c)) || follows(run, at, "&nbsp;")
}

/// Whether `at` stands where a quote can end: at the end, before a space or a sign.
fn before_end(run: &[char], at: usize) -> bool {
    let sign = |c: &char| ".,:;!?)}-]".contains(*c);
    before_space(run, at) || run.get(at).is_some_and(sign) || follows(run, at, "&gt;")
}

fn digit(run: &[char], at: usize) -> bool {
    run.get(at).is_some_and(char::is_ascii_digit)
}

/// How long the number is that begins at `at`: a digit, then digits, dots and commas.
fn number(run: &[char], at: usize) -> usize {
    if !digit(run, at) {
        return 0;
    }
    let rest = run[at..].iter();
    rest.take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).count()
}

fn singles(run: &[char]) -> Vec<char> {
    let mut set: Vec<char> = run.to_vec();
    // '99' and '99" at the end of a quotation: a year, then the quote.
    for at in 0..set.len() {
        if set[at] == '\'' && digit(&set, at + 1) && digit(&set, at + 2) {
            let close = set.get(at + 3).copied();
            if matches!(close, Some('\'' | '"')) && before_end(&set, at + 4) {
                set[at] = APOSTROPHE_MARK;
                set[at + 3] = if close == Some('\'') { CLOSE_SINGLE } else { CLOSE };
            }
        }
    }
    // '99, '99s; never '9, '999, '99% or '99.0.
    for at in 0..set.len() {
        if set[at] == '\'' && digit(&set, at + 1) && digit(&set, at + 2) {
            let after = set.get(at + 3).copied();
            let goes_on = matches!(after, Some('%' | '0'..='9'))
                || (matches!(after, Some('.' | ',')) && digit(&set, at + 4));
            if !goes_on {
                set[at] = APOSTROPHE_MARK;
            }
        }
    }
    quoted_numbers(&mut set, '\'', OPEN_SINGLE, CLOSE_SINGLE);
    for at in 0..set.len() {
        let opens = |set: &[char]| {
            after_space(set, at)
                || "([{\"-".contains(set[at - 1])
                || set[at - 1] == OPEN
                || (at >= 4 && follows(set, at - 4, "&lt;"))
        };
        if set[at] == '\'' && opens(&set) {
            set[at] = OPEN_SINGLE;
        }
    }
    for at in 0..set.len() {
        let stops = |set: &[char]| {
            before_space(set, at + 1)
                || set.get(at + 1).is_some_and(|c| ".,:;!?\"'(){}[]-".contains(*c))
                || set.get(at + 1).is_some_and(|c| matches!(*c, CLOSE | CLOSE_SINGLE))
                || follows(set, at + 1, "&gt;")
                || follows(set, at + 1, "&lt;")
        };
        if set[at] == '\'' && !after_space(&set, at) && !stops(&set) {
            set[at] = APOSTROPHE_MARK;
        }
    }
    set
}

fn doubles(run: &[char]) -> Vec<char> {
    let mut set = run.to_vec();
    quoted_numbers(&mut set, '"', OPEN, CLOSE);
    for at in 0..set.len() {
        let opens = |set: &[char]| {
            after_space(set, at)
                || "([{-".contains(set[at - 1])
                || (at >= 4 && follows(set, at - 4, "&lt;"))
        };
        let space =
            set.get(at + 1).is_some_and(|c| is_space(*c)) || follows(&set, at + 1, "&nbsp;");
        if set[at] == '"' && opens(&set) && !space {
            set[at] = OPEN;
        }
    }
    set
}

/// "42" and '0.42' are numbers in quotes, not inches and feet.
fn quoted_numbers(set: &mut [char], quote: char, open: char, close: char) {
    for at in 0..set.len() {
        if set[at] != quote || !after_space(set, at) {
            continue;
        }
        let length = number(set, at + 1);
        if length > 0 && set.get(at + 1 + length) == Some(&quote) {
            set[at] = open;
            set[at + 1 + length] = close;
        }
    }
}

/// Decides of what is left: a prime after a digit, or the end of a quotation.
fn primes(mut run: Vec<char>, quote: char, prime: char, open: char, close: char) -> Vec<char> {
    let mut begins = 0;
    let mut first = true;
    while begins <= run.len() {
        let rest = &run[begins..];
        let ends = rest.iter().position(|c| *c == open).map_or(run.len(), |place| begins + place);
        let closed = run[begins..ends].contains(&close);
        // Without its neighbours a sentence is what it was for WordPress, so that its end counts as one.
        let mut sentence = run[begins..ends].to_vec();
        one_sentence(&mut sentence, (quote, prime, close), first || closed);
        run[begins..ends].copy_from_slice(&sentence);
        first = false;
        begins = ends + 1;
    }
    run
}

fn one_sentence(run: &mut [char], (quote, prime, close): (char, char, char), plain: bool) {
    let after_digit = |run: &[char], at: usize| at > 0 && digit(run, at - 1);
    // A single quote ends before a double one, too.
    let ends = |run: &[char], at: usize| {
        before_end(run, at + 1) || (quote == '\'' && run.get(at + 1) == Some(&'"'))
    };
    if plain {
        replace(run, quote, prime, after_digit);
        replace(run, quote, close, ends);
    } else {
        let found = replace(run, quote, EITHER, ends);
        if found > 1 {
            let apart = replace(run, EITHER, close, |run, at| !after_digit(run, at));
            if apart == 0 {
                let dotted = |at: &usize| run[*at] == EITHER && run.get(at + 1) == Some(&'.');
                let last = (0..run.len()).rev().find(dotted);
                let any = || (0..run.len()).rev().find(|at| run[*at] == EITHER);
                if let Some(at) = last.or_else(any) {
                    run[at] = close;
                }
            }
            replace(run, quote, prime, after_digit);
            replace(run, EITHER, prime, after_digit);
            replace(run, EITHER, close, |_, _| true);
        } else {
            replace(run, EITHER, close, |_, _| true);
            replace(run, quote, prime, after_digit);
        }
    }
    if quote == '"' {
        replace(run, quote, close, |_, _| true);
    }
}

fn replace(run: &mut [char], from: char, to: char, fits: impl Fn(&[char], usize) -> bool) -> usize {
    let mut count = 0;
    for at in 0..run.len() {
        if run[at] == from && fits(run, at) {
            run[at] = to;
            count += 1;
        }
    }
    count
}

/// `---` and a spaced `--` are em dashes, any other `--` is an en dash, and so is a spaced `-`.
fn dashes(run: &[char]) -> Vec<char> {
    let mut set = Vec::with_capacity(run.len());
    let mut at = 0;
    while at < run.len() {
        let length = run[at..].iter().take_while(|c| **c == '-').count();
        let spaced = after_space(run, at) && before_space(run, at + length);
        match length {
            0 => set.push(run[at]),
            1 => set.push(if spaced { '–' } else { '-' }),
            2 if spaced => set.push('—'),
            2 if at >= 2 && follows(run, at - 2, "xn") => set.extend(['-', '-']),
            length => {
                set.extend(std::iter::repeat_n('—', length / 3));
                set.extend([None, Some('-'), Some('–')][length % 3]);
            }
        }
        at += length.max(1);
    }
    set
}

/// 9x9 is a product, 0x9999 is not.
fn times(run: &mut [char]) {
    for at in 1..run.len() {
        if run[at] != 'x' || !digit(run, at - 1) || !digit(run, at + 1) {
            continue;
        }
        let before = run[..at].iter().rev();
        let length = before.take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).count();
        let skipped = run[at - length..at].iter().take_while(|c| !c.is_ascii_digit()).count();
        let begins = at - length + skipped;
        let word = |c: &char| c.is_alphanumeric() || *c == '_';
        let apart = begins == 0 || !word(&run[begins - 1]);
        let zero = at - begins == 1 && run[begins] == '0';
        let after = at + 1 + number(run, at + 1);
        let ends = !digit(run, after - 1) || run.get(after).is_none_or(|c| !word(c));
        if apart && !zero && ends {
            run[at] = '×';
        }
    }
}

#[cfg(test)]
mod tests;
