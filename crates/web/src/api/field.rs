//! What a request may say and what an answer says, field by field. One table is both what JSON is read by and what the description for
//! programs is made of: nothing is taken that is not described, and nothing is described that is not taken.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::problem::Fault;

/// A field of a JSON object.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) takes: Takes,
    /// Whether it has to be there.
    pub(crate) is_required: bool,
    /// Whether it may be `null`.
    pub(crate) may_be_null: bool,
    /// In one sentence.
    pub(crate) meaning: &'static str,
}

/// What a field holds.
#[derive(Debug)]
pub(crate) enum Takes {
    /// A string of at most so many characters.
    Text(usize),
    /// At most so many of them, each of at most so many characters.
    Texts(usize, usize),
    /// A whole number, from and to.
    Whole(i64, i64),
    /// `true` or `false`.
    Truth,
    /// An instant with its offset (RFC 3339).
    Instant,
    /// A day: `2026-09-16`.
    Day,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// An object.
    Object(&'static [Field]),
    /// At most so many objects.
    Objects(usize, &'static [Field]),
}

/// A field that has to be there.
pub(crate) const fn must(name: &'static str, takes: Takes, meaning: &'static str) -> Field {
    Field { name, takes, is_required: true, may_be_null: false, meaning }
}

/// A field that may be left out.
pub(crate) const fn may(name: &'static str, takes: Takes, meaning: &'static str) -> Field {
    Field { name, takes, is_required: false, may_be_null: false, meaning }
}

/// A field that may be left out, or be `null`.
pub(crate) const fn may_clear(name: &'static str, takes: Takes, meaning: &'static str) -> Field {
    Field { name, takes, is_required: false, may_be_null: true, meaning }
}

/// A field of an answer that is there always, and may be `null`.
pub(crate) const fn or_null(name: &'static str, takes: Takes, meaning: &'static str) -> Field {
    Field { name, takes, is_required: true, may_be_null: true, meaning }
}

/// An object that fits its fields.
#[derive(Debug, Default)]
pub(crate) struct Read(BTreeMap<&'static str, Value>);

impl Read {
    /// Whether the field was said, also as `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A string, where one was said.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// The same in one line, without space around and between; `None` also where nothing is left.
    pub(crate) fn line(&self, name: &str) -> Option<String> {
        let line = self.text(name)?.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(line).filter(|line| !line.is_empty())
    }

    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let list = self.0.get(name)?.as_array()?;
        Some(list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
    }

    pub(crate) fn whole(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    pub(crate) fn truth(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    pub(crate) fn instant(&self, name: &str) -> Option<Timestamp> {
        self.text(name)?.parse().ok()
    }

    pub(crate) fn day(&self, name: &str) -> Option<Date> {
        self.text(name)?.parse().ok()
    }

    /// An object inside, which fits its own fields already.
    pub(crate) fn object(&self, name: &str, fields: &'static [Field]) -> Option<Self> {
        let value = self.0.get(name).filter(|value| value.is_object())?;
        read(fields, value).ok()
    }
}

/// Reads an object by its fields, or says everything that is wrong with it.
pub(crate) fn read(fields: &'static [Field], value: &Value) -> Result<Read, Vec<Fault>> {
    let mut faults = Vec::new();
    let found = object(fields, value, "", &mut faults);
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

fn object(fields: &'static [Field], value: &Value, inside: &str, faults: &mut Vec<Fault>) -> Read {
    let mut found = BTreeMap::new();
    let Some(map) = value.as_object() else {
        faults.push(Fault::of(inside, "it has to be an object"));
        return Read(found);
    };
    let path = |name: &str| match inside {
        "" => name.to_owned(),
        inside => format!("{inside}.{name}"),
    };
    for (name, value) in map {
        let Some(field) = fields.iter().find(|field| field.name == *name) else {
            let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
            let named: String = name.chars().take(60).collect();
            let what = format!("there is no such field; there are: {}", known.join(", "));
            faults.push(Fault { field: Some(path(&named)), line: None, what });
            continue;
        };
        if value.is_null() && field.may_be_null {
            found.insert(field.name, Value::Null);
        } else if check(&field.takes, value, &path(name), faults) {
            found.insert(field.name, value.clone());
        }
    }
    let missing = fields.iter().filter(|field| field.is_required && !map.contains_key(field.name));
    faults.extend(missing.map(|field| Fault::of(&path(field.name), "it has to be there")));
    Read(found)
}

fn check(takes: &Takes, value: &Value, path: &str, faults: &mut Vec<Fault>) -> bool {
    let mut wrong = |what: String| {
        faults.push(Fault { field: Some(path.to_owned()), line: None, what });
        false
    };
    match takes {
        Takes::Text(chars_max) => match value.as_str() {
            Some(text) if text.chars().count() <= *chars_max => true,
            Some(_) => wrong(format!("it has more than {chars_max} characters")),
            None => wrong("it has to be a string".to_owned()),
        },
        Takes::Texts(most, chars_max) => {
            let Some(list) = value.as_array() else {
                return wrong("it has to be a list of strings".to_owned());
            };
            let fits =
                |one: &Value| one.as_str().is_some_and(|text| text.chars().count() <= *chars_max);
            if list.len() > *most || !list.iter().all(fits) {
                return wrong(format!(
                    "it has to be at most {most} strings of at most {chars_max} characters"
                ));
            }
            true
        }
        Takes::Whole(from, to) => {
            let is_one = value.as_i64().is_some_and(|number| (*from..=*to).contains(&number));
            is_one || wrong(format!("it has to be a whole number from {from} to {to}"))
        }
        Takes::Truth => value.is_boolean() || wrong("it has to be true or false".to_owned()),
        Takes::Instant => {
            let is_one = value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok());
            let what = "it has to be an instant with its offset, such as 2026-09-16T14:30:00-03:00";
            is_one || wrong(what.to_owned())
        }
        Takes::Day => {
            let is_one = value.as_str().is_some_and(|text| {
                text.len() == "2026-09-16".len() && text.parse::<Date>().is_ok()
            });
            is_one || wrong("it has to be a day such as 2026-09-16".to_owned())
        }
        Takes::Choice(words) => {
            let is_one = value.as_str().is_some_and(|text| words.contains(&text));
            is_one || wrong(format!("it has to be one of: {}", words.join(", ")))
        }
        Takes::Object(fields) => {
            let before = faults.len();
            object(fields, value, path, faults);
            faults.len() == before
        }
        Takes::Objects(most, fields) => {
            let Some(list) = value.as_array().filter(|list| list.len() <= *most) else {
                return wrong(format!("it has to be a list of at most {most} objects"));
            };
            let before = faults.len();
            for (place, one) in list.iter().enumerate() {
                object(fields, one, &format!("{path}[{place}]"), faults);
            }
            faults.len() == before
        }
    }
}

/// The schema of an object of these fields (JSON Schema 2020-12).
pub(crate) fn schema(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), described(field))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The schema of one field.
pub(crate) fn described(field: &Field) -> Value {
    let mut schema = match &field.takes {
        Takes::Text(most) => json!({ "type": "string", "maxLength": most }),
        Takes::Texts(most, chars_max) => json!({
            "type": "array", "maxItems": most, "items": { "type": "string", "maxLength": chars_max },
        }),
        Takes::Whole(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Takes::Truth => json!({ "type": "boolean" }),
        Takes::Instant => json!({ "type": "string", "format": "date-time" }),
        Takes::Day => json!({ "type": "string", "format": "date" }),
        Takes::Choice(words) => json!({ "type": "string", "enum": words }),
        Takes::Object(fields) => schema(fields),
        Takes::Objects(most, fields) => {
            json!({ "type": "array", "maxItems": most, "items": schema(fields) })
        }
    };
    if field.may_be_null {
        schema = json!({ "anyOf": [schema, { "type": "null" }] });
    }
    schema["description"] = field.meaning.into();
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSIDE: &[Field] = &[must("file", Takes::Text(5), "A file.")];
    const FIELDS: &[Field] = &[
        must("headline", Takes::Text(3), "A headline."),
        may("count", Takes::Whole(1, 9), "A number."),
        may_clear("at", Takes::Instant, "An instant."),
        may("on", Takes::Day, "A day."),
        may("image", Takes::Object(INSIDE), "A picture."),
        may("names", Takes::Texts(2, 2), "Names."),
    ];

    fn faults(value: &Value) -> Vec<String> {
        let faults = read(FIELDS, value).unwrap_err();
        faults.into_iter().map(|fault| fault.field.unwrap_or_default()).collect()
    }

    #[test]
    fn what_fits_is_read_and_everything_wrong_is_told_with_its_field() {
        let fits = json!({ "headline": "äöü", "count": 9, "at": null, "names": ["a", "bb"] });
        let found = read(FIELDS, &fits).unwrap();
        assert_eq!(found.text("headline"), Some("äöü"));
        assert_eq!(
            (found.whole("count"), found.has("at"), found.has("on")),
            (Some(9), true, false)
        );
        let wrong = json!({
            "headline": "long", "count": 10, "at": "2026-09-16T14:30:00", "on": "2026-9-6",
            "image": { "file": 1, "x": 2 }, "names": ["abc"], "other": 1,
        });
        let mut named = faults(&wrong);
        named.sort();
        assert_eq!(
            named,
            ["at", "count", "headline", "image.file", "image.x", "names", "on", "other"]
        );
        assert_eq!(faults(&json!({})), ["headline"]);
        assert_eq!(faults(&json!([])), [""]);
    }
}
