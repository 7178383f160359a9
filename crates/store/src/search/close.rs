//! Close spellings: which words of the index a reader may have meant. Candidates only; whoever offers one has run it.

use rusqlite::{Connection, OptionalExtension, ToSql, params_from_iter};

use super::index::SPELLED_CHARS;
use super::query::Query;

/// Words that share the most pieces with the one that was typed, looked at more closely.
const CANDIDATES_MAX: i64 = 300;
/// Corrections of a query that are tried.
const TRIES_MAX: usize = 5;

/// Other spellings of a query, the closest first: each as what to replace in it. Empty where every word is known, or no
/// other comes close.
pub(super) fn spellings(
    connection: &Connection,
    query: &Query,
) -> rusqlite::Result<Vec<Vec<(usize, String)>>> {
    let mut unknown: Vec<(usize, Vec<String>)> = Vec::new();
    for (place, term) in query.terms.iter().enumerate() {
        let [word] = term.words.as_slice() else { continue };
        let spelled = term.place.is_some() && !term.is_unwanted;
        let long = SPELLED_CHARS.contains(&word.chars().count());
        if spelled && long && !is_known(connection, word, term.is_open)? {
            let close = close_to(connection, word)?;
            if !close.is_empty() {
                unknown.push((place, close));
            }
        }
    }
    if unknown.is_empty() {
        return Ok(Vec::new());
    }
    let longest = unknown.iter().map(|(_, close)| close.len()).max().unwrap_or(0);
    let nth = |turn: usize| {
        let pick = |(place, close): &(usize, Vec<String>)| {
            Some((*place, close.get(turn).or_else(|| close.first())?.clone()))
        };
        unknown.iter().filter_map(pick).collect()
    };
    Ok((0..longest.min(TRIES_MAX)).map(nth).collect())
}

fn is_known(connection: &Connection, word: &str, is_open: bool) -> rusqlite::Result<bool> {
    let last = if is_open { format!("{word}\u{10FFFF}") } else { word.to_owned() };
    connection
        .prepare_cached("SELECT 1 FROM search_words WHERE word BETWEEN ?1 AND ?2")?
        .query_row((word, last), |_| Ok(()))
        .optional()
        .map(|found| found.is_some())
}

/// Words within the distance, the closest first, then those of more articles.
fn close_to(connection: &Connection, word: &str) -> rusqlite::Result<Vec<String>> {
    let typed: Vec<char> = word.chars().collect();
    let pieces = pieces(word);
    let marks = vec!["?"; pieces.len()].join(", ");
    let mut query = connection.prepare_cached(&format!(
        "SELECT search_words.word, search_words.shown, search_words.articles FROM search_pieces \
         JOIN search_words ON search_words.id = search_pieces.word WHERE piece IN ({marks}) \
         AND length(search_words.word) BETWEEN ? AND ? GROUP BY search_words.id \
         ORDER BY count(*) DESC, search_words.articles DESC, search_words.word LIMIT ?"
    ))?;
    let reach = reach(typed.len());
    let (least, most) = (typed.len() - reach, typed.len() + reach);
    let (least, most) = (least as i64, most as i64);
    let pieces = pieces.iter().map(|piece| piece as &dyn ToSql);
    let values = pieces.chain([&least as &dyn ToSql, &most, &CANDIDATES_MAX]);
    let rows = query.query_map(params_from_iter(values), |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
    })?;
    let mut close = Vec::new();
    for row in rows {
        let (other, shown, articles) = row?;
        let letters: Vec<char> = other.chars().collect();
        let distance = distance(&typed, &letters);
        if (1..=reach).contains(&distance) {
            close.push((distance, -articles, shown));
        }
    }
    close.sort();
    close.truncate(TRIES_MAX);
    Ok(close.into_iter().map(|(.., shown)| shown).collect())
}

/// How many slips are forgiven in a word of that length.
fn reach(chars: usize) -> usize {
    if chars <= 5 { 1 } else { 2 }
}

/// The three-letter pieces of a word, its ends marked by a space.
pub(super) fn pieces(word: &str) -> Vec<String> {
    let letters: Vec<char> = std::iter::once(' ').chain(word.chars()).chain([' ']).collect();
    let mut pieces: Vec<String> = letters.windows(3).map(|three| three.iter().collect()).collect();
    pieces.sort();
    pieces.dedup();
    pieces
}

/// Damerau's distance between words, no place changed twice: letters missing, too many, wrong, or swapped with the next.
pub(super) fn distance(one: &[char], other: &[char]) -> usize {
    let width = other.len() + 1;
    let mut before = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1; width];
        for (column, found) in other.iter().enumerate() {
            let changed = last[column] + usize::from(letter != found);
            let mut least = changed.min(last[column + 1] + 1).min(next[column] + 1);
            let swapped =
                row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *found;
            if swapped {
                least = least.min(before[column - 1] + 1);
            }
            next[column + 1] = least;
        }
        before = std::mem::replace(&mut last, next);
    }
    last[width - 1]
}

#[cfg(test)]
mod tests {
    use super::{distance, pieces};

    #[test]
    fn distances() {
        let of = |one: &str, other: &str| {
            let letters = |word: &str| word.chars().collect::<Vec<_>>();
            distance(&letters(one), &letters(other))
        };
        for (one, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("harbour", "harbour", 0),
            ("harbuor", "harbour", 1),
            ("harbor", "harbour", 1),
            ("dregde", "dredge", 1),
            ("kitten", "sitting", 3),
            ("ca", "abc", 3),
            ("größe", "grosse", 3),
        ] {
            assert_eq!(of(one, other), expected, "{one} {other}");
            assert_eq!(of(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn pieces_have_marked_ends() {
        assert_eq!(pieces("tide"), [" ti", "de ", "ide", "tid"]);
    }
}
