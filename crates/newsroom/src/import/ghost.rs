//! Exports of Ghost 4, 5 and 6: one JSON file in, articles of the folder out. Whatever was not published, or was sent
//! as a letter alone, stays out. It reads the file twice and keeps names and relations, never the texts.

use std::io::{self, Read};
use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

use super::mapping::Mapping;
use super::{Export, Files, Item, Survey, Unreadable};

mod article;
mod cards;
mod lexical;
mod mobiledoc;
mod relations;
mod stream;

use relations::Relations;

/// Bytes of one row of an export of Ghost, a text with all that belongs to it.
pub const ROW_BYTES_MAX: u64 = stream::ROW_BYTES_MAX;

/// An export of Ghost. `open` opens the file from its beginning, as often as it is read.
pub struct Ghost<O> {
    open: O,
    mapping: Mapping,
    reserved: fn(&str) -> bool,
    relations: Option<Relations>,
}

impl<O, R> Ghost<O>
where
    O: FnMut() -> io::Result<R>,
    R: Read,
{
    /// An export that `open` opens, read as the mapping says. Ghost does not write its own address into an export:
    /// without `site` in the mapping, links within the site lose their addresses.
    pub fn new(open: O, mapping: Mapping) -> Self {
        Self { open, mapping, reserved: |_| false, relations: None }
    }

    /// Which names no section may have, since addresses of the site begin with them.
    #[must_use]
    pub fn reserved(mut self, reserved: fn(&str) -> bool) -> Self {
        self.reserved = reserved;
        self
    }

    fn input(&mut self) -> Result<R, Unreadable> {
        (self.open)().map_err(|error| Unreadable {
            line: 0,
            what: format!(
                "the export cannot be opened: {error}; see that it is there and may be read"
            ),
        })
    }
}

impl<O, R> Export for Ghost<O>
where
    O: FnMut() -> io::Result<R>,
    R: Read,
{
    fn survey(&mut self) -> Result<Survey, Unreadable> {
        let input = self.input()?;
        let mut relations = Relations::default();
        let read = stream::rows(input, relations::TABLES, &mut |row| {
            relations.take(&row);
            ControlFlow::Continue(())
        });
        let mut cut_short = None;
        if let Err(fault) = read {
            // What stands before the fault is worth having; the second reading tells of the fault again.
            if relations.items == 0 {
                return Err(fault);
            }
            cut_short = Some(format!("{fault}; names that stand after it are missing"));
        }
        relations.settle(&self.mapping, self.reserved);
        let mut survey = relations.survey(&self.mapping);
        survey.remarks.extend(cut_short);
        self.relations = Some(relations);
        Ok(survey)
    }

    /// Ghost gives every time with its zone, and no article a language of its own.
    fn bound_for(&mut self, _zone: &TimeZone, _language: &str) {}

    fn items(
        &mut self,
        survey: &Survey,
        files: &mut dyn Files,
        each: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<(), Unreadable> {
        if self.relations.is_none() {
            self.survey()?;
        }
        let input = self.input()?;
        let Some(relations) = &self.relations else { return Ok(()) };
        let desk = article::Desk { relations, mapping: &self.mapping, site: &survey.site };
        stream::rows(input, &["posts"], &mut |row| each(desk.item(&row.value, row.line, files)))
    }
}

/// An instant in the forms that Ghost has written over the years: RFC 3339, a civil time in UTC, milliseconds.
fn instant(value: Option<&serde_json::Value>) -> Option<Timestamp> {
    let value = value?;
    let fits = |at: &Timestamp| (1..=9998).contains(&TimeZone::UTC.to_datetime(*at).year());
    if let Some(milliseconds) = value.as_i64() {
        return Timestamp::from_millisecond(milliseconds).ok().filter(fits);
    }
    let text = value.as_str()?.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at).filter(fits);
    }
    let civil: civil::DateTime = text.parse().ok()?;
    TimeZone::UTC.to_timestamp(civil).ok().filter(fits)
}

#[cfg(test)]
mod tests;
