//! The document as forms show it: lists as lines, plans and offers as rows of fields, and everything that is set as one flat list, so that
//! two documents can be held against each other. It decides nothing; a wrong value is written as it is, and found where it is read.

use toml_edit::{Array, InlineTable, Item, Value};

use super::edit::shown;
use super::settings::{
    Kind, NEWSLETTER_FIELDS, OFFER_FIELDS, PLAN_FIELDS, SETTINGS, Takes, TariffField, find,
};
use super::source::Source;
use super::{Fault, House};

/// A row of a table: each field's name with its value as a person would type it.
pub type FieldRow = Vec<(&'static str, String)>;

/// The fields of a setting that is a list of tables.
#[must_use]
pub fn fields_of(key: &str) -> Option<&'static [TariffField]> {
    match find(key)?.kind {
        Kind::Plans => Some(PLAN_FIELDS),
        Kind::Offers => Some(OFFER_FIELDS),
        Kind::Newsletters => Some(NEWSLETTER_FIELDS),
        _ => None,
    }
}

impl House {
    /// The lines of a setting that is a list; empty where it is not set, or is none.
    #[must_use]
    pub fn lines(text: &str, key: &str) -> Vec<String> {
        let Ok(source) = Source::read(text) else { return Vec::new() };
        let list = source.item(key).and_then(Item::as_array);
        let lines = list.into_iter().flatten().filter_map(Value::as_str);
        lines.map(str::to_owned).collect()
    }

    /// The tables of a setting, each with its known fields in the order of the manual; a field that is not set is empty.
    #[must_use]
    pub fn rows(text: &str, key: &str) -> Vec<FieldRow> {
        Source::read(text).map_or_else(|_| Vec::new(), |source| rows_of(&source, key))
    }

    /// The document with these rows in place of a setting's tables; without any, the setting is taken out. Empty fields are not written.
    ///
    /// # Errors
    /// As [`House::set`].
    pub fn with_rows(text: &str, key: &str, rows: &[FieldRow]) -> Result<String, Fault> {
        let fields = fields_of(key).unwrap_or_default();
        let table = |row: &FieldRow| -> InlineTable {
            let named = |field: &&TariffField| row.iter().find(|(name, _)| *name == field.name);
            let set = fields.iter().filter_map(|field| Some((field, named(&field)?)));
            let filled = set.filter(|(_, (_, value))| !value.trim().is_empty());
            filled
                .map(|(field, (_, value))| (field.name, written(field.takes, value.trim())))
                .collect()
        };
        if rows.is_empty() {
            return House::set(text, key, "");
        }
        let list: Array = rows.iter().map(table).map(Value::InlineTable).collect();
        House::set(text, key, &list.to_string())
    }

    /// Everything that a document says or leaves at its default, one value a line: settings by their names, fields of tables and single
    /// wordings with their own names behind them. Of a document that is no TOML: nothing.
    #[must_use]
    pub fn flat(text: &str) -> Vec<(String, String)> {
        let Ok(source) = Source::read(text) else { return Vec::new() };
        let mut flat = Vec::new();
        for setting in SETTINGS {
            let key = setting.key;
            if fields_of(key).is_some() {
                for (place, row) in rows_of(&source, key).into_iter().enumerate() {
                    let name = row_name(key, &row, place);
                    let set = row.into_iter().filter(|(_, value)| !value.is_empty());
                    flat.extend(set.map(|(field, value)| (format!("{key}.{name}.{field}"), value)));
                }
            } else if setting.kind == Kind::Wordings {
                let languages = source.item(key).and_then(Item::as_table_like);
                for (language, table) in languages.into_iter().flat_map(|table| table.iter()) {
                    let messages = table.as_table_like().into_iter().flat_map(|table| table.iter());
                    flat.extend(messages.map(|(message, item)| {
                        (format!("{key}.{language}.{message}"), shown(item))
                    }));
                }
            } else {
                let value = source.item(key).map_or_else(|| setting.default.to_owned(), shown);
                flat.push((key.to_owned(), value));
            }
        }
        flat
    }
}

/// The tables of a setting of a document that was read.
fn rows_of(source: &Source<'_>, key: &str) -> Vec<FieldRow> {
    let Some(fields) = fields_of(key) else { return Vec::new() };
    let tables = source.item(key).and_then(Item::as_array_of_tables);
    let listed = source.item(key).and_then(Item::as_array);
    let inline = listed.into_iter().flatten().filter_map(Value::as_inline_table);
    let row = |value_of: &dyn Fn(&str) -> Option<String>| -> FieldRow {
        fields.iter().map(|field| (field.name, value_of(field.name).unwrap_or_default())).collect()
    };
    let plain = tables.into_iter().flatten();
    let plain = plain.map(|table| row(&|name| table.get(name).map(typed)));
    let inline = inline
        .map(|table| row(&|name| table.get(name).map(|value| typed(&Item::Value(value.clone())))));
    plain.chain(inline).collect()
}

/// What tells a row from the others of its setting: its slug, or the plan that an offer is for and its place.
fn row_name(key: &str, row: &FieldRow, place: usize) -> String {
    let value = |name: &str| {
        let found = row.iter().find(|(field, _)| *field == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    };
    match (value("slug"), value("plan")) {
        (Some(slug), _) => slug.to_owned(),
        (None, Some(plan)) if key == "offers" => format!("{plan}-{}", place + 1),
        _ => (place + 1).to_string(),
    }
}

/// A field's value as a person would type it: lists with commas between.
fn typed(item: &Item) -> String {
    match item.as_array() {
        Some(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        None => shown(item),
    }
}

/// A field's value as the document has to hold it. What does not fit is written as text, and the fault is found there.
fn written(takes: Takes, value: &str) -> Value {
    match takes {
        Takes::Text | Takes::Day | Takes::Minute => Value::from(value),
        Takes::Number => value.parse::<i64>().map_or_else(|_| Value::from(value), Value::from),
        Takes::Truth => match value {
            "true" => Value::from(true),
            "false" => Value::from(false),
            other => Value::from(other),
        },
        Takes::Names => {
            let names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
            Value::Array(names.collect())
        }
    }
}
