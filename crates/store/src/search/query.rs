//! What a reader searches for: words, "phrases" and -words. Everything that a reader types is data; what stands in a
//! query's expression was cut out of it by us. It never looks anything up.

use std::ops::Range;

use super::words::{Word, phrase, words};

/// The longest query, in characters.
pub const QUERY_CHARS_MAX: usize = 200;
/// The most words of a query, those of phrases counted singly.
pub const QUERY_WORDS_MAX: usize = 16;
/// The shortest beginning of a word that finds longer ones, in characters.
const BEGINNING_CHARS_MIN: usize = 2;

/// A query that was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    text: String,
    pub(crate) terms: Vec<Term>,
}

/// Why a query asks nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum QueryFault {
    /// There is no word in it.
    #[error("there is no word to search for")]
    NoWord,
    /// It has more than [`QUERY_CHARS_MAX`] characters.
    #[error("the query has more than {QUERY_CHARS_MAX} characters")]
    TooLong,
    /// It has more than [`QUERY_WORDS_MAX`] words.
    #[error("the query has more than {QUERY_WORDS_MAX} words")]
    TooManyWords,
}

/// One condition of a query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Term {
    /// Words that follow one another.
    pub(crate) words: Vec<String>,
    /// Whether the last one may go on.
    pub(crate) is_open: bool,
    /// Whether articles must not have it.
    pub(crate) is_unwanted: bool,
    /// Where it stands in the query, where it is one spelled word outside of quotes.
    pub(crate) place: Option<Range<usize>>,
}

impl Query {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// [`QueryFault`] where that asks nothing, or too much.
    pub fn parse(text: &str) -> Result<Self, QueryFault> {
        if text.chars().nth(QUERY_CHARS_MAX).is_some() {
            return Err(QueryFault::TooLong);
        }
        let mut terms: Vec<Term> = Vec::new();
        for piece in pieces(text) {
            terms.extend(piece.term(text));
        }
        if terms.iter().map(|term| term.words.len()).sum::<usize>() > QUERY_WORDS_MAX {
            return Err(QueryFault::TooManyWords);
        }
        if terms.iter().all(|term| term.is_unwanted) {
            return Err(QueryFault::NoWord);
        }
        // Only the last word is perhaps not typed to its end.
        let last = terms.len() - 1;
        for (place, term) in terms.iter_mut().enumerate() {
            let typing = place == last && term.place.is_some() && !term.is_unwanted;
            let long =
                term.words.last().is_some_and(|word| word.chars().count() >= BEGINNING_CHARS_MIN);
            term.is_open |= typing && long;
        }
        Ok(Self { text: text.to_owned(), terms })
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The query in the index's own language. Words are letters and digits alone, each phrase in quotes.
    pub(crate) fn expression(&self) -> String {
        let all = |unwanted: bool, with: &str| {
            let terms = self.terms.iter().filter(|term| term.is_unwanted == unwanted);
            terms.map(Term::expression).collect::<Vec<_>>().join(with)
        };
        let (wanted, unwanted) = (all(false, " AND "), all(true, " OR "));
        if unwanted.is_empty() { wanted } else { format!("({wanted}) NOT ({unwanted})") }
    }

    /// Where a text has what is searched for, in bytes, in order and without overlaps.
    pub(crate) fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let words = words(text);
        let wanted: Vec<&Term> = self.terms.iter().filter(|term| !term.is_unwanted).collect();
        let mut marks: Vec<Range<usize>> = Vec::new();
        for place in 0..words.len() {
            for mark in wanted.iter().filter_map(|term| term.at(&words[place..])) {
                match marks.last_mut() {
                    Some(last) if mark.start <= last.end => last.end = last.end.max(mark.end),
                    _ => marks.push(mark),
                }
            }
        }
        marks
    }

    /// The same query with other words in the places of some terms.
    pub(crate) fn spelled(&self, other: &[(usize, &str)]) -> String {
        let mut text = self.text.clone();
        let mut other = other.to_vec();
        other.sort_by_key(|(term, _)| std::cmp::Reverse(*term));
        for (term, word) in other {
            if let Some(place) = self.terms.get(term).and_then(|term| term.place.clone()) {
                text.replace_range(place, word);
            }
        }
        text
    }
}

impl Term {
    fn expression(&self) -> String {
        let open = if self.is_open { " *" } else { "" };
        format!("\"{}\"{open}", self.words.join(" "))
    }

    /// The stretch that it takes at the beginning of these words.
    pub(crate) fn at(&self, words: &[Word]) -> Option<Range<usize>> {
        let here = words.get(..self.words.len())?;
        let (last, before) = self.words.split_last()?;
        let (found, found_before) = here.split_last()?;
        let same = before.iter().zip(found_before).all(|(own, word)| *own == word.folded);
        let fits = found.folded == *last || self.is_open && found.folded.starts_with(last.as_str());
        if !(same && fits) {
            return None;
        }
        // One character of a script without spaces finds the pair that begins with it.
        let end =
            if found.paired && found.folded != *last { found.first_ends } else { found.place.end };
        Some(here[0].place.start..end)
    }
}

/// A stretch of a query between spaces or quotes.
struct Piece {
    place: Range<usize>,
    is_quoted: bool,
    is_unwanted: bool,
}

impl Piece {
    fn term(&self, text: &str) -> Option<Term> {
        let words = phrase(&text[self.place.clone()]);
        let last = words.last()?;
        let single = words.len() == 1 && !last.paired && !self.is_quoted;
        let is_one = last.paired && last.first_ends == last.place.end;
        Some(Term {
            // A single character of a script without spaces is the beginning of a pair, in phrases too.
            is_open: is_one,
            is_unwanted: self.is_unwanted,
            place: single.then(|| {
                let start = self.place.start;
                start + last.place.start..start + last.place.end
            }),
            words: words.into_iter().map(|word| word.folded).collect(),
        })
    }
}

/// Quotes of all the languages that we print, each of which opens and closes a phrase.
const QUOTES: [char; 8] = ['"', '“', '”', '„', '«', '»', '「', '」'];

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        if letter.is_whitespace() {
            continue;
        }
        let starts_word = text[..start].chars().next_back().is_none_or(char::is_whitespace);
        let is_unwanted = starts_word && matches!(letter, '-' | '−');
        let (start, letter) = match is_unwanted.then(|| letters.next()) {
            None => (start, letter),
            Some(Some(next)) if !next.1.is_whitespace() => next,
            Some(_) => continue,
        };
        let is_quoted = QUOTES.contains(&letter);
        let begin = if is_quoted { start + letter.len_utf8() } else { start };
        let mut end = start + letter.len_utf8();
        while let Some((place, letter)) = letters.next_if(|(_, letter)| {
            let quote = QUOTES.contains(letter);
            !quote && (is_quoted || !letter.is_whitespace())
        }) {
            end = place + letter.len_utf8();
        }
        if is_quoted {
            // The quote that closes, if there is one; without it the phrase ends with the query.
            letters.next();
        }
        pieces.push(Piece { place: begin..end, is_quoted, is_unwanted });
    }
    pieces
}

#[cfg(test)]
mod tests;
