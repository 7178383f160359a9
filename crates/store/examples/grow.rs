//! Makes a large paper out of a small one, for the bench, and counts what the store reads of it. `articles FOLDER COUNT` copies
//! the paper's articles under new names until there are so many more, with their tags and without the search; `readings FOLDER
//! COUNT` adds readings by people who never came; `subscribers FOLDER COUNT` adds readers with the contract of the one that is there
//! and three facts each; `pages FOLDER COUNT ARTICLES` says how many pages of the database the store
//! reads for a known visitor and for an article, drawn by Zipf's law, where COUNT readings and ARTICLES articles were added.

use std::path::Path;

use gate::{Person, Readings};
use paywall::{ArticleKey, PaperId, Standing};
use rusqlite::Connection;
use store::{DATABASE, Options, Store};

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Readings of each of those people.
const OF_A_PERSON: usize = 4;
/// Facts of each subscriber.
const FACTS_OF_A_SUBSCRIBER: usize = 3;
/// Rows in one transaction.
const AT_ONCE: usize = 200_000;
/// Reads before it is counted, and those that are counted.
const WARM: usize = 200_000;
const COUNTED: usize = 20_000;
/// Sections of the generated paper.
const SECTIONS: [&str; 6] = ["harbour", "city", "islands", "assembly", "sport", "culture"];
/// SQLite's page, in bytes.
const PAGE_BYTES: f64 = 4_096.0;

fn main() -> Result<(), Fault> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["articles", folder, count] => articles(Path::new(folder), count.parse()?),
        ["readings", folder, count] => readings(Path::new(folder), count.parse()?),
        ["subscribers", folder, count] => subscribers(Path::new(folder), count.parse()?),
        ["pages", folder, readings, articles] => {
            pages(Path::new(folder), readings.parse()?, articles.parse()?)
        }
        _ => Err("articles FOLDER COUNT, readings FOLDER COUNT, subscribers FOLDER COUNT, or pages FOLDER READINGS ARTICLES"
            .into()),
    }
}

/// The database, for as many rows as possible in as little time: whoever is cut off begins anew.
fn open(folder: &Path) -> Result<Connection, Fault> {
    let connection = Connection::open(folder.join(DATABASE))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -1000000;",
    )?;
    Ok(connection)
}

/// Numbers that are spread as hashes are, and the same in every run.
fn spread(number: u64) -> u64 {
    let mut x = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

fn bytes16(number: u64) -> [u8; 16] {
    let both = (u128::from(spread(number)) << 64) | u128::from(spread(number ^ u64::MAX));
    both.to_be_bytes()
}

fn hex(bytes: [u8; 16]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The section of an added article.
const fn section(number: u64) -> &'static str {
    SECTIONS[(number % SECTIONS.len() as u64) as usize]
}

fn articles(folder: &Path, count: u64) -> Result<(), Fault> {
    let mut connection = open(folder)?;
    let models: Vec<String> = connection
        .prepare(
            "SELECT id FROM articles WHERE listed AND series IS NULL AND id LIKE 'n-%' ORDER BY id",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if models.is_empty() {
        return Err("the paper has no article to copy: import a generated folder first".into());
    }
    let mut number = 0;
    while number < count {
        let transaction = connection.transaction()?;
        for number in number..count.min(number + AT_ONCE as u64) {
            let model = &models[number as usize % models.len()];
            let (id, key) = (format!("g-{number}"), bytes16(number));
            // Older than all that was there, a minute apart.
            let earlier = (number as i64 + 1) * 60_000_000;
            let body = transaction
                .prepare_cached(
                    "INSERT INTO bodies (document, source) SELECT document, source \
                     FROM bodies JOIN articles ON articles.number = bodies.number WHERE id = ?1",
                )?
                .insert([model])?;
            transaction
                .prepare_cached(
                    "INSERT INTO articles (id, key, section, slug, published_at, access, series, version, head, listed, \
                     teaser, number, body_bytes) \
                     SELECT ?1, ?2, ?6, ?1, published_at - ?3, access, series, version, \
                     json_set(head, '$.id', ?1, '$.slug', ?1, '$.section', ?6, '$.key', ?4, '$.published_at', published_at - ?3), \
                     listed, teaser, ?7, body_bytes FROM articles WHERE id = ?5",
                )?
                .execute((&id, key, earlier, hex(key), model, section(number), body))?;
            transaction
                .prepare_cached(
                    "INSERT INTO article_tags (tag, published_at, article) \
                     SELECT tag, published_at - ?3, ?1 FROM article_tags WHERE article = ?2",
                )?
                .execute((&id, model, earlier))?;
        }
        transaction.commit()?;
        number += AT_ONCE as u64;
    }
    Ok(())
}

/// One of so many, by Zipf's law: the first of them twice as often as the second, and three times as often as the third.
fn drawn(number: u64, of: u64) -> u64 {
    let share = (spread(number) >> 11) as f64 / (1_u64 << 53) as f64;
    ((of as f64).powf(share) as u64).saturating_sub(1).min(of - 1)
}

/// A person with that place among those who were added.
fn person(place: u64) -> [u8; 16] {
    bytes16(place ^ 0x0BAD_CAFE_0000_0000)
}

fn readings(folder: &Path, count: usize) -> Result<(), Fault> {
    let mut connection = open(folder)?;
    let mut people: Vec<[u8; 16]> = (0..count.div_ceil(OF_A_PERSON) as u64).map(person).collect();
    // In the order of the table: rows that fall anywhere would take hours.
    people.sort_unstable();
    let (starts_at, ends_at) = (1_764_547_200_000_000_i64, 4_102_444_800_000_000_i64);
    let mut left = count;
    for group in people.chunks(AT_ONCE / OF_A_PERSON) {
        let transaction = connection.transaction()?;
        for person in group {
            let read = left.min(OF_A_PERSON);
            left -= read;
            transaction
                .prepare_cached(
                    "INSERT INTO windows (person, starts_at, ends_at, rule, read) VALUES (?1, ?2, ?3, 'calendar month', ?4)",
                )?
                .execute((person, starts_at, ends_at, read as i64))?;
            for article in 0..read as u64 {
                transaction
                    .prepare_cached(
                        "INSERT INTO readings (person, article, read_at) VALUES (?1, ?2, ?3)",
                    )?
                    .execute((person, bytes16(article ^ (7 << 40)), starts_at))?;
            }
        }
        transaction.commit()?;
    }
    Ok(())
}

fn subscribers(folder: &Path, count: u64) -> Result<(), Fault> {
    let mut connection = open(folder)?;
    let model: String =
        connection.query_row("SELECT id FROM subscriptions LIMIT 1", [], |row| row.get(0))?;
    // In the order of the tables, as readings are added.
    let mut ids: Vec<[u8; 16]> = (0..count).map(|number| bytes16(number ^ (11 << 50))).collect();
    ids.sort_unstable();
    for group in ids.chunks(AT_ONCE / FACTS_OF_A_SUBSCRIBER) {
        let transaction = connection.transaction()?;
        for id in group {
            let name = hex(*id);
            transaction
                .prepare_cached(
                    "INSERT INTO readers (id, person, mail, taken_as, verified_at, name, joined_at) \
                     SELECT ?1, ?1, ?2 || '@grown.example', ?3, verified_at, name, joined_at - ?4 FROM readers LIMIT 1",
                )?
                .execute((id, &name, [*id, *id].concat(), earlier(id)))?;
            transaction
                .prepare_cached(
                    "INSERT INTO subscriptions (id, reader, provider, began_at, check_at) \
                     SELECT ?1, ?2, provider, began_at, 9000000000000000 FROM subscriptions WHERE id = ?3",
                )?
                .execute((&name, id, &model))?;
            for number in 0..FACTS_OF_A_SUBSCRIBER as i64 {
                transaction
                    .prepare_cached(
                        "INSERT INTO ledger (subscription, fact, as_of, document, recorded_at) \
                         SELECT ?1, fact || ?3, as_of, document, recorded_at FROM ledger WHERE subscription = ?2 LIMIT 1",
                    )?
                    .execute((&name, &model, number))?;
            }
        }
        transaction.commit()?;
    }
    // What came of these contracts is taken for worked out, which a paper does as they come.
    connection.execute("DELETE FROM untold_turns", [])?;
    Ok(())
}

/// How long before the reader that is there somebody else joined, in microseconds: any time in ten years.
fn earlier(id: &[u8; 16]) -> i64 {
    let [first, second, third, fourth, ..] = *id;
    i64::from(u32::from_be_bytes([first, second, third, fourth])) % (3_650 * 86_400) * 1_000_000
}

/// Bytes that this process has asked the system for.
fn asked_for() -> Result<f64, Fault> {
    let text = std::fs::read_to_string("/proc/self/io")?;
    let line = text.lines().find_map(|line| line.strip_prefix("rchar: "));
    Ok(line.ok_or("no rchar in /proc/self/io")?.parse()?)
}

fn pages(folder: &Path, readings: usize, articles: u64) -> Result<(), Fault> {
    // One thread reads, so that its memory is one.
    let options = Options { readers: 1, ..Options::default() };
    let store = Store::open(folder, PaperId([0; 16]), &options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let people = readings.div_ceil(OF_A_PERSON).max(1) as u64;
    let mut number = 0;
    let mut standing = || -> Result<(), Fault> {
        number += 1;
        let person = Person::from_bytes(person(drawn(number, people)));
        let article = ArticleKey::from_bytes(bytes16(7 << 40));
        let found =
            runtime.block_on(store.standing(person, article)).map_err(|error| error.to_string())?;
        if matches!(found, Standing::Nothing) {
            return Err("somebody who was added is not there".into());
        }
        Ok(())
    };
    let of_a_standing = if readings > 0 { counted(&mut standing)? } else { 0.0 };
    let mut number = 0;
    let mut article = || -> Result<(), Fault> {
        number += 1;
        let place = drawn(number, articles);
        let slug = format!("g-{place}");
        let found = runtime.block_on(store.article(section(place), &slug));
        let found = found.map_err(|error| error.to_string())?;
        found.map(|_| ()).ok_or_else(|| format!("{slug} is not there").into())
    };
    let of_an_article = if articles > 0 { counted(&mut article)? } else { 0.0 };
    #[expect(clippy::print_stdout, reason = "it is what this program is for")]
    {
        println!("{of_a_standing:.2} {of_an_article:.2}");
    }
    Ok(())
}

/// Pages for one read, after others have brought in what all of them need.
fn counted(read: &mut dyn FnMut() -> Result<(), Fault>) -> Result<f64, Fault> {
    for _ in 0..WARM {
        read()?;
    }
    let before = asked_for()?;
    for _ in 0..COUNTED {
        read()?;
    }
    Ok((asked_for()? - before) / PAGE_BYTES / COUNTED as f64)
}
