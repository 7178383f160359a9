//! Running a query: which articles, how many, in what order, and what is shown of them. It reads the index, which has
//! nothing in it that is not public, and the heads of what it found.

use std::ops::Range;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::{
    COUNT_MAX, Count, Finding, Findings, Order, PAGE_ARTICLES, PAGES_MAX, Search, Snippet,
};
use super::{close, query::Query};
use crate::articles::Listed;
use crate::rows::HeadRow;

/// What a word in each column weighs: headline, standfirst, names, text.
const WEIGHTS: &str = "10.0, 5.0, 3.0, 1.0";
/// The beginning of a text in which the marks of a snippet are looked for, in bytes.
const MARKED_BYTES_MAX: usize = 64 * 1024;
/// About how long a snippet is, and how much of it stands before its first mark, in characters.
const SNIPPET_CHARS: usize = 220;
const BEFORE_CHARS: usize = 60;

/// Who may be found: the same for a page, for its count and for a spelling that is tried.
const WHERE: &str = "FROM search JOIN search_articles ON search_articles.id = search.rowid \
    WHERE search MATCH ?1 AND search_articles.published_at >= ?2 AND search_articles.published_at < ?3 \
    AND (?4 = '' OR search_articles.section = ?4) \
    AND (?5 = '' OR EXISTS (SELECT 1 FROM article_authors WHERE article_authors.author = ?5 \
    AND article_authors.published_at = search_articles.published_at \
    AND article_authors.article = search_articles.article))";

pub(super) fn find(
    connection: &Connection,
    search: &Search,
    now: Timestamp,
) -> rusqlite::Result<Findings> {
    let count = count(connection, search, &search.query, now, COUNT_MAX)?;
    if count == Count::Exactly(0) {
        let spelling = spelling(connection, search, now)?;
        return Ok(Findings { articles: Vec::new(), count, spelling });
    }
    let page = search.page.clamp(1, PAGES_MAX);
    let first = (page - 1) * PAGE_ARTICLES;
    let order = match search.order {
        // Scores with the same first two digits are a tie, and the newer article comes first.
        Order::Relevance => format!("CAST(format('%.1e', bm25(search, {WEIGHTS})) AS REAL), "),
        Order::Time => String::new(),
    };
    let mut query = connection.prepare_cached(&format!(
        "SELECT search_articles.id {WHERE} ORDER BY {order}search_articles.published_at DESC, \
         search_articles.article DESC LIMIT {PAGE_ARTICLES} OFFSET {first}"
    ))?;
    let asked = asked(search, &search.query, now);
    let ids = query.query_map(asked, |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut articles = Vec::with_capacity(ids.len());
    for id in ids {
        articles.extend(finding(connection, id, &search.query)?);
    }
    Ok(Findings { articles, count, spelling: None })
}

type Asked<'a> = (String, i64, i64, &'a str, &'a str);

fn asked<'a>(search: &'a Search, query: &Query, now: Timestamp) -> Asked<'a> {
    let from = search.from.map_or(i64::MIN, Timestamp::as_microsecond);
    // The index holds nothing from after now; a clock that went back since does not make it say so.
    let after_now = now.as_microsecond().saturating_add(1);
    let until = search.until.map_or(after_now, Timestamp::as_microsecond).min(after_now);
    let text = |filter: &'a Option<String>| filter.as_deref().unwrap_or("");
    (query.expression(), from, until, text(&search.section), text(&search.author))
}

fn count(
    connection: &Connection,
    search: &Search,
    query: &Query,
    now: Timestamp,
    most: u32,
) -> rusqlite::Result<Count> {
    let counted: u32 = connection
        .prepare_cached(&format!("SELECT count(*) FROM (SELECT 1 {WHERE} LIMIT {})", most + 1))?
        .query_row(asked(search, query, now), |row| row.get(0))?;
    Ok(if counted > most { Count::MoreThan(most) } else { Count::Exactly(counted) })
}

/// Another spelling of a query that finds nothing, which finds something now.
fn spelling(
    connection: &Connection,
    search: &Search,
    now: Timestamp,
) -> rusqlite::Result<Option<String>> {
    for other in close::spellings(connection, &search.query)? {
        let other: Vec<(usize, &str)> =
            other.iter().map(|(place, word)| (*place, word.as_str())).collect();
        let text = search.query.spelled(&other);
        let Ok(query) = Query::parse(&text) else { continue };
        if count(connection, search, &query, now, 0)? == Count::MoreThan(0) {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

fn finding(connection: &Connection, id: i64, query: &Query) -> rusqlite::Result<Option<Finding>> {
    let row = connection
        .prepare_cached(
            "SELECT articles.head, search_texts.standfirst, search_texts.text FROM search_articles \
             JOIN articles ON articles.id = search_articles.article \
             JOIN search_texts ON search_texts.id = search_articles.id WHERE search_articles.id = ?1",
        )?
        .query_row([id], |row| {
            let (standfirst, text): (String, String) = (row.get(1)?, row.get(2)?);
            Ok((HeadRow::read(row, 0)?, standfirst, text))
        })
        .optional()?;
    Ok(row.map(|(head, standfirst, text)| {
        let marks = query.marks(&head.headline);
        let snippet = snippet(query, standfirst, &text);
        Finding { listed: Listed { head }, marks, snippet }
    }))
}

/// The standfirst where it says why the article was found; or that place of the text; or the standfirst, or the text's
/// beginning.
fn snippet(query: &Query, standfirst: String, text: &str) -> Snippet {
    let marks = query.marks(&standfirst);
    if !marks.is_empty() {
        return Snippet { text: standfirst, marks, ..Snippet::default() };
    }
    let searched = &text[..text.floor_char_boundary(MARKED_BYTES_MAX)];
    let marks = query.marks(searched);
    match marks.first() {
        Some(first) => window(text, first.start, &marks),
        None if !standfirst.is_empty() => Snippet { text: standfirst, ..Snippet::default() },
        None => window(text, 0, &[]),
    }
}

/// A stretch of the text around a place, cut between words.
fn window(text: &str, place: usize, marks: &[Range<usize>]) -> Snippet {
    let back = text[..place].char_indices().rev().take(BEFORE_CHARS).last();
    let mut start = back.map_or(place, |(start, _)| start);
    if start > 0 {
        // To the next word; text without spaces is cut where it is.
        let gap = text[start..place].find(char::is_whitespace);
        start += gap.map_or(0, |gap| gap + 1);
    }
    let ahead = text[start..].char_indices().nth(SNIPPET_CHARS);
    let mut end = ahead.map_or(text.len(), |(length, _)| start + length);
    if end < text.len() {
        let gap = text[start..end].rfind(char::is_whitespace).map(|gap| start + gap);
        end = gap.filter(|gap| gap - start > (end - start) / 2).unwrap_or(end);
    }
    let fits = |mark: &&Range<usize>| mark.start >= start && mark.end <= end;
    let marks = marks.iter().filter(fits).map(|mark| mark.start - start..mark.end - start);
    Snippet {
        marks: marks.collect(),
        text: text[start..end].to_owned(),
        is_cut_before: start > 0,
        is_cut_behind: end < text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, snippet};

    #[test]
    fn a_snippet_is_cut_between_words_and_keeps_its_marks() {
        let text =
            "First words of it. ".repeat(20) + "The harbour is wide. " + &"And more. ".repeat(40);
        let query = Query::parse("harbour").unwrap();
        let snippet = snippet(&query, String::new(), &text);
        let marked: Vec<&str> =
            snippet.marks.iter().map(|mark| &snippet.text[mark.clone()]).collect();
        assert_eq!(marked, ["harbour"]);
        assert!(snippet.is_cut_before && snippet.is_cut_behind);
        assert!(snippet.text.chars().count() <= super::SNIPPET_CHARS);
        assert!(text.contains(&format!(" {} ", snippet.text.trim())), "{:?}", snippet.text);
    }

    #[test]
    fn text_without_spaces_is_cut_too() {
        let text = "海".repeat(300) + "港" + &"海".repeat(300);
        let snippet = snippet(&Query::parse("港").unwrap(), String::new(), &text);
        assert_eq!(&snippet.text[snippet.marks[0].clone()], "港");
    }
}
