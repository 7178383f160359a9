//! Reads an export of Ghost row by row: one JSON document in which tables stand one after the other. It keeps one row
//! in memory and never says what a row means.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::import::Unreadable;

/// Bytes of one row. The reader gives up at a larger one: it could not know where that ends without keeping it.
pub(super) const ROW_BYTES_MAX: u64 = 64 << 20;

/// Where the reader stands.
#[derive(Default)]
struct Place {
    /// Line ends so far.
    lines: Cell<u64>,
    /// Bytes since the last row began.
    bytes: Cell<u64>,
    /// How many there may be; none while no row is read.
    most: Cell<Option<u64>>,
}

/// Counts lines and the bytes of a row.
struct Counting<R> {
    input: R,
    place: Rc<Place>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(into)?;
        let read = into.get(..count).unwrap_or_default();
        let lines = read.iter().filter(|byte| **byte == b'\n').count();
        self.place.lines.set(self.place.lines.get() + lines as u64);
        self.place.bytes.set(self.place.bytes.get() + count as u64);
        if let Some(most) = self.place.most.get().filter(|most| self.place.bytes.get() > *most) {
            let what = format!("a row has more than {most} bytes; take it out of the export");
            return Err(io::Error::other(what));
        }
        Ok(count)
    }
}

/// A row of a table.
pub(super) struct Row<'a> {
    pub(super) table: &'a str,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    pub(super) value: Value,
}

/// Gives the rows of the tables that `wanted` names to `each`, until it breaks off.
pub(super) fn rows<R: Read>(
    input: R,
    wanted: &[&str],
    each: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>,
) -> Result<(), Unreadable> {
    rows_within(input, wanted, ROW_BYTES_MAX, each)
}

/// The same, where a row has at most `most` bytes.
pub(super) fn rows_within<R: Read>(
    input: R,
    wanted: &[&str],
    most: u64,
    each: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>,
) -> Result<(), Unreadable> {
    let place = Rc::new(Place::default());
    let counting = Counting { input: BufReader::new(input), place: Rc::clone(&place) };
    let mut reader = serde_json::Deserializer::from_reader(counting);
    let mut walk = Walk { wanted, each, most, place: &place, seen: false, over: false };
    let read = Root(&mut walk).deserialize(&mut reader);
    let (seen, over) = (walk.seen, walk.over);
    match read {
        _ if over => Ok(()),
        Ok(()) if seen => Ok(()),
        Ok(()) => Err(Unreadable {
            line: 1,
            what:
                "there is no table of posts in it; take the file that Ghost gives under Settings, \
                   Import/Export"
                    .to_owned(),
        }),
        Err(error) => Err(unreadable(&error)),
    }
}

fn unreadable(error: &serde_json::Error) -> Unreadable {
    let line = u64::try_from(error.line()).unwrap_or(u64::MAX);
    let what = if error.is_eof() {
        "the export ends in the middle; take it once more".to_owned()
    } else if error.is_io() {
        format!("the export cannot be read any further: {error}")
    } else {
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or_default();
        format!("this is no export of Ghost as it was written: {said}; take it once more")
    };
    Unreadable { line, what }
}

struct Walk<'a> {
    wanted: &'a [&'a str],
    each: &'a mut dyn FnMut(Row<'_>) -> ControlFlow<()>,
    most: u64,
    place: &'a Place,
    /// Whether there was a table of posts.
    seen: bool,
    /// Whether `each` had enough.
    over: bool,
}

/// The whole document, one of `db`, or what has `data`.
struct Root<'w, 'a>(&'w mut Walk<'a>);

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Root<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with \"db\" or \"data\"")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "db" => map.next_value_seed(Root(&mut *self.0))?,
                "data" => map.next_value_seed(Tables(&mut *self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        while seq.next_element_seed(Root(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

/// The tables by their names.
struct Tables<'w, 'a>(&'w mut Walk<'a>);

impl<'de> DeserializeSeed<'de> for Tables<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Tables<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the tables of an export")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(table) = map.next_key::<String>()? {
            self.0.seen |= table == "posts";
            if self.0.wanted.contains(&table.as_str()) {
                map.next_value_seed(Table { walk: &mut *self.0, table: &table })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Table<'w, 'a, 't> {
    walk: &'w mut Walk<'a>,
    table: &'t str,
}

impl<'de> DeserializeSeed<'de> for Table<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Table<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        let Self { walk, table } = self;
        loop {
            walk.place.bytes.set(0);
            walk.place.most.set(Some(walk.most));
            let row = seq.next_element_seed(Begun(walk.place));
            walk.place.most.set(None);
            let Some((line, value)) = row? else { return Ok(()) };
            if (walk.each)(Row { table, line, value }).is_break() {
                walk.over = true;
                return Err(S::Error::custom("enough"));
            }
        }
    }
}

/// A row and the line on which it begins: the blanks before it are read by then.
struct Begun<'a>(&'a Place);

impl<'de> DeserializeSeed<'de> for Begun<'_> {
    type Value = (u64, Value);

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        let line = self.0.lines.get() + 1;
        Value::deserialize(deserializer).map(|value| (line, value))
    }
}
