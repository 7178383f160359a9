//! How values stand in columns, and back. A value that cannot be read back is an error that names its column.

use gate::{ReaderId, SecretHash};
use jiff::Timestamp;
use newsroom::ArticleId;
use paywall::ArticleKey;
use rusqlite::Row;
use rusqlite::types::Type;

pub(crate) fn wrong(place: usize, what: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(place, Type::Text, what.into())
}

pub(crate) fn instant(row: &Row<'_>, place: usize) -> rusqlite::Result<Timestamp> {
    let number: i64 = row.get(place)?;
    Timestamp::from_microsecond(number).map_err(|error| wrong(place, error.to_string()))
}

pub(crate) fn some_instant(row: &Row<'_>, place: usize) -> rusqlite::Result<Option<Timestamp>> {
    let number: Option<i64> = row.get(place)?;
    number.map(|_| instant(row, place)).transpose()
}

pub(crate) fn bytes16(row: &Row<'_>, place: usize) -> rusqlite::Result<[u8; 16]> {
    row.get(place)
}

pub(crate) fn reader(row: &Row<'_>, place: usize) -> rusqlite::Result<ReaderId> {
    bytes16(row, place).map(ReaderId::from_bytes)
}

pub(crate) fn hash(row: &Row<'_>, place: usize) -> rusqlite::Result<SecretHash> {
    row.get(place).map(SecretHash::from_bytes)
}

pub(crate) fn key(row: &Row<'_>, place: usize) -> rusqlite::Result<ArticleKey> {
    bytes16(row, place).map(ArticleKey::from_bytes)
}

pub(crate) fn article(row: &Row<'_>, place: usize) -> rusqlite::Result<ArticleId> {
    let text: String = row.get(place)?;
    ArticleId::parse(&text).map_err(|error| wrong(place, error.to_string()))
}
