//! What stands in the index: public text of published articles, and nothing else. An article under embargo waits outside
//! of it, so that no count, order or spelling can tell of it. Rows change in the transaction of the article itself.

use std::collections::BTreeMap;

use jiff::Timestamp;
use newsroom::{Body, Head, PaperFile, Slug, Teaser};
use paywall::{Access, Persistence, Sealed};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::plain;
use super::words::{BREAK, words};
use crate::rows::{BodyRow, HeadRow, TeaserRow};

/// The longest text that an article is found by, in bytes; what follows is not searched.
pub const TEXT_BYTES_MAX: usize = 256 * 1024;
/// Articles that one transaction takes into the index, and bytes of text after which it takes no more: readings wait
/// behind it.
const BATCH: usize = 16;
const BATCH_BYTES: usize = 256 * 1024;
/// Words that close spellings are looked for among, by their length in characters.
pub(super) const SPELLED_CHARS: std::ops::RangeInclusive<usize> = 4..=24;

const WAITING: i64 = 0;
const FOUND: i64 = 1;
const RENAMED: i64 = 2;

/// The public text of an article.
struct Text {
    headline: String,
    standfirst: String,
    text: String,
}

/// Everything that anybody may read of an article: of a free one the body too, of any other only what stands above the
/// line. `body` is opened for that alone, by the exit of whoever writes it to the disk.
fn public(head: &Head, teaser: &Teaser, body: &Sealed<Body>, exit: &Persistence) -> Text {
    let mut text = String::new();
    let parts = |html: [&str; 2], text: &mut String| {
        for html in html {
            separate(text);
            plain::append(text, html, TEXT_BYTES_MAX);
        }
    };
    parts([&teaser.html, &teaser.aside], &mut text);
    if head.access == Access::Free {
        let body = body.persist(exit);
        parts([&body.html, &body.aside], &mut text);
    }
    if let Some(caption) = head.lead_image.as_ref().and_then(|image| image.caption.as_ref()) {
        separate(&mut text);
        text += caption;
    }
    text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
    let standfirst = head.standfirst.clone().unwrap_or_default();
    Text { headline: head.headline.clone(), standfirst, text }
}

fn separate(text: &mut String) {
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push('\n');
    }
}

/// Enters an article that was just saved, or takes it out where the paper took it back. What could be found can be found
/// when the commit stands; what is new may wait for the next search.
pub(crate) fn enter(
    transaction: &Transaction<'_>,
    head: &Head,
    teaser: &Teaser,
    body: &Sealed<Body>,
    exit: &Persistence,
) -> rusqlite::Result<()> {
    let article = head.id.as_str();
    let known: Option<i64> = transaction
        .prepare_cached("SELECT id FROM search_articles WHERE article = ?1")?
        .query_row([article], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        take_out(transaction, id)?;
    }
    if head.withdrawn_at.is_some() {
        transaction
            .prepare_cached("DELETE FROM search_articles WHERE article = ?1")?
            .execute([article])?;
        return Ok(());
    }
    let published_at = head.published_at.as_microsecond();
    let id: i64 = transaction
        .prepare_cached(
            "INSERT INTO search_articles (article, published_at, section, state) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (article) DO UPDATE SET published_at = excluded.published_at, \
             section = excluded.section, state = excluded.state RETURNING id",
        )?
        .query_row((article, published_at, head.section.as_str(), WAITING), |row| row.get(0))?;
    write(transaction, id, &public(head, teaser, body, exit))?;
    if published_at <= until(transaction)? {
        put_in(transaction, id, head)?;
    }
    Ok(())
}

fn write(transaction: &Connection, id: i64, text: &Text) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO search_texts (id, headline, standfirst, names, text) VALUES (?1, ?2, ?3, '', ?4) \
             ON CONFLICT (id) DO UPDATE SET headline = excluded.headline, \
             standfirst = excluded.standfirst, names = '', text = excluded.text",
        )?
        .execute((id, &text.headline, &text.standfirst, &text.text))?;
    Ok(())
}

/// Up to which instant everything published is in the index: no later than any clock that asked so far.
fn until(connection: &Connection) -> rusqlite::Result<i64> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM facts WHERE name = 'searched_until'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or(i64::MIN))
}

/// Whether something waits that can be found now, or is found under an old name.
pub(super) fn is_due(connection: &Connection, now: Timestamp) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM search_articles WHERE state = 0 AND published_at <= ?1) \
             OR EXISTS (SELECT 1 FROM search_articles WHERE state = 2)",
        )?
        .query_row([now.as_microsecond()], |row| row.get(0))
}

/// Takes some of what is due into the index, the newest first; how many articles that were.
pub(super) fn take_in(transaction: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<usize> {
    let now = now.as_microsecond();
    let mut due = transaction.prepare_cached(
        "SELECT id, state FROM (SELECT id, state FROM search_articles \
         WHERE state = 0 AND published_at <= ?1 ORDER BY published_at DESC LIMIT ?2) UNION ALL \
         SELECT id, state FROM (SELECT id, state FROM search_articles WHERE state = 2 LIMIT ?2) LIMIT ?2",
    )?;
    let due = due
        .query_map((now, BATCH as i64), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    let (mut bytes, mut taken) = (0, 0);
    for (id, state) in due {
        if state == RENAMED {
            take_out(transaction, id)?;
        }
        let head: Head = transaction
            .prepare_cached(
                "SELECT head FROM articles JOIN search_articles ON search_articles.article = articles.id \
                 WHERE search_articles.id = ?1",
            )?
            .query_row([id], |row| HeadRow::read(row, 0))?;
        let known =
            transaction.prepare_cached("SELECT 1 FROM search_texts WHERE id = ?1")?.exists([id])?;
        if !known {
            derive(transaction, id, &head)?;
        }
        bytes += put_in(transaction, id, &head)?;
        taken += 1;
        if bytes > BATCH_BYTES {
            break;
        }
    }
    if until(transaction)? < now {
        transaction
            .prepare_cached(
                "INSERT INTO facts (name, value) VALUES ('searched_until', ?1) \
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )?
            .execute([now.to_string()])?;
    }
    Ok(taken)
}

/// The text of an article that was saved before there was a search.
fn derive(transaction: &Connection, id: i64, head: &Head) -> rusqlite::Result<()> {
    let (teaser, body) = transaction
        .prepare_cached(
            "SELECT teaser, document FROM articles JOIN bodies ON bodies.number = articles.number WHERE id = ?1",
        )?
        .query_row([head.id.as_str()], |row| {
            Ok((TeaserRow::read(row, 0)?, Sealed::seal(head.key, BodyRow::read(row, 1)?)))
        })?;
    // What is found of an older paper is what would be found of it if it were saved today.
    let exit = Persistence::exit();
    write(transaction, id, &public(head, &teaser, &body, &exit))
}

/// Puts an article into the index; how many bytes that were.
fn put_in(transaction: &Connection, id: i64, head: &Head) -> rusqlite::Result<usize> {
    let names = names_of(transaction, head)?;
    transaction
        .prepare_cached("UPDATE search_texts SET names = ?2 WHERE id = ?1")?
        .execute((id, &names))?;
    let texts = texts(transaction, id)?;
    let streams = texts.each_ref().map(|text| stream(text));
    transaction
        .prepare_cached(
            "INSERT INTO search (rowid, headline, standfirst, names, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((id, &streams[0], &streams[1], &streams[2], &streams[3]))?;
    learn(transaction, &texts)?;
    transaction
        .prepare_cached("UPDATE search_articles SET state = ?2 WHERE id = ?1")?
        .execute((id, FOUND))?;
    Ok(texts.iter().map(String::len).sum())
}

/// Takes an article out of the index, if it is there; it waits then.
fn take_out(transaction: &Connection, id: i64) -> rusqlite::Result<()> {
    let state: i64 = transaction
        .prepare_cached("SELECT state FROM search_articles WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    if state == WAITING {
        return Ok(());
    }
    unlearn(transaction, &texts(transaction, id)?)?;
    transaction.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([id])?;
    transaction
        .prepare_cached("UPDATE search_articles SET state = ?2 WHERE id = ?1")?
        .execute((id, WAITING))?;
    Ok(())
}

fn texts(connection: &Connection, id: i64) -> rusqlite::Result<[String; 4]> {
    connection
        .prepare_cached("SELECT headline, standfirst, names, text FROM search_texts WHERE id = ?1")?
        .query_row([id], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))
}

/// A text as the index reads it: words with spaces between them, and a break where a line ends.
fn stream(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words = words(line).into_iter().map(|word| word.folded);
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join(&format!(" {BREAK} "))
}

/// The names that an article is found by, each once, one a line: section, tags, authors and series. A name that the paper
/// does not give is made of the words in the address.
fn names_of(connection: &Connection, head: &Head) -> rusqlite::Result<String> {
    let mut query =
        connection.prepare_cached("SELECT name FROM search_names WHERE kind = ?1 AND slug = ?2")?;
    let of = |kind: &'static str, slugs: Vec<&Slug>| {
        slugs.into_iter().map(|slug| (kind, slug.as_str().to_owned())).collect::<Vec<_>>()
    };
    let series = head.series.as_ref().map(|part| &part.series);
    let all = [
        of("section", vec![&head.section]),
        of("tag", head.tags.iter().chain(&head.kicker).collect()),
        of("author", head.authors.iter().collect()),
        of("series", series.into_iter().collect()),
    ];
    let mut names: Vec<String> = Vec::new();
    for (kind, slug) in all.into_iter().flatten() {
        let name: Option<String> = query.query_row((kind, &slug), |row| row.get(0)).optional()?;
        let name = name.unwrap_or_else(|| slug.replace(['-', '_'], " "));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names.join("\n"))
}

/// Takes over the names of the paper. Articles that are found by a name that changed are found by the old one until
/// their turn comes, which is soon.
pub(crate) fn rename(transaction: &Transaction<'_>, paper: &PaperFile) -> rusqlite::Result<()> {
    let mut old: BTreeMap<(String, String), String> = transaction
        .prepare_cached("SELECT kind, slug, name FROM search_names")?
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let of = |kind: &str, slug: &Slug, name: &str| {
        ((kind.to_owned(), slug.as_str().to_owned()), name.to_owned())
    };
    let names = (paper.sections.iter().map(|s| of("section", &s.slug, &s.name)))
        .chain(paper.tags.iter().map(|t| of("tag", &t.slug, &t.name)))
        .chain(paper.authors.iter().map(|a| of("author", &a.slug, &a.name)))
        .chain(paper.series.iter().map(|s| of("series", &s.slug, &s.name)));
    for ((kind, slug), name) in names {
        if old.remove(&(kind.clone(), slug.clone())).as_ref() == Some(&name) {
            continue;
        }
        transaction
            .prepare_cached(
                "INSERT INTO search_names (kind, slug, name) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (kind, slug) DO UPDATE SET name = excluded.name",
            )?
            .execute((&kind, &slug, &name))?;
        renew(transaction, &kind, &slug)?;
    }
    for (kind, slug) in old.into_keys() {
        transaction
            .prepare_cached("DELETE FROM search_names WHERE kind = ?1 AND slug = ?2")?
            .execute((&kind, &slug))?;
        renew(transaction, &kind, &slug)?;
    }
    Ok(())
}

fn renew(transaction: &Connection, kind: &str, slug: &str) -> rusqlite::Result<()> {
    let those = match kind {
        "section" => "SELECT id FROM articles WHERE section = ?1 AND listed",
        "tag" => "SELECT article FROM article_tags WHERE tag = ?1",
        "author" => "SELECT article FROM article_authors WHERE author = ?1",
        _ => "SELECT id FROM articles WHERE series = ?1 AND listed AND series IS NOT NULL",
    };
    transaction
        .prepare_cached(&format!(
            "UPDATE search_articles SET state = {RENAMED} WHERE state = {FOUND} AND article IN ({those})"
        ))?
        .execute([slug])?;
    Ok(())
}

/// The words of an article that close spellings are looked for among, each once, with the spelling that is shown.
fn spelled(texts: &[String; 4]) -> BTreeMap<String, String> {
    let mut spelled = BTreeMap::new();
    for text in texts {
        for word in words(text).into_iter().filter(|word| !word.paired) {
            let chars = word.folded.chars().count();
            if SPELLED_CHARS.contains(&chars) && word.folded.chars().all(char::is_alphabetic) {
                let shown = || text[word.place.clone()].to_lowercase();
                spelled.entry(word.folded).or_insert_with(shown);
            }
        }
    }
    spelled
}

fn learn(transaction: &Connection, texts: &[String; 4]) -> rusqlite::Result<()> {
    let mut count = transaction
        .prepare_cached("UPDATE search_words SET articles = articles + 1 WHERE word = ?1")?;
    let mut word_is_new = transaction
        .prepare_cached("INSERT INTO search_words (word, shown, articles) VALUES (?1, ?2, 1)")?;
    let mut piece = transaction.prepare_cached(
        "INSERT INTO search_pieces (piece, word) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    for (word, shown) in spelled(texts) {
        if count.execute([&word])? == 0 {
            let id = word_is_new.insert((&word, shown))?;
            for part in super::close::pieces(&word) {
                piece.execute((part, id))?;
            }
        }
    }
    Ok(())
}

fn unlearn(transaction: &Connection, texts: &[String; 4]) -> rusqlite::Result<()> {
    let mut count = transaction
        .prepare_cached("UPDATE search_words SET articles = articles - 1 WHERE word = ?1")?;
    let mut forget =
        transaction.prepare_cached("DELETE FROM search_words WHERE word = ?1 AND articles <= 0")?;
    for word in spelled(texts).into_keys() {
        count.execute([&word])?;
        forget.execute([&word])?;
    }
    Ok(())
}
