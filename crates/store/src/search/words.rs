//! How text becomes the words that are searched: cut, folded, and for scripts without spaces paired. Index, queries,
//! marks and close spellings all use this one way, so that they cannot disagree. It never sees a database.

use std::borrow::Cow;
use std::ops::Range;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// The longest word that is told apart from others, in characters; what follows is cut off, in queries too.
pub(crate) const WORD_CHARS_MAX: usize = 40;
/// Stands between texts that do not follow one another, so that no phrase runs across. Never part of a word.
pub(crate) const BREAK: &str = "\u{E000}";

/// A word of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    /// Folded: lower case, without accents.
    pub(crate) folded: String,
    /// Where it stands in the text, in bytes.
    pub(crate) place: Range<usize>,
    /// Where its first character ends.
    pub(crate) first_ends: usize,
    /// Whether it is a pair of characters, or the last one, of a script without spaces.
    pub(crate) paired: bool,
}

/// The words of a text, in order. A run of Chinese, Japanese or Korean characters gives every pair of neighbours, and
/// its last character alone: any stretch of it can then be found as a phrase, and one character as a beginning.
pub(crate) fn words(text: &str) -> Vec<Word> {
    runs(text)
        .flat_map(|run| if run.is_paired { pairs(text, &run) } else { spelled(text, run) })
        .collect()
}

/// The words of a query's phrase. As [`words`], but the last run does not say that it ends: the text may go on.
pub(crate) fn phrase(text: &str) -> Vec<Word> {
    let mut words = words(text);
    let open = words.len() > 1 && {
        let last = &words[words.len() - 1];
        let before = &words[words.len() - 2];
        last.paired && before.paired && before.place.end == last.place.end
    };
    if open {
        words.pop();
    }
    words
}

/// A stretch of characters that belong together.
struct Run {
    place: Range<usize>,
    is_paired: bool,
}

fn runs(text: &str) -> impl Iterator<Item = Run> + '_ {
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = letters.find(|(_, letter)| letter.is_alphanumeric())?;
        let is_paired = is_paired(first);
        let mut end = start + first.len_utf8();
        while let Some((place, letter)) = letters.next_if(|(_, letter)| {
            is_joined(*letter) || letter.is_alphanumeric() && self::is_paired(*letter) == is_paired
        }) {
            end = place + letter.len_utf8();
        }
        Some(Run { place: start..end, is_paired })
    })
}

/// Han, Kana, Bopomofo and Hangul: written without spaces, or with spaces that tell little.
fn is_paired(letter: char) -> bool {
    matches!(letter,
        '\u{1100}'..='\u{11FF}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{318F}'
        | '\u{31A0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FFDC}' | '\u{1B000}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFF}')
}

/// Marks that belong to the character before them: accents, vowel points, and the vowels of scripts that hang them on.
fn is_joined(letter: char) -> bool {
    is_dropped(letter)
        || matches!(letter, '\u{0900}'..='\u{0DFF}' if !letter.is_alphanumeric())
        || matches!(letter, '\u{3099}' | '\u{309A}' | '\u{200C}' | '\u{200D}' | '\u{00AD}')
}

/// What folding leaves out: combining accents, Hebrew and Arabic points, the Arabic stretch, soft hyphens, joiners.
fn is_dropped(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0487}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}'
        | '\u{05C1}'..='\u{05C2}' | '\u{05C4}'..='\u{05C5}' | '\u{05C7}' | '\u{0610}'..='\u{061A}'
        | '\u{0640}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{00AD}' | '\u{200C}' | '\u{200D}')
}

/// Lower case, without accents, compatible forms as one.
pub(crate) fn fold(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return text.to_ascii_lowercase();
    }
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut bare = String::with_capacity(apart.len());
    for letter in apart.chars().filter(|letter| !is_dropped(*letter)).flat_map(char::to_lowercase) {
        match letter {
            'ß' => bare += "ss",
            'æ' => bare += "ae",
            'œ' => bare += "oe",
            'ø' => bare.push('o'),
            'ł' => bare.push('l'),
            'đ' | 'ð' => bare.push('d'),
            'þ' => bare += "th",
            'ı' => bare.push('i'),
            'ς' => bare.push('σ'),
            'أ' | 'إ' | 'آ' | 'ٱ' => bare.push('ا'),
            letter if letter.is_alphanumeric() || is_kept(letter) => bare.push(letter),
            _ => {}
        }
    }
    match ComposingNormalizerBorrowed::new_nfkc().normalize(&bare) {
        // Lower case of a letter may bring an accent of its own (İ).
        Cow::Borrowed(_) => bare,
        Cow::Owned(composed) => composed,
    }
}

/// The words of a line, folded, with blanks between: for lists of the desk, which look for parts of words.
pub(crate) fn fold_line(text: &str) -> String {
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || is_joined(letter)));
    let folded: Vec<String> = words.map(fold).filter(|word| !word.is_empty()).collect();
    folded.join(" ")
}

/// Marks that change a word and stay in it.
fn is_kept(letter: char) -> bool {
    is_joined(letter) && !is_dropped(letter)
}

fn cut(mut folded: String) -> String {
    if let Some((end, _)) = folded.char_indices().nth(WORD_CHARS_MAX) {
        folded.truncate(end);
    }
    folded
}

fn spelled(text: &str, run: Run) -> Vec<Word> {
    let source = &text[run.place.clone()];
    let folded = cut(fold(source));
    let first = source.chars().next().map_or(0, char::len_utf8);
    let first_ends = run.place.start + first;
    let word = Word { folded, place: run.place, first_ends, paired: false };
    // A run of marks alone, or of signs that folding takes apart, is no word.
    if word.folded.is_empty() { Vec::new() } else { vec![word] }
}

fn pairs(text: &str, run: &Run) -> Vec<Word> {
    let mut units: Vec<Range<usize>> = Vec::new();
    for (place, letter) in text[run.place.clone()].char_indices() {
        let place = run.place.start + place;
        let end = place + letter.len_utf8();
        match units.last_mut() {
            Some(unit) if hangs_on(letter) => unit.end = end,
            _ => units.push(place..end),
        }
    }
    let word = |place: Range<usize>, first_ends: usize| {
        let folded = fold(&text[place.clone()]);
        (!folded.is_empty()).then_some(Word { folded, place, first_ends, paired: true })
    };
    let last = units.last().cloned().and_then(|unit| word(unit.clone(), unit.end));
    let all = units.windows(2).filter_map(|two| word(two[0].start..two[1].end, two[0].end));
    all.chain(last).collect()
}

/// Voice marks of kana, and the later parts of a Korean syllable that is written in parts.
fn hangs_on(letter: char) -> bool {
    is_joined(letter) || matches!(letter, '\u{FF9E}' | '\u{FF9F}' | '\u{1160}'..='\u{11FF}')
}

#[cfg(test)]
mod tests;
